/* Headings: does a line begin a list of people, with the list behind a colon or dash or below? */
#include "core/extract/parts.h"

#include <ctype.h>
#include <string.h>

#define INSIDE_MAX ((size_t)4000) /* bytes of a line that are searched for further roles */

/* Offset of the colon (or dash) that ends a heading; s.n = none. */
static size_t colon_at(struct span s)
{
    int depth = 0;
    size_t max = s.n < ROLE_PHRASE_MAX + 10 ? s.n : ROLE_PHRASE_MAX + 10;
    for (size_t i = 0; i < max; i++) {
        char c = s.p[i];
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        bool is_end = i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\t';
        if (depth <= 0 && c == ':' && (is_end || (i > 0 && s.p[i + 1] != '/'))) {
            return i;
        }
    }
    return s.n;
}

/* "Leads - A, B": a dash in place of the colon. */
static size_t dash_at(struct span s, size_t *ret_len)
{
    static const char *const dashes[] = {" - ", " – ", " — ", " -- ", " = ", "\t", " => "};
    size_t max = s.n < ROLE_PHRASE_MAX ? s.n : ROLE_PHRASE_MAX;
    for (size_t at = 0; at < max; at++) {
        bool is_dash = s.p[at] == '\t' ||
                       (s.p[at] == ' ' && at + 1 < s.n && !isalnum((unsigned char)s.p[at + 1]));
        for (size_t i = 0; is_dash && i < sizeof dashes / sizeof dashes[0]; i++) {
            size_t n = strlen(dashes[i]);
            if (s.n - at >= n && memcmp(s.p + at, dashes[i], n) == 0) {
                *ret_len = n;
                return at;
            }
        }
    }
    return s.n;
}

bool role_heading(const struct line *line, struct role_phrase *ret)
{
    if ((line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE | LINE_NO_ROLE)) != 0) {
        return false;
    }
    struct span s = {line->text, line->len};
    size_t colon = colon_at(s);
    struct role_phrase found = {0};
    if (colon < s.n) {
        if (!role_classify((struct span){s.p, colon}, true, &found)) {
            return false;
        }
        found.used = colon + 1;
        found.has_colon = true;
        *ret = found;
        return true;
    }
    bool is_marked = line->level > 0 || (line->flags & LINE_BOLD) != 0;
    char last = s.n > 0 ? s.p[s.n - 1] : '.';
    if (role_classify(s, is_marked, &found) && last != '.' && last != ',' && last != ';') {
        found.used = s.n;
        *ret = found;
        return true;
    }
    size_t len = 0;
    size_t dash = dash_at(s, &len);
    if (dash == s.n || !role_classify((struct span){s.p, dash}, false, &found)) {
        return false;
    }
    found.used = dash + len;
    found.has_colon = true;
    *ret = found;
    return true;
}

/* Start of the segment that ends at s.p[colon], behind a dash, semicolon, bar or full stop; s.n =
 * it is not cut off from what stands before it. */
static size_t segment_start(struct span s, size_t from, size_t colon)
{
    static const char *const cuts[] = {" - ", " – ", " — ", " -- ", "; ", ". ", " | ", " / "};
    size_t low = colon - from > ROLE_PHRASE_MAX ? colon - ROLE_PHRASE_MAX : from;
    for (size_t i = colon; i-- > low;) {
        for (size_t k = 0; k < sizeof cuts / sizeof cuts[0]; k++) {
            size_t n = strlen(cuts[k]);
            if (colon - i > n && memcmp(s.p + i, cuts[k], n) == 0) {
                return i + n;
            }
        }
    }
    return s.n;
}

bool role_inside(const struct line *line, size_t from, size_t *ret_end, struct role_phrase *ret)
{
    struct span s = {line->text, line->len < INSIDE_MAX ? line->len : INSIDE_MAX};
    for (size_t i = from; i + 1 < s.n; i++) {
        if (s.p[i] != ':' || s.p[i + 1] != ' ') {
            continue;
        }
        size_t start = segment_start(s, from, i);
        if (start < i && role_classify((struct span){s.p + start, i - start}, true, ret)) {
            ret->has_colon = true;
            ret->used = i + 1;
            *ret_end = start;
            return true;
        }
    }
    return false;
}
