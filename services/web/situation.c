#include "web/situation.h"

#include "base/settings.h"
#include "store/conference_store.h"
#include "store/db.h"

static int load_in_snapshot(const struct request *req, const struct conference_scope *scope,
                            struct situation *ret, struct err *err)
{
    int r = db_query(req->db, "web_snapshot", NULL, err, "");
    return r < 0 ? r
                 : conference_load_scope(req->db, req->token.event_id, scope, req->arena,
                                         &ret->conf, err);
}

static int load(const struct request *req, const struct conference_scope *scope,
                struct situation *ret, struct err *err)
{
    *ret = (struct situation){0};
    int r = db_begin(req->db, err);
    if (r < 0) {
        return r;
    }
    r = load_in_snapshot(req, scope, ret, err);
    if (r != 0) {
        db_rollback(req->db);
        return r < 0 ? r : SITUATION_NO_EVENT;
    }
    r = db_commit(req->db, err);
    if (r == 0) {
        requirements_build(&ret->conf, req->arena, &ret->requirements);
    }
    return r;
}

int situation_load(const struct request *req, struct situation *ret, struct err *err)
{
    const struct conference_scope scope = {.all_persons = true, .with_unresolved = true};
    return load(req, &scope, ret, err);
}

int situation_load_choices(const struct request *req, struct situation *ret, struct err *err)
{
    const struct conference_scope scope = {
        .all_persons = true, .with_matches = true, .with_unresolved = true};
    return load(req, &scope, ret, err);
}

/* Whom a link that went out before a merge means now; 0 = nobody. */
static int64_t merged_into(const struct request *req, int64_t person_id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err ignored = {0};
    int r = db_query_one(req->db, "person_current", &rows, &ignored, "ii", req->token.event_id,
                         person_id);
    return r == 0 ? rows_int(&rows, 0, 0) : 0;
}

int situation_load_person(const struct request *req, struct situation *ret, int *ret_person,
                          struct err *err)
{
    int64_t id = req->token.subject;
    for (int turn = 0; turn < 2; turn++) {
        const struct conference_scope scope = {
            .person_ids = &id, .n_person_ids = 1, .with_matches = true};
        int r = load(req, &scope, ret, err);
        if (r != 0) {
            return r;
        }
        *ret_person = conference_index_person(&ret->conf, id);
        if (*ret_person >= 0) {
            return 0;
        }
        id = merged_into(req, id);
    }
    return SITUATION_NO_EVENT;
}

void situation_judge(const struct request *req, struct situation *situation)
{
    const struct clash_options options = {
        .walk_between_buildings_us = setting_us(SET_WALK),
        .only_person = -1,
        .has_registrants = situation->conf.registrants.n > 0,
    };
    clash_find(&situation->conf, &situation->requirements, &options, req->arena,
               &situation->clashes);
    quorum_count(&situation->conf, &situation->clashes, req->arena, &situation->quorum);
}

const struct registrant *situation_registrant(const struct conference *conf, int person)
{
    const struct registrant *best = NULL;
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person != person || person < 0) {
            continue;
        }
        if (best == NULL || (best->status != REGISTRATION_CONFIRMED &&
                             registrant->status == REGISTRATION_CONFIRMED)) {
            best = registrant;
        }
    }
    return best;
}

const struct zone *situation_own_zone(const struct conference *conf, int person)
{
    const struct registrant *registrant = situation_registrant(conf, person);
    if (registrant == NULL || registrant->attendance != ATTENDANCE_REMOTE ||
        registrant->timezone[0] == '\0') {
        return NULL;
    }
    const struct zone *zone = zone_find(registrant->timezone);
    return zone == conf->zone ? NULL : zone;
}

const char *situation_room(const struct conference *conf, const struct session *session)
{
    return session->room < 0 ? "" : conf->rooms.items[session->room].name;
}

const char *situation_track_title(const struct conference *conf, const struct session *session)
{
    return session->track < 0 ? "" : conf->tracks.items[session->track].title;
}
