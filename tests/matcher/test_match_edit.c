/* One edit: whose recommendations are made again, and that all of them are as if everybody's were.
 */
#include "matcher/stages.h"

#include "store/queue.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SESSIONS "160"
#define PEOPLE   60

/* Words of letters only, each number another one. */
static const char words_sql[] =
    "create function w(n bigint) returns text language sql immutable return "
    "translate(substr(md5(n::text), 1, 7), '0123456789', 'ghijklmnop');"
    "create function topical(topic bigint, seed bigint, n integer) returns text language sql "
    "immutable return (select string_agg(case when hashint8(seed * 101 + i) % 3 <> 0 "
    "then w(topic * 1000 + abs(hashint8(seed * 77 + i)) % 9) "
    "else w(900000 + abs(hashint8(seed * 31 + i)) % 40) end, ' ' order by i) "
    "from generate_series(1, n) i);";

/* Sessions of 20 topics in 8 tracks, some of them twice; most people say a little, some much, some
 * nothing, and some of these give a talk. */
static const char crowd_sql[] =
    "insert into event (slug, title, timezone, starts_at, ends_at) values ('e', 'E', 'UTC', "
    "'2099-12-11', '2099-12-14');"
    "insert into track (event_id, key, title) select event_id, 't' || i, topical(i, 5000 + i, 2) "
    "from event, generate_series(1, 8) i;"
    "insert into session (event_id, key, title, abstract, language, track_id, starts_at, ends_at) "
    "select e.event_id, 's' || i, topical(i % 20, i - (i % 9 = 0)::int, 4), "
    "topical(i % 20, 1000 + i - (i % 9 = 0)::int, 40), 'en', t.track_id, "
    "timestamptz '2099-12-11 09:00Z' + (i % 30) * interval '1 hour', "
    "timestamptz '2099-12-11 10:00Z' + (i % 30) * interval '1 hour' "
    "from event e join track t using (event_id), generate_series(1, " SESSIONS ") i "
    "where t.key = 't' || (1 + i % 8);"
    "insert into registrant (event_id, key, name, email, interests) select event_id, 'r' || i, "
    "'Guest ' || initcap(w(i)), 'guest' || i || '@example.org', case i % 6 when 0 then '' "
    "when 1 then topical(i % 20, 7000 + i, 60) else topical(i % 20, 8000 + i, 2 + i % 5) end "
    "from event, generate_series(1, 60) i;"
    "insert into mention (event_id, role, strength, session_id, name, email) select s.event_id, "
    "'speaker', 'must', s.session_id, r.name, r.email from session s join registrant r "
    "using (event_id) where s.key = 's' || replace(r.key, 'r', '') and replace(r.key, 'r', "
    "'')::int % 12 = 0;"
    "insert into star (event_id, person_id, session_id, is_dislike) select p.event_id, "
    "p.person_id, "
    "s.session_id, false from person p join session s using (event_id) where false;";

/* Keeps what everybody has now; with_kept() tells how many rows are others since. */
static void keep(void)
{
    run("drop table if exists kept; create table kept as select person_id, session_id, rank, "
        "because "
        "from match");
}

static int64_t with_kept(void)
{
    return count(
        "((select person_id, session_id, rank, because from match except table kept) union "
        "all (table kept except select person_id, session_id, rank, because from match)) d");
}

static void start(void)
{
    set(SET_MATCH_REFRESH, "15m");
    run(words_sql);
    run(crowd_sql);
    work();
    assert_int_equal(count("(select distinct person_id from match) p"), PEOPLE);
}

/* As a worker that has just started finds them, with what was learned before. */
static void assert_as_found_anew(void)
{
    char *model = strdup(value("select model from match_model"));
    keep();
    run("delete from match");
    match_worker.stop(NULL);
    run("insert into job (event_id, stage, subject, subject_id) select event_id, 'match', "
        "'session', 0 from event");
    work();
    assert_string_equal(value("select model from match_model"), model);
    assert_int_equal(with_kept(), 0);
    free(model);
}

static int64_t n_touched(void)
{
    return count("match_touch where run = (select last_value from match_run)");
}

static void an_edit_is_about_those_whom_it_concerns(void **state)
{
    (void)state;
    start();
    keep();
    run("update session set abstract = abstract || ' ' || topical(3, 4711, 12) where key = 's43'");
    work();
    assert_true(with_kept() > 0);
    assert_in_range(n_touched(), 1, PEOPLE / 2);
    assert_int_equal(count("match_touch t where run = (select last_value from match_run) and not "
                           "exists (select from person p where p.person_id = t.person_id)"),
                     0);
    assert_as_found_anew();
}

static void a_change_that_is_undone_in_time_is_about_nobody(void **state)
{
    (void)state;
    start();
    run("update session set title = 'Something else' where key = 's1'");
    run("update session set title = topical(1, 1, 4) where key = 's1'");
    assert_int_equal(count("job where stage = 'match' and subject = 'session'"), 2);
    work();
    assert_int_equal(n_touched(), 0);
    assert_int_equal(count("job where stage = 'match'"), 0);
    assert_as_found_anew();
}

static void many_edits_and_words_of_people_end_as_if_found_anew(void **state)
{
    (void)state;
    start();
    static const char *const edits[] = {
        "update session set title = topical(7, 40, 5) where key = 's20'",
        "update registrant set interests = topical(7, 41, 4) where key = 'r5'",
        "update session set is_cancelled = true where key = 's25'",
        "insert into star (event_id, person_id, session_id) select event_id, person_id, session_id "
        "from registrant join session using (event_id) where registrant.key in ('r7', 'r8') and "
        "session.key = 's31'",
        "update session set abstract = topical(9, 42, 30) where key = 's31'", /* starred */
        "update session set abstract = topical(9, 43, 30) where key = 's12'", /* a speaker's own */
        "update session set is_cancelled = false where key = 's25'",
        "insert into session (event_id, key, title, abstract, starts_at, ends_at) select event_id, "
        "'new', topical(2, 44, 4), 'brandnewword ' || topical(2, 45, 20), '2099-12-12 09:00Z', "
        "'2099-12-12 10:00Z' from event",
        "update registrant set interests = 'brandnewword, ' || interests where key in ('r2', 'r9')",
        "update session set abstract = topical(2, 45, 20) where key = 'new'",
        "delete from mention where session_id = (select session_id from session where key = 's24')",
        "insert into mention (event_id, role, strength, session_id, name, email) select "
        "s.event_id, 'speaker', 'must', s.session_id, r.name, r.email from session s join "
        "registrant r using (event_id) where s.key = 's50' and r.key = 'r6'",
        "delete from star where person_id = (select person_id from registrant where key = 'r7')",
        "update registrant set status = 'cancelled' where key = 'r11'",
        ("insert into registrant (event_id, key, name, email, interests) select event_id, 'late', "
         "'Late Comer', 'late@example.org', topical(4, 46, 3) from event"),
        "update session set tags = topical(4, 47, 2) where key = 's84'",
    };
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        run(edits[i]);
        work();
        if (i % 4 == 0) { /* not behind a star: what is popular is shown with the next edit */
            assert_as_found_anew();
        }
    }
    assert_as_found_anew();
    assert_int_equal(count("match where person_id = (select person_id from registrant where key = "
                           "'r11')"),
                     0);
}

/* The next worker of the stage: a process of its own. */
static void work_elsewhere(void)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        match_worker.stop(NULL);
        work();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void what_another_worker_did_meanwhile_counts(void **state)
{
    (void)state;
    start();
    keep();
    run("update session set abstract = topical(6, 50, 40) where key = 's46'");
    work_elsewhere();
    assert_true(with_kept() > 0);
    run("update registrant set interests = topical(6, 51, 4) where key = 'r3'");
    work_elsewhere();
    run("update session set abstract = topical(6, 1046, 40) where key = 's46'"); /* as it was */
    work(); /* to us the programme is what it always was, but their rows are not */
    assert_true(n_touched() < PEOPLE);
    assert_as_found_anew();
}

/* Who are more than a thousand and fewer than half come as jobs for 128 each. */
static void a_job_for_many_people_is_about_each_of_them(void **state)
{
    (void)state;
    start();
    keep();
    run("delete from match; insert into job (event_id, stage, subject, subject_id) select distinct "
        "event_id, 'match', 'people', person_id >> 7 from person");
    work();
    assert_int_equal(count("(select distinct person_id from match) p"), PEOPLE);
    assert_int_equal(with_kept(), 0);
    assert_int_equal(count("job where stage = 'match'"), 0);
}

/* One that shares the event with others must not wait for it alone. */
static void two_workers_at_an_event_that_is_new_do_not_block_one_another(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *other = test_db_open(&test_db, DB_MATCHER);
    struct err err = {0};
    int64_t person = 0;
    start();
    int64_t event_id = strtoll(value("select event_id from event"), NULL, 10);
    match_worker.stop(NULL);
    run("delete from match_model; insert into job (event_id, stage, subject, subject_id) select "
        "event_id, 'match', 'person', max(person_id) from person group by 1");
    assert_int_equal(db_begin(other, &err), 0);
    assert_int_equal(queue_lock(other, STAGE_MATCH, event_id, &person, 1, &err), 0);
    assert_int_equal(db_query(other, "match_model_load", NULL, &err, "i", event_id), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        work();
        _exit(0);
    }
    for (int i = 0; i < 1000 && count("pg_stat_activity where datname = current_database() and "
                                      "wait_event_type = 'Lock'") == 0;
         i++) {
        (void)usleep(10000);
    }
    (void)usleep(1200000); /* whoever waits longer than the server's deadlock_timeout has looked */
    assert_int_equal(queue_lock(other, STAGE_MATCH, event_id, NULL, 0, &err), 0);
    if (db_commit(other, &err) < 0) {
        fail_msg("%s", err.message);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(count("match_model"), 1);
}

static void some_time_after_the_first_edit_all_is_learned_anew(void **state)
{
    (void)state;
    start();
    char *model = strdup(value("select model from match_model"));
    run("update session set abstract = topical(5, 60, 40) where key = 's65'");
    work();
    run("update session set abstract = topical(5, 61, 40) where key = 's66'");
    work();
    assert_string_equal(value("select model from match_model"), model);
    assert_int_equal(count("job where stage = 'match' and subject = 'event' and due_at between "
                           "now() + interval '14 minutes' and now() + interval '15 minutes'"),
                     1);
    pass("16 minutes");
    work();
    assert_string_not_equal(value("select model from match_model"), model);
    assert_int_equal(count("job where stage = 'match'"), 0);
    assert_int_equal(count("match_touch"), 0);
    keep();
    run("delete from match; delete from match_model; delete from match_word; insert into job "
        "(event_id, stage, subject, subject_id) select event_id, 'match', 'event', 0 from event");
    match_worker.stop(NULL);
    work();
    assert_int_equal(with_kept(), 0);
    free(model);
}

static void too_many_edits_do_not_wait(void **state)
{
    (void)state;
    start();
    char *model = strdup(value("select model from match_model"));
    run("update session set abstract = topical(5, session_id, 40) where session_id % 10 = 0");
    work();
    assert_string_not_equal(value("select model from match_model"), model);
    assert_int_equal(count("job where stage = 'match'"), 0);
    free(model);
    set(SET_MATCH_REFRESH, "0s");
    model = strdup(value("select model from match_model"));
    run("update session set abstract = topical(5, 71, 40) where key = 's9'");
    work();
    assert_string_not_equal(value("select model from match_model"), model);
    free(model);
}

static void words_that_cannot_be_read_are_learned_anew(void **state)
{
    (void)state;
    start();
    static const char *const wrecks[] = {"",          "T",      "T3:ab", "T99999999999999999999:a",
                                         "l2:enX1:a", "l2:en:", "T-1:a", "l2:enT1:aT"};
    for (size_t i = 0; i < sizeof wrecks / sizeof wrecks[0]; i++) {
        char sql[256];
        (void)snprintf(
            sql, sizeof sql,
            "update match_word set words = '%s' where session_id = (select min(session_id) "
            "from session)",
            wrecks[i]);
        run(sql);
        char *model = strdup(value("select model from match_model"));
        match_worker.stop(NULL);
        run("update registrant set interests = interests || ' again' where key = 'r2'");
        work();
        assert_string_not_equal(value("select model from match_model"), model);
        free(model);
    }
    assert_int_equal(count("(select distinct person_id from match) p"), PEOPLE);
}

static void a_moved_session_is_about_those_who_find_another_as_good(void **state)
{
    (void)state;
    start();
    run("insert into room (event_id, key, name) select event_id, 'R', 'R' from event; update "
        "session set room_id = (select room_id from room) where key = 's44'");
    assert_int_equal(count("job where stage = 'match'"), 0);
    run("update session set starts_at = '2099-12-13 09:00Z', ends_at = '2099-12-13 10:00Z' where "
        "key in ('s44', 's100')");
    assert_int_equal(count("job where stage = 'match' and due_at <= now()"), 0);
    assert_int_equal(count("job where stage = 'match'"), 1);
    work();
    pass("2 minutes");
    work();
    assert_in_range(n_touched(), 0, PEOPLE / 2);
    /* s9 says what s8 says; whoever finds both finds the earlier one first */
    run("update session set title = (select title from session where key = 's61'), abstract = "
        "(select abstract from session where key = 's61'), track_id = (select track_id from "
        "session where key = 's61'), starts_at = '2099-12-13 09:00Z', ends_at = '2099-12-13 "
        "10:00Z' where key = 's62'");
    work();
    run("update session set starts_at = '2099-12-10 09:00Z', ends_at = '2099-12-10 10:00Z' where "
        "key = 's62'");
    work();
    pass("2 minutes");
    work();
    assert_in_range(n_touched(), 1, PEOPLE * 2 / 3);
    assert_as_found_anew();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_edit_is_about_those_whom_it_concerns),
        TEST(a_change_that_is_undone_in_time_is_about_nobody),
        TEST(many_edits_and_words_of_people_end_as_if_found_anew),
        TEST(what_another_worker_did_meanwhile_counts),
        TEST(a_job_for_many_people_is_about_each_of_them),
        TEST(two_workers_at_an_event_that_is_new_do_not_block_one_another),
        TEST(some_time_after_the_first_edit_all_is_learned_anew),
        TEST(too_many_edits_do_not_wait),
        TEST(words_that_cannot_be_read_are_learned_anew),
        TEST(a_moved_session_is_about_those_who_find_another_as_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
