#include "core/match/internal.h"

#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define INTERESTS_MAX   ((size_t)256 * 1024) /* bytes read of one attendee's text */
#define INTEREST_TOKENS 50000
#define WORK_SHARE      0.2F /* of a word from somebody's work against one of stated interests */
#define NAME_WORDS      4    /* of a name, at most */
#define COMMON_SHARE    0.3F /* of an everyday word in what is written in a few words */
#define K3              3.0F /* BM25: how soon repetition in the interests stops counting */

void match_add_weight(struct match_builder *b, uint32_t term, float weight, int source,
                      enum match_basis basis)
{
    if (term == MATCH_NO_TERM || b->index->terms.items[term].n_learned == 0) {
        return;
    }
    if (b->weights[term] == 0.0F) {
        struct match_query_term *q = vec_add(b->arena, &b->terms);
        q->term = term;
        q->source = source;
        q->basis = basis;
    }
    b->weights[term] += weight;
}

const struct match_reading *match_reading_of(const struct match_query *query, size_t token)
{
    size_t low = 0;
    size_t high = query->readings.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(query->readings.items[middle].first_token <= token ? &low : &high) = middle;
    }
    return &query->readings.items[low];
}

/* A term that the profile has at token `source`. Of long profiles each text is weighed later. */
static void add_said(struct match_builder *b, uint32_t term, float weight, int source,
                     enum match_basis basis)
{
    float share = b->query->is_long ? 1 : match_reading_of(b->query, (size_t)source)->share;
    match_add_weight(b, term, weight * share, source, basis);
}

void match_add_words(struct match_builder *b, size_t from, size_t n)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    bool has_whole = false;
    for (size_t i = from; i < n; i++) {
        if (tokens[i].is_stop) {
            continue;
        }
        uint32_t term = b->token_terms[i];
        if (tokens[i].kind == TEXT_WHOLE) {
            has_whole = term != MATCH_NO_TERM && b->index->terms.items[term].n_learned > 0;
        }
        float weight = tokens[i].kind == TEXT_PART ? (has_whole ? 0.4F : 0.8F) : 1.0F;
        bool is_common = term != MATCH_NO_TERM && b->index->terms.items[term].is_common;
        weight *= is_common && !b->query->is_long ? COMMON_SHARE : 1;
        add_said(b, term, weight, (int)i, MATCH_BY_WORDS);
    }
}

static bool is_next_to(const struct text_token *a, const struct text_token *b)
{
    return b->position == a->position + 1 && !b->starts_break;
}

static void add_joined(struct match_builder *b, const struct text_token *a,
                       const struct text_token *c, int source)
{
    char joined[2 * TEXT_WORD_MAX + 1];
    size_t length = strlen(a->fold);
    size_t more = strlen(c->fold);
    if (length + more > TEXT_WORD_MAX || length < 2 || more < 2) {
        return;
    }
    memcpy(joined, a->fold, length);
    memcpy(joined + length, c->fold, more + 1);
    const int64_t *form = strmap_find(&b->index->forms, joined);
    if (form != NULL) {
        add_said(b, (uint32_t)*form, 0.75F, source, MATCH_BY_WORDS);
    }
}

/* Neighbours: pairs that the programme knows, and words it writes together. */
void match_add_pairs(struct match_builder *b, size_t from, size_t n)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    for (size_t i = from; i + 1 < n; i++) {
        if (tokens[i].kind == TEXT_WHOLE || tokens[i].is_stop) {
            continue;
        }
        size_t next = i + 1;
        bool is_break =
            tokens[next].starts_break; /* of a compound the whole tells, not its parts */
        if (tokens[next].kind == TEXT_WHOLE && next + 1 < n) {
            next++;
        }
        if (is_break || !is_next_to(&tokens[i], &tokens[next]) || tokens[next].is_stop) {
            continue;
        }
        uint32_t first = b->token_terms[i];
        uint32_t second = b->token_terms[next];
        if (first != MATCH_NO_TERM && second != MATCH_NO_TERM) {
            add_said(b, match_pair_of(b->index, first, second), 1.0F, (int)i, MATCH_BY_WORDS);
        }
        if (tokens[i].kind == TEXT_WORD && tokens[next].kind == TEXT_WORD) {
            add_joined(b, &tokens[i], &tokens[next], (int)i);
        }
    }
}

/* Phrases that have a short form, and short forms that stand for a phrase. */
static void add_phrases(struct match_builder *b)
{
    const struct match_index *index = b->index;
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = b->query->tokens.items.n;
    uint32_t *terms = arena_array(b->arena, n + 1, sizeof *terms);
    int *sources = arena_array(b->arena, n + 1, sizeof *sources);
    size_t n_terms = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t term = b->token_terms[i];
        if (term < index->n_phrase_terms && index->phrase_short[term] != 0) {
            const struct match_phrase *phrase =
                &index->phrases.items[index->phrase_short[term] - 1];
            for (int w = 0; w < phrase->n_words; w++) {
                add_said(b, phrase->words[w], 0.4F, (int)i, MATCH_BY_WORDS);
            }
        }
        if (tokens[i].kind != TEXT_PART) {
            terms[n_terms] = term;
            sources[n_terms++] = (int)i;
        }
    }
    for (size_t i = 0; i < n_terms; i++) {
        int length;
        uint32_t term = match_phrase_at(index, terms, n_terms, i, &length);
        add_said(b, term, 0.8F, sources[i], MATCH_BY_WORDS);
    }
}

/* The names that start with the word at `from`, up to `n_words` of it. */
static void add_names(struct match_builder *b, size_t from, size_t n, int n_words)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    char name[NAME_WORDS * (TEXT_WORD_MAX + 1)];
    size_t length = 0;
    for (size_t j = from; j < n && n_words > 0; j++) {
        if (tokens[j].kind == TEXT_PART) {
            continue;
        }
        if (length > 0) {
            name[length++] = ' ';
        }
        size_t more = strlen(tokens[j].fold);
        memcpy(name + length, tokens[j].fold, more + 1);
        length += more;
        n_words--;
        const int64_t *term = strmap_find(&b->index->people, name);
        if (term != NULL) {
            add_said(b, (uint32_t)*term, 1.0F, (int)from, MATCH_BY_PEOPLE);
        }
    }
}

void match_add_people(struct match_builder *b, size_t from, size_t n)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    for (size_t i = from; i < n && b->index->people.n > 0; i++) {
        int n_words = match_name_words(b->index, tokens[i].fold);
        if (n_words > 0) {
            add_names(b, i, n, n_words > NAME_WORDS ? NAME_WORDS : n_words);
        }
    }
}

/* Repetition counts less and less, a rare word more than a common one: what a long text is about
 * then stands out, as it does under the cosine measure. */
static void saturate(struct match_builder *b)
{
    for (size_t i = 0; i < b->terms.n; i++) {
        uint32_t term = b->terms.items[i].term;
        float weight = b->weights[term];
        b->weights[term] = weight * (K3 + 1) / (K3 + weight) * b->index->terms.items[term].idf;
    }
}

struct ranked_term {
    struct match_query_term term;
    float most; /* that it can add to or take from a score */
};

static int compare_terms(const void *a, const void *b)
{
    const struct ranked_term *x = a;
    const struct ranked_term *y = b;
    if (x->most != y->most) {
        return x->most > y->most ? -1 : 1;
    }
    return x->term.term < y->term.term ? -1 : (x->term.term > y->term.term);
}

/* The heaviest `most` of the terms that speak for a session, or of those that speak against. */
static int keep_terms(const struct match_builder *b, bool is_for, size_t most,
                      struct match_query_term *ret)
{
    struct ranked_term *ranked = arena_array(b->arena, b->terms.n + 1, sizeof *ranked);
    size_t n = 0;
    for (size_t i = 0; i < b->terms.n; i++) {
        const struct match_query_term *q = &b->terms.items[i];
        if (q->weight != 0.0F && (q->weight > 0) == is_for) {
            ranked[n].term = *q;
            ranked[n++].most = fabsf(q->weight) * b->index->terms.items[q->term].max_impact;
        }
    }
    if (n > most) {
        qsort(ranked, n, sizeof *ranked, compare_terms);
        n = most;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = ranked[i].term;
    }
    return (int)n;
}

void match_finish(struct match_builder *b)
{
    struct match_query *query = b->query;
    for (size_t i = 0; i < b->terms.n; i++) {
        struct match_query_term *q = &b->terms.items[i];
        q->weight = b->weights[q->term];
        b->weights[q->term] = 0;
    }
    query->terms = arena_array(b->arena, b->terms.n + 1, sizeof *query->terms);
    query->n_for = keep_terms(b, true, MATCH_TERM_CAP, query->terms);
    query->n_terms =
        query->n_for + keep_terms(b, false, MATCH_TERM_CAP / 4, query->terms + query->n_for);
}

/* Adds one text of the profile; all of them together have a limit. */
static void read_text(struct match_query *query, const char *text, const struct match_work *work,
                      float share, struct arena *arena)
{
    struct text_tokens *tokens = &query->tokens;
    size_t first = tokens->items.n;
    struct match_reading *reading = vec_add(arena, &query->readings);
    *reading = (struct match_reading){work, text, first, share};
    if (first >= INTEREST_TOKENS) {
        return;
    }
    size_t length = utf8_cut(text, strlen(text), INTERESTS_MAX);
    text_read(text, length, INTEREST_TOKENS - first, arena, tokens);
    if (tokens->items.n > first) {
        tokens->items.items[first].starts_break = true; /* no phrase goes on from text to text */
    }
}

static void read_profile(struct match_query *query, const struct match_profile *profile,
                         struct arena *arena)
{
    const char *interests = profile->interests == NULL ? "" : profile->interests;
    read_text(query, interests, NULL, 1, arena);
    float share = query->tokens.items.n > 0 ? WORK_SHARE : 1;
    for (int i = 0; i < profile->n_works; i++) {
        const struct match_work *work = &profile->works[i];
        const char *text = work->text[0] == '\0'
                               ? work->title
                               : arena_printf(arena, "%s\n%s", work->title, work->text);
        read_text(query, text, work, share, arena);
    }
}

static void find_terms(struct match_builder *b)
{
    const struct text_tokens *tokens = &b->query->tokens;
    b->token_terms = arena_array(b->arena, tokens->items.n + 1, sizeof *b->token_terms);
    for (size_t i = 0; i < tokens->items.n; i++) {
        strmap_fetch(&b->index->forms, tokens->items.items[i].fold);
    }
    for (size_t i = 0; i < tokens->items.n; i++) {
        b->token_terms[i] = match_term_of(b->index, tokens->items.items[i].fold);
    }
    b->query->token_terms = b->token_terms;
}

/* What was written, word by word. */
static void add_text(struct match_builder *b, bool is_plain)
{
    size_t n = b->query->tokens.items.n;
    match_add_words(b, 0, n);
    match_add_pairs(b, 0, n);
    add_phrases(b);
    match_add_people(b, 0, n);
    saturate(b);
    if (!is_plain) {
        match_hold_back(b);
    }
}

static struct match_query *compile(const struct match_index *index,
                                   const struct match_profile *profile, bool is_plain,
                                   struct match_trace *trace, struct arena *arena)
{
    struct match_query *query = arena_alloc(arena, sizeof *query);
    query->profile = profile;
    query->trace = trace;
    struct match_builder b = {
        .index = index, .arena = arena, .weights = index->scratch->weights, .query = query};
    read_profile(query, profile, arena);
    find_terms(&b);
    query->is_long = !is_plain && match_is_long(index, query);
    if (query->is_long) {
        match_add_texts(&b);
    } else {
        add_text(&b, is_plain);
    }
    bool is_enriched = !is_plain && !query->is_long;
    if (is_enriched) {
        match_add_related(&b);
    }
    match_add_likes(&b, profile);
    if (is_enriched) {
        match_prefer_forms(&b);
    }
    match_finish(&b);
    if (is_enriched) {
        match_add_feedback(&b);
    }
    if (!is_plain) {
        match_blend(index, query, arena);
    }
    query->is_empty = query->n_terms == 0;
    return query;
}

struct match_query *match_query_new(const struct match_index *index,
                                    const struct match_profile *profile, struct arena *arena)
{
    return compile(index, profile, false, NULL, arena);
}

struct match_query *match_query_new_traced(const struct match_index *index,
                                           const struct match_profile *profile,
                                           struct match_trace *trace, struct arena *arena)
{
    return compile(index, profile, false, trace, arena);
}

struct match_query *match_query_new_plain(const struct match_index *index,
                                          const struct match_profile *profile, struct arena *arena)
{
    return compile(index, profile, true, NULL, arena);
}

double match_score(const struct match_index *index, const struct match_query *query, int session)
{
    if (session < 0 || (size_t)session >= index->conf->sessions.n || index->doc_of[session] < 0) {
        return 0;
    }
    int64_t units = match_doc_units(index, query, (uint32_t)index->doc_of[session]);
    return units > 0 ? match_units_score(units) : 0;
}
