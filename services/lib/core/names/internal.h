/* The inside of name_parse(): for the files of names/ alone. */
#ifndef ROLLCALL_CORE_NAMES_INTERNAL_H
#define ROLLCALL_CORE_NAMES_INTERNAL_H

#include "core/names.h"

/* A word of the text before it becomes a token. */
struct chunk {
    const char *s;
    size_t n;
    bool is_upper;    /* two letters or more, all capitals */
    bool is_lower;    /* starts with a small letter */
    bool is_hyphened; /* joined to the word before it by a hyphen */
    bool is_dotted;   /* a full stop follows */
    enum script script;
    int n_letters;
};

#define CHUNKS 16

struct chunks {
    struct chunk items[CHUNKS];
    int n;
    int comma; /* the first chunk behind the first comma; -1 = none */
};

/* names/beside.c: each takes its part out of text (blanks stay) and copies it */
void names_copy_trimmed(char *out, size_t size, const char *s, size_t n);
void names_take_email(char *text, char *email, size_t size);
void names_take_brackets(char *text, char *affiliation, size_t size);
void names_take_quoted(char *text);
void names_take_tail(char *text, char *affiliation, size_t size);

/* names/words.c */
bool names_fold_is(const struct chunk *chunk, const char *const *list);
void names_split_words(const char *text, struct chunks *ret);
void names_drop_titles(struct chunks *chunks);
void names_drop_company(struct chunks *chunks, char *affiliation, size_t size);

#endif
