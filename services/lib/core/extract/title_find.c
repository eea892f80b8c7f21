/* Titles out of the text, where no heading gives one: "The X microconference ...", "X MC", "a
 * microconference on X", "X is ...". */
#include "core/extract/title.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TITLE_MAX  120
#define SCAN_LINES 300 /* of a section that are read for its title */
#define CANDIDATES 48
#define FIRST_MAX  90 /* bytes of a first line that is a heading */

struct candidate {
    const char *title;
    double weight;
};

struct candidates {
    struct candidate items[CANDIDATES];
    size_t n;
    struct arena *arena;
};

static void vote(struct candidates *c, const char *title, double weight)
{
    size_t n = strlen(title);
    if (n < 2 || n > TITLE_MAX) {
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        if (str_equal_nocase(c->items[i].title, title)) {
            c->items[i].weight += weight;
            return;
        }
    }
    if (c->n < CANDIDATES) {
        c->items[c->n++] = (struct candidate){title, weight};
    }
}

static bool has_bit(struct title_words *w, size_t i, unsigned bit)
{
    return title_has(w, i, bit);
}

static bool is_sentence_break(struct span word)
{
    char last = word.n > 0 ? word.p[word.n - 1] : '.';
    return last == '.' || last == ',' || last == ';' || last == ':' || last == '!' || last == '?' ||
           (word.n <= 3 && word.n > 0 && (word.p[0] == '-' || (unsigned char)word.p[0] == 0xE2));
}

static bool is_capital(struct span word)
{
    word = title_bare(word);
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        if (isupper(c) || isdigit(c) || c == '_' || c >= 0x80) {
            return true;
        }
    }
    return false;
}

/* "The X microconference": words [from, at) behind a determiner. */
static void vote_before(struct candidates *c, struct title_words *w, size_t at, double boost)
{
    size_t from = at;
    size_t n_lower = 0;
    bool is_empty = false;
    while (from > 0 && at - from < 9) {
        struct span word = w->items[from - 1];
        if (has_bit(w, from - 1, TITLE_DETERMINER) || is_sentence_break(word)) {
            break;
        }
        bool is_plain = !is_capital(word) && !has_bit(w, from - 1, TITLE_CONNECTOR);
        n_lower += is_plain ? 1 : 0;
        is_empty = is_empty || (is_plain && has_bit(w, from - 1, TITLE_EMPTY));
        from--;
    }
    bool has_determiner = from > 0 && has_bit(w, from - 1, TITLE_DETERMINER);
    bool is_at_start =
        from == 1 && has_determiner && span_equal_nocase(title_bare(w->items[0]), "the");
    if (!has_determiner || n_lower > 0) {
        /* the run of capitals right before it */
        size_t run = at;
        while (run > from &&
               (is_capital(w->items[run - 1]) || has_bit(w, run - 1, TITLE_CONNECTOR))) {
            run--;
        }
        if (run < at || !has_determiner || is_empty || n_lower > 3) {
            from = run;
            n_lower = 0;
        }
    }
    if (from == at) {
        return;
    }
    double weight = is_at_start ? 30.0 : has_determiner && n_lower == 0 ? 4.0 : 3.0;
    bool is_quoted =
        strchr("\"'", w->items[from].p[0]) != NULL ||
        memcmp(w->items[from].p, "“", w->items[from].n < 3 ? w->items[from].n : 3) == 0;
    weight += is_quoted ? 8.0 : 0.0;
    vote(c, title_join(w, from, at, c->arena), weight * boost);
}

/* "a microconference on X as ...": X up to what is no longer its name. */
static void vote_behind(struct candidates *c, struct title_words *w, size_t i, double boost)
{
    if (i >= w->n || !has_bit(w, i, TITLE_OPENER) || is_sentence_break(w->items[i - 1])) {
        return;
    }
    size_t from = i + 1;
    while (from < w->n && (has_bit(w, from, TITLE_OPENER | TITLE_DETERMINER) ||
                           span_equal_nocase(w->items[from], "to"))) {
        from++;
    }
    size_t to = from;
    while (to < w->n && to - from < 8 && !has_bit(w, to, TITLE_STOP)) {
        to++;
        if (is_sentence_break(w->items[to - 1])) {
            break;
        }
    }
    bool is_name = to > from && is_capital(w->items[from]);
    vote(c, title_join(w, from, to, c->arena), (is_name ? 5.0 : 2.5) * boost);
}

static void vote_sentences(struct candidates *c, struct span text, bool is_first)
{
    text.n = text.n < TITLE_LINE_MAX ? text.n : TITLE_LINE_MAX;
    bool is_line_start = true;
    while (text.n > 0) {
        struct title_words w;
        title_words_split(text, &w);
        for (size_t i = 0; i < w.n; i++) {
            size_t n = title_mc_words(&w, i);
            if (n == 0) {
                continue;
            }
            double boost = is_first && is_line_start ? 2.0 : 1.0;
            vote_before(c, &w, i, boost);
            vote_behind(c, &w, i + n, boost);
        }
        if (w.n < TITLE_WORDS) {
            break;
        }
        const char *next = w.items[w.n - 10].p; /* windows overlap: a name is never cut */
        text = (struct span){next, text.n - (size_t)(next - text.p)};
        is_line_start = false;
    }
}

/* "Live Update is a ...": what the first sentence is about. */
static void vote_subject(struct candidates *c, struct span text)
{
    struct title_words w;
    title_words_split(text, &w);
    size_t i = 0;
    while (i < w.n && i < 8 && !has_bit(&w, i, TITLE_VERB) && !is_sentence_break(w.items[i])) {
        i++;
    }
    bool has_article = w.n > 0 && has_bit(&w, 0, TITLE_DETERMINER);
    bool is_subject = i > 0 && i < w.n && i <= 6 && has_bit(&w, i, TITLE_VERB) &&
                      !has_bit(&w, 0, TITLE_CONNECTOR);
    if (!is_subject || has_bit(&w, 0, TITLE_PRONOUN)) {
        return;
    }
    char *title = title_join(&w, 0, i, c->arena);
    char *mark = strchr(title, '[');
    if (mark != NULL) {
        *mark = '\0';
    }
    vote(c, title, has_article ? 1.0 : 3.0);
}

/* Do w[k] and w[k + 1] read as a subject? */
static bool is_pair(struct title_words *w, size_t k)
{
    struct span a = w->items[k];
    struct span b = title_bare(w->items[k + 1]);
    unsigned no_first = TITLE_EMPTY | TITLE_DETERMINER | TITLE_CONNECTOR;
    return title_bare(a).n == a.n && a.n > 3 && b.n > 3 && a.n + b.n < 60 &&
           isalpha((unsigned char)a.p[0]) && isalpha((unsigned char)b.p[0]) &&
           title_mc_words(w, k + 1) == 0 && title_mc_words(w, k) == 0 && !has_bit(w, k, no_first) &&
           !has_bit(w, k + 1, TITLE_EMPTY) && !title_is_trimming(w, k) &&
           !title_is_trimming(w, k + 1);
}

struct pairs {
    struct strmap counts;
    struct arena *arena;
    const char *best;
    int64_t best_n;
};

static void count_pair(struct pairs *pairs, struct span a, struct span b)
{
    char key[128];
    char *text = arena_printf(pairs->arena, "%.*s %.*s", (int)a.n, a.p, (int)b.n, b.p);
    (void)fold_word(span_of(text), key, sizeof key);
    int64_t *count = strmap_at(&pairs->counts, pairs->arena, key, 0, NULL);
    if (++*count > pairs->best_n && !str_starts(key, "linux kernel")) {
        pairs->best_n = *count;
        pairs->best = text;
    }
}

/* The pair of words that the text repeats most: what it is about when nothing says so. */
static void vote_frequent(struct candidates *c, const struct doc *doc, size_t first, size_t end)
{
    struct pairs pairs = {.arena = c->arena, .best_n = 3};
    size_t n_words = 0;
    for (size_t i = first; i < end && n_words < 5000; i++) {
        const struct line *line = &doc->lines[i];
        struct title_words w;
        title_words_split((struct span){line->text, line->len < 2000 ? line->len : 2000}, &w);
        for (size_t k = 0; k + 1 < w.n; k++, n_words++) {
            if (is_pair(&w, k)) {
                count_pair(&pairs, w.items[k], title_bare(w.items[k + 1]));
            }
        }
    }
    if (pairs.best == NULL) {
        return;
    }
    char *title = arena_strdup(c->arena, pairs.best);
    for (size_t i = 0; title[i] != '\0'; i++) {
        bool is_start = i == 0 || title[i - 1] == ' ';
        title[i] = is_start ? (char)toupper((unsigned char)title[i]) : title[i];
    }
    vote(c, title, 0.7 * (double)pairs.best_n);
}

/* Line i with the one that it wraps on: a name may be cut by the end of the line. */
static struct span text_at(const struct doc *doc, size_t i, size_t stop, struct arena *arena)
{
    const struct line *line = &doc->lines[i];
    const struct line *next = i + 1 < stop ? line + 1 : NULL;
    bool wraps = next != NULL && (next->flags & (LINE_AFTER_BLANK | LINE_SKIP)) == 0 &&
                 next->mark == MARK_NONE && line->len > 40 && line->len < 200;
    return wraps ? span_of(arena_printf(arena, "%s %.*s", line->text, 200, next->text))
                 : (struct span){line->text, line->len};
}

static void vote_lines(struct candidates *c, const struct doc *doc, size_t first, size_t stop)
{
    size_t n_text = 0;
    for (size_t i = first; i < stop; i++) {
        const struct line *line = &doc->lines[i];
        if ((line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE)) != 0) {
            continue;
        }
        struct span text = text_at(doc, i, stop, c->arena);
        vote_sentences(c, text, n_text == 0);
        if (n_text == 0 && line->len > 30) {
            vote_subject(c, text);
        }
        n_text += line->len > 30 ? 1 : 0;
    }
}

/* The first line of a text, when it stands alone and reads as a heading. */
static void vote_first(struct candidates *c, const struct doc *doc, size_t first, size_t stop)
{
    const struct line *line = &doc->lines[first];
    const struct line *next = first + 1 < stop ? line + 1 : NULL;
    bool is_alone = next == NULL || (next->flags & (LINE_AFTER_BLANK | LINE_RULE)) != 0;
    struct role_phrase role;
    bool is_heading = (line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE)) == 0 && is_alone &&
                      line->mark == MARK_NONE && line->len > 3 && line->len <= FIRST_MAX &&
                      strchr(".,;:!?", line->text[line->len - 1]) == NULL &&
                      !role_heading(line, &role);
    if (!is_heading) {
        return;
    }
    const char *title = title_clean((struct span){line->text, line->len}, c->arena);
    bool is_cut = strlen(title) < line->len; /* "foo 2024 workshop: X" */
    if (!islower((unsigned char)line->text[0]) || is_cut) {
        vote(c, title, 3.5);
    }
}

static const struct candidate *best_of(const struct candidates *c)
{
    const struct candidate *best = NULL;
    for (size_t i = 0; i < c->n; i++) {
        best = best == NULL || c->items[i].weight > best->weight ? &c->items[i] : best;
    }
    return best;
}

const char *title_find(const struct doc *doc, size_t first, size_t end, struct arena *arena)
{
    struct candidates c = {.arena = arena};
    size_t stop = end - first > SCAN_LINES ? first + SCAN_LINES : end;
    vote_first(&c, doc, first, stop);
    vote_lines(&c, doc, first, stop);
    const struct candidate *best = best_of(&c);
    if (best == NULL || best->weight < 3.5) {
        vote_frequent(&c, doc, first, stop);
        best = best_of(&c);
    }
    return best == NULL ? "" : best->title;
}
