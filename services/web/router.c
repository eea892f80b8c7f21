#include "web/router.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "store/db.h"
#include "web/handlers.h"
#include "web/page.h"

#include <string.h>

#define RECONNECT_FIRST_US (SECOND_US / 2)
#define RECONNECT_MAX_US   (30 * SECOND_US)

const struct route web_routes[] = {
    {"/", -1, false, false, front_get, NULL},
    {"/style.css", -1, false, false, style_get, NULL},
    {"/icon.svg", -1, false, false, icon_get, NULL},
    {"/robots.txt", -1, false, false, robots_get, NULL},
    {"/health", -1, true, true, health_get, NULL},
    {"/metrics", -1, true, false, metrics_get, NULL},
    {"/answer/*", TOKEN_ANSWER, true, false, answer_get, answer_post},
    {"/agenda/*", TOKEN_AGENDA, true, false, agenda_get, NULL},
    {"/agenda/*/star", TOKEN_AGENDA, true, false, NULL, star_post},
    {"/agenda/*/programme", TOKEN_AGENDA, true, false, programme_get, NULL},
    {"/agenda/*/interests", TOKEN_AGENDA, true, false, interests_get, interests_post},
    {"/agenda/*/preferences", TOKEN_AGENDA, true, false, NULL, preferences_post},
    {"/agenda/*/introductions", TOKEN_AGENDA, true, false, NULL, introductions_post},
    {"/agenda/*/introduction", TOKEN_AGENDA, true, false, NULL, introduction_reply_post},
    {"/meet/*", TOKEN_MEET, true, false, meet_get, meet_post},
    {"/feed/*.ics", TOKEN_FEED, true, false, feed_get, NULL},
    {"/unsubscribe/*", TOKEN_UNSUBSCRIBE, true, false, unsubscribe_get, unsubscribe_post},
    {"/unsubscribe/*/again", TOKEN_UNSUBSCRIBE, true, false, NULL, resubscribe_post},
    {"/unsubscribe/*/preferences", TOKEN_UNSUBSCRIBE, true, false, NULL, mail_preferences_post},
    {"/lead/*", TOKEN_LEAD, true, false, lead_get, NULL},
    {"/lead/*/who", TOKEN_LEAD, true, false, NULL, who_post},
    {"/lead/*/undo", TOKEN_LEAD, true, false, NULL, undo_post},
    {"/lead/*/roll", TOKEN_LEAD, true, false, roll_get, NULL},
    {"/lead/*/tick", TOKEN_LEAD, true, false, NULL, tick_post},
    {"/lead/*/call", TOKEN_LEAD, true, false, NULL, call_post},
    {"/lead/*/begin", TOKEN_LEAD, true, false, NULL, begin_post},
    {"/here/*", TOKEN_HERE, true, false, here_get, here_post},
    {"/organiser/*", TOKEN_ORGANISER, true, false, organiser_get, NULL},
    {"/organiser/*/quorum", TOKEN_ORGANISER, true, false, organiser_quorum_get, NULL},
    {"/organiser/*/moves", TOKEN_ORGANISER, true, false, organiser_moves_get, NULL},
    {"/organiser/*/changes", TOKEN_ORGANISER, true, false, organiser_changes_get, NULL},
    {"/organiser/*/bofs", TOKEN_ORGANISER, true, false, organiser_bofs_get, NULL},
    {"/organiser/*/seen", TOKEN_ORGANISER, true, false, NULL, seen_post},
    {"/organiser/*/acknowledge", TOKEN_ORGANISER, true, false, NULL, acknowledge_post},
    {"/api/organiser/*/clashes", TOKEN_ORGANISER, true, true, api_clashes_get, NULL},
    {"/api/organiser/*/quorum", TOKEN_ORGANISER, true, true, api_quorum_get, NULL},
    {NULL, -1, false, false, NULL, NULL},
};

static const struct refusal {
    int status;
    const char *title;
    const char *text;
} refusals[] = {
    {400, "That did not fit",
     "Something in the form was not what this page can take. Please go "
     "back, look at what you entered and try again."},
    {404, "There is nothing here",
     "Please check that the whole link was copied; mail programs "
     "sometimes break long ones."},
    {405, "That does not work here", "This address cannot be used in that way."},
    {410, "This link has expired",
     "Links from our messages work for a limited time. The next "
     "message brings a fresh one, or ask the organisers for one."},
    {413, "That is too much", "What was sent is larger than this page accepts."},
    {414, "That address is too long", "No link of ours is as long as that."},
    {415, "That form is of an unknown kind", "Forms are accepted as browsers send them."},
    {429, "That was a lot at once",
     "This link has been used very often just now. Nothing was saved; please wait a few seconds "
     "and try again."},
    {500, "Something went wrong here",
     "It is our fault and has been noted. Nothing was saved; "
     "please try again in a little while."},
    {503, "One moment, please",
     "We cannot reach our records right now. Nothing is lost; please "
     "try again in a minute."},
};

void site_init(struct site *site)
{
    *site = (struct site){.base = ""};
    const char *url = setting_text(SET_BASE_URL);
    site->is_secure = str_starts(url, "https://");
    const char *host = strstr(url, "://");
    const char *path = host == NULL ? NULL : strchr(host + 3, '/');
    if (path != NULL && strcmp(path, "/") != 0) {
        site->base = path;
    }
}

void site_done(struct site *site)
{
    db_close(site->db);
    site->db = NULL;
}

/* The part of path that '*' stands for; false when the path does not fit the pattern. */
static bool match_pattern(const char *pattern, const char *path, const char **ret_part,
                          size_t *ret_len)
{
    const char *star = strchr(pattern, '*');
    *ret_part = "";
    *ret_len = 0;
    if (star == NULL) {
        return strcmp(pattern, path) == 0;
    }
    size_t head = (size_t)(star - pattern);
    size_t tail = strlen(star + 1);
    size_t len = strlen(path);
    if (len <= head + tail || strncmp(pattern, path, head) != 0 ||
        strcmp(path + len - tail, star + 1) != 0) {
        return false;
    }
    *ret_part = path + head;
    *ret_len = len - head - tail;
    return memchr(*ret_part, '/', *ret_len) == NULL;
}

const struct route *web_route_find(const char *path, struct arena *arena, const char **ret_token)
{
    for (const struct route *route = web_routes; route->pattern != NULL; route++) {
        const char *part = "";
        size_t len = 0;
        if (match_pattern(route->pattern, path, &part, &len)) {
            *ret_token = arena_strndup(arena, part, len);
            return route;
        }
    }
    return NULL;
}

static void refuse(struct request *req, struct response *res, int status, bool is_json)
{
    const struct refusal *refusal = refusals;
    while (refusal->status != status) {
        refusal++; /* every status that we give is in the table */
    }
    res->etag = NULL;
    res->location = NULL;
    res->cache_control = "no-store";
    res->retry_after_s = status == 503 ? 10 : status == 429 ? THROTTLE_REFILL_S : 0;
    if (!is_json) {
        res->content_type = "text/html; charset=utf-8";
        page_message(req, res, status, refusal->title, refusal->text);
        return;
    }
    json_t *data = json_object();
    page_text(data, "status", "error");
    page_text(data, "error", refusal->title);
    page_json(res, data);
    res->status = status;
}

void site_refuse(struct request *req, struct response *res, int status)
{
    refuse(req, res, status, str_starts(req->path, "/api/"));
}

/* A connection that is alive, or NULL; tries anew with growing waits, never in between. */
static struct db *site_db(struct site *site, struct arena *arena)
{
    if (site->db != NULL && db_is_alive(site->db)) {
        return site->db;
    }
    db_close(site->db);
    site->db = NULL;
    int64_t now_us = clock_monotonic_us();
    if (now_us < site->retry_at_us) {
        return NULL;
    }
    struct err err = {0};
    if (db_open(db_url(arena), DB_WEB, &site->db, &err) == 0) {
        site->wait_us = 0;
        site->retry_at_us = 0;
        return site->db;
    }
    site->wait_us = site->wait_us == 0 ? RECONNECT_FIRST_US : 2 * site->wait_us;
    site->wait_us = site->wait_us > RECONNECT_MAX_US ? RECONNECT_MAX_US : site->wait_us;
    site->retry_at_us = clock_monotonic_us() + site->wait_us;
    log_err(LOG_WARN, EV_DATABASE, &err, "retry_ms=%lld", (long long)(site->wait_us / 1000));
    return NULL;
}

/* 0 when the path's token opens the route, else the status to refuse with. */
static int open_token(const struct route *route, struct request *req)
{
    if (route->purpose < 0) {
        return 0;
    }
    switch (token_open(req->token_text, (enum token_purpose)route->purpose, req->now_us / SECOND_US,
                       &req->token)) {
    case TOKEN_OK: return 0;
    case TOKEN_EXPIRED: return 410;
    case TOKEN_BAD: break;
    }
    return 404;
}

/* Runs the handler; once more on a new connection when the old one turned out to be dead, which
 * is safe because every POST may be repeated. */
static void run_handler(struct site *site, const struct route *route, route_handler *handler,
                        struct request *req, struct response *res)
{
    struct err err = {0};
    for (int attempt = 0; attempt < 2; attempt++) {
        req->db = route->needs_db ? site_db(site, req->arena) : NULL;
        if (route->needs_db && req->db == NULL) {
            refuse(req, res, 503, route->is_json);
            return;
        }
        err = (struct err){0};
        if (handler(req, res, &err) >= 0) {
            return;
        }
        if (req->db == NULL || db_is_alive(req->db)) {
            break;
        }
    }
    bool is_gone = req->db != NULL && !db_is_alive(req->db);
    if (req->db != NULL) {
        db_rollback(req->db);
    }
    log_err(is_gone ? LOG_WARN : LOG_ERROR, EV_REQUEST, &err, "route=%s", route->pattern);
    refuse(req, res, is_gone ? 503 : 500, route->is_json);
}

static route_handler *choose_handler(const struct route *route, enum method method)
{
    switch (method) {
    case METHOD_GET:
    case METHOD_HEAD: return route->get;
    case METHOD_POST: return route->post;
    case METHOD_OTHER: break;
    }
    return NULL;
}

/* 0 when the handler may run, else the status to refuse with. */
static int admit(struct site *site, const struct route *route, struct request *req)
{
    form_check(&req->query);
    form_check(&req->form);
    if (req->query.is_refused || req->form.is_refused) {
        return 400;
    }
    int status = open_token(route, req);
    bool is_writing = status == 0 && req->method == METHOD_POST && route->purpose >= 0;
    return is_writing && !link_throttle_take(&site->throttle, &req->token, req->now_us) ? 429
                                                                                        : status;
}

void site_handle(struct site *site, struct request *req, struct response *res)
{
    req->base = site->base;
    req->token_text = "";
    const struct route *route = web_route_find(req->path, req->arena, &req->token_text);
    if (route == NULL) {
        site_refuse(req, res, 404);
        return;
    }
    res->route = route->pattern;
    route_handler *handler = choose_handler(route, req->method);
    if (handler == NULL) {
        res->allow = route->get == NULL    ? "POST"
                     : route->post == NULL ? "GET, HEAD"
                                           : "GET, HEAD, POST";
        refuse(req, res, 405, route->is_json);
        return;
    }
    int status = admit(site, route, req);
    if (status != 0) {
        req->token_text = "";
        refuse(req, res, status, route->is_json);
        return;
    }
    run_handler(site, route, handler, req, res);
}
