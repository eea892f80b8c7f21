/* What people decided on names: at this event, and at those that it remembers. */
#include "core/identity/internal.h"

#include "base/str.h"
#include "core/names.h"

#include <string.h>

/* So many decisions on one name are looked at; nobody makes more. */
#define CHAIN_MAX 1000

static const char *ruling_key(const char *name, char key[NAME_KEY_SIZE])
{
    struct written_name written;
    key[0] = '\0';
    name_parse(name, &written);
    if (written.n_readings > 0) {
        name_key(&written.readings[0], key);
    }
    return key;
}

/* Behind those on the same name that are there already. */
static void add_ruling(struct work *work, const struct decision *decision)
{
    char key[NAME_KEY_SIZE];
    int at = (int)work->rulings.n;
    *vec_add(work->arena, &work->rulings) = (struct ruling){*decision, -1};
    int64_t *first =
        strmap_at(&work->decisions, work->arena, ruling_key(decision->name, key), at, NULL);
    if (*first == at) {
        return;
    }
    int last = (int)*first;
    for (int n = 0; work->rulings.items[last].next >= 0; n++) {
        if (n == CHAIN_MAX) {
            return;
        }
        last = work->rulings.items[last].next;
    }
    work->rulings.items[last].next = at;
}

void identity_index_decisions(struct work *work)
{
    for (int i = work->input->n_decisions - 1; i >= 0; i--) {
        add_ruling(work, &work->input->decisions[i]);
    }
}

static void hold_name(struct work *work, const char *name, int person)
{
    const char *key = identity_name_key(work, name);
    int64_t *holder = key[0] == '\0'
                          ? NULL
                          : strmap_at(&work->book->holders, work->book->arena, key, person, NULL);
    if (holder != NULL && *holder != person) {
        *holder = -2;
    }
}

/* Full names of persons, with -2 for a name that two have; those that have come since last time. */
static void index_names(struct work *work)
{
    const struct conference *conf = work->conf;
    struct identity_book *book = work->book;
    for (; book->n_held_registrants < conf->registrants.n; book->n_held_registrants++) {
        const struct registrant *registrant = &conf->registrants.items[book->n_held_registrants];
        hold_name(work, registrant->name, identity_standing(work, registrant->person));
    }
    for (; book->n_held_persons < conf->persons.n; book->n_held_persons++) {
        int person = (int)book->n_held_persons;
        hold_name(work, conf->persons.items[person].name, identity_standing(work, person));
    }
}

static int recalled_person(struct work *work, const struct recalled *recalled)
{
    int by_name = -1;
    for (int i = 0; i < recalled->n_known; i++) {
        const struct alias *alias = &recalled->known[i];
        if (alias->kind == ALIAS_NAME) {
            const int64_t *person =
                strmap_find(&work->book->holders, identity_name_key(work, alias->value));
            if (person != NULL && by_name != -2) {
                by_name = by_name == -1 || by_name == (int)*person ? (int)*person : -2;
            }
            continue;
        }
        struct resolve_record record = identity_alias_record(alias);
        int person = resolve_owner_by_address(work->index, &record);
        if (person >= 0) {
            return person;
        }
    }
    return by_name;
}

void identity_recall_decisions(struct work *work)
{
    if (work->input->n_recalled > 0) {
        index_names(work);
    }
    for (int i = work->input->n_recalled - 1; i >= 0; i--) {
        const struct recalled *recalled = &work->input->recalled[i];
        struct decision decision = recalled->decision;
        decision.person = recalled_person(work, recalled);
        if (decision.person >= 0) {
            add_ruling(work, &decision);
        }
    }
}

bool identity_is_excluded(const struct decided *decided, int person)
{
    for (int i = 0; i < decided->n_excluded; i++) {
        if (decided->excluded[i] == person) {
            return true;
        }
    }
    return false;
}

void identity_find_decision(struct work *work, const char *name, const char *email, int track,
                            struct decided *ret)
{
    *ret = (struct decided){.person = -1};
    if (work->rulings.n == 0) {
        return;
    }
    char key[NAME_KEY_SIZE];
    const int64_t *first = strmap_find(&work->decisions, ruling_key(name, key));
    bool is_for_track = false;
    for (int i = first != NULL ? (int)*first : -1; i >= 0; i = work->rulings.items[i].next) {
        const struct decision *decision = &work->rulings.items[i].decision;
        int person = identity_standing(work, decision->person);
        bool fits = (str_is_empty(decision->email) || str_equal_nocase(decision->email, email)) &&
                    (decision->track < 0 || decision->track == track);
        if (!fits || person < 0 || person == ret->person || identity_is_excluded(ret, person)) {
            continue; /* the latest word on a person counts */
        }
        switch (decision->verdict) {
        case VERDICT_SAME: /* the latest wins, and one for this track over one for all */
            if (ret->person < 0 || (decision->track >= 0 && !is_for_track)) {
                ret->person = person;
                is_for_track = decision->track >= 0;
            }
            break;
        case VERDICT_NOT_SAME:
            if (ret->n_excluded < EXCLUDED_MAX) {
                ret->excluded[ret->n_excluded++] = person;
            }
            break;
        }
    }
}
