/* The inside of identity_assign(): for the files of identity/ alone. */
#ifndef ROLLCALL_CORE_IDENTITY_INTERNAL_H
#define ROLLCALL_CORE_IDENTITY_INTERNAL_H

#include "base/strmap.h"
#include "core/identity.h"
#include "core/names.h"
#include "core/resolve.h"

/* So many persons can be said not to be meant by one name. */
#define EXCLUDED_MAX 32

/* A decision in a chain of those on one name, the latest first. */
struct ruling {
    struct decision decision;
    int next; /* -1 = the last */
};

/* What was decided on one name. */
struct decided {
    int person; /* VERDICT_SAME; -1 = none */
    int excluded[EXCLUDED_MAX];
    int n_excluded;
};

struct identity_book {
    struct arena *arena;         /* borrowed */
    struct resolve_index *index; /* owned; registrants, in order; what a run adds is taken back */
    int n_joined;                /* registrants that are joined */
    int n_indexed;               /* and indexed */
    int cap_registrants, cap_persons;
    int *group;                /* union-find over registrants */
    int *group_person;         /* of each root; -1 */
    bool *is_registered;       /* of each person */
    int *merged_into;          /* of each person; itself when it stands */
    int *registrant;           /* of each person: the first of its registrants; -1 */
    struct strmap addresses;   /* who has joined under which address */
    struct strmap names;       /* and under which name and affiliation */
    struct strmap known_names; /* "person name" pairs that the index holds */
    struct strmap holders;     /* full name -> the person who alone has it; -2 = several */
    size_t n_held_registrants, n_held_persons; /* looked at for holders */
    uint64_t known_before;                     /* sum of the aliases that registrants were held
                                                  against */
};

struct work {
    struct identity_book *book;
    struct conference *conf;
    const struct identity_input *input;
    struct arena *arena;                     /* of this run */
    struct resolve_index *index;             /* the book's */
    int *group, *group_person, *merged_into; /* the book's; room for all that can come */
    bool *is_registered;
    bool *is_taken;            /* of each person: unregistered, and somebody was found to be it */
    bool *is_named;            /* of each person: a mention of this run pointed to it before */
    bool *is_shown;            /* of each alias: mentions of this run have shown it */
    struct strmap known_names; /* as the book's, of what this run has added */
    struct strmap by_key; /* name key -> the person of that name nobody registered; -2 = several */
    struct strmap by_source;    /* "source\nsource_key" -> person, of this run's mentions */
    struct strmap known_keys;   /* the same, from before */
    struct strmap decisions;    /* name key -> first decision; the others follow .next */
    struct strmap apart;        /* "low high": persons that were taken apart */
    VEC(struct ruling) rulings; /* decisions of this event, then what earlier events add */
    VEC(struct identity_merge) merges;
};

/* identity/identity.c: what all parts need */
const char *identity_name_key(struct work *work, const char *name);
bool identity_is_person(const struct work *work, int person);
int identity_standing(const struct work *work, int person); /* after merges; -1 = nobody */
bool identity_is_apart(struct work *work, int a, int b);
void identity_merge_persons(struct work *work, int keep, int gone, const char *why);
int identity_new_person(struct work *work, const char *name);
struct resolve_record identity_alias_record(const struct alias *alias);
struct resolve_options identity_options(const struct work *work, const struct decided *decided);

/* identity/registrants.c */
void identity_join_registrants(struct work *work);
void identity_link_by_alias(struct work *work);
void identity_learn_late(struct work *work);
void identity_assign_registrants(struct work *work);
void identity_meet_registered(struct work *work);

/* identity/known.c: what is known from before, and what the index is told of it */
void identity_find_shown(struct work *work);
int identity_before(const struct work *work, size_t mention); /* its person; -1 = none */
/* Adds a record to the index, its name only when the person has it not there already. */
void identity_index_record(struct work *work, struct resolve_record record, int person);
/* Everything known of persons from before; with_shown also what this run's mentions have shown. */
void identity_index_known(struct work *work, bool with_shown);

/* identity/decisions.c */
void identity_index_decisions(struct work *work);
void identity_recall_decisions(struct work *work);
void identity_find_decision(struct work *work, const char *name, const char *email, int track,
                            struct decided *ret);
bool identity_is_excluded(const struct decided *decided, int person);

/* identity/mentions.c */
void identity_handle_mentions(struct work *work, struct resolution *ret);
void identity_follow_mentions(struct work *work, const struct resolution *mentions);
int identity_track_of(const struct work *work, const struct mention *mention); /* -1 = none */
const char *identity_where(const struct work *work, const struct mention *mention);
void identity_find(struct work *work, const struct mention *mention,
                   struct resolve_options *options, struct resolve_answer *ret);
void identity_put_candidates(struct work *work, const struct resolve_answer *answer,
                             struct resolution *ret);
/* For a given name alone, or no name at all: is anybody likely enough to be asked about? */
bool identity_is_question(const struct resolution *resolution);
void identity_settle_found(struct work *work, struct mention *mention,
                           const struct resolve_answer *answer, struct resolution *ret);

/* identity/rounds.c: names still open, with what the others have shown */
void identity_look_again(struct work *work, struct resolution *ret);

/* identity/hints.c: what mentions say for one another */
struct hints;
struct hints *identity_hints(struct work *work, const struct resolution *mentions);
/* A resolve_hint_fn for one mention's list; the context is a struct hint_view. */
struct hint_view {
    struct work *work;
    const struct hints *hints;
    int track;
};
void identity_hint(void *context, int owner, bool is_short, struct resolve_hint *ret);

#endif
