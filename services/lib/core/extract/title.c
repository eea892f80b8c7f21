/* Titles of headings and subjects, without their trimmings. */
#include "core/extract/title.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Short, for the table. */
enum {
    TRIM = TITLE_TRIM,
    MC = TITLE_MC,
    DETERMINER = TITLE_DETERMINER,
    CONNECTOR = TITLE_CONNECTOR,
    EMPTY = TITLE_EMPTY,
    OPENER = TITLE_OPENER,
    STOP = TITLE_STOP,
    VERB = TITLE_VERB,
    PRONOUN = TITLE_PRONOUN,
    KIND = TITLE_KIND
};

#include "core/extract/titles_table.h"

/* ------------------------------------------------------------------ words of a text */

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == CELL || c == '\0';
}

struct span title_bare(struct span word)
{
    while (word.n > 0 && ispunct((unsigned char)word.p[word.n - 1]) &&
           strchr(".,:;!?\"'()[]{}*", word.p[word.n - 1]) != NULL) {
        word.n--;
    }
    while (word.n > 0 && ispunct((unsigned char)word.p[0]) &&
           strchr("\"'([{*", word.p[0]) != NULL) {
        word.p++;
        word.n--;
    }
    return word;
}

static bool ends_with(struct span s, const char *tail)
{
    size_t n = strlen(tail);
    return s.n > n && memcmp(s.p + s.n - n, tail, n) == 0;
}

static struct span without_genitive(struct span word)
{
    size_t n = ends_with(word, "'s") ? 2 : ends_with(word, "’s") ? 4 : 0;
    return (struct span){word.p, word.n - n};
}

static short bits_of(struct span word)
{
    struct span bare = title_bare(word);
    unsigned bits = WORD_BITS(title_words, bare);
    struct span owner = without_genitive(bare);
    if (owner.n < bare.n) { /* "the MC's", "our project's microconference" */
        bits |= TITLE_DETERMINER | (WORD_BITS(title_words, owner) & TITLE_MC);
    }
    bool is_lower_mc = owner.n == 2 && owner.p[0] == 'm'; /* the usual name of a variable */
    return (short)(is_lower_mc ? bits & ~(unsigned)TITLE_MC : bits);
}

bool title_has(struct title_words *w, size_t i, unsigned bits)
{
    if (w->bits[i] < 0) {
        w->bits[i] = bits_of(w->items[i]);
    }
    return ((unsigned)w->bits[i] & bits) != 0;
}

void title_words_split(struct span s, struct title_words *ret)
{
    ret->n = 0;
    for (size_t i = 0; i < s.n && ret->n < TITLE_WORDS;) {
        while (i < s.n && is_gap(s.p[i])) {
            i++;
        }
        size_t start = i;
        while (i < s.n && !is_gap(s.p[i])) {
            i++;
        }
        if (i > start) {
            ret->items[ret->n] = (struct span){s.p + start, i - start};
            ret->bits[ret->n] = -1;
            ret->n++;
        }
    }
}

/* "MC", "microconference", "devroom", "uconf": the letters that such a word may begin with. */
static bool may_be_mc(struct span word)
{
    unsigned char c = word.n > 0 ? (unsigned char)word.p[0] : 0;
    return c == 'm' || c == 'M' || c == 'd' || c == 'D' || c == 'u' || c == 'U' || c >= 0x80;
}

size_t title_mc_words(struct title_words *w, size_t i)
{
    struct span word = title_bare(w->items[i]);
    if (!may_be_mc(word)) {
        return 0;
    }
    if (title_has(w, i, TITLE_MC)) {
        return 1;
    }
    word = without_genitive(word);
    if (i + 1 >= w->n || word.n < 3) {
        return 0;
    }
    struct span next = title_bare(w->items[i + 1]);
    bool is_micro = span_equal_nocase(word, "micro") || span_equal_nocase(word, "mini");
    bool is_conference = span_equal_nocase(next, "conference") ||
                         span_equal_nocase(next, "conferences") ||
                         span_equal_nocase(next, "conf") || span_equal_nocase(next, "summit");
    bool is_dev_room = span_equal_nocase(word, "dev") && span_equal_nocase(next, "room");
    return (is_micro && is_conference) || is_dev_room ? 2 : 0;
}

bool text_names_mc(struct span text)
{
    text.n = text.n < TITLE_LINE_MAX ? text.n : TITLE_LINE_MAX;
    while (text.n > 0) {
        struct title_words w;
        title_words_split(text, &w);
        for (size_t i = 0; i < w.n; i++) {
            if (title_mc_words(&w, i) > 0) {
                return true;
            }
        }
        if (w.n < TITLE_WORDS) {
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
    if (word.n == 5 && word.p[0] == '\'') {
        word = (struct span){word.p + 1, 4};
    }
    return word.n == 4 && (memcmp(word.p, "19", 2) == 0 || memcmp(word.p, "20", 2) == 0) &&
           isdigit((unsigned char)word.p[2]) && isdigit((unsigned char)word.p[3]);
}

/* "lpc2024", "FOSDEM'25": the year glued to the conference. */
static bool is_dated_trimming(struct span word)
{
    size_t n = word.n;
    while (n > 0 && isdigit((unsigned char)word.p[n - 1])) {
        n--;
    }
    size_t n_digits = word.n - n;
    n -= n > 0 && (word.p[n - 1] == '\'' || word.p[n - 1] == '-') ? 1 : 0;
    struct span rest = {word.p, n};
    return (n_digits == 2 || n_digits == 4) && n > 2 && !islower((unsigned char)word.p[1]) &&
           (WORD_BITS(title_words, rest) & TITLE_TRIM) != 0;
}

bool title_is_trimming(struct title_words *w, size_t i)
{
    struct span raw = w->items[i];
    struct span word = title_bare(raw);
    size_t n_digits = 0; /* "1.", "#2:" count the headings */
    while (n_digits < word.n &&
           (isdigit((unsigned char)word.p[n_digits]) || word.p[n_digits] == '#')) {
        n_digits++;
    }
    bool is_count = n_digits == word.n && word.n < raw.n;
    if (word.n == 0 || is_year(word) || is_count || is_dated_trimming(word)) {
        return true;
    }
    bool is_upper_mark = word.n > 1 && isupper((unsigned char)word.p[0]) &&
                         (span_equal_nocase(word, "run") || span_equal_nocase(word, "host"));
    return !is_upper_mark && title_has(w, i, TITLE_TRIM);
}

static bool is_linux_plumbers(struct title_words *w, size_t i)
{
    return i + 1 < w->n && span_equal_nocase(title_bare(w->items[i]), "linux") &&
           (span_equal_nocase(title_bare(w->items[i + 1]), "plumbers") ||
            span_equal_nocase(title_bare(w->items[i + 1]), "plumber"));
}

/* Quotes around a title, and "-related" behind it. */
static struct span skip_quotes_and_tails(struct span whole)
{
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
    return whole;
}

char *title_join(struct title_words *w, size_t from, size_t to, struct arena *arena)
{
    while (from < to && (title_is_trimming(w, from) || is_linux_plumbers(w, from) ||
                         span_equal_nocase(title_bare(w->items[from]), "plumber"))) {
        from++;
    }
    while (to > from &&
           (title_is_trimming(w, to - 1) || (to - from > 1 && is_linux_plumbers(w, to - 2)))) {
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
    whole = skip_quotes_and_tails(whole);
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
static size_t last_segment(struct title_words *w, size_t to, struct arena *arena)
{
    size_t start = 0;
    for (size_t i = 0; i + 1 < to; i++) {
        struct span word = w->items[i];
        bool is_cut =
            word.p[word.n - 1] == ':' || (word.n <= 3 && title_bare(word).n > 0 &&
                                          (word.p[0] == '-' || memcmp(word.p, "–", 2) == 0));
        if (is_cut && title_join(w, i + 1, to, arena)[0] != '\0') {
            start = i + 1;
        }
    }
    return start;
}

/* "Call for papers: X", "Foo summit workshop: X": where X begins, behind what only says where and
 * what kind. */
static size_t behind_kind(struct title_words *w)
{
    size_t start = 0;
    bool has_subject = false; /* since the last colon */
    bool has_kind = false;
    for (size_t i = 0; i + 1 < w->n; i++) {
        has_subject = has_subject || !title_is_trimming(w, i);
        has_kind = has_kind || title_has(w, i, TITLE_KIND);
        if (w->items[i].p[w->items[i].n - 1] == ':') {
            start = has_kind || !has_subject ? i + 1 : start;
            has_kind = has_subject = false;
        }
    }
    return start;
}

/* The rest of a title line behind "MC": "(2 hours)", "at LPC 2024", ": call for topics", but not
 * "planning notes". */
static bool is_trimming_from(struct title_words *w, size_t i)
{
    for (; i < w->n; i++) {
        struct span word = w->items[i];
        char before = i > 0 ? w->items[i - 1].p[w->items[i - 1].n - 1] : ' ';
        bool is_cut = before == ':' || strchr("([-|/", word.p[0]) != NULL ||
                      (word.n == 3 && (unsigned char)word.p[0] == 0xE2);
        if (is_cut) {
            return true;
        }
        if (!title_is_trimming(w, i) && !is_linux_plumbers(w, i) &&
            !(i > 0 && is_linux_plumbers(w, i - 1))) {
            return false;
        }
    }
    return true;
}

bool title_is_whole(struct span line)
{
    line.n = line.n < TITLE_LINE_MAX ? line.n : TITLE_LINE_MAX;
    struct title_words w;
    title_words_split(line, &w);
    size_t at = 0;
    while (at < w.n && title_mc_words(&w, at) == 0) {
        at++;
    }
    bool is_first = true; /* "MC on tracing": the name follows */
    for (size_t i = 0; i < at; i++) {
        is_first = is_first && title_is_trimming(&w, i);
    }
    return at == w.n || is_first || is_trimming_from(&w, at + title_mc_words(&w, at));
}

const char *title_clean(struct span heading, struct arena *arena)
{
    heading = skip_tags(heading);
    heading.n = heading.n < TITLE_LINE_MAX ? heading.n : TITLE_LINE_MAX;
    struct title_words w;
    title_words_split(heading, &w);
    size_t at = 0;
    while (at < w.n && title_mc_words(&w, at) == 0) {
        at++;
    }
    if (at == w.n) {
        return title_join(&w, behind_kind(&w), w.n, arena);
    }
    char *before = title_join(&w, last_segment(&w, at, arena), at, arena);
    if (before[0] != '\0') {
        return before;
    }
    size_t after = at + title_mc_words(&w, at);
    return after >= w.n ? "" : title_join(&w, after, w.n, arena);
}

static bool contains_nocase(struct span s, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= s.n; i++) {
        if (((s.p[i] ^ what[0]) & 0x5F) == 0 && strncasecmp(s.p + i, what, n) == 0) {
            return true;
        }
    }
    return false;
}

enum track_kind title_kind(struct span heading)
{
    static const struct {
        const char *text; /* in the order that decides */
        enum track_kind kind;
    } marks[] = {
        {"birds of a feather", TRACK_BOF},
        {"microconf", TRACK_MC},
        {"micro-conf", TRACK_MC},
        {"kernel summit", TRACK_KERNEL_SUMMIT},
        {"maintainers summit", TRACK_KERNEL_SUMMIT},
        {"tech topic]", TRACK_KERNEL_SUMMIT},
        {"core topic]", TRACK_KERNEL_SUMMIT},
        {"ksummit", TRACK_KERNEL_SUMMIT},
        {"refereed", TRACK_REFEREED},
    };
    heading.n = heading.n < 300 ? heading.n : 300;
    struct title_words w;
    title_words_split(heading, &w);
    for (size_t i = 0; i < w.n; i++) {
        struct span word = title_bare(w.items[i]);
        if (span_equal_nocase(word, "bof") || span_equal_nocase(word, "bofs")) {
            return TRACK_BOF;
        }
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (contains_nocase(heading, marks[i].text)) {
            return marks[i].kind;
        }
    }
    return text_names_mc(heading) ? TRACK_MC : TRACK_OTHER;
}
