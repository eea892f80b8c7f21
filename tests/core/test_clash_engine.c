/* Sequences of random edits: what the engine says came and went must lead to what a new, full
 * detection finds. */
#include "support/testing.h"

#include "base/clock.h"
#include "core/clash/engine.h"
#include "core/test_clash_random.h"

#include <stdlib.h>
#include <string.h>

#define N_CONFERENCES 1500
#define N_EDITS       12

struct set {
    struct clash items[4096];
    size_t n;
};

static bool is_equal(const struct clash *a, const struct clash *b)
{
    return a->kind == b->kind && a->severity == b->severity && a->person == b->person &&
           a->session_a == b->session_a && a->session_b == b->session_b &&
           a->start_us == b->start_us && a->end_us == b->end_us &&
           a->fingerprint == b->fingerprint && strcmp(a->why, b->why) == 0;
}

static int find(const struct set *set, const struct clash *clash)
{
    for (size_t i = 0; i < set->n; i++) {
        if (is_equal(&set->items[i], clash)) {
            return (int)i;
        }
    }
    return -1;
}

static void add(struct set *set, const struct clash *clash)
{
    assert_true(set->n < sizeof set->items / sizeof set->items[0]);
    set->items[set->n++] = *clash;
}

static void follow(struct set *set, const struct clash_diff *diff)
{
    for (int i = 0; i < diff->n_cleared; i++) {
        int at = find(set, &diff->cleared[i]);
        assert_true(at >= 0); /* nothing goes that was not there */
        set->items[at] = set->items[--set->n];
    }
    for (int i = 0; i < diff->n_added; i++) {
        assert_int_equal(find(set, &diff->added[i]), -1); /* nothing comes twice */
        add(set, &diff->added[i]);
    }
}

static void compare(const struct set *set, const struct conference *conf,
                    const struct clash_options *options, struct arena *arena)
{
    struct requirements requirements;
    struct clashes full;
    requirements_build(conf, arena, &requirements);
    clash_find(conf, &requirements, options, arena, &full);
    assert_int_equal(full.items.n, set->n);
    for (size_t i = 0; i < full.items.n; i++) {
        assert_true(find(set, &full.items.items[i]) >= 0);
    }
}

static void move_something(struct clash_engine *engine, const struct conference *conf,
                           struct arena *arena, struct clash_diff *diff)
{
    int session = random_below((int)conf->sessions.n);
    const struct session *s = &conf->sessions.items[session];
    int room = maybe((int)conf->rooms.n);
    int64_t start_us = random_instant(conf);
    start_us += one_in(8) ? (random_below(3) - 1) * 400 * DAY_US : 0; /* beyond what spans hold */
    int64_t end_us = start_us + (1 + random_below(20)) * 15 * MINUTE_US;
    if (s->parent >= 0 && one_in(2)) { /* back into its block */
        const struct session *block = &conf->sessions.items[s->parent];
        room = block->room;
        start_us = block->start_us;
        end_us = start_us + 15 * MINUTE_US;
    }
    if (session_is_scheduled(s) && start_us != 0) {
        clash_engine_move(engine, session, room, start_us, end_us, arena, diff);
    }
}

static void register_somebody(struct clash_engine *engine, const struct conference *conf,
                              struct arena *arena, struct clash_diff *diff)
{
    int i = random_below((int)conf->registrants.n);
    struct registrant registrant = conf->registrants.items[i];
    registrant.status = (enum registration_status)random_below(3);
    registrant.attendance = (enum attendance)random_below(3);
    registrant.arrives_us = one_in(2) ? 0 : random_instant(conf);
    registrant.person = one_in(3) ? maybe((int)conf->persons.n) : registrant.person;
    clash_engine_register(engine, i, &registrant, arena, diff);
}

static void edit(struct clash_engine *engine, const struct conference *conf, struct arena *arena,
                 struct clash_diff *diff)
{
    int n_persons = (int)conf->persons.n;
    int n_sessions = (int)conf->sessions.n;
    int what = random_below(5);
    if (what <= 1 && n_sessions > 0) {
        move_something(engine, conf, arena, diff);
    } else if (what == 2 && conf->registrants.n > 0) {
        register_somebody(engine, conf, arena, diff);
    } else if (what == 3 && n_persons > 0) {
        struct answer answer = {random_below(n_persons),
                                maybe((int)conf->tracks.n),
                                one_in(2) ? maybe(n_sessions) : -1,
                                (enum reply)random_below(4),
                                random_below(96) * 15,
                                random_below(9)};
        clash_engine_answer(engine, &answer, arena, arena, diff);
    } else if (what == 4 && n_persons > 0 && n_sessions > 0) {
        struct choice choice = {random_below(n_persons), random_below(n_sessions),
                                random_below(n_sessions), random_below(9)};
        clash_engine_choose(engine, &choice, arena, arena, diff);
    }
}

static void any_sequence_of_edits_ends_where_a_full_detection_does(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    static struct set set;
    int n_changed = 0;
    for (int seed = 1; seed <= N_CONFERENCES; seed++) {
        arena_reset(arena);
        random_start(seed + 100000);
        struct conference conf;
        make_conference(&conf, arena);
        struct clash_options options = random_options(&conf);
        struct requirements requirements;
        struct clashes full;
        requirements_build(&conf, arena, &requirements);
        clash_find(&conf, &requirements, &options, arena, &full);
        struct clash_engine *engine = clash_engine_new(&conf, &requirements, &options);
        set.n = 0;
        for (size_t i = 0; i < full.items.n; i++) {
            add(&set, &full.items.items[i]);
        }
        for (int k = 0; k < N_EDITS; k++) {
            struct clash_diff diff = {0};
            edit(engine, &conf, arena, &diff);
            follow(&set, &diff);
            compare(&set, &conf, &options, arena);
            n_changed += diff.n_added + diff.n_cleared > 0;
        }
        clash_engine_free(engine);
    }
    assert_true(n_changed > N_CONFERENCES);
}

static void an_edit_that_changes_nothing_tells_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int n_moved = 0;
    for (int seed = 1; seed <= 200; seed++) {
        arena_reset(arena);
        random_start(seed);
        struct conference conf;
        make_conference(&conf, arena);
        struct clash_options options = random_options(&conf);
        struct requirements requirements;
        requirements_build(&conf, arena, &requirements);
        struct clash_engine *engine = clash_engine_new(&conf, &requirements, &options);
        for (size_t s = 0; s < conf.sessions.n; s++) {
            struct session same = conf.sessions.items[s];
            struct clash_diff diff;
            clash_engine_move(engine, (int)s, same.room, same.start_us, same.end_us, arena, &diff);
            assert_int_equal(diff.n_added + diff.n_cleared, 0);
            n_moved++;
        }
        clash_engine_free(engine);
    }
    assert_true(n_moved > 1000);
    clash_engine_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_sequence_of_edits_ends_where_a_full_detection_does),
        cmocka_unit_test(an_edit_that_changes_nothing_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
