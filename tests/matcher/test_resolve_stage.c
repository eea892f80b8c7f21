/* A worker that keeps an event from run to run leaves the same rows as one that reads everything
 * each time, also when another worker saves in between, a run fails, or memory is short. */
#include "support/test_db.h"

#include "base/log.h"
#include "base/settings.h"
#include "matcher/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state;

static uint32_t next(uint32_t below)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33) % below;
}

static const char *const given[] = {"Jörg", "Joerg", "Steven", "Steve",
                                    "Wei",  "Anna",  "Mario",  "Maria"};
static const char *const family[] = {"Roedel", "Rödel", "Rohdel", "Wang", "Stultz", "Stulz"};

static const char *any_name(struct arena *arena)
{
    return arena_printf(arena, "%s %s", given[next(8)], family[next(6)]);
}

static const char *any_address(struct arena *arena)
{
    return next(3) == 0 ? "" : arena_printf(arena, "p%u@example.org", next(15));
}

/* The same edit for both events: %s is the event's id. */
static const char *any_edit(struct arena *arena, int number)
{
    const char *name = any_name(arena);
    const char *address = any_address(arena);
    const char *track = next(2) == 0 ? "Storage" : "Network";
    switch (next(14)) {
    case 0:
        return arena_printf(arena,
                            "delete from mention where event_id = %%1$s and mention_id = (select "
                            "mention_id from mention where event_id = %%1$s order by mention_id "
                            "offset %u limit 1)",
                            next(6));
    case 1:
        return arena_printf(arena,
                            "update registrant set name = '%s' where event_id = %%1$s and key = "
                            "'R%u'",
                            name, next((uint32_t)number + 1));
    case 2:
        return arena_printf(arena, "delete from registrant where event_id = %%1$s and key = 'R%u'",
                            next((uint32_t)number + 1));
    case 3:
        return arena_printf(
            arena,
            "insert into decision (event_id, name, person_id, verdict, decided_by) select event_id,"
            " '%s', person_id, '%s', 'Test' from registrant where event_id = %%1$s and person_id is"
            " not null order by registrant_id limit 1",
            name, next(2) == 0 ? "same" : "not_same");
    case 4:
        return "update decision set undone_at = now() where event_id = %1$s and undone_at is null";
    case 5:
        return "select person_merge(a.event_id, a.person_id, b.person_id, 'Test', '') from "
               "registrant a join registrant b using (event_id) where a.event_id = %1$s and "
               "a.registrant_id < b.registrant_id and a.person_id <> b.person_id order by "
               "a.registrant_id, b.registrant_id limit 1";
    case 6:
    case 7:
    case 8:
        return arena_printf(arena,
                            "insert into mention (event_id, role, strength, track_id, name, email) "
                            "select event_id, 'key_attendee', 'must', track_id, '%s', '%s' from "
                            "track where event_id = %%1$s and title = '%s' on conflict do nothing",
                            name, address, track);
    default:
        return arena_printf(arena,
                            "insert into registrant (event_id, key, name, email, affiliation) "
                            "values (%%1$s, 'R%d', '%s', '%s', '%s')",
                            number, name, address, next(2) == 0 ? "Hooli" : "");
    }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void apply(struct arena *arena, const char *edit, const char *event)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql, edit, event);
    (void)arena;
    test_db_run(&test_db, sql);
}
#pragma GCC diagnostic pop

static void work(struct db *db, void *state)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = 0;
    for (int i = 0; (r = resolve_worker.step(state, db, arena, &err)) == 0 && i < 100; i++) {
        arena_reset(arena);
    }
    if (r != WORKER_IDLE) {
        fail_msg("%s", r < 0 ? err.message : "never ends");
    }
}

/* What an event has become, without its ids. */
static const char *picture(struct arena *arena, const char *event)
{
    static const char sql[] =
        "with who as (select p.event_id, p.person_id, p.name || '[' || coalesce(string_agg(r.key, "
        "' ' order by r.key), '') || ']' as who from person p left join registrant r using "
        "(event_id, person_id) where p.event_id = %s and p.merged_into is null group by 1, 2) "
        "select string_agg(line, e'\\n' order by line) from (select 'mention ' || m.name || ' ' || "
        "t.title || ': ' || o.status || ' ' || coalesce(w.who, '?') || ' ' || o.evidence || "
        "o.is_decided || (select string_agg(c.who, ', ') from jsonb_array_elements(o.candidates) "
        "with ordinality as e (v, n) join who c on c.person_id = (v ->> 'person')::bigint) as line "
        "from mention m join track t using (event_id, track_id) join resolution o using (event_id, "
        "mention_id) left join who w on w.person_id = o.person_id where m.event_id = %s "
        "union all select 'person ' || who from who where who not like '%%[]' "
        "union all select 'alias ' || who || ' ' || kind || ' ' || value from person_alias join "
        "who using (event_id, person_id)) x";
    return arena_strdup(arena, test_db_value(&test_db, arena_printf(arena, sql, event, event)));
}

static void begin(void)
{
    test_db_run(&test_db,
                "insert into event (slug, title) values ('a', 'A'), ('b', 'B'); delete from memory;"
                "insert into track (event_id, key, title, kind) select event_id, t, t, 'mc' from "
                "event, unnest(array['Storage', 'Network']) t;"
                "insert into registrant (event_id, key, name) select event_id, 'C' || i, 'Nobody"
                " Known' || i from event, generate_series(1, 60) i");
}

static void *new_state(void)
{
    void *state = NULL;
    struct err err = {0};
    assert_int_equal(resolve_worker.start(&state, &err), 0);
    return state;
}

static void walk(struct db *db, void *const states[2], int n_edits)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (int i = 0; i < n_edits; i++) {
        const char *edit = any_edit(arena, i);
        apply(arena, edit, "1");
        work(db, states[next(5) == 0]);
        apply(arena, edit, "2");
        work(db, NULL);
        const char *kept = picture(arena, "1");
        const char *fresh = picture(arena, "2");
        if (strcmp(kept, fresh) != 0) {
            fail_msg("after %s\nkept:\n%s\nfresh:\n%s", edit, kept, fresh);
        }
    }
}

static void what_is_kept_changes_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    void *const states[2] = {new_state(), new_state()};
    begin();
    random_state = 7;
    walk(db, states, 60);
    resolve_worker.stop(states[0]);
    resolve_worker.stop(states[1]);
}

static void without_memory_it_is_the_same(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    struct err err = {0};
    assert_int_equal(setting_override(SET_RESOLVE_CACHE, "0", &err), 0);
    void *const states[2] = {new_state(), new_state()};
    begin();
    random_state = 8;
    walk(db, states, 10);
    resolve_worker.stop(states[0]);
    resolve_worker.stop(states[1]);
    assert_int_equal(setting_override(SET_RESOLVE_CACHE, "256", &err), 0);
}

static void what_was_rolled_back_is_not_kept(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    void *kept = new_state();
    struct err err = {0};
    begin();
    work(db, kept);
    test_db_run(&test_db, "create function refuse() returns trigger language plpgsql as $$ begin "
                          "raise 'not now'; end $$; create trigger refuse before insert on "
                          "person_alias execute function refuse()");
    test_db_run(&test_db,
                "insert into registrant (event_id, key, name) values (1, 'X', 'Xaver Xylander')");
    assert_true(resolve_worker.step(kept, db, arena, &err) < 0);
    test_db_run(&test_db, "drop function refuse() cascade; update job set due_at = now()");
    test_db_run(&test_db,
                "insert into registrant (event_id, key, name) values (1, 'Y', 'Yvo Ypsilanti')");
    work(db, kept);
    assert_string_equal(test_db_value(&test_db, "select string_agg(p.name, ', ' order by r.key) "
                                                "from registrant r join person p using (event_id, "
                                                "person_id) where r.key in ('X', 'Y')"),
                        "Xaver Xylander, Yvo Ypsilanti");
    resolve_worker.stop(kept);
}

static void one_registration_touches_nobody_else(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    void *kept = new_state();
    begin();
    test_db_run(&test_db,
                "insert into mention (event_id, role, strength, track_id, name) select event_id, "
                "'key_attendee', 'must', track_id, 'Nobody Known' || i from track, "
                "generate_series(1, 70) i where title = 'Storage'");
    work(db, kept);
    test_db_run(&test_db, "delete from job");
    test_db_run(&test_db, "insert into registrant (event_id, key, name, email) values (1, 'X', "
                          "'Xaver Xylander', 'xx@example.org')");
    assert_string_equal(test_db_value(&test_db, "select string_agg(stage || ' ' || subject, ', ') "
                                                "from job where stage = 'resolve'"),
                        "resolve registrant");
    work(db, kept);
    /* only the newcomer has work behind it: no confidence was saved again for its last digit */
    assert_string_equal(test_db_value(&test_db, "select count(distinct subject_id) from job where "
                                                "subject = 'person'"),
                        "1");
    resolve_worker.stop(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(what_is_kept_changes_nothing),
        DB_TEST(without_memory_it_is_the_same),
        DB_TEST(what_was_rolled_back_is_not_kept),
        DB_TEST(one_registration_touches_nobody_else),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
