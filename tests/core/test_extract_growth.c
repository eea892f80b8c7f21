#include "support/testing.h"

#include "core/extract.h"

#include <stdlib.h>
#include <string.h>

/*
 * Does the work grow with the text only? The sources of extract are compiled into this program once
 * more with -fsanitize-coverage=trace-pc, which calls the function below in every basic block: a
 * count of steps that no other load on the machine can change.
 */

static uint64_t n_steps;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    n_steps++;
}

#define SMALL ((size_t)80 * 1024) /* above the limits of items, paragraphs and sentences */
#define TIMES 3                   /* as large as the small text is the large one */

/* As a list of people, and as prose. */
static const char *const heads[] = {"Foo MC\n\nKey attendees: ", "Foo MC\n\n"};

/* Repeated to the size behind each head. */
static const char *const patterns[] = {
    "(",
    "[[",
    "<",
    "a at ",
    "Key attendees: ",
    "<a href=\"mailto:",
    "<td>",
    "> ",
    "- ",
    "Jane Doe, ",
    "Jane Doe,\n",
    "\n\n- (a",
    "- Jane (a\n",
    "a@b.",
    "@",
    "&#",
    "**",
    "| ",
    "|-\n",
    "From: a\n\n",
    "On a wrote:\n> ",
    "# A MC\n",
    "A MC\n\n",
    "## Open Discussion\n",
    "- Energy Aware Scheduling\n",
    "- Jane Doe (Example Corp)\n",
    "The MC is led by Jane ",
    "we need a need a there ",
    "I will lead I will lead ",
    "=?utf-8?q?",
    ",;:\n",
    "\"a",
    " 'a' ",
    "A: B\n",
    "Leads: A; ",
    " - Required: ",
    "\n  - A\n ",
    "\nA\n  - Jane Doe\n",
    "Key attendees\n",
    "x-at-",
    "\t",
    "a  b\n--  --\n",
    "\xC3\x83\xC2\xB6",
    "\xF0\x9F\x91\xA4 ",
    "\xE2\x80\x8F",
    "Title: a\n",
    "1. A\n",
    "Jane Doe and ",
    "and and and ",
    "Content-Transfer-Encoding: base64\n\n",
};

static uint64_t steps_of(const char *head, const char *pattern, size_t size)
{
    size_t n_head = strlen(head);
    char *text = malloc(size);
    size_t n = strlen(pattern);
    for (size_t k = 0; k < size; k++) {
        text[k] = pattern[k % n];
    }
    memcpy(text, head, n_head);
    size_t cut = n_head + n - n_head % n; /* no half letter behind the head */
    memset(text + n_head, ' ', cut - n_head);
    size_t len = cut + (size - cut) / n * n;
    struct arena *arena = arena_new();
    struct extract found = {0};
    struct err err = {0};
    n_steps = 0;
    assert_int_equal(extract_text("a.txt", text, len, arena, &found, &err), 0);
    arena_free(arena);
    free(text);
    return n_steps;
}

#define N_PATTERNS (sizeof patterns / sizeof patterns[0])
#define PER_BYTE   1500 /* steps; the worst pattern takes about 600 */

static void the_steps_grow_with_the_text_only(void **state)
{
    (void)state;
    int n_failed = 0;
    uint64_t worst = 0;
    for (size_t i = 0; i < N_PATTERNS * 2; i++) {
        uint64_t small = steps_of(heads[i % 2], patterns[i / 2], SMALL);
        uint64_t large = steps_of(heads[i % 2], patterns[i / 2], SMALL * TIMES);
        assert_true(small > SMALL / 100); /* the sources are the counting ones */
        double ratio = (double)large / (double)small;
        if (ratio > TIMES * 1.25 || large > SMALL * TIMES * PER_BYTE) {
            print_error("\"%s\": %.2f times the steps, %llu for a byte\n", patterns[i / 2], ratio,
                        (unsigned long long)(large / (SMALL * TIMES)));
            n_failed++;
        }
        worst = large / (SMALL * TIMES) > worst ? large / (SMALL * TIMES) : worst;
    }
    print_message("at most %llu steps for a byte\n", (unsigned long long)worst);
    assert_int_equal(n_failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_steps_grow_with_the_text_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
