#include "core/clash/spans.h"

#include "base/clock.h"

/* In steps of five minutes since the first session, rounded outwards, 15 bits each; what lies
 * outside that range is at its nearer end: then too much is near, never too little. start > end:
 * nothing. */
struct span {
    uint16_t start;
    uint16_t end;
};

static const struct span nowhere = {0x7fff, 0};

#define STEP_US  (5 * MINUTE_US)
#define MAX_STEP 0x7fff

static int64_t floor_step(int64_t us)
{
    return us >= 0 ? us / STEP_US : -((-us + STEP_US - 1) / STEP_US);
}

static int64_t clamp_step(int64_t step)
{
    return step < 0 ? 0 : step >= MAX_STEP ? MAX_STEP - 1 : step;
}

/* Where the session lies now, and what lies within reach of it. */
static struct span span_of(const struct spans *spans, const struct clash_index *index, int session,
                           int64_t reach_us)
{
    const struct slot *slot = &index->slots[session];
    if (!index_is_live(index, session)) {
        return nowhere;
    }
    int64_t first = floor_step(slot->start_us - reach_us - spans->epoch_us);
    int64_t last = floor_step(slot->end_us + reach_us - 1 - spans->epoch_us);
    return (struct span){(uint16_t)clamp_step(first), (uint16_t)(clamp_step(last) + 1)};
}

/*
 * A claim's span for spans_near(): MAX_STEP - start in the lower half, end in the upper one. When
 * the key of another span is added, the top bit of a half says that this one starts before that one
 * ends, and that this one ends after that one starts; no carry leaves its half.
 */
static uint32_t packed(struct span span)
{
    return (uint32_t)span.end << 16 | (uint32_t)(MAX_STEP - span.start);
}

uint64_t spans_key(const struct spans *spans, const struct clash_index *index, int session)
{
    int room = index->slots[session].room;
    struct span span = span_of(spans, index, session, room < 0 ? 0 : index->room_reach_us[room]);
    uint64_t key = (uint32_t)(MAX_STEP - span.start) << 16 | span.end;
    return key | key << 32;
}

void spans_init(struct spans *spans, const struct clash_index *index, struct arena *arena)
{
    size_t n_claims = (size_t)index->claim_first[index->conf->persons.n];
    spans->of_claim = arena_array(arena, n_claims + 1, sizeof *spans->of_claim); /* read in pairs */
    spans->epoch_us = index->n_live > 0 ? index->slots[index->by_start[0]].start_us : 0;
    for (size_t s = 0; s < index->conf->sessions.n; s++) {
        uint32_t here = packed(span_of(spans, index, (int)s, 0));
        for (int t = index->taker_first[s]; t < index->taker_first[s + 1]; t++) {
            int claim = index->takers[t].claim;
            spans->of_claim[claim] = index->claims[claim].is_loose ? packed(nowhere) : here;
        }
    }
}

void spans_fetch(const struct spans *spans, const struct clash_index *index, int session)
{
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        const int *first = &index->claim_first[index->takers[t].person];
        __builtin_prefetch(&spans->of_claim[first[0]]);
        __builtin_prefetch(&index->claims[first[0]]);
    }
}
