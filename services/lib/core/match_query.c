#include "core/match_internal.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define INTERESTS_MAX    ((size_t)256 * 1024) /* bytes read of one attendee's text */
#define INTEREST_TOKENS  20000
#define K3               3.0F  /* BM25: how soon repetition in the interests stops counting */
#define EXPANSIONS       12    /* related words added to one query */
#define EXPANSION_WEIGHT 0.22F /* of them together, against the words written */
#define LIKE_TERMS       24    /* of one session that is liked or disliked */
#define LIKE_WEIGHT      0.7F  /* Rocchio's beta and gamma, per session */
#define DISLIKE_WEIGHT   0.35F
#define LIKES_MAX        64

/* A query while it is put together; weights by term stand in the index's scratch. */
struct builder {
    const struct match_index *index;
    struct arena *arena;
    float *weights;
    VEC(struct match_query_term) terms;
    struct match_query *query;
};

static void add_weight(struct builder *b, uint32_t term, float weight, int source,
                       enum match_basis basis)
{
    if (term == MATCH_NO_TERM || b->index->terms.items[term].n == 0) {
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

static void add_words(struct builder *b)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = b->query->tokens.items.n;
    bool has_whole = false;
    for (size_t i = 0; i < n; i++) {
        if (tokens[i].is_stop) {
            continue;
        }
        uint32_t term = match_term_of(b->index, tokens[i].fold);
        if (tokens[i].kind == TEXT_WHOLE) {
            has_whole = term != MATCH_NO_TERM && b->index->terms.items[term].n > 0;
        }
        float weight = tokens[i].kind == TEXT_PART ? (has_whole ? 0.4F : 0.8F) : 1.0F;
        add_weight(b, term, weight, (int)i, MATCH_BY_WORDS);
    }
}

static bool is_next_to(const struct text_token *a, const struct text_token *b)
{
    return b->position == a->position + 1 && !b->starts_break;
}

static void add_joined(struct builder *b, const struct text_token *a, const struct text_token *c,
                       int source)
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
        add_weight(b, (uint32_t)*form, 0.75F, source, MATCH_BY_WORDS);
    }
}

/* Neighbours: pairs that the programme knows, and words it writes together. */
static void add_pairs(struct builder *b)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = b->query->tokens.items.n;
    for (size_t i = 0; i + 1 < n; i++) {
        if (tokens[i].kind == TEXT_WHOLE || tokens[i].is_stop) {
            continue;
        }
        size_t next = i + 1;
        if (tokens[next].kind == TEXT_WHOLE && next + 1 < n) {
            next++;
        }
        if (!is_next_to(&tokens[i], &tokens[next]) || tokens[next].is_stop) {
            continue;
        }
        uint32_t first = match_term_of(b->index, tokens[i].fold);
        uint32_t second = match_term_of(b->index, tokens[next].fold);
        if (first != MATCH_NO_TERM && second != MATCH_NO_TERM) {
            add_weight(b, match_pair_of(b->index, first, second), 1.0F, (int)i, MATCH_BY_WORDS);
        }
        if (tokens[i].kind == TEXT_WORD && tokens[next].kind == TEXT_WORD) {
            add_joined(b, &tokens[i], &tokens[next], (int)i);
        }
    }
}

/* Phrases that have a short form, and short forms that stand for a phrase. */
static void add_phrases(struct builder *b)
{
    const struct match_index *index = b->index;
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = b->query->tokens.items.n;
    uint32_t *terms = arena_array(b->arena, n + 1, sizeof *terms);
    int *sources = arena_array(b->arena, n + 1, sizeof *sources);
    size_t n_terms = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t term = match_term_of(index, tokens[i].fold);
        if (term < index->n_phrase_terms && index->phrase_short[term] != 0) {
            const struct match_phrase *phrase =
                &index->phrases.items[index->phrase_short[term] - 1];
            for (int w = 0; w < phrase->n_words; w++) {
                add_weight(b, phrase->words[w], 0.4F, (int)i, MATCH_BY_WORDS);
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
        add_weight(b, term, 0.8F, sources[i], MATCH_BY_WORDS);
    }
}

static void add_people(struct builder *b)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = b->query->tokens.items.n;
    for (size_t i = 0; i < n && b->index->people.n > 0; i++) {
        char name[4 * (TEXT_WORD_MAX + 1)];
        size_t length = 0;
        int n_words = 0;
        for (size_t j = i; j < n && n_words < 4; j++) {
            if (tokens[j].kind == TEXT_PART) {
                continue;
            }
            if (n_words > 0) {
                name[length++] = ' ';
            }
            size_t more = strlen(tokens[j].fold);
            memcpy(name + length, tokens[j].fold, more + 1);
            length += more;
            n_words++;
            const int64_t *term = strmap_find(&b->index->people, name);
            if (term != NULL) {
                add_weight(b, (uint32_t)*term, 1.0F, (int)i, MATCH_BY_PEOPLE);
            }
        }
    }
}

static void saturate(struct builder *b)
{
    for (size_t i = 0; i < b->terms.n; i++) {
        float *weight = &b->weights[b->terms.items[i].term];
        *weight = *weight * (K3 + 1) / (K3 + *weight);
    }
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
static void expand(struct builder *b)
{
    const struct match_index *index = b->index;
    size_t n_base = b->terms.n;
    float total = 0;
    VEC(struct expansion) found = {0};
    for (size_t i = 0; i < n_base && i < MATCH_TERM_CAP; i++) {
        const struct match_query_term *q = &b->terms.items[i];
        const struct match_term *term = &index->terms.items[q->term];
        total += b->weights[q->term] * term->idf;
        const struct match_relation *related = index->related + (size_t)q->term * MATCH_RELATED;
        for (int r = 0; r < MATCH_RELATED && related[r].weight > 0; r++) {
            struct expansion *e = vec_add(b->arena, &found);
            e->term = related[r].term;
            e->weight = b->weights[q->term] * term->idf * related[r].weight;
            e->source = q->source;
        }
    }
    /* Sum what several words propose: found is short, at most MATCH_TERM_CAP * MATCH_RELATED. */
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
    for (size_t i = 0; i < n && total > 0; i++) {
        const struct expansion *e = &found.items[i];
        add_weight(b, e->term,
                   EXPANSION_WEIGHT * e->weight / total * (float)(n_base < 4 ? n_base : 4),
                   e->source, MATCH_BY_WORDS);
    }
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

/* Adds the strongest words of one session. */
static void add_session(struct builder *b, int session, float weight, enum match_basis basis)
{
    const struct match_index *index = b->index;
    if (session < 0 || (size_t)session >= index->conf->sessions.n || index->doc_of[session] < 0) {
        return;
    }
    const struct match_doc *doc = &index->docs.items[index->doc_of[session]];
    size_t size = doc->n_entries * sizeof(struct match_entry);
    struct match_entry *entries = arena_memdup(b->arena, index->entries + doc->first_entry, size);
    qsort(entries, doc->n_entries, sizeof *entries, compare_entries);
    for (uint32_t i = 0; i < doc->n_entries && i < LIKE_TERMS; i++) {
        add_weight(b, entries[i].term, weight * entries[i].impact / doc->length, -1, basis);
    }
}

static void add_feedback(struct builder *b, const struct match_profile *profile)
{
    for (int i = 0; i < profile->n_likes && i < LIKES_MAX; i++) {
        add_session(b, profile->likes[i], LIKE_WEIGHT, MATCH_BY_LIKES);
    }
    for (int i = 0; i < profile->n_dislikes && i < LIKES_MAX; i++) {
        add_session(b, profile->dislikes[i], -DISLIKE_WEIGHT, MATCH_BY_LIKES);
    }
}

/* Terms that speak for a session first, each kind by what it can contribute. */
static int compare_terms(const void *a, const void *b, void *context)
{
    const struct match_query_term *x = a;
    const struct match_query_term *y = b;
    const struct match_index *index = context;
    if ((x->weight > 0) != (y->weight > 0)) {
        return x->weight > 0 ? -1 : 1;
    }
    float most_x = x->weight * index->terms.items[x->term].max_impact;
    float most_y = y->weight * index->terms.items[y->term].max_impact;
    most_x = most_x < 0 ? -most_x : most_x;
    most_y = most_y < 0 ? -most_y : most_y;
    if (most_x != most_y) {
        return most_x > most_y ? -1 : 1;
    }
    return x->term < y->term ? -1 : (x->term > y->term);
}

static void finish(struct builder *b)
{
    struct match_query *query = b->query;
    size_t n = 0;
    for (size_t i = 0; i < b->terms.n; i++) {
        struct match_query_term *q = &b->terms.items[i];
        q->weight = b->weights[q->term];
        b->weights[q->term] = 0;
        if (q->weight != 0.0F) {
            b->terms.items[n++] = *q;
        }
    }
    if (n > 0) {
        union {
            const struct match_index *in;
            void *out;
        } context = {.in = b->index};
        qsort_r(b->terms.items, n, sizeof *b->terms.items, compare_terms, context.out);
    }
    size_t n_for = 0;
    while (n_for < n && b->terms.items[n_for].weight > 0) {
        n_for++;
    }
    size_t n_against = n - n_for;
    size_t kept_for = n_for > MATCH_TERM_CAP ? MATCH_TERM_CAP : n_for;
    size_t kept_against = n_against > MATCH_TERM_CAP / 4 ? MATCH_TERM_CAP / 4 : n_against;
    if (kept_against > 0) {
        memmove(b->terms.items + kept_for, b->terms.items + n_for,
                kept_against * sizeof *b->terms.items);
    }
    query->terms = b->terms.items;
    query->n_for = (int)kept_for;
    query->n_terms = (int)(kept_for + kept_against);
}

struct match_query *match_query_new(const struct match_index *index,
                                    const struct match_profile *profile, struct arena *arena)
{
    struct match_query *query = arena_alloc(arena, sizeof *query);
    query->profile = profile;
    query->interests = profile->interests == NULL ? "" : profile->interests;
    struct builder b = {
        .index = index, .arena = arena, .weights = index->scratch->weights, .query = query};
    size_t length = utf8_cut(query->interests, strlen(query->interests), INTERESTS_MAX);
    text_read(query->interests, length, INTEREST_TOKENS, arena, &query->tokens);
    add_words(&b);
    add_pairs(&b);
    add_phrases(&b);
    add_people(&b);
    saturate(&b);
    expand(&b);
    add_feedback(&b, profile);
    finish(&b);
    query->is_empty = query->n_terms == 0;
    return query;
}

double match_score(const struct match_index *index, const struct match_query *query, int session)
{
    if (session < 0 || (size_t)session >= index->conf->sessions.n || index->doc_of[session] < 0) {
        return 0;
    }
    double score = match_doc_score(index, query, (uint32_t)index->doc_of[session]);
    return score > 0 ? score : 0;
}

bool match_concerns(const struct match_index *index, const struct match_query *query, int session)
{
    if (session < 0 || (size_t)session >= index->conf->sessions.n || index->doc_of[session] < 0) {
        return false;
    }
    const struct match_doc *doc = &index->docs.items[index->doc_of[session]];
    const struct match_entry *entries = index->entries + doc->first_entry;
    for (int i = 0; i < query->n_terms; i++) {
        uint32_t low = 0;
        uint32_t high = doc->n_entries;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (entries[middle].term < query->terms[i].term) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low < doc->n_entries && entries[low].term == query->terms[i].term) {
            return true;
        }
    }
    return query->is_empty; /* popular sessions may be chosen anew */
}
