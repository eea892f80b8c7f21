/* The deliver worker as a process, on PostgreSQL, aiosmtpd, a scripted homeserver and a Maildir. */
#include "support/testing.h"

#include "support/notifier_rig.h"
#include "support/server.h"

#include "base/clock.h"
#include "base/secret.h"
#include "notifier/outbox.h"
#include "store/suppression.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

static struct rig rig;
static char text[200];

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_done(&rig);
    return 0;
}

static const char *value(const char *sql)
{
    return test_db_value(&rig.db, sql);
}

static const char *folder(const char *path)
{
    (void)snprintf(text, sizeof text, "%s/%s", rig.var, path);
    return text;
}

static void use_smtp_as(struct test_server *server, const char *mode)
{
    char url[64];
    test_server_start(server, "smtp_server.py", (const char *const[]){"--out", "DIR", mode, NULL});
    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", server->port);
    rig_set(SET_SMTP_URL, url);
}

static void use_smtp(struct test_server *server)
{
    use_smtp_as(server, NULL);
}

static void use_matrix(struct test_server *server)
{
    char url[64];
    test_server_start(server, "fake_matrix.py", (const char *const[]){NULL});
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", server->port);
    rig_set(SET_MATRIX_URL, url);
    rig_set(SET_MATRIX_TOKEN, "good-token");
}

static void without_servers_everything_stays_in_the_maildir(void **state)
{
    (void)state;
    rig_add(&rig, "mail", "ada", 20);
    rig_add(&rig, "matrix", "ada", 10);
    rig_drain(&rig);
    assert_string_equal(
        value("select count(*) from outbox where state = 'sent' and sent_at is not null"), "30");
    assert_string_equal(value("select count(distinct remote_id) from outbox where remote_id <> ''"),
                        "30");
    assert_string_equal(
        value("select count(*) from delivery where verdict = 'sent' and attempt = 1"), "30");
    assert_int_equal(test_count_files(folder("maildir/new"), ""), 20);
    assert_int_equal(test_count_files(folder("maildir/.Matrix/new"), ""), 10);
}

static void a_message_that_comes_while_it_waits_is_sent_at_once(void **state)
{
    (void)state;
    rig_set(SET_POLL, "60s");
    pid_t pid = rig_start(&rig);
    struct timespec pause = {.tv_sec = 1};
    (void)nanosleep(&pause, NULL); /* it is asleep for a minute now, unless it is woken */
    rig_add(&rig, "mail", "late", 1);
    rig_wait(&rig, "select state from outbox", "sent");
    rig_stop(pid);
}

static void mail_and_matrix_go_out_and_refusals_have_consequences(void **state)
{
    (void)state;
    struct test_server smtp;
    struct test_server matrix;
    use_smtp(&smtp);
    use_matrix(&matrix);
    rig_add(&rig, "mail", "ada", 5);
    rig_add(&rig, "matrix", "ada", 5);
    rig_add_one(&rig, "mail", "no@example.org");
    rig_add_one(&rig, "mail", "end5@example.org");
    rig_add_one(&rig, "mail", "grey-2@example.org");
    rig_add_one(&rig, "matrix", "@encrypted:example.org");
    rig_add_one(&rig, "matrix", "@lost:example.org");
    rig_drain(&rig);
    assert_string_equal(
        value(
            "select string_agg(address, ' ' order by address) from outbox where state = 'refused'"),
        "@encrypted:example.org end5@example.org no@example.org");
    assert_string_equal(
        value("select string_agg(address || '=' || reason, ' ' order by address) from suppression"),
        "@encrypted:example.org=encrypted no@example.org=bounced");
    assert_string_equal(value("select count(*) from outbox where state = 'sent'"), "12");
    assert_string_equal(
        value("select string_agg(verdict, ' ' order by attempt) from delivery natural join outbox "
              "where address = 'grey-2@example.org'"),
        "later later sent");
    assert_string_equal(value("select count(*) from matrix_room"), "7");
    assert_int_equal(test_count_files(smtp.dir, ".eml"), 6);
    test_server_stop(&smtp);
    test_server_stop(&matrix);
}

static void what_is_suppressed_withdrawn_or_out_of_date_does_not_leave(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp(&smtp);
    rig_add_one(&rig, "mail", "Ada@example.org");
    rig_add_one(&rig, "mail", "late@example.org");
    rig_add_one(&rig, "mail", "good@example.org");
    test_db_run(&rig.db, "insert into suppression (event_id, channel, address, reason) values (1, "
                         "'mail', 'ada@Example.org', 'unsubscribed')");
    test_db_run(&rig.db, "update outbox set expires_at = now() - interval '1 minute' where address "
                         "= 'late@example.org'");
    rig_drain(&rig);
    assert_string_equal(
        value("select string_agg(address || '=' || state, ' ' order by address) from outbox"),
        "Ada@example.org=refused good@example.org=sent late@example.org=expired");
    assert_string_equal(value("select count(*) from suppression"), "1");
    assert_int_equal(test_count_files(smtp.dir, ".eml"), 1);
    test_server_stop(&smtp);
}

static void a_server_that_is_down_holds_its_own_channel_only(void **state)
{
    (void)state;
    rig_set(SET_SMTP_URL, "smtp://127.0.0.1:1");
    rig_add(&rig, "mail", "ada", 50);
    rig_add(&rig, "matrix", "ada", 5);
    pid_t pid = rig_start(&rig);
    rig_wait(&rig, "select count(*) from outbox where state = 'sent'", "5");
    rig_wait(&rig,
             "select count(*) > 2 from delivery where scope = 'channel' and verdict = 'later'",
             "t");
    rig_stop(pid);
    /* one message at a time finds out, the others keep their attempts */
    assert_string_equal(
        value("select count(*) from outbox where channel = 'mail' and state = 'waiting'"), "50");
    assert_string_equal(
        value("select count(*) > 40 from outbox where channel = 'mail' and attempts = 0"), "t");
}

static void what_never_succeeds_is_given_up_and_can_be_sent_again(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp(&smtp);
    rig_add_one(&rig, "mail", "tmp@example.org");
    test_db_run(&rig.db, "update outbox set created_at = now() - interval '4 days'");
    rig_drain(&rig);
    assert_string_equal(value("select state || ' ' || last_verdict from outbox"), "dead later");
    test_server_stop(&smtp);
}

static void a_broken_payload_is_refused_and_does_not_hold_up_the_others(void **state)
{
    (void)state;
    rig_add(&rig, "mail", "ada", 3);
    test_db_run(&rig.db,
                "update outbox set payload = '{\"a\": 1}' where address = 'ada2@example.org'");
    rig_drain(&rig);
    assert_string_equal(value("select string_agg(state, ' ' order by outbox_id) from outbox"),
                        "sent refused sent");
    assert_string_equal(
        value("select last_detail like 'compose%event.title%' from outbox where state = 'refused'"),
        "t");
}

static void term_finishes_the_message_under_way_and_gives_the_rest_back(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp(&smtp);
    rig_set(SET_SMTP_CONNECTIONS, "1");
    rig_add_one(&rig, "mail", "slow-2@example.org");
    rig_add(&rig, "mail", "ada", 20);
    pid_t pid = rig_start(&rig);
    rig_wait(&rig, "select count(*) from outbox where state = 'leased'", "21");
    struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
    (void)nanosleep(&pause, NULL); /* the slow one is with the server now */
    rig_stop(pid);
    assert_string_equal(value("select state from outbox where address like 'slow%'"), "sent");
    assert_string_equal(
        value("select count(*) from outbox where state = 'waiting' and attempts = 0"), "20");
    test_server_stop(&smtp);
    rig_set(SET_SMTP_CONNECTIONS, "4");
}

static void several_connections_carry_each_message_once(void **state)
{
    (void)state;
    char command[300];
    struct test_server smtp;
    use_smtp(&smtp);
    rig_add(&rig, "mail", "ada", 150);
    rig_drain(&rig);
    assert_int_equal(test_count_files(smtp.dir, ".eml"), 150);
    (void)snprintf(command, sizeof command,
                   "test $(cat %s/*.json | grep -o '\"peer\": [0-9]*' | sort -u | wc -l) = 4",
                   smtp.dir);
    assert_int_equal(system(command), 0);
    test_server_stop(&smtp);
}

static void two_workers_share_the_work_and_repeat_nothing(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp_as(&smtp, "--pipelining");
    rig_set(SET_BATCH, "7");
    rig_add(&rig, "mail", "ada", 150);
    pid_t one = rig_start(&rig);
    pid_t two = rig_start(&rig);
    rig_wait(&rig, "select count(*) from outbox where state = 'sent'", "150");
    rig_stop(one);
    rig_stop(two);
    rig_set(SET_BATCH, "200");
    assert_int_equal(test_count_files(smtp.dir, ".eml"), 150);
    assert_string_equal(value("select max(attempts) from outbox"), "1");
    test_server_stop(&smtp);
}

static void the_speed_limit_holds(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp(&smtp);
    rig_set(SET_SMTP_RATE, "20");
    rig_add(&rig, "mail", "ada", 40);
    int64_t start_us = clock_monotonic_us();
    rig_drain(&rig);
    int64_t took_us = clock_monotonic_us() - start_us;
    assert_true(took_us > 900 * 1000); /* 20 at once, 20 more in a second */
    assert_true(took_us < 20 * SECOND_US);
    test_server_stop(&smtp);
}

static void a_lost_database_does_not_repeat_a_message(void **state)
{
    (void)state;
    struct test_server smtp;
    use_smtp(&smtp);
    rig_set(SET_SMTP_CONNECTIONS, "1");
    rig_add_one(&rig, "mail", "slow-2@example.org");
    pid_t pid = rig_start(&rig);
    rig_wait(&rig, "select state from outbox", "leased");
    struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
    (void)nanosleep(&pause, NULL);
    test_db_run(&rig.db, "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                         "current_database() and pid <> pg_backend_pid()");
    rig_wait(&rig, "select state from outbox", "sent");
    rig_stop(pid);
    assert_int_equal(test_count_files(smtp.dir, ".eml"), 1);
    assert_string_equal(value("select attempts from outbox"), "1");
    test_server_stop(&smtp);
}

/* Known by its hash only: nothing leaves, and the plan stage gets to know. */
static void what_was_under_way_does_not_end_the_pause_that_a_server_asks_for(void **state)
{
    (void)state;
    struct test_server matrix;
    struct timespec pause = {.tv_nsec = 700 * 1000 * 1000};
    use_matrix(&matrix);
    rig_set(SET_MATRIX_RATE, "1000");
    rig_add_one(&rig, "matrix", "@limit-header:example.org"); /* asks for 2 s */
    rig_add(&rig, "matrix", "ada", 20);
    pid_t pid = rig_start(&rig);
    rig_wait(&rig,
             "select count(*) from outbox where address like '@limit%' and last_verdict = 'later'",
             "1");
    (void)nanosleep(&pause, NULL);
    assert_string_equal(value("select count(*) <= 5 from outbox where state = 'sent'"), "t");
    rig_wait(&rig, "select count(*) from outbox where state = 'sent'", "21");
    rig_stop(pid);
    test_server_stop(&matrix);
}

static void who_was_forgotten_and_comes_back_gets_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    char hash[SUPPRESSION_HASH_SIZE];
    char sql[300];
    assert_int_equal(secret_load(&err), 0); /* that of the rig's folder */
    (void)snprintf(
        sql, sizeof sql,
        "insert into suppression (event_id, channel, address, reason) values (1, 'mail', "
        "'%s', 'unsubscribed')",
        suppression_hash("ada1@example.org", hash));
    test_db_run(&rig.db, sql);
    rig_add(&rig, "mail", "Ada", 2);
    rig_drain(&rig);
    assert_string_equal(value("select string_agg(address || ' ' || state, ' ' order by address) "
                              "from outbox"),
                        "Ada1@example.org refused Ada2@example.org sent");
    assert_string_equal(
        value("select string_agg(address || ' ' || reason, ',') from suppression"),
        "Ada1@example.org unsubscribed"); /* in clear, so that it can be taken back */
}

/* As if a notifier had died with everything in hand: leases that have run out. */
static void abandon(const char *where)
{
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "update outbox set state = 'leased', attempts = attempts + 1, leased_until = "
                   "now() - interval '1 second' where state in ('waiting', 'leased') and %s",
                   where);
    test_db_run(&rig.db, sql);
}

static void a_message_that_kills_notifiers_is_put_away_and_holds_up_no_other(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *db = test_db_open(&rig.db, DB_NOTIFIER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct outbox_batch batch = {0};
    rig_add(&rig, "mail", "ada", 20);
    rig_add_one(&rig, "mail", "deadly@example.org");
    abandon("true");
    rig_add(&rig, "mail", "new", 20);
    assert_int_equal(outbox_claim(db, "mail", 100, SECOND_US, arena, &batch, &err), 0);
    assert_int_equal(batch.messages.n, 1); /* the lease of no other hangs on it */
    assert_int_equal(outbox_release(db, batch.messages.items, 1, &err), 0);
    for (int i = 0; i < 9; i++) {
        abandon("address = 'deadly@example.org'");
    }
    rig_drain(&rig);
    assert_string_equal(value("select string_agg(distinct address || ' ' || last_detail, '') from "
                              "outbox where state = 'dead'"),
                        "deadly@example.org crash the notifier died 10 times with it in hand");
    assert_string_equal(value("select count(*) from outbox where state = 'sent'"), "40");
    /* somebody mended it: it goes */
    test_db_run(&rig.db, "update outbox set state = 'waiting' where state = 'dead'");
    rig_drain(&rig);
    assert_string_equal(value("select count(*) from outbox where state = 'sent'"), "41");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_servers_everything_stays_in_the_maildir),
        TEST(a_message_that_comes_while_it_waits_is_sent_at_once),
        TEST(mail_and_matrix_go_out_and_refusals_have_consequences),
        TEST(what_is_suppressed_withdrawn_or_out_of_date_does_not_leave),
        TEST(a_server_that_is_down_holds_its_own_channel_only),
        TEST(what_never_succeeds_is_given_up_and_can_be_sent_again),
        TEST(a_broken_payload_is_refused_and_does_not_hold_up_the_others),
        TEST(term_finishes_the_message_under_way_and_gives_the_rest_back),
        TEST(several_connections_carry_each_message_once),
        TEST(two_workers_share_the_work_and_repeat_nothing),
        TEST(the_speed_limit_holds),
        TEST(what_was_under_way_does_not_end_the_pause_that_a_server_asks_for),
        TEST(who_was_forgotten_and_comes_back_gets_nothing),
        TEST(a_message_that_kills_notifiers_is_put_away_and_holds_up_no_other),
        TEST(a_lost_database_does_not_repeat_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
