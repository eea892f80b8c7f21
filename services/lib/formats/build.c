#include "formats/build.h"

#include "base/str.h"
#include "formats/kinds.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME      500              /* bytes of a room's or track's name */
#define LONG_BLOCK_US (75 * MINUTE_US) /* talks inside an MC are far shorter, MCs far longer */

void build_init(struct build *b, const struct format_input *in, struct conference *conf,
                struct arena *arena, struct err *err)
{
    *b = (struct build){.in = in,
                        .conf = conf,
                        .arena = arena,
                        .err = err,
                        .zone = conf->zone,
                        .first_session = conf->sessions.n,
                        .n_tracks_before = conf->tracks.n};
    for (size_t i = 0; i < conf->rooms.n; i++) {
        (void)strmap_at(&b->rooms, arena, conf->rooms.items[i].name, (int64_t)i, NULL);
        (void)strmap_at(&b->room_keys, arena, conf->rooms.items[i].key, (int64_t)i, NULL);
    }
    for (size_t i = 0; i < conf->tracks.n; i++) {
        (void)strmap_at(&b->tracks, arena, conf->tracks.items[i].title, (int64_t)i, NULL);
    }
    for (size_t i = 0; i < conf->sessions.n; i++) {
        struct build_key *spot = vec_add(arena, &b->spots);
        *spot = (struct build_key){.session = (int)i, .n_slots = 1};
        (void)strmap_at(&b->keys, arena, conf->sessions.items[i].key, (int64_t)b->spots.n - 1,
                        NULL);
    }
}

int build_fail(const struct build *b, const char *place, const char *fmt, ...)
{
    char message[sizeof b->err->message];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    (void)err_set(b->err, ERR_INPUT, "%s", message);
    (void)err_where(b->err, "%s%s", b->in->name, place);
    return ERR_INPUT;
}

int build_limit(const struct build *b, const char *place, const char *what, size_t limit)
{
    (void)build_fail(b, place, "more than %zu %s", limit, what);
    b->err->code = ERR_LIMIT;
    return ERR_LIMIT;
}

const char *build_line(const struct build *b, int line)
{
    return arena_printf(b->arena, ":%d", line);
}

/* --- zones, times, durations --- */

static void take_zone(struct build *b, const struct zone *zone)
{
    b->zone = zone;
    if (b->conf->zone == zone_utc()) {
        b->conf->zone = zone;
    }
}

int build_zone(struct build *b, const char *place, const char *name)
{
    if (name[0] == '\0') {
        return 0;
    }
    const struct zone *zone = zone_find(name);
    if (zone == NULL) {
        return build_fail(b, place, "the time zone \"%.60s\" is not one that is known", name);
    }
    take_zone(b, zone);
    return 0;
}

const struct zone *build_zone_of_offset(int minutes_east)
{
    static const struct {
        int minutes_east;
        const char *zone;
    } odd[] = {
        {-570, "Pacific/Marquesas"}, {210, "Asia/Tehran"},      {270, "Asia/Kabul"},
        {330, "Asia/Kolkata"},       {345, "Asia/Kathmandu"},   {390, "Asia/Yangon"},
        {525, "Australia/Eucla"},    {570, "Australia/Darwin"},
    };
    char name[16];
    if (minutes_east == 0) {
        return zone_utc();
    }
    if (minutes_east % 60 == 0 && minutes_east >= -12 * 60 && minutes_east <= 14 * 60) {
        /* POSIX signs: Etc/GMT-9 is nine hours east. */
        (void)snprintf(name, sizeof name, "Etc/GMT%+d", -minutes_east / 60);
        return zone_find(name);
    }
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        if (odd[i].minutes_east == minutes_east) {
            return zone_find(odd[i].zone);
        }
    }
    return NULL;
}

void offsets_count(struct offsets *offsets, const char *iso)
{
    int64_t as_utc = 0;
    int64_t instant = 0;
    size_t len = strlen(iso);
    size_t head = len;
    if (len > 11 && (iso[len - 1] == 'Z' || iso[len - 1] == 'z')) {
        head = len - 1;
    } else {
        const char *sign = len > 11 ? strpbrk(iso + 11, "+-") : NULL;
        head = sign == NULL ? len : (size_t)(sign - iso);
    }
    char local[TIME_TEXT_SIZE];
    if (head == len || head >= sizeof local) {
        return;
    }
    memcpy(local, iso, head);
    local[head] = '\0';
    if (time_parse(local, zone_utc(), &as_utc, NULL) < 0 ||
        time_parse(iso, zone_utc(), &instant, NULL) < 0) {
        return; /* whoever reads the date will say so */
    }
    int minutes = (int)((as_utc - instant) / MINUTE_US);
    offsets->is_mixed |= offsets->n > 0 && offsets->minutes != minutes;
    offsets->minutes = minutes;
    offsets->n++;
}

void build_zone_from_offsets(struct build *b, const struct offsets *offsets)
{
    if (offsets->n == 0 || offsets->is_mixed) {
        return;
    }
    const struct zone *zone = build_zone_of_offset(offsets->minutes);
    if (zone != NULL) {
        take_zone(b, zone);
    }
}

int build_time(const struct build *b, const char *place, const char *text, int64_t *ret_us)
{
    int r = time_parse(text, b->zone, ret_us, b->err);
    return r < 0 ? err_where(b->err, "%s%s", b->in->name, place) : 0;
}

int build_duration(const struct build *b, const char *place, const char *text, int64_t *ret_us)
{
    int64_t parts[4] = {0};
    int n = 0;
    const char *p = text;
    for (; n < 4; n++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 0 || digits > 5) {
            break;
        }
        parts[n] = strtol(p, NULL, 10);
        p += digits;
        if (*p != ':') {
            n++;
            break;
        }
        p++;
    }
    if (n == 0 || *p != '\0' || p[-1] == ':') {
        return build_fail(b, place, "\"%.40s\" is not a duration such as 00:45", text);
    }
    int64_t minutes = n == 1 ? parts[0] : parts[0] * 60 + parts[1];
    int64_t us = minutes * MINUTE_US + (n == 3 ? parts[2] * SECOND_US : 0);
    if (n == 4) {
        us = parts[0] * DAY_US + parts[1] * HOUR_US + parts[2] * MINUTE_US + parts[3] * SECOND_US;
    }
    if (us > 366 * DAY_US) {
        return build_fail(b, place, "a duration of \"%.40s\" is longer than a year", text);
    }
    *ret_us = us;
    return 0;
}

/* --- rooms and tracks --- */

/* On one line, and cut where it is absurd: a room's name is read again for each of its sessions. */
static const char *short_line(const struct build *b, const char *text)
{
    size_t n = strnlen(text, MAX_NAME + 1);
    if (n > MAX_NAME) {
        text = arena_strndup(b->arena, text, utf8_cut(text, n, MAX_NAME));
    }
    return text_line(b->arena, text);
}

/* "Annex A (North building)" -> "North building": the one way in which programmes say it. */
static const char *building_of(struct build *b, const char *name)
{
    static const char *const words[] = {"building", "bldg",     "campus",
                                        "gebäude",  "bâtiment", "edificio"};
    const char *open = strrchr(name, '(');
    size_t len = strlen(name);
    if (open == NULL || name[len - 1] != ')') {
        return "";
    }
    const char *inside = arena_strndup(b->arena, open + 1, len - (size_t)(open - name) - 2);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasestr(inside, words[i]) != NULL) {
            return inside;
        }
    }
    return "";
}

int build_room(struct build *b, const char *key, const char *name)
{
    name = short_line(b, name);
    if (name[0] == '\0') {
        return -1;
    }
    bool is_new = false;
    int64_t *index = strmap_at(&b->rooms, b->arena, name, (int64_t)b->conf->rooms.n, &is_new);
    if (!is_new) {
        return (int)*index;
    }
    int room_index = (int)*index;
    struct room *room = conference_add_room(b->conf, b->arena);
    room->name = name;
    room->key = name;
    room->building = building_of(b, name);
    if (key[0] != '\0' && strmap_find(&b->room_keys, key) == NULL) {
        room->key = key;
    }
    (void)strmap_at(&b->room_keys, b->arena, room->key, room_index, NULL);
    return room_index;
}

/* The track of an earlier file that the title means; -1 = none. */
static int earlier_track(const struct build *b, const char *title)
{
    if (b->n_tracks_before == 0) {
        return -1;
    }
    struct conference before = *b->conf;
    before.tracks.n = b->n_tracks_before;
    return conference_find_track(&before, title);
}

int build_track(struct build *b, const char *key, const char *title)
{
    title = short_line(b, title);
    if (title[0] == '\0') {
        return -1;
    }
    bool is_new = false;
    int64_t *index = strmap_at(&b->tracks, b->arena, title, -1, &is_new);
    if (!is_new) {
        return (int)*index;
    }
    *index = earlier_track(b, title);
    if (*index >= 0) {
        return (int)*index;
    }
    *index = (int64_t)b->conf->tracks.n;
    struct track *track = conference_add_track(b->conf, b->arena);
    track->title = title;
    track->key = key[0] != '\0' ? key : title;
    track->kind = track_kind_from(b->arena, title);
    return (int)*index;
}

/* --- sessions --- */

/* Decides on a key that was there before: a further slot, or an error. */
static int check_repeated(struct build *b, const char *place, struct session *session,
                          struct build_key *spot)
{
    const struct session *first = &b->conf->sessions.items[spot->session];
    if (spot->place == NULL) {
        return build_fail(b, place, "session \"%.60s\" is there already, from an earlier file",
                          session->key);
    }
    bool is_same_talk = str_equal(first->title, session->title);
    bool is_same_slot = first->start_us == session->start_us && first->room == session->room;
    if (!is_same_talk || is_same_slot) {
        return build_fail(b, place, "session \"%.60s\" comes twice; the first is at %s%s",
                          session->key, b->in->name, spot->place);
    }
    spot->n_slots++;
    session->key = arena_printf(b->arena, "%s#%d", session->key, spot->n_slots);
    return 0;
}

static int check_key(struct build *b, const char *place, struct session *session)
{
    bool is_new = false;
    int64_t *at = strmap_at(&b->keys, b->arena, session->key, (int64_t)b->spots.n, &is_new);
    if (!is_new) {
        return check_repeated(b, place, session, &b->spots.items[*at]);
    }
    struct build_key *spot = vec_add(b->arena, &b->spots);
    *spot = (struct build_key){.place = place, .session = (int)b->conf->sessions.n, .n_slots = 1};
    return 0;
}

static void take_hints(struct build *b, struct session *session, const struct build_hints *hints)
{
    struct kind_hints kind = session_kind_from(b->arena, hints->type, session->title);
    session->is_cancelled |= is_cancelled_title(session->title) || is_cancelled_state(hints->state);
    if (session->kind != SESSION_TALK) {
        return; /* the reader knows */
    }
    session->kind = kind.kind;
    bool is_long = session->end_us - session->start_us >= LONG_BLOCK_US;
    if (kind.block == BLOCK_YES || (kind.block == BLOCK_IF_LONG && is_long)) {
        session->kind = SESSION_BLOCK;
    } else if (kind.block == BLOCK_IF_FULL && is_long) {
        *vec_add(b->arena, &b->maybe_blocks) = (int)b->conf->sessions.n;
    }
}

int build_session(struct build *b, const char *place, const struct session *proto,
                  const struct build_hints *hints, int *ret_session)
{
    struct session session = *proto;
    if (session.key[0] == '\0') {
        return build_fail(b, place, "a session has neither guid nor id");
    }
    if (b->conf->sessions.n >= FORMAT_MAX_SESSIONS) {
        return build_limit(b, place, "sessions", FORMAT_MAX_SESSIONS);
    }
    if (session.end_us <= session.start_us) {
        session.start_us = session.end_us = 0; /* takes no time: nothing to be on time for */
    }
    take_hints(b, &session, hints);
    if (session.kind == SESSION_BLOCK && session.track < 0) {
        session.track = build_track(b, "", session.title);
    }
    int r = check_key(b, place, &session);
    if (r < 0) {
        return r;
    }
    *ret_session = (int)b->conf->sessions.n;
    *conference_add_session(b->conf, b->arena) = session;
    return 0;
}

/* --- people --- */

static int add_mention(struct build *b, const char *place, const struct mention *proto)
{
    bool is_new = false;
    if (proto->name[0] == '\0') {
        return 0;
    }
    const char *key = arena_printf(b->arena, "%d %d %d %s\n%s\n%s", (int)proto->role, proto->track,
                                   proto->session, proto->source_key, proto->name, proto->email);
    (void)strmap_at(&b->mentions, b->arena, key, 1, &is_new);
    if (!is_new) {
        return 0;
    }
    if (b->conf->mentions.n >= FORMAT_MAX_PEOPLE) {
        return build_limit(b, place, "people are named", FORMAT_MAX_PEOPLE);
    }
    *conference_add_mention(b->conf, b->arena) = *proto;
    return 0;
}

int build_lead(struct build *b, const char *place, int track, const struct mention *proto)
{
    struct mention mention = *proto;
    mention.role = ROLE_LEAD;
    mention.track = track;
    mention.session = -1;
    mention.source = b->in->name;
    return add_mention(b, place, &mention);
}

int build_speaker(struct build *b, const char *place, int session, const struct mention *proto)
{
    const struct session *of = &b->conf->sessions.items[session];
    if (of->kind == SESSION_BLOCK && of->track >= 0) {
        return build_lead(b, place, of->track, proto);
    }
    struct mention mention = *proto;
    mention.role = ROLE_SPEAKER;
    mention.track = -1;
    mention.session = session;
    mention.source = b->in->name;
    return add_mention(b, place, &mention);
}

/* --- the end --- */

static bool has_others_within(const struct conference *conf, size_t first, int block)
{
    const struct session *outer = &conf->sessions.items[block];
    int n = 0;
    for (size_t i = first; i < conf->sessions.n && n < 2; i++) {
        const struct session *inner = &conf->sessions.items[i];
        n += (int)i != block && session_is_live(inner) && inner->track == outer->track &&
             inner->room == outer->room && inner->start_us >= outer->start_us &&
             inner->end_us <= outer->end_us &&
             inner->end_us - inner->start_us < outer->end_us - outer->start_us;
    }
    return n == 2;
}

/* A session that turned out to be a block: who spoke in it leads it. */
static void make_block(struct build *b, int index)
{
    struct session *block = &b->conf->sessions.items[index];
    block->kind = SESSION_BLOCK;
    for (size_t i = 0; i < b->conf->mentions.n; i++) {
        struct mention *m = &b->conf->mentions.items[i];
        if (m->session == index && m->role == ROLE_SPEAKER && block->track >= 0) {
            m->role = ROLE_LEAD;
            m->session = -1;
            m->track = block->track;
        }
    }
}

static int64_t day_us(const struct build *b, const char *day)
{
    int64_t us = 0;
    char date[11];
    (void)snprintf(date, sizeof date, "%s", day);
    return time_parse(date, b->zone, &us, NULL) < 0 ? 0 : us;
}

static void span_days(struct build *b, int64_t first_us, int64_t last_us)
{
    struct conference *conf = b->conf;
    for (size_t i = b->first_session; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        if (session_is_scheduled(session)) {
            first_us = first_us == 0 || session->start_us < first_us ? session->start_us : first_us;
            last_us = session->end_us - 1 > last_us ? session->end_us - 1 : last_us;
        }
    }
    if (first_us == 0 || last_us == 0) {
        return;
    }
    int64_t start_us = zone_day_start_us(conf->zone, first_us);
    /* 30 hours behind a midnight is always the next day, however long the night was. */
    int64_t end_us =
        zone_day_start_us(conf->zone, zone_day_start_us(conf->zone, last_us) + 30 * HOUR_US);
    if (conf->start_us == 0 || start_us < conf->start_us) {
        conf->start_us = start_us;
    }
    if (end_us > conf->end_us) {
        conf->end_us = end_us;
    }
}

int build_done(struct build *b, const char *first_day, const char *last_day)
{
    struct conference *conf = b->conf;
    for (size_t i = 0; i < b->maybe_blocks.n && i < 1000; i++) {
        if (has_others_within(conf, b->first_session, b->maybe_blocks.items[i])) {
            make_block(b, b->maybe_blocks.items[i]);
        }
    }
    for (size_t i = b->first_session; i < conf->sessions.n; i++) {
        const struct session *session = &conf->sessions.items[i];
        struct track *track = session->track >= 0 ? &conf->tracks.items[session->track] : NULL;
        if (session->kind == SESSION_BLOCK && track != NULL && track->kind == TRACK_OTHER) {
            track->kind = TRACK_MC;
        }
    }
    conference_nest(conf);
    span_days(b, day_us(b, first_day), day_us(b, last_day));
    return conf->sessions.n == b->first_session ? FORMAT_EMPTY : 0;
}
