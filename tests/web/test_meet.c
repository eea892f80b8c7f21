/* Introductions on the pages: who may see what, what an answer does, and what is refused. */
#include "support/site_rig.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* The path of the question's page for one of the two. */
static const char *question_of(int64_t introduction, int64_t person)
{
    static char path[400];
    char text[TOKEN_SIZE];
    const struct token token = {TOKEN_MEET, 1, introduction, person,
                                clock_now_us() / SECOND_US + 60};
    (void)snprintf(path, sizeof path, "/meet/%s", token_sign(&token, text));
    return path;
}

static const char *agenda_of(int64_t person)
{
    return link_of("/agenda/*", TOKEN_AGENDA, person, 60);
}

static const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

static void who_has_not_opted_in_is_told_what_it_means(void **state)
{
    (void)state;
    assert_int_equal(get(agenda_of(1)), 200);
    assert_true(page_has("only among those who asked for it too"));
    assert_true(page_has("at most 2 times a day"));
    assert_false(page_has("No more introductions"));
    assert_int_equal(post(link_of("/agenda/*/introductions", TOKEN_AGENDA, 1, 60), "wants=maybe"),
                     400);
    assert_int_equal(
        post(link_of("/agenda/*/introductions", TOKEN_AGENDA, 1, 60), "wants=yes&contact=all"),
        400);
    assert_string_equal(value("select count(*) from preference where person_id = 1"), "0");
    assert_int_equal(
        post(link_of("/agenda/*/introductions", TOKEN_AGENDA, 1, 60), "wants=yes&contact=yes"),
        303);
    assert_string_equal(value("select concat_ws(' ', channel, wants_agenda, wants_introductions, "
                              "shares_contact) from preference where person_id = 1"),
                        "any t t t");
    assert_int_equal(get(agenda_of(1)), 200);
    assert_true(page_has("Nobody yet"));
    assert_int_equal(post(link_of("/agenda/*/introductions", TOKEN_AGENDA, 1, 60), "wants=no"),
                     303);
    assert_string_equal(value("select concat_ws(' ', wants_introductions, shares_contact) from "
                              "preference where person_id = 1"),
                        "f f");
}

static void a_question_says_nothing_of_who_it_is(void **state)
{
    (void)state;
    static const char *const pages[2] = {"question", "agenda"};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(get(i == 0 ? question_of(1, 7) : agenda_of(7)), 200);
        if (!page_has("works on CXL, which you care about") || page_has("Rahman") ||
            page_has("rahman@example.com") || page_has("pooling")) {
            fail_msg("the %s page", pages[i]);
        }
    }
    assert_int_equal(get(question_of(1, 8)), 200); /* b is not asked yet, and knows nothing */
    assert_true(page_has("This question is over"));
    assert_int_equal(get(agenda_of(8)), 200);
    assert_false(page_has("CXL pooling"));
    assert_int_equal(get(question_of(1, 6)), 200); /* not one of the two */
    assert_true(page_has("This question is over"));
    assert_int_equal(get(question_of(3, 3)), 200);
    assert_true(page_has("wake-up &lt;placement&gt;"));
    assert_false(page_has("Rahman"));
}

static void who_both_said_yes_see_one_another(void **state)
{
    (void)state;
    assert_int_equal(get(question_of(2, 3)), 200);
    assert_true(page_has("Meet Gita Raman"));
    assert_true(page_has("Thu 11 Dec 14:00 to 14:20"));
    assert_false(page_has("graman@example.com")); /* she keeps it */
    assert_int_equal(get(agenda_of(7)), 200);
    assert_true(page_has("Chen Weilin cares about hot pages, as you do"));
    assert_true(page_has("weilin@example.net"));
}

static void answers_are_kept_once_and_only_from_who_was_asked(void **state)
{
    (void)state;
    static const char rows[] = "select string_agg(concat_ws(' ', introduction_id, person_id, "
                               "reply), ', ' order by answer_id) from introduction_answer where "
                               "introduction_id <> 2 and person_id <> 8";
    assert_int_equal(post(question_of(1, 7), "reply=perhaps"), 400);
    assert_int_equal(post(question_of(1, 7), ""), 400);
    assert_int_equal(post(link_of("/agenda/*/introduction", TOKEN_AGENDA, 7, 60), "reply=yes"),
                     400);
    assert_string_equal(value(rows), "");
    assert_int_equal(post(question_of(1, 8), "reply=yes"), 303); /* not asked: nothing happens */
    assert_int_equal(post(question_of(2, 3), "reply=no"), 200);  /* they have met: too late */
    assert_int_equal(
        post(link_of("/agenda/*/introduction", TOKEN_AGENDA, 6, 60), "introduction=1&reply=yes"),
        303);
    assert_non_null(strstr(res.location, "saved=reply-over"));
    assert_string_equal(value(rows), "");
    assert_int_equal(post(question_of(1, 7), "reply=yes"), 303);
    assert_int_equal(post(question_of(1, 7), "reply=yes"), 303);
    assert_string_equal(value(rows), "1 7 yes");
    assert_int_equal(get(question_of(1, 7)), 200);
    assert_true(page_has("You said yes"));
    assert_int_equal(
        post(link_of("/agenda/*/introduction", TOKEN_AGENDA, 3, 60), "introduction=3&reply=no"),
        303);
    assert_string_equal(value(rows), "1 7 yes, 3 3 no");
    assert_int_equal(post(question_of(3, 3), "reply=yes"), 303); /* a no is final */
    assert_string_equal(value(rows), "1 7 yes, 3 3 no");
    assert_int_equal(get(agenda_of(8)), 200); /* and silent */
    assert_true(page_has("If the other does too"));
    assert_false(page_has("Chen Weilin"));
}

static void never_ends_everything_at_once(void **state)
{
    (void)state;
    assert_int_equal(post(question_of(2, 7), "reply=never"), 200);
    assert_true(page_has("No more introductions"));
    assert_string_equal(value("select wants_introductions from preference where person_id = 7"),
                        "f");
    assert_int_equal(get(agenda_of(3)), 200);
    assert_false(page_has("Gita Raman"));
    assert_int_equal(get(question_of(2, 3)), 200);
    assert_true(page_has("This question is over"));
    assert_string_equal(value("select count(*) from introduction where withdrawn_at is null"), "1");
}

static void ideas_for_bofs_name_only_who_asked_for_introductions(void **state)
{
    (void)state;
    assert_int_equal(get(link_of("/organiser/*/bofs", TOKEN_ORGANISER, 0, 60)), 200);
    assert_true(page_has("memory safety, bindgen"));
    assert_true(page_has("Ten years of deferred work"));
    assert_true(page_has("accessibility"));
    assert_true(page_has("did not ask for introductions, so we name nobody"));
    assert_false(page_has("FUJIWARA"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_not_opted_in_is_told_what_it_means),
        cmocka_unit_test(a_question_says_nothing_of_who_it_is),
        cmocka_unit_test(who_both_said_yes_see_one_another),
        cmocka_unit_test(answers_are_kept_once_and_only_from_who_was_asked),
        cmocka_unit_test(never_ends_everything_at_once),
        cmocka_unit_test(ideas_for_bofs_name_only_who_asked_for_introductions),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
