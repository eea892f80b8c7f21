#include "core/match/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RELATED_FROM    192  /* words of the query whose relations are looked at */
#define EXPANSIONS      12   /* related words added to one query */
#define LIKE_TERMS      24   /* of one session that is liked or disliked */
#define LIKE_WEIGHT     0.7F /* Rocchio's beta and gamma, per session */
#define DISLIKE_WEIGHT  0.35F
#define LIKES_MAX       64
#define FEEDBACK_DOCS   5    /* best sessions that a query learns from ... */
#define FEEDBACK_SHARE  50   /* ... but never more than one in so many of the programme */
#define LENT            0.5F /* of what is held back of words with neighbours, while a query learns */
#define FEEDBACK_TERMS  20
#define FEEDBACK_WEIGHT 0.8F
#define FEEDBACK_HALF   20.0F /* terms at which a query needs its neighbours half as much */

#define RELATED_WEIGHT_LARGE 0.10F /* of related words together, where feedback does the work */
#define RELATED_WEIGHT_SMALL 0.40F /* and in a small programme, where it cannot */

/* How many of its best sessions a query may learn from. */
static int feedback_docs(const struct match_index *index)
{
    size_t n = index->n_learned / FEEDBACK_SHARE;
    return n < FEEDBACK_DOCS ? (int)n : FEEDBACK_DOCS;
}

struct expansion {
    uint32_t term;
    float weight;
    int source;
};

static int compare_expansions(const void *a, const void *b)
{
    const struct expansion *x = a;
    const struct expansion *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->term < y->term ? -1 : 1;
}

/* Words that the programme uses near those written; those near several of them come first (Qiu and
 * Frei 1993: expansion by the concept of the whole query). */
void match_add_related(struct match_builder *b)
{
    const struct match_index *index = b->index;
    size_t n_base = b->terms.n;
    float total = 0;
    float weights = 0;
    VEC(struct expansion) found = {0};
    for (size_t i = 0; i < n_base && i < RELATED_FROM; i++) { /* they lie all over the memory */
        uint32_t term = b->terms.items[i].term;
        __builtin_prefetch(term < index->n_phrase_terms
                               ? index->related + (size_t)term * MATCH_RELATED
                               : index->related);
    }
    for (size_t i = 0; i < n_base && i < RELATED_FROM; i++) {
        const struct match_query_term *q = &b->terms.items[i];
        const struct match_term *term = &index->terms.items[q->term];
        total += b->weights[q->term] * term->idf;
        weights += b->weights[q->term];
        if (q->term >= index->n_phrase_terms) {
            continue; /* names and pairs have no relations of their own */
        }
        const struct match_relation *related = index->related + (size_t)q->term * MATCH_RELATED;
        for (int r = 0; r < MATCH_RELATED && related[r].weight > 0; r++) {
            struct expansion *e = vec_add(b->arena, &found);
            e->term = related[r].term;
            e->weight = b->weights[q->term] * term->idf * related[r].weight;
            e->source = q->source;
        }
    }
    /* Sum what several words propose: found is short, at most RELATED_FROM * MATCH_RELATED. */
    size_t n = 0;
    for (size_t i = 0; i < found.n; i++) {
        struct expansion e = found.items[i];
        if (b->weights[e.term] > 0) {
            continue; /* written already */
        }
        size_t at = 0;
        while (at < n && found.items[at].term != e.term) {
            at++;
        }
        if (at == n) {
            found.items[n++] = e;
        } else {
            found.items[at].weight += e.weight;
        }
    }
    if (n > 1) {
        qsort(found.items, n, sizeof *found.items, compare_expansions);
    }
    n = n > EXPANSIONS ? EXPANSIONS : n;
    float share = feedback_docs(index) > 0 ? RELATED_WEIGHT_LARGE : RELATED_WEIGHT_SMALL;
    share *= n_base > 4 ? 4.0F / (float)n_base : 1.0F; /* who writes much needs less help */
    for (size_t i = 0; i < n && total > 0; i++) {
        const struct expansion *e = &found.items[i];
        match_add_weight(b, e->term, share * weights * e->weight / total, e->source,
                         MATCH_BY_RELATED);
    }
}

/* Adds the strongest words of one session. */
static void add_session(struct match_builder *b, int session, float weight, enum match_basis basis)
{
    const struct match_index *index = b->index;
    if (session < 0 || (size_t)session >= index->conf->sessions.n || index->doc_of[session] < 0) {
        return;
    }
    const struct match_doc *doc = &index->docs.items[index->doc_of[session]];
    const struct match_entry *strong =
        index->strong + (size_t)index->doc_of[session] * MATCH_STRONG;
    for (int i = 0; i < LIKE_TERMS && strong[i].impact > 0; i++) {
        match_add_weight(b, strong[i].term, weight * strong[i].impact / doc->length, -1, basis);
    }
}

void match_add_likes(struct match_builder *b, const struct match_profile *profile)
{
    float squares = 0; /* of the words written: Rocchio adds vectors of one length */
    for (size_t i = 0; i < b->terms.n; i++) {
        float weight = b->weights[b->terms.items[i].term];
        squares += weight * weight;
    }
    float norm = squares > 0 ? sqrtf(squares) : 1;
    for (int i = 0; i < profile->n_likes && i < LIKES_MAX; i++) {
        add_session(b, profile->likes[i], LIKE_WEIGHT * norm, MATCH_BY_LIKES);
    }
    for (int i = 0; i < profile->n_dislikes && i < LIKES_MAX; i++) {
        add_session(b, profile->dislikes[i], -DISLIKE_WEIGHT * norm, MATCH_BY_LIKES);
    }
}

/* Sums what the sessions say, by term, in the scratch; returns how many terms were touched. */
static size_t gather(const struct match_index *index, const struct match_hit *hits, int n_hits,
                     uint32_t *touched)
{
    float *gathered = index->scratch->gathered;
    int64_t total = 0;
    size_t n = 0;
    for (int i = 0; i < n_hits; i++) {
        const struct match_entry *strong = index->strong + (size_t)hits[i].doc * MATCH_STRONG;
        for (size_t e = 0; e < MATCH_STRONG; e += 64 / sizeof *strong) {
            __builtin_prefetch(strong + e);
        }
        total += hits[i].units;
    }
    for (int i = 0; i < n_hits; i++) {
        const struct match_doc *doc = &index->docs.items[hits[i].doc];
        float share = (float)((double)hits[i].units / (double)total) / doc->length;
        const struct match_entry *entry = index->strong + (size_t)hits[i].doc * MATCH_STRONG;
        const struct match_entry *end = entry + MATCH_STRONG;
        for (; entry < end && entry->impact > 0; entry++) {
            if (!index->scratch->teaches[entry->term]) {
                continue;
            }
            if (gathered[entry->term] == 0.0F) {
                touched[n++] = entry->term;
            }
            gathered[entry->term] += share * entry->impact;
        }
    }
    return n;
}

static int compare_entries(const void *a, const void *b)
{
    const struct match_entry *x = a;
    const struct match_entry *y = b;
    if (x->impact != y->impact) {
        return x->impact > y->impact ? -1 : 1;
    }
    return x->term < y->term ? -1 : 1;
}

/* The strongest of the gathered terms, best first; clears the scratch. */
static int strongest(const struct match_index *index, const uint32_t *touched, size_t n,
                     struct match_entry *ret)
{
    int kept = 0;
    for (size_t i = 0; i < n; i++) {
        struct match_entry entry = {.term = touched[i],
                                    .impact = index->scratch->gathered[touched[i]]};
        index->scratch->gathered[touched[i]] = 0;
        if (kept == FEEDBACK_TERMS && entry.impact <= ret[kept - 1].impact) {
            continue;
        }
        int at = kept < FEEDBACK_TERMS ? kept++ : kept - 1;
        for (; at > 0 && compare_entries(&entry, &ret[at - 1]) < 0; at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = entry;
    }
    return kept;
}

/*
 * Pseudo-relevance feedback: what the best few sessions have in common says better what a short
 * query is about than its own words (relevance models, Lavrenko and Croft 2001, mixed with the
 * query as in RM3). The longer the query, the less it needs that.
 */
void match_add_feedback(struct match_builder *b)
{
    const struct match_index *index = b->index;
    struct match_query *query = b->query;
    struct match_hit hits[FEEDBACK_DOCS];
    match_lend(query, LENT);
    int n_hits = match_best(index, query, feedback_docs(index), hits);
    if (query->trace != NULL && feedback_docs(index) > 0) {
        query->trace->first =
            arena_memdup(b->arena, query->terms, (size_t)query->n_terms * sizeof *query->terms);
        query->trace->n_first = query->n_terms;
        query->trace->first_least =
            match_trace_hits(query->trace, hits, n_hits, feedback_docs(index));
    }
    match_lend(query, -LENT);
    if (n_hits == 0) {
        return;
    }
    struct match_entry best[FEEDBACK_TERMS];
    size_t n_touched = gather(index, hits, n_hits, index->scratch->touched);
    int n = strongest(index, index->scratch->touched, n_touched, best);
    float squares = 0;
    float best_squares = 0;
    int n_said = query->n_for;
    b->terms.n = 0;
    for (int i = 0; i < query->n_terms; i++) {
        const struct match_query_term *q = &query->terms[i];
        bool is_form = index->terms.items[q->term].kind == TERM_FORM;
        n_said -= is_form;
        squares += is_form ? 0 : q->weight * q->weight;
        match_add_weight(b, q->term, q->weight, q->source, q->basis);
    }
    squares += query->moved_squares;
    for (int i = 0; i < n; i++) {
        best_squares += best[i].impact * best[i].impact;
    }
    float scale = FEEDBACK_WEIGHT * FEEDBACK_HALF / (FEEDBACK_HALF + (float)n_said);
    scale *= best_squares > 0 ? sqrtf(squares / best_squares) : 0;
    for (int i = 0; i < n; i++) {
        match_add_weight(b, best[i].term, scale * best[i].impact, -1, MATCH_BY_RELATED);
    }
    match_finish(b);
}
