/* match_stored: recommendations between the matcher, which computes them, and the agenda, which
 * reads what was stored. */
#ifndef ROLLCALL_CORE_MATCH_STORED_H
#define ROLLCALL_CORE_MATCH_STORED_H

#include "core/match.h"

const char *match_basis_name(enum match_basis basis); /* "words", "likes", "people", "fashion" */

/* The reasons of a result joined by "; ". */
const char *match_join_reasons(const struct match_result *result, struct arena *arena);

/* The stored recommendations of one person as match_top() gave them; returns how many. */
int match_stored(const struct conference *conf, int person, struct arena *arena,
                 struct match_result **ret);

#endif
