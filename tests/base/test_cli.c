/* cli: what is said to somebody who mistyped, and who acts when nobody says so. */
#include "support/testing.h"

#include "base/cli.h"
#include "base/near.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *hint_for(const char *typed, char *buf, size_t size)
{
    static const char *const words[] = {"check", "clashes", "config", "import", "export", "link"};
    struct near near;
    near_init(&near, typed);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        near_offer(&near, words[i]);
    }
    return near_hint(&near, "", buf, size);
}

static void a_typing_error_is_taken_for_the_word_that_is_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        const char *hint;
    } cases[] = {
        {"clashs", "; did you mean clashes?"},  /* a letter is missing */
        {"clahses", "; did you mean clashes?"}, /* two are swapped */
        {"imprt", "; did you mean import?"},    /* nearer than export */
        {"liink", "; did you mean link?"},      /* one too many */
        {"check", "; did you mean check?"},     /* the word itself */
        {"quorum", ""},                         /* nothing like it */
        {"x", ""},                              /* too short to say */
        {"", ""},
        {"a-word-of-more-than-thirty-two-letters", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[64];
        assert_string_equal(hint_for(cases[i].typed, buf, sizeof buf), cases[i].hint);
    }
}

struct options {
    const char *severity;
    bool is_json;
};

static int parse(struct options *ret, struct err *err, int argc, char **argv)
{
    const struct cli_option options[] = {
        {"severity", "SEVERITY", "how bad", &ret->severity, NULL},
        {"json", NULL, "for programs", NULL, &ret->is_json},
        {0},
    };
    const struct cli_spec spec = {"clashes [--severity SEVERITY]", "What clashes.", options, 0};
    return cli_parse(&spec, argc, argv, NULL, err);
}

static void an_unknown_option_is_refused_with_the_one_that_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *message;
    } cases[] = {
        {"--sevrity", "clashes has no option --sevrity; did you mean --severity?"},
        {"--sevrity=high", "clashes has no option --sevrity; did you mean --severity?"},
        {"--colour", "clashes has no option --colour; with --help it tells which it has"},
        {"--json=yes", "--json takes no value"},
        {"--severity", "--severity needs a value: SEVERITY"},
        {"more", "\"more\" is one word too many; usage: rollcall clashes [--severity SEVERITY]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct options options = {0};
        struct err err = {0};
        char command[] = "clashes";
        char word[64];
        (void)snprintf(word, sizeof word, "%s", cases[i].word);
        char *argv[] = {command, word, NULL};
        assert_int_equal(parse(&options, &err, 2, argv), ERR_USAGE);
        assert_string_equal(err.message, cases[i].message);
    }
}

static void a_choice_names_all_there_are(void **state)
{
    (void)state;
    static const char *const choices[] = {"low", "medium", "high", NULL};
    struct err err = {0};
    assert_int_equal(cli_choice("severity", "medium", choices, &err), 0);
    assert_int_equal(cli_choice("severity", "Medium", choices, &err), ERR_USAGE);
    assert_string_equal(err.message, "--severity: \"Medium\" is not low, medium or high");
}

static void a_number_of_something_is_a_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "x", "0", "-1", "1x", "99999999999", "1.5"};
    int64_t id = 0;
    struct err err = {0};
    assert_int_equal(cli_id("clash", "17", &id, &err), 0);
    assert_int_equal(id, 17);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(cli_id("clash", bad[i], &id, &err), ERR_USAGE);
        assert_int_equal(id, 17);
    }
    assert_string_equal(err.message, "\"1.5\" is not the number of a clash");
}

static void who_acts_is_said_or_logged_in(void **state)
{
    (void)state;
    const char *who = NULL;
    struct err err = {0};
    assert_int_equal(setenv("USER", "vera", 1), 0);
    assert_int_equal(cli_who("programme@example.org", &who, &err), 0);
    assert_string_equal(who, "programme@example.org");
    assert_int_equal(cli_who(NULL, &who, &err), 0);
    assert_string_equal(who, "vera");
}

/* In a process of its own, that is nobody whom this machine knows. */
static int who_am_i_as(uid_t uid)
{
    pid_t child = fork();
    if (child == 0) {
        const char *who = NULL;
        struct err err = {0};
        if (setuid(uid) != 0) {
            _exit(9);
        }
        int r = cli_who(NULL, &who, &err);
        _exit(r == 0 ? 0 : r == ERR_USAGE && strstr(err.message, "--by") != NULL ? 1 : 8);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

static void without_a_login_the_account_counts_and_a_stranger_is_refused(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("USER"), 0);
    assert_int_equal(who_am_i_as(geteuid()), 0);
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(who_am_i_as(54321), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_typing_error_is_taken_for_the_word_that_is_nearest),
        cmocka_unit_test(an_unknown_option_is_refused_with_the_one_that_was_meant),
        cmocka_unit_test(a_choice_names_all_there_are),
        cmocka_unit_test(a_number_of_something_is_a_number),
        cmocka_unit_test(who_acts_is_said_or_logged_in),
        cmocka_unit_test(without_a_login_the_account_counts_and_a_stranger_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
