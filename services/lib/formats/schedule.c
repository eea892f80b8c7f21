#include "formats/schedule.h"

#include "base/str.h"

#include <string.h>

#define DAY_CHANGE_US (3 * HOUR_US) /* where the file names none (FORMATS 3.3) */

/* "09:30" or "09:30:00" after midnight. */
static int read_clock(const struct build *b, const char *place, const char *text, int64_t *ret_us)
{
    int r = build_duration(b, place, text, ret_us);
    if (r < 0 || strchr(text, ':') == NULL || *ret_us >= 2 * DAY_US) {
        return build_fail(b, place, "\"%.40s\" is not a time of day such as 09:30", text);
    }
    return 0;
}

/* The instant `after_us` behind local midnight of the day that holds day_us, on the clock. */
static int64_t on_clock(const struct zone *zone, int64_t day_us, int64_t after_us)
{
    struct civil civil = zone_civil(zone, day_us);
    civil.hour = (int)(after_us / HOUR_US);
    civil.minute = (int)(after_us / MINUTE_US % 60);
    civil.second = (int)(after_us / SECOND_US % 60);
    return zone_instant_us(zone, civil);
}

static int start_from_day(const struct build *b, const struct schedule_day *day,
                          const struct schedule_event *event, int64_t *ret_us)
{
    int64_t day_us = 0;
    int64_t clock_us = 0;
    int64_t change_us = DAY_CHANGE_US;
    const char *date = event->date[0] != '\0' ? event->date : day->date;
    int r = read_clock(b, event->place, event->start, &clock_us);
    if (r < 0) {
        return r;
    }
    r = build_time(b, event->place, date, &day_us);
    if (r < 0) {
        return r;
    }
    if (day->change[0] != '\0') {
        r = read_clock(b, event->place, day->change, &change_us);
        if (r < 0) {
            return r;
        }
    }
    int64_t start_us = 0;
    int64_t end_us = 0;
    *ret_us = on_clock(b->zone, day_us, clock_us);
    int64_t next_us = on_clock(b->zone, day_us, clock_us + DAY_US);
    bool has_bounds = day->start[0] != '\0' && day->end[0] != '\0' &&
                      time_parse(day->start, b->zone, &start_us, NULL) == 0 &&
                      time_parse(day->end, b->zone, &end_us, NULL) == 0 && end_us > start_us;
    if (has_bounds ? *ret_us < start_us && next_us <= end_us : clock_us < change_us) {
        *ret_us = next_us;
    }
    return 0;
}

static int event_times(const struct build *b, const struct schedule_day *day,
                       const struct schedule_event *event, struct session *session)
{
    int r = 0;
    int64_t duration_us = 0;
    if (strpbrk(event->date, "T ") != NULL) {
        r = build_time(b, event->place, event->date, &session->start_us);
    } else if (event->start[0] != '\0') {
        r = start_from_day(b, day, event, &session->start_us);
    } else if (event->date[0] != '\0') {
        return build_fail(b, event->place, "\"%.40s\" is a day without a time", event->date);
    } else {
        return 0; /* not scheduled */
    }
    if (r < 0) {
        return r;
    }
    if (event->end[0] != '\0') {
        return build_time(b, event->place, event->end, &session->end_us);
    }
    r = build_duration(b, event->place, event->duration, &duration_us);
    session->end_us = session->start_us + duration_us;
    return r;
}

int schedule_event(struct build *b, const struct schedule_day *day,
                   const struct schedule_event *event, int *ret_session)
{
    struct arena *arena = b->arena;
    const char *body = text_join(arena, plain_text(arena, event->abstract),
                                 plain_text(arena, event->description), "\n\n");
    const char *key = event->guid[0] != '\0' ? event->guid : event->id;
    struct session session = {
        .key = key[0] != '\0' ? key : event->code,
        .title = text_line(arena, event->title),
        .abstract = text_join(arena, text_line(arena, event->subtitle), body, "\n\n"),
        .language = event->language,
        .url = event->url,
        .tags = event->tags,
        .track = build_track(b, event->track_slug, event->track),
        .room = build_room(b, "", event->room),
        .parent = -1,
    };
    int r = event_times(b, day, event, &session);
    if (r < 0) {
        return r;
    }
    return build_session(b, event->place, &session,
                         &(struct build_hints){.type = event->type, .state = event->state},
                         ret_session);
}

int schedule_person(struct build *b, const char *place, int session,
                    const struct schedule_person *person)
{
    struct mention mention = {
        .name = text_line(b->arena, person->name),
        .email = person->email,
        .email_md5 = "",
        .affiliation = "",
        .topic = "",
        .line = person->line,
        .source_key = person->guid[0] != '\0' ? person->guid : person->code,
        .person = -1,
    };
    bool is_address = strchr(mention.name, '@') != NULL && strchr(mention.name, ' ') == NULL;
    if (is_address && mention.email[0] == '\0') {
        mention.email = mention.name; /* people do put it there */
    }
    if (mention.source_key[0] == '\0' && person->id[0] != '\0') {
        /* Merged schedules give one number to several people: the name has to agree too. */
        mention.source_key =
            arena_printf(b->arena, "%s/%s", person->id, is_address ? "" : mention.name);
    }
    return build_speaker(b, place, session, &mention);
}
