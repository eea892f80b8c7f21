/* The calendar feed: what the person was told, with stable UIDs and rising sequence numbers. */
#include "base/settings.h"
#include "core/notice.h"
#include "formats/ical.h"
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

#define REFRESH_US HOUR_US

static void add_event(const struct request *req, const struct rows *rows, int i,
                      const struct zone *zone, const char *slug, const char *domain,
                      struct ical_event *ret)
{
    *ret = (struct ical_event){
        .uid = notice_uid(req->arena, slug, rows_int(rows, i, 0), req->token.subject, domain),
        .sequence = (int)rows_int(rows, i, 1),
        .stamp_us = rows_int(rows, i, 2),
        .start_us = rows_int(rows, i, 3),
        .end_us = rows_int(rows, i, 4),
        .zone = zone,
        .location = rows_text(rows, i, 5),
        .is_cancelled = rows_bool(rows, i, 6),
        .summary = rows_text(rows, i, 7),
        .url = rows_text(rows, i, 8),
        .description = rows_text(rows, i, 9),
        .last_modified_us = rows_int(rows, i, 2),
    };
}

static void write_feed(const struct request *req, struct response *res, const struct rows *event,
                       const struct rows *rows)
{
    const char *slug = rows_text(event, 0, 0);
    const struct zone *zone = zone_find(rows_text(event, 0, 2));
    const char *domain = notice_domain(req->arena, setting_text(SET_MAIL_FROM));
    struct ical_event *events = arena_array(req->arena, (size_t)rows->n, sizeof *events);
    for (int i = 0; i < rows->n; i++) {
        add_event(req, rows, i, zone == NULL ? zone_utc() : zone, slug, domain, &events[i]);
    }
    const struct ical_calendar calendar = {
        .method = "",
        .name = arena_printf(req->arena, "%s: my agenda", rows_text(event, 0, 1)),
        .refresh_us = REFRESH_US,
        .source_url = "",
    };
    ical_write(&calendar, events, (size_t)rows->n, &res->body);
    res->content_type = "text/calendar; charset=utf-8";
    res->cache_control = "private, no-cache";
    response_etag(req, res);
}

int feed_get(struct request *req, struct response *res, struct err *err)
{
    struct rows event = {0};
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_event", &event, err, "i", req->token.event_id);
    if (r == DB_NO_ROW) {
        site_refuse(req, res, 404);
        return 0;
    }
    if (r == 0) {
        r = db_query(req->db, "web_feed", &rows, err, "ii", req->token.event_id,
                     req->token.subject);
    }
    if (r == 0) {
        write_feed(req, res, &event, &rows);
    }
    rows_done(&event);
    rows_done(&rows);
    return r;
}
