/* suggest: slot moves and swaps that cure clashes, and what they would cost. */
#ifndef ROLLCALL_CORE_SUGGEST_H
#define ROLLCALL_CORE_SUGGEST_H

#include "core/clash.h"
#include "core/conference.h"

struct suggest_move {
    int session; /* an MC block takes its contributions with it */
    int room;
    int64_t start_us;
};

struct suggestion {
    struct suggest_move moves[4];
    int n_moves;         /* 1 = a move into a free slot, 2 = a swap */
    struct clash *cures; /* in the arena */
    int n_cures;
    struct clash *makes;
    int n_makes;
    double gain;      /* severity-weighted clashes cured less those made; > 0 */
    int n_people;     /* whose sessions change */
    int n_messages;   /* that it causes, where a rehearsal has counted them; -1 = nobody has */
    const char *text; /* "swap Rust (Hall B3, Thu 14:00) with x86 (Hall B2, Fri 10:00)" */
};

struct suggestions {
    VEC(struct suggestion) items; /* best first */
};

struct suggest_options {
    struct clash_options clash;
    int max_suggestions; /* default 10 */
    int max_moves;       /* longest sequence to try, 1..4; default 2 */
};

/*
 * Units move as a whole: an MC block with its contributions, a talk, a BoF; pinned ones, those with
 * a pinned contribution and breaks stay. A unit goes to a free room at a time at which the
 * programme has something of the same length, or changes places with a unit of the same length;
 * longer sequences start from the best single steps (beam search). Nothing may make a new hard
 * clash: a room used twice or too small, separated tracks together, a critical one. Ranked by gain,
 * then fewer people, then fewer moves, then keys: deterministic. options->clash.only_person is not
 * looked at. The number of trials is bounded (see docs/clashes.md).
 */
/* Best moves and swaps; pinned sessions stay, rooms and order inside blocks are respected. */
void suggest_find(const struct conference *conf, const struct suggest_options *options,
                  struct arena *arena, struct suggestions *ret);

/* What one given move would do, whether it helps or not; moves of n_moves sessions at once, at most
 * 4. room < 0 keeps the room, start_us 0 the time; a session that is not scheduled stays so. */
void suggest_what_if(const struct conference *conf, const struct suggest_move *moves, int n_moves,
                     const struct suggest_options *options, struct arena *arena,
                     struct suggestion *ret);

/* How many of them are of medium severity or worse: what a reader weighs a suggestion by. The rest
 * are recommendations that overlap and the like, of which one swap of blocks can touch a hundred.
 */
int suggest_notable(const struct clash *clashes, int n);

/* Moves sessions of conf, blocks with their contributions, as a suggestion would. */
void suggest_carry_out(struct conference *conf, const struct suggest_move *moves, int n_moves);

#endif
