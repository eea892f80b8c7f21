#include "base/cli.h"

#include "base/near.h"
#include "base/str.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP_WIDTH  80
#define HELP_INDENT 29

/* Prints text from `column` on, with line breaks between words; every further line is indented. */
static void print_wrapped(const char *text, int column, int indent)
{
    int at = column;
    for (const char *word = text; *word != '\0';) {
        int len = (int)strcspn(word, " ");
        if (at > indent && at + 1 + len > HELP_WIDTH) {
            printf("\n%*s", indent, "");
            at = indent;
        } else if (word != text) {
            (void)putchar(' ');
            at++;
        }
        printf("%.*s", len, word);
        at += len;
        word += len;
        word += strspn(word, " ");
    }
    (void)putchar('\n');
}

/* "people | people show PERSON" are two forms: one line for each. */
static void print_usage(const char *usage)
{
    int name_len = (int)strcspn(usage, " ");
    const char *head = "usage:";
    for (const char *form = usage; form != NULL; head = "      ") {
        const char *end = strstr(form, " | ");
        while (end != NULL && (strncmp(end + 3, usage, (size_t)name_len) != 0)) {
            end = strstr(end + 3, " | ");
        }
        printf("%s rollcall %.*s\n", head, end == NULL ? (int)strlen(form) : (int)(end - form),
               form);
        form = end == NULL ? NULL : end + 3;
    }
}

static void print_help(const struct cli_spec *spec)
{
    print_usage(spec->usage);
    (void)putchar('\n');
    print_wrapped(spec->sentence, 0, 0);
    (void)putchar('\n');
    for (const struct cli_option *option = spec->options; option != NULL && option->name != NULL;
         option++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", option->name,
                       option->value == NULL ? "" : " ",
                       option->value == NULL ? "" : option->value);
        int column = printf("  %-26s ", left);
        print_wrapped(option->sentence, column, HELP_INDENT);
    }
    printf("  %-26s this text\n\n", "--help");
    printf("Exit status: 0 fine, 1 something was found, or could not be done, 2 bad usage or "
           "input.\n");
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

static int refuse_option(const struct cli_spec *spec, const char *name, size_t len, struct err *err)
{
    char typed[NEAR_MAX + 2];
    char hint[64];
    struct near near;
    (void)snprintf(typed, sizeof typed, "%.*s", (int)len, name);
    near_init(&near, typed);
    for (const struct cli_option *option = spec->options; option != NULL && option->name != NULL;
         option++) {
        near_offer(&near, option->name);
    }
    near_hint(&near, "--", hint, sizeof hint);
    return err_set(err, ERR_USAGE, "%.*s has no option --%.*s%s%s", (int)strcspn(spec->usage, " "),
                   spec->usage, (int)len, name, hint,
                   hint[0] != '\0' ? "" : "; with --help it tells which it has");
}

/* Takes "--name", "--name=value" or "--name value" at argv[i]; returns how many words it took. */
static int take_option(const struct cli_spec *spec, int argc, char **argv, int i, struct err *err)
{
    const char *name = argv[i] + 2;
    size_t len = strcspn(name, "=");
    const struct cli_option *option = find_option(spec, name, len);
    if (option == NULL) {
        return refuse_option(spec, name, len, err);
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

int cli_choice(const char *name, const char *text, const char *const *choices, struct err *err)
{
    char list[256] = "";
    for (const char *const *choice = choices; *choice != NULL; choice++) {
        if (strcmp(text, *choice) == 0) {
            return 0;
        }
        size_t used = strlen(list);
        const char *between = choice == choices ? "" : choice[1] == NULL ? " or " : ", ";
        (void)snprintf(list + used, sizeof list - used, "%s%s", between, *choice);
    }
    return err_set(err, ERR_USAGE, "--%s: \"%s\" is not %s", name, text, list);
}

int cli_who(const char *by, const char **ret, struct err *err)
{
    if (by == NULL) {
        by = getenv("USER");
    }
    if (str_is_empty(by)) {
        const struct passwd *user = getpwuid(geteuid());
        by = user == NULL ? NULL : user->pw_name;
    }
    if (str_is_empty(by)) {
        return err_set(err, ERR_USAGE,
                       "this user has no name on this machine: say who decides with --by NAME");
    }
    *ret = by;
    return 0;
}

static bool parse_whole(const char *text, long min, long max, long *ret)
{
    char *end = NULL;
    errno = 0;
    *ret = strtol(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *ret >= min && *ret <= max;
}

int cli_id(const char *what, const char *text, int64_t *ret, struct err *err)
{
    long value = 0;
    if (!parse_whole(text, 1, INT32_MAX, &value)) {
        return err_set(err, ERR_USAGE, "\"%s\" is not the number of a %s", text, what);
    }
    *ret = value;
    return 0;
}

int cli_number(const char *name, const char *text, long min, long max, long *ret, struct err *err)
{
    long value = 0;
    if (!parse_whole(text, min, max, &value)) {
        return err_set(err, ERR_USAGE, "--%s: \"%s\" is not a whole number from %ld to %ld", name,
                       text, min, max);
    }
    *ret = value;
    return 0;
}
