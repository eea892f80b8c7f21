/* importer: files and addresses into the database, one transaction each. */
#ifndef ROLLCALL_IMPORTER_IMPORTER_H
#define ROLLCALL_IMPORTER_IMPORTER_H

#include "base/arena.h"
#include "base/err.h"
#include "store/db.h"

#include <stddef.h>

struct import_options {
    const char *kind; /* a format's name or "programme", "registrants", "key-attendees"; NULL = by
                         content */
    const char
        *event; /* slug; NULL = ROLLCALL_EVENT, else the programme's own, else the only event */
    bool is_new_event; /* that event may be made although there are others; without: ERR_USAGE */
    bool is_complete;  /* registrants who are not in the file have withdrawn, sessions that are not
                          are cancelled, even another programme's */
    bool is_rehearsal; /* do everything, then roll back */
};

/* What an import did. */
struct import_report {
    int64_t event_id;
    const char *event; /* slug */
    const char *format;
    int programme_version;
    int n_sessions;   /* in the file */
    int n_changes[8]; /* by enum change_kind */
    int n_mentions;   /* leads, speakers and key attendees in the file */
    int n_registrants;
    int n_registrants_new;
    int n_registrants_changed;
    int n_registrants_missing; /* known from before, not in the file */
    bool is_unpublished;       /* the timetable is empty: nothing was touched */
    const char *note;          /* something the operator should know; "" = nothing */
};

/*
 * Imports text[0..len) that came from `name` (file or address, for messages). All or nothing. db
 * must be in the role DB_IMPORTER. Strings of the report live in the arena.
 */
int import_text(struct db *db, const char *name, const char *text, size_t len,
                const struct import_options *options, struct arena *arena,
                struct import_report *ret, struct err *err) MUST_CHECK;

/* Reads a file or, where it begins with http:// or https://, fetches it. */
int import_fetch(const char *name, struct arena *arena, char **ret_text, size_t *ret_len,
                 struct err *err) MUST_CHECK;

/* Loads the sample conference: three imports. */
int import_sample(struct db *db, struct err *err) MUST_CHECK;

/* `rollcall import`, `rollcall sync` */
int import_command(int argc, char **argv);
int sync_command(int argc, char **argv);

#endif
