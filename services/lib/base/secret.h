/* secret: the key that signs links, from ROLLCALL_SECRET or made once under ROLLCALL_VAR. */
#ifndef ROLLCALL_BASE_SECRET_H
#define ROLLCALL_BASE_SECRET_H

#include "base/err.h"

/* Loads the key into base/token; makes ROLLCALL_VAR/secret (mode 0600, 256 random bits) when
 * neither is there. Every program that signs or opens links calls it once. */
int secret_load(struct err *err) MUST_CHECK;

#endif
