/* meet_pair: two people and what they share; for meet/meet.c only. */
#ifndef ROLLCALL_CORE_MEET_PAIR_H
#define ROLLCALL_CORE_MEET_PAIR_H

#include "core/meet.h"

/* Score and link, without words; x < y. false when they share nothing that is worth a meeting. */
bool meet_pair_make(const struct meet_terms *terms, int x, int y, struct meet_pair *ret);

/* Puts what they share into words: done for the few pairs that are kept. */
void meet_pair_word(const struct meet_terms *terms, struct meet_pair *pair, struct arena *arena);

#endif
