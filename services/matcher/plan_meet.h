/* plan_meet: what the files about introductions share. */
#ifndef ROLLCALL_MATCHER_PLAN_MEET_H
#define ROLLCALL_MATCHER_PLAN_MEET_H

#include "core/meet.h"
#include "matcher/plan.h"

/* How often somebody was asked; by person of meeting.all. */
struct meet_budget {
    int n_today; /* questions within 24 hours */
    int n_open;  /* introductions under way */
};

/* A row of the table that asks for a message. */
struct meet_row {
    int64_t id;
    int64_t person_a;
    int64_t person_b;
    enum meet_link link;
    const char *topics_a;
    const char *topics_b;
    int64_t start_us; /* 0 = no time is proposed */
    int64_t end_us;
    const char *place;
    bool is_on_line;
    int64_t until_a_us;
    int64_t lapses_us;
    bool is_agreed; /* both have said yes; else the second is to be asked */
};

/* The work on the introductions of one event. */
struct meeting {
    struct plan plan;      /* of the people who may get a message now */
    struct conference all; /* everybody, with what they wrote; index by conference_index_person() */
    struct meet_budget *budgets;
    bool *shares;      /* by person of plan.conf: gives their address to whom they are introduced */
    bool *is_willing;  /* by person of plan.conf: wants introductions, as long as we last */
    int n_new;         /* pairs that were put together */
    bool has_leftover; /* more could be done than one transaction does */
    bool is_answering; /* somebody who had said yes is just saying something */
    VEC(struct meet_row) due;
    struct meet_pairs pairs; /* new ones, persons of all */
    struct agenda **agendas; /* by person of plan.conf; NULL = not planned yet */
    struct meet_taken {
        VEC(struct meet_slot) items;
    } * taken; /* by person of plan.conf */
};

/* --- plan_meet_send.c --- */

int meet_send_question(struct meeting *m, const struct meet_row *row, bool is_second) MUST_CHECK;
int meet_send_introductions(struct meeting *m, const struct meet_row *row) MUST_CHECK;
/* "Coffee break, Foyer"; "" = none */
const char *meet_place(const struct conference *conf, const struct meet_slot *slot,
                       struct arena *arena);

#endif
