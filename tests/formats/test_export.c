#include "support/testing.h"

#include "base/str.h"
#include "formats/export.h"
#include "formats/formats.h"

#include <string.h>

typedef void writer(const struct conference *conf, struct str *out);

static const struct session *find(const struct conference *conf, const char *key)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (strcmp(conf->sessions.items[i].key, key) == 0) {
            return &conf->sessions.items[i];
        }
    }
    return NULL;
}

static const char *room_name(const struct conference *conf, const struct session *session)
{
    return session->room < 0 ? "" : conf->rooms.items[session->room].name;
}

static const char *track_title(const struct conference *conf, int track)
{
    return track < 0 ? "" : conf->tracks.items[track].title;
}

static void same_session(const struct conference *before, const struct session *a,
                         const struct conference *after, bool has_capacity)
{
    const struct session *b = find(after, a->key);
    if (b == NULL) {
        fail_msg("%s is lost", a->key);
        return;
    }
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->abstract, b->abstract);
    assert_string_equal(a->language, b->language);
    assert_string_equal(a->url, b->url);
    assert_true(a->start_us == b->start_us && a->end_us == b->end_us);
    assert_string_equal(session_kind_name(a->kind), session_kind_name(b->kind));
    assert_string_equal(room_name(before, a), room_name(after, b));
    assert_string_equal(track_title(before, a->track), track_title(after, b->track));
    if (a->room >= 0) {
        assert_string_equal(before->rooms.items[a->room].key, after->rooms.items[b->room].key);
        if (has_capacity) {
            assert_int_equal(before->rooms.items[a->room].capacity,
                             after->rooms.items[b->room].capacity);
        }
    }
    if (a->parent >= 0) {
        assert_true(b->parent >= 0);
        assert_string_equal(before->sessions.items[a->parent].key,
                            after->sessions.items[b->parent].key);
    }
}

/* Everybody of `a` stands in `b` in the same role. */
static void same_people(const struct conference *a, const struct conference *b)
{
    for (size_t i = 0; i < a->mentions.n; i++) {
        const struct mention *m = &a->mentions.items[i];
        if (strchr(m->name, '@') != NULL ||
            strchr(m->source_key, '/') == m->source_key + strlen(m->source_key) - 1) {
            continue; /* an address in the place of a name is not written */
        }
        if (m->session >= 0 && (!session_is_scheduled(&a->sessions.items[m->session]) ||
                                a->sessions.items[m->session].is_cancelled)) {
            continue;
        }
        bool is_there = false;
        for (size_t j = 0; j < b->mentions.n && !is_there; j++) {
            const struct mention *o = &b->mentions.items[j];
            is_there = m->role == o->role && strcmp(m->name, o->name) == 0 &&
                       strcmp(m->source_key, o->source_key) == 0 &&
                       (m->session < 0) == (o->session < 0) &&
                       (m->session < 0 || strcmp(a->sessions.items[m->session].key,
                                                 b->sessions.items[o->session].key) == 0) &&
                       strcmp(track_title(a, m->track), track_title(b, o->track)) == 0;
        }
        if (!is_there) {
            fail_msg("%s (%s) is lost", m->name, m->source_key);
        }
    }
}

static void check_round_trip(const struct conference *before, writer *write, bool has_capacity)
{
    CLEANUP(str_done) struct str text = {0};
    struct arena *arena = arena_new();
    struct conference after;
    struct err err = {0};
    conference_init(&after);
    write(before, &text);
    if (format_read("written", text.data, text.len, "programme", &after, arena, NULL, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    size_t n = 0;
    for (size_t i = 0; i < before->sessions.n; i++) {
        const struct session *session = &before->sessions.items[i];
        if (session_is_scheduled(session) && !session->is_cancelled) {
            same_session(before, session, &after, has_capacity);
            n++;
        }
    }
    assert_int_equal(after.sessions.n, n);
    assert_int_equal(after.tracks.n, before->tracks.n);
    for (size_t i = 0; i < before->tracks.n; i++) {
        assert_string_equal(after.tracks.items[i].title, before->tracks.items[i].title);
        assert_string_equal(after.tracks.items[i].key, before->tracks.items[i].key);
        assert_int_equal(after.tracks.items[i].kind, before->tracks.items[i].kind);
    }
    assert_string_equal(after.slug, before->slug);
    assert_string_equal(after.title, before->title);
    assert_string_equal(after.version, before->version);
    assert_string_equal(after.url, before->url);
    assert_ptr_equal(after.zone, before->zone);
    assert_true(after.start_us == before->start_us && after.end_us == before->end_us);
    same_people(before, &after);
    same_people(&after, before);
    CLEANUP(str_done) struct str again = {0};
    write(before, &again);
    assert_string_equal(text.data, again.data);
    arena_free(arena);
}

static void add_session(struct conference *conf, struct arena *arena, struct session session)
{
    struct session *s = conference_add_session(conf, arena);
    session.abstract = session.abstract == NULL ? "" : session.abstract;
    session.language = session.language == NULL ? "" : session.language;
    session.url = session.url == NULL ? "" : session.url;
    session.tags = "";
    *s = session;
}

static struct mention *add_mention(struct conference *conf, struct arena *arena, enum role role,
                                   int at, const char *name, const char *key)
{
    struct mention *m = conference_add_mention(conf, arena);
    m->role = role;
    m->name = name;
    m->source_key = key;
    m->track = role == ROLE_SPEAKER ? -1 : at;
    m->session = role == ROLE_SPEAKER ? at : -1;
    return m;
}

/* Every kind of session, awkward texts, a night session, a clock change, people with addresses. */
static void make_conference(struct conference *conf, struct arena *arena)
{
    conference_init(conf);
    conf->slug = "made2025";
    conf->title = "A <made up> conference & more";
    conf->version = "v1 \"final\"";
    conf->url = "https://example.org/made?a=1&b=2";
    conf->zone = zone_find("Europe/Vienna");
    int64_t day = 0;
    assert_int_equal(time_parse("2025-10-25", conf->zone, &day, NULL), 0);
    conf->start_us = day;
    conf->end_us = zone_day_start_us(conf->zone, day + 2 * DAY_US + 6 * HOUR_US);
    struct room *room = conference_add_room(conf, arena);
    *room = (struct room){.key = "b379c473-93b9-4eae-9a09-d482e86cede3",
                          .name = "Hall <1>",
                          .building = "",
                          .capacity = 120};
    *conference_add_room(conf, arena) =
        (struct room){.key = "two", .name = "R\xc3\xb6mer \"2\"", .building = ""};
    *conference_add_track(conf, arena) =
        (struct track){.key = "rust", .title = "Rust MC", .description = "", .kind = TRACK_MC};
    *conference_add_track(conf, arena) = (struct track){
        .key = "ks", .title = "Kernel Summit", .description = "", .kind = TRACK_KERNEL_SUMMIT};
    struct session all[] = {
        {.key = "b1", .title = "Rust MC", .kind = SESSION_BLOCK, .start_us = 9, .end_us = 12},
        {.key = "c1",
         .title = "Pin & unpin",
         .kind = SESSION_CONTRIBUTION,
         .start_us = 9,
         .end_us = 10,
         .language = "en",
         .url = "https://example.org/c1"},
        {.key = "5e2ef9c2-2d6e-4cf1-9a3a-2b0c3a5d8f11",
         .title = "Lifetimes",
         .kind = SESSION_CONTRIBUTION,
         .start_us = 10,
         .end_us = 11,
         .abstract = "One line\nanother\n\nSecond paragraph: a < b && c > d, \"quoted\""},
        {.key = "k1",
         .title = "Quarterly state",
         .kind = SESSION_OPEN_SLOT,
         .start_us = 13,
         .end_us = 14},
        {.key = "l1", .title = "Lunch", .kind = SESSION_BREAK, .start_us = 12, .end_us = 13},
        {.key = "f1",
         .title = "Distribution folk",
         .kind = SESSION_BOF,
         .start_us = 18,
         .end_us = 19,
         .abstract = "Use <b>bold</b> &amp; more\nof it"},
        {.key = "n1", .title = "Night talk", .kind = SESSION_TALK, .start_us = 25, .end_us = 28},
        {.key = "x1", .title = "Not yet", .kind = SESSION_TALK},
        {.key = "y1",
         .title = "Gone",
         .kind = SESSION_TALK,
         .start_us = 15,
         .end_us = 16,
         .is_cancelled = true},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        all[i].room = i < 4 ? 0 : i == 5 ? -1 : 1;
        all[i].track = i < 3 ? 0 : i == 3 ? 1 : -1;
        all[i].parent = i == 1 || i == 2 ? 0 : -1;
        if (all[i].end_us != 0) {
            all[i].start_us = day + all[i].start_us * HOUR_US;
            all[i].end_us = day + all[i].end_us * HOUR_US;
        }
        add_session(conf, arena, all[i]);
    }
    add_mention(conf, arena, ROLE_LEAD, 0, "J\xc3\xb6rg Lead", "JRG");
    add_mention(conf, arena, ROLE_LEAD, 0, "Ada Second", "9d3b1c2e-0000-5000-8000-000000000001");
    add_mention(conf, arena, ROLE_SPEAKER, 1, "A. <Speaker>", "ABC");
    struct mention *m = add_mention(conf, arena, ROLE_SPEAKER, 6, "Nina Night", "NIN");
    m->email = "nina@example.org";
    m->email_md5 = "0123456789abcdef0123456789abcdef";
}

static void a_conference_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct conference conf;
    make_conference(&conf, arena);
    check_round_trip(&conf, export_frab_json, true);
    check_round_trip(&conf, export_pentabarf, false);
    arena_free(arena);
}

static void no_address_and_no_hash_is_written(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct conference conf;
    CLEANUP(str_done) struct str text = {0};
    make_conference(&conf, arena);
    conf.mentions.items[2].source_key = "speaker@example.org";
    conf.mentions.items[2].name = "speaker@example.org";
    export_frab_json(&conf, &text);
    export_pentabarf(&conf, &text);
    assert_null(strchr(text.data, '@'));
    assert_null(strstr(text.data, "0123456789abcdef"));
    arena_free(arena);
}

static void an_empty_conference_is_a_schedule_too(void **state)
{
    (void)state;
    static writer *const writers[] = {export_frab_json, export_pentabarf};
    for (size_t i = 0; i < 2; i++) {
        CLEANUP(str_done) struct str text = {0};
        struct arena *arena = arena_new();
        struct conference conf;
        struct conference after;
        struct err err = {0};
        conference_init(&conf);
        conference_init(&after);
        writers[i](&conf, &text);
        assert_int_equal(format_read("w", text.data, text.len, NULL, &after, arena, NULL, &err),
                         FORMAT_EMPTY);
        arena_free(arena);
    }
}

/* What real programmes hold survives: read, written, read. */
static void real_programmes_come_back_as_they_were(void **state)
{
    (void)state;
    static const char *const files[] = {"fosdem/fosdem_2025.xml", "debconf/debconf23.xml",
                                        "frab/frab-camp2019.json", "pretalx/pretalx-democon.json"};
    if (!test_has_shared()) {
        print_message("the shared programmes are not here\n");
        skip();
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct arena *arena = arena_new();
        struct conference conf;
        struct err err = {0};
        size_t len = 0;
        char *text = test_read_file(
            arena, arena_printf(arena, "%s/data/programmes/%s", SHARED_DIR, files[i]), &len);
        conference_init(&conf);
        assert_int_equal(format_read(files[i], text, len, NULL, &conf, arena, NULL, &err), 0);
        check_round_trip(&conf, export_frab_json, true);
        check_round_trip(&conf, export_pentabarf, false);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conference_comes_back_as_it_was_written),
        cmocka_unit_test(no_address_and_no_hash_is_written),
        cmocka_unit_test(an_empty_conference_is_a_schedule_too),
        cmocka_unit_test(real_programmes_come_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
