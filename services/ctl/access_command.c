/* access: everything that is held about one person, for the person who asks (GDPR, article 15). */
#include "ctl/commands.h"
#include "ctl/database.h"
#include "ctl/print.h"
#include "ctl/sources.h"

/* {"event","person","made_at",<section>: [..]}: one list for each row of the statement. */
static int gather(struct task *task, const struct conference *conf, int person, json_t *held)
{
    CLEANUP(rows_done) struct rows known = {0};
    CLEANUP(rows_done) struct rows rows = {0};
    CLEANUP(db_array_done) struct db_array addresses = {0};
    int64_t id = conf->persons.items[person].id;
    int r = db_query(task->db, "forget_known", &known, &task->err, "ii", task->event_id, id);
    for (int i = 0; r == 0 && i < known.n; i++) {
        db_array_text(&addresses, rows_text(&known, i, 0));
    }
    r = r < 0 ? r
              : db_query(task->db, "access_person", &rows, &task->err, "iia", task->event_id, id,
                         &addresses);
    for (int i = 0; r == 0 && i < rows.n; i++) {
        json_error_t trouble;
        json_t *list = json_loads(rows_text(&rows, i, 1), 0, &trouble);
        if (list == NULL) {
            return err_set(&task->err, ERR_DB, "cannot read what is held as %s: %.100s",
                           rows_text(&rows, i, 0), trouble.text);
        }
        (void)json_object_set_new(held, rows_text(&rows, i, 0), list);
    }
    return r;
}

static int print_held(struct task *task, const char *who)
{
    struct conference conf;
    char now[TIME_TEXT_SIZE];
    int person = 0;
    int r = database_load_people(task->db, task->event_id, task->arena, &conf, &task->err);
    if (r < 0 || (r = sources_find_person(&conf, who, &person, &task->err)) < 0) {
        return r;
    }
    json_t *held =
        json_pack("{s:s, s:s, s:s}", "event", conf.slug, "person", conf.persons.items[person].name,
                  "made_at", time_iso(zone_utc(), clock_now_us(), now));
    r = gather(task, &conf, person, held);
    if (r < 0) {
        json_decref(held);
        return r;
    }
    print_json(held, false);
    return 0;
}

int access_command(int argc, char **argv)
{
    struct task task = {0};
    const char *who = NULL;
    const struct cli_option options[] = {TASK_OPTIONS(task), {0}};
    const struct cli_spec spec = {
        "access PERSON",
        "Everything that is held about one person, as JSON, for the person who asks: "
        "registrations, "
        "names and addresses,\nanswers, stars, recommendations, clashes, and every message. Of "
        "others "
        "it tells what the person knows already.\nBe sure who asks before you hand it out.",
        options, 1};
    int r = task_begin(&task, &spec, argc, argv, &who, 1);
    r = r == 0 ? print_held(&task, who) : r;
    return task_end(&task, r);
}
