/* Titles: of headings and subjects without their trimmings, and out of the text where there is no
 * heading: "The X microconference ...", "X MC", "a microconference on X", "X is ...". */
#include "core/extract_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define WORDS_MAX  40
#define TITLE_MAX  120
#define SCAN_LINES 300  /* of a section that are read for its title */
#define LINE_MAX   4000 /* bytes of a line that are read */
#define CANDIDATES 48

/* ------------------------------------------------------------------ words of a text */

struct words {
    struct span items[WORDS_MAX];
    size_t n;
};

static bool is_word_in(struct span word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (span_equal_nocase(word, list[i])) {
            return true;
        }
    }
    return false;
}
#define IS_WORD_IN(word, list) is_word_in(word, list, sizeof list / sizeof list[0])

static struct span bare(struct span word)
{
    while (word.n > 0 && strchr(".,:;!?\"'()[]{}*", word.p[word.n - 1]) != NULL) {
        word.n--;
    }
    while (word.n > 0 && strchr("\"'([{*", word.p[0]) != NULL) {
        word.p++;
        word.n--;
    }
    return word;
}

/* How many words from w[i] on say "microconference": "MC", "micro conference"; 0 = none. */
static size_t mc_words(const struct words *w, size_t i)
{
    static const char *const one[] = {
        "mc",        "mcs",         "microconference", "microconferences", "micro-conference",
        "microconf", "miniconf",    "miniconference",  "mini-conference",  "micro-conferences",
        "devroom",   "miniconfs",   "mini-conf",       "microconfs",       "minisummit",
        "devrooms",  "mini-summit", "microconfernce",  "micro‑conference", "dev-room"};
    struct span word = bare(w->items[i]);
    if (word.n < 2 || strchr("mMdD", word.p[0]) == NULL) {
        return 0;
    }
    if (word.n > 2 && (memcmp(word.p + word.n - 2, "'s", 2) == 0)) {
        word.n -= 2;
    } else if (word.n > 4 && memcmp(word.p + word.n - 4, "’s", 4) == 0) {
        word.n -= 4;
    }
    if (IS_WORD_IN(word, one)) {
        bool is_lower_mc = word.n == 2 && word.p[0] == 'm';
        return is_lower_mc ? 0 : 1;
    }
    if (i + 1 >= w->n) {
        return 0;
    }
    struct span next = bare(w->items[i + 1]);
    bool is_micro = span_equal_nocase(word, "micro") || span_equal_nocase(word, "mini");
    bool is_conference = span_equal_nocase(next, "conference") ||
                         span_equal_nocase(next, "conferences") ||
                         span_equal_nocase(next, "conf") || span_equal_nocase(next, "summit");
    bool is_dev_room = span_equal_nocase(word, "dev") && span_equal_nocase(next, "room");
    return (is_micro && is_conference) || is_dev_room ? 2 : 0;
}

static struct words words_split(struct span s)
{
    struct words w = {.n = 0};
    for (size_t i = 0; i < s.n && w.n < WORDS_MAX;) {
        while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == CELL)) {
            i++;
        }
        size_t start = i;
        while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != CELL) {
            i++;
        }
        if (i > start) {
            w.items[w.n++] = (struct span){s.p + start, i - start};
        }
    }
    return w;
}

bool text_names_mc(struct span text)
{
    text.n = text.n < LINE_MAX ? text.n : LINE_MAX;
    while (text.n > 0) {
        struct words w = words_split(text);
        for (size_t i = 0; i < w.n; i++) {
            if (mc_words(&w, i) > 0) {
                return true;
            }
        }
        if (w.n < WORDS_MAX) {
            return false;
        }
        const char *last = w.items[w.n - 1].p;
        text = (struct span){last, text.n - (size_t)(last - text.p)};
    }
    return false;
}

/* ------------------------------------------------------------------ cleaning */

static bool is_year(struct span word)
{
    word = bare(word);
    if (word.n == 5 && word.p[0] == '\'') {
        word = (struct span){word.p + 1, 4};
    }
    return word.n == 4 && (memcmp(word.p, "19", 2) == 0 || memcmp(word.p, "20", 2) == 0) &&
           isdigit((unsigned char)word.p[2]) && isdigit((unsigned char)word.p[3]);
}

/* Words that say where and what kind, not what about. */
static bool is_trimming(struct span raw)
{
    static const char *const both[] = {"lpc",
                                       "plumbers",
                                       "conference",
                                       "proposal",
                                       "proposals",
                                       "proposed",
                                       "propose",
                                       "call",
                                       "cfp",
                                       "papers",
                                       "topics",
                                       "topic",
                                       "talks",
                                       "draft",
                                       "accepted",
                                       "announcement",
                                       "announce",
                                       "announcing",
                                       "the",
                                       "a",
                                       "an",
                                       "at",
                                       "in",
                                       "on",
                                       "for",
                                       "and",
                                       "re",
                                       "fwd",
                                       "fw",
                                       "-",
                                       "–",
                                       "—",
                                       "|",
                                       "of",
                                       "with",
                                       "to",
                                       "rfc",
                                       "summary",
                                       "participation",
                                       "presentations",
                                       "invitation",
                                       "submission",
                                       "submissions",
                                       "about",
                                       "fosdem",
                                       "linux-plumbers",
                                       "joint",
                                       "cfps",
                                       "contributions",
                                       "discussion",
                                       "request",
                                       "lpc's",
                                       "this",
                                       "our",
                                       "session",
                                       "track",
                                       "&",
                                       "/",
                                       "around",
                                       "meeting",

                                       "title",
                                       "new",
                                       "final",
                                       "schedule",
                                       "agenda",
                                       "is",
                                       "will",
                                       "be",
                                       "by",
                                       "we",
                                       "we’d",
                                       "we'd",
                                       "like",
                                       "into",
                                       "from",
                                       "previous",
                                       "past",
                                       "last",
                                       "upcoming",
                                       "year's",
                                       "year’s",
                                       "annual",
                                       "dedicated",
                                       "focused",
                                       "second",
                                       "first",
                                       "third",
                                       "fourth",
                                       "fifth",
                                       "name",
                                       "subject",
                                       "aw",
                                       "speakers",
                                       "cfps:",
                                       "deadline",
                                       "your",
                                       "call-for-papers",
                                       "lpc2020",
                                       "lpc2021",
                                       "lpc2022",
                                       "lpc2023",
                                       "lpc2024",
                                       "lpc2025",
                                       "lpc2019",
                                       "netdev",
                                       "edition",
                                       "organizing",
                                       "organising",
                                       "host",
                                       "run"};
    struct span word = bare(raw);
    size_t n_digits = 0; /* "1.", "#2:" count the headings */
    while (n_digits < word.n &&
           (isdigit((unsigned char)word.p[n_digits]) || word.p[n_digits] == '#')) {
        n_digits++;
    }
    bool is_count = n_digits == word.n && word.n < raw.n;
    if (word.n == 0 || is_year(word) || is_count) {
        return true;
    }
    bool is_upper_mark = word.n > 1 && isupper((unsigned char)word.p[0]) &&
                         (span_equal_nocase(word, "run") || span_equal_nocase(word, "host"));
    return !is_upper_mark && IS_WORD_IN(word, both);
}

static bool is_linux_plumbers(const struct words *w, size_t i)
{
    return i + 1 < w->n && span_equal_nocase(bare(w->items[i]), "linux") &&
           (span_equal_nocase(bare(w->items[i + 1]), "plumbers") ||
            span_equal_nocase(bare(w->items[i + 1]), "plumber"));
}

/* Trims words [from, to) at both ends and joins what stays; "" when nothing does. */
static char *words_join(const struct words *w, size_t from, size_t to, struct arena *arena)
{
    while (from < to && (is_trimming(w->items[from]) || is_linux_plumbers(w, from) ||
                         span_equal_nocase(bare(w->items[from]), "plumber"))) {
        from++;
    }
    while (to > from &&
           (is_trimming(w->items[to - 1]) || (to - from > 1 && is_linux_plumbers(w, to - 2)))) {
        to--;
    }
    if (from >= to) {
        return arena_strdup(arena, "");
    }
    const char *start = w->items[from].p;
    struct span whole = {start, (size_t)(w->items[to - 1].p + w->items[to - 1].n - start)};
    bool has_bracket = memchr(whole.p, '(', whole.n) != NULL;
    while (whole.n > 0 &&
           strchr(has_bracket ? ".,:;!?\"'-" : ".,:;!?\"')]-", whole.p[whole.n - 1])) {
        whole.n--;
    }
    while (whole.n > 0 && strchr("\"'([-:", whole.p[0]) != NULL) {
        whole.p++;
        whole.n--;
    }
    static const char *const quotes[] = {"“", "”", "‘", "«", "»"};
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        size_t n = strlen(quotes[i]);
        if (whole.n > n && memcmp(whole.p, quotes[i], n) == 0) {
            whole = (struct span){whole.p + n, whole.n - n};
        }
        if (whole.n > n && memcmp(whole.p + whole.n - n, quotes[i], n) == 0) {
            whole.n -= n;
        }
    }
    static const char *const tails[] = {"-focused",  "-focussed", "-related",
                                        "-specific", "-centric",  "'s"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        size_t n = strlen(tails[i]);
        if (whole.n > n && strncasecmp(whole.p + whole.n - n, tails[i], n) == 0) {
            whole.n -= n;
        }
    }
    return span_dup(whole, arena);
}

/* "[CFP] x", "Re: x": the tags in front. */
static struct span skip_tags(struct span s)
{
    s = span_trim(s);
    while (s.n > 2) {
        const char *close = s.p[0] == '[' ? memchr(s.p, ']', s.n) : NULL;
        if (close != NULL) {
            s = span_trim((struct span){close + 1, s.n - (size_t)(close + 1 - s.p)});
        } else if (strncasecmp(s.p, "re:", 3) == 0 || strncasecmp(s.p, "fw:", 3) == 0 ||
                   strncasecmp(s.p, "aw:", 3) == 0) {
            s = span_trim((struct span){s.p + 3, s.n - 3});
        } else if (s.n > 4 && strncasecmp(s.p, "fwd:", 4) == 0) {
            s = span_trim((struct span){s.p + 4, s.n - 4});
        } else {
            break;
        }
    }
    return s;
}

/* Start of the last of the segments that colons and dashes make of words [0, to) and that says
 * something. */
static size_t last_segment(const struct words *w, size_t to, struct arena *arena)
{
    size_t start = 0;
    for (size_t i = 0; i + 1 < to; i++) {
        struct span word = w->items[i];
        bool is_cut =
            word.p[word.n - 1] == ':' ||
            (word.n <= 3 && bare(word).n > 0 && (word.p[0] == '-' || memcmp(word.p, "–", 2) == 0));
        if (is_cut && words_join(w, i + 1, to, arena)[0] != '\0') {
            start = i + 1;
        }
    }
    return start;
}

const char *title_clean(struct span heading, struct arena *arena)
{
    heading = skip_tags(heading);
    heading.n = heading.n < LINE_MAX ? heading.n : LINE_MAX;
    struct words w = words_split(heading);
    size_t at = 0;
    while (at < w.n && mc_words(&w, at) == 0) {
        at++;
    }
    if (at == w.n) {
        size_t start = 0;
        for (size_t i = 0; i + 1 < w.n; i++) { /* "Call for papers: X" */
            bool is_cut = w.items[i].p[w.items[i].n - 1] == ':';
            bool is_empty = words_join(&w, 0, i + 1, arena)[0] == '\0';
            start = is_cut && is_empty ? i + 1 : start;
        }
        return words_join(&w, start, w.n, arena);
    }
    char *before = words_join(&w, last_segment(&w, at, arena), at, arena);
    if (before[0] != '\0') {
        return before;
    }
    size_t after = at + mc_words(&w, at);
    return after >= w.n ? "" : words_join(&w, after, w.n, arena);
}

static bool contains_nocase(struct span s, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= s.n; i++) {
        if (strncasecmp(s.p + i, what, n) == 0) {
            return true;
        }
    }
    return false;
}

enum track_kind title_kind(struct span heading)
{
    heading.n = heading.n < 300 ? heading.n : 300;
    struct words w = words_split(heading);
    for (size_t i = 0; i < w.n; i++) {
        struct span word = bare(w.items[i]);
        if (span_equal_nocase(word, "bof") || span_equal_nocase(word, "bofs")) {
            return TRACK_BOF;
        }
    }
    if (contains_nocase(heading, "birds of a feather")) {
        return TRACK_BOF;
    }
    if (contains_nocase(heading, "microconf") || contains_nocase(heading, "micro-conf")) {
        return TRACK_MC;
    }
    if (contains_nocase(heading, "kernel summit") ||
        contains_nocase(heading, "maintainers summit") || contains_nocase(heading, "tech topic]") ||
        contains_nocase(heading, "core topic]") || contains_nocase(heading, "ksummit")) {
        return TRACK_KERNEL_SUMMIT;
    }
    if (contains_nocase(heading, "refereed")) {
        return TRACK_REFEREED;
    }
    return text_names_mc(heading) ? TRACK_MC : TRACK_OTHER;
}

/* ------------------------------------------------------------------ out of the text */

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

static bool is_determiner(struct span word)
{
    static const char *const list[] = {"the",  "a",    "an",      "this", "our",   "these",
                                       "your", "that", "another", "each", "every", "any"};
    return IS_WORD_IN(word, list) || (word.n > 2 && memcmp(word.p + word.n - 2, "'s", 2) == 0) ||
           (word.n > 4 && memcmp(word.p + word.n - 4, "’s", 4) == 0);
}

static bool is_connector(struct span word)
{
    static const char *const list[] = {"and", "of", "on", "for", "in", "with", "&", "/", "+", "to"};
    return IS_WORD_IN(word, list);
}

static bool is_sentence_break(struct span word)
{
    char last = word.n > 0 ? word.p[word.n - 1] : '.';
    return last == '.' || last == ',' || last == ';' || last == ':' || last == '!' || last == '?' ||
           (word.n <= 3 && word.n > 0 && (word.p[0] == '-' || (unsigned char)word.p[0] == 0xE2));
}

static bool is_capital(struct span word)
{
    word = bare(word);
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        if (isupper(c) || isdigit(c) || c == '_' || c >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Lower-case words that are no subject: "success of last year's microconference". */
static bool is_empty_word(struct span word)
{
    static const char *const list[] = {
        "success",  "previous", "following", "same",      "whole",     "entire",   "successful",
        "edition",  "half-day", "half",      "next",      "other",     "own",      "current",
        "accepted", "proposed", "year",      "years",     "several",   "full",     "goal",
        "purpose",  "main",     "days",      "day",       "two",       "three",    "one",
        "single",   "separate", "existing",  "different", "open",      "similar",  "related",
        "day-long", "all-day",  "short",     "small",     "dedicated", "specific", "such",
        "usual",    "regular",  "original",  "possible",  "great",     "good"};
    return IS_WORD_IN(bare(word), list);
}

/* "The X microconference": words [from, at) behind a determiner. */
static void vote_before(struct candidates *c, const struct words *w, size_t at, double boost)
{
    size_t from = at;
    size_t n_lower = 0;
    bool is_empty = false;
    while (from > 0 && at - from < 9) {
        struct span word = w->items[from - 1];
        if (is_determiner(bare(word)) || is_sentence_break(word)) {
            break;
        }
        bool is_plain = !is_capital(word) && !is_connector(bare(word));
        n_lower += is_plain ? 1 : 0;
        is_empty = is_empty || (is_plain && is_empty_word(word));
        from--;
    }
    bool has_determiner = from > 0 && is_determiner(bare(w->items[from - 1]));
    bool is_at_start = from == 1 && has_determiner && span_equal_nocase(bare(w->items[0]), "the");
    if (!has_determiner || n_lower > 0) {
        /* the run of capitals right before it */
        size_t run = at;
        while (run > from &&
               (is_capital(w->items[run - 1]) || is_connector(bare(w->items[run - 1])))) {
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
    vote(c, words_join(w, from, at, c->arena), weight * boost);
}

/* "a microconference on X as ...": X up to what is no longer its name. */
static void vote_behind(struct candidates *c, const struct words *w, size_t i, double boost)
{
    static const char *const openers[] = {"for",       "on",        "about",     "around",
                                          "covering",  "dedicated", "focused",   "focusing",
                                          "focussing", "titled",    "called",    "named",
                                          "regarding", "devoted",   "concerning"};
    static const char *const stops[] = {"as",  "at",     "which",   "that", "where", "this",
                                        "in",  "during", "again",   "to",   "is",    "will",
                                        "has", "was",    "because", "with", "next",  "we",
                                        "so",  "who",    "since",   "from", "by",    "are"};
    if (i >= w->n || !IS_WORD_IN(bare(w->items[i]), openers) ||
        is_sentence_break(w->items[i - 1])) {
        return;
    }
    size_t from = i + 1;
    while (from < w->n &&
           (IS_WORD_IN(bare(w->items[from]), openers) || is_determiner(bare(w->items[from])) ||
            span_equal_nocase(w->items[from], "to"))) {
        from++;
    }
    size_t to = from;
    while (to < w->n && to - from < 8 && !IS_WORD_IN(bare(w->items[to]), stops)) {
        to++;
        if (is_sentence_break(w->items[to - 1])) {
            break;
        }
    }
    bool is_name = to > from && is_capital(w->items[from]);
    vote(c, words_join(w, from, to, c->arena), (is_name ? 5.0 : 2.5) * boost);
}

static void vote_sentences(struct candidates *c, struct span text, bool is_first)
{
    text.n = text.n < LINE_MAX ? text.n : LINE_MAX;
    bool is_line_start = true;
    while (text.n > 0) {
        struct words w = words_split(text);
        for (size_t i = 0; i < w.n; i++) {
            size_t n = mc_words(&w, i);
            if (n == 0) {
                continue;
            }
            double boost = is_first && is_line_start ? 2.0 : 1.0;
            vote_before(c, &w, i, boost);
            vote_behind(c, &w, i + n, boost);
        }
        if (w.n < WORDS_MAX) {
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
    static const char *const verbs[] = {
        "is",      "are",      "was",    "has",      "have",     "keeps",   "keep",  "continues",
        "remains", "provides", "allows", "enables",  "supports", "can",     "will",  "plays",
        "aims",    "refers",   "makes",  "offers",   "became",   "becomes", "gives", "helps",
        "brings",  "covers",   "deals",  "consists", "describes"};
    struct words w = words_split(text);
    size_t i = 0;
    while (i < w.n && i < 8 && !IS_WORD_IN(w.items[i], verbs) && !is_sentence_break(w.items[i])) {
        i++;
    }
    bool has_article = w.n > 0 && is_determiner(bare(w.items[0]));
    bool is_subject = i > 0 && i < w.n && i <= 6 && IS_WORD_IN(w.items[i], verbs) &&
                      !is_connector(bare(w.items[0]));
    static const char *const pronouns[] = {"it",   "this", "we", "there",     "these", "i",
                                           "they", "you",  "as", "following", "since"};
    if (!is_subject || IS_WORD_IN(bare(w.items[0]), pronouns)) {
        return;
    }
    char *title = words_join(&w, 0, i, c->arena);
    char *mark = strchr(title, '[');
    if (mark != NULL) {
        *mark = '\0';
    }
    vote(c, title, has_article ? 1.0 : 3.0);
}

/* The pair of words that the text repeats most: what it is about when nothing says so. */
static void vote_frequent(struct candidates *c, const struct doc *doc, size_t first, size_t end)
{
    struct strmap pairs = {0};
    const char *best = NULL;
    int64_t best_n = 3;
    size_t n_words = 0;
    for (size_t i = first; i < end && n_words < 5000; i++) {
        const struct line *line = &doc->lines[i];
        struct words w =
            words_split((struct span){line->text, line->len < 2000 ? line->len : 2000});
        for (size_t k = 0; k + 1 < w.n; k++, n_words++) {
            struct span a = w.items[k];
            struct span b = bare(w.items[k + 1]);
            bool is_pair = bare(a).n == a.n && a.n > 3 && b.n > 3 && a.n + b.n < 60 &&
                           isalpha((unsigned char)a.p[0]) && isalpha((unsigned char)b.p[0]) &&
                           mc_words(&w, k + 1) == 0 && mc_words(&w, k) == 0 && !is_empty_word(a) &&
                           !is_empty_word(b) && !is_trimming(a) && !is_trimming(b) &&
                           !is_determiner(a) && !is_connector(a);
            if (!is_pair) {
                continue;
            }
            char key[128];
            char *text = arena_printf(c->arena, "%.*s %.*s", (int)a.n, a.p, (int)b.n, b.p);
            (void)fold_word(span_of(text), key, sizeof key);
            int64_t *count = strmap_at(&pairs, c->arena, key, 0, NULL);
            if (++*count > best_n && !str_starts(key, "linux kernel")) {
                best_n = *count;
                best = text;
            }
        }
    }
    if (best == NULL) {
        return;
    }
    char *title = arena_strdup(c->arena, best);
    for (size_t i = 0; title[i] != '\0'; i++) {
        bool is_start = i == 0 || title[i - 1] == ' ';
        title[i] = is_start ? (char)toupper((unsigned char)title[i]) : title[i];
    }
    vote(c, title, 0.7 * (double)best_n);
}

const char *title_find(const struct doc *doc, size_t first, size_t end, struct arena *arena)
{
    struct candidates c = {.arena = arena};
    size_t stop = end - first > SCAN_LINES ? first + SCAN_LINES : end;
    bool has_subject = false;
    size_t n_text = 0;
    for (size_t i = first; i < stop; i++) {
        const struct line *line = &doc->lines[i];
        if ((line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE)) != 0) {
            continue;
        }
        struct span text = {line->text, line->len};
        /* wrapped text: a name may be cut by the end of the line */
        const struct line *next = i + 1 < stop ? line + 1 : NULL;
        bool wraps = next != NULL && (next->flags & (LINE_AFTER_BLANK | LINE_SKIP)) == 0 &&
                     next->mark == MARK_NONE && line->len > 40 && line->len < 200;
        if (wraps) {
            char *joined = arena_printf(arena, "%s %.*s", line->text, 200, next->text);
            text = span_of(joined);
        }
        vote_sentences(&c, text, n_text == 0);
        if (!has_subject && line->len > 30) {
            has_subject = true;
            vote_subject(&c, text);
        }
        n_text += line->len > 30 ? 1 : 0;
    }
    bool has_name = false;
    for (size_t i = 0; i < c.n; i++) {
        has_name = has_name || c.items[i].weight >= 3.5;
    }
    if (!has_name) {
        vote_frequent(&c, doc, first, stop);
    }
    const struct candidate *best = NULL;
    for (size_t i = 0; i < c.n; i++) {
        if (best == NULL || c.items[i].weight > best->weight) {
            best = &c.items[i];
        }
    }
    return best == NULL ? "" : best->title;
}
