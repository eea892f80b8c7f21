/*
 * nicknames: which given names are forms of one another (Steve, Steven, Stefan), and which family
 * names are romanisations of one another (Xu, Hsu).
 *
 * A class is a set of such forms; a name may be in several. Words are folded (translit_fold()).
 */
#ifndef ROLLCALL_CORE_NICKNAMES_H
#define ROLLCALL_CORE_NICKNAMES_H

#include <stdbool.h>
#include <stdint.h>

#define NICKNAMES_MAX 10 /* classes of one word */

struct nickname_classes {
    uint16_t classes[NICKNAMES_MAX];
    int n;
    bool is_given;  /* a given name that the tables know */
    bool is_family; /* a family name with several romanisations */
};

/* The classes of the word; n = 0 when the tables do not hold it. The pointer stays valid. */
const struct nickname_classes *nicknames_find(const char *word);
/* Classes are numbered 0 .. nicknames_count() - 1. */
int nicknames_count(void);
/* How many classes hold both. */
int nicknames_share(const struct nickname_classes *a, const struct nickname_classes *b);

#endif
