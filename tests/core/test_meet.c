/* meet: who is worth introducing to whom, and when; never anybody who did not opt in. */
#include "support/testing.h"

#include "core/meet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY (1765411200 * SECOND_US) /* 2025-12-11T00:00:00Z, a Thursday */

/* --- building --- */

struct who {
    const char *name;
    const char *interests;
    const char *affiliation;
    bool is_shy;        /* did not opt in */
    const char *leads;  /* a track's title */
    const char *wanted; /* key attendee of that track */
    const char *speaks; /* a talk's title */
    enum registration_status status;
};

static int track_of(struct conference *conf, struct arena *arena, const char *title)
{
    for (size_t i = 0; i < conf->tracks.n; i++) {
        if (strcmp(conf->tracks.items[i].title, title) == 0) {
            return (int)i;
        }
    }
    conference_add_track(conf, arena)->title = title;
    return (int)conf->tracks.n - 1;
}

static int session_of(struct conference *conf, struct arena *arena, const char *title)
{
    for (size_t i = 0; i < conf->sessions.n; i++) {
        if (strcmp(conf->sessions.items[i].title, title) == 0) {
            return (int)i;
        }
    }
    struct session *session = conference_add_session(conf, arena);
    session->title = title;
    session->key = title;
    return (int)conf->sessions.n - 1;
}

static void mention(struct conference *conf, struct arena *arena, int person, enum role role,
                    int track, int session)
{
    struct mention *mention = conference_add_mention(conf, arena);
    mention->role = role;
    mention->person = person;
    mention->track = track;
    mention->session = session;
    mention->status = RESOLUTION_LINKED;
}

static void add_person(struct conference *conf, struct arena *arena, const struct who *who)
{
    int person = (int)conf->persons.n;
    struct person *p = conference_add_person(conf, arena);
    p->name = who->name;
    p->wants_introductions = !who->is_shy;
    struct registrant *r = conference_add_registrant(conf, arena);
    r->name = who->name;
    r->interests = who->interests == NULL ? "" : who->interests;
    r->affiliation = who->affiliation == NULL ? "" : who->affiliation;
    r->status = who->status;
    r->person = person;
    if (who->leads != NULL) {
        mention(conf, arena, person, ROLE_LEAD, track_of(conf, arena, who->leads), -1);
    }
    if (who->wanted != NULL) {
        mention(conf, arena, person, ROLE_KEY_ATTENDEE, track_of(conf, arena, who->wanted), -1);
    }
    if (who->speaks != NULL) {
        mention(conf, arena, person, ROLE_SPEAKER, -1, session_of(conf, arena, who->speaks));
    }
}

/* Thirty more with the same everyday interests, so that something is common and something rare. */
static void add_crowd(struct conference *conf, struct arena *arena, int n)
{
    for (int i = 0; i < n; i++) {
        struct who who = {.name = arena_printf(arena, "Crowd %d", i),
                          .interests = "eBPF; memory management"};
        add_person(conf, arena, &who);
    }
}

static const char *pairs_text(const struct conference *conf, const struct meet_options *options,
                              struct arena *arena)
{
    struct meet_terms terms;
    struct meet_pairs pairs;
    meet_terms_build(conf, arena, &terms);
    meet_find(conf, &terms, options, arena, &pairs);
    const char *text = "";
    for (size_t i = 0; i < pairs.items.n; i++) {
        const struct meet_pair *pair = &pairs.items.items[i];
        text = arena_printf(arena, "%s%s%s>%s [%s] %s | %s", text, i == 0 ? "" : "\n",
                            conf->persons.items[pair->a].name, conf->persons.items[pair->b].name,
                            meet_link_name(pair->link), pair->topics_a, pair->topics_b);
    }
    return text;
}

/* --- pairs --- */

static const struct pair_case {
    const char *name;
    struct who people[4];
    const char *expected;
} pair_cases[] = {
    {"two who share a rare interest",
     {{.name = "Ann", .interests = "thermal zones; eBPF"},
      {.name = "Bob", .interests = "Thermal zone, networking"}},
     "Ann>Bob [both_care] thermal zones | Thermal zone"},
    {"what everybody cares about introduces nobody",
     {{.name = "Ann", .interests = "eBPF"},
      {.name = "Bob", .interests = "memory management and eBPF"}},
     ""},
    {"one who did not opt in is left out",
     {{.name = "Ann", .interests = "thermal zones"},
      {.name = "Bob", .interests = "thermal zones", .is_shy = true}},
     ""},
    {"one whose registration is cancelled is left out",
     {{.name = "Ann", .interests = "thermal zones"},
      {.name = "Bob", .interests = "thermal zones", .status = REGISTRATION_CANCELLED}},
     ""},
    {"one on the waiting list is left out",
     {{.name = "Ann", .interests = "thermal zones"},
      {.name = "Bob", .interests = "thermal zones", .status = REGISTRATION_WAITING}},
     ""},
    {"colleagues know one another",
     {{.name = "Ann", .interests = "thermal zones", .affiliation = "Example Corp."},
      {.name = "Bob", .interests = "thermal zones", .affiliation = "example corp"}},
     ""},
    {"being independent makes nobody colleagues",
     {{.name = "Ann", .interests = "thermal zones", .affiliation = "Independent"},
      {.name = "Bob", .interests = "thermal zones", .affiliation = "independent"}},
     "Ann>Bob [both_care] thermal zones | thermal zones"},
    {"who asks is put first, who speaks about it second",
     {{.name = "Bob", .speaks = "Resctrl for everybody"}, {.name = "Ann", .interests = "resctrl"}},
     "Ann>Bob [one_works] resctrl | Resctrl"},
    {"who is wanted for a topic works on it",
     {{.name = "Ann", .interests = "I would like to hear about CXL"},
      {.name = "Bob", .wanted = "CXL MC"}},
     "Ann>Bob [one_works] CXL | CXL"},
    {"two leads of one track know one another",
     {{.name = "Ann", .interests = "CXL", .leads = "CXL MC"},
      {.name = "Bob", .interests = "CXL", .leads = "CXL MC"}},
     ""},
    {"a lead and whom the track names know one another",
     {{.name = "Ann", .interests = "CXL", .leads = "CXL MC"},
      {.name = "Bob", .interests = "CXL", .wanted = "CXL MC"}},
     ""},
    {"two who are wanted in one track need not know one another",
     {{.name = "Ann", .wanted = "CXL MC"}, {.name = "Bob", .wanted = "CXL MC"}},
     "Ann>Bob [both_work] CXL | CXL"},
    {"speakers of one talk know one another",
     {{.name = "Ann", .interests = "resctrl", .speaks = "Resctrl again"},
      {.name = "Bob", .interests = "resctrl", .speaks = "Resctrl again"}},
     ""},
    {"words around an interest are none",
     {{.name = "Ann", .interests = "debugging futexes for a living"},
      {.name = "Bob", .interests = "baking bread for a living"}},
     ""},
    {"ordinary words that happen to be the same are no interest",
     {{.name = "Ann", .interests = "curious about gentle greenhouses"},
      {.name = "Bob", .interests = "curious about gentle hammocks"}},
     ""},
    {"an ordinary word written for itself is one",
     {{.name = "Ann", .interests = "eBPF, accessibility"},
      {.name = "Bob", .interests = "accessibility"}},
     "Ann>Bob [both_care] accessibility | accessibility"},
    {"a compound is the same however it is written",
     {{.name = "Ann", .interests = "sched_ext"}, {.name = "Bob", .interests = "SCHED-EXT"}},
     "Ann>Bob [both_care] sched_ext | SCHED-EXT"},
    {"two topics are named, a pair instead of its words",
     {{.name = "Ann", .interests = "idle CPU selection; powercap"},
      {.name = "Bob", .interests = "powercap; idle CPU selection"}},
     "Ann>Bob [both_care] idle CPU selection and powercap | idle CPU selection and powercap"},
    {"what one word holds together is one topic",
     {{.name = "Ann", .interests = "freedom from interference"},
      {.name = "Bob", .interests = "Freedom from interference"},
      {.name = "Cid", .is_shy = true, .speaks = "Freedom and interference"}},
     "Ann>Bob [both_care] freedom from interference | Freedom from interference"},
    {"the rarer pair comes first, and a third makes three pairs",
     {{.name = "Ann", .interests = "thermal zones; devfreq"},
      {.name = "Bob", .interests = "devfreq, thermal zones"},
      {.name = "Cid", .interests = "devfreq"}},
     "Ann>Bob [both_care] thermal zones and devfreq | thermal zones and devfreq\n"
     "Ann>Cid [both_care] devfreq | devfreq\nBob>Cid [both_care] devfreq | devfreq"},
    {"nothing written, nothing found",
     {{.name = "Ann", .interests = ""}, {.name = "Bob", .interests = ""}},
     ""},
    {"right-to-left text, emoji and one letter are read",
     {{.name = "Ann",
       .interests = "x; \xd7\x9c\xd7\x99\xd7\xa0\xd7\x95\xd7\xa7\xd7\xa1; \xf0\x9f\xa6\x80"},
      {.name = "Bob", .interests = "\xd7\x9c\xd7\x99\xd7\xa0\xd7\x95\xd7\xa7\xd7\xa1"}},
     "Ann>Bob [both_care] \xd7\x9c\xd7\x99\xd7\xa0\xd7\x95\xd7\xa7\xd7\xa1 | "
     "\xd7\x9c\xd7\x99\xd7\xa0\xd7\x95\xd7\xa7\xd7\xa1"},
};

static void pairs_are_found(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof pair_cases / sizeof pair_cases[0]; c++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct conference conf;
        conference_init(&conf);
        for (size_t i = 0; i < 4 && pair_cases[c].people[i].name != NULL; i++) {
            add_person(&conf, arena, &pair_cases[c].people[i]);
        }
        add_crowd(&conf, arena, 40);
        struct meet_options options = {0};
        const char *found = pairs_text(&conf, &options, arena);
        if (strcmp(found, pair_cases[c].expected) != 0) {
            fail_msg("%s: found \"%s\", expected \"%s\"", pair_cases[c].name, found,
                     pair_cases[c].expected);
        }
    }
}

static void who_was_introduced_is_not_introduced_again(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    const struct who people[] = {{.name = "Ann", .interests = "devfreq"},
                                 {.name = "Bob", .interests = "devfreq"},
                                 {.name = "Cid", .interests = "devfreq"}};
    for (int i = 0; i < 3; i++) {
        add_person(&conf, arena, &people[i]);
    }
    add_crowd(&conf, arena, 40);
    const struct meet_past past[] = {{1, 0}, {2, 1}};
    struct meet_options options = {.past = past, .n_past = 2};
    assert_string_equal(pairs_text(&conf, &options, arena),
                        "Ann>Cid [both_care] devfreq | devfreq");
}

/* Shared by a third of all it is worth something, and not an introduction. */
static void what_many_share_is_no_reason(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct meet_options options = {0};
    for (int n = 2; n <= 12; n += 10) {
        struct conference conf;
        conference_init(&conf);
        for (int i = 0; i < n; i++) {
            struct who who = {
                .name = arena_printf(arena, "P%d", i), .interests = "devfreq", .is_shy = i > 1};
            add_person(&conf, arena, &who);
        }
        add_crowd(&conf, arena, 40 - n);
        assert_string_equal(pairs_text(&conf, &options, arena),
                            n == 2 ? "P0>P1 [both_care] devfreq | devfreq" : "");
    }
}

static void each_reads_of_the_other_in_their_own_words(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    assert_string_equal(meet_about_b(MEET_ONE_WORKS, "CXL", arena),
                        "works on CXL, which you care about");
    assert_string_equal(meet_about_a(MEET_ONE_WORKS, "CXL", arena),
                        "cares about CXL, which you work on");
    assert_string_equal(meet_about_a(MEET_BOTH_CARE, "CXL", arena), "cares about CXL, as you do");
    assert_string_equal(meet_about_b(MEET_BOTH_WORK, "CXL", arena), "works on CXL, as you do");
    for (int link = 0; link <= MEET_BOTH_WORK; link++) {
        assert_int_equal(meet_link_parse(meet_link_name((enum meet_link)link)), link);
    }
    assert_int_equal(meet_link_parse("nonsense"), -1);
}

/* --- at random: whoever did not opt in is never part of a pair --- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return *seed >> 33;
}

static void make_random(struct conference *conf, struct arena *arena, uint64_t *seed)
{
    static const char *const topics[] = {"CXL",   "devfreq",  "thermal zones", "resctrl",
                                         "zswap", "io_uring", "memory tiers",  "coreboot",
                                         "ext4",  "nftables", "KUnit",         "perf"};
    static const char *const teams[] = {"", "A Corp", "B Corp", "Independent"};
    int n = 2 + (int)(next_random(seed) % 40);
    conference_init(conf);
    for (int i = 0; i < n; i++) {
        const char *text = "";
        for (uint64_t k = next_random(seed) % 4; k > 0; k--) {
            text = arena_printf(arena, "%s, %s", text, topics[next_random(seed) % 12]);
        }
        struct who who = {.name = arena_printf(arena, "P%d", i),
                          .interests = text,
                          .affiliation = teams[next_random(seed) % 4],
                          .is_shy = next_random(seed) % 2 == 0,
                          .status = next_random(seed) % 8 == 0 ? REGISTRATION_WAITING
                                                               : REGISTRATION_CONFIRMED};
        who.speaks = next_random(seed) % 6 == 0 ? topics[next_random(seed) % 12] : NULL;
        who.leads = next_random(seed) % 9 == 0 ? topics[next_random(seed) % 12] : NULL;
        who.wanted = next_random(seed) % 6 == 0 ? topics[next_random(seed) % 12] : NULL;
        add_person(conf, arena, &who);
    }
}

static bool is_past(const struct meet_past *past, size_t n, const struct meet_pair *pair)
{
    for (size_t i = 0; i < n; i++) {
        if ((past[i].a == pair->a && past[i].b == pair->b) ||
            (past[i].a == pair->b && past[i].b == pair->a)) {
            return true;
        }
    }
    return false;
}

static void nobody_who_did_not_opt_in_is_part_of_a_pair(void **state)
{
    (void)state;
    uint64_t seed = 7;
    size_t n_pairs = 0;
    for (int round = 0; round < 3000; round++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        struct conference conf;
        make_random(&conf, arena, &seed);
        struct meet_terms terms;
        struct meet_pairs pairs;
        struct meet_past past[8];
        for (int i = 0; i < 8; i++) {
            past[i] = (struct meet_past){(int)(next_random(&seed) % conf.persons.n),
                                         (int)(next_random(&seed) % conf.persons.n)};
        }
        struct meet_options options = {.past = past, .n_past = 8};
        meet_terms_build(&conf, arena, &terms);
        meet_find(&conf, &terms, &options, arena, &pairs);
        for (size_t i = 0; i < pairs.items.n; i++) {
            const struct meet_pair *pair = &pairs.items.items[i];
            assert_true(conf.persons.items[pair->a].wants_introductions);
            assert_true(conf.persons.items[pair->b].wants_introductions);
            assert_int_equal(conf.registrants.items[pair->a].status, REGISTRATION_CONFIRMED);
            assert_int_equal(conf.registrants.items[pair->b].status, REGISTRATION_CONFIRMED);
            assert_int_not_equal(pair->a, pair->b);
            assert_false(is_past(past, 8, pair));
            for (size_t j = 0; j < i; j++) {
                struct meet_past other = {pairs.items.items[j].a, pairs.items.items[j].b};
                assert_false(is_past(&other, 1, pair));
            }
        }
        n_pairs += pairs.items.n;
    }
    assert_true(n_pairs > 1000); /* else nothing was looked at */
}

/* A term that thousands have costs each of them no more than a few comparisons. */
static void a_crowd_of_one_mind_is_no_quadratic_step(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct conference conf;
    conference_init(&conf);
    for (int i = 0; i < 20000; i++) {
        struct who who = {.name = "P",
                          .interests = arena_printf(arena, "area%d, zone%d", i % 25, i % 23)};
        add_person(&conf, arena, &who);
    }
    struct meet_terms terms;
    struct meet_pairs pairs;
    struct meet_options options = {.max_each = 2};
    meet_terms_build(&conf, arena, &terms);
    meet_find(&conf, &terms, &options, arena, &pairs);
    assert_true(pairs.items.n >= 10000);
    assert_true(pairs.items.n <= 40000);
    assert_true(arena_used(arena) < (size_t)400 * 1024 * 1024);
}

/* --- slots --- */

struct slot_case {
    const char *name;
    const char *programme; /* "FROM-TO ROOM KIND" in minutes; KIND b = break, t = talk */
    const char *plan_a;    /* indices of sessions */
    const char *plan_b;
    const char *expected; /* "FROM ROOM", "FROM on line", "none" */
    int64_t arrives_b_min;
    bool is_b_remote;
    int64_t now_min;
    int taken_a_min; /* a meeting of a's; 0 = none */
};

static const struct slot_case slot_cases[] = {
    {.name = "in the break",
     .programme = "540-600 0 t;600-630 1 b;630-700 0 t",
     .plan_a = "0,2",
     .plan_b = "0,2",
     .expected = "600 1"},
    {.name = "in the earliest break",
     .programme = "540-560 0 t;600-630 1 b;660-690 1 b;690-720 0 t",
     .plan_a = "",
     .plan_b = "",
     .expected = "600 1"},
    {.name = "in a break before between sessions",
     .programme = "540-600 0 t;660-690 1 b",
     .plan_a = "",
     .plan_b = "",
     .expected = "660 1"},
    {.name = "without a break between sessions",
     .programme = "540-600 0 t;600-700 0 t",
     .plan_a = "0",
     .plan_b = "0",
     .expected = "600 0"},
    {.name = "where neither has anything",
     .programme = "540-600 0 t;540-640 1 t;600-700 0 t",
     .plan_a = "0",
     .plan_b = "1",
     .expected = "645 1"},
    {.name = "never, when the day is full",
     .programme = "540-600 0 t;600-700 1 t",
     .plan_a = "0",
     .plan_b = "1",
     .expected = "none"},
    {.name = "a break needs time to walk to it",
     .programme = "540-600 2 t;600-640 0 b;640-700 0 t",
     .plan_a = "0,2",
     .plan_b = "2",
     .expected = "610 0"},
    {.name = "a short break is none",
     .programme = "540-600 0 t;600-615 1 b;615-700 0 t",
     .plan_a = "0,2",
     .plan_b = "0,2",
     .expected = "none"},
    {.name = "not before somebody has arrived",
     .programme = "540-600 0 t;600-630 1 b;660-690 1 b;690-700 0 t",
     .plan_a = "",
     .plan_b = "",
     .expected = "660 1",
     .arrives_b_min = 640},
    {.name = "by video where one is remote",
     .programme = "540-600 0 t;600-630 1 b",
     .plan_a = "0",
     .plan_b = "0",
     .expected = "600 on line",
     .is_b_remote = true},
    {.name = "not in the past",
     .programme = "540-600 0 t;600-630 1 b;660-690 1 b;690-700 0 t",
     .plan_a = "",
     .plan_b = "",
     .expected = "660 1",
     .now_min = 615},
    {.name = "not when one has another meeting",
     .programme = "540-600 0 t;600-630 1 b;660-690 1 b;690-700 0 t",
     .plan_a = "",
     .plan_b = "",
     .expected = "660 1",
     .taken_a_min = 605},
    {.name = "at any time while nothing is scheduled",
     .programme = "",
     .plan_a = "",
     .plan_b = "",
     .expected = "0 -1"},
};

static void add_sessions(struct conference *conf, struct arena *arena, const char *programme)
{
    static const char *const buildings[] = {"North", "North", "South"};
    for (int i = 0; i < 3; i++) {
        struct room *room = conference_add_room(conf, arena);
        room->name = arena_printf(arena, "R%d", i);
        room->building = buildings[i];
    }
    for (char *rest = arena_strdup(arena, programme), *part; (part = strsep(&rest, ";")) != NULL;) {
        int from = 0;
        int to = 0;
        int room = 0;
        char kind = 0;
        if (sscanf(part, "%d-%d %d %c", &from, &to, &room, &kind) != 4) {
            continue;
        }
        struct session *session = conference_add_session(conf, arena);
        session->key = session->title = arena_printf(arena, "s%zu", conf->sessions.n);
        session->start_us = DAY + from * MINUTE_US;
        session->end_us = DAY + to * MINUTE_US;
        session->room = room;
        session->kind = kind == 'b' ? SESSION_BREAK : SESSION_TALK;
    }
}

static struct agenda agenda_of(struct arena *arena, const char *plan)
{
    struct agenda agenda = {0};
    for (const char *p = plan; *p != '\0'; p += strspn(p, ",")) {
        char *end = NULL;
        vec_add(arena, &agenda.entries)->session = (int)strtol(p, &end, 10);
        p = end;
    }
    return agenda;
}

static const char *slot_text(const struct slot_case *c, struct arena *arena)
{
    struct conference conf;
    conference_init(&conf);
    const struct who people[] = {{.name = "Ann", .interests = ""},
                                 {.name = "Bob", .interests = ""}};
    add_person(&conf, arena, &people[0]);
    add_person(&conf, arena, &people[1]);
    conf.registrants.items[1].arrives_us =
        c->arrives_b_min == 0 ? 0 : DAY + c->arrives_b_min * MINUTE_US;
    conf.registrants.items[1].attendance =
        c->is_b_remote ? ATTENDANCE_REMOTE : ATTENDANCE_IN_PERSON;
    add_sessions(&conf, arena, c->programme);
    struct agenda a = agenda_of(arena, c->plan_a);
    struct agenda b = agenda_of(arena, c->plan_b);
    struct meet_slot taken = {.start_us = DAY + c->taken_a_min * MINUTE_US};
    taken.end_us = taken.start_us + MEET_LENGTH_US;
    struct meet_side_plan side_a = {0, &a, &taken, c->taken_a_min != 0};
    struct meet_side_plan side_b = {1, &b, NULL, 0};
    struct meet_slot_options options = {.not_before_us =
                                            c->now_min == 0 ? 0 : DAY + c->now_min * MINUTE_US,
                                        .walk_between_buildings_us = 10 * MINUTE_US};
    struct meet_slot slot;
    if (meet_slot_find(&conf, &side_a, &side_b, &options, arena, &slot) == MEET_NO_SLOT) {
        return "none";
    }
    long long at = slot.start_us == 0 ? 0 : (long long)((slot.start_us - DAY) / MINUTE_US);
    return slot.is_on_line ? arena_printf(arena, "%lld on line", at)
                           : arena_printf(arena, "%lld %d", at, slot.room);
}

static void slots_are_free_for_both(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slot_cases / sizeof slot_cases[0]; i++) {
        CLEANUP(arena_cleanup) struct arena *arena = arena_new();
        const char *found = slot_text(&slot_cases[i], arena);
        if (strcmp(found, slot_cases[i].expected) != 0) {
            fail_msg("%s: found %s, expected %s", slot_cases[i].name, found,
                     slot_cases[i].expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_found),
        cmocka_unit_test(who_was_introduced_is_not_introduced_again),
        cmocka_unit_test(what_many_share_is_no_reason),
        cmocka_unit_test(each_reads_of_the_other_in_their_own_words),
        cmocka_unit_test(nobody_who_did_not_opt_in_is_part_of_a_pair),
        cmocka_unit_test(a_crowd_of_one_mind_is_no_quadratic_step),
        cmocka_unit_test(slots_are_free_for_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
