/* The agenda: a day plan of one's own, with the reasons. */
#include "matcher/plan_person.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"
#include "core/match_stored.h"

#include <string.h>

static bool is_known_by_work(const struct conference *conf, int person)
{
    for (size_t i = 0; i < conf->mentions.n; i++) {
        if (conf->mentions.items[i].person == person) {
            return true;
        }
    }
    return false;
}

/* Is there anything to go by: interests, stars, or a part in the programme? */
static bool is_known(const struct conference *conf, int person)
{
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person == person && registrant->interests[0] != '\0') {
            return true;
        }
    }
    for (size_t i = 0; i < conf->stars.n; i++) {
        if (conf->stars.items[i].person == person) {
            return true;
        }
    }
    return is_known_by_work(conf, person);
}

void plan_agenda(struct plan *plan, int person, struct agenda *ret)
{
    const struct conference *conf = &plan->conf;
    struct match_result *matches = NULL;
    struct conference own = *conf; /* with the person's matches only, which lie side by side */
    own.matches.items = conf->matches.items + plan->matches_from[person];
    own.matches.n = plan->matches_from[person + 1] - plan->matches_from[person];
    int n = match_stored(&own, person, plan->arena, &matches);
    struct agenda_options options = {.walk_between_buildings_us = setting_us(SET_WALK),
                                     .max_missed = 5};
    agenda_plan(conf, person, &plan->requirements, matches, n, &options, plan->arena, ret);
}

static const char *day_name(const struct plan *plan, int64_t at_us)
{
    static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                       "Thursday", "Friday", "Saturday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct civil c = zone_civil(plan->conf.zone, at_us);
    return arena_printf(plan->arena, "%s %d %s", days[c.weekday % 7], c.day,
                        months[(c.month + 11) % 12]);
}

static json_t *entry_json(const struct plan *plan, const struct agenda_entry *entry)
{
    const struct conference *conf = &plan->conf;
    const struct session *s = &conf->sessions.items[entry->session];
    char start[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    const char *track =
        s->track >= 0 && s->kind != SESSION_BLOCK ? conf->tracks.items[s->track].title : "";
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "time",
                     arena_printf(plan->arena, "%s to %s",
                                  time_hhmm(conf->zone, s->start_us, start),
                                  time_hhmm(conf->zone, s->end_us, end)),
                     "title", plan_title(conf, entry->session), "room", plan_room(conf, s), "track",
                     track, "reason", entry->reason, "duty", (int)entry->is_duty);
}

/* The entries by day, in the reader's order. */
static json_t *days_json(const struct plan *plan, const struct agenda *agenda)
{
    json_t *days = json_array();
    json_t *entries = NULL; /* of the last day */
    int64_t day_us = INT64_MIN;
    for (size_t i = 0; i < agenda->entries.n; i++) {
        const struct session *s = &plan->conf.sessions.items[agenda->entries.items[i].session];
        int64_t start_us = zone_day_start_us(plan->conf.zone, s->start_us);
        if (entries == NULL || start_us != day_us) {
            day_us = start_us;
            entries = json_array();
            (void)json_array_append_new(
                days,
                json_pack("{s:s, s:o}", "day", day_name(plan, s->start_us), "entries", entries));
        }
        (void)json_array_append_new(entries, entry_json(plan, &agenda->entries.items[i]));
    }
    return days;
}

static json_t *missed_json(const struct plan *plan, const struct agenda *agenda)
{
    json_t *missed = json_array();
    for (size_t i = 0; i < agenda->missed.n; i++) {
        const struct session *s = &plan->conf.sessions.items[agenda->missed.items[i].session];
        (void)json_array_append_new(
            missed,
            json_pack("{s:s, s:s, s:s}", "title",
                      plan_title(&plan->conf, agenda->missed.items[i].session), "when",
                      plan_when(plan, s->start_us, s->end_us), "why", agenda->missed.items[i].why));
    }
    return missed;
}

/* Session ids in order: two agendas with the same ones are the same to the reader, since times and
 * rooms have messages of their own. */
static const char *agenda_facts(const struct plan *plan, const struct agenda *agenda)
{
    CLEANUP(str_done) struct str facts = {0};
    for (size_t i = 0; i < agenda->entries.n; i++) {
        str_printf(&facts, "[%lld]",
                   (long long)plan->conf.sessions.items[agenda->entries.items[i].session].id);
    }
    return arena_strdup(plan->arena, str_text(&facts));
}

static json_t *agenda_payload(struct plan *plan, int person, const struct agenda *agenda,
                              bool is_first, struct told_list *told)
{
    int64_t id = plan->conf.persons.items[person].id;
    json_t *payload = payload_new(plan, plan->conf.persons.items[person].name);
    (void)json_object_set_new(payload, "first", json_boolean(is_first));
    bool is_cold = !is_known(&plan->conf, person);
    (void)json_object_set_new(payload, "cold", json_boolean(is_cold));
    (void)json_object_set_new(payload, "explained", json_boolean(agenda->note[0] == '\0'));
    (void)json_object_set_new(payload, "unmatched",
                              json_boolean(!is_cold && agenda->note[0] != '\0'));
    (void)json_object_set_new(payload, "days", days_json(plan, agenda));
    (void)json_object_set_new(payload, "missed", missed_json(plan, agenda));
    (void)json_object_set_new(payload, "n_entries", json_integer((json_int_t)agenda->entries.n));
    payload_link(plan, payload, "agenda", TOKEN_AGENDA, id, id);
    payload_link(plan, payload, "feed", TOKEN_FEED, id, id);
    payload_link(plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    for (size_t i = 0; i < agenda->entries.n; i++) {
        int session = agenda->entries.items[i].session;
        const struct told *before = plan_find_told(plan, person, session);
        struct told now = plan_as_it_is(plan, person, session);
        payload_calendar(plan, payload, person, before != NULL ? before : &now,
                         agenda->entries.items[i].reason);
        plan_tell(plan, told, person, session);
    }
    return payload;
}

int plan_agenda_notice(struct plan *plan, int person, struct told_list *told)
{
    const struct report *last = plan->readers[person].last[NOTICE_AGENDA];
    const struct contact *contact = plan_contact(plan, person, NOTICE_AGENDA);
    int64_t id = plan->conf.persons.items[person].id;
    struct agenda agenda;
    if (contact == NULL || !plan_is_attending(&plan->conf, person)) {
        return 0;
    }
    plan_agenda(plan, person, &agenda);
    const char *facts = agenda_facts(plan, &agenda);
    if (agenda.entries.n == 0 || (last != NULL && strcmp(last->facts, facts) == 0)) {
        return 0;
    }
    int64_t due_us = last == NULL ? 0 : last->sent_at_us + setting_us(SET_DIGEST);
    if (due_us > plan->now_us) {
        plan_later(plan, STAGE_PLAN, "person", id, due_us);
        return 0;
    }
    int n_before = last == NULL ? 0 : last->times_sent;
    const char *key = arena_printf(plan->arena, "agenda:%lld:%d:%s", (long long)id, n_before,
                                   plan_hash(plan->arena, facts));
    json_t *payload = agenda_payload(plan, person, &agenda, last == NULL, told);
    int r = plan_send(plan, NOTICE_AGENDA, person, contact, key,
                      arena_printf(plan->arena, "agenda:%lld", (long long)id), payload);
    return r < 0 ? r : plan_report_save(plan, NOTICE_AGENDA, id, "", facts, n_before + 1);
}
