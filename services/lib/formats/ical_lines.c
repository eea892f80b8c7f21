#include "formats/ical_lines.h"

#include <string.h>

#define MAX_DEPTH 6 /* VCALENDAR > VEVENT > VALARM is three */
#define MAX_LINES 2000000

/* Fills *out and the lines of the events. */
static int unfold(const struct build *b, struct ical_lines *lines, struct str *out)
{
    const struct format_input *in = b->in;
    size_t skip =
        memcmp(in->text, "\xef\xbb\xbf", in->len < 3 ? 0 : 3) == 0 && in->len >= 3 ? 3 : 0;
    const char *end = in->text + in->len;
    int line = 1;
    for (const char *p = in->text + skip; p < end; line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        const char *next = stop == NULL ? end : stop + 1;
        size_t n = (size_t)((stop == NULL ? end : stop) - p);
        while (n > 0 && p[n - 1] == '\r') {
            n--;
        }
        bool is_folded = n > 0 && (p[0] == ' ' || p[0] == '\t') && out->len > 0;
        if (!is_folded && out->len > 0) {
            str_add_char(out, '\n');
        }
        if (!is_folded && n >= 12 && strncasecmp(p, "BEGIN:VEVENT", 12) == 0) {
            *vec_add(b->arena, &lines->events) = line;
        }
        if (line > MAX_LINES) {
            return build_limit(b, "", "lines", MAX_LINES);
        }
        if (memchr(p, '\0', n) != NULL) {
            return build_fail(b, build_line(b, line), "a NUL byte");
        }
        str_add_n(out, p + is_folded, n - is_folded);
        p = next;
    }
    str_add_char(out, '\n');
    return 0;
}

static int line_of_offset(const struct format_input *in, const char *unfolded, size_t offset)
{
    /* The logical line's number is found by counting the physical lines that begin one. */
    size_t logical = 0;
    for (size_t i = 0; i < offset; i++) {
        logical += unfolded[i] == '\n';
    }
    int line = 0;
    const char *p = in->text;
    const char *end = in->text + in->len;
    for (size_t seen = 0; p < end; p++) {
        line++;
        seen += *p != ' ' && *p != '\t';
        if (seen > logical) {
            break;
        }
        p = memchr(p, '\n', (size_t)(end - p));
        if (p == NULL) {
            break;
        }
    }
    return line > 0 ? line : 1;
}

static int check_text(const struct build *b, const struct ical_lines *lines, const struct str *text)
{
    size_t bad = 0;
    if (!utf8_is_valid(text->data, text->len, &bad)) {
        return build_fail(b, build_line(b, line_of_offset(b->in, text->data, bad)),
                          "this is not UTF-8 text");
    }
    int depth = 0;
    for (const char *p = text->data; *p != '\0';) {
        size_t n = strcspn(p, "\n");
        if (strncasecmp(p, "BEGIN:", 6) == 0 && ++depth > MAX_DEPTH) {
            return build_fail(
                b, build_line(b, line_of_offset(b->in, text->data, (size_t)(p - text->data))),
                "components are nested more than %d deep", MAX_DEPTH);
        }
        if (strncasecmp(p, "END:", 4) == 0 && --depth < 0) {
            return build_fail(
                b, build_line(b, line_of_offset(b->in, text->data, (size_t)(p - text->data))),
                "an END without its BEGIN");
        }
        p += n + (p[n] == '\n');
    }
    if (depth > 0) {
        return build_fail(b, build_line(b, line_of_offset(b->in, text->data, text->len)),
                          "the calendar is cut off: a BEGIN has no END");
    }
    if (lines->events.n > FORMAT_MAX_SESSIONS) {
        return build_limit(b, "", "events", FORMAT_MAX_SESSIONS);
    }
    return 0;
}

int ical_lines_read(const struct build *b, struct ical_lines *lines, struct str *out)
{
    int r = unfold(b, lines, out);
    return r < 0 ? r : check_text(b, lines, out);
}
