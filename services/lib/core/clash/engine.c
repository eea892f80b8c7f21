#include "core/clash/engine.h"

#include "core/clash/around.h"
#include "core/clash/shift.h"

#include <stdlib.h>

struct clash_engine {
    struct conference *conf; /* borrowed */
    struct arena *arena;     /* owned: the index */
    struct arena *replies;   /* owned: groups of answers and choices, made anew when one comes */
    struct clash_index *index;
    struct clash_around around;
    struct clash_shift shift;
    struct clash_list before; /* what an edit of a person may touch, before and after it */
    struct clash_list after;
    struct clash_list changes[2];
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
    clash_shift_init(&engine->shift, &engine->around, engine->arena);
    return engine;
}

void clash_engine_free(struct clash_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    arena_free(engine->arena);
    arena_free(engine->replies);
    clash_shift_done(&engine->shift);
    clash_list_done(&engine->before);
    clash_list_done(&engine->after);
    clash_list_done(&engine->changes[0]);
    clash_list_done(&engine->changes[1]);
    free(engine);
}

/* persons[1] < 0 or equal to the first: there is only one. Tells the sentences while things lie as
 * they do. */
static void collect_persons(struct clash_engine *engine, const int persons[2],
                            struct clash_list *list, struct arena *arena)
{
    list->n = 0;
    for (int k = 0; k < 2; k++) {
        if (persons[k] >= 0 && (k == 0 || persons[1] != persons[0])) {
            clash_around_person(&engine->around, persons[k], clash_list_keep, list);
        }
    }
    for (size_t i = 0; i < list->n && !engine->index->options.without_why; i++) {
        list->items[i].why = clash_why(engine->index, &list->items[i], arena);
    }
    clash_list_sort(list);
}

/* A sorted list as the caller gets it. */
static struct clash *give(const struct clash_engine *engine, const struct clash_list *list,
                          struct arena *arena, int *ret_n)
{
    struct clash *given = arena_memdup(arena, list->items, list->n * sizeof *given);
    for (size_t i = 0; i < list->n; i++) {
        given[i].fingerprint = clash_fingerprint(engine->index, &given[i]);
    }
    if (!engine->index->options.without_why) {
        clash_order(engine->index, given, list->n);
    }
    *ret_n = (int)list->n;
    return given;
}

static void differ(struct clash_engine *engine, struct arena *arena, struct clash_diff *ret)
{
    engine->changes[0].n = engine->changes[1].n = 0;
    clash_list_minus(&engine->before, &engine->after, &engine->changes[0]);
    clash_list_minus(&engine->after, &engine->before, &engine->changes[1]);
    ret->cleared = give(engine, &engine->changes[0], arena, &ret->n_cleared);
    ret->added = give(engine, &engine->changes[1], arena, &ret->n_added);
}

void clash_engine_move(struct clash_engine *engine, int session, int room, int64_t start_us,
                       int64_t end_us, struct arena *arena, struct clash_diff *ret)
{
    struct session *moved = &engine->conf->sessions.items[session];
    clash_shift_move(&engine->shift, session, (struct slot){start_us, end_us, room}, arena);
    moved->room = room;
    moved->start_us = start_us;
    moved->end_us = end_us;
    ret->cleared = give(engine, &engine->shift.changes[0], arena, &ret->n_cleared);
    ret->added = give(engine, &engine->shift.changes[1], arena, &ret->n_added);
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
            clash_shift_reload(&engine->shift, persons[k]);
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
    clash_shift_reload(&engine->shift, person);
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
