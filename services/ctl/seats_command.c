/* seats, expect: how many a room holds and how many will come, by an organiser's word. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/find.h"
#include "ctl/print.h"

#include <stdio.h>

#define PEOPLE_MAX 1000000

/* What both commands share: a table with a number that somebody may set by hand. */
struct number_kind {
    const char *unit; /* "seats" */
    const char *set;  /* statements */
    const char *list;
    int (*find)(const struct conference *conf, const char *text, int *ret, struct err *err);
    int64_t (*id)(const struct conference *conf, int i);
    const char *(*name)(const struct conference *conf, int i);
    void (*show)(const struct rows *rows, bool is_json);
};

static int64_t room_id(const struct conference *conf, int i)
{
    return conf->rooms.items[i].id;
}

static const char *room_name(const struct conference *conf, int i)
{
    return conf->rooms.items[i].name;
}

static int64_t session_id(const struct conference *conf, int i)
{
    return conf->sessions.items[i].id;
}

static const char *session_name(const struct conference *conf, int i)
{
    return conf->sessions.items[i].title;
}

/* ", by hand (the programme says 80)" */
static void print_origin(const struct rows *rows, int i, int column)
{
    if (rows_int(rows, i, column) == 0) {
        return;
    }
    printf(", by hand");
    if (rows_int(rows, i, column + 1) > 0) {
        printf(" (the programme says %lld)", (long long)rows_int(rows, i, column + 1));
    }
}

/* By hand, else from the programme. */
static long long number_of(const struct rows *rows, int i, int column)
{
    int64_t by_hand = rows_int(rows, i, column);
    return (long long)(by_hand != 0 ? by_hand : rows_int(rows, i, column + 1));
}

static void show_rooms(const struct rows *rows, bool is_json)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        long long seats = number_of(rows, i, 2);
        bool is_by_hand = rows_int(rows, i, 2) != 0;
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s, s:I, s:b}", "room", rows_text(rows, i, 0),
                                              "building", rows_text(rows, i, 1), "seats",
                                              (json_int_t)seats, "by_hand", (int)is_by_hand));
        if (!is_json && seats == 0) {
            printf("   ?  %s\n", rows_text(rows, i, 0));
        } else if (!is_json) {
            printf("%4lld  %s", seats, rows_text(rows, i, 0));
            print_origin(rows, i, 2);
            printf("\n");
        }
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "rooms", list), false);
    }
    json_decref(list);
}

static void show_sessions(const struct rows *rows, bool is_json)
{
    json_t *list = json_array();
    for (int i = 0; i < rows->n; i++) {
        long long people = number_of(rows, i, 2);
        int64_t seats = rows_int(rows, i, 5);
        bool is_by_hand = rows_int(rows, i, 2) != 0;
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:I, s:b, s:s, s:I}", "session", rows_text(rows, i, 0), "title",
                      rows_text(rows, i, 1), "people", (json_int_t)people, "by_hand",
                      (int)is_by_hand, "room", rows_text(rows, i, 4), "seats", (json_int_t)seats));
        if (is_json) {
            continue;
        }
        printf("%4lld  %s", people, rows_text(rows, i, 1));
        print_origin(rows, i, 2);
        if (seats > 0) {
            printf("; %s has %lld seats%s", rows_text(rows, i, 4), (long long)seats,
                   people > seats ? ": too few" : "");
        }
        printf("\n");
    }
    if (is_json) {
        print_json(json_pack("{s:O}", "sessions", list), false);
    } else if (rows->n == 0) {
        printf("it is not known how many people any session expects\n");
    }
    json_decref(list);
}

static const struct number_kind seats_kind = {"seats", "room_set_seats", "seats_list", find_room,
                                              room_id, room_name,        show_rooms};
static const struct number_kind expect_kind = {
    "people",   "session_set_people", "people_expected_list", find_session,
    session_id, session_name,         show_sessions};

static int list(struct task *task, const struct number_kind *kind)
{
    CLEANUP(rows_done) struct rows rows = {0};
    int r = db_query(task->db, kind->list, &rows, &task->err, "i", task->event_id);
    if (r == 0) {
        kind->show(&rows, task->is_json);
    }
    return r;
}

static int read_number(const struct number_kind *kind, const char *text, long *ret, struct err *err)
{
    struct err inner = {0};
    return cli_number(kind->unit, text, 1, PEOPLE_MAX, ret, &inner) == 0
               ? 0
               : err_set(err, ERR_USAGE, "\"%.40s\" is no number of %s from 1 to %d", text,
                         kind->unit, PEOPLE_MAX);
}

static int set(struct task *task, const struct number_kind *kind, const char *words[2])
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct conference conf;
    struct conference_scope scope = {.all_persons = false};
    long number = 0; /* by no number it is taken back */
    int item = -1;
    int r = words[1] == NULL ? 0 : read_number(kind, words[1], &number, &task->err);
    if (r < 0 || (r = conference_load_scope(task->db, task->event_id, &scope, task->arena, &conf,
                                            &task->err)) != 0) {
        return r < 0 ? r : err_set(&task->err, ERR_DB, "the event is gone");
    }
    if ((r = kind->find(&conf, words[0], &item, &task->err)) < 0 ||
        (r = db_query(task->db, kind->set, &rows, &task->err, "iii", conf.id, kind->id(&conf, item),
                      (int64_t)number)) < 0) {
        return r;
    }
    const char *name = kind->name(&conf, item);
    if (number == 0) {
        return rows.n > 0 ? (printf("%s: as the programme says\n", name), 0)
                          : err_set(&task->err, ERR_USAGE, "for %s nothing was set by hand", name);
    }
    printf("%s: %ld %s\n", name, number, kind->unit);
    return 0;
}

static int number_command(const struct number_kind *kind, struct cli_spec spec, int argc,
                          char **argv)
{
    struct task task = {0};
    bool is_undo = false;
    const char *words[2] = {NULL, NULL};
    const struct cli_option options[] = {
        {"undo", NULL, "takes the number back: the programme's counts again", NULL, &is_undo},
        TASK_OPTIONS(task),
        {0}};
    spec.options = options;
    spec.max_words = 2;
    int r = task_begin(&task, &spec, argc, argv, words, 0);
    bool fits =
        is_undo ? words[0] != NULL && words[1] == NULL : (words[0] == NULL) == (words[1] == NULL);
    if (r == 0 && !fits) {
        r = err_set(&task.err, ERR_USAGE, "usage: rollcall %s", spec.usage);
    }
    if (r == 0) {
        r = words[0] == NULL ? list(&task, kind) : set(&task, kind, words);
    }
    return task_end(&task, r);
}

int seats_command(int argc, char **argv)
{
    const struct cli_spec spec = {
        .usage = "seats [ROOM SEATS] | seats ROOM --undo",
        .sentence = "How many seats a room has. A number given here stays when the programme is "
                    "imported again. Without words: what is known."};
    return number_command(&seats_kind, spec, argc, argv);
}

int expect_command(int argc, char **argv)
{
    const struct cli_spec spec = {
        .usage = "expect [SESSION PEOPLE] | expect SESSION --undo",
        .sentence = "How many people a session expects; where the room has fewer seats, that is a "
                    "clash. A number given here stays when the programme is imported again. "
                    "Without words: what is known."};
    return number_command(&expect_kind, spec, argc, argv);
}
