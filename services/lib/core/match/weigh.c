#include "core/match/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAIR_FILTER ((size_t)1 << 21) /* counters, a power of two */
#define PAIR_SHARE  4096              /* sessions for which a pair must occur once more */
#define PAIR_WORTH  0.5F              /* of a pair's idf: its words count by themselves as well */
#define PHRASE_SHARE                                                                               \
    3 /* in 1/16: a long form written out says a little of its short form as well */

const struct match_field_row match_fields[N_FIELDS] = {
    [FIELD_TITLE] = {"title", 2.0F, 0.3F},
    [FIELD_TAGS] = {"tags", 2.0F, 0.3F},
    [FIELD_TRACK] = {"track", 1.2F, 0.2F},
    [FIELD_TEXT] = {"text", 1.0F, 0.7F},
    [FIELD_DESCRIPTION] = {"description", 1.0F, 0.7F},
    [FIELD_PEOPLE] = {"people", 2.0F, 0.2F},
};

/*
 * Echoes. Under the cosine measure, by which whole texts are compared, a word counts as its stem
 * and once more as it is written: as much as both would where a stem is written in one way only, so
 * that it needs no second term. There a pair weighs as much as a word of its rarity, four times the
 * product of two halved weights.
 */

/* What the sessions of one index say, before it is weighted. */
struct occurrence {
    uint32_t term;
    uint8_t field;
    bool is_first;  /* of its term in the session */
    uint16_t share; /* in 1/16 of an occurrence */
};

struct weigher {
    struct match_index *index;
    struct arena *job;
    VEC(struct occurrence) found; /* of all docs, doc by doc */
    size_t *first_found;          /* by doc */
    VEC(struct match_entry) entries;
    double *field_lengths; /* docs x N_FIELDS, in words */
    uint32_t *words;       /* of one doc, for phrases */
    uint32_t *at;
    uint8_t least_pairs;  /* occurrences that make a pair a term: more in a larger programme */
    uint8_t *pair_counts; /* PAIR_FILTER saturating counters by hash: a pair seen once is no term */
};

static size_t pair_hash(uint32_t a, uint32_t b)
{
    uint64_t key = (uint64_t)a << 32 | b;
    return (size_t)(key * 0xd6e8feb86659fd93U >> 24) & (PAIR_FILTER - 1);
}

static bool is_pairable(const struct match_word *words, size_t i)
{
    return !words[i].is_stop;
}

/* The word that follows words[i] as its neighbour in a phrase; 0 = none. A compound's whole is
 * passed by: its parts are the neighbours. */
static size_t neighbour(const struct match_word *words, size_t n, size_t i)
{
    size_t next = i + 1;
    if (next < n && words[next].piece == words[i].piece && !words[next].starts_break) {
        bool is_whole = next + 1 < n && words[next + 1].is_part && !words[next].is_part;
        next += is_whole && words[next + 1].piece == words[i].piece;
        return is_pairable(words, next) && words[next].term != words[i].term ? next : 0;
    }
    return 0;
}

static void count_pairs(struct weigher *w)
{
    struct match_index *index = w->index;
    w->pair_counts = arena_array(w->job, PAIR_FILTER, 1);
    size_t more = index->docs.n / PAIR_SHARE;
    w->least_pairs = (uint8_t)(2 + (more < 100 ? more : 100));
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        const struct match_word *words = index->words.items + doc->first_word;
        for (size_t i = 0; i < doc->n_words; i++) {
            size_t next = is_pairable(words, i) ? neighbour(words, doc->n_words, i) : 0;
            if (next != 0) {
                uint8_t *count = &w->pair_counts[pair_hash(words[i].term, words[next].term)];
                *count = (uint8_t)(*count + (*count < UINT8_MAX));
            }
        }
    }
}

static void found(struct weigher *w, uint32_t term, enum match_field field, int share)
{
    struct occurrence *o = vec_add(w->job, &w->found);
    o->term = term;
    o->field = (uint8_t)field;
    o->share = (uint16_t)share;
}

/* "hot plug" says "hotplug" where somebody writes it so. */
static void find_joined(struct weigher *w, const struct match_doc *doc,
                        const struct match_word *words, size_t i, size_t next)
{
    struct match_index *index = w->index;
    const struct match_piece *pieces = index->pieces.items + doc->first_piece;
    const char *text = pieces[words[i].piece].text;
    size_t a = words[i].length;
    size_t b = words[next].length;
    char joined[TEXT_WORD_MAX + 1];
    if (words[i].is_part || words[next].is_part || a + b > TEXT_WORD_MAX || a < 2 || b < 2) {
        return;
    }
    for (size_t c = 0; c < a + b; c++) {
        unsigned char byte =
            (unsigned char)(c < a ? text[words[i].start + c] : text[words[next].start + c - a]);
        if (byte >= 0x80) {
            return;
        }
        joined[c] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    joined[a + b] = '\0';
    const int64_t *form = strmap_find(&index->forms, joined);
    if (form != NULL) {
        found(w, (uint32_t)*form, pieces[words[i].piece].field, 12);
    }
}

/* Learned phrases are read over whole words: the parts of a compound are left out. */
static void find_phrases(struct weigher *w, const struct match_doc *doc,
                         const struct match_word *words, uint32_t *terms, uint32_t *at)
{
    const struct match_piece *pieces = w->index->pieces.items + doc->first_piece;
    size_t n = 0;
    for (uint32_t i = 0; i < doc->n_words; i++) {
        if (!words[i].is_part) {
            terms[n] = words[i].term;
            at[n++] = i;
        }
    }
    for (size_t i = 0; i < n; i++) {
        int n_words;
        uint32_t term = match_phrase_at(w->index, terms, n, i, &n_words);
        if (term != MATCH_NO_TERM) {
            found(w, term, pieces[words[at[i]].piece].field, PHRASE_SHARE);
        }
    }
}

static void find_people(struct weigher *w, size_t d)
{
    const struct match_original *source = &w->index->sources.items[d];
    for (size_t i = 0; i < source->n_named; i++) {
        const int64_t *term =
            source->named[i].is_word
                ? strmap_find(&w->index->people, text_fold(source->named[i].name, w->job))
                : NULL;
        if (term != NULL) {
            found(w, (uint32_t)*term, FIELD_PEOPLE, 16);
        }
    }
}

/* The pair's term: one that occurs often enough to be learned, or has been learned before. */
static uint32_t pair_at(const struct weigher *w, uint32_t a, uint32_t b)
{
    if (w->pair_counts == NULL) {
        return match_pair_of(w->index, a, b);
    }
    bool is_term = w->pair_counts[pair_hash(a, b)] >= w->least_pairs;
    return is_term ? match_learn_pair(w->index, a, b) : MATCH_NO_TERM;
}

static void find_words(struct weigher *w, size_t d)
{
    struct match_index *index = w->index;
    const struct match_doc *doc = &index->docs.items[d];
    const struct match_word *words = index->words.items + doc->first_word;
    const struct match_piece *pieces = index->pieces.items + doc->first_piece;
    double *lengths = w->field_lengths + d * N_FIELDS;
    for (size_t i = 0; i < doc->n_words; i++) {
        enum match_field field = pieces[words[i].piece].field;
        lengths[field] += words[i].is_part ? 0 : 1;
        if (words[i].is_stop) {
            continue;
        }
        found(w, words[i].term, field, words[i].is_part ? 10 : 16);
        uint32_t form = words[i].form == MATCH_NO_TERM
                            ? MATCH_NO_TERM
                            : index->form_list.items[words[i].form].own_term;
        if (form != MATCH_NO_TERM) {
            found(w, form, field, words[i].is_part ? 10 : 16);
        }
        size_t next = neighbour(words, doc->n_words, i);
        if (next == 0) {
            continue;
        }
        find_joined(w, doc, words, i, next);
        uint32_t pair = pair_at(w, words[i].term, words[next].term);
        if (pair != MATCH_NO_TERM) {
            found(w, pair, field, 16);
        }
    }
    find_phrases(w, doc, words, w->words, w->at);
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a;
    const struct occurrence *y = b;
    return x->term != y->term ? (x->term < y->term ? -1 : 1) : (int)x->field - (int)y->field;
}

/* BM25F's first half: field frequencies, each normalised by its own length, weighted and summed. */
static double weighted_tf(const struct weigher *w, size_t d, const struct occurrence *o, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const struct match_field_row *field = &match_fields[o[i].field];
        double mean = w->index->mean_lengths[o[i].field];
        double relative = mean > 0 ? w->field_lengths[d * N_FIELDS + o[i].field] / mean : 1;
        sum += (double)field->weight * o[i].share / 16 /
               (1 - (double)field->b + (double)field->b * relative);
    }
    return sum;
}

static void measure_fields(struct weigher *w)
{
    for (int f = 0; f < N_FIELDS; f++) {
        double sum = 0;
        size_t n = 0;
        for (size_t d = 0; d < w->index->docs.n; d++) {
            double length = w->field_lengths[d * N_FIELDS + (size_t)f];
            sum += length;
            n += length > 0;
        }
        w->index->mean_lengths[f] = n > 0 ? sum / (double)n : 0;
    }
}

static float rarity(double n_docs, double n, enum match_term_kind kind)
{
    float idf = (float)log(1 + (n_docs - n + 0.5) / (n + 0.5));
    return kind == TERM_PAIR ? idf * PAIR_WORTH : idf;
}

/* Saturation ends here, whatever the session: so impacts do not hang on what other sessions say. */
static float largest_impact(float idf)
{
    return idf * (float)(MATCH_K1 + 1);
}

static void count_sessions(struct weigher *w)
{
    struct match_index *index = w->index;
    for (size_t i = 0; i < w->found.n; i++) {
        bool is_first = w->found.items[i].is_first;
        index->terms.items[w->found.items[i].term].n_learned += is_first;
    }
    for (size_t t = 0; t < index->terms.n; t++) {
        struct match_term *term = &index->terms.items[t];
        term->idf = rarity((double)index->docs.n, term->n_learned, term->kind);
        term->max_impact = largest_impact(term->idf);
    }
}

/* The doc's entries: from what was found in it. */
static void weigh_doc(struct weigher *w, size_t d)
{
    struct match_index *index = w->index;
    struct match_doc *doc = &index->docs.items[d];
    doc->first_entry = (uint32_t)w->entries.n;
    double squares = 0;
    double echoes = 0;
    for (size_t i = w->first_found[d]; i < w->first_found[d + 1];) {
        size_t n = 1;
        const struct occurrence *o = &w->found.items[i];
        while (i + n < w->first_found[d + 1] && o[n].term == o->term) {
            n++;
        }
        i += n;
        const struct match_term *term = &index->terms.items[o->term];
        double tf = weighted_tf(w, d, o, n);
        float impact = (float)((double)term->idf * tf * (MATCH_K1 + 1) / (MATCH_K1 + tf));
        *vec_add(w->job, &w->entries) = (struct match_entry){o->term, impact};
        doc->n_word_entries += o->term < index->n_phrase_terms;
        squares += term->kind == TERM_FORM ? 0 : (double)impact * (double)impact;
        echoes += (double)term->echo * (double)impact * (double)impact;
    }
    doc->n_entries = (uint32_t)w->entries.n - doc->first_entry;
    doc->length = (float)sqrt(squares);
    doc->echo_length = (float)sqrt(echoes);
}

/* All that the doc says, by term and field. */
static void find_all(struct weigher *w, size_t d)
{
    size_t first = w->found.n;
    w->first_found[d] = first;
    find_words(w, d);
    find_people(w, d);
    w->first_found[d + 1] = w->found.n;
    struct occurrence *found = w->found.items + first;
    size_t n = w->found.n - first;
    if (n > 1) {
        qsort(found, n, sizeof *found, compare_occurrences);
    }
    for (size_t i = 0; i < n; i++) {
        found[i].is_first = i == 0 || found[i].term != found[i - 1].term;
    }
}

static void weigher_init(struct weigher *w, struct match_index *index, struct arena *job)
{
    *w = (struct weigher){.index = index, .job = job};
    size_t most = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        most = index->docs.items[d].n_words > most ? index->docs.items[d].n_words : most;
    }
    w->words = arena_array(job, most + 1, sizeof *w->words);
    w->at = arena_array(job, most + 1, sizeof *w->at);
    w->first_found = arena_array(job, index->docs.n + 1, sizeof *w->first_found);
    w->field_lengths = arena_array(job, (index->docs.n + 1) * N_FIELDS, sizeof *w->field_lengths);
}

void match_weigh(struct match_index *index, struct arena *job)
{
    struct weigher w;
    weigher_init(&w, index, job);
    count_pairs(&w);
    for (size_t d = 0; d < index->docs.n; d++) {
        find_all(&w, d);
    }
    measure_fields(&w);
    count_sessions(&w);
    for (size_t d = 0; d < index->docs.n; d++) {
        weigh_doc(&w, d);
        index->mean_echo_length += (double)index->docs.items[d].echo_length / (double)index->docs.n;
    }
    index->entries =
        arena_memdup(index->arena, w.entries.items, w.entries.n * sizeof *w.entries.items);
}

/* A word that has come since is as rare as one that a single session has. */
static void weigh_fresh_terms(struct match_index *index)
{
    for (size_t t = index->n_base_terms; t < index->terms.n; t++) {
        struct match_term *term = &index->terms.items[t];
        term->n_learned = 1;
        term->idf = rarity((double)(index->n_learned > 0 ? index->n_learned : 1), 1, term->kind);
        term->max_impact = largest_impact(term->idf);
    }
}

void match_weigh_again(struct match_index *index, struct arena *job)
{
    const struct match_index *base = index->base;
    struct weigher w;
    weigher_init(&w, index, job);
    weigh_fresh_terms(index);
    for (size_t d = 0; d < index->docs.n; d++) {
        if (index->base_doc[d] < 0) {
            find_all(&w, d);
            weigh_doc(&w, d);
            continue;
        }
        struct match_doc *doc = &index->docs.items[d];
        const struct match_doc *before = &base->docs.items[index->base_doc[d]];
        w.first_found[d + 1] = w.found.n;
        doc->first_entry = (uint32_t)w.entries.n;
        for (uint32_t e = 0; e < before->n_entries; e++) {
            *vec_add(job, &w.entries) = base->entries[before->first_entry + e];
        }
    }
    index->entries =
        arena_memdup(index->arena, w.entries.items, w.entries.n * sizeof *w.entries.items);
}
