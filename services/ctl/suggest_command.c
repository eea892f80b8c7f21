/* suggest: which moves and swaps would cure clashes, and what one given move would do. */
#include "ctl/commands.h"
#include "ctl/find.h"
#include "ctl/print.h"
#include "ctl/rehearsal.h"
#include "ctl/sources.h"

#include "base/str.h"
#include "core/suggest.h"

#include <stdio.h>
#include <string.h>

static json_t *clash_list(const struct conference *conf, const struct clash *clashes, int n)
{
    json_t *list = json_array();
    for (int i = 0; i < n; i++) {
        (void)json_array_append_new(list, print_clash(conf, &clashes[i]));
    }
    return list;
}

static json_t *suggestion_json(const struct conference *conf, const struct suggestion *s)
{
    json_t *moves = json_array();
    for (int i = 0; i < s->n_moves; i++) {
        const struct suggest_move *move = &s->moves[i];
        const struct session *session = &conf->sessions.items[move->session];
        int to = move->room < 0 ? session->room : move->room;
        int64_t start_us = move->start_us == 0 ? session->start_us : move->start_us;
        const char *room = to < 0 ? "" : conf->rooms.items[to].name;
        (void)json_array_append_new(moves, json_pack("{s:s, s:s, s:s, s:o}", "session",
                                                     session->key, "title", session->title, "room",
                                                     room, "start", print_time(conf, start_us)));
    }
    json_t *messages = s->n_messages < 0 ? json_null() : json_integer(s->n_messages);
    return json_pack("{s:s, s:o, s:f, s:i, s:o, s:o, s:o}", "text", s->text, "moves", moves, "gain",
                     s->gain, "people", s->n_people, "messages", messages, "cures",
                     clash_list(conf, s->cures, s->n_cures), "makes",
                     clash_list(conf, s->makes, s->n_makes));
}

static void print_suggestion(const struct suggestion *s, int number)
{
    int cures = suggest_notable(s->cures, s->n_cures);
    int makes = suggest_notable(s->makes, s->n_makes);
    printf("%d. %s\n   cures %d, makes %d; minor ones: cures %d, makes %d; concerns %d people",
           number, s->text, cures, makes, s->n_cures - cures, s->n_makes - makes, s->n_people);
    if (s->n_messages >= 0) {
        printf(", causes %d messages", s->n_messages);
    }
    (void)putchar('\n');
    for (int i = 0; i < s->n_cures; i++) {
        printf("   + %s\n", s->cures[i].why);
    }
    for (int i = 0; i < s->n_makes; i++) {
        printf("   - %s\n", s->makes[i].why);
    }
}

static int pin(struct conference *conf, const char *ids, struct arena *arena, struct err *err)
{
    char *rest = arena_strdup(arena, ids);
    for (char *id = NULL; (id = strsep(&rest, ",")) != NULL;) {
        bool is_there = false;
        for (size_t i = 0; i < conf->sessions.n; i++) {
            struct session *session = &conf->sessions.items[i];
            if (strcmp(session->key, id) == 0) {
                session->is_pinned = true;
                is_there = true;
            }
        }
        if (!is_there) {
            return err_set(err, ERR_USAGE, "--pinned: there is no session %s", id);
        }
    }
    return 0;
}

/* A part of what was written, without the blanks around it. */
static char *trimmed(char *text)
{
    text += strspn(text, " ");
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ') {
        text[--len] = '\0';
    }
    return text;
}

/* Reads "SESSION -> ROOM@TIME"; without a room, or without a time, that one stays. */
static int read_move(const struct conference *conf, const char *text, struct arena *arena,
                     struct suggest_move *ret, struct err *err)
{
    char *session = arena_strdup(arena, text);
    char *arrow = NULL;
    for (char *at = session; (at = strstr(at, "->")) != NULL; at += 2) {
        arrow = at; /* the last one: a title may have another */
    }
    if (arrow == NULL) {
        return err_set(err, ERR_USAGE, "--what-if: write it as \"SESSION -> ROOM@TIME\"");
    }
    *arrow = '\0';
    char *room = arrow + 2;
    char *at = strrchr(room, '@');
    if (at != NULL) {
        *at = '\0';
    }
    const char *time = at == NULL ? "" : trimmed(at + 1);
    room = trimmed(room);
    *ret = (struct suggest_move){.session = -1, .room = -1};
    int r = find_session(conf, trimmed(session), &ret->session, err);
    if (r < 0 || (room[0] != '\0' && (r = find_room(conf, room, &ret->room, err)) < 0)) {
        return r;
    }
    if (room[0] == '\0' && time[0] == '\0') {
        return err_set(err, ERR_USAGE, "--what-if: where to? Write ROOM, @TIME or both behind ->");
    }
    return time[0] == '\0' ? 0
                           : find_time(conf, time, conf->sessions.items[ret->session].start_us,
                                       &ret->start_us, err);
}

/* What was asked for at the command line. */
struct request {
    struct sources sources;
    const char *pinned;
    const char *what_if;
    const char *max;
    const char *moves;
    bool with_messages;
    bool is_json;
};

static void print_found(const struct conference *conf, const struct suggestions *found,
                        bool is_json)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->items.n; i++) {
        if (is_json) {
            (void)json_array_append_new(list, suggestion_json(conf, &found->items.items[i]));
        } else {
            print_suggestion(&found->items.items[i], (int)i + 1);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "suggestions", list), false);
    } else if (found->items.n == 0) {
        printf("no move or swap makes it better\n");
    }
    json_decref(list);
}

/* Only the database knows who was told what. */
static int count_messages(const struct request *request, const struct conference *conf,
                          struct suggestions *found, struct err *err)
{
    bool has_files = sources_has_files(&request->sources);
    bool counts = !has_files && (request->with_messages || request->what_if != NULL);
    int r = has_files && request->with_messages
                ? err_set(err, ERR_USAGE, "--messages: files do not say who was told what")
                : 0;
    for (size_t i = 0; r == 0 && i < found->items.n && counts; i++) {
        r = rehearse(conf, &found->items.items[i], err);
    }
    return r;
}

static int run(const struct request *request, struct arena *arena, struct err *err)
{
    struct loaded loaded;
    struct suggestions found = {0};
    struct suggest_move move;
    long n_max = 0;
    long n_moves = 0;
    int r = cli_number("max", request->max, 1, 1000, &n_max, err);
    if (r < 0 || (r = cli_number("moves", request->moves, 1, 4, &n_moves, err)) < 0 ||
        (r = sources_load(&request->sources, arena, &loaded, err)) < 0 ||
        (request->pinned != NULL && (r = pin(&loaded.conf, request->pinned, arena, err)) < 0)) {
        return r;
    }
    const struct suggest_options options = {
        .clash = loaded.options, .max_suggestions = (int)n_max, .max_moves = (int)n_moves};
    if (request->what_if == NULL) {
        suggest_find(&loaded.conf, &options, arena, &found);
    } else if ((r = read_move(&loaded.conf, request->what_if, arena, &move, err)) < 0) {
        return r;
    } else {
        suggest_what_if(&loaded.conf, &move, 1, &options, arena, vec_add(arena, &found.items));
    }
    if ((r = count_messages(request, &loaded.conf, &found, err)) < 0) {
        return r;
    }
    print_found(&loaded.conf, &found, request->is_json);
    return 0;
}

int suggest_command(int argc, char **argv)
{
    struct request request = {.max = "10", .moves = "2"};
    const struct cli_option options[] = {
        SOURCE_OPTIONS(request.sources),
        {"pinned", "IDS", "sessions that must stay where they are, separated by commas",
         &request.pinned, NULL},
        {"what-if", "\"SESSION -> ROOM@TIME\"", "what that move would cure and make",
         &request.what_if, NULL},
        {"messages", NULL, "how many messages each would cause, by a rehearsal in the database",
         NULL, &request.with_messages},
        {"moves", "N", "the longest sequence to try, 1 to 4 (2)", &request.moves, NULL},
        {"max", "N", "how many suggestions (10)", &request.max, NULL},
        {"json", NULL, "the stable form for programs", NULL, &request.is_json},
        {0}};
    const struct cli_spec spec = {
        "suggest --programme FILE [--key-attendees FILE] [--registrants FILE] [options]",
        "Moves and swaps of slots that would cure clashes, best first, with what each cures and "
        "makes.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    r = r == 0 ? run(&request, arena, &err) : r;
    return r < 0 ? cli_fail(&err) : CLI_FINE;
}
