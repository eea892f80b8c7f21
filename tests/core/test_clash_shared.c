/* MCs whose people are the same: the statistic, and what it keeps. */
#include "support/testing.h"

#include "core/clash_shared.h"

#include <math.h>
#include <string.h>

/* C(n, k) by Pascal's triangle. */
static double choose(int n, int k)
{
    return k < 0 || k > n ? 0 : n == 0 ? 1 : choose(n - 1, k - 1) + choose(n - 1, k);
}

static void the_chance_is_the_tail_of_the_hypergeometric_distribution(void **state)
{
    (void)state;
    for (int n = 0; n <= 9; n++) {
        for (int a = 0; a <= n; a++) {
            for (int b = 0; b <= n; b++) {
                for (int k = 0; k <= n + 1; k++) {
                    double sum = 0;
                    for (int i = k; i <= b; i++) {
                        sum += choose(a, i) * choose(n - a, b - i) / choose(n, b);
                    }
                    double chance = shared_chance(n, a, b, k);
                    if (fabs(chance - (k == 0 ? 1 : sum)) > 1e-9) {
                        fail_msg("%d of %d and %d of %d: %f, not %f", k, a, b, n, chance, sum);
                    }
                }
            }
        }
    }
}

static void the_chance_stays_exact_for_large_lists(void **state)
{
    (void)state;
    /* 20 of 20 out of 20,000: one over C(20000, 20), whose logarithm is 155.7 */
    assert_true(fabs(log(shared_chance(20000, 20, 20, 20)) + 155.7246) < 0.001);
    assert_true(shared_chance(20000, 10000, 10000, 4800) > 0.999);
    assert_true(shared_chance(20000, 10000, 10000, 5200) < 0.001);
}

struct town {
    struct arena *arena;
    struct conference conf;
    VEC(struct membership) memberships;
};

static void town_init(struct town *town, struct arena *arena, int n_tracks)
{
    *town = (struct town){.arena = arena};
    conference_init(&town->conf);
    for (int i = 0; i < n_tracks; i++) {
        conference_add_track(&town->conf, arena)->kind = TRACK_MC;
    }
}

/* People first to last belong to the track. */
static void enlist(struct town *town, int track, int first, int last)
{
    for (int person = first; person <= last; person++) {
        *vec_add(town->arena, &town->memberships) = (struct membership){track, person};
    }
}

static struct shared_pairs find(struct town *town)
{
    struct shared_pairs ret;
    shared_find(&town->conf, town->memberships.items, town->memberships.n, town->arena, &ret);
    return ret;
}

static void two_that_share_most_of_their_people_are_found(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town town;
    town_init(&town, arena, 4);
    enlist(&town, 2, 1, 8);
    enlist(&town, 0, 3, 10);
    enlist(&town, 1, 11, 30);
    enlist(&town, 3, 31, 50);
    enlist(&town, 2, 1, 8); /* twice is once */
    struct shared_pairs found = find(&town);
    assert_int_equal(found.items.n, 1);
    const struct shared_pair *pair = &found.items.items[0];
    assert_int_equal(pair->track_a, 0);
    assert_int_equal(pair->track_b, 2);
    assert_int_equal(pair->n_a, 8);
    assert_int_equal(pair->n_b, 8);
    assert_int_equal(pair->n_shared, 6);
    assert_int_equal(found.n_people, 50);
    assert_true(pair->chance < 1e-4);
}

static void large_lists_do_not_win_by_being_large(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town town;
    town_init(&town, arena, 2);
    enlist(&town, 0, 1, 60); /* 40 people in both, of 80: but 45 are to be expected */
    enlist(&town, 1, 21, 80);
    assert_int_equal(find(&town).items.n, 0);
}

static void two_people_in_common_are_too_few_however_small_the_lists(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town town;
    town_init(&town, arena, 3);
    enlist(&town, 0, 1, 2);
    enlist(&town, 1, 1, 2);
    enlist(&town, 2, 3, 400);
    assert_true(shared_chance(400, 2, 2, 2) < 1e-4);
    assert_int_equal(find(&town).items.n, 0);
    enlist(&town, 0, 3, 3);
    enlist(&town, 1, 3, 3);
    assert_int_equal(find(&town).items.n, 1);
}

/* Three in a thousand pairs look like this by chance: among three it is news, among 496 it is not.
 */
static void what_many_pairs_bring_by_chance_is_left_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town few;
    struct town many;
    town_init(&few, arena, 3);
    town_init(&many, arena, 32);
    enlist(&few, 0, 1, 10);
    enlist(&few, 1, 6, 15);
    enlist(&few, 2, 16, 75);
    enlist(&many, 0, 1, 10);
    enlist(&many, 1, 6, 15);
    for (int i = 0; i < 30; i++) {
        enlist(&many, 2 + i, 16 + 2 * i, 17 + 2 * i);
    }
    double chance = shared_chance(75, 10, 10, 5);
    assert_true(chance < SHARED_FALSE_SHARE / 3 && chance > SHARED_FALSE_SHARE / 496);
    assert_int_equal(find(&few).items.n, 1);
    assert_int_equal(find(&many).items.n, 0);
}

static void tracks_that_are_no_mc_are_left_out(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town town;
    town_init(&town, arena, 4);
    enlist(&town, 0, 1, 8);
    enlist(&town, 1, 1, 8);
    enlist(&town, 2, 9, 60);
    assert_int_equal(find(&town).items.n, 1);
    town.conf.tracks.items[1].kind = TRACK_REFEREED;
    assert_int_equal(find(&town).items.n, 0);
}

static void nothing_comes_of_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct town town;
    town_init(&town, arena, 0);
    assert_int_equal(find(&town).items.n, 0);
    town_init(&town, arena, 1);
    enlist(&town, 0, 1, 8);
    assert_int_equal(find(&town).items.n, 0);
    town_init(&town, arena, SHARED_TRACKS_MAX + 1);
    enlist(&town, 0, 1, 8);
    enlist(&town, 1, 1, 8);
    assert_int_equal(find(&town).items.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chance_is_the_tail_of_the_hypergeometric_distribution),
        cmocka_unit_test(the_chance_stays_exact_for_large_lists),
        cmocka_unit_test(two_that_share_most_of_their_people_are_found),
        cmocka_unit_test(large_lists_do_not_win_by_being_large),
        cmocka_unit_test(two_people_in_common_are_too_few_however_small_the_lists),
        cmocka_unit_test(what_many_pairs_bring_by_chance_is_left_out),
        cmocka_unit_test(tracks_that_are_no_mc_are_left_out),
        cmocka_unit_test(nothing_comes_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
