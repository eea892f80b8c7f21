/*
 * meet_terms: what attendees care about and work on, as terms that several may share.
 *
 * A term is a pair of neighbouring words ("thermal zones"), a technical word ("SEV-SNP", "ext4"),
 * or an ordinary word that somebody wrote by itself. Words are folded and stemmed as in matching.
 * Interests tell what people care about; talks, tracks they lead and topics they are key attendees
 * for tell what they work on. Terms count people, not words: df is how many attendees have one.
 */
#ifndef ROLLCALL_CORE_MEET_TERMS_H
#define ROLLCALL_CORE_MEET_TERMS_H

#include "base/strmap.h"
#include "core/conference.h"

#include <stdint.h>

/* What somebody has with a term; both bits may be set. */
enum meet_side {
    MEET_CARES = 1, /* wrote it as an interest */
    MEET_WORKS = 2, /* speaks about it, leads it, is a key attendee for it */
};

struct meet_term {
    const char *key; /* stems, joined by a blank */
    uint32_t df;     /* attendees who have it strongly, on whichever side */
    uint32_t part_a; /* a pair's words; UINT32_MAX = a single word */
    uint32_t part_b;
    bool is_in_programme; /* some session or track says it */
};

/* A term of one person. */
struct meet_has {
    uint32_t term;
    unsigned sides; /* enum meet_side */
    bool is_strong; /* says something by itself; else it only adds to what does */
    uint32_t start; /* bytes of text: as the person, or the programme about them, writes it */
    uint32_t end;
    const char *text; /* borrowed from the conference */
};

struct meet_person {
    struct meet_has *has; /* by term, each once */
    size_t n;
};

struct meet_terms {
    VEC(struct meet_term) terms;
    struct strmap by_key;
    struct meet_person *people; /* one per conf->persons; without terms for who does not attend */
    bool *is_attending;         /* one per conf->persons: has a confirmed registration */
    size_t n_attending;
};

/* Reads what everybody wrote, 4 kB of each, and what the programme says of them. Linear in all
 * that. Texts are borrowed from the conference, which must outlive the terms. */
void meet_terms_build(const struct conference *conf, struct arena *arena, struct meet_terms *ret);

/* 0 for what everybody has, 1 for what one alone has. */
double meet_idf(const struct meet_terms *terms, uint32_t term);

/* Has at most one in twenty the term, or so few that it says something all the same? */
bool meet_is_rare(const struct meet_terms *terms, uint32_t term);

#endif
