/*
 * The search behind suggest: each unit that has clashes, heaviest first, is tried in every free
 * slot of its length and in the place of every other unit of its length. A trial can gain no more
 * than the weight of the clashes around its units, so that the worst of the kept ones cuts most
 * trials off, some before they begin, the others as soon as what they make weighs too much.
 * Sequences go on from the best steps.
 */
#include "core/suggest/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SUGGESTIONS 10
#define MAX_SUGGESTIONS     1000
#define DEFAULT_MOVES       2
#define BEAM                6     /* first steps from which sequences go on */
#define MAX_TRIALS          60000 /* of one round of the search; bounds the time on huge programmes */
#define USUAL_SESSIONS      2000 /* with more, a trial costs more: fewer are made */
#define TINY                1e-9
#define SLACK               1e-6 /* more than sums of weights in another order can differ by */

struct unit {
    int session;
    int64_t length_us;
    double weight; /* of the clashes around it where it lies */
};

/* One way to change the programme, not yet told. */
struct step {
    struct suggest_move moves[SUGGEST_MAX_MOVES];
    int n_moves;
    double gain;
    int n_people;
};

struct search {
    struct plan *plan;
    struct unit *units; /* heaviest first */
    int n_units;
    double *weight_of;   /* of each session that is a unit: that unit's weight */
    struct arena *trial; /* scratch of one trial */
    struct slot *places; /* starts and lengths that the programme knows, sorted, each once */
    int n_places;
    int *rooms; /* those that the programme uses */
    int n_rooms;
    struct step *best; /* best first */
    int n_best;
    int max_best;
    const struct step *prefix; /* applied already; NULL = none */
    double prefix_weight;
    int trials_left;
};

/* What a moment weighs, and its hard clashes. */
struct tally {
    struct arena *arena;
    double weight;
    double limit; /* with more than that weight there is no need to go on */
    VEC(struct clash) hard;
};

static bool count(void *to, const struct clash *clash)
{
    struct tally *tally = to;
    tally->weight += suggest_weight(clash->severity);
    if (suggest_is_hard(clash)) {
        *vec_add(tally->arena, &tally->hard) = *clash;
    }
    return tally->weight <= tally->limit;
}

static bool is_same(const struct clash *a, const struct clash *b)
{
    bool straight = a->session_a == b->session_a && a->session_b == b->session_b;
    bool crossed = a->session_a == b->session_b && a->session_b == b->session_a;
    return a->kind == b->kind && a->person == b->person && (straight || crossed);
}

static bool has_new_hard(const struct tally *before, const struct tally *after)
{
    for (size_t i = 0; i < after->hard.n; i++) {
        bool was_there = false;
        for (size_t k = 0; k < before->hard.n && !was_there; k++) {
            was_there = is_same(&after->hard.items[i], &before->hard.items[k]);
        }
        if (!was_there) {
            return true;
        }
    }
    return false;
}

/* --- the kept ones --- */

static int compare_moves(const struct search *search, const struct step *a, const struct step *b)
{
    for (int i = 0; i < a->n_moves && i < b->n_moves; i++) {
        const struct session *sessions = search->plan->conf->sessions.items;
        const struct suggest_move *x = &a->moves[i];
        const struct suggest_move *y = &b->moves[i];
        int order = strcmp(sessions[x->session].key, sessions[y->session].key);
        if (order == 0) {
            order = (x->session > y->session) - (x->session < y->session);
        }
        if (order == 0) {
            order = (x->start_us > y->start_us) - (x->start_us < y->start_us);
        }
        if (order == 0) {
            order = (x->room > y->room) - (x->room < y->room);
        }
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int compare_steps(const struct search *search, const struct step *a, const struct step *b)
{
    if (a->gain > b->gain + TINY || b->gain > a->gain + TINY) {
        return a->gain > b->gain ? -1 : 1;
    }
    if (a->n_people != b->n_people) {
        return a->n_people < b->n_people ? -1 : 1;
    }
    if (a->n_moves != b->n_moves) {
        return a->n_moves < b->n_moves ? -1 : 1;
    }
    return compare_moves(search, a, b);
}

/* The same moves in another order? */
static bool is_same_step(const struct step *a, const struct step *b)
{
    int n_same = 0;
    for (int i = 0; i < a->n_moves; i++) {
        for (int k = 0; k < b->n_moves; k++) {
            const struct suggest_move *x = &a->moves[i];
            const struct suggest_move *y = &b->moves[k];
            n_same += x->session == y->session && x->room == y->room && x->start_us == y->start_us;
        }
    }
    return a->n_moves == b->n_moves && n_same == a->n_moves;
}

static void keep(struct search *search, const struct step *step)
{
    int at = search->n_best;
    for (int i = 0; i < search->n_best; i++) {
        if (is_same_step(&search->best[i], step)) {
            return;
        }
    }
    while (at > 0 && compare_steps(search, step, &search->best[at - 1]) < 0) {
        at--;
    }
    if (at == search->max_best) {
        return;
    }
    int n_behind = search->n_best - at;
    if (search->n_best == search->max_best) {
        n_behind--;
    } else {
        search->n_best++;
    }
    memmove(&search->best[at + 1], &search->best[at], (size_t)n_behind * sizeof *step);
    search->best[at] = *step;
}

/* --- trials --- */

/* Can anything with at most this gain still be kept? Equal gains may win by fewer people. */
static bool is_hopeless(const struct search *search, double most)
{
    return most <= TINY || (search->n_best == search->max_best &&
                            most < search->best[search->n_best - 1].gain - TINY);
}

/* The least that a step must gain to be kept, but for the sums' last digits. */
static double least_gain(const struct search *search)
{
    double least = search->prefix == NULL ? 0 : search->prefix->gain;
    double worst = search->n_best < search->max_best ? 0 : search->best[search->n_best - 1].gain;
    return least > worst ? least : worst;
}

/* At most so much can lie around the step's units where the programme has them. */
static double most_before(const struct search *search, const struct step *step)
{
    double most = 0;
    for (int i = 0; i < step->n_moves; i++) {
        most += search->weight_of[step->moves[i].session];
    }
    return most;
}

/* Weighs a step whose sessions are marked; false = it is not worth to be kept. The marked sessions
 * lie as the programme has them before and after. */
static bool weigh(struct search *search, struct step *step)
{
    struct plan *plan = search->plan;
    struct tally before = {.arena = search->trial, .limit = INFINITY};
    struct tally after = {.arena = search->trial,
                          .limit = most_before(search, step) - least_gain(search) + SLACK};
    plan_apply(plan, step->moves, step->n_moves);
    bool is_worth = clash_around_sessions(&plan->around, count, &after);
    plan_restore(plan);
    if (!is_worth) {
        return false;
    }
    (void)clash_around_sessions(&plan->around, count, &before); /* has no limit */
    step->gain = before.weight - after.weight;
    double least = search->prefix == NULL ? 0 : search->prefix->gain;
    return step->gain > least + TINY && !is_hopeless(search, step->gain) &&
           !has_new_hard(&before, &after);
}

static void try_moves(struct search *search, const struct suggest_move *moves, int n_moves)
{
    struct plan *plan = search->plan;
    struct step step = {.n_moves = 0};
    arena_reset(search->trial);
    search->trials_left--;
    if (search->prefix != NULL) {
        step = *search->prefix;
    }
    memcpy(&step.moves[step.n_moves], moves, (size_t)n_moves * sizeof *moves);
    step.n_moves += n_moves;
    plan_mark(plan, step.moves, step.n_moves);
    plan_restore(plan);
    if (weigh(search, &step)) {
        step.n_people = plan_count_people(plan);
        keep(search, &step);
    }
    if (search->prefix != NULL) {
        plan_mark(plan, search->prefix->moves, search->prefix->n_moves);
        plan_apply(plan, search->prefix->moves, search->prefix->n_moves);
    }
}

static bool is_moved_already(const struct search *search, int session)
{
    for (int i = 0; search->prefix != NULL && i < search->prefix->n_moves; i++) {
        if (search->prefix->moves[i].session == session) {
            return true;
        }
    }
    return false;
}

/* Is the room free for the unit's whole time, the unit itself left out? */
static bool is_room_free(const struct search *search, int session, int room, int64_t start_us,
                         int64_t end_us)
{
    const struct plan *plan = search->plan;
    for (int other = plan->around.room_head[room]; other >= 0;
         other = plan->around.room_next[other]) {
        const struct slot *slot = &plan->index->slots[other];
        bool is_own = other == session || plan->conf->sessions.items[other].parent == session;
        if (slot->start_us < end_us && start_us < slot->end_us && !is_own &&
            index_is_live(plan->index, other)) {
            return false;
        }
    }
    return true;
}

static void try_room(struct search *search, const struct unit *unit, int room, int64_t start_us)
{
    const struct slot *here = &search->plan->index->slots[unit->session];
    struct suggest_move move = {unit->session, room, start_us};
    if ((here->room == room && here->start_us == start_us) || search->trials_left <= 0 ||
        is_hopeless(search, search->prefix_weight + unit->weight)) {
        return;
    }
    if (room < 0 ||
        is_room_free(search, unit->session, room, start_us, start_us + unit->length_us)) {
        try_moves(search, &move, 1);
    }
}

static void try_free_slots(struct search *search, const struct unit *unit)
{
    bool has_room = search->plan->index->slots[unit->session].room >= 0;
    for (int i = 0; i < search->n_places; i++) {
        const struct slot *place = &search->places[i];
        if (place->end_us - place->start_us != unit->length_us) {
            continue;
        }
        for (int r = 0; has_room && r < search->n_rooms; r++) {
            try_room(search, unit, search->rooms[r], place->start_us);
        }
        if (!has_room) {
            try_room(search, unit, -1, place->start_us);
        }
    }
}

/* Units before it in the list have been tried with it already. */
static void try_swaps(struct search *search, int u)
{
    const struct unit *unit = &search->units[u];
    const struct slot *here = &search->plan->index->slots[unit->session];
    for (int v = u + 1; v < search->n_units && search->trials_left > 0; v++) {
        const struct unit *other = &search->units[v];
        const struct slot *there = &search->plan->index->slots[other->session];
        bool is_pair = other->length_us == unit->length_us &&
                       (here->room < 0) == (there->room < 0) &&
                       !(here->room == there->room && here->start_us == there->start_us) &&
                       !is_moved_already(search, other->session);
        if (!is_pair || is_hopeless(search, search->prefix_weight + unit->weight + other->weight)) {
            continue;
        }
        struct suggest_move moves[2] = {{unit->session, there->room, there->start_us},
                                        {other->session, here->room, here->start_us}};
        try_moves(search, moves, 2);
    }
}

static bool add_weight(void *to, const struct clash *clash)
{
    *(double *)to += suggest_weight(clash->severity);
    return true;
}

static double weight_around(struct plan *plan, int session)
{
    struct suggest_move move = {.session = session};
    double weight = 0;
    plan_mark(plan, &move, 1);
    (void)clash_around_sessions(&plan->around, add_weight, &weight); /* never has enough */
    return weight;
}

/* One round: every step of at most moves_left moves behind the prefix. */
static void search_round(struct search *search, int moves_left)
{
    int n_live = search->plan->n_live;
    search->trials_left = n_live <= USUAL_SESSIONS
                              ? MAX_TRIALS
                              : (int)((int64_t)MAX_TRIALS * USUAL_SESSIONS / n_live);
    for (int u = 0; u < search->n_units; u++) {
        if (is_moved_already(search, search->units[u].session)) {
            continue;
        }
        if (search->units[u].weight > 0) {
            try_free_slots(search, &search->units[u]);
        }
        if (moves_left >= 2) {
            try_swaps(search, u);
        }
    }
}

/* --- what can be moved, and where to --- */

static bool is_movable(const struct plan *plan, int session)
{
    const struct session *s = &plan->conf->sessions.items[session];
    bool is_part = s->parent >= 0 && index_is_live(plan->index, s->parent);
    if (!index_is_live(plan->index, session) || s->is_pinned || is_part) {
        return false;
    }
    for (int k = plan->around.child_first[session]; k < plan->around.child_first[session + 1];
         k++) {
        if (plan->conf->sessions.items[plan->around.children[k]].is_pinned) {
            return false;
        }
    }
    return true;
}

static int compare_units(const void *a, const void *b)
{
    const struct unit *x = a;
    const struct unit *y = b;
    if (x->weight > y->weight || y->weight > x->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return (x->session > y->session) - (x->session < y->session);
}

static void load_units(struct search *search)
{
    struct plan *plan = search->plan;
    search->units = arena_array(plan->arena, (size_t)plan->n_live, sizeof *search->units);
    search->weight_of = arena_array(plan->arena, plan->conf->sessions.n, sizeof(double));
    for (int i = 0; i < plan->n_live; i++) {
        int session = plan->live[i];
        if (is_movable(plan, session)) {
            const struct slot *slot = &plan->index->slots[session];
            double weight = weight_around(plan, session);
            search->units[search->n_units++] =
                (struct unit){session, slot->end_us - slot->start_us, weight};
            search->weight_of[session] = weight;
        }
    }
    qsort(search->units, (size_t)search->n_units, sizeof *search->units, compare_units);
}

static int compare_places(const void *a, const void *b)
{
    const struct slot *x = a;
    const struct slot *y = b;
    int order = (x->start_us > y->start_us) - (x->start_us < y->start_us);
    return order != 0 ? order : (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

/* The times of what stands for itself, and the rooms in use. */
static void load_places(struct search *search)
{
    const struct plan *plan = search->plan;
    bool *is_used = arena_array(plan->arena, plan->conf->rooms.n, sizeof *is_used);
    search->places = arena_array(plan->arena, (size_t)plan->n_live, sizeof *search->places);
    search->rooms = arena_array(plan->arena, plan->conf->rooms.n, sizeof(int));
    int n = 0;
    for (int i = 0; i < plan->n_live; i++) {
        const struct slot *slot = &plan->index->slots[plan->live[i]];
        int parent = plan->conf->sessions.items[plan->live[i]].parent;
        if (parent < 0 || !index_is_live(plan->index, parent)) {
            search->places[n++] = *slot;
        }
        if (slot->room >= 0 && !is_used[slot->room]) {
            is_used[slot->room] = true;
        }
    }
    qsort(search->places, (size_t)n, sizeof *search->places, compare_places);
    for (int i = 0; i < n; i++) {
        if (i == 0 || compare_places(&search->places[i], &search->places[i - 1]) != 0) {
            search->places[search->n_places++] = search->places[i];
        }
    }
    for (size_t r = 0; r < plan->conf->rooms.n; r++) {
        if (is_used[r]) {
            search->rooms[search->n_rooms++] = (int)r;
        }
    }
}

/* --- sequences --- */

/* Goes on from the step; what it finds joins the best. */
static void extend(struct search *search, const struct step *step, int moves_left)
{
    struct plan *plan = search->plan;
    search->prefix = step;
    search->prefix_weight = step->gain;
    plan_mark(plan, step->moves, step->n_moves);
    plan_apply(plan, step->moves, step->n_moves);
    search_round(search, moves_left);
    plan_mark(plan, step->moves, step->n_moves);
    plan_restore(plan);
    search->prefix = NULL;
    search->prefix_weight = 0;
}

/* Each level goes on from the best steps of the level before. */
static void search_sequences(struct search *search, int max_moves)
{
    struct step first[BEAM];
    for (int level = 1; level < max_moves; level++) {
        int n = 0;
        for (int i = 0; i < search->n_best && n < BEAM; i++) {
            if (search->best[i].n_moves >= level && search->best[i].n_moves < max_moves) {
                first[n++] = search->best[i];
            }
        }
        for (int i = 0; i < n; i++) {
            extend(search, &first[i], max_moves - first[i].n_moves);
        }
    }
}

static int within(int value, int fallback, int max)
{
    return value <= 0 ? fallback : value > max ? max : value;
}

void suggest_find(const struct conference *conf, const struct suggest_options *options,
                  struct arena *arena, struct suggestions *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    CLEANUP(arena_cleanup) struct arena *trial = arena_new();
    struct plan plan;
    int max_moves = within(options->max_moves, DEFAULT_MOVES, SUGGEST_MAX_MOVES);
    int max_best = within(options->max_suggestions, DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS);
    *ret = (struct suggestions){0};
    plan_init(&plan, conf, options, scratch);
    struct search search = {
        .plan = &plan, .trial = trial, .max_best = max_best < BEAM ? BEAM : max_best};
    search.best = arena_array(scratch, (size_t)search.max_best + 1, sizeof *search.best);
    load_units(&search);
    load_places(&search);
    search_round(&search, max_moves);
    search_sequences(&search, max_moves);
    for (int i = 0; i < search.n_best && i < max_best; i++) {
        struct suggestion *suggestion = vec_add(arena, &ret->items);
        memcpy(suggestion->moves, search.best[i].moves, sizeof suggestion->moves);
        suggestion->n_moves = search.best[i].n_moves;
        suggest_complete(&plan, suggestion, arena);
    }
}
