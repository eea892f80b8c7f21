/* The inside of the resolve stage: for the files resolve_*.c alone. */
#ifndef ROLLCALL_MATCHER_RESOLVE_STAGE_H
#define ROLLCALL_MATCHER_RESOLVE_STAGE_H

#include "matcher/stage.h"

#include "base/strmap.h"
#include "core/identity.h"

/* What is in the database of one mention's resolution. */
struct saved_resolution {
    int64_t mention_id;
    uint64_t fingerprint; /* of all but the confidence */
    double confidence;
};

/* An event's people as this worker left them, to go on from. Everything lives in the arena. */
struct kept_event {
    int64_t event_id; /* 0 = free */
    int64_t run;      /* the event's count of runs that this was left by */
    uint64_t used;    /* when, as the cache counts */
    struct arena *arena;
    struct conference conf; /* registrants and persons; the rest is loaded each time */
    struct identity_book *book;
    VEC(struct alias) aliases;   /* what is known beside what registrants say of themselves */
    struct strmap known_aliases; /* as alias_key() writes them -> 1 where it is saved */
    VEC(struct saved_resolution) saved; /* in order of mentions */
};

#define KEPT_EVENTS 8

struct resolve_cache {
    struct kept_event events[KEPT_EVENTS];
    uint64_t clock;
};

/* One run. */
struct resolver {
    struct db *db;
    int64_t event_id;
    struct arena *arena; /* of the run */
    struct kept_event *kept;
    struct conference conf;         /* kept->conf with names and programme */
    size_t n_persons;               /* that the database has; the further ones are new */
    size_t n_old;                   /* registrants that the kept event had */
    int64_t *old_registrants;       /* person of each registrant before; -1 = none */
    const char **old_names;         /* of the persons that the database has */
    VEC(struct decision) decisions; /* of this event */
    VEC(struct recalled) recalled;  /* and of those that it remembers */
    VEC(struct person_pair) apart;
    int *before;       /* person of each mention */
    bool has_vanished; /* persons that were kept are gone */
    struct err *err;
};

const char *alias_key(struct arena *arena, int64_t person, enum alias_kind kind, const char *value);
const char *alias_kind_name(enum alias_kind kind);

/* resolve_load.c */
enum {
    LOAD_GONE = 1,
    LOAD_ANEW
}; /* there is no such event; what was kept cannot be gone on from */
int resolve_load_all(struct resolver *r) MUST_CHECK;
int resolve_load_new(struct resolver *r, const struct job_batch *batch) MUST_CHECK;

/* resolve_save.c */
int resolve_save(struct resolver *r, const struct identity *identity) MUST_CHECK;

#endif
