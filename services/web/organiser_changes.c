/* The organiser's page of what has changed, and the button that says that all of it was seen. */
#include "web/handlers.h"
#include "web/organiser.h"
#include "web/page.h"

#define N_CHANGES 40

static int add_programme_changes(const struct request *req, const struct organiser *organiser,
                                 json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "web_programme_changes", &rows, err, "ii", req->token.event_id,
                     (int64_t)N_CHANGES);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "programme");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        int64_t at_us = rows_int(&rows, i, 4);
        page_text(item, "what", rows_text(&rows, i, 0));
        page_text(item, "old", rows_text(&rows, i, 1));
        page_text(item, "new", rows_text(&rows, i, 2));
        page_text(item, "name", rows_text(&rows, i, 3));
        page_text(item, "age", page_ago(req->arena, req->now_us, at_us));
        page_bool(item, "fresh", organiser->seen_us > 0 && at_us > organiser->seen_us);
    }
    return 0;
}

static int add_clash_changes(const struct request *req, const struct organiser *organiser,
                             json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "web_clash_changes", &rows, err, "iu", req->token.event_id,
                     organiser->since_us);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "events");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_text(item, "what", rows_text(&rows, i, 0));
        page_text(item, "severity", rows_text(&rows, i, 1));
        page_text(item, "why", rows_text(&rows, i, 2));
        page_text(item, "age", page_ago(req->arena, req->now_us, rows_int(&rows, i, 3)));
    }
    return 0;
}

int organiser_changes_get(struct request *req, struct response *res, struct err *err)
{
    struct organiser organiser;
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0) {
        json_t *data = organiser_page(req, &organiser, "Changes", "/changes");
        r = organiser_counts(req, &organiser, data, err);
        r = r < 0 ? r : add_clash_changes(req, &organiser, data, err);
        r = r < 0 ? r : add_programme_changes(req, &organiser, data, err);
        if (r == 0) {
            r = page_render(req, res, "changes.html", data, err);
        } else {
            json_decref(data);
        }
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}

/* Up to the moment in which the page was made: what came up while it was read stays new. */
int seen_post(struct request *req, struct response *res, struct err *err)
{
    int64_t until_us = form_id(&req->form, "until");
    if (until_us < 1 || until_us > req->now_us) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "web_seen_set", NULL, err, "iu", req->token.event_id, until_us);
    if (r == 0) {
        response_see_other(req, res,
                           arena_printf(req->arena, "/organiser/%s?saved=seen", req->token_text));
    }
    return r;
}
