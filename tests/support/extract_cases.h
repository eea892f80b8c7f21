/* extract_cases: texts with the people that must be found in them, as tests/data/extract/ *.cases
 * holds them. test_extract compares line by line, bench_extract counts. */
#ifndef ROLLCALL_TESTS_EXTRACT_CASES_H
#define ROLLCALL_TESTS_EXTRACT_CASES_H

#include <stdbool.h>
#include <stddef.h>

/*
 *   === a sentence that names the case
 *   the text
 *   --- expected
 *   track TITLE | KIND
 *   lead NAME | ADDRESS | AFFILIATION | TOPIC | FLAGS
 *   key NAME | ADDRESS | AFFILIATION | TOPIC | FLAGS
 *
 * FLAGS are "given" and "should"; what is empty at the end is left out. Nothing else may come out.
 * A line of the text may begin with "=== " too: a case begins at the start of the file or behind
 * the expected lines of the case before it.
 */
struct extract_case {
    const char *name;
    const char *text;
    size_t len;
    const char *expected; /* its lines without the last line feed; "" = nothing is to be found */
};

/* Cuts the next case off *rest, a buffer that is written to; false at the end. A case without
 * expected lines, or text before the first case, ends the reading: *ret_is_broken becomes true. */
bool extract_case_next(char **rest, struct extract_case *ret, bool *ret_is_broken);

#endif
