#include "notifier/matrix_api.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void matrix_reply_done(struct matrix_reply *reply)
{
    json_decref(reply->json);
    reply->json = NULL;
}

const char *matrix_path(struct arena *arena, const char *fmt, ...)
{
    struct str path = {0};
    va_list ap;
    va_start(ap, fmt);
    str_add(&path, "/_matrix/client/v3");
    for (const char *p = fmt; *p != '\0'; p++) {
        if (p[0] == '%' && p[1] == 's') {
            str_add(&path, http_escape(arena, va_arg(ap, const char *)));
            p++;
        } else {
            str_add_char(&path, *p);
        }
    }
    va_end(ap);
    const char *text = arena_strdup(arena, str_text(&path));
    str_done(&path);
    return text;
}

/* The header first; the field is deprecated since v1.10 but older servers have nothing else. */
static int64_t retry_after(const struct http_reply *http, const struct matrix_reply *reply)
{
    if (http->retry_after_us > 0) {
        return http->retry_after_us;
    }
    int64_t ms = json_integer_value(json_object_get(reply->json, "retry_after_ms"));
    return ms > 0 && ms < INT64_MAX / 1000 ? ms * 1000 : 0;
}

/* Acts on errcode, but for M_UNKNOWN, where the HTTP status says more. */
static enum matrix_result judge(const struct http_reply *http, const struct matrix_reply *reply,
                                struct verdict *verdict)
{
    char status[16];
    const char *said = json_string_value(json_object_get(reply->json, "error"));
    (void)snprintf(status, sizeof status, "http-%d", http->status);
    const char *code = reply->errcode[0] != '\0' ? reply->errcode : status;
    said = said != NULL ? said : "the homeserver did not say why";
    if (http->status == 401 || str_equal(code, "M_UNKNOWN_TOKEN") ||
        str_equal(code, "M_MISSING_TOKEN") || str_equal(code, "M_USER_SUSPENDED") ||
        str_equal(code, "M_USER_LOCKED") || str_equal(code, "M_USER_DEACTIVATED")) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_CHANNEL, code,
                    "the homeserver does not accept ROLLCALL_MATRIX_TOKEN: %s", said);
        return MATRIX_TROUBLE;
    }
    if (http->status == 429 || str_equal(code, "M_LIMIT_EXCEEDED")) {
        verdict_set(verdict, VERDICT_LATER, VERDICT_CHANNEL, code, "%s", said);
        verdict->retry_after_us = retry_after(http, reply);
        return MATRIX_TROUBLE;
    }
    if (http->status >= 500) {
        /* A gateway speaks for the whole server, a 500 may be about this one request. */
        verdict_set(verdict, VERDICT_LATER, http->status == 500 ? VERDICT_MESSAGE : VERDICT_CHANNEL,
                    code, "%s", said);
        verdict->retry_after_us = http->retry_after_us;
        return MATRIX_TROUBLE;
    }
    if (str_equal(code, "M_UNRECOGNIZED") || reply->json == NULL) {
        verdict_set(verdict, VERDICT_REFUSED, VERDICT_CHANNEL, code,
                    "ROLLCALL_MATRIX_URL does not lead to a homeserver that knows this request");
        return MATRIX_TROUBLE;
    }
    verdict_set(verdict, VERDICT_REFUSED, VERDICT_MESSAGE, code, "%s", said);
    return MATRIX_SAID_NO;
}

void matrix_request(const struct matrix_api *api, const char *method, const char *path,
                    const json_t *body, struct arena *arena, struct http_request *ret)
{
    char *dump = body != NULL ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    const char *text = dump != NULL ? arena_strdup(arena, dump) : NULL;
    free(dump);
    *ret = (struct http_request){
        .method = method,
        .url = http_join(arena, api->base_url, path),
        .bearer = api->token,
        .accept = "application/json",
        .content_type = text != NULL ? "application/json" : NULL,
        .body = text,
        .body_len = text != NULL ? strlen(text) : 0,
    };
}

enum matrix_result matrix_result_of(int r, const struct err *why, const struct http_reply *http,
                                    struct matrix_reply *ret, struct verdict *verdict)
{
    *ret = (struct matrix_reply){.errcode = ""};
    if (r < 0) {
        bool is_setting = r == ERR_USAGE;
        verdict_set(verdict, is_setting ? VERDICT_REFUSED : VERDICT_LATER, VERDICT_CHANNEL,
                    is_setting       ? "url"
                    : r == ERR_LIMIT ? "too-large"
                                     : "network",
                    "%s", why->message);
        return MATRIX_TROUBLE;
    }
    ret->status = http->status;
    json_t *json = json_loadb(http->body, http->body_len, 0, NULL);
    if (json_is_object(json)) {
        ret->json = json;
        const char *code = json_string_value(json_object_get(json, "errcode"));
        ret->errcode = code != NULL ? code : "";
    } else {
        json_decref(json);
    }
    return http->status == 200 && ret->json != NULL ? MATRIX_OK : judge(http, ret, verdict);
}

enum matrix_result matrix_call(struct matrix_api *api, const char *method, const char *path,
                               const json_t *body, struct arena *arena, struct matrix_reply *ret,
                               struct verdict *verdict)
{
    struct err why = {0};
    struct http_reply http = {0};
    struct http_request request;
    matrix_request(api, method, path, body, arena, &request);
    int r = http_send(api->http, &request, arena, &http, &why);
    return matrix_result_of(r, &why, &http, ret, verdict);
}
