/* match_long: profiles of whole texts, such as what somebody has written. */
#include "core/match/internal.h"

#include <math.h>

#define LONG_WORDS  24   /* words of content that make a profile long */
#define LEAST_DOCS  40   /* in smaller programmes short and long are read alike */
#define WORKS_SHARE 0.5F /* of all pieces of work together, beside stated interests */

bool match_is_long(const struct match_index *index, const struct match_query *query)
{
    size_t n = 0;
    if (index->n_learned < LEAST_DOCS) {
        return false;
    }
    for (size_t i = 0; i < query->tokens.items.n; i++) {
        const struct text_token *token = &query->tokens.items.items[i];
        n += !token->is_stop && token->kind != TEXT_PART;
    }
    return n >= LONG_WORDS;
}

static void add_forms(struct match_builder *b, size_t from, size_t n)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    for (size_t i = from; i < n; i++) {
        if (!tokens[i].is_stop) {
            float weight = tokens[i].kind == TEXT_PART ? 0.6F : 1;
            match_add_weight(b, match_form_of(b->index, tokens[i].fold), weight, (int)i,
                             MATCH_BY_WORDS);
        }
    }
}

/* Logarithmic frequency times rarity; returns the Euclidean length of it all. */
static double weigh(const struct match_builder *b)
{
    double squares = 0;
    for (size_t i = 0; i < b->terms.n; i++) {
        const struct match_term *term = &b->index->terms.items[b->terms.items[i].term];
        float *weight = &b->weights[b->terms.items[i].term];
        *weight = (*weight < 1 ? *weight : 1 + logf(*weight)) * term->idf;
        squares += (double)term->echo * (double)*weight * (double)*weight;
    }
    return sqrt(squares);
}

/* One text of the profile, `share` long; returns how long it was before. */
static double add_text(struct match_builder *b, size_t reading, float share)
{
    const struct match_query *query = b->query;
    const struct match_reading *text = &query->readings.items[reading];
    bool is_last = reading + 1 == query->readings.n;
    size_t end = is_last ? query->tokens.items.n : text[1].first_token;
    struct match_builder one = {.index = b->index,
                                .arena = b->arena,
                                .weights = b->index->scratch->gathered,
                                .query = b->query,
                                .token_terms = b->token_terms};
    match_add_words(&one, text->first_token, end);
    add_forms(&one, text->first_token, end);
    match_add_pairs(&one, text->first_token, end);
    match_add_people(&one, text->first_token, end);
    double length = weigh(&one);
    for (size_t i = 0; i < one.terms.n; i++) {
        const struct match_query_term *q = &one.terms.items[i];
        float weight = one.weights[q->term] * b->index->terms.items[q->term].echo;
        one.weights[q->term] = 0;
        match_add_weight(b, q->term, share * weight / (float)length, q->source, q->basis);
    }
    return length;
}

/*
 * The mean of the cosines of several texts with a session is the product of the session with the
 * mean of the texts, each of length 1: so many pieces of work are one query. Nothing is added to
 * what whole texts say, neither short forms nor what goes with their words. In the end the profile
 * is as long again as its texts: who has more to say of something scores more there than others.
 */
void match_add_texts(struct match_builder *b)
{
    size_t n_works = 0;
    double squares = 0;
    double shares = 0;
    for (size_t i = 0; i < b->query->readings.n; i++) {
        n_works += b->query->readings.items[i].work != NULL;
    }
    for (size_t i = 0; i < b->query->readings.n; i++) {
        const struct match_reading *text = &b->query->readings.items[i];
        float works = text->share < 1 ? WORKS_SHARE : 1; /* of all of them together */
        float share = text->work == NULL ? 1 : works / (float)n_works;
        double length = add_text(b, i, share);
        squares += length * length;
        shares += length > 0 ? (double)share : 0;
    }
    b->query->fullness = (float)(shares * sqrt(squares));
    for (size_t i = 0; i < b->terms.n; i++) {
        b->weights[b->terms.items[i].term] *= (float)sqrt(squares);
    }
}
