/* What a batch writes: gathered, and sent as one statement for each table. */
#include "matcher/plan.h"

#include "base/str.h"

#include <string.h>

#define MUCH ((size_t)8 * 1024 * 1024) /* bytes of payload; then it is time to send */

enum { N_MESSAGE = 9, N_REPORT = 5, N_TOLD = 7, N_LATER = 4 };

struct plan_out {
    struct db_array message[N_MESSAGE];
    struct db_array report[N_REPORT];
    struct db_array told[N_TOLD];
    struct db_array told_first[N_TOLD];
    struct db_array later[N_LATER];
};

static void clear(struct plan_out *out)
{
    db_arrays_done(out->message, N_MESSAGE);
    db_arrays_done(out->report, N_REPORT);
    db_arrays_done(out->told, N_TOLD);
    db_arrays_done(out->told_first, N_TOLD);
    db_arrays_done(out->later, N_LATER);
    memset(out, 0, sizeof *out);
}

static void give_up(void *out)
{
    clear(out); /* the structure itself is the arena's */
}

struct plan_out *plan_out_new(struct arena *arena)
{
    struct plan_out *out = arena_alloc(arena, sizeof *out);
    arena_borrow(arena, out, give_up);
    return out;
}

static int send_messages(struct plan *plan, const struct db_array *c)
{
    return c[0].text.len == 0
               ? 0
               : db_send(plan->db, "outbox_add", plan->err, "iaaaaaaaaa", plan->conf.id, &c[0],
                         &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], &c[7], &c[8]);
}

static int send_reports(struct plan *plan, const struct db_array *c)
{
    return c[0].text.len == 0
               ? 0
               : db_send(plan->db, "report_save", plan->err, "iuaaaaa", plan->conf.id, plan->now_us,
                         &c[0], &c[1], &c[2], &c[3], &c[4]);
}

static int send_told(struct plan *plan, const char *statement, const struct db_array *c)
{
    return c[0].text.len == 0
               ? 0
               : db_send(plan->db, statement, plan->err, "iaaaaaaau", plan->conf.id, &c[0], &c[1],
                         &c[2], &c[3], &c[4], &c[5], &c[6], plan->now_us);
}

static int send_later(struct plan *plan, const struct db_array *c)
{
    return c[0].text.len == 0 ? 0
                              : db_send(plan->db, "plan_later", plan->err, "iaaaa", plan->conf.id,
                                        &c[0], &c[1], &c[2], &c[3]);
}

int plan_out_send(struct plan *plan)
{
    struct plan_out *out = plan->out;
    int r = db_begin_writing(plan->db, plan->err);
    if (r < 0 || (r = send_messages(plan, out->message)) < 0 ||
        (r = send_reports(plan, out->report)) < 0 ||
        (r = send_told(plan, "told_save", out->told)) < 0 ||
        (r = send_told(plan, "told_first", out->told_first)) < 0 ||
        (r = send_later(plan, out->later)) < 0) {
        return r;
    }
    clear(out);
    return 0;
}

int plan_message_add(struct plan *plan, const struct plan_message *message)
{
    struct db_array *c = plan->out->message;
    db_array_text(&c[0], message->dedupe_key);
    db_array_text(&c[1], message->kind);
    db_array_text(&c[2], message->channel);
    db_array_text(&c[3], message->address);
    db_array_int_or_null(&c[4], message->person_id);
    db_array_text(&c[5], message->payload);
    db_array_text(&c[6], message->thread);
    db_array_us(&c[7], message->expires_us);
    db_array_us(&c[8], message->due_us);
    return c[5].text.len < MUCH ? 0 : plan_out_send(plan);
}

int plan_report_save(struct plan *plan, enum notice_kind kind, int64_t subject_id,
                     const char *address, const char *facts, int times_sent)
{
    struct db_array *c = plan->out->report;
    db_array_text(&c[0], notice_rows[kind].name);
    db_array_int(&c[1], subject_id);
    db_array_text(&c[2], address);
    db_array_text(&c[3], facts);
    db_array_int(&c[4], times_sent);
    return c[3].text.len < MUCH ? 0 : plan_out_send(plan);
}

static int add_told(struct plan *plan, struct db_array *c, const struct told *told, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        db_array_int(&c[0], plan->conf.persons.items[told[i].person].id);
        db_array_int(&c[1], plan->conf.sessions.items[told[i].session].id);
        db_array_us(&c[2], told[i].start_us);
        db_array_us(&c[3], told[i].end_us);
        db_array_text(&c[4], told[i].room);
        db_array_bool(&c[5], told[i].is_cancelled);
        db_array_int(&c[6], told[i].sequence);
    }
    return c[0].text.len < MUCH ? 0 : plan_out_send(plan);
}

int plan_told_save(struct plan *plan, const struct told *told, size_t n)
{
    return add_told(plan, plan->out->told, told, n);
}

int plan_told_first(struct plan *plan, const struct told *told, size_t n)
{
    return add_told(plan, plan->out->told_first, told, n);
}

void plan_later(struct plan *plan, enum stage stage, const char *subject, int64_t subject_id,
                int64_t due_us)
{
    struct db_array *c = plan->out->later;
    db_array_text(&c[0], stage_name(stage));
    db_array_text(&c[1], subject);
    db_array_int(&c[2], subject_id);
    db_array_us(&c[3], due_us);
}

int plan_report_load(struct plan *plan, enum notice_kind kind, const int64_t *subjects, size_t n,
                     struct report **ret, size_t *ret_n)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array array = {0};
    for (size_t i = 0; i < n; i++) {
        db_array_int(&array, subjects[i]);
    }
    int r = db_query(plan->db, "report_load", &rows, plan->err, "ita", plan->conf.id,
                     notice_rows[kind].name, &array);
    if (r < 0) {
        return r;
    }
    struct report *reports = arena_array(plan->arena, (size_t)rows.n, sizeof *reports);
    for (int i = 0; i < rows.n; i++) {
        reports[i] = (struct report){rows_int(&rows, i, 0),
                                     rows_dup(&rows, i, 1, plan->arena),
                                     rows_dup(&rows, i, 2, plan->arena),
                                     (int)rows_int(&rows, i, 3),
                                     rows_int(&rows, i, 4),
                                     rows_int(&rows, i, 5)};
    }
    *ret = reports;
    *ret_n = (size_t)rows.n;
    return 0;
}
