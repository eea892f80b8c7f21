/* planner: the plans of people of a report, each made when it is first asked for. */
#ifndef ROLLCALL_CTL_PLANNER_H
#define ROLLCALL_CTL_PLANNER_H

#include "core/agenda.h"
#include "ctl/sources.h"

struct planner {
    const struct loaded *loaded; /* borrowed */
    struct arena *arena;         /* borrowed; plans live in it */
    struct agenda **plans;       /* by person; NULL = not asked for yet */
    const struct agenda_people *people;
};

void planner_init(struct planner *planner, const struct loaded *loaded, struct arena *arena);

const struct agenda *planner_agenda(struct planner *planner, int person);

#endif
