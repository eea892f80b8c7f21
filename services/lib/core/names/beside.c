/* What stands beside a name: addresses, brackets, nicknames in quotes, what follows a dash. */
#include "core/names/internal.h"

#include "base/str.h"

#include <string.h>

void names_copy_trimmed(char *out, size_t size, const char *s, size_t n)
{
    while (n > 0 && (s[0] == ' ' || s[0] == '\t' || s[0] == ',')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == ',')) {
        n--;
    }
    n = n < size ? n : utf8_cut(s, n, size - 1);
    memcpy(out, s, n);
    out[n] = '\0';
}

/* Blanks out text[from..to): positions of other things stay. */
static void blank(char *text, size_t from, size_t to)
{
    memset(text + from, ' ', to - from);
}

void names_take_email(char *text, char *email, size_t size)
{
    char *at = strchr(text, '@');
    while (at != NULL) {
        char *start = at;
        while (start > text && strchr(" \t<>(),;\"[]", start[-1]) == NULL) {
            start--;
        }
        size_t len = (size_t)(at - start) + strcspn(at, " \t<>(),;\"[]");
        if (start < at && start[len - 1] != '@') {
            if (email[0] == '\0') {
                names_copy_trimmed(email, size, start, len);
            }
            blank(text, (size_t)(start - text), (size_t)(start - text) + len);
        }
        at = strchr(at + 1, '@');
    }
    for (char *p = text; *p != '\0'; p++) {
        if (*p == '<' || *p == '>') {
            *p = ' ';
        }
    }
}

void names_take_brackets(char *text, char *affiliation, size_t size)
{
    static const char open[] = "([{";
    static const char close[] = ")]}";
    for (size_t i = 0; text[i] != '\0'; i++) {
        const char *kind = strchr(open, text[i]);
        if (kind == NULL) {
            continue;
        }
        char *end = strchr(text + i, close[kind - open]);
        size_t stop = end != NULL ? (size_t)(end - text) : strlen(text);
        if (affiliation[0] == '\0') {
            names_copy_trimmed(affiliation, size, text + i + 1, stop - i - 1);
        }
        blank(text, i, end != NULL ? stop + 1 : stop);
    }
}

void names_take_quoted(char *text)
{
    char *open = strchr(text, '"');
    char *close = open != NULL ? strchr(open + 1, '"') : NULL;
    bool is_whole = open != NULL && close != NULL &&
                    strspn(text, " \"") == (size_t)(open - text) + 1 &&
                    strspn(close, " \"") == strlen(close);
    if (open != NULL && close != NULL && !is_whole) {
        blank(text, (size_t)(open - text), (size_t)(close - text) + 1);
    }
    for (char *p = text; *p != '\0'; p++) {
        if (*p == '"') {
            *p = ' ';
        }
    }
}

/* "Name - Company", "Name / Company", "Name @ Company", "Name from Company". */
void names_take_tail(char *text, char *affiliation, size_t size)
{
    static const char *const marks[] = {" - ", " – ", " — ",    " / ",  " @ ",
                                        " | ", "; ",  " from ", " at ", ": "};
    size_t first = strspn(text, " \t");
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char *mark = strstr(text + first, marks[i]);
        if (mark == NULL || mark == text + first) {
            continue;
        }
        if (affiliation[0] == '\0') {
            names_copy_trimmed(affiliation, size, mark + strlen(marks[i]),
                               strlen(mark + strlen(marks[i])));
        }
        *mark = '\0';
    }
}
