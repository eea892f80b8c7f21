/* match_quote: which few words of a sentence can be quoted and still make sense. */
#ifndef ROLLCALL_CORE_MATCH_QUOTE_H
#define ROLLCALL_CORE_MATCH_QUOTE_H

#include "core/match/internal.h"

struct match_quote {
    uint32_t first;
    uint32_t n;       /* words; 0 = nothing of it can be quoted */
    uint32_t n_words; /* without the parts of compounds */
    double value;     /* carried by what is quoted */
};

/*
 * The phrase that carries most of words[0..n), which stand in one sentence of the text, at most
 * `most` words long: runs of content words, whole, joined by "of", "and" and their like. It neither
 * begins nor ends in the middle of such a run and has no verb that is known for one. An item of a
 * list is quoted whole; of a longer sentence no more than what is carried asks for. carried[i] is
 * what the word i adds; 0 where an earlier one has the same term.
 */
struct match_quote match_quote_of(const char *text, const struct match_word *words, uint32_t n,
                                  const float *carried, uint32_t most);

#endif
