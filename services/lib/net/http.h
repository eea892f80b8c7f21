/*
 * http: requests with limits. One client keeps its connections; one request at a time.
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

/* base without its trailing slashes, then path: "https://x.org/" + "/_matrix" has one slash. */
char *http_join(struct arena *arena, const char *base, const char *path);
/* Percent-encodes everything but RFC 3986's unreserved characters. */
char *http_escape(struct arena *arena, const char *text);
/* True when the URL's host is this machine by name or number: localhost, 127.0.0.0/8, ::1. */
bool http_is_loopback(const char *url);

#endif
