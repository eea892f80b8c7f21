/* db_internal: what the files db*.c share; nobody else includes it. */
#ifndef ROLLCALL_STORE_DB_INTERNAL_H
#define ROLLCALL_STORE_DB_INTERNAL_H

#include "base/strmap.h"
#include "store/db.h"

#include <libpq-fe.h>

#define DB_MAX_SENT 64 /* statements under way that nobody has waited for */

/* A statement under way. */
struct db_sent {
    const char *what; /* for messages: its name; lives as long as the process or the call */
    struct rows *ret; /* where its rows go; NULL = nowhere */
    bool is_preparation;
};

struct db {
    PGconn *conn;
    bool has_details;    /* who asks may see the values that a message is about */
    struct arena *arena; /* names of what is prepared */
    struct strmap prepared;
    struct db_usage usage;
    struct db_sent sent[DB_MAX_SENT];
    int n_sent;
    int n_portals;      /* named so far, so that no name comes twice in a transaction */
    bool is_rehearsing; /* all transactions are parts of one that is never committed */
    void *attached;
    void (*detach)(void *attached);
};

/* What the server said, with a code by its SQLSTATE; what: the statement's name. */
int db_result_error(struct db *db, const PGresult *result, const char *what, struct err *err);
int db_connection_error(struct db *db, const char *what, struct err *err);
bool db_succeeded(const PGresult *result);

/* Sends SQL text behind what is under way and does not wait. */
int db_send_text(struct db *db, const char *sql, const char *what, struct rows *ret,
                 struct err *err) MUST_CHECK;
/* Waits for all that is under way. The first failure counts; what came after it was not done. */
int db_receive(struct db *db, struct err *err) MUST_CHECK;

#endif
