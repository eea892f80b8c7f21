#include "notifier/invite.h"

#include "formats/ical.h"

#include <limits.h>

static const char *text_of(const json_t *entry, const char *key)
{
    const char *text = json_string_value(json_object_get(entry, key));
    return text != NULL ? text : "";
}

static int64_t number_of(const json_t *entry, const char *key)
{
    return json_integer_value(json_object_get(entry, key));
}

static int read_entry(const json_t *entry, const struct sender *sender, const struct zone *zone,
                      struct ical_event *ret, struct err *err)
{
    int64_t sequence = number_of(entry, "sequence");
    *ret = (struct ical_event){
        .uid = text_of(entry, "uid"),
        .sequence = sequence < 0 || sequence > INT_MAX ? 0 : (int)sequence,
        .stamp_us = number_of(entry, "stamp_us"),
        .start_us = number_of(entry, "start_us"),
        .end_us = number_of(entry, "end_us"),
        .zone = zone,
        .summary = text_of(entry, "summary"),
        .location = text_of(entry, "location"),
        .description = text_of(entry, "description"),
        .url = text_of(entry, "url"),
        .is_cancelled = json_is_true(json_object_get(entry, "cancelled")),
        .organizer_name = sender->name,
        .organizer_email = sender->address,
    };
    if (ret->uid[0] == '\0' || ret->end_us <= ret->start_us) {
        return err_set(err, ERR_INPUT, "a calendar entry of the payload has no uid or no duration");
    }
    return 0;
}

int invite_write(const json_t *payload, const struct sender *sender, struct arena *arena,
                 struct str *out, struct err *err)
{
    const json_t *entries = json_object_get(payload, "calendar");
    const json_t *event = json_object_get(payload, "event");
    size_t n = json_array_size(entries);
    if (n == 0) {
        return 0;
    }
    const struct zone *zone = zone_find(text_of(event, "timezone"));
    struct ical_event *events = arena_array(arena, n, sizeof *events);
    for (size_t i = 0; i < n; i++) {
        int r = read_entry(json_array_get(entries, i), sender, zone, &events[i], err);
        if (r < 0) {
            return r;
        }
    }
    struct ical_calendar calendar = {.method = "PUBLISH", .name = "", .source_url = ""};
    ical_write(&calendar, events, n, out);
    return 0;
}
