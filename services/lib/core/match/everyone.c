#include "core/match_everyone.h"

#include "base/str.h"
#include "core/match_known.h"

#include <string.h>

/* Somebody's taste while it is gathered. */
struct gathered {
    const char *interests; /* the only text so far; NULL = none */
    struct str joined;     /* of several registrations; owned */
    VEC(int) likes;
    VEC(int) dislikes;
};

static void add_interests(struct gathered *gathered, const char *interests)
{
    if (interests[0] == '\0') {
        return;
    }
    if (gathered->interests == NULL) {
        gathered->interests = interests;
        return;
    }
    if (gathered->joined.len == 0) {
        str_add(&gathered->joined, gathered->interests);
    }
    str_add(&gathered->joined, "\n");
    str_add(&gathered->joined, interests);
}

static bool is_somebody(const struct conference *conf, int person)
{
    return person >= 0 && (size_t)person < conf->persons.n;
}

static void gather_registrants(const struct conference *conf, struct gathered *gathered,
                               struct match_taste *ret)
{
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (is_somebody(conf, registrant->person) && registrant->status != REGISTRATION_CANCELLED) {
            ret[registrant->person].is_attending = true;
            add_interests(&gathered[registrant->person], registrant->interests);
        }
    }
}

static void gather_stars(const struct conference *conf, struct arena *arena,
                         struct gathered *gathered)
{
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (is_somebody(conf, star->person) && star->session >= 0) {
            struct gathered *by = &gathered[star->person];
            *(star->is_dislike ? vec_add(arena, &by->dislikes) : vec_add(arena, &by->likes)) =
                star->session;
        }
    }
}

static struct match_profile profile_of(struct gathered *gathered, const struct match_known *known,
                                       struct arena *arena)
{
    struct match_profile profile = {.interests = "",
                                    .likes = gathered->likes.items,
                                    .n_likes = (int)gathered->likes.n,
                                    .dislikes = gathered->dislikes.items,
                                    .n_dislikes = (int)gathered->dislikes.n};
    if (gathered->joined.len > 0) {
        profile.interests = arena_strdup(arena, str_text(&gathered->joined));
        str_done(&gathered->joined);
    } else if (gathered->interests != NULL) {
        profile.interests = gathered->interests;
    } else {
        profile.works = known->works.items;
        profile.n_works = (int)known->works.n;
        profile.own = known->own.items;
        profile.n_own = (int)known->own.n;
    }
    return profile;
}

void match_tastes_gather(const struct conference *conf, struct arena *arena,
                         struct match_taste *ret)
{
    CLEANUP(arena_cleanup) struct arena *job = arena_new();
    struct gathered *gathered = arena_array(job, conf->persons.n, sizeof *gathered);
    struct match_known *known = arena_array(job, conf->persons.n, sizeof *known);
    gather_registrants(conf, gathered, ret);
    gather_stars(conf, arena, gathered);
    match_known_gather(conf, arena, known);
    for (size_t i = 0; i < conf->persons.n; i++) {
        ret[i].profile = profile_of(&gathered[i], &known[i], arena);
    }
}

static int rank(const struct match_everyone *job, size_t person,
                const struct match_profile *profile, struct arena *arena,
                struct match_result *results)
{
    const struct match_options options = {
        .is_diverse = true, .has_reasons = job->has_reasons, .has_fallback = true};
    if (job->memory != NULL) {
        return match_memory_top(job->memory, job->conf->persons.items[person].id, job->index,
                                profile, job->top, &options, arena, results);
    }
    const struct match_query *query = match_query_new(job->index, profile, arena);
    return match_query_top(job->index, query, job->top, &options, arena, results);
}

void match_everyone(const struct match_everyone *job, match_told_fn *tell, void *context)
{
    CLEANUP(arena_cleanup) struct arena *lasting = arena_new();
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    size_t n_persons = job->conf->persons.n;
    struct match_taste *tastes = arena_array(lasting, n_persons, sizeof *tastes);
    struct match_result *results = arena_array(lasting, (size_t)job->top + 1, sizeof *results);
    bool *has_stated = arena_array(lasting, n_persons + 1, sizeof *has_stated);
    match_tastes_gather(job->conf, lasting, tastes);
    conference_find_stated(job->conf, has_stated);
    for (size_t i = 0; i < n_persons; i++) {
        if (tastes[i].is_attending && (has_stated[i] || !job->stated_only)) {
            arena_reset(arena);
            int n = rank(job, i, &tastes[i].profile, arena, results);
            tell(context, (int)i, results, n);
        }
    }
}

struct filling {
    struct conference *conf;
    struct arena *arena;
};

static void add_matches(void *context, int person, const struct match_result *results, int n)
{
    struct filling *filling = context;
    for (int i = 0; i < n; i++) {
        *vec_add(filling->arena, &filling->conf->matches) =
            (struct match){person, results[i].session, results[i].score, "", false};
    }
}

static bool has_anybody_stated(const struct conference *conf)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    bool *has_stated = arena_array(arena, conf->persons.n + 1, sizeof *has_stated);
    conference_find_stated(conf, has_stated);
    return memchr(has_stated, true, conf->persons.n) != NULL;
}

void match_everyone_fill(struct conference *conf, int top, bool stated_only, struct arena *arena)
{
    if (conf->registrants.n == 0 || (stated_only && !has_anybody_stated(conf))) {
        return;
    }
    struct filling filling = {conf, arena};
    struct match_index *index = match_index_new(conf);
    const struct match_everyone job = {
        .index = index, .conf = conf, .top = top, .stated_only = stated_only};
    match_everyone(&job, add_matches, &filling);
    match_index_free(index);
    conference_mark_guesses(conf);
}
