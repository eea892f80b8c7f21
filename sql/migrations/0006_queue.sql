-- The queue under load. A subject's jobs are found by the subject, since a claim takes them all; which events still
-- have earlier work is asked by stage and time. Jobs do not refer to their event: one check per job would lock the
-- event's row, and the jobs of an event that is gone are done by finding nothing.

alter table job drop constraint job_event_id_fkey;
drop index job_blocking;
create index job_subject on job (event_id, stage, subject, subject_id);

-- A name that leaves a list, or stands on another one or there as something else: the leads of the tracks hear of it.
-- What that means for the person follows from the clash stage's triggers.
create function mention_track_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct o.event_id, 'plan', 'track', o.track_id
    from removed o join track t using (event_id, track_id);
    return null;
end $$;
create trigger flow_track_u after update on mention referencing old table as removed
    for each statement execute function mention_track_flow();
create trigger flow_track_d after delete on mention referencing old table as removed
    for each statement execute function mention_track_flow();
