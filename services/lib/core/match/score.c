#include "core/match/internal.h"
#include "core/match/lanes.h"

#include <stdlib.h>
#include <string.h>

#define FETCH_BYTES 512
#define FOUND_MAX   1024 /* sessions worth a score of their own; of more all are scored */

/* Returns whether the query has pairs or names, whose entries follow those of the words. */
static bool load_weights(const struct match_index *index, const struct match_query *query)
{
    bool has_pairs = false;
    for (int i = 0; i < query->n_terms; i++) {
        index->scratch->weights[query->terms[i].term] = query->terms[i].weight;
        has_pairs = has_pairs || query->terms[i].term >= index->n_phrase_terms;
    }
    return has_pairs;
}

static void unload_weights(const struct match_index *index, const struct match_query *query)
{
    for (int i = 0; i < query->n_terms; i++) {
        index->scratch->weights[query->terms[i].term] = 0;
    }
}

/* With the weights loaded: one walk over what the session has. */
static int64_t sum_entries(const struct match_index *index, uint32_t doc, bool has_pairs)
{
    const struct match_doc *d = &index->docs.items[doc];
    const struct match_entry *entry = index->entries + d->first_entry;
    const struct match_entry *end = entry + (has_pairs ? d->n_entries : d->n_word_entries);
    const float *weights = index->scratch->weights;
    int64_t sum = 0;
    for (; entry < end; entry++) { /* adding noughts is cheaper than guessing which are some */
        sum += match_units(weights[entry->term], entry->impact);
    }
    return sum;
}

int64_t match_doc_units(const struct match_index *index, const struct match_query *query,
                        uint32_t doc)
{
    for (int i = 0; i < query->n_blend; i++) {
        if (query->blend[i].doc == doc) {
            return query->blend[i].units;
        }
    }
    bool has_pairs = load_weights(index, query);
    int64_t sum = sum_entries(index, doc, has_pairs);
    unload_weights(index, query);
    return sum;
}

int match_hit_compare(const struct match_index *index, const struct match_hit *a,
                      const struct match_hit *b)
{
    if (a->units != b->units) {
        return a->units > b->units ? -1 : 1;
    }
    return index->docs.items[a->doc].place - index->docs.items[b->doc].place;
}

/* Keeps the best n hits in hits[0..*ret_n), best first. */
static void keep_hit(const struct match_index *index, struct match_hit *hits, int n, int *ret_n,
                     struct match_hit hit)
{
    int at = *ret_n;
    while (at > 0 && match_hit_compare(index, &hit, &hits[at - 1]) < 0) {
        at--;
    }
    if (at == n) {
        return;
    }
    int last = *ret_n < n ? (*ret_n)++ : n - 1;
    memmove(hits + at + 1, hits + at, (size_t)(last - at) * sizeof *hits);
    hits[at] = hit;
}

/* ---- sums of quantised impacts ---- */

static void add_sparse(uint16_t *sums, const struct match_index *index,
                       const struct match_term *term, uint16_t weight)
{
    const struct match_posting *posting = index->postings + term->first;
    for (const struct match_posting *end = posting + term->n; posting < end; posting++) {
        uint32_t part = (uint32_t)posting->quantum * weight >> 16;
        sums[posting->doc] = (uint16_t)(sums[posting->doc] + part); /* 65,000 at most */
    }
}

static void take_sparse(uint16_t *sums, const struct match_index *index,
                        const struct match_term *term, uint16_t weight)
{
    const struct match_posting *posting = index->postings + term->first;
    for (const struct match_posting *end = posting + term->n; posting < end; posting++) {
        uint32_t part = (uint32_t)posting->quantum * weight >> 16;
        uint32_t sum = sums[posting->doc];
        sums[posting->doc] = (uint16_t)(sum > part ? sum - part : 0);
    }
}

/* Asks for a list before it is needed: they lie all over the memory. */
static void fetch_sparse(const struct match_index *index, const struct match_term *term)
{
    const char *from = (const char *)(index->postings + term->first);
    size_t size = term->n * sizeof *index->postings;
    for (size_t at = 0; at < size && at < FETCH_BYTES; at += 64) {
        __builtin_prefetch(from + at);
    }
}

/* What makes the largest sum that there can be 65,000. */
static double scale_of(const struct match_index *index, const struct match_query *query)
{
    double most = 0;
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        double weight = q->weight < 0 ? -(double)q->weight : (double)q->weight;
        double part = weight * (double)index->terms.items[q->term].max_impact;
        most = q->weight > 0 ? most + part : (part > most ? part : most);
    }
    return 65000 / most;
}

static const uint16_t *dense_row(const struct match_index *index, const struct match_term *term)
{
    return index->dense + (size_t)term->dense * index->row_size;
}

/*
 * Sums in 1/scale of a score, at most 65,000: first those of all rows at once, then what stands in
 * lists, then what speaks against. Each term errs by less than 2 units (its weight and the product
 * are cut), so a sum errs by less than 3 n_terms; the caller keeps that margin on both sides.
 */
static void sum_quanta(const struct match_index *index, const struct match_query *query)
{
    const struct match_lanes *lanes = index->lanes;
    uint16_t *sums = index->scratch->sums;
    struct match_part *parts = index->scratch->parts;
    double scale = scale_of(index, query);
    size_t n_parts = 0;
    for (int i = 0; i < query->n_for; i++) {
        const struct match_term *term = &index->terms.items[query->terms[i].term];
        if (term->dense >= 0) {
            double weight = (double)query->terms[i].weight * (double)term->max_impact * scale;
            parts[n_parts++] = (struct match_part){dense_row(index, term), (uint16_t)weight};
        } else {
            fetch_sparse(index, term);
        }
    }
    lanes->sum(sums, parts, n_parts, index->row_size);
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        bool is_for = i < query->n_for;
        double weight =
            (is_for ? (double)q->weight : -(double)q->weight) * (double)term->max_impact * scale;
        if (term->dense < 0) {
            (is_for ? add_sparse : take_sparse)(sums, index, term, (uint16_t)weight);
        } else if (!is_for) {
            lanes->take(sums, dense_row(index, term), index->row_size, (uint16_t)weight);
        }
    }
}

/* A sum that at least n sessions reach: the n-th largest of the maxima of disjoint groups. 0 when
 * there are fewer groups than n. */
static uint16_t prime_threshold(const struct match_index *index, int n)
{
    uint16_t best[MATCH_LANES];
    index->lanes->maxima(index->scratch->sums, index->row_size, best);
    return index->lanes->nth(best, n);
}

/* The n-th largest sum among those found; 0 when there are fewer. */
static uint16_t nth_sum(const struct match_index *index, size_t n_found, int n)
{
    uint16_t best[MATCH_LANES];
    int kept = 0;
    for (size_t i = 0; i < n_found; i++) {
        uint16_t sum = index->scratch->sums[index->scratch->found[i]];
        if (kept == n && sum <= best[kept - 1]) {
            continue;
        }
        int at = kept < n ? kept++ : kept - 1;
        for (; at > 0 && best[at - 1] < sum; at--) {
            best[at] = best[at - 1];
        }
        best[at] = sum;
    }
    return kept == n ? best[n - 1] : 0;
}

/* ---- the two ways to the same result ---- */

static int compare_hits(const void *a, const void *b, void *index)
{
    return match_hit_compare(index, a, b);
}

void match_sum_all(const struct match_index *index, const struct match_query *query, int64_t *ret)
{
    memset(ret, 0, index->docs.n * sizeof *ret);
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        for (uint32_t p = term->first; p < term->first + term->n; p++) {
            const struct match_posting *posting = &index->postings[p];
            ret[posting->doc] += match_units(q->weight, match_impact(term, posting->quantum));
        }
    }
}

/* Scores every session that shares a term: when few do, or all are asked for. */
static int best_of_all(const struct match_index *index, const struct match_query *query, int n,
                       struct match_hit *ret)
{
    int64_t *exact = index->scratch->exact;
    match_sum_all(index, query, exact);
    for (int i = 0; i < query->n_blend; i++) {
        exact[query->blend[i].doc] = query->blend[i].units;
    }
    int n_hits = 0;
    if (n <= MATCH_LANES) {
        for (uint32_t d = 0; d < index->docs.n; d++) {
            if (exact[d] > 0 && (n_hits < n || exact[d] >= ret[n - 1].units)) {
                keep_hit(index, ret, n, &n_hits, (struct match_hit){.doc = d, .units = exact[d]});
            }
        }
        return n_hits;
    }
    struct match_hit *all = index->scratch->hits;
    for (uint32_t d = 0; d < index->docs.n; d++) {
        if (exact[d] > 0) {
            all[n_hits++] = (struct match_hit){.doc = d, .units = exact[d]};
        }
    }
    union {
        const struct match_index *in;
        void *out;
    } context = {.in = index};
    qsort_r(all, (size_t)n_hits, sizeof *all, compare_hits, context.out);
    n_hits = n_hits < n ? n_hits : n;
    memcpy(ret, all, (size_t)n_hits * sizeof *ret);
    return n_hits;
}

/* Keeps those found that reach the threshold. */
static size_t drop_below(const struct match_index *index, size_t n_found, int threshold)
{
    uint32_t *found = index->scratch->found;
    size_t n = 0;
    for (size_t i = 0; i < n_found; i++) {
        found[n] = found[i];
        n += index->scratch->sums[found[i]] >= threshold;
    }
    return n;
}

/* The exact scores of the few found, term by term: from the rows and lists that were just read. */
static void score_found(const struct match_index *index, const struct match_query *query,
                        size_t n_found)
{
    const uint32_t *found = index->scratch->found;
    struct match_hit *hits = index->scratch->hits;
    uint16_t *slots = index->scratch->slots;
    for (size_t i = 0; i < n_found; i++) {
        hits[i] = (struct match_hit){.doc = found[i]};
        slots[found[i]] = (uint16_t)(i + 1);
    }
    for (int t = 0; t < query->n_terms; t++) {
        const struct match_query_term *q = &query->terms[t];
        const struct match_term *term = &index->terms.items[q->term];
        if (term->dense >= 0) {
            const uint16_t *row = dense_row(index, term);
            for (size_t i = 0; i < n_found; i++) {
                hits[i].units += match_units(q->weight, match_impact(term, row[found[i]]));
            }
            continue;
        }
        for (uint32_t p = term->first; p < term->first + term->n; p++) {
            uint16_t slot = slots[index->postings[p].doc];
            if (slot > 0) {
                float impact = match_impact(term, index->postings[p].quantum);
                hits[slot - 1].units += match_units(q->weight, impact);
            }
        }
    }
    for (size_t i = 0; i < n_found; i++) {
        slots[found[i]] = 0;
    }
}

int match_best(const struct match_index *index, const struct match_query *query, int n,
               struct match_hit *ret)
{
    if (n <= 0 || query->n_for == 0) {
        return 0;
    }
    int margin = 6 * query->n_terms;
    if (n <= query->n_blend) {
        memcpy(ret, match_blend_best(index, query, n), (size_t)n * sizeof *ret);
        return n;
    }
    if (n > MATCH_LANES || query->n_blend > 0) {
        return best_of_all(index, query, n, ret);
    }
    sum_quanta(index, query);
    int threshold = prime_threshold(index, n);
    if (threshold <= margin) {
        return best_of_all(index, query, n, ret);
    }
    size_t n_found = index->lanes->reaching(index->scratch->sums, index->row_size,
                                            (uint16_t)(threshold - margin), index->scratch->found);
    n_found = drop_below(index, n_found, nth_sum(index, n_found, n) - margin);
    if (n_found > FOUND_MAX) {
        return best_of_all(index, query, n, ret);
    }
    score_found(index, query, n_found);
    int n_hits = 0;
    for (size_t i = 0; i < n_found; i++) {
        const struct match_hit *hit = &index->scratch->hits[i];
        if (hit->units > 0 && (n_hits < n || hit->units >= ret[n - 1].units)) {
            keep_hit(index, ret, n, &n_hits, *hit);
        }
    }
    return n_hits;
}
