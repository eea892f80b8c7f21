-- One registration at a time: the resolve stage hears which one came, and goes on from what it kept of the last run.

alter table job drop constraint job_subject_check;
alter table job add constraint job_subject_check check (subject in ('event', 'person', 'session', 'track', 'registrant'));

-- Written by: matcher (resolve). Two runs with nothing in between have numbers that follow one another.
create table resolve_run (
    event_id bigint primary key references event on delete cascade,
    run bigint not null
);

-- A few registrations are named one by one; a list of them, and every other change, is about the event as a whole.
create or replace function registrant_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    if tg_op = 'INSERT' then
        insert into job (event_id, stage, subject, subject_id)
        select a.event_id, 'resolve', 'registrant', a.registrant_id
        from added a
        where (select count(*) from added) <= 50
          and a.person_id is null
        union
        select a.event_id, 'resolve', 'event', 0
        from added a
        where (select count(*) from added) > 50
           or a.person_id is not null;
    elsif tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct event_id, 'resolve', 'event', 0 from removed
        where exists (select from event e where e.event_id = removed.event_id);
        insert into job (event_id, stage, subject, subject_id)
        select distinct event_id, stage, 'person', person_id from removed, unnest(array['match', 'clash', 'plan']) as stage
        where person_id is not null
          and exists (select from person p where (p.event_id, p.person_id) = (removed.event_id, removed.person_id));
    else
        insert into job (event_id, stage, subject, subject_id)
        select distinct n.event_id, 'resolve', 'event', 0
        from added n join removed o using (event_id, registrant_id)
        where (n.name, n.email, n.email_md5, n.matrix_id, n.affiliation, n.country, n.interests)
            is distinct from (o.name, o.email, o.email_md5, o.matrix_id, o.affiliation, o.country, o.interests);
        insert into job (event_id, stage, subject, subject_id)
        select distinct n.event_id, s.stage, 'person', p.person_id
        from added n join removed o using (event_id, registrant_id),
            unnest(array[n.person_id, o.person_id]) as p (person_id), unnest(array['match', 'clash', 'plan']) as s (stage)
        where p.person_id is not null
          and ((n.person_id is distinct from o.person_id)
            or (s.stage = 'match' and (n.interests, n.status) is distinct from (o.interests, o.status))
            or (s.stage in ('clash', 'plan') and (n.status, n.attendance, n.arrives_at, n.departs_at, n.timezone, n.email, n.matrix_id)
                is distinct from (o.status, o.attendance, o.arrives_at, o.departs_at, o.timezone, o.email, o.matrix_id)));
    end if;
    return null;
end $$;
