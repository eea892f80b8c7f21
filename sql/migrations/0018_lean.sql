-- A whole conference through the stages, with less work for the database.

-- What is recommended and what was told are ten rows for everybody. A foreign key looks each of them up by itself, twice;
-- these triggers look up what a statement brings at once, and lock it the same way.
create function refers_to() returns trigger
    language plpgsql security definer
    set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
    set search_path = rollcall, pg_temp
as $$
begin
    if (select count(*)
        from (
            select
            from (select distinct event_id, person_id from added order by 1, 2) as a
                join person p using (event_id, person_id)
            for key share of p) as found)
        <> (select count(*) from (select distinct event_id, person_id from added) as a) then
        raise foreign_key_violation using message = tg_table_name || ': no such person', table = tg_table_name;
    end if;
    if (select count(*)
        from (
            select
            from (select distinct event_id, session_id from added order by 1, 2) as a
                join session s using (event_id, session_id)
            for key share of s) as found)
        <> (select count(*) from (select distinct event_id, session_id from added) as a) then
        raise foreign_key_violation using message = tg_table_name || ': no such session', table = tg_table_name;
    end if;
    return null;
end $$;

-- Rows are made and taken away; whom and what they are about does not change.
create function refers_for_good() returns trigger
    language plpgsql
as $$
begin
    raise foreign_key_violation using message = tg_table_name || ': whom and what a row is about does not change',
        table = tg_table_name;
end $$;

-- What belonged to persons or sessions that are gone goes with them, by a key or, for many, in one pass.
create function referred_gone() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'TRUNCATE' then
        truncate match, told;
    elsif tg_table_name = 'person' then
        delete from match m using removed r where (m.event_id, m.person_id) = (r.event_id, r.person_id);
        delete from told t using removed r where (t.event_id, t.person_id) = (r.event_id, r.person_id);
    else
        delete from match m using removed r where (m.event_id, m.session_id) = (r.event_id, r.session_id);
        delete from told t using removed r where (t.event_id, t.session_id) = (r.event_id, r.session_id);
    end if;
    return null;
end $$;

do $$
declare
    name text;
begin
    foreach name in array array['match', 'told'] loop
        execute format('alter table %I drop constraint %I, drop constraint %I', name, name || '_event_id_person_id_fkey',
            name || '_event_id_session_id_fkey');
        execute format('create trigger refers_i after insert on %I referencing new table as added for each statement execute function refers_to()', name);
        execute format('create trigger refers_u before update on %I for each row when ((old.event_id, old.person_id, old.session_id) is distinct from (new.event_id, new.person_id, new.session_id)) execute function refers_for_good()', name);
    end loop;
    foreach name in array array['person', 'session'] loop
        execute format('create trigger referred_d after delete on %I referencing old table as removed for each statement execute function referred_gone()', name);
        execute format('create trigger referred_t after truncate on %I for each statement execute function referred_gone()', name);
    end loop;
end $$;

-- Whom a session was told to is asked when it moves; nobody asks for a thread.
create index on told (event_id, session_id);
drop index outbox_event_id_thread_idx;

-- The past of a clash, and whose an address is that died: asked for by these, and so far read from end to end.
create index on clash_history (event_id, clash_id);
create index registrant_mail on registrant (event_id, lower(email)) where email <> '';

-- Payloads are long enough to be compressed, and written once: quickly, where the server knows how.
do $$
begin
    alter table outbox alter column payload set compression lz4;
exception when feature_not_supported then
    null;
end $$;

-- ---------------------------------------------------------------------------------------------
-- Many people at once: a job for each 128 of them, by their numbers, instead of one for everybody. `people` n is those
-- with person_id >> 7 = n; 0022 allows them. What fails, or was in hand when a worker died, falls apart into jobs for single persons.

create function job_size(n bigint, events bigint[]) returns text
    language sql stable set search_path = rollcall, pg_temp
as $$
    select case when n <= 1000 then 'few'
        when 2 * n > (select count(*) from person where event_id = any (events)) then 'most'
        else 'many' end
$$;
comment on function job_size(bigint, bigint[]) is 'Of so many changed rows of people: are they few, many, or most of the events'' people?';

create function job_subject(stage text, size text) returns text
    language sql immutable parallel safe
    return case when size = 'few' then 'person' when size = 'most' and stage in ('match', 'clash') then 'event' else 'people' end;

create function job_subject_id(subject text, person_id bigint) returns bigint
    language sql immutable parallel safe
    return case subject when 'person' then person_id when 'people' then person_id >> 7 else 0 end;

create or replace function registrant_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
declare
    size text := 'few';
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
        if (select count(*) from added) > 1000 then
            size := job_size((select count(*) from added), (select array_agg(distinct event_id) from added));
        end if;
        insert into job (event_id, stage, subject, subject_id)
        select distinct n.event_id, 'resolve', 'event', 0
        from added n join removed o using (event_id, registrant_id)
        where (n.name, n.email, n.email_md5, n.matrix_id, n.affiliation, n.country, n.interests)
            is distinct from (o.name, o.email, o.email_md5, o.matrix_id, o.affiliation, o.country, o.interests);
        insert into job (event_id, stage, subject, subject_id)
        select distinct n.event_id, s.stage, job_subject(s.stage, size), job_subject_id(job_subject(s.stage, size), p.person_id)
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

create or replace function person_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
declare
    size text := 'few';
begin
    if (select count(*) from changed) > 1000 then
        size := job_size((select count(distinct (event_id, person_id)) from changed), (select array_agg(distinct event_id) from changed));
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, job_subject(s.stage, size), job_subject_id(job_subject(s.stage, size), c.person_id)
    from (select distinct event_id, person_id from changed) as c
        join person p using (event_id, person_id),
        unnest(string_to_array(tg_argv[0], ',')) as s (stage);
    return null;
end $$;

create or replace function resolution_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
as $$
declare
    size text := 'few';
begin
    if tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'person', c.person_id
        from removed c join person p using (event_id, person_id), unnest(array['match', 'clash', 'plan']) as s (stage);
        return null;
    end if;
    if (select count(*) from added) > 1000 then
        size := job_size((select count(distinct (event_id, person_id)) from added), (select array_agg(distinct event_id) from added));
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, job_subject(s.stage, size), job_subject_id(job_subject(s.stage, size), c.person_id)
    from added c, unnest(array['match', 'clash', 'plan']) as s (stage)
    where c.person_id is not null;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'track', m.track_id
    from added c join mention m using (event_id, mention_id)
    where m.track_id is not null;
    if tg_op = 'UPDATE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct o.event_id, s.stage, 'person', o.person_id
        from removed o join added n using (event_id, mention_id) join person p on (p.event_id, p.person_id) = (o.event_id, o.person_id),
            unnest(array['match', 'clash', 'plan']) as s (stage)
        where o.person_id is distinct from n.person_id;
    end if;
    return null;
end $$;

-- A programme that comes at once concerns everybody.
create or replace function session_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp set enable_nestloop = off
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
    if (select count(*) from added) <= 100 then
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'session', c.session_id
        from added c, unnest(array['match', 'clash', 'plan']) as s (stage);
        return null;
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'event', 0::bigint
    from added c, unnest(array['match', 'clash']) as s (stage)
    union all
    select distinct p.event_id, 'plan', 'people', p.person_id >> 7
    from person p
    where p.event_id in (select event_id from added);
    return null;
end $$;

-- Whose address it is that died is looked up by it.
create or replace function suppression_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select c.event_id, 'plan', 'person', r.person_id
    from changed c join registrant r on r.event_id = c.event_id and r.email <> '' and lower(r.email) = lower(c.address)
    where c.channel = 'mail'
      and r.person_id is not null
    union
    select c.event_id, 'plan', 'person', r.person_id
    from changed c join registrant r on r.event_id = c.event_id and r.matrix_id = c.address
    where c.channel = 'matrix'
      and r.person_id is not null;
    return null;
end $$;

-- A clash's sessions are looked up by their keys.
create or replace function clash_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'person', c.person_id from changed c where c.person_id is not null
    union
    select distinct c.event_id, 'plan', 'track', s.track_id
    from (select distinct event_id, unnest(array[session_a, session_b]) as session_id from changed) as c
        join session s using (event_id, session_id)
    where s.track_id is not null
    union
    select distinct c.event_id, 'plan', 'event', 0::bigint from changed c;
    return null;
end $$;

-- ---------------------------------------------------------------------------------------------
-- As in 0012, and: a job for many people waits for those about one thing, and comes with others of its kind alone, so many
-- that their people are about four times what a batch has of others.
create or replace function job_claim(claim_stage text, earlier text[], settle_us bigint, most bigint, event_covers boolean, must_hold boolean)
    returns table (event_id bigint, subject text, subject_id bigint, job_ids text, is_held boolean)
    language plpgsql
    set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off
    set plan_cache_mode = force_generic_plan set search_path = rollcall, pg_temp
as $$
#variable_conflict use_column
declare
    settle interval := settle_us * interval '1 microsecond';
begin
    return query
    with one as (
        select j.event_id, j.job_id, j.subject, j.subject_id, j.attempts, j.deaths
        from job j
        where j.stage = claim_stage
          and j.held_by = 0
          and j.due_at <= now()
          and j.enqueued_at <= now() - settle
          and j.subject <> 'people'
          and j.event_id not in (
            select e.event_id
            from job e
            where e.stage = any (earlier)
              and e.attempts = 0
              and e.due_at <= now())
        order by j.due_at
        for update skip locked
        limit 1
    ),
    several as (
        select j.event_id, j.job_id, j.subject, j.subject_id, j.attempts, j.deaths
        from job j
        where not exists (select from one)
          and j.stage = claim_stage
          and j.held_by = 0
          and j.due_at <= now()
          and j.enqueued_at <= now() - settle
          and j.subject = 'people'
          and j.event_id not in (
            select e.event_id
            from job e
            where e.stage = any (earlier)
              and e.attempts = 0
              and e.due_at <= now())
        order by j.due_at
        for update skip locked
        limit 1
    ),
    due as (
        select a.*, must_hold or a.attempts + a.deaths > 0 as hold
        from (select * from one union all select * from several) as a
    ),
    covers as (
        select event_covers and d.attempts + d.deaths = 0 and exists (
            select from job j
            where j.event_id = d.event_id
              and j.stage = claim_stage
              and j.subject = 'event'
              and j.held_by = 0
              and j.attempts + j.deaths = 0
              and j.due_at <= now()
              and j.enqueued_at <= now() - settle) as everything
        from due d
    ),
    picked as (
        select j.subject, j.subject_id
        from job j
        where j.event_id = (select d.event_id from due d)
          and j.stage = claim_stage
          and j.held_by = 0
          and j.attempts = (select d.attempts from due d)
          and j.deaths = (select d.deaths from due d)
          and j.job_id <> (select d.job_id from due d)
          and ((select v.everything from covers v) or (j.subject = 'people') = (select d.subject = 'people' from due d))
          and j.due_at <= now()
          and j.enqueued_at <= now() - settle
        order by j.due_at
        for update skip locked
        limit case when (select v.everything from covers v) then null
            else greatest(1, most >> (select least(30, 2 * (d.attempts + d.deaths) + case d.subject when 'people' then 5 else 0 end) from due d)) - 1 end
    ),
    twins as (
        select t.place
        from (select p.subject, p.subject_id from due p union select p.subject, p.subject_id from picked p) as p
            cross join lateral (
                select j.ctid as place
                from job j
                where j.event_id = (select d.event_id from due d)
                  and j.stage = claim_stage
                  and j.subject = p.subject
                  and j.subject_id = p.subject_id
                  and j.held_by = 0
                  and j.attempts = (select d.attempts from due d)
                  and j.deaths = (select d.deaths from due d)
                  and j.due_at <= now()
                  and j.enqueued_at <= now() - settle
                for update skip locked) as t
    ),
    taken as (
        delete from job j
        using twins t
        where not (select d.hold from due d)
          and j.ctid = t.place -- locked, so it stays there
        returning j.event_id, j.job_id, j.subject, j.subject_id
    ),
    held as (
        update job j
        set held_by = pg_backend_pid()
        from twins t
        where (select d.hold from due d)
          and j.ctid = t.place -- locked, so it stays there
        returning j.event_id, j.job_id, j.subject, j.subject_id
    )
    select c.event_id, c.subject, c.subject_id, array_to_string(array_agg(c.job_id order by c.job_id), ' '), (select d.hold from due d)
    from (select k.event_id, k.job_id, k.subject, k.subject_id from taken k
        union all
        select k.event_id, k.job_id, k.subject, k.subject_id from held k) as c
    group by c.event_id, c.subject, c.subject_id
    order by c.subject, c.subject_id;
end $$;

-- What was in hand when a worker died, or held by an earlier user of this connection's number: it goes to the end of the
-- line. So many deaths make a job that is alone in a batch a failed one. How many jobs there were, and how many of them now
-- count as failed. Every worker asks whenever it has nothing else to do, and there is nearly always nothing.
create function job_reap(reap_stage text, message text, fatal_deaths bigint) returns table (n bigint, n_failed bigint)
    language plpgsql
    set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set search_path = rollcall, pg_temp
as $$
begin
    if not exists (select from job j where j.stage = reap_stage and j.held_by <> 0) then
        return query select 0::bigint, 0::bigint;
        return;
    end if;
    return query
    with holder as materialized (
        select distinct held_by
        from job
        where stage = reap_stage
          and held_by <> 0
    ),
    dead as materialized (
        select held_by
        from holder
        where held_by = pg_backend_pid()
           or pg_try_advisory_xact_lock(hashtext('rollcall in hand'), held_by)
    ),
    left_behind as materialized (
        select held_by, count(distinct (event_id, subject, subject_id)) = 1 and min(subject) <> 'people' as is_alone
        from job
        where stage = reap_stage
          and held_by in (select held_by from dead)
        group by held_by
    ),
    split as (
        delete from job j
        using left_behind l
        where j.stage = reap_stage
          and j.held_by = l.held_by
          and j.subject = 'people'
        returning j.event_id, j.subject_id, j.enqueued_at, j.attempts, j.deaths
    ),
    persons as (
        insert into job (event_id, stage, subject, subject_id, enqueued_at, attempts, deaths, last_error)
        select s.event_id, reap_stage, 'person', p.person_id, s.enqueued_at, s.attempts, s.deaths + 1, message
        from split s
            join person p on p.event_id = s.event_id and p.person_id between s.subject_id << 7 and (s.subject_id << 7) + 127
    ),
    reaped as (
        update job j
        set held_by = 0,
            deaths = j.deaths + 1,
            attempts = j.attempts + (l.is_alone and j.deaths + 1 >= fatal_deaths)::integer,
            due_at = case when l.is_alone and j.deaths + 1 >= fatal_deaths
                then now() + least(interval '10 minutes', interval '1 second' * power(2, least(j.attempts + j.deaths, 10)))
                else now() end,
            last_error = message
        from left_behind l
        where j.stage = reap_stage
          and j.held_by = l.held_by
          and j.subject <> 'people'
        returning j.attempts > 0 as has_failed
    )
    select (select count(*) from reaped) + (select count(*) from split), (select count(*) from reaped where has_failed);
end $$;

-- As they were, to the microsecond until the year 2255, but of parts that never change their answer: so the server puts
-- them in the place of the call.
create or replace function instant(us bigint) returns timestamptz
    language sql immutable parallel safe
    return case when us <> 0 then to_timestamp(us / 1000000::double precision) end;
create or replace function us(t timestamptz) returns bigint
    language sql immutable parallel safe
    return coalesce((extract(epoch from t - timestamptz 'epoch') * 1000000)::bigint, 0);
