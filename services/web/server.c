/* The HTTP side: libmicrohttpd inside our own epoll loop. Everything else is in router.c. */
#include "web/web.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "web/http.h"
#include "web/router.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS   512
#define MAX_PER_ADDRESS   64          /* not on loopback, where a proxy stands for everybody */
#define CONNECTION_MEMORY (16 * 1024) /* bytes for the head of a request */
#define IDLE_TIMEOUT_S    15U         /* silence after which a connection is closed */
#define BODY_DEADLINE_US  (20 * SECOND_US)
#define DRAIN_DEADLINE_US (10 * SECOND_US)
#define POST_BUFFER       4096                /* the library's buffer for one piece of a form */
#define BODY_HARD_MAX     (2 * HTTP_BODY_MAX) /* so much is read to answer 413 politely */

struct server {
    struct MHD_Daemon *daemon; /* owned */
    struct site site;
    bool is_draining; /* told to stop: no connection is kept alive */
    int n_active;     /* requests that have begun and whose response is not yet sent */
};

/* One request while it comes in. */
struct exchange {
    struct server *server;
    struct arena *arena;                 /* owned */
    struct MHD_PostProcessor *processor; /* owned; NULL = the body is not a form */
    struct request req;
    size_t n_body;
    int64_t began_us; /* monotonic */
    int refused;      /* status to refuse with whatever the path; 0 = none */
};

static const struct security_header {
    const char *name;
    const char *value;
} security_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"X-Robots-Tag", "noindex, nofollow"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

static enum method parse_method(const char *method)
{
    static const struct {
        const char *name;
        enum method method;
    } names[] = {{"GET", METHOD_GET}, {"HEAD", METHOD_HEAD}, {"POST", METHOD_POST}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(method, names[i].name) == 0) {
            return names[i].method;
        }
    }
    return METHOD_OTHER;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value != NULL) {
        (void)MHD_add_response_header(response, name, value); /* fails only without memory */
    }
}

static void add_headers(const struct server *server, const struct response *res,
                        struct MHD_Response *response)
{
    for (size_t i = 0; i < sizeof security_headers / sizeof security_headers[0]; i++) {
        add_header(response, security_headers[i].name, security_headers[i].value);
    }
    if (server->site.is_secure) {
        add_header(response, "Strict-Transport-Security", "max-age=31536000");
    }
    add_header(response, "Content-Type", res->status == 304 ? NULL : res->content_type);
    add_header(response, "Cache-Control", res->cache_control);
    add_header(response, "Location", res->location);
    add_header(response, "Allow", res->allow);
    add_header(response, "ETag", res->etag);
    if (res->retry_after_s > 0) {
        char seconds[16];
        (void)snprintf(seconds, sizeof seconds, "%d", res->retry_after_s);
        add_header(response, "Retry-After", seconds);
    }
}

static enum MHD_Result send_reply(struct exchange *exchange, struct MHD_Connection *connection,
                                  struct response *res)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(res->body.len, res->body.data, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(exchange->server, res, response);
    if (exchange->refused != 0 || exchange->server->is_draining) {
        add_header(response, "Connection", "close"); /* the rest of the body is not wanted */
    }
    enum MHD_Result result = MHD_queue_response(connection, (unsigned int)res->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result finish(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct response res;
    response_init(&res);
    struct request *req = &exchange->req;
    if (exchange->refused != 0) {
        req->base = exchange->server->site.base;
        req->token_text = "";
        site_refuse(req, &res, exchange->refused);
    } else {
        site_handle(&exchange->server->site, req, &res);
    }
    static const char *const words[] = {"GET", "HEAD", "POST", "other"};
    log_line(LOG_INFO, EV_REQUEST, "route=%s method=%s status=%d bytes=%zu ms=%.1f", res.route,
             words[req->method], res.status, res.body.len,
             (double)(clock_monotonic_us() - exchange->began_us) / 1000);
    enum MHD_Result result = send_reply(exchange, connection, &res);
    response_done(&res);
    return result;
}

static enum MHD_Result take_query(void *cls, enum MHD_ValueKind kind, const char *key,
                                  const char *value, size_t n)
{
    (void)kind;
    struct exchange *exchange = cls;
    form_add(&exchange->req.query, exchange->arena, key, value == NULL ? "" : value, 0, n);
    return MHD_YES;
}

static enum MHD_Result query_pair(void *cls, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    return take_query(cls, kind, key, value, value == NULL ? 0 : strlen(value));
}

static enum MHD_Result take_form(void *cls, enum MHD_ValueKind kind, const char *key,
                                 const char *filename, const char *content_type,
                                 const char *transfer_encoding, const char *data, uint64_t offset,
                                 size_t n)
{
    (void)kind;
    (void)filename;
    (void)content_type;
    (void)transfer_encoding;
    struct exchange *exchange = cls;
    form_add(&exchange->req.form, exchange->arena, key == NULL ? "" : key, data, (size_t)offset, n);
    return MHD_YES;
}

/* The head is complete: what can be refused without the body is refused now. */
static enum MHD_Result begin(struct exchange *exchange, struct MHD_Connection *connection,
                             const char *path, const char *method)
{
    struct request *req = &exchange->req;
    req->method = parse_method(method);
    req->path = arena_strdup(exchange->arena, path);
    req->now_us = clock_now_us();
    const char *match =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
    req->if_none_match = arena_strdup(exchange->arena, match == NULL ? "" : match);
    (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, query_pair, exchange);
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length != NULL && strtoull(length, NULL, 10) > HTTP_BODY_MAX) {
        exchange->refused = 413;
    }
    if (exchange->refused != 0) {
        return finish(exchange, connection);
    }
    if (req->method == METHOD_POST) {
        exchange->processor =
            MHD_create_post_processor(connection, POST_BUFFER, take_form, exchange);
    }
    return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *n)
{
    exchange->n_body += *n;
    if (exchange->n_body > BODY_HARD_MAX ||
        clock_monotonic_us() - exchange->began_us > BODY_DEADLINE_US) {
        return MHD_NO; /* closes the connection */
    }
    if (exchange->n_body > HTTP_BODY_MAX) {
        exchange->refused = 413;
    } else if (exchange->processor == NULL) {
        exchange->refused = exchange->req.method == METHOD_POST ? 415 : 0;
    } else if (MHD_post_process(exchange->processor, data, *n) != MHD_YES) {
        exchange->req.form.is_refused = true;
    }
    *n = 0;
    return MHD_YES;
}

/* What on_uri() says of an address before there is an exchange. */
static char uri_is_fine;
static char uri_is_too_long;

/* The first thing the library tells of a request. Nothing is allocated here: when the head turns
 * out to be broken, the library does not call on_completed(). */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    (void)cls;
    (void)connection;
    return strlen(uri) > HTTP_URL_MAX ? &uri_is_too_long : &uri_is_fine;
}

static struct exchange *exchange_new(struct server *server, const void *uri)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        abort();
    }
    exchange->server = server;
    exchange->arena = arena_new();
    exchange->req.arena = exchange->arena;
    exchange->began_us = clock_monotonic_us();
    exchange->refused = uri == &uri_is_too_long ? 414 : 0;
    server->n_active++;
    return exchange;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **con_cls)
{
    (void)version;
    if (*con_cls == &uri_is_fine || *con_cls == &uri_is_too_long) {
        *con_cls = exchange_new(cls, *con_cls);
        return begin(*con_cls, connection, url, method);
    }
    struct exchange *exchange = *con_cls;
    if (*n > 0) {
        return take_body(exchange, data, n);
    }
    if (exchange->processor != NULL) {
        (void)MHD_destroy_post_processor(exchange->processor); /* hands over the last piece */
        exchange->processor = NULL;
    }
    return finish(exchange, connection);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    struct server *server = cls;
    struct exchange *exchange = *con_cls;
    if (*con_cls == &uri_is_fine || *con_cls == &uri_is_too_long || exchange == NULL) {
        return;
    }
    if (exchange->processor != NULL) {
        (void)MHD_destroy_post_processor(exchange->processor);
    }
    form_done(&exchange->req.query);
    form_done(&exchange->req.form);
    arena_free(exchange->arena);
    free(exchange);
    *con_cls = NULL;
    server->n_active--;
}

static void be_silent(void *cls, const char *fmt, va_list ap)
{
    (void)cls; /* the library's messages may quote what a client sent, tokens included */
    (void)fmt;
    (void)ap;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        return (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
    return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

static int listen_on(struct server *server, const struct addrinfo *info, struct err *err)
{
    unsigned int flags = MHD_USE_EPOLL | MHD_USE_ERROR_LOG;
    flags |= info->ai_family == AF_INET6 ? (unsigned int)MHD_USE_IPv6 : 0U;
    unsigned int per_address =
        is_loopback(info->ai_addr) ? MAX_CONNECTIONS : (unsigned int)MAX_PER_ADDRESS;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, be_silent, NULL,
        MHD_OPTION_SOCK_ADDR, info->ai_addr, MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned int)MAX_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
    if (server->daemon == NULL) {
        return err_errno(err, ERR_SYSTEM, "cannot listen on %s port %lld",
                         setting_text(SET_WEB_ADDRESS), (long long)setting_int(SET_WEB_PORT));
    }
    return 0;
}

static int server_start(struct server *server, struct err *err)
{
    char port[16];
    (void)snprintf(port, sizeof port, "%lld", (long long)setting_int(SET_WEB_PORT));
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *info = NULL;
    int code = getaddrinfo(setting_text(SET_WEB_ADDRESS), port, &hints, &info);
    if (code != 0) {
        return err_set(err, ERR_USAGE, "ROLLCALL_WEB_ADDRESS is not an IP address: %s",
                       gai_strerror(code));
    }
    int r = listen_on(server, info, err);
    freeaddrinfo(info);
    return r;
}

/* One round: waits for the library's descriptor, a signal or the library's own time-out. */
static int wait_round(struct server *server, int loop, int signals, int *n_signals)
{
    MHD_UNSIGNED_LONG_LONG next_ms = 0;
    int timeout_ms = server->is_draining ? 50 : 1000;
    if (MHD_get_timeout(server->daemon, &next_ms) == MHD_YES &&
        next_ms < (MHD_UNSIGNED_LONG_LONG)timeout_ms) {
        timeout_ms = (int)next_ms;
    }
    struct epoll_event events[2];
    int n = epoll_wait(loop, events, 2, timeout_ms);
    if (n < 0 && errno != EINTR) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        struct signalfd_siginfo info;
        if (events[i].data.fd == signals && read(signals, &info, sizeof info) > 0) {
            (*n_signals)++;
        }
    }
    return MHD_run(server->daemon) == MHD_YES ? 0 : -1;
}

static int serve(struct server *server, int loop, int signals)
{
    int n_signals = 0;
    int64_t deadline_us = INT64_MAX;
    while (n_signals < 2 && clock_monotonic_us() < deadline_us) {
        server->is_draining = n_signals > 0;
        if (server->is_draining && server->n_active == 0) {
            return 0;
        }
        if (wait_round(server, loop, signals, &n_signals) < 0) {
            return -1;
        }
        if (n_signals > 0 && deadline_us == INT64_MAX) {
            deadline_us = clock_monotonic_us() + DRAIN_DEADLINE_US;
            MHD_socket listener = MHD_quiesce_daemon(server->daemon);
            if (listener != MHD_INVALID_SOCKET) {
                (void)close(listener);
            }
        }
    }
    return 0;
}

static int watch(int loop, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

static int run_loop(struct server *server)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    int loop = epoll_create1(EPOLL_CLOEXEC);
    int r = -1;
    if (signals >= 0 && loop >= 0 && watch(loop, signals) == 0 &&
        watch(loop, MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd) == 0) {
        r = serve(server, loop, signals);
    }
    (void)close(signals);
    (void)close(loop);
    return r;
}

int web_run(void)
{
    struct server server = {0};
    struct err err = {0};
    int level = log_level_parse(setting_text(SET_LOG_LEVEL));
    log_init("web", level < 0 ? LOG_INFO : (enum log_level)level);
    (void)signal(SIGPIPE, SIG_IGN);
    site_init(&server.site);
    if (secret_load(&err) < 0 || server_start(&server, &err) < 0) {
        log_err(LOG_ERROR, EV_START, &err, "port=%lld", (long long)setting_int(SET_WEB_PORT));
        return 1;
    }
    unsigned int port = MHD_get_daemon_info(server.daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    log_line(LOG_INFO, EV_START, "address=%s port=%u", setting_text(SET_WEB_ADDRESS), port);
    int r = run_loop(&server);
    MHD_stop_daemon(server.daemon);
    site_done(&server.site);
    log_line(LOG_INFO, EV_STOP, "active=%d", server.n_active);
    return r < 0 ? 1 : 0;
}
