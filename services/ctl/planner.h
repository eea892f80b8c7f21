/* planner: the plans of people of a report, each made when it is first asked for. */
#ifndef ROLLCALL_CTL_PLANNER_H
#define ROLLCALL_CTL_PLANNER_H

#include "core/agenda.h"
#include "core/match.h"
#include "ctl/sources.h"

struct planner {
    const struct loaded *loaded; /* borrowed */
    struct arena *arena;         /* borrowed; plans live in it */
    struct match_index *index;   /* made when the report has no recommendations */
    struct agenda **plans;       /* by person */
};

void planner_init(struct planner *planner, const struct loaded *loaded, struct arena *arena);
void planner_done(struct planner *planner);

/* By the recommendations of the database, else by the interests that the person wrote. */
const struct agenda *planner_agenda(struct planner *planner, int person);

#endif
