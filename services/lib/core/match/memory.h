/* match_memory: what is remembered of each person; for match/memory.c and match/concern.c. */
#ifndef ROLLCALL_CORE_MATCH_MEMORY_H
#define ROLLCALL_CORE_MATCH_MEMORY_H

#include "core/match/internal.h"
#include "core/match_revise.h"

/* A word and what it weighs. */
struct match_weight {
    uint32_t term;
    float weight;
};

/* What is remembered of one person; the lists follow it in one piece of memory. */
struct match_memo {
    int64_t person_id;
    bool is_forgotten;
    bool is_long;    /* compared as a text */
    bool is_fashion; /* found nothing, and was shown what is popular */
    bool has_fresh;  /* wrote or likes words that have come since the reference */
    int n_first;     /* of weights[]: the terms before feedback; the finished ones follow */
    int n_finished;  /* of them */
    size_t n_keys;
    size_t n_liked;
    size_t n_tied;
    int64_t first_least; /* as in struct match_trace */
    int64_t least;
    int64_t last_blended;
    uint64_t fashion; /* what was popular then, if is_fashion */
    uint64_t *keys;   /* of stems that the person wrote and no session had; n_keys */
    int64_t *liked;   /* ids of sessions starred or disliked; n_liked */
    int64_t *tied;    /* ids of sessions that scored the same as another one; n_tied */
    struct match_weight weights[];
};

struct match_memory {
    struct match_memo **memos; /* owned; open addressing by the person's id; NULL = free */
    size_t n_places;           /* a power of two */
    size_t n;                  /* places that are not free */
    size_t n_known;            /* of them not forgotten */
};

#endif
