#include "ctl/planner.h"

#include "base/settings.h"
#include "core/match_known.h"
#include "core/match_stored.h"

void planner_init(struct planner *planner, const struct loaded *loaded, struct arena *arena)
{
    *planner = (struct planner){.loaded = loaded, .arena = arena};
    planner->plans = arena_array(arena, loaded->conf.persons.n + 1, sizeof *planner->plans);
}

void planner_done(struct planner *planner)
{
    match_index_free(planner->index);
}

/* Who wrote nothing is known by their work, as in the database. */
static struct match_profile profile_of(const struct conference *conf, int person,
                                       struct arena *arena)
{
    struct match_profile profile = {.interests = ""};
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person == person && registrant->status != REGISTRATION_CANCELLED) {
            profile.interests = registrant->interests;
        }
    }
    if (profile.interests[0] == '\0') {
        struct match_known known = {0};
        match_known_of(conf, person, arena, &known);
        profile.works = known.works.items;
        profile.n_works = (int)known.works.n;
        profile.own = known.own.items;
        profile.n_own = (int)known.own.n;
    }
    return profile;
}

static int recommend(struct planner *planner, int person, struct match_result **ret)
{
    const struct conference *conf = &planner->loaded->conf;
    if (conf->matches.n > 0) {
        return match_stored(conf, person, planner->arena, ret);
    }
    int top = (int)setting_int(SET_TOP);
    planner->index = planner->index == NULL ? match_index_new(conf) : planner->index;
    struct match_profile *profile = arena_alloc(planner->arena, sizeof *profile);
    *profile = profile_of(conf, person, planner->arena);
    *ret = arena_array(planner->arena, (size_t)top, sizeof **ret);
    return match_top(planner->index, profile, top, planner->arena, *ret);
}

const struct agenda *planner_agenda(struct planner *planner, int person)
{
    if (planner->plans[person] == NULL) {
        struct match_result *matches = NULL;
        int n = recommend(planner, person, &matches);
        struct agenda_options options = {.walk_between_buildings_us =
                                             planner->loaded->options.walk_between_buildings_us};
        planner->plans[person] = arena_alloc(planner->arena, sizeof **planner->plans);
        agenda_plan(&planner->loaded->conf, person, &planner->loaded->requirements, matches, n,
                    &options, planner->arena, planner->plans[person]);
    }
    return planner->plans[person];
}
