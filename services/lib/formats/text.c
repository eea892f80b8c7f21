#include "formats/build.h"

#include "base/str.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>

#define MAX_HTML_DEPTH 200 /* deeper is not a text that somebody wrote */

/* --- words and lines --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* Length of the blank at p: ASCII, or U+00A0, U+2000..200B, U+202F, U+3000; 0 = not a blank. */
static size_t blank_size(const char *p)
{
    if (is_blank(*p)) {
        return 1;
    }
    const unsigned char *u = (const unsigned char *)p;
    if (u[0] == 0xc2 && u[1] == 0xa0) {
        return 2;
    }
    if (u[0] == 0xe2 && u[1] == 0x80 && ((u[2] >= 0x80 && u[2] <= 0x8b) || u[2] == 0xaf)) {
        return 3;
    }
    return u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80 ? 3 : 0;
}

const char *text_line(struct arena *arena, const char *text)
{
    char *line = arena_alloc(arena, strlen(text) + 1);
    size_t n = 0;
    while (*text != '\0') {
        size_t blank = blank_size(text);
        if (blank == 0) {
            line[n++] = *text++;
        } else {
            text += blank;
            if (n > 0 && line[n - 1] != ' ') {
                line[n++] = ' ';
            }
        }
    }
    line[n > 0 && line[n - 1] == ' ' ? n - 1 : n] = '\0';
    return line;
}

const char *text_words(struct arena *arena, const char *text)
{
    char *words = arena_alloc(arena, strlen(text) + 1);
    size_t n = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (isalnum(*p) || *p >= 0x80) {
            words[n++] = (char)tolower(*p);
        } else if (n > 0 && words[n - 1] != ' ') {
            words[n++] = ' ';
        }
    }
    words[n > 0 && words[n - 1] == ' ' ? n - 1 : n] = '\0';
    return words;
}

bool words_contain(const char *text, const char *words)
{
    size_t len = strlen(words);
    for (const char *p = strstr(text, words); p != NULL; p = strstr(p + 1, words)) {
        if ((p == text || p[-1] == ' ') && (p[len] == '\0' || p[len] == ' ')) {
            return true;
        }
    }
    return false;
}

const char *text_join(struct arena *arena, const char *a, const char *b, const char *separator)
{
    if (b[0] == '\0' || strcmp(a, b) == 0) {
        return a;
    }
    return a[0] == '\0' ? b : arena_printf(arena, "%s%s%s", a, separator, b);
}

#define MAX_LIST 4000 /* bytes; joining costs the whole list each time */

const char *text_list(struct arena *arena, const char *list, const char *item,
                      const char *separator)
{
    return strlen(list) >= MAX_LIST ? list : text_join(arena, list, item, separator);
}

/* --- HTML --- */

enum tag_does {
    TAG_NOTHING, /* inline: leaves no trace */
    TAG_BREAK,   /* begins a new line */
    TAG_PARAGRAPH,
    TAG_ITEM,   /* a new line with a dash */
    TAG_HIDDEN, /* neither it nor what it holds is text */
};

static const struct {
    const char *tag;
    enum tag_does does;
} tags[] = {
    {"p", TAG_PARAGRAPH},   {"br", TAG_BREAK},        {"div", TAG_PARAGRAPH},
    {"li", TAG_ITEM},       {"ul", TAG_PARAGRAPH},    {"ol", TAG_PARAGRAPH},
    {"h1", TAG_PARAGRAPH},  {"h2", TAG_PARAGRAPH},    {"h3", TAG_PARAGRAPH},
    {"h4", TAG_PARAGRAPH},  {"h5", TAG_PARAGRAPH},    {"h6", TAG_PARAGRAPH},
    {"pre", TAG_PARAGRAPH}, {"table", TAG_PARAGRAPH}, {"tr", TAG_BREAK},
    {"td", TAG_NOTHING},    {"th", TAG_NOTHING},      {"blockquote", TAG_PARAGRAPH},
    {"hr", TAG_PARAGRAPH},  {"dl", TAG_PARAGRAPH},    {"dt", TAG_BREAK},
    {"dd", TAG_BREAK},      {"script", TAG_HIDDEN},   {"style", TAG_HIDDEN},
    {"a", TAG_NOTHING},     {"b", TAG_NOTHING},       {"i", TAG_NOTHING},
    {"em", TAG_NOTHING},    {"strong", TAG_NOTHING},  {"span", TAG_NOTHING},
    {"code", TAG_NOTHING},  {"tt", TAG_NOTHING},      {"u", TAG_NOTHING},
    {"sup", TAG_NOTHING},   {"sub", TAG_NOTHING},     {"img", TAG_NOTHING},
    {"font", TAG_NOTHING},  {"small", TAG_NOTHING},   {"section", TAG_PARAGRAPH},
    {"html", TAG_NOTHING},  {"body", TAG_NOTHING},
};

static enum tag_does tag_find(const char *name, size_t len, bool *ret_is_known)
{
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strlen(tags[i].tag) == len && strncasecmp(tags[i].tag, name, len) == 0) {
            *ret_is_known = true;
            return tags[i].does;
        }
    }
    *ret_is_known = false;
    return TAG_NOTHING;
}

/* Looks for "<p>", "</p>", "<br/>", "<a href": a name that is a tag's and ends like one. */
static bool find_tags(const char *text, bool *ret_has_blocks)
{
    bool is_html = false;
    *ret_has_blocks = false;
    for (const char *p = strchr(text, '<'); p != NULL; p = strchr(p + 1, '<')) {
        const char *name = p[1] == '/' ? p + 2 : p + 1;
        size_t len = 0;
        while (isalnum((unsigned char)name[len])) {
            len++;
        }
        bool is_known = false;
        enum tag_does does = tag_find(name, len, &is_known);
        char end = name[len];
        if (is_known && (end == '>' || end == '/' || is_blank(end)) &&
            strchr(name + len, '>') != NULL) {
            is_html = true;
            *ret_has_blocks |= does != TAG_NOTHING;
        }
    }
    return is_html;
}

bool text_is_html(const char *text)
{
    bool has_blocks = false;
    return find_tags(text, &has_blocks);
}

struct html {
    struct str out;
    htmlParserCtxtPtr parser;
    int depth;
    int hidden;         /* elements that hide us */
    int newlines;       /* owed before the next text */
    bool is_blank_owed; /* a blank between words */
    bool keeps_lines;   /* line ends in the text mean something */
};

static void owe(struct html *html, int newlines)
{
    html->newlines = newlines > html->newlines ? newlines : html->newlines;
}

static void html_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
    (void)attributes;
    struct html *html = user;
    bool is_known = false;
    if (++html->depth > MAX_HTML_DEPTH) {
        xmlStopParser(html->parser);
        return;
    }
    switch (tag_find((const char *)name, strlen((const char *)name), &is_known)) {
    case TAG_HIDDEN: html->hidden++; break;
    case TAG_BREAK: owe(html, 1); break;
    case TAG_PARAGRAPH: owe(html, 2); break;
    case TAG_ITEM:
        owe(html, 1);
        str_add(&html->out, html->out.len == 0 ? "" : "\n");
        str_add(&html->out, "- ");
        html->newlines = 0;
        html->is_blank_owed = false;
        break;
    case TAG_NOTHING: break;
    }
}

static void html_end(void *user, const xmlChar *name)
{
    struct html *html = user;
    bool is_known = false;
    html->depth--;
    switch (tag_find((const char *)name, strlen((const char *)name), &is_known)) {
    case TAG_HIDDEN: html->hidden -= html->hidden > 0; break;
    case TAG_PARAGRAPH: owe(html, 2); break;
    case TAG_ITEM: owe(html, 1); break;
    case TAG_BREAK: break;
    case TAG_NOTHING: break;
    }
}

/* Pays what is owed and adds the character at p; returns its size. */
static size_t html_add(struct html *html, const char *p)
{
    if (html->out.len > 0 && html->newlines > 0) {
        str_add(&html->out, html->newlines > 1 ? "\n\n" : "\n");
    } else if (html->out.len > 0 && html->is_blank_owed) {
        str_add_char(&html->out, ' ');
    }
    html->newlines = 0;
    html->is_blank_owed = false;
    str_add_char(&html->out, *p);
    return 1;
}

static void html_text(void *user, const xmlChar *text, int len)
{
    struct html *html = user;
    const char *p = (const char *)text;
    const char *end = p + len;
    while (p < end && html->hidden == 0) {
        if (!is_blank(*p)) {
            p += html_add(html, p);
            continue;
        }
        int lines = 0;
        for (; p < end && is_blank(*p); p++) {
            lines += *p == '\n';
        }
        html->is_blank_owed = true;
        if (html->keeps_lines && lines > 0) {
            owe(html, lines > 1 ? 2 : 1);
        }
    }
}

static const char *html_to_text(struct arena *arena, const char *text, size_t len, bool has_blocks)
{
    struct html html = {.parser = htmlNewParserCtxt(), .keeps_lines = !has_blocks};
    if (html.parser == NULL) {
        return text;
    }
    memset(html.parser->sax, 0, sizeof *html.parser->sax);
    html.parser->sax->startElement = html_start;
    html.parser->sax->endElement = html_end;
    html.parser->sax->characters = html_text;
    html.parser->sax->cdataBlock = html_text;
    html.parser->sax->ignorableWhitespace = html_text;
    html.parser->userData = &html;
    htmlDocPtr doc = htmlCtxtReadMemory(html.parser, text, (int)len, NULL, "UTF-8",
                                        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                            HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    xmlFreeDoc(doc);
    htmlFreeParserCtxt(html.parser);
    char *plain = arena_strndup(arena, str_text(&html.out), html.out.len);
    str_done(&html.out);
    return plain;
}

/* Line ends as \n, blanks at the ends of lines and of the text gone. */
static const char *tidy_lines(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t n = 0;
    while (is_blank(*text)) {
        text++;
    }
    for (; *text != '\0'; text++) {
        if (*text == '\r' && text[1] == '\n') {
            continue;
        }
        char c = *text == '\r' ? '\n' : *text;
        while (c == '\n' && n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\t')) {
            n--;
        }
        out[n++] = c;
    }
    while (n > 0 && is_blank(out[n - 1])) {
        n--;
    }
    out[n] = '\0';
    return out;
}

const char *plain_text(struct arena *arena, const char *text)
{
    bool has_blocks = false;
    size_t len = strlen(text);
    if (find_tags(text, &has_blocks) && len < (size_t)8 << 20) {
        text = html_to_text(arena, text, len, has_blocks);
    }
    return tidy_lines(arena, text);
}
