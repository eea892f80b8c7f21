#include "matcher/plan.h"

#include "base/str.h"
#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

static const struct contact *contact_by(const struct reader *reader, const char *channel)
{
    for (size_t i = 0; i < reader->contacts.n; i++) {
        if (strcmp(reader->contacts.items[i].channel, channel) == 0) {
            return &reader->contacts.items[i];
        }
    }
    return NULL;
}

/* Who has no preference is told by mail, and by Matrix when it is urgent: that one rings. */
const struct contact *plan_contact(const struct plan *plan, int person, enum notice_kind kind)
{
    const struct reader *reader = &plan->readers[person];
    if (strcmp(reader->channel, "none") == 0 ||
        (notice_rows[kind].may_opt_out && !reader->wants_agenda)) {
        return NULL;
    }
    bool by_matrix = strcmp(reader->channel, "matrix") == 0 ||
                     (strcmp(reader->channel, "any") == 0 && notice_rows[kind].is_urgent);
    const struct contact *first = contact_by(reader, by_matrix ? "matrix" : "mail");
    return first != NULL ? first : contact_by(reader, by_matrix ? "mail" : "matrix");
}

/* 0 = never. An event that is over is being rehearsed: its messages stay good for a while. */
static int64_t expires_us(const struct plan *plan, enum notice_kind kind)
{
    int64_t after_us = notice_rows[kind].expires_after_us;
    int64_t end_us = plan->conf.end_us;
    if (after_us > 0) {
        return plan->now_us + after_us;
    }
    return end_us > plan->now_us ? end_us : plan->now_us + 7 * DAY_US;
}

int64_t plan_due_us(const struct plan *plan, int person)
{
    const struct reader *reader = &plan->readers[person];
    return notice_quiet_until_us(reader->zone, reader->quiet_from_min, reader->quiet_until_min,
                                 plan->now_us);
}

int plan_send(struct plan *plan, enum notice_kind kind, int person, const struct contact *contact,
              const char *dedupe_key, const char *thread, json_t *payload)
{
    char *text = json_dumps(payload, JSON_COMPACT);
    json_decref(payload);
    if (text == NULL) {
        return err_set(plan->err, ERR_SYSTEM, "cannot write the payload of %s", dedupe_key);
    }
    int64_t person_id = person < 0 ? 0 : plan->conf.persons.items[person].id;
    int64_t due_us = person < 0 || notice_rows[kind].is_urgent ? 0 : plan_due_us(plan, person);
    int r = db_query(plan->db, "outbox_add", NULL, plan->err, "ittttnttuu", plan->conf.id,
                     dedupe_key, notice_rows[kind].name, contact->channel, contact->address,
                     person_id, text, thread, expires_us(plan, kind), due_us);
    free(text);
    return r;
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

int plan_report_save(struct plan *plan, enum notice_kind kind, int64_t subject_id,
                     const char *address, const char *facts, int times_sent)
{
    return db_query(plan->db, "report_save", NULL, plan->err, "itittiu", plan->conf.id,
                    notice_rows[kind].name, subject_id, address, facts, (int64_t)times_sent,
                    plan->now_us);
}

static int save_told(struct plan *plan, const char *statement, const struct told *told, size_t n)
{
    if (n == 0) {
        return 0;
    }
    struct db_array c[7] = {{{0}}};
    for (size_t i = 0; i < n; i++) {
        db_array_int(&c[0], plan->conf.persons.items[told[i].person].id);
        db_array_int(&c[1], plan->conf.sessions.items[told[i].session].id);
        db_array_us(&c[2], told[i].start_us);
        db_array_us(&c[3], told[i].end_us);
        db_array_text(&c[4], told[i].room);
        db_array_bool(&c[5], told[i].is_cancelled);
        db_array_int(&c[6], told[i].sequence);
    }
    int r = db_query(plan->db, statement, NULL, plan->err, "iaaaaaaau", plan->conf.id, &c[0], &c[1],
                     &c[2], &c[3], &c[4], &c[5], &c[6], plan->now_us);
    db_arrays_done(c, 7);
    return r;
}

int plan_told_save(struct plan *plan, const struct told *told, size_t n)
{
    return save_told(plan, "told_save", told, n);
}

int plan_told_first(struct plan *plan, const struct told *told, size_t n)
{
    return save_told(plan, "told_first", told, n);
}

const char *plan_hash(struct arena *arena, const char *text)
{
    return arena_printf(arena, "%016llx", (unsigned long long)hash_string(text));
}
