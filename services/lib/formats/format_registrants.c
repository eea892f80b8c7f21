/* registrants-csv and indico-csv: a row for each registrant. */
#include "base/csv.h"
#include "base/str.h"
#include "formats/people.h"
#include "formats/readers.h"

#include <string.h>

#define MAX_COLUMNS 2000

/* Parses the first record alone, cut off where it seems to end. */
static bool read_header(const char *text, size_t len, struct arena *arena, struct csv *csv)
{
    bool is_quoted = false;
    size_t n = 0;
    while (n < len && n < 65536 && (is_quoted || (text[n] != '\n' && text[n] != '\r') || n == 0)) {
        is_quoted ^= text[n] == '"';
        n++;
    }
    return csv_parse("", text, n, arena, csv, NULL) == 0 && csv->rows.n > 0;
}

/* Counts what the header's titles mean. */
struct header {
    size_t n;
    size_t n_own;   /* of our own columns */
    size_t n_known; /* that mean anything to us */
    bool has_name;
};

static struct header look_at_header(struct arena *arena, const struct csv_row *row)
{
    struct header header = {.n = row->n};
    for (size_t i = 0; i < row->n && i < MAX_COLUMNS; i++) {
        enum people_field own = people_own_field(row->fields[i]);
        enum people_field any = people_field_of(arena, row->fields[i]);
        header.n_own += own != PEOPLE_NOTHING;
        header.n_known += any != PEOPLE_NOTHING;
        header.has_name |= any == PEOPLE_NAME || any == PEOPLE_LAST_NAME;
    }
    return header;
}

static struct header header_of(const char *text, size_t len)
{
    struct header header = {0};
    struct csv csv = {0};
    struct arena *arena = arena_new();
    if (read_header(text, len, arena, &csv)) {
        header = look_at_header(arena, &csv.rows.items[0]);
    }
    arena_free(arena);
    return header;
}

bool registrants_csv_recognises(const char *text, size_t len)
{
    struct header header = header_of(text, len);
    return header.has_name && header.n_own == header.n;
}

bool indico_csv_recognises(const char *text, size_t len)
{
    struct header header = header_of(text, len);
    return header.has_name && header.n >= 2 && header.n_known >= 2;
}

static const char *list_of(struct arena *arena, const struct csv_row *row)
{
    const char *list = "";
    for (size_t i = 0; i < row->n && i < 12; i++) {
        list = text_join(arena, list, text_line(arena, row->fields[i]), ", ");
    }
    return list;
}

static int check_header(const struct build *b, const struct csv_row *header, bool is_own)
{
    if (header->n > MAX_COLUMNS) {
        return build_limit(b, ":1", "columns", MAX_COLUMNS);
    }
    struct header counts = look_at_header(b->arena, header);
    const char *place = build_line(b, (int)header->line);
    if (!counts.has_name) {
        return build_fail(b, place, "a CSV without a \"name\" column; its columns are: %.200s",
                          list_of(b->arena, header));
    }
    for (size_t i = 0; is_own && i < header->n; i++) {
        if (people_own_field(header->fields[i]) == PEOPLE_NOTHING) {
            return build_fail(b, place, "the column \"%.60s\" is not one of ours",
                              header->fields[i]);
        }
    }
    return 0;
}

/* Titles repeat in Indico: columns count by their position. */
static int read_row(struct people *people, const struct csv_row *header,
                    const enum people_field *fields, const struct csv_row *row)
{
    struct build *b = people->build;
    struct people_row values = {0};
    const char *place = build_line(b, (int)row->line);
    if (row->n > header->n) {
        return build_fail(b, place, "%zu fields, but the header has %zu", row->n, header->n);
    }
    for (size_t i = 0; i < row->n; i++) {
        people_add(b->arena, &values, fields[i], row->fields[i]);
    }
    return people_save(people, place, &values);
}

static int read_csv(const struct format_input *in, struct conference *conf, struct arena *arena,
                    struct err *err, bool is_own)
{
    struct csv csv = {0};
    struct build b;
    struct people people;
    int r = csv_parse(in->name, in->text, in->len, arena, &csv, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    people_init(&people, &b, is_own);
    if (csv.rows.n == 0) {
        return build_fail(&b, ":1", "an empty file");
    }
    const struct csv_row *header = &csv.rows.items[0];
    r = check_header(&b, header, is_own);
    if (r < 0) {
        return r;
    }
    enum people_field *fields = arena_array(arena, header->n, sizeof *fields);
    for (size_t i = 0; i < header->n; i++) {
        fields[i] = is_own ? people_own_field(header->fields[i])
                           : people_field_of(arena, header->fields[i]);
    }
    for (size_t i = 1; r == 0 && i < csv.rows.n; i++) {
        r = read_row(&people, header, fields, &csv.rows.items[i]);
    }
    return r;
}

int registrants_csv_read(const struct format_input *in, struct conference *conf,
                         struct arena *arena, struct err *err)
{
    return read_csv(in, conf, arena, err, true);
}

int indico_csv_read(const struct format_input *in, struct conference *conf, struct arena *arena,
                    struct err *err)
{
    return read_csv(in, conf, arena, err, false);
}
