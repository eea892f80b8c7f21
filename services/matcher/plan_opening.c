/* On the day: a Kernel Summit or BoF slot that was filled or moved at short notice. */
#include "matcher/plan_person.h"

#include "base/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE_US     DAY_US /* the event's start: from then on it is short notice */
#define STRONG        5      /* one of a person's so many best matches */
#define PER_DAY       3      /* openings that one person hears of */
#define MAX_TOLD_TEXT 64

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
static const struct match *strong_match(const struct conference *conf, int person, int session)
{
    int rank = 0;
    for (size_t i = 0; i < conf->matches.n; i++) {
        const struct match *match = &conf->matches.items[i]; /* best first */
        if (match->person != person) {
            continue;
        }
        if (match->session == session) {
            return match;
        }
        if (++rank == STRONG) {
            return NULL;
        }
    }
    return NULL;
}

/* Nothing that the person was told of takes place then. */
static bool is_free(const struct plan *plan, int person, int session)
{
    const struct session *s = &plan->conf.sessions.items[session];
    for (size_t i = 0; i < plan->told.n; i++) {
        const struct told *told = &plan->told.items[i];
        if (told->person != person || told->session == session || told->is_cancelled) {
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

/* "Ada Example, Bob Example" */
static const char *speakers(const struct plan *plan, int session)
{
    const struct conference *conf = &plan->conf;
    const char *names = "";
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->session == session && mention->role == ROLE_SPEAKER) {
            names = arena_printf(plan->arena, "%s%s%s", names, names[0] == '\0' ? "" : ", ",
                                 mention->name);
        }
    }
    return names;
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
    (void)json_object_set_new(payload, "what", json_string(plan->opened[session]));
    (void)json_object_set_new(payload, "people", json_string(speakers(plan, session)));
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
static int load_count(struct plan *plan, int64_t person_id, long long day, int *ret_total)
{
    struct report *reports = NULL;
    size_t n = 0;
    int r = plan_report_load(plan, NOTICE_OPENING, &person_id, 1, &reports, &n);
    if (r < 0) {
        return r;
    }
    long long on = 0;
    int count = 0;
    *ret_total = n == 0 ? 0 : reports[0].times_sent;
    if (n == 0 || sscanf(reports[0].facts, "%lld:%d", &on, &count) != 2 || on != day) {
        return 0;
    }
    return count;
}

static bool has_opened(const struct plan *plan)
{
    for (size_t i = 0; i < plan->conf.sessions.n; i++) {
        if (plan->opened[i] != NULL) {
            return true;
        }
    }
    return false;
}

int plan_openings(struct plan *plan, int person, struct told_list *told)
{
    int64_t id = plan->conf.persons.items[person].id;
    if (!has_opened(plan) || plan_contact(plan, person, NOTICE_OPENING) == NULL ||
        !plan_is_attending(&plan->conf, person)) {
        return 0;
    }
    long long day = (long long)(plan->now_us / DAY_US);
    int total = 0;
    int count = load_count(plan, id, day, &total);
    if (count < 0) {
        return count;
    }
    struct agenda agenda;
    plan_agenda(plan, person, &agenda);
    int before = count;
    for (size_t i = 0; i < plan->conf.sessions.n && count < PER_DAY; i++) {
        int session = (int)i;
        const struct agenda_entry *entry = entry_of(&agenda, session);
        if (plan->opened[i] == NULL || entry == NULL || entry->is_duty ||
            plan_find_told(plan, person, session) != NULL ||
            !is_the_time(plan, &plan->conf.sessions.items[i]) ||
            strong_match(&plan->conf, person, session) == NULL || !is_free(plan, person, session)) {
            continue;
        }
        int r = send_opening(plan, person, session, entry->reason, told);
        if (r < 0) {
            return r;
        }
        count++;
    }
    if (count == before) {
        return 0;
    }
    char facts[MAX_TOLD_TEXT];
    (void)snprintf(facts, sizeof facts, "%lld:%d", day, count);
    return plan_report_save(plan, NOTICE_OPENING, id, "", facts, total + count - before);
}
