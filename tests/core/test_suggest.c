#include "support/testing.h"

#include "base/clock.h"
#include "core/suggest.h"
#include "core/test_clash_random.h"

#include <stdlib.h>
#include <string.h>

/* --- an independent judge: the whole detection before and after --- */

static const double weights[] = {0.1, 1, 5, 20, 50};

struct verdict {
    uint64_t fingerprint;
    enum severity severity;
};

struct judged {
    struct verdict *items;
    size_t n;
    double weight;
};

static int compare_verdicts(const void *a, const void *b)
{
    const struct verdict *x = a;
    const struct verdict *y = b;
    if (x->fingerprint != y->fingerprint) {
        return x->fingerprint < y->fingerprint ? -1 : 1;
    }
    return (int)x->severity - (int)y->severity;
}

static struct judged judge_list(const struct clash *clashes, size_t n, struct arena *arena)
{
    struct judged judged = {arena_array(arena, n, sizeof(struct verdict)), n, 0};
    for (size_t i = 0; i < n; i++) {
        judged.items[i] = (struct verdict){clashes[i].fingerprint, clashes[i].severity};
        judged.weight += weights[clashes[i].severity];
    }
    qsort(judged.items, n, sizeof *judged.items, compare_verdicts);
    return judged;
}

static struct judged judge(const struct conference *conf, const struct clash_options *options,
                           struct arena *arena)
{
    struct requirements requirements = {0};
    struct clashes clashes = {0};
    requirements_build(conf, arena, &requirements);
    clash_find(conf, &requirements, options, arena, &clashes);
    return judge_list(clashes.items.items, clashes.items.n, arena);
}

/* A copy of the conference with the moves made. */
static struct conference moved(const struct conference *conf, const struct suggest_move *moves,
                               int n_moves, struct arena *arena)
{
    struct conference copy = *conf;
    copy.sessions.items =
        arena_memdup(arena, conf->sessions.items, conf->sessions.n * sizeof *conf->sessions.items);
    for (int i = 0; i < n_moves; i++) {
        struct session *session = &copy.sessions.items[moves[i].session];
        int64_t by_us = moves[i].start_us - session->start_us;
        for (size_t k = 0; k < copy.sessions.n; k++) {
            struct session *child = &copy.sessions.items[k];
            if (child->parent == moves[i].session && child->start_us != 0) {
                child->start_us += by_us;
                child->end_us += by_us;
            }
            if (child->parent == moves[i].session && child->room == session->room) {
                child->room = moves[i].room;
            }
        }
        session->room = moves[i].room;
        session->start_us += by_us;
        session->end_us += by_us;
    }
    return copy;
}

static void same_verdicts(struct judged *a, struct judged *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_int_equal(compare_verdicts(&a->items[i], &b->items[i]), 0);
    }
}

/* before - cures + makes must be what the programme has after the moves. */
static void confirm(const struct conference *conf, const struct suggest_options *options,
                    const struct suggestion *suggestion, struct arena *arena)
{
    struct conference after_conf = moved(conf, suggestion->moves, suggestion->n_moves, arena);
    struct judged before = judge(conf, &options->clash, arena);
    struct judged after = judge(&after_conf, &options->clash, arena);
    struct judged cures = judge_list(suggestion->cures, (size_t)suggestion->n_cures, arena);
    struct judged makes = judge_list(suggestion->makes, (size_t)suggestion->n_makes, arena);
    assert_true(suggestion->gain - (before.weight - after.weight) < 1e-6 &&
                suggestion->gain - (before.weight - after.weight) > -1e-6);
    struct judged left = {arena_array(arena, before.n + makes.n, sizeof(struct verdict)), 0, 0};
    for (size_t i = 0, k = 0; i < before.n; i++) {
        if (k < cures.n && compare_verdicts(&before.items[i], &cures.items[k]) == 0) {
            k++;
            continue;
        }
        left.items[left.n++] = before.items[i];
    }
    assert_int_equal(left.n + cures.n, before.n);
    memcpy(left.items + left.n, makes.items, makes.n * sizeof *makes.items);
    left.n += makes.n;
    qsort(left.items, left.n, sizeof *left.items, compare_verdicts);
    same_verdicts(&left, &after);
}

static void what_if_tells_exactly_what_a_new_check_finds(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int n_checked = 0;
    for (int seed = 1; seed <= 1500; seed++) {
        arena_reset(arena);
        random_start(seed);
        struct conference conf;
        make_conference(&conf, arena);
        struct suggest_options options = {.clash = random_options(&conf)};
        struct suggest_move moves[2];
        int n = 0;
        for (int i = 0; i < 2 && conf.sessions.n > 0; i++) {
            int session = random_below((int)conf.sessions.n);
            bool is_related = n > 0 && (session == moves[0].session ||
                                        conf.sessions.items[session].parent == moves[0].session ||
                                        conf.sessions.items[moves[0].session].parent == session);
            if (session_is_live(&conf.sessions.items[session]) && !is_related) {
                int room = conf.rooms.n == 0 ? -1 : random_below((int)conf.rooms.n);
                moves[n++] = (struct suggest_move){session, room, random_instant(&conf)};
            }
        }
        struct suggestion suggestion;
        if (n > 0) {
            suggest_what_if(&conf, moves, n, &options, arena, &suggestion);
            confirm(&conf, &options, &suggestion, arena);
            n_checked++;
        }
    }
    assert_true(n_checked > 1000);
}

static void every_suggestion_helps_and_is_confirmed_by_a_new_check(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int n_checked = 0;
    for (int seed = 1; seed <= 400; seed++) {
        arena_reset(arena);
        random_start(seed);
        struct conference conf;
        make_conference(&conf, arena);
        struct suggest_options options = {.clash = random_options(&conf),
                                          .max_moves = 1 + random_below(4)};
        struct suggestions found;
        suggest_find(&conf, &options, arena, &found);
        assert_true(found.items.n <= 10);
        for (size_t i = 0; i < found.items.n; i++) {
            const struct suggestion *suggestion = &found.items.items[i];
            assert_true(suggestion->gain > 0);
            assert_true(suggestion->n_moves <= options.max_moves);
            assert_true(i == 0 || suggestion->gain <= found.items.items[i - 1].gain + 1e-6);
            confirm(&conf, &options, suggestion, arena);
            n_checked++;
        }
    }
    assert_true(n_checked > 300);
}

/* --- the best is the best --- */

static bool is_hard(const struct clash *clash)
{
    return clash->person < 0 || clash->severity == SEVERITY_CRITICAL;
}

/* The gain of moves by a whole new check; < 0 when they make a hard clash. */
static double gain_of(const struct conference *conf, const struct suggest_options *options,
                      const struct suggest_move *moves, int n, struct arena *arena)
{
    struct suggestion suggestion;
    suggest_what_if(conf, moves, n, options, arena, &suggestion);
    for (int i = 0; i < suggestion.n_makes; i++) {
        if (is_hard(&suggestion.makes[i])) {
            return -1;
        }
    }
    return suggestion.gain;
}

static bool can_move(const struct conference *conf, int s)
{
    const struct session *session = &conf->sessions.items[s];
    if (!session_is_live(session) || session->is_pinned ||
        (session->parent >= 0 && session_is_live(&conf->sessions.items[session->parent]))) {
        return false;
    }
    return true;
}

static bool is_free(const struct conference *conf, int s, int room, int64_t start_us,
                    int64_t end_us)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *o = &conf->sessions.items[i];
        if ((int)i != s && o->parent != s && session_is_live(o) && o->room == room &&
            o->start_us < end_us && start_us < o->end_us) {
            return false;
        }
    }
    return true;
}

static bool is_room_used(const struct conference *conf, int room)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (session_is_live(&conf->sessions.items[i]) && conf->sessions.items[i].room == room) {
            return true;
        }
    }
    return false;
}

static double best_single(const struct conference *conf, const struct suggest_options *options,
                          struct arena *arena)
{
    double best = 0;
    for (int s = 0; s < (int)conf->sessions.n; s++) {
        const struct session *x = &conf->sessions.items[s];
        for (int t = 0; t < (int)conf->sessions.n && can_move(conf, s); t++) {
            const struct session *y = &conf->sessions.items[t];
            bool is_part = y->parent >= 0 && session_is_live(&conf->sessions.items[y->parent]);
            if (!session_is_live(y) || is_part ||
                y->end_us - y->start_us != x->end_us - x->start_us) {
                continue;
            }
            for (int room = -1; room < (int)conf->rooms.n; room++) {
                if ((room < 0) != (x->room < 0) || (room >= 0 && !is_room_used(conf, room)) ||
                    (room >= 0 && !is_free(conf, s, room, y->start_us, y->end_us))) {
                    continue;
                }
                struct suggest_move move = {s, room, y->start_us};
                double gain = gain_of(conf, options, &move, 1, arena);
                best = gain > best ? gain : best;
            }
            if (can_move(conf, t) && (x->room < 0) == (y->room < 0) && options->max_moves > 1) {
                struct suggest_move moves[2] = {{s, y->room, y->start_us},
                                                {t, x->room, x->start_us}};
                double gain = gain_of(conf, options, moves, 2, arena);
                best = gain > best ? gain : best;
            }
        }
    }
    return best;
}

static void no_single_move_or_swap_is_better_than_the_first(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int n_with = 0;
    for (int seed = 5001; seed <= 5120; seed++) {
        arena_reset(arena);
        random_start(seed);
        struct conference conf;
        make_conference(&conf, arena);
        struct suggest_options options = {.clash = random_options(&conf),
                                          .max_moves = 1 + seed % 2};
        struct suggestions found;
        suggest_find(&conf, &options, arena, &found);
        double best = best_single(&conf, &options, arena);
        double first = found.items.n == 0 ? 0 : found.items.items[0].gain;
        if (options.max_moves == 1) {
            assert_true(first - best < 1e-6 && best - first < 1e-6);
        } else {
            assert_true(first >= best - 1e-6);
        }
        n_with += best > 0;
    }
    assert_true(n_with > 30);
}

#define GAINS_MAX 20000

static int compare_gains(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (y > x) - (y < x);
}

/* The gains of all moves of one session that suggestions may make, by whole new checks, most first.
 */
static int all_gains(const struct conference *conf, const struct suggest_options *options,
                     struct arena *arena, double *gains)
{
    int n = 0;
    for (int s = 0; s < (int)conf->sessions.n; s++) {
        const struct session *x = &conf->sessions.items[s];
        VEC(int64_t) starts = {0}; /* each once, as suggest tries them */
        for (int t = 0; t < (int)conf->sessions.n && can_move(conf, s); t++) {
            const struct session *y = &conf->sessions.items[t];
            bool is_part = y->parent >= 0 && session_is_live(&conf->sessions.items[y->parent]);
            bool is_known = !session_is_live(y) || is_part ||
                            y->end_us - y->start_us != x->end_us - x->start_us;
            for (size_t i = 0; i < starts.n; i++) {
                is_known = is_known || starts.items[i] == y->start_us;
            }
            if (!is_known) {
                *vec_add(arena, &starts) = y->start_us;
            }
        }
        for (size_t i = 0; i < starts.n; i++) {
            int64_t start_us = starts.items[i];
            for (int room = x->room < 0 ? -1 : 0; room < (x->room < 0 ? 0 : (int)conf->rooms.n);
                 room++) {
                struct suggest_move move = {s, room, start_us};
                bool is_open = room < 0 || (is_room_used(conf, room) &&
                                            is_free(conf, s, room, start_us,
                                                    start_us + x->end_us - x->start_us));
                double gain = is_open ? gain_of(conf, options, &move, 1, arena) : 0;
                if (gain > 1e-6) {
                    assert_true(n < GAINS_MAX);
                    gains[n++] = gain;
                }
            }
        }
    }
    qsort(gains, (size_t)n, sizeof *gains, compare_gains);
    return n;
}

/* What is cut off early must not be among the best. */
static void the_moves_told_are_the_best_of_all_in_order(void **state)
{
    (void)state;
    static double gains[GAINS_MAX];
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int n_compared = 0;
    for (int seed = 7001; seed <= 7150; seed++) {
        arena_reset(arena);
        random_start(seed);
        struct conference conf;
        make_conference(&conf, arena);
        struct suggest_options options = {
            .clash = random_options(&conf), .max_moves = 1, .max_suggestions = 1 + seed % 12};
        struct suggestions found;
        suggest_find(&conf, &options, arena, &found);
        int n = all_gains(&conf, &options, arena, gains);
        n = n < options.max_suggestions ? n : options.max_suggestions;
        assert_int_equal(found.items.n, n);
        for (int i = 0; i < n; i++, n_compared++) {
            assert_true(found.items.items[i].gain - gains[i] < 1e-6 &&
                        gains[i] - found.items.items[i].gain < 1e-6);
        }
    }
    assert_true(n_compared > 200);
}

/* --- a programme that people can read --- */

static int add_room(struct conference *conf, struct arena *arena, const char *name)
{
    struct room *room = conference_add_room(conf, arena);
    room->key = room->name = name;
    return (int)conf->rooms.n - 1;
}

static int add_block(struct conference *conf, struct arena *arena, const char *title, int room,
                     const char *start, int hours)
{
    struct err err = {0};
    int64_t start_us = 0;
    struct track *track = conference_add_track(conf, arena);
    track->key = track->title = title;
    track->kind = TRACK_MC;
    assert_int_equal(time_parse(start, conf->zone, &start_us, &err), 0);
    struct session *session = conference_add_session(conf, arena);
    session->key = session->title = title;
    session->kind = SESSION_BLOCK;
    session->track = (int)conf->tracks.n - 1;
    session->room = room;
    session->start_us = start_us;
    session->end_us = start_us + hours * HOUR_US;
    return (int)conf->sessions.n - 1;
}

static void want(struct conference *conf, struct arena *arena, int person, int track)
{
    struct mention *mention = conference_add_mention(conf, arena);
    mention->role = ROLE_KEY_ATTENDEE;
    mention->track = track;
    mention->person = person;
}

static const struct suggest_options plain = {.clash = {.only_person = -1}};

/* Ann and Bob are wanted in Rust and PCI, which run at once; Carol in Rust and Tracing, which do
 * not. */
static void make_two_halves(struct conference *conf, struct arena *arena)
{
    conference_init(conf);
    conf->zone = zone_find("Asia/Tokyo");
    int b3 = add_room(conf, arena, "Hall B3");
    int b2 = add_room(conf, arena, "Hall B2");
    (void)add_block(conf, arena, "Rust", b3, "2025-12-11T14:00", 3);
    (void)add_block(conf, arena, "PCI", b2, "2025-12-11T14:00", 3);
    (void)add_block(conf, arena, "x86", b2, "2025-12-12T10:00", 3);
    (void)add_block(conf, arena, "Tracing", b3, "2025-12-12T10:00", 3);
    conference_add_person(conf, arena)->name = "Ann";
    conference_add_person(conf, arena)->name = "Bob";
    want(conf, arena, 0, 0);
    want(conf, arena, 0, 1);
    want(conf, arena, 1, 0);
    want(conf, arena, 1, 1);
    conference_add_person(conf, arena)->name = "Carol";
    want(conf, arena, 2, 0);
    want(conf, arena, 2, 3);
}

static void the_swap_that_cures_most_comes_first_and_says_so(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    make_two_halves(&conf, arena);
    struct suggestions found;
    suggest_find(&conf, &plain, arena, &found);
    assert_true(found.items.n > 0);
    const struct suggestion *best = &found.items.items[0];
    assert_int_equal(best->n_moves, 2);
    assert_int_equal(best->n_cures, 2);
    assert_int_equal(best->n_makes, 0);
    assert_true(best->gain > 39.9 && best->gain < 40.1);
    assert_int_equal(best->n_people, 2);
    /* Tracing instead of x86 would hurt Carol. */
    assert_string_equal(best->text, "swap PCI (Hall B2, Thu 14:00) with x86 (Hall B2, Fri 10:00)");
    assert_string_equal(best->cures[0].why,
                        "Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
                        "time, Thu 11 Dec 14:00 to 17:00");
}

static void pinned_sessions_stay(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    make_two_halves(&conf, arena);
    conf.sessions.items[0].is_pinned = true;
    conf.sessions.items[3].is_pinned = true;
    struct suggestions found;
    suggest_find(&conf, &plain, arena, &found);
    assert_true(found.items.n > 0);
    for (size_t i = 0; i < found.items.n; i++) {
        for (int k = 0; k < found.items.items[i].n_moves; k++) {
            int session = found.items.items[i].moves[k].session;
            assert_true(session == 1 || session == 2);
        }
    }
    conf.sessions.items[1].is_pinned = true;
    conf.sessions.items[2].is_pinned = true;
    suggest_find(&conf, &plain, arena, &found);
    assert_int_equal(found.items.n, 0);
}

static void a_block_moves_with_its_contributions(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    make_two_halves(&conf, arena);
    struct session *talk = conference_add_session(&conf, arena);
    talk->key = talk->title = "Safe drivers";
    talk->kind = SESSION_CONTRIBUTION;
    talk->parent = 0;
    talk->track = 0;
    talk->room = 0;
    talk->start_us = conf.sessions.items[0].start_us + HOUR_US;
    talk->end_us = talk->start_us + 30 * MINUTE_US;
    conference_add_person(&conf, arena)->name = "Dora";
    struct mention *speaker = conference_add_mention(&conf, arena);
    speaker->role = ROLE_SPEAKER;
    speaker->session = 4;
    speaker->person = 3;
    want(&conf, arena, 3, 2); /* and key attendee of x86, a day later */
    struct suggest_move move = {0, 0, conf.sessions.items[2].start_us};
    struct suggestion result;
    suggest_what_if(&conf, &move, 1, &plain, arena, &result);
    bool found = false;
    for (int i = 0; i < result.n_makes; i++) {
        found =
            found || strcmp(result.makes[i].why,
                            "Dora is key attendee of x86 (Hall B2) and is speaker of Safe drivers "
                            "(Hall B3) at the same time, Fri 12 Dec 11:00 to 11:30") == 0;
    }
    assert_true(found);
    confirm(&conf, &plain, &result, arena);
}

static void a_clean_or_empty_programme_needs_no_suggestion(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct suggestions found;
    conference_init(&conf);
    suggest_find(&conf, &plain, arena, &found);
    assert_int_equal(found.items.n, 0);
    make_two_halves(&conf, arena);
    conf.mentions.n = 1;
    suggest_find(&conf, &plain, arena, &found);
    assert_int_equal(found.items.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_if_tells_exactly_what_a_new_check_finds),
        cmocka_unit_test(every_suggestion_helps_and_is_confirmed_by_a_new_check),
        cmocka_unit_test(no_single_move_or_swap_is_better_than_the_first),
        cmocka_unit_test(the_moves_told_are_the_best_of_all_in_order),
        cmocka_unit_test(the_swap_that_cures_most_comes_first_and_says_so),
        cmocka_unit_test(pinned_sessions_stay),
        cmocka_unit_test(a_block_moves_with_its_contributions),
        cmocka_unit_test(a_clean_or_empty_programme_needs_no_suggestion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
