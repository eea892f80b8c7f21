/*
 * clash_list: clashes of one edit, kept from edit to edit so that what is hot stays in the cache
 * (private to clash/).
 */
#ifndef ROLLCALL_CORE_CLASH_LIST_H
#define ROLLCALL_CORE_CLASH_LIST_H

#include "core/clash/index.h"

struct clash_list {
    struct clash *items; /* owned */
    size_t n;
    size_t cap;
};

void clash_list_done(struct clash_list *list);

/* The end of the list, with room for n more; who writes there adds to list->n. */
struct clash *clash_list_reserve(struct clash_list *list, size_t n);

/* Adds a copy; a clash_emit for lists. */
void clash_list_keep(void *list, const struct clash *clash);

/* By everything that two clashes can differ in, cheapest first: person, kind, sessions, times,
 * severity, sentence. 0 = nothing came and nothing went. */
int clash_list_compare(const struct clash *a, const struct clash *b);

void clash_list_sort(struct clash_list *list);

/* Keeps in `kept` those of a that b has not; both sorted. */
void clash_list_minus(const struct clash_list *a, const struct clash_list *b,
                      struct clash_list *kept);

#endif
