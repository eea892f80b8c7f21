/* separate, distance: rules about the programme that organisers lay down. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/find.h"
#include "ctl/print.h"

#include "base/cli.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/clash_shared.h"

#include <stdio.h>
#include <string.h>

#define WALK_MAX_MIN 1440

static int load_frame(struct db *db, int64_t event_id, bool with_people, struct arena *arena,
                      struct conference *conf, struct err *err)
{
    struct conference_scope scope = {.all_persons = with_people};
    int r = conference_load_scope(db, event_id, &scope, arena, conf, err);
    return r == CONFERENCE_GONE ? err_set(err, ERR_DB, "the event is gone") : r;
}

/* --- separate --- */

static int separate(struct db *db, const struct conference *conf, const char *words[2],
                    const char *why, bool is_undo, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int a = 0;
    int b = 0;
    int r = find_track(conf, words[0], &a, err);
    if (r < 0 || (r = find_track(conf, words[1], &b, err)) < 0) {
        return r;
    }
    if (a == b) {
        return err_set(err, ERR_USAGE, "both names mean %s", conf->tracks.items[a].title);
    }
    int64_t id_a = conf->tracks.items[a].id;
    int64_t id_b = conf->tracks.items[b].id;
    r = is_undo ? db_query(db, "separation_remove", &rows, err, "iii", conf->id, id_a, id_b)
                : db_query(db, "separation_set", &rows, err, "iiit", conf->id, id_a, id_b, why);
    if (r < 0) {
        return r;
    }
    if (is_undo && rows.n == 0) {
        return err_set(err, ERR_USAGE, "they were not separated");
    }
    printf("%s and %s %s at the same time\n", conf->tracks.items[a].title,
           conf->tracks.items[b].title, is_undo ? "may run" : "must not run");
    return 0;
}

static void list_separations(const struct conference *conf, bool is_json, struct arena *arena)
{
    struct shared_pairs shared;
    json_t *must = json_array();
    json_t *should = json_array();
    shared_find_in(conf, arena, &shared);
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *s = &conf->separations.items[i];
        const char *a = conf->tracks.items[s->track_a].title;
        const char *b = conf->tracks.items[s->track_b].title;
        if (is_json) {
            (void)json_array_append_new(
                must, json_pack("{s:[s, s], s:s}", "tracks", a, b, "why", s->reason));
        } else {
            printf("must not run at once:   %s, %s%s%s\n", a, b, s->reason[0] == '\0' ? "" : ": ",
                   s->reason);
        }
    }
    for (size_t i = 0; i < shared.items.n; i++) {
        const struct shared_pair *pair = &shared.items.items[i];
        const char *a = conf->tracks.items[pair->track_a].title;
        const char *b = conf->tracks.items[pair->track_b].title;
        double by_chance = (double)pair->n_a * pair->n_b / shared.n_people;
        if (is_json) {
            (void)json_array_append_new(should, json_pack("{s:[s, s], s:i, s:f, s:f}", "tracks", a,
                                                          b, "shared", pair->n_shared, "expected",
                                                          by_chance, "chance", pair->chance));
        } else {
            printf("should not run at once: %s, %s: %d people in both, by chance %.1f\n", a, b,
                   pair->n_shared, by_chance);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O, s:O}", "must_not", must, "should_not", should), false);
    } else if (conf->separations.n + shared.items.n == 0) {
        printf("any two tracks may run at the same time\n");
    }
    json_decref(must);
    json_decref(should);
}

int separate_command(int argc, char **argv)
{
    const char *event = NULL;
    const char *why = "";
    bool is_json = false;
    bool is_undo = false;
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {
        {"event", "SLUG", "the event", &event, NULL},
        {"why", "TEXT", "the reason, said with every clash", &why, NULL},
        {"undo", NULL, "they may run at the same time again", NULL, &is_undo},
        {"json", NULL, "the stable form for programs", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "separate [TRACK TRACK --why TEXT]",
        "Two tracks that must not run at the same time. Without names: which must not, and which "
        "should not because many of their people are the same.",
        options, 2};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct conference conf;
    struct err err = {0};
    int64_t event_id = 0;
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (words[0] != NULL && words[1] == NULL) {
        (void)err_set(&err, ERR_USAGE, "name two tracks; usage: rollcall %s", spec.usage);
        return cli_fail(&err);
    }
    if (database_open(event, arena, &db, &event_id, &err) < 0 ||
        load_frame(db, event_id, words[0] == NULL, arena, &conf, &err) < 0) {
        return cli_fail(&err);
    }
    if (words[0] == NULL) {
        list_separations(&conf, is_json, arena);
        return CLI_FINE;
    }
    return separate(db, &conf, words, why, is_undo, &err) < 0 ? cli_fail(&err) : CLI_FINE;
}

/* --- distance --- */

/* Reads one way: two rooms and whole minutes. */
static int read_way(const struct conference *conf, const char *const words[3], int64_t ret[3],
                    struct err *err)
{
    long minutes = 0;
    int rooms[2] = {-1, -1};
    int r = find_room(conf, words[0], &rooms[0], err);
    if (r < 0 || (r = find_room(conf, words[1], &rooms[1], err)) < 0 ||
        (r = cli_number("minutes", words[2], 0, WALK_MAX_MIN, &minutes, err)) < 0) {
        return r;
    }
    ret[0] = conf->rooms.items[rooms[0]].id;
    ret[1] = conf->rooms.items[rooms[1]].id;
    ret[2] = (int64_t)minutes * 60;
    return ret[0] != ret[1]
               ? 0
               : err_set(err, ERR_USAGE, "both are %s", conf->rooms.items[rooms[0]].name);
}

struct ways {
    struct db_array columns[3]; /* rooms, rooms, seconds */
    int n;
};

static void add_way(struct ways *ways, const int64_t way[3])
{
    for (int i = 0; i < 3; i++) {
        db_array_int(&ways->columns[i], way[i]);
    }
    ways->n++;
}

/* A file of lines "room,room,minutes"; a first line without a number is a heading. */
static int read_ways(const struct conference *conf, const char *path, struct arena *arena,
                     struct ways *ways, struct err *err)
{
    struct csv csv;
    char *text = NULL;
    size_t len = 0;
    int r = file_read(path, (size_t)setting_int(SET_IMPORT_MAX), arena, &text, &len, err);
    if (r < 0 || (r = csv_parse(path, text, len, arena, &csv, err)) < 0) {
        return r;
    }
    for (size_t i = 0; i < csv.rows.n; i++) {
        const struct csv_row *row = &csv.rows.items[i];
        int64_t way[3];
        bool has_number = row->n == 3 && row->fields[2][0] >= '0' && row->fields[2][0] <= '9';
        if (i == 0 && row->n == 3 && !has_number) {
            continue;
        }
        struct err inner = {0};
        if (row->n != 3 || read_way(conf, row->fields, way, &inner) < 0) {
            return err_set(err, ERR_INPUT, "%s:%zu: %s", path, row->line,
                           row->n != 3 ? "a line has a room, a room and minutes" : inner.message);
        }
        add_way(ways, way);
    }
    return 0;
}

static int save_ways(struct db *db, int64_t event_id, const struct ways *ways, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "room_distance_set", &rows, err, "iaaa", event_id, &ways->columns[0],
                     &ways->columns[1], &ways->columns[2]);
    if (r == 0) {
        printf("%d distances given, %d of them new or changed\n", ways->n, rows.n);
    }
    return r;
}

static void list_distances(const struct conference *conf, bool is_json)
{
    json_t *list = json_array();
    for (size_t i = 0; i < conf->distances.n; i++) {
        const struct room_distance *d = &conf->distances.items[i];
        const char *a = conf->rooms.items[d->room_a].name;
        const char *b = conf->rooms.items[d->room_b].name;
        if (is_json) {
            (void)json_array_append_new(list, json_pack("{s:[s, s], s:I}", "rooms", a, b, "minutes",
                                                        (json_int_t)(d->walk_us / MINUTE_US)));
        } else {
            printf("%s, %s: %lld minutes\n", a, b, (long long)(d->walk_us / MINUTE_US));
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "distances", list), false);
    } else if (conf->distances.n == 0) {
        printf("no distances are known; between two buildings ROLLCALL_WALK counts\n");
    }
    json_decref(list);
}

/* words: all three, or NULL: from the file. */
static int give_distances(struct task *task, const struct conference *conf, const char *words[3],
                          const char *file)
{
    struct ways ways = {.n = 0};
    int64_t way[3];
    int r = file != NULL ? read_ways(conf, file, task->arena, &ways, &task->err)
                         : read_way(conf, words, way, &task->err);
    if (r == 0 && file == NULL) {
        add_way(&ways, way);
    }
    r = r < 0 ? r : save_ways(task->db, task->event_id, &ways, &task->err);
    db_arrays_done(ways.columns, 3);
    return r;
}

int distance_command(int argc, char **argv)
{
    struct task task = {0};
    const char *file = NULL;
    const char *words[3] = {NULL, NULL, NULL};
    const struct cli_option options[] = {
        {"file", "FILE", "a whole matrix as CSV: room,room,minutes", &file, NULL},
        TASK_OPTIONS(task),
        {0}};
    const struct cli_spec spec = {"distance [ROOM ROOM MINUTES | --file FILE]",
                                  "How long people walk from one room to another, both ways. "
                                  "Without words: what is known.",
                                  options, 3};
    struct conference conf;
    int r = task_begin(&task, &spec, argc, argv, words, 0);
    bool fits = (words[0] != NULL) == (words[2] != NULL) && (words[0] == NULL || file == NULL);
    if (r == 0 && !fits) {
        r = err_set(&task.err, ERR_USAGE, "usage: rollcall %s", spec.usage);
    }
    r = r == 0 ? load_frame(task.db, task.event_id, false, task.arena, &conf, &task.err) : r;
    if (r == 0 && words[0] == NULL && file == NULL) {
        list_distances(&conf, task.is_json);
    } else if (r == 0) {
        r = give_distances(&task, &conf, words, file);
    }
    return task_end(&task, r);
}
