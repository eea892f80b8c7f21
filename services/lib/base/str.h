/* str: a growing string on the heap. Zero-initialised is empty; str_done() releases it. */
#ifndef ROLLCALL_BASE_STR_H
#define ROLLCALL_BASE_STR_H

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct str {
    char *data; /* owned, NUL-terminated; NULL while empty: use str_text() to read */
    size_t len; /* bytes without the NUL */
    size_t cap;
};

void str_done(struct str *s);
void str_clear(struct str *s); /* empty, memory kept */
const char *str_text(const struct str *s);
void str_reserve(struct str *s, size_t more); /* room for so many bytes behind its end */
void str_add(struct str *s, const char *text);
void str_add_n(struct str *s, const char *text, size_t n);
void str_add_char(struct str *s, char c);
void str_printf(struct str *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
void str_truncate(struct str *s, size_t len);

/* Small questions about C strings, in one place. */
bool str_is_empty(const char *s);             /* NULL or "" */
bool str_equal(const char *a, const char *b); /* NULL equals "" */
bool str_starts(const char *s, const char *head);
bool str_starts_nocase(const char *s, const char *head); /* ASCII case */
bool str_equal_nocase(const char *a, const char *b);     /* ASCII case */
/* True when s[0..n) is well-formed UTF-8 (no surrogates, no overlong forms, <= U+10FFFF). On false
 * *ret_offset (may be NULL) is the first bad byte. */
bool utf8_is_valid(const char *s, size_t n, size_t *ret_offset);
/* Cuts s to at most max bytes at a character boundary; returns the length kept. */
size_t utf8_cut(const char *s, size_t n, size_t max);

#endif
