-- How many seats a room has, and how many people are expected, as an organiser says: it stays when the programme is
-- imported again. Written by: ctl.
alter table room add column seats_by_hand integer check (seats_by_hand > 0);
comment on column room.seats_by_hand is 'null: capacity, as the source says';
alter table session add column people_by_hand integer check (people_by_hand > 0);
comment on column session.people_by_hand is 'null: expected_people, as the source says';

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
