/*
 * bench_match_edit: what an edit costs in memory, and how far recommendations are from fresh ones
 * when more and more sessions have come since all was learned.
 *
 *     bench_match_edit PROGRAMME.tsv INTERESTS.tsv [PEOPLE]
 *
 * The files are those of bench_match: "bench_match speed 20000 2000 1 FOLDER" writes some.
 * bench_match_edit.py measures the same in the database.
 */
#include "base/clock.h"
#include "base/file.h"
#include "core/match_revise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOP      10
#define EDITS    40
#define START_US (1765414800 * SECOND_US)

static const struct match_options options = {
    .is_diverse = true, .has_reasons = true, .has_fallback = true};

static uint64_t random_state = 20251211;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static double cpu_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static char *column(char **line)
{
    char *text = strsep(line, "\t");
    static char none[1];
    return text == NULL ? none : text;
}

static int track_of(struct conference *conf, struct arena *arena, const char *title)
{
    for (size_t i = 0; i < conf->tracks.n; i++) {
        if (strcmp(conf->tracks.items[i].title, title) == 0) {
            return (int)i;
        }
    }
    conference_add_track(conf, arena)->title = title;
    return (int)conf->tracks.n - 1;
}

static char *read_file(const char *path, struct arena *arena)
{
    struct err err = {0};
    char *text;
    size_t length;
    if (file_read(path, (size_t)1 << 30, arena, &text, &length, &err) < 0) {
        fprintf(stderr, "bench_match_edit: %s\n", err.message);
        exit(2);
    }
    return text;
}

static void read_programme(struct conference *conf, struct arena *arena, char *text)
{
    conference_init(conf);
    for (char *line = strsep(&text, "\n"); line != NULL; line = strsep(&text, "\n")) {
        if (*line == '\0') {
            continue;
        }
        struct session *session = conference_add_session(conf, arena);
        session->id = (int64_t)conf->sessions.n;
        session->key = column(&line);
        (void)column(&line);
        session->track = track_of(conf, arena, column(&line));
        session->title = column(&line);
        session->tags = column(&line);
        (void)column(&line);
        session->abstract = column(&line);
        session->start_us = START_US + session->id * HOUR_US;
        session->end_us = session->start_us + HOUR_US;
    }
}

static int read_people(char *text, int most, struct arena *arena, struct match_profile **ret)
{
    *ret = arena_array(arena, (size_t)most + 1, sizeof **ret);
    int n = 0;
    for (char *line = strsep(&text, "\n"); line != NULL && n < most; line = strsep(&text, "\n")) {
        if (*line != '\0') {
            (void)column(&line);
            (*ret)[n++].interests = column(&line);
        }
    }
    return n;
}

static struct match_reference *learn(const struct conference *conf)
{
    struct arena *arena = arena_new();
    struct match_words *words;
    size_t n = match_words_of(conf, arena, &words);
    struct match_reference *reference = match_reference_new(words, n);
    arena_free(arena);
    return reference;
}

/* One after the other, each against the last. */
static void measure_edits(struct conference *conf, const struct match_profile *people, int n,
                          struct arena *arena)
{
    struct arena *job = arena_new();
    struct match_result results[TOP];
    double from = cpu_ms();
    struct match_index *index = match_index_new(conf);
    printf("%d people, %zu sessions; processor ms\nan index that learns %.1f\n", n,
           conf->sessions.n, cpu_ms() - from);
    from = cpu_ms();
    for (int i = 0; i < n; i++) {
        arena_reset(job);
        (void)match_top(index, &people[i], TOP, job, results);
    }
    printf("everybody, with reasons and factors %.1f\n", cpu_ms() - from);
    match_index_free(index);
    struct match_reference *reference = learn(conf);
    struct match_memory *memory = match_memory_new();
    index = match_index_on(reference, conf);
    from = cpu_ms();
    for (int i = 0; i < n; i++) {
        arena_reset(job);
        (void)match_memory_top(memory, i + 1, index, &people[i], TOP, &options, job, results);
    }
    printf("the same, remembered %.1f\n", cpu_ms() - from);
    double revise = 0;
    double concern = 0;
    double rank = 0;
    size_t n_concerned = 0;
    for (int e = 0; e < EDITS; e++) {
        struct conference *next = arena_memdup(arena, conf, sizeof *conf);
        next->sessions.items = arena_memdup(arena, conf->sessions.items,
                                            conf->sessions.n * sizeof *conf->sessions.items);
        struct session *session = &next->sessions.items[next_random() % conf->sessions.n];
        session->abstract = conf->sessions.items[next_random() % conf->sessions.n].abstract;
        from = cpu_ms();
        struct match_index *after = match_index_on(reference, next);
        revise += cpu_ms() - from;
        from = cpu_ms();
        struct match_person_ids ids = {0};
        arena_reset(job);
        match_memory_concerned(memory, index, after, arena, &ids);
        concern += cpu_ms() - from;
        from = cpu_ms();
        for (size_t i = 0; i < ids.ids.n; i++) {
            arena_reset(job);
            (void)match_memory_top(memory, ids.ids.items[i], after, &people[ids.ids.items[i] - 1],
                                   TOP, &options, job, results);
        }
        rank += cpu_ms() - from;
        n_concerned += ids.ids.n;
        match_index_free(index);
        index = after;
        conf = next;
    }
    printf("an edit, mean of %d (another abstract): index %.2f, whom it concerns %.2f, these %.2f; "
           "%.1f people\n",
           EDITS, revise / EDITS, concern / EDITS, rank / EDITS, (double)n_concerned / EDITS);
    match_index_free(index);
    match_memory_free(memory);
    match_reference_free(reference);
    arena_free(job);
}

struct agreement {
    int same_first;
    int same_lists;
    double shared; /* of TOP, summed */
    int n;
};

static void compare(struct agreement *a, const struct match_result *x, int n_x,
                    const struct match_result *y, int n_y)
{
    int shared = 0;
    bool same = n_x == n_y;
    for (int i = 0; i < n_x; i++) {
        same = same && x[i].session == y[i].session;
        for (int j = 0; j < n_y; j++) {
            shared += x[i].session == y[j].session;
        }
    }
    a->same_first += n_x > 0 && n_y > 0 && x[0].session == y[0].session;
    a->same_lists += same;
    a->shared += n_y > 0 ? (double)shared / n_y : 1;
    a->n++;
}

/* So many sessions in a hundred have come since. */
static void measure_drift(const struct conference *conf, const struct match_profile *people, int n,
                          int percent)
{
    struct arena *arena = arena_new();
    struct conference before = *conf;
    before.sessions.items = arena_array(arena, conf->sessions.n + 1, sizeof *before.sessions.items);
    before.sessions.n = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (next_random() % 1000 >= (uint64_t)percent) {
            before.sessions.items[before.sessions.n++] = conf->sessions.items[i];
        }
    }
    struct match_reference *reference = learn(&before);
    struct match_index *kept = match_index_on(reference, conf);
    struct match_index *fresh = match_index_new(conf);
    struct agreement a = {0};
    struct arena *job = arena_new();
    for (int i = 0; i < n; i++) {
        struct match_result x[TOP];
        struct match_result y[TOP];
        arena_reset(job);
        int n_x = match_top(kept, &people[i], TOP, job, x);
        compare(&a, x, n_x, y, match_top(fresh, &people[i], TOP, job, y));
    }
    printf("%5.1f %% new: %5.1f %% of the ten the same, %5.1f %% the same first, %5.1f %% the same "
           "list\n",
           percent / 10.0, 100 * a.shared / a.n, 100.0 * a.same_first / a.n,
           100.0 * a.same_lists / a.n);
    match_index_free(kept);
    match_index_free(fresh);
    match_reference_free(reference);
    arena_free(job);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: bench_match_edit PROGRAMME.tsv INTERESTS.tsv [PEOPLE]\n");
        return 2;
    }
    struct arena *arena = arena_new();
    struct conference conf;
    struct match_profile *people;
    read_programme(&conf, arena, read_file(argv[1], arena));
    int n =
        read_people(read_file(argv[2], arena), argc > 3 ? atoi(argv[3]) : 20000, arena, &people);
    measure_edits(&conf, people, n, arena);
    static const int tenths[] = {1, 5, 10, 20, 50, 100, 200, 400};
    for (size_t i = 0; i < sizeof tenths / sizeof tenths[0]; i++) {
        measure_drift(&conf, people, n < 3000 ? n : 3000, tenths[i]);
    }
    arena_free(arena);
    return 0;
}
