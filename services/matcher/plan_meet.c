/* Introductions: puts people together who opted in, asks one after the other, and introduces them
 * when both have said yes. Compares what is true with what the table says was done; run twice, it
 * does nothing twice. */
#include "matcher/plan_meet.h"

#include "base/settings.h"
#include "matcher/plan_person.h"

#include <stdlib.h>
#include <string.h>

#define NEW_AT_ONCE  400 /* new pairs in one transaction */
#define SPARE        2 /* pairs more than somebody may get, in case one of them has no free slot */
#define ANSWER_US    (3 * DAY_US) /* for each of the two */
#define FRUITLESS_US HOUR_US

static int load_budgets(struct meeting *m)
{
    CLEANUP(rows_done) struct rows asked = {0};
    struct plan *plan = &m->plan;
    m->budgets = arena_array(plan->arena, m->all.persons.n + 1, sizeof *m->budgets);
    int r = db_query(plan->db, "meet_load", &asked, plan->err, "i", m->all.id);
    for (int i = 0; r == 0 && i < asked.n; i++) {
        int person = conference_index_person(&m->all, rows_int(&asked, i, 0));
        if (person >= 0) {
            m->budgets[person] =
                (struct meet_budget){(int)rows_int(&asked, i, 1), (int)rows_int(&asked, i, 2)};
        }
    }
    return r;
}

static int load_due(struct meeting *m, int64_t event_id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct arena *arena = m->plan.arena;
    int r = db_query(m->plan.db, "meet_due", &rows, m->plan.err, "i", event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        *vec_add(arena, &m->due) =
            (struct meet_row){.id = rows_int(&rows, i, 0),
                              .person_a = rows_int(&rows, i, 1),
                              .person_b = rows_int(&rows, i, 2),
                              .link = (enum meet_link)meet_link_parse(rows_text(&rows, i, 3)),
                              .topics_a = rows_dup(&rows, i, 4, arena),
                              .topics_b = rows_dup(&rows, i, 5, arena),
                              .start_us = rows_int(&rows, i, 6),
                              .end_us = rows_int(&rows, i, 7),
                              .place = rows_dup(&rows, i, 8, arena),
                              .is_on_line = rows_bool(&rows, i, 9),
                              .until_a_us = rows_int(&rows, i, 10),
                              .lapses_us = rows_int(&rows, i, 11),
                              .is_agreed = strcmp(rows_text(&rows, i, 12), "agreed") == 0};
    }
    return r;
}

/* --- new pairs --- */

static int load_past(struct meeting *m, struct meet_options *options)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(m->plan.db, "meet_past", &rows, m->plan.err, "i", m->all.id);
    if (r < 0) {
        return r;
    }
    struct meet_past *past = arena_array(m->plan.arena, (size_t)rows.n, sizeof *past);
    for (int i = 0; i < rows.n; i++) {
        past[i] = (struct meet_past){conference_index_person(&m->all, rows_int(&rows, i, 0)),
                                     conference_index_person(&m->all, rows_int(&rows, i, 1))};
    }
    options->past = past;
    options->n_past = (size_t)rows.n;
    return 0;
}

/* May the person be part of one more introduction? `extra`: beyond what was counted. */
static bool has_room(const struct meeting *m, int person, int extra)
{
    int most = (int)setting_int(SET_MEET_PER_DAY);
    return m->budgets[person].n_open + extra < most;
}

/* May the person be asked today? */
static bool may_be_asked(const struct meeting *m, int person)
{
    return m->budgets[person].n_today < (int)setting_int(SET_MEET_PER_DAY);
}

/* Of the pairs found, best first, those that there is room for. */
static void choose(struct meeting *m, const struct meet_pairs *found)
{
    int *chosen = arena_array(m->plan.arena, m->all.persons.n + 1, sizeof *chosen);
    for (size_t i = 0; i < found->items.n; i++) {
        const struct meet_pair *pair = &found->items.items[i];
        if (!may_be_asked(m, pair->a) || !has_room(m, pair->a, chosen[pair->a] - SPARE) ||
            !has_room(m, pair->b, chosen[pair->b] - SPARE) || !has_room(m, pair->a, 0) ||
            !has_room(m, pair->b, 0)) {
            continue;
        }
        if (m->pairs.items.n == NEW_AT_ONCE) {
            m->has_leftover = true;
            return;
        }
        *vec_add(m->plan.arena, &m->pairs.items) = *pair;
        chosen[pair->a]++;
        chosen[pair->b]++;
    }
}

static int find_pairs(struct meeting *m)
{
    struct meet_terms terms;
    struct meet_pairs found;
    struct meet_options options = {0};
    int r = load_past(m, &options);
    if (r < 0) {
        return r;
    }
    meet_terms_build(&m->all, m->plan.arena, &terms);
    meet_find(&m->all, &terms, &options, m->plan.arena, &found);
    choose(m, &found);
    return 0;
}

/* --- the people who may get a message --- */

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

struct id_list {
    VEC(int64_t) ids;
};

static void gather_people(struct meeting *m, struct id_list *ret)
{
    for (size_t i = 0; i < m->due.n; i++) {
        *vec_add(m->plan.arena, &ret->ids) = m->due.items[i].person_a;
        *vec_add(m->plan.arena, &ret->ids) = m->due.items[i].person_b;
    }
    for (size_t i = 0; i < m->pairs.items.n; i++) {
        const struct meet_pair *pair = &m->pairs.items.items[i];
        *vec_add(m->plan.arena, &ret->ids) = m->all.persons.items[pair->a].id;
        *vec_add(m->plan.arena, &ret->ids) = m->all.persons.items[pair->b].id;
    }
    size_t kept = 0;
    if (ret->ids.n > 1) {
        qsort(ret->ids.items, ret->ids.n, sizeof *ret->ids.items, by_id);
    }
    for (size_t i = 0; i < ret->ids.n; i++) {
        if (kept == 0 || ret->ids.items[i] != ret->ids.items[kept - 1]) {
            ret->ids.items[kept++] = ret->ids.items[i];
        }
    }
    ret->ids.n = kept;
}

/* Those who still want introductions; from here on they cannot take it back before we are done. */
static int lock_willing(struct meeting *m, const struct db_array *ids)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &m->plan;
    m->is_willing = arena_array(plan->arena, plan->conf.persons.n + 1, sizeof *m->is_willing);
    int r = db_query(plan->db, "meet_lock", &rows, plan->err, "ia", plan->conf.id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            m->is_willing[person] = true;
        }
    }
    return r;
}

/* What they allow at the moment they are locked, whatever they allowed when we began. */
static int load_shares(struct meeting *m)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &m->plan;
    m->shares = arena_array(plan->arena, plan->conf.persons.n + 1, sizeof *m->shares);
    int r = db_query(plan->db, "meet_people", &rows, plan->err, "i", plan->conf.id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            m->shares[person] = rows_bool(&rows, i, 1);
        }
    }
    return r;
}

static int load_taken(struct meeting *m, const struct db_array *ids)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &m->plan;
    m->taken = arena_array(plan->arena, plan->conf.persons.n + 1, sizeof *m->taken);
    m->agendas = arena_array(plan->arena, plan->conf.persons.n + 1, sizeof *m->agendas);
    int r = db_query(plan->db, "meet_taken", &rows, plan->err, "ia", plan->conf.id, ids);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        int person = conference_index_person(&plan->conf, rows_int(&rows, i, 0));
        if (person >= 0) {
            *vec_add(plan->arena, &m->taken[person].items) = (struct meet_slot){
                .start_us = rows_int(&rows, i, 1), .end_us = rows_int(&rows, i, 2)};
        }
    }
    return r;
}

static int load_people(struct meeting *m, const struct id_list *people)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    int r = plan_load(&m->plan, m->all.id, people->ids.items, people->ids.n, false);
    for (size_t i = 0; i < people->ids.n; i++) {
        db_array_int(&ids, people->ids.items[i]);
    }
    if (r != 0 || (r = lock_willing(m, &ids)) < 0 || (r = load_shares(m)) < 0) {
        return r;
    }
    return load_taken(m, &ids);
}

/* --- what is done --- */

static struct meet_side_plan side_plan(struct meeting *m, int person)
{
    if (m->agendas[person] == NULL) {
        m->agendas[person] = arena_alloc(m->plan.arena, sizeof *m->agendas[person]);
        plan_agenda(&m->plan, person, m->agendas[person]);
    }
    return (struct meet_side_plan){person, m->agendas[person], m->taken[person].items.items,
                                   m->taken[person].items.n};
}

static int find_slot(struct meeting *m, int a, int b, struct meet_slot *ret)
{
    const struct plan *plan = &m->plan;
    struct meet_side_plan side_a = side_plan(m, a);
    struct meet_side_plan side_b = side_plan(m, b);
    bool is_over = plan->conf.end_us <= plan->now_us; /* it is being rehearsed */
    struct meet_slot_options options = {.not_before_us = is_over ? 0 : plan->now_us,
                                        .walk_between_buildings_us = setting_us(SET_WALK)};
    return meet_slot_find(&plan->conf, &side_a, &side_b, &options, plan->arena, ret);
}

/* Can the person be told now, and do they want it? */
static bool is_open_to(const struct meeting *m, int person)
{
    return person >= 0 && m->is_willing[person] && plan_is_attending(&m->plan.conf, person) &&
           plan_contact(&m->plan, person, NOTICE_MEET) != NULL;
}

static int64_t deadline_us(const struct plan *plan, int64_t after_us)
{
    int64_t at_us = plan->now_us + after_us;
    bool is_ahead = plan->conf.end_us > plan->now_us;
    return is_ahead && plan->conf.end_us < at_us ? plan->conf.end_us : at_us;
}

static int save_pair(struct meeting *m, struct meet_row *row)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(m->plan.db, "meet_add", &rows, m->plan.err, "iiitttuutbuuu", m->all.id,
                     row->person_a, row->person_b, meet_link_name(row->link), row->topics_a,
                     row->topics_b, row->start_us, row->end_us, row->place, (int)row->is_on_line,
                     m->plan.now_us, row->until_a_us, row->lapses_us);
    row->id = r == 0 && rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    return r;
}

/* Puts the two together, unless one of them cannot be told or they are never free together. */
static int propose(struct meeting *m, const struct meet_pair *pair)
{
    struct plan *plan = &m->plan;
    int a = conference_index_person(&plan->conf, m->all.persons.items[pair->a].id);
    int b = conference_index_person(&plan->conf, m->all.persons.items[pair->b].id);
    struct meet_slot slot = {0};
    if (!has_room(m, pair->a, 0) || !has_room(m, pair->b, 0) || !may_be_asked(m, pair->a) ||
        !is_open_to(m, a) || !is_open_to(m, b) || find_slot(m, a, b, &slot) == MEET_NO_SLOT) {
        return 0;
    }
    struct meet_row row = {.person_a = plan->conf.persons.items[a].id,
                           .person_b = plan->conf.persons.items[b].id,
                           .link = pair->link,
                           .topics_a = pair->topics_a,
                           .topics_b = pair->topics_b,
                           .start_us = slot.start_us,
                           .end_us = slot.end_us,
                           .place = meet_place(&plan->conf, &slot, plan->arena),
                           .is_on_line = slot.is_on_line,
                           .until_a_us = deadline_us(plan, ANSWER_US),
                           .lapses_us = deadline_us(plan, 2 * ANSWER_US)};
    int r = save_pair(m, &row);
    if (r < 0 || row.id == 0) {
        return r;
    }
    m->n_new++;
    m->budgets[pair->a].n_today++;
    m->budgets[pair->a].n_open++;
    m->budgets[pair->b].n_open++;
    if (slot.start_us != 0) {
        *vec_add(plan->arena, &m->taken[a].items) = slot;
        *vec_add(plan->arena, &m->taken[b].items) = slot;
    }
    return meet_send_question(m, &row, false);
}

/* The first has said yes: now the second is asked, as soon as they may be asked again. */
static int ask_second(struct meeting *m, const struct meet_row *row)
{
    int person = conference_index_person(&m->all, row->person_b);
    if (person < 0 || !may_be_asked(m, person)) {
        return 0;
    }
    int r = db_query(m->plan.db, "meet_ask_second", NULL, m->plan.err, "iiu", m->all.id, row->id,
                     m->plan.now_us);
    m->budgets[person].n_today++;
    return r < 0 ? r : meet_send_question(m, row, true);
}

/* Do both still say yes? From here on a no comes too late; one that is just being said is waited
 * for by looking again when it is there. */
static int hold_agreed(struct meeting *m, const struct meet_row *row, bool *ret)
{
    CLEANUP(rows_done) struct rows held = {0};
    CLEANUP(rows_done) struct rows agreed = {0};
    struct plan *plan = &m->plan;
    int r = db_query(plan->db, "meet_hold", &held, plan->err, "ii", m->all.id, row->id);
    *ret = false;
    if (r < 0 || held.n == 0) {
        m->is_answering |= r == 0;
        return r;
    }
    r = db_query(plan->db, "meet_agreed", &agreed, plan->err, "ii", m->all.id, row->id);
    *ret = r == 0 && agreed.n > 0;
    return r;
}

/* The time may have been taken since by something else: then another. */
static int introduce(struct meeting *m, struct meet_row *row, int a, int b)
{
    struct plan *plan = &m->plan;
    struct meet_slot slot = {.start_us = row->start_us, .end_us = row->end_us};
    bool is_agreed = false;
    int r = hold_agreed(m, row, &is_agreed);
    if (r < 0 || !is_agreed) {
        return r;
    }
    for (int side = 0; side < 2; side++) { /* its own reservation is not in its way */
        struct meet_taken *taken = &m->taken[side == 0 ? a : b];
        for (size_t i = 0; i < taken->items.n; i++) {
            if (taken->items.items[i].start_us == row->start_us) {
                taken->items.items[i] = (struct meet_slot){0};
            }
        }
    }
    if (find_slot(m, a, b, &slot) == 0) {
        row->start_us = slot.start_us;
        row->end_us = slot.end_us;
        row->place = meet_place(&plan->conf, &slot, plan->arena);
        row->is_on_line = slot.is_on_line;
        *vec_add(plan->arena, &m->taken[a].items) = slot;
        *vec_add(plan->arena, &m->taken[b].items) = slot;
    }
    r = db_query(plan->db, "meet_introduce", NULL, plan->err, "iiuuutb", m->all.id, row->id,
                 plan->now_us, row->start_us, row->end_us, row->place, (int)row->is_on_line);
    return r < 0 ? r : meet_send_introductions(m, row);
}

static int follow_up(struct meeting *m, struct meet_row *row)
{
    int a = conference_index_person(&m->plan.conf, row->person_a);
    int b = conference_index_person(&m->plan.conf, row->person_b);
    if (!is_open_to(m, a) || !is_open_to(m, b)) {
        return 0;
    }
    return row->is_agreed ? introduce(m, row, a, b) : ask_second(m, row);
}

/* When somebody may be asked again, or a question lapses. */
static int look_again(struct meeting *m)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct plan *plan = &m->plan;
    int r = db_query(plan->db, "meet_next", &rows, plan->err, "i", m->all.id);
    int64_t due_us = r == 0 && rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    if (m->has_leftover) { /* when none of so many could be asked, the next look finds the same */
        due_us = m->n_new > 0 ? plan->now_us : plan->now_us + FRUITLESS_US;
    }
    if (m->is_answering && (due_us == 0 || due_us > plan->now_us + MINUTE_US)) {
        due_us = plan->now_us + MINUTE_US;
    }
    if (r == 0 && due_us != 0) {
        plan_later(plan, STAGE_PLAN, "meet", 0, due_us);
    }
    return r < 0 ? r : plan_out_send(plan);
}

static int act(struct meeting *m)
{
    struct id_list people = {0};
    gather_people(m, &people);
    int r = people.ids.n == 0 ? 0 : load_people(m, &people);
    for (size_t i = 0; r == 0 && i < m->due.n; i++) {
        r = follow_up(m, &m->due.items[i]);
    }
    for (size_t i = 0; r == 0 && i < m->pairs.items.n; i++) {
        r = propose(m, &m->pairs.items.items[i]);
    }
    return r;
}

/* How many want introductions; < 0 on failure. */
static int n_willing(const struct plan *plan, int64_t event_id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(plan->db, "meet_people", &rows, plan->err, "i", event_id);
    return r < 0 ? r : rows.n;
}

int plan_meet(const struct plan *base, int64_t event_id)
{
    struct meeting m = {.plan = *base};
    struct plan *plan = &m.plan;
    int64_t subject = 0;
    int r =
        queue_lock_subjects(plan->db, STAGE_PLAN, SUBJECT_MEET, event_id, &subject, 1, plan->err);
    if (r < 0 || (r = db_query(plan->db, "meet_absent", NULL, plan->err, "i", event_id)) < 0 ||
        (r = n_willing(plan, event_id)) < 2 || setting_int(SET_MEET_PER_DAY) == 0) {
        return r < 0 ? r : 0;
    }
    struct conference_scope scope = {.all_persons = true, .with_texts = true};
    r = conference_load_scope(plan->db, event_id, &scope, plan->arena, &m.all, plan->err);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    plan->conf.id = event_id;
    if ((r = load_due(&m, event_id)) < 0 || (r = load_budgets(&m)) < 0 ||
        (r = find_pairs(&m)) < 0 || (r = act(&m)) != 0) {
        return r < 0 ? r : 0;
    }
    return look_again(&m);
}
