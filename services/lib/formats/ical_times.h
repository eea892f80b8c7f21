/* ical_times: when something is, as calendars say it. */
#ifndef ROLLCALL_FORMATS_ICAL_TIMES_H
#define ROLLCALL_FORMATS_ICAL_TIMES_H

#include "formats/build.h"

#include <libical/ical.h>

/* TZIDs come with prefixes ("/mozilla.org/20050126_1/Europe/Berlin"): the longest tail that is a
 * zone; NULL = none. */
const struct zone *ical_zone(const char *tzid);

/* The instant of the property's time in the zone that its TZID names, or that the calendar defines
 * by that name; floating times are in the file's zone. */
int ical_instant(const struct build *b, icalcomponent *calendar, const char *place,
                 icalproperty *property, struct icaltimetype time, int64_t *ret_us) MUST_CHECK;

/* Start and end of the event into *session, both 0 without DTSTART. */
int ical_event_times(const struct build *b, icalcomponent *calendar, const char *place,
                     icalcomponent *event, struct session *session) MUST_CHECK;

#endif
