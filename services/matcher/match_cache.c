#include "matcher/match_cache.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#define TRIES 5 /* until the same programme is seen by the batch and by the index */
#define OWN_RUNS                                                                                   \
    1024 /* runs of ours that are known as such; people of earlier ones are found again */

/* A programme and its index. */
struct held {
    struct arena *arena;       /* owned: the conference's, and of this */
    struct match_index *index; /* owned; NULL = nothing was learned yet */
    struct conference conf;    /* the programme, and its mentions as far as they are names */
    const char *state;
};

static struct {
    int64_t event_id; /* programmes that nobody has touched yet have the same state: none */
    struct match_reference *reference; /* owned; NULL = nothing was learned yet */
    char *model;                       /* owned; its name in the database */
    struct held *now;                  /* owned; NULL = nothing is kept */
    struct held *followed; /* owned where it is not `now`: the programme that the memory is about */
    struct match_memory *memory; /* owned; NULL = nobody is remembered */
    int64_t run;
    int64_t own_runs[OWN_RUNS]; /* a ring */
    size_t n_own_runs;          /* ever */
} kept;

static void held_free(struct held *held)
{
    if (held != NULL) {
        match_index_free(held->index);
        arena_free(held->arena);
    }
}

void match_cache_forget_all(void)
{
    match_memory_free(kept.memory);
    kept.memory = NULL;
    if (kept.followed != kept.now) {
        held_free(kept.followed);
    }
    kept.followed = NULL;
    kept.n_own_runs = 0;
}

static void forget_model(void)
{
    match_cache_forget_all();
    if (kept.now != NULL) {
        match_index_free(kept.now->index);
        kept.now->index = NULL;
    }
    match_reference_free(kept.reference);
    free(kept.model);
    kept.reference = NULL;
    kept.model = NULL;
}

void match_cache_clear(void)
{
    forget_model();
    held_free(kept.now);
    kept.now = NULL;
}

/* ---- the programme ---- */

static void read_names(const struct rows *rows, struct conference *conf, struct arena *arena)
{
    for (int i = 0; i < rows->n; i++) {
        struct mention *mention = conference_add_mention(conf, arena);
        mention->role = (enum role)role_parse(rows_text(rows, i, 0));
        mention->track = conference_index_track(conf, rows_int(rows, i, 1));
        mention->session = conference_index_session(conf, rows_int(rows, i, 2));
        mention->name = rows_dup(rows, i, 3, arena);
    }
}

static void make_index(struct held *held)
{
    if (held->index == NULL && kept.reference != NULL) {
        held->index = match_index_on(kept.reference, &held->conf);
    }
}

/* The programme as it is becomes `now`; the one before stays where somebody is remembered by it. */
static int read_programme(struct db *db, int64_t event_id, struct err *err)
{
    enum { STATE, NAMES, N_MORE };
    struct db_read more[N_MORE] = {{.name = "match_state"}, {.name = "match_name_load"}};
    struct conference_scope scope = {.with_texts = true, .more = more, .n_more = N_MORE};
    struct arena *arena = arena_new();
    struct held *held = arena_alloc(arena, sizeof *held);
    held->arena = arena;
    int r = conference_load_scope(db, event_id, &scope, arena, &held->conf, err);
    if (r != 0) {
        arena_free(arena);
        return r;
    }
    read_names(&more[NAMES].rows, &held->conf, arena);
    held->state = rows_dup(&more[STATE].rows, 0, 0, arena);
    size_t n_left_out = match_left_out(&held->conf);
    if (n_left_out > 0) {
        log_line(LOG_WARN, EV_JOB, "event=%lld left_out=%zu msg=\"too many sessions to recommend\"",
                 (long long)event_id, n_left_out);
    }
    db_reads_done(more, N_MORE);
    if (kept.event_id != event_id) {
        match_cache_clear();
        kept.event_id = event_id;
    }
    if (kept.now != kept.followed) {
        held_free(kept.now);
    }
    kept.now = held;
    make_index(held);
    return 0;
}

/* ---- what was learned ---- */

static void set_model(struct match_reference *reference, const char *model)
{
    forget_model();
    kept.reference = reference;
    kept.model = strdup(model);
    if (kept.model == NULL) {
        abort();
    }
    if (kept.now != NULL) {
        make_index(kept.now);
    }
}

/* What is in the database may have been written by hand: what cannot be read was not learned. */
static int read_model(struct db *db, int64_t event_id, const char *model, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int r = db_query(db, "match_word_load", &rows, err, "i", event_id);
    if (r < 0) {
        return r;
    }
    struct match_words *words = arena_array(arena, (size_t)rows.n + 1, sizeof *words);
    for (int i = 0; i < rows.n; i++) {
        words[i] = (struct match_words){rows_int(&rows, i, 0), rows_text(&rows, i, 1)};
    }
    struct match_reference *reference = match_reference_new(words, (size_t)rows.n);
    if (reference == NULL) {
        return MATCH_NOT_LEARNED;
    }
    if (kept.event_id != event_id) {
        match_cache_clear();
        kept.event_id = event_id;
    }
    set_model(reference, model);
    return 0;
}

static int save_words(struct db *db, int64_t event_id, const struct match_words *words, size_t n,
                      struct err *err)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    CLEANUP(db_array_done) struct db_array texts = {0};
    for (size_t i = 0; i < n; i++) {
        db_array_int(&ids, words[i].session_id);
        db_array_text(&texts, words[i].words);
    }
    int r = db_send(db, "match_word_save", err, "iaa", event_id, &ids, &texts);
    r = r < 0 ? r : db_send(db, "match_word_remove_others", err, "ia", event_id, &ids);
    return r < 0 ? r : db_send(db, "match_touch_clear", err, "i", event_id);
}

int match_cache_learn(struct db *db, int64_t event_id, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    int r = read_programme(db, event_id, err);
    if (r != 0) {
        return r;
    }
    struct match_words *words;
    size_t n = match_words_of(&kept.now->conf, arena, &words);
    r = db_query_one(db, "match_model_save", &rows, err, "i", event_id);
    if (r != 0) {
        return r < 0 ? r : CONFERENCE_GONE;
    }
    set_model(match_reference_new(words, n), rows_text(&rows, 0, 0));
    return save_words(db, event_id, words, n, err);
}

void match_cache_drift(size_t *ret_changed, size_t *ret_learned)
{
    *ret_changed = match_index_drift(kept.now->index);
    *ret_learned = match_reference_size(kept.reference);
}

bool match_cache_has_model(int64_t event_id)
{
    return kept.event_id == event_id && kept.model != NULL;
}

/* ---- what a batch needs ---- */

static void set_stars(const struct rows *rows, struct arena *arena)
{
    const struct held *now = kept.now;
    uint32_t *counts = arena_array(arena, now->conf.sessions.n + 1, sizeof *counts);
    for (int i = 0; i < rows->n; i++) {
        int session = conference_index_session(&now->conf, rows_int(rows, i, 0));
        if (session >= 0) {
            counts[session] = (uint32_t)rows_int(rows, i, 1);
        }
    }
    match_index_set_stars(now->index, counts);
}

/* One look: 0 = the batch fits what is kept, else what is stale. */
enum { STALE_PROGRAMME = MATCH_NOT_LEARNED + 1, STALE_MODEL };

static int look(struct db *db, int64_t event_id, const struct conference_scope *people,
                struct arena *arena, struct match_load *ret, char **ret_model, struct err *err)
{
    enum { STATE, MODEL, STARS, RUN, N_MORE };
    struct db_read more[N_MORE] = {{.name = "match_state"},
                                   {.name = "match_model_load"},
                                   {.name = "match_star_count"},
                                   {.name = "match_run_next"}};
    struct conference_scope scope = *people;
    scope.more = more;
    scope.n_more = N_MORE;
    int r = conference_load_scope(db, event_id, &scope, arena, &ret->conf, err);
    if (r != 0) {
        return r;
    }
    bool is_kept = kept.event_id == event_id;
    if (more[MODEL].rows.n == 0) {
        r = MATCH_NOT_LEARNED;
    } else if (!is_kept || kept.model == NULL ||
               strcmp(kept.model, rows_text(&more[MODEL].rows, 0, 0)) != 0) {
        r = STALE_MODEL;
        *ret_model = rows_dup(&more[MODEL].rows, 0, 0, arena);
    } else if (kept.now == NULL ||
               strcmp(kept.now->state, rows_text(&more[STATE].rows, 0, 0)) != 0) {
        r = STALE_PROGRAMME;
    } else {
        set_stars(&more[STARS].rows, arena);
        ret->index = kept.now->index;
        ret->run = rows_int(&more[RUN].rows, 0, 0);
    }
    db_reads_done(more, N_MORE);
    return r;
}

int match_cache_load(struct db *db, int64_t event_id, const int64_t *person_ids,
                     size_t n_person_ids, struct arena *arena, struct match_load *ret,
                     struct err *err)
{
    const struct conference_scope people = {
        .person_ids = person_ids, .n_person_ids = n_person_ids, .with_texts = true};
    for (int i = 0; i < TRIES; i++) {
        char *model = NULL;
        int r = look(db, event_id, &people, arena, ret, &model, err);
        if (r == STALE_MODEL) {
            r = read_model(db, event_id, model, err);
        } else if (r == STALE_PROGRAMME) {
            r = read_programme(db, event_id, err);
        } else {
            return r;
        }
        if (r != 0) {
            return r;
        }
    }
    return err_set(err, ERR_RETRY, "the programme of event %lld changes while it is read",
                   (long long)event_id);
}

/* ---- whom an edit concerns ---- */

bool match_cache_is_warm(void)
{
    return kept.memory != NULL && kept.followed != NULL && kept.now != NULL;
}

bool match_cache_is_followed(void)
{
    return kept.followed == kept.now;
}

void match_cache_concerned(struct arena *arena, struct match_person_ids *ret)
{
    struct match_person_ids found = {0};
    match_memory_concerned(kept.memory, kept.followed->index, kept.now->index, arena, &found);
    for (size_t i = 0; i < found.ids.n; i++) {
        *vec_add(arena, &ret->ids) = found.ids.items[i];
    }
    if (kept.followed != kept.now) {
        held_free(kept.followed);
        kept.followed = kept.now;
    }
}

struct match_memory *match_cache_memory(const struct match_load *load, bool is_all)
{
    if (is_all) {
        match_cache_forget_all();
        kept.memory = match_memory_new();
        kept.followed = kept.now;
    }
    for (size_t i = 0; i < load->conf.persons.n && kept.memory != NULL; i++) {
        match_memory_forget(kept.memory, load->conf.persons.items[i].id);
    }
    return kept.followed == kept.now ? kept.memory : NULL;
}

int64_t match_cache_run(void)
{
    return kept.run;
}

void match_cache_set_run(int64_t run)
{
    kept.run = run;
    kept.n_own_runs = 0;
}

void match_cache_own_run(int64_t run)
{
    kept.own_runs[kept.n_own_runs++ % OWN_RUNS] = run;
}

bool match_cache_is_own_run(int64_t run)
{
    size_t n = kept.n_own_runs < OWN_RUNS ? kept.n_own_runs : OWN_RUNS;
    for (size_t i = 0; i < n; i++) {
        if (kept.own_runs[i] == run) {
            return true;
        }
    }
    return false;
}

void match_cache_forget(int64_t person_id)
{
    if (kept.memory != NULL) {
        match_memory_forget(kept.memory, person_id);
    }
}
