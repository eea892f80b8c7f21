/* suggest_plan: a programme whose sessions can be moved on trial (private to suggest/). */
#ifndef ROLLCALL_CORE_SUGGEST_PLAN_H
#define ROLLCALL_CORE_SUGGEST_PLAN_H

#include "core/clash/around.h"
#include "core/clash/index.h"
#include "core/suggest.h"

#define SUGGEST_MAX_MOVES 4

struct plan {
    const struct conference *conf;
    struct clash_index *index;
    struct clash_around around; /* what is moved is marked in it */
    struct arena *arena;        /* scratch of the whole search */
    struct slot *programme;     /* of each session: where it lies without any move */
    int *live;                  /* sessions that can clash */
    int n_live;
    int *seen; /* of each person: the last count that met them */
    int n_counts;
};

void plan_init(struct plan *plan, const struct conference *conf,
               const struct suggest_options *options, struct arena *arena);

/* Puts the sessions of the moves, and what moves with them, into the marked set. */
void plan_mark(struct plan *plan, const struct suggest_move *moves, int n_moves);
/* Moves them; call plan_mark() first. */
void plan_apply(struct plan *plan, const struct suggest_move *moves, int n_moves);
/* Everything that is marked lies as it did before all moves. */
void plan_restore(struct plan *plan);

/* Whom the marked sessions concern. */
int plan_count_people(struct plan *plan);

double suggest_weight(enum severity severity);
/* Must no suggestion make such a clash? */
bool suggest_is_hard(const struct clash *clash);

/* What the moves cure and make, in no order and without sentences. The sessions of the moves are
 * marked behind it, and the plan lies as the programme before and after. */
void plan_differ(struct plan *plan, const struct suggest_move *moves, int n_moves,
                 struct arena *arena, struct suggestion *ret);

/* Fills everything of a suggestion from its moves; the plan lies as the programme before and after.
 */
void suggest_complete(struct plan *plan, struct suggestion *suggestion, struct arena *arena);

#endif
