/*
 * programme_store: an event's rooms, distances, tracks, separations and sessions, kept in memory.
 *
 * They are the larger part of a load and change seldom. Each connection keeps the last ones with
 * the state that the database gave them (table programme_state); a load asks for the state with
 * everything else, on the same snapshot, and uses what is in memory only when it is the same. So a
 * load gives what it would give without. For conference_store.c only.
 */
#ifndef ROLLCALL_STORE_PROGRAMME_STORE_H
#define ROLLCALL_STORE_PROGRAMME_STORE_H

#include "core/conference.h"
#include "store/db.h"

#define PROGRAMME_READS    7
#define EVENT_STATE_COLUMN 9 /* of event_load */

struct programme;

/* What to read for a programme, in this order; the last ones are the texts. */
extern const char *const programme_statements[PROGRAMME_READS];
size_t programme_n_reads(bool with_texts);

/* What this connection has of the event; NULL = nothing, or without the texts that are wanted. */
struct programme *programme_in_memory(struct db *db, int64_t event_id, bool with_texts);
bool programme_is(const struct programme *programme, const char *state);
/* Makes one of rows that were read together with that state, and keeps it for the connection. */
struct programme *programme_remember(struct db *db, int64_t event_id, const char *state,
                                     const struct db_read *reads, size_t n_reads);
/* Sets the programme's parts of the conference. The vectors are its own, in the arena; the texts
 * stay as long as the arena's content. */
void programme_lend(struct programme *programme, bool with_texts, struct arena *arena,
                    struct conference *ret);

#endif
