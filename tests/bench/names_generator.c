#include "names_generator.h"

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/strmap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names_data.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof(a)[0]))

struct generator {
    struct arena *arena;
    uint64_t state;
    VEC(const char *) given;
    VEC(const char *) family;
};

static const struct culture {
    const char *const *given;
    int n_given;
    const char *const *family;
    int n_family;
    bool is_family_first; /* in its own script, without a blank */
    const char *blank;
} cultures[] = {
    {ru_given, COUNT(ru_given), ru_family, COUNT(ru_family), false, " "},
    {uk_given, COUNT(uk_given), uk_family, COUNT(uk_family), false, " "},
    {el_given, COUNT(el_given), el_family, COUNT(el_family), false, " "},
    {zh_given, COUNT(zh_given), zh_family, COUNT(zh_family), true, ""},
    {ja_given, COUNT(ja_given), ja_family, COUNT(ja_family), true, " "},
    {kana_given, COUNT(kana_given), kana_family, COUNT(kana_family), true, " "},
    {ko_given, COUNT(ko_given), ko_family, COUNT(ko_family), true, ""},
    {ar_given, COUNT(ar_given), ar_family, COUNT(ar_family), false, " "},
    {he_given, COUNT(he_given), he_family, COUNT(he_family), false, " "},
};

static const char *const nicks[][2] = {
    {"Michael", "Mike"},     {"David", "Dave"},      {"Robert", "Bob"},
    {"Robert", "Rob"},       {"William", "Bill"},    {"William", "Will"},
    {"James", "Jim"},        {"James", "Jamie"},     {"Thomas", "Tom"},
    {"Richard", "Rick"},     {"Richard", "Dick"},    {"Christopher", "Chris"},
    {"Daniel", "Dan"},       {"Matthew", "Matt"},    {"Anthony", "Tony"},
    {"Stephen", "Steve"},    {"Steven", "Steve"},    {"Andrew", "Andy"},
    {"Andrew", "Drew"},      {"Joshua", "Josh"},     {"Kenneth", "Ken"},
    {"Gregory", "Greg"},     {"Benjamin", "Ben"},    {"Samuel", "Sam"},
    {"Alexander", "Alex"},   {"Alexander", "Sasha"}, {"Nicholas", "Nick"},
    {"Jonathan", "Jon"},     {"Timothy", "Tim"},     {"Patrick", "Pat"},
    {"Edward", "Ed"},        {"Edward", "Ted"},      {"Elizabeth", "Liz"},
    {"Elizabeth", "Beth"},   {"Jennifer", "Jen"},    {"Katherine", "Kate"},
    {"Margaret", "Peggy"},   {"Rebecca", "Becky"},   {"Susan", "Sue"},
    {"Victoria", "Vicky"},   {"Dmitry", "Dima"},     {"Mikhail", "Misha"},
    {"Vladimir", "Volodya"}, {"Evgeny", "Zhenya"},   {"Ekaterina", "Katya"},
    {"Tatiana", "Tanya"},    {"Sebastian", "Basti"}, {"Johannes", "Hannes"},
    {"Francisco", "Paco"},   {"Giuseppe", "Beppe"},  {"Philip", "Phil"},
    {"Joseph", "Joe"},       {"Zachary", "Zach"},    {"Lawrence", "Larry"},
    {"Gerald", "Jerry"},     {"Ronald", "Ron"},      {"Donald", "Don"},
    {"Frederick", "Fred"},   {"Raymond", "Ray"},     {"Leonard", "Len"},
    {"Maxim", "Max"},        {"Charles", "Chuck"},   {"Charles", "Charlie"},
    {"Deborah", "Debbie"},   {"Pamela", "Pam"},
};

static uint32_t roll(struct generator *g, int n)
{
    g->state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */
    uint64_t z = g->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % (uint64_t)n);
}

static bool is_plain_word(const char *s, size_t n)
{
    if (n < 3 || !isupper((unsigned char)s[0])) {
        return false;
    }
    for (size_t i = 1; i < n; i++) {
        if (!islower((unsigned char)s[i])) {
            return false;
        }
    }
    return true;
}

/* "X:\tGiven [Middle] Family <...>": both ends of the name, for the two pools. */
static void take_names(struct generator *g, char *text, const char *mark)
{
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, mark, strlen(mark)) != 0) {
            continue;
        }
        char *p = line + strlen(mark);
        p += strspn(p, " \t");
        size_t len = strcspn(p, "<(\"");
        while (len > 0 && p[len - 1] == ' ') {
            len--;
        }
        char *first = memchr(p, ' ', len);
        char *last = first != NULL ? memrchr(p, ' ', len) : NULL;
        if (first == NULL || !is_plain_word(p, (size_t)(first - p)) ||
            !is_plain_word(last + 1, (size_t)(p + len - last - 1))) {
            continue;
        }
        *vec_add(g->arena, &g->given) = arena_strndup(g->arena, p, (size_t)(first - p));
        *vec_add(g->arena, &g->family) =
            arena_strndup(g->arena, last + 1, (size_t)(p + len - last - 1));
    }
}

static void take_febrl(struct generator *g, char *text)
{
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *given = strchr(line, ',');
        char *family = given != NULL ? strchr(given + 1, ',') : NULL;
        if (family == NULL) {
            continue;
        }
        char *both[2] = {given + 1, family + 1};
        for (int i = 0; i < 2; i++) {
            both[i] += strspn(both[i], " ");
            size_t n = strcspn(both[i], ",");
            if (n < 3 || strcspn(both[i], " _'") < n) {
                continue;
            }
            char *word = arena_strndup(g->arena, both[i], n);
            word[0] = (char)toupper((unsigned char)word[0]);
            if (i == 0) {
                *vec_add(g->arena, &g->given) = word;
            } else {
                *vec_add(g->arena, &g->family) = word;
            }
        }
    }
}

struct generator *generator_new(struct arena *arena, const char *shared_dir, uint64_t seed)
{
    struct generator *g = arena_alloc(arena, sizeof *g);
    g->arena = arena;
    g->state = seed;
    static const struct {
        const char *path;
        const char *mark;
    } files[] = {{"data/kernel/v6.12/MAINTAINERS", "M:"},
                 {"data/kernel/v6.12/CREDITS", "N:"},
                 {"data/names/febrl/dataset4a.csv", NULL}};
    for (int i = 0; i < COUNT(files); i++) {
        char *text = NULL;
        size_t len = 0;
        struct err err = {0};
        const char *path = arena_printf(arena, "%s/%s", shared_dir, files[i].path);
        if (file_read(path, (size_t)64 << 20, arena, &text, &len, &err) < 0) {
            fprintf(stderr, "%s: %s\n", path, err.message);
            exit(2);
        }
        if (files[i].mark != NULL) {
            take_names(g, text, files[i].mark);
        } else {
            take_febrl(g, text);
        }
    }
    return g;
}

static struct generated_person make_person(struct generator *g)
{
    struct arena *a = g->arena;
    int kind = (int)roll(g, 100);
    if (kind < 30) { /* another script; half of them register in it */
        const struct culture *c = &cultures[roll(g, COUNT(cultures))];
        const char *given = c->given[roll(g, c->n_given)];
        const char *family = c->family[roll(g, c->n_family)];
        int n_given = (int)strcspn(given, "|");
        int n_family = (int)strcspn(family, "|");
        const char *native =
            c->is_family_first
                ? arena_printf(a, "%.*s%s%.*s", n_family, family, c->blank, n_given, given)
                : arena_printf(a, "%.*s %.*s", n_given, given, n_family, family);
        const char *latin = arena_printf(a, "%s %s", given + n_given + 1, family + n_family + 1);
        return roll(g, 2) == 0 ? (struct generated_person){native, latin}
                               : (struct generated_person){latin, native};
    }
    bool is_marked = kind < 45;
    const char *given = is_marked && roll(g, 2) == 0 ? eu_given[roll(g, COUNT(eu_given))]
                        : kind >= 92                 ? nicks[roll(g, COUNT(nicks))][0]
                                                     : g->given.items[roll(g, (int)g->given.n)];
    const char *family = is_marked ? eu_family[roll(g, COUNT(eu_family))]
                                   : g->family.items[roll(g, (int)g->family.n)];
    if (kind >= 75 && kind < 85) {
        return (struct generated_person){
            arena_printf(a, "%s %s %s", given, g->given.items[roll(g, (int)g->given.n)], family),
            NULL};
    }
    if (kind >= 85 && kind < 88) {
        return (struct generated_person){
            arena_printf(a, "%s %s-%s", given, family, g->family.items[roll(g, (int)g->family.n)]),
            NULL};
    }
    return (struct generated_person){arena_printf(a, "%s %s", given, family), NULL};
}

struct generated_person *generator_people(struct generator *g, int n)
{
    struct generated_person *people = arena_array(g->arena, (size_t)n, sizeof *people);
    struct strmap seen = {0};
    for (int i = 0; i < n;) {
        struct generated_person person = make_person(g);
        bool is_new = false;
        bool is_other_new = true;
        (void)strmap_at(&seen, g->arena, person.name, 0, &is_new);
        if (person.other != NULL) {
            (void)strmap_at(&seen, g->arena, person.other, 0, &is_other_new);
        }
        if (is_new && is_other_new) {
            people[i++] = person;
        } else if (seen.n > 60 * (size_t)n + 100000) {
            break;
        }
    }
    return people;
}

/* --- variants; NULL where the name has none of that class --- */

static bool is_ascii(const char *s)
{
    for (; *s != '\0'; s++) {
        if ((unsigned char)*s >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool is_latin(const char *s)
{
    for (; *s != '\0'; s++) { /* lead bytes of Latin letters with marks */
        unsigned char c = (unsigned char)*s;
        if (c >= 0xCE && c != 0xE1) {
            return false;
        }
    }
    return true;
}

static const char *typo(struct generator *g, const char *name)
{
    char *s = arena_strdup(g->arena, name);
    size_t n = strlen(s);
    for (int tries = 0; tries < 50; tries++) {
        size_t at = 1 + roll(g, (int)n - 1);
        if (!islower((unsigned char)s[at])) {
            continue;
        }
        switch (roll(g, 3)) {
        case 0: {
            char c = (char)('a' + roll(g, 26));
            if (c == s[at]) {
                continue;
            }
            s[at] = c;
            return s;
        }
        case 1: memmove(s + at, s + at + 1, n - at); return s;
        default:
            return arena_printf(g->arena, "%.*s%c%s", (int)at, s, 'a' + (int)roll(g, 26), s + at);
        }
    }
    return NULL;
}

static const char *swap_letters(struct generator *g, const char *name)
{
    char *s = arena_strdup(g->arena, name);
    size_t n = strlen(s);
    for (int tries = 0; tries < 50; tries++) {
        size_t at = 1 + roll(g, (int)n - 1);
        if (islower((unsigned char)s[at]) && islower((unsigned char)s[at + 1]) &&
            s[at] != s[at + 1]) {
            char c = s[at];
            s[at] = s[at + 1];
            s[at + 1] = c;
            return s;
        }
    }
    return NULL;
}

static const char *other_format(struct generator *g, const char *name)
{
    struct arena *a = g->arena;
    const char *blank = strrchr(name, ' ');
    if (blank == NULL || !is_latin(name)) {
        return NULL;
    }
    int head = (int)(blank - name);
    char *upper = arena_strdup(a, name);
    char *lower = arena_strdup(a, name);
    for (size_t i = 0; upper[i] != '\0'; i++) {
        upper[i] = (unsigned char)upper[i] < 0x80 ? (char)toupper(upper[i]) : upper[i];
        lower[i] = (unsigned char)lower[i] < 0x80 ? (char)tolower(lower[i]) : lower[i];
    }
    switch (roll(g, 8)) {
    case 0: return arena_printf(a, "%s, %.*s", blank + 1, head, name);
    case 1: return arena_printf(a, "%s %.*s", blank + 1, head, name);
    case 2: return lower;
    case 3: return is_ascii(name) ? upper : lower;
    case 4: return arena_printf(a, "Dr. %s", name);
    case 5:
        return is_ascii(name) ? arena_printf(a, "%s %.*s", upper + (blank + 1 - name), head, name)
                              : lower;
    case 6: return arena_printf(a, "%s (Example Corp)", name);
    default: return arena_printf(a, "  %.*s   %s ", head, name, blank + 1);
    }
}

/* Marks left out, or written as Germans and Danes do. */
static const char *without_marks(struct generator *g, const char *name)
{
    static const char *const forms[][3] = {
        {"ö", "o", "oe"}, {"ü", "u", "ue"},  {"ä", "a", "ae"}, {"ß", "ss", "ss"}, {"ø", "o", "oe"},
        {"å", "a", "aa"}, {"æ", "ae", "ae"}, {"Ö", "O", "Oe"}, {"Ø", "O", "Oe"},  {"Å", "A", "Aa"},
        {"é", "e", "e"},  {"è", "e", "e"},   {"ë", "e", "e"},  {"á", "a", "a"},   {"ã", "a", "a"},
        {"í", "i", "i"},  {"ó", "o", "o"},   {"ô", "o", "o"},  {"ú", "u", "u"},   {"ñ", "n", "n"},
        {"ç", "c", "c"},  {"Ç", "C", "C"},   {"ł", "l", "l"},  {"Ł", "L", "L"},   {"ń", "n", "n"},
        {"ą", "a", "a"},  {"ę", "e", "e"},   {"ż", "z", "z"},  {"Ż", "Z", "Z"},   {"ś", "s", "s"},
        {"Ś", "S", "S"},  {"ž", "z", "z"},   {"Ž", "Z", "Z"},  {"š", "s", "s"},   {"Š", "S", "S"},
        {"č", "c", "c"},  {"Č", "C", "C"},   {"ć", "c", "c"},  {"ř", "r", "r"},   {"ů", "u", "u"},
        {"ý", "y", "y"},  {"ğ", "g", "g"},   {"ı", "i", "i"},  {"İ", "I", "I"},   {"ş", "s", "s"},
        {"Ş", "S", "S"},  {"ő", "o", "o"},   {"ă", "a", "a"},  {"ț", "t", "t"},   {"Ț", "T", "T"},
        {"Ș", "S", "S"},  {"ș", "s", "s"},   {"đ", "d", "d"},  {"Đ", "D", "Dj"},  {"ē", "e", "e"},
        {"ī", "i", "i"},  {"ā", "a", "a"},   {"ņ", "n", "n"},  {"ū", "u", "u"},   {"ê", "e", "e"},
        {"õ", "o", "o"},  {"ã", "a", "a"},   {"Á", "A", "A"},  {"á", "a", "a"},   {"ễ", "e", "e"},
        {"ú", "u", "u"},  {"ö", "o", "o"}};
    if (is_ascii(name) || !is_latin(name)) {
        return NULL;
    }
    int form = 1 + (int)roll(g, 2);
    struct str out = {0};
    for (const char *p = name; *p != '\0';) {
        int i = 0;
        while (i < COUNT(forms) && strncmp(p, forms[i][0], strlen(forms[i][0])) != 0) {
            i++;
        }
        if (i < COUNT(forms)) {
            str_add(&out, forms[i][form]);
            p += strlen(forms[i][0]);
        } else {
            str_add_n(&out, p++, 1);
        }
    }
    const char *ret = arena_strdup(g->arena, str_text(&out));
    str_done(&out);
    return is_ascii(ret) ? ret : NULL;
}

static const char *nickname(struct generator *g, const char *name)
{
    size_t n = strcspn(name, " ");
    int start = (int)roll(g, COUNT(nicks));
    for (int i = 0; i < COUNT(nicks); i++) {
        const char *const *nick = nicks[(start + i) % COUNT(nicks)];
        if (strlen(nick[0]) == n && strncmp(nick[0], name, n) == 0) {
            return arena_printf(g->arena, "%s%s", nick[1], name + n);
        }
    }
    return NULL;
}

static const char *initials(struct generator *g, const char *name)
{
    const char *blank = strchr(name, ' ');
    const char *last = strrchr(name, ' ');
    if (blank == NULL || !is_ascii(name) || !isupper((unsigned char)name[0])) {
        return NULL;
    }
    if (last != blank && roll(g, 2) == 0) {
        return arena_printf(g->arena, "%.*s %c.%s", (int)(blank - name), name, blank[1], last);
    }
    return arena_printf(g->arena, "%c.%s", name[0], last);
}

static const char *dropped(struct generator *g, const char *name)
{
    const char *blank = strchr(name, ' ');
    const char *last = strrchr(name, ' ');
    const char *hyphen = last != NULL ? strchr(last, '-') : NULL;
    if (hyphen != NULL && is_latin(name)) {
        return arena_printf(g->arena, "%.*s", (int)(hyphen - name), name);
    }
    return last != blank ? arena_printf(g->arena, "%.*s%s", (int)(blank - name), name, last) : NULL;
}

static const char *vary(struct generator *g, const struct generated_person *person, enum variant v)
{
    const char *name = person->name;
    const char *once = NULL;
    switch (v) {
    case VARIANT_EXACT: return name;
    case VARIANT_FORMAT: return other_format(g, name);
    case VARIANT_DIACRITICS: return without_marks(g, name);
    case VARIANT_TYPO1: return is_ascii(name) ? typo(g, name) : NULL;
    case VARIANT_TYPO2:
        once = is_ascii(name) ? typo(g, name) : NULL;
        return once != NULL ? typo(g, once) : NULL;
    case VARIANT_SWAP: return is_ascii(name) ? swap_letters(g, name) : NULL;
    case VARIANT_NICK: return nickname(g, name);
    case VARIANT_INITIAL: return initials(g, name);
    case VARIANT_TRANSLIT: return person->other;
    case VARIANT_DROP: return dropped(g, name);
    case VARIANTS: break;
    }
    return NULL;
}

/* "j smith" for "John Smith": what an initial leaves. */
static const char *short_key(struct generator *g, const char *name)
{
    const char *last = strrchr(name, ' ');
    return arena_printf(g->arena, "%c %s", name[0], last != NULL ? last + 1 : "");
}

/* Could the words mean somebody else of the list just as well? Then no answer would be right. */
static bool is_vague(struct generator *g, const struct strmap *names, const struct strmap *shorts,
                     const char *written, enum variant v)
{
    const int64_t *n = strmap_find(shorts, short_key(g, written));
    return (v != VARIANT_EXACT && strmap_find(names, written) != NULL) ||
           (v == VARIANT_INITIAL && n != NULL && *n > 1);
}

struct generated_mention *generator_mentions(struct generator *g, struct generated_person *people,
                                             int n_people, int n, int absent_pct)
{
    struct generated_mention *mentions = arena_array(g->arena, (size_t)n, sizeof *mentions);
    struct strmap names = {0};
    struct strmap shorts = {0};
    for (int i = 0; i < n_people; i++) {
        (void)strmap_at(&names, g->arena, people[i].name, 0, NULL);
        ++*strmap_at(&shorts, g->arena, short_key(g, people[i].name), 0, NULL);
    }
    for (int i = 0; i < n;) {
        enum variant v = (enum variant)(i % VARIANTS);
        int person = (int)roll(g, n_people);
        const char *name = people[person].name != NULL ? vary(g, &people[person], v) : NULL;
        if (name == NULL || (v != VARIANT_EXACT && strcmp(name, people[person].name) == 0) ||
            is_vague(g, &names, &shorts, name, v)) {
            continue;
        }
        bool is_absent = (int)roll(g, 100) < absent_pct;
        mentions[i] = (struct generated_mention){name, v, person};
        if (is_absent) {
            people[person].name = NULL;
        }
        i++;
    }
    for (int i = 0; i < n; i++) {
        if (people[mentions[i].person].name == NULL) {
            mentions[i].person = -1;
        }
    }
    return mentions;
}

const char *variant_name(enum variant variant)
{
    static const char *const names[VARIANTS] = {"exact",    "format", "diacritics", "typo1",
                                                "typo2",    "swap",   "nick",       "initial",
                                                "translit", "drop"};
    return variant < VARIANTS ? names[variant] : "";
}
