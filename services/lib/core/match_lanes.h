/*
 * match_lanes: arithmetic on rows of 16-bit numbers, many at a time.
 *
 * Rows are a multiple of MATCH_ROW_UNIT long. Each way of doing it is one row of a table and gives
 * the same numbers; the widest that the processor has is chosen at run time.
 */
#ifndef ROLLCALL_CORE_MATCH_LANES_H
#define ROLLCALL_CORE_MATCH_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATCH_ROW_UNIT 64
#define MATCH_LANES    32

struct match_lanes {
    const char *name; /* "avx2" */
    bool (*is_there)(void);
    /* sums[i] += row[i] * weight / 65536, or -=; saturating at both ends */
    void (*add)(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight);
    void (*take)(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight);
    /* ret[l] = the largest of sums[l], sums[l + MATCH_LANES], ... */
    void (*maxima)(const uint16_t *sums, size_t n, uint16_t *ret);
    /* The i with sums[i] >= least, in order; least > 0. Returns how many. */
    size_t (*reaching)(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret);
    /* The n-th largest of MATCH_LANES numbers, by counting: no branch that must be guessed. */
    uint16_t (*nth)(const uint16_t *values, int n);
};

extern const struct match_lanes match_lanes_table[]; /* widest first; a row without name ends it */

const struct match_lanes *match_lanes(void);

#endif
