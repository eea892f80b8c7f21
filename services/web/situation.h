/* situation: an event as it stands, loaded for one request: the conference, who is wanted where,
 * and what follows from that. */
#ifndef ROLLCALL_WEB_SITUATION_H
#define ROLLCALL_WEB_SITUATION_H

#include "core/clash.h"
#include "core/conference.h"
#include "core/quorum.h"
#include "core/requirement.h"
#include "web/http.h"

struct situation {
    struct conference conf;
    struct requirements requirements;
    struct clashes clashes; /* filled by situation_judge() */
    struct quorum quorum;
};

enum { SITUATION_NO_EVENT = 1 };

/* Loads the event of the request's token with all its people and requirements, as the database has
 * it in one instant. SITUATION_NO_EVENT when it was removed. */
int situation_load(const struct request *req, struct situation *ret, struct err *err) MUST_CHECK;
/* The same with what people starred and what fits them, which moves of slots touch as well. */
int situation_load_choices(const struct request *req, struct situation *ret,
                           struct err *err) MUST_CHECK;
/* The same as far as the token's subject, one person, needs it; *ret_person is that person's index.
 * SITUATION_NO_EVENT also when the person was removed. */
int situation_load_person(const struct request *req, struct situation *ret, int *ret_person,
                          struct err *err) MUST_CHECK;
/* Adds clashes and quorum. */
void situation_judge(const struct request *req, struct situation *situation);

/* The person's registrant, a confirmed one first; NULL when there is none. */
const struct registrant *situation_registrant(const struct conference *conf, int person);
/* The zone a remote person lives in when it is known and not the event's; else NULL. */
const struct zone *situation_own_zone(const struct conference *conf, int person);
/* "Room B3", "" when the session has none. */
const char *situation_room(const struct conference *conf, const struct session *session);
/* Title of the session's track, "" when it is in none. */
const char *situation_track_title(const struct conference *conf, const struct session *session);

#endif
