/* Roll-call on the day: shortly before a session those whom it needs, and who have not said that
 * they are there, are asked; its leads get the list. When a lead calls, whoever is still missing is
 * asked again. Nothing of this waits for quiet hours. */
#include "matcher/plan.h"

#include "base/settings.h"
#include "base/token.h"

#include <string.h>

/* A session whose missing people are called now. */
struct due {
    int session;    /* of conf */
    int64_t n_call; /* 0 = by the clock, else the lead's first, second ... call */
};

struct call {
    int session;
    int person;
};

/* The latest word on somebody. */
struct presence {
    int session;
    int person;
    bool is_here;
    bool is_away;    /* said so: there is no use in asking again */
    bool is_missing; /* a lead says so: as if there were no word */
};

struct roll {
    struct plan plan;
    struct quorum quorum;
    VEC(struct presence) presence;
    VEC(struct call) called; /* in this run */
};

/* --- loading --- */

static int find_due(struct roll *roll, int64_t event_id, struct rows *rows)
{
    struct plan *plan = &roll->plan;
    int64_t subject = 0;
    int64_t before_us = setting_us(SET_ROLL);
    int r =
        queue_lock_subjects(plan->db, STAGE_PLAN, SUBJECT_ROLL, event_id, &subject, 1, plan->err);
    if (r < 0 || (r = db_query(plan->db, "roll_due", rows, plan->err, "iiu", event_id, before_us,
                               plan->now_us)) < 0) {
        return r;
    }
    return before_us == 0 ? 0
                          : db_send(plan->db, "roll_later", plan->err, "iiui", event_id, before_us,
                                    plan->now_us, setting_us(SET_SETTLE));
}

static int load_people(struct roll *roll, int64_t event_id, const struct db_array *sessions)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &roll->plan;
    int r = db_query(plan->db, "roll_people", &rows, plan->err, "ia", event_id, sessions);
    if (r < 0) {
        return r;
    }
    int64_t *ids = arena_array(plan->arena, (size_t)rows.n, sizeof *ids);
    for (int i = 0; i < rows.n; i++) {
        ids[i] = rows_int(&rows, i, 0);
    }
    return plan_load(plan, event_id, ids, (size_t)rows.n, true);
}

static int load_presence(struct roll *roll, int64_t event_id, const struct db_array *sessions)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &roll->plan;
    int r = db_query(plan->db, "roll_load", &rows, plan->err, "ia", event_id, sessions);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(plan->arena, &roll->presence) =
            (struct presence){conference_index_session(&plan->conf, rows_int(&rows, i, 0)),
                              conference_index_person(&plan->conf, rows_int(&rows, i, 1)),
                              strcmp(rows_text(&rows, i, 2), "here") == 0,
                              strcmp(rows_text(&rows, i, 2), "away") == 0,
                              strcmp(rows_text(&rows, i, 2), "missing") == 0};
    }
    return r;
}

/* --- who --- */

/* Who says of the block that they are there is there for what is a part of it. */
static const struct presence *presence_of(const struct roll *roll, int session, int person)
{
    const struct presence *found = NULL;
    int parent = roll->plan.conf.sessions.items[session].parent;
    for (size_t i = 0; i < roll->presence.n; i++) {
        const struct presence *p = &roll->presence.items[i];
        if (p->person == person && p->session == session) {
            return p;
        }
        if (p->person == person && p->session == parent && parent >= 0) {
            found = p;
        }
    }
    return found;
}

static bool is_here(const struct roll *roll, int session, int person)
{
    const struct presence *p = person < 0 ? NULL : presence_of(roll, session, person);
    return p != NULL && p->is_here;
}

/* Somebody who could come: has a pass, did not say no, and is not lost to another room. */
static bool is_expected(const struct quorum_person *p)
{
    return p->person >= 0 && p->is_registered && p->is_free && p->strength != STRENGTH_WOULD_LIKE &&
           !(p->has_answered && p->reply == REPLY_NO);
}

/* By the clock whoever has said nothing is asked; a lead's call is for those who are on their way,
 * too. Who cannot come is left alone. */
static bool is_to_be_called(const struct roll *roll, const struct due *due,
                            const struct quorum_person *p)
{
    if (!is_expected(p)) {
        return false;
    }
    const struct presence *word = presence_of(roll, due->session, p->person);
    return word == NULL || word->is_missing ||
           (due->n_call > 0 && !word->is_here && !word->is_away);
}

/* One who is called to a block is not called to its first talk as well. */
static bool is_called(const struct roll *roll, int session, int person)
{
    const struct session *s = &roll->plan.conf.sessions.items[session];
    for (size_t i = 0; i < roll->called.n; i++) {
        int other = roll->called.items[i].session;
        if (roll->called.items[i].person == person &&
            (other == s->parent || roll->plan.conf.sessions.items[other].start_us == s->start_us)) {
            return true;
        }
    }
    return false;
}

/* Where somebody stands who is not there: what they said just now counts more than what they said
 * before. */
static const char *state_of(const struct roll *roll, int session, const struct quorum_person *p)
{
    const struct presence *word = presence_of(roll, session, p->person);
    return word == NULL || word->is_missing ? p->state
           : word->is_away                  ? "cannot come"
                                            : "on the way";
}

/* --- what --- */

static void add_place(const struct plan *plan, json_t *payload, int session)
{
    const struct session *s = &plan->conf.sessions.items[session];
    char time[TIME_TEXT_SIZE];
    json_t *place =
        json_pack("{s:s, s:s, s:s, s:s}", "title", plan_title(&plan->conf, session), "time",
                  time_hhmm(plan->conf.zone, s->start_us, time), "when",
                  plan_when(plan, s->start_us, s->end_us), "room", plan_room(&plan->conf, s));
    (void)json_object_update(payload, place);
    json_decref(place);
}

static const char *key_of(const struct roll *roll, const char *kind, const struct due *due,
                          int person)
{
    const struct conference *conf = &roll->plan.conf;
    const struct session *s = &conf->sessions.items[due->session];
    return arena_printf(roll->plan.arena, "%s:%lld:%lld:%lld:%lld", kind, (long long)s->id,
                        (long long)conf->persons.items[person].id, (long long)s->start_us,
                        (long long)due->n_call);
}

static int call_person(struct roll *roll, const struct due *due, const struct quorum_person *p)
{
    struct plan *plan = &roll->plan;
    const struct contact *contact = plan_contact(plan, p->person, NOTICE_HERE);
    if (contact == NULL) {
        return 0;
    }
    int64_t id = plan->conf.persons.items[p->person].id;
    json_t *payload = payload_new(plan, plan->conf.persons.items[p->person].name);
    add_place(plan, payload, due->session);
    const char *role = p->role == ROLE_LEAD      ? "lead"
                       : p->role == ROLE_SPEAKER ? "speaker"
                                                 : "key attendee";
    (void)json_object_set_new(payload, "role", json_string(role));
    (void)json_object_set_new(payload, "called", json_boolean(due->n_call > 0));
    payload_link(plan, payload, "here", TOKEN_HERE, plan->conf.sessions.items[due->session].id, id);
    payload_link(plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    *vec_add(plan->arena, &roll->called) = (struct call){due->session, p->person};
    return plan_send(plan, NOTICE_HERE, p->person, contact, key_of(roll, "here", due, p->person),
                     arena_printf(plan->arena, "here:%lld:%lld",
                                  (long long)plan->conf.sessions.items[due->session].id,
                                  (long long)id),
                     payload);
}

static int send_list(struct roll *roll, const struct due *due, const struct quorum_track *list,
                     int lead)
{
    struct plan *plan = &roll->plan;
    const struct contact *contact = plan_contact(plan, lead, NOTICE_ROLL);
    if (contact == NULL) {
        return 0;
    }
    json_t *payload = payload_new(plan, plan->conf.persons.items[lead].name);
    json_t *missing = json_array();
    int n_here = 0;
    add_place(plan, payload, due->session);
    for (size_t i = 0; i < list->persons.n; i++) {
        const struct quorum_person *p = &list->persons.items[i];
        bool is_in = is_here(roll, due->session, p->person);
        n_here += is_in && p->strength == STRENGTH_MUST;
        if (p->person >= 0 && p->person != lead && !is_in) {
            (void)json_array_append_new(
                missing, json_pack("{s:s, s:s}", "name", plan->conf.persons.items[p->person].name,
                                   "state", state_of(roll, due->session, p)));
        }
    }
    (void)json_object_set_new(payload, "missing", missing);
    (void)json_object_set_new(payload, "n_wanted", json_integer(list->n_must));
    (void)json_object_set_new(payload, "n_here", json_integer(n_here));
    (void)json_object_set_new(payload, "needed", json_integer(list->needed));
    const struct session *s = &plan->conf.sessions.items[due->session];
    payload_link(plan, payload, "lead", TOKEN_LEAD, plan->conf.tracks.items[s->track].id,
                 plan->conf.persons.items[lead].id);
    const char *board =
        json_string_value(json_object_get(json_object_get(payload, "links"), "lead"));
    (void)json_object_set_new(json_object_get(payload, "links"), "roll",
                              json_sprintf("%s/roll?session=%lld", board, (long long)s->id));
    return plan_send(plan, NOTICE_ROLL, lead, contact, key_of(roll, "roll", due, lead),
                     arena_printf(plan->arena, "roll:%lld", (long long)s->id), payload);
}

/* A block's leads get the list instead of the question; they know where they are. */
static int call_session(struct roll *roll, const struct due *due)
{
    const struct quorum_track *list = quorum_find(&roll->quorum, &roll->plan.conf, due->session);
    bool is_block = roll->plan.conf.sessions.items[due->session].kind == SESSION_BLOCK;
    for (size_t i = 0; list != NULL && i < list->persons.n; i++) {
        const struct quorum_person *p = &list->persons.items[i];
        int r = 0;
        if (is_block && p->role == ROLE_LEAD && p->person >= 0) {
            r = due->n_call > 0 ? 0 : send_list(roll, due, list, p->person);
        } else if (is_to_be_called(roll, due, p) && !is_called(roll, due->session, p->person)) {
            r = call_person(roll, due, p);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int call_all(struct roll *roll, const struct rows *rows)
{
    struct plan *plan = &roll->plan;
    for (int i = 0; i < rows->n; i++) {
        const struct due due = {conference_index_session(&plan->conf, rows_int(rows, i, 0)),
                                rows_int(rows, i, 1)};
        int r = due.session < 0 ? 0 : call_session(roll, &due);
        if (r < 0) {
            return r;
        }
    }
    return plan_out_send(plan);
}

int plan_roll(const struct plan *base, int64_t event_id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array sessions = {0};
    struct roll roll = {.plan = *base};
    int r = find_due(&roll, event_id, &rows);
    if (r < 0 || rows.n == 0) {
        return r;
    }
    for (int i = 0; i < rows.n; i++) {
        db_array_int(&sessions, rows_int(&rows, i, 0));
    }
    if ((r = load_people(&roll, event_id, &sessions)) != 0 ||
        (r = load_presence(&roll, event_id, &sessions)) < 0) {
        return r < 0 ? r : 0; /* > 0: the event is gone */
    }
    quorum_count(&roll.plan.conf, &roll.plan.clashes, roll.plan.arena, &roll.quorum);
    return call_all(&roll, &rows);
}
