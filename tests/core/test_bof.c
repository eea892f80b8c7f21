/* bof: what many care about and no session serves; a planted cluster, and none. */
#include "support/testing.h"

#include "core/bof.h"

#include <stdio.h>
#include <string.h>

#define DAY (1765411200 * SECOND_US) /* 2025-12-11T00:00:00Z */

static void add_people(struct conference *conf, struct arena *arena, int n, const char *interests,
                       bool wants_introductions)
{
    for (int i = 0; i < n; i++) {
        int person = (int)conf->persons.n;
        struct person *p = conference_add_person(conf, arena);
        p->name = arena_printf(arena, "P%d", person);
        p->wants_introductions = wants_introductions;
        struct registrant *r = conference_add_registrant(conf, arena);
        r->interests = interests;
        r->person = person;
    }
}

static int add_session(struct conference *conf, struct arena *arena, const char *title,
                       const char *abstract)
{
    struct session *session = conference_add_session(conf, arena);
    session->key = session->title = title;
    session->abstract = abstract;
    return (int)conf->sessions.n - 1;
}

static struct bof_ideas find(const struct conference *conf, int min_people, struct arena *arena)
{
    struct meet_terms *terms = arena_alloc(arena, sizeof *terms);
    struct bof_ideas ideas;
    struct bof_options options = {.min_people = min_people};
    meet_terms_build(conf, arena, terms);
    bof_find(conf, terms, &options, arena, &ideas);
    return ideas;
}

static const struct idea_case {
    const char *name;
    int n_people; /* with these interests, beside thirty who care about eBPF */
    const char *interests;
    const char *title; /* a session beside "eBPF verifier"; NULL = none */
    const char *abstract;
    const char *expected; /* topics, separated by "; " */
    int min_people;
} idea_cases[] = {
    {"what nobody speaks about", 6, "screen readers; accessibility", NULL, "",
     "accessibility, screen readers", 5},
    {"four people could be recognised", 4, "screen readers; accessibility", NULL, "", "", 5},
    {"and no setting shows them", 4, "screen readers; accessibility", NULL, "", "", 2},
    {"a larger group may be asked for", 6, "screen readers; accessibility", NULL, "", "", 7},
    {"a session about it serves it", 6, "screen readers", "Screen readers on the desktop", "", "",
     5},
    {"a session that says it once serves it", 6, "screen readers", "The desktop",
     "Panels, portals and screen readers.", "", 5},
    {"its words far from one another do not", 6, "screen readers", "The desktop",
     "A screen for all readers of mail.", "screen readers", 5},
    {"a session that says it in full serves the short form", 6, "QDR, eBPF",
     "Quick Dump Relay (QDR)", "The Quick Dump Relay", "", 5},
    {"what is cared about and served is no idea", 0, "", NULL, "", "", 5},
};

static void unserved_interests_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof idea_cases / sizeof idea_cases[0]; i++) {
        const struct idea_case *c = &idea_cases[i];
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct conference conf;
        conference_init(&conf);
        add_people(&conf, arena, 30, "eBPF", false);
        add_people(&conf, arena, c->n_people, c->interests, false);
        add_session(&conf, arena, "eBPF verifier", "What the verifier of eBPF accepts.");
        if (c->title != NULL) {
            add_session(&conf, arena, c->title, c->abstract);
        }
        struct bof_ideas ideas = find(&conf, c->min_people, arena);
        const char *found = "";
        for (size_t k = 0; k < ideas.items.n; k++) {
            found =
                arena_printf(arena, "%s%s%s", found, k > 0 ? "; " : "", ideas.items.items[k].topic);
        }
        if (strcmp(found, c->expected) != 0) {
            fail_msg("%s: found \"%s\"", c->name, found);
        }
    }
}

static void terms_of_the_same_people_are_one_idea(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    add_people(&conf, arena, 30, "eBPF", false);
    add_people(&conf, arena, 6, "accessibility, braille", false);
    add_people(&conf, arena, 3, "braille", true);
    add_people(&conf, arena, 7, "typography", false);
    add_people(&conf, arena, 2, "typography", true);
    add_session(&conf, arena, "eBPF verifier", "");
    struct bof_ideas ideas = find(&conf, 5, arena);
    assert_int_equal(ideas.items.n, 2);
    assert_string_equal(ideas.items.items[0].topic, "braille, accessibility");
    assert_int_equal(ideas.items.items[0].people.n, 9);
    assert_int_equal(ideas.items.items[0].leaders.n, 6); /* who care about both */
    assert_int_equal(ideas.items.items[0].leaders.items[0], 30);
    assert_string_equal(ideas.items.items[1].topic, "typography");
    assert_int_equal(ideas.items.items[1].leaders.n, 2); /* of one term: who opted in */
    assert_true(conf.persons.items[ideas.items.items[1].leaders.items[0]].wants_introductions);
    int sample[4];
    assert_int_equal(bof_sample(&ideas.items.items[0], 4, sample), 4);
    assert_int_equal(sample[0], 30);
    assert_int_equal(sample[3], 36);
}

static void an_empty_conference_has_no_ideas(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    assert_int_equal(find(&conf, 5, arena).items.n, 0);
}

/* --- slots --- */

static void add_slot(struct conference *conf, struct arena *arena, int from_min, int to_min,
                     int room, enum session_kind kind)
{
    int i = add_session(conf, arena, arena_printf(arena, "s%zu", conf->sessions.n), "");
    struct session *session = &conf->sessions.items[i];
    session->start_us = DAY + from_min * MINUTE_US;
    session->end_us = DAY + to_min * MINUTE_US;
    session->room = room;
    session->kind = kind;
}

static const struct slot_case {
    const char *name;
    bool has_open_slot;   /* 13:00 to 14:00 in room 1 */
    const char *plans;    /* one letter per person: session of their plan, '-' = none */
    int64_t now_min;      /* 0 = the event is over */
    const char *expected; /* "FROM ROOM FREE"; "none" */
} slot_cases[] = {
    {"in the gap of a room when most have nothing", false, "aa-", 0, "600 0 3"},
    {"an open slot before a gap as good", true, "aab", 0, "780 1 3"},
    {"not when it has passed", true, "aab", 790, "none"},
    {"the time when most are free", false, "bbc", 0, "540 1 3"},
};

/* a 9:00-10:00 in room 0; b 10:00-11:00 in room 1; c 11:00-12:00 in rooms 1; d the end, 14:00. */
static const char *slot_text(const struct slot_case *c, struct arena *arena)
{
    struct conference conf;
    struct bof_person people[3];
    struct bof_slot slot;
    conference_init(&conf);
    add_people(&conf, arena, 3, "", false);
    for (int i = 0; i < 2; i++) {
        struct room *room = conference_add_room(&conf, arena);
        room->name = i == 0 ? "R0" : "R1";
        room->capacity = i == 0 ? 50 : 100;
    }
    add_slot(&conf, arena, 540, 600, 0, SESSION_TALK);
    add_slot(&conf, arena, 600, 660, 1, SESSION_TALK);
    add_slot(&conf, arena, 660, 720, 1, SESSION_TALK);
    add_slot(&conf, arena, 720, 840, 0, SESSION_TALK);
    if (c->has_open_slot) {
        add_slot(&conf, arena, 780, 840, 1, SESSION_OPEN_SLOT);
    }
    for (size_t i = 0; i < 3; i++) {
        struct agenda *agenda = arena_alloc(arena, sizeof *agenda);
        if (c->plans[i] != '-') {
            vec_add(arena, &agenda->entries)->session = c->plans[i] - 'a';
        }
        people[i] = (struct bof_person){(int)i, agenda};
    }
    bof_slot_find(&conf, people, 3, 30, c->now_min == 0 ? 0 : DAY + c->now_min * MINUTE_US, arena,
                  &slot);
    return slot.start_us == 0
               ? "none"
               : arena_printf(arena, "%lld %d %d", (long long)((slot.start_us - DAY) / MINUTE_US),
                              slot.room, slot.n_free);
}

static void slots_are_free_for_most(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slot_cases / sizeof slot_cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        const char *found = slot_text(&slot_cases[i], arena);
        if (strcmp(found, slot_cases[i].expected) != 0) {
            fail_msg("%s: found %s, expected %s", slot_cases[i].name, found,
                     slot_cases[i].expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unserved_interests_are_found),
        cmocka_unit_test(terms_of_the_same_people_are_one_idea),
        cmocka_unit_test(an_empty_conference_has_no_ideas),
        cmocka_unit_test(slots_are_free_for_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
