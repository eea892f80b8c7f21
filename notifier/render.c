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

/* Runs of blanks, line breaks and controls become one blank; so do the characters that turn the
 * direction of what stands behind them (U+202A to U+202E, U+2066 to U+2069). A value can then
 * neither begin a block of Markdown nor reorder the sentence around it. */
static json_t *clean_string(const char *text)
{
    struct str out = {0};
    for (const char *p = text; *p != '\0'; p++) {
        const unsigned char *u = (const unsigned char *)p;
        bool turns = u[0] == 0xE2 && ((u[1] == 0x80 && u[2] >= 0xAA && u[2] <= 0xAE) ||
                                      (u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9));
        char c = turns || *u < 0x20 || *u == 0x7F ? ' ' : *p;
        p += turns ? 2 : 0;
        if (c != ' ' || (out.len > 0 && out.data[out.len - 1] != ' ')) {
            str_add_char(&out, c);
        }
    }
    if (out.len > 0 && out.data[out.len - 1] == ' ') {
        str_truncate(&out, out.len - 1);
    }
    json_t *clean = json_string(str_text(&out));
    str_done(&out);
    return clean;
}

/* What a template cannot find out by itself: see the header. */
static void add_flags(json_t *object)
{
    char name[64];
    json_t *flags = json_object();
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        if (json_is_array(value)) {
            (void)snprintf(name, sizeof name, "has_%s", key);
            (void)json_object_set_new(flags, name, json_boolean(json_array_size(value) > 0));
        } else if (strcmp(key, "what") == 0 && json_is_string(value)) {
            (void)snprintf(name, sizeof name, "is_%s", json_string_value(value));
            (void)json_object_set_new(flags, name, json_true());
        }
    }
    (void)json_object_update(object, flags);
    json_decref(flags);
}

/* A copy with clean strings; what is nested too deeply is left out. */
static json_t *clean_value(const json_t *value, int depth)
{
    if (depth > MAX_DEPTH) {
        return NULL;
    }
    if (json_is_string(value)) {
        return clean_string(json_string_value(value));
    }
    if (json_is_array(value)) {
        json_t *copy = json_array();
        for (size_t i = 0; i < json_array_size(value); i++) {
            json_t *item = clean_value(json_array_get(value, i), depth + 1);
            if (json_is_object(item)) {
                bool is_last = i + 1 == json_array_size(value);
                (void)json_object_set_new(item, "is_last", json_boolean(is_last));
            }
            (void)json_array_append_new(copy, item);
        }
        return copy;
    }
    if (!json_is_object(value)) {
        return json_copy((json_t *)(uintptr_t)value);
    }
    json_t *copy = json_object();
    const char *key = NULL;
    json_t *item = NULL;
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
    {
        (void)json_object_set_new(copy, key, clean_value(item, depth + 1));
    }
    add_flags(copy);
    return copy;
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
    json_t *counts = json_object();
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(payload, key, value)
    {
        if (str_starts(key, "n_") && json_is_integer(value)) {
            char name[64];
            (void)snprintf(name, sizeof name, "one_%s", key + 2);
            (void)json_object_set_new(counts, name, json_boolean(json_integer_value(value) == 1));
            (void)snprintf(name, sizeof name, "many_%s", key + 2);
            (void)json_object_set_new(counts, name, json_boolean(json_integer_value(value) > 1));
        }
    }
    (void)json_object_update(payload, counts);
    json_decref(counts);
}

static int load_payload(const struct outbox_message *message, json_t **ret, struct err *err)
{
    json_error_t trouble;
    size_t n = strlen(message->payload);
    if (n > PAYLOAD_MAX) {
        return err_set(err, ERR_LIMIT, "the payload has %zu bytes, at most %zu are sent", n,
                       PAYLOAD_MAX);
    }
    json_t *raw = json_loads(message->payload, JSON_REJECT_DUPLICATES, &trouble);
    if (!json_is_object(raw)) {
        json_decref(raw);
        return err_set(err, ERR_INPUT, "the payload is no JSON object: %.100s", trouble.text);
    }
    json_t *payload = clean_value(raw, 0);
    json_decref(raw);
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
    int r = template_render(name, text, data, escape, &out, err);
    if (r == 0) {
        (void)json_object_set_new(data, key, json_stringn(str_text(&out), out.len));
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

static int render_page(struct template_source *source, json_t *data, const char *markdown,
                       struct arena *arena, const char **ret, struct err *err)
{
    struct str html = {0};
    struct str page = {0};
    const char *text = NULL;
    markdown_mail_html(markdown, &html);
    (void)json_object_set_new(data, "body", json_stringn(str_text(&html), html.len));
    int r = template_find(source, "mail.html", arena, &text, err);
    r = r < 0 ? r : template_render("mail.html", text, data, TEMPLATE_HTML, &page, err);
    *ret = arena_strdup(arena, str_text(&page));
    str_done(&html);
    str_done(&page);
    return r;
}

static const char *plain_of(const char *markdown, struct arena *arena)
{
    struct str out = {0};
    markdown_plain(markdown, &out);
    const char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
}

static const char *fragment_of(const char *markdown, struct arena *arena)
{
    struct str out = {0};
    markdown_matrix_html(markdown, &out);
    const char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
}

static int render_with(struct template_source *source, const struct outbox_message *message,
                       enum render_for target, struct arena *arena, struct rendered *ret,
                       struct err *err)
{
    json_t *data = NULL;
    const char *markdown = NULL;
    const char *page = NULL;
    int r = load_payload(message, &data, err);
    if (r < 0) {
        return r;
    }
    const char *pill =
        arena_printf(arena, "https://matrix.to/#/%s", http_escape(arena, message->address));
    (void)json_object_set_new(data, "pill", json_string(pill));
    r = render_kind(source, message->kind, data, arena, err);
    r = r < 0 ? r : render_frame(source, target, data, arena, &markdown, err);
    if (r == 0 && target == RENDER_MAIL) {
        r = render_page(source, data, markdown, arena, &page, err);
    } else if (r == 0) {
        page = fragment_of(markdown, arena);
    }
    if (r < 0) {
        json_decref(data);
        return r;
    }
    *ret = (struct rendered){
        .subject = arena_strdup(arena, json_string_value(json_object_get(data, "subject"))),
        .text = plain_of(markdown, arena),
        .html = page,
        .payload = data,
    };
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
