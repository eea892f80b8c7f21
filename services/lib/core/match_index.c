#include "core/match.h"

#include "base/str.h"
#include "core/match_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DOC_TOKENS_MAX  8192 /* of one session: a text longer than a book chapter says no more */
#define PAIR_FILTER     ((size_t)1 << 21)
#define PEOPLE_WORD_MIN 3

const struct match_field_row match_fields[N_FIELDS] = {
    [FIELD_TITLE] = {"title", 3.0F, 0.3F},
    [FIELD_TAGS] = {"tags", 2.0F, 0.3F},
    [FIELD_TRACK] = {"track", 1.2F, 0.2F},
    [FIELD_TEXT] = {"text", 1.0F, 0.7F},
    [FIELD_DESCRIPTION] = {"description", 1.0F, 0.7F},
    [FIELD_PEOPLE] = {"people", 2.0F, 0.2F},
};

static uint32_t new_term(struct match_index *index, enum match_term_kind kind)
{
    struct match_term *term = vec_add(index->arena, &index->terms);
    term->dense = -1;
    term->kind = kind;
    return (uint32_t)(index->terms.n - 1);
}

/* The term of a folded word; the first language that uses the word decides its stem. */
uint32_t match_learn_term(struct match_index *index, const char *fold, int language)
{
    bool is_new;
    int64_t *form = strmap_at(&index->forms, index->arena, fold, -1, &is_new);
    if (!is_new) {
        return (uint32_t)*form;
    }
    const char *stem = text_stem(index->stemmers, language, fold);
    int64_t *slot = strmap_at(&index->stems, index->arena, stem, -1, &is_new);
    if (is_new) {
        *slot = new_term(index, TERM_WORD);
    }
    *form = *slot;
    return (uint32_t)*slot;
}

uint32_t match_term_of(const struct match_index *index, const char *fold)
{
    const int64_t *form = strmap_find(&index->forms, fold);
    if (form != NULL) {
        return (uint32_t)*form;
    }
    for (int i = 0; i < index->n_languages; i++) {
        const char *stem = text_stem(index->stemmers, index->languages[i], fold);
        const int64_t *slot = strmap_find(&index->stems, stem);
        if (slot != NULL) {
            return (uint32_t)*slot;
        }
    }
    return MATCH_NO_TERM;
}

/* ---- pairs ---- */

static uint64_t pair_key(uint32_t a, uint32_t b)
{
    return (uint64_t)a << 32 | b;
}

static size_t pair_slot(const struct match_pairs *pairs, uint64_t key)
{
    size_t mask = pairs->n_slots - 1;
    size_t i = (size_t)(key * 0x9e3779b97f4a7c15U >> 20) & mask;
    while (pairs->keys[i] != UINT64_MAX && pairs->keys[i] != key) {
        i = (i + 1) & mask;
    }
    return i;
}

static void pairs_grow(struct match_pairs *pairs, struct arena *arena)
{
    struct match_pairs bigger = {.n_slots = pairs->n_slots == 0 ? 1024 : pairs->n_slots * 2,
                                 .n = pairs->n};
    bigger.keys = arena_array(arena, bigger.n_slots, sizeof *bigger.keys);
    bigger.values = arena_array(arena, bigger.n_slots, sizeof *bigger.values);
    memset(bigger.keys, 0xff, bigger.n_slots * sizeof *bigger.keys);
    for (size_t i = 0; i < pairs->n_slots; i++) {
        if (pairs->keys[i] != UINT64_MAX) {
            size_t slot = pair_slot(&bigger, pairs->keys[i]);
            bigger.keys[slot] = pairs->keys[i];
            bigger.values[slot] = pairs->values[i];
        }
    }
    *pairs = bigger;
}

static uint32_t learn_pair(struct match_index *index, uint32_t a, uint32_t b)
{
    struct match_pairs *pairs = &index->pairs;
    if (pairs->n * 2 >= pairs->n_slots) {
        pairs_grow(pairs, index->arena);
    }
    size_t slot = pair_slot(pairs, pair_key(a, b));
    if (pairs->keys[slot] == UINT64_MAX) {
        pairs->keys[slot] = pair_key(a, b);
        pairs->values[slot] = new_term(index, TERM_PAIR);
        pairs->n++;
    }
    return pairs->values[slot];
}

uint32_t match_pair_of(const struct match_index *index, uint32_t a, uint32_t b)
{
    if (index->pairs.n_slots == 0) {
        return MATCH_NO_TERM;
    }
    size_t slot = pair_slot(&index->pairs, pair_key(a, b));
    return index->pairs.keys[slot] == UINT64_MAX ? MATCH_NO_TERM : index->pairs.values[slot];
}

/* ---- reading ---- */

static void read_piece(struct match_index *index, struct match_doc *doc, const char *text,
                       enum match_field field, int language, struct arena *job)
{
    if (text[0] == '\0' || doc->n_pieces >= UINT16_MAX || doc->n_words >= DOC_TOKENS_MAX) {
        return;
    }
    struct match_piece *piece = vec_add(index->arena, &index->pieces);
    piece->text = text;
    piece->field = field;
    uint16_t number = (uint16_t)doc->n_pieces++;
    struct text_tokens tokens = {0};
    text_read(text, strlen(text), DOC_TOKENS_MAX - doc->n_words, job, &tokens);
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        uint32_t term = match_learn_term(index, token->fold, language);
        struct match_word *word = vec_add(index->arena, &index->words);
        word->term = term;
        word->start = token->start;
        word->length =
            (uint16_t)(token->end - token->start > UINT16_MAX ? UINT16_MAX
                                                              : token->end - token->start);
        word->piece = number;
        word->starts_break = token->starts_break;
        word->is_part = token->kind == TEXT_PART;
        word->is_stop = token->is_stop;
        doc->n_words++;
    }
}

static bool is_indexed(const struct session *session)
{
    return session_is_live(session) && session->kind != SESSION_OPEN_SLOT;
}

static int session_language(const struct conference *conf, const struct session *session)
{
    (void)conf;
    return text_language(session->language);
}

/* Contributions by block, so that a block need not search all sessions for its own. */
static int **children_of(const struct conference *conf, struct arena *job, int *ret_counts)
{
    int **children = arena_array(job, conf->sessions.n + 1, sizeof *children);
    for (size_t pass = 0; pass < 2; pass++) {
        memset(ret_counts, 0, conf->sessions.n * sizeof *ret_counts);
        for (size_t i = 0; i < conf->sessions.n; i++) {
            int parent = conf->sessions.items[i].parent;
            if (parent < 0 || (size_t)parent >= conf->sessions.n) {
                continue;
            }
            if (pass == 1) {
                children[parent][ret_counts[parent]] = (int)i;
            }
            ret_counts[parent]++;
        }
        for (size_t i = 0; pass == 0 && i < conf->sessions.n; i++) {
            children[i] = arena_array(job, (size_t)ret_counts[i] + 1, sizeof **children);
        }
    }
    return children;
}

static void read_doc(struct match_index *index, int session_index, const int *children,
                     int n_children, struct arena *job)
{
    const struct conference *conf = index->conf;
    const struct session *session = &conf->sessions.items[session_index];
    int language = session_language(conf, session);
    struct match_doc doc = {.session = session_index,
                            .first_word = (uint32_t)index->words.n,
                            .first_piece = (uint32_t)index->pieces.n};
    read_piece(index, &doc, session->title, FIELD_TITLE, language, job);
    read_piece(index, &doc, session->tags, FIELD_TAGS, language, job);
    const struct track *track = session->track >= 0 ? &conf->tracks.items[session->track] : NULL;
    if (track != NULL) {
        read_piece(index, &doc, track->title, FIELD_TRACK, language, job);
    }
    read_piece(index, &doc, session->abstract, FIELD_TEXT, language, job);
    if (session->kind == SESSION_BLOCK) {
        if (track != NULL) {
            read_piece(index, &doc, track->description, FIELD_DESCRIPTION, language, job);
        }
        for (int i = 0; i < n_children; i++) {
            const struct session *child = &conf->sessions.items[children[i]];
            if (is_indexed(child)) {
                read_piece(index, &doc, child->title, FIELD_DESCRIPTION, language, job);
            }
        }
    }
    index->doc_of[session_index] = (int)index->docs.n;
    *vec_add(index->arena, &index->docs) = doc;
}

static void count_languages(struct match_index *index, struct arena *job)
{
    int n_rows = text_n_languages();
    int *counts = arena_array(job, (size_t)n_rows, sizeof *counts);
    for (size_t i = 0; i < index->conf->sessions.n; i++) {
        counts[session_language(index->conf, &index->conf->sessions.items[i])]++;
    }
    counts[0] += counts[0] == 0; /* English is always tried: people write it everywhere */
    while (index->n_languages < (int)(sizeof index->languages / sizeof index->languages[0])) {
        int best = 0;
        for (int i = 1; i < n_rows; i++) {
            best = counts[i] > counts[best] ? i : best;
        }
        if (counts[best] == 0) {
            return;
        }
        index->languages[index->n_languages++] = best;
        counts[best] = 0;
    }
}

static void read_all(struct match_index *index, struct arena *job)
{
    const struct conference *conf = index->conf;
    count_languages(index, job);
    int *counts = arena_array(job, conf->sessions.n + 1, sizeof *counts);
    int **children = children_of(conf, job, counts);
    struct arena *piece_arena = arena_new();
    for (size_t i = 0; i < conf->sessions.n; i++) {
        index->doc_of[i] = -1;
        if (is_indexed(&conf->sessions.items[i])) {
            read_doc(index, (int)i, children[i], counts[i], piece_arena);
            arena_reset(piece_arena);
        }
    }
    arena_free(piece_arena);
}

/* ---- from words to weights ---- */

/* What the sessions of one index say, before it is weighted. */
struct occurrence {
    uint32_t term;
    uint16_t field;
    uint16_t share; /* in 1/16 of an occurrence */
};

struct weigher {
    struct match_index *index;
    struct arena *job;
    VEC(struct occurrence) found; /* of all docs, doc by doc */
    size_t *first_found;          /* by doc */
    double *field_lengths;        /* docs x N_FIELDS, in words */
    double mean_lengths[N_FIELDS];
    uint8_t *pair_counts; /* PAIR_FILTER saturating counters by hash: a pair seen once is no term */
};

static size_t pair_hash(uint32_t a, uint32_t b)
{
    return (size_t)(pair_key(a, b) * 0xd6e8feb86659fd93U >> 24) & (PAIR_FILTER - 1);
}

static bool is_pairable(const struct match_word *words, size_t i)
{
    return !words[i].is_stop && !words[i].is_virtual;
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
    o->field = (uint16_t)field;
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
            found(w, term, pieces[words[at[i]].piece].field, 16);
        }
    }
}

static void find_people(struct weigher *w, const struct match_doc *doc, int *mentions,
                        const int *mention_next)
{
    struct match_index *index = w->index;
    const struct conference *conf = index->conf;
    for (int m = mentions[doc->session]; m >= 0; m = mention_next[m]) {
        const char *name = text_fold(conf->mentions.items[m].name, w->job);
        const int64_t *term = strmap_find(&index->people, name);
        if (term != NULL) {
            found(w, (uint32_t)*term, FIELD_PEOPLE, 16);
        }
    }
}

static void find_words(struct weigher *w, size_t d, uint32_t *terms, uint32_t *at)
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
        size_t next = neighbour(words, doc->n_words, i);
        if (next == 0) {
            continue;
        }
        find_joined(w, doc, words, i, next);
        if (w->pair_counts[pair_hash(words[i].term, words[next].term)] > 1) {
            found(w, learn_pair(index, words[i].term, words[next].term), field, 16);
        }
    }
    find_phrases(w, doc, words, terms, at);
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
        double mean = w->mean_lengths[o[i].field];
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
        w->mean_lengths[f] = n > 0 ? sum / (double)n : 0;
    }
}

static void count_sessions(struct weigher *w)
{
    struct match_index *index = w->index;
    for (size_t d = 0; d < index->docs.n; d++) {
        size_t first = w->first_found[d];
        size_t end = w->first_found[d + 1];
        qsort(w->found.items + first, end - first, sizeof *w->found.items, compare_occurrences);
        for (size_t i = first; i < end; i++) {
            if (i == first || w->found.items[i].term != w->found.items[i - 1].term) {
                index->terms.items[w->found.items[i].term].n++;
            }
        }
    }
    double n_docs = (double)index->docs.n;
    for (size_t t = 0; t < index->terms.n; t++) {
        struct match_term *term = &index->terms.items[t];
        double n = term->n;
        term->idf = (float)log(1 + (n_docs - n + 0.5) / (n + 0.5));
        if (term->kind == TERM_PAIR) {
            term->idf *= 0.45F; /* its words count by themselves as well */
        }
    }
}

static void weigh_docs(struct weigher *w)
{
    struct match_index *index = w->index;
    VEC(struct match_entry) entries = {0};
    for (size_t d = 0; d < index->docs.n; d++) {
        struct match_doc *doc = &index->docs.items[d];
        doc->first_entry = (uint32_t)entries.n;
        double squares = 0;
        for (size_t i = w->first_found[d]; i < w->first_found[d + 1];) {
            size_t n = 1;
            const struct occurrence *o = &w->found.items[i];
            while (i + n < w->first_found[d + 1] && o[n].term == o->term) {
                n++;
            }
            i += n;
            struct match_term *term = &index->terms.items[o->term];
            double tf = weighted_tf(w, d, o, n);
            float impact = (float)((double)term->idf * tf * (MATCH_K1 + 1) / (MATCH_K1 + tf));
            struct match_entry *entry = vec_add(index->arena, &entries);
            entry->term = o->term;
            entry->impact = impact;
            term->max_impact = impact > term->max_impact ? impact : term->max_impact;
            squares += (double)impact * (double)impact;
        }
        doc->n_entries = (uint32_t)entries.n - doc->first_entry;
        doc->length = (float)sqrt(squares);
    }
    index->entries = entries.items;
}

/* ---- from sessions to postings ---- */

static void fill_postings(struct match_index *index)
{
    uint32_t total = 0;
    for (size_t t = 0; t < index->terms.n; t++) {
        index->terms.items[t].first = total;
        total += index->terms.items[t].n;
        index->terms.items[t].n = 0; /* counted again while filling */
    }
    index->posting_docs = arena_array(index->arena, total + 1, sizeof *index->posting_docs);
    index->posting_impacts = arena_array(index->arena, total + 1, sizeof *index->posting_impacts);
    index->posting_quanta = arena_array(index->arena, total + 1, sizeof *index->posting_quanta);
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        for (uint32_t e = 0; e < doc->n_entries; e++) {
            const struct match_entry *entry = &index->entries[doc->first_entry + e];
            struct match_term *term = &index->terms.items[entry->term];
            uint32_t at = term->first + term->n++;
            index->posting_docs[at] = (uint32_t)d;
            index->posting_impacts[at] = entry->impact;
            index->posting_quanta[at] =
                (uint16_t)lroundf(entry->impact / term->max_impact * 65535.0F);
        }
    }
}

static void fill_dense(struct match_index *index)
{
    index->row_size = (index->docs.n + 63) / 64 * 64;
    size_t limit = (size_t)MATCH_DENSE > index->docs.n / 32 ? MATCH_DENSE : index->docs.n / 32;
    for (size_t t = 0; t < index->terms.n; t++) {
        if (index->terms.items[t].n >= limit) {
            index->terms.items[t].dense = index->n_dense++;
        }
    }
    index->dense = arena_array(index->arena, (size_t)index->n_dense * index->row_size + 64,
                               sizeof *index->dense);
    for (size_t t = 0; t < index->terms.n; t++) {
        const struct match_term *term = &index->terms.items[t];
        if (term->dense < 0) {
            continue;
        }
        uint16_t *row = index->dense + (size_t)term->dense * index->row_size;
        for (uint32_t i = term->first; i < term->first + term->n; i++) {
            row[index->posting_docs[i]] = index->posting_quanta[i];
        }
    }
}

/* ---- people ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every name of a speaker, lead or key attendee is one term. A family name alone stands for the
 * name when nobody else has it and the programme does not use it as a word. */
static void learn_people(struct match_index *index, struct arena *job)
{
    const struct conference *conf = index->conf;
    const char **names = arena_array(job, conf->mentions.n + 1, sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const char *name = text_fold(conf->mentions.items[i].name, job);
        if (strchr(name, ' ') != NULL && strlen(name) <= 128) {
            names[n++] = name;
        }
    }
    qsort(names, n, sizeof *names, compare_names);
    struct strmap family = {0}; /* -> the name's term, or -2 when several share it */
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && strcmp(names[i], names[i - 1]) == 0) {
            continue;
        }
        uint32_t term = new_term(index, TERM_PERSON);
        *strmap_at(&index->people, index->arena, names[i], -1, NULL) = term;
        const char *last = strrchr(names[i], ' ') + 1;
        bool is_new;
        int64_t *slot = strmap_at(&family, job, last, term, &is_new);
        if (!is_new) {
            *slot = -2;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const char *last = strrchr(names[i], ' ') + 1;
        const int64_t *slot = strmap_find(&family, last);
        if (slot != NULL && *slot >= 0 && strlen(last) > PEOPLE_WORD_MIN &&
            match_term_of(index, last) == MATCH_NO_TERM && !text_is_stop(last)) {
            *strmap_at(&index->people, index->arena, last, -1, NULL) = *slot;
        }
    }
}

/* Lists of mentions by session: its speakers, and for a block the leads and key attendees. */
static int *list_mentions(const struct match_index *index, struct arena *job, int **ret_next)
{
    const struct conference *conf = index->conf;
    int *heads = arena_array(job, conf->sessions.n + 1, sizeof *heads);
    memset(heads, 0xff, (conf->sessions.n + 1) * sizeof *heads);
    int *links = arena_array(job, conf->mentions.n + 1, sizeof *links);
    for (size_t m = conf->mentions.n; m-- > 0;) {
        int session = conf->mentions.items[m].session;
        links[m] = -1;
        if (session >= 0 && (size_t)session < conf->sessions.n) {
            links[m] = heads[session];
            heads[session] = (int)m;
        }
    }
    *ret_next = links;
    return heads;
}

static void find_track_people(struct weigher *w, const struct match_doc *doc)
{
    const struct conference *conf = w->index->conf;
    const struct session *session = &conf->sessions.items[doc->session];
    if (session->kind != SESSION_BLOCK || session->track < 0) {
        return;
    }
    for (size_t m = 0; m < conf->mentions.n; m++) {
        const struct mention *mention = &conf->mentions.items[m];
        if (mention->track == session->track && mention->session < 0) {
            const char *name = text_fold(mention->name, w->job);
            const int64_t *term = strmap_find(&w->index->people, name);
            if (term != NULL) {
                found(w, (uint32_t)*term, FIELD_PEOPLE, 16);
            }
        }
    }
}

static void weigh(struct match_index *index, struct arena *job)
{
    struct weigher w = {.index = index, .job = job};
    uint32_t most = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        most = index->docs.items[d].n_words > most ? index->docs.items[d].n_words : most;
    }
    uint32_t *terms = arena_array(job, (size_t)most + 1, sizeof *terms);
    uint32_t *at = arena_array(job, (size_t)most + 1, sizeof *at);
    w.first_found = arena_array(job, index->docs.n + 1, sizeof *w.first_found);
    w.field_lengths = arena_array(job, (index->docs.n + 1) * N_FIELDS, sizeof *w.field_lengths);
    int *links;
    int *heads = list_mentions(index, job, &links);
    count_pairs(&w);
    for (size_t d = 0; d < index->docs.n; d++) {
        w.first_found[d] = w.found.n;
        find_words(&w, d, terms, at);
        find_people(&w, &index->docs.items[d], heads, links);
        find_track_people(&w, &index->docs.items[d]);
        w.first_found[d + 1] = w.found.n;
    }
    measure_fields(&w);
    count_sessions(&w);
    weigh_docs(&w);
}

/* ---- order and popularity ---- */

struct placed {
    const struct session *session;
    uint32_t doc;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *x = a;
    const struct placed *y = b;
    if (x->session->start_us != y->session->start_us) {
        return x->session->start_us < y->session->start_us ? -1 : 1;
    }
    int by_key = strcmp(x->session->key, y->session->key);
    return by_key != 0 ? by_key : (x->doc < y->doc ? -1 : 1);
}

static void place_docs(struct match_index *index, struct arena *job)
{
    struct placed *placed = arena_array(job, index->docs.n + 1, sizeof *placed);
    for (size_t d = 0; d < index->docs.n; d++) {
        placed[d].session = &index->conf->sessions.items[index->docs.items[d].session];
        placed[d].doc = (uint32_t)d;
    }
    qsort(placed, index->docs.n, sizeof *placed, compare_placed);
    for (size_t i = 0; i < index->docs.n; i++) {
        index->docs.items[placed[i].doc].place = (int)i;
    }
}

/* How many are known to want a session: stars and recommendations, people named for it, people
 * expected. */
static void count_popularity(struct match_index *index)
{
    const struct conference *conf = index->conf;
    index->popularity = arena_array(index->arena, index->docs.n + 1, sizeof *index->popularity);
    double *by_track = arena_array(index->arena, conf->tracks.n + 1, sizeof *by_track);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->role == ROLE_KEY_ATTENDEE && mention->track >= 0) {
            by_track[mention->track] += 1;
        }
    }
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct session *session = &conf->sessions.items[index->docs.items[d].session];
        index->popularity[d] = session->expected_people;
        if (session->kind == SESSION_BLOCK && session->track >= 0) {
            index->popularity[d] += by_track[session->track];
        }
    }
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        int doc = star->session >= 0 ? index->doc_of[star->session] : -1;
        if (doc >= 0 && !star->is_dislike) {
            index->popularity[doc] += 2;
        }
    }
    for (size_t i = 0; i < conf->matches.n; i++) {
        const struct match *match = &conf->matches.items[i];
        int doc = match->session >= 0 ? index->doc_of[match->session] : -1;
        if (doc >= 0) {
            index->popularity[doc] += 0.25;
        }
    }
}

static void make_scratch(struct match_index *index)
{
    struct match_scratch *scratch = arena_alloc(index->arena, sizeof *scratch);
    scratch->sums = arena_array(index->arena, index->row_size + 64, sizeof *scratch->sums);
    scratch->exact = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->exact);
    scratch->weights = arena_array(index->arena, index->terms.n + 1, sizeof *scratch->weights);
    scratch->found = arena_array(index->arena, index->docs.n + 1, sizeof *scratch->found);
    index->scratch = scratch;
}

struct match_index *match_index_new(const struct conference *conf)
{
    struct arena *arena = arena_new();
    struct match_index *index = arena_alloc(arena, sizeof *index);
    index->arena = arena;
    index->conf = conf;
    index->stemmers = text_stemmers_new();
    index->doc_of = arena_array(arena, conf->sessions.n + 1, sizeof *index->doc_of);
    struct arena *job = arena_new();
    read_all(index, job);
    match_learn_phrases(index);
    learn_people(index, job);
    weigh(index, job);
    fill_postings(index);
    fill_dense(index);
    place_docs(index, job);
    count_popularity(index);
    match_learn_relations(index, job);
    match_make_signatures(index, job);
    make_scratch(index);
    arena_free(job);
    return index;
}

void match_index_free(struct match_index *index)
{
    if (index == NULL) {
        return;
    }
    text_stemmers_free(index->stemmers);
    arena_free(index->arena);
}
