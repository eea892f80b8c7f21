/*
 * translit: letters of any script as plain a-z, and keys under which spellings of one name meet.
 *
 * ICU turns other scripts into Latin letters; the keys undo what people do differently when they
 * write the same sound (kh/h, y/i/j, oe/o, doubled letters). Not thread safe (caches).
 */
#ifndef ROLLCALL_CORE_TRANSLIT_H
#define ROLLCALL_CORE_TRANSLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum script {
    SCRIPT_NONE, /* punctuation, digits, spaces, marks */
    SCRIPT_LATIN,
    SCRIPT_CYRILLIC,
    SCRIPT_GREEK,
    SCRIPT_HAN,
    SCRIPT_KANA,
    SCRIPT_HANGUL,
    SCRIPT_ARABIC,
    SCRIPT_HEBREW,
    SCRIPT_OTHER,
    SCRIPT_UKRAINIAN, /* asks for Ukrainian letters in translit_fold_as(); no script of its own */
};

enum script translit_script(int32_t code_point);

/* Reads the next code point of s[*at..n) and moves *at behind it; bytes that are no UTF-8 give
 * U+FFFD, one at a time. */
int32_t translit_next(const char *s, size_t n, size_t *at);

/* Writes s[0..n) in Unicode's form NFKC into out (size bytes with the NUL) when it holds anything
 * that this form changes (full width letters, loose accents), else as it is; cut at a character's
 * end when it does not fit. Returns the bytes written. */
size_t translit_normalise(const char *s, size_t n, char *out, size_t size);

/* Writes the word s[0..n) as lower-case a-z and 0-9 into out (size bytes with the NUL, cut when it
 * does not fit) and returns its length. o with dots becomes o, sharp s becomes ss; other scripts go
 * through ICU. *ret_script is the script of its first letter. */
size_t translit_fold(const char *s, size_t n, char *out, size_t size, enum script *ret_script);

/* The same for a word in Cyrillic, read as Ukrainian (h where Russian has g) or as Russian. */
size_t translit_fold_as(enum script script, const char *s, size_t n, char *out, size_t size);

/* The sound of a folded word: doubled letters single, ae oe ue as a o u, kh as h, y j as i, ck q as
 * k, ph as f, and so on. Words with one skeleton are spellings of one name. */
size_t translit_skeleton(const char *folded, char *out, size_t size);

/* Its consonants, voiced and unvoiced alike: what is left in common between the forms of a name in
 * a script without vowels, or with other ones, and its Latin forms. */
size_t translit_consonants(const char *folded, char *out, size_t size);

/* A folded word made ready once, for comparing it with many. */
struct translit_pattern {
    uint64_t places[37]; /* of each letter in the word, a bit for each */
    size_t len;
};
void translit_pattern(const char *word, size_t len, struct translit_pattern *ret);

/* Damerau-Levenshtein distance (optimal string alignment) of two folded words, or max + 1 when it
 * is more than max. Words longer than 47 letters are told apart by their first 47. */
int translit_pattern_distance(const struct translit_pattern *pattern, const char *b, size_t b_len,
                              int max);

#endif
