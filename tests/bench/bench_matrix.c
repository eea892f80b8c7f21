/*
 * Matrix messages to a server that takes everything: net/http.h as the matrix channel uses it, one
 * request at a time over one connection. bench_matrix.py runs it beside undici.
 *
 *   bench_matrix sink             prints its port, then answers every request until it is killed
 *   bench_matrix put PORT N       prints requests per second and CPU microseconds a request
 */
#include "base/clock.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                             "34\r\n\r\n{\"event_id\": \"$0123456789abcdefgh\"}";

/* Reads whole requests off one connection; their bodies have a Content-Length. */
static void serve(int fd)
{
    char buf[16384];
    size_t have = 0;
    for (;;) {
        ssize_t n = recv(fd, buf + have, sizeof buf - 1 - have, 0);
        if (n <= 0) {
            break;
        }
        have += (size_t)n;
        buf[have] = '\0';
        const char *end = NULL;
        while ((end = strstr(buf, "\r\n\r\n")) != NULL) {
            const char *length = strcasestr(buf, "\r\ncontent-length:");
            size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
            size_t whole = (size_t)(end - buf) + 4 + body;
            if (have < whole || send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) {
                break;
            }
            have -= whole;
            memmove(buf, buf + whole, have + 1);
        }
    }
    (void)close(fd);
}

static int sink(void)
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
    for (int fd = -1; (fd = accept(listener, NULL, NULL)) >= 0;) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        serve(fd);
    }
    return 0;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SECOND_US + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static int put(int port, int n)
{
    char body[1200];
    struct http_client *client = NULL;
    struct arena *arena = arena_new();
    struct err err = {0};
    memset(body, 'x', sizeof body);
    const struct http_options options = {.timeout_us = 10 * SECOND_US};
    int r = http_client_new(&options, &client, &err);
    int64_t cpu = cpu_us();
    int64_t start_us = clock_monotonic_us();
    for (int i = 0; i < n && r == 0; i++) {
        struct http_reply reply = {0};
        arena_reset(arena);
        const struct http_request request = {
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
        r = http_send(client, &request, arena, &reply, &err);
    }
    int64_t took_us = clock_monotonic_us() - start_us;
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    printf("%.0f %.1f\n", (double)n * SECOND_US / (double)took_us, (double)(cpu_us() - cpu) / n);
    http_client_free(client);
    arena_free(arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "sink") == 0) {
        return sink();
    }
    if (argc == 4 && strcmp(argv[1], "put") == 0) {
        return put(atoi(argv[2]), atoi(argv[3]));
    }
    (void)fprintf(stderr, "usage: bench_matrix sink | put PORT N\n");
    return 2;
}
