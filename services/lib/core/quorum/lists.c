#include "core/quorum/lists.h"

#include <stdlib.h>
#include <string.h>

/* --- who is on the lists --- */

int quorum_compare_subject(const struct place *a, const struct place *b)
{
    int order = (a->session >= 0) - (b->session >= 0);
    if (order == 0) {
        order = (a->track > b->track) - (a->track < b->track);
    }
    return order != 0 ? order : (a->session > b->session) - (a->session < b->session);
}

static int compare_identity(const struct count *count, const struct place *a, const struct place *b)
{
    int order = quorum_compare_subject(a, b);
    if (order == 0) {
        order = (a->person.person > b->person.person) - (a->person.person < b->person.person);
    }
    if (order == 0 && a->person.person < 0) {
        const struct mention *x = &count->conf->mentions.items[a->person.mention];
        const struct mention *y = &count->conf->mentions.items[b->person.mention];
        order = strcmp(x->name, y->name);
        order = order != 0 ? order : strcmp(x->email, y->email);
    }
    return order;
}

static int compare_places(const void *a, const void *b, void *count)
{
    const struct place *x = a;
    const struct place *y = b;
    int order = compare_identity(count, x, y);
    return order != 0
               ? order
               : (x->person.mention > y->person.mention) - (x->person.mention < y->person.mention);
}

/* Does the mention put somebody on a list, and on which? */
static bool find_list(const struct count *count, const struct mention *mention, struct place *ret)
{
    const struct conference *conf = count->conf;
    *ret = (struct place){.track = mention->track, .session = mention->session};
    if (mention->session < 0) {
        return mention->track >= 0 && mention->role != ROLE_SPEAKER;
    }
    const struct session *session = &conf->sessions.items[mention->session];
    ret->track = session->track;
    return session_is_live(session) && session->kind != SESSION_OPEN_SLOT;
}

void quorum_collect_places(struct count *count)
{
    for (size_t i = 0; i < count->conf->mentions.n; i++) {
        const struct mention *mention = &count->conf->mentions.items[i];
        struct place found;
        if (!find_list(count, mention, &found)) {
            continue;
        }
        struct place *place = vec_add(count->arena, &count->places);
        *place = found;
        place->person = (struct quorum_person){.person = mention->person,
                                               .mention = (int)i,
                                               .role = mention->role,
                                               .strength = mention->strength,
                                               .is_free = true,
                                               .needed_in = "",
                                               .state = ""};
    }
    struct place *places = count->places.items;
    size_t kept = 0;
    if (count->places.n > 1) {
        qsort_r(places, count->places.n, sizeof *places, compare_places, count);
    }
    for (size_t i = 0; i < count->places.n; i++) {
        if (kept == 0 || compare_identity(count, &places[kept - 1], &places[i]) != 0) {
            places[kept++] = places[i];
            continue;
        }
        struct quorum_person *same = &places[kept - 1].person;
        same->role = places[i].person.role == ROLE_LEAD ? ROLE_LEAD : same->role;
        same->strength =
            places[i].person.strength < same->strength ? places[i].person.strength : same->strength;
    }
    count->places.n = kept;
}

static int compare_by_person(const void *a, const void *b, void *places)
{
    const struct place *x = &((const struct place *)places)[*(const int *)a];
    const struct place *y = &((const struct place *)places)[*(const int *)b];
    int order = (x->person.person > y->person.person) - (x->person.person < y->person.person);
    return order != 0 ? order : quorum_compare_subject(x, y);
}

void quorum_index_places(struct count *count)
{
    count->by_person = arena_array(count->arena, count->places.n, sizeof(int));
    for (size_t i = 0; i < count->places.n; i++) {
        if (count->places.items[i].person.person >= 0) {
            count->by_person[count->n_by_person++] = (int)i;
        }
    }
    if (count->n_by_person > 1) {
        qsort_r(count->by_person, (size_t)count->n_by_person, sizeof(int), compare_by_person,
                count->places.items);
    }
}

int quorum_first_place(const struct count *count, int person)
{
    int low = 0;
    int high = count->n_by_person;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (count->places.items[count->by_person[middle]].person.person < person) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct place *quorum_next_place(const struct count *count, int person, int *at)
{
    if (*at >= count->n_by_person) {
        return NULL;
    }
    struct place *place = &count->places.items[count->by_person[(*at)++]];
    return place->person.person == person ? place : NULL;
}

/* --- what stands for a track --- */

bool quorum_stands_for_track(const struct count *count, const struct session *session)
{
    return session->track >= 0 && session_is_live(session) && session->kind != SESSION_OPEN_SLOT &&
           (session->kind == SESSION_BLOCK || !count->has_block[session->track]);
}

void quorum_measure_tracks(struct count *count)
{
    const struct conference *conf = count->conf;
    count->has_block = arena_array(count->arena, conf->tracks.n, sizeof(bool));
    count->length_us = arena_array(count->arena, conf->tracks.n, sizeof(int64_t));
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session->track >= 0 && session->kind == SESSION_BLOCK && session_is_live(session)) {
            count->has_block[session->track] = true;
        }
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (quorum_stands_for_track(count, session)) {
            count->length_us[session->track] += session->end_us - session->start_us;
        }
    }
}
