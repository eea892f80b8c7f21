/* consequence.c and throttle.c: what follows from each verdict, as a table. */
#include "support/testing.h"

#include "base/clock.h"
#include "notifier/policy.h"

#include <string.h>

#define NOW (INT64_C(1762507800) * SECOND_US)

static const struct policy policy = {MINUTE_US, 4 * HOUR_US, 4 * DAY_US};

static const struct {
    const char *name;
    enum verdict_what what;
    enum verdict_scope scope;
    int64_t retry_after_us;
    int64_t age_us;        /* of the message */
    int64_t expires_in_us; /* 0 = never */
    int attempt;
    int n_failures;
    const char *state;
    int64_t wait_us; /* within a quarter; with retry_after exactly */
    bool pauses;
} cases[] = {
    {"sent is sent", VERDICT_SENT, VERDICT_MESSAGE, 0, 0, 0, 1, 0, "sent", 0, false},
    {"sent is sent though it took long", VERDICT_SENT, VERDICT_MESSAGE, 0, 9 * DAY_US, 0, 9, 0,
     "sent", 0, false},
    {"a refusal is final", VERDICT_REFUSED, VERDICT_MESSAGE, 0, 0, 0, 1, 0, "refused", 0, false},
    {"a refusal of the address, too", VERDICT_REFUSED, VERDICT_RECIPIENT, 0, 0, 0, 1, 0, "refused",
     0, false},
    {"the second attempt comes after a minute", VERDICT_LATER, VERDICT_MESSAGE, 0, 0, 0, 1, 0,
     "waiting", MINUTE_US, false},
    {"the fifth after sixteen", VERDICT_LATER, VERDICT_RECIPIENT, 0, 0, 0, 5, 0, "waiting",
     16 * MINUTE_US, false},
    {"none later than the longest wait", VERDICT_LATER, VERDICT_MESSAGE, 0, 0, 0, 40, 0, "waiting",
     4 * HOUR_US, false},
    {"a server that asks for an hour gets it", VERDICT_LATER, VERDICT_MESSAGE, HOUR_US, 0, 0, 1, 0,
     "waiting", HOUR_US, false},
    {"one that asks for a year gets a day", VERDICT_LATER, VERDICT_MESSAGE, 365 * DAY_US, 0, 0, 1,
     0, "waiting", DAY_US, false},
    {"a rate limit pauses the channel for what it says", VERDICT_LATER, VERDICT_CHANNEL, 924000, 0,
     0, 3, 0, "waiting", 924000, true},
    {"a server that is down pauses the channel", VERDICT_LATER, VERDICT_CHANNEL, 0, 0, 0, 7, 0,
     "waiting", MINUTE_US, true},
    {"ever longer", VERDICT_LATER, VERDICT_CHANNEL, 0, 0, 0, 7, 2, "waiting", 4 * MINUTE_US, true},
    {"but for a quarter of an hour at most", VERDICT_LATER, VERDICT_CHANNEL, 0, 0, 0, 7, 20,
     "waiting", 15 * MINUTE_US, true},
    {"a bad password keeps the messages", VERDICT_REFUSED, VERDICT_CHANNEL, 0, 0, 0, 1, 0,
     "waiting", MINUTE_US, true},
    {"after four days it is given up", VERDICT_LATER, VERDICT_MESSAGE, 0, 4 * DAY_US, 0, 30, 0,
     "dead", 0, false},
    {"also when the channel was down all the time", VERDICT_LATER, VERDICT_CHANNEL, 0, 4 * DAY_US,
     0, 30, 9, "dead", 0, true},
    {"what would come too late is expired", VERDICT_LATER, VERDICT_MESSAGE, 0, 0, 30 * SECOND_US, 1,
     0, "expired", 0, false},
};

static void each_verdict_has_its_consequence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outbox_message m = {.created_us = NOW - cases[i].age_us,
                                   .n_tried = cases[i].attempt - 1};
        m.expires_us = cases[i].expires_in_us > 0 ? NOW + cases[i].expires_in_us : 0;
        struct verdict v = {.what = cases[i].what,
                            .scope = cases[i].scope,
                            .retry_after_us = cases[i].retry_after_us};
        for (uint64_t random = 0; random < UINT64_C(1) << 63; random = random * 3 + 1) {
            struct consequence c =
                consequence_of(&m, &v, &policy, cases[i].n_failures, NOW, random);
            int64_t slack = cases[i].retry_after_us > 0 ? 0 : cases[i].wait_us / 4;
            bool is_waiting = strcmp(cases[i].state, "waiting") == 0;
            if (strcmp(c.state, cases[i].state) != 0 || (c.pause_us > 0) != cases[i].pauses ||
                (is_waiting &&
                 (c.wait_us < cases[i].wait_us - slack || c.wait_us > cases[i].wait_us + slack))) {
                fail_msg("%s: %s after %lld ms", cases[i].name, c.state,
                         (long long)(c.wait_us / 1000));
            }
        }
    }
}

static void what_failed_together_does_not_come_back_together(void **state)
{
    (void)state;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        int64_t wait = backoff_us(MINUTE_US, HOUR_US, 1, i * UINT64_C(0x9E3779B97F4A7C15));
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_true(least < 48 * SECOND_US && least >= 45 * SECOND_US);
    assert_true(most > 72 * SECOND_US && most <= 75 * SECOND_US);
}

static void a_throttle_lets_one_seconds_worth_go_and_then_keeps_time(void **state)
{
    (void)state;
    struct throttle t;
    int64_t now = NOW;
    throttle_init(&t, 5, now);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(throttle_wait_us(&t, now), 0);
        throttle_take(&t);
    }
    int n = 0;
    for (; now < NOW + 10 * SECOND_US; n++) {
        int64_t wait = throttle_wait_us(&t, now);
        assert_true(wait > 190000 && wait < 210000);
        now += wait;
        assert_int_equal(throttle_wait_us(&t, now), 0);
        throttle_take(&t);
    }
    assert_true(n >= 49 && n <= 51);
}

static void a_slow_throttle_and_a_clock_that_jumps_back_are_fine(void **state)
{
    (void)state;
    struct throttle t;
    throttle_init(&t, 0.01, NOW);
    assert_int_equal(throttle_wait_us(&t, NOW), 0);
    throttle_take(&t);
    assert_true(throttle_wait_us(&t, NOW - HOUR_US) <= 101 * SECOND_US);
    assert_int_equal(throttle_wait_us(&t, NOW + 101 * SECOND_US), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_has_its_consequence),
        cmocka_unit_test(what_failed_together_does_not_come_back_together),
        cmocka_unit_test(a_throttle_lets_one_seconds_worth_go_and_then_keeps_time),
        cmocka_unit_test(a_slow_throttle_and_a_clock_that_jumps_back_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
