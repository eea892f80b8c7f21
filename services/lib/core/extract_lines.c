/* Lines: quoting, indentation, bullets, headings and tables of plain text, Markdown, MediaWiki,
 * MoinMoin and HTML, taken off once so that the rest sees only text. */
#include "core/extract_parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct line_reader {
    struct doc *doc;
    char *out; /* where the next line's text goes */
    bool is_after_blank;
    bool is_hash_list; /* '#' numbers items: the text marks its headings with '=' */
    bool is_in_table;  /* MediaWiki {| ... |} */
    int html_level;    /* <h2> seen; its text follows */
    bool is_html_cell; /* <td> seen */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

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

static bool is_rule(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("-=*_~#+^.", s.p[i]) == NULL && s.p[i] != ' ') {
            return false;
        }
        n += s.p[i] != ' ' ? 1 : 0;
    }
    return n >= 3;
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

static const uint32_t bullets[] = {'*',    '-',    '+',    0x2022, 0x2023, 0x25E6, 0x2013, 0x2014,
                                   0xB7,   0x25AA, 0x25AB, 0x25CF, 0x25CB, 0x2043, 0x2219, 0x25A0,
                                   0x25A1, 0x2192, 0xBB,   0x27A2, 0x25B6, 0x25B8, 0x2713, 0x2714,
                                   0x2212, 0x30FB, 0x25C6, 0x25C7, 0x2605, 0xF0B7, 0x2756};

static bool is_bullet(uint32_t cp)
{
    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++) {
        if (bullets[i] == cp) {
            return true;
        }
    }
    return false;
}

/* Is the '*' at s.p[0] an emphasis ("*Key attendees:*") rather than a bullet? */
static bool is_emphasised(struct span s)
{
    if (s.n > 1 && s.p[1] == s.p[0]) {
        return s.n > 4 && memmem(s.p + 2, s.n - 2, "**", 2) != NULL;
    }
    size_t look = s.n < 200 ? s.n : 200;
    const char *close = look > 1 ? memchr(s.p + 1, '*', look - 1) : NULL;
    return close != NULL && !is_blank(s.p[1]);
}

/* Bytes of "- ", "** ", "• ", "o "; 0 = no bullet. */
static size_t bullet_length(struct span s, struct line *line)
{
    size_t len = 1;
    uint32_t cp = utf8_at(s.p, s.n, &len);
    bool is_letter_o = cp == 'o' && s.n > 2 && s.p[1] == ' ';
    if (!is_letter_o && !is_bullet(cp)) {
        return 0;
    }
    if (cp == '*' && is_emphasised(s)) {
        return 0;
    }
    size_t n = len;
    while (n < s.n && (cp == '*' || cp == '-') && s.p[n] == (char)cp && n < 6) {
        n++;
    }
    bool has_gap = n < s.n && (is_blank(s.p[n]) || (unsigned char)s.p[n] == 0xC2);
    bool is_tight = cp == '-' || cp == '*' || cp >= 0x2022;
    bool is_word = n < s.n && (isalpha((unsigned char)s.p[n]) || (unsigned char)s.p[n] >= 0xC3);
    if (!has_gap && !(is_tight && is_word && cp != 0x2013 && cp != 0x2014)) {
        return 0;
    }
    line->mark = MARK_BULLET;
    line->bullet = (uint8_t)cp;
    if (cp == '*') {
        line->indent = (uint16_t)(line->indent + (n - 1) * 2);
    }
    return n;
}

/* Bytes of "1.", "(2)", "a)", "iv."; an initial such as "K." is none. */
static size_t number_length(struct span s, const struct line_reader *r)
{
    if (r->is_hash_list && s.p[0] == '#') {
        size_t n = strspn(s.p, "#");
        return n < s.n ? n : 0;
    }
    bool is_open = s.p[0] == '(';
    size_t i = is_open ? 1 : 0;
    size_t start = i;
    while (i < s.n && i - start < 3 && isdigit((unsigned char)s.p[i])) {
        i++;
    }
    bool is_number = i > start;
    if (!is_number) {
        while (i < s.n && i - start < 4 && strchr("ivx", s.p[i]) != NULL && s.p[i] != '\0') {
            i++;
        }
        i = i == start && i < s.n && islower((unsigned char)s.p[i]) ? i + 1 : i;
    }
    if (i == start || i + 1 >= s.n) {
        return 0;
    }
    bool is_closed = s.p[i] == ')' || (!is_open && s.p[i] == '.');
    while (is_number && is_closed && s.p[i] == '.' && i + 1 < s.n &&
           isdigit((unsigned char)s.p[i + 1])) { /* 2.1. */
        i++;
        while (i + 1 < s.n && isdigit((unsigned char)s.p[i])) {
            i++;
        }
        is_closed = s.p[i] == '.' || s.p[i] == ')' || is_blank(s.p[i]);
    }
    return is_closed && i + 1 < s.n && is_blank(s.p[i + 1]) ? i + 1
           : is_closed && is_blank(s.p[i])                  ? i
                                                            : 0;
}

/* "[ ] ", "[x] " of task lists. */
static struct span skip_checkbox(struct span s)
{
    bool is_box =
        s.n > 4 && s.p[0] == '[' && strchr(" xX", s.p[1]) != NULL && s.p[2] == ']' && s.p[3] == ' ';
    return is_box ? (struct span){s.p + 4, s.n - 4} : s;
}

/* "## Title", "== Title ==", "h2. Title"; returns the level and cuts s to the title. */
static uint8_t heading_markup(struct span *s, const struct line_reader *r)
{
    size_t n = 0;
    char c = s->p[0];
    if (c == 'h' && s->n > 4 && s->p[1] >= '1' && s->p[1] <= '6' && s->p[2] == '.' &&
        s->p[3] == ' ') {
        uint8_t level = (uint8_t)(s->p[1] - '0');
        *s = (struct span){s->p + 4, s->n - 4};
        return level;
    }
    if (c != '=' && (c != '#' || r->is_hash_list)) {
        return 0;
    }
    while (n < s->n && s->p[n] == c) {
        n++;
    }
    if (n > 6 || n == s->n) {
        return 0;
    }
    size_t end = s->n;
    while (end > n && s->p[end - 1] == c) {
        end--;
    }
    bool is_closed = end < s->n;
    bool is_heading = c == '=' ? is_closed || is_blank(s->p[n]) : is_blank(s->p[n]) || n > 1;
    if (!is_heading) {
        return 0;
    }
    *s = span_trim((struct span){s->p + n, end - n});
    return (uint8_t)n;
}

/* Replaces what separates cells by CELL and flags the line. */
static struct span table_cells(struct line_reader *r, struct span s, struct line *line,
                               char *scratch)
{
    bool is_open = s.n >= 2 && s.p[0] == '{' && s.p[1] == '|';
    bool is_end = s.n >= 2 && s.p[0] == '|' && s.p[1] == '}';
    bool is_row = s.n >= 2 && s.p[0] == '|' && s.p[1] == '-';
    r->is_in_table = is_open || (r->is_in_table && !is_end);
    bool is_divider = strspn(s.p, "|-:+ ") >= s.n && s.n > 1;
    if (is_open || is_end || is_divider || (r->is_in_table && is_row)) {
        line->flags = (uint16_t)(line->flags | (LINE_TABLE | LINE_ROW_END));
        return (struct span){s.p, 0};
    }
    if (r->is_html_cell) {
        line->flags = (uint16_t)(line->flags | (LINE_TABLE | LINE_CELL));
        return s;
    }
    bool is_wiki_cell = r->is_in_table && (s.p[0] == '|' || s.p[0] == '!');
    if (s.p[0] != '|' && !is_wiki_cell) {
        return s;
    }
    line->flags = (uint16_t)(line->flags | (LINE_TABLE | (is_wiki_cell ? LINE_CELL : 0)));
    size_t n = 0;
    size_t i = 1;
    while (i < s.n && (s.p[i] == '|' || (is_wiki_cell && s.p[i] == s.p[0]))) {
        i++;
    }
    for (; i < s.n; i++) {
        bool is_double = i + 1 < s.n && s.p[i] == s.p[i + 1] && (s.p[i] == '|' || s.p[i] == '!');
        bool is_link = is_wiki_cell && s.p[i] == '|' && !is_double;
        bool is_cell = (s.p[i] == '|' && !is_link) || (is_double && is_wiki_cell);
        scratch[n++] = is_cell ? CELL : s.p[i];
        i += is_cell && is_double ? 1 : 0;
    }
    while (n > 0 && (scratch[n - 1] == CELL || is_blank(scratch[n - 1]))) {
        n--;
    }
    return (struct span){scratch, n};
}

static bool is_all_bold(struct span s)
{
    static const char *const marks[] = {"**", "'''", "__", "*"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t n = strlen(marks[i]);
        if (s.n <= 2 * n || strncmp(s.p, marks[i], n) != 0 || is_blank(s.p[n])) {
            continue;
        }
        size_t end = s.n - (s.p[s.n - 1] == ':' ? 1 : 0);
        return end > 2 * n && strncmp(s.p + end - n, marks[i], n) == 0 &&
               memmem(s.p + n, end - 2 * n, marks[i], n) == NULL;
    }
    return (s.n > 7 && strncasecmp(s.p, "<b>", 3) == 0 &&
            strncasecmp(s.p + s.n - 4, "</b>", 4) == 0) ||
           (s.n > 17 && strncasecmp(s.p, "<strong>", 8) == 0);
}

static void line_store(struct line_reader *r, struct line line, struct span s)
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
    r->doc->lines[r->doc->n++] = line;
}

static struct span skip_marks(const struct line_reader *r, struct span s, struct line *line)
{
    size_t n = bullet_length(s, line);
    if (n == 0) {
        n = number_length(s, r);
        line->mark = n > 0 ? MARK_NUMBER : MARK_NONE;
    }
    if (n == 0) {
        return s;
    }
    struct span rest = span_trim((struct span){s.p + n, s.n - n});
    return skip_checkbox(rest);
}

/* One physical line, or a piece of it between HTML block tags. */
static void line_parse(struct line_reader *r, struct span raw, uint32_t number, bool is_item,
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
        return;
    }
    if (is_rule(s)) {
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
        line.level = heading_markup(&s, r);
    }
    if (line.level == 0 && !is_item && (line.flags & LINE_RULE) == 0) {
        s = table_cells(r, s, &line, scratch);
        s = (line.flags & LINE_TABLE) == 0 ? skip_marks(r, s, &line) : s;
    }
    line.flags = (uint16_t)(line.flags | (s.n > 0 && is_all_bold(s) ? LINE_BOLD : 0));
    line_store(r, line, s);
}

/* Name of an HTML tag that ends a line; returns its bytes, 0 = no such tag at p. */
static size_t block_tag(const char *p, size_t n, char *ret_kind)
{
    static const struct {
        const char *name;
        char kind; /* i item, p paragraph, c cell, r row, b line break; a digit: heading */
    } tags[] = {{"li", 'i'},      {"br", 'b'},        {"p", 'p'},     {"div", 'p'},
                {"ul", 'b'},      {"ol", 'b'},        {"tr", 'r'},    {"td", 'c'},
                {"th", 'c'},      {"h1", '1'},        {"h2", '2'},    {"h3", '3'},
                {"h4", '4'},      {"h5", '5'},        {"table", 'p'}, {"dt", 'b'},
                {"dd", 'b'},      {"hr", 'p'},        {"body", 'p'},  {"tbody", 'b'},
                {"thead", 'b'},   {"head", 'p'},      {"html", 'p'},  {"section", 'p'},
                {"article", 'p'}, {"blockquote", 'b'}};
    bool is_close = n > 1 && p[1] == '/';
    size_t at = is_close ? 2 : 1;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        size_t len = strlen(tags[i].name);
        if (n <= at + len || strncasecmp(p + at, tags[i].name, len) != 0 ||
            strchr(" />\t", p[at + len]) == NULL || p[at + len] == '\0') {
            continue;
        }
        const char *close = memchr(p, '>', n < 300 ? n : 300);
        if (close == NULL) {
            return 0;
        }
        *ret_kind = is_close ? (tags[i].kind == 'i' || tags[i].kind == 'b' ? 'b'
                                : tags[i].kind == 'c'                      ? 'n'
                                                                           : 'e')
                             : tags[i].kind;
        return (size_t)(close + 1 - p);
    }
    return 0;
}

/* Cuts a line at HTML block tags. Cells of a row are gathered in one piece with CELL between. */
static void html_parse(struct line_reader *r, struct span raw, uint32_t number, char *scratch)
{
    size_t start = 0;
    bool is_item = false;
    size_t i = 0;
    while (i < raw.n) {
        char kind = 0;
        size_t len = raw.p[i] == '<' ? block_tag(raw.p + i, raw.n - i, &kind) : 0;
        if (len == 0) {
            i++;
            continue;
        }
        struct span piece = {raw.p + start, i - start};
        if (span_trim(piece).n > 0) {
            line_parse(r, piece, number, is_item, scratch);
            is_item = false;
        }
        is_item = kind == 'i' || (is_item && kind == 'p');
        r->html_level = isdigit((unsigned char)kind) ? kind - '0' : 0;
        r->is_html_cell = kind == 'c' || (r->is_html_cell && kind == 'b');
        if (kind == 'r') {
            line_store(r, (struct line){.number = number, .flags = LINE_TABLE | LINE_ROW_END},
                       (struct span){raw.p, 0});
        }
        r->is_after_blank = r->is_after_blank || kind == 'p' || kind == 'e' || r->html_level > 0;
        i += len;
        start = i;
    }
    if (span_trim((struct span){raw.p + start, raw.n - start}).n > 0 || raw.n == 0) {
        line_parse(r, (struct span){raw.p + start, raw.n - start}, number, is_item, scratch);
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

/* Upper bound of the lines that the text can become. */
static size_t count_lines(const char *text, size_t len)
{
    size_t n = 2;
    for (size_t i = 0; i < len; i++) {
        n += text[i] == '\n' || (text[i] == '<' && i + 3 < len && text[i + 1] != '\n') ? 1 : 0;
    }
    return n;
}

/* strspn() and friends want an end, and no other NUL before it. */
static char *text_copy(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        copy[i] = text[i] == '\0' || text[i] == CELL ? ' ' : text[i];
    }
    return copy;
}

void lines_read(struct doc *doc, const char *text, size_t len)
{
    char *copy = text_copy(doc->arena, text, len);
    size_t max = count_lines(copy, len);
    doc->lines = arena_array(doc->arena, max, sizeof *doc->lines);
    struct line_reader r = {
        .doc = doc,
        .out = arena_alloc(doc->arena, len + max + 1),
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
