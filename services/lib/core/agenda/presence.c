#include "core/agenda/internal.h"

#include <stdio.h>
#include <string.h>

#define MORNING_MIN                                                                                \
    (7 * 60) /* remote people are asked for nothing before and after, their time                   \
              */
#define EVENING_MIN (23 * 60)

/* What is known of when the person is there. */
struct presence {
    const struct registrant *registrant; /* NULL = none */
    int64_t arrives_us;
    int64_t departs_us;
    bool has_windows; /* stated availability */
};

static const struct registrant *registrant_of(const struct agenda_job *job)
{
    const struct registrant *found = NULL;
    for (size_t i = 0; i < job->own[AGENDA_REGISTRANTS].n; i++) {
        const struct registrant *registrant =
            &job->conf->registrants.items[job->own[AGENDA_REGISTRANTS].rows[i]];
        if (found == NULL || (found->status != REGISTRATION_CONFIRMED &&
                              registrant->status == REGISTRATION_CONFIRMED)) {
            found = registrant;
        }
    }
    return found;
}

static const struct answer *own_answer(const struct agenda_job *job, size_t i)
{
    return &job->conf->answers.items[job->own[AGENDA_ANSWERS].rows[i]];
}

/* The person's last answer about this session, its track, or everything: the closest counts.
 * session -1: about everything. */
static const struct answer *answer_on(const struct agenda_job *job, int session)
{
    static const struct session none = {.track = -1, .parent = -1};
    const struct conference *conf = job->conf;
    const struct session *s = session < 0 ? &none : &conf->sessions.items[session];
    const struct answer *best = NULL;
    int best_closeness = -1;
    for (size_t i = 0; i < job->own[AGENDA_ANSWERS].n; i++) {
        const struct answer *answer = own_answer(job, i);
        bool is_on_session =
            answer->session >= 0 && (answer->session == session || answer->session == s->parent);
        bool is_on_track = answer->session < 0 && answer->track >= 0 && answer->track == s->track;
        bool is_on_all = answer->session < 0 && answer->track < 0;
        if (!is_on_session && !is_on_track && !is_on_all) {
            continue;
        }
        int closeness = is_on_session ? 2 : (is_on_track ? 1 : 0);
        if (best == NULL || closeness > best_closeness ||
            (closeness == best_closeness && answer->at_us >= best->at_us)) {
            best = answer;
            best_closeness = closeness;
        }
    }
    return best;
}

static bool is_remote(const struct agenda_job *job, const struct presence *presence)
{
    const struct answer *last = NULL;
    for (size_t i = 0; i < job->own[AGENDA_ANSWERS].n; i++) {
        const struct answer *answer = own_answer(job, i);
        bool tells = answer->reply != REPLY_NO;
        if (tells && (last == NULL || answer->at_us >= last->at_us)) {
            last = answer;
        }
    }
    if (last != NULL && last->reply == REPLY_REMOTE) {
        return true;
    }
    return presence->registrant != NULL && presence->registrant->attendance == ATTENDANCE_REMOTE;
}

/* Minutes of [start, end) that lie in the stated windows; windows may overlap one another. */
static bool is_within_windows(const struct agenda_job *job, int64_t start_us, int64_t end_us,
                              bool *ret_touches)
{
    int64_t at = start_us;
    *ret_touches = false;
    for (bool moved = true; moved && at < end_us;) {
        moved = false;
        for (size_t i = 0; i < job->own[AGENDA_HOURS].n; i++) {
            const struct availability *window =
                &job->conf->availabilities.items[job->own[AGENDA_HOURS].rows[i]];
            *ret_touches = *ret_touches || (window->start_us < end_us && start_us < window->end_us);
            if (window->start_us <= at && window->end_us > at) {
                at = window->end_us;
                moved = true;
            }
        }
    }
    return at >= end_us;
}

static bool is_asleep(const struct agenda_job *job, const struct agenda_candidate *candidate)
{
    if (!job->is_remote) {
        return false;
    }
    struct civil start = zone_civil(job->zone, candidate->start_us);
    struct civil end = zone_civil(job->zone, candidate->end_us);
    int from = start.hour * 60 + start.minute;
    int to = end.hour * 60 + end.minute;
    return from < MORNING_MIN || from >= EVENING_MIN || to > EVENING_MIN || end.day != start.day;
}

/* A wish is for the whole session; a duty is kept for the part that can be done. */
static void limit(const struct agenda_job *job, struct agenda_candidate *candidate, bool is_whole,
                  bool is_part, const char *note)
{
    if (is_whole) {
        return;
    }
    if (candidate->rank < 0 || !is_part) {
        candidate->fate = FATE_ABSENT;
    }
    candidate->note = arena_strdup(job->arena, note);
}

static void check_times(const struct agenda_job *job, const struct presence *presence,
                        struct agenda_candidate *c)
{
    char when[TIME_TEXT_SIZE];
    char note[128];
    if (presence->arrives_us > c->start_us) {
        (void)snprintf(note, sizeof note, "you arrive %s",
                       time_arrival(job->conf->zone, presence->arrives_us, when));
        limit(job, c, false, presence->arrives_us < c->end_us, note);
    }
    if (presence->departs_us != 0 && presence->departs_us < c->end_us) {
        (void)snprintf(note, sizeof note, "you leave %s",
                       time_departure(job->conf->zone, presence->departs_us, when));
        limit(job, c, false, presence->departs_us > c->start_us, note);
    }
    bool touches = true;
    if (presence->has_windows && !is_within_windows(job, c->start_us, c->end_us, &touches)) {
        limit(job, c, false, touches, "it reaches outside the hours you gave");
    }
}

static void check_answer(const struct agenda_job *job, struct agenda_candidate *c)
{
    const struct answer *answer = answer_on(job, c->session);
    if (answer == NULL) {
        return;
    }
    switch (answer->reply) {
    case REPLY_YES:
    case REPLY_REMOTE: return;
    case REPLY_NO:
        if (c->rank >= 0) {
            c->fate = FATE_DECLINED;
        }
        return;
    case REPLY_NOT_BEFORE: break;
    }
    struct civil civil = zone_civil(job->conf->zone, c->start_us);
    civil.hour = answer->not_before_min / 60;
    civil.minute = answer->not_before_min % 60;
    civil.second = 0;
    int64_t ready = zone_instant_us(job->conf->zone, civil);
    if (ready > c->start_us) {
        char note[64];
        (void)snprintf(note, sizeof note, "you said not before %02d:%02d", civil.hour,
                       civil.minute);
        limit(job, c, false, ready < c->end_us, note);
    }
}

static void check_sleep(const struct agenda_job *job, struct agenda_candidate *c)
{
    if (!is_asleep(job, c)) {
        return;
    }
    char when[TIME_TEXT_SIZE];
    c->note =
        arena_printf(job->arena, "it is %s where you are", time_hhmm(job->zone, c->start_us, when));
    if (c->rank < 0) {
        c->fate = FATE_ASLEEP;
    }
}

/* Fills the job's is_remote and zone, too. */
static struct presence presence_of(struct agenda_job *job)
{
    struct presence presence = {.registrant = registrant_of(job)};
    if (presence.registrant != NULL) {
        presence.arrives_us = presence.registrant->arrives_us;
        presence.departs_us = presence.registrant->departs_us;
    }
    presence.has_windows = job->own[AGENDA_HOURS].n > 0;
    job->is_remote = is_remote(job, &presence);
    if (job->is_remote && presence.registrant != NULL) {
        const struct zone *zone = presence.registrant->timezone[0] == '\0'
                                      ? NULL
                                      : zone_find(presence.registrant->timezone);
        job->zone = zone != NULL ? zone : job->conf->zone;
    }
    return presence;
}

void agenda_check_presence(struct agenda_job *job)
{
    struct presence presence = presence_of(job);
    for (size_t i = 0; i < job->candidates.n; i++) {
        struct agenda_candidate *candidate = &job->candidates.items[i];
        if (candidate->fate != FATE_OPEN) {
            continue;
        }
        if (!job->is_remote) {
            check_times(job, &presence, candidate);
        }
        check_sleep(job, candidate);
        check_answer(job, candidate);
    }
}

bool agenda_is_there(const struct conference *conf, int person, int64_t start_us, int64_t end_us,
                     struct arena *arena, bool *ret_is_remote)
{
    struct agenda_job job = {.conf = conf, .person = person, .arena = arena, .zone = conf->zone};
    struct agenda_candidate c = {
        .session = -1, .start_us = start_us, .end_us = end_us, .room = -1, .rank = -1, .note = ""};
    agenda_find_own(&job, NULL);
    struct presence presence = presence_of(&job);
    if (!job.is_remote) {
        check_times(&job, &presence, &c);
    }
    check_sleep(&job, &c);
    check_answer(&job, &c);
    const struct answer *answer = answer_on(&job, -1);
    *ret_is_remote = job.is_remote;
    return c.fate == FATE_OPEN && (answer == NULL || answer->reply != REPLY_NO);
}
