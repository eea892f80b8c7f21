#include "core/match.h"

#include "base/str.h"
#include "core/match/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOC_TOKENS_MAX  8192 /* of one session: a text longer than a book chapter says no more */
#define PEOPLE_WORD_MIN 3

static uint32_t new_term(struct match_index *index, enum match_term_kind kind)
{
    struct match_term *term = vec_add(index->job, &index->terms);
    static const float echoes[] = {
        [TERM_WORD] = 2, [TERM_PAIR] = 4, [TERM_PERSON] = 1, [TERM_FORM] = 1};
    term->dense = -1;
    term->kind = kind;
    term->echo = echoes[kind];
    return (uint32_t)(index->terms.n - 1);
}

/* The term of a folded word; the first language that uses the word decides its stem. */
uint32_t match_learn_term(struct match_index *index, const char *fold, int language,
                          uint32_t *ret_form)
{
    bool is_new;
    int64_t *form = strmap_at(&index->forms, index->arena, fold, -1, &is_new);
    if (is_new) {
        const char *stem = text_stem(index->stemmers, language, fold);
        int64_t *slot = strmap_at(&index->stems, index->arena, stem, -1, &is_new);
        if (is_new) {
            *slot = new_term(index, TERM_WORD);
        }
        index->terms.items[*slot].is_common |= text_is_common(fold);
        *form = *slot | (int64_t)index->form_list.n << 32;
        *vec_add(index->arena, &index->form_list) =
            (struct match_form){.text = arena_strdup(index->arena, fold),
                                .word = (uint32_t)*slot,
                                .own_term = MATCH_NO_TERM,
                                .grammar = text_grammar(fold)};
    }
    *ret_form = (uint32_t)(*form >> 32);
    return (uint32_t)*form;
}

/* Words that are written in several ways get a term for each way as well. */
void match_number_forms(struct match_index *index)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    uint32_t *counts = arena_array(job, index->terms.n + 1, sizeof *counts);
    for (size_t i = 0; i < index->form_list.n; i++) {
        counts[index->form_list.items[i].word]++;
    }
    for (size_t i = 0; i < index->form_list.n; i++) {
        struct match_form *form = &index->form_list.items[i];
        if (counts[form->word] > 1) {
            form->own_term = new_term(index, TERM_FORM);
            index->terms.items[form->own_term].stem = form->word;
            index->terms.items[form->word].echo = 1;
            form->next = index->terms.items[form->word].forms;
            index->terms.items[form->word].forms = (uint32_t)i + 1;
        }
    }
}

uint32_t match_form_of(const struct match_index *index, const char *fold)
{
    const int64_t *form = strmap_find(&index->forms, fold);
    return form == NULL ? MATCH_NO_TERM : index->form_list.items[*form >> 32].own_term;
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

uint32_t match_learn_pair(struct match_index *index, uint32_t a, uint32_t b)
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

static void read_piece(struct match_index *index, struct match_doc *doc,
                       const struct match_piece *from, int language, struct arena *job)
{
    if (from->text[0] == '\0' || doc->n_pieces >= UINT16_MAX || doc->n_words >= DOC_TOKENS_MAX) {
        return;
    }
    *vec_add(index->job, &index->pieces) = *from;
    uint16_t number = (uint16_t)doc->n_pieces++;
    struct text_tokens tokens = {0};
    text_read(from->text, strlen(from->text), DOC_TOKENS_MAX - doc->n_words, job, &tokens);
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        struct match_word *word = vec_add(index->job, &index->words);
        if (index->base == NULL) {
            word->term = match_learn_term(index, token->fold, language, &word->form);
            index->terms.items[word->term].is_technical |= token->is_acronym;
        } else {
            word->term = match_fold_in(index, token, language, &word->form);
        }
        word->grammar =
            (uint8_t)(word->form == MATCH_NO_TERM ? text_grammar(token->fold)
                                                  : index->form_list.items[word->form].grammar);
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

void match_read_original(struct match_index *index, const struct match_original *source,
                         struct match_doc *doc, struct arena *piece_arena)
{
    int language = text_language(source->language);
    doc->session = source->session;
    doc->first_word = (uint32_t)index->words.n;
    doc->first_piece = (uint32_t)index->pieces.n;
    for (size_t i = 0; i < source->n_pieces; i++) {
        read_piece(index, doc, &source->pieces[i], language, piece_arena);
    }
    arena_reset(piece_arena);
}

static void count_languages(struct match_index *index, struct arena *job)
{
    int n_rows = text_n_languages();
    int *counts = arena_array(job, (size_t)n_rows, sizeof *counts);
    for (size_t i = 0; i < index->sources.n; i++) {
        counts[text_language(index->sources.items[i].language)]++;
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
    CLEANUP(arena_cleanup) struct arena *piece_arena = arena_new();
    count_languages(index, job);
    for (size_t i = 0; i < index->sources.n; i++) {
        struct match_doc doc = {0};
        match_read_original(index, &index->sources.items[i], &doc, piece_arena);
        *vec_add(index->job, &index->docs) = doc;
    }
}

/* ---- people ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A name that is read as one: queries look for names only where one begins. */
static void learn_name(struct match_index *index, const char *name, uint32_t term)
{
    *strmap_at(&index->people, index->arena, name, -1, NULL) = term;
    int64_t n_words = 1;
    for (const char *c = name; *c != '\0'; c++) {
        n_words += *c == ' ';
    }
    char head[TEXT_WORD_MAX + 1];
    (void)snprintf(head, sizeof head, "%.*s", (int)strcspn(name, " "), name);
    int64_t *most = strmap_at(&index->name_heads, index->arena, head, 0, NULL);
    *most = n_words > *most ? n_words : *most;
    uint64_t bit = hash_string(head) % NAME_FILTER;
    index->name_filter[bit / 64] |= (uint64_t)1 << bit % 64;
}

int match_name_words(const struct match_index *index, const char *fold)
{
    uint64_t bit = hash_string(fold) % NAME_FILTER;
    if ((index->name_filter[bit / 64] >> bit % 64 & 1) == 0) {
        return 0;
    }
    const int64_t *n_words = strmap_find(&index->name_heads, fold);
    return n_words == NULL ? 0 : (int)*n_words;
}

/* Every name of a speaker, lead or key attendee is one term. A family name alone stands for the
 * name when nobody else has it and the programme does not use it as a word. */
static void learn_people(struct match_index *index, struct arena *job)
{
    const char **names = arena_array(job, index->sources.n_names + 1, sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < index->sources.n_names; i++) {
        const char *name = text_fold(index->sources.names[i], job);
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
        learn_name(index, names[i], term);
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
            learn_name(index, last, (uint32_t)*slot);
        }
    }
}

void match_settle(struct match_index *index)
{
    struct arena *to = index->arena;
    index->terms.items =
        arena_memdup(to, index->terms.items, index->terms.n * sizeof *index->terms.items);
    index->pieces.items =
        arena_memdup(to, index->pieces.items, index->pieces.n * sizeof *index->pieces.items);
    index->words.items =
        arena_memdup(to, index->words.items, index->words.n * sizeof *index->words.items);
    index->docs.items =
        arena_memdup(to, index->docs.items, index->docs.n * sizeof *index->docs.items);
    index->job = NULL;
}

void match_learn(struct match_index *index, struct arena *job)
{
    index->n_learned = index->sources.n;
    read_all(index, job);
    match_learn_phrases(index);
    match_number_forms(index);
    learn_people(index, job);
    match_weigh(index, job);
    match_fill(index);
    match_learn_relations(index, job);
    match_make_signatures(index, job);
    index->n_base_terms = index->terms.n;
}

struct match_index *match_index_new(const struct conference *conf)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct arena *arena = arena_new();
    struct match_index *index = arena_alloc(arena, sizeof *index);
    index->arena = arena;
    index->job = job;
    index->conf = conf;
    index->stemmers = text_stemmers_new();
    match_originals_of(conf, arena, &index->sources);
    match_learn(index, job);
    match_seat(index, job);
    match_settle(index);
    return index;
}

void match_index_free(struct match_index *index)
{
    if (index == NULL) {
        return;
    }
    if (index->base == NULL) {
        text_stemmers_free(index->stemmers);
    }
    arena_free(index->arena);
}
