#include "support/site_rig.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define SEED "tests/browser/seed.sql"

struct site site;
struct arena *arena;
struct response res;

const char *link_of(const char *pattern, enum token_purpose purpose, int64_t subject,
                    int64_t lasts_s)
{
    static char path[400];
    char text[TOKEN_SIZE];
    const struct token token = {purpose, 1, subject, subject, clock_now_us() / SECOND_US + lasts_s};
    const char *star = strchr(pattern, '*');
    (void)snprintf(path, sizeof path, "%.*s%s%s", (int)(star - pattern), pattern,
                   token_sign(&token, text), star + 1);
    return path;
}

static void fill_form(struct form *form, const char *pairs)
{
    char *copy = arena_strdup(arena, pairs);
    for (char *pair = NULL; (pair = strsep(&copy, "&")) != NULL;) {
        char *value = strchr(pair, '=');
        if (value != NULL) {
            *value++ = '\0';
            form_add(form, arena, pair, value, 0, strlen(value));
        }
    }
}

int exchange(enum method method, const char *path, const char *pairs, const char *etag)
{
    arena_reset(arena);
    response_done(&res);
    response_init(&res);
    struct request req = {.method = method,
                          .path = arena_strndup(arena, path, strcspn(path, "?")),
                          .if_none_match = etag,
                          .now_us = clock_now_us(),
                          .arena = arena};
    if (strchr(path, '?') != NULL) {
        fill_form(&req.query, strchr(path, '?') + 1);
    }
    fill_form(method == METHOD_POST ? &req.form : &req.query, pairs);
    site_handle(&site, &req, &res);
    form_done(&req.form);
    form_done(&req.query);
    return res.status;
}

int get(const char *path)
{
    return exchange(METHOD_GET, path, "", "");
}

int post(const char *path, const char *pairs)
{
    return exchange(METHOD_POST, path, pairs, "");
}

bool page_has(const char *text)
{
    return strstr(str_text(&res.body), text) != NULL;
}

int site_set_up(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(token_set_key("0123456789abcdef0123456789abcdef", &err), 0);
    arena = arena_new();
    test_db_init(&test_db);
    test_db_run(&test_db, test_read_file(arena, SEED, NULL));
    site_init(&site);
    return 0;
}

int site_tear_down(void **state)
{
    (void)state;
    response_done(&res);
    site_done(&site);
    test_db_done(&test_db);
    arena_free(arena);
    return 0;
}
