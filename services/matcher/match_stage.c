/* match: recommendations for attendees, from what they say they care about. */
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "base/str.h"
#include "core/match.h"
#include "core/match_known.h"

/* Somebody's taste, gathered from their registrations and stars. */
struct taste {
    struct str interests; /* owned */
    VEC(int) likes;
    VEC(int) dislikes;
    bool is_attending; /* has a registration that is not cancelled */
};

static struct taste *gather_tastes(const struct conference *conf, struct arena *arena)
{
    struct taste *tastes = arena_array(arena, conf->persons.n, sizeof *tastes);
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person < 0 || registrant->status == REGISTRATION_CANCELLED) {
            continue;
        }
        struct taste *taste = &tastes[registrant->person];
        taste->is_attending = true;
        str_add(&taste->interests, taste->interests.len > 0 ? "\n" : "");
        str_add(&taste->interests, registrant->interests);
    }
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->person >= 0 && star->session >= 0) {
            struct taste *taste = &tastes[star->person];
            *(star->is_dislike ? vec_add(arena, &taste->dislikes) : vec_add(arena, &taste->likes)) =
                star->session;
        }
    }
    return tastes;
}

enum { COLUMN_PERSON, COLUMN_SESSION, COLUMN_SCORE, COLUMN_BECAUSE, COLUMN_RANK, N_COLUMNS };

static void match_person(const struct conference *conf, const struct match_index *index, int person,
                         const struct taste *taste, const struct match_known *known,
                         struct arena *arena, struct db_array c[N_COLUMNS])
{
    int top = (int)setting_int(SET_TOP);
    struct match_result *results = arena_array(arena, (size_t)top, sizeof *results);
    struct match_profile profile = {.interests = str_text(&taste->interests),
                                    .likes = taste->likes.items,
                                    .n_likes = (int)taste->likes.n,
                                    .dislikes = taste->dislikes.items,
                                    .n_dislikes = (int)taste->dislikes.n,
                                    .works = known->works.items,
                                    .n_works = (int)known->works.n,
                                    .own = known->own.items,
                                    .n_own = (int)known->own.n};
    if (taste->interests.len > 0) {
        profile.n_works = 0; /* who says what they want means that */
        profile.n_own = 0;   /* and is told what is in it for them where they must be anyhow */
    }
    int n = match_top(index, &profile, top, arena, results);
    for (int i = 0; i < n; i++) {
        db_array_int(&c[COLUMN_PERSON], conf->persons.items[person].id);
        db_array_int(&c[COLUMN_SESSION], conf->sessions.items[results[i].session].id);
        db_array_real(&c[COLUMN_SCORE], results[i].score);
        db_array_text(&c[COLUMN_BECAUSE], match_reason(&results[i], arena));
        db_array_int(&c[COLUMN_RANK], i + 1);
    }
}

static void match_all(const struct conference *conf, struct arena *arena,
                      struct db_array c[N_COLUMNS])
{
    struct taste *tastes = gather_tastes(conf, arena);
    struct match_known *known = arena_array(arena, conf->persons.n, sizeof *known);
    match_known_gather(conf, arena, known);
    struct match_index *index = match_index_new(conf);
    for (size_t i = 0; i < conf->persons.n; i++) {
        if (tastes[i].is_attending) {
            match_person(conf, index, (int)i, &tastes[i], &known[i], arena, c);
        }
        str_done(&tastes[i].interests);
    }
    match_index_free(index);
}

static int save_matches(struct db *db, int64_t event_id, const struct stage_people *people,
                        const struct db_array c[N_COLUMNS], struct err *err)
{
    CLEANUP(db_array_done) struct db_array all = {0};
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&all, people->ids.items[i]);
    }
    int r = db_query(db, "match_remove_others", NULL, err, "iaaa", event_id, &all,
                     &c[COLUMN_PERSON], &c[COLUMN_SESSION]);
    if (r < 0) {
        return r;
    }
    return db_query(db, "match_save", NULL, err, "iaaaaa", event_id, &c[COLUMN_PERSON],
                    &c[COLUMN_SESSION], &c[COLUMN_SCORE], &c[COLUMN_BECAUSE], &c[COLUMN_RANK]);
}

static int match_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                       struct err *err)
{
    struct stage_people people;
    int r = stage_expand(db, batch, arena, &people, err);
    if (r < 0) {
        return r;
    }
    if (people.has_session) { /* another text can be what anybody was looking for */
        struct job whole = {SUBJECT_EVENT, 0};
        struct job_batch everything = {.event_id = batch->event_id, .jobs = {&whole, 1, 1}};
        r = stage_expand(db, &everything, arena, &people, err);
    }
    if (r < 0 || people.ids.n == 0 ||
        (r = queue_lock(db, STAGE_MATCH, batch->event_id, people.ids.items, people.ids.n, err)) <
            0) {
        return r;
    }
    struct conference conf;
    struct conference_scope scope = {
        .person_ids = people.ids.items, .n_person_ids = people.ids.n, .with_texts = true};
    r = conference_load_scope(db, batch->event_id, &scope, arena, &conf, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct db_array c[N_COLUMNS] = {{{0}}};
    match_all(&conf, arena, c);
    r = save_matches(db, batch->event_id, &people, c, err);
    db_arrays_done(c, N_COLUMNS);
    return r;
}

static int match_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    return stage_step(STAGE_MATCH, 0, match_batch, db, arena, err);
}

const struct worker match_worker = {
    .name = "match", .role = DB_MATCHER, .channel = "rollcall_match", .step = match_step};
