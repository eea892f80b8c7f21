#include "core/requirement.h"

#include <stdlib.h>

/* So many of a person's matches are strong enough to be a wish. */
#define STRONG_MATCHES 3

/* Requirements as they are found: in no order, several for one person and session. */
struct raw {
    struct arena *arena;
    VEC(struct requirement) items;
    bool is_cut;
};

/* For each track the sessions that its leads and key attendees are wanted in. */
struct targets {
    bool *has_block; /* of each track */
    int *first;      /* n_tracks + 1 offsets into sessions */
    int *sessions;   /* grouped by track, in programme order */
};

static bool can_be_required(const struct session *session)
{
    return session_is_live(session) && session->kind != SESSION_OPEN_SLOT;
}

static bool is_target(const struct session *session, const bool *has_block)
{
    return session->track >= 0 && can_be_required(session) &&
           (session->kind == SESSION_BLOCK || !has_block[session->track]);
}

static struct targets targets_build(const struct conference *conf, struct arena *arena)
{
    bool *has_block = arena_array(arena, conf->tracks.n + 1, sizeof *has_block);
    struct targets targets = {has_block, arena_array(arena, conf->tracks.n + 2, sizeof(int)),
                              arena_array(arena, conf->sessions.n, sizeof(int))};
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session->track >= 0 && session->kind == SESSION_BLOCK && session_is_live(session)) {
            has_block[session->track] = true;
        }
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (is_target(&conf->sessions.items[i], has_block)) {
            targets.first[conf->sessions.items[i].track + 2]++;
        }
    }
    for (size_t t = 2; t < conf->tracks.n + 2; t++) {
        targets.first[t] += targets.first[t - 1];
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (is_target(&conf->sessions.items[i], has_block)) {
            targets.sessions[targets.first[conf->sessions.items[i].track + 1]++] = (int)i;
        }
    }
    return targets;
}

static enum reason reason_of_role(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return REASON_LEAD;
    case ROLE_SPEAKER: return REASON_SPEAKER;
    case ROLE_KEY_ATTENDEE: break;
    }
    return REASON_KEY_ATTENDEE;
}

static void add(struct raw *raw, struct requirement requirement)
{
    if (raw->items.n == REQUIREMENTS_MAX) {
        raw->is_cut = true;
        return;
    }
    *vec_add(raw->arena, &raw->items) = requirement;
}

/* A topic that concerns more than half of the sessions says no more than the track's title does. */
static int find_concerned(const struct conference *conf, const struct targets *targets,
                          const struct mention *mention, bool *ret_concerned)
{
    int first = targets->first[mention->track];
    int end = targets->first[mention->track + 1];
    int n = 0;
    for (int k = first; k < end && mention->topic[0] != '\0'; k++) {
        ret_concerned[k] = conference_concerns(conf, targets->sessions[k], mention->topic);
        n += ret_concerned[k];
    }
    return 2 * n > end - first ? 0 : n;
}

static void add_track(const struct conference *conf, const struct targets *targets,
                      struct requirement requirement, bool *concerned, struct raw *raw)
{
    const struct mention *mention = &conf->mentions.items[requirement.mention];
    int first = targets->first[mention->track];
    int end = targets->first[mention->track + 1];
    bool is_whole = targets->has_block[mention->track] || end - first == 1;
    int n_concerned = is_whole ? 0 : find_concerned(conf, targets, mention, concerned);
    requirement.is_loose = !is_whole && n_concerned == 0;
    for (int k = first; k < end && !raw->is_cut; k++) {
        if (n_concerned == 0 || concerned[k]) {
            requirement.session = targets->sessions[k];
            add(raw, requirement);
        }
    }
}

static void add_mentions(const struct conference *conf, struct raw *raw)
{
    struct targets targets = targets_build(conf, raw->arena);
    bool *concerned = arena_array(raw->arena, conf->sessions.n, sizeof *concerned);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        struct requirement requirement = {.person = mention->person,
                                          .session = mention->session,
                                          .strength = mention->strength,
                                          .reason = reason_of_role(mention->role),
                                          .mention = (int)i};
        if (mention->person < 0) {
            continue;
        }
        if (mention->session >= 0) {
            if (can_be_required(&conf->sessions.items[mention->session])) {
                add(raw, requirement);
            }
        } else if (mention->track >= 0) {
            add_track(conf, &targets, requirement, concerned, raw);
        }
    }
}

static void add_stars(const struct conference *conf, struct raw *raw)
{
    for (size_t i = 0; i < conf->stars.n; i++) {
        const struct star *star = &conf->stars.items[i];
        if (star->person >= 0 && star->session >= 0 && !star->is_dislike &&
            can_be_required(&conf->sessions.items[star->session])) {
            add(raw, (struct requirement){.person = star->person,
                                          .session = star->session,
                                          .strength = STRENGTH_WOULD_LIKE,
                                          .reason = REASON_STARRED,
                                          .mention = -1});
        }
    }
}

/* By rank, not by score: a score that moved a little is left as it was stored. */
static void add_matches(const struct conference *conf, struct raw *raw)
{
    unsigned char *n_taken = arena_array(raw->arena, conf->persons.n, sizeof *n_taken);
    for (size_t i = 0; i < conf->matches.n; i++) {
        const struct match *match = &conf->matches.items[i];
        if (match->person >= 0 && match->session >= 0 && match->score > 0 && !match->is_guess &&
            n_taken[match->person] < STRONG_MATCHES &&
            can_be_required(&conf->sessions.items[match->session])) {
            n_taken[match->person]++;
            add(raw, (struct requirement){.person = match->person,
                                          .session = match->session,
                                          .strength = STRENGTH_WOULD_LIKE,
                                          .reason = REASON_MATCH,
                                          .mention = -1});
        }
    }
}

/* What stays of a session's comes first. */
static int compare(const void *a, const void *b)
{
    const struct requirement *x = a;
    const struct requirement *y = b;
    int order = (x->session > y->session) - (x->session < y->session);
    if (order == 0) {
        order = (x->strength == STRENGTH_WOULD_LIKE) - (y->strength == STRENGTH_WOULD_LIKE);
    }
    if (order == 0) {
        order = x->is_loose - y->is_loose;
    }
    if (order == 0) {
        order = (x->strength > y->strength) - (x->strength < y->strength);
    }
    if (order == 0) {
        order = (x->reason > y->reason) - (x->reason < y->reason);
    }
    return order != 0 ? order : (x->mention > y->mention) - (x->mention < y->mention);
}

static void sort_group(struct requirement *items, size_t n)
{
    if (n > 24) {
        qsort(items, n, sizeof *items, compare);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct requirement item = items[i];
        size_t k = i;
        for (; k > 0 && compare(&items[k - 1], &item) > 0; k--) {
            items[k] = items[k - 1];
        }
        items[k] = item;
    }
}

/* Counting sort by person, then each person's few by session; duplicates go. */
static void order(const struct raw *raw, size_t n_persons, struct arena *arena,
                  struct requirements *ret)
{
    size_t *next = arena_array(raw->arena, n_persons + 2, sizeof *next);
    for (size_t i = 0; i < raw->items.n; i++) {
        next[raw->items.items[i].person + 2]++;
    }
    for (size_t p = 2; p < n_persons + 2; p++) {
        next[p] += next[p - 1];
    }
    struct requirement *items = arena_array(arena, raw->items.n, sizeof *items);
    for (size_t i = 0; i < raw->items.n; i++) {
        items[next[raw->items.items[i].person + 1]++] = raw->items.items[i];
    }
    size_t n = 0;
    for (size_t p = 0; p < n_persons; p++) {
        sort_group(items + next[p], next[p + 1] - next[p]);
    }
    for (size_t i = 0; i < raw->items.n; i++) {
        if (n == 0 || items[n - 1].person != items[i].person ||
            items[n - 1].session != items[i].session) {
            items[n++] = items[i];
        }
    }
    ret->items.items = items;
    ret->items.n = n;
    ret->items.cap = raw->items.n;
    ret->is_cut = raw->is_cut;
}

void requirements_build(const struct conference *conf, struct arena *arena,
                        struct requirements *ret)
{
    CLEANUP(arena_cleanup) struct arena *scratch = arena_new();
    struct raw raw = {.arena = scratch};
    add_mentions(conf, &raw);
    add_stars(conf, &raw);
    add_matches(conf, &raw);
    order(&raw, conf->persons.n, arena, ret);
}
