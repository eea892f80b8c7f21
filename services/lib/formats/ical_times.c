#include "formats/ical_times.h"

#include <string.h>

const struct zone *ical_zone(const char *tzid)
{
    for (const char *p = tzid; p != NULL; p = strchr(p, '/')) {
        p += *p == '/';
        const struct zone *zone = *p == '\0' ? NULL : zone_find(p);
        if (zone != NULL) {
            return zone;
        }
    }
    return NULL;
}

/* The calendar's own VTIMEZONE may name the place it stands for, or only its rules. */
static const struct zone *zone_of_definition(icalcomponent *calendar, const char *tzid)
{
    icaltimezone *definition = icalcomponent_get_timezone(calendar, tzid);
    const char *location = definition == NULL ? NULL : icaltimezone_get_location(definition);
    return location == NULL ? NULL : ical_zone(location);
}

static struct civil civil_of(struct icaltimetype time)
{
    return (struct civil){.year = time.year,
                          .month = time.month,
                          .day = time.day,
                          .hour = time.is_date ? 0 : time.hour,
                          .minute = time.is_date ? 0 : time.minute,
                          .second = time.is_date ? 0 : time.second};
}

static bool is_readable(struct icaltimetype time)
{
    return !icaltime_is_null_time(time) && icaltime_is_valid_time(time) && time.year >= 1900 &&
           time.year <= 9999 && time.month >= 1 && time.month <= 12 && time.day >= 1 &&
           time.day <= icaltime_days_in_month(time.month, time.year) && time.hour >= 0 &&
           time.hour <= 24 && time.minute >= 0 && time.minute < 60 && time.second >= 0 &&
           time.second <= 60;
}

int ical_instant(const struct build *b, icalcomponent *calendar, const char *place,
                 icalproperty *property, struct icaltimetype time, int64_t *ret_us)
{
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char *tzid = parameter == NULL ? NULL : icalparameter_get_tzid(parameter);
    const struct zone *zone = b->zone;
    if (!is_readable(time)) {
        return build_fail(b, place, "%s is not a date and time that can be read",
                          icalproperty_get_property_name(property));
    }
    if (time.zone == icaltimezone_get_utc_timezone()) {
        zone = zone_utc();
    } else if (tzid != NULL) {
        zone = ical_zone(tzid);
        zone = zone != NULL ? zone : zone_of_definition(calendar, tzid);
        icaltimezone *definition = zone != NULL ? NULL : icalcomponent_get_timezone(calendar, tzid);
        if (definition != NULL) {
            *ret_us = (int64_t)icaltime_as_timet_with_zone(time, definition) * SECOND_US;
            return 0;
        }
        if (zone == NULL) {
            return build_fail(b, place, "the time zone \"%.60s\" is neither known nor defined",
                              tzid);
        }
    }
    *ret_us = zone_instant_us(zone, civil_of(time));
    return 0;
}

int ical_event_times(const struct build *b, icalcomponent *calendar, const char *place,
                     icalcomponent *event, struct session *session)
{
    icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    if (start == NULL) {
        return 0; /* not scheduled */
    }
    struct icaltimetype from = icalproperty_get_dtstart(start);
    int r = ical_instant(b, calendar, place, start, from, &session->start_us);
    if (r < 0) {
        return r;
    }
    if (end != NULL) {
        return ical_instant(b, calendar, place, end, icalproperty_get_dtend(end), &session->end_us);
    }
    if (duration != NULL) {
        int seconds = icaldurationtype_as_int(icalproperty_get_duration(duration));
        session->end_us = session->start_us + seconds * SECOND_US;
    } else if (from.is_date) { /* RFC 5545 3.6.1: a day without an end is that day */
        session->end_us = zone_day_start_us(b->zone, session->start_us + 30 * HOUR_US);
    }
    return 0;
}
