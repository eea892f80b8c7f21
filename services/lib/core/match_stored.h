/* match_stored: recommendations as they were stored, for the agenda. */
#ifndef ROLLCALL_CORE_MATCH_STORED_H
#define ROLLCALL_CORE_MATCH_STORED_H

#include "core/match.h"

/* The stored recommendations of one person, best first, as MATCH_AS_TOLD or, where nothing but that
 * speaks for them, MATCH_BY_FASHION; returns how many. */
int match_stored(const struct conference *conf, int person, struct arena *arena,
                 struct match_result **ret);

#endif
