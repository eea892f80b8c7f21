/* match_memory: how each person's sessions were found. */
#include "core/match/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- by person ---- */

static void *must(void *p)
{
    if (p == NULL) {
        abort();
    }
    return p;
}

struct match_memory *match_memory_new(void)
{
    struct match_memory *memory = must(calloc(1, sizeof *memory));
    memory->n_places = 64;
    memory->memos = must(calloc(memory->n_places, sizeof(struct match_memo *)));
    return memory;
}

void match_memory_free(struct match_memory *memory)
{
    if (memory == NULL) {
        return;
    }
    for (size_t i = 0; i < memory->n_places; i++) {
        free(memory->memos[i]);
    }
    free((void *)memory->memos);
    free(memory);
}

static struct match_memo **place_of(const struct match_memory *memory, int64_t person_id)
{
    size_t mask = memory->n_places - 1;
    size_t i = (size_t)(uint64_t)person_id & mask; /* in the order of memory: all are asked often */
    while (memory->memos[i] != NULL && memory->memos[i]->person_id != person_id) {
        i = (i + 1) & mask;
    }
    return &memory->memos[i];
}

static void make_room(struct match_memory *memory)
{
    if (memory->n * 2 < memory->n_places) {
        return;
    }
    struct match_memory bigger = {.n_places = memory->n_places * 2};
    bigger.memos = must(calloc(bigger.n_places, sizeof(struct match_memo *)));
    for (size_t i = 0; i < memory->n_places; i++) {
        if (memory->memos[i] != NULL) {
            *place_of(&bigger, memory->memos[i]->person_id) = memory->memos[i];
        }
    }
    free((void *)memory->memos);
    memory->memos = bigger.memos;
    memory->n_places = bigger.n_places;
}

static const struct match_memo *memo_of(const struct match_memory *memory, int64_t person_id)
{
    const struct match_memo *memo = *place_of(memory, person_id);
    return memo == NULL || memo->is_forgotten ? NULL : memo;
}

void match_memory_forget(struct match_memory *memory, int64_t person_id)
{
    struct match_memo *memo = *place_of(memory, person_id);
    if (memo != NULL && !memo->is_forgotten) {
        memo->is_forgotten = true;
        memory->n_known--;
    }
}

bool match_memory_has(const struct match_memory *memory, int64_t person_id)
{
    return memo_of(memory, person_id) != NULL;
}

size_t match_memory_size(const struct match_memory *memory)
{
    return memory->n_known;
}

/* ---- what ranking tells ---- */

int64_t match_trace_hits(struct match_trace *trace, const struct match_hit *hits, int n, int wanted)
{
    for (int i = 1; i < n; i++) {
        if (hits[i].units == hits[i - 1].units) {
            *vec_add(trace->arena, &trace->tied) = hits[i - 1].doc;
            *vec_add(trace->arena, &trace->tied) = hits[i].doc;
        }
    }
    return n == wanted && n > 0 ? hits[n - 1].units : 1;
}

typedef VEC(uint64_t) keys_vec;

/* Stems that the word could have had but no session has: were there one, the word would be another
 * to the index. In the order of match_term_of(). */
static void add_keys(const struct match_index *index, const char *fold, struct arena *arena,
                     keys_vec *keys)
{
    if (strmap_find(&index->forms, fold) != NULL) {
        return;
    }
    for (int i = 0; i < index->n_languages; i++) {
        const char *stem = text_stem(index->stemmers, index->languages[i], fold);
        if (strmap_find(&index->stems, stem) != NULL) {
            return;
        }
        *vec_add(arena, keys) = hash_string(stem);
    }
}

static bool knows_fresh(const struct match_index *index, const struct match_query *query)
{
    for (size_t i = 0; i < query->tokens.items.n; i++) {
        uint32_t term = query->token_terms[i];
        if (term != MATCH_NO_TERM && term >= index->n_base_terms) {
            return true;
        }
    }
    for (int i = 0; i < query->n_terms; i++) {
        if (query->terms[i].term >= index->n_base_terms) {
            return true;
        }
    }
    return false;
}

static void copy_weights(struct match_weight *to, const struct match_query_term *from, int n)
{
    for (int i = 0; i < n; i++) {
        to[i] = (struct match_weight){from[i].term, from[i].weight};
    }
}

static size_t copy_ids(const struct match_index *index, const int *sessions, int n, int64_t *ret)
{
    for (int i = 0; i < n; i++) {
        bool is_known = sessions[i] >= 0 && (size_t)sessions[i] < index->conf->sessions.n;
        ret[i] = is_known ? index->conf->sessions.items[sessions[i]].id : 0;
    }
    return (size_t)n;
}

static struct match_memo *memo_new(const struct match_index *index, const struct match_query *query,
                                   const struct match_trace *trace, struct arena *arena)
{
    keys_vec keys = {0};
    for (size_t i = 0; i < query->tokens.items.n; i++) {
        const struct text_token *token = &query->tokens.items.items[i];
        if (!token->is_stop) {
            add_keys(index, token->fold, arena, &keys);
        }
    }
    const struct match_profile *profile = query->profile;
    size_t n_weights = (size_t)(trace->n_first + query->n_terms);
    size_t n_liked = (size_t)(profile->n_likes + profile->n_dislikes);
    size_t weights_size = (n_weights + 1) / 2 * 2 * sizeof(struct match_weight);
    struct match_memo *memo =
        must(calloc(1, sizeof *memo + weights_size + (keys.n + n_liked + trace->tied.n) * 8));
    memo->keys = (uint64_t *)(void *)((char *)memo->weights + weights_size);
    memo->liked = (int64_t *)(void *)(memo->keys + keys.n);
    memo->is_long = query->is_long;
    memo->is_fashion = trace->is_fashion;
    memo->has_fresh = knows_fresh(index, query);
    memo->n_first = trace->n_first;
    memo->n_finished = query->n_terms;
    memo->first_least = trace->first_least;
    memo->least = trace->least;
    memo->last_blended = trace->last_blended;
    memo->fashion = trace->is_fashion ? match_fashion_mark(index) : 0;
    copy_weights(memo->weights, trace->first, trace->n_first);
    copy_weights(memo->weights + trace->n_first, query->terms, query->n_terms);
    if (keys.n > 0) {
        memcpy(memo->keys, keys.items, keys.n * sizeof *memo->keys);
    }
    memo->n_keys = keys.n;
    memo->n_liked = copy_ids(index, profile->likes, profile->n_likes, memo->liked);
    memo->n_liked +=
        copy_ids(index, profile->dislikes, profile->n_dislikes, memo->liked + memo->n_liked);
    memo->tied = memo->liked + memo->n_liked;
    memo->n_tied = trace->tied.n;
    for (size_t i = 0; i < trace->tied.n; i++) {
        memo->tied[i] = index->sources.items[trace->tied.items[i]].id;
    }
    return memo;
}

int match_memory_top(struct match_memory *memory, int64_t person_id,
                     const struct match_index *index, const struct match_profile *profile, int top,
                     const struct match_options *options, struct arena *arena,
                     struct match_result *ret)
{
    struct match_trace trace = {.first_least = INT64_MAX, .least = INT64_MAX, .arena = arena};
    const struct match_query *query = match_query_new_traced(index, profile, &trace, arena);
    int n = match_query_top(index, query, top, options, arena, ret);
    struct match_memo *memo = memo_new(index, query, &trace, arena);
    memo->person_id = person_id;
    make_room(memory);
    struct match_memo **place = place_of(memory, person_id);
    memory->n += *place == NULL;
    memory->n_known += *place == NULL || (*place)->is_forgotten;
    free(*place);
    *place = memo;
    return n;
}
