/* http.c: limits, the cleartext rule, redirects, and where credentials go. */
#include "support/testing.h"

#include "support/server.h"

#include "base/clock.h"
#include "net/http.h"

#include <stdio.h>
#include <string.h>

static struct test_server server;
static struct test_server other;
static struct arena *arena;

static int start(void **state)
{
    (void)state;
    arena = arena_new();
    test_server_start(&other, "http_server.py", (const char *const[]){NULL});
    test_server_start(
        &server, "http_server.py",
        (const char *const[]){"--other", arena_printf(arena, "%d", other.port), NULL});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    test_server_stop(&server);
    test_server_stop(&other);
    arena_free(arena);
    return 0;
}

static int ask(struct http_options options, const char *method, const char *path,
               struct http_reply *ret, struct err *err)
{
    CLEANUP(http_client_cleanup) struct http_client *client = NULL;
    struct http_request request = {
        .method = method,
        .url =
            path[0] == '/' ? arena_printf(arena, "http://127.0.0.1:%d%s", server.port, path) : path,
        .bearer = "secret-token",
        .accept = "application/json",
    };
    if (strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0) {
        request.content_type = "text/plain";
        request.body = "hello";
        request.body_len = 5;
    }
    *err = (struct err){0};
    *ret = (struct http_reply){0};
    assert_int_equal(http_client_new(&options, &client, err), 0);
    return http_send(client, &request, arena, ret, err);
}

static void a_reply_comes_back_whole(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    assert_int_equal(ask((struct http_options){0}, "PUT", "/echo", &reply, &err), 0);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "PUT /echo"));
    assert_non_null(strstr(reply.body, "authorization=Bearer secret-token"));
    assert_non_null(strstr(reply.body, "content-type=text/plain"));
    assert_non_null(strstr(reply.body, "body=hello"));
    assert_int_equal(strlen(reply.body), reply.body_len);
    assert_string_equal(reply.type, "text/plain");
}

static void every_status_is_a_reply(void **state)
{
    (void)state;
    static const int statuses[] = {204, 304, 400, 401, 404, 429, 500, 503};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct http_reply reply;
        struct err err;
        assert_int_equal(ask((struct http_options){0}, "GET",
                             arena_printf(arena, "/status/%d", statuses[i]), &reply, &err),
                         0);
        assert_int_equal(reply.status, statuses[i]);
    }
}

static void retry_after_is_read_as_seconds_and_as_a_date(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    assert_int_equal(ask((struct http_options){0}, "GET", "/retry/7", &reply, &err), 0);
    assert_int_equal(reply.retry_after_us, 7 * SECOND_US);
    assert_int_equal(ask((struct http_options){0}, "GET", "/retry/date", &reply, &err), 0);
    assert_true(reply.retry_after_us > 50 * SECOND_US && reply.retry_after_us <= 61 * SECOND_US);
    assert_int_equal(ask((struct http_options){0}, "GET", "/retry/99999999999", &reply, &err), 0);
    assert_int_equal(reply.retry_after_us, 365 * DAY_US);
    assert_int_equal(ask((struct http_options){0}, "GET", "/retry/soon", &reply, &err), 0);
    assert_int_equal(reply.retry_after_us, 0);
}

static void a_body_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    struct http_options options = {.max_body = 1000};
    assert_int_equal(ask(options, "GET", "/bytes/1000", &reply, &err), 0);
    assert_int_equal(reply.body_len, 1000);
    assert_int_equal(ask(options, "GET", "/bytes/1001", &reply, &err), ERR_LIMIT);
    assert_int_equal(ask(options, "GET", "/endless", &reply, &err), ERR_LIMIT);
    assert_int_equal(ask(options, "GET", "/bomb", &reply, &err), ERR_LIMIT);
}

static void silence_costs_the_time_out(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    int64_t start_us = clock_monotonic_us();
    assert_int_equal(
        ask((struct http_options){.timeout_us = SECOND_US}, "GET", "/silence", &reply, &err),
        ERR_NET);
    assert_true(clock_monotonic_us() - start_us < 5 * SECOND_US);
}

static void redirects_are_followed_only_when_asked_for(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    struct http_options follow = {.follows_redirects = true};
    assert_int_equal(ask((struct http_options){0}, "GET", "/to/echo", &reply, &err), 0);
    assert_int_equal(reply.status, 302);
    assert_int_equal(ask(follow, "GET", "/to/echo", &reply, &err), 0);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.url, "/echo"));
    assert_non_null(strstr(reply.body, "authorization=Bearer secret-token"));
    assert_int_equal(ask(follow, "POST", "/to/echo", &reply, &err), 0);
    assert_int_equal(reply.status, 302);
    assert_int_equal(ask(follow, "GET", "/loop", &reply, &err), ERR_NET);
}

static void credentials_stay_with_the_server_they_are_for(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    assert_int_equal(
        ask((struct http_options){.follows_redirects = true}, "GET", "/other/echo", &reply, &err),
        0);
    assert_int_equal(reply.status, 200);
    assert_null(strstr(reply.body, "secret-token"));
}

static void addresses_that_must_not_be_asked_are_refused_before_anything_leaves(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "http://example.org/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "gopher://127.0.0.1/",
        "http://10.0.0.1/",
        "",
        "nonsense",
        "http://[2001:db8::1]/",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_reply reply;
        struct err err;
        if (ask((struct http_options){.timeout_us = SECOND_US}, "GET", bad[i], &reply, &err) !=
            ERR_USAGE) {
            fail_msg("%s: %s", bad[i], err.message);
        }
    }
}

static void a_redirect_to_a_forbidden_address_is_refused(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    struct http_options follow = {.follows_redirects = true};
    assert_int_equal(ask(follow, "GET", "/away/file:%2F%2F%2Fetc%2Fpasswd", &reply, &err),
                     ERR_USAGE);
    assert_int_equal(ask(follow, "GET", "/away/http:%2F%2Fexample.org%2F", &reply, &err),
                     ERR_USAGE);
}

static void nobody_at_the_port_is_a_network_failure(void **state)
{
    (void)state;
    struct http_reply reply;
    struct err err;
    assert_int_equal(ask((struct http_options){0}, "GET", "http://127.0.0.1:1/", &reply, &err),
                     ERR_NET);
    assert_non_null(strstr(err.message, "127.0.0.1"));
}

static void paths_are_joined_with_one_slash_and_escaped(void **state)
{
    (void)state;
    assert_string_equal(http_join(arena, "https://x.example.org//", "/a"),
                        "https://x.example.org/a");
    assert_string_equal(http_join(arena, "https://x.example.org/hs", "a"),
                        "https://x.example.org/hs/a");
    assert_string_equal(http_escape(arena, "!a/b:#@$ \xc3\xa4-._~"),
                        "%21a%2Fb%3A%23%40%24%20%C3%A4-._~");
    assert_string_equal(http_escape(arena, ""), "");
}

static void this_machine_is_known_by_its_names_and_numbers(void **state)
{
    (void)state;
    assert_true(http_is_loopback("http://localhost:80/"));
    assert_true(http_is_loopback("http://127.5.0.1/"));
    assert_true(http_is_loopback("http://[::1]:8008"));
    assert_false(http_is_loopback("http://[::2]/"));
    assert_false(http_is_loopback("http://128.0.0.1/"));
    assert_false(http_is_loopback("http://localhost.example.org/"));
    assert_false(http_is_loopback(""));
}

static struct http_request request_for(const char *path, const char *method)
{
    return (struct http_request){
        .method = method,
        .url =
            path[0] == '/' ? arena_printf(arena, "http://127.0.0.1:%d%s", server.port, path) : path,
        .body = strcmp(method, "PUT") == 0 ? path : NULL,
        .body_len = strcmp(method, "PUT") == 0 ? strlen(path) : 0,
    };
}

/* What is silent, too large or away holds up no other, and each reply goes to who asked. */
static void several_requests_at_once_have_each_its_own_reply(void **state)
{
    (void)state;
    enum { N = 40, AT_ONCE = 6 };
    struct http_many *many = NULL;
    struct http_request requests[N];
    int results[N];
    struct http_reply replies[N] = {0};
    struct err err = {0};
    int n_begun = 0;
    int n_over = 0;
    const struct http_options options = {.timeout_us = SECOND_US, .max_body = 1000};
    assert_int_equal(http_many_new(&options, AT_ONCE, &many, &err), 0);
    assert_null(http_many_next(many, true, &replies[0], &results[0], &err));
    while (n_over < N) {
        while (n_begun < N && http_many_has_room(many)) {
            const char *path = n_begun == 3   ? "/silence"
                               : n_begun == 5 ? "/bytes/1001"
                               : n_begun == 7 ? "http://127.0.0.1:1/"
                                              : arena_printf(arena, "/echo/%d", n_begun);
            requests[n_begun] = request_for(path, n_begun % 2 == 0 ? "PUT" : "GET");
            assert_int_equal(
                http_many_start(many, &requests[n_begun], &requests[n_begun], arena, &err), 0);
            n_begun++;
        }
        struct http_reply reply = {0};
        int r = 1;
        const struct http_request *which = http_many_next(many, true, &reply, &r, &err);
        assert_non_null(which);
        replies[which - requests] = reply;
        results[which - requests] = r;
        n_over++;
    }
    for (int i = 0; i < N; i++) {
        if (i == 3 || i == 5 || i == 7) {
            assert_int_equal(results[i], i == 5 ? ERR_LIMIT : ERR_NET);
            continue;
        }
        assert_int_equal(results[i], 0);
        assert_memory_equal(replies[i].body, i % 2 == 0 ? "PUT" : "GET", 3);
        assert_non_null(strstr(replies[i].body, arena_printf(arena, " /echo/%d\n", i)));
    }
    http_many_free(many);
}

static void several_requests_obey_the_same_rules(void **state)
{
    (void)state;
    struct http_many *many = NULL;
    struct err err = {0};
    int tag = 0;
    const struct http_request clear = {.method = "GET", .url = "http://matrix.example.org/"};
    struct http_request silent = request_for("/silence", "GET");
    assert_int_equal(http_many_new(&(struct http_options){0}, 2, &many, &err), 0);
    assert_int_equal(http_many_start(many, &clear, &tag, arena, &err), ERR_USAGE);
    assert_int_equal(http_many_start(many, &silent, &tag, arena, &err), 0);
    assert_true(http_many_has_room(many));
    assert_null(http_many_next(many, false, &(struct http_reply){0}, &(int){0}, &err));
    http_many_free(many); /* with one under way */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_comes_back_whole),
        cmocka_unit_test(every_status_is_a_reply),
        cmocka_unit_test(retry_after_is_read_as_seconds_and_as_a_date),
        cmocka_unit_test(a_body_beyond_the_limit_is_refused),
        cmocka_unit_test(silence_costs_the_time_out),
        cmocka_unit_test(redirects_are_followed_only_when_asked_for),
        cmocka_unit_test(credentials_stay_with_the_server_they_are_for),
        cmocka_unit_test(addresses_that_must_not_be_asked_are_refused_before_anything_leaves),
        cmocka_unit_test(a_redirect_to_a_forbidden_address_is_refused),
        cmocka_unit_test(nobody_at_the_port_is_a_network_failure),
        cmocka_unit_test(paths_are_joined_with_one_slash_and_escaped),
        cmocka_unit_test(this_machine_is_known_by_its_names_and_numbers),
        cmocka_unit_test(several_requests_at_once_have_each_its_own_reply),
        cmocka_unit_test(several_requests_obey_the_same_rules),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
