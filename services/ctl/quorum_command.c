/* quorum: who of the people needed will be there, how many are enough, and to whom to give passes.
 */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/find.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include <stdio.h>
#include <string.h>

#define PASSES_MAX 1000

/* What to show. */
struct view {
    int track;   /* only this one; -1 = all */
    int session; /* only this one; -1 = all */
    bool is_json;
    bool with_sessions;
};

static bool is_shown(const struct view *view, const struct quorum_track *item)
{
    return view->session >= 0 ? item->session == view->session
                              : (view->track < 0 || item->track == view->track) &&
                                    (item->session < 0 || view->with_sessions);
}

static void show_list(const struct conference *conf, const struct quorum_track *items, size_t n,
                      const struct view *view, json_t *list)
{
    bool with_people = view->track >= 0 || view->session >= 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_shown(view, &items[i])) {
            continue;
        }
        (void)json_array_append_new(list, print_quorum(conf, &items[i]));
        if (!view->is_json) {
            print_quorum_text(conf, &items[i], with_people);
        }
    }
}

static void show_quorum(const struct loaded *loaded, const struct quorum *quorum,
                        const struct view *view)
{
    const struct conference *conf = &loaded->conf;
    json_t *list = json_array();
    show_list(conf, quorum->tracks.items, quorum->tracks.n, view, list);
    show_list(conf, quorum->sessions.items, quorum->sessions.n, view, list);
    if (view->is_json) {
        print_json(json_pack("{s:O}", "quorum", list), false);
    } else if (json_array_size(list) == 0) {
        printf("nobody is named for it\n");
    } else {
        printf("More than half of the must people make a quorum, unless rollcall quorum TRACK "
               "--needed K|all|half\nsays otherwise.\n");
    }
    json_decref(list);
}

static void show_passes(const struct loaded *loaded, const struct quorum *quorum, int max,
                        bool is_json, struct arena *arena)
{
    struct quorum_passes passes;
    json_t *list = json_array();
    quorum_passes(&loaded->conf, quorum, max, arena, &passes);
    for (size_t i = 0; i < passes.items.n; i++) {
        const struct quorum_pass *pass = &passes.items.items[i];
        const char *name = loaded->conf.persons.items[pass->person].name;
        if (is_json) {
            (void)json_array_append_new(list,
                                        json_pack("{s:s, s:i, s:f, s:f, s:s}", "person", name,
                                                  "raises", pass->n_raised, "gain", pass->gain,
                                                  "people", pass->people, "why", pass->why));
        } else {
            printf("%2zu. %s: %s\n", i + 1, name, pass->why);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "passes", list), false);
    } else if (passes.items.n == 0) {
        printf("nobody's pass would make a quorum likelier\n");
    }
    json_decref(list);
}

/* What was asked for in words and numbers. */
struct request {
    struct sources sources;
    const char *name; /* of a track or a session */
    const char *needed;
    const char *passes;
    bool is_json;
    bool with_sessions;
};

/* A number, "all", or "half": more than that. */
static int read_needed(const char *text, long *ret, struct err *err)
{
    struct err inner = {0};
    if (strcmp(text, "all") == 0 || strcmp(text, "half") == 0) {
        *ret = text[0] == 'a' ? QUORUM_ALL : 0;
        return 0;
    }
    return cli_number("needed", text, 1, 100000, ret, &inner) == 0
               ? 0
               : err_set(err, ERR_USAGE, "--needed: \"%.40s\" is neither a number, all nor half",
                         text);
}

/* Writes down how many must people of the track, or of the session, are enough. */
static int set_needed(const struct request *request, const struct conference *conf,
                      const struct view *view, struct arena *arena, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    bool is_track = view->session < 0;
    int64_t id =
        is_track ? conf->tracks.items[view->track].id : conf->sessions.items[view->session].id;
    const char *title = is_track ? conf->tracks.items[view->track].title
                                 : conf->sessions.items[view->session].title;
    int64_t event_id = 0;
    long needed = 0;
    int r = read_needed(request->needed, &needed, err);
    if (r < 0 || (r = database_open(request->sources.event, arena, &db, &event_id, err)) < 0 ||
        (r = db_query(db, is_track ? "track_set_quorum" : "session_set_quorum", &rows, err, "iii",
                      event_id, id, (int64_t)needed)) < 0) {
        return r;
    }
    if (needed > 0) {
        printf("%s: %ld of its must people are enough\n", title, needed);
    } else {
        printf("%s: %s of its must people are needed\n", title,
               quorum_rule_text(needed < 0 ? QUORUM_EVERYBODY : QUORUM_MORE_THAN_HALF));
    }
    return 0;
}

/* A track's name, else a session's. */
static int find_view(const struct conference *conf, const char *name, struct view *view,
                     struct err *err)
{
    struct err inner = {0};
    if (name == NULL || find_track(conf, name, &view->track, err) == 0 ||
        find_session(conf, name, &view->session, &inner) == 0) {
        return 0;
    }
    return err->code; /* tracks are what is mostly meant */
}

static int answer_request(const struct request *request, struct arena *arena, struct err *err)
{
    struct loaded loaded;
    struct clashes clashes = {0};
    struct quorum quorum = {0};
    struct view view = {-1, -1, request->is_json, request->with_sessions};
    long n_passes = 0;
    int r = sources_load(&request->sources, arena, &loaded, err);
    if (r < 0 ||
        (request->passes != NULL &&
         (r = cli_number("passes", request->passes, 1, PASSES_MAX, &n_passes, err)) < 0) ||
        (r = find_view(&loaded.conf, request->name, &view, err)) < 0) {
        return r;
    }
    if (request->needed != NULL) {
        return set_needed(request, &loaded.conf, &view, arena, err);
    }
    clash_find(&loaded.conf, &loaded.requirements, &loaded.options, arena, &clashes);
    quorum_count(&loaded.conf, &clashes, arena, &quorum);
    if (request->passes != NULL) {
        show_passes(&loaded, &quorum, (int)n_passes, request->is_json, arena);
    } else {
        show_quorum(&loaded, &quorum, &view);
    }
    return 0;
}

int quorum_command(int argc, char **argv)
{
    struct request request = {0};
    const struct cli_option options[] = {
        SOURCE_OPTIONS(request.sources),
        {"needed", "K",
         "with a name: so many of its must people are enough; all; or half: more than that",
         &request.needed, NULL},
        {"passes", "N", "to whom to give N free passes, and what that brings", &request.passes,
         NULL},
        {"sessions", NULL, "also single sessions for which people are named", NULL,
         &request.with_sessions},
        {"json", NULL, "the stable form for programs", NULL, &request.is_json},
        {0}};
    const struct cli_spec spec = {"quorum [TRACK|SESSION] [--json] [--programme FILE ...]",
                                  "Per microconference: who is registered, in person, free, and "
                                  "has said yes. With the name of a "
                                  "track: everybody on its list.",
                                  options, 1};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, &request.name, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (request.needed != NULL && (request.name == NULL || sources_has_files(&request.sources))) {
        (void)err_set(&err, ERR_USAGE,
                      "--needed writes into the database: name a track or a session, and no files");
        return cli_fail(&err);
    }
    return answer_request(&request, arena, &err) < 0 ? cli_fail(&err) : CLI_FINE;
}
