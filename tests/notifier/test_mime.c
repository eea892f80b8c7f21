/* mime.c: folded headers, encoded words, bodies; as tables. */
#include "support/testing.h"

#include "notifier/mime.h"

#include <stdio.h>
#include <string.h>

static void each_subject_has_its_written_form(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        const char *want;
    } cases[] = {
        {"ASCII stays", "Hello there", "Subject: Hello there\r\n"},
        {"nothing is nothing", "", "Subject:\r\n"},
        {"line breaks become blanks", "a\r\nBcc: b@example.org",
         "Subject: a Bcc: b@example.org\r\n"},
        {"an umlaut is encoded", "J\xc3\xb6rg", "Subject: =?UTF-8?Q?J=C3=B6rg?=\r\n"},
        {"what looks encoded is encoded", "=?x", "Subject: =?UTF-8?Q?=3D=3Fx?=\r\n"},
        {"long text is folded at blanks",
         "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
         "Subject: one two three four five six seven eight nine ten eleven twelve\r\n thirteen "
         "fourteen\r\n"},
        {"blanks at the ends and in rows go", "  a   b  ", "Subject: a b\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        mime_header(&out, "Subject", cases[i].text);
        if (strcmp(str_text(&out), cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].name, str_text(&out));
        }
        str_done(&out);
    }
}

static void each_mailbox_has_its_written_form(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *want;
    } cases[] = {
        {"", "To: a@example.org\r\n"},
        {"Ada Example", "To: Ada Example <a@example.org>\r\n"},
        {"Example, Ada", "To: \"Example, Ada\" <a@example.org>\r\n"},
        {"A \"quote\" \\", "To: \"A \\\"quote\\\" \\\\\" <a@example.org>\r\n"},
        {"<b@example.org>", "To: \"<b@example.org>\" <a@example.org>\r\n"},
        {"K. Example", "To: \"K. Example\" <a@example.org>\r\n"},
        {"J\xc3\xb6rg, x", "To: =?UTF-8?Q?J=C3=B6rg=2C_x?= <a@example.org>\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        mime_header_mailbox(&out, "To", cases[i].name, "a@example.org");
        assert_string_equal(str_text(&out), cases[i].want);
        str_done(&out);
    }
}

/* No line is longer than 76, no word longer than 75, no character is cut. */
static void long_text_in_any_script_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {"a", "\xc3\xb6", "\xe8\xb5\xb0", "\xf0\x9f\x90\xa7",
                                        "x\xc3\xb6 "};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        struct str text = {0};
        for (int n = 0; n < 200; n++) {
            struct str out = {0};
            str_add(&text, units[u]);
            mime_header(&out, "Subject", str_text(&text));
            for (const char *p = str_text(&out); *p != '\0'; p = strchr(p, '\n') + 1) {
                assert_true(strcspn(p, "\r") <= 76);
                const char *q = strstr(p, "=?UTF-8?Q?");
                if (q != NULL && q < strchr(p, '\r')) {
                    size_t lead = 0; /* the first encoded byte is not a continuation byte */
                    assert_false(sscanf(q + 10, "=%2zx", &lead) == 1 && (lead & 0xC0) == 0x80);
                }
            }
            str_done(&out);
        }
        str_done(&text);
    }
}

static void quoted_printable_keeps_lines_short_and_ends_visible(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *want;
    } cases[] = {
        {"", ""},
        {"a", "a\r\n"},
        {"a\nb\r\n", "a\r\nb\r\n"},
        {"a \nb\t\n", "a=20\r\nb=09\r\n"},
        {"1=2", "1=3D2\r\n"},
        {"\xc3\xb6", "=C3=B6\r\n"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789012345",
         "0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n"},
        {"01234567890123456789012345678901234567890123456789012345678901234567890123456",
         "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n56\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        mime_quoted_printable(&out, cases[i].text, strlen(cases[i].text));
        assert_string_equal(str_text(&out), cases[i].want);
        str_done(&out);
    }
}

static void base64_is_that_of_rfc_4648(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg==\r\n"},
                                           {"fo", "Zm8=\r\n"},
                                           {"foo", "Zm9v\r\n"},
                                           {"foob", "Zm9vYg==\r\n"},
                                           {"fooba", "Zm9vYmE=\r\n"},
                                           {"foobar", "Zm9vYmFy\r\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        mime_base64(&out, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(str_text(&out), cases[i][1]);
        str_done(&out);
    }
}

static void one_mailbox_is_read_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name; /* NULL = refused */
        const char *address;
    } cases[] = {
        {"Rollcall <r@example.org>", "Rollcall", "r@example.org"},
        {"r@example.org", "", "r@example.org"},
        {"\"Rollcall, the\" <r@example.org>", "Rollcall, the", "r@example.org"},
        {"", NULL, NULL},
        {"Rollcall", NULL, NULL},
        {"Rollcall <r@example.org", NULL, NULL},
        {"a@example.org, b@example.org", NULL, NULL},
        {"a <a@example.org> b", NULL, NULL},
        {"a\r\nBcc: b <a@example.org>", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[200];
        char address[200];
        struct err err = {0};
        int r = mime_parse_mailbox(cases[i].text, name, address, sizeof name, &err);
        assert_int_equal(r, cases[i].name == NULL ? ERR_INPUT : 0);
        if (r == 0) {
            assert_string_equal(name, cases[i].name);
            assert_string_equal(address, cases[i].address);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_subject_has_its_written_form),
        cmocka_unit_test(each_mailbox_has_its_written_form),
        cmocka_unit_test(long_text_in_any_script_is_cut_between_characters),
        cmocka_unit_test(quoted_printable_keeps_lines_short_and_ends_visible),
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(one_mailbox_is_read_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
