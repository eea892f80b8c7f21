#include "support/testing.h"

#include "core/match/lanes.h"

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

static const struct match_lanes *plain_way(void)
{
    const struct match_lanes *plain = match_lanes_table;
    while (strcmp(plain->name, "plain") != 0) {
        plain++;
    }
    return plain;
}

/* What one way makes of the same rows. */
struct outcome {
    uint16_t sums[N];
    uint16_t maxima[MATCH_LANES];
    uint32_t found[N];
    size_t n_found;
    uint16_t nth;
};

static void run(const struct match_lanes *lanes, uint64_t seed, struct outcome *ret)
{
    uint16_t rows[4][N];
    struct match_part parts[3];
    memset(ret, 0, sizeof *ret);
    for (int r = 0; r < 4; r++) {
        for (int i = 0; i < N; i++) {
            rows[r][i] = number(&seed);
        }
    }
    size_t n_parts = seed % 4;
    for (size_t p = 0; p < n_parts; p++) {
        parts[p] = (struct match_part){rows[p], number(&seed)};
    }
    lanes->sum(ret->sums, parts, n_parts, N);
    if (seed % 2 == 0) {
        lanes->take(ret->sums, rows[3], N, number(&seed));
    }
    lanes->maxima(ret->sums, N, ret->maxima);
    ret->n_found = lanes->reaching(ret->sums, N, (uint16_t)(number(&seed) | 1), ret->found);
    ret->nth = lanes->nth(rows[0], 1 + (int)(seed % MATCH_LANES));
}

static void every_way_gives_the_same_numbers(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct outcome expected;
        run(plain_way(), seed * 7919, &expected);
        for (const struct match_lanes *l = match_lanes_table; l->name != NULL; l++) {
            struct outcome got;
            if (l->is_there()) {
                run(l, seed * 7919, &got);
                assert_memory_equal(&got, &expected, sizeof got);
            }
        }
    }
}

static void floats_round_alike_every_way(void **state)
{
    (void)state;
    enum { SIZE = 5 * MATCH_FLOAT_UNIT };
    uint64_t seed = 5;
    for (int round = 0; round < 100; round++) {
        float row[SIZE];
        float start[SIZE];
        double wide[SIZE];
        int16_t words[SIZE];
        int8_t bytes[SIZE];
        for (int i = 0; i < SIZE; i++) {
            row[i] = (float)number(&seed) / 977.0F - 30.0F;
            start[i] = (float)number(&seed) / 1009.0F;
            wide[i] = (double)row[i] / 3;
            words[i] = (int16_t)(number(&seed) % (INT16_MAX / 2) - INT16_MAX / 4);
            bytes[i] = (int8_t)(number(&seed) % 255 - 127);
        }
        for (const struct match_lanes *l = match_lanes_table; l->name != NULL; l++) {
            float floats[2][SIZE];
            double doubles[2][SIZE];
            const struct match_lanes *ways[] = {plain_way(), l};
            for (int w = 0; w < 2 && l->is_there(); w++) {
                memcpy(floats[w], start, sizeof start);
                memcpy(doubles[w], wide, sizeof wide);
                ways[w]->add_floats(floats[w], row, 0.37F, SIZE);
                ways[w]->add_doubles(doubles[w], wide, 0.37, SIZE - 3);
            }
            if (l->is_there()) {
                assert_memory_equal(floats[0], floats[1], sizeof floats[0]);
                assert_memory_equal(doubles[0], doubles[1], sizeof doubles[0]);
                assert_int_equal(l->dot(words, bytes, SIZE), plain_way()->dot(words, bytes, SIZE));
            }
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
        memset(row, 0xff, sizeof row);
        const struct match_part parts[] = {{row, UINT16_MAX}, {row, UINT16_MAX}};
        l->sum(sums, parts, 2, MATCH_ROW_UNIT);
        assert_int_equal(sums[5], UINT16_MAX);
        l->sum(sums, parts, 0, MATCH_ROW_UNIT);
        assert_int_equal(sums[5], 0);
        memset(sums, 0, sizeof sums);
        l->take(sums, row, MATCH_ROW_UNIT, UINT16_MAX);
        assert_int_equal(sums[5], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_same_numbers),
        cmocka_unit_test(floats_round_alike_every_way),
        cmocka_unit_test(the_nth_largest_is_what_sorting_says),
        cmocka_unit_test(sums_stay_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
