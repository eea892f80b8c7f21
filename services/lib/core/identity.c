#include "core/identity.h"

#include "base/str.h"
#include "base/strmap.h"
#include "core/resolve.h"
#include "core/resolve_index.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* So many people may share one address and still be told apart by their names. */
#define SHARERS_MAX 8
/* Candidates together this likely to be registered make a question of a mention. */
#define QUESTION_FROM 0.15

struct work {
    struct conference *conf;
    const struct identity_input *input;
    struct arena *arena;
    int *group;          /* union-find over registrants */
    int *group_person;   /* of each root; -1 */
    bool *is_registered; /* of each person; room for all that can come */
    struct resolve_index *index;
    struct strmap known_names; /* "person key" pairs that the index holds */
    struct strmap by_key; /* name key -> the person of that name nobody registered; -2 = several */
    struct strmap by_source; /* "source\nsource_key" -> person */
    struct strmap decisions; /* name key -> first decision; the others follow next_decision */
    int *next_decision;
};

static const char *address_key(struct work *work, uint64_t hash, int sharer)
{
    return arena_printf(work->arena, "%016" PRIx64 "/%d", hash, sharer);
}

/* The key of the plainest reading; "" for no name or a given name alone. */
static const char *full_name_key(struct work *work, const char *name)
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

/* --- registrants with one another --- */

static int root_of(struct work *work, int i)
{
    while (work->group[i] != i) {
        work->group[i] = work->group[work->group[i]];
        i = work->group[i];
    }
    return i;
}

static void join(struct work *work, int a, int b)
{
    a = root_of(work, a);
    b = root_of(work, b);
    int person_a = work->group_person[a];
    int person_b = work->group_person[b];
    if (a == b || (person_a >= 0 && person_b >= 0 && person_a != person_b)) {
        return; /* two persons by what was known before: a person must merge them */
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
            int holder = (int)*strmap_at(holders, work->arena, key, i, &is_new);
            if (is_new) {
                break;
            }
            if (resolve_names_agree(work->conf->registrants.items[holder].name, registrant->name)) {
                join(work, holder, i);
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
    const char *name = full_name_key(work, registrant->name);
    uint32_t words[AFFILIATIONS] = {0};
    if (str_is_empty(registrant->affiliation) || !is_rare_name(name) ||
        index_affiliation_words(registrant->affiliation, "", words) == 0) {
        return;
    }
    const char *key = arena_printf(work->arena, "%s\n%" PRIx32, name, words[0]);
    bool is_new = false;
    int holder = (int)*strmap_at(holders, work->arena, key, i, &is_new);
    const struct registrant *other = &work->conf->registrants.items[holder];
    if (!is_new && !is_same_domain(other->email, registrant->email)) {
        join(work, holder, i);
    }
}

static void join_registrants(struct work *work)
{
    struct conference *conf = work->conf;
    int n = (int)conf->registrants.n;
    work->group = arena_array(work->arena, (size_t)n + 1, sizeof *work->group);
    work->group_person = arena_array(work->arena, (size_t)n + 1, sizeof *work->group_person);
    struct strmap addresses = {0};
    struct strmap names = {0};
    for (int i = 0; i < n; i++) {
        work->group[i] = i;
        int person = conf->registrants.items[i].person;
        work->group_person[i] = person >= 0 && person < (int)conf->persons.n ? person : -1;
    }
    for (int i = 0; i < n; i++) {
        join_by_address(work, &addresses, i);
        join_by_name(work, &names, i);
    }
}

/* --- what was known before --- */

static struct resolve_record alias_record(const struct alias *alias)
{
    struct resolve_record record = {0};
    switch (alias->kind) {
    case ALIAS_NAME: record.name = alias->value; break;
    case ALIAS_EMAIL: record.email = alias->value; break;
    case ALIAS_EMAIL_MD5: record.email_md5 = alias->value; break;
    case ALIAS_MATRIX_ID: record.matrix_id = alias->value; break;
    }
    return record;
}

static bool is_person(const struct work *work, int person)
{
    return person >= 0 && person < (int)work->conf->persons.n;
}

static void link_groups_by_alias(struct work *work)
{
    struct resolve_index *index = resolve_index_new();
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        if (is_person(work, alias->person) && alias->kind != ALIAS_NAME) {
            struct resolve_record record = alias_record(alias);
            (void)resolve_add(index, &record, alias->person);
        }
    }
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        const struct registrant *registrant = &work->conf->registrants.items[i];
        const struct resolve_record record = {.email = registrant->email,
                                              .email_md5 = registrant->email_md5,
                                              .matrix_id = registrant->matrix_id};
        int root = root_of(work, i);
        if (work->group_person[root] < 0) {
            work->group_person[root] = resolve_owner_by_address(index, &record);
        }
    }
    resolve_index_free(index);
}

/* Adds a record to the main index; a name that the person has there already is left out, so that
 * what is said often does not look common. */
static void index_record(struct work *work, struct resolve_record record, int person)
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

static void index_unregistered(struct work *work)
{
    for (int i = 0; i < (int)work->conf->persons.n; i++) {
        if (!work->is_registered[i]) {
            index_record(work, (struct resolve_record){.name = work->conf->persons.items[i].name},
                         i);
        }
    }
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        if (is_person(work, alias->person)) {
            index_record(work, alias_record(alias), alias->person);
        }
    }
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        const struct mention *mention = &work->conf->mentions.items[i];
        if (is_person(work, mention->person)) {
            index_record(work,
                         (struct resolve_record){.name = mention->name,
                                                 .email = mention->email,
                                                 .email_md5 = mention->email_md5},
                         mention->person);
        }
    }
}

/* --- decisions --- */

static void index_decisions(struct work *work)
{
    int n = work->input->n_decisions;
    work->next_decision = arena_array(work->arena, (size_t)n + 1, sizeof(int));
    for (int i = n - 1; i >= 0; i--) { /* a later decision on the same stands first */
        struct written_name written;
        char key[NAME_KEY_SIZE] = "";
        name_parse(work->input->decisions[i].name, &written);
        if (written.n_readings > 0) {
            name_key(&written.readings[0], key);
        }
        int64_t *first = strmap_at(&work->decisions, work->arena, key, -1, NULL);
        work->next_decision[i] = -1;
        if (*first < 0) {
            *first = i;
            continue;
        }
        int last = (int)*first;
        int n_chain = 0;
        while (work->next_decision[last] >= 0 && n_chain++ < 1000) {
            last = work->next_decision[last];
        }
        work->next_decision[last] = i;
    }
}

#define EXCLUDED_MAX 32

struct decided {
    int person; /* VERDICT_SAME; -1 = none */
    int excluded[EXCLUDED_MAX];
    int n_excluded;
};

static void find_decision(struct work *work, const char *name, const char *email, int track,
                          struct decided *ret)
{
    *ret = (struct decided){.person = -1};
    struct written_name written;
    char key[NAME_KEY_SIZE] = "";
    if (work->input->n_decisions == 0) {
        return;
    }
    name_parse(name, &written);
    if (written.n_readings > 0) {
        name_key(&written.readings[0], key);
    }
    const int64_t *first = strmap_find(&work->decisions, key);
    bool is_for_track = false;
    for (int i = first != NULL ? (int)*first : -1; i >= 0; i = work->next_decision[i]) {
        const struct decision *decision = &work->input->decisions[i];
        bool fits = (str_is_empty(decision->email) || str_equal_nocase(decision->email, email)) &&
                    (decision->track < 0 || decision->track == track) &&
                    is_person(work, decision->person);
        if (!fits) {
            continue;
        }
        switch (decision->verdict) {
        case VERDICT_SAME: /* the latest wins, and one for this track over one for all */
            if (ret->person < 0 || (decision->track >= 0 && !is_for_track)) {
                ret->person = decision->person;
                is_for_track = decision->track >= 0;
            }
            break;
        case VERDICT_NOT_SAME:
            if (ret->n_excluded < EXCLUDED_MAX) {
                ret->excluded[ret->n_excluded++] = decision->person;
            }
            break;
        }
    }
    for (int i = 0; i < ret->n_excluded; i++) {
        if (ret->excluded[i] == ret->person) {
            ret->person = -1;
        }
    }
}

static struct resolve_options options_for(const struct work *work, const struct decided *decided)
{
    return (struct resolve_options){.threshold = work->input->threshold,
                                    .lead = work->input->lead,
                                    .excluded = decided->excluded,
                                    .n_excluded = decided->n_excluded};
}

/* --- persons of registrants --- */

static struct resolve_record registrant_record(const struct registrant *registrant)
{
    return (struct resolve_record){.name = registrant->name,
                                   .email = registrant->email,
                                   .email_md5 = registrant->email_md5,
                                   .matrix_id = registrant->matrix_id,
                                   .affiliation = registrant->affiliation,
                                   .country = registrant->country,
                                   .context = registrant->interests};
}

static void mark_registered(struct work *work)
{
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        int person = work->group_person[root_of(work, i)];
        if (person >= 0) {
            work->is_registered[person] = true;
        }
    }
}

/* A registrant whom mentions have named before: joins the person that they made, unless two
 * registrants would. */
static void learn_late(struct work *work)
{
    int n_persons = (int)work->conf->persons.n;
    int n = (int)work->conf->registrants.n;
    bool has_unregistered = false;
    for (int i = 0; i < n_persons; i++) {
        has_unregistered |= !work->is_registered[i];
    }
    if (!has_unregistered) {
        return;
    }
    work->index = resolve_index_new();
    index_unregistered(work);
    int *claims = arena_array(work->arena, (size_t)n_persons, sizeof *claims);
    int *claimed = arena_array(work->arena, (size_t)n + 1, sizeof *claimed);
    for (int i = 0; i < n; i++) {
        claimed[i] = -1;
        if (root_of(work, i) != i || work->group_person[i] >= 0) {
            continue;
        }
        const struct registrant *registrant = &work->conf->registrants.items[i];
        struct resolve_record record = registrant_record(registrant);
        struct decided decided;
        find_decision(work, registrant->name, registrant->email, -1, &decided);
        struct resolve_options options = options_for(work, &decided);
        struct resolve_answer answer;
        resolve_find(work->index, &record, &options, work->arena, &answer);
        if (answer.status == RESOLUTION_LINKED &&
            !work->is_registered[answer.candidates[0].owner]) {
            claimed[i] = answer.candidates[0].owner;
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
    work->known_names = (struct strmap){0};
}

static int new_person(struct work *work, const char *name)
{
    struct person *person = conference_add_person(work->conf, work->arena);
    person->name = name;
    return (int)work->conf->persons.n - 1;
}

static void assign_registrants(struct work *work)
{
    for (int i = 0; i < (int)work->conf->registrants.n; i++) {
        struct registrant *registrant = &work->conf->registrants.items[i];
        int root = root_of(work, i);
        if (work->group_person[root] < 0) {
            work->group_person[root] = new_person(work, registrant->name);
        }
        int person = work->group_person[root];
        if (!is_person(work, registrant->person)) {
            registrant->person = person;
        }
        work->is_registered[registrant->person] = true;
        if (str_is_empty(work->conf->persons.items[registrant->person].name)) {
            work->conf->persons.items[registrant->person].name = registrant->name;
        }
        index_record(work, registrant_record(registrant), registrant->person);
    }
}

/* --- mentions --- */

static const char *joined(struct work *work, const char *const *parts, int n)
{
    struct str text = {0};
    for (int i = 0; i < n; i++) {
        str_printf(&text, "%s%s", i > 0 ? "; " : "", parts[i]);
    }
    const char *ret = arena_strdup(work->arena, str_text(&text));
    str_done(&text);
    return ret;
}

static void put_candidates(struct work *work, const struct resolve_answer *answer,
                           struct resolution *ret)
{
    ret->candidates =
        arena_array(work->arena, (size_t)answer->n_candidates + 1, sizeof *ret->candidates);
    ret->n_candidates = answer->n_candidates;
    for (int i = 0; i < answer->n_candidates; i++) {
        const struct resolve_candidate *candidate = &answer->candidates[i];
        ret->candidates[i] =
            (struct candidate){candidate->owner, candidate->confidence,
                               joined(work, candidate->evidence, candidate->n_evidence)};
    }
    if (ret->n_candidates > 0) {
        ret->confidence = ret->candidates[0].confidence;
        ret->evidence = ret->candidates[0].evidence;
    }
}

static void remember(struct work *work, const struct mention *mention, int person, bool with_name)
{
    const struct resolve_record record = {.name = with_name ? mention->name : "",
                                          .email = mention->email,
                                          .email_md5 = mention->email_md5};
    index_record(work, record, person);
    if (!str_is_empty(mention->source_key)) {
        const char *key = arena_printf(work->arena, "%s\n%s", mention->source, mention->source_key);
        *strmap_at(&work->by_source, work->arena, key, person, NULL) = person;
    }
    const char *key = full_name_key(work, mention->name);
    if (!work->is_registered[person] && key[0] != '\0') {
        int64_t *holder = strmap_at(&work->by_key, work->arena, key, person, NULL);
        if (*holder != person) {
            *holder = -2;
        }
    }
}

static int person_by_source(struct work *work, const struct mention *mention)
{
    if (str_is_empty(mention->source_key)) {
        return -1;
    }
    const char *key = arena_printf(work->arena, "%s\n%s", mention->source, mention->source_key);
    const int64_t *person = strmap_find(&work->by_source, key);
    return person == NULL ? -1 : (int)*person;
}

/* How likely it is that the mention means somebody who is registered. */
static double registered_share(const struct work *work, const struct resolution *resolution)
{
    double sum = 0;
    for (int i = 0; i < resolution->n_candidates; i++) {
        if (work->is_registered[resolution->candidates[i].person]) {
            sum += resolution->candidates[i].confidence;
        }
    }
    return sum;
}

static void settle(struct work *work, struct resolution *ret, int person, double confidence,
                   const char *evidence)
{
    ret->person = person;
    ret->status = work->is_registered[person] ? RESOLUTION_LINKED : RESOLUTION_UNKNOWN;
    ret->confidence = confidence;
    ret->evidence = evidence;
}

/* Nobody registered fits: the person of that very name who is not registered either, or a new one.
 */
static void settle_unregistered(struct work *work, const struct mention *mention, int before,
                                struct resolution *ret)
{
    const char *key = full_name_key(work, mention->name);
    const int64_t *holder = key[0] != '\0' ? strmap_find(&work->by_key, key) : NULL;
    if (before >= 0) {
        settle(work, ret, before, 1, "known from before; nobody registered fits");
    } else if (holder != NULL && *holder >= 0 && !work->is_registered[*holder]) {
        settle(work, ret, (int)*holder, RESOLVE_THRESHOLD, "same name; nobody registered fits");
    } else {
        int person = new_person(work, mention->name);
        settle(work, ret, person, 1, "nobody registered fits");
    }
    remember(work, mention, ret->person, true);
}

static const char *context_of(struct work *work, const struct mention *mention)
{
    const struct conference *conf = work->conf;
    int track = mention->track;
    if (track < 0 && mention->session >= 0 && mention->session < (int)conf->sessions.n) {
        track = conf->sessions.items[mention->session].track;
    }
    const char *title =
        track >= 0 && track < (int)conf->tracks.n ? conf->tracks.items[track].title : "";
    return arena_printf(work->arena, "%s %s", title, mention->topic);
}

static void resolve_mention(struct work *work, const struct mention *mention, int before,
                            const struct decided *decided, struct resolution *ret)
{
    const struct resolve_record record = {.name = mention->name,
                                          .email = mention->email,
                                          .email_md5 = mention->email_md5,
                                          .affiliation = mention->affiliation,
                                          .context = context_of(work, mention)};
    struct resolve_options options = options_for(work, decided);
    options.is_given_name_only = mention->is_given_name_only;
    struct resolve_answer answer;
    resolve_find(work->index, &record, &options, work->arena, &answer);
    put_candidates(work, &answer, ret);
    ret->status = answer.status;
    if (answer.status == RESOLUTION_LINKED) {
        settle(work, ret, ret->candidates[0].person, ret->confidence, ret->evidence);
        remember(work, mention, ret->person, answer.is_decisive);
        return;
    }
    int by_source = person_by_source(work, mention);
    if (by_source >= 0) {
        settle(work, ret, by_source, RESOLVE_THRESHOLD,
               "the source says that it is the same person");
        remember(work, mention, by_source, false);
        return;
    }
    struct written_name written;
    name_parse(mention->name, &written);
    if (answer.is_given_name_only || written.n_readings == 0) {
        ret->status = ret->n_candidates > 0 ? RESOLUTION_AMBIGUOUS : RESOLUTION_UNKNOWN;
        return;
    }
    if (registered_share(work, ret) >= QUESTION_FROM) {
        ret->status = RESOLUTION_AMBIGUOUS;
        return;
    }
    settle_unregistered(work, mention, before, ret);
}

static void handle_mention(struct work *work, struct mention *mention, struct resolution *ret)
{
    *ret = (struct resolution){.person = -1, .evidence = ""};
    struct decided decided;
    find_decision(work, mention->name, mention->email, mention->track, &decided);
    int before = is_person(work, mention->person) ? mention->person : -1;
    for (int i = 0; i < decided.n_excluded; i++) {
        before = before == decided.excluded[i] ? -1 : before;
    }
    if (decided.person >= 0) {
        settle(work, ret, decided.person, 1, "decided by a person");
        ret->is_decided = true;
        remember(work, mention, decided.person, false);
    } else if (before >= 0 && work->is_registered[before]) {
        double confidence = mention->confidence > 0 ? mention->confidence : 1;
        settle(work, ret, before, confidence, "known from before");
        remember(work, mention, before, false);
    } else {
        resolve_mention(work, mention, before, &decided, ret);
    }
    mention->person = ret->person;
    mention->status = ret->status;
    mention->confidence = ret->confidence;
}

struct turn {
    int mention;
    int rank; /* those that say more come first: others then find their person */
};

static int by_rank(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;
    return x->rank != y->rank ? x->rank - y->rank : x->mention - y->mention;
}

static void handle_mentions(struct work *work, struct resolution *ret)
{
    size_t n = work->conf->mentions.n;
    struct turn *turns = arena_array(work->arena, n + 1, sizeof *turns);
    for (size_t i = 0; i < n; i++) {
        const struct mention *mention = &work->conf->mentions.items[i];
        struct written_name written;
        name_parse(mention->name, &written);
        bool is_alone = mention->is_given_name_only || written.n_readings == 0 ||
                        written.readings[0].is_given_alone;
        bool has_address = !str_is_empty(mention->email) || !str_is_empty(mention->email_md5);
        int rank = is_person(work, mention->person) ? 0 : 4;
        turns[i] = (struct turn){(int)i, rank + (is_alone ? 2 : 0) + (has_address ? 0 : 1)};
    }
    qsort(turns, n, sizeof turns[0], by_rank);
    for (size_t i = 0; i < n; i++) {
        int at = turns[i].mention;
        handle_mention(work, &work->conf->mentions.items[at], &ret[at]);
    }
}

void identity_assign(struct conference *conf, const struct identity_input *input,
                     struct arena *arena, struct identity *ret)
{
    static const struct identity_input nothing = {.threshold = RESOLVE_THRESHOLD,
                                                  .lead = RESOLVE_LEAD};
    struct work work = {.conf = conf, .input = input != NULL ? input : &nothing, .arena = arena};
    size_t most = conf->persons.n + conf->registrants.n + conf->mentions.n;
    work.is_registered = arena_array(arena, most + 1, sizeof *work.is_registered);
    ret->mentions = arena_array(arena, conf->mentions.n + 1, sizeof *ret->mentions);
    join_registrants(&work);
    index_decisions(&work);
    link_groups_by_alias(&work);
    mark_registered(&work);
    learn_late(&work);
    work.index = resolve_index_new();
    assign_registrants(&work);
    index_unregistered(&work);
    handle_mentions(&work, ret->mentions);
    resolve_index_free(work.index);
}
