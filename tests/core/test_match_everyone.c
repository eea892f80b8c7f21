#include "support/testing.h"

#include "core/match_everyone.h"

#include <string.h>

#define START_US (1765414800 * SECOND_US)

static const char *const titles[] = {
    "PCI error handling and hotplug",  "Deadline scheduling in practice", "Rust for drivers",
    "Filesystems and atomic writes",   "Printing without drivers",        "Confidential guests",
    "Tracing latency with histograms", "An old story, told by hand",
};

struct fixture {
    struct arena *arena;
    struct conference conf;
};

static void fixture_init(struct fixture *f)
{
    f->arena = arena_new();
    conference_init(&f->conf);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        struct session *session = conference_add_session(&f->conf, f->arena);
        session->key = titles[i];
        session->title = titles[i];
        session->start_us = START_US + (int64_t)i * HOUR_US;
        session->end_us = session->start_us + HOUR_US;
    }
}

static int add_person(struct fixture *f)
{
    conference_add_person(&f->conf, f->arena)->name = "Somebody";
    return (int)f->conf.persons.n - 1;
}

static struct registrant *register_as(struct fixture *f, int person, const char *interests)
{
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->person = person;
    registrant->interests = interests;
    return registrant;
}

static void speak(struct fixture *f, int person, int session)
{
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->role = ROLE_SPEAKER;
    mention->name = "Somebody Else";
    mention->person = person;
    mention->session = session;
}

/* The best match of each person, by person; -1 = was not told of anybody. */
struct told {
    int best[8];
    int n_calls;
};

static void tell(void *context, int person, const struct match_result *results, int n)
{
    struct told *told = context;
    assert_true(person >= told->n_calls); /* in order, each once */
    told->best[person] = n > 0 ? results[0].session : -1;
    told->n_calls = person + 1;
}

static struct told run(struct fixture *f)
{
    struct told told;
    memset(&told, 0xff, sizeof told);
    told.n_calls = 0;
    struct match_index *index = match_index_new(&f->conf);
    const struct match_everyone job = {.index = index, .conf = &f->conf, .top = 3};
    match_everyone(&job, tell, &told);
    match_index_free(index);
    return told;
}

static void everybody_who_attends_is_told_what_fits(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    int by_interests = add_person(&f);
    int by_both_rows = add_person(&f);
    int cancelled = add_person(&f);
    int absent = add_person(&f);
    int by_work = add_person(&f);
    register_as(&f, by_interests, "printing");
    register_as(&f, by_both_rows, "");
    register_as(&f, by_both_rows, "filesystems, atomic writes");
    register_as(&f, cancelled, "printing")->status = REGISTRATION_CANCELLED;
    register_as(&f, by_work, "");
    register_as(&f, -1, "rust");
    speak(&f, by_work, 2); /* "Rust for drivers": not sent there, but to what is close */
    struct told told = run(&f);
    assert_int_equal(told.best[by_interests], 4);
    assert_int_equal(told.best[by_both_rows], 3);
    assert_int_equal(told.best[cancelled], -1);
    assert_int_equal(told.best[absent], -1);
    assert_int_equal(told.best[by_work], 4);
    arena_free(f.arena);
}

static void who_states_interests_is_not_known_by_work(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    int person = add_person(&f);
    register_as(&f, person, "rust");
    speak(&f, person, 2);
    assert_int_equal(run(&f).best[person], 2); /* what is in it for them where they must be */
    struct match_taste taste = {0};
    match_tastes_gather(&f.conf, f.arena, &taste);
    assert_int_equal(taste.profile.n_works, 0);
    assert_int_equal(taste.profile.n_own, 0);
    arena_free(f.arena);
}

static void stars_are_part_of_the_taste(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    int person = add_person(&f);
    register_as(&f, person, "");
    *vec_add(f.arena, &f.conf.stars) = (struct star){person, 1, false};
    *vec_add(f.arena, &f.conf.stars) = (struct star){person, 4, true};
    *vec_add(f.arena, &f.conf.stars) = (struct star){-1, 3, false};
    struct match_taste taste = {0};
    match_tastes_gather(&f.conf, f.arena, &taste);
    assert_int_equal(taste.profile.n_likes, 1);
    assert_int_equal(taste.profile.likes[0], 1);
    assert_int_equal(taste.profile.n_dislikes, 1);
    assert_int_equal(taste.profile.dislikes[0], 4);
    arena_free(f.arena);
}

static void the_conference_is_filled_with_what_each_is_told(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    match_everyone_fill(&f.conf, 3, false, f.arena); /* nobody is registered */
    assert_int_equal(f.conf.matches.n, 0);
    int person = add_person(&f);
    register_as(&f, person, "printing");
    match_everyone_fill(&f.conf, 3, false, f.arena);
    assert_true(f.conf.matches.n > 0);
    assert_int_equal(f.conf.matches.items[0].person, person);
    assert_int_equal(f.conf.matches.items[0].session, 4);
    assert_true(f.conf.matches.items[0].score > 0);
    arena_free(f.arena);
}

static void what_many_starred_is_shown_to_those_who_say_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    struct match_index *index = match_index_new(&f.conf);
    struct match_profile nothing = {.interests = ""};
    struct match_result results[3];
    for (uint32_t favourite = 0; favourite < 6; favourite++) {
        uint32_t counts[sizeof titles / sizeof titles[0]] = {0};
        counts[favourite] = 40;
        match_index_set_stars(index, counts);
        assert_int_equal(match_top(index, &nothing, 3, f.arena, results), 3);
        assert_int_equal(results[0].session, favourite);
    }
    match_index_free(index);
    arena_free(f.arena);
}

static void everyday_words_do_not_lead(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    int person = add_person(&f);
    register_as(&f, person, "an old hand at tracing");
    assert_int_equal(run(&f).best[person], 6);
    arena_free(f.arena);
}

/* More sessions than an index holds: those behind are never found, the rest are, in bounded time.
 */
static void an_index_has_its_limit(void **state)
{
    (void)state;
    enum { LIMIT = 65535, BEHIND = 70 };
    struct fixture f;
    fixture_init(&f);
    for (int i = (int)f.conf.sessions.n; i < LIMIT + BEHIND; i++) {
        struct session *session = conference_add_session(&f.conf, f.arena);
        session->key = "k";
        session->title = i < LIMIT ? "tracing histograms" : "beekeeping";
        session->start_us = START_US;
        session->end_us = START_US + HOUR_US;
    }
    struct match_index *index = match_index_new(&f.conf);
    const struct match_options plain = {0};
    struct match_result results[3];
    struct match_profile behind = {.interests = "beekeeping"};
    const struct match_query *query = match_query_new(index, &behind, f.arena);
    assert_int_equal(match_query_top(index, query, 3, &plain, f.arena, results), 0);
    struct match_profile within = {.interests = "printing"};
    query = match_query_new(index, &within, f.arena);
    assert_true(match_query_top(index, query, 3, &plain, f.arena, results) > 0);
    assert_int_equal(results[0].session, 4);
    match_index_free(index);
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_who_attends_is_told_what_fits),
        cmocka_unit_test(who_states_interests_is_not_known_by_work),
        cmocka_unit_test(stars_are_part_of_the_taste),
        cmocka_unit_test(the_conference_is_filled_with_what_each_is_told),
        cmocka_unit_test(what_many_starred_is_shown_to_those_who_say_nothing),
        cmocka_unit_test(everyday_words_do_not_lead),
        cmocka_unit_test(an_index_has_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
