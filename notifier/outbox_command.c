/* `rollcall outbox`: what waits, what was sent, what came back; and once more, please. */
#include "base/clock.h"
#include "base/settings.h"
#include "notifier/compose.h"
#include "notifier/notifier.h"
#include "notifier/outbox.h"
#include "notifier/render.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 1000

const char outbox_help[] =
    "usage: rollcall outbox [--state STATE] [--json]\n"
    "       rollcall outbox show ID [--text|--html|--source]\n"
    "       rollcall outbox retry ID|--dead\n"
    "\n"
    "Lists the messages, the newest first, with a count per state: waiting, leased (under way),\n"
    "sent, refused (the other side will never take it), dead (given up after ROLLCALL_GIVE_UP),\n"
    "expired (its time had passed). `show` prints one message with every attempt, or just its "
    "text,\n"
    "its HTML or its source. `retry` puts one message that was not sent, or with --dead all "
    "refused\n"
    "and dead ones, back in line.\n"
    "Exit status: 0 fine, 1 no such message or nothing to retry, 2 bad usage or no database.\n";

struct outbox_call {
    struct db *db;       /* owned */
    struct arena *arena; /* owned */
    int64_t event_id;    /* 0 = all */
};

static int complain(const struct err *err)
{
    char text[800];
    (void)fprintf(stderr, "rollcall outbox: %s\n", err_text(err, text, sizeof text));
    return 2;
}

static int bad_usage(const char *what)
{
    (void)fprintf(stderr, "rollcall outbox: %s\n%s", what, outbox_help);
    return 2;
}

static const char *iso(int64_t at_us, struct arena *arena)
{
    char buf[TIME_TEXT_SIZE];
    return at_us == 0 ? "" : arena_strdup(arena, time_iso(zone_utc(), at_us, buf));
}

static bool is_state(const char *text)
{
    static const char *const states[] = {"waiting", "leased", "sent", "refused", "dead", "expired"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(states[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static bool parse_id(const char *text, int64_t *ret)
{
    char *end = NULL;
    errno = 0;
    long long id = strtoll(text, &end, 10);
    *ret = id;
    return errno == 0 && *end == '\0' && id > 0;
}

/* --- list --- */

static void print_row_json(const struct rows *rows, int i, struct arena *arena)
{
    json_t *row = json_pack(
        "{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "outbox",
        (json_int_t)rows_int(rows, i, 1), "event", rows_text(rows, i, 2), "kind",
        rows_text(rows, i, 3), "channel", rows_text(rows, i, 4), "address", rows_text(rows, i, 5),
        "state", rows_text(rows, i, 6), "attempts", (json_int_t)rows_int(rows, i, 7), "created",
        iso(rows_int(rows, i, 8), arena), "due", iso(rows_int(rows, i, 9), arena), "sent",
        iso(rows_int(rows, i, 10), arena), "remote_id", rows_text(rows, i, 12), "verdict",
        rows_text(rows, i, 13), "detail", rows_text(rows, i, 14));
    char *text = json_dumps(row, JSON_COMPACT);
    (void)puts(text != NULL ? text : "{}");
    free(text);
    json_decref(row);
}

static void print_row(const struct rows *rows, int i, struct arena *arena)
{
    (void)printf("%7" PRId64 "  %-8s %-13s %-6s %-34s %3" PRId64 "  %s  %s\n", rows_int(rows, i, 1),
                 rows_text(rows, i, 6), rows_text(rows, i, 3), rows_text(rows, i, 4),
                 rows_text(rows, i, 5), rows_int(rows, i, 7), iso(rows_int(rows, i, 8), arena),
                 strcmp(rows_text(rows, i, 6), "sent") == 0 ? "" : rows_text(rows, i, 14));
}

static int print_counts(struct outbox_call *call, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(call->db, "outbox_count", &rows, err, "i", call->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        (void)printf("%s%s: %" PRId64, i > 0 ? ", " : "", rows_text(&rows, i, 0),
                     rows_int(&rows, i, 1));
    }
    if (r == 0) {
        (void)puts(rows.n == 0 ? "the outbox is empty" : "");
    }
    return r;
}

static int list(struct outbox_call *call, const char *state, bool is_json)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    int r = is_json ? 0 : print_counts(call, &err);
    r = r < 0 ? r
              : db_query(call->db, "outbox_list", &rows, &err, "iti", call->event_id, state,
                         (int64_t)LIST_MAX);
    if (r < 0) {
        return complain(&err);
    }
    for (int i = 0; i < rows.n; i++) {
        if (is_json) {
            print_row_json(&rows, i, call->arena);
        } else {
            print_row(&rows, i, call->arena);
        }
    }
    if (rows.n == LIST_MAX && !is_json) {
        (void)printf("... the newest %d only\n", LIST_MAX);
    }
    return 0;
}

static int list_command(struct outbox_call *call, int argc, char **argv)
{
    const char *state = "";
    bool is_json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            is_json = true;
        } else if (strcmp(argv[i], "--state") == 0 && i + 1 < argc && is_state(argv[i + 1])) {
            state = argv[++i];
        } else {
            return bad_usage("this is no state or option that it knows");
        }
    }
    return list(call, state, is_json);
}

/* --- show --- */

static int print_attempts(struct outbox_call *call, const struct outbox_message *message,
                          struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(call->db, "outbox_attempts", &rows, err, "ii", message->event_id,
                     message->outbox_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        (void)printf("attempt %" PRId64 ": %s, %s (%s) %s %s, %" PRId64 " ms\n",
                     rows_int(&rows, i, 0), iso(rows_int(&rows, i, 6), call->arena),
                     rows_text(&rows, i, 1), rows_text(&rows, i, 2), rows_text(&rows, i, 3),
                     rows_text(&rows, i, 4), rows_int(&rows, i, 5));
    }
    return r;
}

static enum render_for target_of(const struct outbox_message *message)
{
    return strcmp(message->channel, "matrix") == 0 ? RENDER_MATRIX : RENDER_MAIL;
}

static int print_source(struct outbox_call *call, const struct outbox_message *message,
                        struct err *err)
{
    CLEANUP(str_done) struct str mail = {0};
    struct sender sender;
    int r = sender_load(&sender, err);
    if (r == 0) {
        r = target_of(message) == RENDER_MATRIX
                ? compose_matrix_as_mail(message, &sender, call->arena, &mail, err)
                : compose_mail(message, &sender, call->arena, &mail, err);
    }
    if (r == 0) {
        (void)fwrite(str_text(&mail), 1, mail.len, stdout);
    }
    return r;
}

static void print_facts(struct outbox_call *call, const struct outbox_shown *shown)
{
    const struct outbox_message *m = &shown->message;
    (void)printf("message %" PRId64 " of %s: %s by %s to %s\n", m->outbox_id, m->event_slug,
                 m->kind, m->channel, m->address);
    (void)printf("state: %s, attempts: %d, made %s", shown->state, m->attempt,
                 iso(m->created_us, call->arena));
    if (strcmp(shown->state, "waiting") == 0) {
        (void)printf(", due %s", iso(m->due_us, call->arena));
    }
    if (shown->sent_us != 0) {
        (void)printf(", sent %s as %s", iso(shown->sent_us, call->arena), shown->remote_id);
    }
    (void)printf("%s%s\n", shown->last_verdict[0] != '\0' ? "\nlast: " : "", shown->last_detail);
}

static int print_shown(struct outbox_call *call, const struct outbox_shown *shown, const char *form,
                       struct err *err)
{
    CLEANUP(rendered_done) struct rendered text = {0};
    const struct outbox_message *message = &shown->message;
    if (strcmp(form, "--source") == 0) {
        return print_source(call, message, err);
    }
    int r = render_message(message, target_of(message), call->arena, &text, err);
    if (r < 0) {
        return r;
    }
    if (form[0] == '\0') {
        print_facts(call, shown);
        r = print_attempts(call, message, err);
        (void)printf("\nSubject: %s\n\n", text.subject);
    }
    (void)fputs(strcmp(form, "--html") == 0 ? text.html : text.text, stdout);
    return r;
}

static int show_command(struct outbox_call *call, int argc, char **argv)
{
    struct outbox_shown shown;
    struct err err = {0};
    int64_t id = 0;
    const char *form = argc > 3 ? argv[3] : "";
    if (argc < 3 || argc > 4 || !parse_id(argv[2], &id)) {
        return bad_usage("show wants the number of a message");
    }
    if (form[0] != '\0' && strcmp(form, "--text") != 0 && strcmp(form, "--html") != 0 &&
        strcmp(form, "--source") != 0) {
        return bad_usage("show knows --text, --html and --source");
    }
    int r = outbox_show(call->db, call->event_id, id, call->arena, &shown, &err);
    if (r == OUTBOX_GONE) {
        (void)fprintf(stderr, "rollcall outbox: there is no message %" PRId64 "\n", id);
        return 1;
    }
    r = r < 0 ? r : print_shown(call, &shown, form, &err);
    return r < 0 ? complain(&err) : 0;
}

/* --- retry --- */

static int retry_command(struct outbox_call *call, int argc, char **argv)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    int64_t id = 0;
    if (argc != 3 || (strcmp(argv[2], "--dead") != 0 && !parse_id(argv[2], &id))) {
        return bad_usage("retry wants the number of a message, or --dead");
    }
    if (db_query(call->db, "outbox_retry", &rows, &err, "ii", call->event_id, id) < 0) {
        return complain(&err);
    }
    (void)printf("%d message%s back in line\n", rows.n, rows.n == 1 ? " is" : "s are");
    return rows.n > 0 ? 0 : 1;
}

/* --- the command --- */

static int find_event(struct outbox_call *call, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    const char *slug = setting_text(SET_EVENT);
    if (slug[0] == '\0') {
        return 0;
    }
    int r = db_query_one(call->db, "event_by_slug", &rows, err, "t", slug);
    if (r == DB_NO_ROW) {
        return err_set(err, ERR_USAGE, "there is no event %.64s (ROLLCALL_EVENT)", slug);
    }
    call->event_id = r == 0 ? rows_int(&rows, 0, 0) : 0;
    return r;
}

static int run(struct outbox_call *call, int argc, char **argv)
{
    struct err err = {0};
    int r = db_open(db_url(call->arena), DB_CTL, &call->db, &err);
    r = r < 0 ? r : find_event(call, &err);
    if (r < 0) {
        return complain(&err);
    }
    if (argc > 1 && strcmp(argv[1], "show") == 0) {
        return show_command(call, argc, argv);
    }
    if (argc > 1 && strcmp(argv[1], "retry") == 0) {
        return retry_command(call, argc, argv);
    }
    return list_command(call, argc, argv);
}

int outbox_command(int argc, char **argv)
{
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        (void)fputs(outbox_help, stdout);
        return 0;
    }
    struct outbox_call call = {.arena = arena_new()};
    int status = run(&call, argc, argv);
    db_close(call.db);
    arena_free(call.arena);
    return status;
}
