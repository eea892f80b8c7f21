-- name: clash_save
-- $1 event, then one array per column; what is new, changed or back again is written down in the history
with given as (
    select *
    from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::text[], $11::text[])
        as g (fingerprint, kind, severity, person_id, session_a, session_b, start_us, end_us, why, shape)
),
before as (
    select c.fingerprint, c.clash_id, c.is_open,
        c.acknowledged_at is not null and (not c.is_open or c.shape <> g.shape) as lapses, c.acknowledged_by,
        c.acknowledged_why
    from clash c
        join given g using (fingerprint)
    where c.event_id = $1
),
saved as (
    insert into clash (event_id, fingerprint, kind, severity, person_id, session_a, session_b, starts_at, ends_at, why, shape)
    select $1, g.fingerprint, g.kind, g.severity, g.person_id, g.session_a, g.session_b, instant(g.start_us),
        instant(g.end_us), g.why, g.shape
    from given g
    on conflict (event_id, fingerprint) do update
    set severity = excluded.severity,
        session_a = excluded.session_a,
        session_b = excluded.session_b,
        starts_at = excluded.starts_at,
        ends_at = excluded.ends_at,
        why = excluded.why,
        shape = excluded.shape,
        is_open = true,
        times_opened = clash.times_opened + (not clash.is_open)::integer,
        opened_at = case when clash.is_open then clash.opened_at else now() end,
        changed_at = now(),
        resolved_at = null,
        acknowledged_at = case when clash.is_open and clash.shape = excluded.shape then clash.acknowledged_at end,
        acknowledged_by = case when clash.is_open and clash.shape = excluded.shape then clash.acknowledged_by else '' end,
        acknowledged_why = case when clash.is_open and clash.shape = excluded.shape then clash.acknowledged_why else '' end,
        acknowledged_shape = case when clash.is_open and clash.shape = excluded.shape then clash.acknowledged_shape else '' end
    where not clash.is_open
       or (clash.severity, clash.session_a, clash.session_b, clash.starts_at, clash.ends_at, clash.why, clash.shape)
        is distinct from (excluded.severity, excluded.session_a, excluded.session_b, excluded.starts_at,
            excluded.ends_at, excluded.why, excluded.shape)
    returning clash_id, fingerprint, severity, why
)
insert into clash_history (event_id, clash_id, what, detail)
select $1, s.clash_id,
    case when b.fingerprint is null then 'opened' when b.is_open then 'changed' else 'reopened' end,
    s.severity || ': ' || s.why
from saved s
    left join before b using (fingerprint)
union all
select $1, b.clash_id, 'lapsed', b.acknowledged_by || ': ' || b.acknowledged_why
from before b
where b.lapses

-- name: clash_resolve
-- $1 event, $2 people that were looked at, $3 was the programme itself, $4 fingerprints that still hold
with of_people as (
    select clash_id, acknowledged_at is not null as lapses, acknowledged_by, acknowledged_why
    from clash
    where event_id = $1
      and is_open
      and person_id = any ($2::bigint[])
      and fingerprint <> all ($4::bigint[])
    for update
),
of_programme as (
    select clash_id, acknowledged_at is not null as lapses, acknowledged_by, acknowledged_why
    from clash
    where event_id = $1
      and is_open
      and person_id is null
      and $3::boolean
      and fingerprint <> all ($4::bigint[])
    for update
),
ending as (
    select clash_id, lapses, acknowledged_by, acknowledged_why from of_people
    union all
    select clash_id, lapses, acknowledged_by, acknowledged_why from of_programme
),
resolved as (
    update clash c
    set is_open = false,
        resolved_at = now(),
        changed_at = now(),
        acknowledged_at = null,
        acknowledged_by = '',
        acknowledged_why = '',
        acknowledged_shape = ''
    from ending e
    where c.event_id = $1
      and c.clash_id = e.clash_id
    returning c.clash_id
)
insert into clash_history (event_id, clash_id, what, detail)
select $1, clash_id, 'resolved', ''
from resolved
union all
select $1, clash_id, 'lapsed', acknowledged_by || ': ' || acknowledged_why
from ending
where lapses

-- name: clash_list
-- $1 event, $2 state ('' for all that are not resolved), $3 severity ('' for all)
select c.clash_id, s.state, c.severity, c.kind, coalesce(p.name, ''), c.why, us(c.opened_at), us(c.changed_at),
    us(c.resolved_at), c.acknowledged_by, c.acknowledged_why, c.times_opened, a.key, a.title, coalesce(b.key, ''),
    coalesce(b.title, ''), us(c.starts_at), us(c.ends_at)
from clash c
    join clash_state s using (event_id, clash_id)
    join session a on a.event_id = c.event_id and a.session_id = c.session_a
    left join session b on b.event_id = c.event_id and b.session_id = c.session_b
    left join person p on p.event_id = c.event_id and p.person_id = c.person_id
where c.event_id = $1
  and (($2 = '' and s.state <> 'resolved') or s.state = $2)
  and ($3 = '' or c.severity = $3)
order by array_position(array['critical', 'high', 'medium', 'low', 'info'], c.severity), c.starts_at, c.clash_id

-- name: clash_acknowledge
-- $1 event, $2 clash, $3 by, $4 why ('' takes it back)
with done as (
    update clash
    set acknowledged_at = case when $4 = '' then null else now() end,
        acknowledged_by = case when $4 = '' then '' else $3 end,
        acknowledged_why = $4,
        acknowledged_shape = case when $4 = '' then '' else shape end
    where event_id = $1
      and clash_id = $2
    returning clash_id
)
insert into clash_history (event_id, clash_id, what, detail)
select $1, clash_id, case when $4 = '' then 'unacknowledged' else 'acknowledged' end, $3 || ': ' || $4
from done

-- name: clash_history_load
-- $1 event, $2 clash
select us(at), what, detail
from clash_history
where event_id = $1
  and clash_id = $2
order by history_id

-- name: clash_memberships
-- $1 event; who belongs to which microconference, as lead, key attendee or speaker
select distinct coalesce(m.track_id, s.track_id), r.person_id
from mention m
    join resolution r using (event_id, mention_id)
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
    join track t on t.event_id = m.event_id and t.track_id = coalesce(m.track_id, s.track_id)
where m.event_id = $1
  and r.person_id is not null
  and t.kind = 'mc'
order by 1, 2

-- name: track_set_quorum
-- $1 event, $2 track, $3 so many are enough (0: more than half, -1: all)
update track
set quorum = $3::integer
where event_id = $1
  and track_id = $2

-- name: session_set_quorum
-- $1 event, $2 session, $3 as above
update session
set quorum = $3::integer
where event_id = $1
  and session_id = $2

-- name: separation_set
-- $1 event, $2 track, $3 track, $4 why
insert into separation (event_id, track_a, track_b, reason)
values ($1, least($2::bigint, $3::bigint), greatest($2::bigint, $3::bigint), $4)
on conflict (event_id, track_a, track_b) do update
set reason = excluded.reason

-- name: separation_remove
-- $1 event, $2 track, $3 track
delete from separation
where event_id = $1
  and track_a = least($2::bigint, $3::bigint)
  and track_b = greatest($2::bigint, $3::bigint)

-- name: room_distance_set
-- $1 event, $2 rooms, $3 rooms, $4 seconds; of several for one pair the longest counts
insert into room_distance (event_id, room_a, room_b, walk_s)
select $1, d.room_a, d.room_b, max(d.walk_s)
from (select least(a, b) as room_a, greatest(a, b) as room_b, s as walk_s
      from unnest($2::bigint[], $3::bigint[], $4::bigint[]) as given (a, b, s)) as d
group by d.room_a, d.room_b
on conflict (event_id, room_a, room_b) do update
set walk_s = excluded.walk_s
where room_distance.walk_s <> excluded.walk_s

-- name: room_set_seats
-- $1 event, $2 room, $3 seats (0: as the programme says); none where nothing changes
update room
set seats_by_hand = nullif($3::integer, 0)
where event_id = $1
  and room_id = $2
  and seats_by_hand is distinct from nullif($3::integer, 0)

-- name: session_set_people
-- $1 event, $2 session, $3 people expected (0: as the programme says); none where nothing changes
update session
set people_by_hand = nullif($3::integer, 0)
where event_id = $1
  and session_id = $2
  and people_by_hand is distinct from nullif($3::integer, 0)

-- name: seats_list
-- $1 event
select name, building, coalesce(seats_by_hand, 0), capacity
from room
where event_id = $1
order by name, room_id

-- name: people_expected_list
-- $1 event; sessions of which it is known
select s.key, s.title, coalesce(s.people_by_hand, 0), s.expected_people, coalesce(r.name, ''),
    coalesce(r.seats_by_hand, r.capacity, 0)
from session s
    left join room r using (event_id, room_id)
where s.event_id = $1
  and not s.is_cancelled
  and coalesce(s.people_by_hand, s.expected_people) > 0
order by s.starts_at, s.session_id

-- name: rehearsal_move
-- $1 event, $2 sessions, $3 rooms (null: none), $4 starts, $5 ends; as an import that says so would
with moved as (
    update session s
    set room_id = g.room_id,
        starts_at = instant(g.start_us),
        ends_at = instant(g.end_us)
    from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as g (session_id, room_id, start_us, end_us)
    where s.event_id = $1
      and s.session_id = g.session_id
    returning s.session_id
),
version as (
    update event
    set programme_version = programme_version + 1
    where event_id = $1
    returning programme_version
)
insert into programme_change (event_id, programme_version, session_id, what)
select $1, v.programme_version, m.session_id, 'moved'
from moved m, version v

-- name: rehearsal_mark
-- $1 event; the last message that there is
select coalesce(max(outbox_id), 0)
from outbox
where event_id = $1

-- name: rehearsal_count
-- $1 event, $2 messages behind this one
select count(*)
from outbox
where event_id = $1
  and outbox_id > $2
