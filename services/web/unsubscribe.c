/* Opting out of mail: one click by the mail program (RFC 8058) or a button for people. */
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

int unsubscribe_get(struct request *req, struct response *res, struct err *err)
{
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_unsubscribe_state", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r == DB_NO_ROW) {
        site_refuse(req, res, 404);
        return 0;
    }
    if (r < 0) {
        return r;
    }
    json_t *data = page_new(req, "Stop these mails?", rows_text(&rows, 0, 0));
    page_text(data, "person", rows_text(&rows, 0, 1));
    page_bool(data, "stopped", rows_int(&rows, 0, 2) > 0 && rows_int(&rows, 0, 3) == 0);
    rows_done(&rows);
    return page_render(req, res, "unsubscribe.html", data, err);
}

/* Answers 200 and never redirects, as RFC 8058 asks; the same again is fine. */
int unsubscribe_post(struct request *req, struct response *res, struct err *err)
{
    if (!str_equal(form_text(&req->form, "List-Unsubscribe"), "One-Click")) {
        site_refuse(req, res, 400);
        return 0;
    }
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_unsubscribe_state", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    rows_done(&rows);
    if (r == DB_NO_ROW) {
        site_refuse(req, res, 404);
        return 0;
    }
    r = r < 0 ? r
              : db_query(req->db, "web_unsubscribe", NULL, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r < 0) {
        return r;
    }
    page_message(req, res, 200, "You will get no more mail",
                 "It takes effect at once. Messages by Matrix and your calendar feed are not "
                 "touched; the link to your agenda has the settings for them.");
    return 0;
}
