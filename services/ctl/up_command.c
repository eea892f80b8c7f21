/* up: everything on this machine, until Ctrl-C. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/supervise.h"

#include "base/cli.h"
#include "base/link.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"
#include "importer/importer.h"
#include "store/embedded.h"
#include "store/migrate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_embedded; /* the private cluster is ours to stop */
static int lock_fd = -1;

/* One `up` per folder: a second one would stop the database under the first. The lock goes with the
 * process, however it ends. */
static int take_lock(struct arena *arena, struct err *err)
{
    const char *path = arena_printf(arena, "%s/up.lock", setting_text(SET_VAR));
    (void)mkdir(setting_text(SET_VAR), 0755); /* the next line says when it could not be made */
    lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock_fd < 0) {
        return err_errno(err, ERR_SYSTEM, "cannot write %s", path);
    }
    if (flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
        return err_set(
            err, ERR_SYSTEM,
            "another 'rollcall up' runs on %s; stop it first, or name another folder with "
            "ROLLCALL_VAR",
            setting_text(SET_VAR));
    }
    return 0; /* held until we end */
}

/* Says now what the web worker would say again and again in the log. */
static int check_port(struct err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)setting_int(SET_WEB_PORT))};
    int on = 1;
    if (inet_pton(AF_INET, setting_text(SET_WEB_ADDRESS), &address.sin_addr) != 1) {
        return 0; /* not IPv4: the worker knows more about it */
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return err_errno(err, ERR_SYSTEM, "cannot make a socket");
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int r = bind(fd, (const struct sockaddr *)&address, sizeof address);
    if (r != 0) {
        r = err_errno(err, ERR_SYSTEM,
                      "the web worker cannot listen on %s port %lld (ROLLCALL_WEB_PORT)",
                      setting_text(SET_WEB_ADDRESS), (long long)setting_int(SET_WEB_PORT));
    }
    (void)close(fd);
    return r;
}

static int start_database(struct err *err)
{
    bool is_started = false;
    if (setting_text(SET_DATABASE_URL)[0] != '\0') {
        printf("database: the one that ROLLCALL_DATABASE_URL names\n");
        return 0;
    }
    int r = embedded_start(&is_started, err);
    if (r < 0) {
        return r;
    }
    is_embedded = true;
    printf("database: private cluster in %s/postgres, %s\n", setting_text(SET_VAR),
           is_started ? "started" : "was running");
    return 0;
}

static int prepare_database(struct arena *arena, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    int applied = 0;
    int r = db_open(db_url(arena), DB_OWNER, &db, err);
    if (r < 0 || (r = migrate(db, &applied, err)) < 0) {
        return r;
    }
    if (applied > 0) {
        printf("database: %d migrations applied\n", applied);
    }
    return 0;
}

/* Into an empty database only. */
static int load_sample(struct arena *arena, struct err *err)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_open(db_url(arena), DB_IMPORTER, &db, err);
    if (r < 0 || (r = db_query(db, "event_by_slug", &rows, err, "t", "")) < 0 || rows.n > 0) {
        return r;
    }
    r = import_sample(db, err);
    if (r == 0) {
        printf("sample conference loaded: 18 microconferences of LPC 2025 with their real key "
               "attendees; everything else in it is "
               "made up\n");
    }
    return r;
}

/* --- what is printed when all run --- */

static void print_link(const char *what, enum token_purpose purpose, int64_t event_id,
                       int64_t subject, int64_t person_id, const char *whose)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct token token = {purpose, event_id, subject, person_id,
                          (clock_now_us() + setting_us(SET_LINK_LIFETIME)) / SECOND_US};
    printf("  %-12s %s\n", what, link_url(arena, &token));
    if (whose[0] != '\0') {
        printf("  %-12s (%s)\n", "", whose);
    }
}

/* One lead, one key attendee and one attendee to look at: the most wanted ones. */
static void print_links(struct db *db, int64_t event_id)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err ignored = {0};
    print_link("organiser", TOKEN_ORGANISER, event_id, 0, 0, "");
    if (db_query(db, "up_examples", &rows, &ignored, "i", event_id) < 0) {
        return;
    }
    for (int i = 0; i < rows.n; i++) {
        const char *what = rows_text(&rows, i, 0);
        enum token_purpose purpose = strcmp(what, "lead") == 0     ? TOKEN_LEAD
                                     : strcmp(what, "answer") == 0 ? TOKEN_ANSWER
                                                                   : TOKEN_AGENDA;
        print_link(what, purpose, event_id, rows_int(&rows, i, 1), rows_int(&rows, i, 2),
                   rows_text(&rows, i, 3));
    }
}

/* Waits until the stages have worked off what the start or the sample gave them. */
static int wait_for_messages(struct db *db, int64_t *ret_waiting, int64_t *ret_sent)
{
    for (int i = 0; i < 600; i++) {
        CLEANUP(rows_done) struct rows rows = {0};
        struct err ignored = {0};
        if (db_query_one(db, "up_progress", &rows, &ignored, "") < 0) {
            return -1;
        }
        *ret_waiting = rows_int(&rows, 0, 1);
        *ret_sent = rows_int(&rows, 0, 2);
        if (rows_int(&rows, 0, 0) == 0 && *ret_waiting == 0) {
            return 0;
        }
        (void)usleep(100 * 1000);
    }
    return 0;
}

static void print_where(int64_t waiting, int64_t sent)
{
    printf("\n%lld messages delivered, %lld waiting\n", (long long)sent, (long long)waiting);
    if (setting_text(SET_SMTP_URL)[0] != '\0') {
        printf("  mail goes to %s\n", setting_text(SET_SMTP_URL));
    } else if (setting_text(SET_MAILDIR)[0] != '\0') {
        printf("  in the Maildir %s (no mail server is set: nothing leaves this machine)\n",
               setting_text(SET_MAILDIR));
    } else {
        printf("  in the Maildir %s/maildir (no mail server is set: nothing leaves this machine)\n",
               setting_text(SET_VAR));
    }
    printf("\nCtrl-C stops everything.\n");
    (void)fflush(stdout);
}

/* In a process of its own: the supervisor must not wait. */
static void report(void)
{
    pid_t parent = getpid();
    if (fork() != 0) {
        return;
    }
    sigset_t none;
    (void)close(lock_fd); /* we may outlive the one who holds it */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int64_t event_id = 0;
    int64_t waiting = 0;
    int64_t sent = 0;
    if (db_open(db_url(arena), DB_CTL, &db, &err) == 0 &&
        wait_for_messages(db, &waiting, &sent) == 0 && getppid() == parent) {
        if (event_find(db, NULL, &event_id, &err) == 0) {
            printf("\npages (these addresses are keys: who has one can open it)\n");
            print_links(db, event_id);
        }
        print_where(waiting, sent);
    }
    db_close(db);
    arena_free(arena);
    _exit(0);
}

static int open_log(struct arena *arena, struct err *err)
{
    const char *path = arena_printf(arena, "%s/rollcall.log", setting_text(SET_VAR));
    (void)mkdir(setting_text(SET_VAR), 0755); /* the next line says when it could not be made */
    printf("log: %s\n", path);
    (void)fflush(stdout);
    return freopen(path, "a", stderr) == NULL ? err_errno(err, ERR_SYSTEM, "cannot write %s", path)
                                              : 0;
}

static int run_all(bool with_sample, struct arena *arena, struct err *err)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0) {
        return err_errno(err, ERR_SYSTEM, "cannot find this program");
    }
    program[n] = '\0';
    int r = prepare_database(arena, err);
    if (r < 0 || (with_sample && (r = load_sample(arena, err)) < 0) || (r = secret_load(err)) < 0 ||
        (r = open_log(arena, err)) < 0) {
        return r;
    }
    log_init("up", (enum log_level)log_level_parse(setting_text(SET_LOG_LEVEL)));
    return supervise(program, report, err);
}

int up_command(int argc, char **argv)
{
    bool with_sample = false;
    const struct cli_option options[] = {
        {"sample", NULL, "load the sample conference into an empty database", NULL, &with_sample},
        {0}};
    const struct cli_spec spec = {"up [--sample]",
                                  "Starts the private PostgreSQL (unless ROLLCALL_DATABASE_URL "
                                  "names one), migrates, and runs all "
                                  "workers until Ctrl-C, which stops everything again.",
                                  options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    struct err ignored = {0};
    sigset_t signals;
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    /* A Ctrl-C while we start is answered once the supervisor listens: nothing is left half
     * started. */
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    if ((r = take_lock(arena, &err)) == 0 && (r = check_port(&err)) == 0) {
        r = start_database(&err);
    }
    if (r == 0) {
        r = run_all(with_sample, arena, &err);
    }
    int status = r < 0 ? cli_fail(&err) : CLI_FINE;
    if (r < 0 && !isatty(STDERR_FILENO)) {
        char text[1024];
        printf("rollcall: %s\n", err_text(&err, text, sizeof text));
    }
    if (is_embedded && embedded_stop(&ignored) == 0) {
        printf("database: stopped\n");
    }
    return status;
}
