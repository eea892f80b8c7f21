/*
 * bench_match_agenda: day plans as people get them, for reading.
 *
 *     bench_match_agenda PROGRAMME KEY_ATTENDEES REGISTRANTS NAME...
 *
 * Each NAME is a registrant's name or id.
 */
#include "base/file.h"
#include "core/agenda.h"
#include "core/identity.h"
#include "core/match_known.h"
#include "formats/formats.h"

#include <stdio.h>
#include <string.h>

#define TOP 10

static int read_into(const char *path, const char *kind, struct conference *conf,
                     struct arena *arena)
{
    struct err err = {0};
    char *text;
    size_t len;
    int r = file_read(path, (size_t)1 << 28, arena, &text, &len, &err);
    r = r < 0 ? r : format_read(path, text, len, kind, conf, arena, NULL, &err);
    if (r < 0) {
        fprintf(stderr, "bench_match_agenda: %s: %s\n", err.where, err.message);
    }
    return r;
}

static const struct registrant *find_registrant(const struct conference *conf, const char *name)
{
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (strcmp(registrant->name, name) == 0 || strcmp(registrant->key, name) == 0) {
            return registrant;
        }
    }
    return NULL;
}

static void print_session(const struct conference *conf, int index)
{
    const struct session *session = &conf->sessions.items[index];
    char from[TIME_TEXT_SIZE];
    char to[TIME_TEXT_SIZE];
    printf("%s-%s  %s  (%s)\n", time_short(conf->zone, session->start_us, from),
           time_hhmm(conf->zone, session->end_us, to), session->title,
           session->room < 0 ? "no room yet" : conf->rooms.items[session->room].name);
}

static void print_agenda(const struct conference *conf, const struct match_index *index,
                         const struct requirements *requirements,
                         const struct registrant *registrant)
{
    struct arena *arena = arena_new();
    struct match_result results[TOP];
    struct match_known known = {0};
    match_known_of(conf, registrant->person, arena, &known);
    bool says_nothing = registrant->interests[0] == '\0';
    struct match_profile profile = {.interests = registrant->interests,
                                    .works = known.works.items,
                                    .n_works = says_nothing ? (int)known.works.n : 0,
                                    .own = known.own.items,
                                    .n_own = says_nothing ? (int)known.own.n : 0};
    int n = match_top(index, &profile, TOP, arena, results);
    struct agenda_options options = {.walk_between_buildings_us = 10 * MINUTE_US, .max_missed = 4};
    struct agenda agenda;
    agenda_plan(conf, registrant->person, requirements, results, n, &options, arena, &agenda);
    printf("## %s\n\n", registrant->name);
    printf("Interests: %s\n\n",
           registrant->interests[0] == '\0' ? "(none)" : registrant->interests);
    printf("%s%s", agenda.note, agenda.note[0] == '\0' ? "" : "\n\n");
    for (size_t i = 0; i < agenda.entries.n; i++) {
        const struct agenda_entry *entry = &agenda.entries.items[i];
        print_session(conf, entry->session);
        printf("%s%s%s", entry->reason[0] == '\0' ? "" : "    ", entry->reason,
               entry->reason[0] == '\0' ? "" : "\n");
        if (entry->alternative >= 0) {
            printf("    or: %s\n", conf->sessions.items[entry->alternative].title);
        }
    }
    printf(agenda.missed.n > 0 ? "\nMissed:\n" : "");
    for (size_t i = 0; i < agenda.missed.n; i++) {
        print_session(conf, agenda.missed.items[i].session);
        printf("    %s\n", agenda.missed.items[i].why);
    }
    printf("\n");
    arena_free(arena);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: bench_match_agenda PROGRAMME KEY_ATTENDEES REGISTRANTS NAME...\n");
        return 2;
    }
    struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    if (read_into(argv[1], "programme", &conf, arena) < 0 ||
        read_into(argv[2], "key-attendees", &conf, arena) < 0 ||
        read_into(argv[3], "registrants", &conf, arena) < 0) {
        arena_free(arena);
        return 2;
    }
    struct identity identity = {0};
    struct identity_input input = {.threshold = 0.99, .lead = 0.05};
    identity_assign(&conf, &input, arena, &identity);
    struct requirements requirements = {0};
    requirements_build(&conf, arena, &requirements);
    struct match_index *index = match_index_new(&conf);
    for (int i = 4; i < argc; i++) {
        const struct registrant *registrant = find_registrant(&conf, argv[i]);
        if (registrant == NULL) {
            fprintf(stderr, "bench_match_agenda: nobody is registered as %s\n", argv[i]);
            continue;
        }
        print_agenda(&conf, index, &requirements, registrant);
    }
    match_index_free(index);
    arena_free(arena);
    return 0;
}
