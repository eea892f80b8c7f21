/*
 * ical: calendars as text (RFC 5545, 5546, 7986), for messages, feeds and `agenda --ics`.
 *
 * The bytes depend on the values alone: nothing here asks for the time or makes up an id. Whoever
 * calls keeps the UID stable per (event, session, person), raises the sequence with each change of
 * time, room or state, and keeps a cancelled session in the feed for some weeks.
 */
#ifndef ROLLCALL_FORMATS_ICAL_H
#define ROLLCALL_FORMATS_ICAL_H

#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ical_event {
    const char *uid; /* never built from the slot */
    int sequence;    /* >= 0; +1 on each change of time, room or state */
    int64_t
        stamp_us; /* DTSTAMP: when this text's facts were last changed, not when it was asked for */
    int64_t start_us;
    int64_t end_us;          /* > start_us */
    const struct zone *zone; /* of the event; NULL = UTC */
    const char *summary;
    const char *location;    /* "" or NULL = left out; so with all texts below */
    const char *description; /* plain text, \n between lines */
    const char *url;         /* http or https */
    bool is_cancelled;       /* STATUS:CANCELLED, else CONFIRMED */
    const char *organizer_name;
    const char *organizer_email; /* needed for REQUEST and CANCEL */
    const char *attendee_email;  /* written for REQUEST and CANCEL only (RFC 5546 3.2.1) */
    int64_t last_modified_us;    /* 0 = left out */
    int64_t alarm_before_us;     /* 0 = no alarm */
};

struct ical_calendar {
    const char
        *method;      /* "PUBLISH", "REQUEST", "CANCEL"; "" for feeds: a snapshot without METHOD */
    const char *name; /* of the calendar; "" = left out */
    int64_t refresh_us;     /* how often a feed may be asked for; 0 = left out */
    const char *source_url; /* of the feed itself; "" = left out */
};

/* Appends the calendar with n events to *out: UTF-8, CRLF, folded at 75 octets, with one VTIMEZONE
 * for every zone used but UTC. Bytes that are not UTF-8 become U+FFFD, control characters blanks.
 */
void ical_write(const struct ical_calendar *calendar, const struct ical_event *events, size_t n,
                struct str *out);

#endif
