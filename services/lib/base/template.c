#include "base/template.h"

#include <stdio.h>
#include <string.h>

#define MAX_DEPTH 16
#define NAME_SIZE 96

struct renderer {
    const char *name;
    const char *text; /* the whole template, for line numbers */
    enum template_escape escape;
    struct str *out;
    struct err *err;
    const json_t *scopes[MAX_DEPTH + 1]; /* innermost last */
    int n_scopes;
};

struct tag {
    char kind;            /* '#', '^', '/', '!', '{' or 0 for a plain value */
    char name[NAME_SIZE]; /* trimmed */
    const char *start;    /* first byte of the tag, or of its line when it stands alone */
    const char *end;      /* behind the tag, or behind its line */
};

static int fail(const struct renderer *r, const char *at, const char *what, const char *name)
{
    size_t line = 1;
    for (const char *p = r->text; p < at; p++) {
        line += *p == '\n';
    }
    (void)err_set(r->err, ERR_INPUT, "%s {{%s}}", what, name);
    (void)err_where(r->err, "%s:%zu", r->name, line);
    return ERR_INPUT;
}

/* Stretches a section tag that stands alone on its line over the whole line. */
static void take_line(const char *text, struct tag *tag)
{
    const char *start = tag->start;
    while (start > text && (start[-1] == ' ' || start[-1] == '\t')) {
        start--;
    }
    const char *end = tag->end;
    while (*end == ' ' || *end == '\t' || *end == '\r') {
        end++;
    }
    if ((start == text || start[-1] == '\n') && (*end == '\n' || *end == '\0')) {
        tag->start = start;
        tag->end = *end == '\n' ? end + 1 : end;
    }
}

/* Finds the next tag at or behind p. 1 = found, 0 = none, < 0 = broken. */
static int next_tag(const struct renderer *r, const char *p, struct tag *tag)
{
    const char *open = strstr(p, "{{");
    if (open == NULL) {
        return 0;
    }
    const char *inner = open + 2;
    tag->kind = strchr("#^/!{", *inner) != NULL && *inner != '\0' ? *inner++ : '\0';
    const char *closing = tag->kind == '{' ? "}}}" : "}}";
    const char *close = strstr(inner, closing);
    if (close == NULL) {
        return fail(r, open, "never closed:", "");
    }
    tag->start = open;
    tag->end = close + strlen(closing);
    inner += strspn(inner, " \t");
    size_t n = close > inner ? (size_t)(close - inner) : 0;
    while (n > 0 && (inner[n - 1] == ' ' || inner[n - 1] == '\t')) {
        n--;
    }
    if (tag->kind == '!') {
        n = 0;
    }
    if (n >= NAME_SIZE) {
        return fail(r, open, "the name is too long:", "");
    }
    memcpy(tag->name, inner, n);
    tag->name[n] = '\0';
    if (tag->kind == '#' || tag->kind == '^' || tag->kind == '/' || tag->kind == '!') {
        take_line(r->text, tag);
    }
    return 1;
}

/* Looks a dotted name up, innermost scope first; NULL = nowhere. */
static const json_t *look_up(const struct renderer *r, const char *name)
{
    if (strcmp(name, ".") == 0) {
        return r->scopes[r->n_scopes - 1];
    }
    size_t n = strcspn(name, ".");
    const json_t *value = NULL;
    for (int i = r->n_scopes - 1; i >= 0 && value == NULL; i--) {
        value = json_object_getn(r->scopes[i], name, n);
    }
    while (value != NULL && name[n] == '.') {
        name += n + 1;
        n = strcspn(name, ".");
        value = json_object_getn(value, name, n);
    }
    return value;
}

static bool is_true(const json_t *value)
{
    if (value == NULL) {
        return false;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_TRUE: return true;
    case JSON_ARRAY: return json_array_size(value) > 0;
    case JSON_STRING: return json_string_length(value) > 0;
    case JSON_INTEGER: return json_integer_value(value) != 0;
    case JSON_REAL: return json_real_value(value) != 0;
    case JSON_FALSE:
    case JSON_NULL: break;
    }
    return false;
}

/* What stands for c; NULL = c itself. */
static const char *html_for(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* Characters that do not stand for themselves, by enum template_escape. */
static const char *const special[] = {"\n\r", "&<>\"'", "\n\r\\`*_{}[]<>()#+-=.!|&~"};

static void add_escaped(const struct renderer *r, const char *text)
{
    for (;;) {
        size_t n = strcspn(text, special[r->escape]);
        str_add_n(r->out, text, n);
        text += n;
        if (*text == '\0') {
            return;
        }
        if (r->escape == TEMPLATE_HTML) {
            str_add(r->out, html_for(*text));
        } else if (*text == '\n' || *text == '\r') {
            str_add_char(r->out, ' ');
        } else {
            str_add_char(r->out, '\\');
            str_add_char(r->out, *text);
        }
        text++;
    }
}

static int add_value(struct renderer *r, const struct tag *tag)
{
    const json_t *value = look_up(r, tag->name);
    char number[40];
    const char *text = NULL;
    if (json_is_string(value)) {
        text = json_string_value(value);
    } else if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        text = number;
    } else if (json_is_real(value)) {
        (void)snprintf(number, sizeof number, "%g", json_real_value(value));
        text = number;
    } else {
        return fail(r, tag->start, "no text or number for", tag->name);
    }
    if (tag->kind == '{') {
        str_add(r->out, text);
    } else {
        add_escaped(r, text);
    }
    return 0;
}

static int render_block(struct renderer *r, const char *p, const char *end);

/* Finds the {{/name}} of the section opened by *open. */
static int find_close(const struct renderer *r, const struct tag *open, struct tag *ret)
{
    int depth = 1;
    const char *p = open->end;
    for (;;) {
        int found = next_tag(r, p, ret);
        if (found < 0) {
            return found;
        }
        if (found == 0) {
            return fail(r, open->start, "never ended:", open->name);
        }
        depth += ret->kind == '#' || ret->kind == '^';
        depth -= ret->kind == '/';
        if (depth == 0) {
            return strcmp(ret->name, open->name) == 0
                       ? 0
                       : fail(r, ret->start, "ends another section:", ret->name);
        }
        p = ret->end;
    }
}

static int render_scoped(struct renderer *r, const json_t *scope, const struct tag *open,
                         const struct tag *close)
{
    if (r->n_scopes > MAX_DEPTH) {
        return fail(r, open->start, "nested too deeply:", open->name);
    }
    r->scopes[r->n_scopes++] = scope;
    int result = render_block(r, open->end, close->start);
    r->n_scopes--;
    return result;
}

static int render_section(struct renderer *r, const struct tag *open, const struct tag *close)
{
    const json_t *value = look_up(r, open->name);
    if (open->kind == '^') {
        return is_true(value) ? 0 : render_block(r, open->end, close->start);
    }
    if (!is_true(value)) {
        return 0;
    }
    if (!json_is_array(value)) {
        return render_scoped(r, value, open, close);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        int result = render_scoped(r, json_array_get(value, i), open, close);
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

static int render_block(struct renderer *r, const char *p, const char *end)
{
    while (p < end) {
        struct tag tag = {0};
        struct tag close = {0};
        int result = next_tag(r, p, &tag);
        if (result < 0) {
            return result;
        }
        if (result == 0 || tag.start >= end) {
            str_add_n(r->out, p, (size_t)(end - p));
            return 0;
        }
        str_add_n(r->out, p, (size_t)(tag.start - p));
        p = tag.end;
        switch (tag.kind) {
        case '!': continue;
        case '/': return fail(r, tag.start, "ends nothing:", tag.name);
        case '#':
        case '^':
            result = find_close(r, &tag, &close);
            result = result < 0 ? result : render_section(r, &tag, &close);
            p = close.end;
            break;
        default: result = add_value(r, &tag); break;
        }
        if (result < 0) {
            return result;
        }
    }
    return 0;
}

int template_render(const char *name, const char *text, const json_t *data,
                    enum template_escape escape, struct str *out, struct err *err)
{
    struct renderer r = {name, text, escape, out, err, {data}, 1};
    return render_block(&r, text, text + strlen(text));
}
