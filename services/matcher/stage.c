#include "matcher/stage.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

/* What failed holds the later stages up no more: they are woken. */
static void put_off(struct db *db, enum stage stage, const struct job_batch *batch,
                    const struct err *why)
{
    struct err ignored = {0};
    if (!db_is_alive(db) || db_begin(db, &ignored) < 0) {
        return; /* the rollback has left the jobs as they were */
    }
    if (queue_failed(db, batch, why, &ignored) < 0 || queue_wake_next(db, stage, &ignored) < 0 ||
        db_commit(db, &ignored) < 0) {
        db_rollback(db);
    }
}

static int work_batch(enum stage stage, stage_fn *work, struct db *db,
                      const struct job_batch *batch, struct arena *arena, struct err *err)
{
    int r = work(db, batch, arena, err);
    if (r < 0 || (r = queue_wake_next(db, stage, err)) < 0) {
        return r;
    }
    return db_commit(db, err);
}

int stage_step(enum stage stage, int64_t settle_us, stage_fn *work, struct db *db,
               struct arena *arena, struct err *err)
{
    struct job_batch batch = {0};
    int64_t start_us = clock_monotonic_us();
    struct db_usage before = db_usage(db);
    int r = db_begin(db, err);
    if (r < 0) {
        return r;
    }
    r = queue_claim(db, stage, (int)setting_int(SET_BATCH), settle_us, arena, &batch, err);
    if (r != 0) {
        db_rollback(db);
        return r == QUEUE_EMPTY ? WORKER_IDLE : r;
    }
    r = work_batch(stage, work, db, &batch, arena, err);
    if (r < 0) {
        db_rollback(db);
        if (r != ERR_RETRY) {
            put_off(db, stage, &batch, err);
        }
        return r;
    }
    struct db_usage after = db_usage(db);
    log_line(LOG_INFO, EV_JOB, "event=%lld n=%zu ms=%.1f trips=%lld rows=%lld db_ms=%.1f",
             (long long)batch.event_id, batch.jobs.n,
             (double)(clock_monotonic_us() - start_us) / 1000,
             (long long)(after.n_trips - before.n_trips), (long long)(after.n_rows - before.n_rows),
             (double)(after.wait_us - before.wait_us) / 1000);
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static void sort_ids(struct stage_people *people)
{
    if (people->ids.n == 0) {
        return;
    }
    qsort(people->ids.items, people->ids.n, sizeof *people->ids.items, by_id);
    size_t kept = 1;
    for (size_t i = 1; i < people->ids.n; i++) {
        if (people->ids.items[i] != people->ids.items[kept - 1]) {
            people->ids.items[kept++] = people->ids.items[i];
        }
    }
    people->ids.n = kept;
}

static void add_rows(const struct rows *rows, struct arena *arena, struct stage_people *people)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(arena, &people->ids) = rows_int(rows, i, 0);
    }
}

size_t stage_subjects(const struct job_batch *batch, enum subject subject, struct arena *arena,
                      int64_t **ret_ids)
{
    VEC(int64_t) ids = {0};
    for (size_t i = 0; i < batch->jobs.n; i++) {
        if (batch->jobs.items[i].subject == subject) {
            *vec_add(arena, &ids) = batch->jobs.items[i].subject_id;
        }
    }
    *ret_ids = ids.items;
    return ids.n;
}

static int expand_sessions(struct db *db, const struct job_batch *batch, struct arena *arena,
                           struct stage_people *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array array = {0};
    int64_t *sessions = NULL;
    size_t n = stage_subjects(batch, SUBJECT_SESSION, arena, &sessions);
    if (n == 0) {
        return 0;
    }
    ret->has_session = true;
    for (size_t i = 0; i < n; i++) {
        db_array_int(&array, sessions[i]);
    }
    int r = db_query(db, "session_people", &rows, err, "ia", batch->event_id, &array);
    if (r == 0) {
        add_rows(&rows, arena, ret);
    }
    return r;
}

int stage_expand(struct db *db, const struct job_batch *batch, struct arena *arena,
                 struct stage_people *ret, struct err *err)
{
    *ret = (struct stage_people){0};
    for (size_t i = 0; i < batch->jobs.n; i++) {
        const struct job *job = &batch->jobs.items[i];
        ret->has_event |= job->subject == SUBJECT_EVENT;
        if (job->subject == SUBJECT_PERSON) {
            *vec_add(arena, &ret->ids) = job->subject_id;
        }
    }
    int r = expand_sessions(db, batch, arena, ret, err);
    if (r == 0 && ret->has_event) {
        CLEANUP(rows_done) struct rows rows = {0};
        r = db_query(db, "person_ids", &rows, err, "i", batch->event_id);
        if (r == 0) {
            ret->ids.n = 0;
            add_rows(&rows, arena, ret);
        }
    }
    sort_ids(ret);
    return r;
}

int stage_later(struct db *db, int64_t event_id, enum stage stage, const char *subject,
                int64_t subject_id, int64_t due_us, struct err *err)
{
    return db_query(db, "job_later", NULL, err, "ittiu", event_id, stage_name(stage), subject,
                    subject_id, due_us);
}
