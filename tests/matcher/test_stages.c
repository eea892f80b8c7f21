/* The stages on a real database, step by step: what people are told, and that two workers of a
 * stage do the work of one. */
#include "matcher/stages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_first_round_tells_everybody_once(void **state)
{
    (void)state;
    run(programme);
    work();
    assert_int_equal(count("outbox where kind = 'question' and address = 'bob@example.org'"), 1);
    assert_int_equal(count("outbox where kind = 'quorum' and address = 'ann@example.org'"), 1);
    assert_int_equal(count("clash where kind = 'required_twice' and is_open"), 1);
    int64_t n = count("outbox");
    run("insert into job (event_id, stage, subject, subject_id) select event_id, s, 'event', 0 "
        "from event, unnest(array['resolve', 'match', 'clash', 'plan']) s; insert into job "
        "(event_id, stage, subject, subject_id) select event_id, 'plan', 'person', person_id from "
        "person; insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', "
        "'track', track_id from track");
    work();
    assert_int_equal(count("outbox"), n);
    assert_int_equal(count("job where due_at <= now()"), 0);
}

static void who_wants_no_messages_does_not_count_as_told(void **state)
{
    (void)state;
    run(programme);
    work();
    run("delete from outbox; delete from told; delete from report; insert into preference "
        "(event_id, person_id, channel) select event_id, person_id, 'none' from person");
    run("insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', 'track', "
        "track_id from track");
    work();
    assert_int_equal(count("outbox"), 0);
    assert_int_equal(count("told"), 0);
    assert_int_equal(count("report"), 0);
    run("update session set starts_at = starts_at + interval '5 minutes'");
    work();
    run("update preference set channel = 'any'");
    work();
    /* now they hear of it as it is, not as a change of what they never knew */
    assert_int_equal(count("outbox where kind = 'question'"), 1);
    assert_int_equal(count("outbox where kind = 'change'"), 0);
    assert_true(count("told where extract(minute from starts_at) = 5") > 0);
}

static void a_change_that_could_not_be_told_is_told_later(void **state)
{
    (void)state;
    run(programme);
    work();
    run("insert into preference (event_id, person_id, channel) select event_id, person_id, 'none' "
        "from person");
    work();
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    work();
    assert_int_equal(count("outbox where kind = 'change'"), 0);
    run("update preference set channel = 'any'");
    work();
    assert_int_equal(count("outbox where kind = 'change' and address = 'bob@example.org'"), 1);
}

static void a_lead_hears_when_the_block_of_the_report_moves(void **state)
{
    (void)state;
    run(programme);
    run("delete from registrant where key = 'Ann'"); /* no agenda: the report is all she got */
    work();
    assert_int_equal(count("outbox where kind = 'quorum' and address = 'ann@example.org'"), 1);
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    work();
    assert_int_equal(count("outbox where kind = 'change' and address = 'ann@example.org'"), 1);
}

static void messages_that_can_wait_come_after_the_quiet_hours(void **state)
{
    (void)state;
    run(programme);
    run("update registrant set timezone = 'Asia/Tokyo'");
    {
        CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct err err = {0};
        assert_int_equal(resolve_worker.step(NULL, db, arena, &err), 0);
    }
    /* from half an hour ago until in two hours, as Tokyo's clocks have it */
    run("insert into preference (event_id, person_id, quiet_from_min, quiet_until_min) select "
        "event_id, person_id, (m + 1410) % 1440, (m + 120) % 1440 from person, "
        "(select (extract(hour from l) * 60 + extract(minute from l))::integer as m from (select "
        "now() at time zone 'Asia/Tokyo' as l) x) y");
    work();
    assert_true(count("outbox where kind = 'question'") > 0);
    assert_int_equal(count("outbox where due_at between now() + interval '118 minutes' and now() + "
                           "interval '120 minutes'"),
                     count("outbox"));
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    work();
    assert_true(count("outbox where kind = 'change' and due_at <= now()") > 0);
}

static void two_reminders_then_the_lead_is_told(void **state)
{
    (void)state;
    run(programme);
    work();
    for (int i = 1; i <= 4; i++) {
        pass("5 days 1 second");
        work();
        assert_int_equal(count("outbox where kind = 'question'"), i < 2 ? 1 + i : 3);
    }
    assert_int_equal(count("outbox where kind = 'question' and payload ->> 'reminder' = '2'"), 1);
    assert_int_equal(count("outbox where kind = 'quorum' and address = 'ann@example.org' and "
                           "payload::text like '%no answer after two reminders%'"),
                     1);
}

static void a_question_that_comes_back_is_asked_again(void **state)
{
    (void)state;
    run(programme);
    run("delete from mention where role = 'key_attendee' and track_id = (select track_id from "
        "track where key = 'PCI')");
    work();
    for (int i = 0; i < 2; i++) {
        run("update mention set track_id = (select track_id from track where key = 'PCI') where "
            "role = 'key_attendee'");
        work();
        run("update mention set track_id = (select track_id from track where key = 'Rust') where "
            "role = 'key_attendee'");
        work();
    }
    assert_int_equal(count("outbox where kind = 'question'"), 5);
    assert_int_equal(count("report where kind = 'question' and times_sent = 1"), 1);
}

static void the_lead_hears_of_a_name_that_left_the_list(void **state)
{
    (void)state;
    run(programme);
    work();
    run("delete from mention where role = 'key_attendee'");
    work();
    assert_int_equal(count("outbox where kind = 'quorum' and payload::text like '%Bob Example is "
                           "no longer on the list%'"),
                     1);
    assert_int_equal(count("clash where kind = 'required_twice' and is_open"), 0);
}

static void a_name_that_weighs_less_changes_the_clash(void **state)
{
    (void)state;
    run(programme);
    work();
    const char *sql = "select severity from clash where kind = 'required_twice'";
    char before[32];
    (void)snprintf(before, sizeof before, "%s", value(sql));
    run("update mention set strength = 'would_like' where role = 'key_attendee'");
    work();
    assert_true(count("job where stage = 'clash' and due_at <= now()") == 0);
    assert_true(strcmp(before, value(sql)) != 0 ||
                count("clash where kind = 'required_twice' and is_open") == 0);
}

static void what_was_refused_goes_the_other_way_unless_no_messages_are_wanted(void **state)
{
    (void)state;
    for (int wants = 1; wants >= 0; wants--) {
        run("delete from event");
        run(programme);
        run("update registrant set matrix_id = '@' || lower(key) || ':example.org'");
        work();
        if (!wants) {
            run("insert into preference (event_id, person_id, channel) select event_id, person_id, "
                "'none' from person");
        }
        run("update outbox set state = 'refused' where kind = 'question' and channel = 'mail'");
        work();
        assert_int_equal(count("outbox where kind = 'question' and channel = 'matrix'"), wants);
    }
}

static void an_event_can_be_deleted_with_all_its_work(void **state)
{
    (void)state;
    run(programme);
    work();
    run("update mention set strength = 'should'");
    run("delete from event");
    work(); /* what waits for its time finds nothing then */
    assert_int_equal(count("job where due_at <= now()"), 0);
    assert_int_equal(count("person"), 0);
}

/* --- several workers --- */

/* What everybody was told and what is open, without ids and order. */
static const char outcome[] =
    "select md5(string_agg(line, '|' order by line)) from (select kind || ' ' || address || ' ' || "
    "count(*) as line from outbox group by kind, address union all select kind || severity || why "
    "from clash where is_open union all select p.name || t.starts_at || t.sequence from told t "
    "join person p using (event_id, person_id)) x";

/* The same edits, each followed by what workers make of it; their order must not matter. */
static void edit(int i)
{
    static const char *const edits[] = {
        "update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'",
        "update registrant set attendance = 'remote' where key like 'r1%'",
        "update registrant set departs_at = '2099-12-11 10:00Z' where key in ('r3', 'r4')",
        "update registrant set status = 'cancelled' where key = 'r7'",
        "update session set starts_at = starts_at + interval '5 minutes' where key = 'PCI'",
    };
    run(edits[i]);
}

#define N_EDITS 5

static void work_forked(int n_each)
{
    pid_t pids[16];
    int n = 0;
    for (int i = 0; i < 4 * n_each; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            struct db *db = NULL;
            struct arena *arena = arena_new();
            struct err err = {0};
            int idle = 0;
            int failed = db_open(test_db.url, DB_MATCHER, &db, &err) < 0;
            while (!failed && idle < 40) {
                arena_reset(arena);
                int r = workers[i % 4]->step(NULL, db, arena, &err);
                failed = r < 0 && r != ERR_RETRY;
                idle = r == WORKER_IDLE ? idle + 1 : 0;
                (void)usleep(r == 0 ? 0 : 10000);
            }
            if (failed) {
                (void)fprintf(stderr, "%s: %s\n", workers[i % 4]->name, err.message);
            }
            db_close(db);
            _exit(failed);
        }
        pids[n++] = pid;
    }
    for (int i = 0; i < N_EDITS; i++) { /* while they work */
        (void)usleep(30000);
        edit(i);
    }
    for (int i = 0; i < n; i++) {
        int status = 0;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    work();
}

static void three_workers_of_each_stage_do_what_one_does(void **state)
{
    (void)state;
    char alone[64];
    set(SET_BATCH, "3"); /* many batches, much to get in each other's way */
    crowd();
    for (int i = 0; i < N_EDITS; i++) {
        edit(i);
    }
    work();
    const char *open = "select md5(string_agg(kind || severity || why, '|' order by kind, why)) "
                       "from clash where is_open";
    (void)snprintf(alone, sizeof alone, "%s", value(open));

    run("delete from event; delete from job");
    crowd();
    work_forked(3);
    assert_string_equal(value(open), alone);
    /* nobody got the same thing twice, and what was told last is what is true */
    assert_int_equal(count("(select address, kind, payload - 'calendar' from outbox where kind in "
                           "('question', 'quorum') group by 1, 2, 3 having count(*) > 1) x"),
                     0);
    assert_int_equal(count("(select address from outbox where kind = 'agenda' and (payload ->> "
                           "'first')::boolean group by 1 having count(*) > 1) x"),
                     0);
    assert_int_equal(count("told t join session s using (event_id, session_id) where t.starts_at "
                           "<> s.starts_at"),
                     0);
    assert_int_equal(count("job where due_at <= now()"), 0);
    assert_true(value(outcome)[0] != '\0');
}

/* As after a migration, or a dump without it: the database has no state of either programme. */
static void two_events_of_which_no_state_is_known_are_not_mixed_up(void **state)
{
    (void)state;
    run("insert into event (slug, title, timezone, starts_at, ends_at) select s, s, 'UTC', "
        "'2099-12-11', '2099-12-12' from unnest(array['a', 'b']) s;"
        "insert into session (event_id, key, title, kind, starts_at, ends_at) select event_id, t, "
        "t, 'talk', timestamptz '2099-12-11 09:00Z' + i * interval '1 hour', timestamptz "
        "'2099-12-11 10:00Z' + i * interval '1 hour' from event, unnest(case slug when 'a' then "
        "array['Rust', 'Cooking', 'Gardens'] else array['Cooking', 'Gardens', 'Rust'] end) with "
        "ordinality v (t, i) order by event_id, i;"
        "insert into registrant (event_id, key, name, email, interests) select event_id, 'r', 'Ann "
        "Example', 'ann@example.org', 'rust' from event;"
        "delete from programme_state");
    work();
    assert_string_equal(value("select string_agg(distinct s.title, ' ') from match m join session "
                              "s using (event_id, session_id)"),
                        "Rust");
    assert_int_equal(count("match"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_events_of_which_no_state_is_known_are_not_mixed_up),
        TEST(the_first_round_tells_everybody_once),
        TEST(who_wants_no_messages_does_not_count_as_told),
        TEST(a_change_that_could_not_be_told_is_told_later),
        TEST(a_lead_hears_when_the_block_of_the_report_moves),
        TEST(messages_that_can_wait_come_after_the_quiet_hours),
        TEST(two_reminders_then_the_lead_is_told),
        TEST(a_question_that_comes_back_is_asked_again),
        TEST(the_lead_hears_of_a_name_that_left_the_list),
        TEST(a_name_that_weighs_less_changes_the_clash),
        TEST(what_was_refused_goes_the_other_way_unless_no_messages_are_wanted),
        TEST(an_event_can_be_deleted_with_all_its_work),
        TEST(three_workers_of_each_stage_do_what_one_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
