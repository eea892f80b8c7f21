/* match_carry: what each word carries of one session's score. */
#include "core/match/explain.h"

#include <string.h>

#define HALF_SAYS 0.45F /* alone: what says less is told as half of what was written */
#define HALVES    0.15  /* of what halves carry: with less than that of the rest they are told */

/* What a short form carries is shown where its long form stands. */
static void spread(struct explainer *x, uint32_t term, float carried)
{
    const struct match_phrase *phrase = &x->index->phrases.items[x->index->phrase_short[term] - 1];
    for (int i = 0; i < phrase->n_words; i++) {
        if (x->carried[phrase->words[i]] == 0.0F) {
            x->carried[phrase->words[i]] = carried / (float)phrase->n_words;
        }
    }
}

/* The query's terms and what this session has of them, which the entries tell in one walk: the
 * query is laid out by match/pick.c, and place 0 takes what it does not ask for. */
static void gather_impacts(const struct explainer *x)
{
    const struct match_entry *entry = x->index->entries + x->doc->first_entry;
    const struct match_entry *end = entry + x->doc->n_entries;
    const struct match_scratch *scratch = x->index->scratch;
    memset(scratch->impacts, 0, ((size_t)x->query->n_for + 1) * sizeof *scratch->impacts);
    for (; entry < end; entry++) {
        scratch->impacts[scratch->query_places[entry->term]] = entry->impact;
    }
}

static float impact_of(const struct explainer *x, uint32_t term)
{
    const struct match_scratch *scratch = x->index->scratch;
    return scratch->query_places[term] > 0 ? scratch->impacts[scratch->query_places[term]] : 0;
}

/* Gives the words back what was held back of them, where a neighbour is there. Those that mean
 * little without the one that is not there are told only where there is nothing else. */
static void judge_halves(struct explainer *x)
{
    const struct match_query *query = x->query;
    uint64_t halves = 0;
    x->near = match_near_units(x->index, query, (uint32_t)(x->doc - x->index->docs.items));
    double half = 0;
    double whole = x->by_basis[MATCH_BY_PEOPLE];
    for (int u = 0; u < query->n_units; u++) {
        const struct match_unit *unit = &query->units[u];
        bool is_beside = (x->near >> u & 1) != 0;
        float *carried = &x->carried[unit->term];
        float more = is_beside ? unit->withheld * impact_of(x, unit->term) : 0;
        *carried += more;
        x->total += (double)more;
        x->by_basis[MATCH_BY_WORDS] += (double)more;
        bool is_half = !is_beside && unit->alone < HALF_SAYS;
        halves |= is_half ? (uint64_t)1 << u : 0;
        *(is_half ? &half : &whole) += (double)*carried;
    }
    x->is_half = halves != 0 && whole <= HALVES * half;
    for (; halves != 0 && !x->is_half; halves &= halves - 1) {
        x->carried[query->units[__builtin_ctzll(halves)].term] = 0;
    }
}

/* Fills `carried` for the words of the query that this session has. Words that the attendee did not
 * write, but that go with them, count a quarter, everyday ones half: the reasons should speak of
 * what was written, and of topics. */
void match_carry(struct explainer *x)
{
    const struct match_query *query = x->query;
    const struct match_scratch *scratch = x->index->scratch;
    gather_impacts(x);
    for (int i = 0; i < query->n_for; i++) {
        if (scratch->impacts[i + 1] == 0.0F) {
            continue;
        }
        const struct match_query_term *q = &query->terms[i];
        float part = q->weight * scratch->impacts[i + 1];
        bool is_indirect = q->basis == MATCH_BY_RELATED;
        const struct match_term *term = &x->index->terms.items[q->term];
        uint32_t shown = term->kind == TERM_FORM ? term->stem : q->term;
        bool is_vague = term->is_common && !term->is_technical;
        x->carried[shown] += is_indirect ? part / 4 : (is_vague ? part / 2 : part);
        x->has_pairs |= part > 0 && term->kind == TERM_PAIR;
        x->total += (double)part;
        x->by_basis[q->basis] += (double)part;
    }
    judge_halves(x);
    for (size_t i = 0; i < scratch->n_shorts; i++) {
        spread(x, scratch->shorts[i], x->carried[scratch->shorts[i]]);
    }
}

void match_keep_direct(struct explainer *x)
{
    for (int i = 0; i < x->query->n_for; i++) {
        const struct match_query_term *q = &x->query->terms[i];
        if (q->basis == MATCH_BY_RELATED) {
            x->carried[q->term] = 0;
        }
    }
}

void match_clear_carried(struct explainer *x)
{
    const struct match_scratch *scratch = x->index->scratch;
    for (int u = 0; u < x->query->n_units; u++) {
        x->carried[x->query->units[u].term] = 0;
    }
    for (int i = 0; i < x->query->n_for; i++) {
        if (scratch->impacts[i + 1] != 0.0F) {
            uint32_t term = x->query->terms[i].term;
            bool is_form = x->index->terms.items[term].kind == TERM_FORM;
            x->carried[is_form ? x->index->terms.items[term].stem : term] = 0;
        }
    }
    for (size_t i = 0; i < scratch->n_shorts; i++) {
        uint32_t first = x->index->phrase_short[scratch->shorts[i]];
        const struct match_phrase *phrase = &x->index->phrases.items[first - 1];
        for (int w = 0; w < phrase->n_words; w++) {
            x->carried[phrase->words[w]] = 0;
        }
    }
}
