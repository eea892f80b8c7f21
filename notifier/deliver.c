/*
 * The deliver worker. Each way out of the house (mail, Matrix) is a lane with its own batch, speed
 * and pause, so that a homeserver that is down does not hold up the mail. What a step does with the
 * messages of a lane is lane.c's.
 */
#include "notifier/notifier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "notifier/lane.h"
#include "store/queue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* While another lane is busy, an empty one asks the database for work no more often than that. */
#define LOOK_EVERY_US (20 * (int64_t)1000)

#define UNLIMITED_RATE 1e6 /* messages per second */

struct notifier {
    struct lane lanes[N_ROUTES];
    int turn;      /* the lane that goes first */
    struct db *db; /* of the last step; NULL = lost. Borrowed from the worker loop */
};

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A folder of this machine needs no sparing. */
static double rate_of(const struct lane *lane)
{
    return lane->channel == &maildir_channel
               ? UNLIMITED_RATE
               : setting_real((enum setting_id)lane->route->rate_setting);
}

static void notifier_stop(void *state);

static uint64_t seed(void)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0) {
        random = (uint64_t)clock_now_us(); /* random enough for jitter */
    }
    return random | 1;
}

static int notifier_start(void **state, struct err *err)
{
    int loaded = secret_load(err); /* addresses of people who were forgotten are known by a hash */
    if (loaded < 0) {
        return loaded;
    }
    struct notifier *n = calloc(1, sizeof *n);
    if (n == NULL) {
        abort();
    }
    for (int i = 0; i < N_ROUTES; i++) {
        struct lane *lane = &n->lanes[i];
        lane->route = &delivery_routes[i];
        lane->channel = route_channel(&delivery_routes[i]);
        lane->arena = arena_new();
        lane->policy = (struct policy){setting_us(SET_RETRY_FIRST), setting_us(SET_RETRY_MAX),
                                       setting_us(SET_GIVE_UP)};
        lane->random = seed();
        throttle_init(&lane->throttle, rate_of(lane), clock_monotonic_us());
        int r = lane->channel->open(&lane->channel_state, err);
        if (r < 0) {
            notifier_stop(n);
            return r;
        }
        log_line(LOG_INFO, EV_CHANNEL, "channel=%s via=%s", lane->route->name, lane->channel->name);
    }
    *state = n;
    return 0;
}

static bool is_other_busy(const struct notifier *n, const struct lane *lane)
{
    for (int i = 0; i < N_ROUTES; i++) {
        if (&n->lanes[i] != lane && lane_has_batch(&n->lanes[i])) {
            return true;
        }
    }
    return false;
}

/* No more than can be sent in a quarter of the lease, however slow the channel is set. */
static int batch_limit(const struct lane *lane)
{
    double fits = lane->throttle.rate * (double)setting_us(SET_LEASE) / (double)SECOND_US / 4;
    int64_t limit = setting_int(SET_BATCH);
    limit = fits < (double)limit ? (int64_t)fits : limit;
    return limit < 1 ? 1 : (int)limit;
}

static int look_for_work(struct notifier *n, struct lane *lane, struct db *db, struct err *err)
{
    int64_t now_us = clock_monotonic_us();
    if (is_other_busy(n, lane) && now_us - lane->looked_us < LOOK_EVERY_US) {
        return 0;
    }
    arena_reset(lane->arena);
    lane->batch = (struct outbox_batch){0};
    lane->next = 0;
    lane->claimed_us = now_us;
    int r = outbox_claim(db, lane->route->name, batch_limit(lane), setting_us(SET_LEASE),
                         lane->arena, &lane->batch, err);
    if (r == 0 && !lane_has_batch(lane)) {
        lane->looked_us = now_us;
    }
    return r;
}

/* 0 = something was done, WORKER_IDLE = nothing to do now. */
static int lane_step(struct notifier *n, struct lane *lane, struct db *db, struct arena *arena,
                     struct err *err)
{
    if (lane->n_outcomes > 0) {
        return lane_write_down(lane, db, err);
    }
    if (clock_monotonic_us() < lane->paused_until_us) {
        return WORKER_IDLE;
    }
    if (!lane_has_batch(lane)) {
        int r = look_for_work(n, lane, db, err);
        if (r < 0 || !lane_has_batch(lane)) {
            return r < 0 ? r : WORKER_IDLE;
        }
    }
    if (lane_is_old(lane)) {
        return lane_release(lane, db, err);
    }
    if (throttle_wait_us(&lane->throttle, clock_monotonic_us()) > 0) {
        return WORKER_IDLE;
    }
    return lane_handle(lane, db, arena, err);
}

static int notifier_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    struct notifier *n = state;
    n->db = db;
    for (int i = 0; i < N_ROUTES; i++) {
        int at = (n->turn + i) % N_ROUTES;
        int r = lane_step(n, &n->lanes[at], db, arena, err);
        if (r != WORKER_IDLE) {
            n->turn = (at + 1) % N_ROUTES;
            n->db = r < 0 ? NULL : db; /* the loop may close it now */
            return r;
        }
    }
    return WORKER_IDLE;
}

static int64_t lane_due_us(struct lane *lane, struct db *db)
{
    int64_t now_us = clock_monotonic_us();
    int64_t pause_us = later_of(lane->paused_until_us - now_us, 0);
    if (lane->n_outcomes > 0) {
        return 0;
    }
    if (lane_has_batch(lane)) {
        return later_of(pause_us, throttle_wait_us(&lane->throttle, now_us));
    }
    return later_of(pause_us, outbox_next_due_us(db, lane->route->name));
}

static int64_t notifier_next_due_us(void *state, struct db *db)
{
    struct notifier *n = state;
    int64_t soonest = INT64_MAX;
    for (int i = 0; i < N_ROUTES; i++) {
        int64_t due = lane_due_us(&n->lanes[i], db);
        soonest = due < soonest ? due : soonest;
    }
    return soonest;
}

/* What was taken goes back before the database is let go; a failure costs one lease. */
static void give_back(struct notifier *n, struct lane *lane)
{
    struct err err = {0};
    if (n->db == NULL || !db_is_alive(n->db)) {
        return;
    }
    int r = lane->n_outcomes > 0 ? lane_write_down(lane, n->db, &err) : 0;
    r = r < 0 ? r : lane_release(lane, n->db, &err);
    if (r < 0) {
        log_err(LOG_WARN, EV_STOP, &err, "channel=%s", lane->route->name);
    }
}

static void notifier_stop(void *state)
{
    struct notifier *n = state;
    for (int i = 0; i < N_ROUTES; i++) {
        struct lane *lane = &n->lanes[i];
        if (lane->arena == NULL) {
            continue;
        }
        give_back(n, lane);
        lane->channel->close(lane->channel_state);
        arena_free(lane->arena);
    }
    free(n);
}

const struct worker notifier_worker = {
    .name = "deliver",
    .role = DB_NOTIFIER,
    .channel = "rollcall_deliver",
    .start = notifier_start,
    .step = notifier_step,
    .next_due_us = notifier_next_due_us,
    .stop = notifier_stop,
};
