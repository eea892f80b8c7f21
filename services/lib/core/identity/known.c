/* What is known of persons from before this run. What the mentions of this run have shown is left
 * out where it would count: they show it again, or it does not hold any more. */
#include "core/identity/internal.h"

#include "base/str.h"

int identity_before(const struct work *work, size_t mention)
{
    int person = work->conf->mentions.items[mention].person;
    if (person < 0 && work->input->before != NULL) {
        person = work->input->before[mention];
    }
    return identity_standing(work, person);
}

static const char *shown_key(struct work *work, int person, enum alias_kind kind, const char *value)
{
    return arena_printf(work->arena, "%d %d %s", person, (int)kind, value);
}

static void note_shown(struct work *work, struct strmap *shown, int person,
                       const struct mention *mention)
{
    const struct {
        enum alias_kind kind;
        const char *value;
    } known[] = {{ALIAS_NAME, mention->name},
                 {ALIAS_EMAIL, mention->email},
                 {ALIAS_EMAIL_MD5, mention->email_md5}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!str_is_empty(known[i].value)) {
            const char *key = shown_key(work, person, known[i].kind, known[i].value);
            (void)strmap_at(shown, work->arena, key, 0, NULL);
        }
    }
}

void identity_find_shown(struct work *work)
{
    struct strmap shown = {0};
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        int person = identity_before(work, i);
        if (person >= 0) {
            work->is_named[person] = true;
            note_shown(work, &shown, person, &work->conf->mentions.items[i]);
        }
    }
    work->is_shown = arena_array(work->arena, (size_t)work->input->n_aliases + 1, sizeof(bool));
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        const char *key =
            shown_key(work, identity_standing(work, alias->person), alias->kind, alias->value);
        work->is_shown[i] = !alias->is_said && strmap_find(&shown, key) != NULL;
    }
}

/* What the person has there already is left out, so that what is said often does not look common.
 */
void identity_index_record(struct work *work, struct resolve_record record, int person)
{
    const char *name = record.name != NULL ? record.name : "";
    const char *key = arena_printf(work->arena, "%d %s", person, name);
    bool is_new = strmap_find(&work->book->known_names, key) == NULL;
    if (is_new) {
        (void)strmap_at(&work->known_names, work->arena, key, 0, &is_new);
    }
    if (!is_new) {
        record.name = "";
    }
    if (resolve_knows_address(work->index, &record, person)) {
        record.email = "";
        record.email_md5 = "";
        record.matrix_id = "";
        if (str_is_empty(record.name)) {
            return;
        }
    }
    (void)resolve_add(work->index, &record, person);
}

static void index_alias(struct work *work, const struct alias *alias)
{
    int person = identity_standing(work, alias->person);
    if (person >= 0) {
        struct resolve_record record = identity_alias_record(alias);
        record.note = alias->is_said ? "one person by somebody's word" : "known from before";
        identity_index_record(work, record, person);
    }
}

void identity_index_known(struct work *work, bool with_shown)
{
    for (int i = 0; i < (int)work->conf->persons.n; i++) {
        int person = identity_standing(work, i);
        bool is_known = person != i || !work->is_registered[i];
        if (is_known && (with_shown || !work->is_named[i])) {
            const struct resolve_record record = {.name = work->conf->persons.items[i].name};
            identity_index_record(work, record, person);
        }
    }
    for (int i = 0; i < work->input->n_aliases; i++) {
        if (with_shown || !work->is_shown[i]) {
            index_alias(work, &work->input->aliases[i]);
        }
    }
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        const struct mention *mention = &work->conf->mentions.items[i];
        int person = identity_standing(work, mention->person);
        if (person >= 0) {
            const struct resolve_record record = {
                .name = mention->name, .email = mention->email, .email_md5 = mention->email_md5};
            identity_index_record(work, record, person);
        }
    }
}
