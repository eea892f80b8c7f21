#include "support/testing.h"

#include "base/str.h"
#include "core/text.h"

#include <string.h>

/* "word", "=whole", "+part", "~stop"; "|" where a phrase is broken. */
static const char *shown(const char *text, struct arena *arena)
{
    struct text_tokens tokens = {0};
    text_read(text, strlen(text), 0, arena, &tokens);
    struct str out = {0};
    for (size_t i = 0; i < tokens.items.n; i++) {
        const struct text_token *token = &tokens.items.items[i];
        static const char *const marks[] = {
            [TEXT_WORD] = "", [TEXT_WHOLE] = "=", [TEXT_PART] = "+"};
        str_add(&out, i > 0 ? " " : "");
        str_add(&out, i > 0 && token->starts_break ? "| " : "");
        str_add(&out, token->is_stop ? "~" : marks[token->kind]);
        str_add(&out, token->fold);
        assert_true(token->end > token->start && token->end <= strlen(text));
        assert_true(utf8_is_valid(token->fold, strlen(token->fold), NULL));
    }
    const char *copy = arena_strdup(arena, str_text(&out));
    str_done(&out);
    return copy;
}

static void reads_the_words_of_technical_prose(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        const char *expected;
    } cases[] = {
        {"plain words are folded", "Kernel Memory", "kernel memory"},
        {"accents and case mean nothing", "Jörg ŁUKASZ straße", "jorg lukasz strasse"},
        {"accents typed apart mean nothing", "Jo\xcc\x88rg", "jorg"},
        {"underscores join", "sched_ext", "=schedext +sched +ext"},
        {"hyphens join", "hot-plug", "=hotplug +hot +plug"},
        {"single letters are no parts", "RISC-V", "=riscv +risc"},
        {"nor are bare numbers", "x86_64", "=x8664 +x86"},
        {"signs that belong to the name stay", "C++ C# g++", "c++ c# g++"},
        {"plus signs elsewhere do not", "a1+b1 memory++", "a1 b1 memory"},
        {"input and output is one word", "I/O", "=io"},
        {"a slash between words only separates", "VFIO/IOMMU", "vfio iommu"},
        {"numbers with units are words", "16k 4KB", "16k 4kb"},
        {"the plural of an acronym is the acronym", "VMs GPUs", "vm gpu"},
        {"possessives go", "today's kernel’s", "today kernel"},
        {"stop words are marked", "the scheduler", "~the scheduler"},
        {"an acronym is no stop word", "IT US", "it us"},
        {"punctuation breaks phrases", "one, two", "~one | ~two"},
        {"web addresses are skipped", "see https://example.org/a_b?c now", "see | ~now"},
        {"mail addresses are skipped", "jane.doe@example.org left", "| left"},
        {"versions stay whole", "v6.12", "=v612 +v6"},
        {"pairs of Han characters", "内存管理", "内存 存管 管理"},
        {"a lone Han character", "火", "火"},
        {"Kana beside Latin", "Linuxカーネル", "linux カー ーネ ネル"},
        {"Cyrillic keeps its letters", "Ядро ЁЖ", "ядро ёж"},
        {"right to left", "שָׁלוֹם עולם", "שלום עולם"},
        {"emoji are no words", "🐧 penguin 🚀", "penguin"},
        {"soft hyphens and joiners vanish",
         "sche\xc2\xad"
         "duler",
         "scheduler"},
        {"invalid UTF-8 separates",
         "ab\xff"
         "cd",
         "ab | cd"},
        {"hashes are no words", "commit 1a2b3c4d5e6f7a8b", "commit"},
        {"nothing", "", ""},
        {"only punctuation", "--- ... !!!", ""},
        {"a word too long is no word",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ok", "ok"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_new();
        const char *got = shown(cases[i].text, arena);
        const char *expected = cases[i].expected;
        expected += strncmp(expected, "| ", 2) == 0 ? 2 : 0;
        if (strcmp(got, expected) != 0) {
            fail_msg("%s: \"%s\" became \"%s\"", cases[i].name, cases[i].text, got);
        }
        arena_free(arena);
    }
}

static void stems_by_language(void **state)
{
    (void)state;
    struct text_stemmers *stemmers = text_stemmers_new();
    static const struct {
        const char *language;
        const char *a;
        const char *b;
    } same[] = {
        {"en", "scheduler", "scheduling"}, {"en", "virtualization", "virtual"},
        {"de", "speicher", "speichern"},   {"fr", "fichiers", "fichier"},
        {"", "drivers", "driver"},         {"tlh", "drivers", "driver"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        int language = text_language(same[i].language);
        char first[TEXT_WORD_MAX + 1];
        (void)strcpy(first, text_stem(stemmers, language, same[i].a));
        assert_string_equal(first, text_stem(stemmers, language, same[i].b));
    }
    assert_string_equal(text_stem(stemmers, 0, "ipv6s"), "ipv6s");
    assert_int_equal(text_language("de-AT"), text_language("German"));
    text_stemmers_free(stemmers);
    text_stemmers_free(NULL);
}

static void stops_at_the_limit_of_tokens(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    size_t n = (size_t)1 << 20;
    char *text = arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        text[i] = i % 2 == 0 ? 'x' : ' ';
    }
    struct text_tokens tokens = {0};
    text_read(text, n, 100, arena, &tokens);
    assert_int_equal(tokens.items.n, 100);
    arena_free(arena);
}

/* Every byte sequence is read without harm; the sanitizers watch. */
static void reads_random_bytes(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct arena *arena = arena_new();
    for (int round = 0; round < 3000; round++) {
        char text[64];
        size_t n = 1 + seed % (sizeof text - 1);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            static const char common[] = "aZ9_-'./+#@ \xc3\xa9\xe4\xb8\xad\xcc\x88\xff";
            text[i] = common[(seed >> 33) % (sizeof common - 1)];
        }
        text[n] = '\0';
        struct text_tokens tokens = {0};
        text_read(text, n, 0, arena, &tokens);
        for (size_t i = 0; i < tokens.items.n; i++) {
            const struct text_token *token = &tokens.items.items[i];
            assert_true(token->start < token->end && token->end <= n);
            assert_true(utf8_is_valid(token->fold, strlen(token->fold), NULL));
        }
        arena_reset(arena);
    }
    arena_free(arena);
}

static void folds_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(text_fold("  Krzysztof  Wilczyński ", arena), "krzysztof wilczynski");
    assert_string_equal(text_fold("", arena), "");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_words_of_technical_prose),
        cmocka_unit_test(stems_by_language),
        cmocka_unit_test(stops_at_the_limit_of_tokens),
        cmocka_unit_test(reads_random_bytes),
        cmocka_unit_test(folds_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
