/*
 * lane: the messages of one way out of the house on their way through it. A step looks at a few of
 * them once more, hands them over outside any transaction, and writes down what became of them.
 *
 * A crash between handing over and writing down repeats those that were under way, at most as many
 * as the channel has connections and those done since the last commit, with the same Message-ID or
 * transaction id, when the lease has run out. A lost database does not: the outcomes are kept and
 * written when the database is back.
 */
#ifndef ROLLCALL_NOTIFIER_LANE_H
#define ROLLCALL_NOTIFIER_LANE_H

#include "notifier/outbox.h"

enum { LANE_GROUP_MAX = 64 }; /* messages that are looked at and handed over together */

struct lane {
    const struct route *route;
    const struct channel *channel;
    void *channel_state; /* owned by the channel */
    struct throttle throttle;
    struct policy policy;
    uint64_t random;     /* state of the jitter's generator; not 0 */
    struct arena *arena; /* owned: the batch */
    struct outbox_batch batch;
    size_t next;             /* the next message of the batch */
    int64_t paused_until_us; /* monotonic; 0 = not paused */
    int64_t looked_us;       /* monotonic: when it last found nothing */
    int64_t claimed_us;      /* monotonic: before the batch was claimed */
    int n_failures;          /* verdicts about the channel, in a row */
    /* What has been done but not written down yet. */
    struct outbox_outcome outcomes[LANE_GROUP_MAX];
    size_t n_outcomes;
};

bool lane_has_batch(const struct lane *lane);

/* Half of the lease must be left: the slowest exchange fits in, and nobody else takes it over. */
bool lane_is_old(const struct lane *lane);

/* Handles the next messages of the batch, as many as the channel takes at once and its speed
 * allows. */
int lane_handle(struct lane *lane, struct db *db, struct arena *arena, struct err *err) MUST_CHECK;

/* Writes the outcomes down that are not yet. */
int lane_write_down(struct lane *lane, struct db *db, struct err *err) MUST_CHECK;

/* Gives back what of the batch was not begun. */
int lane_release(struct lane *lane, struct db *db, struct err *err) MUST_CHECK;

#endif
