/* server: a helper program of a test (smtp_server.py, fake_matrix.py, ...), in a folder of its own.
 */
#ifndef ROLLCALL_TESTS_SERVER_H
#define ROLLCALL_TESTS_SERVER_H

#include "support/testing.h"

#include <sys/types.h>

struct test_server {
    pid_t pid;
    int port;      /* it printed that first */
    char dir[128]; /* a temporary folder, given to it where an argument is "DIR" */
};

/* Starts `python3 tests/support/<script> args...` (NULL ends them) and waits for its port. Fails
 * the test when it does not come up. It dies with the test program. */
void test_server_start(struct test_server *ret, const char *script, const char *const *args);
/* Ends it and removes its folder; fine when it was never started. */
void test_server_stop(struct test_server *server);

/* Files in folder whose names end in `suffix`. 0 when there is no such folder. */
int test_count_files(const char *folder, const char *suffix);

#endif
