/*
 * bof: what many attendees care about and no session serves, as ideas for BoFs.
 *
 * A term (core/meet/terms) is unserved when enough people care about it and even the session that
 * says most of it says little. Unserved terms that share words or people are one idea. Small groups
 * are not shown: every word of an idea was written by at least `min_people` people, so that it
 * gives nobody away. docs/meeting.md tells the formula.
 */
#ifndef ROLLCALL_CORE_BOF_H
#define ROLLCALL_CORE_BOF_H

#include "core/agenda.h"
#include "core/meet/terms.h"

#define BOF_LEAST_PEOPLE 5 /* fewer could be recognised, whatever the setting says */

struct bof_options {
    int min_people; /* who must share a term; never below BOF_LEAST_PEOPLE */
    int max_ideas;  /* 0 = 10 */
};

struct bof_idea {
    const char *topic; /* up to four terms, "screen readers, accessibility" */
    VEC(int) people;   /* who cares about one of its terms, ascending; for counting only */
    VEC(int)
    leaders; /* who works on it or cares about most of it (of a single term: opted in), best first;
                name only those who opted in */
    int best_session; /* what comes nearest; -1 = nothing does */
    double coverage;  /* 0..1: how far the programme serves it */
};

struct bof_ideas {
    VEC(struct bof_idea) items; /* most people first; ties by topic */
};

/* Deterministic; time grows with texts, and with the square of the unserved terms, 400 at most. */
void bof_find(const struct conference *conf, const struct meet_terms *terms,
              const struct bof_options *options, struct arena *arena, struct bof_ideas *ret);

/* At most `most` of the people, spread evenly: enough to see when they are free. */
size_t bof_sample(const struct bof_idea *idea, size_t most, int *ret_people);

/* --- bof/slot.c --- */

#define BOF_LENGTH_US (45 * MINUTE_US)

struct bof_person {
    int person;
    const struct agenda *agenda;
};

struct bof_slot {
    int64_t start_us; /* 0 = there is no free room at any time */
    int64_t end_us;
    int room;
    int open_slot; /* the session kept open that it would fill; -1 = a gap in the room's day */
    int n_free;    /* of the people given */
};

/* When most of the people are free and a room is: an open slot before a gap, then the earliest,
 * then the smallest room that n_wanted people fit in. not_before_us as in meet_slot_find(). */
void bof_slot_find(const struct conference *conf, const struct bof_person *people, size_t n_people,
                   size_t n_wanted, int64_t not_before_us, struct arena *arena,
                   struct bof_slot *ret);

#endif
