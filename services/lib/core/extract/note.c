/* Notes: what stands in brackets or behind a dash after a name: an address, a status ("remote"), an
 * affiliation, a topic, or a remark that is none of them. */
#include "core/extract/part.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/extract/notes_table.h"

enum note_kind note_classify(struct span note)
{
    enum note_kind kind = NOTE_NONE;
    for (size_t i = 0; i < note.n;) {
        struct span word = word_at(note, i);
        i += word.n + (word.n == 0 ? 1 : 0);
        if (word.n == 0 || isdigit((unsigned char)word.p[0])) {
            continue; /* "confirmed 2024-03-05" */
        }
        enum note_kind of_word = (enum note_kind)WORD_BITS(note_words, word);
        if (of_word == NOTE_NONE) {
            return NOTE_NONE;
        }
        kind = of_word > kind ? of_word : kind;
    }
    return kind;
}

/* ------------------------------------------------------------------ openers */

/* Bytes of the first of these that s begins with; 0 = none. */
static size_t opener_of(struct span s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(list[i]);
        if (s.n > len && strncasecmp(s.p, list[i], len) == 0) {
            return len;
        }
    }
    return 0;
}
#define OPENER_OF(s, list) opener_of(s, list, sizeof list / sizeof list[0])

static const char *const handles[] = {"irc", "nick", "matrix", "github", "aka", "a.k.a", "tel"};
static const char *const topics[] = {"for ", "on ", "about ", "re ", "regarding ", "topic: "};
static const char *const from[] = {"from ",         "at ",       "of ",
                                   "representing ", "works at ", "working for "};
/* behind a dash: the sentence goes on */
static const char *const asides[] = {"and ", "with ",  "who ", "but ",   "if ",   "as ", "plus ",
                                     "we ",  "he ",    "she ", "they ",  "will ", "is ", "has ",
                                     "to ",  "would ", "in ",  "could ", "can "};

static struct span skip(struct span s, size_t n)
{
    return (struct span){s.p + n, s.n - n};
}

static struct span skip_article(struct span note)
{
    static const char *const articles[] = {"the "};
    return skip(note, OPENER_OF(note, articles));
}

/* ------------------------------------------------------------------ what a part keeps */

void part_set_affiliation(struct part *part, struct span note)
{
    note = tail_trim(span_trim(note));
    while (note.n > 0 && strchr("@-(: ", note.p[0]) != NULL) {
        note = skip(note, 1);
    }
    note = skip_article(note);
    bool is_fit = note.n >= 2 && note.n <= NOTE_MAX && strncasecmp(note.p, "http", 4) != 0;
    if (is_fit && part->affiliation.n == 0) {
        part->affiliation = note;
    }
}

void part_set_topic(struct part *part, struct span note)
{
    note = skip_article(tail_trim(span_trim(note)));
    if (note.n >= 2 && note.n <= 160 && part->topic.n == 0) {
        part->topic = note;
    }
}

/* ------------------------------------------------------------------ reading one */

/* "invited, Example Corp": what only tells the status is taken out. */
static struct span drop_status(struct part *part, struct span note)
{
    size_t n = OPENER_OF(note, handles);
    if (n > 0 && !isalnum((unsigned char)note.p[n])) {
        return no_span;
    }
    for (int k = 0; k < 4 && note.n > 0; k++) {
        const char *comma = memchr(note.p, ',', note.n);
        struct span head = {note.p, comma == NULL ? note.n : (size_t)(comma - note.p)};
        const char *last = memrchr(note.p, ',', note.n);
        struct span tail = last == NULL ? head : skip(note, (size_t)(last + 1 - note.p));
        enum note_kind kind = note_classify(head);
        if (kind != NOTE_NONE) {
            note = comma == NULL ? no_span : span_trim(skip(note, head.n + 1));
        } else if (last != NULL && (kind = note_classify(tail)) != NOTE_NONE) {
            note = span_trim((struct span){note.p, (size_t)(last - note.p)});
        } else {
            break;
        }
        part->note = kind > part->note ? kind : part->note;
    }
    return note;
}

/* Takes the address out of a note; what stays is what stood before it, else behind it. */
static struct span take_address(struct part *part, struct span note)
{
    size_t at = 0;
    size_t len = 0;
    struct span email = address_take(note, &at, &len);
    if (email.n == 0) {
        return note;
    }
    part->email = part->email.n == 0 ? email : part->email;
    struct span before = tail_trim((struct span){note.p, at});
    struct span after = skip(note, at + len);
    while (after.n > 0 && strchr(" ,;>)-/", after.p[0]) != NULL) {
        after = skip(after, 1);
    }
    note = before.n > 1 ? before : span_trim(after);
    while (note.n > 0 && strchr("<(,; ", note.p[note.n - 1]) != NULL) {
        note.n--;
    }
    return note;
}

static size_t count_blanks(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += s.p[i] == ' ' ? 1 : 0;
    }
    return n;
}

/* "@jane", "@jane:example.org", but not "@Examplesoft" or "@redhat": how somebody is called
 * elsewhere. */
static bool is_handle(struct span note)
{
    if (note.p[0] != '@' || note.n < 2) {
        return false;
    }
    struct span word = skip(note, 1);
    bool is_matrix = memchr(note.p, ':', note.n) != NULL;
    bool is_company = isupper((unsigned char)word.p[0]) || word.p[0] == ' ' ||
                      (word_classes(word) & WORD_IS_ORGANISATION) != 0;
    return is_matrix || (!is_company && memchr(note.p, '.', note.n) == NULL);
}

bool handle_is(struct span name)
{
    static const char *const nobody[] = {"@all",  "@channel", "@everyone",
                                         "@here", "@room",    "@team"};
    if (name.n < 3 || name.n > 100 || !islower((unsigned char)name.p[name.n < 2 ? 0 : 1]) ||
        !is_handle(name) || memchr(name.p + 1, '@', name.n - 1) != NULL) {
        return false;
    }
    for (size_t i = 1; i < name.n; i++) {
        bool is_joint = strchr("-_.:", name.p[i]) != NULL && i + 1 < name.n;
        if (!isalnum((unsigned char)name.p[i]) && !is_joint) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        if (name.n == strlen(nobody[i]) && strncasecmp(name.p, nobody[i], name.n) == 0) {
            return false;
        }
    }
    return true;
}

/* "jane on IRC" */
static bool is_elsewhere(struct span note)
{
    static const char *const places[] = {" on irc",      " on matrix",   " on github",
                                         " on freenode", " on mastodon", " on libera",
                                         " on oftc",     " on slack",    " on discord"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t n = strlen(places[i]);
        if (note.n > n && strncasecmp(note.p + note.n - n, places[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* "(jdoe)" behind "Jane Doe": a word in lower case that shares three letters with the name. */
static bool is_nick(struct span note, struct span name)
{
    char folded[NOTE_MAX];
    if (note.n < 3 || name.n >= sizeof folded || count_blanks(note) > 0 ||
        memchr(note.p, '.', note.n) != NULL || !islower((unsigned char)note.p[0]) ||
        word_classes(note) != 0) {
        return false;
    }
    size_t n = fold_word(name, folded, sizeof folded);
    for (size_t i = 0; i + 3 <= note.n; i++) {
        if (memmem(folded, n, note.p + i, 3) != NULL) {
            return true;
        }
    }
    return false;
}

struct span note_topic(struct span note)
{
    size_t n = OPENER_OF(note, topics);
    return n == 0 ? no_span : skip(note, n);
}

void note_read(struct part *part, struct span note, bool is_dash)
{
    note = take_address(part, span_trim(note));
    static const char *const quotes[] = {"\"", "'", "“", "‘", "«"};
    if (OPENER_OF(note, quotes) > 0) {
        return; /* ("Matt") */
    }
    if (note.n == 0 || isdigit((unsigned char)note.p[0]) || is_handle(note) || is_elsewhere(note) ||
        is_nick(note, part->name)) {
        return;
    }
    note = drop_status(part, note);
    size_t n = OPENER_OF(note, topics);
    if (note.n == 0 || n > 0) {
        part_set_topic(part, skip(note, n));
        return;
    }
    note = skip(note, OPENER_OF(note, from));
    if (is_dash && (word_classes(note) & WORD_IS_ORGANISATION) == 0 && name_judge(note).is_job) {
        return; /* a profession: what stands behind its comma is where */
    }
    bool is_lower = islower((unsigned char)note.p[0]);
    bool is_aside = is_lower && count_blanks(note) >= 3;
    if (is_dash && is_lower && OPENER_OF(note, asides) > 0) {
        return;
    }
    bool is_named = memchr(note.p, '.', note.n) != NULL ||
                    (word_classes(note) & WORD_IS_ORGANISATION) != 0; /* kernel.org, arm */
    if (is_dash && is_lower && !is_named) {
        part_set_topic(part, note);
    } else if (!is_aside) {
        part->is_dashed = is_dash && part->affiliation.n == 0;
        part_set_affiliation(part, note);
    }
}
