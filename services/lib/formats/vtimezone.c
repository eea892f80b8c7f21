#include "formats/vtimezone.h"

#include <stdlib.h>

#define MAX_CHANGES 64
#define STEP_US     (7 * DAY_US) /* no zone has gone there and back within a week since 1970 */

/* A change of the zone's offset, as the wall clock before it shows. */
struct change {
    int64_t at_us;
    int from_s;        /* offset before */
    int to_s;          /* offset after */
    struct civil wall; /* local time before the change, at which the clock is set */
};

/* The first instant in (low, high] at which the new offset holds; to the second. */
static int64_t bisect(const struct zone *zone, int64_t low_us, int64_t high_us)
{
    int old = zone_offset_s(zone, low_us);
    while (high_us - low_us > SECOND_US) {
        int64_t middle_us = low_us + (high_us - low_us) / 2 / SECOND_US * SECOND_US;
        if (zone_offset_s(zone, middle_us) == old) {
            low_us = middle_us;
        } else {
            high_us = middle_us;
        }
    }
    return high_us;
}

static int find_changes(const struct zone *zone, int64_t from_us, int64_t to_us,
                        struct change *changes)
{
    int n = 0;
    for (int64_t t = from_us; t < to_us && n < MAX_CHANGES; t += STEP_US) {
        int before = zone_offset_s(zone, t);
        if (before == zone_offset_s(zone, t + STEP_US)) {
            continue;
        }
        int64_t at_us = bisect(zone, t, t + STEP_US);
        int after = zone_offset_s(zone, at_us);
        changes[n++] = (struct change){at_us, before, after,
                                       zone_civil(zone_utc(), at_us + before * SECOND_US)};
    }
    return n;
}

/* The changes of the zone in the weeks around the span. Messages to the people of one conference
 * ask for the same ones again and again, so the last answer is kept. */
static int known_changes(const struct zone *zone, int64_t from_us, int64_t to_us,
                         const struct change **ret)
{
    static struct {
        const struct zone *zone; /* zones live as long as the process */
        int64_t from_us;
        int64_t to_us;
        int n;
        struct change changes[MAX_CHANGES];
    } last;
    from_us -= from_us % STEP_US;
    to_us += STEP_US - to_us % STEP_US;
    if (last.zone != zone || last.from_us != from_us || last.to_us != to_us) {
        last.zone = zone;
        last.from_us = from_us;
        last.to_us = to_us;
        last.n = find_changes(zone, from_us, to_us, last.changes);
    }
    *ret = last.changes;
    return last.n;
}

static int days_of_month(struct civil day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (day.year % 4 == 0 && day.year % 100 != 0) || day.year % 400 == 0;
    return days[day.month - 1] + (day.month == 2 && is_leap);
}

/* Which weekday of its month: 1..4 from the front, -1 for the last seven days. */
static int nth_of_month(struct civil day, bool from_back)
{
    return from_back && day.day + 7 > days_of_month(day) ? -1 : (day.day + 6) / 7;
}

/* Do both changes follow the same yearly rule? *nth is the part of it that counts weeks. */
static bool is_same_rule(const struct change *a, const struct change *b, bool from_back)
{
    return a->from_s == b->from_s && a->to_s == b->to_s && a->wall.month == b->wall.month &&
           a->wall.weekday == b->wall.weekday && a->wall.hour == b->wall.hour &&
           a->wall.minute == b->wall.minute && a->wall.second == b->wall.second &&
           nth_of_month(a->wall, from_back) == nth_of_month(b->wall, from_back);
}

/* Do all changes alternate between two yearly rules? ret_from_back says how weeks are counted. */
static bool is_yearly(const struct change *changes, int n, bool ret_from_back[2])
{
    if (n < 4) {
        return false;
    }
    for (int which = 0; which < 2; which++) {
        bool ok[2] = {true, true};
        for (int i = which + 2; i < n; i += 2) {
            ok[0] &= is_same_rule(&changes[which], &changes[i], false);
            ok[1] &= is_same_rule(&changes[which], &changes[i], true);
            ok[0] &= changes[i].wall.year == changes[i - 2].wall.year + 1;
            ok[1] &= changes[i].wall.year == changes[i - 2].wall.year + 1;
        }
        /* The last week is how such rules are written where both would do. */
        ret_from_back[which] = ok[1];
        if (!ok[0] && !ok[1]) {
            return false;
        }
    }
    return true;
}

static void add_offset(struct str *out, const char *name, int offset_s)
{
    int s = abs(offset_s);
    str_printf(out, "%s:%c%02d%02d", name, offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    if (s % 60 != 0) {
        str_printf(out, "%02d", s % 60);
    }
    str_add(out, "\r\n");
}

static void add_observance(struct str *out, const struct change *change, const char *rule)
{
    /* Which of the two is called daylight changes nothing but a label (Dublin does it the other
     * way round): the greater offset is. */
    const char *name = change->to_s > change->from_s ? "DAYLIGHT" : "STANDARD";
    const struct civil *c = &change->wall;
    str_printf(out, "BEGIN:%s\r\nDTSTART:%04d%02d%02dT%02d%02d%02d\r\n", name, c->year, c->month,
               c->day, c->hour, c->minute, c->second);
    str_add(out, rule);
    add_offset(out, "TZOFFSETFROM", change->from_s);
    add_offset(out, "TZOFFSETTO", change->to_s);
    str_printf(out, "END:%s\r\n", name);
}

static void add_yearly(struct str *out, const struct change *change, bool from_back)
{
    static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    CLEANUP(str_done) struct str rule = {0};
    str_printf(&rule, "RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s\r\n", change->wall.month,
               nth_of_month(change->wall, from_back), days[change->wall.weekday % 7]);
    add_observance(out, change, str_text(&rule));
}

static void add_fixed(struct str *out, const struct zone *zone, int64_t at_us)
{
    int offset_s = zone_offset_s(zone, at_us);
    struct change fixed = {
        .from_s = offset_s, .to_s = offset_s, .wall = {.year = 1970, .month = 1, .day = 1}};
    add_observance(out, &fixed, "");
}

void vtimezone_write(const struct zone *zone, int64_t from_us, int64_t to_us, struct str *out)
{
    const struct change *changes = NULL;
    bool from_back[2];
    /* Begins more than a year early, so that two changes lie before the first event, and looks far
     * enough ahead to see whether there is a rule. */
    int64_t begin_us = from_us - 400 * DAY_US;
    int n = known_changes(zone, begin_us, to_us + 1200 * DAY_US, &changes);
    str_printf(out, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", zone_name(zone));
    if (n == 0) {
        add_fixed(out, zone, from_us);
    } else if (is_yearly(changes, n, from_back)) {
        add_yearly(out, &changes[0], from_back[0]);
        add_yearly(out, &changes[1], from_back[1]);
    } else {
        struct change first = {.from_s = changes[0].from_s,
                               .to_s = changes[0].from_s,
                               .wall = {.year = 1970, .month = 1, .day = 1}};
        add_observance(out, &first, "");
        for (int i = 0; i < n; i++) {
            add_observance(out, &changes[i], "");
        }
    }
    str_add(out, "END:VTIMEZONE\r\n");
}
