/*
 * match_lanes: arithmetic on rows of numbers, many at a time.
 *
 * Rows of 16-bit numbers are a multiple of MATCH_ROW_UNIT long, rows of floats one of
 * MATCH_FLOAT_UNIT. Each way of doing it is one row of a table and gives
 * the same numbers; the widest that the processor has is chosen at run time.
 */
#ifndef ROLLCALL_CORE_MATCH_LANES_H
#define ROLLCALL_CORE_MATCH_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATCH_ROW_UNIT   64
#define MATCH_FLOAT_UNIT 16
#define MATCH_LANES      32

/* One term of a sum: a row and what it is multiplied by, in 1/65536. */
struct match_part {
    const uint16_t *row;
    uint16_t weight;
};

struct match_lanes {
    const char *name; /* "avx2" */
    bool (*is_there)(void);
    /* sums[i] = what the parts add up to, each row[i] * weight / 65536, saturating */
    void (*sum)(uint16_t *sums, const struct match_part *parts, size_t n_parts, size_t n);
    /* sums[i] -= row[i] * weight / 65536, not below 0 */
    void (*take)(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight);
    /* ret[l] = the largest of sums[l], sums[l + MATCH_LANES], ... */
    void (*maxima)(const uint16_t *sums, size_t n, uint16_t *ret);
    /* The i with sums[i] >= least, in order; least > 0. Returns how many. */
    size_t (*reaching)(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret);
    /* The n-th largest of MATCH_LANES numbers, by counting: no branch that must be guessed. */
    uint16_t (*nth)(const uint16_t *values, int n);
    /* The sum of a[i] * b[i]; must stay within 31 bits. n is a multiple of MATCH_FLOAT_UNIT. */
    int32_t (*dot)(const int16_t *a, const int8_t *b, size_t n);
    /* to[i] += row[i] * weight */
    void (*add_floats)(float *to, const float *row, float weight, size_t n);
    void (*add_doubles)(double *to, const double *row, double weight, size_t n); /* any n */
};

extern const struct match_lanes match_lanes_table[]; /* widest first; a row without name ends it */

const struct match_lanes *match_lanes(void);

#endif
