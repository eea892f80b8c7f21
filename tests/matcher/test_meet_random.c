/* Introductions whatever people do, in whatever order: nobody who did not opt in appears anywhere,
 * nobody is asked too often, and a no is a no. MEET_STEPS=20000 for a longer run. */
#include "support/meet_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_who_did_not_opt_in_appears_anywhere, meet_set_up,
                                        meet_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
