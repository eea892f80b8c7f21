/* The Matrix channel against a scripted homeserver: each answer has its verdict. */
#include "support/testing.h"

#include "support/server.h"

#include "base/clock.h"
#include "base/settings.h"
#include "net/http.h"
#include "notifier/channel.h"

#include <stdio.h>
#include <string.h>

static struct test_server server;
static struct arena *arena;
static void *channel;

static void set(enum setting_id id, const char *value)
{
    struct err err = {0};
    if (setting_override(id, value, &err) < 0) {
        fail_msg("%s", err.message);
    }
}

static int start(void **state)
{
    (void)state;
    struct err err = {0};
    char url[64];
    arena = arena_new();
    test_server_start(&server, "fake_matrix.py", (const char *const[]){"--prefix", "/hs", NULL});
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/hs/",
                   server.port); /* with a slash behind */
    set(SET_MATRIX_URL, url);
    set(SET_MATRIX_TOKEN, "good-token");
    return matrix_channel.open(&channel, &err);
}

static int stop(void **state)
{
    (void)state;
    matrix_channel.close(channel);
    test_server_stop(&server);
    arena_free(arena);
    return 0;
}

static json_t *dump(void)
{
    struct http_client *http = NULL;
    struct http_reply reply = {0};
    struct err err = {0};
    char url[64];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/_test/dump", server.port);
    assert_int_equal(http_client_new(&(struct http_options){0}, &http, &err), 0);
    assert_int_equal(
        http_send(http, &(struct http_request){.method = "GET", .url = url}, arena, &reply, &err),
        0);
    json_t *json = json_loads(reply.body, 0, NULL);
    assert_non_null(json);
    http_client_free(http);
    return json;
}

static struct outbox_message message_to(const char *user, int64_t outbox_id)
{
    return (struct outbox_message){
        .event_id = 1,
        .outbox_id = outbox_id,
        .event_slug = "lpc2025",
        .dedupe_key = "question:7",
        .kind = "question",
        .channel = "matrix",
        .address = arena_printf(arena, "@%s:example.org", user),
        .payload = test_read_file(arena, SOURCE_DIR "/tests/notifier/payload/question.json", NULL),
        .thread = "question:7",
        .created_us = 1762507800000000,
        .attempt = 1,
        .room_id = "",
    };
}

static int count_events(const char *user)
{
    json_t *all = dump();
    const char *id = arena_printf(arena, "@%s:example.org", user);
    int n = 0;
    for (size_t i = 0; i < json_array_size(json_object_get(all, "events")); i++) {
        const json_t *event = json_array_get(json_object_get(all, "events"), i);
        n += strcmp(json_string_value(json_object_get(event, "user")), id) == 0;
    }
    json_decref(all);
    return n;
}

static const struct {
    const char *name;
    const char *user;
    enum verdict_what what;
    enum verdict_scope scope;
    const char *code;
    const char *suppress;
    int64_t retry_after_us;
    bool gets_room;
    int n_events;
} cases[] = {
    {"a new reader gets a room and the message", "ada", VERDICT_SENT, VERDICT_MESSAGE, "200", NULL,
     0, true, 1},
    {"the room of m.direct is used", "friend", VERDICT_SENT, VERDICT_MESSAGE, "200", NULL, 0, true,
     1},
    {"a room that we are not in any more is replaced", "stale", VERDICT_SENT, VERDICT_MESSAGE,
     "200", NULL, 0, true, 1},
    {"an encrypted room is refused and nothing said in it", "encrypted", VERDICT_REFUSED,
     VERDICT_RECIPIENT, "encrypted", "encrypted", 0, true, 0},
    {"who has left is not invited again", "left", VERDICT_REFUSED, VERDICT_RECIPIENT, "left",
     "refused", 0, true, 0},
    {"a server that we may not reach is refused", "banned", VERDICT_REFUSED, VERDICT_RECIPIENT,
     "M_FORBIDDEN", "refused", 0, false, 0},
    {"of two waits the header counts", "limit-header", VERDICT_LATER, VERDICT_CHANNEL,
     "M_LIMIT_EXCEEDED", NULL, 2 * SECOND_US, true, 0},
    {"without a header the field counts", "limit-field", VERDICT_LATER, VERDICT_CHANNEL,
     "M_LIMIT_EXCEEDED", NULL, 1500000, true, 0},
    {"a limit on rooms is a limit, too", "limit-create", VERDICT_LATER, VERDICT_CHANNEL,
     "M_LIMIT_EXCEEDED", NULL, 1200000, false, 0},
    {"a lost reply is later, though it is there", "lost", VERDICT_LATER, VERDICT_CHANNEL, "network",
     NULL, 0, true, 1},
    {"a room where we may not speak is refused", "forbidden", VERDICT_REFUSED, VERDICT_RECIPIENT,
     "M_FORBIDDEN", "refused", 0, true, 0},
    {"too large is about the message", "big", VERDICT_REFUSED, VERDICT_MESSAGE, "M_TOO_LARGE", NULL,
     0, true, 0},
    {"a gateway's page is about the channel", "gateway", VERDICT_LATER, VERDICT_CHANNEL, "http-502",
     NULL, 0, false, 0},
    {"an internal error is about the message", "fails", VERDICT_LATER, VERDICT_MESSAGE, "M_UNKNOWN",
     NULL, 0, true, 0},
};

static void every_answer_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outbox_message message = message_to(cases[i].user, (int64_t)i + 1);
        struct verdict v = {0};
        matrix_channel.deliver(channel, &message, arena, &v);
        bool is_suppressed = v.suppress == NULL ? cases[i].suppress == NULL
                                                : cases[i].suppress != NULL &&
                                                      strcmp(v.suppress, cases[i].suppress) == 0;
        if (v.what != cases[i].what || v.scope != cases[i].scope ||
            strcmp(v.code, cases[i].code) != 0 || !is_suppressed ||
            v.retry_after_us != cases[i].retry_after_us ||
            (v.room_id[0] != '\0') != cases[i].gets_room) {
            fail_msg("%s: %s %s %s %s, wait %d ms, room '%s'", cases[i].name,
                     verdict_what_name(v.what), verdict_scope_name(v.scope), v.code, v.detail,
                     (int)(v.retry_after_us / 1000), v.room_id);
        }
        if (count_events(cases[i].user) != cases[i].n_events) {
            fail_msg("%s: %d events", cases[i].name, count_events(cases[i].user));
        }
        if (v.what == VERDICT_SENT) {
            assert_memory_equal(v.remote_id, "$event", 6);
        }
    }
}

static void a_repeat_of_what_had_trouble_arrives_once(void **state)
{
    (void)state;
    static const char *const users[] = {"lost", "limit-header", "limit-field", "fails"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t k = 0; k < sizeof users / sizeof users[0]; k++) {
            if (strcmp(users[k], cases[i].user) != 0) {
                continue;
            }
            struct outbox_message message = message_to(cases[i].user, (int64_t)i + 1);
            struct verdict v = {0};
            message.attempt = 2;
            matrix_channel.deliver(channel, &message, arena, &v);
            assert_int_equal(v.what, VERDICT_SENT);
            assert_int_equal(count_events(cases[i].user), 1);
        }
    }
}

static void the_event_rings_and_has_both_forms(void **state)
{
    (void)state;
    json_t *all = dump();
    const json_t *content =
        json_object_get(json_array_get(json_object_get(all, "events"), 0), "content");
    assert_string_equal(json_string_value(json_object_get(content, "msgtype")), "m.text");
    assert_string_equal(json_string_value(json_object_get(content, "format")),
                        "org.matrix.custom.html");
    const json_t *ids = json_object_get(json_object_get(content, "m.mentions"), "user_ids");
    assert_string_equal(json_string_value(json_array_get(ids, 0)), "@ada:example.org");
    const char *html = json_string_value(json_object_get(content, "formatted_body"));
    assert_non_null(strstr(html, "<a href=\"https://matrix.to/#/%40ada%3Aexample.org\">"));
    assert_non_null(
        strstr(json_string_value(json_object_get(content, "body")), "Will you be there?"));
    json_decref(all);
}

static void direct_rooms_are_added_to_those_of_others(void **state)
{
    (void)state;
    json_t *all = dump();
    const json_t *direct = json_object_get(all, "direct");
    assert_int_equal(json_array_size(json_object_get(direct, "@friend:example.org")), 1);
    assert_int_equal(json_array_size(json_object_get(direct, "@ada:example.org")), 1);
    assert_int_equal(json_array_size(json_object_get(direct, "@stale:example.org")), 2);
    json_decref(all);
}

static void the_room_that_is_known_is_not_asked_for(void **state)
{
    (void)state;
    struct outbox_message message = message_to("friend", 900);
    struct verdict v = {0};
    message.room_id = "!friend";
    json_t *before = dump();
    matrix_channel.deliver(channel, &message, arena, &v);
    json_t *after = dump();
    assert_int_equal(v.what, VERDICT_SENT);
    assert_string_equal(v.room_id, ""); /* no news */
    assert_int_equal(json_array_size(json_object_get(after, "requests")) -
                         json_array_size(json_object_get(before, "requests")),
                     3);
    json_decref(before);
    json_decref(after);
}

static void an_address_that_is_no_matrix_id_is_refused_here(void **state)
{
    (void)state;
    static const char *const bad[] = {"ada",   "ada@example.org",  "@ada", "@:example.org",
                                      "@ada:", "@a b:example.org", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct outbox_message message = message_to("x", 901);
        struct verdict v = {0};
        message.address = bad[i];
        matrix_channel.deliver(channel, &message, arena, &v);
        if (v.what != VERDICT_REFUSED || v.scope != VERDICT_RECIPIENT) {
            fail_msg("<%s> was accepted", bad[i]);
        }
    }
}

static void deliver_with(const char *token, const char *url, struct verdict *v)
{
    struct outbox_message message = message_to("ada", 902);
    struct err err = {0};
    void *other = NULL;
    char *old_url = arena_strdup(arena, setting_text(SET_MATRIX_URL));
    set(SET_MATRIX_TOKEN, token);
    set(SET_MATRIX_URL, url != NULL ? url : old_url);
    assert_int_equal(matrix_channel.open(&other, &err), 0);
    matrix_channel.deliver(other, &message, arena, v);
    matrix_channel.close(other);
    set(SET_MATRIX_TOKEN, "good-token");
    set(SET_MATRIX_URL, old_url);
}

static void a_bad_token_stops_the_channel_and_says_which_setting(void **state)
{
    (void)state;
    struct verdict v = {0};
    deliver_with("bad-token", NULL, &v);
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    assert_string_equal(v.code, "M_UNKNOWN_TOKEN");
    assert_non_null(strstr(v.detail, "ROLLCALL_MATRIX_TOKEN"));
    assert_null(strstr(v.detail, "bad-token"));
}

static void a_url_that_leads_elsewhere_stops_the_channel(void **state)
{
    (void)state;
    struct verdict v = {0};
    deliver_with("good-token", arena_printf(arena, "http://127.0.0.1:%d/elsewhere", server.port),
                 &v);
    assert_int_equal(v.what, VERDICT_REFUSED);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
    deliver_with("good-token", "http://127.0.0.1:1/", &v);
    assert_int_equal(v.what, VERDICT_LATER);
    assert_int_equal(v.scope, VERDICT_CHANNEL);
}

static void cleartext_to_another_machine_is_refused_at_start(void **state)
{
    (void)state;
    struct err err = {0};
    void *other = NULL;
    char *old_url = arena_strdup(arena, setting_text(SET_MATRIX_URL));
    set(SET_MATRIX_URL, "http://matrix.example.org");
    assert_int_equal(matrix_channel.open(&other, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "ROLLCALL_MATRIX_URL"));
    set(SET_MATRIX_URL, "https://matrix.example.org");
    set(SET_MATRIX_TOKEN, "");
    assert_int_equal(matrix_channel.open(&other, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "ROLLCALL_MATRIX_TOKEN"));
    set(SET_MATRIX_TOKEN, "good-token");
    set(SET_MATRIX_URL, old_url);
}

static int n_told;

static bool hear(void *arg, const size_t *ids, size_t n)
{
    int *told = arg;
    for (size_t i = 0; i < n; i++) {
        told[ids[i]]++;
        n_told++;
    }
    return n_told < 30;
}

/* Twenty readers get two messages each, four requests at a time. */
static void several_at_once_make_one_room_for_each_reader(void **state)
{
    (void)state;
    enum { N = 40, READERS = 20 };
    struct outbox_message messages[N];
    struct verdict verdicts[N] = {0};
    struct outbound items[N];
    int told[N] = {0};
    for (size_t i = 0; i < N; i++) {
        messages[i] = message_to(arena_printf(arena, "many%zu", i % READERS), 1000 + (int64_t)i);
        items[i] = (struct outbound){&messages[i], &verdicts[i], i};
    }
    n_told = -1000; /* never says stop */
    matrix_channel.deliver_many(channel, items, N, arena, hear, told);
    json_t *all = dump();
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(told[i], 1);
        assert_int_equal(verdicts[i].what, VERDICT_SENT);
        assert_string_equal(verdicts[i].room_id, verdicts[i % READERS].room_id);
        assert_int_equal(count_events(arena_printf(arena, "many%zu", i % READERS)), 2);
        assert_int_equal(
            json_array_size(json_object_get(json_object_get(all, "direct"), messages[i].address)),
            1);
    }
    json_decref(all);
}

static void who_says_stop_gets_what_was_begun(void **state)
{
    (void)state;
    enum { N = 40 };
    struct outbox_message messages[N];
    struct verdict verdicts[N] = {0};
    struct outbound items[N];
    int told[N] = {0};
    for (size_t i = 0; i < N; i++) {
        messages[i] = message_to(arena_printf(arena, "stop%zu", i), 2000 + (int64_t)i);
        items[i] = (struct outbound){&messages[i], &verdicts[i], i};
    }
    n_told = 20; /* stops at 30 */
    matrix_channel.deliver_many(channel, items, N, arena, hear, told);
    assert_true(n_told >= 30 && n_told < 30 + 4);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(count_events(arena_printf(arena, "stop%zu", i)), told[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_verdict),
        cmocka_unit_test(a_repeat_of_what_had_trouble_arrives_once),
        cmocka_unit_test(the_event_rings_and_has_both_forms),
        cmocka_unit_test(direct_rooms_are_added_to_those_of_others),
        cmocka_unit_test(the_room_that_is_known_is_not_asked_for),
        cmocka_unit_test(several_at_once_make_one_room_for_each_reader),
        cmocka_unit_test(who_says_stop_gets_what_was_begun),
        cmocka_unit_test(an_address_that_is_no_matrix_id_is_refused_here),
        cmocka_unit_test(a_bad_token_stops_the_channel_and_says_which_setting),
        cmocka_unit_test(a_url_that_leads_elsewhere_stops_the_channel),
        cmocka_unit_test(cleartext_to_another_machine_is_refused_at_start),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
