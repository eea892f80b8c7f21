/* clashes: what the database knows of them, with their life. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"

#include "base/cli.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Only what the printed times need. */
static int load_frame(struct db *db, int64_t event_id, struct arena *arena, struct conference *conf,
                      struct err *err)
{
    struct conference_scope scope = {.all_persons = false};
    int r = conference_load_scope(db, event_id, &scope, arena, conf, err);
    return r == CONFERENCE_GONE ? err_set(err, ERR_DB, "the event is gone") : r;
}

static json_t *clash_row_json(const struct conference *conf, const struct rows *rows, int i)
{
    json_t *sessions = json_array();
    json_t *titles = json_array();
    for (int column = 12; column <= 14; column += 2) {
        if (rows_text(rows, i, column)[0] != '\0') {
            (void)json_array_append_new(sessions, json_string(rows_text(rows, i, column)));
            (void)json_array_append_new(titles, json_string(rows_text(rows, i, column + 1)));
        }
    }
    const char *person = rows_text(rows, i, 4);
    int64_t start_us = rows_int(rows, i, 16);
    int64_t end_us = rows_int(rows, i, 17);
    return json_pack(
        "{s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:o, s:o, s:s, s:s}", "id",
        (json_int_t)rows_int(rows, i, 0), "state", rows_text(rows, i, 1), "severity",
        rows_text(rows, i, 2), "kind", rows_text(rows, i, 3), "person",
        person[0] == '\0' ? json_null() : json_string(person), "sessions", sessions, "titles",
        titles, "start", print_time(conf, start_us), "end", print_time(conf, end_us), "minutes",
        (json_int_t)((end_us - start_us) / MINUTE_US), "why", rows_text(rows, i, 5), "opened",
        print_time(conf, rows_int(rows, i, 6)), "resolved", print_time(conf, rows_int(rows, i, 8)),
        "acknowledged_by", rows_text(rows, i, 9), "acknowledged_why", rows_text(rows, i, 10));
}

/* What was asked for at the command line. */
struct request {
    const char *state;    /* "" = all that are not resolved */
    const char *severity; /* "" = any */
    const char *why;      /* NULL = not given, as by */
    const char *by;
    bool is_undo;
};

static int list_clashes(struct task *task, const char *state, const char *severity)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    int r = load_frame(task->db, task->event_id, task->arena, &conf, &task->err);
    if (r < 0 || (r = db_query(task->db, "clash_list", &rows, &task->err, "itt", task->event_id,
                               state, severity)) < 0) {
        return r;
    }
    json_t *list = json_array();
    for (int i = 0; i < rows.n; i++) {
        if (task->is_json) {
            (void)json_array_append_new(list, clash_row_json(&conf, &rows, i));
            continue;
        }
        printf("%5s  %-12s %-8s %s\n", rows_text(&rows, i, 0), rows_text(&rows, i, 1),
               rows_text(&rows, i, 2), rows_text(&rows, i, 5));
        if (strcmp(rows_text(&rows, i, 1), "acknowledged") == 0) {
            printf("       by %s: %s\n", rows_text(&rows, i, 9), rows_text(&rows, i, 10));
        }
    }
    if (task->is_json) {
        print_json(json_pack("{s:O}", "clashes", list), false);
    } else if (rows.n == 0) {
        printf("no clashes\n");
    }
    json_decref(list);
    return 0;
}

/* --state and --severity, "" = any. */
static int check_filter(const char *state, const char *severity, struct err *err)
{
    static const char *const states[] = {"open", "acknowledged", "resolved", "reopened", NULL};
    static const char *const severities[] = {"info", "low", "medium", "high", "critical", NULL};
    int r = state[0] == '\0' ? 0 : cli_choice("state", state, states, err);
    return r < 0 || severity[0] == '\0' ? r : cli_choice("severity", severity, severities, err);
}

/* An empty reason takes an acknowledgement back. */
static int acknowledge(struct task *task, const char *id, const char *why, const char *by)
{
    struct err *err = &task->err;
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t number = 0;
    int r = cli_id("clash", id, &number, err);
    if (r < 0 || (r = cli_who(by, &by, err)) < 0 ||
        (r = db_query(task->db, "clash_acknowledge", &rows, err, "iitt", task->event_id, number, by,
                      why)) < 0) {
        return r;
    }
    return rows.n == 1 ? 0 : err_set(err, ERR_USAGE, "there is no clash %s", id);
}

static int show_history(struct task *task, const char *id)
{
    struct err *err = &task->err;
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t number = 0;
    int r = cli_id("clash", id, &number, err);
    if (r < 0 || (r = db_query(task->db, "clash_history_load", &rows, err, "ii", task->event_id,
                               number)) < 0) {
        return r;
    }
    if (rows.n == 0) {
        return err_set(err, ERR_USAGE, "there is no clash %s", id);
    }
    json_t *list = json_array();
    for (int i = 0; i < rows.n; i++) {
        char at[TIME_TEXT_SIZE];
        time_iso(zone_utc(), rows_int(&rows, i, 0), at);
        if (task->is_json) {
            (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "at", at, "what",
                                                        rows_text(&rows, i, 1), "detail",
                                                        rows_text(&rows, i, 2)));
        } else {
            printf("%s  %-14s %s\n", at, rows_text(&rows, i, 1), rows_text(&rows, i, 2));
        }
    }
    if (task->is_json) {
        print_json(json_pack("{s:O}", "history", list), false);
    }
    json_decref(list);
    return 0;
}

static int run(struct task *task, const char *const *words, const struct request *request,
               const char *usage)
{
    bool is_ack = words[0] != NULL && strcmp(words[0], "ack") == 0;
    bool is_history = words[0] != NULL && strcmp(words[0], "history") == 0;
    if (words[0] == NULL) {
        return list_clashes(task, request->state, request->severity);
    }
    if (words[1] == NULL || (!is_ack && !is_history)) {
        return err_set(&task->err, ERR_USAGE, "usage: rollcall %s", usage);
    }
    if (is_history) {
        return show_history(task, words[1]);
    }
    return !request->is_undo && str_is_empty(request->why)
               ? err_set(&task->err, ERR_USAGE, "give the reason with --why TEXT")
               : acknowledge(task, words[1], request->is_undo ? "" : request->why, request->by);
}

int clashes_command(int argc, char **argv)
{
    struct task task = {0};
    struct request request = {.state = "", .severity = ""};
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {
        {"state", "STATE",
         "open, acknowledged, resolved or reopened; else all that are not resolved", &request.state,
         NULL},
        {"severity", "SEVERITY", "info, low, medium, high or critical", &request.severity, NULL},
        {"why", "TEXT", "with ack: the reason", &request.why, NULL},
        {"by", "NAME", "with ack: who decides (you)", &request.by, NULL},
        {"undo", NULL, "with ack: takes it back", NULL, &request.is_undo},
        TASK_OPTIONS(task),
        {0}};
    const struct cli_spec spec = {
        "clashes [--state STATE] [--severity SEVERITY] | clashes ack ID --why TEXT | clashes "
        "history ID",
        "The clashes with their life. An acknowledged one comes back when its time, room or people "
        "change.",
        options, 2};
    int r = task_begin(&task, &spec, argc, argv, words, 0);
    r = r == 0 ? check_filter(request.state, request.severity, &task.err) : r;
    r = r == 0 ? run(&task, words, &request, spec.usage) : r;
    return task_end(&task, r);
}
