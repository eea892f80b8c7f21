/*
 * names_generator: made-up people and the ways in which others write their names, by seed.
 *
 * Given and family names are drawn apart from MAINTAINERS, CREDITS and the febrl list in the shared
 * folder and from names_data.h, so nobody in the output is anybody. Ten classes of variants.
 */
#ifndef ROLLCALL_TESTS_BENCH_NAMES_GENERATOR_H
#define ROLLCALL_TESTS_BENCH_NAMES_GENERATOR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum variant {
    VARIANT_EXACT,
    VARIANT_FORMAT,
    VARIANT_DIACRITICS,
    VARIANT_TYPO1,
    VARIANT_TYPO2,
    VARIANT_SWAP,
    VARIANT_NICK,
    VARIANT_INITIAL,
    VARIANT_TRANSLIT,
    VARIANT_DROP,
    VARIANTS,
};

struct generated_person {
    const char *name;  /* as registered */
    const char *other; /* the same in the other script; NULL */
};

struct generated_mention {
    const char *name;
    enum variant variant;
    int person; /* index; -1 = nobody of the list */
};

struct generator;

struct generator *generator_new(struct arena *arena, const char *shared_dir, uint64_t seed);
/* n people; every name only once. */
struct generated_person *generator_people(struct generator *generator, int n);
/* n mentions of people[0..n_people); in a share of absent_pct of 100 the person named is taken out
 * of the list: people[person].name is then NULL and mention.person -1. Classes in equal shares. */
struct generated_mention *generator_mentions(struct generator *generator,
                                             struct generated_person *people, int n_people, int n,
                                             int absent_pct);
const char *variant_name(enum variant variant);

#endif
