/* save: the parts of a conference as rows. Each part is written whole, with one statement. */
#ifndef ROLLCALL_IMPORTER_SAVE_H
#define ROLLCALL_IMPORTER_SAVE_H

#include "core/conference.h"
#include "core/programme_diff.h"
#include "store/db.h"

/* What a save works on. */
struct save {
    struct db *db;
    int64_t event_id;
    int version;        /* the programme version that is being written */
    const char *source; /* name of the file or address */
    struct conference *conf;
    struct arena *arena;
    int64_t *track_ids; /* of conf->tracks; filled by save_tracks() */
    int64_t *room_ids;
    int64_t *session_ids;
    struct err *err;
};

/* known is what the database has. Gives each track of the file that is there under another key that
 * key, so that nothing looks changed that is not. */
void save_join_tracks(struct save *save, const struct conference *known);
/* Takes those cancellations out of the diff that are of another programme's sessions: one with
 * another name that shares no session with this file. Returns in *ret_n how many. */
int save_keep_others(struct save *save, const struct conference *known, struct programme_diff *diff,
                     int *ret_n) MUST_CHECK;

/* ERR_INPUT, naming both and an id, where another programme of the event has the ids of this one
 * for other sessions. One that is recognisably the same under another name is an update of it. */
int save_check_ids(struct save *save) MUST_CHECK;

/* In this order: */
int save_rooms(struct save *save) MUST_CHECK;
int save_tracks(struct save *save, const struct conference *known) MUST_CHECK;
int save_separations(struct save *save) MUST_CHECK;
int save_sessions(struct save *save) MUST_CHECK;
int save_changes(struct save *save, const struct conference *known,
                 const struct programme_diff *diff) MUST_CHECK;
/* Replaces the mentions of every track and session that the file has mentions for; a programme's:
 * of every session of the file. What lists say is a list's to replace, the rest a programme's. */
int save_mentions(struct save *save, bool is_programme) MUST_CHECK;
int save_registrants(struct save *save, bool is_complete, int *ret_new, int *ret_changed,
                     int *ret_missing) MUST_CHECK;

#endif
