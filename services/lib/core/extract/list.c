/* Lists: which lines below a heading belong to its people. */
#include "core/extract/list.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define BATCH      2000 /* items that are decided together */
#define INTRO_MAX  3    /* paragraphs between heading and list */
#define WRAP_WIDTH 45   /* a line this long may go on on the next */

static bool says_myself(const char *text)
{
    static const char *const words[] = {"myself", "me", "I", "yours truly"};
    struct span s = span_of(text);
    for (size_t i = 0; i < s.n && i < 4000; i++) {
        bool is_start = i == 0 || strchr(" ,\n(", s.p[i - 1]) != NULL;
        for (size_t k = 0; is_start && k < sizeof words / sizeof words[0]; k++) {
            size_t n = strlen(words[k]);
            bool is_end = i + n >= s.n || strchr(" ,.\n()", s.p[i + n]) != NULL;
            if (s.n - i >= n && strncmp(s.p + i, words[k], n) == 0 && is_end) {
                return true;
            }
        }
    }
    return false;
}

/* "SoC folks:" or "From Intel:" above names; *ret_rest = bytes up to what follows the colon. */
static bool is_label_line(const struct line *line)
{
    return line->len > 1 && line->len < 80 && line->text[line->len - 1] == ':';
}

static bool has_inline_label(const struct line *line)
{
    const char *colon = memchr(line->text, ':', line->len < 60 ? line->len : 60);
    return colon != NULL && (colon[1] == ' ' || colon[1] == '\0') &&
           memchr(line->text, ',', (size_t)(colon - line->text)) == NULL;
}

enum step { STEP_END, STEP_NEXT };

static enum step take_item(struct list *list, const struct line *line)
{
    item_open(list, line, 0);
    list->has_items = true;
    if (list->items.n >= BATCH) {
        list_decide(list);
    }
    return STEP_NEXT;
}

/* Does a bullet show that the list is over? */
static bool bullet_ends_list(const struct list *list, const struct line *line)
{
    const struct line *heading = &list->reader->doc->lines[list->heading];
    struct arena *probe = list->reader->probe;
    bool is_first = list->item_indent < 0;
    bool is_same_as_heading = heading->mark != MARK_NONE && heading->bullet == line->bullet &&
                              line->indent <= heading->indent;
    if (is_first &&
        is_same_as_heading) { /* a brother of the heading, unless it reads as a person */
        return !list->phrase.has_colon || list->has_items || line->indent != heading->indent ||
               !people_stand_in(line, probe, true);
    }
    if (is_same_as_heading && line->indent < list->item_indent) {
        return true;
    }
    if (is_first && list->has_items && list->is_plain && !people_stand_in(line, probe, false)) {
        return true;
    }
    return line->indent < list->item_indent && (line->flags & LINE_AFTER_BLANK) != 0;
}

static enum step step_bullet(struct list *list, const struct line *line)
{
    if (bullet_ends_list(list, line)) {
        return STEP_END;
    }
    if (list->is_open && list->open_indent >= 0 && line->indent > list->open_indent) {
        /* below "Red Hat" its people; below a person remarks */
        if (item_is_person(list)) {
            bool is_person = people_stand_in(line, list->reader->probe, true);
            return is_person ? take_item(list, line) : STEP_NEXT;
        }
        list_set_label(list, span_of(str_text(&list->open)), list->open_indent);
        str_clear(&list->open);
        list->is_open = false;
    } else if (list->label.n > 0 && line->indent <= list->label_indent) {
        list->label = (struct span){"", 0};
    }
    if (list->item_indent < 0 || line->indent < list->item_indent) {
        list->item_indent = line->indent;
    }
    return take_item(list, line);
}

/* Looks ahead: does a group label stand over people? One of them must be surely one, unless several
 * read like it or labels have stood over people before. */
static bool label_leads_people(const struct list *list, size_t i, size_t end)
{
    const struct doc *doc = list->reader->doc;
    struct arena *probe = list->reader->probe;
    int n_people = 0;
    for (size_t k = i + 1; k < end && k <= i + 2; k++) {
        const struct line *next = &doc->lines[k];
        bool is_text = (next->flags & (LINE_SKIP | LINE_RULE)) == 0 && next->level == 0 &&
                       next->indent == doc->lines[i + 1].indent;
        if (!is_text || !people_stand_in(next, probe, false)) {
            break;
        }
        if (list->has_plain_labels || people_stand_in(next, probe, true)) {
            return true;
        }
        n_people++;
    }
    return n_people >= 2;
}

/* "Reviewed-by: Jane Doe", "Speakers: Jane Doe" are no part of the list above them. */
static bool is_trailer(const struct line *line)
{
    const char *colon = memchr(line->text, ':', line->len < 60 ? line->len : 60);
    if (colon == NULL) {
        return false;
    }
    struct span label = {line->text, (size_t)(colon - line->text)};
    bool is_by = label.n > 3 && strncasecmp(label.p + label.n - 3, "-by", 3) == 0;
    return is_by || heading_is_other_section(label);
}

/* In a plain list even a name that nobody knows may follow: "Traub, Anneliese". */
static bool starts_like_name(const struct line *line)
{
    size_t n = strcspn(line->text, ",(<-");
    struct name_facts facts = name_judge((struct span){line->text, n});
    return line->len < 90 && facts.shape != NAME_NOT && line->text[line->len - 1] != '.';
}

static enum step take_label(struct list *list, const struct line *line)
{
    item_close(list);
    list_set_label(list, (struct span){line->text, line->len}, -1);
    list->is_plain = false;
    list->item_indent = -1;
    return STEP_NEXT;
}

/* "KUnit" on a line of its own above bullets or deeper lines of people, and so from the first group
 * of the list on. */
static bool is_plain_label(const struct list *list, size_t i, size_t end)
{
    const struct line *line = &list->reader->doc->lines[i];
    const struct line *next = i + 1 < end ? line + 1 : NULL;
    if (next == NULL || line->len > 60 || (list->has_items && !list->has_plain_labels) ||
        strchr(".,;!?", line->text[line->len - 1]) != NULL) {
        return false;
    }
    bool is_over = next->mark != MARK_NONE ? line->mark == MARK_NONE : next->indent > line->indent;
    struct span label = {line->text, line->len};
    bool is_topic = list->phrase.is_by_topic && memchr(label.p, ' ', label.n) != NULL;
    return is_over && (is_topic || !heading_is_other_section(label)) &&
           !people_stand_in(line, list->reader->probe, true) && label_leads_people(list, i, end);
}

/* A line that ends in a colon, or a heading, inside the list. */
static enum step step_label(struct list *list, size_t i, size_t end)
{
    const struct line *line = &list->reader->doc->lines[i];
    struct span phrase = {line->text, line->len};
    if (!heading_is_other_section(phrase) && label_leads_people(list, i, end)) {
        return take_label(list, line);
    }
    /* an introduction may end in a colon: "a quick list of folks:" */
    bool is_intro = line->level == 0 && !list->has_items && line->len > 50;
    return is_intro && list->n_intro++ < INTRO_MAX ? STEP_NEXT : STEP_END;
}

/* "How many do you expect?: 60": another field, no wrapped names. */
static bool is_field(const struct line *line)
{
    size_t n = strcspn(line->text, ":");
    return has_inline_label(line) && name_judge((struct span){line->text, n}).shape == NAME_NOT;
}

/* Does the line go on with the item before it? */
static bool continues_item(const struct list *list, const struct line *line)
{
    if ((line->flags & LINE_AFTER_BLANK) != 0) {
        return false;
    }
    bool is_below_bullet =
        list->is_open && list->item_indent >= 0 && line->indent > list->item_indent;
    if (is_below_bullet && list->phrase.is_behind_topics) {
        return true;
    }
    if (item_may_wrap(list, line)) {
        return !is_field(line);
    }
    return is_below_bullet && !people_stand_in(line, list->reader->probe, true);
}

static bool is_next_person(const struct list *list, const struct line *line)
{
    bool is_after_blank = (line->flags & LINE_AFTER_BLANK) != 0;
    bool is_next_name = !is_after_blank && list->is_plain && list->has_items &&
                        line->indent == line[-1].indent && starts_like_name(line);
    bool is_signature = is_after_blank && list->has_items && strpbrk(line->text, " ,") == NULL;
    return is_next_name || (!is_signature && people_stand_in(line, list->reader->probe,
                                                             is_after_blank && list->has_items));
}

/* A line that names nobody: before the people an introduction, behind them the end. */
static enum step step_nobody(struct list *list, const struct line *line)
{
    bool is_remark = list->item_indent >= 0 && line->indent > list->item_indent;
    if (list->has_items) {
        return is_remark ? STEP_NEXT : STEP_END;
    }
    bool is_new_paragraph = (line->flags & LINE_AFTER_BLANK) != 0 || line[-1].len < WRAP_WIDTH;
    list->n_intro += is_new_paragraph ? 1 : 0;
    return list->n_intro <= INTRO_MAX ? STEP_NEXT : STEP_END;
}

static enum step step_plain(struct list *list, size_t i, size_t end)
{
    const struct line *line = &list->reader->doc->lines[i];
    if (is_label_line(line) || line->level > 0) {
        return step_label(list, i, end);
    }
    if (continues_item(list, line)) {
        item_continue(list, line);
        return STEP_NEXT;
    }
    if (is_trailer(line)) {
        return STEP_END;
    }
    if (is_plain_label(list, i, end)) {
        list->has_plain_labels = true;
        return take_label(list, line);
    }
    if (!is_next_person(list, line)) {
        return step_nobody(list, line);
    }
    bool is_below_bullets = list->item_indent >= 0 && (line->flags & LINE_AFTER_BLANK) != 0 &&
                            line->indent <= list->item_indent;
    if (is_below_bullets && !has_inline_label(line)) {
        return STEP_END;
    }
    list->is_plain = true;
    return take_item(list, line);
}

static enum step step_row(struct list *list, const struct line *line)
{
    if ((line->flags & LINE_ROW_END) != 0) {
        item_close(list);
        return STEP_NEXT;
    }
    if ((line->flags & LINE_CELL) != 0 && list->is_open && list->is_row) {
        if (list->open.len + line->len < ITEM_MAX) {
            str_add_char(&list->open, CELL);
            str_add_n(&list->open, line->text, line->len);
        }
        return STEP_NEXT;
    }
    struct columns columns = columns_read(line->text);
    if (columns.is_header && !list->has_items) {
        list->columns = columns;
        return STEP_NEXT;
    }
    return take_item(list, line);
}

static enum step list_step(struct list *list, size_t i, size_t end)
{
    const struct line *line = &list->reader->doc->lines[i];
    const struct line *heading = &list->reader->doc->lines[list->heading];
    struct role_phrase other;
    if ((line->flags & LINE_RULE) != 0 || line->quote != heading->quote) {
        return STEP_END;
    }
    if ((line->flags & LINE_TABLE) != 0) {
        return step_row(list, line);
    }
    if (role_heading(line, &other)) {
        return STEP_END;
    }
    if (line->level > 0 && heading->level > 0 && line->level <= heading->level) {
        return STEP_END;
    }
    if (line->mark != MARK_NONE) {
        return step_bullet(list, line);
    }
    return step_plain(list, i, end);
}

/* Roles that share the heading's line are read at once, but for the last, which may go on below.
 * Returns where its people begin. */
static size_t read_inline_roles(struct reader *reader, const struct line *line,
                                struct role_phrase *phrase)
{
    size_t end = 0;
    struct role_phrase next;
    size_t from = phrase->used;
    while (role_inside(line, from, &end, &next)) {
        struct line piece = *line;
        piece.text = arena_strndup(reader->doc->arena, line->text, end);
        piece.len = (uint32_t)end;
        struct list list = {
            .reader = reader,
            .phrase = *phrase,
            .is_doubtful = phrase->is_need_only,
            .columns = NO_COLUMNS,
            .label = {"", 0},
            .topic = reader->heading_topic,
        };
        item_open(&list, &piece, from);
        item_close(&list);
        list_decide(&list);
        str_done(&list.open);
        *phrase = next;
        from = next.used;
    }
    return from;
}

/* Reads the lines below the heading, which is line i; returns the line behind the list. */
static size_t read_lines(struct list *list, size_t i, size_t end)
{
    size_t j = i + 1;
    for (; j < end; j++) {
        const struct line *next = &list->reader->doc->lines[j];
        if ((next->flags & LINE_SKIP) != 0 || list_step(list, j, end) == STEP_END) {
            break;
        }
        list->is_by_author =
            list->is_by_author || (next->len < 80 && list->is_open && says_myself(next->text));
    }
    item_close(list);
    list_decide(list);
    return j;
}

size_t list_read(struct reader *reader, size_t i, size_t end, const struct role_phrase *phrase)
{
    const struct line *line = &reader->doc->lines[i];
    bool is_below_people = i > 0 && reader->key_list_end == i;
    struct list list = {
        .reader = reader,
        .phrase = *phrase,
        .is_doubtful = phrase->is_need_only && !is_below_people,
        .columns = NO_COLUMNS,
        .heading = i,
        .item_indent = -1,
        .label = {"", 0},
        .topic = reader->heading_topic,
    };
    size_t from = read_inline_roles(reader, line, &list.phrase);
    if (span_trim((struct span){line->text + from, line->len - from}).n > 0) {
        item_open(&list, line, from);
        list.has_items = true;
        list.is_plain = true;
        list.is_by_author = list.phrase.has_colon && says_myself(str_text(&list.open));
    }
    size_t j = read_lines(&list, i, end);
    if (list.is_by_author) {
        mention_add_author(reader, i, list.phrase.role, list.phrase.strength);
    }
    str_done(&list.open);
    arena_reset(reader->scratch);
    bool is_key = list.phrase.role == ROLE_KEY_ATTENDEE;
    reader->key_list_end = is_key && !list.is_doubtful ? j : 0;
    return j;
}
