/* When and where two people can meet: in the gaps of both plans. */
#include "core/meet.h"

#include <string.h>

#define STEP_US   (5 * MINUTE_US)  /* within a break */
#define GRID_US   (15 * MINUTE_US) /* between sessions */
#define COMES_US  (30 * MINUTE_US) /* a room that somebody left so shortly before is near */
#define MOST_DAYS 60               /* of a programme that are looked at */

struct search {
    const struct conference *conf;
    const struct meet_side_plan *sides[2];
    const struct meet_slot_options *options;
    struct arena *arena;
};

static const struct session *entry_session(const struct search *s, int side, size_t i)
{
    return &s->conf->sessions.items[s->sides[side]->agenda->entries.items[i].session];
}

/* Nothing in the plan, walking included, and no other meeting. */
static bool is_gap(const struct search *s, int side, const struct meet_slot *slot)
{
    const struct meet_side_plan *plan = s->sides[side];
    for (size_t i = 0; i < plan->agenda->entries.n; i++) {
        const struct session *other = entry_session(s, side, i);
        int64_t walk = slot->is_on_line ? 0
                                        : agenda_walking_us(s->conf, other->room, slot->room,
                                                            s->options->walk_between_buildings_us);
        if (slot->start_us < other->end_us + walk && other->start_us < slot->end_us + walk) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->n_taken; i++) {
        if (slot->start_us < plan->taken[i].end_us && plan->taken[i].start_us < slot->end_us) {
            return false;
        }
    }
    return true;
}

/* The room of the session that ended last before the slot, of either; -1 = none ends near it. */
static int room_before(const struct search *s, int64_t start_us)
{
    int room = -1;
    int64_t last_us = start_us - COMES_US;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < s->sides[side]->agenda->entries.n; i++) {
            const struct session *other = entry_session(s, side, i);
            if (other->room >= 0 && other->end_us <= start_us && other->end_us > last_us) {
                last_us = other->end_us;
                room = other->room;
            }
        }
    }
    return room;
}

static bool fits(const struct search *s, int64_t start_us, int break_id, struct meet_slot *ret)
{
    struct meet_slot slot = {.start_us = start_us,
                             .end_us = start_us + MEET_LENGTH_US,
                             .room = -1,
                             .break_id = break_id};
    if (start_us < s->options->not_before_us) {
        return false;
    }
    for (int side = 0; side < 2; side++) {
        bool is_remote = false;
        if (!agenda_is_there(s->conf, s->sides[side]->person, slot.start_us, slot.end_us, s->arena,
                             &is_remote)) {
            return false;
        }
        slot.is_on_line = slot.is_on_line || is_remote;
    }
    if (!slot.is_on_line) {
        slot.room = break_id >= 0 ? s->conf->sessions.items[break_id].room : -1;
        slot.room = slot.room >= 0 ? slot.room : room_before(s, start_us);
    }
    if (!is_gap(s, 0, &slot) || !is_gap(s, 1, &slot)) {
        return false;
    }
    *ret = slot;
    return true;
}

static bool is_break(const struct session *session)
{
    return session->kind == SESSION_BREAK && session_is_scheduled(session) &&
           !session->is_cancelled;
}

/* The earliest in a break; breaks may lie in any order and beside one another. */
static bool find_in_breaks(const struct search *s, struct meet_slot *ret)
{
    bool has_found = false;
    for (size_t i = 0; i < s->conf->sessions.n; i++) {
        const struct session *pause = &s->conf->sessions.items[i];
        if (!is_break(pause) || (has_found && pause->start_us >= ret->start_us)) {
            continue;
        }
        for (int64_t at = pause->start_us; at + MEET_LENGTH_US <= pause->end_us; at += STEP_US) {
            struct meet_slot slot;
            if (fits(s, at, (int)i, &slot) && (!has_found || slot.start_us < ret->start_us)) {
                *ret = slot;
                has_found = true;
                break;
            }
        }
    }
    return has_found;
}

bool meet_day_span(const struct conference *conf, int64_t day_us, int64_t next_us,
                   int64_t *ret_start_us, int64_t *ret_end_us)
{
    *ret_start_us = INT64_MAX;
    *ret_end_us = INT64_MIN;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session_is_live(session) && session->start_us >= day_us &&
            session->start_us < next_us) {
            *ret_start_us = session->start_us < *ret_start_us ? session->start_us : *ret_start_us;
            *ret_end_us = session->end_us > *ret_end_us ? session->end_us : *ret_end_us;
        }
    }
    return *ret_start_us < *ret_end_us;
}

static bool find_between(const struct search *s, int64_t first_us, int64_t last_us,
                         struct meet_slot *ret)
{
    int64_t day_us = zone_day_start_us(s->conf->zone, first_us);
    for (int day = 0; day < MOST_DAYS && day_us < last_us; day++) {
        /* noon of the next day is 36 hours from this midnight, give or take an hour */
        int64_t next_us = zone_day_start_us(s->conf->zone, day_us + 36 * HOUR_US);
        int64_t start_us = 0;
        int64_t end_us = 0;
        bool is_on = meet_day_span(s->conf, day_us, next_us, &start_us, &end_us);
        for (int64_t at = start_us; is_on && at + MEET_LENGTH_US <= end_us; at += GRID_US) {
            if (fits(s, at, -1, ret)) {
                return true;
            }
        }
        day_us = next_us;
    }
    return false;
}

int meet_slot_find(const struct conference *conf, const struct meet_side_plan *a,
                   const struct meet_side_plan *b, const struct meet_slot_options *options,
                   struct arena *arena, struct meet_slot *ret)
{
    struct search s = {.conf = conf, .sides = {a, b}, .options = options, .arena = arena};
    int64_t first_us = INT64_MAX;
    int64_t last_us = INT64_MIN;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session_is_live(session)) {
            first_us = session->start_us < first_us ? session->start_us : first_us;
            last_us = session->end_us > last_us ? session->end_us : last_us;
        }
    }
    struct meet_slot slot = {.room = -1, .break_id = -1};
    if (first_us > last_us) { /* nothing has a time yet: they will find one themselves */
        *ret = slot;
        return 0;
    }
    if (!find_in_breaks(&s, &slot) && !find_between(&s, first_us, last_us, &slot)) {
        return MEET_NO_SLOT;
    }
    *ret = slot;
    return 0;
}
