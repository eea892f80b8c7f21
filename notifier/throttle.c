#include "notifier/policy.h"

#include "base/clock.h"

static double capacity(const struct throttle *throttle)
{
    return throttle->rate > 1 ? throttle->rate : 1;
}

void throttle_init(struct throttle *throttle, double rate, int64_t now_us)
{
    *throttle = (struct throttle){.rate = rate, .filled_us = now_us};
    throttle->tokens = capacity(throttle);
}

int64_t throttle_wait_us(struct throttle *throttle, int64_t now_us)
{
    if (now_us > throttle->filled_us) {
        throttle->tokens +=
            (double)(now_us - throttle->filled_us) * throttle->rate / (double)SECOND_US;
        if (throttle->tokens > capacity(throttle)) {
            throttle->tokens = capacity(throttle);
        }
        throttle->filled_us = now_us;
    }
    if (throttle->tokens >= 1) {
        return 0;
    }
    return (int64_t)((1 - throttle->tokens) * (double)SECOND_US / throttle->rate) + 1;
}

void throttle_take(struct throttle *throttle)
{
    throttle->tokens -= 1;
}
