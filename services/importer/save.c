#include "importer/save.h"

#include "base/str.h"
#include "base/strmap.h"
#include "store/conference_store.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 16

/* One array per column of a statement; released at the end of the scope. */
struct columns {
    struct db_array at[MAX_COLUMNS];
};

static void columns_done(struct columns *columns)
{
    db_arrays_done(columns->at, MAX_COLUMNS);
}

/* --- rooms, tracks, separations --- */

int save_rooms(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    const struct conference *conf = save->conf;
    for (size_t i = 0; i < conf->rooms.n; i++) {
        const struct room *room = &conf->rooms.items[i];
        db_array_text(&c.at[0], room->key);
        db_array_text(&c.at[1], room->name);
        db_array_text(&c.at[2], room->building);
        db_array_int(&c.at[3], room->capacity);
    }
    int r = db_query(save->db, "room_save", NULL, save->err, "iaaaa", save->event_id, &c.at[0],
                     &c.at[1], &c.at[2], &c.at[3]);
    CLEANUP(rows_done) struct rows rows = {0};
    if (r < 0 || (r = db_query(save->db, "room_load", &rows, save->err, "i", save->event_id)) < 0) {
        return r;
    }
    struct strmap ids = {0};
    for (int i = 0; i < rows.n; i++) {
        *strmap_at(&ids, save->arena, rows_text(&rows, i, 1), 0, NULL) = rows_int(&rows, i, 0);
    }
    save->room_ids = arena_array(save->arena, conf->rooms.n, sizeof *save->room_ids);
    for (size_t i = 0; i < conf->rooms.n; i++) {
        save->room_ids[i] = *strmap_find(&ids, conf->rooms.items[i].key);
    }
    return 0;
}

/* The key under which the database has, or will have, this track of the file. */
static const char *known_key(const struct conference *known, const struct track *track)
{
    for (size_t i = 0; i < known->tracks.n; i++) {
        if (strcmp(known->tracks.items[i].key, track->key) == 0) {
            return track->key;
        }
    }
    int same = conference_find_track(known, track->title);
    return same < 0 ? track->key : known->tracks.items[same].key;
}

/* A title from a programme is the better one; a text of proposals only fills gaps. */
static const char *best_title(const struct conference *known, const char *key,
                              const struct track *track, bool has_programme)
{
    for (size_t i = 0; i < known->tracks.n && !has_programme; i++) {
        if (strcmp(known->tracks.items[i].key, key) == 0) {
            return known->tracks.items[i].title;
        }
    }
    return track->title;
}

void save_join_tracks(struct save *save, const struct conference *known)
{
    for (size_t i = 0; i < save->conf->tracks.n; i++) {
        struct track *track = &save->conf->tracks.items[i];
        track->key = known_key(known, track);
    }
}

static int load_track_ids(struct save *save)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(save->db, "track_load", &rows, save->err, "i", save->event_id);
    if (r < 0) {
        return r;
    }
    struct strmap ids = {0};
    for (int i = 0; i < rows.n; i++) {
        *strmap_at(&ids, save->arena, rows_text(&rows, i, 1), 0, NULL) = rows_int(&rows, i, 0);
    }
    const struct conference *conf = save->conf;
    save->track_ids = arena_array(save->arena, conf->tracks.n, sizeof *save->track_ids);
    for (size_t i = 0; i < conf->tracks.n; i++) {
        save->track_ids[i] = *strmap_find(&ids, conf->tracks.items[i].key);
    }
    return 0;
}

int save_tracks(struct save *save, const struct conference *known)
{
    CLEANUP(columns_done) struct columns c = {0};
    const struct conference *conf = save->conf;
    struct strmap seen = {0};
    for (size_t i = 0; i < conf->tracks.n; i++) {
        const struct track *track = &conf->tracks.items[i];
        bool is_new = false;
        (void)strmap_at(&seen, save->arena, track->key, 0, &is_new);
        if (!is_new) { /* two tracks of the file are one of the database's: the first counts */
            continue;
        }
        db_array_text(&c.at[0], track->key);
        db_array_text(&c.at[1], best_title(known, track->key, track, conf->sessions.n > 0));
        db_array_text(&c.at[2], track->description);
        db_array_text(&c.at[3], track_kind_name(track->kind));
    }
    int r = db_query(save->db, "track_save", NULL, save->err, "iaaaa", save->event_id, &c.at[0],
                     &c.at[1], &c.at[2], &c.at[3]);
    return r < 0 ? r : load_track_ids(save);
}

int save_separations(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    const struct conference *conf = save->conf;
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *separation = &conf->separations.items[i];
        db_array_int(&c.at[0], save->track_ids[separation->track_a]);
        db_array_int(&c.at[1], save->track_ids[separation->track_b]);
        db_array_text(&c.at[2], separation->reason);
    }
    return db_query(save->db, "separation_save", NULL, save->err, "iaaa", save->event_id, &c.at[0],
                    &c.at[1], &c.at[2]);
}

/* --- sessions --- */

static void add_session(struct save *save, struct columns *c, const struct session *session)
{
    bool is_scheduled = session_is_scheduled(session);
    db_array_text(&c->at[0], session->key);
    db_array_text(&c->at[1], session->title);
    db_array_text(&c->at[2], session->abstract);
    db_array_text(&c->at[3], session->language);
    db_array_text(&c->at[4], session->url);
    db_array_text(&c->at[5], session->tags);
    db_array_text(&c->at[6], session_kind_name(session->kind));
    db_array_int_or_null(&c->at[7], session->track < 0 ? 0 : save->track_ids[session->track]);
    db_array_int_or_null(&c->at[8], session->room < 0 ? 0 : save->room_ids[session->room]);
    db_array_us(&c->at[9], is_scheduled ? session->start_us : 0);
    db_array_us(&c->at[10], is_scheduled ? session->end_us : 0);
    db_array_int(&c->at[11], session->expected_people);
    db_array_bool(&c->at[12], session->is_cancelled);
}

static int set_parents(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    const struct conference *conf = save->conf;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        db_array_text(&c.at[0], session->key);
        db_array_text(&c.at[1],
                      session->parent < 0 ? "" : conf->sessions.items[session->parent].key);
    }
    return db_query(save->db, "session_set_parents", NULL, save->err, "iaa", save->event_id,
                    &c.at[0], &c.at[1]);
}

static int load_session_ids(struct save *save)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(save->db, "session_keys", &rows, save->err, "i", save->event_id);
    if (r < 0) {
        return r;
    }
    struct strmap ids = {0};
    for (int i = 0; i < rows.n; i++) {
        *strmap_at(&ids, save->arena, rows_text(&rows, i, 0), 0, NULL) = rows_int(&rows, i, 1);
    }
    save->session_ids = arena_array(save->arena, save->conf->sessions.n, sizeof *save->session_ids);
    for (size_t i = 0; i < save->conf->sessions.n; i++) {
        save->session_ids[i] = *strmap_find(&ids, save->conf->sessions.items[i].key);
    }
    return 0;
}

static void add_session_keys(const struct save *save, struct db_array *keys)
{
    for (size_t i = 0; i < save->conf->sessions.n; i++) {
        db_array_text(keys, save->conf->sessions.items[i].key);
    }
}

int save_keep_others(struct save *save, const struct conference *known, struct programme_diff *diff,
                     int *ret_n)
{
    CLEANUP(columns_done) struct columns c = {0};
    CLEANUP(rows_done) struct rows rows = {0};
    add_session_keys(save, &c.at[0]);
    int r = db_query(save->db, "session_of_others", &rows, save->err, "ita", save->event_id,
                     save->source, &c.at[0]);
    if (r < 0) {
        return r;
    }
    struct strmap others = {0};
    for (int i = 0; i < rows.n; i++) {
        (void)strmap_at(&others, save->arena, rows_text(&rows, i, 0), 0, NULL);
    }
    size_t n = 0;
    for (size_t i = 0; i < diff->changes.n; i++) {
        const struct change *change = &diff->changes.items[i];
        if (change->new_session >= 0 ||
            strmap_find(&others, known->sessions.items[change->old_session].key) == NULL) {
            diff->changes.items[n++] = *change;
        }
    }
    *ret_n = (int)(diff->changes.n - n);
    diff->changes.n = n;
    return 0;
}

int save_check_ids(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    CLEANUP(rows_done) struct rows rows = {0};
    add_session_keys(save, &c.at[0]);
    for (size_t i = 0; i < save->conf->sessions.n; i++) {
        db_array_text(&c.at[1], save->conf->sessions.items[i].title);
    }
    int r = db_query(save->db, "session_id_clash", &rows, save->err, "itaa", save->event_id,
                     save->source, &c.at[0], &c.at[1]);
    if (r < 0 || rows.n == 0) {
        return r;
    }
    int64_t n_more = rows_int(&rows, 0, 4);
    const char *more =
        n_more == 0 ? "" : arena_printf(save->arena, " (and %lld more)", (long long)n_more);
    return err_set(save->err, ERR_INPUT,
                   "%s and %s use the same ids for different sessions: %s is \"%s\" there and "
                   "\"%s\" here%s; give this one an event of its own (--event), or say --complete "
                   "if it replaces the other",
                   rows_text(&rows, 0, 0), save->source, rows_text(&rows, 0, 1),
                   rows_text(&rows, 0, 2), rows_text(&rows, 0, 3), more);
}

static int set_source(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    add_session_keys(save, &c.at[0]);
    return db_query(save->db, "session_set_source", NULL, save->err, "ita", save->event_id,
                    save->source, &c.at[0]);
}

int save_sessions(struct save *save)
{
    CLEANUP(columns_done) struct columns c = {0};
    for (size_t i = 0; i < save->conf->sessions.n; i++) {
        add_session(save, &c, &save->conf->sessions.items[i]);
    }
    int r =
        db_query(save->db, "session_save", NULL, save->err, "iiaaaaaaaaaaaaa", save->event_id,
                 (int64_t)save->version, &c.at[0], &c.at[1], &c.at[2], &c.at[3], &c.at[4], &c.at[5],
                 &c.at[6], &c.at[7], &c.at[8], &c.at[9], &c.at[10], &c.at[11], &c.at[12]);
    if (r < 0 || (r = set_parents(save)) < 0 || (r = set_source(save)) < 0) {
        return r;
    }
    return load_session_ids(save);
}

int save_changes(struct save *save, const struct conference *known,
                 const struct programme_diff *diff)
{
    CLEANUP(columns_done) struct columns c = {0};
    CLEANUP(columns_done) struct columns gone = {0};
    for (size_t i = 0; i < diff->changes.n; i++) {
        const struct change *change = &diff->changes.items[i];
        const char *key = change->new_session >= 0
                              ? save->conf->sessions.items[change->new_session].key
                              : known->sessions.items[change->old_session].key;
        db_array_text(&c.at[0], key);
        db_array_text(&c.at[1], change_kind_name(change->kind));
        db_array_text(&c.at[2], change->old_value);
        db_array_text(&c.at[3], change->new_value);
        if (change->new_session < 0) {
            db_array_text(&gone.at[0], key);
        }
    }
    int r = db_query(save->db, "session_cancel", NULL, save->err, "iia", save->event_id,
                     (int64_t)save->version, &gone.at[0]);
    if (r < 0) {
        return r;
    }
    return db_query(save->db, "change_add", NULL, save->err, "iiaaaa", save->event_id,
                    (int64_t)save->version, &c.at[0], &c.at[1], &c.at[2], &c.at[3]);
}

/* --- mentions --- */

static int64_t mention_track(const struct save *save, const struct mention *mention)
{
    return mention->track < 0 ? 0 : save->track_ids[mention->track];
}

static int64_t mention_session(const struct save *save, const struct mention *mention)
{
    return mention->session < 0 ? 0 : save->session_ids[mention->session];
}

static void add_mention(const struct save *save, struct columns *c, const struct mention *mention)
{
    db_array_text(&c->at[0], role_name(mention->role));
    db_array_text(&c->at[1], strength_name(mention->strength));
    db_array_int_or_null(&c->at[2], mention_track(save, mention));
    db_array_int_or_null(&c->at[3], mention_session(save, mention));
    db_array_text(&c->at[4], mention->name);
    db_array_text(&c->at[5], mention->email);
    db_array_text(&c->at[6], mention->email_md5);
    db_array_text(&c->at[7], mention->affiliation);
    db_array_text(&c->at[8], mention->topic);
    db_array_text(&c->at[9], mention->source_key);
    db_array_text(&c->at[10], mention->source);
    db_array_int(&c->at[11], mention->line);
    db_array_bool(&c->at[12], mention->is_given_name_only);
}

/* False when the file has the same mention already: the database holds one of each. */
static bool is_first(const struct save *save, struct strmap *seen, const struct mention *mention)
{
    bool is_new = false;
    const char *key = arena_printf(save->arena, "%d\x1f%lld\x1f%lld\x1f%s\x1f%s\x1f%s",
                                   (int)mention->role, (long long)mention_track(save, mention),
                                   (long long)mention_session(save, mention), mention->name,
                                   mention->topic, mention->affiliation);
    (void)strmap_at(seen, save->arena, key, 0, &is_new);
    return is_new;
}

int save_mentions(struct save *save, bool is_programme)
{
    const char *origin = is_programme ? "programme" : "list";
    CLEANUP(columns_done) struct columns c = {0};
    CLEANUP(columns_done) struct columns scope = {0};
    const struct conference *conf = save->conf;
    struct strmap seen = {0};
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->name[0] != '\0' && is_first(save, &seen, mention)) {
            add_mention(save, &c, mention);
        }
        if (mention->track >= 0) {
            db_array_int(&scope.at[0], save->track_ids[mention->track]);
        }
    }
    for (size_t i = 0; i < conf->sessions.n && is_programme; i++) {
        db_array_int(&scope.at[1], save->session_ids[i]);
    }
    int r = db_query(save->db, "mention_remove_others", NULL, save->err, "iaaaaaaaat",
                     save->event_id, &scope.at[0], &scope.at[1], &c.at[0], &c.at[2], &c.at[3],
                     &c.at[4], &c.at[8], &c.at[7], origin);
    if (r < 0) {
        return r;
    }
    return db_query(save->db, "mention_save", NULL, save->err, "iaaaaaaaaaaaaat", save->event_id,
                    &c.at[0], &c.at[1], &c.at[2], &c.at[3], &c.at[4], &c.at[5], &c.at[6], &c.at[7],
                    &c.at[8], &c.at[9], &c.at[10], &c.at[11], &c.at[12], origin);
}

/* --- registrants --- */

static void add_registrant(struct columns *c, const struct registrant *registrant)
{
    db_array_text(&c->at[0], registrant->key);
    db_array_text(&c->at[1], registrant->name);
    db_array_text(&c->at[2], registrant->email);
    db_array_text(&c->at[3], registrant->email_md5);
    db_array_text(&c->at[4], registrant->affiliation);
    db_array_text(&c->at[5], registrant->country);
    db_array_text(&c->at[6], registrant->matrix_id);
    db_array_text(&c->at[7], registrant->interests);
    db_array_text(&c->at[8], registrant->timezone);
    db_array_text(&c->at[9], registration_status_name(registrant->status));
    db_array_text(&c->at[10], attendance_name(registrant->attendance));
    db_array_us(&c->at[11], registrant->arrives_us);
    db_array_us(&c->at[12], registrant->departs_us);
}

static int count_missing(struct save *save, bool is_complete, const struct db_array *keys,
                         int *ret_missing)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r =
        db_query_one(save->db, "registrant_missing", &rows, save->err, "ia", save->event_id, keys);
    if (r < 0) {
        return r;
    }
    *ret_missing = (int)rows_int(&rows, 0, 0);
    return is_complete ? db_query(save->db, "registrant_cancel_missing", NULL, save->err, "ia",
                                  save->event_id, keys)
                       : 0;
}

int save_registrants(struct save *save, bool is_complete, int *ret_new, int *ret_changed,
                     int *ret_missing)
{
    CLEANUP(columns_done) struct columns c = {0};
    CLEANUP(rows_done) struct rows rows = {0};
    for (size_t i = 0; i < save->conf->registrants.n; i++) {
        add_registrant(&c, &save->conf->registrants.items[i]);
    }
    int r = db_query_one(save->db, "registrant_save", &rows, save->err, "iaaaaaaaaaaaaa",
                         save->event_id, &c.at[0], &c.at[1], &c.at[2], &c.at[3], &c.at[4], &c.at[5],
                         &c.at[6], &c.at[7], &c.at[8], &c.at[9], &c.at[10], &c.at[11], &c.at[12]);
    if (r < 0) {
        return r;
    }
    *ret_new = (int)rows_int(&rows, 0, 0);
    *ret_changed = (int)rows_int(&rows, 0, 1);
    return count_missing(save, is_complete, &c.at[0], ret_missing);
}
