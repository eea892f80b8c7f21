#include "base/csv.h"

#include <string.h>

#define FORMULA_START "=+-@\t\r" /* what a spreadsheet takes for a formula */

struct reader {
    const char *name;
    const char *p;
    const char *end;
    size_t line;
    char delimiter;
    struct arena *arena;
};

static int fail(const struct reader *r, size_t line, struct err *err, const char *what)
{
    (void)err_set(err, ERR_INPUT, "%s", what);
    (void)err_where(err, "%s:%zu", r->name, line);
    return ERR_INPUT;
}

static size_t line_of(const char *text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++) {
        line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    }
    return line;
}

/* The most frequent of , ; and tab outside quotes in the first non-blank line. */
static char sniff_delimiter(const char *p, const char *end)
{
    size_t count[3] = {0};
    static const char candidates[3] = {',', ';', '\t'};
    bool is_quoted = false;
    bool has_text = false;
    for (; p < end; p++) {
        if ((*p == '\n' || *p == '\r') && !is_quoted) {
            if (has_text) {
                break;
            }
            continue;
        }
        has_text = true;
        is_quoted ^= *p == '"';
        for (size_t i = 0; i < 3 && !is_quoted; i++) {
            count[i] += *p == candidates[i];
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < 3; i++) {
        best = count[i] > count[best] ? i : best;
    }
    return candidates[best];
}

static bool at_break(const struct reader *r)
{
    return r->p == r->end || *r->p == '\n' || *r->p == '\r';
}

static void skip_break(struct reader *r)
{
    if (r->p < r->end && *r->p == '\r') {
        r->p++;
        r->line += r->p == r->end || *r->p != '\n';
    }
    if (r->p < r->end && *r->p == '\n') {
        r->p++;
        r->line++;
    }
}

/* Reads a quoted field; p stands behind the opening quote. */
static int read_quoted(struct reader *r, struct str *field, struct err *err)
{
    size_t first_line = r->line;
    for (;;) {
        if (r->p == r->end) {
            return fail(r, first_line, err, "a quote is opened here and never closed");
        }
        char c = *r->p++;
        if (c == '"') {
            if (r->p < r->end && *r->p == '"') {
                r->p++;
            } else {
                break;
            }
        }
        r->line += c == '\n' || (c == '\r' && (r->p == r->end || *r->p != '\n'));
        str_add_char(field, c);
    }
    while (r->p < r->end && *r->p == ' ') {
        r->p++;
    }
    if (!at_break(r) && *r->p != r->delimiter) {
        return fail(r, r->line, err,
                    "text follows a closing quote; quotes inside a field are doubled");
    }
    return 0;
}

static int read_field(struct reader *r, const char **ret_field, struct err *err)
{
    CLEANUP(str_done) struct str field = {0};
    const char *start = r->p;
    while (r->p < r->end && *r->p == ' ') {
        r->p++;
    }
    if (r->p < r->end && *r->p == '"') {
        r->p++;
        int result = read_quoted(r, &field, err);
        if (result < 0) {
            return result;
        }
    } else {
        r->p = start;
        while (!at_break(r) && *r->p != r->delimiter) {
            r->p++;
        }
        str_add_n(&field, start, (size_t)(r->p - start));
    }
    /* the apostrophe with which csv_add() keeps spreadsheets from calculating */
    const char *text = str_text(&field);
    size_t skip =
        text[0] == '\'' && text[1] != '\0' && strchr(FORMULA_START, text[1]) != NULL ? 1 : 0;
    *ret_field = arena_strndup(r->arena, text + skip, field.len - skip);
    return 0;
}

static int read_row(struct reader *r, struct csv_row *row, struct err *err)
{
    VEC(const char *) fields = {0};
    row->line = r->line;
    for (;;) {
        int result = read_field(r, vec_add(r->arena, &fields), err);
        if (result < 0) {
            return result;
        }
        if (at_break(r)) {
            break;
        }
        r->p++; /* the delimiter */
    }
    row->fields = fields.items;
    row->n = fields.n;
    return 0;
}

int csv_parse(const char *name, const char *text, size_t len, struct arena *arena,
              struct csv *ret_csv, struct err *err)
{
    struct reader r = {name, text, text + len, 1, ',', arena};
    size_t bad = 0;
    if (!utf8_is_valid(text, len, &bad)) {
        return fail(&r, line_of(text, bad), err, "not UTF-8; save the file as UTF-8 and try again");
    }
    const char *nul = memchr(text, '\0', len);
    if (nul != NULL) {
        return fail(&r, line_of(text, (size_t)(nul - text)), err, "a NUL byte in a text file");
    }
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        r.p += 3;
    }
    r.delimiter = sniff_delimiter(r.p, r.end);
    struct csv csv = {.delimiter = r.delimiter};
    while (r.p < r.end) {
        if (at_break(&r)) {
            skip_break(&r);
            continue;
        }
        struct csv_row row = {0};
        int result = read_row(&r, &row, err);
        if (result < 0) {
            return result;
        }
        *vec_add(arena, &csv.rows) = row;
        skip_break(&r);
    }
    *ret_csv = csv;
    return 0;
}

void csv_add(struct str *out, const char *field)
{
    if (out->len > 0 && out->data[out->len - 1] != '\n') {
        str_add_char(out, ',');
    }
    bool is_formula = field[0] != '\0' && strchr(FORMULA_START, field[0]) != NULL;
    if (!is_formula && field[0] != '\0' && strpbrk(field, ",;\t\"\r\n") == NULL) {
        str_add(out, field);
        return;
    }
    str_add_char(out, '"');
    if (is_formula) {
        str_add_char(out, '\'');
    }
    for (const char *p = field; *p != '\0'; p++) {
        if (*p == '"') {
            str_add_char(out, '"');
        }
        str_add_char(out, *p);
    }
    str_add_char(out, '"');
}

void csv_end(struct str *out)
{
    str_add(out, "\r\n");
}
