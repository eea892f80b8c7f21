/*
 * clash_around: the clashes that concern some sessions or one person, from slots that may change
 * (private to clash*, suggest). Work is proportional to the people of those sessions and what else
 * they are wanted in, and to the sessions that share a room.
 */
#ifndef ROLLCALL_CORE_CLASH_AROUND_H
#define ROLLCALL_CORE_CLASH_AROUND_H

#include "core/clash_index.h"

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
    bool *is_separated; /* of each track: it must or should not run beside another one */
};

void clash_around_init(struct clash_around *around, struct clash_index *index, struct arena *arena);

/* Puts the session there. */
void clash_around_place(struct clash_around *around, int session, struct slot slot);

void clash_around_unmark(struct clash_around *around);
void clash_around_mark(struct clash_around *around, int session);
/* The session and its contributions: whether those stand for themselves depends on the block. */
void clash_around_mark_family(struct clash_around *around, int session);

typedef void clash_emit(void *to, const struct clash *clash);

/* Emits each clash, once, that concerns a marked session. */
void clash_around_sessions(const struct clash_around *around, clash_emit *emit, void *to);

/* Emits each clash of the person. */
void clash_around_person(const struct clash_around *around, int person, clash_emit *emit, void *to);

#endif
