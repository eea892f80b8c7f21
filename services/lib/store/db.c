/* Connections and transactions. */
#include "store/db_internal.h"

#include "base/clock.h"
#include "base/settings.h"
#include "store/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = {"",
                                         "rollcall_importer",
                                         "rollcall_matcher",
                                         "rollcall_notifier",
                                         "rollcall_web",
                                         "rollcall_ctl"};

/* The first line of a server message, without its end. */
static const char *first_line(const char *message, char *buf, size_t size)
{
    (void)snprintf(buf, size, "%.*s", (int)strcspn(message, "\n"), message);
    return buf;
}

int db_connection_error(struct db *db, const char *what, struct err *err)
{
    char line[400];
    return err_set(err, ERR_DB, "%s: %s", what,
                   first_line(PQerrorMessage(db->conn), line, sizeof line));
}

static int code_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == NULL) {
        return ERR_DB;
    }
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0) {
        return ERR_RETRY;
    }
    return strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0 ? ERR_INPUT : ERR_DB;
}

int db_result_error(struct db *db, const PGresult *result, const char *what, struct err *err)
{
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    /* "Key (address)=(...) exists": fine for who types commands, not for the log of a worker */
    const char *detail =
        db->has_details ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
    if (primary == NULL) {
        return db_connection_error(db, what, err);
    }
    return err_set(err, (enum err_code)code_of(result), "%s: %s%s%s", what, primary,
                   detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
}

bool db_succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Text of one or more statements, after all that is under way. */
static int run_text(struct db *db, const char *sql, const char *what, struct err *err)
{
    int r = db_receive(db, err);
    if (r < 0) {
        return r;
    }
    int64_t since_us = clock_monotonic_us();
    PGresult *result = PQexec(db->conn, sql);
    db->usage.n_trips++;
    db->usage.wait_us += clock_monotonic_us() - since_us;
    r = db_succeeded(result) ? 0 : db_result_error(db, result, what, err);
    PQclear(result);
    return r;
}

int db_script(struct db *db, const char *sql, struct err *err)
{
    return run_text(db, sql, "SQL script", err);
}

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result; /* "... already exists, skipping": nothing that anybody has to know */
}

static int prepare_session(struct db *db, enum db_role role, struct err *err)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "set search_path = rollcall, pg_temp; set timezone = 'UTC'; "
                   "set client_encoding = 'UTF8'; set jit = off; set plan_cache_mode = "
                   "force_custom_plan; set statement_timeout = %lld; %s%s",
                   (long long)(setting_us(SET_DATABASE_TIMEOUT) / 1000),
                   role == DB_OWNER ? "" : "set role ", role_names[role]);
    int r = run_text(db, sql, "cannot set the session up", err);
    if (r < 0 && role != DB_OWNER && strstr(err->message, "does not exist") != NULL) {
        return err_set(err, ERR_DB, "the database has no role %s yet; run 'rollcall migrate'",
                       role_names[role]);
    }
    return r;
}

int db_open(const char *url, enum db_role role, struct db **ret, struct err *err)
{
    const char *const keywords[] = {"dbname", "application_name", "connect_timeout",
                                    "keepalives_idle", NULL};
    const char *const values[] = {url, role == DB_OWNER ? "rollcall" : role_names[role], "10", "30",
                                  NULL};
    struct db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        abort();
    }
    db->arena = arena_new();
    db->has_details = role == DB_OWNER || role == DB_IMPORTER || role == DB_CTL;
    db->conn = PQconnectdbParams(keywords, values, 1);
    int r = 0;
    if (PQstatus(db->conn) != CONNECTION_OK) {
        r = db_connection_error(db, "cannot connect to the database", err);
        bool is_absent = strstr(err->message, "No such file or directory") != NULL ||
                         strstr(err->message, "Connection refused") != NULL;
        if (setting_text(SET_DATABASE_URL)[0] == '\0' && is_absent) {
            (void)err_set(
                err, ERR_DB,
                "the private database is not running; 'rollcall up' (or ./dev up) starts it, "
                "ROLLCALL_DATABASE_URL names another");
        }
    } else {
        (void)PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
        r = prepare_session(db, role, err);
    }
    if (r < 0) {
        db_close(db);
        return r;
    }
    *ret = db;
    return 0;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    db_attach(db, NULL, NULL);
    PQfinish(db->conn);
    arena_free(db->arena);
    free(db);
}

void db_attach(struct db *db, void *thing, void (*detach)(void *thing))
{
    if (db->detach != NULL) {
        db->detach(db->attached);
    }
    db->attached = thing;
    db->detach = detach;
}

void *db_attached(const struct db *db)
{
    return db->attached;
}

const char *db_url(struct arena *arena)
{
    const char *url = setting_text(SET_DATABASE_URL);
    return url[0] != '\0' ? arena_strdup(arena, url) : embedded_url(arena);
}

bool db_is_alive(const struct db *db)
{
    return PQstatus(db->conn) == CONNECTION_OK;
}

int db_socket(const struct db *db)
{
    return PQsocket(db->conn);
}

struct db_usage db_usage(const struct db *db)
{
    return db->usage;
}

int db_rehearse(struct db *db, struct err *err)
{
    int r = db_begin(db, err);
    db->is_rehearsing = r == 0;
    return r;
}

int db_begin(struct db *db, struct err *err)
{
    const char *sql = db->is_rehearsing ? "savepoint part" : "begin";
    return db_send_text(db, sql, "cannot begin a transaction", NULL, err);
}

int db_begin_writing(struct db *db, struct err *err)
{
    return db_send_text(db, "set local plan_cache_mode = auto", "cannot begin to write", NULL, err);
}

int db_commit(struct db *db, struct err *err)
{
    const char *sql = db->is_rehearsing ? "release savepoint part" : "commit";
    int r = db_send_text(db, sql, "cannot commit", NULL, err);
    return r < 0 ? r : db_receive(db, err);
}

void db_rollback(struct db *db)
{
    struct err ignored = {0};
    int r = db_receive(db, &ignored); /* what failed is about to be undone in any case */
    if (r < 0 || PQtransactionStatus(db->conn) != PQTRANS_IDLE) {
        PQclear(PQexec(db->conn, db->is_rehearsing ? "rollback to savepoint part" : "rollback"));
        /* a lost connection rolls back by itself */
    }
}

int db_listen(struct db *db, const char *channel, struct err *err)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "listen %s", channel);
    return run_text(db, sql, "cannot listen", err);
}

bool db_notified(struct db *db)
{
    bool any = false;
    (void)PQconsumeInput(db->conn); /* a lost connection shows in db_is_alive() */
    for (PGnotify *note = NULL; (note = PQnotifies(db->conn)) != NULL; any = true) {
        PQfreemem(note);
    }
    return any;
}
