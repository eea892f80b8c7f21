/* A database of the first release's schema (0016) with a conference in it, brought up to date:
 * nothing is lost, and workers go on. */
#include "matcher/stages.h"

#include "base/embedded.h"
#include "store/migrate.h"

#include <string.h>

static char *sql_of(const struct embedded_file *file, struct arena *arena)
{
    static const char form[] = "%s; insert into migration (name, sha256) values ('%s', "
                               "encode(sha256(convert_to($mig$%s$mig$, 'UTF8')), 'hex'))";
    return arena_printf(arena, form, file->data, file->name, file->data);
}

/* The schema as it was, in the place of today's. */
static void go_back(void)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    run("drop schema rollcall cascade; create schema rollcall; create table rollcall.migration "
        "(name text primary key, sha256 text not null, applied_at timestamptz not null default "
        "now())");
    for (const struct embedded_file *file = sql_embedded; file->name != NULL; file++) {
        if (strncmp(file->name, "migrations/", 11) == 0 &&
            strcmp(file->name, "migrations/0017") < 0) {
            run(sql_of(file, arena));
        }
    }
    assert_string_equal(value("select max(name) from migration"), "migrations/0016_begin.sql");
    assert_string_equal(value("select to_regclass('match_model') is null"), "t");
}

static void go_forward(bool is_behind)
{
    CLEANUP(db_cleanup) struct db *db = test_db_open(&test_db, DB_OWNER);
    struct err err = {0};
    int n = 0;
    if (migrate(db, &n, &err) < 0) {
        fail_msg("%s: %s", err.where, err.message);
    }
    assert_int_equal(n > 0, is_behind);
}

/* Resolved, matched and told before, with jobs of every kind that were waiting, failed or in hand.
 */
static const char used[] =
    "insert into person (event_id, person_id, name) select event_id, 500 + registrant_id, name "
    "from registrant;"
    "update registrant set person_id = 500 + registrant_id;"
    "insert into resolution (event_id, mention_id, person_id, status, confidence) select "
    "m.event_id, m.mention_id, r.person_id, 'linked', 1 from mention m join registrant r on "
    "(r.event_id, r.name) = (m.event_id, m.name);"
    "insert into match (event_id, person_id, session_id, score, because, rank) select event_id, "
    "person_id, session_id, 0.5, 'as it was', 1 from person join session using (event_id) where "
    "key = 'Rust';"
    "insert into told (event_id, person_id, session_id, starts_at, ends_at, room) select "
    "event_id, person_id, session_id, starts_at, ends_at, 'R1' from person join session using "
    "(event_id) where key = 'Scheduler';"
    "delete from job;"
    "insert into job (event_id, stage, subject, subject_id, attempts, deaths, held_by) select "
    "event_id, stage, subject, 0, n, n, n * 999999 from event, unnest(array['match', 'clash', "
    "'plan']) stage, unnest(array['event', 'person', 'session', 'track', 'meet', 'bof']) subject, "
    "generate_series(0, 1) n;";

static void a_conference_of_0016_goes_on(void **state)
{
    (void)state;
    go_back();
    run(programme);
    run("insert into registrant (event_id, key, name, email, interests) select event_id, 'r' || "
        "i, 'Guest Number' || i, 'guest' || i || '@example.org', 'rust' from event, "
        "generate_series(1, 60) i");
    run(used);
    int64_t n_jobs = count("job");
    go_forward(true);
    assert_int_equal(count("match where because = 'as it was'"), 62);
    assert_int_equal(count("told"), 62);
    assert_int_equal(count("(select from job where subject <> 'roll' offset 1) j"), n_jobs);
    work();
    assert_int_equal(count("job where due_at <= now()"), 0);
    assert_int_equal(count("(select distinct person_id from match) p"), 62);
    assert_int_equal(count("match where because = 'as it was'"), 0);
    assert_int_equal(count("match_model"), 1);
    assert_int_equal(count("person"), 62);
    go_forward(false);
}

/* What foreign keys did is done by triggers now, for the rows that were there as well. */
static void what_was_there_still_goes_with_its_person_and_session(void **state)
{
    (void)state;
    go_back();
    run(programme);
    run(used);
    go_forward(true);
    run("delete from person where name = 'Ann Example'");
    assert_int_equal(count("match"), 1);
    assert_int_equal(count("told"), 1);
    run("delete from session where key in ('Rust', 'Scheduler')");
    assert_int_equal(count("match"), 0);
    assert_int_equal(count("told"), 0);
    run("delete from event");
    assert_int_equal(count("pg_constraint where conrelid = 'match'::regclass and contype = 'f'"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_conference_of_0016_goes_on),
        TEST(what_was_there_still_goes_with_its_person_and_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
