-- How many seats a room has, and how many people are expected, as an organiser says: it stays when the programme is
-- imported again. Written by: ctl.
alter table room add column seats_by_hand integer check (seats_by_hand > 0);
comment on column room.seats_by_hand is 'null: capacity, as the source says';
alter table session add column people_by_hand integer check (people_by_hand > 0);
comment on column session.people_by_hand is 'null: expected_people, as the source says';

-- Of the people named for one session alone; what 0 means has changed for tracks: nothing set is more than half.
alter table session add column quorum integer not null default 0 check (quorum >= -1);
comment on column session.quorum is 'so many of its own must people make it quorate; 0: more than half, -1: all';
comment on column track.quorum is 'so many must people make it quorate; 0: more than half, -1: all';

-- Any change of a room is followed already.
create function people_by_hand_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct n.event_id, 'clash', 'session', n.session_id
    from added n join removed o using (event_id, session_id)
    where n.people_by_hand is distinct from o.people_by_hand;
    return null;
end $$;
create trigger people_by_hand_flow_u after update on session referencing new table as added old table as removed
    for each statement execute function people_by_hand_flow();

-- What somebody said, now said to be another's: whose it was is concerned as well.
create function former_person_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct o.event_id, s.stage, 'person', o.person_id
    from removed o join person p using (event_id, person_id), unnest(array['clash', 'plan']) as s (stage)
    where not exists (select from added n where n.event_id = o.event_id and n.person_id = o.person_id);
    return null;
end $$;
do $$
declare
    name text;
begin
    foreach name in array array['answer', 'choice', 'star', 'availability'] loop
        execute format('create trigger former_person_flow_u after update on %I referencing new table as added old table as removed for each statement execute function former_person_flow()', name);
    end loop;
end $$;

-- Who was merged into somebody has no clashes any more, and has them again when that is undone.
create function merged_clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select n.event_id, 'clash', 'person', n.person_id
    from added n join removed o using (event_id, person_id)
    where n.merged_into is distinct from o.merged_into;
    return null;
end $$;
create trigger merged_clash_flow_u after update on person referencing new table as added old table as removed
    for each statement execute function merged_clash_flow();
