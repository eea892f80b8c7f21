/* Slots filled at short notice, and who is known by their work: the rules that bound what people
 * hear of, on a real database. */
#include "support/test_db.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "matcher/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An event that began today; Ann has a talk in her plan, thirty hours from now. */
static const char conference[] =
    "insert into event (event_id, slug, title, timezone, starts_at, ends_at) values (1, 'e', 'E', "
    "'UTC', now() - interval '1 hour', now() + interval '4 days');"
    "insert into room (event_id, room_id, key, name) values (1, 1, 'H', 'Hall');"
    "insert into track (event_id, track_id, key, title, kind) values (1, 1, 'b', 'BoFs', 'bof');"
    "insert into session (event_id, session_id, key, title, kind, room_id, starts_at, ends_at) "
    "values (1, 1, 's1', 'Zoned storage', 'talk', 1, now() + interval '30 hours', now() + interval "
    "'31 hours');"
    "insert into programme_change (event_id, programme_version, session_id, what) values (1, 1, 1, "
    "'added');"
    "insert into person (event_id, person_id, name) values (1, 1, 'Ann');"
    "insert into registrant (event_id, key, name, email, interests, attendance, person_id) values "
    "(1, 'r1', 'Ann', 'ann@example.org', 'zoned storage', 'in_person', 1);"
    "insert into match (event_id, person_id, session_id, score, because, rank) values (1, 1, 1, 9, "
    "'because you wrote zoned storage', 1);";

static void run(const char *sql)
{
    test_db_run(&test_db, sql);
}

/* Steps of one stage until it has nothing to do; jobs of the others are dropped. */
static void work(const struct worker *worker)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    char sql[128];
    (void)snprintf(sql, sizeof sql, "delete from job where stage <> '%s'", worker->name);
    run(sql);
    for (int i = 0;; i++) {
        struct err err = {0};
        arena_reset(arena);
        int r = worker->step(NULL, db, arena, &err);
        if (r == WORKER_IDLE) {
            return;
        }
        if (r < 0 || i > 100) {
            fail_msg("%s", r < 0 ? err.message : "never ends");
        }
    }
}

static int set_up(void **state)
{
    struct err err = {0};
    assert_int_equal(test_db_set_up(state), 0);
    assert_int_equal(setting_override(SET_SECRET, "0123456789abcdef0123456789abcdef", &err), 0);
    assert_int_equal(secret_load(&err), 0);
    log_init("test", LOG_WARN);
    run(conference);
    work(&plan_worker); /* the first plan goes out: from then on there are openings */
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from outbox where kind = 'agenda'"), "1");
    return 0;
}

/* A BoF in `starts_in_h` hours that Ann would like, entered so many hours ago. */
static void fill(int id, int starts_in_h, int changed_h_ago, const char *what, int rank)
{
    char sql[1024];
    (void)snprintf(
        sql, sizeof sql,
        "insert into session (event_id, session_id, key, title, kind, track_id, "
        "room_id, starts_at, ends_at) values (1, %d, 's%d', 'BoF %d', 'bof', 1, 1, now() "
        "+ interval '%d hours', now() + interval '%d hours' + interval '40 minutes'); "
        "insert into programme_change (event_id, programme_version, session_id, what, "
        "changed_at) values (1, 2, %d, '%s', now() - interval '%d hours'); insert into "
        "match (event_id, person_id, session_id, score, because, rank) values (1, 1, "
        "%d, %d, 'because you wrote zoned storage', %d)",
        id, id, id, starts_in_h, starts_in_h, id, what, changed_h_ago, id, 20 - rank, rank);
    run(sql);
}

static int64_t n_openings(void)
{
    return strtoll(test_db_value(&test_db, "select count(*) from outbox where kind = 'opening'"),
                   NULL, 10);
}

static const struct opening_case {
    const char *name;
    int starts_in_h;
    int changed_h_ago;
    const char *what;
    int rank; /* of the match */
    int expected;
} cases[] = {
    {"a slot that was filled just now", 5, 0, "added", 2, 1},
    {"one that was filled 23 hours ago", 5, 23, "added", 2, 1},
    {"one that was filled 25 hours ago is no news", 5, 25, "added", 2, 0},
    {"one that has moved", 5, 0, "moved", 2, 1},
    {"another room is no opening", 5, 0, "room", 2, 0},
    {"one that is over", -2, 0, "added", 2, 0},
    {"one among the best five", 5, 0, "added", 5, 1},
    {"one that is only the sixth best", 5, 0, "added", 6, 0},
    {"one while the talk in the plan takes place", 30, 0, "added", 2, 0},
};

/* Matches without a time between the first one and the one of that rank. */
static void add_better(int rank)
{
    for (int i = 2; i < rank; i++) {
        char sql[512];
        (void)snprintf(sql, sizeof sql,
                       "insert into session (event_id, session_id, key, title, kind) values (1, "
                       "%d, 'x%d', 'X', 'talk'); insert into match (event_id, person_id, "
                       "session_id, score, because, rank) values (1, 1, %d, %d, 'because', %d)",
                       50 + i, i, 50 + i, 20 - i, i);
        run(sql);
    }
}

static void openings_are_new_wanted_and_free(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t before = n_openings();
        add_better(cases[i].rank);
        fill(100, cases[i].starts_in_h, cases[i].changed_h_ago, cases[i].what, cases[i].rank);
        work(&plan_worker);
        if (n_openings() - before != cases[i].expected) {
            fail_msg("%s: %d", cases[i].name, (int)(n_openings() - before));
        }
        run("delete from session where session_id > 1; delete from report where kind = "
            "'opening'");
    }
}

static void three_openings_a_day_and_no_more(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        fill(100 + i, 2 + 2 * i, 0, "added", 2);
    }
    run("update match set rank = session_id - 98 where session_id >= 100; update match set rank = "
        "9 where session_id = 1");
    work(&plan_worker);
    assert_int_equal(n_openings(), 3);
    run("insert into job (event_id, stage, subject, subject_id) values (1, 'plan', 'person', 1)");
    work(&plan_worker);
    assert_int_equal(n_openings(), 3);
    run("update report set facts = ((extract(epoch from now())::bigint / 86400) - 1) || ':3' where "
        "kind = 'opening'; insert into job (event_id, stage, subject, subject_id) values (1, "
        "'plan', 'person', 1)"); /* that was yesterday */
    work(&plan_worker);
    assert_int_equal(n_openings(), 5);
}

static void work_counts_only_for_who_wrote_nothing(void **state)
{
    (void)state;
    run("insert into session (event_id, session_id, key, title, abstract, kind, room_id, "
        "starts_at, ends_at) values (1, 2, 's2', 'Compilers', 'How gccrs compiles borrow "
        "checking', "
        "'talk', 1, now() + interval '50 hours', now() + interval '51 hours'), (1, 3, 's3', "
        "'Borrow checking in gccrs', 'What gccrs lacks', 'talk', 1, now() + interval '60 hours', "
        "now() + interval '61 hours');"
        "insert into mention (event_id, mention_id, role, strength, session_id, name) values (1, "
        "1, 'speaker', 'must', 3, 'Ann'); insert into resolution (event_id, mention_id, "
        "person_id, status, confidence) values (1, 1, 1, 'linked', 1)");
    work(&match_worker);
    assert_string_equal(test_db_value(&test_db, "select string_agg(session_id::text, ',' order by "
                                                "session_id) from match where person_id = 1"),
                        "1"); /* what she wrote, and nothing of what she works on */
    run("update registrant set interests = ''");
    work(&match_worker);
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from match where person_id = 1 and session_id = "
                                "2 and because ilike '%gccrs%'"),
        "1"); /* by her own talk; which is not recommended to her */
    assert_string_equal(
        test_db_value(&test_db,
                      "select count(*) from match where person_id = 1 and session_id = 3"),
        "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, test_db_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(openings_are_new_wanted_and_free),
        TEST(three_openings_a_day_and_no_more),
        TEST(work_counts_only_for_who_wrote_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
