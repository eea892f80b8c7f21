#include "support/meet_rig.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "matcher/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct db *db;           /* as the matcher */
static struct db *owner; /* as the one who may do anything */

static void set(enum setting_id id, const char *value)
{
    struct err err = {0};
    assert_int_equal(setting_override(id, value, &err), 0);
}

const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

void run(const char *sql)
{
    struct err err = {0};
    if (db_script(owner, sql, &err) < 0) {
        fail_msg("%s: %s", sql, err.message);
    }
}

int64_t count(const char *what)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql, "select count(*) from %s", what);
    return strtoll(value(sql), NULL, 10);
}

/* Two days of the far future with one talk and one break each, and 150 people (30 to 179) who
 * care about what everybody does. */
static const char conference[] =
    "insert into event (event_id, slug, title, timezone, starts_at, ends_at) values (1, 'e', 'E', "
    "'UTC', '2099-12-11', '2099-12-13');"
    "insert into room (event_id, room_id, key, name) values (1, 1, 'H', 'Hall'), (1, 2, 'F', "
    "'Foyer');"
    "insert into session (event_id, session_id, key, title, abstract, kind, room_id, starts_at, "
    "ends_at) select 1, d * 10 + v.i, d || v.t, v.t, 'eBPF verifier and eBPF maps', v.k, v.r, "
    "timestamptz '2099-12-11 09:00Z' + d * interval '1 day' + v.h * interval '1 hour', "
    "timestamptz '2099-12-11 10:00Z' + d * interval '1 day' + v.h * interval '1 hour' "
    "from generate_series(0, 1) d, (values (1, 'eBPF news', 'talk', 1, 0), (2, 'Coffee', 'break', "
    "2, 1), (3, 'More eBPF', 'talk', 1, 2)) v (i, t, k, r, h);"
    "insert into person (event_id, person_id, name) select 1, i, 'Crowd Member' || i from "
    "generate_series(30, 179) i;"
    "insert into registrant (event_id, key, name, email, interests, attendance, person_id) select "
    "1, i, 'Crowd Member' || i, 'crowd' || i || '@example.org', 'eBPF', 'in_person', i from "
    "generate_series(30, 179) i;";

void add_person(int id, const char *name, const char *interests)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "insert into person (event_id, person_id, name) values (1, %d, '%s'); insert "
                   "into registrant (event_id, key, name, email, interests, attendance, person_id) "
                   "values (1, '%d', '%s', lower('%s') || '@example.org', '%s', 'in_person', %d)",
                   id, name, id, name, name, interests, id);
    run(sql);
}

void opt(int id, bool is_in)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "insert into preference (event_id, person_id, wants_introductions) values (1, "
                   "%d, %s) on conflict (event_id, person_id) do update set wants_introductions = "
                   "excluded.wants_introductions",
                   id, is_in ? "true" : "false");
    run(sql);
}

void reply(int introduction, int person, const char *word)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "insert into introduction_answer (event_id, introduction_id, person_id, reply) "
                   "values (1, %d, %d, '%s')",
                   introduction, person, word);
    run(sql);
}

int meet_set_up(void **state)
{
    struct err err = {0};
    assert_int_equal(test_db_set_up(state), 0);
    set(SET_SECRET, "0123456789abcdef0123456789abcdef");
    set(SET_MEET_PER_DAY, "2");
    assert_int_equal(secret_load(&err), 0);
    log_init("test", LOG_WARN);
    owner = test_db_open(&test_db, DB_OWNER);
    run(conference);
    add_person(1, "Ann", "thermal zones");
    add_person(2, "Bob", "thermal zones");
    db = test_db_open(&test_db, DB_MATCHER);
    return 0;
}

int meet_tear_down(void **state)
{
    db_close(db);
    db_close(owner);
    return test_db_tear_down(state);
}

/* The plan stage alone, until it has nothing to do; jobs of other stages are not waited for. */
void work(void)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    run("delete from job where stage <> 'plan' or subject not in ('meet', 'bof')");
    for (int i = 0;; i++) {
        struct err err = {0};
        arena_reset(arena);
        int r = plan_worker.step(NULL, db, arena, &err);
        if (r == WORKER_IDLE) {
            return;
        }
        if (r < 0 || i > 100) {
            fail_msg("%s", r < 0 ? err.message : "never ends");
        }
    }
}

/* So many hours go by. */
void pass(int hours)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "update introduction set asked_a_at = asked_a_at - v, asked_b_at = asked_b_at - "
                   "v, until_a_at = until_a_at - v, lapses_at = lapses_at - v from (values "
                   "(interval '%d hours')) t (v); update introduction_answer set answered_at = "
                   "answered_at - interval '%d hours'; update job set due_at = due_at - interval "
                   "'%d hours', enqueued_at = enqueued_at - interval '%d hours'",
                   hours, hours, hours, hours);
    run(sql);
}

const char *state_of(int introduction)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql,
                   "select state from introduction_state where introduction_id = %d", introduction);
    return value(sql);
}
