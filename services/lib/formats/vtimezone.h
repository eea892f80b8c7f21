/* vtimezone: a zone's rules as an iCalendar component. */
#ifndef ROLLCALL_FORMATS_VTIMEZONE_H
#define ROLLCALL_FORMATS_VTIMEZONE_H

#include "base/clock.h"
#include "base/str.h"

/*
 * Appends VTIMEZONE (RFC 5545 3.6.5) for the zone's IANA name, right for every instant from from_us
 * to to_us: yearly rules where the zone changes twice a year by a rule that holds over that time
 * ("last Sunday of March, 02:00"), else each change by itself, else one fixed offset. Lines end
 * with CRLF and need no folding.
 */
void vtimezone_write(const struct zone *zone, int64_t from_us, int64_t to_us, struct str *out);

#endif
