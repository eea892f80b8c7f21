#include "core/match/internal.h"
#include "core/match/lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RANK_MAX     128  /* latent factors */
#define RANK_SHARE   5    /* at most one factor for so many sessions */
#define LEAST_DOCS   40   /* fewer sessions have no factors worth the name */
#define TRAIN_DOCS   1024 /* sessions that the factors are found from, spread over the programme */
#define ITERATIONS   3
#define LEAST_TERMS  4   /* words that a profile must share with the programme to be blended */
#define LATENT_SHARE 0.7 /* of the factors against the words, in a short profile */

/*
 * Latent factors of the programme (Deerwester et al. 1990): an orthonormal basis of the words in
 * which sessions vary most, by randomised subspace iteration (Halko, Martinsson and Tropp 2011).
 * Cosines do not depend on the choice of axes within that subspace, so no further decomposition is
 * needed. The seed is fixed: the same programme gives the same factors.
 */
struct match_latent {
    size_t rank;
    size_t stride; /* floats of a row: the rank, rounded up with noughts */
    const struct match_lanes *lanes;
    int32_t *row_of; /* by word: its row in basis; -1 = in too few sessions */
    size_t n_rows;
    float *basis; /* n_rows x stride */
    int8_t *docs; /* docs x stride: each of length 1, in steps of its own */
    float *steps; /* by doc; 0 = it has nothing in common with others */
};

/* ---- small linear algebra on rows of floats ---- */

/* The upper triangle of rows' * rows, in double; `row` has room for one. */
static void gram(const struct match_latent *latent, const float *rows, size_t n_rows, double *row,
                 double *ret)
{
    size_t rank = latent->stride;
    memset(ret, 0, rank * rank * sizeof *ret);
    for (size_t r = 0; r < n_rows; r++) {
        for (size_t i = 0; i < rank; i++) {
            row[i] = (double)rows[r * rank + i];
        }
        for (size_t i = 0; i < rank; i++) {
            if (row[i] != 0) {
                latent->lanes->add_doubles(ret + i * rank + i, row + i, row[i], rank - i);
            }
        }
    }
}

/* Cholesky in place: the upper triangle of g becomes R with R'R = g. A direction that is not there
 * gets a pivot of 0 and is left out by divide(). */
static void cholesky(double *g, size_t n)
{
    double floor = 0;
    for (size_t i = 0; i < n; i++) {
        floor = g[i * n + i] > floor ? g[i * n + i] : floor;
    }
    floor *= 1e-10;
    for (size_t i = 0; i < n; i++) {
        double pivot = g[i * n + i] > floor ? sqrt(g[i * n + i]) : 0;
        for (size_t j = i; j < n; j++) {
            g[i * n + j] = pivot > 0 ? g[i * n + j] / pivot : 0;
        }
        for (size_t k = i + 1; k < n && pivot > 0; k++) {
            double x = g[i * n + k];
            for (size_t j = k; j < n; j++) {
                g[k * n + j] -= x * g[i * n + j];
            }
        }
    }
}

/* rows := rows * R^-1, by which their columns become orthonormal. */
static void divide(const struct match_latent *latent, float *rows, size_t n_rows, double *row,
                   const double *r)
{
    size_t n = latent->stride;
    for (size_t at = 0; at < n_rows; at++) {
        float *out = rows + at * n;
        for (size_t i = 0; i < n; i++) {
            row[i] = (double)out[i];
        }
        for (size_t i = 0; i < n; i++) {
            double pivot = r[i * n + i];
            double x = pivot > 0 ? row[i] / pivot : 0;
            out[i] = (float)x;
            if (x != 0) {
                latent->lanes->add_doubles(row + i + 1, r + i * n + i + 1, -x, n - i - 1);
            }
        }
    }
}

/* `scratch` has room for stride * (stride + 1). */
static void orthonormalise(const struct match_latent *latent, float *rows, size_t n_rows,
                           double *scratch)
{
    double *row = scratch + latent->stride * latent->stride;
    gram(latent, rows, n_rows, row, scratch);
    cholesky(scratch, latent->stride);
    divide(latent, rows, n_rows, row, scratch);
}

static float length_of(const float *row, size_t n)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        squares += (double)row[i] * (double)row[i];
    }
    return (float)sqrt(squares);
}

/* ---- factors ---- */

/* Rare words say more of what a text is about; the factors are made of these. */
static float rarely(const struct match_index *index, uint32_t term, float weight)
{
    return weight * index->terms.items[term].idf;
}

/* The session's weighted words, folded into the factors. */
static void fold_doc(const struct match_index *index, const struct match_latent *latent,
                     uint32_t doc, float *ret)
{
    const struct match_doc *d = &index->docs.items[doc];
    const struct match_entry *entries = index->entries + d->first_entry;
    memset(ret, 0, latent->stride * sizeof *ret);
    for (uint32_t e = 0; e < d->n_word_entries; e++) {
        int32_t row = latent->row_of[entries[e].term];
        if (row >= 0) {
            float weight = rarely(index, entries[e].term, entries[e].impact) / d->length;
            latent->lanes->add_floats(ret, latent->basis + (size_t)row * latent->stride, weight,
                                      latent->stride);
        }
    }
}

/* basis := the sum of the sessions' words times where they stand. */
static void unfold_docs(const struct match_index *index, struct match_latent *latent,
                        const uint32_t *train, size_t n_train, const float *places)
{
    size_t stride = latent->stride;
    memset(latent->basis, 0, latent->n_rows * stride * sizeof *latent->basis);
    for (size_t i = 0; i < n_train; i++) {
        const struct match_doc *d = &index->docs.items[train[i]];
        const struct match_entry *entries = index->entries + d->first_entry;
        for (uint32_t e = 0; e < d->n_word_entries; e++) {
            int32_t row = latent->row_of[entries[e].term];
            if (row >= 0) {
                float weight = rarely(index, entries[e].term, entries[e].impact) / d->length;
                latent->lanes->add_floats(latent->basis + (size_t)row * stride, places + i * stride,
                                          weight, stride);
            }
        }
    }
}

/* +1 or -1 for each place: a start that leaves out no direction (splitmix64 with a fixed seed). */
static void fill_random(const struct match_latent *latent)
{
    uint64_t state = 20251211;
    for (size_t i = 0; i < latent->n_rows * latent->stride; i++) {
        if (i % latent->stride >= latent->rank) {
            continue;
        }
        state += 0x9e3779b97f4a7c15U;
        uint64_t x = (state ^ state >> 30) * 0xbf58476d1ce4e5b9U;
        x = (x ^ x >> 27) * 0x94d049bb133111ebU;
        latent->basis[i] = (x >> 33 & 1) != 0 ? 1.0F : -1.0F;
    }
}

static size_t number_words(const struct match_index *index, int32_t *row_of)
{
    size_t n = 0;
    for (size_t t = 0; t < index->n_phrase_terms; t++) {
        bool is_shared = index->terms.items[t].n >= 2;
        row_of[t] = is_shared ? (int32_t)n : -1;
        n += is_shared;
    }
    return n;
}

static size_t choose_train(const struct match_index *index, uint32_t *ret)
{
    size_t n_docs = index->docs.n;
    size_t n = n_docs < TRAIN_DOCS ? n_docs : TRAIN_DOCS;
    for (size_t i = 0; i < n; i++) {
        ret[i] = (uint32_t)(i * n_docs / n);
    }
    return n;
}

static struct match_latent *new_latent(const struct match_index *index)
{
    struct arena *arena = index->arena;
    struct match_latent *latent = arena_alloc(arena, sizeof *latent);
    size_t share = index->docs.n / RANK_SHARE;
    latent->rank = share < RANK_MAX ? share : RANK_MAX;
    latent->stride = (latent->rank + MATCH_FLOAT_UNIT - 1) / MATCH_FLOAT_UNIT * MATCH_FLOAT_UNIT;
    latent->lanes = index->lanes;
    latent->row_of = arena_array(arena, index->terms.n + 1, sizeof *latent->row_of);
    memset(latent->row_of, 0xff, index->terms.n * sizeof *latent->row_of);
    latent->n_rows = number_words(index, latent->row_of);
    latent->basis = arena_array(arena, latent->n_rows * latent->stride + 1, sizeof *latent->basis);
    latent->docs = arena_array(arena, index->docs.n * latent->stride + 1, sizeof *latent->docs);
    latent->steps = arena_array(arena, index->docs.n + 1, sizeof *latent->steps);
    return latent;
}

static void find_factors(const struct match_index *index, struct match_latent *latent)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    size_t stride = latent->stride;
    uint32_t *train = arena_array(job, TRAIN_DOCS, sizeof *train);
    size_t n_train = choose_train(index, train);
    float *places = arena_array(job, n_train * stride, sizeof *places);
    double *scratch = arena_array(job, stride * (stride + 1), sizeof *scratch);
    fill_random(latent);
    for (int i = 0; i < ITERATIONS; i++) {
        for (size_t d = 0; d < n_train; d++) {
            fold_doc(index, latent, train[d], places + d * stride);
        }
        orthonormalise(latent, places, n_train, scratch);
        unfold_docs(index, latent, train, n_train, places);
    }
    orthonormalise(latent, latent->basis, latent->n_rows, scratch);
}

/* What is so much of the largest; 0 when all are nought. */
static float step_of(const float *row, size_t n, float largest)
{
    float most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fabsf(row[i]) > most ? fabsf(row[i]) : most;
    }
    return most / largest;
}

static void place_doc(const struct match_index *index, struct match_latent *latent, uint32_t doc)
{
    float row[RANK_MAX];
    fold_doc(index, latent, doc, row);
    float length = length_of(row, latent->rank);
    float step = step_of(row, latent->rank, INT8_MAX);
    if (!(length > 0)) {
        return;
    }
    int8_t *out = latent->docs + doc * latent->stride;
    latent->steps[doc] = step / length;
    for (size_t i = 0; i < latent->rank; i++) {
        out[i] = (int8_t)lroundf(row[i] / step);
    }
}

static struct match_latent *make_latent(const struct match_index *index)
{
    struct match_latent *latent = new_latent(index);
    find_factors(index, latent);
    for (size_t d = 0; d < index->docs.n; d++) {
        place_doc(index, latent, (uint32_t)d);
    }
    return latent;
}

/* The factors of the sessions that the index learned from, with the places of those it has now. */
static struct match_latent *lend_latent(const struct match_index *index,
                                        const struct match_latent *from)
{
    struct match_latent *latent = arena_memdup(index->arena, from, sizeof *from);
    size_t stride = latent->stride;
    latent->docs = arena_array(index->arena, index->docs.n * stride + 1, sizeof *latent->docs);
    latent->steps = arena_array(index->arena, index->docs.n + 1, sizeof *latent->steps);
    for (size_t d = 0; d < index->docs.n; d++) {
        int32_t before = index->base_doc[d];
        if (before < 0) {
            place_doc(index, latent, (uint32_t)d);
        } else {
            memcpy(latent->docs + d * stride, from->docs + (size_t)before * stride, stride);
            latent->steps[d] = from->steps[before];
        }
    }
    return latent;
}

static const struct match_latent *latent_of(const struct match_index *index)
{
    if (index->latent == NULL) {
        union {
            const struct match_index *in;
            struct match_index *out;
        } lazily = {.in = index}; /* a cache: nobody sees the difference */
        lazily.out->latent =
            index->base == NULL ? make_latent(index) : lend_latent(index, latent_of(index->base));
    }
    return index->latent;
}

/* ---- queries ---- */

/* The query's own words in the factors, in steps that do not matter: cosines are compared with one
 * another only. Returns how many words there are. */
static int fold_query(const struct match_index *index, const struct match_latent *latent,
                      const struct match_query *query, int16_t *ret)
{
    int n = 0;
    float row_sum[RANK_MAX] = {0};
    for (int i = 0; i < query->n_for; i++) {
        const struct match_query_term *q = &query->terms[i];
        int32_t row = q->term < index->n_phrase_terms ? latent->row_of[q->term] : -1;
        if (row >= 0 && q->basis == MATCH_BY_WORDS) {
            latent->lanes->add_floats(row_sum, latent->basis + (size_t)row * latent->stride,
                                      rarely(index, q->term, q->weight), latent->stride);
            n++;
        }
    }
    float step = step_of(row_sum, latent->rank, INT16_MAX / 4);
    for (size_t i = 0; i < latent->stride; i++) {
        ret[i] = (int16_t)(step > 0 ? lroundf(row_sum[i] / step) : 0);
    }
    return n;
}

static int count_words(const struct match_index *index, const struct match_query *query)
{
    int n = 0;
    for (int i = 0; i < query->n_for; i++) {
        n +=
            query->terms[i].term < index->n_phrase_terms && query->terms[i].basis == MATCH_BY_WORDS;
    }
    return n;
}

static int compare_hits(const void *a, const void *b, void *index)
{
    return match_hit_compare(index, a, b);
}

/* Adds to each hit what profile and session have in common in the factors, measured against its own
 * mean square. */
static void add_factors(const struct match_latent *latent, const int16_t *folded,
                        struct match_hit *hits, int n, struct arena *arena)
{
    double *factors = arena_array(arena, (size_t)n + 1, sizeof *factors);
    double of_words = 0;
    double of_factors = 0;
    for (int i = 0; i < n; i++) {
        const int8_t *row = latent->docs + hits[i].doc * latent->stride;
        double cosine =
            (double)latent->steps[hits[i].doc] * latent->lanes->dot(folded, row, latent->stride);
        factors[i] = cosine > 0 ? cosine : 0;
        of_factors += factors[i] * factors[i];
        of_words += (double)hits[i].units * (double)hits[i].units;
    }
    double scale = of_factors > 0 ? LATENT_SHARE * sqrt(of_words / of_factors) : 0;
    for (int i = 0; i < n; i++) {
        hits[i].units += (int64_t)(scale * factors[i]);
    }
}

static void sort_hits(const struct match_index *index, struct match_hit *hits, int n)
{
    union {
        const struct match_index *in;
        void *out;
    } context = {.in = index};
    if (n > MATCH_LANES) {
        qsort_r(hits, (size_t)n, sizeof *hits, compare_hits, context.out);
        return;
    }
    for (int i = 1; i < n; i++) {
        struct match_hit hit = hits[i];
        int at = i;
        for (; at > 0 && match_hit_compare(index, &hit, &hits[at - 1]) < 0; at--) {
            hits[at] = hits[at - 1];
        }
        hits[at] = hit;
    }
}

const struct match_hit *match_blend_best(const struct match_index *index,
                                         const struct match_query *query, int n)
{
    if (n > *query->n_sorted) {
        sort_hits(index, query->blend + *query->n_sorted, query->n_blend - *query->n_sorted);
        *query->n_sorted = query->n_blend;
    }
    return query->blend;
}

void match_set_blend(const struct match_index *index, struct match_query *query,
                     struct match_hit *hits, int n, int n_best, struct arena *arena)
{
    for (int i = 0; i < n; i++) {
        hits[i].units += hits[i].units == 0;
    }
    sort_hits(index, hits, n_best);
    query->blend = hits;
    query->n_blend = n;
    query->n_sorted = arena_alloc(arena, sizeof *query->n_sorted);
    *query->n_sorted = n_best;
}

/*
 * Words and factors together. Only sessions that share a word are looked at: of others there would
 * be nothing true to tell; and only at the best of these, so that it stays quick: since nothing is
 * taken away from them they stay ahead of the rest.
 */
void match_blend(const struct match_index *index, struct match_query *query, struct arena *arena)
{
    int16_t folded[RANK_MAX];
    const struct match_latent *latent = NULL;
    if (query->is_long) {
        match_smooth(index, query, arena);
        return;
    }
    if (index->n_learned >= LEAST_DOCS && count_words(index, query) >= LEAST_TERMS) {
        latent = latent_of(index);
        latent = fold_query(index, latent, query, folded) < LEAST_TERMS ? NULL : latent;
    }
    if (latent == NULL && !query->has_withheld) {
        return;
    }
    struct match_hit *hits = arena_array(arena, MATCH_REWARDED, sizeof *hits);
    int n = match_best(index, query, MATCH_REWARDED, hits);
    int64_t least =
        query->trace != NULL ? match_trace_hits(query->trace, hits, n, MATCH_REWARDED) : 1;
    match_reward(index, query, hits, n);
    if (latent != NULL) {
        add_factors(latent, folded, hits, n, arena);
    }
    match_set_blend(index, query, hits, n, n, arena);
    if (query->trace != NULL) {
        (void)match_trace_hits(query->trace, hits, n, n);
        query->trace->least = least;
        query->trace->last_blended = least;
    }
}
