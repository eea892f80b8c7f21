-- name: event_add
-- $1 slug, $2 title, $3 zone
insert into event (slug, title, timezone)
values ($1, $2, $3)
on conflict (slug) do update set slug = excluded.slug
returning event_id, xmax = 0, (select count(*) from event)

-- name: event_lock
-- $1 event; two imports of one event wait for one another
select pg_advisory_xact_lock(hashtextextended('rollcall import', $1))

-- name: event_set_programme
-- $1 event, $2 title, $3 zone, $4 url, $5 start, $6 end, $7 the source's version, $8 has changed, $9 name of the source.
-- The days are those of all programmes of the event together; the zone is that of the one that came first.
with others as (
    select min(starts_at) as starts_at, max(ends_at) as ends_at
    from session
    where event_id = $1
      and source not in ($9, '')
      and not is_cancelled
      and starts_at is not null
),
zone as (
    select case when o.starts_at is null or $9 = (
            select s.name
            from source s
            where s.event_id = $1
              and exists (select from session x where x.event_id = $1 and x.source = s.name and not x.is_cancelled)
            order by s.source_id
            limit 1) then $3 else e.timezone end as name
    from event e, others o
    where e.event_id = $1
),
own as ( -- midnights of another zone are none of ours: then the sessions say which days
    select case when z.name = $3 then $5::timestamptz else least(e.starts_at, date_trunc('day', min(s.starts_at), z.name)) end as starts_at,
        case when z.name = $3 then $6::timestamptz
            else greatest(e.ends_at, date_trunc('day', max(s.ends_at) - interval '1 microsecond', z.name) + interval '1 day') end as ends_at
    from event e
        cross join zone z
        left join session s on s.event_id = e.event_id and s.source = $9 and not s.is_cancelled
    where e.event_id = $1
    group by z.name, e.starts_at, e.ends_at
),
days as (
    select least(w.starts_at, date_trunc('day', o.starts_at, z.name)) as starts_at,
        greatest(w.ends_at, date_trunc('day', o.ends_at - interval '1 microsecond', z.name) + interval '1 day') as ends_at
    from own w, others o, zone z
)
update event
set title = case when $2 = '' then title else $2 end,
    timezone = z.name,
    url = case when $4 = '' then url else $4 end,
    starts_at = coalesce(d.starts_at, event.starts_at),
    ends_at = coalesce(d.ends_at, event.ends_at),
    source_version = $7,
    programme_version = programme_version + $8::boolean::integer
from zone z, days d
where event_id = $1
returning programme_version, timezone

-- name: source_add
-- $1 event, $2 kind, $3 name, $4 SHA-256, $5 programme version, $6 summary
insert into source (event_id, kind, name, sha256, programme_version, summary)
values ($1, $2, $3, $4, $5, $6)

-- name: room_save
-- $1 event, $2 keys, $3 names, $4 buildings, $5 capacities
insert into room (event_id, key, name, building, capacity)
select $1, r.key, r.name, r.building, r.capacity
from unnest($2::text[], $3::text[], $4::text[], $5::integer[]) as r (key, name, building, capacity)
on conflict (event_id, key) do update
set name = excluded.name,
    building = case when excluded.building = '' then room.building else excluded.building end,
    capacity = case when excluded.capacity = 0 then room.capacity else excluded.capacity end
where room.name is distinct from excluded.name
   or (excluded.building <> '' and room.building is distinct from excluded.building)
   or (excluded.capacity <> 0 and room.capacity is distinct from excluded.capacity)

-- name: track_save
-- $1 event, $2 keys, $3 titles, $4 descriptions, $5 kinds; '' and 'other' leave what is known
insert into track (event_id, key, title, description, kind)
select $1, t.key, t.title, t.description, t.kind
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as t (key, title, description, kind)
on conflict (event_id, key) do update
set title = excluded.title,
    description = case when excluded.description = '' then track.description else excluded.description end,
    kind = case when excluded.kind = 'other' then track.kind else excluded.kind end
where track.title is distinct from excluded.title
   or (excluded.description <> '' and track.description is distinct from excluded.description)
   or (excluded.kind <> 'other' and track.kind is distinct from excluded.kind)

-- name: separation_save
-- $1 event, $2 first tracks, $3 second tracks, $4 reasons
insert into separation (event_id, track_a, track_b, reason)
select distinct on (least(s.a, s.b), greatest(s.a, s.b)) $1, least(s.a, s.b), greatest(s.a, s.b), s.reason
from unnest($2::bigint[], $3::bigint[], $4::text[]) as s (a, b, reason)
where s.a <> s.b
on conflict (event_id, track_a, track_b) do nothing

-- name: session_save
-- $1 event, $2 version, then one array per column; parents follow with session_set_parents
insert into session (event_id, key, title, abstract, language, url, tags, kind, track_id, room_id, starts_at,
    ends_at, expected_people, is_cancelled, programme_version)
select $1, s.key, s.title, s.abstract, s.language, s.url, s.tags, s.kind, s.track_id, s.room_id, instant(s.start_us),
    instant(s.end_us), s.expected_people, s.is_cancelled, $2
from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],
        $11::bigint[], $12::bigint[], $13::bigint[], $14::integer[], $15::boolean[])
    as s (key, title, abstract, language, url, tags, kind, track_id, room_id, start_us, end_us, expected_people, is_cancelled)
on conflict (event_id, key) do update
set title = excluded.title,
    abstract = excluded.abstract,
    language = excluded.language,
    url = excluded.url,
    tags = excluded.tags,
    kind = excluded.kind,
    track_id = excluded.track_id,
    room_id = excluded.room_id,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    expected_people = excluded.expected_people,
    is_cancelled = excluded.is_cancelled,
    programme_version = excluded.programme_version
where (session.title, session.abstract, session.language, session.url, session.tags, session.kind, session.track_id,
        session.room_id, session.starts_at, session.ends_at, session.expected_people, session.is_cancelled)
    is distinct from (excluded.title, excluded.abstract, excluded.language, excluded.url, excluded.tags, excluded.kind,
        excluded.track_id, excluded.room_id, excluded.starts_at, excluded.ends_at, excluded.expected_people,
        excluded.is_cancelled)

-- name: session_set_parents
-- $1 event, $2 keys, $3 keys of the parents, '' for none
update session s
set parent_id = p.session_id
from unnest($2::text[], $3::text[]) as k (key, parent_key)
    left join session p on p.event_id = $1 and p.key = k.parent_key
where s.event_id = $1
  and s.key = k.key
  and s.parent_id is distinct from p.session_id

-- name: session_cancel
-- $1 event, $2 version, $3 keys
update session
set is_cancelled = true,
    programme_version = $2
where event_id = $1
  and key = any ($3::text[])

-- name: session_set_source
-- $1 event, $2 name of the source, $3 keys
update session
set source = $2
where event_id = $1
  and key = any ($3::text[])
  and source <> $2

-- name: session_of_others
-- $1 event, $2 name of the source, $3 its keys; sessions of programmes that have another name and nothing in common
-- with this one
select s.key
from session s
where s.event_id = $1
  and s.source not in ($2, '')
  and not s.is_cancelled
  and not exists (
    select from session o
    where o.event_id = $1
      and o.source = s.source
      and o.key = any ($3::text[]))

-- name: session_id_clash
-- $1 event, $2 name of the source, $3 its keys, $4 its titles; another programme of the event that has the same ids for
-- other sessions: less than half of what they have in common has the same title. The programme, an id with both titles,
-- how many more there are.
select c.source, c.first[1], c.first[2], c.first[3], c.n_more
from (
    select s.source, min(array[k.key, s.title, k.title]) filter (where not k.is_same) as first,
        count(*) filter (where not k.is_same) - 1 as n_more
    from session s
        join (
            select o.key, n.title,
                regexp_replace(lower(n.title), '\W+', '', 'g') = regexp_replace(lower(o.title), '\W+', '', 'g') as is_same
            from unnest($3::text[], $4::text[]) as n (key, title)
                join session o on o.event_id = $1 and o.key = n.key) as k on k.key = s.key
    where s.event_id = $1
      and s.source not in ($2, '')
      and not s.is_cancelled
    group by s.source
    having 2 * count(*) filter (where k.is_same) < count(*)) as c
order by c.source
limit 1

-- name: session_keys
-- $1 event
select key, session_id
from session
where event_id = $1

-- name: change_add
-- $1 event, $2 version, $3 session keys, $4 kinds, $5 old values, $6 new values
insert into programme_change (event_id, programme_version, session_id, what, old_value, new_value)
select $1, $2, s.session_id, c.what, c.old_value, c.new_value
from unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality as c (key, what, old_value, new_value, i)
    join session s on s.event_id = $1 and s.key = c.key
order by c.i

-- name: mention_save
-- $1 event, then one array per column, $15 origin; whom a list names as a programme does belongs to the list, and what
-- a list says of them is not changed by a programme
insert into mention (event_id, role, strength, track_id, session_id, name, email, email_md5, affiliation, topic,
    source_key, source, line, is_given_name_only, origin)
select $1, m.role, m.strength, m.track_id, m.session_id, m.name, m.email, m.email_md5, m.affiliation, m.topic,
    m.source_key, m.source, m.line, m.is_given_name_only, $15
from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
        $10::text[], $11::text[], $12::text[], $13::integer[], $14::boolean[])
    as m (role, strength, track_id, session_id, name, email, email_md5, affiliation, topic, source_key, source, line,
        is_given_name_only)
on conflict (event_id, role, coalesce(track_id, 0), coalesce(session_id, 0), name, topic, affiliation) do update
set strength = excluded.strength,
    email = excluded.email,
    email_md5 = excluded.email_md5,
    source_key = excluded.source_key,
    source = excluded.source,
    line = excluded.line,
    is_given_name_only = excluded.is_given_name_only,
    origin = excluded.origin
where (mention.origin = 'programme' or excluded.origin = 'list')
  and (mention.strength, mention.email, mention.email_md5, mention.source_key, mention.is_given_name_only,
        mention.origin)
    is distinct from (excluded.strength, excluded.email, excluded.email_md5, excluded.source_key,
        excluded.is_given_name_only, excluded.origin)

-- name: mention_remove_others
-- $1 event, $2 tracks, $3 sessions: whose mentions were all in the file; then the columns of those that stay; $10 origin
delete from mention m
where m.event_id = $1
  and m.origin = $10
  and (m.track_id = any ($2::bigint[]) or m.session_id = any ($3::bigint[]))
  and not exists (
    select from unnest($4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[])
        as k (role, track_id, session_id, name, topic, affiliation)
    where k.role = m.role
      and k.track_id is not distinct from m.track_id
      and k.session_id is not distinct from m.session_id
      and k.name = m.name
      and k.topic = m.topic
      and k.affiliation = m.affiliation)

-- name: registrant_save
-- $1 event, then one array per column
with saved as (
    insert into registrant (event_id, key, name, email, email_md5, affiliation, country, matrix_id, interests, timezone,
        status, attendance, arrives_at, departs_at)
    select $1, r.key, r.name, r.email, r.email_md5, r.affiliation, r.country, r.matrix_id, r.interests, r.timezone,
        r.status, r.attendance, instant(r.arrives_us), instant(r.departs_us)
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[])
        as r (key, name, email, email_md5, affiliation, country, matrix_id, interests, timezone, status, attendance,
            arrives_us, departs_us)
    on conflict (event_id, key) do update
    set name = excluded.name,
        email = excluded.email,
        email_md5 = excluded.email_md5,
        affiliation = excluded.affiliation,
        country = excluded.country,
        matrix_id = excluded.matrix_id,
        interests = excluded.interests,
        timezone = excluded.timezone,
        status = excluded.status,
        attendance = excluded.attendance,
        arrives_at = excluded.arrives_at,
        departs_at = excluded.departs_at
    where (registrant.name, registrant.email, registrant.email_md5, registrant.affiliation, registrant.country,
            registrant.matrix_id, registrant.interests, registrant.timezone, registrant.status, registrant.attendance,
            registrant.arrives_at, registrant.departs_at)
        is distinct from (excluded.name, excluded.email, excluded.email_md5, excluded.affiliation, excluded.country,
            excluded.matrix_id, excluded.interests, excluded.timezone, excluded.status, excluded.attendance,
            excluded.arrives_at, excluded.departs_at)
    returning (xmax = 0) as is_new
)
select count(*) filter (where is_new), count(*) filter (where not is_new)
from saved

-- name: registrant_missing
-- $1 event, $2 keys of the file; who is not in it
select count(*)
from registrant
where event_id = $1
  and status <> 'cancelled'
  and key <> all ($2::text[])

-- name: registrant_cancel_missing
-- $1 event, $2 keys of the file
update registrant
set status = 'cancelled'
where event_id = $1
  and status <> 'cancelled'
  and key <> all ($2::text[])
