/* quorum: per MC, how many of its required people are registered, reachable, free and have said
 * yes. */
#ifndef ROLLCALL_CORE_QUORUM_H
#define ROLLCALL_CORE_QUORUM_H

#include "core/clash.h"
#include "core/conference.h"
#include "core/requirement.h"

/* Where one person of the list stands. */
struct quorum_person {
    int person;  /* -1 = the mention is ambiguous, a lead must choose */
    int mention; /* the first mention that names the person in this track */
    enum role role;
    enum strength strength;
    bool is_registered;              /* confirmed */
    enum registration_status status; /* meaningful when a registrant exists */
    bool has_registrant;
    enum attendance attendance;
    bool has_answered;
    enum reply reply;
    int not_before_min;
    bool is_free;          /* no clash takes the person away from the block */
    const char *needed_in; /* title of the session at the same time; "" = none */
    double chance;         /* that the person will be in the room */
    const char *state;     /* one phrase for people: "registered, in person, said yes" */
};

/* How many must people are enough. */
enum quorum_rule {
    QUORUM_MORE_THAN_HALF, /* nobody said anything else */
    QUORUM_EVERYBODY,      /* somebody said so */
    QUORUM_SO_MANY,        /* somebody gave a number */
};

/* The report on one track, or on one session for which people are named: speakers, key people. */
struct quorum_track {
    int track;                         /* of a session: the one it is in; -1 = none */
    int session;                       /* -1 = the whole track */
    VEC(struct quorum_person) persons; /* leads first, then by strength and name */
    int n_must;                        /* must people, ambiguous ones included */
    int n_registered;                  /* of the must people, and so on */
    int n_in_person;
    int n_free;
    int n_yes;
    int n_no;
    int needed;            /* so many must people make a quorum */
    enum quorum_rule rule; /* why so many */
    double chance;   /* that at least `needed` of the must people are there, exact for independent
                        chances */
    bool is_quorate; /* at least `needed` are registered, free, and have not said no */
    VEC(const char *) reasons; /* why it may miss its quorum, in words, worst first */
    const char *causes;        /* the reasons joined by "; " */
};

struct quorum {
    VEC(struct quorum_track)
    tracks; /* those that have leads or key attendees, in programme order */
    VEC(struct quorum_track)
    sessions; /* live sessions that have people of their own, by track, in programme order */
};

/*
 * Counts both. A track needs track.quorum of its must people, a session session.quorum of its own;
 * where that is 0, more than half. The lists themselves say who is wanted: people whom a lead must
 * still choose have no requirement, and count. A person who is wanted elsewhere during part of the
 * block is free for the contributions that lie outside that part.
 */
void quorum_count(const struct conference *conf, const struct clashes *clashes, struct arena *arena,
                  struct quorum *ret);

/* Whom a session needs: of a block everybody on its track's list, of anything else its own people;
 * NULL = nobody is named. */
const struct quorum_track *quorum_find(const struct quorum *quorum, const struct conference *conf,
                                       int session);

/* "more than half", "all", "as set" */
const char *quorum_rule_text(enum quorum_rule rule);
/* The same in a JSON form: "majority", "all", "given". */
const char *quorum_rule_name(enum quorum_rule rule);

/* Somebody without a registration, and what a pass for that person would bring. */
struct quorum_pass {
    int person;
    int n_raised;    /* MCs that it would lift over their quorum, those lifted by earlier passes not
                        counted */
    double gain;     /* the chances of quorum that it adds, summed over MCs */
    double people;   /* the key people that it adds on average, summed over MCs */
    const char *why; /* "Rust from 40% to 62%; PCI from 12.1 to 12.6 of 14 people" */
};

struct quorum_passes {
    VEC(struct quorum_pass) items; /* in the order in which to give them away */
};

/*
 * To whom to give up to `max` passes: must people without a confirmed registration who have not
 * said no, chosen one by one (greedy): whoever lifts most MCs over their quorum, then adds most
 * chance (in steps of a tenth of a percent), then most people, given the passes before; ties by
 * name. A person whose pass would add nothing is left out.
 */
void quorum_passes(const struct conference *conf, const struct quorum *quorum, int max,
                   struct arena *arena, struct quorum_passes *ret);

/* The probability that at least k of n independent events happen (exact: Poisson binomial by
 * convolution, O(n * k)). k <= 0 is 1, k > n is 0. */
double quorum_at_least(const double *chances, int n, int k);

#endif
