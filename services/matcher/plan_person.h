/* plan_person: what the files about one person's messages share. */
#ifndef ROLLCALL_MATCHER_PLAN_PERSON_H
#define ROLLCALL_MATCHER_PLAN_PERSON_H

#include "matcher/plan.h"

struct told_list {
    VEC(struct told) items;
};

/* What the person was last told about the session; NULL = nothing. */
const struct told *plan_find_told(const struct plan *plan, int person, int session);
struct told plan_as_it_is(const struct plan *plan, int person, int session);
/* Writes down that the person hears of the session now. */
void plan_tell(struct plan *plan, struct told_list *list, int person, int session);
/* Has a confirmed registration. */
bool plan_is_attending(const struct conference *conf, int person);

/* plan_question.c: asks a key attendee, and reminds. */
int plan_question(struct plan *plan, int person, struct told_list *told) MUST_CHECK;

/* plan_agenda.c */
void plan_agenda(struct plan *plan, int person, struct agenda *ret);
/* Sends the agenda where it is not the one that the person has. */
int plan_agenda_notice(struct plan *plan, int person, struct told_list *told) MUST_CHECK;

/* plan_opening.c: tells the person of slots that were filled or moved at short notice, that fit and
 * for which there is time. */
int plan_openings(struct plan *plan, int person, struct told_list *told) MUST_CHECK;

#endif
