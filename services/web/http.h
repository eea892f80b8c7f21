/*
 * http: requests and replies as values, so that everything but server.c is free of the HTTP
 * library and can be tested without a socket.
 */
#ifndef ROLLCALL_WEB_HTTP_H
#define ROLLCALL_WEB_HTTP_H

#include "base/arena.h"
#include "base/str.h"
#include "base/token.h"

#include <stdbool.h>
#include <stdint.h>

/* What a stranger may make large, and how large. */
#define HTTP_URL_MAX    2048        /* bytes of path and query together */
#define HTTP_BODY_MAX   (64 * 1024) /* bytes of a request's body */
#define HTTP_FIELDS_MAX 512         /* fields in a query or a form */
#define HTTP_NAME_MAX   64          /* bytes of a field's name */

enum method {
    METHOD_GET,
    METHOD_HEAD, /* handled as GET; the server leaves the body out */
    METHOD_POST,
    METHOD_OTHER,
};

struct field {
    const char *name; /* in the arena */
    struct str value; /* owned by the form */
};

/* A query or a form that was sent. Zero-initialised is empty; form_done() releases it. */
struct form {
    VEC(struct field) fields; /* in the order in which they came */
    size_t n_bytes;           /* of all names and values */
    bool is_refused;          /* too many fields, too long, not UTF-8, or control characters */
};

void form_done(struct form *form);
/* Adds n bytes to the value of `name`; offset 0 starts a new field. Past a limit the form is
 * refused and nothing more is kept. */
void form_add(struct form *form, struct arena *arena, const char *name, const char *data,
              size_t offset, size_t n);
/* To be called when all has come: refuses text that is not UTF-8 or has control characters. */
void form_check(struct form *form);
/* The value of the first field of that name; NULL when there is none. */
const char *form_get(const struct form *form, const char *name);
/* The value, "" when absent. */
const char *form_text(const struct form *form, const char *name);
/* A decimal number >= 0 without sign; -1 when absent or not one. */
int64_t form_id(const struct form *form, const char *name);

/* "14:00" or "14:00:00" (what browsers send for a time) as minutes after midnight; -1 = neither. */
int parse_hhmm(const char *text);
/* The inverse, "14:00". buf holds 8 bytes; returns buf. */
const char *format_hhmm(int minutes, char *buf);

struct request {
    enum method method;
    const char *path; /* decoded, without query */
    struct form query;
    struct form form;
    const char *if_none_match; /* "" = absent */
    int64_t now_us;
    struct arena *arena; /* of this request */

    /* Filled by the router. */
    const char *token_text; /* "" for routes without one */
    struct token token;     /* open, of the route's purpose */
    struct db *db;          /* NULL for routes that need none */
    const char *base;       /* path that stands before all links, "" or "/rollcall" */
};

struct response {
    int status;
    const char *content_type;
    struct str body;           /* owned: response_done() */
    const char *cache_control; /* "no-store" unless a handler says otherwise */
    const char *location;      /* for 303; NULL = none */
    const char *allow;         /* for 405; NULL = none */
    const char *etag;          /* with quotes; NULL = none */
    int retry_after_s;         /* 0 = none */
    const char *route;         /* for the log; never has a token */
};

void response_init(struct response *res);
void response_done(struct response *res);
/* 303 to base + path: "after the POST, GET this". */
void response_see_other(const struct request *req, struct response *res, const char *path);
/* Gives a finished body its strong entity tag; becomes 304 when the client has it already
 * (RFC 9110, 8.8.3 and 13.1.2). */
void response_etag(const struct request *req, struct response *res);

#endif
