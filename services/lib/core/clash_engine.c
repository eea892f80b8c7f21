#include "core/clash_engine.h"

#include "core/clash_around.h"

#include <stdlib.h>
#include <string.h>

/* The clashes that an edit may touch, before or after it. Kept from edit to edit: what is hot stays
 * in the cache. */
struct part {
    struct clash *items; /* owned */
    size_t n;
    size_t cap;
};

struct clash_engine {
    struct conference *conf; /* borrowed */
    struct arena *arena;     /* owned: the index */
    struct arena *replies;   /* owned: groups of answers and choices, made anew when one comes */
    struct clash_index *index;
    struct clash_around around;
    struct part before;
    struct part after;
};

struct clash_engine *clash_engine_new(struct conference *conf,
                                      const struct requirements *requirements,
                                      const struct clash_options *options)
{
    struct clash_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        abort(); /* as arenas do */
    }
    engine->conf = conf;
    engine->arena = arena_new();
    engine->replies = arena_new();
    engine->index = clash_index_new(conf, requirements, options, engine->arena);
    clash_around_init(&engine->around, engine->index, engine->arena);
    engine->around.says_all = true;
    return engine;
}

void clash_engine_free(struct clash_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    arena_free(engine->arena);
    arena_free(engine->replies);
    free(engine->before.items);
    free(engine->after.items);
    free(engine);
}

static void keep(void *to, const struct clash *clash)
{
    struct part *part = to;
    if (part->n == part->cap) {
        part->cap = part->cap == 0 ? 64 : part->cap * 2;
        part->items = reallocarray(part->items, part->cap, sizeof *part->items);
        if (part->items == NULL) {
            abort(); /* as arenas do */
        }
    }
    part->items[part->n++] = *clash;
}

/* By everything, cheapest first; sentences are "" when nobody wants them. */
static int compare(const void *a, const void *b)
{
    const struct clash *x = a;
    const struct clash *y = b;
    if (x->person != y->person) {
        return x->person < y->person ? -1 : 1;
    }
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    if (x->session_a != y->session_a) {
        return x->session_a < y->session_a ? -1 : 1;
    }
    if (x->session_b != y->session_b) {
        return x->session_b < y->session_b ? -1 : 1;
    }
    if (x->start_us != y->start_us) {
        return x->start_us < y->start_us ? -1 : 1;
    }
    if (x->end_us != y->end_us) {
        return x->end_us < y->end_us ? -1 : 1;
    }
    int order = (x->severity > y->severity) - (x->severity < y->severity);
    return order != 0 ? order : strcmp(x->why, y->why);
}

/* People come in order, few clashes at a time: insertion beats qsort() there. A part with more
 * disorder than that is left to qsort(). */
static void sort(struct part *part)
{
    size_t n_steps = 0;
    for (size_t i = 1; i < part->n; i++) {
        struct clash clash = part->items[i];
        size_t at = i;
        while (at > 0 && compare(&part->items[at - 1], &clash) > 0) {
            part->items[at] = part->items[at - 1];
            at--;
            n_steps++;
        }
        part->items[at] = clash;
        if (n_steps > 4 * part->n) {
            qsort(part->items, part->n, sizeof *part->items, compare);
            return;
        }
    }
}

/* Tells the sentences while things lie as they do, and sorts. */
static void finish(const struct clash_engine *engine, struct part *part, struct arena *arena)
{
    for (size_t i = 0; i < part->n && !engine->index->options.without_why; i++) {
        part->items[i].why = clash_why(engine->index, &part->items[i], arena);
    }
    sort(part);
}

static void collect_sessions(struct clash_engine *engine, struct part *part, struct arena *arena)
{
    part->n = 0;
    clash_around_sessions(&engine->around, keep, part);
    finish(engine, part, arena);
}

/* persons[1] < 0 or equal to the first: there is only one. */
static void collect_persons(struct clash_engine *engine, const int persons[2], struct part *part,
                            struct arena *arena)
{
    part->n = 0;
    for (int k = 0; k < 2; k++) {
        if (persons[k] >= 0 && (k == 0 || persons[1] != persons[0])) {
            clash_around_person(&engine->around, persons[k], keep, part);
        }
    }
    finish(engine, part, arena);
}

/* Those of a that b has not; both sorted. */
static struct clash *minus(const struct clash_engine *engine, const struct part *a,
                           const struct part *b, struct arena *arena, int *ret_n)
{
    struct clash *left = arena_alloc(arena, (a->n + 1) * sizeof *left);
    size_t k = 0;
    int n = 0;
    for (size_t i = 0; i < a->n; i++) {
        int order = -1;
        while (k < b->n && (order = compare(&b->items[k], &a->items[i])) < 0) {
            k++;
        }
        if (k == b->n || order != 0) {
            left[n] = a->items[i];
            left[n].fingerprint = clash_fingerprint(engine->index, &left[n]);
            n++;
        }
    }
    if (!engine->index->options.without_why) {
        clash_order(engine->index, left, (size_t)n);
    }
    *ret_n = n;
    return left;
}

static void differ(const struct clash_engine *engine, struct arena *arena, struct clash_diff *ret)
{
    ret->added = minus(engine, &engine->after, &engine->before, arena, &ret->n_added);
    ret->cleared = minus(engine, &engine->before, &engine->after, arena, &ret->n_cleared);
}

void clash_engine_move(struct clash_engine *engine, int session, int room, int64_t start_us,
                       int64_t end_us, struct arena *arena, struct clash_diff *ret)
{
    struct session *moved = &engine->conf->sessions.items[session];
    clash_around_unmark(&engine->around);
    clash_around_mark_family(&engine->around, session);
    collect_sessions(engine, &engine->before, arena);
    clash_around_place(&engine->around, session, (struct slot){start_us, end_us, room});
    moved->room = room;
    moved->start_us = start_us;
    moved->end_us = end_us;
    collect_sessions(engine, &engine->after, arena);
    differ(engine, arena, ret);
}

void clash_engine_register(struct clash_engine *engine, int i, const struct registrant *registrant,
                           struct arena *arena, struct clash_diff *ret)
{
    struct registrant *here = &engine->conf->registrants.items[i];
    const int persons[2] = {here->person, registrant->person};
    collect_persons(engine, persons, &engine->before, arena);
    *here = *registrant;
    for (int k = 0; k < 2; k++) {
        if (persons[k] >= 0) {
            index_load_registrant_of(engine->index, persons[k]);
        }
    }
    collect_persons(engine, persons, &engine->after, arena);
    differ(engine, arena, ret);
}

/* What a reply of the person changes once conf has it. */
static void take_reply(struct clash_engine *engine, int person, struct arena *arena,
                       struct clash_diff *ret)
{
    arena_reset(engine->replies);
    index_load_replies(engine->index, engine->replies);
    index_load_answers_of(engine->index, person);
    collect_persons(engine, (const int[2]){person, -1}, &engine->after, arena);
    differ(engine, arena, ret);
}

void clash_engine_answer(struct clash_engine *engine, const struct answer *answer,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret)
{
    collect_persons(engine, (const int[2]){answer->person, -1}, &engine->before, arena);
    *vec_add(conf_arena, &engine->conf->answers) = *answer;
    take_reply(engine, answer->person, arena, ret);
}

void clash_engine_choose(struct clash_engine *engine, const struct choice *choice,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret)
{
    collect_persons(engine, (const int[2]){choice->person, -1}, &engine->before, arena);
    *vec_add(conf_arena, &engine->conf->choices) = *choice;
    take_reply(engine, choice->person, arena, ret);
}
