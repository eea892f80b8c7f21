#include "formats/ical.h"

#include "formats/vtimezone.h"

#include <string.h>

#define FOLD_OCTETS 75 /* RFC 5545 3.1, without the line break */
#define MAX_ZONES   16 /* of one calendar; events of further zones are written in UTC */

/* --- lines --- */

/* Adds one logical line, folded so that no UTF-8 sequence is cut. */
static void add_line(struct str *out, const struct str *line)
{
    const char *p = str_text(line);
    size_t rest = line->len;
    size_t room = FOLD_OCTETS;
    while (rest > room) {
        size_t n = utf8_cut(p, rest, room);
        n = n == 0 ? room : n;
        str_add_n(out, p, n);
        str_add(out, "\r\n ");
        p += n;
        rest -= n;
        room = FOLD_OCTETS - 1; /* the blank counts */
    }
    str_add_n(out, p, rest);
    str_add(out, "\r\n");
}

/* The size of the well-formed UTF-8 sequence at p, 0 where there is none. */
static size_t sequence_size(const char *p, size_t rest)
{
    unsigned char c = (unsigned char)*p;
    size_t size = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    return size <= rest && utf8_is_valid(p, size, NULL) ? size : 0;
}

/* Adds text with what `escape` gives for a character instead of it ("" = leaves it out, NULL = as
 * it is); control characters become blanks, bytes that are no UTF-8 U+FFFD. */
static void add_clean(struct str *out, const char *text, const char *(*escape)(char c))
{
    size_t rest = strlen(text);
    while (rest > 0) {
        size_t size = sequence_size(text, rest);
        const char *instead = size == 1 ? escape(*text) : NULL;
        if (size == 0) {
            str_add(out, "\xef\xbf\xbd");
            size = 1;
        } else if (instead != NULL) {
            str_add(out, instead);
        } else if (size == 1 && ((unsigned char)*text < 0x20 || *text == 0x7f)) {
            str_add_char(out, ' ');
        } else {
            str_add_n(out, text, size);
        }
        text += size;
        rest -= size;
    }
}

/* RFC 5545 3.3.11 */
static const char *escape_text(char c)
{
    switch (c) {
    case '\\': return "\\\\";
    case ';': return "\\;";
    case ',': return "\\,";
    case '\n': return "\\n";
    case '\r': return "";
    default: return NULL;
    }
}

/* A quoted parameter value holds anything but quotes (3.2). */
static const char *escape_parameter(char c)
{
    return c == '"' ? "'" : NULL;
}

/* What a URI cannot hold is percent-encoded, or gone where it could break the line. */
static const char *escape_uri(char c)
{
    switch (c) {
    case ' ': return "%20";
    case '"': return "%22";
    case '<': return "%3C";
    case '>': return "%3E";
    case '\n':
    case '\r':
    case '\t': return "";
    default: return NULL;
    }
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void add_text(struct str *out, const char *name, const char *text)
{
    CLEANUP(str_done) struct str line = {0};
    if (!is_given(text)) {
        return;
    }
    str_add(&line, name);
    str_add_char(&line, ':');
    add_clean(&line, text, escape_text);
    add_line(out, &line);
}

static void add_uri(struct str *out, const char *name, const char *uri)
{
    CLEANUP(str_done) struct str line = {0};
    if (!is_given(uri)) {
        return;
    }
    str_add(&line, name);
    str_add_char(&line, ':');
    add_clean(&line, uri, escape_uri);
    add_line(out, &line);
}

static void add_person(struct str *out, const char *property, const char *name, const char *email)
{
    CLEANUP(str_done) struct str line = {0};
    if (!is_given(email)) {
        return;
    }
    str_add(&line, property);
    if (is_given(name)) {
        str_add(&line, ";CN=\"");
        add_clean(&line, name, escape_parameter);
        str_add(&line, "\"");
    }
    str_add(&line, ":mailto:");
    add_clean(&line, email, escape_uri);
    add_line(out, &line);
}

/* --- times --- */

static void add_utc(struct str *out, const char *name, int64_t at_us)
{
    struct civil c = zone_civil(zone_utc(), at_us);
    str_printf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour,
               c.minute, c.second);
}

/* Does the wall clock show this time twice, when it is set back around then? */
static bool is_ambiguous(const struct zone *zone, int64_t at_us)
{
    int before_s = zone_offset_s(zone, at_us - 4 * HOUR_US);
    int after_s = zone_offset_s(zone, at_us + 4 * HOUR_US);
    int64_t back_us = (before_s - after_s) * SECOND_US;
    int offset_s = zone_offset_s(zone, at_us);
    return back_us > 0 && (offset_s == before_s ? zone_offset_s(zone, at_us + back_us) == after_s
                                                : zone_offset_s(zone, at_us - back_us) == before_s);
}

/* With TZID, except where readers could take the time for another instant. */
static void add_local(struct str *out, const char *name, const struct zone *zone, int64_t at_us)
{
    CLEANUP(str_done) struct str line = {0};
    if (zone == NULL || is_ambiguous(zone, at_us)) {
        add_utc(out, name, at_us);
        return;
    }
    struct civil c = zone_civil(zone, at_us);
    str_printf(&line, "%s;TZID=%s:%04d%02d%02dT%02d%02d%02d", name, zone_name(zone), c.year,
               c.month, c.day, c.hour, c.minute, c.second);
    add_line(out, &line);
}

/* "PT1H", "PT15M", "PT1M30S" */
static void add_duration(struct str *out, int64_t us)
{
    int64_t s = us / SECOND_US;
    str_add(out, "PT");
    if (s >= 3600) {
        str_printf(out, "%lldH", (long long)(s / 3600));
    }
    if (s / 60 % 60 > 0) {
        str_printf(out, "%lldM", (long long)(s / 60 % 60));
    }
    if (s % 60 > 0 || s == 0) {
        str_printf(out, "%lldS", (long long)(s % 60));
    }
    str_add(out, "\r\n");
}

/* --- zones --- */

struct zones {
    const struct zone *items[MAX_ZONES];
    int64_t from_us[MAX_ZONES];
    int64_t to_us[MAX_ZONES];
    size_t n;
};

/* The zone that the event's times are written in; NULL = UTC. */
static const struct zone *find_zone(struct zones *zones, const struct ical_event *event)
{
    if (event->zone == NULL || event->zone == zone_utc()) {
        return NULL;
    }
    size_t i = 0;
    while (i < zones->n && zones->items[i] != event->zone) {
        i++;
    }
    if (i == MAX_ZONES) {
        return NULL;
    }
    if (i == zones->n) {
        zones->items[i] = event->zone;
        zones->from_us[i] = event->start_us;
        zones->to_us[i] = event->end_us;
        zones->n++;
    }
    if (event->start_us < zones->from_us[i]) {
        zones->from_us[i] = event->start_us;
    }
    if (event->end_us > zones->to_us[i]) {
        zones->to_us[i] = event->end_us;
    }
    return event->zone;
}

/* --- components --- */

static void add_alarm(struct str *out, const struct ical_event *event)
{
    str_add(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\n");
    add_text(out, "DESCRIPTION", is_given(event->summary) ? event->summary : "-");
    str_add(out, "TRIGGER:-");
    add_duration(out, event->alarm_before_us);
    str_add(out, "END:VALARM\r\n");
}

static void add_event(struct str *out, const struct ical_calendar *calendar,
                      const struct ical_event *event, const struct zone *zone)
{
    bool is_request = strcmp(calendar->method, "REQUEST") == 0;
    bool is_cancel = strcmp(calendar->method, "CANCEL") == 0;
    bool is_cancelled = event->is_cancelled || is_cancel;
    str_add(out, "BEGIN:VEVENT\r\n");
    add_text(out, "UID", event->uid);
    add_utc(out, "DTSTAMP", event->stamp_us);
    add_local(out, "DTSTART", zone, event->start_us);
    add_local(out, "DTEND", zone, event->end_us);
    str_printf(out, "SEQUENCE:%d\r\n", event->sequence);
    str_printf(out, "STATUS:%s\r\n", is_cancelled ? "CANCELLED" : "CONFIRMED");
    add_text(out, "SUMMARY", event->summary);
    add_text(out, "LOCATION", event->location);
    add_text(out, "DESCRIPTION", event->description);
    add_uri(out, "URL", event->url);
    add_person(out, "ORGANIZER", event->organizer_name, event->organizer_email);
    if (is_request) {
        add_person(out, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "",
                   event->attendee_email);
    } else if (is_cancel) {
        add_person(out, "ATTENDEE;ROLE=REQ-PARTICIPANT", "", event->attendee_email);
    }
    if (event->last_modified_us != 0) {
        add_utc(out, "LAST-MODIFIED", event->last_modified_us);
    }
    if (event->alarm_before_us > 0 && !is_cancelled) {
        add_alarm(out, event);
    }
    str_add(out, "END:VEVENT\r\n");
}

static void add_head(struct str *out, const struct ical_calendar *calendar)
{
    str_add(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Rollcall " ROLLCALL_VERSION
                 "//EN\r\nCALSCALE:GREGORIAN\r\n");
    add_text(out, "METHOD", calendar->method);
    add_text(out, "NAME", calendar->name);
    add_text(out, "X-WR-CALNAME", calendar->name);
    if (calendar->refresh_us > 0) {
        str_add(out, "REFRESH-INTERVAL;VALUE=DURATION:");
        add_duration(out, calendar->refresh_us);
        str_add(out, "X-PUBLISHED-TTL:");
        add_duration(out, calendar->refresh_us);
    }
    add_uri(out, "SOURCE;VALUE=URI", calendar->source_url);
}

void ical_write(const struct ical_calendar *calendar, const struct ical_event *events, size_t n,
                struct str *out)
{
    struct zones zones = {.n = 0};
    add_head(out, calendar);
    for (size_t i = 0; i < n; i++) {
        (void)find_zone(&zones, &events[i]);
    }
    for (size_t i = 0; i < zones.n; i++) {
        vtimezone_write(zones.items[i], zones.from_us[i], zones.to_us[i], out);
    }
    for (size_t i = 0; i < n; i++) {
        add_event(out, calendar, &events[i], find_zone(&zones, &events[i]));
    }
    str_add(out, "END:VCALENDAR\r\n");
}
