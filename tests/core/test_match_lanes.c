#include "support/testing.h"

#include "core/match_lanes.h"

#include <string.h>

#define N (3 * MATCH_ROW_UNIT)

/* Small and extreme numbers, where saturation and signs go wrong. */
static uint16_t number(uint64_t *seed)
{
    static const uint16_t edges[] = {0, 1, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff};
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    uint64_t r = *seed >> 33;
    return r % 3 == 0 ? edges[r / 3 % 7] : (uint16_t)(r >> 8);
}

static void every_way_gives_the_same_numbers(void **state)
{
    (void)state;
    const struct match_lanes *plain = match_lanes_table;
    while (strcmp(plain->name, "plain") != 0) {
        plain++;
    }
    uint64_t seed = 9;
    for (int round = 0; round < 300; round++) {
        uint16_t row[N];
        uint16_t start[N];
        for (int i = 0; i < N; i++) {
            row[i] = number(&seed);
            start[i] = number(&seed);
        }
        uint16_t weight = number(&seed);
        uint16_t least = (uint16_t)(number(&seed) | 1);
        uint16_t sums[2][N];
        uint16_t maxima[2][MATCH_LANES];
        uint32_t found[2][N];
        memcpy(sums[0], start, sizeof start);
        (round % 2 == 0 ? plain->add : plain->take)(sums[0], row, N, weight);
        plain->maxima(sums[0], N, maxima[0]);
        size_t n = plain->reaching(sums[0], N, least, found[0]);
        for (const struct match_lanes *l = match_lanes_table; l->name != NULL; l++) {
            if (!l->is_there()) {
                continue;
            }
            memcpy(sums[1], start, sizeof start);
            (round % 2 == 0 ? l->add : l->take)(sums[1], row, N, weight);
            l->maxima(sums[1], N, maxima[1]);
            assert_memory_equal(sums[0], sums[1], sizeof sums[0]);
            assert_memory_equal(maxima[0], maxima[1], sizeof maxima[0]);
            assert_int_equal(l->reaching(sums[1], N, least, found[1]), n);
            assert_memory_equal(found[0], found[1], n * sizeof found[0][0]);
            int place = 1 + round % MATCH_LANES;
            assert_int_equal(l->nth(start, place), plain->nth(start, place));
        }
    }
}

static void the_nth_largest_is_what_sorting_says(void **state)
{
    (void)state;
    uint16_t values[MATCH_LANES];
    for (int i = 0; i < MATCH_LANES; i++) {
        values[i] = (uint16_t)(i * 7 % MATCH_LANES * 2000); /* each multiple once, not in order */
    }
    for (const struct match_lanes *l = match_lanes_table; l->name != NULL; l++) {
        for (int n = 1; n <= MATCH_LANES && l->is_there(); n++) {
            assert_int_equal(l->nth(values, n), (MATCH_LANES - n) * 2000);
        }
    }
}

static void sums_stay_within_their_bounds(void **state)
{
    (void)state;
    for (const struct match_lanes *l = match_lanes_table; l->name != NULL; l++) {
        if (!l->is_there()) {
            continue;
        }
        uint16_t sums[MATCH_ROW_UNIT];
        uint16_t row[MATCH_ROW_UNIT];
        memset(sums, 0xff, sizeof sums);
        memset(row, 0xff, sizeof row);
        l->add(sums, row, MATCH_ROW_UNIT, UINT16_MAX);
        assert_int_equal(sums[5], UINT16_MAX);
        memset(sums, 0, sizeof sums);
        l->take(sums, row, MATCH_ROW_UNIT, UINT16_MAX);
        assert_int_equal(sums[5], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_same_numbers),
        cmocka_unit_test(the_nth_largest_is_what_sorting_says),
        cmocka_unit_test(sums_stay_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
