/* Markup inside a line. Every look ahead is bounded, so the work stays linear in the line. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOOK_AHEAD 400 /* bytes that a link, tag or emphasis may span */

struct cleaner {
    const char *s;
    size_t n;
    char *out;
    size_t len;
};

static void put(struct cleaner *c, const char *p, size_t n)
{
    memcpy(c->out + c->len, p, n);
    c->len += n;
}

/* Offset of `what` in s[i..n), at most LOOK_AHEAD away; n = not there. */
static size_t find_near(const struct cleaner *c, size_t i, const char *what)
{
    size_t left = c->n - i;
    size_t span = left < LOOK_AHEAD ? left : LOOK_AHEAD;
    const char *hit = memmem(c->s + i, span, what, strlen(what));
    return hit == NULL ? c->n : (size_t)(hit - c->s);
}

static bool starts_at(const struct cleaner *c, size_t i, const char *what)
{
    size_t n = strlen(what);
    return c->n - i >= n && strncasecmp(c->s + i, what, n) == 0;
}

static const struct {
    const char *name;
    const char *text;
} entities[] = {
    {"&amp;", "&"},   {"&lt;", "<"},     {"&gt;", ">"},       {"&quot;", "\""}, {"&nbsp;", " "},
    {"&#39;", "'"},   {"&apos;", "'"},   {"&commat;", "@"},   {"&bull;", "*"},  {"&middot;", "*"},
    {"&ndash;", "-"}, {"&mdash;", "--"}, {"&hellip;", "..."},
};

/* Numeric references below 0x80 only matter here ("&#64;" hides an @). */
static size_t entity(struct cleaner *c, size_t i)
{
    for (size_t k = 0; k < sizeof entities / sizeof entities[0]; k++) {
        if (starts_at(c, i, entities[k].name)) {
            put(c, entities[k].text, strlen(entities[k].text));
            return strlen(entities[k].name);
        }
    }
    if (!starts_at(c, i, "&#")) {
        return 0;
    }
    size_t end = i + 2;
    bool is_hex = end < c->n && (c->s[end] == 'x' || c->s[end] == 'X');
    end += is_hex ? 1 : 0;
    long value = 0;
    while (end < c->n && isxdigit((unsigned char)c->s[end]) && value < 0x110000) {
        int digit = isdigit((unsigned char)c->s[end])
                        ? c->s[end] - '0'
                        : tolower((unsigned char)c->s[end]) - 'a' + 10;
        value = value * (is_hex ? 16 : 10) + digit;
        end++;
    }
    if (end >= c->n || c->s[end] != ';' || value < 32 || value > 126) {
        return 0;
    }
    char ch = (char)value;
    put(c, &ch, 1);
    return end + 1 - i;
}

/* Puts link text, and the address when the link is a mailto: that the text does not show. */
static void put_link(struct cleaner *c, struct span text, struct span target)
{
    static const char scheme[] = "mailto:";
    put(c, text.p, text.n);
    if (target.n <= 7 || strncasecmp(target.p, scheme, 7) != 0) {
        return;
    }
    struct span address = {target.p + 7, target.n - 7};
    const char *query = memchr(address.p, '?', address.n);
    address.n = query == NULL ? address.n : (size_t)(query - address.p);
    if (memchr(text.p, '@', text.n) == NULL) {
        put(c, " <", 2);
        put(c, address.p, address.n);
        put(c, ">", 1);
    }
}

/* "[[User:Jane Doe]]", "[[page|Jane Doe]]" */
static size_t wiki_link(struct cleaner *c, size_t i)
{
    size_t end = find_near(c, i + 2, "]]");
    if (end == c->n) {
        return 0;
    }
    struct span inner = {c->s + i + 2, end - i - 2};
    const char *bar = memrchr(inner.p, '|', inner.n);
    const char *colon = memchr(inner.p, ':', inner.n);
    const char *from = bar != NULL ? bar + 1 : inner.p;
    bool is_prefixed = bar == NULL && colon != NULL && (size_t)(colon - inner.p) < 12 &&
                       strncasecmp(inner.p, "mailto:", 7) != 0;
    from = is_prefixed ? colon + 1 : from;
    struct span target = {inner.p, bar == NULL ? inner.n : (size_t)(bar - inner.p)};
    put_link(c, (struct span){from, inner.n - (size_t)(from - inner.p)}, target);
    return end + 2 - i;
}

/* "[Jane Doe](mailto:jane@example.org)"; close is where the first bracket ends. */
static size_t markdown_link(struct cleaner *c, size_t i, size_t close)
{
    size_t end = find_near(c, close + 2, ")");
    struct span target = {c->s + close + 2, end - close - 2};
    bool is_link = end < c->n && (memchr(target.p, ':', target.n) != NULL ||
                                  memchr(target.p, '/', target.n) != NULL ||
                                  memchr(target.p, '#', target.n) != NULL);
    if (!is_link) {
        return 0;
    }
    put_link(c, (struct span){c->s + i + 1, close - i - 1}, target);
    return end + 1 - i;
}

/* Links of wikis and Markdown; "[https://example.org Jane Doe]". */
static size_t link_markup(struct cleaner *c, size_t i)
{
    if (starts_at(c, i, "[[")) {
        return wiki_link(c, i);
    }
    size_t close = find_near(c, i + 1, "]");
    if (close == c->n) {
        return 0;
    }
    if (close + 1 < c->n && c->s[close + 1] == '(') {
        return markdown_link(c, i, close);
    }
    struct span inner = {c->s + i + 1, close - i - 1};
    bool is_external = starts_at(c, i + 1, "http") || starts_at(c, i + 1, "mailto:");
    const char *gap = memchr(inner.p, ' ', inner.n);
    if (!is_external || gap == NULL) {
        return 0;
    }
    struct span text = {gap + 1, inner.n - (size_t)(gap + 1 - inner.p)};
    put_link(c, text, (struct span){inner.p, (size_t)(gap - inner.p)});
    return close + 1 - i;
}

/* Only what HTML knows is a tag: "<jane at example dot org>" is not. */
static bool is_html_tag(struct span inner)
{
    static const char *const names[] = {
        "a",       "abbr",  "article", "b",      "big",    "blockquote", "body", "br",    "button",
        "center",  "cite",  "code",    "dd",     "del",    "div",        "dl",   "dt",    "em",
        "font",    "h1",    "h2",      "h3",     "h4",     "h5",         "h6",   "head",  "hr",
        "html",    "i",     "img",     "ins",    "kbd",    "label",      "li",   "link",  "mark",
        "meta",    "nav",   "nowiki",  "ol",     "p",      "pre",        "q",    "ref",   "s",
        "section", "small", "span",    "strike", "strong", "sub",        "sup",  "table", "tbody",
        "td",      "th",    "thead",   "time",   "tr",     "tt",         "u",    "ul",    "var"};
    size_t from = inner.n > 0 && inner.p[0] == '/' ? 1 : 0;
    size_t n = from;
    while (n < inner.n && isalnum((unsigned char)inner.p[n])) {
        n++;
    }
    if (n < inner.n && strchr(" /\t", inner.p[n]) == NULL) {
        return false;
    }
    struct span name = {inner.p + from, n - from};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_equal_nocase(name, names[i])) {
            bool has_words = n < inner.n && inner.p[n] == ' ' &&
                             memchr(inner.p, '=', inner.n) == NULL && inner.p[inner.n - 1] != '/';
            return !has_words;
        }
    }
    return false;
}

/* <a href="mailto:x">text</a>, other tags, comments, <addr> and <URL>. */
static size_t tag(struct cleaner *c, size_t i)
{
    if (starts_at(c, i, "<!--")) {
        size_t end = find_near(c, i, "-->");
        return end == c->n ? 0 : end + 3 - i;
    }
    if (starts_at(c, i, "<mailto:")) {
        put(c, "<", 1);
        return 8;
    }
    size_t end = find_near(c, i, ">");
    if (end == c->n) {
        return 0;
    }
    struct span inner = {c->s + i + 1, end - i - 1};
    if (memchr(inner.p, '@', inner.n) != NULL && memchr(inner.p, '"', inner.n) == NULL) {
        return 0;
    }
    if (strncasecmp(inner.p, "http", 4) == 0) {
        return end + 1 - i;
    }
    bool is_tag = is_html_tag(inner);
    const char *href = memmem(inner.p, inner.n, "mailto:", 7);
    if (is_tag && href != NULL && tolower((unsigned char)inner.p[0]) == 'a') {
        size_t close = find_near(c, end, "</");
        size_t target_n = strcspn(href, "\"'> ");
        if (close < c->n && href + target_n <= inner.p + inner.n) {
            put_link(c, (struct span){c->s + end + 1, close - end - 1},
                     (struct span){href, target_n});
            return close - i;
        }
    }
    return is_tag && inner.n < 300 ? end + 1 - i : 0;
}

/* Pairs that are taken off: the text between them stays, but for what is struck out. */
static size_t emphasis(struct cleaner *c, size_t i)
{
    static const char *const marks[] = {"'''", "''", "**", "__", "~~", "``"};
    for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
        if (!starts_at(c, i, marks[k])) {
            continue;
        }
        size_t n = strlen(marks[k]);
        if (marks[k][0] != '~') {
            return n;
        }
        size_t close = find_near(c, i + n, marks[k]);
        return close == c->n ? n : close + n - i;
    }
    char ch = c->s[i];
    bool opens = (i == 0 || !isalnum((unsigned char)c->s[i - 1])) && i + 1 < c->n &&
                 !isspace((unsigned char)c->s[i + 1]);
    bool closes = i > 0 && !isspace((unsigned char)c->s[i - 1]) &&
                  (i + 1 == c->n || !isalnum((unsigned char)c->s[i + 1]));
    if (ch == '`') {
        return 1;
    }
    return ch == '*' && (opens || closes) ? 1 : 0;
}

/* Pictures, and the marks that choose how they are drawn. */
bool is_emoji(uint32_t cp)
{
    return (cp >= 0x1F000 && cp <= 0x1FAFF) || (cp >= 0x2600 && cp <= 0x27BF) ||
           (cp >= 0x2B00 && cp <= 0x2BFF) || cp == 0xFE0F;
}

/* Marks of direction, soft hyphens, byte order marks: dropped. Odd spaces become spaces, full
 * width letters and signs plain ones. */
static size_t invisible(struct cleaner *c, size_t i)
{
    size_t len = 1;
    uint32_t cp = utf8_at(c->s + i, c->n - i, &len);
    bool is_dropped = cp == 0xAD || cp == 0x61C ||
                      (cp >= 0x200B && cp <= 0x200F && cp != 0x200C && cp != 0x200D) ||
                      (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2069) ||
                      cp == 0xFEFF || cp == 0xFFFC || is_emoji(cp);
    if (is_dropped) {
        return len;
    }
    if (cp >= 0xFF01 && cp <= 0xFF5E) { /* full width: brackets, commas, colons, letters */
        const char narrow[2] = {(char)(cp - 0xFF01 + 0x21), '\0'};
        put(c, narrow, 1);
        return len;
    }
    bool is_gap = cp < 0x20 || cp == 0x7F || (cp >= 0x80 && cp <= 0xA0) ||
                  (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
                  cp == 0x205F || cp == 0x3000;
    if (!is_gap) {
        return 0;
    }
    put(c, cp == '\t' ? "\t" : cp == CELL ? "\x1f" : " ", 1);
    return len;
}

static size_t special(struct cleaner *c, size_t i)
{
    switch (c->s[i]) {
    case '&': return entity(c, i);
    case '<': return tag(c, i);
    case '[': return link_markup(c, i);
    case '\'':
    case '*':
    case '_':
    case '~':
    case '`': return emphasis(c, i);
    case '\\':
        if (i + 1 < c->n && ispunct((unsigned char)c->s[i + 1])) {
            put(c, c->s + i + 1, 1);
            return 2;
        }
        return 0;
    default:
        return (unsigned char)c->s[i] < 0x20 || (unsigned char)c->s[i] >= 0x7F ? invisible(c, i)
                                                                               : 0;
    }
}

size_t inline_clean(const char *s, size_t n, char *out)
{
    struct cleaner c = {.s = s, .n = n, .out = out};
    for (size_t i = 0; i < n;) {
        size_t used = special(&c, i);
        if (used == 0) {
            size_t len = 1;
            (void)utf8_at(s + i, n - i, &len);
            put(&c, s + i, len);
            used = len;
        }
        i += used;
    }
    while (c.len > 0 && (out[c.len - 1] == ' ' || out[c.len - 1] == '\t')) {
        c.len--;
    }
    out[c.len] = '\0';
    return c.len;
}
