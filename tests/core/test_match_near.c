/* What sessions that say much the same lend each other, against whole texts. */
#include "support/testing.h"

#include "core/match.h"

#include <stdio.h>
#include <string.h>

#define TOPICS 6
#define TALKS  12 /* of a topic */

static const char *const known[] = {"memory",    "reclaim", "folio",  "swap",
                                    "pagevec",   "numa",    "zram",   "compaction",
                                    "watermark", "lruvec",  "kswapd", "slab"};

struct fixture {
    struct arena *arena;
    struct conference conf;
};

static struct session *add(struct fixture *f, const char *abstract)
{
    struct session *session = conference_add_session(&f->conf, f->arena);
    int n = (int)f->conf.sessions.n;
    session->key = arena_printf(f->arena, "s%03d", n);
    session->title = arena_printf(f->arena, "Talk %d", n);
    session->abstract = abstract;
    session->start_us = n * HOUR_US;
    session->end_us = session->start_us + HOUR_US / 2;
    return session;
}

/* Words of its own topic, which nobody writes in the tests. */
static const char *of_topic(struct fixture *f, int topic, int from)
{
    return arena_printf(f->arena, "t%dw%d t%dw%d t%dw%d t%dw%d", topic, from % 9, topic,
                        (from + 2) % 9, topic, (from + 3) % 9, topic, (from + 5) % 9);
}

/* Topic 0 speaks of what the attendee knows, in words of its own as well; the others do not. */
static void fixture_init(struct fixture *f)
{
    f->arena = arena_new();
    conference_init(&f->conf);
    for (int i = 0; i < TOPICS * TALKS; i++) {
        int topic = i % TOPICS;
        const char *own = of_topic(f, topic, i / TOPICS);
        const char *said = topic == 0 ? arena_printf(f->arena, "%s %s", known[i / TOPICS],
                                                     known[(i / TOPICS + 4) % 12])
                                      : "session about things";
        add(f, arena_printf(f->arena, "%s %s", own, said));
    }
}

static const char *profile_text(struct fixture *f)
{
    const char *text = "";
    for (int i = 0; i < 24; i++) {
        text = arena_printf(f->arena, "%s %s", text, known[i % 12]);
    }
    return text;
}

static int place_of(const struct match_result *results, int n, int session)
{
    for (int i = 0; i < n; i++) {
        if (results[i].session == session) {
            return i;
        }
    }
    return n;
}

static void a_session_is_lent_what_its_neighbours_score(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    /* both share one word with the profile; the later one is like talks that share many */
    int stranger = (int)f.conf.sessions.n;
    add(&f, arena_printf(f.arena, "%s memory", of_topic(&f, 3, 1)));
    int neighbour = (int)f.conf.sessions.n;
    add(&f, arena_printf(f.arena, "%s memory", of_topic(&f, 0, 1)));
    struct match_index *index = match_index_new(&f.conf);
    struct match_profile profile = {.interests = profile_text(&f)};
    const struct match_query *query = match_query_new(index, &profile, f.arena);
    const struct match_options options = {0};
    struct match_result results[TOPICS * TALKS + 2];
    int n = match_query_top(index, query, TOPICS * TALKS + 2, &options, f.arena, results);
    assert_true(place_of(results, n, stranger) < n);
    assert_true(place_of(results, n, neighbour) < place_of(results, n, stranger));
    assert_true(match_score(index, query, neighbour) > 1.1 * match_score(index, query, stranger));
    match_index_free(index);
    arena_free(f.arena);
}

static void all_that_share_a_word_are_told_in_order(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    int last = (int)f.conf.sessions.n;
    add(&f, "t3w1 t3w2 session about things and more things of this session, swap");
    int empty = (int)f.conf.sessions.n;
    add(&f, "");
    struct match_index *index = match_index_new(&f.conf);
    struct match_profile profile = {.interests = profile_text(&f)};
    const struct match_query *query = match_query_new(index, &profile, f.arena);
    const struct match_options options = {0};
    struct match_result results[TOPICS * TALKS + 2];
    int n = match_query_top(index, query, TOPICS * TALKS + 2, &options, f.arena, results);
    assert_int_equal(n, TALKS + 1);
    assert_int_equal(results[n - 1].session, last);
    assert_int_equal(place_of(results, n, empty), n);
    for (int i = 0; i < n; i++) {
        assert_true(results[i].score > 0);
        assert_true(i == 0 || results[i].score <= results[i - 1].score);
        assert_true(results[i].score == match_score(index, query, results[i].session));
    }
    for (int top = 1; top < n; top++) {
        struct match_result best[TOPICS * TALKS + 2];
        assert_int_equal(match_query_top(index, query, top, &options, f.arena, best), top);
        for (int i = 0; i < top; i++) {
            assert_int_equal(best[i].session, results[i].session);
        }
    }
    match_index_free(index);
    arena_free(f.arena);
}

static void sessions_without_words_are_no_trouble(void **state)
{
    (void)state;
    struct fixture f = {.arena = arena_new()};
    conference_init(&f.conf);
    for (int i = 0; i < 50; i++) {
        struct session *session = add(&f, i == 0 ? "memory reclaim" : "");
        session->title = "";
    }
    struct match_index *index = match_index_new(&f.conf);
    struct match_profile profile = {.interests = profile_text(&f)};
    const struct match_query *query = match_query_new(index, &profile, f.arena);
    const struct match_options options = {0};
    struct match_result results[50];
    assert_int_equal(match_query_top(index, query, 50, &options, f.arena, results), 1);
    assert_int_equal(results[0].session, 0);
    assert_true(results[0].score > 0);
    match_index_free(index);
    arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_lent_what_its_neighbours_score),
        cmocka_unit_test(all_that_share_a_word_are_told_in_order),
        cmocka_unit_test(sessions_without_words_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
