/* print: values as the JSON forms of the reports. All return new references. */
#ifndef ROLLCALL_CTL_PRINT_H
#define ROLLCALL_CTL_PRINT_H

#include "core/clash.h"
#include "core/quorum.h"

#include <jansson.h>

/* {"kind","severity","person","sessions":[..],"titles":[..],"start","end","minutes","why"} */
json_t *print_clash(const struct conference *conf, const struct clash *clash);
/* {"track","leads":n,"must","registered",...,"chance","quorate","causes","people":[..]} */
/* of a session's own list with "session" and its title, and "track" may be "" */
json_t *print_quorum(const struct conference *conf, const struct quorum_track *quorum);
/* "2025-12-11T10:00:00+09:00" in the conference's zone; JSON null for 0 */
json_t *print_time(const struct conference *conf, int64_t at_us);
/* Writes one JSON value and a line feed to stdout; takes the reference over. */
void print_json(json_t *value, bool is_line);
/* For people: one clash on a few lines. */
void print_clash_text(const struct conference *conf, const struct clash *clash);
void print_quorum_text(const struct conference *conf, const struct quorum_track *quorum,
                       bool with_people);

#endif
