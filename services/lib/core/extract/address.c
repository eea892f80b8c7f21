/* E-mail addresses as people write them, and RFC 2047 words. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_local(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("._+-", c) != NULL);
}

static bool is_domain(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '.';
}

size_t address_length(const char *p, size_t n)
{
    size_t at = 0;
    while (at < n && at < 64 && is_local(p[at])) {
        at++;
    }
    if (at == 0 || at >= n || p[at] != '@') {
        return 0;
    }
    size_t end = at + 1;
    size_t dot = 0;
    while (end < n && end - at < 254 && is_domain(p[end])) {
        dot = p[end] == '.' && end + 1 < n && isalnum((unsigned char)p[end + 1]) ? end : dot;
        end++;
    }
    while (end > at && !isalnum((unsigned char)p[end - 1])) {
        end--;
    }
    return dot > at + 1 && end > dot + 1 ? end : 0;
}

/* Length of a veiled "at" or "dot" at p with the blanks and brackets around it; 0 = none. */
static size_t veiled(const char *p, const char *word, bool *ret_is_bracketed)
{
    size_t i = 0;
    while (p[i] == ' ' && i < 3) {
        i++;
    }
    const char *open = p[i] != '\0' ? strchr("[({<", p[i]) : NULL;
    if (open != NULL) {
        i++;
    } else if (i == 0) {
        if (p[0] != '_' && p[0] != '-') {
            return 0;
        }
        i++;
    }
    while (p[i] == ' ' || p[i] == '_') {
        i++;
    }
    size_t n = strlen(word);
    if (strncasecmp(p + i, word, n) != 0) {
        return 0;
    }
    i += n;
    while (open != NULL && p[i] == ' ') {
        i++;
    }
    if (open != NULL) {
        if (p[i] == '\0' || strchr("])}>", p[i]) == NULL) {
            return 0;
        }
        i++;
    } else if (p[i] != ' ' && p[i] != p[0]) {
        return 0;
    } else {
        i++;
    }
    while (p[i] == ' ') {
        i++;
    }
    *ret_is_bracketed = open != NULL;
    return i;
}

/* Copies "example dot org" from p as "example.org"; returns bytes read, 0 = no domain. */
static size_t veiled_domain(const char *p, char *out, size_t size, size_t *ret_n)
{
    size_t i = 0;
    size_t n = 0;
    size_t n_dots = 0;
    for (;;) {
        size_t start = i;
        while (isalnum((unsigned char)p[i]) || p[i] == '-') {
            if (n + 2 >= size) {
                return 0;
            }
            out[n++] = p[i++];
        }
        if (i == start) {
            break;
        }
        bool is_bracketed = false;
        size_t dot = p[i] == '.' && isalnum((unsigned char)p[i + 1])
                         ? 1
                         : veiled(p + i, "dot", &is_bracketed);
        if (dot == 0 || !isalnum((unsigned char)p[i + dot])) {
            break;
        }
        out[n++] = '.';
        n_dots++;
        i += dot;
    }
    *ret_n = n;
    return n_dots > 0 && n > 3 && isalpha((unsigned char)out[n - 1]) ? i : 0;
}

/* Tries to read a veiled address whose local part ends `before`; returns the bytes of rest. */
static size_t unveil_at(struct span before, const char *rest, char *domain, size_t size,
                        size_t *ret_n)
{
    bool is_bracketed = false;
    size_t sep = veiled(rest, "at", &is_bracketed);
    sep = sep == 0 ? veiled(rest, "@", &is_bracketed) : sep;
    if (sep == 0) {
        return 0;
    }
    size_t start = before.n;
    while (start > 0 && before.n - start < 64 && is_local(before.p[start - 1])) {
        start--;
    }
    /* "Jane Doe at example.org" tells where she works; "jane at example.org" is an address. */
    bool is_word = start < before.n && isalpha((unsigned char)before.p[start]);
    if (!is_word || (!is_bracketed && isupper((unsigned char)before.p[start]))) {
        return 0;
    }
    size_t used = veiled_domain(rest + sep, domain, size, ret_n);
    return used == 0 ? 0 : sep + used;
}

void address_unveil(char *text)
{
    size_t out = 0;
    char domain[128];
    for (size_t i = 0; text[i] != '\0';) {
        bool is_edge = i > 0 && is_local(text[i - 1]) && (text[i] != '\0') &&
                       strchr(" [({<_-", text[i]) != NULL;
        size_t n = 0;
        size_t used =
            is_edge ? unveil_at((struct span){text, out}, text + i, domain, sizeof domain, &n) : 0;
        if (used == 0 || used < n + 1) {
            text[out++] = text[i++];
            continue;
        }
        text[out++] = '@';
        memcpy(text + out, domain, n);
        out += n;
        i += used;
    }
    text[out] = '\0';
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

static size_t decode_q(struct span s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '=' && i + 2 < s.n && hex_digit(s.p[i + 1]) >= 0 &&
            hex_digit(s.p[i + 2]) >= 0) {
            out[n++] = (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]));
            i += 2;
        } else {
            out[n++] = s.p[i] == '_' ? ' ' : s.p[i];
        }
    }
    return n;
}

static size_t decode_b(struct span s, char *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;
    uint32_t bits = 0;
    int n_bits = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
        const char *hit = s.p[i] == '\0' ? NULL : strchr(alphabet, s.p[i]);
        if (hit == NULL) {
            continue;
        }
        bits = bits << 6 | (uint32_t)(hit - alphabet);
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[n++] = (char)(bits >> n_bits);
        }
    }
    return n;
}

/* Latin-1 and its kin as UTF-8; other character sets are left out rather than guessed. */
static void add_decoded(struct str *s, struct span charset, const char *text, size_t n)
{
    bool is_latin = charset.n >= 8 && strncasecmp(charset.p, "iso-8859", 8) == 0;
    if (utf8_is_valid(text, n, NULL) && !is_latin) {
        str_add_n(s, text, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x80) {
            str_add_char(s, (char)c);
        } else if (is_latin) {
            str_add_char(s, (char)(0xC0 | c >> 6));
            str_add_char(s, (char)(0x80 | (c & 0x3F)));
        }
    }
}

/* One encoded word at p; returns its bytes, 0 = none. */
static size_t add_encoded_word(struct str *s, const char *p, size_t n, struct arena *arena)
{
    const char *end = p + n;
    if (n < 8 || p[0] != '=' || p[1] != '?') {
        return 0;
    }
    const char *encoding = memchr(p + 2, '?', n - 2);
    if (encoding == NULL || end - encoding < 4 || encoding[2] != '?') {
        return 0;
    }
    const char *text = encoding + 3;
    const char *close = memmem(text, (size_t)(end - text), "?=", 2);
    if (close == NULL) {
        return 0;
    }
    struct span body = {text, (size_t)(close - text)};
    char *out = arena_alloc(arena, body.n + 1);
    size_t len =
        tolower((unsigned char)encoding[1]) == 'b' ? decode_b(body, out) : decode_q(body, out);
    add_decoded(s, (struct span){p + 2, (size_t)(encoding - p - 2)}, out, len);
    return (size_t)(close + 2 - p);
}

char *header_decode(struct span value, struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    bool was_word = false;
    for (size_t i = 0; i < value.n;) {
        size_t used = add_encoded_word(&s, value.p + i, value.n - i, arena);
        if (used > 0) {
            i += used;
            was_word = true;
            /* blanks between two encoded words do not count: RFC 2047, 6.2 */
            size_t gap = i;
            while (gap < value.n && value.p[gap] == ' ') {
                gap++;
            }
            i = gap + 1 < value.n && value.p[gap] == '=' && value.p[gap + 1] == '?' ? gap : i;
            continue;
        }
        str_add_char(&s, value.p[i++]);
    }
    char *copy = arena_strndup(arena, str_text(&s), s.len);
    if (was_word) {
        char *clean = arena_alloc(arena, s.len + 1);
        (void)inline_clean(copy, strlen(copy), clean);
        return clean;
    }
    return copy;
}
