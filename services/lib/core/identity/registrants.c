#include "core/identity/internal.h"

#include "base/str.h"
#include "core/names.h"
#include "core/resolve/index.h"

#include <inttypes.h>
#include <string.h>

/* So many people may share one address and still be told apart by their names. */
#define SHARERS_MAX 8

static const char *address_key(struct work *work, uint64_t hash, int sharer)
{
    return arena_printf(work->arena, "%016" PRIx64 "/%d", hash, sharer);
}

/* --- registrants with one another --- */

static int root_of(struct work *work, int i)
{
    while (work->group[i] != i) {
        work->group[i] = work->group[work->group[i]];
        i = work->group[i];
    }
    return i;
}

/* Joins unless a person took them apart; two persons that were known before become the older. */
static void join(struct work *work, int a, int b, const char *why)
{
    a = root_of(work, a);
    b = root_of(work, b);
    int person_a = identity_standing(work, work->group_person[a]);
    int person_b = identity_standing(work, work->group_person[b]);
    if (a == b) {
        return;
    }
    if (person_a >= 0 && person_b >= 0 && person_a != person_b) {
        if (identity_is_apart(work, person_a, person_b)) {
            return;
        }
        int keep = person_a < person_b ? person_a : person_b;
        identity_merge_persons(work, keep, keep == person_a ? person_b : person_a, why);
        person_a = keep;
    }
    int low = a < b ? a : b;
    work->group[a < b ? b : a] = low;
    work->group_person[low] = person_a >= 0 ? person_a : person_b;
}

/* Same address, hash or Matrix id, and names that could be one person's: an assistant may register
 * several people under one address. */
static void join_by_address(struct work *work, struct strmap *holders, int i)
{
    const struct registrant *registrant = &work->conf->registrants.items[i];
    const uint64_t hashes[] = {index_address_email(registrant->email),
                               index_address_md5(registrant->email_md5),
                               index_address_matrix(registrant->matrix_id)};
    for (size_t k = 0; k < sizeof hashes / sizeof hashes[0]; k++) {
        for (int sharer = 0; hashes[k] != 0 && sharer < SHARERS_MAX; sharer++) {
            bool is_new = false;
            const char *key = address_key(work, hashes[k], sharer);
            int holder = (int)*strmap_at(holders, work->book->arena, key, i, &is_new);
            if (is_new) {
                break;
            }
            if (resolve_names_agree(work->conf->registrants.items[holder].name, registrant->name)) {
                join(work, holder, i, "registered under one address or account");
                break;
            }
        }
    }
}

static bool is_same_domain(const char *a, const char *b)
{
    const char *x = strchr(a, '@');
    const char *y = strchr(b, '@');
    return x != NULL && y != NULL && str_equal_nocase(x, y);
}

static bool is_rare_name(const char *key)
{
    while (*key != '\0') {
        char word[32];
        size_t n = strcspn(key, " ");
        size_t kept = n < sizeof word ? n : sizeof word - 1;
        memcpy(word, key, kept);
        word[kept] = '\0';
        if (kept > 2 && nicknames_find(word)->n == 0) {
            return true;
        }
        key += n + (key[n] == ' ');
    }
    return false;
}

/* The same rare name and the same affiliation, unless two addresses of one company tell two people
 * apart. */
static void join_by_name(struct work *work, struct strmap *holders, int i)
{
    const struct registrant *registrant = &work->conf->registrants.items[i];
    const char *name = identity_name_key(work, registrant->name);
    uint32_t words[AFFILIATIONS] = {0};
    if (str_is_empty(registrant->affiliation) || !is_rare_name(name) ||
        index_affiliation_words(registrant->affiliation, "", words) == 0) {
        return;
    }
    const char *key = arena_printf(work->arena, "%s\n%" PRIx32, name, words[0]);
    bool is_new = false;
    int holder = (int)*strmap_at(holders, work->book->arena, key, i, &is_new);
    const struct registrant *other = &work->conf->registrants.items[holder];
    if (!is_new && !is_same_domain(other->email, registrant->email)) {
        join(work, holder, i, "the same rare name and affiliation");
    }
}

void identity_join_registrants(struct work *work)
{
    struct conference *conf = work->conf;
    struct identity_book *book = work->book;
    int n = (int)conf->registrants.n;
    for (int i = book->n_joined; i < n; i++) {
        work->group[i] = i;
        int person = conf->registrants.items[i].person;
        work->group_person[i] = person >= 0 && person < (int)conf->persons.n ? person : -1;
    }
    for (int i = book->n_joined; i < n; i++) {
        join_by_address(work, &book->addresses, i);
        join_by_name(work, &book->names, i);
    }
}

/* --- what was known before --- */

static void mark_registered(struct work *work)
{
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        int person = identity_standing(work, work->group_person[root_of(work, i)]);
        if (person >= 0) {
            work->is_registered[person] = true;
        }
    }
}

/* The address of a registrant is known as somebody's: the registrant's person, if there is none
 * yet; else that somebody was the same all the time. */
static void link_by_alias(struct work *work, const struct resolve_index *known, int i)
{
    const struct registrant *registrant = &work->conf->registrants.items[i];
    const struct resolve_record record = {.email = registrant->email,
                                          .email_md5 = registrant->email_md5,
                                          .matrix_id = registrant->matrix_id};
    int root = root_of(work, i);
    int own = identity_standing(work, work->group_person[root]);
    int owner = identity_standing(work, resolve_owner_by_address(known, &record));
    if (owner < 0 || owner == own) {
        return;
    }
    bool agrees = resolve_names_agree(work->conf->persons.items[owner].name, registrant->name);
    if (own < 0 && (agrees || !work->is_registered[owner])) {
        work->group_person[root] = owner;
    } else if (own >= 0 && agrees && !work->is_registered[owner] &&
               !identity_is_apart(work, own, owner)) {
        identity_merge_persons(work, own, owner, "one address, learned late");
    }
}

/* The aliases that can tell who a registrant is: what mentions have shown counts only for persons
 * whom nobody has registered, who keep their number so. *ret_sum tells one set from another. */
static struct resolve_index *index_aliases(struct work *work, uint64_t *ret_sum)
{
    struct resolve_index *known = resolve_index_new();
    *ret_sum = 0;
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        struct resolve_record record = identity_alias_record(alias);
        if (!identity_is_person(work, alias->person) || alias->kind == ALIAS_NAME ||
            alias->kind == ALIAS_SOURCE_KEY) {
            continue;
        }
        if (!work->is_shown[i]) {
            *ret_sum += hash_bytes(alias->value, strlen(alias->value), (uint64_t)alias->person);
        }
        if (!work->is_shown[i] || !work->is_registered[alias->person]) {
            (void)resolve_add(known, &record, alias->person);
        }
    }
    return known;
}

void identity_link_by_alias(struct work *work)
{
    uint64_t sum = 0;
    mark_registered(work);
    struct resolve_index *known = index_aliases(work, &sum);
    bool is_same = sum == work->book->known_before;
    for (int i = is_same ? work->book->n_joined : 0; i < (int)work->conf->registrants.n; i++) {
        link_by_alias(work, known, i);
    }
    work->book->known_before = sum;
    work->book->n_joined = (int)work->conf->registrants.n;
    mark_registered(work);
    resolve_index_free(known);
}

/* A registrant who comes late: the person that it takes over, as far as it is concerned. */
static int claimed_person(struct work *work, int i)
{
    const struct registrant *registrant = &work->conf->registrants.items[i];
    struct resolve_record record = resolve_record_of(registrant);
    struct decided decided;
    identity_find_decision(work, registrant->name, registrant->email, -1, &decided);
    struct resolve_options options = identity_options(work, &decided);
    struct resolve_answer answer;
    resolve_find(work->index, &record, &options, work->arena, &answer);
    bool is_found =
        answer.status == RESOLUTION_LINKED && !work->is_registered[answer.candidates[0].owner];
    return is_found ? answer.candidates[0].owner : -1;
}

static bool has_newcomers(struct work *work)
{
    bool has_unregistered = false;
    bool has_new = false;
    for (int i = 0; i < (int)work->conf->persons.n; i++) {
        has_unregistered |= !work->is_registered[identity_standing(work, i)];
    }
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        has_new |= root_of(work, i) == i && work->group_person[i] < 0;
    }
    return has_unregistered && has_new;
}

/* A registrant whom mentions have named before: joins the person that they made, unless two
 * registrants would. */
void identity_learn_late(struct work *work)
{
    int n = (int)work->conf->registrants.n;
    if (!has_newcomers(work)) {
        return;
    }
    struct strmap none = {0};
    struct strmap of_registrants = work->book->known_names;
    work->book->known_names = none;
    work->index = resolve_index_new();
    identity_index_known(work, true);
    int *claims = arena_array(work->arena, work->conf->persons.n, sizeof *claims);
    int *claimed = arena_array(work->arena, (size_t)n + 1, sizeof *claimed);
    for (int i = 0; i < n; i++) {
        bool is_new = root_of(work, i) == i && work->group_person[i] < 0;
        claimed[i] = is_new ? claimed_person(work, i) : -1;
        if (claimed[i] >= 0) {
            claims[claimed[i]]++;
        }
    }
    for (int i = 0; i < n; i++) {
        if (claimed[i] >= 0 && claims[claimed[i]] == 1) {
            work->group_person[i] = claimed[i];
            work->is_registered[claimed[i]] = true;
        }
    }
    resolve_index_free(work->index);
    work->index = work->book->index;
    work->known_names = none;
    work->book->known_names = of_registrants;
}

static void index_registrant(struct work *work, const struct registrant *registrant)
{
    struct resolve_record record = resolve_record_of(registrant);
    const char *key = arena_printf(work->arena, "%d %s", registrant->person, registrant->name);
    bool is_new = false;
    (void)strmap_at(&work->book->known_names, work->book->arena, key, 0, &is_new);
    if (!is_new) {
        record.name = "";
    }
    (void)resolve_add(work->index, &record, registrant->person);
}

/* Confirmed, waiting, cancelled: whose name is the person's own word. */
static bool is_better(const struct registrant *a, const struct registrant *b)
{
    return a->status < b->status;
}

/* The name to show is the one by which the person has registered: of several registrations (an
 * earlier one that was cancelled, those of two persons that were merged) the name that was shown
 * stays as long as one that counts says it. */
static void name_registered(struct work *work)
{
    const struct conference *conf = work->conf;
    int n_persons = (int)conf->persons.n;
    int *best = arena_array(work->arena, (size_t)n_persons + 1, sizeof *best);
    bool *is_said = arena_array(work->arena, (size_t)n_persons + 1, sizeof *is_said);
    for (int p = 0; p < n_persons; p++) {
        best[p] = -1;
    }
    for (int i = 0; i < (int)conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        int p = registrant->person;
        if (str_is_empty(registrant->name)) {
            continue;
        }
        bool is_first = best[p] < 0 || is_better(registrant, &conf->registrants.items[best[p]]);
        if (is_first) {
            best[p] = i;
            is_said[p] = false;
        }
        if (registrant->status == conf->registrants.items[best[p]].status) {
            is_said[p] |= strcmp(registrant->name, conf->persons.items[p].name) == 0;
        }
    }
    for (int p = 0; p < n_persons; p++) {
        if (best[p] >= 0 && !is_said[p]) {
            conf->persons.items[p].name = conf->registrants.items[best[p]].name;
        }
    }
}

void identity_assign_registrants(struct work *work)
{
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        struct registrant *registrant = &work->conf->registrants.items[i];
        int root = root_of(work, i);
        if (work->group_person[root] < 0) {
            work->group_person[root] = identity_new_person(work, registrant->name);
        }
        bool has_person = identity_is_person(work, registrant->person);
        int person =
            identity_standing(work, has_person ? registrant->person : work->group_person[root]);
        registrant->person = person;
        work->is_registered[person] = true;
        if (work->book->registrant[person] < 0) {
            work->book->registrant[person] = i;
        }
        if (i >= work->book->n_indexed) {
            index_registrant(work, registrant);
        }
    }
    work->book->n_indexed = (int)work->conf->registrants.n;
    name_registered(work);
}

/* --- persons that mentions made, beside registrants of the same name --- */

/* Somebody said of this name, anywhere, that it is not this person. */
static bool is_denied(struct work *work, const char *name, int person)
{
    for (size_t i = 0; i < work->rulings.n; i++) {
        const struct decision *decision = &work->rulings.items[i].decision;
        if (decision->verdict == VERDICT_NOT_SAME &&
            identity_standing(work, decision->person) == person &&
            strcmp(identity_name_key(work, decision->name), identity_name_key(work, name)) == 0) {
            return true;
        }
    }
    return false;
}

/* An unregistered person whom no mention names any more and whose name and address a registrant has
 * now: a name was corrected, or a word that kept the two apart was taken back. The index holds
 * registrants only. Who is named follows the mentions later. */
void identity_meet_registered(struct work *work)
{
    int n = (int)work->conf->persons.n;
    const char **emails = arena_array(work->arena, (size_t)n + 1, sizeof *emails);
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        if (alias->kind == ALIAS_EMAIL && identity_is_person(work, alias->person)) {
            emails[alias->person] = alias->value;
        }
    }
    for (int i = 0; i < n; i++) {
        const char *name = work->conf->persons.items[i].name;
        if (work->is_registered[i] || work->is_named[i] || identity_standing(work, i) != i) {
            continue;
        }
        const struct resolve_record record = {.name = name, .email = emails[i]};
        struct decided decided;
        struct resolve_answer answer;
        identity_find_decision(work, name, emails[i] == NULL ? "" : emails[i], -1, &decided);
        struct resolve_options options = identity_options(work, &decided);
        resolve_find(work->index, &record, &options, work->arena, &answer);
        int person = answer.n_candidates > 0 ? answer.candidates[0].owner : -1;
        if (answer.status == RESOLUTION_LINKED && !identity_is_apart(work, i, person) &&
            !is_denied(work, name, person)) {
            identity_merge_persons(work, person, i, "a registrant of the same name");
        }
    }
}
