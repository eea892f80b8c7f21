/* title: what title.c and title_find.c share, and nobody else. */
#ifndef ROLLCALL_CORE_EXTRACT_TITLE_H
#define ROLLCALL_CORE_EXTRACT_TITLE_H

#include "core/extract/parts.h"

#define TITLE_WORDS    40
#define TITLE_LINE_MAX ((size_t)4000) /* bytes of a line that are read */

/* What a word may be in a title or in a sentence that gives one. */
enum title_bit {
    TITLE_TRIM = 1,       /* says where and what kind, not what about: LPC, proposal, the */
    TITLE_MC = 2,         /* microconference */
    TITLE_DETERMINER = 4, /* the, our */
    TITLE_CONNECTOR = 8,  /* and, of */
    TITLE_EMPTY = 16,     /* in lower case no subject: "success of last year's MC" */
    TITLE_OPENER = 32,    /* "a microconference on X" */
    TITLE_STOP = 64,      /* where such an X ends */
    TITLE_VERB = 128,     /* "X is a ..." */
    TITLE_PRONOUN = 256,  /* "It is a ..." */
    TITLE_KIND = 512,     /* workshop, call: "Foo workshop: X" is about X */
};

/* A window of a text: words without blanks. */
struct title_words {
    struct span items[TITLE_WORDS];
    short bits[TITLE_WORDS]; /* of the bare form; -1 = not looked up yet: see title_has() */
    size_t n;
};

void title_words_split(struct span s, struct title_words *ret);
/* Has the word at i one of these bits? */
bool title_has(struct title_words *w, size_t i, unsigned bits);
struct span title_bare(struct span word); /* without punctuation at both ends */
bool title_is_trimming(struct title_words *w, size_t i);
/* How many words from w[i] on say "microconference": "MC", "micro conference"; 0 = none. */
size_t title_mc_words(struct title_words *w, size_t i);
/* Trims words [from, to) at both ends and joins what stays; "" when nothing does. */
char *title_join(struct title_words *w, size_t from, size_t to, struct arena *arena);

#endif
