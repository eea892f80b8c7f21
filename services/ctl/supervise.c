#include "ctl/supervise.h"

#include "base/clock.h"
#include "base/log.h"
#include "ctl/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORKERS   16
#define WAIT_FIRST_US (200 * (int64_t)1000)
#define WAIT_MAX_US   (30 * SECOND_US)
#define LIVED_WELL_US (10 * SECOND_US)
#define PATIENCE_US   (20 * SECOND_US)

struct child {
    const char *name;
    pid_t pid;           /* 0 = not running */
    int64_t started_us;  /* monotonic */
    int64_t start_at_us; /* when it may be started again; 0 = now */
    int64_t wait_us;     /* before the next start */
};

struct supervisor {
    const char *program;
    struct child children[MAX_WORKERS];
    int n;
    sigset_t signals;
};

static void start_child(struct supervisor *s, struct child *child)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)setpgid(0, 0); /* Ctrl-C comes to us, and we pass it on in order */
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) {
            _exit(1); /* it ended in between */
        }
        execl(s->program, "rollcall", "worker", child->name, (char *)NULL);
        _exit(127);
    }
    child->started_us = clock_monotonic_us();
    child->pid = pid > 0 ? pid : 0;
    child->start_at_us = pid > 0 ? 0 : child->started_us + WAIT_MAX_US;
}

/* A worker that lived for a while is started at once, one that keeps dying ever later. */
static void child_ended(struct child *child, int status)
{
    int64_t now_us = clock_monotonic_us();
    bool lived_well = now_us - child->started_us > LIVED_WELL_US;
    child->wait_us = lived_well || child->wait_us == 0 ? WAIT_FIRST_US : child->wait_us * 2;
    child->wait_us = child->wait_us > WAIT_MAX_US ? WAIT_MAX_US : child->wait_us;
    child->start_at_us = now_us + child->wait_us;
    child->pid = 0;
    log_line(LOG_WARN, EV_CHILD, "worker=%s status=%d signal=%d restart_ms=%lld", child->name,
             WIFEXITED(status) ? WEXITSTATUS(status) : -1,
             WIFSIGNALED(status) ? WTERMSIG(status) : 0, (long long)(child->wait_us / 1000));
}

static int reap(struct supervisor *s, bool is_stopping)
{
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < s->n; i++) {
            if (s->children[i].pid != pid) {
                continue;
            }
            if (is_stopping) {
                s->children[i].pid = 0;
            } else {
                child_ended(&s->children[i], status);
            }
        }
    }
    int n_running = 0;
    for (int i = 0; i < s->n; i++) {
        n_running += s->children[i].pid > 0;
    }
    return n_running;
}

static void start_due(struct supervisor *s)
{
    int64_t now_us = clock_monotonic_us();
    for (int i = 0; i < s->n; i++) {
        if (s->children[i].pid == 0 && s->children[i].start_at_us <= now_us) {
            start_child(s, &s->children[i]);
        }
    }
}

static void signal_all(const struct supervisor *s, int signal)
{
    for (int i = 0; i < s->n; i++) {
        if (s->children[i].pid > 0) {
            (void)kill(s->children[i].pid, signal);
        }
    }
}

/* Waits for a signal at most so long; 0 = none came. */
static int wait_signal(const struct supervisor *s, int64_t us)
{
    struct timespec ts = {us / SECOND_US, us % SECOND_US * 1000};
    int signal = sigtimedwait(&s->signals, NULL, &ts);
    return signal > 0 ? signal : 0;
}

static void stop_all(struct supervisor *s)
{
    int64_t until_us = clock_monotonic_us() + PATIENCE_US;
    signal_all(s, SIGTERM);
    while (reap(s, true) > 0) {
        int signal = wait_signal(s, SECOND_US / 5);
        if (signal == SIGTERM || signal == SIGINT || clock_monotonic_us() > until_us) {
            signal_all(s, SIGKILL);
        }
    }
}

int supervise(const char *program, void (*ready)(void), struct err *err)
{
    struct supervisor s = {.program = program};
    (void)sigemptyset(&s.signals);
    (void)sigaddset(&s.signals, SIGTERM);
    (void)sigaddset(&s.signals, SIGINT);
    (void)sigaddset(&s.signals, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &s.signals, NULL) != 0) {
        return err_errno(err, ERR_SYSTEM, "cannot block signals");
    }
    for (const struct worker_row *row = worker_rows; row->name != NULL && s.n < MAX_WORKERS;
         row++) {
        s.children[s.n++].name = row->name;
    }
    start_due(&s);
    ready();
    for (;;) {
        int signal = wait_signal(&s, SECOND_US);
        if (signal == SIGTERM || signal == SIGINT) {
            break;
        }
        (void)reap(&s, false);
        start_due(&s);
    }
    stop_all(&s);
    return 0;
}
