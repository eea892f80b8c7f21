/*
 * matrix_api: the few calls of the Matrix client-server API (v1.x) that a notifier needs.
 *
 * Each call fills a verdict when it does not succeed, so that the channel reads as the list of
 * questions that it asks. Room ids are opaque; everything in a path is percent-encoded.
 */
#ifndef ROLLCALL_NOTIFIER_MATRIX_API_H
#define ROLLCALL_NOTIFIER_MATRIX_API_H

#include "base/arena.h"
#include "net/http.h"
#include "net/verdict.h"

#include <jansson.h>

struct matrix_api {
    struct http_client *http; /* owned by the channel */
    const char *base_url;
    const char *token;
};

struct matrix_reply {
    int status;          /* of HTTP */
    json_t *json;        /* owned: matrix_reply_done(); NULL = none or no JSON object */
    const char *errcode; /* "M_NOT_FOUND"; "" = none. Lives as long as json */
};

void matrix_reply_done(struct matrix_reply *reply);

/*
 * 0 for 200. MATRIX_TROUBLE for anything that concerns the channel or passes by itself: no
 * connection, 401, 429, 5xx; *verdict is filled. Else MATRIX_SAID_NO: *verdict is filled with a
 * refusal of this message, and the reply is there for who knows better.
 */
enum matrix_result {
    MATRIX_OK = 0,
    MATRIX_TROUBLE,
    MATRIX_SAID_NO,
};

enum matrix_result matrix_call(struct matrix_api *api, const char *method, const char *path,
                               const json_t *body, struct arena *arena, struct matrix_reply *ret,
                               struct verdict *verdict);

/* The two halves of matrix_call(), for who has several calls under way: the request, its texts in
 * the arena, and what came of it. r and why are those of http_send(). */
void matrix_request(const struct matrix_api *api, const char *method, const char *path,
                    const json_t *body, struct arena *arena, struct http_request *ret);
enum matrix_result matrix_result_of(int r, const struct err *why, const struct http_reply *http,
                                    struct matrix_reply *ret, struct verdict *verdict);

/* "/_matrix/client/v3" and the format, in which every argument is percent-encoded: only %s. */
const char *matrix_path(struct arena *arena, const char *fmt, ...);

#endif
