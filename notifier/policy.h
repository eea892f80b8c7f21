/*
 * policy: what follows from a verdict, how long to wait, how fast to go. Pure: now and randomness
 * are parameters.
 */
#ifndef ROLLCALL_NOTIFIER_POLICY_H
#define ROLLCALL_NOTIFIER_POLICY_H

#include "notifier/channel.h"

#include <stdint.h>

struct policy {
    int64_t retry_first_us; /* before the second attempt */
    int64_t retry_max_us;
    int64_t give_up_us; /* after the message's creation */
};

/* first, 2 first, 4 first ... max for n = 1, 2, 3 ..., each up to a quarter shorter or longer, so
 * that what failed together does not come back together. random: any 64 bits. */
int64_t backoff_us(int64_t first_us, int64_t max_us, int n, uint64_t random);

struct consequence {
    const char *state; /* of the outbox row: waiting, sent, refused, dead, expired */
    int64_t wait_us;   /* waiting: until the next attempt */
    int64_t pause_us;  /* the whole channel stands still for so long; 0 = it goes on */
};

/* n_failures: verdicts about the channel in a row before this one. */
struct consequence consequence_of(const struct outbox_message *message,
                                  const struct verdict *verdict, const struct policy *policy,
                                  int n_failures, int64_t now_us, uint64_t random);

/* A token bucket that holds one second's worth, at least one. Times are of one clock. */
struct throttle {
    double rate; /* per second */
    double tokens;
    int64_t filled_us;
};

void throttle_init(struct throttle *throttle, double rate, int64_t now_us);
/* How long until the next one may go; 0 = now. */
int64_t throttle_wait_us(struct throttle *throttle, int64_t now_us);
/* One goes. */
void throttle_take(struct throttle *throttle);

#endif
