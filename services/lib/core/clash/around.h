/*
 * clash_around: the clashes that concern some sessions or one person, from slots that may change
 * (private to clash/, suggest). Work is proportional to the people of those sessions and what else
 * they are wanted in, and to the sessions that share a room.
 */
#ifndef ROLLCALL_CORE_CLASH_AROUND_H
#define ROLLCALL_CORE_CLASH_AROUND_H

#include "core/clash/index.h"

/* Two tracks that must not (CLASH_TRACKS_TOGETHER) or should not (CLASH_TRACKS_SHARE_PEOPLE) run at
 * once. */
struct apart {
    int track_a;
    int track_b;
    enum clash_kind kind;
};

struct clash_around {
    struct clash_index *index; /* its slots are changed by clash_around_place() only */
    bool says_all;             /* false: kinds that no move can change are left out */
    int *child_first;          /* n_sessions + 2 offsets; children of s: first[s] .. first[s + 1] */
    int *children;
    int *mark; /* of each session: equal to stamp when it is marked */
    int stamp;
    int *marked; /* the sessions marked */
    int n_marked;
    int *room_head; /* of each room: a session that occupies it; -1 = none */
    int *room_next; /* of each session: the next one in its room; -1 = none */
    int *room_prev;
    int *track_first; /* likewise the sessions of each track */
    int *track_sessions;
    struct apart *apart;
    int n_apart;
};

void clash_around_init(struct clash_around *around, struct clash_index *index, struct arena *arena);

/* Puts the session there. */
void clash_around_place(struct clash_around *around, int session, struct slot slot);

void clash_around_unmark(struct clash_around *around);
void clash_around_mark(struct clash_around *around, int session);
/* The session and its contributions: whether those stand for themselves depends on the block. */
void clash_around_mark_family(struct clash_around *around, int session);

static inline bool clash_around_is_marked(const struct clash_around *around, int session)
{
    return around->mark[session] == around->stamp;
}

/* Is the claim's session live, and does the claim say something that one on its block does not? */
static inline bool clash_around_stands(const struct clash_index *index, const struct claim *claim)
{
    return index_is_live(index, claim->session) && !claim_is_covered(index, claim);
}

/* The clashes of two claims of one person, in any order, and those of one claim for the kinds
 * clash_claim_kinds[k] whose bit k is set; both for claims that stand. Return how many. */
int clash_around_pair(const struct clash_index *index, const struct claim *claim,
                      const struct claim *other, struct clash ret[N_PAIR_KINDS]);
int clash_around_single(const struct clash_index *index, const struct claim *claim, unsigned kinds,
                        struct clash ret[N_CLAIM_KINDS]);

typedef void clash_emit(void *to, const struct clash *clash);

/* Emits each clash, once, that concerns a marked session. */
void clash_around_sessions(const struct clash_around *around, clash_emit *emit, void *to);

/* Of those, the ones of the programme itself: rooms, tracks, seats. */
void clash_around_programme(const struct clash_around *around, clash_emit *emit, void *to);

/* Emits each clash of the person. */
void clash_around_person(const struct clash_around *around, int person, clash_emit *emit, void *to);

#endif
