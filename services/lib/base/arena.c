#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK_MIN  ((size_t)16 * 1024)
#define BLOCK_MAX  ((size_t)1024 * 1024)
#define ALIGN_SIZE alignof(max_align_t)

struct block {
    struct block *next;
    size_t size; /* of data[] */
    size_t used;
    alignas(max_align_t) char data[];
};

/* Something that is borrowed for as long as the arena's content lives. */
struct loan {
    struct loan *next;
    void (*give_back)(void *thing);
    void *thing;
};

struct arena {
    struct block *blocks; /* newest first */
    struct loan *loans;   /* in the arena */
    size_t used;          /* bytes handed out since the last reset */
};

static _Noreturn void no_memory(size_t size)
{
    (void)fprintf(stderr, "rollcall: out of memory allocating %zu bytes\n", size);
    abort();
}

static struct block *block_new(size_t size, struct block *next)
{
    if (size > SIZE_MAX - sizeof(struct block)) {
        no_memory(size);
    }
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        no_memory(size);
    }
    block->next = next;
    block->size = size;
    block->used = 0;
    POISON(block->data, size);
    return block;
}

static void block_free(struct block *block)
{
    UNPOISON(block->data, block->size);
    free(block);
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        no_memory(sizeof *arena);
    }
    return arena;
}

static void give_back_all(struct arena *arena)
{
    for (const struct loan *loan = arena->loans; loan != NULL; loan = loan->next) {
        loan->give_back(loan->thing);
    }
    arena->loans = NULL;
}

void arena_borrow(struct arena *arena, void *thing, void (*give_back)(void *thing))
{
    struct loan *loan = arena_alloc(arena, sizeof *loan);
    *loan = (struct loan){arena->loans, give_back, thing};
    arena->loans = loan;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    give_back_all(arena);
    for (struct block *block = arena->blocks; block != NULL;) {
        struct block *next = block->next;
        block_free(block);
        block = next;
    }
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *keep = NULL;
    give_back_all(arena);
    for (struct block *block = arena->blocks; block != NULL;) {
        struct block *next = block->next;
        if (next == NULL && block->size <= BLOCK_MAX) {
            keep = block;
        } else {
            block_free(block);
        }
        block = next;
    }
    if (keep != NULL) {
        keep->used = 0;
        POISON(keep->data, keep->size);
    }
    arena->blocks = keep;
    arena->used = 0;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        no_memory(size);
    }
    size_t want = (size + ALIGN_SIZE - 1) / ALIGN_SIZE * ALIGN_SIZE;
    if (want == 0) {
        want = ALIGN_SIZE;
    }
    struct block *block = arena->blocks;
    if (block == NULL || block->size - block->used < want) {
        size_t grown = block == NULL ? BLOCK_MIN : block->size * 2;
        size_t usual = grown < BLOCK_MAX ? grown : BLOCK_MAX;
        block = block_new(want > usual ? want : usual, block);
        arena->blocks = block;
    }
    void *p = block->data + block->used;
    UNPOISON(p, size);
    block->used += want;
    arena->used += want;
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *arena, size_t n, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(n, size, &total)) {
        no_memory(SIZE_MAX);
    }
    return arena_alloc(arena, total);
}

char *arena_strdup(struct arena *arena, const char *s)
{
    return arena_memdup(arena, s, strlen(s) + 1);
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, s, len);
    return copy;
}

void *arena_memdup(struct arena *arena, const void *p, size_t n)
{
    void *copy = arena_alloc(arena, n);
    if (n > 0) {
        memcpy(copy, p, n);
    }
    return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) {
        abort();
    }
    char *s = arena_alloc(arena, (size_t)n + 1);
    (void)vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void *arena_vec_grow(struct arena *arena, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return items;
    }
    size_t grown = *cap == 0 ? 8 : *cap * 2;
    char *bigger = arena_array(arena, grown, size);
    if (n > 0) {
        memcpy(bigger, items, n * size);
    }
    *cap = grown;
    return bigger;
}
