/*
 * render: an outbox row's facts, put into words with the template of its kind.
 *
 * notifier/templates/<kind>.md is "Subject: ..." on the first line, a blank line, then CommonMark;
 * mail.md and matrix.md stand around it, mail.html around the HTML of mail. Beside the payload
 * (core/notice.h) a template sees
 *   one_x, many_x     for every number n_x at the top: it is 1, it is more
 *   has_<array>       in every object: the array is not empty;  is_last: in the items of arrays
 *   is_<word>         in an object with "what": "<word>" (is_moved, is_cancelled, ...)
 *   subject, body     in the frames;  pill: the reader's matrix.to link, in matrix.md
 */
#ifndef ROLLCALL_NOTIFIER_RENDER_H
#define ROLLCALL_NOTIFIER_RENDER_H

#include "notifier/channel.h"

enum render_for {
    RENDER_MAIL,
    RENDER_MATRIX,
};

/* Texts live in the arena. */
struct rendered {
    const char *subject;
    const char *text; /* plain, LF */
    const char *html; /* a whole page for mail, a fragment for Matrix */
    json_t *payload;  /* owned: what was rendered, strings cleaned; rendered_done() */
};

void rendered_done(struct rendered *rendered);

/* ERR_INPUT for an unknown kind, a payload that is not JSON or that lacks what the template needs.
 */
int render_message(const struct outbox_message *message, enum render_for target,
                   struct arena *arena, struct rendered *ret, struct err *err) MUST_CHECK;

/* payload.path of two names ("links", "unsubscribe"); "" when it is not there. */
const char *payload_text(const json_t *payload, const char *object, const char *key);

#endif
