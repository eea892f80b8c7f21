#include "support/extract_cases.h"
#include "support/testing.h"

#include "base/str.h"
#include "core/extract.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The form of the expected lines: see support/extract_cases.h. */
static void add_fields(struct str *out, const char *const *fields, size_t n)
{
    while (n > 0 && fields[n - 1][0] == '\0') {
        n--;
    }
    for (size_t i = 0; i < n; i++) {
        str_printf(out, "%s%s", i == 0 ? "" : " | ", fields[i]);
    }
    str_add_char(out, '\n');
}

static void add_mention(struct str *out, const char *role, const struct extract_mention *m)
{
    bool is_should = m->strength == STRENGTH_SHOULD;
    const char *flags = m->is_given_name_only ? (is_should ? "given should" : "given")
                        : is_should           ? "should"
                                              : "";
    const char *const fields[] = {m->name, m->email, m->affiliation, m->topic, flags};
    str_printf(out, "%s ", role);
    add_fields(out, fields, 5);
}

static void print_found(struct str *out, const struct extract *found)
{
    for (size_t i = 0; i < found->tracks.n; i++) {
        const struct extract_track *track = &found->tracks.items[i];
        str_printf(out, "track %s | %s\n", track->title, track_kind_name(track->kind));
        for (size_t k = 0; k < track->leads.n; k++) {
            add_mention(out, "lead", &track->leads.items[k]);
        }
        for (size_t k = 0; k < track->key_attendees.n; k++) {
            add_mention(out, "key", &track->key_attendees.items[k]);
        }
    }
}

static bool run_case(const char *path, const struct extract_case *c)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(str_done) struct str got = {0};
    struct extract found = {0};
    struct err err = {0};
    assert_int_equal(extract_text(c->name, c->text, c->len, arena, &found, &err), 0);
    print_found(&got, &found);
    str_truncate(&got, got.len > 0 ? got.len - 1 : 0);
    bool is_same = str_equal(str_text(&got), c->expected);
    if (!is_same) {
        print_error("%s: %s\n--- expected\n%s--- got\n%s\n", path, c->name, c->expected,
                    str_text(&got));
    }
    return is_same;
}

static void every_case_gives_what_a_careful_reader_finds(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob(SOURCE_DIR "/tests/data/extract/*.cases", 0, NULL, &files), 0);
    size_t n_cases = 0;
    size_t n_failed = 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        char *rest = test_read_file(arena, files.gl_pathv[i], NULL);
        struct extract_case c;
        bool is_broken = false;
        while (extract_case_next(&rest, &c, &is_broken)) {
            n_cases++;
            n_failed += run_case(files.gl_pathv[i], &c) ? 0 : 1;
        }
        assert_false(is_broken);
    }
    globfree(&files);
    print_message("%zu texts, %zu failed\n", n_cases, n_failed);
    assert_true(n_cases >= 40);
    assert_int_equal(n_failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_gives_what_a_careful_reader_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
