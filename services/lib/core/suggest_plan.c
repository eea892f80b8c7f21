#include "core/suggest_plan.h"

#include <string.h>

/* Groups contributions under their blocks. */
static void load_children(struct plan *plan)
{
    const struct conference *conf = plan->conf;
    size_t n = conf->sessions.n;
    plan->child_first = arena_array(plan->arena, n + 2, sizeof(int));
    plan->children = arena_array(plan->arena, n, sizeof(int));
    for (size_t s = 0; s < n; s++) {
        plan->child_first[conf->sessions.items[s].parent + 2]++;
    }
    plan->child_first[1] = 0; /* those without a parent are nobody's children */
    for (size_t s = 2; s < n + 2; s++) {
        plan->child_first[s] += plan->child_first[s - 1];
    }
    for (size_t s = 0; s < n; s++) {
        int parent = conf->sessions.items[s].parent;
        if (parent >= 0) {
            plan->children[plan->child_first[parent + 1]++] = (int)s;
        }
    }
}

void plan_init(struct plan *plan, const struct conference *conf,
               const struct suggest_options *options, struct arena *arena)
{
    struct requirements *requirements = arena_alloc(arena, sizeof *requirements);
    size_t n = conf->sessions.n;
    requirements_build(conf, arena, requirements);
    *plan = (struct plan){.conf = conf,
                          .index = clash_index_new(conf, requirements, &options->clash, arena),
                          .arena = arena};
    plan->programme = arena_memdup(arena, plan->index->slots, n * sizeof *plan->programme);
    plan->live =
        arena_memdup(arena, plan->index->by_start, (size_t)plan->index->n_live * sizeof(int));
    plan->n_live = plan->index->n_live;
    plan->mark = arena_array(arena, n, sizeof(int));
    plan->moved = arena_array(arena, n, sizeof(int));
    plan->seen = arena_array(arena, conf->persons.n, sizeof(int));
    plan->is_separated = arena_array(arena, conf->tracks.n, sizeof(bool));
    for (int i = 0; i < plan->index->n_separations; i++) {
        plan->is_separated[plan->index->separations[i] >> 32] = true;
        plan->is_separated[plan->index->separations[i] & 0x7fffffff] = true;
    }
    load_children(plan);
}

static void mark(struct plan *plan, int session)
{
    if (plan->mark[session] != plan->stamp) {
        plan->mark[session] = plan->stamp;
        plan->moved[plan->n_moved++] = session;
    }
}

void plan_mark(struct plan *plan, const struct suggest_move *moves, int n_moves)
{
    plan->stamp++;
    plan->n_moved = 0;
    for (int i = 0; i < n_moves; i++) {
        int session = moves[i].session;
        mark(plan, session);
        for (int k = plan->child_first[session]; k < plan->child_first[session + 1]; k++) {
            mark(plan, plan->children[k]);
        }
    }
}

static void shift(struct slot *slot, int64_t by_us)
{
    if (slot->start_us != 0) {
        slot->start_us += by_us;
        slot->end_us += by_us;
    }
}

static void apply_one(struct plan *plan, const struct suggest_move *move)
{
    struct slot *slot = &plan->index->slots[move->session];
    struct slot before = *slot;
    int64_t by_us =
        move->start_us == 0 || before.start_us == 0 ? 0 : move->start_us - before.start_us;
    shift(slot, by_us);
    slot->room = move->room < 0 ? before.room : move->room;
    for (int k = plan->child_first[move->session]; k < plan->child_first[move->session + 1]; k++) {
        struct slot *child = &plan->index->slots[plan->children[k]];
        shift(child, by_us);
        child->room = child->room == before.room ? slot->room : child->room;
    }
}

/* Is the session another one's child, and does that one move as well? Then its own move is the last
 * word and comes later. */
static bool is_inner(const struct plan *plan, const struct suggest_move *move)
{
    int parent = plan->conf->sessions.items[move->session].parent;
    return parent >= 0 && plan->mark[parent] == plan->stamp;
}

void plan_apply(struct plan *plan, const struct suggest_move *moves, int n_moves)
{
    for (int inner = 0; inner < 2; inner++) {
        for (int i = 0; i < n_moves; i++) {
            if (is_inner(plan, &moves[i]) == (inner == 1)) {
                apply_one(plan, &moves[i]);
            }
        }
    }
}

void plan_restore(struct plan *plan)
{
    for (int i = 0; i < plan->n_moved; i++) {
        plan->index->slots[plan->moved[i]] = plan->programme[plan->moved[i]];
    }
}

/* --- clashes around the marked sessions --- */

static void pair_clashes(const struct plan *plan, const struct claim *claim, plan_emit *emit,
                         void *to)
{
    const struct clash_index *index = plan->index;
    int first = index->claim_first[claim->person];
    for (int c = first; c < index->claim_first[claim->person + 1]; c++) {
        const struct claim *other = &index->claims[c];
        bool is_done = plan->mark[other->session] == plan->stamp && other <= claim;
        if (other == claim || is_done) {
            continue;
        }
        const struct slot *x = &index->slots[claim->session];
        const struct slot *y = &index->slots[other->session];
        int64_t reach_us = x->room < 0 ? 0 : index->room_reach_us[x->room];
        if (y->start_us >= x->end_us + reach_us || x->start_us >= y->end_us + reach_us ||
            !index_is_live(index, other->session) || claim_is_covered(index, other)) {
            continue;
        }
        bool in_order = index_is_before(index, claim->session, other->session);
        for (int k = 0; k < N_CLASH_KINDS; k++) {
            struct clash clash;
            if (clash_rules[k].pair != NULL &&
                clash_rules[k].pair(index, in_order ? claim : other, in_order ? other : claim,
                                    &clash)) {
                emit(to, &clash);
            }
        }
    }
}

static void claim_clashes(const struct plan *plan, int session, plan_emit *emit, void *to)
{
    const struct clash_index *index = plan->index;
    for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
        const struct claim *claim = &index->claims[index->takers[t]];
        if (claim_is_covered(index, claim)) {
            continue;
        }
        pair_clashes(plan, claim, emit, to);
        /* A contribution that leaves its block comes out from under the claim on the block: then
         * all that was said of the block must be said of it as well. */
        bool says_all = claim->parent_claim >= 0;
        for (int k = 0; k < N_CLASH_KINDS && claim->level <= LEVEL_SHOULD; k++) {
            struct clash clash;
            if (clash_rules[k].claim != NULL && (clash_rules[k].moves_with_slot || says_all) &&
                clash_rules[k].claim(index, claim, &clash)) {
                emit(to, &clash);
            }
        }
    }
}

static void session_clashes(const struct plan *plan, int session, plan_emit *emit, void *to)
{
    const struct clash_index *index = plan->index;
    const struct slot *x = &index->slots[session];
    int track = plan->conf->sessions.items[session].track;
    bool is_separated = track >= 0 && plan->is_separated[track];
    struct clash clash;
    for (int i = 0; i < plan->n_live; i++) {
        int other = plan->live[i];
        const struct slot *y = &index->slots[other];
        if (y->start_us >= x->end_us || x->start_us >= y->end_us || other == session ||
            (!is_separated && y->room != x->room) ||
            (plan->mark[other] == plan->stamp && other < session)) {
            continue;
        }
        bool in_order = index_is_before(index, session, other);
        for (int k = 0; k < N_CLASH_KINDS; k++) {
            if (clash_rules[k].sessions != NULL &&
                clash_rules[k].sessions(index, in_order ? session : other,
                                        in_order ? other : session, &clash)) {
                emit(to, &clash);
            }
        }
    }
    if (clash_rules[CLASH_ROOM_TOO_SMALL].session(index, session, &clash)) {
        emit(to, &clash);
    }
}

void plan_clashes(const struct plan *plan, plan_emit *emit, void *to)
{
    for (int i = 0; i < plan->n_moved; i++) {
        int session = plan->moved[i];
        if (index_is_live(plan->index, session)) {
            claim_clashes(plan, session, emit, to);
            session_clashes(plan, session, emit, to);
        }
    }
}

int plan_count_people(struct plan *plan)
{
    const struct clash_index *index = plan->index;
    int n = 0;
    plan->stamp++; /* a fresh number for `seen`; the marks follow it */
    for (int i = 0; i < plan->n_moved; i++) {
        int session = plan->moved[i];
        plan->mark[session] = plan->stamp;
        for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
            int *seen = &plan->seen[index->claims[index->takers[t]].person];
            n += *seen != plan->stamp;
            *seen = plan->stamp;
        }
    }
    return n;
}

double suggest_weight(enum severity severity)
{
    static const double weights[] = {[SEVERITY_INFO] = 0.1,
                                     [SEVERITY_LOW] = 1,
                                     [SEVERITY_MEDIUM] = 5,
                                     [SEVERITY_HIGH] = 20,
                                     [SEVERITY_CRITICAL] = 50};
    return weights[severity];
}

bool suggest_is_hard(const struct clash *clash)
{
    return clash->person < 0 || clash->severity == SEVERITY_CRITICAL;
}
