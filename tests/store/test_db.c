#include "support/test_db.h"

#include "store/conference_store.h"
#include "store/migrate.h"
#include "store/queue.h"

#include <string.h>
#include <unistd.h>

static void every_statement_prepares_on_a_fresh_database(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    int n = 0;
    if (db_prepare_all(db, &n, &err) < 0) {
        fail_msg("%s", err.message);
    }
    assert_true(n > 20);
}

static void migrating_twice_changes_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    int applied = -1;
    assert_int_equal(migrate(db, &applied, &err), 0);
    assert_int_equal(applied, 0);
}

static void an_edited_migration_is_refused(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    test_db_run(&test_db, "update migration set sha256 = 'x' where name like '%0002%'");
    assert_int_equal(migrate(db, NULL, &err), ERR_DB);
    assert_non_null(strstr(err.message, "0002_flow.sql"));
}

static void a_database_from_the_future_is_refused(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    test_db_run(&test_db, "insert into migration values ('migrations/9999_later.sql', 'x')");
    assert_int_equal(migrate(db, NULL, &err), ERR_DB);
    assert_non_null(strstr(err.message, "older than the database"));
}

static void every_key_contains_the_event(void **state)
{
    (void)state;
    assert_string_equal(
        test_db_value(&test_db,
                      "select string_agg(c.conrelid::regclass || '.' || c.conname, ' ') "
                      "from pg_constraint c join pg_class t on t.oid = c.conrelid "
                      "where c.connamespace = 'rollcall'::regnamespace and c.contype in ('p', 'f') "
                      "and t.relname <> 'migration' and not exists (select from pg_attribute a "
                      "where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = "
                      "'event_id')"),
        "");
}

static void roles_cannot_write_what_is_not_theirs(void **state)
{
    (void)state;
    static const struct {
        enum db_role role;
        const char *sql;
        bool is_allowed;
    } cases[] = {
        {DB_NOTIFIER, "update outbox set payload = '{}'", false},
        {DB_NOTIFIER, "update outbox set state = 'waiting' where false", true},
        {DB_NOTIFIER, "select name from registrant", false},
        {DB_NOTIFIER, "insert into outbox (event_id) values (1)", false},
        {DB_WEB, "update clash set why = ''", false},
        {DB_WEB, "update clash set acknowledged_by = '' where false", true},
        {DB_WEB, "delete from answer", false},
        {DB_WEB, "update session set title = ''", false},
        {DB_IMPORTER, "update registrant set person_id = null", false},
        {DB_IMPORTER, "insert into resolution (event_id) values (1)", false},
        {DB_MATCHER, "update registrant set name = ''", false},
        {DB_MATCHER, "update registrant set person_id = null where false", true},
        {DB_MATCHER, "update outbox set state = 'sent'", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, cases[i].role);
        struct err err = {0};
        int r = db_script(db, cases[i].sql, &err);
        if ((r == 0) != cases[i].is_allowed ||
            (r < 0 && strstr(err.message, "permission denied") == NULL)) {
            fail_msg("%s: %s", cases[i].sql, r == 0 ? "was allowed" : err.message);
        }
    }
}

static void a_workers_error_names_no_values(void **state)
{
    (void)state;
    static const enum db_role roles[] = {DB_MATCHER, DB_OWNER};
    test_db_run(&test_db, "insert into event (slug) values ('e')");
    test_db_run(&test_db, "insert into person (event_id, person_id, name) select event_id, 7, '' "
                          "from event");
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, roles[i]);
        struct err err = {0};
        assert_int_equal(db_script(db,
                                   "insert into person_alias (event_id, person_id, kind, value) "
                                   "select event_id, 7, 'email', 'bob@example.org' from event, "
                                   "generate_series(1, 2)",
                                   &err),
                         ERR_INPUT);
        assert_int_equal(strstr(err.message, "bob@example.org") != NULL, roles[i] == DB_OWNER);
    }
}

static void arrays_carry_every_character(void **state)
{
    (void)state;
    struct db_array array = {0};
    db_array_text(&array, "a\"b\\c,{d} é");
    db_array_text(&array, "");
    db_array_int_or_null(&array, 0);
    assert_string_equal(array.text.data, "{\"a\\\"b\\\\c,{d} é\",\"\",null}");
    db_array_done(&array);
}

static int claim_with(struct db *db, const struct claim *how, struct arena *arena,
                      struct job_batch *batch)
{
    struct err err = {0};
    int r = queue_claim(db, how, arena, batch, &err);
    if (r < 0) {
        fail_msg("%s", err.message);
    }
    return r;
}

/* A batch of `limit` out of what is due for a stage, in the caller's transaction. */
static int claim_in(struct db *db, enum stage stage, int limit, struct arena *arena,
                    struct job_batch *batch)
{
    return claim_with(db, &(struct claim){.stage = stage, .limit = limit}, arena, batch);
}

/* The same in a transaction that the caller ends. */
static int claim(struct db *db, enum stage stage, int limit, struct arena *arena,
                 struct job_batch *batch)
{
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    return claim_in(db, stage, limit, arena, batch);
}

static void jobs_wait_for_the_stages_before_them(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct job_batch batch = {0};
    test_db_run(
        &test_db,
        "insert into event (slug) values ('e');"
        "insert into job (event_id, stage, subject, subject_id) select event_id, s, 'person', 7 "
        "from event, unnest(array['plan', 'clash', 'clash']) s");
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(claim_in(db, STAGE_PLAN, 10, arena, &batch), QUEUE_EMPTY);
    assert_int_equal(claim_in(db, STAGE_CLASH, 10, arena, &batch), 0);
    assert_int_equal(batch.jobs.n, 1);
    assert_int_equal(batch.job_ids.n, 2);
    assert_int_equal(batch.jobs.items[0].subject_id, 7);
    db_rollback(db);

    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(queue_failed(db, &batch, &(struct err){.message = "broken"}, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(db_begin(db, &err), 0);
    /* a job that failed waits, and does not hold the later stages up */
    assert_int_equal(claim_in(db, STAGE_CLASH, 10, arena, &batch), QUEUE_EMPTY);
    assert_int_equal(claim_in(db, STAGE_PLAN, 10, arena, &batch), 0);
    assert_int_equal(claim_in(db, STAGE_PLAN, 10, arena, &batch), QUEUE_EMPTY);
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(
        test_db_value(&test_db,
                      "select count(*) from job where attempts = 1 and last_error = 'broken'"),
        "2");
}

static void settling_jobs_are_left_alone(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct job_batch batch = {0};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', 7 from event");
    assert_int_equal(db_begin(db, &err), 0);
    const struct claim settled = {
        .stage = STAGE_PLAN, .limit = 10, .settle_us = 3600 * (int64_t)1000000};
    assert_int_equal(claim_with(db, &settled, arena, &batch), QUEUE_EMPTY);
    assert_int_equal(claim_in(db, STAGE_PLAN, 10, arena, &batch), 0);
    db_rollback(db);
}

static void a_subject_brings_all_its_jobs(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', i % 50 from event, generate_series(1, 200) i");
    assert_int_equal(claim(db, STAGE_PLAN, 10, arena, &batch), 0);
    assert_int_equal(batch.jobs.n, 10);
    assert_int_equal(batch.job_ids.n, 40);
    db_rollback(db);
}

/* A worker that was not stopped for an upgrade. */
static void a_job_of_a_newer_program_is_an_error_and_stays(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    struct err err = {0};
    test_db_run(&test_db, "alter table job drop constraint job_subject_check;"
                          "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'galaxy', 1 from event");
    assert_int_equal(db_begin(db, &err), 0);
    const struct claim claim = {.stage = STAGE_PLAN, .limit = 10};
    assert_int_equal(queue_claim(db, &claim, arena, &batch, &err), ERR_DB);
    assert_non_null(strstr(err.message, "galaxy"));
    assert_non_null(strstr(err.message, "older than the database"));
    db_rollback(db);
    assert_string_equal(test_db_value(&test_db, "select count(*) from job"), "1");
}

static void a_job_for_the_event_does_the_work_of_all_but_in_plan(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    test_db_run(&test_db,
                "insert into event (slug) values ('e'), ('f'); delete from job;"
                "insert into job (event_id, stage, subject, subject_id) select event_id, s, "
                "'person', i from event, generate_series(1, 500) i, unnest(array['clash', 'plan']) "
                "s; insert into job (event_id, stage, subject, subject_id) select event_id, s, "
                "'event', 0 from event, unnest(array['clash', 'plan']) s where slug = 'e'");
    assert_int_equal(claim(db, STAGE_CLASH, 10, arena, &batch), 0);
    struct err err = {0};
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(batch.jobs.n, 501);
    assert_int_equal(claim(db, STAGE_CLASH, 10, arena, &batch), 0); /* the other event */
    assert_int_equal(batch.jobs.n, 10);
    db_rollback(db);
    assert_int_equal(claim(db, STAGE_PLAN, 10, arena, &batch), 0);
    assert_int_equal(batch.jobs.n, 10);
    db_rollback(db);
}

static void what_failed_is_tried_again_in_smaller_batches(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct job_batch batch = {0};
    static const size_t sizes[] = {200, 50, 12, 3, 1, 1};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', i from event, generate_series(1, 300) i");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(claim(db, STAGE_PLAN, 200, arena, &batch), 0);
        assert_int_equal(batch.jobs.n, sizes[i]);
        db_rollback(db);
        assert_int_equal(queue_failed(db, &batch, &(struct err){.message = "broken"}, &err), 0);
        test_db_run(&test_db, "update job set due_at = now() where attempts = (select "
                              "max(attempts) from job); update job set due_at = now() + interval "
                              "'1 day' where attempts < (select max(attempts) from job)");
    }
}

static void a_job_that_another_worker_has_is_not_claimed_again(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *one = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(db_cleanup) struct db *two = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch first = {0};
    struct job_batch second = {0};
    struct err err = {0};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'clash', 'person', i % 4 from event, generate_series(1, 8) i; "
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', 1 from event");
    assert_int_equal(claim(one, STAGE_CLASH, 2, arena, &first), 0);
    assert_int_equal(claim(two, STAGE_CLASH, 9, arena, &second), 0);
    assert_true(first.jobs.n > 0 && second.jobs.n > 0);
    assert_int_equal(first.jobs.n + second.jobs.n, 4);
    assert_true(first.jobs.items[0].subject_id != second.jobs.items[0].subject_id);
    assert_int_equal(db_commit(two, &err), 0);
    /* what is under way still holds the later stage back; what was rolled back comes again */
    assert_int_equal(claim(two, STAGE_CLASH, 9, arena, &second), QUEUE_EMPTY);
    db_rollback(two);
    assert_int_equal(claim(two, STAGE_PLAN, 9, arena, &second), QUEUE_EMPTY);
    db_rollback(two);
    db_rollback(one);
    assert_int_equal(claim(two, STAGE_CLASH, 9, arena, &second), 0);
    assert_int_equal(second.jobs.n, first.jobs.n);
    db_rollback(two);
}

/* Takes a batch in hand and dies: the connection is gone, the note stays. */
static size_t die_with(enum stage stage, int limit)
{
    struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct job_batch batch = {0};
    const struct claim careful = {.stage = stage, .limit = limit, .is_careful = true};
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(claim_with(db, &careful, arena, &batch), 0);
    assert_true(batch.is_held);
    assert_int_equal(queue_take_held(db, &batch, &err), 0);
    db_close(db);
    return batch.jobs.n;
}

/* The server notices a closed connection a moment later. */
static struct reaped reap_all(struct db *db, enum stage stage, int64_t n)
{
    struct reaped sum = {0};
    for (int i = 0; i < 500 && sum.n < n; i++) {
        struct err err = {0};
        struct reaped one = {0};
        assert_int_equal(queue_reap(db, stage, &one, &err), 0);
        sum.n += one.n;
        sum.n_failed += one.n_failed;
        if (sum.n < n) {
            (void)usleep(10 * 1000);
        }
    }
    assert_int_equal(sum.n, n);
    return sum;
}

static void what_a_dead_worker_had_in_hand_is_found_and_halved(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct job_batch batch = {0};
    static const size_t sizes[] = {200, 50, 12, 3, 1};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'clash', 'person', i from event, generate_series(1, 200) i;"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', 1 from event");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(die_with(STAGE_CLASH, 200), sizes[i]);
        struct reaped reaped = reap_all(db, STAGE_CLASH, (int64_t)sizes[i]);
        bool is_last = i + 1 == sizeof sizes / sizeof sizes[0];
        assert_int_equal(reaped.n_failed, is_last);
        if (!is_last) { /* bad luck so far: the later stage still waits */
            assert_int_equal(claim(db, STAGE_PLAN, 9, arena, &batch), QUEUE_EMPTY);
            db_rollback(db);
        }
        /* next come those that were in hand just now, not the rest of the line */
        test_db_run(&test_db,
                    "update job set due_at = now() - deaths * interval '1 hour' where deaths = "
                    "(select max(deaths) from job) and attempts = 0");
    }
    assert_string_equal(test_db_value(&test_db, "select count(*) || ' ' || max(last_error) from "
                                                "job where attempts = 1 and due_at > now()"),
                        "1 the worker died, or lost the database, with this in hand");
    assert_int_equal(claim(db, STAGE_CLASH, 200, arena, &batch), 0);
    assert_true(batch.is_held); /* what is suspect is held by everybody */
    db_rollback(db);
}

static void what_a_living_worker_has_in_hand_is_left_alone(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *one = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(db_cleanup) struct db *two = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct reaped reaped = {0};
    struct job_batch batch = {0};
    struct job_batch none = {0};
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "s, 'person', 1 from event, unnest(array['clash', 'plan']) s");
    const struct claim careful = {.stage = STAGE_CLASH, .limit = 9, .is_careful = true};
    assert_int_equal(db_begin(one, &err), 0);
    assert_int_equal(claim_with(one, &careful, arena, &batch), 0);
    assert_int_equal(queue_take_held(one, &batch, &err), 0);
    assert_int_equal(queue_reap(two, STAGE_CLASH, &reaped, &err), 0);
    assert_int_equal(reaped.n, 0);
    assert_int_equal(claim(two, STAGE_CLASH, 9, arena, &none), QUEUE_EMPTY);
    db_rollback(two);
    assert_int_equal(claim(two, STAGE_PLAN, 9, arena, &none), QUEUE_EMPTY);
    db_rollback(two);
    /* nobody's fault: free again, and as fresh as before */
    db_rollback(one);
    assert_int_equal(queue_let_go(one, &batch, &err), 0);
    assert_string_equal(
        test_db_value(&test_db,
                      "select held_by + attempts + deaths from job where stage = 'clash'"),
        "0");
    assert_int_equal(db_begin(one, &err), 0);
    assert_int_equal(claim_with(one, &careful, arena, &batch), 0);
    assert_int_equal(queue_take_held(one, &batch, &err), 0);
    assert_int_equal(db_commit(one, &err), 0);
    assert_string_equal(test_db_value(&test_db, "select count(*) from job where stage = 'clash'"),
                        "0");
    /* what was taken over meanwhile must not be done a second time */
    CLEANUP(db_cleanup) struct db *three = test_db_open(&test_db, DB_MATCHER);
    test_db_run(&test_db, "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'clash', 'person', 2 from event");
    assert_int_equal(db_begin(three, &err), 0);
    assert_int_equal(claim_with(three, &careful, arena, &batch), 0);
    assert_int_equal(db_commit(three, &err), 0);
    assert_int_equal(queue_reap(two, STAGE_CLASH, &reaped, &err), 0);
    assert_int_equal(reaped.n, 1); /* it was not marked: as good as dead */
    assert_int_equal(db_begin(three, &err), 0);
    assert_int_equal(queue_take_held(three, &batch, &err), ERR_RETRY);
    db_rollback(three);
}

static void the_next_job_that_waits_says_when(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    assert_true(queue_next_due_us(db, STAGE_PLAN, 0) == INT64_MAX);
    test_db_run(&test_db, "insert into event (slug) values ('e');"
                          "insert into job (event_id, stage, subject, subject_id, due_at) select "
                          "event_id, 'plan', 'person', 7, now() + interval '1 hour' from event");
    int64_t hour_us = 3600 * (int64_t)1000000;
    int64_t due_us = queue_next_due_us(db, STAGE_PLAN, 0);
    assert_true(due_us > hour_us - hour_us / 60 && due_us <= hour_us);
    test_db_run(&test_db, "insert into job (event_id, stage, subject, subject_id) select event_id, "
                          "'plan', 'person', 8 from event");
    assert_int_equal(queue_next_due_us(db, STAGE_PLAN, 0) / (hour_us / 60),
                     due_us / (hour_us / 60));
    due_us = queue_next_due_us(db, STAGE_PLAN, hour_us / 2);
    assert_true(due_us > hour_us / 2 - hour_us / 60 && due_us <= hour_us / 2);
}

static void a_change_of_everything_after_one_of_a_row_is_not_a_loop_in_a_loop(void **state)
{
    (void)state;
    static const char *const tables[] = {
        "insert into registrant (event_id, key, name) select event_id, i, i from event, "
        "generate_series(1, 12000) i;"
        "update registrant set name = 'x' where key = '1'; update registrant set name = name || "
        "'.'",
        "insert into session (event_id, key, title) select event_id, i, i from event, "
        "generate_series(1, 12000) i;"
        "update session set title = 'x' where key = '1'; update session set title = title || '.'",
        "insert into person (event_id, person_id, name) select event_id, i, i from event, "
        "generate_series(1, 12000) i;"
        "update person set name = 'x' where person_id = 1; update person set name = name || '.'",
    };
    test_db_run(&test_db, "insert into event (slug) values ('e')");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
        struct err err = {0};
        assert_int_equal(db_script(db, "set statement_timeout = '6s'", &err), 0);
        if (db_script(db, tables[i], &err) < 0) {
            fail_msg("table %zu: %s", i, err.message);
        }
    }
}

#define TEST(name) DB_TEST(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_statement_prepares_on_a_fresh_database),
        TEST(migrating_twice_changes_nothing),
        TEST(an_edited_migration_is_refused),
        TEST(a_database_from_the_future_is_refused),
        TEST(every_key_contains_the_event),
        TEST(roles_cannot_write_what_is_not_theirs),
        TEST(a_workers_error_names_no_values),
        cmocka_unit_test(arrays_carry_every_character),
        TEST(jobs_wait_for_the_stages_before_them),
        TEST(settling_jobs_are_left_alone),
        TEST(a_subject_brings_all_its_jobs),
        TEST(a_job_of_a_newer_program_is_an_error_and_stays),
        TEST(a_job_for_the_event_does_the_work_of_all_but_in_plan),
        TEST(what_failed_is_tried_again_in_smaller_batches),
        TEST(a_job_that_another_worker_has_is_not_claimed_again),
        TEST(what_a_dead_worker_had_in_hand_is_found_and_halved),
        TEST(what_a_living_worker_has_in_hand_is_left_alone),
        TEST(the_next_job_that_waits_says_when),
        TEST(a_change_of_everything_after_one_of_a_row_is_not_a_loop_in_a_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
