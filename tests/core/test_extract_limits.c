#include "support/testing.h"

#include "base/str.h"
#include "core/extract.h"

#include <stdlib.h>
#include <string.h>

/* What extract_text() makes of hostile or odd input, and the lines that it reports. */

struct job {
    struct arena *arena;
    struct extract found;
    struct err err;
};

static int job_run(struct job *job, const char *text, size_t len)
{
    job->arena = arena_new();
    return extract_text("a.txt", text, len, job->arena, &job->found, &job->err);
}

static void job_done(struct job *job)
{
    arena_free(job->arena);
}

static void invalid_utf8_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"Foo MC\n\nKey attendees:\n- J\xF6rg M\xFCller\n", "a.txt:4"},
        {"\xFF", "a.txt:1"},
        {"fine\nfine\n\xED\xA0\x80", "a.txt:3"},
        {"cut off at the end \xE2\x82", "a.txt:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct job job = {0};
        assert_int_equal(job_run(&job, cases[i].text, strlen(cases[i].text)), ERR_INPUT);
        assert_string_equal(job.err.where, cases[i].where);
        assert_int_equal(job.found.tracks.n, 0);
        job_done(&job);
    }
}

static void a_text_above_the_limit_is_refused(void **state)
{
    (void)state;
    struct job job = {0};
    assert_int_equal(job_run(&job, "x", (size_t)64 * 1024 * 1024 + 1), ERR_LIMIT);
    assert_string_equal(job.err.where, "a.txt");
    job_done(&job);
}

static void an_empty_text_has_no_tracks(void **state)
{
    (void)state;
    struct job job = {0};
    assert_int_equal(job_run(&job, "", 0), 0);
    assert_int_equal(job.found.tracks.n, 0);
    job_done(&job);
}

static void zero_bytes_are_blanks(void **state)
{
    (void)state;
    static const char text[] = "Foo MC\n\nKey attendees:\n- Jane\0Doe\n\0\n- Bo Li\n";
    struct job job = {0};
    assert_int_equal(job_run(&job, text, sizeof text - 1), 0);
    assert_int_equal(job.found.tracks.n, 1);
    assert_int_equal(job.found.tracks.items[0].key_attendees.n, 2);
    assert_string_equal(job.found.tracks.items[0].key_attendees.items[0].name, "Jane Doe");
    job_done(&job);
}

static void mentions_carry_both_of_their_lines(void **state)
{
    (void)state;
    static const char text[] = "Foo MC\r\n\r\nKey attendees: Jane Doe, Vikram Oldenburg, Bo Li,\r\n"
                               "Anneliese Traub, Jane Doe <jane@example.org>\r\n\r\n"
                               "Leads:\r\n- Jane Doe\r\n";
    struct job job = {0};
    assert_int_equal(job_run(&job, text, sizeof text - 1), 0);
    const struct extract_track *track = &job.found.tracks.items[0];
    assert_int_equal(track->line, 1);
    assert_int_equal(track->key_attendees.n, 4);
    assert_int_equal(track->key_attendees.items[0].line, 3);
    assert_int_equal(track->key_attendees.items[0].also_line, 4);
    assert_string_equal(track->key_attendees.items[0].email, "jane@example.org");
    assert_int_equal(track->key_attendees.items[3].line, 4);
    assert_int_equal(track->key_attendees.items[3].also_line, 0);
    assert_int_equal(track->leads.n, 1);
    assert_int_equal(track->leads.items[0].line, 7);
    job_done(&job);
}

static void what_is_less_sure_has_less_confidence(void **state)
{
    (void)state;
    static const char text[] = "Foo MC\n\nKey attendees:\n- Jane Doe <jane@example.org>\n"
                               "- Qwalm Oldenburgh\n- Alex\n";
    struct job job = {0};
    assert_int_equal(job_run(&job, text, sizeof text - 1), 0);
    const struct extract_track *track = &job.found.tracks.items[0];
    assert_int_equal(track->key_attendees.n, 3);
    const struct extract_mention *m = track->key_attendees.items;
    assert_true(m[0].confidence > m[1].confidence);
    assert_true(m[1].confidence > m[2].confidence);
    assert_true(m[2].is_given_name_only);
    job_done(&job);
}

/* Each pattern repeated to some megabytes: it must end, which the test's time limit sees to. */
static void hostile_texts_are_read_in_bounded_time(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(",
        "[[",
        "a at ",
        "Key attendees: ",
        "<a href=\"mailto:",
        "> ",
        "- ",
        "Jane Doe, ",
        "\n\n- (a",
        "a@b.",
        "&#",
        "**",
        "| ",
        "From: a\n\n",
        "# A MC\n",
        "The MC is led by Jane ",
        "=?utf-8?q?",
        ",;:\n",
        "\"a",
        "A: B\n",
        "\n  - A\n ",
        "Key attendees\n",
        "x-at-",
        "\t",
    };
    const size_t size = (size_t)2 * 1024 * 1024;
    char *text = malloc(size);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        size_t n = strlen(patterns[i]);
        for (size_t k = 0; k < size; k++) {
            text[k] = patterns[i][k % n];
        }
        static const char head[] = "Foo MC\n\nKey attendees: ";
        memcpy(text, head, sizeof head - 1);
        struct job job = {0};
        assert_int_equal(job_run(&job, text, size), 0);
        job_done(&job);
    }
    free(text);
}

static void one_line_of_ten_megabytes_is_read(void **state)
{
    (void)state;
    const size_t size = (size_t)10 * 1024 * 1024;
    char *text = malloc(size);
    memset(text, 'x', size);
    static const char head[] = "Foo MC\n\nKey attendees: Jane Doe, Bo Li, ";
    memcpy(text, head, sizeof head - 1);
    struct job job = {0};
    assert_int_equal(job_run(&job, text, size), 0);
    assert_int_equal(job.found.tracks.n, 1);
    assert_int_equal(job.found.tracks.items[0].key_attendees.n, 2);
    job_done(&job);
    free(text);
}

static void add_people(struct str *text, const char *before, int from, int to)
{
    for (int i = from; i < to; i++) {
        str_printf(text, "%s* Jane D%c%c%coe\n", before, 'a' + i % 26, 'a' + i / 26 % 26,
                   'a' + i / 676);
    }
}

/* Items are decided in batches: the group that the open item stands under must outlive its batch.
 */
static void a_group_of_thousands_keeps_its_label(void **state)
{
    (void)state;
    const int n_before = 1500;
    const int n = 6000;
    struct str text = {0};
    str_add(&text, "Foo MC\n\nKey attendees:\n\n");
    add_people(&text, "", 0, n_before);
    str_add(&text, "* Example Foundation\n");
    add_people(&text, "  ", n_before, n);
    struct job job = {0};
    assert_int_equal(job_run(&job, str_text(&text), text.len), 0);
    const struct extract_track *track = &job.found.tracks.items[0];
    assert_int_equal(track->key_attendees.n, n);
    for (int i = 0; i < n; i++) {
        assert_string_equal(track->key_attendees.items[i].affiliation,
                            i < n_before ? "" : "Example Foundation");
    }
    job_done(&job);
    str_done(&text);
}

static void the_same_text_gives_the_same_twice(void **state)
{
    (void)state;
    if (!test_has_shared()) {
        print_message("no shared folder\n");
        skip();
    }
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    size_t len = 0;
    char *text = test_read_file(arena, SHARED_DIR "/lpc2025/cfp.txt", &len);
    struct job a = {0};
    struct job b = {0};
    assert_int_equal(job_run(&a, text, len), 0);
    assert_int_equal(job_run(&b, text, len), 0);
    assert_int_equal(a.found.tracks.n, 21);
    assert_int_equal(a.found.tracks.items[0].kind, TRACK_REFEREED);
    assert_int_equal(a.found.tracks.items[1].kind, TRACK_KERNEL_SUMMIT);
    assert_int_equal(a.found.tracks.items[2].kind, TRACK_BOF);
    size_t n_people = 0;
    for (size_t i = 0; i < a.found.tracks.n; i++) {
        const struct extract_track *x = &a.found.tracks.items[i];
        const struct extract_track *y = &b.found.tracks.items[i];
        assert_string_equal(x->title, y->title);
        assert_int_equal(x->leads.n, y->leads.n);
        assert_int_equal(x->key_attendees.n, y->key_attendees.n);
        n_people += x->leads.n + x->key_attendees.n;
    }
    assert_int_equal(n_people, 183);
    job_done(&a);
    job_done(&b);
}

static void what_is_too_long_is_not_cut_inside_a_name(void **state)
{
    (void)state;
    static const char *const begins[] = {"- ", "* ", "1. "};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        struct str text = {0};
        str_printf(&text, "Foo MC\n\nKey attendees:\n\n%s", begins[i]);
        for (int n = 0; n < 10000; n++) {
            str_add(&text, n > 0 ? ", Jane Doeringhamster" : "Jane Doeringhamster");
        }
        struct job job = {0};
        assert_int_equal(job_run(&job, str_text(&text), text.len), 0);
        assert_int_equal(job.found.tracks.n, 1);
        assert_int_equal(job.found.tracks.items[0].key_attendees.n, 1);
        assert_string_equal(job.found.tracks.items[0].key_attendees.items[0].name,
                            "Jane Doeringhamster");
        job_done(&job);
        str_done(&text);
    }
}

/* Without a bullet, the names alone say that the line is a list: its beginning tells. */
static void a_plain_line_of_any_length_is_a_list(void **state)
{
    (void)state;
    static const int sizes[] = {30, 300, 1000, 3000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct str text = {0};
        str_add(&text, "Foo MC\n\nKey attendees:\n\n");
        for (int n = 0; n < sizes[i]; n++) {
            str_printf(&text, "%sJane D%c%c%coe", n > 0 ? ", " : "", 'a' + n % 26,
                       'a' + n / 26 % 26, 'a' + n / 676);
        }
        str_add(&text, "\n\nWe look forward to it.\n");
        struct job job = {0};
        assert_int_equal(job_run(&job, str_text(&text), text.len), 0);
        assert_int_equal(job.found.tracks.items[0].key_attendees.n, sizes[i]);
        job_done(&job);
        str_done(&text);
    }
}

/* Names at its beginning do not make a list of a text. */
static void a_long_line_of_prose_is_no_list(void **state)
{
    (void)state;
    struct str text = {0};
    str_add(&text, "Foo MC\n\nKey attendees:\n\n");
    str_add(&text, "Jane Doe, Bo Li and Vikram Oldenburg met last year and wrote patches");
    for (int n = 0; n < 2000; n++) {
        str_add(&text, ", and so they went on to talk about what Carla Mendes had measured");
    }
    str_add(&text, "\n");
    struct job job = {0};
    assert_int_equal(job_run(&job, str_text(&text), text.len), 0);
    assert_true(job.found.tracks.items[0].key_attendees.n <= 3);
    job_done(&job);
    str_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_utf8_is_refused_with_its_line),
        cmocka_unit_test(a_text_above_the_limit_is_refused),
        cmocka_unit_test(an_empty_text_has_no_tracks),
        cmocka_unit_test(zero_bytes_are_blanks),
        cmocka_unit_test(mentions_carry_both_of_their_lines),
        cmocka_unit_test(what_is_less_sure_has_less_confidence),
        cmocka_unit_test(hostile_texts_are_read_in_bounded_time),
        cmocka_unit_test(one_line_of_ten_megabytes_is_read),
        cmocka_unit_test(what_is_too_long_is_not_cut_inside_a_name),
        cmocka_unit_test(a_plain_line_of_any_length_is_a_list),
        cmocka_unit_test(a_long_line_of_prose_is_no_list),
        cmocka_unit_test(a_group_of_thousands_keeps_its_label),
        cmocka_unit_test(the_same_text_gives_the_same_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
