#include "web/page.h"

#include "base/embedded.h"
#include "base/template.h"

#include <stdlib.h>
#include <string.h>

json_t *page_new(const struct request *req, const char *title, const char *event)
{
    json_t *data = json_object();
    page_text(data, "base", req->base);
    page_text(data, "token", req->token_text);
    page_text(data, "title", title);
    page_text(data, "event", event);
    page_text(data, "section", "");
    page_bool(data, "wide", false);
    page_bool(data, "has_tabs", false);
    return data;
}

void page_text(json_t *object, const char *key, const char *value)
{
    json_t *text = json_string(value);
    (void)json_object_set_new(object, key, text != NULL ? text : json_string("?"));
}

void page_int(json_t *object, const char *key, int64_t value)
{
    (void)json_object_set_new(object, key, json_integer(value));
}

void page_bool(json_t *object, const char *key, bool value)
{
    (void)json_object_set_new(object, key, json_boolean(value));
}

json_t *page_item(json_t *array)
{
    json_t *item = json_object();
    (void)json_array_append_new(array, item);
    return item;
}

json_t *page_list(json_t *object, const char *key)
{
    json_t *list = json_array();
    (void)json_object_set_new(object, key, list);
    return list;
}

void page_options(json_t *object, const char *key, const struct page_option *options, int n,
                  const char *chosen)
{
    json_t *list = page_list(object, key);
    for (int i = 0; i < n; i++) {
        json_t *item = page_item(list);
        page_text(item, "value", options[i].value);
        page_text(item, "label", options[i].label);
        page_bool(item, "chosen", str_equal(options[i].value, chosen));
    }
}

const char *page_saved(const struct request *req, const struct page_option *words, size_t n)
{
    const char *word = form_text(&req->query, "saved");
    for (size_t i = 0; i < n; i++) {
        if (strcmp(word, words[i].value) == 0) {
            return words[i].label;
        }
    }
    return "";
}

static int render_file(const char *name, const json_t *data, struct str *out, struct err *err)
{
    const struct embedded_file *file = embedded_find(assets_embedded, name);
    if (file == NULL) {
        abort(); /* a handler that names a template which is not there */
    }
    return template_render(name, file->data, data, TEMPLATE_HTML, out, err);
}

int page_render(const struct request *req, struct response *res, const char *name, json_t *data,
                struct err *err)
{
    (void)req;
    json_auto_t *owned = data;
    struct str inner = {0};
    int r = render_file(name, owned, &inner, err);
    if (r == 0) {
        page_text(owned, "body", str_text(&inner));
        str_clear(&res->body);
        r = render_file("layout.html", owned, &res->body, err);
    }
    str_done(&inner);
    return r;
}

void page_json(struct response *res, json_t *data)
{
    json_auto_t *owned = data;
    char *text = json_dumps(owned, JSON_COMPACT);
    str_clear(&res->body);
    str_add(&res->body, text == NULL ? "{}" : text);
    str_add_char(&res->body, '\n');
    free(text);
    res->content_type = "application/json";
}

void page_message(const struct request *req, struct response *res, int status, const char *title,
                  const char *text)
{
    json_t *data = page_new(req, title, "");
    page_text(data, "text", text);
    res->status = status;
    struct err err = {0};
    if (page_render(req, res, "message.html", data, &err) < 0) {
        abort(); /* our own template with our own facts */
    }
}

int page_over(const struct request *req, struct response *res, const char *what)
{
    page_message(req, res, 404, arena_printf(req->arena, "This %s is over", what),
                 arena_printf(req->arena,
                              "The %s that this link belongs to is no longer known here.", what));
    return 0;
}

const char *page_when(struct arena *arena, const struct zone *zone, int64_t start_us,
                      int64_t end_us)
{
    if (start_us == 0) {
        return "time not set yet";
    }
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    bool is_same_day = zone_day_start_us(zone, start_us) == zone_day_start_us(zone, end_us);
    return arena_printf(arena, "%s to %s", time_short(zone, start_us, start),
                        is_same_day ? time_hhmm(zone, end_us, end) : time_short(zone, end_us, end));
}

const char *page_day(struct arena *arena, const struct zone *zone, int64_t at_us)
{
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct civil c = zone_civil(zone, at_us);
    return arena_printf(arena, "%s %d %s", days[c.weekday], c.day, months[c.month - 1]);
}

const char *page_ago(struct arena *arena, int64_t now_us, int64_t at_us)
{
    int64_t gone = now_us > at_us ? now_us - at_us : 0;
    if (gone < HOUR_US) {
        return arena_printf(arena, "%lld min ago", (long long)(gone / MINUTE_US));
    }
    if (gone < 2 * DAY_US) {
        return arena_printf(arena, "%lld h ago", (long long)(gone / HOUR_US));
    }
    return arena_printf(arena, "%lld days ago", (long long)(gone / DAY_US));
}
