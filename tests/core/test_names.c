#include "support/testing.h"

#include "base/arena.h"
#include "core/names.h"
#include "core/nicknames.h"
#include "core/translit.h"

#include <stdlib.h>
#include <string.h>

/* "given|given|*family" of the first reading: the star marks words known to be family names. */
static const char *spell(const struct name *name, char *buf)
{
    buf[0] = '\0';
    for (int i = 0; i < name->n; i++) {
        strcat(buf, i > 0 ? "|" : "");
        strcat(buf, name->tokens[i].role == NAME_FAMILY ? "*" : "");
        strcat(buf, name->tokens[i].text);
    }
    return buf;
}

static void takes_written_names_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *tokens;
        const char *email;
        const char *affiliation;
    } cases[] = {
        {"Steven Rostedt", "steven|rostedt", "", ""},
        {"  steven   ROSTEDT ", "steven|*rostedt", "", ""},
        {"Rostedt, Steven", "steven|*rostedt", "", ""},
        {"FUJITA Tomonori", "tomonori|*fujita", "", ""},
        {"Lu Baolu", "lu|baolu", "", ""},
        {"Dr. David Alan Gilbert", "david|alan|gilbert", "", ""},
        {"Prof. Dr. Jane Roe", "jane|roe", "", ""},
        {"Jane Roe, PhD", "jane|roe", "", ""},
        {"John Smith Jr.", "john|smith", "", ""},
        {"Paul E. McKenney", "paul|e|mckenney", "", ""},
        {"J.R.R. Tolkien", "j|r|r|tolkien", "", ""},
        {"KP Singh", "k|p|singh", "", ""},
        {"Arnaldo Carvalho de Melo", "arnaldo|carvalho|melo", "", ""},
        {"Al Viro", "al|viro", "", ""},
        {"Greg Kroah-Hartman", "greg|kroah|hartman", "", ""},
        {"Tim O'Brien", "tim|obrien", "", ""},
        {"Greg \"gregkh\" Kroah-Hartman", "greg|kroah|hartman", "", ""},
        {"Wolfram Sang (Renesas BSP)", "wolfram|sang", "", "Renesas BSP"},
        {"Jane Roe <jane@example.org>", "jane|roe", "jane@example.org", ""},
        {"Jane Roe jane@example.org (Example Labs)", "jane|roe", "jane@example.org",
         "Example Labs"},
        {"Steven Rostedt, Google", "steven|rostedt", "", "Google"},
        {"Jane Roe - Example Corp", "jane|roe", "", "Example Corp"},
        {"Jörg Rödel", "jorg|rodel", "", ""},
        {"Jo\xCC\x88rg Ro\xCC\x88"
         "del",
         "jorg|rodel", "", ""},
        {"Weiß Łukasz Åse", "weiss|lukasz|ase", "", ""},
        {"ＦＵＪＩＴＡ　Tomonori", "tomonori|*fujita", "", ""},
        {"Александр Шутемов", "aleksandr|shutemov", "", ""},
        {"王小明", "xiaoming|*wang", "", ""},
        {"欧阳明", "ming|*ouyang", "", ""},
        {"藤田 智則", "tomonori|*fujita", "", ""},
        {"김민준", "minjun|*gim", "", ""},
        {"スズキ タロウ", "tarou|*suzuki", "", ""},
        {"Palmer", "palmer", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct written_name written;
        char buf[512];
        name_parse(cases[i].text, &written);
        assert_true(written.n_readings > 0);
        assert_string_equal(spell(&written.readings[0], buf), cases[i].tokens);
        assert_string_equal(written.email, cases[i].email);
        assert_string_equal(written.affiliation, cases[i].affiliation);
    }
}

static void what_holds_no_letters_is_no_name(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",         "   ",  "42",   "-",   "()", "<>",          "(only a company)",
        "\xff\xfe", "\"\"", ",,,,", "@@@", "…",  "\xE2\x80\x8F"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct written_name written;
        name_parse(cases[i], &written);
        assert_int_equal(written.n_readings, 0);
    }
}

static void a_given_name_alone_is_seen(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_alone;
    } cases[] = {
        {"Palmer", true},         {"Bjorn", true},
        {"Clément", true},        {"Dr. Bjorn", true},
        {"Bjorn (RISC-V)", true}, {"A.", true},
        {"J. R.", true},          {"Alex <a@example.org>", true},
        {"Bjorn Helgaas", false}, {"J. Stultz", false},
        {"王小明", false},        {"Lu Baolu", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct written_name written;
        name_parse(cases[i].text, &written);
        assert_true(written.n_readings > 0);
        assert_int_equal(written.readings[0].is_given_alone, cases[i].is_alone);
    }
}

static void very_long_names_are_cut_and_broken_ones_read(void **state)
{
    (void)state;
    enum { SIZE = 100000 };
    char *text = malloc(SIZE);
    static const char *const fills[] = {"a", "A b ", "\xff", "ö", "(", "-", "王", "\xCC\x88", ", "};
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        size_t n = strlen(fills[i]);
        for (size_t at = 0; at + n < SIZE; at += n) {
            memcpy(text + at, fills[i], n + 1);
        }
        struct written_name written;
        name_parse(text, &written);
        for (int k = 0; k < written.n_readings; k++) {
            assert_true(written.readings[k].n <= NAME_TOKENS);
            for (int t = 0; t < written.readings[k].n; t++) {
                assert_true(strlen(written.readings[k].tokens[t].text) ==
                            written.readings[k].tokens[t].len);
            }
        }
    }
    free(text);
}

static void keys_are_equal_for_the_same_name_in_any_order(void **state)
{
    (void)state;
    static const char *const names[] = {"Tomonori Fujita",     "FUJITA Tomonori",
                                        "Fujita, Tomonori",    "tomonori fujita",
                                        "Dr. Tomonori Fujita", "藤田 智則"};
    char first[NAME_KEY_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct written_name written;
        char key[NAME_KEY_SIZE];
        name_parse(names[i], &written);
        name_key(&written.readings[0], i == 0 ? first : key);
        if (i > 0) {
            assert_string_equal(key, first);
        }
    }
}

static void sounds_of_one_name_meet(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool is_same;
    } cases[] = {
        {"roedel", "rodel", true},   {"aleksey", "alexei", true}, {"sergey", "sergei", true},
        {"dmitry", "dmitriy", true}, {"mikhail", "mihail", true}, {"stultz", "stulz", true},
        {"yevgeny", "evgeni", true}, {"philipp", "filip", true},  {"youssef", "yusef", true},
        {"ahn", "an", true},         {"hansen", "hanson", false}, {"chen", "han", false},
        {"maria", "mario", false},   {"wang", "yang", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char a[64];
        char b[64];
        translit_skeleton(cases[i].a, a, sizeof a);
        translit_skeleton(cases[i].b, b, sizeof b);
        assert_int_equal(strcmp(a, b) == 0, cases[i].is_same);
    }
}

static void consonants_meet_over_scripts(void **state)
{
    (void)state;
    static const struct {
        const char *native;
        const char *latin;
    } cases[] = {
        {"محمد", "Mohammed"},     {"أحمد", "Ahmed"},      {"خالد", "Khaled"},
        {"فاطمة", "Fatima"},      {"דניאל", "Daniel"},    {"שרה", "Sarah"},
        {"Δημήτρης", "Dimitris"}, {"Βασίλης", "Vasilis"}, {"Юрий", "Yury"},
        {"Дмитрий", "Dmitry"},    {"성민", "Sungmin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char folded[64];
        char a[64];
        char b[64];
        enum script script = SCRIPT_NONE;
        translit_fold(cases[i].native, strlen(cases[i].native), folded, sizeof folded, &script);
        assert_int_not_equal(script, SCRIPT_LATIN);
        translit_consonants(folded, a, sizeof a);
        translit_fold(cases[i].latin, strlen(cases[i].latin), folded, sizeof folded, &script);
        translit_consonants(folded, b, sizeof b);
        assert_string_equal(a, b);
    }
}

static void distances_count_edits_up_to_a_limit(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        int max;
        int distance;
    } cases[] = {
        {"", "", 2, 0},
        {"abc", "abc", 2, 0},
        {"abc", "acb", 2, 1},
        {"abc", "abd", 2, 1},
        {"abc", "ab", 2, 1},
        {"abcd", "badc", 2, 2},
        {"abc", "xyz", 2, 3},
        {"abc", "abcdef", 2, 3},
        {"kitten", "sitting", 3, 3},
        {"kitten", "sitting", 2, 3},
        {"rostedt", "rosetdt", 2, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct translit_pattern pattern;
        translit_pattern(cases[i].a, strlen(cases[i].a), &pattern);
        assert_int_equal(
            translit_pattern_distance(&pattern, cases[i].b, strlen(cases[i].b), cases[i].max),
            cases[i].distance);
    }
}

static void nicknames_share_classes(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool is_shared;
    } cases[] = {
        {"steve", "steven", true},    {"steve", "stephen", true},
        {"dave", "david", true},      {"greg", "gregory", true},
        {"mike", "michael", true},    {"alex", "alexander", true},
        {"sasha", "aleksandr", true}, {"bjoern", "bjorn", true},
        {"misha", "mikhail", true},   {"xu", "hsu", true},
        {"gim", "kim", true},         {"tom", "thomas", true},
        {"steve", "michael", false},  {"david", "daniel", false},
        {"nobody", "nemo", false},    {"", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(nicknames_share(nicknames_find(cases[i].a), nicknames_find(cases[i].b)) >
                             0,
                         cases[i].is_shared);
    }
    assert_true(nicknames_find("steve")->is_given);
    assert_false(nicknames_find("hsu")->is_given);
    assert_true(nicknames_find("hsu")->is_family);
}

static void a_name_is_spoken_with_the_given_name_first(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        const char *spoken;
    } cases[] = {
        {"Langatera, Wanjiru", "Wanjiru Langatera"},
        {"de la Cruz, Maria Jose", "Maria Jose de la Cruz"},
        {" \xC3\x85kervall ,  Ragnar ", "Ragnar \xC3\x85kervall"},
        {"Wanjiru Langatera", "Wanjiru Langatera"},
        {"John Smith, PhD", "John Smith, PhD"},
        {"John Smith, Jr.", "John Smith, Jr."},
        {"Steven Rostedt, Google", "Steven Rostedt, Google"},
        {"Smith, John (Google)", "Smith, John (Google)"},
        {"Smith, John, Bristol", "Smith, John, Bristol"},
        {"Smith,", "Smith,"},
        {", Smith", ", Smith"},
        {",", ","},
        {"", ""},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(name_spoken(cases[i].written, arena), cases[i].spoken);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_written_names_apart),
        cmocka_unit_test(what_holds_no_letters_is_no_name),
        cmocka_unit_test(a_given_name_alone_is_seen),
        cmocka_unit_test(very_long_names_are_cut_and_broken_ones_read),
        cmocka_unit_test(keys_are_equal_for_the_same_name_in_any_order),
        cmocka_unit_test(sounds_of_one_name_meet),
        cmocka_unit_test(consonants_meet_over_scripts),
        cmocka_unit_test(distances_count_edits_up_to_a_limit),
        cmocka_unit_test(nicknames_share_classes),
        cmocka_unit_test(a_name_is_spoken_with_the_given_name_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
