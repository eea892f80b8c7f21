/* match: recommendations for attendees, from what they say they care about. */
#include "matcher/match_cache.h"
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "core/match_everyone.h"

enum { COLUMN_PERSON, COLUMN_SESSION, COLUMN_SCORE, COLUMN_BECAUSE, COLUMN_RANK, N_COLUMNS };

/* Rows of the table match while they are gathered. */
struct gathering {
    const struct conference *conf;
    struct arena *arena; /* for reasons; emptied after each person */
    struct db_array columns[N_COLUMNS];
};

static void add_rows(void *context, int person, const struct match_result *results, int n)
{
    struct gathering *gathering = context;
    struct db_array *c = gathering->columns;
    for (int i = 0; i < n; i++) {
        db_array_int(&c[COLUMN_PERSON], gathering->conf->persons.items[person].id);
        db_array_int(&c[COLUMN_SESSION], gathering->conf->sessions.items[results[i].session].id);
        db_array_real(&c[COLUMN_SCORE], results[i].score);
        db_array_text(&c[COLUMN_BECAUSE], match_reason(&results[i], gathering->arena));
        db_array_int(&c[COLUMN_RANK], i + 1);
    }
    arena_reset(gathering->arena);
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

/* A batch that names a session is about everybody: another text can be what anybody was looking
 * for, and each change of a text shifts how rare every word is. */
static int expand(struct db *db, const struct job_batch *batch, struct arena *arena,
                  struct stage_people *ret, struct err *err)
{
    int r = stage_expand(db, batch, arena, ret, err);
    if (r < 0 || !ret->has_session) {
        return r;
    }
    struct job whole = {SUBJECT_EVENT, 0};
    struct job_batch everything = {.event_id = batch->event_id, .jobs = {&whole, 1, 1}};
    return stage_expand(db, &everything, arena, ret, err);
}

static int match_people(struct db *db, int64_t event_id, const struct stage_people *people,
                        struct arena *arena, struct err *err)
{
    struct match_load load;
    int r = match_cache_load(db, event_id, people->ids.items, people->ids.n, arena, &load, err);
    if (r != 0) {
        return r < 0 ? r : 0; /* the event is gone, and its jobs with it */
    }
    CLEANUP(arena_cleanup) struct arena *reasons = arena_new();
    struct gathering gathering = {.conf = &load.conf, .arena = reasons};
    const struct match_everyone everyone = {.index = load.index,
                                            .conf = &load.conf,
                                            .top = (int)setting_int(SET_TOP),
                                            .has_reasons = true};
    match_everyone(&everyone, add_rows, &gathering);
    r = save_matches(db, event_id, people, gathering.columns, err);
    db_arrays_done(gathering.columns, N_COLUMNS);
    return r;
}

static int match_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                       struct err *err)
{
    struct stage_people people;
    int r = expand(db, batch, arena, &people, err);
    if (r < 0 || people.ids.n == 0) {
        return r;
    }
    r = queue_lock(db, STAGE_MATCH, batch->event_id, people.ids.items, people.ids.n, err);
    return r < 0 ? r : match_people(db, batch->event_id, &people, arena, err);
}

static int match_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    return stage_step(STAGE_MATCH, 0, match_batch, db, arena, err);
}

static void match_stop(void *state)
{
    (void)state;
    match_cache_clear();
}

const struct worker match_worker = {.name = "match",
                                    .role = DB_MATCHER,
                                    .channel = "rollcall_match",
                                    .step = match_step,
                                    .stop = match_stop};
