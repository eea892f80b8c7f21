/* supervise: keeps a set of worker processes running. */
#ifndef ROLLCALL_CTL_SUPERVISE_H
#define ROLLCALL_CTL_SUPERVISE_H

#include "base/err.h"

/*
 * Starts `program worker NAME` for each worker and starts those anew that end, with growing waits.
 * Calls ready() once all run. Returns after SIGTERM or SIGINT, when all have ended: they are asked
 * with SIGTERM; a second signal, or 20 seconds, kills them. A worker also ends when we do.
 */
int supervise(const char *program, void (*ready)(void), struct err *err) MUST_CHECK;

#endif
