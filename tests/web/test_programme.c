/* The programme page: what is found by words and by track. */
#include "support/site_rig.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *query;
    const char *shown;  /* ids of the sessions in the list */
    const char *hidden; /* and one that is not; "" = nothing is left out */
} searches[] = {
    {"nothing asked for is everything", "words=&track=", "s1 s6 s9", ""},
    {"beginnings of words, in any case", "words=LOCK+hurr", "s9", "s6"},
    {"the middle of a word is no word", "words=ocks", "", "s9"},
    {"a speaker", "words=lindqvist", "s6", "s9"},
    {"a track", "track=4", "s6 s7 s8 s9", "s1"},
    {"words within a track", "words=tracing&track=4", "s7", "s6"},
    {"a track of another event has none of ours", "track=5", "", "s1"},
    {"accents and punctuation do not matter",
     "words=D\xC3\xA9"
     "ferred,+work!",
     "s6", "s9"},
    {"what is no word finds everything", "words=%", "s1 s9", ""},
};

static void the_programme_is_searched(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        char path[600];
        char query[200];
        size_t n = 0;
        for (const char *p = searches[i].query; *p != '\0'; p++) {
            query[n++] = (char)(*p == '+' ? ' ' : *p);
        }
        query[n] = '\0';
        (void)snprintf(path, sizeof path, "%s",
                       link_of("/agenda/*/programme", TOKEN_AGENDA, 1, 60));
        assert_int_equal(exchange(METHOD_GET, path, query, ""), 200);
        char *ids = arena_strdup(arena, searches[i].shown);
        for (char *id = NULL; (id = strsep(&ids, " ")) != NULL && id[0] != '\0';) {
            if (!page_has(arena_printf(arena, "<li id=\"%s\">", id))) {
                fail_msg("%s: %s is missing", searches[i].name, id);
            }
        }
        if (searches[i].hidden[0] != '\0' &&
            page_has(arena_printf(arena, "<li id=\"%s\">", searches[i].hidden))) {
            fail_msg("%s: %s is there", searches[i].name, searches[i].hidden);
        }
        assert_int_equal(page_has("Nothing fits"), searches[i].shown[0] == '\0');
        assert_false(page_has("not published yet"));
    }
    assert_int_equal(
        exchange(METHOD_GET, link_of("/agenda/*/programme", TOKEN_AGENDA, 1, 60), "track=x", ""),
        400);
    assert_int_equal(post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60),
                          "session=9&verdict=star&from=programme&words=a b&c&track=4"),
                     303);
    assert_non_null(strstr(res.location, "/programme?saved=star&words=a%20b&track=4#s9"));
    assert_int_equal(post(link_of("/agenda/*/star", TOKEN_AGENDA, 1, 60),
                          "session=9&verdict=none&from=programme"),
                     303);
    assert_non_null(strstr(res.location, "/programme?saved=none#s9"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_programme_is_searched),
    };
    return cmocka_run_group_tests(tests, site_set_up, site_tear_down);
}
