#include "core/match/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POOL_MAX       256
#define FETCH_BYTES    2048 /* of one thing about the next session */
#define FASHION_MAX    64
#define ALIKE          0.30 /* sessions less alike than this are no variants of one another */
#define ALIKE_COSTS    0.85 /* of the score, for a perfect variant */
#define FASHION_STARS  3    /* so many are told of */
#define FASHION_WANTED 5    /* key attendees, likewise */
#define TAIL_SHARE     3    /* the last 1 / so many of the places go by variety too */

static int by_impact(const void *a, const void *b)
{
    const struct match_entry *x = a;
    const struct match_entry *y = b;
    if (x->impact != y->impact) {
        return x->impact > y->impact ? -1 : 1;
    }
    return x->term < y->term ? -1 : 1;
}

static int by_term(const void *a, const void *b)
{
    const struct match_entry *x = a;
    const struct match_entry *y = b;
    return x->term < y->term ? -1 : (x->term > y->term);
}

/* A session that is as it was has the same strong words. */
static void lend_signature(struct match_index *index, size_t d)
{
    const struct match_index *base = index->base;
    size_t from = (size_t)index->base_doc[d];
    memcpy(index->strong + d * MATCH_STRONG, base->strong + from * MATCH_STRONG,
           MATCH_STRONG * sizeof *index->strong);
    memcpy(index->signatures + d * MATCH_SIGNATURE, base->signatures + from * MATCH_SIGNATURE,
           MATCH_SIGNATURE * sizeof *index->signatures);
}

void match_make_signatures(struct match_index *index, struct arena *job)
{
    index->signatures =
        arena_array(index->arena, index->docs.n * MATCH_SIGNATURE + 1, sizeof *index->signatures);
    index->strong =
        arena_array(index->arena, index->docs.n * MATCH_STRONG + 1, sizeof *index->strong);
    uint32_t most = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        most = index->docs.items[d].n_entries > most ? index->docs.items[d].n_entries : most;
    }
    struct match_entry *sorted = arena_array(job, (size_t)most + 1, sizeof *sorted);
    for (size_t d = 0; d < index->docs.n; d++) {
        if (index->base != NULL && index->base_doc[d] >= 0) {
            lend_signature(index, d);
            continue;
        }
        const struct match_doc *doc = &index->docs.items[d];
        size_t n = 0;
        for (uint32_t e = doc->first_entry; e < doc->first_entry + doc->n_entries; e++) {
            sorted[n] = index->entries[e];
            n += index->terms.items[index->entries[e].term].kind != TERM_FORM;
        }
        qsort(sorted, n, sizeof *sorted, by_impact);
        n = n < MATCH_STRONG ? n : MATCH_STRONG;
        memcpy(index->strong + d * MATCH_STRONG, sorted, n * sizeof *sorted);
        n = n < MATCH_SIGNATURE ? n : MATCH_SIGNATURE;
        double squares = 0;
        for (size_t i = 0; i < n; i++) {
            squares += (double)sorted[i].impact * (double)sorted[i].impact;
        }
        qsort(sorted, n, sizeof *sorted, by_term);
        for (size_t i = 0; i < n && squares > 0; i++) {
            struct match_entry *entry = &index->signatures[d * MATCH_SIGNATURE + i];
            entry->term = sorted[i].term;
            entry->impact = sorted[i].impact / (float)sqrt(squares);
        }
    }
}

double match_similarity(const struct match_index *index, uint32_t doc_a, uint32_t doc_b)
{
    const struct match_entry *a = index->signatures + (size_t)doc_a * MATCH_SIGNATURE;
    const struct match_entry *b = index->signatures + (size_t)doc_b * MATCH_SIGNATURE;
    const struct match_entry *end_a = a + MATCH_SIGNATURE;
    const struct match_entry *end_b = b + MATCH_SIGNATURE;
    double sum = 0;
    while (a < end_a && b < end_b && a->impact > 0 && b->impact > 0) {
        if (a->term == b->term) {
            sum += (double)(a++)->impact * (double)(b++)->impact;
        } else if (a->term < b->term) {
            a++;
        } else {
            b++;
        }
    }
    return sum;
}

/* The chosen session's words stand in the scratch while the others are held against them. */
static void lay_out(const struct match_index *index, uint32_t doc)
{
    const struct match_entry *words = index->signatures + (size_t)doc * MATCH_SIGNATURE;
    for (int i = 0; i < MATCH_SIGNATURE; i++) {
        index->scratch->gathered[words[i].term] += words[i].impact;
    }
}

static void clear_away(const struct match_index *index, uint32_t doc)
{
    const struct match_entry *words = index->signatures + (size_t)doc * MATCH_SIGNATURE;
    for (int i = 0; i < MATCH_SIGNATURE; i++) {
        index->scratch->gathered[words[i].term] = 0;
    }
}

/* match_similarity() to the session that was laid out. */
static double similarity_to_it(const struct match_index *index, uint32_t doc)
{
    const struct match_entry *words = index->signatures + (size_t)doc * MATCH_SIGNATURE;
    double sum = 0;
    for (int i = 0; i < MATCH_SIGNATURE; i++) {
        sum += (double)index->scratch->gathered[words[i].term] * (double)words[i].impact;
    }
    return sum;
}

static double less_variants(double score, double alike)
{
    return alike < ALIKE ? score : score * (1 - ALIKE_COSTS * (alike - ALIKE) / (1 - ALIKE));
}

/* Notes in alike[] how like each of hits[from..to) is to hits[chosen], if that is more than before.
 */
static void compare_with(const struct match_index *index, const struct match_hit *hits, int chosen,
                         int from, int to, double *alike)
{
    lay_out(index, hits[chosen].doc);
    for (int i = from; i < to; i++) {
        double now = similarity_to_it(index, hits[i].doc);
        alike[i] = now > alike[i] ? now : alike[i];
    }
    clear_away(index, hits[chosen].doc);
}

static void put_in_order(const struct match_index *index, struct match_hit *hits, int n)
{
    for (int i = 1; i < n; i++) {
        struct match_hit hit = hits[i];
        int at = i;
        for (; at > 0 && match_hit_compare(index, &hit, &hits[at - 1]) < 0; at--) {
            hits[at] = hits[at - 1];
        }
        hits[at] = hit;
    }
}

/*
 * Maximal marginal relevance (Carbonell and Goldstein 1998), for the tail only: the first two
 * thirds of the places are the exact best, the rest are chosen one by one by score less likeness to
 * those chosen. What is chosen is then in the order of its score.
 */
static int diversify(const struct match_index *index, struct match_hit *hits, int n_hits, int top)
{
    if (n_hits <= top || n_hits > POOL_MAX) {
        return n_hits;
    }
    int n = top - top / TAIL_SHARE;
    double alike[POOL_MAX] = {0};
    for (int i = 0; i < n; i++) {
        compare_with(index, hits, i, n, n_hits, alike);
    }
    while (n < top) {
        int best = n;
        double best_value = -1;
        for (int i = n; i < n_hits; i++) {
            double value = less_variants(match_units_score(hits[i].units), alike[i]);
            if (value > best_value) {
                best_value = value;
                best = i;
            }
        }
        struct match_hit chosen = hits[best];
        memmove(hits + n + 1, hits + n, (size_t)(best - n) * sizeof *hits);
        memmove(alike + n + 1, alike + n, (size_t)(best - n) * sizeof *alike);
        hits[n++] = chosen;
        compare_with(index, hits, n - 1, n, n < top ? n_hits : n, alike);
    }
    put_in_order(index, hits, n);
    return n;
}

static bool is_named(const struct match_profile *profile, int session)
{
    for (int i = 0; i < profile->n_likes; i++) {
        if (profile->likes[i] == session) {
            return true;
        }
    }
    for (int i = 0; i < profile->n_dislikes; i++) {
        if (profile->dislikes[i] == session) {
            return true;
        }
    }
    for (int i = 0; i < profile->n_own; i++) {
        if (profile->own[i] == session) {
            return true;
        }
    }
    return false;
}

static int drop_named(const struct match_index *index, const struct match_profile *profile,
                      struct match_hit *hits, int n)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (!is_named(profile, index->sessions[hits[i].doc])) {
            hits[kept++] = hits[i];
        }
    }
    return kept;
}

/* ---- when nothing is known ---- */

static int stars_of(const struct match_index *index, uint32_t doc)
{
    return (int)((index->popularity[doc] - index->expected[doc]) / 2);
}

/* How many are named as key attendees of the session or, for a block, of its track. */
static int key_attendees(const struct conference *conf, int session)
{
    const struct session *s = &conf->sessions.items[session];
    int n = 0;
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *m = &conf->mentions.items[i];
        bool is_of_track = s->kind == SESSION_BLOCK && m->session < 0 && m->track == s->track;
        n += m->role == ROLE_KEY_ATTENDEE &&
             (m->session == session || (m->track >= 0 && is_of_track));
    }
    return n;
}

static void note_fashion(struct match_index *index, uint32_t doc)
{
    int session = index->docs.items[doc].session;
    struct match_fashion *fashion = &index->fashion[index->n_fashion++];
    *fashion =
        (struct match_fashion){doc, stars_of(index, doc), key_attendees(index->conf, session)};
    int64_t item[3] = {index->sources.items[doc].id, fashion->stars, fashion->wanted};
    index->fashion_mark = hash_bytes(item, sizeof item, index->fashion_mark);
}

/* Popular sessions one by one, each as unlike those before it as its popularity allows. The first
 * n of the list are the answer for any n, so that one list serves everybody. */
static void make_fashion(struct match_index *index)
{
    int n_docs = (int)index->docs.n;
    int most = n_docs < FASHION_MAX ? n_docs : FASHION_MAX;
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    if (index->fashion == NULL) {
        index->fashion = arena_array(index->arena, FASHION_MAX, sizeof *index->fashion);
    }
    index->fashion_mark = 0;
    double *alike = arena_array(job, index->docs.n + 1, sizeof *alike);
    double largest = 0;
    for (int d = 0; d < n_docs; d++) {
        largest = index->popularity[d] > largest ? index->popularity[d] : largest;
    }
    while (index->n_fashion < most) {
        int best = -1;
        double best_value = -1;
        for (int d = 0; d < n_docs; d++) {
            double value = (0.05 + index->popularity[d] / (largest + 1)) * (1 - alike[d]);
            bool is_before =
                best >= 0 && index->docs.items[d].place < index->docs.items[best].place;
            if (alike[d] < 2 && (value > best_value || (value >= best_value && is_before))) {
                best = d;
                best_value = value;
            }
        }
        note_fashion(index, (uint32_t)best);
        const struct session *chosen =
            &index->conf->sessions.items[index->docs.items[best].session];
        for (int d = 0; d < n_docs; d++) {
            const struct session *other =
                &index->conf->sessions.items[index->docs.items[d].session];
            double now = match_similarity(index, (uint32_t)best, (uint32_t)d);
            bool same_track = chosen->track >= 0 && chosen->track == other->track;
            now = same_track && now < 0.5 ? 0.5 : now;
            alike[d] = now > alike[d] ? now : alike[d];
        }
        alike[best] = 2;
    }
}

/* Only what sets the session apart: that nothing is known is said once, above the list. */
static const char *fashion_reason(const struct match_fashion *fashion,
                                  const struct match_query *query, struct arena *arena)
{
    const char *head = query->tokens.items.n > 0 ? MATCH_TOLD_UNMATCHED : MATCH_TOLD_POPULAR;
    if (fashion->stars >= FASHION_STARS) {
        return arena_printf(arena, "%s; %d have starred it", head, fashion->stars);
    }
    if (fashion->wanted >= FASHION_WANTED) {
        return arena_printf(arena, "%s; %d key attendees are wanted there", head, fashion->wanted);
    }
    return head;
}

static void ask_fashion(const struct match_index *index)
{
    if (index->n_fashion == 0) {
        union {
            const struct match_index *in;
            struct match_index *out;
        } lazily = {.in = index}; /* a cache: nobody sees the difference */
        make_fashion(lazily.out);
    }
}

uint64_t match_fashion_mark(const struct match_index *index)
{
    ask_fashion(index);
    return index->fashion_mark;
}

static int pick_fashion(const struct match_index *index, const struct match_query *query, int top,
                        struct arena *arena, struct match_result *ret)
{
    ask_fashion(index);
    int n = 0;
    for (int i = 0; i < index->n_fashion && n < top; i++) {
        uint32_t doc = index->fashion[i].doc;
        int session = index->docs.items[doc].session;
        if (is_named(query->profile, session)) {
            continue;
        }
        const char **because = arena_array(arena, 1, sizeof *because);
        because[0] = fashion_reason(&index->fashion[i], query, arena);
        ret[n] = (struct match_result){.session = session,
                                       .score = 1.0 / (2 + n),
                                       .because = because,
                                       .n_because = 1,
                                       .basis = MATCH_BY_FASHION};
        n++;
    }
    return n;
}

/* ---- reasons ---- */

/* Notes in the scratch where each term stands in the query, and which are short forms. */
static void lay_query(const struct match_index *index, const struct match_query *query)
{
    struct match_scratch *scratch = index->scratch;
    scratch->n_shorts = 0;
    for (int i = 0; i < query->n_for; i++) {
        uint32_t term = query->terms[i].term;
        scratch->query_places[term] = (uint16_t)(i + 1); /* MATCH_TERM_CAP at most */
        if (term < index->n_phrase_terms && index->phrase_short[term] != 0) {
            scratch->shorts[scratch->n_shorts++] = term;
        }
    }
}

static void clear_query(const struct match_index *index, const struct match_query *query)
{
    for (int i = 0; i < query->n_for; i++) {
        index->scratch->query_places[query->terms[i].term] = 0;
    }
}

static void fetch(const void *from, size_t size)
{
    for (size_t at = 0; at < size && at < FETCH_BYTES; at += 64) {
        __builtin_prefetch((const char *)from + at);
    }
}

/* Asks for what the reasons of a session are made from while those of another one are made. */
static void fetch_doc(const struct match_index *index, uint32_t doc)
{
    const struct match_doc *d = &index->docs.items[doc];
    fetch(index->entries + d->first_entry, d->n_entries * sizeof *index->entries);
    fetch(index->words.items + d->first_word, d->n_words * sizeof *index->words.items);
    fetch(index->pieces.items + d->first_piece, d->n_pieces * sizeof *index->pieces.items);
}

static void explain_hits(const struct match_index *index, const struct match_query *query,
                         const struct match_hit *hits, int n, struct arena *arena,
                         struct match_result *ret)
{
    lay_query(index, query);
    for (int i = 0; i < n; i++) {
        if (i + 1 < n) {
            fetch_doc(index, hits[i + 1].doc);
        }
        match_explain(index, query, hits[i].doc, arena, &ret[i]);
    }
    clear_query(index, query);
}

int match_query_top(const struct match_index *index, const struct match_query *query, int top,
                    const struct match_options *options, struct arena *arena,
                    struct match_result *ret)
{
    int n_docs = (int)index->docs.n;
    top = top > n_docs ? n_docs : top;
    if (top <= 0) {
        return 0;
    }
    if (query->n_for == 0) {
        if (query->trace != NULL) {
            query->trace->is_fashion = true;
        }
        return options->has_fallback ? pick_fashion(index, query, top, arena, ret) : 0;
    }
    int pool = top + query->profile->n_likes + query->profile->n_dislikes + query->profile->n_own;
    pool += options->is_diverse && top < POOL_MAX ? top : 0;
    pool = pool > n_docs || pool < 0 ? n_docs : pool;
    struct match_hit small[POOL_MAX];
    struct match_hit *hits =
        pool <= POOL_MAX ? small : arena_array(arena, (size_t)pool, sizeof *hits);
    int n = match_best(index, query, pool, hits);
    if (query->trace != NULL) {
        int64_t least = match_trace_hits(query->trace, hits, n, pool < n_docs ? pool : n + 1);
        least = query->is_long ? match_trace_lent(index, query, hits, n, least) : least;
        query->trace->least = least < query->trace->least ? least : query->trace->least;
        query->trace->is_fashion = n == 0;
    }
    if (n == 0 && options->has_fallback) { /* no session has any of these words any more */
        return pick_fashion(index, query, top, arena, ret);
    }
    n = drop_named(index, query->profile, hits, n);
    n = options->is_diverse ? diversify(index, hits, n, top) : n;
    n = n > top ? top : n;
    for (int i = 0; i < n; i++) {
        ret[i] = (struct match_result){.session = index->sessions[hits[i].doc],
                                       .score = match_units_score(hits[i].units)};
    }
    if (options->has_reasons) {
        explain_hits(index, query, hits, n, arena, ret);
    }
    return n;
}

int match_top(const struct match_index *index, const struct match_profile *profile, int top,
              struct arena *arena, struct match_result *ret)
{
    const struct match_options options = {
        .is_diverse = true, .has_reasons = true, .has_fallback = true};
    const struct match_query *query = match_query_new(index, profile, arena);
    return match_query_top(index, query, top, &options, arena, ret);
}
