/*
 * embedded: the private PostgreSQL cluster under ROLLCALL_VAR, on a Unix socket only.
 *
 * PostgreSQL does not run as root: started by root it belongs to the user `postgres`, else to the
 * caller. Where that user cannot reach ROLLCALL_VAR (a home folder of root's), the data lies under
 * /var/lib/rollcall instead and ROLLCALL_VAR/postgres is a link to it.
 */
#ifndef ROLLCALL_STORE_EMBEDDED_H
#define ROLLCALL_STORE_EMBEDDED_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

/* The cluster's address, running or not. Lives in the arena. */
const char *embedded_url(struct arena *arena);

/* Makes the cluster if there is none and starts it. *ret_started is false when it ran already.
 * ERR_SYSTEM with what was missing and where its log is. */
int embedded_start(bool *ret_started, struct err *err) MUST_CHECK;
/* Stops it (fast shutdown); fine when it does not run. */
int embedded_stop(struct err *err) MUST_CHECK;

#endif
