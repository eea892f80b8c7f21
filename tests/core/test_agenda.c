#include "support/testing.h"

#include "core/agenda.h"

#include <stdlib.h>
#include <string.h>

#define DAY (1765411200 * SECOND_US) /* 2025-12-11T00:00:00Z */

/* A day of sessions for person 0, put together by the cases. */
struct fixture {
    struct arena *arena;
    struct conference conf;
    struct requirements requirements;
    VEC(struct match_result) matches;
    struct agenda_options options;
};

/* Rows that keep the others from everything, and must keep nobody else. */
static void add_others(struct fixture *f)
{
    for (int other = 1; other <= 2; other++) {
        conference_add_person(&f->conf, f->arena)->name = "Grace";
        struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
        registrant->person = other == 1 ? 1 : -1; /* or not resolved yet */
        registrant->arrives_us = registrant->departs_us = 1;
        *vec_add(f->arena, &f->conf.answers) = (struct answer){
            .person = other, .track = -1, .session = -1, .reply = REPLY_NO, .at_us = 9};
        *vec_add(f->arena, &f->conf.availabilities) = (struct availability){other, 1, 2};
        *vec_add(f->arena, &f->conf.stars) = (struct star){other, 0, true};
    }
}

static struct fixture *fixture_new(void)
{
    struct arena *arena = arena_new();
    struct fixture *f = arena_alloc(arena, sizeof *f);
    f->arena = arena;
    conference_init(&f->conf);
    f->options =
        (struct agenda_options){.walk_between_buildings_us = 10 * MINUTE_US, .max_missed = 10};
    struct track *track = conference_add_track(&f->conf, arena);
    track->title = "Android";
    track->kind = TRACK_MC;
    struct person *person = conference_add_person(&f->conf, arena);
    person->name = "Ada";
    static const char *const buildings[] = {"North", "North", "South"};
    for (int i = 0; i < 3; i++) {
        struct room *room = conference_add_room(&f->conf, arena);
        room->name = arena_printf(arena, "R%d", i);
        room->building = buildings[i];
    }
    add_others(f);
    return f;
}

static int add(struct fixture *f, int from_min, int to_min, int room)
{
    int n = (int)f->conf.sessions.n;
    struct session *session = conference_add_session(&f->conf, f->arena);
    session->key = arena_printf(f->arena, "s%02d", n);
    session->title = arena_printf(f->arena, "Session %d", n);
    session->start_us = DAY + from_min * MINUTE_US;
    session->end_us = DAY + to_min * MINUTE_US;
    session->room = room;
    session->track = 0;
    return n;
}

static int add_block(struct fixture *f, int from_min, int to_min, int room)
{
    int n = add(f, from_min, to_min, room);
    f->conf.sessions.items[n].kind = SESSION_BLOCK;
    return n;
}

static int add_part(struct fixture *f, int block, int from_min, int to_min)
{
    int n = add(f, from_min, to_min, f->conf.sessions.items[block].room);
    f->conf.sessions.items[n].kind = SESSION_CONTRIBUTION;
    f->conf.sessions.items[n].parent = block;
    return n;
}

static void need(struct fixture *f, int session, enum strength strength, enum reason reason)
{
    struct requirement *requirement = vec_add(f->arena, &f->requirements.items);
    *requirement = (struct requirement){
        .person = 0, .session = session, .strength = strength, .reason = reason, .mention = -1};
}

static void like(struct fixture *f, int session, double score)
{
    struct match_result *match = vec_add(f->arena, &f->matches);
    static const char *because[] = {"PCI error handling", "CXL hot-plug"};
    *match = (struct match_result){.session = session,
                                   .score = score,
                                   .because = because,
                                   .n_because = 2,
                                   .wrote = "PCIe hot-plug"};
}

static void assert_same_plan(const struct agenda *a, const struct agenda *b)
{
    assert_int_equal(a->entries.n, b->entries.n);
    for (size_t i = 0; i < a->entries.n; i++) {
        assert_int_equal(a->entries.items[i].session, b->entries.items[i].session);
        assert_string_equal(a->entries.items[i].reason, b->entries.items[i].reason);
    }
    assert_int_equal(a->missed.n, b->missed.n);
    for (size_t i = 0; i < a->missed.n; i++) {
        assert_int_equal(a->missed.items[i].session, b->missed.items[i].session);
        assert_string_equal(a->missed.items[i].why, b->missed.items[i].why);
    }
}

static struct agenda plan(struct fixture *f)
{
    struct agenda sorted; /* by whose the rows are, instead of searching them */
    struct agenda_options options = f->options;
    options.people = agenda_people_new(&f->conf, f->arena);
    agenda_plan(&f->conf, 0, &f->requirements, f->matches.items, (int)f->matches.n, &options,
                f->arena, &sorted);
    struct agenda agenda;
    agenda_plan(&f->conf, 0, &f->requirements, f->matches.items, (int)f->matches.n, &f->options,
                f->arena, &agenda);
    assert_same_plan(&sorted, &agenda);
    for (size_t i = 1; i < agenda.entries.n; i++) {
        const struct session *before = &f->conf.sessions.items[agenda.entries.items[i - 1].session];
        const struct session *after = &f->conf.sessions.items[agenda.entries.items[i].session];
        assert_true(before->end_us <= after->start_us);
    }
    return agenda;
}

static const struct agenda_entry *entry_of(const struct agenda *agenda, int session)
{
    for (size_t i = 0; i < agenda->entries.n; i++) {
        if (agenda->entries.items[i].session == session) {
            return &agenda->entries.items[i];
        }
    }
    return NULL;
}

static const struct agenda_missed *missed_of(const struct agenda *agenda, int session)
{
    for (size_t i = 0; i < agenda->missed.n; i++) {
        if (agenda->missed.items[i].session == session) {
            return &agenda->missed.items[i];
        }
    }
    return NULL;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, part);
    }
}

static void an_empty_day_is_empty(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 0);
    assert_int_equal(agenda.missed.n, 0);
    arena_free(f->arena);
}

static void duties_come_before_wishes(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int duty = add_block(f, 540, 720, 0);
    int wish = add(f, 600, 660, 1);
    int later = add(f, 720, 780, 1);
    need(f, duty, STRENGTH_SHOULD, REASON_KEY_ATTENDEE);
    like(f, wish, 1000);
    like(f, later, 300);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_true(agenda.entries.items[0].is_duty);
    assert_has(agenda.entries.items[0].reason, "the leads hope that you will join them");
    assert_string_equal(agenda.entries.items[1].reason,
                        "because you wrote PCIe hot-plug: PCI error handling, CXL hot-plug");
    const struct agenda_missed *missed = missed_of(&agenda, wish);
    assert_non_null(missed);
    assert_int_equal(missed->instead_of, 0);
    assert_has(missed->why, "at the same time as \"Session 0\"");
    arena_free(f->arena);
}

static void the_stronger_duty_wins_and_a_choice_wins_over_that(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int a = add_block(f, 540, 720, 0);
    int b = add_block(f, 540, 720, 1);
    need(f, a, STRENGTH_MUST, REASON_LEAD);
    need(f, b, STRENGTH_MUST, REASON_KEY_ATTENDEE);
    struct agenda agenda = plan(f);
    assert_non_null(entry_of(&agenda, a));
    assert_string_equal(entry_of(&agenda, a)->reason, "you lead this microconference");
    assert_has(missed_of(&agenda, b)->why, "which you lead");
    struct choice *choice = vec_add(f->arena, &f->conf.choices);
    *choice = (struct choice){.person = 0, .session = b, .against = a, .at_us = 10};
    agenda = plan(f);
    assert_string_equal(entry_of(&agenda, b)->reason,
                        "you are a key attendee here: nothing gets decided without you");
    assert_has(missed_of(&agenda, a)->why, "you chose \"Session 1\" over it");
    assert_int_equal(missed_of(&agenda, a)->instead_of, 0);
    choice = vec_add(f->arena, &f->conf.choices);
    *choice = (struct choice){.person = 0, .session = a, .against = b, .at_us = 20};
    agenda = plan(f);
    assert_non_null(entry_of(&agenda, a));
    assert_null(entry_of(&agenda, b));
    arena_free(f->arena);
}

static void a_talk_in_ones_own_block_is_part_of_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = add_block(f, 540, 720, 0);
    int part = add_part(f, block, 570, 600);
    need(f, block, STRENGTH_MUST, REASON_LEAD);
    need(f, part, STRENGTH_MUST, REASON_SPEAKER);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_int_equal(agenda.missed.n, 0);
    assert_has(agenda.entries.items[0].reason, "in it you speak at 09:30 on \"Session 1\"");
    arena_free(f->arena);
}

static void who_must_leave_a_block_still_gets_the_rest_of_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = add_block(f, 540, 720, 0);
    int first = add_part(f, block, 540, 600);
    int second = add_part(f, block, 600, 660);
    int third = add_part(f, block, 660, 720);
    int talk = add(f, 610, 640, 1);
    need(f, block, STRENGTH_MUST, REASON_KEY_ATTENDEE);
    need(f, talk, STRENGTH_MUST, REASON_SPEAKER);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 3);
    assert_non_null(entry_of(&agenda, first));
    assert_non_null(entry_of(&agenda, talk));
    assert_non_null(entry_of(&agenda, third));
    assert_null(entry_of(&agenda, second));
    assert_has(entry_of(&agenda, first)->reason, "part of Session 0, where you are wanted");
    assert_string_equal(entry_of(&agenda, third)->reason, "more of Session 0");
    assert_has(missed_of(&agenda, block)->why, "where you speak");
    arena_free(f->arena);
}

static void a_block_counts_with_the_talks_in_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int a = add_block(f, 540, 720, 0);
    int in_a = add_part(f, a, 600, 630);
    int b = add_block(f, 540, 720, 1);
    int in_b = add_part(f, b, 610, 640);
    for (int i = 0; i < 2; i++) {
        need(f, i == 0 ? a : b, STRENGTH_MUST, REASON_KEY_ATTENDEE);
        need(f, i == 0 ? in_a : in_b, STRENGTH_MUST, REASON_SPEAKER);
    }
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    const struct agenda_entry *entry = entry_of(&agenda, a);
    entry = entry != NULL ? entry : entry_of(&agenda, b);
    assert_non_null(entry);
    assert_has(entry->reason, "in it you speak");
    assert_int_equal(agenda.missed.n, 2);
    arena_free(f->arena);
}

static void sentences_kept_from_before_read_like_new_ones(void **state)
{
    (void)state;
    static const struct {
        const char *told;
        bool is_key;
        const char *reason;
    } cases[] = {
        {"because you wrote CXL: CXL hot-plug, pooling", false,
         "because you wrote CXL: CXL hot-plug, pooling"},
        {"because you wrote CXL: CXL hot-plug, pooling", true,
         "you are a key attendee here: nothing gets decided without you; on the table: CXL "
         "hot-plug, pooling"},
        {"because you wrote CXL", true,
         "you are a key attendee here: nothing gets decided without you; on the table: CXL"},
        {MATCH_TOLD_POPULAR "; 12 have starred it", false, "12 have starred it"},
        {MATCH_TOLD_POPULAR, false, ""},
        {MATCH_TOLD_POPULAR, true, "you are a key attendee here: nothing gets decided without you"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture *f = fixture_new();
        int session = add_block(f, 540, 720, 0);
        const char *because[] = {cases[i].told};
        struct match_result *match = vec_add(f->arena, &f->matches);
        bool is_fashion = match_fashion_detail(cases[i].told) != NULL;
        *match = (struct match_result){.session = session,
                                       .score = 2,
                                       .because = because,
                                       .n_because = 1,
                                       .basis = is_fashion ? MATCH_BY_FASHION : MATCH_AS_TOLD};
        if (cases[i].is_key) {
            need(f, session, STRENGTH_MUST, REASON_KEY_ATTENDEE);
        }
        struct agenda agenda = plan(f);
        assert_int_equal(agenda.entries.n, 1);
        assert_string_equal(agenda.entries.items[0].reason, cases[i].reason);
        /* That nothing is known is said once, above the list, and only of what rests on it. */
        assert_int_equal(strstr(agenda.note, "Nothing is known") != NULL,
                         is_fashion && !cases[i].is_key);
        arena_free(f->arena);
    }
}

static void there_is_time_to_walk(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int north = add(f, 540, 600, 0);
    int beside = add(f, 600, 660, 1);
    int south = add(f, 665, 700, 2);
    int far = add(f, 670, 700, 2);
    like(f, north, 5);
    like(f, beside, 5);
    like(f, south, 4.9);
    like(f, far, 2);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 3);
    assert_non_null(entry_of(&agenda, far));
    assert_null(entry_of(&agenda, south));
    f->options.walk_between_buildings_us = 5 * MINUTE_US;
    agenda = plan(f);
    assert_non_null(entry_of(&agenda, south));
    struct room_distance *distance = vec_add(f->arena, &f->conf.distances);
    *distance = (struct room_distance){.room_a = 0, .room_b = 1, .walk_us = MINUTE_US};
    agenda = plan(f);
    assert_null(entry_of(&agenda, north) != NULL ? entry_of(&agenda, beside) : NULL);
    arena_free(f->arena);
}

static void duties_without_time_to_walk_are_kept_with_a_warning(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int north = add(f, 540, 600, 0);
    int south = add(f, 602, 660, 2);
    need(f, north, STRENGTH_MUST, REASON_SPEAKER);
    need(f, south, STRENGTH_MUST, REASON_SPEAKER);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_has(agenda.entries.items[1].reason, "be quick, it is 10 minutes from \"Session 0\"");
    arena_free(f->arena);
}

static void nobody_is_sent_where_they_are_not(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int early = add(f, 540, 600, 0);
    int straddling = add_block(f, 600, 780, 0);
    int late = add(f, 800, 860, 0);
    like(f, early, 1);
    need(f, straddling, STRENGTH_MUST, REASON_KEY_ATTENDEE);
    like(f, late, 1);
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->person = 0;
    registrant->arrives_us = DAY + 660 * MINUTE_US;
    registrant->departs_us = DAY + 840 * MINUTE_US;
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_has(agenda.entries.items[0].reason, "you arrive Thu 11 Dec 11:00");
    assert_has(missed_of(&agenda, early)->why, "but you arrive");
    assert_int_equal(missed_of(&agenda, early)->instead_of, -1);
    assert_has(missed_of(&agenda, late)->why, "but you leave");
    arena_free(f->arena);
}

static void the_night_of_remote_people_is_theirs(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int night = add(f, 600, 660, 0);  /* 02:00 in Los Angeles */
    int evening = add(f, 60, 120, 0); /* 17:00 the day before */
    int duty = add(f, 700, 760, 0);
    like(f, evening, 1);
    like(f, night, 1);
    need(f, duty, STRENGTH_MUST, REASON_SPEAKER);
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->person = 0;
    registrant->attendance = ATTENDANCE_REMOTE;
    registrant->timezone = "America/Los_Angeles";
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_non_null(entry_of(&agenda, evening));
    assert_has(entry_of(&agenda, duty)->reason, "it is 03:40 where you are");
    assert_has(missed_of(&agenda, night)->why, "it is 02:00 where you are");
    arena_free(f->arena);
}

static void answers_are_respected(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int morning = add_block(f, 540, 700, 0);
    int afternoon = add_block(f, 800, 900, 0);
    need(f, morning, STRENGTH_MUST, REASON_KEY_ATTENDEE);
    need(f, afternoon, STRENGTH_MUST, REASON_KEY_ATTENDEE);
    struct answer *answer = vec_add(f->arena, &f->conf.answers);
    *answer = (struct answer){.person = 0,
                              .track = -1,
                              .session = -1,
                              .reply = REPLY_NOT_BEFORE,
                              .not_before_min = 840,
                              .at_us = 1};
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_has(agenda.entries.items[0].reason, "you said not before 14:00");
    assert_has(missed_of(&agenda, morning)->why, "you said not before 14:00");
    answer = vec_add(f->arena, &f->conf.answers);
    *answer =
        (struct answer){.person = 0, .track = 0, .session = -1, .reply = REPLY_NO, .at_us = 2};
    agenda = plan(f);
    assert_int_equal(agenda.entries.n, 0);
    assert_has(missed_of(&agenda, afternoon)->why, "but you said that you cannot");
    arena_free(f->arena);
}

static void stars_weigh_more_than_matches(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int starred = add(f, 540, 600, 0);
    int best = add(f, 540, 600, 1);
    like(f, best, 9);
    like(f, starred, 1);
    struct star *star = vec_add(f->arena, &f->conf.stars);
    *star = (struct star){.person = 0, .session = starred};
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_true(agenda.entries.items[0].is_starred);
    assert_has(agenda.entries.items[0].reason, "you starred it");
    assert_int_equal(agenda.entries.items[0].alternative, best);
    arena_free(f->arena);
}

static void staying_in_a_block_is_an_option(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = add_block(f, 540, 720, 0);
    int one = add_part(f, block, 540, 600);
    int two = add_part(f, block, 660, 720);
    int other = add(f, 600, 660, 1);
    like(f, one, 3);
    like(f, two, 3);
    like(f, other, 4);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 3);
    f->options.stays_in_blocks = true;
    agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_int_equal(agenda.entries.items[0].session, block);
    arena_free(f->arena);
}

/* Ranked by words that go with the interests, or halves of what was written, and so told. */
static void like_loosely(struct fixture *f, int session, double score)
{
    like(f, session, score);
    struct match_result *match = &f->matches.items[f->matches.n - 1];
    match->basis = MATCH_BY_RELATED;
    match->wrote = "priority inheritance";
}

static void a_gap_is_better_than_half_a_phrase(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int best = add(f, 540, 600, 0);
    int beside = add(f, 540, 600, 1); /* loose, at the time of the best */
    int little = add(f, 600, 660, 0);
    int loose = add(f, 660, 720, 0);
    int near = add(f, 720, 780, 0);
    int starred = add(f, 780, 840, 0);
    like(f, best, 100);
    like(f, little, 24);
    like_loosely(f, beside, 40);
    like_loosely(f, loose, 40);
    like_loosely(f, near, 60);
    like_loosely(f, starred, 1);
    struct star *star = vec_add(f->arena, &f->conf.stars);
    *star = (struct star){.person = 0, .session = starred};
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 3);
    assert_non_null(entry_of(&agenda, best));
    assert_non_null(entry_of(&agenda, near));
    assert_non_null(entry_of(&agenda, starred));
    assert_int_equal(entry_of(&agenda, best)->alternative, beside);
    assert_null(missed_of(&agenda, beside)); /* nobody misses it */
    assert_null(missed_of(&agenda, loose));
    arena_free(f->arena);
}

static void kept_sentences_are_as_weak_as_new_results(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int best = add(f, 540, 600, 0);
    int loose = add(f, 600, 660, 0);
    static const char *told[2][1] = {{"because you wrote CXL: CXL hot-plug"},
                                     {"close to what you wrote (priority inheritance): CAN XL"}};
    for (int i = 0; i < 2; i++) {
        like(f, i == 0 ? best : loose, i == 0 ? 100 : 40);
        f->matches.items[i].basis = MATCH_AS_TOLD;
        f->matches.items[i].because = told[i];
        f->matches.items[i].n_because = 1;
    }
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_int_equal(agenda.entries.items[0].session, best);
    arena_free(f->arena);
}

/* Of somebody known by their work: what is close to it without a word of how is no plan, beside
 * what can be told; where nothing can be told of any it is. */
static void what_nothing_is_told_of_stands_back(void **state)
{
    (void)state;
    static const char *const sentences[][2] = {
        {"close to your talk \"Strong: ordering\"", "close to your talk \"Strong\": fences"},
        {"close to your paper \"CXL\"", "close to your paper \"CXL\": hot-plug"},
        {"close to what you are wanted for in Rust MC",
         "close to what you are wanted for in Rust MC: drivers"},
    };
    for (size_t i = 0; i < 2 * sizeof sentences / sizeof sentences[0]; i++) {
        bool has_told = i % 2 == 0;
        struct fixture *f = fixture_new();
        int bare = add(f, 540, 600, 0);
        int other = add(f, 600, 660, 0);
        int session[2] = {bare, other};
        for (int k = 0; k < 2; k++) {
            like(f, session[k], k == 0 ? 100 : 60);
            struct match_result *match = &f->matches.items[f->matches.n - 1];
            const char **because = arena_array(f->arena, 1, sizeof *because);
            because[0] = sentences[i / 2][k == 1 && has_told];
            match->basis = MATCH_AS_TOLD;
            match->because = because;
            match->n_because = 1;
        }
        struct agenda agenda = plan(f);
        assert_int_equal(agenda.entries.n, has_told ? 1 : 2);
        assert_non_null(entry_of(&agenda, other));
        arena_free(f->arena);
    }
}

static void a_duty_does_not_make_other_topics_weak(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int duty = add_block(f, 540, 720, 0);
    int topic = add(f, 720, 780, 0);
    int loose = add(f, 780, 840, 0);
    need(f, duty, STRENGTH_SHOULD, REASON_KEY_ATTENDEE);
    like(f, duty, 100);
    like(f, topic, 10);
    like_loosely(f, loose, 40);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_non_null(entry_of(&agenda, topic));
    arena_free(f->arena);
}

static void who_has_only_loose_matches_gets_the_best_of_them(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int best = add(f, 540, 600, 0);
    int other = add(f, 600, 660, 0);
    like_loosely(f, best, 10);
    like_loosely(f, other, 4);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_int_equal(agenda.entries.items[0].session, best);
    arena_free(f->arena);
}

static void what_is_given_twice_is_planned_once(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int first = add(f, 540, 600, 0);
    int again = add(f, 600, 660, 0);
    int beside = add(f, 600, 660, 1); /* fits less, but is something else */
    int third = add(f, 660, 720, 0);
    f->conf.sessions.items[again].title = f->conf.sessions.items[first].title;
    f->conf.sessions.items[third].title = f->conf.sessions.items[first].title;
    like(f, first, 10);
    like(f, again, 10);
    like(f, third, 10);
    like(f, beside, 8);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_non_null(entry_of(&agenda, first));
    assert_non_null(entry_of(&agenda, beside));
    assert_int_equal(agenda.missed.n, 0);
    struct star *star = vec_add(f->arena, &f->conf.stars);
    *star = (struct star){.person = 0, .session = third}; /* who wants it twice may have it */
    agenda = plan(f);
    assert_non_null(entry_of(&agenda, third));
    arena_free(f->arena);
}

/* A block from 09:00 to 12:00 with a contribution each half hour, of which the first n fit. */
static int liked_block(struct fixture *f, int n)
{
    int block = add_block(f, 540, 720, 0);
    for (int i = 0; i < 6; i++) {
        int part = add_part(f, block, 540 + 30 * i, 570 + 30 * i);
        if (i < n) {
            like(f, part, 10 + i);
        }
    }
    return block;
}

static void who_goes_to_most_of_a_block_goes_to_the_block(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = liked_block(f, 3);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_int_equal(agenda.entries.items[0].session, block);
    assert_string_equal(agenda.entries.items[0].reason,
                        "because you wrote PCIe hot-plug: PCI error handling, CXL hot-plug; above "
                        "all \"Session 2\" at 09:30 and \"Session 3\" at 10:00");
    assert_int_equal(agenda.missed.n, 0);
    arena_free(f->arena);
}

static void a_title_is_told_once(void **state)
{
    (void)state;
    static const char *quote[] = {"Session 1"}; /* the title of the first contribution */
    struct fixture *f = fixture_new();
    int block = liked_block(f, 1);
    like(f, block, 20);
    f->matches.items[1].because = quote;
    f->matches.items[1].n_because = 1;
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 1);
    assert_string_equal(agenda.entries.items[0].reason,
                        "because you wrote PCIe hot-plug; above all \"Session 1\" at 09:00");
    arena_free(f->arena);
}

static void two_talks_of_many_do_not_make_the_block(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = liked_block(f, 2);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 2);
    assert_null(entry_of(&agenda, block));
    assert_null(missed_of(&agenda, block)); /* it weighs nothing of its own */
    arena_free(f->arena);
}

static void a_block_that_fits_as_well_as_a_talk_in_it_is_better(void **state)
{
    (void)state;
    for (int is_as_good = 0; is_as_good < 2; is_as_good++) {
        struct fixture *f = fixture_new();
        int block = liked_block(f, 1); /* its contribution scores 10 */
        like(f, block, is_as_good ? 9 : 8);
        struct agenda agenda = plan(f);
        assert_int_equal(agenda.entries.n, 1);
        assert_int_equal(agenda.entries.items[0].session == block, is_as_good);
        arena_free(f->arena);
    }
}

static void a_block_takes_nothing_else_away(void **state)
{
    (void)state;
    struct fixture *f = fixture_new();
    int block = liked_block(f, 3);
    int elsewhere = add(f, 660, 690, 1);
    like(f, elsewhere, 10);
    struct agenda agenda = plan(f);
    assert_int_equal(agenda.entries.n, 4);
    assert_null(entry_of(&agenda, block));
    arena_free(f->arena);
    f = fixture_new();
    block = liked_block(f, 3); /* nor where the person is not there for all of it */
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->person = 0;
    registrant->departs_us = DAY + 650 * MINUTE_US;
    agenda = plan(f);
    assert_int_equal(agenda.entries.n, 3);
    assert_null(entry_of(&agenda, block));
    arena_free(f->arena);
}

/* ---- against an exhaustive optimum ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static bool can_follow(const struct session *a, const struct session *b, int64_t walk)
{
    bool is_apart = (a->room == 2) != (b->room == 2);
    int64_t gap = is_apart ? walk : 0;
    return a->end_us + gap <= b->start_us || b->end_us + gap <= a->start_us;
}

static bool is_feasible(const struct fixture *f, unsigned set, int64_t walk)
{
    for (size_t a = 0; a < f->conf.sessions.n; a++) {
        for (size_t b = a + 1; b < f->conf.sessions.n; b++) {
            bool are_both = (set >> a & 1) != 0 && (set >> b & 1) != 0;
            if (are_both &&
                !can_follow(&f->conf.sessions.items[a], &f->conf.sessions.items[b], walk)) {
                return false;
            }
        }
    }
    return true;
}

/* A wish weighs the square of its score, in units of the best. */
static double weight_of(const struct fixture *f, unsigned set)
{
    double sum = 0;
    double best = 0;
    for (size_t i = 0; i < f->matches.n; i++) {
        double score = f->matches.items[i].score;
        best = score > best ? score : best;
        sum += (set >> f->matches.items[i].session & 1) != 0 ? score * score : 0;
    }
    return sum / best;
}

static void wishes_are_chosen_optimally(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int round = 0; round < 4000; round++) {
        struct fixture *f = fixture_new();
        int n = 1 + (int)(next_random(&seed) % 9);
        for (int i = 0; i < n; i++) {
            int from = (int)(next_random(&seed) % 30) * 5;
            int to = from + 5 + (int)(next_random(&seed) % 8) * 5;
            add(f, from + 600, to + 600, (int)(next_random(&seed) % 3));
            like(f, i, 7 + (double)(next_random(&seed) % 20)); /* none is weak */
        }
        int64_t walk = (int64_t)(next_random(&seed) % 4) * 5 * MINUTE_US;
        f->options.walk_between_buildings_us = walk;
        struct agenda agenda = plan(f);
        double total = 0;
        unsigned chosen = 0;
        for (size_t i = 0; i < agenda.entries.n; i++) {
            total += agenda.entries.items[i].weight;
            chosen |= 1U << agenda.entries.items[i].session;
        }
        assert_true(is_feasible(f, chosen, walk));
        double best = 0;
        for (unsigned set = 0; set < 1U << n; set++) {
            double weight = weight_of(f, set);
            best = weight > best && is_feasible(f, set, walk) ? weight : best;
        }
        if (total < best - 1e-9 || total > best + 1e-9) {
            fail_msg("round %d: chose %g of %g", round, total, best);
        }
        arena_free(f->arena);
    }
}

/* Ranks counted from the strongest; comparing the arrays compares the sets. */
static void count_ranks(const struct fixture *f, unsigned set, int *ret)
{
    memset(ret, 0, 6 * sizeof *ret);
    for (size_t i = 0; i < f->requirements.items.n; i++) {
        const struct requirement *r = &f->requirements.items.items[i];
        static const int order[] = {
            [REASON_SPEAKER] = 0, [REASON_LEAD] = 1, [REASON_KEY_ATTENDEE] = 2};
        if ((set >> r->session & 1) != 0) {
            ret[order[r->reason] + (r->strength == STRENGTH_MUST ? 0 : 3)]++;
        }
    }
}

static int compare_ranks(const int *a, const int *b)
{
    for (int i = 0; i < 6; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}

static void duties_are_chosen_optimally(void **state)
{
    (void)state;
    uint64_t seed = 5;
    static const enum reason reasons[] = {REASON_LEAD, REASON_SPEAKER, REASON_KEY_ATTENDEE};
    for (int round = 0; round < 3000; round++) {
        struct fixture *f = fixture_new();
        int n = 1 + (int)(next_random(&seed) % 8);
        for (int i = 0; i < n; i++) {
            int from = (int)(next_random(&seed) % 20) * 5;
            add(f, from + 600, from + 605 + (int)(next_random(&seed) % 8) * 5, 0);
            need(f, i, next_random(&seed) % 2 == 0 ? STRENGTH_MUST : STRENGTH_SHOULD,
                 reasons[next_random(&seed) % 3]);
        }
        struct agenda agenda = plan(f);
        unsigned chosen = 0;
        for (size_t i = 0; i < agenda.entries.n; i++) {
            chosen |= 1U << agenda.entries.items[i].session;
        }
        int got[6];
        int best[6] = {0};
        count_ranks(f, chosen, got);
        for (unsigned set = 0; set < 1U << n; set++) {
            int ranks[6];
            count_ranks(f, set, ranks);
            if (compare_ranks(ranks, best) > 0 && is_feasible(f, set, 0)) {
                memcpy(best, ranks, sizeof best);
            }
        }
        assert_int_equal(compare_ranks(got, best), 0);
        assert_int_equal(agenda.entries.n + agenda.missed.n, n);
        arena_free(f->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_day_is_empty),
        cmocka_unit_test(duties_come_before_wishes),
        cmocka_unit_test(the_stronger_duty_wins_and_a_choice_wins_over_that),
        cmocka_unit_test(a_talk_in_ones_own_block_is_part_of_it),
        cmocka_unit_test(who_must_leave_a_block_still_gets_the_rest_of_it),
        cmocka_unit_test(a_block_counts_with_the_talks_in_it),
        cmocka_unit_test(sentences_kept_from_before_read_like_new_ones),
        cmocka_unit_test(there_is_time_to_walk),
        cmocka_unit_test(duties_without_time_to_walk_are_kept_with_a_warning),
        cmocka_unit_test(nobody_is_sent_where_they_are_not),
        cmocka_unit_test(the_night_of_remote_people_is_theirs),
        cmocka_unit_test(answers_are_respected),
        cmocka_unit_test(stars_weigh_more_than_matches),
        cmocka_unit_test(staying_in_a_block_is_an_option),
        cmocka_unit_test(a_gap_is_better_than_half_a_phrase),
        cmocka_unit_test(kept_sentences_are_as_weak_as_new_results),
        cmocka_unit_test(what_nothing_is_told_of_stands_back),
        cmocka_unit_test(a_duty_does_not_make_other_topics_weak),
        cmocka_unit_test(who_has_only_loose_matches_gets_the_best_of_them),
        cmocka_unit_test(what_is_given_twice_is_planned_once),
        cmocka_unit_test(who_goes_to_most_of_a_block_goes_to_the_block),
        cmocka_unit_test(a_title_is_told_once),
        cmocka_unit_test(two_talks_of_many_do_not_make_the_block),
        cmocka_unit_test(a_block_that_fits_as_well_as_a_talk_in_it_is_better),
        cmocka_unit_test(a_block_takes_nothing_else_away),
        cmocka_unit_test(wishes_are_chosen_optimally),
        cmocka_unit_test(duties_are_chosen_optimally),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
