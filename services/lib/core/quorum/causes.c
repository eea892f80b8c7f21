#include "core/quorum/causes.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MAX  5    /* more are counted: "and 3 more" */
#define AT_BEST    0.97 /* the chance that nothing speaks against */
#define TINY       1e-9
#define NAME_BYTES 120

enum cause {
    CAUSE_SAID_NO,
    CAUSE_NOT_REGISTERED,
    CAUSE_CANCELLED,
    CAUSE_WAITING,
    CAUSE_NEEDED_ELSEWHERE, /* one group for each other session */
    CAUSE_AWAY,
    CAUSE_AMBIGUOUS,
    CAUSE_REMOTE,
    CAUSE_NO_ANSWER,
    N_CAUSES
};

/* "%d of %d <words>: names" */
static const char *const cause_words[N_CAUSES] = {
    [CAUSE_SAID_NO] = "said no",
    [CAUSE_NOT_REGISTERED] = "not registered",
    [CAUSE_CANCELLED] = "cancelled",
    [CAUSE_WAITING] = "on the waiting list",
    [CAUSE_NEEDED_ELSEWHERE] = "needed elsewhere",
    [CAUSE_AWAY] = "away for part of the time",
    [CAUSE_AMBIGUOUS] = "not identified",
    [CAUSE_REMOTE] = "remote",
    [CAUSE_NO_ANSWER] = "without an answer",
};

struct cause_group {
    enum cause cause;
    const char *needed_in; /* CAUSE_NEEDED_ELSEWHERE only; else "" */
    double loss;           /* chances lost, summed over its people */
    int n;
    const char *names[NAMES_MAX];
};

struct causes {
    struct arena *arena;
    VEC(struct cause_group) groups;
};

const char *quorum_name(const struct conference *conf, const struct quorum_person *person)
{
    const char *name = person->person < 0 ? "" : conf->persons.items[person->person].name;
    return name[0] != '\0' ? name : conf->mentions.items[person->mention].name;
}

static struct cause_group *group_at(struct causes *causes, enum cause cause, const char *needed_in)
{
    for (size_t i = 0; i < causes->groups.n; i++) {
        struct cause_group *group = &causes->groups.items[i];
        if (group->cause == cause && strcmp(group->needed_in, needed_in) == 0) {
            return group;
        }
    }
    struct cause_group *group = vec_add(causes->arena, &causes->groups);
    group->cause = cause;
    group->needed_in = needed_in;
    return group;
}

static void blame(struct causes *causes, const struct conference *conf,
                  const struct quorum_person *person, enum cause cause)
{
    struct cause_group *group =
        group_at(causes, cause, cause == CAUSE_NEEDED_ELSEWHERE ? person->needed_in : "");
    if (group->n < NAMES_MAX) {
        group->names[group->n] = quorum_name(conf, person);
    }
    group->n++;
    group->loss += person->chance < AT_BEST ? AT_BEST - person->chance : 0;
}

static void blame_registration(struct causes *causes, const struct conference *conf,
                               const struct quorum_person *person)
{
    if (!conf->has_registrants && conf->registrants.n == 0) {
        return;
    }
    if (!person->has_registrant) {
        blame(causes, conf, person, CAUSE_NOT_REGISTERED);
    } else if (person->status == REGISTRATION_CANCELLED) {
        blame(causes, conf, person, CAUSE_CANCELLED);
    } else if (person->status == REGISTRATION_WAITING) {
        blame(causes, conf, person, CAUSE_WAITING);
    }
}

static void blame_person(struct causes *causes, const struct conference *conf,
                         const struct quorum_person *person, bool is_away)
{
    if (person->person < 0) {
        blame(causes, conf, person, CAUSE_AMBIGUOUS);
        return;
    }
    blame_registration(causes, conf, person);
    if (person->has_answered && person->reply == REPLY_NO) {
        blame(causes, conf, person, CAUSE_SAID_NO);
        return;
    }
    if (person->needed_in[0] != '\0') {
        blame(causes, conf, person, CAUSE_NEEDED_ELSEWHERE);
    }
    if (is_away) {
        blame(causes, conf, person, CAUSE_AWAY);
    }
    if (person->is_registered && (person->attendance == ATTENDANCE_REMOTE ||
                                  (person->has_answered && person->reply == REPLY_REMOTE))) {
        blame(causes, conf, person, CAUSE_REMOTE);
    }
    if (person->is_registered && !person->has_answered && conf->answers.n > 0) {
        blame(causes, conf, person, CAUSE_NO_ANSWER);
    }
}

static int compare_groups(const void *a, const void *b)
{
    const struct cause_group *x = a;
    const struct cause_group *y = b;
    if (x->loss > y->loss + TINY || y->loss > x->loss + TINY) {
        return x->loss > y->loss ? -1 : 1;
    }
    if (x->cause != y->cause) {
        return x->cause < y->cause ? -1 : 1;
    }
    return strcmp(x->needed_in, y->needed_in);
}

static void add_names(struct str *s, const struct cause_group *group, const char *last)
{
    int shown = group->n < NAMES_MAX ? group->n : NAMES_MAX;
    for (int i = 0; i < shown; i++) {
        bool is_last = i == shown - 1 && shown == group->n && i > 0;
        str_add(s, i == 0 ? "" : is_last ? last : ", ");
        str_add_n(s, group->names[i],
                  utf8_cut(group->names[i], strlen(group->names[i]), NAME_BYTES));
    }
    if (group->n > shown) {
        str_printf(s, " and %d more", group->n - shown);
    }
}

static const char *group_text(const struct cause_group *group, int n_people, struct arena *arena)
{
    CLEANUP(str_done) struct str text = {0};
    if (group->cause == CAUSE_NEEDED_ELSEWHERE) {
        add_names(&text, group, " and ");
        str_printf(&text, " %s needed in %s at the same time", group->n == 1 ? "is" : "are",
                   group->needed_in);
    } else {
        str_printf(&text, "%d of %d %s: ", group->n, n_people, cause_words[group->cause]);
        add_names(&text, group, ", ");
    }
    return arena_strdup(arena, str_text(&text));
}

static void join_reasons(struct quorum_track *track, struct arena *arena)
{
    CLEANUP(str_done) struct str text = {0};
    for (size_t i = 0; i < track->reasons.n; i++) {
        str_add(&text, i == 0 ? "" : "; ");
        str_add(&text, track->reasons.items[i]);
    }
    track->causes = arena_strdup(arena, str_text(&text));
}

void quorum_causes(const struct conference *conf, const bool *is_away, struct arena *arena,
                   struct quorum_track *track)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct causes causes = {.arena = scratch};
    int n_people = track->n_must > 0 ? track->n_must : (int)track->persons.n;
    for (size_t i = 0; i < track->persons.n; i++) {
        const struct quorum_person *person = &track->persons.items[i];
        if (track->n_must == 0 || person->strength == STRENGTH_MUST) {
            blame_person(&causes, conf, person, is_away[i]);
        }
    }
    if (causes.groups.n > 1) {
        qsort(causes.groups.items, causes.groups.n, sizeof *causes.groups.items, compare_groups);
    }
    if (!conf->has_registrants && conf->registrants.n == 0 && n_people > 0) {
        *vec_add(arena, &track->reasons) = "no list of registrants yet";
    }
    for (size_t i = 0; i < causes.groups.n; i++) {
        *vec_add(arena, &track->reasons) = group_text(&causes.groups.items[i], n_people, arena);
    }
    join_reasons(track, arena);
}
