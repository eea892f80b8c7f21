/* Markup that begins a line: bullets, numbers, headings, cells of tables. */
#include "core/extract/lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool markup_is_rule(struct span s)
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

bool markup_is_column_rule(struct span s)
{
    size_t n_columns = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '-' && s.p[i] != '=' && s.p[i] != ' ') {
            return false;
        }
        n_columns += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ') ? 1 : 0;
    }
    return n_columns >= 2 && s.n >= 2 * n_columns + 3;
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
    if (!is_letter_o && !is_bullet(cp) && !is_emoji(cp)) {
        return 0;
    }
    if (cp == '*' && is_emphasised(s)) {
        return 0;
    }
    size_t n = len;
    while (n < s.n && (cp == '*' || cp == '-') && s.p[n] == (char)cp && n < 6) {
        n++;
    }
    if (cp == '-' && n > 2) {
        return 0; /* "-----Original Message-----" */
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
uint8_t markup_heading(struct span *s, const struct line_reader *r)
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
struct span markup_cells(struct line_reader *r, struct span s, struct line *line, char *scratch)
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

bool markup_is_bold(struct span s)
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

struct span markup_skip(const struct line_reader *r, struct span s, struct line *line)
{
    struct span boxed = skip_checkbox(s);
    if (boxed.n < s.n) { /* "[x] done", without a bullet */
        line->mark = MARK_BULLET;
        line->bullet = '[';
        return boxed;
    }
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
