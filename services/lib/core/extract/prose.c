/* Prose: the few kinds of sentences that name leads and key attendees outside lists. Everything
 * else that names people (who sent patches, who gave a talk) is left alone. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TOKENS_MAX   160
#define SENTENCE_MAX 3000
#define LOOKS_MAX    16 /* for people in a sentence */

/* What a word may be in such a sentence. A GAP may stand between the words that count. */
enum prose_bit {
    MEETING = 1,     /* MC, track, "it": what is led */
    AUTHOR = 1 << 1, /* I, myself */
    COPULA = 1 << 2, /* "leads are X" */
    COPULA_GAP = 1 << 3,
    LED = 1 << 4, /* "led by X" */
    LED_GAP = 1 << 5,
    LEAD = 1 << 6, /* "X will lead" */
    LEAD_GAP = 1 << 7,
    AUXILIARY = 1 << 8, /* will, plan to */
    JOINTLY = 1 << 9,   /* "together with X" */
    ATTEND = 1 << 10,   /* "X should attend" */
    ATTEND_GAP = 1 << 11,
    MUST = 1 << 12,
    HAVE = 1 << 13, /* "would like to have X in the room" */
    WISH = 1 << 14,
    GOAL = 1 << 15,
    NEED = 1 << 17,       /* needs no other wish beside it */
    CONTACT_GAP = 1 << 16 /* "contact the leads X" */
};

#include "core/extract/prose_table.h"

struct sentence {
    struct span words[TOKENS_MAX];
    unsigned bits[TOKENS_MAX];
    size_t n;
    const char *text; /* of the paragraph */
    const char *end;  /* of the sentence */
    int line;         /* of the paragraph's start */
    size_t line_index;
    struct reader *reader;
    double base; /* what the words around are worth: see entries_decide() */
    int n_looks; /* for people; a sentence is read often enough, or none is ever done */
};

static struct span core_of(struct span word)
{
    while (word.n > 0 && strchr(".,:;!?\"'()", word.p[word.n - 1]) != NULL) {
        word.n--;
    }
    while (word.n > 0 && strchr("\"'(", word.p[0]) != NULL) {
        word.p++;
        word.n--;
    }
    return word;
}

static bool has_bit(const struct sentence *s, size_t i, unsigned bit)
{
    return (s->bits[i] & bit) != 0;
}

static bool is_year(struct span word)
{
    return word.n == 4 && memcmp(word.p, "20", 2) == 0;
}

static bool is_word(const struct sentence *s, size_t i, const char *word)
{
    return i < s->n && span_equal_nocase(core_of(s->words[i]), word);
}

/* Reads [from, to) as people; returns how many were found, and the share of the text they make. */
static size_t people_in(struct sentence *s, const char *from, const char *to, enum role role,
                        enum strength strength, bool is_dry, double *ret_share)
{
    if (to <= from || to - from > SENTENCE_MAX || s->n_looks++ >= LOOKS_MAX) {
        return 0;
    }
    struct arena *scratch = s->reader->probe;
    int line = s->line;
    for (const char *p = s->text; p < from; p++) {
        line += *p == '\n' ? 1 : 0;
    }
    struct item item = {.text = arena_strndup(scratch, from, (size_t)(to - from)),
                        .line = line,
                        .label = {"", 0},
                        .topic = {"", 0}};
    struct columns columns = NO_COLUMNS;
    struct entries entries = {0};
    entries_read(&entries, &item, &columns, scratch);
    entries_decide(&entries, s->base);
    size_t n = 0;
    size_t n_bytes = 0;
    bool is_first = true;
    for (size_t i = 0; i < entries.all.n; i++) {
        struct entry *e = &entries.all.items[i];
        bool stands_first = e->name.p < item.text + 25 || e->name.p > item.text + strlen(item.text);
        if (!e->is_accepted || (is_first && !stands_first)) {
            break; /* a list begins at once and ends with the first that is nobody */
        }
        is_first = false;
        n++;
        n_bytes += e->name.n + e->email.n + e->affiliation.n + 5;
        if (!is_dry) {
            e->confidence = e->confidence > 0.9 ? 0.9 : e->confidence;
            mention_add(s->reader, role, strength, e);
        }
    }
    *ret_share = (double)n_bytes / (double)(to - from + 1);
    return n;
}

static bool has_author(const struct sentence *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (has_bit(s, i, AUTHOR)) {
            return true;
        }
    }
    return false;
}

static const char *word_end(const struct sentence *s, size_t i)
{
    return s->words[i].p + s->words[i].n;
}

/* "The MC leads are A and B", "key people include A, B". */
static bool try_copula(struct sentence *s, size_t k)
{
    bool is_will_be = (is_word(s, k, "will") || is_word(s, k, "would")) &&
                      (is_word(s, k + 1, "be") || is_word(s, k + 1, "include"));
    if (!has_bit(s, k, COPULA) && !is_will_be) {
        return false;
    }
    size_t from = k + (is_will_be ? 2 : 1);
    while (from < s->n && has_bit(s, from, COPULA_GAP)) {
        from++;
    }
    for (size_t j = k > 8 ? k - 8 : 0; j < k && from < s->n; j++) {
        struct span phrase = {s->words[j].p, (size_t)(word_end(s, k - 1) - s->words[j].p)};
        struct role_phrase role;
        if (!role_classify(phrase, false, &role) || role.is_behind_topics) {
            continue;
        }
        double share = 0;
        size_t n = people_in(s, s->words[from].p, s->end, role.role, role.strength, false, &share);
        bool is_me = has_author(s, from, s->n < from + 3 ? s->n : from + 3) ||
                     (n > 0 && has_author(s, from, s->n));
        if (is_me) {
            mention_add_author(s->reader, s->line_index, role.role, role.strength);
        }
        return n > 0 || is_me;
    }
    return false;
}

/* "This microconference ..., and is led by ...": what the sentence is about. */
static bool begins_with_meeting(const struct sentence *s)
{
    for (size_t i = 0; i < s->n && i < 4; i++) {
        if (has_bit(s, i, MEETING)) {
            return true;
        }
    }
    return false;
}

/* "the one that was led by": about something else. */
static bool is_relative(const struct sentence *s, size_t i)
{
    return is_word(s, i, "that") || is_word(s, i, "which") || is_word(s, i, "who");
}

/* "The MC will be led by A and B". */
static bool try_by(struct sentence *s, size_t k)
{
    if (!is_word(s, k, "by") || k == 0 || !has_bit(s, k - 1, LED)) {
        return false;
    }
    size_t j = k - 1;
    while (j > 0 && (has_bit(s, j - 1, LED_GAP | LED) || is_year(s->words[j - 1]))) {
        j--;
    }
    bool is_meeting = j == 0 || has_bit(s, j - 1, MEETING) ||
                      (j < k - 1 && !is_relative(s, j - 1) && begins_with_meeting(s));
    if (!is_meeting || k + 1 >= s->n) {
        return false;
    }
    double share = 0;
    size_t n = people_in(s, s->words[k + 1].p, s->end, ROLE_LEAD, STRENGTH_MUST, false, &share);
    bool is_me = has_author(s, k + 1, s->n);
    if (is_me) {
        mention_add_author(s->reader, s->line_index, ROLE_LEAD, STRENGTH_MUST);
    }
    return n > 0 || is_me;
}

/* "... together with A and B", behind words[k]. */
static void add_partners(struct sentence *s, size_t k)
{
    for (size_t i = k + 1; i + 1 < s->n; i++) {
        if (!is_word(s, i, "with") || !has_bit(s, i - 1, JOINTLY)) {
            continue;
        }
        double share = 0;
        const char *from = s->words[i + 1].p;
        size_t n = people_in(s, from, s->end, ROLE_LEAD, STRENGTH_MUST, true, &share);
        if (n > 0 && share >= 0.6) {
            (void)people_in(s, from, s->end, ROLE_LEAD, STRENGTH_MUST, false, &share);
        }
        return;
    }
}

/* "A, B and I will lead this MC"; "I would like to organise". */
static bool try_will_lead(struct sentence *s, size_t k)
{
    if (!has_bit(s, k, LEAD) || k == 0) {
        return false;
    }
    size_t j = k;
    while (j > 0 && has_bit(s, j - 1, LEAD_GAP | LEAD)) {
        j--;
    }
    if (j == 0 || !has_bit(s, j - 1, AUXILIARY)) {
        return false;
    }
    bool has_object = k + 1 >= s->n;
    for (size_t i = k + 1; i < s->n && i < k + 8; i++) {
        has_object = has_object || has_bit(s, i, MEETING);
    }
    if (!has_object) {
        return false;
    }
    struct span aux = core_of(s->words[j - 1]);
    bool is_i =
        aux.n > 2 && (aux.p[0] == 'I' || aux.p[0] == 'i') && !isalpha((unsigned char)aux.p[1]);
    double share = 0;
    const char *to = s->words[j - 1].p;
    s->base = has_author(s, 0, j) ? 1.0 : s->base;
    size_t n = people_in(s, s->words[0].p, to, ROLE_LEAD, STRENGTH_MUST, true, &share);
    bool is_me = is_i || (j < 14 && has_author(s, 0, j - 1));
    if (n > 0 && share > (is_me ? 0.3 : 0.6)) {
        (void)people_in(s, s->words[0].p, to, ROLE_LEAD, STRENGTH_MUST, false, &share);
    } else if (!is_me || j > 5 + (is_i ? 3 : 0)) {
        return false;
    }
    if (is_me) {
        mention_add_author(s->reader, s->line_index, ROLE_LEAD, STRENGTH_MUST);
    }
    add_partners(s, k);
    return true;
}

/* Takes the people in [from, to) when they make at least min_share of it. */
static bool take_people(struct sentence *s, const char *from, const char *to,
                        enum strength strength, double min_share)
{
    double share = 0;
    if (people_in(s, from, to, ROLE_KEY_ATTENDEE, strength, true, &share) == 0 ||
        share < min_share) {
        return false;
    }
    (void)people_in(s, from, to, ROLE_KEY_ATTENDEE, strength, false, &share);
    return true;
}

/* The first of words [0, to) that may begin a name: "I think Jane Doe ...". */
static size_t first_name(const struct sentence *s, size_t to)
{
    for (size_t i = 0; i < to; i++) {
        struct span word = core_of(s->words[i]);
        bool is_capital = word.n > 0 && !islower((unsigned char)word.p[0]);
        if (is_capital && !has_bit(s, i, AUTHOR) &&
            (word_classes(word) & WORD_IS_NEVER_NAME) == 0) {
            return i;
        }
    }
    return 0;
}

/* "A and B should attend", "... need to be there". */
static bool try_should_attend(struct sentence *s, size_t k)
{
    if (!has_bit(s, k, ATTEND) || k < 2) {
        return false;
    }
    size_t j = k;
    while (j > 0 && has_bit(s, j - 1, ATTEND_GAP)) {
        j--;
    }
    bool is_must = j > 0 && has_bit(s, j - 1, MUST);
    if (j < 2 || (!is_must && !is_word(s, j - 1, "should"))) {
        return false;
    }
    enum strength strength = is_must ? STRENGTH_MUST : STRENGTH_SHOULD;
    return take_people(s, s->words[first_name(s, j - 1)].p, s->words[j - 1].p, strength, 0.6);
}

/* Where the people behind words[k] end; NULL = the sentence has no goal such as "in the room". */
static const char *have_end(const struct sentence *s, size_t k)
{
    bool is_benefit = k > 0 && is_word(s, k, "from") && is_word(s, k - 1, "benefit");
    bool is_invitation = is_word(s, k, "invite") || is_word(s, k, "inviting") || is_benefit;
    for (size_t i = k + 1; i < s->n; i++) {
        if (has_bit(s, i, GOAL)) {
            return s->words[i].p;
        }
    }
    return is_invitation ? s->end : NULL;
}

/* "It would be great to have A and B in the room", "we would like to invite A, B", "this needs A
 * there". */
static bool try_have(struct sentence *s, size_t k)
{
    if (!has_bit(s, k, HAVE) || k + 1 >= s->n) {
        return false;
    }
    bool is_wish = has_bit(s, k, NEED);
    for (size_t i = 0; i < k; i++) {
        is_wish = is_wish || has_bit(s, i, WISH);
    }
    const char *to = is_wish ? have_end(s, k) : NULL;
    bool is_must = has_bit(s, k, NEED) && has_bit(s, k, MUST);
    return to != NULL &&
           take_people(s, s->words[k + 1].p, to, is_must ? STRENGTH_MUST : STRENGTH_SHOULD, 0.5);
}

/* "Please contact A <a@x> or B". */
static bool try_contact(struct sentence *s, size_t k)
{
    bool is_contact = is_word(s, k, "contact") || is_word(s, k, "contacting") ||
                      (is_word(s, k, "to") && k >= 2 && is_word(s, k - 1, "out") &&
                       (is_word(s, k - 2, "reach") || is_word(s, k - 2, "reaching"))) ||
                      (is_word(s, k, "with") && k >= 2 && is_word(s, k - 1, "touch"));
    if (!is_contact || k + 1 >= s->n) {
        return false;
    }
    size_t from = k + 1;
    while (from < s->n && has_bit(s, from, CONTACT_GAP)) {
        from++;
    }
    if (from >= s->n) {
        return false;
    }
    double share = 0;
    return people_in(s, s->words[from].p, s->end, ROLE_LEAD, STRENGTH_MUST, false, &share) > 0;
}

/* Words such as "led by" leave no doubt; "contact X" may name anything. */
static const struct {
    bool (*run)(struct sentence *s, size_t k);
    double base;
} tries[] = {
    {try_by, 1.0},   {try_copula, 1.0},  {try_will_lead, 0.0}, {try_should_attend, 0.0},
    {try_have, 0.0}, {try_contact, 0.0},
};

static bool ends_sentence(const char *p, const char *start)
{
    if (*p != '.' && *p != '!' && *p != '?') {
        return false;
    }
    if (p[1] == '\0') {
        return true;
    }
    if (p[1] != ' ' && p[1] != '\n') {
        return false;
    }
    const char *word = p;
    while (word > start && word[-1] != ' ' && word[-1] != '\n') {
        word--;
    }
    struct span last = {word, (size_t)(p - word)};
    return last.n > 1 ? (word_classes(last) & WORD_IS_HONORIFIC) == 0
                      : !isupper((unsigned char)last.p[0]);
}

static void sentence_read(struct sentence *s, const char *start)
{
    s->n = 0;
    s->n_looks = 0;
    for (const char *p = start; p < s->end && s->n < TOKENS_MAX;) {
        while (p < s->end && (*p == ' ' || *p == '\n' || *p == '\t')) {
            p++;
        }
        const char *word = p;
        while (p < s->end && *p != ' ' && *p != '\n' && *p != '\t') {
            p++;
        }
        if (p > word) {
            s->words[s->n] = (struct span){word, (size_t)(p - word)};
            s->bits[s->n] = WORD_BITS(prose_words, core_of(s->words[s->n]));
            s->n++;
        }
    }
    int n_done = 0;
    for (size_t k = 0; k < s->n && n_done < 3; k++) {
        for (size_t t = 0; t < sizeof tries / sizeof tries[0]; t++) {
            s->base = tries[t].base;
            if (tries[t].run(s, k)) {
                n_done++;
                break;
            }
        }
    }
    arena_reset(s->reader->probe);
}

void prose_read(struct reader *reader, const char *text, size_t line_index)
{
    struct sentence s = {
        .text = text,
        .line = (int)reader->doc->lines[line_index].number,
        .line_index = line_index,
        .reader = reader,
    };
    const char *start = text;
    for (const char *p = text; *p != '\0'; p++) {
        bool is_long = p - start > SENTENCE_MAX && *p == ' ';
        if (is_long || ends_sentence(p, start) || p[1] == '\0') {
            s.end = p[1] == '\0' && *p != '.' && *p != '!' && *p != '?' ? p + 1 : p;
            sentence_read(&s, start);
            start = p + 1;
            /* lines of what is behind us need not be counted again */
            for (; s.text < start; s.text++) {
                s.line += *s.text == '\n' ? 1 : 0;
            }
        }
    }
}
