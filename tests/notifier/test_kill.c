/*
 * SIGKILL at every moment of a delivery: nothing is lost, and nothing is there twice but what was
 * under way, with the same Message-ID (mail), the same transaction id (Matrix) or the same file
 * name (Maildir). The servers take their time at each step, so that the kills, whose moments sweep
 * over the worker's life, fall into all of them.
 */
#include "support/testing.h"

#include "support/notifier_rig.h"
#include "support/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define KILLS     60
#define PER_ROUND 3
#define STEP_US   3100 /* the moment of the kill moves on by so much each round */
#define SWEEP_US  150000

/* Kills KILLS workers while messages keep coming, then lets one finish. */
static void kill_and_finish(struct rig *rig, const char *channel)
{
    char prefix[16];
    long at_us = 5000;
    for (int i = 0; i < KILLS; i++) {
        (void)snprintf(prefix, sizeof prefix, "r%dx", i);
        rig_add(rig, channel, prefix, PER_ROUND);
        pid_t pid = rig_start(rig);
        struct timespec pause = {.tv_nsec = at_us * 1000};
        (void)nanosleep(&pause, NULL);
        (void)kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        at_us = (at_us + STEP_US) % SWEEP_US;
        /* what the dead ones had is free again when the leases are over: now, in their order */
        test_db_run(&rig->db, "update outbox set leased_until = leased_until - interval '1 hour' "
                              "where state = 'leased'");
    }
    /* on a slow machine all of the kills may have met the same few: an operator sends them again */
    test_db_run(&rig->db, "update outbox set state = 'waiting' where state = 'dead'");
    rig_drain(rig);
    assert_string_equal(
        test_db_value(&rig->db, "select count(*) from outbox where state <> 'sent'"), "0");
    print_message("%s: %s attempts for %d messages\n", channel,
                  test_db_value(&rig->db, "select sum(attempts) from outbox"), KILLS * PER_ROUND);
}

/* Runs a program of the shell and gives the first number that it prints. */
static int number_of(const char *command)
{
    char line[64] = "";
    FILE *out = popen(command, "r");
    assert_non_null(out);
    (void)fgets(line, sizeof line, out);
    (void)pclose(out);
    return atoi(line);
}

static void mail_is_neither_lost_nor_repeated_beyond_the_one_under_way(void **state)
{
    (void)state;
    struct rig rig;
    struct test_server smtp;
    char text[256];
    rig_init(&rig);
    test_server_start(
        &smtp, "smtp_server.py",
        (const char *const[]){"--out", "DIR", "--pipelining", "--delay-ms", "8", NULL});
    (void)snprintf(text, sizeof text, "smtp://127.0.0.1:%d", smtp.port);
    rig_set(SET_SMTP_URL, text);
    kill_and_finish(&rig, "mail");
    (void)snprintf(text, sizeof text, "cat %s/*.eml | grep -a -c ^Message-ID:", smtp.dir);
    int copies = number_of(text);
    (void)snprintf(text, sizeof text, "cat %s/*.eml | grep -a ^Message-ID: | sort -u | wc -l",
                   smtp.dir);
    int messages = number_of(text);
    print_message("mail: %d messages, %d repeats, %d kills\n", messages, copies - messages, KILLS);
    assert_int_equal(messages, KILLS * PER_ROUND); /* nothing lost */
    assert_true(copies - messages <= 4 * KILLS);   /* those on its connections at most */
    /* and one message is not repeated again and again: each copy had an attempt of its own */
    (void)snprintf(text, sizeof text, "%s",
                   test_db_value(&rig.db, "select sum(attempts) from outbox"));
    assert_true(copies <= atoi(text));
    test_server_stop(&smtp);
    rig_done(&rig);
}

static void a_maildir_has_each_message_once(void **state)
{
    (void)state;
    struct rig rig;
    char folder[100];
    rig_init(&rig);
    kill_and_finish(&rig, "mail");
    (void)snprintf(folder, sizeof folder, "%s/maildir/new", rig.var);
    assert_int_equal(test_count_files(folder, ""), KILLS * PER_ROUND);
    (void)snprintf(folder, sizeof folder, "%s/maildir/tmp", rig.var);
    assert_int_equal(test_count_files(folder, ""), 0);
    rig_done(&rig);
}

static void a_matrix_room_has_each_message_once(void **state)
{
    (void)state;
    struct rig rig;
    struct test_server matrix;
    char text[300];
    rig_init(&rig);
    test_server_start(&matrix, "fake_matrix.py", (const char *const[]){"--delay-ms", "4", NULL});
    (void)snprintf(text, sizeof text, "http://127.0.0.1:%d", matrix.port);
    rig_set(SET_MATRIX_URL, text);
    rig_set(SET_MATRIX_TOKEN, "good-token");
    kill_and_finish(&rig, "matrix");
    (void)snprintf(text, sizeof text,
                   "/usr/bin/python3 -c \"import json, urllib.request as u; "
                   "e = json.load(u.urlopen('http://127.0.0.1:%d/_test/dump'))['events']; "
                   "print(len(e) if len({x['user'] for x in e}) == len(e) else -1)\"",
                   matrix.port);
    assert_int_equal(number_of(text), KILLS * PER_ROUND);
    test_server_stop(&matrix);
    rig_done(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_is_neither_lost_nor_repeated_beyond_the_one_under_way),
        cmocka_unit_test(a_maildir_has_each_message_once),
        cmocka_unit_test(a_matrix_room_has_each_message_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
