/*
 * queue: the durable work list of the stages, and the loop that every worker runs.
 *
 * A stage claims a batch, locks the subjects so that nobody else computes the same ones, loads,
 * computes, saves and deletes the jobs in one transaction. A crash leaves the jobs where they were,
 * and no trace: the same jobs would take down the next worker. So a worker that has reason to be
 * careful (see queue_claim) first notes in the jobs that it has them in hand, and commits that.
 * What a connection that is gone had in hand is found by queue_reap().
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
    SUBJECT_REGISTRANT, /* resolve only: one that has come */
    SUBJECT_MEET,       /* introductions of the event; id 0 */
    SUBJECT_BOF,        /* ideas for BoFs of the event; id 0 */
    SUBJECT_ROLL,       /* who is missing from what begins next; id 0 */
    SUBJECT_PEOPLE,     /* many changed at once: persons with person_id >> 7 = id */
};

struct job {
    enum subject subject;
    int64_t subject_id; /* 0 for the event */
};

struct job_batch {
    int64_t event_id;
    int64_t now_us; /* the server's time: a job that is due is due by it, whatever our clock says */
    VEC(struct job) jobs; /* distinct subjects, in subject order */
    VEC(int64_t) job_ids; /* all that were claimed, for queue_failed() */
    bool is_held;         /* they are still there and must be taken with queue_take_held() */
};

enum { QUEUE_EMPTY = 1 };

/* How a worker claims. */
struct claim {
    enum stage stage;
    int limit;         /* most subjects */
    int64_t settle_us; /* jobs younger than that are left alone */
    bool is_careful;   /* hold every batch, not only one that is suspect */
};

/*
 * Inside a transaction: claims the due jobs of up to `limit` subjects of one event and deletes
 * them; a subject that has several counts once. Where a job for the whole event is among them (but
 * not in plan), all the event's jobs come, since it does their work. Jobs that failed, or were in
 * hand when a worker died, k times come in batches of limit / 4^k. QUEUE_EMPTY when there is
 * nothing to do now, which includes that an earlier stage still has fresh work for the event. A
 * batch that is held goes through queue_take_held() next. The caller then locks what it will write,
 * before it loads anything.
 */
int queue_claim(struct db *db, const struct claim *claim, struct arena *arena,
                struct job_batch *ret, struct err *err) MUST_CHECK;

/* Commits the note that we have the batch in hand, and deletes its jobs in a new transaction.
 * ERR_RETRY when somebody thought us dead and has taken them. */
int queue_take_held(struct db *db, const struct job_batch *batch, struct err *err) MUST_CHECK;

/* Shares the event until the transaction ends, before anything but jobs is locked: who removes it,
 * or somebody, waits for us, or we for them. The event may be gone then. Does not wait itself. */
int queue_join(struct db *db, int64_t event_id, struct err *err) MUST_CHECK;

/* After a rollback that was nobody's fault: held jobs are free again. */
int queue_let_go(struct db *db, const struct job_batch *batch, struct err *err) MUST_CHECK;

struct reaped {
    int64_t n;        /* jobs that were in hand of workers that are no more */
    int64_t n_failed; /* of them: such as were alone in hand so often that they count as failed */
};

/* Frees what dead workers of the stage had in hand, counts the death in each job and puts it at the
 * end of the line. In a transaction of its own. */
int queue_reap(struct db *db, enum stage stage, struct reaped *ret, struct err *err) MUST_CHECK;

/*
 * Keeps every other worker of the stage from computing the same things until the transaction ends;
 * ids (of persons, sorted) may be empty for the whole event. Many ids lock the whole event.
 */
int queue_lock(struct db *db, enum stage stage, int64_t event_id, const int64_t *ids, size_t n_ids,
               struct err *err) MUST_CHECK;

/* The same for subjects that are not persons; every id has a lock of its own. Take persons' locks
 * first, then tracks', then the event's: one order for all keeps workers from waiting in a ring. */
int queue_lock_subjects(struct db *db, enum stage stage, enum subject subject, int64_t event_id,
                        const int64_t *ids, size_t n_ids, struct err *err) MUST_CHECK;

/* Microseconds until a job of the stage is due that is not yet; INT64_MAX = none. */
int64_t queue_next_due_us(struct db *db, enum stage stage, int64_t settle_us);

/* Wakes the workers of the stages behind this one; call it in the transaction that saves. */
int queue_wake_next(struct db *db, enum stage stage, struct err *err) MUST_CHECK;

/* After a rollback, in a transaction of its own: puts the batch off with growing waits. */
int queue_failed(struct db *db, const struct job_batch *batch, const struct err *why,
                 struct err *err) MUST_CHECK;

const char *stage_name(enum stage stage);

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

/* The end was asked for: a step that does many things should begin no further one. */
bool worker_is_stopping(void);

#endif
