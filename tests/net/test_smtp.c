/* smtp.c against aiosmtpd, which nobody here wrote: every reply has its verdict. */
#include "support/testing.h"

#include "support/server.h"

#include "base/clock.h"
#include "net/smtp.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MESSAGE "From: a@example.org\r\nSubject: x\r\n\r\n.leading dot\r\nbody\r\n"

static struct test_server plain;
static struct smtp_pool *kept;

static struct smtp_pool *client_of(const struct test_server *server, const char *scheme,
                                   struct smtp_options options)
{
    static char url[64];
    struct smtp_pool *client = NULL;
    struct err err = {0};
    (void)snprintf(url, sizeof url, "%s://localhost:%d", scheme, server->port);
    options.url = url;
    options.helo = options.helo != NULL ? options.helo : "rollcall.example.org";
    options.timeout_us = options.timeout_us != 0 ? options.timeout_us : 10 * SECOND_US;
    if (smtp_pool_new(&options, 1, &client, &err) < 0) {
        fail_msg("%s", err.message);
    }
    return client;
}

static int start_as(const char *mode)
{
    test_server_start(&plain, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--size", "100000", mode, NULL});
    kept = client_of(&plain, "smtp", (struct smtp_options){0});
    return 0;
}

static int start_plain(void **state)
{
    (void)state;
    return start_as(NULL);
}

static int start_pipelined(void **state)
{
    (void)state;
    return start_as("--pipelining");
}

static int stop_plain(void **state)
{
    (void)state;
    smtp_pool_free(kept);
    test_server_stop(&plain);
    return 0;
}

static void give(struct smtp_pool *client, const char *to, struct verdict *verdict)
{
    smtp_send(client,
              &(struct smtp_job){"bounce@example.org", to, MESSAGE, strlen(MESSAGE), verdict});
}

static const struct {
    const char *name;
    const char *to;
    enum verdict_what what;
    enum verdict_scope scope;
    const char *code;
    const char *suppress;
    int stored; /* messages that the server kept */
} cases[] = {
    {"a good address is sent to", "ada@example.org", VERDICT_SENT, VERDICT_MESSAGE, "250 2.0.0",
     NULL, 1},
    {"an address unknown is refused", "no@example.org", VERDICT_REFUSED, VERDICT_RECIPIENT,
     "550 5.1.1", "bounced", 0},
    {"a bare 550 is about the address", "old@example.org", VERDICT_REFUSED, VERDICT_RECIPIENT,
     "550", "bounced", 0},
    {"a policy of theirs is not", "policy@example.org", VERDICT_REFUSED, VERDICT_MESSAGE,
     "550 5.7.1", NULL, 0},
    {"a busy mailbox is tried later", "tmp@example.org", VERDICT_LATER, VERDICT_RECIPIENT,
     "450 4.2.1", NULL, 0},
    {"a server that shuts down rests", "busy@example.org", VERDICT_LATER, VERDICT_CHANNEL,
     "421 4.3.2", NULL, 0},
    {"a cut line at RCPT is later", "drop-rcpt@example.org", VERDICT_LATER, VERDICT_MESSAGE, NULL,
     NULL, 0},
    {"a cut line after the dot is later, too", "drop-data@example.org", VERDICT_LATER,
     VERDICT_MESSAGE, NULL, NULL, 1},
    {"a full disk is later", "end4@example.org", VERDICT_LATER, VERDICT_MESSAGE, "452 4.3.1", NULL,
     0},
    {"a dislike of the content is final", "end5@example.org", VERDICT_REFUSED, VERDICT_MESSAGE,
     "554 5.6.0", NULL, 0},
    {"greylisting is later", "grey-1@example.org", VERDICT_LATER, VERDICT_RECIPIENT, "451 4.7.1",
     NULL, 0},
    {"and passes", "grey-1@example.org", VERDICT_SENT, VERDICT_MESSAGE, "250 2.0.0", NULL, 1},
    {"a domain in Unicode goes as A-labels",
     "ada@b\xc3\xbc"
     "cher.example.org",
     VERDICT_SENT, VERDICT_MESSAGE, "250 2.0.0", NULL, 1},
    {"a local part in Unicode needs SMTPUTF8", "j\xc3\xb6rg@example.org", VERDICT_REFUSED,
     VERDICT_RECIPIENT, "smtputf8", "refused", 0},
    {"nonsense never reaches the server", "ada@example.org> SIZE=1\r\nRCPT TO:<eve@example.org",
     VERDICT_REFUSED, VERDICT_RECIPIENT, "address", "refused", 0},
};

static void every_reply_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verdict v = {0};
        int before = test_count_files(plain.dir, ".eml");
        give(kept, cases[i].to, &v);
        if (v.what != cases[i].what || v.scope != cases[i].scope ||
            (cases[i].code != NULL && strcmp(v.code, cases[i].code) != 0)) {
            fail_msg("%s: %s %s %s %s", cases[i].name, verdict_what_name(v.what),
                     verdict_scope_name(v.scope), v.code, v.detail);
        }
        if ((v.suppress == NULL) != (cases[i].suppress == NULL) ||
            (v.suppress != NULL && strcmp(v.suppress, cases[i].suppress) != 0)) {
            fail_msg("%s: suppress is %s", cases[i].name, v.suppress != NULL ? v.suppress : "NULL");
        }
        if (test_count_files(plain.dir, ".eml") - before != cases[i].stored) {
            fail_msg("%s: the server stored %d messages", cases[i].name,
                     test_count_files(plain.dir, ".eml") - before);
        }
    }
}

static char *last_stored(struct arena *arena, const struct test_server *server, const char *suffix)
{
    int n = test_count_files(server->dir, ".eml");
    return test_read_file(arena, arena_printf(arena, "%s/%06d%s", server->dir, n, suffix), NULL);
}

static void the_message_arrives_as_it_was(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct verdict v = {0};
    give(kept,
         "ada@b\xc3\xbc"
         "cher.example.org",
         &v);
    assert_int_equal(v.what, VERDICT_SENT);
    assert_string_equal(last_stored(arena, &plain, ".eml"), MESSAGE);
    const char *facts = last_stored(arena, &plain, ".json");
    assert_non_null(strstr(facts, "\"helo\": \"rollcall.example.org\""));
    assert_non_null(strstr(facts, "\"from\": \"bounce@example.org\""));
    assert_non_null(strstr(facts, "ada@xn--bcher-kva.example.org"));
    arena_free(arena);
}

static void one_connection_serves_many_messages(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct verdict v = {0};
    give(kept, "ada@example.org", &v);
    const char *first = strstr(last_stored(arena, &plain, ".json"), "\"peer\"");
    give(kept, "bob@example.org", &v);
    assert_string_equal(first, strstr(last_stored(arena, &plain, ".json"), "\"peer\""));
    arena_free(arena);
}

static void a_message_beyond_the_servers_limit_is_refused_for_itself(void **state)
{
    (void)state;
    static char big[200001];
    struct verdict v = {0};
    memset(big, 'x', sizeof big - 1);
    for (size_t i = 70; i + 1 < sizeof big - 1; i += 72) {
        memcpy(big + i, "\r\n", 2);
    }
    smtp_send(kept,
              &(struct smtp_job){"bounce@example.org", "ada@example.org", big, sizeof big - 1, &v});
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_MESSAGE);
    assert_memory_equal(v.code, "552", 3);
}

static void an_idle_connection_that_was_cut_is_opened_anew(void **state)
{
    (void)state;
    struct test_server server;
    struct verdict v = {0};
    test_server_start(&server, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--idle", "0.2", NULL});
    struct smtp_pool *client = client_of(&server, "smtp", (struct smtp_options){0});
    give(client, "ada@example.org", &v);
    assert_int_equal(v.what, VERDICT_SENT);
    struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
    (void)nanosleep(&pause, NULL);
    give(client, "ada@example.org", &v);
    assert_int_equal(v.what, VERDICT_SENT);
    smtp_pool_free(client);
    test_server_stop(&server);
}

static void a_server_with_smtputf8_gets_the_address_in_unicode(void **state)
{
    (void)state;
    struct test_server server;
    struct arena *arena = arena_new();
    struct verdict v = {0};
    test_server_start(&server, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--utf8", NULL});
    struct smtp_pool *client = client_of(&server, "smtp", (struct smtp_options){0});
    give(client, "j\xc3\xb6rg@example.org", &v);
    assert_int_equal(v.what, VERDICT_SENT);
    assert_non_null(strstr(last_stored(arena, &server, ".json"), "SMTPUTF8"));
    smtp_pool_free(client);
    test_server_stop(&server);
    arena_free(arena);
}

/* One delivery with these options; "CA" as ca_file is the server's own certificate. */
static void try_tls(const char *server_tls, const char *scheme, struct smtp_options options,
                    struct verdict *ret)
{
    struct test_server server;
    char ca[200];
    test_server_start(&server, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--tls", server_tls,
                                            options.user != NULL ? "--auth" : NULL, NULL});
    if (options.ca_file != NULL) {
        (void)snprintf(ca, sizeof ca, "%s/cert.pem", server.dir);
        options.ca_file = ca;
    }
    struct smtp_pool *client = client_of(&server, scheme, options);
    give(client, "ada@example.org", ret);
    smtp_pool_free(client);
    if (ret->what == VERDICT_SENT) {
        struct arena *arena = arena_new();
        const char *facts = last_stored(arena, &server, ".json");
        assert_non_null(strstr(facts, "\"tls\": true"));
        assert_non_null(
            strstr(facts, options.user != NULL ? "\"login\": \"rollcall\"" : "\"login\": \"\""));
        arena_free(arena);
    }
    test_server_stop(&server);
}

static void starttls_and_implicit_tls_carry_mail(void **state)
{
    (void)state;
    struct verdict v = {0};
    try_tls("starttls", "smtp", (struct smtp_options){.requires_tls = true, .ca_file = "CA"}, &v);
    assert_int_equal(v.what, VERDICT_SENT);
    try_tls("implicit", "smtps", (struct smtp_options){.ca_file = "CA"}, &v);
    assert_int_equal(v.what, VERDICT_SENT);
    try_tls(
        "starttls", "smtp",
        (struct smtp_options){
            .requires_tls = true, .ca_file = "CA", .user = "rollcall", .password = "correct horse"},
        &v);
    assert_int_equal(v.what, VERDICT_SENT);
}

static bool is_content(void *arg, const size_t *which, size_t n)
{
    (void)arg;
    (void)which;
    (void)n;
    return true;
}

/* TLS wants a write that could not be finished repeated as it was. */
static void messages_that_fill_the_line_go_through_tls(void **state)
{
    (void)state;
    enum { N = 2 };
    static char big[4194301];
    struct test_server server;
    char ca[200];
    struct smtp_job jobs[N];
    struct verdict verdicts[N] = {0};
    for (size_t i = 0; i + 1 < sizeof big; i += 50) {
        memcpy(big + i, "forty-eight letters and a line's end and so on..\r\n", 50);
    }
    test_server_start(&server, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--tls", "starttls", "--size",
                                            "9000000", "--pipelining", NULL});
    (void)snprintf(ca, sizeof ca, "%s/cert.pem", server.dir);
    struct smtp_pool *client =
        client_of(&server, "smtp", (struct smtp_options){.requires_tls = true, .ca_file = ca});
    for (size_t i = 0; i < N; i++) {
        jobs[i] =
            (struct smtp_job){"a@example.org", "b@example.org", big, sizeof big - 1, &verdicts[i]};
    }
    smtp_pool_send(client, &(struct smtp_batch){.jobs = jobs, .n = N, .done = is_content});
    for (size_t i = 0; i < N; i++) {
        if (verdicts[i].what != VERDICT_SENT) {
            fail_msg("%zu: %s %s", i, verdicts[i].code, verdicts[i].detail);
        }
    }
    assert_int_equal(test_count_files(server.dir, ".eml"), N);
    smtp_pool_free(client);
    test_server_stop(&server);
}

static void a_server_without_starttls_gets_nothing_when_it_is_required(void **state)
{
    (void)state;
    struct verdict v = {0};
    int before = test_count_files(plain.dir, ".eml");
    struct smtp_pool *client =
        client_of(&plain, "smtp", (struct smtp_options){.requires_tls = true});
    give(client, "ada@example.org", &v);
    smtp_pool_free(client);
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    assert_string_equal(v.code, "tls");
    assert_int_equal(test_count_files(plain.dir, ".eml"), before);
}

static void a_certificate_of_nobody_stops_the_channel(void **state)
{
    (void)state;
    struct verdict v = {0};
    try_tls("starttls", "smtp", (struct smtp_options){.requires_tls = true}, &v);
    assert_int_equal(v.what, VERDICT_LATER);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    assert_string_equal(v.code, "tls");
}

static void a_wrong_password_stops_the_channel(void **state)
{
    (void)state;
    struct verdict v = {0};
    try_tls("starttls", "smtp",
            (struct smtp_options){
                .requires_tls = true, .ca_file = "CA", .user = "rollcall", .password = "wrong"},
            &v);
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    assert_memory_equal(v.code, "535", 3);
    assert_null(v.suppress);
}

static void a_silent_server_costs_the_time_out_and_no_more(void **state)
{
    (void)state;
    struct test_server server;
    struct verdict v = {0};
    test_server_start(&server, "smtp_server.py",
                      (const char *const[]){"--out", "DIR", "--silent", NULL});
    struct smtp_pool *client =
        client_of(&server, "smtp", (struct smtp_options){.timeout_us = SECOND_US});
    int64_t start_us = clock_monotonic_us();
    give(client, "ada@example.org", &v);
    smtp_pool_free(client);
    assert_true(clock_monotonic_us() - start_us < 4 * SECOND_US);
    assert_int_equal(v.what, VERDICT_LATER);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    assert_string_equal(v.code, "timeout");
    test_server_stop(&server);
}

static void silence_after_the_message_is_later_for_it_alone(void **state)
{
    (void)state;
    struct verdict v = {0};
    struct smtp_pool *client =
        client_of(&plain, "smtp", (struct smtp_options){.timeout_us = SECOND_US});
    give(client, "slow-5@example.org", &v);
    smtp_pool_free(client);
    assert_int_equal(v.what, VERDICT_LATER);
    assert_int_equal(v.scope, VERDICT_MESSAGE);
    assert_string_equal(v.code, "timeout");
}

static void quit_does_not_wait_for_a_server_that_hangs(void **state)
{
    (void)state;
    struct test_server server;
    struct verdict v = {0};
    test_server_start(&server, "smtp_server.py", (const char *const[]){"--out", "DIR", NULL});
    struct smtp_pool *client = client_of(&server, "smtp", (struct smtp_options){0});
    give(client, "ada@example.org", &v);
    assert_int_equal(v.what, VERDICT_SENT);
    (void)kill(server.pid, SIGSTOP);
    int64_t start_us = clock_monotonic_us();
    smtp_pool_free(client);
    int64_t took_us = clock_monotonic_us() - start_us;
    (void)kill(server.pid, SIGCONT);
    test_server_stop(&server);
    if (took_us > 4 * SECOND_US) {
        fail_msg("QUIT took %d ms", (int)(took_us / 1000));
    }
}

static void a_closed_port_stops_the_channel(void **state)
{
    (void)state;
    struct test_server server = {.port = 1};
    struct verdict v = {0};
    struct smtp_pool *client = client_of(&server, "smtp", (struct smtp_options){0});
    give(client, "ada@example.org", &v);
    smtp_pool_free(client);
    assert_int_equal(v.what, VERDICT_LATER);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
}

static void settings_that_cannot_work_are_refused_at_once(void **state)
{
    (void)state;
    static const struct smtp_options bad[] = {
        {.url = "http://mail.example.org", .helo = "x"},
        {.url = "mail", .helo = "x y"},
        {.url = "", .helo = "x"},
        {.url = "smtp://mail.example.org", .helo = ""},
        {.url = "smtp://mail.example.org", .helo = "x\r\nMAIL FROM:<eve@example.org>"},
        {.url = "smtp://mail.example.org", .helo = "x", .user = "u", .password = "p"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct smtp_pool *client = NULL;
        struct err err = {0};
        if (smtp_pool_new(&bad[i], 1, &client, &err) != ERR_USAGE) {
            fail_msg("row %zu was accepted", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reply_has_its_verdict),
        cmocka_unit_test(the_message_arrives_as_it_was),
        cmocka_unit_test(one_connection_serves_many_messages),
        cmocka_unit_test(a_message_beyond_the_servers_limit_is_refused_for_itself),
        cmocka_unit_test(an_idle_connection_that_was_cut_is_opened_anew),
        cmocka_unit_test(a_server_with_smtputf8_gets_the_address_in_unicode),
        cmocka_unit_test(starttls_and_implicit_tls_carry_mail),
        cmocka_unit_test(messages_that_fill_the_line_go_through_tls),
        cmocka_unit_test(a_server_without_starttls_gets_nothing_when_it_is_required),
        cmocka_unit_test(a_certificate_of_nobody_stops_the_channel),
        cmocka_unit_test(a_wrong_password_stops_the_channel),
        cmocka_unit_test(a_silent_server_costs_the_time_out_and_no_more),
        cmocka_unit_test(silence_after_the_message_is_later_for_it_alone),
        cmocka_unit_test(quit_does_not_wait_for_a_server_that_hangs),
        cmocka_unit_test(a_closed_port_stops_the_channel),
        cmocka_unit_test(settings_that_cannot_work_are_refused_at_once),
    };
    int n_failed =
        cmocka_run_group_tests_name("one command a time", tests, start_plain, stop_plain);
    return n_failed + cmocka_run_group_tests_name("pipelined", tests, start_pipelined, stop_plain);
}
