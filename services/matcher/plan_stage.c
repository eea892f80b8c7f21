/* plan: loads what a batch is about, then plans for people, tracks and the organisers. */
#include "matcher/matcher.h"
#include "matcher/plan.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>

#define OPENED_WITHIN_US DAY_US

static int load_contacts(struct plan *plan, const struct db_array *ids)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(plan->db, "plan_contacts", &rows, plan->err, "ia", plan->conf.id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            *vec_add(plan->arena, &plan->readers[person].contacts) = (struct contact){
                rows_dup(&rows, i, 1, plan->arena), rows_dup(&rows, i, 2, plan->arena)};
        }
    }
    return r;
}

static int load_preferences(struct plan *plan, const struct db_array *ids)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(plan->db, "plan_preferences", &rows, plan->err, "ia", plan->conf.id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            plan->readers[person].channel = rows_dup(&rows, i, 1, plan->arena);
            plan->readers[person].wants_agenda = rows_bool(&rows, i, 2);
            plan->readers[person].quiet_from_min = (int)rows_int(&rows, i, 3);
            plan->readers[person].quiet_until_min = (int)rows_int(&rows, i, 4);
        }
    }
    return r;
}

/* Who was asked and reminded, and let the time after the last reminder pass, too. */
static int load_silence(struct plan *plan, const int64_t *people, size_t n_people)
{
    struct report *reports = NULL;
    size_t n = 0;
    int r = plan_report_load(plan, NOTICE_QUESTION, people, n_people, &reports, &n);
    for (size_t i = 0; r == 0 && i < n; i++) {
        int person = conference_index_person(&plan->conf, reports[i].subject_id);
        if (person >= 0) {
            plan->readers[person].is_silent =
                reports[i].times_sent > MAX_REMINDERS &&
                reports[i].sent_at_us + setting_us(SET_REMIND_AFTER) <= plan->now_us;
        }
    }
    return r;
}

static int load_readers(struct plan *plan, const struct db_array *ids)
{
    plan->readers = arena_array(plan->arena, plan->conf.persons.n, sizeof *plan->readers);
    for (size_t i = 0; i < plan->conf.persons.n; i++) {
        plan->readers[i] = (struct reader){.channel = "any",
                                           .wants_agenda = true,
                                           .quiet_from_min = -1,
                                           .quiet_until_min = -1,
                                           .zone = plan->conf.zone};
    }
    for (size_t i = 0; i < plan->conf.registrants.n; i++) {
        const struct registrant *registrant = &plan->conf.registrants.items[i];
        if (registrant->person >= 0 && registrant->status != REGISTRATION_CANCELLED) {
            const struct zone *zone = zone_find(registrant->timezone);
            struct reader *reader = &plan->readers[registrant->person];
            reader->is_registered = true;
            reader->zone = registrant->timezone[0] != '\0' && zone != NULL ? zone : reader->zone;
        }
    }
    int r = load_contacts(plan, ids);
    return r < 0 ? r : load_preferences(plan, ids);
}

static int load_told(struct plan *plan, const struct db_array *ids)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(plan->db, "told_load", &rows, plan->err, "ia", plan->conf.id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        struct told told = {conference_index_person(&plan->conf, rows_int(&rows, i, 0)),
                            conference_index_session(&plan->conf, rows_int(&rows, i, 1)),
                            rows_int(&rows, i, 2),
                            rows_int(&rows, i, 3),
                            rows_dup(&rows, i, 4, plan->arena),
                            rows_bool(&rows, i, 5),
                            (int)rows_int(&rows, i, 6)};
        if (told.person >= 0 && told.session >= 0) {
            *vec_add(plan->arena, &plan->told) = told;
        }
    }
    return r;
}

int plan_load(struct plan *plan, int64_t event_id, const int64_t *people, size_t n_people,
              bool with_unresolved)
{
    struct conference_scope scope = {.person_ids = people,
                                     .n_person_ids = n_people,
                                     .with_matches = true,
                                     .with_unresolved = with_unresolved};
    int r = conference_load_scope(plan->db, event_id, &scope, plan->arena, &plan->conf, plan->err);
    if (r != 0) {
        return r;
    }
    CLEANUP(db_array_done) struct db_array ids = {0};
    for (size_t i = 0; i < n_people; i++) {
        db_array_int(&ids, people[i]);
    }
    if ((r = load_readers(plan, &ids)) < 0 || (r = load_told(plan, &ids)) < 0) {
        return r;
    }
    struct clash_options options = {.now_us = plan->now_us,
                                    .answer_within_us = setting_us(SET_REMIND_AFTER),
                                    .walk_between_buildings_us = setting_us(SET_WALK),
                                    .only_person = -1,
                                    .has_registrants = plan->conf.has_registrants};
    requirements_build(&plan->conf, plan->arena, &plan->requirements);
    clash_find(&plan->conf, &plan->requirements, &options, plan->arena, &plan->clashes);
    return 0;
}

/* Which sessions were filled or moved at short notice. */
static int load_opened(struct plan *plan)
{
    CLEANUP(rows_done) struct rows rows = {0};
    plan->opened = arena_array(plan->arena, plan->conf.sessions.n + 1, sizeof *plan->opened);
    int r = db_query(plan->db, "plan_openings", &rows, plan->err, "iu", plan->conf.id,
                     plan->now_us - OPENED_WITHIN_US);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int session = conference_index_session(&plan->conf, rows_int(&rows, i, 0));
        if (session >= 0) {
            plan->opened[session] = rows_bool(&rows, i, 1) ? "new" : "moved";
        }
    }
    return r;
}

static const struct report *report_of(const struct report *reports, size_t n, int64_t subject_id)
{
    for (size_t i = 0; i < n; i++) {
        if (reports[i].subject_id == subject_id) {
            return &reports[i];
        }
    }
    return NULL;
}

/* What was refused on one channel goes by the reader's other one, unless they want no messages. */
static int fall_back(struct plan *plan)
{
    struct db_array c[4] = {{{0}}};
    CLEANUP(db_array_done) struct db_array urgent = {0};
    for (int kind = 0; kind < N_NOTICE_KINDS; kind++) {
        if (notice_rows[kind].is_urgent) {
            db_array_text(&urgent, notice_rows[kind].name);
        }
    }
    for (size_t i = 0; i < plan->conf.persons.n; i++) {
        const struct reader *reader = &plan->readers[i];
        bool is_off = strcmp(reader->channel, "none") == 0;
        for (size_t j = 0; j < reader->contacts.n && !is_off; j++) {
            db_array_int(&c[0], plan->conf.persons.items[i].id);
            db_array_text(&c[1], reader->contacts.items[j].channel);
            db_array_text(&c[2], reader->contacts.items[j].address);
            db_array_us(&c[3], plan_due_us(plan, (int)i));
        }
    }
    int r = db_query(plan->db, "outbox_fall_back", NULL, plan->err, "iaaaaa", plan->conf.id, &c[0],
                     &c[1], &c[2], &c[3], &urgent);
    db_arrays_done(c, 4);
    return r;
}

static int plan_people(struct plan *plan, int64_t event_id, const struct stage_people *people)
{
    if (people->ids.n == 0) {
        return 0;
    }
    int r = queue_lock(plan->db, STAGE_PLAN, event_id, people->ids.items, people->ids.n, plan->err);
    if (r < 0 || (r = plan_load(plan, event_id, people->ids.items, people->ids.n, false)) != 0 ||
        (r = load_opened(plan)) < 0) {
        return r;
    }
    struct report *questions = NULL;
    struct report *agendas = NULL;
    size_t n_questions = 0;
    size_t n_agendas = 0;
    if ((r = plan_report_load(plan, NOTICE_QUESTION, people->ids.items, people->ids.n, &questions,
                              &n_questions)) < 0 ||
        (r = plan_report_load(plan, NOTICE_AGENDA, people->ids.items, people->ids.n, &agendas,
                              &n_agendas)) < 0) {
        return r;
    }
    for (size_t i = 0; i < plan->conf.persons.n; i++) {
        int64_t id = plan->conf.persons.items[i].id;
        r = plan_person(plan, (int)i, report_of(questions, n_questions, id),
                        report_of(agendas, n_agendas, id));
        if (r < 0) {
            return r;
        }
    }
    return fall_back(plan);
}

static int track_people(struct plan *plan, int64_t event_id, int64_t track_id,
                        struct stage_people *ret)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array tracks = {0};
    db_array_int(&tracks, track_id);
    int r = db_query(plan->db, "track_people", &rows, plan->err, "ia", event_id, &tracks);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(plan->arena, &ret->ids) = rows_int(&rows, i, 0);
    }
    return r;
}

/* Each track with its own people: they are few, and somebody of another list must not slip in. */
static int plan_one_track(const struct plan *base, int64_t event_id, int64_t track_id)
{
    struct plan plan = *base;
    struct stage_people people = {0};
    int r = track_people(&plan, event_id, track_id, &people);
    if (r < 0 || (r = plan_load(&plan, event_id, people.ids.items, people.ids.n, true)) != 0) {
        return r < 0 ? r : 0;
    }
    struct report *reports = NULL;
    size_t n = 0;
    if ((r = load_silence(&plan, people.ids.items, people.ids.n)) < 0 ||
        (r = plan_report_load(&plan, NOTICE_QUORUM, &track_id, 1, &reports, &n)) < 0) {
        return r < 0 ? r : 0;
    }
    int track = conference_index_track(&plan.conf, track_id);
    return track < 0 ? 0 : plan_track(&plan, track, reports, n);
}

static int plan_tracks(const struct plan *base, const struct job_batch *batch)
{
    int64_t *tracks = NULL;
    size_t n = stage_subjects(batch, SUBJECT_TRACK, base->arena, &tracks);
    int r = queue_lock_subjects(base->db, STAGE_PLAN, SUBJECT_TRACK, batch->event_id, tracks, n,
                                base->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = plan_one_track(base, batch->event_id, tracks[i]);
    }
    return r;
}

static int plan_organisers(const struct plan *base, int64_t event_id)
{
    struct plan plan = *base;
    int64_t subject = 0;
    int r =
        queue_lock_subjects(plan.db, STAGE_PLAN, SUBJECT_EVENT, event_id, &subject, 1, plan.err);
    if (r == 0) {
        r = plan_load(&plan, event_id, NULL, 0, false);
    }
    return r != 0 ? (r < 0 ? r : 0) : plan_event(&plan);
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

static int plan_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                      struct err *err)
{
    struct plan plan = {.db = db,
                        .arena = arena,
                        .err = err,
                        .now_us = batch->now_us,
                        .domain = notice_domain(arena, setting_text(SET_MAIL_FROM))};
    struct stage_people people;
    int r = stage_expand(db, batch, arena, &people, err);
    if (r < 0) {
        return r;
    }
    bool has_event = people.has_event;
    if (has_event) { /* the organisers only: people have jobs of their own */
        struct job_batch rest = {.event_id = batch->event_id};
        for (size_t i = 0; i < batch->jobs.n; i++) {
            if (batch->jobs.items[i].subject != SUBJECT_EVENT) {
                *vec_add(arena, &rest.jobs) = batch->jobs.items[i];
            }
        }
        r = stage_expand(db, &rest, arena, &people, err);
    }
    if (r < 0 || (r = plan_people(&plan, batch->event_id, &people)) != 0 ||
        (r = plan_tracks(&plan, batch)) < 0) {
        return r < 0 ? r : 0;
    }
    r = has_event ? plan_organisers(&plan, batch->event_id) : 0;
    if (r == 0 && has_subject(batch, SUBJECT_MEET)) {
        r = plan_meet(&plan, batch->event_id);
    }
    return r == 0 && has_subject(batch, SUBJECT_BOF) ? plan_bof(&plan, batch->event_id) : r;
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
