#include "core/clash_shared.h"

#include <math.h>
#include <stdlib.h>

/* --- the statistic --- */

/* ln n!; lgamma() would write a global variable. */
static double log_factorial(int n)
{
    int sign = 0;
    return lgamma_r((double)n + 1, &sign);
}

static double log_choose(int n, int k)
{
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

double shared_chance(int n_people, int n_a, int n_b, int n_shared)
{
    int most = n_a < n_b ? n_a : n_b;
    int least = n_a + n_b - n_people > 0 ? n_a + n_b - n_people : 0;
    double sum = 0;
    if (n_shared <= least) {
        return 1;
    }
    for (int i = most; i >= n_shared; i--) { /* from the least likely on */
        sum += exp(log_choose(n_a, i) + log_choose(n_people - n_a, n_b - i) -
                   log_choose(n_people, n_b));
    }
    return sum < 1 ? sum : 1;
}

/* --- counting --- */

static int compare_memberships(const void *a, const void *b)
{
    const struct membership *x = a;
    const struct membership *y = b;
    int order = (x->person > y->person) - (x->person < y->person);
    return order != 0 ? order : (x->track > y->track) - (x->track < y->track);
}

/* How many people each pair of MCs shares: row and column are positions among the MCs. */
struct table {
    int *mc;     /* of each track its position; -1 = not an MC */
    int *tracks; /* of each position */
    int n;
    int *shared; /* n * n; on the diagonal how many people the MC has */
    int n_people;
};

static struct table table_new(const struct conference *conf, struct arena *arena)
{
    struct table table = {.mc = arena_array(arena, conf->tracks.n, sizeof(int)),
                          .tracks = arena_array(arena, conf->tracks.n, sizeof(int))};
    for (size_t t = 0; t < conf->tracks.n; t++) {
        table.mc[t] = -1;
        if (conf->tracks.items[t].kind == TRACK_MC) {
            table.mc[t] = table.n;
            table.tracks[table.n++] = (int)t;
        }
    }
    return table;
}

/* Keeps those of MCs, sorted, each once; returns how many. */
static size_t tidy(const struct table *table, struct membership *memberships, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (memberships[i].track >= 0 && table->mc[memberships[i].track] >= 0) {
            memberships[kept++] = memberships[i];
        }
    }
    n = kept;
    kept = 0;
    if (n > 1) {
        qsort(memberships, n, sizeof *memberships, compare_memberships);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || compare_memberships(&memberships[kept - 1], &memberships[i]) != 0) {
            memberships[kept++] = memberships[i];
        }
    }
    return kept;
}

static void count_shared(struct table *table, const struct membership *memberships, size_t n)
{
    for (size_t first = 0, end = 0; first < n; first = end) {
        while (end < n && memberships[end].person == memberships[first].person) {
            end++;
        }
        table->n_people++;
        for (size_t i = first; i < end; i++) {
            int *row = table->shared + table->mc[memberships[i].track] * table->n;
            for (size_t k = i; k < end; k++) {
                row[table->mc[memberships[k].track]]++;
            }
        }
    }
}

/* --- which pairs stand out --- */

static int compare_chances(const void *a, const void *b)
{
    const struct shared_pair *x = a;
    const struct shared_pair *y = b;
    return (x->chance > y->chance) - (x->chance < y->chance);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct shared_pair *x = a;
    const struct shared_pair *y = b;
    int order = (x->track_a > y->track_a) - (x->track_a < y->track_a);
    return order != 0 ? order : (x->track_b > y->track_b) - (x->track_b < y->track_b);
}

/* The pairs that share anybody; the others have chance 1 and only count as tests made. */
static struct shared_pair *list_pairs(const struct table *table, struct arena *arena, size_t *ret_n)
{
    size_t n_tests = (size_t)table->n * (size_t)(table->n - 1) / 2;
    struct shared_pair *pairs = arena_array(arena, n_tests, sizeof *pairs);
    *ret_n = 0;
    for (int a = 0; a < table->n; a++) {
        const int *row = table->shared + a * table->n;
        for (int b = a + 1; b < table->n; b++) {
            int n_b = table->shared[b * table->n + b];
            if (row[b] > 0) {
                pairs[(*ret_n)++] = (struct shared_pair){
                    table->tracks[a], table->tracks[b],
                    row[a],           n_b,
                    row[b],           shared_chance(table->n_people, row[a], n_b, row[b])};
            }
        }
    }
    return pairs;
}

/* Benjamini-Hochberg: all up to the last whose chance is at most its place's part of the share. */
static void keep_discoveries(const struct table *table, struct arena *scratch, struct arena *arena,
                             struct shared_pairs *ret)
{
    size_t n = 0;
    size_t n_found = 0;
    struct shared_pair *pairs = list_pairs(table, scratch, &n);
    double n_tests = (double)table->n * (table->n - 1) / 2;
    if (n > 1) {
        qsort(pairs, n, sizeof *pairs, compare_chances);
    }
    for (size_t i = 0; i < n; i++) {
        if (pairs[i].chance <= SHARED_FALSE_SHARE * (double)(i + 1) / n_tests) {
            n_found = i + 1;
        }
    }
    for (size_t i = 0; i < n_found; i++) {
        if (pairs[i].n_shared >= SHARED_LEAST) {
            *vec_add(arena, &ret->items) = pairs[i];
        }
    }
    if (ret->items.n > 1) {
        qsort(ret->items.items, ret->items.n, sizeof *ret->items.items, compare_pairs);
    }
}

void shared_find(const struct conference *conf, struct membership *memberships, size_t n,
                 struct arena *arena, struct shared_pairs *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct table table = table_new(conf, scratch);
    *ret = (struct shared_pairs){0};
    if (table.n < 2 || table.n > SHARED_TRACKS_MAX) {
        return;
    }
    table.shared = arena_array(scratch, (size_t)table.n * (size_t)table.n, sizeof(int));
    count_shared(&table, memberships, tidy(&table, memberships, n));
    ret->n_people = table.n_people;
    keep_discoveries(&table, scratch, arena, ret);
}

void shared_find_in(const struct conference *conf, struct arena *arena, struct shared_pairs *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct membership *memberships = arena_array(scratch, conf->mentions.n, sizeof *memberships);
    size_t n = 0;
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        int track = mention->track >= 0     ? mention->track
                    : mention->session >= 0 ? conf->sessions.items[mention->session].track
                                            : -1;
        if (mention->person >= 0 && track >= 0) {
            memberships[n++] = (struct membership){track, mention->person};
        }
    }
    shared_find(conf, memberships, n, arena, ret);
}
