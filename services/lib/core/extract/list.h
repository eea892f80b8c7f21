/* list: what list.c and gather.c share, and nobody else. */
#ifndef ROLLCALL_CORE_EXTRACT_LIST_H
#define ROLLCALL_CORE_EXTRACT_LIST_H

#include "base/str.h"
#include "core/extract/parts.h"

/* A list while it is read: items are gathered and decided together. */
struct list {
    struct reader *reader;
    struct role_phrase phrase;
    bool is_doubtful; /* the heading alone does not say that people follow */
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
    bool has_items;        /* something that looked like people */
    bool is_plain;         /* items without bullets */
    bool is_by_author;     /* "myself" is one of them */
    bool has_plain_labels; /* groups are named by lines without colon or bullet */
    int label_indent;      /* of the bullet that names the group; -1 = no bullet */
};

/* Begins an item with the line from byte `skip` on. */
void item_open(struct list *list, const struct line *line, size_t skip);
void item_close(struct list *list);
/* Joins a wrapped line; a '\n' for each line further, so that names keep their lines. */
void item_continue(struct list *list, const struct line *line);
/* Decides on what was gathered, adds the mentions, and begins anew. */
void list_decide(struct list *list);
/* Does the open item go on on the next line, which follows without a blank one? */
bool item_may_wrap(const struct list *list, const struct line *next);
bool item_is_person(const struct list *list);
void list_set_label(struct list *list, struct span label, int indent);

#endif
