/* What two people share: what it is worth, and in whose words. */
#include "core/meet/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SHARED      64   /* terms of a pair that are looked at */
#define TOPICS      3    /* terms that count for a pair, the best ones */
#define WEAK        0.3  /* of a term that says nothing by itself */
#define ONE_WORKS   1.5  /* asking the one who knows is worth more than a shared interest */
#define BOTH_WORK   0.6  /* and those who work on the same often know one another */
#define LEAST_SCORE 0.25 /* below it nobody is bothered */
#define MAX_SHOWN   2    /* topics in a sentence */
#define ROUNDED     1e6  /* scores have six digits: equal ones then compare as equal */

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

bool meet_pair_make(const struct meet_terms *terms, int x, int y, struct meet_pair *ret)
{
    struct shared best[TOPICS];
    size_t n = best_shared(terms, x, y, best);
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

void meet_pair_word(const struct meet_terms *terms, struct meet_pair *pair, struct arena *arena)
{
    struct shared best[TOPICS];
    size_t n = best_shared(terms, pair->a, pair->b, best);
    pair->topics_a = topics(best, n, true, arena);
    pair->topics_b = topics(best, n, false, arena);
}
