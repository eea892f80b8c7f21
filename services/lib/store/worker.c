#include "store/queue.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define WAIT_FIRST_US (100 * (int64_t)1000)
#define WAIT_MAX_US   (10 * SECOND_US)

static volatile sig_atomic_t stop_requested;

/* The first signal asks for an orderly end, the second means now. */
static void on_signal(int signal)
{
    (void)signal;
    if (stop_requested) {
        _exit(1);
    }
    stop_requested = 1;
}

static void catch_signals(sigset_t *ret_open)
{
    sigset_t block;
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigemptyset(&block);
    (void)sigaddset(&block, SIGTERM);
    (void)sigaddset(&block, SIGINT);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    /* Blocked but for the moments in which we wait, so that none is missed in between. */
    (void)sigprocmask(SIG_BLOCK, &block, ret_open);
    (void)sigdelset(ret_open, SIGTERM);
    (void)sigdelset(ret_open, SIGINT);
}

static void pause_us(int fd, int64_t us, const sigset_t *open)
{
    struct pollfd pfd = {.fd = fd, .events = POLLIN};
    struct timespec ts = {us / SECOND_US, us % SECOND_US * 1000};
    (void)ppoll(&pfd, fd < 0 ? 0 : 1, &ts, open); /* a signal or an early end is fine */
}

struct run {
    const struct worker *worker;
    void *state;
    struct db *db; /* NULL while there is no connection */
    struct arena *arena;
    sigset_t open;   /* signal mask while waiting */
    int64_t wait_us; /* before the next try after a failure; 0 = none yet */
};

static void back_off(struct run *run)
{
    run->wait_us = run->wait_us == 0 ? WAIT_FIRST_US : run->wait_us * 2;
    run->wait_us = run->wait_us > WAIT_MAX_US ? WAIT_MAX_US : run->wait_us;
    pause_us(-1, run->wait_us, &run->open);
}

static int connect_db(struct run *run, struct err *err)
{
    int r = db_open(db_url(run->arena), run->worker->role, &run->db, err);
    if (r == 0 && run->worker->channel != NULL) {
        r = db_listen(run->db, run->worker->channel, err);
    }
    if (r < 0) {
        db_close(run->db);
        run->db = NULL;
    }
    return r;
}

static void wait_for_work(struct run *run)
{
    int64_t wait_us = setting_us(SET_POLL);
    if (run->worker->next_due_us != NULL) {
        int64_t due_us = run->worker->next_due_us(run->state, run->db);
        wait_us = due_us < wait_us ? due_us : wait_us;
    }
    if (wait_us > 0 && !db_notified(run->db)) {
        pause_us(db_socket(run->db), wait_us, &run->open);
        (void)db_notified(run->db);
    }
}

/* A failed step: says so once and waits; a lost connection is opened anew. */
static void after_failure(struct run *run, const struct err *err)
{
    db_rollback(run->db);
    if (!db_is_alive(run->db)) {
        db_close(run->db);
        run->db = NULL;
    }
    if (err->code != ERR_RETRY) {
        log_err(LOG_ERROR, EV_JOB_FAILED, err, "code=%d", err->code);
    }
    back_off(run);
}

static void one_round(struct run *run)
{
    struct err err = {0};
    arena_reset(run->arena);
    if (run->db == NULL) {
        if (connect_db(run, &err) < 0) {
            log_err(LOG_WARN, EV_DATABASE, &err, "code=%d", err.code);
            back_off(run);
        }
        return;
    }
    int r = run->worker->step(run->state, run->db, run->arena, &err);
    if (r < 0) {
        after_failure(run, &err);
        return;
    }
    run->wait_us = 0;
    if (r == WORKER_IDLE && !stop_requested) {
        wait_for_work(run);
    }
    sigset_t pending; /* blocked signals are delivered only while we wait: look for them here */
    if (sigpending(&pending) == 0 &&
        (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1)) {
        pause_us(-1, 0, &run->open);
    }
}

bool worker_is_stopping(void)
{
    sigset_t pending; /* blocked signals are delivered only while we wait: look for them here */
    return stop_requested != 0 ||
           (sigpending(&pending) == 0 &&
            (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1));
}

int worker_run(const struct worker *worker)
{
    struct run run = {.worker = worker, .arena = arena_new()};
    struct err err = {0};
    catch_signals(&run.open);
    log_init(worker->name, (enum log_level)log_level_parse(setting_text(SET_LOG_LEVEL)));
    if (worker->start != NULL && worker->start(&run.state, &err) < 0) {
        log_err(LOG_ERROR, EV_START, &err, "pid=%d", (int)getpid());
        arena_free(run.arena);
        return 1;
    }
    log_line(LOG_INFO, EV_START, "pid=%d", (int)getpid());
    while (!stop_requested) {
        one_round(&run);
    }
    if (worker->stop != NULL) {
        worker->stop(run.state);
    }
    db_close(run.db);
    arena_free(run.arena);
    log_line(LOG_INFO, EV_STOP, "pid=%d", (int)getpid());
    return 0;
}
