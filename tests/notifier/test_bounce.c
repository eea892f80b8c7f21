/* What comes back: reports are read, only what is signed stops an address, and once is enough. */
#include "support/testing.h"

#include "support/notifier_rig.h"
#include "support/server.h"

#include "base/file.h"
#include "base/secret.h"
#include "base/str.h"
#include "base/token.h"
#include "notifier/bounce_report.h"
#include "notifier/notifier.h"
#include "notifier/return_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATTERN "bounces+*@conf.example.org"

/* --- reading --- */

#define REPORT(type) "Content-Type: multipart/report; report-type=" type ";\n\tboundary=\"b1\"\n\n"
#define DSN_HEAD                                                                                   \
    "From: MAILER-DAEMON@mx.example.com\n" REPORT(                                                 \
        "delivery-status") "preamble\n--b1\nContent-Type: text/plain\n\nAlas.\n--b1\n"             \
                           "Content-Type: message/delivery-status\n\nReporting-MTA: dns; "         \
                           "mx.example.com\n\n"
#define ORIGINAL                                                                                   \
    "\n--b1\nContent-Type: text/rfc822-headers\n\nMessage-ID: <1-2-x@conf.example.org>\n--b1--\n"

static const struct {
    const char *name;
    const char *mail;
    enum bounce_kind kind;
    const char *status;
    const char *detail;
} reports[] = {
    {"an unknown mailbox is hard",
     DSN_HEAD "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1 (bad)\n"
              "Diagnostic-Code: smtp; 550 5.1.1\n  no such\n\tuser\n" ORIGINAL,
     BOUNCE_HARD, "5.1.1", "smtp; 550 5.1.1 no such user"},
    {"line ends of the network do as well",
     "Content-Type: multipart/report; boundary=b1\r\n\r\n--b1\r\nContent-Type: "
     "message/delivery-status\r\n\r\nReporting-MTA: x\r\n\r\nAction: failed\r\nStatus: "
     "5.1.1\r\n\r\n--b1--\r\n",
     BOUNCE_HARD, "5.1.1", ""},
    {"a full mailbox is not dead", DSN_HEAD "Action: failed\nStatus: 5.2.2\n" ORIGINAL, BOUNCE_SOFT,
     "5.2.2", ""},
    {"a disabled one is", DSN_HEAD "Action: failed\nStatus: 5.2.1\n" ORIGINAL, BOUNCE_HARD, "5.2.1",
     ""},
    {"what was given up after days may come back",
     DSN_HEAD "Action: failed\nStatus: 4.4.1\n" ORIGINAL, BOUNCE_SOFT, "4.4.1", ""},
    {"a policy is not about the address", DSN_HEAD "Action: failed\nStatus: 5.7.1\n" ORIGINAL,
     BOUNCE_SOFT, "5.7.1", ""},
    {"5.0.0 is what the words say",
     DSN_HEAD
     "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.26 unsigned\n" ORIGINAL,
     BOUNCE_SOFT, "5.7.26", "smtp; 550-5.7.26 unsigned"},
    {"5.0.0 without words is hard",
     DSN_HEAD "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 gone\n" ORIGINAL,
     BOUNCE_HARD, "5.0.0", "smtp; 550 gone"},
    {"no status is no reason to stop", DSN_HEAD "Action: failed\n" ORIGINAL, BOUNCE_SOFT, "", ""},
    {"a delay is news", DSN_HEAD "Action: delayed\nStatus: 4.4.1\n" ORIGINAL, BOUNCE_NEWS, "4.4.1",
     ""},
    {"so is success", DSN_HEAD "Action: delivered\nStatus: 2.1.5\n" ORIGINAL, BOUNCE_NEWS, "2.1.5",
     ""},
    {"the worst of several counts",
     DSN_HEAD "Action: delayed\nStatus: 4.4.1\n\nAction: failed\nStatus: 5.1.1\n" ORIGINAL,
     BOUNCE_HARD, "5.1.1", ""},
    {"a complaint",
     REPORT("feedback-report") "--b1\nContent-Type: message/feedback-report\n\nFeedback-Type: "
                               "abuse\nUser-Agent: x\n" ORIGINAL,
     BOUNCE_COMPLAINT, "", "feedback report: abuse"},
    {"not-spam is none",
     REPORT("feedback-report") "--b1\nContent-Type: message/feedback-report\n\nFeedback-Type: "
                               "not-spam\n" ORIGINAL,
     BOUNCE_NEWS, "", "feedback report: not-spam"},
    {"an absence note is no report", "Content-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\n",
     BOUNCE_NONE, "", ""},
    {"a report without boundary", "Content-Type: multipart/report\n\nAction: failed\n", BOUNCE_NONE,
     "", ""},
    {"nothing at all", "", BOUNCE_NONE, "", ""},
    {"a header without end", "Content-Type: multipart/report; boundary=\"", BOUNCE_NONE, "", ""},
};

static void reports_are_read(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
        struct bounce_report report;
        bounce_read(reports[i].mail, strlen(reports[i].mail), arena, &report);
        if (report.kind != reports[i].kind || strcmp(report.status, reports[i].status) != 0 ||
            strcmp(report.detail, reports[i].detail) != 0) {
            fail_msg("%s: %s, %s, %s", reports[i].name, bounce_kind_name(report.kind),
                     report.status, report.detail);
        }
        if (strstr(reports[i].mail, "Message-ID") != NULL) {
            assert_string_equal(report.message_id, "1-2-x@conf.example.org");
        }
    }
}

/* Endless folds, parts and recipients end at the limits, and in time. */
static void hostile_reports_are_cut(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(str_done) struct str mail = {0};
    struct bounce_report report;
    str_add(&mail, REPORT("delivery-status"));
    for (int i = 0; i < 30000; i++) {
        str_add(&mail, "--b1\n");
    }
    str_add(&mail, "Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n");
    bounce_read(str_text(&mail), mail.len, arena, &report);
    assert_int_equal(report.kind, BOUNCE_NONE); /* far behind the last part that is looked at */
    str_clear(&mail);
    str_add(&mail, DSN_HEAD);
    for (int i = 0; i < 50000; i++) {
        str_add(&mail, "Action: delayed\n\n");
    }
    str_add(&mail, "Action: failed\nStatus: 5.1.1\n");
    bounce_read(str_text(&mail), mail.len, arena, &report);
    assert_int_equal(report.kind, BOUNCE_NEWS);
    str_clear(&mail);
    str_add(&mail, DSN_HEAD "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: x");
    for (int i = 0; i < 100000; i++) {
        str_add(&mail, "\n y\033[31m");
    }
    bounce_read(str_text(&mail), mail.len, arena, &report);
    assert_int_equal(report.kind, BOUNCE_HARD);
    assert_in_range(strlen(report.detail), 250, 300);
    assert_null(strchr(report.detail, '\033'));
}

/* --- return paths --- */

static int load_key(void **state)
{
    (void)state;
    struct err err = {0};
    rig_set(SET_SECRET, "0123456789abcdef0123456789abcdef");
    return secret_load(&err);
}

static bool finds(const char *text)
{
    int64_t event_id = 0;
    int64_t outbox_id = 0;
    return return_path_find(PATTERN, text, strlen(text), &event_id, &outbox_id) && event_id == 3 &&
           outbox_id == 4711;
}

static void a_return_path_is_known_again_and_no_other(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *path = return_path_of(PATTERN, 3, 4711, arena);
    assert_true(str_starts(path, "bounces+3-1267-"));
    assert_true(strlen(path) < 64);
    assert_true(finds(path));
    assert_true(finds(arena_printf(arena, "Return-Path: <%s>\r\nTo: x\r\n", path)));
    char *loud = arena_strdup(arena, path);
    for (char *p = loud; *p != '\0'; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    }
    assert_true(finds(loud)); /* some servers shout */
    assert_false(finds(arena_printf(arena, "x%s", path)));
    assert_false(finds(arena_strndup(arena, path, strlen(path) - 1)));
    for (size_t i = strlen("bounces+"); path[i] != '@'; i++) {
        char *forged = arena_strdup(arena, path);
        forged[i] = forged[i] == 'a' ? 'b' : 'a';
        assert_false(finds(forged));
    }
    assert_false(finds("bounces+3-1267-aaaaaaaaaaaaaaaa@conf.example.org"));
    assert_false(finds("bounces+*@conf.example.org"));
    assert_false(finds("bounces+"));
    assert_string_equal(return_path_of("b@example.org", 3, 4711, arena), "b@example.org");
}

static void a_pattern_that_cannot_work_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(return_path_check(PATTERN, &err), 0);
    assert_int_equal(return_path_check("b@example.org", &err), 0);
    assert_int_equal(return_path_check("b+*+*@example.org", &err), ERR_USAGE);
    assert_int_equal(return_path_check("b@*.example.org", &err), ERR_USAGE);
    assert_int_equal(return_path_check("*", &err), ERR_USAGE);
    assert_int_equal(return_path_check("a-name-that-is-far-too-long+*@example.org", &err),
                     ERR_USAGE);
}

/* --- the command, on a database --- */

static struct rig rig;

static int set_up(void **state)
{
    rig_init(&rig);
    rig_set(SET_MAIL_BOUNCE, PATTERN);
    rig_set(SET_MAIL_FROM, "Conf <conf@conf.example.org>");
    rig_add(&rig, "mail", "ada", 3);
    test_db_run(&rig.db,
                "update outbox set state = 'sent', sent_at = now();"
                "insert into person (event_id, person_id, name) values (1, 7, 'Ada One');"
                "insert into registrant (event_id, key, name, email, person_id) values (1, "
                "'1', 'Ada One', 'ada1@example.org', 7); delete from job");
    return load_key(state);
}

static int tear_down(void **state)
{
    (void)state;
    rig_set(SET_MAIL_BOUNCE, "");
    rig_done(&rig);
    return 0;
}

static const char *value(const char *sql)
{
    return test_db_value(&rig.db, sql);
}

static const char *in_var(const char *name, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", rig.var, name);
}

static int take(const char *path)
{
    char name[] = "bounce";
    char file[200];
    (void)snprintf(file, sizeof file, "%s", path);
    char *words[] = {name, file, NULL};
    return bounce_command(2, words);
}

/* A report about the message to adaN@example.org, sent to its return path, or to another one. */
static void write_report(const char *path, int n, const char *status, const char *to,
                         struct arena *arena)
{
    struct err err = {0};
    char sql[100];
    (void)snprintf(sql, sizeof sql,
                   "select outbox_id from outbox where address = 'ada%d@example.org'", n);
    if (to == NULL) {
        to = return_path_of(PATTERN, 1, strtoll(value(sql), NULL, 10), arena);
    }
    const char *mail = arena_printf(
        arena,
        "To: %s\n" DSN_HEAD "Action: failed\nStatus: %s\nDiagnostic-Code: smtp; x\n" ORIGINAL, to,
        status);
    assert_int_equal(file_write(path, mail, strlen(mail), 0600, &err), 0);
}

static void a_dead_address_is_stopped_and_its_people_are_planned_anew(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *path = in_var("mail", arena);
    write_report(path, 1, "5.1.1", NULL, arena);
    for (int i = 0; i < 2; i++) { /* the same again changes nothing */
        assert_int_equal(take(path), 0);
        assert_string_equal(
            value("select string_agg(address || ' ' || reason || ' ' || detail, ',') "
                  "from suppression"),
            "ada1@example.org bounced 5.1.1 smtp; x");
        assert_string_equal(
            value("select string_agg(address || ' ' || last_detail, ',') from outbox "
                  "where state = 'refused'"),
            "ada1@example.org 5.1.1 smtp; x");
        assert_string_equal(value("select count(*) from bounce where kind = 'hard' and is_proven"),
                            "1");
    }
    assert_string_equal(
        value("select string_agg(subject || subject_id, ' ' order by subject) from "
              "(select distinct subject, subject_id from job where stage = 'plan') j"),
        "event0 person7");
}

static void soft_bounces_and_what_is_forged_stop_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *path = in_var("mail", arena);
    static const char *const forged[] = {
        "bounces+1-1-aaaaaaaaaaaaaaaa@conf.example.org", "bounces@conf.example.org",
        "bounces+1-99999999999999999999999999999-aaaaaaaaaaaaaaaa@conf.example.org"};
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        write_report(path, 1, "5.1.1", forged[i], arena);
        assert_int_equal(take(path), 0);
    }
    assert_string_equal(value("select count(*) from bounce"), "0");
    write_report(path, 2, "4.2.1", NULL, arena);
    assert_int_equal(take(path), 0);
    write_report(path, 1, "5.1.1", return_path_of(PATTERN, 1, 99, arena), arena);
    assert_int_equal(take(path), 0); /* ours, but of a message that is gone */
    assert_string_equal(value("select string_agg(kind, ' ') from bounce"), "soft");
    assert_string_equal(value("select count(*) from suppression"), "0");
    assert_string_equal(value("select count(*) from outbox where state = 'sent'"), "3");
}

static void a_maildir_is_read_once(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *box = in_var("box", arena);
    assert_int_equal(mkdir(box, 0700), 0);
    assert_int_equal(mkdir(in_var("box/new", arena), 0700), 0);
    assert_int_equal(mkdir(in_var("box/cur", arena), 0700), 0);
    write_report(in_var("box/new/1", arena), 1, "5.1.1", NULL, arena);
    write_report(in_var("box/new/2", arena), 2, "5.1.1", NULL, arena);
    assert_int_equal(take(box), 0);
    assert_int_equal(test_count_files(in_var("box/new", arena), ""), 0);
    assert_int_equal(test_count_files(in_var("box/cur", arena), ":2,S"), 2);
    assert_string_equal(value("select count(*) from suppression"), "2");
}

static void a_mailbox_holds_many(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(str_done) struct str box = {0};
    struct err err = {0};
    for (int i = 1; i <= 3; i++) {
        char *mail = NULL;
        size_t len = 0;
        write_report(in_var("mail", arena), i, "5.1.1", NULL, arena);
        assert_int_equal(file_read(in_var("mail", arena), 100000, arena, &mail, &len, &err), 0);
        str_printf(&box, "From MAILER-DAEMON Mon Nov 23 14:00:00 2026\n%s\n", mail);
    }
    assert_int_equal(file_write(in_var("mbox", arena), str_text(&box), box.len, 0600, &err), 0);
    assert_int_equal(take(in_var("mbox", arena)), 0);
    assert_string_equal(value("select count(*) from suppression"), "3");
}

static void without_a_database_the_mail_server_tries_again(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    write_report(in_var("mail", arena), 1, "5.1.1", NULL, arena);
    rig_set(SET_DATABASE_URL, "postgresql://rollcall@/none?host=/nonexistent");
    assert_int_equal(take(in_var("mail", arena)), 75);
    assert_int_equal(take("/nonexistent/mail"), 75);
    rig_set(SET_DATABASE_URL, rig.db.url);
    assert_int_equal(take("/nonexistent/mail"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_read),
        cmocka_unit_test(hostile_reports_are_cut),
        cmocka_unit_test_setup(a_return_path_is_known_again_and_no_other, load_key),
        cmocka_unit_test_setup(a_pattern_that_cannot_work_is_refused, load_key),
        TEST(a_dead_address_is_stopped_and_its_people_are_planned_anew),
        TEST(soft_bounces_and_what_is_forged_stop_nothing),
        TEST(a_maildir_is_read_once),
        TEST(a_mailbox_holds_many),
        TEST(without_a_database_the_mail_server_tries_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
