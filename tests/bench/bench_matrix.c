/*
 * Matrix messages to a server that takes everything: net/http.h as the matrix channel uses it, one
 * request or several at a time. bench_matrix.py runs it beside undici.
 *
 *   bench_matrix sink [WAIT_US]      prints its port, then answers every request until it is
 * killed, each after WAIT_US bench_matrix put PORT N AT_ONCE  prints requests per second and CPU
 * microseconds a request
 */
#include "base/clock.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                             "34\r\n\r\n{\"event_id\": \"$0123456789abcdefgh\"}";

enum { MAX_PEERS = 256 };

struct peer {
    int fd;
    char buf[16384];
    size_t have;
    int n_due;      /* whole requests that were not answered */
    int64_t due_us; /* when the first of them is to be */
};

/* Counts the whole requests that have come; their bodies have a Content-Length. */
static void take_requests(struct peer *peer, int64_t due_us)
{
    const char *end = NULL;
    peer->buf[peer->have] = '\0';
    while ((end = strstr(peer->buf, "\r\n\r\n")) != NULL) {
        const char *length = strcasestr(peer->buf, "\r\ncontent-length:");
        size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
        size_t whole = (size_t)(end - peer->buf) + 4 + body;
        if (peer->have < whole) {
            return;
        }
        peer->due_us = peer->n_due == 0 ? due_us : peer->due_us;
        peer->n_due++;
        peer->have -= whole;
        memmove(peer->buf, peer->buf + whole, peer->have + 1);
    }
}

/* False: the connection is gone. */
static bool serve(struct peer *peer, bool is_readable, int64_t wait_us)
{
    int64_t now_us = clock_monotonic_us();
    if (is_readable) {
        ssize_t n = recv(peer->fd, peer->buf + peer->have, sizeof peer->buf - 1 - peer->have, 0);
        if (n <= 0) {
            return false;
        }
        peer->have += (size_t)n;
        take_requests(peer, now_us + wait_us);
    }
    for (; peer->n_due > 0 && now_us >= peer->due_us; peer->n_due--) {
        if (send(peer->fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) {
            return false;
        }
    }
    return true;
}

static void serve_all(int listener, int64_t wait_us)
{
    static struct peer peers[MAX_PEERS];
    struct pollfd fds[MAX_PEERS + 1] = {{.fd = listener, .events = POLLIN}};
    nfds_t n = 0;
    for (;;) {
        int wait_ms = -1;
        for (nfds_t i = 0; i < n; i++) {
            fds[i + 1] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
            wait_ms = peers[i].n_due > 0 ? 1 : wait_ms;
        }
        if (poll(fds, n + 1, wait_ms) < 0) {
            return;
        }
        for (nfds_t i = n; i-- > 0;) {
            if (!serve(&peers[i], fds[i + 1].revents != 0, wait_us)) {
                (void)close(peers[i].fd);
                peers[i] = peers[--n];
            }
        }
        if (fds[0].revents != 0 && n < MAX_PEERS) {
            int fd = accept(listener, NULL, NULL);
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
            peers[n++] = (struct peer){.fd = fd};
        }
    }
}

static int sink(int64_t wait_us)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 20) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        return 2;
    }
    printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    serve_all(listener, wait_us);
    return 0;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SECOND_US + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static char body[1200];

static struct http_request request_of(int port, int i, struct arena *arena)
{
    return (struct http_request){
        .method = "PUT",
        .url = arena_printf(arena,
                            "http://127.0.0.1:%d/_matrix/client/v3/rooms/%%21r/send/"
                            "m.room.message/1-%d",
                            port, i),
        .bearer = "token",
        .content_type = "application/json",
        .body = body,
        .body_len = sizeof body,
    };
}

/* One after the other. */
static int put_each(int port, int n, struct arena *arena, struct err *err)
{
    const struct http_options options = {.timeout_us = 10 * SECOND_US};
    struct http_client *client = NULL;
    int r = http_client_new(&options, &client, err);
    for (int i = 0; i < n && r == 0; i++) {
        struct http_reply reply = {0};
        arena_reset(arena);
        const struct http_request request = request_of(port, i, arena);
        r = http_send(client, &request, arena, &reply, err);
    }
    http_client_free(client);
    return r;
}

/* Several at a time; 64 share an arena, as a batch of the notifier does. */
static int put_many(int port, int n, int at_once, struct arena *arena, struct err *err)
{
    const struct http_options options = {.timeout_us = 10 * SECOND_US};
    struct http_many *many = NULL;
    struct http_request requests[64];
    int r = http_many_new(&options, at_once, &many, err);
    for (int i = 0, n_over = 0; n_over < n && r == 0; n_over++) {
        struct http_reply reply = {0};
        if (n_over % 64 == 0) {
            arena_reset(arena);
        }
        while (i < n && i < n_over / 64 * 64 + 64 && http_many_has_room(many) && r == 0) {
            requests[i % 64] = request_of(port, i, arena);
            r = http_many_start(many, &requests[i % 64], &requests[i % 64], arena, err);
            i++;
        }
        if (r == 0 && http_many_next(many, true, &reply, &r, err) == NULL) {
            abort();
        }
    }
    http_many_free(many);
    return r;
}

static int put(int port, int n, int at_once)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    memset(body, 'x', sizeof body);
    int64_t cpu = cpu_us();
    int64_t start_us = clock_monotonic_us();
    int r = at_once == 1 ? put_each(port, n, arena, &err) : put_many(port, n, at_once, arena, &err);
    int64_t took_us = clock_monotonic_us() - start_us;
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    printf("%.0f %.1f\n", (double)n * SECOND_US / (double)took_us, (double)(cpu_us() - cpu) / n);
    arena_free(arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 2 && argc <= 3 && strcmp(argv[1], "sink") == 0) {
        return sink(argc == 3 ? atoi(argv[2]) : 0);
    }
    if (argc == 5 && strcmp(argv[1], "put") == 0) {
        return put(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
    }
    (void)fprintf(stderr, "usage: bench_matrix sink [WAIT_US] | put PORT N AT_ONCE\n");
    return 2;
}
