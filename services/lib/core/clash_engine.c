#include "core/clash_engine.h"

#include "core/clash_around.h"

#include <stdlib.h>
#include <string.h>

struct clash_engine {
    struct conference *conf; /* borrowed */
    struct arena *arena;     /* owned: the index */
    struct arena *replies;   /* owned: groups of answers and choices, made anew when one comes */
    struct arena *scratch;   /* owned: of one edit */
    struct clash_index *index;
    struct clash_around around;
};

/* The clashes that an edit may touch, before or after it. */
struct part {
    const struct clash_engine *engine;
    VEC(struct clash) items;
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
    engine->scratch = arena_new();
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
    arena_free(engine->scratch);
    free(engine);
}

static void keep(void *to, const struct clash *clash)
{
    struct part *part = to;
    *vec_add(part->engine->scratch, &part->items) = *clash;
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

/* Tells the sentences while things lie as they do, and sorts. */
static void finish(struct part *part, struct arena *arena)
{
    const struct clash_index *index = part->engine->index;
    for (size_t i = 0; i < part->items.n && !index->options.without_why; i++) {
        part->items.items[i].why = clash_why(index, &part->items.items[i], arena);
    }
    if (part->items.n > 1) {
        qsort(part->items.items, part->items.n, sizeof *part->items.items, compare);
    }
}

static struct part part_of_sessions(struct clash_engine *engine, struct arena *arena)
{
    struct part part = {.engine = engine};
    clash_around_sessions(&engine->around, keep, &part);
    finish(&part, arena);
    return part;
}

/* persons[1] < 0 or equal to the first: there is only one. */
static struct part part_of_persons(struct clash_engine *engine, const int persons[2],
                                   struct arena *arena)
{
    struct part part = {.engine = engine};
    for (int k = 0; k < 2; k++) {
        if (persons[k] >= 0 && (k == 0 || persons[1] != persons[0])) {
            clash_around_person(&engine->around, persons[k], keep, &part);
        }
    }
    finish(&part, arena);
    return part;
}

/* Those of a that b has not. */
static struct clash *minus(const struct part *a, const struct part *b, struct arena *arena,
                           int *ret_n)
{
    struct clash *left = arena_array(arena, a->items.n, sizeof *left);
    size_t k = 0;
    int n = 0;
    for (size_t i = 0; i < a->items.n; i++) {
        while (k < b->items.n && compare(&b->items.items[k], &a->items.items[i]) < 0) {
            k++;
        }
        if (k == b->items.n || compare(&b->items.items[k], &a->items.items[i]) != 0) {
            left[n] = a->items.items[i];
            left[n].fingerprint = clash_fingerprint(a->engine->index, &left[n]);
            n++;
        }
    }
    *ret_n = n;
    return left;
}

static void differ(const struct clash_engine *engine, const struct part *before,
                   const struct part *after, struct arena *arena, struct clash_diff *ret)
{
    ret->added = minus(after, before, arena, &ret->n_added);
    ret->cleared = minus(before, after, arena, &ret->n_cleared);
    clash_order(engine->index, ret->added, (size_t)ret->n_added);
    clash_order(engine->index, ret->cleared, (size_t)ret->n_cleared);
    arena_reset(engine->scratch);
}

void clash_engine_move(struct clash_engine *engine, int session, int room, int64_t start_us,
                       int64_t end_us, struct arena *arena, struct clash_diff *ret)
{
    struct session *moved = &engine->conf->sessions.items[session];
    clash_around_unmark(&engine->around);
    clash_around_mark_family(&engine->around, session);
    struct part before = part_of_sessions(engine, arena);
    clash_around_place(&engine->around, session, (struct slot){start_us, end_us, room});
    moved->room = room;
    moved->start_us = start_us;
    moved->end_us = end_us;
    struct part after = part_of_sessions(engine, arena);
    differ(engine, &before, &after, arena, ret);
}

void clash_engine_register(struct clash_engine *engine, int i, const struct registrant *registrant,
                           struct arena *arena, struct clash_diff *ret)
{
    struct registrant *here = &engine->conf->registrants.items[i];
    const int persons[2] = {here->person, registrant->person};
    struct part before = part_of_persons(engine, persons, arena);
    *here = *registrant;
    for (int k = 0; k < 2; k++) {
        if (persons[k] >= 0) {
            index_load_registrant_of(engine->index, persons[k]);
        }
    }
    struct part after = part_of_persons(engine, persons, arena);
    differ(engine, &before, &after, arena, ret);
}

/* What a reply of the person changes once conf has it. */
static void take_reply(struct clash_engine *engine, int person, const struct part *before,
                       struct arena *arena, struct clash_diff *ret)
{
    arena_reset(engine->replies);
    index_load_replies(engine->index, engine->replies);
    index_load_answers_of(engine->index, person);
    struct part after = part_of_persons(engine, (const int[2]){person, -1}, arena);
    differ(engine, before, &after, arena, ret);
}

void clash_engine_answer(struct clash_engine *engine, const struct answer *answer,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret)
{
    struct part before = part_of_persons(engine, (const int[2]){answer->person, -1}, arena);
    *vec_add(conf_arena, &engine->conf->answers) = *answer;
    take_reply(engine, answer->person, &before, arena, ret);
}

void clash_engine_choose(struct clash_engine *engine, const struct choice *choice,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret)
{
    struct part before = part_of_persons(engine, (const int[2]){choice->person, -1}, arena);
    *vec_add(conf_arena, &engine->conf->choices) = *choice;
    take_reply(engine, choice->person, &before, arena, ret);
}
