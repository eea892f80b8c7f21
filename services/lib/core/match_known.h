/* match_known: what the programme itself tells of somebody's work: their talks, what they lead and
 * are wanted for. Who says nothing is known by that. */
#ifndef ROLLCALL_CORE_MATCH_KNOWN_H
#define ROLLCALL_CORE_MATCH_KNOWN_H

#include "core/match.h"

struct match_known {
    VEC(struct match_work) works;
    VEC(int) own; /* sessions that they are in anyhow */
};

/* Adds what the mentions of each person say; ret has one item for each of conf->persons, cleared or
 * filled before. Texts stay borrowed from the conference, the rest is in the arena. */
void match_known_gather(const struct conference *conf, struct arena *arena,
                        struct match_known *ret);

/* The same for one person. */
void match_known_of(const struct conference *conf, int person, struct arena *arena,
                    struct match_known *ret);

#endif
