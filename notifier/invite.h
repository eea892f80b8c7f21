/* invite: the calendar of a message, from payload.calendar (core/notice.h). */
#ifndef ROLLCALL_NOTIFIER_INVITE_H
#define ROLLCALL_NOTIFIER_INVITE_H

#include "base/str.h"
#include "notifier/compose.h"

#include <jansson.h>

/* Adds nothing when the payload has no calendar entries. ERR_INPUT for an entry without uid or with
 * an end that is not behind its start. */
int invite_write(const json_t *payload, const struct sender *sender, struct arena *arena,
                 struct str *out, struct err *err) MUST_CHECK;

#endif
