/* outbox: the notifier's statements on the outbox, see sql/queries/outbox_delivery.sql. */
#ifndef ROLLCALL_NOTIFIER_OUTBOX_H
#define ROLLCALL_NOTIFIER_OUTBOX_H

#include "notifier/channel.h"
#include "notifier/policy.h"
#include "store/db.h"

struct outbox_batch {
    VEC(struct outbox_message) messages; /* in the order they are due */
};

/* Takes up to limit due messages of the channel for lease_us, also those whose lease ran out, and
 * puts away the ones whose time has passed. Committed when it returns. */
int outbox_claim(struct db *db, const char *channel, int limit, int64_t lease_us,
                 struct arena *arena, struct outbox_batch *ret, struct err *err) MUST_CHECK;

enum { OUTBOX_GONE = 1 };

struct outbox_check {
    bool is_gone;           /* withdrawn, or the lease is lost: it must not leave */
    const char *suppressed; /* why the address must not be used; "" = it may be */
    const char *room_id;    /* Matrix: the direct room known; "" = none */
    bool is_expired;
};

/* The last look before n messages leave, one check each. */
int outbox_check(struct db *db, const struct outbox_message *messages, size_t n,
                 struct arena *arena, struct outbox_check *ret, struct err *err) MUST_CHECK;

/* What became of an attempt. */
struct outbox_outcome {
    const struct outbox_message *message; /* borrowed */
    struct verdict verdict;
    struct consequence consequence;
    int64_t took_us;
};

/* Writes n outcomes down, in one statement. Doing it twice changes nothing. */
int outbox_record(struct db *db, const struct outbox_outcome *outcomes, size_t n,
                  struct err *err) MUST_CHECK;

/* A report of what came back (bounce_report.h), about one message. */
struct bounce_note {
    int64_t event_id;
    int64_t outbox_id;
    const char *kind; /* "hard", "soft" or "complaint" */
    const char *status;
    const char *detail;
    bool is_proven;       /* the return path was signed for this message */
    const char *digest;   /* of the report */
    const char *suppress; /* why the address must not be used any more; "" = it may */
};

enum { BOUNCE_KNOWN = 2 };

/* Writes a report down: 0, BOUNCE_KNOWN when it is there already, OUTBOX_GONE when there is no such
 * message. */
int outbox_bounced(struct db *db, const struct bounce_note *note, struct err *err) MUST_CHECK;

/* Gives messages back that were taken but not tried. */
int outbox_release(struct db *db, const struct outbox_message *messages, size_t n,
                   struct err *err) MUST_CHECK;

/* Microseconds until the channel has something to do; INT64_MAX = nothing waits or nobody knows. */
int64_t outbox_next_due_us(struct db *db, const char *channel);

/* One message for commands. OUTBOX_GONE = there is none. event_id 0 = of any event. */
struct outbox_shown {
    struct outbox_message message;
    int64_t sent_us; /* 0 = not sent */
    const char *state;
    const char *remote_id;
    const char *last_verdict;
    const char *last_detail;
};

int outbox_show(struct db *db, int64_t event_id, int64_t outbox_id, struct arena *arena,
                struct outbox_shown *ret, struct err *err) MUST_CHECK;

#endif
