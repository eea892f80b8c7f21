#include "store/embedded.h"

#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/strmap.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER_ROOT  "/usr/lib/postgresql"
#define SERVER_USER  "postgres"
#define OUTSIDE_ROOT "/var/lib/rollcall"

struct cluster {
    const char *link;   /* ROLLCALL_VAR/postgres: the data, or a link to it */
    const char *data;   /* the data folder itself */
    const char *socket; /* folder of the Unix socket; short, since socket paths are limited */
    const char *bin;    /* folder of initdb and pg_ctl; "" = none found */
    bool as_other;      /* root hands it to SERVER_USER */
};

static const char *absolute(const char *path, struct arena *arena)
{
    char cwd[PATH_MAX];
    if (path[0] == '/' || getcwd(cwd, sizeof cwd) == NULL) {
        return arena_strdup(arena, path);
    }
    return arena_printf(arena, "%s/%s", cwd, path);
}

/* The newest server that is installed. */
static const char *find_server(struct arena *arena)
{
    const char *best = "";
    int best_version = 0;
    DIR *dir = opendir(SERVER_ROOT);
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        int version = atoi(entry->d_name);
        char *bin = arena_printf(arena, "%s/%s/bin", SERVER_ROOT, entry->d_name);
        if (version > best_version && access(arena_printf(arena, "%s/initdb", bin), X_OK) == 0) {
            best = bin;
            best_version = version;
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return best;
}

/* Can everybody walk down to path? (SERVER_USER is in no group of ours.) */
static bool is_reachable(const char *path, struct arena *arena)
{
    char *copy = arena_strdup(arena, path);
    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        struct stat st;
        *slash = '\0';
        if (stat(copy, &st) == 0 && (st.st_mode & S_IXOTH) == 0) {
            return false;
        }
        *slash = '/';
    }
    return true;
}

static struct cluster find_cluster(struct arena *arena)
{
    const char *var = absolute(setting_text(SET_VAR), arena);
    unsigned hash = (unsigned)hash_string(var);
    struct cluster c = {
        .link = arena_printf(arena, "%s/postgres", var),
        .socket = arena_printf(arena, "/tmp/rollcall-%u-%08x", (unsigned)getuid(), hash),
        .bin = find_server(arena),
        .as_other = getuid() == 0,
    };
    bool is_outside = c.as_other && !is_reachable(c.link, arena);
    c.data = is_outside ? arena_printf(arena, "%s/%08x", OUTSIDE_ROOT, hash) : c.link;
    return c;
}

const char *embedded_url(struct arena *arena)
{
    struct cluster c = find_cluster(arena);
    return arena_printf(arena, "postgresql://rollcall@/rollcall?host=%s", c.socket);
}

static int make_folder(const char *path, mode_t mode, struct err *err)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST) {
        return err_errno(err, ERR_SYSTEM, "cannot make the folder %s", path);
    }
    return 0;
}

/* The folder must be a real one of ours: /tmp is everybody's. */
static int own_folder(const struct cluster *c, const char *path, struct err *err)
{
    int r = make_folder(path, 0700, err);
    if (r < 0) {
        return r;
    }
    struct stat st;
    uid_t server = getuid();
    if (c->as_other) {
        const struct passwd *user = getpwnam(SERVER_USER);
        if (user == NULL) {
            return err_set(err, ERR_SYSTEM, "there is no user %s; install PostgreSQL", SERVER_USER);
        }
        server = user->pw_uid;
    }
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) ||
        (st.st_uid != getuid() && st.st_uid != server)) {
        return err_set(err, ERR_SYSTEM, "%s is not a folder of ours; remove it", path);
    }
    if (st.st_uid != server && chown(path, server, (gid_t)-1) != 0) {
        return err_errno(err, ERR_SYSTEM, "cannot hand %s to user %s", path, SERVER_USER);
    }
    return 0;
}

/* Runs a command of the server as its user; its output goes to log. */
static int run(const struct cluster *c, const char *log, const char *const *argv, struct err *err)
{
    pid_t pid = fork();
    if (pid < 0) {
        return err_errno(err, ERR_SYSTEM, "cannot start %s", argv[0]);
    }
    if (pid == 0) {
        const struct passwd *user = c->as_other ? getpwnam(SERVER_USER) : NULL;
        if (freopen(log, "ae", stderr) == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ||
            freopen("/dev/null", "re", stdin) == NULL) {
            _exit(126);
        }
        (void)setpgid(0, 0); /* Ctrl-C is for us; we stop the server in order */
        if (user != NULL && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
            _exit(126);
        }
        if (chdir("/") != 0) {
            _exit(126);
        }
        (void)setenv("LC_ALL", "C.UTF-8", 1);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return err_set(err, ERR_SYSTEM, "%s failed; its log is %s", argv[0], log);
    }
    return 0;
}

static int init_cluster(const struct cluster *c, const char *log, struct arena *arena,
                        struct err *err)
{
    if (access(arena_printf(arena, "%s/PG_VERSION", c->data), F_OK) == 0) {
        return 0;
    }
    int r = 0;
    if (c->data != c->link) {
        r = make_folder(OUTSIDE_ROOT, 0755, err);
        if (r == 0 && symlink(c->data, c->link) != 0 && errno != EEXIST) {
            r = err_errno(err, ERR_SYSTEM, "cannot link %s", c->link);
        }
    }
    if (r < 0 || (r = own_folder(c, c->data, err)) < 0) {
        return r;
    }
    const char *const argv[] = {arena_printf(arena, "%s/initdb", c->bin),
                                "-D",
                                c->data,
                                "-U",
                                "rollcall",
                                "-A",
                                "trust",
                                "-E",
                                "UTF8",
                                "--locale=C.UTF-8",
                                NULL};
    return run(c, log, argv, err);
}

static bool is_running(const struct cluster *c, const char *log, struct arena *arena)
{
    struct err ignored = {0};
    const char *const argv[] = {
        arena_printf(arena, "%s/pg_ctl", c->bin), "-D", c->data, "-s", "status", NULL};
    return run(c, log, argv, &ignored) == 0;
}

static int make_database(const struct cluster *c, const char *log, struct arena *arena,
                         struct err *err)
{
    const char *const exists[] = {arena_printf(arena, "%s/psql", c->bin),
                                  "-h",
                                  c->socket,
                                  "-U",
                                  "rollcall",
                                  "-d",
                                  "rollcall",
                                  "-c",
                                  "select 1",
                                  NULL};
    struct err ignored = {0};
    if (run(c, log, exists, &ignored) == 0) {
        return 0;
    }
    const char *const argv[] = {arena_printf(arena, "%s/createdb", c->bin),
                                "-h",
                                c->socket,
                                "-U",
                                "rollcall",
                                "rollcall",
                                NULL};
    return run(c, log, argv, err);
}

int embedded_start(bool *ret_started, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct cluster c = find_cluster(arena);
    if (c.bin[0] == '\0') {
        return err_set(err, ERR_SYSTEM,
                       "no PostgreSQL server under %s; install the package postgresql, or set "
                       "ROLLCALL_DATABASE_URL",
                       SERVER_ROOT);
    }
    const char *var = absolute(setting_text(SET_VAR), arena);
    const char *log = arena_printf(arena, "%s/postgres.log", var);
    int r = make_folder(var, 0755, err);
    if (r < 0 || (r = own_folder(&c, c.socket, err)) < 0 ||
        (r = init_cluster(&c, log, arena, err)) < 0) {
        return r;
    }
    if (is_running(&c, log, arena)) {
        *ret_started = false;
        return make_database(&c, log, arena, err);
    }
    const char *options = arena_printf(arena,
                                       "-c listen_addresses='' -c unix_socket_directories='%s' "
                                       "-c max_connections=100 -c log_timezone=UTC",
                                       c.socket);
    const char *const argv[] = {arena_printf(arena, "%s/pg_ctl", c.bin),
                                "-D",
                                c.data,
                                "-l",
                                arena_printf(arena, "%s/server.log", c.data),
                                "-o",
                                options,
                                "-w",
                                "-s",
                                "start",
                                NULL};
    r = run(&c, log, argv, err);
    if (r < 0) {
        return r;
    }
    *ret_started = true;
    return make_database(&c, log, arena, err);
}

int embedded_stop(struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct cluster c = find_cluster(arena);
    const char *log =
        arena_printf(arena, "%s/postgres.log", absolute(setting_text(SET_VAR), arena));
    if (c.bin[0] == '\0' || !is_running(&c, log, arena)) {
        return 0;
    }
    const char *const argv[] = {arena_printf(arena, "%s/pg_ctl", c.bin),
                                "-D",
                                c.data,
                                "-m",
                                "fast",
                                "-w",
                                "-s",
                                "stop",
                                NULL};
    int r = run(&c, log, argv, err);
    if (r == 0) {
        (void)rmdir(c.socket); /* empty now, unless somebody put something there */
    }
    return r;
}
