/* programme_diff: what changed between two versions of one programme. */
#ifndef ROLLCALL_CORE_PROGRAMME_DIFF_H
#define ROLLCALL_CORE_PROGRAMME_DIFF_H

#include "core/conference.h"

enum change_kind {
    CHANGE_ADDED,
    CHANGE_MOVED, /* another time */
    CHANGE_ROOM,  /* another room, same time */
    CHANGE_RETITLED,
    CHANGE_CANCELLED, /* marked as such, or gone from the programme */
    CHANGE_RESTORED,  /* cancelled before, planned again */
    CHANGE_PEOPLE,    /* other speakers */
    CHANGE_EDITED,    /* abstract, tags, kind, track or the like */
    N_CHANGE_KINDS
};

struct change {
    enum change_kind kind;
    int old_session;       /* index in the old conference; -1 for CHANGE_ADDED */
    int new_session;       /* index in the new one; -1 where it is gone from it */
    const char *old_value; /* for people: time and room, title, names */
    const char *new_value;
};

struct programme_diff {
    VEC(struct change) changes; /* in new programme order, then what is gone in old order */
};

/*
 * Joins sessions by key. Times are written in the new conference's zone. With is_partial a session
 * that the new programme lacks is left alone (the source gave only a part), else it counts as
 * cancelled. Both conferences must outlive the result.
 */
void programme_diff(const struct conference *old, const struct conference *new, bool is_partial,
                    struct arena *arena, struct programme_diff *ret);

const char *change_kind_name(enum change_kind kind);

#endif
