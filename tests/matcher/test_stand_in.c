/* Whom somebody who cannot come names in their place stands in the mail to the leads, and only
 * there. */
#include "matcher/stages.h"

#include <string.h>

static const char *told(void)
{
    return value("select coalesce(string_agg(distinct p ->> 'name' || ': ' || (p ->> 'state'), "
                 "'; '), '') from outbox, jsonb_array_elements(payload -> 'persons') p where kind "
                 "= 'quorum' and p ->> 'state' like '%instead%'");
}

static void say(const char *reply, const char *instead)
{
    char sql[600];
    (void)snprintf(sql, sizeof sql,
                   "insert into answer (event_id, person_id, reply, via) select event_id, "
                   "person_id, '%s', 'web' from person where name = 'Bob Example'; insert into "
                   "stand_in (event_id, person_id, name) select event_id, person_id, '%s' from "
                   "person where name = 'Bob Example'",
                   reply, instead);
    run(sql);
    work();
}

static void the_lead_is_told_once_whom_somebody_names(void **state)
{
    (void)state;
    run(programme);
    work();
    say("yes", "Ida Berg");
    assert_string_equal(told(), ""); /* Bob comes himself */
    say("no", "Ida Berg");
    assert_non_null(strstr(told(), "Bob Example: "));
    assert_non_null(strstr(told(), "said no, names Ida Berg instead"));
    int64_t n = count("outbox where kind = 'quorum'");
    run("insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', 'track', "
        "track_id from track");
    work();
    assert_int_equal(count("outbox where kind = 'quorum'"), n); /* no news */
    assert_int_equal(count("outbox where kind <> 'quorum' and payload::text like '%Ida Berg%'"), 0);
    run("insert into stand_in (event_id, person_id, name) select event_id, person_id, '' from "
        "person where name = 'Bob Example'");
    work();
    assert_int_equal(count("outbox where kind = 'quorum'"), n + 1);
    assert_string_equal(value("select count(*) from outbox where kind = 'quorum' and outbox_id = "
                              "(select max(outbox_id) from outbox where kind = 'quorum') and "
                              "(payload -> 'persons')::text like '%Ida%'"),
                        "0");
}

/* Somebody who turns out to be Bob has said no, and whom they name; until that is taken back. */
static void who_was_named_stays_so_when_two_turn_out_to_be_one(void **state)
{
    (void)state;
    run(programme);
    work();
    run("insert into person (event_id, person_id, name) select event_id, 900, 'Robert' from event;"
        "insert into answer (event_id, person_id, reply, via) select event_id, 900, 'no', 'web' "
        "from event;"
        "insert into stand_in (event_id, person_id, name) select event_id, 900, 'Ida Berg' from "
        "event;"
        "select person_merge(event_id, person_id, 900, 'Cid', '') from person where name = 'Bob "
        "Example'");
    work();
    assert_non_null(strstr(told(), "said no, names Ida Berg instead"));
    assert_string_equal(value("select p.name from stand_in_now s join person p using (event_id, "
                              "person_id)"),
                        "Bob Example");
    run("select person_unmerge(event_id, merge_id, 'Cid') from person_merge");
    assert_string_equal(value("select person_id from stand_in_now"), "900");
}

static void an_event_without_a_title_is_called_by_its_name(void **state)
{
    (void)state;
    run(programme);
    run("update event set title = ''");
    work();
    assert_string_equal(value("select string_agg(distinct payload -> 'event' ->> 'title', '|') "
                              "from outbox"),
                        "e");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_lead_is_told_once_whom_somebody_names),
        TEST(who_was_named_stays_so_when_two_turn_out_to_be_one),
        TEST(an_event_without_a_title_is_called_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
