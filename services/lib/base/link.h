/* link: the addresses of pages, as they stand in messages and on the command line. */
#ifndef ROLLCALL_BASE_LINK_H
#define ROLLCALL_BASE_LINK_H

#include "base/arena.h"
#include "base/token.h"

/* ROLLCALL_BASE_URL without trailing slashes; when it is not set, this machine at
 * ROLLCALL_WEB_PORT. */
const char *link_base(struct arena *arena);

/* The signed address of the page that the token opens. */
const char *link_url(struct arena *arena, const struct token *token);

#endif
