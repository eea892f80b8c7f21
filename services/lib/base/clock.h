/*
 * clock: instants, time zones and their written forms.
 *
 * An instant is int64_t microseconds since 1970-01-01T00:00:00Z (`_us`). core/ never asks for now:
 * programs read clock_now_us() once per job and pass it on. Zones are IANA names (ICU's tables);
 * a struct zone lives as long as the process. Not thread safe, like everything here.
 */
#ifndef ROLLCALL_BASE_CLOCK_H
#define ROLLCALL_BASE_CLOCK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND_US ((int64_t)1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

struct zone;

/* A wall clock reading in some zone. */
struct civil {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
    int hour;
    int minute;
    int second;
    int weekday; /* 0 = Sunday; filled by zone_civil(), ignored by zone_instant_us() */
};

int64_t clock_now_us(void);
/* Never goes back; for time-outs only. */
int64_t clock_monotonic_us(void);

/* The zone of that IANA name ("Asia/Tokyo", "UTC"); NULL when there is none. "" is UTC. */
const struct zone *zone_find(const char *name);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *zone);
/* Seconds east of UTC at that instant. */
int zone_offset_s(const struct zone *zone, int64_t at_us);
struct civil zone_civil(const struct zone *zone, int64_t at_us);
/* A reading that occurs twice means the first time, one that is skipped the instant as if it were
 * not. */
int64_t zone_instant_us(const struct zone *zone, struct civil civil);
/* Midnight at the start of the local day that holds at_us. */
int64_t zone_day_start_us(const struct zone *zone, int64_t at_us);

/* Reads ISO 8601: "2025-12-11", "2025-12-11T10:00[:00[.5]]" (T or blank), with "Z" or "+09:00",
 * "+0900", "+09"; without offset it is local time in zone. Returns 0, or ERR_INPUT with err filled.
 */
int time_parse(const char *text, const struct zone *zone, int64_t *ret_us,
               struct err *err) MUST_CHECK;

#define TIME_TEXT_SIZE 40
/* "2025-12-11T10:00:00+09:00", or ...Z for UTC. buf holds TIME_TEXT_SIZE bytes; returns buf. */
const char *time_iso(const struct zone *zone, int64_t at_us, char *buf);
/* For people: "Thu 11 Dec 10:00". */
const char *time_short(const struct zone *zone, int64_t at_us, char *buf);
/* When somebody comes, or leaves: as time_short(), but a midnight is a day without an hour: the day
 * that begins then, "Thu 11 Dec", or for who leaves the one that ends. */
const char *time_arrival(const struct zone *zone, int64_t at_us, char *buf);
const char *time_departure(const struct zone *zone, int64_t at_us, char *buf);
/* "10:00" */
const char *time_hhmm(const struct zone *zone, int64_t at_us, char *buf);
/* "2025-12-11" */
const char *time_date(const struct zone *zone, int64_t at_us, char *buf);

#endif
