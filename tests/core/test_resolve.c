#include "support/testing.h"

#include "core/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* People of a made-up conference beside real, public names of the kernel's key people. */
static const struct resolve_record people[] = {
    {.name = "Steven Rostedt", .email = "steven@example.org", .affiliation = "Example Search"},
    {.name = "John Stultz", .email = "jstultz@example.com"},
    {.name = "Joerg Roedel", .email = "joro@example.org"},
    {.name = "Srinivas Pandruvada", .email = "sp@example.net"},
    {.name = "Srinivas Kandagatla", .email = "sk@example.net"},
    {.name = "Bjorn Helgaas", .email = "bh@example.org", .context = "PCI, hot-plug, power"},
    {.name = "Björn Töpel", .email = "bt@example.org", .context = "RISC-V, BPF"},
    {.name = "Baolu Lu", .email = "blu@example.org"},
    {.name = "Tomonori Fujita", .email = "tf@example.org"},
    {.name = "Dave Hansen", .email = "dh@example.com", .affiliation = "Intelligent Chips"},
    {.name = "Alex Williamson", .email_md5 = "0c17bf66e649070167701d2d3cd71711"},
    {.name = "Palmer Dabbelt"},
    {.name = "Wei Wang", .email = "w1@example.com", .affiliation = "Hooli"},
    {.name = "Wei Wang", .email = "w2@example.net", .affiliation = "Initech"},
    {.name = "Greg Kroah-Hartman", .matrix_id = "@greg:example.org"},
    {.name = "Lukas de Marchi"},
    {.name = "Ксения Воробьёва"},
    {.name = "K Prateek Nayak"},
    {.name = "Jan Kara"},
    {.name = "佐藤 太郎"},
    {.name = "王小明"},
    {.name = "김민준"},
    {.name = "דוד כהן"},
    {.name = "Γιώργος Παπαδόπουλος"},
    {.name = "خالد درويش"},
    {.name = "Minh-Anh Schreiber"},
};
#define N_PEOPLE ((int)(sizeof people / sizeof people[0]))

struct fixture {
    struct arena *arena;
    struct resolve_index *index;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->arena = arena_new();
    fixture->index = resolve_index_new();
    for (int i = 0; i < N_PEOPLE; i++) {
        assert_int_equal(resolve_add(fixture->index, &people[i], i), i);
    }
    /* Enough others that names have frequencies. */
    static const char *const given[] = {"Anna", "Peter", "Maria", "Paul", "Laura", "Tom", "Nina"};
    static const char *const family[] = {"Abel",   "Berger", "Costa", "Dorn",    "Eklund",
                                         "Farkas", "Gruber", "Holm",  "Iversen", "Jensen",
                                         "Kraus",  "Lang",   "Moser"};
    for (int i = 0; i < 91; i++) {
        struct resolve_record record = {
            .name = arena_printf(fixture->arena, "%s %s", given[i % 7], family[i % 13])};
        (void)resolve_add(fixture->index, &record, 1000 + i);
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    resolve_index_free(fixture->index);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

struct expectation {
    struct resolve_record mention;
    enum resolution_status status;
    const char *first; /* name of the best candidate; NULL = none expected there */
};

static void check(struct fixture *fixture, const struct expectation *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct resolve_answer answer;
        resolve_find(fixture->index, &cases[i].mention, NULL, fixture->arena, &answer);
        if (answer.status != cases[i].status) {
            print_error("%s: %s, not %s; best %.4f\n", cases[i].mention.name,
                        resolution_status_name(answer.status),
                        resolution_status_name(cases[i].status),
                        answer.n_candidates > 0 ? answer.candidates[0].confidence : 0);
        }
        assert_int_equal(answer.status, cases[i].status);
        if (cases[i].first != NULL) {
            assert_true(answer.n_candidates > 0);
            assert_true(answer.candidates[0].owner < N_PEOPLE);
            assert_string_equal(people[answer.candidates[0].owner].name, cases[i].first);
            assert_true(answer.candidates[0].n_evidence > 0);
        }
    }
}

#define CHECK(state, cases) check(*(state), cases, sizeof(cases) / sizeof(cases)[0])

static void links_the_ways_in_which_one_name_is_written(void **state)
{
    static const struct expectation cases[] = {
        {{.name = "Steven Rostedt"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "Steve Rostedt"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "ROSTEDT, Steven"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "Dr. Steven Rostedt (Example)"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "John Stulz"}, RESOLUTION_LINKED, "John Stultz"},
        {{.name = "Jörg Rödel"}, RESOLUTION_LINKED, "Joerg Roedel"},
        {{.name = "Jörg Roedel"}, RESOLUTION_LINKED, "Joerg Roedel"},
        {{.name = "Jorg Rodel"}, RESOLUTION_LINKED, "Joerg Roedel"},
        {{.name = "Sriniva Pandruvada"}, RESOLUTION_LINKED, "Srinivas Pandruvada"},
        {{.name = "Lu Baolu"}, RESOLUTION_LINKED, "Baolu Lu"},
        {{.name = "FUJITA Tomonori"}, RESOLUTION_LINKED, "Tomonori Fujita"},
        {{.name = "藤田 智則"}, RESOLUTION_LINKED, "Tomonori Fujita"},
        {{.name = "David Hansen"}, RESOLUTION_LINKED, "Dave Hansen"},
        {{.name = "Greg Kroah Hartman"}, RESOLUTION_LINKED, "Greg Kroah-Hartman"},
        {{.name = "Lukas DeMarchi"}, RESOLUTION_LINKED, "Lukas de Marchi"},
        {{.name = "Ksenia Vorobyova"}, RESOLUTION_LINKED, "Ксения Воробьёва"},
        {{.name = "K. Prateek Nayak"}, RESOLUTION_LINKED, "K Prateek Nayak"},
        {{.name = "Prateek Nayak"}, RESOLUTION_LINKED, "K Prateek Nayak"},
    };
    CHECK(state, cases);
}

static void offers_first_what_another_script_or_spacing_writes(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *mention;
        const char *first;
    } cases[] = {
        {"Taro Sato", "佐藤 太郎"},
        {"Satou Tarou", "佐藤 太郎"},
        {"Zuo Teng Tai Lang", "佐藤 太郎"},
        {"Xiaoming Wang", "王小明"},
        {"Wang Xiao Ming", "王小明"},
        {"Xiao-Ming Wang", "王小明"},
        {"Kim Minjun", "김민준"},
        {"Min-jun Kim", "김민준"},
        {"David Cohen", "דוד כהן"},
        {"Giorgos Papadopoulos", "Γιώργος Παπαδόπουλος"},
        {"Khaled Darwish", "خالد درويش"},
        {"Minhanh Schreiber", "Minh-Anh Schreiber"},
        {"Srinivas Pandruvda", "Srinivas Pandruvada"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct resolve_record mention = {.name = cases[i].mention};
        struct resolve_answer answer;
        resolve_find(fixture->index, &mention, NULL, fixture->arena, &answer);
        if (answer.n_candidates == 0 || answer.candidates[0].owner >= N_PEOPLE) {
            print_error("%s\n", cases[i].mention);
        }
        assert_true(answer.n_candidates > 0 && answer.candidates[0].owner < N_PEOPLE);
        assert_string_equal(people[answer.candidates[0].owner].name, cases[i].first);
        assert_int_not_equal(answer.status, RESOLUTION_UNKNOWN);
    }
}

static void asks_where_it_is_not_sure(void **state)
{
    static const struct expectation cases[] = {
        {{.name = "Wei Wang"}, RESOLUTION_AMBIGUOUS, "Wei Wang"},
        {{.name = "Wang Wei"}, RESOLUTION_AMBIGUOUS, "Wei Wang"},
        {{.name = "Palmer"}, RESOLUTION_AMBIGUOUS, "Palmer Dabbelt"},
        {{.name = "Bjorn"}, RESOLUTION_AMBIGUOUS, NULL},
        {{.name = "Rostedt"}, RESOLUTION_AMBIGUOUS, "Steven Rostedt"},
        {{.name = "S. Rostedt"}, RESOLUTION_AMBIGUOUS, "Steven Rostedt"},
        {{.name = "Srinivas"}, RESOLUTION_AMBIGUOUS, NULL},
        {{.name = "JohnStultz"}, RESOLUTION_AMBIGUOUS, "John Stultz"},
    };
    CHECK(state, cases);
}

static void says_when_nobody_fits(void **state)
{
    static const struct expectation cases[] = {
        {{.name = "Ada Lovelace"}, RESOLUTION_UNKNOWN, NULL},
        {{.name = "Srinivas Lovelace"}, RESOLUTION_UNKNOWN, NULL},
        {{.name = "Mary Dabbelt"}, RESOLUTION_UNKNOWN, NULL},
        {{.name = ""}, RESOLUTION_UNKNOWN, NULL},
        {{.name = "\xff\xff"}, RESOLUTION_UNKNOWN, NULL},
        {{.name = NULL}, RESOLUTION_UNKNOWN, NULL},
        {{.name = "12345"}, RESOLUTION_UNKNOWN, NULL},
    };
    CHECK(state, cases);
}

static void never_links_another_person_of_a_like_name(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {
        "Jane Kara",     "Steven Hansen", "Stefan Dabbelt",
        "John Baolu",    "Bjorn Toepler", "Mary Rostedt",
        "Thomas Fujita", "Lu Wang",       "Alexandra Williamson-Holm",
        "Peter Rostedt", "Karan Jan"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct resolve_record mention = {.name = names[i]};
        struct resolve_answer answer;
        resolve_find(fixture->index, &mention, NULL, fixture->arena, &answer);
        if (answer.status == RESOLUTION_LINKED) {
            print_error("%s\n", names[i]);
        }
        assert_int_not_equal(answer.status, RESOLUTION_LINKED);
    }
}

static void addresses_and_ids_decide_first(void **state)
{
    static const struct expectation cases[] = {
        {{.name = "Palmer", .email = "STEVEN@example.org"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "Palmer <steven@example.org>"}, RESOLUTION_LINKED, "Steven Rostedt"},
        {{.name = "Wei Wang", .email = "w2@example.net"}, RESOLUTION_LINKED, "Wei Wang"},
        {{.name = "", .email = "joro@example.org"}, RESOLUTION_LINKED, "Joerg Roedel"},
        /* the MD5 of alexw@example.org */
        {{.name = "A. W.", .email_md5 = "0C17BF66E649070167701D2D3CD71711"},
         RESOLUTION_LINKED,
         "Alex Williamson"},
        {{.name = "Greg", .matrix_id = "@greg:example.org"},
         RESOLUTION_LINKED,
         "Greg Kroah-Hartman"},
        {{.name = "Nobody", .email = "not-an-address"}, RESOLUTION_UNKNOWN, NULL},
        {{.name = "Nobody Known", .email_md5 = "0c17"}, RESOLUTION_UNKNOWN, NULL},
    };
    CHECK(state, cases);
}

static void a_plain_address_meets_its_hash(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_index *index = resolve_index_new();
    struct resolve_record hashed = {.name = "Some Body",
                                    .email_md5 = "0c17bf66e649070167701d2d3cd71711"};
    (void)resolve_add(index, &hashed, 7);
    struct resolve_record mention = {.name = "S", .email = "Test@Example.org"};
    struct resolve_answer answer;
    resolve_find(index, &mention, NULL, fixture->arena, &answer);
    assert_int_equal(answer.status, RESOLUTION_LINKED);
    assert_int_equal(answer.candidates[0].owner, 7);
    assert_true(answer.is_decisive);
    for (int i = 0; i < answer.candidates[0].n_evidence; i++) {
        assert_null(strstr(answer.candidates[0].evidence[i], "0c17"));
    }
    resolve_index_free(index);
}

static void affiliation_tells_namesakes_apart_but_asks(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_record mention = {.name = "Wei Wang", .affiliation = "Initech"};
    struct resolve_answer answer;
    resolve_find(fixture->index, &mention, NULL, fixture->arena, &answer);
    assert_true(answer.n_candidates >= 2);
    assert_string_equal(people[answer.candidates[0].owner].affiliation, "Initech");
    assert_true(answer.candidates[0].confidence > 2 * answer.candidates[1].confidence);
    assert_int_equal(answer.status, RESOLUTION_AMBIGUOUS);
}

static void context_orders_the_candidates_of_a_given_name(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_record mention = {.name = "Bjorn", .context = "RISC-V microconference"};
    struct resolve_answer answer;
    resolve_find(fixture->index, &mention, NULL, fixture->arena, &answer);
    assert_int_equal(answer.status, RESOLUTION_AMBIGUOUS);
    assert_true(answer.is_given_name_only);
    assert_string_equal(people[answer.candidates[0].owner].name, "Björn Töpel");
}

static void what_a_person_excluded_is_not_offered(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_record mention = {.name = "Steven Rostedt", .email = "steven@example.org"};
    const int excluded[] = {0};
    struct resolve_options options = {.lead = -1, .excluded = excluded, .n_excluded = 1};
    struct resolve_answer answer;
    resolve_find(fixture->index, &mention, &options, fixture->arena, &answer);
    assert_int_not_equal(answer.status, RESOLUTION_LINKED);
    for (int i = 0; i < answer.n_candidates; i++) {
        assert_int_not_equal(answer.candidates[i].owner, 0);
    }
}

static void probabilities_add_up(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"Wei Wang",  "Bjorn",    "Steve Rostedt",
                                        "Anna Abel", "Srinivas", "X Y"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct resolve_record mention = {.name = names[i]};
        struct resolve_answer answer;
        resolve_find(fixture->index, &mention, NULL, fixture->arena, &answer);
        double sum = 0;
        for (int k = 0; k < answer.n_candidates; k++) {
            assert_true(k == 0 ||
                        answer.candidates[k].confidence <= answer.candidates[k - 1].confidence);
            sum += answer.candidates[k].confidence;
        }
        assert_true(sum <= 1.0001);
    }
}

static void one_person_under_two_names_is_one_candidate(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_index *index = resolve_index_new();
    struct resolve_record one = {.name = "Jane Roe-Holm"};
    struct resolve_record two = {.name = "Jane Holm"};
    (void)resolve_add(index, &one, 5);
    (void)resolve_add(index, &two, 5);
    struct resolve_record mention = {.name = "Jane Holm"};
    struct resolve_answer answer;
    resolve_find(index, &mention, NULL, fixture->arena, &answer);
    assert_int_equal(answer.n_candidates, 1);
    assert_int_equal(answer.status, RESOLUTION_LINKED);
    resolve_index_free(index);
}

static void names_of_one_person_agree(void **state)
{
    (void)state;
    assert_true(resolve_names_agree("Jörg Rödel", "J. Roedel"));
    assert_true(resolve_names_agree("Anna Abel", "Anna Berger"));
    assert_true(resolve_names_agree("Anna", "Peter Costa"));
    assert_true(resolve_names_agree("Мария Кузнецова", "Masha K"));
    assert_false(resolve_names_agree("Anna Abel", "Peter Costa"));
    assert_true(resolve_names_agree("", "Peter Costa"));
}

static struct registrant *register_as(struct conference *conf, struct arena *arena,
                                      const char *name, const char *email,
                                      enum registration_status status)
{
    struct registrant *registrant = conference_add_registrant(conf, arena);
    registrant->name = name;
    registrant->email = email;
    registrant->status = status;
    return registrant;
}

static void whole_files_are_resolved_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    struct conference conf;
    conference_init(&conf);
    register_as(&conf, arena, "Jane Roe", "jane@example.org", REGISTRATION_CANCELLED);
    register_as(&conf, arena, "Jane Roe", "jane@example.org", REGISTRATION_CONFIRMED);
    register_as(&conf, arena, "Peter Holm", "office@example.org", REGISTRATION_CONFIRMED);
    register_as(&conf, arena, "Olga Lang", "office@example.org", REGISTRATION_CONFIRMED);
    register_as(&conf, arena, "Max Moser", "", REGISTRATION_CONFIRMED);
    register_as(&conf, arena, "Max Moser", "", REGISTRATION_CONFIRMED);
    static const struct resolve_mention mentions[] = {
        {"Roe, Jane", "", "", ""},
        {"Max Moser", "", "", ""},
        {"Olga Lang", "office@example.org", "", ""},
        {"Somebody Else", "", "", ""},
        {"Peter", "", "", ""},
    };
    struct resolve_line *lines =
        resolve_lines(&conf, mentions, 5, RESOLVE_THRESHOLD, RESOLVE_LEAD, arena);
    assert_int_equal(lines[0].status, RESOLUTION_LINKED);
    assert_int_equal(lines[0].registrant, 1);
    assert_true(lines[0].confidence >= .99);
    assert_true(lines[0].n_evidence > 0);
    assert_int_equal(lines[1].status, RESOLUTION_AMBIGUOUS);
    assert_int_equal(lines[1].registrant, -1);
    assert_int_equal(lines[1].n_candidates, 2);
    assert_int_equal(lines[2].status, RESOLUTION_LINKED);
    assert_int_equal(lines[2].registrant, 3);
    assert_int_equal(lines[3].status, RESOLUTION_UNKNOWN);
    assert_int_equal(lines[3].registrant, -1);
    assert_int_equal(lines[4].status, RESOLUTION_AMBIGUOUS);
    assert_int_equal(lines[4].candidates[0].registrant, 2);
}

static void an_empty_list_knows_nobody(void **state)
{
    struct fixture *fixture = *state;
    struct conference conf;
    conference_init(&conf);
    static const struct resolve_mention mention = {"Jane Roe", "jane@example.org", "", ""};
    struct resolve_line *lines = resolve_lines(&conf, &mention, 1, 0, -1, fixture->arena);
    assert_int_equal(lines[0].status, RESOLUTION_UNKNOWN);
    assert_int_equal(lines[0].n_candidates, 0);
    (void)resolve_lines(&conf, NULL, 0, 0, -1, fixture->arena);
}

static void thousands_of_one_name_do_not_take_forever(void **state)
{
    struct fixture *fixture = *state;
    struct resolve_index *index = resolve_index_new();
    for (int i = 0; i < 30000; i++) {
        struct resolve_record record = {.name = "John Smith", .email = "all@example.org"};
        (void)resolve_add(index, &record, i);
    }
    struct resolve_record mention = {.name = "John Smith"};
    struct resolve_answer answer;
    resolve_find(index, &mention, NULL, fixture->arena, &answer);
    assert_int_equal(answer.status, RESOLUTION_AMBIGUOUS);
    assert_int_equal(answer.n_candidates, RESOLVE_CANDIDATES);
    mention.email = "all@example.org";
    resolve_find(index, &mention, NULL, fixture->arena, &answer);
    assert_int_equal(answer.status, RESOLUTION_AMBIGUOUS);
    resolve_index_free(index);
}

/* --- the people whom LPC 2025 named --- */

static void collect_names(const json_t *value, struct arena *arena, struct conference *conf)
{
    const char *key = NULL;
    json_t *child = NULL;
    size_t i = 0;
    if (json_is_array(value)) {
        json_array_foreach(value, i, child)
        {
            collect_names(child, arena, conf);
        }
        return;
    }
    const char *name = json_string_value(json_object_get(value, "name"));
    if (name != NULL) {
        struct mention *mention = conference_add_mention(conf, arena);
        mention->name = arena_strdup(arena, name);
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, child)
    {
        if (json_is_object(child) || json_is_array(child)) {
            collect_names(child, arena, conf);
        }
    }
}

static void no_given_name_of_lpc_2025_is_linked_and_all_others_find_themselves(void **state)
{
    struct fixture *fixture = *state;
    if (!test_has_shared()) {
        print_message("the shared folder is not there\n");
        skip();
    }
    json_t *gold = json_load_file(SHARED_DIR "/lpc2025/key-attendees.gold.json", 0, NULL);
    assert_non_null(gold);
    struct conference conf;
    conference_init(&conf);
    collect_names(gold, fixture->arena, &conf);
    json_decref(gold);
    assert_true(conf.mentions.n > 150);
    /* Each full name registers once; namesakes under other spellings are the same owner's. */
    struct resolve_index *index = resolve_index_new();
    for (size_t i = 0; i < conf.mentions.n; i++) {
        struct resolve_record record = {.name = conf.mentions.items[i].name};
        struct resolve_answer answer;
        resolve_find(index, &record, NULL, fixture->arena, &answer);
        if (answer.status != RESOLUTION_LINKED && !answer.is_given_name_only) {
            (void)resolve_add(index, &record, (int)i);
        }
    }
    for (size_t i = 0; i < conf.mentions.n; i++) {
        struct resolve_record mention = {.name = conf.mentions.items[i].name};
        struct resolve_answer answer;
        resolve_find(index, &mention, NULL, fixture->arena, &answer);
        if (strchr(mention.name, ' ') == NULL) {
            assert_int_not_equal(answer.status, RESOLUTION_LINKED);
            continue;
        }
        if (answer.status != RESOLUTION_LINKED) {
            for (int k = 0; k < answer.n_candidates; k++) {
                print_error("%s: %s %.4f\n", mention.name,
                            conf.mentions.items[answer.candidates[k].owner].name,
                            answer.candidates[k].confidence);
            }
        }
        assert_int_equal(answer.status, RESOLUTION_LINKED);
    }
    resolve_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_the_ways_in_which_one_name_is_written),
        cmocka_unit_test(offers_first_what_another_script_or_spacing_writes),
        cmocka_unit_test(asks_where_it_is_not_sure),
        cmocka_unit_test(says_when_nobody_fits),
        cmocka_unit_test(never_links_another_person_of_a_like_name),
        cmocka_unit_test(addresses_and_ids_decide_first),
        cmocka_unit_test(a_plain_address_meets_its_hash),
        cmocka_unit_test(affiliation_tells_namesakes_apart_but_asks),
        cmocka_unit_test(context_orders_the_candidates_of_a_given_name),
        cmocka_unit_test(what_a_person_excluded_is_not_offered),
        cmocka_unit_test(probabilities_add_up),
        cmocka_unit_test(one_person_under_two_names_is_one_candidate),
        cmocka_unit_test(names_of_one_person_agree),
        cmocka_unit_test(whole_files_are_resolved_in_order),
        cmocka_unit_test(an_empty_list_knows_nobody),
        cmocka_unit_test(thousands_of_one_name_do_not_take_forever),
        cmocka_unit_test(no_given_name_of_lpc_2025_is_linked_and_all_others_find_themselves),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
