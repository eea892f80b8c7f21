/*
 * maildir: writes messages into a Maildir (https://cr.yp.to/proto/maildir.html), each name once.
 */
#ifndef ROLLCALL_NOTIFIER_MAILDIR_H
#define ROLLCALL_NOTIFIER_MAILDIR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes path with tmp, new and cur, where they are not there. A sub-folder (Maildir++) gets the
 * mark that it is one. */
int maildir_make(const char *path, bool is_subfolder, struct err *err) MUST_CHECK;

enum { MAILDIR_KNOWN = 1 };

/*
 * Puts data into path/new/name, synced, never half: 0. A message of that name that is there
 * already, read or not, stays as it is: MAILDIR_KNOWN. is_repeat: it may be in cur, look there, too
 * (that takes time that grows with the folder). name has neither slash nor colon.
 */
int maildir_put(const char *path, const char *name, const char *data, size_t len, bool is_repeat,
                struct err *err) MUST_CHECK;

#endif
