/* ical_lines: a calendar's text made safe for libical, which forgets lines and trusts nesting. */
#ifndef ROLLCALL_FORMATS_ICAL_LINES_H
#define ROLLCALL_FORMATS_ICAL_LINES_H

#include "base/str.h"
#include "formats/build.h"

struct ical_lines {
    VEC(int) events; /* the line of each BEGIN:VEVENT, in the order of the file */
};

/*
 * Unfolds the build's text (RFC 5545 3.1: on octets, so that a character folded in its middle is
 * whole again) into *out, with \n as line end. Refuses with the place what is not UTF-8, holds a
 * NUL, is nested too deep, or has a BEGIN without END or an END without BEGIN; ERR_LIMIT for too
 * many lines or events.
 */
int ical_lines_read(const struct build *b, struct ical_lines *lines, struct str *out) MUST_CHECK;

#endif
