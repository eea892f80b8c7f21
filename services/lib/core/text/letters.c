#include "core/text/letters.h"

#include <stddef.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

bool letter_is_wide(UChar32 c)
{
    if (u_isalnum(c)) {
        return true;
    }
    int8_t type = u_charType(c);
    return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

bool letter_is_pairwise(UChar32 c)
{
    UErrorCode status = U_ZERO_ERROR;
    switch ((int)uscript_getScript(c, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR: return true;
    default: return c == 0x30fc; /* the long vowel mark belongs to Kana */
    }
}

/* Letters that Unicode does not take apart, though readers do. */
static UChar32 plain_letter(UChar32 c)
{
    switch (c) {
    case 0xf8: return 'o';
    case 0x111: return 'd';
    case 0x127: return 'h';
    case 0x131: return 'i';
    case 0x142: return 'l';
    default: return c;
    }
}

static bool drops_marks(UChar32 base)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(base, &status);
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

/* ICU's U16_NEXT mixes signs more freely than our warnings allow. */
static UChar32 utf16_next(const UChar *text, int32_t n, int32_t *at)
{
    UChar32 lead = text[(*at)++];
    if (lead < 0xd800 || lead > 0xdbff || *at >= n) {
        return lead;
    }
    UChar32 trail = text[(*at)++];
    return 0x10000 + (lead - 0xd800) * 0x400 + (trail - 0xdc00);
}

/* Accents typed apart and vowel points; the tatweel only stretches the word. */
static bool is_silent(UChar32 c)
{
    if (c == 0x640) {
        return true;
    }
    if (u_charType(c) != U_NON_SPACING_MARK) {
        return false;
    }
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);
    return script == USCRIPT_INHERITED || script == USCRIPT_ARABIC || script == USCRIPT_HEBREW;
}

static UChar32 fold_case(UChar32 c)
{
    return u_foldCase(c, U_FOLD_CASE_DEFAULT);
}

/* The parts of c that Unicode takes it apart into, without the marks that readers leave out. */
static int fold_parts(UChar32 c, const UChar *parts, int32_t n_parts, UChar32 *ret)
{
    UChar32 base = 0;
    int n = 0;
    for (int32_t i = 0; i < n_parts;) {
        UChar32 part = utf16_next(parts, n_parts, &i);
        bool is_mark = u_charType(part) == U_NON_SPACING_MARK;
        if (is_mark && drops_marks(base)) {
            continue;
        }
        if (is_mark && base != 0) {
            /* a letter of its own: Cyrillic short i, Kana with voice marks */
            ret[0] = fold_case(c);
            return 1;
        }
        base = is_mark ? base : part;
        if (is_word_char(part)) {
            ret[n++] = plain_letter(fold_case(part));
        }
    }
    return n;
}

int letter_fold(UChar32 c, UChar32 *ret)
{
    static const UNormalizer2 *nfkd;
    if (is_silent(c)) {
        return 0;
    }
    UErrorCode status = U_ZERO_ERROR;
    if (nfkd == NULL) {
        nfkd = unorm2_getNFKDInstance(&status);
    }
    UChar parts[LETTER_FOLDS];
    status = U_ZERO_ERROR;
    int32_t n = unorm2_getDecomposition(nfkd, c, parts, LETTER_FOLDS, &status);
    if (n < 0 || U_FAILURE(status)) {
        ret[0] = plain_letter(fold_case(c));
        return 1;
    }
    return fold_parts(c, parts, n, ret);
}
