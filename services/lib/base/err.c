#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (err == NULL) {
        return (int)code;
    }
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->message, sizeof err->message, fmt, ap);
    va_end(ap);
    err->code = (int)code;
    err->where[0] = '\0';
    return (int)code;
}

int err_errno(struct err *err, enum err_code code, const char *fmt, ...)
{
    int saved = errno;
    if (err == NULL) {
        return (int)code;
    }
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(err->message, sizeof err->message, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof err->message) {
        (void)snprintf(err->message + n, sizeof err->message - (size_t)n, ": %s", strerror(saved));
    }
    err->code = (int)code;
    err->where[0] = '\0';
    return (int)code;
}

int err_where(struct err *err, const char *fmt, ...)
{
    if (err == NULL) {
        return ERR_INPUT;
    }
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->where, sizeof err->where, fmt, ap);
    va_end(ap);
    return err->code;
}

const char *err_text(const struct err *err, char *buf, unsigned long size)
{
    if (err->where[0] != '\0') {
        (void)snprintf(buf, size, "%s: %s", err->where, err->message);
    } else {
        (void)snprintf(buf, size, "%s", err->message);
    }
    return buf;
}
