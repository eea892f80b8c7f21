/* people: who is meant? The queue of names that need a person's word, and the words themselves:
 * same, not same, one person, two persons. All are kept, hold for later imports, and can be undone.
 */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a word of the command needs. */
struct desk {
    struct db *db;
    int64_t event_id;
    struct arena *arena;
    struct err *err;
    const char *by;
    const char *why;
    bool is_json;
    bool is_everywhere;
    bool is_undo;
};

static const char *role_in_words(const char *role)
{
    return strcmp(role, "key_attendee") == 0 ? "key attendee" : role;
}

/* --- the queue --- */

static void print_candidates(const struct desk *desk, const char *text)
{
    json_t *list = json_loads(text, 0, NULL);
    size_t i = 0;
    json_t *candidate = NULL;
    json_array_foreach(list, i, candidate)
    {
        CLEANUP(rows_done) struct rows rows = {0};
        struct err ignored = {0};
        int64_t person = json_integer_value(json_object_get(candidate, "person"));
        if (db_query_one(desk->db, "person_name", &rows, &ignored, "ii", desk->event_id, person) ==
            0) {
            printf("           %6lld  %-28s %3.0f%%  %s\n", (long long)person,
                   rows_text(&rows, 0, 0),
                   100 * json_real_value(json_object_get(candidate, "confidence")),
                   json_string_value(json_object_get(candidate, "evidence")));
        }
    }
    json_decref(list);
}

static int list_queue(const struct desk *desk, const char *const *words)
{
    CLEANUP(rows_done) struct rows rows = {0};
    (void)words;
    int r = db_query(desk->db, "people_queue", &rows, desk->err, "i", desk->event_id);
    json_t *list = json_array();
    for (int i = 0; r == 0 && i < rows.n; i++) {
        if (desk->is_json) {
            (void)json_array_append_new(
                list,
                json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "mention",
                          (json_int_t)rows_int(&rows, i, 0), "name", rows_text(&rows, i, 1),
                          "affiliation", rows_text(&rows, i, 3), "role", rows_text(&rows, i, 4),
                          "where", rows_text(&rows, i, 5), "source", rows_text(&rows, i, 6), "line",
                          (json_int_t)rows_int(&rows, i, 7), "evidence", rows_text(&rows, i, 8),
                          "candidates", json_loads(rows_text(&rows, i, 9), 0, NULL)));
            continue;
        }
        printf("%6s  %s (%s of %s, %s:%s)  %s\n", rows_text(&rows, i, 0), rows_text(&rows, i, 1),
               role_in_words(rows_text(&rows, i, 4)), rows_text(&rows, i, 5),
               rows_text(&rows, i, 6), rows_text(&rows, i, 7), rows_text(&rows, i, 8));
        print_candidates(desk, rows_text(&rows, i, 9));
    }
    if (r == 0 && desk->is_json) {
        print_json(json_pack("{s:O}", "people", list), false);
    } else if (r == 0 && rows.n == 0) {
        printf("no name needs a decision\n");
    }
    json_decref(list);
    return r;
}

/* --- somebody --- */

static json_t *registrations(const struct desk *desk, int64_t person, int *ret_r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    json_t *list = json_array();
    *ret_r =
        db_query(desk->db, "people_registrations", &rows, desk->err, "ii", desk->event_id, person);
    for (int i = 0; *ret_r == 0 && i < rows.n; i++) {
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s}", "key", rows_text(&rows, i, 0), "name",
                            rows_text(&rows, i, 1), "affiliation", rows_text(&rows, i, 2), "status",
                            rows_text(&rows, i, 3)));
    }
    return list;
}

static json_t *mentions(const struct desk *desk, int64_t person, int *ret_r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    json_t *list = json_array();
    *ret_r = db_query(desk->db, "people_mentions", &rows, desk->err, "ii", desk->event_id, person);
    for (int i = 0; *ret_r == 0 && i < rows.n; i++) {
        (void)json_array_append_new(
            list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:f, s:b}", "mention",
                            (json_int_t)rows_int(&rows, i, 0), "name", rows_text(&rows, i, 1),
                            "role", rows_text(&rows, i, 2), "where", rows_text(&rows, i, 3),
                            "evidence", rows_text(&rows, i, 4), "confidence",
                            rows_real(&rows, i, 5), "is_decided", (int)rows_bool(&rows, i, 6)));
    }
    return list;
}

static json_t *history(const struct desk *desk, int64_t person, int *ret_r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    json_t *list = json_array();
    *ret_r = db_query(desk->db, "people_history", &rows, desk->err, "in", desk->event_id, person);
    for (int i = 0; *ret_r == 0 && i < rows.n; i++) {
        char at[TIME_TEXT_SIZE];
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", rows_text(&rows, i, 0), "at",
                            time_iso(zone_utc(), rows_int(&rows, i, 1), at), "what",
                            rows_text(&rows, i, 2), "by", rows_text(&rows, i, 3), "is_undone",
                            (int)(rows_int(&rows, i, 4) != 0)));
    }
    return list;
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text == NULL ? "" : text;
}

static void print_history(const json_t *list)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach(list, i, row)
    {
        printf("  %-10s %s  %s, by %s%s\n", text_of(row, "id"), text_of(row, "at"),
               text_of(row, "what"), text_of(row, "by"),
               json_is_true(json_object_get(row, "is_undone")) ? " (taken back)" : "");
    }
}

static void print_somebody(const json_t *row)
{
    size_t i = 0;
    json_t *item = NULL;
    printf("%lld  %s\n", (long long)json_integer_value(json_object_get(row, "person")),
           text_of(row, "name"));
    json_array_foreach(json_object_get(row, "registrations"), i, item)
    {
        const char *affiliation = text_of(item, "affiliation");
        printf("  registration %s  %s%s%s (%s)\n", text_of(item, "key"), text_of(item, "name"),
               affiliation[0] == '\0' ? "" : ", ", affiliation, text_of(item, "status"));
    }
    json_array_foreach(json_object_get(row, "mentions"), i, item)
    {
        printf("  mention %lld  %s, %s of %s, %.2f%%: %s\n",
               (long long)json_integer_value(json_object_get(item, "mention")),
               text_of(item, "name"), role_in_words(text_of(item, "role")), text_of(item, "where"),
               100 * json_real_value(json_object_get(item, "confidence")),
               text_of(item, "evidence"));
    }
    print_history(json_object_get(row, "history"));
}

/* Everybody who could be meant: an id for each, to merge and split by. */
static int show(const struct desk *desk, const char *const *words)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(desk->db, "people_named", &rows, desk->err, "it", desk->event_id, words[1]);
    if (r == 0 && rows.n == 0) {
        return err_set(desk->err, ERR_USAGE, "nobody is known as \"%s\"", words[1]);
    }
    json_t *list = json_array();
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int64_t person = rows_int(&rows, i, 0);
        int failed[3] = {0};
        json_t *row = json_pack("{s:I, s:s, s:o, s:o, s:o}", "person", (json_int_t)person, "name",
                                rows_text(&rows, i, 1), "registrations",
                                registrations(desk, person, &failed[0]), "mentions",
                                mentions(desk, person, &failed[1]), "history",
                                history(desk, person, &failed[2]));
        (void)json_array_append_new(list, row);
        for (int k = 0; k < 3; k++) {
            r = failed[k] < 0 ? failed[k] : r;
        }
        if (r == 0 && !desk->is_json) {
            print_somebody(row);
        }
    }
    if (r == 0 && desk->is_json) {
        print_json(json_pack("{s:O}", "people", list), false);
    }
    json_decref(list);
    return r;
}

static int show_history(const struct desk *desk, const char *const *words)
{
    (void)words;
    int r = 0;
    json_t *list = history(desk, 0, &r);
    if (r == 0 && desk->is_json) {
        print_json(json_pack("{s:O}", "history", list), false);
    } else if (r == 0) {
        print_history(list);
    }
    json_decref(list);
    return r;
}

/* --- words --- */

static int decide(const struct desk *desk, const char *mention, const char *person,
                  const char *verdict)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(rows_done) struct rows added = {0};
    struct conference conf;
    int64_t number = 0;
    int index = 0;
    int r = cli_id("mention", mention, &number, desk->err);
    if (r < 0) {
        return r;
    }
    r = db_query_one(desk->db, "mention_find", &rows, desk->err, "ii", desk->event_id, number);
    if (r == DB_NO_ROW) {
        return err_set(desk->err, ERR_USAGE, "there is no mention %s; 'rollcall people' lists them",
                       mention);
    }
    if (r < 0 ||
        (r = database_load_people(desk->db, desk->event_id, desk->arena, &conf, desk->err)) < 0 ||
        (r = sources_find_person(&conf, person, &index, desk->err)) < 0) {
        return r;
    }
    r = db_query_one(desk->db, "decision_add", &added, desk->err, "ittnitt", desk->event_id,
                     rows_text(&rows, 0, 0), rows_text(&rows, 0, 1),
                     desk->is_everywhere ? (int64_t)0 : rows_int(&rows, 0, 2),
                     conf.persons.items[index].id, verdict, desk->by);
    if (r == 0) {
        printf("decision %s: \"%s\" is%s %s\n", rows_text(&added, 0, 0), rows_text(&rows, 0, 0),
               strcmp(verdict, "same") == 0 ? "" : " not", conf.persons.items[index].name);
    }
    return r;
}

static int say_is(const struct desk *desk, const char *const *words)
{
    return decide(desk, words[1], words[2], "same");
}

static int say_is_not(const struct desk *desk, const char *const *words)
{
    return decide(desk, words[1], words[2], "not_same");
}

static int merge(const struct desk *desk, const char *const *words)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    int keep = 0;
    int gone = 0;
    int r = database_load_people(desk->db, desk->event_id, desk->arena, &conf, desk->err);
    if (r < 0 || (r = sources_find_person(&conf, words[1], &keep, desk->err)) < 0 ||
        (r = sources_find_person(&conf, words[2], &gone, desk->err)) < 0) {
        return r;
    }
    r = db_query_one(desk->db, "people_merge", &rows, desk->err, "iiitt", desk->event_id,
                     conf.persons.items[keep].id, conf.persons.items[gone].id, desk->by,
                     desk->why == NULL ? "" : desk->why);
    if (r == 0 && rows_is_null(&rows, 0, 0)) {
        return err_set(desk->err, ERR_USAGE, "%s and %s are one person already", words[1],
                       words[2]);
    }
    if (r == 0) {
        printf("merge:%s: %s is %s\n", rows_text(&rows, 0, 0), conf.persons.items[gone].name,
               conf.persons.items[keep].name);
    }
    return r;
}

/* A mention that is not the person it was taken for: the same as is-not, for every track. */
static int split_mention(const struct desk *desk, const char *id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(rows_done) struct rows added = {0};
    int64_t number = 0;
    int r = cli_id("mention", id, &number, desk->err);
    if (r < 0 || (r = db_query_one(desk->db, "mention_person", &rows, desk->err, "ii",
                                   desk->event_id, number)) < 0) {
        return r;
    }
    if (r == DB_NO_ROW || rows_int(&rows, 0, 2) == 0) {
        return err_set(desk->err, ERR_USAGE, "there is no mention %s that is taken for somebody",
                       id);
    }
    r = db_query_one(desk->db, "decision_add", &added, desk->err, "ittnitt", desk->event_id,
                     rows_text(&rows, 0, 0), rows_text(&rows, 0, 1), (int64_t)0,
                     rows_int(&rows, 0, 2), "not_same", desk->by);
    if (r == 0) {
        printf("decision %s: \"%s\" is not %s\n", rows_text(&added, 0, 0), rows_text(&rows, 0, 0),
               rows_text(&rows, 0, 3));
    }
    return r;
}

static int split_registrant(const struct desk *desk, const char *text)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(rows_done) struct rows added = {0};
    int r = db_query(desk->db, "registrant_find", &rows, desk->err, "it", desk->event_id, text);
    if (r < 0) {
        return r;
    }
    if (rows.n == 0) {
        return err_set(desk->err, ERR_USAGE, "there is no registration \"%s\"", text);
    }
    if (rows.n > 1 && strcmp(rows_text(&rows, 0, 0), text) != 0) {
        return err_set(desk->err, ERR_USAGE,
                       "%d registrations have the address %s; name one by its id", rows.n, text);
    }
    r = db_query_one(desk->db, "people_split", &added, desk->err, "itt", desk->event_id,
                     rows_text(&rows, 0, 0), desk->by);
    if (r == 0 && rows_is_null(&added, 0, 0)) {
        return err_set(desk->err, ERR_USAGE, "registration %s stands alone already",
                       rows_text(&rows, 0, 0));
    }
    if (r == 0) {
        printf("split:%s: registration %s of %s is not %s\n", rows_text(&added, 0, 0),
               rows_text(&rows, 0, 0), rows_text(&rows, 0, 1), rows_text(&rows, 0, 2));
    }
    return r;
}

static int split(const struct desk *desk, const char *const *words)
{
    return str_starts(words[1], "mention:") ? split_mention(desk, words[1] + strlen("mention:"))
                                            : split_registrant(desk, words[1]);
}

/* "17" is a decision, "merge:3" and "split:2" are what they say. */
static int undo(const struct desk *desk, const char *const *words)
{
    static const struct {
        const char *prefix;
        const char *statement;
    } kinds[] = {{"merge:", "people_unmerge"}, {"split:", "people_unsplit"}};
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t number = 0;
    const char *id = words[1];
    const char *statement = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && statement == NULL; i++) {
        if (str_starts(id, kinds[i].prefix)) {
            statement = kinds[i].statement;
            id += strlen(kinds[i].prefix);
        }
    }
    int r = cli_id("decision", id, &number, desk->err);
    if (r == 0 && statement == NULL) {
        r = db_query(desk->db, "decision_undo", &rows, desk->err, "ii", desk->event_id, number);
        return r != 0 || rows.n == 1
                   ? r
                   : err_set(desk->err, ERR_USAGE, "there is no decision %s in force", id);
    }
    if (r == 0) {
        r = db_query_one(desk->db, statement, &rows, desk->err, "iit", desk->event_id, number,
                         desk->by);
    }
    if (r == 0 && !rows_bool(&rows, 0, 0)) {
        return err_set(desk->err, ERR_USAGE,
                       "%s is not in force, or a later merge must be undone before it", words[1]);
    }
    return r;
}

/* --- other events --- */

static int list_memory(const struct desk *desk)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(desk->db, "memory_list", &rows, desk->err, "i", desk->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        printf("%-20s %s decisions, %s merges and splits, by %s\n", rows_text(&rows, i, 0),
               rows_text(&rows, i, 4), rows_text(&rows, i, 5), rows_text(&rows, i, 2));
    }
    if (r == 0 && rows.n == 0) {
        printf("nothing that was said at other events is remembered here\n");
    }
    return r;
}

static int remember(const struct desk *desk, const char *const *words)
{
    int64_t other = 0;
    if (words[1] == NULL) {
        return list_memory(desk);
    }
    int r = event_find(desk->db, words[1], &other, desk->err);
    if (r < 0) {
        return r;
    }
    if (other == desk->event_id) {
        return err_set(desk->err, ERR_USAGE, "an event remembers its own decisions by itself");
    }
    return desk->is_undo
               ? db_query(desk->db, "memory_remove", NULL, desk->err, "ii", desk->event_id, other)
               : db_query(desk->db, "memory_add", NULL, desk->err, "iit", desk->event_id, other,
                          desk->by);
}

/* --- the command --- */

static const struct {
    const char *word;
    int n_words;  /* that must be there, with the first */
    bool is_kept; /* the history says by whom it was */
    int (*run)(const struct desk *desk, const char *const *words);
} verbs[] = {
    {"is", 3, true, say_is},
    {"is-not", 3, true, say_is_not},
    {"merge", 3, true, merge},
    {"split", 2, true, split},
    {"show", 2, false, show},
    {"history", 1, false, show_history},
    {"decisions", 1, false, show_history},
    {"undo", 2, true, undo},
    {"remember", 1, true, remember},
};

static int run_verb(struct desk *desk, const char *const *words, const char *usage)
{
    if (words[0] == NULL) {
        return list_queue(desk, words);
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].word, words[0]) == 0 && words[verbs[i].n_words - 1] != NULL) {
            int r = verbs[i].is_kept ? cli_who(desk->by, &desk->by, desk->err) : 0;
            return r < 0 ? r : verbs[i].run(desk, words);
        }
    }
    return err_set(desk->err, ERR_USAGE, "usage: rollcall %s", usage);
}

int people_command(int argc, char **argv)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    struct desk desk = {.arena = arena, .err = &err};
    const char *event = NULL;
    const char *words[3] = {NULL, NULL, NULL};
    const struct cli_option options[] = {
        {"event", "SLUG", "the event", &event, NULL},
        {"everywhere", NULL, "the decision holds for every track, not only this one", NULL,
         &desk.is_everywhere},
        {"by", "NAME", "who decides (you)", &desk.by, NULL},
        {"why", "TEXT", "a merge's reason, for the history", &desk.why, NULL},
        {"undo", NULL, "remember: not any more", NULL, &desk.is_undo},
        {"json", NULL, "the stable form for programs", NULL, &desk.is_json},
        {0}};
    const struct cli_spec spec = {
        "people | people show PERSON | people is MENTION PERSON | people is-not MENTION PERSON | "
        "people merge PERSON PERSON | people split REGISTRATION|mention:ID | people history | "
        "people undo ID|merge:ID|split:ID | people remember [SLUG]",
        "Names that the machine must not decide on: who is meant? Every word is kept, holds for "
        "later imports and events, can be undone and is never overruled.",
        options, 3};
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (database_open(event, arena, &db, &desk.event_id, &err) < 0) {
        return cli_fail(&err);
    }
    desk.db = db;
    return run_verb(&desk, words, spec.usage) < 0 ? cli_fail(&err) : CLI_FINE;
}
