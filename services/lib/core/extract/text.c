#include "core/extract/parts.h"

#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == CELL;
}

struct span span_trim(struct span s)
{
    while (s.n > 0 && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_space(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

bool span_equal_rest(struct span s, const char *word)
{
    return strncasecmp(s.p, word, s.n) == 0 && word[s.n] == '\0';
}

char *span_dup(struct span s, struct arena *arena)
{
    s = span_trim(s);
    char *copy = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_gap = is_space(s.p[i]);
        if (is_gap && n > 0 && copy[n - 1] == ' ') {
            continue;
        }
        copy[n++] = is_gap ? ' ' : s.p[i];
    }
    return copy;
}

uint32_t utf8_at(const char *p, size_t n, size_t *ret_len)
{
    unsigned char c = (unsigned char)p[0];
    size_t len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (len > n) {
        *ret_len = 1;
        return 0xFFFD;
    }
    uint32_t cp = len == 1 ? c : c & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        cp = cp << 6 | ((unsigned char)p[i] & 0x3FU);
    }
    *ret_len = len;
    return cp;
}

/* Letters that have no decomposition but stand for one in name tables. */
static uint32_t plain_letter(uint32_t cp)
{
    static const struct {
        uint32_t from;
        uint32_t to;
    } map[] = {{0xDF, 's'},  {0xE6, 'a'},    {0xF0, 'd'},   {0xF8, 'o'},
               {0xFE, 't'},  {0x111, 'd'},   {0x131, 'i'},  {0x142, 'l'},
               {0x153, 'o'}, {0x2019, '\''}, {0x2BB, '\''}, {0x2BC, '\''}};
    for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
        if (map[i].from == cp) {
            return map[i].to;
        }
    }
    return cp;
}

/* The first letter of the full decomposition: "ễ" has two marks, hence the loop. */
static uint32_t base_letter(const UNormalizer2 *nfd, uint32_t cp)
{
    for (int depth = 0; depth < 4; depth++) {
        UChar units[8];
        UErrorCode status = U_ZERO_ERROR;
        int32_t n = unorm2_getRawDecomposition(nfd, (UChar32)cp, units, 8, &status);
        if (U_FAILURE(status) || n <= 0 || (units[0] & 0xFC00) == 0xD800) {
            return cp;
        }
        cp = units[0];
    }
    return cp;
}

static size_t put_utf8(char *buf, size_t size, uint32_t cp)
{
    size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    if (len > size) {
        return 0;
    }
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1;) {
        buf[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    buf[0] = (char)(lead[len] | cp);
    return len;
}

/* The letter that cp folds to; 0 = none: a mark that stands by itself. */
static uint32_t fold_letter(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    cp = (uint32_t)u_tolower((UChar32)cp);
    cp = plain_letter(U_SUCCESS(status) ? base_letter(nfd, cp) : cp);
    return u_charType((UChar32)cp) == U_NON_SPACING_MARK ? 0 : cp;
}

size_t fold_word(struct span s, char *buf, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n + 1 < size;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) {
            buf[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
            i++;
            continue;
        }
        size_t len = 1;
        uint32_t cp = fold_letter(utf8_at(s.p + i, s.n - i, &len));
        i += len;
        size_t put = cp == 0 ? 0 : put_utf8(buf + n, size - 1 - n, cp);
        if (cp != 0 && put == 0) {
            break;
        }
        n += put;
    }
    buf[n] = '\0';
    return n;
}
