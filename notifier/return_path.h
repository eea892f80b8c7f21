/*
 * return_path: envelope senders that say which message a bounce is about (the idea of VERP). A * in
 * the address stands for the message's token, which nobody can make up: bounces+*@example.org.
 */
#ifndef ROLLCALL_NOTIFIER_RETURN_PATH_H
#define ROLLCALL_NOTIFIER_RETURN_PATH_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ERR_USAGE when the pattern, with or without *, gives no address that mail can have. */
int return_path_check(const char *pattern, struct err *err) MUST_CHECK;

/* The envelope sender of that message; the pattern itself when it has no *. */
const char *return_path_of(const char *pattern, int64_t event_id, int64_t outbox_id,
                           struct arena *arena);

/* Looks in text[0..n) for a return path of ours, whole and in any case. False = there is none. */
bool return_path_find(const char *pattern, const char *text, size_t n, int64_t *ret_event_id,
                      int64_t *ret_outbox_id);

#endif
