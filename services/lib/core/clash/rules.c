/* The rules of clash: one pure function for each kind, each exact for its claim, pair or session.
 */
#include "core/clash/index.h"

#include "base/clock.h"

#define WAKE_MIN      (7 * 60)
#define SLEEP_MIN     (23 * 60)
#define DAY_CHANGE_US (4 * HOUR_US) /* what starts before 04:00 belongs to the evening before */
#define FOREVER_US    INT64_MAX

/* --- what is known of a person --- */

static const struct registrant *registrant_of(const struct clash_index *index, int person)
{
    int i = index->registrant[person];
    return i < 0 ? NULL : &index->conf->registrants.items[i];
}

static const struct answer *answer_of(const struct clash_index *index, const struct claim *claim)
{
    return claim->answer < 0 ? NULL : &index->conf->answers.items[claim->answer];
}

static bool has_said(const struct clash_index *index, const struct claim *claim, enum reply reply)
{
    const struct answer *answer = answer_of(index, claim);
    return answer != NULL && answer->reply == reply;
}

/* Neither said no nor cancelled: only then does it matter where and when the person is. */
static bool is_coming(const struct clash_index *index, const struct claim *claim)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    return !has_said(index, claim, REPLY_NO) &&
           (registrant == NULL || registrant->status != REGISTRATION_CANCELLED);
}

static bool is_remote(const struct clash_index *index, const struct claim *claim)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    return has_said(index, claim, REPLY_REMOTE) ||
           (registrant != NULL && registrant->attendance == ATTENDANCE_REMOTE);
}

/* --- clashes of one claim --- */

static bool claim_clash(enum clash_kind kind, const struct claim *claim, int64_t start_us,
                        int64_t end_us, struct clash *ret)
{
    enum severity severity = SEVERITY_INFO;
    if (!clash_severity(kind, claim->level, &severity)) {
        return false;
    }
    *ret = (struct clash){.kind = kind,
                          .severity = severity,
                          .person = claim->person,
                          .session_a = claim->session,
                          .session_b = -1,
                          .start_us = start_us,
                          .end_us = end_us,
                          .reason_a = claim->reason,
                          .reason_b = claim->reason,
                          .why = ""};
    return true;
}

static bool whole_session(enum clash_kind kind, const struct clash_index *index,
                          const struct claim *claim, struct clash *ret)
{
    const struct slot *slot = &index->slots[claim->session];
    return claim_clash(kind, claim, slot->start_us, slot->end_us, ret);
}

static bool not_registered(const struct clash_index *index, const struct claim *claim,
                           struct clash *ret)
{
    return index->options.has_registrants && registrant_of(index, claim->person) == NULL &&
           whole_session(CLASH_NOT_REGISTERED, index, claim, ret);
}

static bool has_status(const struct clash_index *index, const struct claim *claim,
                       enum registration_status status)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    return registrant != NULL && registrant->status == status;
}

static bool cancelled(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    return has_status(index, claim, REGISTRATION_CANCELLED) &&
           whole_session(CLASH_CANCELLED, index, claim, ret);
}

static bool waiting(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    return has_status(index, claim, REGISTRATION_WAITING) &&
           whole_session(CLASH_WAITING, index, claim, ret);
}

static bool remote_only(const struct clash_index *index, const struct claim *claim,
                        struct clash *ret)
{
    return is_coming(index, claim) && is_remote(index, claim) &&
           whole_session(CLASH_REMOTE_ONLY, index, claim, ret);
}

static bool said_no(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    return has_said(index, claim, REPLY_NO) && whole_session(CLASH_SAID_NO, index, claim, ret);
}

static bool no_answer(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    const struct clash_options *options = &index->options;
    if (options->now_us == 0 || claim->answer >= 0) {
        return false;
    }
    int64_t asked_us = index_asked_us(index, claim->person);
    return asked_us != 0 && options->now_us - asked_us >= options->answer_within_us &&
           is_coming(index, claim) && whole_session(CLASH_NO_ANSWER, index, claim, ret);
}

static bool availability_unknown(const struct clash_index *index, const struct claim *claim,
                                 struct clash *ret)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    bool has_windows = index->window_first[claim->person] < index->window_first[claim->person + 1];
    return registrant != NULL && registrant->status != REGISTRATION_CANCELLED &&
           registrant->arrives_us == 0 && registrant->departs_us == 0 && !has_windows &&
           claim->answer < 0 && whole_session(CLASH_AVAILABILITY_UNKNOWN, index, claim, ret);
}

/* That minute of the wall clock on the local day of at_us. */
static int64_t minute_of_day_us(const struct zone *zone, int64_t at_us, int minute)
{
    struct civil civil = zone_civil(zone, at_us);
    civil.hour = minute / 60;
    civil.minute = minute % 60;
    civil.second = 0;
    return zone_instant_us(zone, civil);
}

/* Judged by the wall clock at both ends; what is lost reaches from the first to the last moment of
 * sleep. A session may end at 23:00 sharp and start at 07:00. */
static bool asleep(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    enum severity severity = SEVERITY_INFO;
    if (!clash_severity(CLASH_ASLEEP, claim->level, &severity) || !is_coming(index, claim) ||
        !is_remote(index, claim)) {
        return false;
    }
    const struct registrant *registrant = registrant_of(index, claim->person);
    const char *name = registrant == NULL ? "" : registrant->timezone;
    const struct zone *zone = name[0] == '\0' ? NULL : zone_find(name);
    zone = zone == NULL ? index->conf->zone : zone;
    const struct slot *slot = &index->slots[claim->session];
    int64_t wake_us = minute_of_day_us(zone, slot->start_us, WAKE_MIN);
    int64_t sleep_us = minute_of_day_us(zone, slot->start_us, SLEEP_MIN);
    bool starts_awake = slot->start_us >= wake_us && slot->start_us < sleep_us;
    if (starts_awake && slot->end_us <= sleep_us) {
        return false;
    }
    int64_t last_wake_us = minute_of_day_us(zone, slot->end_us, WAKE_MIN);
    int64_t last_sleep_us = minute_of_day_us(zone, slot->end_us, SLEEP_MIN);
    bool ends_awake = slot->end_us > last_wake_us && slot->end_us <= last_sleep_us;
    return claim_clash(CLASH_ASLEEP, claim, starts_awake ? sleep_us : slot->start_us,
                       ends_awake ? last_wake_us : slot->end_us, ret);
}

/* When the person can be there, as far as bounds go; windows come on top. */
static struct window bounds_of(const struct clash_index *index, const struct claim *claim)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    const struct answer *answer = answer_of(index, claim);
    struct window bounds = {INT64_MIN, FOREVER_US};
    if (registrant != NULL && !is_remote(index, claim)) {
        bounds.start_us = registrant->arrives_us != 0 ? registrant->arrives_us : INT64_MIN;
        bounds.end_us = registrant->departs_us != 0 ? registrant->departs_us : FOREVER_US;
    }
    if (answer != NULL && answer->reply == REPLY_NOT_BEFORE) {
        int64_t start_us = index->slots[claim->session].start_us;
        int64_t free_us =
            minute_of_day_us(index->conf->zone, start_us - DAY_CHANGE_US, answer->not_before_min);
        bounds.start_us = free_us > bounds.start_us ? free_us : bounds.start_us;
    }
    return bounds;
}

/* From at_us on, the person is there until ...; at_us itself when not there at all. */
static int64_t there_until_us(const struct clash_index *index, int person, struct window bounds,
                              int64_t at_us)
{
    int first = index->window_first[person];
    int last = index->window_first[person + 1];
    if (at_us < bounds.start_us || at_us >= bounds.end_us) {
        return at_us;
    }
    for (int k = first; k < last; k++) {
        const struct window *window = &index->windows[k];
        if (window->start_us <= at_us && at_us < window->end_us) {
            return window->end_us < bounds.end_us ? window->end_us : bounds.end_us;
        }
    }
    return first == last ? bounds.end_us : at_us;
}

/* Up to at_us, the person is there since ...; at_us itself when not there just before. */
static int64_t there_since_us(const struct clash_index *index, int person, struct window bounds,
                              int64_t at_us)
{
    int first = index->window_first[person];
    int last = index->window_first[person + 1];
    if (at_us <= bounds.start_us || at_us > bounds.end_us) {
        return at_us;
    }
    for (int k = first; k < last; k++) {
        const struct window *window = &index->windows[k];
        if (window->start_us < at_us && at_us <= window->end_us) {
            return window->start_us > bounds.start_us ? window->start_us : bounds.start_us;
        }
    }
    return first == last ? bounds.start_us : at_us;
}

static bool away(const struct clash_index *index, const struct claim *claim, struct clash *ret)
{
    enum severity severity = SEVERITY_INFO;
    if (!clash_severity(CLASH_AWAY, claim->level, &severity) || !is_coming(index, claim)) {
        return false;
    }
    const struct slot *slot = &index->slots[claim->session];
    struct window bounds = bounds_of(index, claim);
    int64_t until_us = there_until_us(index, claim->person, bounds, slot->start_us);
    if (until_us >= slot->end_us) {
        return false;
    }
    int64_t since_us = there_since_us(index, claim->person, bounds, slot->end_us);
    return claim_clash(CLASH_AWAY, claim, until_us, since_us, ret);
}

/* Is there anything that could make a time wrong for the person? */
static bool has_bounds(const struct clash_index *index, const struct claim *claim)
{
    const struct registrant *registrant = registrant_of(index, claim->person);
    return index->window_first[claim->person] < index->window_first[claim->person + 1] ||
           has_said(index, claim, REPLY_NOT_BEFORE) ||
           (registrant != NULL && (registrant->arrives_us != 0 || registrant->departs_us != 0));
}

bool claim_may_move(const struct clash_index *index, const struct claim *claim,
                    enum clash_kind kind)
{
    return is_coming(index, claim) &&
           (kind == CLASH_ASLEEP ? is_remote(index, claim) : has_bounds(index, claim));
}

/* --- clashes of two claims of one person --- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool claims_are_decided(const struct clash_index *index, const struct claim *a,
                        const struct claim *b)
{
    return has_said(index, a, REPLY_NO) || has_said(index, b, REPLY_NO) ||
           index_find_choice(index, a->person, a->session, b->session) >= 0;
}

static enum claim_level weaker(const struct claim *a, const struct claim *b)
{
    return a->level > b->level ? a->level : b->level;
}

/* Do claims of these levels clash in that way at all? The cheapest question comes first. */
static bool can_clash(enum clash_kind kind, const struct claim *a, const struct claim *b)
{
    return clash_severities[kind][weaker(a, b)] != 0;
}

/* For pairs that can_clash(). */
static bool pair_clash(enum clash_kind kind, const struct clash_index *index, const struct claim *a,
                       const struct claim *b, struct window lost, struct clash *ret)
{
    enum severity severity = SEVERITY_INFO;
    /* LEVEL_CHOSEN is set for every kind of pairs. */
    (void)clash_severity(kind, claims_are_decided(index, a, b) ? LEVEL_CHOSEN : weaker(a, b),
                         &severity);
    *ret = (struct clash){.kind = kind,
                          .severity = severity,
                          .person = a->person,
                          .session_a = a->session,
                          .session_b = b->session,
                          .start_us = lost.start_us,
                          .end_us = lost.end_us,
                          .reason_a = a->reason,
                          .reason_b = b->reason,
                          .why = ""};
    return true;
}

static struct window overlap(const struct clash_index *index, int a, int b)
{
    const struct slot *x = &index->slots[a];
    const struct slot *y = &index->slots[b];
    return (struct window){later(x->start_us, y->start_us), earlier(x->end_us, y->end_us)};
}

static bool required_twice(const struct clash_index *index, const struct claim *a,
                           const struct claim *b, struct clash *ret)
{
    if (!can_clash(CLASH_REQUIRED_TWICE, a, b)) {
        return false;
    }
    struct window lost = overlap(index, a->session, b->session);
    return lost.start_us < lost.end_us && index_are_apart(index, a->session, b->session) &&
           pair_clash(CLASH_REQUIRED_TWICE, index, a, b, lost, ret);
}

/* A recommendation is nobody's wish as long as the person is wanted elsewhere anyway. */
static bool wanted_by_choice(const struct clash_index *index, const struct claim *a,
                             const struct claim *b, struct clash *ret)
{
    if (!can_clash(CLASH_WANTED_BY_CHOICE, a, b)) {
        return false;
    }
    bool is_recommended = a->level == LEVEL_RECOMMENDED || b->level == LEVEL_RECOMMENDED;
    bool is_duty = a->level <= LEVEL_SHOULD || b->level <= LEVEL_SHOULD;
    struct window lost = overlap(index, a->session, b->session);
    return lost.start_us < lost.end_us && !(is_recommended && is_duty) &&
           index_are_apart(index, a->session, b->session) &&
           pair_clash(CLASH_WANTED_BY_CHOICE, index, a, b, lost, ret);
}

static bool no_time_between(const struct clash_index *index, const struct claim *a,
                            const struct claim *b, struct clash *ret)
{
    const struct slot *x = &index->slots[a->session];
    const struct slot *y = &index->slots[b->session];
    if (y->start_us < x->end_us || !can_clash(CLASH_NO_TIME_BETWEEN, a, b) ||
        !index_are_apart(index, a->session, b->session)) {
        return false;
    }
    int64_t there_us = x->end_us + index_walk_us(index, x->room, y->room);
    if (y->start_us >= there_us) {
        return false;
    }
    bool walks =
        is_coming(index, a) && is_coming(index, b) && !is_remote(index, a) && !is_remote(index, b);
    struct window lost = {y->start_us, earlier(there_us, y->end_us)};
    return walks && pair_clash(CLASH_NO_TIME_BETWEEN, index, a, b, lost, ret);
}

/* --- clashes of the programme itself --- */

static bool programme_clash(enum clash_kind kind, int a, int b, struct window lost,
                            struct clash *ret)
{
    *ret = (struct clash){.kind = kind,
                          .person = -1,
                          .session_a = a,
                          .session_b = b,
                          .start_us = lost.start_us,
                          .end_us = lost.end_us,
                          .why = ""};
    return clash_severity(kind, LEVEL_HOST, &ret->severity);
}

static bool room_twice(const struct clash_index *index, int a, int b, struct clash *ret)
{
    struct window lost = overlap(index, a, b);
    return lost.start_us < lost.end_us && index->slots[a].room >= 0 &&
           index->slots[a].room == index->slots[b].room && index_are_apart(index, a, b) &&
           programme_clash(CLASH_ROOM_TWICE, a, b, lost, ret);
}

/* Contributions are left to their block; an open slot has no people yet. */
static bool stands_for_track(const struct clash_index *index, int session)
{
    const struct session *s = &index->conf->sessions.items[session];
    return s->track >= 0 && s->kind != SESSION_OPEN_SLOT &&
           (s->parent < 0 || !index_is_live(index, s->parent) ||
            index->conf->sessions.items[s->parent].track != s->track);
}

static bool is_separated(const struct clash_index *index, int track_a, int track_b)
{
    uint64_t small = (uint32_t)(track_a < track_b ? track_a : track_b);
    uint64_t key = small << 32 | (uint32_t)(track_a < track_b ? track_b : track_a);
    int low = 0;
    int high = index->n_separations;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (index->separations[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < index->n_separations && index->separations[low] == key;
}

static bool tracks_together(const struct clash_index *index, int a, int b, struct clash *ret)
{
    struct window lost = overlap(index, a, b);
    return lost.start_us < lost.end_us && stands_for_track(index, a) &&
           stands_for_track(index, b) &&
           is_separated(index, index->conf->sessions.items[a].track,
                        index->conf->sessions.items[b].track) &&
           programme_clash(CLASH_TRACKS_TOGETHER, a, b, lost, ret);
}

static bool tracks_share_people(const struct clash_index *index, int a, int b, struct clash *ret)
{
    int track_a = index->conf->sessions.items[a].track;
    int track_b = index->conf->sessions.items[b].track;
    struct window lost = overlap(index, a, b);
    return lost.start_us < lost.end_us && stands_for_track(index, a) &&
           stands_for_track(index, b) && index_find_shared(index, track_a, track_b) != NULL &&
           !is_separated(index, track_a, track_b) &&
           programme_clash(CLASH_TRACKS_SHARE_PEOPLE, a, b, lost, ret);
}

static bool room_too_small(const struct clash_index *index, int session, struct clash *ret)
{
    const struct slot *slot = &index->slots[session];
    const struct session *s = &index->conf->sessions.items[session];
    int capacity = slot->room < 0 ? 0 : index->conf->rooms.items[slot->room].capacity;
    return capacity > 0 && s->expected_people > capacity && s->kind != SESSION_OPEN_SLOT &&
           programme_clash(CLASH_ROOM_TOO_SMALL, session, -1,
                           (struct window){slot->start_us, slot->end_us}, ret);
}

const struct clash_rule clash_rules[N_CLASH_KINDS] = {
    {CLASH_REQUIRED_TWICE, .pair = required_twice},
    {CLASH_NOT_REGISTERED, .claim = not_registered},
    {CLASH_CANCELLED, .claim = cancelled},
    {CLASH_WAITING, .claim = waiting},
    {CLASH_REMOTE_ONLY, .claim = remote_only},
    {CLASH_ASLEEP, .claim = asleep},
    {CLASH_AWAY, .claim = away},
    {CLASH_SAID_NO, .claim = said_no},
    {CLASH_NO_ANSWER, .claim = no_answer},
    {CLASH_NO_TIME_BETWEEN, .pair = no_time_between},
    {CLASH_WANTED_BY_CHOICE, .pair = wanted_by_choice},
    {CLASH_ROOM_TWICE, .sessions = room_twice},
    {CLASH_TRACKS_TOGETHER, .sessions = tracks_together},
    {CLASH_ROOM_TOO_SMALL, .session = room_too_small},
    {CLASH_AVAILABILITY_UNKNOWN, .claim = availability_unknown},
    {CLASH_TRACKS_SHARE_PEOPLE, .sessions = tracks_share_people},
};

const enum clash_kind clash_claim_kinds[N_CLAIM_KINDS] = {
    CLASH_ASLEEP,
    CLASH_AWAY, /* these two depend on the slot */
    CLASH_NOT_REGISTERED,
    CLASH_CANCELLED,
    CLASH_WAITING,
    CLASH_REMOTE_ONLY,
    CLASH_SAID_NO,
    CLASH_NO_ANSWER,
    CLASH_AVAILABILITY_UNKNOWN,
};

const enum clash_kind clash_pair_kinds[N_PAIR_KINDS] = {
    CLASH_REQUIRED_TWICE,
    CLASH_WANTED_BY_CHOICE,
    CLASH_NO_TIME_BETWEEN,
};
