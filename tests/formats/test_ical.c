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

#define ICS(events)      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" events "END:VCALENDAR\r\n"
#define EVENT(uid, more) "BEGIN:VEVENT\r\nUID:" uid "\r\nSUMMARY:T\r\n" more "END:VEVENT\r\n"

static void calendar_times_follow_their_zones(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        ICS("X-WR-TIMEZONE:Asia/Tokyo\r\n" EVENT(
            "utc", "DTSTART:20251211T010000Z\r\nDTEND:20251211T020000Z\r\n")
                EVENT("tzid", "DTSTART;TZID=Europe/Vienna:20251211T100000\r\nDURATION:PT45M\r\n")
                    EVENT("long",
                          "DTSTART;TZID=/x.org/1/Europe/Vienna:20251211T100000\r\nDTEND;TZID=/"
                          "x.org/1/Europe/Vienna:20251211T110000\r\n")
                        EVENT("floating", "DTSTART:20251211T100000\r\nDTEND:20251211T110000\r\n")
                            EVENT("day", "DTSTART;VALUE=DATE:20251211\r\n") EVENT("none", "")));
    assert_int_equal(r.result, 0);
    assert_string_equal(zone_name(r.conf.zone), "Asia/Tokyo");
    assert_times(&r, "utc", "2025-12-11T01:00:00Z", "2025-12-11T02:00:00Z");
    assert_times(&r, "tzid", "2025-12-11T09:00:00Z", "2025-12-11T09:45:00Z");
    assert_times(&r, "long", "2025-12-11T09:00:00Z", "2025-12-11T10:00:00Z");
    assert_times(&r, "floating", "2025-12-11T01:00:00Z", "2025-12-11T02:00:00Z");
    assert_times(&r, "day", "2025-12-10T15:00:00Z", "2025-12-11T15:00:00Z");
    assert_false(session_is_scheduled(session(&r, "none")));
    done(&r);
}

static void a_calendars_own_zone_is_used_when_nobody_knows_its_name(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, ICS("BEGIN:VTIMEZONE\r\nTZID:Our Office\r\nBEGIN:STANDARD\r\n"
                      "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\n"
                      "END:STANDARD\r\nEND:VTIMEZONE\r\n" EVENT(
                          "a", "DTSTART;TZID=Our Office:20251211T100000\r\nDURATION:PT1H\r\n")));
    assert_int_equal(r.result, 0);
    assert_times(&r, "a", "2025-12-11T04:30:00Z", "2025-12-11T05:30:00Z");
    done(&r);
    read_text(&r,
              ICS(EVENT("a", "DTSTART;TZID=Their Office:20251211T100000\r\nDURATION:PT1H\r\n")));
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "in:4");
    done(&r);
}

static void repeated_events_are_sessions_each_and_may_be_replaced(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        ICS(EVENT("w", "DTSTART;TZID=Europe/Vienna:20251023T100000\r\n"
                       "DTEND;TZID=Europe/Vienna:20251023T110000\r\n"
                       "RRULE:FREQ=WEEKLY;COUNT=3\r\n")
                EVENT("w", "RECURRENCE-ID;TZID=Europe/Vienna:20251030T100000\r\n"
                           "DTSTART;TZID=Europe/Vienna:20251030T150000\r\n"
                           "DTEND;TZID=Europe/Vienna:20251030T160000\r\nSTATUS:CANCELLED\r\n")));
    assert_int_equal(r.result, 0);
    assert_int_equal(r.conf.sessions.n, 3);
    /* 10:00 in Vienna is 08:00 UTC before the clocks change on 26 October and 09:00 after. */
    assert_times(&r, "w#20251023T080000Z", "2025-10-23T08:00:00Z", "2025-10-23T09:00:00Z");
    assert_times(&r, "w#20251030T090000Z", "2025-10-30T14:00:00Z", "2025-10-30T15:00:00Z");
    assert_true(session(&r, "w#20251030T090000Z")->is_cancelled);
    assert_times(&r, "w#20251106T090000Z", "2025-11-06T09:00:00Z", "2025-11-06T10:00:00Z");
    done(&r);
}

static void speakers_are_people_rooms_and_offices_are_not(void **state)
{
    (void)state;
    struct reading r;
    read_text(
        &r,
        ICS(EVENT("a", "LOCATION:Hall\\, first floor\r\nCATEGORIES:Rust MC,kernel\r\n"
                       "ATTENDEE;CN=\"Ada Lovelace\";CUTYPE=INDIVIDUAL:mailto:ada@example.org\r\n"
                       "ATTENDEE;CN=Hall;CUTYPE=ROOM:mailto:hall@example.org\r\n"
                       "ATTENDEE;CN=Bob Bee:invalid:nomail\r\n")
                EVENT("b", "ORGANIZER;CN=Cleo Doe:mailto:cleo@example.org\r\n")
                    EVENT("c", "ORGANIZER;CN=Programme Committee:mailto:pc@example.org\r\n")));
    assert_int_equal(r.result, 0);
    assert_int_equal(r.conf.mentions.n, 3);
    assert_string_equal(r.conf.mentions.items[0].name, "Ada Lovelace");
    assert_string_equal(r.conf.mentions.items[0].email, "ada@example.org");
    assert_string_equal(r.conf.mentions.items[1].email, "");
    assert_string_equal(r.conf.mentions.items[2].name, "Cleo Doe");
    assert_string_equal(r.conf.rooms.items[0].name, "Hall, first floor");
    assert_string_equal(session(&r, "a")->tags, "Rust MC, kernel");
    assert_string_equal(r.conf.tracks.items[0].title, "Rust MC");
    done(&r);
}

static void an_end_without_its_begin_is_refused(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, ICS("END:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n"));
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "in:5");
    done(&r);
}

static void a_cancellation_cancels(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, ICS("METHOD:CANCEL\r\n" EVENT("a", "DTSTART:20251211T010000Z\r\n")));
    assert_true(session(&r, "a")->is_cancelled);
    done(&r);
}

static void a_character_folded_in_its_middle_is_whole_again(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, ICS(EVENT("a", "DESCRIPTION:l\xe2\r\n \x80\x99"
                                 "eau\r\n")));
    assert_int_equal(r.result, 0);
    assert_string_equal(session(&r, "a")->abstract, "l\xe2\x80\x99"
                                                    "eau");
    done(&r);
    read_text(&r, ICS(EVENT("a", "DESCRIPTION:a\r\n b\r\nX-A:l\xe2\x80 eau\r\n")));
    assert_int_equal(r.result, ERR_INPUT);
    assert_string_equal(r.err.where, "in:9");
    done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_times_follow_their_zones),
        cmocka_unit_test(a_calendars_own_zone_is_used_when_nobody_knows_its_name),
        cmocka_unit_test(repeated_events_are_sessions_each_and_may_be_replaced),
        cmocka_unit_test(speakers_are_people_rooms_and_offices_are_not),
        cmocka_unit_test(an_end_without_its_begin_is_refused),
        cmocka_unit_test(a_cancellation_cancels),
        cmocka_unit_test(a_character_folded_in_its_middle_is_whole_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
