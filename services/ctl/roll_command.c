/* roll: who is there, of the sessions that are on or about to begin; for the desk and the door. */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/find.h"
#include "ctl/print.h"
#include "ctl/sources.h"

#include "core/quorum.h"

#include <stdio.h>
#include <string.h>

/* One session's list with what is known of its people. */
struct roll {
    struct task *task;
    struct loaded loaded;
    struct quorum quorum;
    struct rows words; /* owned: session, person, state, via, when */
};

static int load_roll(struct roll *roll)
{
    struct task *task = roll->task;
    const struct sources sources = {.event = task->event};
    struct clashes clashes = {0};
    int r = sources_load(&sources, task->arena, &roll->loaded, &task->err);
    if (r < 0) {
        return r;
    }
    clash_find(&roll->loaded.conf, &roll->loaded.requirements, &roll->loaded.options, task->arena,
               &clashes);
    quorum_count(&roll->loaded.conf, &clashes, task->arena, &roll->quorum);
    return 0;
}

static int load_words(struct roll *roll, const struct db_array *sessions)
{
    rows_done(&roll->words);
    return db_query(roll->task->db, "roll_load", &roll->words, &roll->task->err, "ia",
                    roll->task->event_id, sessions);
}

/* The latest word on somebody, of the session or of its block; "" = none. */
static const char *word_on(const struct roll *roll, int session, int64_t person_id)
{
    const struct conference *conf = &roll->loaded.conf;
    const char *found = "";
    int parent = conf->sessions.items[session].parent;
    for (int i = 0; i < roll->words.n; i++) {
        int at = conference_index_session(conf, rows_int(&roll->words, i, 0));
        if (rows_int(&roll->words, i, 1) == person_id &&
            (at == session || (at == parent && found[0] == '\0'))) {
            found = rows_text(&roll->words, i, 2);
        }
    }
    return found;
}

static const char *word_text(const char *state)
{
    return strcmp(state, "here") == 0     ? "here"
           : strcmp(state, "coming") == 0 ? "on the way"
           : strcmp(state, "away") == 0   ? "cannot come"
                                          : "not seen";
}

/* Adds {"session","title","must","needed","here","enough","people"} and prints the same. */
static void show_session(const struct roll *roll, int session, bool with_people, json_t *list)
{
    const struct conference *conf = &roll->loaded.conf;
    const struct quorum_track *q = quorum_find(&roll->quorum, conf, session);
    const struct session *s = &conf->sessions.items[session];
    char start[TIME_TEXT_SIZE];
    json_t *people = json_array();
    int n_here = 0;
    for (size_t i = 0; i < q->persons.n; i++) {
        const struct quorum_person *p = &q->persons.items[i];
        int64_t id = p->person < 0 ? 0 : conf->persons.items[p->person].id;
        const char *word = id == 0 ? "" : word_on(roll, session, id);
        const char *name = p->person < 0 ? conf->mentions.items[p->mention].name
                                         : conf->persons.items[p->person].name;
        n_here += p->strength == STRENGTH_MUST && strcmp(word, "here") == 0;
        (void)json_array_append_new(people, json_pack("{s:s, s:s, s:s, s:s, s:s}", "person", name,
                                                      "role", role_name(p->role), "strength",
                                                      strength_name(p->strength), "word", word,
                                                      "state", p->state));
    }
    if (!roll->task->is_json) {
        printf("%s %s: %d of %d are here%s; %d are needed\n",
               time_short(conf->zone, s->start_us, start), s->title, n_here, q->n_must,
               n_here >= q->needed ? ", enough" : "", q->needed);
    }
    size_t i = 0;
    json_t *one = NULL;
    json_array_foreach(people, i, one)
    {
        const char *word = json_string_value(json_object_get(one, "word"));
        if (with_people && !roll->task->is_json) {
            printf("  %-12s %-28s %s\n", word_text(word),
                   json_string_value(json_object_get(one, "person")),
                   json_string_value(json_object_get(one, "state")));
        }
    }
    (void)json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:b, s:o}",
                                                "session", s->key, "title", s->title, "start",
                                                print_time(conf, s->start_us), "must", q->n_must,
                                                "needed", q->needed, "here", n_here, "enough",
                                                (int)(n_here >= q->needed), "people", people));
}

/* Without a name: every session with a list whose roll is open and that is not over. */
static int show_open(struct roll *roll, json_t *list)
{
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array ids = {0};
    const struct conference *conf = &roll->loaded.conf;
    int r =
        db_query(roll->task->db, "roll_open", &rows, &roll->task->err, "i", roll->task->event_id);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        db_array_int(&ids, rows_int(&rows, i, 0));
    }
    if (r < 0 || (r = load_words(roll, &ids)) < 0) {
        return r;
    }
    for (int i = 0; i < rows.n; i++) {
        int session = conference_index_session(conf, rows_int(&rows, i, 0));
        if (session >= 0 && quorum_find(&roll->quorum, conf, session) != NULL) {
            show_session(roll, session, false, list);
        }
    }
    if (json_array_size(list) == 0 && !roll->task->is_json) {
        printf("nothing that needs people begins within three hours\n");
    }
    return 0;
}

static int show_one(struct roll *roll, int session, json_t *list)
{
    CLEANUP(db_array_done) struct db_array ids = {0};
    const struct conference *conf = &roll->loaded.conf;
    if (quorum_find(&roll->quorum, conf, session) == NULL) {
        return err_set(&roll->task->err, ERR_USAGE, "nobody is named for %s",
                       conf->sessions.items[session].title);
    }
    db_array_int(&ids, conf->sessions.items[session].id);
    int r = load_words(roll, &ids);
    if (r == 0) {
        show_session(roll, session, true, list);
    }
    return r;
}

static const char too_early[] =
    "the roll of %s is open from three hours before it until an hour after it";

/* here, coming, away, missing: about one person. */
static int note_word(struct roll *roll, int session, const char *word, const char *who)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct task *task = roll->task;
    const struct conference *conf = &roll->loaded.conf;
    const struct session *s = &conf->sessions.items[session];
    int person = -1;
    int r = sources_find_person(conf, who, &person, &task->err);
    if (r < 0 || (r = db_query_one(task->db, "roll_is_open", &rows, &task->err, "ii",
                                   task->event_id, s->id)) < 0) {
        return r;
    }
    if (!rows_bool(&rows, 0, 0)) {
        return err_set(&task->err, ERR_USAGE, too_early, s->title);
    }
    rows_done(&rows);
    r = db_query_one(task->db, "check_in_add", &rows, &task->err, "iiittn", task->event_id, s->id,
                     conf->persons.items[person].id, word, "command", (int64_t)0);
    if (r == 0 && rows_int(&rows, 0, 0) == 0) {
        return err_set(&task->err, ERR_USAGE, "%s is not wanted in %s",
                       conf->persons.items[person].name, s->title);
    }
    if (r == 0 && !task->is_json) {
        printf("noted: %s, %s\n", conf->persons.items[person].name, word_text(word));
    }
    return r;
}

/* call, begin: about all who are missing. */
static int note_decision(struct roll *roll, int session, const char *word, const char *by)
{
    CLEANUP(rows_done) struct rows rows = {0};
    struct task *task = roll->task;
    const struct session *s = &roll->loaded.conf.sessions.items[session];
    int r = cli_who(by, &by, &task->err);
    r = r < 0 ? r
              : db_query_one(task->db, "roll_is_open", &rows, &task->err, "ii", task->event_id,
                             s->id);
    if (r == 0 && !rows_bool(&rows, 0, 0)) {
        return err_set(&task->err, ERR_USAGE, too_early, s->title);
    }
    r = r < 0 ? r
              : db_query(task->db, "roll_word_add", NULL, &task->err, "iittn", task->event_id,
                         s->id, word, by, (int64_t)0);
    if (r == 0 && !task->is_json) {
        printf("%s\n", word[0] == 'c' ? "those who are missing are called"
                                      : "noted: they begin; nobody is called any more");
    }
    return r;
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

static int run_roll(struct roll *roll, const char *const words[3], const char *by, json_t *list)
{
    static const char *const about_one[] = {"here", "coming", "away", "missing", NULL};
    static const char *const about_all[] = {"call", "begin", NULL};
    struct err *err = &roll->task->err;
    int session = -1;
    if (words[0] == NULL) {
        return show_open(roll, list);
    }
    int r = find_session(&roll->loaded.conf, words[0], &session, err);
    if (r < 0) {
        return r;
    }
    if (words[1] != NULL && is_one_of(words[1], about_one) && words[2] != NULL) {
        r = note_word(roll, session, words[1], words[2]);
    } else if (words[1] != NULL && is_one_of(words[1], about_all) && words[2] == NULL) {
        r = note_decision(roll, session, words[1], by);
    } else if (words[1] != NULL) {
        return err_set(err, ERR_USAGE,
                       "say here, coming, away or missing and a person, or call, or begin");
    } else {
        return show_one(roll, session, list);
    }
    return r < 0 || !roll->task->is_json ? r : show_one(roll, session, list);
}

int roll_command(int argc, char **argv)
{
    struct task task = {0};
    struct roll roll = {.task = &task};
    const char *by = NULL;
    const char *words[3] = {NULL, NULL, NULL};
    const struct cli_option options[] = {
        {"by", "NAME", "with call and begin: who decides (you)", &by, NULL},
        TASK_OPTIONS(task),
        {0}};
    const struct cli_spec spec = {
        "roll [SESSION [here|coming|away|missing PERSON | call | begin]]",
        "Who is there. Without words: the sessions that are on or begin within three hours. call "
        "sends a message to those\nwho are missing, begin says that nobody is waited for any more.",
        options, 3};
    json_t *list = json_array();
    int r = task_begin(&task, &spec, argc, argv, words, 0);
    r = r == 0 ? load_roll(&roll) : r;
    r = r == 0 ? run_roll(&roll, words, by, list) : r;
    if (r == 0 && task.is_json) {
        print_json(json_pack("{s:O}", "sessions", list), false);
    }
    json_decref(list);
    rows_done(&roll.words);
    return task_end(&task, r);
}
