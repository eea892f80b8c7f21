#include "core/match/explain.h"

#include "core/match/quote.h"

#include <string.h>

#define REASONS        3
#define FRAGMENT_WORDS 8
#define TRIES          6    /* stretches looked at before it is enough */
#define INDIRECT       0.25 /* of what is worth telling, where nothing of it was written */
#define HOT_SEGMENTS   256
#define HOT_WORDS      1024
#define HOT_BLOCK      64
#define READABLE_MOST  1.2 /* what readability() gives at most */

/* A run of words of one session's text, and what it carries of the score. */
struct segment {
    uint32_t first; /* word of the doc */
    uint32_t n;
    uint32_t first_hot; /* of the explainer's hot words */
    uint32_t n_hot;
    double readability; /* how well it reads as a reason; 0 = not looked at yet */
    double value;       /* score carried; when last looked at: what is told since carries no more */
    uint32_t n_told;    /* stretches told when it was looked at */
};

/* A word of the session that carries something. */
struct hot_word {
    uint32_t word; /* of the doc */
    uint32_t term;
    uint32_t place; /* words of its segment before it, without the parts of compounds */
    float carried;
    float as_pair; /* with the word before it */
};

/* What the title says the reader sees anyway; what the text says is news. */
static double place_weight(enum match_field field)
{
    switch (field) {
    case FIELD_TAGS: return 0.8;
    case FIELD_TITLE:
    case FIELD_TRACK: return 0;
    case FIELD_TEXT: return 1;
    case FIELD_DESCRIPTION: return 1;
    case FIELD_PEOPLE:
    case N_FIELDS: return 0;
    }
    return 0;
}

/* A window of words that grows by one at its end; each term is counted once. */
struct window {
    uint32_t stamp; /* of the terms in it */
    double value;   /* of the score, carried by what is in the window */
};

/* The first of n numbers in a row that no term is stamped with in `seen` and `told`. */
static uint32_t new_stamps(const struct match_index *index, uint32_t n)
{
    struct match_scratch *scratch = index->scratch;
    if (scratch->stamp > UINT32_MAX - n) {
        memset(scratch->seen, 0, index->terms.n * sizeof *scratch->seen);
        memset(scratch->told, 0, index->terms.n * sizeof *scratch->told);
        scratch->stamp = 0;
    }
    uint32_t first = scratch->stamp + 1;
    scratch->stamp += n;
    return first;
}

static void window_add(const struct explainer *x, struct window *w, const struct hot_word *hot,
                       bool is_first)
{
    const struct match_scratch *scratch = x->index->scratch;
    if (scratch->seen[hot->term] != w->stamp && scratch->told[hot->term] != x->told) {
        scratch->seen[hot->term] = w->stamp;
        w->value += (double)hot->carried + (is_first ? 0 : (double)hot->as_pair);
    }
}

static double segment_value(const struct explainer *x, const struct segment *s)
{
    struct window w = {.stamp = new_stamps(x->index, 1)};
    const struct hot_word *hot = x->hot + s->first_hot;
    for (uint32_t h = 0; h < s->n_hot; h++) {
        window_add(x, &w, &hot[h], hot[h].word == s->first);
    }
    return w.value;
}

/* Within one segment; parts of compounds are no words of their own. */
static uint32_t count_words(const struct explainer *x, uint32_t first, uint32_t n)
{
    if (n == 0) {
        return 0;
    }
    const struct match_word *last = &x->words[first + n - 1];
    return last->place + (last->is_part ? 0U : 1U) - x->words[first].place;
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

/* How well it reads as a reason: an item of a list says what it is about, a year does not. */
static double readability(const struct explainer *x, const struct segment *s)
{
    const struct match_word *first = &x->words[s->first];
    const struct match_piece *piece = &x->pieces[first->piece];
    uint32_t n_words = count_words(x, s->first, s->n);
    double value = place_weight(piece->field);
    value *= n_words > FRAGMENT_WORDS || n_words == 1 ? 0.8 : 1;
    value *= piece->text[first->start] >= '0' && piece->text[first->start] <= '9' ? 0.7 : 1;
    uint32_t at = first->start;
    while (at > 0 && strchr(" \t-*\xe2\x80\xa2\xa6", piece->text[at - 1]) != NULL) {
        at--; /* blanks, dashes and the bytes of a bullet */
    }
    return at == 0 || piece->text[at - 1] == '\n' ? value * 1.2 : value;
}

/* The words that carry anything, in order; by counting, as no branch could be guessed. "it" is no
 * IT: a stop word carries nothing, though it may share the term of a word that does. Returns how
 * many.
 */
static uint32_t find_hot(const struct explainer *x, uint32_t *ret)
{
    uint32_t n = 0;
    for (uint32_t from = 0; from < x->doc->n_words && n < HOT_WORDS; from += HOT_BLOCK) {
        uint32_t left = x->doc->n_words - from;
        uint32_t end = from + (left < HOT_BLOCK ? left : HOT_BLOCK);
        for (uint32_t i = from; i < end; i++) {
            ret[n] = i;
            n += (x->carried[x->words[i].term] > 0) & !x->words[i].is_stop;
        }
    }
    return n < HOT_WORDS ? n : HOT_WORDS;
}

static void add_hot(struct explainer *x, uint32_t i)
{
    uint32_t term = x->words[i].term;
    struct hot_word *hot = &x->hot[x->n_hot++];
    *hot = (struct hot_word){
        .word = i, .term = term, .place = x->words[i].place, .carried = x->carried[term]};
    if (x->has_pairs && x->words[i].offset > 0 && x->carried[x->words[i - 1].term] > 0) {
        uint32_t pair = match_pair_of(x->index, x->words[i - 1].term, term);
        hot->as_pair = pair == MATCH_NO_TERM ? 0 : x->carried[pair];
    }
}

/* The segments that hold a word which carries anything: few, whatever the length of the text. */
static size_t hot_segments(struct explainer *x, struct segment *ret)
{
    uint32_t at[HOT_WORDS + HOT_BLOCK];
    uint32_t n_at = find_hot(x, at);
    size_t n = 0;
    for (uint32_t h = 0; h < n_at && n < HOT_SEGMENTS;) {
        struct segment s = {.first = at[h] - x->words[at[h]].offset, .first_hot = x->n_hot};
        uint32_t end = at[h];
        do { /* to the next segment's first word */
            if (h < n_at && at[h] == end) {
                add_hot(x, end);
                h++;
            }
            end++;
        } while (end < x->doc->n_words && x->words[end].offset > 0);
        s.n = end - s.first;
        s.n_hot = x->n_hot - s.first_hot;
        const struct match_piece *piece = &x->pieces[x->words[s.first].piece];
        if (place_weight(piece->field) > 0) {
            /* readability() looks at the text, which nobody has touched for long */
            __builtin_prefetch(piece->text + x->words[s.first].start);
            s.value = segment_value(x, &s);
            ret[n++] = s;
        }
    }
    return n;
}

/* What a segment carried before the last reasons were told bounds what it carries now. */
static struct segment best_segment(const struct explainer *x, struct segment *hot, size_t n_hot)
{
    struct segment best = {0};
    double best_rank = 0;
    for (size_t h = 0; h < n_hot; h++) {
        double most = hot[h].readability > 0 ? hot[h].readability : READABLE_MOST;
        if (hot[h].value * most <= best_rank + 1e-9) {
            continue;
        }
        if (hot[h].readability <= 0) {
            hot[h].readability = readability(x, &hot[h]);
        }
        if (hot[h].n_told != x->n_told) {
            hot[h].n_told = x->n_told;
            hot[h].value = segment_value(x, &hot[h]);
        }
        double rank = hot[h].value * hot[h].readability;
        if (rank > best_rank + 1e-9) {
            best_rank = rank;
            best = hot[h];
        }
    }
    return best;
}

/* The phrase of the segment that is worth quoting, told words left out; n = 0: there is none. */
static struct segment quotable(const struct explainer *x, struct segment s)
{
    float carried[MATCH_SEGMENT] = {0};
    uint32_t stamp = new_stamps(x->index, 1);
    struct match_scratch *scratch = x->index->scratch;
    for (uint32_t h = s.first_hot; h < s.first_hot + s.n_hot; h++) {
        const struct hot_word *hot = &x->hot[h];
        if (scratch->seen[hot->term] != stamp && scratch->told[hot->term] != x->told) {
            scratch->seen[hot->term] = stamp;
            carried[hot->word - s.first] = hot->carried + hot->as_pair;
        }
    }
    const char *text = x->pieces[x->words[s.first].piece].text;
    struct match_quote quote =
        match_quote_of(text, x->words + s.first, s.n, carried, FRAGMENT_WORDS);
    return (struct segment){.first = s.first + quote.first, .n = quote.n, .value = quote.value};
}

/* Does the title say it? Then the reader has it before the eyes. */
static bool is_in_title(const struct explainer *x, const char *quote)
{
    const struct session *session = &x->index->conf->sessions.items[x->doc->session];
    return strcasestr(session->title, quote) != NULL;
}

/* Does it say more than what the attendee wrote? */
static bool is_news(const struct explainer *x, struct segment s)
{
    uint32_t n_new = 0;
    for (uint32_t i = s.first; i < s.first + s.n; i++) {
        bool is_said = x->carried[x->words[i].term] > 0 || x->words[i].is_stop;
        n_new += !is_said && !x->words[i].is_part;
    }
    bool is_phrase = s.n > 1; /* or a compound, which has parts */
    const char *stated = x->query->profile->interests;
    bool is_of_work = stated == NULL || stated[0] == '\0'; /* of which only the title is told */
    return is_phrase && (n_new > 0 || !x->is_direct || is_of_work);
}

/* The session is there for the name of its track and nothing else? */
static bool is_by_track(const struct explainer *x)
{
    bool has_track = false;
    for (uint32_t i = 0; i < x->doc->n_words; i++) {
        if (x->carried[x->words[i].term] > 0) {
            enum match_field field = x->pieces[x->words[i].piece].field;
            if (field != FIELD_TRACK) {
                return false;
            }
            has_track = true;
        }
    }
    return has_track;
}

static void mark_told(struct explainer *x, struct segment s)
{
    for (uint32_t i = s.first; i < s.first + s.n; i++) {
        x->index->scratch->told[x->words[i].term] = x->told;
    }
    x->n_told++;
}

static int tell_segments(struct explainer *x, const char **because, int n)
{
    struct segment hot[HOT_SEGMENTS];
    x->told = new_stamps(x->index, 1);
    size_t n_hot = hot_segments(x, hot);
    for (int tries = 0; tries < TRIES && n < REASONS; tries++) {
        struct segment s = best_segment(x, hot, n_hot);
        if (s.n == 0 || s.value < (x->is_direct ? 1.0 : INDIRECT) * MATCH_WORTH * x->total) {
            break;
        }
        struct segment quote = quotable(x, s);
        const char *text = quote.n > 0 ? segment_text(x, quote) : "";
        if (quote.n > 0 && is_news(x, quote) && !is_in_title(x, text)) {
            because[n++] = text;
        } else {
            quote = s; /* nothing of it is told, and what it has is not looked for again */
        }
        mark_told(x, quote);
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

/* "Bjorn Helgaas speaks": the session's own names come before those of its track. */
static int tell_people(const struct explainer *x, const char **because, int n)
{
    const struct match_original *source = &x->index->sources.items[x->doc - x->index->docs.items];
    for (int i = 0; i < x->query->n_for && n < REASONS; i++) {
        uint32_t term = x->query->terms[i].term;
        if (x->index->terms.items[term].kind != TERM_PERSON || x->carried[term] <= 0) {
            continue;
        }
        for (size_t k = 0; k < source->n_named; k++) {
            const struct match_named *named = &source->named[k];
            const int64_t *known = strmap_find(&x->index->people, text_fold(named->name, x->arena));
            if (known != NULL && (uint32_t)*known == term) {
                because[n++] =
                    arena_printf(x->arena, "%s %s", named->name, role_phrase(named->role));
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

void match_explain(const struct match_index *index, const struct match_query *query, uint32_t doc,
                   struct arena *arena, struct match_result *ret)
{
    struct hot_word hot[HOT_WORDS];
    struct explainer x = {.index = index,
                          .query = query,
                          .doc = &index->docs.items[doc],
                          .words = index->words.items + index->docs.items[doc].first_word,
                          .pieces = index->pieces.items + index->docs.items[doc].first_piece,
                          .arena = arena,
                          .hot = hot,
                          .carried = index->scratch->weights};
    match_carry(&x);
    const char **because = arena_array(arena, REASONS, sizeof *because);
    int n = 0;
    x.is_direct = !x.is_half && 2 * x.by_basis[MATCH_BY_WORDS] >= x.by_basis[MATCH_BY_RELATED];
    if (x.is_direct) {
        match_keep_direct(&x);
    }
    ret->basis = x.is_direct ? MATCH_BY_WORDS : MATCH_BY_RELATED;
    if (x.by_basis[MATCH_BY_PEOPLE] > 0) {
        n = tell_people(&x, because, n);
        ret->basis = x.by_basis[MATCH_BY_PEOPLE] > x.total / 2 ? MATCH_BY_PEOPLE : ret->basis;
    }
    if (x.by_basis[MATCH_BY_LIKES] > x.total / 2) {
        n = n < REASONS ? tell_likes(&x, because, n) : n;
        ret->basis = MATCH_BY_LIKES;
    }
    n = tell_segments(&x, because, n);
    const struct match_told told = {x.carried, x.total, x.near, x.is_half};
    ret->wrote = match_wrote(index, query, &told, arena, &ret->work);
    if (n == 0 && x.is_direct && ret->work == NULL && is_by_track(&x)) {
        int track = index->conf->sessions.items[x.doc->session].track;
        because[n++] = arena_printf(arena, "part of %s", index->conf->tracks.items[track].title);
    }
    ret->because = because;
    ret->n_because = n;
    match_clear_carried(&x);
}
