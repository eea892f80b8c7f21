/* event: the events there are, and the removal of one that was made by mistake or is over. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"

#include "base/settings.h"
#include "base/str.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TRIES 6 /* against deadlocks with what answers and deliveries write */

/* The columns of event_contents, in its order. */
static const char *const contents[] = {"sessions",         "registrations", "people",
                                       "answers",          "decisions",     "stars",
                                       "acknowledgements", "messages",      "stopped addresses"};
#define N_CONTENTS ((int)(sizeof contents / sizeof contents[0]))

static int list_events(struct db *db, bool is_json, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(db, "event_list", &rows, err, "");
    json_t *list = json_array();
    for (int i = 0; r == 0 && i < rows.n; i++) {
        char made[TIME_TEXT_SIZE];
        time_iso(zone_utc(), rows_int(&rows, i, 2), made);
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:I, s:I}", "event", rows_text(&rows, i, 0), "title",
                            rows_text(&rows, i, 1), "made", made, "sessions",
                            (json_int_t)rows_int(&rows, i, 3), "registrations",
                            (json_int_t)rows_int(&rows, i, 4)));
        if (!is_json) {
            printf("%-24s %s  %5s sessions, %5s registrations  %s\n", rows_text(&rows, i, 0), made,
                   rows_text(&rows, i, 3), rows_text(&rows, i, 4), rows_text(&rows, i, 1));
        }
    }
    if (r == 0 && is_json) {
        print_json(json_pack("{s:O}", "events", list), false);
    } else if (r == 0 && rows.n == 0) {
        printf("no event yet; 'rollcall import' makes one\n");
    }
    json_decref(list);
    return r;
}

static void print_contents(const char *slug, const struct rows *rows, bool is_json, bool is_removed)
{
    json_t *counts = json_object();
    for (int i = 0; i < N_CONTENTS; i++) {
        (void)json_object_set_new(counts, contents[i], json_integer(rows_int(rows, 0, i)));
        if (!is_json) {
            printf("  %8s %s\n", rows_text(rows, 0, i), contents[i]);
        }
    }
    if (is_json) {
        print_json(json_pack("{s:s, s:O, s:b}", "event", slug, "contents", counts, "removed",
                             (int)is_removed),
                   false);
    }
    json_decref(counts);
}

/* At a terminal the slug is typed once more; elsewhere only --yes will do. */
static bool is_confirmed(const char *slug)
{
    char line[128] = "";
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        return false;
    }
    printf("Type the event's name to remove it for good: ");
    (void)fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return strcmp(line, slug) == 0;
}

/* One transaction. The workers' lock comes first: they have ended what they were at, and begin
 * nothing new. Then the event's row is held, which everybody else who writes asks for. */
static int remove_once(struct db *db, int64_t event_id, struct err *err)
{
    CLEANUP(rows_done) struct rows held = {0};
    CLEANUP(rows_done) struct rows busy = {0};
    int r = db_begin(db, err);
    if (r < 0 || (r = db_query(db, "event_alone", NULL, err, "i", event_id)) < 0 ||
        (r = db_query(db, "event_hold", &held, err, "i", event_id)) < 0 ||
        (r = db_query_one(db, "event_under_way", &busy, err, "i", event_id)) < 0) {
        return r;
    }
    if (rows_int(&busy, 0, 0) > 0) {
        return err_set(err, ERR_SYSTEM,
                       "%s messages of this event are being delivered; try again in a minute",
                       rows_text(&busy, 0, 0));
    }
    if ((r = db_query(db, "event_remove", NULL, err, "i", event_id)) < 0 ||
        (r = db_query(db, "event_jobs_remove", NULL, err, "i", event_id)) < 0) {
        return r;
    }
    return db_commit(db, err);
}

static int remove_event(struct db *db, int64_t event_id, struct err *err)
{
    int r = ERR_RETRY;
    for (int i = 0; i < MAX_TRIES && r == ERR_RETRY; i++) {
        (void)usleep(i == 0 ? 0 : 50000U << i); /* let the other one end what it is at */
        r = remove_once(db, event_id, err);
        db_rollback(db);
    }
    return r;
}

static int remove_named(struct db *db, const char *slug, bool is_sure, bool is_json,
                        struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int64_t event_id = 0;
    int r = event_find(db, slug, &event_id, err);
    if (r < 0 || (r = db_query_one(db, "event_contents", &rows, err, "i", event_id)) < 0) {
        return r;
    }
    if (!is_json) {
        printf("%s: %s\n", slug, rows_text(&rows, 0, N_CONTENTS));
        print_contents(slug, &rows, false, false);
    }
    bool is_wanted = is_sure || (!is_json && is_confirmed(slug));
    r = is_wanted ? remove_event(db, event_id, err) : 0;
    if (r == 0 && is_json) {
        print_contents(slug, &rows, true, is_wanted);
    } else if (r == 0) {
        printf("%s\n", is_wanted ? "removed" : "nothing was removed; say --yes to do it");
    }
    return r;
}

/* --- expire --- */

/* Each in a transaction of its own: one that is busy does not keep the others. */
static int expire_one(struct db *db, const struct rows *rows, int i, bool is_sure, json_t *list,
                      struct err *err)
{
    int r = is_sure ? remove_event(db, rows_int(rows, i, 0), err) : 0;
    if (r == 0) {
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:b}", "event", rows_text(rows, i, 1), "title",
                            rows_text(rows, i, 2), "days", (json_int_t)rows_int(rows, i, 3),
                            "removed", (int)is_sure));
    }
    return r;
}

static int expire(struct db *db, bool is_sure, bool is_json, struct err *err)
{
    CLEANUP(rows_done) struct rows rows = {0};
    if (setting_us(SET_KEEP) == 0) {
        return err_set(
            err, ERR_USAGE,
            "ROLLCALL_KEEP does not say how long events are kept: they are kept for good");
    }
    int r = db_query(db, "event_expired", &rows, err, "i", setting_us(SET_KEEP));
    if (r < 0) {
        return r;
    }
    json_t *list = json_array();
    for (int i = 0; i < rows.n; i++) {
        struct err why = {0};
        bool is_done = expire_one(db, &rows, i, is_sure, list, &why) == 0;
        if (!is_done) {
            r = err_set(err, why.code, "%s was not removed: %s", rows_text(&rows, i, 1),
                        why.message);
        } else if (!is_json) {
            printf("%s, which ended %s days ago: %s\n", rows_text(&rows, i, 1),
                   rows_text(&rows, i, 3), is_sure ? "removed" : "would be removed");
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "expired", list), false);
    } else if (rows.n == 0) {
        printf("no event has ended so long ago\n");
    } else if (!is_sure) {
        printf("nothing was removed; say --yes to do it\n");
    }
    json_decref(list);
    return r;
}

int event_command(int argc, char **argv)
{
    const char *words[2] = {NULL, NULL};
    bool is_sure = false;
    bool is_json = false;
    const struct cli_option options[] = {
        {"yes", NULL, "do it; without it only says what would go", NULL, &is_sure},
        {"json", NULL, "the stable form for programs", NULL, &is_json},
        {0}};
    const struct cli_spec spec = {
        "event | event remove SLUG [--yes] | event expire [--yes]",
        "The events there are. 'remove' erases one with everything that belongs to it: programme, "
        "registrations, answers, decisions, messages, and who asked to get no more mail. Export "
        "what you want to keep before. 'expire' does so with every event that ended longer ago "
        "than "
        "ROLLCALL_KEEP; run it from a timer.",
        options, 2};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r > 0) {
        return CLI_FINE;
    }
    bool is_removal = r == 0 && words[1] != NULL && strcmp(words[0], "remove") == 0;
    bool is_expiry = r == 0 && words[0] != NULL && strcmp(words[0], "expire") == 0;
    if (r == 0 && words[0] != NULL && !is_removal && (!is_expiry || words[1] != NULL)) {
        r = err_set(&err, ERR_USAGE, "usage: rollcall %s", spec.usage);
    }
    r = r < 0 ? r : db_open(db_url(arena), DB_CTL, &db, &err);
    if (r == 0) {
        r = is_removal  ? remove_named(db, words[1], is_sure, is_json, &err)
            : is_expiry ? expire(db, is_sure, is_json, &err)
                        : list_events(db, is_json, &err);
    }
    return r < 0 ? cli_fail(&err) : CLI_FINE;
}
