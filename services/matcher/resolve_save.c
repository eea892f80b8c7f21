/* What the resolve stage writes: only what has changed. */
#include "matcher/resolve_stage.h"

#include "base/str.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A confidence moves a little with everybody who registers: that much is not worth a word. */
#define CONFIDENCE_STEP 0.005

static int64_t person_id(const struct resolver *r, int person)
{
    return person < 0 ? 0 : r->conf.persons.items[person].id;
}

static int save_persons(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array ids = {0};
    CLEANUP(db_array_done) struct db_array names = {0};
    size_t n_new = r->conf.persons.n - r->n_persons;
    bool has_changed = n_new > 0;
    int result =
        n_new == 0 ? 0 : db_query(r->db, "person_reserve", &rows, r->err, "i", (int64_t)n_new);
    if (result < 0) {
        return result;
    }
    for (size_t i = 0; i < r->conf.persons.n; i++) {
        struct person *person = &r->conf.persons.items[i];
        if (i >= r->n_persons) {
            person->id = rows_int(&rows, (int)(i - r->n_persons), 0);
        } else if (person->name == r->old_names[i] || strcmp(person->name, r->old_names[i]) == 0) {
            continue;
        }
        has_changed = true;
        db_array_int(&ids, person->id);
        db_array_text(&names, person->name[0] == '\0' ? "?" : person->name);
    }
    return has_changed ? db_send(r->db, "person_save", r->err, "iaa", r->event_id, &ids, &names)
                       : 0;
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
        r->has_vanished = true;
    }
    return result;
}

static int save_registrants(struct resolver *r)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    CLEANUP(db_array_done) struct db_array persons = {0};
    bool has_changed = false;
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        const struct registrant *registrant = &r->conf.registrants.items[i];
        if (registrant->person != r->old_registrants[i]) {
            db_array_int(&ids, registrant->id);
            db_array_int_or_null(&persons, person_id(r, registrant->person));
            has_changed = true;
        }
    }
    return has_changed ? db_send(r->db, "registrant_set_persons", r->err, "iaa", r->event_id, &ids,
                                 &persons)
                       : 0;
}

/* --- resolutions --- */

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

static uint64_t fingerprint(const struct resolver *r, const struct resolution *resolution)
{
    const uint64_t head[] = {(uint64_t)person_id(r, resolution->person),
                             (uint64_t)resolution->status, resolution->is_decided};
    uint64_t hash = hash_bytes(head, sizeof head, 1);
    hash = hash_bytes(resolution->evidence, strlen(resolution->evidence), hash);
    for (int i = 0; i < resolution->n_candidates; i++) {
        const struct candidate *candidate = &resolution->candidates[i];
        uint64_t id = (uint64_t)person_id(r, candidate->person);
        hash = hash_bytes(&id, sizeof id, hash);
        hash = hash_bytes(candidate->evidence, strlen(candidate->evidence), hash);
    }
    return hash;
}

static const struct saved_resolution *find_saved(const struct kept_event *kept, int64_t mention)
{
    size_t low = 0;
    size_t high = kept->saved.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kept->saved.items[middle].mention_id < mention) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < kept->saved.n && kept->saved.items[low].mention_id == mention
               ? &kept->saved.items[low]
               : NULL;
}

/* Sends what differs from what is known to be there, and notes what is there then. */
static int save_resolutions(struct resolver *r, const struct identity *identity)
{
    struct kept_event *kept = r->kept;
    struct db_array c[7] = {{{0}}};
    size_t n = r->conf.mentions.n;
    size_t n_changed = 0;
    struct saved_resolution *now = arena_array(r->arena, n + 1, sizeof *now);
    for (size_t i = 0; i < n; i++) {
        const struct resolution *resolution = &identity->mentions[i];
        int64_t id = r->conf.mentions.items[i].id;
        now[i] = (struct saved_resolution){id, fingerprint(r, resolution), resolution->confidence};
        const struct saved_resolution *saved = find_saved(kept, id);
        if (saved != NULL && saved->fingerprint == now[i].fingerprint &&
            fabs(saved->confidence - resolution->confidence) <= CONFIDENCE_STEP) {
            now[i].confidence = saved->confidence;
            continue;
        }
        n_changed++;
        db_array_int(&c[0], id);
        db_array_int_or_null(&c[1], person_id(r, resolution->person));
        db_array_text(&c[2], resolution_status_name(resolution->status));
        db_array_real(&c[3], resolution->confidence);
        db_array_text(&c[4], resolution->evidence);
        add_candidates(r, resolution, &c[5]);
        db_array_bool(&c[6], resolution->is_decided);
    }
    int result = n_changed == 0
                     ? 0
                     : db_send(r->db, "resolution_save", r->err, "iaaaaaaaf", r->event_id, &c[0],
                               &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], CONFIDENCE_STEP);
    db_arrays_done(c, 7);
    kept->saved.n = 0;
    for (size_t i = 0; i < n; i++) {
        *vec_add(kept->arena, &kept->saved) = now[i];
    }
    return result;
}

/* --- what is known of persons --- */

/* Rows of person_alias to add, and those that this run has shown to hold. */
struct alias_rows {
    struct db_array columns[3];
    size_t n;
    struct strmap shown; /* as alias_key() writes them */
    struct strmap own;   /* of these, what registrants say of themselves */
};

static void add_row(struct alias_rows *rows, int64_t person, enum alias_kind kind,
                    const char *value)
{
    db_array_int(&rows->columns[0], person);
    db_array_text(&rows->columns[1], alias_kind_name(kind));
    db_array_text(&rows->columns[2], value);
    rows->n++;
}

/* is_own: a registrant says so, and the core need not be told. */
static void add_alias(struct resolver *r, struct alias_rows *rows, int person, enum alias_kind kind,
                      const char *value, bool is_own)
{
    if (person < 0 || value[0] == '\0') {
        return;
    }
    struct kept_event *kept = r->kept;
    const char *key = alias_key(r->arena, person_id(r, person), kind, value);
    int64_t *is_known = strmap_at(&kept->known_aliases, kept->arena, key, 0, NULL);
    (void)strmap_at(is_own ? &rows->own : &rows->shown, r->arena, key, 0, NULL);
    if (*is_known == 0) {
        *is_known = 1;
        add_row(rows, person_id(r, person), kind, value);
        if (!is_own) {
            *vec_add(kept->arena, &kept->aliases) =
                (struct alias){person, kind, arena_strdup(kept->arena, value), false};
        }
    }
}

static void add_of_registrants(struct resolver *r, struct alias_rows *rows)
{
    for (size_t i = r->n_old; i < r->conf.registrants.n; i++) {
        const struct registrant *registrant = &r->conf.registrants.items[i];
        const char *const values[] = {registrant->name, registrant->email, registrant->email_md5,
                                      registrant->matrix_id};
        for (int k = 0; k < 4; k++) {
            add_alias(r, rows, registrant->person, (enum alias_kind)k, values[k], true);
        }
    }
}

/* A decision holds by itself, and leaves nothing behind when taken back; a name alone teaches no
 * other name. */
static void add_of_mention(struct resolver *r, struct alias_rows *rows,
                           const struct mention *mention, const struct resolution *resolution)
{
    if (resolution->is_decided) {
        return;
    }
    if (resolution->is_by_key) {
        const char *key = arena_printf(r->arena, "%s\n%s", mention->source, mention->source_key);
        add_alias(r, rows, resolution->person, ALIAS_SOURCE_KEY, key, false);
    }
    if (resolution->is_name_learned) {
        add_alias(r, rows, resolution->person, ALIAS_NAME, mention->name, false);
    }
    add_alias(r, rows, resolution->person, ALIAS_EMAIL, mention->email, false);
    add_alias(r, rows, resolution->person, ALIAS_EMAIL_MD5, mention->email_md5, false);
}

/* What a mention had shown and shows no more does not hold any more. What is known of mentions that
 * are gone stays. */
static int forget_aliases(struct resolver *r, const struct identity *identity,
                          const struct alias_rows *shown, size_t n_before)
{
    struct alias_rows gone = {0};
    struct kept_event *kept = r->kept;
    size_t n = 0;
    for (size_t i = 0; i < kept->aliases.n; i++) {
        const struct alias alias = kept->aliases.items[i];
        const char *key = alias_key(r->arena, person_id(r, alias.person), alias.kind, alias.value);
        if (strmap_find(&shown->own, key) != NULL) {
            continue; /* a registrant has come who says so */
        }
        if (i < n_before && identity->is_shown[i] && strmap_find(&shown->shown, key) == NULL) {
            add_row(&gone, person_id(r, alias.person), alias.kind, alias.value);
            *strmap_at(&kept->known_aliases, kept->arena, key, 0, NULL) = 0;
        } else {
            kept->aliases.items[n++] = alias;
        }
    }
    kept->aliases.n = n;
    int result = gone.n == 0 ? 0
                             : db_send(r->db, "alias_forget", r->err, "iaaa", r->event_id,
                                       &gone.columns[0], &gone.columns[1], &gone.columns[2]);
    db_arrays_done(gone.columns, 3);
    return result;
}

/* What is known of a person now helps with the names of later imports. */
static int save_aliases(struct resolver *r, const struct identity *identity)
{
    struct alias_rows rows = {0};
    size_t n_before = r->kept->aliases.n;
    add_of_registrants(r, &rows);
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        add_of_mention(r, &rows, &r->conf.mentions.items[i], &identity->mentions[i]);
    }
    int result = rows.n == 0 ? 0
                             : db_send(r->db, "alias_save", r->err, "iaaa", r->event_id,
                                       &rows.columns[0], &rows.columns[1], &rows.columns[2]);
    db_arrays_done(rows.columns, 3);
    return result < 0 ? result : forget_aliases(r, identity, &rows, n_before);
}

/* Nobody points to them any more: the database knows whether something else is kept of them. */
static int remove_orphans(struct resolver *r, const struct identity *identity)
{
    CLEANUP(rows_done) struct rows rows = {0};
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
    if (!has_orphans) {
        return 0;
    }
    int result = db_query(r->db, "person_remove_orphans", &rows, r->err, "ia", r->event_id, &ids);
    r->has_vanished |= result == 0 && rows.n > 0;
    return result;
}

/* What was said of two persons at an event that this one remembers. It makes a job, and those that
 * it concerns are looked at again before anybody hears of them. */
static int recall(struct resolver *r)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int result = db_query_one(r->db, "people_recall", &rows, r->err, "i", r->event_id);
    r->has_vanished |= result == 0 && rows_int(&rows, 0, 0) > 0;
    return result;
}

int resolve_save(struct resolver *r, const struct identity *identity)
{
    int result = db_begin_writing(r->db, r->err);
    if (result < 0 || (result = save_persons(r)) < 0 || (result = save_merges(r, identity)) < 0 ||
        (result = save_registrants(r)) < 0 || (result = save_resolutions(r, identity)) < 0 ||
        (result = save_aliases(r, identity)) < 0 || (result = remove_orphans(r, identity)) < 0) {
        return result;
    }
    return recall(r);
}
