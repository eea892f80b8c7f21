/* stage: what the four stages have in common. */
#ifndef ROLLCALL_MATCHER_STAGE_H
#define ROLLCALL_MATCHER_STAGE_H

#include "store/conference_store.h"
#include "store/queue.h"

/* Does the work of a claimed batch, inside the transaction. */
typedef int stage_fn(struct db *db, const struct job_batch *batch, struct arena *arena,
                     struct err *err);

/* One worker step: claims, works, commits; puts a batch that failed off and passes the failure on.
 */
int stage_step(enum stage stage, int64_t settle_us, stage_fn *work, struct db *db,
               struct arena *arena, struct err *err);

/* Which people a batch is about. */
struct stage_people {
    VEC(int64_t) ids; /* sorted, each once */
    bool has_event;   /* a job for the whole event: everybody */
    bool has_session; /* a session changed: the programme itself may be at fault */
};

/* Expands the batch's subjects into people; tracks are left out. */
int stage_expand(struct db *db, const struct job_batch *batch, struct arena *arena,
                 struct stage_people *ret, struct err *err) MUST_CHECK;

/* The ids of the batch's jobs with that subject, in order. */
size_t stage_subjects(const struct job_batch *batch, enum subject subject, struct arena *arena,
                      int64_t **ret_ids);

#endif
