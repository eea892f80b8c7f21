/* requirement: who must, should or would like to be in which session, and why. */
#ifndef ROLLCALL_CORE_REQUIREMENT_H
#define ROLLCALL_CORE_REQUIREMENT_H

#include "core/conference.h"

enum reason {
    REASON_LEAD,
    REASON_SPEAKER,
    REASON_KEY_ATTENDEE,
    REASON_STARRED,
    REASON_MATCH, /* one of the best three for what the person has stated */
};

struct requirement {
    int person;
    int session;
    enum strength strength;
    enum reason reason;
    int mention;   /* the mention behind it; -1 for stars and matches */
    bool is_loose; /* the session is one of several that make up a track without a block: the person
                      is wanted in the track as a whole, not in each of them */
};

/* More than any conference has; what a list of thousands in a track of thousands would give. */
#define REQUIREMENTS_MAX ((size_t)4000000)

struct requirements {
    VEC(struct requirement)
    items;       /* ordered by person, then session; one per (person, session) */
    bool is_cut; /* REQUIREMENTS_MAX was reached: not everything that was asked for is here */
};

/*
 * Derives the requirements of everybody. Leads and key attendees of a track are wanted in each live
 * SESSION_BLOCK of the track. Where it has no block, they are wanted in those of its live sessions
 * that concern the topic they are named for, else loosely in all of them. Speakers are wanted in
 * their sessions; stars and a person's best three matches are "would like". Mentions without a
 * person give none, neither do sessions that are not live, breaks and open slots. Of several
 * reasons for one person and session one stays: a duty before a wish, what is meant for the session
 * before what is loose, then by strength, then lead before speaker before key attendee.
 */
void requirements_build(const struct conference *conf, struct arena *arena,
                        struct requirements *ret);

#endif
