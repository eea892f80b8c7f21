#include "core/match/explain.h"

#include "base/str.h"

#include <string.h>

#define WROTE_TOKENS 4
#define WIDER        3 /* words on either side of one, at most */

static size_t whole_of(const struct text_token *tokens, size_t i)
{
    while (i > 0 && tokens[i].kind == TEXT_PART) {
        i--;
    }
    return i;
}

/* What tokens of the interests carried. */
struct credits {
    size_t tokens[WROTE_TOKENS * 4];
    double worth[WROTE_TOKENS * 4];
    size_t n;
};

static void credit(struct credits *credits, size_t token, double worth)
{
    size_t i = 0;
    while (i < credits->n && credits->tokens[i] != token) {
        i++;
    }
    if (i == credits->n) {
        if (i == sizeof credits->tokens / sizeof *credits->tokens) {
            return;
        }
        credits->tokens[i] = token;
        credits->n++;
    }
    credits->worth[i] += worth;
}

/* Only what comes from the one text that carried most stays; returns its work, NULL = interests. */
static const struct match_work *keep_best_reading(const struct match_query *query,
                                                  struct credits *credits)
{
    if (query->readings.n == 1) {
        return query->readings.items[0].work;
    }
    const struct match_reading *best = NULL;
    double most = 0;
    for (size_t i = 0; i < credits->n; i++) {
        const struct match_reading *reading = match_reading_of(query, credits->tokens[i]);
        double sum = 0;
        for (size_t j = 0; j < credits->n; j++) {
            bool is_same = match_reading_of(query, credits->tokens[j]) == reading;
            sum += is_same ? credits->worth[j] : 0;
        }
        if (sum > most) {
            most = sum;
            best = reading;
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < credits->n; i++) {
        if (match_reading_of(query, credits->tokens[i]) == best) {
            credits->tokens[n] = credits->tokens[i];
            credits->worth[n++] = credits->worth[i];
        }
    }
    credits->n = n;
    return best == NULL ? NULL : best->work;
}

/* The few tokens of the interests that carried most, in the order they were written. */
static size_t choose_tokens(const struct match_index *index, const struct match_query *query,
                            const float *carried, double total, size_t *chosen,
                            const struct match_work **ret_work)
{
    const struct text_token *tokens = query->tokens.items.items;
    struct credits told = {0};
    for (int i = 0; i < query->n_for; i++) {
        const struct match_query_term *q = &query->terms[i];
        if (q->source < 0 || carried[q->term] <= 0) {
            continue;
        }
        size_t token = whole_of(tokens, (size_t)q->source);
        credit(&told, token, (double)carried[q->term]);
        size_t next = token + 1;
        while (next < query->tokens.items.n && tokens[next].kind == TEXT_PART) {
            next++;
        }
        if (index->terms.items[q->term].kind == TERM_PAIR && next < query->tokens.items.n) {
            credit(&told, next, (double)carried[q->term]);
        }
    }
    *ret_work = keep_best_reading(query, &told);
    size_t n_chosen = 0;
    for (size_t i = 0; i < told.n; i++) {
        size_t better = 0;
        for (size_t j = 0; j < told.n; j++) {
            bool is_before = told.tokens[j] < told.tokens[i];
            better +=
                told.worth[j] > told.worth[i] || (told.worth[j] >= told.worth[i] && is_before);
        }
        if (better < WROTE_TOKENS && told.worth[i] >= MATCH_WORTH * total) {
            size_t place = n_chosen++;
            for (; place > 0 && chosen[place - 1] > told.tokens[i]; place--) {
                chosen[place] = chosen[place - 1];
            }
            chosen[place] = told.tokens[i];
        }
    }
    return n_chosen;
}

/* Tokens of the profile from one to another, in one clause. */
struct span {
    size_t first;
    size_t last;
};

/* Does the word of this token stand in the session beside a neighbour of it? */
static bool is_near(const struct match_query *query, const struct match_told *told, size_t token)
{
    for (int u = 0; u < query->n_units; u++) {
        if (query->units[u].term == query->token_terms[token]) {
            return (told->near >> u & 1) != 0;
        }
    }
    return false;
}

/* The token behind the word at `token` and its parts; the number of tokens = none. */
static size_t token_behind(const struct match_query *query, size_t token)
{
    const struct text_token *tokens = query->tokens.items.items;
    for (token++; token < query->tokens.items.n && tokens[token].kind == TEXT_PART; token++) {
    }
    return token;
}

/* Does the word at `token`, or a part of it, stand in the session with its neighbours? */
static bool is_there(const struct match_query *query, const struct match_told *told, size_t token)
{
    for (size_t i = token; i < token_behind(query, token); i++) {
        if (is_near(query, told, i)) {
            return true;
        }
    }
    return false;
}

/* A word and those beside it, which give it its sense. */
static struct span widen(const struct match_query *query, const struct match_told *told,
                         size_t token)
{
    const struct text_token *tokens = query->tokens.items.items;
    struct span span = {token, token};
    if (!told->is_half && !is_there(query, told, token)) {
        return span;
    }
    for (int i = 0; i < WIDER && span.first > 0 && !tokens[span.first].starts_break; i++) {
        size_t before = whole_of(tokens, span.first - 1);
        if (tokens[before].is_stop || !(told->is_half || is_there(query, told, before))) {
            break;
        }
        span.first = before;
    }
    for (int i = 0; i < WIDER; i++) {
        size_t next = token_behind(query, span.last);
        if (next >= query->tokens.items.n || tokens[next].starts_break || tokens[next].is_stop ||
            !(told->is_half || is_there(query, told, next))) {
            break;
        }
        span.last = next;
    }
    return span;
}

/* Is there nothing but a word or two like "and" between the two? What stands side by side and is
 * not close together in the session is told apart. */
static bool is_joined(const struct match_query *query, size_t last, size_t first)
{
    const struct text_token *tokens = query->tokens.items.items;
    size_t n = 0;
    for (size_t i = token_behind(query, last); i < first; i = token_behind(query, i)) {
        if (!tokens[i].is_stop || tokens[i].starts_break || ++n > 2) {
            return false;
        }
    }
    bool is_compound = tokens[last].kind == TEXT_WHOLE || tokens[first].kind == TEXT_WHOLE;
    return (n > 0 || is_compound) && !tokens[first].starts_break;
}

/* Where the word was written several times: the place where most of what is beside it counts too.
 */
static struct span best_span(const struct match_query *query, const struct match_told *told,
                             size_t token)
{
    struct span best = widen(query, told, token);
    for (size_t i = 0; i < query->tokens.items.n; i++) {
        bool is_same = query->token_terms[i] == query->token_terms[token] &&
                       query->token_terms[i] != MATCH_NO_TERM &&
                       match_reading_of(query, i) == match_reading_of(query, token);
        struct span span = is_same && i != token
                               ? widen(query, told, whole_of(query->tokens.items.items, i))
                               : best;
        best = span.last - span.first > best.last - best.first ? span : best;
    }
    return best;
}

static size_t list_spans(const struct match_query *query, const struct match_told *told,
                         const size_t *chosen, size_t n, struct span *ret)
{
    struct span spans[WROTE_TOKENS];
    for (size_t i = 0; i < n; i++) {
        struct span span = best_span(query, told, chosen[i]);
        size_t at = i;
        for (; at > 0 && spans[at - 1].first > span.first; at--) {
            spans[at] = spans[at - 1];
        }
        spans[at] = span;
    }
    size_t n_spans = 0;
    for (size_t i = 0; i < n; i++) {
        struct span *before = n_spans > 0 ? &ret[n_spans - 1] : NULL;
        if (before != NULL &&
            (spans[i].first <= before->last || is_joined(query, before->last, spans[i].first))) {
            before->last = spans[i].last > before->last ? spans[i].last : before->last;
        } else {
            ret[n_spans++] = spans[i];
        }
    }
    return n_spans;
}

const char *match_wrote(const struct match_index *index, const struct match_query *query,
                        const struct match_told *told, struct arena *arena,
                        const struct match_work **ret_work)
{
    const struct text_token *tokens = query->tokens.items.items;
    size_t chosen[WROTE_TOKENS];
    struct span spans[WROTE_TOKENS];
    size_t n = choose_tokens(index, query, told->carried, told->total, chosen, ret_work);
    if (n == 0) {
        return NULL;
    }
    n = list_spans(query, told, chosen, n, spans);
    bool has_and = false; /* in one of them: then commas divide them all */
    struct str out = {0};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = spans[i].first; k < spans[i].last; k++) {
            has_and = has_and || tokens[k].is_stop;
        }
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = match_reading_of(query, spans[i].first)->text;
        uint32_t start = tokens[spans[i].first].start;
        str_add(&out, i == 0 ? "" : (i + 1 == n && !has_and ? " and " : ", "));
        str_add_n(&out, text + start, tokens[spans[i].last].end - start);
    }
    const char *wrote = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return wrote;
}

const char *match_fragments(const struct match_result *result, struct arena *arena)
{
    struct str out = {0};
    for (int i = 0; i < result->n_because; i++) {
        str_add(&out, i > 0 ? ", " : "");
        str_add(&out, result->because[i]);
    }
    const char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
}

/* "because you maintain PCI SUBSYSTEM: PCI error handling"; `what` has its colon, or is "". */
static const char *work_reason(const struct match_work *work, const char *what, struct arena *arena)
{
    switch (work->source) {
    case MATCH_TALK: return arena_printf(arena, "close to your talk \"%s\"%s", work->title, what);
    case MATCH_WANTED:
        return arena_printf(arena, "close to what you are wanted for in %s%s", work->title, what);
    case MATCH_SECTION: return arena_printf(arena, "because you maintain %s%s", work->title, what);
    case MATCH_PAPER: return arena_printf(arena, "close to your paper \"%s\"%s", work->title, what);
    case MATCH_PATCH:
        return arena_printf(arena, "because of your patch \"%s\"%s", work->title, what);
    }
    return what;
}

static const char *wrote_reason(const struct match_result *result, const char *what,
                                struct arena *arena)
{
    if (result->basis == MATCH_BY_RELATED && result->wrote != NULL) {
        return arena_printf(arena, MATCH_TOLD_LOOSE " (%s)%s", result->wrote, what);
    }
    if (result->wrote != NULL) {
        return arena_printf(arena, "because you wrote %s%s", result->wrote, what);
    }
    return arena_printf(arena, MATCH_TOLD_NEAR "%s", what);
}

const char *match_reason(const struct match_result *result, struct arena *arena)
{
    const char *fragments = match_fragments(result, arena);
    const char *what = result->n_because > 0 ? arena_printf(arena, ": %s", fragments) : "";
    switch (result->basis) {
    case MATCH_AS_TOLD:
    case MATCH_BY_FASHION: return fragments;
    case MATCH_BY_LIKES:
    case MATCH_BY_PEOPLE:
        return result->n_because > 0 ? arena_printf(arena, "because %s", fragments)
                                     : "it fits your interests";
    case MATCH_BY_RELATED:
    case MATCH_BY_WORDS: break;
    }
    return result->work != NULL ? work_reason(result->work, what, arena)
                                : wrote_reason(result, what, arena);
}

bool match_is_loose(const struct match_result *result)
{
    if (result->basis == MATCH_AS_TOLD) {
        return strncmp(result->because[0], MATCH_TOLD_LOOSE, sizeof MATCH_TOLD_LOOSE - 1) == 0 ||
               strncmp(result->because[0], MATCH_TOLD_NEAR, sizeof MATCH_TOLD_NEAR - 1) == 0;
    }
    bool is_near = result->basis == MATCH_BY_RELATED || result->wrote == NULL;
    return is_near && result->work == NULL &&
           (result->basis == MATCH_BY_RELATED || result->basis == MATCH_BY_WORDS);
}

static bool begins(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

bool match_is_untold(const char *sentence)
{
    if (begins(sentence, "close to your talk \"") || begins(sentence, "close to your paper \"")) {
        return strstr(sentence, "\": ") == NULL;
    }
    if (begins(sentence, "close to what you are wanted for in ")) {
        return strstr(sentence, ": ") == NULL;
    }
    return strcmp(sentence, MATCH_TOLD_NEAR) == 0;
}

const char *match_fashion_detail(const char *sentence)
{
    static const char *const heads[] = {MATCH_TOLD_POPULAR, MATCH_TOLD_VARIED,
                                        MATCH_TOLD_UNMATCHED};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t n = strlen(heads[i]);
        if (strncmp(sentence, heads[i], n) == 0) {
            return strncmp(sentence + n, "; ", 2) == 0 ? sentence + n + 2 : sentence + n;
        }
    }
    return NULL;
}
