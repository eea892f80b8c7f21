/* On the day: a Kernel Summit or BoF slot that was filled or moved at short notice. */
#include "matcher/plan_person.h"

#include "base/token.h"

#include <stdio.h>

#define BEFORE_US DAY_US /* the event's start: from then on it is short notice */
#define STRONG    5      /* one of a person's so many best matches */
#define PER_DAY   3      /* openings that one person hears of */

/* An event that is over is being rehearsed: then everything counts. */
static bool is_the_time(const struct plan *plan, const struct session *session)
{
    const struct conference *conf = &plan->conf;
    if (conf->end_us <= plan->now_us) {
        return true;
    }
    return plan->now_us >= conf->start_us - BEFORE_US && session->start_us > plan->now_us;
}

/* The match of the person with that session when it is one of their best; NULL otherwise. */
static const struct match *strong_match(const struct plan *plan, int person, int session)
{
    size_t from = plan->matches_from[person];
    for (size_t i = from; i < plan->matches_from[person + 1] && i < from + STRONG; i++) {
        const struct match *match = &plan->conf.matches.items[i]; /* best first */
        if (match->person == person && match->session == session) {
            return match;
        }
    }
    return NULL;
}

/* Nothing that the person was told of takes place then. */
static bool is_free(const struct plan *plan, int person, int session)
{
    const struct session *s = &plan->conf.sessions.items[session];
    for (size_t i = plan->told_from[person]; i < plan->told_from[person + 1]; i++) {
        const struct told *told = &plan->told.items[i];
        if (told->session == session || told->is_cancelled) {
            continue;
        }
        const struct session *other = &plan->conf.sessions.items[told->session];
        if (session_is_live(other) && other->start_us < s->end_us && other->end_us > s->start_us) {
            return false;
        }
    }
    return true;
}

static const struct agenda_entry *entry_of(const struct agenda *agenda, int session)
{
    for (size_t i = 0; i < agenda->entries.n; i++) {
        if (agenda->entries.items[i].session == session) {
            return &agenda->entries.items[i];
        }
    }
    return NULL;
}

static int send_opening(struct plan *plan, int person, int session, const char *reason,
                        struct told_list *told)
{
    const struct conference *conf = &plan->conf;
    const struct session *s = &conf->sessions.items[session];
    const struct contact *contact = plan_contact(plan, person, NOTICE_OPENING);
    int64_t id = conf->persons.items[person].id;
    json_t *payload = payload_new(plan, conf->persons.items[person].name);
    (void)json_object_set_new(payload, "title", json_string(plan_title(conf, session)));
    (void)json_object_set_new(payload, "when",
                              json_string(plan_when(plan, s->start_us, s->end_us)));
    (void)json_object_set_new(payload, "room", json_string(plan_room(conf, s)));
    (void)json_object_set_new(payload, "reason", json_string(reason));
    (void)json_object_set_new(payload, "what", json_string(plan->opened[session].what));
    (void)json_object_set_new(payload, "people", json_string(plan->opened[session].speakers));
    payload_link(plan, payload, "agenda", TOKEN_AGENDA, id, id);
    payload_link(plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    struct told now = plan_as_it_is(plan, person, session);
    payload_calendar(plan, payload, person, &now, reason);
    plan_tell(plan, told, person, session);
    const char *key = arena_printf(plan->arena, "opening:%lld:%lld:%lld", (long long)id,
                                   (long long)s->id, (long long)s->start_us);
    return plan_send(plan, NOTICE_OPENING, person, contact, key,
                     arena_printf(plan->arena, "agenda:%lld", (long long)id), payload);
}

/* How many the person has heard of today; facts are "<day>:<count>". */
static int count_today(const struct report *last, long long day)
{
    long long on = 0;
    int count = 0;
    if (last == NULL || sscanf(last->facts, "%lld:%d", &on, &count) != 2 || on != day) {
        return 0;
    }
    return count;
}

/* Is the session one that the person should hear of now? NULL = no; else its place in the agenda.
 */
static const struct agenda_entry *worth_telling(const struct plan *plan, int person, int session,
                                                const struct agenda *agenda)
{
    const struct agenda_entry *entry =
        plan->opened[session].what == NULL ? NULL : entry_of(agenda, session);
    if (entry == NULL || entry->is_duty || plan_find_told(plan, person, session) != NULL ||
        !is_the_time(plan, &plan->conf.sessions.items[session]) ||
        strong_match(plan, person, session) == NULL || !is_free(plan, person, session)) {
        return NULL;
    }
    return entry;
}

int plan_openings(struct plan *plan, int person, struct told_list *told)
{
    const struct report *last = plan->readers[person].last[NOTICE_OPENING];
    if (!plan->has_opened || plan_contact(plan, person, NOTICE_OPENING) == NULL ||
        !plan_is_attending(&plan->conf, person)) {
        return 0;
    }
    struct agenda agenda;
    plan_agenda(plan, person, &agenda);
    long long day = (long long)(plan->now_us / DAY_US);
    int before = count_today(last, day);
    int count = before;
    for (size_t i = 0; i < plan->conf.sessions.n && count < PER_DAY; i++) {
        const struct agenda_entry *entry = worth_telling(plan, person, (int)i, &agenda);
        int r = entry == NULL ? 0 : send_opening(plan, person, (int)i, entry->reason, told);
        if (r < 0) {
            return r;
        }
        count += entry != NULL;
    }
    if (count == before) {
        return 0;
    }
    int total = (last == NULL ? 0 : last->times_sent) + count - before;
    return plan_report_save(plan, NOTICE_OPENING, plan->conf.persons.items[person].id, "",
                            arena_printf(plan->arena, "%lld:%d", day, count), total);
}
