/* meet: introductions on the pages of one person. */
#ifndef ROLLCALL_WEB_MEET_H
#define ROLLCALL_WEB_MEET_H

#include "base/clock.h"
#include "web/page.h"

/* Adds `introductions`: what the token's person may know of them. introduction_id: of that one
 * alone; 0 = all. Those that are over are left out. */
int meet_facts(const struct request *req, const struct zone *zone, int64_t introduction_id,
               json_t *data, struct err *err) MUST_CHECK;

#endif
