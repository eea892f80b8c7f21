#include "notifier/outbox.h"

#include "store/suppression.h"

#include <inttypes.h>
#include <stdlib.h>

/* Columns that outbox_claim and outbox_show have in common, in their order. */
static struct outbox_message read_message(const struct rows *rows, int row, struct arena *arena)
{
    return (struct outbox_message){
        .event_id = rows_int(rows, row, 0),
        .outbox_id = rows_int(rows, row, 1),
        .event_slug = rows_dup(rows, row, 2, arena),
        .dedupe_key = rows_dup(rows, row, 3, arena),
        .kind = rows_dup(rows, row, 4, arena),
        .channel = rows_dup(rows, row, 5, arena),
        .address = rows_dup(rows, row, 6, arena),
        .person_id = rows_int(rows, row, 7),
        .payload = rows_dup(rows, row, 8, arena),
        .thread = rows_dup(rows, row, 9, arena),
        .created_us = rows_int(rows, row, 10),
        .expires_us = rows_int(rows, row, 11),
        .leased_until_us = rows_int(rows, row, 12),
        .attempt = (int)rows_int(rows, row, 13),
        .due_us = rows_int(rows, row, 14),
        .n_tried = (int)rows_int(rows, row, 15),
        .room_id = "",
    };
}

static int by_due(const void *a, const void *b)
{
    const struct outbox_message *x = a;
    const struct outbox_message *y = b;
    if (x->due_us != y->due_us) {
        return x->due_us < y->due_us ? -1 : 1;
    }
    return (x->outbox_id > y->outbox_id) - (x->outbox_id < y->outbox_id);
}

int outbox_claim(struct db *db, const char *channel, int limit, int64_t lease_us,
                 struct arena *arena, struct outbox_batch *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "outbox_expire", NULL, err, "t", channel);
    r = r < 0 ? r
              : db_query(db, "outbox_claim", &rows, err, "tii", channel, (int64_t)limit, lease_us);
    if (r < 0) {
        return r;
    }
    *ret = (struct outbox_batch){0};
    for (int i = 0; i < rows.n; i++) {
        *vec_add(arena, &ret->messages) = read_message(&rows, i, arena);
    }
    if (rows.n > 1) {
        qsort(ret->messages.items, ret->messages.n, sizeof *ret->messages.items, by_due);
    }
    return 0;
}

int outbox_check(struct db *db, const struct outbox_message *message, struct arena *arena,
                 struct outbox_check *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    char hash[SUPPRESSION_HASH_SIZE];
    int r =
        db_query_one(db, "outbox_check", &rows, err, "iiit", message->event_id, message->outbox_id,
                     (int64_t)message->attempt, suppression_hash(message->address, hash));
    if (r != 0) {
        return r < 0 ? r : OUTBOX_GONE;
    }
    ret->suppressed = rows_dup(&rows, 0, 0, arena);
    ret->room_id = rows_dup(&rows, 0, 1, arena);
    ret->is_expired = rows_bool(&rows, 0, 2);
    return 0;
}

int outbox_record(struct db *db, const struct outbox_message *message,
                  const struct verdict *verdict, const struct consequence *consequence,
                  int64_t took_us, struct err *err)
{
    return db_query(db, "outbox_record", NULL, err, "iiititttttitt", message->event_id,
                    message->outbox_id, (int64_t)message->attempt, consequence->state,
                    consequence->wait_us, verdict->remote_id, verdict_what_name(verdict->what),
                    verdict_scope_name(verdict->scope), verdict->code, verdict->detail,
                    took_us / 1000, verdict->suppress != NULL ? verdict->suppress : "",
                    verdict->room_id);
}

int outbox_bounced(struct db *db, const struct bounce_note *note, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(db, "bounce_record", &rows, err, "iitttbtt", note->event_id,
                         note->outbox_id, note->kind, note->status, note->detail,
                         (int)note->is_proven, note->digest, note->suppress);
    if (r < 0) {
        return r;
    }
    return !rows_bool(&rows, 0, 0) ? OUTBOX_GONE : rows_bool(&rows, 0, 1) ? 0 : BOUNCE_KNOWN;
}

int outbox_release(struct db *db, const struct outbox_message *messages, size_t n, struct err *err)
{
    struct db_array events = {0};
    struct db_array ids = {0};
    struct db_array attempts = {0};
    for (size_t i = 0; i < n; i++) {
        db_array_int(&events, messages[i].event_id);
        db_array_int(&ids, messages[i].outbox_id);
        db_array_int(&attempts, messages[i].attempt);
    }
    int r = n == 0 ? 0 : db_query(db, "outbox_release", NULL, err, "aaa", &events, &ids, &attempts);
    db_array_done(&events);
    db_array_done(&ids);
    db_array_done(&attempts);
    return r;
}

int64_t outbox_next_due_us(struct db *db, const char *channel)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    if (db_query_one(db, "outbox_next_due", &rows, &err, "t", channel) != 0 ||
        rows_is_null(&rows, 0, 0)) {
        return INT64_MAX; /* trouble shows at the next step */
    }
    return rows_int(&rows, 0, 0);
}

int outbox_show(struct db *db, int64_t event_id, int64_t outbox_id, struct arena *arena,
                struct outbox_shown *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(db, "outbox_show", &rows, err, "ii", event_id, outbox_id);
    if (r != 0) {
        return r < 0 ? r : OUTBOX_GONE;
    }
    *ret = (struct outbox_shown){
        .message = read_message(&rows, 0, arena),
        .state = rows_dup(&rows, 0, 16, arena),
        .sent_us = rows_int(&rows, 0, 17),
        .remote_id = rows_dup(&rows, 0, 18, arena),
        .last_verdict = rows_dup(&rows, 0, 19, arena),
        .last_detail = rows_dup(&rows, 0, 20, arena),
    };
    return 0;
}
