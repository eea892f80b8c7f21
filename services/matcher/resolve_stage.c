/* resolve: who stands behind the names. One name can change what another one means: all names are
 * looked at each time. Registrants and what is known of them, the bulk of an event, are kept from
 * one run to the next. */
#include "matcher/resolve_stage.h"
#include "matcher/matcher.h"

#include "base/settings.h"

#include <stdlib.h>

/* --- what is kept --- */

static void forget(struct kept_event *kept)
{
    identity_book_free(kept->book);
    arena_free(kept->arena);
    *kept = (struct kept_event){0};
}

static void forget_all(struct resolve_cache *cache)
{
    for (int i = 0; i < KEPT_EVENTS; i++) {
        forget(&cache->events[i]);
    }
}

static size_t bytes_of(const struct kept_event *kept)
{
    return kept->event_id == 0 ? 0 : arena_used(kept->arena) + identity_book_bytes(kept->book);
}

static struct kept_event *find_kept(struct resolve_cache *cache, int64_t event_id)
{
    for (int i = 0; i < KEPT_EVENTS; i++) {
        if (cache->events[i].event_id == event_id) {
            return &cache->events[i];
        }
    }
    return NULL;
}

/* The one that was not used for longest; NULL when nothing is kept. */
static struct kept_event *oldest(struct resolve_cache *cache)
{
    struct kept_event *ret = NULL;
    for (int i = 0; i < KEPT_EVENTS; i++) {
        struct kept_event *kept = &cache->events[i];
        if (kept->event_id != 0 && (ret == NULL || kept->used < ret->used)) {
            ret = kept;
        }
    }
    return ret;
}

/* An empty place for the event. */
static struct kept_event *begin_anew(struct resolve_cache *cache, int64_t event_id)
{
    struct kept_event *kept = find_kept(cache, event_id);
    kept = kept != NULL ? kept : find_kept(cache, 0);
    kept = kept != NULL ? kept : oldest(cache);
    forget(kept);
    kept->event_id = event_id;
    kept->arena = arena_new();
    return kept;
}

/* Holds what is kept below the limit; what alone is above it is not kept either. */
static void bound(struct resolve_cache *cache)
{
    size_t limit = (size_t)setting_int(SET_RESOLVE_CACHE) << 20;
    for (;;) {
        size_t bytes = 0;
        for (int i = 0; i < KEPT_EVENTS; i++) {
            bytes += bytes_of(&cache->events[i]);
        }
        struct kept_event *first = oldest(cache);
        if (bytes <= limit || first == NULL) {
            return;
        }
        forget(first);
    }
}

/* --- the stage --- */

/* stage_step() hands its function no state; there is one thread. */
static struct resolve_cache *current;

static bool is_only_newcomers(const struct job_batch *batch)
{
    for (size_t i = 0; i < batch->jobs.n; i++) {
        if (batch->jobs.items[i].subject != SUBJECT_REGISTRANT) {
            return false;
        }
    }
    return true;
}

static int load_anew(struct resolver *r)
{
    r->kept = begin_anew(current, r->event_id);
    r->conf = (struct conference){0};
    return resolve_load_all(r);
}

/* Goes on from what is kept where that is still what the database has: no other worker has saved
 * since, and nothing but registrations has come. */
static int load(struct resolver *r, const struct job_batch *batch, int64_t run)
{
    r->kept = find_kept(current, r->event_id);
    bool can_go_on = r->kept != NULL && r->kept->run + 1 == run && is_only_newcomers(batch);
    int result = can_go_on ? resolve_load_new(r, batch) : LOAD_ANEW;
    return result == LOAD_ANEW ? load_anew(r) : result;
}

static int next_run(struct resolver *r, int64_t *ret_run)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query(r->db, "resolve_run_next", &rows, r->err, "i", r->event_id);
    if (result == 0 && rows.n == 0) {
        return LOAD_GONE;
    }
    *ret_run = result == 0 ? rows_int(&rows, 0, 0) : 0;
    return result;
}

static void keep(struct resolver *r, int64_t run)
{
    struct kept_event *kept = r->kept;
    kept->conf = (struct conference){.id = r->event_id};
    conference_share_people(&r->conf, &kept->conf);
    kept->run = run;
    kept->used = ++current->clock;
    if (r->has_vanished) {
        forget(kept);
    }
    bound(current);
}

static int resolve_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                         struct err *err)
{
    struct resolver r = {.db = db, .event_id = batch->event_id, .arena = arena, .err = err};
    int64_t run = 0;
    int result = queue_lock(db, STAGE_RESOLVE, batch->event_id, NULL, 0, err);
    if (result < 0 || (result = next_run(&r, &run)) != 0 || (result = load(&r, batch, run)) != 0) {
        return result < 0 ? result : 0; /* the event is gone, and its names with it */
    }
    struct identity_input input = {.decisions = r.decisions.items,
                                   .n_decisions = (int)r.decisions.n,
                                   .aliases = r.kept->aliases.items,
                                   .n_aliases = (int)r.kept->aliases.n,
                                   .recalled = r.recalled.items,
                                   .n_recalled = (int)r.recalled.n,
                                   .apart = r.apart.items,
                                   .n_apart = (int)r.apart.n,
                                   .before = r.before,
                                   .threshold = setting_real(SET_LINK_THRESHOLD),
                                   .lead = setting_real(SET_LINK_LEAD)};
    struct identity identity = {0};
    identity_book_assign(r.kept->book, &r.conf, &input, arena, &identity);
    result = resolve_save(&r, &identity);
    if (result == 0) {
        keep(&r, run);
    }
    return result;
}

static int resolve_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    struct resolve_cache none = {0};
    current = state != NULL ? state : &none;
    int result = stage_step(STAGE_RESOLVE, 0, resolve_batch, db, arena, err);
    if (result < 0 || state == NULL) { /* what was not committed is not there */
        forget_all(current);
    }
    current = NULL;
    return result;
}

static int start(void **state, struct err *err)
{
    (void)err;
    *state = calloc(1, sizeof(struct resolve_cache));
    return 0;
}

static void stop(void *state)
{
    if (state != NULL) {
        forget_all(state);
        free(state);
    }
}

const struct worker resolve_worker = {.name = "resolve",
                                      .role = DB_MATCHER,
                                      .channel = "rollcall_resolve",
                                      .start = start,
                                      .step = resolve_step,
                                      .stop = stop};
