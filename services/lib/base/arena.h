/*
 * arena: memory that is released all at once, when the job that needed it is over.
 *
 * Allocation cannot fail (it aborts when the machine has no memory left); whatever a stranger can
 * make large is limited before it gets here. Nothing in an arena is freed singly. Under ASan a
 * reset or freed arena is poisoned, so that a late use is seen.
 */
#ifndef ROLLCALL_BASE_ARENA_H
#define ROLLCALL_BASE_ARENA_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* accepts NULL */
/* Everything allocated from it is gone; its first block is kept for the next job. */
void arena_reset(struct arena *arena);
/* Calls give_back(thing) when the arena is reset or freed: what its content points to stays till
 * then. */
void arena_borrow(struct arena *arena, void *thing, void (*give_back)(void *thing));
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed, aligned for any type. size may be 0. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* n * size with an overflow check (aborts). */
void *arena_array(struct arena *arena, size_t n, size_t size) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *arena, const char *s);
char *arena_strndup(struct arena *arena, const char *s, size_t n);
void *arena_memdup(struct arena *arena, const void *p, size_t n);
char *arena_printf(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);

CLEANUP_FUNCTION(struct arena, arena_cleanup, arena_free);

/*
 * A growing array whose items live in an arena: `VEC(struct room) rooms;`. Zero-initialised is
 * empty. vec_add() returns a pointer to a new zeroed item; it stays valid until the next vec_add().
 */
#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *items; /* n of them, in the arena */                                                 \
        size_t n;                                                                                  \
        size_t cap;                                                                                \
    }
#define vec_add(arena, v)                                                                          \
    ((v)->items = arena_vec_grow((arena), (v)->items, (v)->n, &(v)->cap, sizeof *(v)->items),      \
     &(v)->items[(v)->n++])

/* Behind vec_add(): room for one item more; what it grows by is zeroed. */
void *arena_vec_grow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size);

#endif
