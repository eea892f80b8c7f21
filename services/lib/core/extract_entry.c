/* Entries: one line, row or paragraph of a list taken apart into people with what stands by them.
 */
#include "core/extract_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LABEL_MAX 90
#define PART_MAX  8192
#define NOTES_MAX 8
#define NOTE_MAX  100 /* longer text behind a name is prose, no affiliation */

/* One piece of a list: a name with its notes, or something that belongs to the name before it. */
struct part {
    struct span whole;
    struct span name;
    struct span email;
    struct span affiliation;
    struct span topic;
    struct span inner; /* of the first bracket */
    struct name_facts facts;
    enum note_kind note;
    bool is_quoted;
    bool is_after_comma;
    bool is_dashed; /* affiliation stands behind a dash */
};

struct parser {
    struct entries *entries;
    struct arena *scratch;
    const char *seen; /* line is that of this place */
    int line;
    struct span affiliation; /* of the group that is being read */
    struct span topic;
    const struct item *item;
};

struct parts {
    VEC(struct part) all;
};

static const struct span no_span = {"", 0};

static bool is_word_end(struct span s, size_t i)
{
    return i >= s.n || s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == ',';
}

static bool word_at(struct span s, size_t i, const char *word)
{
    if (i >= s.n || ((s.p[i] ^ word[0]) & 0x5F) != 0) {
        return false;
    }
    size_t n = strlen(word);
    return s.n - i >= n && strncasecmp(s.p + i, word, n) == 0 && is_word_end(s, i + n);
}

/* ------------------------------------------------------------------ cutting lists */

static int depth_change(char c)
{
    return c == '(' || c == '[' || c == '<' || c == '{'   ? 1
           : c == ')' || c == ']' || c == '>' || c == '}' ? -1
                                                          : 0;
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
        if (word_at(s, i + 1, words[k])) {
            return strlen(words[k]) + 1;
        }
    }
    return 0;
}

/* End of the part that starts s; *ret_sep = bytes of the separator behind it. A bracket that is
 * never closed counts as text. */
static size_t part_end(struct span s, size_t *ret_sep)
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
static struct span cut_sentence(struct span s)
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
static struct span trim_tail(struct span s)
{
    static const char *const tails[] = {"...",  "…",       ";",  ",",  ":", "etc.",
                                        " etc", " et al.", " -", "!",  "?", "\"",
                                        "“",    "”",       " –", " —", "*", "\\"};
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

static struct span trim_lead(struct span s)
{
    static const char *const words[] = {
        "and",   "or",        "maybe",       "possibly",   "ideally",    "also",     "probably",
        "&",     "perhaps",   "hopefully",   "including",  "include",    "includes", "both",
        "e.g.",  "plus",      "potentially", "especially", "definitely", "likely",   "as well as",
        "with",  "me",        "are",         "is",         "at least",   "namely",   "i.e.",
        "but",   "of course", "by",          "from:",      "our",        "+",        "moderator:",
        "lead:", "name:",     "cc:",         "mr",         "contact",    "either",   "like"};
    bool is_cut = true;
    while (is_cut) {
        is_cut = false;
        s = span_trim(s);
        while (s.n > 0 && strchr("\"'*?!.:~-", s.p[0]) != NULL) {
            s.p++;
            s.n--;
            is_cut = true;
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
        return CUT_DASH;
    }
    if (c == ':' && is_word_end(s, i + 1)) {
        return CUT_TOPIC;
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
        if (word_at(s, i, words[k].word)) {
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

static struct span take_address(struct span s, size_t *ret_at, size_t *ret_len)
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

static void set_affiliation(struct part *part, struct span note)
{
    note = trim_tail(span_trim(note));
    while (note.n > 0 && strchr("@-(: ", note.p[0]) != NULL) {
        note = (struct span){note.p + 1, note.n - 1};
    }
    if (note.n > 4 && strncasecmp(note.p, "the ", 4) == 0) {
        note = (struct span){note.p + 4, note.n - 4};
    }
    if (note.n < 2 || note.n > NOTE_MAX || part->affiliation.n > 0 ||
        strncasecmp(note.p, "http", 4) == 0) {
        return;
    }
    part->affiliation = note;
}

static void set_topic(struct part *part, struct span note)
{
    note = trim_tail(span_trim(note));
    if (note.n > 4 && strncasecmp(note.p, "the ", 4) == 0) {
        note = (struct span){note.p + 4, note.n - 4};
    }
    if (note.n >= 2 && note.n <= 160 && part->topic.n == 0) {
        part->topic = note;
    }
}

/* "invited, Example Corp": what only tells the status is taken out. */
static struct span drop_status(struct part *part, struct span note)
{
    static const char *const handles[] = {"irc", "nick", "matrix", "github", "aka", "a.k.a", "tel"};
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        size_t n = strlen(handles[i]);
        if (note.n > n && strncasecmp(note.p, handles[i], n) == 0 &&
            !isalnum((unsigned char)note.p[n])) {
            return no_span;
        }
    }
    for (int k = 0; k < 4 && note.n > 0; k++) {
        const char *comma = memchr(note.p, ',', note.n);
        struct span head = {note.p, comma == NULL ? note.n : (size_t)(comma - note.p)};
        const char *last = memrchr(note.p, ',', note.n);
        struct span tail =
            last == NULL ? head : (struct span){last + 1, note.n - (size_t)(last + 1 - note.p)};
        enum note_kind kind = note_classify(head);
        if (kind != NOTE_NONE) {
            note =
                comma == NULL ? no_span : span_trim((struct span){comma + 1, note.n - head.n - 1});
        } else if (last != NULL && (kind = note_classify(tail)) != NOTE_NONE) {
            note = span_trim((struct span){note.p, (size_t)(last - note.p)});
        } else {
            break;
        }
        part->note = kind > part->note ? kind : part->note;
    }
    return note;
}

/* Text in brackets or behind a dash: address, status, affiliation or topic. */
static void read_note(struct part *part, struct span note, bool is_dash)
{
    note = span_trim(note);
    size_t at = 0;
    size_t len = 0;
    struct span email = take_address(note, &at, &len);
    if (email.n > 0) {
        part->email = part->email.n == 0 ? email : part->email;
        struct span before = trim_tail((struct span){note.p, at});
        struct span after = {note.p + at + len, note.n - at - len};
        while (after.n > 0 && strchr(" ,;>)-/", after.p[0]) != NULL) {
            after = (struct span){after.p + 1, after.n - 1};
        }
        note = before.n > 1 ? before : span_trim(after);
        while (note.n > 0 && strchr("<(,; ", note.p[note.n - 1]) != NULL) {
            note.n--;
        }
    }
    if (note.n == 0 || isdigit((unsigned char)note.p[0])) {
        return;
    }
    if (note.p[0] == '@' && memchr(note.p, '.', note.n) == NULL) {
        return; /* a handle */
    }
    note = drop_status(part, note);
    if (note.n == 0) {
        return;
    }
    static const char *const topics[] = {"for ", "on ", "about ", "re ", "regarding ", "topic: "};
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        size_t n = strlen(topics[i]);
        if (note.n > n && strncasecmp(note.p, topics[i], n) == 0) {
            set_topic(part, (struct span){note.p + n, note.n - n});
            return;
        }
    }
    static const char *const from[] = {"from ",         "at ",       "of ",
                                       "representing ", "works at ", "working for "};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        size_t n = strlen(from[i]);
        if (note.n > n && strncasecmp(note.p, from[i], n) == 0) {
            note = (struct span){note.p + n, note.n - n};
        }
    }
    size_t n_blanks = 0;
    for (size_t i = 0; i < note.n; i++) {
        n_blanks += note.p[i] == ' ' ? 1 : 0;
    }
    bool is_aside = islower((unsigned char)note.p[0]) && n_blanks >= 3;
    if (is_dash && islower((unsigned char)note.p[0])) {
        static const char *const asides[] = {
            "and ",  "with ", "who ", "but ", "if ", "as ",    "plus ", "we ",    "he ", "she ",
            "they ", "will ", "is ",  "has ", "to ", "would ", "in ",   "could ", "can "};
        for (size_t i = 0; i < sizeof asides / sizeof asides[0]; i++) {
            if (strncasecmp(note.p, asides[i], strlen(asides[i])) == 0) {
                return;
            }
        }
        if (is_aside) {
            set_topic(part, note);
            return;
        }
    }
    if (!is_aside) {
        part->is_dashed = is_dash && part->affiliation.n == 0;
        set_affiliation(part, note);
    }
}

/* A nickname in quotes inside the name ("Jane "jd" Doe") is no part of it. */
static struct span drop_nickname(struct span name, struct arena *scratch)
{
    const char *open = memchr(name.p, '"', name.n);
    const char *close =
        open == NULL ? NULL : memchr(open + 1, '"', name.n - (size_t)(open + 1 - name.p));
    if (close == NULL || open == name.p || close + 1 == name.p + name.n) {
        return name;
    }
    char *text = arena_printf(scratch, "%.*s%.*s", (int)(open - name.p), name.p,
                              (int)(name.p + name.n - close - 1), close + 1);
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

static struct part part_read(struct span s, struct arena *scratch)
{
    struct part part = {.whole = s, .name = no_span};
    s.n = s.n < PART_MAX ? s.n : PART_MAX;
    s = trim_lead(trim_tail(s));
    int n_notes = 0;
    enum cut cut = CUT_NONE;
    size_t len = 0;
    size_t i = next_cut(s, 0, &cut, &len);
    part.name = trim_tail(drop_nickname((struct span){s.p, i}, scratch));
    while (i < s.n && n_notes++ < NOTES_MAX) {
        size_t from = i + len;
        enum cut next = CUT_NONE;
        size_t next_len = 0;
        size_t end = 0;
        if (cut == CUT_BRACKET) {
            char close = s.p[i] == '(' ? ')' : s.p[i] == '[' ? ']' : s.p[i] == '<' ? '>' : '}';
            const char *hit = memchr(s.p + from, close, s.n - from);
            if (hit != NULL && memchr(s.p + from, s.p[i], (size_t)(hit - s.p) - from) != NULL) {
                hit = memrchr(s.p + from, close, s.n - from);
            }
            end = hit == NULL ? s.n : (size_t)(hit - s.p);
            struct span inner = {s.p + from, end - from};
            part.inner = part.inner.n == 0 ? inner : part.inner;
            bool is_nickname = join_behind_nickname(&part, s, end + 1, scratch);
            if (!is_nickname) {
                read_note(&part, inner, false);
            }
            i = next_cut(s, end < s.n ? end + 1 : s.n, &next, &next_len);
        } else if (cut == CUT_ADDRESS) {
            size_t n = address_length(s.p + i, s.n - i);
            part.email = part.email.n == 0 ? (struct span){s.p + i, n} : part.email;
            i = next_cut(s, i + n, &next, &next_len);
        } else {
            i = next_cut(s, from, &next, &next_len);
            if (cut == CUT_IGNORE) {
                break;
            }
            if (cut != CUT_TOPIC && (next == CUT_FROM || next == CUT_TOPIC || next == CUT_IGNORE)) {
                /* "Jane Doe - maintainer of foo": one note */
                do {
                    i = next_cut(s, i + next_len, &next, &next_len);
                } while (next == CUT_FROM || next == CUT_TOPIC || next == CUT_IGNORE);
            } else if (cut == CUT_TOPIC && next != CUT_BRACKET && next != CUT_ADDRESS) {
                i = s.n;
            }
            struct span note = {s.p + from, i - from};
            if (cut == CUT_TOPIC) {
                set_topic(&part, note);
            } else {
                read_note(&part, note, cut == CUT_DASH);
            }
        }
        cut = next;
        len = next_len;
    }
    part.facts = name_judge(part.name);
    if (part.name.n == 0 && part.email.n > 0 && part.affiliation.n > 0 &&
        name_judge(part.affiliation).shape == NAME_FULL) {
        part.name = part.affiliation; /* jane@example.org (Jane Doe) */
        part.affiliation = no_span;
        part.facts = name_judge(part.name);
    }
    return part;
}

/* ------------------------------------------------------------------ several parts */

static bool part_is_person(const struct part *part)
{
    return part->facts.shape == NAME_FULL && part->facts.score >= 0.5;
}

/* Could what stands behind a name be where the person works? */
static bool part_is_company(const struct part *part, bool is_company_style)
{
    if (part->name.n < 2 || part->email.n > 0 || part->name.n > NOTE_MAX) {
        return false;
    }
    if ((word_classes(part->name) & WORD_IS_HONORIFIC) != 0) {
        return false; /* "Jane Doe, PhD" */
    }
    if (part->facts.is_org && !(part->facts.has_given && part->facts.shape == NAME_FULL)) {
        return true;
    }
    if (part->facts.shape == NAME_GIVEN) {
        return !part->facts.has_given || is_company_style;
    }
    bool is_name =
        isupper((unsigned char)part->name.p[0]) || isdigit((unsigned char)part->name.p[0]);
    return part->facts.shape == NAME_NOT ? is_name : is_company_style && !part->facts.has_given;
}

/* The line of p, which never lies before the last one asked for. */
static int line_of(struct parser *parser, const char *p)
{
    for (; parser->seen < p; parser->seen++) {
        parser->line += *parser->seen == '\n' ? 1 : 0;
    }
    return parser->line;
}

static struct entry *add_entry(struct parser *parser, const struct part *part)
{
    struct entry *entry = vec_add(parser->scratch, &parser->entries->all);
    *entry = (struct entry){
        .name = part->name,
        .email = part->email,
        .affiliation = part->affiliation.n > 0 ? part->affiliation : parser->affiliation,
        .topic = part->topic.n > 0 ? part->topic : parser->topic,
        .line = line_of(parser, part->whole.p),
        .facts = part->facts,
        .note = part->note,
    };
    return entry;
}

/* "jane.doe@example.org" without a name still says who is meant; a list's address does not. */
static void name_from_address(struct part *part, struct arena *scratch)
{
    size_t at = strcspn(part->email.p, "@");
    const char *dot = memchr(part->email.p, '.', at);
    if (dot == NULL || memchr(dot + 1, '.', at - (size_t)(dot + 1 - part->email.p)) != NULL) {
        return;
    }
    char *name = arena_strndup(scratch, part->email.p, at);
    size_t k = (size_t)(dot - part->email.p);
    if (strpbrk(name, "0123456789-_+") != NULL || k < 2 || at - k < 3) {
        return;
    }
    name[k] = ' ';
    name[0] = (char)toupper((unsigned char)name[0]);
    name[k + 1] = (char)toupper((unsigned char)name[k + 1]);
    struct name_facts facts = name_judge(span_of(name));
    if (facts.shape == NAME_FULL && facts.has_given) {
        part->name = span_of(name);
        part->facts = facts;
    }
}

static void list_parse(struct parser *parser, struct span s, int depth);

/* "the Foo team (A, B)": the bracket holds the people. True when it was one. */
static bool group_parse(struct parser *parser, const struct part *part, int depth)
{
    if (part->inner.n < 3 || depth > 3 || part_is_person(part)) {
        return false;
    }
    size_t sep = 0;
    size_t end = part_end(part->inner, &sep);
    struct part first = part_read((struct span){part->inner.p, end}, parser->scratch);
    bool is_list = sep > 0;
    bool is_known = part->facts.shape == NAME_GIVEN && part->facts.has_given && !part->facts.is_org;
    if (first.facts.shape == NAME_NOT || is_known || first.facts.is_org ||
        (first.facts.shape == NAME_GIVEN && !first.facts.has_given && !is_list) ||
        (part->facts.shape == NAME_GIVEN && !is_list && !first.facts.has_given)) {
        return false;
    }
    struct span before = parser->affiliation;
    struct span topic = parser->topic;
    struct span outer = {part->whole.p, (size_t)(part->inner.p - part->whole.p)};
    const char *open = memrchr(outer.p, '(', outer.n);
    outer.n = open == NULL ? outer.n : (size_t)(open - outer.p);
    struct part group = {.affiliation = no_span};
    outer = trim_lead(trim_tail(outer));
    struct name_facts facts = name_judge(outer);
    if (facts.is_org || facts.shape != NAME_NOT) {
        set_affiliation(&group, outer);
        parser->affiliation = group.affiliation;
    } else {
        set_topic(&group, outer);
        parser->topic = group.topic;
    }
    list_parse(parser, part->inner, depth + 1);
    parser->affiliation = before;
    parser->topic = topic;
    return true;
}

/* "Doe, Jane": family name first when the item holds nothing else. */
static bool is_turned(const struct parts *parts, bool is_turned_style)
{
    const struct part *a = &parts->all.items[0];
    const struct part *b = &parts->all.items[1];
    bool is_pair = parts->all.n == 2 && b->is_after_comma && a->email.n == 0 &&
                   a->affiliation.n == 0 && !a->facts.is_org && !b->facts.is_org;
    bool is_one_word = a->facts.shape == NAME_GIVEN ||
                       (a->facts.shape == NAME_FULL && a->facts.is_all_caps) ||
                       (a->facts.shape == NAME_FULL && a->facts.n_words == 2 &&
                        islower((unsigned char)a->name.p[0]));
    bool is_given = b->facts.shape == NAME_GIVEN ||
                    (b->facts.shape == NAME_FULL && b->facts.has_given && b->facts.n_words == 1);
    if (!is_pair || !is_one_word || !is_given) {
        return false;
    }
    return is_turned_style || (b->facts.has_given && !a->facts.has_given);
}

static void turn_round(struct parser *parser, struct parts *parts)
{
    struct part *a = &parts->all.items[0];
    const struct part *b = &parts->all.items[1];
    struct part whole = *b;
    whole.whole = a->whole;
    whole.name = span_of(arena_printf(parser->scratch, "%.*s %.*s", (int)b->name.n, b->name.p,
                                      (int)a->name.n, a->name.p));
    whole.facts = name_judge(whole.name);
    (void)add_entry(parser, &whole);
}

static struct parts parts_read(struct parser *parser, struct span s)
{
    struct parts parts = {0};
    bool is_after_comma = false;
    while (s.n > 0) {
        size_t sep = 0;
        size_t end = part_end(s, &sep);
        struct span whole = {s.p, end};
        bool is_comma = sep > 0 && s.p[end] == ',';
        whole = span_trim(whole); /* its line is that of its first word */
        if (whole.n > 0) {
            struct part part = part_read(whole, parser->scratch);
            part.is_after_comma = is_after_comma;
            *vec_add(parser->scratch, &parts.all) = part;
        }
        is_after_comma = is_comma;
        s = (struct span){s.p + end + sep, s.n - end - sep};
        if (sep == 0) {
            break;
        }
    }
    return parts;
}

/* "\"Doe, Jane\" <jane@x>" */
static void unquote(struct part *part, struct arena *scratch)
{
    const char *comma = memchr(part->name.p, ',', part->name.n);
    if (comma == NULL) {
        return;
    }
    struct span family = span_trim((struct span){part->name.p, (size_t)(comma - part->name.p)});
    struct span given =
        trim_tail((struct span){comma + 1, part->name.n - (size_t)(comma + 1 - part->name.p)});
    part->name =
        span_of(arena_printf(scratch, "%.*s %.*s", (int)given.n, given.p, (int)family.n, family.p));
    part->facts = name_judge(part->name);
}

/* "Scheduler - Jane Doe, John Roe": the dash stands before people, not behind one. */
static void turn_label(struct parser *parser, struct part *part)
{
    struct name_facts behind = name_judge(part->affiliation);
    bool is_label = part->is_dashed && !part_is_person(part) && behind.shape == NAME_FULL &&
                    !behind.is_org && (behind.has_given || part->facts.shape == NAME_NOT);
    if (!is_label) {
        return;
    }
    bool is_group = part->facts.is_org;
    *(is_group ? &parser->affiliation : &parser->topic) = part->name;
    part->name = part->affiliation;
    part->affiliation = no_span;
    part->facts = behind;
}

static void list_parse(struct parser *parser, struct span s, int depth)
{
    struct parts parts = parts_read(parser, cut_sentence(s));
    if (parts.all.n == 0) {
        return;
    }
    if (parts.all.n == 2 && depth == 0 && is_turned(&parts, parser->item->is_turned_style)) {
        turn_round(parser, &parts);
        return;
    }
    turn_label(parser, &parts.all.items[0]);
    struct entry *last = NULL;
    for (size_t i = 0; i < parts.all.n; i++) {
        struct part *part = &parts.all.items[i];
        unquote(part, parser->scratch);
        if (part->name.n == 0 && part->email.n > 0 && last != NULL && last->email.n == 0) {
            last->email = part->email;
            continue;
        }
        if (part->name.n == 0 && part->email.n > 0) {
            name_from_address(part, parser->scratch);
        }
        if (group_parse(parser, part, depth)) {
            last = NULL;
            continue;
        }
        if (last != NULL && part->facts.is_job && part->facts.shape == NAME_NOT) {
            /* "Jane Doe, Director, Example Corp": the company follows, or a bracket holds it */
            last->affiliation = last->affiliation.n == 0 ? part->affiliation : last->affiliation;
            continue;
        }
        bool is_pair = parts.all.n <= 3 && depth == 0 && parser->item->is_company_style;
        if (last != NULL && part->is_after_comma && last->affiliation.n == 0 &&
            last->facts.shape == NAME_FULL && part_is_company(part, is_pair)) {
            struct part holder = {.affiliation = no_span};
            set_affiliation(&holder, part->name);
            last->affiliation = holder.affiliation;
            last->email = part->email.n > 0 ? part->email : last->email;
            continue;
        }
        last = part->facts.shape == NAME_NOT ? NULL : add_entry(parser, part);
    }
}

/* ------------------------------------------------------------------ items */

/* Is "label: rest" a group or topic before people? Then *s becomes the rest. */
static void label_read(struct parser *parser, struct span *s)
{
    size_t max = s->n < LABEL_MAX ? s->n : LABEL_MAX;
    size_t i = 0;
    int depth = 0;
    while (i < max && !(depth == 0 && s->p[i] == ':' &&
                        (i + 1 == s->n || s->p[i + 1] == ' ' || s->p[i + 1] == '\n'))) {
        depth += depth_change(s->p[i]);
        if (s->p[i] == ',' && depth == 0) {
            return;
        }
        i++;
    }
    if (i >= max || i < 2) {
        return;
    }
    struct span label = span_trim((struct span){s->p, i});
    struct span rest = {s->p + i + 1, s->n - i - 1};
    struct name_facts facts = name_judge(label);
    size_t sep = 0;
    struct part first = part_read((struct span){rest.p, part_end(rest, &sep)}, parser->scratch);
    bool is_person = facts.shape == NAME_FULL && facts.score > 0.5 && !facts.is_org;
    if (is_person && (facts.has_given || first.facts.shape != NAME_FULL)) {
        return; /* "Jane Doe: scheduler": a topic behind a name */
    }
    if (note_classify(label) == NOTE_NONE) {
        bool is_group =
            facts.is_org || (facts.shape == NAME_GIVEN && first.facts.shape == NAME_GIVEN);
        struct part holder = {.affiliation = no_span};
        set_affiliation(&holder, label);
        *(is_group ? &parser->affiliation : &parser->topic) = holder.affiliation;
    }
    *s = rest;
}

/* The bracket that ends the text: "topic (A, B)". */
static bool topic_split(struct span s, struct span *ret_topic, struct span *ret_people)
{
    s = trim_tail(s);
    if (s.n < 4 || (s.p[s.n - 1] != ')' && s.p[s.n - 1] != ']')) {
        return false;
    }
    char close = s.p[s.n - 1];
    char open = close == ')' ? '(' : '[';
    int depth = 0;
    for (size_t i = s.n; i-- > 0;) {
        depth += s.p[i] == close ? 1 : s.p[i] == open ? -1 : 0;
        if (depth == 0) {
            *ret_topic = trim_tail((struct span){s.p, i});
            *ret_people = (struct span){s.p + i + 1, s.n - i - 2};
            return ret_topic->n > 0;
        }
    }
    return false;
}

static void topic_read(struct parser *parser, struct span s)
{
    struct span people = no_span;
    if (topic_split(s, &parser->topic, &people)) {
        list_parse(parser, people, 1);
        return;
    }
    label_read(parser, &s);
    if (parser->topic.n > 0 || parser->affiliation.n > 0) {
        parser->topic = parser->topic.n > 0 ? parser->topic : parser->affiliation;
        parser->affiliation = no_span;
        list_parse(parser, s, 1);
        return;
    }
    struct part part = part_read(s, parser->scratch);
    if (part.is_dashed && name_judge(part.affiliation).shape == NAME_FULL) {
        size_t from = (size_t)(part.affiliation.p - s.p);
        parser->topic = part.name;
        list_parse(parser, (struct span){s.p + from, s.n - from}, 1);
    }
}

static void row_read(struct parser *parser, struct span row, const struct columns *columns)
{
    struct part person = {.whole = row, .name = no_span};
    struct span family = no_span;
    int column = 0;
    for (; row.n > 0; column++) {
        const char *cut = memchr(row.p, CELL, row.n);
        size_t n = cut == NULL ? row.n : (size_t)(cut - row.p);
        struct span cell = span_trim((struct span){row.p, n});
        row = cut == NULL ? (struct span){row.p + n, 0} : (struct span){cut + 1, row.n - n - 1};
        if (cell.n == 0) {
            continue;
        }
        size_t at = 0;
        size_t len = 0;
        struct span email = take_address(cell, &at, &len);
        bool is_name = columns->name >= 0
                           ? column == columns->name
                           : person.name.n == 0 && name_judge(cell).shape != NAME_NOT;
        if (is_name || (columns->name < 0 && person.name.n == 0 && email.n > 0 && at > 2)) {
            struct span whole = person.whole;
            person = part_read(cell, parser->scratch);
            person.whole = whole;
        } else if (column == columns->family_name) {
            family = cell;
        } else if (email.n > 0) {
            person.email = email;
        } else if (columns->affiliation >= 0 ? column == columns->affiliation
                                             : columns->topic != column && columns->name < 0) {
            set_affiliation(&person, cell);
        } else if (column == columns->topic) {
            set_topic(&person, cell);
        }
    }
    if (family.n > 0 && person.name.n > 0) {
        person.name = span_of(arena_printf(parser->scratch, "%.*s %.*s", (int)person.name.n,
                                           person.name.p, (int)family.n, family.p));
        person.facts = name_judge(person.name);
    }
    if (person.facts.shape != NAME_NOT) {
        (void)add_entry(parser, &person);
    }
}

struct columns columns_read(const char *row)
{
    static const struct {
        const char *word;
        size_t member;
    } words[] = {{"name", offsetof(struct columns, name)},
                 {"who", offsetof(struct columns, name)},
                 {"person", offsetof(struct columns, name)},
                 {"attendee", offsetof(struct columns, name)},
                 {"participant", offsetof(struct columns, name)},
                 {"lead", offsetof(struct columns, name)},
                 {"contact", offsetof(struct columns, name)},
                 {"first name", offsetof(struct columns, name)},
                 {"given name", offsetof(struct columns, name)},
                 {"last name", offsetof(struct columns, family_name)},
                 {"surname", offsetof(struct columns, family_name)},
                 {"family name", offsetof(struct columns, family_name)},
                 {"affiliation", offsetof(struct columns, affiliation)},
                 {"company", offsetof(struct columns, affiliation)},
                 {"organisation", offsetof(struct columns, affiliation)},
                 {"organization", offsetof(struct columns, affiliation)},
                 {"employer", offsetof(struct columns, affiliation)},
                 {"project", offsetof(struct columns, affiliation)},
                 {"email", offsetof(struct columns, email)},
                 {"e-mail", offsetof(struct columns, email)},
                 {"mail", offsetof(struct columns, email)},
                 {"address", offsetof(struct columns, email)},
                 {"topic", offsetof(struct columns, topic)},
                 {"area", offsetof(struct columns, topic)},
                 {"subsystem", offsetof(struct columns, topic)},
                 {"interest", offsetof(struct columns, topic)},
                 {"expertise", offsetof(struct columns, topic)}};
    struct columns c = {-1, -1, -1, -1, -1, false};
    int n_hits = 0;
    int n_cells = 0;
    struct span rest = span_of(row);
    for (; rest.n > 0 && n_cells < 20; n_cells++) {
        size_t n = strcspn(rest.p, "\x1f\t");
        struct span cell = span_trim((struct span){rest.p, n});
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            size_t len = strlen(words[k].word);
            bool is_hit =
                cell.n >= len && cell.n <= len + 4 && strncasecmp(cell.p, words[k].word, len) == 0;
            if (is_hit) {
                int *member = (int *)(void *)((char *)&c + words[k].member);
                *member = n_cells;
                n_hits++;
            }
        }
        rest = rest.n > n ? (struct span){rest.p + n + 1, rest.n - n - 1} : no_span;
    }
    c.is_header = n_hits > 0 && n_hits * 2 >= n_cells;
    return c;
}

void entries_read(struct entries *entries, const struct item *item, const struct columns *columns,
                  struct arena *scratch)
{
    address_unveil(item->text);
    struct parser parser = {
        .entries = entries,
        .scratch = scratch,
        .seen = item->text,
        .line = item->line,
        .affiliation = no_span,
        .topic = item->topic,
        .item = item,
    };
    struct span rest = span_of(item->text);
    if (item->label.n > 0) {
        struct name_facts facts = name_judge(item->label);
        bool is_group = facts.is_org || facts.shape != NAME_NOT;
        *(is_group ? &parser.affiliation : &parser.topic) = item->label;
    }
    if (item->is_row) {
        row_read(&parser, rest, columns);
        return;
    }
    struct span affiliation = parser.affiliation;
    struct span topic = parser.topic;
    while (rest.n > 0) {
        const char *cut = memchr(rest.p, ';', rest.n);
        size_t n = cut == NULL ? rest.n : (size_t)(cut - rest.p);
        struct span sub = {rest.p, n};
        rest = cut == NULL ? no_span : (struct span){cut + 1, rest.n - n - 1};
        parser.affiliation = affiliation;
        parser.topic = topic;
        if (item->is_topic) {
            topic_read(&parser, span_trim(sub));
            continue;
        }
        label_read(&parser, &sub);
        list_parse(&parser, trim_tail(sub), 0);
    }
}

void item_style(const struct item *item, struct arena *scratch, int *n_company, int *n_turned,
                int *n_pairs)
{
    const char *comma = strchr(item->text, ',');
    if (comma == NULL || strchr(comma + 1, ',') != NULL) {
        return;
    }
    struct parser parser = {.scratch = scratch, .item = item};
    struct parts parts = parts_read(&parser, span_of(item->text));
    if (parts.all.n != 2 || !parts.all.items[1].is_after_comma) {
        return;
    }
    const struct part *a = &parts.all.items[0];
    const struct part *b = &parts.all.items[1];
    (*n_pairs)++;
    *n_company += a->facts.shape == NAME_FULL && part_is_company(b, false) ? 1 : 0;
    *n_turned += a->facts.shape == NAME_GIVEN && b->facts.shape == NAME_GIVEN && !a->facts.is_org &&
                         !b->facts.is_org
                     ? 1
                     : 0;
}
