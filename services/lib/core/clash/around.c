#include "core/clash/around.h"

/* Bits of clash_claim_kinds[]. */
#define HAS_PARENT   (1U << 7) /* some claims may be covered by others, on the blocks */
#define HAS_LOOSE    (1U << 6) /* some claims are loose */
#define ALL_KINDS    ((1U << N_CLAIM_KINDS) - 1)
#define MOVING_KINDS ((1U << N_MOVING_KINDS) - 1)

/* Sessions grouped by a number that each has, -1 = none; offsets of n_groups + 2 items. */
static int *group(const struct conference *conf, int (*group_of)(const struct session *),
                  size_t n_groups, int **ret_first, struct arena *arena)
{
    size_t n = conf->sessions.n;
    int *first = arena_array(arena, n_groups + 2, sizeof(int));
    int *grouped = arena_array(arena, n, sizeof(int));
    for (size_t s = 0; s < n; s++) {
        first[group_of(&conf->sessions.items[s]) + 2]++;
    }
    first[1] = 0; /* those of no group are left out */
    for (size_t g = 2; g < n_groups + 2; g++) {
        first[g] += first[g - 1];
    }
    for (size_t s = 0; s < n; s++) {
        int g = group_of(&conf->sessions.items[s]);
        if (g >= 0) {
            grouped[first[g + 1]++] = (int)s;
        }
    }
    *ret_first = first;
    return grouped;
}

static int parent_of(const struct session *session)
{
    return session->parent;
}

static int track_of(const struct session *session)
{
    return session->track;
}

static void load_groups(struct clash_around *around, struct arena *arena)
{
    const struct conference *conf = around->index->conf;
    around->children = group(conf, parent_of, conf->sessions.n, &around->child_first, arena);
    around->track_sessions = group(conf, track_of, conf->tracks.n, &around->track_first, arena);
}

/* Tracks that must not, and tracks that should not run beside one another. */
static void load_apart(struct clash_around *around, struct arena *arena)
{
    const struct clash_index *index = around->index;
    const struct shared_pair *shared = index->shared->items.items;
    size_t n = (size_t)index->n_separations + index->shared->items.n;
    around->apart = arena_array(arena, n, sizeof *around->apart);
    for (int i = 0; i < index->n_separations; i++) {
        around->apart[around->n_apart++] =
            (struct apart){(int)(index->separations[i] >> 32),
                           (int)(index->separations[i] & 0x7fffffff), CLASH_TRACKS_TOGETHER};
    }
    for (size_t i = 0; i < index->shared->items.n; i++) {
        around->apart[around->n_apart++] =
            (struct apart){shared[i].track_a, shared[i].track_b, CLASH_TRACKS_SHARE_PEOPLE};
    }
}

/* Which of the kinds that a move can change may hold for a person at all: mostly none. */
static void load_moving(struct clash_around *around, struct arena *arena)
{
    const struct clash_index *index = around->index;
    size_t n = index->conf->persons.n;
    around->moving = arena_array(arena, n, sizeof *around->moving);
    for (int c = 0; c < index->claim_first[n]; c++) {
        const struct claim *claim = &index->claims[c];
        unsigned bits = claim->parent_claim >= 0 ? HAS_PARENT : 0;
        bits |= claim->is_loose ? HAS_LOOSE : 0;
        for (int k = 0; k < N_MOVING_KINDS && claim->level <= LEVEL_SHOULD; k++) {
            bits |= (unsigned)claim_may_move(index, claim, clash_claim_kinds[k]) << k;
        }
        around->moving[claim->person] |= (uint8_t)bits;
    }
}

static void enter_room(struct clash_around *around, int session)
{
    int room = around->index->slots[session].room;
    around->room_next[session] = around->room_prev[session] = -1;
    if (room >= 0) {
        int next = around->room_head[room];
        around->room_next[session] = next;
        around->room_head[room] = session;
        if (next >= 0) {
            around->room_prev[next] = session;
        }
    }
}

static void leave_room(struct clash_around *around, int session)
{
    int room = around->index->slots[session].room;
    int next = around->room_next[session];
    int prev = around->room_prev[session];
    if (room < 0) {
        return;
    }
    if (prev >= 0) {
        around->room_next[prev] = next;
    } else {
        around->room_head[room] = next;
    }
    if (next >= 0) {
        around->room_prev[next] = prev;
    }
}

void clash_around_init(struct clash_around *around, struct clash_index *index, struct arena *arena)
{
    const struct conference *conf = index->conf;
    size_t n = conf->sessions.n;
    *around = (struct clash_around){.index = index};
    around->met = arena_array(arena, conf->persons.n, sizeof(int));
    around->mark = arena_array(arena, n, sizeof(int));
    around->marked = arena_array(arena, n, sizeof(int));
    around->room_head = arena_array(arena, conf->rooms.n, sizeof(int));
    around->room_next = arena_array(arena, n, sizeof(int));
    around->room_prev = arena_array(arena, n, sizeof(int));
    for (size_t r = 0; r < conf->rooms.n; r++) {
        around->room_head[r] = -1;
    }
    for (size_t s = 0; s < n; s++) {
        enter_room(around, (int)s);
    }
    load_groups(around, arena);
    load_apart(around, arena);
    load_moving(around, arena);
    spans_init(&around->spans, index, arena);
    index_rank_keys(index);
}

void clash_around_place(struct clash_around *around, int session, struct slot slot)
{
    if (around->index->slots[session].room == slot.room) {
        around->index->slots[session] = slot;
        return;
    }
    leave_room(around, session);
    around->index->slots[session] = slot;
    enter_room(around, session);
}

void clash_around_unmark(struct clash_around *around)
{
    around->stamp++;
    around->n_marked = 0;
}

void clash_around_mark(struct clash_around *around, int session)
{
    if (around->mark[session] != around->stamp) {
        around->mark[session] = around->stamp;
        around->marked[around->n_marked++] = session;
    }
}

void clash_around_mark_family(struct clash_around *around, int session)
{
    clash_around_mark(around, session);
    for (int k = around->child_first[session]; k < around->child_first[session + 1]; k++) {
        clash_around_mark(around, around->children[k]);
    }
}

static bool is_marked(const struct clash_around *around, int session)
{
    return around->mark[session] == around->stamp;
}

/* Too far from one another in time for any clash of two? */
static bool are_distant(const struct clash_index *index, int a, int b)
{
    const struct slot *x = &index->slots[a];
    const struct slot *y = &index->slots[b];
    int64_t reach_us = x->room < 0 ? 0 : index->room_reach_us[x->room];
    return y->start_us >= x->end_us + reach_us || x->start_us >= y->end_us + reach_us;
}

/* --- people --- */

/* Of two claims of one person, in any order. */
static bool emit_pair(const struct clash_index *index, const struct claim *claim,
                      const struct claim *other, clash_emit *emit, void *to)
{
    bool in_order = index_is_before(index, claim->session, other->session);
    const struct claim *first = in_order ? claim : other;
    const struct claim *second = in_order ? other : claim;
    for (int k = 0; k < N_PAIR_KINDS; k++) {
        struct clash clash;
        if (clash_rules[clash_pair_kinds[k]].pair(index, first, second, &clash) &&
            !emit(to, &clash)) {
            return false;
        }
    }
    return true;
}

/* A contribution that leaves its block comes out from under the claim on the block: then all that
 * was said of the block must be said of it as well. */
static bool emit_singles(const struct clash_around *around, const struct claim *claim,
                         clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    unsigned kinds =
        claim->parent_claim >= 0 ? ALL_KINDS : around->moving[claim->person] & MOVING_KINDS;
    for (int k = 0; kinds >> k != 0 && claim->level <= LEVEL_SHOULD; k++) {
        struct clash clash;
        if ((kinds >> k & 1) != 0 &&
            clash_rules[clash_claim_kinds[k]].claim(index, claim, &clash) && !emit(to, &clash)) {
            return false;
        }
    }
    return true;
}

/* With a claim that is near; those on marked sessions may lie elsewhere, see emit_marked(). */
static bool emit_near(const struct clash_around *around, const struct claim *claim,
                      const struct claim *other, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    return other == claim || is_marked(around, other->session) ||
           are_distant(index, claim->session, other->session) || !claim_stands(index, other) ||
           emit_pair(index, claim, other, emit, to);
}

/* Those of the person's tracks as a whole, once: they may change with any session of theirs. */
static bool around_loose(const struct clash_around *around, int person, clash_emit *emit, void *to)
{
    unsigned moving = around->moving[person];
    unsigned kinds = (moving & HAS_PARENT) != 0 ? ALL_KINDS : moving & MOVING_KINDS;
    if (around->met[person] == around->n_met) {
        return true;
    }
    around->met[person] = around->n_met;
    return clash_loose(around->index, person, kinds, emit, to);
}

/* The claim itself is looked at only where it may matter: nearly all are far from everything. */
static bool around_taker(const struct clash_around *around, const struct taker *taker, uint64_t key,
                         clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    const struct claim *claim = &index->claims[taker->claim];
    unsigned moving = around->moving[taker->person];
    int end = index->claim_first[taker->person + 1];
    if ((moving & HAS_LOOSE) != 0 && !around_loose(around, taker->person, emit, to)) {
        return false;
    }
    if (((moving & HAS_LOOSE) != 0 && claim->is_loose) ||
        ((moving & HAS_PARENT) != 0 && claim_is_covered(index, claim))) {
        return true;
    }
    for (int c = index->claim_first[taker->person]; c < end; c += 2) {
        uint64_t near = spans_near(&around->spans, c, key);
        if ((near & SPANS_FIRST) != 0 && !emit_near(around, claim, &index->claims[c], emit, to)) {
            return false;
        }
        if ((near & SPANS_SECOND) != 0 && c + 1 < end &&
            !emit_near(around, claim, &index->claims[c + 1], emit, to)) {
            return false;
        }
    }
    return moving == 0 || emit_singles(around, claim, emit, to);
}

static bool around_people(const struct clash_around *around, int session, clash_emit *emit,
                          void *to)
{
    const struct clash_index *index = around->index;
    uint64_t key = spans_key(&around->spans, index, session);
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        if (!around_taker(around, &index->takers[t], key, emit, to)) {
            return false;
        }
    }
    return true;
}

/* Of the people whom two sessions share: takers are ordered by person. */
static bool emit_shared(const struct clash_index *index, int a, int b, clash_emit *emit, void *to)
{
    int k = index->taker_first[b];
    for (int t = index->taker_first[a]; t < index->taker_first[a + 1]; t++) {
        while (k < index->taker_first[b + 1] && index->takers[k].person < index->takers[t].person) {
            k++;
        }
        if (k == index->taker_first[b + 1]) {
            return true;
        }
        const struct claim *x = &index->claims[index->takers[t].claim];
        const struct claim *y = &index->claims[index->takers[k].claim];
        if (x->person == y->person && !x->is_loose && !y->is_loose && claim_stands(index, x) &&
            claim_stands(index, y) && !emit_pair(index, x, y, emit, to)) {
            return false;
        }
    }
    return true;
}

/* Of people's claims on two marked sessions. */
static bool emit_marked(const struct clash_around *around, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    for (int i = 1; i < around->n_marked; i++) {
        int a = around->marked[i];
        for (int k = 0; k < i && index_is_live(index, a); k++) {
            int b = around->marked[k];
            if (index_is_live(index, b) && !are_distant(index, a, b) &&
                !emit_shared(index, a, b, emit, to)) {
                return false;
            }
        }
    }
    return true;
}

/* --- the programme --- */

static bool emit_sessions(const struct clash_around *around, enum clash_kind kind, int a, int b,
                          clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    struct clash clash;
    bool is_done = is_marked(around, b) && b <= a;
    if (a == b || is_done || !index_is_live(index, b)) {
        return true;
    }
    bool in_order = index_is_before(index, a, b);
    return !clash_rules[kind].sessions(index, in_order ? a : b, in_order ? b : a, &clash) ||
           emit(to, &clash);
}

static bool around_room(const struct clash_around *around, int session, clash_emit *emit, void *to)
{
    const struct slot *slots = around->index->slots;
    const struct slot *here = &slots[session];
    int other = here->room < 0 ? -1 : around->room_head[here->room];
    for (; other >= 0; other = around->room_next[other]) {
        if (slots[other].start_us < here->end_us && slots[other].end_us > here->start_us &&
            !emit_sessions(around, CLASH_ROOM_TWICE, session, other, emit, to)) {
            return false;
        }
    }
    return true;
}

static bool around_tracks(const struct clash_around *around, int session, clash_emit *emit,
                          void *to)
{
    int track = around->index->conf->sessions.items[session].track;
    for (int i = 0; track >= 0 && i < around->n_apart; i++) {
        const struct apart *apart = &around->apart[i];
        if (apart->track_a != track && apart->track_b != track) {
            continue;
        }
        int partner = apart->track_a == track ? apart->track_b : apart->track_a;
        for (int k = around->track_first[partner]; k < around->track_first[partner + 1]; k++) {
            if (!emit_sessions(around, apart->kind, session, around->track_sessions[k], emit, to)) {
                return false;
            }
        }
    }
    return true;
}

static bool around_programme(const struct clash_around *around, int session, clash_emit *emit,
                             void *to)
{
    struct clash clash;
    return around_room(around, session, emit, to) && around_tracks(around, session, emit, to) &&
           (!clash_rules[CLASH_ROOM_TOO_SMALL].session(around->index, session, &clash) ||
            emit(to, &clash));
}

bool clash_around_sessions(struct clash_around *around, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    around->n_met++;
    for (int i = 0; i < around->n_marked; i++) {
        spans_fetch(&around->spans, index, around->marked[i]);
    }
    for (int i = 0; i < around->n_marked; i++) {
        int session = around->marked[i];
        if (index_is_live(index, session) && (!around_programme(around, session, emit, to) ||
                                              !around_people(around, session, emit, to))) {
            return false;
        }
    }
    return emit_marked(around, emit, to);
}
