/*
 * clash: the full detection. Claims of each person go into the order of the sessions' starts, then
 * one sweep looks from each claim forward as far as sessions start before it has ended (or before
 * the person can have walked over). Rooms and tracks are swept in the same way.
 */
#include "core/clash.h"

#include "base/strmap.h"
#include "core/clash/index.h"

#include <stdlib.h>
#include <string.h>

#define SMALL_SORT 32

struct entry {
    int rank;
    int claim;
};

/* What one detection writes to and works with. */
struct finder {
    const struct clash_index *index;
    struct arena *arena;
    struct clashes *found;
    struct entry *entries; /* room for the claims of one person */
};

uint64_t clash_fingerprint(const struct clash_index *index, const struct clash *clash)
{
    uint64_t a = index->session_hash[clash->session_a];
    uint64_t b = clash->session_b < 0 ? 0 : index->session_hash[clash->session_b];
    /* Which one is earlier may change when sessions move; the identity must not. */
    uint64_t parts[4] = {index->kind_hash[clash->kind],
                         clash->person < 0 ? 0 : index->person_hash[clash->person], a < b ? a : b,
                         a < b ? b : a};
    return hash_bytes(parts, sizeof parts, 0);
}

/* --- order --- */

static int compare_keys(const struct clash_index *index, int a, int b)
{
    if (a == b) {
        return 0;
    }
    if (a < 0 || b < 0) {
        return a < 0 ? -1 : 1;
    }
    return strcmp(index->conf->sessions.items[a].key, index->conf->sessions.items[b].key);
}

static int compare_names(const struct clash_index *index, int a, int b)
{
    if (a == b) {
        return 0;
    }
    if (a < 0 || b < 0) {
        return a < 0 ? -1 : 1;
    }
    return strcmp(index->conf->persons.items[a].name, index->conf->persons.items[b].name);
}

static int compare_ints(int a, int b)
{
    return (a > b) - (a < b);
}

int clash_compare(const struct clash_index *index, const struct clash *a, const struct clash *b)
{
    int order = compare_ints((int)b->severity, (int)a->severity);
    if (order == 0) {
        order = (a->start_us > b->start_us) - (a->start_us < b->start_us);
    }
    if (order == 0) {
        order = compare_names(index, a->person, b->person);
    }
    if (order == 0) {
        order = compare_keys(index, a->session_a, b->session_a);
    }
    if (order == 0) {
        order = compare_keys(index, a->session_b, b->session_b);
    }
    if (order == 0) {
        order = compare_ints((int)a->kind, (int)b->kind);
    }
    if (order == 0) {
        order = compare_ints(a->person, b->person);
    }
    if (order == 0) {
        order = compare_ints(a->session_a, b->session_a);
    }
    return order != 0 ? order : compare_ints(a->session_b, b->session_b);
}

static int compare_clashes(const void *a, const void *b, void *index)
{
    return clash_compare(index, a, b);
}

void clash_order(const struct clash_index *index, struct clash *items, size_t n)
{
    struct clash_index view = *index; /* qsort_r() wants it without const */
    if (n > 1) {
        qsort_r(items, n, sizeof *items, compare_clashes, &view);
    }
}

void clash_finish(const struct clash_index *index, struct clash *items, size_t n,
                  struct arena *arena)
{
    clash_order(index, items, n);
    for (size_t i = 0; i < n && !index->options.without_why; i++) {
        items[i].why = clash_why(index, &items[i], arena);
    }
}

static bool keep(void *to, const struct clash *clash)
{
    struct finder *finder = to;
    if (finder->found->items.n == CLASHES_MAX) {
        finder->found->is_cut = true;
        return false;
    }
    struct clash *kept = vec_add(finder->arena, &finder->found->items);
    *kept = *clash;
    kept->fingerprint = clash_fingerprint(finder->index, clash);
    return true;
}

/* --- people --- */

static int compare_entries(const void *a, const void *b)
{
    return compare_ints(((const struct entry *)a)->rank, ((const struct entry *)b)->rank);
}

static void sort_entries(struct entry *entries, int n)
{
    if (n > SMALL_SORT) {
        qsort(entries, (size_t)n, sizeof *entries, compare_entries);
        return;
    }
    for (int i = 1; i < n; i++) {
        struct entry entry = entries[i];
        int k = i;
        for (; k > 0 && entries[k - 1].rank > entry.rank; k--) {
            entries[k] = entries[k - 1];
        }
        entries[k] = entry;
    }
}

/* The claims of a person that stand for themselves and are not loose, in order of time; returns how
 * many. */
static int person_entries(const struct clash_index *index, int person, struct entry *entries)
{
    int n = 0;
    for (int c = index->claim_first[person]; c < index->claim_first[person + 1]; c++) {
        const struct claim *claim = &index->claims[c];
        int rank = index->rank[claim->session];
        if (rank >= 0 && !claim->is_loose && !claim_is_covered(index, claim)) {
            entries[n++] = (struct entry){rank, c};
        }
    }
    sort_entries(entries, n);
    return n;
}

static void find_pair(struct finder *finder, const struct claim *a, const struct claim *b)
{
    for (int k = 0; k < N_PAIR_KINDS; k++) {
        struct clash clash;
        if (clash_rules[clash_pair_kinds[k]].pair(finder->index, a, b, &clash)) {
            (void)keep(finder, &clash); /* is_cut says */
        }
    }
}

static void find_singles(struct finder *finder, const struct claim *claim)
{
    for (int k = 0; k < N_CLAIM_KINDS; k++) {
        struct clash clash;
        if (clash_rules[clash_claim_kinds[k]].claim(finder->index, claim, &clash)) {
            (void)keep(finder, &clash); /* is_cut says */
        }
    }
}

static void find_person(struct finder *finder, int person)
{
    const struct clash_index *index = finder->index;
    const struct entry *entries = finder->entries;
    int n = person_entries(index, person, finder->entries);
    for (int i = 0; i < n && !finder->found->is_cut; i++) {
        const struct claim *claim = &index->claims[entries[i].claim];
        int reach = index->reach[entries[i].rank];
        for (int k = i + 1; k < n && entries[k].rank < reach; k++) {
            find_pair(finder, claim, &index->claims[entries[k].claim]);
        }
        if (claim->level <= LEVEL_SHOULD) {
            find_singles(finder, claim);
        }
    }
    if (index->loose_first != NULL) {
        (void)clash_loose(index, person, (1U << N_CLAIM_KINDS) - 1, keep, finder); /* is_cut says */
    }
}

size_t clash_index_count_pairs(const struct clash_index *index)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    size_t n_persons = index->conf->persons.n;
    struct entry *entries =
        arena_array(scratch, (size_t)index->claim_first[n_persons], sizeof *entries);
    size_t n_pairs = 0;
    for (size_t p = 0; p < n_persons; p++) {
        int n = person_entries(index, (int)p, entries);
        for (int i = 0; i < n; i++) {
            int stop = index->stop[entries[i].rank];
            for (int k = i + 1; k < n && entries[k].rank < stop; k++) {
                n_pairs++;
            }
        }
    }
    return n_pairs;
}

/* --- the programme --- */

/* Ranks of the live sessions grouped by room or track, in order of time. */
struct groups {
    int *first; /* n_groups + 2 offsets; group g is first[g] .. first[g + 1] */
    int *ranks;
};

static int room_of(const struct clash_index *index, int session)
{
    return index->slots[session].room;
}

static int track_of(const struct clash_index *index, int session)
{
    return index->conf->sessions.items[session].track;
}

static struct groups group_ranks(const struct clash_index *index,
                                 int (*group_of)(const struct clash_index *, int), size_t n_groups,
                                 struct arena *arena)
{
    struct groups groups = {arena_array(arena, n_groups + 2, sizeof(int)),
                            arena_array(arena, (size_t)index->n_live, sizeof(int))};
    for (int r = 0; r < index->n_live; r++) {
        groups.first[group_of(index, index->by_start[r]) + 2]++;
    }
    groups.first[1] = 0; /* those without room or track are in no group */
    for (size_t g = 2; g < n_groups + 2; g++) {
        groups.first[g] += groups.first[g - 1];
    }
    for (int r = 0; r < index->n_live; r++) {
        int g = group_of(index, index->by_start[r]);
        if (g >= 0) {
            groups.ranks[groups.first[g + 1]++] = r;
        }
    }
    return groups;
}

static void find_sessions(struct finder *finder, enum clash_kind kind, int rank_a, int rank_b)
{
    const struct clash_index *index = finder->index;
    struct clash clash;
    if (clash_rules[kind].sessions(index, index->by_start[rank_a], index->by_start[rank_b],
                                   &clash)) {
        (void)keep(finder, &clash); /* is_cut says */
    }
}

static void find_in_rooms(struct finder *finder, struct arena *scratch)
{
    const struct clash_index *index = finder->index;
    size_t n_rooms = index->conf->rooms.n;
    struct groups rooms = group_ranks(index, room_of, n_rooms, scratch);
    for (size_t g = 0; g < n_rooms; g++) {
        for (int i = rooms.first[g]; i < rooms.first[g + 1] && !finder->found->is_cut; i++) {
            int stop = index->stop[rooms.ranks[i]];
            for (int k = i + 1; k < rooms.first[g + 1] && rooms.ranks[k] < stop; k++) {
                find_sessions(finder, CLASH_ROOM_TWICE, rooms.ranks[i], rooms.ranks[k]);
            }
        }
    }
}

/* The pairs of one track's session with a later one of the other that starts before it ends. */
static void find_between(struct finder *finder, enum clash_kind kind, const struct groups *tracks,
                         int earlier, int later)
{
    const struct clash_index *index = finder->index;
    int low = tracks->first[later];
    for (int i = tracks->first[earlier]; i < tracks->first[earlier + 1] && !finder->found->is_cut;
         i++) {
        int rank = tracks->ranks[i];
        while (low < tracks->first[later + 1] && tracks->ranks[low] < rank) {
            low++;
        }
        for (int k = low; k < tracks->first[later + 1] && tracks->ranks[k] < index->stop[rank];
             k++) {
            find_sessions(finder, kind, rank, tracks->ranks[k]);
        }
    }
}

static void find_in_tracks(struct finder *finder, struct arena *scratch)
{
    const struct clash_index *index = finder->index;
    struct groups tracks = group_ranks(index, track_of, index->conf->tracks.n, scratch);
    for (int i = 0; i < index->n_separations; i++) {
        int a = (int)(index->separations[i] >> 32);
        int b = (int)(index->separations[i] & 0x7fffffff);
        find_between(finder, CLASH_TRACKS_TOGETHER, &tracks, a, b);
        find_between(finder, CLASH_TRACKS_TOGETHER, &tracks, b, a);
    }
    for (size_t i = 0; i < index->shared->items.n; i++) {
        const struct shared_pair *pair = &index->shared->items.items[i];
        find_between(finder, CLASH_TRACKS_SHARE_PEOPLE, &tracks, pair->track_a, pair->track_b);
        find_between(finder, CLASH_TRACKS_SHARE_PEOPLE, &tracks, pair->track_b, pair->track_a);
    }
}

static void find_session(struct finder *finder, int session)
{
    struct clash clash;
    if (clash_rules[CLASH_ROOM_TOO_SMALL].session(finder->index, session, &clash)) {
        (void)keep(finder, &clash); /* is_cut says */
    }
}

static void find_programme(struct finder *finder, struct arena *scratch)
{
    const struct clash_index *index = finder->index;
    find_in_rooms(finder, scratch);
    find_in_tracks(finder, scratch);
    for (int r = 0; r < index->n_live; r++) {
        find_session(finder, index->by_start[r]);
    }
}

void clash_index_find(const struct clash_index *index, int only_person, struct arena *arena,
                      struct clashes *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    int n_persons = (int)index->conf->persons.n;
    int first = only_person >= 0 ? only_person : 0;
    int last = only_person == -1 ? n_persons : only_person >= 0 ? only_person + 1 : 0;
    int most = 0;
    *ret = (struct clashes){0};
    if (only_person >= n_persons) {
        return;
    }
    for (int p = first; p < last; p++) {
        int n = index->claim_first[p + 1] - index->claim_first[p];
        most = n > most ? n : most;
    }
    struct finder finder = {.index = index,
                            .arena = arena,
                            .found = ret,
                            .entries = arena_array(scratch, (size_t)most, sizeof(struct entry))};
    for (int p = first; p < last; p++) {
        find_person(&finder, p);
    }
    if (only_person < 0) {
        find_programme(&finder, scratch);
    }
    clash_finish(index, ret->items.items, ret->items.n, arena);
}

void clash_find(const struct conference *conf, const struct requirements *requirements,
                const struct clash_options *options, struct arena *arena, struct clashes *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    clash_index_find(clash_index_new(conf, requirements, options, scratch), options->only_person,
                     arena, ret);
}
