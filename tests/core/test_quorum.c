#include "support/testing.h"

#include "base/clock.h"
#include "core/quorum.h"

#include <math.h>
#include <string.h>

/* One MC "Rust" with a block, and "Live Update" with one at the same time. */
struct fixture {
    struct arena *arena;
    struct conference conf;
};

static int add_mc(struct fixture *f, const char *title)
{
    struct track *track = conference_add_track(&f->conf, f->arena);
    track->key = track->title = title;
    track->kind = TRACK_MC;
    track->quorum = QUORUM_ALL;
    struct session *block = conference_add_session(&f->conf, f->arena);
    block->key = block->title = title;
    block->kind = SESSION_BLOCK;
    block->track = (int)f->conf.tracks.n - 1;
    block->start_us = 10 * HOUR_US;
    block->end_us = 13 * HOUR_US;
    return block->track;
}

static int add_person(struct fixture *f, const char *name, int track)
{
    conference_add_person(&f->conf, f->arena)->name = name;
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->role = ROLE_KEY_ATTENDEE;
    mention->name = name;
    mention->track = track;
    mention->person = (int)f->conf.persons.n - 1;
    return mention->person;
}

static struct registrant *enrol(struct fixture *f, int person, enum registration_status status,
                                enum attendance attendance)
{
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->person = person;
    registrant->status = status;
    registrant->attendance = attendance;
    return registrant;
}

static void reply(struct fixture *f, int person, int track, enum reply reply, int64_t at_us)
{
    *vec_add(f->arena, &f->conf.answers) = (struct answer){.person = person,
                                                           .track = track,
                                                           .session = -1,
                                                           .reply = reply,
                                                           .not_before_min = 14 * 60,
                                                           .at_us = at_us};
}

static struct quorum count(struct fixture *f)
{
    struct requirements requirements;
    struct clashes clashes;
    struct quorum quorum;
    struct clash_options options = {.only_person = -1,
                                    .has_registrants = f->conf.registrants.n > 0};
    requirements_build(&f->conf, f->arena, &requirements);
    clash_find(&f->conf, &requirements, &options, f->arena, &clashes);
    quorum_count(&f->conf, &clashes, f->arena, &quorum);
    return quorum;
}

static struct fixture fixture_new(struct arena *arena)
{
    struct fixture f = {.arena = arena};
    conference_init(&f.conf);
    return f;
}

/* --- the probability --- */

/* Adds up the probability of each of the 2^n outcomes. */
static double by_all_outcomes(const double *p, int n, int k)
{
    double sum = 0;
    for (unsigned set = 0; set < 1U << n; set++) {
        double product = 1;
        for (int i = 0; i < n; i++) {
            product *= (set >> i & 1) != 0 ? p[i] : 1 - p[i];
        }
        sum += __builtin_popcount(set) >= k ? product : 0;
    }
    return sum;
}

static void the_chance_of_k_of_n_is_the_sum_over_all_subsets(void **state)
{
    (void)state;
    static const double p[] = {0.97, 0.85, 0.15, 0.02, 0.5, 1, 0, 0.7, 0.33, 0.6};
    for (int n = 0; n <= 10; n++) {
        for (int k = -1; k <= n + 1; k++) {
            double exact = by_all_outcomes(p, n, k);
            assert_true(fabs(quorum_at_least(p, n, k) - exact) < 1e-12);
        }
    }
}

/* --- counting --- */

static const struct {
    const char *name;
    bool has_registrant;
    enum registration_status status;
    enum attendance attendance;
    int reply; /* -1 = none */
    double chance;
    const char *says;
} standings[] = {
    {"Ann", true, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON, REPLY_YES, 0.97,
     "registered, in person, said yes"},
    {"Bob", true, REGISTRATION_CONFIRMED, ATTENDANCE_UNKNOWN, -1, 0.85,
     "registered, in person, no answer yet"},
    {"Cat", true, REGISTRATION_CONFIRMED, ATTENDANCE_REMOTE, -1, 0.70,
     "registered, remote, no answer yet"},
    {"Dan", false, REGISTRATION_CONFIRMED, ATTENDANCE_UNKNOWN, -1, 0.15,
     "not registered, no answer yet"},
    {"Eve", true, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON, REPLY_NO, 0.02,
     "registered, in person, said no"},
    {"Fay", true, REGISTRATION_WAITING, ATTENDANCE_IN_PERSON, -1, 0.40,
     "on the waiting list, no answer yet"},
    {"Gus", true, REGISTRATION_CANCELLED, ATTENDANCE_IN_PERSON, -1, 0.03,
     "cancelled, no answer yet"},
};

static void each_standing_is_counted_and_said(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    for (size_t i = 0; i < 7; i++) {
        int person = add_person(&f, standings[i].name, rust);
        if (standings[i].has_registrant) {
            enrol(&f, person, standings[i].status, standings[i].attendance);
        }
        if (standings[i].reply >= 0) {
            reply(&f, person, rust, (enum reply)standings[i].reply, 1);
        }
    }
    f.conf.tracks.items[rust].quorum = 3;
    struct quorum quorum = count(&f);
    assert_int_equal(quorum.tracks.n, 1);
    const struct quorum_track *track = &quorum.tracks.items[0];
    assert_int_equal(track->persons.n, 7);
    double chances[7];
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(track->persons.items[i].state, standings[i].says);
        assert_true(fabs(track->persons.items[i].chance - standings[i].chance) < 1e-9);
        chances[i] = track->persons.items[i].chance;
    }
    assert_int_equal(track->n_must, 7);
    assert_int_equal(track->n_registered, 4);
    assert_int_equal(track->n_in_person, 3);
    assert_int_equal(track->n_yes, 1);
    assert_int_equal(track->n_no, 1);
    assert_int_equal(track->n_free, 7);
    assert_int_equal(track->needed, 3);
    assert_true(track->is_quorate);
    assert_true(fabs(track->chance - by_all_outcomes(chances, 7, 3)) < 1e-12);
    assert_string_equal(track->causes,
                        "1 of 7 said no: Eve; 1 of 7 cancelled: Gus; 1 of 7 not registered: Dan; "
                        "1 of 7 on the waiting list: Fay; 2 of 7 without an answer: Bob, Cat; "
                        "1 of 7 remote: Cat");
}

static void causes_name_who_is_missing_and_where_they_are_needed(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    int live = add_mc(&f, "Live Update");
    (void)add_person(&f, "Ann", rust);
    (void)add_person(&f, "Bob", rust);
    int carl = add_person(&f, "Carl", rust);
    enrol(&f, carl, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    struct mention *mention = conference_add_mention(&f.conf, arena);
    mention->role = ROLE_LEAD;
    mention->name = "C.";
    mention->track = live;
    mention->person = carl;
    struct quorum quorum = count(&f);
    assert_int_equal(quorum.tracks.n, 2);
    const struct quorum_track *track = &quorum.tracks.items[0];
    assert_string_equal(track->causes, "2 of 3 not registered: Ann, Bob; Carl is needed in Live "
                                       "Update at the same time");
    assert_false(track->persons.items[2].is_free);
    assert_string_equal(track->persons.items[2].needed_in, "Live Update");
    assert_true(fabs(track->persons.items[2].chance - 0.85 / 2) < 1e-9);
    assert_false(track->is_quorate);
    assert_string_equal(quorum.tracks.items[1].persons.items[0].needed_in, "Rust");
    assert_int_equal(quorum.tracks.items[1].persons.items[0].role, ROLE_LEAD);
    /* Carl decides: one room has him, the other does not. */
    *vec_add(arena, &f.conf.choices) = (struct choice){carl, 1, 0, 5};
    quorum = count(&f);
    assert_true(quorum.tracks.items[1].persons.items[0].is_free);
    assert_true(quorum.tracks.items[1].is_quorate);
    assert_false(quorum.tracks.items[0].persons.items[2].is_free);
    assert_true(quorum.tracks.items[0].persons.items[2].chance < 1e-9);
}

static void the_latest_and_closest_answer_counts(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    int ann = add_person(&f, "Ann", rust);
    enrol(&f, ann, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    reply(&f, ann, rust, REPLY_NO, 2);
    reply(&f, ann, rust, REPLY_YES, 1);
    reply(&f, ann, -1, REPLY_REMOTE, 9);
    struct quorum quorum = count(&f);
    assert_int_equal(quorum.tracks.items[0].persons.items[0].reply, REPLY_NO);
    reply(&f, ann, rust, REPLY_NOT_BEFORE, 3);
    quorum = count(&f);
    const struct quorum_person *person = &quorum.tracks.items[0].persons.items[0];
    assert_int_equal(person->reply, REPLY_NOT_BEFORE);
    /* The block is over at 13:00. */
    assert_string_equal(person->state,
                        "registered, in person, not before 14:00, away for part of the time");
    assert_false(person->is_free);
    assert_true(person->chance < 1e-9);
}

static void an_ambiguous_name_is_a_seat_that_nobody_fills(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    enrol(&f, add_person(&f, "Ann", rust), REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    for (int i = 0; i < 2; i++) {
        struct mention *mention = conference_add_mention(&f.conf, arena);
        mention->role = ROLE_KEY_ATTENDEE;
        mention->name = "Palmer";
        mention->track = rust;
        mention->status = RESOLUTION_AMBIGUOUS;
    }
    struct quorum quorum = count(&f);
    const struct quorum_track *track = &quorum.tracks.items[0];
    assert_int_equal(track->n_must, 2);
    assert_int_equal(track->persons.items[1].person, -1);
    assert_string_equal(track->persons.items[1].state, "a lead must say who this is");
    assert_string_equal(track->causes, "1 of 2 not identified: Palmer");
    assert_false(track->is_quorate);
}

static void only_must_people_count_and_leads_come_first(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    (void)add_mc(&f, "Nobody asked for");
    (void)add_person(&f, "Ann", rust);
    (void)add_person(&f, "Bob", rust);
    (void)add_person(&f, "Zoe", rust);
    f.conf.mentions.items[0].strength = STRENGTH_WOULD_LIKE;
    f.conf.mentions.items[1].strength = STRENGTH_SHOULD;
    f.conf.mentions.items[2].role = ROLE_LEAD;
    for (int i = 0; i < 3; i++) {
        enrol(&f, i, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    }
    struct quorum quorum = count(&f);
    assert_int_equal(quorum.tracks.n, 1);
    const struct quorum_track *track = &quorum.tracks.items[0];
    assert_int_equal(track->persons.items[0].person, 2);
    assert_int_equal(track->persons.items[1].person, 1);
    assert_int_equal(track->persons.items[2].person, 0);
    assert_int_equal(track->n_must, 1);
    assert_int_equal(track->needed, 1);
    assert_true(track->is_quorate);
    assert_string_equal(track->causes, "");
}

static void without_a_list_of_registrants_nobody_is_called_missing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    (void)add_person(&f, "Ann", add_mc(&f, "Rust"));
    struct quorum quorum = count(&f);
    assert_string_equal(quorum.tracks.items[0].causes, "no list of registrants yet");
    assert_string_equal(quorum.tracks.items[0].persons.items[0].state,
                        "registration not known, no answer yet");
    struct quorum_passes passes;
    quorum_passes(&f.conf, &quorum, 5, arena, &passes);
    assert_int_equal(passes.items.n, 0);
}

static void an_empty_conference_has_no_quorum(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    assert_int_equal(count(&f).tracks.n, 0);
}

static void passes_go_to_whom_most_microconferences_need(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    int live = add_mc(&f, "Live Update");
    f.conf.sessions.items[1].start_us += 24 * HOUR_US;
    f.conf.sessions.items[1].end_us += 24 * HOUR_US;
    enrol(&f, add_person(&f, "Ann", rust), REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    int bob = add_person(&f, "Bob", rust);
    int cat = add_person(&f, "Cat", live);
    int dan = add_person(&f, "Dan", live);
    struct mention *mention = conference_add_mention(&f.conf, arena);
    mention->role = ROLE_KEY_ATTENDEE;
    mention->track = live;
    mention->person = bob;
    f.conf.tracks.items[live].quorum = 1;
    reply(&f, dan, live, REPLY_NO, 1);
    struct quorum quorum = count(&f);
    struct quorum_passes passes;
    quorum_passes(&f.conf, &quorum, 5, arena, &passes);
    assert_int_equal(passes.items.n, 2);
    assert_int_equal(passes.items.items[0].person, bob);
    assert_int_equal(passes.items.items[0].n_raised, 2);
    assert_string_equal(passes.items.items[0].why,
                        "Rust from 13% to 72%; Live Update from 29% to 88%");
    assert_int_equal(passes.items.items[1].person, cat);
    assert_int_equal(passes.items.items[1].n_raised, 0);
    quorum_passes(&f.conf, &quorum, 1, arena, &passes);
    assert_int_equal(passes.items.n, 1);
}

/* A contribution of the track's block, with a speaker. */
static int add_contribution(struct fixture *f, int track, const char *title, int64_t start_us,
                            int speaker)
{
    struct session *session = conference_add_session(&f->conf, f->arena);
    session->key = session->title = title;
    session->kind = SESSION_CONTRIBUTION;
    session->track = track;
    session->parent = track; /* blocks are made first, one for each track */
    session->start_us = start_us;
    session->end_us = start_us + HOUR_US;
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->role = ROLE_SPEAKER;
    mention->session = (int)f->conf.sessions.n - 1;
    mention->person = speaker;
    return mention->session;
}

static void a_contribution_has_a_quorum_of_its_own(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    int live = add_mc(&f, "Live Update");
    f.conf.sessions.items[live].start_us = 12 * HOUR_US; /* meets Rust from 12 to 13 */
    f.conf.sessions.items[live].end_us = 15 * HOUR_US;
    int ann = add_person(&f, "Ann", rust);
    struct mention *mention = conference_add_mention(&f.conf, arena);
    mention->role = ROLE_KEY_ATTENDEE;
    mention->track = live;
    mention->person = ann;
    enrol(&f, ann, REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    int early = add_contribution(&f, rust, "Pinning", 10 * HOUR_US, ann);
    int late = add_contribution(&f, rust, "Unpinning", 12 * HOUR_US, ann);
    mention = conference_add_mention(&f.conf, arena);
    mention->role = ROLE_KEY_ATTENDEE;
    mention->session = late;
    mention->person = add_person(&f, "Bob", live);
    struct quorum quorum = count(&f);
    assert_int_equal(quorum.tracks.n, 2);
    assert_int_equal(quorum.sessions.n, 2);
    const struct quorum_track *first = &quorum.sessions.items[0];
    const struct quorum_track *second = &quorum.sessions.items[1];
    assert_int_equal(first->session, early);
    assert_int_equal(first->track, rust);
    assert_true(first->is_quorate); /* the other block begins later */
    assert_true(fabs(first->chance - 0.85) < 1e-9);
    assert_string_equal(first->causes, "");
    assert_int_equal(second->session, late);
    assert_int_equal(second->needed, 2);
    assert_false(second->is_quorate);
    /* Ann half, as long as she has not chosen; Bob is not registered and in Live Update as well */
    assert_true(fabs(second->chance - 0.85 * 0.5 * 0.15 * 0.5) < 1e-9);
    assert_non_null(
        strstr(second->causes, "Ann and Bob are needed in Live Update at the same time"));
    assert_non_null(strstr(second->causes, "1 of 2 not registered: Bob"));
    assert_int_equal(second->rule, QUORUM_MORE_THAN_HALF);
    f.conf.sessions.items[late].quorum = 1;
    quorum = count(&f);
    assert_int_equal(quorum.sessions.items[1].needed, 1);
    assert_int_equal(quorum.sessions.items[1].rule, QUORUM_SO_MANY);
    double none = (1 - 0.85 * 0.5) * (1 - 0.15 * 0.5);
    assert_true(fabs(quorum.sessions.items[1].chance - (1 - none)) < 1e-9);
}

static void so_many_as_the_track_says_are_enough(void **state)
{
    (void)state;
    static const struct {
        int quorum;
        int needed;
        bool is_quorate;
        enum quorum_rule rule;
    } cases[] = {{0, 2, true, QUORUM_MORE_THAN_HALF}, {1, 1, true, QUORUM_SO_MANY},
                 {2, 2, true, QUORUM_SO_MANY},        {3, 3, false, QUORUM_SO_MANY},
                 {9, 3, false, QUORUM_SO_MANY},       {QUORUM_ALL, 3, false, QUORUM_EVERYBODY}};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f = fixture_new(arena);
        int rust = add_mc(&f, "Rust");
        enrol(&f, add_person(&f, "Ann", rust), REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
        enrol(&f, add_person(&f, "Bob", rust), REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
        (void)add_person(&f, "Cat", rust);
        f.conf.tracks.items[rust].quorum = cases[i].quorum;
        struct quorum quorum = count(&f);
        assert_int_equal(quorum.tracks.items[0].needed, cases[i].needed);
        assert_int_equal(quorum.tracks.items[0].rule, cases[i].rule);
        assert_int_equal(quorum.tracks.items[0].is_quorate, cases[i].is_quorate);
    }
}

static void where_all_are_needed_passes_go_where_they_bring_most_people(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct fixture f = fixture_new(arena);
    int rust = add_mc(&f, "Rust");
    for (int i = 0; i < 30; i++) { /* nobody's pass makes all thirty likely */
        enrol(&f, add_person(&f, arena_printf(arena, "One of many %d", i), rust),
              REGISTRATION_CONFIRMED, ATTENDANCE_REMOTE);
    }
    enrol(&f, add_person(&f, "Registered", rust), REGISTRATION_CONFIRMED, ATTENDANCE_IN_PERSON);
    enrol(&f, add_person(&f, "Waiting", rust), REGISTRATION_WAITING, ATTENDANCE_IN_PERSON);
    int gone = add_person(&f, "Unregistered", rust);
    struct quorum quorum = count(&f);
    struct quorum_passes passes;
    quorum_passes(&f.conf, &quorum, 5, arena, &passes);
    assert_int_equal(passes.items.n, 2);
    assert_int_equal(passes.items.items[0].person, gone);
    assert_string_equal(passes.items.items[0].why, "Rust from 22.4 to 23.1 of 33 people");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chance_of_k_of_n_is_the_sum_over_all_subsets),
        cmocka_unit_test(each_standing_is_counted_and_said),
        cmocka_unit_test(causes_name_who_is_missing_and_where_they_are_needed),
        cmocka_unit_test(the_latest_and_closest_answer_counts),
        cmocka_unit_test(an_ambiguous_name_is_a_seat_that_nobody_fills),
        cmocka_unit_test(only_must_people_count_and_leads_come_first),
        cmocka_unit_test(without_a_list_of_registrants_nobody_is_called_missing),
        cmocka_unit_test(an_empty_conference_has_no_quorum),
        cmocka_unit_test(passes_go_to_whom_most_microconferences_need),
        cmocka_unit_test(where_all_are_needed_passes_go_where_they_bring_most_people),
        cmocka_unit_test(a_contribution_has_a_quorum_of_its_own),
        cmocka_unit_test(so_many_as_the_track_says_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
