/* Cuts: where one person of a list ends and the next begins, and where a name ends and what belongs
 * to it begins. */
#include "core/extract/part.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "core/extract/cuts_table.h"

static bool is_word_end(struct span s, size_t i)
{
    return i >= s.n || s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == ',';
}

static bool starts_word(struct span s, size_t i, const char *word)
{
    if (i >= s.n || ((s.p[i] ^ word[0]) & 0x5F) != 0) {
        return false;
    }
    size_t n = strlen(word);
    return s.n - i >= n && strncasecmp(s.p + i, word, n) == 0 && is_word_end(s, i + n);
}

/* ------------------------------------------------------------------ cutting lists */

int depth_change(char c)
{
    return c == '(' || c == '[' || c == '<' || c == '{'   ? 1
           : c == ')' || c == ']' || c == '>' || c == '}' ? -1
                                                          : 0;
}

/* Does the word that ends at s.p[i] want another one, as in "von und zu Hohenfels"? */
static bool ends_in_particle(struct span s, size_t i)
{
    size_t start = i;
    while (start > 0 && s.p[start - 1] != ' ' && s.p[start - 1] != '\n' && i - start < 8) {
        start--;
    }
    struct span word = {s.p + start, i - start};
    return word.n > 0 && islower((unsigned char)word.p[0]) && start > 0 &&
           (word_classes(word) & WORD_IS_PARTICLE) != 0;
}

/* Bytes of a separator at s.p[i], 0 = none. Words need blanks around them. */
static size_t separator(struct span s, size_t i)
{
    char c = s.p[i];
    if (c == ',' || c == ';' || c == '\t' || c == CELL) {
        return 1;
    }
    if (!(c == ' ' || c == '\n') || i + 2 >= s.n) {
        return strncmp(s.p + i, "、", s.n - i < 3 ? s.n - i : 3) == 0 && s.n - i >= 3 ? 3 : 0;
    }
    for (size_t k = 0; k < sizeof separators / sizeof separators[0]; k++) {
        if (starts_word(s, i + 1, separators[k]) && !ends_in_particle(s, i)) {
            return strlen(separators[k]) + 1;
        }
    }
    return 0;
}

/* End of the part that starts s; *ret_sep = bytes of the separator behind it. A bracket that is
 * never closed counts as text. */
size_t part_end(struct span s, size_t *ret_sep)
{
    int depth = 0;
    size_t open_at = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        int change = depth_change(s.p[i]);
        if (change > 0 && depth == 0) {
            open_at = i;
        }
        depth = depth + change < 0 ? 0 : depth + change;
        if (s.p[i] == '"') {
            is_quoted = !is_quoted && memchr(s.p + i + 1, '"', s.n - i - 1 < 80 ? s.n - i - 1 : 80);
        }
        if (depth > 0 && i - open_at > PART_MAX) {
            depth = 0;
        }
        size_t sep = depth == 0 && !is_quoted ? separator(s, i) : 0;
        if (sep > 0) {
            *ret_sep = sep;
            return i;
        }
    }
    *ret_sep = 0;
    return s.n;
}

/* "Jane Doe, John Roe. We hope that ...": the list ends with its sentence. */
#define BACK_MAX 200 /* bytes that are looked at for a place to cut; no name is longer */

size_t whole_cut(const char *text, size_t n, size_t max)
{
    if (n <= max) {
        return n;
    }
    size_t end = utf8_cut(text, n, max);
    size_t least = end > BACK_MAX ? end - BACK_MAX : 0;
    size_t blank = 0;
    for (size_t i = end; i > least; i--) {
        if (text[i - 1] == ',' || text[i - 1] == ';') {
            return i - 1;
        }
        blank = blank == 0 && text[i - 1] == ' ' ? i - 1 : blank;
    }
    return blank > 0 ? blank : end;
}

struct span sentence_cut(struct span s)
{
    int depth = 0;
    size_t word = 0;
    for (size_t i = 0; i + 2 < s.n; i++) {
        depth += depth_change(s.p[i]);
        depth = depth < 0 ? 0 : depth;
        if (s.p[i] == ' ' || s.p[i] == '\n') {
            word = i + 1;
        }
        bool ends = (s.p[i] == '.' || s.p[i] == '!' || s.p[i] == '?') &&
                    (s.p[i + 1] == ' ' || s.p[i + 1] == '\n') && depth == 0 && i > word + 1;
        if (!ends || !isupper((unsigned char)s.p[i + 2])) {
            continue;
        }
        struct span last = {s.p + word, i - word};
        bool is_short_form = ((word_classes(last) & WORD_IS_HONORIFIC) != 0) ||
                             memchr(last.p, '.', last.n) != NULL ||
                             span_equal_nocase(last, "inc") || span_equal_nocase(last, "ltd") ||
                             span_equal_nocase(last, "corp") || span_equal_nocase(last, "prof");
        if (!is_short_form) {
            return (struct span){s.p, i};
        }
    }
    return s;
}

static bool ends_with(struct span s, const char *tail)
{
    size_t n = strlen(tail);
    return s.n >= n && strncasecmp(s.p + s.n - n, tail, n) == 0;
}

/* Dots, dashes and "etc." at the end of a list; "Jr." keeps its dot. */
struct span tail_trim(struct span s)
{
    bool is_cut = true;
    while (is_cut) {
        is_cut = false;
        s = span_trim(s);
        char last = s.n > 0 ? s.p[s.n - 1] : 'x';
        bool is_letter =
            isalpha((unsigned char)last) && last != 'c'; /* no tail but "etc" ends so */
        for (size_t i = 0; !is_letter && i < sizeof tails / sizeof tails[0]; i++) {
            if (s.n > 0 && ends_with(s, tails[i])) {
                s.n -= strlen(tails[i]);
                is_cut = true;
            }
        }
        if (s.n > 1 && s.p[s.n - 1] == '.' && !ends_with(s, "jr.") && !ends_with(s, "sr.") &&
            !ends_with(s, "inc.") && !ends_with(s, "ltd.")) {
            s.n--;
            is_cut = true;
        }
    }
    return s;
}

/* Signs in front of a name: quotes, dots, and the @ of "@Jane Doe". */
static struct span skip_signs(struct span s)
{
    s = span_trim(s);
    while (s.n > 0 && ispunct((unsigned char)s.p[0]) && strchr("\"'*?!.:~-", s.p[0]) != NULL) {
        s = (struct span){s.p + 1, s.n - 1};
    }
    bool is_called =
        s.n > 3 && s.p[0] == '@' && isupper((unsigned char)s.p[1]) && memchr(s.p, ' ', s.n) != NULL;
    return is_called ? (struct span){s.p + 1, s.n - 1} : s;
}

/* Bytes of the word of leads[] that s begins with; 0 = none. */
static size_t lead_length(struct span s)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0] && s.n > 0; i++) {
        if (((s.p[0] ^ leads[i][0]) & 0x5F) != 0) {
            continue;
        }
        size_t n = strlen(leads[i]);
        if (s.n > n && s.p[n] == ' ' && strncasecmp(s.p, leads[i], n) == 0) {
            return n;
        }
    }
    return 0;
}

struct span lead_trim(struct span s)
{
    size_t n = 0;
    do {
        s = skip_signs((struct span){s.p + n, s.n - n});
        n = lead_length(s);
    } while (n > 0);
    return span_trim(s);
}

/* ------------------------------------------------------------------ behind a name */

/* "Jane Doe/Examplesoft", "Jane Doe    Examplesoft", "Jane Doe@Examplesoft": inside or behind a
 * word. */
static enum cut cut_inside(struct span s, size_t i, size_t *ret_len)
{
    char c = s.p[i];
    bool is_gap = c == ' ' && i > 3 && s.n - i > 3 && s.p[i + 1] == ' ' && s.p[i + 2] == ' ';
    if (is_gap) {
        while (i + *ret_len < s.n && s.p[i + *ret_len] == ' ') {
            ++*ret_len;
        }
        return CUT_DASH;
    }
    if (c == ':' && is_word_end(s, i + 1)) {
        return CUT_TOPIC;
    }
    if ((c != '/' && c != '@') || i < 4 || s.n - i < 3 || memchr(s.p, ' ', i) == NULL) {
        return CUT_NONE;
    }
    bool is_slash =
        c == '/' && isalpha((unsigned char)s.p[i - 1]) && isupper((unsigned char)s.p[i + 1]);
    bool is_at =
        c == '@' && s.p[i - 1] != ' ' && s.p[i - 1] != '\n' && isalnum((unsigned char)s.p[i + 1]);
    return is_slash ? CUT_DASH : is_at ? CUT_FROM : CUT_NONE;
}

static enum cut cut_at_dash(struct span s, size_t i, size_t *ret_len)
{
    for (size_t k = 0; k < sizeof dashes / sizeof dashes[0]; k++) {
        size_t n = strlen(dashes[k]);
        if (s.p[i] == dashes[k][0] && s.n - i > n && strncmp(s.p + i, dashes[k], n) == 0) {
            *ret_len = n;
            return CUT_DASH;
        }
    }
    return CUT_NONE;
}

static enum cut cut_at_word(struct span s, size_t i, size_t *ret_len)
{
    bool is_upper = isupper((unsigned char)s.p[i]); /* "Jane Can Doe" */
    for (size_t k = 0; k < sizeof cut_words / sizeof cut_words[0]; k++) {
        if ((!is_upper || cut_words[k].cut == CUT_FROM) && starts_word(s, i, cut_words[k].word)) {
            *ret_len = strlen(cut_words[k].word);
            return cut_words[k].cut;
        }
    }
    bool is_handle = s.p[i] == '@' && s.n - i > 2;
    bool is_url = s.n - i > 7 && strncasecmp(s.p + i, "http", 4) == 0;
    return is_handle ? CUT_FROM : is_url ? CUT_IGNORE : CUT_NONE;
}

enum cut cut_at(struct span s, size_t i, size_t *ret_len)
{
    char c = s.p[i];
    *ret_len = 1;
    if (c == '(' || c == '[' || c == '<' || c == '{') {
        return CUT_BRACKET;
    }
    enum cut inside = cut_inside(s, i, ret_len);
    if (inside != CUT_NONE) {
        return inside;
    }
    bool is_start = i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\n';
    if (!is_start) {
        bool is_dash = s.n - i > 3 && strncmp(s.p + i, "—", 3) == 0;
        *ret_len = is_dash ? 3 : 1;
        return is_dash ? CUT_DASH : CUT_NONE;
    }
    if (address_length(s.p + i, s.n - i) > 0) {
        *ret_len = 0;
        return CUT_ADDRESS;
    }
    enum cut dash = i > 0 && !isalnum((unsigned char)c) ? cut_at_dash(s, i, ret_len) : CUT_NONE;
    return dash != CUT_NONE || i == 0 ? dash : cut_at_word(s, i, ret_len);
}

size_t cut_next(struct span s, size_t i, enum cut *ret_cut, size_t *ret_len)
{
    for (; i < s.n; i++) {
        *ret_cut = cut_at(s, i, ret_len);
        if (*ret_cut != CUT_NONE) {
            return i;
        }
    }
    *ret_cut = CUT_NONE;
    *ret_len = 0;
    return s.n;
}
