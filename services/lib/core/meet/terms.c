#include "core/meet/terms.h"

#include "base/str.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES  4096 /* read of one person's interests */
#define TEXT_TOKENS 600
#define NO_TERM     UINT32_MAX

/* One text that is read for a person; person -1 only teaches the programme's words. */
struct reading {
    const char *text;
    enum meet_side side;
    int person;
};

struct builder {
    const struct conference *conf;
    struct arena *arena;
    struct arena *job; /* for one person's text */
    struct text_stemmers *stemmers;
    int language;
    struct meet_terms *terms;
    struct has_list {
        VEC(struct meet_has) items;
    } * lists; /* one per person */
};

/* Words of how and of what sort, which people put around what they care about. */
static const char generic_words[] =
    " anything attend backport bof bofs care community curious debug debugging "
    "development driver drivers embedded everything fix fixes future general hacking "
    "hear improvement improvements interest interested interesting issue issues kernel "
    "kernels know learn learning like linux living lts maintain maintainer maintainers "
    "maintaining mc microconference mostly new news old open patch patches people "
    "problem problems project session sessions small software source state status stuff "
    "support system systems talk talks thing things topic topics track tree update "
    "updates upstream use user users using work working works would ";

static bool is_generic(const char *fold)
{
    char word[TEXT_WORD_MAX + 3];
    (void)snprintf(word, sizeof word, " %s ", fold);
    return strstr(generic_words, word) != NULL;
}

static uint32_t term_of(struct builder *b, const char *key)
{
    bool is_new = false;
    int64_t *at = strmap_at(&b->terms->by_key, b->arena, key, (int64_t)b->terms->terms.n, &is_new);
    uint32_t term = (uint32_t)*at;
    if (is_new) {
        *vec_add(b->arena, &b->terms->terms) = (struct meet_term){
            .key = arena_strdup(b->arena, key), .part_a = NO_TERM, .part_b = NO_TERM};
    }
    return term;
}

static uint32_t word_term(struct builder *b, const struct text_token *token)
{
    return term_of(b, text_stem(b->stemmers, b->language, token->fold));
}

static uint32_t pair_term(struct builder *b, uint32_t first, uint32_t second)
{
    const char *key = arena_printf(b->job, "%s %s", b->terms->terms.items[first].key,
                                   b->terms->terms.items[second].key);
    uint32_t term = term_of(b, key);
    b->terms->terms.items[term].part_a = first;
    b->terms->terms.items[term].part_b = second;
    return term;
}

static void has(struct builder *b, const struct reading *r, uint32_t term, bool is_strong,
                uint32_t start, uint32_t end)
{
    if (r->person < 0) {
        b->terms->terms.items[term].is_in_programme = true;
        return;
    }
    *vec_add(b->arena, &b->lists[r->person].items) =
        (struct meet_has){term, r->side, is_strong, start, end, r->text};
}

/* A run of words that no stop word and no punctuation interrupts. */
struct run {
    const struct text_token *tokens[TEXT_TOKENS];
    uint32_t terms[TEXT_TOKENS];
    size_t n;
    bool starts_alone; /* punctuation or the text's edge before it */
};

/* ends_alone: punctuation or the text's edge behind it. One word between two commas was written
 * for itself; one in a sentence counts when the programme uses it, or when it is technical. */
static void close_run(struct builder *b, const struct reading *r, struct run *run, bool ends_alone)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct text_token *token = run->tokens[i];
        uint32_t term = run->terms[i];
        bool is_alone = run->n == 1 && ((run->starts_alone && ends_alone) ||
                                        b->terms->terms.items[term].is_in_programme);
        bool is_strong = !is_generic(token->fold) && (is_alone || token->is_acronym);
        has(b, r, term, is_strong, token->start, token->end);
        const struct text_token *next = i + 1 < run->n ? run->tokens[i + 1] : NULL;
        if (next != NULL) {
            bool is_telling = !is_generic(token->fold) && !is_generic(next->fold);
            has(b, r, pair_term(b, term, run->terms[i + 1]), is_telling, token->start, next->end);
        }
    }
    run->n = 0;
}

static void read_text(struct builder *b, const struct reading *r)
{
    struct text_tokens tokens = {0};
    struct run *run = arena_alloc(b->job, sizeof *run);
    text_read(r->text, utf8_cut(r->text, strlen(r->text), TEXT_BYTES), TEXT_TOKENS, b->job,
              &tokens);
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        if (token->kind == TEXT_PART) {
            continue;
        }
        if (token->starts_break || token->is_stop) {
            close_run(b, r, run, token->starts_break);
        }
        if (token->is_stop) {
            run->starts_alone = false;
            continue;
        }
        run->starts_alone = run->n == 0 ? token->starts_break || i == 0 : run->starts_alone;
        run->tokens[run->n] = token;
        run->terms[run->n++] = word_term(b, token);
    }
    close_run(b, r, run, true);
    arena_reset(b->job);
}

/* --- what is read --- */

static void read_programme(struct builder *b)
{
    for (size_t i = 0; i < b->conf->sessions.n; i++) {
        const struct session *s = &b->conf->sessions.items[i];
        const char *const texts[] = {s->title, s->tags, s->abstract};
        for (size_t t = 0; t < 3 && s->kind != SESSION_BREAK && !s->is_cancelled; t++) {
            read_text(b, &(struct reading){texts[t], MEET_WORKS, -1});
        }
    }
    for (size_t i = 0; i < b->conf->tracks.n; i++) {
        const struct track *track = &b->conf->tracks.items[i];
        read_text(b, &(struct reading){track->title, MEET_WORKS, -1});
        read_text(b, &(struct reading){track->description, MEET_WORKS, -1});
    }
}

static void read_interests(struct builder *b)
{
    for (size_t i = 0; i < b->conf->registrants.n; i++) {
        const struct registrant *registrant = &b->conf->registrants.items[i];
        if (registrant->person >= 0 && registrant->status == REGISTRATION_CONFIRMED) {
            read_text(b, &(struct reading){registrant->interests, MEET_CARES, registrant->person});
        }
    }
}

static void read_work(struct builder *b)
{
    for (size_t i = 0; i < b->conf->mentions.n; i++) {
        const struct mention *mention = &b->conf->mentions.items[i];
        if (mention->person < 0 || !b->terms->is_attending[mention->person]) {
            continue;
        }
        const char *title = mention->session >= 0 ? b->conf->sessions.items[mention->session].title
                            : mention->track >= 0 ? b->conf->tracks.items[mention->track].title
                                                  : "";
        read_text(b, &(struct reading){title, MEET_WORKS, mention->person});
        read_text(b, &(struct reading){mention->topic, MEET_WORKS, mention->person});
    }
}

/* --- what comes of it --- */

static int by_term(const void *a, const void *b)
{
    const struct meet_has *x = a;
    const struct meet_has *y = b;
    if (x->term != y->term) {
        return x->term < y->term ? -1 : 1;
    }
    if (x->is_strong != y->is_strong) { /* the surface that says something comes first */
        return x->is_strong ? -1 : 1;
    }
    if (x->sides != y->sides) { /* the person's own words before the programme's */
        return x->sides < y->sides ? -1 : 1;
    }
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Each term once, with all that was said of it. */
static void merge(struct meet_person *person, struct meet_terms *terms)
{
    size_t kept = 0;
    if (person->n > 1) {
        qsort(person->has, person->n, sizeof *person->has, by_term);
    }
    for (size_t i = 0; i < person->n; i++) {
        if (kept > 0 && person->has[kept - 1].term == person->has[i].term) {
            person->has[kept - 1].sides |= person->has[i].sides;
        } else {
            person->has[kept++] = person->has[i];
        }
    }
    person->n = kept;
    for (size_t i = 0; i < kept; i++) {
        terms->terms.items[person->has[i].term].df += person->has[i].is_strong;
    }
}

static void find_attending(const struct conference *conf, struct arena *arena,
                           struct meet_terms *terms)
{
    terms->is_attending = arena_array(arena, conf->persons.n + 1, sizeof *terms->is_attending);
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person >= 0 && registrant->status == REGISTRATION_CONFIRMED) {
            terms->n_attending += !terms->is_attending[registrant->person];
            terms->is_attending[registrant->person] = true;
        }
    }
}

void meet_terms_build(const struct conference *conf, struct arena *arena, struct meet_terms *ret)
{
    *ret = (struct meet_terms){0};
    struct builder b = {.conf = conf,
                        .arena = arena,
                        .job = arena_new(),
                        .stemmers = text_stemmers_new(),
                        .language = text_language("en"),
                        .terms = ret};
    b.lists = arena_array(arena, conf->persons.n + 1, sizeof *b.lists);
    ret->people = arena_array(arena, conf->persons.n + 1, sizeof *ret->people);
    find_attending(conf, arena, ret);
    read_programme(&b); /* first: what it says decides which words count */
    read_interests(&b);
    read_work(&b);
    for (size_t i = 0; i < conf->persons.n; i++) {
        ret->people[i] = (struct meet_person){b.lists[i].items.items, b.lists[i].items.n};
        merge(&ret->people[i], ret);
    }
    text_stemmers_free(b.stemmers);
    arena_free(b.job);
}

double meet_idf(const struct meet_terms *terms, uint32_t term)
{
    double n = (double)terms->n_attending + 1;
    double df = (double)terms->terms.items[term].df;
    return df < 1 ? 0 : log(n / df) / log(n);
}

bool meet_is_rare(const struct meet_terms *terms, uint32_t term)
{
    return terms->terms.items[term].df <= 2 + terms->n_attending / 20;
}
