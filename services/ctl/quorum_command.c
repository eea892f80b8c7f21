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
    int only; /* a track; -1 = all */
    bool is_json;
    bool with_sessions;
};

static void show_quorum(const struct loaded *loaded, const struct quorum *quorum,
                        const struct view *view)
{
    const struct conference *conf = &loaded->conf;
    json_t *list = json_array();
    for (int kind = 0; kind < (view->with_sessions ? 2 : 1); kind++) {
        const struct quorum_track *items =
            kind == 0 ? quorum->tracks.items : quorum->sessions.items;
        size_t n = kind == 0 ? quorum->tracks.n : quorum->sessions.n;
        for (size_t i = 0; i < n; i++) {
            if (view->only >= 0 && items[i].track != view->only) {
                continue;
            }
            if (view->is_json) {
                (void)json_array_append_new(list, print_quorum(conf, &items[i]));
            } else {
                print_quorum_text(conf, &items[i], view->only >= 0);
            }
        }
    }
    if (view->is_json) {
        print_json(json_incref(list), false);
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

/* Writes down how many of the track's must people are enough. */
static int set_needed(const char *event, const struct conference *conf, int track, long needed,
                      struct arena *arena, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t event_id = 0;
    int r = database_open(event, arena, &db, &event_id, err);
    if (r < 0 || (r = db_query(db, "track_set_quorum", &rows, err, "iii", event_id,
                               conf->tracks.items[track].id, (int64_t)needed)) < 0) {
        return r;
    }
    if (needed == 0) {
        printf("%s: all of its must people are needed\n", conf->tracks.items[track].title);
    } else {
        printf("%s: %ld of its must people are enough\n", conf->tracks.items[track].title, needed);
    }
    return 0;
}

/* What was asked for in words and numbers. */
struct request {
    struct sources sources;
    const char *track;
    const char *needed;
    const char *passes;
    bool is_json;
    bool with_sessions;
};

static int answer_request(const struct request *request, struct arena *arena, struct err *err)
{
    struct loaded loaded;
    struct clashes clashes = {0};
    struct quorum quorum = {0};
    long n_needed = 0;
    long n_passes = 0;
    int r = sources_load(&request->sources, arena, &loaded, err);
    if (r < 0 ||
        (request->needed != NULL &&
         (r = cli_number("needed", request->needed, 0, 100000, &n_needed, err)) < 0) ||
        (request->passes != NULL &&
         (r = cli_number("passes", request->passes, 1, PASSES_MAX, &n_passes, err)) < 0)) {
        return r;
    }
    struct view view = {-1, request->is_json, request->with_sessions};
    if (request->track != NULL) {
        if ((r = find_track(&loaded.conf, request->track, &view.only, err)) < 0) {
            return r;
        }
    }
    if (request->needed != NULL) {
        return set_needed(request->sources.event, &loaded.conf, view.only, n_needed, arena, err);
    }
    clash_find(&loaded.conf, &loaded.requirements, &loaded.options, arena, &clashes);
    quorum_count(&loaded.conf, &loaded.requirements, &clashes, arena, &quorum);
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
        {"needed", "K", "with a TRACK: so many of its must people are enough; 0: all",
         &request.needed, NULL},
        {"passes", "N", "to whom to give N free passes, and what that brings", &request.passes,
         NULL},
        {"sessions", NULL, "also single sessions for which people are named", NULL,
         &request.with_sessions},
        {"json", NULL, "the stable form for programs", NULL, &request.is_json},
        {0}};
    const struct cli_spec spec = {"quorum [TRACK] [--json] [--programme FILE ...]",
                                  "Per microconference: who is registered, in person, free, and "
                                  "has said yes. With the name of a "
                                  "track: everybody on its list.",
                                  options, 1};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, &request.track, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (request.needed != NULL && (request.track == NULL || sources_has_files(&request.sources))) {
        (void)err_set(&err, ERR_USAGE,
                      "--needed writes into the database: name a TRACK and no files");
        return cli_fail(&err);
    }
    return answer_request(&request, arena, &err) < 0 ? cli_fail(&err) : CLI_FINE;
}
