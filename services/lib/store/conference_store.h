/*
 * conference_store: an event's rows as a struct conference, whole or as far as some people need it.
 *
 * Vectors come in id order, so that an id is found by bisection: conference_index_*().
 */
#ifndef ROLLCALL_STORE_CONFERENCE_STORE_H
#define ROLLCALL_STORE_CONFERENCE_STORE_H

#include "core/conference.h"
#include "store/db.h"

/* What is loaded besides event, rooms, distances, tracks, separations and sessions. */
struct conference_scope {
    bool all_persons;          /* everybody with everything that belongs to them */
    const int64_t *person_ids; /* else only these people; borrowed */
    size_t n_person_ids;
    bool with_texts;      /* abstracts and track descriptions too */
    bool with_matches;    /* recommendations */
    bool with_unresolved; /* mentions without a person, registrants without one */
    /* Not NULL: of people only the names are loaded, all mentions, beside the persons and
     * registrants of that conference, which the result shares. */
    const struct conference *known;
    struct db_read *more; /* read on the same snapshot, as db_read_together(); the rows are the
                             caller's, set on 0 only */
    size_t n_more;        /* at most MAX_MORE_READS */
};

#define MAX_MORE_READS 16

enum { CONFERENCE_GONE = 1 };

/* On one snapshot of the database, in one round trip when the programme is in memory.
 * CONFERENCE_GONE when there is no such event. */
int conference_load_scope(struct db *db, int64_t event_id, const struct conference_scope *scope,
                          struct arena *arena, struct conference *ret, struct err *err) MUST_CHECK;

/* Everything: all people, texts, matches, unresolved ones. */
int conference_load(struct db *db, int64_t event_id, struct arena *arena, struct conference *ret,
                    struct err *err) MUST_CHECK;

/* Makes the vectors of persons and registrants of the one those of the other too. */
void conference_share_people(const struct conference *from, struct conference *to);

/* Adds the registrants with these ids, in id order; those that are not there any more are left out.
 */
int conference_load_registrants(struct db *db, int64_t event_id, const struct db_array *ids,
                                struct arena *arena, struct conference *conf,
                                struct err *err) MUST_CHECK;

/* Index of the item with that id; -1 = not there (or id 0). */
int conference_index_room(const struct conference *conf, int64_t id);
int conference_index_track(const struct conference *conf, int64_t id);
int conference_index_session(const struct conference *conf, int64_t id);
int conference_index_registrant(const struct conference *conf, int64_t id);
int conference_index_mention(const struct conference *conf, int64_t id);
int conference_index_person(const struct conference *conf, int64_t id);

/* The event to work on: the slug given, else ROLLCALL_EVENT, else the only one there is. ERR_USAGE
 * says which there are when that does not decide it. */
int event_find(struct db *db, const char *slug, int64_t *ret_event_id, struct err *err) MUST_CHECK;

#endif
