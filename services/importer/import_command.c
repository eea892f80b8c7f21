/* import and sync: the commands. */
#include "importer/importer.h"

#include "base/cli.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "core/programme_diff.h"
#include "net/http.h"
#include "store/conference_store.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static bool is_address(const char *name)
{
    return str_starts_nocase(name, "http://") || str_starts_nocase(name, "https://");
}

static int fetch(const char *url, struct arena *arena, char **ret_text, size_t *ret_len,
                 struct err *err)
{
    CLEANUP(http_client_cleanup) struct http_client *client = NULL;
    struct http_options options = {.ca_file = setting_text(SET_IMPORT_CA),
                                   .timeout_us = setting_us(SET_NET_TIMEOUT),
                                   .max_body = (size_t)setting_int(SET_IMPORT_MAX),
                                   .follows_redirects = true};
    struct http_request request = {
        .method = "GET", .url = url, .bearer = setting_text(SET_INDICO_TOKEN)};
    struct http_reply reply = {0};
    int r = http_client_new(&options, &client, err);
    if (r < 0 || (r = http_send(client, &request, arena, &reply, err)) < 0) {
        return r;
    }
    if (reply.status != 200) {
        (void)err_set(err, ERR_INPUT, "the server answers %d%s", reply.status,
                      reply.status == 401 || reply.status == 403
                          ? "; is ROLLCALL_INDICO_TOKEN right for this event?"
                          : "");
        return err_where(err, "%s", url);
    }
    *ret_text = arena_memdup(arena, reply.body, reply.body_len + 1);
    *ret_len = reply.body_len;
    return 0;
}

int import_fetch(const char *name, struct arena *arena, char **ret_text, size_t *ret_len,
                 struct err *err)
{
    if (is_address(name)) {
        return fetch(name, arena, ret_text, ret_len, err);
    }
    return file_read(name, (size_t)setting_int(SET_IMPORT_MAX), arena, ret_text, ret_len, err);
}

/* --- reports --- */

static json_t *report_json(const struct import_report *report)
{
    json_t *changes = json_object();
    for (int i = 0; i < N_CHANGE_KINDS; i++) {
        (void)json_object_set_new(changes, change_kind_name((enum change_kind)i),
                                  json_integer(report->n_changes[i]));
    }
    return json_pack(
        "{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:s, s:o}", "event", report->event,
        "format", report->format, "programme_version", report->programme_version, "sessions",
        report->n_sessions, "mentions", report->n_mentions, "registrants", report->n_registrants,
        "registrants_new", report->n_registrants_new, "registrants_changed",
        report->n_registrants_changed, "registrants_missing", report->n_registrants_missing,
        "unpublished", (int)report->is_unpublished, "note", report->note, "changes", changes);
}

static void print_programme(const struct import_report *report)
{
    int n = 0;
    printf("  %d sessions:", report->n_sessions);
    for (int i = 0; i < N_CHANGE_KINDS; i++) {
        if (report->n_changes[i] > 0) {
            printf("%s %d %s", n++ > 0 ? "," : "", report->n_changes[i],
                   change_kind_name((enum change_kind)i));
        }
    }
    printf("%s; programme version %d\n", n == 0 ? " nothing changed" : "",
           report->programme_version);
}

static void print_report(const char *name, const struct import_report *report, bool is_rehearsal)
{
    printf("%s: %s into event %s%s\n", name, report->format, report->event,
           is_rehearsal ? " (rehearsal, nothing was saved)" : "");
    if (report->n_sessions > 0) {
        print_programme(report);
    }
    if (report->n_mentions > 0) {
        printf("  %d names (leads, speakers, key attendees)\n", report->n_mentions);
    }
    if (report->n_registrants > 0) {
        printf("  %d registrants: %d new, %d changed\n", report->n_registrants,
               report->n_registrants_new, report->n_registrants_changed);
    }
    if (report->n_registrants_missing > 0) {
        printf("  %d registrants of earlier imports are not in this file; --complete says that "
               "they have withdrawn\n",
               report->n_registrants_missing);
    }
    if (report->note[0] != '\0') {
        printf("  note: %s\n", report->note);
    }
}

/* --- import --- */

static int import_one(struct db *db, const char *name, const struct import_options *options,
                      bool is_json, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct import_report report;
    char *text = NULL;
    size_t len = 0;
    int r = import_fetch(name, arena, &text, &len, err);
    if (r < 0 || (r = import_text(db, name, text, len, options, arena, &report, err)) < 0) {
        return r;
    }
    if (is_json) {
        json_t *json = report_json(&report);
        (void)json_dumpf(json, stdout, JSON_COMPACT);
        (void)putchar('\n');
        json_decref(json);
    } else {
        print_report(name, &report, options->is_rehearsal);
    }
    return 0;
}

int import_command(int argc, char **argv)
{
    struct import_options import = {0};
    bool is_json = false;
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {
        {"event", "SLUG",
         "the event; else ROLLCALL_EVENT, the programme's own short name, or the only event",
         &import.event, NULL},
        {"new-event", NULL, "make that event, though there are others and none of that name", NULL,
         &import.is_new_event},
        {"complete", NULL,
         "who is not in the file has withdrawn; what is not in the programme is cancelled, "
         "whatever it came from",
         NULL, &import.is_complete},
        {"rehearse", NULL, "say what would happen, and save nothing", NULL, &import.is_rehearsal},
        {"json", NULL, "the report for programs", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "import [KIND] FILE|URL [options]",
        "Imports a programme, registrants or a call for proposals: all of it or nothing. KIND is "
        "programme,\n"
        "registrants, key-attendees or a format's name; without it the content decides. Importing "
        "the same file\n"
        "again changes nothing; a new version keeps ids and records what changed.",
        options, 2};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (words[0] == NULL) {
        (void)err_set(&err, ERR_USAGE, "name the file or address to import; usage: rollcall %s",
                      spec.usage);
        return cli_fail(&err);
    }
    import.kind = words[1] == NULL ? NULL : words[0];
    if (db_open(db_url(arena), DB_IMPORTER, &db, &err) < 0 ||
        import_one(db, words[1] == NULL ? words[0] : words[1], &import, is_json, &err) < 0) {
        return cli_fail(&err);
    }
    return CLI_FINE;
}

/* --- sync --- */

static int sync_all(struct db *db, const char *event, const struct rows *rows, bool is_json)
{
    int status = CLI_FINE;
    for (int i = 0; i < rows->n; i++) {
        struct err err = {0};
        struct import_options options = {.event = event, .kind = rows_text(rows, i, 1)};
        if (import_one(db, rows_text(rows, i, 0), &options, is_json, &err) < 0) {
            status = cli_fail(&err); /* the others are imported all the same */
        }
    }
    return status;
}

int sync_command(int argc, char **argv)
{
    const char *event = NULL;
    bool is_json = false;
    const struct cli_option options[] = {{"event", "SLUG", "the event", &event, NULL},
                                         {"json", NULL, "the reports for programs", NULL, &is_json},
                                         {0}};
    const struct cli_spec spec = {
        "sync [options]", "Imports every address again that was imported before, each as it was.",
        options, 0};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    int64_t event_id = 0;
    int r = cli_parse(&spec, argc, argv, NULL, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (db_open(db_url(arena), DB_IMPORTER, &db, &err) < 0 ||
        event_find(db, event, &event_id, &err) < 0 ||
        db_query(db, "sync_sources", &rows, &err, "i", event_id) < 0) {
        return cli_fail(&err);
    }
    if (rows.n == 0) {
        printf("nothing was imported from an address yet\n");
    }
    return sync_all(db, event, &rows, is_json);
}
