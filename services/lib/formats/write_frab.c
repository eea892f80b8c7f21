/* export_frab_json(): frab's schedule.json; see FrabJsonExporter of pretalx and the c3voc schema
 * for the fields that readers expect. */
#include "base/str.h"
#include "formats/export.h"
#include "formats/export_plan.h"
#include "formats/json.h"

#include <stdlib.h>
#include <string.h>

static void set_text(json_t *object, const char *key, const char *text)
{
    (void)json_object_set_new(object, key, json_string(text));
}

static json_t *text_or_null(const char *text)
{
    return text[0] == '\0' ? json_null() : json_string(text);
}

static json_t *make_person(struct arena *arena, const struct mention *mention, int number)
{
    json_t *person = json_object();
    const char *key = export_person_key(mention);
    (void)json_object_set_new(person, "id", json_integer(number));
    if (key[0] != '\0') {
        set_text(person, export_is_uuid(key) ? "guid" : "code", key);
    }
    set_text(person, "public_name", export_person_name(arena, mention));
    set_text(person, "name", export_person_name(arena, mention));
    return person;
}

static json_t *make_persons(const struct export_plan *plan, struct arena *arena,
                            const struct session *session)
{
    json_t *persons = json_array();
    for (int i = export_first_person(plan, session); i >= 0; i = plan->next_mention[i]) {
        (void)json_array_append_new(persons,
                                    make_person(arena, &plan->conf->mentions.items[i], i + 1));
    }
    return persons;
}

static json_t *make_event(const struct export_plan *plan, struct arena *arena,
                          const struct export_item *item)
{
    const struct conference *conf = plan->conf;
    const struct session *session = &conf->sessions.items[item->session];
    char buf[TIME_TEXT_SIZE];
    json_t *event = json_object();
    set_text(event, "guid", session->key);
    (void)json_object_set_new(event, "id", json_integer(item->session + 1));
    (void)json_object_set_new(event, "logo", json_null());
    set_text(event, "date", time_iso(conf->zone, session->start_us, buf));
    set_text(event, "start", time_hhmm(conf->zone, session->start_us, buf));
    set_text(event, "end", time_iso(conf->zone, session->end_us, buf));
    set_text(event, "duration", export_duration(arena, session));
    set_text(event, "room", session->room < 0 ? "" : conf->rooms.items[session->room].name);
    set_text(event, "slug", export_slug(arena, conf, session));
    set_text(event, "url", session->url);
    set_text(event, "title", session->title);
    set_text(event, "subtitle", "");
    (void)json_object_set_new(
        event, "track",
        session->track < 0 ? json_null() : json_string(conf->tracks.items[session->track].title));
    set_text(event, "type", session_kind_name(session->kind));
    (void)json_object_set_new(event, "language", text_or_null(session->language));
    set_text(event, "abstract", export_text(arena, session->abstract));
    set_text(event, "description", "");
    set_text(event, "recording_license", "");
    (void)json_object_set_new(event, "do_not_record", json_false());
    (void)json_object_set_new(event, "persons", make_persons(plan, arena, session));
    (void)json_object_set_new(event, "links", json_array());
    (void)json_object_set_new(event, "attachments", json_array());
    return event;
}

static json_t *make_day(const struct conference *conf, int64_t day_us, size_t index)
{
    char buf[TIME_TEXT_SIZE];
    json_t *day = json_object();
    int64_t next_us = zone_day_start_us(conf->zone, day_us + 30 * HOUR_US);
    (void)json_object_set_new(day, "index", json_integer((json_int_t)index));
    set_text(day, "date", time_date(conf->zone, day_us, buf));
    set_text(day, "day_start", time_iso(conf->zone, day_us + 3 * HOUR_US, buf));
    set_text(day, "day_end", time_iso(conf->zone, next_us + 3 * HOUR_US - SECOND_US, buf));
    (void)json_object_set_new(day, "rooms", json_object());
    return day;
}

static json_t *make_days(const struct export_plan *plan, struct arena *arena)
{
    json_t *days = json_array();
    json_t *day = NULL;
    json_t *events = NULL;
    for (size_t i = 0; i < plan->n; i++) {
        const struct export_item *item = &plan->items[i];
        if (i == 0 || export_ends_day(plan, i - 1)) {
            day = make_day(plan->conf, item->day_us, json_array_size(days) + 1);
            (void)json_array_append_new(days, day);
        }
        if (i == 0 || export_ends_room(plan, i - 1)) {
            const char *room = item->room < 0 ? "" : plan->conf->rooms.items[item->room].name;
            events = json_array();
            (void)json_object_set_new(json_object_get(day, "rooms"), room, events);
        }
        (void)json_array_append_new(events, make_event(plan, arena, item));
    }
    return days;
}

static json_t *make_rooms(const struct conference *conf)
{
    json_t *rooms = json_array();
    for (size_t i = 0; i < conf->rooms.n; i++) {
        const struct room *room = &conf->rooms.items[i];
        json_t *object = json_object();
        set_text(object, "name", room->name);
        set_text(object, export_is_uuid(room->key) ? "guid" : "slug", room->key);
        (void)json_object_set_new(object, "description", json_null());
        (void)json_object_set_new(object, "capacity",
                                  room->capacity > 0 ? json_integer(room->capacity) : json_null());
        (void)json_array_append_new(rooms, object);
    }
    return rooms;
}

static json_t *make_tracks(const struct conference *conf)
{
    json_t *tracks = json_array();
    for (size_t i = 0; i < conf->tracks.n; i++) {
        json_t *object = json_object();
        set_text(object, "name", conf->tracks.items[i].title);
        set_text(object, "slug", conf->tracks.items[i].key);
        set_text(object, "color", "#666666");
        (void)json_array_append_new(tracks, object);
    }
    return tracks;
}

static json_t *make_conference(const struct export_plan *plan, struct arena *arena)
{
    const struct conference *conf = plan->conf;
    char buf[TIME_TEXT_SIZE];
    json_t *object = json_object();
    json_t *days = make_days(plan, arena);
    set_text(object, "acronym", conf->slug);
    set_text(object, "title", conf->title);
    if (conf->start_us != 0) {
        set_text(object, "start", time_date(conf->zone, conf->start_us, buf));
        set_text(object, "end", time_date(conf->zone, conf->end_us - SECOND_US, buf));
    }
    (void)json_object_set_new(object, "daysCount", json_integer((json_int_t)json_array_size(days)));
    set_text(object, "timeslot_duration", "00:05");
    set_text(object, "time_zone_name", zone_name(conf->zone));
    (void)json_object_set_new(object, "rooms", make_rooms(conf));
    (void)json_object_set_new(object, "tracks", make_tracks(conf));
    (void)json_object_set_new(object, "days", days);
    return object;
}

static int add_chunk(const char *text, size_t size, void *out)
{
    str_add_n(out, text, size);
    return 0;
}

void export_frab_json(const struct conference *conf, struct str *out)
{
    struct arena *arena = arena_new();
    struct export_plan plan;
    export_plan_make(conf, arena, &plan);
    CLEANUP(json_cleanup) json_t *root = json_object();
    json_t *schedule = json_object();
    json_t *generator = json_object();
    set_text(root, "$schema", "https://c3voc.de/schedule/schema.json");
    set_text(generator, "name", "rollcall");
    set_text(generator, "version", ROLLCALL_VERSION);
    (void)json_object_set_new(root, "generator", generator);
    (void)json_object_set_new(root, "schedule", schedule);
    set_text(schedule, "version", conf->version);
    set_text(schedule, "base_url", conf->url);
    (void)json_object_set_new(schedule, "conference", make_conference(&plan, arena));
    (void)json_dump_callback(root, add_chunk, out, JSON_INDENT(1));
    str_add_char(out, '\n');
    arena_free(arena);
}
