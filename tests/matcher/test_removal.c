/* A worker in the middle of a batch, and somebody who removes its event: one waits for the other,
 * and neither fails. */
#include "matcher/stages.h"

#include "matcher/stage.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAITS "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"

static void wait_for_waiter(void)
{
    for (int i = 0; i < 1000 && count(WAITS) == 0; i++) {
        (void)usleep(10000);
    }
}

static const char *command; /* what is said while the batch is under way */
static pid_t pid;

/* A match of the only person with the second session, and later with the first. */
static int save(struct db *db, int64_t event_id, const char *which, struct err *err)
{
    struct db_array columns[5] = {0};
    char sql[128];
    (void)snprintf(sql, sizeof sql, "select %s(session_id) from session", which);
    db_array_int(&columns[0], strtoll(value("select max(person_id) from person"), NULL, 10));
    db_array_int(&columns[1], strtoll(value(sql), NULL, 10));
    db_array_real(&columns[2], 1);
    db_array_text(&columns[3], "because");
    db_array_int(&columns[4], 1);
    int r = db_query(db, "match_save", NULL, err, "iaaaaan", event_id, &columns[0], &columns[1],
                     &columns[2], &columns[3], &columns[4], (int64_t)0);
    db_arrays_done(columns, 5);
    return r;
}

static int batch_that_is_met(struct db *db, const struct job_batch *batch, struct arena *arena,
                             struct err *err)
{
    (void)arena;
    int r = save(db, batch->event_id, "max", err);
    if (r < 0) {
        return r;
    }
    pid = fork();
    if (pid == 0) {
        _exit(system(command) >> 8);
    }
    wait_for_waiter();
    assert_int_equal(count(WAITS " and wait_event = 'advisory'"), 1);
    (void)usleep(1200000); /* it has looked for a deadlock, and found none yet */
    return save(db, batch->event_id, "min", err);
}

static void meets_a_batch(const char *said)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_MATCHER);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int status = 0;
    command = said;
    run(programme);
    work();
    run("delete from match; insert into job (event_id, stage, subject, subject_id) select "
        "event_id, 'match', 'person', person_id from person");
    if (stage_step(STAGE_MATCH, 0, batch_that_is_met, db, arena, &err) < 0) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_removal_waits_for_the_batch_under_way(void **state)
{
    (void)state;
    meets_a_batch(BINARY_DIR "/rollcall event remove e --yes >/dev/null");
    assert_int_equal(count("event"), 0);
    assert_int_equal(count("match"), 0);
    assert_int_equal(count("job"), 0);
}

static void so_does_an_erasure(void **state)
{
    (void)state;
    meets_a_batch(BINARY_DIR "/rollcall forget 'Bob Example' --event e --yes >/dev/null");
    assert_int_equal(count("person where name like 'Bob%'"), 0);
    work();
    assert_int_equal(count("match where person_id not in (select person_id from person)"), 0);
}

/* Taken before the removal, worked off after it: there is nothing to do, and nothing is left. */
static void a_batch_that_comes_too_late_finds_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) struct db *remover = test_db_open(&test_db, DB_CTL);
    struct err err = {0};
    int status = 0;
    run(programme);
    int64_t event_id = strtoll(value("select event_id from event"), NULL, 10);
    assert_int_equal(db_begin(remover, &err), 0);
    assert_int_equal(db_query(remover, "event_alone", NULL, &err, "i", event_id), 0);
    pid_t worker = fork();
    if (worker == 0) {
        work();
        _exit(0);
    }
    wait_for_waiter();
    assert_int_equal(db_query(remover, "event_hold", NULL, &err, "i", event_id), 0);
    assert_int_equal(db_query(remover, "event_remove", NULL, &err, "i", event_id), 0);
    assert_int_equal(db_query(remover, "event_jobs_remove", NULL, &err, "i", event_id), 0);
    assert_int_equal(db_commit(remover, &err), 0);
    assert_int_equal(waitpid(worker, &status, 0), worker);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(count("job"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_removal_waits_for_the_batch_under_way),
        TEST(so_does_an_erasure),
        TEST(a_batch_that_comes_too_late_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
