#include "core/match_internal.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define LANES 32 /* disjoint groups of sessions whose best scores prime the threshold */

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

/* Adds or takes away weight * row over all sessions, saturating. */
static void add_dense(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight, bool is_for)
{
#ifdef __SSE2__
    __m128i w = _mm_set1_epi16((short)weight);
    for (size_t i = 0; i < n; i += 8) {
        __m128i *at = (__m128i *)(void *)(sums + i);
        __m128i part =
            _mm_mulhi_epu16(_mm_loadu_si128((const __m128i *)(const void *)(row + i)), w);
        __m128i sum = _mm_loadu_si128(at);
        _mm_storeu_si128(at, is_for ? _mm_adds_epu16(sum, part) : _mm_subs_epu16(sum, part));
    }
#else
    for (size_t i = 0; i < n; i++) {
        uint32_t part = (uint32_t)row[i] * weight >> 16;
        uint32_t sum = sums[i];
        uint32_t more = sum + part > UINT16_MAX ? UINT16_MAX : sum + part;
        sums[i] = (uint16_t)(is_for ? more : (sum > part ? sum - part : 0));
    }
#endif
}

static void add_sparse(uint16_t *sums, const struct match_index *index,
                       const struct match_term *term, uint16_t weight, bool is_for)
{
    for (uint32_t i = term->first; i < term->first + term->n; i++) {
        uint32_t part = (uint32_t)index->posting_quanta[i] * weight >> 16;
        uint32_t sum = sums[index->posting_docs[i]];
        sum = is_for ? sum + part : (sum > part ? sum - part : 0);
        sums[index->posting_docs[i]] = (uint16_t)sum;
    }
}

/*
 * Sums in 1/scale of a score, at most 65,000. Each term errs by less than 2.5 units (its impact is
 * rounded, its weight and the product cut), so a sum errs by less than 3 n_terms; the caller keeps
 * that margin on both sides.
 */
static void sum_quanta(const struct match_index *index, const struct match_query *query)
{
    uint16_t *sums = index->scratch->sums;
    memset(sums, 0, index->row_size * sizeof *sums);
    double most = 0;
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        double weight = q->weight < 0 ? -(double)q->weight : (double)q->weight;
        double part = weight * (double)index->terms.items[q->term].max_impact;
        most = q->weight > 0 ? most + part : (part > most ? part : most);
    }
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        bool is_for = q->weight > 0;
        double weight = (is_for ? (double)q->weight : -(double)q->weight) *
                        (double)term->max_impact / most * 65000;
        if (term->dense >= 0) {
            add_dense(sums, index->dense + (size_t)term->dense * index->row_size, index->row_size,
                      (uint16_t)weight, is_for);
        } else {
            add_sparse(sums, index, term, (uint16_t)weight, is_for);
        }
    }
}

/* How many of the LANES values are at least `least`. */
static int count_reaching(const uint16_t *values, uint16_t least)
{
    int n = 0;
#ifdef __SSE2__
    for (int i = 0; i < LANES; i += 16) {
        __m128i low = _mm_loadu_si128((const __m128i *)(const void *)(values + i));
        __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(values + i + 8));
        __m128i bound = _mm_set1_epi16((short)least);
        __m128i zero = _mm_setzero_si128();
        low = _mm_cmpeq_epi16(_mm_subs_epu16(bound, low), zero);
        high = _mm_cmpeq_epi16(_mm_subs_epu16(bound, high), zero);
        n += __builtin_popcount((unsigned)_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    }
#else
    for (int i = 0; i < LANES; i++) {
        n += values[i] >= least;
    }
#endif
    return n;
}

/* By counting, without a branch that the processor would have to guess. */
static uint16_t nth_largest(const uint16_t *values, int n)
{
    uint16_t largest = 0;
    for (int i = 0; i < LANES; i++) {
        bool is_reached = count_reaching(values, values[i]) >= n;
        largest = is_reached && values[i] > largest ? values[i] : largest;
    }
    return largest;
}

/* A sum that at least n sessions reach: the n-th largest of the maxima of disjoint groups. 0 when
 * there are fewer groups than n. */
static uint16_t prime_threshold(const struct match_index *index, int n)
{
    uint16_t best[LANES] = {0};
    if (n > LANES) {
        return 0;
    }
    const uint16_t *sums = index->scratch->sums;
#ifdef __SSE2__
    /* There is no unsigned maximum of 16-bit lanes in SSE2: max(a, b) = (a -sat b) + b. */
    __m128i lanes[LANES / 8];
    memset(lanes, 0, sizeof lanes);
    for (size_t i = 0; i < index->row_size; i += LANES) {
        for (size_t l = 0; l < LANES / 8; l++) {
            __m128i sum = _mm_loadu_si128((const __m128i *)(const void *)(sums + i + 8 * l));
            lanes[l] = _mm_add_epi16(_mm_subs_epu16(lanes[l], sum), sum);
        }
    }
    memcpy(best, lanes, sizeof best);
#else
    for (size_t i = 0; i < index->row_size; i++) {
        uint16_t *lane = &best[i % LANES];
        *lane = sums[i] > *lane ? sums[i] : *lane;
    }
#endif
    return nth_largest(best, n);
}

/* Sessions whose sum is at least `least` (> 0), in order. */
static size_t collect_above(const struct match_index *index, uint16_t least)
{
    const uint16_t *sums = index->scratch->sums;
    uint32_t *found = index->scratch->found;
    size_t n = 0;
    for (size_t i = 0; i < index->row_size; i += 8) {
#ifdef __SSE2__
        __m128i sum = _mm_loadu_si128((const __m128i *)(const void *)(sums + i));
        __m128i below = _mm_subs_epu16(_mm_set1_epi16((short)least), sum);
        int mask = _mm_movemask_epi8(_mm_cmpeq_epi16(below, _mm_setzero_si128()));
        if (mask == 0) {
            continue;
        }
#endif
        for (size_t l = i; l < i + 8 && l < index->docs.n; l++) {
            if (sums[l] >= least) {
                found[n++] = (uint32_t)l;
            }
        }
    }
    return n;
}

/* The n-th largest sum among those found; 0 when there are fewer. */
static uint16_t nth_sum(const struct match_index *index, size_t n_found, int n)
{
    uint16_t best[LANES];
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

/* Scores every session that shares a term: when few do, or all are asked for. */
static int best_of_all(const struct match_index *index, const struct match_query *query, int n,
                       struct match_hit *ret)
{
    int64_t *exact = index->scratch->exact;
    memset(exact, 0, index->docs.n * sizeof *exact);
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        for (uint32_t p = term->first; p < term->first + term->n; p++) {
            exact[index->posting_docs[p]] += match_units(q->weight, index->posting_impacts[p]);
        }
    }
    int n_hits = 0;
    if (n <= LANES) {
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

int match_best(const struct match_index *index, const struct match_query *query, int n,
               struct match_hit *ret)
{
    if (n <= 0 || query->n_for == 0) {
        return 0;
    }
    int margin = 6 * query->n_terms;
    if (n > LANES) {
        return best_of_all(index, query, n, ret);
    }
    sum_quanta(index, query);
    int threshold = prime_threshold(index, n);
    if (threshold <= margin) {
        return best_of_all(index, query, n, ret);
    }
    size_t n_found = collect_above(index, (uint16_t)(threshold - margin));
    threshold = nth_sum(index, n_found, n) - margin;
    int n_hits = 0;
    bool has_pairs = load_weights(index, query);
    for (size_t i = 0; i < n_found; i++) {
        uint32_t doc = index->scratch->found[i];
        int64_t units =
            index->scratch->sums[doc] >= threshold ? sum_entries(index, doc, has_pairs) : 0;
        if (units > 0 && (n_hits < n || units >= ret[n - 1].units)) {
            keep_hit(index, ret, n, &n_hits, (struct match_hit){.doc = doc, .units = units});
        }
    }
    unload_weights(index, query);
    return n_hits;
}
