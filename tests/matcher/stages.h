/* stages: what the tests of the stages share: a small event, and steps of all stages. */
#ifndef ROLLCALL_TESTS_MATCHER_STAGES_H
#define ROLLCALL_TESTS_MATCHER_STAGES_H

#include "support/test_db.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "matcher/matcher.h"

#include <stdio.h>
#include <stdlib.h>

static const struct worker *const workers[] = {&resolve_worker, &match_worker, &clash_worker,
                                               &plan_worker};

/* Two MCs at the same time and one later; Ann leads the first, Bob is wanted in the first two. */
static const char programme[] =
    "insert into event (slug, title, timezone, starts_at, ends_at) values ('e', 'E', 'UTC', "
    "'2099-12-11', '2099-12-12');"
    "insert into room (event_id, key, name) select event_id, r, r from event, "
    "unnest(array['R1', 'R2']) r;"
    "insert into track (event_id, key, title, kind) select event_id, t, t, 'mc' from event, "
    "unnest(array['Rust', 'PCI', 'Scheduler']) t;"
    "insert into session (event_id, key, title, kind, track_id, room_id, starts_at, ends_at) "
    "select t.event_id, t.key, t.title, 'block', t.track_id, r.room_id, "
    "timestamptz '2099-12-11 09:00Z' + v.h * interval '1 hour', "
    "timestamptz '2099-12-11 12:00Z' + v.h * interval '1 hour' "
    "from track t join (values ('Rust', 'R1', 0), ('PCI', 'R2', 0), ('Scheduler', 'R1', 5)) "
    "v (k, room, h) on v.k = t.key join room r on r.key = v.room;"
    "insert into registrant (event_id, key, name, email, interests) select event_id, n, n || ' "
    "Example', lower(n) || '@example.org', 'rust' from event, unnest(array['Ann', 'Bob']) n;"
    "insert into mention (event_id, role, strength, track_id, name, email) "
    "select t.event_id, v.role, 'must', t.track_id, v.n || ' Example', lower(v.n) || "
    "'@example.org' from track t join (values ('Rust', 'lead', 'Ann'), ('Rust', 'key_attendee', "
    "'Bob'), ('PCI', 'key_attendee', 'Bob')) v (k, role, n) on v.k = t.key;";

static inline void set(enum setting_id id, const char *value)
{
    struct err err = {0};
    assert_int_equal(setting_override(id, value, &err), 0);
}

static inline int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    test_db_init(&test_db);
    set(SET_SECRET, "0123456789abcdef0123456789abcdef");
    set(SET_DIGEST, "0s");
    set(SET_REMIND_AFTER, "5d");
    set(SET_BATCH, "200");
    set(SET_SETTLE, "0s");
    assert_int_equal(secret_load(&err), 0);
    log_init("test", LOG_WARN);
    return 0;
}

static inline const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

static inline void run(const char *sql)
{
    test_db_run(&test_db, sql);
}

/* Steps of all stages until none has anything to do. */
static inline void work(void)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (size_t i = 0, idle = 0; idle < 4; i++) {
        struct err err = {0};
        arena_reset(arena);
        int r = workers[i % 4]->step(NULL, db, arena, &err);
        if (r < 0 || i > 2000) {
            fail_msg("%s: %s", workers[i % 4]->name, r < 0 ? err.message : "never ends");
        }
        idle = r == WORKER_IDLE ? idle + 1 : 0;
    }
}

static inline int64_t count(const char *what)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql, "select count(*) from %s", what);
    return strtoll(value(sql), NULL, 10);
}

/* Lets time pass for what waits: everything that was due or sent lies further back. */
static inline void pass(const char *interval)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "update job set due_at = due_at - interval '%s', enqueued_at = enqueued_at - "
                   "interval '%s'; update report set sent_at = sent_at - interval '%s', first_at = "
                   "first_at - interval '%s'",
                   interval, interval, interval, interval);
    run(sql);
}

/* The programme with sixty guests, some of them wanted. */
static inline void crowd(void)
{
    run(programme);
    run("insert into registrant (event_id, key, name, email, interests) select event_id, 'r' || i, "
        "'Guest Number' || i, 'guest' || i || '@example.org', case i % 3 when 0 then 'rust' when 1 "
        "then 'pci' else 'scheduler' end from event, generate_series(1, 60) i");
    run("insert into mention (event_id, role, strength, track_id, name, email) select t.event_id, "
        "'key_attendee', 'must', t.track_id, 'Guest Number' || i, 'guest' || i || '@example.org' "
        "from track t, generate_series(1, 12) i where (i + length(t.key)) % 2 = 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, test_db_tear_down)

#endif
