/* What one person should be told: the question, the agenda, what moved. */
#include "matcher/plan_person.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"
#include "core/match_stored.h"

#include <stdlib.h>
#include <string.h>

/* --- what the person was told --- */

const struct told *plan_find_told(const struct plan *plan, int person, int session)
{
    for (size_t i = 0; i < plan->told.n; i++) {
        const struct told *told = &plan->told.items[i];
        if (told->person == person && told->session == session) {
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

/* --- the question --- */

/* What somebody has said about a track; the latest answer counts. NULL = nothing. */
static const struct answer *find_answer(const struct conference *conf, int person, int track)
{
    const struct answer *found = NULL;
    for (size_t i = 0; i < conf->answers.n; i++) {
        const struct answer *answer = &conf->answers.items[i];
        bool is_about = answer->track == track || (answer->track < 0 && answer->session < 0);
        if (answer->person == person && is_about &&
            (found == NULL || answer->at_us >= found->at_us)) {
            found = answer;
        }
    }
    return found;
}

static bool has_chosen(const struct conference *conf, int person, int a, int b)
{
    for (size_t i = 0; i < conf->choices.n; i++) {
        const struct choice *choice = &conf->choices.items[i];
        if (choice->person == person && ((choice->session == a && choice->against == b) ||
                                         (choice->session == b && choice->against == a))) {
            return true;
        }
    }
    return false;
}

struct question {
    json_t *wanted; /* for the payload */
    json_t *twice;
    struct str facts; /* track ids and pairs: what the question is about */
    int n_open;       /* of them without an answer */
    bool is_key;      /* wanted as a key attendee somewhere, not only as a lead */
    bool has_news;    /* something that the last question did not have */
};

static const char *role_phrase(enum role role)
{
    switch (role) {
    case ROLE_LEAD: return "lead";
    case ROLE_KEY_ATTENDEE: return "key attendee";
    case ROLE_SPEAKER: return "speaker";
    }
    return "";
}

/* One more fact; news when the last question's facts do not have it. */
static void add_fact(struct question *q, const char *fact, bool is_open, const struct report *last)
{
    str_add(&q->facts, fact);
    q->n_open += is_open;
    q->has_news |= is_open && (last == NULL || strstr(last->facts, fact) == NULL);
}

static int block_of(const struct conference *conf, int track)
{
    int best = -1;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (s->track == track && s->kind == SESSION_BLOCK && session_is_live(s) &&
            (best < 0 || s->start_us < conf->sessions.items[best].start_us)) {
            best = (int)i;
        }
    }
    return best;
}

static void add_wanted(struct plan *plan, struct question *q, int person,
                       const struct mention *mention, const struct report *last,
                       struct told_list *told)
{
    const struct conference *conf = &plan->conf;
    const char *when = "";
    const char *room = "";
    int block = block_of(conf, mention->track);
    if (block >= 0) {
        const struct session *s = &conf->sessions.items[block];
        when = plan_when(plan, s->start_us, s->end_us);
        room = plan_room(conf, s);
        plan_tell(plan, told, person, block);
    }
    q->is_key |= mention->role == ROLE_KEY_ATTENDEE;
    (void)json_array_append_new(q->wanted, json_pack("{s:s, s:s, s:s, s:s, s:s}", "track",
                                                     conf->tracks.items[mention->track].title,
                                                     "role", role_phrase(mention->role), "when",
                                                     when, "room", room, "topic", mention->topic));
    add_fact(q,
             arena_printf(plan->arena, "[%lld]", (long long)conf->tracks.items[mention->track].id),
             find_answer(conf, person, mention->track) == NULL, last);
}

/* A track may name somebody twice, as lead and as key attendee: asked about once, as the lead. */
static bool is_named_before(const struct conference *conf, size_t i)
{
    const struct mention *mention = &conf->mentions.items[i];
    for (size_t j = 0; j < conf->mentions.n; j++) {
        const struct mention *other = &conf->mentions.items[j];
        if (j != i && other->person == mention->person && other->track == mention->track &&
            (other->role < mention->role || (other->role == mention->role && j < i))) {
            return true;
        }
    }
    return false;
}

static void gather_wanted(struct plan *plan, struct question *q, int person,
                          const struct report *last, struct told_list *told)
{
    for (size_t i = 0; i < plan->conf.mentions.n; i++) {
        const struct mention *mention = &plan->conf.mentions.items[i];
        if (mention->person == person && mention->track >= 0 && mention->role != ROLE_SPEAKER &&
            !is_named_before(&plan->conf, i)) {
            add_wanted(plan, q, person, mention, last, told);
        }
    }
}

/* Does another pair ask the same of the blocks that these sessions lie in? */
static bool is_asked_of_block(const struct plan *plan, const struct clash *clash)
{
    int parent_a = plan->conf.sessions.items[clash->session_a].parent;
    int parent_b = plan->conf.sessions.items[clash->session_b].parent;
    for (size_t i = 0; i < plan->clashes.items.n; i++) {
        const struct clash *other = &plan->clashes.items.items[i];
        if (other == clash || other->person != clash->person ||
            other->kind != CLASH_REQUIRED_TWICE) {
            continue;
        }
        for (int swap = 0; swap < 2; swap++) {
            int a = swap ? other->session_b : other->session_a;
            int b = swap ? other->session_a : other->session_b;
            bool is_around = (a == clash->session_a || a == parent_a) &&
                             (b == clash->session_b || b == parent_b);
            if (a >= 0 && b >= 0 && is_around && (a == parent_a || b == parent_b)) {
                return true;
            }
        }
    }
    return false;
}

static void gather_twice(struct plan *plan, struct question *q, int person,
                         const struct report *last)
{
    for (size_t i = 0; i < plan->clashes.items.n; i++) {
        const struct clash *clash = &plan->clashes.items.items[i];
        if (clash->person != person || clash->kind != CLASH_REQUIRED_TWICE ||
            is_asked_of_block(plan, clash)) {
            continue;
        }
        (void)json_array_append_new(
            q->twice,
            json_pack("{s:s, s:s, s:s, s:s}", "a", plan_title(&plan->conf, clash->session_a), "b",
                      plan_title(&plan->conf, clash->session_b), "when",
                      plan_when(plan, clash->start_us, clash->end_us), "link", ""));
        add_fact(q,
                 arena_printf(plan->arena, "[%lld/%lld]",
                              (long long)plan->conf.sessions.items[clash->session_a].id,
                              (long long)plan->conf.sessions.items[clash->session_b].id),
                 !has_chosen(&plan->conf, person, clash->session_a, clash->session_b), last);
    }
}

/* -1: nothing to ask now; else the number of the reminder, 0 for the question itself. */
static int which_reminder(const struct plan *plan, const struct question *q,
                          const struct report *last)
{
    if (!q->is_key || q->n_open == 0) {
        return -1;
    }
    if (q->has_news) {
        return 0;
    }
    bool is_due = last->sent_at_us + setting_us(SET_REMIND_AFTER) <= plan->now_us;
    return is_due && last->times_sent <= MAX_REMINDERS ? last->times_sent : -1;
}

/* In a while: is there an answer? After the last reminder the leads hear that there is none. */
static int look_again(struct plan *plan, int person, int reminder)
{
    const struct conference *conf = &plan->conf;
    int64_t id = conf->persons.items[person].id;
    int64_t due_us = plan->now_us + setting_us(SET_REMIND_AFTER);
    int r = stage_later(plan->db, conf->id, STAGE_CLASH, "person", id, due_us, plan->err);
    if (r == 0 && reminder < MAX_REMINDERS) {
        return stage_later(plan->db, conf->id, STAGE_PLAN, "person", id, due_us, plan->err);
    }
    for (size_t i = 0; r == 0 && i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->person == person && mention->track >= 0) {
            r = stage_later(plan->db, conf->id, STAGE_PLAN, "track",
                            conf->tracks.items[mention->track].id, due_us, plan->err);
        }
    }
    return r;
}

/* What tells this question from every other one to the same person: it follows that one. */
static const char *question_key(const struct plan *plan, int64_t id, const char *facts,
                                int reminder, const struct report *last)
{
    return arena_printf(plan->arena, "question:%lld:%lld:%s:%d", (long long)id,
                        last == NULL ? 0LL : (long long)last->sent_at_us,
                        plan_hash(plan->arena, facts), reminder);
}

static int send_question(struct plan *plan, int person, const struct contact *contact,
                         struct question *q, int reminder, const struct report *last)
{
    int64_t id = plan->conf.persons.items[person].id;
    json_t *payload = payload_new(plan, plan->conf.persons.items[person].name);
    (void)json_object_set(payload, "wanted", q->wanted);
    (void)json_object_set(payload, "twice", q->twice);
    (void)json_object_set_new(payload, "n_wanted",
                              json_integer((json_int_t)json_array_size(q->wanted)));
    (void)json_object_set_new(payload, "reminder", json_integer(reminder));
    (void)json_object_set_new(payload, "registered",
                              json_boolean(plan->readers[person].is_registered));
    payload_link(plan, payload, "answer", TOKEN_ANSWER, id, id);
    payload_link(plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    json_t *answer = json_object_get(json_object_get(payload, "links"), "answer");
    size_t i = 0;
    json_t *pair = NULL;
    json_array_foreach(q->twice, i, pair)
    {
        (void)json_object_set(pair, "link", answer);
    }
    const char *facts = str_text(&q->facts);
    const char *key = question_key(plan, id, facts, reminder, last);
    int r = plan_send(plan, NOTICE_QUESTION, person, contact, key,
                      arena_printf(plan->arena, "question:%lld", (long long)id), payload);
    if (r < 0 || (r = plan_report_save(plan, NOTICE_QUESTION, id, "", facts, reminder + 1)) < 0) {
        return r;
    }
    return look_again(plan, person, reminder);
}

/* A session counts as told only when the question that names it goes out. */
static int ask(struct plan *plan, int person, const struct report *last, struct told_list *told)
{
    struct question q = {.wanted = json_array(), .twice = json_array()};
    struct told_list named = *told;
    gather_wanted(plan, &q, person, last, &named);
    gather_twice(plan, &q, person, last);
    int reminder = which_reminder(plan, &q, last);
    const struct contact *contact = plan_contact(plan, person, NOTICE_QUESTION);
    int r = 0;
    if (reminder >= 0 && contact != NULL) {
        r = send_question(plan, person, contact, &q, reminder, last);
        *told = named;
    }
    json_decref(q.wanted);
    json_decref(q.twice);
    str_done(&q.facts);
    return r;
}

/* --- the agenda --- */

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
    int n = match_stored(conf, person, plan->arena, &matches);
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
    (void)json_object_set_new(payload, "cold", json_boolean(!is_known(&plan->conf, person)));
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

static int send_agenda(struct plan *plan, int person, const struct report *last,
                       struct told_list *told)
{
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
        return stage_later(plan->db, plan->conf.id, STAGE_PLAN, "person", id, due_us, plan->err);
    }
    int n_before = last == NULL ? 0 : last->times_sent;
    const char *key = arena_printf(plan->arena, "agenda:%lld:%d:%s", (long long)id, n_before,
                                   plan_hash(plan->arena, facts));
    json_t *payload = agenda_payload(plan, person, &agenda, last == NULL, told);
    int r = plan_send(plan, NOTICE_AGENDA, person, contact, key,
                      arena_printf(plan->arena, "agenda:%lld", (long long)id), payload);
    return r < 0 ? r : plan_report_save(plan, NOTICE_AGENDA, id, "", facts, n_before + 1);
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
    for (size_t i = 0; i < plan->told.n; i++) {
        const struct told *old = &plan->told.items[i];
        if (old->person != person) {
            continue;
        }
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

int plan_person(struct plan *plan, int person, const struct report *question,
                const struct report *agenda)
{
    struct told_list told = {0};
    int r = send_changes(plan, person, &told); /* first: it compares with what was told until now */
    if (r < 0 || (r = ask(plan, person, question, &told)) < 0 ||
        (agenda != NULL && (r = plan_openings(plan, person, &told)) < 0) ||
        (r = send_agenda(plan, person, agenda, &told)) < 0) {
        return r;
    }
    return plan_told_save(plan, told.items.items, told.items.n);
}
