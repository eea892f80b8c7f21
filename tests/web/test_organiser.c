/* The organiser's pages: what they leave out at first, what is new, and what a move would do. */
#include "support/site_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void clashes_are_filtered_sorted_and_acknowledged(void **state)
{
    (void)state;
    const char *path = link_of("/api/organiser/*/clashes", TOKEN_ORGANISER, 0, 60);
    static const struct {
        const char *query;
        const char *first; /* "" = none */
    } cases[] = {
        {"", "required_twice"},      {"severity=low", "remote_only"},
        {"kind=waiting", "waiting"}, {"sort=new", "required_twice"},
        {"state=resolved", "away"},  {"track=3", ""},
        {"sort=kind", "asleep"},     {"page=5", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(exchange(METHOD_GET, path, cases[i].query, ""), 200);
        json_auto_t *data = json_loads(str_text(&res.body), 0, NULL);
        const json_t *first = json_array_get(json_object_get(data, "clashes"), 0);
        const char *kind = json_string_value(json_object_get(first, "kind"));
        assert_string_equal(kind == NULL ? "" : kind, cases[i].first);
    }
    static const char *const wrong[] = {"kind=odd", "severity=9", "sort=drop",
                                        "track=-1", "track=x",    "page=99999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(exchange(METHOD_GET, path, wrong[i], ""), 400);
    }
    const char *acknowledge = link_of("/organiser/*/acknowledge", TOKEN_ORGANISER, 0, 60);
    assert_int_equal(post(acknowledge, "clash=4&why= "), 303);
    assert_string_equal(test_db_value(&test_db, "select state from clash_state where clash_id = 4"),
                        "open");
    assert_int_equal(post(acknowledge, "clash=4&why=a place is kept"), 303);
    assert_int_equal(post(acknowledge, "clash=4&why=a place is kept"), 303);
    assert_string_equal(test_db_value(&test_db, "select state from clash_state where clash_id = 4"),
                        "acknowledged");
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from clash_history where clash_id = 4"), "1");
    test_db_run(&test_db, "update clash set shape = 'moved' where clash_id = 4");
    assert_string_equal(test_db_value(&test_db, "select state from clash_state where clash_id = 4"),
                        "open");
}

static int get_with(const char *pattern, const char *query)
{
    return exchange(METHOD_GET, link_of(pattern, TOKEN_ORGANISER, 0, 60), query, "");
}

static int n_of(const char *text)
{
    int n = 0;
    for (const char *p = str_text(&res.body); (p = strstr(p, text)) != NULL; p++) {
        n++;
    }
    return n;
}

static void the_list_begins_with_what_matters(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int n_listed;
        const char *says; /* "" = nothing is left out */
    } cases[] = {
        {"", 5, "2 more are of low severity"},
        {"severity=", 7, ""},
        {"severity=low", 1, ""},
        {"kind=remote_only", 0, "1 more is of low severity"},
        {"state=resolved", 1, ""},
        {"track=3", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(get_with("/organiser/*", cases[i].query), 200);
        assert_int_equal(n_of("<li id=\"c"), cases[i].n_listed);
        assert_int_equal(n_of("of low severity"), cases[i].says[0] != '\0');
        assert_true(page_has(cases[i].says));
    }
    assert_int_equal(get_with("/organiser/*", "kind=remote_only"), 200);
    assert_true(page_has("?kind=remote_only&amp;severity=&amp;state=open"));
}

static const char *seen_at(void)
{
    return test_db_value(&test_db, "select coalesce(max(us(seen_at)), 0) from organiser_seen");
}

static int say_seen(int64_t until_us)
{
    char form[64];
    (void)snprintf(form, sizeof form, "until=%lld", (long long)until_us);
    return post(link_of("/organiser/*/seen", TOKEN_ORGANISER, 0, 60), form);
}

static void new_is_what_came_up_after_somebody_said_that_all_is_seen(void **state)
{
    (void)state;
    int64_t now_us = clock_now_us();
    assert_int_equal(get_with("/organiser/*", "severity="), 200);
    assert_int_equal(n_of(">new</span>"), 0); /* nobody has looked: not everything is new */
    assert_true(page_has("Nobody has looked through this yet"));
    assert_int_equal(say_seen(now_us - 4 * HOUR_US), 303);
    assert_int_equal(get_with("/organiser/*", "severity="), 200);
    assert_int_equal(n_of(">new</span>"), 1); /* the one that was opened now */
    assert_false(page_has("Nobody has looked"));
    assert_int_equal(get_with("/organiser/*/changes", ""), 200);
    assert_true(page_has("when somebody last said that all was seen"));
    assert_int_equal(say_seen(clock_now_us()), 303);
    assert_int_equal(get_with("/organiser/*", "severity="), 200);
    assert_int_equal(n_of(">new</span>"), 0);
    char last[32];
    (void)snprintf(last, sizeof last, "%s", seen_at());
    assert_int_equal(say_seen(now_us - DAY_US), 303); /* an old page's button */
    assert_string_equal(seen_at(), last);
    assert_int_equal(say_seen(now_us + DAY_US), 400);
    assert_int_equal(say_seen(0), 400);
    assert_int_equal(post(link_of("/organiser/*/seen", TOKEN_ORGANISER, 0, 60), "until=soon"), 400);
    assert_string_equal(seen_at(), last);
    test_db_run(&test_db, "delete from organiser_seen");
}

static void a_move_is_tried_without_being_made(void **state)
{
    (void)state;
    assert_int_equal(get_with("/organiser/*/moves", ""), 200);
    assert_true(page_has("What if?"));
    assert_true(page_has("Scheduler MC (Thu 11 Dec 10:00 to 13:30)"));
    assert_false(page_has("role=\"status\""));
    char before[64];
    (void)snprintf(before, sizeof before, "%s",
                   test_db_value(&test_db, "select max(job_id) from job"));
    assert_int_equal(get_with("/organiser/*/moves", "session=2&room=&at=2031-12-12T15:00"), 200);
    assert_true(page_has("role=\"status\""));
    assert_true(page_has("Chen Weilin is")); /* whose clash it cures */
    assert_true(page_has("value=\"2031-12-12T15:00\""));
    assert_string_equal(test_db_value(&test_db, "select starts_at at time zone 'Asia/Tokyo' from "
                                                "session where session_id = 2"),
                        "2031-12-11 10:00:00");
    assert_string_equal(test_db_value(&test_db, "select max(job_id) from job"), before);
    static const char *const wrong[] = {"session=999", "session=2&room=999", "session=x",
                                        "session=2&at=tomorrow", "session="};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(get_with("/organiser/*/moves", wrong[i]), 200);
        assert_true(page_has("role=\"alert\""));
    }
}

static void the_quorum_leads_to_every_board(void **state)
{
    (void)state;
    assert_int_equal(get_with("/organiser/*/quorum", ""), 200);
    const char *link = strstr(str_text(&res.body), "/lead/");
    assert_non_null(link);
    char path[300];
    (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(link, "\""), link);
    assert_int_equal(get(path), 200);
    assert_true(page_has("The people you need"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_begins_with_what_matters),
        cmocka_unit_test(new_is_what_came_up_after_somebody_said_that_all_is_seen),
        cmocka_unit_test(a_move_is_tried_without_being_made),
        cmocka_unit_test(the_quorum_leads_to_every_board),
        cmocka_unit_test(clashes_are_filtered_sorted_and_acknowledged),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
