#include "core/notice.h"

#include <string.h>

const struct notice_row notice_rows[N_NOTICE_KINDS] = {
    {NOTICE_QUESTION, "question", false, false, 0, "asks a key attendee: will you be there?"},
    {NOTICE_AGENDA, "agenda", false, true, 0, "an attendee's own plan, with reasons"},
    {NOTICE_CHANGE, "change", true, true, 2 * DAY_US, "a session that matters to the reader moved"},
    {NOTICE_QUORUM, "quorum", false, false, 7 * DAY_US, "tells a lead who will be in the room"},
    {NOTICE_DOUBLE_BOOKED, "double_booked", false, false, 7 * DAY_US,
     "tells the organisers who is wanted twice, worst first"},
    {NOTICE_OPENING, "opening", true, true, DAY_US,
     "a slot filled at short notice that the reader would want and has time for"},
    {NOTICE_MEET, "meet", false, false, 3 * DAY_US,
     "asks somebody who opted in: would you like to meet somebody?"},
    {NOTICE_INTRODUCTION, "introduction", false, false, 0, "two who both said yes learn who it is"},
    {NOTICE_HERE, "here", true, true, 15 * MINUTE_US,
     "asks whom a session needs, shortly before it: are you there?"},
    {NOTICE_ROLL, "roll", true, false, HOUR_US, "tells a lead, shortly before, who is missing"},
};

int notice_kind_parse(const char *name)
{
    for (int i = 0; i < N_NOTICE_KINDS; i++) {
        if (strcmp(notice_rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int64_t notice_quiet_until_us(const struct zone *zone, int from_min, int until_min, int64_t now_us)
{
    if (from_min < 0 || until_min < 0 || from_min == until_min) {
        return 0;
    }
    struct civil c = zone_civil(zone, now_us);
    int now_min = c.hour * 60 + c.minute;
    bool is_quiet = from_min < until_min ? now_min >= from_min && now_min < until_min
                                         : now_min >= from_min || now_min < until_min;
    if (!is_quiet) {
        return 0;
    }
    if (now_min >= until_min) { /* it ends tomorrow; noon of it is 36 hours from midnight, or so */
        c = zone_civil(zone, zone_day_start_us(zone, now_us) + 36 * HOUR_US);
    }
    c.hour = until_min / 60;
    c.minute = until_min % 60;
    c.second = 0;
    int64_t until_us = zone_instant_us(zone, c);
    return until_us > now_us ? until_us : 0;
}

char *notice_uid(struct arena *arena, const char *slug, int64_t session_id, int64_t person_id,
                 const char *domain)
{
    return arena_printf(arena, "%s.s%lld.p%lld@%s", slug, (long long)session_id,
                        (long long)person_id, domain);
}

char *notice_domain(struct arena *arena, const char *address)
{
    const char *at = strrchr(address, '@');
    if (at == NULL || at[1] == '\0') {
        return arena_strdup(arena, "localhost");
    }
    return arena_strndup(arena, at + 1, strcspn(at + 1, "> \t,"));
}
