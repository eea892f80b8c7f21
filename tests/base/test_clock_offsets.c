/* Offsets are remembered: they must be those of the C library's own tables at any instant, in any
 * order of questions. */
#include "support/testing.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *const zones[] = {"Europe/Vienna",    "America/New_York", "Asia/Tokyo",
                                    "America/St_Johns", "Asia/Kathmandu",   "Australia/Lord_Howe",
                                    "America/Sao_Paulo"};
#define N_ZONES (sizeof zones / sizeof zones[0])

static int64_t year_start_us(int year)
{
    return zone_instant_us(zone_utc(), (struct civil){.year = year, .month = 1, .day = 1});
}

static int library_offset_s(int64_t at_us)
{
    time_t at = (time_t)(at_us / SECOND_US);
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    return (int)tm.tm_gmtoff;
}

static void remembered_offsets_are_those_of_the_c_library(void **state)
{
    (void)state;
    if (access("/usr/share/zoneinfo/Europe/Vienna", R_OK) != 0) {
        print_message("skipped: this machine has no time zone tables of its own\n");
        skip();
    }
    for (size_t z = 0; z < N_ZONES; z++) {
        const struct zone *zone = zone_find(zones[z]);
        assert_non_null(zone);
        assert_int_equal(setenv("TZ", zones[z], 1), 0);
        tzset();
        /* Twice over two years, with a step that meets every slot of the memory. */
        for (int64_t at_us = year_start_us(2024); at_us < year_start_us(2026);
             at_us += 35 * MINUTE_US) {
            assert_int_equal(zone_offset_s(zone, at_us), library_offset_s(at_us));
            int64_t other_us = year_start_us(2026) - (at_us - year_start_us(2024));
            assert_int_equal(zone_offset_s(zone, other_us), library_offset_s(other_us));
        }
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

/* Two clocks may show the same reading twice a year; then the first instant is meant. */
static void readings_lead_back_to_their_instants(void **state)
{
    (void)state;
    for (size_t z = 0; z < N_ZONES; z++) {
        const struct zone *zone = zone_find(zones[z]);
        int n_second_times = 0;
        for (int64_t at_us = year_start_us(2025); at_us < year_start_us(2026);
             at_us += 15 * MINUTE_US) {
            int64_t back_us = zone_instant_us(zone, zone_civil(zone, at_us));
            assert_true(back_us == at_us || (back_us < at_us && back_us >= at_us - HOUR_US));
            n_second_times += back_us != at_us;
        }
        assert_true(n_second_times <= 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remembered_offsets_are_those_of_the_c_library),
        cmocka_unit_test(readings_lead_back_to_their_instants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
