/*
 * meet: people worth meeting, among those who opted in, and when both are free.
 *
 * Two people are worth introducing when they share what few others at the event have: both care
 * about it, or one cares about what the other works on (which weighs more). docs/meeting.md tells
 * the formula. Who did not opt in (struct person, wants_introductions) counts for how rare a term
 * is and is never part of a pair.
 */
#ifndef ROLLCALL_CORE_MEET_H
#define ROLLCALL_CORE_MEET_H

#include "core/agenda.h"
#include "core/meet/terms.h"

/* What the strongest of what two people share is to them. */
enum meet_link {
    MEET_BOTH_CARE,
    MEET_ONE_WORKS, /* b works on what a cares about */
    MEET_BOTH_WORK,
};

struct meet_pair {
    int a; /* is asked first: who gains more by it, else who comes first in the conference */
    int b;
    double score; /* > 0; comparable within one event */
    enum meet_link link;
    const char *topics_a; /* "SEV-SNP and confidential guests": what they share, as a writes it */
    const char *topics_b;
};

struct meet_pairs {
    VEC(struct meet_pair) items; /* best first; ties by a, then b */
};

/* Two people who must not be put together (again). */
struct meet_past {
    int a;
    int b;
};

struct meet_options {
    const struct meet_past *past; /* in any order */
    size_t n_past;
    int max_each; /* so many pairs of one person are looked at; 0 = 8 */
};

/*
 * The pairs worth introducing, each once. Both opted in and attend; they are not of one
 * affiliation, do not lead one track together, were not named by the other's track, and do not
 * speak together. Time grows with people times terms: of a term that many share each looks at a
 * fixed number of those who have it. Deterministic.
 */
void meet_find(const struct conference *conf, const struct meet_terms *terms,
               const struct meet_options *options, struct arena *arena, struct meet_pairs *ret);

/* What person a of the pair reads of b, and b of a, before they know who it is: "cares about
 * SEV-SNP, as you do". Both in the arena. */
const char *meet_about_b(enum meet_link link, const char *topics_a, struct arena *arena);
const char *meet_about_a(enum meet_link link, const char *topics_b, struct arena *arena);

const char *meet_link_name(enum meet_link link); /* "both_care", ... */
int meet_link_parse(const char *text);           /* -1 = unknown */

/* --- meet/slot.c --- */

#define MEET_LENGTH_US (20 * MINUTE_US)

struct meet_slot {
    int64_t start_us; /* 0 = no time is needed: nothing is scheduled yet */
    int64_t end_us;
    int room;        /* where; -1 = they must agree on a place */
    int break_id;    /* the break (a session) it lies in; -1 = between sessions */
    bool is_on_line; /* one of them is remote */
};

/* One side of a meeting. */
struct meet_side_plan {
    int person;
    const struct agenda *agenda;
    const struct meet_slot *taken; /* meetings that they have already */
    size_t n_taken;
};

struct meet_slot_options {
    int64_t not_before_us; /* 0 = the event is over and being rehearsed: any time */
    int64_t walk_between_buildings_us;
};

enum { MEET_NO_SLOT = 1 };

/*
 * The best twenty minutes that neither plan fills, walking included, while both are there: in a
 * break before between sessions, then the earliest. The place is the break's room, else the room
 * that one of them comes from. MEET_NO_SLOT when they are never free together.
 */
int meet_slot_find(const struct conference *conf, const struct meet_side_plan *a,
                   const struct meet_side_plan *b, const struct meet_slot_options *options,
                   struct arena *arena, struct meet_slot *ret);

/* First and last minute of the programme among the sessions that begin in [day_us, next_us); false
 * = nothing is on. */
bool meet_day_span(const struct conference *conf, int64_t day_us, int64_t next_us,
                   int64_t *ret_start_us, int64_t *ret_end_us);

#endif
