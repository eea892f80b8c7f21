/* Statements that are sent without waiting, and several reads on one snapshot. */
#include "support/test_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int set_up(void **state)
{
    (void)state;
    test_db_init(&test_db);
    test_db_run(&test_db, "insert into event (slug, title) values ('e', 'E')");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_db_done(&test_db);
    return 0;
}

/* Adds an event of that slug without waiting. */
static void send_event(struct db *db, const char *slug)
{
    struct err err = {0};
    assert_int_equal(db_send(db, "event_add", &err, "ttt", slug, "", "UTC"), 0);
}

static const char *slugs(void)
{
    return test_db_value(&test_db, "select string_agg(slug, ' ' order by event_id) from event");
}

static void a_transaction_of_writes_is_one_round_trip(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    int64_t before = db_usage(db).n_trips;
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "one");
    send_event(db, "two");
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(db_usage(db).n_trips - before, 1);
    assert_string_equal(slugs(), "e one two");
}

static void more_than_fit_at_once_arrive_all(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    for (int i = 0; i < 300; i++) {
        char slug[16];
        (void)snprintf(slug, sizeof slug, "n%d", i);
        send_event(db, slug);
    }
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "301");
}

static void what_failed_on_the_way_shows_at_the_commit_and_leaves_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "one");
    send_event(db, "Not A Slug");
    send_event(db, "three");
    assert_int_equal(db_commit(db, &err), ERR_INPUT);
    assert_non_null(strstr(err.message, "event_add"));
    assert_string_equal(slugs(), "e");
    db_rollback(db);
    assert_int_equal(db_begin(db, &err), 0); /* the connection goes on */
    send_event(db, "four");
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(slugs(), "e four");
}

static void what_failed_on_the_way_shows_at_the_next_query(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "Not A Slug");
    assert_int_equal(db_query(db, "event_by_slug", &rows, &err, "t", ""), ERR_INPUT);
    assert_null(rows.result);
    db_rollback(db);
    assert_int_equal(db_query(db, "event_by_slug", &rows, &err, "t", ""), 0);
    assert_int_equal(rows.n, 1);
}

/* The server's word on how it plans. */
static int is_planned(struct db *db, const char *mode)
{
    struct err err = {0};
    char sql[128];
    (void)snprintf(sql, sizeof sql,
                   "do $$ begin assert current_setting('plan_cache_mode') = '%s'; end $$", mode);
    return db_script(db, sql, &err) == 0;
}

static void plans_are_kept_while_much_is_written_and_no_longer(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(db_begin(db, &err), 0);
        assert_true(is_planned(db, "force_custom_plan"));
        assert_int_equal(db_begin_writing(db, &err), 0);
        assert_true(is_planned(db, "auto"));
        if (i == 0) {
            assert_int_equal(db_commit(db, &err), 0);
        } else {
            db_rollback(db);
        }
        assert_true(is_planned(db, "force_custom_plan"));
    }
}

static void a_rollback_takes_back_what_nobody_waited_for(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "one");
    db_rollback(db);
    assert_string_equal(slugs(), "e");
}

static void a_statement_that_could_not_be_prepared_is_prepared_again(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    test_db_run(&test_db,
                "alter table memory rename to elsewhere; alter table event rename to gone");
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "one");
    assert_true(db_commit(db, &err) < 0);
    db_rollback(db);
    test_db_run(&test_db,
                "alter table gone rename to event; alter table elsewhere rename to memory");
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "two");
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(slugs(), "e two");
}

static void a_lost_connection_is_an_error_at_the_next_wait(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    assert_int_equal(db_begin(db, &err), 0);
    send_event(db, "one");
    assert_int_equal(db_query(db, "event_by_slug", NULL, &err, "t", ""), 0);
    test_db_run(&test_db, "select pg_terminate_backend(pid) from pg_stat_activity where "
                          "application_name = 'rollcall_importer'");
    send_event(db, "two");
    assert_true(db_commit(db, &err) < 0);
    assert_false(db_is_alive(db));
    assert_string_equal(slugs(), "e");
}

/* While the second read is being planned somebody else adds a room and commits: the third must not
 * see it, for the first has not. */
static void reads_that_belong_together_see_one_moment(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    struct db_read reads[] = {{.name = "room_load"}, {.name = "track_load"}, {.name = "room_load"}};
    test_db_run(
        &test_db,
        "insert into room (event_id, key, name) select event_id, 'a', 'A' from event;"
        "insert into track (event_id, key, title) select event_id, 't', 'T' from event;"
        "create extension dblink;"
        /* "immutable": it is called when a statement is planned */
        "create function add_room() returns boolean language plpgsql immutable as $$ begin "
        "perform public.dblink_exec('dbname=' || current_database() || ' user=rollcall host=' "
        "|| split_part(current_setting('unix_socket_directories'), ',', 1), 'insert into "
        "rollcall.room (event_id, key, name) select event_id, ''x'' || random(), ''X'' from "
        "rollcall.event'); return true; end $$;"
        "alter extension dblink set schema public;"
        "alter table track rename to track_; create view track as select * from track_ where "
        "add_room()");
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_read_together(db, reads, 3, 1, NULL, false, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(reads[1].rows.n, 1);
    assert_int_not_equal(strtol(test_db_value(&test_db, "select count(*) from room"), NULL, 10), 1);
    assert_int_equal(reads[0].rows.n, 1);
    assert_int_equal(reads[2].rows.n, 1);
    db_reads_done(reads, 3);
}

static void what_is_sent_outside_a_transaction_is_done_at_once(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    send_event(db, "one");
    assert_string_equal(slugs(), "e one");
}

static void a_read_that_fails_leaves_no_rows_of_the_others(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_NOTIFIER);
    struct err err = {0};
    struct db_read reads[] = {{.name = "event_load"}, {.name = "room_load"}};
    assert_true(db_read_together(db, reads, 2, 1, NULL, false, &err) < 0); /* not its business */
    assert_null(reads[0].rows.result);
    assert_null(reads[1].rows.result);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_rehearsal_leaves_nothing_and_its_parts_stand_alone(void **state)
{
    (void)state;
    struct err err = {0};
    {
        CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
        struct db_usage before = db_usage(db);
        assert_int_equal(db_rehearse(db, &err), 0);
        assert_int_equal(db_begin(db, &err), 0);
        send_event(db, "kept");
        assert_int_equal(db_commit(db, &err), 0);
        assert_int_equal(db_begin(db, &err), 0);
        send_event(db, "given-up");
        db_rollback(db); /* of this part, not of what came before */
        assert_int_equal(db_begin(db, &err), 0);
        send_event(db, "no such slug");
        assert_true(db_commit(db, &err) < 0);
        db_rollback(db);
        CLEANUP(rows_done) struct rows rows = {0};
        assert_int_equal(db_query(db, "event_by_slug", &rows, &err, "t", ""), 0);
        assert_int_equal(rows.n, 2);
        assert_true(db_usage(db).n_trips > before.n_trips);
    }
    assert_string_equal(slugs(), "e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_transaction_of_writes_is_one_round_trip),
        TEST(more_than_fit_at_once_arrive_all),
        TEST(what_failed_on_the_way_shows_at_the_commit_and_leaves_nothing),
        TEST(what_failed_on_the_way_shows_at_the_next_query),
        TEST(plans_are_kept_while_much_is_written_and_no_longer),
        TEST(a_rollback_takes_back_what_nobody_waited_for),
        TEST(a_statement_that_could_not_be_prepared_is_prepared_again),
        TEST(a_lost_connection_is_an_error_at_the_next_wait),
        TEST(what_is_sent_outside_a_transaction_is_done_at_once),
        TEST(reads_that_belong_together_see_one_moment),
        TEST(a_read_that_fails_leaves_no_rows_of_the_others),
        TEST(a_rehearsal_leaves_nothing_and_its_parts_stand_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
