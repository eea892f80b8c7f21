/* What a batch is about: one load on one snapshot, and what follows from it for every notice. */
#include "matcher/plan.h"

#include "base/settings.h"

#include <stddef.h>
#include <string.h>

/* --- from rows --- */

static void read_contacts(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(rows, i, 0));
        if (person >= 0) {
            *vec_add(plan->arena, &plan->readers[person].contacts) = (struct contact){
                rows_dup(rows, i, 1, plan->arena), rows_dup(rows, i, 2, plan->arena)};
        }
    }
}

static void read_preferences(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(rows, i, 0));
        if (person >= 0) {
            struct reader *reader = &plan->readers[person];
            reader->channel = rows_dup(rows, i, 1, plan->arena);
            reader->wants_agenda = rows_bool(rows, i, 2);
            reader->quiet_from_min = (int)rows_int(rows, i, 3);
            reader->quiet_until_min = (int)rows_int(rows, i, 4);
        }
    }
}

/* By person and session, as the conference has them: both in the order of their ids. */
static void read_told(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct told told = {conference_index_person(&plan->conf, rows_int(rows, i, 0)),
                            conference_index_session(&plan->conf, rows_int(rows, i, 1)),
                            rows_int(rows, i, 2),
                            rows_int(rows, i, 3),
                            rows_dup(rows, i, 4, plan->arena),
                            rows_bool(rows, i, 5),
                            (int)rows_int(rows, i, 6)};
        if (told.person >= 0 && told.session >= 0) {
            *vec_add(plan->arena, &plan->told) = told;
        }
    }
}

static struct report read_report(struct plan *plan, const struct rows *rows, int i)
{
    return (struct report){rows_int(rows, i, 0),
                           rows_dup(rows, i, 1, plan->arena),
                           rows_dup(rows, i, 2, plan->arena),
                           (int)rows_int(rows, i, 3),
                           rows_int(rows, i, 4),
                           rows_int(rows, i, 5)};
}

/* Asked and reminded, and the time after the last reminder is over, too. */
static bool is_silent(const struct plan *plan, const struct report *question)
{
    return question->times_sent > MAX_REMINDERS &&
           question->sent_at_us + setting_us(SET_REMIND_AFTER) <= plan->now_us;
}

static void read_reports(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(plan->arena, &plan->reports) = read_report(plan, rows, i);
    }
    for (int i = 0; i < rows->n; i++) { /* now they stay where they are */
        const struct report *report = &plan->reports.items[i];
        int person = conference_index_person(&plan->conf, report->subject_id);
        int kind = notice_kind_parse(rows_text(rows, i, 6));
        if (person >= 0 && kind >= 0) {
            plan->readers[person].last[kind] = report;
        }
        if (person >= 0 && kind == NOTICE_QUESTION) {
            plan->readers[person].is_silent = is_silent(plan, report);
        }
    }
}

static void read_openings(struct plan *plan, const struct rows *rows)
{
    plan->has_opened = false;
    for (int i = 0; i < rows->n; i++) {
        int session = conference_index_session(&plan->conf, rows_int(rows, i, 0));
        if (session >= 0) {
            plan->opened[session] = (struct opened){rows_bool(rows, i, 1) ? "new" : "moved",
                                                    rows_dup(rows, i, 2, plan->arena)};
            plan->has_opened = true;
        }
    }
}

static void read_track_reports(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(plan->arena, &plan->track_reports) = read_report(plan, rows, i);
    }
}

static void read_stand_ins(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(rows, i, 0));
        if (person >= 0 && rows_text(rows, i, 1)[0] != '\0') {
            plan->readers[person].stand_in = rows_dup(rows, i, 1, plan->arena);
        }
    }
}

static void read_ambiguous(struct plan *plan, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(plan->arena, &plan->ambiguous) =
            (struct ambiguous){rows_int(rows, i, 0), rows_dup(rows, i, 1, plan->arena),
                               (int)rows_int(rows, i, 2), rows_dup(rows, i, 3, plan->arena)};
    }
}

/* What is read with the conference; the last ones only with tracks. */
static const struct part {
    const char *statement;
    void (*read)(struct plan *plan, const struct rows *rows);
    bool is_for_tracks;
} parts[] = {
    {"plan_contacts", read_contacts, false},  {"plan_preferences", read_preferences, false},
    {"told_load", read_told, false},          {"report_load_people", read_reports, false},
    {"plan_openings", read_openings, false},  {"report_load_tracks", read_track_reports, true},
    {"plan_ambiguous", read_ambiguous, true}, {"plan_stand_ins", read_stand_ins, true},
};

#define N_PARTS (sizeof parts / sizeof parts[0])
_Static_assert(N_PARTS <= MAX_MORE_READS, "the store reads no more at once");

/* --- what follows --- */

static void make_readers(struct plan *plan)
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
}

/* Of things that lie by person: where each person's begin. */
static size_t *begin_of(struct plan *plan, const void *items, size_t n, size_t size,
                        size_t person_at)
{
    size_t *from = arena_array(plan->arena, plan->conf.persons.n + 1, sizeof *from);
    size_t person = 0;
    for (size_t i = 0; i < n; i++) {
        int theirs = 0;
        memcpy(&theirs, (const char *)items + i * size + person_at, sizeof theirs);
        while (theirs >= 0 && person <= (size_t)theirs) {
            from[person++] = i;
        }
    }
    while (person <= plan->conf.persons.n) {
        from[person++] = n;
    }
    return from;
}

void plan_find_clashes(struct plan *plan)
{
    struct clash_options options = {.now_us = plan->now_us,
                                    .answer_within_us = setting_us(SET_REMIND_AFTER),
                                    .walk_between_buildings_us = setting_us(SET_WALK),
                                    .only_person = -1,
                                    .has_registrants = plan->conf.has_registrants};
    plan->clashes = (struct clashes){0};
    clash_find(&plan->conf, &plan->requirements, &options, plan->arena, &plan->clashes);
}

static void compute(struct plan *plan)
{
    const struct conference *conf = &plan->conf;
    plan->told_from = begin_of(plan, plan->told.items, plan->told.n, sizeof *plan->told.items,
                               offsetof(struct told, person));
    plan->matches_from = begin_of(plan, conf->matches.items, conf->matches.n,
                                  sizeof *conf->matches.items, offsetof(struct match, person));
    requirements_build(conf, plan->arena, &plan->requirements);
    plan_find_clashes(plan);
}

int plan_load(struct plan *plan, int64_t event_id, const int64_t *people, size_t n_people,
              bool with_tracks)
{
    struct db_read reads[N_PARTS] = {{0}};
    size_t n = 0;
    *plan = (struct plan){.db = plan->db,
                          .arena = plan->arena,
                          .err = plan->err,
                          .out = plan->out,
                          .now_us = plan->now_us,
                          .domain = plan->domain};
    for (size_t i = 0; i < N_PARTS; i++) {
        if (with_tracks || !parts[i].is_for_tracks) {
            reads[n++].name = parts[i].statement;
        }
    }
    struct conference_scope scope = {.person_ids = people,
                                     .n_person_ids = n_people,
                                     .with_matches = true,
                                     .with_unresolved = with_tracks,
                                     .more = reads,
                                     .n_more = n};
    int r = conference_load_scope(plan->db, event_id, &scope, plan->arena, &plan->conf, plan->err);
    if (r != 0) {
        return r;
    }
    make_readers(plan);
    plan->opened = arena_array(plan->arena, plan->conf.sessions.n, sizeof *plan->opened);
    for (size_t i = 0; i < n; i++) {
        parts[i].read(plan, &reads[i].rows);
    }
    db_reads_done(reads, n);
    compute(plan);
    return 0;
}
