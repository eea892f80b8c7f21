#include "core/suggest/plan.h"

#include <string.h>

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
    plan->seen = arena_array(arena, conf->persons.n, sizeof(int));
    clash_around_init(&plan->around, plan->index, arena);
}

void plan_mark(struct plan *plan, const struct suggest_move *moves, int n_moves)
{
    clash_around_unmark(&plan->around);
    for (int i = 0; i < n_moves; i++) {
        clash_around_mark_family(&plan->around, moves[i].session);
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
    const struct clash_around *around = &plan->around;
    struct slot before = plan->index->slots[move->session];
    struct slot slot = before;
    int64_t by_us =
        move->start_us == 0 || before.start_us == 0 ? 0 : move->start_us - before.start_us;
    int end = around->child_first[move->session + 1];
    shift(&slot, by_us);
    slot.room = move->room < 0 ? before.room : move->room;
    clash_around_place(&plan->around, move->session, slot);
    for (int k = around->child_first[move->session]; k < end; k++) {
        struct slot child = plan->index->slots[around->children[k]];
        shift(&child, by_us);
        child.room = child.room == before.room ? slot.room : child.room;
        clash_around_place(&plan->around, around->children[k], child);
    }
}

/* Is the session another one's child, and does that one move as well? Then its own move is the last
 * word and comes later. */
static bool is_inner(const struct plan *plan, const struct suggest_move *move)
{
    int parent = plan->conf->sessions.items[move->session].parent;
    return parent >= 0 && plan->around.mark[parent] == plan->around.stamp;
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
    for (int i = 0; i < plan->around.n_marked; i++) {
        int session = plan->around.marked[i];
        clash_around_place(&plan->around, session, plan->programme[session]);
    }
}

int plan_count_people(struct plan *plan)
{
    const struct clash_index *index = plan->index;
    int n = 0;
    plan->n_counts++;
    for (int i = 0; i < plan->around.n_marked; i++) {
        int session = plan->around.marked[i];
        for (int t = index->taker_first[session]; t < index->taker_first[session + 1]; t++) {
            int *seen = &plan->seen[index->takers[t].person];
            n += *seen != plan->n_counts;
            *seen = plan->n_counts;
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
    bool is_programme = clash->person < 0 && clash->kind != CLASH_TRACKS_SHARE_PEOPLE;
    return is_programme || clash->severity == SEVERITY_CRITICAL;
}

/* --- the programme itself --- */

static bool moves_itself(const struct suggest_move *moves, int n_moves, int session)
{
    for (int i = 0; i < n_moves; i++) {
        if (moves[i].session == session) {
            return true;
        }
    }
    return false;
}

static void carry(struct session *session, int from_room, int to_room, int64_t by_us)
{
    session->start_us += session->start_us != 0 ? by_us : 0;
    session->end_us += session->end_us != 0 ? by_us : 0;
    session->room = session->room == from_room ? to_room : session->room;
}

void suggest_carry_out(struct conference *conf, const struct suggest_move *moves, int n_moves)
{
    for (int i = 0; i < n_moves; i++) {
        struct session *session = &conf->sessions.items[moves[i].session];
        int from_room = session->room;
        int to_room = moves[i].room < 0 ? from_room : moves[i].room;
        bool has_time = moves[i].start_us != 0 && session->start_us != 0;
        int64_t by_us = has_time ? moves[i].start_us - session->start_us : 0;
        for (size_t s = 0; s < conf->sessions.n; s++) {
            bool is_part = conf->sessions.items[s].parent == moves[i].session &&
                           !moves_itself(moves, n_moves, (int)s);
            if (is_part) {
                carry(&conf->sessions.items[s], from_room, to_room, by_us);
            }
        }
        carry(session, from_room, to_room, by_us);
    }
}
