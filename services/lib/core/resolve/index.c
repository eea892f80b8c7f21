#include "core/resolve/index.h"

#include "base/str.h"
#include "base/strmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_WORD_BITS 22
#define KEY_WORD_MASK ((1U << KEY_WORD_BITS) - 1)

/* A key that more share than this tells nothing: the rest is not kept under it, so that no input
 * makes look-ups long. */
#define REPEATS_MAX 200

/* --- growing arrays --- */

static void *grow(void *items, size_t needed, size_t *cap, size_t size)
{
    if (needed <= *cap) {
        return items;
    }
    size_t bigger = *cap < 16 ? 16 : *cap + *cap / 2;
    bigger = bigger < needed ? needed : bigger;
    void *p = realloc(items, bigger * size);
    if (p == NULL) {
        (void)fprintf(stderr, "rollcall: out of memory for %zu names\n", bigger);
        abort();
    }
    *cap = bigger;
    return p;
}

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n == 0 ? 1 : n, size);
    if (p == NULL) {
        (void)fprintf(stderr, "rollcall: out of memory for %zu names\n", n);
        abort();
    }
    return p;
}

void u32s_add(struct u32s *list, uint32_t value)
{
    if (list->n == list->cap) { /* most words occur once or twice */
        list->cap = list->cap == 0 ? 2 : list->cap < 8 ? 8 : list->cap * 2;
        list->items = realloc(list->items, list->cap * sizeof *list->items);
        if (list->items == NULL) {
            (void)fprintf(stderr, "rollcall: out of memory for %u names\n", list->cap);
            abort();
        }
    }
    list->items[list->n++] = value;
}

/* --- vocabulary --- */

uint32_t index_hash32(const char *text, size_t len, uint64_t seed)
{
    uint64_t hash = hash_bytes(text, len, seed);
    uint32_t folded = (uint32_t)(hash ^ (hash >> 32));
    return folded == 0 ? 1 : folded;
}

const char *index_word_text(const struct resolve_index *index, uint32_t word)
{
    return index->texts + index->words[word].text;
}

static size_t word_slot(const struct resolve_index *index, const char *text, size_t len)
{
    size_t at = index_hash32(text, len, 77) & (index->n_word_slots - 1);
    while (index->word_slots[at] != 0) {
        const struct word *word = &index->words[index->word_slots[at] - 1];
        if (word->len == len && memcmp(index->texts + word->text, text, len) == 0) {
            break;
        }
        at = (at + 1) & (index->n_word_slots - 1);
    }
    return at;
}

int64_t index_find_word(const struct resolve_index *index, const char *text, size_t len)
{
    if (index->n_words == 0) {
        return -1;
    }
    return (int64_t)index->word_slots[word_slot(index, text, len)] - 1;
}

uint32_t index_key_hash(enum key_kind kind, const char *text, size_t len)
{
    return index_hash32(text, len, 1000 + (uint64_t)kind);
}

uint32_t index_letters(const char *text)
{
    uint32_t letters = 0;
    for (; *text != '\0'; text++) {
        letters |= *text >= 'a' && *text <= 'z' ? 1U << (*text - 'a') : 1U << 26;
    }
    return letters;
}

uint32_t index_unmarked_hash(const char *text)
{
    char out[64];
    size_t n = 0;
    for (const char *p = text; *p != '\0' && n < sizeof out; p++) {
        bool is_mark = p > text && ((*p == 'e' && (p[-1] == 'a' || p[-1] == 'o' || p[-1] == 'u')) ||
                                    (*p == 'a' && p[-1] == 'a'));
        if (!is_mark) {
            out[n++] = *p;
        }
    }
    return index_key_hash(KEY_UNMARKED, out, n);
}

void index_deletions(const char *word, size_t len, int max, key_visitor visit, void *context)
{
    len = len < FUZZY_PREFIX ? len : FUZZY_PREFIX;
    char one[FUZZY_PREFIX];
    char two[FUZZY_PREFIX];
    visit(context, index_key_hash(KEY_DELETE, word, len));
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && word[i] == word[i - 1]) {
            continue;
        }
        memcpy(one, word, i);
        memcpy(one + i, word + i + 1, len - i - 1);
        visit(context, index_key_hash(KEY_DELETE, one, len - 1));
        for (size_t j = i; max > 1 && j + 1 < len; j++) {
            memcpy(two, one, j);
            memcpy(two + j, one + j + 1, len - j - 2);
            visit(context, index_key_hash(KEY_DELETE, two, len - 2));
        }
    }
}

static void put_key(struct resolve_index *index, uint32_t word, uint32_t hash)
{
    size_t at = hash & (index->n_key_slots - 1);
    uint32_t entry = (word + 1) | (hash >> KEY_WORD_BITS) << KEY_WORD_BITS;
    int n_repeats = 0;
    while (index->key_slots[at] != 0) {
        n_repeats += index->key_slots[at] >> KEY_WORD_BITS == hash >> KEY_WORD_BITS;
        if (index->key_slots[at] == entry || n_repeats >= REPEATS_MAX) {
            return;
        }
        at = (at + 1) & (index->n_key_slots - 1);
    }
    index->key_slots[at] = entry;
    index->n_keys++;
    if (index->mark.is_set) {
        u32s_add(&index->mark.key_slots, (uint32_t)at);
    }
}

#define KEYS_PER_WORD 44 /* an upper bound: 1 + 8 + 28, and two sounds */

/* The keys of one word. All are fetched before the first is put: the table is far larger than the
 * caches. */
struct word_keys {
    const struct resolve_index *index;
    uint32_t hashes[KEYS_PER_WORD];
    int n;
};

static void add_key(void *context, uint32_t hash)
{
    struct word_keys *keys = context;
    index_prefetch_key(keys->index, hash);
    keys->hashes[keys->n++] = hash;
}

static void put_keys(struct resolve_index *index, uint32_t number)
{
    const struct word *word = &index->words[number];
    struct word_keys keys = {.index = index};
    add_key(&keys, word->skeleton);
    add_key(&keys, word->consonants);
    if (word->len >= FUZZY1_MIN) {
        index_deletions(index_word_text(index, number), word->len, word->len >= FUZZY2_MIN ? 2 : 1,
                        add_key, &keys);
    }
    for (int i = 0; i < keys.n; i++) {
        put_key(index, number, keys.hashes[i]);
    }
}

void index_fill_key_slots(struct resolve_index *index, size_t n_slots)
{
    free(index->key_slots);
    index->n_key_slots = n_slots;
    index->key_slots = zeroed(n_slots, sizeof *index->key_slots);
    index->n_keys = 0;
    for (size_t i = 0; i < index->n_words && i < KEY_WORD_MASK - 1; i++) {
        put_keys(index, (uint32_t)i);
    }
}

#define SLOTS_GROW_FAST (1U << 20) /* 4 MB: up to there every key is put again less often */

static void make_room_for_keys(struct resolve_index *index)
{
    if (index->n_key_slots != 0 && (index->n_keys + KEYS_PER_WORD) * 4 < index->n_key_slots * 3) {
        return;
    }
    size_t growth = index->n_key_slots < SLOTS_GROW_FAST ? 4 : 2;
    index_fill_key_slots(index, index->n_key_slots == 0 ? 1024 : index->n_key_slots * growth);
}

void index_prefetch_key(const struct resolve_index *index, uint32_t hash)
{
    if (index->n_key_slots != 0) {
        __builtin_prefetch(&index->key_slots[hash & (index->n_key_slots - 1)]);
    }
}

void index_words_with_key(const struct resolve_index *index, uint32_t hash, struct u32s *ret)
{
    if (index->n_key_slots == 0) {
        return;
    }
    size_t at = hash & (index->n_key_slots - 1);
    for (; index->key_slots[at] != 0; at = (at + 1) & (index->n_key_slots - 1)) {
        uint32_t entry = index->key_slots[at];
        if (entry >> KEY_WORD_BITS == hash >> KEY_WORD_BITS) {
            u32s_add(ret, (entry & KEY_WORD_MASK) - 1);
        }
    }
}

void index_fill_word_slots(struct resolve_index *index, size_t n_slots)
{
    free(index->word_slots);
    index->n_word_slots = n_slots;
    index->word_slots = zeroed(n_slots, sizeof *index->word_slots);
    for (size_t i = 0; i < index->n_words; i++) {
        const struct word *word = &index->words[i];
        size_t at = word_slot(index, index->texts + word->text, word->len);
        index->word_slots[at] = (uint32_t)i + 1;
    }
}

static void grow_word_slots(struct resolve_index *index)
{
    if ((index->n_words + 1) * 2 >= index->n_word_slots) {
        index_fill_word_slots(index, index->n_word_slots == 0 ? 1024 : index->n_word_slots * 2);
    }
}

void index_count_bigrams(struct resolve_index *index, const char *text, int by)
{
    int last = 26;
    for (const char *p = text;; p++) {
        int letter = *p >= 'a' && *p <= 'z' ? *p - 'a' : 26;
        index->bigrams[last][letter] += (uint32_t)by;
        index->bigrams[last][27] += (uint32_t)by;
        last = letter;
        if (*p == '\0') {
            break;
        }
    }
}

static uint32_t add_word(struct resolve_index *index, const struct name_token *token)
{
    grow_word_slots(index);
    size_t at = word_slot(index, token->text, token->len);
    if (index->word_slots[at] != 0) {
        return index->word_slots[at] - 1;
    }
    uint32_t number = (uint32_t)index->n_words;
    index->texts = grow(index->texts, index->n_texts + token->len + 1, &index->cap_texts, 1);
    memcpy(index->texts + index->n_texts, token->text, (size_t)token->len + 1);
    index->words = grow(index->words, index->n_words + 1, &index->cap_words, sizeof *index->words);
    char key[64];
    size_t len = translit_skeleton(token->text, key, sizeof key);
    index->words[number] = (struct word){
        .text = (uint32_t)index->n_texts,
        .skeleton = index_key_hash(KEY_SKELETON, key, len),
        .unmarked = index_unmarked_hash(token->text),
        .letters = index_letters(token->text),
        .len = token->len,
        .classes = nicknames_find(token->text),
    };
    index->words[number].is_given = index->words[number].classes->is_given;
    len = translit_consonants(token->text, key, sizeof key);
    index->words[number].consonants = index_key_hash(KEY_CONSONANTS, key, len);
    index->n_texts += (size_t)token->len + 1;
    index->n_words++;
    if (index->n_words > index->cap_marks) {
        size_t old = index->cap_marks;
        index->marks = grow(index->marks, index->n_words, &index->cap_marks, sizeof *index->marks);
        memset(index->marks + old, 0, (index->cap_marks - old) * sizeof *index->marks);
    }
    index->word_slots[at] = number + 1;
    if (index->mark.is_set) {
        u32s_add(&index->mark.word_slots, (uint32_t)at);
    }
    if (number < KEY_WORD_MASK - 1) { /* beyond four million words: found exactly only */
        make_room_for_keys(index);
        put_keys(index, number);
    }
    index_count_bigrams(index, token->text, 1);
    const struct nickname_classes *classes = index->words[number].classes;
    for (int i = 0; i < classes->n; i++) {
        u32s_add(&index->classes[classes->classes[i]], number);
    }
    return number;
}

/* --- records --- */

static void add_form(struct resolve_index *index, uint32_t record, const struct name *name)
{
    uint32_t number = (uint32_t)index->n_forms;
    index->forms = grow(index->forms, index->n_forms + 1, &index->cap_forms, sizeof *index->forms);
    index->tokens = grow(index->tokens, index->n_tokens + NAME_TOKENS, &index->cap_tokens,
                         sizeof *index->tokens);
    struct form *form = &index->forms[index->n_forms++];
    *form = (struct form){.record = record,
                          .first = (uint32_t)index->n_tokens,
                          .is_order_known = name->is_order_known,
                          .script = (uint8_t)name->script,
                          .is_other_script = name->script != SCRIPT_LATIN};
    index->n_other_forms += form->is_other_script;
    for (int i = 0; i < name->n; i++) {
        const struct name_token *token = &name->tokens[i];
        uint32_t number_of_word = add_word(index, token);
        struct word *word = &index->words[number_of_word];
        if (token->is_transliterated && !word->is_transliterated) {
            word->is_transliterated = true;
            if (index->mark.is_set) {
                u32s_add(&index->mark.transliterated, number_of_word);
            }
        }
        if (word->forms.n == 0 || word->forms.items[word->forms.n - 1] != number) {
            u32s_add(&word->forms, number);
        }
        if (token->text[0] >= 'a' && token->text[0] <= 'z') {
            index->initials[token->text[0] - 'a']++;
            uint32_t letter = 1U << (token->text[0] - 'a');
            form->letters_twice |= form->letters & letter;
            form->letters |= letter;
        }
        index->tokens[index->n_tokens++] = number_of_word << 2 |
                                           (token->is_initial ? TOKEN_INITIAL : 0) |
                                           (token->is_transliterated ? TOKEN_OTHER : 0);
        form->n++;
    }
    if (index->n_forms > index->cap_scores) {
        size_t old = index->cap_scores;
        index->scores =
            grow(index->scores, index->n_forms, &index->cap_scores, sizeof *index->scores);
        memset(index->scores + old, 0, (index->cap_scores - old) * sizeof *index->scores);
    }
}

void index_add_addresses(struct resolve_index *index, uint32_t number)
{
    const struct record *record = &index->records[number];
    if (record->local_part != 0) {
        hash_table_add(&index->locals, record->local_part, number);
    }
    for (size_t i = 0; i < ADDRESSES; i++) {
        if (record->addresses[i] != 0) {
            hash_table_add(&index->addresses, record->addresses[i], number);
        }
    }
}

void index_add_affiliations(struct resolve_index *index, uint32_t number)
{
    const struct record *record = &index->records[number];
    for (int i = 0; i < AFFILIATIONS && record->affiliations[i] != 0; i++) {
        hash_table_count(&index->affiliations, record->affiliations[i]);
    }
}

int resolve_add(struct resolve_index *index, const struct resolve_record *given, int owner)
{
    struct written_name written;
    name_parse(given->name != NULL ? given->name : "", &written);
    uint32_t number = (uint32_t)index->n_records;
    index->records =
        grow(index->records, index->n_records + 1, &index->cap_records, sizeof *index->records);
    struct record *record = &index->records[index->n_records++];
    const char *email = !str_is_empty(given->email) ? given->email : written.email;
    *record = (struct record){.owner = owner,
                              .given = *given,
                              .first_form = (uint32_t)index->n_forms,
                              .n_forms = (uint32_t)written.n_readings,
                              .local_part = index_local_part(email),
                              .addresses = {index_address_email(email),
                                            index_address_md5(given->email_md5),
                                            index_address_matrix(given->matrix_id)}};
    (void)index_affiliation_words(!str_is_empty(given->affiliation) ? given->affiliation
                                                                    : written.affiliation,
                                  email, record->affiliations);
    index_add_affiliations(index, number);
    index_add_addresses(index, number);
    index->n_named += written.n_readings > 0;
    for (int i = 0; i < written.n_readings; i++) {
        add_form(index, number, &written.readings[i]);
    }
    return (int)number;
}

int resolve_owner_by_address(const struct resolve_index *index, const struct resolve_record *record)
{
    const uint64_t hashes[] = {index_address_email(record->email),
                               index_address_md5(record->email_md5),
                               index_address_matrix(record->matrix_id)};
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        size_t at = SIZE_MAX;
        int64_t found = hash_table_next(&index->addresses, hashes[i], &at);
        if (found >= 0) {
            return index->records[found].owner;
        }
    }
    return -1;
}

bool resolve_knows_address(const struct resolve_index *index, const struct resolve_record *record,
                           int owner)
{
    const uint64_t hashes[] = {index_address_email(record->email),
                               index_address_md5(record->email_md5),
                               index_address_matrix(record->matrix_id)};
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        bool is_known = hashes[i] == 0;
        size_t at = SIZE_MAX;
        for (int64_t found = hash_table_next(&index->addresses, hashes[i], &at);
             found >= 0 && !is_known; found = hash_table_next(&index->addresses, hashes[i], &at)) {
            is_known = index->records[found].owner == owner;
        }
        if (!is_known) {
            return false;
        }
    }
    return true;
}

struct resolve_index *resolve_index_new(void)
{
    struct resolve_index *index = zeroed(1, sizeof *index);
    index->classes = zeroed((size_t)nicknames_count(), sizeof *index->classes);
    return index;
}

void resolve_index_free(struct resolve_index *index)
{
    if (index == NULL) {
        return;
    }
    for (size_t i = 0; i < index->n_words; i++) {
        free(index->words[i].forms.items);
    }
    for (int i = 0; i < nicknames_count(); i++) {
        free(index->classes[i].items);
    }
    free(index->classes);
    free(index->words);
    free(index->texts);
    free(index->word_slots);
    free(index->key_slots);
    free(index->forms);
    free(index->tokens);
    free(index->records);
    struct hash_table *tables[] = {&index->addresses, &index->locals, &index->affiliations};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        free(tables[i]->slots);
        free(tables[i]->journal.items);
    }
    free(index->mark.word_slots.items);
    free(index->mark.key_slots.items);
    free(index->mark.transliterated.items);
    free(index->scores);
    free(index->marks);
    free(index->touched.items);
    free(index);
}

size_t resolve_index_bytes(const struct resolve_index *index)
{
    size_t bytes = sizeof *index + index->cap_words * sizeof *index->words + index->cap_texts +
                   (index->n_word_slots + index->n_key_slots + index->cap_tokens) * 4 +
                   index->cap_forms * sizeof *index->forms +
                   index->cap_records * sizeof *index->records +
                   (index->cap_scores + index->cap_marks) * sizeof(float);
    bytes += (index->addresses.n_slots + index->locals.n_slots + index->affiliations.n_slots) *
             sizeof(struct hash_slot);
    for (size_t i = 0; i < index->n_words; i++) {
        bytes += index->words[i].forms.cap * 4;
    }
    return bytes;
}
