/* clash: which requirements cannot be met as things stand. */
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "base/str.h"
#include "core/clash.h"
#include "core/clash_shared.h"

enum {
    COLUMN_FINGERPRINT,
    COLUMN_KIND,
    COLUMN_SEVERITY,
    COLUMN_PERSON,
    COLUMN_A,
    COLUMN_B,
    COLUMN_START,
    COLUMN_END,
    COLUMN_WHY,
    COLUMN_SHAPE,
    N_COLUMNS
};

static void add_shape(struct str *s, const struct conference *conf, int session)
{
    const struct session *item = &conf->sessions.items[session];
    str_printf(s, " %lld-%lld@%lld", (long long)item->start_us, (long long)item->end_us,
               (long long)(item->room < 0 ? 0 : conf->rooms.items[item->room].id));
}

/* While times, rooms and people stay, so does an acknowledgement. The person is part of the clash's
 * identity; where it is the number of people that matters, that is part of the shape. */
static const char *shape_of(const struct conference *conf, const struct clash *clash,
                            struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    str_printf(&s, "%lld-%lld", (long long)clash->start_us, (long long)clash->end_us);
    add_shape(&s, conf, clash->session_a);
    if (clash->session_b >= 0) {
        add_shape(&s, conf, clash->session_b);
    }
    if (clash->kind == CLASH_ROOM_TOO_SMALL) {
        str_printf(&s, " %d", conf->sessions.items[clash->session_a].expected_people);
    }
    return arena_strdup(arena, str_text(&s));
}

static void add_clash(const struct conference *conf, const struct clash *clash, struct arena *arena,
                      struct db_array c[N_COLUMNS])
{
    db_array_int(&c[COLUMN_FINGERPRINT], (int64_t)clash->fingerprint);
    db_array_text(&c[COLUMN_KIND], clash_kinds[clash->kind].name);
    db_array_text(&c[COLUMN_SEVERITY], severity_name(clash->severity));
    db_array_int_or_null(&c[COLUMN_PERSON],
                         clash->person < 0 ? 0 : conf->persons.items[clash->person].id);
    db_array_int(&c[COLUMN_A], conf->sessions.items[clash->session_a].id);
    db_array_int_or_null(&c[COLUMN_B],
                         clash->session_b < 0 ? 0 : conf->sessions.items[clash->session_b].id);
    db_array_us(&c[COLUMN_START], clash->start_us);
    db_array_us(&c[COLUMN_END], clash->end_us);
    db_array_text(&c[COLUMN_WHY], clash->why);
    db_array_text(&c[COLUMN_SHAPE], shape_of(conf, clash, arena));
}

static int save_clashes(struct db *db, int64_t event_id, const struct stage_people *people,
                        bool with_programme, const struct db_array c[N_COLUMNS], struct err *err)
{
    CLEANUP(db_array_done) struct db_array all = {0};
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&all, people->ids.items[i]);
    }
    int r = db_begin_writing(db, err);
    if (r == 0 && c[0].text.len > 0) {
        r = db_send(db, "clash_save", err, "iaaaaaaaaaa", event_id, &c[0], &c[1], &c[2], &c[3],
                    &c[4], &c[5], &c[6], &c[7], &c[8], &c[9]);
    }
    return r < 0 ? r
                 : db_send(db, "clash_resolve", err, "iaba", event_id, &all, (int)with_programme,
                           &c[COLUMN_FINGERPRINT]);
}

/* "No answer" begins by itself, some time after the question: looks again then. */
static int look_again(struct db *db, const struct conference *conf,
                      const struct clash_options *options, struct err *err)
{
    enum { STAGE, SUBJECT, ID, DUE, N_LATER };
    struct db_array c[N_LATER] = {{{0}}};
    for (size_t i = 0; i < conf->persons.n; i++) {
        const struct person *person = &conf->persons.items[i];
        int64_t due_us = person->asked_us + options->answer_within_us;
        if (person->asked_us != 0 && due_us > options->now_us) {
            db_array_text(&c[STAGE], stage_name(STAGE_CLASH));
            db_array_text(&c[SUBJECT], "person");
            db_array_int(&c[ID], person->id);
            db_array_us(&c[DUE], due_us);
        }
    }
    int r = c[ID].text.len == 0 ? 0
                                : db_send(db, "plan_later", err, "iaaaa", conf->id, &c[STAGE],
                                          &c[SUBJECT], &c[ID], &c[DUE]);
    db_arrays_done(c, N_LATER);
    return r;
}

/* Which MCs share people depends on everybody, not only on those in the batch. */
static int load_shared(struct db *db, const struct conference *conf, struct arena *arena,
                       struct shared_pairs *ret, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "clash_memberships", &rows, err, "i", conf->id);
    if (r < 0) {
        return r;
    }
    struct membership *memberships = arena_array(arena, (size_t)rows.n, sizeof *memberships);
    for (int i = 0; i < rows.n; i++) {
        memberships[i] = (struct membership){conference_index_track(conf, rows_int(&rows, i, 0)),
                                             rows_int(&rows, i, 1)};
    }
    shared_find(conf, memberships, (size_t)rows.n, arena, ret);
    return 0;
}

static int find_and_save(struct db *db, const struct conference *conf, int64_t now_us,
                         const struct stage_people *people, bool with_programme,
                         struct arena *arena, struct err *err)
{
    struct requirements requirements = {0};
    struct clashes clashes = {0};
    struct shared_pairs shared = {0};
    int r = with_programme ? load_shared(db, conf, arena, &shared, err) : 0;
    if (r < 0) {
        return r;
    }
    struct clash_options options = {.now_us = now_us,
                                    .answer_within_us = setting_us(SET_REMIND_AFTER),
                                    .walk_between_buildings_us = setting_us(SET_WALK),
                                    .only_person = -1,
                                    .has_registrants = conf->has_registrants,
                                    .shared = &shared};
    struct db_array c[N_COLUMNS] = {{{0}}};
    requirements_build(conf, arena, &requirements);
    clash_find(conf, &requirements, &options, arena, &clashes);
    for (size_t i = 0; i < clashes.items.n; i++) {
        if (clashes.items.items[i].person >= 0 || with_programme) {
            add_clash(conf, &clashes.items.items[i], arena, c);
        }
    }
    r = save_clashes(db, conf->id, people, with_programme, c, err);
    db_arrays_done(c, N_COLUMNS);
    return r < 0 ? r : look_again(db, conf, &options, err);
}

static int clash_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                       struct err *err)
{
    struct stage_people people;
    int r = stage_expand(db, batch, arena, &people, err);
    if (r < 0) {
        return r;
    }
    int64_t *tracks = NULL;
    bool with_programme = people.has_event || people.has_session ||
                          stage_subjects(batch, SUBJECT_TRACK, arena, &tracks) > 0;
    if (people.ids.n == 0 && !with_programme) {
        return 0;
    }
    r = queue_lock(db, STAGE_CLASH, batch->event_id, people.ids.items,
                   with_programme ? 0 : people.ids.n, err);
    if (r < 0) {
        return r;
    }
    struct conference conf;
    struct conference_scope scope = {
        .person_ids = people.ids.items, .n_person_ids = people.ids.n, .with_matches = true};
    r = conference_load_scope(db, batch->event_id, &scope, arena, &conf, err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    return find_and_save(db, &conf, batch->now_us, &people, with_programme, arena, err);
}

static int clash_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    return stage_step(STAGE_CLASH, 0, clash_batch, db, arena, err);
}

const struct worker clash_worker = {
    .name = "clash", .role = DB_MATCHER, .channel = "rollcall_clash", .step = clash_step};
