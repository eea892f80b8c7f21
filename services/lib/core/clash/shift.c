#include "core/clash/shift.h"

#include "base/clock.h"

#include <stdlib.h>

enum moment { BEFORE, AFTER, N_MOMENTS };
#define AT_BOTH (1U << BEFORE | 1U << AFTER)

/* The clashes of one claim, or of one pair, at one moment. */
struct few {
    struct clash items[N_CLAIM_KINDS];
    int n;
};

#define STEP_US    (5 * MINUTE_US)
#define MAX_STEP   0x7fff
#define HAS_PARENT (1U << 15) /* some claims may be covered by others, on the blocks */

static const struct span nowhere = {MAX_STEP, 0};

/* --- spans --- */

static int64_t floor_step(int64_t us)
{
    return us >= 0 ? us / STEP_US : -((-us + STEP_US - 1) / STEP_US);
}

static int64_t clamp_step(int64_t step)
{
    return step < 0 ? 0 : step >= MAX_STEP ? MAX_STEP - 1 : step;
}

/* The slot and what lies within reach of it. */
static struct span span_of(const struct clash_shift *shift, const struct slot *slot,
                           int64_t reach_us)
{
    int64_t first = floor_step(slot->start_us - reach_us - shift->epoch_us);
    int64_t last = floor_step(slot->end_us + reach_us - 1 - shift->epoch_us);
    return (struct span){(uint16_t)clamp_step(first), (uint16_t)(clamp_step(last) + 1)};
}

/*
 * A claim's span for near(): MAX_STEP - start in the lower half, end in the upper one. When
 * key_of() another span is added, the top bit of a half says that this one starts before that one
 * ends, and that this one ends after that one starts; no carry leaves its half.
 */
static uint32_t packed(struct span span)
{
    return (uint32_t)span.end << 16 | (uint32_t)(MAX_STEP - span.start);
}

static uint32_t key_of(struct span span)
{
    return (uint32_t)(MAX_STEP - span.start) << 16 | span.end;
}

/* Of two packed spans at once, with the key in both halves: bits 31 and 63 say which are near. */
static uint64_t near(uint64_t spans, uint64_t key)
{
    uint64_t sum = spans + key;
    return sum & sum << 16 & UINT64_C(0x8000000080000000);
}

/* With the longest way from its room. */
static struct span reach_here(const struct clash_shift *shift, int session)
{
    const struct clash_index *index = shift->around->index;
    const struct slot *slot = &index->slots[session];
    int64_t reach_us = slot->room < 0 ? 0 : index->room_reach_us[slot->room];
    return index_is_live(index, session) ? span_of(shift, slot, reach_us) : nowhere;
}

static struct span span_here(const struct clash_shift *shift, int session)
{
    const struct clash_index *index = shift->around->index;
    return index_is_live(index, session) ? span_of(shift, &index->slots[session], 0) : nowhere;
}

static void set_spans(struct clash_shift *shift, int session, struct span span)
{
    const struct clash_index *index = shift->around->index;
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        shift->spans[index->takers[t].claim] = packed(span);
    }
}

/* --- what does not depend on where a session lies --- */

/* Bit k: clash_claim_kinds[k] may hold for some claim, wherever its session lies. */
static uint16_t bits_of(const struct clash_index *index, const struct claim *claim)
{
    unsigned bits = claim->parent_claim >= 0 ? HAS_PARENT : 0;
    for (int k = 0; k < N_CLAIM_KINDS && claim->level <= LEVEL_SHOULD; k++) {
        bits |= (unsigned)claim_may_clash(index, claim, clash_claim_kinds[k]) << k;
    }
    return (uint16_t)bits;
}

void clash_shift_reload(struct clash_shift *shift, int person)
{
    const struct clash_index *index = shift->around->index;
    shift->bits[person] = 0;
    for (int c = index->claim_first[person]; c < index->claim_first[person + 1]; c++) {
        shift->bits[person] |= bits_of(index, &index->claims[c]);
    }
}

void clash_shift_init(struct clash_shift *shift, struct clash_around *around, struct arena *arena)
{
    const struct clash_index *index = around->index;
    size_t n_persons = index->conf->persons.n;
    size_t n_claims = (size_t)index->claim_first[n_persons];
    *shift = (struct clash_shift){.around = around};
    shift->spans = arena_array(arena, n_claims + 1, sizeof *shift->spans); /* read in pairs */
    shift->bits = arena_array(arena, n_persons, sizeof *shift->bits);
    shift->epoch_us = index->n_live > 0 ? index->slots[index->by_start[0]].start_us : 0;
    for (size_t s = 0; s < index->conf->sessions.n; s++) {
        set_spans(shift, (int)s, span_here(shift, (int)s));
    }
    for (size_t p = 0; p < n_persons; p++) {
        clash_shift_reload(shift, (int)p);
    }
}

void clash_shift_done(struct clash_shift *shift)
{
    free(shift->suspects);
    clash_list_done(&shift->changes[BEFORE]);
    clash_list_done(&shift->changes[AFTER]);
    clash_list_done(&shift->programme[BEFORE]);
    clash_list_done(&shift->programme[AFTER]);
}

/* --- who may be concerned --- */

static void go_to(struct clash_shift *shift, int moment)
{
    shift->around->index->slots[shift->session] = shift->slots[moment];
}

/* Room for n more. */
static struct suspect *reserve(struct clash_shift *shift, size_t n)
{
    if (shift->n_suspects + n > shift->cap_suspects) {
        shift->cap_suspects = (shift->n_suspects + n) * 2;
        shift->suspects =
            reallocarray(shift->suspects, shift->cap_suspects, sizeof *shift->suspects);
        if (shift->suspects == NULL) {
            abort(); /* as arenas do */
        }
    }
    return &shift->suspects[shift->n_suspects];
}

/* A session's people are all over the memory: asked for at once, they come while the first ones are
 * worked on. */
static void fetch_ahead(const struct clash_shift *shift, int session)
{
    const struct clash_index *index = shift->around->index;
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        const struct taker *taker = &index->takers[t];
        __builtin_prefetch(&shift->spans[index->claim_first[taker->person]]);
        __builtin_prefetch(&shift->spans[index->claim_first[taker->person + 1]]);
    }
}

/* Of the two claims that near() looked at. */
static void suspect_two(struct clash_shift *shift, const struct taker *taker, int first,
                        uint64_t before, uint64_t after)
{
    int end = shift->around->index->claim_first[taker->person + 1];
    struct suspect *next = reserve(shift, 2);
    for (int c = first; c < first + 2 && c < end; c++, before >>= 32, after >>= 32) {
        unsigned judged = (unsigned)(before >> 31 & 1) | (unsigned)(after >> 31 & 1) << AFTER;
        *next = (struct suspect){taker->claim, c, judged};
        next += judged != 0 && c != taker->claim;
    }
    shift->n_suspects = (size_t)(next - shift->suspects);
}

/* keys: of the span within reach of the session at each moment; 0 = the claim does not stand. */
static void suspect_pairs(struct clash_shift *shift, const struct taker *taker,
                          const uint64_t keys[N_MOMENTS])
{
    const int *first = &shift->around->index->claim_first[taker->person];
    const int end = first[1];
    const uint32_t *spans = shift->spans;
    const uint64_t key_before = keys[BEFORE];
    const uint64_t key_after = keys[AFTER];
    for (int c = first[0]; c < end; c += 2) {
        uint64_t two = spans[c] | (uint64_t)spans[c + 1] << 32;
        uint64_t before = near(two, key_before);
        uint64_t after = near(two, key_after);
        if ((before | after) != 0) {
            suspect_two(shift, taker, c, before, after);
        }
    }
}

static void suspect_taker(struct clash_shift *shift, const struct taker *taker,
                          const uint64_t reach[N_MOMENTS])
{
    const struct clash_index *index = shift->around->index;
    uint64_t keys[N_MOMENTS] = {reach[BEFORE], reach[AFTER]};
    unsigned bits = shift->bits[taker->person];
    for (int m = BEFORE; m < N_MOMENTS && (bits & HAS_PARENT) != 0; m++) {
        go_to(shift, m);
        if (claim_is_covered(index, &index->claims[taker->claim])) {
            keys[m] = 0;
        }
    }
    suspect_pairs(shift, taker, keys);
    if ((bits & ~HAS_PARENT) != 0) {
        unsigned judged = (unsigned)(keys[BEFORE] != 0) | (unsigned)(keys[AFTER] != 0) << AFTER;
        *reserve(shift, 1) = (struct suspect){taker->claim, -1, judged};
        shift->n_suspects += judged != 0;
    }
}

static void suspect_around(struct clash_shift *shift, int session)
{
    const struct clash_index *index = shift->around->index;
    uint64_t reach[N_MOMENTS];
    for (int m = BEFORE; m < N_MOMENTS; m++) {
        go_to(shift, m);
        uint64_t key = key_of(reach_here(shift, session));
        reach[m] = key | key << 32;
    }
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        suspect_taker(shift, &index->takers[t], reach);
    }
}

/* --- the two moments --- */

/* The clashes of one suspect at one moment; ret has room for N_CLAIM_KINDS. Returns how many. */
static int judge(struct clash_shift *shift, const struct suspect *suspect, int moment,
                 struct arena *arena, struct clash *ret)
{
    const struct clash_index *index = shift->around->index;
    const struct claim *claim = &index->claims[suspect->claim];
    int n = 0;
    go_to(shift, moment);
    if (suspect->other < 0) {
        n = clash_around_single(index, claim, shift->bits[claim->person], ret);
    } else if (clash_around_stands(index, &index->claims[suspect->other])) {
        n = clash_around_pair(index, claim, &index->claims[suspect->other], ret);
    }
    for (int i = 0; i < n && !index->options.without_why; i++) {
        ret[i].why = clash_why(index, &ret[i], arena);
    }
    return n;
}

/* Near at one of the moments only: whatever there is, is a change. */
static void judge_once(struct clash_shift *shift, const struct suspect *suspect, int moment,
                       struct arena *arena)
{
    struct clash_list *list = &shift->changes[moment];
    struct clash *end = clash_list_reserve(list, N_CLAIM_KINDS);
    list->n += (size_t)judge(shift, suspect, moment, arena, end);
}

static void keep_minus(const struct few *a, const struct few *b, struct clash_list *list)
{
    for (int i = 0; i < a->n; i++) {
        int k = 0;
        while (k < b->n && clash_list_compare(&a->items[i], &b->items[k]) != 0) {
            k++;
        }
        if (k == b->n) {
            clash_list_keep(list, &a->items[i]);
        }
    }
}

static void judge_twice(struct clash_shift *shift, const struct suspect *suspect,
                        struct arena *arena)
{
    struct few found[N_MOMENTS];
    for (int m = BEFORE; m < N_MOMENTS; m++) {
        found[m].n = judge(shift, suspect, m, arena, found[m].items);
    }
    keep_minus(&found[BEFORE], &found[AFTER], &shift->changes[BEFORE]);
    keep_minus(&found[AFTER], &found[BEFORE], &shift->changes[AFTER]);
}

/* Two claims on sessions that are both looked at suspect each other: once is enough. */
static bool is_double(const struct clash_shift *shift, const struct suspect *suspect)
{
    return suspect->other >= 0 && suspect->other < suspect->claim &&
           clash_around_is_marked(shift->around,
                                  shift->around->index->claims[suspect->other].session);
}

static void judge_suspect(struct clash_shift *shift, const struct suspect *suspect,
                          struct arena *arena)
{
    if (suspect->judged == AT_BOTH) {
        judge_twice(shift, suspect, arena);
    } else {
        judge_once(shift, suspect, suspect->judged == 1U << AFTER ? AFTER : BEFORE, arena);
    }
}

static void judge_people(struct clash_shift *shift, struct arena *arena)
{
    const struct clash_around *around = shift->around;
    shift->n_suspects = 0;
    shift->changes[BEFORE].n = shift->changes[AFTER].n = 0;
    for (int i = 0; i < around->n_marked; i++) {
        suspect_around(shift, around->marked[i]);
    }
    for (size_t i = 0; i < shift->n_suspects; i++) {
        const struct suspect *suspect = &shift->suspects[i];
        __builtin_prefetch(&around->index->claims[suspect->claim]);
        __builtin_prefetch(&around->index->claims[suspect->other < 0 ? 0 : suspect->other]);
    }
    for (size_t i = 0; i < shift->n_suspects; i++) {
        if (!is_double(shift, &shift->suspects[i])) {
            judge_suspect(shift, &shift->suspects[i], arena);
        }
    }
    go_to(shift, BEFORE);
}

/* --- the programme --- */

static void keep_programme(struct clash_shift *shift, struct clash_list *list, struct arena *arena)
{
    const struct clash_index *index = shift->around->index;
    list->n = 0;
    clash_around_programme(shift->around, clash_list_keep, list);
    for (size_t i = 0; i < list->n && !index->options.without_why; i++) {
        list->items[i].why = clash_why(index, &list->items[i], arena);
    }
    clash_list_sort(list);
}

void clash_shift_move(struct clash_shift *shift, int session, struct slot slot, struct arena *arena)
{
    struct clash_around *around = shift->around;
    shift->session = session;
    shift->slots[BEFORE] = around->index->slots[session];
    shift->slots[AFTER] = slot;
    clash_around_unmark(around);
    clash_around_mark_family(around, session);
    for (int i = 0; i < around->n_marked; i++) {
        fetch_ahead(shift, around->marked[i]);
    }
    keep_programme(shift, &shift->programme[BEFORE], arena);
    set_spans(shift, session, nowhere); /* else each claim on it would be near itself */
    judge_people(shift, arena);
    clash_around_place(around, session, slot);
    keep_programme(shift, &shift->programme[AFTER], arena);
    set_spans(shift, session, span_here(shift, session));
    clash_list_minus(&shift->programme[BEFORE], &shift->programme[AFTER], &shift->changes[BEFORE]);
    clash_list_minus(&shift->programme[AFTER], &shift->programme[BEFORE], &shift->changes[AFTER]);
    clash_list_sort(&shift->changes[BEFORE]);
    clash_list_sort(&shift->changes[AFTER]);
}
