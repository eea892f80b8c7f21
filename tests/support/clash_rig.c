#include "support/clash_rig.h"

#include "support/testing.h"

#include "base/clock.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/clash.h"
#include "matcher/matcher.h"
#include "store/conference_store.h"

#include <stdlib.h>
#include <string.h>

struct clash_rig rig;

/* --- the database by hand --- */

PGresult *clash_rig_ask(const char *sql)
{
    PGresult *result = PQexec(rig.owner, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(rig.owner));
    }
    return result;
}

void clash_rig_run(const char *sql)
{
    PQclear(clash_rig_ask(sql));
}

const char *clash_rig_value(const char *sql)
{
    PGresult *result = clash_rig_ask(sql);
    const char *text =
        arena_strdup(rig.arena, PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return text;
}

/* Two MCs in two rooms at once, a talk behind them, and people who are wanted in them. */
static const char *const seed[] = {
    "insert into event (event_id, slug, title, timezone, starts_at, ends_at) values"
    " (1, 'test', 'Test', 'Asia/Tokyo', '2025-12-10 15:00Z', '2025-12-12 15:00Z')",
    "insert into room (event_id, room_id, key, name, building, capacity)"
    " select 1, i, 'r' || i, 'Room ' || i, case when i < 3 then 'North' else 'South' end, 40 * i"
    " from generate_series(1, 4) i",
    "insert into track (event_id, track_id, key, title, kind)"
    " select 1, i, 't' || i, 'MC ' || i, 'mc' from generate_series(1, 4) i",
    "insert into person (event_id, person_id, name)"
    " select 1, i, 'Person ' || i from generate_series(1, 14) i",
    "insert into session (event_id, session_id, key, title, kind, track_id, room_id, starts_at, "
    "ends_at)"
    " values (1, 1, 's1', 'MC one', 'block', 1, 1, '2025-12-11 01:00Z', '2025-12-11 04:00Z'),"
    " (1, 2, 's2', 'MC two', 'block', 2, 2, '2025-12-11 01:00Z', '2025-12-11 04:00Z'),"
    " (1, 3, 's3', 'A talk', 'talk', null, 1, '2025-12-11 05:00Z', '2025-12-11 06:00Z')",
    "insert into mention (event_id, mention_id, role, strength, track_id, name) values"
    " (1, 1, 'lead', 'must', 1, 'Person 1'), (1, 2, 'key_attendee', 'must', 2, 'Person 1'),"
    " (1, 3, 'key_attendee', 'should', 1, 'Person 2')",
    "insert into resolution (event_id, mention_id, person_id, status, confidence) values"
    " (1, 1, 1, 'linked', 1), (1, 2, 1, 'linked', 1), (1, 3, 2, 'linked', 1)",
    "insert into registrant (event_id, registrant_id, key, name, attendance, person_id)"
    " values (1, 1, 'a', 'Person 1', 'in_person', 1), (1, 2, 'b', 'Person 2', 'in_person', 2)",
    "alter sequence session_session_id_seq restart with 100",
    "alter sequence mention_mention_id_seq restart with 100",
    "alter sequence registrant_registrant_id_seq restart with 100",
};

int clash_rig_open(void **state)
{
    (void)state;
    test_db_init(&rig.database);
    rig.matcher = test_db_open(&rig.database, DB_MATCHER);
    rig.owner = PQconnectdb(rig.database.url);
    rig.arena = arena_new();
    clash_rig_run("set search_path = rollcall");
    clash_rig_run("set client_min_messages = warning");
    return 0;
}

int clash_rig_close(void **state)
{
    (void)state;
    PQfinish(rig.owner);
    db_close(rig.matcher);
    test_db_done(&rig.database);
    arena_free(rig.arena);
    return 0;
}

int clash_rig_setup(void **state)
{
    (void)state;
    arena_reset(rig.arena);
    clash_rig_run("truncate event restart identity cascade");
    for (size_t i = 0; i < sizeof seed / sizeof seed[0]; i++) {
        clash_rig_run(seed[i]);
    }
    return 0;
}

void clash_rig_settle(void)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct err err = {0};
    int r = 0;
    clash_rig_run("delete from job where stage in ('resolve', 'match')");
    while ((r = clash_worker.step(NULL, rig.matcher, scratch, &err)) == 0) {
        arena_reset(scratch);
    }
    if (r != WORKER_IDLE) {
        fail_msg("%s: %s", err.where, err.message);
    }
}

/* --- what a check of everything finds --- */

int clash_rig_below(int n)
{
    rig.random ^= rig.random << 13; /* xorshift64, G. Marsaglia 2003 */
    rig.random ^= rig.random >> 7;
    rig.random ^= rig.random << 17;
    return (int)(rig.random % (uint64_t)n);
}

static int by_line(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every clash that a check of the whole event finds, a line each, sorted. */
static const char *fresh(void)
{
    struct conference conf;
    struct requirements requirements = {0};
    struct clashes clashes = {0};
    struct err err = {0};
    CLEANUP(str_done) struct str text = {0};
    assert_int_equal(conference_load(rig.matcher, 1, rig.arena, &conf, &err), 0);
    struct clash_options options = {.now_us = clock_now_us(),
                                    .answer_within_us = setting_us(SET_REMIND_AFTER),
                                    .walk_between_buildings_us = setting_us(SET_WALK),
                                    .only_person = -1,
                                    .has_registrants = conf.has_registrants};
    requirements_build(&conf, rig.arena, &requirements);
    clash_find(&conf, &requirements, &options, rig.arena, &clashes);
    const char **lines = arena_array(rig.arena, clashes.items.n, sizeof *lines);
    for (size_t i = 0; i < clashes.items.n; i++) {
        const struct clash *c = &clashes.items.items[i];
        lines[i] =
            arena_printf(rig.arena, "%s|%s|%lld|%lld|%lld|%lld|%lld|%s\n",
                         clash_kinds[c->kind].name, severity_name(c->severity),
                         (long long)(c->person < 0 ? 0 : conf.persons.items[c->person].id),
                         (long long)conf.sessions.items[c->session_a].id,
                         (long long)(c->session_b < 0 ? 0 : conf.sessions.items[c->session_b].id),
                         (long long)c->start_us, (long long)c->end_us, c->why);
    }
    qsort(lines, clashes.items.n, sizeof *lines, by_line);
    for (size_t i = 0; i < clashes.items.n; i++) {
        str_add(&text, lines[i]);
    }
    return arena_strdup(rig.arena, str_text(&text));
}

static const char *stored(void)
{
    return clash_rig_value(
        "select string_agg(line, '' order by line collate \"C\") from (select concat_ws('|',"
        " kind, severity, coalesce(person_id, 0), session_a, coalesce(session_b, 0),"
        " us(starts_at), us(ends_at), why) || E'\\n' as line from clash where is_open) l");
}

void clash_rig_add_session(int i)
{
    static const char *const kinds[] = {"talk", "talk",      "block", "contribution",
                                        "bof",  "open_slot", "break"};
    clash_rig_run(arena_printf(
        rig.arena,
        "insert into session (event_id, key, title, kind, track_id, room_id, parent_id,"
        " starts_at, ends_at, expected_people) values (1, 'x%d', 'Session %d', '%s',"
        " nullif(%d, 0), nullif(%d, 0), case when %d < 3 then (select min(session_id) from session "
        "where kind = 'block') end,"
        " '2025-12-11 00:00Z'::timestamptz + %d * interval '30 min',"
        " '2025-12-11 00:00Z'::timestamptz + %d * interval '30 min', %d)",
        i, i, kinds[clash_rig_below(7)], clash_rig_below(5), clash_rig_below(5), clash_rig_below(9),
        i % 20, i % 20 + 1 + clash_rig_below(4), clash_rig_below(150)));
}

static void print_missing(const char *what, const char *lines, const char *others)
{
    char *copy = arena_strdup(rig.arena, lines);
    for (char *line = NULL; (line = strsep(&copy, "\n")) != NULL;) {
        if (strstr(others, line) == NULL) {
            print_error("%s: %s\n", what, line);
        }
    }
}

bool clash_rig_is_right(const char *after, const char **ret_lines)
{
    const char *is = stored();
    const char *wanted = fresh();
    bool is_right = strcmp(is, wanted) == 0;
    if (!is_right) {
        print_error("after %s\n", after);
        print_missing("only stored", is, wanted);
        print_missing("only in the check", wanted, is);
        clash_rig_run("insert into job (event_id, stage, subject, subject_id)"
                      " select 1, 'clash', 'person', person_id from person"
                      " union all select 1, 'clash', 'event', 0");
        clash_rig_settle();
    }
    if (ret_lines != NULL) {
        *ret_lines = wanted;
    }
    return is_right;
}
