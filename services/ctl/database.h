/* database: what the commands that work with the database share. */
#ifndef ROLLCALL_CTL_DATABASE_H
#define ROLLCALL_CTL_DATABASE_H

#include "store/conference_store.h"

/* Connects in the role DB_CTL and finds the event (slug, or NULL). */
int database_open(const char *event, struct arena *arena, struct db **ret_db, int64_t *ret_event_id,
                  struct err *err) MUST_CHECK;

/* Loads people and sessions for commands that name somebody. */
int database_load_people(struct db *db, int64_t event_id, struct arena *arena,
                         struct conference *conf, struct err *err) MUST_CHECK;

#endif
