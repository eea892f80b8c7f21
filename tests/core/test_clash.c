#include "support/testing.h"

#include "base/clock.h"
#include "base/str.h"
#include "core/clash.h"

#include <string.h>

/*
 * Ann, and two microconferences in Tokyo on Thursday: Rust in Hall B3 10:00 to 13:30 and PCI in
 * Hall B2 15:00 to 18:00. Each case changes that world a little.
 */
struct world {
    struct arena *arena;
    struct conference conf;
    struct clash_options options;
};

enum { RUST, PCI };

static int64_t at(const char *text)
{
    int64_t us = 0;
    struct err err = {0};
    assert_int_equal(time_parse(text, zone_find("Asia/Tokyo"), &us, &err), 0);
    return us;
}

static struct session *add_session(struct world *w, const char *title, enum session_kind kind,
                                   int room, const char *start, const char *end)
{
    struct session *session = conference_add_session(&w->conf, w->arena);
    session->key = session->title = title;
    session->kind = kind;
    session->room = room;
    session->start_us = at(start);
    session->end_us = at(end);
    return session;
}

static void set_times(struct world *w, int session, const char *start, const char *end)
{
    w->conf.sessions.items[session].start_us = at(start);
    w->conf.sessions.items[session].end_us = at(end);
}

static void wanted(struct world *w, int person, int session, enum role role, enum strength strength)
{
    struct mention *mention = conference_add_mention(&w->conf, w->arena);
    mention->person = person;
    mention->session = session;
    mention->role = role;
    mention->strength = strength;
}

static struct registrant *enrol(struct world *w, int person)
{
    struct registrant *registrant = conference_add_registrant(&w->conf, w->arena);
    registrant->person = person;
    registrant->arrives_us = at("2025-12-10T18:00");
    w->options.has_registrants = true;
    return registrant;
}

static void answer(struct world *w, int track, int session, enum reply reply, int64_t at_us)
{
    *vec_add(w->arena, &w->conf.answers) =
        (struct answer){0, track, session, reply, 14 * 60, at_us};
}

static void world_init(struct world *w, struct arena *arena)
{
    *w = (struct world){.arena = arena, .options = {.only_person = -1}};
    conference_init(&w->conf);
    w->conf.zone = zone_find("Asia/Tokyo");
    conference_add_room(&w->conf, arena)->name = "Hall B3";
    conference_add_room(&w->conf, arena)->name = "Hall B2";
    conference_add_track(&w->conf, arena)->title = "Rust MC";
    conference_add_track(&w->conf, arena)->title = "PCI MC";
    conference_add_person(&w->conf, arena)->name = "Ann";
    add_session(w, "Rust", SESSION_BLOCK, 0, "2025-12-11T10:00", "2025-12-11T13:30")->track = 0;
    add_session(w, "PCI", SESSION_BLOCK, 1, "2025-12-11T15:00", "2025-12-11T18:00")->track = 1;
    wanted(w, 0, RUST, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
}

/* --- the cases --- */

static void nothing(struct world *w)
{
    (void)w;
}

static void twice(struct world *w)
{
    wanted(w, 0, PCI, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    set_times(w, PCI, "2025-12-11T10:00", "2025-12-11T13:30");
}

static void twice_as_lead_and_should(struct world *w)
{
    wanted(w, 0, PCI, ROLE_LEAD, STRENGTH_SHOULD);
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
}

static void two_talks(struct world *w)
{
    w->conf.mentions.n = 0;
    wanted(w, 0, RUST, ROLE_SPEAKER, STRENGTH_MUST);
    wanted(w, 0, PCI, ROLE_SPEAKER, STRENGTH_MUST);
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
}

static void touching(struct world *w)
{
    wanted(w, 0, PCI, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    set_times(w, PCI, "2025-12-11T13:30", "2025-12-11T14:00");
}

static void twice_but_chosen(struct world *w)
{
    twice(w);
    *vec_add(w->arena, &w->conf.choices) = (struct choice){0, PCI, RUST, 1};
    *vec_add(w->arena, &w->conf.choices) = (struct choice){0, RUST, PCI, 2};
}

static void twice_but_said_no_to_one(struct world *w)
{
    twice(w);
    answer(w, 1, -1, REPLY_NO, 1);
}

static void speaker_inside_own_block(struct world *w)
{
    struct session *talk = add_session(w, "Safe drivers", SESSION_CONTRIBUTION, 0,
                                       "2025-12-11T10:00", "2025-12-11T10:30");
    talk->track = 0;
    talk->parent = RUST;
    wanted(w, 0, 2, ROLE_SPEAKER, STRENGTH_MUST);
}

static void speaker_while_needed_elsewhere(struct world *w)
{
    w->conf.mentions.n = 0;
    struct session *talk = add_session(w, "Safe drivers", SESSION_CONTRIBUTION, 0,
                                       "2025-12-11T13:00", "2025-12-11T13:30");
    talk->track = 0;
    talk->parent = RUST;
    wanted(w, 0, 2, ROLE_SPEAKER, STRENGTH_MUST);
    wanted(w, 0, PCI, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    set_times(w, PCI, "2025-12-11T10:00", "2025-12-11T13:15");
}

static void member_and_speaker_while_needed_elsewhere(struct world *w)
{
    twice(w);
    struct session *talk = add_session(w, "Safe drivers", SESSION_CONTRIBUTION, 0,
                                       "2025-12-11T11:00", "2025-12-11T11:30");
    talk->track = 0;
    talk->parent = RUST;
    wanted(w, 0, 2, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
}

static void not_registered(struct world *w)
{
    w->options.has_registrants = true;
}

static void cancelled(struct world *w)
{
    enrol(w, 0)->status = REGISTRATION_CANCELLED;
}

static void waiting(struct world *w)
{
    enrol(w, 0)->status = REGISTRATION_WAITING;
}

static void best_registration(struct world *w)
{
    enrol(w, 0)->status = REGISTRATION_CANCELLED;
    enrol(w, 0)->status = REGISTRATION_WAITING;
    (void)enrol(w, 0);
    enrol(w, 0)->attendance = ATTENDANCE_REMOTE;
}

static void remote(struct world *w)
{
    enrol(w, 0)->attendance = ATTENDANCE_REMOTE;
}

static void remote_by_answer(struct world *w)
{
    (void)enrol(w, 0);
    answer(w, -1, -1, REPLY_REMOTE, 1);
}

static void remote_and_asleep(struct world *w)
{
    struct registrant *registrant = enrol(w, 0);
    registrant->attendance = ATTENDANCE_REMOTE;
    registrant->timezone = "Europe/Berlin"; /* 02:00 to 05:30 */
}

static void remote_in_the_morning(struct world *w)
{
    struct registrant *registrant = enrol(w, 0);
    registrant->attendance = ATTENDANCE_REMOTE;
    registrant->timezone = "Asia/Karachi"; /* 06:00 to 09:30 */
}

static void arrives_late(struct world *w)
{
    enrol(w, 0)->arrives_us = at("2025-12-11T12:00");
}

static void leaves_early(struct world *w)
{
    enrol(w, 0)->departs_us = at("2025-12-11T13:00");
}

static void leaves_the_day_before(struct world *w)
{
    enrol(w, 0)->departs_us = at("2025-12-11T00:00"); /* what "departs 2025-12-10" becomes */
}

static void comes_the_day_after(struct world *w)
{
    enrol(w, 0)->arrives_us = at("2025-12-12T00:00");
}

static void windows_with_a_hole(struct world *w)
{
    static const char *const windows[][2] = {{"2025-12-11T12:15", "2025-12-11T19:00"},
                                             {"2025-12-11T09:00", "2025-12-11T11:00"},
                                             {"2025-12-11T11:00", "2025-12-11T12:00"}};
    for (int i = 0; i < 3; i++) {
        *vec_add(w->arena, &w->conf.availabilities) =
            (struct availability){0, at(windows[i][0]), at(windows[i][1])};
    }
}

static void windows_that_adjoin(struct world *w)
{
    windows_with_a_hole(w);
    *vec_add(w->arena, &w->conf.availabilities) =
        (struct availability){0, at("2025-12-11T12:00"), at("2025-12-11T12:15")};
}

static void not_before_two(struct world *w)
{
    wanted(w, 0, PCI, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    answer(w, -1, -1, REPLY_NOT_BEFORE, 1);
}

static void not_before_two_at_night(struct world *w)
{
    answer(w, -1, -1, REPLY_NOT_BEFORE, 1);
    set_times(w, RUST, "2025-12-12T00:30", "2025-12-12T01:30");
}

static void said_no(struct world *w)
{
    answer(w, -1, RUST, REPLY_YES, 1);
    answer(w, -1, RUST, REPLY_NO, 2);
    answer(w, 0, -1, REPLY_YES, 3);
}

static void silent(struct world *w)
{
    w->options.asked_us = at("2025-12-01");
    w->options.now_us = at("2025-12-04");
    w->options.answer_within_us = 3 * DAY_US;
}

static void silent_for_less(struct world *w)
{
    silent(w);
    w->options.now_us -= 1;
}

static void far_apart(struct world *w)
{
    touching(w);
    w->conf.rooms.items[0].building = "North";
    w->conf.rooms.items[1].building = "South";
}

static void exactly_far_enough(struct world *w)
{
    far_apart(w);
    set_times(w, PCI, "2025-12-11T13:40", "2025-12-11T14:00");
}

static void rooms_with_a_distance(struct world *w)
{
    far_apart(w);
    set_times(w, PCI, "2025-12-11T13:40", "2025-12-11T14:00");
    *vec_add(w->arena, &w->conf.distances) = (struct room_distance){1, 0, 12 * MINUTE_US};
}

static void two_stars(struct world *w)
{
    w->conf.mentions.n = 0;
    *vec_add(w->arena, &w->conf.stars) = (struct star){0, RUST, false};
    *vec_add(w->arena, &w->conf.stars) = (struct star){0, PCI, false};
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
}

static void star_against_duty(struct world *w)
{
    *vec_add(w->arena, &w->conf.stars) = (struct star){0, PCI, false};
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
}

static void recommendation_against_duty(struct world *w)
{
    *vec_add(w->arena, &w->conf.matches) =
        (struct match){.person = 0, .session = PCI, .score = 0.9, .because = ""};
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
}

static void room_twice(struct world *w)
{
    w->conf.mentions.n = 0;
    w->conf.sessions.items[PCI].room = 0;
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-12T01:00");
}

static void room_with_open_slot(struct world *w)
{
    room_twice(w);
    w->conf.sessions.items[PCI].kind = SESSION_OPEN_SLOT;
}

static void room_with_break(struct world *w)
{
    room_twice(w);
    w->conf.sessions.items[PCI].kind = SESSION_BREAK;
}

static void tracks_together(struct world *w)
{
    w->conf.mentions.n = 0;
    set_times(w, PCI, "2025-12-11T13:00", "2025-12-11T14:00");
    *vec_add(w->arena, &w->conf.separations) = (struct separation){1, 0, "drivers in Rust"};
    *vec_add(w->arena, &w->conf.separations) = (struct separation){0, 1, ""};
}

static void room_too_small(struct world *w)
{
    w->conf.rooms.items[0].capacity = 80;
    w->conf.sessions.items[RUST].expected_people = 120;
}

static void room_just_large_enough(struct world *w)
{
    room_too_small(w);
    w->conf.sessions.items[RUST].expected_people = 80;
}

static void nothing_known(struct world *w)
{
    enrol(w, 0)->arrives_us = 0;
}

/* Ann is on the list of a devroom: three talks from 10:00 to 13:00 on, no block. */
static void devroom(struct world *w)
{
    conference_add_track(&w->conf, w->arena)->title = "Go devroom";
    w->conf.mentions.n = 0;
    w->conf.sessions.items[PCI].track = 1;
    add_session(w, "Generics", SESSION_TALK, 1, "2025-12-11T10:00", "2025-12-11T11:00")->track = 2;
    add_session(w, "Garbage", SESSION_TALK, 1, "2025-12-11T11:00", "2025-12-11T12:00")->track = 2;
    add_session(w, "Modules", SESSION_TALK, 1, "2025-12-11T12:00", "2025-12-11T13:00")->track = 2;
    wanted(w, 0, -1, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    w->conf.mentions.items[0].track = 2;
}

static void devroom_and_a_talk(struct world *w)
{
    devroom(w);
    wanted(w, 0, RUST, ROLE_SPEAKER, STRENGTH_MUST);
    set_times(w, RUST, "2025-12-11T10:30", "2025-12-11T11:00");
}

static void devroom_and_a_morning(struct world *w)
{
    devroom(w);
    wanted(w, 0, RUST, ROLE_SPEAKER, STRENGTH_MUST);
    set_times(w, RUST, "2025-12-11T10:30", "2025-12-11T12:00");
}

static void devroom_and_a_decision(struct world *w)
{
    devroom_and_a_morning(w);
    *vec_add(w->arena, &w->conf.choices) = (struct choice){0, 2, RUST, 1};
    *vec_add(w->arena, &w->conf.choices) = (struct choice){0, 3, RUST, 1};
}

static void two_devrooms(struct world *w)
{
    devroom(w);
    conference_add_track(&w->conf, w->arena)->title = "Zig devroom";
    add_session(w, "Comptime", SESSION_TALK, -1, "2025-12-11T10:00", "2025-12-11T11:00")->track = 3;
    add_session(w, "Builds", SESSION_TALK, -1, "2025-12-11T11:00", "2025-12-11T13:00")->track = 3;
    wanted(w, 0, -1, ROLE_KEY_ATTENDEE, STRENGTH_MUST);
    w->conf.mentions.items[1].track = 3;
}

static void speaker_in_the_own_devroom(struct world *w)
{
    devroom(w);
    set_times(w, 3, "2025-12-11T10:00", "2025-12-11T12:00");
    set_times(w, 4, "2025-12-11T10:00", "2025-12-11T12:00");
    w->conf.sessions.items[3].room = w->conf.sessions.items[4].room = -1;
    wanted(w, 0, 2, ROLE_SPEAKER, STRENGTH_MUST);
}

static void devroom_not_registered(struct world *w)
{
    devroom(w);
    w->options.has_registrants = true;
}

static void devroom_arrives_for_the_last_two(struct world *w)
{
    devroom(w);
    enrol(w, 0)->arrives_us = at("2025-12-11T11:00");
}

static void devroom_arrives_for_the_last(struct world *w)
{
    devroom(w);
    enrol(w, 0)->arrives_us = at("2025-12-11T12:00");
}

static void devroom_for_a_topic(struct world *w)
{
    devroom_and_a_talk(w);
    w->conf.mentions.items[0].topic = "generics in Go";
    w->conf.sessions.items[2].title = "The state of generics";
}

#define ANN_GO   "Ann is key attendee of the track Go devroom"
#define ANN_RUST "Ann is key attendee of Rust (Hall B3, Thu 11 Dec 10:00)"

static const struct {
    const char *name;
    void (*change)(struct world *w);
    const char *found; /* a line each: "kind severity: sentence" */
} cases[] = {
    {"one list alone is no clash", nothing, ""},
    {"two blocks at once", twice,
     "required_twice high: Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
     "time, Thu 11 Dec 10:00 to 13:30\n"},
    {"the weaker claim decides", twice_as_lead_and_should,
     "required_twice medium: Ann is key attendee of Rust (Hall B3) and is lead of PCI (Hall B2) at "
     "the same time, Thu 11 Dec 13:00 to 13:30\n"},
    {"a speaker of two", two_talks,
     "required_twice critical: Ann is speaker of Rust (Hall B3) and of PCI (Hall B2) at the same "
     "time, Thu 11 Dec 13:00 to 13:30\n"},
    {"touching sessions do not clash", touching, ""},
    {"the latest choice makes it low", twice_but_chosen,
     "required_twice low: Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
     "time, Thu 11 Dec 10:00 to 13:30; has chosen Rust\n"},
    {"so does a no to one of both", twice_but_said_no_to_one,
     "said_no high: Ann is key attendee of PCI (Hall B2, Thu 11 Dec 10:00) but has said no\n"
     "required_twice low: Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
     "time, Thu 11 Dec 10:00 to 13:30; has said no to PCI\n"},
    {"a contribution inside the own block", speaker_inside_own_block, ""},
    {"of a contribution only its own minutes count", speaker_while_needed_elsewhere,
     "required_twice high: Ann is key attendee of PCI (Hall B2) and is speaker of Safe drivers "
     "(Hall B3) at the same time, Thu 11 Dec 13:00 to 13:15\n"},
    {"what is said of the block is not said of the contribution again",
     member_and_speaker_while_needed_elsewhere,
     "required_twice high: Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
     "time, Thu 11 Dec 10:00 to 13:30\n"},
    {"not registered", not_registered, "not_registered high: " ANN_RUST " but is not registered\n"},
    {"cancelled", cancelled, "cancelled high: " ANN_RUST " but has cancelled the registration\n"},
    {"waiting", waiting, "waiting medium: " ANN_RUST " but is on the waiting list\n"},
    {"the best of several registrations counts", best_registration, ""},
    {"registered as remote", remote,
     "remote_only medium: " ANN_RUST " but is registered as remote\n"},
    {"answered as remote", remote_by_answer,
     "remote_only medium: " ANN_RUST " but takes part remotely\n"},
    {"asleep all the time", remote_and_asleep,
     "remote_only medium: " ANN_RUST " but is registered as remote\n"
     "asleep medium: " ANN_RUST " but takes part remotely, where it is then Thu 11 Dec 02:00 to "
     "05:30 (Europe/Berlin)\n"},
    {"asleep in the first hour", remote_in_the_morning,
     "remote_only medium: " ANN_RUST " but is registered as remote\n"
     "asleep medium: " ANN_RUST " but takes part remotely, where it is then Thu 11 Dec 06:00 to "
     "07:00 (Asia/Karachi)\n"},
    {"arrives during the session", arrives_late,
     "away high: " ANN_RUST " but arrives only Thu 11 Dec 12:00\n"},
    {"leaves during the session", leaves_early,
     "away high: " ANN_RUST " but leaves Thu 11 Dec 13:00\n"},
    {"a departure at midnight is the day that ends", leaves_the_day_before,
     "away high: " ANN_RUST " but leaves Wed 10 Dec\n"},
    {"an arrival at midnight is the day that begins", comes_the_day_after,
     "away high: " ANN_RUST " but arrives only Fri 12 Dec\n"},
    {"a hole between two windows", windows_with_a_hole,
     "away high: " ANN_RUST " but is not available Thu 11 Dec 12:00 to 12:15\n"},
    {"adjoining windows are one", windows_that_adjoin, ""},
    {"not before 14:00 hits the morning only", not_before_two,
     "away high: " ANN_RUST " but cannot be there before 14:00\n"},
    {"a session after midnight belongs to the evening before", not_before_two_at_night, ""},
    {"the latest answer to the closest question counts", said_no,
     "said_no high: " ANN_RUST " but has said no\n"},
    {"asked long enough ago", silent,
     "no_answer low: " ANN_RUST " and has not answered for 3 days\n"},
    {"asked not long enough ago", silent_for_less, ""},
    {"two buildings without a gap", far_apart,
     "no_time_between medium: Ann is key attendee of Rust (Hall B3) until Thu 11 Dec 13:30 and of "
     "PCI (Hall B2) from 13:30: 0 minutes for a way of 10\n"},
    {"two buildings with just enough time", exactly_far_enough, ""},
    {"a given distance counts more than the usual way", rooms_with_a_distance,
     "no_time_between medium: Ann is key attendee of Rust (Hall B3) until Thu 11 Dec 13:30 and of "
     "PCI (Hall B2) from 13:40: 10 minutes for a way of 12\n"},
    {"two stars", two_stars,
     "wanted_by_choice low: Ann has starred Rust (Hall B3) and PCI (Hall B2) at the same time, Thu "
     "11 Dec 13:00 to 13:30\n"},
    {"a star against a duty", star_against_duty,
     "wanted_by_choice low: Ann is key attendee of Rust (Hall B3) and has starred PCI (Hall B2) at "
     "the same time, Thu 11 Dec 13:00 to 13:30\n"},
    {"a recommendation gives way to a duty", recommendation_against_duty, ""},
    {"a room booked twice", room_twice,
     "room_twice high: Hall B3 is booked for Rust and PCI at the same time, Thu 11 Dec 13:00 to "
     "13:30\n"},
    {"an open slot occupies its room", room_with_open_slot,
     "room_twice high: Hall B3 is booked for Rust and PCI at the same time, Thu 11 Dec 13:00 to "
     "13:30\n"},
    {"a break does not", room_with_break, ""},
    {"tracks that must not run together, told once", tracks_together,
     "tracks_together high: Rust (Hall B3) and PCI (Hall B2) run at the same time, Thu 11 Dec "
     "13:00 "
     "to 13:30, though their tracks must not: drivers in Rust\n"},
    {"more people than seats", room_too_small,
     "room_too_small medium: Rust (Hall B3, Thu 11 Dec 10:00) expects 120 people, the room has 80 "
     "seats\n"},
    {"as many people as seats", room_just_large_enough, ""},
    {"the list of a track without a block is no clash", devroom, ""},
    {"a talk beside it, during one of its three sessions", devroom_and_a_talk, ""},
    {"a duty during more than half of them", devroom_and_a_morning,
     "required_twice high: " ANN_GO " but is needed elsewhere during 2 of its 3 sessions, first in "
     "Rust (Hall B3, Thu 11 Dec 10:30)\n"},
    {"the same, decided", devroom_and_a_decision, ""},
    {"two tracks without blocks at once are left to the person", two_devrooms, ""},
    {"what the person does in the track is not elsewhere", speaker_in_the_own_devroom, ""},
    {"not registered, told once of a track", devroom_not_registered,
     "not_registered high: " ANN_GO " but is not registered\n"},
    {"arrives late, but for more than half of the track", devroom_arrives_for_the_last_two, ""},
    {"arrives too late for more than half of the track", devroom_arrives_for_the_last,
     "away high: " ANN_GO " but arrives only Thu 11 Dec 12:00\n"},
    {"who is named for a topic is wanted where it is talked about", devroom_for_a_topic,
     "required_twice high: Ann is key attendee of The state of generics (Hall B2) and is speaker "
     "of "
     "Rust (Hall B3) at the same time, Thu 11 Dec 10:30 to 11:00\n"},
    {"nothing is known about when", nothing_known,
     "availability_unknown info: " ANN_RUST " and nothing is known about when they can be there\n"},
};

static void find(struct world *w, struct clashes *found)
{
    struct requirements requirements;
    requirements_build(&w->conf, w->arena, &requirements);
    clash_find(&w->conf, &requirements, &w->options, w->arena, found);
}

static void each_kind_is_found_and_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        CLEANUP(str_done) struct str lines = {0};
        struct world w;
        struct clashes found;
        world_init(&w, arena);
        cases[i].change(&w);
        find(&w, &found);
        for (size_t k = 0; k < found.items.n; k++) {
            const struct clash *clash = &found.items.items[k];
            str_printf(&lines, "%s %s: %s\n", clash_kinds[clash->kind].name,
                       severity_name(clash->severity), clash->why);
        }
        if (strcmp(str_text(&lines), cases[i].found) != 0) {
            fail_msg("%s:\n%sinstead of\n%s", cases[i].name, str_text(&lines), cases[i].found);
        }
    }
}

static void a_fingerprint_outlives_moves_but_not_other_people_or_sessions(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w;
    struct clashes found;
    world_init(&w, arena);
    twice(&w);
    find(&w, &found);
    uint64_t first = found.items.items[0].fingerprint;
    set_times(&w, RUST, "2025-12-11T12:00", "2025-12-11T16:00");
    w.conf.sessions.items[RUST].title = "Rust for Linux";
    find(&w, &found);
    assert_int_equal(found.items.items[0].session_a, PCI);
    assert_true(found.items.items[0].fingerprint == first);
    set_times(&w, RUST, "2025-12-11T09:00", "2025-12-11T12:00");
    find(&w, &found);
    assert_int_equal(found.items.items[0].session_a, RUST);
    assert_true(found.items.items[0].fingerprint == first);
    w.conf.persons.items[0].name = "Anna";
    find(&w, &found);
    assert_true(found.items.items[0].fingerprint != first);
    w.conf.persons.items[0].id = 7;
    find(&w, &found);
    first = found.items.items[0].fingerprint;
    w.conf.persons.items[0].name = "Ann";
    find(&w, &found);
    assert_true(found.items.items[0].fingerprint == first);
    w.conf.sessions.items[RUST].key = "other";
    find(&w, &found);
    assert_true(found.items.items[0].fingerprint != first);
}

static void the_worst_come_first_then_by_start_and_name(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w;
    struct clashes found;
    world_init(&w, arena);
    w.options.has_registrants = true;
    conference_add_person(&w.conf, arena)->name = "Zoe";
    conference_add_person(&w.conf, arena)->name = "Bob";
    wanted(&w, 1, PCI, ROLE_LEAD, STRENGTH_SHOULD);
    wanted(&w, 1, RUST, ROLE_LEAD, STRENGTH_MUST);
    wanted(&w, 2, RUST, ROLE_LEAD, STRENGTH_MUST);
    find(&w, &found);
    static const int persons[] = {0, 2, 1, 1};
    assert_int_equal(found.items.n, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(found.items.items[i].person, persons[i]);
    }
    assert_int_equal(found.items.items[3].severity, SEVERITY_MEDIUM);
}

static void an_index_answers_for_one_person_and_tells_sentences_later(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w;
    struct clashes found;
    struct requirements requirements;
    world_init(&w, arena);
    twice(&w);
    room_too_small(&w);
    w.options.without_why = true;
    requirements_build(&w.conf, arena, &requirements);
    struct clash_index *index = clash_index_new(&w.conf, &requirements, &w.options, arena);
    clash_index_find(index, 0, arena, &found);
    assert_int_equal(found.items.n, 1);
    assert_string_equal(found.items.items[0].why, "");
    assert_string_equal(clash_why(index, &found.items.items[0], arena),
                        "Ann is key attendee of PCI (Hall B2) and of Rust (Hall B3) at the same "
                        "time, Thu 11 Dec 10:00 to 13:30");
    assert_int_equal(clash_index_count_pairs(index), 1);
    clash_index_find(index, -2, arena, &found);
    assert_int_equal(found.items.n, 1);
    assert_int_equal(found.items.items[0].kind, CLASH_ROOM_TOO_SMALL);
    clash_index_find(index, -1, arena, &found);
    assert_int_equal(found.items.n, 2);
    clash_index_find(index, 99, arena, &found);
    assert_int_equal(found.items.n, 0);
}

static void an_empty_conference_has_no_clash(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w = {.arena = arena, .options = {.only_person = -1}};
    struct clashes found;
    conference_init(&w.conf);
    find(&w, &found);
    assert_int_equal(found.items.n, 0);
}

static void very_long_titles_are_cut_in_sentences(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w;
    struct clashes found;
    world_init(&w, arena);
    char *title = arena_alloc(arena, 100001);
    memset(title, 'x', 100000);
    w.conf.sessions.items[RUST].title = title;
    not_registered(&w);
    find(&w, &found);
    assert_int_equal(found.items.n, 1);
    assert_true(strlen(found.items.items[0].why) < 400);
}

static void a_programme_of_nonsense_ends_at_the_limit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct world w;
    struct clashes found;
    world_init(&w, arena);
    for (int i = 0; i < 1500; i++) { /* 1,124,250 pairs in one room */
        (void)add_session(&w, "Everything at once", SESSION_TALK, 0, "2025-12-13T10:00",
                          "2025-12-13T11:00");
    }
    w.options.without_why = true;
    w.options.only_person = -2;
    find(&w, &found);
    assert_true(found.is_cut);
    assert_int_equal(found.items.n, CLASHES_MAX);
    w.conf.sessions.n = 1200;
    find(&w, &found);
    assert_false(found.is_cut);
    assert_int_equal(found.items.n, 1198 * 1197 / 2);
}

static void words_are_read_back_and_unknown_ones_refused(void **state)
{
    (void)state;
    for (int kind = 0; kind < N_CLASH_KINDS; kind++) {
        assert_int_equal(clash_kinds[kind].kind, kind);
        assert_int_equal(clash_kind_parse(clash_kinds[kind].name), kind);
        assert_true(strlen(clash_kinds[kind].sentence) > 10);
    }
    assert_int_equal(clash_kind_parse(""), -1);
    assert_int_equal(clash_kind_parse("REQUIRED_TWICE"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found_and_said),
        cmocka_unit_test(a_fingerprint_outlives_moves_but_not_other_people_or_sessions),
        cmocka_unit_test(the_worst_come_first_then_by_start_and_name),
        cmocka_unit_test(an_index_answers_for_one_person_and_tells_sentences_later),
        cmocka_unit_test(an_empty_conference_has_no_clash),
        cmocka_unit_test(very_long_titles_are_cut_in_sentences),
        cmocka_unit_test(a_programme_of_nonsense_ends_at_the_limit),
        cmocka_unit_test(words_are_read_back_and_unknown_ones_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
