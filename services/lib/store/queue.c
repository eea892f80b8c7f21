#include "store/queue.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SINGLE_LOCKS 64 /* the server's lock table is limited */

/* So often must a worker have died with a job alone in hand before the job counts as failed: fewer
 * may be bad luck, and later stages then tell people half of a change. */
#define FATAL_DEATHS 5

static const char *const stage_names[N_STAGES] = {"resolve", "match", "clash", "plan"};
static const char *const subject_names[] = {"event", "person", "session", "track", "registrant",
                                            "meet",  "bof",    "roll",    "people"};

const char *stage_name(enum stage stage)
{
    return stage_names[stage];
}

static int subject_parse(const char *text)
{
    for (int i = 0; i <= SUBJECT_PEOPLE; i++) {
        if (strcmp(subject_names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static void add_stages(struct db_array *stages, int from, int to)
{
    for (int i = from; i < to; i++) {
        db_array_text(stages, stage_names[i]);
    }
}

static int read_batch(const struct rows *rows, struct arena *arena, struct job_batch *batch,
                      struct err *err)
{
    for (int i = 0; i < rows->n; i++) {
        batch->event_id = rows_int(rows, i, 0);
        batch->now_us = rows_int(rows, i, 4);
        batch->is_held = rows_bool(rows, i, 5);
        int subject = subject_parse(rows_text(rows, i, 1));
        if (subject < 0) {
            return err_set(err, ERR_DB,
                           "a job is about a %s, which this program does not know: it is older "
                           "than the database; install the newer version",
                           rows_text(rows, i, 1));
        }
        *vec_add(arena, &batch->jobs) = (struct job){(enum subject)subject, rows_int(rows, i, 2)};
        char *end = NULL;
        for (const char *p = rows_text(rows, i, 3); *p != '\0'; p = end) {
            *vec_add(arena, &batch->job_ids) = strtoll(p, &end, 10);
            end += *end == ' ';
        }
    }
    return 0;
}

int queue_claim(struct db *db, const struct claim *claim, struct arena *arena,
                struct job_batch *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array earlier = {0};
    add_stages(&earlier, 0, (int)claim->stage);
    /* a plan job for the event is about the organisers only, people and tracks have their own */
    int r = db_query(db, "queue_claim", &rows, err, "taiibb", stage_names[claim->stage], &earlier,
                     claim->settle_us, (int64_t)claim->limit, (int)(claim->stage != STAGE_PLAN),
                     (int)claim->is_careful);
    if (r < 0) {
        return r;
    }
    if (rows.n == 0) {
        return QUEUE_EMPTY;
    }
    *ret = (struct job_batch){0};
    return read_batch(&rows, arena, ret, err);
}

static void add_job_ids(const struct job_batch *batch, struct db_array *ids)
{
    for (size_t i = 0; i < batch->job_ids.n; i++) {
        db_array_int(ids, batch->job_ids.items[i]);
    }
}

int queue_take_held(struct db *db, const struct job_batch *batch, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array ids = {0};
    int r = db_query(db, "queue_mark", NULL, err, "");
    if (r < 0 || (r = db_commit(db, err)) < 0 || (r = db_begin(db, err)) < 0) {
        return r;
    }
    add_job_ids(batch, &ids);
    r = db_query(db, "queue_take", &rows, err, "ia", batch->event_id, &ids);
    if (r == 0 && (size_t)rows.n != batch->job_ids.n) {
        return err_set(err, ERR_RETRY, "jobs of event %lld were taken over",
                       (long long)batch->event_id);
    }
    return r;
}

int queue_join(struct db *db, int64_t event_id, struct err *err)
{
    return db_send(db, "queue_join", err, "i", event_id);
}

int queue_let_go(struct db *db, const struct job_batch *batch, struct err *err)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    add_job_ids(batch, &ids);
    return db_query(db, "queue_let_go", NULL, err, "ia", batch->event_id, &ids);
}

int queue_reap(struct db *db, enum stage stage, struct reaped *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(db, "queue_reap", &rows, err, "tti", stage_names[stage],
                         "the worker died, or lost the database, with this in hand",
                         (int64_t)FATAL_DEATHS);
    if (r == 0) {
        *ret = (struct reaped){rows_int(&rows, 0, 0), rows_int(&rows, 0, 1)};
    }
    return r;
}

int queue_lock(struct db *db, enum stage stage, int64_t event_id, const int64_t *ids, size_t n_ids,
               struct err *err)
{
    if (n_ids == 0 || n_ids > MAX_SINGLE_LOCKS) {
        return db_send(db, "queue_lock_all", err, "ti", stage_names[stage], event_id);
    }
    CLEANUP(db_array_done) struct db_array array = {0};
    for (size_t i = 0; i < n_ids; i++) {
        db_array_int(&array, ids[i]);
    }
    return db_send(db, "queue_lock_some", err, "tia", stage_names[stage], event_id, &array);
}

int queue_lock_subjects(struct db *db, enum stage stage, enum subject subject, int64_t event_id,
                        const int64_t *ids, size_t n_ids, struct err *err)
{
    if (n_ids == 0) {
        return 0;
    }
    CLEANUP(db_array_done) struct db_array array = {0};
    for (size_t i = 0; i < n_ids; i++) {
        db_array_int(&array, ids[i]);
    }
    return db_send(db, "queue_lock_subjects", err, "ttia", stage_names[stage],
                   subject_names[subject], event_id, &array);
}

int64_t queue_next_due_us(struct db *db, enum stage stage, int64_t settle_us)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err ignored = {0}; /* a broken connection shows in the next step */
    int r = db_query(db, "queue_next_due", &rows, &ignored, "ti", stage_names[stage], settle_us);
    bool is_known = r == 0 && rows.n == 1 && !rows_is_null(&rows, 0, 0);
    return is_known ? rows_int(&rows, 0, 0) : INT64_MAX;
}

int queue_wake_next(struct db *db, enum stage stage, struct err *err)
{
    if (stage + 1 >= N_STAGES) {
        return 0;
    }
    CLEANUP(db_array_done) struct db_array later = {0};
    add_stages(&later, (int)stage + 1, N_STAGES);
    return db_send(db, "queue_notify", err, "a", &later);
}

int queue_failed(struct db *db, const struct job_batch *batch, const struct err *why,
                 struct err *err)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    add_job_ids(batch, &ids);
    return db_query(db, "queue_failed", NULL, err, "iat", batch->event_id, &ids, why->message);
}
