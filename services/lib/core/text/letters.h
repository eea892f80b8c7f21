/* text_letters: what Unicode says of a letter, and how it is folded (private to text/). */
#ifndef ROLLCALL_CORE_TEXT_LETTERS_H
#define ROLLCALL_CORE_TEXT_LETTERS_H

#include <ctype.h>
#include <stdbool.h>

#include <unicode/umachine.h>

/* Of a letter, digit or mark beyond ASCII. */
bool letter_is_wide(UChar32 c);

/* A letter, a digit or a mark on one; c may be negative, the end of the text. */
static inline bool is_word_char(UChar32 c)
{
    return c < 0x80 ? c >= 0 && isalnum((int)c) : letter_is_wide(c);
}

/* Zero-width joiners, soft hyphens and direction marks inside words mean nothing. */
static inline bool is_ignored(UChar32 c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f);
}

/* As is_pairwise_script(), of what lies behind the scripts that all write blanks. */
bool letter_is_pairwise(UChar32 c);

/* Of a script that is written without blanks. */
static inline bool is_pairwise_script(UChar32 c)
{
    return c >= 0x0e00 && letter_is_pairwise(c);
}

/* The letters that c, beyond ASCII, counts as: case, accents and compatibility forms folded. Puts
 * at most LETTER_FOLDS of them into ret and says how many; 0 when c means nothing. */
#define LETTER_FOLDS 32
int letter_fold(UChar32 c, UChar32 *ret);

#endif
