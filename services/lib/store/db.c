#include "store/db.h"

#include "base/clock.h"
#include "base/settings.h"
#include "base/strmap.h"
#include "store/embedded.h"
#include "store/statements.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PARAMS  24
#define NUMBER_SIZE 40

struct db {
    PGconn *conn;
    bool has_details;    /* who asks may see the values that a message is about */
    struct arena *arena; /* names of what is prepared */
    struct strmap prepared;
};

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

static int connection_error(PGconn *conn, const char *what, struct err *err)
{
    char line[400];
    return err_set(err, ERR_DB, "%s: %s", what,
                   first_line(PQerrorMessage(conn), line, sizeof line));
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

static int result_error(struct db *db, const PGresult *result, const char *what, struct err *err)
{
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    /* "Key (address)=(...) exists": fine for who types commands, not for the log of a worker */
    const char *detail =
        db->has_details ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
    if (primary == NULL) {
        char line[400];
        return err_set(err, ERR_DB, "%s: %s", what,
                       first_line(PQerrorMessage(db->conn), line, sizeof line));
    }
    return err_set(err, (enum err_code)code_of(result), "%s: %s%s%s", what, primary,
                   detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static int run_text(struct db *db, const char *sql, const char *what, struct err *err)
{
    PGresult *result = PQexec(db->conn, sql);
    int r = succeeded(result) ? 0 : result_error(db, result, what, err);
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
        r = connection_error(db->conn, "cannot connect to the database", err);
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
    PQfinish(db->conn);
    arena_free(db->arena);
    free(db);
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

int db_begin(struct db *db, struct err *err)
{
    return run_text(db, "begin", "cannot begin a transaction", err);
}

int db_commit(struct db *db, struct err *err)
{
    return run_text(db, "commit", "cannot commit", err);
}

void db_rollback(struct db *db)
{
    if (PQtransactionStatus(db->conn) != PQTRANS_IDLE) {
        PQclear(PQexec(db->conn, "rollback")); /* a lost connection rolls back by itself */
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

/* --- results --- */

void rows_done(struct rows *rows)
{
    PQclear(rows->result);
    *rows = (struct rows){0};
}

const char *rows_text(const struct rows *rows, int row, int column)
{
    return PQgetvalue(rows->result, row, column);
}

char *rows_dup(const struct rows *rows, int row, int column, struct arena *arena)
{
    return arena_strdup(arena, rows_text(rows, row, column));
}

int64_t rows_int(const struct rows *rows, int row, int column)
{
    return strtoll(rows_text(rows, row, column), NULL, 10);
}

double rows_real(const struct rows *rows, int row, int column)
{
    return strtod(rows_text(rows, row, column), NULL);
}

bool rows_bool(const struct rows *rows, int row, int column)
{
    return rows_text(rows, row, column)[0] == 't';
}

bool rows_is_null(const struct rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column) != 0;
}

/* --- statements --- */

static int prepare(struct db *db, const struct statement *statement, struct err *err)
{
    int64_t *is_prepared = strmap_at(&db->prepared, db->arena, statement->name, 0, NULL);
    if (*is_prepared) {
        return 0;
    }
    PGresult *result = PQprepare(db->conn, statement->name, statement->sql, 0, NULL);
    int r = succeeded(result) ? 0 : result_error(db, result, statement->name, err);
    PQclear(result);
    *is_prepared = r == 0;
    return r;
}

struct params {
    const char *values[MAX_PARAMS];
    char numbers[MAX_PARAMS][NUMBER_SIZE];
    int n;
};

/* "2025-12-11 01:00:00.000000+00" */
static const char *instant_text(int64_t us, char *buf)
{
    struct civil c = zone_civil(zone_utc(), us);
    int64_t fraction = us % SECOND_US;
    (void)snprintf(buf, NUMBER_SIZE, "%04d-%02d-%02d %02d:%02d:%02d.%06d+00", c.year, c.month,
                   c.day, c.hour, c.minute, c.second,
                   (int)(fraction < 0 ? fraction + SECOND_US : fraction));
    return buf;
}

static void read_param(struct params *params, char type, va_list *ap)
{
    char *number = params->numbers[params->n];
    const char **value = &params->values[params->n];
    params->n++;
    *value = number;
    int64_t i = 0;
    const struct db_array *array = NULL;
    switch (type) {
    case 'i': (void)snprintf(number, NUMBER_SIZE, "%lld", (long long)va_arg(*ap, int64_t)); break;
    case 'n':
        i = va_arg(*ap, int64_t);
        (void)snprintf(number, NUMBER_SIZE, "%lld", (long long)i);
        *value = i == 0 ? NULL : number;
        break;
    case 'b': (void)snprintf(number, NUMBER_SIZE, "%s", va_arg(*ap, int) ? "t" : "f"); break;
    case 'f': (void)snprintf(number, NUMBER_SIZE, "%.17g", va_arg(*ap, double)); break;
    case 't': *value = va_arg(*ap, const char *); break;
    case 'u':
        i = va_arg(*ap, int64_t);
        *value = i == 0 ? NULL : instant_text(i, number);
        break;
    case 'a':
        array = va_arg(*ap, const struct db_array *);
        *value = array->text.len == 0 ? "{}" : array->text.data;
        break;
    default: abort(); /* a type letter that db.h does not have */
    }
}

static int run_prepared(struct db *db, const char *name, const struct params *params,
                        struct rows *ret, struct err *err)
{
    PGresult *result = PQexecPrepared(db->conn, name, params->n, params->values, NULL, NULL, 0);
    if (!succeeded(result)) {
        int r = result_error(db, result, name, err);
        PQclear(result);
        return r;
    }
    int n =
        PQresultStatus(result) == PGRES_TUPLES_OK ? PQntuples(result) : atoi(PQcmdTuples(result));
    if (ret == NULL) {
        PQclear(result);
    } else {
        *ret = (struct rows){result, n};
    }
    return 0;
}

static int query(struct db *db, const char *name, struct rows *ret, struct err *err,
                 const char *types, va_list *ap)
{
    const struct statement *statement = statement_find(name);
    if (statement == NULL || strlen(types) > MAX_PARAMS) {
        abort(); /* a mistake in the program: sql/queries has no such statement */
    }
    struct params params = {0};
    for (const char *type = types; *type != '\0'; type++) {
        read_param(&params, *type, ap);
    }
    int r = prepare(db, statement, err);
    return r < 0 ? r : run_prepared(db, name, &params, ret, err);
}

int db_query(struct db *db, const char *name, struct rows *ret, struct err *err, const char *types,
             ...)
{
    va_list ap;
    va_start(ap, types);
    int r = query(db, name, ret, err, types, &ap);
    va_end(ap);
    return r;
}

int db_query_one(struct db *db, const char *name, struct rows *ret, struct err *err,
                 const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    struct rows rows = {0};
    int r = query(db, name, &rows, err, types, &ap);
    va_end(ap);
    if (r < 0) {
        return r;
    }
    if (rows.n != 1) {
        bool is_none = rows.n == 0;
        rows_done(&rows);
        return is_none ? DB_NO_ROW : err_set(err, ERR_DB, "%s: more than one row", name);
    }
    if (ret == NULL) {
        rows_done(&rows);
    } else {
        *ret = rows;
    }
    return 0;
}

int db_prepare_all(struct db *db, int *ret_n, struct err *err)
{
    const struct statement *statement = NULL;
    for (*ret_n = 0; (statement = statement_at(*ret_n)) != NULL; (*ret_n)++) {
        int r = prepare(db, statement, err);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* --- arrays: kept closed, the brace is overwritten by the next item --- */

static void open_item(struct db_array *array)
{
    if (array->text.len == 0) {
        str_add_char(&array->text, '{');
    } else {
        array->text.data[array->text.len - 1] = ',';
    }
}

static void add_raw(struct db_array *array, const char *text)
{
    open_item(array);
    str_add(&array->text, text);
    str_add_char(&array->text, '}');
}

void db_array_int(struct db_array *array, int64_t value)
{
    char number[NUMBER_SIZE];
    (void)snprintf(number, sizeof number, "%lld", (long long)value);
    add_raw(array, number);
}

void db_array_int_or_null(struct db_array *array, int64_t value)
{
    if (value == 0) {
        add_raw(array, "null");
    } else {
        db_array_int(array, value);
    }
}

void db_array_us(struct db_array *array, int64_t us)
{
    db_array_int(array, us);
}

void db_array_real(struct db_array *array, double value)
{
    char number[NUMBER_SIZE];
    (void)snprintf(number, sizeof number, "%.17g", value);
    add_raw(array, number);
}

void db_array_bool(struct db_array *array, bool value)
{
    add_raw(array, value ? "t" : "f");
}

void db_array_text(struct db_array *array, const char *value)
{
    open_item(array);
    str_add_char(&array->text, '"');
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            str_add_char(&array->text, '\\');
        }
        str_add_char(&array->text, *p);
    }
    str_add(&array->text, "\"}");
}

void db_array_done(struct db_array *array)
{
    str_done(&array->text);
}

void db_arrays_done(struct db_array *arrays, int n)
{
    for (int i = 0; i < n; i++) {
        db_array_done(&arrays[i]);
    }
}
