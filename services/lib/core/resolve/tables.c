/* Hash tables with repeats: what records are found by beside their names. */
#include "core/resolve/index.h"

#include <stdio.h>
#include <stdlib.h>

/* A key that more share than this tells nothing: the rest is not kept under it, so that no input
 * makes look-ups long. */
#define REPEATS_MAX 200

void hash_table_add(struct hash_table *table, uint64_t hash, uint32_t value)
{
    if ((table->n + 1) * 3 > table->n_slots * 2) {
        struct hash_table bigger = {.n_slots = table->n_slots == 0 ? 64 : table->n_slots * 2,
                                    .journal = table->journal};
        bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
        if (bigger.slots == NULL) {
            (void)fprintf(stderr, "rollcall: out of memory for %zu addresses\n", bigger.n_slots);
            abort();
        }
        /* From behind a free slot on, so that repeats keep their order. */
        size_t start = 0;
        while (start < table->n_slots && table->slots[start].hash != 0) {
            start++;
        }
        for (size_t i = 0; i < table->n_slots; i++) {
            const struct hash_slot *slot = &table->slots[(start + i) & (table->n_slots - 1)];
            if (slot->hash != 0) {
                hash_table_add(&bigger, slot->hash, slot->value);
            }
        }
        free(table->slots);
        bigger.is_marked = table->is_marked;
        *table = bigger;
    }
    size_t at = hash & (table->n_slots - 1);
    int n_repeats = 0;
    while (table->slots[at].hash != 0) {
        n_repeats += table->slots[at].hash == hash;
        if (n_repeats >= REPEATS_MAX) {
            return;
        }
        at = (at + 1) & (table->n_slots - 1);
    }
    table->slots[at] = (struct hash_slot){hash, value};
    table->n++;
    if (table->is_marked) {
        u32s_add(&table->journal, (uint32_t)at);
    }
}

int64_t hash_table_next(const struct hash_table *table, uint64_t hash, size_t *at)
{
    if (table->n == 0 || hash == 0) {
        return -1;
    }
    size_t i = *at == SIZE_MAX ? hash & (table->n_slots - 1) : (*at + 1) & (table->n_slots - 1);
    for (; table->slots[i].hash != 0; i = (i + 1) & (table->n_slots - 1)) {
        if (table->slots[i].hash == hash) {
            *at = i;
            return table->slots[i].value;
        }
    }
    return -1;
}

void hash_table_count(struct hash_table *table, uint64_t hash)
{
    size_t at = SIZE_MAX;
    if (hash_table_next(table, hash, &at) >= 0) {
        table->slots[at].value++;
        if (table->is_marked) {
            u32s_add(&table->journal, (uint32_t)at);
        }
    } else {
        hash_table_add(table, hash, 1);
    }
}
