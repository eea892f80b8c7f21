#include "core/suggest.h"

#include "base/str.h"
#include "core/suggest/plan.h"

#include <stdlib.h>
#include <string.h>

/* The clashes around the marked sessions at one moment. */
struct around {
    struct plan *plan;
    struct arena *arena;
    VEC(struct clash) items;
};

static bool keep(void *to, const struct clash *clash)
{
    struct around *around = to;
    *vec_add(around->arena, &around->items) = *clash;
    return true;
}

static int compare_ints(int a, int b)
{
    return (a > b) - (a < b);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* By what a clash is, whichever of its sessions comes first and whenever that is, then severity:
 * what is in both lists has neither come nor gone. */
static int compare_identity(const void *a, const void *b)
{
    const struct clash *x = a;
    const struct clash *y = b;
    int order = compare_ints(x->person, y->person);
    if (order == 0) {
        order = compare_ints(least(x->session_a, x->session_b), least(y->session_a, y->session_b));
    }
    if (order == 0) {
        order = compare_ints(most(x->session_a, x->session_b), most(y->session_a, y->session_b));
    }
    if (order == 0) {
        order = compare_ints((int)x->kind, (int)y->kind);
    }
    return order != 0 ? order : compare_ints((int)x->severity, (int)y->severity);
}

/* People come in order, and few clashes of one: insertion beats qsort() there. A list with more
 * disorder than that is left to qsort(). */
static void sort(struct clash *items, size_t n)
{
    size_t n_steps = 0;
    for (size_t i = 1; i < n; i++) {
        struct clash clash = items[i];
        size_t at = i;
        for (; at > 0 && compare_identity(&items[at - 1], &clash) > 0; at--, n_steps++) {
            items[at] = items[at - 1];
        }
        items[at] = clash;
        if (n_steps > 4 * n) {
            qsort(items, n, sizeof *items, compare_identity);
            return;
        }
    }
}

static void collect(struct plan *plan, struct arena *arena, struct around *ret)
{
    *ret = (struct around){.plan = plan, .arena = arena};
    (void)clash_around_sessions(&plan->around, keep, ret); /* keep never has enough */
    sort(ret->items.items, ret->items.n);
}

/* Those of a that b has not; both sorted by identity. */
static struct clash *minus(const struct around *a, const struct around *b, struct arena *arena,
                           int *ret_n)
{
    struct clash *left = arena_array(arena, a->items.n, sizeof *left);
    size_t k = 0;
    int n = 0;
    for (size_t i = 0; i < a->items.n; i++) {
        while (k < b->items.n && compare_identity(&b->items.items[k], &a->items.items[i]) < 0) {
            k++;
        }
        if (k < b->items.n && compare_identity(&b->items.items[k], &a->items.items[i]) == 0) {
            k++;
        } else {
            left[n] = a->items.items[i];
            left[n].fingerprint = clash_fingerprint(a->plan->index, &left[n]);
            n++;
        }
    }
    *ret_n = n;
    return left;
}

static double weight_of(const struct clash *clashes, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += suggest_weight(clashes[i].severity);
    }
    return sum;
}

/* --- words --- */

/* " (Hall B3, Thu 14:00)" or "Hall B3, Thu 14:00" */
static void add_slot(struct str *s, const struct conference *conf, const struct slot *slot)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    struct civil civil = zone_civil(conf->zone, slot->start_us);
    if (slot->room >= 0) {
        const struct room *room = &conf->rooms.items[slot->room];
        str_add(s, room->name[0] != '\0' ? room->name : room->key);
        str_add(s, ", ");
    }
    str_printf(s, "%s %02d:%02d", days[civil.weekday % 7], civil.hour, civil.minute);
}

static void add_title(struct str *s, const struct conference *conf, int session)
{
    const struct session *item = &conf->sessions.items[session];
    str_add(s, item->title[0] != '\0' ? item->title : item->key);
}

static void add_place(struct str *s, const struct conference *conf, int session,
                      const struct slot *slot)
{
    add_title(s, conf, session);
    str_add(s, " (");
    add_slot(s, conf, slot);
    str_add(s, ")");
}

/* Where a move leads to, with what it leaves as it is. */
static struct slot target_of(const struct plan *plan, const struct suggest_move *move)
{
    struct slot slot = plan->programme[move->session];
    slot.room = move->room < 0 ? slot.room : move->room;
    slot.start_us = move->start_us == 0 ? slot.start_us : move->start_us;
    return slot;
}

static bool same_place(const struct slot *a, const struct slot *b)
{
    return a->start_us == b->start_us && a->room == b->room;
}

static bool is_swap(const struct plan *plan, const struct suggest_move *a,
                    const struct suggest_move *b)
{
    struct slot to_a = target_of(plan, a);
    struct slot to_b = target_of(plan, b);
    return a->session != b->session && same_place(&to_a, &plan->programme[b->session]) &&
           same_place(&to_b, &plan->programme[a->session]);
}

static const char *describe(const struct plan *plan, const struct suggestion *suggestion,
                            struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    const struct suggest_move *moves = suggestion->moves;
    for (int i = 0; i < suggestion->n_moves; i++) {
        bool swaps = i + 1 < suggestion->n_moves && is_swap(plan, &moves[i], &moves[i + 1]);
        struct slot to = target_of(plan, &moves[i]);
        str_add(&s, i > 0 ? ", then " : "");
        str_add(&s, swaps ? "swap " : "move ");
        add_place(&s, plan->conf, moves[i].session, &plan->programme[moves[i].session]);
        if (swaps) {
            i++;
            str_add(&s, " with ");
            add_place(&s, plan->conf, moves[i].session, &plan->programme[moves[i].session]);
        } else {
            str_add(&s, " to ");
            add_slot(&s, plan->conf, &to);
        }
    }
    return arena_strdup(arena, str_text(&s));
}

void plan_differ(struct plan *plan, const struct suggest_move *moves, int n_moves,
                 struct arena *arena, struct suggestion *ret)
{
    struct around before;
    struct around after;
    plan_mark(plan, moves, n_moves);
    collect(plan, arena, &before);
    plan_apply(plan, moves, n_moves);
    collect(plan, arena, &after);
    plan_restore(plan);
    ret->cures = minus(&before, &after, arena, &ret->n_cures);
    ret->makes = minus(&after, &before, arena, &ret->n_makes);
}

void suggest_complete(struct plan *plan, struct suggestion *suggestion, struct arena *arena)
{
    plan_differ(plan, suggestion->moves, suggestion->n_moves, arena, suggestion);
    clash_finish(plan->index, suggestion->cures, (size_t)suggestion->n_cures, arena);
    plan_apply(plan, suggestion->moves, suggestion->n_moves);
    clash_finish(plan->index, suggestion->makes, (size_t)suggestion->n_makes, arena);
    plan_restore(plan);
    suggestion->gain = weight_of(suggestion->cures, suggestion->n_cures) -
                       weight_of(suggestion->makes, suggestion->n_makes);
    suggestion->n_people = plan_count_people(plan);
    suggestion->n_messages = -1;
    suggestion->text = describe(plan, suggestion, arena);
}

void suggest_what_if(const struct conference *conf, const struct suggest_move *moves, int n_moves,
                     const struct suggest_options *options, struct arena *arena,
                     struct suggestion *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct plan plan;
    *ret =
        (struct suggestion){.n_moves = n_moves < SUGGEST_MAX_MOVES ? n_moves : SUGGEST_MAX_MOVES};
    memcpy(ret->moves, moves, (size_t)ret->n_moves * sizeof *moves);
    plan_init(&plan, conf, options, scratch);
    suggest_complete(&plan, ret, arena);
}

int suggest_notable(const struct clash *clashes, int n)
{
    int notable = 0;
    for (int i = 0; i < n; i++) {
        notable += clashes[i].severity >= SEVERITY_MEDIUM;
    }
    return notable;
}
