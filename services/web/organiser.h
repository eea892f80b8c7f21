/* organiser: what the organiser's pages share: the event, the tabs, and since when things are new.
 */
#ifndef ROLLCALL_WEB_ORGANISER_H
#define ROLLCALL_WEB_ORGANISER_H

#include "store/db.h"
#include "web/http.h"

#include "base/clock.h"

#include <jansson.h>

/* One request for an organiser's page. */
struct organiser {
    struct rows event;       /* owned: organiser_done() */
    const struct zone *zone; /* of the event */
    int64_t seen_us;         /* up to when everything was said to be seen; 0 = never */
    int64_t since_us;        /* what came later is shown as change: seen_us, else a day ago */
};

/* > 0: the event is gone, and the reply is filled. */
int organiser_load(struct request *req, struct response *res, struct organiser *ret,
                   struct err *err) MUST_CHECK;
void organiser_done(struct organiser *organiser);

/* The facts of a page, with the tabs; section is the last part of its path ("" = the first one). */
json_t *organiser_page(const struct request *req, const struct organiser *organiser,
                       const char *title, const char *section);
/* Adds how many clashes there are, of each sort, and since when something counts as new. */
int organiser_counts(const struct request *req, const struct organiser *organiser, json_t *data,
                     struct err *err) MUST_CHECK;
/* The reply when the event is gone. */
int organiser_gone(const struct request *req, struct response *res);

#endif
