/* resolve: who stands behind the names. Works on an event as a whole: one name can change what
 * another one means. */
#include "matcher/matcher.h"
#include "matcher/stage.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/strmap.h"
#include "core/identity.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct resolver {
    struct db *db;
    int64_t event_id;
    struct arena *arena;
    struct conference conf;
    size_t n_persons;         /* that the database has; the further ones are new */
    int64_t *old_registrants; /* person of each registrant before; -1 = none */
    VEC(struct alias) aliases;
    struct strmap known_aliases; /* as alias_key() writes them: these are saved already */
    const char **old_names;      /* of the persons that the database has */
    VEC(struct decision) decisions;
    VEC(struct recalled) recalled;
    VEC(struct person_pair) apart;
    int *before; /* person of each mention */
    struct err *err;
};

static enum alias_kind alias_kind_parse(const char *text)
{
    static const char *const names[] = {"name", "email", "email_md5", "matrix_id", "source_key"};
    for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++) {
        if (strcmp(names[i], text) == 0) {
            return (enum alias_kind)i;
        }
    }
    abort(); /* the table's check constraint allows no others */
}

static const char *alias_key(struct arena *arena, int64_t person, const char *kind,
                             const char *value)
{
    return arena_printf(arena, "%lld %s %s", (long long)person, kind, value);
}

static int load_aliases(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query(r->db, "alias_load", &rows, r->err, "i", r->event_id);
    for (int i = 0; result == 0 && i < rows.n; i++) {
        int person = conference_index_person(&r->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            *vec_add(r->arena, &r->aliases) =
                (struct alias){person, alias_kind_parse(rows_text(&rows, i, 1)),
                               rows_dup(&rows, i, 2, r->arena), rows_bool(&rows, i, 3)};
            const char *key = alias_key(r->arena, rows_int(&rows, i, 0), rows_text(&rows, i, 1),
                                        rows_text(&rows, i, 2));
            (void)strmap_at(&r->known_aliases, r->arena, key, 0, NULL);
        }
    }
    return result;
}

static enum verdict verdict_parse(const char *text)
{
    return strcmp(text, "same") == 0 ? VERDICT_SAME : VERDICT_NOT_SAME;
}

static int load_decisions(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query(r->db, "decision_load", &rows, r->err, "i", r->event_id);
    for (int i = 0; result == 0 && i < rows.n; i++) {
        int person = conference_index_person(&r->conf, rows_int(&rows, i, 3));
        if (person >= 0) {
            *vec_add(r->arena, &r->decisions) =
                (struct decision){.name = rows_dup(&rows, i, 0, r->arena),
                                  .email = rows_dup(&rows, i, 1, r->arena),
                                  .track = conference_index_track(&r->conf, rows_int(&rows, i, 2)),
                                  .person = person,
                                  .verdict = verdict_parse(rows_text(&rows, i, 4))};
        }
    }
    return result;
}

/* One row for each thing known of the person meant; those of one decision follow one another. */
static int load_recalled(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query(r->db, "decision_recall", &rows, r->err, "i", r->event_id);
    struct alias *known = arena_array(r->arena, (size_t)rows.n + 1, sizeof *known);
    for (int i = 0; result == 0 && i < rows.n; i++) {
        known[i] = (struct alias){-1, alias_kind_parse(rows_text(&rows, i, 5)),
                                  rows_dup(&rows, i, 6, r->arena), false};
        if (i == 0 || rows_int(&rows, i, 0) != rows_int(&rows, i - 1, 0)) {
            *vec_add(r->arena, &r->recalled) = (struct recalled){
                .decision = {.name = rows_dup(&rows, i, 1, r->arena),
                             .email = rows_dup(&rows, i, 2, r->arena),
                             .track = conference_index_track(&r->conf, rows_int(&rows, i, 3)),
                             .person = -1,
                             .verdict = verdict_parse(rows_text(&rows, i, 4))},
                .known = &known[i]};
        }
        r->recalled.items[r->recalled.n - 1].n_known++;
    }
    return result;
}

static int load_apart(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query(r->db, "apart_load", &rows, r->err, "i", r->event_id);
    for (int i = 0; result == 0 && i < rows.n; i++) {
        int a = conference_index_person(&r->conf, rows_int(&rows, i, 0));
        int b = conference_index_person(&r->conf, rows_int(&rows, i, 1));
        if (a >= 0 && b >= 0 && a != b) {
            *vec_add(r->arena, &r->apart) = (struct person_pair){a, b};
        }
    }
    return result;
}

static int load(struct resolver *r)
{
    const struct conference_scope scope = {
        .all_persons = true, .with_texts = true, .with_unresolved = true};
    int result = conference_load_scope(r->db, r->event_id, &scope, r->arena, &r->conf, r->err);
    if (result != 0) {
        return result;
    }
    r->n_persons = r->conf.persons.n;
    r->old_names = arena_array(r->arena, r->n_persons + 1, sizeof *r->old_names);
    for (size_t i = 0; i < r->n_persons; i++) {
        r->old_names[i] = r->conf.persons.items[i].name;
    }
    r->old_registrants = arena_array(r->arena, r->conf.registrants.n, sizeof *r->old_registrants);
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        r->old_registrants[i] = r->conf.registrants.items[i].person;
    }
    static int (*const loads[])(struct resolver *) = {load_aliases, load_decisions, load_recalled,
                                                      load_apart};
    for (size_t i = 0; result == 0 && i < sizeof loads / sizeof loads[0]; i++) {
        result = loads[i](r);
    }
    return result;
}

/* Names change with what is known: mentions are resolved anew each time, registrants keep theirs.
 */
static void forget_mentions(struct resolver *r)
{
    r->before = arena_array(r->arena, r->conf.mentions.n + 1, sizeof *r->before);
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        r->before[i] = r->conf.mentions.items[i].person;
        r->conf.mentions.items[i].person = -1;
    }
}

static int save_persons(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array ids = {0};
    CLEANUP(db_array_done) struct db_array names = {0};
    size_t n_new = r->conf.persons.n - r->n_persons;
    int result = db_query(r->db, "person_reserve", &rows, r->err, "i", (int64_t)n_new);
    if (result < 0) {
        return result;
    }
    for (size_t i = 0; i < r->conf.persons.n; i++) {
        struct person *person = &r->conf.persons.items[i];
        if (i >= r->n_persons) {
            person->id = rows_int(&rows, (int)(i - r->n_persons), 0);
        } else if (strcmp(person->name, r->old_names[i]) == 0) {
            continue;
        }
        db_array_int(&ids, person->id);
        db_array_text(&names, person->name[0] == '\0' ? "?" : person->name);
    }
    return db_query(r->db, "person_save", NULL, r->err, "iaa", r->event_id, &ids, &names);
}

static int64_t person_id(const struct resolver *r, int person)
{
    return person < 0 ? 0 : r->conf.persons.items[person].id;
}

/* What the machine learned late; kept in the same rows as what people say, and undone like it. */
static int save_merges(struct resolver *r, const struct identity *identity)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < identity->n_merges; i++) {
        const struct identity_merge *merge = &identity->merges[i];
        result =
            db_query(r->db, "people_merge", NULL, r->err, "iiitt", r->event_id,
                     person_id(r, merge->keep), person_id(r, merge->gone), "rollcall", merge->why);
    }
    return result;
}

static int save_registrants(struct resolver *r)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    CLEANUP(db_array_done) struct db_array persons = {0};
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        const struct registrant *registrant = &r->conf.registrants.items[i];
        if (registrant->person != r->old_registrants[i]) {
            db_array_int(&ids, registrant->id);
            db_array_int_or_null(&persons, person_id(r, registrant->person));
        }
    }
    return db_query(r->db, "registrant_set_persons", NULL, r->err, "iaa", r->event_id, &ids,
                    &persons);
}

static void add_candidates(const struct resolver *r, const struct resolution *resolution,
                           struct db_array *array)
{
    json_t *list = json_array();
    for (int i = 0; i < resolution->n_candidates; i++) {
        const struct candidate *candidate = &resolution->candidates[i];
        (void)json_array_append_new(list, json_pack("{s:I, s:f, s:s}", "person",
                                                    (json_int_t)person_id(r, candidate->person),
                                                    "confidence", candidate->confidence, "evidence",
                                                    candidate->evidence));
    }
    char *text = json_dumps(list, JSON_COMPACT | JSON_REAL_PRECISION(4));
    db_array_text(array, text);
    free(text);
    json_decref(list);
}

static int save_resolutions(struct resolver *r, const struct identity *identity)
{
    struct db_array c[7] = {{{0}}};
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        const struct resolution *resolution = &identity->mentions[i];
        db_array_int(&c[0], r->conf.mentions.items[i].id);
        db_array_int_or_null(&c[1], person_id(r, resolution->person));
        db_array_text(&c[2], resolution_status_name(resolution->status));
        db_array_real(&c[3], resolution->confidence);
        db_array_text(&c[4], resolution->evidence);
        add_candidates(r, resolution, &c[5]);
        db_array_bool(&c[6], resolution->is_decided);
    }
    int result = db_query(r->db, "resolution_save", NULL, r->err, "iaaaaaaa", r->event_id, &c[0],
                          &c[1], &c[2], &c[3], &c[4], &c[5], &c[6]);
    db_arrays_done(c, 7);
    return result;
}

static void add_alias(struct resolver *r, struct db_array c[3], int64_t person, const char *kind,
                      const char *value)
{
    if (person == 0 || value[0] == '\0') {
        return;
    }
    bool is_new = false;
    (void)strmap_at(&r->known_aliases, r->arena, alias_key(r->arena, person, kind, value), 0,
                    &is_new);
    if (is_new) {
        db_array_int(&c[0], person);
        db_array_text(&c[1], kind);
        db_array_text(&c[2], value);
    }
}

/* What is known of a person now helps with the names of later imports. A name alone teaches no
 * other name. */
static int save_aliases(struct resolver *r, const struct identity *identity)
{
    struct db_array c[3] = {{{0}}};
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        const struct registrant *registrant = &r->conf.registrants.items[i];
        int64_t person = person_id(r, registrant->person);
        add_alias(r, c, person, "name", registrant->name);
        add_alias(r, c, person, "email", registrant->email);
        add_alias(r, c, person, "email_md5", registrant->email_md5);
        add_alias(r, c, person, "matrix_id", registrant->matrix_id);
    }
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        const struct mention *mention = &r->conf.mentions.items[i];
        const struct resolution *resolution = &identity->mentions[i];
        int64_t person = person_id(r, resolution->person);
        if (resolution->is_decided) {
            continue; /* the decision holds by itself, and leaves nothing behind when taken back */
        }
        if (resolution->is_by_key) {
            add_alias(r, c, person, "source_key",
                      arena_printf(r->arena, "%s\n%s", mention->source, mention->source_key));
        }
        if (resolution->is_name_learned) {
            add_alias(r, c, person, "name", mention->name);
        }
        add_alias(r, c, person, "email", mention->email);
        add_alias(r, c, person, "email_md5", mention->email_md5);
    }
    int result =
        db_query(r->db, "alias_save", NULL, r->err, "iaaa", r->event_id, &c[0], &c[1], &c[2]);
    db_arrays_done(c, 3);
    return result;
}

/* Nobody points to them any more: the database knows whether something else is kept of them. */
static int remove_orphans(struct resolver *r, const struct identity *identity)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    bool *is_used = arena_array(r->arena, r->conf.persons.n + 1, sizeof *is_used);
    bool has_orphans = false;
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        is_used[r->conf.registrants.items[i].person] = true;
    }
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        if (identity->mentions[i].person >= 0) {
            is_used[identity->mentions[i].person] = true;
        }
    }
    for (size_t i = 0; i < r->conf.persons.n; i++) {
        if (!is_used[i]) {
            db_array_int(&ids, r->conf.persons.items[i].id);
            has_orphans = true;
        }
    }
    return has_orphans
               ? db_query(r->db, "person_remove_orphans", NULL, r->err, "ia", r->event_id, &ids)
               : 0;
}

static int save(struct resolver *r, const struct identity *identity)
{
    int result = save_persons(r);
    if (result < 0 || (result = save_merges(r, identity)) < 0 ||
        (result = save_registrants(r)) < 0 || (result = save_resolutions(r, identity)) < 0 ||
        (result = save_aliases(r, identity)) < 0) {
        return result;
    }
    return remove_orphans(r, identity);
}

static int resolve_batch(struct db *db, const struct job_batch *batch, struct arena *arena,
                         struct err *err)
{
    struct resolver r = {.db = db, .event_id = batch->event_id, .arena = arena, .err = err};
    int result = queue_lock(db, STAGE_RESOLVE, batch->event_id, NULL, 0, err);
    if (result < 0 || (result = load(&r)) != 0) {
        return result < 0 ? result : 0; /* the event is gone, and its names with it */
    }
    forget_mentions(&r);
    struct identity_input input = {.decisions = r.decisions.items,
                                   .n_decisions = (int)r.decisions.n,
                                   .aliases = r.aliases.items,
                                   .n_aliases = (int)r.aliases.n,
                                   .recalled = r.recalled.items,
                                   .n_recalled = (int)r.recalled.n,
                                   .apart = r.apart.items,
                                   .n_apart = (int)r.apart.n,
                                   .before = r.before,
                                   .threshold = setting_real(SET_LINK_THRESHOLD),
                                   .lead = setting_real(SET_LINK_LEAD)};
    struct identity identity = {0};
    identity_assign(&r.conf, &input, arena, &identity);
    return save(&r, &identity);
}

static int resolve_step(void *state, struct db *db, struct arena *arena, struct err *err)
{
    (void)state;
    return stage_step(STAGE_RESOLVE, 0, resolve_batch, db, arena, err);
}

const struct worker resolve_worker = {
    .name = "resolve", .role = DB_MATCHER, .channel = "rollcall_resolve", .step = resolve_step};
