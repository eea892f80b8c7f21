/* A server that goes wrong at each verb: what is tried later, what never again, and what stops all.
 */
#include "support/testing.h"

#include "support/server.h"

#include "base/clock.h"
#include "net/smtp.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE "From: a@example.org\r\nSubject: x\r\n\r\nbody\r\n"

static const struct {
    const char *at;
    const char *what_it_does;
    enum verdict_what what;
    enum verdict_scope scope;
    const char *code; /* its beginning */
    bool is_bounced;  /* the address must not be used again */
} cases[] = {
    {"connect", "220 Good day", VERDICT_SENT, VERDICT_MESSAGE, "250 2.0.0", false},
    {"connect", "421 4.3.2 Too busy", VERDICT_LATER, VERDICT_CHANNEL, "421", false},
    {"connect", "554 5.7.1 You are on a list", VERDICT_REFUSED, VERDICT_CHANNEL, "554", false},
    {"connect", "cut", VERDICT_LATER, VERDICT_CHANNEL, "", false},
    {"connect", "reset", VERDICT_LATER, VERDICT_CHANNEL, "", false},
    {"connect", "hang", VERDICT_LATER, VERDICT_CHANNEL, "timeout", false},
    {"connect", "babble", VERDICT_LATER, VERDICT_CHANNEL, "", false},
    {"EHLO", "421 4.3.2 Going down", VERDICT_LATER, VERDICT_CHANNEL, "", false},
    {"EHLO", "cut", VERDICT_LATER, VERDICT_CHANNEL, "", false},
    {"EHLO", "hang", VERDICT_LATER, VERDICT_CHANNEL, "timeout", false},
    {"MAIL", "451 4.3.0 Not now", VERDICT_LATER, VERDICT_CHANNEL, "451", false},
    {"MAIL", "550 5.7.1 Not you", VERDICT_REFUSED, VERDICT_CHANNEL, "550", false},
    {"MAIL", "552 5.3.4 Too long", VERDICT_REFUSED, VERDICT_MESSAGE, "552", false},
    {"MAIL", "421 4.7.0 Too many", VERDICT_LATER, VERDICT_CHANNEL, "421", false},
    {"MAIL", "cut", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"RCPT", "450 4.2.1 Busy", VERDICT_LATER, VERDICT_RECIPIENT, "450", false},
    {"RCPT", "452 4.5.3 Too many", VERDICT_LATER, VERDICT_RECIPIENT, "452", false},
    {"RCPT", "550 5.1.1 Unknown", VERDICT_REFUSED, VERDICT_RECIPIENT, "550", true},
    {"RCPT", "552 5.2.2 Mailbox full", VERDICT_REFUSED, VERDICT_MESSAGE, "552", false},
    {"RCPT", "550 5.7.1 Policy", VERDICT_REFUSED, VERDICT_MESSAGE, "550", false},
    {"RCPT", "421 4.4.2 Bye", VERDICT_LATER, VERDICT_CHANNEL, "421", false},
    {"RCPT", "hang", VERDICT_LATER, VERDICT_MESSAGE, "timeout", false},
    {"RCPT", "half", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"DATA", "451 4.3.0 Not now", VERDICT_LATER, VERDICT_MESSAGE, "451", false},
    {"DATA", "554 5.5.1 No", VERDICT_REFUSED, VERDICT_MESSAGE, "554", false},
    {"DATA", "421 4.3.0 Bye", VERDICT_LATER, VERDICT_CHANNEL, "421", false},
    {"DATA", "cut", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"DATA", "hang", VERDICT_LATER, VERDICT_MESSAGE, "timeout", false},
    {"body", "cut", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"body", "hang", VERDICT_LATER, VERDICT_MESSAGE, "timeout", false},
    {"dot", "451 4.3.0 Not now", VERDICT_LATER, VERDICT_MESSAGE, "451", false},
    {"dot", "554 5.6.0 Spam", VERDICT_REFUSED, VERDICT_MESSAGE, "554", false},
    {"dot", "421 4.3.0 Bye", VERDICT_LATER, VERDICT_CHANNEL, "421", false},
    {"dot", "cut", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"dot", "reset", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"dot", "hang", VERDICT_LATER, VERDICT_MESSAGE, "timeout", false},
    {"dot", "half", VERDICT_LATER, VERDICT_MESSAGE, "", false},
    {"dot", "drip", VERDICT_LATER, VERDICT_MESSAGE, "timeout", false},
    {"MAIL", "hello", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"MAIL", "199 x", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"MAIL", "334 x", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"RCPT", "2500 x", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"RCPT", "babble", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"DATA", "250 x", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"dot", "354 x", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
    {"dot", "babble", VERDICT_LATER, VERDICT_MESSAGE, "garbage", false},
};

static void judge(size_t i, const char *mode, struct verdict *v)
{
    struct test_server server;
    struct smtp_pool *client = NULL;
    struct err err = {0};
    char url[64];
    test_server_start(
        &server, "smtp_script.py",
        (const char *const[]){"--at", cases[i].at, "--do", cases[i].what_it_does, mode, NULL});
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", server.port);
    bool is_drip = strcmp(cases[i].what_it_does, "drip") == 0; /* ends after ten time-outs */
    struct smtp_options options = {.url = url,
                                   .helo = "rollcall.example.org",
                                   .timeout_us = is_drip ? SECOND_US / 5 : SECOND_US};
    assert_int_equal(smtp_pool_new(&options, 1, &client, &err), 0);
    smtp_send(client, &(struct smtp_job){"bounce@example.org", "ada@example.org", MESSAGE,
                                         strlen(MESSAGE), v});
    smtp_pool_free(client);
    test_server_stop(&server);
}

static void try_all(const char *mode)
{
    int n_wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verdict v = {0};
        judge(i, mode, &v);
        if (v.what != cases[i].what || v.scope != cases[i].scope ||
            strncmp(v.code, cases[i].code, strlen(cases[i].code)) != 0 ||
            (v.suppress != NULL) != cases[i].is_bounced) {
            print_error("%s %s, %s: %s %s %s (%s) suppress %s\n", mode != NULL ? mode : "",
                        cases[i].at, cases[i].what_it_does, verdict_what_name(v.what),
                        verdict_scope_name(v.scope), v.code, v.detail,
                        v.suppress != NULL ? v.suppress : "no");
            n_wrong++;
        }
    }
    assert_int_equal(n_wrong, 0);
}

static void trouble_at_each_verb_has_its_verdict(void **state)
{
    (void)state;
    try_all(NULL);
}

static void and_the_same_when_the_commands_left_together(void **state)
{
    (void)state;
    try_all("--pipelining");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble_at_each_verb_has_its_verdict),
        cmocka_unit_test(and_the_same_when_the_commands_left_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
