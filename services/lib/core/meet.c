#include "core/meet.h"

#include "base/str.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_EACH    8
#define LOOKED_AT   48   /* people of one term that one person is compared with */
#define SHARED      64   /* terms of a pair that are looked at */
#define TOPICS      3    /* terms that count for a pair, the best ones */
#define WEAK        0.3  /* of a term that says nothing by itself */
#define ONE_WORKS   1.5  /* asking the one who knows is worth more than a shared interest */
#define BOTH_WORK   0.6  /* and those who work on the same often know one another */
#define LEAST_SCORE 0.25 /* below it nobody is bothered */
#define MAX_SHOWN   2    /* topics in a sentence */
#define ROUNDED     1e6  /* scores have six digits: equal ones then compare as equal */
#define SPEAKERS    200  /* of one session or track that are known to know one another */

static const char *const link_names[] = {"both_care", "one_works", "both_work"};

const char *meet_link_name(enum meet_link link)
{
    return link_names[link];
}

int meet_link_parse(const char *text)
{
    for (int i = 0; i <= MEET_BOTH_WORK; i++) {
        if (strcmp(link_names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

const char *meet_about_b(enum meet_link link, const char *topics_a, struct arena *arena)
{
    switch (link) {
    case MEET_BOTH_CARE: return arena_printf(arena, "cares about %s, as you do", topics_a);
    case MEET_ONE_WORKS: return arena_printf(arena, "works on %s, which you care about", topics_a);
    case MEET_BOTH_WORK: return arena_printf(arena, "works on %s, as you do", topics_a);
    }
    return "";
}

const char *meet_about_a(enum meet_link link, const char *topics_b, struct arena *arena)
{
    return link == MEET_ONE_WORKS
               ? arena_printf(arena, "cares about %s, which you work on", topics_b)
               : meet_about_b(link, topics_b, arena);
}

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

/* --- scores --- */

/* A term that two people share. */
struct shared {
    uint32_t term;
    double value;
    bool is_reason; /* strong in both and rare: enough to introduce people for */
    enum meet_link link;
    bool is_swapped;   /* MEET_ONE_WORKS: the first one works on it */
    struct meet_has x; /* as the first one has it */
    struct meet_has y;
};

static struct shared share(const struct meet_terms *terms, const struct meet_has *x,
                           const struct meet_has *y)
{
    struct shared s = {.term = x->term, .x = *x, .y = *y};
    bool x_asks = (x->sides & MEET_CARES) != 0 && (y->sides & MEET_WORKS) != 0;
    bool y_asks = (y->sides & MEET_CARES) != 0 && (x->sides & MEET_WORKS) != 0;
    bool both_care = (x->sides & y->sides & MEET_CARES) != 0;
    double factor = 1;
    if (x_asks != y_asks) {
        s.link = MEET_ONE_WORKS;
        s.is_swapped = y_asks;
        factor = ONE_WORKS;
    } else if (!both_care) {
        s.link = MEET_BOTH_WORK;
        factor = BOTH_WORK;
    }
    s.is_reason = x->is_strong && y->is_strong && meet_is_rare(terms, x->term);
    double value =
        meet_idf(terms, x->term) * factor * (x->is_strong ? 1 : WEAK) * (y->is_strong ? 1 : WEAK);
    s.value = round(value * ROUNDED) / ROUNDED;
    return s;
}

static int better_shared(const void *a, const void *b)
{
    const struct shared *x = a;
    const struct shared *y = b;
    if (x->is_reason != y->is_reason) {
        return x->is_reason ? -1 : 1;
    }
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return x->term < y->term ? -1 : x->term > y->term;
}

/* All that they share, the best first; of more than SHARED terms the first ones. */
static size_t gather_shared(const struct meet_terms *terms, int x, int y, struct shared all[SHARED])
{
    const struct meet_person *p = &terms->people[x];
    const struct meet_person *q = &terms->people[y];
    size_t n = 0;
    for (size_t i = 0, j = 0; i < p->n && j < q->n && n < SHARED;) {
        if (p->has[i].term == q->has[j].term) {
            all[n++] = share(terms, &p->has[i++], &q->has[j++]);
        } else {
            *(p->has[i].term < q->has[j].term ? &i : &j) += 1;
        }
    }
    qsort(all, n, sizeof *all, better_shared);
    return n;
}

/* Is one of the terms the other, a word of it, or a pair that shares a word with it? */
static bool is_related(const struct meet_terms *terms, uint32_t a, uint32_t b)
{
    const struct meet_term *t = &terms->terms.items[a];
    const struct meet_term *u = &terms->terms.items[b];
    bool is_word_of = u->part_a == a || u->part_b == a || t->part_a == b || t->part_b == b;
    bool is_pair = t->part_a != UINT32_MAX && u->part_a != UINT32_MAX;
    return is_word_of || (is_pair && (t->part_a == u->part_a || t->part_a == u->part_b ||
                                      t->part_b == u->part_a || t->part_b == u->part_b));
}

/* "from" in "freedom from interference" holds a topic together; "and" does not. */
static bool is_joint(const char *text, size_t n)
{
    static const char *const joints[] = {" from ", " of ", " for ",  " in ",
                                         " on ",   " to ", " with ", " without "};
    for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
        if (strlen(joints[i]) == n && strncasecmp(joints[i], text, n) == 0) {
            return true;
        }
    }
    return false;
}

/* Do both stand in one piece of the text? */
static bool touches(const struct meet_has *a, const struct meet_has *b)
{
    const struct meet_has *first = a->start <= b->start ? a : b;
    const struct meet_has *second = first == a ? b : a;
    return a->text == b->text && (second->start <= first->end ||
                                  is_joint(a->text + first->end, second->start - first->end));
}

static void widen(struct meet_has *has, const struct meet_has *by)
{
    has->start = by->start < has->start ? by->start : has->start;
    has->end = by->end > has->end ? by->end : has->end;
}

/* What has grown may have reached another one: that is said with it. */
static size_t without_doubles(struct shared best[TOPICS], size_t n)
{
    size_t kept = n > 0 ? 1 : 0;
    for (size_t i = 1; i < n; i++) {
        size_t k = 0;
        while (k < kept && !(touches(&best[i].x, &best[k].x) && touches(&best[i].y, &best[k].y))) {
            k++;
        }
        if (k == kept) {
            best[kept++] = best[i];
        }
    }
    return kept;
}

/* The best few; what overlaps with a better one counts once, and makes its wording longer where
 * both wrote it in one piece: "idle CPU" and "CPU selection" are "idle CPU selection". */
static size_t best_shared(const struct meet_terms *terms, int x, int y, struct shared best[TOPICS])
{
    struct shared all[SHARED];
    size_t n_all = gather_shared(terms, x, y, all);
    size_t n = 0;
    for (size_t i = 0; i < n_all; i++) {
        size_t k = 0;
        bool is_one = false;
        for (; k < n; k++) {
            is_one = touches(&all[i].x, &best[k].x) && touches(&all[i].y, &best[k].y);
            if (is_one || is_related(terms, all[i].term, best[k].term)) {
                break;
            }
        }
        if (k == n && n < TOPICS) {
            best[n++] = all[i];
        } else if (k < n && is_one && all[i].is_reason) {
            widen(&best[k].x, &all[i].x);
            widen(&best[k].y, &all[i].y);
        }
    }
    return without_doubles(best, n);
}

static const char *surface(const struct meet_has *has, struct arena *arena)
{
    return arena_strndup(arena, has->text + has->start, has->end - has->start);
}

static const char *topics(const struct shared *best, size_t n, bool is_x, struct arena *arena)
{
    const char *text = surface(is_x ? &best[0].x : &best[0].y, arena);
    for (size_t i = 1; i < n && i < MAX_SHOWN; i++) {
        bool is_same = best[i].link == best[0].link && best[i].is_swapped == best[0].is_swapped;
        if (best[i].is_reason && is_same) {
            text = arena_printf(arena, "%s and %s", text,
                                surface(is_x ? &best[i].x : &best[i].y, arena));
        }
    }
    return text;
}

/* false when they share nothing that is worth a meeting. The topics are put into words later: few
 * pairs are kept. */
static bool make_pair(const struct finder *f, int x, int y, struct meet_pair *ret)
{
    struct shared best[TOPICS];
    size_t n = best_shared(f->terms, x, y, best);
    double score = 0;
    for (size_t i = 0; i < n; i++) {
        score += best[i].value;
    }
    if (n == 0 || !best[0].is_reason || score < LEAST_SCORE) {
        return false;
    }
    bool is_swapped = best[0].link == MEET_ONE_WORKS && best[0].is_swapped;
    *ret = (struct meet_pair){.a = is_swapped ? y : x,
                              .b = is_swapped ? x : y,
                              .score = round(score * ROUNDED) / ROUNDED,
                              .link = best[0].link};
    return true;
}

static void add_topics(const struct finder *f, struct meet_pair *pair)
{
    struct shared best[TOPICS];
    size_t n = best_shared(f->terms, pair->a, pair->b, best);
    pair->topics_a = topics(best, n, true, f->arena);
    pair->topics_b = topics(best, n, false, f->arena);
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
        make_pair(f, first, person + other - first, &pair)) {
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
            add_topics(f, &mine->pairs.items[i]);
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
