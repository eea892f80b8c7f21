/* match_explain: how the reasons of one session are made; for match/explain.c, match/carry.c and
 * match/reason.c. */
#ifndef ROLLCALL_CORE_MATCH_EXPLAIN_H
#define ROLLCALL_CORE_MATCH_EXPLAIN_H

#include "core/match/internal.h"

struct hot_word;

/* One session and one query, while the reasons are made. */
struct explainer {
    const struct match_index *index;
    const struct match_query *query;
    const struct match_doc *doc;
    const struct match_word *words;
    const struct match_piece *pieces;
    struct arena *arena;
    float *carried;       /* by term: what it adds to this session's score; the index's scratch */
    bool has_pairs;       /* of neighbouring words, among what is carried */
    uint32_t told;        /* the stamp of words in reasons already given */
    uint32_t n_told;      /* stretches whose words have that stamp */
    struct hot_word *hot; /* n_hot of HOT_WORDS, in order */
    uint32_t n_hot;
    uint64_t near;  /* units that stand here with a neighbour of theirs */
    bool is_direct; /* it has enough of what was written */
    bool is_half;   /* all that it has in common is halves of what was written */
    double total;
    double by_basis[MATCH_BY_FASHION + 1];
};

/* match/carry.c: fills carried, total, by_basis, near and is_half. */
void match_carry(struct explainer *x);
/* What goes with the attendee's words stands back where these say enough: a quotation behind "you
 * wrote" is of what was written. */
void match_keep_direct(struct explainer *x);
/* Leaves the scratch clean. */
void match_clear_carried(struct explainer *x);

/* What is told of a session: how much of its score each term carries. */
struct match_told {
    const float *carried; /* by term */
    double total;
    uint64_t near; /* units that stand there with a neighbour of theirs */
    bool is_half;  /* halves of what was written, and nothing else */
};

/* match/reason.c: the attendee's own words that carried most, in the order written and with those
 * beside them that the session has too (of halves with all), and the work they are from; NULL when
 * none did. */
const char *match_wrote(const struct match_index *index, const struct match_query *query,
                        const struct match_told *told, struct arena *arena,
                        const struct match_work **ret_work);

#endif
