#include "core/resolve.h"

#include "base/str.h"
#include "core/resolve/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How likely it is, before anything is compared, that the person named is among the candidates. */
#define PRIOR_PRESENT 0.88
/* A list shorter than this is thought of as a part of so many people who might be meant. */
#define PRIOR_CROWD 200.0

#define WEIGHT_ADDRESS     30.0 /* decides against any name */
#define WEIGHT_LOCAL_SAME  5.0  /* the same local part under another domain */
#define WEIGHT_LOCAL_NAME  2.5  /* a local part made of the candidate's names */
#define WEIGHT_AFFILIATION 4.0  /* at most */
#define WEIGHT_NO_COMPANY  (-0.2)
#define WEIGHT_CHARACTERS  (-7.0) /* one sound, other characters */
#define WEIGHT_COUNTRY     1.2
#define WEIGHT_NO_COUNTRY  (-0.8)
#define WEIGHT_CONTEXT     0.5 /* a word, three words at most */

/* A question is worth asking from here on; below, nobody registered fits. */
#define AMBIGUOUS_FROM 0.15

/* --- evidence beside the name --- */

static void weigh_affiliation(const struct resolve_index *index, const uint32_t *words, int n,
                              struct found *found)
{
    const struct record *record = &index->records[found->record];
    bool has_other = false;
    double best = 0;
    for (int i = 0; i < AFFILIATIONS && record->affiliations[i] != 0; i++) {
        has_other = true;
        for (int k = 0; k < n; k++) {
            if (words[k] != record->affiliations[i]) {
                continue;
            }
            size_t at = SIZE_MAX;
            int64_t count = hash_table_next(&index->affiliations, words[k], &at);
            double share = (double)(count < 1 ? 1 : count) / ((double)index->n_records + 20) + .004;
            best = fmax(best, log(.4 / share));
            found->is_affiliation = true;
        }
    }
    if (found->is_affiliation) {
        found->weight += fmin(fmax(best, .3), WEIGHT_AFFILIATION);
    } else if (has_other && n > 0) {
        found->weight += WEIGHT_NO_COMPANY;
    }
}

static void weigh_country(const char *country, const struct record *record, struct found *found)
{
    if (str_is_empty(country) || str_is_empty(record->given.country)) {
        return;
    }
    found->is_country = str_equal_nocase(country, record->given.country);
    found->weight += found->is_country ? WEIGHT_COUNTRY : WEIGHT_NO_COUNTRY;
}

#define CONTEXT_WORDS 24

/* Telling words of a text: four letters or more, folded; returns how many. */
static int context_words(const char *text, uint32_t *ret)
{
    static const char *const plain[] = {"with",    "from",        "that",      "this",
                                        "linux",   "kernel",      "and",       "the",
                                        "support", "development", "subsystem", "microconference"};
    int n = 0;
    for (const char *p = text; *p != '\0' && n < CONTEXT_WORDS;) {
        size_t len = strcspn(p, " ,.;:/()\t\n\r\"'");
        char folded[32];
        enum script script = SCRIPT_NONE;
        size_t n_folded = translit_fold(p, len, folded, sizeof folded, &script);
        bool is_plain = n_folded < 3;
        for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
            is_plain |= strcmp(folded, plain[i]) == 0;
        }
        if (!is_plain) {
            ret[n++] = index_key_hash(KEY_DELETE, folded, n_folded);
        }
        p += len + (p[len] != '\0');
    }
    return n;
}

static void weigh_context(const uint32_t *words, int n, const struct record *record,
                          struct found *found)
{
    if (n == 0 || str_is_empty(record->given.context)) {
        return;
    }
    uint32_t other[CONTEXT_WORDS];
    int n_other = context_words(record->given.context, other);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n_other; k++) {
            if (words[i] == other[k]) {
                found->n_context++;
                break;
            }
        }
    }
    found->weight += WEIGHT_CONTEXT * (found->n_context < 3 ? found->n_context : 3);
}

/* Is the local part made of these names: jstultz, john.stultz, stultz, johns? */
static bool local_part_fits(const struct resolve_index *index, const char *email, uint32_t number)
{
    const struct form *form = &index->forms[number];
    char local[64];
    size_t n = 0;
    for (const char *p = email; *p != '\0' && *p != '@' && *p != '+' && n + 1 < sizeof local; p++) {
        char c = (char)(*p | 0x20);
        if (c >= 'a' && c <= 'z') {
            local[n++] = c;
        }
    }
    local[n] = '\0';
    if (form->n < 2 || n < 5) {
        return false;
    }
    const char *first = index_word_text(index, TOKEN_WORD(index->tokens[form->first]));
    const char *last =
        index_word_text(index, TOKEN_WORD(index->tokens[form->first + (uint32_t)form->n - 1]));
    char made[5][72];
    (void)snprintf(made[0], sizeof made[0], "%s%s", first, last);
    (void)snprintf(made[1], sizeof made[1], "%c%s", first[0], last);
    (void)snprintf(made[2], sizeof made[2], "%s%s", last, first);
    (void)snprintf(made[3], sizeof made[3], "%s%c", first, last[0]);
    (void)snprintf(made[4], sizeof made[4], "%s", last);
    for (int i = 0; i < 5; i++) {
        if (strcmp(local, made[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void weigh_local_part(const struct resolve_index *index, const char *email,
                             struct found *found)
{
    const struct record *record = &index->records[found->record];
    uint32_t local = index_local_part(email);
    if (local != 0 && local == record->local_part) {
        found->is_local_part = true;
        found->weight += WEIGHT_LOCAL_SAME;
    } else if (found->reading != NULL && !str_is_empty(email) &&
               found->names.n_exact < found->reading->n &&
               local_part_fits(index, email, found->form)) {
        found->is_local_part = true;
        found->weight += WEIGHT_LOCAL_NAME;
    }
}

static void add_by_address(struct resolve_index *index, struct search *search,
                           const struct resolve_record *mention, const char *email)
{
    const uint64_t hashes[] = {index_address_email(email), index_address_md5(mention->email_md5),
                               index_address_matrix(mention->matrix_id)};
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        size_t at = SIZE_MAX;
        for (int64_t record = hash_table_next(&index->addresses, hashes[i], &at); record >= 0;
             record = hash_table_next(&index->addresses, hashes[i], &at)) {
            struct found *found = search_add_record(search, (uint32_t)record);
            if (found != NULL) {
                found->is_address = true;
            }
        }
    }
    uint32_t local = index_local_part(email);
    size_t at = SIZE_MAX;
    int n = 0;
    for (int64_t record = hash_table_next(&index->locals, local, &at); record >= 0 && n < 4;
         record = hash_table_next(&index->locals, local, &at), n++) {
        (void)search_add_record(search, (uint32_t)record);
    }
}

/* A record found by address: how well do the names agree? */
static void compare_names(struct resolve_index *index, struct search *search, struct found *found)
{
    const struct record *record = &index->records[found->record];
    for (int i = 0; found->reading == NULL && i < search->n_readings; i++) {
        for (uint32_t k = 0; k < record->n_forms; k++) {
            struct comparison comparison;
            score_compare(index, &search->readings[i], &index->forms[record->first_form + k],
                          &comparison);
            if (comparison.n_pairs > 0 && comparison.weight > found->names.weight) {
                found->names = comparison;
                found->form = record->first_form + k;
                found->reading = &search->readings[i];
            }
        }
    }
}

/* Many names in Chinese characters sound alike: the characters must be the same. */
static bool has_same_characters(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++;
        b++;
    }
}

static void weigh_characters(const struct resolve_index *index, const char *name,
                             struct found *found)
{
    if (found->reading != NULL && found->reading->script == SCRIPT_HAN &&
        index->forms[found->form].script == SCRIPT_HAN &&
        !has_same_characters(name, index->records[found->record].given.name)) {
        found->names.n_conflicts++;
        found->weight += WEIGHT_CHARACTERS;
    }
}

/* Does the mention leave out or shorten a part of the candidate's name? */
static bool is_short_form(const struct resolve_index *index, const struct found *found)
{
    return found->reading != NULL &&
           (found->names.n_strong < 2 || found->names.n_pairs < (int)index->forms[found->form].n);
}

static void weigh_hint(const struct resolve_index *index, const struct resolve_options *options,
                       struct found *found)
{
    if (options->hint != NULL && found->reading != NULL) {
        options->hint(options->hint_context, index->records[found->record].owner,
                      is_short_form(index, found), &found->hint);
        found->weight += found->hint.weight;
    }
}

static void weigh_all(struct resolve_index *index, struct search *search,
                      const struct resolve_record *mention, const char *email,
                      const struct resolve_options *options)
{
    uint32_t affiliations[AFFILIATIONS] = {0};
    uint32_t context[CONTEXT_WORDS];
    const char *affiliation =
        !str_is_empty(mention->affiliation) ? mention->affiliation : search->written.affiliation;
    int n_affiliations = index_affiliation_words(affiliation, email, affiliations);
    int n_context = str_is_empty(mention->context) ? 0 : context_words(mention->context, context);
    for (int i = 0; i < search->n_found; i++) {
        struct found *found = &search->found[i];
        compare_names(index, search, found);
        found->weight = found->reading != NULL ? found->names.weight : -8.0;
        weigh_characters(index, mention->name, found);
        weigh_affiliation(index, affiliations, n_affiliations, found);
        weigh_country(mention->country, &index->records[found->record], found);
        weigh_context(context, n_context, &index->records[found->record], found);
        weigh_local_part(index, email, found);
        weigh_hint(index, options, found);
        if (found->is_address) { /* the name then only tells those who share it apart */
            found->weight = WEIGHT_ADDRESS + fmax(found->weight, -6.0);
        }
    }
}

/* --- probability --- */

/* The weights and the prior were set so that what is said is what is measured (bench_names prints
 * both); never quite certain. */
static double probability(double log_odds, bool is_address)
{
    double most = is_address ? .9999 : .9995;
    double p = 1 / (1 + exp(-log_odds));
    return p > most ? most : p;
}

static int by_found_weight(const void *a, const void *b)
{
    const struct found *x = *(const struct found *const *)a;
    const struct found *y = *(const struct found *const *)b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->record < y->record ? -1 : x->record > y->record;
}

static bool is_excluded(const struct resolve_options *options, int owner)
{
    for (int i = 0; i < options->n_excluded; i++) {
        if (options->excluded[i] == owner) {
            return true;
        }
    }
    return false;
}

/* An address that decided, and another record of the same owner that agrees in the name: the name
 * is a reason too. */
static void add_name(const struct found *other, struct found *best)
{
    if (best->reading == NULL && other->reading != NULL) {
        best->reading = other->reading;
        best->names = other->names;
        best->form = other->form;
        best->is_affiliation |= other->is_affiliation;
    }
}

/* One for each owner, best first; returns how many. */
static int best_of_owners(const struct resolve_index *index, struct search *search,
                          const struct resolve_options *options, struct found **ret)
{
    struct found *all[FOUND_MAX];
    for (int i = 0; i < search->n_found; i++) {
        all[i] = &search->found[i];
    }
    qsort(all, (size_t)search->n_found, sizeof all[0], by_found_weight);
    int n = 0;
    for (int i = 0; i < search->n_found; i++) {
        int owner = index->records[all[i]->record].owner;
        bool is_known = is_excluded(options, owner);
        for (int k = 0; k < n && !is_known; k++) {
            is_known = index->records[ret[k]->record].owner == owner;
            if (is_known) {
                add_name(all[i], ret[k]);
            }
        }
        if (!is_known && (all[i]->reading != NULL || all[i]->is_address || all[i]->is_local_part)) {
            ret[n++] = all[i];
        }
    }
    return n;
}

/* Log-odds of each against all others and against "somebody else". */
static void find_odds(const struct resolve_index *index, struct found *const *best, int n,
                      double *ret_odds)
{
    double crowd = fmax((double)index->n_named, PRIOR_CROWD);
    double prior = log(PRIOR_PRESENT / (1 - PRIOR_PRESENT) / crowd);
    double most = 0;
    for (int i = 0; i < n; i++) {
        most = fmax(most, best[i]->weight + prior);
    }
    double sum = exp(-most);
    for (int i = 0; i < n; i++) {
        sum += exp(best[i]->weight + prior - most);
    }
    for (int i = 0; i < n; i++) {
        double own = exp(best[i]->weight + prior - most);
        double rest = fmax(sum - own, 1e-300);
        ret_odds[i] = log(fmax(own, 1e-300) / rest);
    }
}

/* --- the answer --- */

/* A link by name alone needs two whole words that agree, none that contradicts, and not more than
 * one a letter or two away; where a word is left out, it must stand in the middle and
 * the others must be the same, and in another order nothing may be misspelled. */
static bool may_link(const struct found *found)
{
    const struct comparison *names = &found->names;
    if (found->is_address) {
        return true;
    }
    if (found->reading == NULL || names->n_strong < 2 || names->n_conflicts > 0 ||
        (names->n_extra > 0 && names->n_exact < names->n_strong) ||
        (names->is_swapped && names->n_fuzzy > 0)) {
        return false;
    }
    bool is_backed = found->is_local_part || found->is_affiliation;
    return is_backed || (names->n_fuzzy <= 1 && !names->is_edge_extra);
}

/* Is the word anybody's given name: a known one, or does it stand first in a name here? */
static bool is_given(const struct resolve_index *index, const struct probe *probe)
{
    if (probe->classes->is_given || probe->word < 0) {
        return probe->classes->is_given;
    }
    const struct u32s *forms = &index->words[probe->word].forms;
    for (uint32_t i = 0; i < forms->n; i++) {
        const struct form *form = &index->forms[forms->items[i]];
        if (form->n > 1 && TOKEN_WORD(index->tokens[form->first]) == (uint32_t)probe->word) {
            return true;
        }
    }
    return false;
}

/* Whom the same list names in full, by the family name as it is there, with or without an initial.
 * A word that is somebody's given name is never enough. */
static bool is_explained(const struct resolve_index *index, const struct found *found)
{
    const struct comparison *names = &found->names;
    if (!found->hint.is_named_in_full || found->reading == NULL || names->n_conflicts > 0 ||
        names->n_pairs < found->reading->n || names->is_swapped) {
        return false;
    }
    const struct form *form = &index->forms[found->form];
    for (int i = 0; i < names->n_pairs; i++) {
        const struct pairing *pair = &names->pairs[i];
        const struct probe *probe = &found->reading->probes[pair->mention];
        if (pair->token + 1 == form->n && pair->agreement <= AGREE_SOUND && probe->len >= 4 &&
            !is_given(index, probe)) {
            return true;
        }
    }
    return false;
}

/* Every word of the mention agrees with one of the candidate's. */
static bool is_full_agreement(const struct found *found)
{
    return found->reading != NULL && found->names.n_conflicts == 0 && found->names.n_exact >= 2 &&
           found->names.n_exact == found->reading->n;
}

static void decide(const struct resolve_index *index, const struct found *best,
                   const struct resolve_options *options, struct resolve_answer *ret)
{
    double threshold = options->threshold > 0 ? options->threshold : RESOLVE_THRESHOLD;
    double lead = options->lead >= 0 ? options->lead : RESOLVE_LEAD;
    ret->status = RESOLUTION_UNKNOWN;
    if (ret->n_candidates == 0) {
        return;
    }
    double first = ret->candidates[0].confidence;
    double second = ret->n_candidates > 1 ? ret->candidates[1].confidence : 0;
    double sum = 0;
    for (int i = 0; i < ret->n_candidates; i++) {
        sum += ret->candidates[i].confidence;
    }
    bool is_clear = is_explained(index, best);
    ret->is_decisive = best->is_address;
    ret->is_backed = best->is_affiliation || best->is_local_part;
    bool is_alone = ret->is_given_name_only && !best->is_address && !is_clear;
    if (!is_alone && first >= threshold && first - second >= lead && (is_clear || may_link(best))) {
        ret->status = RESOLUTION_LINKED;
    } else if (sum >= (is_alone ? RESOLVE_ALONE_FROM : AMBIGUOUS_FROM) || is_full_agreement(best)) {
        ret->status = RESOLUTION_AMBIGUOUS;
    }
}

void resolve_find(struct resolve_index *index, const struct resolve_record *mention,
                  const struct resolve_options *options, struct arena *arena,
                  struct resolve_answer *ret)
{
    static const struct resolve_options defaults = {.lead = -1};
    static struct search search; /* large; one thread */
    options = options != NULL ? options : &defaults;
    *ret = (struct resolve_answer){.status = RESOLUTION_UNKNOWN};
    search_names(index, mention->name != NULL ? mention->name : "", &search);
    const char *email = !str_is_empty(mention->email) ? mention->email : search.written.email;
    ret->is_given_name_only =
        options->is_given_name_only ||
        (search.written.n_readings > 0 && search.written.readings[0].is_given_alone);
    add_by_address(index, &search, mention, email);
    weigh_all(index, &search, mention, email, options);
    struct found *best[FOUND_MAX];
    double odds[FOUND_MAX];
    int n = best_of_owners(index, &search, options, best);
    find_odds(index, best, n, odds);
    for (int i = 0; i < n && ret->n_candidates < RESOLVE_CANDIDATES; i++) {
        double confidence = probability(odds[i], best[i]->is_address);
        if (i > 0 && confidence < .0005 && confidence < ret->candidates[0].confidence / 10) {
            break;
        }
        struct resolve_candidate *candidate = &ret->candidates[ret->n_candidates++];
        candidate->record = (int)best[i]->record;
        candidate->owner = index->records[best[i]->record].owner;
        candidate->confidence = confidence;
        search_put_evidence(index, best[i], arena, candidate);
    }
    decide(index, n > 0 ? best[0] : NULL, options, ret);
}
