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
#include "store/suppression.h"

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

int task_begin(struct task *task, const struct cli_spec *spec, int argc, char **argv,
               const char **words, int n_needed)
{
    task->arena = arena_new();
    int r = cli_parse(spec, argc, argv, words, &task->err);
    if (r == 0 && n_needed > 0 && words[n_needed - 1] == NULL) {
        return err_set(&task->err, ERR_USAGE, "usage: rollcall %s", spec->usage);
    }
    return r != 0 ? r
                  : database_open(task->event, task->arena, &task->db, &task->event_id, &task->err);
}

int task_end(struct task *task, int r)
{
    int status = r < 0 ? cli_fail(&task->err) : CLI_FINE;
    db_close(task->db);
    arena_free(task->arena);
    return status;
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

static int save_answer(struct task *task, const char *const *words, const char *track_name,
                       const char *instead)
{
    struct conference conf;
    enum reply reply = REPLY_YES;
    int minutes = 0;
    int person = 0;
    int track = -1;
    struct err *err = &task->err;
    int r = read_reply(words[1], words[2], &reply, &minutes, err);
    if (r < 0 ||
        (r = database_load_people(task->db, task->event_id, task->arena, &conf, err)) < 0 ||
        (r = sources_find_person(&conf, words[0], &person, err)) < 0) {
        return r;
    }
    if (instead != NULL && (reply != REPLY_NO || strlen(instead) > 200)) {
        return err_set(err, ERR_USAGE, "--instead NAME (200 bytes at most) goes with no");
    }
    if (track_name != NULL && (track = conference_find_track(&conf, track_name)) < 0) {
        return err_set(err, ERR_USAGE, "there is no track \"%s\"", track_name);
    }
    r = db_query(task->db, "answer_add", NULL, err, "iintit", task->event_id,
                 conf.persons.items[person].id,
                 track < 0 ? (int64_t)0 : conf.tracks.items[track].id, reply_name(reply),
                 (int64_t)minutes, "command");
    if (r == 0 && instead != NULL) {
        r = db_query(task->db, "stand_in_add", NULL, err, "iit", task->event_id,
                     conf.persons.items[person].id, instead);
    }
    if (r == 0 && task->is_json) {
        print_json(json_pack("{s:s, s:s, s:s}", "person", conf.persons.items[person].name, "reply",
                             reply_name(reply), "track",
                             track < 0 ? "" : conf.tracks.items[track].title),
                   false);
    } else if (r == 0) {
        printf("noted: %s%s%s says %s%s%s\n", conf.persons.items[person].name,
               track < 0 ? "" : ", for ", track < 0 ? "" : conf.tracks.items[track].title, words[1],
               reply == REPLY_NOT_BEFORE ? " " : "", reply == REPLY_NOT_BEFORE ? words[2] : "");
    }
    return r;
}

int answer_command(int argc, char **argv)
{
    struct task task = {0};
    const char *track = NULL;
    const char *instead = NULL;
    const char *words[3] = {NULL, NULL, NULL};
    const struct cli_option options[] = {
        {"track", "TITLE", "only for this track", &track, NULL},
        {"instead", "NAME", "with no: whom they name in their place", &instead, NULL},
        TASK_OPTIONS(task),
        {0}};
    const struct cli_spec spec = {
        "answer PERSON yes|remote|no|not-before [HH:MM] [--track TITLE] [--instead NAME]",
        "Writes down what somebody answered by telephone or mail.", options, 3};
    int r = task_begin(&task, &spec, argc, argv, words, 2);
    r = r == 0 ? save_answer(&task, words, track, instead) : r;
    return task_end(&task, r);
}

/* --- link --- */

static int purpose_parse(const char *text)
{
    for (int i = 0; i < N_TOKEN_PURPOSES; i++) {
        if (i != TOKEN_BOUNCE && i != TOKEN_MEET && i != TOKEN_HERE &&
            strcmp(token_purpose_name((enum token_purpose)i), text) == 0) {
            return i;
        }
    }
    return -1;
}

/* The track or person that a link is for; nothing for the organisers' own. */
static int find_subject(struct task *task, const char *who, struct token *token)
{
    struct conference conf;
    int index = 0;
    if (token->purpose == TOKEN_ORGANISER) {
        return who == NULL
                   ? 0
                   : err_set(&task->err, ERR_USAGE,
                             "an organiser's link is for the whole event: leave \"%s\" out", who);
    }
    if (who == NULL) {
        return err_set(&task->err, ERR_USAGE, "name the %s",
                       token->purpose == TOKEN_LEAD ? "track" : "person");
    }
    int r = database_load_people(task->db, task->event_id, task->arena, &conf, &task->err);
    if (r < 0) {
        return r;
    }
    if (token->purpose == TOKEN_LEAD) {
        index = conference_find_track(&conf, who);
        token->subject = index < 0 ? 0 : conf.tracks.items[index].id;
        return index < 0 ? err_set(&task->err, ERR_USAGE, "there is no track \"%s\"", who) : 0;
    }
    r = sources_find_person(&conf, who, &index, &task->err);
    if (r == 0) {
        token->subject = conf.persons.items[index].id;
        token->person_id = token->subject;
    }
    return r;
}

static int print_link(struct task *task, const char *const *words)
{
    int purpose = purpose_parse(words[0]);
    if (purpose < 0) {
        return err_set(&task->err, ERR_USAGE,
                       "\"%s\" is not answer, agenda, feed, unsubscribe, lead or organiser",
                       words[0]);
    }
    struct token token = {(enum token_purpose)purpose, task->event_id, 0, 0,
                          (clock_now_us() + setting_us(SET_LINK_LIFETIME)) / SECOND_US};
    int r = secret_load(&task->err);
    if (r < 0 || (r = find_subject(task, words[1], &token)) < 0) {
        return r;
    }
    const char *url = link_url(task->arena, &token);
    if (task->is_json) {
        char until[TIME_TEXT_SIZE];
        print_json(json_pack("{s:s, s:s, s:s}", "link", url, "purpose", words[0], "until",
                             time_iso(zone_utc(), token.expires_s * SECOND_US, until)),
                   false);
    } else {
        printf("%s\n", url);
    }
    return 0;
}

int link_command(int argc, char **argv)
{
    struct task task = {0};
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {TASK_OPTIONS(task), {0}};
    const struct cli_spec spec = {
        "link organiser | link lead TRACK | link answer|agenda|feed|unsubscribe PERSON",
        "Prints the signed address of somebody's page. Who has the address can do what the page "
        "does.",
        options, 2};
    int r = task_begin(&task, &spec, argc, argv, words, 1);
    r = r == 0 ? print_link(&task, words) : r;
    return task_end(&task, r);
}

/* --- forget --- */

/* What stops messages to them stays, as keyed hashes; all else that has an address goes. */
static int forget_addresses(struct db *db, int64_t event_id, int64_t person, struct err *err)
{
    CLEANUP(rows_done) struct rows known = {0};
    struct db_array addresses = {0};
    struct db_array hashes = {0};
    int r = db_query(db, "forget_known", &known, err, "ii", event_id, person);
    for (int i = 0; r == 0 && i < known.n; i++) {
        char hash[SUPPRESSION_HASH_SIZE];
        db_array_text(&addresses, rows_text(&known, i, 0));
        db_array_text(&hashes, suppression_hash(rows_text(&known, i, 0), hash));
    }
    r = r < 0 ? r : db_query(db, "forget_stops", NULL, err, "iaa", event_id, &addresses, &hashes);
    r = r < 0 ? r
              : db_query(db, "forget_addresses", NULL, err, "iia", event_id, person, &addresses);
    db_array_done(&addresses);
    db_array_done(&hashes);
    return r;
}

/* In messages to others, sent or not, and in what their next reports are compared with. */
static int forget_names(struct db *db, int64_t event_id, int64_t person, struct err *err)
{
    CLEANUP(rows_done) struct rows names = {0};
    int r = db_query(db, "forget_names", &names, err, "ii", event_id, person);
    for (int i = 0; r == 0 && i < names.n; i++) {
        r = db_query(db, "forget_name", NULL, err, "it", event_id, rows_text(&names, i, 0));
    }
    return r;
}

static int forget(struct db *db, int64_t event_id, int64_t person, struct err *err)
{
    static const char *const statements[] = {"forget_registrants", "forget_merged",
                                             "forget_person"};
    int r = db_begin(db, err);
    r = r < 0 ? r : db_query(db, "event_alone", NULL, err, "i", event_id);
    r = r < 0 ? r : forget_addresses(db, event_id, person, err);
    r = r < 0 ? r : forget_names(db, event_id, person, err);
    for (size_t i = 0; r == 0 && i < sizeof statements / sizeof statements[0]; i++) {
        r = db_query(db, statements[i], NULL, err, "ii", event_id, person);
    }
    r = r == 0 ? db_commit(db, err) : r;
    db_rollback(db);
    return r;
}

/* What is known of the person, and what became of it. */
static void print_forgotten(const struct task *task, const char *name, const struct rows *rows,
                            bool is_erased)
{
    if (task->is_json) {
        print_json(json_pack("{s:s, s:I, s:I, s:I, s:b}", "person", name, "registrations",
                             (json_int_t)rows_int(rows, 0, 0), "messages",
                             (json_int_t)rows_int(rows, 0, 1), "answers",
                             (json_int_t)rows_int(rows, 0, 2), "erased", (int)is_erased),
                   false);
        return;
    }
    printf("%s: %s registrations, %s messages, %s answers\n%s\n", name, rows_text(rows, 0, 0),
           rows_text(rows, 0, 1), rows_text(rows, 0, 2),
           is_erased ? "erased" : "nothing was erased; say --yes to do it");
}

static int forget_somebody(struct task *task, const char *who, bool is_sure)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    struct err *err = &task->err;
    int index = 0;
    int r = database_load_people(task->db, task->event_id, task->arena, &conf, err);
    if (r < 0 || (r = sources_find_person(&conf, who, &index, err)) < 0) {
        return r;
    }
    const struct person *person = &conf.persons.items[index];
    r = db_query_one(task->db, "forget_count", &rows, err, "ii", task->event_id, person->id);
    r = r == 0 && is_sure ? secret_load(err) : r;
    r = r == 0 && is_sure ? forget(task->db, task->event_id, person->id, err) : r;
    if (r == 0) {
        print_forgotten(task, person->name, &rows, is_sure);
    }
    return r;
}

int forget_command(int argc, char **argv)
{
    struct task task = {0};
    const char *who = NULL;
    bool is_sure = false;
    const struct cli_option options[] = {
        {"yes", NULL, "do it; without it only says what would go", NULL, &is_sure},
        TASK_OPTIONS(task),
        {0}};
    const struct cli_spec spec = {
        "forget PERSON [--yes]",
        "Erases a person: registrations, addresses, answers, stars, agenda, messages, and the name "
        "in messages to others. Names in the programme and in public lists stay, since they are "
        "the programme's. Who must get no messages is still recognised, by a keyed hash.",
        options, 1};
    int r = task_begin(&task, &spec, argc, argv, &who, 1);
    r = r == 0 ? forget_somebody(&task, who, is_sure) : r;
    return task_end(&task, r);
}
