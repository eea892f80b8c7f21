/* Roll-call on the day: who is called when, and who is left in peace, on a real database. */
#include "matcher/stages.h"

#include <string.h>

/* Rust is to begin in five minutes; Ann leads it, Bob and Cid are wanted. PCI is far away. */
static void begin_soon(void)
{
    set(SET_ROLL, "10m");
    run(programme);
    run("insert into registrant (event_id, key, name, email) select event_id, 'Cid', 'Cid "
        "Example', "
        "'cid@example.org' from event;"
        "insert into mention (event_id, role, strength, track_id, name, email) select event_id, "
        "'key_attendee', 'should', track_id, 'Cid Example', 'cid@example.org' from track where key "
        "= 'Rust';"
        "update session set starts_at = now() + interval '5 minutes', ends_at = now() + interval "
        "'3 hours' where key = 'Rust'; update event set starts_at = now() - interval '1 day'");
}

/* Kind, address and whether a lead calls, of all calls so far. */
static const char *calls(void)
{
    return value("select coalesce(string_agg(kind || ' ' || address || case when payload @> "
                 "'{\"called\": true}' then ' called' else '' end, ', ' order by outbox_id), '') "
                 "from outbox where kind in ('here', 'roll')");
}

static void say(const char *who, const char *state)
{
    char sql[400];
    (void)snprintf(sql, sizeof sql,
                   "insert into check_in (event_id, session_id, person_id, state, via) select "
                   "event_id, session_id, person_id, '%s', 'self' from session join person using "
                   "(event_id) where key = 'Rust' and name = '%s Example'",
                   state, who);
    run(sql);
}

static void decide(const char *what)
{
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "insert into roll_word (event_id, session_id, what) select event_id, "
                   "session_id, '%s' from session where key = 'Rust'",
                   what);
    run(sql);
}

static void nobody_is_called_long_before_and_one_job_waits(void **state)
{
    (void)state;
    set(SET_ROLL, "10m");
    set(SET_SETTLE, "0s");
    run(programme);
    work();
    assert_string_equal(calls(), "");
    assert_string_equal(value("select string_agg(to_char(due_at at time zone 'UTC', 'YYYY-MM-DD "
                              "HH24:MI'), ',') from job where subject = 'roll'"),
                        "2099-12-11 08:50");
}

static void who_is_needed_is_asked_and_the_lead_gets_the_list_once(void **state)
{
    (void)state;
    begin_soon();
    work();
    assert_string_equal(calls(),
                        "roll ann@example.org, here bob@example.org, here cid@example.org");
    assert_string_equal(value("select string_agg(m ->> 'name', ',') from outbox, "
                              "jsonb_array_elements(payload -> 'missing') m where kind = 'roll'"),
                        "Bob Example,Cid Example");
    assert_string_equal(value("select count(*) from outbox where kind = 'here' and payload -> "
                              "'links' ->> 'here' like '%/here/%' and payload ->> 'room' = 'R1'"),
                        "2");
    run("update session set title = 'Rust again' where key = 'Rust'; insert into job (event_id, "
        "stage, subject, subject_id) select event_id, 'plan', 'roll', 0 from event");
    work();
    assert_string_equal(calls(),
                        "roll ann@example.org, here bob@example.org, here cid@example.org");
}

static void who_has_said_something_is_left_alone(void **state)
{
    (void)state;
    begin_soon();
    set(SET_ROLL, "0s");
    work();
    assert_string_equal(calls(), ""); /* 0 is never */
    assert_string_equal(value("select count(*) from job where subject = 'roll'"), "0");
    set(SET_ROLL, "10m");
    say("Bob", "coming");
    say("Cid", "here");
    run("insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', 'roll', 0 "
        "from event");
    work();
    assert_string_equal(calls(), "roll ann@example.org");
    assert_string_equal(value("select payload -> 'missing' from outbox where kind = 'roll'"),
                        "[{\"name\": \"Bob Example\", \"state\": \"on the way\"}]");
}

static void a_lead_calls_those_who_are_missing_and_nobody_else(void **state)
{
    (void)state;
    begin_soon();
    say("Cid", "here"); /* before anybody is known: no row */
    work();
    say("Cid", "here");
    set(SET_SETTLE, "1h"); /* who calls means now */
    decide("call");
    work();
    assert_string_equal(calls(), "roll ann@example.org, here bob@example.org, here "
                                 "cid@example.org, here bob@example.org called");
    say("Bob", "away");
    run("update roll_word set said_at = said_at - interval '2 minutes'");
    decide("call");
    work();
    assert_string_equal(value("select count(*) from outbox where kind = 'here'"), "3");
    set(SET_SETTLE, "0s");
}

static void nobody_is_called_any_more_once_it_has_begun_without_them(void **state)
{
    (void)state;
    begin_soon();
    decide("call");
    decide("begin");
    work();
    assert_string_equal(calls(), "");
}

static const struct {
    const char *name;
    const char *change;
    const char *expected;
} cases[] = {
    {"who said no is not asked again",
     "insert into answer (event_id, person_id, reply, via) select event_id, person_id, 'no', 'web' "
     "from person where name = 'Bob Example'",
     "roll ann@example.org, here cid@example.org"},
    {"who has no registration is not asked",
     "update registrant set status = 'cancelled' where key = 'Bob'",
     "roll ann@example.org, here cid@example.org"},
    {"who wants no messages gets none",
     "insert into preference (event_id, person_id, channel) select event_id, person_id, 'none' "
     "from person where name = 'Cid Example'",
     "roll ann@example.org, here bob@example.org"},
    {"who is needed in two rooms at once is not told to hurry to one of them",
     "update session set starts_at = now() + interval '6 minutes', ends_at = now() + interval '3 "
     "hours' where key = 'PCI'",
     "roll ann@example.org, here cid@example.org"},
    {"what is cancelled is not begun", "update session set is_cancelled = true where key = 'Rust'",
     ""},
    {"what has begun already is not",
     "update session set starts_at = now() - interval '1 minute' "
     "where key = 'Rust'",
     ""},
    {"what was moved away is not",
     "update session set starts_at = now() + interval '1 hour' where key = 'Rust'", ""},
    {"a word from a time that it had before does not count",
     "insert into check_in (event_id, session_id, person_id, state, via, said_at) select event_id, "
     "session_id, person_id, 'here', 'self', now() - interval '4 hours' from session join person "
     "using (event_id) where key = 'Rust'",
     "roll ann@example.org, here bob@example.org, here cid@example.org"},
};

static void the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run("delete from event; delete from job");
        begin_soon();
        set(SET_ROLL, "0s");
        work(); /* who is who is known */
        set(SET_ROLL, "10m");
        run(cases[i].change);
        run("insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', "
            "'roll', 0 from event");
        work();
        if (strcmp(calls(), cases[i].expected) != 0) {
            fail_msg("%s: %s", cases[i].name, calls());
        }
    }
}

static void who_is_in_the_block_is_not_called_to_its_talks(void **state)
{
    (void)state;
    begin_soon();
    run("insert into session (event_id, key, title, kind, track_id, room_id, parent_id, starts_at, "
        "ends_at) select event_id, 'talk', 'A talk', 'contribution', track_id, room_id, "
        "session_id, "
        "starts_at, starts_at + interval '30 minutes' from session where key = 'Rust';"
        "insert into mention (event_id, role, strength, session_id, name, email) select event_id, "
        "'speaker', 'must', session_id, v.n || ' Example', lower(v.n) || '@example.org' from "
        "session, unnest(array['Bob', 'Ann']) as v (n) where key = 'talk'");
    work();
    assert_string_equal(calls(), "roll ann@example.org, here bob@example.org, here "
                                 "cid@example.org, here ann@example.org");
    say("Ann", "here");
    run("delete from outbox; insert into job (event_id, stage, subject, subject_id) select "
        "event_id, 'plan', 'roll', 0 from event");
    work();
    assert_string_equal(calls(),
                        "roll ann@example.org, here bob@example.org, here cid@example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_called_long_before_and_one_job_waits),
        TEST(who_is_needed_is_asked_and_the_lead_gets_the_list_once),
        TEST(who_has_said_something_is_left_alone),
        TEST(a_lead_calls_those_who_are_missing_and_nobody_else),
        TEST(nobody_is_called_any_more_once_it_has_begun_without_them),
        TEST(the_rules),
        TEST(who_is_in_the_block_is_not_called_to_its_talks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
