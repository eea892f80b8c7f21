#include "store/migrate.h"

#include "base/embedded.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define LOCK   "select pg_advisory_lock(7655371)"
#define UNLOCK "select pg_advisory_unlock(7655371)"

static const char ledger_sql[] = "create schema if not exists rollcall;"
                                 "create table if not exists rollcall.migration ("
                                 "    name text primary key, sha256 text not null, applied_at "
                                 "timestamptz not null default now())";

static void checksum(const struct embedded_file *file, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    (void)EVP_Digest(file->data, file->size, digest, &n, EVP_sha256(), NULL);
    for (unsigned int i = 0; i < n && i < 32; i++) {
        (void)snprintf(hex + (size_t)i * 2, 3, "%02x", digest[i]);
    }
}

static bool is_migration(const struct embedded_file *file)
{
    return strncmp(file->name, "migrations/", 11) == 0;
}

/* 1 = applied as it is here, 0 = not applied, < 0 = applied with another content. */
static int state_of(struct db *db, const struct embedded_file *file, const char *hex,
                    struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "migration_find", &rows, err, "t", file->name);
    if (r < 0) {
        return r;
    }
    if (rows.n == 0) {
        return 0;
    }
    if (strcmp(rows_text(&rows, 0, 0), hex) != 0) {
        return err_set(err, ERR_DB,
                       "%s was applied with another content than this program's; an applied "
                       "migration is never edited, a new one is added",
                       file->name);
    }
    return 1;
}

/* A migration that the database has and the program does not: the program is too old. */
static int check_known(struct db *db, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "migration_names", &rows, err, "");
    for (int i = 0; r >= 0 && i < rows.n; i++) {
        if (embedded_find(sql_embedded, rows_text(&rows, i, 0)) == NULL) {
            return err_set(
                err, ERR_DB,
                "the database has %s, which this program does not know: it is older than "
                "the database; install the newer version",
                rows_text(&rows, i, 0));
        }
    }
    return r < 0 ? r : 0;
}

static int apply(struct db *db, const struct embedded_file *file, const char *hex, struct err *err)
{
    int r = db_begin(db, err);
    if (r == 0 && (r = db_script(db, file->data, err)) == 0) {
        r = db_query(db, "migration_add", NULL, err, "tt", file->name, hex);
    }
    if (r == 0) {
        r = db_commit(db, err);
    }
    if (r < 0) {
        db_rollback(db);
        (void)err_where(err, "sql/%s", file->name);
    }
    return r;
}

static int apply_all(struct db *db, int *ret_applied, struct err *err)
{
    int r = db_script(db, ledger_sql, err);
    if (r < 0 || (r = check_known(db, err)) < 0) {
        return r;
    }
    for (const struct embedded_file *file = sql_embedded; file->name != NULL; file++) {
        char hex[65] = "";
        if (!is_migration(file)) {
            continue;
        }
        checksum(file, hex);
        r = state_of(db, file, hex, err);
        if (r == 0 && (r = apply(db, file, hex, err)) == 0) {
            (*ret_applied)++;
        }
        if (r < 0) {
            return r;
        }
    }
    const struct embedded_file *roles = embedded_find(sql_embedded, "roles/roles.sql");
    r = db_begin(db, err);
    if (r == 0 && (r = db_script(db, roles->data, err)) == 0) {
        return db_commit(db, err);
    }
    db_rollback(db);
    return r;
}

int migrate(struct db *db, int *ret_applied, struct err *err)
{
    int applied = 0;
    int r = db_script(db, LOCK, err);
    if (r < 0) {
        return r;
    }
    r = apply_all(db, &applied, err);
    struct err ignored = {0};
    int unlocked = db_script(db, UNLOCK, &ignored);
    (void)unlocked; /* a lost connection has unlocked by itself */
    if (r == 0 && ret_applied != NULL) {
        *ret_applied = applied;
    }
    return r;
}

int migrate_pending(struct db *db, int *ret_total, int *ret_pending, struct err *err)
{
    CLEANUP(rows_done) struct rows ledger = {0};
    int r = db_query(db, "migration_ledger", &ledger, err, "");
    if (r < 0) {
        return r;
    }
    bool has_ledger = rows_bool(&ledger, 0, 0);
    int total = 0;
    int pending = 0;
    for (const struct embedded_file *file = sql_embedded; file->name != NULL; file++) {
        char hex[65] = "";
        if (!is_migration(file)) {
            continue;
        }
        total++;
        checksum(file, hex);
        r = has_ledger ? state_of(db, file, hex, err) : 0;
        if (r < 0) {
            return r;
        }
        pending += r == 0;
    }
    *ret_total = total;
    *ret_pending = pending;
    return 0;
}
