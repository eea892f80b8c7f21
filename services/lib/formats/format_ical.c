/* ical: iCalendar feeds of conferences, through libical. */
#include "base/str.h"
#include "formats/ical_lines.h"
#include "formats/ical_times.h"
#include "formats/readers.h"

#include <ctype.h>
#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#define MAX_OCCURRENCES 400 /* of one repeated event */
#define MAX_REPEATED    200 /* events that repeat, in one file */

struct ical_reader {
    struct build b;
    struct ical_lines lines;
    size_t i_event;
    int n_repeated;
    bool is_cancel;        /* METHOD:CANCEL */
    const char *organizer; /* the one address that all events carry; "" = they differ */
    size_t n_organized;
    struct strmap overrides; /* UID + "#" + RECURRENCE-ID */
    icalcomponent *calendar; /* borrowed */
};

static void component_cleanup(icalcomponent **component)
{
    if (*component != NULL) {
        icalcomponent_free(*component);
    }
}

bool ical_recognises(const char *text, size_t len)
{
    size_t skip = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (skip < len && isspace((unsigned char)text[skip])) {
        skip++;
    }
    return len - skip >= 15 && strncasecmp(text + skip, "BEGIN:VCALENDAR", 15) == 0;
}

static icalproperty *find_property(icalcomponent *event, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(event, kind);
}

/* --- people --- */

static const char *address_of(struct arena *arena, const char *uri)
{
    if (uri == NULL || !str_starts_nocase(uri, "mailto:")) {
        return "";
    }
    const char *address = arena_strdup(arena, uri + 7);
    bool is_real = strchr(address, '@') != NULL && strcasestr(address, "nomail") == NULL &&
                   strcasestr(address, ".invalid") == NULL;
    return is_real ? address : "";
}

static const char *common_name(struct arena *arena, icalproperty *property)
{
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_CN_PARAMETER);
    const char *name = parameter == NULL ? NULL : icalparameter_get_cn(parameter);
    return name == NULL ? "" : text_line(arena, name);
}

/* A person has two names or more and none of an office's words. */
static bool is_persons_name(struct arena *arena, const char *name)
{
    static const char *const offices[] = {
        "team",       "committee", "conference", "organisers",  "organizers", "organisation",
        "foundation", "staff",     "group",      "association", "e v",        "inc",
        "ltd",        "gmbh",      "office",     "events",      "calendar",   "schedule"};
    const char *words = text_words(arena, name);
    for (size_t i = 0; i < sizeof offices / sizeof offices[0]; i++) {
        if (words_contain(words, offices[i])) {
            return false;
        }
    }
    return strchr(words, ' ') != NULL && strpbrk(name, "0123456789@") == NULL;
}

static bool is_individual(icalproperty *attendee)
{
    icalparameter *type = icalproperty_get_first_parameter(attendee, ICAL_CUTYPE_PARAMETER);
    icalparameter *role = icalproperty_get_first_parameter(attendee, ICAL_ROLE_PARAMETER);
    icalparameter_cutype cutype =
        type == NULL ? ICAL_CUTYPE_INDIVIDUAL : icalparameter_get_cutype(type);
    return cutype == ICAL_CUTYPE_INDIVIDUAL &&
           (role == NULL || icalparameter_get_role(role) != ICAL_ROLE_NONPARTICIPANT);
}

static int add_person(struct ical_reader *reader, const char *place, int session, const char *name,
                      const char *email)
{
    struct mention mention = {.name = name,
                              .email = email,
                              .email_md5 = "",
                              .affiliation = "",
                              .topic = "",
                              .source_key = "",
                              .line = reader->lines.events.items[reader->i_event],
                              .person = -1};
    return build_speaker(&reader->b, place, session, &mention);
}

static int add_people(struct ical_reader *reader, const char *place, icalcomponent *event,
                      int session)
{
    struct arena *arena = reader->b.arena;
    int r = 0;
    bool has_attendee = false;
    for (icalproperty *p = find_property(event, ICAL_ATTENDEE_PROPERTY); r == 0 && p != NULL;
         p = icalcomponent_get_next_property(event, ICAL_ATTENDEE_PROPERTY)) {
        if (is_individual(p)) {
            const char *email = address_of(arena, icalproperty_get_attendee(p));
            const char *name = common_name(arena, p);
            r = add_person(reader, place, session, name[0] != '\0' ? name : email, email);
            has_attendee = true;
        }
    }
    icalproperty *organizer = find_property(event, ICAL_ORGANIZER_PROPERTY);
    if (r < 0 || organizer == NULL || has_attendee) {
        return r;
    }
    /* Who organises every event is the conference; who organises one is its speaker. */
    const char *email = address_of(arena, icalproperty_get_organizer(organizer));
    const char *name = common_name(arena, organizer);
    bool is_everywhere = reader->n_organized > 2 && reader->organizer[0] != '\0';
    if (is_everywhere || !is_persons_name(arena, name)) {
        return 0;
    }
    return add_person(reader, place, session, name, email);
}

/* --- events --- */

static const char *text_of(struct arena *arena, const char *text)
{
    return text == NULL ? "" : arena_strdup(arena, text);
}

/* All categories joined by ", "; *ret_first is the first, the track. */
static const char *categories(struct arena *arena, icalcomponent *event, const char **ret_first)
{
    const char *all = "";
    *ret_first = "";
    for (icalproperty *p = find_property(event, ICAL_CATEGORIES_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(event, ICAL_CATEGORIES_PROPERTY)) {
        const char *value = text_line(arena, text_of(arena, icalproperty_get_categories(p)));
        if ((*ret_first)[0] == '\0') {
            *ret_first = value;
        }
        all = text_list(arena, all, value, ", ");
    }
    return all;
}

static const char *url_of(struct arena *arena, icalcomponent *event)
{
    icalproperty *url = find_property(event, ICAL_URL_PROPERTY);
    return url == NULL ? "" : text_of(arena, icalproperty_get_url(url));
}

static const char *instant_key(struct arena *arena, int64_t at_us)
{
    struct civil c = zone_civil(zone_utc(), at_us);
    return arena_printf(arena, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour,
                        c.minute, c.second);
}

static int describe(struct ical_reader *reader, const char *place, icalcomponent *event,
                    struct session *session)
{
    struct arena *arena = reader->b.arena;
    const char *track = "";
    *session = (struct session){
        .key = text_of(arena, icalcomponent_get_uid(event)),
        .title = text_line(arena, text_of(arena, icalcomponent_get_summary(event))),
        .abstract = plain_text(arena, text_of(arena, icalcomponent_get_description(event))),
        .language = "",
        .url = url_of(arena, event),
        .parent = -1,
        .is_cancelled =
            reader->is_cancel || icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED,
    };
    session->tags = categories(arena, event, &track);
    session->track = build_track(&reader->b, "", track);
    session->room = build_room(&reader->b, "", text_of(arena, icalcomponent_get_location(event)));
    return ical_event_times(&reader->b, reader->calendar, place, event, session);
}

static int save(struct ical_reader *reader, const char *place, icalcomponent *event,
                const struct session *session)
{
    int index = -1;
    int r = build_session(&reader->b, place, session, &(struct build_hints){"", ""}, &index);
    return r < 0 ? r : add_people(reader, place, event, index);
}

/* Occurrences of a repeated event; each is a session "UID#<its start>". */
struct expansion {
    struct ical_reader *reader;
    icalcomponent *event;
    const struct session *first;
    const char *place;
    int n;
    int result;
};

static void add_occurrence(icalcomponent *event, struct icaltime_span *span, void *user)
{
    (void)event;
    struct expansion *all = user;
    struct arena *arena = all->reader->b.arena;
    struct session session = *all->first;
    if (all->result < 0) {
        return;
    }
    if (++all->n > MAX_OCCURRENCES) {
        all->result =
            build_limit(&all->reader->b, all->place, "occurrences of one event", MAX_OCCURRENCES);
        return;
    }
    session.end_us = (int64_t)span->start * SECOND_US + (session.end_us - session.start_us);
    session.start_us = (int64_t)span->start * SECOND_US;
    session.key = arena_printf(arena, "%s#%s", session.key, instant_key(arena, session.start_us));
    if (strmap_find(&all->reader->overrides, session.key) == NULL) {
        all->result = save(all->reader, all->place, all->event, &session);
    }
}

static int expand(struct ical_reader *reader, const char *place, icalcomponent *event,
                  const struct session *first)
{
    icalproperty *rule = find_property(event, ICAL_RRULE_PROPERTY);
    struct icalrecurrencetype recurrence = icalproperty_get_rrule(rule);
    bool is_calm =
        recurrence.freq == ICAL_DAILY_RECURRENCE || recurrence.freq == ICAL_WEEKLY_RECURRENCE ||
        recurrence.freq == ICAL_MONTHLY_RECURRENCE || recurrence.freq == ICAL_YEARLY_RECURRENCE;
    bool has_end = recurrence.count > 0 || !icaltime_is_null_time(recurrence.until);
    if (!is_calm || !has_end || first->start_us == 0) {
        return build_fail(&reader->b, place,
                          "an event that repeats without end, or more often than daily");
    }
    if (++reader->n_repeated > MAX_REPEATED) {
        return build_limit(&reader->b, place, "events that repeat", MAX_REPEATED);
    }
    struct expansion all = {reader, event, first, place, 0, 0};
    /* Three years of occurrences: no conference is longer, and the search ends. */
    time_t from = (time_t)(first->start_us / SECOND_US) - 86400;
    icalcomponent_foreach_recurrence(event, icaltime_from_timet_with_zone(from, 0, NULL),
                                     icaltime_from_timet_with_zone(from + 3 * 366 * 86400, 0, NULL),
                                     add_occurrence, &all);
    return all.result;
}

/* RECURRENCE-ID says which occurrence of its UID this event replaces. */
static int override_key(struct ical_reader *reader, const char *place, icalcomponent *event,
                        const char **key)
{
    icalproperty *id = find_property(event, ICAL_RECURRENCEID_PROPERTY);
    int64_t at_us = 0;
    if (id == NULL) {
        return 0;
    }
    int r = ical_instant(&reader->b, reader->calendar, place, id, icalproperty_get_recurrenceid(id),
                         &at_us);
    if (r == 0) {
        *key = arena_printf(reader->b.arena, "%s#%s", *key, instant_key(reader->b.arena, at_us));
    }
    return r;
}

static int read_event(struct ical_reader *reader, icalcomponent *event)
{
    const char *place = build_line(&reader->b, reader->lines.events.items[reader->i_event]);
    struct session session;
    int r = describe(reader, place, event, &session);
    if (r < 0) {
        return r;
    }
    if (session.key[0] == '\0') {
        return build_fail(&reader->b, place, "an event without UID");
    }
    if (find_property(event, ICAL_RRULE_PROPERTY) != NULL &&
        find_property(event, ICAL_RECURRENCEID_PROPERTY) == NULL) {
        return expand(reader, place, event, &session);
    }
    r = override_key(reader, place, event, &session.key);
    return r < 0 ? r : save(reader, place, event, &session);
}

/* --- the calendar --- */

/* Calls visit for each VEVENT of every VCALENDAR, in the order of the file. */
static int each_event(struct ical_reader *reader, icalcomponent *root,
                      int (*visit)(struct ical_reader *, icalcomponent *))
{
    int r = 0;
    icalcomponent *inner = NULL;
    reader->i_event = 0;
    bool is_calendar = icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT;
    icalcomponent *calendar =
        is_calendar ? root : icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
    while (r == 0 && calendar != NULL) {
        icalcompiter i = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
        reader->calendar = calendar;
        reader->is_cancel = icalcomponent_get_method(calendar) == ICAL_METHOD_CANCEL;
        while (r == 0 && (inner = icalcompiter_deref(&i)) != NULL) {
            if (reader->i_event >= reader->lines.events.n) {
                return build_fail(&reader->b, "", "events that have no BEGIN:VEVENT of their own");
            }
            r = visit(reader, inner);
            reader->i_event++;
            (void)icalcompiter_next(&i);
        }
        calendar =
            is_calendar ? NULL : icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT);
    }
    return r;
}

/* What must be known before sessions are made: which occurrences are replaced, who organises. */
static int survey_event(struct ical_reader *reader, icalcomponent *event)
{
    struct arena *arena = reader->b.arena;
    icalproperty *organizer = find_property(event, ICAL_ORGANIZER_PROPERTY);
    const char *uri = organizer == NULL ? NULL : icalproperty_get_organizer(organizer);
    uri = uri == NULL ? "" : uri;
    if (reader->n_organized++ == 0) {
        reader->organizer = arena_strdup(arena, uri);
    } else if (!str_equal(reader->organizer, uri)) {
        reader->organizer = "";
    }
    const char *place = build_line(&reader->b, reader->lines.events.items[reader->i_event]);
    const char *key = text_of(arena, icalcomponent_get_uid(event));
    const char *own = key;
    int r = override_key(reader, place, event, &own);
    if (r == 0 && own != key) {
        (void)strmap_at(&reader->overrides, arena, own, 1, NULL);
    }
    return r;
}

static const char *x_property(struct arena *arena, icalcomponent *calendar, const char *name)
{
    for (icalproperty *p = find_property(calendar, ICAL_X_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(calendar, ICAL_X_PROPERTY)) {
        if (strcasecmp(icalproperty_get_property_name(p), name) == 0) {
            const char *value = icalproperty_get_x(p);
            return text_line(arena, text_of(arena, value));
        }
    }
    return "";
}

/* The zone of floating times and of the conference: the calendar's word, else the one TZID that all
 * starts carry. */
static int tzid_of_event(struct ical_reader *reader, icalcomponent *event)
{
    icalproperty *start = find_property(event, ICAL_DTSTART_PROPERTY);
    icalparameter *parameter =
        start == NULL ? NULL : icalproperty_get_first_parameter(start, ICAL_TZID_PARAMETER);
    const char *tzid = parameter == NULL ? NULL : icalparameter_get_tzid(parameter);
    const struct zone *zone = tzid == NULL ? NULL : ical_zone(tzid);
    if (zone == NULL) {
        return 0;
    }
    if (reader->b.zone == zone_utc() || reader->b.zone == zone) {
        return build_zone(&reader->b, "", zone_name(zone));
    }
    return 0;
}

static int read_calendar(struct ical_reader *reader, icalcomponent *root)
{
    struct conference *conf = reader->b.conf;
    struct arena *arena = reader->b.arena;
    bool is_calendar = icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT;
    icalcomponent *first =
        is_calendar ? root : icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
    if (first == NULL) {
        return build_fail(&reader->b, ":1", "there is no VCALENDAR in it");
    }
    const char *zone = x_property(arena, first, "X-WR-TIMEZONE");
    const char *title = x_property(arena, first, "X-WR-CALNAME");
    title = title[0] != '\0' ? title : x_property(arena, first, "NAME");
    title = title[0] != '\0' ? title : x_property(arena, first, "X-WR-CALDESC");
    conf->title = conf->title[0] != '\0' ? conf->title : title;
    int r = zone_find(zone) != NULL ? build_zone(&reader->b, ":1", zone) : 0;
    if (r == 0 && zone[0] == '\0') {
        r = each_event(reader, root, tzid_of_event);
    }
    r = r < 0 ? r : each_event(reader, root, survey_event);
    return r < 0 ? r : each_event(reader, root, read_event);
}

int ical_read(const struct format_input *in, struct conference *conf, struct arena *arena,
              struct err *err)
{
    CLEANUP(str_done) struct str text = {0};
    CLEANUP(component_cleanup) icalcomponent *root = NULL;
    struct ical_reader reader = {.organizer = ""};
    build_init(&reader.b, in, conf, arena, err);
    int r = ical_lines_read(&reader.b, &reader.lines, &text);
    if (r < 0) {
        return r;
    }
    icalerror_set_errors_are_fatal(false);
    root = icalparser_parse_string(text.data);
    if (root == NULL) {
        return build_fail(&reader.b, ":1", "this is not iCalendar that can be read");
    }
    r = read_calendar(&reader, root);
    return r < 0 ? r : build_done(&reader.b, "", "");
}
