/* A job that takes down whoever works on it: the others are done, each once, and it is put off. */
#include "support/test_db.h"

#include "base/log.h"
#include "base/settings.h"
#include "matcher/stage.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    N_PERSONS = 300,
    POISON = 137,
    MAX_WORKERS_USED = 400,
    N_KILLS = 12, /* fewer than could hit the same job alone again and again */
};

static int killer; /* the signal that the poisoned job raises */

static void set(enum setting_id id, const char *value)
{
    struct err err = {0};
    assert_int_equal(setting_override(id, value, &err), 0);
}

static int set_up(void **state)
{
    (void)state;
    test_db_init(&test_db);
    set(SET_BATCH, "64");
    set(SET_CAREFUL, "1h");
    log_init("test", LOG_ERROR);
    test_db_run(&test_db,
                "create table done (person_id bigint); grant insert on done to rollcall_matcher;"
                "insert into event (slug) values ('e');"
                "insert into job (event_id, stage, subject, subject_id) select event_id, 'clash', "
                "'person', i from event, generate_series(1, 300) i;"
                "insert into job (event_id, stage, subject, subject_id) select event_id, 'plan', "
                "'event', 0 from event");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_db_done(&test_db);
    return 0;
}

/* Notes who was worked on, in the transaction of the batch; dies at the poisoned one. */
static int work(struct db *db, const struct job_batch *batch, struct arena *arena, struct err *err)
{
    for (size_t i = 0; i < batch->jobs.n; i++) {
        int64_t id = batch->jobs.items[i].subject_id;
        if (id == POISON) {
            (void)raise(killer);
        }
        int r = db_script(
            db, arena_printf(arena, "insert into rollcall.done values (%lld)", (long long)id), err);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int plan_work(struct db *db, const struct job_batch *batch, struct arena *arena,
                     struct err *err)
{
    (void)batch;
    (void)arena;
    return db_script(db, "insert into rollcall.done values (-1)", err);
}

/* A worker as the supervisor starts it; ends when there is nothing to do now. */
static pid_t start_worker(enum stage stage, stage_fn *fn)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) {
        return pid;
    }
    struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)signal(SIGABRT, SIG_DFL);
    (void)signal(SIGSEGV, SIG_DFL);
    struct db *db = test_db_open(&test_db, DB_MATCHER);
    struct arena *arena = arena_new();
    struct err err = {0};
    int r = 0;
    while ((r = stage_step(stage, 0, fn, db, arena, &err)) == 0) {
        arena_reset(arena);
    }
    db_close(db);
    arena_free(arena);
    _exit(r == WORKER_IDLE ? 0 : 1);
}

static bool ends_well(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

static bool is_isolated(void)
{
    return strcmp(value("select count(*) from job where stage = 'clash' and attempts > 0"), "1") ==
               0 &&
           strcmp(value("select count(*) from job where stage = 'clash'"), "1") == 0;
}

static void assert_all_but_the_poison_were_done_once(void)
{
    assert_string_equal(value("select count(*) || ' ' || count(distinct person_id) from done where "
                              "person_id > 0"),
                        "299 299");
    assert_string_equal(value("select subject_id || ' ' || last_error from job where stage = "
                              "'clash' and due_at > enqueued_at and held_by = 0"),
                        "137 the worker died, or lost the database, with this in hand");
}

static void the_signal_does_not_matter(void **state)
{
    (void)state;
    static const int signals[] = {SIGKILL, SIGABRT, SIGSEGV};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        killer = signals[i];
        int n_deaths = 0;
        for (int n = 0; n < MAX_WORKERS_USED && !is_isolated(); n++) {
            n_deaths += !ends_well(start_worker(STAGE_CLASH, work));
        }
        assert_true(is_isolated());
        /* 64, 16, 4, and alone twice */
        assert_in_range(n_deaths, 4, 6);
        assert_all_but_the_poison_were_done_once();
        /* only now may the later stage go on, and it does */
        assert_true(ends_well(start_worker(STAGE_PLAN, plan_work)));
        assert_string_equal(value("select count(*) from done where person_id = -1"), "1");
        test_db_done(&test_db);
        assert_int_equal(set_up(NULL), 0);
    }
}

/* Kills besides, at random moments: bad luck makes nothing fail, lose or happen twice. */
static void nor_do_kills_at_random_moments(void **state)
{
    (void)state;
    killer = SIGKILL;
    unsigned random = 20261123;
    for (int n = 0; n < MAX_WORKERS_USED && !is_isolated(); n++) {
        pid_t pids[2] = {start_worker(STAGE_CLASH, work), start_worker(STAGE_CLASH, work)};
        random = random * 1103515245U + 12345U;
        (void)usleep((random >> 8) % 60000);
        if (n < N_KILLS) {
            (void)kill(pids[n % 2], SIGKILL);
        }
        (void)ends_well(pids[0]);
        (void)ends_well(pids[1]);
        assert_string_equal(value("select count(*) from job where stage = 'clash' and attempts > 0 "
                                  "and subject_id <> 137"),
                            "0");
    }
    assert_true(is_isolated());
    assert_all_but_the_poison_were_done_once();
}

/* The usual case: nothing is noted, one commit for a batch. The first death leaves no trace. */
static void without_care_a_death_is_not_counted(void **state)
{
    (void)state;
    set(SET_CAREFUL, "0s");
    killer = SIGKILL;
    assert_false(ends_well(start_worker(STAGE_CLASH, work)));
    assert_string_equal(value("select sum(attempts + deaths + held_by) from job"), "0");
    set(SET_CAREFUL, "1h");
    for (int n = 0; n < MAX_WORKERS_USED && !is_isolated(); n++) {
        (void)ends_well(start_worker(STAGE_CLASH, work));
    }
    assert_all_but_the_poison_were_done_once();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_signal_does_not_matter),
        TEST(nor_do_kills_at_random_moments),
        TEST(without_care_a_death_is_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
