/* Mojibake: UTF-8 that somebody took for Latin-1 (or Windows-1252) and encoded once more, "JÃ¶rg".
 */
#include "core/extract/parts.h"

#include <string.h>
#include <unicode/uchar.h>

/* What Windows-1252 shows for the bytes 0x80 to 0x9F; 0 = nothing. */
static const uint16_t windows[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/* The byte that the character at p stood for; -1 = none. */
static int byte_of(const char *p, size_t n, size_t *ret_len)
{
    uint32_t cp = utf8_at(p, n, ret_len);
    if (cp >= 0x80 && cp <= 0xFF) {
        return (int)cp;
    }
    for (int i = 0; i < 32 && cp > 0xFF; i++) {
        if (windows[i] == cp) {
            return 0x80 + i;
        }
    }
    return -1;
}

/* Letters and the usual punctuation: what else comes out was no mojibake. */
static bool is_likely(uint32_t cp)
{
    return u_isalpha((UChar32)cp) || (cp >= 0x2010 && cp <= 0x2026) || cp == 0xA0;
}

/* Decodes the two or three characters at p as one; returns the bytes read, 0 = they are as meant.
 */
static size_t decode_at(const char *p, size_t n, char *out, size_t *ret_n)
{
    size_t used = 0;
    int lead = byte_of(p, n, &used);
    size_t n_bytes = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE2 && lead <= 0xEF ? 3 : 0;
    char bytes[3] = {(char)lead};
    for (size_t i = 1; i < n_bytes; i++) {
        size_t len = 0;
        int byte = used < n ? byte_of(p + used, n - used, &len) : -1;
        if (byte < 0x80 || byte > 0xBF) {
            return 0;
        }
        bytes[i] = (char)byte;
        used += len;
    }
    size_t ignored = 0;
    if (n_bytes == 0 || !is_likely(utf8_at(bytes, n_bytes, &ignored))) {
        return 0;
    }
    memcpy(out, bytes, n_bytes);
    *ret_n = n_bytes;
    return used;
}

size_t mojibake_mend(char *text, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        size_t n_out = 1;
        unsigned char c = (unsigned char)text[i];
        /* a lead byte, U+00C2 to U+00EF, is C3 in UTF-8 */
        size_t used = c == 0xC3 ? decode_at(text + i, n - i, text + to, &n_out) : 0;
        if (used == 0) {
            text[to] = text[i];
            used = 1;
        }
        to += n_out;
        i += used;
    }
    return to;
}
