#include "support/testing.h"

#include "core/match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US (1765414800 * SECOND_US)

struct fixture {
    struct arena *arena;
    struct conference conf;
};

static void fixture_init(struct fixture *f)
{
    f->arena = arena_new();
    conference_init(&f->conf);
}

static int add_talk(struct fixture *f, const char *title, const char *abstract)
{
    int n = (int)f->conf.sessions.n;
    struct session *session = conference_add_session(&f->conf, f->arena);
    session->key = arena_printf(f->arena, "s%03d", n);
    session->title = title;
    session->abstract = abstract;
    session->start_us = START_US + n * HOUR_US;
    session->end_us = session->start_us + HOUR_US / 2;
    return n;
}

static const struct {
    const char *title;
    const char *abstract;
} programme[] = {
    {"PCI error handling", "Advanced Error Reporting (AER), hotplug of CXL devices, recovery."},
    {"SEV-SNP in practice",
     "Memory encryption for a virtual machine: SEV-SNP, TDX and what guests see of it."},
    {"Confidential guests", "Virtual machine memory encryption with SEV-SNP. Attestation."},
    {"Deadline scheduling", "SCHED_DEADLINE servers and sched_ext policies."},
    {"io_uring for storage", "Asynchronous I/O, registered buffers, zero copy."},
    {"Rust for drivers", "Writing safe drivers; abstractions over C."},
    {"C++ in the toolchain", "Modules and reflection for the compiler."},
    {"RISC-V platforms", "Boot, interrupts, profiles."},
    {"Compute Express Link", "Compute Express Link (CXL) memory expansion and pooling."},
    {"PREEMPT_RT", "Real time Linux after the merge: locking and latency."},
    {"Printing", "Driverless printing and scanning."},
    {"Filesystems", "Large folios, atomic writes, xfs and btrfs."},
};

static void add_programme(struct fixture *f)
{
    for (size_t i = 0; i < sizeof programme / sizeof programme[0]; i++) {
        add_talk(f, programme[i].title, programme[i].abstract);
    }
}

static int top(struct fixture *f, const char *interests, int n, struct match_result *ret)
{
    struct match_index *index = match_index_new(&f->conf);
    struct match_profile profile = {.interests = interests};
    int found = match_top(index, &profile, n, f->arena, ret);
    match_index_free(index);
    return found;
}

static void finds_what_people_mean(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *interests;
        const char *first;
    } cases[] = {
        {"code words", "sched_ext", "Deadline scheduling"},
        {"code words written apart", "sched ext", "Deadline scheduling"},
        {"one word or two", "hot plug", "PCI error handling"},
        {"with a hyphen", "hot-plug", "PCI error handling"},
        {"a name with a sign", "C++", "C++ in the toolchain"},
        {"a name without its hyphen", "riscv", "RISC-V platforms"},
        {"an acronym explained in the programme", "compute express link pooling",
         "Compute Express Link"},
        {"the deadline scheduler", "deadline scheduler", "Deadline scheduling"},
        {"inflected words", "filesystem", "Filesystems"},
        {"common abbreviations", "rt", "PREEMPT_RT"},
        {"in capitals", "IO_URING", "io_uring for storage"},
        {"among many other words", "I am mostly interested in printing, thank you!", "Printing"},
    };
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct match_result results[5];
        int n = top(&f, cases[i].interests, 5, results);
        const char *got = n > 0 ? f.conf.sessions.items[results[0].session].title : "nothing";
        if (strcmp(got, cases[i].first) != 0) {
            fail_msg("%s: \"%s\" found %s", cases[i].name, cases[i].interests, got);
        }
    }
    arena_free(f.arena);
}

/* The programme has each word of the interest as often alone as with the other. */
static void what_is_written_together_counts_together(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *interests;
        const char *title; /* of what has half of it, or another word of the stem */
        const char *abstract;
        const char
            *meant; /* the abstract of a session that is about it, under a title of nothing */
    } cases[] = {
        {"both before the one", "load balancing", "Page requests under load",
         "The load, and what load means.", "Threads want balancing of their load over caches."},
        {"close by before far away", "load balancing", "Under load",
         "A load of modules was measured in the field for a year before anybody had looked at what "
         "balancing there may or may not be between processors.",
         "Before that year nobody had looked at the field, nor had modules been measured for what "
         "there may or may not be of load balancing between processors."},
        {"in a list of interests", "printing, load balancing; xfs", "Load", "Load, load.",
         "How balancing spreads load."},
        {"the word before another one of its stem", "liveness", "Living with it",
         "Those who live there live long.", "A proof of liveness for the protocol."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        fixture_init(&f);
        add_programme(&f);
        int half = add_talk(&f, cases[i].title, cases[i].abstract);
        int meant = add_talk(&f, "Five years on", cases[i].meant);
        struct match_index *index = match_index_new(&f.conf);
        struct match_profile profile = {.interests = cases[i].interests};
        const struct match_query *query = match_query_new(index, &profile, f.arena);
        double worse = match_score(index, query, half);
        double better = match_score(index, query, meant);
        if (!(better > worse && worse > 0)) {
            fail_msg("%s: %g for what is meant, %g for half", cases[i].name, better, worse);
        }
        match_index_free(index);
        arena_free(f.arena);
    }
}

static double score_of(const struct match_index *index, const char *interests, int session,
                       struct arena *arena)
{
    const struct match_profile profile = {.interests = interests};
    return match_score(index, match_query_new(index, &profile, arena), session);
}

/* What is only for a word as it is written is taken off once. */
static void a_word_said_again_says_no_less(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    add_talk(&f, "Disks", "One filesystem to check.");
    int session = add_talk(&f, "Questions", "Filesystemic ones, and more than that.");
    struct match_index *index = match_index_new(&f.conf);
    double once = score_of(index, "filesystem", session, f.arena);
    assert_true(once > 0);
    assert_true(score_of(index, "filesystem filesystem", session, f.arena) >= once);
    assert_true(score_of(index, "filesystem, filesystem, filesystem", session, f.arena) >= once);
    match_index_free(index);
    arena_free(f.arena);
}

static void the_order_of_interests_does_not_matter(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"load balancing, memory load, memory load, memory load, memory load",
         "memory load, memory load, memory load, memory load, load balancing"},
        {"load, hot-plug", "hot-plug, load"},
    };
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    int session = add_talk(&f, "Under load",
                           "A load of modules was measured in the field for a year before anybody "
                           "had looked at what balancing there may or may not be.");
    add_talk(&f, "Plugs", "Load hot-plug modules.");
    int pair = add_talk(&f, "Modules", "How they load hot-plug code.");
    struct match_index *index = match_index_new(&f.conf);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int k = 0; k < 2; k++) {
            int at = k == 0 ? session : pair;
            double one = score_of(index, cases[i][0], at, f.arena);
            double other = score_of(index, cases[i][1], at, f.arena);
            if (!(fabs(one - other) < 1e-4 * one)) {
                fail_msg("%s: %g, in the other order %g", cases[i][0], one, other);
            }
        }
    }
    match_index_free(index);
    arena_free(f.arena);
}

static bool has_session(const struct match_result *results, int n, int session)
{
    for (int i = 0; i < n; i++) {
        if (results[i].session == session) {
            return true;
        }
    }
    return false;
}

static void expands_by_what_stands_together(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    int bare = add_talk(&f, "SEV-SNP live migration", "Moving guests with SEV-SNP.");
    struct match_result results[12];
    int n = top(&f, "virtual machine memory encryption", 12, results);
    assert_true(has_session(results, n, bare));
    arena_free(f.arena);
}

static void a_stop_word_is_no_reason(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    int session = add_talk(&f, "IT", "Something long to say here\n- carry it\n");
    struct match_result results[5];
    int n = top(&f, "IT", 5, results); /* once went round and round about "carry it" */
    assert_int_equal(n, 1);
    assert_int_equal(results[0].session, session);
    assert_int_equal(results[0].n_because, 0); /* the title is all there is to say */
    assert_string_equal(results[0].wrote, "IT");
    arena_free(f.arena);
}

static void reasons_are_words_of_the_programme(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    static const char *const interests[] = {"PCIe hot-plug and CXL", "memory encryption", "latency",
                                            "compute express link"};
    for (size_t i = 0; i < sizeof interests / sizeof interests[0]; i++) {
        struct match_result results[5];
        int n = top(&f, interests[i], 5, results);
        assert_true(n > 0);
        for (int r = 0; r < n; r++) {
            assert_true(results[r].n_because > 0 || results[r].wrote != NULL);
            const struct session *session = &f.conf.sessions.items[results[r].session];
            for (int b = 0; b < results[r].n_because; b++) {
                bool is_there = strstr(session->title, results[r].because[b]) != NULL ||
                                strstr(session->abstract, results[r].because[b]) != NULL;
                if (!is_there) {
                    fail_msg("%s is not in %s", results[r].because[b], session->title);
                }
            }
        }
        assert_non_null(results[0].wrote);
    }
    arena_free(f.arena);
}

/* Each session is found alone in its programme of others; the sentence is compared as a whole. */
static void reasons_read_as_a_friend_would_put_them(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *interests;
        const char *title;
        const char *abstract;
        const char *reason;
    } cases[] = {
        {"what the title says is not said again", "page tables", "Page tables of guests",
         "How they are walked.", "because you wrote page tables"},
        {"what adds something is quoted", "load balancing", "Threads and caches",
         "Today: cache aware load balancing. More later.",
         "because you wrote load balancing: cache aware load balancing"},
        {"what was written is not quoted back", "load balancing", "Threads and caches",
         "Today: load balancing. More later.", "because you wrote load balancing"},
        {"a clause is not cut in its middle", "hypervisor driver", "Devices of guests",
         "Where does the IOMMU driver in the hypervisor end and something else begin?",
         "because you wrote hypervisor driver: IOMMU driver in the hypervisor"},
        {"half a phrase is close to it", "handheld power", "Telemetry",
         "Reading power sensors costs a lot.",
         "close to what you wrote (handheld power): Reading power sensors"},
        {"half a phrase stands back behind a whole one", "handheld power, rseq", "Telemetry",
         "Power is read with rseq in the sampling loop.", "because you wrote rseq"},
        {"two of a list", "handheld power, rseq", "Telemetry",
         "Of the handheld the power is read with rseq.",
         "because you wrote handheld power and rseq"},
        {"what is joined by small words stays so", "I hear about kexec and handheld power",
         "Telemetry", "Handheld power after kexec.", "because you wrote kexec and handheld power"},
        {"an item of a list is quoted whole", "futex", "Locks",
         "Topics: deprecation of the old futex calls; mutexes.",
         "because you wrote futex: deprecation of the old futex calls"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        fixture_init(&f);
        add_programme(&f);
        int session = add_talk(&f, cases[i].title, cases[i].abstract);
        struct match_result results[3];
        assert_true(top(&f, cases[i].interests, 3, results) > 0);
        assert_int_equal(results[0].session, session);
        const char *reason = match_reason(&results[0], f.arena);
        if (strcmp(reason, cases[i].reason) != 0) {
            fail_msg("%s: \"%s\"", cases[i].name, reason);
        }
        arena_free(f.arena);
    }
}

static void people_are_found_by_name(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    struct mention *mention = conference_add_mention(&f.conf, f.arena);
    mention->role = ROLE_SPEAKER;
    mention->session = 10;
    mention->name = "Björn Will";
    struct match_result results[3];
    assert_int_equal(top(&f, "whatever bjorn will talks about", 3, results), 1);
    assert_int_equal(results[0].session, 10);
    assert_int_equal(results[0].basis, MATCH_BY_PEOPLE);
    assert_string_equal(results[0].because[0], "Björn Will speaks");
    /* Who leads the track as well does not lead each of its talks. */
    struct track *track = conference_add_track(&f.conf, f.arena);
    track->title = "Paper";
    f.conf.sessions.items[10].track = 0;
    *conference_add_mention(&f.conf, f.arena) = f.conf.mentions.items[0];
    f.conf.mentions.items[0].session = -1;
    f.conf.mentions.items[0].track = 0;
    f.conf.mentions.items[0].role = ROLE_LEAD;
    assert_int_equal(top(&f, "bjorn will", 3, results), 1);
    assert_string_equal(results[0].because[0], "Björn Will speaks");
    /* A given name alone, or one that is a word, means nobody. */
    assert_int_equal(results[0].session, 10);
    int n = top(&f, "bjorn", 3, results);
    assert_true(n == 0 || results[0].basis == MATCH_BY_FASHION);
    arena_free(f.arena);
}

static void likes_attract_and_dislikes_repel(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    struct match_index *index = match_index_new(&f.conf);
    struct match_result results[12];
    int like = 1;
    struct match_profile profile = {.interests = "", .likes = &like, .n_likes = 1};
    int n = match_top(index, &profile, 3, f.arena, results);
    assert_true(n > 0);
    assert_int_equal(results[0].session, 2);
    assert_int_equal(results[0].basis, MATCH_BY_LIKES);
    assert_false(has_session(results, n, like));
    int dislike = 1;
    profile = (struct match_profile){.interests = "SEV-SNP", .dislikes = &dislike, .n_dislikes = 1};
    n = match_top(index, &profile, 12, f.arena, results);
    assert_false(has_session(results, n, dislike));
    struct match_profile plain = {.interests = "SEV-SNP"};
    struct match_query *with = match_query_new(index, &profile, f.arena);
    struct match_query *without = match_query_new(index, &plain, f.arena);
    assert_true(match_score(index, with, 2) < match_score(index, without, 2));
    match_index_free(index);
    arena_free(f.arena);
}

static void says_so_when_it_knows_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    for (int i = 0; i < 5; i++) {
        struct star *star = vec_add(f.arena, &f.conf.stars);
        star->person = i;
        star->session = 11;
    }
    struct match_result results[4];
    assert_int_equal(top(&f, "", 4, results), 4);
    assert_int_equal(results[0].session, 11);
    assert_string_equal(results[0].because[0], MATCH_TOLD_POPULAR "; 5 have starred it");
    assert_string_equal(match_fashion_detail(results[0].because[0]), "5 have starred it");
    assert_string_equal(match_fashion_detail(results[1].because[0]), "");
    assert_null(match_fashion_detail("because you wrote printing"));
    assert_int_equal(results[0].basis, MATCH_BY_FASHION);
    assert_int_equal(top(&f, "quantum knitting", 4, results), 4);
    assert_int_equal(
        strncmp(results[0].because[0], MATCH_TOLD_UNMATCHED, strlen(MATCH_TOLD_UNMATCHED)), 0);
    for (int i = 1; i < 4; i++) {
        assert_true(results[i].score > 0 && results[i].score <= results[i - 1].score);
    }
    arena_free(f.arena);
}

static void ties_go_by_start_then_key(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    static const char *const keys[] = {"d", "b", "c", "a"};
    static const int hours[] = {2, 1, 1, 3};
    for (size_t i = 0; i < 4; i++) {
        int s = add_talk(&f, "Tracing", "ftrace and perf");
        f.conf.sessions.items[s].key = keys[i];
        f.conf.sessions.items[s].start_us = START_US + hours[i] * HOUR_US;
        f.conf.sessions.items[s].end_us = START_US + (hours[i] + 1) * HOUR_US;
    }
    add_talk(&f, "Other", "else");
    struct match_result results[4];
    assert_int_equal(top(&f, "ftrace", 4, results), 4);
    static const int expected[] = {1, 2, 0, 3};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(results[i].session, expected[i]);
    }
    arena_free(f.arena);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static const char *random_text(struct arena *arena, uint64_t *seed, int n_words, int vocabulary)
{
    char *text = arena_alloc(arena, (size_t)n_words * 8 + 1);
    size_t at = 0;
    for (int i = 0; i < n_words; i++) {
        /* squares make some words common and most rare */
        uint64_t r = next_random(seed) % (uint64_t)vocabulary;
        uint64_t word = r * (next_random(seed) % (uint64_t)vocabulary) / (uint64_t)vocabulary;
        at += (size_t)snprintf(text + at, 8, "w%c%c%c ", (char)('a' + word / 676 % 26),
                               (char)('a' + word / 26 % 26), (char)('a' + word % 26));
    }
    return text;
}

/* The quantised search against scoring every session. */
static void top_is_exact(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int round = 0; round < 12; round++) {
        struct fixture f;
        fixture_init(&f);
        int n_sessions = 20 + (int)(next_random(&seed) % 400);
        int vocabulary = 30 + (int)(next_random(&seed) % 600);
        for (int i = 0; i < n_sessions; i++) {
            add_talk(&f, random_text(f.arena, &seed, 4, vocabulary),
                     random_text(f.arena, &seed, 5 + (int)(next_random(&seed) % 60), vocabulary));
        }
        struct match_index *index = match_index_new(&f.conf);
        for (int attendee = 0; attendee < 40; attendee++) {
            int likes[2] = {(int)(next_random(&seed) % (uint64_t)n_sessions), 0};
            struct match_profile profile = {
                .interests = random_text(f.arena, &seed, 1 + attendee % 12, vocabulary),
                .dislikes = likes,
                .n_dislikes = attendee % 3 == 0};
            struct match_query *query = match_query_new(index, &profile, f.arena);
            struct match_options options = {0};
            struct match_result results[40];
            int k = 1 + attendee % 40;
            int n = match_query_top(index, query, k, &options, f.arena, results);
            int n_positive = 0;
            for (int s = 0; s < n_sessions; s++) {
                double score = match_score(index, query, s);
                bool is_disliked = profile.n_dislikes > 0 && s == likes[0];
                n_positive += score > 0 && !is_disliked;
                if (!is_disliked && score > 0 && !has_session(results, n, s)) {
                    assert_int_equal(n, k);
                    assert_true(score <= results[n - 1].score);
                }
            }
            assert_int_equal(n, n_positive < k ? n_positive : k);
            for (int i = 0; i < n; i++) {
                assert_true(results[i].score == match_score(index, query, results[i].session));
                assert_true(i == 0 || results[i].score <= results[i - 1].score);
            }
        }
        match_index_free(index);
        arena_free(f.arena);
    }
}

static void the_tail_is_varied(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 9; i++) {
        add_talk(&f, "Kubernetes networking with eBPF",
                 "Container networking with eBPF programs on Kubernetes nodes, cilium.");
    }
    add_talk(&f, "eBPF on Kubernetes", "Loops, bounded; proofs of termination for programs.");
    add_talk(&f, "Kubernetes and eBPF", "Uprobes, stack walks, perf events.");
    add_programme(&f);
    struct match_result results[6];
    int n = top(&f, "eBPF Kubernetes networking", 6, results);
    assert_int_equal(n, 6);
    assert_true(has_session(results, n, 9) || has_session(results, n, 10));
    assert_true(results[0].session < 9 && results[3].session < 9);
    arena_free(f.arena);
}

static void hostile_input_is_bounded(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    struct match_result results[5];
    assert_int_equal(top(&f, "anything", 5, results), 0); /* an empty programme */
    assert_int_equal(top(&f, "", 5, results), 0);
    add_programme(&f);
    assert_int_equal(top(&f, "rust", 0, results), 0);
    static const char *const odd[] = {"🐧🚀", "x", "\xff\xfe", "שלום", "((((((", "the of and"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        int n = top(&f, odd[i], 5, results);
        assert_true(n >= 0 && n <= 5);
    }
    uint64_t seed = 3;
    const char *long_text = random_text(f.arena, &seed, 100000, 20000);
    assert_true(top(&f, long_text, 5, results) >= 0);
    struct session *block = &f.conf.sessions.items[0];
    block->title = long_text;
    assert_true(top(&f, long_text, 5, results) > 0);
    struct match_profile outside = {.interests = "rust", .likes = (int[]){-1, 99999}, .n_likes = 2};
    struct match_index *index = match_index_new(&f.conf);
    assert_int_equal(match_top(index, &outside, 1, f.arena, results), 1);
    match_index_free(index);
    match_index_free(NULL);
    arena_free(f.arena);
}

static void breaks_and_cancelled_sessions_are_not_recommended(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 4; i++) {
        add_talk(&f, "Tracing", "ftrace");
    }
    f.conf.sessions.items[0].kind = SESSION_BREAK;
    f.conf.sessions.items[1].is_cancelled = true;
    f.conf.sessions.items[2].kind = SESSION_OPEN_SLOT;
    struct match_result results[4];
    assert_int_equal(top(&f, "ftrace", 4, results), 1);
    assert_int_equal(results[0].session, 3);
    arena_free(f.arena);
}

static void what_has_no_place_is_counted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 65535; i++) {
        add_talk(&f, "Tracing", "");
    }
    f.conf.sessions.items[0].kind = SESSION_OPEN_SLOT;
    assert_int_equal(match_left_out(&f.conf), 0);
    add_talk(&f, "ftrace", "");
    assert_int_equal(match_left_out(&f.conf), 0);
    add_talk(&f, "perf", "");
    add_talk(&f, "bpf", "");
    assert_int_equal(match_left_out(&f.conf), 2);
    arena_free(f.arena);
}

static void a_block_speaks_for_its_track(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    add_programme(&f);
    struct track *track = conference_add_track(&f.conf, f.arena);
    track->title = "Android MC";
    track->kind = TRACK_MC;
    track->description = "Deprecation of Ashmem\nGeneric Boot Loader efforts\n16k page size";
    int block = add_talk(&f, "Android", "");
    int part = add_talk(&f, "Binder", "Priority inheritance");
    f.conf.sessions.items[block].kind = SESSION_BLOCK;
    f.conf.sessions.items[block].track = 0;
    f.conf.sessions.items[part].kind = SESSION_CONTRIBUTION;
    f.conf.sessions.items[part].track = 0;
    f.conf.sessions.items[part].parent = block;
    struct match_result results[4];
    assert_true(top(&f, "ashmem", 4, results) >= 1);
    assert_int_equal(results[0].session, block);
    assert_string_equal(results[0].because[0], "Deprecation of Ashmem");
    int n = top(&f, "priority inheritance", 4, results);
    assert_true(n >= 1);
    assert_int_equal(results[0].session, part);
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_people_mean),
        cmocka_unit_test(what_is_written_together_counts_together),
        cmocka_unit_test(a_word_said_again_says_no_less),
        cmocka_unit_test(the_order_of_interests_does_not_matter),
        cmocka_unit_test(expands_by_what_stands_together),
        cmocka_unit_test(reasons_are_words_of_the_programme),
        cmocka_unit_test(a_stop_word_is_no_reason),
        cmocka_unit_test(reasons_read_as_a_friend_would_put_them),
        cmocka_unit_test(people_are_found_by_name),
        cmocka_unit_test(likes_attract_and_dislikes_repel),
        cmocka_unit_test(says_so_when_it_knows_nothing),
        cmocka_unit_test(ties_go_by_start_then_key),
        cmocka_unit_test(top_is_exact),
        cmocka_unit_test(the_tail_is_varied),
        cmocka_unit_test(hostile_input_is_bounded),
        cmocka_unit_test(breaks_and_cancelled_sessions_are_not_recommended),
        cmocka_unit_test(what_has_no_place_is_counted),
        cmocka_unit_test(a_block_speaks_for_its_track),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
