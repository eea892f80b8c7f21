/* smtp_pool.c: many messages over several connections that come and go. Every message is told of
 * once, arrives once, and what the server says of one is never said of another. */
#include "support/testing.h"

#include "support/server.h"

#include "base/clock.h"
#include "net/smtp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_JOBS 400

/* What was sent, and what came of it. */
struct house {
    struct test_server server;
    struct smtp_pool *pool;
    struct smtp_job jobs[MAX_JOBS];
    struct verdict verdicts[MAX_JOBS];
    char to[MAX_JOBS][40];
    char text[MAX_JOBS][120];
    int n_told[MAX_JOBS];
    size_t n;
    size_t n_heard; /* of done() */
    size_t stop_at; /* done() says stop when so many were told; 0 = never */
};

static bool hear(void *arg, const size_t *which, size_t n)
{
    struct house *h = arg;
    for (size_t i = 0; i < n; i++) {
        h->n_told[which[i]]++;
        h->n_heard++;
    }
    return h->stop_at == 0 || h->n_heard < h->stop_at;
}

static bool prepare(void *arg, size_t i)
{
    struct house *h = arg;
    (void)snprintf(h->to[i], sizeof h->to[i], "reader%zu@example.org", i);
    (void)snprintf(h->text[i], sizeof h->text[i],
                   "Subject: %zu\r\n\r\n.dot\r\n..dots\r\n.\r\nno end of line", i);
    h->jobs[i] = (struct smtp_job){"bounce@example.org", h->to[i], h->text[i], strlen(h->text[i]),
                                   &h->verdicts[i]};
    return true;
}

static void open_house(struct house *h, const char *script, const char *const *args,
                       int n_connections)
{
    char url[64];
    struct err err = {0};
    memset(h, 0, sizeof *h);
    test_server_start(&h->server, script, args);
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", h->server.port);
    const struct smtp_options options = {
        .url = url, .helo = "rollcall.example.org", .timeout_us = 5 * SECOND_US};
    assert_int_equal(smtp_pool_new(&options, n_connections, &h->pool, &err), 0);
}

static void close_house(struct house *h)
{
    smtp_pool_free(h->pool);
    test_server_stop(&h->server);
}

static void send_many(struct house *h, size_t n)
{
    h->n = n;
    const struct smtp_batch batch = {h->jobs, n, prepare, hear, h};
    for (size_t i = 0; i < n; i++) {
        h->jobs[i].verdict = &h->verdicts[i];
    }
    smtp_pool_send(h->pool, &batch);
}

static size_t count(const struct house *h, enum verdict_what what, enum verdict_scope scope)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        n += h->n_told[i] > 0 && h->verdicts[i].what == what && h->verdicts[i].scope == scope;
    }
    return n;
}

static void expect_told_once(const struct house *h)
{
    for (size_t i = 0; i < h->n; i++) {
        if (h->n_told[i] != 1) {
            fail_msg("message %zu was told of %d times", i, h->n_told[i]);
        }
    }
}

/* Each message that is there is whole, and none is there twice. */
static void expect_arrived(const struct house *h, size_t n)
{
    struct arena *arena = arena_new();
    static bool has_come[MAX_JOBS];
    memset(has_come, 0, sizeof has_come);
    int n_files = test_count_files(h->server.dir, ".eml");
    for (int f = 1; f <= n_files; f++) {
        size_t i = MAX_JOBS;
        const char *text =
            test_read_file(arena, arena_printf(arena, "%s/%06d.eml", h->server.dir, f), NULL);
        assert_int_equal(sscanf(text, "Subject: %zu", &i), 1);
        assert_true(i < h->n);
        if (has_come[i]) {
            fail_msg("message %zu arrived twice", i);
        }
        has_come[i] = true;
        assert_string_equal(text, arena_printf(arena, "%s\r\n", h->text[i]));
    }
    assert_int_equal(n_files, n);
    assert_int_equal(test_count_files(h->server.dir, "violations"), 0);
    arena_free(arena);
}

static size_t commands_said(const struct house *h, const char *verb)
{
    struct arena *arena = arena_new();
    size_t n = 0;
    const char *p = test_read_file(arena, arena_printf(arena, "%s/commands", h->server.dir), NULL);
    while ((p = strstr(p, verb)) != NULL) {
        n++;
        p += strlen(verb);
    }
    arena_free(arena);
    return n;
}

static const char *const modes[] = {"--pipelining", "--lockstep"};

enum { N_MODES = 2 };

#define SERVER(...) ((const char *const[]){"--out", "DIR", __VA_ARGS__, NULL})

static void every_message_arrives_once_and_whole(void **state)
{
    (void)state;
    for (int m = 0; m < N_MODES; m++) {
        struct house h;
        open_house(&h, "smtp_script.py", SERVER("--delay-ms", "5", modes[m]), 4);
        send_many(&h, 60);
        expect_told_once(&h);
        assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 60);
        expect_arrived(&h, 60);
        assert_int_equal(commands_said(&h, "MAIL"), 60);
        assert_int_equal(commands_said(&h, "RSET"), 0);
        assert_int_equal(commands_said(&h, "EHLO"), 4);
        close_house(&h);
    }
}

static void a_refusal_is_about_one_message_only(void **state)
{
    (void)state;
    static const struct {
        const char *at;
        const char *reply;
        const char *mode;
        enum verdict_scope scope;
    } cases[] = {
        {"RCPT", "550 5.1.1 Unknown", "--strict", VERDICT_RECIPIENT},
        {"RCPT", "550 5.1.1 Unknown", "--lenient", VERDICT_RECIPIENT},
        {"RCPT", "550 5.7.1 Policy", "--strict", VERDICT_MESSAGE},
        {"MAIL", "552 5.3.4 Too long", "--strict", VERDICT_MESSAGE},
        {"DATA", "554 5.6.0 No", "--strict", VERDICT_MESSAGE},
        {"dot", "554 5.6.0 Spam", "--strict", VERDICT_MESSAGE},
    };
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        struct house h;
        open_house(&h, "smtp_script.py",
                   SERVER("--at", cases[i / 2].at, "--do", cases[i / 2].reply, "--every", "3",
                          modes[i % 2], cases[i / 2].mode),
                   1);
        send_many(&h, 30);
        expect_told_once(&h);
        assert_int_equal(count(&h, VERDICT_REFUSED, cases[i / 2].scope), 10);
        assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 20);
        expect_arrived(&h, 20);
        assert_int_equal(commands_said(&h, "EHLO"), 1);
        close_house(&h);
    }
}

static void a_server_that_closes_between_messages_gets_them_over_new_connections(void **state)
{
    (void)state;
    static const char *const doings[] = {"421 4.7.0 Enough for today", "cut", "reset"};
    for (size_t i = 0; i < sizeof doings / sizeof doings[0]; i++) {
        for (int m = 0; m < N_MODES; m++) {
            struct house h;
            open_house(&h, "smtp_script.py",
                       SERVER("--at", "MAIL", "--do", doings[i], "--only", "4", modes[m]), 3);
            send_many(&h, 40);
            expect_told_once(&h);
            assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 40);
            expect_arrived(&h, 40);
            close_house(&h);
        }
    }
}

/* The one window: the message is there, its reply is not. What was behind it begins again. */
static void a_line_cut_after_the_message_leaves_that_one_in_doubt(void **state)
{
    (void)state;
    for (int m = 0; m < N_MODES; m++) {
        struct house h;
        open_house(&h, "smtp_script.py",
                   SERVER("--at", "dot", "--do", "cut", "--only", "5", modes[m]), 2);
        send_many(&h, 30);
        expect_told_once(&h);
        size_t n_later = count(&h, VERDICT_LATER, VERDICT_MESSAGE);
        assert_true(n_later >= 4 && n_later <= 6); /* each fifth of a connection */
        assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 30 - n_later);
        for (size_t i = 0; i < h.n; i++) {
            assert_true(h.verdicts[i].what == VERDICT_SENT ||
                        strstr(h.verdicts[i].detail, "may have arrived") != NULL);
        }
        expect_arrived(&h, 30);
        close_house(&h);
    }
}

static void a_server_that_shuts_down_with_a_reply_has_refused_that_one(void **state)
{
    (void)state;
    struct house h;
    open_house(&h, "smtp_script.py",
               SERVER("--at", "dot", "--do", "421 4.3.0 Bye", "--only", "3", "--pipelining"), 1);
    h.stop_at = 3;
    send_many(&h, 10);
    assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 2);
    assert_int_equal(count(&h, VERDICT_LATER, VERDICT_CHANNEL), 1);
    assert_int_equal(h.n_heard, 3); /* the fourth had been announced: nobody is told of it */
    expect_arrived(&h, 2);
    close_house(&h);
}

static void who_says_stop_gets_no_further_messages(void **state)
{
    (void)state;
    for (int m = 0; m < N_MODES; m++) {
        struct house h;
        open_house(&h, "smtp_script.py", SERVER("--delay-ms", "5", modes[m]), 4);
        h.stop_at = 10;
        send_many(&h, 100);
        assert_true(h.n_heard >= 10 && h.n_heard <= 10 + 3 * 4);
        for (size_t i = 0; i < h.n; i++) {
            assert_true(h.n_told[i] <= 1);
        }
        expect_arrived(&h, h.n_heard);
        h.stop_at = 0;
        close_house(&h);
    }
}

static void a_server_that_takes_few_connections_gets_few(void **state)
{
    (void)state;
    struct house h;
    open_house(&h, "smtp_script.py",
               SERVER("--connections", "2", "--delay-ms", "5", "--pipelining"), 8);
    send_many(&h, 60);
    expect_told_once(&h);
    assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 60);
    expect_arrived(&h, 60);
    assert_int_equal(commands_said(&h, "EHLO"), 2);
    close_house(&h);
}

static void a_server_that_is_away_is_met_once(void **state)
{
    (void)state;
    struct house h;
    open_house(&h, "smtp_script.py", SERVER("--at", "connect", "--do", "421 4.3.2 Busy"), 8);
    h.stop_at = 1;
    send_many(&h, 20);
    assert_int_equal(h.n_heard, 1);
    assert_int_equal(count(&h, VERDICT_LATER, VERDICT_CHANNEL), 1);
    close_house(&h);
}

static void a_server_that_does_not_know_rset_is_left(void **state)
{
    (void)state;
    struct house h;
    open_house(&h, "smtp_script.py",
               SERVER("--at", "RCPT", "--do", "550 5.1.1 No", "--every", "3", "--strict",
                      "--no-rset", "--pipelining"),
               1);
    send_many(&h, 8);
    expect_told_once(&h);
    assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), 6);
    assert_int_equal(count(&h, VERDICT_REFUSED, VERDICT_RECIPIENT), 2);
    assert_int_equal(commands_said(&h, "EHLO"), 3);
    expect_arrived(&h, 6);
    close_house(&h);
}

static void a_verdict_in_the_middle_of_the_text_counts(void **state)
{
    (void)state;
    static char big[2000001];
    struct house h;
    struct verdict v = {0};
    for (size_t i = 0; i + 1 < sizeof big; i += 50) {
        memcpy(big + i, "forty-eight letters and a line's end and so on..\r\n", 50);
    }
    open_house(&h, "smtp_script.py",
               SERVER("--at", "body", "--do", "552 5.3.4 Too long", "--pipelining"), 1);
    smtp_send(h.pool,
              &(struct smtp_job){"a@example.org", "b@example.org", big, sizeof big - 1, &v});
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_MESSAGE);
    assert_string_equal(v.code, "552 5.3.4");
    close_house(&h);
}

static void a_large_message_goes_through_a_slow_line_whole(void **state)
{
    (void)state;
    static char big[900001];
    struct house h;
    struct verdict v = {0};
    struct arena *arena = arena_new();
    for (size_t i = 0; i + 1 < sizeof big; i += 50) {
        memcpy(big + i, ".orty-eight letters and a line's end and so on..\r\n", 50);
    }
    open_house(&h, "smtp_script.py", SERVER("--pipelining"), 1);
    smtp_send(h.pool,
              &(struct smtp_job){"a@example.org", "b@example.org", big, sizeof big - 1, &v});
    assert_int_equal(v.what, VERDICT_SENT);
    assert_string_equal(
        test_read_file(arena, arena_printf(arena, "%s/000001.eml", h.server.dir), NULL), big);
    close_house(&h);
    arena_free(arena);
}

static void postfix_takes_them_all(void **state)
{
    (void)state;
    struct house h;
    char mails[160];
    if (access("/usr/sbin/smtp-sink", X_OK) != 0) {
        skip(); /* no Postfix here */
    }
    open_house(&h, "smtp_sink.py", (const char *const[]){"DIR", NULL}, 8);
    struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
    (void)nanosleep(&pause, NULL); /* it printed its port before it listened */
    send_many(&h, MAX_JOBS);
    expect_told_once(&h);
    assert_int_equal(count(&h, VERDICT_SENT, VERDICT_MESSAGE), MAX_JOBS);
    (void)snprintf(mails, sizeof mails, "%s/mails", h.server.dir);
    assert_int_equal(test_count_files(mails, ""), MAX_JOBS);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_arrives_once_and_whole),
        cmocka_unit_test(a_refusal_is_about_one_message_only),
        cmocka_unit_test(a_server_that_closes_between_messages_gets_them_over_new_connections),
        cmocka_unit_test(a_line_cut_after_the_message_leaves_that_one_in_doubt),
        cmocka_unit_test(a_server_that_shuts_down_with_a_reply_has_refused_that_one),
        cmocka_unit_test(who_says_stop_gets_no_further_messages),
        cmocka_unit_test(a_server_that_takes_few_connections_gets_few),
        cmocka_unit_test(a_server_that_is_away_is_met_once),
        cmocka_unit_test(a_server_that_does_not_know_rset_is_left),
        cmocka_unit_test(a_verdict_in_the_middle_of_the_text_counts),
        cmocka_unit_test(a_large_message_goes_through_a_slow_line_whole),
        cmocka_unit_test(postfix_takes_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
