/* Gathering: lines become items, items become entries, and entries mentions. */
#include "core/extract/list.h"

#include <string.h>
#include <strings.h>

#define TAIL_MAX   ((size_t)2000) /* bytes of an item that tell whether it goes on */
#define WRAP_WIDTH 45             /* a line this long may go on on the next */
#define LONG_WIDTH 65             /* a line this long surely does */

void item_close(struct list *list)
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
        .is_topic = list->phrase.is_behind_topics,
        .is_label_topic = list->phrase.is_by_topic,
    };
    str_clear(&list->open);
}

void item_open(struct list *list, const struct line *line, size_t skip)
{
    item_close(list);
    list->is_open = true;
    list->is_row = (line->flags & LINE_TABLE) != 0;
    list->open_line = (int)line->number;
    list->open_label = list->label;
    list->open_indent = line->mark == MARK_NONE ? -1 : line->indent;
    list->last_line = (int)line->number;
    str_add_n(&list->open, line->text + skip,
              whole_cut(line->text + skip, line->len - skip, ITEM_MAX));
}

void item_continue(struct list *list, const struct line *line)
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

/* Behind a heading that may head anything: do people make at least half of the text, and is one of
 * them surely one or are there several? */
static bool are_mostly_people(const struct list *list, const struct entries *entries)
{
    size_t n_bytes = 0;
    for (size_t i = 0; i < list->items.n; i++) {
        n_bytes += strlen(list->items.items[i].text);
    }
    struct entries_share share = entries_share(entries);
    return share.n_bytes * 2 >= n_bytes && (share.is_sure || share.n >= 2);
}

void list_decide(struct list *list)
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
    bool is_wanted = !list->is_doubtful || are_mostly_people(list, &entries);
    for (size_t i = 0; i < entries.all.n && is_wanted; i++) {
        if (entries.all.items[i].is_accepted) {
            mention_add(reader, list->phrase.role, list->phrase.strength, &entries.all.items[i]);
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
    list->open_label = list->label; /* an item that is open stands under it */
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

/* The name that begins a line, up to what stands behind it. */
static struct name_facts first_name(struct span s)
{
    size_t n = 0;
    while (n < s.n && strchr(",(<[;\n", s.p[n]) == NULL) {
        n++;
    }
    return name_judge((struct span){s.p, n});
}

/* The name behind the last comma. */
static struct name_facts last_name(const char *tail, size_t n)
{
    const char *comma = memrchr(tail, ',', n);
    size_t from = comma == NULL ? 0 : (size_t)(comma + 1 - tail);
    return name_judge((struct span){tail + from, n - from});
}

/* Is what stands before the last comma a full name? */
static bool has_full_name_before(const char *tail, size_t n)
{
    const char *comma = memrchr(tail, ',', n);
    size_t end = comma == NULL ? 0 : (size_t)(comma - tail);
    const char *before = memrchr(tail, ',', end);
    size_t from = before == NULL ? 0 : (size_t)(before + 1 - tail);
    return end > from && first_name((struct span){tail + from, end - from}).shape == NAME_FULL;
}

/* An unfinished name at the end of a wrapped list: a long line with commas and no full stop. */
bool item_may_wrap(const struct list *list, const struct line *next)
{
    const struct line *prev = next - 1;
    if (!list->is_open || list->open.len == 0) {
        return false;
    }
    if (ends_open(list)) {
        return true;
    }
    /* the end is enough: who looks at all of it each time takes time with its square */
    size_t n = list->open.len < TAIL_MAX ? list->open.len : TAIL_MAX;
    const char *tail = str_text(&list->open) + list->open.len - n;
    const char *open = memrchr(tail, '(', n);
    if (open != NULL && strchr(open, ')') == NULL) {
        return true;
    }
    if (memchr(tail, ',', n) == NULL || strchr(")]>.", tail[n - 1]) != NULL) {
        return false;
    }
    struct name_facts last = last_name(tail, n);
    struct name_facts first = first_name((struct span){next->text, next->len});
    bool is_cut = last.shape == NAME_GIVEN && first.shape == NAME_GIVEN;
    if (is_cut && has_full_name_before(tail, n)) {
        return true; /* "Jane Doe, Bo", "Li, ..." */
    }
    if (prev->len + prev->indent > WRAP_WIDTH) {
        bool is_next = last.shape == NAME_FULL && first.shape == NAME_FULL;
        return !is_next || prev->len + prev->indent > LONG_WIDTH;
    }
    /* a hanging indent goes on with the name that the end of the line cut */
    return next->indent > prev->indent + 3 && is_cut;
}

bool item_is_person(const struct list *list)
{
    struct line line = {.text = str_text(&list->open), .len = (uint32_t)list->open.len};
    return people_stand_in(&line, list->reader->probe, false);
}

static struct span trim_colon(struct span s)
{
    s = span_trim(s);
    while (s.n > 0 && strchr(":.- ", s.p[s.n - 1]) != NULL) {
        s.n--;
    }
    return s;
}

void list_set_label(struct list *list, struct span label, int indent)
{
    list->label = trim_colon(span_of(arena_strndup(list->reader->scratch, label.p, label.n)));
    list->label_indent = indent;
}
