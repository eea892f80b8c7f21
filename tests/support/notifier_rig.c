#include "support/notifier_rig.h"

#include "base/clock.h"
#include "notifier/notifier.h"
#include "store/queue.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD                                                                                    \
    "{\"event\":{\"slug\":\"conf\",\"title\":\"Conference\",\"timezone\":\"UTC\"},"                \
    "\"to\":{\"name\":\"Ada Example\"},\"links\":{\"answer\":\"https://x.example.org/a\"},"        \
    "\"calendar\":[],\"reminder\":0,\"n_wanted\":0,\"wanted\":[],\"twice\":[]}"

void rig_set(enum setting_id id, const char *value)
{
    struct err err = {0};
    if (setting_override(id, value, &err) < 0) {
        fail_msg("%s", err.message);
    }
}

void rig_init(struct rig *rig)
{
    test_db_init(&rig->db);
    (void)snprintf(rig->var, sizeof rig->var, "/tmp/rollcall-rig-XXXXXX");
    assert_non_null(mkdtemp(rig->var));
    rig_set(SET_VAR, rig->var);
    rig_set(SET_SMTP_URL, "");
    rig_set(SET_MATRIX_URL, "");
    rig_set(SET_SMTP_TLS, "none");
    rig_set(SET_SMTP_RATE, "100000");
    rig_set(SET_MATRIX_RATE, "100000");
    rig_set(SET_RETRY_FIRST, "50ms");
    rig_set(SET_RETRY_MAX, "200ms");
    rig_set(SET_POLL, "1s");
    rig_set(SET_LEASE, "60s");
    test_db_run(&rig->db,
                "insert into event (event_id, slug, title) values (1, 'conf', 'Conference')");
}

void rig_done(struct rig *rig)
{
    char command[100];
    test_db_done(&rig->db);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", rig->var);
    assert_int_equal(system(command), 0);
}

void rig_add(const struct rig *rig, const char *channel, const char *prefix, int n)
{
    char sql[1600];
    bool is_matrix = strcmp(channel, "matrix") == 0;
    (void)snprintf(
        sql, sizeof sql,
        "insert into outbox (event_id, dedupe_key, kind, channel, address, payload, thread) "
        "select 1, '%s:%s:' || i, 'question', '%s', '%s%s' || i || '%s', '" PAYLOAD
        "', 'question:' || i from generate_series(1, %d) as i",
        channel, prefix, channel, is_matrix ? "@" : "", prefix,
        is_matrix ? ":example.org" : "@example.org", n);
    test_db_run(&rig->db, sql);
}

void rig_add_one(const struct rig *rig, const char *channel, const char *address)
{
    char sql[1600];
    (void)snprintf(
        sql, sizeof sql,
        "insert into outbox (event_id, dedupe_key, kind, channel, address, payload, thread) "
        "values (1, 'one:%s', 'question', '%s', '%s', '" PAYLOAD "', 'question')",
        address, channel, address);
    test_db_run(&rig->db, sql);
}

pid_t rig_start(const struct rig *rig)
{
    pid_t pid = fork();
    if (pid == 0) {
        char path[100];
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)snprintf(path, sizeof path, "%s/log", rig->var);
        int log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        (void)dup2(log, STDERR_FILENO);
        _exit(worker_run(&notifier_worker)); /* the leaks of a fork are the parent's business */
    }
    assert_true(pid > 0);
    return pid;
}

void rig_stop(pid_t pid)
{
    int status = 0;
    (void)kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the worker ended with status 0x%x", (unsigned)status);
    }
}

static void print_log(const struct rig *rig)
{
    char command[160];
    (void)snprintf(command, sizeof command, "tail -n 20 '%s/log' >&2", rig->var);
    if (system(command) != 0) {
        print_message("the worker left no log\n");
    }
}

void rig_wait(const struct rig *rig, const char *sql, const char *want)
{
    int64_t until_us = clock_monotonic_us() + 15 * SECOND_US;
    struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    const char *is = "";
    while (strcmp(is = test_db_value(&rig->db, sql), want) != 0) {
        if (clock_monotonic_us() > until_us) {
            print_log(rig);
            fail_msg("%s is '%s', not '%s'", sql, is, want);
        }
        (void)nanosleep(&pause, NULL);
    }
}

void rig_drain(const struct rig *rig)
{
    pid_t pid = rig_start(rig);
    rig_wait(rig, "select count(*) from outbox where state in ('waiting', 'leased')", "0");
    rig_stop(pid);
}
