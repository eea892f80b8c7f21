/* Ideas for BoFs: what many attendees care about and no session serves. Made by the plan stage. */
#include "web/handlers.h"
#include "web/organiser.h"
#include "web/page.h"

#include "base/settings.h"

enum {
    COLUMN_RANK,
    COLUMN_TOPIC,
    COLUMN_PEOPLE,
    COLUMN_N_LEADERS,
    COLUMN_NEAREST,
    COLUMN_COVERAGE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_ROOM,
    COLUMN_FREE,
    COLUMN_ASKED,
    COLUMN_MADE,
    COLUMN_LEADERS,
};

static void add_idea(const struct request *req, const struct rows *rows, int i,
                     const struct zone *zone, json_t *item)
{
    int64_t start_us = rows_int(rows, i, COLUMN_START);
    page_text(item, "topic", rows_text(rows, i, COLUMN_TOPIC));
    page_int(item, "n_people", rows_int(rows, i, COLUMN_PEOPLE));
    page_int(item, "n_leaders", rows_int(rows, i, COLUMN_N_LEADERS));
    page_text(item, "nearest", rows_text(rows, i, COLUMN_NEAREST));
    page_int(item, "coverage_pct", (int64_t)(rows_real(rows, i, COLUMN_COVERAGE) * 100 + 0.5));
    page_text(item, "when",
              start_us == 0 ? ""
                            : page_when(req->arena, zone, start_us, rows_int(rows, i, COLUMN_END)));
    page_text(item, "room", rows_text(rows, i, COLUMN_ROOM));
    page_int(item, "n_free", rows_int(rows, i, COLUMN_FREE));
    page_int(item, "n_asked", rows_int(rows, i, COLUMN_ASKED));
    page_text(item, "leaders", rows_text(rows, i, COLUMN_LEADERS));
}

int organiser_bofs_get(struct request *req, struct response *res, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct organiser organiser;
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0) {
        r = db_query(req->db, "web_bofs", &rows, err, "i", req->token.event_id);
    }
    if (r == 0) {
        json_t *data = organiser_page(req, &organiser, "BoF ideas", "/bofs");
        json_t *list = page_list(data, "ideas");
        for (int i = 0; i < rows.n; i++) {
            add_idea(req, &rows, i, organiser.zone, page_item(list));
        }
        page_int(data, "min_people", setting_int(SET_BOF_MIN));
        page_text(data, "age",
                  rows.n == 0 ? ""
                              : page_ago(req->arena, req->now_us, rows_int(&rows, 0, COLUMN_MADE)));
        r = page_render(req, res, "bofs.html", data, err);
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}
