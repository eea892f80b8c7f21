#include "matcher/stage.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

/* A worker that has just started does not know how the one before it ended: it notes what it has in
 * hand, at the price of a second commit for each batch. */
static bool is_careful(void)
{
    static int64_t first_us;
    int64_t now_us = clock_monotonic_us();
    first_us = first_us == 0 ? now_us : first_us;
    return now_us - first_us < setting_us(SET_CAREFUL);
}

/* What failed holds the later stages up no more: they are woken. */
static void put_off(struct db *db, enum stage stage, const struct job_batch *batch,
                    const struct err *why)
{
    struct err ignored = {0};
    if (!db_is_alive(db) || db_begin(db, &ignored) < 0) {
        return; /* the rollback has left the jobs as they were; held ones count as a death */
    }
    int r = why->code == ERR_RETRY ? queue_let_go(db, batch, &ignored)
                                   : queue_failed(db, batch, why, &ignored);
    if (r < 0 || queue_wake_next(db, stage, &ignored) < 0 || db_commit(db, &ignored) < 0) {
        db_rollback(db);
    }
}

/* Jobs that dead workers had in hand: > 0 when there were some, and so there may be work. */
static int reap(enum stage stage, struct db *db, struct err *err)
{
    struct reaped reaped = {0};
    int r = queue_reap(db, stage, &reaped, err);
    if (r < 0 || reaped.n == 0) {
        return r;
    }
    log_line(reaped.n_failed > 0 ? LOG_ERROR : LOG_WARN, EV_JOB_FAILED,
             "n=%lld put_off=%lld msg=\"a worker died with them in hand\"", (long long)reaped.n,
             (long long)reaped.n_failed);
    if (reaped.n_failed > 0 && (r = queue_wake_next(db, stage, err)) < 0) {
        return r;
    }
    return 1;
}

static int claim_batch(enum stage stage, int64_t settle_us, struct db *db, struct arena *arena,
                       struct job_batch *batch, struct err *err)
{
    const struct claim claim = {stage, (int)setting_int(SET_BATCH), settle_us, is_careful()};
    int r = claim.is_careful ? reap(stage, db, err) : 0;
    if (r < 0 || (r = db_begin(db, err)) < 0) {
        return r;
    }
    r = queue_claim(db, &claim, arena, batch, err);
    if (r != 0) {
        db_rollback(db);
    }
    return r;
}

static int work_batch(enum stage stage, stage_fn *work, struct db *db,
                      const struct job_batch *batch, struct arena *arena, struct err *err)
{
    int r = batch->is_held ? queue_take_held(db, batch, err) : 0;
    if (r < 0 || (r = queue_join(db, batch->event_id, err)) < 0 ||
        (r = work(db, batch, arena, err)) < 0 || (r = queue_wake_next(db, stage, err)) < 0) {
        return r;
    }
    return db_commit(db, err);
}

/* trips and rows: what was asked of the database for it; db_ms: the time spent waiting for that. */
static void log_batch(const struct job_batch *batch, int64_t start_us, const struct db *db,
                      const struct db_usage *before)
{
    struct db_usage after = db_usage(db);
    log_line(
        LOG_INFO, EV_JOB, "event=%lld n=%zu ms=%.1f trips=%lld rows=%lld db_ms=%.1f",
        (long long)batch->event_id, batch->jobs.n, (double)(clock_monotonic_us() - start_us) / 1000,
        (long long)(after.n_trips - before->n_trips), (long long)(after.n_rows - before->n_rows),
        (double)(after.wait_us - before->wait_us) / 1000);
}

int stage_step(enum stage stage, int64_t settle_us, stage_fn *work, struct db *db,
               struct arena *arena, struct err *err)
{
    struct job_batch batch = {0};
    int64_t start_us = clock_monotonic_us();
    struct db_usage before = db_usage(db);
    int r = claim_batch(stage, settle_us, db, arena, &batch, err);
    if (r == QUEUE_EMPTY) {
        r = reap(stage, db, err);
        return r == 0 ? WORKER_IDLE : r < 0 ? r : 0;
    }
    if (r < 0) {
        return r;
    }
    r = work_batch(stage, work, db, &batch, arena, err);
    if (r < 0) {
        db_rollback(db);
        if (r != ERR_RETRY || batch.is_held) {
            put_off(db, stage, &batch, err);
        }
        return r;
    }
    log_batch(&batch, start_us, db, &before);
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

static int expand_people(struct db *db, const struct job_batch *batch, struct arena *arena,
                         struct stage_people *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array array = {0};
    int64_t *numbers = NULL;
    size_t n = stage_subjects(batch, SUBJECT_PEOPLE, arena, &numbers);
    for (size_t i = 0; i < n; i++) {
        db_array_int(&array, numbers[i]);
    }
    int r = n == 0 ? 0 : db_query(db, "people_persons", &rows, err, "ia", batch->event_id, &array);
    if (r == 0) {
        add_rows(&rows, arena, ret);
    }
    return r;
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
    int r = expand_people(db, batch, arena, ret, err);
    if (r < 0 || (r = expand_sessions(db, batch, arena, ret, err)) < 0) {
        return r;
    }
    if (ret->has_event) {
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
