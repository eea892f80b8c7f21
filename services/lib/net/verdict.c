#include "net/verdict.h"

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a server says goes into logs and tables: one line, well-formed UTF-8, cut at a character. */
static void tidy(char *text)
{
    for (char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F) {
            *p = ' ';
        }
    }
    size_t bad = 0;
    size_t n = utf8_cut(text, strlen(text), strlen(text));
    text[n] = '\0';
    while (!utf8_is_valid(text, n, &bad)) {
        text[bad] = '?';
    }
}

void verdict_set(struct verdict *verdict, enum verdict_what what, enum verdict_scope scope,
                 const char *code, const char *fmt, ...)
{
    *verdict = (struct verdict){.what = what, .scope = scope};
    (void)snprintf(verdict->code, sizeof verdict->code, "%s", code);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(verdict->detail, sizeof verdict->detail, fmt, ap);
    va_end(ap);
    tidy(verdict->code);
    tidy(verdict->detail);
}

const char *verdict_what_name(enum verdict_what what)
{
    static const char *const names[] = {"sent", "later", "refused"};
    return names[what];
}

const char *verdict_scope_name(enum verdict_scope scope)
{
    static const char *const names[] = {"message", "recipient", "channel"};
    return names[scope];
}
