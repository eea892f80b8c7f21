#include "core/match/lanes.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

static bool always(void)
{
    return true;
}

/* ---- floats: sixteen sums side by side whatever the processor, so that all round alike ---- */

typedef float sixteen __attribute__((vector_size(64)));
typedef double eight __attribute__((vector_size(64)));

#define BODY static inline __attribute__((always_inline))

BODY void add_floats_body(float *to, const float *row, float weight, size_t n)
{
    for (size_t i = 0; i < n; i += MATCH_FLOAT_UNIT) {
        sixteen x;
        sixteen y;
        memcpy(&x, row + i, sizeof x);
        memcpy(&y, to + i, sizeof y);
        y += x * weight;
        memcpy(to + i, &y, sizeof y);
    }
}

BODY void add_doubles_body(double *to, const double *row, double weight, size_t n)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        eight x;
        eight y;
        memcpy(&x, row + i, sizeof x);
        memcpy(&y, to + i, sizeof y);
        y += x * weight;
        memcpy(to + i, &y, sizeof y);
    }
    for (; i < n; i++) {
        to[i] += row[i] * weight;
    }
}

static int32_t dot_plain(const int16_t *a, const int8_t *b, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (int32_t)a[i] * b[i];
    }
    return sum;
}

static void add_floats_plain(float *to, const float *row, float weight, size_t n)
{
    add_floats_body(to, row, weight, n);
}

static void add_doubles_plain(double *to, const double *row, double weight, size_t n)
{
    add_doubles_body(to, row, weight, n);
}

/* ---- 16-bit numbers ---- */

static void sum_plain(uint16_t *sums, const struct match_part *parts, size_t n_parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t sum = 0;
        for (size_t p = 0; p < n_parts; p++) {
            sum += (uint32_t)parts[p].row[i] * parts[p].weight >> 16;
        }
        sums[i] = (uint16_t)(sum > UINT16_MAX ? UINT16_MAX : sum);
    }
}

static void take_plain(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t part = (uint32_t)row[i] * weight >> 16;
        sums[i] = (uint16_t)(sums[i] > part ? sums[i] - part : 0);
    }
}

static void maxima_plain(const uint16_t *sums, size_t n, uint16_t *ret)
{
    memset(ret, 0, MATCH_LANES * sizeof *ret);
    for (size_t i = 0; i < n; i++) {
        uint16_t *lane = &ret[i % MATCH_LANES];
        *lane = sums[i] > *lane ? sums[i] : *lane;
    }
}

static size_t reaching_plain(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (sums[i] >= least) {
            ret[found++] = (uint32_t)i;
        }
    }
    return found;
}

static uint16_t nth_plain(const uint16_t *values, int n)
{
    uint16_t largest = 0;
    for (int i = 0; i < MATCH_LANES; i++) {
        int n_reaching = 0;
        for (int j = 0; j < MATCH_LANES; j++) {
            n_reaching += values[j] >= values[i];
        }
        largest = n_reaching >= n && values[i] > largest ? values[i] : largest;
    }
    return largest;
}

#ifdef __x86_64__

/* Every x86-64 has SSE2. It lacks an unsigned maximum of 16 bits: max(a, b) = (a -sat b) + b, and
 * a >= b where b -sat a is 0. */

static __m128i load128(const uint16_t *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static void sum_sse2(uint16_t *sums, const struct match_part *parts, size_t n_parts, size_t n)
{
    for (size_t i = 0; i < n; i += 16) {
        __m128i low = _mm_setzero_si128();
        __m128i high = low;
        for (size_t p = 0; p < n_parts; p++) {
            __m128i w = _mm_set1_epi16((short)parts[p].weight);
            const uint16_t *row = parts[p].row + i;
            low = _mm_adds_epu16(low, _mm_mulhi_epu16(load128(row), w));
            high = _mm_adds_epu16(high, _mm_mulhi_epu16(load128(row + 8), w));
        }
        _mm_storeu_si128((__m128i *)(void *)(sums + i), low);
        _mm_storeu_si128((__m128i *)(void *)(sums + i + 8), high);
    }
}

static void take_sse2(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight)
{
    __m128i w = _mm_set1_epi16((short)weight);
    for (size_t i = 0; i < n; i += 8) {
        __m128i part = _mm_mulhi_epu16(load128(row + i), w);
        _mm_storeu_si128((__m128i *)(void *)(sums + i), _mm_subs_epu16(load128(sums + i), part));
    }
}

static void maxima_sse2(const uint16_t *sums, size_t n, uint16_t *ret)
{
    __m128i best[MATCH_LANES / 8];
    memset(best, 0, sizeof best);
    for (size_t i = 0; i < n; i += MATCH_LANES) {
        for (size_t l = 0; l < MATCH_LANES / 8; l++) {
            __m128i sum = load128(sums + i + 8 * l);
            best[l] = _mm_add_epi16(_mm_subs_epu16(best[l], sum), sum);
        }
    }
    memcpy(ret, best, sizeof best);
}

static size_t reaching_sse2(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret)
{
    __m128i bound = _mm_set1_epi16((short)least);
    size_t found = 0;
    for (size_t i = 0; i < n; i += 16) {
        __m128i low = _mm_subs_epu16(bound, load128(sums + i));
        __m128i high = _mm_subs_epu16(bound, load128(sums + i + 8));
        __m128i zero = _mm_setzero_si128();
        __m128i both = _mm_packs_epi16(_mm_cmpeq_epi16(low, zero), _mm_cmpeq_epi16(high, zero));
        for (unsigned mask = (unsigned)_mm_movemask_epi8(both); mask != 0; mask &= mask - 1) {
            ret[found++] = (uint32_t)i + (uint32_t)__builtin_ctz(mask);
        }
    }
    return found;
}

static uint16_t nth_sse2(const uint16_t *values, int n)
{
    uint16_t largest = 0;
    for (int i = 0; i < MATCH_LANES; i++) {
        __m128i bound = _mm_set1_epi16((short)values[i]);
        __m128i zero = _mm_setzero_si128();
        int n_reaching = 0;
        for (int l = 0; l < MATCH_LANES; l += 8) {
            __m128i below = _mm_subs_epu16(bound, load128(values + l));
            unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi16(below, zero));
            n_reaching += __builtin_popcount(mask);
        }
        bool is_reached = n_reaching >= 2 * n; /* two bits for each number */
        largest = is_reached && values[i] > largest ? values[i] : largest;
    }
    return largest;
}

#define AVX2 __attribute__((target("avx2")))

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

AVX2 static __m256i load256(const uint16_t *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

AVX2 static int32_t dot_avx2(const int16_t *a, const int8_t *b, size_t n)
{
    __m256i sums = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += MATCH_FLOAT_UNIT) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(b + i));
        __m256i words = _mm256_loadu_si256((const __m256i *)(const void *)(a + i));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(words, _mm256_cvtepi8_epi16(bytes)));
    }
    int32_t parts[8];
    memcpy(parts, &sums, sizeof parts);
    int32_t sum = 0;
    for (int i = 0; i < 8; i++) {
        sum += parts[i];
    }
    return sum;
}

AVX2 static void add_floats_avx2(float *to, const float *row, float weight, size_t n)
{
    add_floats_body(to, row, weight, n);
}

AVX2 static void add_doubles_avx2(double *to, const double *row, double weight, size_t n)
{
    add_doubles_body(to, row, weight, n);
}

AVX2 static void sum_avx2(uint16_t *sums, const struct match_part *parts, size_t n_parts, size_t n)
{
    for (size_t i = 0; i < n; i += 64) {
        __m256i sum[4] = {0};
        for (size_t p = 0; p < n_parts; p++) {
            __m256i w = _mm256_set1_epi16((short)parts[p].weight);
            const uint16_t *row = parts[p].row + i;
            sum[0] = _mm256_adds_epu16(sum[0], _mm256_mulhi_epu16(load256(row), w));
            sum[1] = _mm256_adds_epu16(sum[1], _mm256_mulhi_epu16(load256(row + 16), w));
            sum[2] = _mm256_adds_epu16(sum[2], _mm256_mulhi_epu16(load256(row + 32), w));
            sum[3] = _mm256_adds_epu16(sum[3], _mm256_mulhi_epu16(load256(row + 48), w));
        }
        memcpy(sums + i, sum, sizeof sum);
    }
}

AVX2 static void take_avx2(uint16_t *sums, const uint16_t *row, size_t n, uint16_t weight)
{
    __m256i w = _mm256_set1_epi16((short)weight);
    for (size_t i = 0; i < n; i += 16) {
        __m256i part = _mm256_mulhi_epu16(load256(row + i), w);
        _mm256_storeu_si256((__m256i *)(void *)(sums + i),
                            _mm256_subs_epu16(load256(sums + i), part));
    }
}

AVX2 static void maxima_avx2(const uint16_t *sums, size_t n, uint16_t *ret)
{
    __m256i low = _mm256_setzero_si256();
    __m256i high = _mm256_setzero_si256();
    for (size_t i = 0; i < n; i += MATCH_LANES) {
        low = _mm256_max_epu16(low, load256(sums + i));
        high = _mm256_max_epu16(high, load256(sums + i + 16));
    }
    _mm256_storeu_si256((__m256i *)(void *)ret, low);
    _mm256_storeu_si256((__m256i *)(void *)(ret + 16), high);
}

AVX2 static size_t reaching_avx2(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret)
{
    __m256i bound = _mm256_set1_epi16((short)least);
    size_t found = 0;
    for (size_t i = 0; i < n; i += 32) {
        __m256i low = load256(sums + i);
        __m256i high = load256(sums + i + 16);
        low = _mm256_cmpeq_epi16(_mm256_max_epu16(low, bound), low);
        high = _mm256_cmpeq_epi16(_mm256_max_epu16(high, bound), high);
        if (_mm256_testz_si256(_mm256_or_si256(low, high), _mm256_or_si256(low, high))) {
            continue;
        }
        /* Two bits for each number: the even ones are looked at. */
        uint64_t mask = (uint32_t)_mm256_movemask_epi8(low);
        mask |= (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
        for (mask &= 0x5555555555555555U; mask != 0; mask &= mask - 1) {
            ret[found++] = (uint32_t)i + (uint32_t)__builtin_ctzll(mask) / 2;
        }
    }
    return found;
}

__attribute__((target("avx2,popcnt"))) static uint16_t nth_avx2(const uint16_t *values, int n)
{
    uint16_t largest = 0;
    __m256i low = load256(values);
    __m256i high = load256(values + 16);
    for (int i = 0; i < MATCH_LANES; i++) {
        __m256i bound = _mm256_set1_epi16((short)values[i]);
        __m256i reaches_low = _mm256_cmpeq_epi16(_mm256_max_epu16(low, bound), low);
        __m256i reaches_high = _mm256_cmpeq_epi16(_mm256_max_epu16(high, bound), high);
        unsigned mask =
            (unsigned)_mm256_movemask_epi8(_mm256_packs_epi16(reaches_low, reaches_high));
        uint16_t value = __builtin_popcount(mask) >= n ? values[i] : 0;
        largest = value > largest ? value : largest;
    }
    return largest;
}

/* With 512 bits the floats stay as they are: what has those also fuses products and sums, which
 * rounds otherwise. */

#define AVX512 __attribute__((target("avx512bw,popcnt")))

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("popcnt") != 0;
}

AVX512 static __m512i load512(const uint16_t *at)
{
    return _mm512_loadu_si512((const void *)at);
}

AVX512 static void sum_avx512(uint16_t *sums, const struct match_part *parts, size_t n_parts,
                              size_t n)
{
    for (size_t i = 0; i < n; i += 64) {
        __m512i low = _mm512_setzero_si512();
        __m512i high = low;
        for (size_t p = 0; p < n_parts; p++) {
            __m512i w = _mm512_set1_epi16((short)parts[p].weight);
            const uint16_t *row = parts[p].row + i;
            low = _mm512_adds_epu16(low, _mm512_mulhi_epu16(load512(row), w));
            high = _mm512_adds_epu16(high, _mm512_mulhi_epu16(load512(row + 32), w));
        }
        _mm512_storeu_si512((void *)(sums + i), low);
        _mm512_storeu_si512((void *)(sums + i + 32), high);
    }
}

AVX512 static void maxima_avx512(const uint16_t *sums, size_t n, uint16_t *ret)
{
    __m512i best = _mm512_setzero_si512();
    for (size_t i = 0; i < n; i += MATCH_LANES) {
        best = _mm512_max_epu16(best, load512(sums + i));
    }
    _mm512_storeu_si512((void *)ret, best);
}

AVX512 static size_t reaching_avx512(const uint16_t *sums, size_t n, uint16_t least, uint32_t *ret)
{
    __m512i bound = _mm512_set1_epi16((short)least);
    size_t found = 0;
    for (size_t i = 0; i < n; i += 64) {
        uint64_t mask = _mm512_cmpge_epu16_mask(load512(sums + i), bound);
        mask |= (uint64_t)_mm512_cmpge_epu16_mask(load512(sums + i + 32), bound) << 32;
        for (; mask != 0; mask &= mask - 1) {
            ret[found++] = (uint32_t)i + (uint32_t)__builtin_ctzll(mask);
        }
    }
    return found;
}

AVX512 static uint16_t nth_avx512(const uint16_t *values, int n)
{
    uint16_t largest = 0;
    __m512i all = load512(values);
    for (int i = 0; i < MATCH_LANES; i++) {
        __mmask32 mask = _mm512_cmpge_epu16_mask(all, _mm512_set1_epi16((short)values[i]));
        uint16_t value = __builtin_popcount(mask) >= n ? values[i] : 0;
        largest = value > largest ? value : largest;
    }
    return largest;
}

#endif

const struct match_lanes match_lanes_table[] = {
#ifdef __x86_64__
    {"avx512", has_avx512, sum_avx512, take_avx2, maxima_avx512, reaching_avx512, nth_avx512,
     dot_avx2, add_floats_avx2, add_doubles_avx2},
    {"avx2", has_avx2, sum_avx2, take_avx2, maxima_avx2, reaching_avx2, nth_avx2, dot_avx2,
     add_floats_avx2, add_doubles_avx2},
    {"sse2", always, sum_sse2, take_sse2, maxima_sse2, reaching_sse2, nth_sse2, dot_plain,
     add_floats_plain, add_doubles_plain},
#endif
    {"plain", always, sum_plain, take_plain, maxima_plain, reaching_plain, nth_plain, dot_plain,
     add_floats_plain, add_doubles_plain},
    {0},
};

const struct match_lanes *match_lanes(void)
{
    const struct match_lanes *lanes = match_lanes_table;
    while (!lanes->is_there()) {
        lanes++;
    }
    return lanes;
}
