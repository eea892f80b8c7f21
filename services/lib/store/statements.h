/* statements: the named SQL statements of sql/queries, as they stand in the program. */
#ifndef ROLLCALL_STORE_STATEMENTS_H
#define ROLLCALL_STORE_STATEMENTS_H

struct statement {
    const char *name;
    const char *sql;
};

/* The statement of that name; NULL when there is none. Parsed from the embedded files on first use:
 * each begins with a line `-- name: <name>`, comments may follow. */
const struct statement *statement_find(const char *name);
/* The i-th one, in file order; NULL behind the last. */
const struct statement *statement_at(int i);

#endif
