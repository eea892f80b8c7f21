/* event: one that was a mistake goes with everything that is in it, and no other is touched. */
#include "support/test_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of 'typo' and one of 'right' in whatever table belongs to an event and a person can reach.
 */
static const char two_events[] =
    "insert into event (slug, title) values ('right', 'The real one'), ('typo', '');"
    "insert into room (event_id, key, name) select event_id, 'r', 'R' from event;"
    "insert into track (event_id, key, title) select event_id, 't', 'T' from event;"
    "insert into session (event_id, key, title, track_id, room_id, starts_at, ends_at) select "
    "e.event_id, 's', 'S', t.track_id, r.room_id, now(), now() + interval '1 hour' from event e "
    "join track t using (event_id) join room r using (event_id);"
    "insert into person (event_id, name) select event_id, 'Ann Lee' from event;"
    "insert into registrant (event_id, key, name, email, person_id) select event_id, 'k', name, "
    "'ann@example.org', person_id from person;"
    "insert into mention (event_id, role, strength, track_id, name) select event_id, 'lead', "
    "'must', track_id, 'Ann Lee' from track;"
    "insert into resolution (event_id, mention_id, person_id, status, confidence) select "
    "event_id, mention_id, person_id, 'linked', 1 from mention join person using (event_id);"
    "insert into answer (event_id, person_id, reply, via) select event_id, person_id, 'yes', 'web' "
    "from person;"
    "insert into star (event_id, person_id, session_id) select event_id, person_id, session_id "
    "from person join session using (event_id);"
    "insert into preference (event_id, person_id) select event_id, person_id from person;"
    "insert into decision (event_id, name, email, person_id, verdict, decided_by) select event_id, "
    "name, '', person_id, 'same', 'Cid' from person;"
    "insert into suppression (event_id, channel, address, reason) select event_id, 'mail', "
    "'ann@example.org', 'unsubscribed' from event;"
    "insert into outbox (event_id, dedupe_key, kind, channel, address, person_id, payload, thread) "
    "select event_id, 'k', 'agenda', 'mail', 'ann@example.org', person_id, '{}', 't' from person;"
    "insert into delivery (event_id, outbox_id, attempt, verdict, scope, detail) select event_id, "
    "outbox_id, 1, 'later', 'recipient', '' from outbox;";

/* Tables that have rows of this event, with the number of rows. */
static const char *rows_of(const char *slug)
{
    char sql[1024];
    (void)snprintf(
        sql, sizeof sql,
        "select coalesce(string_agg(table_name || n, ' ' order by table_name), '') from (select "
        "table_name, (xpath('//c/text()', query_to_xml(format('select count(*) as c from "
        "rollcall.%%I where event_id = (select event_id from rollcall.event where slug = ''%s'')', "
        "table_name), true, true, '')))[1]::text n from information_schema.columns where "
        "table_schema = 'rollcall' and column_name = 'event_id' and table_name in (select "
        "table_name from information_schema.tables where table_schema = 'rollcall' and table_type "
        "= 'BASE TABLE')) t where n <> '0'",
        slug);
    return test_db_value(&test_db, sql);
}

static const char *n_orphans(void)
{
    return test_db_value(&test_db,
                         "select count(*) from (select event_id from session union all select "
                         "event_id from outbox union all select event_id from job union all select "
                         "event_id from person) t where event_id not in (select event_id from "
                         "event)");
}

static int run(const char *words)
{
    char command[512];
    (void)snprintf(command, sizeof command,
                   BINARY_DIR "/rollcall %s </dev/null >" BINARY_DIR "/event.out 2>&1", words);
    return system(command) >> 8;
}

static const char *said(void)
{
    static char text[4096];
    FILE *file = fopen(BINARY_DIR "/event.out", "re");
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    (void)fclose(file);
    return text;
}

static void one_goes_and_the_other_stays_as_it_was(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    char before[1024];
    (void)snprintf(before, sizeof before, "%s", rows_of("right"));
    assert_non_null(strstr(before, "outbox1"));
    assert_non_null(strstr(rows_of("typo"), "outbox1"));
    assert_int_equal(run("event remove typo --yes"), 0);
    assert_non_null(strstr(said(), "1 registrations"));
    assert_non_null(strstr(said(), "1 stopped addresses"));
    assert_non_null(strstr(said(), "removed"));
    assert_string_equal(test_db_value(&test_db, "select string_agg(slug, ',') from event"),
                        "right");
    assert_string_equal(rows_of("right"), before);
    assert_string_equal(n_orphans(), "0");
}

static void without_yes_it_only_says_what_would_go(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    assert_int_equal(run("event remove typo"), 0);
    assert_non_null(strstr(said(), "nothing was removed; say --yes"));
    assert_int_equal(run("event remove typo --json"), 0);
    assert_non_null(strstr(said(), "\"removed\": false"));
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "2");
}

static void not_while_a_message_is_under_way(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    test_db_run(&test_db, "update outbox set state = 'leased', leased_until = now() + interval '1 "
                          "minute' where event_id = (select event_id from event where slug = "
                          "'typo')");
    assert_int_equal(run("event remove typo --yes"), 1);
    assert_non_null(strstr(said(), "1 messages of this event are being delivered"));
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "2");
    test_db_run(&test_db, "update outbox set leased_until = now() - interval '1 second' where "
                          "state = 'leased'");
    assert_int_equal(run("event remove typo --yes"), 0); /* the worker that had it is gone */
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "1");
}

static void what_there_is_not_cannot_be_removed(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    assert_int_equal(run("event remove typ --yes"), 2);
    assert_non_null(strstr(said(), "there is no event \"typ\""));
    assert_int_equal(run("event remove"), 2);
    assert_int_equal(run("event rename typo"), 2);
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "2");
}

static void what_ended_long_ago_expires_when_a_term_is_set(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    test_db_run(&test_db,
                "update event set ends_at = now() - interval '91 days' where slug = 'typo'; update "
                "event set ends_at = now() - interval '89 days' where slug = 'right'; insert into "
                "event (slug) values ('without_a_programme')");
    assert_int_equal(run("event expire --yes"), 2); /* no term: for good */
    assert_non_null(strstr(said(), "ROLLCALL_KEEP"));
    assert_int_equal(setenv("ROLLCALL_KEEP", "90d", 1), 0);
    assert_int_equal(run("doctor"), 1);
    assert_non_null(strstr(said(), "event typo is kept too long"));
    assert_int_equal(run("event expire"), 0);
    assert_non_null(strstr(said(), "typo, which ended 91 days ago: would be removed"));
    assert_null(strstr(said(), "right"));
    assert_string_equal(test_db_value(&test_db, "select count(*) from event"), "3");
    assert_int_equal(run("event expire --yes extra"), 2);
    assert_int_equal(run("event expire --yes --json"), 0);
    assert_non_null(strstr(said(), "\"removed\": true"));
    assert_string_equal(test_db_value(&test_db, "select string_agg(slug, ' ') from event"),
                        "right without_a_programme");
    assert_string_equal(n_orphans(), "0");
    assert_int_equal(run("event expire --yes"), 0);
    assert_non_null(strstr(said(), "no event has ended so long ago"));
    (void)unsetenv("ROLLCALL_KEEP");
}

static void one_that_is_busy_does_not_keep_the_others(void **state)
{
    (void)state;
    test_db_run(&test_db, two_events);
    test_db_run(
        &test_db,
        "update event set ends_at = now() - interval '92 days' where slug = 'right'; update "
        "event set ends_at = now() - interval '91 days' where slug = 'typo'; update outbox "
        "set state = 'leased', leased_until = now() + interval '1 minute' where event_id = "
        "(select event_id from event where slug = 'right')");
    assert_int_equal(setenv("ROLLCALL_KEEP", "90d", 1), 0);
    assert_int_equal(run("event expire --yes"), 1);
    assert_non_null(strstr(said(), "right was not removed: 1 messages of this event"));
    assert_non_null(strstr(said(), "typo, which ended 91 days ago: removed"));
    assert_string_equal(test_db_value(&test_db, "select string_agg(slug, ' ') from event"),
                        "right");
    (void)unsetenv("ROLLCALL_KEEP");
}

static void events_are_listed(void **state)
{
    (void)state;
    assert_int_equal(run("event"), 0);
    assert_non_null(strstr(said(), "no event yet"));
    test_db_run(&test_db, two_events);
    assert_int_equal(run("event"), 0);
    assert_non_null(strstr(said(), "The real one"));
    assert_int_equal(run("event --json"), 0);
    assert_non_null(strstr(said(), "\"event\": \"typo\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(one_goes_and_the_other_stays_as_it_was),
        DB_TEST(without_yes_it_only_says_what_would_go),
        DB_TEST(not_while_a_message_is_under_way),
        DB_TEST(what_there_is_not_cannot_be_removed),
        DB_TEST(what_ended_long_ago_expires_when_a_term_is_set),
        DB_TEST(one_that_is_busy_does_not_keep_the_others),
        DB_TEST(events_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
