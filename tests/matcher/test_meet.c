/* Introductions and ideas for BoFs on a real database: what is asked and what is told. */
#include "support/meet_rig.h"

#include "base/embedded.h"
#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void per_day(const char *n)
{
    struct err err = {0};
    assert_int_equal(setting_override(SET_MEET_PER_DAY, n, &err), 0);
}

static void both_are_asked_one_after_the_other_then_introduced(void **state)
{
    (void)state;
    opt(1, true);
    work();
    assert_int_equal(count("introduction"), 0); /* nobody else wants to meet anybody */
    opt(2, true);
    work();
    assert_string_equal(state_of(1), "asked_a");
    assert_int_equal(count("outbox where kind = 'meet' and address = 'ann@example.org'"), 1);
    assert_int_equal(count("outbox"), 1);
    assert_int_equal(count("outbox where payload::text ilike '%bob%'"), 0);
    assert_string_equal(value("select payload ->> 'about' from outbox"),
                        "cares about thermal zones, as you do");
    assert_string_equal(value("select payload ->> 'when' from outbox"),
                        "Fri 11 Dec 10:00 to 10:20");
    assert_string_equal(value("select payload ->> 'place' from outbox"), "Coffee, Foyer");
    reply(1, 1, "yes");
    work();
    assert_string_equal(state_of(1), "asked_b");
    assert_int_equal(count("outbox where kind = 'meet' and address = 'bob@example.org'"), 1);
    assert_int_equal(count("outbox where payload::text ilike '%ann%' and address like 'bob%'"), 0);
    reply(1, 2, "yes");
    work();
    assert_string_equal(state_of(1), "introduced");
    assert_string_equal(value("select payload ->> 'name' from outbox where kind = 'introduction' "
                              "and address = 'ann@example.org'"),
                        "Bob");
    assert_string_equal(value("select payload ->> 'name' from outbox where kind = 'introduction' "
                              "and address = 'bob@example.org'"),
                        "Ann");
    assert_int_equal(count("outbox where payload ->> 'contact' <> ''"), 0); /* nobody allowed it */
    run("insert into job (event_id, stage, subject, subject_id) values (1, 'plan', 'meet', 0)");
    work();
    assert_int_equal(count("outbox"), 4);
}

static void an_address_is_given_only_by_who_allows_it(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    run("update preference set shares_contact = true where person_id = 2");
    work();
    reply(1, 1, "yes");
    work();
    reply(1, 2, "yes");
    work();
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and address = 'ann@example.org'"),
                        "bob@example.org");
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and address = 'bob@example.org'"),
                        "");
}

/* What a person's page says of an introduction. */
static const char *seen(int person, const char *column)
{
    static char text[256];
    CLEANUP(db_cleanup) struct db *web = test_db_open(&test_db, DB_WEB);
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    assert_int_equal(
        db_query(web, "web_introductions", &rows, &err, "iin", (int64_t)1, (int64_t)person, 0LL),
        0);
    int i = strcmp(column, "state") == 0 ? 4 : strcmp(column, "name") == 0 ? 9 : 10;
    (void)snprintf(text, sizeof text, "%s", rows.n == 0 ? "nothing" : rows_text(&rows, 0, i));
    return text;
}

static void a_no_is_final_and_silent(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    assert_string_equal(seen(2, "state"), "nothing"); /* not asked yet */
    reply(1, 1, "yes");
    work();
    assert_string_equal(seen(1, "state"), "waiting");
    assert_string_equal(seen(2, "state"), "open");
    int64_t n = count("outbox");
    reply(1, 2, "no");
    work();
    assert_string_equal(state_of(1), "declined");
    assert_string_equal(seen(1, "state"), "waiting"); /* as long as without an answer */
    assert_string_equal(seen(1, "name"), "");
    assert_string_equal(seen(2, "state"), "over");
    reply(1, 2, "yes"); /* even if somebody gets that past the page */
    work();
    assert_string_equal(state_of(1), "declined");
    pass(24 * 30);
    work();
    opt(2, false);
    opt(2, true);
    work();
    assert_int_equal(count("outbox"), 0); /* taken back with the opt-in; nothing new */
    assert_int_equal(count("introduction"), 1);
    assert_true(n > 0);
}

static void opting_out_takes_everything_back_at_once(void **state)
{
    (void)state;
    static const char *const steps[] = {"asked_a", "asked_b", "introduced"};
    for (int step = 0; step < 3; step++) {
        run("delete from introduction; delete from preference");
        opt(1, true);
        opt(2, true);
        work();
        int id = atoi(value("select max(introduction_id) from introduction"));
        for (int i = 0; i < step; i++) {
            reply(id, i + 1, "yes");
            work();
        }
        assert_string_equal(state_of(id), steps[step]);
        run("update outbox set state = 'leased', leased_until = now() + interval '1 hour' where "
            "outbox_id = (select max(outbox_id) from outbox)");
        opt(2, false);
        assert_int_equal(count("outbox"), 0); /* before any stage has done anything */
        assert_string_equal(seen(1, "state"), "nothing");
        assert_string_equal(seen(2, "state"), "nothing");
        assert_string_equal(value("select topics_a || topics_b || place || coalesce(starts_at::text"
                                  ", '') from introduction"),
                            "");
        work();
        assert_int_equal(count("outbox"), 0);
    }
}

static void a_question_lapses_and_makes_room(void **state)
{
    (void)state;
    per_day("1");
    add_person(3, "Cid", "thermal zones");
    opt(1, true);
    opt(2, true);
    work();
    opt(3, true);
    work();
    assert_int_equal(count("introduction"), 1); /* both have one under way */
    pass(73);
    work();
    assert_string_equal(state_of(1), "lapsed");
    assert_int_equal(count("introduction"), 2);
    assert_int_equal(count("introduction where 3 in (person_a, person_b)"), 1);
    reply(1, 1, "yes"); /* too late */
    work();
    assert_int_equal(count("outbox where kind = 'meet' and thread = 'meet:1'"), 1);
}

static void nobody_is_asked_more_often_than_the_setting_says(void **state)
{
    (void)state;
    static const char asked[] = "outbox where address = 'ann@example.org'";
    static const char *const topics[] = {"zswap", "resctrl", "devfreq", "coreboot", "powercap"};
    run("update registrant set interests = 'zswap, resctrl, devfreq, coreboot, powercap' where "
        "person_id = 1");
    for (int i = 0; i < 5; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "Fan%d", i);
        add_person(10 + i, name, topics[i]);
        opt(10 + i, true);
    }
    opt(1, true);
    work();
    assert_int_equal(count(asked), 2);
    run("insert into introduction_answer (event_id, introduction_id, person_id, reply) select "
        "1, introduction_id, person_a, 'no' from introduction");
    work();
    assert_int_equal(count(asked), 2); /* two a day, whatever became of them */
    pass(25);
    work();
    assert_int_equal(count(asked), 4);
    pass(25);
    work();
    assert_int_equal(count(asked), 4); /* two are open: first these */
    per_day("0");
    pass(73);
    run("insert into job (event_id, stage, subject, subject_id) values (1, 'plan', 'meet', 0)");
    work();
    assert_int_equal(count(asked), 4);
}

static void who_is_forgotten_leaves_nothing_with_others(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    reply(1, 1, "yes");
    work();
    reply(1, 2, "yes");
    work();
    assert_int_equal(count("outbox where payload::text like '%Bob%' and person_id = 1"), 1);
    run("delete from registrant where person_id = 2; delete from person where person_id = 2");
    assert_int_equal(count("outbox where payload::text like '%Bob%'"), 0);
    assert_int_equal(count("introduction"), 0);
    assert_int_equal(count("introduction_answer"), 0);
}

static void who_is_merged_is_not_put_together_again(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    reply(1, 1, "no");
    add_person(3, "Bobby", "thermal zones");
    run("select person_merge(1, 3, 2, 'test', 'one and the same')");
    assert_int_equal(count("outbox where thread = 'meet:1'"), 0);
    run("insert into preference (event_id, person_id, wants_introductions) values (1, 3, true) on "
        "conflict (event_id, person_id) do update set wants_introductions = true");
    work();
    assert_int_equal(count("outbox where kind = 'meet'"), 0);
    assert_int_equal(count("introduction where 3 in (person_a, person_b) and withdrawn_at is null"),
                     0);
}

static void who_cannot_be_told_or_does_not_come_is_not_asked(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    run("update preference set channel = 'none' where person_id = 2");
    work();
    assert_int_equal(count("introduction"), 0);
    run("update preference set channel = 'any'; update registrant set status = 'waiting' where "
        "person_id = 2");
    work();
    assert_int_equal(count("introduction"), 0);
    run("update registrant set status = 'confirmed', departs_at = '2099-12-11 09:30Z' where "
        "person_id = 2");
    work();
    assert_int_equal(count("introduction"), 1); /* in the first half hour */
    run("update registrant set status = 'cancelled' where person_id = 2");
    work();
    assert_string_equal(state_of(1), "withdrawn");
    assert_int_equal(count("outbox"), 0);
}

static void two_who_are_never_there_together_are_not_introduced(void **state)
{
    (void)state;
    run("update registrant set departs_at = '2099-12-11 23:00Z' where person_id = 1; update "
        "registrant set arrives_at = '2099-12-12 01:00Z' where person_id = 2");
    opt(1, true);
    opt(2, true);
    work();
    assert_int_equal(count("introduction"), 0);
}

/* While this lasts, somebody else's statement is under way, in a transaction that has not ended. */
static pid_t begin_elsewhere(const char *sql)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct db *other = test_db_open(&test_db, DB_OWNER);
        struct err err = {0};
        const char *all = arena_printf(arena, "begin; %s; select pg_sleep(2); commit", sql);
        _exit(db_script(other, all, &err) < 0);
    }
    while (strcmp(value("select count(*) from pg_stat_activity where wait_event = 'PgSleep' and "
                        "datname = current_database()"),
                  "1") != 0) {
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    }
    return pid;
}

static void end_elsewhere(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Somebody who takes it back while the stage is at work. */
static void who_opts_out_while_we_write_is_left_out(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    pid_t pid =
        begin_elsewhere("update preference set wants_introductions = false where person_id = 2");
    work();
    end_elsewhere(pid);
    assert_int_equal(count("introduction where withdrawn_at is null"), 0);
    assert_int_equal(count("outbox"), 0);
}

static void both_have_said_yes_to_the_first(void)
{
    opt(1, true);
    opt(2, true);
    run("update preference set shares_contact = true");
    work();
    reply(1, 1, "yes");
    work();
    reply(1, 2, "yes");
}

static void an_address_that_is_taken_back_while_we_write_is_not_given(void **state)
{
    (void)state;
    both_have_said_yes_to_the_first();
    pid_t pid = begin_elsewhere("update preference set shares_contact = false where person_id = 2");
    work();
    end_elsewhere(pid);
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and person_id = 1"),
                        "");
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and person_id = 2"),
                        "ann@example.org");
}

static void a_yes_that_is_taken_back_while_we_write_does_not_count(void **state)
{
    (void)state;
    both_have_said_yes_to_the_first();
    pid_t pid = begin_elsewhere("insert into introduction_answer (event_id, introduction_id, "
                                "person_id, reply) values (1, 1, 2, 'no')");
    work();
    assert_int_equal(count("outbox where kind = 'introduction'"), 0);
    assert_int_equal(count("job where subject = 'meet' and due_at < now() + interval '2 minutes'"),
                     1); /* looks again */
    end_elsewhere(pid);
    work();
    assert_string_equal(state_of(1), "declined");
    assert_int_equal(count("outbox where kind = 'introduction'"), 0);
}

/* More pairs than one transaction asks, and none of them has a time to meet. */
static void when_nobody_can_be_asked_it_is_not_tried_on_and_on(void **state)
{
    (void)state;
    run("update event set starts_at = now() - interval '1 day', ends_at = now() + interval '1 "
        "hour'; update session set starts_at = now() - interval '1 hour', ends_at = now() + "
        "interval '10 minutes'");
    run("insert into person (event_id, person_id, name) select 1, i, 'Fan' || i from "
        "generate_series(1000, 1899) i;"
        "insert into registrant (event_id, key, name, email, interests, attendance, person_id) "
        "select 1, i, 'Fan' || i, 'fan' || i || '@example.org', 'topic' || i / 2, 'in_person', i "
        "from generate_series(1000, 1899) i;"
        "insert into preference (event_id, person_id, wants_introductions) select 1, i, true from "
        "generate_series(1000, 1899) i");
    work();
    assert_int_equal(count("introduction"), 0);
    assert_int_equal(count("job where subject = 'meet' and due_at > now()"), 1);
}

/* The migration that came after people could opt in. */
static void who_opted_in_before_there_were_introductions_is_asked(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    run("delete from job; delete from programme_state");
    work();
    assert_int_equal(count("outbox"), 0);
    run(embedded_find(sql_embedded, "migrations/0016_begin.sql")->data);
    assert_int_equal(count("programme_state"), 1);
    work();
    assert_int_equal(count("outbox"), 1);
}

static void ideas_name_nobody_who_did_not_opt_in(void **state)
{
    (void)state;
    run("update registrant set interests = 'accessibility, screen readers' where person_id between "
        "30 and 35");
    opt(31, true);
    pass(1);
    work();
    assert_int_equal(count("bof_idea"), 1);
    assert_string_equal(value("select topic from bof_idea"), "accessibility, screen readers");
    assert_string_equal(value("select n_people from bof_idea"), "6");
    assert_string_equal(value("select to_char(starts_at at time zone 'UTC', 'HH24:MI') from "
                              "bof_idea"),
                        "10:00"); /* the hall is free while there is coffee */
    assert_string_equal(value("select string_agg(person_id::text, ',') from bof_leader"), "31");
    CLEANUP(db_cleanup) struct db *web = test_db_open(&test_db, DB_WEB);
    for (int is_in = 1; is_in >= 0; is_in--) {
        CLEANUP(rows_done) struct rows rows = {0};
        struct err err = {0};
        opt(31, is_in != 0);
        assert_int_equal(db_query(web, "web_bofs", &rows, &err, "i", (int64_t)1), 0);
        assert_int_equal(rows.n, 1);
        assert_string_equal(rows_text(&rows, 0, 12), is_in ? "Crowd Member31" : "");
    }
    run("update registrant set interests = 'eBPF' where person_id in (30, 31)"); /* four are left */
    pass(1);
    work();
    assert_int_equal(count("bof_idea"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, meet_set_up, meet_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_are_asked_one_after_the_other_then_introduced),
        TEST(an_address_is_given_only_by_who_allows_it),
        TEST(a_no_is_final_and_silent),
        TEST(opting_out_takes_everything_back_at_once),
        TEST(a_question_lapses_and_makes_room),
        TEST(nobody_is_asked_more_often_than_the_setting_says),
        TEST(who_is_forgotten_leaves_nothing_with_others),
        TEST(who_is_merged_is_not_put_together_again),
        TEST(who_cannot_be_told_or_does_not_come_is_not_asked),
        TEST(two_who_are_never_there_together_are_not_introduced),
        TEST(who_opts_out_while_we_write_is_left_out),
        TEST(an_address_that_is_taken_back_while_we_write_is_not_given),
        TEST(a_yes_that_is_taken_back_while_we_write_does_not_count),
        TEST(when_nobody_can_be_asked_it_is_not_tried_on_and_on),
        TEST(who_opted_in_before_there_were_introductions_is_asked),
        TEST(ideas_name_nobody_who_did_not_opt_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
