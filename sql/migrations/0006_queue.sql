-- The queue under load. A subject's jobs are found by the subject, since a claim takes them all; which events still
-- have earlier work is asked by stage and time. Jobs do not refer to their event: one check per job would lock the
-- event's row, and the jobs of an event that is gone are done by finding nothing.

alter table job drop constraint job_event_id_fkey;
drop index job_blocking;
create index job_subject on job (event_id, stage, subject, subject_id);

-- A name that leaves a list: its track's leads hear of it. One that stays under another strength or topic: what its
-- person is needed for changes, although who it is does not.
create function mention_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct o.event_id, 'plan', 'track', o.track_id
        from removed o join track t using (event_id, track_id);
        return null;
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, s.stage, 'person', r.person_id
    from added n join resolution r using (event_id, mention_id), unnest(array['clash', 'plan']) as s (stage)
    where r.person_id is not null
    union all
    select distinct n.event_id, 'plan', 'track', n.track_id
    from added n
    where n.track_id is not null;
    return null;
end $$;
create trigger flow_track_u after update on mention referencing new table as added
    for each statement execute function mention_flow();
create trigger flow_track_d after delete on mention referencing old table as removed
    for each statement execute function mention_flow();
