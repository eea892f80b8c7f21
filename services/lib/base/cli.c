#include "base/cli.h"

#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_help(const struct cli_spec *spec)
{
    printf("rollcall %s\n\n%s\n", spec->usage, spec->sentence);
    if (spec->options == NULL) {
        return;
    }
    printf("\n");
    for (const struct cli_option *option = spec->options; option->name != NULL; option++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", option->name,
                       option->value == NULL ? "" : " ",
                       option->value == NULL ? "" : option->value);
        printf("  %-26s %s\n", left, option->sentence);
    }
}

static const struct cli_option *find_option(const struct cli_spec *spec, const char *name,
                                            size_t len)
{
    for (const struct cli_option *option = spec->options; option != NULL && option->name != NULL;
         option++) {
        if (strlen(option->name) == len && strncmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

/* Takes "--name", "--name=value" or "--name value" at argv[i]; returns how many words it took. */
static int take_option(const struct cli_spec *spec, int argc, char **argv, int i, struct err *err)
{
    const char *name = argv[i] + 2;
    size_t len = strcspn(name, "=");
    const struct cli_option *option = find_option(spec, name, len);
    if (option == NULL) {
        return err_set(err, ERR_USAGE, "there is no option --%.*s; usage: rollcall %s", (int)len,
                       name, spec->usage);
    }
    if (option->flag != NULL) {
        *option->flag = true;
        return name[len] == '=' ? err_set(err, ERR_USAGE, "--%s takes no value", option->name) : 1;
    }
    if (name[len] == '=') {
        *option->text = name + len + 1;
        return 1;
    }
    if (i + 1 >= argc) {
        return err_set(err, ERR_USAGE, "--%s needs a value: %s", option->name, option->value);
    }
    *option->text = argv[i + 1];
    return 2;
}

int cli_parse(const struct cli_spec *spec, int argc, char **argv, const char **words,
              struct err *err)
{
    int n_words = 0;
    bool only_words = false;
    for (int i = 1; i < argc;) {
        if (!only_words && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            print_help(spec);
            return CLI_HELP_SHOWN;
        }
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
            i++;
        } else if (!only_words && str_starts(argv[i], "--")) {
            int taken = take_option(spec, argc, argv, i, err);
            if (taken < 0) {
                return taken;
            }
            i += taken;
        } else if (n_words == spec->max_words) {
            return err_set(err, ERR_USAGE, "\"%s\" is one word too many; usage: rollcall %s",
                           argv[i], spec->usage);
        } else {
            words[n_words++] = argv[i++];
        }
    }
    return 0;
}

int cli_fail(const struct err *err)
{
    char text[1024];
    (void)fprintf(stderr, "rollcall: %s\n", err_text(err, text, sizeof text));
    bool is_input = err->code == ERR_INPUT || err->code == ERR_USAGE || err->code == ERR_LIMIT ||
                    err->where[0] != '\0';
    return is_input ? CLI_BAD : CLI_FOUND;
}

int cli_number(const char *name, const char *text, long min, long max, long *ret, struct err *err)
{
    char *end = NULL;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < min || value > max) {
        return err_set(err, ERR_USAGE, "--%s: \"%s\" is not a whole number from %ld to %ld", name,
                       text, min, max);
    }
    *ret = value;
    return 0;
}
