#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PRINTF_ROOM 48 /* what most of what is printed fits in */

void str_done(struct str *s)
{
    free(s->data);
    *s = (struct str){0};
}

void str_clear(struct str *s)
{
    str_truncate(s, 0);
}

const char *str_text(const struct str *s)
{
    return s->data == NULL ? "" : s->data;
}

void str_reserve(struct str *s, size_t more)
{
    size_t need = 0;
    if (__builtin_add_overflow(s->len, more, &need) || need > SIZE_MAX / 4) {
        abort();
    }
    need++;
    if (need <= s->cap) {
        return;
    }
    size_t cap = s->cap == 0 ? 64 : s->cap;
    while (cap < need) {
        cap *= 2;
    }
    char *data = realloc(s->data, cap);
    if (data == NULL) {
        abort();
    }
    data[s->len] = '\0';
    s->data = data;
    s->cap = cap;
}

void str_add_n(struct str *s, const char *text, size_t n)
{
    str_reserve(s, n);
    if (n > 0) {
        memcpy(s->data + s->len, text, n);
    }
    s->len += n;
    s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
    str_add_n(s, text, strlen(text));
}

void str_add_char(struct str *s, char c)
{
    if (s->len + 1 < s->cap) {
        s->data[s->len++] = c;
        s->data[s->len] = '\0';
        return;
    }
    str_add_n(s, &c, 1);
}

void str_printf(struct str *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    str_reserve(s, PRINTF_ROOM);
    int n = vsnprintf(s->data + s->len, s->cap - s->len, fmt, ap);
    va_end(ap);
    if (n < 0) {
        abort();
    }
    if ((size_t)n >= s->cap - s->len) { /* it did not fit */
        str_reserve(s, (size_t)n);
        (void)vsnprintf(s->data + s->len, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    s->len += (size_t)n;
}

void str_truncate(struct str *s, size_t len)
{
    if (len < s->len) {
        s->len = len;
        s->data[len] = '\0';
    }
}

bool str_is_empty(const char *s)
{
    return s == NULL || s[0] == '\0';
}

bool str_equal(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

bool str_starts(const char *s, const char *head)
{
    return strncmp(s, head, strlen(head)) == 0;
}

bool str_starts_nocase(const char *s, const char *head)
{
    return strncasecmp(s, head, strlen(head)) == 0;
}

bool str_equal_nocase(const char *a, const char *b)
{
    return strcasecmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* Length of the well-formed sequence at p (n bytes left), 0 when there is none: Unicode 15, table
 * 3-7. */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80) {
        return 1;
    }
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || n < len) {
        return 0;
    }
    unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

bool utf8_is_valid(const char *s, size_t n, size_t *ret_offset)
{
    const unsigned char *p = (const unsigned char *)s;
    for (size_t i = 0; i < n;) {
        size_t len = utf8_sequence(p + i, n - i);
        if (len == 0) {
            if (ret_offset != NULL) {
                *ret_offset = i;
            }
            return false;
        }
        i += len;
    }
    return true;
}

size_t utf8_cut(const char *s, size_t n, size_t max)
{
    if (n <= max) {
        return n;
    }
    while (max > 0 && ((unsigned char)s[max] & 0xC0) == 0x80) {
        max--;
    }
    return max;
}
