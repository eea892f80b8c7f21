/* What http.c (one request at a time) and http_many.c (several at once) have in common. */
#ifndef ROLLCALL_NET_HTTP_INTERNAL_H
#define ROLLCALL_NET_HTTP_INTERNAL_H

#include "base/str.h"
#include "net/curl.h"
#include "net/http.h"

#define HTTP_PART_SIZE 300

/* The options with their defaults. */
struct http_rules {
    struct http_options options; /* ca_file is not to be used */
    char *ca_file;               /* owned */
};

int http_rules_init(struct http_rules *rules, const struct http_options *options,
                    struct err *err) MUST_CHECK;
void http_rules_done(struct http_rules *rules);

struct http_origin {
    char scheme[8];
    char host[HTTP_PART_SIZE];
    char port[8];
};

/* Takes url apart and applies the cleartext rule. */
int http_check_url(const struct http_rules *rules, const char *url, struct http_origin *ret,
                   struct err *err) MUST_CHECK;

/* One exchange with one server. Must not move while it lasts. */
struct http_transfer {
    CURL *curl;      /* borrowed */
    const char *url; /* borrowed */
    char host[HTTP_PART_SIZE];
    struct curl_slist *headers; /* owned */
    struct str body;            /* owned */
    size_t max_body;
    size_t header_bytes;
    bool is_too_large;
    char trouble[CURL_ERROR_SIZE]; /* what libcurl says of it */
};

/* Sets curl up for the request, whose body must stay until the end. */
void http_transfer_begin(struct http_transfer *t, CURL *curl, const struct http_rules *rules,
                         const struct http_request *request, const char *url,
                         const struct http_origin *origin, bool has_credentials);
/* After it ran; as http_send(). */
int http_transfer_end(struct http_transfer *t, CURLcode code, struct arena *arena,
                      struct http_reply *ret, struct err *err) MUST_CHECK;
void http_transfer_done(struct http_transfer *t);

#endif
