/* rollcall: one program; the first word says which command. */
#include "base/cli.h"
#include "base/log.h"
#include "base/near.h"
#include "base/settings.h"
#include "ctl/commands.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print_commands(FILE *out)
{
    static const char *const titles[] = {
        "On files alone, or on the database when no file is named:", "With the database:",
        "Running it:"};
    (void)fprintf(out, "usage: rollcall COMMAND [options]; rollcall COMMAND --help tells more\n");
    for (int group = GROUP_FILES; group <= GROUP_OPERATE; group++) {
        (void)fprintf(out, "\n%s\n", titles[group]);
        for (const struct command *command = commands; command->name != NULL; command++) {
            if ((int)command->group == group) {
                (void)fprintf(out, "  %-9s %s\n", command->name, command->sentence);
            }
        }
    }
}

static const struct command *find_command(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

static int refuse_command(const char *name)
{
    char hint[64];
    struct near near;
    near_init(&near, name);
    for (const struct command *command = commands; command->name != NULL; command++) {
        near_offer(&near, command->name);
    }
    near_hint(&near, "", hint, sizeof hint);
    (void)fprintf(stderr, "rollcall: there is no command \"%s\"%s\n", name,
                  hint[0] != '\0' ? hint : "; 'rollcall help' lists them");
    return CLI_BAD;
}

/* `rollcall help COMMAND` is `rollcall COMMAND --help`. */
static int help(int argc, char **argv)
{
    if (argc == 1) {
        print_commands(stdout);
        return CLI_FINE;
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) {
        return refuse_command(argv[1]);
    }
    char option[] = "--help";
    char *words[] = {argv[1], option, NULL};
    return command->run(2, words);
}

/* Settings, then the command; its output is complete or the status says that it is not. */
/* As head does when it has seen enough: no trouble to tell of. */
static bool has_reader_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct err err = {0};
    if (settings_load(&err) < 0) {
        return cli_fail(&err);
    }
    int level = log_level_parse(setting_text(SET_LOG_LEVEL));
    if (level < 0) {
        (void)fprintf(stderr,
                      "rollcall: ROLLCALL_LOG_LEVEL: \"%s\" is not debug, info, warn or error\n",
                      setting_text(SET_LOG_LEVEL));
        return CLI_BAD;
    }
    log_init("ctl", (enum log_level)level);
    int status = command->run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (!has_reader_gone()) {
            (void)fprintf(stderr, "rollcall: cannot write the output\n");
        }
        return status == CLI_FINE ? CLI_FOUND : status;
    }
    return status;
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_CTYPE,
                    "C.UTF-8"); /* libcurl writes international domains in their ASCII form */
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        print_commands(stderr);
        return CLI_BAD;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        printf("rollcall %s\n", ROLLCALL_VERSION);
        return CLI_FINE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        return help(argc - 1, argv + 1);
    }
    const struct command *command = find_command(argv[1]);
    return command == NULL ? refuse_command(argv[1]) : run(command, argc - 1, argv + 1);
}
