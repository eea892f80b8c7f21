#include "core/match/internal.h"
#include "core/text/tables.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define PHRASE_WORDS  ((int)(sizeof((struct match_phrase *)0)->words / sizeof(uint32_t)))
#define PASSAGE_WORDS 40
#define PASSAGES_SEEN                                                                              \
    128                  /* of one term: a term in more passages relates to nothing in particular */
#define RELATED_TO_TOP 4 /* a term in more than 1 / so many passages relates to nothing */

/* ---- acronyms ---- */

static bool is_short_form(const char *s, size_t n)
{
    size_t capitals = 0;
    size_t letters = 0;
    for (size_t i = 0; i < n; i++) {
        capitals += isupper((unsigned char)s[i]) != 0;
        letters += isalnum((unsigned char)s[i]) != 0;
    }
    return n >= 2 && n <= 12 && capitals >= 2 && letters >= 2;
}

/*
 * Where in text[from..to) the long form of the abbreviation starts; `to` when it is none. The
 * letters are matched from the right, the first one at the start of a word (Schwartz and Hearst
 * 2003, "A simple algorithm for identifying abbreviation definitions in biomedical text").
 */
static size_t long_form_start(const char *text, size_t from, size_t to, const char *abbreviation,
                              size_t n)
{
    size_t at = to;
    for (size_t s = n; s-- > 0;) {
        int c = tolower((unsigned char)abbreviation[s]);
        if (!isalnum(c)) {
            continue;
        }
        for (;;) {
            if (at == from) {
                return to;
            }
            at--;
            bool starts_word = at == from || !isalnum((unsigned char)text[at - 1]);
            if (tolower((unsigned char)text[at]) == c && (s > 0 || starts_word)) {
                break;
            }
        }
    }
    return at;
}

static void add_phrase(struct match_index *index, const uint32_t *words, int n, uint32_t short_term)
{
    for (size_t i = 0; i < index->phrases.n; i++) {
        const struct match_phrase *known = &index->phrases.items[i];
        if (known->short_term == short_term && known->n_words == n &&
            memcmp(known->words, words, (size_t)n * sizeof *words) == 0) {
            return;
        }
    }
    struct match_phrase *phrase = vec_add(index->arena, &index->phrases);
    memcpy(phrase->words, words, (size_t)n * sizeof *words);
    phrase->n_words = n;
    phrase->short_term = short_term;
}

/* The whole words of words[first..end) that start at or behind byte `from`. */
static int collect(const struct match_word *words, size_t first, size_t end, size_t from, size_t to,
                   uint32_t *ret)
{
    int n = 0;
    for (size_t i = first; i < end; i++) {
        if (words[i].is_part || words[i].start < from || words[i].start >= to) {
            continue;
        }
        if (n == PHRASE_WORDS) {
            return 0;
        }
        ret[n++] = words[i].term;
    }
    return n;
}

/* "Compute Express Link (CXL)": word i is the CXL. */
static void learn_behind(struct match_index *index, const char *text,
                         const struct match_word *words, size_t i)
{
    size_t length = words[i].length;
    size_t back = i;
    size_t max_words = length + 5 < 2 * length ? length + 5 : 2 * length;
    for (size_t n = 0; back > 0 && n < max_words + 6; back--, n++) {
        if (words[back - 1].piece != words[i].piece) {
            break;
        }
    }
    if (back == i) {
        return;
    }
    size_t to = words[i].start - 1;
    size_t from = words[back].start;
    for (size_t c = to; c > from; c--) {
        if (strchr("\n\r.;:()", text[c - 1]) != NULL) {
            from = c;
            break;
        }
    }
    size_t start = long_form_start(text, from, to, text + words[i].start, length);
    uint32_t terms[PHRASE_WORDS];
    int n = start < to ? collect(words, back, i, start, to, terms) : 0;
    if (n >= 2) {
        add_phrase(index, terms, n, words[i].term);
    }
}

/* "CXL (Compute Express Link)": word i is the CXL. */
static void learn_ahead(struct match_index *index, const char *text, const struct match_word *words,
                        size_t n_words, size_t i)
{
    size_t open = words[i].start + words[i].length + 1;
    size_t length = strcspn(text + open + 1, ")\n");
    if (text[open + 1 + length] != ')' || length > 100) {
        return;
    }
    size_t from = open + 1;
    size_t start =
        long_form_start(text, from, from + length, text + words[i].start, words[i].length);
    size_t end = i + 1;
    while (end < n_words && words[end].piece == words[i].piece &&
           words[end].start < from + length) {
        end++;
    }
    uint32_t terms[PHRASE_WORDS];
    int n = start == from ? collect(words, i + 1, end, from, from + length, terms) : 0;
    if (n >= 2) {
        add_phrase(index, terms, n, words[i].term);
    }
}

static void learn_acronyms(struct match_index *index, const struct match_doc *doc)
{
    const struct match_word *words = index->words.items + doc->first_word;
    for (size_t i = 0; i < doc->n_words; i++) {
        const char *text = index->pieces.items[doc->first_piece + words[i].piece].text;
        size_t start = words[i].start;
        size_t end = start + words[i].length;
        if (words[i].is_part || !is_short_form(text + start, words[i].length)) {
            continue;
        }
        if (start > 1 && text[start - 1] == '(') {
            learn_behind(index, text, words, i);
        } else if (text[end] == ' ' && text[end + 1] == '(') {
            learn_ahead(index, text, words, doc->n_words, i);
        }
    }
}

/* What everybody writes short and nobody explains. */
static void learn_common(struct match_index *index, struct arena *job)
{
    for (const struct text_abbreviation *row = text_abbreviations; row->short_form != NULL; row++) {
        struct text_tokens tokens = {0};
        text_read(row->long_form, strlen(row->long_form), 0, job, &tokens);
        uint32_t terms[PHRASE_WORDS];
        int n = 0;
        for (size_t i = 0; i < tokens.items.n && n < PHRASE_WORDS; i++) {
            terms[n] = match_term_of(index, tokens.items.items[i].fold);
            if (terms[n] == MATCH_NO_TERM) {
                break;
            }
            n++;
        }
        if (n > 0 && (size_t)n == tokens.items.n) {
            uint32_t form;
            add_phrase(index, terms, n, match_learn_term(index, row->short_form, 0, &form));
        }
    }
}

void match_learn_phrases(struct match_index *index)
{
    struct arena *job = arena_new();
    for (size_t d = 0; d < index->docs.n && index->phrases.n < 4096; d++) {
        learn_acronyms(index, &index->docs.items[d]);
    }
    learn_common(index, job);
    arena_free(job);
    size_t n_terms = index->terms.n + 1;
    index->phrase_heads = arena_array(index->arena, n_terms, sizeof(uint32_t));
    index->phrase_short = arena_array(index->arena, n_terms, sizeof(uint32_t));
    index->phrase_next = arena_array(index->arena, index->phrases.n + 1, sizeof(uint32_t));
    index->n_phrase_terms = index->terms.n;
    for (size_t i = index->phrases.n; i-- > 0;) {
        const struct match_phrase *phrase = &index->phrases.items[i];
        index->phrase_next[i] = index->phrase_heads[phrase->words[0]];
        index->phrase_heads[phrase->words[0]] = (uint32_t)i + 1;
        index->phrase_short[phrase->short_term] = (uint32_t)i + 1;
    }
}

uint32_t match_phrase_at(const struct match_index *index, const uint32_t *terms, size_t n,
                         size_t at, int *ret_n_words)
{
    uint32_t best = MATCH_NO_TERM;
    *ret_n_words = 0;
    if (terms[at] >= index->n_phrase_terms) {
        return best;
    }
    for (uint32_t p = index->phrase_heads[terms[at]]; p != 0; p = index->phrase_next[p - 1]) {
        const struct match_phrase *phrase = &index->phrases.items[p - 1];
        size_t length = (size_t)phrase->n_words;
        if (phrase->n_words > *ret_n_words && length <= n - at &&
            memcmp(phrase->words, terms + at, length * sizeof *terms) == 0) {
            best = phrase->short_term;
            *ret_n_words = phrase->n_words;
        }
    }
    return best;
}

/* ---- relations ---- */

/* Passages are some lines of one text: words in one passage have to do with one another. */
struct passages {
    struct arena *arena;
    size_t n;
    VEC(uint32_t) words; /* distinct terms, passage by passage */
    VEC(size_t) first;   /* by passage, and one more */
    uint32_t *counts;    /* by term: passages that have it */
    size_t *lists_first; /* by term */
    uint32_t *lists;     /* passages by term */
};

static void end_passage(struct passages *p, size_t begin)
{
    if (p->words.n > begin) {
        *vec_add(p->arena, &p->first) = p->words.n;
        p->n++;
    }
}

static void cut_passages(const struct match_index *index, struct passages *p)
{
    uint32_t *seen = arena_array(p->arena, index->terms.n + 1, sizeof *seen);
    *vec_add(p->arena, &p->first) = 0;
    for (size_t d = 0; d < index->docs.n; d++) {
        const struct match_doc *doc = &index->docs.items[d];
        const struct match_word *words = index->words.items + doc->first_word;
        size_t begin = p->words.n;
        for (size_t i = 0; i < doc->n_words; i++) {
            size_t n = p->words.n - begin;
            bool is_new_piece = i > 0 && words[i].piece != words[i - 1].piece;
            bool joins_title = is_new_piece && words[i - 1].piece == 0;
            if ((is_new_piece && !joins_title) || n >= PASSAGE_WORDS ||
                (n >= PASSAGE_WORDS / 2 && words[i].starts_break)) {
                end_passage(p, begin);
                begin = p->words.n;
            }
            if (!words[i].is_stop && seen[words[i].term] != p->n + 1) {
                seen[words[i].term] = (uint32_t)p->n + 1;
                *vec_add(p->arena, &p->words) = words[i].term;
            }
        }
        end_passage(p, begin);
    }
}

static void list_passages(const struct match_index *index, struct passages *p)
{
    p->counts = arena_array(p->arena, index->terms.n + 1, sizeof *p->counts);
    p->lists_first = arena_array(p->arena, index->terms.n + 1, sizeof *p->lists_first);
    p->lists = arena_array(p->arena, p->words.n + 1, sizeof *p->lists);
    for (size_t i = 0; i < p->words.n; i++) {
        p->counts[p->words.items[i]]++;
    }
    for (size_t t = 0; t < index->terms.n; t++) {
        p->lists_first[t + 1] = p->lists_first[t] + p->counts[t];
        p->counts[t] = 0;
    }
    for (size_t i = 0; i < p->n; i++) {
        for (size_t at = p->first.items[i]; at < p->first.items[i + 1]; at++) {
            uint32_t term = p->words.items[at];
            p->lists[p->lists_first[term] + p->counts[term]++] = (uint32_t)i;
        }
    }
}

static void keep_relation(struct match_relation *list, uint32_t term, float weight)
{
    int at = MATCH_RELATED;
    while (at > 0 && (list[at - 1].weight < weight)) {
        at--;
    }
    if (at == MATCH_RELATED) {
        return;
    }
    memmove(list + at + 1, list + at, (size_t)(MATCH_RELATED - 1 - at) * sizeof *list);
    list[at] = (struct match_relation){.term = term, .weight = weight};
}

/* Normalised pointwise mutual information, discounted where it rests on few passages (Bouma 2009;
 * the discount after Pantel and Lin 2002). */
static double relation(double both, double a, double b, double n)
{
    double pmi = log(both * n / (a * b));
    if (pmi <= 0) {
        return 0;
    }
    double least = a < b ? a : b;
    return pmi / -log(both / n) * (both / (both + 1)) * (least / (least + 1));
}

static void relate_term(struct match_index *index, const struct passages *p, uint32_t term,
                        uint32_t *counts, uint32_t *touched)
{
    size_t n_touched = 0;
    for (size_t i = p->lists_first[term]; i < p->lists_first[term + 1]; i++) {
        uint32_t passage = p->lists[i];
        for (size_t at = p->first.items[passage]; at < p->first.items[passage + 1]; at++) {
            uint32_t other = p->words.items[at];
            if (counts[other]++ == 0) {
                touched[n_touched++] = other;
            }
        }
    }
    struct match_relation *list = index->related + (size_t)term * MATCH_RELATED;
    for (size_t i = 0; i < n_touched; i++) {
        uint32_t other = touched[i];
        /* Meeting once is chance for ordinary words; names of things are where they belong. */
        bool is_chance = counts[other] < 2 && !index->terms.items[other].is_technical;
        if (other != term && !is_chance && p->counts[other] * RELATED_TO_TOP <= p->n) {
            double weight =
                relation(counts[other], p->counts[term], p->counts[other], (double)p->n);
            if (weight > 0.15) {
                keep_relation(list, other, (float)weight);
            }
        }
        counts[other] = 0;
    }
}

void match_learn_relations(struct match_index *index, struct arena *job)
{
    index->related = arena_array(index->arena, (index->n_phrase_terms + 1) * MATCH_RELATED,
                                 sizeof *index->related);
    struct passages p = {.arena = job};
    cut_passages(index, &p);
    list_passages(index, &p);
    uint32_t *counts = arena_array(job, index->terms.n + 1, sizeof *counts);
    uint32_t *touched = arena_array(job, index->terms.n + 1, sizeof *touched);
    for (uint32_t t = 0; t < index->n_phrase_terms; t++) {
        if (p.counts[t] > 0 && p.counts[t] <= PASSAGES_SEEN &&
            p.counts[t] * RELATED_TO_TOP <= p.n) {
            relate_term(index, &p, t, counts, touched);
        }
    }
}
