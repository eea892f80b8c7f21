#include "core/identity_internal.h"

#include "base/str.h"
#include "core/names.h"

#include <inttypes.h>
#include <string.h>

/* The key of the plainest reading; "" for no name or a given name alone. */
const char *identity_name_key(struct work *work, const char *name)
{
    struct written_name written;
    name_parse(name, &written);
    if (written.n_readings == 0 || written.readings[0].is_given_alone) {
        return "";
    }
    char key[NAME_KEY_SIZE];
    name_key(&written.readings[0], key);
    return arena_strdup(work->arena, key);
}

struct resolve_record identity_alias_record(const struct alias *alias)
{
    struct resolve_record record = {0};
    switch (alias->kind) {
    case ALIAS_NAME: record.name = alias->value; break;
    case ALIAS_EMAIL: record.email = alias->value; break;
    case ALIAS_EMAIL_MD5: record.email_md5 = alias->value; break;
    case ALIAS_MATRIX_ID: record.matrix_id = alias->value; break;
    case ALIAS_SOURCE_KEY: break; /* looked up by itself */
    }
    return record;
}

bool identity_is_person(const struct work *work, int person)
{
    return person >= 0 && person < (int)work->conf->persons.n;
}

int identity_standing(const struct work *work, int person)
{
    if (!identity_is_person(work, person)) {
        return -1;
    }
    while (work->merged_into[person] != person) {
        person = work->merged_into[person];
    }
    return person;
}

/* --- taken apart, and joined late --- */

static const char *pair_key(struct work *work, int a, int b)
{
    return arena_printf(work->arena, "%d %d", a < b ? a : b, a < b ? b : a);
}

static void index_apart(struct work *work)
{
    for (int i = 0; i < work->input->n_apart; i++) {
        const struct person_pair *pair = &work->input->apart[i];
        (void)strmap_at(&work->apart, work->arena, pair_key(work, pair->a, pair->b), 0, NULL);
    }
}

bool identity_is_apart(struct work *work, int a, int b)
{
    return work->apart.n > 0 && strmap_find(&work->apart, pair_key(work, a, b)) != NULL;
}

void identity_merge_persons(struct work *work, int keep, int gone, const char *why)
{
    work->merged_into[gone] = keep;
    work->is_registered[keep] |= work->is_registered[gone];
    *vec_add(work->arena, &work->merges) = (struct identity_merge){keep, gone, why};
    for (int i = 0; i < work->input->n_apart; i++) { /* who was apart from one is from both */
        const struct person_pair *pair = &work->input->apart[i];
        int a = identity_standing(work, pair->a);
        int b = identity_standing(work, pair->b);
        (void)strmap_at(&work->apart, work->arena, pair_key(work, a, b), 0, NULL);
    }
}

/* Adds a record to the main index; a name that the person has there already is left out, so that
 * what is said often does not look common. */
void identity_index_record(struct work *work, struct resolve_record record, int person)
{
    bool is_new = false;
    const char *name = record.name != NULL ? record.name : "";
    const char *key = arena_printf(work->arena, "%d %s", person, name);
    (void)strmap_at(&work->known_names, work->arena, key, 0, &is_new);
    if (!is_new) {
        record.name = "";
    }
    bool has_address = !str_is_empty(record.email) || !str_is_empty(record.email_md5) ||
                       !str_is_empty(record.matrix_id);
    if (has_address || !str_is_empty(record.name)) {
        (void)resolve_add(work->index, &record, person);
    }
}

struct resolve_options identity_options(const struct work *work, const struct decided *decided)
{
    return (struct resolve_options){.threshold = work->input->threshold,
                                    .lead = work->input->lead,
                                    .excluded = decided->excluded,
                                    .n_excluded = decided->n_excluded};
}

int identity_new_person(struct work *work, const char *name)
{
    struct person *person = conference_add_person(work->conf, work->arena);
    int ret = (int)work->conf->persons.n - 1;
    person->name = name;
    work->merged_into[ret] = ret;
    return ret;
}

static void work_init(struct work *work)
{
    size_t most = work->conf->persons.n + work->conf->registrants.n + work->conf->mentions.n + 1;
    work->is_registered = arena_array(work->arena, most, sizeof *work->is_registered);
    work->merged_into = arena_array(work->arena, most, sizeof *work->merged_into);
    for (size_t i = 0; i < most; i++) {
        work->merged_into[i] = (int)i;
    }
    index_apart(work);
}

void identity_assign(struct conference *conf, const struct identity_input *input,
                     struct arena *arena, struct identity *ret)
{
    static const struct identity_input nothing = {.threshold = RESOLVE_THRESHOLD,
                                                  .lead = RESOLVE_LEAD};
    struct work work = {.conf = conf, .input = input != NULL ? input : &nothing, .arena = arena};
    work_init(&work);
    ret->mentions = arena_array(arena, conf->mentions.n + 1, sizeof *ret->mentions);
    identity_index_decisions(&work);
    identity_join_registrants(&work);
    identity_link_by_alias(&work);
    identity_learn_late(&work);
    work.index = resolve_index_new();
    identity_assign_registrants(&work);
    identity_recall_decisions(&work);
    identity_meet_registered(&work);
    identity_index_unregistered(&work);
    identity_handle_mentions(&work, ret->mentions);
    identity_follow_mentions(&work, ret->mentions);
    resolve_index_free(work.index);
    ret->merges = work.merges.items;
    ret->n_merges = work.merges.n;
}
