#include "core/identity/internal.h"

#include "base/str.h"
#include "core/names.h"

#include <stdlib.h>
#include <string.h>

/* Candidates together this likely to be registered make a question of a mention. */
#define QUESTION_FROM 0.15

/* as "X" of Y: the hint "named elsewhere, as "X" of Y" says it too. */
static bool is_said_again(const char *const *parts, int n, int at)
{
    size_t len = strlen(parts[at]);
    for (int i = 0; i < n; i++) {
        size_t longer = strlen(parts[i]);
        if (longer > len && strcmp(parts[i] + longer - len, parts[at]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *joined(struct work *work, const char *const *parts, int n)
{
    struct str text = {0};
    for (int i = 0; i < n; i++) {
        if (!is_said_again(parts, n, i)) {
            str_printf(&text, "%s%s", str_text(&text)[0] != '\0' ? "; " : "", parts[i]);
        }
    }
    const char *ret = arena_strdup(work->arena, str_text(&text));
    str_done(&text);
    return ret;
}

void identity_put_candidates(struct work *work, const struct resolve_answer *answer,
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

static const char *source_key(struct work *work, const struct mention *mention)
{
    return arena_printf(work->arena, "%s\n%s", mention->source, mention->source_key);
}

int identity_track_of(const struct work *work, const struct mention *mention)
{
    const struct conference *conf = work->conf;
    int track = mention->track;
    if (track < 0 && mention->session >= 0 && mention->session < (int)conf->sessions.n) {
        track = conf->sessions.items[mention->session].track;
    }
    return track < (int)conf->tracks.n ? track : -1;
}

const char *identity_where(const struct work *work, const struct mention *mention)
{
    const struct conference *conf = work->conf;
    if (mention->session >= 0 && mention->session < (int)conf->sessions.n) {
        return conf->sessions.items[mention->session].title;
    }
    int track = identity_track_of(work, mention);
    return track >= 0 ? conf->tracks.items[track].title : mention->source;
}

/* What the mention says of a person is known from here on; its name only when more than the name
 * says who it is. */
static void remember(struct work *work, const struct mention *mention, int person, bool with_name)
{
    const char *where = identity_where(work, mention);
    const struct resolve_record record = {
        .name = with_name ? mention->name : "",
        .email = mention->email,
        .email_md5 = mention->email_md5,
        .note = arena_printf(work->arena, "as \"%s\"%s%s", mention->name,
                             str_is_empty(where) ? "" : " of ", where)};
    identity_index_record(work, record, person);
    work->is_taken[person] = true;
    if (!str_is_empty(mention->source_key)) {
        *strmap_at(&work->by_source, work->arena, source_key(work, mention), person, NULL) = person;
    }
    const char *key = identity_name_key(work, mention->name);
    if (!work->is_registered[person] && key[0] != '\0') {
        int64_t *holder = strmap_at(&work->by_key, work->arena, key, person, NULL);
        if (*holder != person) {
            *holder = -2;
        }
    }
}

static int person_by_source(struct work *work, const struct strmap *keys,
                            const struct mention *mention)
{
    if (str_is_empty(mention->source_key)) {
        return -1;
    }
    const int64_t *person = strmap_find(keys, source_key(work, mention));
    return person == NULL ? -1 : (int)*person;
}

bool identity_is_question(const struct resolution *resolution)
{
    double sum = 0;
    for (int i = 0; i < resolution->n_candidates; i++) {
        sum += resolution->candidates[i].confidence;
    }
    return sum >= RESOLVE_ALONE_FROM;
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

/* Nobody registered fits: the person of that very name who is not registered either; else a new
 * one, who keeps the number that it had before. */
static void settle_unregistered(struct work *work, const struct mention *mention, int before,
                                struct resolution *ret)
{
    const char *key = identity_name_key(work, mention->name);
    const int64_t *holder = key[0] != '\0' ? strmap_find(&work->by_key, key) : NULL;
    bool is_free = before >= 0 && !work->is_registered[before] && !work->is_taken[before];
    if (holder != NULL && *holder >= 0 && !work->is_registered[*holder]) {
        settle(work, ret, (int)*holder, RESOLVE_THRESHOLD, "same name; nobody registered fits");
    } else {
        int person = is_free ? before : identity_new_person(work, mention->name);
        settle(work, ret, person, 1, "nobody registered fits");
    }
    ret->is_name_learned = true;
    remember(work, mention, ret->person, true);
}

/* One word, and the source has a key for the person: a handle is nobody else's name, but it says
 * nothing of who is registered. The candidates stay, for a person to choose from. */
static void settle_by_key(struct work *work, const struct mention *mention, int before,
                          const struct decided *decided, struct resolution *ret)
{
    int known = person_by_source(work, &work->known_keys, mention);
    int person = before >= 0 ? before : known;
    if (person < 0 || identity_is_excluded(decided, person)) {
        person = identity_new_person(work, mention->name);
    }
    settle(work, ret, person, 1, "a person of the programme's own, known by the key there");
    remember(work, mention, person, false);
    ret->is_by_key = true;
}

static const char *context_of(struct work *work, const struct mention *mention)
{
    int track = identity_track_of(work, mention);
    const char *title = track >= 0 ? work->conf->tracks.items[track].title : "";
    return arena_printf(work->arena, "%s %s", title, mention->topic);
}

void identity_find(struct work *work, const struct mention *mention,
                   struct resolve_options *options, struct resolve_answer *ret)
{
    const struct resolve_record record = {.name = mention->name,
                                          .email = mention->email,
                                          .email_md5 = mention->email_md5,
                                          .matrix_id = mention->name[0] == '@' ? mention->name : "",
                                          .affiliation = mention->affiliation,
                                          .context = context_of(work, mention)};
    options->is_given_name_only = mention->is_given_name_only;
    resolve_find(work->index, &record, options, work->arena, ret);
}

void identity_settle_found(struct work *work, struct mention *mention,
                           const struct resolve_answer *answer, struct resolution *ret)
{
    settle(work, ret, ret->candidates[0].person, ret->confidence, ret->evidence);
    bool is_one_word = answer->is_given_name_only;
    ret->is_name_learned = (answer->is_decisive || answer->is_backed) && !is_one_word;
    remember(work, mention, ret->person, ret->is_name_learned);
}

static void settle_open(struct work *work, const struct mention *mention, int before,
                        const struct decided *decided, bool is_one_word, struct resolution *ret)
{
    int by_source = person_by_source(work, &work->by_source, mention);
    if (by_source >= 0 && !identity_is_excluded(decided, by_source)) {
        settle(work, ret, by_source, RESOLVE_THRESHOLD,
               "the source says that it is the same person");
        remember(work, mention, by_source, false);
    } else if (is_one_word && !str_is_empty(mention->source_key)) {
        settle_by_key(work, mention, before, decided, ret);
    } else if (is_one_word) {
        ret->status = identity_is_question(ret) ? RESOLUTION_AMBIGUOUS : RESOLUTION_UNKNOWN;
    } else if (registered_share(work, ret) >= QUESTION_FROM) {
        ret->status = RESOLUTION_AMBIGUOUS;
    } else {
        settle_unregistered(work, mention, before, ret);
    }
}

static void resolve_mention(struct work *work, struct mention *mention, int before,
                            const struct decided *decided, struct resolution *ret)
{
    struct resolve_options options = identity_options(work, decided);
    struct resolve_answer answer;
    identity_find(work, mention, &options, &answer);
    identity_put_candidates(work, &answer, ret);
    ret->status = answer.status;
    if (answer.status == RESOLUTION_LINKED) {
        identity_settle_found(work, mention, &answer, ret);
        return;
    }
    struct written_name written;
    name_parse(mention->name, &written);
    bool is_one_word = answer.is_given_name_only || written.n_readings == 0;
    settle_open(work, mention, before, decided, is_one_word, ret);
}

static void handle_mention(struct work *work, struct mention *mention, int before,
                           struct resolution *ret)
{
    *ret = (struct resolution){.person = -1, .evidence = ""};
    struct decided decided;
    identity_find_decision(work, mention->name, mention->email, mention->track, &decided);
    int known = identity_standing(work, mention->person);
    known = identity_is_excluded(&decided, known) ? -1 : known;
    before = identity_is_excluded(&decided, before) ? -1 : before;
    if (decided.person >= 0) {
        settle(work, ret, decided.person, 1, "decided by a person");
        ret->is_decided = true;
        remember(work, mention, decided.person, false);
    } else if (known >= 0 && work->is_registered[known]) {
        double confidence = mention->confidence > 0 ? mention->confidence : 1;
        settle(work, ret, known, confidence, "known from before");
        remember(work, mention, known, false);
    } else {
        resolve_mention(work, mention, before, &decided, ret);
    }
    mention->person = ret->person;
    mention->status = ret->status;
    mention->confidence = ret->confidence;
}

struct turn {
    int number;
    int rank; /* those that say more come first: others then find their person */
    const struct mention *mention;
    const char *where;
};

/* The order of import must not matter: equals go by what they say. */
static int by_rank(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;
    const char *const pairs[][2] = {{x->mention->name, y->mention->name},
                                    {x->mention->email, y->mention->email},
                                    {x->mention->affiliation, y->mention->affiliation},
                                    {x->where, y->where},
                                    {x->mention->topic, y->mention->topic}};
    int order = x->rank - y->rank;
    for (size_t i = 0; order == 0 && i < sizeof pairs / sizeof pairs[0]; i++) {
        order = strcmp(pairs[i][0], pairs[i][1]);
    }
    return order != 0 ? order : x->number - y->number;
}

static void index_known_keys(struct work *work)
{
    for (int i = 0; i < work->input->n_aliases; i++) {
        const struct alias *alias = &work->input->aliases[i];
        int person = identity_standing(work, alias->person);
        if (alias->kind == ALIAS_SOURCE_KEY && person >= 0) {
            (void)strmap_at(&work->known_keys, work->arena, alias->value, person, NULL);
        }
    }
}

void identity_handle_mentions(struct work *work, struct resolution *ret)
{
    size_t n = work->conf->mentions.n;
    index_known_keys(work);
    struct turn *turns = arena_array(work->arena, n + 1, sizeof *turns);
    int *before = arena_array(work->arena, n + 1, sizeof *before);
    for (size_t i = 0; i < n; i++) {
        const struct mention *mention = &work->conf->mentions.items[i];
        struct written_name written;
        name_parse(mention->name, &written);
        bool is_alone = mention->is_given_name_only || written.n_readings == 0 ||
                        written.readings[0].is_given_alone;
        bool has_address = !str_is_empty(mention->email) || !str_is_empty(mention->email_md5);
        int rank = identity_is_person(work, mention->person) ? 0 : 6;
        rank += (is_alone ? 3 : 0) + (has_address                           ? 0
                                      : !str_is_empty(mention->affiliation) ? 1
                                                                            : 2);
        turns[i] = (struct turn){(int)i, rank, mention, identity_where(work, mention)};
        before[i] = identity_before(work, i);
    }
    qsort(turns, n, sizeof turns[0], by_rank);
    for (size_t i = 0; i < n; i++) {
        int at = turns[i].number;
        handle_mention(work, &work->conf->mentions.items[at], before[at], &ret[at]);
    }
}

/* --- persons that their mentions have left --- */

enum { NOT_LEFT = -1, NO_SUCCESSOR = -2 };

/* To whom did the mentions of each person before go? Only when all went to one. */
static void find_successors(struct work *work, const struct resolution *mentions, int *successor)
{
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        int before = identity_standing(work, work->input->before[i]);
        int now = mentions[i].person;
        if (before < 0) {
            continue;
        }
        bool is_taken_over = now >= 0 && now != before && !mentions[i].is_decided;
        if (!is_taken_over || (successor[before] != NOT_LEFT && successor[before] != now)) {
            successor[before] = NO_SUCCESSOR;
        } else {
            successor[before] = now;
        }
    }
}

/* Somebody whom only mentions knew, and all of them mean a registrant now: the two were one, and
 * what the one said and was told is the other's. Not when a person had a word in it. */
void identity_follow_mentions(struct work *work, const struct resolution *mentions)
{
    if (work->input->before == NULL) {
        return;
    }
    int n = (int)work->conf->persons.n;
    int *successor = arena_array(work->arena, (size_t)n + 1, sizeof *successor);
    for (int i = 0; i < n; i++) {
        successor[i] = NOT_LEFT;
    }
    find_successors(work, mentions, successor);
    for (size_t i = 0; i < work->rulings.n; i++) {
        int person = identity_standing(work, work->rulings.items[i].decision.person);
        if (person >= 0) {
            successor[person] = NO_SUCCESSOR;
        }
    }
    for (size_t i = 0; i < work->conf->mentions.n; i++) {
        if (mentions[i].person >= 0) {
            successor[mentions[i].person] = NO_SUCCESSOR;
        }
    }
    for (int i = 0; i < n; i++) {
        int now = successor[i];
        if (now >= 0 && !work->is_registered[i] && work->is_registered[now] &&
            !identity_is_apart(work, i, now)) {
            identity_merge_persons(work, now, i, "all who were called so are this registrant");
        }
    }
}
