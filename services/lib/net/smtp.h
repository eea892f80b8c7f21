/*
 * smtp: one message to one recipient over a connection that is kept for the next one.
 *
 * The verdict follows the server's reply to the last command (RFC 5321 section 4.2.1), not
 * libcurl's idea of what failed: 4yz is later, 5yz is refused, and silence after the data is later,
 * too, though the message may have arrived; a repeat must carry the same Message-ID.
 */
#ifndef ROLLCALL_NET_SMTP_H
#define ROLLCALL_NET_SMTP_H

#include "base/err.h"
#include "net/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smtp_client;

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

/* Nothing is connected yet. ERR_USAGE for an address, a name or a combination that cannot work: a
 * login in cleartext to another machine is one. */
int smtp_client_new(const struct smtp_options *options, struct smtp_client **ret,
                    struct err *err) MUST_CHECK;
/* Says QUIT and does not wait for the answer. Accepts NULL. */
void smtp_client_free(struct smtp_client *client);

/*
 * Hands the message (CRLF line ends) over. Addresses are bare: ada@example.org; a domain in Unicode
 * becomes A-labels, a local part that is not ASCII needs a server with SMTPUTF8 (RFC 6531). from
 * may be "" for the null sender. Always fills *verdict.
 */
void smtp_send(struct smtp_client *client, const char *from, const char *to, const char *message,
               size_t len, struct verdict *verdict);

/* One message for one recipient; all are borrowed. */
struct smtp_job {
    const char *from;
    const char *to;
    const char *message; /* CRLF line ends */
    size_t len;
    struct verdict *verdict; /* filled when it is done */
};

/* Several connections to one server. */
struct smtp_pool;

int smtp_pool_new(const struct smtp_options *options, int n_connections, struct smtp_pool **ret,
                  struct err *err) MUST_CHECK;
/* As smtp_client_free(), for all connections. Accepts NULL. */
void smtp_pool_free(struct smtp_pool *pool);

/* Told after each moment in which some were done: which ones. False: begin no further ones. */
typedef bool smtp_done_fn(void *arg, const size_t *which, size_t n);

/*
 * Hands n messages over, each connection one after the other. Returns when those that were begun
 * are done; each of them was told once. libcurl waits for the reply to the end of a message before
 * it turns to another connection: a server that is slow there holds up all.
 */
void smtp_pool_send(struct smtp_pool *pool, const struct smtp_job *jobs, size_t n,
                    smtp_done_fn *done, void *arg);

/* Writes the address with its domain as A-labels (UTS 46). False when that is not an address. */
bool smtp_address(const char *address, char *buf, size_t size);
/* The local part has bytes beyond ASCII. */
bool smtp_needs_utf8(const char *address);

#endif
