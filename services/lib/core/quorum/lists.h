/* quorum_lists: who is on which list, and what stands for a track (private to quorum/). */
#ifndef ROLLCALL_CORE_QUORUM_LISTS_H
#define ROLLCALL_CORE_QUORUM_LISTS_H

#include "core/quorum.h"

/* One person of one list while counting. */
struct place {
    int track;   /* -1 only for a session that is in none */
    int session; /* the place is on this session's own list; -1 = on the track's */
    struct quorum_person person;
    int closeness; /* of the answer found so far: 4 session, 3 block, 2 track, 1 all, 0 none */
    int64_t answered_us;
    int64_t lost_us;       /* weighted */
    int64_t block_lost_us; /* of a session: likewise, by what is said of its block */
    int64_t needed_us;
    bool is_away;
};

struct count {
    const struct conference *conf;
    struct arena *arena; /* scratch */
    VEC(struct place) places;
    int *registrants;
    bool *has_block;    /* of each track */
    int64_t *length_us; /* of the sessions that stand for each track */
    int *by_person;     /* places of persons, sorted by person */
    int n_by_person;
};

/* By what the list is for: tracks first, then sessions by track. */
int quorum_compare_subject(const struct place *a, const struct place *b);

/* One place for each person and list: lead when a lead at all, with the strongest strength. */
void quorum_collect_places(struct count *count);

/* Fills by_person; the places stay where they are from then on. */
void quorum_index_places(struct count *count);

/* Position of the person's first place in by_person. */
int quorum_first_place(const struct count *count, int person);

/* The person's next place, NULL at the end. */
struct place *quorum_next_place(const struct count *count, int person, int *at);

/* Fills has_block and length_us. */
void quorum_measure_tracks(struct count *count);

/* A track's live blocks, or its live sessions where it has none. */
bool quorum_stands_for_track(const struct count *count, const struct session *session);

#endif
