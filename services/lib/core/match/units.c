/* match_units: words that are written together count together. */
#include "core/match/internal.h"

#include <math.h>
#include <string.h>

#define COMMON_MASS 0.3F /* of an everyday word against a topic of the same rarity */
#define TECHNICAL   0.5F /* of what is held back of the name of something: it says more alone */
#define FAR_SHARE   0.3F /* of what is held back, where the neighbour stands somewhere else */
#define NEAR_WORDS                                                                                 \
    6U /* from one neighbour to the other, without stop words: about Metzler and Croft's window */
#define NEAR_DOCS  4    /* sessions that are read for neighbours close by: the best */
#define FORM_SHARE 0.4F /* of a word's weight: only for what is written like it */

/*
 * What somebody writes side by side is mostly one thing: "load balancing" is neither load nor
 * balancing. As in the sequential dependence model (Metzler and Croft 2005) a word depends on its
 * neighbours in the query: it counts whole in sessions that have one of them close by, less where
 * that stands elsewhere, and alone only by the share of what both say that it says itself, to the
 * third power in a run of two words, squared in longer ones. So the weight that the ranking starts
 * from is what the word says alone, and the rest is given back to the best sessions: nothing is
 * ever taken away from them.
 */

/* One word of the profile in the order written; stop words are left out and divide. */
struct place {
    int unit; /* of the query's units; -1 = the programme does not have it, or there are too many */
    float mass;        /* how much the word says */
    bool is_technical; /* written as the name of something */
    bool is_joined;    /* to the word before it */
};

/* As learned: whether another session has the word now changes nothing here. */
static bool is_known(const struct match_index *index, uint32_t term)
{
    return term != MATCH_NO_TERM && index->terms.items[term].n_learned > 0;
}

static float mass_of(const struct match_index *index, const struct text_token *token, uint32_t term)
{
    if (is_known(index, term)) {
        const struct match_term *t = &index->terms.items[term];
        return t->idf * (t->is_common && !t->is_technical ? COMMON_MASS : 1);
    }
    float unseen = logf(2 * (float)index->n_learned + 2); /* the idf of a word in no session */
    return unseen * (text_is_common(token->fold) ? COMMON_MASS : 1);
}

static int unit_of(struct match_query *query, uint32_t term)
{
    for (int i = 0; i < query->n_units; i++) {
        if (query->units[i].term == term) {
            return i;
        }
    }
    if (query->n_units == MATCH_UNITS) {
        return -1;
    }
    query->units[query->n_units] = (struct match_unit){.term = term};
    return query->n_units++;
}

static size_t list_places(const struct match_builder *b, struct place *ret)
{
    const struct text_token *tokens = b->query->tokens.items.items;
    size_t n = 0;
    bool is_break = true;
    uint32_t next_position = 0;
    uint32_t last = MATCH_NO_TERM;
    for (size_t i = 0; i < b->query->tokens.items.n; i++) {
        is_break = is_break || tokens[i].starts_break;
        if (tokens[i].kind == TEXT_WHOLE || tokens[i].is_stop) {
            continue;
        }
        uint32_t term = b->token_terms[i];
        bool is_joined = !is_break && tokens[i].position == next_position;
        is_break = false;
        next_position = tokens[i].position + 1;
        if (is_joined && term != MATCH_NO_TERM && term == last) {
            continue; /* a word is no neighbour of its own */
        }
        last = term;
        ret[n++] = (struct place){.unit = is_known(b->index, term) ? unit_of(b->query, term) : -1,
                                  .mass = mass_of(b->index, &tokens[i], term),
                                  .is_technical = tokens[i].is_acronym,
                                  .is_joined = is_joined};
    }
    return n;
}

static void join(struct match_unit *unit, int neighbour)
{
    bool is_new = neighbour >= 0 && unit->n_beside < MATCH_BESIDE;
    for (int i = 0; i < unit->n_beside; i++) {
        is_new = is_new && unit->beside[i] != neighbour;
    }
    if (is_new) {
        unit->beside[unit->n_beside++] = (uint8_t)neighbour;
    }
}

/* Does the word stand in a run of just two? */
static bool is_of_two(const struct place *places, size_t n, size_t i)
{
    size_t first = places[i].is_joined ? i - 1 : i;
    bool goes_on = first + 2 < n && places[first + 2].is_joined;
    return !places[first].is_joined && first + 1 < n && places[first + 1].is_joined && !goes_on;
}

/* What the word at `place` says alone, 0..1, beside the heavier one of its neighbours. */
static float says_alone(const struct place *place, float beside, bool is_pair)
{
    float share = place->mass / (place->mass + beside);
    share *= is_pair ? share * share : share;
    return place->is_technical ? 1 - (1 - share) * TECHNICAL : share;
}

void match_hold_back(struct match_builder *b)
{
    struct match_query *query = b->query;
    struct place *places = arena_array(b->arena, query->tokens.items.n + 1, sizeof *places);
    query->units = arena_array(b->arena, MATCH_UNITS, sizeof *query->units);
    size_t n = list_places(b, places);
    for (size_t i = 0; i < n; i++) {
        const struct place *left = places[i].is_joined ? &places[i - 1] : NULL;
        const struct place *right = i + 1 < n && places[i + 1].is_joined ? &places[i + 1] : NULL;
        if (places[i].unit < 0) {
            continue;
        }
        struct match_unit *unit = &query->units[places[i].unit];
        float beside = left != NULL ? left->mass : 0;
        beside = right != NULL && right->mass > beside ? right->mass : beside;
        bool is_pair = is_of_two(places, n, i);
        float alone = says_alone(&places[i], beside, is_pair);
        unit->alone = alone > unit->alone ? alone : unit->alone;
        join(unit, left != NULL ? left->unit : -1);
        join(unit, right != NULL ? right->unit : -1);
    }
    for (int i = 0; i < query->n_units; i++) {
        struct match_unit *unit = &query->units[i];
        unit->withheld = b->weights[unit->term] * (1 - unit->alone);
        b->weights[unit->term] -= unit->withheld;
        query->has_withheld = query->has_withheld || (unit->withheld > 0 && unit->n_beside > 0);
    }
}

/* ---- what is given back ---- */

void match_make_trail(struct match_index *index)
{
    struct match_trail *trail = &index->trail;
    uint32_t nothing = (uint32_t)index->terms.n;
    size_t most = index->words.n;
    for (size_t d = 0; d < index->docs.n; d++) {
        most += (size_t)index->docs.items[d].n_pieces * NEAR_WORDS;
    }
    trail->marks = arena_array(index->arena, index->terms.n + 1, sizeof *trail->marks);
    trail->first = arena_array(index->arena, index->docs.n + 1, sizeof *trail->first);
    trail->terms = arena_array(index->arena, most + 1, sizeof *trail->terms);
    uint32_t n = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        const struct match_word *words = index->words.items + doc->first_word;
        trail->first[d] = n;
        for (uint32_t i = 0; i < doc->n_words; i++) {
            bool is_other_piece = i > 0 && words[i].piece != words[i - 1].piece;
            for (uint32_t k = 0; is_other_piece && k < NEAR_WORDS; k++) {
                trail->terms[n++] = nothing;
            }
            if (!words[i].is_stop) {
                trail->terms[n++] = words[i].term;
            }
        }
    }
    trail->first[index->docs.n] = n;
}

void match_lend(struct match_query *query, float share)
{
    for (int i = 0; i < query->n_for && query->has_withheld; i++) {
        for (int u = 0; u < query->n_units; u++) {
            if (query->units[u].term == query->terms[i].term) {
                query->terms[i].weight += query->units[u].withheld * share;
            }
        }
    }
}

/* What the sessions have of the units: quanta of impacts. */
struct given {
    const struct match_index *index;
    const struct match_query *query;
    struct match_hit *hits;
    int n;
    uint16_t quanta[MATCH_UNITS][MATCH_REWARDED];
};

static void look_up(struct given *g)
{
    uint16_t *slots = g->index->scratch->slots;
    for (int i = 0; i < g->n; i++) {
        slots[g->hits[i].doc] = (uint16_t)(i + 1);
    }
    for (int u = 0; u < g->query->n_units; u++) {
        const struct match_term *term = &g->index->terms.items[g->query->units[u].term];
        if (term->dense >= 0) {
            const uint16_t *row = g->index->dense + (size_t)term->dense * g->index->row_size;
            for (int i = 0; i < g->n; i++) {
                g->quanta[u][i] = row[g->hits[i].doc];
            }
            continue;
        }
        for (uint32_t p = term->first; p < term->first + term->n; p++) {
            uint16_t slot = slots[g->index->postings[p].doc];
            if (slot > 0) {
                g->quanta[u][slot - 1] = g->index->postings[p].quantum;
            }
        }
    }
    for (int i = 0; i < g->n; i++) {
        slots[g->hits[i].doc] = 0;
    }
}

static void give(struct given *g, int u, int i, float share)
{
    const struct match_unit *unit = &g->query->units[u];
    float impact = match_impact(&g->index->terms.items[unit->term], g->quanta[u][i]);
    g->hits[i].units += match_units(unit->withheld * share, impact);
}

/* Gives back a part for neighbours anywhere in the session; returns whether there are some. */
static bool give_for_presence(struct given *g, int i)
{
    bool has_some = false;
    for (int u = 0; u < g->query->n_units; u++) {
        const struct match_unit *unit = &g->query->units[u];
        bool has_neighbour = false;
        for (int k = 0; g->quanta[u][i] > 0 && k < unit->n_beside; k++) {
            has_neighbour = has_neighbour || g->quanta[unit->beside[k]][i] > 0;
        }
        if (has_neighbour) {
            give(g, u, i, FAR_SHARE);
            has_some = true;
        }
    }
    return has_some;
}

/* Which units stand close to one of their neighbours in the session: a bit for each. The terms of
 * the units are marked. */
static uint64_t near_units(const struct match_index *index, const struct match_query *query,
                           uint32_t doc)
{
    const struct match_trail *trail = &index->trail;
    uint32_t last[MATCH_UNITS] = {0};
    uint64_t near = 0;
    uint64_t all = ((uint64_t)1 << query->n_units) - 1;
    for (uint32_t i = trail->first[doc]; i < trail->first[doc + 1] && near != all; i++) {
        uint8_t mark = trail->marks[trail->terms[i]];
        if (mark == 0) {
            continue;
        }
        const struct match_unit *unit = &query->units[mark - 1];
        uint32_t place = i + NEAR_WORDS + 1;
        for (int k = 0; k < unit->n_beside; k++) {
            if (place - last[unit->beside[k]] <= NEAR_WORDS) {
                near |= (uint64_t)1 << (mark - 1) | (uint64_t)1 << unit->beside[k];
            }
        }
        last[mark - 1] = place;
    }
    return near;
}

static void mark_units(const struct match_index *index, const struct match_query *query)
{
    for (int u = 0; u < query->n_units; u++) {
        index->trail.marks[query->units[u].term] = (uint8_t)(u + 1);
    }
}

static void unmark_units(const struct match_index *index, const struct match_query *query)
{
    for (int u = 0; u < query->n_units; u++) {
        index->trail.marks[query->units[u].term] = 0;
    }
}

uint64_t match_near_units(const struct match_index *index, const struct match_query *query,
                          uint32_t doc)
{
    mark_units(index, query);
    uint64_t near = near_units(index, query, doc);
    unmark_units(index, query);
    return near;
}

/* The best `most` of those listed in candidates[0..n) come to its front. */
static int keep_best(const struct match_hit *hits, int *candidates, int n, int most)
{
    int kept = 0;
    for (int c = 0; c < n; c++) {
        int candidate = candidates[c];
        int at = kept;
        while (at > 0 && hits[candidate].units > hits[candidates[at - 1]].units) {
            at--;
        }
        if (at == most) {
            continue;
        }
        int last = kept < most ? kept++ : most - 1;
        memmove(candidates + at + 1, candidates + at, (size_t)(last - at) * sizeof *candidates);
        candidates[at] = candidate;
    }
    return kept;
}

void match_reward(const struct match_index *index, const struct match_query *query,
                  struct match_hit *hits, int n)
{
    struct given g = {.index = index, .query = query, .hits = hits};
    g.n = n < MATCH_REWARDED ? n : MATCH_REWARDED;
    int candidates[MATCH_REWARDED];
    int n_candidates = 0;
    if (!query->has_withheld) {
        return;
    }
    look_up(&g);
    for (int i = 0; i < g.n; i++) {
        if (give_for_presence(&g, i)) {
            candidates[n_candidates++] = i;
        }
    }
    n_candidates = keep_best(hits, candidates, n_candidates, NEAR_DOCS);
    mark_units(index, query);
    for (int c = 0; c < n_candidates; c++) {
        uint64_t near = near_units(index, query, hits[candidates[c]].doc);
        for (; near != 0; near &= near - 1) {
            give(&g, __builtin_ctzll(near), candidates[c], 1 - FAR_SHARE);
        }
    }
    unmark_units(index, query);
}

/* ---- forms of a word ---- */

/* The word without what inflection adds: "updates", "updated" and "updating" are "updat". What
 * makes another word of it stays: "reproducible" is not "reproducer". English only. */
static size_t bare_length(const char *fold)
{
    static const struct {
        const char *tail;
        size_t least; /* bytes that must be left */
    } tails[] = {{"ies", 3}, {"ing", 3}, {"es", 3}, {"ed", 3}, {"s", 3}, {"e", 3}, {"y", 3}};
    size_t n = strlen(fold);
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        size_t tail = strlen(tails[i].tail);
        bool is_ss = tails[i].tail[0] == 's' && n > 1 && fold[n - 2] == 's';
        if (n >= tail + tails[i].least && !is_ss && strcmp(fold + n - tail, tails[i].tail) == 0) {
            return n - tail;
        }
    }
    return n;
}

static bool is_inflection(const char *tail)
{
    static const char *const inflections[] = {"", "s", "es", "e", "ed", "ing", "y", "ies"};
    for (size_t i = 0; i < sizeof inflections / sizeof inflections[0]; i++) {
        if (strcmp(tail, inflections[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The next form of the word that is a mere inflection of what was written, from `form` on: 1 + its
 * number; 0 = there is none. Forms that no session has are passed by. */
static uint32_t next_inflection(const struct match_index *index, uint32_t form, const char *fold,
                                size_t bare)
{
    for (; form != 0; form = index->form_list.items[form - 1].next) {
        const struct match_form *f = &index->form_list.items[form - 1];
        if (strncmp(f->text, fold, bare) == 0 && is_inflection(f->text + bare) &&
            index->terms.items[f->own_term].n_learned > 0) {
            break;
        }
    }
    return form;
}

/* Moves so much of a word's weight to these forms, which together are as rare as they are: of the
 * stem "access" few sessions say "accessibility". */
static void move_to_forms(struct match_builder *b, size_t token, float moved)
{
    const struct match_index *index = b->index;
    const char *fold = b->query->tokens.items.items[token].fold;
    uint32_t term = b->token_terms[token];
    const struct match_term *stem = &index->terms.items[term];
    size_t bare = bare_length(fold);
    uint32_t first = next_inflection(index, stem->forms, fold, bare);
    float n_docs = 0;
    for (uint32_t f = first; f != 0;) {
        const struct match_form *form = &index->form_list.items[f - 1];
        n_docs += (float)index->terms.items[form->own_term].n_learned;
        f = next_inflection(index, form->next, fold, bare);
    }
    float known = (float)stem->n_learned;
    float least = known < n_docs ? known : n_docs;
    float idf = logf(1 + ((float)index->n_learned - least + 0.5F) / (least + 0.5F));
    float before = b->weights[term];
    b->weights[term] -= moved;
    b->query->moved_squares += before * before - b->weights[term] * b->weights[term];
    for (uint32_t f = first; f != 0;) {
        const struct match_form *form = &index->form_list.items[f - 1];
        float scale = idf / stem->idf * idf / index->terms.items[form->own_term].idf;
        match_add_weight(b, form->own_term, moved * scale, (int)token, MATCH_BY_WORDS);
        f = next_inflection(index, form->next, fold, bare);
    }
}

/* Is the word of this token written in several ways? */
static bool has_forms(const struct match_builder *b, size_t token)
{
    const struct text_token *t = &b->query->tokens.items.items[token];
    uint32_t term = b->token_terms[token];
    return !t->is_stop && t->kind != TEXT_WHOLE && term != MATCH_NO_TERM &&
           b->index->terms.items[term].forms != 0 && b->weights[term] > 0;
}

/* FORM_SHARE of each word, in equal parts for each time that it was written. */
void match_prefer_forms(struct match_builder *b)
{
    size_t n = b->query->tokens.items.n;
    float *times = b->index->scratch->gathered;
    float *moved = arena_array(b->arena, n + 1, sizeof *moved); /* by token; 0 = none */
    if (b->index->languages[0] != 0) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (has_forms(b, i)) {
            times[b->token_terms[i]] += 1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t term = b->token_terms[i];
        moved[i] = has_forms(b, i) ? b->weights[term] * FORM_SHARE / times[term] : 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (b->token_terms[i] != MATCH_NO_TERM) {
            times[b->token_terms[i]] = 0;
        }
        if (moved[i] > 0) {
            move_to_forms(b, i, moved[i]);
        }
    }
}
