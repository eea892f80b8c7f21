/* A name as one says it: the register's "Family, Given" turned round. */
#include "core/names/internal.h"

#include "base/arena.h"

#include <string.h>

/* Behind the only comma stand given names: no degree, no company, nothing in brackets. */
static bool is_turned(const char *text, const char *comma)
{
    if (strchr(comma + 1, ',') != NULL || strpbrk(text, "()<>[]@/\"") != NULL ||
        strlen(text) >= NAME_BYTES) {
        return false;
    }
    struct chunks chunks;
    char company[NAME_BYTES] = "";
    names_split_words(text, &chunks);
    int before = chunks.n;
    names_drop_titles(&chunks);
    names_drop_company(&chunks, company, sizeof company);
    return chunks.n == before && chunks.comma > 0;
}

const char *name_spoken(const char *text, struct arena *arena)
{
    const char *comma = strchr(text, ',');
    if (comma == NULL || !is_turned(text, comma)) {
        return text;
    }
    char family[NAME_BYTES];
    char given[NAME_BYTES];
    names_copy_trimmed(family, sizeof family, text, (size_t)(comma - text));
    names_copy_trimmed(given, sizeof given, comma + 1, strlen(comma + 1));
    return arena_printf(arena, "%s %s", given, family);
}
