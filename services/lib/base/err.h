/*
 * err: what went wrong, as a value.
 *
 * A function that can fail takes `struct err *err` last and returns int: 0 done, > 0 an outcome
 * that its header names, < 0 a failure with err filled (the code is returned as well). The caller
 * passes failures up unchanged; programs print or log them once.
 */
#ifndef ROLLCALL_BASE_ERR_H
#define ROLLCALL_BASE_ERR_H

#include <stdarg.h>

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum err_code {
    ERR_INPUT = -1, /* what we were given cannot be used; `where` says file and line or JSON path */
    ERR_USAGE = -2, /* the command line or a setting is wrong */
    ERR_LIMIT = -3, /* larger than we accept */
    ERR_SYSTEM = -4, /* the operating system refused: file, memory map, process */
    ERR_DB = -5,     /* the database refused or is gone */
    ERR_NET = -6,    /* the network or the other side of it */
    ERR_RETRY = -7,  /* serialisation failure or deadlock: the same work may be tried again */
};

struct err {
    int code;          /* an enum err_code; 0 = nothing happened */
    char message[512]; /* what could not be done and to which thing; lower case, no full stop */
    char where[256];   /* "file:line", "file: $.path"; "" = no place to name */
};

/* Fills *err (may be NULL) and returns code, so that callers can write `return err_set(...)`. Keeps
 * no `where`. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set() with the text of errno behind the message: "...: No such file or directory". */
int err_errno(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Sets the place of an error that is already filled. Returns err->code. */
int err_where(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "where: message" or "message", for people. The result lives in buf. */
const char *err_text(const struct err *err, char *buf, unsigned long size);

#endif
