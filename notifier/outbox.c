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

int outbox_check(struct db *db, const struct outbox_message *messages, size_t n,
                 struct arena *arena, struct outbox_check *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct db_array columns[4] = {{{0}}};
    for (size_t i = 0; i < n; i++) {
        char hash[SUPPRESSION_HASH_SIZE];
        ret[i] = (struct outbox_check){.is_gone = true};
        db_array_int(&columns[0], messages[i].event_id);
        db_array_int(&columns[1], messages[i].outbox_id);
        db_array_int(&columns[2], messages[i].attempt);
        db_array_text(&columns[3], suppression_hash(messages[i].address, hash));
    }
    int r = db_query(db, "outbox_check", &rows, err, "aaaa", &columns[0], &columns[1], &columns[2],
                     &columns[3]);
    db_arrays_done(columns, 4);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        ret[rows_int(&rows, i, 0)] =
            (struct outbox_check){false, rows_dup(&rows, i, 1, arena), rows_dup(&rows, i, 2, arena),
                                  rows_bool(&rows, i, 3)};
    }
    return r;
}

enum { N_OUTCOME_COLUMNS = 14 };

static void add_outcome(const struct outbox_outcome *o, struct db_array *c)
{
    const struct verdict *v = &o->verdict;
    db_array_int(&c[0], o->message->event_id);
    db_array_int(&c[1], o->message->outbox_id);
    db_array_int(&c[2], o->message->attempt);
    db_array_text(&c[3], o->consequence.state);
    db_array_int(&c[4], o->consequence.wait_us);
    db_array_text(&c[5], v->remote_id);
    db_array_text(&c[6], verdict_what_name(v->what));
    db_array_text(&c[7], verdict_scope_name(v->scope));
    db_array_text(&c[8], v->code);
    db_array_text(&c[9], v->detail);
    db_array_int(&c[10], o->took_us / 1000);
    db_array_text(&c[11], v->suppress != NULL ? v->suppress : "");
    db_array_text(&c[12], v->room_id);
    char hash[SUPPRESSION_HASH_SIZE] = "";
    db_array_text(&c[13], v->suppress != NULL ? suppression_hash(o->message->address, hash) : hash);
}

int outbox_record(struct db *db, const struct outbox_outcome *outcomes, size_t n, struct err *err)
{
    struct db_array c[N_OUTCOME_COLUMNS] = {{{0}}};
    for (size_t i = 0; i < n; i++) {
        add_outcome(&outcomes[i], c);
    }
    int r = db_query(db, "outbox_record", NULL, err, "aaaaaaaaaaaaaa", &c[0], &c[1], &c[2], &c[3],
                     &c[4], &c[5], &c[6], &c[7], &c[8], &c[9], &c[10], &c[11], &c[12], &c[13]);
    db_arrays_done(c, N_OUTCOME_COLUMNS);
    return r;
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
