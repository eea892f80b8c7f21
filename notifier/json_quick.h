/*
 * json_quick: reads the JSON that payloads are made of in a third of the time that json_loads()
 * takes, which was the largest part of composing a message. What is not plain (escapes, fractions,
 * a key twice, deep nesting, anything wrong) it leaves to json_loads().
 */
#ifndef ROLLCALL_NOTIFIER_JSON_QUICK_H
#define ROLLCALL_NOTIFIER_JSON_QUICK_H

#include <stddef.h>

#include <jansson.h>

/* The value of text[0..n), which json_loads(text, JSON_REJECT_DUPLICATES, ...) would give as well;
 * the caller's. NULL: ask json_loads(). text[n] is NUL. */
json_t *json_quick(const char *text, size_t n);

#endif
