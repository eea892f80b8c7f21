-- The life of a clash: an acknowledgement is for one situation. When times, rooms or people change, or
-- the clash goes away, the clash stage takes the acknowledgement back and writes down that it lapsed.
alter table clash_history drop constraint clash_history_what_check;
alter table clash_history add check
    (what in ('opened', 'changed', 'resolved', 'reopened', 'acknowledged', 'unacknowledged', 'lapsed'));

-- What else changes clashes, quorum or their sentences, and was not followed so far.

-- A list edited later: another strength or role for the same name.
create function mention_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, s.stage, 'person', r.person_id
    from added n join removed o using (event_id, mention_id) join resolution r using (event_id, mention_id),
        unnest(array['clash', 'plan']) as s (stage)
    where r.person_id is not null
      and (n.role, n.strength, n.track_id, n.session_id) is distinct from (o.role, o.strength, o.track_id, o.session_id);
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, 'clash', 'track', 0
    from added n join removed o using (event_id, mention_id)
    where (n.track_id, n.session_id) is distinct from (o.track_id, o.session_id);
    return null;
end $$;
create trigger clash_flow_u after update on mention referencing new table as added old table as removed
    for each statement execute function mention_clash_flow();

-- The first registrants, or the last ones gone: whether anybody is "not registered" depends on it.
create function registrants_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select c.event_id, 'clash', 'event', 0
    from changed c join event using (event_id)
    group by c.event_id
    having (select count(*) from registrant r where r.event_id = c.event_id)
        = case when tg_op = 'INSERT' then count(*) else 0 end;
    if tg_op = 'INSERT' then -- by hand: the importer leaves the person to resolve
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'person', c.person_id
        from changed c, unnest(array['match', 'clash', 'plan']) as s (stage)
        where c.person_id is not null;
    end if;
    return null;
end $$;
create trigger clash_flow_i after insert on registrant referencing new table as changed
    for each statement execute function registrants_clash_flow();
create trigger clash_flow_d after delete on registrant referencing old table as changed
    for each statement execute function registrants_clash_flow();

-- A session that changes its track or block: the people of the old one are concerned as well.
create function session_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, 'clash', 'event', 0
    from added n join removed o using (event_id, session_id)
    where (n.track_id, n.parent_id) is distinct from (o.track_id, o.parent_id);
    return null;
end $$;
create trigger clash_flow_u after update on session referencing new table as added old table as removed
    for each statement execute function session_clash_flow();

-- Names and the zone are in the sentences; a track's rule is in its report.
create function words_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_table_name = 'person' then
        insert into job (event_id, stage, subject, subject_id)
        select n.event_id, 'clash', 'person', n.person_id
        from added n join removed o using (event_id, person_id)
        where n.name <> o.name;
    elsif tg_table_name = 'event' then
        insert into job (event_id, stage, subject, subject_id)
        select n.event_id, 'clash', 'event', 0
        from added n join removed o using (event_id)
        where n.timezone <> o.timezone;
    end if;
    return null;
end $$;
create trigger clash_flow_u after update on person referencing new table as added old table as removed
    for each statement execute function words_clash_flow();
create trigger clash_flow_u after update on event referencing new table as added old table as removed
    for each statement execute function words_clash_flow();

create function track_quorum_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select n.event_id, 'plan', 'track', n.track_id
    from added n join removed o using (event_id, track_id)
    where n.quorum <> o.quorum;
    return null;
end $$;
create trigger quorum_flow_u after update on track referencing new table as added old table as removed
    for each statement execute function track_quorum_flow();

-- Asked: the clash stage looks again when the time to answer is over.
create function report_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'clash', 'person', c.subject_id
    from changed c join person p on p.event_id = c.event_id and p.person_id = c.subject_id
    where c.kind = 'question' and c.address = '';
    return null;
end $$;
create trigger clash_flow_i after insert on report referencing new table as changed
    for each statement execute function report_clash_flow();

create function report_clash_reflow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select n.event_id, 'clash', 'person', n.subject_id
    from added n
        join removed o using (event_id, kind, subject_id, address)
        join person p on p.event_id = n.event_id and p.person_id = n.subject_id
    where n.kind = 'question'
      and n.address = ''
      and n.first_at <> o.first_at;
    return null;
end $$;
create trigger clash_flow_u after update on report referencing new table as added old table as removed
    for each statement execute function report_clash_reflow();

-- Who is who: which tracks share people depends on everybody. The subject is the tracks as a whole, id 0.
create function resolution_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'clash', 'track', 0
    from changed c join event using (event_id)
    where c.person_id is not null;
    return null;
end $$;
create trigger clash_flow_i after insert on resolution referencing new table as changed
    for each statement execute function resolution_clash_flow();
create trigger clash_flow_d after delete on resolution referencing old table as changed
    for each statement execute function resolution_clash_flow();

create function resolution_clash_reflow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, 'clash', 'track', 0
    from added n join removed o using (event_id, mention_id)
    where n.person_id is distinct from o.person_id;
    return null;
end $$;
create trigger clash_flow_u after update on resolution referencing new table as added old table as removed
    for each statement execute function resolution_clash_reflow();
