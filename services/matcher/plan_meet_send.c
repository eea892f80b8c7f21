/* The messages of an introduction: the question, which says nothing of who it is, and who it is. */
#include "base/token.h"
#include "matcher/plan_meet.h"

#include <string.h>

const char *meet_place(const struct conference *conf, const struct meet_slot *slot,
                       struct arena *arena)
{
    const char *room = slot->room < 0 ? "" : conf->rooms.items[slot->room].name;
    if (slot->break_id < 0) {
        return room[0] == '\0' ? "" : arena_printf(arena, "at the door of %s", room);
    }
    const char *title = conf->sessions.items[slot->break_id].title;
    return room[0] == '\0' ? title : arena_printf(arena, "%s, %s", title, room);
}

/* Messages of one introduction share a thread, by which they are found when it is taken back. */
static const char *thread_of(const struct meeting *m, const struct meet_row *row)
{
    return arena_printf(m->plan.arena, "meet:%lld", (long long)row->id);
}

static void add_slot(const struct meeting *m, json_t *payload, const struct meet_row *row)
{
    (void)json_object_set_new(payload, "when",
                              json_string(plan_when(&m->plan, row->start_us, row->end_us)));
    (void)json_object_set_new(payload, "place", json_string(row->place));
    (void)json_object_set_new(payload, "on_line", json_boolean(row->is_on_line));
}

static const char *about(const struct meeting *m, const struct meet_row *row, bool for_b)
{
    return for_b ? meet_about_a(row->link, row->topics_b, m->plan.arena)
                 : meet_about_b(row->link, row->topics_a, m->plan.arena);
}

static json_t *new_payload(const struct meeting *m, const struct meet_row *row, bool for_b,
                           int person)
{
    int64_t id = m->plan.conf.persons.items[person].id;
    json_t *payload = payload_new(&m->plan, m->plan.conf.persons.items[person].name);
    (void)json_object_set_new(payload, "about", json_string(about(m, row, for_b)));
    add_slot(m, payload, row);
    payload_link(&m->plan, payload, "agenda", TOKEN_AGENDA, id, id);
    payload_link(&m->plan, payload, "unsubscribe", TOKEN_UNSUBSCRIBE, id, id);
    return payload;
}

int meet_send_question(struct meeting *m, const struct meet_row *row, bool is_second)
{
    struct plan *plan = &m->plan;
    int64_t id = is_second ? row->person_b : row->person_a;
    int person = conference_index_person(&plan->conf, id);
    const struct contact *contact = plan_contact(plan, person, NOTICE_MEET);
    json_t *payload = new_payload(m, row, is_second, person);
    char until[TIME_TEXT_SIZE];
    (void)time_short(plan->conf.zone, is_second ? row->lapses_us : row->until_a_us, until);
    (void)json_object_set_new(payload, "until", json_string(until));
    (void)json_object_set_new(payload, "second", json_boolean(is_second));
    payload_link(plan, payload, "meet", TOKEN_MEET, row->id, id);
    const char *key =
        arena_printf(plan->arena, "meet:%lld:%c", (long long)row->id, is_second ? 'b' : 'a');
    return plan_send(plan, NOTICE_MEET, person, contact, key, thread_of(m, row), payload);
}

/* The time as an entry of the reader's calendar. */
static void add_calendar(const struct meeting *m, json_t *payload, const struct meet_row *row,
                         int64_t person_id, const char *other, const char *why)
{
    const struct plan *plan = &m->plan;
    if (row->start_us == 0) {
        return;
    }
    const char *uid = arena_printf(plan->arena, "%s.m%lld.p%lld@%s", plan->conf.slug,
                                   (long long)row->id, (long long)person_id, plan->domain);
    json_t *entry = json_pack("{s:s, s:i, s:I, s:I, s:I, s:s, s:s, s:s, s:s, s:b}", "uid", uid,
                              "sequence", 0, "stamp_us", (json_int_t)plan->now_us, "start_us",
                              (json_int_t)row->start_us, "end_us", (json_int_t)row->end_us,
                              "summary", arena_printf(plan->arena, "Meet %s", other), "location",
                              row->place, "description", why, "url", "", "cancelled", 0);
    (void)json_array_append_new(json_object_get(payload, "calendar"), entry);
}

/* The address that the person gives away; "" = none. */
static const char *given_address(const struct meeting *m, int person)
{
    const struct contact *contact = plan_contact(&m->plan, person, NOTICE_INTRODUCTION);
    return m->shares[person] && contact != NULL ? contact->address : "";
}

static int introduce_to(struct meeting *m, const struct meet_row *row, bool to_b)
{
    struct plan *plan = &m->plan;
    int64_t id = to_b ? row->person_b : row->person_a;
    int person = conference_index_person(&plan->conf, id);
    int other = conference_index_person(&plan->conf, to_b ? row->person_a : row->person_b);
    const char *name = plan->conf.persons.items[other].name;
    const char *why = arena_printf(plan->arena, "%s %s", name, about(m, row, to_b));
    json_t *payload = new_payload(m, row, to_b, person);
    (void)json_object_set_new(payload, "name", json_string(name));
    (void)json_object_set_new(payload, "contact", json_string(given_address(m, other)));
    (void)json_object_set_new(payload, "gave", json_boolean(given_address(m, person)[0] != '\0'));
    add_calendar(m, payload, row, id, name, why);
    const char *key =
        arena_printf(plan->arena, "introduction:%lld:%lld", (long long)row->id, (long long)id);
    return plan_send(plan, NOTICE_INTRODUCTION, person,
                     plan_contact(plan, person, NOTICE_INTRODUCTION), key, thread_of(m, row),
                     payload);
}

int meet_send_introductions(struct meeting *m, const struct meet_row *row)
{
    int r = introduce_to(m, row, false);
    return r < 0 ? r : introduce_to(m, row, true);
}
