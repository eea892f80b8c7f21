/*
 * clash_around: the clashes that concern some sessions, which may lie elsewhere than they did
 * (private to clash/, suggest). Work is proportional to the people of those sessions, to what of
 * theirs lies near, and to the sessions that share a room.
 */
#ifndef ROLLCALL_CORE_CLASH_AROUND_H
#define ROLLCALL_CORE_CLASH_AROUND_H

#include "core/clash/spans.h"

/* Two tracks that must not (CLASH_TRACKS_TOGETHER) or should not (CLASH_TRACKS_SHARE_PEOPLE) run at
 * once. */
struct apart {
    int track_a;
    int track_b;
    enum clash_kind kind;
};

struct clash_around {
    struct clash_index *index; /* its slots are changed by clash_around_place() only */
    struct spans spans;
    int *met; /* of each person: the last round of clash_around_sessions() that said their tracks */
    int n_met;
    uint8_t *moving;  /* of each person: bit k, clash_claim_kinds[k] may hold somewhere; see
                           around.c */
    int *child_first; /* n_sessions + 2 offsets; children of s: first[s] .. first[s + 1] */
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

/*
 * Emits each clash, once, that concerns a marked session, of the kinds that a move can change.
 * What is not marked must lie where it lay at clash_around_init(). false = emit had enough.
 */
bool clash_around_sessions(struct clash_around *around, clash_emit *emit, void *to);

#endif
