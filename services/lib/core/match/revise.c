/* match_revise: a programme folded into what was learned from an earlier one. */
#include "core/match_revise.h"

#include "base/str.h"
#include "core/match/internal.h"

#include <stdlib.h>
#include <string.h>

struct match_reference {
    struct match_index index; /* without a conference: nobody asks it for sessions */
};

/* ---- as text ---- */

size_t match_words_of(const struct conference *conf, struct arena *arena, struct match_words **ret)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct match_originals sources;
    match_originals_of(conf, job, &sources);
    *ret = arena_array(arena, sources.n + 1, sizeof **ret);
    for (size_t i = 0; i < sources.n; i++) {
        (*ret)[i] = (struct match_words){sources.items[i].id,
                                         match_original_write(&sources.items[i], arena)};
    }
    struct match_original names = {.language = ""};
    names.named = arena_array(job, sources.n_names + 1, sizeof *names.named);
    for (size_t i = 0; i < sources.n_names; i++) {
        names.named[names.n_named++] = (struct match_named){sources.names[i], ROLE_LEAD, true};
    }
    (*ret)[sources.n] = (struct match_words){0, match_original_write(&names, arena)};
    return sources.n + 1;
}

static bool read_words(const struct match_words *words, size_t n, struct arena *arena,
                       struct match_originals *ret)
{
    ret->items = arena_array(arena, n + 1, sizeof *ret->items);
    for (size_t i = 0; i < n; i++) {
        struct match_original source;
        if (!match_original_read(words[i].words, arena, &source)) {
            return false;
        }
        source.id = words[i].session_id;
        if (source.id != 0) {
            if (ret->n == MATCH_DOCS_MAX) {
                return false;
            }
            ret->items[ret->n++] = source;
            continue;
        }
        ret->names = arena_array(arena, source.n_named + 1, sizeof *ret->names);
        ret->n_names = source.n_named;
        for (size_t k = 0; k < source.n_named; k++) {
            ret->names[k] = source.named[k].name;
        }
    }
    return true;
}

struct match_reference *match_reference_new(const struct match_words *words, size_t n)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct arena *arena = arena_new();
    struct match_reference *reference = arena_alloc(arena, sizeof *reference);
    struct match_index *index = &reference->index;
    index->arena = arena;
    if (!read_words(words, n, arena, &index->sources)) {
        arena_free(arena);
        return NULL;
    }
    index->job = job;
    index->stemmers = text_stemmers_new();
    match_learn(index, job);
    match_settle(index);
    return reference;
}

void match_reference_free(struct match_reference *reference)
{
    if (reference != NULL) {
        match_index_free(&reference->index);
    }
}

size_t match_reference_size(const struct match_reference *reference)
{
    return reference->index.docs.n;
}

/* ---- words that have come since ---- */

/* The terms of new words, while sessions are read: numbered as they are met. */
struct match_fresh {
    struct strmap stems;
    VEC(const char *) names;
    VEC(struct match_term) terms;
};

/* A form that was known is the word that it was; another one is what its stem says. */
uint32_t match_fold_in(struct match_index *index, const struct text_token *token, int language,
                       uint32_t *ret_form)
{
    const int64_t *form = strmap_find(&index->forms, token->fold);
    *ret_form = form != NULL ? (uint32_t)(*form >> 32) : MATCH_NO_TERM;
    if (form != NULL) {
        return (uint32_t)*form;
    }
    const char *stem = text_stem(index->stemmers, language, token->fold);
    const int64_t *known = strmap_find(&index->stems, stem);
    if (known != NULL) {
        return (uint32_t)*known;
    }
    struct match_fresh *fresh = index->fresh;
    bool is_new;
    int64_t *number = strmap_at(&fresh->stems, index->job, stem, (int64_t)fresh->terms.n, &is_new);
    if (is_new) {
        *vec_add(index->job, &fresh->names) = arena_strdup(index->job, stem);
        *vec_add(index->job, &fresh->terms) =
            (struct match_term){.dense = -1, .kind = TERM_WORD, .echo = 2};
    }
    struct match_term *term = &fresh->terms.items[*number];
    term->is_common |= text_is_common(token->fold);
    term->is_technical |= token->is_acronym;
    return (uint32_t)(index->n_base_terms + (size_t)*number);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* New words are numbered by their letters: which is first then does not depend on other sessions.
 */
static void number_fresh(struct match_index *index, struct match_fresh *fresh, struct arena *job)
{
    size_t n = fresh->terms.n;
    uint32_t *numbers = arena_array(job, n + 1, sizeof *numbers);
    struct match_term *terms =
        arena_array(index->arena, index->n_base_terms + n + 1, sizeof *terms);
    memcpy(terms, index->base->terms.items, index->n_base_terms * sizeof *terms);
    if (n > 1) {
        qsort(fresh->names.items, n, sizeof *fresh->names.items, compare_names);
    }
    index->fresh_stems = arena_array(index->arena, n + 1, sizeof *index->fresh_stems);
    for (size_t i = 0; i < n; i++) {
        const char *stem = fresh->names.items[i];
        int64_t number = *strmap_find(&fresh->stems, stem);
        numbers[number] = (uint32_t)(index->n_base_terms + i);
        terms[index->n_base_terms + i] = fresh->terms.items[number];
        index->fresh_stems[i] = arena_strdup(index->arena, stem);
        *strmap_at(&index->stems, index->arena, stem, numbers[number], NULL) = numbers[number];
    }
    for (size_t t = 0; t < index->n_base_terms; t++) {
        terms[t].n = 0;
        terms[t].dense = -1;
    }
    index->terms.items = terms;
    index->terms.n = index->n_base_terms + n;
    for (size_t i = 0; i < index->words.n; i++) {
        uint32_t *term = &index->words.items[i].term;
        *term = *term < index->n_base_terms ? *term : numbers[*term - index->n_base_terms];
    }
}

/* ---- sessions ---- */

static struct match_index *borrow(const struct match_index *base, const struct conference *conf)
{
    struct arena *arena = arena_new();
    struct match_index *index = arena_memdup(arena, base, sizeof *base);
    index->arena = arena;
    index->base = base;
    index->conf = conf;
    index->stems = strmap_copy(&base->stems, arena);
    memset(&index->docs, 0, sizeof index->docs);
    memset(&index->words, 0, sizeof index->words);
    memset(&index->pieces, 0, sizeof index->pieces);
    index->latent = NULL;
    index->near = NULL;
    index->fashion = NULL;
    index->n_fashion = 0;
    index->n_dense = 0;
    match_originals_of(conf, arena, &index->sources);
    return index;
}

/* The session as it was, with the texts of this conference. */
static void copy_doc(struct match_index *index, size_t d)
{
    const struct match_index *base = index->base;
    const struct match_doc *before = &base->docs.items[index->base_doc[d]];
    const struct match_original *source = &index->sources.items[d];
    struct match_doc doc = *before;
    doc.session = source->session;
    doc.first_word = (uint32_t)index->words.n;
    doc.first_piece = (uint32_t)index->pieces.n;
    for (uint32_t i = 0; i < before->n_words; i++) {
        *vec_add(index->job, &index->words) = base->words.items[before->first_word + i];
    }
    for (uint32_t i = 0; i < before->n_pieces; i++) {
        *vec_add(index->job, &index->pieces) = source->pieces[i];
    }
    *vec_add(index->job, &index->docs) = doc;
}

struct numbered {
    int64_t id;
    int32_t doc;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a;
    const struct numbered *y = b;
    return x->id != y->id ? (x->id < y->id ? -1 : 1) : x->doc - y->doc;
}

static bool has_same_names(const struct match_originals *a, const struct match_originals *b)
{
    bool same = a->n_names == b->n_names;
    for (size_t i = 0; same && i < a->n_names; i++) {
        same = strcmp(a->names[i], b->names[i]) == 0;
    }
    return same;
}

/* Sessions that have not changed, by doc, and how many have, or are gone. */
static void find_unchanged(struct match_index *index, struct arena *job)
{
    const struct match_originals *was = &index->base->sources;
    struct numbered *known = arena_array(job, was->n + 1, sizeof *known);
    for (size_t d = 0; d < was->n; d++) {
        known[d] = (struct numbered){was->items[d].id, (int32_t)d};
    }
    qsort(known, was->n, sizeof *known, compare_numbered);
    size_t n_found = 0;
    size_t n_same = 0;
    index->base_doc = arena_array(index->arena, index->sources.n + 1, sizeof *index->base_doc);
    for (size_t d = 0; d < index->sources.n; d++) {
        const struct match_original *source = &index->sources.items[d];
        size_t low = 0;
        size_t high = was->n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            *(known[middle].id < source->id ? &low : &high) =
                known[middle].id < source->id ? middle + 1 : middle;
        }
        bool is_known = low < was->n && known[low].id == source->id;
        bool is_same = is_known && match_original_is_same(&was->items[known[low].doc], source);
        index->base_doc[d] = is_same ? known[low].doc : -1;
        n_found += is_known;
        n_same += is_same;
    }
    index->n_changed = index->sources.n - n_same + (was->n - n_found);
    index->n_changed += !has_same_names(was, &index->sources);
}

static void read_sessions(struct match_index *index, struct arena *job)
{
    CLEANUP(arena_cleanup) struct arena *piece_arena = arena_new();
    struct match_fresh fresh = {0};
    index->fresh = &fresh;
    for (size_t d = 0; d < index->sources.n; d++) {
        if (index->base_doc[d] >= 0) {
            copy_doc(index, d);
            continue;
        }
        struct match_doc doc = {0};
        match_read_original(index, &index->sources.items[d], &doc, piece_arena);
        *vec_add(index->job, &index->docs) = doc;
    }
    number_fresh(index, &fresh, job);
    index->fresh = NULL;
}

struct match_index *match_index_on(const struct match_reference *reference,
                                   const struct conference *conf)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct match_index *index = borrow(&reference->index, conf);
    index->job = job;
    find_unchanged(index, job);
    read_sessions(index, job);
    match_weigh_again(index, job);
    match_fill(index);
    match_make_signatures(index, job);
    match_seat(index, job);
    match_settle(index);
    return index;
}

size_t match_index_drift(const struct match_index *index)
{
    return index->n_changed;
}
