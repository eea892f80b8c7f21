/*
 * names: a written name taken apart.
 *
 * Reads what people put into lists: titles, "Surname, Given", FAMILY names in capitals, initials,
 * brackets with a company, an address, any script. Tokens come out folded to a-z, given names
 * first where the order can be told.
 */
#ifndef ROLLCALL_CORE_NAMES_H
#define ROLLCALL_CORE_NAMES_H

#include "core/translit.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;
#include <stdint.h>

#define NAME_TOKENS   8   /* most tokens of a name; what is behind them is not looked at */
#define NAME_READINGS 3   /* most ways to read one name */
#define NAME_BYTES    512 /* a written name is cut there */

enum name_role {
    NAME_ANY, /* cannot be told */
    NAME_GIVEN,
    NAME_FAMILY,
};

struct name_token {
    char text[32]; /* folded: a-z, 0-9 */
    uint8_t len;
    enum name_role role;
    bool is_initial;
    bool is_transliterated; /* written in a script other than Latin */
};

struct name {
    struct name_token tokens[NAME_TOKENS];
    int n;
    bool is_order_known; /* given names stand first, for sure */
    bool is_given_alone; /* one word only: who is meant cannot be told from it */
    enum script script;  /* of the first letter */
};

struct written_name {
    struct name readings[NAME_READINGS]; /* the first is the plainest */
    int n_readings;                      /* 0 = no name in the text */
    char email[128];                     /* found beside the name; "" = none */
    char affiliation[128];               /* in brackets or behind a dash or comma; "" = none */
};

/* Takes text apart. Any bytes are accepted; what is no UTF-8 counts as a space. */
void name_parse(const char *text, struct written_name *ret);

/* The tokens sorted and joined by blanks: equal for names that differ only in case, order, titles,
 * marks and punctuation. "" when there is none. out holds NAME_KEY_SIZE bytes. */
#define NAME_KEY_SIZE (NAME_TOKENS * 32 + 1)
void name_key(const struct name *name, char *out);

/* As one greets: "Given Family" for "Family, Given"; any other text, and what has a degree or a
 * company behind its comma, as it is. In the arena, or text itself. */
const char *name_spoken(const char *text, struct arena *arena);

/* The Japanese reading of a name in kanji: the tables know common ones. 0 = not known; else
 * the bytes of s that are the family name, readings folded into the two buffers (32 bytes each;
 * given is "" when s holds the family name only). */
size_t name_kanji(const char *s, size_t n, char *family, char *given);

#endif
