/* Prose: the few kinds of sentences that name leads and key attendees outside lists. Everything
 * else that names people (who sent patches, who gave a talk) is left alone. */
#include "core/extract_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TOKENS_MAX   160
#define SENTENCE_MAX 3000

struct sentence {
    struct span words[TOKENS_MAX];
    size_t n;
    const char *text; /* of the paragraph */
    const char *end;  /* of the sentence */
    int line;         /* of the paragraph's start */
    size_t line_index;
    struct reader *reader;
    double base; /* what the words around are worth: see entries_decide() */
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

static bool word_in(struct span word, const char *const *list, size_t n)
{
    word = core_of(word);
    for (size_t i = 0; i < n; i++) {
        if (span_equal_nocase(word, list[i])) {
            return true;
        }
    }
    return false;
}
#define WORD_IN(word, list) word_in(word, list, sizeof list / sizeof list[0])

static bool is_word(const struct sentence *s, size_t i, const char *word)
{
    return i < s->n && span_equal_nocase(core_of(s->words[i]), word);
}

static bool names_meeting(struct span word)
{
    static const char *const list[] = {"mc",         "microconference", "micro-conference",
                                       "miniconf",   "track",           "session",
                                       "bof",        "devroom",         "it",
                                       "this",       "workshop",        "event",
                                       "conference", "miniconference",  "meeting",
                                       "summit",     "discussion",      "room",
                                       "which"};
    return WORD_IN(word, list);
}

/* Reads [from, to) as people; returns how many were found, and the share of the text they make. */
static size_t people_in(struct sentence *s, const char *from, const char *to, enum role role,
                        enum strength strength, bool is_dry, double *ret_share)
{
    if (to <= from || to - from > SENTENCE_MAX) {
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
    struct columns columns = {-1, -1, -1, -1, -1, false};
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
    static const char *const list[] = {"i",   "myself", "me",  "i'll", "i'd",
                                       "i'm", "i’ll",   "i’d", "i’m"};
    for (size_t i = from; i < to; i++) {
        if (WORD_IN(s->words[i], list)) {
            return true;
        }
    }
    return false;
}

static void add_author(struct sentence *s, enum role role, enum strength strength)
{
    struct span name;
    struct span email;
    if (!mail_author(s->reader->doc, s->line_index, &name, &email)) {
        return;
    }
    struct entry e = {.name = name,
                      .email = email,
                      .affiliation = {"", 0},
                      .topic = {"", 0},
                      .line = (int)s->reader->doc->lines[s->line_index].number,
                      .facts = name_judge(name),
                      .confidence = 0.9};
    if (e.facts.shape != NAME_NOT) {
        mention_add(s->reader, role, strength, &e);
    }
}

static const char *word_end(const struct sentence *s, size_t i)
{
    return s->words[i].p + s->words[i].n;
}

/* "The MC leads are A and B", "key people include A, B". */
static bool try_copula(struct sentence *s, size_t k)
{
    static const char *const copulas[] = {"are", "is", "include", "includes", "being", "including"};
    static const char *const fillers[] = {"be",        "expected", "to",      "likely",
                                          "currently", "as",       "follows", "hopefully",
                                          "will",      "again",    "the"};
    bool is_will_be = (is_word(s, k, "will") || is_word(s, k, "would")) &&
                      (is_word(s, k + 1, "be") || is_word(s, k + 1, "include"));
    if (!WORD_IN(s->words[k], copulas) && !is_will_be) {
        return false;
    }
    size_t from = k + (is_will_be ? 2 : 1);
    while (from < s->n && WORD_IN(s->words[from], fillers)) {
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
            add_author(s, role.role, role.strength);
        }
        return n > 0 || is_me;
    }
    return false;
}

/* "The MC will be led by A and B". */
static bool try_by(struct sentence *s, size_t k)
{
    static const char *const verbs[] = {"led",          "organized",   "organised", "chaired",
                                        "co-chaired",   "moderated",   "hosted",    "run",
                                        "coordinated",  "facilitated", "co-led",    "co-organized",
                                        "co-organised", "co-hosted"};
    static const char *const between[] = {
        "will",   "be",    "is",    "being", "are",  "jointly",  "again", "once",
        "more",   "co",    "also",  "and",   "or",   "proposed", "year",  "as",
        "always", "usual", "going", "to",    "has",  "been",     "2019",  "2020",
        "2021",   "2022",  "2023",  "2024",  "2025", "2026",     "track"};
    if (!is_word(s, k, "by") || k == 0 || !WORD_IN(s->words[k - 1], verbs)) {
        return false;
    }
    size_t j = k - 1;
    while (j > 0 && (WORD_IN(s->words[j - 1], between) || WORD_IN(s->words[j - 1], verbs))) {
        j--;
    }
    bool is_meeting = j == 0 || names_meeting(s->words[j - 1]);
    if (!is_meeting || k + 1 >= s->n) {
        return false;
    }
    double share = 0;
    size_t n = people_in(s, s->words[k + 1].p, s->end, ROLE_LEAD, STRENGTH_MUST, false, &share);
    bool is_me = has_author(s, k + 1, s->n);
    if (is_me) {
        add_author(s, ROLE_LEAD, STRENGTH_MUST);
    }
    return n > 0 || is_me;
}

/* "... together with A and B", behind words[k]. */
static void add_partners(struct sentence *s, size_t k)
{
    static const char *const jointly[] = {"together", "along", "jointly"};
    for (size_t i = k + 1; i + 1 < s->n; i++) {
        if (!is_word(s, i, "with") || !WORD_IN(s->words[i - 1], jointly)) {
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
    static const char *const verbs[] = {
        "lead",        "co-lead",     "chair",      "co-chair",   "host",    "co-host",
        "organize",    "organise",    "moderate",   "run",        "leading", "co-leading",
        "chairing",    "organizing",  "organising", "moderating", "hosting", "running",
        "co-organize", "co-organise", "coordinate", "leads",      "colead"};
    static const char *const auxiliary[] = {
        "will",        "would", "are",   "am",     "is",      "volunteer", "volunteers",
        "volunteered", "plan",  "plans", "offer",  "offered", "agreed",    "intend",
        "i'll",        "i’ll",  "i'd",   "i’d",    "i'm",     "i’m",       "can",
        "we'll",       "have",  "want",  "propose"};
    static const char *const between[] = {"be",    "to",      "going",       "happy",  "like",
                                          "glad",  "willing", "co",          "and",    "jointly",
                                          "again", "also",    "volunteered", "agreed", "help",
                                          "love",  "offered", "planning",    "plan",   "both"};
    if (!WORD_IN(s->words[k], verbs) || k == 0) {
        return false;
    }
    size_t j = k;
    while (j > 0 && (WORD_IN(s->words[j - 1], between) || WORD_IN(s->words[j - 1], verbs))) {
        j--;
    }
    if (j == 0 || !WORD_IN(s->words[j - 1], auxiliary)) {
        return false;
    }
    bool has_object = k + 1 >= s->n;
    for (size_t i = k + 1; i < s->n && i < k + 8; i++) {
        has_object = has_object || names_meeting(s->words[i]);
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
        add_author(s, ROLE_LEAD, STRENGTH_MUST);
    }
    add_partners(s, k);
    return true;
}

/* "A and B should attend", "... need to be there". */
static bool try_should_attend(struct sentence *s, size_t k)
{
    static const char *const verbs[] = {"attend", "there", "present", "participate",
                                        "join",   "room",  "invited", "attending"};
    static const char *const between[] = {"be",         "in",     "the",     "to",  "also",
                                          "definitely", "really", "ideally", "all", "both"};
    static const char *const must[] = {"must", "need", "needs", "have", "has"};
    if (!WORD_IN(s->words[k], verbs) || k < 2) {
        return false;
    }
    size_t j = k;
    while (j > 0 && WORD_IN(s->words[j - 1], between)) {
        j--;
    }
    bool is_must = j > 0 && WORD_IN(s->words[j - 1], must);
    if (j < 2 || (!is_must && !is_word(s, j - 1, "should"))) {
        return false;
    }
    double share = 0;
    const char *to = s->words[j - 1].p;
    enum strength strength = is_must ? STRENGTH_MUST : STRENGTH_SHOULD;
    size_t n = people_in(s, s->words[0].p, to, ROLE_KEY_ATTENDEE, strength, true, &share);
    if (n == 0 || share < 0.6) {
        return false;
    }
    (void)people_in(s, s->words[0].p, to, ROLE_KEY_ATTENDEE, strength, false, &share);
    return true;
}

/* "It would be great to have A and B in the room", "we would like to invite A, B". */
static bool try_have(struct sentence *s, size_t k)
{
    static const char *const verbs[] = {"have", "see",  "invite", "inviting",
                                        "need", "want", "like"};
    static const char *const goals[] = {
        "room",       "there",    "attend", "attending",     "present",   "participate", "join",
        "attendance", "presence", "board",  "participating", "attendees", "participants"};
    static const char *const wishes[] = {"would",     "like",   "want",    "hope",   "great",
                                         "good",      "need",   "helpful", "nice",   "essential",
                                         "important", "love",   "plan",    "useful", "will",
                                         "crucial",   "intend", "we'd",    "we’d",   "we"};
    if (!WORD_IN(s->words[k], verbs) || k + 1 >= s->n) {
        return false;
    }
    bool is_wish = false;
    for (size_t i = 0; i < k; i++) {
        is_wish = is_wish || WORD_IN(s->words[i], wishes);
    }
    bool is_invitation = is_word(s, k, "invite") || is_word(s, k, "inviting");
    const char *to = is_invitation ? s->end : NULL;
    for (size_t i = k + 1; i < s->n; i++) {
        if (WORD_IN(s->words[i], goals)) {
            to = s->words[i].p;
            break;
        }
    }
    if (!is_wish || to == NULL) {
        return false;
    }
    double share = 0;
    size_t n =
        people_in(s, s->words[k + 1].p, to, ROLE_KEY_ATTENDEE, STRENGTH_SHOULD, true, &share);
    if (n == 0 || share < 0.5) {
        return false;
    }
    (void)people_in(s, s->words[k + 1].p, to, ROLE_KEY_ATTENDEE, STRENGTH_SHOULD, false, &share);
    return true;
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
    static const char *const skip[] = {
        "the",        "mc",    "microconference", "leads",     "lead", "organizers",
        "organisers", "us",    "either",          "one",       "of",   "me",
        "devroom",    "track", "organizer",       "organiser", "any",  "our"};
    while (from < s->n && WORD_IN(s->words[from], skip)) {
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
    for (const char *p = start; p < s->end && s->n < TOKENS_MAX;) {
        while (p < s->end && (*p == ' ' || *p == '\n' || *p == '\t')) {
            p++;
        }
        const char *word = p;
        while (p < s->end && *p != ' ' && *p != '\n' && *p != '\t') {
            p++;
        }
        if (p > word) {
            s->words[s->n++] = (struct span){word, (size_t)(p - word)};
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
