/*
 * match: which sessions fit what an attendee says they care about, and why.
 *
 * A lexical ranking, BM25F (Robertson, Zaragoza, Taylor 2004) over title, tags, track, text and
 * people, with phrases, acronyms and compounds learned from the programme, expansion by
 * co-occurrence in it, and feedback (Rocchio 1971) for likes and dislikes. docs/matching.md tells
 * the whole formula and what it was measured with.
 */
#ifndef ROLLCALL_CORE_MATCH_H
#define ROLLCALL_CORE_MATCH_H

#include "core/conference.h"

struct match_index; /* the sessions of one conference, weighted; immutable once made */
struct match_query; /* one attendee's taste, translated into the words of the programme */

/* What a result rests on. */
enum match_basis {
    MATCH_BY_WORDS,   /* what the attendee wrote */
    MATCH_BY_LIKES,   /* sessions they starred */
    MATCH_BY_RELATED, /* words that go with what the attendee wrote, more than the words themselves
                       */
    MATCH_BY_PEOPLE,  /* a person they named */
    MATCH_AS_TOLD,    /* because[0] is the whole sentence, kept from before: match_reason() */
    MATCH_BY_FASHION, /* nothing is known of them: popular, and unlike the others chosen */
};

/* Where a piece of somebody's work comes from. */
enum match_source {
    MATCH_TALK,    /* a talk that they give */
    MATCH_WANTED,  /* a track that they lead or are a key attendee of */
    MATCH_SECTION, /* a section of MAINTAINERS with their name */
    MATCH_PATCH,   /* a patch that they sent */
    MATCH_PAPER,   /* a paper or article that they wrote */
};

/* What somebody does, where they do not say what they care about, or beside it. */
struct match_work {
    enum match_source source;
    const char *title; /* as it is shown: "PCI SUBSYSTEM" */
    const char *text;  /* further words, which are not shown; "" = none */
};

struct match_result {
    int session;
    double score;         /* > 0; comparable within one attendee */
    const char **because; /* reasons in the words of the programme, strongest first; in the arena */
    int n_because;
    enum match_basis basis;
    const char *wrote; /* the attendee's own words that led here: "PCIe hot-plug"; NULL = none */
    const struct match_work *work; /* what those words are from; NULL = the stated interests */
};

/* What is known of one attendee's taste. */
struct match_profile {
    const char *interests; /* free text or tags; "" = none */
    const int *likes;      /* sessions starred or "more like this" */
    int n_likes;
    const int *dislikes;
    int n_dislikes;
    const struct match_work *works; /* count less where interests are stated as well */
    int n_works;
    const int *own; /* sessions that they are in anyhow: never recommended */
    int n_own;
};

/* Switches for measuring and for those who want the plain thing. */
struct match_options {
    bool is_diverse;   /* the tail third avoids variants of what is above it */
    bool has_reasons;  /* fill because, basis and wrote */
    bool has_fallback; /* popular sessions when nothing else is found */
};

/* Indexes every live session except breaks and open slots. The conference must outlive the index.
 */
struct match_index *match_index_new(const struct conference *conf);
void match_index_free(struct match_index *index); /* accepts NULL */
/* How many sessions have no place in an index, which holds 65,535, and are never recommended: the
 * last of the conference. Whoever ranks tells. */
size_t match_left_out(const struct conference *conf);
/* How many starred each session, by session, where the conference's own stars are not all: who says
 * nothing is shown what is popular. */
void match_index_set_stars(struct match_index *index, const uint32_t *counts);

/* The best `top` sessions, best first, ties by session start then key. With an empty profile:
 * popular and diverse ones, whose reason says just that. Returns how many; ret has room for top.
 * Sessions liked or disliked are not recommended again. */
int match_top(const struct match_index *index, const struct match_profile *profile, int top,
              struct arena *arena, struct match_result *ret);

/* The same in two steps, and with a choice. The query lives in the arena; a query of an empty
 * profile is valid. match_top() is both with all options set. */
struct match_query *match_query_new(const struct match_index *index,
                                    const struct match_profile *profile, struct arena *arena);
/* Only the words that were written: nothing is added that goes with them. Plain BM25F. */
struct match_query *match_query_new_plain(const struct match_index *index,
                                          const struct match_profile *profile, struct arena *arena);
int match_query_top(const struct match_index *index, const struct match_query *query, int top,
                    const struct match_options *options, struct arena *arena,
                    struct match_result *ret);

/* The exact score of one session under a query; what ranking sorts by. 0 = nothing in common. */
double match_score(const struct match_index *index, const struct match_query *query, int session);

/* The reasons as one sentence: "because you wrote PCIe hot-plug: PCI error handling, CXL hot-plug".
 * Who keeps it for later gives it back as because[0] with basis MATCH_AS_TOLD. In the arena. */
const char *match_reason(const struct match_result *result, struct arena *arena);

/* How the sentence of a session begins that nothing but its popularity speaks for
 * (MATCH_BY_FASHION); behind "; " follows what sets it apart, where there is something. To be said
 * once above a list. */
#define MATCH_TOLD_POPULAR   "popular, as nothing is known of your interests"
#define MATCH_TOLD_VARIED    "for variety, as nothing is known of your interests"
#define MATCH_TOLD_UNMATCHED "for variety, as nothing here matches what you wrote"

/* Of such a sentence: what sets the session apart, "" = nothing; NULL for any other sentence. */
const char *match_fashion_detail(const char *sentence);

/* How the sentence of a session begins that has in common with the interests only halves of what
 * was written, or words that go with it. */
#define MATCH_TOLD_LOOSE "close to what you wrote"
#define MATCH_TOLD_NEAR  "close to your interests"

/* Is it such a session? The same of a result and of its sentence, kept from before. */
bool match_is_loose(const struct match_result *result);

/* Does the sentence of match_reason() only say that the session is near something, with nothing of
 * it quoted? */
bool match_is_untold(const char *sentence);

/* The reasons alone, joined by commas. */
const char *match_fragments(const struct match_result *result, struct arena *arena);

#endif
