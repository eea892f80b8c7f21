/* json_quick.c gives what json_loads() gives, or nothing. */
#include "support/testing.h"

#include "notifier/json_quick.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER SOURCE_DIR "/tests/notifier/payload"

/* True when it was read quickly. */
static bool agrees(const char *text)
{
    json_t *quick = json_quick(text, strlen(text));
    json_t *slow = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    bool is_quick = quick != NULL;
    if (is_quick && (slow == NULL || !json_equal(quick, slow))) {
        fail_msg("read otherwise than by jansson: %s", text);
    }
    json_decref(quick);
    json_decref(slow);
    return is_quick;
}

static const struct {
    const char *text;
    bool is_quick;
} cases[] = {
    {"{}", true},
    {" [ ] ", true},
    {"{\"a\": [1, -2, 0, true, false, null, \"x\", \"\"], \"\": {}}\n", true},
    {"{\"n\": 123456789012345678}", true},
    {"{\"n\": 1234567890123456789}", false},
    {"{\"n\": 99999999999999999999}", false},
    {"{\"n\": -0}", true},
    {"{\"n\": 01}", false},
    {"{\"n\": 1.5}", false},
    {"{\"n\": 1e3}", false},
    {"{\"n\": -}", false},
    {"{\"a\": 1, \"a\": 2}", false},
    {"{\"a\": \"\\n\"}", false},
    {"{\"a\": \"\n\"}", false},
    {"{\"a\": \"\xc3\xb6\"}", true},
    {"{\"a\": \"\xc3\"}", false},
    {"{\"a\": \"\xed\xa0\x80\"}", false},
    {"{\"a\": tru}", false},
    {"{\"a\": truely}", false},
    {"{\"a\" 1}", false},
    {"{\"a\": 1,}", false},
    {"[1,]", false},
    {"[1 2]", false},
    {"{\"a\": 1} x", false},
    {"{\"a\": 1", false},
    {"{\"a", false},
    {"", false},
    {"[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", false},
};

static void what_is_plain_is_read_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (agrees(cases[i].text) != cases[i].is_quick) {
            fail_msg("%s is %sread", cases[i].text, cases[i].is_quick ? "not " : "");
        }
    }
}

/* The payload, and with one byte gone, made another, or the last; each fifth, for time. */
static bool try_variants(const char *text)
{
    static const char others[] = "\"{}[]:,\\-0a. \n\xc3";
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i += 5) {
        char *copy = strdup(text);
        memmove(copy + i, copy + i + 1, n - i);
        (void)agrees(copy);
        free(copy);
        copy = strdup(text);
        copy[i] = others[i % (sizeof others - 1)];
        (void)agrees(copy);
        copy[i] = '\0'; /* cut here */
        assert_false(agrees(copy));
        free(copy);
    }
    return agrees(text);
}

static void every_payload_is_read_and_no_broken_one(void **state)
{
    (void)state;
    DIR *dir = opendir(FOLDER);
    const struct dirent *entry = NULL;
    struct arena *arena = arena_new();
    int n = 0;
    int n_quick = 0;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".json") != NULL) {
            char *text =
                test_read_file(arena, arena_printf(arena, FOLDER "/%s", entry->d_name), NULL);
            size_t len = strlen(text);
            while (len > 0 && text[len - 1] == '\n') {
                text[--len] = '\0'; /* so that a cut text is a broken one */
            }
            n_quick += try_variants(text);
            n++;
        }
    }
    (void)closedir(dir);
    arena_free(arena);
    assert_true(n > 10 && n_quick >= n - 3); /* those with fractions or line breaks are not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_plain_is_read_and_nothing_else),
        cmocka_unit_test(every_payload_is_read_and_no_broken_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
