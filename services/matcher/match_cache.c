#include "matcher/match_cache.h"

#include "base/log.h"

#include <string.h>

#define TRIES 5 /* until the same programme is seen by the batch and by the index */

static struct {
    int64_t event_id;    /* programmes that nobody has touched yet have the same state: none */
    struct arena *arena; /* owned; NULL = nothing is kept */
    struct match_index *index; /* owned; of conf */
    struct conference conf;    /* the programme, and its mentions as far as they are names */
    const char *state;
} kept;

void match_cache_clear(void)
{
    match_index_free(kept.index);
    arena_free(kept.arena);
    kept.index = NULL;
    kept.arena = NULL;
    kept.state = NULL;
}

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

static int make_index(struct db *db, int64_t event_id, struct err *err)
{
    enum { STATE, NAMES, N_MORE };
    struct db_read more[N_MORE] = {{.name = "match_state"}, {.name = "match_name_load"}};
    struct conference_scope scope = {.with_texts = true, .more = more, .n_more = N_MORE};
    match_cache_clear();
    kept.arena = arena_new();
    int r = conference_load_scope(db, event_id, &scope, kept.arena, &kept.conf, err);
    if (r != 0) {
        match_cache_clear();
        return r;
    }
    read_names(&more[NAMES].rows, &kept.conf, kept.arena);
    kept.event_id = event_id;
    kept.state = rows_dup(&more[STATE].rows, 0, 0, kept.arena);
    kept.index = match_index_new(&kept.conf);
    size_t n_left_out = match_left_out(&kept.conf);
    if (n_left_out > 0) {
        log_line(LOG_WARN, EV_JOB, "event=%lld left_out=%zu msg=\"too many sessions to recommend\"",
                 (long long)event_id, n_left_out);
    }
    db_reads_done(more, N_MORE);
    return 0;
}

static void set_stars(const struct rows *rows, struct arena *arena)
{
    uint32_t *counts = arena_array(arena, kept.conf.sessions.n + 1, sizeof *counts);
    for (int i = 0; i < rows->n; i++) {
        int session = conference_index_session(&kept.conf, rows_int(rows, i, 0));
        if (session >= 0) {
            counts[session] = (uint32_t)rows_int(rows, i, 1);
        }
    }
    match_index_set_stars(kept.index, counts);
}

static bool is_of(int64_t event_id, const char *state)
{
    return kept.index != NULL && kept.event_id == event_id && strcmp(kept.state, state) == 0;
}

/* One look: 0 = the batch fits what is kept, MATCH_CACHE_STALE = it does not. */
enum { MATCH_CACHE_STALE = CONFERENCE_GONE + 1 };

static int look(struct db *db, int64_t event_id, const struct conference_scope *people,
                struct arena *arena, struct match_load *ret, struct err *err)
{
    enum { STATE, STARS, N_MORE };
    struct db_read more[N_MORE] = {{.name = "match_state"}, {.name = "match_star_count"}};
    struct conference_scope scope = *people;
    scope.more = more;
    scope.n_more = N_MORE;
    int r = conference_load_scope(db, event_id, &scope, arena, &ret->conf, err);
    if (r != 0) {
        return r;
    }
    if (!is_of(event_id, rows_text(&more[STATE].rows, 0, 0))) {
        r = MATCH_CACHE_STALE;
    } else {
        set_stars(&more[STARS].rows, arena);
        ret->index = kept.index;
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
        int r = look(db, event_id, &people, arena, ret, err);
        if (r != MATCH_CACHE_STALE || (r = make_index(db, event_id, err)) != 0) {
            return r;
        }
    }
    return err_set(err, ERR_RETRY, "the programme of event %lld changes while it is read",
                   (long long)event_id);
}
