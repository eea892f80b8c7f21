/*
 * queue: the durable work list of the stages, and the loop that every worker runs.
 *
 * A stage claims a batch, locks the subjects so that nobody else computes the same ones, loads,
 * computes, saves and deletes the jobs in one transaction. A crash leaves the jobs where they were.
 */
#ifndef ROLLCALL_STORE_QUEUE_H
#define ROLLCALL_STORE_QUEUE_H

#include "store/db.h"

enum stage { STAGE_RESOLVE, STAGE_MATCH, STAGE_CLASH, STAGE_PLAN, N_STAGES };

enum subject {
    SUBJECT_EVENT,
    SUBJECT_PERSON,
    SUBJECT_SESSION,
    SUBJECT_TRACK,
};

struct job {
    enum subject subject;
    int64_t subject_id; /* 0 for the event */
};

struct job_batch {
    int64_t event_id;
    VEC(struct job) jobs; /* distinct subjects, in subject order */
    VEC(int64_t) job_ids; /* all that were claimed, for queue_failed() */
};

enum { QUEUE_EMPTY = 1 };

/*
 * Inside a transaction: claims up to `limit` due jobs of one event and deletes them; a subject that
 * has several counts once. QUEUE_EMPTY when there is nothing to do now, which includes that an
 * earlier stage still has fresh work for the event. settle_us: jobs younger than that are left
 * alone. The caller then locks what it will write, before it loads anything.
 */
int queue_claim(struct db *db, enum stage stage, int limit, int64_t settle_us, struct arena *arena,
                struct job_batch *ret, struct err *err) MUST_CHECK;

/*
 * Keeps every other worker of the stage from computing the same things until the transaction ends;
 * ids (of persons, sorted) may be empty for the whole event. Many ids lock the whole event.
 */
int queue_lock(struct db *db, enum stage stage, int64_t event_id, const int64_t *ids, size_t n_ids,
               struct err *err) MUST_CHECK;

/* Wakes the workers of the stages behind this one; call it in the transaction that saves. */
int queue_wake_next(struct db *db, enum stage stage, struct err *err) MUST_CHECK;

/* After a rollback, in a transaction of its own: puts the batch off with growing waits. */
int queue_failed(struct db *db, const struct job_batch *batch, const struct err *why,
                 struct err *err) MUST_CHECK;

const char *stage_name(enum stage stage);
int stage_parse(const char *text); /* -1 = unknown */

/* --- the worker loop --- */

enum { WORKER_IDLE = 1 };

struct worker {
    const char *name; /* "clash": in logs and `rollcall worker clash` */
    enum db_role role;
    const char *channel; /* LISTEN channel that wakes it; NULL = none */
    /* Called once before the first step; may be NULL. *state is passed on to the others. */
    int (*start)(void **state, struct err *err);
    /* Does one piece of work. 0 = call me again at once, WORKER_IDLE = nothing to do now. */
    int (*step)(void *state, struct db *db, struct arena *arena, struct err *err);
    /* When the next timed piece of work is due, in microseconds from now; may be NULL. */
    int64_t (*next_due_us)(void *state, struct db *db);
    void (*stop)(void *state); /* may be NULL */
};

/* Runs until SIGTERM or SIGINT (a second one ends at once). Reconnects with growing waits when the
 * database goes away. Returns the exit status. */
int worker_run(const struct worker *worker);

#endif
