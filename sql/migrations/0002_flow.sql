-- How a change flows on: one trigger per table, after each statement, puts the stages to work for
-- exactly what depends on the changed rows. A change made by hand in psql flows like any other.

create function wake() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    perform pg_notify('rollcall_' || stage, '') from (select distinct stage from added) as stages;
    return null;
end $$;
create trigger wake after insert on job referencing new table as added
    for each statement execute function wake();

create function outbox_wake() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if exists (select from added) then
        perform pg_notify('rollcall_deliver', '');
    end if;
    return null;
end $$;
create trigger outbox_wake after insert on outbox referencing new table as added
    for each statement execute function outbox_wake();

-- Registrants: identity to resolve; presence to clash; interests to match.
create function registrant_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct event_id, 'resolve', 'event', 0 from added;
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
        where (n.name, n.email, n.email_md5, n.matrix_id, n.affiliation)
            is distinct from (o.name, o.email, o.email_md5, o.matrix_id, o.affiliation);
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
create trigger flow_i after insert on registrant referencing new table as added
    for each statement execute function registrant_flow();
create trigger flow_u after update on registrant referencing new table as added old table as removed
    for each statement execute function registrant_flow();
create trigger flow_d after delete on registrant referencing old table as removed
    for each statement execute function registrant_flow();

-- Mentions and decisions: who is it?
create function resolve_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'resolve', 'event', 0 from changed c join event using (event_id);
    return null;
end $$;
create trigger flow_i after insert on mention referencing new table as changed
    for each statement execute function resolve_flow();
create trigger flow_u after update on mention referencing new table as changed
    for each statement execute function resolve_flow();
create trigger flow_d after delete on mention referencing old table as changed
    for each statement execute function resolve_flow();
create trigger flow_i after insert on decision referencing new table as changed
    for each statement execute function resolve_flow();
create trigger flow_u after update on decision referencing new table as changed
    for each statement execute function resolve_flow();

-- Resolutions: the person gains or loses a requirement, the track's report changes.
create function resolution_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'person', c.person_id
        from removed c join person p using (event_id, person_id), unnest(array['clash', 'plan']) as s (stage);
        return null;
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'person', c.person_id
    from added c, unnest(array['clash', 'plan']) as s (stage)
    where c.person_id is not null;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'track', m.track_id
    from added c join mention m using (event_id, mention_id)
    where m.track_id is not null;
    if tg_op = 'UPDATE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct o.event_id, s.stage, 'person', o.person_id
        from removed o join added n using (event_id, mention_id) join person p on (p.event_id, p.person_id) = (o.event_id, o.person_id),
            unnest(array['clash', 'plan']) as s (stage)
        where o.person_id is distinct from n.person_id;
    end if;
    return null;
end $$;
create trigger flow_i after insert on resolution referencing new table as added
    for each statement execute function resolution_flow();
create trigger flow_u after update on resolution referencing new table as added old table as removed
    for each statement execute function resolution_flow();
create trigger flow_d after delete on resolution referencing old table as removed
    for each statement execute function resolution_flow();

-- Sessions: text and time to match, time and place to clash and plan.
create function session_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct n.event_id, s.stage, 'session', n.session_id
        from added n join removed o using (event_id, session_id), unnest(array['match', 'clash', 'plan']) as s (stage)
        where (s.stage = 'match' and (n.title, n.abstract, n.tags, n.kind, n.track_id, n.is_cancelled, n.starts_at is null)
                is distinct from (o.title, o.abstract, o.tags, o.kind, o.track_id, o.is_cancelled, o.starts_at is null))
           or (s.stage in ('clash', 'plan') and (n.title, n.kind, n.track_id, n.room_id, n.parent_id, n.starts_at, n.ends_at, n.is_cancelled, n.expected_people)
                is distinct from (o.title, o.kind, o.track_id, o.room_id, o.parent_id, o.starts_at, o.ends_at, o.is_cancelled, o.expected_people));
        return null;
    end if;
    if tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'event', 0
        from removed c join event using (event_id), unnest(array['match', 'clash']) as s (stage);
        return null;
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'session', c.session_id
    from added c, unnest(array['match', 'clash', 'plan']) as s (stage);
    return null;
end $$;
create trigger flow_i after insert on session referencing new table as added
    for each statement execute function session_flow();
create trigger flow_u after update on session referencing new table as added old table as removed
    for each statement execute function session_flow();
create trigger flow_d after delete on session referencing old table as removed
    for each statement execute function session_flow();

-- Rooms, distances, tracks, separations: seldom, and they can touch everything.
create function frame_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'event', 0
    from changed c join event using (event_id), unnest(array['match', 'clash']) as s (stage);
    return null;
end $$;
do $$
declare
    name text;
begin
    foreach name in array array['room', 'room_distance', 'track', 'separation'] loop
        execute format('create trigger flow_i after insert on %I referencing new table as changed for each statement execute function frame_flow()', name);
        execute format('create trigger flow_u after update on %I referencing new table as changed for each statement execute function frame_flow()', name);
        execute format('create trigger flow_d after delete on %I referencing old table as changed for each statement execute function frame_flow()', name);
    end loop;
end $$;

-- What a person says: clash and plan; stars also match.
create function person_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'person', c.person_id
    from changed c join person p using (event_id, person_id), unnest(string_to_array(tg_argv[0], ',')) as s (stage);
    return null;
end $$;
do $$
declare
    row record;
begin
    for row in select * from (values ('answer', 'clash,plan'), ('choice', 'clash,plan'), ('availability', 'clash,plan'),
            ('star', 'match,clash,plan'), ('preference', 'plan'), ('match', 'clash,plan')) as v (name, stages) loop
        execute format('create trigger flow_i after insert on %I referencing new table as changed for each statement execute function person_flow(%L)', row.name, row.stages);
        execute format('create trigger flow_u after update on %I referencing new table as changed for each statement execute function person_flow(%L)', row.name, row.stages);
        execute format('create trigger flow_d after delete on %I referencing old table as changed for each statement execute function person_flow(%L)', row.name, row.stages);
    end loop;
end $$;

-- Answers change the report of each track the person is wanted in.
create function answer_track_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'track', m.track_id
    from changed c join resolution r using (event_id, person_id) join mention m using (event_id, mention_id)
    where m.track_id is not null;
    return null;
end $$;
create trigger flow_track after insert on answer referencing new table as changed
    for each statement execute function answer_track_flow();
create trigger flow_track after insert on choice referencing new table as changed
    for each statement execute function answer_track_flow();

-- Clashes: the person, the tracks concerned and the organisers hear of them.
create function clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'person', c.person_id from changed c where c.person_id is not null
    union
    select distinct c.event_id, 'plan', 'track', s.track_id
    from changed c join session s on s.event_id = c.event_id and s.session_id in (c.session_a, c.session_b)
    where s.track_id is not null
    union
    select distinct c.event_id, 'plan', 'event', 0::bigint from changed c;
    return null;
end $$;
create trigger flow_i after insert on clash referencing new table as changed
    for each statement execute function clash_flow();
create trigger flow_u after update on clash referencing new table as changed
    for each statement execute function clash_flow();

-- An address that must not be used any more: its people are planned anew, by another channel.
create function suppression_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'person', r.person_id
    from changed c join registrant r on r.event_id = c.event_id
        and ((c.channel = 'mail' and lower(r.email) = lower(c.address)) or (c.channel = 'matrix' and r.matrix_id = c.address))
    where r.person_id is not null;
    return null;
end $$;
create trigger flow_i after insert on suppression referencing new table as changed
    for each statement execute function suppression_flow();

-- A message that was refused for good: is there another way to the reader?
create function outbox_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, 'plan', 'person', n.person_id
    from added n join removed o using (event_id, outbox_id)
    where n.state = 'refused' and o.state <> 'refused' and n.person_id is not null;
    return null;
end $$;
create trigger flow_u after update on outbox referencing new table as added old table as removed
    for each statement execute function outbox_flow();
