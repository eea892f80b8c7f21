/* Words: looking one up in a sorted table. */
#include "core/extract/parts.h"

#include <ctype.h>
#include <string.h>

enum {
    G = WORD_IS_GIVEN_NAME,
    N = WORD_IS_NEVER_NAME,
    O = WORD_IS_ORGANISATION,
    P = WORD_IS_PARTICLE,
    H = WORD_IS_HONORIFIC,
    T = WORD_IS_GROUP,
    J = WORD_IS_JOB
};

#include "core/extract/common_table.h"
#include "core/extract/words_table.h"

#define WORD_MAX 48

unsigned word_bits(const struct word_row *rows, size_t n, struct span word)
{
    char folded[WORD_MAX];
    if (word.n == 0 || word.n >= sizeof folded) {
        return 0;
    }
    (void)fold_word(word, folded, sizeof folded);
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *row = rows[mid].word;
        int order = row[0] == folded[0] ? strcmp(row, folded)
                                        : (unsigned char)row[0] - (unsigned char)folded[0];
        if (order == 0) {
            return rows[mid].bits;
        }
        low = order < 0 ? mid + 1 : low;
        high = order < 0 ? high : mid;
    }
    return 0;
}

bool word_is_common(struct span word)
{
    return WORD_BITS(common_words, word) != 0;
}

unsigned word_classes(struct span word)
{
    while (word.n > 0 && (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ',')) {
        word.n--;
    }
    return WORD_BITS(name_words, word);
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '\'' || c == '_' ||
           (unsigned char)c >= 0x80;
}

struct span word_at(struct span s, size_t i)
{
    size_t end = i;
    while (end < s.n && is_word_char(s.p[end])) {
        end++;
    }
    return (struct span){s.p + i, end - i};
}
