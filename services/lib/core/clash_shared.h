/*
 * clash_shared: microconferences whose people are the same more often than chance would have it, so
 * that they should not run at once although nobody has said so.
 *
 * For each pair the hypergeometric tail says how likely so many shared people would be, were the
 * lists drawn from all who are on any list: large lists do not win by being large. Of all pairs
 * those are kept that the procedure of Benjamini and Hochberg (1995) keeps at SHARED_FALSE_SHARE,
 * as far as they share SHARED_LEAST people.
 */
#ifndef ROLLCALL_CORE_CLASH_SHARED_H
#define ROLLCALL_CORE_CLASH_SHARED_H

#include "core/conference.h"

#define SHARED_LEAST       3
#define SHARED_FALSE_SHARE 0.05 /* at most that share of the pairs found is there by chance */
#define SHARED_TRACKS_MAX  1000 /* with more MCs than that, nothing is found */

/* Somebody is on a track's list, or speaks in it. */
struct membership {
    int track;
    int64_t person; /* an index or an id: what counts is whether it is the same */
};

struct shared_pair {
    int track_a; /* < track_b */
    int track_b;
    int n_a;
    int n_b;
    int n_shared;
    double chance; /* of sharing so many or more */
};

struct shared_pairs {
    VEC(struct shared_pair) items; /* by track_a, then track_b */
    int n_people;                  /* on any of the lists */
};

/* memberships may repeat and come in any order; they are sorted. Tracks of other kinds than
 * TRACK_MC are left out. */
void shared_find(const struct conference *conf, struct membership *memberships, size_t n,
                 struct arena *arena, struct shared_pairs *ret);

/* From the mentions of conf, which must be those of everybody. */
void shared_find_in(const struct conference *conf, struct arena *arena, struct shared_pairs *ret);

/* The chance that of n_b people out of n_people at least n_shared are among n_a given ones. */
double shared_chance(int n_people, int n_a, int n_b, int n_shared);

#endif
