/* Lines: quoting, indentation, bullets, headings and tables of plain text, Markdown, MediaWiki,
 * MoinMoin and HTML, taken off once so that the rest sees only text. */
#include "core/extract/lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Skips "> > " and counts. */
static const char *skip_quote(const char *p, const char *end, uint8_t *ret_depth)
{
    const char *rest = p;
    uint8_t depth = 0;
    while (rest < end) {
        const char *q = rest;
        while (q < end && is_blank(*q) && q - rest < 2) {
            q++;
        }
        if (q == end || *q != '>' || depth == 255) {
            break;
        }
        depth++;
        rest = q + 1;
    }
    if (depth > 0 && rest < end && *rest == ' ') {
        rest++;
    }
    *ret_depth = depth;
    return rest;
}

static const char *skip_indent(const char *p, const char *end, uint16_t *ret_columns)
{
    unsigned columns = 0;
    for (; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '\t') {
            columns = (columns / 8 + 1) * 8;
        } else if (c == ' ' || c < 0x20) {
            columns++;
        } else if (end - p > 1 && c == 0xC2 && (unsigned char)p[1] == 0xA0) {
            columns++;
            p++;
        } else {
            break;
        }
    }
    *ret_columns = columns > UINT16_MAX ? UINT16_MAX : (uint16_t)columns;
    return p;
}

/* "====" or "----" below a line makes it a heading. */
static bool makes_heading(const struct line_reader *r, struct span s, const struct line *line)
{
    if (r->doc->n == 0 || r->is_after_blank || memchr("=-~^", s.p[0], 4) == NULL) {
        return false;
    }
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != s.p[0]) {
            return false;
        }
    }
    const struct line *above = &r->doc->lines[r->doc->n - 1];
    return above->number + 1 == line->number && above->level == 0 && above->mark == MARK_NONE &&
           (above->flags & (LINE_TABLE | LINE_RULE)) == 0 && above->quote == line->quote &&
           above->len < 100 && s.n * 2 >= above->len && above->indent == line->indent;
}

/* Room for one more line. Doubling copies each line less than once on the average. */
static struct line *line_new(struct line_reader *r)
{
    struct doc *doc = r->doc;
    if (doc->n == r->n_lines_max) {
        r->n_lines_max = r->n_lines_max < 32 ? 64 : r->n_lines_max * 2;
        struct line *grown = arena_array(doc->arena, r->n_lines_max, sizeof *grown);
        if (doc->n > 0) {
            memcpy(grown, doc->lines, doc->n * sizeof *grown);
        }
        doc->lines = grown;
    }
    return &doc->lines[doc->n++];
}

void line_store(struct line_reader *r, struct line line, struct span s)
{
    size_t n = s.n;
    if ((line.flags & LINE_RULE) == 0) {
        n = inline_clean(s.p, s.n, r->out);
    } else {
        memcpy(r->out, s.p, s.n);
        r->out[n] = '\0';
    }
    size_t skip = strspn(r->out, " \t");
    line.text = r->out + skip;
    line.len = (uint32_t)(n - skip);
    if (n == skip && (line.flags & (LINE_RULE | LINE_TABLE)) == 0) {
        return;
    }
    line.flags = (uint16_t)(line.flags | (r->is_after_blank ? LINE_AFTER_BLANK : 0));
    r->is_after_blank = false;
    r->out += n + 1;
    *line_new(r) = line;
}

/* "Jane Doe    Examplesoft": two blanks and more part the cells. False when there is but one. */
static bool aligned_split(struct line *line)
{
    char *text = (char *)(uintptr_t)line->text; /* ours: line_store() wrote it */
    size_t n = 0;
    bool is_split = false;
    for (size_t i = 0; i < line->len;) {
        size_t gap = strspn(text + i, " ");
        if (gap > 1 && i > 0) {
            text[n++] = CELL;
            is_split = true;
            i += gap;
        } else {
            text[n++] = text[i++];
        }
    }
    text[n] = '\0';
    line->len = (uint32_t)n;
    line->flags = (uint16_t)(line->flags | LINE_TABLE);
    return is_split;
}

/* "-----  -----" below a line makes that the header of a table whose columns are aligned. */
static bool aligned_begin(struct line_reader *r)
{
    struct doc *doc = r->doc;
    if (doc->n == 0 || r->is_after_blank || strstr(doc->lines[doc->n - 1].text, "  ") == NULL) {
        return false;
    }
    r->is_aligned = aligned_split(&doc->lines[doc->n - 1]);
    return r->is_aligned;
}

void line_parse(struct line_reader *r, struct span raw, uint32_t number, bool is_item,
                char *scratch)
{
    struct line line = {.number = number, .level = (uint8_t)r->html_level};
    const char *end = raw.p + raw.n;
    const char *p = skip_quote(raw.p, end, &line.quote);
    p = skip_indent(p, end, &line.indent);
    struct span s = {p, (size_t)(end - p)};
    while (s.n > 0 && is_blank(s.p[s.n - 1])) {
        s.n--;
    }
    if (s.n == 0) {
        r->is_after_blank = true;
        r->is_aligned = false;
        return;
    }
    if (markup_is_column_rule(s) && aligned_begin(r)) {
        return;
    }
    if (markup_is_rule(s)) {
        if (makes_heading(r, s, &line)) {
            r->doc->lines[r->doc->n - 1].level = s.p[0] == '=' ? 1 : s.p[0] == '-' ? 2 : 3;
            r->is_after_blank = true;
            return;
        }
        line.flags = (uint16_t)(line.flags | (LINE_RULE));
    }
    if (is_item) {
        line.mark = MARK_BULLET;
        line.bullet = 'l';
    } else if ((line.flags & LINE_RULE) == 0 && line.level == 0) {
        line.level = markup_heading(&s, r);
    }
    if (line.level == 0 && !is_item && (line.flags & LINE_RULE) == 0) {
        s = markup_cells(r, s, &line, scratch);
        s = (line.flags & LINE_TABLE) == 0 ? markup_skip(r, s, &line) : s;
    }
    line.flags = (uint16_t)(line.flags | (s.n > 0 && markup_is_bold(s) ? LINE_BOLD : 0));
    line_store(r, line, s);
    if (r->is_aligned && line.mark == MARK_NONE) {
        (void)aligned_split(&r->doc->lines[r->doc->n - 1]);
    }
}

static bool has_equal_headings(const char *text, size_t len)
{
    const char *hit = memmem(text, len, "\n==", 3);
    while (hit != NULL) {
        const char *eol = memchr(hit + 1, '\n', len - (size_t)(hit + 1 - text));
        const char *end = eol == NULL ? text + len : eol;
        size_t n = (size_t)(end - hit - 1);
        if (n > 6 && end[-1] == '=' && strspn(hit + 1, "=") < n) {
            return true;
        }
        hit = eol == NULL ? NULL : memmem(eol, len - (size_t)(eol - text), "\n==", 3);
    }
    return len > 6 && text[0] == '=' && text[1] == '=';
}

/* strspn() and friends want an end, and no other NUL before it. */
static char *text_copy(struct arena *arena, const char *text, size_t *len)
{
    char *copy = arena_alloc(arena, *len + 1);
    for (size_t i = 0; i < *len; i++) {
        copy[i] = text[i] == '\0' || text[i] == CELL ? ' ' : text[i];
    }
    *len = mojibake_mend(copy, *len);
    copy[*len] = '\0';
    return copy;
}

void lines_read(struct doc *doc, const char *text, size_t len)
{
    char *copy = text_copy(doc->arena, text, &len);
    struct line_reader r = {
        .doc = doc,
        /* the line feed or the tag that ends a line pays for the NUL in its place */
        .out = arena_alloc(doc->arena, len + 2),
        .is_hash_list = has_equal_headings(copy, len),
    };
    char *scratch = arena_alloc(doc->arena, len + 1);
    uint32_t number = 0;
    for (size_t i = 0; i < len;) {
        const char *eol = memchr(copy + i, '\n', len - i);
        size_t n = eol == NULL ? len - i : (size_t)(eol - copy) - i;
        struct span raw = {copy + i, n};
        number++;
        if (n > 0 && memchr(raw.p, '<', n) != NULL) {
            html_parse(&r, raw, number, scratch);
        } else {
            r.html_level = 0;
            line_parse(&r, raw, number, false, scratch);
        }
        i += n + 1;
    }
}
