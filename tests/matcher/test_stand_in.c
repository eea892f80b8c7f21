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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_lead_is_told_once_whom_somebody_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
