/* Templates of the organisers' own: which one counts, and that a broken one keeps no message back.
 */
#include "support/testing.h"

#include "base/file.h"
#include "base/log.h"
#include "base/settings.h"
#include "notifier/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena = arena_new();
    log_init("test", LOG_ERROR);
    (void)snprintf(folder, sizeof folder, "/tmp/rollcall-templates-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(mkdir(arena_printf(arena, "%s/pc2031", folder), 0755), 0);
    assert_int_equal(setting_override(SET_TEMPLATES, folder, &err), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const files[] = {"here.md",     "pc2031/here.md", "mail.md",
                                        "nonsense.md", "pc2031",         ""};
    struct err err = {0};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)remove(arena_printf(arena, "%s/%s", folder, files[i]));
    }
    assert_int_equal(setting_override(SET_TEMPLATES, "", &err), 0);
    arena_free(arena);
    return 0;
}

static void write_template(const char *name, const char *text)
{
    struct err err = {0};
    assert_int_equal(
        file_write(arena_printf(arena, "%s/%s", folder, name), text, strlen(text), 0644, &err), 0);
}

/* "<subject> | <first words of the text>" of a call to Hall B. */
static const char *rendered(const char *kind, const char *event)
{
    const struct outbox_message message = {
        .event_id = 1,
        .outbox_id = 2,
        .event_slug = event,
        .dedupe_key = "k",
        .kind = kind,
        .channel = "mail",
        .address = "ada@example.org",
        .payload = "{\"event\":{\"slug\":\"x\",\"title\":\"T\",\"timezone\":\"UTC\"},\"to\":{"
                   "\"name\":\"Ada\"},\"links\":{\"here\":\"https://example.org/h\"},\"calendar\":"
                   "[],\"title\":\"Rust\",\"time\":\"10:00\",\"when\":\"Thu\",\"room\":\"Hall "
                   "B\",\"role\":\"speaker\",\"called\":false}",
        .thread = "t",
        .room_id = "",
    };
    struct rendered out = {0};
    struct err err = {0};
    if (render_message(&message, RENDER_MAIL, arena, &out, &err) < 0) {
        return arena_printf(arena, "error: %s", err.message);
    }
    const char *text = arena_printf(arena, "%s | %s", out.subject, out.text);
    rendered_done(&out);
    return text;
}

#define PLAIN "10:00 Rust, Hall B: are you there? | Dear Ada,"

static void starts_with(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0) {
        fail_msg("%s", text);
    }
}

static void the_programs_own_count_where_there_is_no_file(void **state)
{
    (void)state;
    starts_with(rendered("here", "pc2031"), PLAIN);
}

static void a_file_replaces_one_for_all_events_or_for_one(void **state)
{
    (void)state;
    write_template("here.md", "Subject: Allons, {{to.name}}\n\n**{{title}}** commence.\n");
    starts_with(rendered("here", "other"), "Allons, Ada | Dear Ada,\n\nRust commence.");
    write_template("pc2031/here.md", "Subject: Auf, {{to.name}}\n\n{{title}} beginnt.\n");
    starts_with(rendered("here", "pc2031"), "Auf, Ada | Dear Ada,\n\nRust beginnt.");
    starts_with(rendered("here", "other"), "Allons, Ada");
    write_template("mail.md", "Bonjour {{to.name}}!\n\n{{{body}}}\n");
    starts_with(rendered("here", "pc2031"), "Auf, Ada | Bonjour Ada!\n\nRust beginnt.");
}

static const char *const broken[] = {
    "Subject: {{nothing.of.that}}\n\nbody\n", /* a value that there is not */
    "Subject: {{#title}}\n\nbody\n",          /* a section that does not end */
    "no subject at all\n",
    "Subject: Gr\xfc\xdf\n\nLatin-1, not UTF-8\n",
    "",
};

static void a_broken_file_keeps_no_message_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        write_template("pc2031/here.md", broken[i]);
        starts_with(rendered("here", "pc2031"), PLAIN);
    }
    char *large = arena_alloc(arena, 70000);
    memset(large, 'x', 69999);
    large[69999] = '\0';
    write_template("pc2031/here.md", large);
    starts_with(rendered("here", "pc2031"), PLAIN);
}

static void what_the_program_does_not_have_is_not_read(void **state)
{
    (void)state;
    write_template("nonsense.md", "Subject: x\n\ny\n");
    starts_with(rendered("nonsense", "pc2031"), "error: there is no template");
    starts_with(rendered("../secret", "pc2031"), "error: there is no template");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_programs_own_count_where_there_is_no_file),
        TEST(a_file_replaces_one_for_all_events_or_for_one),
        TEST(a_broken_file_keeps_no_message_back),
        TEST(what_the_program_does_not_have_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
