/* Who did what, on the organiser's page: every kind of act, and nothing of another event. */
#include "support/site_rig.h"

#include <string.h>

static const char acts[] =
    "insert into source (event_id, kind, name, sha256, programme_version) values (1, 'pentabarf', "
    "'/home/somebody/schedule.xml', '', 1), (1, 'csv', "
    "'https://me:word@example.org/export/people.csv?apikey=secret', '', 2), (1, 'ical', "
    "'https://me:word@example.org?key=secret', '', 3), (2, 'pentabarf', 'elsewhere.xml', '', 1);"
    "insert into decision (event_id, name, track_id, person_id, verdict, decided_by, undone_at) "
    "values (1, 'Gita <R>', 1, 7, 'same', 'Ada Lindqvist', now());"
    "insert into person (event_id, person_id, name) values (1, 31, 'G. Raman'), (1, 32, 'Raman');"
    "select person_merge(1, 7, 31, 'the desk', 'she said so');"
    "select person_merge(1, 7, 32, 'rollcall', '');"
    "insert into person_split (event_id, registrant_id, from_id, to_id, split_by) values (1, 8, 8, "
    "9, 'the desk');"
    "insert into answer (event_id, person_id, reply, not_before_min, via) values (1, 4, "
    "'not_before', 615, 'command'), (1, 5, 'no', 0, 'web');"
    "insert into roll_word (event_id, session_id, what, said_by) values (1, 1, 'begin', 'Ada');"
    "insert into check_in (event_id, session_id, person_id, state, via) values (1, 1, 3, 'here', "
    "'lead'), (1, 1, 2, 'coming', 'self');";

static const char *log_of(const char *kind)
{
    assert_int_equal(
        exchange(METHOD_GET, link_of("/organiser/*/log", TOKEN_ORGANISER, 0, 60), kind, ""), 200);
    return str_text(&res.body);
}

static void every_act_stands_there_with_who_did_it(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Somebody imported schedule.xml (pentabarf)",
        "Somebody imported people.csv (csv)",
        "Somebody imported example.org (ical)",
        "Ada Lindqvist said that &quot;Gita &lt;R&gt;&quot; of Memory Tiering MC is Gita Raman",
        ("Somebody took back that &quot;Gita &lt;R&gt;&quot; is Gita Raman, as Ada Lindqvist had "
         "said"),
        "the desk said that Gita Raman and G. Raman are one: she said so",
        "the desk said that a registration of Gita Rahman is another person",
        "Somebody wrote down that Dolores Quintana answered not before 10:15",
        "Ada began Memory Tiering MC without those missing",
        "Somebody noted Chen Weilin as here in Memory Tiering MC",
        "an organiser acknowledged: Emeka Obi has cancelled",
    };
    test_db_run(&test_db, acts);
    assert_int_equal(post(link_of("/organiser/*/acknowledge", TOKEN_ORGANISER, 0, 60),
                          "clash=3&why=we wrote to him"),
                     303);
    (void)log_of("");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!page_has(lines[i])) {
            fail_msg("%s\n%s", lines[i], str_text(&res.body));
        }
    }
    assert_false(page_has("secret")); /* what opens an address that is imported from */
    assert_false(page_has("word@"));
}

static void what_is_not_for_it_is_not_there(void **state)
{
    (void)state;
    (void)log_of("");
    assert_false(page_has("elsewhere.xml"));      /* another event */
    assert_false(page_has("/home/somebody"));     /* where the file lay */
    assert_false(page_has("and Raman are one"));  /* the machine's own */
    assert_false(page_has("Emeka Obi answered")); /* said by themselves */
    assert_false(page_has("as coming"));
    (void)log_of("kind=roll");
    assert_true(page_has("began Memory Tiering MC"));
    assert_false(page_has("schedule.xml"));
    assert_int_equal(
        exchange(METHOD_GET, link_of("/organiser/*/log", TOKEN_ORGANISER, 0, 60), "kind=all", ""),
        400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_stands_there_with_who_did_it),
        cmocka_unit_test(what_is_not_for_it_is_not_there),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
