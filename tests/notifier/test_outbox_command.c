/* `rollcall outbox` and `rollcall send` as an operator meets them: output and exit status. */
#include "support/testing.h"

#include "support/notifier_rig.h"
#include "support/server.h"

#include "notifier/notifier.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct rig rig;
static char output[65536];

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig);
    rig_add_one(&rig, "mail", "ada@example.org");
    rig_add_one(&rig, "mail", "bob@example.org");
    rig_add_one(&rig, "matrix", "@ada:example.org");
    test_db_run(&rig.db, "update outbox set outbox_id = 7, state = 'dead', attempts = 3, "
                         "last_detail = '450 4.2.1 busy' where address = 'bob@example.org'");
    test_db_run(&rig.db, "insert into delivery (event_id, outbox_id, attempt, verdict, scope, "
                         "code) values (1, 7, 3, 'later', 'recipient', '450 4.2.1')");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

/* Runs the command with its words; what it prints on stdout and stderr is in output. */
static int run(int (*command)(int, char **), const char *line)
{
    char words[200];
    char *argv[10] = {0};
    int argc = 0;
    (void)snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    FILE *file = tmpfile();
    assert_non_null(file);
    (void)fflush(stdout);
    int out = dup(STDOUT_FILENO);
    int complaints = dup(STDERR_FILENO);
    (void)dup2(fileno(file), STDOUT_FILENO);
    (void)dup2(fileno(file), STDERR_FILENO);
    int status = command(argc, argv);
    (void)fflush(stdout);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(complaints, STDERR_FILENO);
    (void)close(out);
    (void)close(complaints);
    rewind(file);
    output[fread(output, 1, sizeof output - 1, file)] = '\0';
    (void)fclose(file);
    return status;
}

static const struct {
    const char *line;
    int status;
    const char *has;
    const char *lacks; /* NULL = nothing in particular */
} cases[] = {
    {"outbox", 0, "dead: 1, waiting: 2", NULL},
    {"outbox", 0, "bob@example.org", NULL},
    {"outbox --state dead", 0, "450 4.2.1 busy", "ada@example.org  "},
    {"outbox --state dead --json", 0, "{\"outbox\":7,\"event\":\"conf\",\"kind\":\"question\"",
     "waiting"},
    {"outbox --state nonsense", 2, "usage:", NULL},
    {"outbox --nonsense", 2, "usage:", NULL},
    {"outbox --help", 0, "Exit status", NULL},
    {"outbox show 7", 0, "attempt 3:", NULL},
    {"outbox show 7", 0, "Subject: Will you be at Conference?", NULL},
    {"outbox show 7 --text", 0, "Dear Ada Example,", "Subject:"},
    {"outbox show 7 --html", 0, "<!DOCTYPE html>", NULL},
    {"outbox show 7 --source", 0, "Message-ID: <rollcall-1-7-", NULL},
    {"outbox show 999", 1, "there is no message 999", NULL},
    {"outbox show", 2, "usage:", NULL},
    {"outbox show seven", 2, "usage:", NULL},
    {"outbox show -1", 2, "usage:", NULL},
    {"outbox show 7 --nonsense", 2, "--source", NULL},
    {"outbox retry 999", 1, "0 messages are back in line", NULL},
    {"outbox retry", 2, "usage:", NULL},
    {"outbox retry 7", 0, "1 message is back in line", NULL},
    {"outbox retry --dead", 1, "0 messages are back in line", NULL},
    {"outbox --state waiting --json", 0, "\"outbox\":7", NULL},
};

static void every_call_prints_and_returns_what_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = run(outbox_command, cases[i].line);
        if (status != cases[i].status || strstr(output, cases[i].has) == NULL ||
            (cases[i].lacks != NULL && strstr(output, cases[i].lacks) != NULL)) {
            fail_msg("'%s' returned %d and printed:\n%s", cases[i].line, status, output);
        }
    }
}

static void another_event_has_its_own_outbox(void **state)
{
    (void)state;
    test_db_run(&rig.db, "insert into event (event_id, slug) values (2, 'other')");
    rig_set(SET_EVENT, "other");
    assert_int_equal(run(outbox_command, "outbox"), 0);
    assert_non_null(strstr(output, "the outbox is empty"));
    rig_set(SET_EVENT, "nowhere");
    assert_int_equal(run(outbox_command, "outbox"), 2);
    assert_non_null(strstr(output, "nowhere"));
    rig_set(SET_EVENT, "");
}

static void a_test_message_goes_where_all_messages_go(void **state)
{
    (void)state;
    char folder[100];
    assert_int_equal(run(send_command, "send --test ada@example.org"), 0);
    assert_non_null(strstr(output, "maildir: sent"));
    (void)snprintf(folder, sizeof folder, "%s/maildir/new", rig.var);
    assert_int_equal(test_count_files(folder, ""), 1);
    assert_int_equal(run(send_command, "send --test @ada:example.org"), 0);
    (void)snprintf(folder, sizeof folder, "%s/maildir/.Matrix/new", rig.var);
    assert_int_equal(test_count_files(folder, ""), 1);
}

static void what_the_server_said_to_a_test_message_is_printed(void **state)
{
    (void)state;
    struct test_server smtp;
    char url[64];
    test_server_start(&smtp, "smtp_server.py", (const char *const[]){"--out", "DIR", NULL});
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", smtp.port);
    rig_set(SET_SMTP_URL, url);
    assert_int_equal(run(send_command, "send --test no@example.org"), 1);
    assert_non_null(strstr(output, "smtp: refused (recipient) 550 5.1.1 No such user here"));
    rig_set(SET_SMTP_URL, "ftp://nowhere");
    assert_int_equal(run(send_command, "send --test no@example.org"), 2);
    assert_non_null(strstr(output, "ROLLCALL_SMTP_URL"));
    assert_int_equal(run(send_command, "send --test nonsense"), 2);
    assert_int_equal(run(send_command, "send"), 2);
    test_server_stop(&smtp);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_call_prints_and_returns_what_it_should),
        TEST(another_event_has_its_own_outbox),
        TEST(a_test_message_goes_where_all_messages_go),
        TEST(what_the_server_said_to_a_test_message_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
