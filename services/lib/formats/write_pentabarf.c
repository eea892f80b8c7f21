/* export_pentabarf(): schedule.xml as the c3voc XSD and FOSDEM's readers have it. */
#include "base/str.h"
#include "formats/export.h"
#include "formats/export_plan.h"

#include <string.h>

/* XML 1.0 has no control characters but tab and line ends, whatever one does. */
static void add_escaped(struct str *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '&': str_add(out, "&amp;"); break;
        case '<': str_add(out, "&lt;"); break;
        case '>': str_add(out, "&gt;"); break;
        case '"': str_add(out, "&quot;"); break;
        case '\r': str_add(out, "&#13;"); break;
        default:
            if ((unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t') {
                str_add_char(out, *p);
            }
        }
    }
}

static void add_element(struct str *out, int indent, const char *name, const char *text)
{
    str_printf(out, "%*s<%s>", indent * 2, "", name);
    add_escaped(out, text);
    str_printf(out, "</%s>\n", name);
}

static void add_attribute(struct str *out, const char *name, const char *text)
{
    str_printf(out, " %s=\"", name);
    add_escaped(out, text);
    str_add(out, "\"");
}

static void add_track(struct str *out, int indent, const struct track *track)
{
    str_printf(out, "%*s<track", indent * 2, "");
    add_attribute(out, "slug", track->key);
    str_add(out, ">");
    add_escaped(out, track->title);
    str_add(out, "</track>\n");
}

static void add_persons(struct str *out, const struct export_plan *plan, struct arena *arena,
                        const struct session *session)
{
    str_add(out, "        <persons>\n");
    for (int i = export_first_person(plan, session); i >= 0; i = plan->next_mention[i]) {
        const struct mention *mention = &plan->conf->mentions.items[i];
        const char *key = export_person_key(mention);
        str_printf(out, "          <person id=\"%d\"", i + 1);
        if (key[0] != '\0') {
            add_attribute(out, export_is_uuid(key) ? "guid" : "code", key);
        }
        str_add(out, ">");
        add_escaped(out, export_person_name(arena, mention));
        str_add(out, "</person>\n");
    }
    str_add(out, "        </persons>\n");
}

static void add_event(struct str *out, const struct export_plan *plan, struct arena *arena,
                      const struct export_item *item)
{
    const struct conference *conf = plan->conf;
    const struct session *session = &conf->sessions.items[item->session];
    char buf[TIME_TEXT_SIZE];
    str_add(out, "      <event");
    add_attribute(out, "guid", session->key);
    str_printf(out, " id=\"%d\">\n", item->session + 1);
    add_element(out, 4, "date", time_iso(conf->zone, session->start_us, buf));
    add_element(out, 4, "start", time_hhmm(conf->zone, session->start_us, buf));
    add_element(out, 4, "duration", export_duration(arena, session));
    add_element(out, 4, "end", time_iso(conf->zone, session->end_us, buf));
    add_element(out, 4, "room", session->room < 0 ? "" : conf->rooms.items[session->room].name);
    add_element(out, 4, "slug", export_slug(arena, conf, session));
    add_element(out, 4, "url", session->url);
    add_element(out, 4, "title", session->title);
    add_element(out, 4, "subtitle", "");
    if (session->track >= 0) {
        add_track(out, 4, &conf->tracks.items[session->track]);
    }
    add_element(out, 4, "type", session_kind_name(session->kind));
    add_element(out, 4, "language", session->language);
    add_element(out, 4, "abstract", export_text(arena, session->abstract));
    add_element(out, 4, "description", "");
    add_persons(out, plan, arena, session);
    str_add(out, "        <links></links>\n      </event>\n");
}

static void begin_day(struct str *out, const struct conference *conf, int64_t day_us, int index)
{
    char buf[TIME_TEXT_SIZE];
    int64_t next_us = zone_day_start_us(conf->zone, day_us + 30 * HOUR_US);
    str_printf(out, "  <day index=\"%d\"", index);
    add_attribute(out, "date", time_date(conf->zone, day_us, buf));
    add_attribute(out, "start", time_iso(conf->zone, day_us + 3 * HOUR_US, buf));
    add_attribute(out, "end", time_iso(conf->zone, next_us + 3 * HOUR_US - SECOND_US, buf));
    str_add(out, ">\n");
}

static void begin_room(struct str *out, const struct conference *conf, int index)
{
    str_add(out, "    <room");
    add_attribute(out, "name", index < 0 ? "" : conf->rooms.items[index].name);
    if (index >= 0) {
        const char *key = conf->rooms.items[index].key;
        add_attribute(out, export_is_uuid(key) ? "guid" : "slug", key);
    }
    str_add(out, ">\n");
}

static void add_days(struct str *out, const struct export_plan *plan, struct arena *arena)
{
    int index = 0;
    for (size_t i = 0; i < plan->n; i++) {
        if (i == 0 || export_ends_day(plan, i - 1)) {
            begin_day(out, plan->conf, plan->items[i].day_us, ++index);
        }
        if (i == 0 || export_ends_room(plan, i - 1)) {
            begin_room(out, plan->conf, plan->items[i].room);
        }
        add_event(out, plan, arena, &plan->items[i]);
        if (export_ends_room(plan, i)) {
            str_add(out, "    </room>\n");
        }
        if (export_ends_day(plan, i)) {
            str_add(out, "  </day>\n");
        }
    }
}

static int count_days(const struct export_plan *plan)
{
    int n = 0;
    for (size_t i = 0; i < plan->n; i++) {
        n += export_ends_day(plan, i);
    }
    return n;
}

static void add_conference(struct str *out, const struct export_plan *plan)
{
    const struct conference *conf = plan->conf;
    char buf[TIME_TEXT_SIZE];
    str_add(out, "  <conference>\n");
    add_element(out, 2, "acronym", conf->slug);
    add_element(out, 2, "title", conf->title);
    if (conf->start_us != 0) {
        add_element(out, 2, "start", time_date(conf->zone, conf->start_us, buf));
        add_element(out, 2, "end", time_date(conf->zone, conf->end_us - SECOND_US, buf));
    }
    str_printf(out, "    <days>%d</days>\n", count_days(plan));
    add_element(out, 2, "timeslot_duration", "00:05");
    add_element(out, 2, "base_url", conf->url);
    add_element(out, 2, "time_zone_name", zone_name(conf->zone));
    for (size_t i = 0; i < conf->tracks.n; i++) {
        add_track(out, 2, &conf->tracks.items[i]);
    }
    str_add(out, "  </conference>\n");
}

void export_pentabarf(const struct conference *conf, struct str *out)
{
    struct arena *arena = arena_new();
    struct export_plan plan;
    export_plan_make(conf, arena, &plan);
    str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<schedule>\n");
    str_add(out, "  <generator name=\"rollcall\" version=\"" ROLLCALL_VERSION "\"/>\n");
    add_element(out, 1, "version", conf->version);
    add_conference(out, &plan);
    add_days(out, &plan, arena);
    str_add(out, "</schedule>\n");
    arena_free(arena);
}
