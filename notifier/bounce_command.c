/* `rollcall bounce`: takes in what mail servers send back, from a pipe, a mailbox or a Maildir. */
#include "base/cli.h"
#include "base/file.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/strmap.h"
#include "notifier/bounce_report.h"
#include "notifier/compose.h"
#include "notifier/notifier.h"
#include "notifier/outbox.h"
#include "notifier/return_path.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* sysexits.h: a mail server that runs us keeps the mail and tries again. */
#define TRY_AGAIN 75

struct bounce_call {
    struct db *db;       /* owned */
    struct arena *arena; /* owned: for the whole call */
    struct sender sender;
    const char *to; /* envelope recipient; "" = look in the mail */
    int n_read;
    int n_noted;
};

/* "3-42-5f2ac09bd1e4a37c@...": the message that has this Message-ID. It is known to whoever got the
 * message, so it proves less than the return path does. */
static int find_by_message_id(struct bounce_call *call, const char *id, struct bounce_note *note,
                              struct arena *arena, struct err *err)
{
    struct outbox_shown shown = {0};
    if (sscanf(id, "%" SCNd64 "-%" SCNd64 "-", &note->event_id, &note->outbox_id) != 2) {
        return OUTBOX_GONE;
    }
    int r = outbox_show(call->db, note->event_id, note->outbox_id, arena, &shown, err);
    if (r != 0) {
        return r;
    }
    const char *stable = outbox_stable_id(&shown.message, arena);
    size_t n = strlen(stable);
    return strncmp(id, stable, n) == 0 && id[n] == '@' ? 0 : OUTBOX_GONE;
}

static int find_message(struct bounce_call *call, const char *mail, size_t len,
                        const struct bounce_report *report, struct bounce_note *note,
                        struct arena *arena, struct err *err)
{
    const char *pattern = call->sender.envelope;
    note->is_proven =
        return_path_find(pattern, call->to, strlen(call->to), &note->event_id, &note->outbox_id) ||
        return_path_find(pattern, mail, len < BOUNCE_MAX ? len : BOUNCE_MAX, &note->event_id,
                         &note->outbox_id);
    return note->is_proven ? 0 : find_by_message_id(call, report->message_id, note, arena, err);
}

static const char *reason_to_stop(const struct bounce_report *report, bool is_proven)
{
    if (!is_proven || report->kind < BOUNCE_HARD) {
        return "";
    }
    return report->kind == BOUNCE_HARD ? "bounced" : "complained";
}

/* What was done, for a person to read. */
static void say(const struct bounce_report *report, const struct bounce_note *note, int outcome)
{
    const char *kind = bounce_kind_name(report->kind);
    if (report->kind == BOUNCE_NONE) {
        printf("no report: left alone\n");
    } else if (report->kind == BOUNCE_NEWS) {
        printf("a report without a failure: left alone\n");
    } else if (outcome == OUTBOX_GONE) {
        printf("%s, about none of our messages: left alone\n", kind);
    } else {
        printf("%s, message %" PRId64 " of event %" PRId64 "%s%s: %s\n", kind, note->outbox_id,
               note->event_id, report->status[0] != '\0' ? ", " : "", report->status,
               outcome == BOUNCE_KNOWN     ? "known already"
               : note->suppress[0] != '\0' ? "noted; the address gets no more"
               : note->is_proven           ? "noted"
                                           : "noted, but the return path does not prove it");
    }
}

static int take_mail(struct bounce_call *call, const char *mail, size_t len, struct err *err)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    struct bounce_report report;
    struct bounce_note note = {0};
    char digest[20];
    int r = OUTBOX_GONE;
    bounce_read(mail, len, arena, &report);
    if (report.kind > BOUNCE_NEWS) {
        r = find_message(call, mail, len, &report, &note, arena, err);
    }
    if (r == 0) {
        (void)snprintf(digest, sizeof digest, "%016" PRIx64, hash_bytes(mail, len, 1));
        note.kind = bounce_kind_name(report.kind);
        note.status = report.status;
        note.detail = report.detail;
        note.digest = digest;
        note.suppress = reason_to_stop(&report, note.is_proven);
        r = outbox_bounced(call->db, &note, err);
    }
    if (r < 0) {
        return r;
    }
    say(&report, &note, r);
    call->n_read++;
    call->n_noted += r == 0;
    return 0;
}

/* --- where mails come from --- */

/* The next "From " line at the beginning of a line behind an empty one, or the end. */
static const char *end_of_mail(const char *at, const char *end)
{
    for (const char *p = at; (p = memchr(p, '\n', (size_t)(end - p))) != NULL;) {
        p++;
        bool is_behind_empty =
            p - at >= 2 && (p[-2] == '\n' || (p[-2] == '\r' && p - at >= 3 && p[-3] == '\n'));
        if (is_behind_empty && end - p >= 5 && memcmp(p, "From ", 5) == 0) {
            return p;
        }
    }
    return end;
}

/* One mail, or a mailbox of them: each begins with a line "From " (RFC 4155). */
static int take_file(struct bounce_call *call, const char *path, struct err *err)
{
    char *data = NULL;
    size_t len = 0;
    int r = file_read(path, (size_t)setting_int(SET_IMPORT_MAX), call->arena, &data, &len, err);
    if (r < 0) {
        return r;
    }
    const char *end = data + len;
    bool is_mailbox = len >= 5 && memcmp(data, "From ", 5) == 0;
    for (const char *at = data; r == 0 && at < end;) {
        const char *next = is_mailbox ? end_of_mail(at, end) : end;
        const char *line_end = is_mailbox ? memchr(at, '\n', (size_t)(next - at)) : NULL;
        const char *mail = line_end != NULL ? line_end + 1 : at;
        r = take_mail(call, mail, (size_t)(next - mail), err);
        at = next;
    }
    return r;
}

static void dir_close(DIR **dir)
{
    if (*dir != NULL) {
        (void)closedir(*dir);
    }
}

/* Takes what is in new/ and moves it to cur/, as seen. */
static int take_maildir(struct bounce_call *call, const char *path, struct err *err)
{
    CLEANUP(dir_close) DIR *dir = opendir(arena_printf(call->arena, "%s/new", path));
    if (dir == NULL) {
        return err_errno(err, ERR_SYSTEM, "cannot read %s/new", path);
    }
    for (const struct dirent *entry = NULL; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        const char *from = arena_printf(call->arena, "%s/new/%s", path, entry->d_name);
        const char *to = arena_printf(call->arena, "%s/cur/%s:2,S", path, entry->d_name);
        int r = take_file(call, from, err);
        if (r < 0) {
            return r;
        }
        if (rename(from, to) != 0) {
            return err_errno(err, ERR_SYSTEM, "cannot move %s to %s", from, to);
        }
    }
    return 0;
}

static int take_all(struct bounce_call *call, const char *path, struct err *err)
{
    struct stat st;
    bool is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    int r = sender_load(&call->sender, err);
    if (r < 0 || (r = secret_load(err)) < 0 ||
        (r = db_open(db_url(call->arena), DB_NOTIFIER, &call->db, err)) < 0) {
        return r;
    }
    r = is_folder ? take_maildir(call, path, err) : take_file(call, path, err);
    if (r == 0 && (is_folder || call->n_read != 1)) {
        printf("%d mails, %d of them noted\n", call->n_read, call->n_noted);
    }
    return r;
}

int bounce_command(int argc, char **argv)
{
    const char *path = NULL;
    const char *to = "";
    const struct cli_option options[] = {
        {"to", "ADDRESS", "the address that the mail came to, when its headers do not say it", &to,
         NULL},
        {0}};
    const struct cli_spec spec = {
        "bounce [FILE|MAILDIR]",
        "Takes in bounces and complaints: one mail from standard input or a file, a mailbox, or "
        "what is new in a Maildir. An address that is dead gets no more mail, and the organisers "
        "hear of it. Exit status 75: no database just now, the mail server should try again.",
        options, 1};
    struct bounce_call call = {.arena = arena_new()};
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, &path, &err);
    int status = CLI_FINE;
    if (r == 0) {
        call.to = to;
        r = take_all(&call, path == NULL ? "-" : path, &err);
    }
    if (r < 0) {
        status = cli_fail(&err);
        status = err.code == ERR_DB || err.code == ERR_RETRY ? TRY_AGAIN : status;
    }
    db_close(call.db);
    arena_free(call.arena);
    return status;
}
