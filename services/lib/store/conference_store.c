#include "store/conference_store.h"

#include "base/settings.h"
#include "base/str.h"

#include <string.h>

/* One load: where from, where to. */
struct loader {
    struct db *db;
    int64_t event_id;
    const struct conference_scope *scope;
    struct db_array persons; /* the scope's; text.len == 0 means all when scope->all_persons */
    struct arena *arena;
    struct conference *conf;
    struct err *err;
};

/* Every item begins with its int64_t id, and vectors are in id order. */
static int bisect(const void *items, size_t n, size_t size, int64_t id)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t there = 0;
        memcpy(&there, (const char *)items + middle * size, sizeof there);
        if (there == id) {
            return (int)middle;
        }
        if (there < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

#define DEFINE_INDEX(what, vector)                                                                 \
    int conference_index_##what(const struct conference *conf, int64_t id)                         \
    {                                                                                              \
        return bisect(conf->vector.items, conf->vector.n, sizeof *conf->vector.items, id);         \
    }

DEFINE_INDEX(room, rooms)
DEFINE_INDEX(track, tracks)
DEFINE_INDEX(session, sessions)
DEFINE_INDEX(mention, mentions)
DEFINE_INDEX(person, persons)
DEFINE_INDEX(registrant, registrants)

static int load_event(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query_one(l->db, "event_load", &rows, l->err, "i", l->event_id);
    if (r == DB_NO_ROW) {
        return CONFERENCE_GONE;
    }
    if (r < 0) {
        return r;
    }
    struct conference *conf = l->conf;
    conference_init(conf);
    conf->id = l->event_id;
    conf->slug = rows_dup(&rows, 0, 0, l->arena);
    conf->title = rows_dup(&rows, 0, 1, l->arena);
    conf->zone = zone_find(rows_text(&rows, 0, 2));
    conf->url = rows_dup(&rows, 0, 3, l->arena);
    conf->start_us = rows_int(&rows, 0, 4);
    conf->end_us = rows_int(&rows, 0, 5);
    conf->version = rows_dup(&rows, 0, 6, l->arena);
    conf->has_registrants = rows_bool(&rows, 0, 8);
    if (conf->zone == NULL) {
        return err_set(l->err, ERR_DB, "event %lld has the time zone %s, which nobody knows",
                       (long long)l->event_id, rows_text(&rows, 0, 2));
    }
    return 0;
}

static int load_rooms(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(l->db, "room_load", &rows, l->err, "i", l->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        struct room *room = conference_add_room(l->conf, l->arena);
        room->id = rows_int(&rows, i, 0);
        room->key = rows_dup(&rows, i, 1, l->arena);
        room->name = rows_dup(&rows, i, 2, l->arena);
        room->building = rows_dup(&rows, i, 3, l->arena);
        room->capacity = (int)rows_int(&rows, i, 4);
    }
    return r;
}

static int load_distances(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(l->db, "room_distance_load", &rows, l->err, "i", l->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->distances) =
            (struct room_distance){conference_index_room(l->conf, rows_int(&rows, i, 0)),
                                   conference_index_room(l->conf, rows_int(&rows, i, 1)),
                                   rows_int(&rows, i, 2) * SECOND_US};
    }
    return r;
}

static int load_tracks(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r =
        db_query(l->db, "track_load", &rows, l->err, "ib", l->event_id, (int)l->scope->with_texts);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        struct track *track = conference_add_track(l->conf, l->arena);
        track->id = rows_int(&rows, i, 0);
        track->key = rows_dup(&rows, i, 1, l->arena);
        track->title = rows_dup(&rows, i, 2, l->arena);
        track->description = rows_dup(&rows, i, 3, l->arena);
        track->kind = (enum track_kind)track_kind_parse(rows_text(&rows, i, 4));
        track->quorum = (int)rows_int(&rows, i, 5);
    }
    return r;
}

static int load_separations(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(l->db, "separation_load", &rows, l->err, "i", l->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->separations) =
            (struct separation){conference_index_track(l->conf, rows_int(&rows, i, 0)),
                                conference_index_track(l->conf, rows_int(&rows, i, 1)),
                                rows_dup(&rows, i, 2, l->arena)};
    }
    return r;
}

static void read_session(struct loader *l, const struct rows *rows, int i)
{
    struct session *session = conference_add_session(l->conf, l->arena);
    session->id = rows_int(rows, i, 0);
    session->key = rows_dup(rows, i, 1, l->arena);
    session->title = rows_dup(rows, i, 2, l->arena);
    session->abstract = rows_dup(rows, i, 3, l->arena);
    session->language = rows_dup(rows, i, 4, l->arena);
    session->url = rows_dup(rows, i, 5, l->arena);
    session->tags = rows_dup(rows, i, 6, l->arena);
    session->kind = (enum session_kind)session_kind_parse(rows_text(rows, i, 7));
    session->track = conference_index_track(l->conf, rows_int(rows, i, 8));
    session->room = conference_index_room(l->conf, rows_int(rows, i, 9));
    session->start_us = rows_int(rows, i, 11);
    session->end_us = rows_int(rows, i, 12);
    session->expected_people = (int)rows_int(rows, i, 13);
    session->is_cancelled = rows_bool(rows, i, 14);
    session->is_pinned = rows_bool(rows, i, 15);
}

static int load_sessions(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(l->db, "session_load", &rows, l->err, "ib", l->event_id,
                     (int)l->scope->with_texts);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        read_session(l, &rows, i);
    }
    for (int i = 0; r == 0 && i < rows.n; i++) { /* a parent may come after its child */
        l->conf->sessions.items[i].parent =
            conference_index_session(l->conf, rows_int(&rows, i, 10));
    }
    return r;
}

/* The scope's people as a parameter: null for all. */
static int query_persons(struct loader *l, const char *name, struct rows *rows)
{
    if (l->scope->all_persons) {
        return db_query(l->db, name, rows, l->err, "it", l->event_id, NULL);
    }
    return db_query(l->db, name, rows, l->err, "ia", l->event_id, &l->persons);
}

static int query_persons_or_none(struct loader *l, const char *name, struct rows *rows)
{
    int with_unresolved = (int)(l->scope->with_unresolved || l->scope->known != NULL);
    if (l->scope->all_persons || l->scope->known != NULL) {
        return db_query(l->db, name, rows, l->err, "itb", l->event_id, NULL, with_unresolved);
    }
    return db_query(l->db, name, rows, l->err, "iab", l->event_id, &l->persons, with_unresolved);
}

static int load_persons(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons(l, "person_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        struct person *person = conference_add_person(l->conf, l->arena);
        person->id = rows_int(&rows, i, 0);
        person->name = rows_dup(&rows, i, 1, l->arena);
        person->wants_introductions = rows_bool(&rows, i, 2);
        person->asked_us = rows_int(&rows, i, 3);
    }
    return r;
}

static int load_mentions(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons_or_none(l, "mention_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        struct mention *mention = conference_add_mention(l->conf, l->arena);
        mention->id = rows_int(&rows, i, 0);
        mention->role = (enum role)role_parse(rows_text(&rows, i, 1));
        mention->strength = (enum strength)strength_parse(rows_text(&rows, i, 2));
        mention->track = conference_index_track(l->conf, rows_int(&rows, i, 3));
        mention->session = conference_index_session(l->conf, rows_int(&rows, i, 4));
        mention->name = rows_dup(&rows, i, 5, l->arena);
        mention->email = rows_dup(&rows, i, 6, l->arena);
        mention->email_md5 = rows_dup(&rows, i, 7, l->arena);
        mention->affiliation = rows_dup(&rows, i, 8, l->arena);
        mention->topic = rows_dup(&rows, i, 9, l->arena);
        mention->source_key = rows_dup(&rows, i, 10, l->arena);
        mention->source = rows_dup(&rows, i, 11, l->arena);
        mention->line = (int)rows_int(&rows, i, 12);
        mention->is_given_name_only = rows_bool(&rows, i, 13);
        mention->person = conference_index_person(l->conf, rows_int(&rows, i, 14));
        mention->status = (enum resolution_status)resolution_status_parse(rows_text(&rows, i, 15));
        mention->confidence = rows_real(&rows, i, 16);
    }
    return r;
}

static void read_registrants(struct arena *arena, const struct rows *rows, struct conference *conf)
{
    for (int i = 0; i < rows->n; i++) {
        struct registrant *registrant = conference_add_registrant(conf, arena);
        registrant->id = rows_int(rows, i, 0);
        registrant->key = rows_dup(rows, i, 1, arena);
        registrant->name = rows_dup(rows, i, 2, arena);
        registrant->email = rows_dup(rows, i, 3, arena);
        registrant->email_md5 = rows_dup(rows, i, 4, arena);
        registrant->affiliation = rows_dup(rows, i, 5, arena);
        registrant->country = rows_dup(rows, i, 6, arena);
        registrant->matrix_id = rows_dup(rows, i, 7, arena);
        registrant->interests = rows_dup(rows, i, 8, arena);
        registrant->timezone = rows_dup(rows, i, 9, arena);
        registrant->status =
            (enum registration_status)registration_status_parse(rows_text(rows, i, 10));
        registrant->attendance = (enum attendance)attendance_parse(rows_text(rows, i, 11));
        registrant->arrives_us = rows_int(rows, i, 12);
        registrant->departs_us = rows_int(rows, i, 13);
        registrant->person = conference_index_person(conf, rows_int(rows, i, 14));
    }
}

static int load_registrants(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons_or_none(l, "registrant_load", &rows);
    if (r == 0) {
        read_registrants(l->arena, &rows, l->conf);
    }
    return r;
}

int conference_load_registrants(struct db *db, int64_t event_id, const struct db_array *ids,
                                struct arena *arena, struct conference *conf, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "registrant_load_some", &rows, err, "ia", event_id, ids);
    if (r == 0) {
        read_registrants(arena, &rows, conf);
    }
    return r;
}

/* Those that the caller has already. */
static int take_known(struct loader *l)
{
    l->conf->persons.items = l->scope->known->persons.items;
    l->conf->persons.n = l->scope->known->persons.n;
    l->conf->persons.cap = l->scope->known->persons.cap;
    l->conf->registrants.items = l->scope->known->registrants.items;
    l->conf->registrants.n = l->scope->known->registrants.n;
    l->conf->registrants.cap = l->scope->known->registrants.cap;
    return 0;
}

static int load_availabilities(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons(l, "availability_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->availabilities) =
            (struct availability){conference_index_person(l->conf, rows_int(&rows, i, 0)),
                                  rows_int(&rows, i, 1), rows_int(&rows, i, 2)};
    }
    return r;
}

static int load_answers(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons(l, "answer_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->answers) =
            (struct answer){conference_index_person(l->conf, rows_int(&rows, i, 0)),
                            conference_index_track(l->conf, rows_int(&rows, i, 1)),
                            conference_index_session(l->conf, rows_int(&rows, i, 2)),
                            (enum reply)reply_parse(rows_text(&rows, i, 3)),
                            (int)rows_int(&rows, i, 4),
                            rows_int(&rows, i, 5)};
    }
    return r;
}

static int load_choices(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons(l, "choice_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->choices) = (struct choice){
            conference_index_person(l->conf, rows_int(&rows, i, 0)),
            conference_index_session(l->conf, rows_int(&rows, i, 1)),
            conference_index_session(l->conf, rows_int(&rows, i, 2)), rows_int(&rows, i, 3)};
    }
    return r;
}

static int load_stars(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = query_persons(l, "star_load", &rows);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->stars) = (struct star){
            conference_index_person(l->conf, rows_int(&rows, i, 0)),
            conference_index_session(l->conf, rows_int(&rows, i, 1)), rows_bool(&rows, i, 2)};
    }
    return r;
}

static int load_matches(struct loader *l)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = l->scope->with_matches ? query_persons(l, "match_load", &rows) : 0;
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(l->arena, &l->conf->matches) =
            (struct match){conference_index_person(l->conf, rows_int(&rows, i, 0)),
                           conference_index_session(l->conf, rows_int(&rows, i, 1)),
                           rows_real(&rows, i, 2), rows_dup(&rows, i, 3, l->arena)};
    }
    return r;
}

int conference_load_scope(struct db *db, int64_t event_id, const struct conference_scope *scope,
                          struct arena *arena, struct conference *ret, struct err *err)
{
    /* In this order: what comes later refers to what came before. */
    static int (*const steps[])(struct loader *) = {
        load_event,    load_rooms,   load_distances, load_tracks,      load_separations,
        load_sessions, load_persons, load_mentions,  load_registrants, load_availabilities,
        load_answers,  load_choices, load_stars,     load_matches};
    static int (*const names[])(struct loader *) = {load_event, load_tracks, load_sessions,
                                                    take_known, load_mentions};
    bool is_names = scope->known != NULL;
    size_t n = is_names ? sizeof names / sizeof names[0] : sizeof steps / sizeof steps[0];
    struct loader l = {db, event_id, scope, {{0}}, arena, ret, err};
    for (size_t i = 0; i < scope->n_person_ids; i++) {
        db_array_int(&l.persons, scope->person_ids[i]);
    }
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = is_names ? names[i](&l) : steps[i](&l);
    }
    db_array_done(&l.persons);
    return r;
}

int conference_load(struct db *db, int64_t event_id, struct arena *arena, struct conference *ret,
                    struct err *err)
{
    struct conference_scope scope = {
        .all_persons = true, .with_texts = true, .with_matches = true, .with_unresolved = true};
    return conference_load_scope(db, event_id, &scope, arena, ret, err);
}

int event_find(struct db *db, const char *slug, int64_t *ret_event_id, struct err *err)
{
    const char *wanted = str_is_empty(slug) ? setting_text(SET_EVENT) : slug;
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "event_by_slug", &rows, err, "t", wanted);
    if (r < 0) {
        return r;
    }
    if (rows.n == 1) {
        *ret_event_id = rows_int(&rows, 0, 0);
        return 0;
    }
    if (rows.n == 0) {
        return wanted[0] == '\0'
                   ? err_set(err, ERR_USAGE, "there is no event yet; 'rollcall import' makes one")
                   : err_set(err, ERR_USAGE, "there is no event \"%s\"", wanted);
    }
    return err_set(err, ERR_USAGE,
                   "there are %d events (%s, %s, ...); name one with --event or ROLLCALL_EVENT",
                   rows.n, rows_text(&rows, 0, 1), rows_text(&rows, 1, 1));
}
