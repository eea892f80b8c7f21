/* indico-event and indico-contributions: /export/event/<id>.json with any of its details. */
#include "base/str.h"
#include "formats/indico.h"
#include "formats/readers.h"

#include <string.h>

#define CAP_CONTRIBUTIONS 500 /* what the export gives at most (FORMATS 3.1) */
#define CAP_SESSIONS      100

bool indico_contributions_recognises(const char *text, size_t len)
{
    return json_has_path(text, len, "results.contributions");
}

bool indico_event_recognises(const char *text, size_t len)
{
    return json_has_path(text, len, "results.startDate") ||
           (json_peek(text, len, "results") == '[' && json_has_path(text, len, "_type"));
}

static const char *keywords(struct arena *arena, const struct json_at *at)
{
    struct json_at list = json_member(at, "keywords");
    const char *tags = json_member_text(arena, at, "track");
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at keyword = json_item(&list, i);
        tags = text_list(arena, tags, text_line(arena, json_text(arena, &keyword)), ", ");
    }
    return tags;
}

/* `block` is the index of the session block that holds it; -1 = none. */
static int read_contribution(struct build *b, const struct json_at *at, int block)
{
    struct arena *arena = b->arena;
    const char *place = json_place(arena, at);
    const char *session_title = json_member_text(arena, at, "session");
    const char *track =
        session_title[0] != '\0' ? session_title : json_member_text(arena, at, "track");
    struct session session = {
        .key = json_member_text(arena, at, "id"),
        .title = text_line(arena, json_member_text(arena, at, "title")),
        .abstract = plain_text(arena, json_member_text(arena, at, "description")),
        .language = "",
        .url = json_member_text(arena, at, "url"),
        .tags = keywords(arena, at),
        .parent = block,
    };
    int r = indico_times(b, at, &session);
    if (r < 0) {
        return r;
    }
    session.room = build_room(b, "", json_member_text(arena, at, "room"));
    session.track = build_track(b, "", track);
    if (block >= 0) {
        const struct session *outer = &b->conf->sessions.items[block];
        session.kind = SESSION_CONTRIBUTION;
        session.track = outer->track;
        session.room = session.room < 0 ? outer->room : session.room;
    }
    struct build_hints hints = {.type = json_member_text(arena, at, "type"), .state = ""};
    int index = -1;
    r = build_session(b, place, &session, &hints, &index);
    if (r < 0) {
        return r;
    }
    struct json_at speakers = json_member(at, "speakers");
    return indico_people(b, &speakers, -1, index);
}

static int read_contributions(struct build *b, const struct json_at *up, int block)
{
    struct json_at list = json_member(up, "contributions");
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at at = json_item(&list, i);
        int r = json_expect(b, &at, JSON_OBJECT);
        r = r < 0 ? r : read_contribution(b, &at, block);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* A session block: the half-day of a microconference, its conveners are the leads. */
static int read_slot(struct build *b, const struct json_at *at)
{
    struct arena *arena = b->arena;
    struct json_at of = json_member(at, "session");
    const char *title = json_member_text(arena, json_is_object(of.value) ? &of : at, "title");
    const char *slot_title = json_member_text(arena, at, "slotTitle");
    struct session session = {
        .key = arena_printf(arena, "s%s", json_member_text(arena, at, "id")),
        .title = text_line(arena, text_join(arena, title, slot_title, ": ")),
        .abstract = plain_text(arena, json_member_text(arena, at, "description")),
        .language = "",
        .url = json_member_text(arena, at, "url"),
        .tags = "",
        .kind = SESSION_BLOCK,
        .parent = -1,
    };
    int r = indico_times(b, at, &session);
    if (r < 0) {
        return r;
    }
    session.room = build_room(b, "", json_member_text(arena, at, "room"));
    session.track = build_track(b, "", title);
    int index = -1;
    r = build_session(b, json_place(arena, at), &session, &(struct build_hints){"", ""}, &index);
    if (r < 0) {
        return r;
    }
    int track = b->conf->sessions.items[index].track;
    struct json_at conveners = json_member(at, "conveners");
    r = track < 0 ? 0 : indico_people(b, &conveners, track, -1);
    return r < 0 ? r : read_contributions(b, at, index);
}

/* 0 or FORMAT_CAPPED. */
static int check_caps(const struct build *b, size_t n_contributions, size_t n_sessions)
{
    const char *what = n_contributions == CAP_CONTRIBUTIONS ? "contributions"
                       : n_sessions == CAP_SESSIONS         ? "sessions"
                                                            : NULL;
    if (what == NULL) {
        return 0;
    }
    (void)err_set(b->err, ERR_INPUT,
                  "exactly %d %s, as many as Indico gives at once: there may be more of them",
                  n_contributions == CAP_CONTRIBUTIONS ? CAP_CONTRIBUTIONS : CAP_SESSIONS, what);
    b->err->code = 0;
    return FORMAT_CAPPED;
}

static void take_if_empty(const char **field, const char *text)
{
    *field = (*field)[0] != '\0' ? *field : text;
}

static int read_event(struct build *b, const struct json_at *event)
{
    struct arena *arena = b->arena;
    struct conference *conf = b->conf;
    struct json_at zone = json_member(event, "timezone");
    int r = build_zone(b, json_place(arena, &zone), json_text(arena, &zone));
    if (r < 0) {
        return r;
    }
    take_if_empty(&conf->slug, json_member_text(arena, event, "id"));
    take_if_empty(&conf->title, text_line(arena, json_member_text(arena, event, "title")));
    take_if_empty(&conf->url, json_member_text(arena, event, "url"));
    struct json_at sessions = json_member(event, "sessions");
    for (size_t i = 0; r == 0 && i < json_count(&sessions); i++) {
        struct json_at slot = json_item(&sessions, i);
        r = json_expect(b, &slot, JSON_OBJECT);
        r = r < 0 ? r : read_slot(b, &slot);
    }
    r = r < 0 ? r : read_contributions(b, event, -1);
    if (r < 0) {
        return r;
    }
    struct json_at start = json_member(event, "startDate");
    struct json_at end = json_member(event, "endDate");
    struct json_at contributions = json_member(event, "contributions");
    r = build_done(b, indico_day(arena, &start), indico_day(arena, &end));
    return r != 0 ? r : check_caps(b, json_count(&contributions), json_count(&sessions));
}

int indico_event_read(const struct format_input *in, struct conference *conf, struct arena *arena,
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
    struct json_at results = json_member(&root, "results");
    r = json_expect(&b, &results, JSON_ARRAY);
    if (r < 0) {
        return r;
    }
    if (json_count(&results) > 1) {
        return build_fail(&b, json_place(arena, &results),
                          "%zu events in one file: export them one by one", json_count(&results));
    }
    if (json_count(&results) == 0) {
        return build_done(&b, "", "");
    }
    struct json_at event = json_item(&results, 0);
    r = json_expect(&b, &event, JSON_OBJECT);
    return r < 0 ? r : read_event(&b, &event);
}

int indico_contributions_read(const struct format_input *in, struct conference *conf,
                              struct arena *arena, struct err *err)
{
    return indico_event_read(in, conf, arena, err);
}
