/* Phrases that name a role: every word of the phrase has a class, and the classes decide. */
#include "core/extract/parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* What a word does in a heading; one of these for each word of the table. */
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

enum { OTHER = 64 }; /* a bit beside the class: its heading ends a list of people */

#include "core/extract/roles_table.h"

struct phrase {
    int n[W_NEGATION + 1];
    int n_words;
    int n_capitals; /* unknown words in capitals: "RDMA MC leads" */
    bool has_brackets;
};

static enum word_class class_of(struct span word)
{
    return (enum word_class)(WORD_BITS(role_words, word) & (OTHER - 1));
}

static bool is_by(struct span s)
{
    return s.n >= 2 && strncasecmp(s.p, "by", 2) == 0;
}

static void phrase_word(struct phrase *ph, struct span word, struct span rest)
{
    while (word.n > 0 && (word.p[word.n - 1] == '-' || word.p[word.n - 1] == '\'')) {
        word.n--;
    }
    ph->n_words++;
    bool is_number = word.n > 0 && isdigit((unsigned char)word.p[0]);
    enum word_class class = is_number ? W_FILLER : class_of(word);
    struct span next = span_trim(rest);
    if (class == W_LEAD_VERB) {
        class = is_by(next) ? W_LEAD : W_UNKNOWN;
    } else if (class == W_SHOULD && span_equal_nocase(word, "proposed")) {
        class = is_by(next) && next.n == 2 ? W_LEAD : class;
    }
    ph->n[class]++;
    bool is_capital = word.n > 0 && isupper((unsigned char)word.p[0]);
    ph->n_capitals += class == W_UNKNOWN && is_capital ? 1 : 0;
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
        struct span word = word_at(s, i);
        i += word.n + (word.n == 0 ? 1 : 0);
        if (word.n > 0) {
            phrase_word(&ph, word, (struct span){s.p + i, s.n - i});
        }
    }
    return ph;
}

static bool names_lead(const struct phrase *ph)
{
    return ph->n[W_LEAD] > 0 && ph->n[W_STRONG] == 0;
}

static bool names_key_people(const struct phrase *ph)
{
    int n_wanted = ph->n[W_MUST] + ph->n[W_SHOULD];
    bool is_sentence = ph->n[W_ATTEND] > 0 && n_wanted > 0 && ph->n_words > 1; /* who must attend */
    return ph->n[W_STRONG] > 0 || (ph->n[W_WEAK] > 0 && n_wanted + ph->n[W_ATTEND] > 0) ||
           (is_sentence && ph->n[W_UNKNOWN] == 0);
}

/* "Required", "Nice to have", "Who's coming": says how much or whether, not who. */
static bool names_need(const struct phrase *ph)
{
    return ph->n[W_MUST] + ph->n[W_SHOULD] + ph->n[W_ATTEND] > 0 &&
           ph->n[W_UNKNOWN] + ph->n[W_TOPIC] == 0 && ph->n_words <= 4;
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
    bool is_lead = names_lead(ph);
    bool is_key = names_key_people(ph);
    bool is_need = is_sure_heading && !is_lead && !is_key && names_need(ph);
    if ((!is_lead && !is_key && !is_need) || (is_lead && ph->n[W_TOPIC] > 0 && ph->n_words > 2)) {
        return false;
    }
    bool is_must = is_lead || (ph->n[W_MUST] > 0 && ph->n[W_SHOULD] == 0);
    *ret = (struct role_phrase){
        .role = is_lead ? ROLE_LEAD : ROLE_KEY_ATTENDEE,
        .strength = is_must ? STRENGTH_MUST : STRENGTH_SHOULD,
        .is_behind_topics = ph->n[W_TOPIC] > 0 && !is_lead,
        .is_need_only = is_need,
    };
    return true;
}

bool role_classify(struct span phrase, bool is_sure_heading, struct role_phrase *ret)
{
    phrase = span_trim(phrase);
    if (phrase.n < 4 || phrase.n > ROLE_PHRASE_MAX) {
        return false;
    }
    struct span inner;
    struct span ignored;
    struct phrase outer = phrase_read(phrase, &inner);
    struct phrase bracket = phrase_read(inner, &ignored);
    if (phrase_is_role(&outer, is_sure_heading, ret)) {
        ret->is_by_topic = bracket.n[W_TOPIC] > 0;
        return true;
    }
    if (!outer.has_brackets || inner.n == 0 || outer.n_words > 12 || outer.n[W_NEGATION] > 0) {
        return false;
    }
    /* "Current problems (stakeholders)": the people stand behind what is listed */
    bool is_role = phrase_is_role(&bracket, false, ret) && ret->role == ROLE_KEY_ATTENDEE;
    ret->is_behind_topics = is_role;
    return is_role && (is_sure_heading || outer.n[W_TOPIC] > 0);
}

bool heading_is_other_section(struct span phrase)
{
    for (size_t i = 0; i < phrase.n;) {
        struct span word = word_at(phrase, i);
        if ((WORD_BITS(role_words, word) & OTHER) != 0) {
            return true;
        }
        i += word.n + (word.n == 0 ? 1 : 0);
    }
    return false;
}
