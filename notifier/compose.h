/*
 * compose: an outbox row as a mail message (RFC 5322), the same bytes each time: ids and dates come
 * from the row, so that a repeat after a crash is recognised as one.
 *
 * multipart/alternative of text, HTML and, where a time is concerned, a calendar (METHOD:PUBLISH,
 * for nobody reads REPLYs), then in multipart/mixed with the calendar as invite.ics. Bodies are
 * quoted-printable or base64, lines end in CRLF.
 */
#ifndef ROLLCALL_NOTIFIER_COMPOSE_H
#define ROLLCALL_NOTIFIER_COMPOSE_H

#include "base/str.h"
#include "notifier/channel.h"

#define MAILBOX_SIZE 320

/* Who sends, from the settings. */
struct sender {
    char name[MAILBOX_SIZE];    /* display name; "" = none */
    char address[MAILBOX_SIZE]; /* of From */
    char domain[MAILBOX_SIZE];  /* of From, as A-labels: the right side of our ids */
    char reply_to_name[MAILBOX_SIZE];
    char reply_to[MAILBOX_SIZE]; /* "" = none */
    char envelope[MAILBOX_SIZE]; /* MAIL FROM; a * in it stands for the message's token */
};

/* Reads ROLLCALL_MAIL_*. ERR_USAGE names the setting that is no address. */
int sender_load(struct sender *ret, struct err *err) MUST_CHECK;

/* A mail to message->address, which must be a mail address (ERR_INPUT else). */
int compose_mail(const struct outbox_message *message, const struct sender *sender,
                 struct arena *arena, struct str *out, struct err *err) MUST_CHECK;

/* What would have gone to a Matrix room, as a mail for the Maildir. */
int compose_matrix_as_mail(const struct outbox_message *message, const struct sender *sender,
                           struct arena *arena, struct str *out, struct err *err) MUST_CHECK;

#endif
