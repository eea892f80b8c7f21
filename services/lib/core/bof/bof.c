#include "core/bof.h"

#include "core/match.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#define SERVED     0.5 /* from this coverage on a term is looked after: a session says it once */
#define BY_SYNONYM 0.7 /* coverage by a session that says it in other words */
#define TITLE      3   /* occurrences that one in a title or tag is worth */
#define SCATTERED  0.8 /* of the words' coverage, when a session has them, but not side by side */
#define MAX_TERMS  400
#define OVERLAP    0.6 /* of the smaller group: then two terms are of one idea */
#define MAX_SHOWN  4
#define NO_TERM    UINT32_MAX

/* A term that enough people care about. */
struct demand {
    uint32_t term;
    VEC(int) people; /* ascending */
    double coverage; /* by best_session */
    int best_session;
    size_t cluster; /* index of the first demand of its idea */
};

struct finder {
    const struct conference *conf;
    const struct meet_terms *terms;
    struct arena *arena;
    size_t min_people;
    float *counts;      /* by term: occurrences in the session at hand, weighted */
    int *demand_of;     /* by term: index in demands or -1 */
    VEC(uint32_t) seen; /* terms with a count */
    VEC(struct demand) demands;
};

/* --- who wants what --- */

static bool cares_strongly(const struct meet_has *has)
{
    return has->is_strong && (has->sides & MEET_CARES) != 0;
}

static void gather_demands(struct finder *f)
{
    size_t n_terms = f->terms->terms.n;
    f->demand_of = arena_array(f->arena, n_terms + 1, sizeof *f->demand_of);
    int *n = arena_array(f->arena, n_terms + 1, sizeof *n);
    for (size_t i = 0; i < f->conf->persons.n; i++) {
        for (size_t k = 0; k < f->terms->people[i].n; k++) {
            n[f->terms->people[i].has[k].term] += cares_strongly(&f->terms->people[i].has[k]);
        }
    }
    for (size_t t = 0; t < n_terms; t++) {
        f->demand_of[t] = -1;
        if ((size_t)n[t] >= f->min_people) {
            f->demand_of[t] = (int)f->demands.n;
            struct demand *demand = vec_add(f->arena, &f->demands);
            demand->term = (uint32_t)t;
            demand->best_session = -1;
        }
    }
    for (size_t i = 0; i < f->conf->persons.n; i++) {
        for (size_t k = 0; k < f->terms->people[i].n; k++) {
            const struct meet_has *has = &f->terms->people[i].has[k];
            if (cares_strongly(has) && f->demand_of[has->term] >= 0) {
                *vec_add(f->arena, &f->demands.items[f->demand_of[has->term]].people) = (int)i;
            }
        }
    }
}

/* --- what the programme serves --- */

static void count(struct finder *f, const char *key, float weight)
{
    const int64_t *term = strmap_find(&f->terms->by_key, key);
    if (term == NULL) {
        return;
    }
    if (f->counts[*term] == 0) {
        *vec_add(f->arena, &f->seen) = (uint32_t)*term;
    }
    f->counts[*term] += weight;
}

/* Words and neighbours, read as meet_terms reads them. */
static void count_text(struct finder *f, struct text_stemmers *stemmers, const char *text,
                       float weight, struct arena *job)
{
    struct text_tokens tokens = {0};
    const char *before = "";
    text_read(text, strlen(text), 0, job, &tokens);
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        if (token->kind == TEXT_PART) {
            continue;
        }
        if (token->is_stop) {
            before = "";
            continue;
        }
        const char *stem = arena_strdup(job, text_stem(stemmers, text_language("en"), token->fold));
        count(f, stem, weight);
        if (before[0] != '\0' && !token->starts_break) {
            count(f, arena_printf(job, "%s %s", before, stem), weight);
        }
        before = stem;
    }
}

static double saturated(float n)
{
    return (double)n / ((double)n + 1);
}

static double coverage_of(const struct finder *f, uint32_t term)
{
    const struct meet_term *t = &f->terms->terms.items[term];
    double whole = saturated(f->counts[term]);
    if (t->part_a == NO_TERM) {
        return whole;
    }
    double a = saturated(f->counts[t->part_a]);
    double b = saturated(f->counts[t->part_b]);
    double scattered = SCATTERED * (a < b ? a : b);
    return whole > scattered ? whole : scattered;
}

/* The session's counts are in: does it serve any demand better than those before it? */
static void weigh_session(struct finder *f, int session)
{
    for (size_t i = 0; i < f->demands.n; i++) {
        struct demand *demand = &f->demands.items[i];
        double coverage = coverage_of(f, demand->term);
        if (coverage > demand->coverage) {
            demand->coverage = coverage;
            demand->best_session = session;
        }
    }
    for (size_t i = 0; i < f->seen.n; i++) {
        f->counts[f->seen.items[i]] = 0;
    }
    f->seen.n = 0;
}

static void weigh_sessions(struct finder *f)
{
    struct text_stemmers *stemmers = text_stemmers_new();
    struct arena *job = arena_new();
    f->counts = arena_array(f->arena, f->terms->terms.n + 1, sizeof *f->counts);
    for (size_t i = 0; i < f->conf->sessions.n; i++) {
        const struct session *s = &f->conf->sessions.items[i];
        if (s->is_cancelled || s->kind == SESSION_BREAK || s->kind == SESSION_OPEN_SLOT) {
            continue;
        }
        count_text(f, stemmers, s->title, TITLE, job);
        count_text(f, stemmers, s->tags, TITLE, job);
        count_text(f, stemmers, s->abstract, 1, job);
        if (s->kind == SESSION_BLOCK && s->track >= 0) {
            count_text(f, stemmers, f->conf->tracks.items[s->track].title, TITLE, job);
            count_text(f, stemmers, f->conf->tracks.items[s->track].description, 1, job);
        }
        weigh_session(f, (int)i);
        arena_reset(job);
    }
    arena_free(job);
    text_stemmers_free(stemmers);
}

/* How most people write the term; of equally many the first in order of the alphabet. */
static const char *common_surface(const struct finder *f, const struct demand *demand)
{
    struct strmap seen = {0};
    const char *best = "";
    int64_t most = 0;
    for (size_t i = 0; i < demand->people.n; i++) {
        const struct meet_person *person = &f->terms->people[demand->people.items[i]];
        for (size_t k = 0; k < person->n; k++) {
            const struct meet_has *has = &person->has[k];
            if (has->term != demand->term) {
                continue;
            }
            const char *text =
                arena_strndup(f->arena, has->text + has->start, has->end - has->start);
            int64_t n = ++*strmap_at(&seen, f->arena, text, 0, NULL);
            if (n > most || (n == most && strcmp(text, best) < 0)) {
                most = n;
                best = text;
            }
        }
    }
    return best;
}

/* A word that no session has may be the short or the long form of what one has: matching knows. */
static void weigh_synonyms(struct finder *f)
{
    struct match_index *index = NULL;
    for (size_t i = 0; i < f->demands.n; i++) {
        struct demand *demand = &f->demands.items[i];
        if (demand->coverage > 0 || f->terms->terms.items[demand->term].part_a != NO_TERM) {
            continue;
        }
        index = index == NULL ? match_index_new(f->conf) : index;
        struct match_profile profile = {.interests = common_surface(f, demand)};
        struct match_query *query = match_query_new(index, &profile, f->arena);
        struct match_options options = {.has_reasons = true};
        struct match_result result = {0};
        if (match_query_top(index, query, 1, &options, f->arena, &result) == 1 &&
            result.basis == MATCH_BY_WORDS) {
            demand->coverage = BY_SYNONYM;
            demand->best_session = result.session;
        }
    }
    match_index_free(index);
}

/* --- ideas --- */

/* Ties go by the term itself, so that the order of registration does not matter. */
struct ranked_demand {
    struct demand demand;
    const char *key;
};

static int by_demand(const void *a, const void *b)
{
    const struct ranked_demand *x = a;
    const struct ranked_demand *y = b;
    if (x->demand.people.n != y->demand.people.n) {
        return x->demand.people.n > y->demand.people.n ? -1 : 1;
    }
    return strcmp(x->key, y->key);
}

static void keep_unserved(struct finder *f)
{
    struct ranked_demand *ranked = arena_array(f->arena, f->demands.n + 1, sizeof *ranked);
    size_t n = 0;
    for (size_t i = 0; i < f->demands.n; i++) {
        const struct demand *demand = &f->demands.items[i];
        if (demand->coverage < SERVED) {
            ranked[n++] = (struct ranked_demand){*demand, f->terms->terms.items[demand->term].key};
        }
    }
    qsort(ranked, n, sizeof *ranked, by_demand);
    f->demands.n = n < MAX_TERMS ? n : MAX_TERMS;
    for (size_t i = 0; i < f->demands.n; i++) {
        f->demands.items[i] = ranked[i].demand;
    }
}

static size_t n_common(const struct demand *a, const struct demand *b)
{
    size_t n = 0;
    for (size_t i = 0, j = 0; i < a->people.n && j < b->people.n;) {
        int x = a->people.items[i];
        int y = b->people.items[j];
        n += x == y;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

static bool shares_word(const struct finder *f, uint32_t a, uint32_t b)
{
    const struct meet_term *t = &f->terms->terms.items[a];
    const struct meet_term *u = &f->terms->terms.items[b];
    bool t_in_u = t->part_a == NO_TERM && (u->part_a == a || u->part_b == a);
    bool u_in_t = u->part_a == NO_TERM && (t->part_a == b || t->part_b == b);
    return t_in_u || u_in_t;
}

static size_t root_of(const struct finder *f, size_t i)
{
    while (f->demands.items[i].cluster != i) {
        i = f->demands.items[i].cluster;
    }
    return i;
}

/* Single linkage; the demand with most people stands for the idea. */
static void cluster(struct finder *f)
{
    for (size_t i = 0; i < f->demands.n; i++) {
        struct demand *demand = &f->demands.items[i];
        demand->cluster = i;
        for (size_t j = 0; j < i; j++) {
            const struct demand *other = &f->demands.items[j];
            double overlap = (double)n_common(demand, other) / (double)demand->people.n;
            if (overlap >= OVERLAP || shares_word(f, demand->term, other->term)) {
                size_t a = root_of(f, i);
                size_t b = root_of(f, j);
                f->demands.items[a > b ? a : b].cluster = a < b ? a : b;
            }
        }
    }
}

/* A word that stands in a pair of the same idea is said with the pair. */
static bool is_said_by_pair(const struct finder *f, size_t i, size_t root)
{
    uint32_t term = f->demands.items[i].term;
    for (size_t j = 0; j < f->demands.n; j++) {
        const struct meet_term *t = &f->terms->terms.items[f->demands.items[j].term];
        if (root_of(f, j) == root && (t->part_a == term || t->part_b == term)) {
            return true;
        }
    }
    return false;
}

struct supporter {
    int person;
    int n_terms;
    bool works;
};

static int by_support(const void *a, const void *b)
{
    const struct supporter *x = a;
    const struct supporter *y = b;
    if (x->works != y->works) {
        return x->works ? -1 : 1;
    }
    if (x->n_terms != y->n_terms) {
        return x->n_terms > y->n_terms ? -1 : 1;
    }
    return x->person < y->person ? -1 : x->person > y->person;
}

static void add_leaders(struct finder *f, struct bof_idea *idea, const struct supporter *people,
                        size_t n, int n_terms)
{
    struct supporter *ranked = arena_memdup(f->arena, people, n * sizeof *people);
    qsort(ranked, n, sizeof *ranked, by_support);
    for (size_t i = 0; i < n; i++) {
        bool is_keen = n_terms > 1 ? 3 * ranked[i].n_terms >= 2 * n_terms
                                   : f->conf->persons.items[ranked[i].person].wants_introductions;
        if (ranked[i].works || is_keen) {
            *vec_add(f->arena, &idea->leaders) = ranked[i].person;
        }
    }
}

/* People by how many of the idea's terms they care about. */
static void add_people(struct finder *f, struct bof_idea *idea, size_t root)
{
    VEC(struct supporter) people = {0};
    int n_terms = 0;
    for (size_t j = root; j < f->demands.n; j++) {
        n_terms += root_of(f, j) == root;
    }
    for (size_t i = 0; i < f->conf->persons.n; i++) {
        struct supporter s = {.person = (int)i};
        for (size_t k = 0; k < f->terms->people[i].n; k++) {
            const struct meet_has *has = &f->terms->people[i].has[k];
            int demand = f->demand_of[has->term];
            if (demand >= 0 && root_of(f, (size_t)demand) == root) {
                s.n_terms += cares_strongly(has);
                s.works = s.works || (has->sides & MEET_WORKS) != 0;
            }
        }
        if (s.n_terms > 0) {
            *vec_add(f->arena, &people) = s;
            *vec_add(f->arena, &idea->people) = (int)i;
        }
    }
    if (people.n > 0) {
        add_leaders(f, idea, people.items, people.n, n_terms);
    }
}

static void add_idea(struct finder *f, size_t root, struct bof_ideas *ret)
{
    struct bof_idea *idea = vec_add(f->arena, &ret->items);
    double weight = 0;
    int n_shown = 0;
    idea->topic = "";
    idea->best_session = f->demands.items[root].best_session;
    for (size_t j = root; j < f->demands.n; j++) {
        const struct demand *demand = &f->demands.items[j];
        if (root_of(f, j) != root) {
            continue;
        }
        idea->coverage += demand->coverage * (double)demand->people.n;
        weight += (double)demand->people.n;
        if (n_shown < MAX_SHOWN && !is_said_by_pair(f, j, root)) {
            idea->topic = arena_printf(f->arena, "%s%s%s", idea->topic, n_shown > 0 ? ", " : "",
                                       common_surface(f, demand));
            n_shown++;
        }
    }
    idea->coverage /= weight;
    add_people(f, idea, root);
}

static int by_size(const void *a, const void *b)
{
    const struct bof_idea *x = a;
    const struct bof_idea *y = b;
    if (x->people.n != y->people.n) {
        return x->people.n > y->people.n ? -1 : 1;
    }
    return strcmp(x->topic, y->topic);
}

void bof_find(const struct conference *conf, const struct meet_terms *terms,
              const struct bof_options *options, struct arena *arena, struct bof_ideas *ret)
{
    int least = options->min_people > BOF_LEAST_PEOPLE ? options->min_people : BOF_LEAST_PEOPLE;
    size_t most = options->max_ideas > 0 ? (size_t)options->max_ideas : 10;
    struct finder f = {.conf = conf, .terms = terms, .arena = arena, .min_people = (size_t)least};
    *ret = (struct bof_ideas){0};
    gather_demands(&f);
    weigh_sessions(&f);
    weigh_synonyms(&f);
    keep_unserved(&f);
    for (size_t t = 0; t < terms->terms.n; t++) {
        f.demand_of[t] = -1;
    }
    for (size_t i = 0; i < f.demands.n; i++) {
        f.demand_of[f.demands.items[i].term] = (int)i;
    }
    cluster(&f);
    for (size_t i = 0; i < f.demands.n; i++) {
        if (f.demands.items[i].cluster == i) {
            add_idea(&f, i, ret);
        }
    }
    if (ret->items.n > 1) {
        qsort(ret->items.items, ret->items.n, sizeof *ret->items.items, by_size);
    }
    ret->items.n = ret->items.n < most ? ret->items.n : most;
}

size_t bof_sample(const struct bof_idea *idea, size_t most, int *ret_people)
{
    size_t n = idea->people.n < most ? idea->people.n : most;
    for (size_t i = 0; i < n; i++) {
        ret_people[i] = idea->people.items[i * idea->people.n / n];
    }
    return n;
}
