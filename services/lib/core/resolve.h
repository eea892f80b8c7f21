/*
 * resolve: which of many known people does a written name mean?
 *
 * An index over candidates that takes single additions, and a look-up that answers with a
 * calibrated probability and the reasons in words. Addresses, hashed addresses and Matrix ids
 * decide first; then names, by the weights of Fellegi and Sunter ("A theory for record linkage",
 * 1969) with frequencies counted in the index: agreement on a rare name weighs more than on a
 * common one. Candidates are found by symmetric deletion (as in SymSpell), by sound, by nickname
 * class and by consonants across scripts; the best of them are compared in full.
 *
 * A given name alone is a question as soon as somebody is likely at all (RESOLVE_ALONE_FROM; a
 * short form of a name says so little that the right one may be at two per cent), other names from
 * a likelihood of 0.15 on. A link is made only at or above the threshold, with a clear lead over
 * the runner-up, and never from a given name alone. Not thread safe; one index may be used by one
 * thread at a time.
 */
#ifndef ROLLCALL_CORE_RESOLVE_H
#define ROLLCALL_CORE_RESOLVE_H

#include "core/conference.h"

#include <stdbool.h>
#include <stddef.h>

#define RESOLVE_CANDIDATES 5
#define RESOLVE_THRESHOLD  0.99 /* default of the setting LINK_THRESHOLD */
#define RESOLVE_LEAD       0.05 /* default of the setting LINK_LEAD */
#define RESOLVE_ALONE_FROM 0.02 /* candidates of a given name alone this likely are a question */

struct resolve_index;

/* What is known of a candidate, or of a mention. NULL counts as "" (not known). */
struct resolve_record {
    const char *name;        /* as written; addresses and brackets in it are understood */
    const char *email;       /* any case */
    const char *email_md5;   /* 32 hex digits of the lower-cased address; never shown */
    const char *matrix_id;   /* "@user:server" */
    const char *affiliation; /* company, team, subsystem */
    const char *country;
    const char *context; /* candidates: interests; mentions: the microconference's field, topic */
    const char *note;    /* candidates: where this name or address was learned, for the reasons */
};

/* What a registration says; the texts are borrowed from it. */
struct resolve_record resolve_record_of(const struct registrant *registrant);

/* What speaks for a candidate beside the two records: the other mentions of the same text. */
struct resolve_hint {
    double weight;         /* logarithm of the likelihood ratio; 0 = none */
    bool is_named_in_full; /* the same list names this owner in full: a short form may mean them */
    const char *why[2];    /* reasons in words; NULL = none */
};

/* Fills *ret for an owner. is_short: the mention leaves out or shortens a part of the name. */
typedef void resolve_hint_fn(void *context, int owner, bool is_short, struct resolve_hint *ret);

struct resolve_options {
    double threshold;        /* link at or above; 0 = RESOLVE_THRESHOLD */
    double lead;             /* and this far ahead of the second; < 0 = RESOLVE_LEAD */
    bool is_given_name_only; /* the caller knows that the name is a given name alone */
    const int *excluded;     /* owners that it is not, by a person's word; n_excluded of them */
    int n_excluded;
    resolve_hint_fn *hint; /* NULL = there is nothing beside the records */
    void *hint_context;
};

struct resolve_candidate {
    int record; /* as resolve_add() numbered it */
    int owner;
    double confidence;           /* probability that it is the one, 0..1 */
    const char *const *evidence; /* reasons in words, strongest first; in the arena */
    int n_evidence;
};

struct resolve_answer {
    enum resolution_status status;
    bool is_given_name_only;
    bool is_decisive; /* an address or id decided, not the name */
    bool is_backed;   /* or affiliation or address speak for it beside the name */
    struct resolve_candidate candidates[RESOLVE_CANDIDATES]; /* best first, one for each owner */
    int n_candidates; /* candidates[0] is the one chosen when status is RESOLUTION_LINKED */
};

struct resolve_index *resolve_index_new(void);
void resolve_index_free(struct resolve_index *index); /* accepts NULL */

/*
 * Adds a candidate and returns its number (0, 1, ...). Records with the same owner (>= 0) are one
 * person under several names or addresses; owners are the caller's numbers. The strings are
 * borrowed and must outlive the index. A record without a readable name is found by address only.
 */
int resolve_add(struct resolve_index *index, const struct resolve_record *record, int owner);

/*
 * From resolve_mark() on, what is added can be taken back: resolve_rewind() makes the index what it
 * was, to the last detail, and goes on from there. A second mark moves the first.
 */
void resolve_mark(struct resolve_index *index);
void resolve_rewind(struct resolve_index *index);

/* The owner of the record with this address (or hash, or Matrix id); -1 = none. */
int resolve_owner_by_address(const struct resolve_index *index,
                             const struct resolve_record *record);

/* Is each address, hash and Matrix id of the record that owner's already? True when it has none. */
bool resolve_knows_address(const struct resolve_index *index, const struct resolve_record *record,
                           int owner);

/* Looks a mention up. Evidence and its list are in the arena. */
void resolve_find(struct resolve_index *index, const struct resolve_record *mention,
                  const struct resolve_options *options, struct arena *arena,
                  struct resolve_answer *ret);

/* Could two written names be those of one person? False only when both are full names and no word
 * of one resembles a word of the other. */
bool resolve_names_agree(const char *a, const char *b);

/* Bytes held. */
size_t resolve_index_bytes(const struct resolve_index *index);

/* --- whole files: the command `rollcall resolve --registrants CSV --mentions CSV` --- */

/* One line of the mentions CSV. */
struct resolve_mention {
    const char *name;
    const char *email;       /* "" = none */
    const char *affiliation; /* "" = none */
    const char *context;     /* the microconference's field, free text; "" = none */
};

struct resolve_line_candidate {
    int registrant; /* index in conf->registrants */
    double confidence;
};

/* What to print for mention i. */
struct resolve_line {
    enum resolution_status status;
    int registrant;              /* index in conf->registrants; -1 unless linked */
    double confidence;           /* of the best candidate; 0 when there is none */
    const char *const *evidence; /* for the best candidate, n_evidence of them; in the arena */
    int n_evidence;
    struct resolve_line_candidate candidates[RESOLVE_CANDIDATES]; /* best first */
    int n_candidates;
};

/*
 * Resolves n_mentions names against conf->registrants (only these are read; person fields are
 * neither used nor changed). Registrants that share an address, hash or Matrix id under agreeing
 * names count as one person; a confirmed registration stands for the person before a waiting and a
 * cancelled one. threshold and lead as in struct resolve_options. Returns n_mentions lines in the
 * arena, in order. Deterministic.
 */
struct resolve_line *resolve_lines(const struct conference *conf,
                                   const struct resolve_mention *mentions, size_t n_mentions,
                                   double threshold, double lead, struct arena *arena);

#endif
