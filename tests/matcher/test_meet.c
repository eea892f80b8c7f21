/* Introductions and ideas for BoFs on a real database: what is asked, what is told, and that nobody
 * who did not opt in appears anywhere, whatever people do in whatever order. */
#include "support/test_db.h"

#include "base/log.h"
#include "base/secret.h"
#include "base/settings.h"
#include "matcher/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct db *db;    /* as the matcher */
static struct db *owner; /* as the one who may do anything */

static void set(enum setting_id id, const char *value)
{
    struct err err = {0};
    assert_int_equal(setting_override(id, value, &err), 0);
}

static const char *value(const char *sql)
{
    return test_db_value(&test_db, sql);
}

static void run(const char *sql)
{
    struct err err = {0};
    if (db_script(owner, sql, &err) < 0) {
        fail_msg("%s: %s", sql, err.message);
    }
}

static int64_t count(const char *what)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql, "select count(*) from %s", what);
    return strtoll(value(sql), NULL, 10);
}

/* Two days of the far future with one talk and one break each, and 150 people (30 to 179) who
 * care about what everybody does. */
static const char conference[] =
    "insert into event (event_id, slug, title, timezone, starts_at, ends_at) values (1, 'e', 'E', "
    "'UTC', '2099-12-11', '2099-12-13');"
    "insert into room (event_id, room_id, key, name) values (1, 1, 'H', 'Hall'), (1, 2, 'F', "
    "'Foyer');"
    "insert into session (event_id, session_id, key, title, abstract, kind, room_id, starts_at, "
    "ends_at) select 1, d * 10 + v.i, d || v.t, v.t, 'eBPF verifier and eBPF maps', v.k, v.r, "
    "timestamptz '2099-12-11 09:00Z' + d * interval '1 day' + v.h * interval '1 hour', "
    "timestamptz '2099-12-11 10:00Z' + d * interval '1 day' + v.h * interval '1 hour' "
    "from generate_series(0, 1) d, (values (1, 'eBPF news', 'talk', 1, 0), (2, 'Coffee', 'break', "
    "2, 1), (3, 'More eBPF', 'talk', 1, 2)) v (i, t, k, r, h);"
    "insert into person (event_id, person_id, name) select 1, i, 'Crowd Member' || i from "
    "generate_series(30, 179) i;"
    "insert into registrant (event_id, key, name, email, interests, attendance, person_id) select "
    "1, i, 'Crowd Member' || i, 'crowd' || i || '@example.org', 'eBPF', 'in_person', i from "
    "generate_series(30, 179) i;";

static void add_person(int id, const char *name, const char *interests)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "insert into person (event_id, person_id, name) values (1, %d, '%s'); insert "
                   "into registrant (event_id, key, name, email, interests, attendance, person_id) "
                   "values (1, '%d', '%s', lower('%s') || '@example.org', '%s', 'in_person', %d)",
                   id, name, id, name, name, interests, id);
    run(sql);
}

static void opt(int id, bool is_in)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "insert into preference (event_id, person_id, wants_introductions) values (1, "
                   "%d, %s) on conflict (event_id, person_id) do update set wants_introductions = "
                   "excluded.wants_introductions",
                   id, is_in ? "true" : "false");
    run(sql);
}

static void reply(int introduction, int person, const char *word)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "insert into introduction_answer (event_id, introduction_id, person_id, reply) "
                   "values (1, %d, %d, '%s')",
                   introduction, person, word);
    run(sql);
}

static int set_up(void **state)
{
    struct err err = {0};
    assert_int_equal(test_db_set_up(state), 0);
    set(SET_SECRET, "0123456789abcdef0123456789abcdef");
    set(SET_MEET_PER_DAY, "2");
    assert_int_equal(secret_load(&err), 0);
    log_init("test", LOG_WARN);
    owner = test_db_open(&test_db, DB_OWNER);
    run(conference);
    add_person(1, "Ann", "thermal zones");
    add_person(2, "Bob", "thermal zones");
    db = test_db_open(&test_db, DB_MATCHER);
    return 0;
}

static int tear_down(void **state)
{
    db_close(db);
    db_close(owner);
    return test_db_tear_down(state);
}

/* The plan stage alone, until it has nothing to do; jobs of other stages are not waited for. */
static void work(void)
{
    CLEANUP(arena_cleanup) struct arena *arena = arena_new();
    run("delete from job where stage <> 'plan' or subject not in ('meet', 'bof')");
    for (int i = 0;; i++) {
        struct err err = {0};
        arena_reset(arena);
        int r = plan_worker.step(NULL, db, arena, &err);
        if (r == WORKER_IDLE) {
            return;
        }
        if (r < 0 || i > 100) {
            fail_msg("%s", r < 0 ? err.message : "never ends");
        }
    }
}

/* So many hours go by. */
static void pass(int hours)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "update introduction set asked_a_at = asked_a_at - v, asked_b_at = asked_b_at - "
                   "v, until_a_at = until_a_at - v, lapses_at = lapses_at - v from (values "
                   "(interval '%d hours')) t (v); update introduction_answer set answered_at = "
                   "answered_at - interval '%d hours'; update job set due_at = due_at - interval "
                   "'%d hours', enqueued_at = enqueued_at - interval '%d hours'",
                   hours, hours, hours, hours);
    run(sql);
}

static const char *state_of(int introduction)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql,
                   "select state from introduction_state where introduction_id = %d", introduction);
    return value(sql);
}

static void both_are_asked_one_after_the_other_then_introduced(void **state)
{
    (void)state;
    opt(1, true);
    work();
    assert_int_equal(count("introduction"), 0); /* nobody else wants to meet anybody */
    opt(2, true);
    work();
    assert_string_equal(state_of(1), "asked_a");
    assert_int_equal(count("outbox where kind = 'meet' and address = 'ann@example.org'"), 1);
    assert_int_equal(count("outbox"), 1);
    assert_int_equal(count("outbox where payload::text ilike '%bob%'"), 0);
    assert_string_equal(value("select payload ->> 'about' from outbox"),
                        "cares about thermal zones, as you do");
    assert_string_equal(value("select payload ->> 'when' from outbox"),
                        "Fri 11 Dec 10:00 to 10:20");
    assert_string_equal(value("select payload ->> 'place' from outbox"), "Coffee, Foyer");
    reply(1, 1, "yes");
    work();
    assert_string_equal(state_of(1), "asked_b");
    assert_int_equal(count("outbox where kind = 'meet' and address = 'bob@example.org'"), 1);
    assert_int_equal(count("outbox where payload::text ilike '%ann%' and address like 'bob%'"), 0);
    reply(1, 2, "yes");
    work();
    assert_string_equal(state_of(1), "introduced");
    assert_string_equal(value("select payload ->> 'name' from outbox where kind = 'introduction' "
                              "and address = 'ann@example.org'"),
                        "Bob");
    assert_string_equal(value("select payload ->> 'name' from outbox where kind = 'introduction' "
                              "and address = 'bob@example.org'"),
                        "Ann");
    assert_int_equal(count("outbox where payload ->> 'contact' <> ''"), 0); /* nobody allowed it */
    run("insert into job (event_id, stage, subject, subject_id) values (1, 'plan', 'meet', 0)");
    work();
    assert_int_equal(count("outbox"), 4);
}

static void an_address_is_given_only_by_who_allows_it(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    run("update preference set shares_contact = true where person_id = 2");
    work();
    reply(1, 1, "yes");
    work();
    reply(1, 2, "yes");
    work();
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and address = 'ann@example.org'"),
                        "bob@example.org");
    assert_string_equal(value("select payload ->> 'contact' from outbox where kind = "
                              "'introduction' and address = 'bob@example.org'"),
                        "");
}

/* What a person's page says of an introduction. */
static const char *seen(int person, const char *column)
{
    static char text[256];
    CLEANUP(db_cleanup) struct db *web = test_db_open(&test_db, DB_WEB);
    CLEANUP(rows_done) struct rows rows = {0};
    struct err err = {0};
    assert_int_equal(
        db_query(web, "web_introductions", &rows, &err, "iin", (int64_t)1, (int64_t)person, 0LL),
        0);
    int i = strcmp(column, "state") == 0 ? 4 : strcmp(column, "name") == 0 ? 9 : 10;
    (void)snprintf(text, sizeof text, "%s", rows.n == 0 ? "nothing" : rows_text(&rows, 0, i));
    return text;
}

static void a_no_is_final_and_silent(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    assert_string_equal(seen(2, "state"), "nothing"); /* not asked yet */
    reply(1, 1, "yes");
    work();
    assert_string_equal(seen(1, "state"), "waiting");
    assert_string_equal(seen(2, "state"), "open");
    int64_t n = count("outbox");
    reply(1, 2, "no");
    work();
    assert_string_equal(state_of(1), "declined");
    assert_string_equal(seen(1, "state"), "waiting"); /* as long as without an answer */
    assert_string_equal(seen(1, "name"), "");
    assert_string_equal(seen(2, "state"), "over");
    reply(1, 2, "yes"); /* even if somebody gets that past the page */
    work();
    assert_string_equal(state_of(1), "declined");
    pass(24 * 30);
    work();
    opt(2, false);
    opt(2, true);
    work();
    assert_int_equal(count("outbox"), 0); /* taken back with the opt-in; nothing new */
    assert_int_equal(count("introduction"), 1);
    assert_true(n > 0);
}

static void opting_out_takes_everything_back_at_once(void **state)
{
    (void)state;
    static const char *const steps[] = {"asked_a", "asked_b", "introduced"};
    for (int step = 0; step < 3; step++) {
        run("delete from introduction; delete from preference");
        opt(1, true);
        opt(2, true);
        work();
        int id = atoi(value("select max(introduction_id) from introduction"));
        for (int i = 0; i < step; i++) {
            reply(id, i + 1, "yes");
            work();
        }
        assert_string_equal(state_of(id), steps[step]);
        run("update outbox set state = 'leased', leased_until = now() + interval '1 hour' where "
            "outbox_id = (select max(outbox_id) from outbox)");
        opt(2, false);
        assert_int_equal(count("outbox"), 0); /* before any stage has done anything */
        assert_string_equal(seen(1, "state"), "nothing");
        assert_string_equal(seen(2, "state"), "nothing");
        assert_string_equal(value("select topics_a || topics_b || place || coalesce(starts_at::text"
                                  ", '') from introduction"),
                            "");
        work();
        assert_int_equal(count("outbox"), 0);
    }
}

static void a_question_lapses_and_makes_room(void **state)
{
    (void)state;
    set(SET_MEET_PER_DAY, "1");
    add_person(3, "Cid", "thermal zones");
    opt(1, true);
    opt(2, true);
    work();
    opt(3, true);
    work();
    assert_int_equal(count("introduction"), 1); /* both have one under way */
    pass(73);
    work();
    assert_string_equal(state_of(1), "lapsed");
    assert_int_equal(count("introduction"), 2);
    assert_int_equal(count("introduction where 3 in (person_a, person_b)"), 1);
    reply(1, 1, "yes"); /* too late */
    work();
    assert_int_equal(count("outbox where kind = 'meet' and thread = 'meet:1'"), 1);
}

static void nobody_is_asked_more_often_than_the_setting_says(void **state)
{
    (void)state;
    static const char asked[] = "outbox where address = 'ann@example.org'";
    static const char *const topics[] = {"zswap", "resctrl", "devfreq", "coreboot", "powercap"};
    run("update registrant set interests = 'zswap, resctrl, devfreq, coreboot, powercap' where "
        "person_id = 1");
    for (int i = 0; i < 5; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "Fan%d", i);
        add_person(10 + i, name, topics[i]);
        opt(10 + i, true);
    }
    opt(1, true);
    work();
    assert_int_equal(count(asked), 2);
    run("insert into introduction_answer (event_id, introduction_id, person_id, reply) select "
        "1, introduction_id, person_a, 'no' from introduction");
    work();
    assert_int_equal(count(asked), 2); /* two a day, whatever became of them */
    pass(25);
    work();
    assert_int_equal(count(asked), 4);
    pass(25);
    work();
    assert_int_equal(count(asked), 4); /* two are open: first these */
    set(SET_MEET_PER_DAY, "0");
    pass(73);
    run("insert into job (event_id, stage, subject, subject_id) values (1, 'plan', 'meet', 0)");
    work();
    assert_int_equal(count(asked), 4);
}

static void who_is_forgotten_leaves_nothing_with_others(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    reply(1, 1, "yes");
    work();
    reply(1, 2, "yes");
    work();
    assert_int_equal(count("outbox where payload::text like '%Bob%' and person_id = 1"), 1);
    run("delete from registrant where person_id = 2; delete from person where person_id = 2");
    assert_int_equal(count("outbox where payload::text like '%Bob%'"), 0);
    assert_int_equal(count("introduction"), 0);
    assert_int_equal(count("introduction_answer"), 0);
}

static void who_is_merged_is_not_put_together_again(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    work();
    reply(1, 1, "no");
    add_person(3, "Bobby", "thermal zones");
    run("select person_merge(1, 3, 2, 'test', 'one and the same')");
    assert_int_equal(count("outbox where thread = 'meet:1'"), 0);
    run("insert into preference (event_id, person_id, wants_introductions) values (1, 3, true) on "
        "conflict (event_id, person_id) do update set wants_introductions = true");
    work();
    assert_int_equal(count("outbox where kind = 'meet'"), 0);
    assert_int_equal(count("introduction where 3 in (person_a, person_b) and withdrawn_at is null"),
                     0);
}

static void who_cannot_be_told_or_does_not_come_is_not_asked(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    run("update preference set channel = 'none' where person_id = 2");
    work();
    assert_int_equal(count("introduction"), 0);
    run("update preference set channel = 'any'; update registrant set status = 'waiting' where "
        "person_id = 2");
    work();
    assert_int_equal(count("introduction"), 0);
    run("update registrant set status = 'confirmed', departs_at = '2099-12-11 09:30Z' where "
        "person_id = 2");
    work();
    assert_int_equal(count("introduction"), 1); /* in the first half hour */
    run("update registrant set status = 'cancelled' where person_id = 2");
    work();
    assert_string_equal(state_of(1), "withdrawn");
    assert_int_equal(count("outbox"), 0);
}

static void two_who_are_never_there_together_are_not_introduced(void **state)
{
    (void)state;
    run("update registrant set departs_at = '2099-12-11 23:00Z' where person_id = 1; update "
        "registrant set arrives_at = '2099-12-12 01:00Z' where person_id = 2");
    opt(1, true);
    opt(2, true);
    work();
    assert_int_equal(count("introduction"), 0);
}

/* Somebody who takes it back while the stage is at work, in a transaction that has not ended. */
static void who_opts_out_while_we_write_is_left_out(void **state)
{
    (void)state;
    opt(1, true);
    opt(2, true);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct db *other = test_db_open(&test_db, DB_OWNER);
        struct err err = {0};
        int r = db_script(other,
                          "begin; update preference set wants_introductions = false where "
                          "person_id = 2; select pg_sleep(2); commit",
                          &err);
        _exit(r < 0);
    }
    while (strcmp(value("select count(*) from pg_stat_activity where wait_event = 'PgSleep' and "
                        "datname = current_database()"),
                  "1") != 0) {
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    }
    work();
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(count("introduction where withdrawn_at is null"), 0);
    assert_int_equal(count("outbox"), 0);
}

static void ideas_name_nobody_who_did_not_opt_in(void **state)
{
    (void)state;
    run("update registrant set interests = 'accessibility, screen readers' where person_id between "
        "30 and 35");
    opt(31, true);
    pass(1);
    work();
    assert_int_equal(count("bof_idea"), 1);
    assert_string_equal(value("select topic from bof_idea"), "accessibility, screen readers");
    assert_string_equal(value("select n_people from bof_idea"), "6");
    assert_string_equal(value("select to_char(starts_at at time zone 'UTC', 'HH24:MI') from "
                              "bof_idea"),
                        "10:00"); /* the hall is free while there is coffee */
    assert_string_equal(value("select string_agg(person_id::text, ',') from bof_leader"), "31");
    CLEANUP(db_cleanup) struct db *web = test_db_open(&test_db, DB_WEB);
    for (int is_in = 1; is_in >= 0; is_in--) {
        CLEANUP(rows_done) struct rows rows = {0};
        struct err err = {0};
        opt(31, is_in != 0);
        assert_int_equal(db_query(web, "web_bofs", &rows, &err, "i", (int64_t)1), 0);
        assert_int_equal(rows.n, 1);
        assert_string_equal(rows_text(&rows, 0, 12), is_in ? "Crowd Member31" : "");
    }
    run("update registrant set interests = 'eBPF' where person_id in (30, 31)"); /* four are left */
    pass(1);
    work();
    assert_int_equal(count("bof_idea"), 0);
}

/* --- anything in any order --- */

#define PEOPLE 12

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return *seed >> 33;
}

/* The person answers the first question that they have, if any; "never" counts without one. */
static void answer_something(uint64_t *seed, int person, bool wants[PEOPLE + 1])
{
    static const char *const words[] = {"yes", "yes", "yes", "yes", "yes", "yes", "no", "never"};
    const char *word = words[next_random(seed) % 8];
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "insert into introduction_answer (event_id, introduction_id, person_id, reply) "
                   "select 1, introduction_id, %d, '%s' from introduction where withdrawn_at is "
                   "null and introduced_at is null and (person_a = %d or person_b = %d and "
                   "asked_b_at is not null) order by introduction_id limit 1",
                   person, word, person, person);
    run(sql);
    if (strcmp(word, "never") == 0) {
        wants[person] = false;
        opt(person, false);
    }
}

static void do_something(uint64_t *seed, bool wants[PEOPLE + 1])
{
    int person = 1 + (int)(next_random(seed) % PEOPLE);
    char sql[512];
    switch (next_random(seed) % 10) {
    case 0:
        wants[person] = next_random(seed) % 8 != 0;
        opt(person, wants[person]);
        return;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5: answer_something(seed, person, wants); return;
    case 6: pass(1 + (int)(next_random(seed) % 20)); return;
    case 7:
        (void)snprintf(sql, sizeof sql,
                       "update registrant set status = case when status = 'confirmed' and %d = 0 "
                       "then 'cancelled' else 'confirmed' end where person_id = %d",
                       (int)(next_random(seed) % 4), person);
        run(sql);
        return;
    default: work(); return;
    }
}

/* Introductions, messages and names of people who do not want introductions; questions beyond two
 * in 24 hours; introductions after a no; names in questions. */
static const char check[] =
    "do $$ begin "
    "if exists (select from introduction i, unnest(array[person_a, person_b]) p where "
    "i.withdrawn_at "
    "is null and not exists (select from preference f where f.person_id = p and "
    "f.wants_introductions)) then raise exception 'an introduction'; end if; "
    "if exists (select from outbox o where kind in ('meet', 'introduction') and not exists (select "
    "from introduction i where o.thread = 'meet:' || i.introduction_id and i.withdrawn_at is "
    "null)) "
    "then raise exception 'a message'; end if; "
    "if exists (select from outbox o, person p where p.person_id <> o.person_id and "
    "o.payload::text like '%' || p.name || '%' and (o.kind = 'meet' or not exists (select from "
    "preference f where f.person_id = p.person_id and f.wants_introductions))) "
    "then raise exception 'a name'; end if; "
    "if exists (select from question x where (select count(*) from question y where y.p = x.p and "
    "y.at >= x.at and y.at < x.at + interval '24 hours') > 2) then raise exception 'the cap'; end "
    "if; "
    "if exists (select from introduction i join introduction_answer a using (introduction_id) "
    "where a.reply <> 'yes' and i.introduced_at is not null) then raise exception 'a no'; end if; "
    "end $$";

static const char question_view[] =
    "create view question as select person_a as p, asked_a_at as at from introduction union all "
    "select person_b, asked_b_at from introduction where asked_b_at is not null";

/* What the pages of everybody show: a name only of who wants to be introduced and said yes. */
static void check_pages(struct db *web, const bool wants[PEOPLE + 1])
{
    for (int person = 1; person <= PEOPLE; person++) {
        CLEANUP(rows_done) struct rows rows = {0};
        struct err err = {0};
        assert_int_equal(db_query(web, "web_introductions", &rows, &err, "iin", (int64_t)1,
                                  (int64_t)person, 0LL),
                         0);
        for (int i = 0; i < rows.n; i++) {
            assert_true(wants[person]);
            int other =
                atoi(rows_text(&rows, i, 9) + strcspn(rows_text(&rows, i, 9), "0123456789"));
            bool is_named = rows_text(&rows, i, 9)[0] != '\0';
            assert_true(!is_named || wants[other]);
            assert_int_equal(is_named, strcmp(rows_text(&rows, i, 4), "introduced") == 0);
        }
    }
}

static void nobody_who_did_not_opt_in_appears_anywhere(void **state)
{
    (void)state;
    bool wants[PEOPLE + 1] = {false};
    uint64_t seed = 4711;
    const char *steps = getenv("MEET_STEPS"); /* for a longer run by hand */
    int n_steps = steps == NULL ? 1000 : atoi(steps);
    int64_t n_introduced = 0;
    run("delete from registrant where person_id < 3; delete from person where person_id < 3");
    run(question_view);
    for (int i = 1; i <= PEOPLE; i++) {
        static const char *const interests[] = {"thermal zones, zswap", "zswap; fan control",
                                                "fan control and thermal zones", "resctrl, zswap"};
        char name[32];
        (void)snprintf(name, sizeof name, "Quillon%dx", i);
        add_person(i, name, interests[i % 4]);
    }
    CLEANUP(db_cleanup) struct db *web = test_db_open(&test_db, DB_WEB);
    for (int step = 0; step < n_steps; step++) {
        do_something(&seed, wants);
        run(check);
        if (step % 5 == 0) {
            check_pages(web, wants);
        }
        if (step % 250 == 249) { /* everybody was put together with everybody: from the start */
            n_introduced += count("introduction where introduced_at is not null");
            run("delete from introduction");
        }
    }
    assert_true(n_introduced > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_are_asked_one_after_the_other_then_introduced),
        TEST(an_address_is_given_only_by_who_allows_it),
        TEST(a_no_is_final_and_silent),
        TEST(opting_out_takes_everything_back_at_once),
        TEST(a_question_lapses_and_makes_room),
        TEST(nobody_is_asked_more_often_than_the_setting_says),
        TEST(who_is_forgotten_leaves_nothing_with_others),
        TEST(who_is_merged_is_not_put_together_again),
        TEST(who_cannot_be_told_or_does_not_come_is_not_asked),
        TEST(two_who_are_never_there_together_are_not_introduced),
        TEST(who_opts_out_while_we_write_is_left_out),
        TEST(ideas_name_nobody_who_did_not_opt_in),
        TEST(nobody_who_did_not_opt_in_appears_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
