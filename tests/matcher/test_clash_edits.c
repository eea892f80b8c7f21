/* Random edits on a real database: what the clash stage keeps up edit by edit is what a check of
 * everything finds. */
#include "support/testing.h"

#include "support/clash_rig.h"

#include <string.h>

#define N_EDITS 300

static const char *const attendances[] = {"unknown", "in_person", "remote"};
static const char *const statuses[] = {"confirmed", "confirmed", "waiting", "cancelled"};
static const char *const replies[] = {"yes", "remote", "not_before", "no"};
static const char *const strengths[] = {"must", "should", "would_like"};
static const char *const roles[] = {"lead", "key_attendee"};

enum edit {
    EDIT_SHARE,
    EDIT_MOVE,
    EDIT_ROOM,
    EDIT_CANCEL,
    EDIT_TRACK,
    EDIT_KIND,
    EDIT_TITLE,
    EDIT_EXPECTED,
    EDIT_ADD_SESSION,
    EDIT_DELETE_SESSION,
    EDIT_UNSCHEDULE,
    EDIT_MENTION,
    EDIT_SPEAKER,
    EDIT_UNMENTION,
    EDIT_STRENGTH,
    EDIT_RESOLVE,
    EDIT_REGISTER,
    EDIT_REGISTRATION,
    EDIT_UNREGISTER,
    EDIT_UNREGISTER_ALL,
    EDIT_ANSWER,
    EDIT_CHOICE,
    EDIT_AVAILABILITY,
    EDIT_NO_AVAILABILITY,
    EDIT_STAR,
    EDIT_MATCH,
    EDIT_SEPARATE,
    EDIT_DISTANCE,
    EDIT_CAPACITY,
    EDIT_NAME,
    EDIT_ZONE,
    EDIT_ASKED,
    EDIT_FORGET,
    N_EDIT_KINDS
};

/* A random row of a table. */
#define ANY(table)                                                                                 \
    "(select " table "_id from " table " order by md5(" table "_id::text || '%d') limit 1)"

static const char *edit_sql(enum edit edit, int i)
{
    int r = clash_rig_below(1000000);
    switch (edit) {
    case EDIT_MOVE:
        return arena_printf(rig.arena,
                            "update session set starts_at = '2025-12-11 00:00Z'::timestamptz + %d *"
                            " interval '30 min', ends_at = '2025-12-11 00:00Z'::timestamptz + %d *"
                            " interval '30 min' where session_id = " ANY("session"),
                            i % 30, i % 30 + 1 + clash_rig_below(4), r);
    case EDIT_ROOM:
        return arena_printf(
            rig.arena,
            "update session set room_id = nullif(%d, 0) where session_id = " ANY("session"),
            clash_rig_below(5), r);
    case EDIT_CANCEL:
        return arena_printf(
            rig.arena,
            "update session set is_cancelled = not is_cancelled where session_id = " ANY("session"),
            r);
    case EDIT_TRACK:
        return arena_printf(
            rig.arena,
            "update session set track_id = nullif(%d, 0) where session_id = " ANY("session"),
            clash_rig_below(5), r);
    case EDIT_KIND:
        return arena_printf(rig.arena,
                            "update session set kind = case kind when 'block' then 'talk' else"
                            " 'block' end where session_id = " ANY("session"),
                            r);
    case EDIT_TITLE:
        return arena_printf(
            rig.arena, "update session set title = 'Renamed %d' where session_id = " ANY("session"),
            i, r);
    case EDIT_EXPECTED:
        return arena_printf(
            rig.arena, "update session set expected_people = %d where session_id = " ANY("session"),
            clash_rig_below(200), r);
    case EDIT_ADD_SESSION: clash_rig_add_session(i); return "select 1";
    case EDIT_DELETE_SESSION:
        return arena_printf(rig.arena, "delete from session where session_id = " ANY("session"), r);
    case EDIT_UNSCHEDULE:
        return arena_printf(rig.arena,
                            "update session set starts_at = null, ends_at = null where session_id"
                            " = " ANY("session"),
                            r);
    case EDIT_MENTION:
        return arena_printf(rig.arena,
                            "with m as (insert into mention (event_id, role, strength, track_id,"
                            " name) values (1, '%s', '%s', %d, 'Named %d') returning mention_id)"
                            " insert into resolution (event_id, mention_id, person_id, status,"
                            " confidence) select 1, mention_id, " ANY("person") ", 'linked', 1"
                                                                                " from m",
                            roles[clash_rig_below(2)], strengths[clash_rig_below(3)],
                            1 + clash_rig_below(4), i, r);
    case EDIT_SPEAKER:
        return arena_printf(
            rig.arena,
            "with m as (insert into mention (event_id, role, strength, session_id,"
            " name) values (1, 'speaker', 'must', " ANY(
                "session") ", 'Named %d')"
                           " returning mention_id) insert into resolution (event_id, mention_id,"
                           " person_id, status, confidence) select 1, mention_id, " ANY(
                               "person") ", 'linked', 1 from m",
            r, i, r + 1);
    case EDIT_UNMENTION:
        return arena_printf(rig.arena, "delete from mention where mention_id = " ANY("mention"), r);
    case EDIT_STRENGTH:
        return arena_printf(rig.arena,
                            "update mention set strength = '%s' where mention_id = " ANY("mention"),
                            strengths[clash_rig_below(3)], r);
    case EDIT_RESOLVE:
        return arena_printf(rig.arena,
                            "update resolution set person_id = " ANY(
                                "person") " where mention_id = " ANY("mention"),
                            r, r + 1);
    case EDIT_REGISTER:
        return arena_printf(rig.arena,
                            "insert into registrant (event_id, key, name, status, attendance,"
                            " timezone, arrives_at, departs_at, person_id) values (1, 'k%d', 'N',"
                            " '%s', '%s', '%s', %s, %s, " ANY("person") ")",
                            i, statuses[clash_rig_below(4)], attendances[clash_rig_below(3)],
                            clash_rig_below(2) == 0 ? "" : "America/New_York",
                            clash_rig_below(2) == 0 ? "null" : "'2025-12-11 02:10Z'",
                            clash_rig_below(2) == 0 ? "null" : "'2025-12-11 08:00Z'", r);
    case EDIT_REGISTRATION:
        return arena_printf(rig.arena,
                            "update registrant set status = '%s', attendance = '%s', arrives_at ="
                            " case when %d = 0 then '2025-12-11 03:00Z'::timestamptz end where"
                            " registrant_id = " ANY("registrant"),
                            statuses[clash_rig_below(4)], attendances[clash_rig_below(3)],
                            clash_rig_below(2), r);
    case EDIT_UNREGISTER:
        return arena_printf(rig.arena,
                            "delete from registrant where registrant_id = " ANY("registrant"), r);
    case EDIT_UNREGISTER_ALL:
        return clash_rig_below(4) == 0 ? "delete from registrant" : "select 1";
    case EDIT_ANSWER:
        return arena_printf(
            rig.arena,
            "insert into answer (event_id, person_id, track_id, session_id, reply,"
            " not_before_min, via) values (1, " ANY(
                "person") ", nullif(%d, 0),"
                          " case when %d = 0 then " ANY("session") " end, '%s', %d, 'web')",
            r, clash_rig_below(5), clash_rig_below(4), r, replies[clash_rig_below(4)],
            540 + clash_rig_below(600));
    case EDIT_CHOICE:
        return arena_printf(
            rig.arena,
            "insert into choice (event_id, person_id, session_id, against_id)"
            " select 1, " ANY(
                "person") ", a.session_id, b.session_id from session"
                          " a, session b where a.session_id <> b.session_id and a.starts_at <"
                          " b.ends_at and b.starts_at < a.ends_at order by md5(a.key || b.key ||"
                          " '%d') limit 1",
            r, r);
    case EDIT_AVAILABILITY:
        return arena_printf(
            rig.arena,
            "insert into availability (event_id, person_id, starts_at, ends_at)"
            " values (1, " ANY(
                "person") ", '2025-12-11 00:00Z'::timestamptz + %d *"
                          " interval '1 h', '2025-12-11 12:00Z') on conflict do nothing",
            r, clash_rig_below(8));
    case EDIT_NO_AVAILABILITY:
        return arena_printf(rig.arena, "delete from availability where person_id = " ANY("person"),
                            r);
    case EDIT_STAR:
        return arena_printf(
            rig.arena,
            "insert into star (event_id, person_id, session_id, is_dislike) values"
            " (1, " ANY("person") ", " ANY("session") ", %s) on conflict do nothing",
            r, r + 1, clash_rig_below(4) == 0 ? "true" : "false");
    case EDIT_MATCH:
        return arena_printf(
            rig.arena,
            "insert into match (event_id, person_id, session_id, score, because,"
            " rank) values (1, " ANY("person") ", " ANY(
                "session") ", 1, '', %d)"
                           " on conflict (event_id, person_id, session_id) do update set rank ="
                           " excluded.rank",
            r, r + 1, 1 + clash_rig_below(9));
    case EDIT_SEPARATE:
        return arena_printf(rig.arena,
                            "insert into separation (event_id, track_a, track_b, reason) values (1,"
                            " %d, %d, 'agreed') on conflict do nothing",
                            1 + clash_rig_below(2), 3 + clash_rig_below(2));
    case EDIT_DISTANCE:
        return arena_printf(rig.arena,
                            "insert into room_distance (event_id, room_a, room_b, walk_s) values"
                            " (1, %d, %d, %d) on conflict (event_id, room_a, room_b) do update set"
                            " walk_s = excluded.walk_s",
                            1 + clash_rig_below(2), 3 + clash_rig_below(2),
                            300 * (1 + clash_rig_below(10)));
    case EDIT_CAPACITY:
        return arena_printf(rig.arena, "update room set capacity = %d where room_id = %d",
                            clash_rig_below(120), 1 + clash_rig_below(4));
    case EDIT_NAME:
        return arena_printf(rig.arena,
                            "update person set name = 'Called %d' where person_id = " ANY("person"),
                            i, r);
    case EDIT_ZONE:
        return clash_rig_below(3) == 0
                   ? "update event set timezone = case timezone when 'Asia/Tokyo' then"
                     " 'Europe/Paris' else 'Asia/Tokyo' end"
                   : "select 1";
    case EDIT_ASKED:
        return arena_printf(
            rig.arena,
            "insert into report (event_id, kind, subject_id, address, facts,"
            " first_at, sent_at) values (1, 'question', " ANY(
                "person") ", '', 'x',"
                          " now() - interval '%d days', now()) on conflict (event_id, kind,"
                          " subject_id, address) do update set first_at = excluded.first_at",
            r, 1 + clash_rig_below(12));
    case EDIT_SHARE: /* four people in both of two MCs, eight others in a third */
        return arena_printf(rig.arena,
                            "with m as (insert into mention (event_id, role, strength, track_id,"
                            " name) select 1, 'key_attendee', 'should', t, 'Person ' || p || ' %d'"
                            " from generate_series(1, 3) t, generate_series(1, 12) p"
                            " where (p <= 4) = (t <= 2) returning mention_id, name)"
                            " insert into resolution (event_id, mention_id, person_id, status,"
                            " confidence) select 1, m.mention_id, p.person_id, 'linked', 1 from m"
                            " join person p on m.name like 'Person ' || p.person_id || ' %%'",
                            i);
    case EDIT_FORGET:
        return clash_rig_below(3) == 0
                   ? arena_printf(rig.arena, "delete from person where person_id = " ANY("person"),
                                  r)
                   : "select 1";
    case N_EDIT_KINDS: break;
    }
    return "select 1";
}

static void edit_by_edit_the_stored_clashes_are_those_of_a_check_of_everything(void **state)
{
    (void)state;
    static const uint64_t seeds[] = {20251211, 7};
    for (size_t s = 0; s < sizeof seeds / sizeof seeds[0]; s++) {
        size_t n_seen = 0;
        bool has_shared = false;
        rig.random = seeds[s];
        assert_int_equal(clash_rig_setup(state), 0);
        for (int i = 0; i < 14; i++) {
            clash_rig_add_session(1000 * (int)(s + 1) + i);
        }
        clash_rig_settle();
        for (int i = 0; i < N_EDITS / 2; i++) {
            arena_reset(rig.arena);
            enum edit edit = (enum edit)(i < N_EDIT_KINDS ? i : clash_rig_below(N_EDIT_KINDS));
            const char *sql = edit_sql(edit, 1000 * (int)(s + 3) + i);
            clash_rig_run(sql);
            clash_rig_settle();
            const char *lines = NULL;
            assert_true(clash_rig_is_right(
                arena_printf(rig.arena, "seed %zu, edit %d: %s", s, i, sql), &lines));
            n_seen += strlen(lines);
            has_shared = has_shared || strstr(lines, "tracks_share_people") != NULL;
        }
        assert_true(has_shared);
        assert_true(n_seen > 100000); /* else the test has looked at next to nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(edit_by_edit_the_stored_clashes_are_those_of_a_check_of_everything,
                               clash_rig_setup),
    };
    return cmocka_run_group_tests(tests, clash_rig_open, clash_rig_close);
}
