#include "support/testing.h"

#include "core/identity.h"

#include <stdio.h>
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

static int registered(struct fixture *f, const char *name, const char *email)
{
    struct registrant *registrant = conference_add_registrant(&f->conf, f->arena);
    registrant->name = name;
    registrant->email = email;
    return (int)f->conf.registrants.n - 1;
}

static int mentioned(struct fixture *f, const char *name, const char *email)
{
    struct mention *mention = conference_add_mention(&f->conf, f->arena);
    mention->name = name;
    mention->email = email;
    return (int)f->conf.mentions.n - 1;
}

static void assign(struct fixture *f)
{
    identity_assign(&f->conf, &f->input, f->arena, &f->identity);
    for (size_t i = 0; i < f->conf.registrants.n; i++) {
        int person = f->conf.registrants.items[i].person;
        assert_in_range(person, 0, f->conf.persons.n - 1);
    }
    for (size_t i = 0; i < f->conf.mentions.n; i++) {
        const struct mention *mention = &f->conf.mentions.items[i];
        const struct resolution *resolution = &f->identity.mentions[i];
        assert_int_equal(mention->person, resolution->person);
        assert_int_equal(mention->status, resolution->status);
        assert_non_null(resolution->evidence);
        assert_true(resolution->status != RESOLUTION_LINKED || resolution->person >= 0);
        assert_true(resolution->status != RESOLUTION_AMBIGUOUS || resolution->person < 0);
    }
}

static int person_of_registrant(struct fixture *f, int i)
{
    return f->conf.registrants.items[i].person;
}

static int person_of_mention(struct fixture *f, int i)
{
    return f->conf.mentions.items[i].person;
}

static enum resolution_status status_of(struct fixture *f, int i)
{
    return f->conf.mentions.items[i].status;
}

static void registrants_with_one_address_are_one_person(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Jane Roe", "jane@example.org");
    int b = registered(f, "Jane R.", "JANE@example.org");
    int c = registered(f, "Peter Holm", "peter@example.org");
    int hashed = registered(f, "Jane Roe", "");
    /* the MD5 of jane@example.org */
    f->conf.registrants.items[hashed].email_md5 = "18385ac57d9b171dc3fe83a5a92b68d9";
    assign(f);
    assert_int_equal(person_of_registrant(f, a), person_of_registrant(f, b));
    assert_int_not_equal(person_of_registrant(f, a), person_of_registrant(f, c));
    assert_int_equal(person_of_registrant(f, a), person_of_registrant(f, hashed));
}

static void a_matrix_id_joins_and_a_shared_office_address_does_not(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Jane Roe", "jane@example.org");
    int b = registered(f, "J. Roe", "j@example.net");
    f->conf.registrants.items[a].matrix_id = "@jane:example.org";
    f->conf.registrants.items[b].matrix_id = "@jane:example.org";
    int c = registered(f, "Peter Holm", "office@example.org");
    int d = registered(f, "Olga Lang", "office@example.org");
    int e = registered(f, "Holm, Peter", "office@example.org");
    assign(f);
    assert_int_equal(person_of_registrant(f, a), person_of_registrant(f, b));
    assert_int_not_equal(person_of_registrant(f, c), person_of_registrant(f, d));
    assert_int_equal(person_of_registrant(f, c), person_of_registrant(f, e));
}

static void the_same_name_alone_does_not_join_registrants(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Wei Wang", "w1@example.org");
    int b = registered(f, "Wei Wang", "w2@example.net");
    int m = mentioned(f, "Wei Wang", "");
    int with_address = mentioned(f, "Wei Wang", "w2@example.net");
    assign(f);
    assert_int_not_equal(person_of_registrant(f, a), person_of_registrant(f, b));
    assert_int_equal(status_of(f, m), RESOLUTION_AMBIGUOUS);
    assert_int_equal(f->identity.mentions[m].n_candidates, 2);
    assert_int_equal(status_of(f, with_address), RESOLUTION_LINKED);
    assert_int_equal(person_of_mention(f, with_address), person_of_registrant(f, b));
}

static void a_rare_name_with_the_same_company_joins(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Jane Quillfeather", "jane@example.org");
    int b = registered(f, "Quillfeather, Jane", "jq@example.net");
    int c = registered(f, "Jane Quillfeather", "");
    f->conf.registrants.items[a].affiliation = "Hooli Inc";
    f->conf.registrants.items[b].affiliation = "Hooli";
    f->conf.registrants.items[c].affiliation = "Initech";
    assign(f);
    assert_int_equal(person_of_registrant(f, a), person_of_registrant(f, b));
    assert_int_not_equal(person_of_registrant(f, a), person_of_registrant(f, c));
}

static void mentions_find_the_registered(void **state)
{
    struct fixture *f = *state;
    int r = registered(f, "Steven Rostedt", "steven@example.org");
    int a = mentioned(f, "Steve Rostedt", "");
    int b = mentioned(f, "Rostedt, Steven", "");
    int c = mentioned(f, "S. R.", "steven@example.org");
    assign(f);
    for (int i = a; i <= c; i++) {
        assert_int_equal(status_of(f, i), RESOLUTION_LINKED);
        assert_int_equal(person_of_mention(f, i), person_of_registrant(f, r));
        assert_true(f->identity.mentions[i].confidence >= .99);
        assert_true(strlen(f->identity.mentions[i].evidence) > 0);
    }
    (void)b;
}

static void people_whom_nobody_registered_are_clustered(void **state)
{
    struct fixture *f = *state;
    registered(f, "Peter Holm", "peter@example.org");
    int a = mentioned(f, "Jörg Rödel", "");
    mentioned(f, "Jörg Roedel", "");
    mentioned(f, "Joerg Roedel", "joerg@example.org");
    int d = mentioned(f, "Roedel", "joerg@example.org");
    int other = mentioned(f, "Dan Williams", "");
    int again = mentioned(f, "Dan Williams", "");
    assign(f);
    assert_true(person_of_mention(f, a) >= 0);
    for (int i = a; i <= d; i++) {
        assert_int_equal(status_of(f, i), RESOLUTION_UNKNOWN);
        assert_int_equal(person_of_mention(f, i), person_of_mention(f, a));
    }
    assert_true(person_of_mention(f, other) >= 0);
    assert_int_equal(person_of_mention(f, other), person_of_mention(f, again));
    assert_int_not_equal(person_of_mention(f, other), person_of_mention(f, a));
    assert_int_equal(f->conf.persons.n, 3);
}

static void given_names_alone_are_never_linked(void **state)
{
    struct fixture *f = *state;
    registered(f, "Palmer Dabbelt", "palmer@example.org");
    int a = mentioned(f, "Palmer", "");
    int b = mentioned(f, "Quirin", "");
    int c = mentioned(f, "Palmer", "palmer@example.org");
    int flagged = mentioned(f, "Palmer Dabbelt", "");
    f->conf.mentions.items[flagged].is_given_name_only = true;
    assign(f);
    assert_int_equal(status_of(f, a), RESOLUTION_AMBIGUOUS);
    assert_int_equal(person_of_mention(f, a), -1);
    assert_int_equal(f->identity.mentions[a].n_candidates, 1);
    assert_int_equal(status_of(f, b), RESOLUTION_UNKNOWN);
    assert_int_equal(person_of_mention(f, b), -1);
    assert_int_equal(status_of(f, c), RESOLUTION_LINKED);
    assert_int_equal(status_of(f, flagged), RESOLUTION_AMBIGUOUS);
}

/* Lorenz is a form of Lawrence, but hardly this one among so many: nobody needs to look at that. A
 * likelier short form is asked about. */
static void a_lone_unlikely_candidate_is_no_question(void **state)
{
    struct fixture *f = *state;
    registered(f, "Palmer Dabbelt", "palmer@example.org");
    registered(f, "Lawrence Quibblestone", "lq@example.org");
    for (int i = 0; i < 400; i++) {
        registered(f, arena_printf(f->arena, "Zoltan Num%c%c", 'a' + i % 20, 'a' + i / 20),
                   arena_printf(f->arena, "n%d@example.org", i));
    }
    int unlikely = mentioned(f, "Lorenz", "");
    int nick = mentioned(f, "Larry", "");
    int same = mentioned(f, "Palmer", "");
    assign(f);
    assert_int_equal(f->identity.mentions[unlikely].n_candidates, 1); /* to choose by hand */
    assert_true(f->identity.mentions[unlikely].confidence < .02);
    assert_int_equal(status_of(f, unlikely), RESOLUTION_UNKNOWN);
    assert_int_equal(person_of_mention(f, unlikely), -1);
    assert_int_equal(status_of(f, nick), RESOLUTION_AMBIGUOUS);
    assert_int_equal(status_of(f, same), RESOLUTION_AMBIGUOUS);
}

static const char *name_of(struct fixture *f, int registrant)
{
    return f->conf.persons.items[person_of_registrant(f, registrant)].name;
}

/* What the database holds after `people merge`: both registrations, the name of who was kept. */
static void a_merged_person_keeps_the_name_of_the_own_registration(void **state)
{
    struct fixture *f = *state;
    int other = registered(f, "A. M. Lee (Initech)", "office@example.org");
    int own = registered(f, "Ann Lee", "ann@example.org");
    conference_add_person(&f->conf, f->arena)->name = "Ann Lee";
    f->conf.registrants.items[other].person = f->conf.registrants.items[own].person = 0;
    assign(f);
    assert_string_equal(name_of(f, own), "Ann Lee");
    f->conf.registrants.items[own].name = "Ann Lee-Moser"; /* by her own word */
    f->conf.registrants.items[other].status = REGISTRATION_CANCELLED;
    assign(f);
    assert_string_equal(name_of(f, own), "Ann Lee-Moser");
}

static void a_name_that_only_a_list_gave_yields_to_the_registration(void **state)
{
    struct fixture *f = *state;
    conference_add_person(&f->conf, f->arena)->name = "LEE Ann";
    int first = registered(f, "A Lee", "ann@example.org");
    int again = registered(f, "Ann Lee", "ann@example.org");
    f->conf.registrants.items[first].status = REGISTRATION_CANCELLED;
    f->conf.registrants.items[first].person = f->conf.registrants.items[again].person = 0;
    assign(f);
    assert_string_equal(name_of(f, first), "Ann Lee"); /* the one that counts */
    f->conf.registrants.items[again].name = "";
    assign(f);
    assert_string_equal(name_of(f, first), "A Lee");
}

static void a_registrant_who_comes_late_joins_the_person_that_mentions_made(void **state)
{
    struct fixture *f = *state;
    registered(f, "Peter Holm", "peter@example.org");
    int m = mentioned(f, "John Stulz", "");
    assign(f);
    int person = person_of_mention(f, m);
    assert_int_equal(status_of(f, m), RESOLUTION_UNKNOWN);
    f->conf.persons.items[person].id = 77;
    int late = registered(f, "John Stultz", "js@example.org");
    assign(f);
    assert_int_equal(person_of_registrant(f, late), person);
    assert_int_equal(status_of(f, m), RESOLUTION_LINKED);
    assert_int_equal(f->conf.persons.items[person].id, 77);
    assert_int_equal(f->conf.persons.n, 2);
}

static void two_who_come_late_make_a_question(void **state)
{
    struct fixture *f = *state;
    int m = mentioned(f, "John Stultz", "");
    assign(f);
    assert_int_equal(status_of(f, m), RESOLUTION_UNKNOWN);
    int a = registered(f, "John Stultz", "js@example.org");
    int b = registered(f, "John Stultz", "john@example.net");
    assign(f);
    assert_int_not_equal(person_of_registrant(f, a), person_of_registrant(f, b));
    assert_int_equal(status_of(f, m), RESOLUTION_AMBIGUOUS);
}

static void running_it_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    registered(f, "Steven Rostedt", "steven@example.org");
    registered(f, "Wei Wang", "w1@example.org");
    registered(f, "Wei Wang", "w2@example.net");
    mentioned(f, "Steve Rostedt", "");
    mentioned(f, "Wei Wang", "");
    mentioned(f, "Jörg Rödel", "");
    mentioned(f, "Joerg Roedel", "joerg@example.org");
    mentioned(f, "Palmer", "");
    assign(f);
    size_t n_persons = f->conf.persons.n;
    struct mention before[5];
    memcpy(before, f->conf.mentions.items, sizeof before);
    for (int round = 0; round < 3; round++) {
        assign(f);
        assert_int_equal(f->conf.persons.n, n_persons);
        for (int i = 0; i < 5; i++) {
            assert_int_equal(f->conf.mentions.items[i].person, before[i].person);
            assert_int_equal(f->conf.mentions.items[i].status, before[i].status);
        }
    }
}

static void what_a_person_decided_stands(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Wei Wang", "w1@example.org");
    int b = registered(f, "Wei Wang", "w2@example.net");
    int r = registered(f, "Steven Rostedt", "steven@example.org");
    int wang = mentioned(f, "Wang Wei", "");
    int given = mentioned(f, "Steve", "");
    int not_he = mentioned(f, "Steven Rostedt", "");
    int elsewhere = mentioned(f, "Steve", "");
    f->conf.mentions.items[given].track = 3;
    f->conf.mentions.items[elsewhere].track = 4;
    assign(f);
    assert_int_equal(status_of(f, wang), RESOLUTION_AMBIGUOUS);
    assert_int_equal(status_of(f, not_he), RESOLUTION_LINKED);
    const struct decision decisions[] = {
        {"Wei Wang", "", -1, person_of_registrant(f, b), VERDICT_SAME},
        {"Steve", "", 3, person_of_registrant(f, r), VERDICT_SAME},
        {"Steven Rostedt", "", -1, person_of_registrant(f, r), VERDICT_NOT_SAME},
    };
    f->input.decisions = decisions;
    f->input.n_decisions = 3;
    assign(f);
    assert_int_equal(person_of_mention(f, wang), person_of_registrant(f, b));
    assert_int_equal(status_of(f, wang), RESOLUTION_LINKED);
    assert_true(f->identity.mentions[wang].is_decided);
    assert_int_equal(person_of_mention(f, given), person_of_registrant(f, r));
    assert_int_equal(status_of(f, elsewhere), RESOLUTION_AMBIGUOUS);
    assert_int_not_equal(person_of_mention(f, not_he), person_of_registrant(f, r));
    assert_int_not_equal(status_of(f, not_he), RESOLUTION_LINKED);
    (void)a;
}

static void aliases_from_before_are_used(void **state)
{
    struct fixture *f = *state;
    struct person *person = conference_add_person(&f->conf, f->arena);
    person->name = "Lyude Paul";
    person->id = 12;
    const struct alias aliases[] = {
        {0, ALIAS_EMAIL, "old@example.org", false},
        {0, ALIAS_NAME, "Somebody Formerly Otherwise", false},
        {99, ALIAS_EMAIL, "nobody@example.org", false},
    };
    f->input.aliases = aliases;
    f->input.n_aliases = 3;
    int r = registered(f, "L. P.", "old@example.org");
    int m = mentioned(f, "Somebody Formerly Otherwise", "");
    assign(f);
    assert_int_equal(person_of_registrant(f, r), 0);
    assert_int_equal(person_of_mention(f, m), 0);
    assert_int_equal(status_of(f, m), RESOLUTION_LINKED);
}

static void the_sources_own_keys_join(void **state)
{
    struct fixture *f = *state;
    registered(f, "Peter Holm", "peter@example.org");
    int a = mentioned(f, "Jane Quillfeather", "");
    int b = mentioned(f, "Dr. Jane Q. Quillfeather-Roe", "");
    int c = mentioned(f, "Jane Quillfeather-Other", "");
    for (int i = a; i <= b; i++) {
        f->conf.mentions.items[i].source = "schedule.json";
        f->conf.mentions.items[i].source_key = "ABCDEF";
    }
    assign(f);
    assert_int_equal(person_of_mention(f, a), person_of_mention(f, b));
    (void)c;
}

static void one_word_with_a_key_is_a_person_of_its_own(void **state)
{
    struct fixture *f = *state;
    int r = registered(f, "Palmer Dabbelt", "palmer@example.org");
    static const char *const keys[] = {"7/Palmer", "7/Palmer", "8/Palmer", "9/0x378", "9/0x378"};
    static const char *const names[] = {"Palmer", "Palmer", "Palmer", "0x378", "0x378"};
    int m[5];
    for (int i = 0; i < 5; i++) {
        m[i] = mentioned(f, names[i], "");
        f->conf.mentions.items[m[i]].source = "schedule.json";
        f->conf.mentions.items[m[i]].source_key = keys[i];
    }
    assign(f);
    assert_int_equal(person_of_mention(f, m[0]), person_of_mention(f, m[1]));
    assert_int_not_equal(person_of_mention(f, m[0]), person_of_mention(f, m[2]));
    assert_int_equal(person_of_mention(f, m[3]), person_of_mention(f, m[4]));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(status_of(f, m[i]), RESOLUTION_UNKNOWN);
        assert_true(person_of_mention(f, m[i]) >= 0);
        assert_int_not_equal(person_of_mention(f, m[i]), person_of_registrant(f, r));
    }
    assert_true(f->identity.mentions[m[0]].is_by_key);
    assert_int_equal(f->identity.mentions[m[0]].n_candidates, 1);

    const struct alias known[] = {
        {person_of_mention(f, m[0]), ALIAS_SOURCE_KEY, "schedule.json\n7/Palmer", false}};
    int person = person_of_mention(f, m[0]);
    f->input.aliases = known;
    f->input.n_aliases = 1;
    f->conf.mentions.items[m[0]].person = -1;
    f->conf.mentions.items[m[1]].person = -1;
    assign(f);
    assert_int_equal(person_of_mention(f, m[1]), person);
}

static void two_persons_are_merged_when_an_address_is_learned_late(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Peter Holm", "peter@example.org");
    int b = registered(f, "P. Holm", "pholm@example.net");
    assign(f);
    int old = person_of_registrant(f, a);
    assert_int_not_equal(old, person_of_registrant(f, b));
    f->conf.registrants.items[b].email = "peter@example.org";
    const struct person_pair apart[] = {{person_of_registrant(f, b), old}};
    f->input.apart = apart;
    f->input.n_apart = 1;
    assign(f);
    assert_int_not_equal(old, person_of_registrant(f, b));
    assert_int_equal(f->identity.n_merges, 0);
    f->input.n_apart = 0;
    assign(f);
    assert_int_equal(person_of_registrant(f, b), old);
    assert_int_equal(f->identity.n_merges, 1);
    assert_int_equal(f->identity.merges[0].keep, old);
}

static void what_is_recalled_counts_less_than_what_is_said_here(void **state)
{
    struct fixture *f = *state;
    int a = registered(f, "Wei Wang", "w1@example.org");
    int b = registered(f, "Wei Wang", "w2@example.net");
    int m = mentioned(f, "Wang, Wei", "");
    const struct alias known[] = {{-1, ALIAS_NAME, "Wei Wang", false},
                                  {-1, ALIAS_EMAIL, "gone@example.org", false},
                                  {-1, ALIAS_EMAIL, "W2@example.net", false}};
    const struct recalled recalled[] = {
        {{"Wei Wang", "", -1, -1, VERDICT_SAME}, known, 3},
        {{"Wei Wang", "", -1, -1, VERDICT_NOT_SAME}, known, 2}}; /* who that is nobody can say */
    f->input.recalled = recalled;
    f->input.n_recalled = 2;
    assign(f);
    assert_int_equal(person_of_mention(f, m), person_of_registrant(f, b));
    assert_true(f->identity.mentions[m].is_decided);
    const struct decision own[] = {{"Wei Wang", "", -1, person_of_registrant(f, a), VERDICT_SAME}};
    f->input.decisions = own;
    f->input.n_decisions = 1;
    assign(f);
    assert_int_equal(person_of_mention(f, m), person_of_registrant(f, a));
    const struct decision denied[] = {
        {"Wei Wang", "", -1, person_of_registrant(f, b), VERDICT_NOT_SAME}};
    f->input.decisions = denied;
    assign(f);
    assert_int_not_equal(person_of_mention(f, m), person_of_registrant(f, b));
}

static void nobody_at_all_is_fine(void **state)
{
    struct fixture *f = *state;
    assign(f);
    assert_int_equal(f->conf.persons.n, 0);
    int m = mentioned(f, "", "");
    int r = registered(f, "", "");
    assign(f);
    assert_int_equal(status_of(f, m), RESOLUTION_UNKNOWN);
    assert_int_equal(person_of_mention(f, m), -1);
    assert_true(person_of_registrant(f, r) >= 0);
}

static void ten_thousand_of_each_take_a_moment(void **state)
{
    struct fixture *f = *state;
    static const char *const given[] = {"Anna", "Peter", "Maria", "Paul", "Laura",
                                        "Tom",  "Nina",  "Igor",  "Wei",  "Jan"};
    for (int i = 0; i < 10000; i++) {
        const char *name = arena_printf(f->arena, "%s %c%c%cberg", given[i % 10], 'A' + i % 23,
                                        'a' + i / 23 % 19, 'a' + i / 437 % 17);
        registered(f, name, arena_printf(f->arena, "p%d@example.org", i));
        mentioned(f, name, "");
    }
    assign(f);
    assert_true(f->conf.persons.n >= 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(registrants_with_one_address_are_one_person),
        TEST(a_matrix_id_joins_and_a_shared_office_address_does_not),
        TEST(the_same_name_alone_does_not_join_registrants),
        TEST(a_rare_name_with_the_same_company_joins),
        TEST(mentions_find_the_registered),
        TEST(people_whom_nobody_registered_are_clustered),
        TEST(given_names_alone_are_never_linked),
        TEST(a_lone_unlikely_candidate_is_no_question),
        TEST(a_merged_person_keeps_the_name_of_the_own_registration),
        TEST(a_name_that_only_a_list_gave_yields_to_the_registration),
        TEST(a_registrant_who_comes_late_joins_the_person_that_mentions_made),
        TEST(two_who_come_late_make_a_question),
        TEST(running_it_again_changes_nothing),
        TEST(what_a_person_decided_stands),
        TEST(aliases_from_before_are_used),
        TEST(the_sources_own_keys_join),
        TEST(one_word_with_a_key_is_a_person_of_its_own),
        TEST(two_persons_are_merged_when_an_address_is_learned_late),
        TEST(what_is_recalled_counts_less_than_what_is_said_here),
        TEST(nobody_at_all_is_fine),
        TEST(ten_thousand_of_each_take_a_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
