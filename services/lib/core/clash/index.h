/*
 * clash_index: the prepared conference that the rules of clash read (private to clash/, quorum and
 * suggest).
 *
 * A claim is a requirement as the rules see it. Slots say where each session lies; suggest writes
 * other slots than the programme's on trial. Everything lives in the arena of the index.
 */
#ifndef ROLLCALL_CORE_CLASH_INDEX_H
#define ROLLCALL_CORE_CLASH_INDEX_H

#include "core/clash.h"
#include "core/clash_shared.h"

/* How heavily a claim weighs; the columns of the severity table. Order matters: weaker is larger.
 */
enum claim_level {
    LEVEL_HOST,        /* must, as lead or speaker: without them it does not take place */
    LEVEL_MUST,        /* must, as key attendee */
    LEVEL_SHOULD,      /* should */
    LEVEL_WISH,        /* would like, starred */
    LEVEL_RECOMMENDED, /* would like, because matching said so */
    LEVEL_CHOSEN,      /* a pair about which the person has decided; never a claim's own */
    N_CLAIM_LEVELS
};

struct claim {
    int person;
    int session;
    int parent_claim; /* the person's claim on the session's parent, when it weighs as much and the
                         same answer governs both; -1 = none */
    int answer;       /* the answer that governs it; -1 = none */
    enum claim_level level;
    enum reason reason;
    bool is_loose; /* wanted in the session's track as a whole: see clash_loose() */
};

/* Where a session lies at the moment. */
struct slot {
    int64_t start_us;
    int64_t end_us;
    int room;
};

/* A claim, from its session's side. */
struct taker {
    int person;
    int claim;
};

struct window {
    int64_t start_us;
    int64_t end_us;
};

struct walk {
    uint64_t rooms; /* the smaller index << 32 | the larger */
    int64_t walk_us;
};

struct clash_index {
    const struct conference *conf;
    struct clash_options options;
    struct arena *arena;

    struct claim *claims; /* by person, then session */
    int *claim_first;     /* n_persons + 1 offsets into claims */
    int *loose_first;     /* n_persons + 1 offsets into loose; NULL = no claim is loose */
    int *loose;           /* loose claims that are duties, by person, track, session */
    int *duty_first;      /* likewise the duties that are not loose */
    int *duties;
    int *taker_first;     /* n_sessions + 1 offsets into takers */
    struct taker *takers; /* by session, then person */

    struct slot *slots; /* of each session */
    bool *may_clash;    /* of each session: neither cancelled nor a break */
    int *parent;        /* of each session, as in conf: these two are asked for often */
    int *by_start;      /* live sessions as index_is_before() orders them */
    int n_live;
    int *rank;  /* of each session in by_start; -1 = not live */
    int *stop;  /* by rank: the first rank that starts when it has ended, or later */
    int *reach; /* by rank: the first rank that starts when everybody can have walked over */

    int *registrant; /* of each person the one that counts; -1 = none */
    int *window_first;
    struct window *windows; /* by person, merged, in order of time */
    int *answer_first;
    int *answers; /* indices into conf->answers by person */
    int *choice_first;
    int *choices;

    struct walk *walks; /* sorted by rooms */
    int n_walks;
    int64_t *room_reach_us; /* the longest walk from each room */
    uint64_t *separations;  /* smaller track << 32 | larger; sorted, each once */
    int n_separations;
    const struct shared_pairs *shared; /* by track_a, then track_b */

    int *key_rank; /* of each session in the order of keys, then indices; NULL = not made (see
                      index_rank_keys()) */
    uint64_t kind_hash[N_CLASH_KINDS];
    uint64_t *session_hash; /* of the keys */
    uint64_t *person_hash;
};

/* The pair of MCs that share more people than chance explains; NULL = not one. */
const struct shared_pair *index_find_shared(const struct clash_index *index, int track_a,
                                            int track_b);

/* Walking time between two rooms; 0 for the same or an unknown one. */
int64_t index_walk_us(const struct clash_index *index, int room_a, int room_b);

/* Is there a slot, and may it clash? */
static inline bool index_is_live(const struct clash_index *index, int session)
{
    const struct slot *slot = &index->slots[session];
    return index->may_clash[session] && slot->start_us != 0 && slot->end_us > slot->start_us;
}

/* Neither session is the block of the other. */
static inline bool index_are_apart(const struct clash_index *index, int a, int b)
{
    return index->parent[a] != b && index->parent[b] != a;
}

/* The person's claim on the session; -1 = none. */
int index_find_claim(const struct clash_index *index, int person, int session);

/* Does the claim's session lie inside its block, in its room, so that the claim on the block says
 * it all? */
static inline bool claim_is_covered(const struct clash_index *index, const struct claim *claim)
{
    if (claim->parent_claim < 0) {
        return false;
    }
    int parent = index->claims[claim->parent_claim].session;
    const struct slot *inner = &index->slots[claim->session];
    const struct slot *outer = &index->slots[parent];
    return index_is_live(index, parent) && outer->room == inner->room &&
           outer->start_us <= inner->start_us && inner->end_us <= outer->end_us;
}

/* Is the claim's session live, and does the claim say something that one on its block does not? */
static inline bool claim_stands(const struct clash_index *index, const struct claim *claim)
{
    return index_is_live(index, claim->session) && !claim_is_covered(index, claim);
}

/* When the person was asked to come: known of the person, else of all; 0 = not known. */
static inline int64_t index_asked_us(const struct clash_index *index, int person)
{
    int64_t own_us = index->conf->persons.items[person].asked_us;
    return own_us != 0 ? own_us : index->options.asked_us;
}

/* The answer that governs a person's presence in a session: about the session itself, else its
 * block, else its track, else all; of several on one subject the latest. -1 = none. */
int index_find_answer(const struct clash_index *index, int person, int session);

/* Which of the two sessions the person chose last; -1 = has not chosen. */
int index_find_choice(const struct clash_index *index, int person, int a, int b);

/* Fills everything by person: registrant, windows, answers, choices, person_hash. */
void index_load_people(struct clash_index *index);

/* For each person the registrant that counts: confirmed in person, else confirmed as remote, else
 * waiting, else cancelled; of equals the first. -1 = none. ret has n_persons items. */
void index_registrants(const struct conference *conf, int *ret);

/* Makes the order of sessions that start at once a look at two numbers: worth it where many pairs
 * are compared, one after another. */
void index_rank_keys(struct clash_index *index);

/* Fills loose and duties. */
void index_load_loose(struct clash_index *index);

/* Sets by_start, rank, stop and reach from the slots. */
void index_order(struct clash_index *index);

/* --- rules: one pure function for each kind; true = that clash is there and *ret is filled, all
 * but why and fingerprint. They read the slots, never conf's times. --- */

typedef bool claim_rule(const struct clash_index *index, const struct claim *claim,
                        struct clash *ret);
/* a starts no later than b (index_is_before()). */
typedef bool pair_rule(const struct clash_index *index, const struct claim *a,
                       const struct claim *b, struct clash *ret);
typedef bool session_rule(const struct clash_index *index, int session, struct clash *ret);
typedef bool sessions_rule(const struct clash_index *index, int a, int b, struct clash *ret);

/* Has the person said which of two claims it will be, by a choice or a no? */
bool claims_are_decided(const struct clash_index *index, const struct claim *a,
                        const struct claim *b);

/* For the kinds that move with slots: false = wherever the session lies, such a clash cannot be. */
bool claim_may_move(const struct clash_index *index, const struct claim *claim,
                    enum clash_kind kind);

struct clash_rule {
    enum clash_kind kind;
    claim_rule *claim; /* exactly one of the four is set */
    pair_rule *pair;
    session_rule *session;
    sessions_rule *sessions;
};

extern const struct clash_rule clash_rules[N_CLASH_KINDS];

/* The kinds that have a rule for a claim (first those that move with slots), and for a pair. */
#define N_CLAIM_KINDS  9
#define N_MOVING_KINDS 2
#define N_PAIR_KINDS   3
extern const enum clash_kind clash_claim_kinds[N_CLAIM_KINDS];
extern const enum clash_kind clash_pair_kinds[N_PAIR_KINDS];

/* Severity + 1 of each kind by the weaker claim of those concerned; 0 = no clash at that level. */
extern const unsigned char clash_severities[N_CLASH_KINDS][N_CLAIM_LEVELS];

/* false = no clash at that level. */
static inline bool clash_severity(enum clash_kind kind, enum claim_level level, enum severity *ret)
{
    unsigned char severity = clash_severities[kind][level];
    if (severity == 0) {
        return false;
    }
    *ret = (enum severity)(severity - 1);
    return true;
}

/* false = that is enough. */
typedef bool clash_emit(void *to, const struct clash *clash);

/*
 * What is to be said of the tracks as a whole in which the person is wanted: of each track, and of
 * each clash_claim_kinds[k] whose bit k is set, one clash where it holds for more than half of the
 * sessions; and one of kind CLASH_REQUIRED_TWICE where more than half of them overlap with duties
 * outside the track between which nothing is decided. Its sessions are the first that is missed (by
 * index) and the first duty in its way; its time reaches from the first to the last minute missed.
 * false = emit had enough.
 */
bool clash_loose(const struct clash_index *index, int person, unsigned kinds, clash_emit *emit,
                 void *to);

/* How many sessions of the track of a loose claim overlap with such duties; *ret_n_all: of how
 * many. */
int clash_loose_elsewhere(const struct clash_index *index, const struct claim *claim,
                          int *ret_n_all);

/* The order of session_a and session_b in a clash: by start, then key, then index. */
bool index_is_before(const struct clash_index *index, int a, int b);

uint64_t clash_fingerprint(const struct clash_index *index, const struct clash *clash);

/* Worst first; see struct clashes. */
int clash_compare(const struct clash_index *index, const struct clash *a, const struct clash *b);

/* Sorts items. */
void clash_order(const struct clash_index *index, struct clash *items, size_t n);

/* Sorts items and gives each its sentence, unless options say without. */
void clash_finish(const struct clash_index *index, struct clash *items, size_t n,
                  struct arena *arena);

#endif
