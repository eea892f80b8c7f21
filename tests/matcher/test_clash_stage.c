/* The clash stage on a real database: the life of a clash. */
#include "support/testing.h"

#include "support/clash_rig.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static const char *state_of(const char *kind)
{
    return clash_rig_value(
        arena_printf(rig.arena,
                     "select string_agg(state, ' ' order by clash_id) from clash"
                     " join clash_state using (event_id, clash_id) where kind = '%s'",
                     kind));
}

static const char *history_of(const char *kind)
{
    return clash_rig_value(
        arena_printf(rig.arena,
                     "select string_agg(h.what, ' ' order by h.history_id)"
                     " from clash_history h join clash using (event_id, clash_id)"
                     " where kind = '%s'",
                     kind));
}

static void acknowledge(const char *kind, const char *why)
{
    struct db *ctl = test_db_open(&rig.database, DB_CTL);
    struct rows rows = {0};
    struct err err = {0};
    int64_t id = strtoll(clash_rig_value(arena_printf(
                             rig.arena, "select min(clash_id) from clash where kind = '%s'", kind)),
                         NULL, 10);
    if (db_query(ctl, "clash_acknowledge", &rows, &err, "iitt", (int64_t)1, id, "Olga", why) < 0) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(rows.n, 1);
    rows_done(&rows);
    db_close(ctl);
}

/* --- the life of a clash --- */

static void a_clash_opens_resolves_and_reopens_under_one_id(void **state)
{
    (void)state;
    clash_rig_settle();
    assert_string_equal(state_of("required_twice"), "open");
    const char *id = clash_rig_value("select clash_id from clash where kind = 'required_twice'");
    clash_rig_run(
        "update session set starts_at = '2025-12-12 01:00Z', ends_at = '2025-12-12 04:00Z'"
        " where session_id = 2");
    clash_rig_settle();
    assert_string_equal(state_of("required_twice"), "resolved");
    assert_string_equal(clash_rig_value("select resolved_at is not null from clash"
                                        " where kind = 'required_twice'"),
                        "t");
    clash_rig_run(
        "update session set starts_at = '2025-12-11 02:00Z', ends_at = '2025-12-11 05:00Z'"
        " where session_id = 2");
    clash_rig_settle();
    assert_string_equal(state_of("required_twice"), "reopened");
    assert_string_equal(clash_rig_value("select clash_id from clash where kind = 'required_twice'"),
                        id);
    assert_string_equal(
        clash_rig_value("select times_opened from clash where kind = 'required_twice'"), "2");
    assert_string_equal(history_of("required_twice"), "opened resolved reopened");
}

static void an_acknowledgement_has_reason_and_owner(void **state)
{
    (void)state;
    clash_rig_settle();
    acknowledge("required_twice", "leads agreed");
    assert_string_equal(state_of("required_twice"), "acknowledged");
    assert_string_equal(
        clash_rig_value("select acknowledged_by || ': ' || acknowledged_why from clash"
                        " where kind = 'required_twice'"),
        "Olga: leads agreed");
    acknowledge("required_twice", "");
    assert_string_equal(state_of("required_twice"), "open");
    assert_string_equal(history_of("required_twice"), "opened acknowledged unacknowledged");
}

/* Edits and what they do to an acknowledgement of Person 1 being wanted twice. */
static void an_acknowledgement_survives_what_changes_neither_time_room_nor_people(void **state)
{
    (void)state;
    static const struct {
        const char *edit;
        const char *back;
        bool survives;
    } cases[] = {
        {"update session set title = 'MC two, renamed' where session_id = 2", NULL, true},
        {"update session set abstract = 'long' where session_id = 1", NULL, true},
        {"update session set expected_people = 7 where session_id = 1", NULL, true},
        {"update person set name = 'Person One' where person_id = 1", NULL, true},
        {"update track set title = 'Another name' where track_id = 2", NULL, true},
        {"update mention set strength = 'should' where mention_id = 2", NULL, true},
        {"insert into choice (event_id, person_id, session_id, against_id) values (1, 1, 1, 2)",
         "delete from choice", true},
        {"update session set room_id = 3 where session_id = 2", NULL, false},
        {"update session set starts_at = '2025-12-11 02:00Z' where session_id = 2", NULL, false},
        {"update session set ends_at = '2025-12-11 05:00Z' where session_id = 1", NULL, false},
        {"update session set is_cancelled = true where session_id = 2",
         "update session set is_cancelled = false where session_id = 2", false},
        {"update session set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval"
         " '1 day' where session_id = 2",
         "update session set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval"
         " '1 day' where session_id = 2",
         false},
        {"update resolution set person_id = 3 where mention_id = 2",
         "update resolution set person_id = 1 where mention_id = 2", false},
    };
    clash_rig_settle();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        arena_reset(rig.arena);
        acknowledge("required_twice", "known");
        clash_rig_run(cases[i].edit);
        clash_rig_settle();
        if (cases[i].back != NULL) {
            clash_rig_run(cases[i].back);
            clash_rig_settle();
        }
        const char *wanted = cases[i].survives ? "acknowledged" : "open";
        const char *is =
            clash_rig_value("select case when acknowledged_at is not null and acknowledged_shape"
                            " = shape then 'acknowledged' when is_open then 'open' end from"
                            " clash where kind = 'required_twice' and person_id = 1");
        if (strcmp(is, wanted) != 0) {
            fail_msg("%s: is %s, must be %s", cases[i].edit, is, wanted);
        }
    }
    assert_true(strstr(history_of("required_twice"), "lapsed") != NULL);
}

static void a_lapsed_acknowledgement_stays_in_the_history(void **state)
{
    (void)state;
    clash_rig_settle();
    acknowledge("required_twice", "known");
    clash_rig_run("update session set room_id = 4 where session_id = 2");
    clash_rig_settle();
    assert_string_equal(history_of("required_twice"), "opened acknowledged changed lapsed");
    assert_string_equal(clash_rig_value("select detail from clash_history where what = 'lapsed'"),
                        "Olga: known");
    assert_string_equal(state_of("required_twice"), "open");
}

static void the_room_too_small_is_news_again_when_more_people_come(void **state)
{
    (void)state;
    clash_rig_run("update session set expected_people = 60 where session_id = 1");
    clash_rig_settle();
    acknowledge("room_too_small", "we open the wall");
    clash_rig_run("update session set expected_people = 200 where session_id = 1");
    clash_rig_settle();
    assert_string_equal(state_of("room_too_small"), "open");
}

static void nothing_is_written_when_nothing_changes(void **state)
{
    (void)state;
    clash_rig_settle();
    const char *before = clash_rig_value("select count(*) from clash_history");
    clash_rig_run(
        "insert into job (event_id, stage, subject, subject_id) values (1, 'clash', 'event', 0),"
        " (1, 'clash', 'person', 1), (1, 'clash', 'session', 2)");
    clash_rig_settle();
    assert_string_equal(clash_rig_value("select count(*) from clash_history"), before);
    assert_string_equal(clash_rig_value("select count(*) from clash where changed_at <> opened_at"),
                        "0");
}

static void who_was_asked_long_ago_has_not_answered(void **state)
{
    (void)state;
    clash_rig_settle();
    assert_string_equal(state_of("no_answer"), "");
    clash_rig_run(
        "insert into report (event_id, kind, subject_id, address, facts, first_at, sent_at)"
        " values (1, 'question', 1, '', 'x', now() - interval '9 days', now())");
    clash_rig_settle();
    assert_string_equal(state_of("no_answer"), "open open");
    clash_rig_run(
        "insert into answer (event_id, person_id, reply, via) values (1, 1, 'yes', 'web')");
    clash_rig_settle();
    assert_string_equal(state_of("no_answer"), "resolved resolved");
    clash_rig_run(
        "insert into report (event_id, kind, subject_id, address, facts, first_at, sent_at)"
        " values (1, 'question', 2, '', 'x', now(), now())");
    clash_rig_settle();
    assert_string_equal(
        clash_rig_value("select count(*) from clash where kind = 'no_answer' and is_open"), "0");
    assert_string_equal(
        clash_rig_value("select count(*) from job where stage = 'clash' and subject_id = 2"
                        " and due_at > now()"),
        "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, clash_rig_setup)
        TEST(a_clash_opens_resolves_and_reopens_under_one_id),
        TEST(an_acknowledgement_has_reason_and_owner),
        TEST(an_acknowledgement_survives_what_changes_neither_time_room_nor_people),
        TEST(a_lapsed_acknowledgement_stays_in_the_history),
        TEST(the_room_too_small_is_news_again_when_more_people_come),
        TEST(nothing_is_written_when_nothing_changes),
        TEST(who_was_asked_long_ago_has_not_answered),
    };
    return cmocka_run_group_tests(tests, clash_rig_open, clash_rig_close);
}
