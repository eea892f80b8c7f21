/* The inside of identity_assign(): for the files identity*.c alone. */
#ifndef ROLLCALL_CORE_IDENTITY_INTERNAL_H
#define ROLLCALL_CORE_IDENTITY_INTERNAL_H

#include "base/strmap.h"
#include "core/identity.h"
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

struct work {
    struct conference *conf;
    const struct identity_input *input;
    struct arena *arena;
    int *group;          /* union-find over registrants */
    int *group_person;   /* of each root; -1 */
    bool *is_registered; /* of each person; room for all that can come */
    int *merged_into;    /* of each person; itself when it stands */
    struct resolve_index *index;
    struct strmap known_names; /* "person key" pairs that the index holds */
    struct strmap by_key; /* name key -> the person of that name nobody registered; -2 = several */
    struct strmap by_source;    /* "source\nsource_key" -> person, of this run's mentions */
    struct strmap known_keys;   /* the same, from before */
    struct strmap decisions;    /* name key -> first decision; the others follow .next */
    struct strmap apart;        /* "low high": persons that were taken apart */
    VEC(struct ruling) rulings; /* decisions of this event, then what earlier events add */
    VEC(struct identity_merge) merges;
};

/* identity.c: what all parts need */
const char *identity_name_key(struct work *work, const char *name);
bool identity_is_person(const struct work *work, int person);
int identity_standing(const struct work *work, int person); /* after merges; -1 = nobody */
bool identity_is_apart(struct work *work, int a, int b);
void identity_merge_persons(struct work *work, int keep, int gone, const char *why);
int identity_new_person(struct work *work, const char *name);
void identity_index_record(struct work *work, struct resolve_record record, int person);
struct resolve_record identity_alias_record(const struct alias *alias);
struct resolve_options identity_options(const struct work *work, const struct decided *decided);

/* identity_registrants.c */
void identity_join_registrants(struct work *work);
void identity_link_by_alias(struct work *work);
void identity_learn_late(struct work *work);
void identity_assign_registrants(struct work *work);
void identity_meet_registered(struct work *work);
void identity_index_unregistered(struct work *work);

/* identity_decisions.c */
void identity_index_decisions(struct work *work);
void identity_recall_decisions(struct work *work);
void identity_find_decision(struct work *work, const char *name, const char *email, int track,
                            struct decided *ret);
bool identity_is_excluded(const struct decided *decided, int person);

/* identity_mentions.c */
void identity_handle_mentions(struct work *work, struct resolution *ret);
void identity_follow_mentions(struct work *work, const struct resolution *mentions);

#endif
