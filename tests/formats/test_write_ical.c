#include "support/testing.h"

#include "base/str.h"
#include "formats/formats.h"
#include "formats/ical.h"

#include <libical/ical.h>
#include <string.h>

static int64_t at(const char *iso)
{
    int64_t us = 0;
    assert_int_equal(time_parse(iso, zone_utc(), &us, NULL), 0);
    return us;
}

static struct ical_event example(void)
{
    return (struct ical_event){
        .uid = "lpc2025-42-7@rollcall.example.org",
        .sequence = 3,
        .stamp_us = at("2025-11-01T08:00:00Z"),
        .start_us = at("2025-12-11T10:00:00+09:00"),
        .end_us = at("2025-12-11T13:30:00+09:00"),
        .zone = zone_find("Asia/Tokyo"),
        .summary = "Rust MC; key attendee, please",
        .location = "Hall B3",
        .description = "You are wanted.\nC:\\rust",
        .url = "https://example.org/s/7",
        .organizer_name = "Ada \"Countess\" Lovelace",
        .organizer_email = "lead@example.org",
        .attendee_email = "you@example.org",
        .last_modified_us = at("2025-10-31T08:00:00Z"),
        .alarm_before_us = 15 * MINUTE_US,
    };
}

static const char *written(const char *method, const struct ical_event *event, struct str *out)
{
    struct ical_calendar calendar = {method, "LPC, my agenda", HOUR_US,
                                     "https://example.org/f.ics"};
    str_clear(out);
    ical_write(&calendar, event, 1, out);
    return str_text(out);
}

static void the_text_is_exact(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str out = {0};
    struct ical_event event = example();
    assert_string_equal(written("", &event, &out),
                        "BEGIN:VCALENDAR\r\n"
                        "VERSION:2.0\r\n"
                        "PRODID:-//Rollcall//Rollcall " ROLLCALL_VERSION "//EN\r\n"
                        "CALSCALE:GREGORIAN\r\n"
                        "NAME:LPC\\, my agenda\r\n"
                        "X-WR-CALNAME:LPC\\, my agenda\r\n"
                        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
                        "X-PUBLISHED-TTL:PT1H\r\n"
                        "SOURCE;VALUE=URI:https://example.org/f.ics\r\n"
                        "BEGIN:VTIMEZONE\r\n"
                        "TZID:Asia/Tokyo\r\n"
                        "BEGIN:STANDARD\r\n"
                        "DTSTART:19700101T000000\r\n"
                        "TZOFFSETFROM:+0900\r\n"
                        "TZOFFSETTO:+0900\r\n"
                        "END:STANDARD\r\n"
                        "END:VTIMEZONE\r\n"
                        "BEGIN:VEVENT\r\n"
                        "UID:lpc2025-42-7@rollcall.example.org\r\n"
                        "DTSTAMP:20251101T080000Z\r\n"
                        "DTSTART;TZID=Asia/Tokyo:20251211T100000\r\n"
                        "DTEND;TZID=Asia/Tokyo:20251211T133000\r\n"
                        "SEQUENCE:3\r\n"
                        "STATUS:CONFIRMED\r\n"
                        "SUMMARY:Rust MC\\; key attendee\\, please\r\n"
                        "LOCATION:Hall B3\r\n"
                        "DESCRIPTION:You are wanted.\\nC:\\\\rust\r\n"
                        "URL:https://example.org/s/7\r\n"
                        "ORGANIZER;CN=\"Ada 'Countess' Lovelace\":mailto:lead@example.org\r\n"
                        "LAST-MODIFIED:20251031T080000Z\r\n"
                        "BEGIN:VALARM\r\n"
                        "ACTION:DISPLAY\r\n"
                        "DESCRIPTION:Rust MC\\; key attendee\\, please\r\n"
                        "TRIGGER:-PT15M\r\n"
                        "END:VALARM\r\n"
                        "END:VEVENT\r\n"
                        "END:VCALENDAR\r\n");
}

static void attendees_are_named_only_where_one_is_asked(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str out = {0};
    struct ical_event event = example();
    assert_null(strstr(written("PUBLISH", &event, &out), "ATTENDEE"));
    assert_null(strstr(written("", &event, &out), "METHOD"));
    assert_non_null(
        strstr(written("REQUEST", &event, &out),
               "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:you@ex\r\n "
               "ample.org\r\n"));
    assert_non_null(strstr(written("CANCEL", &event, &out), "STATUS:CANCELLED\r\n"));
    assert_null(strstr(str_text(&out), "VALARM"));
    assert_non_null(strstr(str_text(&out), "METHOD:CANCEL\r\n"));
}

/* libical's own opinion of RFC 5546's tables. */
static void libical_finds_nothing_to_restrict(void **state)
{
    (void)state;
    static const char *const methods[] = {"PUBLISH", "REQUEST", "CANCEL"};
    for (size_t i = 0; i < 3; i++) {
        CLEANUP(str_done) struct str out = {0};
        struct ical_event event = example();
        icalcomponent *calendar = icalparser_parse_string(written(methods[i], &event, &out));
        assert_non_null(calendar);
        assert_int_equal(icalcomponent_count_errors(calendar), 0);
        if (icalrestriction_check(calendar) == 0) {
            icalcomponent_convert_errors(calendar);
            char *text = icalcomponent_as_ical_string_r(calendar);
            fail_msg("%s: %s", methods[i], text);
        }
        icalcomponent_free(calendar);
    }
}

static void lines_are_folded_at_75_octets_between_characters(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str out = {0};
    CLEANUP(str_done) struct str summary = {0};
    for (int i = 0; i < 200; i++) {
        str_add(&summary, i % 3 == 0 ? "\xe6\x97\xa5" : i % 3 == 1 ? "x" : "\xf0\x9f\x90\xa7");
        struct ical_event event = example();
        event.summary = str_text(&summary);
        const char *text = written("", &event, &out);
        for (const char *line = text; *line != '\0';) {
            const char *end = strstr(line, "\r\n");
            assert_non_null(end);
            assert_true(end - line <= 75);
            assert_true(utf8_is_valid(line, (size_t)(end - line), NULL));
            line = end + 2;
        }
        icalcomponent *calendar = icalparser_parse_string(text);
        icalcomponent *inner = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
        assert_string_equal(icalcomponent_get_summary(inner), str_text(&summary));
        icalcomponent_free(calendar);
    }
}

static void values_cannot_break_out_of_their_lines(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str out = {0};
    struct ical_event event = example();
    event.summary = "a\r\nATTENDEE:mailto:x@example.org\r\n";
    event.uid = "u\nX:1";
    event.url = "https://example.org/\r\nX-EVIL:1";
    event.organizer_name = "n\r\nX-EVIL:1";
    event.organizer_email = "o@example.org\r\nX-EVIL:1";
    event.location = "bad \xff\xfe bytes\x01";
    const char *text = written("PUBLISH", &event, &out);
    assert_null(strstr(text, "\nX-EVIL"));
    assert_null(strstr(text, "\nATTENDEE"));
    assert_null(strstr(text, "\nX:1"));
    assert_true(utf8_is_valid(text, out.len, NULL));
    assert_non_null(strstr(text, "LOCATION:bad \xef\xbf\xbd\xef\xbf\xbd bytes \r\n"));
}

/* For zones with all sorts of rules, over years: what libical makes of our VTIMEZONE and local time
 * is the instant that went in. */
static void the_rules_of_zones_are_right(void **state)
{
    (void)state;
    static const char *const zones[] = {
        "Europe/Vienna",     "America/New_York",    "Asia/Tokyo",        "Asia/Kolkata",
        "Australia/Sydney",  "Australia/Lord_Howe", "America/Sao_Paulo", "Europe/Dublin",
        "Africa/Casablanca", "Asia/Kathmandu",      "Pacific/Auckland",  "America/St_Johns",
        "Africa/Cairo",      "Asia/Jerusalem",      "America/Santiago",  "Pacific/Apia",
    };
    size_t n_checked = 0;
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        for (int64_t t = at("2009-01-01T00:30:00Z"); t < at("2031-01-01");
             t += 13 * DAY_US + HOUR_US) {
            CLEANUP(str_done) struct str out = {0};
            struct ical_event event = example();
            event.zone = zone_find(zones[z]);
            assert_non_null(event.zone);
            event.start_us = t;
            event.end_us = t + 2 * HOUR_US;
            icalcomponent *calendar = icalparser_parse_string(written("", &event, &out));
            icalcomponent *inner =
                icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
            icalproperty *start = icalcomponent_get_first_property(inner, ICAL_DTSTART_PROPERTY);
            struct icaltimetype local = icalproperty_get_datetime_with_component(start, inner);
            icalparameter *tzid = icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER);
            icaltimezone *rules =
                tzid == NULL ? icaltimezone_get_utc_timezone()
                             : icalcomponent_get_timezone(calendar, icalparameter_get_tzid(tzid));
            assert_non_null(rules);
            int64_t back = (int64_t)icaltime_as_timet_with_zone(local, rules) * SECOND_US;
            if (back != t) {
                char buf[TIME_TEXT_SIZE];
                fail_msg("%s %s: %lld s off\n%s", zones[z], time_iso(event.zone, t, buf),
                         (long long)((back - t) / SECOND_US), str_text(&out));
            }
            icalcomponent_free(calendar);
            n_checked++;
        }
    }
    assert_true(n_checked > 8000);
}

static void a_zone_with_a_yearly_rule_has_two_observances(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str out = {0};
    struct ical_event event = example();
    event.zone = zone_find("Europe/Vienna");
    const char *text = written("", &event, &out);
    assert_non_null(strstr(text, "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"));
    assert_non_null(strstr(text, "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"));
    event.zone = zone_find("America/New_York");
    text = written("", &event, &out);
    assert_non_null(strstr(text, "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"));
    assert_non_null(strstr(text, "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"));
}

static void the_same_values_give_the_same_bytes_and_read_back(void **state)
{
    (void)state;
    CLEANUP(str_done) struct str a = {0};
    CLEANUP(str_done) struct str b = {0};
    struct ical_event event = example();
    assert_string_equal(written("", &event, &a), written("", &event, &b));

    struct arena *arena = arena_new();
    struct conference conf;
    struct err err = {0};
    conference_init(&conf);
    assert_int_equal(format_read("feed.ics", a.data, a.len, "ical", &conf, arena, NULL, &err), 0);
    assert_int_equal(conf.sessions.n, 1);
    const struct session *session = &conf.sessions.items[0];
    assert_string_equal(session->title, event.summary);
    assert_string_equal(session->abstract, event.description);
    assert_true(session->start_us == event.start_us && session->end_us == event.end_us);
    assert_string_equal(conf.rooms.items[session->room].name, "Hall B3");
    assert_string_equal(zone_name(conf.zone), "Asia/Tokyo");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_exact),
        cmocka_unit_test(attendees_are_named_only_where_one_is_asked),
        cmocka_unit_test(libical_finds_nothing_to_restrict),
        cmocka_unit_test(lines_are_folded_at_75_octets_between_characters),
        cmocka_unit_test(values_cannot_break_out_of_their_lines),
        cmocka_unit_test(the_rules_of_zones_are_right),
        cmocka_unit_test(a_zone_with_a_yearly_rule_has_two_observances),
        cmocka_unit_test(the_same_values_give_the_same_bytes_and_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
