/* The programme that a connection keeps in memory: a load with it gives what a load without gives,
 * whatever happened in between. */
#include "support/test_db.h"

#include "base/str.h"
#include "store/conference_store.h"

#include <stdio.h>
#include <string.h>

static struct db *worker; /* remembers */

static void run(const char *sql)
{
    test_db_run(&test_db, sql);
}

static int set_up(void **state)
{
    (void)state;
    test_db_init(&test_db);
    run("insert into event (slug, title) values ('e', 'E'), ('f', 'F');"
        "insert into room (event_id, key, name, building, capacity) select event_id, r, 'Room ' || "
        "r, 'B', "
        "10 from event, unnest(array['R1', 'R2']) r;"
        "insert into track (event_id, key, title, description, kind) select event_id, t, 'Track ' "
        "|| t, "
        "'About ' || t, 'mc' from event, unnest(array['T1', 'T2']) t;"
        "insert into session (event_id, key, title, abstract, kind, track_id, room_id, starts_at, "
        "ends_at) "
        "select t.event_id, t.key || i, 'Talk ' || i, 'What ' || i, 'talk', t.track_id, (select "
        "room_id "
        "from room r where r.event_id = t.event_id order by room_id limit 1), timestamptz "
        "'2099-12-11 "
        "09:00Z' + i * interval '1 hour', timestamptz '2099-12-11 10:00Z' + i * interval '1 hour' "
        "from "
        "track t, generate_series(1, 4) i");
    worker = test_db_open(&test_db, DB_MATCHER);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    db_close(worker);
    test_db_done(&test_db);
    return 0;
}

/* All that a programme says, as text. */
static const char *described(const struct conference *conf, struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    for (size_t i = 0; i < conf->rooms.n; i++) {
        const struct room *r = &conf->rooms.items[i];
        str_printf(&s, "room %lld %s %s %s %d\n", (long long)r->id, r->key, r->name, r->building,
                   r->capacity);
    }
    for (size_t i = 0; i < conf->distances.n; i++) {
        const struct room_distance *d = &conf->distances.items[i];
        str_printf(&s, "distance %d %d %lld\n", d->room_a, d->room_b, (long long)d->walk_us);
    }
    for (size_t i = 0; i < conf->tracks.n; i++) {
        const struct track *t = &conf->tracks.items[i];
        str_printf(&s, "track %lld %s %s %s %d %d\n", (long long)t->id, t->key, t->title,
                   t->description, (int)t->kind, t->quorum);
    }
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *p = &conf->separations.items[i];
        str_printf(&s, "separation %d %d %s\n", p->track_a, p->track_b, p->reason);
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *x = &conf->sessions.items[i];
        str_printf(&s, "session %lld %s %s %s %s %s %s %d %d %d %d %lld %lld %d %d %d\n",
                   (long long)x->id, x->key, x->title, x->abstract, x->language, x->url, x->tags,
                   (int)x->kind, x->track, x->room, x->parent, (long long)x->start_us,
                   (long long)x->end_us, x->expected_people, x->is_cancelled, x->is_pinned);
    }
    return arena_strdup(arena, str_text(&s));
}

static const char *loaded(struct db *db, int64_t event, bool with_texts, struct arena *arena,
                          uint64_t *ret_serial)
{
    struct conference conf;
    struct conference_scope scope = {.with_texts = with_texts};
    struct err err = {0};
    if (conference_load_scope(db, event, &scope, arena, &conf, &err) != 0) {
        fail_msg("%s", err.message);
    }
    *ret_serial = conf.programme_serial;
    return described(&conf, arena);
}

/* The worker's load is that of a connection which remembers nothing; true = from memory. */
static bool is_remembered(int64_t event, bool with_texts)
{
    static uint64_t before[3][2];
    CLEANUP(db_cleanup) struct db *fresh = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    uint64_t serial = 0;
    uint64_t ignored = 0;
    const char *kept = loaded(worker, event, with_texts, arena, &serial);
    assert_string_equal(kept, loaded(fresh, event, with_texts, arena, &ignored));
    bool is_same = serial == before[event][with_texts];
    before[event][with_texts] = serial;
    return is_same;
}

static void a_programme_that_nobody_changed_stays_in_memory(void **state)
{
    (void)state;
    assert_false(is_remembered(1, false));
    assert_true(is_remembered(1, false));
    run("insert into registrant (event_id, key, name) values (1, 'r', 'R')");
    run("update event set title = 'Other', programme_version = 7 where event_id = 1");
    assert_true(is_remembered(1, false));
    int64_t trips = db_usage(worker).n_trips;
    assert_true(is_remembered(1, false));
    assert_int_equal(db_usage(worker).n_trips - trips, 1);
}

static void every_kind_of_change_is_seen(void **state)
{
    (void)state;
    static const char *const edits[] = {
        "update session set title = 'Another' where event_id = 1 and key = 'T11'",
        "update session set starts_at = starts_at + interval '1 minute' where key = 'T12'",
        "update session set is_cancelled = true where key = 'T13'",
        "update session set is_pinned = true where key = 'T13'",
        "update session set parent_id = (select min(session_id) from session where event_id = 1) "
        "where "
        "event_id = 1 and key = 'T14'",
        "insert into session (event_id, key, title) values (1, 'new', 'New')",
        "delete from session where event_id = 1 and key = 'T12'",
        "update room set capacity = 99 where event_id = 1 and key = 'R1'",
        "insert into room (event_id, key, name) values (1, 'R3', 'R3')",
        "delete from room where event_id = 1 and key = 'R1'",
        "insert into room_distance (event_id, room_a, room_b, walk_s) select 1, min(room_id), "
        "max(room_id), 60 from room where event_id = 1",
        "update room_distance set walk_s = 61",
        "delete from room_distance",
        "update track set quorum = 3 where event_id = 1 and key = 'T1'",
        "insert into track (event_id, key, title) values (1, 'T3', 'T3')",
        "insert into separation (event_id, track_a, track_b, reason) select 1, min(track_id), "
        "max(track_id), 'shared' from track where event_id = 1",
        "update separation set reason = 'agreed'",
        "delete from track where event_id = 1 and key = 'T1'",
    };
    (void)is_remembered(1, false);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        run(edits[i]);
        if (is_remembered(1, false)) {
            fail_msg("not seen: %s", edits[i]);
        }
        assert_true(is_remembered(1, false));
    }
}

static void texts_are_there_for_who_asks(void **state)
{
    (void)state;
    (void)is_remembered(1, false);
    (void)is_remembered(1, true);
    assert_true(is_remembered(1, true));
    run("update session set abstract = 'Otherwise' where key = 'T11'");
    assert_false(is_remembered(1, true));
    run("update track set description = 'Otherwise' where key = 'T1'");
    assert_false(is_remembered(1, true));
    (void)is_remembered(1, false); /* compares: no texts, though they are in memory */
}

static void events_are_remembered_apart(void **state)
{
    (void)state;
    (void)is_remembered(1, false);
    (void)is_remembered(2, false);
    assert_true(is_remembered(1, false));
    assert_true(is_remembered(2, false));
    run("update session set title = 'Another' where event_id = 2");
    assert_true(is_remembered(1, false));
    assert_false(is_remembered(2, false));
}

static void what_was_rolled_back_is_forgotten(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *importer = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    uint64_t serial = 0;
    const char *before = loaded(importer, 1, false, arena, &serial);
    assert_int_equal(db_begin(importer, &err), 0);
    assert_int_equal(db_script(importer, "update session set title = 'Mine'", &err), 0);
    assert_non_null(strstr(loaded(importer, 1, false, arena, &serial), "Mine"));
    assert_int_equal(db_script(importer, "update session set title = 'Mine too'", &err), 0);
    assert_non_null(strstr(loaded(importer, 1, false, arena, &serial), "Mine too"));
    db_rollback(importer);
    assert_string_equal(loaded(importer, 1, false, arena, &serial), before);
}

static void two_transactions_at_once_neither_wait_nor_hide_one_another(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *a = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(db_cleanup) struct db *b = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    run("update session set tags = 'x'"); /* so that both find a state to take away */
    (void)is_remembered(1, false);
    assert_int_equal(db_begin(a, &err), 0);
    assert_int_equal(db_begin(b, &err), 0);
    assert_int_equal(db_script(a,
                               "set lock_timeout = '1s'; update session set title = 'A' where "
                               "event_id = 1 and key = 'T11'",
                               &err),
                     0);
    assert_int_equal(db_script(b,
                               "set lock_timeout = '1s'; update session set title = 'B' where "
                               "event_id = 1 and key = 'T12'",
                               &err),
                     0);
    assert_true(is_remembered(1, false));
    assert_int_equal(db_commit(a, &err), 0);
    assert_false(is_remembered(1, false));
    assert_true(is_remembered(1, false));
    assert_int_equal(db_commit(b, &err), 0);
    assert_false(is_remembered(1, false));
    assert_true(is_remembered(1, false));
}

/* As a dump is put back: the old rows with the old state, by copying, without triggers. */
static void a_restored_state_is_the_old_programme(void **state)
{
    (void)state;
    run("create table kept as select * from session; create table kept_state as select * from "
        "programme_state");
    (void)is_remembered(1, false);
    run("update session set title = 'Later'");
    assert_false(is_remembered(1, false));
    run("set session_replication_role = replica; delete from session; insert into session "
        "overriding "
        "system value select * from kept; delete from programme_state; insert into programme_state "
        "select * from kept_state");
    assert_false(is_remembered(1, false));
    assert_true(is_remembered(1, false));
    run("update session set title = 'Otherwise than before'");
    assert_false(is_remembered(1, false));
}

static void what_was_lent_outlives_what_is_remembered(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct conference_scope scope = {.with_texts = true};
    struct err err = {0};
    assert_int_equal(conference_load_scope(worker, 1, &scope, arena, &conf, &err), 0);
    run("update session set title = 'Another', abstract = 'Other'");
    (void)is_remembered(1, true);
    db_close(worker);
    worker = NULL;
    assert_string_equal(conf.sessions.items[0].title, "Talk 1"); /* ASan would see a late use */
    assert_string_equal(conf.sessions.items[0].abstract, "What 1");
}

static void an_event_that_is_gone_is_gone(void **state)
{
    (void)state;
    struct conference conf;
    struct conference_scope scope = {0};
    struct err err = {0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    (void)is_remembered(1, false);
    run("delete from event where event_id = 1");
    assert_int_equal(conference_load_scope(worker, 1, &scope, arena, &conf, &err), CONFERENCE_GONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_programme_that_nobody_changed_stays_in_memory),
        TEST(every_kind_of_change_is_seen),
        TEST(texts_are_there_for_who_asks),
        TEST(events_are_remembered_apart),
        TEST(what_was_rolled_back_is_forgotten),
        TEST(two_transactions_at_once_neither_wait_nor_hide_one_another),
        TEST(a_restored_state_is_the_old_programme),
        TEST(what_was_lent_outlives_what_is_remembered),
        TEST(an_event_that_is_gone_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
