/* The JSON API of the organiser; the same facts as the pages, in the form of `rollcall check`. */
#include "store/db.h"
#include "web/board.h"
#include "web/clash_filter.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

static void add_pair(json_t *item, const char *key, const char *a, const char *b)
{
    json_t *list = page_list(item, key);
    (void)json_array_append_new(list, json_string(a));
    if (b[0] != '\0') {
        (void)json_array_append_new(list, json_string(b));
    }
}

static void add_clash(const struct rows *rows, int i, const struct zone *zone, json_t *item)
{
    int64_t start_us = rows_int(rows, i, CLASH_COLUMN_START);
    int64_t end_us = rows_int(rows, i, CLASH_COLUMN_END);
    char buf[TIME_TEXT_SIZE];
    page_int(item, "id", rows_int(rows, i, CLASH_COLUMN_ID));
    page_text(item, "kind", rows_text(rows, i, CLASH_COLUMN_KIND));
    page_text(item, "severity", rows_text(rows, i, CLASH_COLUMN_SEVERITY));
    page_text(item, "state", rows_text(rows, i, CLASH_COLUMN_STATE));
    page_text(item, "person", rows_text(rows, i, CLASH_COLUMN_PERSON));
    add_pair(item, "sessions", rows_text(rows, i, CLASH_COLUMN_KEY_A),
             rows_text(rows, i, CLASH_COLUMN_KEY_B));
    add_pair(item, "titles", rows_text(rows, i, CLASH_COLUMN_TITLE_A),
             rows_text(rows, i, CLASH_COLUMN_TITLE_B));
    page_text(item, "start", time_iso(zone, start_us, buf));
    page_text(item, "end", time_iso(zone, end_us, buf));
    page_int(item, "minutes", (end_us - start_us) / MINUTE_US);
    page_text(item, "why", rows_text(rows, i, CLASH_COLUMN_WHY));
    page_text(item, "opened", time_iso(zone, rows_int(rows, i, CLASH_COLUMN_OPENED), buf));
    page_text(item, "acknowledged_by", rows_text(rows, i, CLASH_COLUMN_ACK_BY));
    page_text(item, "acknowledged_why", rows_text(rows, i, CLASH_COLUMN_ACK_WHY));
}

int api_clashes_get(struct request *req, struct response *res, struct err *err)
{
    struct clash_filter filter;
    if (!clash_filter_read(&req->query, "", &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    struct rows event = {0};
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_event", &event, err, "i", req->token.event_id);
    if (r != 0) {
        if (r == DB_NO_ROW) {
            site_refuse(req, res, 404);
        }
        return r < 0 ? r : 0;
    }
    const struct zone *zone = zone_find(rows_text(&event, 0, 2));
    json_t *data = json_object();
    page_text(data, "event", rows_text(&event, 0, 0));
    rows_done(&event);
    r = clash_filter_run(req->db, req->token.event_id, &filter, &rows, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    json_t *list = page_list(data, "clashes");
    for (int i = 0; i < rows.n && i < CLASH_PAGE; i++) {
        add_clash(&rows, i, zone == NULL ? zone_utc() : zone, page_item(list));
    }
    page_int(data, "page", filter.page);
    page_bool(data, "more", rows.n > CLASH_PAGE);
    rows_done(&rows);
    page_json(res, data);
    return 0;
}

int api_quorum_get(struct request *req, struct response *res, struct err *err)
{
    struct situation situation;
    int r = situation_load(req, &situation, err);
    if (r != 0) {
        if (r == SITUATION_NO_EVENT) {
            site_refuse(req, res, 404);
        }
        return r < 0 ? r : 0;
    }
    situation_judge(req, &situation);
    json_t *data = json_object();
    page_text(data, "event", situation.conf.slug);
    json_t *list = page_list(data, "quorum");
    for (size_t i = 0; i < situation.quorum.tracks.n; i++) {
        board_add(&situation, situation.quorum.tracks.items[i].track, req->arena, page_item(list));
    }
    page_json(res, data);
    return 0;
}
