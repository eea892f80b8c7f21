/* frab-json: schedule.json as frab, pretalx and the c3voc schema have it. */
#include "base/str.h"
#include "formats/json.h"
#include "formats/readers.h"
#include "formats/schedule.h"

#include <string.h>

bool frab_json_recognises(const char *text, size_t len)
{
    return json_has_path(text, len, "schedule.conference");
}

static const char *first_text(struct arena *arena, const struct json_at *at, const char *a,
                              const char *b, const char *c)
{
    const char *text = json_member_text(arena, at, a);
    text = text[0] != '\0' || b == NULL ? text : json_member_text(arena, at, b);
    return text[0] != '\0' || c == NULL ? text : json_member_text(arena, at, c);
}

static int read_persons(struct build *b, const struct json_at *event, int session)
{
    struct json_at persons = json_member(event, "persons");
    for (size_t i = 0; i < json_count(&persons); i++) {
        struct json_at at = json_item(&persons, i);
        struct schedule_person person = {
            .guid = json_member_text(b->arena, &at, "guid"),
            .code = json_member_text(b->arena, &at, "code"),
            .id = json_member_text(b->arena, &at, "id"),
            .name = first_text(b->arena, &at, "public_name", "name", "full_public_name"),
            .email = json_member_text(b->arena, &at, "email"),
        };
        int r = schedule_person(b, json_place(b->arena, &at), session, &person);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* A member that must be a date or nothing, with its own place in errors. */
static int check_date(const struct build *b, const struct json_at *event, const char *key)
{
    struct json_at at = json_member(event, key);
    const char *text = json_text(b->arena, &at);
    int64_t us = 0;
    if (text[0] == '\0') {
        return 0;
    }
    return build_time(b, json_place(b->arena, &at), text, &us);
}

static int check_duration(const struct build *b, const struct json_at *event)
{
    struct json_at at = json_member(event, "duration");
    const char *text = json_text(b->arena, &at);
    int64_t us = 0;
    if (text[0] == '\0') {
        return 0;
    }
    return build_duration(b, json_place(b->arena, &at), text, &us);
}

static int read_event(struct build *b, const struct schedule_day *day, const char *room,
                      const struct json_at *at)
{
    struct arena *arena = b->arena;
    int r = json_expect(b, at, JSON_OBJECT);
    r = r < 0 ? r : check_date(b, at, "date");
    r = r < 0 ? r : check_date(b, at, "end");
    r = r < 0 ? r : check_duration(b, at);
    if (r < 0) {
        return r;
    }
    struct schedule_event event = {
        .place = json_place(arena, at),
        .guid = json_member_text(arena, at, "guid"),
        .id = json_member_text(arena, at, "id"),
        .code = json_member_text(arena, at, "code"),
        .date = json_member_text(arena, at, "date"),
        .start = json_member_text(arena, at, "start"),
        .end = json_member_text(arena, at, "end"),
        .duration = json_member_text(arena, at, "duration"),
        .room = room[0] != '\0' ? room : json_member_text(arena, at, "room"),
        .track = json_member_text(arena, at, "track"),
        .track_slug = "",
        .title = json_member_text(arena, at, "title"),
        .subtitle = json_member_text(arena, at, "subtitle"),
        .abstract = json_member_text(arena, at, "abstract"),
        .description = json_member_text(arena, at, "description"),
        .language = json_member_text(arena, at, "language"),
        .url = json_member_text(arena, at, "url"),
        .type = json_member_text(arena, at, "type"),
        .state = first_text(arena, at, "state", "status", NULL),
        .tags = "",
    };
    int session = -1;
    r = schedule_event(b, day, &event, &session);
    return r < 0 ? r : read_persons(b, at, session);
}

static int read_day(struct build *b, const struct json_at *at)
{
    struct schedule_day day = {
        .date = json_member_text(b->arena, at, "date"),
        .start = json_member_text(b->arena, at, "day_start"),
        .end = json_member_text(b->arena, at, "day_end"),
        .change = "",
    };
    struct json_at rooms = json_member(at, "rooms");
    const char *name = NULL;
    json_t *events = NULL;
    int r = json_expect(b, &rooms, JSON_OBJECT);
    if (r < 0) {
        return r;
    }
    json_object_foreach(rooms.value, name, events)
    {
        struct json_at room = {.up = &rooms, .key = name, .value = events};
        r = json_expect(b, &room, JSON_ARRAY);
        const char *room_name = arena_strdup(b->arena, name);
        (void)build_room(b, "", room_name);
        for (size_t i = 0; r == 0 && i < json_count(&room); i++) {
            struct json_at event = json_item(&room, i);
            r = read_event(b, &day, room_name, &event);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static void read_rooms_and_tracks(struct build *b, const struct json_at *conference)
{
    struct json_at rooms = json_member(conference, "rooms");
    for (size_t i = 0; i < json_count(&rooms); i++) {
        struct json_at at = json_item(&rooms, i);
        int room = build_room(b, first_text(b->arena, &at, "guid", "slug", NULL),
                              json_member_text(b->arena, &at, "name"));
        if (room >= 0) {
            b->conf->rooms.items[room].capacity = json_member_count(&at, "capacity", 1000000);
        }
    }
    struct json_at tracks = json_member(conference, "tracks");
    for (size_t i = 0; i < json_count(&tracks); i++) {
        struct json_at at = json_item(&tracks, i);
        (void)build_track(b, json_member_text(b->arena, &at, "slug"),
                          json_member_text(b->arena, &at, "name"));
    }
}

static int find_zone(struct build *b, const struct json_at *conference, const struct json_at *days)
{
    struct json_at named = json_member(conference, "time_zone_name");
    const char *name = json_text(b->arena, &named);
    if (name[0] != '\0') {
        return build_zone(b, json_place(b->arena, &named), name);
    }
    struct offsets offsets = {0};
    for (size_t i = 0; i < json_count(days); i++) {
        struct json_at day = json_item(days, i);
        const char *room = NULL;
        json_t *events = NULL;
        json_object_foreach(json_object_get(day.value, "rooms"), room, events)
        {
            for (size_t j = 0; j < json_array_size(events); j++) {
                json_t *date = json_object_get(json_array_get(events, j), "date");
                offsets_count(&offsets, json_is_string(date) ? json_string_value(date) : "");
            }
        }
    }
    build_zone_from_offsets(b, &offsets);
    return 0;
}

static void take_if_empty(const char **field, const char *text)
{
    *field = (*field)[0] != '\0' ? *field : text;
}

int frab_json_read(const struct format_input *in, struct conference *conf, struct arena *arena,
                   struct err *err)
{
    CLEANUP(json_cleanup) json_t *value = NULL;
    struct build b;
    int r = json_read(in, &value, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    struct json_at root = json_root(value);
    struct json_at schedule = json_member(&root, "schedule");
    struct json_at conference = json_member(&schedule, "conference");
    struct json_at days = json_member(&conference, "days");
    r = json_expect(&b, &conference, JSON_OBJECT);
    r = r < 0 ? r : json_expect(&b, &days, JSON_ARRAY);
    r = r < 0 ? r : find_zone(&b, &conference, &days);
    if (r < 0) {
        return r;
    }
    take_if_empty(&conf->slug, json_member_text(arena, &conference, "acronym"));
    take_if_empty(&conf->title, text_line(arena, json_member_text(arena, &conference, "title")));
    take_if_empty(&conf->version, json_member_text(arena, &schedule, "version"));
    take_if_empty(&conf->url, first_text(arena, &schedule, "base_url", "url", NULL));
    read_rooms_and_tracks(&b, &conference);
    for (size_t i = 0; i < json_count(&days); i++) {
        struct json_at day = json_item(&days, i);
        r = read_day(&b, &day);
        if (r < 0) {
            return r;
        }
    }
    return build_done(&b, json_member_text(arena, &conference, "start"),
                      json_member_text(arena, &conference, "end"));
}
