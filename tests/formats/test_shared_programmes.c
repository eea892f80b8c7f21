#include "support/testing.h"

#include "core/conference.h"
#include "formats/formats.h"

#include <stdio.h>
#include <string.h>

#define PROGRAMMES SHARED_DIR "/data/programmes/"

/* Counted with other tools (Python's xml and json modules, regular expressions), not with the
 * readers. */
struct expected {
    const char *file;
    const char *format;
    const char *title;
    const char *zone;
    size_t sessions;
    size_t scheduled; /* with a time of some length */
    size_t rooms;
    size_t tracks;
    size_t mentions; /* one for each (session or track, person) */
    size_t separations;
    const char *first; /* earliest start, UTC; "" = nothing is scheduled */
    const char *last;  /* latest end, UTC */
};

static const struct expected expected[] = {
    {"fosdem/fosdem_2019.xml", "pentabarf", "FOSDEM 2019", "UTC", 775, 775, 34, 62, 843, 0,
     "2019-02-02T09:30:00Z", "2019-02-03T18:00:00Z"},
    {"fosdem/fosdem_2020.xml", "pentabarf", "FOSDEM 2020", "UTC", 872, 872, 35, 71, 965, 0,
     "2020-02-01T09:30:00Z", "2020-02-02T18:15:00Z"},
    {"fosdem/fosdem_2023.xml", "pentabarf", "FOSDEM 2023", "UTC", 780, 780, 35, 61, 935, 0,
     "2023-02-04T09:30:00Z", "2023-02-05T18:15:00Z"},
    {"fosdem/fosdem_2024.xml", "pentabarf", "FOSDEM 2024", "Europe/Brussels", 874, 874, 35, 67,
     1128, 0, "2024-02-03T08:30:00Z", "2024-02-04T17:15:00Z"},
    {"fosdem/fosdem_2025.xml", "pentabarf", "FOSDEM 2025", "Europe/Brussels", 1105, 1105, 35, 79,
     1455, 0, "2025-02-01T08:30:00Z", "2025-02-02T17:15:00Z"},
    {"debconf/debconf23.xml", "pentabarf", "DebConf 23", "Asia/Kolkata", 117, 117, 5, 12, 143, 0,
     "2023-09-10T01:30:00Z", "2023-09-17T17:00:00Z"},
    {"ccc/36c3_everything.schedule.json", "frab-json", "36th Chaos Communication Congress",
     "Etc/GMT-1", 1351, 1350, 92, 30, 1507, 0, "2019-12-27T08:30:00Z", "2019-12-31T05:00:00Z"},
    {"frab/frab-camp2019.json", "frab-json", "Chaos Communication Camp 2019", "Europe/Berlin", 79,
     79, 2, 7, 96, 0, "2019-08-21T09:00:00Z", "2019-08-25T16:30:00Z"},
    {"pretalx/pretalx-democon.json", "frab-json", "DemoCon", "UTC", 36, 36, 2, 2, 43, 0,
     "2020-12-14T08:00:00Z", "2020-12-16T14:30:00Z"},
    {"pretalx/pretalx-rc3.json", "frab-json", "rC3 Channels", "Etc/GMT-1", 48, 48, 5, 5, 57, 0,
     "2020-12-27T10:30:00Z", "2020-12-30T15:40:00Z"},
    {"pretalx/pyconfr2025_schedule.json", "pretalx-slots", "", "Etc/GMT-1", 93, 93, 13, 0, 115, 0,
     "2025-10-30T09:00:00Z", "2025-11-02T16:00:00Z"},
    {"indico/cern_indico_1330797_contributions.json", "indico-contributions", "ACAT 2024",
     "US/Eastern", 179, 175, 3, 5, 191, 0, "2024-03-11T13:00:00Z", "2024-03-15T17:00:00Z"},
    {"other_ics/jres_2022.ics", "ical", "JRES 2021/22", "Europe/Paris", 120, 119, 15, 0, 0, 0,
     "2022-05-17T09:00:00Z", "2022-05-20T12:10:00Z"},
    {"other_ics/kielux_2020.ics", "ical", "18. Kieler Open Source und Linux Tage", "UTC", 24, 24, 4,
     0, 24, 0, "2020-09-18T09:00:00Z", "2020-09-19T16:00:00Z"},
    /* The one track is that of "Main Conference: miniconf", which stands there for all of them. */
    {"other_ics/linux_conf_au_2020.ics", "ical", "linux.conf.au 2020", "Australia/Brisbane", 262,
     262, 7, 1, 0, 0, "2020-01-12T05:00:00Z", "2020-01-17T07:25:00Z"},
    {"w3c_tpac/breakouts-day-2024.json", "tpac", "W3C Breakouts Day 2024", "Etc/UTC", 19, 19, 7, 19,
     33, 18, "2024-03-12T13:00:00Z", "2024-03-12T23:00:00Z"},
    {"w3c_tpac/conflicts-indirect.json", "tpac", "Indirect conflicts test event", "Etc/UTC", 5, 5,
     3, 5, 0, 1, "2042-02-10T09:00:00Z", "2042-02-10T13:00:00Z"},
    /* 24 sessions, 10 of them without a time, and 11 further meetings; touching slots merged. */
    {"w3c_tpac/group-meetings.json", "tpac", "Group meetings test event", "Etc/UTC", 35, 25, 9, 23,
     0, 2, "2042-02-10T09:00:00Z", "2042-02-14T18:00:00Z"},
    {"w3c_tpac/session-validation.json", "tpac", "Validation test event", "Etc/UTC", 28, 19, 3, 28,
     10, 3, "2020-02-11T09:00:00Z", "2042-04-05T23:00:00Z"},
    {"w3c_tpac/tpac2023.json", "tpac", "TPAC 2023 meetings", "Europe/Madrid", 59, 0, 17, 59, 0, 0,
     "", ""},
};

/* Not programmes, and why. */
static const struct {
    const char *file;
    const char *message;
} refused[] = {
    {"pretalx/c3voc_schedule.schema.json", "this is a JSON Schema, not a schedule"},
    {"w3c_tpac/w3cgroups.json", "this is a list of W3C groups, not a programme"},
    {"w3c_tpac/issue-template-breakouts.yml",
     "this is a YAML file (an issue form or settings), not a programme"},
    {"w3c_tpac/issue-template-groups.yml",
     "this is a YAML file (an issue form or settings), not a programme"},
};

static int read_file(const char *file, struct conference *conf, struct arena *arena,
                     const struct format **ret_format, struct err *err)
{
    size_t len = 0;
    char *text = test_read_file(arena, arena_printf(arena, "%s%s", PROGRAMMES, file), &len);
    conference_init(conf);
    return format_read(file, text, len, NULL, conf, arena, ret_format, err);
}

static void check_indexes(const struct conference *conf)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        assert_true(s->room < (int)conf->rooms.n && s->track < (int)conf->tracks.n);
        assert_true(s->parent < (int)conf->sessions.n);
        assert_true(s->start_us == 0 || s->end_us > s->start_us);
        assert_true(s->key[0] != '\0' && s->title[0] != '\0');
        assert_null(strstr(s->abstract, "</p>"));
        for (size_t j = 0; j < i && conf->sessions.n < 400; j++) {
            assert_string_not_equal(s->key, conf->sessions.items[j].key);
        }
    }
    for (size_t i = 0; i < conf->mentions.n; i++) {
        const struct mention *m = &conf->mentions.items[i];
        assert_true(m->session < (int)conf->sessions.n && m->track < (int)conf->tracks.n);
        assert_true((m->session >= 0) == (m->role == ROLE_SPEAKER));
        assert_true(m->name[0] != '\0' && m->source[0] != '\0');
    }
}

static void check_times(const struct conference *conf, const struct expected *e)
{
    int64_t first_us = INT64_MAX;
    int64_t last_us = 0;
    size_t n = 0;
    char buf[TIME_TEXT_SIZE];
    for (size_t i = 0; i < conf->sessions.n; i++) {
        const struct session *s = &conf->sessions.items[i];
        if (session_is_scheduled(s)) {
            first_us = s->start_us < first_us ? s->start_us : first_us;
            last_us = s->end_us > last_us ? s->end_us : last_us;
            n++;
        }
    }
    assert_int_equal(n, e->scheduled);
    if (n > 0) {
        assert_string_equal(time_iso(zone_utc(), first_us, buf), e->first);
        assert_string_equal(time_iso(zone_utc(), last_us, buf), e->last);
        assert_true(conf->start_us <= first_us && conf->end_us >= last_us);
    }
}

static void every_shared_programme_is_read(void **state)
{
    (void)state;
    if (!test_has_shared()) {
        print_message("the shared programmes are not here\n");
        skip();
    }
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct expected *e = &expected[i];
        struct arena *arena = arena_new();
        struct conference conf;
        struct err err = {0};
        const struct format *format = NULL;
        if (read_file(e->file, &conf, arena, &format, &err) != 0) {
            fail_msg("%s: %s", err.where, err.message);
        }
        print_message("%s\n", e->file);
        assert_string_equal(format->name, e->format);
        assert_string_equal(conf.title, e->title);
        assert_string_equal(zone_name(conf.zone), e->zone);
        assert_int_equal(conf.sessions.n, e->sessions);
        assert_int_equal(conf.rooms.n, e->rooms);
        assert_int_equal(conf.tracks.n, e->tracks);
        assert_int_equal(conf.mentions.n, e->mentions);
        assert_int_equal(conf.separations.n, e->separations);
        check_times(&conf, e);
        check_indexes(&conf);
        arena_free(arena);
    }
}

static void what_is_no_programme_is_refused_with_the_reason(void **state)
{
    (void)state;
    if (!test_has_shared()) {
        print_message("the shared programmes are not here\n");
        skip();
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct arena *arena = arena_new();
        struct conference conf;
        struct err err = {0};
        assert_int_equal(read_file(refused[i].file, &conf, arena, NULL, &err), ERR_INPUT);
        assert_string_equal(err.message, refused[i].message);
        assert_string_equal(err.where, arena_printf(arena, "%s:1", refused[i].file));
        assert_int_equal(conf.sessions.n, 0);
        arena_free(arena);
    }
}

static size_t count_kind(const struct conference *conf, enum session_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < conf->sessions.n; i++) {
        n += conf->sessions.items[i].kind == kind;
    }
    return n;
}

/* Counted by eye and grep over the titles and types. */
static void kinds_are_told_from_types_and_titles(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct conference conf;
    struct err err = {0};
    if (!test_has_shared()) {
        print_message("the shared programmes are not here\n");
        skip();
    }
    assert_int_equal(read_file("debconf/debconf23.xml", &conf, arena, NULL, &err), 0);
    assert_int_equal(count_kind(&conf, SESSION_BREAK), 31);
    assert_int_equal(count_kind(&conf, SESSION_BOF), 25);
    assert_int_equal(count_kind(&conf, SESSION_OPEN_SLOT), 0);
    assert_int_equal(read_file("fosdem/fosdem_2025.xml", &conf, arena, NULL, &err), 0);
    assert_int_equal(count_kind(&conf, SESSION_BOF), 49);
    assert_int_equal(count_kind(&conf, SESSION_BREAK), 0);
    assert_int_equal(count_kind(&conf, SESSION_BLOCK), 0);
    size_t n_cancelled = 0;
    for (size_t i = 0; i < conf.sessions.n; i++) {
        n_cancelled += conf.sessions.items[i].is_cancelled;
    }
    assert_int_equal(n_cancelled, 4);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shared_programme_is_read),
        cmocka_unit_test(what_is_no_programme_is_refused_with_the_reason),
        cmocka_unit_test(kinds_are_told_from_types_and_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
