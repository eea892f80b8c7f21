/* The organiser's pages: open clashes with filters, quorum of every track. */
#include "web/organiser.h"

#include "store/conference_store.h"
#include "web/board.h"
#include "web/clash_filter.h"
#include "web/handlers.h"
#include "web/page.h"
#include "web/situation.h"

#include "base/link.h"

#include <string.h>

#define MAX_REASON 500

int organiser_gone(const struct request *req, struct response *res)
{
    return page_over(req, res, "event");
}

int organiser_load(struct request *req, struct response *res, struct organiser *ret,
                   struct err *err)
{
    *ret = (struct organiser){0};
    int r = db_query_one(req->db, "web_event", &ret->event, err, "i", req->token.event_id);
    if (r == DB_NO_ROW) {
        (void)organiser_gone(req, res);
        return 1;
    }
    if (r < 0) {
        return r;
    }
    const struct zone *zone = zone_find(rows_text(&ret->event, 0, 2));
    ret->zone = zone == NULL ? zone_utc() : zone;
    ret->seen_us = rows_int(&ret->event, 0, 3);
    ret->since_us = ret->seen_us > 0 ? ret->seen_us : req->now_us - DAY_US;
    return 0;
}

void organiser_done(struct organiser *organiser)
{
    rows_done(&organiser->event);
}

static void add_tabs(const struct request *req, const char *section, json_t *data)
{
    static const struct page_option tabs[] = {{"", "Clashes"},
                                              {"/quorum", "Quorum"},
                                              {"/moves", "What would help"},
                                              {"/bofs", "BoF ideas"},
                                              {"/changes", "Changes"}};
    json_t *list = page_list(data, "tabs");
    for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++) {
        json_t *item = page_item(list);
        page_text(item, "path",
                  arena_printf(req->arena, "/organiser/%s%s", req->token_text, tabs[i].value));
        page_text(item, "label", tabs[i].label);
        page_bool(item, "current", strcmp(tabs[i].value, section) == 0);
    }
    page_bool(data, "has_tabs", true);
}

json_t *organiser_page(const struct request *req, const struct organiser *organiser,
                       const char *title, const char *section)
{
    json_t *data = page_new(req, title, rows_text(&organiser->event, 0, 1));
    page_bool(data, "wide", true);
    page_text(data, "zone", zone_name(organiser->zone));
    add_tabs(req, section, data);
    return data;
}

int organiser_counts(const struct request *req, const struct organiser *organiser, json_t *data,
                     struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    char when[TIME_TEXT_SIZE];
    int r = db_query_one(req->db, "web_clash_counts", &rows, err, "iu", req->token.event_id,
                         organiser->since_us);
    if (r != 0) {
        return r;
    }
    static const char *const names[] = {"n_open",  "n_critical", "n_high",     "n_medium",
                                        "n_minor", "n_new",      "n_resolved", "n_acknowledged"};
    for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++) {
        page_int(data, names[i], rows_int(&rows, 0, i));
    }
    page_text(data, "seen",
              organiser->seen_us == 0 ? "" : time_short(organiser->zone, organiser->seen_us, when));
    page_text(data, "since", time_short(organiser->zone, organiser->since_us, when));
    page_text(data, "now", arena_printf(req->arena, "%lld", (long long)req->now_us));
    return 0;
}

/* --- clashes --- */

static void add_clash(const struct request *req, const struct organiser *organiser,
                      const struct rows *rows, int i, json_t *item)
{
    const char *state = rows_text(rows, i, CLASH_COLUMN_STATE);
    int64_t opened_us = rows_int(rows, i, CLASH_COLUMN_OPENED);
    page_int(item, "clash", rows_int(rows, i, CLASH_COLUMN_ID));
    page_text(item, "kind_label",
              clash_kind_label(req->arena, rows_text(rows, i, CLASH_COLUMN_KIND)));
    page_text(item, "severity", rows_text(rows, i, CLASH_COLUMN_SEVERITY));
    page_text(item, "why", rows_text(rows, i, CLASH_COLUMN_WHY));
    page_text(item, "when",
              page_when(req->arena, organiser->zone, rows_int(rows, i, CLASH_COLUMN_START),
                        rows_int(rows, i, CLASH_COLUMN_END)));
    page_bool(item, "fresh", organiser->seen_us > 0 && opened_us > organiser->seen_us);
    page_bool(item, "acknowledged", strcmp(state, "acknowledged") == 0);
    page_bool(item, "reopened", strcmp(state, "reopened") == 0);
    page_bool(item, "may_acknowledge",
              strcmp(state, "open") == 0 || strcmp(state, "reopened") == 0);
    page_text(item, "acknowledged_by", rows_text(rows, i, CLASH_COLUMN_ACK_BY));
    page_text(item, "acknowledged_why", rows_text(rows, i, CLASH_COLUMN_ACK_WHY));
}

static int add_clashes(const struct request *req, const struct organiser *organiser,
                       const struct clash_filter *filter, json_t *data, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = clash_filter_run(req->db, req->token.event_id, filter, &rows, err);
    if (r < 0) {
        return r;
    }
    json_t *list = page_list(data, "clashes");
    for (int i = 0; i < rows.n && i < CLASH_PAGE; i++) {
        add_clash(req, organiser, &rows, i, page_item(list));
    }
    clash_filter_facts(req, filter, rows.n > CLASH_PAGE, data);
    return 0;
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

/* What the list leaves out unless it is asked for: those of low severity and for information. */
static int add_minor(const struct request *req, const struct clash_filter *filter, json_t *data,
                     struct err *err)
{
    int64_t n = 0;
    int r = clash_filter_count_minor(req->db, req->token.event_id, filter, &n, err);
    struct clash_filter all = *filter;
    all.severity = "";
    page_int(data, "n_left_out", n);
    page_bool(data, "one_left_out", n == 1);
    page_text(data, "left_out", clash_filter_link(req, &all, 0));
    return r;
}

static const struct page_option saved[] = {
    {"acknowledged", "Acknowledged. It comes back if times, rooms or people change."},
    {"reason", "Please say why in a few words. Nothing was changed."},
    {"seen", "Seen. What comes up from now on is marked as new."},
};

static int clashes_page(struct request *req, struct response *res,
                        const struct organiser *organiser, const struct clash_filter *filter,
                        struct err *err)
{
    json_t *data = organiser_page(req, organiser, "Clashes", "");
    page_text(data, "saved", page_saved(req, saved, sizeof saved / sizeof saved[0]));
    int r = add_clashes(req, organiser, filter, data, err);
    r = r < 0 ? r : organiser_counts(req, organiser, data, err);
    r = r < 0 ? r : add_minor(req, filter, data, err);
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
    if (!clash_filter_read(&req->query, CLASH_NOTABLE, &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    struct organiser organiser;
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0) {
        r = clashes_page(req, res, &organiser, &filter, err);
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}

/* The query is that of the list in which the form stood. */
int acknowledge_post(struct request *req, struct response *res, struct err *err)
{
    int64_t clash_id = form_id(&req->form, "clash");
    const char *why = form_text(&req->form, "why");
    struct clash_filter filter;
    if (clash_id < 1 || strlen(why) > MAX_REASON ||
        !clash_filter_read(&req->query, CLASH_NOTABLE, &filter)) {
        site_refuse(req, res, 400);
        return 0;
    }
    const char *word = "reason";
    if (why[strspn(why, " \t\r\n")] != '\0') {
        int r = db_query(req->db, "web_acknowledge", NULL, err, "iitn", req->token.event_id,
                         clash_id, why, req->token.person_id);
        if (r < 0) {
            return r;
        }
        word = "acknowledged";
    }
    response_see_other(req, res,
                       arena_printf(req->arena, "/organiser/%s%s&saved=%s", req->token_text,
                                    clash_filter_link(req, &filter, filter.page), word));
    return 0;
}

/* --- quorum --- */

/* Whoever sees every board may open each: the lead's page, where names are decided on. */
static const char *board_url(const struct request *req, int64_t track_id)
{
    struct token token = {.purpose = TOKEN_LEAD,
                          .event_id = req->token.event_id,
                          .subject = track_id,
                          .person_id = req->token.person_id,
                          .expires_s = req->token.expires_s};
    char text[TOKEN_SIZE];
    return arena_printf(req->arena, "/lead/%s", token_sign(&token, text));
}

/* How many of the track's people have checked in to its block; -1 = nobody has been asked yet. */
static int64_t n_here(const struct conference *conf, const struct rows *counts, int track)
{
    int64_t n = -1;
    for (int i = 0; i < counts->n; i++) {
        int session = conference_index_session(conf, rows_int(counts, i, 0));
        if (session >= 0 && conf->sessions.items[session].track == track &&
            conf->sessions.items[session].kind == SESSION_BLOCK) {
            n = (n < 0 ? 0 : n) + rows_int(counts, i, 1);
        }
    }
    return n;
}

static void add_tracks(const struct request *req, const struct situation *situation,
                       const struct rows *counts, json_t *data)
{
    json_t *list = page_list(data, "tracks");
    int64_t n_quorate = 0;
    for (size_t i = 0; i < situation->quorum.tracks.n; i++) {
        const struct quorum_track *track = &situation->quorum.tracks.items[i];
        json_t *item = page_item(list);
        board_add(situation, track->track, req->arena, item);
        int64_t here = n_here(&situation->conf, counts, track->track);
        page_text(item, "here",
                  here < 0 ? "" : arena_printf(req->arena, "%lld here", (long long)here));
        page_text(item, "board", board_url(req, situation->conf.tracks.items[track->track].id));
        n_quorate += track->is_quorate;
    }
    page_int(data, "n_tracks", (int64_t)situation->quorum.tracks.n);
    page_int(data, "n_quorate", n_quorate);
}

int organiser_quorum_get(struct request *req, struct response *res, struct err *err)
{
    struct organiser organiser;
    struct situation situation;
    int r = organiser_load(req, res, &organiser, err);
    if (r == 0 && (r = situation_load(req, &situation, err)) == SITUATION_NO_EVENT) {
        (void)organiser_gone(req, res);
    }
    CLEANUP(rows_done) struct rows counts = {0};
    r = r != 0 ? r : db_query(req->db, "roll_counts", &counts, err, "i", req->token.event_id);
    if (r == 0) {
        json_t *data = organiser_page(req, &organiser, "Quorum", "/quorum");
        situation_judge(req, &situation);
        add_tracks(req, &situation, &counts, data);
        r = page_render(req, res, "quorum.html", data, err);
    }
    organiser_done(&organiser);
    return r < 0 ? r : 0;
}
