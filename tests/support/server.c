#include "support/server.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS 20

#ifndef SOURCE_DIR
#define SOURCE_DIR "."
#endif

static void run_child(const struct test_server *server, int out, const char *script,
                      const char *const *args)
{
    char path[512];
    char log[160];
    char *argv[MAX_ARGS + 3] = {0};
    int n = 0;
    (void)snprintf(path, sizeof path, SOURCE_DIR "/tests/support/%s", script);
    argv[n++] = strdup("python3");
    argv[n++] = path;
    for (; *args != NULL && n < MAX_ARGS; args++) {
        argv[n++] = strdup(strcmp(*args, "DIR") == 0 ? server->dir : *args);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(out, STDOUT_FILENO);
    (void)snprintf(log, sizeof log, "%s/log", server->dir);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    (void)dup2(fd, STDERR_FILENO);         /* it complains about the trouble that tests make */
    (void)execv("/usr/bin/python3", argv); /* Debian's, which has aiosmtpd, whatever PATH says */
    _exit(127);
}

void test_server_start(struct test_server *ret, const char *script, const char *const *args)
{
    int out[2];
    char line[32] = "";
    *ret = (struct test_server){0};
    (void)snprintf(ret->dir, sizeof ret->dir, "/tmp/rollcall-test-XXXXXX");
    if (mkdtemp(ret->dir) == NULL || pipe(out) < 0) {
        fail_msg("cannot make a folder or a pipe for %s", script);
    }
    ret->pid = fork();
    if (ret->pid == 0) {
        (void)close(out[0]);
        run_child(ret, out[1], script, args);
    }
    (void)close(out[1]);
    FILE *file = fdopen(out[0], "r");
    bool has_port = file != NULL && fgets(line, sizeof line, file) != NULL;
    ret->port = atoi(line);
    (void)fclose(file);
    if (!has_port || ret->port == 0) {
        fail_msg("%s did not start; is python3-aiosmtpd installed?", script);
    }
}

void test_server_stop(struct test_server *server)
{
    if (server->pid <= 0) {
        return;
    }
    char command[200];
    (void)kill(server->pid, SIGKILL);
    (void)waitpid(server->pid, NULL, 0);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", server->dir);
    if (system(command) != 0) {
        fail_msg("cannot remove %s", server->dir);
    }
    server->pid = 0;
}

int test_count_files(const char *folder, const char *suffix)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;
    int n = 0;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);
        size_t tail = strlen(suffix);
        n += entry->d_name[0] != '.' && len >= tail &&
             strcmp(entry->d_name + len - tail, suffix) == 0;
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return n;
}
