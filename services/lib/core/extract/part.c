/* One part of a list: a name and what is written behind it. */
#include "core/extract/part.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PART_MAX  8192
#define NOTES_MAX 8

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
    static const char *const words[] = {"and/or", "and",        "&",          "or",
                                        "plus",   "as well as", "along with", "together with",
                                        "und",    "et",         "/",          "|"};
    char c = s.p[i];
    if (c == ',' || c == ';' || c == '\t' || c == CELL) {
        return 1;
    }
    if (!(c == ' ' || c == '\n') || i + 2 >= s.n) {
        return strncmp(s.p + i, "、", s.n - i < 3 ? s.n - i : 3) == 0 && s.n - i >= 3 ? 3 : 0;
    }
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        if (starts_word(s, i + 1, words[k]) && !ends_in_particle(s, i)) {
            return strlen(words[k]) + 1;
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
    static const char *const tails[] = {" +1",  "...",     "…",  ";", ",", ":",  "etc.",
                                        " etc", " et al.", " -", "!", "?", "\"", "“",
                                        "”",    " –",      " —", "*", "\\"};
    bool is_cut = true;
    while (is_cut) {
        is_cut = false;
        s = span_trim(s);
        for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
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

struct span lead_trim(struct span s)
{
    static const char *const words[] = {"and",         "or",
                                        "maybe",       "possibly",
                                        "ideally",     "also",
                                        "probably",    "&",
                                        "perhaps",     "hopefully",
                                        "including",   "include",
                                        "includes",    "both",
                                        "e.g.",        "plus",
                                        "potentially", "especially",
                                        "definitely",  "likely",
                                        "as well as",  "with",
                                        "me",          "are",
                                        "is",          "at least",
                                        "we need",     "we want",
                                        "we'd like",   "we would like",
                                        "to have",     "we would love",
                                        "one of",      "some of",
                                        "namely",      "i.e.",
                                        "but",         "of course",
                                        "by",          "from:",
                                        "our",         "+",
                                        "moderator:",  "lead:",
                                        "name:",       "cc:",
                                        "mr",          "contact",
                                        "either",      "like"};
    bool is_cut = true;
    while (is_cut) {
        is_cut = false;
        s = span_trim(s);
        while (s.n > 0 && strchr("\"'*?!.:~-", s.p[0]) != NULL) {
            s.p++;
            s.n--;
            is_cut = true;
        }
        if (s.n > 3 && s.p[0] == '@' && isupper((unsigned char)s.p[1]) && /* "@Jane Doe" */
            memchr(s.p, ' ', s.n) != NULL) {
            s = (struct span){s.p + 1, s.n - 1};
        }
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (s.n == 0 || ((s.p[0] ^ words[i][0]) & 0x5F) != 0) {
                continue;
            }
            size_t n = strlen(words[i]);
            if (s.n > n && s.p[n] == ' ' && strncasecmp(s.p, words[i], n) == 0) {
                s = (struct span){s.p + n, s.n - n};
                is_cut = true;
            }
        }
    }
    return s;
}

/* ------------------------------------------------------------------ one part */

enum cut { CUT_NONE, CUT_BRACKET, CUT_ADDRESS, CUT_DASH, CUT_FROM, CUT_TOPIC, CUT_IGNORE };

/* What follows a name at s.p[i]? *ret_len = bytes of the marker itself. */
static enum cut cut_at(struct span s, size_t i, size_t *ret_len)
{
    static const struct {
        const char *word;
        enum cut cut;
    } words[] = {{"from", CUT_FROM},     {"of", CUT_FROM},           {"at", CUT_FROM},
                 {"@", CUT_FROM},        {"representing", CUT_FROM}, {"for", CUT_TOPIC},
                 {"on", CUT_TOPIC},      {"regarding", CUT_TOPIC},   {"about", CUT_TOPIC},
                 {"who", CUT_IGNORE},    {"as", CUT_IGNORE},         {"is", CUT_IGNORE},
                 {"will", CUT_IGNORE},   {"to", CUT_IGNORE},         {"via", CUT_IGNORE},
                 {"in", CUT_IGNORE},     {"because", CUT_IGNORE},    {"if", CUT_IGNORE},
                 {"aka", CUT_IGNORE},    {"are", CUT_IGNORE},        {"would", CUT_IGNORE},
                 {"with", CUT_IGNORE},   {"has", CUT_IGNORE},        {"should", CUT_IGNORE},
                 {"a.k.a.", CUT_IGNORE}, {"have", CUT_IGNORE},       {"can", CUT_IGNORE}};
    static const char *const dashes[] = {"- ", "– ", "— ", "-- ", "--- ", "=> ", "-> ", "= ", "→ "};
    char c = s.p[i];
    *ret_len = 1;
    if (c == '(' || c == '[' || c == '<' || c == '{') {
        return CUT_BRACKET;
    }
    bool is_start = i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '\n';
    bool is_slash = c == '/' && i > 4 && s.n - i > 2 && isalpha((unsigned char)s.p[i - 1]) &&
                    isupper((unsigned char)s.p[i + 1]) && memchr(s.p, ' ', i) != NULL;
    bool is_gap = c == ' ' && i > 3 && s.n - i > 3 && s.p[i + 1] == ' ' && s.p[i + 2] == ' ';
    if (is_slash || is_gap) { /* "Jane Doe/Examplesoft", "Jane Doe    Examplesoft" */
        while (is_gap && i + *ret_len < s.n && s.p[i + *ret_len] == ' ') {
            ++*ret_len;
        }
        return CUT_DASH;
    }
    if (c == ':' && is_word_end(s, i + 1)) {
        return CUT_TOPIC;
    }
    if (!is_start && c == '@' && i > 3 && s.n - i > 2 && isalnum((unsigned char)s.p[i + 1]) &&
        memchr(s.p, ' ', i) != NULL) { /* "Jane Doe@Examplesoft" */
        return CUT_FROM;
    }
    if (!is_start) {
        return strncmp(s.p + i, "—", s.n - i < 3 ? s.n - i : 3) == 0 && s.n - i > 3
                   ? (*ret_len = 3, CUT_DASH)
                   : CUT_NONE;
    }
    if (address_length(s.p + i, s.n - i) > 0) {
        *ret_len = 0;
        return CUT_ADDRESS;
    }
    for (size_t k = 0; k < sizeof dashes / sizeof dashes[0]; k++) {
        size_t n = strlen(dashes[k]);
        if (i > 0 && s.p[i] == dashes[k][0] && s.n - i > n && strncmp(s.p + i, dashes[k], n) == 0) {
            *ret_len = n;
            return CUT_DASH;
        }
    }
    for (size_t k = 0; i > 0 && k < sizeof words / sizeof words[0]; k++) {
        bool is_fit =
            words[k].cut == CUT_FROM || !isupper((unsigned char)s.p[i]); /* "Jane Can Doe" */
        if (is_fit && starts_word(s, i, words[k].word)) {
            *ret_len = strlen(words[k].word);
            return words[k].cut;
        }
    }
    bool is_handle = c == '@' && i > 0 && s.n - i > 2;
    bool is_url = s.n - i > 7 && strncasecmp(s.p + i, "http", 4) == 0;
    return is_handle ? CUT_FROM : is_url ? CUT_IGNORE : CUT_NONE;
}

static size_t next_cut(struct span s, size_t i, enum cut *ret_cut, size_t *ret_len)
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

struct span address_take(struct span s, size_t *ret_at, size_t *ret_len)
{
    for (size_t i = 0; i < s.n; i++) {
        bool is_start = i == 0 || strchr(" ,;:<(/\n", s.p[i - 1]) != NULL;
        size_t n = is_start ? address_length(s.p + i, s.n - i) : 0;
        if (n > 0) {
            *ret_at = i;
            *ret_len = n;
            return (struct span){s.p + i, n};
        }
    }
    return no_span;
}

/* Finds a nickname inside a name: "Jane "jd" Doe", "Jane 'jd' Doe". [*ret_from, *ret_to) is it with
 * its quotes and the blank before it. */
static bool nickname_find(struct span name, size_t *ret_from, size_t *ret_to)
{
    static const struct {
        const char *open;
        const char *close;
    } quotes[] = {{" \"", "\" "}, {" '", "' "}, {" “", "” "},
                  {" ‘", "’ "},   {" «", "» "}, {" @", " "}};
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
        const char *open = memmem(name.p, name.n, quotes[i].open, strlen(quotes[i].open));
        size_t at = open == NULL ? name.n : (size_t)(open - name.p) + strlen(quotes[i].open);
        const char *close = open == NULL ? NULL
                                         : memmem(name.p + at, name.n - at, quotes[i].close,
                                                  strlen(quotes[i].close));
        if (close != NULL && open > name.p) {
            *ret_from = (size_t)(open - name.p);
            *ret_to = (size_t)(close - name.p) + strlen(quotes[i].close) - 1;
            return true;
        }
    }
    return false;
}

/* A nickname inside the name is no part of it. */
static struct span drop_nickname(struct span name, struct arena *scratch)
{
    size_t from = 0;
    size_t to = 0;
    if (!nickname_find(name, &from, &to)) {
        return name;
    }
    char *text =
        arena_printf(scratch, "%.*s%.*s", (int)from, name.p, (int)(name.n - to), name.p + to);
    return span_of(span_dup(span_of(text), scratch));
}

/* "William (Bill) Moore": the bracket stands inside the name. */
static bool join_behind_nickname(struct part *part, struct span s, size_t behind,
                                 struct arena *scratch)
{
    if (behind + 2 >= s.n || s.p[behind] != ' ' || !isupper((unsigned char)s.p[behind + 1]) ||
        memchr(part->inner.p, ' ', part->inner.n) != NULL ||
        name_judge(part->name).shape != NAME_GIVEN) {
        return false;
    }
    enum cut cut = CUT_NONE;
    size_t len = 0;
    size_t end = next_cut(s, behind, &cut, &len);
    struct span rest = span_trim((struct span){s.p + behind, end - behind});
    char *whole =
        arena_printf(scratch, "%.*s %.*s", (int)part->name.n, part->name.p, (int)rest.n, rest.p);
    if (name_judge(span_of(whole)).shape != NAME_FULL) {
        return false;
    }
    part->name = span_of(whole);
    return true;
}

/* Where part_read() stands: at s.p[i] begins what `cut` says, with a marker of len bytes. */
struct part_reader {
    struct span s;
    struct arena *scratch;
    size_t i;
    size_t len;
    enum cut cut;
    int n_dashes;
};

static void part_advance(struct part_reader *r, size_t from)
{
    r->i = next_cut(r->s, from, &r->cut, &r->len);
}

static void read_bracket(struct part *part, struct part_reader *r)
{
    struct span s = r->s;
    char open = s.p[r->i];
    char close = open == '(' ? ')' : open == '[' ? ']' : open == '<' ? '>' : '}';
    size_t from = r->i + r->len;
    const char *hit = memchr(s.p + from, close, s.n - from);
    if (hit != NULL && memchr(s.p + from, open, (size_t)(hit - s.p) - from) != NULL) {
        hit = memrchr(s.p + from, close, s.n - from);
    }
    size_t end = hit == NULL ? s.n : (size_t)(hit - s.p);
    struct span inner = {s.p + from, end - from};
    part->inner = part->inner.n == 0 ? inner : part->inner;
    if (!join_behind_nickname(part, s, end + 1, r->scratch)) {
        note_read(part, inner, false);
    }
    part_advance(r, end < s.n ? end + 1 : s.n);
}

static void read_address(struct part *part, struct part_reader *r)
{
    size_t n = address_length(r->s.p + r->i, r->s.n - r->i);
    part->email = part->email.n == 0 ? (struct span){r->s.p + r->i, n} : part->email;
    part_advance(r, r->i + n);
}

static bool is_word_cut(enum cut cut)
{
    return cut == CUT_FROM || cut == CUT_TOPIC || cut == CUT_IGNORE;
}

/* What stands behind a dash, "from" or "for". */
static void read_behind(struct part *part, struct part_reader *r)
{
    enum cut cut = r->cut;
    size_t from = r->i + r->len;
    part_advance(r, from);
    if (cut == CUT_IGNORE) {
        r->i = r->s.n;
        return;
    }
    while (cut != CUT_TOPIC && is_word_cut(r->cut)) { /* "Jane Doe - maintainer of foo": one note */
        part_advance(r, r->i + r->len);
    }
    if (cut == CUT_TOPIC && r->cut != CUT_BRACKET && r->cut != CUT_ADDRESS) {
        r->i = r->s.n;
    }
    from -= from > 0 && r->s.p[from - 1] == '@' ? 1 : 0; /* note_read() looks at the sign */
    struct span note = {r->s.p + from, r->i - from};
    if (cut == CUT_TOPIC) {
        part_set_topic(part, note);
    } else if (cut != CUT_DASH || r->n_dashes++ == 0) { /* the second: a country */
        note_read(part, note, cut == CUT_DASH);
    }
}

/* "jane@example.org (Jane Doe)" */
static void take_name_from_bracket(struct part *part)
{
    if (part->name.n == 0 && part->email.n > 0 && part->affiliation.n > 0 &&
        name_judge(part->affiliation).shape == NAME_FULL) {
        part->name = part->affiliation;
        part->affiliation = no_span;
        part->facts = name_judge(part->name);
    }
}

struct part part_read(struct span s, struct arena *scratch)
{
    struct part part = {.whole = s, .name = no_span};
    s.n = s.n < PART_MAX ? s.n : PART_MAX;
    s = lead_trim(tail_trim(s));
    struct part_reader r = {.s = s, .scratch = scratch};
    part_advance(&r, 0);
    part.name = tail_trim(drop_nickname((struct span){s.p, r.i}, scratch));
    for (int n = 0; r.i < s.n && n < NOTES_MAX; n++) {
        if (r.cut == CUT_BRACKET) {
            read_bracket(&part, &r);
        } else if (r.cut == CUT_ADDRESS) {
            read_address(&part, &r);
        } else {
            read_behind(&part, &r);
        }
    }
    part.facts = name_judge(part.name);
    take_name_from_bracket(&part);
    return part;
}
