/* What we may send: one click by the mail program stops it (RFC 8058), a button for people does,
 * and another one takes that back. */
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

static const struct page_option channels[] = {
    {"any", "Whatever reaches me: Matrix where it is known, else mail"},
    {"mail", "Mail only"},
    {"matrix", "Matrix only"},
    {"none", "No messages at all"},
};
#define N_CHANNELS ((int)(sizeof channels / sizeof channels[0]))

static const struct page_option saved[] = {
    {"again", "You get mail from us again."},
    {"preferences", "Saved. It takes effect at once."},
};

static int add_preferences(const struct request *req, json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(req->db, "web_preference", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r < 0) {
        return r;
    }
    bool has_row = r == 0;
    page_options(data, "channels", channels, N_CHANNELS, has_row ? rows_text(&rows, 0, 0) : "any");
    page_bool(data, "wants_agenda", !has_row || rows_bool(&rows, 0, 1));
    return 0;
}

/* The page as things stand. */
static int show(const struct request *req, struct response *res, const char *notice,
                struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(req->db, "web_unsubscribe_state", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r == DB_NO_ROW) {
        return page_over(req, res, "event");
    }
    if (r < 0) {
        return r;
    }
    bool is_stopped = rows_int(&rows, 0, 2) > 0 && rows_int(&rows, 0, 3) == 0;
    bool has_stopped = rows_int(&rows, 0, 4) > 0;
    json_t *data = page_new(req, "What may we send you?", rows_text(&rows, 0, 0));
    page_text(data, "person", rows_text(&rows, 0, 1));
    page_text(data, "saved", notice);
    page_bool(data, "stopped", is_stopped && has_stopped);
    page_bool(data, "bounced", is_stopped && !has_stopped);
    page_bool(data, "open", !is_stopped);
    r = add_preferences(req, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "unsubscribe.html", data, err);
}

int unsubscribe_get(struct request *req, struct response *res, struct err *err)
{
    return show(req, res, page_saved(req, saved, sizeof saved / sizeof saved[0]), err);
}

/* Answers 200 and never redirects, as RFC 8058 asks; the same again is fine. */
int unsubscribe_post(struct request *req, struct response *res, struct err *err)
{
    if (!str_equal(form_text(&req->form, "List-Unsubscribe"), "One-Click")) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "web_unsubscribe", NULL, err, "ii", req->token.event_id,
                     req->token.subject);
    return r < 0 ? r : show(req, res, "", err);
}

static void back(const struct request *req, struct response *res, const char *word)
{
    response_see_other(req, res,
                       arena_printf(req->arena, "/unsubscribe/%s?saved=%s", req->token_text, word));
}

/* Only a person's own click on a page of ours sends this word. */
int resubscribe_post(struct request *req, struct response *res, struct err *err)
{
    if (!str_equal(form_text(&req->form, "again"), "yes")) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "web_resubscribe", NULL, err, "ii", req->token.event_id,
                     req->token.subject);
    if (r == 0) {
        back(req, res, "again");
    }
    return r;
}

int mail_preferences_post(struct request *req, struct response *res, struct err *err)
{
    const char *channel = form_text(&req->form, "channel");
    bool is_known = false;
    for (int i = 0; i < N_CHANNELS; i++) {
        is_known |= str_equal(channel, channels[i].value);
    }
    if (!is_known) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = db_query(req->db, "web_preference_mail_set", NULL, err, "iitb", req->token.event_id,
                     req->token.subject, channel,
                     (int)str_equal(form_text(&req->form, "agenda"), "yes"));
    if (r == 0) {
        back(req, res, "preferences");
    }
    return r;
}
