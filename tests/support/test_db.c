#include "support/test_db.h"

#include "base/settings.h"
#include "store/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BINARY_DIR
#define BINARY_DIR "build"
#endif

/* The fixture's address: postgresql://rollcall@/postgres?host=... */
static void read_server_url(char *url, size_t size)
{
    FILE *file = fopen(BINARY_DIR "/test-postgres/url", "re");
    if (file == NULL || fgets(url, (int)size, file) == NULL) {
        fail_msg("no test PostgreSQL; run the tests with ctest, or 'tests/support/postgres start "
                 "%s/test-postgres'",
                 BINARY_DIR);
    }
    (void)fclose(file);
    url[strcspn(url, "\n")] = '\0';
}

static PGconn *connect_to(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    if (PQstatus(conn) != CONNECTION_OK) {
        fail_msg("%s", PQerrorMessage(conn));
    }
    return conn;
}

static void run(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    PQclear(result);
}

static void run_on_server(const char *sql)
{
    char url[400];
    read_server_url(url, sizeof url);
    PGconn *conn = connect_to(url);
    run(conn, sql);
    PQfinish(conn);
}

void test_db_init(struct test_db *ret)
{
    static int counter;
    char url[400];
    char sql[128];
    read_server_url(url, sizeof url);
    (void)snprintf(ret->name, sizeof ret->name, "test_%d_%d", (int)getpid(), ++counter);
    (void)snprintf(sql, sizeof sql, "create database %s", ret->name);
    run_on_server(sql);
    const char *host = strstr(url, "host=");
    (void)snprintf(ret->url, sizeof ret->url, "postgresql://rollcall@/%s?%s", ret->name, host);
    struct err err = {0};
    assert_int_equal(setting_override(SET_DATABASE_URL, ret->url, &err), 0);
    assert_int_equal(setenv("ROLLCALL_DATABASE_URL", ret->url, 1), 0);
    struct db *db = test_db_open(ret, DB_OWNER);
    if (migrate(db, NULL, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    db_close(db);
}

void test_db_done(struct test_db *db)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "drop database if exists %s with (force)", db->name);
    run_on_server(sql);
}

struct db *test_db_open(const struct test_db *db, enum db_role role)
{
    struct db *conn = NULL;
    struct err err = {0};
    if (db_open(db->url, role, &conn, &err) < 0) {
        fail_msg("%s", err.message);
    }
    return conn;
}

static PGconn *owner(const struct test_db *db)
{
    PGconn *conn = connect_to(db->url);
    run(conn, "set search_path = rollcall");
    return conn;
}

void test_db_run(const struct test_db *db, const char *sql)
{
    PGconn *conn = owner(db);
    run(conn, sql);
    PQfinish(conn);
}

const char *test_db_value(const struct test_db *db, const char *sql)
{
    static char value[4096];
    PGconn *conn = owner(db);
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    (void)snprintf(value, sizeof value, "%s",
                   PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(conn);
    return value;
}

struct test_db test_db;

int test_db_set_up(void **state)
{
    (void)state;
    test_db_init(&test_db);
    return 0;
}

int test_db_tear_down(void **state)
{
    (void)state;
    test_db_done(&test_db);
    return 0;
}
