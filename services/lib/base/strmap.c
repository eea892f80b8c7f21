#include "base/strmap.h"

#include <string.h>

struct strmap_slot {
    const char *key; /* NULL = free */
    uint64_t hash;
    int64_t value;
};

__extension__ typedef unsigned __int128 uint128; /* no struct: there is no C name for it */

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_bytes(const void *s, size_t n, uint64_t seed)
{
    const unsigned char *p = s;
    uint64_t h = seed ^ UINT64_C(0xA0761D6478BD642F) ^ n;
    while (n >= 8) {
        uint64_t word = 0;
        memcpy(&word, p, 8);
        h = mix(h ^ word, UINT64_C(0xE7037ED1A0B428DB));
        p += 8;
        n -= 8;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < n; i++) {
        tail |= (uint64_t)p[i] << (8 * i);
    }
    return mix(h ^ tail, UINT64_C(0x8EBC6AF09C88C6E3));
}

uint64_t hash_string(const char *s)
{
    return hash_bytes(s, strlen(s), 0);
}

static struct strmap_slot *slot_for(struct strmap_slot *slots, size_t n_slots, const char *key,
                                    uint64_t hash)
{
    size_t i = hash & (n_slots - 1);
    while (slots[i].key != NULL && (slots[i].hash != hash || strcmp(slots[i].key, key) != 0)) {
        i = (i + 1) & (n_slots - 1);
    }
    return &slots[i];
}

static void grow(struct strmap *map, struct arena *arena)
{
    size_t n_slots = map->n_slots == 0 ? 16 : map->n_slots * 2;
    struct strmap_slot *slots = arena_array(arena, n_slots, sizeof *slots);
    for (size_t i = 0; i < map->n_slots; i++) {
        if (map->slots[i].key != NULL) {
            *slot_for(slots, n_slots, map->slots[i].key, map->slots[i].hash) = map->slots[i];
        }
    }
    map->slots = slots;
    map->n_slots = n_slots;
}

int64_t *strmap_at(struct strmap *map, struct arena *arena, const char *key, int64_t fresh,
                   bool *ret_is_new)
{
    if ((map->n + 1) * 2 > map->n_slots) {
        grow(map, arena);
    }
    uint64_t hash = hash_string(key);
    struct strmap_slot *slot = slot_for(map->slots, map->n_slots, key, hash);
    bool is_new = slot->key == NULL;
    if (is_new) {
        *slot = (struct strmap_slot){arena_strdup(arena, key), hash, fresh};
        map->n++;
    }
    if (ret_is_new != NULL) {
        *ret_is_new = is_new;
    }
    return &slot->value;
}

void strmap_fetch(const struct strmap *map, const char *key)
{
    if (map->n > 0) {
        __builtin_prefetch(&map->slots[hash_string(key) & (map->n_slots - 1)]);
    }
}

const int64_t *strmap_find(const struct strmap *map, const char *key)
{
    if (map->n == 0) {
        return NULL;
    }
    struct strmap_slot *slot = slot_for(map->slots, map->n_slots, key, hash_string(key));
    return slot->key == NULL ? NULL : &slot->value;
}

struct strmap strmap_copy(const struct strmap *map, struct arena *arena)
{
    struct strmap copy = *map;
    copy.slots = arena_memdup(arena, map->slots, map->n_slots * sizeof *map->slots);
    return copy;
}
