/*
 * clash: requirements that cannot be met as things stand, and programmes that contradict
 * themselves.
 *
 * Each kind is a row of clash_kinds[] with a pure function. Detection is exact and deterministic:
 * the same data gives the same set, in the same order, as a check of every pair would.
 */
#ifndef ROLLCALL_CORE_CLASH_H
#define ROLLCALL_CORE_CLASH_H

#include "core/conference.h"
#include "core/requirement.h"

enum clash_kind {
    CLASH_REQUIRED_TWICE, /* must or should be in two sessions at once */
    CLASH_NOT_REGISTERED, /* a required person whom no registrant fits */
    CLASH_CANCELLED,      /* registered, then cancelled */
    CLASH_WAITING,        /* on the waiting list */
    CLASH_REMOTE_ONLY,    /* wanted in person, registered or answered as remote */
    CLASH_ASLEEP, /* remote, and the session lies outside 07:00 to 23:00 of their own zone */
    CLASH_AWAY,   /* outside arrival and departure or stated availability */
    CLASH_SAID_NO,
    CLASH_NO_ANSWER,        /* asked long enough ago (see clash_options) */
    CLASH_NO_TIME_BETWEEN,  /* back to back in rooms further apart than the gap */
    CLASH_WANTED_BY_CHOICE, /* two sessions of the attendee's own choice overlap */
    CLASH_ROOM_TWICE,       /* two sessions in one room at once */
    CLASH_TRACKS_TOGETHER,  /* two tracks that must not overlap do */
    CLASH_ROOM_TOO_SMALL,
    CLASH_AVAILABILITY_UNKNOWN, /* a required person of whom nothing is known about when */
    CLASH_TRACKS_SHARE_PEOPLE, /* two MCs at once that should not: many of their people are the same
                                */
    N_CLASH_KINDS
};

enum severity {
    SEVERITY_INFO,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL,
};

struct clash {
    enum clash_kind kind;
    enum severity severity;
    int person;       /* -1 where the programme itself is at fault */
    int session_a;    /* the earlier one (then the smaller key); always set */
    int session_b;    /* -1 where only one session is concerned */
    int64_t start_us; /* what is lost: the overlap, or the part of the session that is missed */
    int64_t end_us;
    enum reason reason_a; /* why the person is wanted in session_a; undefined when person is -1 */
    enum reason reason_b;
    const char *why;      /* one sentence for people, with names, rooms and local times */
    uint64_t fingerprint; /* from kind, person and session keys: the same over re-computations */
};

/* A programme that gives more is nonsense or an attack: the search ends there. */
#define CLASHES_MAX ((size_t)1000000)

struct clashes {
    VEC(struct clash) items; /* worst first, then by start, person name, session keys */
    bool is_cut;             /* CLASHES_MAX were found and the search ended: there are more */
};

struct shared_pairs;

struct clash_options {
    int64_t now_us;   /* for CLASH_NO_ANSWER; 0 = that kind is off */
    int64_t asked_us; /* when people were asked of whom conf does not say; 0 = they were not */
    int64_t answer_within_us;
    int64_t walk_between_buildings_us; /* where no distance is given; default 10 min */
    int only_person; /* >= 0: only clashes of that person; -1: all; -2: only the programme's own */
    bool has_registrants;              /* false: registration kinds are off (no list was given) */
    const struct shared_pairs *shared; /* of all people, where conf does not hold all; NULL: found
                                          from conf */
    bool without_why; /* `why` stays "": clash_why() makes single sentences later */
};

struct clash_kind_row {
    enum clash_kind kind;
    const char *name;     /* "required_twice": the word of the JSON form and the database */
    const char *sentence; /* what it means, for help texts */
};

extern const struct clash_kind_row clash_kinds[N_CLASH_KINDS];

void clash_find(const struct conference *conf, const struct requirements *requirements,
                const struct clash_options *options, struct arena *arena, struct clashes *ret);

/*
 * A conference prepared for many questions: groups of claims, registrations, windows and answers by
 * person, sessions in order of time. Made once in O(sessions log sessions + requirements); it
 * borrows conf and requirements, which must outlive it unchanged. options.only_person is not kept.
 */
struct clash_index;
struct clash_index *clash_index_new(const struct conference *conf,
                                    const struct requirements *requirements,
                                    const struct clash_options *options, struct arena *arena);

/* As clash_find(), for one only_person (-1, -2 or a person). For a person the work depends on that
 * person's sessions alone. */
void clash_index_find(const struct clash_index *index, int only_person, struct arena *arena,
                      struct clashes *ret);

/* The sentence of one clash that was found with this index. */
const char *clash_why(const struct clash_index *index, const struct clash *clash,
                      struct arena *arena);

/* How many pairs of requirements of one person overlap: the bare sweep behind the kinds of two
 * sessions, for measuring. */
size_t clash_index_count_pairs(const struct clash_index *index);

const char *severity_name(enum severity severity); /* "info" .. "critical" */
int clash_kind_parse(const char *text);            /* -1 = unknown */

#endif
