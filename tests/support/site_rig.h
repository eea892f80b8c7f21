/* site_rig: the web worker's site without a socket, on the made-up conference of
 * tests/browser/seed.sql. */
#ifndef ROLLCALL_TESTS_SITE_RIG_H
#define ROLLCALL_TESTS_SITE_RIG_H

#include "support/testing.h"

#include "support/test_db.h"

#include "base/token.h"
#include "web/page.h"
#include "web/router.h"

extern struct site site;
extern struct arena *arena; /* of the last exchange */
extern struct response res; /* of the last exchange */

/* Before and after a group of tests; the database is test_db. */
int site_set_up(void **state);
int site_tear_down(void **state);

/* The path of a pattern of web_routes[] with a token for event 1 in it; in a static buffer. */
const char *link_of(const char *pattern, enum token_purpose purpose, int64_t subject,
                    int64_t lasts_s);
/* One request, its pairs ("a=1&b=2") as form for POST, else as query; returns the status. A path
 * may have a query of its own behind a question mark. */
int exchange(enum method method, const char *path, const char *pairs, const char *etag);
int get(const char *path);
int post(const char *path, const char *pairs);
bool page_has(const char *text);

#endif
