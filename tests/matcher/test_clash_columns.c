/* Every column that clashes could depend on, changed by hand: what the clash stage then keeps is
 * what a check of everything finds. A trigger that does not follow a column is found here. */
#include "support/testing.h"

#include "support/clash_rig.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define N_TRIES 12 /* of which some break a constraint */

/* The columns but for generated numbers, the event, and the keys of what only a stage writes; with
 * the list of words where a check has one. */
static const char columns_sql[] =
    "select c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES',"
    " (select string_agg(w[1], ',') from pg_constraint k,"
    "    regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''::text', 'g') w"
    "  where k.contype = 'c' and k.conrelid = ('rollcall.' || c.table_name)::regclass"
    "    and pg_get_constraintdef(k.oid) like '%((' || c.column_name || ' = ANY%')"
    " from information_schema.columns c"
    " where c.table_schema = 'rollcall' and c.is_identity = 'NO' and c.column_name <> 'event_id'"
    "  and c.table_name = any (string_to_array('event,room,room_distance,track,separation,session,"
    "mention,registrant,person,resolution,answer,choice,star,availability,match,report', ','))"
    "  and (c.table_name, c.column_name) not in (('match', 'person_id'), ('match', 'session_id'),"
    "    ('report', 'kind'), ('report', 'subject_id'), ('report', 'address'))"
    " order by c.table_name, c.column_name";

struct column {
    const char *table;
    const char *name;
    const char *type;
    bool may_be_null;
    const char *words; /* "" = any text */
};

/* What a column of that name refers to. */
static const struct {
    const char *column;
    const char *table;
} references[] = {
    {"track_id", "track"},    {"track_a", "track"},      {"track_b", "track"},
    {"room_id", "room"},      {"room_a", "room"},        {"room_b", "room"},
    {"parent_id", "session"}, {"session_id", "session"}, {"against_id", "session"},
    {"person_id", "person"},  {"mention_id", "mention"}, {"subject_id", "person"},
};

static const char *word_of(const char *words)
{
    char *rest = arena_strdup(rig.arena, words);
    int n = 1;
    for (const char *at = words; *at != '\0'; at++) {
        n += *at == ',';
    }
    const char *word = NULL;
    for (int k = clash_rig_below(n); k >= 0; k--) {
        word = strsep(&rest, ",");
    }
    return arena_printf(rig.arena, "'%s'", word);
}

static const char *time_value(const struct column *column)
{
    int half_hours = clash_rig_below(40);
    if (strcmp(column->table, "report") == 0) {
        return arena_printf(rig.arena, "now() - interval '%d days'", half_hours / 3);
    }
    if (strcmp(column->name, "starts_at") == 0 || strcmp(column->name, "ends_at") == 0) {
        return arena_printf(rig.arena, "%s %c interval '%d min'", column->name,
                            half_hours % 2 == 0 ? '-' : '+', half_hours * 10);
    }
    return arena_printf(rig.arena, "'2025-12-11 00:00Z'::timestamptz + interval '%d min'",
                        half_hours * 30);
}

static const char *number_value(const struct column *column)
{
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        if (strcmp(column->name, references[i].column) == 0) {
            return arena_printf(rig.arena,
                                "(select %s_id from %s order by md5(%s_id::text || '%d') limit 1)",
                                references[i].table, references[i].table, references[i].table,
                                clash_rig_below(1000000));
        }
    }
    return arena_printf(rig.arena, "%d", clash_rig_below(strstr(column->name, "_s") ? 3000 : 150));
}

/* A value of the column's type, as SQL. */
static const char *value_of(const struct column *column)
{
    static const char *const zones[] = {"Asia/Tokyo", "Europe/Paris", "America/New_York", "UTC"};
    if (column->may_be_null && clash_rig_below(3) == 0) {
        return "null";
    }
    if (column->words[0] != '\0') {
        return word_of(column->words);
    }
    if (strcmp(column->name, "timezone") == 0) {
        return arena_printf(rig.arena, "'%s'", zones[clash_rig_below(4)]);
    }
    if (strcmp(column->type, "text") == 0) {
        return arena_printf(rig.arena, "'changed-%d'", clash_rig_below(1000000));
    }
    if (strcmp(column->type, "boolean") == 0) {
        return arena_printf(rig.arena, "not %s", column->name);
    }
    if (strcmp(column->type, "jsonb") == 0) {
        return "'[]'";
    }
    if (strcmp(column->type, "double precision") == 0) {
        return "random()";
    }
    return strncmp(column->type, "timestamp", 9) == 0 ? time_value(column) : number_value(column);
}

/* Changes the column in one row, or in all of them; false = a constraint refuses. */
static bool change(const struct column *column, bool of_all, const char **ret_sql)
{
    *ret_sql = of_all ? arena_printf(rig.arena, "update %s set %s = %s", column->table,
                                     column->name, value_of(column))
                      : arena_printf(rig.arena,
                                     "update %s set %s = %s where ctid = (select ctid from %s order"
                                     " by md5(ctid::text || '%d') limit 1)",
                                     column->table, column->name, value_of(column), column->table,
                                     clash_rig_below(1000000));
    PGresult *result = PQexec(rig.owner, *ret_sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool is_done =
        PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdTuples(result), "0") != 0;
    bool is_refused = state != NULL && strncmp(state, "23", 2) == 0;
    if (!is_done && !is_refused && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", *ret_sql, PQerrorMessage(rig.owner));
    }
    PQclear(result);
    return is_done;
}

/* Something in each table, so that each column is somebody's. */
static void furnish(void)
{
    static const char *const rows[] = {
        "insert into room_distance (event_id, room_a, room_b, walk_s) values (1, 1, 2, 900),"
        " (1, 1, 3, 600), (1, 2, 4, 1200)",
        "insert into separation (event_id, track_a, track_b, reason) values (1, 1, 2, 'agreed'),"
        " (1, 1, 3, 'agreed')",
        "insert into mention (event_id, mention_id, role, strength, track_id, name)"
        " select 1, 20 + i, 'key_attendee', 'must', 1 + i % 4, 'Named ' || i"
        " from generate_series(1, 24) i",
        "insert into mention (event_id, mention_id, role, strength, session_id, name)"
        " select 1, 50 + session_id, 'speaker', 'must', session_id, 'Speaker ' || session_id"
        " from session",
        "insert into resolution (event_id, mention_id, person_id, status, confidence)"
        " select 1, mention_id, 1 + mention_id % 14, 'linked', 1 from mention where mention_id > 3",
        "insert into registrant (event_id, key, name, attendance, status, timezone, arrives_at,"
        " departs_at, person_id) select 1, 'p' || i, 'P', (array['in_person', 'remote'])[1 + i % "
        "2],"
        " 'confirmed', '', '2025-12-11 02:00Z', '2025-12-11 10:00Z', i from generate_series(3, 9) "
        "i",
        "insert into answer (event_id, person_id, track_id, session_id, reply, not_before_min, via)"
        " select 1, i, case when i % 3 = 0 then 1 + i % 4 end, case when i % 3 = 1 then 2 end,"
        " (array['yes', 'remote', 'not_before', 'no'])[1 + i % 4], 60 * i, 'web'"
        " from generate_series(1, 9) i",
        "insert into choice (event_id, person_id, session_id, against_id)"
        " select 1, i, 1, 2 from generate_series(1, 6) i",
        "insert into star (event_id, person_id, session_id) select 1, i, 1 + i % 3"
        " from generate_series(1, 14) i",
        "insert into availability (event_id, person_id, starts_at, ends_at)"
        " select 1, i, '2025-12-11 01:30Z', '2025-12-11 07:00Z' from generate_series(5, 12) i",
        "insert into match (event_id, person_id, session_id, score, because, rank)"
        " select 1, i, 1 + (i + k) % 3, 1, '', k from generate_series(1, 14) i,"
        " generate_series(1, 3) k",
        "insert into report (event_id, kind, subject_id, address, facts, first_at, sent_at)"
        " select 1, 'question', i, '', 'x', now() - interval '5 days', now()"
        " from generate_series(1, 14, 2) i",
        "update session set expected_people = 60, people_by_hand = case when session_id % 2 = 0"
        " then 50 end",
    };
    for (int i = 0; i < 12; i++) {
        clash_rig_add_session(i);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clash_rig_run(rows[i]);
    }
}

static struct column column_at(PGresult *rows, int i)
{
    return (struct column){PQgetvalue(rows, i, 0), PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2),
                           PQgetvalue(rows, i, 3)[0] == 't', PQgetvalue(rows, i, 4)};
}

/* Once in one row and, but for free text, once in all, where that is possible. Returns how many
 * times it was possible; -1 = afterwards the stored clashes were wrong. */
static int change_and_compare(const struct column *column)
{
    bool is_free = strcmp(column->type, "text") == 0 && column->words[0] == '\0';
    int n_done = 0;
    for (int t = 0; t < N_TRIES && n_done < (is_free ? 1 : 2); t++) {
        const char *sql = NULL;
        if (change(column, t % 2 == 1, &sql)) {
            clash_rig_settle();
            n_done++;
            if (!clash_rig_is_right(sql, NULL)) {
                return -1;
            }
        }
    }
    return n_done;
}

static void start_anew(void **state)
{
    const char *lines = NULL;
    assert_int_equal(clash_rig_setup(state), 0);
    furnish();
    clash_rig_settle();
    assert_true(clash_rig_is_right("the start", &lines));
    assert_true(strlen(lines) > 5000);
}

static void whatever_column_is_changed_the_stored_clashes_are_right(void **state)
{
    PGresult *rows = clash_rig_ask(columns_sql);
    int n_changed = 0;
    int n_wrong = 0;
    rig.random = 20251212;
    for (int i = 0; i < PQntuples(rows); i++) {
        if (i % 20 == 0) { /* what was cancelled and moved away is there again */
            start_anew(state);
        }
        struct column column = column_at(rows, i);
        int n = change_and_compare(&column);
        n_changed += n != 0;
        n_wrong += n < 0;
    }
    assert_int_equal(n_wrong, 0);
    assert_true(PQntuples(rows) > 100);
    assert_true(n_changed > PQntuples(rows) * 9 / 10); /* the others always break a constraint */
    PQclear(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(whatever_column_is_changed_the_stored_clashes_are_right,
                               clash_rig_setup),
    };
    return cmocka_run_group_tests(tests, clash_rig_open, clash_rig_close);
}
