#include "ctl/planner.h"

#include "core/match_stored.h"

void planner_init(struct planner *planner, const struct loaded *loaded, struct arena *arena)
{
    *planner = (struct planner){.loaded = loaded, .arena = arena};
    planner->plans = arena_array(arena, loaded->conf.persons.n + 1, sizeof *planner->plans);
    planner->people = agenda_people_new(&loaded->conf, arena);
}

const struct agenda *planner_agenda(struct planner *planner, int person)
{
    const struct loaded *loaded = planner->loaded;
    if (planner->plans[person] == NULL) {
        struct match_result *matches = NULL;
        int n = match_stored(&loaded->conf, person, planner->arena, &matches);
        struct agenda_options options = {.people = planner->people,
                                         .walk_between_buildings_us =
                                             loaded->options.walk_between_buildings_us};
        planner->plans[person] = arena_alloc(planner->arena, sizeof **planner->plans);
        agenda_plan(&loaded->conf, person, &loaded->requirements, matches, n, &options,
                    planner->arena, planner->plans[person]);
    }
    return planner->plans[person];
}
