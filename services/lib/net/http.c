#include "net/http_internal.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_REDIRECTS     5
#define DEFAULT_BODY      ((size_t)1 << 20)
#define LONGEST_WAIT_S    (INT64_C(365) * 24 * 3600)
#define DEFAULT_TIMEOUT   (30 * SECOND_US)
#define HEADER_LINE_LIMIT 65536

struct http_client {
    CURL *curl; /* owned */
    struct http_rules rules;
};

int http_rules_init(struct http_rules *rules, const struct http_options *options, struct err *err)
{
    int r = curl_start(err);
    if (r < 0) {
        return r;
    }
    *rules = (struct http_rules){.options = *options};
    rules->ca_file = strdup(options->ca_file != NULL ? options->ca_file : "");
    if (rules->ca_file == NULL) {
        abort();
    }
    if (rules->options.max_body == 0) {
        rules->options.max_body = DEFAULT_BODY;
    }
    if (rules->options.timeout_us == 0) {
        rules->options.timeout_us = DEFAULT_TIMEOUT;
    }
    return 0;
}

void http_rules_done(struct http_rules *rules)
{
    free(rules->ca_file);
    rules->ca_file = NULL;
}

int http_client_new(const struct http_options *options, struct http_client **ret, struct err *err)
{
    struct http_client *client = calloc(1, sizeof *client);
    if (client == NULL) {
        abort();
    }
    int r = http_rules_init(&client->rules, options, err);
    if (r < 0) {
        free(client);
        return r;
    }
    client->curl = curl_easy_init();
    if (client->curl == NULL) {
        abort();
    }
    *ret = client;
    return 0;
}

void http_client_free(struct http_client *client)
{
    if (client != NULL) {
        curl_easy_cleanup(client->curl);
        http_rules_done(&client->rules);
        free(client);
    }
}

/* Takes url apart and applies the cleartext rule. */
int http_check_url(const struct http_rules *rules, const char *url, struct http_origin *ret,
                   struct err *err)
{
    CLEANUP(curlu_cleanup) CURLU *parts = curl_url();
    if (parts == NULL || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK) {
        return err_set(err, ERR_USAGE, "this is not an address: %.200s", url);
    }
    (void)curl_part(parts, CURLUPART_SCHEME, ret->scheme, sizeof ret->scheme);
    (void)curl_part(parts, CURLUPART_HOST, ret->host, sizeof ret->host);
    char *port = NULL;
    ret->port[0] = '\0';
    if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        (void)snprintf(ret->port, sizeof ret->port, "%s", port);
        curl_free(port);
    }
    if (strcmp(ret->scheme, "https") == 0) {
        return 0;
    }
    if (strcmp(ret->scheme, "http") != 0) {
        return err_set(err, ERR_USAGE,
                       "only https:// and http:// addresses can be asked, not %s://", ret->scheme);
    }
    if (!rules->options.allows_cleartext && !curl_host_is_loopback(ret->host)) {
        return err_set(err, ERR_USAGE,
                       "http:// without encryption is for this machine only, use https:// for %s",
                       ret->host);
    }
    return 0;
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
    struct http_transfer *t = arg;
    if (size * n > t->max_body - t->body.len) {
        t->is_too_large = true;
        return 0;
    }
    str_add_n(&t->body, data, size * n);
    return size * n;
}

static size_t take_header(char *data, size_t size, size_t n, void *arg)
{
    struct http_transfer *t = arg;
    size_t len = size * n;
    t->header_bytes += len;
    if (t->header_bytes > 4 * HEADER_LINE_LIMIT) {
        t->is_too_large = true;
        return 0;
    }
    return data != NULL ? len : 0;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
    struct str line = {0};
    str_printf(&line, "%s%s", name, value);
    struct curl_slist *longer = curl_slist_append(list, str_text(&line));
    str_done(&line);
    if (longer == NULL) {
        abort();
    }
    return longer;
}

static struct curl_slist *make_headers(const struct http_request *request, bool has_credentials)
{
    struct curl_slist *list = add_header(NULL, "Expect:", "");
    if (request->accept != NULL) {
        list = add_header(list, "Accept: ", request->accept);
    }
    if (request->content_type != NULL) {
        list = add_header(list, "Content-Type: ", request->content_type);
    }
    if (has_credentials && !str_is_empty(request->bearer)) {
        list = add_header(list, "Authorization: Bearer ", request->bearer);
    }
    return list;
}

void http_transfer_begin(struct http_transfer *t, CURL *curl, const struct http_rules *rules,
                         const struct http_request *request, const char *url,
                         const struct http_origin *origin, bool has_credentials)
{
    *t = (struct http_transfer){.curl = curl, .max_body = rules->options.max_body, .url = url};
    (void)snprintf(t->host, sizeof t->host, "%s", origin->host);
    t->headers = make_headers(request, has_credentials);
    curl_easy_reset(curl); /* keeps the connections */
    curl_common(curl, rules->ca_file, rules->options.timeout_us);
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "rollcall/" ROLLCALL_VERSION);
    (void)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->headers);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->trouble);
    if (curl_host_is_loopback(origin->host)) {
        (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    }
    if (request->body != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
    }
    /* On a kept connection that turns out to be dead libcurl repeats the request by itself. What
     * must not happen twice gets a connection of its own. */
    (void)curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT,
                           strcmp(request->method, "POST") == 0 ? 1L : 0L);
    if (strcmp(request->method, "HEAD") == 0) {
        (void)curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else {
        (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
}

/* RFC 9110 section 10.2.3: seconds or a date; libcurl reads both. */
static int64_t retry_after_us(CURL *curl)
{
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds <= 0) {
        return 0;
    }
    return (seconds < LONGEST_WAIT_S ? (int64_t)seconds : LONGEST_WAIT_S) * SECOND_US;
}

void http_transfer_done(struct http_transfer *t)
{
    str_done(&t->body);
    curl_slist_free_all(t->headers);
    t->headers = NULL;
}

int http_transfer_end(struct http_transfer *t, CURLcode code, struct arena *arena,
                      struct http_reply *ret, struct err *err)
{
    (void)curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, NULL);
    if (t->is_too_large) {
        return err_set(err, ERR_LIMIT, "the reply of %s is larger than %zu bytes", t->host,
                       t->max_body);
    }
    if (code != CURLE_OK) {
        return err_set(err, ERR_NET, "%s: %s", t->host,
                       t->trouble[0] != '\0' ? t->trouble : curl_easy_strerror(code));
    }
    long status = 0;
    const char *text = NULL;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &text);
    ret->status = (int)status;
    ret->type = arena_strdup(arena, text != NULL ? text : "");
    ret->retry_after_us = retry_after_us(t->curl);
    ret->body_len = t->body.len;
    ret->body = arena_memdup(arena, str_text(&t->body), t->body.len + 1);
    ret->url = arena_strdup(arena, t->url);
    return 0;
}

/* One exchange with one server. *ret_location: where a redirect points; "" = it is none. */
static int exchange(struct http_client *client, const struct http_request *request, const char *url,
                    const struct http_origin *origin, bool has_credentials, struct arena *arena,
                    struct http_reply *ret, const char **ret_location, struct err *err)
{
    CLEANUP(http_transfer_done) struct http_transfer t = {0};
    const char *location = NULL;
    http_transfer_begin(&t, client->curl, &client->rules, request, url, origin, has_credentials);
    int r = http_transfer_end(&t, curl_easy_perform(client->curl), arena, ret, err);
    if (r < 0) {
        return r;
    }
    (void)curl_easy_getinfo(client->curl, CURLINFO_REDIRECT_URL, &location);
    *ret_location = arena_strdup(arena, location != NULL && ret->status / 100 == 3 ? location : "");
    return 0;
}

static bool is_same_origin(const struct http_origin *a, const struct http_origin *b)
{
    return strcmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
           strcmp(a->port, b->port) == 0;
}

int http_send(struct http_client *client, const struct http_request *request, struct arena *arena,
              struct http_reply *ret, struct err *err)
{
    struct http_origin first;
    struct http_origin here;
    const char *url = request->url;
    bool has_credentials = true;
    int r = http_check_url(&client->rules, url, &first, err);
    if (r < 0) {
        return r;
    }
    here = first;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
        struct http_reply reply = {0};
        const char *location = "";
        r = exchange(client, request, url, &here, has_credentials, arena, &reply, &location, err);
        if (r < 0) {
            return r;
        }
        if (location[0] == '\0' || !client->rules.options.follows_redirects ||
            strcmp(request->method, "GET") != 0) {
            *ret = reply;
            return 0;
        }
        url = location;
        r = http_check_url(&client->rules, url, &here, err);
        if (r < 0) {
            return r;
        }
        /* A page of ours may lead anywhere; a way back does not bring the credentials back. */
        has_credentials = has_credentials && is_same_origin(&first, &here);
        if (strcmp(first.scheme, "https") == 0 && strcmp(here.scheme, "https") != 0) {
            return err_set(err, ERR_NET, "%s redirects from https:// to http://", first.host);
        }
    }
    return err_set(err, ERR_NET, "%s redirects more than %d times", first.host, MAX_REDIRECTS);
}

char *http_join(struct arena *arena, const char *base, const char *path)
{
    size_t n = strlen(base);
    while (n > 0 && base[n - 1] == '/') {
        n--;
    }
    return arena_printf(arena, "%.*s%s%s", (int)n, base, path[0] == '/' ? "" : "/", path);
}

char *http_escape(struct arena *arena, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t n = strlen(text);
    char *out = arena_array(arena, n + 1, 3);
    char *p = out;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c) != NULL) {
            *p++ = (char)c;
            continue;
        }
        *p++ = '%';
        *p++ = digits[c >> 4];
        *p++ = digits[c & 15];
    }
    *p = '\0';
    return out;
}

bool http_is_loopback(const char *url)
{
    CLEANUP(curlu_cleanup) CURLU *parts = curl_url();
    char host[HTTP_PART_SIZE];
    if (parts == NULL || curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != 0) {
        return false;
    }
    return curl_host_is_loopback(curl_part(parts, CURLUPART_HOST, host, sizeof host));
}
