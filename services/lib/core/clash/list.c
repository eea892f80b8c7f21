#include "core/clash/list.h"

#include <stdlib.h>
#include <string.h>

void clash_list_done(struct clash_list *list)
{
    free(list->items);
    *list = (struct clash_list){0};
}

struct clash *clash_list_reserve(struct clash_list *list, size_t n)
{
    if (list->n + n > list->cap) {
        list->cap = (list->n + n) * 2;
        list->items = reallocarray(list->items, list->cap, sizeof *list->items);
        if (list->items == NULL) {
            abort(); /* as arenas do */
        }
    }
    return &list->items[list->n];
}

void clash_list_keep(void *to, const struct clash *clash)
{
    struct clash_list *list = to;
    *clash_list_reserve(list, 1) = *clash;
    list->n++;
}

static int compare_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int clash_list_compare(const struct clash *a, const struct clash *b)
{
    int order = compare_ints(a->person, b->person);
    if (order != 0) {
        return order;
    }
    if ((order = compare_ints(a->kind, b->kind)) != 0 ||
        (order = compare_ints(a->session_a, b->session_a)) != 0 ||
        (order = compare_ints(a->session_b, b->session_b)) != 0 ||
        (order = compare_ints(a->start_us, b->start_us)) != 0 ||
        (order = compare_ints(a->end_us, b->end_us)) != 0 ||
        (order = compare_ints(a->severity, b->severity)) != 0) {
        return order;
    }
    return a->why == b->why ? 0 : strcmp(a->why, b->why);
}

static int compare(const void *a, const void *b)
{
    return clash_list_compare(a, b);
}

/* People come in order, few clashes at a time: insertion beats qsort() there. A list with more
 * disorder than that is left to qsort(). */
void clash_list_sort(struct clash_list *list)
{
    size_t n_steps = 0;
    for (size_t i = 1; i < list->n; i++) {
        const struct clash *before = &list->items[i - 1];
        if (before->person < list->items[i].person ||
            clash_list_compare(before, &list->items[i]) <= 0) {
            continue;
        }
        struct clash clash = list->items[i];
        size_t at = i;
        while (at > 0 && clash_list_compare(&list->items[at - 1], &clash) > 0) {
            list->items[at] = list->items[at - 1];
            at--;
            n_steps++;
        }
        list->items[at] = clash;
        if (n_steps > 4 * list->n) {
            qsort(list->items, list->n, sizeof *list->items, compare);
            return;
        }
    }
}

void clash_list_minus(const struct clash_list *a, const struct clash_list *b,
                      struct clash_list *kept)
{
    size_t k = 0;
    for (size_t i = 0; i < a->n; i++) {
        int order = -1;
        while (k < b->n && (order = clash_list_compare(&b->items[k], &a->items[i])) < 0) {
            k++;
        }
        if (k == b->n || order != 0) {
            clash_list_keep(kept, &a->items[i]);
        }
    }
}
