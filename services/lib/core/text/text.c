#include "core/text.h"

#include "base/str.h"
#include "core/text/letters.h"
#include "core/text/tables.h"

#include <ctype.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define PARTS_MAX 6 /* of a compound; what is longer is a path or a list, and read as words */

/* One word while it is read: its parts are folded one behind the other in buf. */
struct chunk {
    char buf[TEXT_WORD_MAX * 2];
    size_t len;
    struct {
        size_t at;
        size_t len;
        uint32_t start;
        uint32_t end;
        bool is_number;
    } parts[PARTS_MAX];
    int n_parts;
    int n_capitals;
    int n_lower; /* in a row at the end */
    int n_letters;
    int n_digits;
    bool is_too_long;
};

struct reader {
    const char *text;
    size_t len;
    size_t at;
    size_t max_tokens;
    uint32_t position;
    bool is_break;
    struct arena *arena;
    struct text_tokens *ret;
    struct chunk chunk;
};

static UChar32 char_at(const struct reader *r, size_t at, size_t *ret_next)
{
    if (at >= r->len) {
        *ret_next = at;
        return -1;
    }
    unsigned char first = (unsigned char)r->text[at];
    if (first < 0x80) {
        *ret_next = at + 1;
        return first;
    }
    int32_t i = 0;
    size_t left = r->len - at;
    int32_t n = left > 8 ? 8 : (int32_t)left;
    const uint8_t *s = (const uint8_t *)r->text + at;
    UChar32 c;
    U8_NEXT(s, i, n, c);
    *ret_next = at + (size_t)i;
    return c;
}

static void put_char(struct chunk *chunk, UChar32 point)
{
    uint32_t c = (uint32_t)point;
    uint8_t bytes[4];
    int32_t n = 0;
    U8_APPEND_UNSAFE(bytes, n, c);
    if (chunk->len + (size_t)n >= sizeof chunk->buf) {
        chunk->is_too_long = true;
        return;
    }
    memcpy(chunk->buf + chunk->len, bytes, (size_t)n);
    chunk->len += (size_t)n;
}

static void fold_wide(struct chunk *chunk, UChar32 c)
{
    UChar32 letters[LETTER_FOLDS];
    int n = letter_fold(c, letters);
    for (int i = 0; i < n; i++) {
        put_char(chunk, letters[i]);
    }
}

static void fold_char(struct chunk *chunk, UChar32 c)
{
    if (c < 0x80) {
        bool is_upper = isupper((int)c) != 0;
        chunk->n_capitals += is_upper;
        chunk->n_letters += isalpha((int)c) != 0;
        chunk->n_digits += isdigit((int)c) != 0;
        chunk->n_lower = islower((int)c) ? chunk->n_lower + 1 : 0;
        put_char(chunk, tolower((int)c));
        return;
    }
    chunk->n_capitals += u_isupper(c) ? 1 : 0;
    chunk->n_letters += u_isalpha(c) ? 1 : 0;
    chunk->n_lower = u_islower(c) ? chunk->n_lower + 1 : 0;
    if (c == 0xdf) {
        put_char(chunk, 's');
        put_char(chunk, 's');
    } else if (c == 0xe6 || c == 0xc6) {
        put_char(chunk, 'a');
        put_char(chunk, 'e');
    } else {
        fold_wide(chunk, c);
    }
}

static bool can_add(const struct reader *r)
{
    return r->max_tokens == 0 || r->ret->items.n < r->max_tokens;
}

static void add_token(struct reader *r, const char *fold, size_t len, enum text_kind kind,
                      size_t start, size_t end)
{
    if (len == 0 || len > TEXT_WORD_MAX || !can_add(r)) {
        return;
    }
    struct text_token *token = vec_add(r->arena, &r->ret->items);
    token->fold = arena_strndup(r->arena, fold, len);
    token->start = (uint32_t)start;
    token->end = (uint32_t)end;
    token->position = r->position;
    token->kind = kind;
    token->starts_break = r->is_break;
    const struct chunk *chunk = &r->chunk;
    token->is_acronym = chunk->n_capitals >= 2 || (chunk->n_digits > 0 && chunk->n_letters > 0);
    token->is_stop = kind != TEXT_WHOLE && !token->is_acronym && text_is_stop(token->fold);
    r->is_break = false;
}

static bool is_hash(const char *fold, size_t len)
{
    return len >= 12 && strspn(fold, "0123456789abcdef") >= len &&
           strcspn(fold, "0123456789") < len;
}

static void flush_single(struct reader *r)
{
    struct chunk *chunk = &r->chunk;
    size_t len = chunk->parts[0].len;
    /* "VMs", "GPUs": the plural of an acronym, which stemmers do not know for what it is. */
    bool is_plural = chunk->n_capitals >= 2 && chunk->n_lower == 1 && len > 2 &&
                     chunk->n_digits == 0 && chunk->buf[len - 1] == 's';
    if (!is_hash(chunk->buf, len)) {
        add_token(r, chunk->buf, is_plural ? len - 1 : len, TEXT_WORD, chunk->parts[0].start,
                  chunk->parts[0].end);
    }
    r->position++;
}

static void flush_compound(struct reader *r)
{
    struct chunk *chunk = &r->chunk;
    int last = chunk->n_parts - 1;
    add_token(r, chunk->buf, chunk->len, TEXT_WHOLE, chunk->parts[0].start, chunk->parts[last].end);
    for (int i = 0; i <= last; i++) {
        if (chunk->parts[i].len > 1 && !chunk->parts[i].is_number) {
            add_token(r, chunk->buf + chunk->parts[i].at, chunk->parts[i].len, TEXT_PART,
                      chunk->parts[i].start, chunk->parts[i].end);
        }
        r->position++;
    }
}

static void close_part(struct chunk *chunk, size_t from, size_t start, size_t end, bool is_number)
{
    if (chunk->len == from || chunk->n_parts == PARTS_MAX) {
        return;
    }
    int i = chunk->n_parts++;
    chunk->parts[i].at = from;
    chunk->parts[i].len = chunk->len - from;
    chunk->parts[i].start = (uint32_t)start;
    chunk->parts[i].end = (uint32_t)end;
    chunk->parts[i].is_number = is_number;
}

static bool is_apostrophe(UChar32 c)
{
    return c == '\'' || c == 0x2019;
}

/* Does c join the words on both sides of it into one? */
static bool is_joiner(const struct reader *r, UChar32 c, size_t next, size_t part_len)
{
    size_t behind;
    UChar32 following = char_at(r, next, &behind);
    if (!is_word_char(following)) {
        return false;
    }
    if (c == '_' || c == '-' || c == '.' || c == 0x2010 || c == 0x2011 || is_apostrophe(c)) {
        return true;
    }
    if (c != '/' || part_len > 2) {
        return false;
    }
    /* "I/O", "C/R": short on both sides */
    size_t after;
    return !is_word_char(char_at(r, behind, &after));
}

/* "C++", "g++", "C#": the signs belong to the word. */
static void take_signs(struct reader *r, size_t part_from)
{
    struct chunk *chunk = &r->chunk;
    size_t part_len = chunk->len - part_from;
    if (part_len == 0 || part_len > 3) {
        return;
    }
    if (r->len - r->at >= 2 && memcmp(r->text + r->at, "++", 2) == 0) {
        put_char(chunk, '+');
        put_char(chunk, '+');
        r->at += 2;
    } else if (part_len == 1 && r->at < r->len && r->text[r->at] == '#') {
        put_char(chunk, '#');
        r->at += 1;
    }
}

/* The letters of one part; returns its first byte in the fold buffer. */
static void read_part(struct reader *r, bool *ret_is_number)
{
    bool is_number = true;
    size_t from = r->chunk.len;
    for (;;) {
        size_t next;
        UChar32 c = char_at(r, r->at, &next);
        if (is_ignored(c)) {
            r->at = next;
            continue;
        }
        if (!is_word_char(c) || is_pairwise_script(c)) {
            break;
        }
        is_number = is_number && u_isdigit(c);
        fold_char(&r->chunk, c);
        r->at = next;
    }
    take_signs(r, from);
    *ret_is_number = is_number;
}

/* The tail behind an apostrophe that is grammar: 's, 't, 're, 'll. */
static void skip_clitic(struct reader *r)
{
    size_t at = r->at;
    for (int n = 0; n < 3; n++) {
        size_t next;
        UChar32 c = char_at(r, at, &next);
        if (!is_word_char(c)) {
            r->at = at;
            return;
        }
        at = next;
    }
}

static void skip_to_blank(struct reader *r)
{
    while (r->at < r->len && !isspace((unsigned char)r->text[r->at]) &&
           strchr("<>\"()[]", r->text[r->at]) == NULL) {
        r->at++;
    }
}

static bool starts_url(const struct reader *r)
{
    static const char *const heads[] = {"http://", "https://", "www.", "ftp://", "mailto:"};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        size_t n = strlen(heads[i]);
        if (r->len - r->at > n && strncasecmp(r->text + r->at, heads[i], n) == 0) {
            return true;
        }
    }
    return false;
}

static void read_chunk(struct reader *r)
{
    struct chunk *chunk = &r->chunk;
    memset(chunk, 0, sizeof *chunk);
    if (starts_url(r)) {
        skip_to_blank(r);
        r->is_break = true;
        return;
    }
    for (;;) {
        size_t from = chunk->len;
        size_t start = r->at;
        bool is_number;
        read_part(r, &is_number);
        close_part(chunk, from, start, r->at, is_number);
        size_t next;
        UChar32 c = char_at(r, r->at, &next);
        if (!is_joiner(r, c, next, chunk->len - from)) {
            break;
        }
        r->at = next;
        if (is_apostrophe(c)) {
            skip_clitic(r);
        }
    }
    size_t next;
    if (r->at < r->len && r->text[r->at] == '@' && is_word_char(char_at(r, r->at + 1, &next))) {
        skip_to_blank(r); /* an e-mail address or a Matrix id */
        r->is_break = true;
        return;
    }
    if (chunk->n_parts == 0 || chunk->is_too_long) {
        return;
    }
    if (chunk->n_parts == 1) {
        flush_single(r);
    } else {
        flush_compound(r);
    }
}

/* Scripts without blanks: each pair of neighbours is a word, a lone character too. */
static void read_pairs(struct reader *r)
{
    size_t previous = r->at;
    size_t from = 0;
    int n = 0;
    memset(&r->chunk, 0, sizeof r->chunk);
    for (;;) {
        size_t next;
        UChar32 c = char_at(r, r->at, &next);
        if (!is_word_char(c) || !is_pairwise_script(c)) {
            break;
        }
        size_t before = r->chunk.len;
        fold_wide(&r->chunk, c);
        if (n > 0) {
            add_token(r, r->chunk.buf + from, r->chunk.len - from, TEXT_WORD, previous, next);
            r->position++;
            memmove(r->chunk.buf, r->chunk.buf + before, r->chunk.len - before);
            r->chunk.len -= before;
        }
        from = 0;
        previous = r->at;
        r->at = next;
        n++;
    }
    if (n == 1) {
        add_token(r, r->chunk.buf, r->chunk.len, TEXT_WORD, previous, r->at);
        r->position++;
    }
}

static bool breaks_phrase(UChar32 c)
{
    return c < 0 || strchr("\n\r.,;:!?()[]{}|\"*<>", (int)(c < 0x80 ? c : '*')) != NULL;
}

void text_read(const char *text, size_t len, size_t max_tokens, struct arena *arena,
               struct text_tokens *ret)
{
    struct reader r = {.text = text,
                       .len = len > UINT32_MAX ? UINT32_MAX : len,
                       .max_tokens = max_tokens,
                       .is_break = true,
                       .arena = arena,
                       .ret = ret};
    while (r.at < r.len && can_add(&r)) {
        size_t next;
        UChar32 c = char_at(&r, r.at, &next);
        if (is_word_char(c)) {
            if (is_pairwise_script(c)) {
                read_pairs(&r);
            } else {
                read_chunk(&r);
            }
            continue;
        }
        r.is_break = r.is_break || (breaks_phrase(c) && !is_ignored(c));
        r.at = next;
    }
}

const char *text_fold(const char *text, struct arena *arena)
{
    struct text_tokens tokens = {0};
    text_read(text, strlen(text), 0, arena, &tokens);
    struct str out = {0};
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        if (token->kind == TEXT_PART) {
            continue;
        }
        if (out.len > 0) {
            str_add_char(&out, ' ');
        }
        str_add(&out, token->fold);
    }
    const char *fold = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return fold;
}
