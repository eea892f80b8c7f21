/*
 * bench_extract: how well are leads and key attendees found?
 *
 *   bench_extract [TEXT GOLD.json]   precision and recall by role, what is missing or wrong, speed
 *   bench_extract --print TEXT       what is found, one mention a line
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "core/extract.h"

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
    bool wants_given = is_given || json_is_true(json_object_get(gold, "given_name_only"));
    return str_equal_nocase(m->email, text_of(gold, "email")) &&
           str_equal(m->affiliation, text_of(gold, "affiliation")) &&
           str_equal(m->topic, text_of(gold, "topic")) && m->is_given_name_only == wants_given;
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

static int evaluate(const struct extract *found, const json_t *gold)
{
    struct score leads = {0};
    struct score key = {0};
    struct score titles = {0};
    const json_t *mcs = json_object_get(gold, "microconferences");
    bool *is_used = calloc(found->tracks.n + 1, sizeof *is_used);
    size_t i = 0;
    const json_t *mc = NULL;
    json_array_foreach(mcs, i, mc)
    {
        const char *title = text_of(mc, "title");
        const struct extract_track *track = NULL;
        for (size_t k = 0; k < found->tracks.n && track == NULL; k++) {
            if (!is_used[k] && str_equal_nocase(found->tracks.items[k].title, title)) {
                track = &found->tracks.items[k];
                is_used[k] = true;
            }
        }
        static const struct extract_track nothing = {.title = ""};
        titles.n_right += track != NULL ? 1 : 0;
        titles.n_missing += track == NULL ? 1 : 0;
        if (track == NULL) {
            printf("  missing title \"%s\"\n", title);
            track = &nothing;
        }
        bool is_given = json_is_true(json_object_get(mc, "given_names_only"));
        compare(title, "lead", track->leads.items, track->leads.n, json_object_get(mc, "leads"),
                is_given, &leads);
        compare(title, "key attendee", track->key_attendees.items, track->key_attendees.n,
                json_object_get(mc, "key_attendees"), is_given, &key);
    }
    for (size_t k = 0; k < found->tracks.n; k++) {
        const struct extract_track *track = &found->tracks.items[k];
        if (!is_used[k] && track->kind == TRACK_MC) {
            printf("  extra   \"%s\" line %d\n", track->title, track->line);
            titles.n_wrong++;
            leads.n_wrong += (int)track->leads.n;
            key.n_wrong += (int)track->key_attendees.n;
        }
    }
    free(is_used);
    print_score("titles", &titles);
    print_score("leads", &leads);
    print_score("key attendees", &key);
    int n_bad = titles.n_wrong + titles.n_missing + leads.n_wrong + leads.n_missing +
                leads.n_differ + key.n_wrong + key.n_missing + key.n_differ;
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
    int result = evaluate(&found, gold);
    json_decref(gold);
    printf("%zu bytes in %.3f ms, %.1f MB/s\n", len, took * 1e3, (double)len / 1e6 / took);
    return result;
}
