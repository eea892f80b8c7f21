/* The sentences of clashes, for people: names, rooms and local times of the event. */
#include "base/clock.h"
#include "base/str.h"
#include "core/clash/index.h"

#include <string.h>

#define TITLE_MAX 160 /* bytes; what a stranger wrote may be long */

/* How a reason is said: "is key attendee of A and of B", "has starred A and B". */
static const struct {
    const char *verb;
    const char *again;
} phrases[] = {
    [REASON_LEAD] = {"is lead of ", "of "},
    [REASON_SPEAKER] = {"is speaker of ", "of "},
    [REASON_KEY_ATTENDEE] = {"is key attendee of ", "of "},
    [REASON_STARRED] = {"has starred ", ""},
    [REASON_MATCH] = {"was recommended ", ""},
};

static void add_text(struct str *s, const char *text, const char *instead)
{
    if (text[0] == '\0') {
        text = instead;
    }
    size_t len = strlen(text);
    size_t kept = utf8_cut(text, len, TITLE_MAX);
    str_add_n(s, text, kept);
    if (kept < len) {
        str_add(s, "...");
    }
}

static void add_person(struct str *s, const struct clash_index *index, int person)
{
    add_text(s, index->conf->persons.items[person].name, "somebody");
}

static const char *room_name(const struct clash_index *index, int session)
{
    int room = index->slots[session].room;
    if (room < 0) {
        return "";
    }
    const struct room *r = &index->conf->rooms.items[room];
    return r->name[0] != '\0' ? r->name : r->key;
}

static void add_title(struct str *s, const struct clash_index *index, int session)
{
    add_text(s, index->conf->sessions.items[session].title,
             index->conf->sessions.items[session].key);
}

/* "Rust (Hall B3)" */
static void add_session(struct str *s, const struct clash_index *index, int session)
{
    const char *room = room_name(index, session);
    add_title(s, index, session);
    if (room[0] != '\0') {
        str_add(s, " (");
        add_text(s, room, "");
        str_add(s, ")");
    }
}

static void add_time(struct str *s, const struct clash_index *index, int64_t at_us)
{
    char buf[TIME_TEXT_SIZE];
    str_add(s, time_short(index->conf->zone, at_us, buf));
}

static void add_clock(struct str *s, const struct clash_index *index, int64_t at_us)
{
    char buf[TIME_TEXT_SIZE];
    str_add(s, time_hhmm(index->conf->zone, at_us, buf));
}

/* "Thu 11 Dec 10:00 to 13:30" */
static void add_span(struct str *s, const struct clash_index *index, int64_t start_us,
                     int64_t end_us)
{
    char first[TIME_TEXT_SIZE];
    char last[TIME_TEXT_SIZE];
    bool same_day = strcmp(time_date(index->conf->zone, start_us, first),
                           time_date(index->conf->zone, end_us, last)) == 0;
    add_time(s, index, start_us);
    str_add(s, " to ");
    if (same_day) {
        add_clock(s, index, end_us);
    } else {
        add_time(s, index, end_us);
    }
}

/* "Rust (Hall B3, Thu 11 Dec 10:00)" */
static void add_session_at(struct str *s, const struct clash_index *index, int session)
{
    const char *room = room_name(index, session);
    add_title(s, index, session);
    str_add(s, " (");
    if (room[0] != '\0') {
        add_text(s, room, "");
        str_add(s, ", ");
    }
    add_time(s, index, index->slots[session].start_us);
    str_add(s, ")");
}

/* The person's claim on the session where it is for the track as a whole; NULL = it is not. */
static const struct claim *loose_claim(const struct clash_index *index, int person, int session)
{
    int claim = index_find_claim(index, person, session);
    return claim >= 0 && index->claims[claim].is_loose ? &index->claims[claim] : NULL;
}

/* "Ann is key attendee of the track Rust" */
static void add_track(struct str *s, const struct clash_index *index, const struct claim *claim)
{
    const struct conference *conf = index->conf;
    const struct track *track = &conf->tracks.items[conf->sessions.items[claim->session].track];
    add_person(s, index, claim->person);
    str_add(s, " ");
    str_add(s, phrases[claim->reason].verb);
    str_add(s, "the track ");
    add_text(s, track->title, track->key);
}

/* "Ann is key attendee of Rust (Hall B3, Thu 11 Dec 10:00)" */
static void add_claim(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    const struct claim *loose = loose_claim(index, clash->person, clash->session_a);
    if (loose != NULL) {
        add_track(s, index, loose);
        return;
    }
    add_person(s, index, clash->person);
    str_add(s, " ");
    str_add(s, phrases[clash->reason_a].verb);
    add_session_at(s, index, clash->session_a);
}

static void add_decision(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    const int sessions[2] = {clash->session_a, clash->session_b};
    int chosen = index_find_choice(index, clash->person, sessions[0], sessions[1]);
    if (chosen >= 0) {
        str_add(s, "; has chosen ");
        add_title(s, index, chosen);
    }
    for (int k = 0; k < 2; k++) {
        int answer = index_find_answer(index, clash->person, sessions[k]);
        if (answer >= 0 && index->conf->answers.items[answer].reply == REPLY_NO) {
            str_add(s, "; has said no to ");
            add_title(s, index, sessions[k]);
        }
    }
}

/* "Ann is key attendee of the track Rust but is needed elsewhere during 9 of its 14 sessions, first
 * in Go (Hall B2, Thu 11 Dec 10:00)" */
static void tell_elsewhere(struct str *s, const struct clash_index *index,
                           const struct claim *loose, int other)
{
    int n_all = 0;
    int n = clash_loose_elsewhere(index, loose, &n_all);
    add_track(s, index, loose);
    str_printf(s, " but is needed elsewhere during %d of its %d sessions, first in ", n, n_all);
    add_session_at(s, index, other);
}

static void tell_pair(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    const struct claim *loose = loose_claim(index, clash->person, clash->session_a);
    bool is_a = loose != NULL;
    loose = is_a ? loose : loose_claim(index, clash->person, clash->session_b);
    if (loose != NULL) {
        tell_elsewhere(s, index, loose, is_a ? clash->session_b : clash->session_a);
        return;
    }
    add_person(s, index, clash->person);
    str_add(s, " ");
    str_add(s, phrases[clash->reason_a].verb);
    add_session(s, index, clash->session_a);
    str_add(s, " and ");
    str_add(s, clash->reason_a == clash->reason_b ? phrases[clash->reason_b].again
                                                  : phrases[clash->reason_b].verb);
    add_session(s, index, clash->session_b);
    str_add(s, " at the same time, ");
    add_span(s, index, clash->start_us, clash->end_us);
    add_decision(s, index, clash);
}

static void tell_not_registered(struct str *s, const struct clash_index *index,
                                const struct clash *clash)
{
    add_claim(s, index, clash);
    str_add(s, " but is not registered");
}

static void tell_cancelled(struct str *s, const struct clash_index *index,
                           const struct clash *clash)
{
    add_claim(s, index, clash);
    str_add(s, " but has cancelled the registration");
}

static void tell_waiting(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    add_claim(s, index, clash);
    str_add(s, " but is on the waiting list");
}

static const struct registrant *registrant_of(const struct clash_index *index, int person)
{
    int i = index->registrant[person];
    return i < 0 ? NULL : &index->conf->registrants.items[i];
}

static void tell_remote_only(struct str *s, const struct clash_index *index,
                             const struct clash *clash)
{
    const struct registrant *registrant = registrant_of(index, clash->person);
    bool is_registered = registrant != NULL && registrant->attendance == ATTENDANCE_REMOTE;
    add_claim(s, index, clash);
    str_add(s, is_registered ? " but is registered as remote" : " but takes part remotely");
}

static void tell_asleep(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    const struct registrant *registrant = registrant_of(index, clash->person);
    const struct zone *zone = registrant == NULL || registrant->timezone[0] == '\0'
                                  ? NULL
                                  : zone_find(registrant->timezone);
    zone = zone == NULL ? index->conf->zone : zone;
    char first[TIME_TEXT_SIZE];
    char last[TIME_TEXT_SIZE];
    add_claim(s, index, clash);
    str_printf(s, " but takes part remotely, where it is then %s to %s (%s)",
               time_short(zone, clash->start_us, first), time_hhmm(zone, clash->end_us, last),
               zone_name(zone));
}

/* Names the bound that makes somebody miss the session, where one does. */
static void tell_away(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    const struct registrant *registrant = registrant_of(index, clash->person);
    int i = index_find_answer(index, clash->person, clash->session_a);
    const struct answer *answer = i < 0 ? NULL : &index->conf->answers.items[i];
    bool is_remote = (answer != NULL && answer->reply == REPLY_REMOTE) ||
                     (registrant != NULL && registrant->attendance == ATTENDANCE_REMOTE);
    bool has_travel = registrant != NULL && !is_remote;
    char when[TIME_TEXT_SIZE];
    add_claim(s, index, clash);
    if (has_travel && registrant->arrives_us != 0 && clash->start_us < registrant->arrives_us) {
        str_printf(s, " but arrives only %s",
                   time_arrival(index->conf->zone, registrant->arrives_us, when));
    } else if (has_travel && registrant->departs_us != 0 &&
               clash->end_us > registrant->departs_us) {
        str_printf(s, " but leaves %s",
                   time_departure(index->conf->zone, registrant->departs_us, when));
    } else if (answer != NULL && answer->reply == REPLY_NOT_BEFORE &&
               clash->start_us == index->slots[clash->session_a].start_us) {
        str_printf(s, " but cannot be there before %02d:%02d", answer->not_before_min / 60,
                   answer->not_before_min % 60);
    } else {
        str_add(s, " but is not available ");
        add_span(s, index, clash->start_us, clash->end_us);
    }
}

static void tell_said_no(struct str *s, const struct clash_index *index, const struct clash *clash)
{
    add_claim(s, index, clash);
    str_add(s, " but has said no");
}

static void tell_no_answer(struct str *s, const struct clash_index *index,
                           const struct clash *clash)
{
    long long days = (index->options.now_us - index_asked_us(index, clash->person)) / DAY_US;
    add_claim(s, index, clash);
    str_add(s, " and has not answered");
    if (days > 0) {
        str_printf(s, " for %lld day%s", days, days == 1 ? "" : "s");
    }
}

static void tell_no_time_between(struct str *s, const struct clash_index *index,
                                 const struct clash *clash)
{
    const struct slot *a = &index->slots[clash->session_a];
    const struct slot *b = &index->slots[clash->session_b];
    add_person(s, index, clash->person);
    str_add(s, " ");
    str_add(s, phrases[clash->reason_a].verb);
    add_session(s, index, clash->session_a);
    str_add(s, " until ");
    add_time(s, index, a->end_us);
    str_add(s, " and ");
    str_add(s, clash->reason_a == clash->reason_b ? phrases[clash->reason_b].again
                                                  : phrases[clash->reason_b].verb);
    add_session(s, index, clash->session_b);
    str_add(s, " from ");
    add_clock(s, index, b->start_us);
    str_printf(s, ": %lld minutes for a way of %lld",
               (long long)((b->start_us - a->end_us) / MINUTE_US),
               (long long)((index_walk_us(index, a->room, b->room) + MINUTE_US - 1) / MINUTE_US));
    add_decision(s, index, clash);
}

static void tell_room_twice(struct str *s, const struct clash_index *index,
                            const struct clash *clash)
{
    add_text(s, room_name(index, clash->session_a), "a room");
    str_add(s, " is booked for ");
    add_title(s, index, clash->session_a);
    str_add(s, " and ");
    add_title(s, index, clash->session_b);
    str_add(s, " at the same time, ");
    add_span(s, index, clash->start_us, clash->end_us);
}

static const char *separation_reason(const struct conference *conf, int track_a, int track_b)
{
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *sep = &conf->separations.items[i];
        if (((sep->track_a == track_a && sep->track_b == track_b) ||
             (sep->track_a == track_b && sep->track_b == track_a)) &&
            sep->reason != NULL && sep->reason[0] != '\0') {
            return sep->reason;
        }
    }
    return "";
}

static void tell_tracks_together(struct str *s, const struct clash_index *index,
                                 const struct clash *clash)
{
    const struct conference *conf = index->conf;
    const char *reason = separation_reason(conf, conf->sessions.items[clash->session_a].track,
                                           conf->sessions.items[clash->session_b].track);
    add_session(s, index, clash->session_a);
    str_add(s, " and ");
    add_session(s, index, clash->session_b);
    str_add(s, " run at the same time, ");
    add_span(s, index, clash->start_us, clash->end_us);
    str_add(s, ", though their tracks must not");
    if (reason[0] != '\0') {
        str_add(s, ": ");
        add_text(s, reason, "");
    }
}

static void tell_tracks_share_people(struct str *s, const struct clash_index *index,
                                     const struct clash *clash)
{
    const struct session *sessions = index->conf->sessions.items;
    const struct shared_pair *pair = index_find_shared(index, sessions[clash->session_a].track,
                                                       sessions[clash->session_b].track);
    add_session(s, index, clash->session_a);
    str_add(s, " and ");
    add_session(s, index, clash->session_b);
    str_add(s, " run at the same time, ");
    add_span(s, index, clash->start_us, clash->end_us);
    str_printf(s, ", though %d people belong to both; by chance it would be %.1f", pair->n_shared,
               (double)pair->n_a * pair->n_b / index->shared->n_people);
}

static void tell_room_too_small(struct str *s, const struct clash_index *index,
                                const struct clash *clash)
{
    const struct session *session = &index->conf->sessions.items[clash->session_a];
    int room = index->slots[clash->session_a].room;
    add_session_at(s, index, clash->session_a);
    str_printf(s, " expects %d people, the room has %d seats", session->expected_people,
               index->conf->rooms.items[room].capacity);
}

static void tell_availability_unknown(struct str *s, const struct clash_index *index,
                                      const struct clash *clash)
{
    add_claim(s, index, clash);
    str_add(s, " and nothing is known about when they can be there");
}

typedef void teller(struct str *s, const struct clash_index *index, const struct clash *clash);

static teller *const tellers[N_CLASH_KINDS] = {
    [CLASH_REQUIRED_TWICE] = tell_pair,
    [CLASH_NOT_REGISTERED] = tell_not_registered,
    [CLASH_CANCELLED] = tell_cancelled,
    [CLASH_WAITING] = tell_waiting,
    [CLASH_REMOTE_ONLY] = tell_remote_only,
    [CLASH_ASLEEP] = tell_asleep,
    [CLASH_AWAY] = tell_away,
    [CLASH_SAID_NO] = tell_said_no,
    [CLASH_NO_ANSWER] = tell_no_answer,
    [CLASH_NO_TIME_BETWEEN] = tell_no_time_between,
    [CLASH_WANTED_BY_CHOICE] = tell_pair,
    [CLASH_ROOM_TWICE] = tell_room_twice,
    [CLASH_TRACKS_TOGETHER] = tell_tracks_together,
    [CLASH_ROOM_TOO_SMALL] = tell_room_too_small,
    [CLASH_AVAILABILITY_UNKNOWN] = tell_availability_unknown,
    [CLASH_TRACKS_SHARE_PEOPLE] = tell_tracks_share_people,
};

const char *clash_why(const struct clash_index *index, const struct clash *clash,
                      struct arena *arena)
{
    CLEANUP(str_done) struct str s = {0};
    tellers[clash->kind](&s, index, clash);
    return arena_strndup(arena, str_text(&s), s.len);
}
