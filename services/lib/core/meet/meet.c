#include "core/meet.h"

#include "core/meet/pair.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_EACH  8
#define LOOKED_AT 48  /* people of one term that one person is compared with */
#define SPEAKERS  200 /* of one session or track that are known to know one another */

/* --- who knows whom --- */

struct finder {
    const struct conference *conf;
    const struct meet_terms *terms;
    struct arena *arena;
    struct arena *job; /* for one person's candidates */
    int max_each;
    const char **affiliations; /* by person: folded; "" = none that says anything */
    struct strmap known;       /* "a b" of people who know one another or were introduced */
    struct posting {
        VEC(int) people; /* opted in, ascending */
    } * postings;        /* by term: of strong, rare terms */
};

static const char *pair_key(char buf[48], int a, int b)
{
    (void)snprintf(buf, 48, "%d %d", a < b ? a : b, a < b ? b : a);
    return buf;
}

static bool is_known(const struct finder *f, int a, int b)
{
    char key[48];
    return strmap_find(&f->known, pair_key(key, a, b)) != NULL;
}

static void know(struct finder *f, int a, int b)
{
    char key[48];
    if (a >= 0 && b >= 0 && a != b) {
        (void)strmap_at(&f->known, f->arena, pair_key(key, a, b), 1, NULL);
    }
}

/* "Independent" is no team. */
static bool says_nothing(const char *fold)
{
    static const char words[] = "|independent|none|self|freelance|n a|na|individual|unaffiliated|"
                                "community|student|self employed|hobbyist|private|various|";
    char word[64];
    int n = snprintf(word, sizeof word, "|%s|", fold);
    return n < (int)sizeof word && strstr(words, word) != NULL;
}

static void read_affiliations(struct finder *f)
{
    f->affiliations = arena_array(f->arena, f->conf->persons.n + 1, sizeof *f->affiliations);
    for (size_t i = 0; i < f->conf->persons.n; i++) {
        f->affiliations[i] = "";
    }
    for (size_t i = 0; i < f->conf->registrants.n; i++) {
        const struct registrant *r = &f->conf->registrants.items[i];
        if (r->person >= 0 && r->affiliation[0] != '\0' &&
            f->conf->persons.items[r->person].wants_introductions) {
            const char *fold = text_fold(r->affiliation, f->arena);
            f->affiliations[r->person] = says_nothing(fold) ? "" : fold;
        }
    }
}

/* Leads of a track know one another and whom they named; speakers of a session one another. */
static bool is_acquainting(const struct mention *a, const struct mention *b)
{
    bool is_session = a->session >= 0 && a->session == b->session && a->role == ROLE_SPEAKER &&
                      b->role == ROLE_SPEAKER;
    bool is_track = a->track >= 0 && a->track == b->track &&
                    (a->role == ROLE_LEAD || b->role == ROLE_LEAD) && a->role != ROLE_SPEAKER &&
                    b->role != ROLE_SPEAKER;
    return is_session || is_track;
}

static int by_place(const void *a, const void *b)
{
    const struct mention *x = *(const struct mention *const *)a;
    const struct mention *y = *(const struct mention *const *)b;
    if (x->session != y->session) {
        return x->session < y->session ? -1 : 1;
    }
    if (x->track != y->track) {
        return x->track < y->track ? -1 : 1;
    }
    if (x->role != y->role) { /* leads first */
        return x->role < y->role ? -1 : 1;
    }
    return x->person < y->person ? -1 : x->person > y->person;
}

/* Mentions of people who opted in, those of one session or track side by side. Only leads are
 * compared with everybody of their track, so a long list costs its length. */
static void read_acquaintances(struct finder *f)
{
    VEC(const struct mention *) mentions = {0};
    for (size_t i = 0; i < f->conf->mentions.n; i++) {
        const struct mention *mention = &f->conf->mentions.items[i];
        if (mention->person >= 0 && f->conf->persons.items[mention->person].wants_introductions) {
            *vec_add(f->arena, &mentions) = mention;
        }
    }
    if (mentions.n > 1) {
        qsort(mentions.items, mentions.n, sizeof *mentions.items, by_place);
    }
    for (size_t i = 0; i < mentions.n; i++) {
        const struct mention *a = mentions.items[i];
        for (size_t j = i + 1; j < mentions.n && j < i + SPEAKERS && a->role != ROLE_KEY_ATTENDEE;
             j++) {
            const struct mention *b = mentions.items[j];
            if (a->session != b->session || a->track != b->track) {
                break;
            }
            if (is_acquainting(a, b)) {
                know(f, a->person, b->person);
            }
        }
    }
}

/* --- the search --- */

static bool may_be_met(const struct finder *f, int person)
{
    return f->conf->persons.items[person].wants_introductions && f->terms->is_attending[person];
}

static void make_postings(struct finder *f)
{
    f->postings = arena_array(f->arena, f->terms->terms.n + 1, sizeof *f->postings);
    for (size_t i = 0; i < f->conf->persons.n; i++) {
        const struct meet_person *person = &f->terms->people[i];
        for (size_t k = 0; k < person->n && may_be_met(f, (int)i); k++) {
            if (person->has[k].is_strong && meet_is_rare(f->terms, person->has[k].term)) {
                *vec_add(f->arena, &f->postings[person->has[k].term].people) = (int)i;
            }
        }
    }
}

static int better_pair(const void *a, const void *b)
{
    const struct meet_pair *x = a;
    const struct meet_pair *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    if (x->a != y->a) {
        return x->a < y->a ? -1 : 1;
    }
    return x->b < y->b ? -1 : x->b > y->b;
}

/* How many of the posting come before the person. */
static size_t place_in(const struct posting *posting, int person)
{
    size_t low = 0;
    size_t high = posting->people.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (posting->people.items[middle] < person) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* What one person finds; lives in the job's arena. */
struct found {
    VEC(struct meet_pair) pairs;
    struct strmap seen; /* people who were looked at */
};

static void compare_with(struct finder *f, int person, int other, struct found *mine)
{
    bool is_new = false;
    char key[48];
    (void)strmap_at(&mine->seen, f->job, pair_key(key, other, other), 1, &is_new);
    bool is_team = f->affiliations[person][0] != '\0' &&
                   strcmp(f->affiliations[person], f->affiliations[other]) == 0;
    int first = person < other ? person : other;
    struct meet_pair pair;
    if (is_new && other != person && !is_team && !is_known(f, person, other) &&
        meet_pair_make(f->terms, first, person + other - first, &pair)) {
        *vec_add(f->job, &mine->pairs) = pair;
    }
}

/* Compares the person with those behind them in each of their terms' lists, round the end. */
static void look(struct finder *f, int person, struct found *mine)
{
    const struct meet_person *p = &f->terms->people[person];
    for (size_t k = 0; k < p->n; k++) {
        const struct posting *posting = &f->postings[p->has[k].term];
        size_t n = p->has[k].is_strong ? posting->people.n : 0;
        size_t at = place_in(posting, person);
        for (size_t step = 1; step < n && step <= LOOKED_AT; step++) {
            compare_with(f, person, posting->people.items[(at + step) % n], mine);
        }
    }
}

static void add_best(struct finder *f, struct found *mine, struct strmap *taken,
                     struct meet_pairs *ret)
{
    if (mine->pairs.n > 1) {
        qsort(mine->pairs.items, mine->pairs.n, sizeof *mine->pairs.items, better_pair);
    }
    for (size_t i = 0; i < mine->pairs.n && i < (size_t)f->max_each; i++) {
        bool is_new = false;
        char key[48];
        (void)strmap_at(taken, f->arena,
                        pair_key(key, mine->pairs.items[i].a, mine->pairs.items[i].b), 1, &is_new);
        if (is_new) {
            meet_pair_word(f->terms, &mine->pairs.items[i], f->arena);
            *vec_add(f->arena, &ret->items) = mine->pairs.items[i];
        }
    }
}

void meet_find(const struct conference *conf, const struct meet_terms *terms,
               const struct meet_options *options, struct arena *arena, struct meet_pairs *ret)
{
    struct finder f = {.conf = conf,
                       .terms = terms,
                       .arena = arena,
                       .job = arena_new(),
                       .max_each = options->max_each > 0 ? options->max_each : MAX_EACH};
    struct strmap taken = {0};
    *ret = (struct meet_pairs){0};
    read_affiliations(&f);
    read_acquaintances(&f);
    for (size_t i = 0; i < options->n_past; i++) {
        know(&f, options->past[i].a, options->past[i].b);
    }
    make_postings(&f);
    for (size_t i = 0; i < conf->persons.n; i++) {
        if (may_be_met(&f, (int)i)) {
            struct found mine = {0};
            look(&f, (int)i, &mine);
            add_best(&f, &mine, &taken, ret);
            arena_reset(f.job);
        }
    }
    arena_free(f.job);
    if (ret->items.n > 1) {
        qsort(ret->items.items, ret->items.n, sizeof *ret->items.items, better_pair);
    }
}
