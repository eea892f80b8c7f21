#include "support/testing.h"

#include "core/requirement.h"

#include <stdlib.h>

#define NOON_US (12 * HOUR_US)

static struct conference *a_conference(struct arena *arena)
{
    struct conference *conf = arena_alloc(arena, sizeof *conf);
    conference_init(conf);
    for (int i = 0; i < 3; i++) {
        conference_add_person(conf, arena)->name = "somebody";
    }
    for (int i = 0; i < 2; i++) {
        conference_add_track(conf, arena)->title = "a track";
    }
    return conf;
}

static int add_session(struct conference *conf, struct arena *arena, enum session_kind kind,
                       int track)
{
    struct session *session = conference_add_session(conf, arena);
    session->key = "key";
    session->kind = kind;
    session->track = track;
    session->start_us = NOON_US;
    session->end_us = NOON_US + HOUR_US;
    return (int)conf->sessions.n - 1;
}

static struct mention *mention(struct conference *conf, struct arena *arena, enum role role,
                               int person, int track, int session)
{
    struct mention *m = conference_add_mention(conf, arena);
    m->role = role;
    m->person = person;
    m->track = track;
    m->session = session;
    return m;
}

static void check(const struct requirement *requirement, int person, int session,
                  enum strength strength, enum reason reason, int from)
{
    assert_int_equal(requirement->person, person);
    assert_int_equal(requirement->session, session);
    assert_int_equal(requirement->strength, strength);
    assert_int_equal(requirement->reason, reason);
    assert_int_equal(requirement->mention, from);
}

static void a_list_is_about_the_blocks_of_its_track(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    (void)add_session(conf, arena, SESSION_CONTRIBUTION, 0);
    int first = add_session(conf, arena, SESSION_BLOCK, 0);
    int second = add_session(conf, arena, SESSION_BLOCK, 0);
    (void)add_session(conf, arena, SESSION_BLOCK, 1);
    mention(conf, arena, ROLE_KEY_ATTENDEE, 1, 0, -1)->strength = STRENGTH_SHOULD;
    mention(conf, arena, ROLE_LEAD, 0, 0, -1);
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 4);
    check(&r.items.items[0], 0, first, STRENGTH_MUST, REASON_LEAD, 1);
    check(&r.items.items[1], 0, second, STRENGTH_MUST, REASON_LEAD, 1);
    check(&r.items.items[2], 1, first, STRENGTH_SHOULD, REASON_KEY_ATTENDEE, 0);
    check(&r.items.items[3], 1, second, STRENGTH_SHOULD, REASON_KEY_ATTENDEE, 0);
}

static void a_track_without_a_block_means_its_sessions_but_no_break_or_open_slot(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    (void)add_session(conf, arena, SESSION_BREAK, 0);
    (void)add_session(conf, arena, SESSION_OPEN_SLOT, 0);
    int talk = add_session(conf, arena, SESSION_TALK, 0);
    int bof = add_session(conf, arena, SESSION_BOF, 0);
    int gone = add_session(conf, arena, SESSION_BLOCK, 0);
    conf->sessions.items[gone].is_cancelled = true;
    int later = add_session(conf, arena, SESSION_TALK, 0);
    conf->sessions.items[later].start_us = conf->sessions.items[later].end_us = 0;
    mention(conf, arena, ROLE_LEAD, 2, 0, -1);
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 2);
    check(&r.items.items[0], 2, talk, STRENGTH_MUST, REASON_LEAD, 0);
    check(&r.items.items[1], 2, bof, STRENGTH_MUST, REASON_LEAD, 0);
    assert_true(r.items.items[0].is_loose && r.items.items[1].is_loose);
    conf->sessions.items[bof].is_cancelled = true; /* the only one left is the track */
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 1);
    assert_false(r.items.items[0].is_loose);
    conf->sessions.items[gone].is_cancelled = false; /* and a block is, too */
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 1);
    check(&r.items.items[0], 2, gone, STRENGTH_MUST, REASON_LEAD, 0);
    assert_false(r.items.items[0].is_loose);
}

/* Which sessions of a track the topic names, as bits; 0 = the track as a whole. */
static unsigned concerned_by(const char *topic)
{
    static const char *const titles[] = {"Safe drivers in Rust", "Rust-for-Linux: async runtimes",
                                         "Bindings for the block layer", "State of the union",
                                         "Async I/O"};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    conf->tracks.items[0].title = "Rust devroom";
    for (int i = 0; i < 5; i++) {
        int session = add_session(conf, arena, SESSION_TALK, 0);
        conf->sessions.items[session].title = titles[i];
    }
    mention(conf, arena, ROLE_KEY_ATTENDEE, 0, 0, -1)->topic = topic;
    struct requirements r;
    requirements_build(conf, arena, &r);
    unsigned bits = 0;
    for (size_t i = 0; i < r.items.n; i++) {
        assert_true(r.items.items[i].is_loose == (r.items.items[0].is_loose));
        bits |= 1U << r.items.items[i].session;
    }
    assert_true(r.items.n > 0 && r.items.items[0].is_loose == (bits == 31));
    return r.items.items[0].is_loose ? 0 : bits;
}

static void a_topic_names_sessions_of_a_track_without_a_block(void **state)
{
    (void)state;
    assert_int_equal(concerned_by("block layer"), 4);
    assert_int_equal(concerned_by("async"), 2 | 16);
    assert_int_equal(concerned_by("Async I/O and timers"), 16);
    assert_int_equal(concerned_by("the state of the union in Rust"), 8);
    assert_int_equal(concerned_by("Rust"), 0); /* says no more than the track */
    assert_int_equal(concerned_by("filesystems"), 0);
    assert_int_equal(concerned_by(""), 0);
    assert_int_equal(concerned_by("of the"), 0);
}

/* A devroom's lead who speaks there on a small matter must be at that talk. */
static void what_names_the_session_goes_before_what_names_the_track(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    int talk = add_session(conf, arena, SESSION_TALK, 0);
    int starred = add_session(conf, arena, SESSION_TALK, 0);
    *vec_add(arena, &conf->stars) = (struct star){0, starred, false};
    mention(conf, arena, ROLE_LEAD, 0, 0, -1);
    mention(conf, arena, ROLE_SPEAKER, 0, -1, talk)->strength = STRENGTH_SHOULD;
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 2);
    check(&r.items.items[0], 0, talk, STRENGTH_SHOULD, REASON_SPEAKER, 1);
    assert_false(r.items.items[0].is_loose);
    check(&r.items.items[1], 0, starred, STRENGTH_MUST, REASON_LEAD, 0);
    assert_true(r.items.items[1].is_loose);
}

static void the_strongest_of_several_reasons_stays(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    int talk = add_session(conf, arena, SESSION_TALK, 0);
    *vec_add(arena, &conf->stars) = (struct star){0, talk, false};
    mention(conf, arena, ROLE_LEAD, 0, 0, -1)->strength = STRENGTH_SHOULD;
    mention(conf, arena, ROLE_KEY_ATTENDEE, 0, 0, -1);
    mention(conf, arena, ROLE_SPEAKER, 0, -1, talk);
    mention(conf, arena, ROLE_SPEAKER, 0, -1, talk);
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 1);
    check(&r.items.items[0], 0, talk, STRENGTH_MUST, REASON_SPEAKER, 2);
}

static void stars_and_the_best_three_matches_are_wishes_and_dislikes_are_none(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    for (int i = 0; i < 6; i++) {
        (void)add_session(conf, arena, SESSION_TALK, -1);
    }
    /* Best first. A stored score may be out of date by a little: the order says more. */
    static const struct {
        int session;
        double score;
    } matches[] = {{3, 0.9}, {5, 0}, {1, 0.8999}, {4, 0.7}, {0, 0.71}, {2, 0.1}};
    for (int i = 0; i < 6; i++) {
        *vec_add(arena, &conf->matches) =
            (struct match){.session = matches[i].session, .score = matches[i].score, .because = ""};
    }
    *vec_add(arena, &conf->stars) = (struct star){0, 4, false};
    *vec_add(arena, &conf->stars) = (struct star){0, 5, true};
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 3);
    check(&r.items.items[0], 0, 1, STRENGTH_WOULD_LIKE, REASON_MATCH, -1);
    check(&r.items.items[1], 0, 3, STRENGTH_WOULD_LIKE, REASON_MATCH, -1);
    check(&r.items.items[2], 0, 4, STRENGTH_WOULD_LIKE, REASON_STARRED, -1);
}

static void what_is_recommended_to_those_who_stated_nothing_is_no_wish(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    enum { STATED, SILENT, CANCELLED, STARRED, DISLIKED, N };
    struct conference *conf = a_conference(arena);
    while (conf->persons.n < N) {
        (void)conference_add_person(conf, arena);
    }
    (void)add_session(conf, arena, SESSION_TALK, -1);
    for (int person = 0; person < N; person++) {
        struct registrant *registrant = conference_add_registrant(conf, arena);
        registrant->person = person;
        registrant->interests = person == STATED || person == CANCELLED ? "rust" : "";
        registrant->status = person == CANCELLED ? REGISTRATION_CANCELLED : REGISTRATION_CONFIRMED;
        *vec_add(arena, &conf->matches) =
            (struct match){.person = person, .session = 0, .score = 1, .because = ""};
    }
    *vec_add(arena, &conf->stars) = (struct star){STARRED, -1, false};
    *vec_add(arena, &conf->stars) = (struct star){DISLIKED, 0, true};
    conference_mark_guesses(conf);
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 2);
    check(&r.items.items[0], STATED, 0, STRENGTH_WOULD_LIKE, REASON_MATCH, -1);
    check(&r.items.items[1], STARRED, 0, STRENGTH_WOULD_LIKE, REASON_MATCH, -1);
}

static void nobody_and_nothing_give_no_requirement(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = arena_alloc(arena, sizeof *conf);
    struct requirements r;
    conference_init(conf);
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 0);
    conf = a_conference(arena);
    mention(conf, arena, ROLE_SPEAKER, -1, -1, add_session(conf, arena, SESSION_TALK, 0));
    mention(conf, arena, ROLE_LEAD, 1, -1, -1);
    mention(conf, arena, ROLE_LEAD, 1, 1, -1);
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 0);
}

static void the_order_is_by_person_then_session_however_many(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference *conf = a_conference(arena);
    for (int i = 0; i < 100; i++) {
        (void)add_session(conf, arena, SESSION_TALK, -1);
    }
    for (int i = 0; i < 600; i++) {
        mention(conf, arena, ROLE_SPEAKER, (i * 7) % 3, -1, (i * 37) % 100);
    }
    struct requirements r;
    requirements_build(conf, arena, &r);
    assert_int_equal(r.items.n, 300);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(r.items.items[i].person, i / 100);
        assert_int_equal(r.items.items[i].session, i % 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_about_the_blocks_of_its_track),
        cmocka_unit_test(a_track_without_a_block_means_its_sessions_but_no_break_or_open_slot),
        cmocka_unit_test(a_topic_names_sessions_of_a_track_without_a_block),
        cmocka_unit_test(what_names_the_session_goes_before_what_names_the_track),
        cmocka_unit_test(the_strongest_of_several_reasons_stays),
        cmocka_unit_test(what_is_recommended_to_those_who_stated_nothing_is_no_wish),
        cmocka_unit_test(stars_and_the_best_three_matches_are_wishes_and_dislikes_are_none),
        cmocka_unit_test(nobody_and_nothing_give_no_requirement),
        cmocka_unit_test(the_order_is_by_person_then_session_however_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
