/* Names as nobody writes them: very long, with marks for direction, with bytes that are no text. */
#include "support/testing.h"

#include "core/identity.h"
#include "core/names.h"
#include "core/resolve.h"

#include <stdlib.h>
#include <string.h>

#define LONG (10 << 20)

static void key_of(const char *name, char key[NAME_KEY_SIZE])
{
    struct written_name written;
    name_parse(name, &written);
    key[0] = '\0';
    if (written.n_readings > 0) {
        name_key(&written.readings[0], key);
    }
}

static void marks_that_nobody_sees_change_no_name(void **state)
{
    (void)state;
    static const char *const written[] = {
        "\xe2\x80\x8eJane Quillfeather\xe2\x80\x8e", /* left to right */
        "\xe2\x80\x8fJane Quillfeather",             /* right to left */
        "\xe2\x80\xaaJane\xe2\x80\xac Quillfeather", /* embedded */
        "\xe2\x80\xaeJane Quillfeather\xe2\x80\xac", /* override */
        "\xe2\x81\xa6Jane Quillfeather\xe2\x81\xa9", /* isolated */
        "\xef\xbb\xbfJane Quillfeather",             /* byte order mark */
        "Jane Quill\xe2\x80\x8d"
        "feather", /* joiner */
        "Jane Quill\xe2\x80\x8c"
        "feather",                      /* non-joiner */
        "Jane\xe2\x80\x8bQuillfeather", /* a space without width */
        "Jane Quill\xc2\xad"
        "feather",                                /* soft hyphen */
        "Jane\xc2\xa0Quillfeather",               /* no break */
        "Jane \xef\xb7\xba\xd8\x9cQuillfeather"}; /* an Arabic sign and a mark */
    char want[NAME_KEY_SIZE];
    key_of("Jane Quillfeather", want);
    for (size_t i = 0; i + 1 < sizeof written / sizeof written[0]; i++) {
        char key[NAME_KEY_SIZE];
        key_of(written[i], key);
        assert_string_equal(key, want);
    }
    char key[NAME_KEY_SIZE];
    key_of(written[sizeof written / sizeof written[0] - 1], key); /* anything, but an end */
}

static void hebrew_and_arabic_names_read_the_same_with_marks(void **state)
{
    (void)state;
    char plain[NAME_KEY_SIZE];
    char marked[NAME_KEY_SIZE];
    key_of("\xd7\x93\xd7\x95\xd7\x93 \xd7\x9b\xd7\x94\xd7\x9f", plain);
    key_of("\xe2\x80\xab\xd7\x93\xd7\x95\xd7\x93\xe2\x80\x8f \xd7\x9b\xd7\x94\xd7\x9f\xe2\x80\xac",
           marked);
    assert_string_equal(plain, marked);
    assert_true(strlen(plain) > 3);
}

static void bytes_that_are_no_text_end_no_name(void **state)
{
    (void)state;
    char want[NAME_KEY_SIZE];
    char key[NAME_KEY_SIZE];
    key_of("Jane Quillfeather", want);
    key_of("Jane \xff\xfe Quillfeather\xc3", key);
    assert_string_equal(key, want);
    key_of("\x80\x80\x80", key);
    assert_string_equal(key, "");
}

static char *long_text(struct arena *arena, const char *piece)
{
    char *text = arena_alloc(arena, LONG + 1);
    size_t n = strlen(piece);
    for (size_t i = 0; i < LONG; i++) {
        text[i] = piece[i % n];
    }
    text[LONG] = '\0';
    return text;
}

static void a_name_of_ten_megabytes_is_cut(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    static const char *const pieces[] = {"a",    "Jane ",  "J. ", "\xe2\x80\x8f",
                                         "\xff", "Jane, ", "("};
    struct resolve_index *index = resolve_index_new();
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const char *text = long_text(arena, pieces[i]);
        const struct resolve_record record = {.name = text,
                                              .email = text,
                                              .email_md5 = text,
                                              .matrix_id = text,
                                              .affiliation = text,
                                              .context = text};
        struct resolve_answer answer;
        (void)resolve_add(index, &record, (int)i);
        resolve_find(index, &record, NULL, arena, &answer);
        char key[NAME_KEY_SIZE];
        key_of(text, key);
        assert_true(strlen(key) < NAME_KEY_SIZE);
    }
    assert_true(resolve_index_bytes(index) < (1 << 20));
    resolve_index_free(index);
}

static void who_is_who_among_long_names(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    struct identity identity = {0};
    conference_init(&conf);
    const char *text = long_text(arena, "Jane Quillfeather ");
    for (int i = 0; i < 3; i++) {
        conference_add_registrant(&conf, arena)->name = text;
        conference_add_mention(&conf, arena)->name = text;
    }
    identity_assign(&conf, NULL, arena, &identity);
    assert_int_not_equal(conf.registrants.items[0].person, conf.registrants.items[1].person);
    assert_int_not_equal(conf.mentions.items[0].status, RESOLUTION_LINKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_that_nobody_sees_change_no_name),
        cmocka_unit_test(hebrew_and_arabic_names_read_the_same_with_marks),
        cmocka_unit_test(bytes_that_are_no_text_end_no_name),
        cmocka_unit_test(a_name_of_ten_megabytes_is_cut),
        cmocka_unit_test(who_is_who_among_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
