/*
 * bench_extract: how well are leads and key attendees found?
 *
 *   bench_extract [TEXT GOLD.json]   precision and recall by role, what is missing or wrong, speed
 *   bench_extract --print TEXT       what is found, one mention a line
 *   bench_extract --cases FILE...    the same for texts of tests/data/extract, and how many of them
 *                                    come out without any difference
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "core/extract.h"
#include "support/extract_cases.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX ((size_t)64 * 1024 * 1024)

struct score {
    int n_right;
    int n_wrong;   /* found, but not in the gold list */
    int n_missing; /* in the gold list, not found */
    int n_differ;  /* right person with another address, affiliation, topic or mark */
};

static void print_score(const char *what, const struct score *s)
{
    double precision =
        s->n_right + s->n_wrong == 0 ? 1.0 : (double)s->n_right / (double)(s->n_right + s->n_wrong);
    double recall = s->n_right + s->n_missing == 0
                        ? 1.0
                        : (double)s->n_right / (double)(s->n_right + s->n_missing);
    printf("%-14s precision %.4f  recall %.4f  (%d right, %d wrong, %d missing, %d with other "
           "details)\n",
           what, precision, recall, s->n_right, s->n_wrong, s->n_missing, s->n_differ);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static bool has_same_details(const struct extract_mention *m, const json_t *gold, bool is_given)
{
    const char *strength = text_of(gold, "strength"); /* "" = the list does not say */
    bool wants_given = is_given || json_is_true(json_object_get(gold, "given_name_only"));
    return str_equal_nocase(m->email, text_of(gold, "email")) &&
           str_equal(m->affiliation, text_of(gold, "affiliation")) &&
           str_equal(m->topic, text_of(gold, "topic")) && m->is_given_name_only == wants_given &&
           (strength[0] == '\0' || str_equal(strength_name(m->strength), strength));
}

static void compare(const char *title, const char *role, const struct extract_mention *found,
                    size_t n, const json_t *gold, bool is_given, struct score *score)
{
    size_t n_gold = json_array_size(gold);
    bool *is_used = calloc(n_gold + 1, sizeof *is_used);
    for (size_t i = 0; i < n; i++) {
        size_t hit = n_gold;
        for (size_t pass = 0; pass < 2 && hit == n_gold; pass++) {
            for (size_t k = 0; k < n_gold; k++) {
                const json_t *want = json_array_get(gold, k);
                bool is_name = str_equal(found[i].name, text_of(want, "name"));
                if (!is_used[k] && is_name &&
                    (pass == 1 || has_same_details(&found[i], want, is_given))) {
                    hit = k;
                    break;
                }
            }
        }
        if (hit == n_gold) {
            printf("  wrong   %s: %s \"%s\" line %d\n", title, role, found[i].name, found[i].line);
            score->n_wrong++;
            continue;
        }
        is_used[hit] = true;
        score->n_right++;
        if (!has_same_details(&found[i], json_array_get(gold, hit), is_given)) {
            printf("  differs %s: %s \"%s\" <%s> (%s) [%s] line %d\n", title, role, found[i].name,
                   found[i].email, found[i].affiliation, found[i].topic, found[i].line);
            score->n_differ++;
        }
    }
    for (size_t k = 0; k < n_gold; k++) {
        if (!is_used[k]) {
            printf("  missing %s: %s \"%s\"\n", title, role,
                   text_of(json_array_get(gold, k), "name"));
            score->n_missing++;
        }
    }
    free(is_used);
}

struct scores {
    struct score titles;
    struct score leads;
    struct score key;
};

static int bad_of(const struct score *s)
{
    return s->n_wrong + s->n_missing + s->n_differ;
}

static int all_bad(const struct scores *s)
{
    return bad_of(&s->titles) + bad_of(&s->leads) + bad_of(&s->key);
}

static const struct extract_track *track_titled(const struct extract *found, bool *is_used,
                                                const char *title)
{
    for (size_t k = 0; k < found->tracks.n; k++) {
        if (!is_used[k] && str_equal_nocase(found->tracks.items[k].title, title)) {
            is_used[k] = true;
            return &found->tracks.items[k];
        }
    }
    return NULL;
}

static void score_track(const json_t *mc, const struct extract_track *track, struct scores *scores)
{
    static const struct extract_track nothing = {.title = ""};
    const char *title = text_of(mc, "title");
    scores->titles.n_right += track != NULL ? 1 : 0;
    scores->titles.n_missing += track == NULL ? 1 : 0;
    if (track == NULL) {
        printf("  missing title \"%s\"\n", title);
        track = &nothing;
    }
    bool is_given = json_is_true(json_object_get(mc, "given_names_only"));
    compare(title, "lead", track->leads.items, track->leads.n, json_object_get(mc, "leads"),
            is_given, &scores->leads);
    compare(title, "key attendee", track->key_attendees.items, track->key_attendees.n,
            json_object_get(mc, "key_attendees"), is_given, &scores->key);
}

/* Everything that is found counts, also in tracks that the gold list does not know; a track that
 * is no microconference and names nobody may be extra. */
static void score_all(const struct extract *found, const json_t *gold, struct scores *scores)
{
    bool *is_used = calloc(found->tracks.n + 1, sizeof *is_used);
    size_t i = 0;
    const json_t *mc = NULL;
    json_array_foreach(json_object_get(gold, "microconferences"), i, mc)
    {
        score_track(mc, track_titled(found, is_used, text_of(mc, "title")), scores);
    }
    for (size_t k = 0; k < found->tracks.n; k++) {
        const struct extract_track *track = &found->tracks.items[k];
        if (!is_used[k] &&
            (track->kind == TRACK_MC || track->leads.n + track->key_attendees.n > 0)) {
            printf("  extra   \"%s\" line %d\n", track->title, track->line);
            scores->titles.n_wrong++;
            scores->leads.n_wrong += (int)track->leads.n;
            scores->key.n_wrong += (int)track->key_attendees.n;
        }
    }
    free(is_used);
}

static void print_scores(const struct scores *scores)
{
    print_score("titles", &scores->titles);
    print_score("leads", &scores->leads);
    print_score("key attendees", &scores->key);
}

/* ------------------------------------------------------------------ texts with expected lines */

/* The next field of "a | b | c" as a copy without blanks around it; *rest moves on. */
static char *field_next(const char **rest, struct arena *arena)
{
    const char *end = strstr(*rest, " |");
    size_t n = end == NULL ? strlen(*rest) : (size_t)(end - *rest);
    const char *start = *rest;
    *rest = end == NULL ? "" : end + 2;
    while (n > 0 && *start == ' ') {
        start++;
        n--;
    }
    return arena_strndup(arena, start, n);
}

static json_t *person_of(const char *rest, struct arena *arena)
{
    static const char *const keys[] = {"name", "email", "affiliation", "topic"};
    json_t *person = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        (void)json_object_set_new(person, keys[i], json_string(field_next(&rest, arena)));
    }
    const char *flags = field_next(&rest, arena);
    bool is_given = strstr(flags, "given") != NULL;
    (void)json_object_set_new(person, "given_name_only", json_boolean(is_given));
    (void)json_object_set_new(person, "strength",
                              json_string(strstr(flags, "should") != NULL ? "should" : "must"));
    return person;
}

/* The expected lines of a case in the form of a gold list. */
static json_t *gold_of(const char *expected, struct arena *arena)
{
    json_t *mcs = json_array();
    json_t *mc = NULL;
    char *lines = arena_strdup(arena, expected);
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, "track ", 6) == 0) {
            const char *rest = line + 6;
            mc = json_pack("{s:s, s:[], s:[]}", "title", field_next(&rest, arena), "leads",
                           "key_attendees");
            (void)json_array_append_new(mcs, mc);
            continue;
        }
        bool is_lead = strncmp(line, "lead ", 5) == 0;
        json_t *list = json_object_get(mc, is_lead ? "leads" : "key_attendees");
        (void)json_array_append_new(list, person_of(line + (is_lead ? 5 : 4), arena));
    }
    return json_pack("{s:o}", "microconferences", mcs);
}

static int score_case(const struct extract_case *c, struct scores *scores)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct extract found = {0};
    struct err err = {0};
    struct scores one = {0};
    printf("%s\n", c->name);
    if (extract_text(c->name, c->text, c->len, arena, &found, &err) < 0) {
        char buf[1024];
        printf("  %s\n", err_text(&err, buf, sizeof buf));
        return 1;
    }
    json_t *gold = gold_of(c->expected, arena);
    score_all(&found, gold, &one);
    json_decref(gold);
    struct score *sums[] = {&scores->titles, &scores->leads, &scores->key};
    const struct score *parts[] = {&one.titles, &one.leads, &one.key};
    for (size_t i = 0; i < 3; i++) {
        sums[i]->n_right += parts[i]->n_right;
        sums[i]->n_wrong += parts[i]->n_wrong;
        sums[i]->n_missing += parts[i]->n_missing;
        sums[i]->n_differ += parts[i]->n_differ;
    }
    return all_bad(&one) == 0 ? 0 : 1;
}

static int score_files(char **paths)
{
    struct scores scores = {0};
    int n_cases = 0;
    int n_bad = 0;
    for (; *paths != NULL; paths++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct err err = {0};
        char *rest = NULL;
        size_t len = 0;
        bool is_broken = false;
        struct extract_case c;
        if (file_read(*paths, TEXT_MAX, arena, &rest, &len, &err) < 0) {
            char buf[1024];
            (void)fprintf(stderr, "bench_extract: %s\n", err_text(&err, buf, sizeof buf));
            return 2;
        }
        while (extract_case_next(&rest, &c, &is_broken)) {
            n_cases++;
            n_bad += score_case(&c, &scores);
        }
        if (is_broken) {
            (void)fprintf(stderr, "bench_extract: %s: case %d has no expected lines\n", *paths,
                          n_cases + 1);
            return 2;
        }
    }
    print_scores(&scores);
    printf("%d texts, %d without any difference\n", n_cases, n_cases - n_bad);
    return n_bad == 0 ? 0 : 1;
}

static void print_mention(const char *role, const struct extract_mention *m)
{
    printf("  %-4s %4d+%d %s <%s> (%s) [%s]%s %s %.2f\n", role, m->line, m->also_line, m->name,
           m->email, m->affiliation, m->topic, m->is_given_name_only ? " given" : "",
           strength_name(m->strength), m->confidence);
}

static void print_all(const struct extract *found)
{
    for (size_t i = 0; i < found->tracks.n; i++) {
        const struct extract_track *track = &found->tracks.items[i];
        printf("%d \"%s\" %s\n", track->line, track->title, track_kind_name(track->kind));
        for (size_t k = 0; k < track->leads.n; k++) {
            print_mention("lead", &track->leads.items[k]);
        }
        for (size_t k = 0; k < track->key_attendees.n; k++) {
            print_mention("key", &track->key_attendees.items[k]);
        }
    }
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--cases") == 0) {
        return score_files(argv + 2);
    }
    bool is_print = argc == 3 && strcmp(argv[1], "--print") == 0;
    const char *path = is_print ? argv[2] : argc > 1 ? argv[1] : SHARED_DIR "/lpc2025/cfp.txt";
    const char *gold_path = argc > 2 ? argv[2] : SHARED_DIR "/lpc2025/key-attendees.gold.json";
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    char *text = NULL;
    size_t len = 0;
    struct extract found = {0};
    int r = file_read(path, TEXT_MAX, arena, &text, &len, &err);
    double start = seconds();
    r = r < 0 ? r : extract_text(path, text, len, arena, &found, &err);
    double took = seconds() - start;
    if (r < 0) {
        char buf[1024];
        (void)fprintf(stderr, "bench_extract: %s\n", err_text(&err, buf, sizeof buf));
        return 2;
    }
    if (is_print) {
        print_all(&found);
        return 0;
    }
    json_error_t json_error;
    json_t *gold = json_load_file(gold_path, 0, &json_error);
    if (gold == NULL) {
        (void)fprintf(stderr, "bench_extract: %s:%d: %s\n", gold_path, json_error.line,
                      json_error.text);
        return 2;
    }
    struct scores scores = {0};
    score_all(&found, gold, &scores);
    print_scores(&scores);
    json_decref(gold);
    printf("%zu bytes in %.3f ms, %.1f MB/s\n", len, took * 1e3, (double)len / 1e6 / took);
    return all_bad(&scores) == 0 ? 0 : 1;
}
