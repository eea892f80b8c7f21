/*
 * smtp_connect: connections that libcurl opens. With CURLOPT_CONNECT_ONLY it resolves the name,
 * connects, hears the greeting, says EHLO (or HELO), STARTTLS and AUTH, and then leaves the
 * connection to us; curl_easy_send() and curl_easy_recv() go through its TLS. Such a connection is
 * gone when its handle leaves the multi handle, and libcurl may close it when the same multi handle
 * opens another one: so each has its own.
 */
#ifndef ROLLCALL_NET_SMTP_CONNECT_H
#define ROLLCALL_NET_SMTP_CONNECT_H

#include "net/curl.h"
#include "net/smtp_internal.h"

#include <poll.h>

/* What all connections to the server have in common. */
struct smtp_account {
    char *url;      /* owned: with the EHLO name as path */
    char *ca_file;  /* owned */
    char *user;     /* owned */
    char *password; /* owned */
    bool requires_tls;
    int64_t timeout_us;
};

int smtp_account_init(struct smtp_account *account, const struct smtp_options *options,
                      struct err *err) MUST_CHECK;
void smtp_account_done(struct smtp_account *account);

enum { SMTP_SOCKETS = 4 }; /* one is kept, more are tried while connecting */

enum smtp_conn_state {
    CONN_CLOSED,  /* smtp_conn_open() moves it on */
    CONN_OPENING, /* smtp_conn_turn() moves it on, to open or closed */
    CONN_OPEN,    /* until smtp_conn_close() */
};

struct smtp_conn {
    enum smtp_conn_state state;
    const struct smtp_account *account; /* borrowed */
    CURL *curl;                         /* owned; NULL = closed */
    CURLM *multi;                       /* owned; NULL = closed */
    int fd;                             /* open: to wait for; libcurl's */
    struct smtp_offers offers;          /* open: what EHLO said */
    /* opening */
    struct pollfd sockets[SMTP_SOCKETS]; /* what libcurl waits for; fd -1 = none */
    int64_t timer_at_us;                 /* monotonic: when it wants to be called; 0 = never */
    enum smtp_phase phase;
    bool is_over; /* QUIT was said */
    struct smtp_reply reply;
    char trouble[CURL_ERROR_SIZE]; /* what libcurl says of it */
};

void smtp_conn_open(struct smtp_conn *conn, const struct smtp_account *account);

/* While it is opening, after a wait: sockets[].revents say what happened. When that failed the
 * state is closed and *why filled. */
void smtp_conn_turn(struct smtp_conn *conn, struct verdict *why);

/* What TCP or TLS takes just now, 0 = nothing; < 0 = the connection is lost. */
ssize_t smtp_conn_send(struct smtp_conn *conn, const char *data, size_t n);
/* As much as there is. 0 = nothing just now; < 0 = the connection is lost. */
ssize_t smtp_conn_receive(struct smtp_conn *conn, char *buf, size_t size);

/* From any state. Waits for nothing. is_polite: nothing is under way, so QUIT can be said. */
void smtp_conn_close(struct smtp_conn *conn, bool is_polite);

#endif
