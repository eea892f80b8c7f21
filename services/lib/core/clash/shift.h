/*
 * clash_shift: what one moved slot changes, pair by pair (private to clash_engine).
 *
 * Most of what people are wanted in lies far from both the old and the new time: one look at two
 * whole numbers tells. What is near is judged twice, with the session where it lay and where it
 * lies now, and only a difference is kept.
 */
#ifndef ROLLCALL_CORE_CLASH_SHIFT_H
#define ROLLCALL_CORE_CLASH_SHIFT_H

#include "core/clash/around.h"
#include "core/clash/list.h"

/* In steps of five minutes since the first session, rounded outwards, 15 bits each; what lies
 * outside that range is at its nearer end: then too much is near, never too little. start > end:
 * nothing. */
struct span {
    uint16_t start;
    uint16_t end;
};

/* What must be judged at both moments. */
struct suspect {
    int claim;
    int other;       /* claim of the same person; -1 = the claim by itself */
    unsigned judged; /* bit m: at moment m (0 before, 1 after) it may clash */
};

struct clash_shift {
    struct clash_around *around; /* borrowed; all changes of slots go through the two functions */
    int64_t epoch_us;            /* where spans begin */
    uint32_t *spans;             /* of each claim where its session lies; see packed() */
    uint16_t *bits;              /* of each person: what claims of theirs may be; see bits_of() */
    struct suspect *suspects;    /* owned */
    size_t n_suspects;
    size_t cap_suspects;
    int session;                    /* the one that moves */
    struct slot slots[2];           /* where it lay, where it lies */
    struct clash_list changes[2];   /* what went, what came */
    struct clash_list programme[2]; /* its own clashes before and after */
};

void clash_shift_init(struct clash_shift *shift, struct clash_around *around, struct arena *arena);
void clash_shift_done(struct clash_shift *shift);

/* What is known of the person (registration, windows, answers) has changed. */
void clash_shift_reload(struct clash_shift *shift, int person);

/* Moves one session and fills changes[], sorted. Sentences live in arena, fingerprints are not
 * set. */
void clash_shift_move(struct clash_shift *shift, int session, struct slot slot,
                      struct arena *arena);

#endif
