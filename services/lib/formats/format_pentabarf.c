/* pentabarf: schedule.xml as Pentabarf, frab, pretalx, wafer and FOSDEM write it. */
#include "base/str.h"
#include "formats/readers.h"
#include "formats/schedule.h"
#include "formats/xml.h"

#include <string.h>

bool pentabarf_recognises(const char *text, size_t len)
{
    /* The root element stands near the top; UTF-16 is left to libxml2 by its byte order mark. */
    size_t head = len < 4096 ? len : 4096;
    if (len >= 4 && (memcmp(text, "\xff\xfe<", 3) == 0 || memcmp(text, "\xfe\xff\0<", 4) == 0)) {
        return true;
    }
    return memmem(text, head, "<schedule>", 10) != NULL ||
           memmem(text, head, "<schedule ", 10) != NULL ||
           memmem(text, head, "<schedule\n", 10) != NULL;
}

static int read_person(struct build *b, int session, const xmlNode *node)
{
    struct schedule_person person = {
        .guid = xml_attribute(b->arena, node, "guid"),
        .code = xml_attribute(b->arena, node, "code"),
        .id = xml_attribute(b->arena, node, "id"),
        .name = xml_text(b->arena, node),
        .email = "",
        .line = (int)xmlGetLineNo(node),
    };
    return schedule_person(b, xml_place(b, node), session, &person);
}

static int read_event(struct build *b, const struct schedule_day *day, const char *in_room,
                      const xmlNode *node)
{
    struct arena *arena = b->arena;
    const xmlNode *track = xml_child(node, "track");
    struct schedule_event event = {
        .place = xml_place(b, node),
        .guid = xml_attribute(arena, node, "guid"),
        .id = xml_attribute(arena, node, "id"),
        .code = xml_attribute(arena, node, "code"),
        .date = xml_child_text(arena, node, "date"),
        .start = xml_child_text(arena, node, "start"),
        .end = xml_child_text(arena, node, "end"),
        .duration = xml_child_text(arena, node, "duration"),
        .room = in_room[0] != '\0' ? in_room : xml_child_text(arena, node, "room"),
        .track = xml_text(arena, track),
        .track_slug = track != NULL ? xml_attribute(arena, track, "slug") : "",
        .title = xml_child_text(arena, node, "title"),
        .subtitle = xml_child_text(arena, node, "subtitle"),
        .abstract = xml_child_text(arena, node, "abstract"),
        .description = xml_child_text(arena, node, "description"),
        .language = xml_child_text(arena, node, "language"),
        .url = xml_child_text(arena, node, "url"),
        .type = xml_child_text(arena, node, "type"),
        .state = xml_child_text(arena, node, "status"),
        .tags = "",
    };
    int session = -1;
    int r = schedule_event(b, day, &event, &session);
    const xmlNode *persons = xml_child(node, "persons");
    for (const xmlNode *p = xml_child(persons, "person"); r == 0 && p != NULL;
         p = xml_next(p, "person")) {
        r = read_person(b, session, p);
    }
    return r;
}

static int read_day(struct build *b, const xmlNode *node, const char *change)
{
    struct schedule_day day = {
        .date = xml_attribute(b->arena, node, "date"),
        .start = xml_attribute(b->arena, node, "start"),
        .end = xml_attribute(b->arena, node, "end"),
        .change = change,
    };
    for (const xmlNode *room = xml_child(node, "room"); room != NULL;
         room = xml_next(room, "room")) {
        const char *guid = xml_attribute(b->arena, room, "guid");
        const char *slug = xml_attribute(b->arena, room, "slug");
        const char *name = xml_attribute(b->arena, room, "name");
        (void)build_room(b, guid[0] != '\0' ? guid : slug, name);
        for (const xmlNode *event = xml_child(room, "event"); event != NULL;
             event = xml_next(event, "event")) {
            int r = read_event(b, &day, name, event);
            if (r < 0) {
                return r;
            }
        }
    }
    return 0;
}

/* Tracks stand at the top (FOSDEM), in conference (pretalx), or in their events alone. */
static void read_tracks(struct build *b, const xmlNode *parent)
{
    for (const xmlNode *track = xml_child(parent, "track"); track != NULL;
         track = xml_next(track, "track")) {
        const char *text = xml_text(b->arena, track);
        (void)build_track(b, xml_attribute(b->arena, track, "slug"),
                          text[0] != '\0' ? text : xml_attribute(b->arena, track, "name"));
    }
}

static int find_zone(struct build *b, const xmlNode *root, const xmlNode *conference)
{
    const xmlNode *named = xml_child(conference, "time_zone_name");
    const char *name = xml_text(b->arena, named);
    if (name[0] != '\0') {
        return build_zone(b, xml_place(b, named), name);
    }
    struct offsets offsets = {0};
    for (const xmlNode *day = xml_child(root, "day"); day != NULL; day = xml_next(day, "day")) {
        for (const xmlNode *r = xml_child(day, "room"); r != NULL; r = xml_next(r, "room")) {
            for (const xmlNode *e = xml_child(r, "event"); e != NULL; e = xml_next(e, "event")) {
                offsets_count(&offsets, xml_child_text(b->arena, e, "date"));
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

int pentabarf_read(const struct format_input *in, struct conference *conf, struct arena *arena,
                   struct err *err)
{
    CLEANUP(xml_cleanup) xmlDoc *doc = NULL;
    struct build b;
    int r = xml_read(in, &doc, err);
    if (r < 0) {
        return r;
    }
    build_init(&b, in, conf, arena, err);
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (strcmp((const char *)root->name, "schedule") != 0) {
        return build_fail(&b, xml_place(&b, root), "the root element is <%.40s>, not <schedule>",
                          (const char *)root->name);
    }
    const xmlNode *conference = xml_child(root, "conference");
    r = find_zone(&b, root, conference);
    if (r < 0) {
        return r;
    }
    take_if_empty(&conf->slug, xml_child_text(arena, conference, "acronym"));
    take_if_empty(&conf->title, text_line(arena, xml_child_text(arena, conference, "title")));
    take_if_empty(&conf->version, xml_child_text(arena, root, "version"));
    take_if_empty(&conf->url, xml_child_text(arena, conference, "base_url"));
    read_tracks(&b, conference);
    read_tracks(&b, xml_child(root, "tracks"));
    const char *change = xml_child_text(arena, conference, "day_change");
    for (const xmlNode *day = xml_child(root, "day"); day != NULL; day = xml_next(day, "day")) {
        r = read_day(&b, day, change);
        if (r < 0) {
            return r;
        }
    }
    return build_done(&b, xml_child_text(arena, conference, "start"),
                      xml_child_text(arena, conference, "end"));
}
