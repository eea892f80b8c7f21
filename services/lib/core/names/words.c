/* The words of a written name, without titles, degrees and companies. */
#include "core/names/internal.h"

#include "base/str.h"
#include "core/nicknames.h"

#include <string.h>

#include <unicode/uchar.h>

static const char *const titles[] = {
    "dr",     "prof", "professor", "mr",       "mrs",    "ms",  "miss", "mx",  "sir",
    "dame",   "herr", "frau",      "ing",      "dipl",   "mag", "rev",  "hon", "doktor",
    "doctor", "shri", "smt",       "monsieur", "madame", "mme", NULL};
static const char *const suffixes[] = {"jr",  "sr",    "ii",   "iii",  "iv",   "phd",   "md",
                                       "msc", "bsc",   "esq",  "mba",  "dds",  "cissp", "jnr",
                                       "snr", "dphil", "msca", "beng", "meng", NULL};
static const char *const companies[] = {
    "inc",          "ltd",        "gmbh",       "corp",      "corporation", "llc",      "ag",
    "labs",         "university", "foundation", "linux",     "team",        "group",    "systems",
    "technologies", "software",   "research",   "institute", "google",      "intel",    "amd",
    "arm",          "meta",       "facebook",   "microsoft", "ibm",         "oracle",   "suse",
    "linaro",       "collabora",  "bootlin",    "nvidia",    "amazon",      "aws",      "qualcomm",
    "huawei",       "samsung",    "canonical",  "igalia",    "pengutronix", "baylibre", "redhat",
    "kernel",       "maintainer", "lead",       "chair",     "speaker",     "remote",   "tbd",
    "tbc",          "tentative",  "confirmed",  NULL};

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

bool names_fold_is(const struct chunk *chunk, const char *const *list)
{
    char folded[32];
    enum script script = SCRIPT_NONE;
    translit_fold(chunk->s, chunk->n, folded, sizeof folded, &script);
    return is_one_of(folded, list);
}

/* The joiner and the non-joiner stand inside of words, as Persian and Indic scripts need them. */
static bool is_separator(int32_t cp)
{
    return cp <= 0x20 || cp == '.' || cp == ',' || cp == '_' || cp == '-' || cp == '/' ||
           cp == '+' || cp == ':' || cp == ';' || cp == '*' || cp == '&' || cp == '=' ||
           cp == '~' || cp == 0xB7 || cp == 0x30FB || cp == 0xFF65 || cp == 0xFFFD ||
           cp == 0x3001 || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2027 ||
           (cp >= 0x80 && u_isUWhiteSpace(cp)) || cp == 0x200B || cp == 0x200E || cp == 0x200F ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void note_letter(struct chunk *chunk, int32_t cp, int *n_capitals)
{
    enum script script = translit_script(cp);
    if (script == SCRIPT_NONE) {
        return;
    }
    if (chunk->n_letters++ == 0) {
        chunk->script = script;
        chunk->is_lower = u_islower(cp) != 0;
    }
    *n_capitals += u_isupper(cp) != 0;
}

void names_split_words(const char *text, struct chunks *ret)
{
    *ret = (struct chunks){.comma = -1};
    size_t n = strlen(text);
    bool is_hyphen = false;
    for (size_t at = 0; at < n && ret->n < CHUNKS;) {
        size_t next = at;
        int32_t cp = translit_next(text, n, &next);
        if (is_separator(cp)) {
            is_hyphen = (cp == '-' || cp == 0x2010 || cp == 0x2011) && ret->n > 0 && at > 0 &&
                        text[at - 1] != ' ';
            if ((cp == ',' || cp == 0x3001) && ret->comma < 0 && ret->n > 0) {
                ret->comma = ret->n;
            }
            at = next;
            continue;
        }
        struct chunk *chunk = &ret->items[ret->n];
        *chunk = (struct chunk){.s = text + at, .is_hyphened = is_hyphen};
        int n_capitals = 0;
        while (!is_separator(cp)) {
            note_letter(chunk, cp, &n_capitals);
            at = next;
            if (at >= n) {
                break;
            }
            cp = translit_next(text, n, &next);
        }
        chunk->n = (size_t)(text + at - chunk->s);
        chunk->is_dotted = at < n && text[at] == '.';
        chunk->is_upper = chunk->n_letters >= 2 && n_capitals == chunk->n_letters;
        is_hyphen = false;
        ret->n += chunk->n_letters > 0;
    }
    if (ret->comma >= ret->n) {
        ret->comma = -1;
    }
}

static void drop_chunk(struct chunks *chunks, int at)
{
    memmove(&chunks->items[at], &chunks->items[at + 1],
            (size_t)(chunks->n - at - 1) * sizeof chunks->items[0]);
    chunks->n--;
    if (chunks->comma > at) {
        chunks->comma--;
    }
    if (chunks->comma >= chunks->n || chunks->comma == 0) {
        chunks->comma = -1;
    }
}

void names_drop_titles(struct chunks *chunks)
{
    while (chunks->n > 1 && names_fold_is(&chunks->items[0], titles)) {
        drop_chunk(chunks, 0);
    }
    if (chunks->comma > 0 && chunks->comma < chunks->n - 1 &&
        names_fold_is(&chunks->items[chunks->comma], titles)) {
        drop_chunk(chunks, chunks->comma);
    }
    while (chunks->n > 2 && names_fold_is(&chunks->items[chunks->n - 1], suffixes)) {
        drop_chunk(chunks, chunks->n - 1);
    }
    /* "Ph.D." comes apart at its full stop. */
    if (chunks->n > 3 && chunks->items[chunks->n - 1].n == 1 &&
        str_equal_nocase("ph", (char[3]){chunks->items[chunks->n - 2].s[0],
                                         chunks->items[chunks->n - 2].s[1], '\0'}) &&
        chunks->items[chunks->n - 2].n == 2) {
        drop_chunk(chunks, chunks->n - 1);
        drop_chunk(chunks, chunks->n - 1);
    }
    if (chunks->comma > 1 && chunks->n > 2 &&
        names_fold_is(&chunks->items[chunks->comma - 1], suffixes)) {
        drop_chunk(chunks, chunks->comma - 1);
    }
}

static bool knows_given(const struct chunk *chunk)
{
    char folded[32];
    enum script script = SCRIPT_NONE;
    translit_fold(chunk->s, chunk->n, folded, sizeof folded, &script);
    return nicknames_find(folded)->is_given;
}

/* "Steven Rostedt, Google": what is behind the comma is no part of the name. */
void names_drop_company(struct chunks *chunks, char *affiliation, size_t size)
{
    if (chunks->comma < 0) {
        return;
    }
    bool is_company = false;
    for (int i = chunks->comma; i < chunks->n; i++) {
        is_company |= names_fold_is(&chunks->items[i], companies);
    }
    is_company |= chunks->comma >= 2 && knows_given(&chunks->items[0]) &&
                  !knows_given(&chunks->items[chunks->comma]);
    bool is_particled = chunks->items[0].is_lower;
    if (!is_company || is_particled) {
        return;
    }
    if (affiliation[0] == '\0') {
        const struct chunk *last = &chunks->items[chunks->n - 1];
        const char *start = chunks->items[chunks->comma].s;
        names_copy_trimmed(affiliation, size, start, (size_t)(last->s + last->n - start));
    }
    chunks->n = chunks->comma;
    chunks->comma = -1;
}
