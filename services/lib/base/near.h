/* near: the word that somebody meant who made a typing error. For commands, options and the like.
 */
#ifndef ROLLCALL_BASE_NEAR_H
#define ROLLCALL_BASE_NEAR_H

#include <stddef.h>

#define NEAR_MAX 32 /* longer words are never taken for a typing error */

struct near {
    const char *typed; /* borrowed */
    const char *best;  /* borrowed; NULL = nothing like it so far */
    int distance;      /* of best */
};

void near_init(struct near *near, const char *typed);
/* Keeps the candidate when it is nearer than all before it, and near enough: a letter in three may
 * be wrong, missing, too many or swapped with its neighbour. */
void near_offer(struct near *near, const char *candidate);
/* "; did you mean --state?", where `before` is what stands in front of the word ("--"); "" when
 * nothing is near. Returns buf, which holds size bytes. */
const char *near_hint(const struct near *near, const char *before, char *buf, size_t size);

#endif
