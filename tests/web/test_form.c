#include "support/testing.h"

#include "web/http.h"

#include <string.h>

static void times_of_day_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int minutes;
    } cases[] = {
        {"14:00", 840},   {"00:00", 0},   {"23:59", 1439}, {"14:00:00", 840}, {"24:00", -1},
        {"14:60", -1},    {"", -1},       {"2pm", -1},     {"1400", -1},      {"-1:00", -1},
        {"14:00:60", -1}, {"14:00x", -1}, {" 9:00", -1},   {"14.00", -1},     {"14:00:0", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(parse_hhmm(cases[i].text), cases[i].minutes);
    }
    char buf[8];
    assert_string_equal(format_hhmm(845, buf), "14:05");
}

static void a_value_that_comes_in_pieces_is_one_value(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct form form = {0};
    form_add(&form, arena, "why", "the room ", 0, 9);
    form_add(&form, arena, "why", "is large", 9, 8);
    form_add(&form, arena, "clash", "12", 0, 2);
    form_check(&form);
    assert_false(form.is_refused);
    assert_string_equal(form_text(&form, "why"), "the room is large");
    assert_int_equal(form_id(&form, "clash"), 12);
    assert_null(form_get(&form, "other"));
    assert_string_equal(form_text(&form, "other"), "");
    form_done(&form);
}

static void ids_are_plain_numbers_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t id;
    } cases[] = {{"7", 7},   {"0", 0},   {"", -1},
                 {"-7", -1}, {"7x", -1}, {"99999999999999999999", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct form form = {0};
        form_add(&form, arena, "id", cases[i].text, 0, strlen(cases[i].text));
        assert_int_equal(form_id(&form, "id"), cases[i].id);
        form_done(&form);
    }
}

static void forms_that_are_too_large_are_refused_and_not_kept(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct form form = {0};
    char piece[1024];
    memset(piece, 'a', sizeof piece);
    form_add(&form, arena, "why", piece, 0, sizeof piece);
    for (size_t i = 1; i < 100; i++) {
        form_add(&form, arena, "why", piece, i * sizeof piece, sizeof piece);
    }
    assert_true(form.is_refused);
    assert_true(form.fields.items[0].value.len <= HTTP_BODY_MAX);
    form_done(&form);

    for (int i = 0; i <= HTTP_FIELDS_MAX; i++) {
        form_add(&form, arena, "x", "1", 0, 1);
    }
    assert_true(form.is_refused);
    assert_int_equal(form.fields.n, HTTP_FIELDS_MAX);
    form_done(&form);
}

static void texts_that_no_browser_sends_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t n;
    } cases[] = {{"a\0b", 3}, {"\xff\xfe", 2}, {"\xc0\xaf", 2}, {"bell\a", 5}, {"\xed\xa0\x80", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct form form = {0};
        form_add(&form, arena, "why", cases[i].data, 0, cases[i].n);
        form_check(&form);
        assert_true(form.is_refused);
        form_done(&form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_day_are_read_strictly),
        cmocka_unit_test(a_value_that_comes_in_pieces_is_one_value),
        cmocka_unit_test(ids_are_plain_numbers_or_nothing),
        cmocka_unit_test(forms_that_are_too_large_are_refused_and_not_kept),
        cmocka_unit_test(texts_that_no_browser_sends_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
