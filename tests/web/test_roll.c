/* Roll-call on the pages: who may say what about whom, and when. */
#include "support/site_rig.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* Session 1 is the block of track 1, led by Ada (1); Chen (3) and Björn (2) are wanted in it. */
static const char *here_of(int64_t session, int64_t person)
{
    static char path[400];
    char text[TOKEN_SIZE];
    const struct token token = {TOKEN_HERE, 1, session, person, clock_now_us() / SECOND_US + 60};
    (void)snprintf(path, sizeof path, "/here/%s", token_sign(&token, text));
    return path;
}

static const char *lead_of(const char *pattern, int64_t track)
{
    return link_of(pattern, TOKEN_LEAD, track, 60);
}

static const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

static const char words[] = "select coalesce(string_agg(concat_ws(' ', session_id, person_id, "
                            "state, via), ', ' order by check_in_id), '') from check_in";

static int begin_soon(void **state)
{
    (void)state;
    test_db_run(&test_db,
                "delete from check_in; delete from roll_word; update session set starts_at = now() "
                "+ interval '5 minutes', ends_at = now() + interval '2 hours' where session_id in "
                "(1, 2); delete from job");
    return 0;
}

static void months_before_nobody_can_be_there(void **state)
{
    (void)state;
    assert_int_equal(get(here_of(3, 3)), 200);
    assert_true(page_has("It is too early"));
    assert_false(page_has("I am here</button>"));
    assert_int_equal(post(here_of(3, 3), "state=here"), 303);
    assert_int_equal(get(lead_of("/lead/*/roll", 3)), 200);
    assert_true(page_has("from three hours before"));
    assert_false(page_has("Call those who are missing"));
    assert_int_equal(post(lead_of("/lead/*/tick", 3), "session=3&person=3&state=here"), 303);
    assert_non_null(strstr(res.location, "saved=closed"));
    assert_int_equal(post(lead_of("/lead/*/call", 3), "session=3"), 303);
    assert_string_equal(value(words), "");
    assert_string_equal(value("select count(*) from roll_word"), "0");
}

static void who_is_wanted_says_where_they_are_and_the_last_word_counts(void **state)
{
    (void)state;
    assert_int_equal(get(here_of(1, 3)), 200);
    assert_true(page_has("Memory Tiering MC"));
    assert_true(page_has("I am on my way"));
    assert_int_equal(post(here_of(1, 3), "state=perhaps"), 400);
    assert_int_equal(post(here_of(1, 3), "state=missing"), 400); /* that is for leads to say */
    assert_int_equal(post(here_of(1, 3), ""), 400);
    assert_int_equal(post(here_of(1, 3), "state=coming"), 303);
    assert_int_equal(post(here_of(1, 3), "state=coming"), 303); /* twice is once */
    assert_int_equal(get(here_of(1, 3)), 200);
    assert_true(page_has("You are on your way"));
    assert_int_equal(post(here_of(1, 3), "state=here"), 303);
    assert_string_equal(value(words), "1 3 coming self, 1 3 here self");
    assert_int_equal(get(here_of(1, 3)), 200);
    assert_true(page_has("You are here"));
    assert_int_equal(post(here_of(1, 7), "state=here"), 303); /* is not wanted there */
    assert_int_equal(post(here_of(99, 3), "state=here"), 303);
    assert_string_equal(value(words), "1 3 coming self, 1 3 here self");
    assert_int_equal(get(here_of(99, 3)), 404);
    assert_string_equal(value("select count(*) from job"), "0"); /* and nobody is told */
}

static void a_lead_ticks_the_people_of_the_own_track_only(void **state)
{
    (void)state;
    assert_int_equal(get(lead_of("/lead/*/roll", 1)), 200);
    assert_true(page_has("0 of 5 are here; 3 are needed"));
    assert_true(page_has("Chen Weilin"));
    assert_false(page_has("@example"));
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&person=3&state=here"), 303);
    assert_non_null(strstr(res.location, "/roll?session=1#p3"));
    assert_int_equal(get(lead_of("/lead/*/roll", 1)), 200);
    assert_true(page_has("1 of 5 are here; 3 are needed"));
    assert_true(page_has("here, ticked"));
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&person=3&state=missing"), 303);
    assert_int_equal(get(lead_of("/lead/*/roll", 1)), 200);
    assert_true(page_has("0 of 5 are here"));
    assert_true(page_has("not seen, ticked"));
    char before[200];
    (void)snprintf(before, sizeof before, "%s", value(words));
    assert_string_equal(before, "1 3 here lead, 1 3 missing lead");
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=2&person=3&state=here"), 303);
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&person=7&state=here"), 303);
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&person=20&state=here"), 303);
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&person=3&state=away"), 400);
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=1&state=here"), 400);
    assert_int_equal(post(lead_of("/lead/*/tick", 1), "session=x&person=3&state=here"), 400);
    assert_string_equal(value(words), before);
    assert_int_equal(get(lead_of("/lead/*/roll?session=2", 1)), 400); /* another's session */
    assert_int_equal(get(lead_of("/lead/*/roll", 99)), 404);
}

static void who_is_in_the_block_is_in_its_parts(void **state)
{
    (void)state;
    test_db_run(&test_db,
                "insert into mention (event_id, mention_id, role, strength, session_id, name) "
                "values (1, 90, 'speaker', 'must', 4, 'Chen Weilin'); insert into resolution "
                "(event_id, mention_id, person_id, status, confidence) values (1, 90, 3, 'linked', "
                "1); update session set starts_at = now() + interval '5 minutes', ends_at = now() "
                "+ interval '1 hour' where session_id = 4");
    assert_int_equal(post(here_of(1, 3), "state=here"), 303);
    assert_int_equal(get(lead_of("/lead/*/roll?session=4", 1)), 200);
    assert_true(page_has("1 of 1 are here: enough"));
    test_db_run(&test_db, "delete from mention where mention_id = 90");
}

static void a_call_makes_one_job_and_beginning_ends_the_calling(void **state)
{
    (void)state;
    assert_int_equal(post(lead_of("/lead/*/call", 1), "session=2"), 303); /* another's */
    assert_int_equal(post(lead_of("/lead/*/call", 1), ""), 400);
    assert_string_equal(value("select count(*) from roll_word"), "0");
    assert_int_equal(post(lead_of("/lead/*/call", 1), "session=1"), 303);
    assert_int_equal(post(lead_of("/lead/*/call", 1), "session=1"), 303); /* a second too soon */
    assert_string_equal(value("select string_agg(what, ',') from roll_word"), "call");
    assert_string_equal(value("select string_agg(stage || ' ' || subject, ',') from job"),
                        "plan roll");
    assert_int_equal(get(lead_of("/lead/*/roll", 1)), 200);
    assert_true(page_has("Called "));
    assert_int_equal(post(lead_of("/lead/*/begin", 1), "session=1"), 303);
    assert_int_equal(post(lead_of("/lead/*/begin", 1), "session=1"), 303);
    assert_string_equal(value("select string_agg(what, ',' order by roll_word_id) from roll_word"),
                        "call,begin");
    assert_int_equal(get(lead_of("/lead/*/roll", 1)), 200);
    assert_true(page_has("without those who are missing"));
    assert_false(page_has("Call those who are missing"));
    assert_true(page_has("value=\"here\"")); /* who comes later can still be ticked */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_before_nobody_can_be_there),
        cmocka_unit_test_setup(who_is_wanted_says_where_they_are_and_the_last_word_counts,
                               begin_soon),
        cmocka_unit_test_setup(a_lead_ticks_the_people_of_the_own_track_only, begin_soon),
        cmocka_unit_test_setup(who_is_in_the_block_is_in_its_parts, begin_soon),
        cmocka_unit_test_setup(a_call_makes_one_job_and_beginning_ends_the_calling, begin_soon),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
