/* clash_filter: which of the event's clashes to list, in which order; from a query string. */
#ifndef ROLLCALL_WEB_CLASH_FILTER_H
#define ROLLCALL_WEB_CLASH_FILTER_H

#include "store/db.h"
#include "web/http.h"

#include <jansson.h>

#define CLASH_PAGE    100       /* rows of one page */
#define CLASH_NOTABLE "notable" /* the severity of a filter: medium and worse */

struct clash_filter {
    const char *kind;     /* "" = all */
    const char *severity; /* "" = all; or CLASH_NOTABLE */
    const char *state;    /* "open" (and reopened), "acknowledged", "resolved", "all" */
    const char *sort;     /* "severity", "when", "new", "person", "kind" */
    int64_t track_id;     /* 0 = all */
    int64_t page;         /* from 0 */
};

/* Columns of the statement. */
enum {
    CLASH_COLUMN_ID,
    CLASH_COLUMN_KIND,
    CLASH_COLUMN_SEVERITY,
    CLASH_COLUMN_WHY,
    CLASH_COLUMN_START,
    CLASH_COLUMN_END,
    CLASH_COLUMN_PERSON,
    CLASH_COLUMN_STATE,
    CLASH_COLUMN_OPENED,
    CLASH_COLUMN_ACK_BY,
    CLASH_COLUMN_ACK_WHY,
    CLASH_COLUMN_KEY_A,
    CLASH_COLUMN_KEY_B,
    CLASH_COLUMN_TITLE_A,
    CLASH_COLUMN_TITLE_B,
};

/* False for values that no page of ours would send. `severity` counts when none was sent. The texts
 * point into the table of values. */
bool clash_filter_read(const struct form *query, const char *severity, struct clash_filter *ret);
/* How many a list leaves out for being of low severity or information; 0 when it leaves out none.
 */
int clash_filter_count_minor(struct db *db, int64_t event_id, const struct clash_filter *filter,
                             int64_t *ret, struct err *err) MUST_CHECK;
/* At most CLASH_PAGE + 1 rows; the last says that there is another page. */
int clash_filter_run(struct db *db, int64_t event_id, const struct clash_filter *filter,
                     struct rows *ret, struct err *err) MUST_CHECK;
/* "required twice" for "required_twice" */
const char *clash_kind_label(struct arena *arena, const char *name);
/* "?kind=&severity=..." of that page of the list; in the arena. */
const char *clash_filter_link(const struct request *req, const struct clash_filter *filter,
                              int64_t page);
/* Adds the options of the form, the filter itself and the links to the pages before and behind. */
void clash_filter_facts(const struct request *req, const struct clash_filter *filter, bool has_more,
                        json_t *data);

#endif
