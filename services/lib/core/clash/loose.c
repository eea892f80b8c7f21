/*
 * Tracks without a block: who is wanted in one as a whole is not wanted in each of its sessions.
 * What stands in the way of no more than half of them is left to the person.
 */
#include "core/clash/index.h"

#include <stdlib.h>

/* What is missed of one track in one way. */
struct missed {
    struct clash clash; /* of the first session; its time is that of all */
    int n;
};

static void miss(struct missed *missed, const struct clash *clash)
{
    if (missed->n++ == 0) {
        missed->clash = *clash;
        return;
    }
    struct clash *all = &missed->clash;
    all->start_us = clash->start_us < all->start_us ? clash->start_us : all->start_us;
    all->end_us = clash->end_us > all->end_us ? clash->end_us : all->end_us;
}

static int track_of(const struct clash_index *index, const struct claim *claim)
{
    return index->conf->sessions.items[claim->session].track;
}

/* --- who has any --- */

static int compare_loose(const void *a, const void *b, void *index)
{
    const struct claim *x = &((const struct clash_index *)index)->claims[*(const int *)a];
    const struct claim *y = &((const struct clash_index *)index)->claims[*(const int *)b];
    int track_x = track_of(index, x);
    int track_y = track_of(index, y);
    int order = (track_x > track_y) - (track_x < track_y);
    return order != 0 ? order : (x > y) - (x < y);
}

void index_load_loose(struct clash_index *index)
{
    size_t n_persons = index->conf->persons.n;
    int n_claims = index->claim_first[n_persons];
    int n_loose = 0;
    for (int c = 0; c < n_claims; c++) {
        n_loose += index->claims[c].is_loose;
    }
    if (n_loose == 0) {
        return;
    }
    index->loose_first = arena_array(index->arena, n_persons + 1, sizeof(int));
    index->loose = arena_array(index->arena, (size_t)n_claims, sizeof(int));
    index->duty_first = arena_array(index->arena, n_persons + 1, sizeof(int));
    index->duties = arena_array(index->arena, (size_t)n_claims, sizeof(int));
    for (size_t p = 0; p < n_persons; p++) {
        int loose_end = index->loose_first[p];
        int duty_end = index->duty_first[p];
        for (int c = index->claim_first[p]; c < index->claim_first[p + 1]; c++) {
            bool is_duty = index->claims[c].level <= LEVEL_SHOULD;
            if (is_duty && index->claims[c].is_loose) {
                index->loose[loose_end++] = c;
            } else if (is_duty) {
                index->duties[duty_end++] = c;
            }
        }
        qsort_r(&index->loose[index->loose_first[p]], (size_t)(loose_end - index->loose_first[p]),
                sizeof(int), compare_loose, index);
        index->loose_first[p + 1] = loose_end;
        index->duty_first[p + 1] = duty_end;
    }
}

/* --- what is missed --- */

/* The first duty outside the track that is in the way of the claim. */
static bool find_duty(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    const struct slot *here = &index->slots[claim->session];
    int end = index->duty_first[claim->person + 1];
    for (int d = index->duty_first[claim->person]; d < end; d++) {
        const struct claim *duty = &index->claims[index->duties[d]];
        const struct slot *there = &index->slots[duty->session];
        if (there->start_us >= here->end_us || there->end_us <= here->start_us ||
            !claim_stands(index, duty) || track_of(index, duty) == track_of(index, claim) ||
            claims_are_decided(index, claim, duty)) {
            continue;
        }
        bool in_order = index_is_before(index, claim->session, duty->session);
        if (clash_rules[CLASH_REQUIRED_TWICE].pair(index, in_order ? claim : duty,
                                                   in_order ? duty : claim, ret)) {
            return true;
        }
    }
    return false;
}

/* kind -1: needed elsewhere. */
static bool holds(const struct clash_index *index, const struct claim *claim, int kind,
                  struct clash *ret)
{
    return kind < 0 ? find_duty(index, claim, ret)
                    : clash_rules[clash_claim_kinds[kind]].claim(index, claim, ret);
}

/* Of index->loose from first to end, one track's. Returns how many sessions there are. */
static int collect(const struct clash_index *index, int first, int end, int kind,
                   struct missed *ret)
{
    int n = 0;
    ret->n = 0;
    for (int i = first; i < end; i++) {
        const struct claim *claim = &index->claims[index->loose[i]];
        struct clash clash;
        if (claim_stands(index, claim)) {
            n++;
            if (holds(index, claim, kind, &clash)) {
                miss(ret, &clash);
            }
        }
    }
    return n;
}

/* The end of the track that begins at first. */
static int end_of_track(const struct clash_index *index, int first)
{
    const struct claim *claim = &index->claims[index->loose[first]];
    int end = first + 1;
    while (end < index->loose_first[claim->person + 1] &&
           track_of(index, &index->claims[index->loose[end]]) == track_of(index, claim)) {
        end++;
    }
    return end;
}

bool clash_loose(const struct clash_index *index, int person, unsigned kinds, clash_emit *emit,
                 void *to)
{
    bool has_duties = index->duty_first[person] < index->duty_first[person + 1];
    int end = 0;
    for (int i = index->loose_first[person];
         i < index->loose_first[person + 1] && (has_duties || kinds != 0); i = end) {
        end = end_of_track(index, i);
        for (int kind = has_duties ? -1 : 0; kind < N_CLAIM_KINDS; kind++) {
            struct missed missed;
            if ((kind < 0 || (kinds >> kind & 1) != 0) &&
                collect(index, i, end, kind, &missed) < 2 * missed.n && !emit(to, &missed.clash)) {
                return false;
            }
        }
    }
    return true;
}

int clash_loose_elsewhere(const struct clash_index *index, const struct claim *claim,
                          int *ret_n_all)
{
    struct missed missed;
    int first = index->loose_first[claim->person];
    while (track_of(index, &index->claims[index->loose[first]]) != track_of(index, claim)) {
        first++;
    }
    *ret_n_all = collect(index, first, end_of_track(index, first), -1, &missed);
    return missed.n;
}
