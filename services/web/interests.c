/* What an attendee cares about, in the own words: what the plan is made from. */
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

#define MAX_WORDS 2000 /* bytes; the table takes as many characters */

static const struct page_option saved[] = {
    {"interests", "Saved. Your agenda follows within a moment."},
    {"cleared", "Taken back. What your registration says counts again."},
};

int interests_get(struct request *req, struct response *res, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(req->db, "web_interests", &rows, err, "ii", req->token.event_id,
                         req->token.subject);
    if (r != 0) {
        return r < 0 ? r : page_over(req, res, "event");
    }
    json_t *data = page_new(req, "What do you care about?", rows_text(&rows, 0, 0));
    page_text(data, "person", rows_text(&rows, 0, 1));
    page_text(data, "saved", page_saved(req, saved, sizeof saved / sizeof saved[0]));
    page_bool(data, "registered", rows_int(&rows, 0, 2) > 0);
    page_text(data, "registration", rows_text(&rows, 0, 3));
    page_text(data, "words", rows_text(&rows, 0, 4));
    page_int(data, "max", MAX_WORDS);
    return page_render(req, res, "interests.html", data, err);
}

/* Nothing but blanks takes back what was said. */
int interests_post(struct request *req, struct response *res, struct err *err)
{
    const char *words = form_text(&req->form, "words");
    if (form_get(&req->form, "words") == NULL || strlen(words) > MAX_WORDS) {
        site_refuse(req, res, 400);
        return 0;
    }
    bool is_empty = words[strspn(words, " \t\r\n")] == '\0';
    int r = is_empty ? db_query(req->db, "web_interests_clear", NULL, err, "ii",
                                req->token.event_id, req->token.subject)
                     : db_query(req->db, "web_interests_set", NULL, err, "iit", req->token.event_id,
                                req->token.subject, words);
    if (r == 0) {
        response_see_other(req, res,
                           arena_printf(req->arena, "/agenda/%s/interests?saved=%s",
                                        req->token_text, is_empty ? "cleared" : "interests"));
    }
    return r;
}
