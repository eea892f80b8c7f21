/* bof: what many attendees care about and no session serves. */
#include "ctl/commands.h"
#include "ctl/planner.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/settings.h"
#include "core/bof.h"

#include <stdio.h>
#include <string.h>

#define SAMPLE      40 /* people of an idea whose plans are looked at */
#define MAX_LEADERS 5

/* When and where, for the people of the idea. */
static size_t find_slot(struct planner *planner, const struct bof_idea *idea, struct bof_slot *ret)
{
    const struct conference *conf = &planner->loaded->conf;
    int64_t now_us = planner->loaded->options.now_us;
    int people[SAMPLE];
    struct bof_person sample[SAMPLE];
    size_t n = bof_sample(idea, SAMPLE, people);
    for (size_t i = 0; i < n; i++) {
        sample[i] = (struct bof_person){people[i], planner_agenda(planner, people[i])};
    }
    bof_slot_find(conf, sample, n, idea->people.n, conf->end_us <= now_us ? 0 : now_us,
                  planner->arena, ret);
    return n;
}

/* Names of those who could lead and opted in to being named. */
static json_t *leaders_json(const struct conference *conf, const struct bof_idea *idea)
{
    json_t *list = json_array();
    for (size_t i = 0; i < idea->leaders.n && json_array_size(list) < MAX_LEADERS; i++) {
        const struct person *person = &conf->persons.items[idea->leaders.items[i]];
        if (person->wants_introductions) {
            (void)json_array_append_new(list, json_string(person->name));
        }
    }
    return list;
}

static json_t *idea_json(const struct conference *conf, const struct bof_idea *idea,
                         const struct bof_slot *slot, size_t n_asked)
{
    int best = idea->best_session;
    return json_pack("{s:s, s:I, s:I, s:o, s:s, s:s, s:f, s:o, s:o, s:s, s:i, s:I}", "topic",
                     idea->topic, "people", (json_int_t)idea->people.n, "could_lead",
                     (json_int_t)idea->leaders.n, "leaders", leaders_json(conf, idea), "nearest",
                     best < 0 ? "" : conf->sessions.items[best].key, "nearest_title",
                     best < 0 ? "" : conf->sessions.items[best].title, "coverage", idea->coverage,
                     "start", print_time(conf, slot->start_us), "end",
                     print_time(conf, slot->end_us), "room",
                     slot->room < 0 ? "" : conf->rooms.items[slot->room].name, "free", slot->n_free,
                     "asked", (json_int_t)n_asked);
}

static void print_leaders(const struct conference *conf, const struct bof_idea *idea)
{
    json_t *leaders = leaders_json(conf, idea);
    size_t n = json_array_size(leaders);
    printf("    could lead it: ");
    for (size_t i = 0; i < n; i++) {
        printf("%s%s", i == 0 ? "" : ", ", json_string_value(json_array_get(leaders, i)));
    }
    if (n == 0) {
        printf("%zu people, none of whom opted in to being named", idea->leaders.n);
    } else if (idea->leaders.n > n) {
        printf(", and %zu more", idea->leaders.n - n);
    }
    printf("\n");
    json_decref(leaders);
}

static void print_idea(const struct conference *conf, const struct bof_idea *idea,
                       const struct bof_slot *slot, size_t n_asked)
{
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    printf("%s\n    %zu people", idea->topic, idea->people.n);
    if (idea->best_session >= 0) {
        printf("; nearest in the programme: %s (serves %d%%)",
               conf->sessions.items[idea->best_session].title, (int)(idea->coverage * 100 + 0.5));
    }
    printf("\n");
    if (idea->leaders.n > 0) {
        print_leaders(conf, idea);
    }
    if (slot->start_us != 0) {
        printf("    free: %s to %s, %s, where %d of %zu plans have nothing\n",
               time_short(conf->zone, slot->start_us, start),
               time_hhmm(conf->zone, slot->end_us, end), conf->rooms.items[slot->room].name,
               slot->n_free, n_asked);
    }
}

static void print_ideas(const struct loaded *loaded, const struct bof_ideas *ideas, bool is_json,
                        struct arena *arena)
{
    struct planner planner;
    json_t *list = json_array();
    planner_init(&planner, loaded, arena);
    for (size_t i = 0; i < ideas->items.n; i++) {
        struct bof_slot slot;
        size_t n_asked = find_slot(&planner, &ideas->items.items[i], &slot);
        if (is_json) {
            (void)json_array_append_new(
                list, idea_json(&loaded->conf, &ideas->items.items[i], &slot, n_asked));
        } else {
            print_idea(&loaded->conf, &ideas->items.items[i], &slot, n_asked);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "ideas", list), false);
    } else if (ideas->items.n == 0) {
        printf("none: every interest that enough people share has a session\n");
    }
    json_decref(list);
}

int bof_command(int argc, char **argv)
{
    struct sources sources = {.matches = MATCHES_ALL};
    const char *least = NULL;
    const char *max = "10";
    bool is_json = false;
    const struct cli_option options[] = {
        SOURCE_OPTIONS(sources),
        {"min", "N", "people who must share an interest (ROLLCALL_BOF_MIN, never below 5)", &least,
         NULL},
        {"max", "N", "so many ideas at most (10)", &max, NULL},
        {"json", NULL, "the stable form for programs", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "bof [--programme FILE --registrants FILE] [--min N] [--max N] [--json]",
        "What many attendees care about and no session serves, with a free slot. Without files: "
        "from the database.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct loaded loaded;
    struct meet_terms terms;
    struct bof_ideas ideas;
    long n_least = (long)setting_int(SET_BOF_MIN);
    long n_max = 10;
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if ((least != NULL && cli_number("min", least, BOF_LEAST_PEOPLE, 100000, &n_least, &err) < 0) ||
        cli_number("max", max, 1, 1000, &n_max, &err) < 0 ||
        sources_load(&sources, arena, &loaded, &err) < 0) {
        return cli_fail(&err);
    }
    struct bof_options bof = {.min_people = (int)n_least, .max_ideas = (int)n_max};
    meet_terms_build(&loaded.conf, arena, &terms);
    bof_find(&loaded.conf, &terms, &bof, arena, &ideas);
    print_ideas(&loaded, &ideas, is_json, arena);
    return CLI_FINE;
}
