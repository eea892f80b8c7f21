#include "notifier/lane.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "store/queue.h"

#include <inttypes.h>
#include <string.h>

/* So many notifiers may die with a message in hand before it is put away; as many again after each
 * `outbox retry`. */
#define FATAL_DEATHS 10

/* The messages of one step. */
struct group {
    struct lane *lane;
    struct db *db;
    struct err *err;
    int r; /* < 0: they could not be written down; err says why */
    const struct outbox_message *messages[LANE_GROUP_MAX];
    struct verdict verdicts[LANE_GROUP_MAX];
    bool is_done[LANE_GROUP_MAX];
    size_t n;
    int64_t begun_us; /* monotonic */
    bool has_paused;  /* one of them made the channel pause */
};

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" (2016). */
static uint64_t next_random(struct lane *lane)
{
    lane->random ^= lane->random >> 12;
    lane->random ^= lane->random << 25;
    lane->random ^= lane->random >> 27;
    return lane->random * UINT64_C(2685821657736338717);
}

static void log_outcome(const struct lane *lane, const struct outbox_outcome *outcome)
{
    const struct outbox_message *message = outcome->message;
    const struct verdict *v = &outcome->verdict;
    bool is_about_channel = v->what != VERDICT_SENT && v->scope == VERDICT_CHANNEL;
    enum log_level level = LOG_INFO;
    if (v->what == VERDICT_REFUSED) {
        level = v->scope == VERDICT_CHANNEL ? LOG_ERROR : LOG_WARN;
    } else if (strcmp(outcome->consequence.state, "dead") == 0) {
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
             log_quote(v->code, code, sizeof code), outcome->consequence.state,
             outcome->consequence.wait_us / 1000, (double)outcome->took_us / 1000,
             log_quote(is_about_channel ? v->detail : "", detail, sizeof detail));
}

bool lane_has_batch(const struct lane *lane)
{
    return lane->next < lane->batch.messages.n;
}

bool lane_is_old(const struct lane *lane)
{
    /* by our own count: this machine's clock may jump, or be another one than the database's */
    return clock_monotonic_us() >= lane->claimed_us + setting_us(SET_LEASE) / 2;
}

int lane_release(struct lane *lane, struct db *db, struct err *err)
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

int lane_write_down(struct lane *lane, struct db *db, struct err *err)
{
    int r = outbox_record(db, lane->outcomes, lane->n_outcomes, err);
    if (r < 0) {
        return r;
    }
    lane->n_outcomes = 0;
    /* While the channel stands still, others may have its messages, and a restart finds them. */
    return lane->paused_until_us > 0 ? lane_release(lane, db, err) : 0;
}

/* The channel pauses for as long as the most patient of the group's verdicts says. Those that were
 * under way when the first came say nothing new: they neither end the pause nor count again. */
static void follow_pause(struct group *group, int64_t now_us, int64_t pause_us)
{
    struct lane *lane = group->lane;
    if (pause_us > 0) {
        int64_t until_us = now_us + pause_us;
        lane->n_failures += group->has_paused ? 0 : 1;
        lane->paused_until_us = until_us > lane->paused_until_us ? until_us : lane->paused_until_us;
        group->has_paused = true;
    } else if (!group->has_paused) {
        lane->n_failures = 0;
        lane->paused_until_us = 0;
    }
}

/* What follows from a verdict: for the message in the database, for the lane here. */
static void follow(struct group *group, size_t i)
{
    struct lane *lane = group->lane;
    struct outbox_outcome *outcome = &lane->outcomes[lane->n_outcomes++];
    const struct verdict *verdict = &group->verdicts[i];
    int64_t now_us = clock_monotonic_us();
    outcome->message = group->messages[i];
    outcome->verdict = *verdict;
    outcome->took_us = verdict->took_us > 0 ? verdict->took_us : now_us - group->begun_us;
    int n_before = lane->n_failures - (group->has_paused ? 1 : 0);
    outcome->consequence = consequence_of(outcome->message, verdict, &lane->policy, n_before,
                                          clock_now_us(), next_random(lane));
    group->is_done[i] = true;
    follow_pause(group, now_us, outcome->consequence.pause_us);
    log_outcome(lane, outcome);
}

/* Some are done: false when no further ones should begin. */
static bool some_done(void *arg, const size_t *which, size_t n)
{
    struct group *group = arg;
    struct lane *lane = group->lane;
    for (size_t i = 0; i < n; i++) {
        follow(group, which[i]);
    }
    if (group->r == 0) {
        group->r = lane_write_down(lane, group->db, group->err);
    }
    return group->r == 0 && lane->paused_until_us == 0 && !lane_is_old(lane) &&
           !worker_is_stopping();
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

/* True when the message must not leave; the verdict says why. */
static bool is_held_back(const struct outbox_message *message, const struct outbox_check *check,
                         struct verdict *verdict)
{
    if (is_deadly(message)) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "crash",
                    "the notifier died %d times with it in hand",
                    message->attempt - 1 - message->n_tried);
        return true;
    }
    if (check->is_expired) {
        verdict_set(verdict, VERDICT_LATER, VERDICT_MESSAGE, "expired", "its time had passed");
        return true;
    }
    if (check->suppressed[0] != '\0') {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, "suppressed",
                    "the address must not be used any more: %s", check->suppressed);
        verdict->suppress = lasting_reason(check->suppressed);
        return true;
    }
    return false;
}

static void hand_over(struct group *group, const size_t *which, size_t n, struct arena *arena)
{
    struct lane *lane = group->lane;
    struct outbound items[LANE_GROUP_MAX];
    for (size_t i = 0; i < n; i++) {
        items[i] =
            (struct outbound){group->messages[which[i]], &group->verdicts[which[i]], which[i]};
        throttle_take(&lane->throttle);
    }
    if (lane->channel->deliver_many != NULL) {
        lane->channel->deliver_many(lane->channel_state, items, n, arena, some_done, group);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        group->begun_us = clock_monotonic_us();
        lane->channel->deliver(lane->channel_state, items[i].message, arena, items[i].verdict);
        if (!some_done(group, &items[i].id, 1)) {
            return;
        }
    }
}

/* What was not begun goes back, as if it had not been taken. */
static int release_left(struct group *group, struct db *db, struct err *err)
{
    struct outbox_message left[LANE_GROUP_MAX];
    size_t n = 0;
    for (size_t i = 0; i < group->n; i++) {
        if (!group->is_done[i]) {
            left[n++] = *group->messages[i];
        }
    }
    return outbox_release(db, left, n, err);
}

/* As many as the channel takes at once, and not faster than it may. */
static size_t group_size(struct lane *lane)
{
    /* what failed just now is asked with one message whether it is back */
    size_t most = lane->channel->deliver_many != NULL && lane->n_failures == 0 ? LANE_GROUP_MAX : 1;
    size_t left = lane->batch.messages.n - lane->next;
    most = left < most ? left : most;
    double ready = lane->throttle.tokens;
    return ready >= (double)most ? most : ready < 1 ? 1 : (size_t)ready;
}

int lane_handle(struct lane *lane, struct db *db, struct arena *arena, struct err *err)
{
    struct outbox_check checks[LANE_GROUP_MAX];
    struct group group = {.lane = lane, .db = db, .err = err};
    size_t leaving[LANE_GROUP_MAX];
    size_t n_leaving = 0;
    size_t n = group_size(lane);
    struct outbox_message *messages = lane->batch.messages.items + lane->next;
    int r = outbox_check(db, messages, n, arena, checks, err);
    if (r < 0) {
        return r;
    }
    lane->next += n;
    group.begun_us = clock_monotonic_us();
    for (size_t i = 0; i < n; i++) {
        if (checks[i].is_gone) {
            continue;
        }
        messages[i].room_id = checks[i].room_id;
        group.messages[group.n] = &messages[i];
        if (is_held_back(&messages[i], &checks[i], &group.verdicts[group.n])) {
            (void)some_done(&group, &group.n, 1); /* says nothing about the others */
        } else {
            leaving[n_leaving++] = group.n;
        }
        group.n++;
    }
    if (group.r == 0) {
        hand_over(&group, leaving, n_leaving, arena);
    }
    r = release_left(&group, db, group.r < 0 ? &(struct err){0} : err);
    return group.r < 0 ? group.r : r;
}
