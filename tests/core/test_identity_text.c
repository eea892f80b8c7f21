/* What the names of one text say for one another. */
#include "support/testing.h"

#include "core/identity.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena *arena;
    struct conference conf;
    struct identity identity;
    struct identity_input input;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_new();
    conference_init(&f->conf);
    f->input = (struct identity_input){.threshold = .99, .lead = .05};
    static const char *const titles[] = {"Storage MC", "Network MC"};
    for (int i = 0; i < 2; i++) {
        conference_add_track(&f->conf, f->arena)->title = titles[i];
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    free(f);
    return 0;
}

static int registered(struct fixture *f, const char *name, const char *email,
                      const char *affiliation)
{
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->name = name;
    registrant->email = email;
    registrant->affiliation = affiliation;
    return (int)f->conf.registrants.n - 1;
}

static int named(struct fixture *f, int track, const char *name, const char *email)
{
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->track = track;
    mention->name = name;
    mention->email = email;
    mention->is_given_name_only = strchr(name, ' ') == NULL;
    return (int)f->conf.mentions.n - 1;
}

/* Many whom nobody means, so that the ones of the test are a few among others. */
static void crowd(struct fixture *f, int n)
{
    static const char *const given[] = {"Anna", "Igor", "Maria", "Paul", "Laura", "Nina"};
    for (int i = 0; i < n; i++) {
        const char *name = arena_printf(f->arena, "%s %c%c%cberg", given[i % 6], 'A' + i % 23,
                                        'a' + i / 23 % 19, 'a' + i / 437 % 17);
        registered(f, name, arena_printf(f->arena, "c%d@example.com", i), "");
    }
}

static void assign(struct fixture *f)
{
    identity_assign(&f->conf, &f->input, f->arena, &f->identity);
}

static void assert_is(struct fixture *f, int mention, int registrant, const char *because)
{
    const struct resolution *found = &f->identity.mentions[mention];
    assert_int_equal(found->status, RESOLUTION_LINKED);
    assert_int_equal(found->person, f->conf.registrants.items[registrant].person);
    if (strstr(found->evidence, because) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", found->evidence, because);
    }
}

static void assert_is_question(struct fixture *f, int mention)
{
    assert_int_equal(f->identity.mentions[mention].status, RESOLUTION_AMBIGUOUS);
    assert_int_equal(f->identity.mentions[mention].person, -1);
}

static void a_shared_address_explains_the_spelling_beside_a_near_namesake(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    int r = registered(f, "Joerg Roedel", "jr@example.org", "");
    registered(f, "Jörg Rohdel", "rohdel@example.net", "");
    int plain = named(f, 0, "Jörg Rödel", "");
    int lead = named(f, 0, "Jörg Roedel", "joro@example.com");
    int other = named(f, 1, "Joerg Roedel", "joro@example.com");
    assign(f);
    assert_is(f, other, r, "same name");
    assert_is(f, lead, r, "same address or id; ");
    assert_is(f, lead, r, "as \"Joerg Roedel\" of Network MC");
    assert_is(f, plain, r, "\"Jörg Roedel\" is on this list too");
}

static void without_the_shared_address_it_stays_a_question(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    registered(f, "Joerg Roedel", "jr@example.org", "");
    registered(f, "Jörg Rohdel", "rohdel@example.net", "");
    int plain = named(f, 0, "Jörg Rödel", "");
    assign(f);
    assert_is_question(f, plain);
}

static void a_family_name_means_whom_the_same_list_names_in_full(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    int r = registered(f, "Ottoline Farnsworthy", "of@example.org", "");
    named(f, 0, "Ottoline Farnsworthy", "");
    int initial = named(f, 0, "O. Farnsworthy", "");
    int alone = named(f, 0, "Farnsworthy", "");
    int elsewhere = named(f, 1, "Farnsworthy", "");
    assign(f);
    assert_is(f, initial, r, "is on this list too");
    assert_is(f, alone, r, "\"Ottoline Farnsworthy\" is on this list too");
    assert_is_question(f, elsewhere);
    assert_non_null(strstr(f->identity.mentions[elsewhere].evidence, "named elsewhere"));
}

static void a_reason_that_says_another_one_too_stands_alone(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    named(f, 0, "Ottoline Farnsworthy", "");
    int elsewhere = named(f, 1, "Farnsworthy", "");
    assign(f);
    const char *why = f->identity.mentions[elsewhere].evidence;
    const char *note = strstr(why, "as \"Ottoline Farnsworthy\"");
    assert_non_null(strstr(why, "named elsewhere, as \"Ottoline Farnsworthy\""));
    assert_non_null(note);
    assert_null(strstr(note + 1, "as \"Ottoline Farnsworthy\""));
}

static void two_of_the_family_on_the_list_make_a_question(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    registered(f, "Ottoline Farnsworthy", "of@example.org", "");
    registered(f, "Hubert Farnsworthy", "hf@example.org", "");
    named(f, 0, "Ottoline Farnsworthy", "");
    named(f, 0, "Hubert Farnsworthy", "");
    int alone = named(f, 0, "Farnsworthy", "");
    assign(f);
    assert_is_question(f, alone);
}

static void a_given_name_is_explained_and_still_not_linked(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    int r = registered(f, "Ottoline Farnsworthy", "of@example.org", "");
    registered(f, "Ottoline Quintrell", "oq@example.org", "");
    named(f, 0, "Ottoline Farnsworthy", "");
    int given = named(f, 0, "Ottoline", "");
    assign(f);
    assert_is_question(f, given);
    assert_int_equal(f->identity.mentions[given].candidates[0].person,
                     f->conf.registrants.items[r].person);
    assert_non_null(strstr(f->identity.mentions[given].evidence, "is on this list too"));
}

static void a_family_name_that_is_somebodys_given_name_is_not_enough(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    registered(f, "Ottoline Quillwick", "of@example.org", "");
    registered(f, "Quillwick Stonebridge", "qs@example.org", "");
    named(f, 0, "Ottoline Quillwick", "");
    int word = named(f, 0, "Quillwick", "");
    assign(f);
    assert_is_question(f, word);
}

static void an_affiliation_teaches_a_spelling_and_a_name_alone_does_not(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    int r = registered(f, "Steven Wisniewskowicz", "pw@example.org", "Hooli");
    int with_company = named(f, 0, "Steve Wisniewskowicz", "");
    f->conf.mentions.items[with_company].affiliation = "Hooli";
    int plain = named(f, 1, "Steve Wisniewskowicz", "");
    assign(f);
    assert_is(f, with_company, r, "same affiliation");
    assert_true(f->identity.mentions[with_company].is_name_learned);
    assert_is(f, plain, r, "as \"Steve Wisniewskowicz\" of Storage MC");
    f->conf.mentions.items[with_company].affiliation = "";
    for (size_t i = 0; i < f->conf.mentions.n; i++) {
        f->conf.mentions.items[i].person = -1;
    }
    assign(f);
    assert_false(f->identity.mentions[with_company].is_name_learned);
    assert_null(strstr(f->identity.mentions[plain].evidence, "of Storage MC;"));
}

static void a_list_of_one_company_leans_towards_it(void **state)
{
    struct fixture *f = *state;
    crowd(f, 300);
    static const char *const names[] = {"Ursula Brackenbury", "Tobias Zwirnemann",
                                        "Leire Zubialdea", "Fermin Montecorba"};
    for (int i = 0; i < 4; i++) {
        registered(f, names[i], arena_printf(f->arena, "h%d@example.org", i), "Hooli");
        named(f, 0, names[i], "");
    }
    int a = registered(f, "Wei Wang", "w1@example.org", "Hooli");
    registered(f, "Wei Wang", "w2@example.net", "Initech");
    int here = named(f, 0, "Wei Wang", "");
    int there = named(f, 1, "Wei Wang", "");
    assign(f);
    assert_is_question(f, here); /* two of one name are never guessed between */
    assert_is_question(f, there);
    assert_int_equal(f->identity.mentions[here].candidates[0].person,
                     f->conf.registrants.items[a].person);
    assert_non_null(strstr(f->identity.mentions[here].evidence, "same affiliation"));
    assert_true(f->identity.mentions[here].candidates[0].confidence >
                f->identity.mentions[there].candidates[0].confidence);
}

/* The partition as one text: for each mention what was found. */
static const char *found(struct fixture *f, const char *name, int track)
{
    for (size_t i = 0; i < f->conf.mentions.n; i++) {
        const struct mention *mention = &f->conf.mentions.items[i];
        if (mention->track == track && strcmp(mention->name, name) == 0) {
            const struct resolution *r = &f->identity.mentions[i];
            return arena_printf(f->arena, "%s %s: %s", resolution_status_name(r->status),
                                r->person < 0 ? "?" : f->conf.persons.items[r->person].name,
                                r->evidence);
        }
    }
    return "";
}

static void the_order_of_the_names_does_not_count(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int track;
        const char *name;
        const char *email;
    } rows[] = {{0, "Jörg Rödel", ""},
                {0, "Jörg Roedel", "joro@example.com"},
                {1, "Joerg Roedel", "joro@example.com"},
                {0, "Roedel", ""},
                {1, "J. Roedel", ""},
                {1, "Nobody Registered", "nr@example.org"},
                {0, "N. Registered", "nr@example.org"},
                {0, "Wei Wang", ""}};
    const char *first[8] = {NULL};
    crowd(f, 300);
    registered(f, "Joerg Roedel", "jr@example.org", "");
    registered(f, "Jörg Rohdel", "rohdel@example.net", "");
    registered(f, "Wei Wang", "w1@example.org", "");
    registered(f, "Wei Wang", "w2@example.org", "");
    for (int turn = 0; turn < 16; turn++) {
        f->conf.mentions.n = 0;
        for (int i = 0; i < 8; i++) {
            int at = turn < 8 ? (i + turn) % 8 : (7 * i + turn) % 8;
            named(f, rows[at].track, rows[at].name, rows[at].email);
        }
        for (size_t i = 0; i < f->conf.registrants.n; i++) {
            f->conf.registrants.items[i].person = -1;
        }
        f->conf.persons.n = 0;
        assign(f);
        for (int i = 0; i < 8; i++) {
            const char *now = found(f, rows[i].name, rows[i].track);
            first[i] = turn == 0 ? now : first[i];
            assert_string_equal(now, first[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_shared_address_explains_the_spelling_beside_a_near_namesake),
        TEST(without_the_shared_address_it_stays_a_question),
        TEST(a_family_name_means_whom_the_same_list_names_in_full),
        TEST(a_reason_that_says_another_one_too_stands_alone),
        TEST(two_of_the_family_on_the_list_make_a_question),
        TEST(a_given_name_is_explained_and_still_not_linked),
        TEST(a_family_name_that_is_somebodys_given_name_is_not_enough),
        TEST(an_affiliation_teaches_a_spelling_and_a_name_alone_does_not),
        TEST(a_list_of_one_company_leans_towards_it),
        TEST(the_order_of_the_names_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
