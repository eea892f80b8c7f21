#include "support/testing.h"

#include "core/match.h"
#include "core/match_known.h"

#include <stdio.h>
#include <string.h>

/* Ten topics of eight words; a session uses some of its topic's, in an order of its own. */
static const char *const topics[][8] = {
    {"memory", "reclaim", "folio", "swap", "zram", "compaction", "pageblock", "numa"},
    {"scheduler", "latency", "deadline", "runqueue", "preemption", "cgroup", "idle", "topology"},
    {"filesystem", "extent", "journal", "inode", "fsync", "snapshot", "quota", "atomic"},
    {"network", "socket", "offload", "congestion", "bridge", "tunnel", "packet", "checksum"},
    {"graphics", "shader", "framebuffer", "display", "hdr", "vblank", "compositor", "gpu"},
    {"compiler", "toolchain", "linker", "reflection", "modules", "optimiser", "vector", "abi"},
    {"tracing", "histogram", "probe", "ringbuffer", "callback", "stack", "symbol", "profile"},
    {"virtual", "guest", "hypervisor", "iommu", "passthrough", "migration", "balloon", "vcpu"},
    {"security", "landlock", "capability", "audit", "sandbox", "integrity", "keyring",
     "attestation"},
    {"power", "thermal", "frequency", "battery", "suspend", "wakeup", "regulator", "capping"},
};

struct fixture {
    struct arena *arena;
    struct conference conf;
};

static void fixture_init(struct fixture *f)
{
    f->arena = arena_new();
    conference_init(&f->conf);
    for (int i = 0; i < 60; i++) {
        struct session *session = conference_add_session(&f->conf, f->arena);
        const char *const *words = topics[i % 10];
        int at = i / 10;
        session->key = arena_printf(f->arena, "s%02d", i);
        session->title = arena_printf(f->arena, "%s %s", words[at], words[(at + 3) % 8]);
        session->abstract = arena_printf(f->arena, "%s and %s, %s with %s.", words[(at + 1) % 8],
                                         words[(at + 5) % 8], words[(at + 2) % 8], words[at]);
        session->start_us = (1 + i) * HOUR_US;
        session->end_us = session->start_us + HOUR_US / 2;
    }
}

static void a_blend_is_exact_and_the_same_each_time(void **state)
{
    (void)state;
    static const char *const profiles[] = {
        "memory reclaim swap zram",
        "tracing histogram probe callback symbol",
        "network socket offload congestion bridge tunnel packet checksum memory reclaim folio swap "
        "zram compaction pageblock numa graphics shader framebuffer display hdr vblank compositor "
        "gpu",
    };
    struct fixture f;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        struct match_profile profile = {.interests = profiles[i]};
        struct match_options options = {0};
        struct match_result first[60];
        int n_first = 0;
        for (int round = 0; round < 2; round++) {
            struct match_index *index = match_index_new(&f.conf);
            struct match_query *query = match_query_new(index, &profile, f.arena);
            struct match_result all[60];
            int n = match_query_top(index, query, 60, &options, f.arena, all);
            for (int top = 1; top <= n; top++) { /* any top is the beginning of the whole */
                struct match_result some[60];
                assert_int_equal(match_query_top(index, query, top, &options, f.arena, some), top);
                for (int j = 0; j < top; j++) {
                    assert_int_equal(some[j].session, all[j].session);
                }
            }
            for (int j = 0; j < n; j++) {
                assert_true(all[j].score == match_score(index, query, all[j].session));
                assert_true(j == 0 || all[j].score <= all[j - 1].score);
                assert_true(round == 0 || first[j].session == all[j].session);
            }
            assert_true(round == 0 || n == n_first);
            n_first = n;
            memcpy(first, all, sizeof first);
            match_index_free(index);
        }
    }
    arena_free(f.arena);
}

static void a_reason_names_the_work_it_comes_from(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct match_work work;
        const char *reason_starts;
    } cases[] = {
        {"a section of MAINTAINERS",
         {MATCH_SECTION, "ZRAM SWAP", ""},
         "because you maintain ZRAM SWAP: "},
        {"a patch",
         {MATCH_PATCH, "zram: fix swap accounting", ""},
         "because of your patch \"zram: fix swap accounting\": "},
        {"a talk",
         {MATCH_TALK, "Smaller swap", "zram swap"},
         "close to your talk \"Smaller swap\": "},
        {"a track that wants them",
         {MATCH_WANTED, "Memory MC", "zram swap"},
         "close to what you are wanted for in Memory MC: "},
    };
    struct fixture f;
    fixture_init(&f);
    struct match_index *index = match_index_new(&f.conf);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct match_profile profile = {.interests = "", .works = &cases[i].work, .n_works = 1};
        struct match_result results[3];
        assert_true(match_top(index, &profile, 3, f.arena, results) > 0);
        const char *reason = match_reason(&results[0], f.arena);
        if (strncmp(reason, cases[i].reason_starts, strlen(cases[i].reason_starts)) != 0) {
            fail_msg("%s: \"%s\"", cases[i].name, reason);
        }
        assert_int_equal(results[0].session % 10, 0);
    }
    struct match_profile both = {
        .interests = "landlock sandbox", .works = &cases[0].work, .n_works = 1};
    struct match_result results[1];
    assert_int_equal(match_top(index, &both, 1, f.arena, results), 1);
    assert_int_equal(results[0].session % 10, 8); /* what is written counts more */
    assert_null(results[0].work);
    match_index_free(index);
    arena_free(f.arena);
}

static void people_are_known_by_their_talks_but_not_sent_to_them(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    conference_add_person(&f.conf, f.arena)->name = "Ada Example";
    struct mention *mention = conference_add_mention(&f.conf, f.arena);
    mention->role = ROLE_SPEAKER;
    mention->session = 23; /* network */
    mention->person = 0;
    struct match_known known = {0};
    match_known_of(&f.conf, 0, f.arena, &known);
    struct match_known all[1] = {0};
    match_known_gather(&f.conf, f.arena, all);
    assert_int_equal(known.works.n, 1);
    assert_int_equal(all[0].works.n, 1);
    assert_int_equal(known.own.items[0], 23);
    struct match_index *index = match_index_new(&f.conf);
    struct match_profile profile = {.interests = "",
                                    .works = known.works.items,
                                    .n_works = 1,
                                    .own = known.own.items,
                                    .n_own = 1};
    struct match_result results[5];
    int n = match_top(index, &profile, 5, f.arena, results);
    assert_true(n > 0);
    assert_int_equal(results[0].session % 10, 3);
    for (int i = 0; i < n; i++) {
        assert_int_not_equal(results[i].session, 23);
    }
    match_index_free(index);
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blend_is_exact_and_the_same_each_time),
        cmocka_unit_test(a_reason_names_the_work_it_comes_from),
        cmocka_unit_test(people_are_known_by_their_talks_but_not_sent_to_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
