/* Mail: header blocks, attributions ("On ..., Jane Doe wrote:"), signatures and list footers. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define HEADER_LINES    60 /* that a header block may have */
#define SIGNATURE_LINES 12
#define VALUE_MAX       1000

/* "Subject: x" -> length of "Subject", 0 = no header. */
static size_t header_name(const struct line *line)
{
    size_t n = 0;
    while (n < 40 && (isalnum((unsigned char)line->text[n]) || line->text[n] == '-')) {
        n++;
    }
    bool is_header = n > 1 && line->text[n] == ':' && line->mark == MARK_NONE &&
                     line->indent == 0 && line->level == 0;
    return is_header ? n : 0;
}

static bool is_header(const struct line *line, const char *name)
{
    size_t n = header_name(line);
    return n > 0 && span_equal_nocase((struct span){line->text, n}, name);
}

static struct span header_value(const struct line *line, size_t name_n)
{
    size_t n = line->len - name_n - 1;
    return span_trim((struct span){line->text + name_n + 1, n < VALUE_MAX ? n : VALUE_MAX});
}

/* "Jane Doe <jane@x>", "jane@x (Jane Doe)", "\"Doe, Jane\" <jane@x>", "Jane Doe @ 2022-01-01". */
static void read_sender(struct doc *doc, struct span value, struct mail *mail)
{
    char *text = header_decode(value, doc->arena);
    char *stamp = strstr(text, " @ 20");
    if (stamp != NULL) {
        *stamp = '\0';
    }
    address_unveil(text);
    struct span name = span_of(text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool is_start = i == 0 || !isalnum((unsigned char)text[i - 1]);
        size_t n = is_start ? address_length(text + i, strlen(text + i)) : 0;
        if (n > 0) {
            mail->from_email = arena_strndup(doc->arena, text + i, n);
            const char *open = strchr(text + i + n, '(');
            name = open == NULL ? (struct span){text, i} : span_of(open + 1);
            break;
        }
    }
    while (name.n > 0 && strchr("<(\"' ", name.p[name.n - 1]) != NULL) {
        name.n--;
    }
    while (name.n > 0 && strchr("\"' ", name.p[0]) != NULL) {
        name.p++;
        name.n--;
    }
    name.n = strcspn(name.p, ")\"<") < name.n ? strcspn(name.p, ")\"<") : name.n;
    const char *comma = memchr(name.p, ',', name.n);
    if (comma != NULL) {
        struct span family = {name.p, (size_t)(comma - name.p)};
        struct span given = span_trim((struct span){comma + 1, name.n - family.n - 1});
        mail->from_name =
            arena_printf(doc->arena, "%.*s %.*s", (int)given.n, given.p, (int)family.n, family.p);
        return;
    }
    mail->from_name = span_dup(name, doc->arena);
}

/* Does a header block start at line i? Returns the line behind it, i = no. */
static size_t header_block_end(const struct doc *doc, size_t i)
{
    bool has_from = false;
    int n_known = 0;
    size_t j = i;
    static const char *const known[] = {
        "Subject", "Date", "To", "Cc", "Message-ID", "Sent", "Reply-To", "List-Id", "In-Reply-To"};
    for (; j < doc->n && j - i < HEADER_LINES; j++) {
        const struct line *line = &doc->lines[j];
        bool is_new = j > i && (line->flags & LINE_AFTER_BLANK) != 0;
        bool is_folded = j > i && line->indent > 0;
        if (is_new || line->quote != doc->lines[i].quote ||
            (header_name(line) == 0 && !is_folded)) {
            break;
        }
        has_from = has_from || is_header(line, "From");
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            n_known += is_header(line, known[k]) ? 1 : 0;
        }
    }
    return has_from && n_known > 0 ? j : i;
}

static void read_headers(struct doc *doc, size_t first, size_t end)
{
    struct mail *mail = vec_add(doc->arena, &doc->mails);
    *mail = (struct mail){.line = first, .from_name = "", .from_email = "", .subject = ""};
    for (size_t i = first; i < end; i++) {
        struct line *line = &doc->lines[i];
        line->flags = (uint16_t)(line->flags | LINE_SKIP);
        if (is_header(line, "From")) {
            read_sender(doc, header_value(line, 4), mail);
        } else if (is_header(line, "Subject")) {
            struct span value = header_value(line, 7);
            const char *more =
                i + 1 < end && header_name(&doc->lines[i + 1]) == 0 ? doc->lines[i + 1].text : "";
            char *whole = arena_printf(doc->arena, "%.*s %.300s", (int)value.n, value.p, more);
            mail->subject = header_decode(span_trim(span_of(whole)), doc->arena);
        }
    }
}

/* "On Mon, 3 Jan 2022, Jane Doe <jane@x> wrote:" on one line, or with "wrote:" on the next. */
static bool read_attribution(struct doc *doc, size_t i)
{
    struct line *line = &doc->lines[i];
    if (line->len > 250 || line->len < 10) {
        return false;
    }
    struct line *next = i + 1 < doc->n ? &doc->lines[i + 1] : NULL;
    bool ends = str_equal(line->text + line->len - 6, "wrote:");
    bool wraps = !ends && str_starts(line->text, "On ") && next != NULL && next->len >= 6 &&
                 next->len < 120 && str_equal(next->text + next->len - 6, "wrote:");
    bool is_quoted_next = next != NULL && (wraps || next->quote > line->quote);
    if ((!ends && !wraps) || !is_quoted_next) {
        return false;
    }
    char *text = wraps ? arena_printf(doc->arena, "%s %s", line->text, next->text)
                       : arena_strdup(doc->arena, line->text);
    text[strlen(text) - 6] = '\0';
    /* behind the time, or the whole: "Jane Doe <jane@x> wrote:" */
    char *name = text;
    for (size_t k = 0; text[k] != '\0'; k++) {
        bool is_time = isdigit((unsigned char)text[k]);
        name = is_time ? text + k + 1 : name;
        if (text[k] == '<') {
            break;
        }
    }
    name += strspn(name, " ,0123456789:+-AMP");
    struct mail *mail = vec_add(doc->arena, &doc->mails);
    *mail = (struct mail){.line = i, .from_name = "", .from_email = "", .subject = NULL};
    read_sender(doc, span_trim((struct span){name, strnlen(name, VALUE_MAX)}), mail);
    line->flags = (uint16_t)(line->flags | (LINE_SKIP | LINE_ATTRIBUTION));
    if (wraps) {
        next->flags = (uint16_t)(next->flags | LINE_SKIP);
    }
    return true;
}

static size_t skip_signature(struct doc *doc, size_t i)
{
    size_t j = i;
    for (; j < doc->n && j - i < SIGNATURE_LINES; j++) {
        struct line *line = &doc->lines[j];
        bool is_next = j > i && (header_block_end(doc, j) > j || str_starts(line->text, "From ") ||
                                 line->level > 0);
        if (is_next || line->quote != doc->lines[i].quote) {
            break;
        }
        line->flags = (uint16_t)(line->flags | LINE_SKIP);
    }
    return j;
}

/* "_____" above what a list adds. */
static bool is_footer(const struct doc *doc, size_t i)
{
    const struct line *line = &doc->lines[i];
    return (line->flags & LINE_RULE) != 0 && line->len > 20 && line->text[0] == '_';
}

static bool is_signature(const struct doc *doc, size_t i)
{
    return str_equal(doc->lines[i].text, "--") && doc->lines[i].mark == MARK_NONE;
}

/* "---------- Forwarded message ---------", "-----Original Message-----" */
static bool is_forward(const struct line *line)
{
    return line->len > 10 && line->len < 80 && strncmp(line->text, "---", 3) == 0 &&
           (strcasestr(line->text, "forwarded message") != NULL ||
            strcasestr(line->text, "original message") != NULL);
}

void mails_find(struct doc *doc)
{
    for (size_t i = 0; i < doc->n;) {
        struct line *line = &doc->lines[i];
        bool is_start = i == 0 || (line->flags & LINE_AFTER_BLANK) != 0 ||
                        doc->lines[i - 1].quote != line->quote ||
                        (doc->lines[i - 1].flags & (LINE_SKIP | LINE_RULE)) != 0 ||
                        is_forward(&doc->lines[i - 1]);
        if (is_start && str_starts(line->text, "From ") && line->len < 200 && i + 1 < doc->n &&
            header_block_end(doc, i + 1) > i + 1) {
            line->flags = (uint16_t)(line->flags | LINE_SKIP);
            i++;
            continue;
        }
        size_t end = is_start ? header_block_end(doc, i) : i;
        if (end > i) {
            read_headers(doc, i, end);
            i = end;
        } else if (is_signature(doc, i) || is_footer(doc, i)) {
            i = doc->mails.n > 0 ? skip_signature(doc, i) : i + 1;
        } else {
            (void)read_attribution(doc, i);
            i++;
        }
    }
}

bool mail_author(const struct doc *doc, size_t i, struct span *ret_name, struct span *ret_email)
{
    const struct line *line = &doc->lines[i];
    size_t low = 0;
    size_t high = doc->mails.n;
    while (low < high) { /* the last mail that starts at or before i */
        size_t mid = low + (high - low) / 2;
        if (doc->mails.items[mid].line <= i) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (size_t steps = 0; low > 0 && steps < 100; steps++) {
        const struct mail *mail = &doc->mails.items[--low];
        const struct line *head = &doc->lines[mail->line];
        bool is_attribution = mail->subject == NULL;
        if (head->quote + (is_attribution ? 1 : 0) == line->quote && mail->from_name[0] != '\0') {
            *ret_name = span_of(mail->from_name);
            *ret_email = span_of(mail->from_email);
            return true;
        }
        if (!is_attribution && head->quote == 0) {
            return false;
        }
    }
    return false;
}
