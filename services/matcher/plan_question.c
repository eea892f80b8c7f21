/* The question: will you be where you are wanted, and when wanted twice at once, where? */
#include "matcher/plan_person.h"

#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"

#include <string.h>

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
static void look_again(struct plan *plan, int person, int reminder)
{
    const struct conference *conf = &plan->conf;
    int64_t id = conf->persons.items[person].id;
    int64_t due_us = plan->now_us + setting_us(SET_REMIND_AFTER);
    plan_later(plan, STAGE_CLASH, "person", id, due_us);
    if (reminder < MAX_REMINDERS) {
        plan_later(plan, STAGE_PLAN, "person", id, due_us);
        return;
    }
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *mention = &conf->mentions.items[i];
        if (mention->person == person && mention->track >= 0) {
            plan_later(plan, STAGE_PLAN, "track", conf->tracks.items[mention->track].id, due_us);
        }
    }
}

/* What tells this question from every other one to the same person: it follows that one. */
static const char *question_key(const struct plan *plan, int64_t id, const char *facts,
                                int reminder, const struct report *last)
{
    return arena_printf(plan->arena, "question:%lld:%lld:%s:%d", (long long)id,
                        last == NULL ? 0LL : (long long)last->sent_at_us,
                        plan_hash(plan->arena, facts), reminder);
}

static json_t *question_payload(const struct plan *plan, int person, const struct question *q,
                                int reminder)
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
    return payload;
}

/* When these facts were first asked about counts from now, unless it is a reminder of them. */
static void note_asked(struct plan *plan, int person, const char *facts, const struct report *last)
{
    if (last == NULL || strcmp(last->facts, facts) != 0) {
        plan->conf.persons.items[person].asked_us = plan->now_us;
    }
    plan->readers[person].is_silent = false;
    plan->has_asked = true;
}

static int send_question(struct plan *plan, int person, const struct contact *contact,
                         const struct question *q, int reminder, const struct report *last)
{
    int64_t id = plan->conf.persons.items[person].id;
    const char *facts = arena_strdup(plan->arena, str_text(&q->facts));
    int r = plan_send(plan, NOTICE_QUESTION, person, contact,
                      question_key(plan, id, facts, reminder, last),
                      arena_printf(plan->arena, "question:%lld", (long long)id),
                      question_payload(plan, person, q, reminder));
    if (r < 0 || (r = plan_report_save(plan, NOTICE_QUESTION, id, "", facts, reminder + 1)) < 0) {
        return r;
    }
    note_asked(plan, person, facts, last);
    look_again(plan, person, reminder);
    return 0;
}

/* A session counts as told only when the question that names it goes out. */
int plan_question(struct plan *plan, int person, struct told_list *told)
{
    const struct report *last = plan->readers[person].last[NOTICE_QUESTION];
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
