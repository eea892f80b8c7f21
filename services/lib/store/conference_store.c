#include "store/conference_store.h"

#include "base/settings.h"
#include "base/str.h"
#include "store/programme_store.h"

#include <string.h>

/* One load: where to. */
struct loader {
    struct arena *arena;
    struct conference *conf;
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

/* --- what belongs to people --- */

static void read_persons(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct person *person = conference_add_person(l->conf, l->arena);
        person->id = rows_int(rows, i, 0);
        person->name = rows_dup(rows, i, 1, l->arena);
        person->wants_introductions = rows_bool(rows, i, 2);
        person->asked_us = rows_int(rows, i, 3);
    }
}

static void read_mentions(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct mention *mention = conference_add_mention(l->conf, l->arena);
        mention->id = rows_int(rows, i, 0);
        mention->role = (enum role)role_parse(rows_text(rows, i, 1));
        mention->strength = (enum strength)strength_parse(rows_text(rows, i, 2));
        mention->track = conference_index_track(l->conf, rows_int(rows, i, 3));
        mention->session = conference_index_session(l->conf, rows_int(rows, i, 4));
        mention->name = rows_dup(rows, i, 5, l->arena);
        mention->email = rows_dup(rows, i, 6, l->arena);
        mention->email_md5 = rows_dup(rows, i, 7, l->arena);
        mention->affiliation = rows_dup(rows, i, 8, l->arena);
        mention->topic = rows_dup(rows, i, 9, l->arena);
        mention->source_key = rows_dup(rows, i, 10, l->arena);
        mention->source = rows_dup(rows, i, 11, l->arena);
        mention->line = (int)rows_int(rows, i, 12);
        mention->is_given_name_only = rows_bool(rows, i, 13);
        mention->person = conference_index_person(l->conf, rows_int(rows, i, 14));
        mention->status = (enum resolution_status)resolution_status_parse(rows_text(rows, i, 15));
        mention->confidence = rows_real(rows, i, 16);
    }
}

static void read_registrants(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        struct registrant *registrant = conference_add_registrant(l->conf, l->arena);
        registrant->id = rows_int(rows, i, 0);
        registrant->key = rows_dup(rows, i, 1, l->arena);
        registrant->name = rows_dup(rows, i, 2, l->arena);
        registrant->email = rows_dup(rows, i, 3, l->arena);
        registrant->email_md5 = rows_dup(rows, i, 4, l->arena);
        registrant->affiliation = rows_dup(rows, i, 5, l->arena);
        registrant->country = rows_dup(rows, i, 6, l->arena);
        registrant->matrix_id = rows_dup(rows, i, 7, l->arena);
        registrant->interests = rows_dup(rows, i, 8, l->arena);
        registrant->timezone = rows_dup(rows, i, 9, l->arena);
        registrant->status =
            (enum registration_status)registration_status_parse(rows_text(rows, i, 10));
        registrant->attendance = (enum attendance)attendance_parse(rows_text(rows, i, 11));
        registrant->arrives_us = rows_int(rows, i, 12);
        registrant->departs_us = rows_int(rows, i, 13);
        registrant->person = conference_index_person(l->conf, rows_int(rows, i, 14));
    }
}

static void read_availabilities(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(l->arena, &l->conf->availabilities) =
            (struct availability){conference_index_person(l->conf, rows_int(rows, i, 0)),
                                  rows_int(rows, i, 1), rows_int(rows, i, 2)};
    }
}

static void read_answers(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(l->arena, &l->conf->answers) =
            (struct answer){conference_index_person(l->conf, rows_int(rows, i, 0)),
                            conference_index_track(l->conf, rows_int(rows, i, 1)),
                            conference_index_session(l->conf, rows_int(rows, i, 2)),
                            (enum reply)reply_parse(rows_text(rows, i, 3)),
                            (int)rows_int(rows, i, 4),
                            rows_int(rows, i, 5)};
    }
}

static void read_choices(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(l->arena, &l->conf->choices) = (struct choice){
            conference_index_person(l->conf, rows_int(rows, i, 0)),
            conference_index_session(l->conf, rows_int(rows, i, 1)),
            conference_index_session(l->conf, rows_int(rows, i, 2)), rows_int(rows, i, 3)};
    }
}

static void read_stars(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(l->arena, &l->conf->stars) = (struct star){
            conference_index_person(l->conf, rows_int(rows, i, 0)),
            conference_index_session(l->conf, rows_int(rows, i, 1)), rows_bool(rows, i, 2)};
    }
}

static void read_matches(struct loader *l, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        *vec_add(l->arena, &l->conf->matches) =
            (struct match){conference_index_person(l->conf, rows_int(rows, i, 0)),
                           conference_index_session(l->conf, rows_int(rows, i, 1)),
                           rows_real(rows, i, 2), rows_dup(rows, i, 3, l->arena), false};
    }
    conference_mark_guesses(l->conf);
}

/* What is read, in this order: what comes later refers to what came before. */
struct part {
    const char *statement;
    void (*read)(struct loader *l, const struct rows *rows);
};

static const struct part parts[] = {
    {"person_load", read_persons},
    {"mention_load", read_mentions}, /* MENTIONS */
    {"registrant_load", read_registrants},
    {"availability_load", read_availabilities},
    {"answer_load", read_answers},
    {"choice_load", read_choices},
    {"star_load", read_stars},
    {"match_load", read_matches}, /* the last: not for all */
};

#define MENTIONS  1
#define N_PARTS   (sizeof parts / sizeof parts[0])
#define MAX_READS (1 + PROGRAMME_READS + N_PARTS + MAX_MORE_READS)

/* --- the event --- */

static int read_event(struct loader *l, int64_t event_id, const struct rows *rows, struct err *err)
{
    struct conference *conf = l->conf;
    conference_init(conf);
    conf->id = event_id;
    conf->slug = rows_dup(rows, 0, 0, l->arena);
    conf->title = rows_dup(rows, 0, 1, l->arena);
    conf->zone = zone_find(rows_text(rows, 0, 2));
    conf->url = rows_dup(rows, 0, 3, l->arena);
    conf->start_us = rows_int(rows, 0, 4);
    conf->end_us = rows_int(rows, 0, 5);
    conf->version = rows_dup(rows, 0, 6, l->arena);
    conf->has_registrants = rows_bool(rows, 0, 8);
    if (conf->zone == NULL) {
        return err_set(err, ERR_DB, "event %lld has the time zone %s, which nobody knows",
                       (long long)event_id, rows_text(rows, 0, 2));
    }
    return 0;
}

/* --- all of it, on one snapshot --- */

struct reading {
    struct db *db;
    int64_t event_id;
    const struct conference_scope *scope;
    struct db_array people; /* owned */
    struct db_read reads[MAX_READS];
    size_t n;         /* of reads */
    size_t programme; /* where the programme's begin; n_programme of them */
    size_t n_programme;
    size_t persons;    /* where the parts' begin; n_parts of them */
    size_t first_part; /* in parts[] */
    size_t n_parts;
};

static void add_read(struct reading *reading, const char *statement)
{
    reading->reads[reading->n++] = (struct db_read){.name = statement};
}

static void list_reads(struct reading *reading, bool with_programme)
{
    const struct conference_scope *scope = reading->scope;
    reading->n = 0;
    add_read(reading, "event_load");
    reading->programme = reading->n;
    reading->n_programme = with_programme ? programme_n_reads(scope->with_texts) : 0;
    for (size_t i = 0; i < reading->n_programme; i++) {
        add_read(reading, programme_statements[i]);
    }
    reading->persons = reading->n;
    reading->first_part = scope->known != NULL ? MENTIONS : 0;
    reading->n_parts = scope->known != NULL ? 1 : scope->with_matches ? N_PARTS : N_PARTS - 1;
    for (size_t i = 0; i < reading->n_parts; i++) {
        add_read(reading, parts[reading->first_part + i].statement);
    }
    for (size_t i = 0; i < scope->n_more; i++) {
        add_read(reading, scope->more[i].name);
    }
}

static int read_all(struct reading *reading, bool with_programme, struct err *err)
{
    const struct conference_scope *scope = reading->scope;
    bool is_all = scope->all_persons || scope->known != NULL;
    list_reads(reading, with_programme);
    return db_read_together(reading->db, reading->reads, reading->n, reading->event_id,
                            is_all ? NULL : &reading->people,
                            scope->with_unresolved || scope->known != NULL, err);
}

/* What this snapshot has for a programme: the one in memory if that is still it. */
static int read_with_programme(struct reading *reading, struct programme **ret, struct err *err)
{
    struct programme *programme =
        programme_in_memory(reading->db, reading->event_id, reading->scope->with_texts);
    int r = read_all(reading, programme == NULL, err);
    if (r == 0 && programme != NULL && reading->reads[0].rows.n == 1 &&
        !programme_is(programme, rows_text(&reading->reads[0].rows, 0, EVENT_STATE_COLUMN))) {
        programme =
            NULL; /* it has changed: everything again, for the programme must fit the rest */
        db_reads_done(reading->reads, reading->n);
        r = read_all(reading, true, err);
    }
    if (r < 0 || reading->reads[0].rows.n == 0) {
        return r < 0 ? r : CONFERENCE_GONE;
    }
    if (programme == NULL) {
        programme = programme_remember(reading->db, reading->event_id,
                                       rows_text(&reading->reads[0].rows, 0, EVENT_STATE_COLUMN),
                                       &reading->reads[reading->programme], reading->n_programme);
    }
    *ret = programme;
    return 0;
}

void conference_share_people(const struct conference *from, struct conference *to)
{
    to->persons.items = from->persons.items;
    to->persons.n = from->persons.n;
    to->persons.cap = from->persons.cap;
    to->registrants.items = from->registrants.items;
    to->registrants.n = from->registrants.n;
    to->registrants.cap = from->registrants.cap;
}

static int fill(struct reading *reading, struct programme *programme, struct arena *arena,
                struct conference *ret, struct err *err)
{
    struct loader l = {arena, ret};
    int r = read_event(&l, reading->event_id, &reading->reads[0].rows, err);
    if (r < 0) {
        return r;
    }
    programme_lend(programme, reading->scope->with_texts, arena, ret);
    if (reading->scope->known != NULL) {
        conference_share_people(reading->scope->known, ret);
    }
    for (size_t i = 0; i < reading->n_parts; i++) {
        parts[reading->first_part + i].read(&l, &reading->reads[reading->persons + i].rows);
    }
    for (size_t i = 0; i < reading->scope->n_more; i++) { /* these are the caller's */
        struct db_read *read = &reading->reads[reading->persons + reading->n_parts + i];
        reading->scope->more[i].rows = read->rows;
        read->rows = (struct rows){0};
    }
    return 0;
}

int conference_load_scope(struct db *db, int64_t event_id, const struct conference_scope *scope,
                          struct arena *arena, struct conference *ret, struct err *err)
{
    struct reading reading = {.db = db, .event_id = event_id, .scope = scope};
    struct programme *programme = NULL;
    for (size_t i = 0; i < scope->n_person_ids; i++) {
        db_array_int(&reading.people, scope->person_ids[i]);
    }
    int r = read_with_programme(&reading, &programme, err);
    if (r == 0) {
        r = fill(&reading, programme, arena, ret, err);
    }
    db_reads_done(reading.reads, reading.n);
    db_array_done(&reading.people);
    return r;
}

int conference_load_registrants(struct db *db, int64_t event_id, const struct db_array *ids,
                                struct arena *arena, struct conference *conf, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct loader l = {arena, conf};
    int r = db_query(db, "registrant_load_some", &rows, err, "ia", event_id, ids);
    if (r == 0) {
        read_registrants(&l, &rows);
    }
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
