/*
 * spans: which of a person's claims lie close to a session in time (private to clash/).
 *
 * Most of what people are wanted in lies far from where a session is tried: one look at two whole
 * numbers tells. Spans are packed into 32 bits, those of a person side by side, two compared at
 * once. What is near is only perhaps near enough to clash; what is not near cannot.
 */
#ifndef ROLLCALL_CORE_CLASH_SPANS_H
#define ROLLCALL_CORE_CLASH_SPANS_H

#include "core/clash/index.h"

struct spans {
    int64_t epoch_us;   /* where spans begin */
    uint32_t *of_claim; /* of each claim where its session lay at spans_init(), nowhere for a loose
                          one; see spans.c */
};

void spans_init(struct spans *spans, const struct clash_index *index, struct arena *arena);

/* Of the session where it lies now, and what is within the longest way from its room. */
uint64_t spans_key(const struct spans *spans, const struct clash_index *index, int session);

/* Asks for the spans of a session's people before they are looked at: those lie all over the
 * memory. */
void spans_fetch(const struct spans *spans, const struct clash_index *index, int session);

#define SPANS_FIRST  (UINT64_C(1) << 31)
#define SPANS_SECOND (UINT64_C(1) << 63)

/* Which of the claims c and c + 1 are near: SPANS_FIRST, SPANS_SECOND. The one behind the last
 * claim of all may be asked for. */
static inline uint64_t spans_near(const struct spans *spans, int c, uint64_t key)
{
    uint64_t both = spans->of_claim[c] | (uint64_t)spans->of_claim[c + 1] << 32;
    uint64_t sum = both + key;
    return sum & sum << 16 & (SPANS_FIRST | SPANS_SECOND);
}

#endif
