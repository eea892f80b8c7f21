/*
 * match_revise: an index of a programme that has changed a little, with what was learned before.
 *
 * An index learns from its programme how rare words are, what goes with them, phrases, lengths and
 * latent factors; one edit moves all of that by a hair, and with it everybody's scores. What was
 * learned is therefore kept as a reference. Sessions are folded into it one by one: what one says
 * and how it scores is a function of the reference and of its own words, so that an edit changes
 * the scores of the edited session only, and whom it concerns can be told exactly.
 */
#ifndef ROLLCALL_CORE_MATCH_REVISE_H
#define ROLLCALL_CORE_MATCH_REVISE_H

#include "core/match.h"

struct match_reference; /* what was learned from one programme */

/* What an index reads of one session, or, with session_id 0, the names of all speakers, leads and
 * key attendees: "l2:enT8:Printing", to be kept and given back. */
struct match_words {
    int64_t session_id;
    const char *words;
};

/* Of all sessions that an index has, in order, and of the names; in the arena. Sessions are told
 * apart by their id. Returns how many. */
size_t match_words_of(const struct conference *conf, struct arena *arena, struct match_words **ret);

/* Learns from that; NULL when it is not as match_words_of() writes it. */
struct match_reference *match_reference_new(const struct match_words *words, size_t n);
void match_reference_free(struct match_reference *reference);         /* accepts NULL */
size_t match_reference_size(const struct match_reference *reference); /* sessions */

/* An index of the sessions of conf, with what the reference knows. Of the very programme that the
 * reference was learned from it is what match_index_new() makes. A word that is new is as rare as
 * one that a single session has; new names and phrases are not known yet. Both must outlive it. */
struct match_index *match_index_on(const struct match_reference *reference,
                                   const struct conference *conf);

/* How many sessions are not what they were in the reference: edited, new or gone; one more when a
 * name is another. */
size_t match_index_drift(const struct match_index *index);

/* ---- whom a change concerns ---- */

struct match_memory; /* how each person's sessions were found; by the person's id */

struct match_memory *match_memory_new(void);
void match_memory_free(struct match_memory *memory); /* accepts NULL */
void match_memory_forget(struct match_memory *memory, int64_t person_id);
bool match_memory_has(const struct match_memory *memory, int64_t person_id);
size_t match_memory_size(const struct match_memory *memory);

/* match_query_top() with all options that the caller chose, and remembers for the person what it
 * took. Returns how many. */
int match_memory_top(struct match_memory *memory, int64_t person_id,
                     const struct match_index *index, const struct match_profile *profile, int top,
                     const struct match_options *options, struct arena *arena,
                     struct match_result *ret);

/*
 * Adds to ret_ids the persons who may find something else in `after` than in `before`, two indexes
 * of one reference: the others find the same sessions with the same scores and reasons, as long as
 * their profiles stay. All that is in the memory was found in `before`. Profiles that rest on
 * somebody's work change with the work: that is for the caller to know.
 */
struct match_person_ids {
    VEC(int64_t) ids; /* sorted */
};
void match_memory_concerned(struct match_memory *memory, const struct match_index *before,
                            const struct match_index *after, struct arena *arena,
                            struct match_person_ids *ret);

#endif
