/*
 * template: texts with {{placeholders}}, the subset of mustache(5) that messages and pages need.
 *
 *   {{name}}             the value, escaped; a.b reaches into objects; {{.}} is the item itself
 *   {{{name}}}           the value as it is (only for values that the program made itself)
 *   {{#name}}...{{/name}} once per item of an array, or once when true, non-empty, non-zero
 *   {{^name}}...{{/name}} once when absent, false, empty, zero
 *   {{! comment }}
 * A section or comment tag alone on its line takes the line with it. A name that the data does not
 * have is an error: a template that promises something must get it. (Absent inside {{#}}/{{^}} is
 * fine.)
 */
#ifndef ROLLCALL_BASE_TEMPLATE_H
#define ROLLCALL_BASE_TEMPLATE_H

#include "base/err.h"
#include "base/str.h"

#include <jansson.h>

enum template_escape {
    TEMPLATE_PLAIN,    /* as it is; line breaks become blanks */
    TEMPLATE_HTML,     /* & < > " ' */
    TEMPLATE_MARKDOWN, /* characters that CommonMark would read as markup get a backslash */
};

/* Adds the rendered text to out. ERR_INPUT with where "name:line" for a broken template or a
 * missing value. */
int template_render(const char *name, const char *text, const json_t *data,
                    enum template_escape escape, struct str *out, struct err *err) MUST_CHECK;

#endif
