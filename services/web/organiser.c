/* The organiser's pages: open clashes with filters, quorum of every track, what changed. */
#include "base/settings.h"
#include "store/conference_store.h"
#include "store/db.h"
#include "web/board.h"
#include "web/clash_filter.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

#include <string.h>

#define MAX_REASON 500
#define N_CHANGES  40
#define SINCE_US   DAY_US

static int page_gone(const struct request *req, struct response *res)
{
    page_message(req, res, 404, "This event is over",
                 "The event that this link belongs to is no longer known here.");
    return 0;
}

/* Slug, title and zone; 1 when the event is gone and the reply is filled. */
static int load_event(struct request *req, struct response *res, struct rows *ret, struct err *err)
{
    int r = db_query_one(req->db, "web_event", ret, err, "i", req->token.event_id);
    if (r == DB_NO_ROW) {
        (void)page_gone(req, res);
        return 1;
    }
    return r;
}

static const struct zone *event_zone(const struct rows *event)
{
    const struct zone *zone = zone_find(rows_text(event, 0, 2));
    return zone == NULL ? zone_utc() : zone;
}

static json_t *organiser_page(const struct request *req, const struct rows *event,
                              const char *title, const char *section)
{
    json_t *data = page_new(req, title, rows_text(event, 0, 1));
    page_bool(data, "wide", true);
    page_text(data, "zone", zone_name(event_zone(event)));
    page_text(data, "section", section);
    static const char *const sections[] = {"clashes", "quorum", "changes", "bofs"};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        page_bool(data, arena_printf(req->arena, "on_%s", sections[i]),
                  strcmp(section, sections[i]) == 0);
    }
    return data;
}

static void add_clash_rows(const struct request *req, const struct rows *rows,
                           const struct zone *zone, json_t *list)
{
    for (int i = 0; i < rows->n; i++) {
        json_t *item = page_item(list);
        const char *state = rows_text(rows, i, CLASH_COLUMN_STATE);
        page_int(item, "clash", rows_int(rows, i, CLASH_COLUMN_ID));
        page_text(item, "kind_label",
                  clash_kind_label(req->arena, rows_text(rows, i, CLASH_COLUMN_KIND)));
        page_text(item, "severity", rows_text(rows, i, CLASH_COLUMN_SEVERITY));
        page_text(item, "why", rows_text(rows, i, CLASH_COLUMN_WHY));
        page_text(item, "person", rows_text(rows, i, CLASH_COLUMN_PERSON));
        page_text(item, "when",
                  page_when(req->arena, zone, rows_int(rows, i, CLASH_COLUMN_START),
                            rows_int(rows, i, CLASH_COLUMN_END)));
        page_text(item, "age",
                  page_ago(req->arena, req->now_us, rows_int(rows, i, CLASH_COLUMN_OPENED)));
        page_bool(item, "fresh", req->now_us - rows_int(rows, i, CLASH_COLUMN_OPENED) < SINCE_US);
        page_bool(item, "acknowledged", strcmp(state, "acknowledged") == 0);
        page_bool(item, "reopened", strcmp(state, "reopened") == 0);
        page_bool(item, "may_acknowledge",
                  strcmp(state, "open") == 0 || strcmp(state, "reopened") == 0);
        page_text(item, "acknowledged_by", rows_text(rows, i, CLASH_COLUMN_ACK_BY));
        page_text(item, "acknowledged_why", rows_text(rows, i, CLASH_COLUMN_ACK_WHY));
    }
}

static int add_counts(const struct request *req, json_t *data, struct err *err)
{
    struct rows rows = {0};
    int r = db_query_one(req->db, "web_clash_counts", &rows, err, "iu", req->token.event_id,
                         req->now_us - SINCE_US);
    if (r == 0) {
        static const char *const names[] = {"n_open", "n_critical",     "n_high",
                                            "n_new",  "n_acknowledged", "n_resolved"};
        for (int i = 0; i < 6; i++) {
            page_int(data, names[i], rows_int(&rows, 0, i));
        }
    }
    rows_done(&rows);
    return r;
}

static int add_track_options(const struct request *req, const struct clash_filter *filter,
                             json_t *data, struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_tracks", &rows, err, "i", req->token.event_id);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "tracks");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_text(item, "value", rows_text(&rows, i, 0));
        page_text(item, "label", rows_text(&rows, i, 1));
        page_bool(item, "chosen", rows_int(&rows, i, 0) == filter->track_id);
    }
    rows_done(&rows);
    return 0;
}

static const char *saved_text(const struct request *req)
{
    const char *word = form_text(&req->query, "saved");
    if (strcmp(word, "acknowledged") == 0) {
        return "Acknowledged. It comes back if times, rooms or people change.";
    }
    return strcmp(word, "reason") == 0 ? "Please say why in a few words. Nothing was changed." : "";
}

static int clashes_page(struct request *req, struct response *res, const struct rows *event,
                        const struct clash_filter *filter, struct err *err)
{
    struct rows rows = {0};
    int r = clash_filter_run(req->db, req->token.event_id, filter, &rows, err);
    if (r < 0) {
        return r;
    }
    json_t *data = organiser_page(req, event, "Clashes", "clashes");
    page_text(data, "saved", saved_text(req));
    json_t *list = page_list(data, "clashes");
    add_clash_rows(req, &rows, event_zone(event), list);
    bool has_more = rows.n > CLASH_PAGE;
    if (has_more) {
        (void)json_array_remove(list, CLASH_PAGE);
    }
    rows_done(&rows);
    clash_filter_facts(req, filter, has_more, data);
    r = add_counts(req, data, err);
    r = r < 0 ? r : add_track_options(req, filter, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "organiser.html", data, err);
}

int organiser_get(struct request *req, struct response *res, struct err *err)
{
    struct clash_filter filter;
    if (!clash_filter_read(&req->query, &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    struct rows event = {0};
    int r = load_event(req, res, &event, err);
    if (r == 0) {
        r = clashes_page(req, res, &event, &filter, err);
    }
    rows_done(&event);
    return r < 0 ? r : 0;
}

int organiser_quorum_get(struct request *req, struct response *res, struct err *err)
{
    struct rows event = {0};
    struct situation situation;
    int r = load_event(req, res, &event, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    json_t *data = organiser_page(req, &event, "Quorum", "quorum");
    rows_done(&event);
    r = situation_load(req, &situation, err);
    if (r != 0) {
        json_decref(data);
        return r < 0 ? r : page_gone(req, res);
    }
    situation_judge(req, &situation);
    json_t *list = page_list(data, "tracks");
    int64_t n_quorate = 0;
    for (size_t i = 0; i < situation.quorum.tracks.n; i++) {
        board_add(&situation, situation.quorum.tracks.items[i].track, req->arena, page_item(list));
        n_quorate += situation.quorum.tracks.items[i].is_quorate;
    }
    page_int(data, "n_tracks", (int64_t)situation.quorum.tracks.n);
    page_int(data, "n_quorate", n_quorate);
    return page_render(req, res, "quorum.html", data, err);
}

static int add_programme_changes(const struct request *req, json_t *data, struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_programme_changes", &rows, err, "ii", req->token.event_id,
                     (int64_t)N_CHANGES);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "programme");
    for (int i = 0; i < rows.n; i++) {
        json_t *item = page_item(list);
        page_text(item, "what", rows_text(&rows, i, 0));
        page_text(item, "old", rows_text(&rows, i, 1));
        page_text(item, "new", rows_text(&rows, i, 2));
        page_text(item, "name", rows_text(&rows, i, 3));
        page_text(item, "age", page_ago(req->arena, req->now_us, rows_int(&rows, i, 4)));
    }
    rows_done(&rows);
    return 0;
}

static int add_clash_changes(const struct request *req, json_t *data, struct err *err)
{
    struct rows rows = {0};
    int r = db_query(req->db, "web_clash_changes", &rows, err, "iu", req->token.event_id,
                     req->now_us - SINCE_US);
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
    rows_done(&rows);
    return 0;
}

int organiser_changes_get(struct request *req, struct response *res, struct err *err)
{
    struct rows event = {0};
    int r = load_event(req, res, &event, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    json_t *data = organiser_page(req, &event, "Changes", "changes");
    rows_done(&event);
    r = add_counts(req, data, err);
    r = r < 0 ? r : add_clash_changes(req, data, err);
    r = r < 0 ? r : add_programme_changes(req, data, err);
    if (r < 0) {
        json_decref(data);
        return r;
    }
    return page_render(req, res, "changes.html", data, err);
}

static void add_idea(const struct request *req, const struct rows *rows, int i,
                     const struct zone *zone, json_t *item)
{
    int64_t start_us = rows_int(rows, i, 6);
    page_text(item, "topic", rows_text(rows, i, 1));
    page_int(item, "n_people", rows_int(rows, i, 2));
    page_int(item, "n_leaders", rows_int(rows, i, 3));
    page_text(item, "nearest", rows_text(rows, i, 4));
    page_int(item, "coverage_pct", (int64_t)(rows_real(rows, i, 5) * 100 + 0.5));
    page_text(item, "when",
              start_us == 0 ? "" : page_when(req->arena, zone, start_us, rows_int(rows, i, 7)));
    page_text(item, "room", rows_text(rows, i, 8));
    page_int(item, "n_free", rows_int(rows, i, 9));
    page_int(item, "n_asked", rows_int(rows, i, 10));
    page_text(item, "leaders", rows_text(rows, i, 12));
}

int organiser_bofs_get(struct request *req, struct response *res, struct err *err)
{
    CLEANUP(rows_done) struct rows event = {0};
    CLEANUP(rows_done) struct rows rows = {0};
    int r = load_event(req, res, &event, err);
    if (r == 0) {
        r = db_query(req->db, "web_bofs", &rows, err, "i", req->token.event_id);
    }
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    json_t *data = organiser_page(req, &event, "BoF ideas", "bofs");
    json_t *list = page_list(data, "ideas");
    for (int i = 0; i < rows.n; i++) {
        add_idea(req, &rows, i, event_zone(&event), page_item(list));
    }
    int64_t least = setting_int(SET_BOF_MIN);
    page_int(data, "min_people", least);
    page_text(data, "age",
              rows.n == 0 ? "" : page_ago(req->arena, req->now_us, rows_int(&rows, 0, 11)));
    return page_render(req, res, "bofs.html", data, err);
}

int acknowledge_post(struct request *req, struct response *res, struct err *err)
{
    int64_t clash_id = form_id(&req->form, "clash");
    const char *why = form_text(&req->form, "why");
    struct clash_filter filter; /* of the list that the form stood in */
    if (clash_id < 1 || strlen(why) > MAX_REASON || !clash_filter_read(&req->form, &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    const char *saved = "reason";
    if (why[strspn(why, " \t\r\n")] != '\0') {
        int r = db_query(req->db, "web_acknowledge", NULL, err, "iitn", req->token.event_id,
                         clash_id, why, req->token.person_id);
        if (r < 0) {
            return r;
        }
        saved = "acknowledged";
    }
    response_see_other(req, res,
                       arena_printf(req->arena, "/organiser/%s%s&saved=%s", req->token_text,
                                    clash_filter_link(req, &filter, filter.page), saved));
    return 0;
}
