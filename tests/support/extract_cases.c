#include "support/extract_cases.h"

#include <string.h>

#define HEAD  "=== "
#define SPLIT "\n--- expected\n"

static bool starts_with_head(const char *s)
{
    return strncmp(s, HEAD, strlen(HEAD)) == 0;
}

bool extract_case_next(char **rest, struct extract_case *ret, bool *ret_is_broken)
{
    char *head = *rest;
    *ret_is_broken = head != NULL && !starts_with_head(head);
    if (head == NULL || *ret_is_broken) {
        return false;
    }
    char *eol = strchr(head, '\n');
    char *split = eol == NULL ? NULL : strstr(eol, SPLIT); /* an empty text shares the line feed */
    if (split == NULL) {
        *ret_is_broken = true;
        return false;
    }
    char *expected = split + strlen(SPLIT);
    char *end = starts_with_head(expected) ? expected - 1 : strstr(expected, "\n" HEAD);
    *rest = end == NULL ? NULL : end + 1;
    if (end != NULL) {
        *end = '\0';
    }
    size_t n = end != NULL && end < expected ? 0 : strlen(expected);
    while (n > 0 && expected[n - 1] == '\n') {
        expected[--n] = '\0';
    }
    *eol = '\0';
    char *text = split == eol ? eol : eol + 1;
    *ret = (struct extract_case){.name = head + strlen(HEAD),
                                 .text = text,
                                 .len = split == eol ? 0 : (size_t)(split + 1 - text),
                                 .expected = n == 0 ? "" : expected};
    return true;
}
