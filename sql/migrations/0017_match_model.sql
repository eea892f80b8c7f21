-- What recommendations rest on. An index learns from the programme how rare words are, what goes with them, and more; one
-- edit moves all that by a hair. So it is kept as it was learned once, and an edit concerns only those who find the
-- edited session. Everything here is written by: matcher (match).

create table match_model (
    event_id bigint primary key references event on delete cascade,
    model uuid not null default gen_random_uuid(), -- another one means: learned anew
    made_at timestamptz not null default now()
);

-- What the model was learned from.
create table match_word (
    event_id bigint not null references event on delete cascade,
    session_id bigint not null, -- 0: the names of all speakers, leads and key attendees. No key: one that is gone was learned from too
    words text not null, -- a letter, a number of bytes, a colon and the bytes, one after the other: "l2:enT8:Printing"
    primary key (event_id, session_id)
);

-- Whose recommendations, or what they rest on, changed in which run: a worker that remembers how it found them forgets.
create table match_touch (
    event_id bigint not null,
    person_id bigint not null,
    run bigint not null,
    primary key (event_id, person_id),
    foreign key (event_id, person_id) references person on delete cascade
);
create index on match_touch (event_id, run);
create sequence match_run;

-- Rooms, distances and separations say nothing of what a session is about. The first frame of an event still makes a job
-- for everybody, which does the work of the thousands that come with it.
create or replace function frame_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'event', 0
    from changed c join event using (event_id), unnest(array['match', 'clash']) as s (stage)
    where s.stage <> 'match'
       or not exists (select from match_model m where m.event_id = c.event_id);
    return null;
end $$;

-- A track's title is part of its sessions, its description of its blocks and of what its people do. One job is enough for
-- the sessions, since it compares the whole programme.
create function track_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select s.event_id, 'match', 'session', min(s.session_id)
    from added n join removed o using (event_id, track_id) join session s using (event_id, track_id)
    where (n.title, n.description) is distinct from (o.title, o.description)
    group by s.event_id, s.track_id
    union all
    select m.event_id, 'match', 'person', r.person_id
    from added n join removed o using (event_id, track_id) join mention m using (event_id, track_id)
        join resolution r using (event_id, mention_id)
    where (n.title, n.description) is distinct from (o.title, o.description)
      and r.person_id is not null;
    return null;
end $$;
create trigger match_flow_u after update on track referencing new table as added old table as removed
    for each statement execute function track_match_flow();

-- The order of two sessions that fit somebody equally well is that of their starts. That is no hurry, and holds nobody up.
create function session_moved_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id, due_at)
    select n.event_id, 'match', 'session', min(n.session_id), now() + interval '1 minute'
    from added n join removed o using (event_id, session_id)
    where n.starts_at <> o.starts_at
    group by n.event_id;
    return null;
end $$;
create trigger match_flow_u after update on session referencing new table as added old table as removed
    for each statement execute function session_moved_match_flow();

-- Names are words of the sessions, and of the blocks of their tracks.
create function mention_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'match', 'session',
        coalesce(c.session_id, (select min(s.session_id) from session s where (s.event_id, s.track_id) = (c.event_id, c.track_id)), 0)
    from (select distinct event_id, session_id, track_id from changed) as c join match_model using (event_id);
    return null;
end $$;
create trigger match_flow_i after insert on mention referencing new table as changed
    for each statement execute function mention_match_flow();
create trigger match_flow_d after delete on mention referencing old table as changed
    for each statement execute function mention_match_flow();

create function mention_changed_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select n.event_id, 'match', 'session', coalesce(min(coalesce(n.session_id, o.session_id)), 0)
    from added n join removed o using (event_id, mention_id) join match_model using (event_id)
    where (n.name, n.role, n.track_id, n.session_id) is distinct from (o.name, o.role, o.track_id, o.session_id)
    group by n.event_id
    union all
    select n.event_id, 'match', 'person', r.person_id
    from added n join removed o using (event_id, mention_id) join match_model using (event_id)
        join resolution r using (event_id, mention_id)
    where (n.topic, n.track_id, n.session_id) is distinct from (o.topic, o.track_id, o.session_id)
      and r.person_id is not null;
    return null;
end $$;
create trigger match_flow_u after update on mention referencing new table as added old table as removed
    for each statement execute function mention_changed_match_flow();

-- Who says nothing is known by what they do here: by whom a name means.
create function resolution_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'match', 'person', c.person_id
    from changed c join match_model using (event_id) join person p on (p.event_id, p.person_id) = (c.event_id, c.person_id);
    return null;
end $$;
create trigger match_flow_i after insert on resolution referencing new table as changed
    for each statement execute function resolution_match_flow();
create trigger match_flow_d after delete on resolution referencing old table as changed
    for each statement execute function resolution_match_flow();

create function resolution_changed_match_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct p.event_id, 'match', 'person', p.person_id
    from added n join removed o using (event_id, mention_id) join match_model using (event_id)
        join person p on p.event_id = n.event_id and p.person_id in (n.person_id, o.person_id)
    where n.person_id is distinct from o.person_id;
    return null;
end $$;
create trigger match_flow_u after update on resolution referencing new table as added old table as removed
    for each statement execute function resolution_changed_match_flow();

-- Events that were there before have nothing yet to compare with.
insert into job (event_id, stage, subject, subject_id)
select m.event_id, 'match', 'event', 0
from (select distinct event_id from match) as m;
