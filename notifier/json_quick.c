#include "notifier/json_quick.h"

#include "base/str.h"

#include <string.h>

#define MAX_DEPTH  16
#define MAX_DIGITS 18 /* what fits json_int_t whatever they are */

struct reader {
    const char *p; /* the text ends with NUL, which is no part of any value */
    int depth;
};

static json_t *read_value(struct reader *r);

/* True when c is next, behind blanks; it is then passed. */
static bool takes(struct reader *r, char c)
{
    while (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r') {
        r->p++;
    }
    if (*r->p != c) {
        return false;
    }
    r->p++;
    return true;
}

/* Behind its opening quote, up to behind the closing one. False: it is not plain. */
static bool read_string(struct reader *r, const char **ret, size_t *ret_n)
{
    const char *start = r->p;
    while (*r->p != '"') {
        if ((unsigned char)*r->p < 0x20 || *r->p == '\\') {
            return false;
        }
        r->p++;
    }
    *ret = start;
    *ret_n = (size_t)(r->p++ - start);
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static json_t *read_number(struct reader *r)
{
    bool is_negative = *r->p == '-';
    const char *start = r->p += is_negative;
    json_int_t value = 0;
    while (is_digit(*r->p) && r->p - start < MAX_DIGITS) {
        value = value * 10 + (*r->p++ - '0');
    }
    ptrdiff_t n = r->p - start;
    bool has_more = is_digit(*r->p) || *r->p == '.' || *r->p == 'e' || *r->p == 'E';
    if (n == 0 || (n > 1 && start[0] == '0') || has_more) {
        return NULL;
    }
    return json_integer(is_negative ? -value : value);
}

/* Frees what was read of a value that is not plain after all. */
static json_t *drop(json_t *value)
{
    json_decref(value);
    return NULL;
}

static json_t *read_array(struct reader *r)
{
    json_t *array = json_array();
    if (takes(r, ']')) {
        return array;
    }
    do {
        json_t *item = read_value(r);
        if (item == NULL || json_array_append_new(array, item) != 0) {
            return drop(array);
        }
    } while (takes(r, ','));
    return takes(r, ']') ? array : drop(array);
}

static json_t *read_object(struct reader *r)
{
    json_t *object = json_object();
    const char *key = NULL;
    size_t n = 0;
    size_t n_keys = 0;
    if (takes(r, '}')) {
        return object;
    }
    do {
        json_t *value = NULL;
        if (!takes(r, '"') || !read_string(r, &key, &n) || !takes(r, ':') ||
            (value = read_value(r)) == NULL ||
            json_object_setn_new_nocheck(object, key, n, value) != 0 ||
            json_object_size(object) != ++n_keys) {
            return drop(object);
        }
    } while (takes(r, ','));
    return takes(r, '}') ? object : drop(object);
}

static json_t *read_word(struct reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    json_t *const values[] = {json_true(), json_false(), json_null()}; /* not counted */
    for (size_t i = 0; i < 3; i++) {
        if (str_starts(r->p, words[i])) {
            r->p += strlen(words[i]);
            return values[i];
        }
    }
    return NULL;
}

static json_t *read_value(struct reader *r)
{
    const char *text = NULL;
    size_t n = 0;
    json_t *value = NULL;
    if (r->depth == MAX_DEPTH) {
        return NULL;
    }
    r->depth++;
    if (takes(r, '"')) {
        value = read_string(r, &text, &n) ? json_stringn_nocheck(text, n) : NULL;
    } else if (takes(r, '{')) {
        value = read_object(r);
    } else if (takes(r, '[')) {
        value = read_array(r);
    } else if (*r->p == '-' || is_digit(*r->p)) {
        value = read_number(r);
    } else {
        value = read_word(r);
    }
    r->depth--;
    return value;
}

json_t *json_quick(const char *text, size_t n)
{
    struct reader r = {.p = text};
    json_t *value = utf8_is_valid(text, n, NULL) ? read_value(&r) : NULL;
    if (value != NULL && (!takes(&r, '\0') || r.p != text + n + 1)) {
        return drop(value);
    }
    return value;
}
