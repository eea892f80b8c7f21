/* Whom somebody who cannot come names in their place: who may say it, and who sees it. */
#include "support/site_rig.h"

#include <string.h>

static const char named[] = "select coalesce(string_agg(person_id || ' ' || name, ', ' order by "
                            "stand_in_id), '') from stand_in";

static const char *answer_of(int64_t person)
{
    return link_of("/answer/*", TOKEN_ANSWER, person, 60);
}

static bool board_has(int64_t track, const char *text)
{
    assert_int_equal(get(link_of("/lead/*", TOKEN_LEAD, track, 60)), 200);
    return page_has(text);
}

static void who_says_no_names_somebody_and_the_lead_sees_it(void **state)
{
    (void)state;
    assert_int_equal(get(answer_of(2)), 200);
    assert_true(page_has("Who could come in your place?"));
    assert_int_equal(post(answer_of(2), "reply=no&stand_in=Ida <Berg>, she knows demotion"), 200);
    assert_true(page_has("you name Ida &lt;Berg&gt;, she knows demotion in your place"));
    assert_string_equal(test_db_value(&test_db, named), "2 Ida <Berg>, she knows demotion");
    assert_true(board_has(1, "no<span class=\"hint\">, names Ida &lt;Berg&gt;"));
    assert_true(board_has(3, "names Ida &lt;Berg&gt;")); /* wanted there as well, and said no */
    assert_false(board_has(2, "Ida"));                   /* not wanted there */
    assert_int_equal(get(answer_of(2)), 200);
    assert_true(page_has("value=\"Ida &lt;Berg&gt;, she knows demotion\""));
}

static void the_same_again_is_no_news_and_nothing_takes_it_back(void **state)
{
    (void)state;
    test_db_run(&test_db, "delete from job");
    assert_int_equal(post(answer_of(2), "reply=no&stand_in=Ida <Berg>, she knows demotion"), 200);
    assert_string_equal(test_db_value(&test_db, "select count(*) from stand_in"), "1");
    assert_string_equal(test_db_value(&test_db, "select count(*) from job"), "0");
    assert_int_equal(post(answer_of(2), "reply=no"), 200); /* a form without the field */
    assert_string_equal(test_db_value(&test_db, "select count(*) from stand_in"), "1");
    assert_int_equal(post(answer_of(2), "reply=no&stand_in="), 200);
    assert_false(page_has("in your place"));
    assert_string_equal(test_db_value(&test_db,
                                      "select string_agg(distinct subject || subject_id, ' ') "
                                      "from job where stage = 'plan' and subject = 'track'"),
                        "track1 track3");
    assert_false(board_has(1, "names Ida"));
}

static void only_a_no_shows_it(void **state)
{
    (void)state;
    assert_int_equal(post(answer_of(2), "reply=yes&stand_in=Ida Berg"), 200);
    assert_false(board_has(1, "Ida Berg"));
    assert_int_equal(post(answer_of(2), "reply=no&reply_t1=remote&stand_in=Ida Berg"), 200);
    assert_false(board_has(1, "Ida Berg"));
    assert_true(board_has(3, "Ida Berg"));
}

static void what_is_too_long_is_refused_and_nothing_is_saved(void **state)
{
    (void)state;
    char form[320] = "reply=yes&stand_in=";
    memset(form + strlen(form), 'x', 201);
    const char *before = "select count(*) from answer where person_id = 6";
    assert_int_equal(post(answer_of(6), form), 400);
    assert_string_equal(test_db_value(&test_db, before), "0");
    assert_int_equal(post(answer_of(6), "stand_in=Ida Berg"), 400); /* no answer is no answer */
    assert_true(page_has("value=\"Ida Berg\""));
    assert_string_equal(
        test_db_value(&test_db, "select count(*) from stand_in where person_id = 6"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_says_no_names_somebody_and_the_lead_sees_it),
        cmocka_unit_test(the_same_again_is_no_news_and_nothing_takes_it_back),
        cmocka_unit_test(only_a_no_shows_it),
        cmocka_unit_test(what_is_too_long_is_refused_and_nothing_is_saved),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
