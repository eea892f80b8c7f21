#include "web/link_throttle.h"

#include "base/clock.h"

#define COST_US (THROTTLE_REFILL_S * SECOND_US)
#define FULL_US (THROTTLE_BURST * COST_US)

/* Fibonacci hashing: consecutive ids lie far apart. */
static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
}

static struct link_throttle_slot *slot_of(struct link_throttle *throttle, const struct token *token)
{
    uint64_t hash = mix(mix(0, (uint64_t)token->purpose), (uint64_t)token->event_id);
    hash = mix(mix(hash, (uint64_t)token->subject), (uint64_t)token->person_id);
    return &throttle->slots[(hash >> 32) % THROTTLE_SLOTS];
}

bool link_throttle_take(struct link_throttle *throttle, const struct token *token, int64_t now_us)
{
    struct link_throttle_slot *slot = slot_of(throttle, token);
    int purpose = (int)token->purpose + 1;
    bool is_known = slot->purpose == purpose && slot->event_id == token->event_id &&
                    slot->subject == token->subject && slot->person_id == token->person_id;
    if (!is_known) {
        *slot = (struct link_throttle_slot){purpose,          token->event_id, token->subject,
                                            token->person_id, FULL_US,         now_us};
    }
    int64_t gone_us = now_us > slot->at_us ? now_us - slot->at_us : 0; /* clocks are set back */
    slot->credit_us = gone_us > FULL_US - slot->credit_us ? FULL_US : slot->credit_us + gone_us;
    slot->at_us = now_us;
    if (slot->credit_us < COST_US) {
        return false;
    }
    slot->credit_us -= COST_US;
    return true;
}
