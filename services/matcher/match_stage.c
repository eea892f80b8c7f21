/* match: recommendations for attendees, from what they say they care about. */
#include "matcher/match_cache.h"
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "core/match_everyone.h"

#include <string.h>

#define ROWS_AT_ONCE                                                                               \
    20000 /* of a statement: thousands of people must not run into its time limit */

enum { COLUMN_PERSON, COLUMN_SESSION, COLUMN_SCORE, COLUMN_BECAUSE, COLUMN_RANK, N_COLUMNS };

/* Rows of the table match while they are gathered. */
struct gathering {
    struct db *db;
    const struct conference *conf;
    struct arena *arena; /* for reasons; emptied after each person */
    struct db_array columns[N_COLUMNS];
    int n; /* rows in them */
    struct db_array kept_persons;
    struct db_array kept_sessions;
    int r; /* the first failure */
    struct err *err;
};

static void send_rows(struct gathering *g)
{
    const struct db_array *c = g->columns;
    if (g->r == 0 && g->n > 0) {
        g->r = db_send(g->db, "match_save", g->err, "iaaaaa", g->conf->id, &c[COLUMN_PERSON],
                       &c[COLUMN_SESSION], &c[COLUMN_SCORE], &c[COLUMN_BECAUSE], &c[COLUMN_RANK]);
    }
    db_arrays_done(g->columns, N_COLUMNS);
    memset(g->columns, 0, sizeof g->columns);
    g->n = 0;
}

static void add_rows(void *context, int person, const struct match_result *results, int n)
{
    struct gathering *gathering = context;
    struct db_array *c = gathering->columns;
    for (int i = 0; i < n; i++) {
        int64_t person_id = gathering->conf->persons.items[person].id;
        int64_t session_id = gathering->conf->sessions.items[results[i].session].id;
        db_array_int(&gathering->kept_persons, person_id);
        db_array_int(&gathering->kept_sessions, session_id);
        db_array_int(&c[COLUMN_PERSON], person_id);
        db_array_int(&c[COLUMN_SESSION], session_id);
        db_array_real(&c[COLUMN_SCORE], results[i].score);
        db_array_text(&c[COLUMN_BECAUSE], match_reason(&results[i], gathering->arena));
        db_array_int(&c[COLUMN_RANK], i + 1);
    }
    arena_reset(gathering->arena);
    gathering->n += n;
    if (gathering->n >= ROWS_AT_ONCE) {
        send_rows(gathering);
    }
}

/* What is left to send, and away with what is not recommended any more. */
static int save_matches(struct gathering *gathering, const struct stage_people *people)
{
    CLEANUP(db_array_done) struct db_array all = {0};
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&all, people->ids.items[i]);
    }
    send_rows(gathering);
    if (gathering->r == 0) {
        gathering->r =
            db_send(gathering->db, "match_remove_others", gathering->err, "iaaa",
                    gathering->conf->id, &all, &gathering->kept_persons, &gathering->kept_sessions);
    }
    db_array_done(&gathering->kept_persons);
    db_array_done(&gathering->kept_sessions);
    return gathering->r;
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
    struct gathering gathering = {.db = db, .conf = &load.conf, .arena = reasons, .err = err};
    const struct match_everyone everyone = {.index = load.index,
                                            .conf = &load.conf,
                                            .top = (int)setting_int(SET_TOP),
                                            .has_reasons = true};
    match_everyone(&everyone, add_rows, &gathering);
    return save_matches(&gathering, people);
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
