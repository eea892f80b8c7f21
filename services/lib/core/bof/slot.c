/* When and where a BoF could be: where most of its people are free and a room is. */
#include "core/bof.h"

#include "core/meet.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define GRID_US   (15 * MINUTE_US)
#define MOST_DAYS 60

struct search {
    const struct conference *conf;
    const struct bof_person *people;
    size_t n_people;
    size_t n_wanted;
    int64_t not_before_us;
    struct arena *arena;
    bool *is_venue; /* by room: sessions take place in it */
};

static bool is_free(const struct search *s, const struct bof_person *person, int64_t start_us,
                    int64_t end_us)
{
    for (size_t i = 0; i < person->agenda->entries.n; i++) {
        const struct session *session =
            &s->conf->sessions.items[person->agenda->entries.items[i].session];
        if (session->start_us < end_us && start_us < session->end_us) {
            return false;
        }
    }
    bool is_remote = false;
    return agenda_is_there(s->conf, person->person, start_us, end_us, s->arena, &is_remote);
}

static int n_free(const struct search *s, int64_t start_us, int64_t end_us)
{
    int n = 0;
    for (size_t i = 0; i < s->n_people; i++) {
        n += is_free(s, &s->people[i], start_us, end_us);
    }
    return n;
}

static bool is_used(const struct search *s, int room, int64_t start_us, int64_t end_us)
{
    for (size_t i = 0; i < s->conf->sessions.n; i++) {
        const struct session *session = &s->conf->sessions.items[i];
        bool is_there = session_is_live(session) && session->room == room;
        if (is_there && session->start_us < end_us && start_us < session->end_us) {
            return true;
        }
    }
    return false;
}

/* Small is good, unless it is too small; what is not known lies between. */
static long room_rank(const struct search *s, int room)
{
    int capacity = s->conf->rooms.items[room].capacity;
    if (capacity == 0) {
        return INT_MAX / 2;
    }
    return capacity >= (int)s->n_wanted ? capacity : (long)INT_MAX - capacity;
}

static int free_room(const struct search *s, int64_t start_us, int64_t end_us)
{
    int best = -1;
    for (size_t i = 0; i < s->conf->rooms.n; i++) {
        int room = (int)i;
        if (s->is_venue[i] && (best < 0 || room_rank(s, room) < room_rank(s, best)) &&
            !is_used(s, room, start_us, end_us)) {
            best = room;
        }
    }
    return best;
}

/* Takes the slot when more people are free in it than in the best so far. */
static void offer(const struct search *s, int64_t start_us, int64_t end_us, int open_slot,
                  struct bof_slot *best)
{
    int free = start_us < s->not_before_us ? -1 : n_free(s, start_us, end_us);
    bool is_first = best->start_us == 0;
    bool is_earlier = free == best->n_free && start_us < best->start_us && open_slot >= 0;
    if (free < 0 || (!is_first && free <= best->n_free && !is_earlier)) {
        return;
    }
    int room =
        open_slot >= 0 ? s->conf->sessions.items[open_slot].room : free_room(s, start_us, end_us);
    if (room >= 0) {
        *best = (struct bof_slot){start_us, end_us, room, open_slot, free};
    }
}

static void offer_open_slots(const struct search *s, struct bof_slot *best)
{
    for (size_t i = 0; i < s->conf->sessions.n; i++) {
        const struct session *session = &s->conf->sessions.items[i];
        if (session->kind == SESSION_OPEN_SLOT && session_is_scheduled(session) &&
            !session->is_cancelled) {
            offer(s, session->start_us, session->end_us, (int)i, best);
        }
    }
}

static void offer_gaps(const struct search *s, int64_t first_us, int64_t last_us,
                       struct bof_slot *best)
{
    int64_t day_us = zone_day_start_us(s->conf->zone, first_us);
    for (int day = 0; day < MOST_DAYS && day_us < last_us; day++) {
        int64_t next_us = zone_day_start_us(s->conf->zone, day_us + 36 * HOUR_US);
        int64_t start_us = 0;
        int64_t end_us = 0;
        bool is_on = meet_day_span(s->conf, day_us, next_us, &start_us, &end_us);
        for (int64_t at = start_us; is_on && at + BOF_LENGTH_US <= end_us; at += GRID_US) {
            offer(s, at, at + BOF_LENGTH_US, -1, best);
        }
        day_us = next_us;
    }
}

void bof_slot_find(const struct conference *conf, const struct bof_person *people, size_t n_people,
                   size_t n_wanted, int64_t not_before_us, struct arena *arena,
                   struct bof_slot *ret)
{
    struct search s = {.conf = conf,
                       .people = people,
                       .n_people = n_people,
                       .n_wanted = n_wanted,
                       .not_before_us = not_before_us,
                       .arena = arena};
    int64_t first_us = INT64_MAX;
    int64_t last_us = INT64_MIN;
    *ret = (struct bof_slot){.room = -1, .open_slot = -1};
    s.is_venue = arena_array(arena, conf->rooms.n + 1, sizeof *s.is_venue);
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session_is_live(session)) {
            first_us = session->start_us < first_us ? session->start_us : first_us;
            last_us = session->end_us > last_us ? session->end_us : last_us;
            s.is_venue[session->room < 0 ? (int)conf->rooms.n : session->room] = true;
        }
    }
    offer_open_slots(&s, ret);
    if (first_us < last_us) {
        offer_gaps(&s, first_us, last_us, ret);
    }
}
