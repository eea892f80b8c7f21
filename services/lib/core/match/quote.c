/* match_quote: which few words of a sentence can be quoted and still make sense. */
#include "core/match/quote.h"

#include <string.h>

enum word_class {
    WORD_CONTENT,
    WORD_LINK,   /* joins what stands around it into one phrase: "of", "and" */
    WORD_DIVIDE, /* a phrase ends here: "which", "shows" */
    WORD_TAIL,   /* part of the compound before it */
};

static enum word_class class_of(const struct match_word *word, enum text_grammar grammar)
{
    if (word->is_part) {
        return WORD_TAIL;
    }
    if (grammar == TEXT_LINK) {
        return WORD_LINK;
    }
    return word->is_stop || grammar == TEXT_VERB ? WORD_DIVIDE : WORD_CONTENT;
}

/* A dash with blanks around it, which ends a phrase without being punctuation to core/text. */
static bool has_dash_before(const char *text, const struct match_word *word)
{
    uint32_t at = word->start;
    while (at > 0 && text[at - 1] == ' ') {
        at--;
    }
    return at > 1 && at < word->start && text[at - 1] == '-' && strchr(" -", text[at - 2]) != NULL;
}

struct quoting {
    const char *text;
    const struct match_word *words;
    const float *carried; /* by word of the stretch */
    enum word_class classes[MATCH_SEGMENT];
    enum text_grammar grammars[MATCH_SEGMENT];
    bool is_cut[MATCH_SEGMENT]; /* no phrase goes on across its beginning */
    uint32_t n;
};

static bool is_edge(const struct quoting *q, uint32_t i)
{
    return q->classes[i] == WORD_CONTENT && (q->carried[i] > 0 || q->grammars[i] != TEXT_EVERYDAY);
}

/* The first word behind the one at i, parts of compounds included. */
static uint32_t behind(const struct quoting *q, uint32_t i)
{
    for (i++; i < q->n && q->classes[i] == WORD_TAIL; i++) {
    }
    return i;
}

/* May a quotation begin at i? Not in the middle of a run of content words. */
static bool can_begin(const struct quoting *q, uint32_t i)
{
    uint32_t before = i;
    while (before > 0 && q->classes[before - 1] == WORD_TAIL) {
        before--;
    }
    bool is_inside = before > 0 && !q->is_cut[i] && is_edge(q, before - 1);
    return is_edge(q, i) && !is_inside;
}

/* The longest worthwhile phrase from `first` on: grows group by group while that adds something. */
static struct match_quote grow(const struct quoting *q, uint32_t first, uint32_t most)
{
    struct match_quote best = {.first = first};
    double value = 0;
    uint32_t n_words = 0;
    uint32_t n_links = 0;
    for (uint32_t i = first; i < q->n; i = behind(q, i)) {
        bool is_end = q->classes[i] == WORD_DIVIDE || (i > first && q->is_cut[i]);
        n_links = q->classes[i] == WORD_LINK ? n_links + 1 : 0;
        if (is_end || ++n_words > most || n_links > 2) {
            break;
        }
        uint32_t next = behind(q, i);
        for (uint32_t k = i; k < next; k++) {
            value += (double)q->carried[k];
        }
        bool is_group_end = next >= q->n || q->is_cut[next] || !is_edge(q, next);
        if (is_group_end && is_edge(q, i) && value > best.value + 1e-9) {
            best.value = value;
            best.n = next - first;
            best.n_words = n_words;
        }
    }
    return best;
}

/* All of it, links at its ends left out, where that is one phrase: an item of a list. */
static struct match_quote whole(const struct quoting *q, uint32_t most)
{
    uint32_t first = 0;
    uint32_t end = q->n;
    while (first < end && q->classes[first] == WORD_LINK) {
        first++;
    }
    while (end > first && q->classes[end - 1] == WORD_LINK) {
        end--;
    }
    struct match_quote quote = {.first = first, .n = end - first};
    for (uint32_t i = first; i < end; i++) {
        quote.n_words += q->classes[i] != WORD_TAIL;
        quote.value += (double)q->carried[i];
        if (q->classes[i] == WORD_DIVIDE || (i > first && q->is_cut[i])) {
            return (struct match_quote){0};
        }
    }
    return quote.n_words <= most && quote.value > 0 ? quote : (struct match_quote){0};
}

struct match_quote match_quote_of(const char *text, const struct match_word *words, uint32_t n,
                                  const float *carried, uint32_t most)
{
    struct quoting q = {.text = text, .words = words, .carried = carried};
    struct match_quote best = {0};
    q.n = n < MATCH_SEGMENT ? n : MATCH_SEGMENT;
    for (uint32_t i = 0; i < q.n; i++) {
        q.grammars[i] = (enum text_grammar)words[i].grammar;
        q.classes[i] = class_of(&words[i], q.grammars[i]);
        q.is_cut[i] = i == 0 || words[i].starts_break || has_dash_before(text, &words[i]);
    }
    best = whole(&q, most);
    if (best.n > 0) {
        return best;
    }
    for (uint32_t i = 0; i < q.n; i++) {
        if (!can_begin(&q, i)) {
            continue;
        }
        struct match_quote here = grow(&q, i, most);
        bool is_shorter = here.value >= best.value - 1e-9 && here.n_words < best.n_words;
        if (here.n > 0 && (here.value > best.value + 1e-9 || is_shorter)) {
            best = here;
        }
    }
    return best;
}
