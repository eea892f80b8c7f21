#include "net/http_internal.h"

#include <assert.h>
#include <stdlib.h>

#define WAIT_MS 1000

struct flight {
    CURL *curl; /* owned; NULL = never used */
    struct http_transfer transfer;
    struct arena *arena; /* borrowed: where the reply goes */
    void *tag;           /* the caller's; NULL = it is free */
};

struct http_many {
    CURLM *multi; /* owned */
    struct http_rules rules;
    int n; /* at most */
    int n_under_way;
    struct flight flights[]; /* n of them */
};

int http_many_new(const struct http_options *options, int n_at_once, struct http_many **ret,
                  struct err *err)
{
    assert(n_at_once > 0);
    struct http_many *many = calloc(1, sizeof *many + (size_t)n_at_once * sizeof many->flights[0]);
    if (many == NULL) {
        abort();
    }
    int r = http_rules_init(&many->rules, options, err);
    if (r < 0) {
        free(many);
        return r;
    }
    many->n = n_at_once;
    many->multi = curl_multi_init();
    if (many->multi == NULL) {
        abort();
    }
    (void)curl_multi_setopt(many->multi, CURLMOPT_MAXCONNECTS, (long)n_at_once);
    *ret = many;
    return 0;
}

static void release(struct http_many *many, struct flight *flight)
{
    (void)curl_multi_remove_handle(many->multi, flight->curl);
    http_transfer_done(&flight->transfer);
    flight->tag = NULL;
    many->n_under_way--;
}

void http_many_free(struct http_many *many)
{
    if (many == NULL) {
        return;
    }
    for (int i = 0; i < many->n; i++) {
        if (many->flights[i].tag != NULL) {
            release(many, &many->flights[i]);
        }
        curl_easy_cleanup(many->flights[i].curl);
    }
    (void)curl_multi_cleanup(many->multi);
    http_rules_done(&many->rules);
    free(many);
}

bool http_many_has_room(const struct http_many *many)
{
    return many->n_under_way < many->n;
}

int http_many_start(struct http_many *many, const struct http_request *request, void *tag,
                    struct arena *arena, struct err *err)
{
    struct http_origin origin;
    struct flight *flight = many->flights;
    int r = http_check_url(&many->rules, request->url, &origin, err);
    if (r < 0) {
        return r;
    }
    assert(tag != NULL && http_many_has_room(many));
    while (flight->tag != NULL) {
        flight++;
    }
    flight->curl = flight->curl != NULL ? flight->curl : curl_easy_init();
    if (flight->curl == NULL) {
        abort();
    }
    flight->tag = tag;
    flight->arena = arena;
    http_transfer_begin(&flight->transfer, flight->curl, &many->rules, request, request->url,
                        &origin, true);
    (void)curl_easy_setopt(flight->curl, CURLOPT_PRIVATE, flight);
    if (curl_multi_add_handle(many->multi, flight->curl) != CURLM_OK) {
        abort();
    }
    many->n_under_way++;
    return 0;
}

/* The next one that is over; NULL = none yet. */
static struct flight *landed(struct http_many *many, CURLcode *ret_code)
{
    int n_left = 0;
    const CURLMsg *message = curl_multi_info_read(many->multi, &n_left);
    char *flight = NULL;
    if (message == NULL) {
        return NULL;
    }
    *ret_code = message->data.result;
    (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &flight);
    return (struct flight *)(void *)flight;
}

void *http_many_next(struct http_many *many, bool waits, struct http_reply *ret, int *ret_r,
                     struct err *err)
{
    CURLcode code = CURLE_OK;
    struct flight *flight = NULL;
    while (many->n_under_way > 0 && (flight = landed(many, &code)) == NULL) {
        int n_running = 0;
        (void)curl_multi_perform(many->multi, &n_running);
        bool is_any_over = n_running < many->n_under_way;
        if (!is_any_over && !waits) {
            break;
        }
        if (!is_any_over) {
            (void)curl_multi_poll(many->multi, NULL, 0, WAIT_MS, NULL);
        }
    }
    if (flight == NULL) {
        return NULL;
    }
    void *tag = flight->tag;
    *ret_r = http_transfer_end(&flight->transfer, code, flight->arena, ret, err);
    release(many, flight);
    return tag;
}
