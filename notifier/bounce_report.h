/*
 * bounce_report: reads what mail servers send back: delivery status notifications (RFC 3464 in a
 * multipart/report of RFC 6522) and complaints (RFC 5965). Pure. Everything in it was written by
 * strangers: nothing is believed but what the return path's signature vouches for, and every length
 * and number has a limit.
 */
#ifndef ROLLCALL_NOTIFIER_BOUNCE_REPORT_H
#define ROLLCALL_NOTIFIER_BOUNCE_REPORT_H

#include "base/arena.h"

#include <stddef.h>

enum bounce_kind {
    BOUNCE_NONE,      /* not a report: an answer, an absence note, spam */
    BOUNCE_NEWS,      /* a report that nothing has failed (yet): delayed, relayed, delivered */
    BOUNCE_SOFT,      /* given up for a reason that may pass, or that is not about the address */
    BOUNCE_HARD,      /* the address does not work */
    BOUNCE_COMPLAINT, /* the reader called it spam */
};

struct bounce_report {
    enum bounce_kind kind;
    const char *status;     /* "5.1.1"; "" = none */
    const char *detail;     /* what the server said, one line of printable text; "" = nothing */
    const char *message_id; /* of the message that came back, without brackets; "" = not told */
};

enum { BOUNCE_MAX = 1 << 20 }; /* bytes of a report that are looked at */

/* The texts live in the arena. Never fails: what cannot be read is BOUNCE_NONE. */
void bounce_read(const char *mail, size_t len, struct arena *arena, struct bounce_report *ret);

const char *bounce_kind_name(enum bounce_kind kind);

#endif
