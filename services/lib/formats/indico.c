#include "formats/indico.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

int indico_time(const struct build *b, const struct json_at *at, int64_t *ret_us)
{
    if (!json_is_there(at)) {
        return 0;
    }
    if (json_is_string(at->value)) {
        return build_time(b, json_place(b->arena, at), json_string_value(at->value), ret_us);
    }
    const char *name = json_member_text(b->arena, at, "tz");
    const struct zone *zone = name[0] == '\0' ? b->zone : zone_find(name);
    if (zone == NULL) {
        return build_fail(b, json_place(b->arena, at),
                          "the time zone \"%.60s\" is not one that is known", name);
    }
    const char *text = arena_printf(b->arena, "%sT%s", json_member_text(b->arena, at, "date"),
                                    json_member_text(b->arena, at, "time"));
    int r = time_parse(text, zone, ret_us, b->err);
    return r < 0 ? err_where(b->err, "%s%s", b->in->name, json_place(b->arena, at)) : 0;
}

const char *indico_day(struct arena *arena, const struct json_at *at)
{
    return json_is_object(at->value) ? json_member_text(arena, at, "date") : "";
}

const char *indico_md5(struct arena *arena, const char *hash)
{
    char *md5 = arena_strdup(arena, hash);
    size_t n = 0;
    for (; isxdigit((unsigned char)md5[n]); n++) {
        md5[n] = (char)tolower((unsigned char)md5[n]);
    }
    return n == 32 && md5[n] == '\0' ? md5 : "";
}

static const char *either(struct arena *arena, const struct json_at *at, const char *a,
                          const char *b)
{
    const char *text = json_member_text(arena, at, a);
    return text[0] != '\0' ? text : json_member_text(arena, at, b);
}

struct mention indico_person(struct arena *arena, const struct json_at *at)
{
    const char *first = either(arena, at, "first_name", "firstName");
    const char *last = either(arena, at, "last_name", "familyName");
    const char *name = text_line(arena, arena_printf(arena, "%s %s", first, last));
    if (name[0] == '\0') { /* "Naumann, Axel" is all there is */
        name = text_line(arena, either(arena, at, "fullName", "name"));
    }
    const char *person_id = json_member_text(arena, at, "person_id");
    return (struct mention){
        .name = name,
        .email = json_member_text(arena, at, "email"),
        .email_md5 = indico_md5(arena, json_member_text(arena, at, "emailHash")),
        .affiliation = text_line(arena, json_member_text(arena, at, "affiliation")),
        .topic = "",
        .source_key = person_id,
        .track = -1,
        .session = -1,
        .person = -1,
    };
}

int indico_times(const struct build *b, const struct json_at *at, struct session *session)
{
    struct json_at start = json_member(at, "startDate");
    struct json_at end = json_member(at, "endDate");
    int r = indico_time(b, &start, &session->start_us);
    r = r < 0 ? r : indico_time(b, &end, &session->end_us);
    if (r < 0 || session->start_us == 0) {
        session->end_us = 0;
        return r;
    }
    if (session->end_us == 0) {
        int minutes = json_member_count(at, "duration", 366 * 24 * 60);
        session->end_us = session->start_us + minutes * MINUTE_US;
    }
    return 0;
}

int indico_people(struct build *b, const struct json_at *people, int track, int session)
{
    for (size_t i = 0; i < json_count(people); i++) {
        struct json_at at = json_item(people, i);
        struct mention person = indico_person(b->arena, &at);
        const char *place = json_place(b->arena, &at);
        int r = track >= 0 ? build_lead(b, place, track, &person)
                           : build_speaker(b, place, session, &person);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}
