#include "core/match/internal.h"

#include "base/str.h"

#define WROTE_TOKENS 4

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

const char *match_wrote(const struct match_index *index, const struct match_query *query,
                        const float *carried, double total, struct arena *arena,
                        const struct match_work **ret_work)
{
    const struct text_token *tokens = query->tokens.items.items;
    size_t chosen[WROTE_TOKENS];
    size_t n = choose_tokens(index, query, carried, total, chosen, ret_work);
    if (n == 0) {
        return NULL;
    }
    struct str out = {0};
    for (size_t i = 0; i < n; i++) {
        const struct text_token *token = &tokens[chosen[i]];
        if (i > 0) {
            size_t between = chosen[i - 1] + 1;
            while (between < chosen[i] && tokens[between].kind == TEXT_PART) {
                between++;
            }
            bool is_next = between == chosen[i] && !token->starts_break;
            str_add(&out, is_next ? " " : ", ");
        }
        str_add_n(&out, match_reading_of(query, chosen[i])->text + token->start,
                  token->end - token->start);
    }
    const char *text = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return text;
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

/* "because you maintain PCI SUBSYSTEM: PCI error handling" */
static const char *work_reason(const struct match_work *work, const char *what, struct arena *arena)
{
    switch (work->source) {
    case MATCH_TALK: return arena_printf(arena, "close to your talk \"%s\": %s", work->title, what);
    case MATCH_WANTED:
        return arena_printf(arena, "close to what you are wanted for in %s: %s", work->title, what);
    case MATCH_SECTION:
        return arena_printf(arena, "because you maintain %s: %s", work->title, what);
    case MATCH_PAPER:
        return arena_printf(arena, "close to your paper \"%s\": %s", work->title, what);
    case MATCH_PATCH:
        return arena_printf(arena, "because of your patch \"%s\": %s", work->title, what);
    }
    return what;
}

const char *match_reason(const struct match_result *result, struct arena *arena)
{
    if (result->n_because == 0) {
        return "it fits your interests";
    }
    const char *what = match_fragments(result, arena);
    switch (result->basis) {
    case MATCH_AS_TOLD:
    case MATCH_BY_FASHION: return what;
    case MATCH_BY_LIKES:
    case MATCH_BY_PEOPLE: return arena_printf(arena, "because %s", what);
    case MATCH_BY_RELATED:
    case MATCH_BY_WORDS: break;
    }
    if (result->work != NULL) {
        return work_reason(result->work, what, arena);
    }
    if (result->basis == MATCH_BY_RELATED) {
        if (result->wrote != NULL) {
            return arena_printf(arena, "close to what you wrote (%s): %s", result->wrote, what);
        }
        return arena_printf(arena, "close to your interests: %s", what);
    }
    if (result->wrote == NULL) {
        return arena_printf(arena, "because it is about %s", what);
    }
    return arena_printf(arena, "because you wrote %s: %s", result->wrote, what);
}
