/* access: everything that a table holds of somebody is in what they get, and nothing of others that
 * they do not know. */
#include "support/test_db.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED "tests/browser/seed.sql"

/* Chen (3) as seed.sql has her, in the tables that are empty there, too. */
static const char more[] =
    "insert into interest (event_id, registrant_id, words) values (1, 3, 'held interest');"
    "insert into answer (event_id, person_id, track_id, reply, via) values (1, 3, 1, 'yes', 'web');"
    "insert into stand_in (event_id, person_id, name) values (1, 3, 'held stand-in');"
    "insert into choice (event_id, person_id, session_id, against_id) values (1, 3, 1, 2);"
    "insert into star (event_id, person_id, session_id) values (1, 3, 7);"
    "insert into availability (event_id, person_id, starts_at, ends_at) values (1, 3, now(), now() "
    "+ interval '1 hour');"
    "insert into check_in (event_id, session_id, person_id, state, via) values (1, 1, 3, 'here', "
    "'self');"
    "insert into told (event_id, person_id, session_id, starts_at, ends_at, room) values (1, 3, 1, "
    "now(), now() + interval '1 hour', 'Hall');"
    "insert into person_alias (event_id, person_id, kind, value) values (1, 3, 'email', "
    "'chen@old.example.org');"
    "insert into decision (event_id, name, person_id, verdict, decided_by) values (1, 'W. Chen', "
    "3, "
    "'same', 'Ada');"
    "insert into suppression (event_id, channel, address, reason) values (1, 'mail', "
    "'Chen@old.example.org', 'bounced');"
    "insert into matrix_room (event_id, address, room_id) values (1, 'chen@old.example.org', "
    "'!held:example.org');"
    "insert into report (event_id, kind, subject_id, address, facts, first_at, sent_at) values (1, "
    "'agenda', 3, '', 'held facts', now(), now());"
    "insert into bof_leader (event_id, rank, person_id) values (1, 2, 3);"
    "insert into outbox (event_id, outbox_id, dedupe_key, kind, channel, address, person_id, "
    "payload, thread) values (1, 1, 'a', 'agenda', 'mail', 'weilin@example.net', 3, '{\"held\": "
    "\"message\", \"links\": {\"agenda\": \"https://example.org/agenda/key\"}}', 't');"
    "insert into delivery (event_id, outbox_id, attempt, verdict, scope, detail) values (1, 1, 1, "
    "'sent', 'message', 'held delivery');"
    "insert into bounce (event_id, outbox_id, kind, is_proven, digest, detail) values (1, 1, "
    "'soft', true, 'd', 'held bounce');"
    "insert into person (event_id, person_id, name) values (1, 30, 'Chen, Weilin');"
    "select person_merge(1, 3, 30, 'Cid', 'held merge');"
    "insert into person_split (event_id, registrant_id, from_id, to_id, split_by, why) values (1, "
    "3, 3, 9, 'Cid', 'held split');";

/* What tables have columns about people are told of, and in which section. */
static const char *const told_in[][2] = {
    {"answer", "answers"},
    {"availability", "availability"},
    {"bof_leader", "could_lead"},
    {"bounce", "messages"},
    {"check_in", "check_ins"},
    {"choice", "choices"},
    {"clash", "clashes"},
    {"decision", "decisions"},
    {"delivery", "messages"},
    {"interest", "registrations"},
    {"introduction", "introductions"},
    {"introduction_answer", "introductions"},
    {"match", "recommendations"},
    {"matrix_room", "matrix_rooms"},
    {"mention", "named_in"},
    {"outbox", "messages"},
    {"person", "names"},
    {"person_alias", "known_as"},
    {"person_merge", "merges"},
    {"person_split", "splits"},
    {"preference", "preferences"},
    {"registrant", "registrations"},
    {"report", "reports"},
    {"resolution", "named_in"},
    {"stand_in", "stand_ins"},
    {"star", "stars"},
    {"suppression", "stopped_addresses"},
    {"told", "told_of"},
};

static char output[1 << 16];

static json_t *held_about(const char *who, int status)
{
    char command[512];
    (void)snprintf(command, sizeof command, BINARY_DIR "/rollcall access '%s' --event pc2031 2>&1",
                   who);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t n = fread(output, 1, sizeof output - 1, pipe);
    output[n] = '\0';
    assert_int_equal(WEXITSTATUS(pclose(pipe)), status);
    return json_loads(output, 0, NULL);
}

static int seed(void **state)
{
    if (test_db_set_up(state) != 0) {
        return -1;
    }
    struct arena *arena = arena_new();
    test_db_run(&test_db, test_read_file(arena, SEED, NULL));
    test_db_run(&test_db, more);
    arena_free(arena);
    return 0;
}

static void every_table_about_people_is_told_of(void **state)
{
    (void)state;
    json_t *held = held_about("Chen Weilin", 0);
    assert_non_null(held);
    char known[1024] = "";
    for (size_t i = 0; i < sizeof told_in / sizeof told_in[0]; i++) {
        (void)strcat(strcat(known, i == 0 ? "" : " "), told_in[i][0]);
        if (json_array_size(json_object_get(held, told_in[i][1])) == 0) {
            fail_msg("nothing of %s in %s", told_in[i][0], told_in[i][1]);
        }
    }
    assert_string_equal(
        test_db_value(&test_db,
                      "select string_agg(distinct table_name, ' ' order by table_name) from "
                      "information_schema.columns join information_schema.tables using "
                      "(table_schema, table_name) where table_schema = 'rollcall' and table_type = "
                      "'BASE TABLE' and column_name in ('person_id', 'person_a', 'keep_id', "
                      "'from_id', 'registrant_id', 'outbox_id', 'email', 'address')"),
        known);
    json_decref(held);
}

static void what_is_held_stands_there_in_words(void **state)
{
    (void)state;
    static const char *const words[] = {"held interest",
                                        "Chen, Weilin",
                                        "chen@old.example.org",
                                        "weilin@example.net",
                                        "wake-up placement",
                                        "like what you starred",
                                        "held facts",
                                        "held delivery",
                                        "held bounce",
                                        "held merge",
                                        "held stand-in",
                                        "held split",
                                        "!held:example.org",
                                        "\"message\"",
                                        "bounced",
                                        "W. Chen",
                                        "must be in Memory Tiering MC"};
    json_decref(held_about("Chen Weilin", 0));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(output, words[i]) == NULL) {
            fail_msg("%s is missing", words[i]);
        }
    }
    assert_null(strstr(output, "agenda/key"));     /* a link is a key */
    assert_non_null(strstr(output, "Gita Raman")); /* they were introduced */
}

static void of_others_it_tells_nothing_that_is_not_known(void **state)
{
    (void)state;
    json_decref(held_about("Chen Weilin", 0));
    assert_null(strstr(output, "Gita Rahman")); /* said yes; she has not */
    assert_null(strstr(output, "graman@example.com"));
    json_decref(
        held_about("Gita Rahman", 0)); /* Gita Raman is asked about her, she does not know */
    assert_null(strstr(output, "Gita Raman\""));
    assert_null(strstr(output, "Chen Weilin"));
    json_t *held = held_about("Gita Raman", 0); /* a name on a list may mean her */
    json_t *named = json_object_get(held, "named_in");
    assert_int_equal(json_array_size(named), 1);
    assert_false(json_is_true(json_object_get(json_array_get(named, 0), "is_you")));
    json_decref(held);
}

static void nobody_and_too_many_are_refused(void **state)
{
    (void)state;
    json_decref(held_about("Nobody Known", 2));
    assert_non_null(strstr(output, "nobody is known"));
    json_decref(held_about("", 2));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, seed, test_db_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_table_about_people_is_told_of),
        TEST(what_is_held_stands_there_in_words),
        TEST(of_others_it_tells_nothing_that_is_not_known),
        TEST(nobody_and_too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
