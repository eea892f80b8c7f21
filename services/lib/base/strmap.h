/* strmap: strings to numbers, open addressing, keys and table in an arena. Zero-initialised is
 * empty. */
#ifndef ROLLCALL_BASE_STRMAP_H
#define ROLLCALL_BASE_STRMAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strmap {
    struct strmap_slot *slots; /* in the arena; a power of two of them */
    size_t n_slots;
    size_t n; /* keys held */
};

/* 64 bits of s[0..n); not for secrets, stable over runs and machines (wyhash-like mixing). */
uint64_t hash_bytes(const void *s, size_t n, uint64_t seed);
uint64_t hash_string(const char *s);

/* Where key's value lives; a new key is copied and starts at `fresh`. *ret_is_new may be NULL. The
 * pointer is valid until the next strmap_at(). */
int64_t *strmap_at(struct strmap *map, struct arena *arena, const char *key, int64_t fresh,
                   bool *ret_is_new);
/* Asks the memory for where key's value may be, before strmap_find() needs it. */
void strmap_fetch(const struct strmap *map, const char *key);
/* The value, or NULL when the key is not there. */
const int64_t *strmap_find(const struct strmap *map, const char *key);

/* A map of its own with the same keys, which both share: they must outlive it. */
struct strmap strmap_copy(const struct strmap *map, struct arena *arena);

#endif
