/*
 * router: which handler answers which path, and what it needs: web_routes[] is the table.
 *
 * The router opens the signed token of a path, finds the database and turns everything that can go
 * wrong into a page: 400, 404, 405, 410, 413, 429, 500, 503.
 */
#ifndef ROLLCALL_WEB_ROUTER_H
#define ROLLCALL_WEB_ROUTER_H

#include "web/http.h"
#include "web/link_throttle.h"

#include "base/err.h"
#include "base/token.h"

#include <stdbool.h>

struct db;

/* Fills the reply. < 0: err says why; the router shows 503 when the database is gone, else 500. */
typedef int route_handler(struct request *req, struct response *res, struct err *err);

struct route {
    const char *pattern; /* a star stands for the token; NULL ends the table */
    int purpose;         /* enum token_purpose of that token; -1 = no token in the path */
    bool needs_db;
    bool is_json;        /* errors are told as JSON, too */
    route_handler *get;  /* NULL = not allowed */
    route_handler *post; /* NULL = not allowed */
};

extern const struct route web_routes[]; /* ends with a NULL pattern */

/* The site: what lives longer than one request. */
struct site {
    const char *base;              /* path of ROLLCALL_BASE_URL, "" when it has none */
    struct db *db;                 /* owned; NULL while there is none */
    int64_t retry_at_us;           /* no new attempt to connect before that */
    int64_t wait_us;               /* the last wait between two attempts */
    bool is_secure;                /* people reach us by https */
    struct link_throttle throttle; /* of what links write */
};

void site_init(struct site *site);
void site_done(struct site *site);

/* The route of a path and the token's text in it (in the arena, "" = none); NULL when no route
 * fits. */
const struct route *web_route_find(const char *path, struct arena *arena, const char **ret_token);

/* Answers the request, whatever happens. */
void site_handle(struct site *site, struct request *req, struct response *res);
/* Answers with the page (or JSON) for that status without looking at the request's path. */
void site_refuse(struct request *req, struct response *res, int status);

#endif
