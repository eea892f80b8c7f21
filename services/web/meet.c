/* "Would you like to meet somebody who ...?": the question's own page, and the answers given there
 * and on the agenda page. A page shows who it is only when both have said yes; that the other said
 * no looks like one who has not answered. */
#include "web/meet.h"

#include "base/link.h"
#include "base/settings.h"
#include "core/meet.h"
#include "store/db.h"
#include "web/handlers.h"

#include <string.h>

enum {
    COLUMN_ID,
    COLUMN_SIDE,
    COLUMN_LINK,
    COLUMN_TOPICS,
    COLUMN_STATE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_PLACE,
    COLUMN_ON_LINE,
    COLUMN_NAME,
    COLUMN_CONTACT,
    COLUMN_SHARES,
};

static void add_introduction(const struct request *req, const struct rows *rows, int i,
                             const struct zone *zone, json_t *item)
{
    enum meet_link link = (enum meet_link)meet_link_parse(rows_text(rows, i, COLUMN_LINK));
    const char *topics = rows_text(rows, i, COLUMN_TOPICS);
    bool is_a = strcmp(rows_text(rows, i, COLUMN_SIDE), "a") == 0;
    const char *state = rows_text(rows, i, COLUMN_STATE);
    int64_t start_us = rows_int(rows, i, COLUMN_START);
    page_int(item, "introduction", rows_int(rows, i, COLUMN_ID));
    page_text(item, "about",
              is_a ? meet_about_b(link, topics, req->arena)
                   : meet_about_a(link, topics, req->arena));
    page_bool(item, "is_open", strcmp(state, "open") == 0);
    page_bool(item, "is_waiting", strcmp(state, "waiting") == 0);
    page_bool(item, "is_introduced", strcmp(state, "introduced") == 0);
    page_text(item, "when",
              start_us == 0 ? ""
                            : page_when(req->arena, zone, start_us, rows_int(rows, i, COLUMN_END)));
    page_text(item, "place", rows_text(rows, i, COLUMN_PLACE));
    page_bool(item, "on_line", rows_bool(rows, i, COLUMN_ON_LINE));
    page_text(item, "name", rows_text(rows, i, COLUMN_NAME));
    page_text(item, "contact", rows_text(rows, i, COLUMN_CONTACT));
    page_bool(item, "gave", rows_bool(rows, i, COLUMN_SHARES));
}

int meet_facts(const struct request *req, const struct zone *zone, int64_t introduction_id,
               json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "web_introductions", &rows, err, "iin", req->token.event_id,
                     req->token.person_id, introduction_id);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "introductions");
    for (int i = 0; i < rows.n; i++) {
        if (strcmp(rows_text(&rows, i, COLUMN_STATE), "over") != 0) {
            add_introduction(req, &rows, i, zone, page_item(list));
        }
    }
    int64_t per_day = setting_int(SET_MEET_PER_DAY);
    page_bool(data, "makes_introductions", per_day > 0);
    page_text(data, "per_day",
              per_day == 1 ? "once" : arena_printf(req->arena, "%lld times", (long long)per_day));
    return 0;
}

/* --- the question's page --- */

static const char *agenda_url(const struct request *req)
{
    const struct token token = {.purpose = TOKEN_AGENDA,
                                .event_id = req->token.event_id,
                                .subject = req->token.person_id,
                                .person_id = req->token.person_id,
                                .expires_s = req->token.expires_s};
    return link_url(req->arena, &token);
}

static int over(const struct request *req, struct response *res)
{
    page_message(req, res, 200, "This question is over",
                 "Somebody took it back, it was answered, or its time has passed. There is nothing "
                 "to do.");
    return 0;
}

int meet_get(struct request *req, struct response *res, struct err *err)
{
    CLEANUP(rows_done) struct rows event = {0};
    int r = db_query_one(req->db, "web_event", &event, err, "i", req->token.event_id);
    if (r != 0) {
        return r < 0 ? r : over(req, res);
    }
    const struct zone *zone = zone_find(rows_text(&event, 0, 2));
    zone = zone == NULL ? zone_utc() : zone;
    json_t *data = page_new(req, "Would you like to meet?", rows_text(&event, 0, 1));
    page_text(data, "zone", zone_name(zone));
    page_text(data, "agenda", agenda_url(req));
    page_bool(data, "saved", form_get(&req->query, "saved") != NULL);
    r = meet_facts(req, zone, req->token.subject, data, err);
    if (r < 0 || json_array_size(json_object_get(data, "introductions")) == 0) {
        json_decref(data);
        return r < 0 ? r : over(req, res);
    }
    return page_render(req, res, "meet.html", data, err);
}

/* --- answers --- */

static bool is_reply(const char *text)
{
    return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0 || strcmp(text, "never") == 0;
}

static int set_wants(const struct request *req, bool wants, bool shares, struct err *err)
{
    return db_query(req->db, "web_introductions_set", NULL, err, "iibb", req->token.event_id,
                    req->token.person_id, (int)wants, (int)shares);
}

/* > 0: it was saved; 0: the person was not asked that, or it is over. */
static int save_reply(const struct request *req, int64_t introduction_id, const char *reply,
                      struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(req->db, "web_introduction_reply", &rows, err, "iiit", req->token.event_id,
                     req->token.person_id, introduction_id, reply);
    if (r == 0 && strcmp(reply, "never") == 0) { /* whatever became of that question */
        r = set_wants(req, false, false, err);
        return r < 0 ? r : 1;
    }
    return r < 0 ? r : rows.n;
}

int meet_post(struct request *req, struct response *res, struct err *err)
{
    const char *reply = form_text(&req->form, "reply");
    if (!is_reply(reply)) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = save_reply(req, req->token.subject, reply, err);
    if (r < 0) {
        return r;
    }
    if (strcmp(reply, "yes") == 0) {
        response_see_other(req, res,
                           arena_printf(req->arena, "/meet/%s?saved=yes", req->token_text));
    } else if (strcmp(reply, "no") == 0) {
        page_message(req, res, 200, "Noted: no",
                     "You will not be asked about this person again, and nobody is told.");
    } else {
        page_message(req, res, 200, "No more introductions",
                     "You will not be asked again, and everything about introductions that you had "
                     "is gone from our pages.");
    }
    return 0;
}

int introduction_reply_post(struct request *req, struct response *res, struct err *err)
{
    int64_t introduction_id = form_id(&req->form, "introduction");
    const char *reply = form_text(&req->form, "reply");
    if (introduction_id < 1 || !is_reply(reply)) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = save_reply(req, introduction_id, reply, err);
    if (r < 0) {
        return r;
    }
    response_see_other(req, res,
                       arena_printf(req->arena, "/agenda/%s?saved=reply-%s#people", req->token_text,
                                    r == 0 ? "over" : reply));
    return 0;
}

int introductions_post(struct request *req, struct response *res, struct err *err)
{
    const char *wants = form_text(&req->form, "wants");
    const char *contact = form_text(&req->form, "contact");
    bool is_yes = strcmp(wants, "yes") == 0;
    if ((!is_yes && strcmp(wants, "no") != 0) ||
        (contact[0] != '\0' && strcmp(contact, "yes") != 0)) {
        site_refuse(req, res, 400);
        return 0;
    }
    int r = set_wants(req, is_yes, is_yes && contact[0] != '\0', err);
    if (r < 0) {
        return r;
    }
    response_see_other(req, res,
                       arena_printf(req->arena, "/agenda/%s?saved=wants%s#people", req->token_text,
                                    is_yes ? "" : "-none"));
    return 0;
}
