#include "core/match_internal.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define LANES 32 /* disjoint groups of sessions whose best scores prime the threshold */

static int32_t find_posting(const struct match_index *index, const struct match_term *term,
                            uint32_t doc)
{
    uint32_t low = term->first;
    uint32_t high = term->first + term->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (index->posting_docs[middle] < doc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < term->first + term->n && index->posting_docs[low] == doc ? (int32_t)low : -1;
}

/* The terms are added in the order of the query everywhere, so that equal sums are equal bits. */
double match_doc_score(const struct match_index *index, const struct match_query *query,
                       uint32_t doc)
{
    double sum = 0;
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        if (term->dense >= 0 && index->dense[(size_t)term->dense * index->row_size + doc] == 0) {
            continue;
        }
        int32_t at = find_posting(index, term, doc);
        if (at >= 0) {
            sum += (double)q->weight * (double)index->posting_impacts[at];
        }
    }
    return sum;
}

int match_hit_compare(const struct match_index *index, const struct match_hit *a,
                      const struct match_hit *b)
{
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
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
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < LANES; j++) {
            if (best[j] > best[i]) {
                uint16_t swap = best[i];
                best[i] = best[j];
                best[j] = swap;
            }
        }
    }
    return best[n - 1];
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

/* ---- the two ways to the same result ---- */

/* Scores every session that shares a term: when few do, or all are asked for. */
static int best_of_all(const struct match_index *index, const struct match_query *query, int n,
                       struct match_hit *ret)
{
    double *exact = index->scratch->exact;
    memset(exact, 0, index->docs.n * sizeof *exact);
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        const struct match_term *term = &index->terms.items[q->term];
        for (uint32_t p = term->first; p < term->first + term->n; p++) {
            exact[index->posting_docs[p]] += (double)q->weight * (double)index->posting_impacts[p];
        }
    }
    int n_hits = 0;
    for (uint32_t d = 0; d < index->docs.n; d++) {
        if (exact[d] > 0 && (n_hits < n || exact[d] >= ret[n - 1].score)) {
            keep_hit(index, ret, n, &n_hits, (struct match_hit){.doc = d, .score = exact[d]});
        }
    }
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
    int n_hits = 0;
    for (size_t i = 0; i < n_found; i++) {
        uint32_t doc = index->scratch->found[i];
        double score = match_doc_score(index, query, doc);
        if (score > 0 && (n_hits < n || score >= ret[n - 1].score)) {
            keep_hit(index, ret, n, &n_hits, (struct match_hit){.doc = doc, .score = score});
        }
    }
    return n_hits;
}
