/* meet_rig: a small conference in a database of its own, people who opt in and out, and the plan
 * stage run step by step. */
#ifndef ROLLCALL_TESTS_MEET_RIG_H
#define ROLLCALL_TESTS_MEET_RIG_H

#include "support/test_db.h"

extern struct db *db; /* as the matcher */

/* Before and after each test. Ann (1) and Bob (2) care about thermal zones, 150 others about eBPF.
 */
int meet_set_up(void **state);
int meet_tear_down(void **state);

/* SQL as the owner; the first column of the first row, in a static buffer; the rows of a table with
 * a condition. */
void run(const char *sql);
const char *value(const char *sql);
int64_t count(const char *what);

void add_person(int id, const char *name, const char *interests);
void opt(int id, bool is_in);
void reply(int introduction, int person, const char *word);
/* The plan stage's work on introductions and BoFs, until nothing is left to do. */
void work(void);
/* So many hours go by. */
void pass(int hours);
const char *state_of(int introduction);

#endif
