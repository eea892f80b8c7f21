/* agenda_internal: what the files of agenda/ share; nobody else includes it. */
#ifndef ROLLCALL_CORE_AGENDA_INTERNAL_H
#define ROLLCALL_CORE_AGENDA_INTERNAL_H

#include "core/agenda.h"

#define AGENDA_RANKS 6 /* of duties; 0 is the strongest */

enum agenda_fate {
    FATE_OPEN,     /* may still be chosen */
    FATE_CHOSEN,   /* is in the plan */
    FATE_FOLDED,   /* happens inside a chosen block */
    FATE_BEATEN,   /* something else takes its time */
    FATE_DECLINED, /* the person said no, or chose the other one */
    FATE_ABSENT,   /* the person is not there at that time */
    FATE_ASLEEP,   /* remote, and in the middle of their night */
    FATE_DISLIKED, /* "less like this" */
    FATE_WEAK,     /* a wish that is worth no hour; it may stand as an alternative */
};

/* A session that the person might be in. */
struct agenda_candidate {
    int session;
    int64_t start_us;
    int64_t end_us;
    int room;
    int rank;                   /* of the duty; -1 = a wish */
    int n_folded[AGENDA_RANKS]; /* duties done inside this block, by rank */
    double weight;
    const struct requirement *requirement; /* the duty or star behind it; NULL = only a match */
    const struct match_result *match;      /* NULL = none */
    bool is_starred;
    bool is_weak; /* matches too little to be planned or missed for that alone */
    bool is_rest; /* a contribution of a block that the person must leave in part */
    enum agenda_fate fate;
    int chosen_over;  /* session that the person chose instead; -1 */
    const char *note; /* added to the reason; "" = nothing */
};

/* Tables of the conference in which a person has rows of their own. */
enum agenda_table {
    AGENDA_REGISTRANTS,
    AGENDA_ANSWERS,
    AGENDA_HOURS, /* availabilities */
    AGENDA_STARS,
    AGENDA_TABLES
};

struct agenda_rows {
    const int *rows; /* indexes in the conference's table, in its order */
    size_t n;
};

struct agenda_job {
    const struct conference *conf;
    int person;
    const struct agenda_options *options;
    struct arena *arena;
    struct agenda_rows own[AGENDA_TABLES];   /* agenda_find_own() */
    VEC(struct agenda_candidate) candidates; /* by start, then key */
    int *candidate_of;                       /* by session: index in candidates or -1 */
    bool is_remote;
    const struct zone *zone; /* of the remote person; the event's otherwise */
};

/* agenda/people.c: fills the job's own rows; people may be NULL: everybody's are searched. */
void agenda_find_own(struct agenda_job *job, const struct agenda_people *people);

/* agenda/presence.c: when and how the person is there. Sets fates, notes and is_remote. */
void agenda_check_presence(struct agenda_job *job);

/* agenda/choose.c */
int64_t agenda_walk_us(const struct agenda_job *job, int room_a, int room_b);
void agenda_choose_duties(struct agenda_job *job);
void agenda_choose_wishes(struct agenda_job *job);

/* agenda/weigh.c */
/* Wishes that match too little, beside the person's best one, are FATE_WEAK: a gap is better than
 * what only shares half a phrase. Before wishes are chosen. */
void agenda_set_weak_aside(struct agenda_job *job);
/* Of what is given several times, by title and track, the first in the plan stays; the others are
 * FATE_WEAK. True when one of them was in the plan, whose time is free now. */
bool agenda_set_repeats_aside(struct agenda_job *job);
/* Chosen contributions of a block become the block, where they are most of it and nothing else is
 * given up for it. After wishes were chosen; the block is a candidate already. */
void agenda_fold_blocks(struct agenda_job *job);

/* agenda/reason.c: sentences */
/* agenda.note: "" or a sentence. */
const char *agenda_note(const struct agenda_job *job, const struct agenda *agenda);
const char *agenda_reason(const struct agenda_job *job, const struct agenda_candidate *candidate);
const char *agenda_why_missed(const struct agenda_job *job,
                              const struct agenda_candidate *candidate,
                              const struct agenda_candidate *instead);

#endif
