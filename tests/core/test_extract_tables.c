#include "support/testing.h"

#include <stdio.h>
#include <string.h>

/* Words are found by halving: a row out of its place is never found. */

static int count_misplaced(const char *path, int *n_rows)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    const char *rest = test_read_file(arena, path, NULL);
    const char *before = "";
    int n_misplaced = 0;
    for (rest = strstr(rest, "{\""); rest != NULL; rest = strstr(rest, "{\"")) {
        rest += 2;
        size_t n = strcspn(rest, "\"");
        const char *word = arena_strndup(arena, rest, n);
        if (strcmp(before, word) >= 0) {
            print_error("%s: \"%s\" behind \"%s\"\n", path, word, before);
            n_misplaced++;
        }
        before = word;
        rest += n;
        (*n_rows)++;
    }
    return n_misplaced;
}

static void the_rows_of_every_table_are_sorted_and_there_once(void **state)
{
    (void)state;
    static const char *const names[] = {"words", "common", "roles", "notes", "titles", "prose"};
    int n_misplaced = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        int n_rows = 0;
        (void)snprintf(path, sizeof path, "%s/services/lib/core/extract/%s_table.h", SOURCE_DIR,
                       names[i]);
        n_misplaced += count_misplaced(path, &n_rows);
        assert_true(n_rows > 50);
    }
    assert_int_equal(n_misplaced, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_of_every_table_are_sorted_and_there_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
