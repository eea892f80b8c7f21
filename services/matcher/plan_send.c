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
    bool may_wait = person >= 0 && !notice_rows[kind].is_urgent;
    struct plan_message message = {.dedupe_key = dedupe_key,
                                   .kind = notice_rows[kind].name,
                                   .channel = contact->channel,
                                   .address = contact->address,
                                   .person_id =
                                       person < 0 ? 0 : plan->conf.persons.items[person].id,
                                   .payload = text,
                                   .thread = thread,
                                   .expires_us = expires_us(plan, kind),
                                   .due_us = may_wait ? plan_due_us(plan, person) : 0};
    int r = plan_message_add(plan, &message);
    free(text);
    return r;
}

int plan_fall_back(struct plan *plan)
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
    int r = db_send(plan->db, "outbox_fall_back", plan->err, "iaaaaa", plan->conf.id, &c[0], &c[1],
                    &c[2], &c[3], &urgent);
    db_arrays_done(c, 4);
    return r;
}

const char *plan_hash(struct arena *arena, const char *text)
{
    return arena_printf(arena, "%016llx", (unsigned long long)hash_string(text));
}
