/* What the leads of tracks should be told: will the room be quorate? */
#include "matcher/plan.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *person_name(const struct conference *conf, const struct quorum_person *p)
{
    return p->person >= 0 ? conf->persons.items[p->person].name
                          : conf->mentions.items[p->mention].name;
}

static const char *role_word(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "lead";
    case ROLE_SPEAKER: return "speaker";
    case ROLE_KEY_ATTENDEE: return "key attendee";
    }
    return "";
}

/* How much the track needs somebody of its list. */
static const char *strength_word(enum strength strength)
{
    switch (strength) {
    case STRENGTH_MUST: return "must";
    case STRENGTH_SHOULD: return "should";
    case STRENGTH_WOULD_LIKE: return "nice to have";
    }
    return "";
}

/* Where the person stands; that two reminders were of no use, and whom somebody who cannot come
 * names instead, is known here only. */
static const char *state_of(const struct plan *plan, const struct quorum_person *p)
{
    const char *instead = p->person < 0 ? NULL : plan->readers[p->person].stand_in;
    if (instead != NULL && p->has_answered && p->reply == REPLY_NO) {
        return arena_printf(plan->arena, "%s, names %s instead", p->state, instead);
    }
    static const char silent[] = "no answer yet";
    const char *at = p->person < 0 ? NULL : strstr(p->state, silent);
    if (at == NULL || !plan->readers[p->person].is_silent) {
        return p->state;
    }
    return arena_printf(plan->arena, "%.*sno answer after two reminders%s", (int)(at - p->state),
                        p->state, at + strlen(silent));
}

static json_t *persons_json(const struct plan *plan, const struct quorum_track *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < q->persons.n; i++) {
        const struct quorum_person *p = &q->persons.items[i];
        if (p->person >= 0) {
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", person_name(&plan->conf, p),
                                "role", role_word(p->role), "strength", strength_word(p->strength),
                                "state", state_of(plan, p), "needed_in", p->needed_in));
        }
    }
    return list;
}

/* {"<name>": "<state>"}: what the report says of everybody. */
static json_t *facts_json(const struct plan *plan, const struct quorum_track *q)
{
    json_t *facts = json_object();
    for (size_t i = 0; i < q->persons.n; i++) {
        const struct quorum_person *p = &q->persons.items[i];
        const char *needed = p->needed_in[0] == '\0' ? "" : "; needed elsewhere: ";
        (void)json_object_set_new(facts, person_name(&plan->conf, p),
                                  json_sprintf("%s%s%s", state_of(plan, p), needed, p->needed_in));
    }
    return facts;
}

/* "Bjorn Helgaas: registered, in person, said yes (before: ...)" */
static json_t *changes_json(json_t *facts, const char *last)
{
    json_t *changes = json_array();
    json_t *before = last == NULL ? NULL : json_loads(last, 0, NULL);
    const char *name = NULL;
    json_t *state = NULL;
    json_object_foreach(facts, name, state)
    {
        const char *old = json_string_value(json_object_get(before, name));
        if (before != NULL && old == NULL) {
            (void)json_array_append_new(
                changes, json_sprintf("%s is new on the list: %s", name, json_string_value(state)));
        } else if (before != NULL && strcmp(old, json_string_value(state)) != 0) {
            (void)json_array_append_new(
                changes, json_sprintf("%s: %s (before: %s)", name, json_string_value(state), old));
        }
    }
    json_object_foreach(before, name, state)
    {
        if (json_object_get(facts, name) == NULL) {
            (void)json_array_append_new(changes, json_sprintf("%s is no longer on the list", name));
        }
    }
    json_decref(before);
    return changes;
}

/* Names that the lead must choose a person for. */
static json_t *choose_json(const struct plan *plan, int track)
{
    json_t *list = json_array();
    int64_t id = plan->conf.tracks.items[track].id;
    for (size_t i = 0; i < plan->ambiguous.n; i++) {
        const struct ambiguous *a = &plan->ambiguous.items[i];
        if (a->track_id == id) {
            json_t *candidates = json_loads(a->candidates, 0, NULL);
            (void)json_array_append_new(
                list,
                json_pack("{s:s, s:i, s:o, s:s}", "name", a->name, "line", a->line, "candidates",
                          candidates != NULL ? candidates : json_array(), "link", ""));
        }
    }
    return list;
}

static void add_numbers(const struct plan *plan, json_t *payload, const struct quorum_track *q)
{
    const struct conference *conf = &plan->conf;
    json_t *numbers =
        json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:s}", "n_must", q->n_must,
                  "n_registered", q->n_registered, "n_in_person", q->n_in_person, "n_free",
                  q->n_free, "n_yes", q->n_yes, "n_no", q->n_no, "needed", q->needed, "chance_pct",
                  (int)lround(q->chance * 100), "quorate", (int)q->is_quorate, "causes", q->causes);
    (void)json_object_update(payload, numbers);
    json_decref(numbers);
    json_t *reasons = json_array();
    for (size_t i = 0; i < q->reasons.n; i++) {
        (void)json_array_append_new(reasons, json_string(q->reasons.items[i]));
    }
    (void)json_object_set_new(payload, "reasons", reasons);
    (void)json_object_set_new(payload, "track", json_string(conf->tracks.items[q->track].title));
    const char *when = "";
    const char *room = "";
    for (size_t i = 0; i < conf->sessions.n && when[0] == '\0'; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (s->track == q->track && s->kind == SESSION_BLOCK && session_is_live(s)) {
            when = plan_when(plan, s->start_us, s->end_us);
            room = plan_room(conf, s);
        }
    }
    (void)json_object_set_new(payload, "when", json_string(when));
    (void)json_object_set_new(payload, "room", json_string(room));
}

/* The report says when and where the track's block is. */
static int tell_lead(struct plan *plan, int track, int lead)
{
    struct {
        VEC(struct told) items;
    } told = {0};
    for (size_t i = 0; i < plan->conf.sessions.n; i++) {
        const struct session *s = &plan->conf.sessions.items[i];
        if (s->track == track && s->kind == SESSION_BLOCK && session_is_live(s)) {
            *vec_add(plan->arena, &told.items) = (struct told){
                lead, (int)i, s->start_us, s->end_us, plan_room(&plan->conf, s), false, 0};
        }
    }
    return plan_told_first(plan, told.items.items, told.items.n);
}

static json_t *report_payload(const struct plan *plan, const struct quorum_track *q, int lead,
                              json_t *changes)
{
    json_t *payload = payload_new(plan, plan->conf.persons.items[lead].name);
    add_numbers(plan, payload, q);
    (void)json_object_set_new(payload, "persons", persons_json(plan, q));
    (void)json_object_set_new(payload, "changes", changes);
    payload_link(plan, payload, "lead", TOKEN_LEAD, plan->conf.tracks.items[q->track].id,
                 plan->conf.persons.items[lead].id);
    (void)json_object_set_new(payload, "choose", choose_json(plan, q->track));
    return payload;
}

static int write_report(struct plan *plan, const struct quorum_track *q, int lead,
                        const struct contact *contact, const struct report *last, const char *facts,
                        json_t *changes)
{
    long long track_id = (long long)plan->conf.tracks.items[q->track].id;
    long long lead_id = (long long)plan->conf.persons.items[lead].id;
    int n_before = last == NULL ? 0 : last->times_sent;
    const char *key = arena_printf(plan->arena, "quorum:%lld:%lld:%s:%d:%s", track_id, lead_id,
                                   plan_hash(plan->arena, contact->address), n_before,
                                   plan_hash(plan->arena, facts));
    int r = plan_send(plan, NOTICE_QUORUM, lead, contact, key,
                      arena_printf(plan->arena, "quorum:%lld:%lld", track_id, lead_id),
                      report_payload(plan, q, lead, changes));
    if (r < 0 || (r = plan_report_save(plan, NOTICE_QUORUM, track_id, contact->address, facts,
                                       n_before + 1)) < 0) {
        return r;
    }
    return tell_lead(plan, q->track, lead);
}

/* Facts as text, so that the next report can say what changed; changes since the last one. */
static const char *compare(const struct plan *plan, const struct quorum_track *q,
                           const struct report *last, json_t **ret_changes)
{
    json_t *facts = facts_json(plan, q);
    char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
    const char *now = arena_strdup(plan->arena, text);
    free(text);
    *ret_changes = changes_json(facts, last == NULL ? NULL : last->facts);
    json_decref(facts);
    return now;
}

static int report_to_lead(struct plan *plan, const struct quorum_track *q, int lead,
                          const struct contact *contact, const struct report *last)
{
    json_t *changes = NULL;
    const char *facts = compare(plan, q, last, &changes);
    bool is_news = last == NULL || strcmp(last->facts, facts) != 0;
    int64_t due_us = last == NULL ? 0 : last->sent_at_us + setting_us(SET_DIGEST);
    if (is_news && due_us <= plan->now_us) {
        return write_report(plan, q, lead, contact, last, facts, changes);
    }
    json_decref(changes);
    if (is_news) {
        plan_later(plan, STAGE_PLAN, "track", plan->conf.tracks.items[q->track].id, due_us);
    }
    return 0;
}

static const struct report *last_report(const struct plan *plan, int64_t track_id,
                                        const char *address)
{
    for (size_t i = 0; i < plan->track_reports.n; i++) {
        const struct report *report = &plan->track_reports.items[i];
        if (report->subject_id == track_id && strcmp(report->address, address) == 0) {
            return report;
        }
    }
    return NULL;
}

static int report_track(struct plan *plan, const struct quorum_track *q)
{
    int64_t track_id = plan->conf.tracks.items[q->track].id;
    for (size_t i = 0; i < q->persons.n; i++) {
        const struct quorum_person *lead = &q->persons.items[i];
        const struct contact *contact = lead->role == ROLE_LEAD && lead->person >= 0
                                            ? plan_contact(plan, lead->person, NOTICE_QUORUM)
                                            : NULL;
        if (contact == NULL) {
            continue;
        }
        int r = report_to_lead(plan, q, lead->person, contact,
                               last_report(plan, track_id, contact->address));
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static const struct quorum_track *find_track(const struct quorum *quorum, int track)
{
    for (size_t i = 0; i < quorum->tracks.n && track >= 0; i++) {
        if (quorum->tracks.items[i].track == track) {
            return &quorum->tracks.items[i];
        }
    }
    return NULL;
}

int plan_tracks(struct plan *plan, const int64_t *track_ids, size_t n)
{
    struct quorum quorum = {0};
    quorum_count(&plan->conf, &plan->clashes, plan->arena, &quorum);
    for (size_t i = 0; i < n; i++) {
        const struct quorum_track *q =
            find_track(&quorum, conference_index_track(&plan->conf, track_ids[i]));
        int r = q == NULL ? 0 : report_track(plan, q);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
