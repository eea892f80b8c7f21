/* meet: whom Rollcall would introduce to whom, and how far introductions are. */
#include "ctl/commands.h"
#include "ctl/csv_table.h"
#include "ctl/database.h"
#include "ctl/planner.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/settings.h"
#include "base/strmap.h"
#include "core/meet.h"

#include <stdio.h>
#include <string.h>

struct meet_question {
    struct sources sources;
    const char *opted_in; /* file */
    const char *attendee; /* NULL = everybody */
    long max;
    bool is_under_way;
    bool is_json;
};

/* Registrations by id: lists are long, and most have that. */
static void index_registrants(const struct conference *conf, struct arena *arena,
                              struct strmap *ret)
{
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person >= 0) {
            (void)strmap_at(ret, arena, registrant->key, registrant->person, NULL);
        }
    }
}

/* Files do not say who opted in; a list does. */
static int read_opted_in(const char *path, struct conference *conf, struct arena *arena,
                         struct err *err)
{
    struct csv_table table = {0};
    struct strmap by_id = {0};
    int column = 0;
    int r = csv_table_read(path, arena, &table, err);
    if (r < 0 || (r = csv_table_need(&table, path, "attendee", &column, err)) < 0) {
        return r;
    }
    index_registrants(conf, arena, &by_id);
    for (size_t i = 0; i < table.n; i++) {
        const char *who = csv_table_field(&table, i, column);
        const int64_t *known = strmap_find(&by_id, who);
        int person = known == NULL ? -1 : (int)*known;
        r = known == NULL ? sources_find_person(conf, who, &person, err) : 0;
        if (r < 0) {
            return r;
        }
        conf->persons.items[person].wants_introductions = true;
    }
    return 0;
}

static int find_slot(struct planner *planner, const struct meet_pair *pair, struct meet_slot *ret)
{
    const struct conference *conf = &planner->loaded->conf;
    const struct clash_options *options = &planner->loaded->options;
    struct meet_side_plan a = {pair->a, planner_agenda(planner, pair->a), NULL, 0};
    struct meet_side_plan b = {pair->b, planner_agenda(planner, pair->b), NULL, 0};
    struct meet_slot_options slot = {
        .not_before_us = conf->end_us <= options->now_us ? 0 : options->now_us,
        .walk_between_buildings_us = options->walk_between_buildings_us};
    return meet_slot_find(conf, &a, &b, &slot, planner->arena, ret);
}

static const char *place_of(const struct conference *conf, const struct meet_slot *slot)
{
    int id = slot->break_id;
    return slot->is_on_line ? "on line"
           : id >= 0        ? conf->sessions.items[id].title
           : slot->room < 0 ? ""
                            : conf->rooms.items[slot->room].name;
}

static json_t *pair_json(const struct conference *conf, const struct meet_pair *pair,
                         const struct meet_slot *slot, struct arena *arena)
{
    return json_pack(
        "{s:s, s:s, s:f, s:s, s:s, s:s, s:o, s:o, s:s}", "a", conf->persons.items[pair->a].name,
        "b", conf->persons.items[pair->b].name, "score", pair->score, "link",
        meet_link_name(pair->link), "to_a", meet_about_b(pair->link, pair->topics_a, arena), "to_b",
        meet_about_a(pair->link, pair->topics_b, arena), "start", print_time(conf, slot->start_us),
        "end", print_time(conf, slot->end_us), "place", place_of(conf, slot));
}

static void print_pair(const struct conference *conf, const struct meet_pair *pair,
                       const struct meet_slot *slot, struct arena *arena)
{
    const char *a = conf->persons.items[pair->a].name;
    const char *b = conf->persons.items[pair->b].name;
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    printf("%s and %s  %.2f\n", a, b, pair->score);
    printf("    to %s: somebody who %s\n", a, meet_about_b(pair->link, pair->topics_a, arena));
    printf("    to %s: somebody who %s\n", b, meet_about_a(pair->link, pair->topics_b, arena));
    if (slot->start_us != 0) {
        const char *place = place_of(conf, slot);
        printf("    both free %s to %s%s%s\n", time_short(conf->zone, slot->start_us, start),
               time_hhmm(conf->zone, slot->end_us, end), place[0] == '\0' ? "" : ", ", place);
    }
}

/* The best pairs that are free together at some time. Returns how many. */
static long print_pairs(const struct meet_question *q, struct planner *planner,
                        const struct meet_pairs *pairs, int person)
{
    const struct conference *conf = &planner->loaded->conf;
    json_t *list = json_array();
    long n = 0;
    for (size_t i = 0; i < pairs->items.n && n < q->max; i++) {
        const struct meet_pair *pair = &pairs->items.items[i];
        struct meet_slot slot;
        if ((person >= 0 && pair->a != person && pair->b != person) ||
            find_slot(planner, pair, &slot) == MEET_NO_SLOT) {
            continue;
        }
        n++;
        if (q->is_json) {
            (void)json_array_append_new(list, pair_json(conf, pair, &slot, planner->arena));
        } else {
            print_pair(conf, pair, &slot, planner->arena);
        }
    }
    if (q->is_json) {
        print_json(json_pack("{s:O}", "pairs", list), false);
    } else if (n == 0) {
        printf("nobody: of those who opted in no two share what is rare and are free together\n");
    }
    json_decref(list);
    return n;
}

static int run_pairs(const struct meet_question *q, struct arena *arena, struct err *err)
{
    struct loaded loaded;
    struct planner planner;
    struct meet_terms terms;
    struct meet_pairs pairs;
    struct meet_options options = {0};
    int person = -1;
    int r = sources_load(&q->sources, arena, &loaded, err);
    if (r < 0) {
        return r;
    }
    if (sources_has_files(&q->sources) && q->opted_in == NULL) {
        return err_set(err, ERR_USAGE, "say who opted in with --opted-in FILE");
    }
    if ((q->opted_in != NULL && (r = read_opted_in(q->opted_in, &loaded.conf, arena, err)) < 0) ||
        (q->attendee != NULL &&
         (r = sources_find_person(&loaded.conf, q->attendee, &person, err)) < 0)) {
        return r;
    }
    meet_terms_build(&loaded.conf, arena, &terms);
    meet_find(&loaded.conf, &terms, &options, arena, &pairs);
    planner_init(&planner, &loaded, arena);
    (void)print_pairs(q, &planner, &pairs, person);
    return 0;
}

/* --- how far they are --- */

static json_t *row_json(const struct conference *conf, const struct rows *rows, int i)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "introduction",
                     (json_int_t)rows_int(rows, i, 0), "a", rows_text(rows, i, 1), "b",
                     rows_text(rows, i, 2), "link", rows_text(rows, i, 3), "topics",
                     rows_text(rows, i, 4), "state", rows_text(rows, i, 5), "start",
                     print_time(conf, rows_int(rows, i, 6)), "place", rows_text(rows, i, 7));
}

static void print_rows(const struct meet_question *q, const struct conference *conf,
                       const struct rows *rows, int64_t person_id)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        if (person_id != 0 && rows_int(rows, i, 8) != person_id &&
            rows_int(rows, i, 9) != person_id) {
            continue;
        }
        if (q->is_json) {
            (void)json_array_append_new(list, row_json(conf, rows, i));
        } else {
            printf("%5lld  %-10s  %s and %s: %s\n", (long long)rows_int(rows, i, 0),
                   rows_text(rows, i, 5), rows_text(rows, i, 1), rows_text(rows, i, 2),
                   rows_text(rows, i, 4));
        }
    }
    if (q->is_json) {
        print_json(json_pack("{s:O}", "introductions", list), false);
    }
    json_decref(list);
}

static int run_under_way(const struct meet_question *q, struct arena *arena, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    int64_t event_id = 0;
    int person = -1;
    int r = database_open(q->sources.event, arena, &db, &event_id, err);
    if (r < 0 || (r = database_load_people(db, event_id, arena, &conf, err)) < 0 ||
        (q->attendee != NULL && (r = sources_find_person(&conf, q->attendee, &person, err)) < 0) ||
        (r = db_query(db, "meet_list", &rows, err, "i", event_id)) < 0) {
        return r;
    }
    print_rows(q, &conf, &rows, person < 0 ? 0 : conf.persons.items[person].id);
    return 0;
}

int meet_command(int argc, char **argv)
{
    struct meet_question q = {.sources = {.matches = MATCHES_ALL}};
    const char *max = "20";
    const struct cli_option options[] = {
        SOURCE_OPTIONS(q.sources),
        {"opted-in", "FILE", "CSV with the column attendee: who may be introduced", &q.opted_in,
         NULL},
        {"attendee", "ID", "of that person alone: id, address or name", &q.attendee, NULL},
        {"max", "N", "so many pairs at most (20)", &max, NULL},
        {"under-way", NULL, "how far the introductions in the database are", NULL, &q.is_under_way},
        {"json", NULL, "the stable form for programs", NULL, &q.is_json},
        {0}};
    const struct cli_spec spec = {
        "meet [--programme FILE --registrants FILE --opted-in FILE] [--attendee ID] [--max N] | "
        "meet --under-way",
        "Who is worth introducing to whom, only among those who opted in, and when both are free. "
        "Without files: from the database. For operators: it names both.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (cli_number("max", max, 1, 100000, &q.max, &err) < 0 ||
        (q.is_under_way ? run_under_way(&q, arena, &err) : run_pairs(&q, arena, &err)) < 0) {
        return cli_fail(&err);
    }
    return CLI_FINE;
}
