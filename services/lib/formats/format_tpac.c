/* tpac: the event files of W3C's TPAC tools: slots, rooms with their seats in brackets, sessions as
 * issues whose bodies are forms. Every session is a track of its own here: that is what its chairs
 * lead, and what declared conflicts and shared labels keep apart. */
#include "base/str.h"
#include "formats/json.h"
#include "formats/readers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SLOTS  1000
#define MAX_LABELS 200

struct slot {
    char date[16];
    int start_min; /* after midnight */
    int end_min;
    int weekday; /* 0 = Sunday */
    int64_t start_us;
    int64_t end_us;
};

struct tpac {
    struct build b;
    VEC(struct slot) slots;
    bool is_groups;        /* group meetings: the author is whoever filed them, not a chair */
    struct strmap numbers; /* session number -> its track */
    VEC(struct label {
        const char *name;
        int track;
    })
    labelled;
};

bool tpac_recognises(const char *text, size_t len)
{
    return json_peek(text, len, "sessions") == '[' && json_peek(text, len, "slots") == '[' &&
           json_peek(text, len, "metadata") == '{';
}

/* --- slots and rooms --- */

static int read_slot(struct tpac *tpac, const struct json_at *at)
{
    struct build *b = &tpac->b;
    const char *text = json_text(b->arena, at);
    struct slot *slot = vec_add(b->arena, &tpac->slots);
    int from[2];
    int to[2];
    int n = 0;
    bool ok = sscanf(text, "%15[0-9-] %2d:%2d - %2d:%2d%n", slot->date, &from[0], &from[1], &to[0],
                     &to[1], &n) == 5 &&
              text[n] == '\0';
    slot->start_min = ok ? from[0] * 60 + from[1] : 0;
    slot->end_min = ok ? to[0] * 60 + to[1] : 0;
    int64_t day_us = 0;
    if (!ok || slot->end_min <= slot->start_min || slot->start_min < 0 || slot->end_min > 24 * 60 ||
        time_parse(slot->date, b->zone, &day_us, NULL) < 0) {
        return build_fail(b, json_place(b->arena, at),
                          "\"%.60s\" is not a slot such as 2025-12-11 9:00 - 10:30", text);
    }
    struct civil civil = zone_civil(b->zone, day_us);
    slot->weekday = civil.weekday;
    civil.hour = slot->start_min / 60;
    civil.minute = slot->start_min % 60;
    slot->start_us = zone_instant_us(b->zone, civil);
    slot->end_us = slot->start_us + (slot->end_min - slot->start_min) * MINUTE_US;
    return 0;
}

/* "Nervion I (33)": the room and its seats. */
static int add_room(struct tpac *tpac, const char *text)
{
    struct build *b = &tpac->b;
    const char *open = strrchr(text, '(');
    char *end = NULL;
    long seats = open != NULL ? strtol(open + 1, &end, 10) : 0;
    bool has_seats = open != NULL && end > open + 1 && *end == ')' && seats > 0 && seats < 1000000;
    int room =
        build_room(b, "", has_seats ? arena_strndup(b->arena, text, (size_t)(open - text)) : text);
    if (room >= 0 && has_seats) {
        b->conf->rooms.items[room].capacity = (int)seats;
    }
    return room;
}

/* --- the form in the body --- */

/* The text under the first heading that contains `heading` (case folded); "" = none, or nobody
 * answered. */
static const char *section(struct arena *arena, const char *body, const char *heading)
{
    for (const char *p = body; p != NULL; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (strncmp(p, "###", 3) != 0) {
            continue;
        }
        size_t title_len = strcspn(p, "\r\n");
        const char *title = text_words(arena, arena_strndup(arena, p, title_len));
        if (strstr(title, heading) == NULL) {
            continue;
        }
        const char *start = p + title_len;
        const char *end = strstr(start, "\n###");
        size_t len = end == NULL ? strlen(start) : (size_t)(end - start);
        const char *text = plain_text(arena, arena_strndup(arena, start, len));
        return strcmp(text, "_No response_") == 0 ? "" : text;
    }
    return "";
}

/* "Less than 15", "16-30", "More than 45": the greatest number of it, one more for "more than". */
static int expected_people(struct arena *arena, const char *body)
{
    const char *text = section(arena, body, "in person");
    int most = 0;
    for (const char *p = text; *p != '\0';) {
        if (isdigit((unsigned char)*p)) {
            char *end = NULL;
            long n = strtol(p, &end, 10);
            most = n > most && n < 1000000 ? (int)n : most;
            p = end;
        } else {
            p++;
        }
    }
    return most > 0 && strncasecmp(text, "more", 4) == 0 ? most + 1 : most;
}

static int add_chair(struct tpac *tpac, const char *place, int track, const char *text)
{
    const char *name = text_line(tpac->b.arena, text);
    name += name[0] == '@';
    if (name[0] == '\0' || track < 0) {
        return 0;
    }
    struct mention mention = {.name = name,
                              .email = "",
                              .email_md5 = "",
                              .affiliation = "",
                              .topic = "",
                              .source_key = name,
                              .person = -1};
    return build_lead(&tpac->b, place, track, &mention);
}

static int add_chairs(struct tpac *tpac, const struct json_at *at, const char *body, int track)
{
    struct arena *arena = tpac->b.arena;
    const char *place = json_place(arena, at);
    int r =
        tpac->is_groups ? 0 : add_chair(tpac, place, track, json_member_text(arena, at, "author"));
    const char *text = section(arena, body, "session chairs");
    while (r == 0 && *text != '\0') {
        size_t len = strcspn(text, ",;\n");
        r = add_chair(tpac, place, track, arena_strndup(arena, text, len));
        text += len + (text[len] != '\0');
    }
    return r;
}

/* --- when and where --- */

struct meeting {
    const struct slot *first; /* NULL = not scheduled */
    const struct slot *last;  /* touches first, or is it */
    int room;
};

static int weekday_of(const char *text)
{
    static const char *const days[] = {"sunday",   "monday", "tuesday", "wednesday",
                                       "thursday", "friday", "saturday"};
    for (int i = 0; i < 7; i++) {
        if (strncasecmp(text, days[i], strlen(days[i])) == 0) {
            return i;
        }
    }
    return -1;
}

/* One part of a wish: day, time and room in any order, "Room 1, Monday, 9:00". A part that names no
 * time is a wish and not a meeting. */
static struct meeting find_meeting(struct tpac *tpac, const char *part, int room)
{
    struct arena *arena = tpac->b.arena;
    struct meeting meeting = {.room = room};
    char date[16] = "";
    int weekday = -1;
    int start_min = -1;
    while (*part != '\0') {
        size_t len = strcspn(part, ",");
        const char *token = text_line(arena, arena_strndup(arena, part, len));
        int hour = 0;
        int minute = 0;
        char day[16] = "";
        if (sscanf(token, "%10[0-9-] %2d:%2d", day, &hour, &minute) == 3 && strlen(day) == 10) {
            start_min = hour * 60 + minute;
            memcpy(date, day, sizeof date);
        } else if (sscanf(token, "%2d:%2d", &hour, &minute) == 2) {
            start_min = hour * 60 + minute;
        } else if (strlen(token) == 10 && strspn(token, "0123456789-") == 10) {
            (void)snprintf(date, sizeof date, "%s", token);
        } else if (weekday_of(token) >= 0) {
            weekday = weekday_of(token);
        } else if (token[0] != '\0') {
            meeting.room = add_room(tpac, token);
        }
        part += len + (part[len] == ',');
    }
    for (size_t i = 0; i < tpac->slots.n && start_min >= 0; i++) {
        const struct slot *slot = &tpac->slots.items[i];
        bool is_day = strlen(date) == 10 ? strcmp(slot->date, date) == 0 : slot->weekday == weekday;
        if (is_day && slot->start_min == start_min) {
            meeting.first = meeting.last = slot;
            break;
        }
    }
    return meeting;
}

static int compare_meetings(const void *a, const void *b)
{
    const struct meeting *x = a;
    const struct meeting *y = b;
    if (x->first->start_us != y->first->start_us) {
        return x->first->start_us < y->first->start_us ? -1 : 1;
    }
    return (x->room > y->room) - (x->room < y->room);
}

/* Slots that touch in one room are one meeting; what is said twice counts once. Returns how many
 * are left. */
static size_t merge_meetings(struct meeting *meetings, size_t n)
{
    size_t kept = 0;
    qsort(meetings, n, sizeof *meetings, compare_meetings);
    for (size_t i = 0; i < n; i++) {
        struct meeting *last = kept > 0 ? &meetings[kept - 1] : NULL;
        if (last != NULL && last->room == meetings[i].room &&
            meetings[i].first->start_us <= last->last->end_us) {
            last->last =
                meetings[i].last->end_us > last->last->end_us ? meetings[i].last : last->last;
        } else {
            meetings[kept++] = meetings[i];
        }
    }
    return kept;
}

/* All meetings of the session, the wishes without a time left out; *ret_room is the room named
 * without a time. */
static int find_meetings(struct tpac *tpac, const struct json_at *at, struct meeting *meetings,
                         size_t max, size_t *ret_n, int *ret_room)
{
    struct build *b = &tpac->b;
    struct json_at slot = json_member(at, "slot");
    const char *slot_text = json_text(b->arena, &slot);
    const char *wishes = json_member_text(b->arena, at, "meeting");
    int room = add_room(tpac, json_member_text(b->arena, at, "room"));
    size_t n = 0;
    while (*wishes != '\0') {
        size_t len = strcspn(wishes, ";|");
        struct meeting meeting = find_meeting(tpac, arena_strndup(b->arena, wishes, len), room);
        if (meeting.first != NULL && n < max) {
            meetings[n++] = meeting;
        } else if (meeting.first == NULL && room < 0 && n == 0) {
            room = meeting.room;
        }
        wishes += len + (wishes[len] != '\0');
    }
    if (slot_text[0] != '\0' && n < max) {
        struct meeting meeting = find_meeting(tpac, slot_text, room);
        if (meeting.first == NULL) {
            return build_fail(b, json_place(b->arena, &slot),
                              "\"%.60s\" is not the start of one of the file's slots", slot_text);
        }
        meetings[n++] = meeting;
    }
    *ret_n = merge_meetings(meetings, n);
    *ret_room = room;
    return 0;
}

/* --- sessions --- */

static const char *labels_of(struct tpac *tpac, const struct json_at *at, int track)
{
    struct arena *arena = tpac->b.arena;
    struct json_at list = json_member(at, "tracks");
    const char *tags = "";
    for (size_t i = 0; i < json_count(&list); i++) {
        struct json_at item = json_item(&list, i);
        const char *label = text_line(arena, json_text(arena, &item));
        tags = text_list(arena, tags, label, ", ");
        if (track >= 0 && tpac->labelled.n < MAX_LABELS) {
            struct label *labelled = vec_add(arena, &tpac->labelled);
            *labelled = (struct label){label, track};
        }
    }
    return tags;
}

static int save_meetings(struct tpac *tpac, const struct json_at *at, struct session *session,
                         const struct meeting *meetings, size_t n)
{
    struct build *b = &tpac->b;
    const char *place = json_place(b->arena, at);
    struct build_hints none = {"", ""};
    int index = -1;
    int r = n == 0 ? build_session(b, place, session, &none, &index) : 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        session->start_us = meetings[i].first->start_us;
        session->end_us = meetings[i].last->end_us;
        session->room = meetings[i].room;
        r = build_session(b, place, session, &none, &index);
    }
    return r;
}

static int read_session(struct tpac *tpac, const struct json_at *at)
{
    struct build *b = &tpac->b;
    struct meeting meetings[64];
    size_t n = 0;
    int room = -1;
    int r = json_expect(b, at, JSON_OBJECT);
    r = r < 0 ? r
              : find_meetings(tpac, at, meetings, sizeof meetings / sizeof meetings[0], &n, &room);
    if (r < 0) {
        return r;
    }
    const char *body = json_member_text(b->arena, at, "body");
    const char *title = json_member_text(b->arena, at, "title");
    int track = build_track(b, "", title);
    struct session session = {
        .key = json_member_text(b->arena, at, "number"),
        .title = text_line(b->arena, title),
        .abstract = section(b->arena, body, "session description"),
        .language = "",
        .url = "",
        .tags = labels_of(tpac, at, track),
        .track = track,
        .room = room,
        .parent = -1,
        .expected_people = expected_people(b->arena, body),
    };
    *strmap_at(&tpac->numbers, b->arena, session.key, track, NULL) = track;
    r = save_meetings(tpac, at, &session, meetings, n);
    return r < 0 ? r : add_chairs(tpac, at, body, track);
}

static void separate(struct tpac *tpac, int track_a, int track_b, const char *reason)
{
    struct conference *conf = tpac->b.conf;
    if (track_a == track_b || track_a < 0 || track_b < 0) {
        return;
    }
    for (size_t i = 0; i < conf->separations.n; i++) {
        const struct separation *s = &conf->separations.items[i];
        if ((s->track_a == track_a && s->track_b == track_b) ||
            (s->track_a == track_b && s->track_b == track_a)) {
            return;
        }
    }
    struct separation *s = vec_add(tpac->b.arena, &conf->separations);
    *s = (struct separation){track_a, track_b, reason};
}

/* "#19, #20": a number that no session has keeps nobody apart. */
static void separate_declared(struct tpac *tpac, const struct json_at *at)
{
    struct arena *arena = tpac->b.arena;
    const char *number = json_member_text(arena, at, "number");
    const char *text =
        section(arena, json_member_text(arena, at, "body"), "avoid scheduling conflicts");
    const int64_t *own = strmap_find(&tpac->numbers, number);
    for (const char *p = strchr(text, '#'); p != NULL && own != NULL; p = strchr(p + 1, '#')) {
        size_t digits = strspn(p + 1, "0123456789");
        const int64_t *other = strmap_find(&tpac->numbers, arena_strndup(arena, p + 1, digits));
        if (other != NULL && tpac->b.conf->separations.n < FORMAT_MAX_SESSIONS) {
            separate(tpac, (int)*own, (int)*other,
                     arena_printf(arena, "declared by session %s", number));
        }
    }
}

static void separate_labelled(struct tpac *tpac)
{
    for (size_t i = 0; i < tpac->labelled.n; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct label *a = &tpac->labelled.items[j];
            const struct label *b = &tpac->labelled.items[i];
            if (strcmp(a->name, b->name) == 0) {
                separate(tpac, a->track, b->track,
                         arena_printf(tpac->b.arena, "both have the label \"%s\"", a->name));
            }
        }
    }
}

static int read_all(struct tpac *tpac, const struct json_at *root)
{
    struct build *b = &tpac->b;
    struct json_at metadata = json_member(root, "metadata");
    struct json_at zone = json_member(&metadata, "timezone");
    struct json_at slots = json_member(root, "slots");
    struct json_at rooms = json_member(root, "rooms");
    struct json_at sessions = json_member(root, "sessions");
    const char *type = json_member_text(b->arena, &metadata, "type");
    tpac->is_groups = strcmp(type, "groups") == 0;
    int r = build_zone(b, json_place(b->arena, &zone), json_text(b->arena, &zone));
    if (r == 0 && json_count(&slots) > MAX_SLOTS) {
        return build_limit(b, json_place(b->arena, &slots), "slots", MAX_SLOTS);
    }
    for (size_t i = 0; r == 0 && i < json_count(&slots); i++) {
        struct json_at at = json_item(&slots, i);
        r = read_slot(tpac, &at);
    }
    for (size_t i = 0; i < json_count(&rooms); i++) {
        struct json_at at = json_item(&rooms, i);
        struct json_at name = json_member(&at, "name");
        (void)add_room(tpac, json_text(b->arena, json_is_there(&name) ? &name : &at));
    }
    for (size_t i = 0; r == 0 && i < json_count(&sessions); i++) {
        struct json_at at = json_item(&sessions, i);
        r = read_session(tpac, &at);
    }
    for (size_t i = 0; r == 0 && i < json_count(&sessions); i++) {
        struct json_at at = json_item(&sessions, i);
        separate_declared(tpac, &at);
    }
    separate_labelled(tpac);
    return r;
}

int tpac_read(const struct format_input *in, struct conference *conf, struct arena *arena,
              struct err *err)
{
    CLEANUP(json_cleanup) json_t *value = NULL;
    struct tpac tpac = {0};
    int r = json_read(in, &value, err);
    if (r < 0) {
        return r;
    }
    build_init(&tpac.b, in, conf, arena, err);
    struct json_at root = json_root(value);
    struct json_at metadata = json_member(&root, "metadata");
    const char *title = json_member_text(arena, &metadata, "meeting");
    const char *slug = json_member_text(arena, &metadata, "slug");
    conf->title = conf->title[0] != '\0' ? conf->title : title;
    conf->slug = conf->slug[0] != '\0' ? conf->slug : slug;
    r = read_all(&tpac, &root);
    return r < 0 ? r : build_done(&tpac.b, "", "");
}
