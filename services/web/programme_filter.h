/* programme_filter: which sessions of the programme somebody looks for, by words and by track. */
#ifndef ROLLCALL_WEB_PROGRAMME_FILTER_H
#define ROLLCALL_WEB_PROGRAMME_FILTER_H

#include "core/conference.h"
#include "web/http.h"

#include <jansson.h>

struct programme_filter {
    const char *words; /* as typed; "" = any */
    int64_t track_id;  /* 0 = any */
    bool *fits;        /* one per session; NULL = all fit */
};

/*
 * Reads words= and track= of the query. A session fits when each word begins a word of its title,
 * track, abstract or the names of its speakers; case, accents and punctuation do not matter. false
 * for a value that no page of ours sends; words that are too long are cut.
 */
bool programme_filter_read(const struct form *query, struct arena *arena,
                           struct programme_filter *ret);
/* Finds what fits, if anything was asked for. */
int programme_filter_apply(const struct request *req, const struct conference *conf,
                           struct programme_filter *filter, struct err *err) MUST_CHECK;
/* "words=zoned%20storage&track=3", "" when nothing was asked for: for links back to this list. */
const char *programme_filter_query(const struct programme_filter *filter, struct arena *arena);
/* What the form shows: "words", "tracks", "filtered", "query". */
void programme_filter_facts(const struct request *req, const struct conference *conf,
                            const struct programme_filter *filter, json_t *data);

#endif
