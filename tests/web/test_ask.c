#include "support/testing.h"

#include "web/ask.h"

#include <string.h>

/* One person wanted in two MCs at the same time and, as a speaker, inside the first one. */
struct fixture {
    struct arena *arena;
    struct conference conf;
    struct requirements requirements;
    struct ask ask;
};

static void add_track(struct fixture *f, int64_t id, const char *title)
{
    struct track *track = conference_add_track(&f->conf, f->arena);
    track->id = id;
    track->title = title;
    track->kind = TRACK_MC;
}

static void add_session(struct fixture *f, int64_t id, const char *title, int track, int parent,
                        int from_h, int to_h)
{
    struct session *session = conference_add_session(&f->conf, f->arena);
    session->id = id;
    session->key = title;
    session->title = title;
    session->track = track;
    session->parent = parent;
    session->kind = parent < 0 ? SESSION_BLOCK : SESSION_CONTRIBUTION;
    session->start_us = from_h * HOUR_US;
    session->end_us = to_h * HOUR_US;
}

static void add_mention(struct fixture *f, enum role role, int track, int session)
{
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->role = role;
    mention->track = track;
    mention->session = session;
    mention->person = 0;
    mention->name = "Ada";
    mention->status = RESOLUTION_LINKED;
}

static void build(struct fixture *f)
{
    memset(&f->requirements, 0, sizeof f->requirements);
    requirements_build(&f->conf, f->arena, &f->requirements);
    ask_build(&f->conf, &f->requirements, 0, f->arena, &f->ask);
}

static void setup(struct fixture *f, int n_tracks)
{
    memset(f, 0, sizeof *f);
    f->arena = arena_new();
    conference_init(&f->conf);
    struct person *person = conference_add_person(&f->conf, f->arena);
    person->id = 1;
    person->name = "Ada";
    add_track(f, 12, "Memory MC");
    add_session(f, 31, "Memory MC", 0, -1, 10, 13);
    add_session(f, 32, "Hot pages", 0, 0, 10, 11);
    add_mention(f, ROLE_KEY_ATTENDEE, 0, -1);
    add_mention(f, ROLE_SPEAKER, -1, 1);
    if (n_tracks > 1) {
        add_track(f, 13, "Scheduler MC");
        add_session(f, 33, "Scheduler MC", 1, -1, 12, 15);
        add_mention(f, ROLE_LEAD, 1, -1);
    }
    build(f);
}

/* Sends "a=b&c=d" and counts what it asks to be written; keeps it, as the page does. */
static int post(struct fixture *f, const char *pairs, size_t *ret_answers, size_t *ret_choices)
{
    struct form form = {0};
    char *copy = arena_strdup(f->arena, pairs);
    for (char *pair = NULL; (pair = strsep(&copy, "&")) != NULL;) {
        char *value = strchr(pair, '=');
        *value++ = '\0';
        form_add(&form, f->arena, pair, value, 0, strlen(value));
    }
    struct ask_changes changes = {0};
    const char *field = "";
    int r = ask_read(&f->ask, &form, f->arena, &changes, &field);
    form_done(&form);
    *ret_answers = changes.answers.n;
    *ret_choices = changes.choices.n;
    static int64_t now_us;
    for (size_t i = 0; i < changes.answers.n; i++) {
        struct answer *answer = vec_add(f->arena, &f->conf.answers);
        *answer = changes.answers.items[i];
        answer->at_us = ++now_us;
    }
    for (size_t i = 0; i < changes.choices.n; i++) {
        *vec_add(f->arena, &f->conf.choices) = changes.choices.items[i];
    }
    build(f);
    return r;
}

static void check_reply(const struct fixture *f, size_t i, const char *text)
{
    struct ask_reply reply = ask_effective(&f->ask, &f->ask.subjects.items[i]);
    assert_string_equal(ask_reply_text(f->arena, &reply), text);
}

static void one_track_asks_one_question(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 1);
    assert_int_equal(f.ask.subjects.n, 1);
    assert_int_equal(f.ask.subjects.items[0].sessions.n, 2);
    assert_int_equal(f.ask.pairs.n, 0); /* a talk inside the block is no second room */
    size_t n = 0;
    size_t n_choices = 0;
    assert_int_equal(post(&f, "reply=not_before&not_before=14:00", &n, &n_choices), 0);
    assert_int_equal(n, 1);
    check_reply(&f, 0, "Yes, but not before 14:00");
    assert_int_equal(f.conf.answers.items[0].track, 0);
    assert_int_equal(post(&f, "reply=not_before&not_before=14:00", &n, &n_choices), 0);
    assert_int_equal(n, 0); /* the same again writes nothing */
    assert_int_equal(post(&f, "reply=no", &n, &n_choices), 0);
    check_reply(&f, 0, "No");
    arena_free(f.arena);
}

static void two_tracks_ask_for_everything_for_each_and_which_one(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 2);
    assert_int_equal(f.ask.subjects.n, 2);
    assert_int_equal(f.ask.pairs.n, 1);
    assert_string_equal(f.ask.pairs.items[0].field, "choice_31_33");
    size_t n = 0;
    size_t n_choices = 0;
    assert_int_equal(
        post(&f, "reply=yes&reply_t12=same&reply_t13=no&choice_31_33=31", &n, &n_choices), 0);
    assert_int_equal(n, 2); /* for everything, and the exception */
    assert_int_equal(n_choices, 1);
    check_reply(&f, 0, "Yes, in the room");
    check_reply(&f, 1, "No");
    assert_int_equal(f.ask.pairs.items[0].chosen, 0);
    assert_int_equal(
        post(&f, "reply=yes&reply_t12=same&reply_t13=no&choice_31_33=31", &n, &n_choices), 0);
    assert_int_equal(n + n_choices, 0);
    arena_free(f.arena);
}

static void a_new_answer_for_everything_leaves_the_exceptions(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 2);
    size_t n = 0;
    size_t n_choices = 0;
    assert_int_equal(post(&f, "reply=yes&reply_t13=no", &n, &n_choices), 0);
    assert_int_equal(post(&f, "reply=remote&reply_t12=same&reply_t13=no", &n, &n_choices), 0);
    check_reply(&f, 0, "Yes, remotely");
    check_reply(&f, 1, "No");
    /* also for readers that let the latest answer count: the exception is the last row */
    assert_int_equal(f.conf.answers.items[f.conf.answers.n - 1].track, 1);
    assert_int_equal(post(&f, "reply=remote&reply_t12=same&reply_t13=same", &n, &n_choices), 0);
    assert_int_equal(n, 1);
    check_reply(&f, 1, "Yes, remotely");
    arena_free(f.arena);
}

static void what_the_page_does_not_offer_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *pairs;
        int result;
    } cases[] = {
        {"reply=maybe", ASK_UNKNOWN},
        {"reply_t12=YES", ASK_UNKNOWN},
        {"choice_31_33=32", ASK_UNKNOWN},
        {"choice_31_33=3", ASK_UNKNOWN},
        {"choice_31_33=31_33", ASK_UNKNOWN},
        {"reply=not_before", ASK_INCOMPLETE},
        {"reply=not_before&not_before=soon", ASK_INCOMPLETE},
        {"reply_t13=not_before&not_before=14:00", ASK_INCOMPLETE},
        {"reply=", ASK_INCOMPLETE},
        {"other=yes", ASK_INCOMPLETE},
        {"reply_t12=same&reply_t13=same", ASK_INCOMPLETE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        setup(&f, 2);
        size_t n = 0;
        size_t n_choices = 0;
        assert_int_equal(post(&f, cases[i].pairs, &n, &n_choices), cases[i].result);
        assert_int_equal(n + n_choices, 0);
        arena_free(f.arena);
    }
}

static void a_track_without_a_time_is_asked_about_too(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 1);
    for (size_t i = 0; i < f.conf.sessions.n; i++) {
        f.conf.sessions.items[i].start_us = f.conf.sessions.items[i].end_us = 0;
    }
    build(&f);
    assert_int_equal(f.ask.subjects.n, 1);
    assert_int_equal(f.ask.subjects.items[0].sessions.n, 0);
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_track_asks_one_question),
        cmocka_unit_test(two_tracks_ask_for_everything_for_each_and_which_one),
        cmocka_unit_test(a_new_answer_for_everything_leaves_the_exceptions),
        cmocka_unit_test(what_the_page_does_not_offer_is_refused),
        cmocka_unit_test(a_track_without_a_time_is_asked_about_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
