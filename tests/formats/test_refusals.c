#include "support/testing.h"

#include "base/str.h"
#include "core/conference.h"
#include "formats/formats.h"

#include <string.h>

static int read_bytes(const char *text, size_t len, const char *kind, struct err *err)
{
    struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    *err = (struct err){0};
    int r = format_read("in", text, len, kind, &conf, arena, NULL, err);
    arena_free(arena);
    return r;
}

static void what_it_looks_like_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
        const char *words;
    } cases[] = {
        {"", "in:1", "an empty file"},
        {" \n\t\r\n", "in:1", "an empty file"},
        {"\xef\xbb\xbf", "in:1", "an empty file"},
        {"<!DOCTYPE html>\n<html><body>Programme</body></html>", "in:1", "an HTML page"},
        {"\n<html lang=en>", "in:1", "an HTML page"},
        {"<rss version='2.0'></rss>", "in:1", "a news feed"},
        {"<programme/>", "in:1", "XML without a <schedule>"},
        {"{\"$schema\":\"x\",\"properties\":{}}", "in:1", "a JSON Schema"},
        {"{\"error\":\"no\"}", "in:1", "an API's error answer"},
        {"{\"detail\":\"Authentication credentials were not provided.\"}", "in:1", "token"},
        {"{\"a\":1}", "in:1", "JSON of a kind that is not known"},
        {"%PDF-1.7 x", "in:1", "a binary file"},
        {"PK\x03\x04 x", "in:1", "a binary file"},
        {"name: x\nbody:\n  - type: markdown\n", "in:1", "a YAML file"},
        {"Dear all, see you there.\n", "in:1", "no leads or key attendees"},
        {"id,email\n1,x\n", "in:1", "without a \"name\" column"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int r = read_bytes(cases[i].text, strlen(cases[i].text), NULL, &err);
        if (r != ERR_INPUT || strcmp(err.where, cases[i].where) != 0 ||
            strstr(err.message, cases[i].words) == NULL) {
            fail_msg("case %zu: %d %s: %s", i, r, err.where, err.message);
        }
    }
}

static void an_unknown_kind_is_wrong_usage(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(read_bytes("name\nA\n", 7, "people", &err), ERR_USAGE);
    assert_non_null(strstr(err.message, "people"));
}

static void what_is_too_large_is_not_even_copied(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(read_bytes("x", FORMAT_MAX_BYTES + 1, NULL, &err), ERR_LIMIT);
}

static void text_in_utf16_is_named(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(read_bytes("\xff\xfen\0a\0m\0e\0", 10, NULL, &err), ERR_INPUT);
    assert_non_null(strstr(err.message, "UTF-16"));
}

/* n times `part`, in a frame. */
static int read_repeated(const char *head, const char *part, size_t n, const char *tail,
                         struct err *err)
{
    CLEANUP(str_done) struct str text = {0};
    str_add(&text, head);
    for (size_t i = 0; i < n; i++) {
        str_add(&text, part);
    }
    str_add(&text, tail);
    return read_bytes(text.data, text.len, NULL, err);
}

static void depth_is_limited(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        const char *part;
        const char *words;
    } cases[] = {
        {"", "[", "JSON"},
        {"{\"schedule\":{\"conference\":", "{\"a\":", "not JSON that can be read"},
        {"{\"schedule\":{\"conference\":", "[", "not JSON that can be read"},
        {"<schedule>", "<a>", "not XML that can be read"},
        {"BEGIN:VCALENDAR\n", "BEGIN:VCALENDAR\n", "nested more than"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int r = read_repeated(cases[i].head, cases[i].part, 100000, "", &err);
        if (r != ERR_INPUT || strstr(err.message, cases[i].words) == NULL) {
            fail_msg("case %zu: %d %s: %s", i, r, err.where, err.message);
        }
    }
}

static void deep_html_in_an_abstract_is_cut_short_not_followed(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(read_repeated("<schedule><day date='2025-01-01'><room name='r'><event id='1'>"
                                   "<title>t</title><abstract>",
                                   "&lt;b&gt;x", 100000,
                                   "</abstract></event></room></day></schedule>", &err),
                     0);
}

static void entities_are_not_expanded(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "<?xml version='1.0'?>\n<!DOCTYPE schedule [\n<!ENTITY a 'aaaaaaaaaa'>\n"
        "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\n"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>\n]>\n"
        "<schedule><day date='2025-01-01'><room name='r'><event id='1'>"
        "<title>&c;</title></event></room></day></schedule>",
        ("<!DOCTYPE schedule [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n"
         "<schedule><conference><title>&x;</title></conference></schedule>"),
        "<!DOCTYPE schedule [\n<!ENTITY % x SYSTEM 'http://127.0.0.1:1/'>%x;]>\n<schedule/>",
    };
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        struct err err;
        assert_int_equal(read_bytes(attacks[i], strlen(attacks[i]), "pentabarf", &err), ERR_INPUT);
        assert_non_null(strstr(err.message, "entities"));
    }
}

static void numbers_and_times_out_of_range_are_refused(void **state)
{
    (void)state;
#define TALK(members)                                                                              \
    "{\"schedule\":{\"conference\":{\"days\":[{\"date\":\"2025-01-01\",\"rooms\":{\"r\":[{"        \
    "\"guid\":\"a\",\"title\":\"t\"," members "}]}}]}}}"
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {TALK("\"id\":1e999"), "in:1"},
        {TALK("\"id\":99999999999999999999999"), "in:1"},
        {TALK("\"date\":\"99999-01-01T00:00:00Z\""),
         "in: $.schedule.conference.days[0].rooms.r[0].date"},
        {TALK("\"date\":\"2025-01-01T25:00:00Z\",\"duration\":\"1:00\""),
         "in: $.schedule.conference.days[0].rooms.r[0].date"},
        {TALK("\"start\":\"10:00\",\"duration\":\"-5\""),
         "in: $.schedule.conference.days[0].rooms.r[0].duration"},
        {TALK("\"start\":\"10:00\",\"duration\":\"99999:00\""),
         "in: $.schedule.conference.days[0].rooms.r[0].duration"},
        {TALK("\"start\":\"10:00\",\"end\":\"tomorrow\""),
         "in: $.schedule.conference.days[0].rooms.r[0].end"},
        {TALK("\"start\":\"100:00\",\"duration\":\"1:00\""),
         "in: $.schedule.conference.days[0].rooms.r[0]"},
        {"{\"schedule\":{\"conference\":{\"time_zone_name\":\"Mars\",\"days\":[]}}}",
         "in: $.schedule.conference.time_zone_name"},
        {"{\"schedule\":{\"conference\":{\"days\":{}}}}", "in: $.schedule.conference.days"},
        {"{\"schedule\":{\"conference\":{\"days\":[{\"rooms\":{\"R 1\":{}}}]}}}",
         "in: $.schedule.conference.days[0].rooms[\"R 1\"]"},
        {"{\"schedule\":{\"conference\":{\"days\":[]},\"version\":\"a\",\"version\":\"b\"}}",
         "in:1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int r = read_bytes(cases[i].text, strlen(cases[i].text), NULL, &err);
        if (r != ERR_INPUT || strcmp(err.where, cases[i].where) != 0) {
            fail_msg("case %zu: %d %s: %s", i, r, err.where, err.message);
        }
    }
}

static void calendars_that_never_end_are_refused(void **state)
{
    (void)state;
#define REPEATED(rule)                                                                             \
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:t\nDTSTART:20250101T100000Z\n"                  \
    "DTEND:20250101T110000Z\nRRULE:" rule "\nEND:VEVENT\nEND:VCALENDAR\n"
    static const struct {
        const char *text;
        int result;
    } cases[] = {
        {REPEATED("FREQ=DAILY"), ERR_INPUT},
        {REPEATED("FREQ=SECONDLY;COUNT=100000000"), ERR_INPUT},
        {REPEATED("FREQ=DAILY;COUNT=401"), ERR_LIMIT},
        {REPEATED("FREQ=DAILY;COUNT=400"), 0},
        {REPEATED("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"), FORMAT_EMPTY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int r = read_bytes(cases[i].text, strlen(cases[i].text), NULL, &err);
        if (r != cases[i].result) {
            fail_msg("case %zu: %d %s: %s", i, r, err.where, err.message);
        }
    }
}

/* Every prefix of a small file of each format is read, empty or refused; never more. */
static void cut_off_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_refused; /* at every length but the whole; CSV and text may end anywhere */
    } cases[] = {
        {TALK("\"start\":\"10:00\",\"duration\":\"1:00\""), true},
        {"<schedule><day date='2025-01-01'><room name='r'><event id='1'><title>t</title>"
         "</event></room></day></schedule>",
         true},
        {REPEATED("FREQ=DAILY;COUNT=3"), false},
        {"{\"results\":[{\"_type\":\"Conference\",\"startDate\":null,\"contributions\":[{\"id\":"
         "\"1\",\"title\":\"t\"}]}]}",
         true},
        {"{\"metadata\":{},\"slots\":[\"2025-01-01 9:00 - 10:00\"],\"sessions\":[{\"number\":1,"
         "\"title\":\"t\",\"slot\":\"2025-01-01 9:00\"}]}",
         true},
        {"{\"registrants\":[{\"registrant_id\":\"1\",\"full_name\":\"A\"}]}", true},
        {"id,name\n1,\"Ada, Countess\"\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = strlen(cases[i].text);
        struct err err;
        assert_int_equal(read_bytes(cases[i].text, len, NULL, &err), 0);
        for (size_t n = 0; n < len; n++) {
            int r = read_bytes(cases[i].text, n, NULL, &err);
            assert_true(r < 0 || !cases[i].is_refused);
            assert_true(r >= 0 || (err.message[0] != '\0' && err.where[0] != '\0'));
        }
    }
}

static void text_that_is_not_utf8_is_refused_where_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        {"{\"schedule\":{\"conference\":{\n\"title\":\"\xff\",\"days\":[]}}}", "in:2"},
        {"<schedule>\n<conference>\n<title>\xff</title></conference></schedule>", "in:3"},
        {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:\xc3(\nEND:VEVENT\nEND:VCALENDAR\n",
         "in:4"},
        {"id,name\n1,\xe9\n", "in:2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;
        int r = read_bytes(cases[i].text, strlen(cases[i].text), NULL, &err);
        if (r != ERR_INPUT || strcmp(err.where, cases[i].where) != 0) {
            fail_msg("case %zu: %d %s: %s", i, r, err.where, err.message);
        }
    }
}

static void the_number_of_sessions_is_limited(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str text = {0};
    struct err err;
    str_add(&text, "<schedule><day date='2025-01-01'><room name='r'>");
    for (size_t i = 0; i <= FORMAT_MAX_SESSIONS; i++) {
        str_printf(&text, "<event id='%zu'><title>t</title></event>", i);
    }
    str_add(&text, "</room></day></schedule>");
    assert_int_equal(read_bytes(text.data, text.len, NULL, &err), ERR_LIMIT);
    assert_string_equal(err.where, "in:1");
}

static void add_repeated(struct str *text, const char *part, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str_add(text, part);
    }
}

/* What one long thing costs must not be paid again for each of the many things that share it. */
static void memory_grows_with_the_file_and_not_with_its_square(void **state)
{
    (void)state;
    struct str texts[3] = {{0}};
    str_add(&texts[0], "<schedule><day date='2025-01-01'><room name='");
    add_repeated(&texts[0], "long ", 200000);
    str_add(&texts[0], "'>");
    for (int i = 0; i < 5000; i++) {
        str_printf(&texts[0], "<event id='%d'><title>t</title></event>", i);
    }
    str_add(&texts[0], "</room></day></schedule>");
    str_add(&texts[1], "{\"results\":[{\"contributions\":[{\"id\":\"1\",\"title\":\"t\","
                       "\"keywords\":[\"first\"");
    add_repeated(&texts[1], ",\"another\"", 100000);
    str_add(&texts[1], "]}]}]}");
    str_add(&texts[2], "{\"metadata\":{},\"slots\":[],\"sessions\":[{\"number\":1,\"title\":\"t\","
                       "\"body\":\"");
    add_repeated(&texts[2], "#", 300000);
    str_add(&texts[2], "\"}]}");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena *arena = arena_new();
        struct conference conf;
        struct err err = {0};
        conference_init(&conf);
        assert_int_equal(
            format_read("in", texts[i].data, texts[i].len, NULL, &conf, arena, NULL, &err), 0);
        assert_true(arena_used(arena) < 20 * texts[i].len + ((size_t)16 << 20));
        arena_free(arena);
        str_done(&texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_looks_like_is_said),
        cmocka_unit_test(an_unknown_kind_is_wrong_usage),
        cmocka_unit_test(what_is_too_large_is_not_even_copied),
        cmocka_unit_test(text_in_utf16_is_named),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(deep_html_in_an_abstract_is_cut_short_not_followed),
        cmocka_unit_test(entities_are_not_expanded),
        cmocka_unit_test(numbers_and_times_out_of_range_are_refused),
        cmocka_unit_test(calendars_that_never_end_are_refused),
        cmocka_unit_test(cut_off_files_are_refused),
        cmocka_unit_test(text_that_is_not_utf8_is_refused_where_it_is),
        cmocka_unit_test(the_number_of_sessions_is_limited),
        cmocka_unit_test(memory_grows_with_the_file_and_not_with_its_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
