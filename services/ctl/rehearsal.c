#include "ctl/rehearsal.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "matcher/matcher.h"
#include "store/conference_store.h"
#include "store/queue.h"

#include <string.h>

/* Lets the stages do all that there is, in their order, until nothing is left. */
static int work_off(struct db *db, struct err *err)
{
    static const struct worker *const stages[] = {&resolve_worker, &match_worker, &clash_worker,
                                                  &plan_worker};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    bool has_worked = true;
    while (has_worked) {
        has_worked = false;
        for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
            int r = 0;
            while ((r = stages[i]->step(NULL, db, arena, err)) == 0) {
                has_worked = true;
                arena_reset(arena);
            }
            if (r < 0) {
                return r;
            }
        }
    }
    return 0;
}

static int move(struct db *db, const struct conference *conf, const struct suggestion *suggestion,
                struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference after = *conf;
    struct db_array c[4] = {{{0}}};
    after.sessions.items =
        arena_memdup(arena, conf->sessions.items, conf->sessions.n * sizeof *conf->sessions.items);
    suggest_carry_out(&after, suggestion->moves, suggestion->n_moves);
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *was = &conf->sessions.items[i];
        const struct session *is = &after.sessions.items[i];
        if (was->room != is->room || was->start_us != is->start_us || was->end_us != is->end_us) {
            db_array_int(&c[0], is->id);
            db_array_int_or_null(&c[1], is->room < 0 ? 0 : conf->rooms.items[is->room].id);
            db_array_int(&c[2], is->start_us);
            db_array_int(&c[3], is->end_us);
        }
    }
    int r =
        db_query(db, "rehearsal_move", NULL, err, "iaaaa", conf->id, &c[0], &c[1], &c[2], &c[3]);
    db_arrays_done(c, 4);
    return r;
}

static int number(struct db *db, const char *statement, const struct conference *conf,
                  int64_t after, int64_t *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = after < 0 ? db_query(db, statement, &rows, err, "i", conf->id)
                      : db_query(db, statement, &rows, err, "ii", conf->id, after);
    if (r == 0) {
        *ret = rows_int(&rows, 0, 0);
    }
    return r;
}

/* What waits now goes out anyway: it is worked off first and not counted. */
static int count(struct db *db, const struct conference *conf, const struct suggestion *suggestion,
                 int64_t *ret, struct err *err)
{
    int64_t mark = 0;
    int r = db_rehearse(db, err);
    if (r < 0 || (r = work_off(db, err)) < 0 ||
        (r = number(db, "rehearsal_mark", conf, -1, &mark, err)) < 0 ||
        (r = db_script(db, "set role rollcall_importer", err)) < 0 ||
        (r = move(db, conf, suggestion, err)) < 0 ||
        (r = db_script(db, "set role rollcall_matcher", err)) < 0 || (r = work_off(db, err)) < 0) {
        return r;
    }
    return number(db, "rehearsal_count", conf, mark, ret, err);
}

int rehearse(const struct conference *conf, struct suggestion *suggestion, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL; /* one each: a connection remembers the programme */
    int64_t n = 0;
    log_init("ctl", LOG_WARN); /* the batches of a rehearsal are no news */
    int r = setting_override(SET_SETTLE, "0s", err);
    if (r < 0 || (r = setting_override(SET_DIGEST, "0s", err)) < 0 ||
        (r = secret_load(err)) < 0 || /* links are signed even in messages that nobody gets */
        (r = db_open(db_url(arena), DB_MATCHER, &db, err)) < 0 ||
        (r = count(db, conf, suggestion, &n, err)) < 0) {
        return r;
    }
    suggestion->n_messages = (int)n;
    return 0;
}
