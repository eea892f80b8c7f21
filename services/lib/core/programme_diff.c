#include "core/programme_diff.h"

#include "base/str.h"
#include "base/strmap.h"

#include <stdlib.h>
#include <string.h>

struct differ {
    const struct conference *old;
    const struct conference *new;
    const char **old_people; /* speakers of each session, joined */
    const char **new_people;
    struct arena *arena;
    struct programme_diff *ret;
};

static const char *const change_names[N_CHANGE_KINDS] = {
    "added", "moved", "room", "retitled", "cancelled", "restored", "people", "edited"};

const char *change_kind_name(enum change_kind kind)
{
    return change_names[kind];
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

static const char *joined(const char **names, size_t n, struct arena *arena)
{
    CLEANUP(str_done) struct str text = {0};
    if (n > 1) {
        qsort(names, n, sizeof *names, by_text);
    }
    for (size_t i = 0; i < n; i++) {
        str_add(&text, i == 0 ? "" : ", ");
        str_add(&text, names[i]);
    }
    return arena_strdup(arena, str_text(&text));
}

/* The speakers of each session, sorted and joined. */
static const char **people_of(const struct conference *conf, struct arena *arena)
{
    struct names {
        VEC(const char *) names;
    } *lists = arena_array(arena, conf->sessions.n, sizeof *lists);
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->session >= 0 && mention->role == ROLE_SPEAKER) {
            *vec_add(arena, &lists[mention->session].names) = mention->name;
        }
    }
    const char **people = arena_array(arena, conf->sessions.n, sizeof *people);
    for (size_t i = 0; i < conf->sessions.n; i++) {
        people[i] = joined(lists[i].names.items, lists[i].names.n, arena);
    }
    return people;
}

static const char *room_name(const struct conference *conf, const struct session *session)
{
    return session->room < 0 ? "no room" : conf->rooms.items[session->room].name;
}

static const char *place_and_time(const struct differ *d, const struct conference *conf,
                                  const struct session *session)
{
    if (!session_is_scheduled(session)) {
        return "not scheduled";
    }
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    return arena_printf(d->arena, "%s to %s, %s",
                        time_short(d->new->zone, session->start_us, start),
                        time_hhmm(d->new->zone, session->end_us, end), room_name(conf, session));
}

static void add(struct differ *d, enum change_kind kind, int old_session, int new_session,
                const char *old_value, const char *new_value)
{
    *vec_add(d->arena, &d->ret->changes) =
        (struct change){kind, old_session, new_session, old_value, new_value};
}

static bool same_track(const struct differ *d, const struct session *a, const struct session *b)
{
    const char *old_key = a->track < 0 ? "" : d->old->tracks.items[a->track].key;
    const char *new_key = b->track < 0 ? "" : d->new->tracks.items[b->track].key;
    return str_equal(old_key, new_key);
}

static bool same_parent(const struct differ *d, const struct session *a, const struct session *b)
{
    const char *old_key = a->parent < 0 ? "" : d->old->sessions.items[a->parent].key;
    const char *new_key = b->parent < 0 ? "" : d->new->sessions.items[b->parent].key;
    return str_equal(old_key, new_key);
}

static bool same_rest(const struct differ *d, const struct session *a, const struct session *b)
{
    return strcmp(a->abstract, b->abstract) == 0 && strcmp(a->language, b->language) == 0 &&
           strcmp(a->url, b->url) == 0 && strcmp(a->tags, b->tags) == 0 && a->kind == b->kind &&
           a->expected_people == b->expected_people && same_track(d, a, b) && same_parent(d, a, b);
}

static void compare(struct differ *d, int i, int j)
{
    const struct session *a = &d->old->sessions.items[i];
    const struct session *b = &d->new->sessions.items[j];
    const char *old_place = place_and_time(d, d->old, a);
    const char *new_place = place_and_time(d, d->new, b);
    if (a->is_cancelled != b->is_cancelled) {
        add(d, b->is_cancelled ? CHANGE_CANCELLED : CHANGE_RESTORED, i, j, old_place, new_place);
    }
    if (a->start_us != b->start_us || a->end_us != b->end_us) {
        add(d, CHANGE_MOVED, i, j, old_place, new_place);
    } else if (strcmp(room_name(d->old, a), room_name(d->new, b)) != 0) {
        add(d, CHANGE_ROOM, i, j, old_place, new_place);
    }
    if (strcmp(a->title, b->title) != 0) {
        add(d, CHANGE_RETITLED, i, j, a->title, b->title);
    }
    if (strcmp(d->old_people[i], d->new_people[j]) != 0) {
        add(d, CHANGE_PEOPLE, i, j, d->old_people[i], d->new_people[j]);
    }
    if (!same_rest(d, a, b)) {
        add(d, CHANGE_EDITED, i, j, "", "");
    }
}

void programme_diff(const struct conference *old, const struct conference *new, bool is_partial,
                    struct arena *arena, struct programme_diff *ret)
{
    *ret = (struct programme_diff){0};
    struct differ d = {old, new, people_of(old, arena), people_of(new, arena), arena, ret};
    struct strmap by_key = {0};
    bool *is_there = arena_array(arena, old->sessions.n, sizeof *is_there);
    for (size_t i = 0; i < old->sessions.n; i++) {
        *strmap_at(&by_key, arena, old->sessions.items[i].key, 0, NULL) = (int64_t)i;
    }
    for (size_t j = 0; j < new->sessions.n; j++) {
        const int64_t *i = strmap_find(&by_key, new->sessions.items[j].key);
        if (i == NULL) {
            add(&d, CHANGE_ADDED, -1, (int)j, "", place_and_time(&d, new, &new->sessions.items[j]));
        } else {
            is_there[*i] = true;
            compare(&d, (int)*i, (int)j);
        }
    }
    for (size_t i = 0; i < old->sessions.n && !is_partial; i++) {
        if (!is_there[i] && !old->sessions.items[i].is_cancelled) {
            add(&d, CHANGE_CANCELLED, (int)i, -1, place_and_time(&d, old, &old->sessions.items[i]),
                "");
        }
    }
}
