/* page: JSON facts and a template become a page. Links in templates begin with {{base}}. */
#ifndef ROLLCALL_WEB_PAGE_H
#define ROLLCALL_WEB_PAGE_H

#include "web/http.h"

#include "base/clock.h"
#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Facts that every page has: base, token, title and the event's title ("" = none). */
json_t *page_new(const struct request *req, const char *title, const char *event);
void page_text(json_t *object, const char *key, const char *value);
void page_int(json_t *object, const char *key, int64_t value);
void page_bool(json_t *object, const char *key, bool value);
/* A new object at the end of the array, a new array in the object; both borrowed from there. */
json_t *page_item(json_t *array);
json_t *page_list(json_t *object, const char *key);
/* Says which of the options (value, label) is chosen: [{"value","label","chosen"}]. */
struct page_option {
    const char *value;
    const char *label;
};
void page_options(json_t *object, const char *key, const struct page_option *options, int n,
                  const char *chosen);

/* What the last POST did, said once at the top of the page it leads to: the label of the option
 * whose value stands in ?saved=; "" when none does. */
const char *page_saved(const struct request *req, const struct page_option *words, size_t n);

/* Renders assets/<name> inside assets/layout.html. Takes data over, also on failure. */
int page_render(const struct request *req, struct response *res, const char *name, json_t *data,
                struct err *err) MUST_CHECK;
/* Writes data as a JSON body. Takes data over. */
void page_json(struct response *res, json_t *data);
/* A page with a heading and a sentence, for errors and small confirmations. */
void page_message(const struct request *req, struct response *res, int status, const char *title,
                  const char *text);

/* 404 for a link whose event or whatever else it was for ("track") is no longer known; returns 0.
 */
int page_over(const struct request *req, struct response *res, const char *what);

/* "Thu 11 Dec 10:00 to 13:30", with both days where they differ; "time not set yet" for 0. */
const char *page_when(struct arena *arena, const struct zone *zone, int64_t start_us,
                      int64_t end_us);
/* "Thursday 11 December" */
const char *page_day(struct arena *arena, const struct zone *zone, int64_t at_us);
/* "3 min ago", "5 h ago", "2 days ago" */
const char *page_ago(struct arena *arena, int64_t now_us, int64_t at_us);

#endif
