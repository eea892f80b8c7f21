#include "formats/json.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define MAX_KEY 80 /* bytes of a member's name that a path shows */

static size_t skip_bom(const char *text, size_t len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

int json_read(const struct format_input *in, json_t **ret_root, struct err *err)
{
    json_error_t error;
    size_t bom = skip_bom(in->text, in->len);
    json_t *root = json_loadb(in->text + bom, in->len - bom, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        (void)err_set(err, ERR_INPUT, "this is not JSON that can be read: %s", error.text);
        return err_where(err, "%s:%d", in->name, error.line);
    }
    *ret_root = root;
    return 0;
}

struct json_at json_root(json_t *root)
{
    return (struct json_at){.value = root};
}

struct json_at json_member(const struct json_at *up, const char *key)
{
    return (struct json_at){.up = up, .key = key, .value = json_object_get(up->value, key)};
}

struct json_at json_item(const struct json_at *up, size_t index)
{
    return (struct json_at){.up = up, .index = index, .value = json_array_get(up->value, index)};
}

size_t json_count(const struct json_at *at)
{
    return json_array_size(at->value);
}

bool json_is_there(const struct json_at *at)
{
    return at->value != NULL && !json_is_null(at->value);
}

static bool is_plain_key(const char *key)
{
    size_t plain = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
    return plain > 0 && key[plain] == '\0';
}

static void add_path(struct str *out, const struct json_at *at)
{
    if (at->up == NULL) {
        str_add_char(out, '$');
        return;
    }
    add_path(out, at->up);
    if (at->key == NULL) {
        str_printf(out, "[%zu]", at->index);
        return;
    }
    /* Every session has a place, and they may share one very long key. */
    size_t n = utf8_cut(at->key, strlen(at->key), MAX_KEY);
    str_add(out, is_plain_key(at->key) ? "." : "[\"");
    str_add_n(out, at->key, n);
    str_add(out, is_plain_key(at->key) ? "" : "\"]");
}

const char *json_place(struct arena *arena, const struct json_at *at)
{
    struct str path = {0};
    add_path(&path, at);
    const char *place = arena_printf(arena, ": %s", str_text(&path));
    str_done(&path);
    return place;
}

static json_t *of_languages(json_t *object)
{
    json_t *english = json_object_get(object, "en");
    if (json_is_string(english)) {
        return english;
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        if (json_is_string(value)) {
            return value;
        }
    }
    return NULL;
}

const char *json_text(struct arena *arena, const struct json_at *at)
{
    json_t *value = json_is_object(at->value) ? of_languages(at->value) : at->value;
    if (json_is_string(value)) {
        return arena_strdup(arena, json_string_value(value));
    }
    if (json_is_integer(value)) {
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    }
    if (json_is_real(value)) {
        return arena_printf(arena, "%.15g", json_real_value(value));
    }
    return "";
}

const char *json_member_text(struct arena *arena, const struct json_at *up, const char *key)
{
    struct json_at at = json_member(up, key);
    return json_text(arena, &at);
}

int json_member_count(const struct json_at *up, const char *key, int max)
{
    json_int_t n = json_integer_value(json_object_get(up->value, key));
    return n > 0 && n <= max ? (int)n : 0;
}

int json_expect(const struct build *b, const struct json_at *at, json_type type)
{
    if (at->value != NULL && json_typeof(at->value) == type) {
        return 0;
    }
    return build_fail(b, json_place(b->arena, at), "%s is %s",
                      type == JSON_OBJECT ? "an object" : "an array",
                      at->value == NULL ? "missing here" : "expected here");
}

/* --- skimming --- */

struct skim {
    const char *p;
    const char *end;
};

static void skip_blanks(struct skim *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t')) {
        s->p++;
    }
}

/* Behind the string whose opening quote p stands on. */
static void skip_string(struct skim *s)
{
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        s->p += *s->p == '\\' && s->p + 1 < s->end;
    }
    s->p += s->p < s->end;
}

/* Behind the value that p stands on. */
static void skip_value(struct skim *s)
{
    size_t depth = 0;
    while (s->p < s->end) {
        char c = *s->p;
        if (c == '"') {
            skip_string(s);
        } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
            return;
        } else {
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
            s->p++;
        }
        if (depth == 0 && (c == '"' || c == '}' || c == ']')) {
            return;
        }
    }
}

/* Stands on an object: moves to the value of that member. */
static bool enter_member(struct skim *s, const char *key, size_t key_len)
{
    skip_blanks(s);
    if (s->p == s->end || *s->p != '{') {
        return false;
    }
    for (s->p++; s->p < s->end;) {
        skip_blanks(s);
        if (s->p == s->end || *s->p != '"') {
            return false;
        }
        const char *name = s->p + 1;
        skip_string(s);
        bool is_it = (size_t)(s->p - name) == key_len + 1 && memcmp(name, key, key_len) == 0;
        skip_blanks(s);
        if (s->p == s->end || *s->p != ':') {
            return false;
        }
        s->p++;
        if (is_it) {
            return true;
        }
        skip_blanks(s);
        skip_value(s);
        skip_blanks(s);
        if (s->p == s->end || *s->p != ',') {
            return false;
        }
        s->p++;
    }
    return false;
}

char json_peek(const char *text, size_t len, const char *path)
{
    struct skim s = {text + skip_bom(text, len), text + len};
    while (*path != '\0') {
        size_t n = strcspn(path, ".");
        skip_blanks(&s);
        if (s.p < s.end && *s.p == '[') { /* the first item stands for all */
            s.p++;
        }
        if (!enter_member(&s, path, n)) {
            return '\0';
        }
        path += n + (path[n] == '.');
    }
    skip_blanks(&s);
    return s.p < s.end ? *s.p : '\0';
}

bool json_has_path(const char *text, size_t len, const char *path)
{
    return json_peek(text, len, path) != '\0';
}
