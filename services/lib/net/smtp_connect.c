#include "net/smtp_connect.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- the account --- */

static char *copy_text(const char *text)
{
    char *copy = strdup(text != NULL ? text : "");
    if (copy == NULL) {
        abort();
    }
    return copy;
}

/* Checks the options' address and makes the one for libcurl: scheme://host:port/our.name */
static int check_options(const struct smtp_options *options, char **ret_url, struct err *err)
{
    CLEANUP(curlu_cleanup) CURLU *parts = curl_url();
    char scheme[8];
    char host[256];
    char port[8];
    if (parts == NULL || curl_url_set(parts, CURLUPART_URL, options->url, 0) != CURLUE_OK) {
        return err_set(err, ERR_USAGE, "the mail server's address is not smtp://host:port: %.200s",
                       options->url);
    }
    (void)curl_part(parts, CURLUPART_SCHEME, scheme, sizeof scheme);
    (void)curl_part(parts, CURLUPART_HOST, host, sizeof host);
    (void)curl_part(parts, CURLUPART_PORT, port, sizeof port);
    bool is_tls = strcmp(scheme, "smtps") == 0;
    if (!is_tls && strcmp(scheme, "smtp") != 0) {
        return err_set(err, ERR_USAGE, "mail goes to smtp:// or smtps://, not %s://", scheme);
    }
    if (!smtp_is_host_name(options->helo)) {
        return err_set(err, ERR_USAGE, "this cannot be said in EHLO: %.100s", options->helo);
    }
    if (!is_tls && !options->requires_tls && !str_is_empty(options->user) &&
        !curl_host_is_loopback(host)) {
        return err_set(err, ERR_USAGE, "a password would go to %s in cleartext", host);
    }
    struct str url = {0};
    str_printf(&url, "%s://%s%s%s/%s", scheme, host, port[0] != '\0' ? ":" : "", port,
               options->helo);
    *ret_url = copy_text(str_text(&url));
    str_done(&url);
    return 0;
}

int smtp_account_init(struct smtp_account *account, const struct smtp_options *options,
                      struct err *err)
{
    char *url = NULL;
    int r = curl_start(err);
    r = r < 0 ? r : check_options(options, &url, err);
    if (r < 0) {
        return r;
    }
    *account = (struct smtp_account){
        .url = url,
        .ca_file = copy_text(options->ca_file),
        .user = copy_text(options->user),
        .password = copy_text(options->password),
        .requires_tls = options->requires_tls,
        .timeout_us = options->timeout_us > 0 ? options->timeout_us : 30 * SECOND_US,
    };
    return 0;
}

void smtp_account_done(struct smtp_account *account)
{
    if (account->password != NULL) {
        explicit_bzero(account->password, strlen(account->password));
    }
    free(account->password);
    free(account->user);
    free(account->ca_file);
    free(account->url);
    *account = (struct smtp_account){0};
}

/* --- what libcurl wants to wait for --- */

static int want_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *unused)
{
    (void)curl;
    (void)unused;
    struct smtp_conn *conn = arg;
    struct pollfd *place = NULL;
    for (size_t i = 0; i < SMTP_SOCKETS; i++) {
        if (conn->sockets[i].fd == fd) {
            place = &conn->sockets[i];
            break;
        }
        if (conn->sockets[i].fd < 0 && place == NULL) {
            place = &conn->sockets[i];
        }
    }
    if (place == NULL) {
        return -1;
    }
    int events =
        ((what & CURL_POLL_IN) != 0 ? POLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0);
    *place = (struct pollfd){.fd = what == CURL_POLL_REMOVE ? -1 : fd, .events = (short)events};
    return 0;
}

static int want_timer(CURLM *multi, long wait_ms, void *arg)
{
    (void)multi;
    struct smtp_conn *conn = arg;
    conn->timer_at_us = wait_ms < 0 ? 0 : clock_monotonic_us() + (int64_t)wait_ms * 1000;
    return 0;
}

/* --- watching the greeting --- */

static void saw_command(struct smtp_conn *conn, const char *line)
{
    if (str_starts_nocase(line, "QUIT")) {
        conn->is_over = true; /* libcurl says it after a refusal, whose reply is what counts */
        return;
    }
    conn->reply = (struct smtp_reply){0};
    if (str_starts_nocase(line, "AUTH")) {
        conn->phase = PHASE_AUTH;
    } else if (str_starts_nocase(line, "EHLO")) {
        conn->offers = (struct smtp_offers){0}; /* what was said before STARTTLS does not count */
    }
}

static void saw_offer(struct smtp_offers *offers, const char *text, size_t n)
{
    size_t word = 0;
    while (word < n && text[word] != ' ') {
        word++;
    }
    offers->pipelining |= word == 10 && strncasecmp(text, "PIPELINING", word) == 0;
    offers->utf8 |= word == 8 && strncasecmp(text, "SMTPUTF8", word) == 0;
    offers->size |= word == 4 && strncasecmp(text, "SIZE", word) == 0;
}

static void saw_reply(struct smtp_conn *conn, const char *line, size_t n)
{
    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n')) {
        n--;
    }
    if (conn->is_over || n < 3 || line[0] < '2' || line[0] > '5') {
        return;
    }
    struct smtp_reply *reply = &conn->reply;
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (code != reply->code) {
        reply->text[0] = '\0'; /* an unasked 421 behind the reply that was awaited */
    }
    reply->code = code;
    const char *text = n > 4 ? line + 4 : "";
    size_t len = n > 4 ? n - 4 : 0;
    saw_offer(&conn->offers, text, len);
    size_t used = strlen(reply->text);
    (void)snprintf(reply->text + used, sizeof reply->text - used, "%s%.*s", used > 0 ? " " : "",
                   (int)len, text);
}

static int watch(CURL *curl, curl_infotype type, char *data, size_t size, void *arg)
{
    (void)curl;
    struct smtp_conn *conn = arg;
    char line[64];
    if (type == CURLINFO_HEADER_OUT) {
        (void)snprintf(line, sizeof line, "%.*s", (int)size, data);
        saw_command(conn, line);
    } else if (type == CURLINFO_HEADER_IN) {
        saw_reply(conn, data, size);
    }
    return 0;
}

/* --- opening and closing --- */

static void set_up(struct smtp_conn *conn)
{
    CURL *curl = conn->curl;
    const struct smtp_account *account = conn->account;
    curl_common(curl, account->ca_file, account->timeout_us);
    (void)curl_easy_setopt(curl, CURLOPT_URL, account->url);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    /* Whole seconds only; covers what a low speed does not: a server that never answers. */
    (void)curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                           (long)((account->timeout_us + SECOND_US - 1) / SECOND_US));
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           account->requires_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (account->user[0] != '\0') {
        (void)curl_easy_setopt(curl, CURLOPT_USERNAME, account->user);
        (void)curl_easy_setopt(curl, CURLOPT_PASSWORD, account->password);
    }
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    (void)curl_easy_setopt(curl, CURLOPT_DEBUGDATA, conn);
    (void)curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, conn->trouble);
    (void)curl_multi_setopt(conn->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    (void)curl_multi_setopt(conn->multi, CURLMOPT_SOCKETDATA, conn);
    (void)curl_multi_setopt(conn->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    (void)curl_multi_setopt(conn->multi, CURLMOPT_TIMERDATA, conn);
}

void smtp_conn_open(struct smtp_conn *conn, const struct smtp_account *account)
{
    *conn = (struct smtp_conn){.state = CONN_OPENING, .account = account, .fd = -1};
    for (size_t i = 0; i < SMTP_SOCKETS; i++) {
        conn->sockets[i].fd = -1;
    }
    conn->curl = curl_easy_init();
    conn->multi = curl_multi_init();
    if (conn->curl == NULL || conn->multi == NULL) {
        abort();
    }
    set_up(conn);
    if (curl_multi_add_handle(conn->multi, conn->curl) != CURLM_OK) { /* sets the timer off */
        abort();
    }
}

void smtp_conn_close(struct smtp_conn *conn, bool is_polite)
{
    if (conn->curl != NULL) {
        size_t n = 0;
        if (conn->state == CONN_OPEN && is_polite) {
            (void)curl_easy_send(conn->curl, "QUIT\r\n", 6, &n); /* if it fits, it goes out */
        }
        (void)curl_easy_setopt(conn->curl, CURLOPT_VERBOSE, 0L);
        (void)curl_multi_remove_handle(conn->multi, conn->curl);
        (void)curl_multi_cleanup(conn->multi);
        curl_easy_cleanup(conn->curl);
    }
    conn->curl = NULL;
    conn->multi = NULL;
    conn->state = CONN_CLOSED;
}

/* Why it could not be opened. */
static void judge(const struct smtp_conn *conn, CURLcode code, struct verdict *ret)
{
    if (code == CURLE_USE_SSL_FAILED) {
        verdict_set(ret, VERDICT_REFUSED, VERDICT_CHANNEL, "tls",
                    "the server does not offer STARTTLS, and ROLLCALL_SMTP_TLS requires it");
        return;
    }
    if (conn->reply.code >= 400) {
        smtp_judge_reply(conn->phase, &conn->reply, ret);
        return;
    }
    bool is_tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR ||
                  code == CURLE_SSL_CACERT_BADFILE;
    char name[32];
    (void)snprintf(name, sizeof name, "curl-%d", (int)code);
    smtp_judge_silence(conn->phase,
                       is_tls                             ? "tls"
                       : code == CURLE_OPERATION_TIMEDOUT ? "timeout"
                                                          : name,
                       conn->trouble[0] != '\0' ? conn->trouble : curl_easy_strerror(code), ret);
}

static void end_opening(struct smtp_conn *conn, CURLcode code, struct verdict *why)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (code == CURLE_OK) {
        (void)curl_easy_getinfo(conn->curl, CURLINFO_ACTIVESOCKET, &fd);
        code = fd == CURL_SOCKET_BAD ? CURLE_COULDNT_CONNECT : CURLE_OK;
    }
    if (code != CURLE_OK) {
        judge(conn, code, why);
        smtp_conn_close(conn, false);
        return;
    }
    (void)curl_easy_setopt(conn->curl, CURLOPT_VERBOSE, 0L);
    conn->fd = fd;
    conn->state = CONN_OPEN;
}

void smtp_conn_turn(struct smtp_conn *conn, struct verdict *why)
{
    int n_running = 0;
    int n_left = 0;
    for (size_t i = 0; i < SMTP_SOCKETS; i++) {
        bool is_ready = conn->sockets[i].fd >= 0 && conn->sockets[i].revents != 0;
        conn->sockets[i].revents = 0;
        if (is_ready) { /* 0: libcurl looks itself what happened to it */
            (void)curl_multi_socket_action(conn->multi, conn->sockets[i].fd, 0, &n_running);
        }
    }
    if (conn->timer_at_us != 0 && clock_monotonic_us() >= conn->timer_at_us) {
        conn->timer_at_us = 0;
        (void)curl_multi_socket_action(conn->multi, CURL_SOCKET_TIMEOUT, 0, &n_running);
    }
    const CURLMsg *message = curl_multi_info_read(conn->multi, &n_left);
    if (message != NULL && message->msg == CURLMSG_DONE) {
        end_opening(conn, message->data.result, why);
    }
}

ssize_t smtp_conn_send(struct smtp_conn *conn, const char *data, size_t n)
{
    size_t sent = 0;
    CURLcode code = curl_easy_send(conn->curl, data, n, &sent);
    return code == CURLE_OK ? (ssize_t)sent : code == CURLE_AGAIN ? 0 : -1;
}

ssize_t smtp_conn_receive(struct smtp_conn *conn, char *buf, size_t size)
{
    size_t n = 0;
    CURLcode code = curl_easy_recv(conn->curl, buf, size, &n);
    if (code == CURLE_AGAIN) {
        return 0;
    }
    return code == CURLE_OK && n > 0 ? (ssize_t)n : -1;
}
