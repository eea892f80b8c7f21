#include "core/clash_around.h"

/* Groups contributions under their blocks. */
static void load_children(struct clash_around *around, struct arena *arena)
{
    const struct conference *conf = around->index->conf;
    size_t n = conf->sessions.n;
    around->child_first = arena_array(arena, n + 2, sizeof(int));
    around->children = arena_array(arena, n, sizeof(int));
    for (size_t s = 0; s < n; s++) {
        around->child_first[conf->sessions.items[s].parent + 2]++;
    }
    around->child_first[1] = 0; /* those without a parent are nobody's children */
    for (size_t s = 2; s < n + 2; s++) {
        around->child_first[s] += around->child_first[s - 1];
    }
    for (size_t s = 0; s < n; s++) {
        int parent = conf->sessions.items[s].parent;
        if (parent >= 0) {
            around->children[around->child_first[parent + 1]++] = (int)s;
        }
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
    around->is_separated = arena_array(arena, conf->tracks.n, sizeof(bool));
    for (size_t r = 0; r < conf->rooms.n; r++) {
        around->room_head[r] = -1;
    }
    for (size_t s = 0; s < n; s++) {
        enter_room(around, (int)s);
    }
    for (int i = 0; i < index->n_separations; i++) {
        around->is_separated[index->separations[i] >> 32] = true;
        around->is_separated[index->separations[i] & 0x7fffffff] = true;
    }
    for (size_t i = 0; i < index->shared->items.n; i++) {
        around->is_separated[index->shared->items.items[i].track_a] = true;
        around->is_separated[index->shared->items.items[i].track_b] = true;
    }
    load_children(around, arena);
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

static void emit_pair(const struct clash_index *index, const struct claim *claim,
                      const struct claim *other, clash_emit *emit, void *to)
{
    bool in_order = index_is_before(index, claim->session, other->session);
    for (int k = 0; k < N_CLASH_KINDS; k++) {
        struct clash clash;
        if (clash_rules[k].pair != NULL && clash_rules[k].pair(index, in_order ? claim : other,
                                                               in_order ? other : claim, &clash)) {
            emit(to, &clash);
        }
    }
}

static void emit_singles(const struct clash_index *index, const struct claim *claim, bool says_all,
                         clash_emit *emit, void *to)
{
    int n_kinds = claim->level > LEVEL_SHOULD ? 0 : says_all ? N_CLAIM_KINDS : N_MOVING_KINDS;
    for (int k = 0; k < n_kinds; k++) {
        struct clash clash;
        if (clash_rules[clash_claim_kinds[k]].claim(index, claim, &clash)) {
            emit(to, &clash);
        }
    }
}

static bool stands(const struct clash_index *index, const struct claim *claim)
{
    return index_is_live(index, claim->session) && !claim_is_covered(index, claim);
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
        bool is_done = is_marked(around, other->session) && other <= claim;
        if (other != claim && !is_done && stands(index, other)) {
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
    bool is_done = is_marked(around, b) && b <= a;
    if (a == b || is_done || !index_is_live(index, b)) {
        return;
    }
    bool in_order = index_is_before(index, a, b);
    if (clash_rules[kind].sessions(index, in_order ? a : b, in_order ? b : a, &clash)) {
        emit(to, &clash);
    }
}

static void around_session(const struct clash_around *around, int session, clash_emit *emit,
                           void *to)
{
    const struct clash_index *index = around->index;
    int room = index->slots[session].room;
    int track = index->conf->sessions.items[session].track;
    struct clash clash;
    const struct slot *here = &index->slots[session];
    for (int other = room < 0 ? -1 : around->room_head[room]; other >= 0;
         other = around->room_next[other]) {
        const struct slot *there = &index->slots[other];
        if (there->start_us < here->end_us && there->end_us > here->start_us) {
            emit_sessions(around, CLASH_ROOM_TWICE, session, other, emit, to);
        }
    }
    for (int other = 0;
         track >= 0 && around->is_separated[track] && other < (int)index->conf->sessions.n;
         other++) {
        emit_sessions(around, CLASH_TRACKS_TOGETHER, session, other, emit, to);
        emit_sessions(around, CLASH_TRACKS_SHARE_PEOPLE, session, other, emit, to);
    }
    if (clash_rules[CLASH_ROOM_TOO_SMALL].session(index, session, &clash)) {
        emit(to, &clash);
    }
}

void clash_around_sessions(const struct clash_around *around, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    for (int i = 0; i < around->n_marked; i++) {
        int session = around->marked[i];
        if (!index_is_live(index, session)) {
            continue;
        }
        for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
            const struct claim *claim = &index->claims[index->takers[t]];
            if (!claim_is_covered(index, claim)) {
                around_claim(around, claim, emit, to);
            }
        }
        around_session(around, session, emit, to);
    }
}

void clash_around_person(const struct clash_around *around, int person, clash_emit *emit, void *to)
{
    const struct clash_index *index = around->index;
    int end = index->claim_first[person + 1];
    for (int c = index->claim_first[person]; c < end; c++) {
        const struct claim *claim = &index->claims[c];
        if (!stands(index, claim)) {
            continue;
        }
        emit_singles(index, claim, true, emit, to);
        for (int d = c + 1; d < end; d++) {
            const struct claim *other = &index->claims[d];
            if (!are_distant(index, claim->session, other->session) && stands(index, other)) {
                emit_pair(index, claim, other, emit, to);
            }
        }
    }
}
