/* plan: who and what a batch is about; then people, tracks and the organisers. */
#include "matcher/matcher.h"
#include "matcher/plan.h"

#include "base/secret.h"
#include "base/settings.h"

#include <stdlib.h>

#define MANY 4 /* times a batch: more people than that are not planned in one transaction */

/* What the batch is about. */
struct task {
    const struct job_batch *batch;
    struct stage_people people; /* to plan for */
    int64_t *tracks;
    size_t n_tracks;
    bool has_event; /* the organisers' list */
    struct {
        VEC(int64_t) ids;
    } loaded; /* people of both, sorted */
};

/* --- who --- */

/* A job for the event is about the organisers only: people and tracks have jobs of their own. */
static int find_people(struct plan *plan, struct task *task)
{
    struct job_batch rest = {.event_id = task->batch->event_id};
    for (size_t i = 0; i < task->batch->jobs.n; i++) {
        const struct job *job = &task->batch->jobs.items[i];
        task->has_event |= job->subject == SUBJECT_EVENT;
        if (job->subject != SUBJECT_EVENT) {
            *vec_add(plan->arena, &rest.jobs) = *job;
        }
    }
    return stage_expand(plan->db, &rest, plan->arena, &task->people, plan->err);
}

static int by_id(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* The people whom the tracks' reports are about are loaded as well. */
static int find_loaded(struct plan *plan, struct task *task)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array tracks = {0};
    for (size_t i = 0; i < task->people.ids.n; i++) {
        *vec_add(plan->arena, &task->loaded.ids) = task->people.ids.items[i];
    }
    task->n_tracks = stage_subjects(task->batch, SUBJECT_TRACK, plan->arena, &task->tracks);
    if (task->n_tracks == 0) {
        return 0;
    }
    for (size_t i = 0; i < task->n_tracks; i++) {
        db_array_int(&tracks, task->tracks[i]);
    }
    int r =
        db_query(plan->db, "track_people", &rows, plan->err, "ia", task->batch->event_id, &tracks);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(plan->arena, &task->loaded.ids) = rows_int(&rows, i, 0);
    }
    if (task->loaded.ids.n > 0) {
        qsort(task->loaded.ids.items, task->loaded.ids.n, sizeof *task->loaded.ids.items, by_id);
    }
    return r;
}

/* A slot in the agendas of thousands: they get jobs of their own, which join those that they have
 * already, and are planned in batches. */
static int fan_out(struct plan *plan, struct task *task)
{
    CLEANUP(db_array_done) struct db_array people = {0};
    if (task->people.ids.n <= MANY * (size_t)setting_int(SET_BATCH)) {
        return 0;
    }
    for (size_t i = 0; i < task->people.ids.n; i++) {
        db_array_int(&people, task->people.ids.items[i]);
    }
    task->people.ids.n = 0;
    return db_send(plan->db, "plan_fan_out", plan->err, "ia", task->batch->event_id, &people);
}

/* People's locks first, then tracks', then the event's. */
static int lock(struct plan *plan, const struct task *task)
{
    const int64_t organisers = 0;
    int64_t event_id = task->batch->event_id;
    const struct stage_people *people = &task->people;
    int r = people->ids.n == 0 ? 0
                               : queue_lock(plan->db, STAGE_PLAN, event_id, people->ids.items,
                                            people->ids.n, plan->err);
    if (r < 0 || (r = queue_lock_subjects(plan->db, STAGE_PLAN, SUBJECT_TRACK, event_id,
                                          task->tracks, task->n_tracks, plan->err)) < 0) {
        return r;
    }
    return queue_lock_subjects(plan->db, STAGE_PLAN, SUBJECT_EVENT, event_id, &organisers,
                               task->has_event ? 1 : 0, plan->err);
}

/* --- what --- */

static int plan_people(struct plan *plan, const struct stage_people *people)
{
    for (size_t i = 0; i < people->ids.n; i++) {
        int person = conference_index_person(&plan->conf, people->ids.items[i]);
        int r = person < 0 ? 0 : plan_person(plan, person);
        if (r < 0) {
            return r;
        }
    }
    return people->ids.n == 0 ? 0 : plan_fall_back(plan);
}

static int plan_all(struct plan *plan, const struct task *task)
{
    int r = plan_people(plan, &task->people);
    if (r == 0 && task->n_tracks > 0) {
        if (plan->has_asked) { /* the reports to the leads count what has just been asked */
            plan_find_clashes(plan);
        }
        r = plan_tracks(plan, task->tracks, task->n_tracks);
    }
    if (r == 0 && task->has_event) {
        r = plan_event(plan);
    }
    return r < 0 ? r : plan_out_send(plan);
}

static bool has_subject(const struct job_batch *batch, enum subject subject)
{
    for (size_t i = 0; i < batch->jobs.n; i++) {
        if (batch->jobs.items[i].subject == subject) {
            return true;
        }
    }
    return false;
}

/* Introductions and ideas for BoFs look at everybody, and load what they need themselves. */
static int plan_whole(const struct plan *base, const struct job_batch *batch)
{
    int r = has_subject(batch, SUBJECT_MEET) ? plan_meet(base, batch->event_id) : 0;
    r = r == 0 && has_subject(batch, SUBJECT_BOF) ? plan_bof(base, batch->event_id) : r;
    return r == 0 && has_subject(batch, SUBJECT_ROLL) ? plan_roll(base, batch->event_id) : r;
}

static int plan_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                      struct err *err)
{
    struct plan plan = {.db = db,
                        .arena = arena,
                        .err = err,
                        .out = plan_out_new(arena),
                        .now_us = batch->now_us,
                        .domain = notice_domain(arena, setting_text(SET_MAIL_FROM))};
    struct task task = {.batch = batch};
    int r = find_people(&plan, &task);
    if (r < 0 || (r = fan_out(&plan, &task)) < 0 || (r = find_loaded(&plan, &task)) < 0 ||
        (r = lock(&plan, &task)) < 0 || (r = plan_whole(&plan, batch)) < 0) {
        return r;
    }
    if (task.loaded.ids.n == 0 && task.n_tracks == 0 && !task.has_event) {
        return 0;
    }
    r = plan_load(&plan, batch->event_id, task.loaded.ids.items, task.loaded.ids.n,
                  task.n_tracks > 0);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    return plan_all(&plan, &task);
}

static int plan_start(void **state, struct err *err)
{
    (void)state;
    return secret_load(err); /* messages carry signed links */
}

static int plan_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    return stage_step(STAGE_PLAN, setting_us(SET_SETTLE), plan_batch, db, arena, err);
}

static int64_t plan_next_due_us(void *state, struct db *db)
{
    (void)state;
    return queue_next_due_us(db, STAGE_PLAN, setting_us(SET_SETTLE));
}

const struct worker plan_worker = {.name = "plan",
                                   .role = DB_MATCHER,
                                   .channel = "rollcall_plan",
                                   .start = plan_start,
                                   .step = plan_step,
                                   .next_due_us = plan_next_due_us};
