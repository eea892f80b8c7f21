#include "ctl/work_file.h"

#include "base/file.h"
#include "base/str.h"
#include "core/text.h"
#include "ctl/csv_table.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX   ((size_t)64 << 20)
#define PIECES_MAX 200 /* of one kind, for one person */
#define TITLE_MAX  120 /* bytes shown of a text whose first line is longer */

int work_signals_parse(const char *list, struct work_signals *ret, struct err *err)
{
    struct work_signals on = {0};
    const struct {
        const char *name;
        bool *is_on;
    } names[] = {{"sections", &on.has_sections},
                 {"patches", &on.has_patches},
                 {"papers", &on.has_papers},
                 {"talks", &on.has_talks},
                 {"none", NULL}};
    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        size_t i = 0;
        while (i < sizeof names / sizeof names[0] &&
               (strlen(names[i].name) != n || strncmp(list, names[i].name, n) != 0)) {
            i++;
        }
        if (i == sizeof names / sizeof names[0]) {
            return err_set(err, ERR_USAGE, "no signal is called %.*s: %s or none", (int)n, list,
                           WORK_SIGNALS);
        }
        if (names[i].is_on != NULL) {
            *names[i].is_on = true;
        }
        list += n;
        list += *list == ',';
    }
    *ret = on;
    return 0;
}

/* Names meet whatever their accents; addresses whatever their capitals. */
static const char *fold_who(const char *who, struct arena *arena)
{
    if (strchr(who, '@') == NULL) {
        return text_fold(who, arena);
    }
    char *copy = arena_strdup(arena, who);
    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    }
    return copy;
}

static struct work_list *list_of(struct work_file *file, const char *who, struct arena *arena)
{
    bool is_new;
    const char *folded = fold_who(who, arena);
    int64_t *slot = strmap_at(&file->people, arena, folded, -1, &is_new);
    if (is_new) {
        *slot = (int64_t)file->lists.n;
        *vec_add(arena, &file->lists) = arena_alloc(arena, sizeof(struct work_list));
    }
    return file->lists.items[*slot];
}

static void add_work(struct work_file *file, const char *who, struct match_work work,
                     struct arena *arena)
{
    if (who[0] == '\0' || work.title[0] == '\0') {
        return;
    }
    struct work_list *list = list_of(file, who, arena);
    size_t n_alike = 0;
    for (size_t i = 0; i < list->works.n; i++) {
        n_alike += list->works.items[i].source == work.source;
    }
    if (work.source == MATCH_SECTION || n_alike < PIECES_MAX) {
        *vec_add(arena, &list->works) = work;
    }
}

/* "Name <address>" as its two halves; "" for what is not there. */
static void split_person(const char *text, size_t n, struct arena *arena, const char **ret_name,
                         const char **ret_address)
{
    const char *angle = memchr(text, '<', n);
    size_t name = angle == NULL ? n : (size_t)(angle - text);
    while (name > 0 && strchr(" \t\"", text[name - 1]) != NULL) {
        name--;
    }
    while (name > 0 && strchr(" \t\"", *text) != NULL) {
        text++;
        name--;
        n--;
    }
    *ret_name = arena_strndup(arena, text, name);
    *ret_address = "";
    if (angle != NULL) {
        size_t rest = n - (size_t)(angle + 1 - text);
        const char *end = memchr(angle + 1, '>', rest);
        *ret_address =
            arena_strndup(arena, angle + 1, end == NULL ? rest : (size_t)(end - angle - 1));
    }
}

static void add_by_both(struct work_file *file, const char *text, size_t n, struct match_work work,
                        struct arena *arena)
{
    const char *name;
    const char *address;
    split_person(text, n, arena, &name, &address);
    add_work(file, name, work, arena);
    add_work(file, address, work, arena);
}

/* ---- MAINTAINERS ---- */

static bool is_field(const char *line, size_t n)
{
    return n > 2 && line[0] >= 'A' && line[0] <= 'Z' && line[1] == ':';
}

/* Section by section: the title, then fields; people are known when it ends. */
static void read_maintainers(struct work_file *file, const char *text, struct arena *arena)
{
    const char *title = "";
    CLEANUP(str_done) struct str paths = {0};
    VEC(const char *) people = {0};
    for (const char *line = text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        bool is_person = is_field(line, n) && (line[0] == 'M' || line[0] == 'R');
        if (is_person) {
            const char *person = line + 2 + strspn(line + 2, " \t");
            *vec_add(arena, &people) = arena_strndup(arena, person, n - (size_t)(person - line));
        } else if (is_field(line, n) && strchr("FNK", line[0]) != NULL) {
            str_add_n(&paths, line + 2, n - 2);
            str_add(&paths, "\n");
        }
        const char *next = line + n + (line[n] == '\n');
        bool is_end = n == 0 || *next == '\0';
        if (!is_end && !is_field(line, n) && *next != '\0' && is_field(next, strcspn(next, "\n"))) {
            title = arena_strndup(arena, line, n);
        }
        if (is_end) {
            struct match_work work = {MATCH_SECTION, title, arena_strdup(arena, str_text(&paths))};
            for (size_t i = 0; i < people.n; i++) {
                add_by_both(file, people.items[i], strlen(people.items[i]), work, arena);
            }
            people.n = 0;
            title = "";
            str_clear(&paths);
        }
        line = next;
    }
}

static bool is_maintainers(const char *text)
{
    return strncmp(text, "M:\t", 3) == 0 || strstr(text, "\nM:\t") != NULL;
}

/* ---- patches ---- */

static bool is_patch_list(const char *text)
{
    size_t n = strcspn(text, "\n");
    const char *tab = memchr(text, '\t', n);
    return tab != NULL && memchr(text, '<', (size_t)(tab - text)) != NULL;
}

static void read_patches(struct work_file *file, const char *text, struct arena *arena)
{
    for (const char *line = text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        const char *tab = memchr(line, '\t', n);
        if (tab != NULL) {
            const char *subject = arena_strndup(arena, tab + 1, n - (size_t)(tab + 1 - line));
            add_by_both(file, line, (size_t)(tab - line),
                        (struct match_work){MATCH_PATCH, subject, ""}, arena);
        }
        line += n + (line[n] == '\n');
    }
}

/* ---- CSV ---- */

struct work_kind {
    const char *name;
    enum match_source source;
    bool is_on;
    bool has_abstract; /* behind the title */
};

static const struct work_kind *find_kind(const struct work_kind *kinds, const char *name)
{
    while (kinds->name != NULL && strcmp(kinds->name, name) != 0) {
        kinds++;
    }
    return kinds->name == NULL ? NULL : kinds;
}

/* The title is the first line; of a line that is too long for one, as many characters as fit. */
static struct match_work split_title(enum match_source source, const char *text,
                                     struct arena *arena)
{
    size_t n = strcspn(text, "\r\n");
    if (n <= TITLE_MAX) {
        return (struct match_work){source, arena_strndup(arena, text, n), text + n};
    }
    n = utf8_cut(text, n, TITLE_MAX);
    while (n > TITLE_MAX / 2 && text[n] != ' ') {
        n--; /* at a blank, if there is one */
    }
    n = text[n] == ' ' ? n : utf8_cut(text, strlen(text), TITLE_MAX);
    return (struct match_work){source, arena_printf(arena, "%.*s …", (int)n, text), text + n};
}

static int read_csv(struct work_file *file, const char *path, const struct work_signals *signals,
                    struct arena *arena, struct err *err)
{
    const struct work_kind kinds[] = {{"section", MATCH_SECTION, signals->has_sections, false},
                                      {"patch", MATCH_PATCH, signals->has_patches, false},
                                      {"paper", MATCH_PAPER, signals->has_papers, true},
                                      {"talk", MATCH_TALK, signals->has_talks, true},
                                      {0}};
    struct csv_table table = {0};
    int attendee = 0;
    int kind = 0;
    int text = 0;
    int r = csv_table_read(path, arena, &table, err);
    if (r < 0 || (r = csv_table_need(&table, path, "attendee", &attendee, err)) < 0 ||
        (r = csv_table_need(&table, path, "kind", &kind, err)) < 0 ||
        (r = csv_table_need(&table, path, "text", &text, err)) < 0) {
        return r;
    }
    for (size_t i = 0; i < table.n; i++) {
        const char *word = csv_table_field(&table, i, kind);
        const char *what = csv_table_field(&table, i, text);
        const struct work_kind *known = find_kind(kinds, word);
        if (known == NULL) {
            return err_set(err, ERR_INPUT,
                           "%s: the kind of work is section, patch, paper or talk, not \"%.40s\"",
                           path, word);
        }
        if (known->is_on) {
            add_work(file, csv_table_field(&table, i, attendee),
                     known->has_abstract ? split_title(known->source, what, arena)
                                         : (struct match_work){known->source, what, ""},
                     arena);
        }
    }
    return 0;
}

int work_file_read(const char *path, const struct work_signals *signals, struct arena *arena,
                   struct work_file *ret, struct err *err)
{
    char *text;
    size_t len;
    int r = file_read(path, FILE_MAX, arena, &text, &len, err);
    if (r < 0) {
        return r;
    }
    if (is_maintainers(text)) {
        if (signals->has_sections) {
            read_maintainers(ret, text, arena);
        }
        return 0;
    }
    if (is_patch_list(text)) {
        if (signals->has_patches) {
            read_patches(ret, text, arena);
        }
        return 0;
    }
    return read_csv(ret, path, signals, arena, err);
}

void work_file_add(const struct work_file *file, const char *who, struct arena *arena,
                   struct work_list *ret)
{
    const int64_t *slot =
        who == NULL || who[0] == '\0' ? NULL : strmap_find(&file->people, fold_who(who, arena));
    if (slot == NULL) {
        return;
    }
    const struct work_list *list = file->lists.items[*slot];
    for (size_t i = 0; i < list->works.n; i++) {
        bool is_there = false;
        for (size_t j = 0; j < ret->works.n && !is_there; j++) { /* by name and by address */
            is_there = ret->works.items[j].title == list->works.items[i].title;
        }
        if (!is_there) {
            *vec_add(arena, &ret->works) = list->works.items[i];
        }
    }
}
