/*
 * match_cache: what a match worker keeps of one event from batch to batch.
 *
 * What the index learned from the programme, as the database has it; the programme and its index;
 * and how each person's sessions were found, by which it is known whom an edit concerns. All of it
 * is checked, not trusted: the database tells with the rows that a batch reads, on the same
 * snapshot, which model and which programme there are. The process has one cache.
 */
#ifndef ROLLCALL_MATCHER_MATCH_CACHE_H
#define ROLLCALL_MATCHER_MATCH_CACHE_H

#include "core/match_revise.h"
#include "store/conference_store.h"

/* What a batch needs: the people's part of the conference and an index of the same sessions. */
struct match_load {
    struct conference conf;          /* in the arena given */
    const struct match_index *index; /* the cache's; until the next call */
    int64_t run; /* the number of this look: larger than those of all who had the lock before */
};

/* Nothing was learned from the event's programme yet: match_cache_learn(). */
enum { MATCH_NOT_LEARNED = CONFERENCE_GONE + 1 };

/* Loads what matching these people needs. CONFERENCE_GONE when there is no such event,
 * MATCH_NOT_LEARNED, ERR_RETRY when the programme changed each time we looked. */
int match_cache_load(struct db *db, int64_t event_id, const int64_t *person_ids,
                     size_t n_person_ids, struct arena *arena, struct match_load *ret,
                     struct err *err) MUST_CHECK;

/* Learns anew from the programme as it is, and saves that. Nothing is remembered of anybody then.
 * The caller has the event for itself. CONFERENCE_GONE. */
int match_cache_learn(struct db *db, int64_t event_id, struct err *err) MUST_CHECK;

/* Is it remembered what was learned from the event's programme? It may have been learned anew. */
bool match_cache_has_model(int64_t event_id);

/* How far the programme that was loaded last is from what was learned: so many of so many sessions
 * are others. */
void match_cache_drift(size_t *ret_changed, size_t *ret_learned);

/* Is it known how everybody's sessions were found, under the model that the database has? */
bool match_cache_is_warm(void);

/* Whom it concerns that the programme is what was loaded last, and no more what it was when this
 * was last asked: their ids are added. */
void match_cache_concerned(struct arena *arena, struct match_person_ids *ret);
/* Is the programme still the one for which match_cache_concerned() was asked? */
bool match_cache_is_followed(void);

/* Where the people that are found from now on are remembered; everybody else is forgotten first
 * when `is_all`. NULL when there is nothing to compare them with: they are forgotten. */
struct match_memory *match_cache_memory(const struct match_load *load, bool is_all);

/* The run of the last batch that was about the programme, or everybody; people touched later by
 * others must be found again. */
int64_t match_cache_run(void);
void match_cache_set_run(int64_t run);
/* A run of ours about some people, who are remembered as it left them. */
void match_cache_own_run(int64_t run);
bool match_cache_is_own_run(int64_t run);
void match_cache_forget(int64_t person_id);

/* What was found did not last: nobody is remembered. */
void match_cache_forget_all(void);
/* Forgets everything. */
void match_cache_clear(void);

#endif
