/* Where one microconference ends and the next begins: a mail each, headings, or bullets and numbers
 * of the outermost level. */
#include "core/extract/tracks.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* "Required:" alone says nothing: people would have to follow. */
bool line_is_role(const struct line *line)
{
    struct role_phrase phrase;
    return role_heading(line, &phrase) && !phrase.is_need_only;
}

bool line_is_skipped(const struct line *line)
{
    return (line->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE)) != 0;
}

size_t words_count(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < 50; i++) {
        n += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ') ? 1 : 0;
    }
    return n;
}

bool line_is_inner(const struct line *line)
{
    struct span s = {line->text, line->len};
    size_t n_words = words_count(s);
    return line_is_role(line) ||
           (n_words <= 6 && heading_is_other_section(s) && (n_words <= 4 || !text_names_mc(s)));
}

struct section *section_add(struct finder *f, size_t first, size_t end, const char *title,
                            enum track_kind kind)
{
    struct section *section = vec_add(f->arena, &f->ret->all);
    *section = (struct section){.first = first, .end = end, .title = title, .kind = kind};
    return section;
}

struct section *section_add_headed(struct finder *f, size_t first, size_t end)
{
    const struct line *line = &f->doc->lines[first];
    struct span text = {line->text, line->len};
    enum track_kind kind = title_kind(text);
    const char *clean = title_clean(text, f->arena);
    bool is_general = kind == TRACK_REFEREED || kind == TRACK_KERNEL_SUMMIT || kind == TRACK_BOF;
    struct section *section =
        section_add(f, first, end, is_general ? span_dup(text, f->arena) : clean, kind);
    if (is_general) {
        return section;
    }
    section->is_described_only = clean[0] == '\0';
    return section;
}

/* ------------------------------------------------------------------ headings */

struct levels {
    size_t n_titles[8]; /* headings that may be a track's */
    size_t n_mc[8];     /* of them, those that say so */
    size_t n_people[8]; /* of them, those with people below */
    size_t n_roles[8];  /* role headings of this level */
};

/* A heading that may be a track's; asked once, see lines_classify(). */
static bool reads_as_title(const struct line *line, struct arena *arena)
{
    return line->level > 0 && line->level < 8 && (line->flags & LINE_SKIP) == 0 &&
           !line_is_inner(line) &&
           (title_clean((struct span){line->text, line->len}, arena)[0] != '\0' ||
            title_kind((struct span){line->text, line->len}) > TRACK_MC);
}

static bool is_title_heading(const struct line *line)
{
    return (line->flags & LINE_TITLE) != 0;
}

static struct levels levels_count(struct finder *f, size_t first, size_t end)
{
    struct levels v = {0};
    bool is_open[8] = {false}; /* a title of this level, still without people */
    for (size_t i = first; i < end; i++) {
        const struct line *line = &f->doc->lines[i];
        if ((line->flags & LINE_SKIP) != 0) {
            continue;
        }
        if (line_is_role(line)) {
            for (size_t k = 1; k < 8; k++) {
                bool is_below = is_open[k] && (line->level == 0 || line->level > k);
                v.n_people[k] += is_below ? 1 : 0;
                is_open[k] = is_open[k] && !is_below;
            }
            v.n_roles[line->level < 8 ? line->level : 7] += line->level > 0 ? 1 : 0;
        } else if (is_title_heading(line)) {
            v.n_titles[line->level]++;
            v.n_mc[line->level] += (line->flags & LINE_NAMES_MC) != 0 ? 1 : 0;
            is_open[line->level] = true;
            for (size_t k = line->level + 1U; k < 8; k++) {
                is_open[k] = false;
            }
        } else if (line->level > 0 && line->level < 8) {
            for (size_t k = line->level; k < 8; k++) {
                is_open[k] = false;
            }
        }
    }
    return v;
}

/* The level whose headings are the tracks; 0 = none. One heading that says "MC" above others makes
 * those its topics. */
static size_t level_choose(const struct levels *v)
{
    size_t n_mc_above = 0;
    for (size_t k = 1; k < 8; k++) {
        if (v->n_mc[k] >= 2) {
            return k;
        }
    }
    for (size_t k = 1; k < 8; k++) {
        bool is_topic = n_mc_above == 1 && v->n_mc[k] == 0;
        if (v->n_titles[k] >= 2 && v->n_people[k] >= 2 && v->n_roles[k] == 0 && !is_topic) {
            return k;
        }
        n_mc_above += v->n_mc[k];
    }
    return 0;
}

static void split_headings(struct finder *f, size_t first, size_t end, size_t level,
                           const struct levels *v)
{
    struct doc *doc = f->doc;
    bool has_roles_here = v->n_roles[level] > 0;
    bool mc_only = has_roles_here; /* then only headings that say "MC" start one */
    size_t start = end;
    for (size_t i = first; i <= end; i++) {
        const struct line *line = i < end ? &doc->lines[i] : NULL;
        bool is_heading = line != NULL && line->level > 0 && (line->flags & LINE_SKIP) == 0;
        bool is_start = is_heading && line->level == level && is_title_heading(line) &&
                        (!mc_only || (line->flags & LINE_NAMES_MC) != 0 ||
                         title_kind((struct span){line->text, line->len}) != TRACK_OTHER);
        bool is_end =
            line == NULL || is_start || (is_heading && line->level < level) ||
            (is_heading && line->level == level && !has_roles_here && !line_is_role(line));
        if (is_end && start < end) {
            (void)section_add_headed(f, start, i);
            start = end;
        }
        start = is_start ? i : start;
    }
}

/* ------------------------------------------------------------------ plain lines */

/* "Title: X", "Microconference: X". Returns the value. */
static struct span title_field(const struct line *line)
{
    static const char *const names[] = {"title",
                                        "mc title",
                                        "microconference title",
                                        "microconference",
                                        "microconference name",
                                        "name of the microconference",
                                        "proposal title",
                                        "mc",
                                        "mc name",
                                        "proposed title",
                                        "topic title",
                                        "session title",
                                        "micro-conference",
                                        "devroom",
                                        "track",
                                        "track title"};
    struct span none = {"", 0};
    if (line_is_skipped(line) || line->len > 200) {
        return none;
    }
    const char *colon = strchr(line->text, ':');
    if (colon == NULL) {
        return none;
    }
    struct span name = span_trim((struct span){line->text, (size_t)(colon - line->text)});
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_equal_nocase(name, names[i])) {
            return span_trim(span_of(colon + 1));
        }
    }
    return none;
}

/* Does a title stand apart from the text around it? */
static bool stands_apart(const struct doc *doc, size_t i, size_t first, size_t end)
{
    const struct line *line = &doc->lines[i];
    const struct line *next = i + 1 < end ? line + 1 : NULL;
    bool is_marked = line->level > 0 || line->mark == MARK_NUMBER || (line->flags & LINE_BOLD) != 0;
    bool starts = i == first || (line->flags & LINE_AFTER_BLANK) != 0 ||
                  (line[-1].flags & (LINE_SKIP | LINE_RULE)) != 0;
    bool ends =
        next == NULL || (next->flags & (LINE_AFTER_BLANK | LINE_RULE)) != 0 || line_is_role(next);
    return is_marked || (starts && ends);
}

/* "BOF: X" as the first line of a text. */
static bool is_general_title(const struct line *line, bool is_first)
{
    enum track_kind kind = title_kind((struct span){line->text, line->len});
    bool is_general = kind == TRACK_BOF || kind == TRACK_KERNEL_SUMMIT || kind == TRACK_REFEREED;
    return is_general && (is_first || strchr(line->text, ':') == NULL);
}

/* "Tracing MC" or "1. TRACING MICROCONFERENCE" on a line of its own. */
static bool is_title_line(struct finder *f, size_t i, size_t first, size_t end)
{
    const struct doc *doc = f->doc;
    const struct line *line = &doc->lines[i];
    if (line_is_skipped(line) || line->len > 90 || line->len < 4 || line->mark == MARK_BULLET ||
        line_is_inner(line)) {
        return false;
    }
    struct span s = {line->text, line->len};
    bool names_mc = (line->flags & LINE_NAMES_MC) != 0;
    if (!stands_apart(doc, i, first, end) || strchr(".,!?", line->text[line->len - 1]) != NULL ||
        (names_mc ? !title_is_whole(s) : !is_general_title(line, i == first))) {
        return false;
    }
    size_t n_words = words_count(s);
    bool is_start = isupper((unsigned char)line->text[0]) ||
                    isdigit((unsigned char)line->text[0]) || (unsigned char)line->text[0] >= 0x80;
    bool is_short = n_words <= 11 && (is_start || n_words <= 4);
    bool is_title = is_short && title_clean(s, f->probe)[0] != '\0';
    arena_reset(f->probe);
    return is_title;
}

static void split_plain(struct finder *f, size_t first, size_t end)
{
    size_t start = first;
    const char *title = NULL;
    enum track_kind kind = TRACK_OTHER;
    for (size_t i = first; i < end; i++) {
        const struct line *line = &f->doc->lines[i];
        struct span field = title_field(line);
        bool is_title = field.n > 0 || is_title_line(f, i, first, end);
        if (!is_title) {
            continue;
        }
        struct span text = field.n > 0 ? field : (struct span){line->text, line->len};
        if (title != NULL) {
            (void)section_add(f, start, i, title, kind);
            start = i;
        }
        kind = title_kind((struct span){line->text, line->len});
        bool is_general = kind != TRACK_MC && kind != TRACK_OTHER && field.n == 0;
        title = is_general ? span_dup(text, f->arena) : title_clean(text, f->arena);
    }
    (void)section_add(f, start, end, title, kind);
}

/* The heading that gives one microconference its title: the first that says "MC", else the first.
 */
static const struct line *heading_of(struct finder *f, size_t first, size_t end)
{
    const struct line *best = NULL;
    for (size_t i = first; i < end && i - first < 400; i++) {
        const struct line *line = &f->doc->lines[i];
        if (!is_title_heading(line)) {
            continue;
        }
        if ((line->flags & LINE_NAMES_MC) != 0) {
            return line;
        }
        best = best == NULL ? line : best;
    }
    return best;
}

/* A heading further down is a chapter of the text when a line above it already is its title. */
static bool has_title_above(struct finder *f, size_t first, const struct line *heading)
{
    size_t end = (size_t)(heading - f->doc->lines);
    for (size_t i = first; i < end; i++) {
        if (is_title_line(f, i, first, end)) {
            return true;
        }
    }
    return false;
}

static void add_single(struct finder *f, size_t first, size_t end)
{
    const struct line *best = heading_of(f, first, end);
    bool is_chapter =
        best != NULL && (best->flags & LINE_NAMES_MC) == 0 && has_title_above(f, first, best);
    if (best == NULL || is_chapter) {
        split_plain(f, first, end);
        return;
    }
    struct span text = {best->text, best->len};
    const char *clean = title_clean(text, f->arena);
    (void)section_add(f, first, end, clean[0] == '\0' ? NULL : clean, title_kind(text));
}

static void split_range(struct finder *f, size_t first, size_t end)
{
    struct outline o;
    struct levels v = levels_count(f, first, end);
    size_t level = level_choose(&v);
    if (level > 0) {
        split_headings(f, first, end, level, &v);
    } else if (outline_find(f->doc, first, end, MARK_BULLET, &o) ||
               outline_find(f->doc, first, end, MARK_NUMBER, &o) ||
               outline_find_numbered(f->doc, first, end, &o)) {
        outline_split(f, end, &o);
    } else {
        add_single(f, first, end);
    }
}

/* What is asked of each line more than once is asked here. */
static void lines_classify(struct doc *doc, struct arena *probe)
{
    for (size_t i = 0; i < doc->n; i++) {
        struct line *line = &doc->lines[i];
        struct role_phrase phrase;
        int flags = role_heading(line, &phrase) ? 0 : LINE_NO_ROLE;
        flags |= text_names_mc((struct span){line->text, line->len}) ? LINE_NAMES_MC : 0;
        line->flags = (uint16_t)(line->flags | flags);
        if (line->level > 0 && reads_as_title(line, probe)) {
            line->flags = (uint16_t)(line->flags | LINE_TITLE);
        }
        arena_reset(probe);
    }
}

void sections_find(struct doc *doc, struct sections *ret, struct arena *arena)
{
    CLEANUP(arena_cleanup) struct arena *probe = arena_new();
    struct finder f = {doc, arena, probe, ret};
    lines_classify(doc, probe);
    size_t start = 0;
    const struct mail *mail = NULL;
    for (size_t k = 0; k <= doc->mails.n; k++) {
        const struct mail *next = k < doc->mails.n ? &doc->mails.items[k] : NULL;
        if (next != NULL && (next->subject == NULL || doc->lines[next->line].quote > 0)) {
            continue;
        }
        size_t end = next == NULL ? doc->n : next->line;
        size_t before = ret->all.n;
        if (end > start) {
            split_range(&f, start, end);
        }
        bool is_whole = mail != NULL && ret->all.n == before + 1;
        if (is_whole && ret->all.items[before].title == NULL && mail->subject[0] != '\0') {
            struct span subject = span_of(mail->subject);
            const char *title = title_clean(subject, arena);
            ret->all.items[before].title = title[0] == '\0' ? NULL : title;
            ret->all.items[before].kind = title_kind(subject);
        }
        start = end;
        mail = next;
    }
}
