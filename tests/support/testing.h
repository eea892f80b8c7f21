/* testing: what every cmocka program includes, in the order that cmocka wants. */
#ifndef ROLLCALL_TESTS_TESTING_H
#define ROLLCALL_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"

/* Reads a file of the tree or of the shared folder; fails the test when it is not there. */
char *test_read_file(struct arena *arena, const char *path, size_t *ret_len);

/* True when the shared folder stands beside the checkout; tests that need it skip() otherwise. */
bool test_has_shared(void);

#endif
