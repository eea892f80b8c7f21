/* Tables outside lists: rows that begin with a role, and columns that are headed by one. */
#include "core/extract/parts.h"

#include <string.h>

#define COLUMNS_MAX 12

struct table {
    struct reader *reader;
    struct {
        bool is_role;
        struct role_phrase phrase;
    } columns[COLUMNS_MAX];
    int n_roles;
    int title_column; /* what the row is about; -1 = none */
    bool is_by_track; /* each row is a track */
};

static struct span cell_next(struct span *row)
{
    const char *cut = memchr(row->p, CELL, row->n);
    size_t n = cut == NULL ? row->n : (size_t)(cut - row->p);
    struct span cell = span_trim((struct span){row->p, n});
    *row = cut == NULL ? (struct span){row->p + n, 0} : (struct span){cut + 1, row->n - n - 1};
    return cell;
}

static void header_read(struct table *t, struct span row)
{
    t->title_column = -1;
    for (int i = 0; i < COLUMNS_MAX && row.n > 0; i++) {
        struct span cell = cell_next(&row);
        t->columns[i].is_role = role_classify(cell, true, &t->columns[i].phrase);
        t->n_roles += t->columns[i].is_role ? 1 : 0;
        if (!t->columns[i].is_role && t->title_column < 0) {
            t->title_column = i;
            t->is_by_track = text_names_mc(cell) || span_equal_nocase(cell, "track") ||
                             span_equal_nocase(cell, "title") ||
                             span_equal_nocase(cell, "session") ||
                             span_equal_nocase(cell, "proposal");
        }
    }
}

static void cell_read(struct table *t, struct span cell, const struct role_phrase *phrase,
                      struct span topic, int line)
{
    struct arena *probe = t->reader->probe;
    struct item item = {
        .text = span_dup(cell, probe),
        .line = line,
        .label = {"", 0},
        .topic = topic,
    };
    struct columns none = NO_COLUMNS;
    struct entries entries = {0};
    entries_read(&entries, &item, &none, probe);
    entries_decide(&entries, 1.0);
    for (size_t i = 0; i < entries.all.n; i++) {
        if (entries.all.items[i].is_accepted) {
            mention_add(t->reader, phrase->role, phrase->strength, &entries.all.items[i]);
        }
    }
    arena_reset(probe);
}

/* "Leads | A, B": the role stands in the first cell. */
static bool key_row_read(struct table *t, struct span row, int line)
{
    struct role_phrase phrase;
    struct span rest = row;
    struct span first = cell_next(&rest);
    while (first.n > 0 && first.p[first.n - 1] == ':') {
        first.n--;
    }
    if (rest.n == 0 || !role_classify(first, true, &phrase)) {
        return false;
    }
    struct span probe = rest;
    struct role_phrase other;
    if (role_classify(cell_next(&probe), true, &other)) {
        return false; /* a row of headings */
    }
    while (rest.n > 0) {
        cell_read(t, cell_next(&rest), &phrase, (struct span){"", 0}, line);
    }
    return true;
}

static void row_read(struct table *t, struct span row, int line)
{
    struct span topic = {"", 0};
    for (int i = 0; i < COLUMNS_MAX && row.n > 0; i++) {
        struct span cell = cell_next(&row);
        if (i == t->title_column && t->is_by_track) {
            const char *title = title_clean(cell, t->reader->doc->arena);
            enum track_kind kind = title_kind(cell);
            track_add(t->reader, title, kind == TRACK_OTHER ? TRACK_MC : kind, line);
        } else if (i == t->title_column) {
            topic = cell;
        } else if (t->columns[i].is_role && cell.n > 0) {
            const struct role_phrase *phrase = &t->columns[i].phrase;
            bool is_lead = phrase->role == ROLE_LEAD;
            cell_read(t, cell, phrase, is_lead ? (struct span){"", 0} : topic, line);
        }
    }
}

size_t table_read(struct reader *reader, size_t i, size_t end)
{
    struct table t = {.reader = reader};
    bool is_first = true;
    for (; i < end && (reader->doc->lines[i].flags & LINE_TABLE) != 0; i++) {
        const struct line *line = &reader->doc->lines[i];
        if ((line->flags & LINE_ROW_END) != 0) {
            continue;
        }
        struct span row = {line->text, line->len};
        if (key_row_read(&t, row, (int)line->number)) {
            is_first = false;
        } else if (is_first) {
            header_read(&t, row);
            is_first = false;
        } else if (t.n_roles > 0) {
            row_read(&t, row, (int)line->number);
        }
    }
    return i;
}
