/*
 * match_cache: the index of an event's sessions, kept from batch to batch.
 *
 * To make one takes longer than to match a batch of people. It is made anew when the programme, or
 * a name of a speaker, lead or key attendee, is not what it was made from: the database says so
 * with the rows that a batch reads, on the same snapshot.
 */
#ifndef ROLLCALL_MATCHER_MATCH_CACHE_H
#define ROLLCALL_MATCHER_MATCH_CACHE_H

#include "core/match.h"
#include "store/conference_store.h"

/* What a batch needs: the people's part of the conference and an index of the same sessions. */
struct match_load {
    struct conference conf;          /* in the arena given */
    const struct match_index *index; /* the cache's; until the next call */
};

/* Loads what matching these people needs; the process has one cache. CONFERENCE_GONE when there is
 * no such event, ERR_RETRY when the programme changed each time we looked. */
int match_cache_load(struct db *db, int64_t event_id, const int64_t *person_ids,
                     size_t n_person_ids, struct arena *arena, struct match_load *ret,
                     struct err *err) MUST_CHECK;

/* Forgets what is kept. */
void match_cache_clear(void);

#endif
