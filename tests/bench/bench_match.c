/*
 * bench_match: how fast sessions are ranked, and rankings for bench_match.py to judge.
 *
 *     bench_match speed [ATTENDEES [SESSIONS [ROUNDS [EXPORT_DIR]]]]
 *     bench_match turns ATTENDEES SESSIONS EXPORT_DIR
 *     bench_match rank|show PROGRAMME.tsv INTERESTS.tsv
 *
 * `turns` measures one round for each line of its input: "plain" the ranking of written words,
 * "all" everything; a line for each step follows: seconds of processor time, seconds, name; then an
 * empty one. Two builds of it, or a peer, can so be measured round by round. `rank` prints a line
 * per attendee: the id, then session:score for every session that scores; `show` the five best with
 * their reasons, for reading. Columns of the files: id, kind, track, title, tags, speakers ("; "),
 * text; and id, interests, then any number of pieces of work. Line ends inside a column are written
 * \n.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "core/agenda.h"
#include "core/match.h"
#include "core/match_everyone.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define TOP          10
#define START_US     (1765414800 * SECOND_US)
#define TOPICS       60
#define TOPIC_WORDS  120
#define COMMON_WORDS 3000

static uint64_t random_state = 1;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static double next_unit(void)
{
    return (double)(next_random() >> 11) / 9007199254740992.0;
}

/* Zipf-like over 0..n-1. */
static int next_rank(int n)
{
    return (int)(pow((double)n, next_unit()) - 1);
}

/* Pronounceable, different for each number, no inflections for the stemmer to merge. */
static const char *word(int number, char *buf)
{
    static const char consonants[] = "bdfgklmnprtvz";
    static const char vowels[] = "aou";
    size_t n = 0;
    unsigned left = (unsigned)number + 7919U;
    while (left > 0) {
        buf[n++] = consonants[left % 13];
        left /= 13;
        buf[n++] = vowels[left % 3];
        left /= 3;
    }
    buf[n++] = 'k';
    buf[n] = '\0';
    return buf;
}

static void add_words(struct str *out, int topic, int n, double share_of_topic)
{
    char buf[32];
    for (int i = 0; i < n; i++) {
        bool is_topical = next_unit() < share_of_topic;
        int number = is_topical ? COMMON_WORDS + topic * TOPIC_WORDS + next_rank(TOPIC_WORDS)
                                : next_rank(COMMON_WORDS);
        str_add(out, out->len > 0 ? " " : "");
        str_add(out, word(number, buf));
    }
}

static char *topical_text(struct arena *arena, int topic, int n, double share)
{
    struct str out = {0};
    add_words(&out, topic, n, share);
    char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
}

static void make_programme(struct conference *conf, struct arena *arena, int n_sessions)
{
    conference_init(conf);
    for (int i = 0; i < TOPICS; i++) {
        conference_add_track(conf, arena)->title = topical_text(arena, i, 2, 1);
    }
    for (int i = 0; i < 20; i++) {
        conference_add_room(conf, arena)->building = i % 2 == 0 ? "A" : "B";
    }
    for (int i = 0; i < n_sessions; i++) {
        struct session *session = conference_add_session(conf, arena);
        int topic = (int)(next_random() % TOPICS);
        session->key = arena_printf(arena, "%06d", i);
        session->track = topic;
        session->room = i % 20;
        session->title = topical_text(arena, topic, 6, 0.6);
        session->abstract = topical_text(arena, topic, 30 + (int)(next_random() % 60), 0.4);
        session->start_us = START_US + (i / 20) * (30 * MINUTE_US);
        session->end_us = session->start_us + 30 * MINUTE_US;
    }
}

static const char **make_people(struct conference *conf, struct arena *arena, int n)
{
    const char **interests = arena_array(arena, (size_t)n + 1, sizeof *interests);
    for (int i = 0; i < n; i++) {
        struct str out = {0};
        int n_topics = 1 + (int)(next_random() % 3);
        for (int t = 0; t < n_topics; t++) {
            add_words(&out, (int)(next_random() % TOPICS), 2 + (int)(next_random() % 4), 0.9);
        }
        interests[i] = arena_strdup(arena, str_text(&out));
        str_done(&out);
        (void)conference_add_person(conf, arena);
        struct registrant *registrant = conference_add_registrant(conf, arena);
        registrant->person = i;
        registrant->interests = interests[i];
    }
    return interests;
}

static double cpu_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long resident_kb(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void export_texts(const char *dir, const struct conference *conf, const char **interests,
                         int n)
{
    struct str out = {0};
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        str_printf(&out, "%s\ttalk\t%s\t%s\t\t\t%s\n", s->key, conf->tracks.items[s->track].title,
                   s->title, s->abstract);
    }
    char path[512];
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/programme.tsv", dir);
    int r = file_write(path, str_text(&out), out.len, 0644, &err);
    str_clear(&out);
    for (int i = 0; i < n; i++) {
        str_printf(&out, "%d\t%s\n", i, interests[i]);
    }
    (void)snprintf(path, sizeof path, "%s/interests.tsv", dir);
    r = r < 0 ? r : file_write(path, str_text(&out), out.len, 0644, &err);
    str_done(&out);
    if (r < 0) {
        fprintf(stderr, "bench_match: %s\n", err.message);
        exit(2);
    }
}

#define AT_A_TIME 100 /* attendees read, then ranked, as the program does it */

/* What one round measures; each step is timed over all attendees. */
enum step { PLAIN_READ, PLAIN_RANK, READ, RANK, VARY, EXPLAIN, PLAN, ALL, ALL_WHY, N_STEPS };

static const char *const step_names[N_STEPS] = {"words written: read into queries",
                                                "words written: exact top 10",
                                                "with related words: read",
                                                "exact top 10",
                                                "exact top 10, varied tail",
                                                "varied, with reasons",
                                                "agenda of the ten",
                                                "everybody, without reasons",
                                                "everybody, with reasons"};

struct bench {
    const struct match_index *index;
    const struct conference *conf;
    const struct agenda_people *people;
    struct match_profile profiles[AT_A_TIME];
    struct match_query *queries[AT_A_TIME];
    int n;
    struct match_result results[TOP];
    struct arena *arena; /* of the queries */
    struct arena *job;
    double *spent; /* N_STEPS: seconds of processor time */
    double *took;  /* N_STEPS: seconds by the clock */
};

struct moment {
    double cpu;
    double wall;
};

static struct moment moment_now(void)
{
    return (struct moment){cpu_seconds(), wall_seconds()};
}

static void add_since(struct bench *b, enum step step, struct moment from)
{
    b->spent[step] += cpu_seconds() - from.cpu;
    b->took[step] += wall_seconds() - from.wall;
}

typedef struct match_query *make_query(const struct match_index *, const struct match_profile *,
                                       struct arena *);

static void read_queries(struct bench *b, make_query *make, enum step step)
{
    arena_reset(b->arena);
    struct moment from = moment_now();
    for (int i = 0; i < b->n; i++) {
        b->queries[i] = make(b->index, &b->profiles[i], b->arena);
    }
    add_since(b, step, from);
}

static void rank_queries(struct bench *b, struct match_options options, enum step step)
{
    struct moment from = moment_now();
    for (int i = 0; i < b->n; i++) {
        (void)match_query_top(b->index, b->queries[i], TOP, &options, b->job, b->results);
    }
    add_since(b, step, from);
    arena_reset(b->job);
}

static void plan_agendas(struct bench *b)
{
    const struct match_options options = {.is_diverse = true, .has_reasons = true};
    const struct requirements none = {0};
    const struct agenda_options plan = {
        .people = b->people, .walk_between_buildings_us = 10 * MINUTE_US, .max_missed = 10};
    for (int i = 0; i < b->n; i++) {
        int n = match_query_top(b->index, b->queries[i], TOP, &options, b->job, b->results);
        struct agenda agenda;
        struct moment from = moment_now();
        agenda_plan(b->conf, i, &none, b->results, n, &plan, b->job, &agenda);
        add_since(b, PLAN, from);
        arena_reset(b->job);
    }
}

static void count_results(void *context, int person, const struct match_result *results, int n)
{
    (void)person;
    (void)results;
    *(size_t *)context += (size_t)n;
}

static void match_all(struct bench *b, bool has_reasons, enum step step)
{
    size_t n = 0;
    const struct match_everyone job = {
        .index = b->index, .conf = b->conf, .top = TOP, .has_reasons = has_reasons};
    struct moment from = moment_now();
    match_everyone(&job, count_results, &n);
    add_since(b, step, from);
}

static void run_plain(struct bench *b)
{
    read_queries(b, match_query_new_plain, PLAIN_READ);
    rank_queries(b, (struct match_options){0}, PLAIN_RANK);
}

static void run_ranks(struct bench *b)
{
    read_queries(b, match_query_new, READ);
    rank_queries(b, (struct match_options){0}, RANK);
    rank_queries(b, (struct match_options){.is_diverse = true}, VARY);
}

static void run_reasons(struct bench *b)
{
    double spent = b->spent[READ];
    double took = b->took[READ];
    read_queries(b, match_query_new, READ);
    b->spent[READ] = spent; /* measured before */
    b->took[READ] = took;
    rank_queries(b, (struct match_options){.is_diverse = true, .has_reasons = true}, EXPLAIN);
    plan_agendas(b);
}

/* Each part over everybody, one after the other, so that none finds the other's data in the cache.
 */
static void run_round(struct bench *b, const char **interests, int n, bool is_plain)
{
    static void (*const parts[])(struct bench *) = {run_plain, run_ranks, run_reasons};
    size_t n_parts = is_plain ? 1 : sizeof parts / sizeof parts[0];
    memset(b->spent, 0, N_STEPS * sizeof *b->spent);
    memset(b->took, 0, N_STEPS * sizeof *b->took);
    for (size_t part = 0; part < n_parts; part++) {
        for (int from = 0; from < n; from += AT_A_TIME) {
            b->n = n - from < AT_A_TIME ? n - from : AT_A_TIME;
            for (int i = 0; i < b->n; i++) {
                b->profiles[i] = (struct match_profile){.interests = interests[from + i]};
            }
            parts[part](b);
        }
    }
    if (!is_plain) {
        match_all(b, false, ALL);
        match_all(b, true, ALL_WHY);
    }
}

static void print_step(const char *name, double seconds, int n)
{
    printf("  %-34s %8.1f ms  %10.0f /s  %7.2f us each\n", name, seconds * 1e3, n / seconds,
           seconds / n * 1e6);
}

static void run_rounds(struct bench *bench, const char **interests, int n, int n_rounds)
{
    for (int round = 0; round < n_rounds; round++) {
        run_round(bench, interests, n, false);
        printf("round %d\n", round + 1);
        for (int step = 0; step < N_STEPS; step++) {
            print_step(step_names[step], bench->spent[step], n);
        }
    }
}

static void run_turns(struct bench *bench, const char **interests, int n)
{
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL) {
        run_round(bench, interests, n, strcmp(line, "plain\n") == 0);
        for (int step = 0; step < N_STEPS; step++) {
            if (bench->spent[step] > 0) {
                printf("%.6f %.6f %s\n", bench->spent[step], bench->took[step], step_names[step]);
            }
        }
        printf("\n");
        (void)fflush(stdout);
    }
}

/* n_rounds = 0: in turns */
static int measure_speed(int n_attendees, int n_sessions, int n_rounds, const char *export_dir)
{
    struct arena *arena = arena_new();
    struct conference conf;
    make_programme(&conf, arena, n_sessions);
    const char **interests = make_people(&conf, arena, n_attendees);
    if (export_dir != NULL) {
        export_texts(export_dir, &conf, interests, n_attendees);
    }
    long before_kb = resident_kb();
    double t0 = cpu_seconds();
    struct match_index *index = match_index_new(&conf);
    double spent[N_STEPS];
    double took[N_STEPS];
    struct bench bench = {.index = index,
                          .conf = &conf,
                          .people = agenda_people_new(&conf, arena),
                          .arena = arena_new(),
                          .job = arena_new(),
                          .spent = spent,
                          .took = took};
    printf("%d attendees x %d sessions, top %d, one core\n", n_attendees, n_sessions, TOP);
    printf("  index made in %.1f ms, %.1f MB resident more at its peak\n\n",
           (cpu_seconds() - t0) * 1e3, (double)(resident_kb() - before_kb) / 1024);
    (void)fflush(stdout);
    if (n_rounds > 0) {
        run_rounds(&bench, interests, n_attendees, n_rounds);
    } else {
        run_turns(&bench, interests, n_attendees);
    }
    arena_free(bench.arena);
    arena_free(bench.job);
    match_index_free(index);
    arena_free(arena);
    return 0;
}

/* ---- rankings of real texts ---- */

static char *column(char **rest)
{
    char *field = strsep(rest, "\t");
    if (field == NULL) {
        static char none[] = "";
        return none;
    }
    char *out = field;
    for (char *in = field; *in != '\0'; in++) {
        bool is_newline = in[0] == '\\' && in[1] == 'n';
        *out++ = is_newline ? '\n' : *in;
        in += is_newline;
    }
    *out = '\0';
    return field;
}

static int find_track(struct conference *conf, struct arena *arena, const char *title)
{
    for (size_t i = 0; i < conf->tracks.n; i++) {
        if (strcmp(conf->tracks.items[i].title, title) == 0) {
            return (int)i;
        }
    }
    struct track *track = conference_add_track(conf, arena);
    track->title = title;
    track->kind = TRACK_MC;
    return (int)conf->tracks.n - 1;
}

static void add_speakers(struct conference *conf, struct arena *arena, int session, char *names)
{
    for (char *name = strsep(&names, ";"); name != NULL; name = strsep(&names, ";")) {
        name += strspn(name, " ");
        if (*name != '\0') {
            struct mention *mention = conference_add_mention(conf, arena);
            mention->role = ROLE_SPEAKER;
            mention->session = session;
            mention->name = name;
        }
    }
}

static void read_programme(struct conference *conf, struct arena *arena, char *text)
{
    conference_init(conf);
    for (char *line = strsep(&text, "\n"); line != NULL; line = strsep(&text, "\n")) {
        if (*line == '\0') {
            continue;
        }
        int n = (int)conf->sessions.n;
        struct session *session = conference_add_session(conf, arena);
        session->key = column(&line);
        session->kind = strcmp(column(&line), "block") == 0 ? SESSION_BLOCK : SESSION_TALK;
        session->track = find_track(conf, arena, column(&line));
        session->title = column(&line);
        session->tags = column(&line);
        session->start_us = START_US + n * HOUR_US;
        session->end_us = session->start_us + HOUR_US;
        char *speakers = column(&line);
        if (session->kind == SESSION_BLOCK) {
            conf->tracks.items[session->track].description = column(&line);
        } else {
            session->abstract = column(&line);
        }
        add_speakers(conf, arena, n, speakers);
    }
}

/* Both files, read; the programme as a conference. */
static int read_files(const char *programme_path, const char *interests_path, struct arena *arena,
                      struct conference *ret_conf, char **ret_interests)
{
    struct err err = {0};
    char *programme;
    size_t len;
    if (file_read(programme_path, (size_t)1 << 30, arena, &programme, &len, &err) < 0 ||
        file_read(interests_path, (size_t)1 << 30, arena, ret_interests, &len, &err) < 0) {
        fprintf(stderr, "bench_match: %s\n", err.message);
        return -1;
    }
    read_programme(ret_conf, arena, programme);
    return 0;
}

static void print_ranking(const struct conference *conf, const struct match_result *results, int n)
{
    for (int i = 0; i < n; i++) {
        printf("\t%s:%.6g", conf->sessions.items[results[i].session].key, results[i].score);
    }
    printf("\n");
}

static void print_reasons(const struct conference *conf, const struct match_result *results, int n)
{
    printf("\n");
    for (int i = 0; i < n; i++) {
        printf("  %6.1f  %s\n          %s%s: ", results[i].score,
               conf->sessions.items[results[i].session].title,
               results[i].wrote == NULL               ? "because of"
               : results[i].basis == MATCH_BY_RELATED ? "close to what you wrote: "
                                                      : "because you wrote ",
               results[i].wrote == NULL ? "" : results[i].wrote);
        for (int b = 0; b < results[i].n_because; b++) {
            printf("%s%s", b > 0 ? ", " : "", results[i].because[b]);
        }
        printf("\n");
    }
}

/* The columns that are left: the first line of each is its title. */
static void read_works(char **rest, struct match_profile *profile, struct arena *arena)
{
    VEC(struct match_work) works = {0};
    while (*rest != NULL) {
        char *text = column(rest);
        char *end = text + strcspn(text, "\n");
        bool has_more = *end != '\0';
        *end = '\0';
        *vec_add(arena, &works) = (struct match_work){MATCH_TALK, text, has_more ? end + 1 : ""};
    }
    profile->works = works.items;
    profile->n_works = (int)works.n;
}

static int print_matches(const char *programme_path, const char *interests_path, bool has_reasons)
{
    struct arena *arena = arena_new();
    struct conference conf;
    char *interests;
    if (read_files(programme_path, interests_path, arena, &conf, &interests) < 0) {
        arena_free(arena);
        return 2;
    }
    struct match_index *index = match_index_new(&conf);
    struct match_result *results = arena_array(arena, conf.sessions.n + 1, sizeof *results);
    struct arena *job = arena_new();
    for (char *line = strsep(&interests, "\n"); line != NULL; line = strsep(&interests, "\n")) {
        if (*line == '\0') {
            continue;
        }
        const char *id = column(&line);
        struct match_profile profile = {.interests = column(&line)};
        read_works(&line, &profile, job);
        const struct match_options options = {.is_diverse = has_reasons,
                                              .has_reasons = has_reasons};
        const struct match_query *query = match_query_new(index, &profile, job);
        int top = has_reasons ? 5 : (int)conf.sessions.n;
        int n = match_query_top(index, query, top, &options, job, results);
        printf("%s", id);
        (has_reasons ? print_reasons : print_ranking)(&conf, results, n);
        arena_reset(job);
    }
    arena_free(job);
    match_index_free(index);
    arena_free(arena);
    return 0;
}

static int number(int argc, char **argv, int i, int fallback)
{
    return i < argc ? atoi(argv[i]) : fallback;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "speed") == 0) {
        return measure_speed(number(argc, argv, 2, 20000), number(argc, argv, 3, 2000),
                             number(argc, argv, 4, 5), argc > 5 ? argv[5] : NULL);
    }
    if (argc == 5 && strcmp(argv[1], "turns") == 0) {
        return measure_speed(number(argc, argv, 2, 20000), number(argc, argv, 3, 2000), 0, argv[4]);
    }
    if (argc == 4 && (strcmp(argv[1], "rank") == 0 || strcmp(argv[1], "show") == 0)) {
        return print_matches(argv[2], argv[3], strcmp(argv[1], "show") == 0);
    }
    fprintf(stderr, "usage: bench_match speed [ATTENDEES [SESSIONS [ROUNDS [EXPORT_DIR]]]]\n"
                    "       bench_match turns ATTENDEES SESSIONS EXPORT_DIR\n"
                    "       bench_match rank|show PROGRAMME.tsv INTERESTS.tsv\n");
    return 2;
}
