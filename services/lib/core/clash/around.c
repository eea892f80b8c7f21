#include "core/clash/around.h"

/* Bits of clash_claim_kinds[]. */
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

/* Too far from one another in time for any clash of two? */
static bool are_distant(const struct clash_index *index, int a, int b)
{
    const struct slot *x = &index->slots[a];
    const struct slot *y = &index->slots[b];
    int64_t reach_us = x->room < 0 ? 0 : index->room_reach_us[x->room];
    return y->start_us >= x->end_us + reach_us || x->start_us >= y->end_us + reach_us;
}

int clash_around_pair(const struct clash_index *index, const struct claim *claim,
                      const struct claim *other, struct clash ret[N_PAIR_KINDS])
{
    bool in_order = index_is_before(index, claim->session, other->session);
    const struct claim *first = in_order ? claim : other;
    const struct claim *second = in_order ? other : claim;
    int n = 0;
    for (int k = 0; k < N_PAIR_KINDS; k++) {
        n += clash_rules[clash_pair_kinds[k]].pair(index, first, second, &ret[n]);
    }
    return n;
}

int clash_around_single(const struct clash_index *index, const struct claim *claim, unsigned kinds,
                        struct clash ret[N_CLAIM_KINDS])
{
    int n = 0;
    for (int k = 0; k < N_CLAIM_KINDS && claim->level <= LEVEL_SHOULD; k++) {
        n +=
            (kinds >> k & 1) != 0 && clash_rules[clash_claim_kinds[k]].claim(index, claim, &ret[n]);
    }
    return n;
}

static void emit_pair(const struct clash_index *index, const struct claim *claim,
                      const struct claim *other, clash_emit *emit, void *to)
{
    struct clash found[N_PAIR_KINDS];
    int n = clash_around_pair(index, claim, other, found);
    for (int i = 0; i < n; i++) {
        emit(to, &found[i]);
    }
}

static void emit_singles(const struct clash_index *index, const struct claim *claim, bool says_all,
                         clash_emit *emit, void *to)
{
    struct clash found[N_CLAIM_KINDS];
    int n = clash_around_single(index, claim, says_all ? ALL_KINDS : MOVING_KINDS, found);
    for (int i = 0; i < n; i++) {
        emit(to, &found[i]);
    }
}

static void around_claim(const struct clash_around *around, const struct claim *claim,
                         clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    const struct slot *here = &index->slots[claim->session];
    int64_t reach_us = here->room < 0 ? 0 : index->room_reach_us[here->room];
    int64_t from_us = here->start_us - reach_us;
    int64_t to_us = here->end_us + reach_us;
    int end = index->claim_first[claim->person + 1];
    for (int c = index->claim_first[claim->person]; c < end; c++) {
        const struct claim *other = &index->claims[c];
        const struct slot *there = &index->slots[other->session];
        if (there->start_us >= to_us || there->end_us <= from_us) {
            continue; /* nearly all: as are_distant(), but the claim's part is known */
        }
        bool is_done = clash_around_is_marked(around, other->session) && other <= claim;
        if (other != claim && !is_done && clash_around_stands(index, other)) {
            emit_pair(index, claim, other, emit, to);
        }
    }
    /* A contribution that leaves its block comes out from under the claim on the block: then all
     * that was said of the block must be said of it as well. */
    emit_singles(index, claim, around->says_all || claim->parent_claim >= 0, emit, to);
}

static void emit_sessions(const struct clash_around *around, enum clash_kind kind, int a, int b,
                          clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    struct clash clash;
    bool is_done = clash_around_is_marked(around, b) && b <= a;
    if (a == b || is_done || !index_is_live(index, b)) {
        return;
    }
    bool in_order = index_is_before(index, a, b);
    if (clash_rules[kind].sessions(index, in_order ? a : b, in_order ? b : a, &clash)) {
        emit(to, &clash);
    }
}

static void around_room(const struct clash_around *around, int session, clash_emit *emit, void *to)
{
    const struct slot *slots = around->index->slots;
    const struct slot *here = &slots[session];
    int other = here->room < 0 ? -1 : around->room_head[here->room];
    for (; other >= 0; other = around->room_next[other]) {
        if (slots[other].start_us < here->end_us && slots[other].end_us > here->start_us) {
            emit_sessions(around, CLASH_ROOM_TWICE, session, other, emit, to);
        }
    }
}

static void around_tracks(const struct clash_around *around, int session, clash_emit *emit,
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
            emit_sessions(around, apart->kind, session, around->track_sessions[k], emit, to);
        }
    }
}

void clash_around_programme(const struct clash_around *around, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    for (int i = 0; i < around->n_marked; i++) {
        int session = around->marked[i];
        struct clash clash;
        if (!index_is_live(index, session)) {
            continue;
        }
        around_room(around, session, emit, to);
        around_tracks(around, session, emit, to);
        if (clash_rules[CLASH_ROOM_TOO_SMALL].session(index, session, &clash)) {
            emit(to, &clash);
        }
    }
}

void clash_around_sessions(const struct clash_around *around, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    for (int i = 0; i < around->n_marked; i++) {
        int session = around->marked[i];
        int end = index_is_live(index, session) ? index->taker_first[session + 1] : 0;
        for (int t = index->taker_first[session]; t < end; t++) {
            const struct claim *claim = &index->claims[index->takers[t].claim];
            if (!claim_is_covered(index, claim)) {
                around_claim(around, claim, emit, to);
            }
        }
    }
    clash_around_programme(around, emit, to);
}

void clash_around_person(const struct clash_around *around, int person, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    int end = index->claim_first[person + 1];
    for (int c = index->claim_first[person]; c < end; c++) {
        const struct claim *claim = &index->claims[c];
        if (!clash_around_stands(index, claim)) {
            continue;
        }
        emit_singles(index, claim, true, emit, to);
        for (int d = c + 1; d < end; d++) {
            const struct claim *other = &index->claims[d];
            if (!are_distant(index, claim->session, other->session) &&
                clash_around_stands(index, other)) {
                emit_pair(index, claim, other, emit, to);
            }
        }
    }
}
