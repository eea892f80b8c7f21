/*
 * Small random conferences in which everything occurs: blocks, contributions, breaks, open slots,
 * rooms far apart, registrations of every kind, windows, answers, choices, clocks that change.
 */
#ifndef ROLLCALL_TESTS_CORE_TEST_CLASH_RANDOM_H
#define ROLLCALL_TESTS_CORE_TEST_CLASH_RANDOM_H

#include "support/testing.h"

#include "base/clock.h"
#include "core/clash.h"

static uint64_t random_state;

static inline void random_start(int seed)
{
    random_state = (uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15);
}

static int random_below(int n)
{
    random_state ^= random_state << 13; /* xorshift64, G. Marsaglia 2003 */
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int)(random_state % (uint64_t)n);
}

static bool one_in(int n)
{
    return random_below(n) == 0;
}

static int maybe(int n)
{
    return n == 0 || one_in(4) ? -1 : random_below(n);
}

static const char *const random_zones[] = {"Europe/Vienna", "Asia/Tokyo", "America/New_York",
                                           "UTC"};

static int64_t random_instant(const struct conference *conf)
{
    return conf->start_us + random_below(3 * 96) * 15 * MINUTE_US;
}

static void add_places(struct conference *conf, struct arena *arena)
{
    static const char *const buildings[] = {"", "North", "South"};
    int n_rooms = random_below(5);
    for (int i = 0; i < n_rooms; i++) {
        struct room *room = conference_add_room(conf, arena);
        room->name = arena_printf(arena, "Hall %d", i);
        room->building = buildings[random_below(3)];
        room->capacity = one_in(3) ? 0 : 10 + random_below(30);
    }
    for (int i = 0; n_rooms > 1 && i < random_below(4); i++) {
        *vec_add(arena, &conf->distances) = (struct room_distance){
            random_below(n_rooms), random_below(n_rooms), random_below(50) * MINUTE_US};
    }
    int n_tracks = random_below(5);
    for (int i = 0; i < n_tracks; i++) {
        struct track *track = conference_add_track(conf, arena);
        track->title = arena_printf(arena, "Track %d", i);
        track->kind = one_in(4) ? TRACK_OTHER : TRACK_MC;
    }
    for (int i = 0; n_tracks > 0 && i < random_below(4); i++) {
        *vec_add(arena, &conf->separations) =
            (struct separation){random_below(n_tracks), random_below(n_tracks), "topics cross"};
    }
}

static void add_sessions(struct conference *conf, struct arena *arena)
{
    static const enum session_kind kinds[] = {SESSION_TALK,         SESSION_TALK, SESSION_BLOCK,
                                              SESSION_CONTRIBUTION, SESSION_BOF,  SESSION_OPEN_SLOT,
                                              SESSION_BREAK,        SESSION_BLOCK};
    int n = random_below(22);
    for (int i = 0; i < n; i++) {
        struct session *session = conference_add_session(conf, arena);
        session->key = arena_printf(arena, "s%d", (i * 7) % 19);
        session->title = arena_printf(arena, "Session %d", i);
        session->kind = kinds[random_below(8)];
        session->track = maybe((int)conf->tracks.n);
        session->room = maybe((int)conf->rooms.n);
        session->is_cancelled = one_in(12);
        session->expected_people = random_below(40);
        if (one_in(12)) {
            continue;
        }
        session->start_us =
            one_in(2) ? conf->start_us + random_below(16) * 15 * MINUTE_US : random_instant(conf);
        session->end_us =
            session->start_us + (1 + random_below(one_in(3) ? 40 : 6)) * 15 * MINUTE_US;
    }
    for (int i = 0; i < n; i++) {
        struct session *session = &conf->sessions.items[i];
        int parent = random_below(n);
        if (session->kind == SESSION_CONTRIBUTION && parent != i && one_in(2)) {
            const struct session *block = &conf->sessions.items[parent];
            session->parent = parent;
            session->room = one_in(4) ? session->room : block->room;
            session->track = block->track;
            if (session_is_scheduled(block) && !one_in(4)) {
                session->start_us = block->start_us;
                session->end_us = block->start_us + 15 * MINUTE_US;
            }
        }
    }
    conference_nest(conf);
}

static void add_wishes(struct conference *conf, struct arena *arena)
{
    int n_persons = (int)conf->persons.n;
    int n_sessions = (int)conf->sessions.n;
    for (int i = random_below(40); i > 0; i--) {
        struct mention *mention = conference_add_mention(conf, arena);
        mention->person = maybe(n_persons);
        mention->role = (enum role)random_below(3);
        mention->strength = (enum strength)random_below(3);
        mention->track = maybe((int)conf->tracks.n);
        mention->session = one_in(2) ? maybe(n_sessions) : -1;
    }
    for (int i = random_below(8); n_persons > 0 && n_sessions > 0 && i > 0; i--) {
        *vec_add(arena, &conf->stars) =
            (struct star){random_below(n_persons), random_below(n_sessions), one_in(3)};
    }
    for (int i = random_below(12); n_persons > 0 && n_sessions > 0 && i > 0; i--) {
        *vec_add(arena, &conf->matches) = (struct match){.person = random_below(n_persons),
                                                         .session = random_below(n_sessions),
                                                         .score = (double)random_below(4),
                                                         .because = ""};
    }
}

static void add_people(struct conference *conf, struct arena *arena)
{
    int n_persons = random_below(4);
    for (int i = 0; i < n_persons; i++) {
        struct person *person = conference_add_person(conf, arena);
        person->name = arena_printf(arena, "Person %d", (i * 3) % 4);
        person->id = one_in(2) ? 0 : 100 + i;
        person->asked_us = one_in(4) ? conf->start_us - random_below(4) * DAY_US : 0;
    }
    for (int i = random_below(6); i > 0; i--) {
        struct registrant *registrant = conference_add_registrant(conf, arena);
        registrant->person = maybe(n_persons);
        registrant->status = (enum registration_status)random_below(3);
        registrant->attendance = (enum attendance)random_below(3);
        registrant->arrives_us = one_in(2) ? random_instant(conf) : 0;
        registrant->departs_us = one_in(2) ? random_instant(conf) : 0;
        registrant->timezone = one_in(3)   ? ""
                               : one_in(8) ? "Nowhere/Land"
                                           : random_zones[random_below(4)];
    }
    for (int i = random_below(6); n_persons > 0 && i > 0; i--) {
        int64_t start_us = random_instant(conf);
        *vec_add(arena, &conf->availabilities) = (struct availability){
            random_below(n_persons), start_us, start_us + random_below(60) * 15 * MINUTE_US};
    }
}

/* Now and then a score of people, some of whom are on the lists of the same two tracks. */
static void add_crowd(struct conference *conf, struct arena *arena)
{
    int n_shared = random_below(7);
    int first = (int)conf->persons.n;
    int n_tracks = (int)conf->tracks.n;
    for (int i = 0; i < 20; i++) {
        struct person *person = conference_add_person(conf, arena);
        person->name = arena_printf(arena, "One of many %d", i);
        person->id = 500 + i;
        for (int track = 0; track < n_tracks; track++) {
            int own = n_tracks > 2 ? 2 + i % (n_tracks - 2) : i % n_tracks;
            if (i < n_shared ? track < 2 : track == own) {
                struct mention *mention = conference_add_mention(conf, arena);
                mention->person = first + i;
                mention->role = ROLE_KEY_ATTENDEE;
                mention->strength = STRENGTH_SHOULD;
                mention->track = track;
            }
        }
    }
}

static void add_replies(struct conference *conf, struct arena *arena)
{
    int n_persons = (int)conf->persons.n;
    int n_sessions = (int)conf->sessions.n;
    for (int i = random_below(6); n_persons > 0 && i > 0; i--) {
        *vec_add(arena, &conf->answers) = (struct answer){random_below(n_persons),
                                                          maybe((int)conf->tracks.n),
                                                          one_in(2) ? maybe(n_sessions) : -1,
                                                          (enum reply)random_below(4),
                                                          random_below(96) * 15,
                                                          random_below(4)};
    }
    for (int i = random_below(6); n_persons > 0 && n_sessions > 0 && i > 0; i--) {
        *vec_add(arena, &conf->choices) =
            (struct choice){random_below(n_persons), random_below(n_sessions),
                            random_below(n_sessions), random_below(3)};
    }
}

static inline void make_conference(struct conference *conf, struct arena *arena)
{
    struct err err = {0};
    conference_init(conf);
    conf->zone = zone_find(random_zones[random_below(4)]);
    /* The clocks go back in Vienna on 26 October, in New York on 2 November. */
    int r = time_parse(one_in(2) ? "2025-10-25" : "2025-11-01", conf->zone, &conf->start_us, &err);
    assert_int_equal(r, 0);
    add_places(conf, arena);
    add_people(conf, arena);
    add_sessions(conf, arena);
    add_wishes(conf, arena);
    if (one_in(3)) {
        add_crowd(conf, arena);
    }
    add_replies(conf, arena);
}

static inline struct clash_options random_options(const struct conference *conf)
{
    return (struct clash_options){.now_us = one_in(3) ? 0 : conf->start_us,
                                  .asked_us =
                                      one_in(3) ? 0 : conf->start_us - random_below(4) * DAY_US,
                                  .answer_within_us = 2 * DAY_US,
                                  .walk_between_buildings_us = random_below(3) * 10 * MINUTE_US,
                                  .only_person = -1,
                                  .has_registrants = !one_in(4)};
}

#endif
