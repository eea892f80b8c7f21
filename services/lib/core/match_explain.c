#include "core/match_internal.h"

#include "base/str.h"

#include <string.h>

#define REASONS        3
#define FRAGMENT_WORDS 8
#define SEGMENT_WORDS  48
#define WROTE_TOKENS   4
#define WORTH          0.12 /* of the whole score: what a further reason must add */

/* A run of words of one session's text, and what it carries of the score. */
struct segment {
    uint32_t first; /* word of the doc */
    uint32_t n;
    double value; /* score carried, for ranking weighted by where it stands */
};

struct explainer {
    const struct match_index *index;
    const struct match_query *query;
    const struct match_doc *doc;
    const struct match_word *words;
    const struct match_piece *pieces;
    struct arena *arena;
    float *carried; /* by term: what it adds to this session's score; the index's scratch */
    double total;
    double by_basis[MATCH_BY_FASHION + 1];
};

/* What the title says the reader sees anyway; what the text says is news. */
static double place_weight(enum match_field field)
{
    switch (field) {
    case FIELD_TITLE: return 0.8;
    case FIELD_TAGS: return 0.8;
    case FIELD_TRACK: return 0.4;
    case FIELD_TEXT: return 1;
    case FIELD_DESCRIPTION: return 1;
    case FIELD_PEOPLE:
    case N_FIELDS: return 0;
    }
    return 0;
}

/* What a short form carries is shown where its long form stands. */
static void spread(struct explainer *x, uint32_t term, float carried)
{
    if (term >= x->index->n_phrase_terms || x->index->phrase_short[term] == 0) {
        return;
    }
    const struct match_phrase *phrase = &x->index->phrases.items[x->index->phrase_short[term] - 1];
    for (int i = 0; i < phrase->n_words; i++) {
        if (x->carried[phrase->words[i]] == 0.0F) {
            x->carried[phrase->words[i]] = carried / (float)phrase->n_words;
        }
    }
}

/* Fills `carried` for the words of the query that this session has. Words that the attendee did not
 * write, but that go with them, count half: the reasons should speak of what was written. */
static void carry(struct explainer *x)
{
    const struct match_query *query = x->query;
    const struct match_entry *entries = x->index->entries + x->doc->first_entry;
    float *impacts = x->index->scratch->gathered;
    for (uint32_t e = 0; e < x->doc->n_entries; e++) {
        impacts[entries[e].term] = entries[e].impact;
    }
    for (int i = 0; i < query->n_for; i++) {
        const struct match_query_term *q = &query->terms[i];
        float part = q->weight * impacts[q->term];
        bool is_indirect = q->source < 0 && q->basis == MATCH_BY_WORDS;
        x->carried[q->term] = is_indirect ? part / 2 : part;
        x->total += (double)part;
        x->by_basis[q->basis] += (double)part;
    }
    for (uint32_t e = 0; e < x->doc->n_entries; e++) {
        impacts[entries[e].term] = 0;
    }
    for (int i = 0; i < query->n_for; i++) {
        spread(x, query->terms[i].term, x->carried[query->terms[i].term]);
    }
}

static void clear_carried(struct explainer *x)
{
    for (int i = 0; i < x->query->n_for; i++) {
        uint32_t term = x->query->terms[i].term;
        x->carried[term] = 0;
        if (term < x->index->n_phrase_terms && x->index->phrase_short[term] != 0) {
            const struct match_phrase *phrase =
                &x->index->phrases.items[x->index->phrase_short[term] - 1];
            for (int w = 0; w < phrase->n_words; w++) {
                x->carried[phrase->words[w]] = 0;
            }
        }
    }
}

/* What words[first..first+n) carry, each term once; terms already told count nothing. */
static double segment_value(const struct explainer *x, uint32_t first, uint32_t n,
                            const uint32_t *told, size_t n_told)
{
    double value = 0;
    uint32_t seen[SEGMENT_WORDS];
    size_t n_seen = 0;
    for (uint32_t i = first; i < first + n; i++) {
        uint32_t term = x->words[i].term;
        bool is_old = x->carried[term] <= 0;
        for (size_t s = 0; s < n_seen && !is_old; s++) {
            is_old = seen[s] == term;
        }
        for (size_t t = 0; t < n_told && !is_old; t++) {
            is_old = told[t] == term;
        }
        if (!is_old && n_seen < SEGMENT_WORDS) {
            seen[n_seen++] = term;
            value += (double)x->carried[term];
            uint32_t pair = i + 1 < first + n ? match_pair_of(x->index, term, x->words[i + 1].term)
                                              : MATCH_NO_TERM;
            value += pair != MATCH_NO_TERM ? (double)x->carried[pair] : 0;
        }
    }
    return value;
}

static uint32_t segment_length(const struct explainer *x, uint32_t first)
{
    uint32_t n = 1;
    while (first + n < x->doc->n_words && n < SEGMENT_WORDS &&
           x->words[first + n].piece == x->words[first].piece &&
           !x->words[first + n].starts_break) {
        n++;
    }
    return n;
}

static uint32_t count_words(const struct explainer *x, uint32_t first, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = first; i < first + n; i++) {
        count += !x->words[i].is_part;
    }
    return count;
}

/* The stretch of at most FRAGMENT_WORDS words that carries most, without stop words at its ends. */
static struct segment narrow(const struct explainer *x, struct segment s, const uint32_t *told,
                             size_t n_told)
{
    struct segment best = {0};
    for (uint32_t i = s.first; i < s.first + s.n; i++) {
        if (x->carried[x->words[i].term] <= 0 || x->words[i].is_stop) {
            continue;
        }
        for (uint32_t end = i + 1; end <= s.first + s.n; end++) {
            if (count_words(x, i, end - i) > FRAGMENT_WORDS) {
                break;
            }
            if (x->carried[x->words[end - 1].term] <= 0 || x->words[end - 1].is_stop) {
                continue;
            }
            double value = segment_value(x, i, end - i, told, n_told);
            if (value > best.value + 1e-9) {
                best = (struct segment){.first = i, .n = end - i, .value = value};
            }
        }
    }
    /* A word on either side makes a phrase of what would be a keyword. */
    while (best.n > 0 && count_words(x, best.first, best.n) < 4) {
        uint32_t before = best.n;
        uint32_t end = best.first + best.n;
        if (end < s.first + s.n && !x->words[end].is_stop) {
            best.n++;
        }
        if (best.first > s.first && !x->words[best.first - 1].is_stop) {
            best.first--;
            best.n++;
        }
        if (best.n == before) {
            break;
        }
    }
    return best;
}

static const char *segment_text(const struct explainer *x, struct segment s)
{
    const char *text = x->pieces[x->words[s.first].piece].text;
    uint32_t from = x->words[s.first].start;
    uint32_t to = from;
    for (uint32_t i = s.first; i < s.first + s.n; i++) {
        uint32_t end = x->words[i].start + x->words[i].length;
        to = end > to ? end : to;
        from = x->words[i].start < from ? x->words[i].start : from;
    }
    char *copy = arena_strndup(x->arena, text + from, to - from);
    char *out = copy;
    for (const char *in = copy; *in != '\0'; in++) { /* runs of blanks become one */
        bool is_blank = *in == ' ' || *in == '\t' || *in == '\n' || *in == '\r';
        if (!is_blank || (out > copy && out[-1] != ' ')) {
            *out++ = is_blank ? ' ' : *in;
        }
    }
    *out = '\0';
    return copy;
}

static struct segment best_segment(const struct explainer *x, const uint32_t *told, size_t n_told)
{
    struct segment best = {0};
    double best_rank = 0;
    for (uint32_t i = 0; i < x->doc->n_words;) {
        uint32_t n = segment_length(x, i);
        double value = segment_value(x, i, n, told, n_told);
        uint32_t n_words = count_words(x, i, n);
        double rank = value * place_weight(x->pieces[x->words[i].piece].field);
        rank *= n_words > FRAGMENT_WORDS ? 0.8 : 1;
        if (rank > best_rank + 1e-9) {
            best_rank = rank;
            best = (struct segment){.first = i, .n = n, .value = value};
        }
        i += n;
    }
    return best;
}

static int tell_segments(const struct explainer *x, const char **because, int n)
{
    uint32_t told[REASONS * SEGMENT_WORDS];
    size_t n_told = 0;
    while (n < REASONS) {
        struct segment s = best_segment(x, told, n_told);
        if (s.n == 0 || (n > 0 && s.value < WORTH * x->total)) {
            return n;
        }
        if (count_words(x, s.first, s.n) > FRAGMENT_WORDS) {
            s = narrow(x, s, told, n_told);
        }
        if (s.n == 0) {
            return n;
        }
        because[n++] = segment_text(x, s);
        for (uint32_t i = s.first; i < s.first + s.n && n_told < sizeof told / sizeof *told; i++) {
            told[n_told++] = x->words[i].term;
        }
    }
    return n;
}

static const char *role_phrase(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "leads it";
    case ROLE_SPEAKER: return "speaks";
    case ROLE_KEY_ATTENDEE: return "is wanted there";
    }
    return "takes part";
}

/* "Bjorn Helgaas speaks" */
static int tell_people(const struct explainer *x, const char **because, int n)
{
    const struct conference *conf = x->index->conf;
    const struct session *session = &conf->sessions.items[x->doc->session];
    for (int i = 0; i < x->query->n_for && n < REASONS; i++) {
        uint32_t term = x->query->terms[i].term;
        if (x->index->terms.items[term].kind != TERM_PERSON || x->carried[term] <= 0) {
            continue;
        }
        for (size_t m = 0; m < conf->mentions.n; m++) {
            const struct mention *mention = &conf->mentions.items[m];
            bool is_here = mention->session == x->doc->session ||
                           (mention->session < 0 && mention->track == session->track);
            const int64_t *known =
                is_here ? strmap_find(&x->index->people, text_fold(mention->name, x->arena)) : NULL;
            if (known != NULL && (uint32_t)*known == term) {
                because[n++] =
                    arena_printf(x->arena, "%s %s", mention->name, role_phrase(mention->role));
                break;
            }
        }
    }
    return n;
}

static int tell_likes(const struct explainer *x, const char **because, int n)
{
    const struct match_profile *profile = x->query->profile;
    uint32_t doc = (uint32_t)(x->doc - x->index->docs.items);
    int best = -1;
    double most = 0;
    for (int i = 0; i < profile->n_likes; i++) {
        int session = profile->likes[i];
        bool is_known = session >= 0 && (size_t)session < x->index->conf->sessions.n &&
                        x->index->doc_of[session] >= 0;
        double alike =
            is_known ? match_similarity(x->index, doc, (uint32_t)x->index->doc_of[session]) : 0;
        if (alike > most) {
            most = alike;
            best = session;
        }
    }
    if (best >= 0) {
        because[n++] = arena_printf(x->arena, "like \"%s\", which you starred",
                                    x->index->conf->sessions.items[best].title);
    }
    return n;
}

/* ---- the attendee's own words ---- */

static size_t whole_of(const struct text_token *tokens, size_t i)
{
    while (i > 0 && tokens[i].kind == TEXT_PART) {
        i--;
    }
    return i;
}

/* The few tokens of the interests that carried most, in the order they were written. */
static size_t choose_tokens(const struct explainer *x, size_t *chosen)
{
    const struct text_token *tokens = x->query->tokens.items.items;
    double worth[WROTE_TOKENS * 2] = {0};
    size_t at[WROTE_TOKENS * 2];
    size_t n = 0;
    for (int i = 0; i < x->query->n_for; i++) {
        const struct match_query_term *q = &x->query->terms[i];
        if (q->source < 0 || x->carried[q->term] <= 0) {
            continue;
        }
        size_t token = whole_of(tokens, (size_t)q->source);
        size_t known = 0;
        while (known < n && at[known] != token) {
            known++;
        }
        if (known == n && n < sizeof at / sizeof *at) {
            at[n++] = token;
        }
        if (known < n) {
            worth[known] += (double)x->carried[q->term];
        }
    }
    size_t n_chosen = 0;
    for (size_t i = 0; i < n; i++) {
        size_t better = 0;
        for (size_t j = 0; j < n; j++) {
            better += worth[j] > worth[i] || (worth[j] >= worth[i] && at[j] < at[i]);
        }
        if (better < WROTE_TOKENS && worth[i] >= WORTH * x->total) {
            size_t place = n_chosen++;
            for (; place > 0 && chosen[place - 1] > at[i]; place--) {
                chosen[place] = chosen[place - 1];
            }
            chosen[place] = at[i];
        }
    }
    return n_chosen;
}

static const char *wrote(const struct explainer *x)
{
    const struct text_token *tokens = x->query->tokens.items.items;
    size_t chosen[WROTE_TOKENS];
    size_t n = choose_tokens(x, chosen);
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
        str_add_n(&out, x->query->interests + token->start, token->end - token->start);
    }
    const char *text = arena_strdup(x->arena, str_text(&out));
    str_done(&out);
    return text;
}

void match_explain(const struct match_index *index, const struct match_query *query, uint32_t doc,
                   struct arena *arena, struct match_result *ret)
{
    struct explainer x = {.index = index,
                          .query = query,
                          .doc = &index->docs.items[doc],
                          .words = index->words.items + index->docs.items[doc].first_word,
                          .pieces = index->pieces.items + index->docs.items[doc].first_piece,
                          .arena = arena,
                          .carried = index->scratch->weights};
    carry(&x);
    const char **because = arena_array(arena, REASONS, sizeof *because);
    int n = 0;
    ret->basis = MATCH_BY_WORDS;
    if (x.by_basis[MATCH_BY_PEOPLE] > 0) {
        n = tell_people(&x, because, n);
        ret->basis = x.by_basis[MATCH_BY_PEOPLE] > x.total / 2 ? MATCH_BY_PEOPLE : ret->basis;
    }
    if (x.by_basis[MATCH_BY_LIKES] > x.total / 2) {
        n = n < REASONS ? tell_likes(&x, because, n) : n;
        ret->basis = MATCH_BY_LIKES;
    }
    n = tell_segments(&x, because, n);
    ret->because = because;
    ret->n_because = n;
    ret->wrote = wrote(&x);
    clear_carried(&x);
}
