/* status, doctor, migrate, config, worker: running it. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"
#include "ctl/workers.h"

#include "base/cli.h"
#include "base/link.h"
#include "base/near.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/str.h"
#include "store/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads options for commands that have but --json and --event. */
static int parse_plain(const char *usage, const char *sentence, int argc, char **argv,
                       bool *is_json, struct err *err)
{
    const struct cli_option options[] = {
        {"json", NULL, "the stable form for programs", NULL, is_json}, {0}};
    const struct cli_spec spec = {usage, sentence, options, 0};
    return cli_parse(&spec, argc, argv, NULL, err);
}

/* --- migrate --- */

int migrate_command(int argc, char **argv)
{
    bool is_json = false;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int applied = 0;
    int r = parse_plain(
        "migrate [--json]",
        "Brings the database up to this program's version and applies the roles. Safe to repeat.",
        argc, argv, &is_json, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (db_open(db_url(arena), DB_OWNER, &db, &err) < 0 || migrate(db, &applied, &err) < 0) {
        return cli_fail(&err);
    }
    printf(is_json ? "{\"applied\": %d}\n" : "%d migrations applied\n", applied);
    return CLI_FINE;
}

/* --- config --- */

static const char *shown(enum setting_id id)
{
    const char *value = setting_raw(id);
    return setting_rows[id].type == SETTING_SECRET && value[0] != '\0' ? "***" : value;
}

static const char *type_name(enum setting_type type)
{
    static const char *const names[] = {"text",      "secret",   "whole number",
                                        "yes or no", "duration", "number"};
    return names[type];
}

int config_command(int argc, char **argv)
{
    bool is_json = false;
    struct err err = {0};
    int r = parse_plain(
        "config [--json]",
        "Every setting: name, value, where the value comes from, meaning. Secrets are masked.",
        argc, argv, &is_json, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    json_t *list = json_array();
    for (int i = 0; i < N_SETTINGS; i++) {
        const struct setting_row *row = &setting_rows[i];
        const char *value = shown((enum setting_id)i);
        const char *source = setting_source((enum setting_id)i);
        if (is_json) {
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s, s:f, s:f, s:s, s:s, s:s, s:s, s:s}", "name", row->name,
                                "type", type_name(row->type), "min", row->min, "max", row->max,
                                "value", value, "source", source, "default", row->fallback, "unit",
                                row->unit, "meaning", row->sentence));
        } else {
            printf("%s=%s  (%s)\n    %s\n", row->name, value, source, row->sentence);
        }
    }
    if (is_json) {
        print_json(json_incref(list), false);
    }
    json_decref(list);
    return CLI_FINE;
}

/* --- status --- */

static json_t *events_json(const struct rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "event",
                      rows_text(rows, i, 0), "title", rows_text(rows, i, 1), "programme_version",
                      (json_int_t)rows_int(rows, i, 2), "sessions",
                      (json_int_t)rows_int(rows, i, 3), "microconferences",
                      (json_int_t)rows_int(rows, i, 4), "registrants",
                      (json_int_t)rows_int(rows, i, 5), "people", (json_int_t)rows_int(rows, i, 6),
                      "clashes", (json_int_t)rows_int(rows, i, 7), "undecided_names",
                      (json_int_t)rows_int(rows, i, 8)));
    }
    return list;
}

static json_t *jobs_json(const struct rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        (void)json_array_append_new(
            list, json_pack("{s:s, s:I, s:I, s:s, s:I}", "stage", rows_text(rows, i, 0), "waiting",
                            (json_int_t)rows_int(rows, i, 1), "failed",
                            (json_int_t)rows_int(rows, i, 2), "last_error", rows_text(rows, i, 4),
                            "later", (json_int_t)rows_int(rows, i, 5)));
    }
    return list;
}

static json_t *outbox_json(const struct rows *rows)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:I}", "channel", rows_text(rows, i, 0), "state",
                            rows_text(rows, i, 1), "messages", (json_int_t)rows_int(rows, i, 2)));
    }
    return list;
}

static void print_status(const struct rows *events, const struct rows *jobs,
                         const struct rows *outbox)
{
    for (int i = 0; i < events->n; i++) {
        printf("%s: %s\n  programme version %s, %s sessions, %s microconferences, %s registrants, "
               "%s people\n  %s open clashes, %s "
               "names to decide on\n",
               rows_text(events, i, 0), rows_text(events, i, 1), rows_text(events, i, 2),
               rows_text(events, i, 3), rows_text(events, i, 4), rows_text(events, i, 5),
               rows_text(events, i, 6), rows_text(events, i, 7), rows_text(events, i, 8));
    }
    for (int i = 0; i < outbox->n; i++) {
        printf("%s messages by %s are %s\n", rows_text(outbox, i, 2), rows_text(outbox, i, 0),
               rows_text(outbox, i, 1));
    }
    for (int i = 0; i < jobs->n; i++) {
        if (rows_int(jobs, i, 1) > 0) {
            printf("%s jobs wait for %s, %s of them failed%s%s\n", rows_text(jobs, i, 1),
                   rows_text(jobs, i, 0), rows_text(jobs, i, 2),
                   rows_text(jobs, i, 4)[0] == '\0' ? "" : ": ", rows_text(jobs, i, 4));
        }
    }
    if (events->n == 0) {
        printf("no event yet; 'rollcall import' makes one\n");
    }
}

int status_command(int argc, char **argv)
{
    bool is_json = false;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows events = {0};
    CLEANUP(rows_done) struct rows jobs = {0};
    CLEANUP(rows_done) struct rows outbox = {0};
    struct err err = {0};
    int r = parse_plain("status [--json]",
                        "What is there, what is being worked on, and what became of the messages.",
                        argc, argv, &is_json, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (db_open(db_url(arena), DB_CTL, &db, &err) < 0 ||
        db_query(db, "status_events", &events, &err, "") < 0 ||
        db_query(db, "queue_depth", &jobs, &err, "") < 0 ||
        db_query(db, "status_outbox", &outbox, &err, "") < 0) {
        return cli_fail(&err);
    }
    if (is_json) {
        print_json(json_pack("{s:o, s:o, s:o}", "events", events_json(&events), "jobs",
                             jobs_json(&jobs), "outbox", outbox_json(&outbox)),
                   false);
    } else {
        print_status(&events, &jobs, &outbox);
    }
    return CLI_FINE;
}

/* --- doctor --- */

static struct {
    int n_bad;
    json_t *list; /* owned; NULL = findings are printed as they come */
} doctor;

static void finding(bool is_fine, const char *what, const char *detail)
{
    doctor.n_bad += !is_fine;
    if (doctor.list != NULL) {
        (void)json_array_append_new(doctor.list, json_pack("{s:b, s:s, s:s}", "ok", (int)is_fine,
                                                           "what", what, "detail", detail));
    } else {
        printf("%-4s %s%s%s\n", is_fine ? "ok" : "BAD", what, detail[0] == '\0' ? "" : ": ",
               detail);
    }
}

/* A name that nothing reads is a typing error more often than not. */
static void look_at_environment(struct arena *arena)
{
    for (char **variable = environ; *variable != NULL; variable++) {
        const char *name = arena_strndup(arena, *variable, strcspn(*variable, "="));
        bool is_known = false;
        for (int i = 0; i < N_SETTINGS; i++) {
            is_known |= strcmp(setting_rows[i].name, name) == 0;
        }
        if (str_starts(name, "ROLLCALL_") && !is_known) {
            finding(false, name, "there is no such setting; 'rollcall config' lists them");
        }
    }
}

static void look_at_outbox(struct db *db, struct arena *arena)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    if (db_query(db, "status_outbox", &rows, &err, "") < 0) {
        finding(false, "outbox", err.message);
        return;
    }
    for (int i = 0; i < rows.n; i++) {
        if (strcmp(rows_text(&rows, i, 1), "dead") == 0) {
            finding(false,
                    arena_printf(arena, "%s messages by %s are dead letters",
                                 rows_text(&rows, i, 2), rows_text(&rows, i, 0)),
                    "'rollcall outbox --state dead' shows them, 'rollcall outbox retry --dead' "
                    "tries again");
        }
    }
}

/* What should have been removed by now. */
static void look_at_events(struct db *db, struct arena *arena)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    if (db_query(db, "event_expired", &rows, &err, "i", setting_us(SET_KEEP)) < 0) {
        finding(false, "events", err.message);
    }
    for (int i = 0; i < rows.n; i++) {
        finding(false, arena_printf(arena, "event %s is kept too long", rows_text(&rows, i, 1)),
                "ROLLCALL_KEEP is over; run 'rollcall event expire --yes', best from a timer");
    }
}

static void look_at_database(struct arena *arena)
{
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows jobs = {0};
    struct err err = {0};
    int total = 0;
    int pending = 0;
    if (db_open(db_url(arena), DB_OWNER, &db, &err) < 0) {
        finding(false, "database", err.message);
        return;
    }
    finding(true, "database answers", "");
    if (migrate_pending(db, &total, &pending, &err) < 0) {
        finding(false, "migrations", err.message);
        return;
    }
    finding(pending == 0, "migrations",
            pending == 0 ? "all applied" : "some are missing; run 'rollcall migrate'");
    if (pending > 0 || db_query(db, "queue_depth", &jobs, &err, "") < 0) {
        return;
    }
    for (int i = 0; i < jobs.n; i++) {
        if (rows_int(&jobs, i, 2) > 0) {
            finding(false, arena_printf(arena, "stage %s fails", rows_text(&jobs, i, 0)),
                    rows_text(&jobs, i, 4));
        }
    }
    look_at_outbox(db, arena);
    look_at_events(db, arena);
}

static void look_at_settings(struct arena *arena)
{
    struct err err = {0};
    const char *var = setting_text(SET_VAR);
    bool has_mail_server = setting_text(SET_SMTP_URL)[0] != '\0';
    const char *base = link_base(arena);
    bool is_loopback = strstr(base, "://127.") != NULL || strstr(base, "://localhost") != NULL;
    bool is_https = str_starts(base, "https://");
    finding(secret_load(&err) == 0, "key for signed links", err.message);
    finding(access(var, W_OK) == 0 || mkdir(var, 0755) == 0,
            arena_printf(arena, "folder %s can be written", var), "");
    finding(true, "mail goes",
            has_mail_server ? setting_text(SET_SMTP_URL)
                            : "into the Maildir: nothing leaves this machine");
    if (has_mail_server) {
        finding(!is_loopback, "links in mail",
                "ROLLCALL_BASE_URL must be an address that readers can reach");
        finding(is_https, "one-click unsubscribe",
                "ROLLCALL_BASE_URL must begin with https:// (RFC 8058)");
        finding(strstr(setting_text(SET_MAIL_FROM), "example.org") == NULL, "sender",
                "ROLLCALL_MAIL_FROM is still the example");
    }
    if (setting_text(SET_TEMPLATES)[0] != '\0') {
        finding(access(setting_text(SET_TEMPLATES), R_OK | X_OK) == 0,
                "templates of your own can be read", setting_text(SET_TEMPLATES));
    }
    if (setting_text(SET_MATRIX_URL)[0] != '\0') {
        finding(setting_text(SET_MATRIX_TOKEN)[0] != '\0', "Matrix",
                "ROLLCALL_MATRIX_TOKEN is missing");
    }
}

int doctor_command(int argc, char **argv)
{
    bool is_json = false;
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct err err = {0};
    int r = parse_plain(
        "doctor [--json]",
        "Looks for what would keep it from working. Exit status 1 when there is something.", argc,
        argv, &is_json, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    doctor.n_bad = 0;
    doctor.list = is_json ? json_array() : NULL;
    look_at_environment(arena);
    look_at_settings(arena);
    look_at_database(arena);
    if (is_json) {
        print_json(json_pack("{s:b, s:o}", "ok", (int)(doctor.n_bad == 0), "findings", doctor.list),
                   false);
    }
    return doctor.n_bad == 0 ? CLI_FINE : CLI_FOUND;
}

/* --- worker --- */

int worker_command(int argc, char **argv)
{
    static const char workers[] = "resolve, match, clash, plan, deliver and web";
    const char *name = NULL;
    char hint[64];
    struct near near;
    const struct cli_spec spec = {
        "worker NAME",
        "Runs one worker until SIGTERM: resolve, match, clash, plan, deliver or web. Any "
        "number of each may run, on any machine that reaches the database.",
        NULL, 1};
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, &name, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    near_init(&near, name == NULL ? "" : name);
    for (const struct worker_row *row = worker_rows; row->name != NULL; row++) {
        if (strcmp(row->name, near.typed) == 0) {
            return row->run();
        }
        near_offer(&near, row->name);
    }
    (void)(name == NULL ? err_set(&err, ERR_USAGE, "name the worker: %s", workers)
                        : err_set(&err, ERR_USAGE, "there is no worker \"%s\"%s; there are %s",
                                  name, near_hint(&near, "", hint, sizeof hint), workers));
    return cli_fail(&err);
}
