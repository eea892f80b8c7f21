/* Mail bodies in quoted-printable and base64 (RFC 2045), also in parts of a multipart mail, before
 * anything else reads the text. Each line of the result remembers where it came from. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <string.h>

#define BOUNDARIES   16 /* of one file that are kept */
#define BOUNDARY_MAX 70 /* letters, RFC 2046 */

enum encoding { ENCODING_NONE, ENCODING_QUOTED, ENCODING_BASE64 };

struct boundary {
    char text[BOUNDARY_MAX + 1];
    size_t n;
};

struct decoder {
    struct arena *arena;
    struct str out;
    VEC(uint32_t) origin; /* of each line of out */
    struct boundary boundaries[BOUNDARIES];
    size_t n_boundaries;
    enum encoding announced; /* by the header block that is being read */
    bool is_text;            /* what it announces can be read */
    enum encoding encoding;  /* of the body that is being read */
    size_t body;             /* where it begins in out */
    uint32_t bits;           /* of base64, not given out yet */
    int n_bits;
    bool is_glued; /* the last line ended in a soft break */
    uint32_t line; /* of the text, 1-based */
};

static void put(struct decoder *d, char c)
{
    if (d->is_glued || d->out.len == 0 || d->out.data[d->out.len - 1] == '\n') {
        if (!d->is_glued) {
            *vec_add(d->arena, &d->origin) = d->line;
        }
        d->is_glued = false;
    }
    str_add_char(&d->out, c == '\0' ? ' ' : c);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static void put_quoted(struct decoder *d, struct span line)
{
    size_t n = line.n;
    while (n > 0 && (line.p[n - 1] == ' ' || line.p[n - 1] == '\t' || line.p[n - 1] == '\r')) {
        n--;
    }
    bool is_soft = n > 0 && line.p[n - 1] == '=';
    n -= is_soft ? 1 : 0;
    for (size_t i = 0; i < n; i++) {
        int high = i + 2 < n && line.p[i] == '=' ? hex_digit(line.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(line.p[i + 2]) : -1;
        char c = line.p[i];
        if (low >= 0) {
            c = (char)(high << 4 | low);
            i += 2;
        }
        put(d, c);
    }
    if (!is_soft) {
        put(d, '\n');
    }
    d->is_glued = is_soft && d->out.len > d->body && d->out.data[d->out.len - 1] != '\n';
}

static int base64_digit(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static bool is_base64(struct span line)
{
    struct span s = span_trim(line);
    for (size_t i = 0; i < s.n; i++) {
        if (base64_digit(s.p[i]) < 0 && !(s.p[i] == '=' && i + 2 >= s.n)) {
            return false;
        }
    }
    return true;
}

static void put_base64(struct decoder *d, struct span line)
{
    for (size_t i = 0; i < line.n; i++) {
        int digit = base64_digit(line.p[i]);
        if (digit < 0) {
            continue;
        }
        d->bits = (d->bits << 6 | (uint32_t)digit) & 0xFFFFFF;
        d->n_bits += 6;
        if (d->n_bits >= 8) {
            d->n_bits -= 8;
            char c = (char)(d->bits >> d->n_bits & 0xFF);
            if (c != '\r') {
                put(d, c);
            }
        }
    }
}

static void put_plain(struct decoder *d, struct span line)
{
    for (size_t i = 0; i < line.n; i++) {
        put(d, line.p[i]);
    }
    put(d, '\n');
}

/* What is no UTF-8 is taken for Latin-1: old mails are. */
static void body_end(struct decoder *d)
{
    if (d->encoding == ENCODING_NONE) {
        return;
    }
    d->encoding = ENCODING_NONE;
    if (d->out.len > d->body && d->out.data[d->out.len - 1] != '\n') {
        d->is_glued = false;
        str_add_char(&d->out, '\n');
    }
    size_t n = d->out.len - d->body;
    if (n == 0 || utf8_is_valid(d->out.data + d->body, n, NULL)) {
        return;
    }
    CLEANUP(str_done) struct str latin = {0};
    str_add_n(&latin, d->out.data + d->body, n);
    str_truncate(&d->out, d->body);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)latin.data[i];
        if (c >= 0x80) {
            str_add_char(&d->out, (char)(0xC0 | c >> 6));
            c = 0x80 | (c & 0x3F);
        }
        str_add_char(&d->out, (char)c);
    }
}

static bool is_boundary(const struct decoder *d, struct span line)
{
    if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-') {
        return false;
    }
    for (size_t i = 0; i < d->n_boundaries; i++) {
        const struct boundary *b = &d->boundaries[i];
        if (line.n >= b->n + 2 && memcmp(line.p + 2, b->text, b->n) == 0) {
            return true;
        }
    }
    return false;
}

/* Where `word` stands in the line, in any case; line.n = nowhere. */
static size_t find_nocase(struct span line, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= line.n; i++) {
        size_t k = 0;
        while (k < n && (line.p[i + k] | 0x20) == (word[k] | 0x20)) {
            k++;
        }
        if (k == n) {
            return i;
        }
    }
    return line.n;
}

static void note_boundary(struct decoder *d, struct span line)
{
    size_t at = find_nocase(line, "boundary=");
    if (at == line.n || d->n_boundaries == BOUNDARIES) {
        return;
    }
    at += strlen("boundary=");
    bool is_quoted = at < line.n && line.p[at] == '"';
    at += is_quoted ? 1 : 0;
    struct boundary *b = &d->boundaries[d->n_boundaries];
    b->n = 0;
    while (at < line.n && b->n < BOUNDARY_MAX && line.p[at] != '"' &&
           (is_quoted || (line.p[at] != ';' && line.p[at] != ' ' && line.p[at] != '\r'))) {
        b->text[b->n++] = line.p[at++];
    }
    d->n_boundaries += b->n > 0 ? 1 : 0;
}

static void read_header(struct decoder *d, struct span line)
{
    static const char transfer[] = "content-transfer-encoding:";
    static const char type[] = "content-type:";
    if (line.n < 200) {
        note_boundary(d, line);
    }
    if (find_nocase((struct span){line.p, line.n < 26 ? line.n : 26}, transfer) == 0) {
        struct span value = {line.p + sizeof transfer - 1, line.n - (sizeof transfer - 1)};
        d->announced = find_nocase(value, "quoted-printable") < value.n ? ENCODING_QUOTED
                       : find_nocase(value, "base64") < value.n         ? ENCODING_BASE64
                                                                        : ENCODING_NONE;
    } else if (find_nocase((struct span){line.p, line.n < 13 ? line.n : 13}, type) == 0) {
        struct span value = {line.p + sizeof type - 1, line.n - (sizeof type - 1)};
        d->is_text = find_nocase(value, "text/") < value.n;
    }
}

static void read_line(struct decoder *d, struct span line)
{
    bool is_new_mail = line.n > 5 && memcmp(line.p, "From ", 5) == 0;
    if (d->encoding != ENCODING_NONE &&
        (is_boundary(d, line) || (is_new_mail && d->encoding == ENCODING_QUOTED) ||
         (d->encoding == ENCODING_BASE64 && !is_base64(line)))) {
        body_end(d);
    }
    switch (d->encoding) {
    case ENCODING_QUOTED: put_quoted(d, line); return;
    case ENCODING_BASE64: put_base64(d, line); return;
    case ENCODING_NONE: break;
    }
    put_plain(d, line);
    if (span_trim(line).n > 0) {
        read_header(d, line);
        return;
    }
    if (d->announced != ENCODING_NONE && d->is_text) {
        d->encoding = d->announced;
        d->body = d->out.len;
        d->bits = 0;
        d->n_bits = 0;
    }
    d->announced = ENCODING_NONE;
    d->is_text = true;
}

const uint32_t *bodies_decode(const char **text, size_t *len, struct arena *arena)
{
    if (*len == 0 || memmem(*text, *len, "ransfer-", strlen("ransfer-")) == NULL) {
        return NULL;
    }
    struct decoder d = {.arena = arena, .is_text = true};
    for (size_t at = 0; at < *len;) {
        const char *start = *text + at;
        const char *end = memchr(start, '\n', *len - at);
        size_t n = end == NULL ? *len - at : (size_t)(end - start);
        d.line++;
        read_line(&d, (struct span){start, n});
        at += n + 1;
    }
    body_end(&d);
    *vec_add(arena, &d.origin) = d.line; /* of what an end without a line feed may add */
    *len = d.out.len;
    *text = arena_strndup(arena, str_text(&d.out), d.out.len);
    str_done(&d.out);
    return d.origin.items;
}
