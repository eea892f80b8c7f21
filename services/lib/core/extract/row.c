/* Rows of a table of people: which column is what, and who stands in a row. */
#include "core/extract/entry.h"

#include "base/str.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

void row_read(struct parser *parser, struct span row, const struct columns *columns)
{
    struct part person = {.whole = row, .name = no_span};
    struct span family = no_span;
    int column = 0;
    for (; row.n > 0; column++) {
        const char *cut = memchr(row.p, CELL, row.n);
        size_t n = cut == NULL ? row.n : (size_t)(cut - row.p);
        struct span cell = span_trim((struct span){row.p, n});
        row = cut == NULL ? (struct span){row.p + n, 0} : (struct span){cut + 1, row.n - n - 1};
        if (cell.n == 0) {
            continue;
        }
        size_t at = 0;
        size_t len = 0;
        struct span email = address_take(cell, &at, &len);
        bool is_name = columns->name >= 0
                           ? column == columns->name
                           : person.name.n == 0 && name_judge(cell).shape != NAME_NOT;
        if (is_name || (columns->name < 0 && person.name.n == 0 && email.n > 0 && at > 2)) {
            struct span whole = person.whole;
            person = part_read(cell, parser->scratch);
            person.whole = whole;
        } else if (column == columns->family_name) {
            family = cell;
        } else if (email.n > 0) {
            person.email = email;
        } else if (columns->affiliation >= 0 ? column == columns->affiliation
                                             : columns->topic != column && columns->name < 0) {
            part_set_affiliation(&person, cell);
        } else if (column == columns->topic) {
            part_set_topic(&person, cell);
        }
    }
    if (family.n > 0 && person.name.n > 0) {
        person.name = span_of(arena_printf(parser->scratch, "%.*s %.*s", (int)person.name.n,
                                           person.name.p, (int)family.n, family.p));
        person.facts = name_judge(person.name);
    }
    if (person.facts.shape != NAME_NOT) {
        (void)entry_add(parser, &person);
    }
}

/* What heads a column. */
static const struct {
    const char *word;
    size_t member;
} column_words[] = {{"name", offsetof(struct columns, name)},
                    {"who", offsetof(struct columns, name)},
                    {"person", offsetof(struct columns, name)},
                    {"attendee", offsetof(struct columns, name)},
                    {"participant", offsetof(struct columns, name)},
                    {"lead", offsetof(struct columns, name)},
                    {"contact", offsetof(struct columns, name)},
                    {"first name", offsetof(struct columns, name)},
                    {"given name", offsetof(struct columns, name)},
                    {"last name", offsetof(struct columns, family_name)},
                    {"surname", offsetof(struct columns, family_name)},
                    {"family name", offsetof(struct columns, family_name)},
                    {"affiliation", offsetof(struct columns, affiliation)},
                    {"company", offsetof(struct columns, affiliation)},
                    {"organisation", offsetof(struct columns, affiliation)},
                    {"organization", offsetof(struct columns, affiliation)},
                    {"employer", offsetof(struct columns, affiliation)},
                    {"project", offsetof(struct columns, affiliation)},
                    {"email", offsetof(struct columns, email)},
                    {"e-mail", offsetof(struct columns, email)},
                    {"mail", offsetof(struct columns, email)},
                    {"address", offsetof(struct columns, email)},
                    {"topic", offsetof(struct columns, topic)},
                    {"area", offsetof(struct columns, topic)},
                    {"subsystem", offsetof(struct columns, topic)},
                    {"interest", offsetof(struct columns, topic)},
                    {"expertise", offsetof(struct columns, topic)}};

struct columns columns_read(const char *row)
{
    struct columns c = NO_COLUMNS;
    int n_hits = 0;
    int n_cells = 0;
    struct span rest = span_of(row);
    for (; rest.n > 0 && n_cells < 20; n_cells++) {
        size_t n = strcspn(rest.p, "\x1f\t");
        struct span cell = span_trim((struct span){rest.p, n});
        for (size_t k = 0; k < sizeof column_words / sizeof column_words[0]; k++) {
            size_t len = strlen(column_words[k].word);
            bool is_hit = cell.n >= len && cell.n <= len + 4 &&
                          strncasecmp(cell.p, column_words[k].word, len) == 0;
            if (is_hit) {
                int *member = (int *)(void *)((char *)&c + column_words[k].member);
                *member = n_cells;
                n_hits++;
            }
        }
        rest = rest.n > n ? (struct span){rest.p + n + 1, rest.n - n - 1} : no_span;
    }
    c.is_header = n_hits > 0 && n_hits * 2 >= n_cells;
    return c;
}
