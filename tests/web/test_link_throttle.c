/* link_throttle: a link writes as often as a person clicks, and no oftener. */
#include "support/testing.h"

#include "base/clock.h"
#include "web/link_throttle.h"

static struct link_throttle throttle;
static const struct token mine = {.purpose = TOKEN_ANSWER, .event_id = 1, .subject = 7};

static int take_all(const struct token *token, int64_t now_us)
{
    int n = 0;
    while (n < 10 * THROTTLE_BURST && link_throttle_take(&throttle, token, now_us)) {
        n++;
    }
    return n;
}

static int reset(void **state)
{
    (void)state;
    throttle = (struct link_throttle){0};
    return 0;
}

static void a_burst_passes_and_then_one_at_a_time(void **state)
{
    (void)state;
    int64_t now_us = 1000 * SECOND_US;
    assert_int_equal(take_all(&mine, now_us), THROTTLE_BURST);
    assert_int_equal(take_all(&mine, now_us + THROTTLE_REFILL_S * SECOND_US - 1), 0);
    assert_int_equal(take_all(&mine, now_us + THROTTLE_REFILL_S * SECOND_US), 1);
    assert_int_equal(take_all(&mine, now_us + 11 * THROTTLE_REFILL_S * SECOND_US), 10);
    assert_int_equal(take_all(&mine, now_us + DAY_US), THROTTLE_BURST); /* no more is saved up */
}

static void other_links_are_not_held_up(void **state)
{
    (void)state;
    int64_t now_us = 1000 * SECOND_US;
    const struct token others[] = {
        {.purpose = TOKEN_AGENDA, .event_id = 1, .subject = 7},
        {.purpose = TOKEN_ANSWER, .event_id = 2, .subject = 7},
        {.purpose = TOKEN_ANSWER, .event_id = 1, .subject = 8},
        {.purpose = TOKEN_ANSWER, .event_id = 1, .subject = 7, .person_id = 3},
        {.purpose = TOKEN_ANSWER, .event_id = 1, .subject = 7, .person_id = 4},
    };
    const struct token newer = {
        .purpose = TOKEN_ANSWER, .event_id = 1, .subject = 7, .expires_s = 99};
    assert_int_equal(take_all(&mine, now_us), THROTTLE_BURST);
    assert_int_equal(take_all(&newer, now_us), 0); /* the same link, made later */
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(take_all(&others[i], now_us), THROTTLE_BURST);
    }
}

static void a_clock_that_is_set_back_gives_nothing_and_locks_nobody_out(void **state)
{
    (void)state;
    int64_t now_us = 1000 * SECOND_US;
    assert_int_equal(take_all(&mine, now_us), THROTTLE_BURST);
    assert_int_equal(take_all(&mine, now_us - 500 * SECOND_US), 0);
    assert_int_equal(take_all(&mine, now_us - 499 * SECOND_US), 1 / THROTTLE_REFILL_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_burst_passes_and_then_one_at_a_time, reset),
        cmocka_unit_test_setup(other_links_are_not_held_up, reset),
        cmocka_unit_test_setup(a_clock_that_is_set_back_gives_nothing_and_locks_nobody_out, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
