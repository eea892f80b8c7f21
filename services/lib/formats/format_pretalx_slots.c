/* pretalx-slots: talks of pretalx's API laid out by day, minute and room, as PyConFR publishes
 * them: {"schedule": {day: {minute: {room: talk}}}, "sprints": {...}, "rooms": [...]}. */
#include "base/str.h"
#include "formats/json.h"
#include "formats/readers.h"

#include <string.h>

#define MAX_SLOTS ((size_t)100) /* of one talk; its text is read for each */

bool pretalx_slots_recognises(const char *text, size_t len)
{
    return json_has_path(text, len, "schedule") && json_has_path(text, len, "rooms") &&
           !json_has_path(text, len, "schedule.conference");
}

static const char *tags_of(struct arena *arena, const struct json_at *talk)
{
    struct json_at list = json_member(talk, "tags");
    const char *tags = "";
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at tag = json_item(&list, i);
        struct json_at name = json_member(&tag, "tag");
        tags = text_list(arena, tags, json_text(arena, json_is_there(&name) ? &name : &tag), ", ");
    }
    return tags;
}

static int read_speakers(struct build *b, const struct json_at *talk, int session)
{
    struct json_at speakers = json_member(talk, "speakers");
    for (size_t i = 0; i < json_count(&speakers); i++) {
        struct json_at at = json_item(&speakers, i);
        struct mention mention = {
            .name = text_line(b->arena, json_member_text(b->arena, &at, "name")),
            .email = json_member_text(b->arena, &at, "email"),
            .email_md5 = "",
            .affiliation = "",
            .topic = "",
            .source_key = json_member_text(b->arena, &at, "code"),
            .person = -1,
        };
        int r = build_speaker(b, json_place(b->arena, &at), session, &mention);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* One session for each slot of the talk; without slots one that is not scheduled. */
static int read_slot(struct build *b, const struct json_at *talk, const struct json_at *slot)
{
    struct arena *arena = b->arena;
    struct json_at room = json_member(slot, "room");
    struct json_at type = json_member(talk, "submission_type");
    struct json_at start = json_member(slot, "start");
    struct json_at end = json_member(slot, "end");
    const char *place = json_place(arena, json_is_there(slot) ? slot : talk);
    struct session session = {
        .key = json_member_text(arena, talk, "code"),
        .title = text_line(arena, json_member_text(arena, talk, "title")),
        .abstract =
            text_join(arena, plain_text(arena, json_member_text(arena, talk, "abstract")),
                      plain_text(arena, json_member_text(arena, talk, "description")), "\n\n"),
        .language = json_member_text(arena, talk, "content_locale"),
        .url = "",
        .tags = tags_of(arena, talk),
        .track = build_track(b, "", json_member_text(arena, talk, "track")),
        .room = build_room(b, json_member_text(arena, &room, "uuid"),
                           json_member_text(arena, &room, "name")),
        .parent = -1,
    };
    int r = 0;
    if (json_is_there(&start) && json_is_there(&end)) {
        r = build_time(b, json_place(arena, &start), json_text(arena, &start), &session.start_us);
        r = r < 0 ? r
                  : build_time(b, json_place(arena, &end), json_text(arena, &end), &session.end_us);
    }
    struct build_hints hints = {.type = json_member_text(arena, &type, "name"),
                                .state = json_member_text(arena, talk, "state")};
    int index = -1;
    r = r < 0 ? r : build_session(b, place, &session, &hints, &index);
    return r < 0 ? r : read_speakers(b, talk, index);
}

/* A talk stands in the grid once for each day it is on, each time with all its slots. */
static int read_talk(struct build *b, const struct json_at *talk)
{
    const char *code = json_member_text(b->arena, talk, "code");
    const int64_t *spot = strmap_find(&b->keys, code);
    if (spot != NULL && b->spots.items[*spot].place != NULL) {
        return 0;
    }
    struct json_at slots = json_member(talk, "slots");
    if (json_count(&slots) == 0) {
        struct json_at none = {.up = talk, .key = "slots"};
        return read_slot(b, talk, &none);
    }
    int r = 0;
    if (json_count(&slots) > MAX_SLOTS) {
        return build_limit(b, json_place(b->arena, &slots), "slots of one talk", MAX_SLOTS);
    }
    for (size_t i = 0; r == 0 && i < json_count(&slots); i++) {
        struct json_at slot = json_item(&slots, i);
        r = read_slot(b, talk, &slot);
    }
    return r;
}

static int read_grid(struct build *b, const struct json_at *days)
{
    const char *day = NULL;
    const char *minute = NULL;
    const char *room = NULL;
    json_t *minutes = NULL;
    json_t *rooms = NULL;
    json_t *value = NULL;
    json_object_foreach(days->value, day, minutes)
    {
        struct json_at day_at = {.up = days, .key = day, .value = minutes};
        json_object_foreach(minutes, minute, rooms)
        {
            struct json_at minute_at = {.up = &day_at, .key = minute, .value = rooms};
            json_object_foreach(rooms, room, value)
            {
                struct json_at talk = {.up = &minute_at, .key = room, .value = value};
                int r = json_expect(b, &talk, JSON_OBJECT);
                r = r < 0 ? r : read_talk(b, &talk);
                if (r < 0) {
                    return r;
                }
            }
        }
    }
    return 0;
}

static void count_offsets(const struct json_at *rooms, struct offsets *offsets)
{
    for (size_t i = 0; i < json_count(rooms); i++) {
        struct json_at room = json_item(rooms, i);
        struct json_at times = json_member(&room, "availabilities");
        for (size_t j = 0; j < json_count(&times); j++) {
            json_t *start = json_object_get(json_array_get(times.value, j), "start");
            offsets_count(offsets, json_is_string(start) ? json_string_value(start) : "");
        }
    }
}

int pretalx_slots_read(const struct format_input *in, struct conference *conf, struct arena *arena,
                       struct err *err)
{
    CLEANUP(json_cleanup) json_t *value = NULL;
    struct build b;
    struct offsets offsets = {0};
    int r = json_read(in, &value, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    struct json_at root = json_root(value);
    struct json_at schedule = json_member(&root, "schedule");
    struct json_at sprints = json_member(&root, "sprints");
    struct json_at rooms = json_member(&root, "rooms");
    r = json_expect(&b, &schedule, JSON_OBJECT);
    count_offsets(&rooms, &offsets);
    build_zone_from_offsets(&b, &offsets);
    for (size_t i = 0; i < json_count(&rooms); i++) {
        struct json_at at = json_item(&rooms, i);
        int room = build_room(&b, json_member_text(arena, &at, "uuid"),
                              json_member_text(arena, &at, "name"));
        if (room >= 0) {
            conf->rooms.items[room].capacity = json_member_count(&at, "capacity", 1000000);
        }
    }
    r = r < 0 ? r : read_grid(&b, &schedule);
    r = r < 0 ? r : read_grid(&b, &sprints);
    return r < 0 ? r : build_done(&b, "", "");
}
