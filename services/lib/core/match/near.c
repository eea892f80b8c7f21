/* match_near: sessions that say much the same, and what they lend each other against whole texts.
 */
#include "core/match/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_MAX 16   /* neighbours of a session */
#define CROWD    2048 /* words of more sessions than this make no neighbours */
#define LENT     0.7  /* of the neighbours' score; of their neighbours' the square of it */
#define GENERAL  0.7  /* of what a session has in common with every other one */
#define LEVELS   1024
#define SORTED   64 /* sessions that are put in order at once; the others when they are asked for */
#define PRESSED  16 /* scores below this part of the best are pressed together above nought */

/*
 * Neighbours of the sessions that an index learned from, and for each session that it has now which
 * of these are nearest: a session that has changed since finds its own and is nobody's, so that an
 * edit changes the edited session only.
 */
struct match_near {
    const struct match_near *learned; /* those that the index learned from; itself without a base */
    size_t n;                         /* of these */
    size_t reach;                     /* places for neighbours of each session */
    uint16_t *ids;                    /* by session and place: a session that was learned from */
    float *shares;                    /* the same: what it counts; together 1, or all 0 */
    float *means;                     /* by session: its mean cosine with those learned from */
    float *centre;                    /* by word: their mean, each of length 1 */
    int32_t *now; /* by session learned from: its place in the index, -1 = it is another now */
};

/* ---- cosines ---- */

/* What the entry counts in a session of length 1. */
static float part_of(const struct match_index *index, const struct match_doc *doc, uint32_t e)
{
    const struct match_entry *entry = &index->entries[doc->first_entry + e];
    const struct match_term *term = &index->terms.items[entry->term];
    return doc->echo_length > 0 ? entry->impact * sqrtf(term->echo) / doc->echo_length : 0;
}

struct list_entry {
    uint32_t doc;
    float part;
};

/* By word the sessions that have it, as far as they make neighbours. */
struct lists {
    size_t *first; /* by word; those of word t end where those of t + 1 begin */
    struct list_entry *entries;
};

static bool is_crowded(const struct match_index *index, uint32_t term)
{
    return index->terms.items[term].n_learned > CROWD;
}

static struct lists list_words(const struct match_index *index, struct arena *job)
{
    struct lists lists = {arena_array(job, index->terms.n + 2, sizeof(size_t)), NULL};
    size_t *at = lists.first + 1; /* where the next of a word goes */
    for (int is_filling = 0; is_filling < 2; is_filling++) {
        for (size_t d = 0; d < index->docs.n; d++) {
            const struct match_doc *doc = &index->docs.items[d];
            for (uint32_t e = 0; e < doc->n_entries; e++) {
                uint32_t term = index->entries[doc->first_entry + e].term;
                if (is_crowded(index, term)) {
                    continue;
                }
                if (is_filling) {
                    lists.entries[at[term]] =
                        (struct list_entry){(uint32_t)d, part_of(index, doc, e)};
                }
                at[term]++;
            }
        }
        size_t total = 0;
        for (size_t t = 0; t < index->terms.n && !is_filling; t++) {
            size_t n = at[t];
            at[t] = total;
            total += n;
        }
        if (!is_filling) {
            lists.entries = arena_array(job, total + 1, sizeof *lists.entries);
        }
    }
    return lists;
}

/* Adds the cosines of one session with all. */
static void add_cosines(const struct match_index *index, const struct lists *lists, size_t d,
                        double *cosines)
{
    const struct match_doc *doc = &index->docs.items[d];
    for (uint32_t e = 0; e < doc->n_entries; e++) {
        uint32_t term = index->entries[doc->first_entry + e].term;
        double part = (double)part_of(index, doc, e);
        for (size_t i = lists->first[term]; i < lists->first[term + 1]; i++) {
            cosines[lists->entries[i].doc] += part * (double)lists->entries[i].part;
        }
    }
}

/* The nearest sessions, best first, and what each counts: the square of its cosine. */
static void choose_near(struct match_near *near, size_t d, const double *cosines)
{
    uint16_t *ids = near->ids + d * near->reach;
    float *shares = near->shares + d * near->reach;
    size_t n = 0;
    for (size_t j = 0; j < near->n; j++) {
        double cosine = cosines[j];
        if (!(cosine > 0) || (n == near->reach && cosine <= cosines[ids[n - 1]])) {
            continue;
        }
        size_t at = n < near->reach ? n++ : n - 1;
        for (; at > 0 && cosines[ids[at - 1]] < cosine; at--) {
            ids[at] = ids[at - 1];
        }
        ids[at] = (uint16_t)j;
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += cosines[ids[i]] * cosines[ids[i]];
    }
    for (size_t i = 0; i < n; i++) {
        shares[i] = (float)(cosines[ids[i]] * cosines[ids[i]] / sum);
    }
}

/* ---- neighbours ---- */

static struct match_near *new_near(const struct match_index *index, size_t n)
{
    struct arena *arena = index->arena;
    struct match_near *near = arena_alloc(arena, sizeof *near);
    near->learned = near;
    near->n = n;
    near->reach = NEAR_MAX;
    near->ids = arena_array(arena, index->docs.n * near->reach + 1, sizeof *near->ids);
    near->shares = arena_array(arena, index->docs.n * near->reach + 1, sizeof *near->shares);
    near->means = arena_array(arena, index->docs.n + 1, sizeof *near->means);
    return near;
}

static void find_centre(const struct match_index *index, struct match_near *near)
{
    near->centre = arena_array(index->arena, index->terms.n + 1, sizeof *near->centre);
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        for (uint32_t e = 0; e < doc->n_entries; e++) {
            near->centre[index->entries[doc->first_entry + e].term] +=
                part_of(index, doc, e) / (float)near->n;
        }
    }
}

/* Of a session with the centre, without what is its own in that: `own` is its cosine with itself as
 * it was learned from. */
static float mean_of(const struct match_index *index, const struct match_near *near, size_t n_terms,
                     size_t d, double own)
{
    const struct match_doc *doc = &index->docs.items[d];
    double sum = 0;
    for (uint32_t e = 0; e < doc->n_entries; e++) {
        uint32_t term = index->entries[doc->first_entry + e].term;
        sum += term < n_terms ? (double)part_of(index, doc, e) * (double)near->centre[term] : 0;
    }
    double mean = sum - own / (double)near->n;
    return mean > 0 ? (float)mean : 0; /* never below by rounding: match_trace_lent() rests on it */
}

static struct match_near *make_near(const struct match_index *index)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    size_t n = index->docs.n;
    struct match_near *near = new_near(index, n);
    struct lists lists = list_words(index, job);
    double *cosines = arena_array(job, n + 1, sizeof *cosines);
    find_centre(index, near);
    for (size_t d = 0; d < n; d++) {
        memset(cosines, 0, n * sizeof *cosines);
        add_cosines(index, &lists, d, cosines);
        cosines[d] = 0;
        choose_near(near, d, cosines);
        near->means[d] =
            mean_of(index, near, index->terms.n, d, index->docs.items[d].echo_length > 0);
    }
    return near;
}

/* The cosines of a session that has changed with those that were learned from; of itself, as it was
 * then, 0. Returns that one. */
static double compare_changed(const struct match_index *index, size_t d, double *cosines)
{
    const struct match_index *base = index->base;
    const struct match_doc *doc = &index->docs.items[d];
    float *parts = index->scratch->gathered;
    double own = 0;
    for (uint32_t e = 0; e < doc->n_entries; e++) {
        parts[index->entries[doc->first_entry + e].term] = part_of(index, doc, e);
    }
    for (size_t j = 0; j < base->docs.n; j++) {
        const struct match_doc *other = &base->docs.items[j];
        double sum = 0;
        double crowded = 0;
        for (uint32_t e = 0; e < other->n_entries; e++) {
            uint32_t term = base->entries[other->first_entry + e].term;
            if (parts[term] == 0.0F) {
                continue; /* nearly all */
            }
            double product = (double)parts[term] * (double)part_of(base, other, e);
            *(is_crowded(base, term) ? &crowded : &sum) += product;
        }
        bool is_own = base->sources.items[j].id == index->sources.items[d].id;
        own += is_own ? sum + crowded : 0;
        cosines[j] = is_own ? 0 : sum;
    }
    for (uint32_t e = 0; e < doc->n_entries; e++) {
        parts[index->entries[doc->first_entry + e].term] = 0;
    }
    return own;
}

static const struct match_near *near_of(const struct match_index *index);

static struct match_near *lend_near(const struct match_index *index)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    const struct match_near *from = near_of(index->base);
    struct match_near *near = new_near(index, from->n);
    double *cosines = arena_array(job, from->n + 1, sizeof *cosines);
    near->learned = from;
    near->now = arena_array(index->arena, from->n + 1, sizeof *near->now);
    memset(near->now, 0xff, from->n * sizeof *near->now);
    for (size_t d = 0; d < index->docs.n; d++) {
        int32_t before = index->base_doc[d];
        if (before < 0) {
            double own = compare_changed(index, d, cosines);
            choose_near(near, d, cosines);
            near->means[d] = mean_of(index, from, index->base->terms.n, d, own);
            continue;
        }
        near->now[before] = (int32_t)d;
        size_t at = (size_t)before * near->reach;
        memcpy(near->ids + d * near->reach, from->ids + at, near->reach * sizeof *near->ids);
        memcpy(near->shares + d * near->reach, from->shares + at,
               near->reach * sizeof *near->shares);
        near->means[d] = from->means[before];
    }
    return near;
}

static const struct match_near *near_of(const struct match_index *index)
{
    if (index->near == NULL) {
        union {
            const struct match_index *in;
            struct match_index *out;
        } lazily = {.in = index}; /* a cache: nobody sees the difference */
        lazily.out->near = index->base == NULL ? make_near(index) : lend_near(index);
    }
    return index->near;
}

/* ---- scores ---- */

/* What the words of a session say, with its length taken out, less what it has of all sessions. */
static double plain_score(const struct match_index *index, int64_t units, double echo_length,
                          double general)
{
    double even = echo_length > 0 ? (double)units * index->mean_echo_length / echo_length : 0;
    return even - general;
}

static double lent_by(const struct match_near *near, size_t d, const double *scores)
{
    double sum = 0;
    for (size_t i = d * near->reach; i < (d + 1) * near->reach; i++) {
        sum += (double)near->shares[i] * scores[near->ids[i]];
    }
    return LENT * sum;
}

/* The units of a session as it was when it was learned from, with the weights laid out. */
static int64_t units_then(const struct match_index *base, size_t j, const float *weights)
{
    const struct match_doc *doc = &base->docs.items[j];
    int64_t units = 0;
    for (uint32_t e = 0; e < doc->n_entries; e++) {
        const struct match_entry *entry = &base->entries[doc->first_entry + e];
        units += match_units(weights[entry->term], entry->impact);
    }
    return units;
}

/* What sessions can lend, by session learned from: their scores and what their own neighbours lend
 * them. `units` are by session of the index. */
static const double *lendable(const struct match_index *index, const struct match_query *query,
                              const struct match_near *near, const int64_t *units, double general,
                              struct arena *arena)
{
    const struct match_near *learned = near->learned;
    const struct match_index *base = index->base == NULL ? index : index->base;
    double *plain = arena_array(arena, near->n + 1, sizeof *plain);
    double *ret = arena_array(arena, near->n + 1, sizeof *ret);
    float *weights = index->scratch->weights;
    for (int i = 0; i < query->n_terms; i++) {
        weights[query->terms[i].term] = query->terms[i].weight;
    }
    for (size_t j = 0; j < near->n; j++) {
        int32_t now = near->now == NULL ? (int32_t)j : near->now[j];
        int64_t here = now >= 0 ? units[now] : units_then(base, j, weights);
        plain[j] = plain_score(index, here, (double)base->docs.items[j].echo_length,
                               general * (double)learned->means[j]);
    }
    for (int i = 0; i < query->n_terms; i++) {
        weights[query->terms[i].term] = 0;
    }
    for (size_t j = 0; j < near->n; j++) {
        ret[j] = plain[j] + lent_by(learned, j, plain);
    }
    return ret;
}

/* ---- hits ---- */

/* Moves at least `n` of the hits that score best to the front; returns how many. By levels of the
 * score, in linear time. */
static int best_to_front(struct match_hit *hits, int n_hits, int n)
{
    int counts[LEVELS + 1] = {0};
    int64_t most = 0;
    for (int i = 0; i < n_hits; i++) {
        most = hits[i].units > most ? hits[i].units : most;
    }
    double scale = most > 0 ? (double)LEVELS / (double)most : 0;
    for (int i = 0; i < n_hits; i++) {
        counts[(int)((double)hits[i].units * scale)]++;
    }
    int level = LEVELS;
    for (int above = counts[level]; level > 0 && above < n; above += counts[--level]) {
    }
    int front = 0;
    for (int i = 0; i < n_hits; i++) {
        if ((int)((double)hits[i].units * scale) >= level) {
            struct match_hit hit = hits[i];
            hits[i] = hits[front];
            hits[front++] = hit;
        }
    }
    return front;
}

/* Above nought whatever the score, in the same order; from `low` on it stays as it is. */
static int64_t press(double score, double low)
{
    double pressed = score < low ? low * low / (2 * low - score) : score;
    return pressed > 1 ? (int64_t)pressed : 1;
}

/* Whoever is found among the best n has been lent something by sessions that an edit does not
 * change: what its own words must say to come among these. All that tie with the last one count. */
int64_t match_trace_lent(const struct match_index *index, const struct match_query *query,
                         const struct match_hit *hits, int n, int64_t least)
{
    struct match_trace *trace = query->trace;
    for (int i = n; n > 0 && i < query->n_blend; i++) {
        const struct match_hit *next = match_blend_best(index, query, i + 1) + i;
        if (next->units != hits[n - 1].units) {
            break;
        }
        *vec_add(trace->arena, &trace->tied) = hits[n - 1].doc;
        *vec_add(trace->arena, &trace->tied) = next->doc;
    }
    return least > trace->pressed && least > trace->lent ? least - trace->lent : 1;
}

/* The most that any session can be lent, and what is pressed together. */
static void note_trace(struct match_trace *trace, const struct match_near *near, const double *lent,
                       double low)
{
    double most = 0;
    for (size_t j = 0; j < near->n; j++) {
        most = lent[j] > most ? lent[j] : most;
    }
    trace->lent = (int64_t)(LENT * most * 1.001) + 2; /* shares are rounded */
    trace->pressed = (int64_t)low + 1;
}

/*
 * Whole texts. What a session says in few words its neighbours say in others: each has a share of
 * the scores of those most like it, and of theirs a share of that (score regularisation, Diaz
 * 2007). What a session has in common with every other one says nothing of this person: the mean of
 * all sessions is taken off the profile, which takes its mean cosine off each session (centring,
 * Suzuki et al. 2013). Only sessions that share a word are told: of others there would be nothing
 * true to tell.
 */
void match_smooth(const struct match_index *index, struct match_query *query, struct arena *arena)
{
    const struct match_near *near = near_of(index);
    const int64_t *units = index->scratch->exact;
    double general = GENERAL * match_full_units(index, query);
    match_sum_all(index, query, index->scratch->exact);
    const double *lent = lendable(index, query, near, units, general, arena);
    struct match_hit *hits = arena_array(arena, index->docs.n + 1, sizeof *hits);
    double *scores = arena_array(arena, index->docs.n + 1, sizeof *scores);
    int n = 0;
    double most = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        if (units[d] > 0) {
            double length = (double)index->docs.items[d].echo_length;
            double mean = general * (double)near->means[d];
            scores[n] = plain_score(index, units[d], length, mean) + lent_by(near, d, lent);
            most = scores[n] > most ? scores[n] : most;
            hits[n++].doc = (uint32_t)d;
        }
    }
    double low = most > 0 ? most / PRESSED : 1;
    for (int i = 0; i < n; i++) {
        hits[i].units = press(scores[i], low);
    }
    if (query->trace != NULL) {
        note_trace(query->trace, near, lent, low);
    }
    match_set_blend(index, query, hits, n, best_to_front(hits, n, SORTED), arena);
}
