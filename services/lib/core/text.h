/*
 * text: words out of technical prose.
 *
 * Words are runs of Unicode letters and digits, folded (case, accents, compatibility forms). What
 * programmers write as one word stays one word and is also given in parts: "PREEMPT_RT" yields
 * "preemptrt" (whole) and "preempt" (part; single letters and bare numbers are no parts). Wholes
 * are written together, so that hot-plug, hot_plug and hotplug are the same word. "C++", "C#" and
 * "16k" are words. Han, Kana, Hangul and the scripts that write no blanks give overlapping pairs of
 * characters. Addresses of the web and of people are skipped. Invalid UTF-8 separates words.
 */
#ifndef ROLLCALL_CORE_TEXT_H
#define ROLLCALL_CORE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_WORD_MAX 48 /* bytes of a folded word; longer ones are no words */

enum text_kind {
    TEXT_WORD,  /* stands for itself */
    TEXT_WHOLE, /* a compound written together; its parts follow */
    TEXT_PART,  /* one part of the compound before it */
};

struct text_token {
    const char *fold;  /* folded, not stemmed; in the arena given to text_read() */
    uint32_t start;    /* first byte of the surface form in the source */
    uint32_t end;      /* first byte behind it; in a part of a compound too */
    uint32_t position; /* counts words; a whole has the position of its first part */
    enum text_kind kind;
    bool is_stop;      /* "the", "with": carries no topic */
    bool starts_break; /* punctuation or a line end before it: no phrase reaches across */
    bool is_acronym;   /* two capitals or more, or letters with digits: "CXL", "PCIe", "ext4" */
};

struct text_tokens {
    VEC(struct text_token) items;
};

/* Reads text[0..len), at most max_tokens of it (0 = no limit), adding to ret. Time and memory are
 * linear in len. */
void text_read(const char *text, size_t len, size_t max_tokens, struct arena *arena,
               struct text_tokens *ret);

/* The folded form of a whole string: words separated by one blank, in the arena. */
const char *text_fold(const char *text, struct arena *arena);

/* Stemmers of Snowball by language, made when first needed. */
struct text_stemmers;
struct text_stemmers *text_stemmers_new(void);
void text_stemmers_free(struct text_stemmers *stemmers); /* accepts NULL */

/* The row of the language table for "en", "en-GB", "English" or "deu"; English when unknown. */
int text_language(const char *name);
int text_n_languages(void);

/* The stem of a folded word; the word itself where it has digits or signs. Valid until the next
 * call. */
const char *text_stem(struct text_stemmers *stemmers, int language, const char *fold);

bool text_is_stop(const char *fold);

/* A word of everyday English ("old", "hand"): it says little of a topic, however rare it is in a
 * programme. */
bool text_is_common(const char *fold);

/* What a folded word does in an English sentence, as far as tables tell. */
enum text_grammar {
    TEXT_TOPIC,    /* may name something */
    TEXT_EVERYDAY, /* text_is_common() */
    TEXT_LINK,     /* joins the words around it into one phrase: "of", "and" */
    TEXT_VERB,     /* seldom anything but a verb: "shows" */
};
enum text_grammar text_grammar(const char *fold);

#endif
