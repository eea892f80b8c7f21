/* Routing, tokens and what the handlers write, without a socket. */
#include "support/site_rig.h"

#include "base/settings.h"
#include "store/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void paths_find_their_routes(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *pattern; /* NULL = none */
        const char *token;
    } cases[] = {
        {"/", "/", ""},
        {"/answer/abc.def", "/answer/*", "abc.def"},
        {"/answer/", NULL, ""},
        {"/answer/a/b", NULL, ""},
        {"/answers/a", NULL, ""},
        {"/agenda/a/star", "/agenda/*/star", "a"},
        {"/feed/a.b.ics", "/feed/*.ics", "a.b"},
        {"/feed/a", NULL, ""},
        {"/feed/.ics", NULL, ""},
        {"/api/organiser/t/quorum", "/api/organiser/*/quorum", "t"},
        {"", NULL, ""},
        {"//", NULL, ""},
        {"/../answer/a", NULL, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *token = "";
        const struct route *route = web_route_find(cases[i].path, arena, &token);
        if (cases[i].pattern == NULL) {
            assert_null(route);
            continue;
        }
        assert_non_null(route);
        assert_string_equal(route->pattern, cases[i].pattern);
        assert_string_equal(token, cases[i].token);
    }
}

/* Every row of web_routes[] that has a token, with every wrong kind of token. */
static void a_token_opens_its_own_pages_only(void **state)
{
    (void)state;
    for (const struct route *route = web_routes; route->pattern != NULL; route++) {
        if (route->purpose < 0) {
            continue;
        }
        enum method method = route->get != NULL ? METHOD_GET : METHOD_POST;
        for (int purpose = 0; purpose < N_TOKEN_PURPOSES; purpose++) {
            if (purpose == route->purpose) {
                continue;
            }
            const char *path = link_of(route->pattern, (enum token_purpose)purpose, 1, 60);
            assert_int_equal(exchange(method, path, "", ""), 404);
        }
        const char *old = link_of(route->pattern, (enum token_purpose)route->purpose, 1, -60);
        assert_int_equal(exchange(method, old, "", ""), 410);
    }
}

static void wrong_methods_are_told_the_right_ones(void **state)
{
    (void)state;
    assert_int_equal(post("/", ""), 405);
    assert_string_equal(res.allow, "GET, HEAD");
    assert_int_equal(get(link_of("/lead/*/who", TOKEN_LEAD, 1, 60)), 405);
    assert_string_equal(res.allow, "POST");
    assert_int_equal(exchange(METHOD_OTHER, link_of("/answer/*", TOKEN_ANSWER, 1, 60), "", ""),
                     405);
    assert_string_equal(res.allow, "GET, HEAD, POST");
    assert_int_equal(get("/nowhere"), 404);
}

/* What GET must never change: the number of rows of everything that the web may write. */
static const char *count_rows(void)
{
    return test_db_value(
        &test_db,
        "select concat_ws(',', (select count(*) from answer), (select count(*) from choice), "
        "(select count(*) from star), (select count(*) from preference), (select count(*) from "
        "suppression), (select count(*) from organiser_seen), (select count(*) from interest), "
        "(select count(*) from decision where undone_at is null), (select count(*) from clash "
        "where acknowledged_at is not null), "
        "(select count(*) from clash_history), (select max(job_id) from job))");
}

static void get_changes_nothing(void **state)
{
    (void)state;
    char before[200];
    (void)snprintf(before, sizeof before, "%s", count_rows());
    for (const struct route *route = web_routes; route->pattern != NULL; route++) {
        if (route->get == NULL) {
            continue;
        }
        const char *path = route->purpose < 0
                               ? route->pattern
                               : link_of(route->pattern, (enum token_purpose)route->purpose,
                                         route->purpose == TOKEN_ORGANISER ? 0 : 1, 600);
        assert_int_equal(exchange(METHOD_GET, path, "reply=yes&person=7&mention=6", ""), 200);
        assert_int_equal(exchange(METHOD_HEAD, path, "", ""), 200);
    }
    assert_string_equal(count_rows(), before);
}

static void an_answer_is_saved_once(void **state)
{
    (void)state;
    const char *path = link_of("/answer/*", TOKEN_ANSWER, 3, 60);
    assert_int_equal(get(path), 200);
    assert_true(page_has("Chen Weilin"));
    assert_true(page_has("choice_1_2"));
    assert_int_equal(post(path, "reply=yes&reply_t2=not_before&not_before_t2=12:15&choice_1_2=1"),
                     200);
    assert_true(page_has("Yes, but not before 12:15"));
    assert_true(page_has("You will be in Memory Tiering MC"));
    assert_int_equal(post(path, "reply=yes&reply_t2=not_before&not_before_t2=12:15&choice_1_2=1"),
                     200);
    assert_string_equal(test_db_value(&test_db,
                                      "select string_agg(concat_ws(' ', coalesce(track_id, 0), "
                                      "reply, not_before_min, via), ', ' order by answer_id) "
                                      "from answer where person_id = 3"),
                        "0 yes 0 web, 2 not_before 735 web");
    assert_string_equal(
        test_db_value(&test_db, "select string_agg(concat_ws(' ', session_id, against_id), ', ') "
                                "from choice where person_id = 3"),
        "1 2");
}

static void an_incomplete_answer_is_asked_for_again_and_not_saved(void **state)
{
    (void)state;
    const char *path = link_of("/answer/*", TOKEN_ANSWER, 2, 60);
    assert_int_equal(post(path, "reply=not_before&not_before=soon"), 400);
    assert_true(page_has("Nothing is saved yet"));
    assert_int_equal(post(path, ""), 400);
    assert_int_equal(post(path, "reply=perhaps"), 400);
    assert_int_equal(post(path, "reply=\xff"), 400);
    assert_string_equal(test_db_value(&test_db, "select count(*) from answer where person_id = 2"),
                        "0");
}

static void people_of_other_events_are_not_there(void **state)
{
    (void)state;
    assert_int_equal(get(link_of("/answer/*", TOKEN_ANSWER, 20, 60)), 404);
    assert_int_equal(get(link_of("/lead/*", TOKEN_LEAD, 5, 60)), 404);
    assert_int_equal(get(link_of("/agenda/*", TOKEN_AGENDA, 999, 60)), 404);
    assert_int_equal(
        post(link_of("/unsubscribe/*", TOKEN_UNSUBSCRIBE, 20, 60), "List-Unsubscribe=One-Click"),
        404);
}

static void a_link_that_writes_too_often_is_slowed_down(void **state)
{
    (void)state;
    const char *path = link_of("/agenda/*/star", TOKEN_AGENDA, 8, 60);
    int status = 0;
    for (int i = 0; i < 2 * THROTTLE_BURST && status != 429; i++) {
        status = post(path, "session=9&verdict=star");
    }
    assert_int_equal(status, 429);
    assert_true(res.retry_after_s > 0);
    assert_true(page_has("Nothing was saved"));
    assert_int_equal(get(link_of("/agenda/*", TOKEN_AGENDA, 8, 60)), 200); /* reading goes on */
    test_db_run(&test_db, "delete from star where person_id = 8");
}

static void remote_people_see_their_own_time(void **state)
{
    (void)state;
    assert_int_equal(get(link_of("/answer/*", TOKEN_ANSWER, 2, 60)), 200);
    assert_true(page_has("Thu 11 Dec 10:00 to 13:30"));
    assert_true(page_has("Thu 11 Dec 02:00 to 05:30 for you"));
}

static void stars_and_preferences_are_kept(void **state)
{
    (void)state;
    assert_int_equal(post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60), "session=9&verdict=star"),
                     303);
    assert_int_equal(
        post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60), "session=9&verdict=dislike"), 303);
    assert_string_equal(
        test_db_value(&test_db,
                      "select is_dislike from star where person_id = 1 and session_id = 9"),
        "t");
    assert_int_equal(post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60), "session=9&verdict=none"),
                     303);
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from star where person_id = 1 and session_id = 9"),
        "0");
    assert_int_equal(post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60), "session=9&verdict=love"),
                     400);
    assert_int_equal(
        post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60), "session=12345&verdict=star"), 303);
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from star where session_id = 12345"), "0");
    assert_int_equal(post(link_of("/agenda/*/preferences", TOKEN_AGENDA, 1, 60),
                          "channel=mail&quiet_from=22:00&quiet_until=07:30"),
                     303);
    assert_string_equal(test_db_value(&test_db,
                                      "select concat_ws(' ', channel, wants_agenda, "
                                      "wants_introductions, quiet_from_min, quiet_until_min) "
                                      "from preference where person_id = 1"),
                        "mail f f 1320 450");
    assert_int_equal(post(link_of("/agenda/*/preferences", TOKEN_AGENDA, 1, 60), "channel=pigeon"),
                     400);
    assert_int_equal(
        post(link_of("/agenda/*/preferences", TOKEN_AGENDA, 1, 60), "channel=any&quiet_from=22:00"),
        303);
    assert_non_null(strstr(res.location, "saved=quiet"));
}

static void the_programme_says_what_is_cancelled(void **state)
{
    (void)state;
    assert_int_equal(get(link_of("/agenda/*/programme", TOKEN_AGENDA, 1, 60)), 200);
    const char *entry = strstr(str_text(&res.body), "<li id=\"s8\">");
    assert_non_null(entry);
    const char *end = strstr(entry, "</li>");
    const char *tag = strstr(entry, ">cancelled</span>");
    assert_true(tag != NULL && tag < end);
    const char *form = strstr(entry, "<form");
    assert_true(form == NULL || form > end); /* nothing to star */
    assert_true(page_has("href=\"#day-2\""));
}

static const char *effective_interests(void)
{
    return test_db_value(&test_db, "select string_agg(coalesce(i.words, r.interests), '|' order by "
                                   "r.registrant_id) from registrant r left join interest i using "
                                   "(event_id, registrant_id) where r.person_id = 1");
}

static void what_somebody_cares_about_counts_for_each_registration(void **state)
{
    (void)state;
    char before[200];
    char too_long[2100] = "words=";
    const char *path = "/agenda/*/interests";
    (void)snprintf(before, sizeof before, "%s", effective_interests());
    test_db_run(&test_db, "delete from job");
    assert_int_equal(get(link_of(path, TOKEN_AGENDA, 1, 60)), 200);
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 1, 60), "words=io_uring <and> futex"), 303);
    assert_non_null(strstr(effective_interests(), "io_uring <and> futex"));
    assert_string_equal(test_db_value(&test_db,
                                      "select string_agg(distinct stage || ' ' || subject "
                                      "|| subject_id, ',') from job"),
                        "match person1,plan person1");
    test_db_run(&test_db, "delete from job");
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 1, 60), "words=io_uring <and> futex"), 303);
    assert_string_equal(test_db_value(&test_db, "select count(*) from job"), "0"); /* said before */
    assert_int_equal(get(link_of(path, TOKEN_AGENDA, 1, 60)), 200);
    assert_true(page_has(">io_uring &lt;and&gt; futex</textarea>"));
    memset(too_long + 6, 'x', 2001);
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 1, 60), too_long), 400);
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 1, 60), "other=x"), 400);
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 1, 60), "words= \n "), 303);
    assert_non_null(strstr(res.location, "saved=cleared"));
    assert_string_equal(effective_interests(), before);
    assert_int_equal(post(link_of(path, TOKEN_AGENDA, 20, 60), "words=of another event"), 303);
    assert_string_equal(test_db_value(&test_db, "select count(*) from interest"), "0");
    assert_int_equal(get(link_of(path, TOKEN_AGENDA, 20, 60)), 404);
}

static void the_feed_has_stable_entries_and_an_entity_tag(void **state)
{
    (void)state;
    const char *path = link_of("/feed/*.ics", TOKEN_FEED, 1, 60);
    assert_int_equal(get(path), 200);
    assert_true(page_has("UID:pc2031.s6.p1@"));
    assert_true(page_has("SEQUENCE:2\r\n"));
    assert_true(page_has("DTSTAMP:20311002T120000Z\r\n"));
    assert_true(page_has("STATUS:CANCELLED\r\n"));
    assert_false(page_has("METHOD:"));
    char etag[80];
    (void)snprintf(etag, sizeof etag, "\"other\", W/%s", res.etag);
    assert_int_equal(exchange(METHOD_GET, path, "", etag), 304);
    assert_int_equal(res.body.len, 0);
    assert_int_equal(exchange(METHOD_GET, path, "", "\"other\""), 200);
    assert_int_equal(exchange(METHOD_GET, path, "", "*"), 304);
}

static void one_click_stops_mail_to_every_address(void **state)
{
    (void)state;
    const char *path = link_of("/unsubscribe/*", TOKEN_UNSUBSCRIBE, 1, 60);
    assert_int_equal(get(path), 200);
    assert_true(page_has("Stop all mail"));
    assert_int_equal(post(path, "other=thing"), 400);
    assert_int_equal(post(path, "List-Unsubscribe=One-Click"), 200);
    assert_int_equal(post(path, "List-Unsubscribe=One-Click"), 200);
    assert_string_equal(
        test_db_value(&test_db, "select string_agg(address, ',' order by address) from suppression "
                                "where reason = 'unsubscribed' and channel = 'mail'"),
        "ada.l@example.net,ada@example.org");
    assert_int_equal(get(path), 200);
    assert_true(page_has("You get no mail from us"));
    assert_false(page_has("Or stop all mail"));
}

static const char *stopped_addresses(void)
{
    return test_db_value(&test_db, "select coalesce(string_agg(address || ' ' || reason, ',' order "
                                   "by address), '') from suppression");
}

static void mail_that_was_stopped_can_be_had_again_but_not_to_what_bounced(void **state)
{
    (void)state;
    test_db_run(
        &test_db,
        "delete from suppression; insert into suppression (event_id, channel, address, "
        "reason) values (1, 'mail', 'ADA@example.org', 'unsubscribed'), (1, 'mail', "
        "'ada.l@example.net', 'bounced'), (1, 'mail', 'emeka@example.com', 'unsubscribed'); "
        "delete from job");
    const char *again = link_of("/unsubscribe/*/again", TOKEN_UNSUBSCRIBE, 1, 60);
    assert_int_equal(get(again), 405);
    assert_int_equal(post(again, "List-Unsubscribe=One-Click"), 400);
    assert_int_equal(post(link_of("/unsubscribe/*/again", TOKEN_UNSUBSCRIBE, 20, 60), "again=yes"),
                     303); /* of another event: nothing to take back */
    assert_string_equal(stopped_addresses(), "ADA@example.org unsubscribed,ada.l@example.net "
                                             "bounced,emeka@example.com unsubscribed");
    assert_int_equal(post(link_of("/unsubscribe/*/again", TOKEN_UNSUBSCRIBE, 1, 60), "again=yes"),
                     303);
    assert_non_null(strstr(res.location, "saved=again"));
    assert_string_equal(stopped_addresses(),
                        "ada.l@example.net bounced,emeka@example.com unsubscribed");
    assert_string_equal(test_db_value(&test_db, "select string_agg(distinct stage || subject_id, "
                                                "',') from job where subject = 'person'"),
                        "plan1");
    assert_int_equal(get(link_of("/unsubscribe/*", TOKEN_UNSUBSCRIBE, 1, 60)), 200);
    assert_true(page_has("Or stop all mail"));
    test_db_run(&test_db, "insert into suppression (event_id, channel, address, reason) values (1, "
                          "'mail', 'ada@example.org', 'refused')");
    assert_int_equal(get(link_of("/unsubscribe/*", TOKEN_UNSUBSCRIBE, 1, 60)), 200);
    assert_true(page_has("Our mail does not reach you"));
    assert_false(page_has("Send me mail again"));
    test_db_run(&test_db, "delete from suppression");
}

static void what_is_sent_is_chosen_where_it_can_be_stopped(void **state)
{
    (void)state;
    const char *kept = "select concat_ws(' ', channel, wants_agenda, quiet_from_min) from "
                       "preference where person_id = 4";
    test_db_run(&test_db, "insert into preference (event_id, person_id, quiet_from_min, "
                          "quiet_until_min) values (1, 4, 1320, 420)");
    assert_int_equal(post(link_of("/unsubscribe/*/preferences", TOKEN_UNSUBSCRIBE, 4, 60),
                          "channel=pigeon&agenda=yes"),
                     400);
    assert_int_equal(
        post(link_of("/unsubscribe/*/preferences", TOKEN_UNSUBSCRIBE, 4, 60), "channel=matrix"),
        303);
    assert_string_equal(test_db_value(&test_db, kept), "matrix f 1320");
    assert_int_equal(get(link_of("/unsubscribe/*", TOKEN_UNSUBSCRIBE, 4, 60)), 200);
    assert_true(page_has("value=\"matrix\" checked"));
    assert_int_equal(post(link_of("/unsubscribe/*/preferences", TOKEN_UNSUBSCRIBE, 4, 60),
                          "channel=any&agenda=yes"),
                     303);
    assert_string_equal(test_db_value(&test_db, kept), "any t 1320");
    test_db_run(&test_db, "delete from preference where person_id = 4");
}

static void a_lead_decides_who_is_meant_in_the_own_track_only(void **state)
{
    (void)state;
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 2, 60), "mention=6&person=7"), 400);
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=6&person=1"), 400);
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=6"), 400);
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=2&person=7"), 400);
    assert_string_equal(test_db_value(&test_db, "select count(*) from decision"), "0");
    assert_int_equal(get(link_of("/lead/*", TOKEN_LEAD, 1, 60)), 200);
    assert_true(page_has("Who is “Gita”?"));
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=6&person=7"), 303);
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=6&person=7"), 303);
    assert_string_equal(test_db_value(&test_db,
                                      "select string_agg(concat_ws(' ', name, track_id, person_id, "
                                      "verdict, decided_by), ',') from decision"),
                        "Gita 1 7 same Ada Lindqvist");
    assert_int_equal(get(link_of("/lead/*", TOKEN_LEAD, 1, 60)), 200);
    assert_false(page_has("Who is “Gita”?"));
    char undo[60];
    (void)snprintf(undo, sizeof undo, "decision=%s",
                   test_db_value(&test_db, "select decision_id from decision"));
    assert_int_equal(post(link_of("/lead/*/undo", TOKEN_LEAD, 2, 60), undo), 303);
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from decision where undone_at is null"), "1");
    assert_int_equal(post(link_of("/lead/*/undo", TOKEN_LEAD, 1, 60), undo), 303);
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from decision where undone_at is null"), "0");
    assert_int_equal(post(link_of("/lead/*/who", TOKEN_LEAD, 1, 60), "mention=6&person=0"), 303);
    assert_string_equal(
        test_db_value(
            &test_db,
            "select count(*) from decision where verdict = 'not_same' and undone_at is null"),
        "2");
}

static void a_board_shows_the_own_track_without_addresses(void **state)
{
    (void)state;
    assert_int_equal(get(link_of("/lead/*", TOKEN_LEAD, 2, 60)), 200);
    assert_true(page_has("FUJIWARA Takeshi"));
    assert_true(page_has("Memory Tiering MC")); /* where Chen Weilin is needed at that time */
    assert_false(page_has("Emeka Obi"));        /* of the other track */
    assert_false(page_has("@example"));
    assert_false(page_has("Gita Raman has starred")); /* what others choose is theirs */
}

static void machines_see_health_and_metrics(void **state)
{
    (void)state;
    assert_int_equal(get("/health"), 200);
    assert_true(page_has("\"ok\""));
    assert_int_equal(get("/metrics"), 200);
    assert_true(page_has("rollcall_jobs{stage=\"clash\"} "));
    assert_true(page_has("rollcall_outbox_messages{state=\"waiting\"} 0"));
    assert_true(page_has("rollcall_clashes{severity=\"critical\"} 2"));
    assert_int_equal(get("/robots.txt"), 200);
    assert_true(page_has("Disallow: /"));
}

static void a_lost_connection_is_replaced_at_once(void **state)
{
    (void)state;
    assert_int_equal(get("/health"), 200);
    test_db_run(&test_db,
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and application_name = 'rollcall_web'");
    assert_int_equal(get(link_of("/answer/*", TOKEN_ANSWER, 1, 60)), 200);
}

static void without_a_database_pages_say_so_and_files_still_come(void **state)
{
    (void)state;
    struct err err = {0};
    site_done(&site);
    assert_int_equal(
        setting_override(SET_DATABASE_URL, "postgresql://rollcall@/gone?host=/nonexistent", &err),
        0);
    assert_int_equal(get(link_of("/answer/*", TOKEN_ANSWER, 1, 60)), 503);
    assert_true(res.retry_after_s > 0);
    assert_int_equal(get("/health"), 503);
    assert_true(page_has("\"error\""));
    assert_int_equal(get("/style.css"), 200);
    assert_int_equal(setting_override(SET_DATABASE_URL, test_db.url, &err), 0);
    site.retry_at_us = 0;
    assert_int_equal(get("/health"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_routes),
        cmocka_unit_test(a_token_opens_its_own_pages_only),
        cmocka_unit_test(wrong_methods_are_told_the_right_ones),
        cmocka_unit_test(get_changes_nothing),
        cmocka_unit_test(an_answer_is_saved_once),
        cmocka_unit_test(an_incomplete_answer_is_asked_for_again_and_not_saved),
        cmocka_unit_test(people_of_other_events_are_not_there),
        cmocka_unit_test(a_link_that_writes_too_often_is_slowed_down),
        cmocka_unit_test(remote_people_see_their_own_time),
        cmocka_unit_test(stars_and_preferences_are_kept),
        cmocka_unit_test(the_programme_says_what_is_cancelled),
        cmocka_unit_test(what_somebody_cares_about_counts_for_each_registration),
        cmocka_unit_test(the_feed_has_stable_entries_and_an_entity_tag),
        cmocka_unit_test(a_lead_decides_who_is_meant_in_the_own_track_only),
        cmocka_unit_test(a_board_shows_the_own_track_without_addresses),
        cmocka_unit_test(one_click_stops_mail_to_every_address),
        cmocka_unit_test(mail_that_was_stopped_can_be_had_again_but_not_to_what_bounced),
        cmocka_unit_test(what_is_sent_is_chosen_where_it_can_be_stopped),
        cmocka_unit_test(machines_see_health_and_metrics),
        cmocka_unit_test(a_lost_connection_is_replaced_at_once),
        cmocka_unit_test(without_a_database_pages_say_so_and_files_still_come),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
