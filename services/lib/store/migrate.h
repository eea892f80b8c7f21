/* migrate: forward-only migrations under an advisory lock, with checksums. */
#ifndef ROLLCALL_STORE_MIGRATE_H
#define ROLLCALL_STORE_MIGRATE_H

#include "store/db.h"

/*
 * Brings the database up to this program's migrations, then applies sql/roles. *ret_applied (may be
 * NULL) is how many were new. Refuses, changing nothing, when an applied migration has another
 * content here (ERR_DB names it) or when the database is newer than the program.
 */
int migrate(struct db *db, int *ret_applied, struct err *err) MUST_CHECK;

/* How many migrations this program has, and how many the database lacks. */
int migrate_pending(struct db *db, int *ret_total, int *ret_pending, struct err *err) MUST_CHECK;

#endif
