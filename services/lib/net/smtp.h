/*
 * smtp: messages to one server, over connections that are kept for the next ones.
 *
 * libcurl opens the connections, with TLS and login; what is said over them is ours, and pipelined
 * where the server allows it (RFC 2920): one round trip a message.
 *
 * The verdict follows the server's reply to the last command (RFC 5321 section 4.2.1): 4yz is
 * later, 5yz is refused, and silence after the message is later, too, though it may have arrived; a
 * repeat must carry the same Message-ID.
 */
#ifndef ROLLCALL_NET_SMTP_H
#define ROLLCALL_NET_SMTP_H

#include "base/err.h"
#include "net/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smtp_options {
    const char *url;     /* smtp://host[:port] or smtps://host[:port]; no path, no user */
    const char *helo;    /* what is said in EHLO */
    const char *ca_file; /* "" = the system's */
    const char *user;    /* "" = no login */
    const char *password;
    bool
        requires_tls; /* smtp:// must offer STARTTLS; smtps:// has TLS from the first byte anyway */
    int64_t timeout_us; /* longest silence */
};

/* One message for one recipient; all are borrowed. Addresses are bare: ada@example.org; a domain in
 * Unicode becomes A-labels, a local part that is not ASCII needs a server with SMTPUTF8 (RFC 6531).
 */
struct smtp_job {
    const char *from; /* "" = the null sender */
    const char *to;
    const char *message; /* CRLF line ends */
    size_t len;
    struct verdict *verdict; /* filled when it is done */
};

/* Up to n_connections to one server. */
struct smtp_pool;

/* Nothing is connected yet. ERR_USAGE for an address, a name or a combination that cannot work: a
 * login in cleartext to another machine is one. */
int smtp_pool_new(const struct smtp_options *options, int n_connections, struct smtp_pool **ret,
                  struct err *err) MUST_CHECK;
/* Says QUIT and does not wait for the answer. Accepts NULL. */
void smtp_pool_free(struct smtp_pool *pool);

/* Messages that are handed over together. */
struct smtp_batch {
    struct smtp_job *jobs;
    size_t n;
    /* Fills jobs[i] right before it leaves, while earlier ones are under way. False: it must not
     * leave, and its verdict says why. NULL: all are filled already. */
    bool (*prepare)(void *arg, size_t i);
    /* Told after each moment in which some were done: which ones. False: begin no further ones. */
    bool (*done)(void *arg, const size_t *which, size_t n);
    void *arg;
};

/*
 * Returns when those that were begun are done; each of them was told once. A message that was begun
 * and whose text had not left when the server closed an older connection begins again over another
 * one. The first connection is opened alone: what refuses it, a password or a server that is away,
 * is met once. When a further one is refused while another works, the pool does with fewer for a
 * while.
 */
void smtp_pool_send(struct smtp_pool *pool, const struct smtp_batch *batch);

/* One message. */
void smtp_send(struct smtp_pool *pool, const struct smtp_job *job);

/* Writes the address with its domain as A-labels (UTS 46). False when that is not an address. */
bool smtp_address(const char *address, char *buf, size_t size);
/* The local part has bytes beyond ASCII. */
bool smtp_needs_utf8(const char *address);

#endif
