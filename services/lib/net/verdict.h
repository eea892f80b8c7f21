/*
 * verdict: what became of one attempt to deliver one message, as a value.
 *
 * Channels only judge; what follows from a verdict is decided in one place, notifier/consequence.c.
 */
#ifndef ROLLCALL_NET_VERDICT_H
#define ROLLCALL_NET_VERDICT_H

#include "base/err.h"

#include <stdint.h>

enum verdict_what {
    VERDICT_SENT,    /* the other side took it over */
    VERDICT_LATER,   /* not now; an attempt later may succeed. After a lost reply it may be there */
    VERDICT_REFUSED, /* never, unless a person changes something */
};

/* Whom the verdict is about, and so who else has to wait. */
enum verdict_scope {
    VERDICT_MESSAGE,   /* this message only */
    VERDICT_RECIPIENT, /* everything to this address */
    VERDICT_CHANNEL,   /* everything through this channel: server down, login refused, rate limit */
};

struct verdict {
    enum verdict_what what;
    enum verdict_scope scope;
    char code[48];          /* what the protocol calls it: "550 5.1.1", "M_LIMIT_EXCEEDED" */
    char detail[256];       /* one line for people; never an address or a secret of ours */
    int64_t retry_after_us; /* how long the other side asks us to wait; 0 = it did not say */
    int64_t took_us;        /* how long the exchange took; 0 = nobody measured */
    const char *suppress;   /* why the address must not be used any more: "bounced", "encrypted",
                               "refused"; NULL = it may be used */
    char remote_id[256];    /* SENT: what the other side calls it; "" = nothing */
    char room_id[256];      /* Matrix: the direct room that was found or made; "" = no news */
};

/* Fills the first four; the rest is cleared. */
void verdict_set(struct verdict *verdict, enum verdict_what what, enum verdict_scope scope,
                 const char *code, const char *fmt, ...) PRINTF_LIKE(5, 6);

const char *verdict_what_name(enum verdict_what what); /* the words of the database */
const char *verdict_scope_name(enum verdict_scope scope);

#endif
