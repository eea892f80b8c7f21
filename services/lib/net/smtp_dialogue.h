/*
 * smtp_dialogue: what is said over one connection once it is open, as bytes in and bytes out; no
 * sockets, no clock.
 *
 * With PIPELINING (RFC 2920) MAIL, RCPT and DATA leave together, and while a message's text leaves,
 * the commands for the next one follow it: one round trip a message. Never more than one message at
 * a time has left whole without its reply, so that a connection that is lost leaves one in doubt.
 * Without PIPELINING each command waits for the reply to the one before.
 */
#ifndef ROLLCALL_NET_SMTP_DIALOGUE_H
#define ROLLCALL_NET_SMTP_DIALOGUE_H

#include "base/str.h"
#include "net/smtp_internal.h"

/* One message on its way; moved on by the replies. */
struct smtp_exchange {
    const struct smtp_job *job; /* borrowed */
    size_t id;                  /* the caller's name for it */
    enum smtp_phase awaits;     /* the reply that is next */
    enum smtp_phase said;       /* the last command that was put into out */
    bool has_failed;            /* it will not be sent; the verdict is filled */
    bool has_recipient;         /* RCPT was taken */
    uint64_t end_at;            /* place behind its final dot in all that was ever said */
    int64_t begun_us;           /* the caller's */
};

enum { SMTP_UNDER_WAY = 2 };

struct smtp_dialogue {
    struct smtp_offers offers;
    struct str out;                                 /* owned: what is to leave */
    size_t out_offset;                              /* of it, what has left */
    uint64_t n_left;                                /* bytes that ever left before out */
    struct smtp_exchange exchanges[SMTP_UNDER_WAY]; /* the oldest first */
    int n;
    int n_ended;      /* messages that this connection has seen to their end */
    bool needs_reset; /* a message was refused half-way */
    bool is_broken;   /* nothing more can be said here: close the connection */
    /* the reply that is coming in */
    struct smtp_reply reply;
    char line[512];
    size_t line_len;
    size_t reply_bytes;
    /* What ended since the caller last looked (and set n_over to 0): ids; and whether it has a
     * verdict, or never began and may be begun again over another connection. */
    struct {
        size_t id;
        bool has_verdict;
        int64_t begun_us;
    } over[SMTP_UNDER_WAY];
    int n_over;
};

void smtp_dialogue_init(struct smtp_dialogue *d, const struct smtp_offers *offers);
void smtp_dialogue_done(struct smtp_dialogue *d);

/* Another message may begin. */
bool smtp_dialogue_has_room(const struct smtp_dialogue *d);

/* Begins a message, whose texts stay until it is over. False: it cannot be sent over this
 * connection, its verdict says why. */
bool smtp_dialogue_begin(struct smtp_dialogue *d, const struct smtp_job *job, size_t id,
                         int64_t now_us);

/* What the server said. Ends messages; puts into out what follows. */
void smtp_dialogue_hear(struct smtp_dialogue *d, const char *data, size_t n);

/* n bytes of out have left. */
void smtp_dialogue_sent(struct smtp_dialogue *d, size_t n);

/* The connection is of no use any more: ends what is under way. */
void smtp_dialogue_lose(struct smtp_dialogue *d, const char *code, const char *trouble);

#endif
