/*
 * The deliver worker. Each way out of the house (mail, Matrix) is a lane with its own batch, speed
 * and pause, so that a homeserver that is down does not hold up the mail. A step handles one
 * message: look at it once more, hand it over outside any transaction, write down what became of
 * it.
 *
 * A crash between handing over and writing down repeats that one message, with the same Message-ID
 * or transaction id, when its lease has run out. A lost database does not: the verdict is kept and
 * written when the database is back.
 */
#include "notifier/notifier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "notifier/channel.h"
#include "notifier/outbox.h"
#include "notifier/policy.h"
#include "store/queue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* While another lane is busy, an empty one asks the database for work no more often than that. */
#define LOOK_EVERY_US (20 * (int64_t)1000)

#define UNLIMITED_RATE 1e6 /* messages per second */

/* So many notifiers may die with a message in hand before it is put away; as many again after each
 * `outbox retry`. */
#define FATAL_DEATHS 5

struct lane {
    const struct route *route;
    const struct channel *channel;
    void *channel_state; /* owned by the channel */
    struct throttle throttle;
    struct arena *arena; /* owned: the batch */
    struct outbox_batch batch;
    size_t next;             /* the next message of the batch */
    int64_t paused_until_us; /* monotonic; 0 = not paused */
    int64_t looked_us;       /* monotonic: when it last found nothing */
    int n_failures;          /* verdicts about the channel, in a row */
    /* What has been done but not written down yet; the message is batch.messages[next - 1]. */
    bool is_unrecorded;
    struct verdict verdict;
    struct consequence consequence;
    int64_t took_us;
};

struct notifier {
    struct lane lanes[N_ROUTES];
    int turn; /* the lane that goes first */
    struct policy policy;
    struct db *db; /* of the last step; NULL = lost. Borrowed from the worker loop */
    uint64_t random;
};

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" (2016). */
static uint64_t next_random(struct notifier *n)
{
    n->random ^= n->random >> 12;
    n->random ^= n->random << 25;
    n->random ^= n->random >> 27;
    return n->random * UINT64_C(2685821657736338717);
}

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
    n->policy = (struct policy){setting_us(SET_RETRY_FIRST), setting_us(SET_RETRY_MAX),
                                setting_us(SET_GIVE_UP)};
    if (getrandom(&n->random, sizeof n->random, GRND_NONBLOCK) < 0) {
        n->random = (uint64_t)clock_now_us(); /* random enough for jitter */
    }
    n->random |= 1;
    for (int i = 0; i < N_ROUTES; i++) {
        struct lane *lane = &n->lanes[i];
        lane->route = &delivery_routes[i];
        lane->channel = route_channel(&delivery_routes[i]);
        lane->arena = arena_new();
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

static void log_delivery(const struct lane *lane, const struct outbox_message *message)
{
    const struct verdict *v = &lane->verdict;
    bool is_about_channel = v->what != VERDICT_SENT && v->scope == VERDICT_CHANNEL;
    enum log_level level = LOG_INFO;
    if (v->what == VERDICT_REFUSED) {
        level = v->scope == VERDICT_CHANNEL ? LOG_ERROR : LOG_WARN;
    } else if (strcmp(lane->consequence.state, "dead") == 0) {
        level = LOG_WARN;
    }
    char code[64];
    char detail[300];
    /* What a server says of a recipient may hold the address; of the channel it does not. */
    log_line(level, EV_DELIVERY,
             "event=%" PRId64 " outbox=%" PRId64
             " attempt=%d channel=%s via=%s verdict=%s scope=%s "
             "code=%s state=%s wait_ms=%" PRId64 " ms=%.1f msg=%s",
             message->event_id, message->outbox_id, message->attempt, lane->route->name,
             lane->channel->name, verdict_what_name(v->what), verdict_scope_name(v->scope),
             log_quote(v->code, code, sizeof code), lane->consequence.state,
             lane->consequence.wait_us / 1000, (double)lane->took_us / 1000,
             log_quote(is_about_channel ? v->detail : "", detail, sizeof detail));
}

static int release_rest(struct lane *lane, struct db *db, struct err *err)
{
    size_t left = lane->batch.messages.n - lane->next;
    if (left == 0) {
        return 0;
    }
    int r = outbox_release(db, lane->batch.messages.items + lane->next, left, err);
    if (r == 0) {
        lane->batch.messages.n = lane->next;
    }
    return r;
}

static int write_down(struct lane *lane, struct db *db, struct err *err)
{
    const struct outbox_message *message = &lane->batch.messages.items[lane->next - 1];
    int r = outbox_record(db, message, &lane->verdict, &lane->consequence, lane->took_us, err);
    if (r < 0) {
        return r;
    }
    lane->is_unrecorded = false;
    /* While the channel stands still, others may have its messages, and a restart finds them. */
    return lane->consequence.pause_us > 0 ? release_rest(lane, db, err) : 0;
}

/* What follows for the lane itself; the rest is the database's. */
static void follow(struct notifier *n, struct lane *lane, const struct outbox_message *message,
                   int64_t now_us)
{
    const struct verdict *v = &lane->verdict;
    lane->consequence =
        consequence_of(message, v, &n->policy, lane->n_failures, now_us, next_random(n));
    lane->n_failures = lane->consequence.pause_us > 0 ? lane->n_failures + 1 : 0;
    lane->paused_until_us =
        lane->consequence.pause_us > 0 ? clock_monotonic_us() + lane->consequence.pause_us : 0;
}

/* What is known by its hash only becomes known to the plan stage, which cannot see through one. */
static const char *lasting_reason(const char *reason)
{
    static const char *const reasons[] = {"unsubscribed", "bounced", "refused", "encrypted",
                                          "complained"};
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i], reason) == 0) {
            return reasons[i];
        }
    }
    return NULL;
}

/* Claims that came to no verdict: whoever made them died. */
static bool is_deadly(const struct outbox_message *message)
{
    int n_deaths = message->attempt - 1 - message->n_tried;
    return n_deaths > 0 && n_deaths % FATAL_DEATHS == 0;
}

/* Hands one message over, or finds out why it must not be. */
static void attempt(struct lane *lane, const struct outbox_message *message,
                    const struct outbox_check *check, struct arena *arena)
{
    if (is_deadly(message)) {
        verdict_set(&lane->verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "crash",
                    "the notifier died %d times with it in hand",
                    message->attempt - 1 - message->n_tried);
        return;
    }
    if (check->is_expired) {
        verdict_set(&lane->verdict, VERDICT_LATER, VERDICT_MESSAGE, "expired",
                    "its time had passed");
        return;
    }
    if (check->suppressed[0] != '\0') {
        verdict_set(&lane->verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "suppressed",
                    "the address must not be used any more: %s", check->suppressed);
        lane->verdict.suppress = lasting_reason(check->suppressed);
        return;
    }
    struct outbox_message copy = *message;
    copy.room_id = check->room_id;
    throttle_take(&lane->throttle);
    lane->channel->deliver(lane->channel_state, &copy, arena, &lane->verdict);
}

static int handle_one(struct notifier *n, struct lane *lane, struct db *db, struct arena *arena,
                      struct err *err)
{
    const struct outbox_message *message = &lane->batch.messages.items[lane->next];
    struct outbox_check check = {0};
    int r = outbox_check(db, message, arena, &check, err);
    if (r < 0) {
        return r;
    }
    lane->next++;
    if (r == OUTBOX_GONE) {
        return 0;
    }
    int64_t start_us = clock_monotonic_us();
    attempt(lane, message, &check, arena);
    lane->took_us = clock_monotonic_us() - start_us;
    follow(n, lane, message, clock_now_us());
    lane->is_unrecorded = true;
    log_delivery(lane, message);
    return write_down(lane, db, err);
}

static bool has_batch(const struct lane *lane)
{
    return lane->next < lane->batch.messages.n;
}

static bool is_other_busy(const struct notifier *n, const struct lane *lane)
{
    for (int i = 0; i < N_ROUTES; i++) {
        if (&n->lanes[i] != lane && has_batch(&n->lanes[i])) {
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
    int r = outbox_claim(db, lane->route->name, batch_limit(lane), setting_us(SET_LEASE),
                         lane->arena, &lane->batch, err);
    if (r == 0 && !has_batch(lane)) {
        lane->looked_us = now_us;
    }
    return r;
}

/* Half of the lease must be left: the slowest exchange fits in, and nobody else takes it over. */
static bool is_lease_old(const struct lane *lane)
{
    return clock_now_us() + setting_us(SET_LEASE) / 2 >=
           lane->batch.messages.items[lane->next].leased_until_us;
}

/* 0 = something was done, WORKER_IDLE = nothing to do now. */
static int lane_step(struct notifier *n, struct lane *lane, struct db *db, struct arena *arena,
                     struct err *err)
{
    if (lane->is_unrecorded) {
        return write_down(lane, db, err);
    }
    if (clock_monotonic_us() < lane->paused_until_us) {
        return WORKER_IDLE;
    }
    if (!has_batch(lane)) {
        int r = look_for_work(n, lane, db, err);
        if (r < 0 || !has_batch(lane)) {
            return r < 0 ? r : WORKER_IDLE;
        }
    }
    if (is_lease_old(lane)) {
        return release_rest(lane, db, err);
    }
    if (throttle_wait_us(&lane->throttle, clock_monotonic_us()) > 0) {
        return WORKER_IDLE;
    }
    return handle_one(n, lane, db, arena, err);
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
    if (lane->is_unrecorded) {
        return 0;
    }
    if (has_batch(lane)) {
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
    int r = lane->is_unrecorded ? write_down(lane, n->db, &err) : 0;
    r = r < 0 ? r : release_rest(lane, n->db, &err);
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
