#include "notifier/mime.h"

#include "net/smtp.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_CHARS 76
#define WORD_OVERHEAD  12 /* =?UTF-8?Q?...?= */
#define WORD_MAX       75 /* RFC 2047 section 2 */
#define LONGEST_TOKEN  60 /* a longer ASCII word is encoded, so that the line can be broken */

/* A header line under construction: knows how full its last line is. */
struct folder {
    struct str *out;
    size_t column;
};

static struct folder folder_start(struct str *out, const char *name)
{
    str_add(out, name);
    str_add_char(out, ':');
    return (struct folder){out, strlen(name) + 1};
}

/* Adds a blank and the token, on a new line when this one is full. */
static void folder_add(struct folder *f, const char *token, size_t n)
{
    if (f->column + 1 + n > LINE_MAX_CHARS && f->column > 1) {
        str_add(f->out, "\r\n");
        f->column = 0;
    }
    str_add_char(f->out, ' ');
    str_add_n(f->out, token, n);
    f->column += 1 + n;
}

static void folder_end(struct folder *f)
{
    str_add(f->out, "\r\n");
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* Line breaks and other controls cannot get into a header: they become blanks, runs become one. */
static void add_clean(struct str *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        char c = is_control(*p) ? ' ' : *p;
        if (c == ' ' && (out->len == 0 || out->data[out->len - 1] == ' ')) {
            continue;
        }
        str_add_char(out, c);
    }
    while (out->len > 0 && out->data[out->len - 1] == ' ') {
        str_truncate(out, out->len - 1);
    }
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, " ");
        longest = n > longest ? n : longest;
        p += n + (p[n] == ' ');
    }
    return longest;
}

static bool is_ascii(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool needs_encoding(const char *text)
{
    return !is_ascii(text) || strstr(text, "=?") != NULL || longest_word(text) > LONGEST_TOKEN;
}

static size_t character_size(const char *p)
{
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return strnlen(p, n);
}

/* The Q encoding of RFC 2047 section 4.2, with the small set that is safe in phrases, too (5.3). */
static size_t q_encode(const char *p, size_t n, char *buf)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == ' ') {
            buf[used++] = '_';
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   (c != '\0' && strchr("!*+-/", c) != NULL)) {
            buf[used++] = (char)c;
        } else {
            buf[used++] = '=';
            buf[used++] = digits[c >> 4];
            buf[used++] = digits[c & 15];
        }
    }
    return used;
}

/* Encoded words of whole characters; readers drop the blanks between neighbours. */
static void add_encoded(struct folder *f, const char *text)
{
    char word[WORD_MAX + 1];
    size_t used = 0;
    size_t room = 0;
    for (const char *p = text; *p != '\0';) {
        char piece[12];
        size_t n = character_size(p);
        size_t len = q_encode(p, n, piece);
        if (used > 0 && used + len > room) {
            used += (size_t)snprintf(word + used, sizeof word - used, "?=");
            folder_add(f, word, used);
            used = 0;
        }
        if (used == 0) {
            used = (size_t)snprintf(word, sizeof word, "=?UTF-8?Q?");
            /* Fill the line that is begun, if that is worth it. */
            size_t left = f->column + 1 < LINE_MAX_CHARS ? LINE_MAX_CHARS - f->column - 1 : 0;
            room = (left >= WORD_OVERHEAD + 12 && left < WORD_MAX ? left : WORD_MAX) - 2;
        }
        memcpy(word + used, piece, len);
        used += len;
        p += n;
    }
    if (used > 0) {
        used += (size_t)snprintf(word + used, sizeof word - used, "?=");
        folder_add(f, word, used);
    }
}

static void add_tokens(struct folder *f, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, " ");
        if (n > 0) {
            folder_add(f, p, n);
        }
        p += n + (p[n] == ' ');
    }
}

void mime_header(struct str *out, const char *name, const char *text)
{
    struct str clean = {0};
    add_clean(&clean, text);
    struct folder f = folder_start(out, name);
    if (needs_encoding(str_text(&clean))) {
        add_encoded(&f, str_text(&clean));
    } else {
        add_tokens(&f, str_text(&clean));
    }
    folder_end(&f);
    str_done(&clean);
}

void mime_header_tokens(struct str *out, const char *name, const char *tokens)
{
    struct folder f = folder_start(out, name);
    add_tokens(&f, tokens);
    folder_end(&f);
}

/* A phrase as a quoted string (RFC 5322 section 3.2.4); its blanks may be folded at. */
static void add_quoted(struct folder *f, const char *text)
{
    struct str quoted = {0};
    str_add_char(&quoted, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            str_add_char(&quoted, '\\');
        }
        str_add_char(&quoted, *p);
    }
    str_add_char(&quoted, '"');
    add_tokens(f, str_text(&quoted));
    str_done(&quoted);
}

static bool is_atoms(const char *text)
{
    static const char atom[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "!#$%&'*+-/=?^_`{|}~ ";
    return text[strspn(text, atom)] == '\0';
}

static void add_phrase(struct folder *f, const char *text)
{
    struct str clean = {0};
    add_clean(&clean, text);
    if (needs_encoding(str_text(&clean))) {
        add_encoded(f, str_text(&clean));
    } else if (is_atoms(str_text(&clean))) {
        add_tokens(f, str_text(&clean));
    } else {
        add_quoted(f, str_text(&clean));
    }
    str_done(&clean);
}

void mime_header_mailbox(struct str *out, const char *header, const char *name, const char *address)
{
    struct folder f = folder_start(out, header);
    struct str angle = {0};
    bool is_bare = name[strspn(name, " ")] == '\0';
    str_printf(&angle, is_bare ? "%s" : "<%s>", address);
    if (!is_bare) {
        add_phrase(&f, name);
    }
    folder_add(&f, str_text(&angle), angle.len);
    folder_end(&f);
    str_done(&angle);
}

void mime_header_group(struct str *out, const char *header, const char *name)
{
    struct folder f = folder_start(out, header);
    add_phrase(&f, name);
    str_add(out, ":;");
    folder_end(&f);
}

void mime_header_list_id(struct str *out, const char *title, const char *id)
{
    struct folder f = folder_start(out, "List-Id");
    struct str angle = {0};
    str_printf(&angle, "<%s>", id);
    if (title[0] != '\0') {
        add_phrase(&f, title);
    }
    folder_add(&f, str_text(&angle), angle.len);
    folder_end(&f);
    str_done(&angle);
}

/* --- bodies --- */

/* How many of the n bytes to the end of the line stand for themselves; a blank at its end does not.
 */
static size_t plain_run(const char *s, size_t n, size_t max)
{
    size_t run = 0;
    for (; run < n && run < max; run++) {
        unsigned char c = (unsigned char)s[run];
        bool is_blank = c == ' ' || c == '\t';
        if ((c < 33 || c > 126 || c == '=') && (!is_blank || run + 1 == n)) {
            break;
        }
    }
    return run;
}

/* One line of quoted-printable (RFC 2045 section 6.7); soft breaks keep characters whole. */
static void add_qp_line(struct str *out, const char *line, size_t n)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t column = 0;
    for (size_t i = 0; i < n;) {
        /* most of most texts, at once; the last place of a line is the soft break's */
        size_t run = plain_run(line + i, n - i,
                               LINE_MAX_CHARS - 1 > column ? LINE_MAX_CHARS - 1 - column : 0);
        if (run > 0) {
            str_add_n(out, line + i, run);
            column += run;
            i += run;
            continue;
        }
        char piece[16];
        size_t used = 0;
        size_t take = character_size(line + i);
        take = take > n - i ? n - i : take;
        for (size_t k = 0; k < take; k++) {
            unsigned char c = (unsigned char)line[i + k];
            bool is_last = i + k + 1 == n;
            if ((c >= 33 && c <= 126 && c != '=') || ((c == ' ' || c == '\t') && !is_last)) {
                piece[used++] = (char)c;
            } else {
                piece[used++] = '=';
                piece[used++] = digits[c >> 4];
                piece[used++] = digits[c & 15];
            }
        }
        bool is_end = i + take == n;
        if (column + used > LINE_MAX_CHARS - (is_end ? 0U : 1U)) {
            str_add(out, "=\r\n");
            column = 0;
        }
        str_add_n(out, piece, used);
        column += used;
        i += take;
    }
    str_add(out, "\r\n");
}

void mime_quoted_printable(struct str *out, const char *text, size_t n)
{
    const char *end = text + n;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const char *next = stop != NULL ? stop + 1 : end;
        size_t len = (size_t)((stop != NULL ? stop : end) - text);
        if (len > 0 && text[len - 1] == '\r') {
            len--;
        }
        add_qp_line(out, text, len);
        text = next;
    }
}

void mime_base64(struct str *out, const char *data, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t column = 0;
    str_reserve(out, n / 3 * 4 + n / 28 + 16); /* with its line breaks */
    for (size_t i = 0; i < n; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)data[i] << 16;
        bits |= i + 1 < n ? (uint32_t)(unsigned char)data[i + 1] << 8 : 0;
        bits |= i + 2 < n ? (uint32_t)(unsigned char)data[i + 2] : 0;
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                        i + 1 < n ? digits[bits >> 6 & 63] : '=',
                        i + 2 < n ? digits[bits & 63] : '='};
        str_add_n(out, four, sizeof four);
        column += sizeof four;
        if (column == LINE_MAX_CHARS) {
            str_add(out, "\r\n");
            column = 0;
        }
    }
    if (column > 0) {
        str_add(out, "\r\n");
    }
}

/* --- reading one mailbox, for settings --- */

int mime_parse_mailbox(const char *text, char *ret_name, char *ret_address, size_t size,
                       struct err *err)
{
    char checked[400];
    const char *open = strrchr(text, '<');
    const char *start = open != NULL ? open + 1 : text;
    const char *close = open != NULL ? strchr(start, '>') : start + strlen(start);
    bool is_tidy = close != NULL && (open == NULL || close[1] == '\0') &&
                   (size_t)(close - start) < size && strlen(text) < size;
    for (const char *p = text; *p != '\0'; p++) {
        is_tidy = is_tidy && !is_control(*p);
    }
    if (!is_tidy) {
        return err_set(err, ERR_INPUT, "not one mail address: %.100s", text);
    }
    (void)snprintf(ret_address, size, "%.*s", (int)(close - start), start);
    if (!smtp_address(ret_address, checked, sizeof checked)) {
        return err_set(err, ERR_INPUT, "not one mail address: %.100s", text);
    }
    size_t n = open != NULL ? (size_t)(open - text) : 0;
    while (n > 0 && text[n - 1] == ' ') {
        n--;
    }
    if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
        text++;
        n -= 2;
    }
    (void)snprintf(ret_name, size, "%.*s", (int)n, text);
    return 0;
}
