#include "notifier/markdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#define WIDTH 72

/* --- HTML --- */

struct tag_style {
    const char *tag; /* as cmark writes it; '<' stands in its output for nothing else */
    const char *styled;
};

/* The first that fits wins: longer ones first. */
static const struct tag_style mail_styles[] = {
    {"<p><strong><a href=", "<p style=\"margin:20px 0\"><strong><a "
                            "style=\"display:inline-block;padding:11px 18px;border-radius:"
                            "6px;background:#1d4f91;color:#ffffff;text-decoration:none\" href="},
    {"<p>", "<p style=\"margin:0 0 14px 0\">"},
    {"<a href=", "<a style=\"color:#1d4f91\" href="},
    {"<ul>", "<ul style=\"margin:0 0 14px 0;padding-left:22px\">"},
    {"<ol>", "<ol style=\"margin:0 0 14px 0;padding-left:26px\">"},
    {"<li>", "<li style=\"margin:0 0 7px 0\">"},
    {"<h2>", "<h2 style=\"margin:24px 0 10px 0;font-size:17px;line-height:1.3\">"},
    {"<hr />", "<hr style=\"border:0;border-top:1px solid #c9ced6;margin:26px 0 14px 0\">"},
    {"<br />", "<br>"},
    {"<em>", "<em style=\"color:#4d5868;font-style:normal\">"},
};

static char *to_html(cmark_node *root)
{
    char *html = cmark_render_html(root, CMARK_OPT_DEFAULT);
    if (html == NULL) {
        abort();
    }
    return html;
}

static const struct tag_style *style_of(const char *p)
{
    for (size_t i = 0; i < sizeof mail_styles / sizeof mail_styles[0]; i++) {
        if (p[1] == mail_styles[i].tag[1] && str_starts(p, mail_styles[i].tag)) {
            return &mail_styles[i];
        }
    }
    return NULL;
}

static void add_mail_html(cmark_node *root, struct str *out)
{
    char *html = to_html(root);
    for (const char *p = html; *p != '\0';) {
        const char *tag = strchrnul(p, '<');
        str_add_n(out, p, (size_t)(tag - p));
        const struct tag_style *style = *tag == '<' ? style_of(tag) : NULL;
        p = tag;
        if (style != NULL) {
            str_add(out, style->styled);
            p += strlen(style->tag);
        } else if (*tag == '<') {
            str_add_char(out, *p++);
        }
    }
    free(html);
}

static void add_matrix_html(cmark_node *root, struct str *out)
{
    char *html = to_html(root);
    str_add(out, html);
    while (out->len > 0 && out->data[out->len - 1] == '\n') {
        str_truncate(out, out->len - 1);
    }
    free(html);
}

/* --- plain text --- */

struct plain {
    struct str *out;
    struct str indent;  /* before every line */
    struct str bullet;  /* stands in the indent's last columns on the next line; "" = none */
    struct str inlines; /* the paragraph under way; '\n' = a hard break */
    size_t link_start;  /* where the text of the link under way begins in inlines */
    bool wants_blank;   /* a blank line comes before the next block */
};

static void plain_done(struct plain *p)
{
    str_done(&p->indent);
    str_done(&p->bullet);
    str_done(&p->inlines);
}

static size_t columns(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    }
    return count;
}

/* Begins a line: the indent, its end replaced by the bullet that waits. */
static void begin_line(struct plain *p)
{
    size_t n = p->indent.len - (p->bullet.len < p->indent.len ? p->bullet.len : p->indent.len);
    str_add_n(p->out, str_text(&p->indent), p->bullet.len > 0 ? n : p->indent.len);
    str_add(p->out, str_text(&p->bullet));
    str_clear(&p->bullet);
}

/* One line of the source, broken at blanks. */
static void wrap(struct plain *p, const char *text, size_t n)
{
    const char *end = text + n;
    size_t used = 0;
    begin_line(p);
    size_t room = WIDTH - columns(str_text(&p->indent), p->indent.len);
    while (text < end) {
        size_t word = 0;
        while (text + word < end && text[word] != ' ') {
            word++;
        }
        size_t wide = columns(text, word);
        if (word > 0 && used > 0 && used + 1 + wide > room) {
            str_add_char(p->out, '\n');
            begin_line(p);
            used = 0;
        }
        if (word > 0) {
            str_add(p->out, used > 0 ? " " : "");
            str_add_n(p->out, text, word);
            used += wide + (used > 0);
        }
        text += word + (text + word < end);
    }
    str_add_char(p->out, '\n');
}

static void blank_line(struct plain *p)
{
    if (p->wants_blank && p->out->len > 0) {
        str_add_char(p->out, '\n');
    }
    p->wants_blank = false;
}

static void flush_inlines(struct plain *p)
{
    blank_line(p);
    const char *text = str_text(&p->inlines);
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        wrap(p, text, n);
        text += n + (text[n] == '\n');
    }
}

static bool is_in_tight_list(cmark_node *node)
{
    cmark_node *item = cmark_node_parent(node);
    cmark_node *list = item != NULL ? cmark_node_parent(item) : NULL;
    return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST &&
           cmark_node_get_list_tight(list);
}

static void end_heading(struct plain *p, int level)
{
    size_t wide = columns(str_text(&p->inlines), p->inlines.len);
    flush_inlines(p);
    begin_line(p);
    for (size_t i = 0; i < wide && i < WIDTH; i++) {
        str_add_char(p->out, level == 1 ? '=' : '-');
    }
    str_add_char(p->out, '\n');
    p->wants_blank = true;
}

/* Nothing follows in the same paragraph. */
static bool is_last_inline(cmark_node *node)
{
    while (node != NULL && cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH) {
        if (cmark_node_next(node) != NULL) {
            return false;
        }
        node = cmark_node_parent(node);
    }
    return true;
}

static void end_link(struct plain *p, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);
    const char *text = str_text(&p->inlines) + p->link_start;
    if (url == NULL || url[0] == '\0' || strcmp(text, url) == 0) {
        return;
    }
    char last = p->inlines.len > p->link_start ? p->inlines.data[p->inlines.len - 1] : ':';
    if (is_last_inline(node)) {
        str_printf(&p->inlines, "%s %s", strchr(".:?!", last) != NULL ? "" : ":", url);
    } else {
        str_printf(&p->inlines, " <%s>", url);
    }
}

static void begin_item(struct plain *p, cmark_node *item)
{
    cmark_node *list = cmark_node_parent(item);
    blank_line(p);
    str_clear(&p->bullet);
    if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
        int number = cmark_node_get_list_start(list);
        for (cmark_node *n = item; (n = cmark_node_previous(n)) != NULL;) {
            number++;
        }
        str_printf(&p->bullet, "%d. ", number);
    } else {
        str_add(&p->bullet, "- ");
    }
    for (size_t i = 0; i < p->bullet.len; i++) {
        str_add_char(&p->indent, ' ');
    }
}

static void end_item(struct plain *p, cmark_node *item)
{
    size_t width = 2;
    cmark_node *list = cmark_node_parent(item);
    if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
        char number[16];
        int n = cmark_node_get_list_start(list);
        while ((item = cmark_node_previous(item)) != NULL) {
            n++;
        }
        width = (size_t)snprintf(number, sizeof number, "%d. ", n);
    }
    str_truncate(&p->indent, p->indent.len - width);
    str_clear(&p->bullet);
}

static void enter(struct plain *p, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING: str_clear(&p->inlines); break;
    case CMARK_NODE_ITEM: begin_item(p, node); break;
    case CMARK_NODE_BLOCK_QUOTE:
        blank_line(p);
        str_add(&p->indent, "> ");
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        blank_line(p);
        str_add(p->out, "-- \n"); /* what follows is a signature to mail readers */
        break;
    case CMARK_NODE_CODE_BLOCK:
        str_clear(&p->inlines);
        str_add(&p->inlines, cmark_node_get_literal(node));
        flush_inlines(p);
        p->wants_blank = true;
        break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE: str_add(&p->inlines, cmark_node_get_literal(node)); break;
    case CMARK_NODE_SOFTBREAK: str_add_char(&p->inlines, ' '); break;
    case CMARK_NODE_LINEBREAK: str_add_char(&p->inlines, '\n'); break;
    case CMARK_NODE_LINK: p->link_start = p->inlines.len; break;
    case CMARK_NODE_NONE:
    case CMARK_NODE_DOCUMENT:
    case CMARK_NODE_LIST:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_CUSTOM_BLOCK:
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_CUSTOM_INLINE:
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
    case CMARK_NODE_IMAGE: break;
    }
}

static void leave(struct plain *p, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_PARAGRAPH) {
        flush_inlines(p);
        p->wants_blank = !is_in_tight_list(node);
    } else if (type == CMARK_NODE_HEADING) {
        end_heading(p, cmark_node_get_heading_level(node));
    } else if (type == CMARK_NODE_ITEM) {
        end_item(p, node);
    } else if (type == CMARK_NODE_LIST) {
        p->wants_blank = true;
    } else if (type == CMARK_NODE_BLOCK_QUOTE) {
        str_truncate(&p->indent, p->indent.len - 2);
    } else if (type == CMARK_NODE_LINK) {
        end_link(p, node);
    }
}

static void add_plain(cmark_node *root, struct str *out)
{
    CLEANUP(plain_done) struct plain p = {.out = out};
    cmark_iter *iter = cmark_iter_new(root);
    if (iter == NULL) {
        abort();
    }
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event == CMARK_EVENT_ENTER) {
            enter(&p, node);
        } else {
            leave(&p, node);
        }
    }
    cmark_iter_free(iter);
}

static void convert(const char *text, void (*add_html)(cmark_node *root, struct str *out),
                    struct str *html, struct str *plain)
{
    cmark_node *root = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
    if (root == NULL) {
        abort();
    }
    add_html(root, html);
    add_plain(root, plain);
    cmark_node_free(root);
}

void markdown_mail(const char *text, struct str *html, struct str *plain)
{
    convert(text, add_mail_html, html, plain);
}

void markdown_matrix(const char *text, struct str *html, struct str *plain)
{
    convert(text, add_matrix_html, html, plain);
}
