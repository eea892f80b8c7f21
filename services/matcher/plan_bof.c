/* Ideas for BoFs, kept for the organisers' page. Nobody gets a message of them. */
#include "base/settings.h"
#include "core/bof.h"
#include "matcher/plan.h"
#include "matcher/plan_person.h"

#define SAMPLE      40 /* people of an idea whose plans are looked at */
#define MAX_LEADERS 5  /* kept of an idea */

enum {
    COLUMN_RANK,
    COLUMN_TOPIC,
    COLUMN_PEOPLE,
    COLUMN_LEADERS,
    COLUMN_SESSION,
    COLUMN_COVERAGE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_ROOM,
    COLUMN_FREE,
    COLUMN_ASKED,
    COLUMN_LEADER_RANK,
    COLUMN_LEADER,
    N_COLUMNS
};

/* When the idea's people are free: of a sample, with the plans that they have been told. */
static int find_slot(const struct plan *base, const struct conference *all,
                     const struct bof_idea *idea, struct bof_slot *ret, int64_t *ret_room_id,
                     size_t *ret_n)
{
    struct plan plan = *base;
    int people[SAMPLE];
    int64_t ids[SAMPLE];
    struct bof_person sample[SAMPLE];
    size_t n = bof_sample(idea, SAMPLE, people);
    for (size_t i = 0; i < n; i++) {
        ids[i] = all->persons.items[people[i]].id;
    }
    int r = plan_load(&plan, all->id, ids, n, false);
    if (r != 0) {
        return r;
    }
    for (size_t i = 0; i < plan.conf.persons.n && i < SAMPLE; i++) {
        struct agenda *agenda = arena_alloc(plan.arena, sizeof *agenda);
        plan_agenda(&plan, (int)i, agenda);
        sample[i] = (struct bof_person){(int)i, agenda};
    }
    *ret_n = plan.conf.persons.n < SAMPLE ? plan.conf.persons.n : SAMPLE;
    bof_slot_find(&plan.conf, sample, *ret_n, idea->people.n,
                  plan.conf.end_us <= plan.now_us ? 0 : plan.now_us, plan.arena, ret);
    *ret_room_id = ret->room < 0 ? 0 : plan.conf.rooms.items[ret->room].id;
    return 0;
}

/* Only those who opted in can ever be named, so only they are kept. */
static void add_leaders(struct db_array c[N_COLUMNS], const struct conference *all,
                        const struct bof_idea *idea, int64_t rank)
{
    int n = 0;
    for (size_t i = 0; i < idea->leaders.n && n < MAX_LEADERS; i++) {
        const struct person *person = &all->persons.items[idea->leaders.items[i]];
        if (person->wants_introductions) {
            db_array_int(&c[COLUMN_LEADER_RANK], rank);
            db_array_int(&c[COLUMN_LEADER], person->id);
            n++;
        }
    }
}

static int add_idea(const struct plan *base, struct db_array c[N_COLUMNS],
                    const struct conference *all, const struct bof_idea *idea, int64_t rank)
{
    struct bof_slot slot = {.room = -1};
    size_t n_asked = 0;
    int64_t room_id = 0;
    int r = find_slot(base, all, idea, &slot, &room_id, &n_asked);
    if (r != 0) {
        return r;
    }
    db_array_int(&c[COLUMN_RANK], rank);
    db_array_text(&c[COLUMN_TOPIC], idea->topic);
    db_array_int(&c[COLUMN_PEOPLE], (int64_t)idea->people.n);
    db_array_int(&c[COLUMN_LEADERS], (int64_t)idea->leaders.n);
    db_array_int_or_null(&c[COLUMN_SESSION],
                         idea->best_session < 0 ? 0 : all->sessions.items[idea->best_session].id);
    db_array_real(&c[COLUMN_COVERAGE], idea->coverage);
    db_array_us(&c[COLUMN_START], slot.start_us);
    db_array_us(&c[COLUMN_END], slot.end_us);
    db_array_int_or_null(&c[COLUMN_ROOM], room_id);
    db_array_int(&c[COLUMN_FREE], slot.n_free);
    db_array_int(&c[COLUMN_ASKED], (int64_t)n_asked);
    add_leaders(c, all, idea, rank);
    return 0;
}

static int save(const struct plan *base, int64_t event_id, const struct db_array c[N_COLUMNS])
{
    int r = db_query(base->db, "bof_clear", NULL, base->err, "i", event_id);
    if (r < 0 ||
        (r = db_query(base->db, "bof_save", NULL, base->err, "iaaaaaaaaaaa", event_id,
                      &c[COLUMN_RANK], &c[COLUMN_TOPIC], &c[COLUMN_PEOPLE], &c[COLUMN_LEADERS],
                      &c[COLUMN_SESSION], &c[COLUMN_COVERAGE], &c[COLUMN_START], &c[COLUMN_END],
                      &c[COLUMN_ROOM], &c[COLUMN_FREE], &c[COLUMN_ASKED])) < 0) {
        return r;
    }
    return db_query(base->db, "bof_leader_save", NULL, base->err, "iaa", event_id,
                    &c[COLUMN_LEADER_RANK], &c[COLUMN_LEADER]);
}

int plan_bof(const struct plan *base, int64_t event_id)
{
    struct conference all;
    struct meet_terms terms;
    struct bof_ideas ideas;
    struct bof_options options = {.min_people = (int)setting_int(SET_BOF_MIN)};
    struct conference_scope scope = {.all_persons = true, .with_texts = true};
    int64_t subject = 0;
    int r =
        queue_lock_subjects(base->db, STAGE_PLAN, SUBJECT_BOF, event_id, &subject, 1, base->err);
    if (r < 0 || (r = conference_load_scope(base->db, event_id, &scope, base->arena, &all,
                                            base->err)) != 0) {
        return r < 0 ? r : 0;
    }
    struct db_array c[N_COLUMNS] = {{{0}}};
    meet_terms_build(&all, base->arena, &terms);
    bof_find(&all, &terms, &options, base->arena, &ideas);
    for (size_t i = 0; r == 0 && i < ideas.items.n; i++) {
        r = add_idea(base, c, &all, &ideas.items.items[i], (int64_t)i + 1);
    }
    r = r < 0 ? r : save(base, event_id, c);
    db_arrays_done(c, N_COLUMNS);
    return r;
}
