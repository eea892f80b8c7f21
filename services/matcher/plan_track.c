/* What the leads of a track should be told: will the room be quorate? */
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

/* Where the person stands; that two reminders were of no use is known here only. */
static const char *state_of(const struct plan *plan, const struct quorum_person *p)
{
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
                list, json_pack("{s:s, s:s, s:s, s:s}", "name", person_name(&plan->conf, p), "role",
                                role_word(p->role), "state", state_of(plan, p), "needed_in",
                                p->needed_in));
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

static json_t *candidates_json(const struct plan *plan, const char *text)
{
    json_t *list = json_array();
    json_t *candidates = json_loads(text, 0, NULL);
    size_t i = 0;
    json_t *candidate = NULL;
    json_array_foreach(candidates, i, candidate)
    {
        int person = conference_index_person(
            &plan->conf, json_integer_value(json_object_get(candidate, "person")));
        double confidence = json_real_value(json_object_get(candidate, "confidence"));
        if (person >= 0) {
            (void)json_array_append_new(list, json_pack("{s:s, s:i}", "name",
                                                        plan->conf.persons.items[person].name,
                                                        "pct", (int)lround(confidence * 100)));
        }
    }
    json_decref(candidates);
    return list;
}

static int choose_json(struct plan *plan, int track, json_t **ret)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(plan->db, "plan_ambiguous", &rows, plan->err, "ii", plan->conf.id,
                     plan->conf.tracks.items[track].id);
    if (r < 0) {
        return r;
    }
    *ret = json_array();
    for (int i = 0; i < rows.n; i++) {
        (void)json_array_append_new(
            *ret, json_pack("{s:s, s:I, s:o, s:s}", "name", rows_text(&rows, i, 1), "line",
                            (json_int_t)rows_int(&rows, i, 2), "candidates",
                            candidates_json(plan, rows_text(&rows, i, 3)), "link", ""));
    }
    return 0;
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

static int send_report(struct plan *plan, const struct quorum_track *q, int lead,
                       const struct contact *contact, const struct report *last)
{
    int64_t track_id = plan->conf.tracks.items[q->track].id;
    int64_t lead_id = plan->conf.persons.items[lead].id;
    json_t *facts = facts_json(plan, q);
    char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
    const char *now = arena_strdup(plan->arena, text);
    free(text);
    json_t *changes = changes_json(facts, last == NULL ? NULL : last->facts);
    json_decref(facts);
    bool is_news = last == NULL || strcmp(last->facts, now) != 0;
    int64_t due_us = last == NULL ? 0 : last->sent_at_us + setting_us(SET_DIGEST);
    if (!is_news || due_us > plan->now_us) {
        json_decref(changes);
        return is_news ? stage_later(plan->db, plan->conf.id, STAGE_PLAN, "track", track_id, due_us,
                                     plan->err)
                       : 0;
    }
    json_t *payload = payload_new(plan, plan->conf.persons.items[lead].name);
    add_numbers(plan, payload, q);
    (void)json_object_set_new(payload, "persons", persons_json(plan, q));
    (void)json_object_set_new(payload, "changes", changes);
    payload_link(plan, payload, "lead", TOKEN_LEAD, track_id, lead_id);
    json_t *choose = NULL;
    int r = choose_json(plan, q->track, &choose);
    if (r < 0) {
        json_decref(payload);
        return r;
    }
    (void)json_object_set_new(payload, "choose", choose);
    int n_before = last == NULL ? 0 : last->times_sent;
    const char *key = arena_printf(plan->arena, "quorum:%lld:%lld:%s:%d:%s", (long long)track_id,
                                   (long long)lead_id, plan_hash(plan->arena, contact->address),
                                   n_before, plan_hash(plan->arena, now));
    r = plan_send(
        plan, NOTICE_QUORUM, lead, contact, key,
        arena_printf(plan->arena, "quorum:%lld:%lld", (long long)track_id, (long long)lead_id),
        payload);
    if (r < 0 || (r = plan_report_save(plan, NOTICE_QUORUM, track_id, contact->address, now,
                                       n_before + 1)) < 0) {
        return r;
    }
    return tell_lead(plan, q->track, lead);
}

static const struct report *report_to(const struct report *reports, size_t n, const char *address)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(reports[i].address, address) == 0) {
            return &reports[i];
        }
    }
    return NULL;
}

static int report_track(struct plan *plan, const struct quorum_track *q,
                        const struct report *reports, size_t n_reports)
{
    for (size_t i = 0; i < q->persons.n; i++) {
        const struct quorum_person *lead = &q->persons.items[i];
        const struct contact *contact = lead->role == ROLE_LEAD && lead->person >= 0
                                            ? plan_contact(plan, lead->person, NOTICE_QUORUM)
                                            : NULL;
        if (contact == NULL) {
            continue;
        }
        int r = send_report(plan, q, lead->person, contact,
                            report_to(reports, n_reports, contact->address));
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int plan_track(struct plan *plan, int track, const struct report *reports, size_t n_reports)
{
    struct quorum quorum = {0};
    quorum_count(&plan->conf, &plan->requirements, &plan->clashes, plan->arena, &quorum);
    for (size_t i = 0; i < quorum.tracks.n; i++) {
        if (quorum.tracks.items[i].track == track) {
            return report_track(plan, &quorum.tracks.items[i], reports, n_reports);
        }
    }
    return 0;
}
