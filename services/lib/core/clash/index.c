#include "core/clash/index.h"

#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_WALK_US (10 * MINUTE_US)

/* --- claims --- */

static enum claim_level level_of(const struct requirement *requirement)
{
    switch (requirement->strength) {
    case STRENGTH_MUST: return requirement->reason == REASON_KEY_ATTENDEE ? LEVEL_MUST : LEVEL_HOST;
    case STRENGTH_SHOULD: return LEVEL_SHOULD;
    case STRENGTH_WOULD_LIKE: break;
    }
    return requirement->reason == REASON_MATCH ? LEVEL_RECOMMENDED : LEVEL_WISH;
}

int index_find_claim(const struct clash_index *index, int person, int session)
{
    int low = index->claim_first[person];
    int high = index->claim_first[person + 1];
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (index->claims[middle].session < session) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_there = low < index->claim_first[person + 1] && index->claims[low].session == session;
    return is_there ? low : -1;
}

static int find_parent_claim(const struct clash_index *index, const struct claim *claim)
{
    int parent = index->conf->sessions.items[claim->session].parent;
    int found = parent < 0 ? -1 : index_find_claim(index, claim->person, parent);
    if (found < 0 || found == claim - index->claims) {
        return -1;
    }
    const struct claim *above = &index->claims[found];
    return !above->is_loose && above->level <= claim->level && above->answer == claim->answer
               ? found
               : -1;
}

static void load_claims(struct clash_index *index, const struct requirements *requirements)
{
    size_t n = requirements->items.n;
    size_t n_persons = index->conf->persons.n;
    index->claims = arena_array(index->arena, n, sizeof *index->claims);
    index->claim_first = arena_array(index->arena, n_persons + 1, sizeof(int));
    for (size_t i = 0; i < n; i++) {
        const struct requirement *requirement = &requirements->items.items[i];
        struct claim *claim = &index->claims[i];
        index->claim_first[requirement->person + 1]++;
        *claim = (struct claim){
            .person = requirement->person,
            .session = requirement->session,
            .parent_claim = -1,
            .answer = index_find_answer(index, requirement->person, requirement->session),
            .level = level_of(requirement),
            .reason = requirement->reason,
            .is_loose = requirement->is_loose};
    }
    for (size_t p = 1; p <= n_persons; p++) {
        index->claim_first[p] += index->claim_first[p - 1];
    }
    for (size_t i = 0; i < n; i++) {
        index->claims[i].parent_claim = find_parent_claim(index, &index->claims[i]);
    }
}

static void load_takers(struct clash_index *index)
{
    size_t n_sessions = index->conf->sessions.n;
    int n = index->claim_first[index->conf->persons.n];
    index->taker_first = arena_array(index->arena, n_sessions + 2, sizeof(int));
    index->takers = arena_array(index->arena, (size_t)n, sizeof *index->takers);
    for (int i = 0; i < n; i++) {
        index->taker_first[index->claims[i].session + 2]++;
    }
    for (size_t s = 2; s < n_sessions + 2; s++) {
        index->taker_first[s] += index->taker_first[s - 1];
    }
    for (int i = 0; i < n; i++) {
        struct taker *taker = &index->takers[index->taker_first[index->claims[i].session + 1]++];
        *taker = (struct taker){index->claims[i].person, i};
    }
}

/* --- rooms and tracks --- */

static uint64_t pair_key(int a, int b)
{
    return a < b ? (uint64_t)(uint32_t)a << 32 | (uint32_t)b
                 : (uint64_t)(uint32_t)b << 32 | (uint32_t)a;
}

static int compare_walks(const void *a, const void *b)
{
    const struct walk *x = a;
    const struct walk *y = b;
    int order = (x->rooms > y->rooms) - (x->rooms < y->rooms);
    return order != 0 ? order : (x->walk_us < y->walk_us) - (x->walk_us > y->walk_us);
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int64_t limited_walk(int64_t walk_us)
{
    return walk_us < 0 ? 0 : walk_us > DAY_US ? DAY_US : walk_us;
}

static bool buildings_differ(const struct conference *conf, int a, int b)
{
    const char *x = conf->rooms.items[a].building;
    const char *y = conf->rooms.items[b].building;
    return x[0] != '\0' && y[0] != '\0' && strcmp(x, y) != 0;
}

int64_t index_walk_us(const struct clash_index *index, int room_a, int room_b)
{
    if (room_a < 0 || room_b < 0 || room_a == room_b) {
        return 0;
    }
    uint64_t rooms = pair_key(room_a, room_b);
    int low = 0;
    int high = index->n_walks;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (index->walks[middle].rooms < rooms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < index->n_walks && index->walks[low].rooms == rooms) {
        return index->walks[low].walk_us;
    }
    return buildings_differ(index->conf, room_a, room_b) ? index->options.walk_between_buildings_us
                                                         : 0;
}

/* Of two distances for one pair of rooms the longer counts: it is the careful one. */
static void load_walks(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    index->walks = arena_array(index->arena, conf->distances.n, sizeof *index->walks);
    index->room_reach_us = arena_array(index->arena, conf->rooms.n, sizeof(int64_t));
    const char *building = "";
    bool has_buildings = false;
    for (size_t r = 0; r < conf->rooms.n; r++) {
        const char *here = conf->rooms.items[r].building;
        has_buildings = has_buildings ||
                        (building[0] != '\0' && here[0] != '\0' && strcmp(building, here) != 0);
        building = here[0] != '\0' ? here : building;
    }
    for (size_t r = 0; has_buildings && r < conf->rooms.n; r++) {
        index->room_reach_us[r] = index->options.walk_between_buildings_us;
    }
    for (size_t i = 0; i < conf->distances.n; i++) {
        const struct room_distance *distance = &conf->distances.items[i];
        int ends[2] = {distance->room_a, distance->room_b};
        int64_t walk_us = limited_walk(distance->walk_us);
        if (ends[0] < 0 || ends[1] < 0 || ends[0] == ends[1]) {
            continue;
        }
        index->walks[index->n_walks++] = (struct walk){pair_key(ends[0], ends[1]), walk_us};
        for (int k = 0; k < 2; k++) {
            if (index->room_reach_us[ends[k]] < walk_us) {
                index->room_reach_us[ends[k]] = walk_us;
            }
        }
    }
    qsort(index->walks, (size_t)index->n_walks, sizeof *index->walks, compare_walks);
}

static void load_separations(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    uint64_t *keys = arena_array(index->arena, conf->separations.n, sizeof *keys);
    size_t n = 0;
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *separation = &conf->separations.items[i];
        if (separation->track_a >= 0 && separation->track_b >= 0 &&
            separation->track_a != separation->track_b) {
            keys[n++] = pair_key(separation->track_a, separation->track_b);
        }
    }
    qsort(keys, n, sizeof *keys, compare_u64);
    int kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || keys[i] != keys[i - 1]) {
            keys[kept++] = keys[i];
        }
    }
    index->separations = keys;
    index->n_separations = kept;
}

static void load_shared(struct clash_index *index)
{
    index->shared = index->options.shared;
    if (index->shared == NULL) {
        struct shared_pairs *found = arena_alloc(index->arena, sizeof *found);
        shared_find_in(index->conf, index->arena, found);
        index->shared = found;
    }
}

const struct shared_pair *index_find_shared(const struct clash_index *index, int track_a,
                                            int track_b)
{
    const struct shared_pair *pairs = index->shared->items.items;
    uint64_t key = pair_key(track_a, track_b);
    size_t low = 0;
    size_t high = index->shared->items.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pair_key(pairs[middle].track_a, pairs[middle].track_b) < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_there =
        low < index->shared->items.n && pair_key(pairs[low].track_a, pairs[low].track_b) == key;
    return is_there ? &pairs[low] : NULL;
}

/* --- sessions in order of time --- */

static int compare_keys(const struct clash_index *index, int a, int b)
{
    if (index->key_rank != NULL) {
        return index->key_rank[a] - index->key_rank[b];
    }
    int order = strcmp(index->conf->sessions.items[a].key, index->conf->sessions.items[b].key);
    return order != 0 ? order : (a > b) - (a < b);
}

static int compare_sessions(const struct clash_index *index, int a, int b)
{
    const struct slot *x = &index->slots[a];
    const struct slot *y = &index->slots[b];
    int order = (x->start_us > y->start_us) - (x->start_us < y->start_us);
    return order != 0 ? order : compare_keys(index, a, b);
}

bool index_is_before(const struct clash_index *index, int a, int b)
{
    return compare_sessions(index, a, b) < 0;
}

static int compare_by_start(const void *a, const void *b, void *index)
{
    return compare_sessions(index, *(const int *)a, *(const int *)b);
}

static int compare_by_key(const void *a, const void *b, void *index)
{
    return compare_keys(index, *(const int *)a, *(const int *)b);
}

void index_rank_keys(struct clash_index *index)
{
    size_t n = index->conf->sessions.n;
    int *by_key = arena_array(index->arena, n, sizeof *by_key);
    int *rank = arena_array(index->arena, n, sizeof *rank);
    for (size_t s = 0; s < n; s++) {
        by_key[s] = (int)s;
    }
    if (n > 1) {
        qsort_r(by_key, n, sizeof *by_key, compare_by_key, index);
    }
    for (size_t i = 0; i < n; i++) {
        rank[by_key[i]] = (int)i;
    }
    index->key_rank = rank;
}

/* The first rank whose session starts at at_us or later. */
static int rank_from(const struct clash_index *index, int64_t at_us)
{
    int low = 0;
    int high = index->n_live;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (index->slots[index->by_start[middle]].start_us < at_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void index_order(struct clash_index *index)
{
    index->n_live = 0;
    for (size_t s = 0; s < index->conf->sessions.n; s++) {
        index->rank[s] = -1;
        if (index_is_live(index, (int)s)) {
            index->by_start[index->n_live++] = (int)s;
        }
    }
    qsort_r(index->by_start, (size_t)index->n_live, sizeof(int), compare_by_start, index);
    for (int r = 0; r < index->n_live; r++) {
        const struct slot *slot = &index->slots[index->by_start[r]];
        int64_t reach_us = slot->room < 0 ? 0 : index->room_reach_us[slot->room];
        index->rank[index->by_start[r]] = r;
        index->stop[r] = rank_from(index, slot->end_us);
        index->reach[r] =
            reach_us == 0 ? index->stop[r] : rank_from(index, slot->end_us + reach_us);
    }
}

static void load_sessions(struct clash_index *index)
{
    const struct conference *conf = index->conf;
    size_t n = conf->sessions.n;
    index->slots = arena_array(index->arena, n, sizeof *index->slots);
    index->may_clash = arena_array(index->arena, n, sizeof(bool));
    index->parent = arena_array(index->arena, n, sizeof(int));
    index->by_start = arena_array(index->arena, n, sizeof(int));
    index->rank = arena_array(index->arena, n, sizeof(int));
    index->stop = arena_array(index->arena, n, sizeof(int));
    index->reach = arena_array(index->arena, n, sizeof(int));
    index->session_hash = arena_array(index->arena, n, sizeof(uint64_t));
    for (size_t s = 0; s < n; s++) {
        const struct session *session = &conf->sessions.items[s];
        bool has_key = session->key[0] != '\0';
        index->may_clash[s] = !session->is_cancelled && session->kind != SESSION_BREAK;
        index->parent[s] = session->parent;
        index->slots[s] = (struct slot){session->start_us, session->end_us, session->room};
        index->session_hash[s] = hash_string(has_key ? session->key : session->title);
    }
    index_order(index);
}

struct clash_index *clash_index_new(const struct conference *conf,
                                    const struct requirements *requirements,
                                    const struct clash_options *options, struct arena *arena)
{
    struct clash_index *index = arena_alloc(arena, sizeof *index);
    index->conf = conf;
    index->arena = arena;
    index->options = *options;
    index->options.walk_between_buildings_us =
        options->walk_between_buildings_us == 0 ? DEFAULT_WALK_US
                                                : limited_walk(options->walk_between_buildings_us);
    index_load_people(index);
    for (int kind = 0; kind < N_CLASH_KINDS; kind++) {
        index->kind_hash[kind] = hash_string(clash_kinds[kind].name);
    }
    load_walks(index);
    load_separations(index);
    load_shared(index);
    load_sessions(index);
    load_claims(index, requirements);
    index_load_loose(index);
    load_takers(index);
    return index;
}
