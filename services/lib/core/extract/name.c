/* Is it a person's name? By shape: two to five capitalised words, initials, particles; names in
 * scripts without case by their length. Lists of words speak for (given names) or against. */
#include "core/extract/parts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/extract/places_table.h"

#define WORDS_MAX 10

enum word_kind { WORD_BAD, WORD_NAME, WORD_INITIAL, WORD_PARTICLE, WORD_HONORIFIC, WORD_CASELESS };

struct word_facts {
    enum word_kind kind;
    int n_letters;
    bool is_all_caps;
    bool is_camel;
    unsigned classes; /* WORD_IS_... */
};

static bool is_letter(uint32_t cp)
{
    return u_isalpha((UChar32)cp) || u_charType((UChar32)cp) == U_NON_SPACING_MARK ||
           u_charType((UChar32)cp) == U_COMBINING_SPACING_MARK || cp == 0x200C || cp == 0x200D;
}

static bool is_joint(uint32_t cp)
{
    return cp == '-' || cp == '\'' || cp == 0x2019 || cp == 0x2BB || cp == 0x2BC || cp == '.' ||
           cp == 0xB7 || cp == 0x30FB || cp == 0x2010 || cp == 0x2011 || cp == '`';
}

/* "McKenney", "DeVault", "O'Brien": a capital inside is fine behind a short prefix. */
static bool may_have_inner_capital(struct span word, size_t at)
{
    static const char *const prefixes[] = {
        "Mc",  "Mac", "De", "Di", "Du", "La", "Le", "Van", "Von", "Fitz", "Ver", "Vander",
        "Del", "Da",  "Do", "Al", "El", "St", "Ó",  "Ní",  "Ap",  "Dal",  "Ten"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t n = strlen(prefixes[i]);
        if (n == at && word.n > at + 1 && memcmp(word.p, prefixes[i], n) == 0) {
            return true;
        }
    }
    return false;
}

/* "SeongJae", "KaFai": two short syllables, not "OpenStack" and its kind. */
static bool is_two_syllables(struct span word, size_t at)
{
    static const char *const prefixes[] = {"Open", "Free", "Libre", "Git",  "Net",  "Micro", "Data",
                                           "Web",  "Sys",  "Build", "Boot", "Core", "Cloud", "Big",
                                           "Sam",  "You",  "Face",  "Blue", "Red",  "Zen",   "Fire",
                                           "Test", "Hack", "Soft",  "Java", "Type", "Post",  "My"};
    if (at < 2 || at > 6 || word.n - at < 2 || word.n - at > 7) {
        return false;
    }
    for (size_t i = 0; i < word.n; i++) {
        bool is_fit = i == 0 || i == at ? isupper((unsigned char)word.p[i])
                                        : islower((unsigned char)word.p[i]);
        if (!is_fit) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strlen(prefixes[i]) == at && memcmp(word.p, prefixes[i], at) == 0) {
            return false;
        }
    }
    return true;
}

static enum word_kind cased_kind(struct span word, const struct word_facts *f, bool is_first_lower)
{
    bool ends_in_dot = word.n > 0 && word.p[word.n - 1] == '.';
    if (f->n_letters == 0 || is_first_lower || (ends_in_dot && f->n_letters > 4)) {
        return WORD_BAD;
    }
    bool is_pair = f->n_letters == 2 && f->is_all_caps && memchr(word.p, '.', word.n) != NULL;
    bool is_initial = f->n_letters == 1 || (ends_in_dot && f->n_letters <= 2) || is_pair;
    return is_initial ? WORD_INITIAL : WORD_NAME;
}

/* Letters, case and joints of one word. */
static struct word_facts word_shape(struct span word)
{
    struct word_facts f = {.kind = WORD_NAME};
    int n_upper = 0;
    int n_caseless = 0;
    bool is_start = true; /* of a part between joints */
    bool is_first_lower = false;
    for (size_t i = 0; i < word.n;) {
        size_t len = 1;
        uint32_t cp = utf8_at(word.p + i, word.n - i, &len);
        if (is_joint(cp) && i > 0) {
            is_start = true;
        } else if (!is_letter(cp)) {
            return (struct word_facts){.kind = WORD_BAD};
        } else {
            bool is_upper = u_isupper((UChar32)cp) || u_istitle((UChar32)cp);
            bool is_cased = is_upper || u_islower((UChar32)cp);
            is_first_lower = f.n_letters == 0 ? is_cased && !is_upper : is_first_lower;
            n_caseless += is_cased ? 0 : 1;
            n_upper += is_upper ? 1 : 0;
            if (is_upper && !is_start && n_upper < f.n_letters + 1 &&
                !may_have_inner_capital(word, i)) {
                f.is_camel = is_two_syllables(word, i);
                if (!f.is_camel) {
                    return (struct word_facts){.kind = WORD_BAD};
                }
            }
            f.n_letters++;
            is_start = false;
        }
        i += len;
    }
    f.is_all_caps = n_upper == f.n_letters && f.n_letters > 1;
    f.kind = n_caseless * 2 > f.n_letters ? WORD_CASELESS : cased_kind(word, &f, is_first_lower);
    return f;
}

static struct word_facts word_judge(struct span word, bool is_first)
{
    unsigned classes = word_classes(word);
    if ((classes & WORD_IS_HONORIFIC) != 0) {
        return (struct word_facts){.kind = WORD_HONORIFIC};
    }
    bool is_lower = word.n > 0 && islower((unsigned char)word.p[0]);
    bool is_apostrophe = word.n > 2 && (word.p[1] == '\'' || word.p[0] == '\'');
    if ((classes & WORD_IS_PARTICLE) != 0 && (is_lower || is_apostrophe || !is_first)) {
        return (struct word_facts){.kind = WORD_PARTICLE, .classes = classes};
    }
    struct span rest = word;
    bool is_joined_particle =
        is_lower && word.n > 3 &&
        (memcmp(word.p, "al-", 3) == 0 || memcmp(word.p, "el-", 3) == 0 || word.p[1] == '\'');
    if (is_joined_particle) { /* "al-Sayed", "d'Itri" */
        size_t skip = word.p[1] == '\'' ? 2 : 3;
        rest = (struct span){word.p + skip, word.n - skip};
    }
    struct word_facts f = word_shape(rest);
    f.classes = classes;
    return f;
}

/* Han, Kana and Hangul names are short and may be one word; the other scripts without case use
 * blanks as we do. */
static bool is_east_asian(struct span s, int *ret_n_letters)
{
    int n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t len = 1;
        uint32_t cp = utf8_at(s.p + i, s.n - i, &len);
        i += len;
        if (isalpha((int)(cp & 0x7F)) && cp < 0x80) {
            return false;
        }
        if (cp == ' ' || is_joint(cp)) {
            continue;
        }
        UErrorCode status = U_ZERO_ERROR;
        UScriptCode script = uscript_getScript((UChar32)cp, &status);
        bool is_fit = script == USCRIPT_HAN || script == USCRIPT_HIRAGANA ||
                      script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL || cp == 0x30FC ||
                      cp == 0x3005;
        if (!is_fit) {
            return false;
        }
        n++;
    }
    *ret_n_letters = n;
    return n > 0;
}

static struct span next_word(struct span *rest)
{
    *rest = span_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t' && rest->p[n] != '\n') {
        n++;
    }
    struct span word = {rest->p, n};
    rest->p += n;
    rest->n -= n;
    return word;
}

struct tally {
    int n;
    int n_names;
    int n_initials;
    int n_bad;
    int n_never;
    int n_caps;
    int n_caseless;
    int n_orgs;
    int n_groups;
    int n_jobs;
    int n_letters;
    int n_given;
    enum word_kind last;
    bool is_last_capital;
    bool is_camel;                /* "SeongJae" */
    struct span names[WORDS_MAX]; /* the words that may be names */
};

static void tally_word(struct tally *t, struct span word)
{
    struct word_facts f = word_judge(word, t->n == 0);
    t->n++;
    t->last = f.kind;
    t->is_last_capital = word.n > 0 && isupper((unsigned char)word.p[0]);
    if (f.kind == WORD_NAME && t->n_names < WORDS_MAX) {
        t->names[t->n_names++] = word;
    }
    t->n_initials += f.kind == WORD_INITIAL ? 1 : 0;
    t->n_bad += f.kind == WORD_BAD ? 1 : 0;
    t->n_caseless += f.kind == WORD_CASELESS ? 1 : 0;
    bool is_never =
        f.kind != WORD_INITIAL && f.kind != WORD_PARTICLE && (f.classes & WORD_IS_NEVER_NAME) != 0;
    t->n_never += is_never ? 1 : 0;
    t->n_caps += f.is_all_caps ? 1 : 0;
    t->n_letters += f.n_letters;
    t->is_camel = t->is_camel || f.is_camel;
    t->n_orgs += (f.classes & WORD_IS_ORGANISATION) != 0 ? 1 : 0;
    t->n_jobs += (f.classes & WORD_IS_JOB) != 0 ? 1 : 0;
    t->n_groups += (f.classes & WORD_IS_GROUP) != 0 ? 1 : 0;
    if (f.kind != WORD_NAME || is_never) {
        return;
    }
    const char *hyphen = memchr(word.p, '-', word.n);
    unsigned part =
        hyphen == NULL ? 0 : word_classes((struct span){word.p, (size_t)(hyphen - word.p)});
    t->n_given += ((f.classes | part) & WORD_IS_GIVEN_NAME) != 0 ? 1 : 0;
}

/* "Atomic Writes", "Grand Ballroom": nobody's given name, and words of every day. */
static double common_penalty(const struct tally *t)
{
    int n_common = 0;
    bool is_last = false;
    for (int i = 0; i < t->n_names && t->n_given == 0; i++) {
        is_last = word_is_common(t->names[i]);
        n_common += is_last ? 1 : 0;
    }
    return n_common == 0 ? 0.0 : n_common == t->n_names ? 0.5 : is_last ? 0.3 : 0.1;
}

static void judge_cased(struct name_facts *f, const struct tally *t)
{
    bool is_capped = t->n_caps > 0 && t->n_caps == t->n_names && t->n_names > 1;
    f->is_all_caps = is_capped;
    if (t->n_names + t->n_initials >= 2 && t->n_names >= 1) {
        f->shape = NAME_FULL;
        f->score = 0.6 + (t->n_given > 0 ? 0.35 : 0.0);
        f->score -= t->n_names > 4 ? 0.2 : 0.0;
        f->score -= t->is_camel ? 0.05 : 0.0;
        f->score -= is_capped && t->n_given == 0 ? 0.4 : 0.0;
        f->score -= t->n_orgs > 0 ? (t->n_given > 0 ? 0.25 : 0.5) : 0.0;
        f->score -= common_penalty(t);
    } else if (t->n_names == 1) {
        bool is_acronym = t->n_caps == 1;
        f->shape = NAME_GIVEN;
        f->score = t->n_given > 0 ? 0.6 : is_acronym || t->is_camel ? 0.05 : 0.3;
        f->score -= t->n_orgs > 0 ? 0.4 : 0.0;
        f->score -= common_penalty(t);
    }
}

static bool is_place(struct span s)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (span_equal_nocase(s, places[i])) {
            return true;
        }
    }
    return false;
}

/* Scripts without case: by the number of words. */
static void judge_caseless(struct name_facts *f, const struct tally *t)
{
    bool is_one = t->n == 1 && t->n_letters < 12;
    f->shape = t->n >= 2 && t->n <= 5 ? NAME_FULL : is_one ? NAME_GIVEN : NAME_NOT;
    f->score = t->n >= 2 ? 0.7 : 0.3;
}

/* "Ray Power" with an address is still somebody: the caller may lift it. */
static void judge_never(struct name_facts *f, const struct tally *t)
{
    bool is_liftable = t->n_never == 1 && t->n_given > 0 && t->n_names == 2;
    f->shape = is_liftable ? NAME_FULL : NAME_NOT;
    f->score = is_liftable ? 0.35 : 0.0;
}

/* "jane oldenburg": two words in lower case, the first a known given name, the second no word of
 * every day. */
static bool is_lower_name(struct span s)
{
    struct span rest = s;
    struct span given = next_word(&rest);
    struct span family = next_word(&rest);
    if (span_trim(rest).n > 0 || family.n < 3) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (!islower((unsigned char)s.p[i]) && (unsigned char)s.p[i] < 0x80 && s.p[i] != ' ') {
            return false;
        }
    }
    return word_classes(given) == WORD_IS_GIVEN_NAME && !word_is_common(given) &&
           (word_classes(family) & ~(unsigned)WORD_IS_GIVEN_NAME) == 0 && !word_is_common(family);
}

static struct tally tally_name(struct span s)
{
    struct tally t = {0};
    while (span_trim(s).n > 0 && t.n < WORDS_MAX - 1) {
        tally_word(&t, next_word(&s));
    }
    if (t.last == WORD_PARTICLE && t.is_last_capital) { /* "Toan Le", "Biju Das" */
        t.n_names++;
        t.last = WORD_NAME;
    }
    return t;
}

struct name_facts name_judge(struct span s)
{
    struct name_facts f = {.shape = NAME_NOT};
    s = span_trim(s);
    if (s.n < 2 || s.n > 90 || is_place(s)) {
        return f;
    }
    int n_letters = 0;
    if (is_east_asian(s, &n_letters)) {
        f.shape = n_letters >= 2 && n_letters <= 10 ? NAME_FULL : NAME_NOT;
        f.score = n_letters <= 8 ? 0.75 : 0.4;
        f.n_words = 2;
        return f;
    }
    struct tally t = tally_name(s);
    f.n_words = t.n_names;
    f.has_given = t.n_given > 0;
    f.is_job = t.n_jobs > 0;
    f.is_org = t.n_orgs > 0 || t.n_groups > 0;
    if (t.n_bad == 2 && t.n == 2 && is_lower_name(s)) {
        f.shape = NAME_FULL;
        f.score = 0.5;
        f.has_given = true;
    } else if (t.n_bad > 0 || t.n > 7 || t.last == WORD_PARTICLE) {
        return f;
    } else if (t.n_caseless == t.n) {
        judge_caseless(&f, &t);
    } else if (t.n_never > 0) {
        judge_never(&f, &t);
    } else {
        judge_cased(&f, &t);
    }
    return f;
}

/* "ann@", "ann.example@", "ann-": does the address begin with this word? */
static bool address_begins(struct span email, struct span word)
{
    return email.n > word.n && strncasecmp(email.p, word.p, word.n) == 0 &&
           strchr("@.-_+", email.p[word.n]) != NULL;
}

struct name_facts name_judge_with_address(struct span s, struct span email)
{
    struct name_facts f = name_judge(s);
    if (f.shape != NAME_NOT || email.n == 0 || f.is_org || f.is_job) {
        return f;
    }
    struct tally t = tally_name(s);
    bool is_never_family = t.n == 2 && t.n_names == 2 && t.n_never == 1 &&
                           (word_classes(t.names[1]) & WORD_IS_NEVER_NAME) != 0;
    if (is_never_family && t.n_caps == 0 && !t.is_camel && !word_is_common(t.names[0]) &&
        address_begins(email, t.names[0])) {
        f.shape = NAME_FULL;
        f.score = 0.35; /* as a known given name before such a word: the address lifts it */
        f.has_given = true;
    }
    return f;
}
