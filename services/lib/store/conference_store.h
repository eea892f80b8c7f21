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
    /* Not NULL: only the names and what they stand in (event, tracks, sessions and all mentions)
     * are loaded, beside the persons and registrants of that conference. */
    const struct conference *known;
};

enum { CONFERENCE_GONE = 1 };

/* CONFERENCE_GONE when there is no such event. */
int conference_load_scope(struct db *db, int64_t event_id, const struct conference_scope *scope,
                          struct arena *arena, struct conference *ret, struct err *err) MUST_CHECK;

/* Everything: all people, texts, matches, unresolved ones. */
int conference_load(struct db *db, int64_t event_id, struct arena *arena, struct conference *ret,
                    struct err *err) MUST_CHECK;

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
