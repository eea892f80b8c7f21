/*
 * db: the only user of libpq. Connections, transactions, named statements.
 *
 * Statements live in sql/queries/<aggregate>.sql, embedded at build; they are prepared once per
 * connection when first used. One thread. A statement whose result nobody needs is only sent;
 * statements travel together until somebody waits.
 */
#ifndef ROLLCALL_STORE_DB_H
#define ROLLCALL_STORE_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct db;
struct db_array;

/* The roles of sql/roles/roles.sql. */
enum db_role {
    DB_OWNER, /* migrations only: stays the connection's own user */
    DB_IMPORTER,
    DB_MATCHER,
    DB_NOTIFIER,
    DB_WEB,
    DB_CTL,
};

/* Connects to url (a libpq URI) and takes the role on. ERR_DB with what the server said and what to
 * do about it. Statement and connect time-outs come from the settings. */
int db_open(const char *url, enum db_role role, struct db **ret, struct err *err) MUST_CHECK;
void db_close(struct db *db); /* accepts NULL */
/* One thing that lives as long as the connection, such as a cache; detach frees it. Attaching
 * another frees the one before. */
void db_attach(struct db *db, void *thing, void (*detach)(void *thing));
void *db_attached(const struct db *db); /* NULL = nothing */
CLEANUP_FUNCTION(struct db, db_cleanup, db_close);

/* The address to use: ROLLCALL_DATABASE_URL, else the private cluster's. Lives in the arena. */
const char *db_url(struct arena *arena);

/* False once the connection is lost; open a new one then. */
bool db_is_alive(const struct db *db);
int db_socket(const struct db *db); /* for poll(2) */

/* What a connection has cost so far; the difference of two says what something did. */
struct db_usage {
    int64_t n_trips; /* times that the server was waited for */
    int64_t n_rows;  /* rows that came back */
    int64_t wait_us;
};
struct db_usage db_usage(const struct db *db);

/* Begins with the next statement that is waited for. */
int db_begin(struct db *db, struct err *err) MUST_CHECK;
/* From here to the end of the transaction many rows are written: foreign keys are checked by plans
 * that are kept, where else each row would have a plan of its own. Not for statements whose plan
 * must fit their parameters. Does not wait. */
int db_begin_writing(struct db *db, struct err *err) MUST_CHECK;
int db_commit(struct db *db, struct err *err) MUST_CHECK;
void db_rollback(struct db *db); /* also fine outside a transaction */
/* From now on nothing lasts: what begins and commits is part of one transaction that ends, undone,
 * with the connection. */
int db_rehearse(struct db *db, struct err *err) MUST_CHECK;

/* LISTEN on channel; db_notified() reads what has come in without blocking: true = at least one. */
int db_listen(struct db *db, const char *channel, struct err *err) MUST_CHECK;
bool db_notified(struct db *db);

/* --- results --- */

struct rows {
    void *result; /* owned PGresult; NULL = none */
    int n;        /* rows; for statements without result the rows affected */
};

void rows_done(struct rows *rows);
int64_t rows_int(const struct rows *rows, int row, int column); /* null = 0 */
double rows_real(const struct rows *rows, int row, int column);
bool rows_bool(const struct rows *rows, int row, int column);
const char *rows_text(const struct rows *rows, int row,
                      int column); /* null = ""; lives as long as rows */
char *rows_dup(const struct rows *rows, int row, int column, struct arena *arena);
bool rows_is_null(const struct rows *rows, int row, int column);

/* --- statements --- */

/*
 * Runs the named statement. `types` has one letter per parameter, the arguments follow err:
 *   i int64_t   n int64_t, 0 = null   t const char *, NULL = null   b int (bool)   f double
 *   u int64_t microseconds, sent as timestamptz; 0 = null   a const struct db_array *
 * ret may be NULL. Failures: ERR_RETRY for serialisation failures and deadlocks, ERR_INPUT for a
 * broken constraint, else ERR_DB; the message names the statement.
 */
int db_query(struct db *db, const char *name, struct rows *ret, struct err *err, const char *types,
             ...) MUST_CHECK;

/* As db_query() without waiting: a failure comes from the next call that waits, db_query() or
 * db_commit(), and names this statement. Outside a transaction it waits all the same. */
int db_send(struct db *db, const char *name, struct err *err, const char *types, ...) MUST_CHECK;

/* As db_query(), for statements that must give exactly one row: > 0 (DB_NO_ROW) when none. */
enum { DB_NO_ROW = 1 };
int db_query_one(struct db *db, const char *name, struct rows *ret, struct err *err,
                 const char *types, ...) MUST_CHECK;

/* One of several reads. Its statement has $1 the event, $2 people (null: all) and $3 a flag, as far
 * as it needs them. */
struct db_read {
    const char *name;
    struct rows rows; /* db_reads_done() */
};

/*
 * Runs the statements, none of which may write, in one round trip and on one snapshot: all see the
 * same state of the database, also in a transaction that is "read committed". people NULL = null.
 * On failure there are no rows.
 */
int db_read_together(struct db *db, struct db_read *reads, size_t n, int64_t event_id,
                     const struct db_array *people, bool flag, struct err *err) MUST_CHECK;
void db_reads_done(struct db_read *reads, size_t n);

/* Runs SQL text as it is (migrations, tests). */
int db_script(struct db *db, const char *sql, struct err *err) MUST_CHECK;

/* Prepares every named statement; for the test that holds them to the schema. */
int db_prepare_all(struct db *db, int *ret_n, struct err *err) MUST_CHECK;

/* --- array parameters: one array per column, for statements with unnest() --- */

struct db_array {
    struct str text; /* owned: db_array_done() */
};

void db_array_int(struct db_array *array, int64_t value);
void db_array_int_or_null(struct db_array *array, int64_t value); /* 0 = null */
void db_array_real(struct db_array *array, double value);
void db_array_bool(struct db_array *array, bool value);
void db_array_text(struct db_array *array, const char *value);
void db_array_us(struct db_array *array,
                 int64_t us); /* as bigint; use instant() in the statement */
void db_array_done(struct db_array *array);
void db_arrays_done(struct db_array *arrays, int n);

#endif
