#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define MAX_ZONES 640 /* IANA has some 600 names */

#define OFFSET_CACHE  1024 /* a power of two: quarters of an hour remembered per zone */
#define CACHE_FROM_US (INT64_C(1577836800) * SECOND_US) /* 2020 */

/* The offset during one quarter of an hour. */
struct cached_offset {
    int64_t quarter; /* quarters since the epoch; 0 = nothing cached */
    int offset_s;
};

struct zone {
    char name[64];
    bool is_utc;
    UCalendar *calendar; /* owned; lives as long as the process */
    struct cached_offset offsets[OFFSET_CACHE];
};

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    (void)clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static bool zone_fill(struct zone *zone, const char *name)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64];
    UChar canonical[64];
    UBool is_system = 0;
    u_strFromUTF8(id, 64, NULL, name, -1, &status);
    (void)ucal_getCanonicalTimeZoneID(id, -1, canonical, 64, &is_system, &status);
    if (U_FAILURE(status) || !is_system) {
        return false;
    }
    zone->calendar = ucal_open(id, -1, "en_US", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status)) {
        return false;
    }
    ucal_setAttribute(zone->calendar, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
    (void)snprintf(zone->name, sizeof zone->name, "%s", name);
    zone->is_utc = strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
    return true;
}

const struct zone *zone_find(const char *name)
{
    static struct zone *zones[MAX_ZONES];
    static size_t n_zones;
    if (name == NULL || name[0] == '\0') {
        name = "UTC";
    }
    if (strlen(name) >= sizeof zones[0]->name) {
        return NULL;
    }
    for (size_t i = 0; i < n_zones; i++) {
        if (strcmp(zones[i]->name, name) == 0) {
            return zones[i];
        }
    }
    struct zone *zone = calloc(1, sizeof *zone);
    if (zone == NULL) {
        abort();
    }
    if (n_zones == MAX_ZONES || !zone_fill(zone, name)) {
        free(zone);
        return NULL;
    }
    zones[n_zones++] = zone;
    return zone;
}

const struct zone *zone_utc(void)
{
    return zone_find("UTC");
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static int ask_offset_s(const struct zone *zone, int64_t at_us)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(zone->calendar, (double)(at_us / 1000), &status);
    int offset_ms = ucal_get(zone->calendar, UCAL_ZONE_OFFSET, &status) +
                    ucal_get(zone->calendar, UCAL_DST_OFFSET, &status);
    return offset_ms / 1000;
}

/* ICU takes microseconds where a report wants thousands of readings within few days. Since 2020
 * clocks change at full quarters of an hour UTC only; earlier instants are asked for each time. */
int zone_offset_s(const struct zone *zone, int64_t at_us)
{
    if (zone->is_utc) {
        return 0;
    }
    if (at_us < CACHE_FROM_US) {
        return ask_offset_s(zone, at_us);
    }
    int64_t quarter = at_us / (15 * MINUTE_US);
    /* As with the calendar, what a zone remembers is not part of its value. */
    struct cached_offset *cached =
        &((struct zone *)(uintptr_t)zone)->offsets[quarter & (OFFSET_CACHE - 1)];
    if (cached->quarter != quarter) {
        *cached = (struct cached_offset){quarter, ask_offset_s(zone, at_us)};
    }
    return cached->offset_s;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Days since 1970-01-01 of a proleptic Gregorian date, and back: H. Hinnant, "chrono-compatible
 * low-level date algorithms". */
static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static struct civil civil_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct civil){.year = (int)(yoe + era * 400 + (month <= 2)),
                          .month = month,
                          .day = (int)(doy - (153 * mp + 2) / 5 + 1),
                          .weekday = (int)((days % 7 + 11) % 7)};
}

struct civil zone_civil(const struct zone *zone, int64_t at_us)
{
    int64_t local_s = floor_div(at_us, SECOND_US) + zone_offset_s(zone, at_us);
    int64_t days = floor_div(local_s, 86400);
    int64_t rest = local_s - days * 86400;
    struct civil civil = civil_from_days(days);
    civil.hour = (int)(rest / 3600);
    civil.minute = (int)(rest / 60 % 60);
    civil.second = (int)(rest % 60);
    return civil;
}

int64_t zone_instant_us(const struct zone *zone, struct civil c)
{
    int64_t as_utc = days_from_civil(c.year, c.month, c.day) * DAY_US + c.hour * HOUR_US +
                     c.minute * MINUTE_US + c.second * SECOND_US;
    if (zone->is_utc) {
        return as_utc;
    }
    /* With one offset on both sides, further away than any offset, no clock changes in between. */
    int before_s = zone_offset_s(zone, as_utc - DAY_US);
    if (as_utc - DAY_US >= CACHE_FROM_US && before_s == zone_offset_s(zone, as_utc + DAY_US)) {
        return as_utc - before_s * SECOND_US;
    }
    UErrorCode status = U_ZERO_ERROR;
    ucal_clear(zone->calendar);
    ucal_setDateTime(zone->calendar, c.year, c.month - 1, c.day, c.hour, c.minute, c.second,
                     &status);
    double ms = ucal_getMillis(zone->calendar, &status);
    return U_FAILURE(status) ? as_utc : (int64_t)ms * 1000;
}

int64_t zone_day_start_us(const struct zone *zone, int64_t at_us)
{
    struct civil civil = zone_civil(zone, at_us);
    civil.hour = civil.minute = civil.second = 0;
    return zone_instant_us(zone, civil);
}

/* Reads exactly n digits. */
static bool digits(const char **p, int n, int *ret)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if ((*p)[i] < '0' || (*p)[i] > '9') {
            return false;
        }
        value = value * 10 + ((*p)[i] - '0');
    }
    *p += n;
    *ret = value;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

static bool parse_date(const char **p, struct civil *c)
{
    return digits(p, 4, &c->year) && *(*p)++ == '-' && digits(p, 2, &c->month) && *(*p)++ == '-' &&
           digits(p, 2, &c->day) && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_in_month(c->year, c->month);
}

static bool parse_clock(const char **p, struct civil *c, int64_t *fraction_us)
{
    if (!digits(p, 2, &c->hour) || *(*p)++ != ':' || !digits(p, 2, &c->minute)) {
        return false;
    }
    if (**p == ':') {
        (*p)++;
        if (!digits(p, 2, &c->second)) {
            return false;
        }
        if (**p == '.' || **p == ',') {
            int64_t unit = 100000;
            for ((*p)++; **p >= '0' && **p <= '9'; (*p)++, unit /= 10) {
                *fraction_us += (**p - '0') * unit;
            }
        }
    }
    return c->hour <= 24 && c->minute <= 59 && c->second <= 60;
}

/* Reads "Z", "+09:00", "+0900", "+09" or nothing. */
static bool parse_offset(const char **p, bool *ret_has, int *ret_offset_s)
{
    *ret_has = true;
    *ret_offset_s = 0;
    if (**p == 'Z' || **p == 'z') {
        (*p)++;
        return true;
    }
    if (**p != '+' && **p != '-') {
        *ret_has = false;
        return true;
    }
    int sign = *(*p)++ == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (!digits(p, 2, &hours)) {
        return false;
    }
    if (**p == ':') {
        (*p)++;
    }
    if (**p != '\0' && !digits(p, 2, &minutes)) {
        return false;
    }
    *ret_offset_s = sign * (hours * 3600 + minutes * 60);
    return hours <= 15 && minutes <= 59;
}

int time_parse(const char *text, const struct zone *zone, int64_t *ret_us, struct err *err)
{
    const char *p = text;
    struct civil c = {0};
    int64_t fraction_us = 0;
    bool has_offset = false;
    int offset_s = 0;
    bool ok = parse_date(&p, &c);
    if (ok && (*p == 'T' || *p == 't' || *p == ' ')) {
        p++;
        ok = parse_clock(&p, &c, &fraction_us) && parse_offset(&p, &has_offset, &offset_s);
    }
    if (!ok || *p != '\0') {
        return err_set(err, ERR_INPUT,
                       "\"%.40s\" is not a date and time such as 2025-12-11T10:00:00+09:00", text);
    }
    int64_t us = zone_instant_us(has_offset ? zone_utc() : zone, c) + fraction_us;
    *ret_us = us - offset_s * SECOND_US;
    return 0;
}

const char *time_iso(const struct zone *zone, int64_t at_us, char *buf)
{
    struct civil c = zone_civil(zone, at_us);
    int offset = zone_offset_s(zone, at_us) / 60;
    int n = snprintf(buf, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
    if (zone->is_utc) {
        (void)snprintf(buf + n, TIME_TEXT_SIZE - (size_t)n, "Z");
    } else {
        (void)snprintf(buf + n, TIME_TEXT_SIZE - (size_t)n, "%c%02d:%02d", offset < 0 ? '-' : '+',
                       abs(offset) / 60, abs(offset) % 60);
    }
    return buf;
}

const char *time_short(const struct zone *zone, int64_t at_us, char *buf)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = zone_civil(zone, at_us);
    (void)snprintf(buf, TIME_TEXT_SIZE, "%s %d %s %02d:%02d", days[c.weekday % 7], c.day,
                   months[(c.month + 11) % 12], c.hour, c.minute);
    return buf;
}

/* Midnight is what a date without an hour becomes: then the day that is meant is said alone. */
static const char *time_bound(const struct zone *zone, int64_t at_us, int64_t day_us, char *buf)
{
    (void)time_short(zone, day_us, buf);
    if (zone_day_start_us(zone, at_us) == at_us) {
        *strrchr(buf, ' ') = '\0';
    }
    return buf;
}

const char *time_arrival(const struct zone *zone, int64_t at_us, char *buf)
{
    return time_bound(zone, at_us, at_us, buf);
}

const char *time_departure(const struct zone *zone, int64_t at_us, char *buf)
{
    bool is_midnight = zone_day_start_us(zone, at_us) == at_us;
    return time_bound(zone, at_us, is_midnight ? at_us - 1 : at_us, buf);
}

const char *time_hhmm(const struct zone *zone, int64_t at_us, char *buf)
{
    struct civil c = zone_civil(zone, at_us);
    (void)snprintf(buf, TIME_TEXT_SIZE, "%02d:%02d", c.hour, c.minute);
    return buf;
}

const char *time_date(const struct zone *zone, int64_t at_us, char *buf)
{
    struct civil c = zone_civil(zone, at_us);
    (void)snprintf(buf, TIME_TEXT_SIZE, "%04d-%02d-%02d", c.year, c.month, c.day);
    return buf;
}
