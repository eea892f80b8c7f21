/* quorum_causes: why a track may miss its quorum, in words (private to quorum/). */
#ifndef ROLLCALL_CORE_QUORUM_CAUSES_H
#define ROLLCALL_CORE_QUORUM_CAUSES_H

#include "core/quorum.h"

/* Fills reasons ("2 of 14 not registered: A, B", "C is needed in Live Update at the same time") and
 * causes, which joins them. is_away has one flag for each of track->persons. */
void quorum_causes(const struct conference *conf, const bool *is_away, struct arena *arena,
                   struct quorum_track *track);

/* The person's name, or what the mention calls them. */
const char *quorum_name(const struct conference *conf, const struct quorum_person *person);

#endif
