/* Taking back what was added behind a mark. All tables use open addressing with linear probing:
 * what came last can be taken out of its slot without a trace, as nothing older was ever put
 * behind it. A table that has grown since is made anew in its old size. */
#include "core/resolve/index.h"

#include <stdlib.h>
#include <string.h>

static struct hash_table *tables(struct resolve_index *index, int i)
{
    struct hash_table *const all[] = {&index->addresses, &index->locals, &index->affiliations};
    return all[i];
}

#define TABLES 3

void resolve_mark(struct resolve_index *index)
{
    struct index_mark *mark = &index->mark;
    mark->is_set = true;
    mark->n_words = index->n_words;
    mark->n_texts = index->n_texts;
    mark->n_forms = index->n_forms;
    mark->n_tokens = index->n_tokens;
    mark->n_records = index->n_records;
    mark->n_other_forms = index->n_other_forms;
    mark->n_named = index->n_named;
    mark->n_word_slots = index->n_word_slots;
    mark->n_key_slots = index->n_key_slots;
    mark->n_keys = index->n_keys;
    mark->word_slots.n = 0;
    mark->key_slots.n = 0;
    mark->transliterated.n = 0;
    for (int i = 0; i < TABLES; i++) {
        struct hash_table *table = tables(index, i);
        table->is_marked = true;
        table->journal.n = 0;
        mark->n_slots[i] = table->n_slots;
    }
}

static void take_back_form(struct resolve_index *index, uint32_t number)
{
    const struct form *form = &index->forms[number];
    index->n_other_forms -= form->is_other_script;
    for (uint32_t i = 0; i < form->n; i++) {
        uint32_t number_of_word = TOKEN_WORD(index->tokens[form->first + i]);
        struct u32s *forms = &index->words[number_of_word].forms;
        if (forms->n > 0 && forms->items[forms->n - 1] == number) {
            forms->n--;
        }
        char first = index_word_text(index, number_of_word)[0];
        if (first >= 'a' && first <= 'z') {
            index->initials[first - 'a']--;
        }
    }
}

static void take_back_word(struct resolve_index *index, uint32_t number)
{
    struct word *word = &index->words[number];
    index_count_bigrams(index, index_word_text(index, number), -1);
    for (int i = 0; i < word->classes->n; i++) {
        index->classes[word->classes->classes[i]].n--;
    }
    free(word->forms.items);
    *word = (struct word){0};
}

static void take_back_slots(struct resolve_index *index)
{
    const struct index_mark *mark = &index->mark;
    if (index->n_word_slots != mark->n_word_slots) {
        index_fill_word_slots(index, mark->n_word_slots);
    } else {
        for (uint32_t i = 0; i < mark->word_slots.n; i++) {
            index->word_slots[mark->word_slots.items[i]] = 0;
        }
    }
    if (index->n_key_slots != mark->n_key_slots) {
        index->mark.is_set = false; /* nothing to note while the old ones are put back */
        index_fill_key_slots(index, mark->n_key_slots);
    } else {
        for (uint32_t i = 0; i < mark->key_slots.n; i++) {
            index->key_slots[mark->key_slots.items[i]] = 0;
        }
    }
    index->n_keys = mark->n_keys;
}

/* Addresses and local parts stand for themselves; affiliations are counted, to nothing at last. */
static void take_back_entries(struct hash_table *table, bool is_count)
{
    for (uint32_t i = 0; i < table->journal.n; i++) {
        struct hash_slot *slot = &table->slots[table->journal.items[i]];
        if (is_count && slot->value > 1) {
            slot->value--;
        } else {
            *slot = (struct hash_slot){0};
            table->n--;
        }
    }
}

static void fill_again(struct resolve_index *index, bool is_affiliations)
{
    for (uint32_t i = 0; i < index->n_records; i++) {
        if (is_affiliations) {
            index_add_affiliations(index, i);
        } else {
            index_add_addresses(index, i);
        }
    }
}

static void empty_table(struct hash_table *table, size_t n_slots)
{
    free(table->slots);
    table->slots = n_slots == 0 ? NULL : calloc(n_slots, sizeof *table->slots);
    if (n_slots > 0 && table->slots == NULL) {
        abort();
    }
    table->n_slots = n_slots;
    table->n = 0;
    table->is_marked = false;
}

static void take_back_tables(struct resolve_index *index)
{
    const size_t *n_slots = index->mark.n_slots;
    if (tables(index, 0)->n_slots != n_slots[0] || tables(index, 1)->n_slots != n_slots[1]) {
        empty_table(tables(index, 0), n_slots[0]);
        empty_table(tables(index, 1), n_slots[1]);
        fill_again(index, false);
    } else {
        take_back_entries(tables(index, 0), false);
        take_back_entries(tables(index, 1), false);
    }
    if (tables(index, 2)->n_slots != n_slots[2]) {
        empty_table(tables(index, 2), n_slots[2]);
        fill_again(index, true);
    } else {
        take_back_entries(tables(index, 2), true);
    }
}

void resolve_rewind(struct resolve_index *index)
{
    const struct index_mark *mark = &index->mark;
    for (size_t i = index->n_forms; i > mark->n_forms; i--) {
        take_back_form(index, (uint32_t)i - 1);
    }
    for (size_t i = index->n_words; i > mark->n_words; i--) {
        take_back_word(index, (uint32_t)i - 1);
    }
    for (uint32_t i = 0; i < mark->transliterated.n; i++) {
        index->words[mark->transliterated.items[i]].is_transliterated = false;
    }
    index->n_forms = mark->n_forms;
    index->n_words = mark->n_words;
    index->n_texts = mark->n_texts;
    index->n_tokens = mark->n_tokens;
    index->n_records = mark->n_records;
    index->n_named = mark->n_named;
    take_back_slots(index);
    take_back_tables(index);
    resolve_mark(index);
}
