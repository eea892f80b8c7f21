/* test_db: a freshly migrated database of its own for one test, in the PostgreSQL that the fixture
 * started. Dropped by test_db_done(). */
#ifndef ROLLCALL_TESTS_TEST_DB_H
#define ROLLCALL_TESTS_TEST_DB_H

#include "support/testing.h"

#include "store/db.h"

struct test_db {
    char name[64];
    char url[512]; /* also in the setting ROLLCALL_DATABASE_URL and in the environment */
};

/* Makes it and sets ROLLCALL_DATABASE_URL to it. */
void test_db_init(struct test_db *ret);
void test_db_done(struct test_db *db);

/* One of its own for each test, for files that need no more: the database, what makes it before a
 * test and drops it after, and the test's row. */
extern struct test_db test_db;
int test_db_set_up(void **state);
int test_db_tear_down(void **state);
#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, test_db_set_up, test_db_tear_down)

/* A connection in that role; fails the test when there is none. */
struct db *test_db_open(const struct test_db *db, enum db_role role);

/* Runs SQL as the owner; fails the test on error. */
void test_db_run(const struct test_db *db, const char *sql);
/* The first column of the first row of a query, as text in a static buffer; "" = no row. */
const char *test_db_value(const struct test_db *db, const char *sql);

#endif
