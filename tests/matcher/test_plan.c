/* What people are told does not depend on how the work was cut into pieces. */
#include "matcher/stages.h"

#include <string.h>

/* All messages, without what differs from run to run: links, ids and times of writing. */
static const char messages[] =
    "select count(*) || ' ' || md5(string_agg(m, '|' order by m)) from (select kind || channel || "
    "address || regexp_replace((payload - 'links' - 'calendar')::text, '/answer/[^\"]*', '', 'g') "
    "as "
    "m from outbox) x";

/* A conference with its edits, planned in batches of that size. */
static void live_through(const char *batch)
{
    set(SET_BATCH, batch);
    run("delete from event; delete from job");
    crowd();
    work();
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    run("update registrant set attendance = 'remote' where key like 'r1%'");
    work();
    run("insert into answer (event_id, person_id, reply, via) select event_id, min(person_id), "
        "'no', 'web' from resolution where person_id is not null group by event_id");
    run("update session set is_cancelled = true where key = 'PCI'");
    work();
}

static void how_many_are_planned_together_does_not_matter(void **state)
{
    (void)state;
    char together[64];
    static const char *const sizes[] = {"1", "7"};
    live_through("1000");
    (void)snprintf(together, sizeof together, "%s", value(messages));
    assert_true(strtol(together, NULL, 10) > 100);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        live_through(sizes[i]);
        assert_string_equal(value(messages), together);
    }
}

static void a_slot_that_many_have_becomes_a_job_for_each_of_them(void **state)
{
    (void)state;
    static const char waiting[] =
        "job where stage = 'plan' and subject = 'person' and due_at <= now()";
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    set(SET_BATCH, "3");
    crowd();
    work();
    run("insert into job (event_id, stage, subject, subject_id, enqueued_at) select event_id, "
        "'plan', "
        "'person', max(person_id), now() + interval '1 minute' from told group by event_id;"
        "insert into job (event_id, stage, subject, subject_id, enqueued_at) select event_id, "
        "'plan', "
        "'session', session_id, now() - interval '1 minute' from session where key = 'Rust'");
    set(SET_SETTLE, "1s"); /* the person's own job is left alone by the next step */
    assert_int_equal(workers[3]->step(NULL, db, arena, &err), 0);
    assert_true(count(waiting) > 4 * 3);
    assert_int_equal(count(waiting),
                     count("(select distinct person_id from told join session using (event_id, "
                           "session_id) where key = 'Rust' union select person_id from match join "
                           "session using (event_id, session_id) where key = 'Rust' union select "
                           "person_id from resolution join mention using (event_id, mention_id) "
                           "join track using (event_id, track_id) where key = 'Rust' and person_id "
                           "is not null) x"));
}

static void each_of_many_hears_once_that_their_slot_moved(void **state)
{
    (void)state;
    set(SET_BATCH, "3");
    crowd();
    work();
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    work();
    int64_t n = count("(select distinct person_id from told join session using (event_id, "
                      "session_id) where key = 'Rust') x");
    assert_true(n > 20);
    assert_int_equal(count("outbox where kind = 'change'"), n);
    assert_int_equal(count("(select distinct person_id from outbox where kind = 'change') x"), n);
    assert_int_equal(count("told join session s using (event_id, session_id) where told.starts_at "
                           "<> s.starts_at"),
                     0);
}

static void two_imports_while_changes_settle_make_one_message(void **state)
{
    (void)state;
    run(programme);
    work();
    set(SET_SETTLE, "1h");
    run("update session set starts_at = starts_at + interval '5 minutes' where key = 'Rust'");
    work();
    run("update session set starts_at = starts_at + interval '7 minutes' where key = 'Rust'");
    work();
    assert_int_equal(count("outbox where kind = 'change'"), 0);
    run("update job set enqueued_at = enqueued_at - interval '2 hours'");
    work();
    assert_int_equal(count("outbox where kind = 'change' and address = 'bob@example.org'"), 1);
    assert_string_equal(value("select payload -> 'changes' -> 0 ->> 'new_when' from outbox where "
                              "kind = 'change' and address = 'bob@example.org'"),
                        "Fri 11 Dec 09:12 to 12:00");
}

static void who_registered_twice_is_told_once(void **state)
{
    (void)state;
    run(programme);
    run("insert into registrant (event_id, key, name, email, interests) select event_id, 'again', "
        "'Bob Example', 'bob@example.org', 'pci' from event");
    work();
    assert_int_equal(count("outbox where kind = 'agenda' and address = 'bob@example.org'"), 1);
    run("update registrant set departs_at = '2099-12-11 20:00Z' where email = 'bob@example.org'; "
        "update session set starts_at = starts_at + interval '5 minutes'");
    work();
    assert_int_equal(count("outbox where kind = 'change' and address = 'bob@example.org'"), 1);
}

/* Whom an ambiguous name may mean are rarely people of the track, and need not be in the batch. */
static void a_lead_is_told_whom_a_name_may_mean(void **state)
{
    (void)state;
    run(programme);
    run("insert into registrant (event_id, key, name, email) select event_id, k, 'Cid Example', k "
        "|| "
        "'@example.org' from event, unnest(array['cid1', 'cid2']) k;"
        "insert into mention (event_id, role, strength, track_id, name) select event_id, "
        "'key_attendee', 'must', track_id, 'Cid Example' from track where key = 'Rust'");
    work();
    assert_string_equal(value("select status from resolution join mention using (event_id, "
                              "mention_id) where name = 'Cid Example'"),
                        "ambiguous");
    assert_string_equal(
        value("select jsonb_array_length(payload -> 'choose' -> 0 -> 'candidates') || "
              "' ' || (payload #>> '{choose,0,candidates,0,name}') from outbox "
              "where kind = 'quorum'"),
        "2 Cid Example");
}

static void an_opening_names_its_speakers_whoever_they_are(void **state)
{
    (void)state;
    run(programme);
    run("update event set starts_at = '2020-12-11', ends_at = '2020-12-12';"
        "insert into programme_change (event_id, programme_version, session_id, what) select "
        "event_id, 1, session_id, 'added' from session");
    work();
    run("insert into session (event_id, key, title, kind, room_id, starts_at, ends_at) select "
        "event_id, 'bof', 'Rust in the evening', 'bof', room_id, '2099-12-11 18:00Z', '2099-12-11 "
        "19:00Z' from room where key = 'R2';"
        "insert into programme_change (event_id, programme_version, session_id, what) select "
        "event_id, 2, session_id, 'added' from session where key = 'bof';"
        "insert into mention (event_id, role, strength, session_id, name) select event_id, "
        "'speaker', 'must', session_id, n from session, unnest(array['Zoe Absent', 'Yan Absent']) "
        "n "
        "where key = 'bof'");
    work();
    assert_string_equal(
        value("select payload ->> 'people' from outbox where kind = 'opening' limit 1"),
        "Zoe Absent, Yan Absent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(how_many_are_planned_together_does_not_matter),
        TEST(a_slot_that_many_have_becomes_a_job_for_each_of_them),
        TEST(each_of_many_hears_once_that_their_slot_moved),
        TEST(two_imports_while_changes_settle_make_one_message),
        TEST(who_registered_twice_is_told_once),
        TEST(a_lead_is_told_whom_a_name_may_mean),
        TEST(an_opening_names_its_speakers_whoever_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
