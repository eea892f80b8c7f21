#include "support/testing.h"

#include "base/str.h"
#include "formats/formats.h"

#include <string.h>

/* One read into a fresh conference. */
struct reading {
    struct arena *arena;
    struct conference conf;
    struct err err;
    const struct format *format;
    int result;
};

static void begin(struct reading *r)
{
    *r = (struct reading){.arena = arena_new()};
    conference_init(&r->conf);
}

static void add(struct reading *r, const char *name, const char *text)
{
    r->result =
        format_read(name, text, strlen(text), NULL, &r->conf, r->arena, &r->format, &r->err);
    if (r->result < 0) {
        print_message("%s: %s\n", r->err.where, r->err.message);
    }
}

static void read_text(struct reading *r, const char *text)
{
    begin(r);
    add(r, "in", text);
}

static void done(struct reading *r)
{
    arena_free(r->arena);
}

static const struct session *session(const struct reading *r, const char *key)
{
    for (size_t i = 0; i < r->conf.sessions.n; i++) {
        if (strcmp(r->conf.sessions.items[i].key, key) == 0) {
            return &r->conf.sessions.items[i];
        }
    }
    fail_msg("there is no session %s", key);
    return NULL;
}

static void assert_times(const struct reading *r, const char *key, const char *start,
                         const char *end)
{
    char buf[TIME_TEXT_SIZE];
    const struct session *s = session(r, key);
    assert_string_equal(time_iso(zone_utc(), s->start_us, buf), start);
    assert_string_equal(time_iso(zone_utc(), s->end_us, buf), end);
}

/* --- frab-json --- */

#define FRAB(events)                                                                               \
    "{\"schedule\":{\"version\":\"7\",\"base_url\":\"https://example.org/\",\"conference\":{"      \
    "\"acronym\":\"x\",\"title\":\"X\",\"start\":\"2025-12-11\",\"end\":\"2025-12-12\","           \
    "\"time_zone_name\":\"Asia/Tokyo\",\"days\":[{\"index\":1,\"date\":\"2025-12-11\","            \
    "\"day_start\":\"2025-12-11T03:00:00+09:00\",\"day_end\":\"2025-12-12T02:59:00+09:00\","       \
    "\"rooms\":{\"Hall 1\":[" events "]}}]}}}"

static void times_come_from_date_end_and_the_days_beginning(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, FRAB("{\"guid\":\"a\",\"title\":\"date wins\",\"date\":"
                       "\"2025-12-11T10:00:00+09:00\",\"start\":\"23:00\",\"duration\":\"00:45\"},"
                       "{\"guid\":\"b\",\"title\":\"end wins\",\"date\":"
                       "\"2025-12-11T03:00:00Z\",\"end\":\"2025-12-11T13:30:00+09:00\","
                       "\"duration\":\"00:05\"},"
                       "{\"guid\":\"c\",\"title\":\"night\",\"start\":\"01:30\",\"duration\":"
                       "\"00:30:00\"},"
                       "{\"guid\":\"d\",\"title\":\"minutes\",\"start\":\"09:30\",\"duration\":20},"
                       "{\"guid\":\"e\",\"title\":\"days\",\"start\":\"09:30\",\"duration\":"
                       "\"1:02:30:00\"},"
                       "{\"guid\":\"f\",\"title\":\"not scheduled\"}"));
    assert_int_equal(r.result, 0);
    assert_string_equal(r.format->name, "frab-json");
    assert_times(&r, "a", "2025-12-11T01:00:00Z", "2025-12-11T01:45:00Z");
    assert_times(&r, "b", "2025-12-11T03:00:00Z", "2025-12-11T04:30:00Z");
    assert_times(&r, "c", "2025-12-11T16:30:00Z", "2025-12-11T17:00:00Z");
    assert_times(&r, "d", "2025-12-11T00:30:00Z", "2025-12-11T00:50:00Z");
    assert_times(&r, "e", "2025-12-11T00:30:00Z", "2025-12-12T03:00:00Z");
    assert_false(session_is_scheduled(session(&r, "f")));
    char buf[TIME_TEXT_SIZE];
    assert_string_equal(time_iso(r.conf.zone, r.conf.start_us, buf), "2025-12-11T00:00:00+09:00");
    assert_string_equal(time_iso(r.conf.zone, r.conf.end_us, buf), "2025-12-13T00:00:00+09:00");
    done(&r);
}

static void persons_join_by_guid_or_code_but_never_by_number_alone(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, FRAB("{\"guid\":\"a\",\"title\":\"A\",\"persons\":["
                       "{\"id\":1,\"code\":\"ABC\",\"public_name\":\"Ada\"},"
                       "{\"id\":1,\"guid\":\"g\",\"code\":\"ABC\",\"name\":\"Bob\"},"
                       "{\"id\":7,\"public_name\":\"Cleo  Doe\"},"
                       "{\"id\":7,\"public_name\":\"Other\"},"
                       "{\"id\":7,\"public_name\":\"Other\"},"
                       "{\"id\":9,\"public_name\":\"\"}]}"));
    assert_int_equal(r.conf.mentions.n, 4);
    assert_string_equal(r.conf.mentions.items[0].source_key, "ABC");
    assert_string_equal(r.conf.mentions.items[1].source_key, "g");
    assert_string_equal(r.conf.mentions.items[2].source_key, "7/Cleo Doe");
    assert_string_equal(r.conf.mentions.items[3].source_key, "7/Other");
    assert_string_equal(r.conf.mentions.items[0].source, "in");
    done(&r);
}

static void a_repeated_guid_is_a_further_slot_or_an_error(void **state)
{
    (void)state;
    struct reading r;
    const char *two =
        FRAB("{\"guid\":\"a\",\"title\":\"A\",\"start\":\"10:00\",\"duration\":\"00:30\"},"
             "{\"guid\":\"a\",\"title\":\"A\",\"start\":\"15:00\",\"duration\":\"00:30\"}");
    read_text(&r, two);
    assert_int_equal(r.result, 0);
    assert_times(&r, "a", "2025-12-11T01:00:00Z", "2025-12-11T01:30:00Z");
    assert_times(&r, "a#2", "2025-12-11T06:00:00Z", "2025-12-11T06:30:00Z");
    done(&r);
    read_text(&r,
              FRAB("{\"guid\":\"a\",\"title\":\"A\",\"start\":\"10:00\",\"duration\":\"00:30\"},"
                   "{\"guid\":\"a\",\"title\":\"B\",\"start\":\"15:00\",\"duration\":\"00:30\"}"));
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "in: $.schedule.conference.days[0].rooms[\"Hall 1\"][1]");
    assert_non_null(
        strstr(r.err.message, "in: $.schedule.conference.days[0].rooms[\"Hall 1\"][0]"));
    done(&r);
    read_text(&r,
              FRAB("{\"guid\":\"a\",\"title\":\"A\",\"start\":\"10:00\",\"duration\":\"00:30\"}"));
    add(&r, "again",
        FRAB("{\"guid\":\"a\",\"title\":\"A\",\"start\":\"10:00\",\"duration\":\"00:30\"}"));
    assert_int_equal(r.result, ERR_INPUT);
    assert_non_null(strstr(r.err.message, "from an earlier file"));
    done(&r);
}

static void html_becomes_text_with_its_paragraphs(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *text;
    } cases[] = {
        {"<p>One</p>\\n<p>Two &amp; three</p>", "One\n\nTwo & three"},
        {"a<br>b<br/>c", "a\nb\nc"},
        {"<ul><li>x</li><li>y</li></ul>", "- x\n- y"},
        {"plain\\r\\n\\r\\ntext  ", "plain\n\ntext"},
        {"#include <stdio.h> and a < b", "#include <stdio.h> and a < b"},
        {"first <i>line</i>\\nsecond\\n\\nnext", "first line\nsecond\n\nnext"},
        {"<p>x<script>alert(1)</script>y</p>", "xy"},
        {"<p>J\xc3\xb6rg</p>", "J\xc3\xb6rg"},
        {"<b>unclosed <p>tags", "unclosed\n\ntags"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        struct arena *arena = arena_new();
        begin(&r);
        add(&r, "in",
            arena_printf(arena, FRAB("{\"guid\":\"a\",\"title\":\"A\",\"abstract\":\"%s\"}"),
                         cases[i].html));
        assert_int_equal(r.result, 0);
        assert_string_equal(r.conf.sessions.items[0].abstract, cases[i].text);
        arena_free(arena);
        done(&r);
    }
}

static void an_mc_is_a_block_with_contributions_and_leads(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        FRAB("{\"guid\":\"m\",\"title\":\"Rust MC\",\"track\":\"Rust MC\",\"type\":"
             "\"Microconference\",\"start\":\"10:00\",\"duration\":\"03:30\","
             "\"persons\":[{\"code\":\"L\",\"public_name\":\"Lee Lead\"}]},"
             "{\"guid\":\"c\",\"title\":\"Pinning\",\"track\":\"Rust MC\",\"type\":"
             "\"Microconference\",\"start\":\"10:30\",\"duration\":\"00:30\","
             "\"persons\":[{\"code\":\"S\",\"public_name\":\"Sam Speaker\"}]},"
             "{\"guid\":\"t\",\"title\":\"Lunch\",\"start\":\"13:30\",\"duration\":\"01:00\"},"
             "{\"guid\":\"b\",\"title\":\"Distros BoF\",\"start\":\"15:00\",\"duration\":\"1:00\"},"
             "{\"guid\":\"o\",\"title\":\"Kernel Summit: open slot\",\"start\":\"16:00\","
             "\"duration\":\"00:45\",\"track\":\"Kernel Summit Track\"},"
             "{\"guid\":\"x\",\"title\":\"CANCELLED: "
             "Talk\",\"start\":\"17:00\",\"duration\":\"1:00\"}"));
    assert_int_equal(r.result, 0);
    assert_int_equal(session(&r, "m")->kind, SESSION_BLOCK);
    assert_int_equal(session(&r, "c")->kind, SESSION_CONTRIBUTION);
    assert_int_equal(session(&r, "c")->parent, 0);
    assert_int_equal(session(&r, "t")->kind, SESSION_BREAK);
    assert_int_equal(session(&r, "b")->kind, SESSION_BOF);
    assert_int_equal(session(&r, "o")->kind, SESSION_OPEN_SLOT);
    assert_true(session(&r, "x")->is_cancelled);
    assert_int_equal(r.conf.tracks.items[0].kind, TRACK_MC);
    assert_int_equal(r.conf.tracks.items[1].kind, TRACK_KERNEL_SUMMIT);
    assert_int_equal(r.conf.mentions.items[0].role, ROLE_LEAD);
    assert_int_equal(r.conf.mentions.items[0].track, 0);
    assert_int_equal(r.conf.mentions.items[1].role, ROLE_SPEAKER);
    done(&r);
}

/* --- pentabarf --- */

#define XML(day_change, events)                                                                    \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<schedule>\n<conference><title>X</title>\n"       \
    "<start>2025-02-01</start><end>2025-02-01</end>" day_change                                    \
    "<time_zone_name>Europe/Brussels</time_zone_name></conference>\n"                              \
    "<day index=\"1\" date=\"2025-02-01\">\n<room name=\"Janson\">\n" events                       \
    "</room></day></schedule>\n"

static void talks_before_the_day_change_are_the_night_of_their_day(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, XML("<day_change>09:00:00</day_change>",
                      "<event id='1'><start>09:00</start><duration>00:30</duration>"
                      "<title>First</title></event>"
                      "<event id='2'><start>08:30</start><duration>00:30</duration>"
                      "<title>Last</title></event>"));
    assert_int_equal(r.result, 0);
    assert_times(&r, "1", "2025-02-01T08:00:00Z", "2025-02-01T08:30:00Z");
    assert_times(&r, "2", "2025-02-02T07:30:00Z", "2025-02-02T08:00:00Z");
    done(&r);
    read_text(&r, XML("", "<event id='1'><start>03:00</start><duration>60</duration>"
                          "<title>Day</title></event>"
                          "<event id='2'><start>02:59</start><duration>00:30:00</duration>"
                          "<title>Night</title></event>"));
    assert_times(&r, "1", "2025-02-01T02:00:00Z", "2025-02-01T03:00:00Z");
    assert_times(&r, "2", "2025-02-02T01:59:00Z", "2025-02-02T02:29:00Z");
    done(&r);
}

static void xml_errors_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *events;
        const char *where;
        const char *words;
    } cases[] = {
        {"<event id='1'>\n<start>noon</start></event>", "in:7", "not a time of day"},
        {"\n\n<event id='1'><date>2025-02-30T10:00:00Z</date></event>", "in:9", "2025-02-30"},
        {"<event id='1'><start>10:00</start><duration>soon</duration></event>", "in:7", "soon"},
        {"<event><title>x</title></event>", "in:7", "neither guid nor id"},
        {"<event id='1'><title>A</title></event>\n<event id='1'><title>B</title></event>", "in:8",
         "the first is at in:7"},
        {"<event id='1'><title>A</event>", "in:7", "not XML"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        struct arena *arena = arena_new();
        begin(&r);
        add(&r, "in", arena_printf(arena, XML("", "%s"), cases[i].events));
        assert_int_equal(r.result, ERR_INPUT);
        assert_string_equal(r.err.where, cases[i].where);
        assert_non_null(strstr(r.err.message, cases[i].words));
        arena_free(arena);
        done(&r);
    }
}

static void lines_behind_65535_are_named_too(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str text = {0};
    struct reading r;
    str_add(&text, "<schedule>\n<conference><title>x</title></conference>");
    for (int i = 0; i < 70000; i++) {
        str_add(&text, "\n");
    }
    str_add(&text, "<day date=\"2025-02-01\"><room name=\"a\">\n"
                   "<event id=\"1\"><title>t</title>\n<start>late</start></event>"
                   "</room></day></schedule>");
    read_text(&r, text.data);
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "in:70003");
    done(&r);
}

static void a_schedule_in_utf16_is_read(void **state)
{
    (void)state;
    const char *xml = XML("", "<event id='1'><title>Tr\xc3\xa8s</title></event>");
    char wide[4096] = {(char)0xff, (char)0xfe};
    size_t n = 2;
    const char *body = strchr(xml, '\n'); /* without the declaration that says UTF-8 */
    for (const unsigned char *p = (const unsigned char *)body; *p != '\0'; p++) {
        if (p == (const unsigned char *)body && *p == '\n') {
            continue;
        }
        unsigned unit = *p < 0x80 ? *p : (unsigned)((*p & 0x1f) << 6 | (p[1] & 0x3f));
        p += *p >= 0x80;
        wide[n++] = (char)(unit & 0xff);
        wide[n++] = (char)(unit >> 8);
    }
    struct reading r;
    begin(&r);
    r.result = format_read("in", wide, n, NULL, &r.conf, r.arena, &r.format, &r.err);
    assert_int_equal(r.result, 0);
    assert_string_equal(session(&r, "1")->title, "Tr\xc3\xa8s");
    done(&r);
}

/* --- Indico --- */

#define DATE(day, clock) "{\"date\":\"" day "\",\"time\":\"" clock "\",\"tz\":\"Asia/Tokyo\"}"
#define MD5              "0123456789ABCDEF0123456789abcdef"

static void indico_sessions_are_blocks_led_by_their_conveners(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        "{\"count\":1,\"_type\":\"HTTPAPIResult\",\"results\":[{\"_type\":\"Conference\",\"id\":"
        "\"19\",\"title\":\"LPC\",\"timezone\":\"Asia/Tokyo\",\"startDate\":" DATE(
            "2025-12-11",
            "0"
            "9"
            ":"
            "0"
            "0"
            ":"
            "0"
            "0") ",\"endDate\":" DATE("2025-12-13",
                                      "18:00:00") ",\"sessions\":[{\"_type\":\"SessionSlot\","
                                                  "\"id\":\"5\","
                                                  "\"title\":\"x\",\"slotTitle\":"
                                                  "\"\",\"room\":\"Hall "
                                                  "B3\",\"session\":{\"id\":\"2\",\"title\":\"Rust "
                                                  "MC\"},"
                                                  "\"conveners\":[{\"first_name\":\"Ada\",\"last_"
                                                  "name\":"
                                                  "\"Lovelace\",\"affiliation\":"
                                                  "\"AE\",\"emailHash\":\"" MD5
                                                  "\",\"person_id\":4}],\"startDate\":" DATE(
                                                      "2025-12-11",
                                                      "10:"
                                                      "00:"
                                                      "00") ",\"endDate\":" DATE("2025-12-11",
                                                                                 "13:30:00") ",\"co"
                                                                                             "ntrib"
                                                                                             "ution"
                                                                                             "s\":["
                                                                                             "{\"id"
                                                                                             "\":"
                                                                                             "\"7\""
                                                                                             ",\"ti"
                                                                                             "tle\""
                                                                                             ":\"Pi"
                                                                                             "nning"
                                                                                             "\","
                                                                                             "\"sta"
                                                                                             "rtDat"
                                                                                             "e\""
                                                                                             ":" DATE(
                                                                                                 "2"
                                                                                                 "0"
                                                                                                 "2"
                                                                                                 "5"
                                                                                                 "-"
                                                                                                 "1"
                                                                                                 "2"
                                                                                                 "-"
                                                                                                 "1"
                                                                                                 "1",
                                                                                                 "1"
                                                                                                 "0"
                                                                                                 ":"
                                                                                                 "3"
                                                                                                 "0"
                                                                                                 ":"
                                                                                                 "0"
                                                                                                 "0") ","
                                                                                                      "\""
                                                                                                      "du"
                                                                                                      "ra"
                                                                                                      "ti"
                                                                                                      "on"
                                                                                                      "\""
                                                                                                      ":3"
                                                                                                      "0,"
                                                                                                      "\""
                                                                                                      "ro"
                                                                                                      "om"
                                                                                                      "\""
                                                                                                      ":"
                                                                                                      "\""
                                                                                                      "\""
                                                                                                      ","
                                                                                                      "\""
                                                                                                      "se"
                                                                                                      "ss"
                                                                                                      "io"
                                                                                                      "n"
                                                                                                      "\""
                                                                                                      ":"
                                                                                                      "\""
                                                                                                      "Ru"
                                                                                                      "st"
                                                                                                      " M"
                                                                                                      "C"
                                                                                                      "\""
                                                                                                      ","
                                                                                                      "\""
                                                                                                      "ty"
                                                                                                      "pe"
                                                                                                      "\""
                                                                                                      ":n"
                                                                                                      "ul"
                                                                                                      "l,"
                                                                                                      "\""
                                                                                                      "de"
                                                                                                      "sc"
                                                                                                      "ri"
                                                                                                      "pt"
                                                                                                      "io"
                                                                                                      "n"
                                                                                                      "\""
                                                                                                      ":"
                                                                                                      "\""
                                                                                                      "<p"
                                                                                                      ">P"
                                                                                                      "in"
                                                                                                      "</"
                                                                                                      "p>"
                                                                                                      "\""
                                                                                                      ","
                                                                                                      "\""
                                                                                                      "sp"
                                                                                                      "ea"
                                                                                                      "ke"
                                                                                                      "rs"
                                                                                                      "\""
                                                                                                      ":["
                                                                                                      "{"
                                                                                                      "\""
                                                                                                      "fu"
                                                                                                      "ll"
                                                                                                      "Na"
                                                                                                      "me"
                                                                                                      "\""
                                                                                                      ":"
                                                                                                      "\""
                                                                                                      "Bo"
                                                                                                      "b "
                                                                                                      "Be"
                                                                                                      "e"
                                                                                                      "\""
                                                                                                      ","
                                                                                                      "\""
                                                                                                      "em"
                                                                                                      "ai"
                                                                                                      "l"
                                                                                                      "\""
                                                                                                      ":"
                                                                                                      "\""
                                                                                                      "bo"
                                                                                                      "b@"
                                                                                                      "ex"
                                                                                                      "am"
                                                                                                      "pl"
                                                                                                      "e."
                                                                                                      "or"
                                                                                                      "g"
                                                                                                      "\""
                                                                                                      "}]"
                                                                                                      "}]"
                                                                                                      "}]"
                                                                                                      "}]"
                                                                                                      "}");
    assert_int_equal(r.result, 0);
    assert_string_equal(r.format->name, "indico-event");
    assert_int_equal(session(&r, "s5")->kind, SESSION_BLOCK);
    assert_times(&r, "s5", "2025-12-11T01:00:00Z", "2025-12-11T04:30:00Z");
    assert_times(&r, "7", "2025-12-11T01:30:00Z", "2025-12-11T02:00:00Z");
    assert_int_equal(session(&r, "7")->kind, SESSION_CONTRIBUTION);
    assert_int_equal(session(&r, "7")->parent, 0);
    assert_int_equal(session(&r, "7")->room, session(&r, "s5")->room);
    assert_string_equal(session(&r, "7")->abstract, "Pin");
    assert_int_equal(r.conf.mentions.n, 2);
    assert_int_equal(r.conf.mentions.items[0].role, ROLE_LEAD);
    assert_string_equal(r.conf.mentions.items[0].name, "Ada Lovelace");
    assert_string_equal(r.conf.mentions.items[0].email_md5, "0123456789abcdef0123456789abcdef");
    assert_string_equal(r.conf.mentions.items[0].source_key, "4");
    assert_int_equal(r.conf.mentions.items[1].role, ROLE_SPEAKER);
    assert_string_equal(r.conf.mentions.items[1].email, "bob@example.org");
    assert_string_equal(zone_name(r.conf.zone), "Asia/Tokyo");
    done(&r);
}

#define TIMETABLE(days)                                                                            \
    "{\"count\":1,\"url\":\"https://x.org/export/timetable/19.json\",\"results\":{\"19\":{" days   \
    "}}}"

static void an_indico_timetable_has_blocks_contributions_and_breaks(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        TIMETABLE(
            "\"20251211\":{\"s100\":{\"entryType\":\"Session\",\"id\":\"s100\",\"sessionSlotId\":5,"
            "\"title\":\"Rust MC\",\"slotTitle\":\"Part 1\",\"room\":\"Hall "
            "B3\",\"startDate\":" DATE("2025-12-11", "10:00:00") ",\"endDate\":" DATE(
                "2025-12-11",
                "13:30:00") ",\"conveners\":[{\"firstName\":\"Ada\",\"familyName\":"
                            "\"Lovelace\"}],\"entries\":{\"c101\":{\"entryType\":"
                            "\"Contribution\",\"id\":\"c101\",\"contributionId\":555,"
                            "\"friendlyId\":7,\"title\":\"Pinning\",\"startDate\":" DATE(
                                "2025-12-11",
                                "10:30:00") ",\"duration\":30,\"presenters\":[{"
                                            "\"name\":\"Bob Bee\"}]},\"b102\":{"
                                            "\"entryType\":\"Break\",\"id\":\"b102\","
                                            "\"title\":\"Tea\",\"startDate\":" DATE(
                                                "2025-12-11",
                                                "11:30:00") ",\"duration\":30}}},"
                                                            "\"b103\":{\"entryType\":\"Break\","
                                                            "\"id\":\"b103\",\"title\":\"Food\","
                                                            "\"startDate\":" DATE(
                                                                "2025-12-11",
                                                                "13:30:00") ",\"duration\":60}}"));
    assert_int_equal(r.result, 0);
    assert_string_equal(r.format->name, "indico-timetable");
    assert_string_equal(session(&r, "s5")->title, "Rust MC: Part 1");
    assert_int_equal(session(&r, "s5")->kind, SESSION_BLOCK);
    assert_int_equal(session(&r, "7")->parent, 0);
    assert_times(&r, "7", "2025-12-11T01:30:00Z", "2025-12-11T02:00:00Z");
    assert_int_equal(session(&r, "b102")->kind, SESSION_BREAK);
    assert_int_equal(session(&r, "b103")->kind, SESSION_BREAK);
    assert_int_equal(r.conf.mentions.n, 2);
    assert_string_equal(r.conf.slug, "19");
    done(&r);
}

static void an_entry_without_an_id_goes_by_its_key(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, TIMETABLE("\"20251211\":{\"c77\":{\"entryType\":\"Contribution\",\"title\":"
                            "\"Pinning\"}}"));
    assert_int_equal(r.result, 0);
    assert_string_equal(session(&r, "c77")->title, "Pinning"); /* the JSON is gone by now */
    done(&r);
}

static void a_draft_timetable_is_empty_and_not_an_error(void **state)
{
    (void)state;
    static const char *const drafts[] = {
        TIMETABLE(""),
        TIMETABLE("\"20251211\":{}"),
        "{\"count\":0,\"results\":{\"19\":{}}}",
        "{\"count\":1,\"url\":\"https:\\/\\/x.org\\/export\\/timetable\\/19.json\",\"results\":[]}",
        FRAB(""),
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
        "<schedule><conference><title>x</title></conference></schedule>",
        "{\"count\":0,\"_type\":\"HTTPAPIResult\",\"results\":[]}",
    };
    for (size_t i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
        struct reading r;
        read_text(&r, drafts[i]);
        assert_int_equal(r.result, FORMAT_EMPTY);
        assert_int_equal(r.conf.sessions.n, 0);
        done(&r);
    }
}

static void exactly_as_many_as_indico_gives_is_said(void **state)
{
    (void)state;
    for (int n = 499; n <= 501; n++) {
        CLEANUP(str_done) struct str text = {0};
        struct reading r;
        str_add(&text, "{\"results\":[{\"id\":\"1\",\"startDate\":null,\"contributions\":[");
        for (int i = 0; i < n; i++) {
            str_printf(&text, "%s{\"id\":\"%d\",\"title\":\"t\"}", i > 0 ? "," : "", i);
        }
        str_add(&text, "]}]}");
        read_text(&r, text.data);
        assert_int_equal(r.result, n == 500 ? FORMAT_CAPPED : 0);
        assert_int_equal(r.conf.sessions.n, n);
        assert_int_equal(r.err.code, 0);
        assert_true(n != 500 || strstr(r.err.message, "exactly 500 contributions") != NULL);
        done(&r);
    }
}

/* --- several files --- */

static void key_attendees_go_to_the_tracks_of_the_programme(void **state)
{
    (void)state;
    static const char text[] = "Rust Microconference\n\nKey attendees:\n"
                               " - Ada Lovelace <ada@example.org>\n - Bob Bee\n\n"
                               "MC leads:\n - Cleo Doe <cleo@example.org>\n";
    struct reading r;
    begin(&r);
    add(&r, "p.json",
        FRAB("{\"guid\":\"a\",\"title\":\"A\",\"track\":\"Rust MC\",\"start\":\"10:00\","
             "\"duration\":60}"));
    add(&r, "cfp.txt", text);
    assert_int_equal(r.result, 0);
    assert_string_equal(r.format->name, "cfp-text");
    assert_int_equal(r.conf.tracks.n, 1);
    assert_int_equal(r.conf.mentions.n, 3);
    for (size_t i = 0; i < r.conf.mentions.n; i++) {
        const struct mention *m = &r.conf.mentions.items[i];
        assert_int_equal(m->track, 0);
        assert_int_equal(m->session, -1);
        assert_string_equal(m->source, "cfp.txt");
        assert_true(m->line >= 4);
    }
    add(&r, "cfp.txt", text); /* the same again adds nobody */
    assert_int_equal(r.conf.mentions.n, 3);
    done(&r);
}

static void files_add_up(void **state)
{
    (void)state;
    struct reading r;
    begin(&r);
    add(&r, "p.json",
        FRAB("{\"guid\":\"a\",\"title\":\"A\",\"track\":\"Rust\",\"start\":\"10:00\",\"duration\":"
             "60}"));
    add(&r, "r.csv", "name,email\nAda,ada@example.org\n");
    add(&r, "q.xml", XML("", "<event id='1'><title>B</title><track>rust mc</track></event>"));
    assert_int_equal(r.result, 0);
    assert_int_equal(r.conf.sessions.n, 2);
    assert_int_equal(r.conf.registrants.n, 1);
    assert_int_equal(r.conf.tracks.n, 1); /* "rust mc" is the track that was there */
    assert_string_equal(zone_name(r.conf.zone), "Asia/Tokyo");
    assert_string_equal(r.conf.title, "X");
    done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_come_from_date_end_and_the_days_beginning),
        cmocka_unit_test(persons_join_by_guid_or_code_but_never_by_number_alone),
        cmocka_unit_test(a_repeated_guid_is_a_further_slot_or_an_error),
        cmocka_unit_test(html_becomes_text_with_its_paragraphs),
        cmocka_unit_test(an_mc_is_a_block_with_contributions_and_leads),
        cmocka_unit_test(talks_before_the_day_change_are_the_night_of_their_day),
        cmocka_unit_test(xml_errors_name_the_line),
        cmocka_unit_test(lines_behind_65535_are_named_too),
        cmocka_unit_test(a_schedule_in_utf16_is_read),
        cmocka_unit_test(indico_sessions_are_blocks_led_by_their_conveners),
        cmocka_unit_test(an_indico_timetable_has_blocks_contributions_and_breaks),
        cmocka_unit_test(an_entry_without_an_id_goes_by_its_key),
        cmocka_unit_test(a_draft_timetable_is_empty_and_not_an_error),
        cmocka_unit_test(exactly_as_many_as_indico_gives_is_said),
        cmocka_unit_test(key_attendees_go_to_the_tracks_of_the_programme),
        cmocka_unit_test(files_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
