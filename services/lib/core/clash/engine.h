/*
 * clash_engine: clashes kept up to date in memory while one thing after another changes.
 *
 * An edit tells which clashes came and which went, by looking only at what it touches. After any
 * sequence of edits the set is what clash_find() finds on the conference as it then is. The engine
 * does not hold the set itself: it starts as clash_find()'s.
 */
#ifndef ROLLCALL_CORE_CLASH_ENGINE_H
#define ROLLCALL_CORE_CLASH_ENGINE_H

#include "core/clash.h"

struct clash_engine;

/* A clash whose time, severity or sentence (a room, an hour of arrival) changed is in both lists,
 * with one fingerprint. */
struct clash_diff {
    struct clash *added; /* in the arena of the call, in the order of struct clashes; where options
                            say without_why, by person, kind and session */
    int n_added;
    struct clash *cleared;
    int n_cleared;
};

/*
 * conf and requirements are borrowed and must outlive the engine. Edits go through the engine,
 * which writes them into *conf; what else conf holds must not change meanwhile (edited lists, new
 * sessions and new people need a new engine). options->only_person is not looked at.
 */
struct clash_engine *clash_engine_new(struct conference *conf,
                                      const struct requirements *requirements,
                                      const struct clash_options *options);
void clash_engine_free(struct clash_engine *engine); /* accepts NULL */

/* Puts one session (of a block not the contributions) elsewhere. A session must stay scheduled or
 * stay unscheduled, since requirements are those of live sessions. Diff and sentences live in
 * arena.
 */
void clash_engine_move(struct clash_engine *engine, int session, int room, int64_t start_us,
                       int64_t end_us, struct arena *arena, struct clash_diff *ret);

/* Registrant i is now *registrant (another status, attendance, travel, zone or person). */
void clash_engine_register(struct clash_engine *engine, int i, const struct registrant *registrant,
                           struct arena *arena, struct clash_diff *ret);

/* Adds an answer; it is copied into conf, whose items grow in conf_arena. */
void clash_engine_answer(struct clash_engine *engine, const struct answer *answer,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret);

/* Adds a choice, likewise. */
void clash_engine_choose(struct clash_engine *engine, const struct choice *choice,
                         struct arena *conf_arena, struct arena *arena, struct clash_diff *ret);

#endif
