/* match: recommendations for attendees, from what they say they care about. An edit of the
 * programme is about those who may find something else for it; from time to time all is learned
 * anew, and everybody's are made again. */
#include "matcher/match_cache.h"
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "core/match_everyone.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE                                                                               \
    20000 /* of a statement: thousands of people must not run into its time limit */

#define DRIFT_SHARE                                                                                \
    20 /* when more than one in so many sessions is not what was learned, all is learned anew */

enum { COLUMN_PERSON, COLUMN_SESSION, COLUMN_SCORE, COLUMN_BECAUSE, COLUMN_RANK, N_COLUMNS };

/* Rows of the table match while they are gathered. */
struct gathering {
    struct db *db;
    const struct conference *conf;
    struct arena *arena; /* for reasons; emptied after each person */
    struct db_array columns[N_COLUMNS];
    int n;       /* rows in them */
    int64_t run; /* people whose rows change are touched in it; 0 = nobody remembers them */
    struct db_array kept_persons;
    struct db_array kept_sessions;
    int r; /* the first failure */
    struct err *err;
};

static void send_rows(struct gathering *g)
{
    const struct db_array *c = g->columns;
    if (g->r == 0 && g->n > 0) {
        g->r = db_send(g->db, "match_save", g->err, "iaaaaan", g->conf->id, &c[COLUMN_PERSON],
                       &c[COLUMN_SESSION], &c[COLUMN_SCORE], &c[COLUMN_BECAUSE], &c[COLUMN_RANK],
                       g->run);
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
static int save_matches(struct gathering *gathering, const struct match_person_ids *people)
{
    CLEANUP(db_array_done) struct db_array all = {0};
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&all, people->ids.items[i]);
    }
    send_rows(gathering);
    if (gathering->r == 0) {
        gathering->r = db_send(gathering->db, "match_remove_others", gathering->err, "iaaan",
                               gathering->conf->id, &all, &gathering->kept_persons,
                               &gathering->kept_sessions, gathering->run);
    }
    db_array_done(&gathering->kept_persons);
    db_array_done(&gathering->kept_sessions);
    return gathering->r;
}

/* A batch while it is worked off. */
struct matching {
    struct db *db;
    const struct job_batch *batch;
    struct arena *arena;
    int64_t run; /* of the last look, that had the lock in hand */
    struct err *err;
};

/* Ranks for these people and saves; the memory may be NULL. */
static int match_people(const struct matching *m, const struct match_load *load,
                        struct match_memory *memory, const struct match_person_ids *people,
                        int64_t run)
{
    CLEANUP(arena_cleanup) struct arena *reasons = arena_new();
    struct gathering gathering = {
        .db = m->db, .conf = &load->conf, .arena = reasons, .run = run, .err = m->err};
    const struct match_everyone everyone = {.index = load->index,
                                            .conf = &load->conf,
                                            .top = (int)setting_int(SET_TOP),
                                            .memory = memory,
                                            .has_reasons = true};
    match_everyone(&everyone, add_rows, &gathering);
    return save_matches(&gathering, people);
}

static int load_people(struct matching *m, const struct match_person_ids *people,
                       struct match_load *ret)
{
    int r = match_cache_load(m->db, m->batch->event_id, people->ids.items, people->ids.n, m->arena,
                             ret, m->err);
    m->run = r == 0 ? ret->run : m->run;
    return r;
}

/* Other workers are told that what they remember of these people is not true any more. */
static int touch(const struct matching *m, const struct match_person_ids *people)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&ids, people->ids.items[i]);
    }
    return people->ids.n == 0 ? 0
                              : db_send(m->db, "match_touch_save", m->err, "iai",
                                        m->batch->event_id, &ids, m->run);
}

static int add_query(const struct matching *m, const char *statement, const struct db_array *ids,
                     struct match_person_ids *ret)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t event_id = m->batch->event_id;
    int r = ids == NULL ? db_query(m->db, statement, &rows, m->err, "i", event_id)
                        : db_query(m->db, statement, &rows, m->err, "ia", event_id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(m->arena, &ret->ids) = rows_int(&rows, i, 0);
    }
    return r;
}

/* What the statement says of the subjects of one kind. */
static int add_of(const struct matching *m, enum subject subject, const char *statement,
                  struct match_person_ids *ret)
{
    CLEANUP(db_array_done) struct db_array array = {0};
    int64_t *ids = NULL;
    size_t n = stage_subjects(m->batch, subject, m->arena, &ids);
    for (size_t i = 0; i < n; i++) {
        db_array_int(&array, ids[i]);
    }
    return n == 0 ? 0 : add_query(m, statement, &array, ret);
}

/* Whom the jobs name, and those whose work is what the sessions say. */
static int add_named(const struct matching *m, struct match_person_ids *ret)
{
    int64_t *ids = NULL;
    size_t n = stage_subjects(m->batch, SUBJECT_PERSON, m->arena, &ids);
    for (size_t i = 0; i < n; i++) {
        *vec_add(m->arena, &ret->ids) = ids[i];
    }
    int r = add_of(m, SUBJECT_PEOPLE, "people_persons", ret);
    return r < 0 ? r : add_of(m, SUBJECT_SESSION, "match_session_people", ret);
}

/* Whom somebody else has matched since, or some of us while the programme was another one. */
static int add_touched(const struct matching *m, struct match_person_ids *ret)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(m->db, "match_touch_load", &rows, m->err, "ii", m->batch->event_id,
                     match_cache_run());
    for (int i = 0; r == 0 && i < rows.n; i++) {
        if (!match_cache_is_own_run(rows_int(&rows, i, 1))) {
            *vec_add(m->arena, &ret->ids) = rows_int(&rows, i, 0);
        }
    }
    return r;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static void sort_ids(struct match_person_ids *people)
{
    size_t kept = 0;
    if (people->ids.n > 1) {
        qsort(people->ids.items, people->ids.n, sizeof *people->ids.items, by_id);
    }
    for (size_t i = 0; i < people->ids.n; i++) {
        if (kept == 0 || people->ids.items[i] != people->ids.items[kept - 1]) {
            people->ids.items[kept++] = people->ids.items[i];
        }
    }
    people->ids.n = kept;
}

/* Some time after an edit all is learned anew; at the first one it is said when. */
static int refresh_later(const struct matching *m)
{
    size_t n_changed = 0;
    size_t n_learned = 0;
    match_cache_drift(&n_changed, &n_learned);
    int64_t due_us = m->batch->now_us + setting_us(SET_MATCH_REFRESH);
    return n_changed == 0
               ? 0
               : db_send(m->db, "match_refresh_later", m->err, "iu", m->batch->event_id, due_us);
}

/* The event is ours alone: everybody, with what is learned now or, if that still holds, before. */
static int match_all(struct matching *m, bool is_learned_anew)
{
    int64_t event_id = m->batch->event_id;
    struct match_person_ids people = {0};
    struct match_person_ids named = {0};
    struct match_load load;
    int r = add_query(m, "person_ids", NULL, &people);
    if (r < 0 || people.ids.n == 0) {
        return r;
    }
    if (is_learned_anew && (r = match_cache_learn(m->db, event_id, m->err)) != 0) {
        return r;
    }
    if ((r = load_people(m, &people, &load)) != 0) {
        return r;
    }
    r = match_people(m, &load, match_cache_memory(&load, true), &people,
                     is_learned_anew ? 0 : m->run);
    if (r == 0 && !is_learned_anew && (r = add_named(m, &named)) == 0) {
        sort_ids(&named);
        r = touch(m, &named);
    }
    match_cache_set_run(m->run);
    if (r == 0 && is_learned_anew) {
        r = db_send(m->db, "match_refresh_done", m->err, "i", event_id);
    }
    return r < 0 ? r : refresh_later(m);
}

/* The programme is another one than it was: those whom it concerns. It may change again while they
 * are loaded. */
static int match_concerned(struct matching *m)
{
    struct match_person_ids people = {0};
    struct match_load load;
    int r = add_named(m, &people);
    if (r < 0 || (r = add_touched(m, &people)) < 0) {
        return r;
    }
    do {
        match_cache_concerned(m->arena, &people);
        sort_ids(&people);
        if ((r = load_people(m, &people, &load)) != 0) {
            return r;
        }
    } while (!match_cache_is_followed());
    r = people.ids.n == 0 ? 0
                          : match_people(m, &load, match_cache_memory(&load, false), &people, 0);
    if (r < 0 || (r = touch(m, &people)) < 0) {
        return r;
    }
    match_cache_set_run(m->run);
    return refresh_later(m);
}

/* Is the programme so far from what was learned that this should not wait? */
static bool is_far(void)
{
    size_t n_changed = 0;
    size_t n_learned = 0;
    match_cache_drift(&n_changed, &n_learned);
    return n_changed * DRIFT_SHARE > n_learned ||
           (n_changed > 0 && setting_us(SET_MATCH_REFRESH) == 0);
}

/* A batch that is about the programme, or everybody. */
static int match_programme(struct matching *m, bool is_learned_anew)
{
    struct match_load load;
    const struct match_person_ids nobody = {0};
    int r = queue_lock(m->db, STAGE_MATCH, m->batch->event_id, NULL, 0, m->err);
    if (r < 0 || is_learned_anew) {
        return r < 0 ? r : match_all(m, true);
    }
    r = load_people(m, &nobody, &load);
    if (r == MATCH_NOT_LEARNED || (r == 0 && is_far())) {
        return match_all(m, true);
    }
    if (r != 0) {
        return r;
    }
    return match_cache_is_warm() ? match_concerned(m) : match_all(m, false);
}

/* 1: nothing was learned yet. To find that out with the people's locks in hand, which share the
 * event, would make two workers wait for one another to have it alone. */
static int is_to_learn(const struct matching *m)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t event_id = m->batch->event_id;
    if (match_cache_has_model(event_id)) {
        return 0;
    }
    int r = db_query(m->db, "match_model_load", &rows, m->err, "i", event_id);
    return r < 0 ? r : rows.n == 0;
}

/* A batch that names people only: what is learned and the programme stay as they are. */
static int match_some(struct matching *m)
{
    struct match_person_ids people = {0};
    struct match_load load;
    int r = add_named(m, &people);
    if (r < 0 || (r = is_to_learn(m)) < 0) {
        return r;
    }
    sort_ids(&people);
    r = queue_lock(m->db, STAGE_MATCH, m->batch->event_id, people.ids.items,
                   r == 0 ? people.ids.n : 0, m->err);
    if (r < 0 || (r = load_people(m, &people, &load)) != 0) {
        return r == MATCH_NOT_LEARNED ? match_programme(m, true) : r;
    }
    for (size_t i = 0; i < people.ids.n; i++) {
        match_cache_forget(people.ids.items[i]);
    }
    struct match_memory *memory = match_cache_memory(&load, false);
    r = match_people(m, &load, memory, &people, 0);
    if (memory != NULL) {
        match_cache_own_run(m->run);
    }
    return r < 0 ? r : touch(m, &people);
}

static int match_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                       struct err *err)
{
    struct matching m = {.db = db, .batch = batch, .arena = arena, .err = err};
    int64_t *ids = NULL;
    bool has_event = stage_subjects(batch, SUBJECT_EVENT, arena, &ids) > 0;
    bool has_session = stage_subjects(batch, SUBJECT_SESSION, arena, &ids) > 0;
    int r = has_event || has_session ? match_programme(&m, has_event) : match_some(&m);
    return r < 0 ? r : 0; /* else the event is gone, and its jobs with it */
}

static int match_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    int r = stage_step(STAGE_MATCH, 0, match_batch, db, arena, err);
    if (r < 0) {
        match_cache_forget_all(); /* what was found did not last, or perhaps not */
    }
    return r;
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
