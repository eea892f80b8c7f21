/* file: whole files in and out, with limits. */
#ifndef ROLLCALL_BASE_FILE_H
#define ROLLCALL_BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>

/* Reads the whole file ("-" is standard input) into the arena, NUL-terminated (the NUL is not in
 * *ret_len). ERR_SYSTEM when it cannot be read, ERR_LIMIT when it is larger than max bytes; err's
 * where is the path. */
int file_read(const char *path, size_t max, struct arena *arena, char **ret_data, size_t *ret_len,
              struct err *err) MUST_CHECK;

/* Writes to path.tmp, syncs, renames over path: never a half-written file. */
int file_write(const char *path, const void *data, size_t len, unsigned mode,
               struct err *err) MUST_CHECK;

#endif
