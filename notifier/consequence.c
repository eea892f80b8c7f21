#include "notifier/policy.h"

#include "base/clock.h"
#include "base/str.h"

/* A server that asks for more than that is treated as if it had asked for that. */
#define LONGEST_ASKED_US DAY_US
/* A channel that fails is tried again at least that often, however long single messages wait. */
#define LONGEST_PAUSE_US (15 * MINUTE_US)

int64_t backoff_us(int64_t first_us, int64_t max_us, int n, uint64_t random)
{
    int64_t base = first_us;
    for (int i = 1; i < n && base < max_us; i++) {
        base *= 2;
    }
    base = base < max_us ? base : max_us;
    int64_t quarter = base / 4;
    return quarter == 0 ? base : base - quarter + (int64_t)(random % (uint64_t)(2 * quarter + 1));
}

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* For how long a channel that is down, or that does not want us now, is left alone. */
static int64_t pause_of(int64_t asked_us, const struct policy *policy, int n_failures,
                        uint64_t random)
{
    int64_t max_us =
        policy->retry_max_us < LONGEST_PAUSE_US ? policy->retry_max_us : LONGEST_PAUSE_US;
    /* It knows best when it says so; otherwise ever longer. */
    return asked_us > 0 ? asked_us
                        : backoff_us(policy->retry_first_us, max_us, n_failures + 1, random);
}

struct consequence consequence_of(const struct outbox_message *message,
                                  const struct verdict *verdict, const struct policy *policy,
                                  int n_failures, int64_t now_us, uint64_t random)
{
    struct consequence result = {.state = "waiting"};
    if (verdict->what == VERDICT_SENT) {
        result.state = "sent";
        return result;
    }
    if (verdict->what == VERDICT_REFUSED && verdict->scope != VERDICT_CHANNEL) {
        /* what kills us is nobody's refusal: a person should look at it */
        result.state = str_equal(verdict->code, "crash") ? "dead" : "refused";
        return result;
    }
    int64_t asked_us =
        verdict->retry_after_us < LONGEST_ASKED_US ? verdict->retry_after_us : LONGEST_ASKED_US;
    if (verdict->scope == VERDICT_CHANNEL) {
        result.pause_us = pause_of(asked_us, policy, n_failures, random);
        result.wait_us = result.pause_us;
    } else {
        result.wait_us = later_of(asked_us, backoff_us(policy->retry_first_us, policy->retry_max_us,
                                                       message->n_tried + 1, random));
    }
    if (message->expires_us != 0 && now_us + result.wait_us >= message->expires_us) {
        result.state = "expired";
    } else if (now_us + result.wait_us >= message->created_us + policy->give_up_us) {
        result.state = "dead";
    }
    return result;
}
