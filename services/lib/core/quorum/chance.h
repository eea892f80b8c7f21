/* quorum_chance: the table of chances behind quorum, and how many people are enough (private to
 * quorum/). */
#ifndef ROLLCALL_CORE_QUORUM_CHANCE_H
#define ROLLCALL_CORE_QUORUM_CHANCE_H

#include "core/quorum.h"

/* Where a person stands with the registration. */
enum standing {
    STANDING_UNLISTED,  /* there is no list of registrants at all */
    STANDING_NONE,      /* there is one, without the person */
    STANDING_CANCELLED, /* registered, then cancelled */
    STANDING_WAITING,
    STANDING_REMOTE,
    STANDING_IN_PERSON,
    N_STANDINGS
};

#define N_REPLIES 5 /* no answer, then enum reply in its order */

/* The chance that the person comes, leaving aside what else they are wanted in. */
double quorum_person_chance(enum standing standing, bool has_answered, enum reply reply);

enum standing quorum_standing(const struct conference *conf, const struct quorum_person *person);

/* The person's chance if they had a confirmed registration in person; all else as it is. */
double quorum_chance_with_pass(const struct conference *conf, const struct quorum_person *person);

/* Sets needed and rule of a track or session whose must people are counted. */
void quorum_set_needed(const struct conference *conf, struct quorum_track *track);

#endif
