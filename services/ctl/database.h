/* database: what the commands that work with the database share. */
#ifndef ROLLCALL_CTL_DATABASE_H
#define ROLLCALL_CTL_DATABASE_H

#include "base/cli.h"
#include "store/conference_store.h"

/* Connects in the role DB_CTL and finds the event (slug, or NULL). */
int database_open(const char *event, struct arena *arena, struct db **ret_db, int64_t *ret_event_id,
                  struct err *err) MUST_CHECK;

/* Loads people and sessions for commands that name somebody. */
int database_load_people(struct db *db, int64_t event_id, struct arena *arena,
                         struct conference *conf, struct err *err) MUST_CHECK;

/* What a command works with that reads options and then the database. */
struct task {
    struct arena *arena; /* owned */
    struct db *db;       /* owned; NULL before it is open */
    int64_t event_id;
    const char *event; /* where --event goes; NULL = not given */
    bool is_json;      /* where --json goes */
    struct err err;
};

/* Rows for such a command's option table; t is a struct task. */
#define TASK_OPTIONS(t)                                                                            \
    {"event", "SLUG", "the event", &(t).event, NULL},                                              \
    {                                                                                              \
        "json", NULL, "the stable form for programs", NULL, &(t).is_json                           \
    }

/* Reads the options, asks for n_needed words and opens the database. > 0: the help was shown.
 * Always end with task_end(). */
int task_begin(struct task *task, const struct cli_spec *spec, int argc, char **argv,
               const char **words, int n_needed) MUST_CHECK;
/* Frees all of it; says what is wrong when r < 0, and gives the exit status. */
int task_end(struct task *task, int r);

#endif
