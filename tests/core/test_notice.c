#include "support/testing.h"

#include "core/notice.h"

#include <string.h>

static int64_t at(const char *text)
{
    struct err err = {0};
    int64_t us = 0;
    assert_int_equal(time_parse(text, zone_utc(), &us, &err), 0);
    return us;
}

static const struct {
    const char *name;
    const char *zone;
    int from_min;
    int until_min;
    const char *now;
    const char *until; /* "" = not quiet */
} cases[] = {
    {"no quiet hours", "UTC", -1, -1, "2025-12-11T03:00Z", ""},
    {"from and until the same", "UTC", 480, 480, "2025-12-11T08:00Z", ""},
    {"late evening waits for the morning", "UTC", 1320, 420, "2025-12-11T23:30Z",
     "2025-12-12T07:00Z"},
    {"early morning waits for the same one", "UTC", 1320, 420, "2025-12-11T06:59:59Z",
     "2025-12-11T07:00Z"},
    {"the first quiet minute is quiet", "UTC", 1320, 420, "2025-12-11T22:00Z", "2025-12-12T07:00Z"},
    {"the minute they end is not", "UTC", 1320, 420, "2025-12-11T07:00Z", ""},
    {"noon is not", "UTC", 1320, 420, "2025-12-11T12:00Z", ""},
    {"a siesta within one day", "UTC", 780, 900, "2025-12-11T14:00Z", "2025-12-11T15:00Z"},
    {"before the siesta", "UTC", 780, 900, "2025-12-11T12:59Z", ""},
    {"the reader's zone counts", "Asia/Tokyo", 1320, 420, "2025-12-11T14:00Z", "2025-12-11T22:00Z"},
    {"the night that loses an hour", "Europe/Berlin", 1320, 420, "2025-03-29T22:00Z",
     "2025-03-30T05:00Z"},
    {"the night that has one more", "Europe/Berlin", 1320, 420, "2025-10-25T21:00Z",
     "2025-10-26T06:00Z"},
    {"the last night of the year", "America/New_York", 1320, 420, "2026-01-01T04:30Z",
     "2026-01-01T12:00Z"},
    {"until midnight", "UTC", 1200, 0, "2025-12-31T23:00Z", "2026-01-01T00:00Z"},
};

static void quiet_hours_end_when_the_reader_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t expected = cases[i].until[0] == '\0' ? 0 : at(cases[i].until);
        int64_t found = notice_quiet_until_us(zone_find(cases[i].zone), cases[i].from_min,
                                              cases[i].until_min, at(cases[i].now));
        if (found != expected) {
            fail_msg("%s: %lld, not %lld", cases[i].name, (long long)found, (long long)expected);
        }
    }
}

static void every_kind_stands_at_its_own_index(void **state)
{
    (void)state;
    for (int i = 0; i < N_NOTICE_KINDS; i++) {
        assert_int_equal(notice_rows[i].kind, i);
        assert_int_equal(notice_kind_parse(notice_rows[i].name), i);
    }
    assert_int_equal(notice_kind_parse("gossip"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_hours_end_when_the_reader_says),
        cmocka_unit_test(every_kind_stands_at_its_own_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
