-- One role per program, with the least it needs. Applied after every migration; safe to repeat.
-- The roles cannot log in by themselves: a connection's user is a member and takes the role on.
do $$
declare
    name text;
begin
    foreach name in array array['rollcall_importer', 'rollcall_matcher', 'rollcall_notifier', 'rollcall_web', 'rollcall_ctl'] loop
        if not exists (select from pg_roles where rolname = name) then
            begin
                execute format('create role %I nologin', name);
            exception when duplicate_object or unique_violation then
                null; -- another database of this cluster was quicker
            end;
        end if;
        execute format('revoke all on all tables in schema rollcall from %I', name);
        execute format('grant usage on schema rollcall to %I', name);
        execute format('grant %I to current_user', name);
    end loop;
end $$;

grant select on all tables in schema rollcall to rollcall_importer, rollcall_matcher, rollcall_ctl;

-- importer: the raw side, never who is who
grant insert, update on event to rollcall_importer;
grant insert on source, programme_change to rollcall_importer;
grant insert, update, delete on room, room_distance, track, separation, session, mention to rollcall_importer;
grant insert, delete on registrant to rollcall_importer;
grant update (key, name, email, email_md5, affiliation, country, matrix_id, interests, timezone, status, attendance, arrives_at, departs_at)
    on registrant to rollcall_importer;

-- matcher: the derived side
grant select, insert, update, delete on person, person_alias, resolution, match, told, report to rollcall_matcher;
grant usage on sequence person_person_id_seq to rollcall_matcher;
grant execute on function person_merge(bigint, bigint, bigint, text, text), recall_merges(bigint), recall_splits(bigint),
    recall_undone(bigint) to rollcall_matcher;
grant update (person_id) on registrant to rollcall_matcher;
grant insert, delete on clash to rollcall_matcher;
grant update (severity, starts_at, ends_at, why, shape, is_open, times_opened, opened_at, changed_at, resolved_at, session_a, session_b) on clash to rollcall_matcher;
grant update (acknowledged_at, acknowledged_by, acknowledged_why, acknowledged_shape) on clash to rollcall_matcher; -- only to take it back
grant insert on clash_history to rollcall_matcher;
grant insert, delete on outbox to rollcall_matcher;
grant insert, update, delete on job to rollcall_matcher;
grant insert, update on introduction to rollcall_matcher;
grant execute on function introduction_clear(bigint, bigint[]), introduction_lock(bigint, bigint[]) to rollcall_matcher;
grant select, insert, delete on bof_idea, bof_leader to rollcall_matcher;
grant insert, update on resolve_run to rollcall_matcher;
grant insert, update, delete on match_model, match_word, match_touch to rollcall_matcher;
grant usage on sequence match_run to rollcall_matcher;

-- notifier: claims messages and records what became of them; cannot alter what they say
grant select on event, outbox, delivery, matrix_room, suppression to rollcall_notifier;
grant update (state, due_at, attempts, leased_until, sent_at, remote_id, last_verdict, last_detail) on outbox to rollcall_notifier;
grant insert on delivery to rollcall_notifier;
grant insert, update, delete on matrix_room to rollcall_notifier;
grant insert, delete on suppression to rollcall_notifier;
grant select, insert on bounce to rollcall_notifier;

-- web: reads what it shows, writes what people say
grant select on event, room, track, session, mention, registrant, person, resolution, answer, choice, star, availability,
    preference, suppression, match, clash, clash_state, clash_history, programme_change, report, told, job, outbox,
    delivery, room_distance, separation, decision, person_alias, programme_state, introduction, introduction_answer,
    bof_idea, bof_leader to rollcall_web;
grant insert on introduction_answer to rollcall_web;
grant insert on answer, choice, suppression, decision, clash_history to rollcall_web;
grant insert, update, delete on star, availability, preference to rollcall_web;
grant update (undone_at) on decision to rollcall_web;
grant select, insert, update on organiser_seen to rollcall_web;
grant select on roll, roll_time, roll_word, check_in to rollcall_web;
grant insert on check_in, roll_word to rollcall_web;
grant select, insert on stand_in to rollcall_web;
grant select on stand_in_now to rollcall_web;
grant select on source, person_merge, person_split to rollcall_web;
grant select, insert, update, delete on interest to rollcall_web;
grant execute on function resubscribe(bigint, bigint) to rollcall_web;
grant update (acknowledged_at, acknowledged_by, acknowledged_why, acknowledged_shape) on clash to rollcall_web;

-- ctl: what an operator does at the command line
grant insert on answer, choice, decision, suppression, clash_history to rollcall_ctl;
grant update (payload) on outbox to rollcall_ctl;
grant update (facts) on report to rollcall_ctl;
grant select on clash_state to rollcall_ctl, rollcall_matcher;
grant insert, update, delete on star, availability, preference, separation, room_distance to rollcall_ctl;
grant update (undone_at) on decision to rollcall_ctl;
grant update (acknowledged_at, acknowledged_by, acknowledged_why, acknowledged_shape) on clash to rollcall_ctl;
grant update (state, due_at, attempts, leased_until) on outbox to rollcall_ctl;
grant update (due_at, attempts) on job to rollcall_ctl;
grant delete on registrant, person, suppression, outbox, matrix_room, report to rollcall_ctl;
grant update (email) on decision to rollcall_ctl;
grant update (email, email_md5) on mention to rollcall_ctl;
grant delete on event, job to rollcall_ctl;
grant update (created_at) on event to rollcall_ctl; -- never done: to hold the row takes the right to change it
grant update (quorum) on track to rollcall_ctl;
grant update (seats_by_hand) on room to rollcall_ctl;
grant update (is_pinned, people_by_hand, quorum) on session to rollcall_ctl;
grant execute on function person_merge(bigint, bigint, bigint, text, text), person_unmerge(bigint, bigint, text),
    person_split(bigint, text, text), person_unsplit(bigint, bigint, text) to rollcall_ctl;
grant insert, delete on memory to rollcall_ctl;
grant insert on check_in, roll_word, stand_in to rollcall_ctl;
grant update (name) on stand_in to rollcall_ctl; -- only to forget whom it names
