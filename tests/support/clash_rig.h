/*
 * clash_rig: a small conference in a database of the test's own, the clash stage on it, and what a
 * check of everything finds in it. One at a time.
 */
#ifndef ROLLCALL_TESTS_CLASH_RIG_H
#define ROLLCALL_TESTS_CLASH_RIG_H

#include "support/test_db.h"

#include <libpq-fe.h>
#include <stdint.h>

struct clash_rig {
    struct test_db database;
    struct db *matcher;
    PGconn *owner;       /* by hand, with all rights */
    struct arena *arena; /* reset by clash_rig_setup() */
    uint64_t random;     /* state of clash_rig_below(); set it to a seed */
};

extern struct clash_rig rig;

/* For cmocka: once for a group, and before each test: two MCs at once in two rooms, a talk behind
 * them, and a few people. */
int clash_rig_open(void **state);
int clash_rig_close(void **state);
int clash_rig_setup(void **state);

/* A statement that must succeed. */
PGresult *clash_rig_ask(const char *sql);
void clash_rig_run(const char *sql);
/* The only value of a query; "" when it gives no row. Lives in the arena. */
const char *clash_rig_value(const char *sql);

/* Lets the clash stage do all that is due. The stages before it are not what is tested. */
void clash_rig_settle(void);

int clash_rig_below(int n);

/* A session of random kind, track, room, block and time; i makes its key. */
void clash_rig_add_session(int i);

/* Are the open clashes those of a check of everything? If not, prints the difference and has all of
 * them made anew. *ret_lines (may be NULL), in the arena, has a line for each. */
bool clash_rig_is_right(const char *after, const char **ret_lines);

#endif
