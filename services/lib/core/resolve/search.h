/* Finding candidates for a name in the index: for the files of resolve/ alone. */
#ifndef ROLLCALL_CORE_RESOLVE_SEARCH_H
#define ROLLCALL_CORE_RESOLVE_SEARCH_H

#include "core/resolve/index.h"

#define FOUND_MAX 24

struct found {
    uint32_t record;
    double weight; /* logarithm of the likelihood ratio, all evidence */
    struct comparison names;
    const struct reading *reading; /* the one that fits best; NULL = found by address alone */
    uint32_t form;
    bool is_address;    /* an address, hash or Matrix id agrees */
    bool is_local_part; /* the address's local part agrees with another address's, or the name */
    bool is_affiliation;
    bool is_country;
    int n_context; /* words of the context among the interests */
    struct resolve_hint hint;
};

struct search {
    struct written_name written;
    struct name_token extra_tokens[4][NAME_TOKENS]; /* of readings made from the vocabulary */
    struct reading readings[NAME_READINGS + 4];
    int n_readings;
    struct found found[FOUND_MAX]; /* one for each record, in no order */
    int n_found;
};

/* Fills ret with the records that the name fits best; the names' weights are set. */
void search_names(struct resolve_index *index, const char *name, struct search *ret);

/* Fills the readings alone: they point into ret (resolve/readings.c). */
void search_read(struct resolve_index *index, const char *name, struct search *ret);

/* The entry of that record, made when it is not there; NULL when there is no room. */
struct found *search_add_record(struct search *search, uint32_t record);

/* The reasons for a candidate in words, strongest first, in the arena (resolve/evidence.c). */
void search_put_evidence(const struct resolve_index *index, const struct found *found,
                         struct arena *arena, struct resolve_candidate *ret);

#endif
