/* HTML: a line is cut at its block tags. */
#include "core/extract/lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

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

/* Cells of a row are gathered in one piece with CELL between. */
void html_parse(struct line_reader *r, struct span raw, uint32_t number, char *scratch)
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
