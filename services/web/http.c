#include "web/http.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETAG_BYTES 16

void form_done(struct form *form)
{
    for (size_t i = 0; i < form->fields.n; i++) {
        str_done(&form->fields.items[i].value);
    }
    *form = (struct form){0};
}

void form_add(struct form *form, struct arena *arena, const char *name, const char *data,
              size_t offset, size_t n)
{
    size_t name_len = strlen(name);
    bool is_new = offset == 0 || form->fields.n == 0;
    form->n_bytes += n + (is_new ? name_len : 0);
    if (form->n_bytes > HTTP_BODY_MAX || name_len > HTTP_NAME_MAX ||
        (is_new && form->fields.n == HTTP_FIELDS_MAX)) {
        form->is_refused = true;
    }
    if (form->is_refused) {
        return;
    }
    if (is_new) {
        struct field *field = vec_add(arena, &form->fields);
        field->name = arena_strdup(arena, name);
    }
    str_add_n(&form->fields.items[form->fields.n - 1].value, data, n);
}

/* No NUL and no control characters but those of a text area. */
static bool is_clean(const struct str *value)
{
    const char *text = str_text(value);
    if (strlen(text) != value->len || !utf8_is_valid(text, value->len, NULL)) {
        return false;
    }
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if ((*p < 0x20 && *p != '\n' && *p != '\r' && *p != '\t') || *p == 0x7F) {
            return false;
        }
    }
    return true;
}

void form_check(struct form *form)
{
    for (size_t i = 0; i < form->fields.n; i++) {
        const struct field *field = &form->fields.items[i];
        if (!is_clean(&field->value) || !utf8_is_valid(field->name, strlen(field->name), NULL)) {
            form->is_refused = true;
        }
    }
}

const char *form_get(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->fields.n; i++) {
        if (strcmp(form->fields.items[i].name, name) == 0) {
            return str_text(&form->fields.items[i].value);
        }
    }
    return NULL;
}

const char *form_text(const struct form *form, const char *name)
{
    const char *value = form_get(form, name);
    return value == NULL ? "" : value;
}

int64_t form_id(const struct form *form, const char *name)
{
    const char *text = form_text(form, name);
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 18 || text[n] != '\0') {
        return -1;
    }
    return strtoll(text, NULL, 10);
}

static int two_digits(const char *p)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') {
        return -1;
    }
    return (p[0] - '0') * 10 + (p[1] - '0');
}

int parse_hhmm(const char *text)
{
    size_t len = strlen(text);
    if ((len != 5 && len != 8) || text[2] != ':') {
        return -1;
    }
    if (len == 8 && (text[5] != ':' || two_digits(text + 6) < 0 || two_digits(text + 6) > 59)) {
        return -1;
    }
    int hour = two_digits(text);
    int minute = two_digits(text + 3);
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

const char *format_hhmm(int minutes, char *buf)
{
    (void)snprintf(buf, 8, "%02d:%02d", (minutes / 60) % 24, minutes % 60);
    return buf;
}

void response_init(struct response *res)
{
    *res = (struct response){
        .status = 200,
        .content_type = "text/html; charset=utf-8",
        .cache_control = "no-store",
        .route = "none",
    };
}

void response_done(struct response *res)
{
    str_done(&res->body);
}

void response_see_other(const struct request *req, struct response *res, const char *path)
{
    res->status = 303;
    str_clear(&res->body);
    res->content_type = "text/plain; charset=utf-8";
    res->location = arena_printf(req->arena, "%s%s", req->base, path);
}

/* Is etag one of the list in an If-None-Match header? Compared weakly, as the header asks. */
static bool etag_is_listed(const char *list, const char *etag)
{
    size_t len = strlen(etag);
    for (const char *p = list; *p != '\0';) {
        p += strspn(p, " \t,");
        if (*p == '*') {
            return true;
        }
        p += str_starts(p, "W/") ? 2 : 0;
        if (strncmp(p, etag, len) == 0) {
            return true;
        }
        p += *p == '"' ? 1 + strcspn(p + 1, "\"") : 0;
        p += strcspn(p, ",");
    }
    return false;
}

void response_etag(const struct request *req, struct response *res)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (EVP_Digest(str_text(&res->body), res->body.len, digest, &len, EVP_sha256(), NULL) != 1) {
        abort();
    }
    char *etag = arena_alloc(req->arena, 2 + 2 * ETAG_BYTES + 1);
    etag[0] = '"';
    for (size_t i = 0; i < ETAG_BYTES; i++) {
        (void)snprintf(etag + 1 + 2 * i, 3, "%02x", digest[i]);
    }
    etag[1 + 2 * ETAG_BYTES] = '"';
    res->etag = etag;
    if (etag_is_listed(req->if_none_match, etag)) {
        res->status = 304;
        str_clear(&res->body);
    }
}
