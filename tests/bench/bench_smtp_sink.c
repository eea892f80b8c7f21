/*
 * A mail server that takes everything and thinks for a while before it says so, as one does that
 * waits for its disk. smtp-sink can only wait whole seconds.
 *
 *   bench_smtp_sink WAIT_US     prints its port, then serves until it is killed
 */
#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PEERS = 256 };

struct peer {
    int fd;
    char buf[65536];
    size_t have;
    bool is_text;   /* between 354 and the final dot */
    int64_t due_us; /* when the 250 of the message is to be said; 0 = none is due */
    char out[1024];
    size_t n_out;
};

static void say(struct peer *peer, const char *reply)
{
    size_t n = strlen(reply);
    if (peer->n_out + n <= sizeof peer->out) {
        memcpy(peer->out + peer->n_out, reply, n);
        peer->n_out += n;
    }
}

static void command(struct peer *peer, const char *line)
{
    if (strncasecmp(line, "EHLO", 4) == 0) {
        say(peer, "250-sink\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n");
    } else if (strncasecmp(line, "DATA", 4) == 0) {
        say(peer, "354 End data with <CR><LF>.<CR><LF>\r\n");
        peer->is_text = true;
    } else {
        say(peer, strncasecmp(line, "QUIT", 4) == 0 ? "221 2.0.0 Bye\r\n" : "250 2.1.0 Ok\r\n");
    }
}

/* Handles the lines that are there, up to the end of a message. */
static void take_lines(struct peer *peer, int64_t wait_us)
{
    char *p = peer->buf;
    char *end = peer->buf + peer->have;
    char *stop = NULL;
    while (peer->due_us == 0 && (stop = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        if (!peer->is_text) {
            command(peer, p);
        } else if (stop - p <= 2 && p[0] == '.') {
            peer->is_text = false;
            peer->due_us = clock_monotonic_us() + wait_us;
        }
        p = stop + 1;
    }
    peer->have = (size_t)(end - p);
    memmove(peer->buf, p, peer->have);
}

/* False: the connection is gone. */
static bool serve(struct peer *peer, bool is_readable, int64_t wait_us)
{
    if (is_readable) {
        ssize_t n = recv(peer->fd, peer->buf + peer->have, sizeof peer->buf - peer->have, 0);
        if (n <= 0) {
            return false;
        }
        peer->have += (size_t)n;
    }
    do {
        if (peer->due_us != 0 && clock_monotonic_us() >= peer->due_us) {
            say(peer, "250 2.0.0 Ok\r\n");
            peer->due_us = 0;
        }
        take_lines(peer, wait_us);
    } while (peer->due_us != 0 && wait_us == 0);
    if (peer->n_out > 0 && send(peer->fd, peer->out, peer->n_out, MSG_NOSIGNAL) < 0) {
        return false;
    }
    peer->n_out = 0;
    return true;
}

static int64_t soonest_us(const struct peer *peers, nfds_t n)
{
    int64_t soonest = 0;
    for (nfds_t i = 0; i < n; i++) {
        if (peers[i].due_us != 0 && (soonest == 0 || peers[i].due_us < soonest)) {
            soonest = peers[i].due_us;
        }
    }
    return soonest;
}

static void serve_all(int listener, int64_t wait_us)
{
    static struct peer peers[MAX_PEERS];
    struct pollfd fds[MAX_PEERS + 1] = {{.fd = listener, .events = POLLIN}};
    nfds_t n = 0;
    for (;;) {
        int64_t due_us = soonest_us(peers, n);
        int64_t left_us = due_us == 0 ? 0 : due_us - clock_monotonic_us();
        struct timespec wait = {.tv_nsec = left_us > 0 ? left_us * 1000 : 0};
        for (nfds_t i = 0; i < n; i++) {
            bool has_room = peers[i].have < sizeof peers[i].buf;
            fds[i + 1] = (struct pollfd){.fd = peers[i].fd, .events = has_room ? POLLIN : 0};
        }
        if (ppoll(fds, n + 1, due_us == 0 ? NULL : &wait, NULL) < 0) {
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
            peers[n] = (struct peer){.fd = fd};
            say(&peers[n], "220 sink ESMTP\r\n");
            (void)serve(&peers[n++], false, wait_us);
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (argc != 2 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 100) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        (void)fprintf(stderr, "usage: bench_smtp_sink WAIT_US\n");
        return 2;
    }
    printf("%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    serve_all(listener, atoi(argv[1]));
    return 0;
}
