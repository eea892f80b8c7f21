/* match_internal: what the files of match/ share; nobody else includes it. */
#ifndef ROLLCALL_CORE_MATCH_INTERNAL_H
#define ROLLCALL_CORE_MATCH_INTERNAL_H

#include "base/strmap.h"
#include "core/match.h"
#include "core/text.h"

#include <math.h>

enum match_field {
    FIELD_TITLE,
    FIELD_TAGS,
    FIELD_TRACK,
    FIELD_TEXT,        /* the session's abstract */
    FIELD_DESCRIPTION, /* a block: its track's description and the titles of its contributions */
    FIELD_PEOPLE,
    N_FIELDS
};

struct match_field_row {
    const char *name;
    float weight; /* of one occurrence against one in the abstract */
    float b;      /* how much of the field's length counts, 0..1 */
};

extern const struct match_field_row match_fields[N_FIELDS];

#define MATCH_DOCS_MAX  65535 /* sessions of one index; what comes behind is never recommended */
#define MATCH_NO_TERM   UINT32_MAX
#define MATCH_RELATED   8  /* expansions kept for one term */
#define MATCH_DENSE     32 /* a term in so many sessions gets a row of its own */
#define MATCH_SIGNATURE 16 /* strongest words of a session, by which two are compared */
#define MATCH_STRONG    32 /* strongest words of a session, from which queries learn */
#define MATCH_SEGMENT                                                                              \
    48 /* words of a sentence from which reasons are cut, parts of compounds included */
#define NAME_FILTER    32768 /* bits */
#define MATCH_WORTH    0.12  /* of a score: what is worth telling besides what comes first */
#define MATCH_K1       1.2   /* BM25: how soon repetition stops counting */
#define MATCH_TERM_CAP 1024  /* terms of one query; the heaviest stay */

enum match_term_kind {
    TERM_WORD,
    TERM_PAIR,   /* two neighbours */
    TERM_PERSON, /* a whole name */
    TERM_FORM,   /* a word as it is written, where one stem has several: for long texts only */
};

struct match_term {
    uint32_t first;     /* index of its first posting */
    uint32_t n;         /* sessions that have it */
    uint32_t n_learned; /* that had it when the index learned; 1 for a word that has come since */
    int32_t dense;      /* row in dense[]; -1 = none */
    float idf;
    float max_impact;
    float step;     /* of its impacts: max_impact / 65535 */
    float echo;     /* what it counts under the cosine measure; see match/weigh.c */
    uint32_t stem;  /* of a form: the word */
    uint32_t forms; /* of a word that has several: 1 + the number of its last form; else 0 */
    enum match_term_kind kind;
    bool is_common;    /* everyday English */
    bool is_technical; /* written as an acronym or with digits somewhere: "SEV-SNP", "ext4" */
};

struct match_piece {
    const char *text; /* borrowed from the conference */
    enum match_field field;
};

/* What the words of one session are read from, whether it comes from a conference or from what was
 * kept of one: match/original.c. */
struct match_original {
    int64_t id;           /* the session's in the database */
    int session;          /* of the conference; -1 = there is none */
    const char *language; /* as the session says it */
    struct match_piece *pieces;
    size_t n_pieces;
    struct match_named *named;
    size_t n_named;
};

/* A name that goes with a session. */
struct match_named {
    const char *name;
    enum role role;
    bool is_word; /* of the session: else it is only told of somebody who has such a name there */
};

struct match_originals {
    struct match_original *items; /* sessions that are indexed, in the conference's order */
    size_t n;
    const char **names; /* of all speakers, leads and key attendees */
    size_t n_names;
};

/* One occurrence, in reading order: what explanations are made from. */
struct match_word {
    uint32_t term;
    uint32_t form;  /* as it is written */
    uint32_t start; /* byte in the piece's text */
    uint16_t length;
    uint16_t piece;        /* of the session's pieces */
    bool starts_break : 1; /* no phrase reaches across its beginning */
    bool is_part : 1;      /* of the compound before it */
    bool is_stop : 1;
    uint8_t offset;  /* in its segment: words before it; 0 = begins one. A segment ends with its
                        piece, before a break, and after MATCH_SEGMENT words */
    uint8_t place;   /* the same without the parts of compounds */
    uint8_t grammar; /* enum text_grammar */
};

struct match_doc {
    int session;
    uint32_t first_word;
    uint32_t n_words;
    uint32_t first_piece;
    uint32_t n_pieces;
    uint32_t first_entry; /* in entries */
    uint32_t n_entries;
    uint32_t n_word_entries; /* the first so many: pairs and names come behind */
    float length;            /* Euclidean, of its impacts, but those of forms */
    float echo_length;       /* the same of all, each as its term's echo */
    int place;               /* rank by start, then key: breaks ties */
};

struct match_entry {
    uint32_t term;
    float impact;
};

struct match_posting {
    uint16_t doc;
    uint16_t quantum; /* the impact in the term's steps: match_impact() */
};

struct match_relation {
    uint32_t term;
    float weight; /* 0..1 */
};

/* "Compute Express Link" = "CXL": found whole in reading order. */
struct match_phrase {
    uint32_t words[8];
    int n_words;
    uint32_t short_term;
};

/* Open addressing from two terms to one. */
struct match_pairs {
    uint64_t *keys; /* UINT64_MAX = empty */
    uint32_t *values;
    size_t n_slots;
    size_t n;
};

struct match_form {
    const char *text;  /* folded */
    uint32_t next;     /* 1 + the number of another form of the word; 0 = none */
    uint32_t word;     /* its term */
    uint32_t own_term; /* TERM_FORM; MATCH_NO_TERM where the word has no other form */
    enum text_grammar grammar;
};

/* The sessions' words once more, in reading order and close together: for finding neighbours. */
struct match_trail {
    uint32_t *terms; /* without stop words; pieces lie apart */
    uint32_t *first; /* by doc; one more than there are */
    uint8_t *marks;  /* by term; all 0 between queries */
};

/* One of the popular and diverse sessions, and what is told of it. */
struct match_fashion {
    uint32_t doc;
    int stars;
    int wanted; /* key attendees */
};

struct match_index {
    const struct conference *conf; /* NULL: only learned from, see match/revise.c */
    struct arena *arena;           /* owned; everything below lives in it */
    struct arena *job;             /* while it is made: for what still grows; NULL afterwards */
    const struct match_index
        *base; /* whose words, rarities and factors these are; NULL = its own */
    struct match_originals sources; /* by doc */
    struct text_stemmers *stemmers; /* owned where base is NULL */
    int languages[20];              /* of the sessions, most frequent first */
    int n_languages;

    struct strmap stems; /* stem, or "@name" -> term */
    struct strmap forms; /* folded form as written -> term | number of the form << 32 */
    VEC(struct match_form) form_list; /* by number */
    struct strmap people;             /* folded name -> term; family names where they are rare */
    struct strmap name_heads; /* first word of a folded name -> words of the longest such name */
    uint64_t
        name_filter[NAME_FILTER / 64]; /* a bit by hash for each head: most words begin no name */
    struct match_pairs pairs;
    VEC(struct match_term) terms;
    VEC(struct match_phrase) phrases;
    size_t n_learned;               /* sessions that all this was learned from */
    double mean_lengths[N_FIELDS];  /* of their fields, in words */
    double mean_echo_length;        /* of their docs */
    size_t n_base_terms;            /* terms behind these have come since */
    size_t n_changed;               /* sessions that are not as they were then, or not there */
    const char **fresh_stems;       /* of the terms that have come since, in order */
    struct match_fresh *fresh;      /* while sessions are folded in; else NULL */
    uint32_t *phrase_heads;         /* by term: 1 + first phrase that starts with it; 0 = none */
    uint32_t *phrase_next;          /* by phrase: 1 + the next with the same head */
    uint32_t *phrase_short;         /* by term: 1 + first phrase with that short form */
    size_t n_phrase_terms;          /* how many terms those three know */
    struct match_relation *related; /* MATCH_RELATED per word; weight 0 ends a list */

    VEC(struct match_doc) docs;
    int *doc_of;   /* by session; -1 = not indexed */
    int *sessions; /* by doc */
    VEC(struct match_piece) pieces;
    VEC(struct match_word) words;

    struct match_entry *entries;    /* by session, then term */
    struct match_posting *postings; /* by term, then doc */
    uint16_t *dense;                /* n_dense rows of row_size */
    size_t row_size;                /* docs, rounded up to whole vectors */
    int n_dense;
    const struct match_lanes *lanes; /* how this processor adds rows */
    double *expected;                /* by doc: who is known to come, without stars */
    double *popularity;              /* by doc: with them */
    struct match_entry *strong;      /* MATCH_STRONG per doc, best first; impact 0 = none */
    struct match_entry *signatures;  /* the best MATCH_SIGNATURE of these, by term, of length 1 */

    struct match_fashion *fashion; /* n_fashion of them; made when asked for */
    int n_fashion;                 /* 0 = not chosen yet */
    uint64_t fashion_mark;         /* one number for each such list */

    struct match_trail trail;

    struct match_latent *latent; /* made when a profile first asks; NULL until then */
    struct match_near *near;     /* made when a long profile first asks; NULL until then */
    int32_t *base_doc;           /* by doc: the same session of base; -1 = it is another now */

    struct match_scratch *scratch; /* reused by each query; one thread */
};

struct match_hit {
    uint32_t doc;
    int64_t units; /* the score; see match_units() */
};

struct match_scratch {
    uint16_t *sums;           /* row_size */
    struct match_part *parts; /* by dense row */
    uint16_t *slots;          /* by doc; all 0 between queries */
    int64_t *exact;           /* by doc */
    float *weights;           /* by term; all 0 between queries */
    float *gathered;          /* by term; all 0 between queries */
    uint32_t *touched;        /* by term */
    uint32_t *seen;           /* by term: stamps, see match/explain.c */
    uint32_t *told;
    bool *teaches;          /* by term: queries learn it from sessions: a shared word or pair */
    uint16_t *query_places; /* by term: 1 + its place in the query; all 0 between queries */
    float *impacts;         /* by place in the query: of one session; [0] = of no term of it */
    uint32_t *shorts;       /* n_shorts terms of the query that are short forms */
    size_t n_shorts;
    uint32_t stamp;         /* the last one given */
    uint32_t *found;        /* by doc */
    struct match_hit *hits; /* by doc */
};

struct match_query_term {
    uint32_t term;
    float weight; /* < 0: speaks against */
    int source;   /* index of the interest token it comes from; -1 = likes and dislikes */
    enum match_basis basis;
};

/* One text of the profile: the stated interests or a piece of work. */
struct match_reading {
    const struct match_work *work; /* NULL = the stated interests */
    const char *text;
    size_t first_token; /* of the query's tokens; it ends where the next begins */
    float share;        /* of the weight of a stated interest */
};

/* What decides whether another session can change what a query finds: match/concern.c. Scores in
 * units; a session that has less than this, before and after, changes nothing. */
struct match_trace {
    const struct match_query_term *first; /* the terms before feedback; n_first of them */
    int n_first;
    int64_t first_least; /* what a session must score by them to be learned from */
    int64_t least;       /* what it must score by the finished terms to be among those compared */
    int64_t
        last_blended; /* score of the last that is blended: a tie there goes by start; 0 = none */
    int64_t lent;     /* whole texts: the most that a session's neighbours can add to it */
    int64_t pressed;  /* whole texts: scores up to this are not as they were summed */
    struct arena *arena; /* of what follows */
    VEC(uint32_t) tied;  /* docs that scored the same as another one: start and key decided */
    bool is_fashion;     /* nothing was found: what is popular */
};

#define MATCH_UNITS    48 /* words of one profile that are held together, at most */
#define MATCH_BESIDE   4  /* neighbours kept of one word */
#define MATCH_REWARDED 24 /* sessions that are looked at for words with their neighbours */

/* A word of the profile, which is written beside others or not. */
struct match_unit {
    uint32_t term;
    float alone;                  /* what it says alone, of what it says beside a neighbour: 0..1 */
    float withheld;               /* of its weight, while no neighbour is there */
    uint8_t beside[MATCH_BESIDE]; /* units */
    uint8_t n_beside;             /* those that are in no session are not among them */
};

struct match_query {
    const struct match_profile *profile;
    struct match_trace *trace;          /* NULL = nobody asks */
    VEC(struct match_reading) readings; /* at least one */
    struct text_tokens tokens;
    const uint32_t *token_terms;    /* by token; MATCH_NO_TERM = not in the programme */
    struct match_query_term *terms; /* n of them, those that speak for first */
    int n_terms;
    int n_for;
    struct match_unit *units; /* n_units of them; none in a long profile */
    int n_units;
    bool has_withheld;       /* there is something to give back: match_reward() */
    float moved_squares;     /* what the squares of the words' weights lost to forms */
    bool is_empty;           /* nothing was said at all */
    bool is_long;            /* scored as a text is compared with a text: match/long.c */
    float fullness;          /* then: what a session that says the very same scores, for length 1 */
    struct match_hit *blend; /* every session that is not here comes behind them */
    int n_blend;             /* 0 = the terms alone */
    int *n_sorted;           /* so many of blend are best first, the rest behind them is sorted when
                                somebody asks for more */
};

/* match/original.c */
void match_originals_of(const struct conference *conf, struct arena *arena,
                        struct match_originals *ret);
bool match_original_is_same(const struct match_original *a, const struct match_original *b);
/* As text, and back; false when it is no such text. Strings are in the arena. */
const char *match_original_write(const struct match_original *source, struct arena *arena);
bool match_original_read(const char *text, struct arena *arena, struct match_original *ret);

/* match/index.c */
/* Reads, learns and weighs index->sources; the rest needs the conference. */
void match_learn(struct match_index *index, struct arena *job);
/* Reads one session; in `doc` session, words and pieces are set. */
void match_read_original(struct match_index *index, const struct match_original *source,
                         struct match_doc *doc, struct arena *piece_arena);
/* What grew while it was made moves to its final size. */
void match_settle(struct match_index *index);
/* match/revise.c: the term of a word that is read with what base learned; new ones are numbered by
 * match_number_fresh(). */
uint32_t match_fold_in(struct match_index *index, const struct text_token *token, int language,
                       uint32_t *ret_form);
/* The words of the longest name that begins with this word; 0 = none does. */
int match_name_words(const struct match_index *index, const char *fold);
uint32_t match_term_of(const struct match_index *index, const char *fold);
uint32_t match_learn_term(struct match_index *index, const char *fold, int language,
                          uint32_t *ret_form);
/* The term of the form itself; MATCH_NO_TERM when its word has no other, or it is not known. */
uint32_t match_form_of(const struct match_index *index, const char *fold);
void match_number_forms(struct match_index *index);
uint32_t match_pair_of(const struct match_index *index, uint32_t a, uint32_t b);
uint32_t match_learn_pair(struct match_index *index, uint32_t a, uint32_t b);
/* match/weigh.c: entries, idf */
void match_weigh(struct match_index *index, struct arena *job);
/* Entries of all docs with what base learned: those of docs that are as they were are its own. */
void match_weigh_again(struct match_index *index, struct arena *job);
/* match/postings.c: what searching needs of the entries */
void match_fill(struct match_index *index);
/* What it needs of the conference, and to be asked by queries. */
void match_seat(struct match_index *index, struct arena *job);
/* match/learn.c */
void match_learn_phrases(struct match_index *index);
void match_learn_relations(struct match_index *index, struct arena *arena);
/* The longest learned phrase that starts at terms[at]; returns its short form and how many words.
 */
uint32_t match_phrase_at(const struct match_index *index, const uint32_t *terms, size_t n,
                         size_t at, int *ret_n_words);
/* match/score.c */
/* An impact is kept in 16 bits: what is ranked by, everywhere. */
static inline float match_impact(const struct match_term *term, uint16_t quantum)
{
    return (float)quantum * term->step;
}
/* Scores are summed in units of 2^-24, so that a sum does not depend on the order of its parts. */
static inline int64_t match_units(float weight, float impact)
{
    return (int64_t)((double)weight * 0x1p24 * (double)impact);
}
static inline double match_units_score(int64_t units)
{
    return (double)units * 0x1p-24;
}
/* The nearest step; at least one, since the session has the word. */
static inline uint16_t match_quantum(const struct match_term *term, float impact)
{
    long quantum = lroundf(impact / term->step);
    return (uint16_t)(quantum < 1 ? 1 : (quantum > UINT16_MAX ? UINT16_MAX : quantum));
}
/* Of whole texts: with the length of the session taken out. */
static inline int64_t match_even_units(const struct match_index *index, int64_t units,
                                       double echo_length)
{
    return (int64_t)((double)units * index->mean_echo_length / echo_length);
}
/* The units of a session of even length that says the very same as the long profile. */
static inline double match_full_units(const struct match_index *index,
                                      const struct match_query *query)
{
    return (double)query->fullness * index->mean_echo_length * 0x1p24;
}
int64_t match_doc_units(const struct match_index *index, const struct match_query *query,
                        uint32_t doc);
/* The exact best n, best first; ret has room for n. Returns how many score above 0. */
int match_best(const struct match_index *index, const struct match_query *query, int n,
               struct match_hit *ret);
/* < 0 when a comes before b: the better score, then start, then key. */
int match_hit_compare(const struct match_index *index, const struct match_hit *a,
                      const struct match_hit *b);
/* The sum of what the terms say, for each doc; not blended. */
void match_sum_all(const struct match_index *index, const struct match_query *query, int64_t *ret);
/* match/memory.c: notes the least of n hits, best first, of `wanted`; fewer means that anything
 * counts. */
int64_t match_trace_hits(struct match_trace *trace, const struct match_hit *hits, int n,
                         int wanted);
/* match/near.c: gives a finished query of whole texts its blend. */
void match_smooth(const struct match_index *index, struct match_query *query, struct arena *arena);
/* What a session must score by its own words alone, in even lengths, to come among the first n. */
int64_t match_trace_lent(const struct match_index *index, const struct match_query *query,
                         const struct match_hit *hits, int n, int64_t least);
/* match/latent.c: gives a finished query its blend; one of very few words stays as it is. */
void match_blend(const struct match_index *index, struct match_query *query, struct arena *arena);
/* The blend is these hits, of which the first n_best are ahead of the others. */
void match_set_blend(const struct match_index *index, struct match_query *query,
                     struct match_hit *hits, int n, int n_best, struct arena *arena);
/* The best n of the blend, best first. */
const struct match_hit *match_blend_best(const struct match_index *index,
                                         const struct match_query *query, int n);
/* match/query.c: a query while it is put together; weights by term stand in the index's scratch */
struct match_builder {
    const struct match_index *index;
    struct arena *arena;
    float *weights;
    VEC(struct match_query_term) terms;
    struct match_query *query;
    uint32_t *token_terms; /* by token of the query */
};
void match_add_weight(struct match_builder *builder, uint32_t term, float weight, int source,
                      enum match_basis basis);
/* Makes the builder's terms those of the query and leaves the scratch clean. */
void match_finish(struct match_builder *builder);
/* match/long.c: a profile of whole texts */
bool match_is_long(const struct match_index *index, const struct match_query *query);
void match_add_texts(struct match_builder *builder);
/* Adds the words of tokens from..n) as they stand: 1 for each occurrence, less for parts. */
void match_add_words(struct match_builder *builder, size_t from, size_t n);
void match_add_pairs(struct match_builder *builder, size_t from, size_t n);
void match_add_people(struct match_builder *builder, size_t from, size_t n);
/* match/units.c: what is written together counts together */
void match_make_trail(struct match_index *index);
void match_hold_back(struct match_builder *builder);
/* Prefers what is written like the attendee's word to other words of its stem. */
void match_prefer_forms(struct match_builder *builder);
/* Gives every word so much of what was held back of it; a negative share takes it again. */
void match_lend(struct match_query *query, float share);
/* Adds to the first MATCH_REWARDED hits what was held back of words whose neighbours they have. */
void match_reward(const struct match_index *index, const struct match_query *query,
                  struct match_hit *hits, int n);
/* Which units have a neighbour close by in the session: a bit for each. */
uint64_t match_near_units(const struct match_index *index, const struct match_query *query,
                          uint32_t doc);
/* match/expand.c */
void match_add_related(struct match_builder *builder);
void match_add_likes(struct match_builder *builder, const struct match_profile *profile);
/* Finished query in, finished query out: enriched by what its best sessions say. */
void match_add_feedback(struct match_builder *builder);
/* match/pick.c */
void match_make_signatures(struct match_index *index, struct arena *job);
/* Cosine of the strongest words of two sessions, 0..1. */
double match_similarity(const struct match_index *index, uint32_t doc_a, uint32_t doc_b);
/* The list of popular and diverse sessions as one number. */
uint64_t match_fashion_mark(const struct match_index *index);
/* match/explain.c: the query stands in the scratch's query_places and shorts */
void match_explain(const struct match_index *index, const struct match_query *query, uint32_t doc,
                   struct arena *arena, struct match_result *ret);

/* match/query.c: a query that is asked whom a change concerns. */
struct match_query *match_query_new_traced(const struct match_index *index,
                                           const struct match_profile *profile,
                                           struct match_trace *trace, struct arena *arena);
/* What the token was read from. */
const struct match_reading *match_reading_of(const struct match_query *query, size_t token);

#endif
