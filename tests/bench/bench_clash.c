/*
 * Measures clash, quorum and suggest: bench_clash [ROUNDS]. Prints the least and the greatest of
 * some rounds; no files, no network, the same numbers of everything in each run. bench_clash rows
 * prints the requirements of the first part as lines "person session start end" in minutes, for
 * bench_clash.py, which has PostgreSQL join them in the same run; bench_clash moves [ROUNDS] only
 * moves slots, bench_clash suggest [ROUNDS] only looks for suggestions.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "core/clash.h"
#include "core/quorum.h"
#include "core/suggest.h"
#include "core/suggest/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define DAY_START_US (20433 * DAY_US) /* 11 December 2025 */

static uint64_t random_state;

static int random_below(int n)
{
    random_state ^= random_state << 13; /* xorshift64, G. Marsaglia 2003 */
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int)(random_state % (uint64_t)n);
}

struct shape {
    int n_persons;
    int n_sessions;
    int n_days;
    int n_rooms;
    int n_wanted;  /* must people: speaker requirements in all */
    int n_starred; /* picks of each person */
};

static void add_sessions(struct conference *conf, const struct shape *shape, struct arena *arena)
{
    for (int i = 0; i < shape->n_rooms; i++) {
        struct room *room = conference_add_room(conf, arena);
        room->name = arena_printf(arena, "Room %d", i);
        room->capacity = 100;
    }
    for (int i = 0; i < shape->n_sessions; i++) {
        struct session *session = conference_add_session(conf, arena);
        session->key = arena_printf(arena, "session-%d", i);
        session->title = arena_printf(arena, "The session number %d", i);
        int per_day = (shape->n_sessions + shape->n_days - 1) / shape->n_days;
        int in_day = i % per_day;
        session->room = in_day % shape->n_rooms;
        session->start_us = DAY_START_US + i / per_day * DAY_US + 9 * HOUR_US +
                            in_day / shape->n_rooms * 30 * MINUTE_US;
        session->end_us = session->start_us + (20 + random_below(6) * 5) * MINUTE_US;
    }
}

static void add_people(struct conference *conf, const struct shape *shape, struct arena *arena)
{
    for (int i = 0; i < shape->n_persons; i++) {
        conference_add_person(conf, arena)->name = arena_printf(arena, "Person %d", i);
        struct registrant *registrant = conference_add_registrant(conf, arena);
        registrant->person = i;
        registrant->attendance = i % 8 == 0 ? ATTENDANCE_REMOTE : ATTENDANCE_IN_PERSON;
        registrant->timezone = i % 16 == 0 ? "America/New_York" : "";
        registrant->arrives_us = DAY_START_US + random_below(12) * HOUR_US;
        for (int k = 0; k < shape->n_starred; k++) {
            *vec_add(arena, &conf->stars) =
                (struct star){i, random_below(shape->n_sessions), false};
        }
    }
    for (int i = 0; i < shape->n_wanted; i++) {
        struct mention *mention = conference_add_mention(conf, arena);
        mention->role = ROLE_SPEAKER;
        mention->person = random_below(shape->n_persons);
        mention->session = random_below(shape->n_sessions);
    }
}

static void make(struct conference *conf, const struct shape *shape, struct arena *arena)
{
    random_state = 42;
    conference_init(conf);
    conf->zone = zone_find("Asia/Tokyo");
    add_sessions(conf, shape, arena);
    add_people(conf, shape, arena);
}

/* --- an LPC: 18 microconferences, three days, three rooms, about 200 sessions, 700 people --- */

static void add_mc(struct conference *conf, int i, struct arena *arena)
{
    struct track *track = conference_add_track(conf, arena);
    track->key = track->title = arena_printf(arena, "MC %d", i);
    track->kind = TRACK_MC;
    int64_t start_us = DAY_START_US + i / 6 * DAY_US + (i / 3 % 2 == 0 ? 10 : 14) * HOUR_US;
    struct session *block = conference_add_session(conf, arena);
    int parent = (int)conf->sessions.n - 1;
    block->key = block->title = track->title;
    block->kind = SESSION_BLOCK;
    block->track = i;
    block->room = i % 3;
    block->start_us = start_us;
    block->end_us = start_us + 3 * HOUR_US;
    for (int k = 0; k < 7; k++) {
        struct session *talk = conference_add_session(conf, arena);
        talk->key = talk->title = arena_printf(arena, "MC %d topic %d", i, k);
        talk->kind = SESSION_CONTRIBUTION;
        talk->parent = parent;
        talk->track = i;
        talk->room = i % 3;
        talk->start_us = start_us + k * 25 * MINUTE_US;
        talk->end_us = talk->start_us + 25 * MINUTE_US;
        struct mention *speaker = conference_add_mention(conf, arena);
        speaker->role = ROLE_SPEAKER;
        speaker->session = parent + 1 + k;
        speaker->person = random_below(150);
    }
    for (int k = 0; k < 16; k++) {
        struct mention *mention = conference_add_mention(conf, arena);
        mention->role = k < 2 ? ROLE_LEAD : ROLE_KEY_ATTENDEE;
        mention->strength = k < 10 ? STRENGTH_MUST : STRENGTH_SHOULD;
        mention->track = i;
        mention->person = random_below(150);
    }
}

static void make_lpc(struct conference *conf, struct arena *arena)
{
    struct shape shape = {.n_persons = 700, .n_starred = 3, .n_sessions = 162};
    random_state = 42;
    conference_init(conf);
    conf->zone = zone_find("Asia/Tokyo");
    for (int i = 0; i < 6; i++) {
        conference_add_room(conf, arena)->name = arena_printf(arena, "Hall %d", i);
    }
    for (int i = 0; i < 18; i++) {
        add_mc(conf, i, arena);
    }
    for (int i = 0; i < 54; i++) { /* refereed talks and BoFs beside them */
        struct session *talk = conference_add_session(conf, arena);
        talk->key = talk->title = arena_printf(arena, "Talk %d", i);
        talk->room = 3 + i % 3;
        talk->start_us = DAY_START_US + i / 18 * DAY_US + 10 * HOUR_US + i / 3 % 6 * HOUR_US;
        talk->end_us = talk->start_us + 45 * MINUTE_US;
        struct mention *speaker = conference_add_mention(conf, arena);
        speaker->role = ROLE_SPEAKER;
        speaker->session = (int)conf->sessions.n - 1;
        speaker->person = random_below(200);
    }
    add_people(conf, &shape, arena);
}

/* --- measuring --- */

struct measure {
    const char *what;
    double least_us;
    double greatest_us;
};

/* CPU time: nothing here waits, and what else runs on the machine is not meant. */
static double now_us(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void note(struct measure *measure, double start_us)
{
    double us = now_us() - start_us;
    measure->least_us = measure->least_us <= 0 || us < measure->least_us ? us : measure->least_us;
    measure->greatest_us = us > measure->greatest_us ? us : measure->greatest_us;
}

static void print(const struct measure *measure)
{
    printf("  %-44s %12.3f .. %.3f ms\n", measure->what, measure->least_us / 1e3,
           measure->greatest_us / 1e3);
}

static void bench_detection(const char *title, const struct shape *shape, int rounds)
{
    struct measure build = {.what = "requirements"};
    struct measure index = {.what = "prepare (clash_index_new)"};
    struct measure pairs = {.what = "pairs alone (bucket, sort, sweep)"};
    struct measure bare = {.what = "all kinds, without sentences"};
    struct measure full = {.what = "clash_find: prepare, all kinds, sentences"};
    struct measure one = {.what = "one person of a prepared conference"};
    size_t n_pairs = 0;
    size_t n_requirements = 0;
    size_t n_clashes = 0;
    CLEANUP(arena_cleanup) struct arena *data = arena_new();
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    make(&conf, shape, data);
    for (int i = 0; i < rounds; i++) {
        struct clash_options options = {
            .only_person = -1, .has_registrants = true, .without_why = true};
        struct requirements requirements;
        struct clashes clashes;
        arena_reset(arena);
        double start = now_us();
        requirements_build(&conf, arena, &requirements);
        note(&build, start);
        start = now_us();
        struct clash_index *prepared = clash_index_new(&conf, &requirements, &options, arena);
        note(&index, start);
        start = now_us();
        n_pairs = clash_index_count_pairs(prepared);
        note(&pairs, start);
        start = now_us();
        clash_index_find(prepared, -1, arena, &clashes);
        note(&bare, start);
        start = now_us();
        clash_index_find(prepared, shape->n_persons / 2, arena, &clashes);
        note(&one, start);
        options.without_why = false;
        start = now_us();
        clash_find(&conf, &requirements, &options, arena, &clashes);
        note(&full, start);
        n_requirements = requirements.items.n;
        n_clashes = clashes.items.n;
    }
    printf("%s: %zu requirements, %d persons, %d sessions, %zu pairs, %zu clashes\n", title,
           n_requirements, shape->n_persons, shape->n_sessions, n_pairs, n_clashes);
    print(&build);
    print(&index);
    print(&pairs);
    printf("  %-44s %12.1f ns a requirement\n", "", pairs.least_us * 1e3 / (double)n_requirements);
    print(&bare);
    print(&full);
    print(&one);
}

#define N_MOVED  500
#define N_PLACES 8 /* of each, one after another, as suggest does with hundreds */

/* What sessions moved to the time of others would change, and the time of one such look. */
static void bench_moves(const struct shape *shape, bool has_registrants, int rounds)
{
    const int n_moves = N_MOVED * N_PLACES;
    struct measure moves = {.what = ""};
    CLEANUP(arena_cleanup) struct arena *data = arena_new();
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct plan plan;
    size_t n_changed = 0;
    make(&conf, shape, data);
    struct suggest_options options = {
        .clash = {.only_person = -1, .has_registrants = has_registrants, .without_why = true}};
    plan_init(&plan, &conf, &options, data);
    for (int i = 0; i < rounds; i++) {
        struct suggest_move move = {.room = -1};
        double start = now_us();
        for (int k = 0; k < n_moves; k++) {
            struct suggestion found;
            move.session = k % N_PLACES == 0 ? random_below(shape->n_sessions) : move.session;
            move.start_us = conf.sessions.items[random_below(shape->n_sessions)].start_us;
            arena_reset(arena);
            plan_differ(&plan, &move, 1, arena, &found);
            n_changed += (size_t)(found.n_cures + found.n_makes);
        }
        note(&moves, start);
    }
    printf("  %-44s %12.2f .. %.2f us (%.1f clashes come or go)\n",
           has_registrants ? "one moved slot, all kinds" : "one moved slot, no registrations",
           moves.least_us / n_moves, moves.greatest_us / n_moves,
           (double)n_changed / n_moves / rounds);
}

static void bench_lpc(int rounds)
{
    struct measure suggest[2] = {{.what = "suggest, moves and swaps (max_moves 2)"},
                                 {.what = "suggest, sequences (max_moves 4)"}};
    struct measure quorum = {.what = "quorum of 18 MCs"};
    CLEANUP(arena_cleanup) struct arena *data = arena_new();
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    double gain[2] = {0, 0};
    make_lpc(&conf, data);
    for (int i = 0; i < rounds; i++) {
        arena_reset(arena);
        struct suggest_options options = {.clash = {.only_person = -1, .has_registrants = true}};
        struct requirements requirements;
        struct clashes clashes;
        struct quorum counted;
        for (int k = 0; k < 2; k++) {
            struct suggestions found;
            options.max_moves = 2 + 2 * k;
            double start = now_us();
            suggest_find(&conf, &options, arena, &found);
            note(&suggest[k], start);
            gain[k] = found.items.n > 0 ? found.items.items[0].gain : 0;
        }
        requirements_build(&conf, arena, &requirements);
        clash_find(&conf, &requirements, &options.clash, arena, &clashes);
        double start = now_us();
        quorum_count(&conf, &clashes, arena, &counted);
        note(&quorum, start);
    }
    printf("an LPC: %zu sessions, %zu persons; best gain %.1f, in sequences %.1f\n",
           conf.sessions.n, conf.persons.n, gain[0], gain[1]);
    print(&suggest[0]);
    print(&suggest[1]);
    print(&quorum);
}

/* The first suggestions of a large conference; the checksum tells whether two programs say the
 * same.
 */
static void bench_suggest(const struct shape *shape, bool has_registrants, int rounds)
{
    struct measure measure = {.what = has_registrants ? "suggest, moves and swaps, registrations"
                                                      : "suggest, moves and swaps"};
    CLEANUP(arena_cleanup) struct arena *data = arena_new();
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct suggestions found;
    make(&conf, shape, data);
    for (int i = 0; i < rounds; i++) {
        struct suggest_options options = {
            .clash = {.only_person = -1, .has_registrants = has_registrants}};
        arena_reset(arena);
        double start = now_us();
        suggest_find(&conf, &options, arena, &found);
        note(&measure, start);
    }
    print(&measure);
    for (size_t i = 0; i < found.items.n && i < 3; i++) {
        const struct suggestion *s = &found.items.items[i];
        printf("    gain %.1f, %d cured, %d made: %s\n", s->gain, s->n_cures, s->n_makes, s->text);
    }
}

static void print_rows(const struct shape *shape)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct requirements requirements;
    make(&conf, shape, arena);
    requirements_build(&conf, arena, &requirements);
    for (size_t i = 0; i < requirements.items.n; i++) {
        const struct requirement *r = &requirements.items.items[i];
        const struct session *session = &conf.sessions.items[r->session];
        printf("%d\t%d\t%lld\t%lld\n", r->person, r->session,
               (long long)((session->start_us - DAY_START_US) / MINUTE_US),
               (long long)((session->end_us - DAY_START_US) / MINUTE_US));
    }
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 7;
    struct shape pairs = {10000, 2500, 2, 60, 102000, 0};
    struct shape large = {20000, 2000, 5, 25, 6000, 5};
    struct rusage usage;
    if (argc > 1 && strcmp(argv[1], "rows") == 0) {
        print_rows(&pairs);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "moves") == 0) {
        bench_moves(&pairs, false, argc > 2 ? atoi(argv[2]) : 7);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "suggest") == 0) {
        rounds = argc > 2 ? atoi(argv[2]) : 7;
        bench_suggest(&large, false, rounds);
        bench_suggest(&large, true, rounds);
        bench_lpc(rounds);
        return 0;
    }
    rounds = rounds < 1 ? 1 : rounds;
    bench_detection("pairs", &pairs, rounds);
    bench_moves(&pairs, false, rounds);
    bench_moves(&pairs, true, rounds);
    bench_detection("large conference", &large, rounds);
    bench_moves(&large, false, rounds);
    bench_moves(&large, true, rounds);
    bench_lpc(rounds);
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("peak memory of all: %ld MB\n", usage.ru_maxrss / 1024);
    return 0;
}
