/*
 * match_everyone: recommendations for all who attend, from all that the conference tells of them.
 *
 * The workers and the reports on files go through here, so that both find the same.
 */
#ifndef ROLLCALL_CORE_MATCH_EVERYONE_H
#define ROLLCALL_CORE_MATCH_EVERYONE_H

#include "core/match.h"
#include "core/match_revise.h"

/* What a conference tells of one person's taste: registrations, stars, and their work in it. */
struct match_taste {
    struct match_profile profile; /* in the arena; texts borrowed from the conference */
    bool is_attending;            /* has a registration that is not cancelled */
};

/* Fills ret, one for each of conf->persons. Who states interests means that: their work in the
 * programme does not count, and they are told what is in it for them where they must be anyhow. */
void match_tastes_gather(const struct conference *conf, struct arena *arena,
                         struct match_taste *ret);

/* Told of each who attends, in the order of the persons; results are valid until it returns. */
typedef void match_told_fn(void *context, int person, const struct match_result *results, int n);

struct match_everyone {
    const struct match_index *index; /* of the same sessions and tracks as conf */
    const struct conference *conf;
    int top;          /* sessions for each, at most */
    bool stated_only; /* none for those who have said nothing: conference_find_stated() */
    struct match_memory *memory; /* NULL = nothing is remembered of how they were found */
    bool has_reasons; /* without, only the sessions and scores of the results are filled: faster */
};

void match_everyone(const struct match_everyone *job, match_told_fn *tell, void *context);

/* Adds recommendations, without reasons, to conf->matches: everybody's, or only of those who have
 * stated interests. */
void match_everyone_fill(struct conference *conf, int top, bool stated_only, struct arena *arena);

#endif
