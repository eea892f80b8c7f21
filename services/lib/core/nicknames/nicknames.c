#include "core/nicknames.h"

#include "base/strmap.h"
#include "core/translit.h"

#include <string.h>

#include "core/nicknames/english.h"
#include "core/nicknames/world.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

static const struct nickname_group {
    const char *const *rows;
    int n;
    bool is_family;
} groups[] = {
    {english_names, COUNT(english_names), false},
    {world_names, COUNT(world_names), false},
    {family_forms, COUNT(family_forms), true},
};

static struct {
    struct arena *arena; /* lives as long as the process */
    struct strmap words; /* index into found */
    VEC(struct nickname_classes) found;
    int n_classes;
} table;

static void add_word(const char *word, size_t len, int class_id, bool is_family)
{
    char folded[32];
    enum script script = SCRIPT_NONE;
    translit_fold(word, len, folded, sizeof folded, &script);
    bool is_new = false;
    int64_t at = *strmap_at(&table.words, table.arena, folded, (int64_t)table.found.n, &is_new);
    if (is_new) {
        (void)vec_add(table.arena, &table.found);
    }
    struct nickname_classes *classes = &table.found.items[at];
    classes->is_given |= !is_family;
    classes->is_family |= is_family;
    for (int i = 0; i < classes->n; i++) {
        if (classes->classes[i] == class_id) {
            return;
        }
    }
    if (classes->n < NICKNAMES_MAX) {
        classes->classes[classes->n++] = (uint16_t)class_id;
    }
}

static void make_table(void)
{
    table.arena = arena_new();
    /* Own rows first: where a word has more classes than fit, the wide English ones give way. */
    for (int g = COUNT(groups) - 1; g >= 0; g--) {
        for (int row = 0; row < groups[g].n; row++) {
            const char *p = groups[g].rows[row];
            while (*p != '\0') {
                size_t len = strcspn(p, " ");
                add_word(p, len, table.n_classes, groups[g].is_family);
                p += len + (p[len] == ' ');
            }
            table.n_classes++;
        }
    }
}

const struct nickname_classes *nicknames_find(const char *word)
{
    static const struct nickname_classes none;
    if (table.arena == NULL) {
        make_table();
    }
    const int64_t *at = strmap_find(&table.words, word);
    return at == NULL ? &none : &table.found.items[*at];
}

int nicknames_count(void)
{
    (void)nicknames_find("");
    return table.n_classes;
}

int nicknames_share(const struct nickname_classes *a, const struct nickname_classes *b)
{
    int n = 0;
    for (int i = 0; i < a->n; i++) {
        for (int j = 0; j < b->n; j++) {
            n += a->classes[i] == b->classes[j];
        }
    }
    return n;
}
