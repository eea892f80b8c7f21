/* The readings of a name: as it is written, and as the vocabulary of the index has its words. */
#include "core/resolve/search.h"

#include <string.h>

static void add_reading(struct resolve_index *index, struct search *search, const struct name *name)
{
    struct reading *reading = &search->readings[search->n_readings++];
    *reading = (struct reading){.n = name->n,
                                .is_order_known = name->is_order_known,
                                .script = name->script,
                                .is_other_script = name->script != SCRIPT_LATIN};
    for (int i = 0; i < name->n; i++) {
        score_probe(index, &name->tokens[i], &reading->probes[i]);
    }
}

static bool set_text(struct name_token *token, const char *a, size_t n, const char *b)
{
    size_t m = strlen(b);
    if (n + m >= sizeof token->text) {
        return false;
    }
    char text[sizeof token->text];
    memcpy(text, a, n);
    memcpy(text + n, b, m + 1);
    memcpy(token->text, text, n + m + 1);
    token->len = (uint8_t)(n + m);
    token->is_initial = false;
    return true;
}

/* "Xiao Ming" where the index knows "xiaoming". */
static bool join_words(const struct resolve_index *index, const struct name *name, struct name *ret)
{
    for (int i = 0; i + 1 < name->n; i++) {
        struct name_token joined = name->tokens[i];
        if (name->tokens[i].is_initial || name->tokens[i + 1].is_initial ||
            !set_text(&joined, name->tokens[i].text, name->tokens[i].len,
                      name->tokens[i + 1].text) ||
            index_find_word(index, joined.text, joined.len) < 0) {
            continue;
        }
        *ret = *name;
        ret->tokens[i] = joined;
        memmove(&ret->tokens[i + 1], &ret->tokens[i + 2],
                (size_t)(name->n - i - 2) * sizeof ret->tokens[0]);
        ret->n--;
        return true;
    }
    return false;
}

/* "Johnsmith" or "Minjun" where the index knows both halves. */
static bool split_word(const struct resolve_index *index, const struct name *name, struct name *ret)
{
    for (int i = 0; i < name->n && name->n < NAME_TOKENS - 1; i++) {
        const struct name_token *token = &name->tokens[i];
        if (token->len < 5 || index_find_word(index, token->text, token->len) >= 0) {
            continue;
        }
        size_t best = 0;
        uint32_t best_n = 0;
        for (size_t cut = 2; cut + 2 <= token->len; cut++) {
            int64_t head = index_find_word(index, token->text, cut);
            int64_t tail = index_find_word(index, token->text + cut, token->len - cut);
            if (head < 0 || tail < 0) {
                continue;
            }
            uint32_t a = index->words[head].forms.n;
            uint32_t b = index->words[tail].forms.n;
            uint32_t n = a < b ? a : b;
            if (n > best_n) {
                best_n = n;
                best = cut;
            }
        }
        if (best == 0) {
            continue;
        }
        *ret = *name;
        memmove(&ret->tokens[i + 2], &name->tokens[i + 1],
                (size_t)(name->n - i - 1) * sizeof ret->tokens[0]);
        ret->tokens[i + 1] = *token;
        (void)set_text(&ret->tokens[i + 1], token->text + best, 0, token->text + best);
        ret->tokens[i].text[best] = '\0';
        ret->tokens[i].len = (uint8_t)best;
        ret->n++;
        return true;
    }
    return false;
}

static void add_extra_reading(struct resolve_index *index, struct search *search, struct name *name,
                              int at)
{
    memcpy(search->extra_tokens[at], name->tokens, sizeof name->tokens);
    struct name kept = *name;
    add_reading(index, search, &kept);
    struct reading *reading = &search->readings[search->n_readings - 1];
    for (int i = 0; i < reading->n; i++) { /* the texts live in the search */
        reading->probes[i].text = search->extra_tokens[at][i].text;
    }
}

/* What the vocabulary adds to the readings of a name: words joined, words taken apart. */
static void add_extra_readings(struct resolve_index *index, struct search *search,
                               const struct name *first)
{
    struct name other;
    struct name joined = *first;
    int n_joined = 0;
    while (join_words(index, &joined, &other)) {
        joined = other;
        n_joined++;
    }
    if (n_joined > 0) {
        add_extra_reading(index, search, &joined, 0);
    }
    if (split_word(index, first, &other)) {
        add_extra_reading(index, search, &other, 1);
    }
}

void search_read(struct resolve_index *index, const char *name, struct search *ret)
{
    ret->n_readings = 0;
    name_parse(name, &ret->written);
    for (int i = 0; i < ret->written.n_readings; i++) {
        add_reading(index, ret, &ret->written.readings[i]);
    }
    if (ret->written.n_readings > 0) {
        add_extra_readings(index, ret, &ret->written.readings[0]);
    }
}
