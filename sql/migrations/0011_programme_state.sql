-- Several reads on one snapshot. A function that is stable sees what the statement that calls it sees, and so do the
-- cursors that it opens: the caller fetches from them what all was true at the same moment. Runs with the caller's rights.
-- All rows are fetched, so that a plan which is quick with the first tenth of them is of no use.
create function read_together(portals text[], queries text[], event bigint, people bigint[], flag boolean) returns void
    language plpgsql stable set cursor_tuple_fraction = 1
as $$
declare
    portal refcursor;
begin
    for i in 1 .. cardinality(portals) loop
        portal := portals[i];
        open portal for execute queries[i] using event, people, flag;
    end loop;
end $$;

-- The same for few people: by their keys, also where the tables have grown a hundredfold since the server last looked and
-- it believes that an event has few rows.
create function read_few_together(portals text[], queries text[], event bigint, people bigint[], flag boolean) returns void
    language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off
as $$
begin
    perform read_together(portals, queries, event, people, flag);
end $$;

-- Which state of an event's programme (rooms, distances, tracks, separations, sessions) a transaction sees, for those who
-- keep the programme in memory: while the set of rows that they see stays the same, so does the programme. Every statement
-- that changes it adds a row of its own, which nobody else ever adds, and takes away those that it sees. Nobody waits for
-- anybody: rows that another transaction is taking away are left to it.
create table programme_state (
    event_id bigint not null references event on delete cascade,
    state uuid not null default gen_random_uuid(),
    primary key (event_id, state)
);

create function programme_changed() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if not exists (select from changed) then
        return null;
    end if;
    delete from programme_state s
    using (
        select event_id, state
        from programme_state
        where event_id in (select event_id from changed)
        for update skip locked) as seen
    where (s.event_id, s.state) = (seen.event_id, seen.state);
    insert into programme_state (event_id)
    select distinct c.event_id from changed c join event using (event_id);
    return null;
end $$;
do $$
declare
    name text;
begin
    foreach name in array array['room', 'room_distance', 'track', 'separation', 'session'] loop
        execute format('create trigger programme_i after insert on %I referencing new table as changed for each statement execute function programme_changed()', name);
        execute format('create trigger programme_u after update on %I referencing new table as changed for each statement execute function programme_changed()', name);
        execute format('create trigger programme_d after delete on %I referencing old table as changed for each statement execute function programme_changed()', name);
    end loop;
end $$;
