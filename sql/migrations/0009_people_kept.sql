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

-- What people said of two persons at an event that this one remembers: merges and splits hold here for whoever has the
-- same addresses. Applied once each, as rows of this event's own that can be undone here; taken back here when they are
-- taken back there.

alter table person_merge add column recalled_event bigint; -- null: said at this event
alter table person_merge add column recalled_id bigint; -- the merge there
alter table person_split add column recalled_event bigint;
alter table person_split add column recalled_id bigint;
alter table person_split add column why text not null default '';

create function address_key(kind text, value text) returns text
    language sql immutable parallel safe
    return case kind when 'email' then md5(lower(value)) when 'name' then null when 'source_key' then null else lower(value) end;
comment on function address_key(text, text) is 'Addresses and their hashes as one text each, Matrix ids as they are; null for what is no address.';
create index person_alias_address on person_alias (event_id, address_key(kind, value)) where kind in ('email', 'email_md5', 'matrix_id');

-- The addresses of a person that were known before a word was said of it.
create function addresses_before(event bigint, person bigint, said_at timestamptz) returns text[]
    language sql stable set search_path = rollcall, pg_temp
as $$
    select array_agg(address_key(kind, value))
    from person_alias
    where event_id = event
      and person_id = person
      and kind in ('email', 'email_md5', 'matrix_id')
      and learned_at < said_at
$$;

-- Who has one of these addresses here; null when nobody has, or several have.
create function person_with(event bigint, addresses text[]) returns bigint
    language sql stable set search_path = rollcall, pg_temp
as $$
    select min(person_id)
    from (
        select distinct person_now(event_id, person_id) as person_id
        from person_alias
        where event_id = event
          and kind in ('email', 'email_md5', 'matrix_id')
          and address_key(kind, value) = any (addresses)) p
    having count(*) = 1
$$;

-- Did somebody say here that the two are not one, or take back that they are?
create function is_apart(event bigint, a bigint, b bigint) returns boolean
    language sql stable set search_path = rollcall, pg_temp
as $$
    select exists (
        select from person_merge m
        where m.event_id = event
          and m.undone_at is not null
          and (person_now(event, m.keep_id), person_now(event, m.gone_id)) in ((a, b), (b, a)))
        or exists (
        select from person_split s
        where s.event_id = event
          and s.undone_at is null
          and (person_now(event, s.from_id), person_now(event, s.to_id)) in ((a, b), (b, a)))
$$;

create function recall_merges(event bigint) returns integer
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
declare
    word record;
    keep bigint;
    gone bigint;
    merge bigint;
    n integer := 0;
begin
    for word in
        select m.*, e.slug
        from memory y
            join person_merge m on m.event_id = y.from_event_id
            join event e on e.event_id = y.from_event_id
        where y.event_id = event
          and m.undone_at is null
          and m.merged_by <> 'rollcall'
          and m.recalled_event is null
          and not exists (
            select from person_merge o
            where (o.event_id, o.recalled_event, o.recalled_id) = (event, m.event_id, m.merge_id))
        order by m.merged_at, m.merge_id
    loop
        keep := person_with(event, addresses_before(word.event_id, word.keep_id, word.merged_at));
        gone := person_with(event, addresses_before(word.event_id, word.gone_id, word.merged_at));
        if keep is null or gone is null or keep = gone or is_apart(event, keep, gone) then
            continue;
        end if;
        merge := person_merge(event, least(keep, gone), greatest(keep, gone), word.merged_by,
            concat_ws(', ', nullif(word.why, ''), 'said at ' || word.slug));
        update person_merge set recalled_event = word.event_id, recalled_id = word.merge_id
        where event_id = event and merge_id = merge;
        n := n + 1;
    end loop;
    return n;
end $$;

-- The registration here that has an address of the one split off there, while its person has one of the other too.
create function recall_splits(event bigint) returns integer
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
declare
    word record;
    ours text[];
    theirs text[];
    registration text;
    split bigint;
    n integer := 0;
begin
    for word in
        select s.*, e.slug
        from memory y
            join person_split s on s.event_id = y.from_event_id
            join event e on e.event_id = y.from_event_id
        where y.event_id = event
          and s.undone_at is null
          and s.recalled_event is null
          and not exists (
            select from person_split o
            where (o.event_id, o.recalled_event, o.recalled_id) = (event, s.event_id, s.split_id))
        order by s.split_at, s.split_id
    loop
        ours := addresses_before(word.event_id, word.to_id, 'infinity');
        theirs := addresses_before(word.event_id, word.from_id, 'infinity');
        select r.key into registration
        from person_alias a
            join registrant r on r.event_id = event and r.person_id = person_now(event, a.person_id)
        where a.event_id = event
          and a.kind in ('email', 'email_md5', 'matrix_id')
          and address_key(a.kind, a.value) = any (theirs)
          and not address_key(a.kind, a.value) = any (ours)
          and (address_key('email', nullif(r.email, '')) = any (ours) or nullif(r.email_md5, '') = any (ours)
            or lower(nullif(r.matrix_id, '')) = any (ours))
        order by r.registrant_id
        limit 1;
        if registration is null then
            continue;
        end if;
        split := person_split(event, registration, word.split_by);
        if split is not null then
            update person_split set recalled_event = word.event_id, recalled_id = word.split_id,
                why = concat_ws(', ', nullif(word.why, ''), 'said at ' || word.slug)
            where event_id = event and split_id = split;
            n := n + 1;
        end if;
    end loop;
    return n;
end $$;

create function recall_undone(event bigint) returns integer
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
declare
    word record;
    n integer := 0;
begin
    for word in
        select o.merge_id, m.undone_by
        from person_merge o
            join person_merge m on (m.event_id, m.merge_id) = (o.recalled_event, o.recalled_id)
        where o.event_id = event
          and o.undone_at is null
          and m.undone_at is not null
    loop
        n := n + person_unmerge(event, word.merge_id, word.undone_by)::integer;
    end loop;
    for word in
        select o.split_id, s.undone_by
        from person_split o
            join person_split s on (s.event_id, s.split_id) = (o.recalled_event, o.recalled_id)
        where o.event_id = event
          and o.undone_at is null
          and s.undone_at is not null
    loop
        n := n + person_unsplit(event, word.split_id, word.undone_by)::integer;
    end loop;
    return n;
end $$;

revoke execute on function recall_merges(bigint), recall_splits(bigint), recall_undone(bigint) from public;
