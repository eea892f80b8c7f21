/* What keeps a whole conference cheap: jobs for many people at once, and recommendations and what
 * was told looked up by the statement instead of by the row. */
#include "support/test_db.h"

#include "store/queue.h"

#include <string.h>
#include <unistd.h>

static const char conference[] = "insert into event (event_id, slug) values (1, 'e');"
                                 "insert into person (event_id, person_id, name) select 1, i, 'P' "
                                 "from generate_series(1, 3000) i;"
                                 "insert into session (event_id, session_id, key) select 1, i, 's' "
                                 "|| i from generate_series(1, 3) i;"
                                 "delete from job;";

static void claim(struct db *db, enum stage stage, int limit, bool is_careful, struct arena *arena,
                  struct job_batch *batch)
{
    struct err err = {0};
    const struct claim how = {.stage = stage, .limit = limit, .is_careful = is_careful};
    assert_int_equal(db_begin(db, &err), 0);
    if (queue_claim(db, &how, arena, batch, &err) != 0) {
        fail_msg("nothing to claim: %s", err.message);
    }
}

static const char *jobs(void)
{
    return test_db_value(&test_db,
                         "select string_agg(stage || ' ' || subject || ' ' || n, ', ' order by "
                         "stage, subject) from (select stage, subject, count(*) n from job group "
                         "by 1, 2) j");
}

static void a_change_of_many_people_is_a_few_jobs(void **state)
{
    (void)state;
    test_db_run(&test_db, conference);
    test_db_run(&test_db, "insert into availability (event_id, person_id, starts_at, ends_at)"
                          " select 1, i, now(), now() + interval '1 h' from generate_series(1, "
                          "1000) i");
    assert_string_equal(jobs(), "clash person 1000, plan person 1000");
    test_db_run(&test_db, "delete from job; insert into availability (event_id, person_id, "
                          "starts_at, ends_at) select 1, i, now(), now() + interval '1 h'"
                          " from generate_series(1100, 2300) i");
    assert_string_equal(jobs(), "clash people 10, plan people 10");
    assert_string_equal(test_db_value(&test_db, "select min(subject_id) || ' ' || max(subject_id) "
                                                "from job"),
                        "8 17");
    test_db_run(&test_db, "delete from job; update availability set ends_at = ends_at + interval "
                          "'1 h'");
    assert_string_equal(jobs(), "clash event 1, plan people 18");
}

static void what_is_about_one_comes_before_what_is_about_many(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    struct err err = {0};
    test_db_run(&test_db, conference);
    test_db_run(&test_db,
                "insert into job (event_id, stage, subject, subject_id, due_at) select 1, 'plan', "
                "'people', i, now() - interval '1 h' from generate_series(0, 23) i;"
                "insert into job (event_id, stage, subject, subject_id) values (1, 'plan', "
                "'person', 7)");
    claim(db, STAGE_PLAN, 200, false, arena, &batch);
    assert_int_equal(batch.jobs.n, 1);
    assert_int_equal(batch.jobs.items[0].subject, SUBJECT_PERSON);
    assert_int_equal(db_commit(db, &err), 0);
    claim(db, STAGE_PLAN, 200, false, arena, &batch);
    assert_int_equal(batch.jobs.n, 6); /* of 128 people each */
    assert_int_equal(batch.jobs.items[0].subject, SUBJECT_PEOPLE);
    assert_int_equal(db_commit(db, &err), 0);
    claim(db, STAGE_PLAN, 3, false, arena, &batch);
    assert_int_equal(batch.jobs.n, 1);
    db_rollback(db);
}

static void a_failed_job_for_many_falls_apart(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    struct err err = {0};
    test_db_run(&test_db, conference);
    test_db_run(&test_db, "insert into job (event_id, stage, subject, subject_id) values"
                          " (1, 'plan', 'people', 0), (1, 'plan', 'people', 23)");
    claim(db, STAGE_PLAN, 200, true, arena, &batch);
    assert_true(batch.is_held);
    assert_int_equal(queue_take_held(db, &batch, &err), 0);
    db_rollback(db);
    assert_int_equal(queue_failed(db, &batch, &(struct err){.message = "broken"}, &err), 0);
    assert_string_equal(jobs(), "plan person 184"); /* 1..127 and 2944..3000 */
    assert_string_equal(test_db_value(&test_db,
                                      "select count(*) from job where attempts = 1 and due_at > "
                                      "now() and last_error = 'broken' and held_by = 0"),
                        "184");
}

static void a_job_for_many_that_killed_its_worker_falls_apart(void **state)
{
    (void)state;
    struct db *dies = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    struct reaped reaped = {0};
    struct err err = {0};
    test_db_run(&test_db, conference);
    test_db_run(&test_db,
                "insert into job (event_id, stage, subject, subject_id) values (1, 'clash', "
                "'people', 1), (1, 'plan', 'people', 1)");
    claim(dies, STAGE_CLASH, 200, true, arena, &batch);
    assert_int_equal(queue_take_held(dies, &batch, &err), 0);
    db_close(dies);
    for (int i = 0; i < 500 && reaped.n == 0; i++) {
        (void)usleep(10 * 1000);
        assert_int_equal(queue_reap(db, STAGE_CLASH, &reaped, &err), 0);
    }
    assert_int_equal(reaped.n, 1);
    assert_int_equal(reaped.n_failed, 0);
    assert_string_equal(jobs(), "clash person 128, plan people 1");
    assert_string_equal(test_db_value(&test_db, "select count(*) from job where deaths = 1"),
                        "128");
    claim(db, STAGE_CLASH, 200, false, arena, &batch);
    assert_int_equal(batch.jobs.n, 50); /* suspects come in smaller batches, and are held */
    assert_true(batch.is_held);
    db_rollback(db);
}

static int run_as_owner(const char *sql, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    return db_script(db, sql, err);
}

static void recommendations_are_of_people_and_sessions_that_exist(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        bool is_allowed;
    } cases[] = {
        {"insert into match (event_id, person_id, session_id, score, because, rank) values"
         " (1, 5, 1, 1, '', 1), (1, 6, 3, 1, '', 1)",
         true},
        {"insert into match (event_id, person_id, session_id, score, because, rank) values"
         " (1, 5, 2, 1, '', 1), (1, 3001, 3, 1, '', 1)",
         false},
        {"insert into match (event_id, person_id, session_id, score, because, rank) values"
         " (1, 5, 2, 1, '', 1), (1, 6, 4, 1, '', 1)",
         false},
        {"insert into told (event_id, person_id, session_id, starts_at, ends_at, room)"
         " values (1, 5, 1, now(), now(), '')",
         true},
        {"insert into told (event_id, person_id, session_id, starts_at, ends_at, room)"
         " values (2, 5, 1, now(), now(), '')",
         false},
        {"update match set rank = 2", true},
        {"update match set person_id = 9 where person_id = 6", false},
        {"update told set session_id = 4", false},
    };
    test_db_run(&test_db, conference);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        int r = run_as_owner(cases[i].sql, &err);
        if ((r == 0) != cases[i].is_allowed || (r < 0 && r != ERR_INPUT)) {
            fail_msg("%s: %s", cases[i].sql, r == 0 ? "was allowed" : err.message);
        }
    }
}

static void what_belongs_to_who_is_gone_goes_too(void **state)
{
    (void)state;
    static const char left[] =
        "select (select count(*) from match) || ' ' || (select count(*) from told)";
    test_db_run(&test_db, conference);
    test_db_run(&test_db,
                "insert into match (event_id, person_id, session_id, score, because, rank)"
                " select 1, p, s, 1, '', s from generate_series(1, 10) p, generate_series(1, 3) s;"
                "insert into told (event_id, person_id, session_id, starts_at, ends_at, room)"
                " select 1, p, s, now(), now(), '' from generate_series(1, 10) p, "
                "generate_series(1, 3) s");
    test_db_run(&test_db, "delete from person where person_id = 4");
    assert_string_equal(test_db_value(&test_db, left), "27 27");
    test_db_run(&test_db, "delete from session where session_id = 2");
    assert_string_equal(test_db_value(&test_db, left), "18 18");
    test_db_run(&test_db, "delete from event");
    assert_string_equal(test_db_value(&test_db, left), "0 0");
}

/* Who is being recommended something cannot be erased behind the back of it. */
static void an_erasure_waits_for_what_is_being_written(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *writer = test_db_open(&test_db, DB_OWNER);
    CLEANUP(db_cleanup) struct db *eraser = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    test_db_run(&test_db, conference);
    assert_int_equal(db_script(writer, "begin", &err), 0);
    assert_int_equal(db_script(writer,
                               "insert into match (event_id, person_id, session_id, score, "
                               "because, rank) values (1, 5, 1, 1, '', 1)",
                               &err),
                     0);
    static const char *const gone[] = {"delete from person where person_id = 5",
                                       "delete from session where session_id = 1"};
    assert_int_equal(db_script(eraser, "set lock_timeout = '50ms'", &err), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_true(db_script(eraser, gone[i], &err) < 0);
        assert_non_null(strstr(err.message, "lock timeout"));
    }
    assert_int_equal(db_script(writer, "commit", &err), 0);
    assert_int_equal(db_script(eraser, gone[0], &err), 0);
    assert_string_equal(test_db_value(&test_db, "select count(*) from match"), "0");
}

static void an_instant_is_exact_to_the_microsecond(void **state)
{
    (void)state;
    assert_string_equal(
        test_db_value(
            &test_db,
            "select count(*) || ' ' || (instant(0) is null and instant(null) is null) from "
            "(select (random() * 4e15)::bigint + 1 as us from generate_series(1, 20000)) "
            "g where us(instant(us)) <> us"),
        "0 true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(a_change_of_many_people_is_a_few_jobs),
        DB_TEST(what_is_about_one_comes_before_what_is_about_many),
        DB_TEST(a_failed_job_for_many_falls_apart),
        DB_TEST(a_job_for_many_that_killed_its_worker_falls_apart),
        DB_TEST(recommendations_are_of_people_and_sessions_that_exist),
        DB_TEST(what_belongs_to_who_is_gone_goes_too),
        DB_TEST(an_erasure_waits_for_what_is_being_written),
        DB_TEST(an_instant_is_exact_to_the_microsecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
