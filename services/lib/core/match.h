/* match: which sessions fit what an attendee says they care about, and why. */
#ifndef ROLLCALL_CORE_MATCH_H
#define ROLLCALL_CORE_MATCH_H

#include "core/conference.h"

struct match_index; /* the sessions of one conference, weighted; immutable once made */

struct match_result {
    int session;
    double score;         /* > 0; comparable within one attendee */
    const char **because; /* reasons in the words of the programme, strongest first; in the arena */
    int n_because;
};

/* What is known of one attendee's taste. */
struct match_profile {
    const char *interests; /* free text or tags; "" = none */
    const int *likes;      /* sessions starred or "more like this" */
    int n_likes;
    const int *dislikes;
    int n_dislikes;
};

/* Indexes every live session except breaks and open slots. The conference must outlive the index.
 */
struct match_index *match_index_new(const struct conference *conf);
void match_index_free(struct match_index *index); /* accepts NULL */

/* The best `top` sessions, best first, ties by session start then key. With an empty profile:
 * popular and diverse ones, whose reason says just that. Returns how many; ret has room for top. */
int match_top(const struct match_index *index, const struct match_profile *profile, int top,
              struct arena *arena, struct match_result *ret);

#endif
