/* What the resolve stage reads: everything, or what has come since last time. */
#include "matcher/resolve_stage.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"name", "email", "email_md5", "matrix_id", "source_key"};

const char *alias_kind_name(enum alias_kind kind)
{
    return kind_names[kind];
}

static enum alias_kind alias_kind_parse(const char *text)
{
    for (int i = 0; i < (int)(sizeof kind_names / sizeof kind_names[0]); i++) {
        if (strcmp(kind_names[i], text) == 0) {
            return (enum alias_kind)i;
        }
    }
    abort(); /* the table's check constraint allows no others */
}

const char *alias_key(struct arena *arena, int64_t person, enum alias_kind kind, const char *value)
{
    return arena_printf(arena, "%lld %d %s", (long long)person, (int)kind, value);
}

/* What registrants say of themselves: it need not be known a second time. */
static void index_own(struct resolver *r, struct strmap *own)
{
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        const struct registrant *registrant = &r->conf.registrants.items[i];
        const char *const values[] = {registrant->name, registrant->email, registrant->email_md5,
                                      registrant->matrix_id};
        for (int k = 0; registrant->person >= 0 && k < 4; k++) {
            int64_t person = r->conf.persons.items[registrant->person].id;
            const char *key = alias_key(r->arena, person, (enum alias_kind)k, values[k]);
            (void)strmap_at(own, r->arena, key, 0, NULL);
        }
    }
}

static void read_aliases(struct resolver *r, const struct rows *rows)
{
    struct kept_event *kept = r->kept;
    struct strmap own = {0};
    index_own(r, &own);
    for (int i = 0; i < rows->n; i++) {
        int person = conference_index_person(&r->conf, rows_int(rows, i, 0));
        enum alias_kind kind = alias_kind_parse(rows_text(rows, i, 1));
        const char *key = alias_key(r->arena, rows_int(rows, i, 0), kind, rows_text(rows, i, 2));
        if (person >= 0) {
            *strmap_at(&kept->known_aliases, kept->arena, key, 1, NULL) = 1;
        }
        if (person >= 0 && strmap_find(&own, key) == NULL) {
            *vec_add(kept->arena, &kept->aliases) = (struct alias){
                person, kind, rows_dup(rows, i, 2, kept->arena), rows_bool(rows, i, 3)};
        }
    }
}

static enum verdict verdict_parse(const char *text)
{
    return strcmp(text, "same") == 0 ? VERDICT_SAME : VERDICT_NOT_SAME;
}

static void read_decisions(struct resolver *r, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int person = conference_index_person(&r->conf, rows_int(rows, i, 3));
        if (person >= 0) {
            *vec_add(r->arena, &r->decisions) =
                (struct decision){.name = rows_dup(rows, i, 0, r->arena),
                                  .email = rows_dup(rows, i, 1, r->arena),
                                  .track = conference_index_track(&r->conf, rows_int(rows, i, 2)),
                                  .person = person,
                                  .verdict = verdict_parse(rows_text(rows, i, 4))};
        }
    }
}

/* One row for each thing known of the person meant; those of one decision follow one another. */
static void read_recalled(struct resolver *r, const struct rows *rows)
{
    struct alias *known = arena_array(r->arena, (size_t)rows->n + 1, sizeof *known);
    for (int i = 0; i < rows->n; i++) {
        known[i] = (struct alias){-1, alias_kind_parse(rows_text(rows, i, 5)),
                                  rows_dup(rows, i, 6, r->arena), false};
        if (i == 0 || rows_int(rows, i, 0) != rows_int(rows, i - 1, 0)) {
            *vec_add(r->arena, &r->recalled) = (struct recalled){
                .decision = {.name = rows_dup(rows, i, 1, r->arena),
                             .email = rows_dup(rows, i, 2, r->arena),
                             .track = conference_index_track(&r->conf, rows_int(rows, i, 3)),
                             .person = -1,
                             .verdict = verdict_parse(rows_text(rows, i, 4))},
                .known = &known[i]};
        }
        r->recalled.items[r->recalled.n - 1].n_known++;
    }
}

static void read_apart(struct resolver *r, const struct rows *rows)
{
    for (int i = 0; i < rows->n; i++) {
        int a = conference_index_person(&r->conf, rows_int(rows, i, 0));
        int b = conference_index_person(&r->conf, rows_int(rows, i, 1));
        if (a >= 0 && b >= 0 && a != b) {
            *vec_add(r->arena, &r->apart) = (struct person_pair){a, b};
        }
    }
}

/* How it was before: the same for both ways to load. Mentions are resolved
 * anew each time, as names change with what is known; registrants keep their persons. */
static void note_before(struct resolver *r)
{
    r->n_persons = r->conf.persons.n;
    r->old_names = arena_array(r->arena, r->n_persons + 1, sizeof *r->old_names);
    for (size_t i = 0; i < r->n_persons; i++) {
        r->old_names[i] = r->conf.persons.items[i].name;
    }
    r->old_registrants =
        arena_array(r->arena, r->conf.registrants.n + 1, sizeof *r->old_registrants);
    for (size_t i = 0; i < r->conf.registrants.n; i++) {
        r->old_registrants[i] = r->conf.registrants.items[i].person;
    }
    r->before = arena_array(r->arena, r->conf.mentions.n + 1, sizeof *r->before);
    for (size_t i = 0; i < r->conf.mentions.n; i++) {
        r->before[i] = r->conf.mentions.items[i].person;
        r->conf.mentions.items[i].person = -1;
    }
}

/* What is read with the conference; what is kept need not be. */
static const struct part {
    const char *statement;
    void (*read)(struct resolver *r, const struct rows *rows);
    bool is_kept;
} parts[] = {
    {"alias_load", read_aliases, true},
    {"decision_load", read_decisions, false},
    {"decision_recall", read_recalled, false},
    {"apart_load", read_apart, false},
};

#define N_PARTS (sizeof parts / sizeof parts[0])

/* The conference as the scope says, and the parts, on one snapshot. */
static int load(struct resolver *r, struct conference_scope scope, struct arena *arena,
                bool is_anew)
{
    struct db_read reads[N_PARTS] = {{0}};
    size_t first = 0;
    r->decisions.n = r->recalled.n = r->apart.n = 0; /* it may be the second try */
    while (!is_anew && first < N_PARTS && parts[first].is_kept) {
        first++;
    }
    for (size_t i = first; i < N_PARTS; i++) {
        reads[i].name = parts[i].statement;
    }
    scope.more = reads + first;
    scope.n_more = N_PARTS - first;
    int result = conference_load_scope(r->db, r->event_id, &scope, arena, &r->conf, r->err);
    if (result != 0) {
        return result < 0 ? result : LOAD_GONE;
    }
    for (size_t i = first; i < N_PARTS; i++) {
        parts[i].read(r, &reads[i].rows);
    }
    db_reads_done(reads, N_PARTS);
    return 0;
}

int resolve_load_all(struct resolver *r)
{
    const struct conference_scope people = {.all_persons = true, .with_unresolved = true};
    struct kept_event *kept = r->kept;
    int result = load(r, people, kept->arena, true);
    if (result != 0) {
        return result;
    }
    kept->book = identity_book_new(kept->arena);
    r->n_old = 0;
    note_before(r);
    return 0;
}

static int64_t last_id(const struct conference *conf)
{
    return conf->registrants.n == 0 ? 0 : conf->registrants.items[conf->registrants.n - 1].id;
}

/* Those that came after all that are kept, in order; LOAD_ANEW when one lies in between. */
static int load_newcomers(struct resolver *r, const struct job_batch *batch)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    int64_t *asked = NULL;
    struct conference *conf = &r->conf;
    size_t n = stage_subjects(batch, SUBJECT_REGISTRANT, r->arena, &asked);
    for (size_t i = 0; i < n; i++) {
        if (conference_index_registrant(conf, asked[i]) < 0) {
            db_array_int(&ids, asked[i]);
        }
    }
    int64_t last = last_id(conf);
    int result =
        conference_load_registrants(r->db, r->event_id, &ids, r->kept->arena, conf, r->err);
    for (size_t i = r->n_old; result == 0 && i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->id <= last || registrant->person >= 0) {
            return LOAD_ANEW;
        }
    }
    return result;
}

int resolve_load_new(struct resolver *r, const struct job_batch *batch)
{
    const struct conference_scope names = {.known = &r->kept->conf};
    r->n_old = r->kept->conf.registrants.n;
    int result = load(r, names, r->arena, false);
    if (result != 0 || (result = load_newcomers(r, batch)) != 0) {
        return result;
    }
    note_before(r);
    return 0;
}
