/*
 * http: requests with limits. A client keeps its connections and has one request at a time;
 * http_many has several.
 *
 * Cleartext http:// is spoken with this machine only, unless the options say otherwise. Redirects
 * are followed for GET alone, under the same rule, at most five; credentials never leave the
 * scheme, host and port they were meant for.
 */
#ifndef ROLLCALL_NET_HTTP_H
#define ROLLCALL_NET_HTTP_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_client;

struct http_options {
    const char *ca_file; /* certificates to trust; "" or NULL = the system's */
    int64_t timeout_us;  /* longest silence; a whole request may take ten times as long. 0 = 30 s */
    size_t max_body;     /* longest body that is accepted, bytes; 0 = 1 MiB */
    bool allows_cleartext;  /* http:// to other machines, too */
    bool follows_redirects; /* of GET requests */
};

struct http_request {
    const char *method; /* "GET", "PUT", "POST", ... */
    const char *url;
    const char *bearer;       /* access token; NULL or "" = none */
    const char *content_type; /* of the body; NULL = none is sent */
    const char *accept;       /* NULL = anything */
    const char *body;         /* NULL = none */
    size_t body_len;
};

struct http_reply {
    int status;       /* 200, 404, ... */
    const char *body; /* in the arena, NUL-terminated; "" = none */
    size_t body_len;
    const char *type;       /* Content-Type as it came; "" = none */
    const char *url;        /* where the body came from, after redirects */
    int64_t retry_after_us; /* Retry-After, seconds or date; 0 = none */
};

int http_client_new(const struct http_options *options, struct http_client **ret,
                    struct err *err) MUST_CHECK;
void http_client_free(struct http_client *client); /* accepts NULL */
CLEANUP_FUNCTION(struct http_client, http_client_cleanup, http_client_free);

/*
 * 0 whenever a reply came, whatever its status. Failures: ERR_USAGE for an address that is not
 * http(s) or that the cleartext rule forbids, ERR_LIMIT for a body that is too large, ERR_NET for
 * the rest; then the request can have arrived all the same.
 */
int http_send(struct http_client *client, const struct http_request *request, struct arena *arena,
              struct http_reply *ret, struct err *err) MUST_CHECK;

/*
 * Several requests at a time, to one server or more; connections are kept. Redirects are not
 * followed.
 */
struct http_many;

int http_many_new(const struct http_options *options, int n_at_once, struct http_many **ret,
                  struct err *err) MUST_CHECK;
/* Drops what is under way; it may have arrived. Accepts NULL. */
void http_many_free(struct http_many *many);
/* Another request may start. */
bool http_many_has_room(const struct http_many *many);
/* Starts a request; it and its texts stay until it is over. tag, not NULL, is the caller's name for
 * it. < 0: it did not start, as http_send() would say. */
int http_many_start(struct http_many *many, const struct http_request *request, void *tag,
                    struct arena *arena, struct err *err) MUST_CHECK;
/* One that is over: its tag; *ret_r is what http_send() would return. NULL: none is, or, with
 * waits, none is under way. */
void *http_many_next(struct http_many *many, bool waits, struct http_reply *ret, int *ret_r,
                     struct err *err);

/* base without its trailing slashes, then path: "https://x.org/" + "/_matrix" has one slash. */
char *http_join(struct arena *arena, const char *base, const char *path);
/* Percent-encodes everything but RFC 3986's unreserved characters. */
char *http_escape(struct arena *arena, const char *text);
/* True when the URL's host is this machine by name or number: localhost, 127.0.0.0/8, ::1. */
bool http_is_loopback(const char *url);

#endif
