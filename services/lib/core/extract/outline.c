/* Outlines: bullets or numbers of the outermost level, each a microconference with what hangs
 * below. */
#include "core/extract/tracks.h"

static bool is_outer(const struct line *line, const struct outline *o)
{
    return line->mark == o->mark && line->indent == o->indent && !line_is_skipped(line);
}

/* The first of the outermost bullets. */
static bool outline_outermost(const struct doc *doc, size_t first, size_t end, enum line_mark mark,
                              struct outline *ret)
{
    unsigned indent = UINT16_MAX + 1U;
    for (size_t i = first; i < end; i++) {
        const struct line *line = &doc->lines[i];
        if (line->mark == mark && line->indent < indent && !line_is_skipped(line)) {
            indent = line->indent;
            *ret = (struct outline){i, indent, mark};
        }
    }
    return indent <= UINT16_MAX;
}

struct outline_counts {
    size_t n_outer;
    size_t n_bodies;   /* outer bullets with something below */
    size_t n_evidence; /* and with a role or "MC" in it */
};

/* False when a line stands outside of every bullet, or a bullet is a role. */
static bool outline_count(const struct doc *doc, size_t end, const struct outline *o,
                          struct outline_counts *ret)
{
    bool has_body = false;
    bool has_evidence = false;
    for (size_t i = o->first; i < end; i++) {
        const struct line *line = &doc->lines[i];
        if (line_is_skipped(line)) {
            continue;
        }
        bool is_new = is_outer(line, o);
        bool is_role = line_is_role(line);
        if ((is_new && is_role) || (!is_new && line->indent <= o->indent)) {
            return false;
        }
        has_evidence = has_evidence && !is_new;
        ret->n_outer += is_new ? 1 : 0;
        ret->n_bodies += !is_new && !has_body ? 1 : 0;
        has_body = !is_new;
        if (!has_evidence && (is_role || (line->flags & LINE_NAMES_MC) != 0)) {
            has_evidence = true;
            ret->n_evidence++;
        }
    }
    return true;
}

bool outline_find(const struct doc *doc, size_t first, size_t end, enum line_mark mark,
                  struct outline *ret)
{
    if (!outline_outermost(doc, first, end, mark, ret)) {
        return false;
    }
    for (size_t i = first; i < ret->first; i++) {
        if (line_is_role(&doc->lines[i])) {
            return false;
        }
    }
    struct outline_counts n = {0};
    return outline_count(doc, end, ret, &n) && n.n_outer >= 2 && n.n_bodies >= 2 &&
           n.n_evidence >= 2;
}

/* Does the bullet itself read as a heading: short, no sentence, something below it? */
static bool is_short_heading(const struct doc *doc, size_t i, size_t end)
{
    const struct line *line = &doc->lines[i];
    if (line->len > 90 || line->len < 2 || line->text[line->len - 1] == '.' ||
        words_count((struct span){line->text, line->len}) > 12) {
        return false;
    }
    return i + 1 >= end || (doc->lines[i + 1].flags & LINE_AFTER_BLANK) != 0 ||
           doc->lines[i + 1].mark != MARK_NONE || line->len < 60;
}

void outline_split(struct finder *f, size_t end, const struct outline *o)
{
    const struct doc *doc = f->doc;
    for (size_t i = o->first; i < end;) {
        size_t next = i + 1;
        while (next < end && !is_outer(&doc->lines[next], o)) {
            next++;
        }
        const struct line *line = &doc->lines[i];
        if (is_short_heading(doc, i, next) && !line_is_inner(line)) {
            (void)section_add_headed(f, i, next);
        } else {
            (void)section_add(f, i, next, NULL, TRACK_MC);
        }
        i = next;
    }
}

bool outline_find_numbered(const struct doc *doc, size_t first, size_t end, struct outline *ret)
{
    size_t n = 0;
    size_t n_people = 0;
    bool has_people = true;
    unsigned indent = UINT16_MAX;
    for (size_t i = first; i < end; i++) {
        const struct line *line = &doc->lines[i];
        bool is_number = line->mark == MARK_NUMBER && !line_is_skipped(line) &&
                         line->indent <= indent && is_short_heading(doc, i, end) &&
                         !line_is_role(line);
        if (is_number) {
            *ret = n == 0 ? (struct outline){i, line->indent, MARK_NUMBER} : *ret;
            indent = line->indent;
            n++;
            has_people = false;
        } else if (!has_people && line_is_role(line)) {
            has_people = true;
            n_people++;
        } else if (n == 0 && line_is_role(line)) {
            return false;
        }
    }
    return n >= 2 && n_people >= 2 && n_people * 2 >= n;
}
