#include "store/statements.h"

#include "base/arena.h"
#include "base/embedded.h"
#include "base/str.h"
#include "base/strmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "-- name: "

static struct {
    struct arena *arena; /* lives as long as the process */
    VEC(struct statement) items;
    struct strmap by_name;
} all;

static void add_statement(const char *file, const char *start, const char *end)
{
    const char *name = start + strlen(MARK);
    const char *eol = name + strcspn(name, " \n");
    struct statement *statement = vec_add(all.arena, &all.items);
    statement->name = arena_strndup(all.arena, name, (size_t)(eol - name));
    const char *body = start + strcspn(start, "\n");
    statement->sql = arena_strndup(all.arena, body, (size_t)(end - body));
    bool is_new = false;
    (void)strmap_at(&all.by_name, all.arena, statement->name, (int64_t)all.items.n - 1, &is_new);
    if (!is_new) {
        (void)fprintf(stderr, "rollcall: %s: two statements are named %s\n", file, statement->name);
        abort();
    }
}

static void parse_file(const struct embedded_file *file)
{
    const char *start = str_starts(file->data, MARK) ? file->data : strstr(file->data, "\n" MARK);
    while (start != NULL) {
        start += *start == '\n';
        const char *next = strstr(start, "\n" MARK);
        add_statement(file->name, start, next == NULL ? file->data + file->size : next);
        start = next;
    }
}

static void parse_all(void)
{
    if (all.arena != NULL) {
        return;
    }
    all.arena = arena_new();
    for (const struct embedded_file *file = sql_embedded; file->name != NULL; file++) {
        if (str_starts(file->name, "queries/")) {
            parse_file(file);
        }
    }
}

const struct statement *statement_find(const char *name)
{
    parse_all();
    const int64_t *i = strmap_find(&all.by_name, name);
    return i == NULL ? NULL : &all.items.items[*i];
}

const struct statement *statement_at(int i)
{
    parse_all();
    return i >= 0 && (size_t)i < all.items.n ? &all.items.items[i] : NULL;
}
