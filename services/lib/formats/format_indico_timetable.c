/* indico-timetable: /export/timetable/<id>.json, results{event: {day: {key: entry}}}. */
#include "base/str.h"
#include "formats/indico.h"
#include "formats/readers.h"

#include <string.h>

bool indico_timetable_recognises(const char *text, size_t len)
{
    /* Only here is results an object, from event ids to days. A draft may be an empty array. */
    return json_peek(text, len, "results") == '{' ||
           (json_peek(text, len, "results") == '[' && !json_has_path(text, len, "results.id") &&
            memmem(text, len, "export/timetable", 16) != NULL) ||
           (json_peek(text, len, "results") == '[' && !json_has_path(text, len, "results.id") &&
            memmem(text, len, "export\\/timetable", 17) != NULL);
}

/* The keys of the contribution export, so that one file can follow the other. */
static const char *entry_key(struct arena *arena, const struct json_at *at, const char *type)
{
    bool is_contribution = str_equal(type, "Contribution");
    const char *id = json_member_text(arena, at, is_contribution ? "friendlyId" : "sessionSlotId");
    if (id[0] == '\0') {
        const char *entry = json_member_text(arena, at, "id");
        return entry[0] != '\0' ? entry : arena_strdup(arena, at->key);
    }
    return is_contribution ? id : arena_printf(arena, "s%s", id);
}

static int read_people(struct build *b, const struct json_at *at, bool is_block, int index)
{
    int track = b->conf->sessions.items[index].track;
    struct json_at people = json_member(at, is_block ? "conveners" : "presenters");
    if (is_block && track < 0) {
        return 0;
    }
    return indico_people(b, &people, is_block ? track : -1, index);
}

/* Adds one entry; `block` is the session block that holds it, -1 = none. */
static int read_entry(struct build *b, const struct json_at *at, int block, int *ret_index)
{
    struct arena *arena = b->arena;
    const char *type = json_member_text(arena, at, "entryType");
    const char *title = json_member_text(arena, at, "title");
    bool is_block = str_equal(type, "Session");
    bool is_break = str_equal(type, "Break");
    struct session session = {
        .key = entry_key(arena, at, type),
        .title = text_line(arena,
                           text_join(arena, title, json_member_text(arena, at, "slotTitle"), ": ")),
        .abstract = plain_text(arena, json_member_text(arena, at, "description")),
        .language = "",
        .url = json_member_text(arena, at, "url"),
        .tags = "",
        .kind = is_block   ? SESSION_BLOCK
                : is_break ? SESSION_BREAK
                           : SESSION_TALK,
        .track = is_block ? build_track(b, "", title) : -1,
        .room = build_room(b, "", json_member_text(arena, at, "room")),
        .parent = -1,
    };
    int r = indico_times(b, at, &session);
    if (r < 0) {
        return r;
    }
    if (block >= 0) {
        const struct session *outer = &b->conf->sessions.items[block];
        session.kind = is_break ? SESSION_BREAK : SESSION_CONTRIBUTION;
        session.parent = is_break ? -1 : block;
        session.track = outer->track;
        session.room = session.room < 0 ? outer->room : session.room;
    }
    r = build_session(b, json_place(arena, at), &session, &(struct build_hints){"", ""}, ret_index);
    return r < 0 || is_break ? r : read_people(b, at, is_block, *ret_index);
}

/* Entries of a day (block = -1) or of a session block. */
static int read_entries(struct build *b, const struct json_at *entries, int block)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(entries->value, key, value)
    {
        struct json_at at = {.up = entries, .key = key, .value = value};
        struct json_at inner = json_member(&at, "entries");
        int index = -1;
        int r = json_expect(b, &at, JSON_OBJECT);
        r = r < 0 ? r : read_entry(b, &at, block, &index);
        if (r == 0 && block < 0 && b->conf->sessions.items[index].kind == SESSION_BLOCK) {
            r = read_entries(b, &inner, index);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static void find_zone(const struct json_at *days, const char **ret_zone)
{
    const char *day = NULL;
    const char *key = NULL;
    json_t *entries = NULL;
    json_t *entry = NULL;
    json_object_foreach(days->value, day, entries)
    {
        json_object_foreach(entries, key, entry)
        {
            json_t *tz = json_object_get(json_object_get(entry, "startDate"), "tz");
            if (json_is_string(tz)) {
                *ret_zone = json_string_value(tz);
                return;
            }
        }
    }
}

int indico_timetable_read(const struct format_input *in, struct conference *conf,
                          struct arena *arena, struct err *err)
{
    CLEANUP(json_cleanup) json_t *value = NULL;
    struct build b;
    int r = json_read(in, &value, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    struct json_at root = json_root(value);
    struct json_at results = json_member(&root, "results");
    if (json_is_array(results.value) && json_count(&results) == 0) {
        return build_done(&b, "", ""); /* an empty result of either form: a draft */
    }
    r = json_expect(&b, &results, JSON_OBJECT);
    const char *id = NULL;
    json_t *days_value = NULL;
    json_object_foreach(results.value, id, days_value)
    {
        struct json_at days = {.up = &results, .key = id, .value = days_value};
        const char *zone = "";
        const char *day_key = NULL;
        json_t *entries = NULL;
        find_zone(&days, &zone);
        r = r < 0 ? r : build_zone(&b, json_place(arena, &days), zone);
        conf->slug = conf->slug[0] != '\0' ? conf->slug : arena_strdup(arena, id);
        json_object_foreach(days.value, day_key, entries)
        {
            struct json_at day = {.up = &days, .key = day_key, .value = entries};
            r = r < 0 ? r : read_entries(&b, &day, -1);
        }
    }
    return r < 0 ? r : build_done(&b, "", "");
}
