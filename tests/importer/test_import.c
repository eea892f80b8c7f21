/* Imports into a real database: all or nothing, the same again, a new version. */
#include "support/test_db.h"

#include "importer/importer.h"

#include <stdio.h>
#include <string.h>

static int import_into(const char *event, bool is_new_event, const char *name, const char *text,
                       struct import_report *report, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    static struct arena *arena;
    arena_free(arena);
    arena = arena_new();
    struct import_options options = {.event = event, .is_new_event = is_new_event};
    return import_text(db, name, text, strlen(text), &options, arena, report, err);
}

static int import(const char *name, const char *text, struct import_report *report, struct err *err)
{
    return import_into("e", false, name, text, report, err);
}

static struct import_report import_fine(const char *name, const char *text)
{
    struct import_report report;
    struct err err = {0};
    if (import(name, text, &report, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    return report;
}

static const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

#define HEAD                                                                                       \
    "<schedule><conference><acronym>e</acronym><title>E</title><time_zone_name>Asia/Tokyo</"       \
    "time_zone_name>"                                                                              \
    "</conference><day date='2025-12-11'>"
#define TAIL "</day></schedule>"
#define EVENT(id, room, start, title, person)                                                      \
    "<room name='" room "'><event guid='" id "' id='1'><date>2025-12-11T" start                    \
    ":00+09:00</date><start>" start "</start><duration>00:30</duration><title>" title              \
    "</title><track>T</track><persons><person>" person "</person></persons></event></room>"

#define FIRST                                                                                      \
    HEAD EVENT("a", "R1", "10:00", "Talk A", "Ann Lee")                                            \
        EVENT("b", "R2", "10:00", "Talk B", "Bob Roe") TAIL
#define SECOND                                                                                     \
    HEAD EVENT("a", "R1", "11:00", "Talk A", "Ann Lee")                                            \
        EVENT("c", "R2", "10:00", "Talk C", "Cid Poe") TAIL

static void a_programme_goes_in_whole(void **state)
{
    (void)state;
    struct import_report report = import_fine("s.xml", FIRST);
    assert_string_equal(report.format, "pentabarf");
    assert_int_equal(report.n_changes[0], 2); /* added */
    assert_int_equal(report.programme_version, 1);
    assert_string_equal(value("select string_agg(key, ' ' order by key) from session"), "a b");
    assert_string_equal(value("select timezone from event"), "Asia/Tokyo");
    assert_string_equal(
        value("select string_agg(name, ', ' order by name) from mention where role = 'speaker'"),
        "Ann Lee, Bob Roe");
}

static void the_same_again_changes_nothing(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    test_db_run(&test_db, "delete from job");
    struct import_report report = import_fine("s.xml", FIRST);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(report.n_changes[i], 0);
    }
    assert_int_equal(report.programme_version, 1);
    assert_string_equal(value("select count(*) from job"), "0");
    assert_string_equal(value("select count(*) from programme_change"), "2");
}

static void a_new_version_keeps_ids_and_says_what_changed(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    char before[32];
    (void)snprintf(before, sizeof before, "%s",
                   value("select session_id from session where key = 'a'"));
    struct import_report report = import_fine("s.xml", SECOND);
    assert_int_equal(report.programme_version, 2);
    assert_string_equal(value("select session_id from session where key = 'a'"), before);
    assert_string_equal(
        value("select string_agg(key || ' ' || what, ', ' order by key) from programme_change "
              "join session using (event_id, session_id) where programme_change.programme_version "
              "= 2"),
        "a moved, b cancelled, c added");
    assert_string_equal(value("select is_cancelled from session where key = 'b'"), "t");
    assert_string_equal(value("select old_value from programme_change where what = 'moved'"),
                        "Thu 11 Dec 10:00 to 10:30, R1");
}

static void what_was_cancelled_can_come_back(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    (void)import_fine("s.xml", SECOND);
    struct import_report report = import_fine("s.xml", FIRST);
    assert_int_equal(report.n_changes[5], 1); /* restored */
    assert_string_equal(value("select is_cancelled from session where key = 'b'"), "f");
}

static void an_empty_programme_deletes_nothing(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    test_db_run(&test_db, "delete from job");
    struct import_report report = import_fine("s.xml", HEAD TAIL);
    assert_true(report.is_unpublished);
    assert_string_equal(value("select count(*) from session where not is_cancelled"), "2");
    assert_string_equal(value("select count(*) from job"), "0");
}

static void a_bad_file_leaves_everything_as_it_was(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    struct import_report report;
    struct err err = {0};
    assert_int_equal(import("s.xml",
                            HEAD EVENT("a", "R1", "12:00", "Talk A",
                                       "Ann Lee") "\n" EVENT("x", "R1", "25:00", "X", "Y") TAIL,
                            &report, &err),
                     ERR_INPUT);
    assert_non_null(strstr(err.where, "s.xml:2"));
    assert_string_equal(value("select to_char(starts_at at time zone 'Asia/Tokyo', 'HH24:MI') from "
                              "session where key = 'a'"),
                        "10:00");
}

static void registrants_dates_are_in_the_events_zone(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    struct import_report report =
        import_fine("r.csv", "id,name,arrives,departs\n1,Ann Lee,2025-12-11,2025-12-12\n");
    assert_int_equal(report.n_registrants_new, 1);
    assert_string_equal(
        value("select to_char(arrives_at at time zone 'Asia/Tokyo', 'DD HH24:MI') from registrant"),
        "11 00:00");
    report = import_fine("r.csv", "id,name,arrives,departs\n1,Ann Lee,2025-12-11,2025-12-12\n");
    assert_int_equal(report.n_registrants_new + report.n_registrants_changed, 0);
}

static void an_edited_list_of_key_attendees_replaces_the_old_one(void **state)
{
    (void)state;
    (void)import_fine(
        "cfp.txt",
        "## Rust Microconference\n\nAbout Rust.\n\nKey attendees:\n- Ann Lee\n- Bob Roe\n\n"
        "## Gaming Microconference\n\nAbout games.\n\nKey attendees:\n- Cid Poe\n");
    assert_string_equal(value("select string_agg(name, ', ' order by name) from mention"),
                        "Ann Lee, Bob Roe, Cid Poe");
    (void)import_fine(
        "cfp.txt",
        "## Rust Microconference\n\nAbout Rust.\n\nKey attendees:\n- Ann Lee\n- Dan Moe\n");
    assert_string_equal(value("select string_agg(name, ', ' order by name) from mention"),
                        "Ann Lee, Cid Poe, Dan Moe");
    assert_string_equal(value("select count(*) from track"), "2");
}

static void who_is_missing_withdraws_only_when_the_list_is_complete(void **state)
{
    (void)state;
    (void)import_fine("r.csv", "id,name\n1,Ann Lee\n2,Bob Roe\n");
    struct import_report report = import_fine("r.csv", "id,name\n1,Ann Lee\n");
    assert_int_equal(report.n_registrants_missing, 1);
    assert_string_equal(value("select count(*) from registrant where status = 'cancelled'"), "0");
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct import_options options = {.event = "e", .is_complete = true};
    struct err err = {0};
    const char *text = "id,name\n1,Ann Lee\n";
    assert_int_equal(import_text(db, "r.csv", text, strlen(text), &options, arena, &report, &err),
                     0);
    assert_string_equal(value("select name from registrant where status = 'cancelled'"), "Bob Roe");
}

static void a_rehearsal_saves_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct import_options options = {.event = "e", .is_rehearsal = true};
    struct import_report report;
    struct err err = {0};
    assert_int_equal(import_text(db, "s.xml", FIRST, strlen(FIRST), &options, arena, &report, &err),
                     0);
    assert_int_equal(report.n_changes[0], 2);
    assert_string_equal(value("select count(*) from event"), "0");
}

static void the_sample_goes_in(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    struct err err = {0};
    if (import_sample(db, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    assert_string_equal(value("select count(*) from track where kind = 'mc'"), "18");
    assert_string_equal(
        value("select count(*) from track t where kind = 'mc' and not exists (select from mention "
              "m where "
              "(m.event_id, m.track_id) = (t.event_id, t.track_id) and m.role = 'lead')"),
        "0");
    assert_string_equal(value("select count(*) > 600 from registrant"), "t");
}

#define OTHER                                                                                      \
    HEAD EVENT("x", "H1", "10:00", "Talk X", "Xia Li")                                             \
        EVENT("y", "H1", "11:00", "Talk Y", "Yun Li") TAIL
#define OTHER_WITHOUT_Y HEAD EVENT("x", "H1", "10:00", "Talk X", "Xia Li") TAIL

static const char *live_sessions(void)
{
    return value("select string_agg(key, ' ' order by key) from session where not is_cancelled");
}

static void another_programme_of_the_event_cancels_nothing_of_the_first(void **state)
{
    (void)state;
    (void)import_fine("main.xml", FIRST);
    struct import_report report = import_fine("devroom.xml", OTHER);
    assert_int_equal(report.n_changes[4], 0); /* cancelled */
    assert_non_null(strstr(report.note, "2 sessions of another programme stay"));
    assert_string_equal(live_sessions(), "a b x y");
    /* each still cancels its own, under its name or under another one */
    (void)import_fine("devroom.xml", OTHER_WITHOUT_Y);
    assert_string_equal(live_sessions(), "a b x");
    (void)import_fine("main-v2.xml", SECOND);
    assert_string_equal(live_sessions(), "a c x");
}

static void a_programme_that_says_it_is_complete_cancels_the_rest(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct import_options options = {.event = "e", .is_complete = true};
    struct import_report report;
    struct err err = {0};
    (void)import_fine("main.xml", FIRST);
    assert_int_equal(
        import_text(db, "new.xml", OTHER, strlen(OTHER), &options, arena, &report, &err), 0);
    assert_string_equal(live_sessions(), "x y");
}

static void the_same_file_under_another_name_is_the_same_programme(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    test_db_run(&test_db, "delete from job");
    struct import_report report = import_fine("copy.xml", FIRST);
    assert_int_equal(report.programme_version, 1);
    assert_string_equal(report.note, "");
    assert_string_equal(value("select count(*) from job"), "0");
}

#define SLUGGED(slug)                                                                              \
    HEAD "<room name='R1'><event guid='a' id='1'><date>2025-12-11T10:00:00+09:00</date><start>"    \
         "10:00</start><duration>00:30</duration><title>A</title><track slug='" slug               \
         "'>Rust MC</track></event></room>" TAIL

/* Other talks, in Prague, a day later, under ids of its own or under those of FIRST. */
#define ABROAD(id_a, id_b)                                                                         \
    "<schedule><conference><acronym>e</acronym><title>E</title><time_zone_name>Europe/Prague</"    \
    "time_zone_name></conference><day date='2025-12-12'>" EVENT_ON(id_a, "R8", "Welcome")          \
        EVENT_ON(id_b, "R9", "Lightning talks") "</day></schedule>"
#define EVENT_ON(id, room, title)                                                                  \
    "<room name='" room "'><event guid='" id "' id='1'><date>2025-12-12T10:00:00+01:00</date>"     \
    "<start>10:00</start><duration>00:30</duration><title>" title "</title></event></room>"

static void two_programmes_with_the_same_ids_are_refused(void **state)
{
    (void)state;
    struct import_report report;
    struct err err = {0};
    (void)import_fine("mcs.xml", FIRST);
    assert_int_equal(import("bofs.xml", ABROAD("a", "b"), &report, &err), ERR_INPUT);
    const char *const words[] = {"mcs.xml", "bofs.xml", "\"Talk A\"", "\"Welcome\"",
                                 "1 more",  "--event",  "--complete"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(err.message, words[i]) == NULL) {
            fail_msg("%s is not in: %s", words[i], err.message);
        }
    }
    assert_string_equal(value("select string_agg(title, ', ' order by key) from session"),
                        "Talk A, Talk B");
    assert_string_equal(value("select timezone from event"), "Asia/Tokyo");
    (void)import_fine("bofs.xml", ABROAD("x", "y")); /* under ids of its own it may come */
    assert_string_equal(value("select count(*) from session where not is_cancelled"), "4");
}

static void a_programme_that_replaces_another_may_have_its_ids(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_IMPORTER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct import_options options = {.event = "e", .is_complete = true};
    struct import_report report;
    struct err err = {0};
    const char *text = ABROAD("a", "b");
    (void)import_fine("mcs.xml", FIRST);
    assert_int_equal(import_text(db, "all.xml", text, strlen(text), &options, arena, &report, &err),
                     0);
    assert_string_equal(value("select string_agg(title, ', ' order by key) from session"),
                        "Welcome, Lightning talks");
}

static void a_retitled_talk_is_no_other_programme(void **state)
{
    (void)state;
    (void)import_fine("v1.xml", FIRST);
    (void)import_fine("v2.xml", HEAD EVENT("a", "R1", "10:00", "Something else", "Ann Lee")
                                    EVENT("b", "R2", "10:00", "Talk B!", "Bob Roe") TAIL);
    assert_string_equal(value("select string_agg(title, ', ' order by key) from session"),
                        "Something else, Talk B!");
}

#define DAYS                                                                                       \
    "select string_agg(to_char(d at time zone timezone, 'YYYY-MM-DD HH24:MI'), ' to ' order by "   \
    "d) "                                                                                          \
    "|| ' ' || timezone from event, unnest(array[starts_at, ends_at]) d group by timezone"

static void the_days_of_two_programmes_are_those_of_both(void **state)
{
    (void)state;
    (void)import_fine("mcs.xml", FIRST);
    assert_string_equal(value(DAYS), "2025-12-11 00:00 to 2025-12-12 00:00 Asia/Tokyo");
    (void)import_fine("bofs.xml", ABROAD("x", "y"));
    assert_string_equal(value(DAYS), "2025-12-11 00:00 to 2025-12-13 00:00 Asia/Tokyo");
    (void)import_fine("mcs.xml", SECOND); /* again the first: the days of the other stay */
    assert_string_equal(value(DAYS), "2025-12-11 00:00 to 2025-12-13 00:00 Asia/Tokyo");
}

static void the_only_programme_says_the_days(void **state)
{
    (void)state;
    (void)import_fine("s.xml", FIRST);
    (void)import_fine("s.xml", ABROAD("a", "b"));
    assert_string_equal(value(DAYS), "2025-12-12 00:00 to 2025-12-13 00:00 Asia/Tokyo");
}

#define IN_UTC                                                                                     \
    "<schedule><conference><acronym>e</acronym><title>E</title><time_zone_name>UTC</"              \
    "time_zone_name></conference><day date='2025-12-12'>" EVENT_ON("u", "R1",                      \
                                                                   "On line") "</day></schedule>"

static void a_second_programme_does_not_change_the_zone(void **state)
{
    (void)state;
    (void)import_fine("mcs.xml", IN_UTC);
    struct import_report report = import_fine("bofs.xml", ABROAD("x", "y"));
    assert_non_null(strstr(report.note, "Europe/Prague"));
    assert_string_equal(value(DAYS), "2025-12-12 00:00 to 2025-12-13 00:00 UTC");
    (void)import_fine("mcs.xml", IN_UTC);
    assert_string_equal(value(DAYS), "2025-12-12 00:00 to 2025-12-13 00:00 UTC");
}

static void a_track_under_another_key_is_the_same_track(void **state)
{
    (void)state;
    (void)import_fine("cfp.txt", "## Rust Microconference\n\nKey attendees:\n- Ann Lee\n");
    (void)import_fine("s.xml", SLUGGED("rust"));
    assert_string_equal(value("select count(*) from track"), "1");
    struct import_report report = import_fine("s.xml", SLUGGED("rust"));
    assert_int_equal(report.programme_version, 1);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(report.n_changes[i], 0);
    }
}

/* A block with a person: the track's lead as the programme has it. */
#define BLOCK(person)                                                                              \
    HEAD "<room name='R1'><event guid='m' id='1'><date>2025-12-11T10:00:00+09:00</date><start>"    \
         "10:00</start><duration>03:00</duration><title>Rust MC</title><type>Microconference"      \
         "</type><track>Rust MC</track><persons><person>" person                                   \
         "</person></persons></event></room>" TAIL
#define LIST                                                                                       \
    "## Rust MC\n\nKey attendees:\n- Bob Roe\n- Cid Poe\n\nMC leads:\n- Dan Moe "                  \
    "<dan@example.org>\n"

static void programmes_and_lists_leave_each_others_names_alone(void **state)
{
    (void)state;
    const char *names = "select string_agg(role || ' ' || name, ', ' order by name) from mention";
    (void)import_fine("s.xml", BLOCK("Ann Lee"));
    assert_string_equal(value(names), "lead Ann Lee");
    (void)import_fine("cfp.txt", LIST);
    assert_string_equal(value(names),
                        "lead Ann Lee, key_attendee Bob Roe, key_attendee Cid Poe, lead Dan Moe");
    (void)import_fine("s.xml", BLOCK("Ann Lee"));
    assert_string_equal(value(names),
                        "lead Ann Lee, key_attendee Bob Roe, key_attendee Cid Poe, lead Dan Moe");
    (void)import_fine("s.xml", BLOCK("Dan Moe")); /* the list knows him, with an address */
    assert_string_equal(value(names), "key_attendee Bob Roe, key_attendee Cid Poe, lead Dan Moe");
    assert_string_equal(value("select email from mention where name = 'Dan Moe'"),
                        "dan@example.org");
}

static void an_event_made_beside_others_is_mentioned(void **state)
{
    (void)state;
    struct import_report report = import_fine("s.xml", FIRST);
    assert_string_equal(report.note, "");
    test_db_run(&test_db, "insert into event (slug) values ('other')");
    report = import_fine("s.xml", FIRST);
    assert_string_equal(report.note, "");
    test_db_run(&test_db, "delete from event where slug = 'e'");
    struct err err = {0};
    assert_int_equal(import_into(NULL, false, "s.xml", FIRST, &report, &err), 0); /* its own name */
    assert_string_equal(report.note, "there was no event of that name: it is new");
}

static void a_name_that_no_event_has_is_asked_about(void **state)
{
    (void)state;
    struct import_report report = import_fine("s.xml", FIRST); /* the first one needs no word */
    struct err err = {0};
    assert_int_equal(import_into("eee", false, "s.xml", FIRST, &report, &err), ERR_USAGE);
    assert_string_equal(err.message,
                        "there is no event \"eee\" (there is e); --new-event makes it");
    assert_string_equal(value("select string_agg(slug, ' ') from event"), "e");
    assert_int_equal(import_into("eee", true, "s.xml", FIRST, &report, &err), 0);
    assert_int_equal(import_into("eee", false, "s.xml", FIRST, &report, &err), 0);
    assert_int_equal(import_into("E", true, "s.xml", FIRST, &report, &err), ERR_USAGE);
    assert_string_equal(value("select string_agg(slug, ' ' order by slug) from event"), "e eee");
}

#define TEST(name) DB_TEST(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_programme_goes_in_whole),
        TEST(the_same_again_changes_nothing),
        TEST(a_new_version_keeps_ids_and_says_what_changed),
        TEST(what_was_cancelled_can_come_back),
        TEST(an_empty_programme_deletes_nothing),
        TEST(a_bad_file_leaves_everything_as_it_was),
        TEST(registrants_dates_are_in_the_events_zone),
        TEST(an_edited_list_of_key_attendees_replaces_the_old_one),
        TEST(who_is_missing_withdraws_only_when_the_list_is_complete),
        TEST(a_rehearsal_saves_nothing),
        TEST(the_sample_goes_in),
        TEST(another_programme_of_the_event_cancels_nothing_of_the_first),
        TEST(a_programme_that_says_it_is_complete_cancels_the_rest),
        TEST(the_same_file_under_another_name_is_the_same_programme),
        TEST(two_programmes_with_the_same_ids_are_refused),
        TEST(a_programme_that_replaces_another_may_have_its_ids),
        TEST(a_retitled_talk_is_no_other_programme),
        TEST(the_days_of_two_programmes_are_those_of_both),
        TEST(the_only_programme_says_the_days),
        TEST(a_second_programme_does_not_change_the_zone),
        TEST(a_track_under_another_key_is_the_same_track),
        TEST(programmes_and_lists_leave_each_others_names_alone),
        TEST(an_event_made_beside_others_is_mentioned),
        TEST(a_name_that_no_event_has_is_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
