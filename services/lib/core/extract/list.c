/* Lists: which lines belong to the people under a heading, and which entries are people. */
#include "core/extract/parts.h"

#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_MAX   ((size_t)64 * 1024) /* bytes of one item; longer is cut */
#define BATCH      2000                /* items that are decided together */
#define INTRO_MAX  3                   /* paragraphs between heading and list */
#define WRAP_WIDTH 45                  /* a line this long may go on on the next */

/* ------------------------------------------------------------------ deciding */

/* ------------------------------------------------------------------ mentions */

/* ------------------------------------------------------------------ gathering */

struct list {
    struct reader *reader;
    const struct role_phrase *phrase;
    VEC(struct item) items;
    struct str open;        /* the item that is being gathered */
    struct span open_label; /* the group that it stands under */
    int open_indent;
    int open_line;
    int last_line;
    bool is_open;
    bool is_row;
    struct span label; /* group over the items that follow */
    struct span topic; /* that the whole list is about */
    struct columns columns;
    size_t heading;  /* index of its line */
    int item_indent; /* of bullets; -1 = none yet */
    int n_intro;
    bool has_items;    /* something that looked like people */
    bool is_plain;     /* items without bullets */
    bool is_by_author; /* "myself" is one of them */
    int label_indent;  /* of the bullet that names the group; -1 = no bullet */
    size_t next;
};

static void item_close(struct list *list)
{
    if (!list->is_open) {
        return;
    }
    list->is_open = false;
    struct item *item = vec_add(list->reader->scratch, &list->items);
    *item = (struct item){
        .text = arena_strndup(list->reader->scratch, str_text(&list->open), list->open.len),
        .line = list->open_line,
        .label = list->open_label,
        .topic = list->topic,
        .is_row = list->is_row,
        .is_topic = list->phrase->is_behind_topics,
    };
    str_clear(&list->open);
}

static void item_open(struct list *list, const struct line *line, size_t skip)
{
    item_close(list);
    list->is_open = true;
    list->is_row = (line->flags & LINE_TABLE) != 0;
    list->open_line = (int)line->number;
    list->open_label = list->label;
    list->open_indent = line->mark == MARK_NONE ? -1 : line->indent;
    list->last_line = (int)line->number;
    size_t n = line->len - skip;
    str_add_n(&list->open, line->text + skip,
              n < ITEM_MAX ? n : utf8_cut(line->text + skip, n, ITEM_MAX));
}

/* Joins a wrapped line; a '\n' for each line further, so that names keep their lines. */
static void item_continue(struct list *list, const struct line *line)
{
    if (list->open.len + line->len > ITEM_MAX) {
        return;
    }
    int gap = (int)line->number - list->last_line;
    if (gap <= 0) {
        str_add_char(&list->open, ' ');
    }
    for (int i = 0; i < gap; i++) {
        str_add_char(&list->open, '\n');
    }
    list->last_line = (int)line->number;
    str_add(&list->open, line->text);
}

static void list_decide(struct list *list)
{
    int n_company = 0;
    int n_turned = 0;
    int n_pairs = 0;
    struct reader *reader = list->reader;
    for (size_t i = 0; i < list->items.n; i++) {
        if (!list->items.items[i].is_row && !list->items.items[i].is_topic) {
            item_style(&list->items.items[i], reader->scratch, &n_company, &n_turned, &n_pairs);
        }
    }
    struct entries entries = {0};
    for (size_t i = 0; i < list->items.n; i++) {
        struct item *item = &list->items.items[i];
        item->is_company_style = n_company >= 2 && n_company * 2 >= n_pairs;
        item->is_turned_style = n_turned >= 2 && n_turned * 2 >= n_pairs;
        entries_read(&entries, item, &list->columns, reader->scratch);
    }
    entries_decide(&entries, 1.0);
    for (size_t i = 0; i < entries.all.n; i++) {
        if (entries.all.items[i].is_accepted) {
            mention_add(reader, list->phrase->role, list->phrase->strength, &entries.all.items[i]);
        }
    }
    /* what was gathered is done with; only the label lives on */
    char label[100] = "";
    size_t n = list->label.n < sizeof label
                   ? list->label.n
                   : utf8_cut(list->label.p, list->label.n, sizeof label - 1);
    memcpy(label, list->label.p, n);
    arena_reset(reader->scratch);
    list->items.items = NULL;
    list->items.n = 0;
    list->items.cap = 0;
    list->label = (struct span){arena_memdup(reader->scratch, label, n + 1), n};
}

/* "I", "myself", "me": the mail's author. */
static void add_author(struct reader *reader, size_t i, const struct role_phrase *phrase)
{
    struct span name;
    struct span email;
    if (!mail_author(reader->doc, i, &name, &email)) {
        return;
    }
    struct entry entry = {
        .name = name,
        .email = email,
        .affiliation = span_of(""),
        .topic = span_of(""),
        .line = (int)reader->doc->lines[i].number,
        .facts = name_judge(name),
        .confidence = 0.9,
    };
    if (entry.facts.shape == NAME_NOT) {
        return;
    }
    mention_add(reader, phrase->role, phrase->strength, &entry);
}

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

/* Does the line read as names rather than as prose? */
static bool looks_like_people(const struct line *line, struct arena *probe, bool is_strict)
{
    if (line->len > ITEM_MAX || line->len < 2) {
        return false;
    }
    if (line->len > 400 && strchr(line->text, ',') == NULL) {
        return false;
    }
    struct entries entries = {0};
    struct item item = {
        .text = arena_strndup(probe, line->text, line->len < 2000 ? line->len : 2000),
        .line = 1,
        .is_row = (line->flags & LINE_TABLE) != 0,
    };
    struct columns columns = {-1, -1, -1, -1, -1, false};
    entries_read(&entries, &item, &columns, probe);
    entries_decide(&entries, 1.0);
    size_t n_accepted = 0;
    size_t n_bytes = 0;
    bool is_strong = false;
    for (size_t i = 0; i < entries.all.n; i++) {
        const struct entry *e = &entries.all.items[i];
        n_accepted += e->is_accepted ? 1 : 0;
        n_bytes += e->is_accepted ? e->name.n + e->email.n + e->affiliation.n + e->topic.n + 4 : 0;
        is_strong = is_strong || (e->is_accepted && (e->facts.has_given || e->email.n > 0));
    }
    arena_reset(probe);
    return n_accepted > 0 && n_bytes * 2 >= line->len && (is_strong || !is_strict);
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

static bool ends_open(const struct list *list)
{
    size_t n = list->open.len;
    const char *s = str_text(&list->open);
    if (n == 0) {
        return false;
    }
    char last = s[n - 1];
    bool is_joined = last == ',' || last == '&' || last == '-' || last == '(' || last == '/';
    bool ends_in_and = n > 4 && strncasecmp(s + n - 4, " and", 4) == 0;
    return is_joined || ends_in_and;
}

/* Unfinished name at the end of a wrapped list: a long line with commas and no full stop. */
static bool may_wrap(const struct list *list, const struct line *prev)
{
    if (!list->is_open) {
        return false;
    }
    if (ends_open(list)) {
        return true;
    }
    bool has_comma = memchr(str_text(&list->open), ',', list->open.len) != NULL;
    const char *open = memrchr(str_text(&list->open), '(', list->open.len);
    bool is_in_bracket = open != NULL && strchr(open, ')') == NULL;
    return is_in_bracket || (has_comma && prev->len + prev->indent > WRAP_WIDTH);
}

static struct span trim_colon(struct span s)
{
    s = span_trim(s);
    while (s.n > 0 && strchr(":.- ", s.p[s.n - 1]) != NULL) {
        s.n--;
    }
    return s;
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

static bool open_item_is_person(const struct list *list)
{
    struct line line = {.text = str_text(&list->open), .len = (uint32_t)list->open.len};
    return looks_like_people(&line, list->reader->probe, false);
}

static enum step step_bullet(struct list *list, const struct line *line)
{
    const struct line *heading = &list->reader->doc->lines[list->heading];
    bool is_same_as_heading = heading->mark != MARK_NONE && heading->bullet == line->bullet &&
                              line->indent <= heading->indent;
    if (list->item_indent < 0 && is_same_as_heading) {
        bool is_flat = list->phrase->has_colon && !list->has_items &&
                       line->indent == heading->indent &&
                       looks_like_people(line, list->reader->probe, true);
        if (!is_flat) {
            return STEP_END;
        }
    } else if (is_same_as_heading && line->indent < list->item_indent) {
        return STEP_END;
    }
    if (list->has_items && list->item_indent < 0 && list->is_plain &&
        !looks_like_people(line, list->reader->probe, false)) {
        return STEP_END;
    }
    if (list->item_indent >= 0 && line->indent < list->item_indent &&
        (line->flags & LINE_AFTER_BLANK) != 0) {
        return STEP_END;
    }
    if (list->is_open && list->open_indent >= 0 && line->indent > list->open_indent) {
        /* below "Red Hat" its people; below a person remarks */
        if (open_item_is_person(list)) {
            bool is_person = looks_like_people(line, list->reader->probe, true);
            return is_person ? take_item(list, line) : STEP_NEXT;
        }
        list->label_indent = list->open_indent;
        list->label =
            trim_colon(span_of(arena_strdup(list->reader->scratch, str_text(&list->open))));
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

/* Looks one line ahead: does a group label stand over people? */
static bool label_leads_people(const struct list *list, size_t i, size_t end)
{
    const struct doc *doc = list->reader->doc;
    if (i + 1 >= end) {
        return false;
    }
    const struct line *next = &doc->lines[i + 1];
    return (next->flags & (LINE_SKIP | LINE_RULE)) == 0 && next->level == 0 &&
           looks_like_people(next, list->reader->probe, true);
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

static enum step step_plain(struct list *list, size_t i, size_t end)
{
    const struct doc *doc = list->reader->doc;
    const struct line *line = &doc->lines[i];
    const struct line *prev = &doc->lines[i - 1];
    bool is_after_blank = (line->flags & LINE_AFTER_BLANK) != 0;
    if (is_label_line(line) || line->level > 0) {
        struct span phrase = {line->text, line->len};
        if (heading_is_other_section(phrase) || !label_leads_people(list, i, end)) {
            /* an introduction may end in a colon: "a quick list of folks:" */
            bool is_intro = line->level == 0 && !list->has_items && line->len > 50;
            return is_intro && list->n_intro++ < INTRO_MAX ? STEP_NEXT : STEP_END;
        }
        item_close(list);
        list->label = trim_colon(phrase);
        list->label_indent = -1;
        list->is_plain = false;
        list->item_indent = -1;
        return STEP_NEXT;
    }
    if (!is_after_blank && may_wrap(list, prev)) {
        item_continue(list, line);
        return STEP_NEXT;
    }
    if (!is_after_blank && list->is_open && list->item_indent >= 0) {
        bool is_indented = line->indent > list->item_indent;
        if (is_indented && !looks_like_people(line, list->reader->probe, true)) {
            item_continue(list, line);
            return STEP_NEXT;
        }
    }
    if (is_trailer(line)) {
        return STEP_END;
    }
    bool is_next_name = !is_after_blank && list->is_plain && list->has_items &&
                        line->indent == prev->indent && starts_like_name(line);
    if (is_next_name ||
        looks_like_people(line, list->reader->probe, is_after_blank && list->has_items)) {
        bool is_bulleted = list->item_indent >= 0;
        if (is_bulleted && is_after_blank && line->indent <= list->item_indent &&
            !has_inline_label(line)) {
            return STEP_END;
        }
        list->is_plain = true;
        return take_item(list, line);
    }
    bool is_remark = list->item_indent >= 0 && line->indent > list->item_indent;
    if (list->has_items && !is_remark) {
        return STEP_END;
    }
    if (list->has_items) {
        return STEP_NEXT;
    }
    bool is_new_paragraph = is_after_blank || prev->len < WRAP_WIDTH;
    list->n_intro += is_new_paragraph ? 1 : 0;
    return list->n_intro <= INTRO_MAX ? STEP_NEXT : STEP_END;
}

static enum step step_row(struct list *list, const struct line *line)
{
    if ((line->flags & LINE_ROW_END) != 0) {
        item_close(list);
        return STEP_NEXT;
    }
    if ((line->flags & LINE_CELL) != 0 && list->is_open && list->is_row) {
        str_add_char(&list->open, CELL);
        str_add_n(&list->open, line->text, line->len < ITEM_MAX ? line->len : ITEM_MAX);
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

size_t list_read(struct reader *reader, size_t i, size_t end, const struct role_phrase *phrase)
{
    struct list list = {
        .reader = reader,
        .phrase = phrase,
        .columns = {-1, -1, -1, -1, -1, false},
        .heading = i,
        .item_indent = -1,
        .label = {"", 0},
        .topic = reader->heading_topic,
    };
    const struct line *line = &reader->doc->lines[i];
    struct span rest =
        span_trim((struct span){line->text + phrase->used, line->len - phrase->used});
    if (rest.n > 0) {
        item_open(&list, line, phrase->used);
        list.has_items = true;
        list.is_plain = true;
        list.is_by_author = phrase->has_colon && says_myself(str_text(&list.open));
    }
    size_t j = i + 1;
    while (j < end) {
        const struct line *next = &reader->doc->lines[j];
        if ((next->flags & LINE_SKIP) != 0 || list_step(&list, j, end) == STEP_END) {
            break;
        }
        list.is_by_author =
            list.is_by_author || (next->len < 80 && list.is_open && says_myself(next->text));
        j++;
    }
    item_close(&list);
    list_decide(&list);
    if (list.is_by_author) {
        add_author(reader, i, phrase);
    }
    str_done(&list.open);
    arena_reset(reader->scratch);
    return j;
}
