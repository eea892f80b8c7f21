/*
 * The job queue by itself: how fast jobs come in, how fast a worker with nothing to compute works
 * them off, and how long one takes from its commit until it is worked on. bench_queue.py runs it
 * beside graphile-worker.
 *
 *   bench_queue URL enqueue|drain|latency N [BATCH [WORKERS]]     prints jobs per second, or
 * microseconds
 *
 * URL is of a migrated database with one event. enqueue: N jobs, 5,000 a statement. drain: until
 * none is left, one commit per batch, as in the usual case. latency: N single jobs, p50 and p99.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "matcher/stage.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PER_STATEMENT 5000

static void must(int r, const struct err *err)
{
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", err->message);
        exit(2);
    }
}

static struct db *open_db(const char *url, enum db_role role)
{
    struct db *db = NULL;
    struct err err = {0};
    must(db_open(url, role, &db, &err), &err);
    return db;
}

static void run(struct db *db, const char *sql)
{
    struct err err = {0};
    must(db_script(db, sql, &err), &err);
}

static double per_second(int n, int64_t since_us)
{
    return (double)n * SECOND_US / (double)(clock_monotonic_us() - since_us);
}

static void enqueue(const char *url, int n)
{
    struct db *db = open_db(url, DB_OWNER);
    int64_t start_us = clock_monotonic_us();
    for (int at = 0; at < n; at += PER_STATEMENT) {
        char sql[300];
        int last = at + PER_STATEMENT < n ? at + PER_STATEMENT : n;
        (void)snprintf(sql, sizeof sql,
                       "insert into rollcall.job (event_id, stage, subject, subject_id) select "
                       "event_id, 'clash', 'person', i from rollcall.event, generate_series(%d, "
                       "%d) i",
                       at + 1, last);
        run(db, sql);
    }
    printf("%.0f\n", per_second(n, start_us));
    db_close(db);
}

static int64_t began_us; /* when the last batch was there to be worked on */

static int nothing(struct db *db, const struct job_batch *batch, struct arena *arena,
                   struct err *err)
{
    (void)db;
    (void)batch;
    (void)arena;
    (void)err;
    began_us = clock_monotonic_us();
    return 0;
}

static int step(struct db *db, struct arena *arena)
{
    struct err err = {0};
    arena_reset(arena);
    int r = stage_step(STAGE_CLASH, 0, nothing, db, arena, &err);
    must(r, &err);
    return r;
}

static void drain_alone(const char *url)
{
    struct db *db = open_db(url, DB_MATCHER);
    struct arena *arena = arena_new();
    while (step(db, arena) == 0) {
    }
    arena_free(arena);
    db_close(db);
}

/* With so many workers at once, each a process. */
static void drain(const char *url, int n, int n_workers)
{
    int64_t start_us = clock_monotonic_us();
    for (int i = 1; i < n_workers; i++) {
        if (fork() == 0) {
            drain_alone(url);
            _exit(0);
        }
    }
    drain_alone(url);
    while (wait(NULL) > 0) {
    }
    printf("%.0f\n", per_second(n, start_us));
}

static void tell(int out, int64_t us)
{
    if (write(out, &us, sizeof us) != sizeof us) {
        exit(2);
    }
}

static int64_t hear(int in)
{
    int64_t us = 0;
    if (read(in, &us, sizeof us) != sizeof us) {
        exit(2);
    }
    return us;
}

/* Sleeps until it is woken, works, and says through the pipe when it had begun. */
static void serve(const char *url, int out, int n)
{
    struct db *db = open_db(url, DB_MATCHER);
    struct arena *arena = arena_new();
    struct err err = {0};
    must(db_listen(db, "rollcall_clash", &err), &err);
    tell(out, 0);
    for (int i = 0; i < n;) {
        struct pollfd pfd = {.fd = db_socket(db), .events = POLLIN};
        (void)poll(&pfd, 1, 5000);
        (void)db_notified(db);
        if (step(db, arena) == 0) {
            tell(out, began_us);
            i++;
        }
    }
    arena_free(arena);
    db_close(db);
    _exit(0);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void latency(const char *url, int n)
{
    int64_t *took = calloc((size_t)n, sizeof *took);
    int pipes[2];
    if (took == NULL || pipe(pipes) != 0) {
        exit(2);
    }
    pid_t pid = fork();
    if (pid == 0) {
        serve(url, pipes[1], n);
    }
    struct db *db = open_db(url, DB_OWNER);
    (void)hear(pipes[0]);
    for (int i = 0; i < n; i++) {
        (void)usleep(3000);
        int64_t start_us = clock_monotonic_us();
        run(db, "insert into rollcall.job (event_id, stage, subject, subject_id) select event_id, "
                "'clash', 'person', 1 from rollcall.event");
        took[i] = hear(pipes[0]) - start_us;
    }
    qsort(took, (size_t)n, sizeof *took, by_value);
    printf("%lld %lld\n", (long long)took[n / 2], (long long)took[n * 99 / 100]);
    (void)waitpid(pid, NULL, 0);
    db_close(db);
    free(took);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc < 4) {
        (void)fprintf(stderr, "usage: bench_queue URL enqueue|drain|latency N [BATCH [WORKERS]]\n");
        return 2;
    }
    must(settings_load(&err), &err);
    must(setting_override(SET_BATCH, argc > 4 ? argv[4] : "500", &err), &err);
    must(setting_override(SET_CAREFUL, getenv("CAREFUL") != NULL ? "1h" : "0s", &err), &err);
    log_init("bench", LOG_ERROR);
    int n = atoi(argv[3]);
    if (strcmp(argv[2], "enqueue") == 0) {
        enqueue(argv[1], n);
    } else if (strcmp(argv[2], "drain") == 0) {
        drain(argv[1], n, argc > 5 ? atoi(argv[5]) : 1);
    } else {
        latency(argv[1], n);
    }
    return 0;
}
