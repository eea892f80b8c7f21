#include "core/extract.h"

#include "base/str.h"
#include "core/extract/parts.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX      ((size_t)64 * 1024 * 1024)
#define PARAGRAPH_MAX ((size_t)32 * 1024) /* bytes that are read as one paragraph */

/* ------------------------------------------------------------------ people of one section */

/* The bullet that line i hangs below, as the topic of people that it names. */
static struct span topic_above(const struct doc *doc, size_t i, size_t first)
{
    const struct line *line = &doc->lines[i];
    for (size_t k = i; k > first + 1 && i - k < 20; k--) {
        const struct line *above = &doc->lines[k - 1];
        if ((above->flags & (LINE_SKIP | LINE_RULE | LINE_TABLE)) != 0 || above->level > 0) {
            break;
        }
        if (above->mark != MARK_NONE && above->indent < line->indent && above->len < 160) {
            struct span topic = span_of(above->text);
            while (topic.n > 0 && strchr(":. -", topic.p[topic.n - 1]) != NULL) {
                topic.n--;
            }
            return topic;
        }
        if (above->indent < line->indent) {
            break;
        }
    }
    return (struct span){"", 0};
}

/* "topic (key attendees: A, B)": a role inside the brackets of a line. */
static bool read_bracket_role(struct reader *reader, size_t i)
{
    const struct line *line = &reader->doc->lines[i];
    const char *open = memchr(line->text, '(', line->len);
    open = open == NULL ? memchr(line->text, '[', line->len) : open;
    const char *colon =
        open == NULL ? NULL : memchr(open, ':', line->len - (size_t)(open - line->text));
    if (colon == NULL || colon - open > 60 || line->len > 4000) {
        return false;
    }
    struct role_phrase phrase;
    if (!role_classify((struct span){open + 1, (size_t)(colon - open - 1)}, true, &phrase)) {
        return false;
    }
    const char *close = strchr(colon, *open == '(' ? ')' : ']');
    size_t n = close == NULL ? strlen(colon + 1) : (size_t)(close - colon - 1);
    struct item item = {
        .text = arena_strndup(reader->probe, colon + 1, n),
        .line = (int)line->number,
        .label = {"", 0},
        .topic = span_trim((struct span){line->text, (size_t)(open - line->text)}),
    };
    struct columns columns = NO_COLUMNS;
    struct entries entries = {0};
    entries_read(&entries, &item, &columns, reader->probe);
    entries_decide(&entries, 1.0);
    for (size_t k = 0; k < entries.all.n; k++) {
        if (entries.all.items[k].is_accepted) {
            mention_add(reader, phrase.role, phrase.strength, &entries.all.items[k]);
        }
    }
    arena_reset(reader->probe);
    return true;
}

/* Joins the lines of a paragraph with '\n' for each line further. Returns the line behind it. */
static size_t read_paragraph(struct reader *reader, size_t first, size_t end)
{
    const struct doc *doc = reader->doc;
    CLEANUP(str_done) struct str text = {0};
    size_t i = first;
    for (; i < end; i++) {
        const struct line *line = &doc->lines[i];
        bool is_new =
            (line->flags & (LINE_AFTER_BLANK | LINE_SKIP | LINE_RULE | LINE_TABLE)) != 0 ||
            line->mark != MARK_NONE || line->level > 0 || line->quote != doc->lines[first].quote;
        struct role_phrase phrase;
        if (i > first &&
            (is_new || text.len + line->len > PARAGRAPH_MAX || role_heading(line, &phrase))) {
            break;
        }
        for (uint32_t k = i == first ? line->number : doc->lines[i - 1].number; k < line->number;
             k++) {
            str_add_char(&text, '\n');
        }
        str_add_n(&text, line->text, whole_cut(line->text, line->len, PARAGRAPH_MAX));
        if (i > first && doc->lines[i - 1].number == line->number) {
            str_add_char(&text, ' ');
        }
    }
    prose_read(reader, str_text(&text), first);
    return i;
}

void people_read(struct reader *reader, size_t first, size_t end)
{
    for (size_t i = first; i < end;) {
        const struct line *line = &reader->doc->lines[i];
        struct role_phrase phrase;
        if ((line->flags & (LINE_SKIP | LINE_RULE)) != 0) {
            i++;
        } else if ((line->flags & LINE_TABLE) != 0) {
            i = table_read(reader, i, end);
        } else if (role_heading(line, &phrase)) {
            reader->heading_topic = phrase.role == ROLE_KEY_ATTENDEE
                                        ? topic_above(reader->doc, i, first)
                                        : (struct span){"", 0};
            i = list_read(reader, i, end, &phrase);
        } else if (read_bracket_role(reader, i)) {
            i++;
        } else {
            i = read_paragraph(reader, i, end);
        }
    }
}

/* ------------------------------------------------------------------ tracks */

struct extraction {
    struct doc *doc;
    struct arena *arena;
    struct extract *ret;
    struct reader reader;
    VEC(size_t) doubtful;   /* tracks that are none unless somebody is named in them */
    struct strmap by_title; /* of whole mails: a reply adds to its thread's track */
};

void track_add(struct reader *reader, const char *title, enum track_kind kind, int line)
{
    struct extract_track *track = vec_add(reader->arena, &reader->result->tracks);
    *track = (struct extract_track){
        .title = arena_strdup(reader->arena, title),
        .kind = kind,
        .line = line,
    };
    reader->track = track;
    reader->track_index = reader->result->tracks.n - 1;
}

static size_t track_for(struct extraction *x, const struct section *section, const char *title)
{
    char key[200];
    (void)fold_word(span_of(title), key, sizeof key);
    if (title[0] != '\0' && x->doc->mails.n > 1) {
        bool is_new = false;
        int64_t *at = strmap_at(&x->by_title, x->arena, key, (int64_t)x->ret->tracks.n, &is_new);
        if (!is_new) {
            x->reader.track = &x->ret->tracks.items[*at];
            x->reader.track_index = (size_t)*at;
            return (size_t)*at;
        }
    }
    track_add(&x->reader, title, section->kind, (int)x->doc->lines[section->first].number);
    return x->ret->tracks.n - 1;
}

static bool section_names_mc(const struct doc *doc, const struct section *section)
{
    for (size_t i = section->first; i < section->end && i - section->first < 200; i++) {
        if ((doc->lines[i].flags & LINE_NAMES_MC) != 0) {
            return true;
        }
    }
    return false;
}

static size_t first_text_line(const struct doc *doc, const struct section *section)
{
    size_t i = section->first;
    while (i + 1 < section->end && (doc->lines[i].flags & (LINE_SKIP | LINE_RULE)) != 0) {
        i++;
    }
    return i;
}

static void section_read(struct extraction *x, struct section *section)
{
    section->first = first_text_line(x->doc, section);
    const char *title = section->title;
    if (title == NULL || title[0] == '\0') {
        struct arena *probe = x->reader.probe;
        title =
            arena_strdup(x->doc->arena, title_find(x->doc, section->first, section->end, probe));
        arena_reset(probe);
    }
    bool is_general = section->kind != TRACK_OTHER && section->kind != TRACK_MC;
    if (section->kind == TRACK_OTHER && section_names_mc(x->doc, section)) {
        section->kind = TRACK_MC;
    }
    size_t n_before = x->ret->tracks.n;
    struct reader *reader = &x->reader;
    size_t at = track_for(x, section, title);
    people_read(reader, section->first, section->end);
    const struct extract_track *track = &x->ret->tracks.items[at];
    bool is_empty = track->leads.n + track->key_attendees.n == 0;
    bool is_doubtful = section->is_described_only || section->kind == TRACK_OTHER ||
                       title[0] == '\0' || x->ret->tracks.n > at + 1;
    if (is_empty && !is_general && x->ret->tracks.n > n_before && is_doubtful) {
        *vec_add(x->doc->arena, &x->doubtful) = at;
    }
}

static bool has_people(const struct extract_track *track)
{
    return track->leads.n + track->key_attendees.n > 0;
}

/* Descriptions and other texts that named nobody to the end are no tracks; what names people is
 * taken for a microconference. */
static void tracks_settle(struct extraction *x)
{
    size_t n = 0;
    size_t k = 0;
    for (size_t i = 0; i < x->ret->tracks.n; i++) {
        struct extract_track *track = &x->ret->tracks.items[i];
        bool is_doubtful = k < x->doubtful.n && x->doubtful.items[k] == i;
        k += is_doubtful ? 1 : 0;
        if (is_doubtful && !has_people(track)) {
            continue;
        }
        track->kind = track->kind == TRACK_OTHER && has_people(track) ? TRACK_MC : track->kind;
        x->ret->tracks.items[n++] = *track;
    }
    x->ret->tracks.n = n;
}

static int check_text(const char *name, const char *text, size_t len, struct err *err)
{
    if (len > TEXT_MAX) {
        (void)err_set(err, ERR_LIMIT, "text of %zu bytes is larger than 64 MiB", len);
        (void)err_where(err, "%s", name);
        return ERR_LIMIT;
    }
    size_t bad = 0;
    if (len == 0 || utf8_is_valid(text, len, &bad)) {
        return 0;
    }
    size_t line = 1;
    for (size_t i = 0; i < bad; i++) {
        line += text[i] == '\n' ? 1 : 0;
    }
    (void)err_set(err, ERR_INPUT, "text is not valid UTF-8");
    (void)err_where(err, "%s:%zu", name, line);
    return ERR_INPUT;
}

/* Lines of the decoded text become those of the text that was given. */
static void lines_restore(struct extract *result, const uint32_t *origin)
{
    for (size_t i = 0; i < result->tracks.n; i++) {
        struct extract_track *track = &result->tracks.items[i];
        track->line = track->line > 0 ? (int)origin[track->line - 1] : track->line;
        for (size_t k = 0; k < track->leads.n + track->key_attendees.n; k++) {
            struct extract_mention *mention = k < track->leads.n
                                                  ? &track->leads.items[k]
                                                  : &track->key_attendees.items[k - track->leads.n];
            mention->line = (int)origin[mention->line - 1];
            mention->also_line =
                mention->also_line > 0 ? (int)origin[mention->also_line - 1] : mention->also_line;
        }
    }
}

int extract_text(const char *name, const char *text, size_t len, struct arena *arena,
                 struct extract *ret, struct err *err)
{
    int r = check_text(name, text, len, err);
    if (r < 0) {
        return r;
    }
    CLEANUP(arena_cleanup) struct arena *lines = arena_new();
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    CLEANUP(arena_cleanup) struct arena *probe = arena_new();
    struct doc doc = {.arena = lines};
    const uint32_t *origin = bodies_decode(&text, &len, arena);
    lines_read(&doc, text, len);
    mails_find(&doc);
    struct sections sections = {0};
    sections_find(&doc, &sections, lines);
    struct extract result = {0};
    struct extraction x = {
        .doc = &doc,
        .arena = arena,
        .ret = &result,
        .reader =
            {.doc = &doc, .result = &result, .arena = arena, .scratch = scratch, .probe = probe},
    };
    for (size_t i = 0; i < sections.all.n; i++) {
        section_read(&x, &sections.all.items[i]);
    }
    tracks_settle(&x);
    if (origin != NULL) {
        lines_restore(&result, origin);
    }
    *ret = result;
    return 0;
}
