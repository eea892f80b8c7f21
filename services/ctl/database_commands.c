/* answer, link, forget: what an operator does with the database. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "base/link.h"
#include "base/secret.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int database_open(const char *event, struct arena *arena, struct db **ret_db, int64_t *ret_event_id,
                  struct err *err)
{
    int r = db_open(db_url(arena), DB_CTL, ret_db, err);
    return r < 0 ? r : event_find(*ret_db, event, ret_event_id, err);
}

int database_load_people(struct db *db, int64_t event_id, struct arena *arena,
                         struct conference *conf, struct err *err)
{
    struct conference_scope scope = {.all_persons = true, .with_unresolved = true};
    int r = conference_load_scope(db, event_id, &scope, arena, conf, err);
    return r == CONFERENCE_GONE ? err_set(err, ERR_DB, "the event is gone") : r;
}

/* --- answer --- */

static int read_reply(const char *text, const char *time, enum reply *ret_reply, int *ret_min,
                      struct err *err)
{
    int hour = 0;
    int minute = 0;
    char end = '\0';
    const char *word = strcmp(text, "not-before") == 0 ? "not_before" : text;
    int reply = reply_parse(word);
    if (reply < 0) {
        return err_set(err, ERR_USAGE, "\"%s\" is not yes, remote, no or not-before", text);
    }
    if (reply == REPLY_NOT_BEFORE &&
        (time == NULL || sscanf(time, "%d:%d%c", &hour, &minute, &end) != 2 || hour < 0 ||
         hour > 23 || minute < 0 || minute > 59)) {
        return err_set(err, ERR_USAGE, "not-before needs a time such as 14:00");
    }
    *ret_reply = (enum reply)reply;
    *ret_min = hour * 60 + minute;
    return 0;
}

static int save_answer(struct db *db, int64_t event_id, const char *const *words,
                       const char *track_name, struct arena *arena, struct err *err)
{
    struct conference conf;
    enum reply reply = REPLY_YES;
    int minutes = 0;
    int person = 0;
    int track = -1;
    int r = read_reply(words[1], words[2], &reply, &minutes, err);
    if (r < 0 || (r = database_load_people(db, event_id, arena, &conf, err)) < 0 ||
        (r = sources_find_person(&conf, words[0], &person, err)) < 0) {
        return r;
    }
    if (track_name != NULL && (track = conference_find_track(&conf, track_name)) < 0) {
        return err_set(err, ERR_USAGE, "there is no track \"%s\"", track_name);
    }
    return db_query(db, "answer_add", NULL, err, "iintit", event_id, conf.persons.items[person].id,
                    track < 0 ? (int64_t)0 : conf.tracks.items[track].id, reply_name(reply),
                    (int64_t)minutes, "command");
}

int answer_command(int argc, char **argv)
{
    const char *event = NULL;
    const char *track = NULL;
    const char *words[3] = {NULL, NULL, NULL};
    const struct cli_option options[] = {{"event", "SLUG", "the event", &event, NULL},
                                         {"track", "TITLE", "only for this track", &track, NULL},
                                         {0}};
    const struct cli_spec spec = {"answer PERSON yes|remote|no|not-before [HH:MM] [--track TITLE]",
                                  "Writes down what somebody answered by telephone or mail.",
                                  options, 3};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int64_t event_id = 0;
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (words[1] == NULL) {
        (void)err_set(&err, ERR_USAGE, "usage: rollcall %s", spec.usage);
        return cli_fail(&err);
    }
    if (database_open(event, arena, &db, &event_id, &err) < 0 ||
        save_answer(db, event_id, words, track, arena, &err) < 0) {
        return cli_fail(&err);
    }
    printf("noted: %s, %s\n", words[0], words[1]);
    return CLI_FINE;
}

/* --- link --- */

static int purpose_parse(const char *text)
{
    for (int i = 0; i < N_TOKEN_PURPOSES; i++) {
        if (i != TOKEN_BOUNCE && i != TOKEN_MEET &&
            strcmp(token_purpose_name((enum token_purpose)i), text) == 0) {
            return i;
        }
    }
    return -1;
}

static int make_link(struct db *db, int64_t event_id, const char *purpose_name, const char *who,
                     struct arena *arena, const char **ret, struct err *err)
{
    struct conference conf;
    int purpose = purpose_parse(purpose_name);
    int index = 0;
    int r = database_load_people(db, event_id, arena, &conf, err);
    if (r < 0) {
        return r;
    }
    if (purpose < 0) {
        return err_set(err, ERR_USAGE,
                       "\"%s\" is not answer, agenda, feed, unsubscribe, lead or organiser",
                       purpose_name);
    }
    if (purpose != TOKEN_ORGANISER && who == NULL) {
        return err_set(err, ERR_USAGE, "name the %s", purpose == TOKEN_LEAD ? "track" : "person");
    }
    struct token token = {(enum token_purpose)purpose, event_id, 0, 0,
                          (clock_now_us() + setting_us(SET_LINK_LIFETIME)) / SECOND_US};
    if (purpose == TOKEN_LEAD) {
        index = conference_find_track(&conf, who);
        if (index < 0) {
            return err_set(err, ERR_USAGE, "there is no track \"%s\"", who);
        }
        token.subject = conf.tracks.items[index].id;
    } else if (purpose != TOKEN_ORGANISER) {
        r = sources_find_person(&conf, who, &index, err);
        if (r < 0) {
            return r;
        }
        token.subject = conf.persons.items[index].id;
        token.person_id = token.subject;
    }
    *ret = link_url(arena, &token);
    return 0;
}

int link_command(int argc, char **argv)
{
    const char *event = NULL;
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {{"event", "SLUG", "the event", &event, NULL}, {0}};
    const struct cli_spec spec = {
        "link organiser | link lead TRACK | link answer|agenda|feed|unsubscribe PERSON",
        "Prints the signed address of somebody's page. Who has the address can do what the page "
        "does.",
        options, 2};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    struct err err = {0};
    int64_t event_id = 0;
    const char *url = NULL;
    int r = cli_parse(&spec, argc, argv, words, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (words[0] == NULL) {
        (void)err_set(&err, ERR_USAGE, "usage: rollcall %s", spec.usage);
        return cli_fail(&err);
    }
    if (secret_load(&err) < 0 || database_open(event, arena, &db, &event_id, &err) < 0 ||
        make_link(db, event_id, words[0], words[1], arena, &url, &err) < 0) {
        return cli_fail(&err);
    }
    printf("%s\n", url);
    return CLI_FINE;
}

/* --- forget --- */

static int forget(struct db *db, int64_t event_id, int64_t person, struct err *err)
{
    static const char *const statements[] = {"forget_addresses", "forget_registrants",
                                             "forget_merged", "forget_person"};
    int r = db_begin(db, err);
    for (size_t i = 0; r == 0 && i < sizeof statements / sizeof statements[0]; i++) {
        r = db_query(db, statements[i], NULL, err, "ii", event_id, person);
    }
    r = r == 0 ? db_commit(db, err) : r;
    db_rollback(db);
    return r;
}

int forget_command(int argc, char **argv)
{
    const char *event = NULL;
    const char *who = NULL;
    bool is_sure = false;
    const struct cli_option options[] = {
        {"event", "SLUG", "the event", &event, NULL},
        {"yes", NULL, "do it; without it only says what would go", NULL, &is_sure},
        {0}};
    const struct cli_spec spec = {
        "forget PERSON --yes",
        "Erases a person: registrations, addresses, answers, stars, agenda and messages. Names in "
        "the "
        "programme and in public lists stay, since they are the programme's.",
        options, 1};
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    CLEANUP(db_cleanup) struct db *db = NULL;
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    struct err err = {0};
    int64_t event_id = 0;
    int person = 0;
    int r = cli_parse(&spec, argc, argv, &who, &err);
    if (r != 0) {
        return r > 0 ? CLI_FINE : cli_fail(&err);
    }
    if (who == NULL) {
        (void)err_set(&err, ERR_USAGE, "usage: rollcall %s", spec.usage);
        return cli_fail(&err);
    }
    if (database_open(event, arena, &db, &event_id, &err) < 0 ||
        database_load_people(db, event_id, arena, &conf, &err) < 0 ||
        sources_find_person(&conf, who, &person, &err) < 0 ||
        db_query_one(db, "forget_count", &rows, &err, "ii", event_id,
                     conf.persons.items[person].id) < 0) {
        return cli_fail(&err);
    }
    printf("%s: %s registrations, %s messages, %s answers\n", conf.persons.items[person].name,
           rows_text(&rows, 0, 0), rows_text(&rows, 0, 1), rows_text(&rows, 0, 2));
    if (!is_sure) {
        printf("nothing was erased; say --yes to do it\n");
        return CLI_FINE;
    }
    if (forget(db, event_id, conf.persons.items[person].id, &err) < 0) {
        return cli_fail(&err);
    }
    printf("erased\n");
    return CLI_FINE;
}
