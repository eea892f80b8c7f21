#include "support/testing.h"

#include "base/token.h"

#include <string.h>

#define KEY "0123456789abcdef0123456789abcdef"
#define NOW 1760000000

static const struct token sample = {TOKEN_ANSWER, 3, 77, 77, NOW + 60};

static int set_key(void **state)
{
    (void)state;
    struct err err = {0};
    return token_set_key(KEY, &err);
}

static void a_token_opens_what_it_was_made_for(void **state)
{
    (void)state;
    char text[TOKEN_SIZE];
    struct token token = {0};
    (void)token_sign(&sample, text);
    assert_int_equal(token_open(text, TOKEN_ANSWER, NOW, &token), TOKEN_OK);
    assert_memory_equal(&token, &sample, sizeof token);
    assert_int_equal(
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
        strlen(text));
}

static void another_purpose_is_refused(void **state)
{
    (void)state;
    char text[TOKEN_SIZE];
    struct token token = {0};
    (void)token_sign(&sample, text);
    for (int purpose = 0; purpose < N_TOKEN_PURPOSES; purpose++) {
        if (purpose != TOKEN_ANSWER) {
            assert_int_equal(token_open(text, (enum token_purpose)purpose, NOW, &token), TOKEN_BAD);
        }
    }
}

static void late_is_expired(void **state)
{
    (void)state;
    char text[TOKEN_SIZE];
    struct token token = {0};
    (void)token_sign(&sample, text);
    assert_int_equal(token_open(text, TOKEN_ANSWER, NOW + 60, &token), TOKEN_OK);
    assert_int_equal(token_open(text, TOKEN_ANSWER, NOW + 61, &token), TOKEN_EXPIRED);
}

static void every_changed_character_is_noticed(void **state)
{
    (void)state;
    char text[TOKEN_SIZE];
    struct token token = {0};
    (void)token_sign(&sample, text);
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        char kept = text[i];
        text[i] = kept == 'A' ? 'B' : 'A';
        assert_int_equal(token_open(text, TOKEN_ANSWER, NOW, &token), TOKEN_BAD);
        text[i] = kept;
    }
    for (size_t n = 0; n < len; n++) {
        char cut[TOKEN_SIZE];
        memcpy(cut, text, n);
        cut[n] = '\0';
        assert_int_equal(token_open(cut, TOKEN_ANSWER, NOW, &token), TOKEN_BAD);
    }
}

static void another_key_is_refused(void **state)
{
    (void)state;
    char text[TOKEN_SIZE];
    struct token token = {0};
    struct err err = {0};
    (void)token_sign(&sample, text);
    assert_int_equal(token_set_key("another key of thirty-two characters", &err), 0);
    assert_int_equal(token_open(text, TOKEN_ANSWER, NOW, &token), TOKEN_BAD);
    assert_int_equal(token_set_key(KEY, &err), 0);
}

static void a_short_key_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(token_set_key("too short", &err), ERR_USAGE);
    assert_null(strstr(err.message, "too short"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_opens_what_it_was_made_for),
        cmocka_unit_test(another_purpose_is_refused),
        cmocka_unit_test(late_is_expired),
        cmocka_unit_test(every_changed_character_is_noticed),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(a_short_key_is_refused),
    };
    return cmocka_run_group_tests(tests, set_key, NULL);
}
