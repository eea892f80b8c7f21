/* Headings that name a role: every word of the phrase has a class, and the classes decide. */
#include "core/extract_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PHRASE_MAX 110 /* bytes of a heading */

enum word_class {
    W_UNKNOWN,
    W_FILLER, /* the, of, MC, 2024 */
    W_STRONG, /* attendees: names a role by itself */
    W_WEAK,   /* people: needs "key" or "who should attend" */
    W_LEAD,
    W_LEAD_VERB, /* organized: a lead when "by" follows */
    W_MUST,
    W_SHOULD,
    W_ATTEND, /* attend, be there: makes "people" strong */
    W_TOPIC,
    W_NEGATION, /* past, speakers: another list */
};

static const struct {
    const char *word;
    enum word_class class;
} classes[] = {
    {"a", W_FILLER},
    {"about", W_FILLER},
    {"additional", W_FILLER},
    {"address", W_FILLER},
    {"affiliation", W_FILLER},
    {"agenda", W_TOPIC},
    {"all", W_FILLER},
    {"alphabetical", W_FILLER},
    {"also", W_FILLER},
    {"an", W_FILLER},
    {"and", W_FILLER},
    {"anticipated", W_SHOULD},
    {"are", W_FILLER},
    {"areas", W_TOPIC},
    {"at", W_FILLER},
    {"attend", W_ATTEND},
    {"attendance", W_STRONG},
    {"attendee", W_STRONG},
    {"attendees", W_STRONG},
    {"attending", W_ATTEND},
    {"audience", W_NEGATION},
    {"authors", W_NEGATION},
    {"be", W_FILLER},
    {"bof", W_FILLER},
    {"by", W_FILLER},
    {"cc", W_NEGATION},
    {"chair", W_LEAD},
    {"chaired", W_LEAD_VERB},
    {"chairman", W_LEAD},
    {"chairperson", W_LEAD},
    {"chairpersons", W_LEAD},
    {"chairs", W_LEAD},
    {"co", W_FILLER},
    {"co-chair", W_LEAD},
    {"co-chairs", W_LEAD},
    {"co-host", W_LEAD},
    {"co-hosts", W_LEAD},
    {"co-lead", W_LEAD},
    {"co-leader", W_LEAD},
    {"co-leaders", W_LEAD},
    {"co-leads", W_LEAD},
    {"co-organiser", W_LEAD},
    {"co-organisers", W_LEAD},
    {"co-organizer", W_LEAD},
    {"co-organizers", W_LEAD},
    {"co-runner", W_LEAD},
    {"co-runners", W_LEAD},
    {"cochair", W_LEAD},
    {"cochairs", W_LEAD},
    {"colead", W_LEAD},
    {"coleads", W_LEAD},
    {"coming", W_ATTEND},
    {"committee", W_NEGATION},
    {"communities", W_NEGATION},
    {"companies", W_NEGATION},
    {"conference", W_FILLER},
    {"confirmed", W_SHOULD},
    {"contact", W_LEAD},
    {"contacts", W_LEAD},
    {"contributors", W_WEAK},
    {"convener", W_LEAD},
    {"conveners", W_LEAD},
    {"coordinated", W_LEAD_VERB},
    {"coordinator", W_LEAD},
    {"coordinators", W_LEAD},
    {"core", W_MUST},
    {"critical", W_MUST},
    {"crucial", W_MUST},
    {"desired", W_SHOULD},
    {"developers", W_WEAK},
    {"devroom", W_FILLER},
    {"discussion", W_FILLER},
    {"email", W_FILLER},
    {"emails", W_FILLER},
    {"essential", W_MUST},
    {"event", W_FILLER},
    {"expected", W_SHOULD},
    {"experts", W_WEAK},
    {"facilitated", W_LEAD_VERB},
    {"facilitator", W_LEAD},
    {"facilitators", W_LEAD},
    {"far", W_FILLER},
    {"final", W_FILLER},
    {"folks", W_WEAK},
    {"following", W_FILLER},
    {"for", W_FILLER},
    {"former", W_NEGATION},
    {"from", W_FILLER},
    {"guests", W_WEAK},
    {"have", W_FILLER},
    {"here", W_FILLER},
    {"hoped", W_SHOULD},
    {"host", W_LEAD},
    {"hosted", W_LEAD_VERB},
    {"hosts", W_LEAD},
    {"important", W_MUST},
    {"in", W_FILLER},
    {"incomplete", W_FILLER},
    {"individuals", W_WEAK},
    {"info", W_FILLER},
    {"information", W_FILLER},
    {"initial", W_FILLER},
    {"interest", W_SHOULD},
    {"interested", W_SHOULD},
    {"invitation", W_SHOULD},
    {"invite", W_ATTEND},
    {"invited", W_SHOULD},
    {"invitee", W_STRONG},
    {"invitees", W_STRONG},
    {"is", W_FILLER},
    {"issues", W_TOPIC},
    {"join", W_ATTEND},
    {"key", W_MUST},
    {"kindly", W_FILLER},
    {"last", W_NEGATION},
    {"lead", W_LEAD},
    {"leader", W_LEAD},
    {"leaders", W_LEAD},
    {"leadership", W_LEAD},
    {"leading", W_FILLER},
    {"leads", W_LEAD},
    {"led", W_LEAD_VERB},
    {"like", W_FILLER},
    {"likely", W_SHOULD},
    {"list", W_FILLER},
    {"lpc", W_FILLER},
    {"mail", W_FILLER},
    {"main", W_MUST},
    {"maintainers", W_WEAK},
    {"mandatory", W_MUST},
    {"mc", W_FILLER},
    {"meeting", W_FILLER},
    {"members", W_WEAK},
    {"micro", W_FILLER},
    {"micro-conference", W_FILLER},
    {"microconf", W_FILLER},
    {"microconference", W_FILLER},
    {"microconferences", W_FILLER},
    {"mini", W_FILLER},
    {"miniconf", W_FILLER},
    {"miniconference", W_FILLER},
    {"moderated", W_LEAD_VERB},
    {"moderator", W_LEAD},
    {"moderators", W_LEAD},
    {"more", W_FILLER},
    {"must", W_MUST},
    {"must-have", W_MUST},
    {"name", W_FILLER},
    {"names", W_WEAK},
    {"necessary", W_MUST},
    {"need", W_MUST},
    {"needed", W_MUST},
    {"needs", W_MUST},
    {"nice-to-have", W_SHOULD},
    {"no", W_FILLER},
    {"not", W_NEGATION},
    {"of", W_FILLER},
    {"on", W_FILLER},
    {"optional", W_SHOULD},
    {"or", W_FILLER},
    {"order", W_FILLER},
    {"organisation", W_FILLER},
    {"organised", W_LEAD_VERB},
    {"organiser", W_LEAD},
    {"organisers", W_LEAD},
    {"organising", W_FILLER},
    {"organization", W_FILLER},
    {"organizations", W_NEGATION},
    {"organized", W_LEAD_VERB},
    {"organizer", W_LEAD},
    {"organizers", W_LEAD},
    {"organizing", W_FILLER},
    {"other", W_FILLER},
    {"our", W_FILLER},
    {"participant", W_STRONG},
    {"participants", W_STRONG},
    {"participate", W_ATTEND},
    {"participation", W_FILLER},
    {"parties", W_WEAK},
    {"past", W_NEGATION},
    {"people", W_WEAK},
    {"permitting", W_FILLER},
    {"person", W_WEAK},
    {"persons", W_WEAK},
    {"planned", W_SHOULD},
    {"players", W_WEAK},
    {"please", W_FILLER},
    {"point", W_FILLER},
    {"points", W_FILLER},
    {"possible", W_SHOULD},
    {"potential", W_SHOULD},
    {"presence", W_ATTEND},
    {"present", W_ATTEND},
    {"presenter", W_NEGATION},
    {"presenters", W_NEGATION},
    {"previous", W_NEGATION},
    {"primary", W_MUST},
    {"probable", W_SHOULD},
    {"problems", W_TOPIC},
    {"program", W_NEGATION},
    {"programme", W_NEGATION},
    {"projects", W_NEGATION},
    {"proposed", W_SHOULD},
    {"proposer", W_LEAD},
    {"proposers", W_LEAD},
    {"prospective", W_SHOULD},
    {"recommended", W_SHOULD},
    {"relevant", W_SHOULD},
    {"reporters", W_NEGATION},
    {"requested", W_SHOULD},
    {"required", W_MUST},
    {"responsible", W_LEAD},
    {"reviewers", W_NEGATION},
    {"room", W_FILLER},
    {"run", W_LEAD_VERB},
    {"runner", W_LEAD},
    {"runners", W_LEAD},
    {"see", W_FILLER},
    {"session", W_FILLER},
    {"shall", W_FILLER},
    {"should", W_SHOULD},
    {"so", W_FILLER},
    {"speaker", W_NEGATION},
    {"speakers", W_NEGATION},
    {"sponsor", W_NEGATION},
    {"sponsors", W_NEGATION},
    {"stakeholder", W_STRONG},
    {"stakeholders", W_STRONG},
    {"submitted", W_LEAD_VERB},
    {"submitter", W_LEAD},
    {"submitters", W_LEAD},
    {"suggested", W_SHOULD},
    {"suggestion", W_SHOULD},
    {"suggestions", W_SHOULD},
    {"summit", W_FILLER},
    {"target", W_SHOULD},
    {"tbc", W_FILLER},
    {"tentative", W_FILLER},
    {"tentatively", W_FILLER},
    {"thanks", W_NEGATION},
    {"that", W_FILLER},
    {"the", W_FILLER},
    {"their", W_FILLER},
    {"there", W_ATTEND},
    {"this", W_FILLER},
    {"to", W_FILLER},
    {"topic", W_TOPIC},
    {"topics", W_TOPIC},
    {"track", W_FILLER},
    {"us", W_FILLER},
    {"wanted", W_SHOULD},
    {"we", W_FILLER},
    {"we'd", W_FILLER},
    {"who", W_FILLER},
    {"who'd", W_FILLER},
    {"whose", W_FILLER},
    {"will", W_FILLER},
    {"wish", W_FILLER},
    {"with", W_FILLER},
    {"workshop", W_FILLER},
    {"would", W_FILLER},
    {"year", W_FILLER},
    {"you", W_FILLER},
};

struct phrase {
    int n[W_NEGATION + 1];
    int n_words;
    int n_capitals; /* unknown words in capitals: "RDMA MC leads" */
    bool has_brackets;
    bool has_possible;
};

static int compare_class(const void *key, const void *row)
{
    const char *const *word = row; /* first member */
    return strcmp(key, *word);
}

static enum word_class class_of(const char *word)
{
    const void *hit = bsearch(word, classes, sizeof classes / sizeof classes[0], sizeof classes[0],
                              compare_class);
    if (hit == NULL) {
        return W_UNKNOWN;
    }
    size_t i = (size_t)((const char *)hit - (const char *)classes) / sizeof classes[0];
    return classes[i].class;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '\'' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static void phrase_word(struct phrase *ph, struct span word, struct span rest)
{
    char folded[40];
    if (word.n >= sizeof folded) {
        ph->n[W_UNKNOWN]++;
        ph->n_words++;
        return;
    }
    (void)fold_word(word, folded, sizeof folded);
    size_t end = strlen(folded);
    while (end > 0 && (folded[end - 1] == '-' || folded[end - 1] == '\'')) {
        folded[--end] = '\0';
    }
    ph->n_words++;
    enum word_class class = isdigit((unsigned char)folded[0]) ? W_FILLER : class_of(folded);
    if (class == W_LEAD_VERB) {
        struct span next = span_trim(rest);
        bool has_by = next.n >= 2 && strncasecmp(next.p, "by", 2) == 0;
        class = has_by ? W_LEAD : W_UNKNOWN;
    }
    if (class == W_SHOULD && str_equal(folded, "proposed")) {
        struct span next = span_trim(rest);
        class = next.n == 2 && strncasecmp(next.p, "by", 2) == 0 ? W_LEAD : class;
    }
    ph->n[class]++;
    ph->n_capitals += class == W_UNKNOWN && isupper((unsigned char)word.p[0]) ? 1 : 0;
}

/* Counts the classes of the words outside brackets; the last bracket goes to *ret_inner. */
static struct phrase phrase_read(struct span s, struct span *ret_inner)
{
    struct phrase ph = {0};
    bool has_bracket = memchr(s.p, '(', s.n) != NULL || memchr(s.p, '[', s.n) != NULL;
    *ret_inner = (struct span){s.p, 0};
    for (size_t i = 0; i < s.n;) {
        if (ph.n[W_UNKNOWN] - ph.n_capitals > 1 && !has_bracket) {
            return ph; /* prose: no role any more */
        }
        if (s.p[i] == '(' || s.p[i] == '[') {
            const char *close = memchr(s.p + i, s.p[i] == '(' ? ')' : ']', s.n - i);
            size_t end = close == NULL ? s.n : (size_t)(close - s.p);
            *ret_inner = (struct span){s.p + i + 1, end - i - 1};
            ph.has_brackets = true;
            i = end + 1;
            continue;
        }
        size_t start = i;
        while (i < s.n && is_word_char(s.p[i])) {
            i++;
        }
        if (i > start) {
            phrase_word(&ph, (struct span){s.p + start, i - start},
                        (struct span){s.p + i, s.n - i});
        } else {
            i++;
        }
    }
    return ph;
}

static bool phrase_is_role(const struct phrase *ph, bool is_sure_heading, struct role_phrase *ret)
{
    if (ph->n[W_NEGATION] > 0 || ph->n_words == 0 || ph->n_words > 14) {
        return false;
    }
    int n_lower = ph->n[W_UNKNOWN] - ph->n_capitals;
    if (n_lower > (is_sure_heading ? 1 : 0) || ph->n_capitals > (is_sure_heading ? 5 : 0)) {
        return false;
    }
    bool is_lead = ph->n[W_LEAD] > 0 && ph->n[W_STRONG] == 0;
    bool is_key = ph->n[W_STRONG] > 0 ||
                  (ph->n[W_WEAK] > 0 && ph->n[W_MUST] + ph->n[W_SHOULD] + ph->n[W_ATTEND] > 0) ||
                  (ph->n[W_ATTEND] > 0 && ph->n[W_MUST] + ph->n[W_SHOULD] > 0 && ph->n_words > 1 &&
                   ph->n[W_UNKNOWN] == 0);
    if (!is_lead && !is_key) {
        return false;
    }
    ret->role = is_lead ? ROLE_LEAD : ROLE_KEY_ATTENDEE;
    bool is_must = is_lead || (ph->n[W_MUST] > 0 && ph->n[W_SHOULD] == 0);
    ret->strength = is_must ? STRENGTH_MUST : STRENGTH_SHOULD;
    ret->is_behind_topics = ph->n[W_TOPIC] > 0 && !is_lead;
    return ph->n[W_TOPIC] == 0 || !is_lead;
}

bool role_classify(struct span phrase, bool is_sure_heading, struct role_phrase *ret)
{
    phrase = span_trim(phrase);
    if (phrase.n < 4 || phrase.n > PHRASE_MAX) {
        return false;
    }
    struct span inner;
    struct phrase outer = phrase_read(phrase, &inner);
    if (phrase_is_role(&outer, is_sure_heading, ret)) {
        return true;
    }
    if (!outer.has_brackets || inner.n == 0 || outer.n_words > 12 || outer.n[W_NEGATION] > 0) {
        return false;
    }
    /* "Current problems (stakeholders)": the people stand behind what is listed */
    struct span ignored;
    struct phrase bracket = phrase_read(inner, &ignored);
    bool is_role = phrase_is_role(&bracket, false, ret) && ret->role == ROLE_KEY_ATTENDEE;
    ret->is_behind_topics = is_role;
    return is_role && (is_sure_heading || outer.n[W_TOPIC] > 0);
}

/* Offset of the colon (or dash) that ends a heading; s.n = none. */
static size_t colon_at(struct span s)
{
    int depth = 0;
    size_t max = s.n < PHRASE_MAX + 10 ? s.n : PHRASE_MAX + 10;
    for (size_t i = 0; i < max; i++) {
        char c = s.p[i];
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        bool is_end = i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\t';
        if (depth <= 0 && c == ':' && (is_end || (i > 0 && s.p[i + 1] != '/'))) {
            return i;
        }
    }
    return s.n;
}

/* "Leads - A, B": a dash in place of the colon. */
static size_t dash_at(struct span s, size_t *ret_len)
{
    static const char *const dashes[] = {" - ", " – ", " — ", " -- ", " = ", "\t", " => "};
    size_t max = s.n < PHRASE_MAX ? s.n : PHRASE_MAX;
    for (size_t at = 0; at < max; at++) {
        bool is_dash = s.p[at] == '\t' ||
                       (s.p[at] == ' ' && at + 1 < s.n && !isalnum((unsigned char)s.p[at + 1]));
        for (size_t i = 0; is_dash && i < sizeof dashes / sizeof dashes[0]; i++) {
            size_t n = strlen(dashes[i]);
            if (s.n - at >= n && memcmp(s.p + at, dashes[i], n) == 0) {
                *ret_len = n;
                return at;
            }
        }
    }
    return s.n;
}

bool role_heading(const struct line *line, struct role_phrase *ret)
{
    if ((line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE | LINE_NO_ROLE)) != 0) {
        return false;
    }
    struct span s = {line->text, line->len};
    size_t colon = colon_at(s);
    struct role_phrase found = {0};
    if (colon < s.n) {
        if (!role_classify((struct span){s.p, colon}, true, &found)) {
            return false;
        }
        found.used = colon + 1;
        found.has_colon = true;
        *ret = found;
        return true;
    }
    bool is_marked = line->level > 0 || (line->flags & LINE_BOLD) != 0;
    char last = s.n > 0 ? s.p[s.n - 1] : '.';
    if (role_classify(s, is_marked, &found) && last != '.' && last != ',' && last != ';') {
        found.used = s.n;
        *ret = found;
        return true;
    }
    size_t len = 0;
    size_t dash = dash_at(s, &len);
    if (dash == s.n || !role_classify((struct span){s.p, dash}, false, &found)) {
        return false;
    }
    found.used = dash + len;
    found.has_colon = true;
    *ret = found;
    return true;
}

bool heading_is_other_section(struct span phrase)
{
    static const char *const words[] = {
        "abstract",
        "accomplishments",
        "acknowledgements",
        "agenda",
        "audience",
        "authors",
        "background",
        "cc",
        "committee",
        "deadline",
        "deadlines",
        "description",
        "goals",
        "important",
        "introduction",
        "links",
        "motivation",
        "notes",
        "outcomes",
        "overview",
        "past",
        "presenters",
        "previous",
        "problems",
        "problem",
        "progress",
        "projects",
        "communities",
        "references",
        "results",
        "reviewers",
        "schedule",
        "speaker",
        "speakers",
        "sponsors",
        "submission",
        "submissions",
        "summary",
        "talks",
        "thanks",
        "timeline",
        "topic",
        "topics",
        "tools",
        "updates",
        "questions",
        "credits",
        "dates",
        "venue",
        "format",
        "companies",
        "organizations",
        "organisations",
        "distributions",
        "regrets",
    };
    for (size_t i = 0; i < phrase.n;) {
        size_t start = i;
        while (i < phrase.n && is_word_char(phrase.p[i])) {
            i++;
        }
        struct span word = {phrase.p + start, i - start};
        for (size_t k = 0; i > start && k < sizeof words / sizeof words[0]; k++) {
            if (span_equal_nocase(word, words[k])) {
                return true;
            }
        }
        i += i == start ? 1 : 0;
    }
    return false;
}

enum note_kind note_classify(struct span note)
{
    static const struct {
        const char *word;
        enum note_kind kind;
    } words[] = {
        {"remote", NOTE_STATUS},      {"remotely", NOTE_STATUS},
        {"virtual", NOTE_STATUS},     {"virtually", NOTE_STATUS},
        {"in-person", NOTE_STATUS},   {"person", NOTE_STATUS},
        {"online", NOTE_STATUS},      {"tbc", NOTE_STATUS},
        {"tbd", NOTE_STATUS},         {"confirmed", NOTE_STATUS},
        {"unconfirmed", NOTE_STATUS}, {"invited", NOTE_STATUS},
        {"tentative", NOTE_STATUS},   {"maybe", NOTE_STATUS},
        {"he", NOTE_STATUS},          {"she", NOTE_STATUS},
        {"they", NOTE_STATUS},        {"him", NOTE_STATUS},
        {"her", NOTE_STATUS},         {"them", NOTE_STATUS},
        {"key", NOTE_STATUS},         {"primary", NOTE_STATUS},
        {"yes", NOTE_STATUS},         {"no", NOTE_STATUS},
        {"attending", NOTE_STATUS},   {"required", NOTE_STATUS},
        {"likely", NOTE_STATUS},      {"new", NOTE_STATUS},
        {"in", NOTE_STATUS},          {"if", NOTE_OPTIONAL},
        {"possible", NOTE_OPTIONAL},  {"optional", NOTE_OPTIONAL},
        {"lead", NOTE_LEAD},          {"leads", NOTE_LEAD},
        {"co-lead", NOTE_LEAD},       {"colead", NOTE_LEAD},
        {"leader", NOTE_LEAD},        {"organizer", NOTE_LEAD},
        {"organiser", NOTE_LEAD},     {"chair", NOTE_LEAD},
        {"co-chair", NOTE_LEAD},      {"host", NOTE_LEAD},
        {"moderator", NOTE_LEAD},     {"runner", NOTE_LEAD},
        {"mc", NOTE_STATUS},          {"microconference", NOTE_STATUS},
        {"session", NOTE_STATUS},     {"hopefully", NOTE_OPTIONAL},
        {"the", NOTE_STATUS},         {"and", NOTE_STATUS},
        {"speaker", NOTE_STATUS},     {"me", NOTE_STATUS},
        {"myself", NOTE_STATUS},      {"also", NOTE_STATUS},
        {"contact", NOTE_LEAD},       {"co-organizer", NOTE_LEAD},
        {"co-organiser", NOTE_LEAD},  {"retired", NOTE_STATUS},
        {"independent", NOTE_STATUS},
    };
    enum note_kind kind = NOTE_NONE;
    for (size_t i = 0; i < note.n;) {
        size_t start = i;
        while (i < note.n && is_word_char(note.p[i])) {
            i++;
        }
        if (i == start) {
            i++;
            continue;
        }
        struct span word = {note.p + start, i - start};
        size_t k = 0;
        while (k < sizeof words / sizeof words[0] && !span_equal_nocase(word, words[k].word)) {
            k++;
        }
        if (k == sizeof words / sizeof words[0]) {
            return NOTE_NONE;
        }
        kind = words[k].kind > kind ? words[k].kind : kind;
    }
    return kind;
}
