/* Statements: sent one behind the other, waited for when somebody needs to know. */
#include "store/db_internal.h"

#include "base/clock.h"
#include "store/statements.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PARAMS  24
#define NUMBER_SIZE 40
#define FEW         20000 /* bytes of a list of people, some thousands: they are found by their keys */

/* --- what is under way --- */

static void forget_preparation(struct db *db, const struct db_sent *sent)
{
    if (sent->is_preparation) {
        *strmap_at(&db->prepared, db->arena, sent->what, 0, NULL) = 0;
    }
}

static int affected(PGresult *result)
{
    return PQresultStatus(result) == PGRES_TUPLES_OK ? PQntuples(result)
                                                     : atoi(PQcmdTuples(result));
}

/* The next result of the pipeline. ret_r keeps the first failure, which the rest only follows. */
static void receive_one(struct db *db, const struct db_sent *sent, int *ret_r, struct err *err)
{
    PGresult *result = PQgetResult(db->conn);
    if (db_succeeded(result)) {
        db->usage.n_rows += PQntuples(result);
        if (sent->ret != NULL) {
            *sent->ret = (struct rows){result, affected(result)};
            result = NULL;
        }
    } else {
        forget_preparation(db, sent);
        *ret_r = *ret_r < 0 ? *ret_r : db_result_error(db, result, sent->what, err);
    }
    PQclear(result);
    PQclear(PQgetResult(db->conn)); /* the NULL that ends a statement */
}

static void drop_results(struct db *db)
{
    for (int i = 0; i < db->n_sent; i++) {
        if (db->sent[i].ret != NULL) {
            rows_done(db->sent[i].ret);
        }
    }
}

int db_receive(struct db *db, struct err *err)
{
    if (db->n_sent == 0) {
        return 0;
    }
    int64_t since_us = clock_monotonic_us();
    int r = PQpipelineSync(db->conn) == 1
                ? 0
                : db_connection_error(db, "cannot reach the database", err);
    for (int i = 0; i < db->n_sent; i++) {
        receive_one(db, &db->sent[i], &r, err);
    }
    PQclear(PQgetResult(db->conn)); /* of the sync */
    (void)PQexitPipelineMode(db->conn);
    db->usage.n_trips++;
    db->usage.wait_us += clock_monotonic_us() - since_us;
    if (r < 0) {
        drop_results(db);
    }
    db->n_sent = 0;
    return r;
}

/* Makes room for one more. */
static int make_ready(struct db *db, struct err *err)
{
    int r = db->n_sent < DB_MAX_SENT ? 0 : db_receive(db, err);
    if (r < 0) {
        return r;
    }
    if (PQpipelineStatus(db->conn) == PQ_PIPELINE_OFF && PQenterPipelineMode(db->conn) != 1) {
        return db_connection_error(db, "cannot reach the database", err);
    }
    return 0;
}

static int note_sent(struct db *db, int is_sent, struct db_sent sent, struct err *err)
{
    if (is_sent != 1) {
        return db_connection_error(db, sent.what, err);
    }
    db->sent[db->n_sent++] = sent;
    return 0;
}

int db_send_text(struct db *db, const char *sql, const char *what, struct rows *ret,
                 struct err *err)
{
    int r = make_ready(db, err);
    if (r < 0) {
        return r;
    }
    int is_sent = PQsendQueryParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0);
    return note_sent(db, is_sent, (struct db_sent){.what = what, .ret = ret}, err);
}

/* --- statements --- */

static int prepare(struct db *db, const struct statement *statement, struct err *err)
{
    int64_t *is_prepared = strmap_at(&db->prepared, db->arena, statement->name, 0, NULL);
    if (*is_prepared) {
        return 0;
    }
    int r = make_ready(db, err);
    if (r < 0) {
        return r;
    }
    *is_prepared = true;
    int is_sent = PQsendPrepare(db->conn, statement->name, statement->sql, 0, NULL);
    return note_sent(db, is_sent, (struct db_sent){.what = statement->name, .is_preparation = true},
                     err);
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

static int send(struct db *db, const char *name, struct rows *ret, struct err *err,
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
    if (r < 0 || (r = make_ready(db, err)) < 0) {
        return r;
    }
    int is_sent =
        PQsendQueryPrepared(db->conn, statement->name, params.n, params.values, NULL, NULL, 0);
    return note_sent(db, is_sent, (struct db_sent){.what = statement->name, .ret = ret}, err);
}

/* Without waiting in any case. */
static int send_behind(struct db *db, const char *name, struct err *err, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    int r = send(db, name, NULL, err, types, &ap);
    va_end(ap);
    return r;
}

int db_send(struct db *db, const char *name, struct err *err, const char *types, ...)
{
    bool is_outside = db->n_sent == 0 && PQtransactionStatus(db->conn) == PQTRANS_IDLE;
    va_list ap;
    va_start(ap, types);
    int r = send(db, name, NULL, err, types, &ap);
    va_end(ap);
    return r == 0 && is_outside ? db_receive(db, err) : r;
}

static int query(struct db *db, const char *name, struct rows *ret, struct err *err,
                 const char *types, va_list *ap)
{
    int r = send(db, name, ret, err, types, ap);
    return r < 0 ? r : db_receive(db, err);
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
    return db_receive(db, err);
}

/* --- several reads that see one state --- */

int db_read_together(struct db *db, struct db_read *reads, size_t n, int64_t event_id,
                     const struct db_array *people, bool flag, struct err *err)
{
    CLEANUP(db_array_done) struct db_array names = {0};
    CLEANUP(db_array_done) struct db_array queries = {0};
    char portal[32];
    int first = db->n_portals;
    for (size_t i = 0; i < n; i++) {
        const struct statement *statement = statement_find(reads[i].name);
        if (statement == NULL) {
            abort(); /* a mistake in the program: sql/queries has no such statement */
        }
        (void)snprintf(portal, sizeof portal, "read_%d", db->n_portals++);
        db_array_text(&names, portal);
        db_array_text(&queries, statement->sql);
    }
    const char *who = people == NULL ? NULL : people->text.len == 0 ? "{}" : people->text.data;
    bool is_few = people != NULL && people->text.len < FEW;
    int r = send_behind(db, is_few ? "read_few_together" : "read_together", err, "aaitb", &names,
                        &queries, event_id, who, (int)flag);
    for (size_t i = 0; r == 0 && i < n; i++) {
        char fetch[64];
        (void)snprintf(fetch, sizeof fetch, "fetch all from read_%d", first + (int)i);
        r = db_send_text(db, fetch, reads[i].name, &reads[i].rows, err);
    }
    return r < 0 ? r : db_receive(db, err);
}

void db_reads_done(struct db_read *reads, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rows_done(&reads[i].rows);
    }
}
