/* forget: nothing of somebody's addresses is left in any table. */
#include "support/test_db.h"

#include "base/secret.h"
#include "base/settings.h"
#include "store/suppression.h"

#include <stdio.h>
#include <stdlib.h>

/* Ann's addresses stand wherever an address can; Bob's beside them. */
static const char everywhere[] =
    "insert into event (slug) values ('e');"
    "insert into person (event_id, person_id, name) select event_id, v.i, v.n from event, (values "
    "(7, 'Ann Lee'), (8, 'Bob Roe')) v (i, n);"
    "insert into track (event_id, key, title) select event_id, 't', 'T' from event;"
    "insert into registrant (event_id, key, name, email, email_md5, matrix_id, person_id) select "
    "event_id, name, name, split_part(name, ' ', 1) || '@Example.org', md5('x'), '@' || "
    "lower(split_part(name, ' ', 1)) || ':example.org', person_id from person;"
    "insert into mention (event_id, role, strength, track_id, name, email, email_md5) select "
    "p.event_id, 'lead', 'must', t.track_id, p.name || v.s, lower(split_part(p.name, ' ', 1)) || "
    "v.a, md5(lower(split_part(p.name, ' ', 1)) || '@example.org') from person p, track t, (values "
    "('', '@list.example.org'), (' not linked', '@example.org')) v (s, a);"
    "insert into resolution (event_id, mention_id, person_id, status, confidence) select "
    "m.event_id, m.mention_id, p.person_id, 'linked', 1 from mention m join person p on m.name = "
    "p.name;"
    "insert into person_alias (event_id, person_id, kind, value) select event_id, person_id, "
    "'email', lower(split_part(name, ' ', 1)) || '@old.example.org' from person;"
    "insert into decision (event_id, name, email, person_id, verdict, decided_by) select event_id, "
    "name, lower(split_part(name, ' ', 1)) || '@example.org', 8, 'not_same', 'Cid' from person;"
    "insert into suppression (event_id, channel, address, reason) select event_id, 'mail', "
    "lower(split_part(name, ' ', 1)) || '@example.org', 'bounced' from person;"
    "insert into matrix_room (event_id, address, room_id) select event_id, '@' || "
    "lower(split_part(name, ' ', 1)) || ':example.org', '!r:example.org' from person;"
    "insert into report (event_id, kind, subject_id, address, facts, first_at, sent_at) select "
    "event_id, 'quorum', 1, lower(split_part(name, ' ', 1)) || '@list.example.org', '', now(), "
    "now() from person;"
    "insert into outbox (event_id, dedupe_key, kind, channel, address, person_id, payload, thread) "
    "select event_id, name || i, 'agenda', 'mail', split_part(name, ' ', 1) || '@example.org', "
    "nullif(i, 0) * person_id, '{}', 't' from person, generate_series(0, 1) i;"
    "insert into delivery (event_id, outbox_id, attempt, verdict, scope, detail) select event_id, "
    "outbox_id, 1, 'refused', 'recipient', '550 <' || address || '> is unknown' from outbox;";

/* Somebody who turned out to be Ann, and was known under an address of their own. */
static const char merged[] =
    "insert into person (event_id, person_id, name) select event_id, 9, 'Lee, Ann' from event;"
    "insert into person_alias (event_id, person_id, kind, value) select event_id, 9, 'email', "
    "'ann@second.example.org' from event;"
    "insert into matrix_room (event_id, address, room_id) select event_id, "
    "'ann@second.example.org', '!s:example.org' from event;"
    "select person_merge(event_id, 7, 9, 'Cid', '') from event;";

/* The tables whose rows hold the text somewhere. */
static const char tables_with[] =
    "select coalesce(string_agg(table_name, ' ' order by table_name), '') from "
    "information_schema.tables where table_schema = 'rollcall' and table_type = 'BASE TABLE' and "
    "query_to_xml(format('select * from rollcall.%I', table_name), true, true, '')::text ~* ";

static const char *where_is(const char *pattern)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql, "%s'%s'", tables_with, pattern);
    return test_db_value(&test_db, sql);
}

#define ADDRESS(name) name "(@|:)[a-z.]*example"

static void no_table_holds_an_address_of_somebody_forgotten(void **state)
{
    (void)state;
    test_db_run(&test_db, everywhere);
    char before[256];
    (void)snprintf(before, sizeof before, "%s", where_is(ADDRESS("bob")));
    assert_string_equal(where_is(ADDRESS("ann")), before);
    assert_string_equal(before, "decision delivery matrix_room mention outbox person_alias "
                                "registrant report suppression");
    test_db_run(&test_db, merged);
    assert_int_equal(system(BINARY_DIR "/rollcall forget 'Ann Lee' --yes >/dev/null"), 0);
    assert_string_equal(where_is(ADDRESS("ann")), "");
    assert_string_equal(test_db_value(&test_db, "select count(*) from mention where email_md5 = "
                                                "md5('ann@example.org')"),
                        "0");
    assert_string_equal(where_is(ADDRESS("bob")), before);
    assert_string_equal(test_db_value(&test_db, "select string_agg(name, ',') from person"),
                        "Bob Roe");
}

/* Ann had unsubscribed, and an import brings her back: nothing leaves, though nobody knows why. */
static void who_was_stopped_stays_so_without_an_address(void **state)
{
    (void)state;
    char sql[300];
    char hash[SUPPRESSION_HASH_SIZE];
    struct err err = {0};
    test_db_run(&test_db, everywhere);
    test_db_run(&test_db, "update suppression set reason = 'unsubscribed', detail = address");
    assert_int_equal(setenv("ROLLCALL_SECRET", "0123456789abcdef0123456789abcdef", 1) |
                         system(BINARY_DIR "/rollcall forget 'Ann Lee' --yes >/dev/null"),
                     0);
    assert_int_equal(setting_override(SET_SECRET, getenv("ROLLCALL_SECRET"), &err), 0);
    assert_int_equal(secret_load(&err), 0);
    (void)snprintf(sql, sizeof sql,
                   "select reason || detail from suppression where channel = 'mail' and address = "
                   "'%s'",
                   suppression_hash("ANN@example.ORG", hash));
    assert_string_equal(test_db_value(&test_db, sql), "unsubscribed");
    assert_string_equal(test_db_value(&test_db,
                                      "select address from suppression where address like "
                                      "'%@%'"),
                        "bob@example.org");
    (void)unsetenv("ROLLCALL_SECRET");
}

static void others_are_not_told_the_name_any_more(void **state)
{
    (void)state;
    test_db_run(&test_db, everywhere);
    test_db_run(&test_db,
                "update outbox set payload = jsonb_build_object('why', 'Ann Lee said no; Bob Roe "
                "did not', 'q', 'a \"b\"') where address ilike 'bob%';"
                "update report set facts = '{\"Ann Lee\":\"said no\",\"Bob Roe\":\"said yes\"}' "
                "where address like 'bob%';"
                "insert into stand_in (event_id, person_id, name) select event_id, 8, 'Ann Lee "
                "(ACME)' from event;"
                "insert into report (event_id, kind, subject_id, address, facts, first_at, "
                "sent_at) select event_id, kind, 7, '', '', now(), now() from event, "
                "unnest(array['question', 'agenda', 'opening']) kind");
    assert_int_equal(system(BINARY_DIR "/rollcall forget 'Ann Lee' --yes >/dev/null"), 0);
    assert_string_equal(
        test_db_value(&test_db, "select string_agg(distinct payload ->> 'why', ',') from outbox"),
        "somebody said no; Bob Roe did not");
    assert_string_equal(test_db_value(&test_db, "select name from stand_in"), "somebody (ACME)");
    assert_string_equal(test_db_value(&test_db, "select facts from report where kind = 'quorum'"),
                        "{\"Ann Lee\": \"erased\", \"Bob Roe\": \"said yes\"}");
    assert_string_equal(test_db_value(&test_db, "select count(*) from report where subject_id = 7"),
                        "0");
}

static void without_yes_nothing_goes(void **state)
{
    (void)state;
    test_db_run(&test_db, everywhere);
    assert_int_equal(system(BINARY_DIR "/rollcall forget 'Ann Lee' >/dev/null"), 0);
    assert_string_equal(test_db_value(&test_db, "select count(*) from person"), "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_TEST(no_table_holds_an_address_of_somebody_forgotten),
        DB_TEST(who_was_stopped_stays_so_without_an_address),
        DB_TEST(others_are_not_told_the_name_any_more),
        DB_TEST(without_yes_nothing_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
