#include "support/testing.h"

#include "base/csv.h"

#include <string.h>

static void reads_what_spreadsheets_write(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        const char *rows; /* fields joined by |, rows by / ; NULL = refused */
        const char *where;
    } cases[] = {
        {"plain", "a,b\n1,2\n", "a|b/1|2", NULL},
        {"no line feed at the end", "a,b\n1,2", "a|b/1|2", NULL},
        {"CRLF and CR", "a,b\r\n1,2\r3,4", "a|b/1|2/3|4", NULL},
        {"BOM and semicolons",
         "\xEF\xBB\xBF"
         "a;b\n\"1;x\";2\n",
         "a|b/1;x|2", NULL},
        {"tabs", "a\tb\n1\t2\n", "a|b/1|2", NULL},
        {"quotes, doubled quotes and line breaks in quotes", "a,b\n\"x \"\"y\"\"\",\"1\n2\"\n",
         "a|b/x \"y\"|1\n2", NULL},
        {"blank lines are skipped", "\n\na\n\nb\n", "a/b", NULL},
        {"empty fields", ",a,\n", "|a|", NULL},
        {"a guarded formula is itself again", "\"'=1+1\",'@x,'tis\n", "=1+1|@x|'tis", NULL},
        {"nothing", "", "", NULL},
        {"a quote that is never closed", "a\n\"b\nc", NULL, "f.csv:2"},
        {"text behind a closing quote", "a\n\n\"b\"c\n", NULL, "f.csv:3"},
        {"not UTF-8", "a\nJ\xF6rg\n", NULL, "f.csv:2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        CLEANUP(str_done) struct str joined = {0};
        struct csv csv = {0};
        struct err err = {0};
        int r = csv_parse("f.csv", cases[i].text, strlen(cases[i].text), arena, &csv, &err);
        if (cases[i].rows == NULL) {
            assert_int_equal(r, ERR_INPUT);
            assert_string_equal(err.where, cases[i].where);
            continue;
        }
        assert_int_equal(r, 0);
        for (size_t j = 0; j < csv.rows.n; j++) {
            for (size_t k = 0; k < csv.rows.items[j].n; k++) {
                str_add(&joined, k > 0 ? "|" : j > 0 ? "/" : "");
                str_add(&joined, csv.rows.items[j].fields[k]);
            }
        }
        assert_string_equal(str_text(&joined), cases[i].rows);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const fields[] = {"plain",      "",     "a,b;c\td",          "say \"hi\"",
                                         "two\nlines", "=1+1", "@user:example.org", "-5",
                                         "é"};
    const size_t n = sizeof fields / sizeof fields[0];
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(str_done) struct str out = {0};
    struct csv csv = {0};
    struct err err = {0};
    for (size_t i = 0; i < n; i++) {
        csv_add(&out, fields[i]);
    }
    csv_end(&out);
    assert_int_equal(csv_parse("f", out.data, out.len, arena, &csv, &err), 0);
    assert_int_equal(csv.rows.n, 1);
    assert_int_equal(csv.rows.items[0].n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(csv.rows.items[0].fields[i], fields[i]);
    }
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct csv csv = {0};
    struct err err = {0};
    assert_int_equal(csv_parse("f", "a\n\0b", 4, arena, &csv, &err), ERR_INPUT);
    assert_string_equal(err.where, "f:2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_spreadsheets_write),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_nul_byte_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
