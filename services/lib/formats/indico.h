/* indico: dates and people as Indico's JSON exports write them. */
#ifndef ROLLCALL_FORMATS_INDICO_H
#define ROLLCALL_FORMATS_INDICO_H

#include "formats/json.h"

/* {"date": "2025-12-11", "time": "10:00:00", "tz": "Asia/Tokyo"}; null or missing gives 0. */
int indico_time(const struct build *b, const struct json_at *at, int64_t *ret_us) MUST_CHECK;
/* The day of such a date, "2025-12-11"; "" = none. */
const char *indico_day(struct arena *arena, const struct json_at *at);
/* A person of either export as a mention without role; name "" = nobody. */
struct mention indico_person(struct arena *arena, const struct json_at *at);
/* Start and end of *at into *session, title and the like too; key and kind are the caller's. */
int indico_times(const struct build *b, const struct json_at *at,
                 struct session *session) MUST_CHECK;
/* Adds everybody in the array as lead of the track (track >= 0) or as speaker of the session. */
int indico_people(struct build *b, const struct json_at *people, int track, int session) MUST_CHECK;
/* Indico hides addresses behind MD5: 32 hex digits in lower case, else "". */
const char *indico_md5(struct arena *arena, const char *hash);

#endif
