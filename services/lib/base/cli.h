/* cli: options, help and exit statuses of the commands. */
#ifndef ROLLCALL_BASE_CLI_H
#define ROLLCALL_BASE_CLI_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum cli_exit {
    CLI_FINE = 0,
    CLI_FOUND =
        1, /* a report found what it was asked to look for; or a command could not do its work */
    CLI_BAD = 2, /* bad usage or unreadable input */
};

/* One option of a command; a table of them ends with a NULL name. */
struct cli_option {
    const char *name;  /* "programme" for --programme */
    const char *value; /* what follows, for the help: "FILE"; NULL = a flag */
    const char *sentence;
    const char **text; /* where the value goes */
    bool *flag;        /* or where true goes */
};

struct cli_spec {
    const char *usage; /* "check --programme FILE [options]"; further forms, each with the command's
                          name in front, behind " | " */
    const char *sentence; /* what it does */
    const struct cli_option *options;
    int max_words; /* arguments that are not options */
};

enum { CLI_HELP_SHOWN = 1 };

/*
 * Reads argv[1..]: options in any place, "--" ends them, the words go to words[] (max_words of
 * them, NULL where fewer were given). ERR_USAGE names what is wrong. CLI_HELP_SHOWN after --help.
 */
int cli_parse(const struct cli_spec *spec, int argc, char **argv, const char **words,
              struct err *err) MUST_CHECK;

/* Prints "rollcall: ..." on stderr and gives the exit status: CLI_BAD for input and usage, else
 * CLI_FOUND. */
int cli_fail(const struct err *err);

/* The number of a thing that was named as a word: "x" is not the number of a clash. */
int cli_id(const char *what, const char *text, int64_t *ret, struct err *err) MUST_CHECK;

/* Is text one of the choices (ends with NULL)? ERR_USAGE names the option and all of them. */
int cli_choice(const char *name, const char *text, const char *const *choices,
               struct err *err) MUST_CHECK;

/* Who acts, for what is kept of it: the option --by, else who is logged in. ERR_USAGE when nobody
 * knows. *ret is borrowed, from the option, the environment or the C library. */
int cli_who(const char *by, const char **ret, struct err *err) MUST_CHECK;

/* A whole number of an option; ERR_USAGE names the option. */
int cli_number(const char *name, const char *text, long min, long max, long *ret,
               struct err *err) MUST_CHECK;

#endif
