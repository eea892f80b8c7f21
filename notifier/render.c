#include "notifier/render.h"

#include "base/log.h"
#include "base/template.h"
#include "net/http.h"
#include "notifier/markdown.h"
#include "notifier/template_file.h"

#include <stdio.h>
#include <string.h>

#define PAYLOAD_MAX ((size_t)1 << 20)
#define MAX_DEPTH   12
#define TEXT_SIZE   4096 /* what most texts fit in */

void rendered_done(struct rendered *rendered)
{
    json_decref(rendered->payload);
    rendered->payload = NULL;
}

const char *payload_text(const json_t *payload, const char *object, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(payload, object), key));
    return text != NULL ? text : "";
}

/* --- the payload --- */

/* U+202A to U+202E and U+2066 to U+2069 turn the direction of what stands behind them. */
static bool turns(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return u[0] == 0xE2 && ((u[1] == 0x80 && u[2] >= 0xAA && u[2] <= 0xAE) ||
                            (u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9));
}

static bool is_blank(char c)
{
    return (unsigned char)c <= 0x20 || c == 0x7F;
}

/* clean_string() would leave it as it is. */
static bool is_clean(const char *text)
{
    bool after_blank = true;
    for (const char *p = text; *p != '\0'; p++) {
        bool is_space = *p == ' ';
        if ((is_space && after_blank) || (is_blank(*p) && !is_space) || turns(p)) {
            return false;
        }
        after_blank = is_space;
    }
    return !after_blank || *text == '\0';
}

/* Runs of blanks, line breaks, controls and what turns the direction become one blank. A value can
 * then neither begin a block of Markdown nor reorder the sentence around it. */
static void clean_string(json_t *value)
{
    struct str out = {0};
    const char *text = json_string_value(value);
    if (is_clean(text)) {
        return;
    }
    for (const char *p = text; *p != '\0'; p++) {
        bool is_turn = turns(p);
        char c = is_turn || is_blank(*p) ? ' ' : *p;
        p += is_turn ? 2 : 0;
        if (c != ' ' || (out.len > 0 && out.data[out.len - 1] != ' ')) {
            str_add_char(&out, c);
        }
    }
    if (out.len > 0 && out.data[out.len - 1] == ' ') {
        str_truncate(&out, out.len - 1);
    }
    (void)json_string_set(value, str_text(&out));
    str_done(&out);
}

/* Adds a name to those that *flags holds; it is made with the first. */
static void add_flag(json_t **flags, const char *head, const char *tail, bool is_true)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s%s", head, tail);
    if (*flags == NULL) {
        *flags = json_object();
    }
    (void)json_object_set_new(*flags, name, json_boolean(is_true));
}

/* What a template cannot find out by itself: see the header. */
static void add_flags(json_t *object)
{
    json_t *flags = NULL; /* an object must not grow while it is walked through */
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        if (json_is_array(value)) {
            add_flag(&flags, "has_", key, json_array_size(value) > 0);
        } else if (strcmp(key, "what") == 0 && json_is_string(value)) {
            add_flag(&flags, "is_", json_string_value(value), true);
        }
    }
    if (flags != NULL) {
        (void)json_object_update(object, flags);
        json_decref(flags);
    }
}

/* Cleans all strings in it; what is nested too deeply goes. */
static void clean_value(json_t *value, int depth)
{
    const char *key = NULL;
    json_t *item = NULL;
    size_t i = 0;
    if (json_is_string(value)) {
        clean_string(value);
    } else if (json_is_array(value)) {
        if (depth == MAX_DEPTH) {
            (void)json_array_clear(value);
        }
        json_array_foreach(value, i, item)
        {
            clean_value(item, depth + 1);
            if (json_is_object(item)) {
                bool is_last = i + 1 == json_array_size(value);
                (void)json_object_set_new(item, "is_last", json_boolean(is_last));
            }
        }
    } else if (json_is_object(value)) {
        if (depth == MAX_DEPTH) {
            (void)json_object_clear(value);
        }
        json_object_foreach(value, key, item)
        {
            clean_value(item, depth + 1);
        }
        add_flags(value);
    }
}

/* Every link that a template may ask about is there, if only as "". */
static void add_links(json_t *payload)
{
    static const char *const names[] = {"answer",      "agenda", "feed",
                                        "unsubscribe", "lead",   "organiser"};
    json_t *links = json_object_get(payload, "links");
    if (!json_is_object(links)) {
        links = json_object();
        (void)json_object_set_new(payload, "links", links);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!json_is_string(json_object_get(links, names[i]))) {
            (void)json_object_set_new(links, names[i], json_string(""));
        }
    }
}

/* n_wanted: 1 gives one_wanted true, many_wanted false. */
static void add_counts(json_t *payload)
{
    json_t *counts = NULL;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(payload, key, value)
    {
        if (str_starts(key, "n_") && json_is_integer(value)) {
            add_flag(&counts, "one_", key + 2, json_integer_value(value) == 1);
            add_flag(&counts, "many_", key + 2, json_integer_value(value) > 1);
        }
    }
    if (counts != NULL) {
        (void)json_object_update(payload, counts);
        json_decref(counts);
    }
}

static int load_payload(const struct outbox_message *message, json_t **ret, struct err *err)
{
    json_error_t trouble = {0};
    size_t n = strlen(message->payload);
    if (n > PAYLOAD_MAX) {
        return err_set(err, ERR_LIMIT, "the payload has %zu bytes, at most %zu are sent", n,
                       PAYLOAD_MAX);
    }
    json_t *payload = json_loads(message->payload, JSON_REJECT_DUPLICATES, &trouble);
    if (!json_is_object(payload)) {
        json_decref(payload);
        return err_set(err, ERR_INPUT, "the payload is no JSON object: %.100s", trouble.text);
    }
    clean_value(payload, 0);
    add_links(payload);
    add_counts(payload);
    *ret = payload;
    return 0;
}

/* --- templates --- */

/* Renders one template (or its part) and puts the result into data under `key`. */
static int render_into(json_t *data, const char *key, const char *name, const char *text,
                       enum template_escape escape, struct err *err)
{
    struct str out = {0};
    str_reserve(&out, TEXT_SIZE);
    int r = template_render(name, text, data, escape, &out, err);
    if (r == 0) { /* UTF-8, as the template and all of the data are */
        (void)json_object_set_new(data, key, json_stringn_nocheck(str_text(&out), out.len));
    }
    str_done(&out);
    return r;
}

static int render_kind(struct template_source *source, const char *kind, json_t *data,
                       struct arena *arena, struct err *err)
{
    const char *text = NULL;
    const char *name = arena_printf(arena, "%s.md", kind);
    int r = template_find(source, name, arena, &text, err);
    if (r < 0) {
        return r;
    }
    const char *body = strstr(text, "\n\n");
    if (!str_starts(text, "Subject: ") || body == NULL) {
        return err_set(err, ERR_INPUT, "%s does not begin with a Subject line and a blank one",
                       name);
    }
    size_t head = strlen("Subject: ");
    const char *subject = arena_strndup(arena, text + head, (size_t)(body - text) - head);
    r = render_into(data, "subject", name, subject, TEMPLATE_PLAIN, err);
    return r < 0 ? r : render_into(data, "body", name, body + 2, TEMPLATE_MARKDOWN, err);
}

/* The kind's body in the frame of the target, still as Markdown. */
static int render_frame(struct template_source *source, enum render_for target, json_t *data,
                        struct arena *arena, const char **ret_markdown, struct err *err)
{
    const char *name = target == RENDER_MAIL ? "mail.md" : "matrix.md";
    const char *text = NULL;
    int r = template_find(source, name, arena, &text, err);
    r = r < 0 ? r : render_into(data, "framed", name, text, TEMPLATE_MARKDOWN, err);
    if (r == 0) {
        *ret_markdown = arena_strdup(arena, json_string_value(json_object_get(data, "framed")));
    }
    return r;
}

/* The HTML page around what the Markdown became. */
static int render_page(struct template_source *source, json_t *data, const struct str *body,
                       struct arena *arena, struct str *ret_page, struct err *err)
{
    const char *text = NULL;
    (void)json_object_set_new(data, "body", json_stringn_nocheck(str_text(body), body->len));
    int r = template_find(source, "mail.html", arena, &text, err);
    return r < 0 ? r : template_render("mail.html", text, data, TEMPLATE_HTML, ret_page, err);
}

/* The Markdown as HTML and as plain text. */
static int convert(struct template_source *source, enum render_for target, json_t *data,
                   const char *markdown, struct arena *arena, struct rendered *ret, struct err *err)
{
    CLEANUP(str_done) struct str html = {0};
    CLEANUP(str_done) struct str plain = {0};
    CLEANUP(str_done) struct str page = {0};
    str_reserve(&html, TEXT_SIZE);
    str_reserve(&plain, TEXT_SIZE);
    if (target == RENDER_MAIL) {
        str_reserve(&page, 2 * TEXT_SIZE);
        markdown_mail(markdown, &html, &plain);
        int r = render_page(source, data, &html, arena, &page, err);
        if (r < 0) {
            return r;
        }
    } else {
        markdown_matrix(markdown, &html, &plain);
    }
    const struct str *shown = target == RENDER_MAIL ? &page : &html;
    ret->html = arena_strndup(arena, str_text(shown), shown->len);
    ret->text = arena_strndup(arena, str_text(&plain), plain.len);
    return 0;
}

static int render_with(struct template_source *source, const struct outbox_message *message,
                       enum render_for target, struct arena *arena, struct rendered *ret,
                       struct err *err)
{
    CLEANUP(rendered_done) struct rendered made = {0};
    const char *markdown = NULL;
    int r = load_payload(message, &made.payload, err);
    if (r < 0) {
        return r;
    }
    const char *pill =
        arena_printf(arena, "https://matrix.to/#/%s", http_escape(arena, message->address));
    (void)json_object_set_new(made.payload, "pill", json_string(pill));
    r = render_kind(source, message->kind, made.payload, arena, err);
    r = r < 0 ? r : render_frame(source, target, made.payload, arena, &markdown, err);
    r = r < 0 ? r : convert(source, target, made.payload, markdown, arena, &made, err);
    if (r < 0) {
        return r;
    }
    made.subject = arena_strdup(arena, json_string_value(json_object_get(made.payload, "subject")));
    *ret = made;
    made.payload = NULL; /* handed over */
    return 0;
}

/* A template of the organisers' that cannot be rendered keeps no message back: the log says what is
 * wrong with it, and the program's own words go out. */
int render_message(const struct outbox_message *message, enum render_for target,
                   struct arena *arena, struct rendered *ret, struct err *err)
{
    struct template_source source = {.event_slug = message->event_slug, .used = ""};
    struct err own = {0};
    int r = render_with(&source, message, target, arena, ret, &own);
    if (r == 0 || source.used[0] == '\0') {
        if (r < 0) {
            *err = own;
        }
        return r;
    }
    source = (struct template_source){
        .event_slug = message->event_slug, .is_plain = true, .used = source.used};
    r = render_with(&source, message, target, arena, ret, err);
    if (r == 0) {
        log_err(LOG_ERROR, EV_TEMPLATE, &own, "file=%s", source.used);
    }
    return r;
}
