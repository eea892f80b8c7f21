#include "core/translit.h"

#include "base/str.h"
#include "base/strmap.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

#define WORD_MAX 96 /* UTF-16 units of one word that are looked at */

static const char *const icu_ids[] = {
    [SCRIPT_NONE] = "Any-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_LATIN] = "Latin-ASCII; Any-Lower",
    [SCRIPT_CYRILLIC] = "Any-Lower; Russian-Latin/BGN; Any-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_GREEK] = "Any-Lower; Greek-Latin/UNGEGN; Latin-ASCII; Any-Lower",
    [SCRIPT_HAN] = "Han-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_KANA] = "Any-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_HANGUL] = "Hangul-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_ARABIC] = "Arabic-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_HEBREW] = "Hebrew-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_OTHER] = "Any-Latin; Latin-ASCII; Any-Lower",
    [SCRIPT_UKRAINIAN] = "Any-Lower; Ukrainian-Latin/BGN; Any-Latin; Latin-ASCII; Any-Lower",
};

enum script translit_script(int32_t cp)
{
    if (cp < 0x80) {
        return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z' ? SCRIPT_LATIN : SCRIPT_NONE;
    }
    UErrorCode code = U_ZERO_ERROR;
    if (!u_isalpha(cp)) {
        return SCRIPT_NONE;
    }
    switch ((int)uscript_getScript(cp, &code)) {
    case USCRIPT_LATIN: return SCRIPT_LATIN;
    case USCRIPT_CYRILLIC: return SCRIPT_CYRILLIC;
    case USCRIPT_GREEK: return SCRIPT_GREEK;
    case USCRIPT_HAN: return SCRIPT_HAN;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA: return SCRIPT_KANA;
    case USCRIPT_HANGUL: return SCRIPT_HANGUL;
    case USCRIPT_ARABIC: return SCRIPT_ARABIC;
    case USCRIPT_HEBREW: return SCRIPT_HEBREW;
    case USCRIPT_COMMON: return cp == 0x30FC ? SCRIPT_KANA : SCRIPT_OTHER; /* the long vowel mark */
    default: return SCRIPT_OTHER;
    }
}

int32_t translit_next(const char *s, size_t n, size_t *at)
{
    const unsigned char first = (unsigned char)s[*at];
    if (first < 0x80) {
        (*at)++;
        return first;
    }
    int32_t i = (int32_t)*at;
    UChar32 cp = 0;
    const uint8_t *bytes = (const uint8_t *)s;
    U8_NEXT_OR_FFFD(bytes, i, (int32_t)n, cp);
    *at = (size_t)i;
    return cp;
}

size_t translit_normalise(const char *s, size_t n, char *out, size_t size)
{
    bool is_changed = false;
    for (size_t at = 0; at < n && !is_changed;) {
        if ((unsigned char)s[at] < 0x80) {
            at++;
            continue;
        }
        int32_t cp = translit_next(s, n, &at);
        is_changed = cp == 0xFFFD || (cp >= 0x300 && cp < 0x370) || (cp >= 0x1100 && cp < 0x1200) ||
                     (cp >= 0x2000 && cp < 0x2E80) || (cp >= 0x3099 && cp <= 0x309C) ||
                     (cp >= 0xF900 && cp < 0x20000);
    }
    UChar in[512];
    UChar norm[1024];
    int32_t len = 0;
    UErrorCode code = U_ZERO_ERROR;
    if (is_changed) {
        n = n < 500 ? n : utf8_cut(s, n, 500);
        u_strFromUTF8WithSub(in, 512, &len, s, (int32_t)n, 0x20, NULL, &code);
        const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
        len = unorm2_normalize(nfkc, in, len, norm, 1024, &code);
        char utf8[3072];
        int32_t utf8_len = 0;
        u_strToUTF8(utf8, (int32_t)sizeof utf8, &utf8_len, norm, len, &code);
        if (U_SUCCESS(code)) {
            size_t kept = utf8_cut(utf8, (size_t)utf8_len, size - 1);
            memcpy(out, utf8, kept);
            out[kept] = '\0';
            return kept;
        }
    }
    size_t kept = n < size ? n : utf8_cut(s, n, size - 1);
    memcpy(out, s, kept);
    out[kept] = '\0';
    return kept;
}

/* --- letters of any script to a-z --- */

static UTransliterator *transliterator(enum script script)
{
    static UTransliterator *cache[SCRIPT_UKRAINIAN + 1];
    if (cache[script] == NULL) {
        UChar id[128];
        UErrorCode code = U_ZERO_ERROR;
        u_uastrcpy(id, icu_ids[script]);
        cache[script] = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    }
    return cache[script];
}

/* Only a-z and 0-9 of text, lower case, appended to out. */
static size_t keep_letters(const char *text, size_t n, char *out, size_t len, size_t size)
{
    for (size_t i = 0; i < n && len + 1 < size; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c | 0x20);
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[len++] = c;
        }
    }
    out[len] = '\0';
    return len;
}

static size_t icu_fold(const char *s, size_t n, enum script script, char *out, size_t size)
{
    UTransliterator *t = transliterator(script);
    UChar text[WORD_MAX * 4];
    int32_t len = 0;
    UErrorCode code = U_ZERO_ERROR;
    out[0] = '\0';
    u_strFromUTF8WithSub(text, WORD_MAX, &len, s, (int32_t)n, 0x20, NULL, &code);
    if (t == NULL || U_FAILURE(code)) {
        return 0;
    }
    for (int32_t i = 0; i < len && script == SCRIPT_ARABIC; i++) {
        if (text[i] == 0x0629) { /* the ending of Fatima: heard as a */
            text[i] = 0x0627;
        }
    }
    int32_t limit = len;
    utrans_transUChars(t, text, &len, WORD_MAX * 4, 0, &limit, &code);
    char ascii[WORD_MAX * 4];
    int32_t n_ascii = 0;
    for (int32_t i = 0; i < len && n_ascii < (int32_t)sizeof ascii; i++) {
        if (text[i] < 0x80) {
            ascii[n_ascii++] = (char)text[i];
        }
    }
    return U_FAILURE(code) ? 0 : keep_letters(ascii, (size_t)n_ascii, out, 0, size);
}

/* ICU takes microseconds for a word, and given names come again and again: the last words are kept,
 * each in the one place that its hash gives it. */
#define CACHE_WORDS 2048
struct cached_word {
    uint64_t hash;
    char key[24];
    char folded[24];
};

static size_t cached_fold(const char *s, size_t n, enum script script, char *out, size_t size)
{
    static struct cached_word cache[CACHE_WORDS];
    if (n >= sizeof cache[0].key) {
        n = n <= WORD_MAX ? n : utf8_cut(s, n, WORD_MAX);
        return icu_fold(s, n, script, out, size);
    }
    uint64_t hash = hash_bytes(s, n, (uint64_t)script + 1) | 1;
    struct cached_word *word = &cache[(hash >> 20) % CACHE_WORDS];
    if (word->hash == hash && strncmp(word->key, s, n) == 0 && word->key[n] == '\0') {
        return keep_letters(word->folded, strlen(word->folded), out, 0, size);
    }
    size_t len = icu_fold(s, n, script, out, size);
    if (len < sizeof word->folded) {
        word->hash = hash;
        memcpy(word->key, s, n);
        word->key[n] = '\0';
        memcpy(word->folded, out, len + 1);
    }
    return len;
}

/* Latin letters with marks, one at a time, as ICU folds them; made once. */
static const char *latin_letter(int32_t cp)
{
    static char table[0x250 + 0x100][5];
    static bool is_made;
    if (!is_made) {
        is_made = true;
        for (int32_t i = 0xC0; i < 0x250 + 0x100; i++) {
            char utf8[8];
            int32_t len = 0;
            UErrorCode code = U_ZERO_ERROR;
            UChar letter = (UChar)(i < 0x250 ? i : 0x1E00 + i - 0x250);
            u_strToUTF8(utf8, (int32_t)sizeof utf8, &len, &letter, 1, &code);
            icu_fold(utf8, (size_t)len, SCRIPT_LATIN, table[i], sizeof table[i]);
        }
    }
    if (cp >= 0xC0 && cp < 0x250) {
        return table[cp];
    }
    return cp >= 0x1E00 && cp < 0x1F00 ? table[cp - 0x1E00 + 0x250] : NULL;
}

size_t translit_fold(const char *s, size_t n, char *out, size_t size, enum script *ret_script)
{
    size_t len = 0;
    enum script first = SCRIPT_NONE;
    out[0] = '\0';
    for (size_t at = 0; at < n && len + 1 < size;) {
        size_t start = at;
        int32_t cp = translit_next(s, n, &at);
        enum script script = cp < 0x80 ? SCRIPT_LATIN : translit_script(cp);
        if (first == SCRIPT_NONE && (cp >= 0x80 || translit_script(cp) != SCRIPT_NONE)) {
            first = script;
        }
        if (cp < 0x80) {
            len = keep_letters(&s[start], 1, out, len, size);
            continue;
        }
        const char *letter = latin_letter(cp);
        if (letter != NULL) {
            len = keep_letters(letter, strlen(letter), out, len, size);
            continue;
        }
        if (script == SCRIPT_NONE) {
            continue;
        }
        size_t end = at;
        while (end < n && end - start < WORD_MAX) { /* a run of one script, marks included */
            size_t next = end;
            enum script other = translit_script(translit_next(s, n, &next));
            if ((unsigned char)s[end] < 0x80 || (other != SCRIPT_NONE && other != script)) {
                break;
            }
            end = next;
        }
        char run[64];
        size_t run_len = cached_fold(s + start, end - start, script, run, sizeof run);
        len = keep_letters(run, run_len, out, len, size);
        at = end;
    }
    *ret_script = first;
    return len;
}

size_t translit_fold_as(enum script script, const char *s, size_t n, char *out, size_t size)
{
    return cached_fold(s, n < WORD_MAX ? n : utf8_cut(s, n, WORD_MAX), script, out, size);
}

/* --- keys --- */

struct rewrite {
    const char *from;
    const char *to;
};

/* Longest first for each first letter. */
static const struct rewrite sounds[] = {
    {"ae", "a"}, {"aa", "a"}, {"oe", "o"}, {"ou", "u"}, {"oo", "u"},   {"ue", "u"},   {"ee", "i"},
    {"ie", "i"}, {"ij", "i"}, {"iy", "i"}, {"yi", "i"}, {"kh", "h"},   {"ph", "f"},   {"th", "t"},
    {"dh", "d"}, {"gh", "g"}, {"bh", "b"}, {"ck", "k"}, {"ks", "x"},   {"tsch", "c"}, {"tch", "c"},
    {"ch", "c"}, {"cz", "c"}, {"ts", "z"}, {"tz", "z"}, {"shch", "s"}, {"sch", "s"},  {"sh", "s"},
    {"sz", "s"}, {"zh", "j"}, {"q", "k"},  {"c", "k"},  {"w", "v"},    {"y", "i"},    {"j", "i"},
};

static const struct rewrite *rewrite_at(const char *s)
{
    const struct rewrite *best = NULL;
    size_t best_len = 0;
    for (size_t i = 0; i < sizeof sounds / sizeof sounds[0]; i++) {
        const char *from = sounds[i].from;
        if (from[0] != s[0]) {
            continue;
        }
        size_t len = strlen(from);
        if (len > best_len && strncmp(s, from, len) == 0) {
            best = &sounds[i];
            best_len = len;
        }
    }
    return best;
}

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

size_t translit_skeleton(const char *folded, char *out, size_t size)
{
    size_t len = 0;
    for (const char *p = folded; *p != '\0' && len + 1 < size;) {
        const struct rewrite *rule = rewrite_at(p);
        char c = rule != NULL ? rule->to[0] : *p;
        bool is_mute_h = *p == 'h' && p > folded && is_vowel(p[-1]) && !is_vowel(p[1]);
        p += rule != NULL ? strlen(rule->from) : 1;
        if (is_mute_h || (len > 0 && out[len - 1] == c)) {
            continue;
        }
        if (c == 'e' && len == 1 && out[0] == 'i') { /* Yevgeny, Evgeny */
            len = 0;
        }
        out[len++] = c;
    }
    out[len] = '\0';
    return len;
}

size_t translit_consonants(const char *folded, char *out, size_t size)
{
    size_t len = 0;
    char last = '\0';
    for (const char *p = folded; *p != '\0' && len + 2 < size; p++) {
        char c = *p;
        bool is_after_consonant = last != '\0' && strchr("ksgtdpczb", last) != NULL;
        last = c;
        if (c == 'h' && (is_after_consonant || !is_vowel(p[1]))) {
            if (p > folded && p[-1] == 'p') { /* ph is already p */
                continue;
            }
            if (is_after_consonant || p[1] == '\0') {
                continue;
            }
        }
        switch (c) {
        case 'a':
        case 'e':
        case 'i':
        case 'o':
        case 'u':
        case 'w':
        case 'y': continue;
        case 'f':
        case 'v':
        case 'b': c = 'p'; break;
        case 'd': c = 't'; break;
        case 'g':
        case 'q': c = 'k'; break;
        case 'c': c = p[1] == 'z' || p[1] == 'e' || p[1] == 'i' ? 's' : 'k'; break;
        case 'z': c = 's'; break;
        case 'j':
            if (p > folded && (is_vowel(p[-1]) || p[1] == '\0')) {
                continue;
            }
            break;
        case 'x':
            if (len == 0 || out[len - 1] != 'k') {
                out[len++] = 'k';
            }
            c = 's';
            break;
        default: break;
        }
        if (len == 0 || out[len - 1] != c) {
            out[len++] = c;
        }
    }
    out[len] = '\0';
    return len;
}

static unsigned letter_code(char c)
{
    return c >= 'a' && c <= 'z'   ? (unsigned)(c - 'a')
           : c >= '0' && c <= '9' ? 26U + (unsigned)(c - '0')
                                  : 36U;
}

enum { MAX_LEN = 47 };

void translit_pattern(const char *word, size_t len, struct translit_pattern *ret)
{
    *ret = (struct translit_pattern){.len = len < MAX_LEN ? len : MAX_LEN};
    for (size_t i = 0; i < ret->len; i++) {
        ret->places[letter_code(word[i])] |= UINT64_C(1) << i;
    }
}

/* All rows of a column at once, a bit for each (Hyyro, "A bit-vector algorithm for computing
 * Levenshtein and Damerau edit distances", 2003). */
int translit_pattern_distance(const struct translit_pattern *pattern, const char *b, size_t b_len,
                              int max)
{
    b_len = b_len < MAX_LEN ? b_len : MAX_LEN;
    int gap = (int)pattern->len - (int)b_len;
    if (gap > max || -gap > max) {
        return max + 1;
    }
    if (pattern->len == 0) {
        return (int)b_len;
    }
    uint64_t last = UINT64_C(1) << (pattern->len - 1);
    uint64_t plus = ~UINT64_C(0);
    uint64_t minus = 0;
    uint64_t zero = 0;
    uint64_t before = 0;
    int distance = (int)pattern->len;
    for (size_t j = 0; j < b_len; j++) {
        uint64_t here = pattern->places[letter_code(b[j])];
        uint64_t swapped = ((~zero & here) << 1) & before;
        zero = (((here & plus) + plus) ^ plus) | here | minus | swapped;
        uint64_t up = minus | ~(zero | plus);
        uint64_t down = zero & plus;
        distance += (up & last) != 0;
        distance -= (down & last) != 0;
        if (distance - (int)(b_len - j - 1) > max) {
            return max + 1; /* each letter that is left takes one off at most */
        }
        up = up << 1 | 1;
        plus = down << 1 | ~(zero | up);
        minus = up & zero;
        before = here;
    }
    return distance;
}
