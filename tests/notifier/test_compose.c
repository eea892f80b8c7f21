/* Composed messages against golden files, byte for byte, and what must never be composed.
 * ROLLCALL_UPDATE_GOLDEN=1 writes the files anew; look at the diff. */
#include "support/testing.h"

#include "base/file.h"
#include "base/settings.h"
#include "notifier/compose.h"
#include "notifier/render.h"

#include <stdlib.h>
#include <string.h>

#define HERE SOURCE_DIR "/tests/notifier/"

static const struct {
    const char *file;
    const char *kind;
} cases[] = {
    {"question", "question"},
    {"question_reminder", "question"},
    {"agenda", "agenda"},
    {"change", "change"},
    {"quorum", "quorum"},
    {"double_booked", "double_booked"},
    {"opening", "opening"},
    {"meet", "meet"},
    {"meet_second", "meet"},
    {"introduction", "introduction"},
    {"introduction_remote", "introduction"},
    {"agenda_one", "agenda"},
    {"here", "here"},
    {"here_called", "here"},
    {"roll", "roll"},
    {"agenda_cold", "agenda"},
};

static struct arena *arena;
static struct sender sender;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new();
    assert_int_equal(
        setting_override(SET_MAIL_FROM, "Plumbers Rollcall <rollcall@lpc.example.org>", &err), 0);
    assert_int_equal(setting_override(SET_MAIL_REPLY_TO, "organisers@lpc.example.org", &err), 0);
    assert_int_equal(sender_load(&sender, &err), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct outbox_message message_of(const char *file, const char *kind)
{
    return (struct outbox_message){
        .event_id = 1,
        .outbox_id = 42,
        .event_slug = "lpc2025",
        .dedupe_key = file,
        .kind = kind,
        .channel = "mail",
        .address = "ada@example.org",
        .payload = test_read_file(arena, arena_printf(arena, HERE "payload/%s.json", file), NULL),
        .thread = arena_printf(arena, "%s:7", kind),
        .created_us = 1762507800000000,
        .attempt = 1,
        .room_id = "",
    };
}

static void compare(const char *name, const char *data, size_t len)
{
    const char *path = arena_printf(arena, HERE "golden/%s", name);
    if (getenv("ROLLCALL_UPDATE_GOLDEN") != NULL) {
        struct err err = {0};
        assert_int_equal(file_write(path, data, len, 0644, &err), 0);
    }
    size_t want_len = 0;
    const char *want = test_read_file(arena, path, &want_len);
    if (want_len != len || memcmp(want, data, len) != 0) {
        fail_msg("%s is not what is composed now; ROLLCALL_UPDATE_GOLDEN=1 writes it anew", path);
    }
}

static void every_kind_composes_to_its_golden_mail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outbox_message message = message_of(cases[i].file, cases[i].kind);
        struct str mail = {0};
        struct err err = {0};
        if (compose_mail(&message, &sender, arena, &mail, &err) < 0) {
            fail_msg("%s: %s %s", cases[i].file, err.where, err.message);
        }
        compare(arena_printf(arena, "%s.eml", cases[i].file), str_text(&mail), mail.len);
        str_done(&mail);
    }
}

static void every_kind_renders_to_its_golden_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outbox_message message = message_of(cases[i].file, cases[i].kind);
        struct rendered mail = {0};
        struct rendered matrix = {0};
        struct err err = {0};
        assert_int_equal(render_message(&message, RENDER_MAIL, arena, &mail, &err), 0);
        compare(arena_printf(arena, "%s.txt", cases[i].file), mail.text, strlen(mail.text));
        compare(arena_printf(arena, "%s.html", cases[i].file), mail.html, strlen(mail.html));
        message.channel = "matrix";
        message.address = "@ada:example.org";
        assert_int_equal(render_message(&message, RENDER_MATRIX, arena, &matrix, &err), 0);
        compare(arena_printf(arena, "%s.matrix.html", cases[i].file), matrix.html,
                strlen(matrix.html));
        rendered_done(&mail);
        rendered_done(&matrix);
    }
}

static void the_same_row_gives_the_same_bytes(void **state)
{
    (void)state;
    struct outbox_message message = message_of("agenda", "agenda");
    struct str first = {0};
    struct str second = {0};
    struct err err = {0};
    assert_int_equal(compose_mail(&message, &sender, arena, &first, &err), 0);
    message.attempt = 7;
    assert_int_equal(compose_mail(&message, &sender, arena, &second, &err), 0);
    assert_string_equal(str_text(&first), str_text(&second));
    str_done(&first);
    str_done(&second);
}

static bool has_line(const struct str *mail, const char *start)
{
    const char *head = arena_printf(arena, "\r\n%s", start);
    const char *body = strstr(str_text(mail), "\r\n\r\n");
    const char *found = strstr(str_text(mail), head);
    return found != NULL && found < body;
}

static void a_line_break_in_a_value_adds_no_header(void **state)
{
    (void)state;
    struct outbox_message message = message_of("question", "question");
    message.payload =
        "{\"event\":{\"slug\":\"x\",\"title\":\"A\\r\\nBcc: "
        "eve@example.org\",\"timezone\":\"UTC\"},"
        "\"to\":{\"name\":\"Eve\\r\\nBcc: eve@example.org\\r\\n\\r\\nbody\"},"
        "\"links\":{\"unsubscribe\":\"https://x.example.org/\\r\\nBcc: eve@example.org\"},"
        "\"calendar\":[],\"reminder\":0,\"n_wanted\":0,\"wanted\":[],\"twice\":[]}";
    struct str mail = {0};
    struct err err = {0};
    assert_int_equal(compose_mail(&message, &sender, arena, &mail, &err), 0);
    assert_false(has_line(&mail, "Bcc"));
    assert_false(has_line(&mail, "List-Unsubscribe")); /* no longer an address */
    assert_true(has_line(&mail, "To: \"Eve Bcc: eve@example.org body\""));
    str_done(&mail);
}

static void an_address_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org\r\nBcc: eve@example.org",
        "a b@example.org",
        "<ada@example.org>",
        "ada@exa mple.org",
        "ada@example.org, eve@example.org",
        "ada@@example.org",
        "\"a\"@example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada\xff@example.org",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct outbox_message message = message_of("question", "question");
        struct str mail = {0};
        struct err err = {0};
        message.address = bad[i];
        if (compose_mail(&message, &sender, arena, &mail, &err) != ERR_INPUT) {
            fail_msg("composed a mail to <%s>", bad[i]);
        }
        assert_int_equal(mail.len, 0);
        str_done(&mail);
    }
}

static void a_payload_that_lacks_something_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        const char *payload;
        const char *says;
    } bad[] = {
        {"question", "", "no JSON object"},
        {"question", "[]", "no JSON object"},
        {"question", "{\"event\":", "no JSON object"},
        {"question", "{}", "{{event.title}}"},
        {"nonsense", "{}", "nonsense.md"},
        {"mail", "{}", "Subject"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct outbox_message message = message_of("question", bad[i].kind);
        struct str mail = {0};
        struct err err = {0};
        message.payload = bad[i].payload;
        assert_int_equal(compose_mail(&message, &sender, arena, &mail, &err), ERR_INPUT);
        if (strstr(err.message, bad[i].says) == NULL) {
            fail_msg("%s: %s", bad[i].payload, err.message);
        }
        str_done(&mail);
    }
}

static void one_click_needs_https(void **state)
{
    (void)state;
    struct outbox_message message = message_of("question_reminder", "question");
    struct str mail = {0};
    struct err err = {0};
    assert_int_equal(compose_mail(&message, &sender, arena, &mail, &err), 0);
    assert_true(has_line(&mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    str_clear(&mail);
    char *payload = arena_strdup(arena, message.payload);
    char *url = strstr(payload, "https://rollcall.example.org/unsubscribe");
    memmove(url + 4, url + 5, strlen(url + 5) + 1);
    message.payload = payload;
    assert_int_equal(compose_mail(&message, &sender, arena, &mail, &err), 0);
    assert_true(has_line(&mail, "List-Unsubscribe:"));
    assert_false(has_line(&mail, "List-Unsubscribe-Post"));
    str_done(&mail);
}

static void a_setting_that_is_no_mailbox_is_named(void **state)
{
    (void)state;
    struct sender unused;
    struct err err = {0};
    assert_int_equal(setting_override(SET_MAIL_REPLY_TO, "nobody", &err), 0);
    assert_int_equal(sender_load(&unused, &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "ROLLCALL_MAIL_REPLY_TO"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_composes_to_its_golden_mail),
        cmocka_unit_test(every_kind_renders_to_its_golden_texts),
        cmocka_unit_test(the_same_row_gives_the_same_bytes),
        cmocka_unit_test(a_line_break_in_a_value_adds_no_header),
        cmocka_unit_test(an_address_that_is_none_is_refused),
        cmocka_unit_test(a_payload_that_lacks_something_is_refused_by_name),
        cmocka_unit_test(one_click_needs_https),
        cmocka_unit_test(a_setting_that_is_no_mailbox_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
