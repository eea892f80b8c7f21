/* What one person should be told: what moved, the question, openings, the agenda. */
#include "matcher/plan_person.h"

#include "base/str.h"
#include "base/token.h"

#include <string.h>

/* --- what the person was told --- */

const struct told *plan_find_told(const struct plan *plan, int person, int session)
{
    for (size_t i = plan->told_from[person]; i < plan->told_from[person + 1]; i++) {
        const struct told *told = &plan->told.items[i];
        if (told->session == session) {
            return told;
        }
    }
    return NULL;
}

struct told plan_as_it_is(const struct plan *plan, int person, int session)
{
    const struct session *s = &plan->conf.sessions.items[session];
    return (struct told){
        person, session, s->start_us, s->end_us, plan_room(&plan->conf, s), s->is_cancelled, 0};
}

/* Writes down that the person hears of the session; one that was told before keeps its state, since
 * a difference is news and has its own message. */
void plan_tell(struct plan *plan, struct told_list *list, int person, int session)
{
    for (size_t i = 0; i < list->items.n; i++) {
        if (list->items.items[i].session == session) {
            return; /* by the question and by the agenda at once */
        }
    }
    if (plan_find_told(plan, person, session) == NULL &&
        session_is_scheduled(&plan->conf.sessions.items[session])) {
        *vec_add(plan->arena, &list->items) = plan_as_it_is(plan, person, session);
    }
}

bool plan_is_attending(const struct conference *conf, int person)
{
    for (size_t i = 0; i < conf->registrants.n; i++) {
        const struct registrant *registrant = &conf->registrants.items[i];
        if (registrant->person == person && registrant->status == REGISTRATION_CONFIRMED) {
            return true;
        }
    }
    return false;
}

/* --- what moved --- */

static const char *change_word(const struct told *told, const struct told *now,
                               const struct session *session)
{
    bool is_off = session->is_cancelled || !session_is_scheduled(session);
    if (is_off != told->is_cancelled) {
        return is_off ? "cancelled" : "restored";
    }
    if (is_off) {
        return NULL;
    }
    if (told->start_us != now->start_us || told->end_us != now->end_us) {
        return "moved";
    }
    return strcmp(told->room, now->room) != 0 ? "room" : NULL;
}

/* Corrections of what is over interest nobody, unless the whole event is over: then it is being
 * rehearsed. */
static bool is_past(const struct plan *plan, const struct told *told, const struct told *now)
{
    return plan->conf.end_us > plan->now_us && told->end_us < plan->now_us &&
           now->end_us < plan->now_us;
}

static const char *why_told(const struct plan *plan, int person, int session)
{
    for (size_t i = 0; i < plan->requirements.items.n; i++) {
        const struct requirement *requirement = &plan->requirements.items.items[i];
        if (requirement->person != person || requirement->session != session) {
            continue;
        }
        switch (requirement->reason) {
        case REASON_LEAD: return "you lead it";
        case REASON_SPEAKER: return "you speak there";
        case REASON_KEY_ATTENDEE: return "you are wanted there as a key attendee";
        case REASON_STARRED: return "you marked it";
        case REASON_MATCH: return "it is in your agenda";
        }
    }
    return "it is in your agenda";
}

static void add_change(struct plan *plan, json_t *payload, const char *what, const struct told *old,
                       const struct told *new)
{
    json_t *change = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "what", what, "title",
        plan_title(&plan->conf, old->session), "reason", why_told(plan, old->person, old->session),
        "old_when", plan_when(plan, old->start_us, old->end_us), "old_room", old->room, "new_when",
        new->is_cancelled ? "" : plan_when(plan, new->start_us, new->end_us), "new_room",
        new->is_cancelled ? "" : new->room);
    (void)json_array_append_new(json_object_get(payload, "changes"), change);
    payload_calendar(plan, payload, old->person, new, "");
}

/* Compares what the person was told with what is true; the new state is written down as told. */
static void gather_changes(struct plan *plan, int person, json_t *payload, struct told_list *told,
                           struct str *key)
{
    for (size_t i = plan->told_from[person]; i < plan->told_from[person + 1]; i++) {
        const struct told *old = &plan->told.items[i];
        const struct session *session = &plan->conf.sessions.items[old->session];
        struct told now = plan_as_it_is(plan, person, old->session);
        const char *what = change_word(old, &now, session);
        if (what == NULL || is_past(plan, old, &now)) {
            continue;
        }
        now.is_cancelled = session->is_cancelled || !session_is_scheduled(session);
        now.sequence = old->sequence + 1;
        if (!session_is_scheduled(session)) { /* the old time is the only one there is */
            now.start_us = old->start_us;
            now.end_us = old->end_us;
        }
        add_change(plan, payload, what, old, &now);
        *vec_add(plan->arena, &told->items) = now;
        str_printf(key, ":%lld.%d", (long long)session->id, now.sequence);
    }
}

static void add_clashes(struct plan *plan, int person, json_t *payload,
                        const struct told_list *told)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan->clashes.items.n; i++) {
        const struct clash *clash = &plan->clashes.items.items[i];
        bool is_concerned = false;
        for (size_t j = 0; j < told->items.n && clash->person == person; j++) {
            int session = told->items.items[j].session;
            is_concerned |= session == clash->session_a || session == clash->session_b;
        }
        if (is_concerned && clash->severity >= SEVERITY_MEDIUM) {
            (void)json_array_append_new(list, json_string(clash->why));
        }
    }
    (void)json_object_set_new(payload, "clashes", list);
}

static int send_changes(struct plan *plan, int person, struct told_list *told)
{
    int64_t id = plan->conf.persons.items[person].id;
    CLEANUP(str_done) struct str key = {0};
    struct told_list changed = {0};
    json_t *payload = payload_new(plan, plan->conf.persons.items[person].name);
    str_printf(&key, "change:%lld", (long long)id);
    (void)json_object_set_new(payload, "changes", json_array());
    gather_changes(plan, person, payload, &changed, &key);
    const struct contact *contact = plan_contact(plan, person, NOTICE_CHANGE);
    if (changed.items.n == 0 || contact == NULL) { /* who is not told keeps what was told last */
        json_decref(payload);
        return 0;
    }
    for (size_t i = 0; i < changed.items.n; i++) {
        *vec_add(plan->arena, &told->items) = changed.items.items[i];
    }
    add_clashes(plan, person, payload, &changed);
    (void)json_object_set_new(payload, "n_changes", json_integer((json_int_t)changed.items.n));
    payload_link(plan, payload, "agenda", TOKEN_AGENDA, id, id);
    payload_link(plan, payload, "answer", TOKEN_ANSWER, id, id);
    payload_link(plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    return plan_send(plan, NOTICE_CHANGE, person, contact, str_text(&key),
                     arena_printf(plan->arena, "agenda:%lld", (long long)id), payload);
}

int plan_person(struct plan *plan, int person)
{
    struct told_list told = {0};
    bool has_agenda = plan->readers[person].last[NOTICE_AGENDA] != NULL;
    int r = send_changes(plan, person, &told); /* first: it compares with what was told until now */
    if (r < 0 || (r = plan_question(plan, person, &told)) < 0 ||
        (has_agenda && (r = plan_openings(plan, person, &told)) < 0) ||
        (r = plan_agenda_notice(plan, person, &told)) < 0) {
        return r;
    }
    return plan_told_save(plan, told.items.items, told.items.n);
}
