#include "support/testing.h"

#include "base/clock.h"

#include <string.h>

static void reads_and_writes_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *zone;
        const char *iso; /* NULL = refused */
    } cases[] = {
        {"2025-12-11T10:00:00+09:00", "Asia/Tokyo", "2025-12-11T10:00:00+09:00"},
        {"2025-12-11T01:00:00Z", "Asia/Tokyo", "2025-12-11T10:00:00+09:00"},
        {"2025-12-11 10:00", "Asia/Tokyo", "2025-12-11T10:00:00+09:00"},
        {"2025-12-11", "Asia/Tokyo", "2025-12-11T00:00:00+09:00"},
        {"2025-07-01T12:00", "Europe/Vienna", "2025-07-01T12:00:00+02:00"},
        {"2025-10-26T02:30", "Europe/Vienna", "2025-10-26T02:30:00+02:00"},
        {"2025-03-30T02:30", "Europe/Vienna", "2025-03-30T03:30:00+02:00"},
        {"1969-12-31T23:59:59Z", "UTC", "1969-12-31T23:59:59Z"},
        {"2024-02-29T00:00:00.5Z", "UTC", "2024-02-29T00:00:00Z"},
        {"2025-02-29", "UTC", NULL},
        {"2025-13-01", "UTC", NULL},
        {"tomorrow", "UTC", NULL},
        {"", "UTC", NULL},
        {"2025-12-11T10:00:00+09:00x", "UTC", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct zone *zone = zone_find(cases[i].zone);
        assert_non_null(zone);
        int64_t us = 0;
        struct err err = {0};
        int r = time_parse(cases[i].text, zone, &us, &err);
        if (cases[i].iso == NULL) {
            assert_int_equal(r, ERR_INPUT);
            continue;
        }
        assert_int_equal(r, 0);
        char buf[TIME_TEXT_SIZE];
        assert_string_equal(time_iso(zone, us, buf), cases[i].iso);
    }
}

static void unknown_zones_are_refused(void **state)
{
    (void)state;
    assert_null(zone_find("Mars/Olympus"));
    assert_null(
        zone_find("a name that is far too long to be the name of any zone that there is on earth"));
    assert_ptr_equal(zone_find(""), zone_utc());
}

static void weekdays_are_right(void **state)
{
    (void)state;
    char buf[TIME_TEXT_SIZE];
    assert_string_equal(time_short(zone_utc(), 0, buf), "Thu 1 Jan 00:00");
    assert_string_equal(time_short(zone_utc(), -DAY_US, buf), "Wed 31 Dec 00:00");
}

static void who_leaves_at_midnight_leaves_the_day_before(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *at;
        const char *arrival;
        const char *departure;
    } cases[] = {
        {"Asia/Tokyo", "2025-12-12", "Fri 12 Dec", "Thu 11 Dec"},
        {"Asia/Tokyo", "2025-12-12T00:01", "Fri 12 Dec 00:01", "Fri 12 Dec 00:01"},
        {"Asia/Tokyo", "2025-12-11T23:59:59", "Thu 11 Dec 23:59", "Thu 11 Dec 23:59"},
        {"Europe/Berlin", "2025-03-31", "Mon 31 Mar", "Sun 30 Mar"}, /* a day of 23 hours ends */
        {"America/Havana", "2025-03-09T01:00", "Sun 9 Mar", "Sat 8 Mar"}, /* there is no 00:00 */
        {"UTC", "2026-01-01", "Thu 1 Jan", "Wed 31 Dec"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[TIME_TEXT_SIZE];
        struct err err;
        int64_t at_us = 0;
        const struct zone *zone = zone_find(cases[i].zone);
        assert_int_equal(time_parse(cases[i].at, zone, &at_us, &err), 0);
        assert_string_equal(time_arrival(zone, at_us, buf), cases[i].arrival);
        assert_string_equal(time_departure(zone, at_us, buf), cases[i].departure);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_instants),
        cmocka_unit_test(unknown_zones_are_refused),
        cmocka_unit_test(who_leaves_at_midnight_leaves_the_day_before),
        cmocka_unit_test(weekdays_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
