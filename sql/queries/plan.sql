-- name: plan_contacts
-- $1 event, $2 people; every way to reach them, best first: registrations before addresses in texts
select person_id, channel, address, is_registered
from (
    select r.person_id, 'mail' as channel, r.email as address, true as is_registered,
        case r.status when 'confirmed' then 0 when 'waiting' then 1 else 2 end as rank, r.registrant_id as id
    from registrant r
    where r.event_id = $1
      and r.person_id = any ($2::bigint[])
      and r.email <> ''
    union all
    select r.person_id, 'matrix', r.matrix_id, true,
        case r.status when 'confirmed' then 0 when 'waiting' then 1 else 2 end, r.registrant_id
    from registrant r
    where r.event_id = $1
      and r.person_id = any ($2::bigint[])
      and r.matrix_id <> ''
    union all
    select s.person_id, 'mail', m.email, false, 3, m.mention_id
    from resolution s
        join mention m using (event_id, mention_id)
    where s.event_id = $1
      and s.person_id = any ($2::bigint[])
      and m.email <> ''
) as contact
where not exists (
    select from suppression u
    where u.event_id = $1
      and u.channel = contact.channel
      and lower(u.address) = lower(contact.address))
order by person_id, rank, id

-- name: plan_preferences
-- $1 event, $2 people
select person_id, channel, wants_agenda, coalesce(quiet_from_min, -1), coalesce(quiet_until_min, -1)
from preference
where event_id = $1
  and person_id = any ($2::bigint[])
order by person_id

-- name: plan_stand_ins
-- $1 event, $2 people; whom they name in their place
select person_id, name
from stand_in_now
where event_id = $1
  and person_id = any ($2::bigint[])
order by person_id

-- name: told_load
-- $1 event, $2 people
select person_id, session_id, us(starts_at), us(ends_at), room, is_cancelled, sequence
from told
where event_id = $1
  and person_id = any ($2::bigint[])
order by person_id, session_id

-- name: told_save
-- $1 event, then one array per column, $9 when
insert into told (event_id, person_id, session_id, starts_at, ends_at, room, is_cancelled, sequence, changed_at)
select $1, t.person_id, t.session_id, instant(t.start_us), instant(t.end_us), t.room, t.is_cancelled, t.sequence, $9
from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[], $8::integer[])
    as t (person_id, session_id, start_us, end_us, room, is_cancelled, sequence)
on conflict (event_id, person_id, session_id) do update
set starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    room = excluded.room,
    is_cancelled = excluded.is_cancelled,
    sequence = excluded.sequence,
    changed_at = excluded.changed_at

-- name: told_first
-- $1 event, then one array per column, $9 when; never alters what is there
insert into told (event_id, person_id, session_id, starts_at, ends_at, room, is_cancelled, sequence, changed_at)
select $1, t.person_id, t.session_id, instant(t.start_us), instant(t.end_us), t.room, t.is_cancelled, t.sequence, $9
from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[], $8::integer[])
    as t (person_id, session_id, start_us, end_us, room, is_cancelled, sequence)
on conflict (event_id, person_id, session_id) do nothing

-- name: report_load
-- $1 event, $2 kind, $3 subjects
select subject_id, address, facts, times_sent, us(first_at), us(sent_at)
from report
where event_id = $1
  and kind = $2
  and subject_id = any ($3::bigint[])
order by subject_id, address

-- name: report_load_people
-- $1 event, $2 people; what they were last told about themselves
select subject_id, address, facts, times_sent, us(first_at), us(sent_at), kind
from report
where event_id = $1
  and kind in ('question', 'agenda', 'opening')
  and subject_id = any ($2::bigint[])
order by subject_id, kind

-- name: report_load_tracks
-- $1 event
select subject_id, address, facts, times_sent, us(first_at), us(sent_at)
from report
where event_id = $1
  and kind = 'quorum'
order by subject_id, address

-- name: report_save
-- $1 event, $2 when, then one array per column; of two on the same the later one
insert into report (event_id, kind, subject_id, address, facts, times_sent, first_at, sent_at)
select distinct on (r.kind, r.subject_id, r.address) $1::bigint, r.kind, r.subject_id, r.address, r.facts, r.times_sent,
    $2::timestamptz, $2::timestamptz
from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::integer[])
    with ordinality as r (kind, subject_id, address, facts, times_sent, i)
order by r.kind, r.subject_id, r.address, r.i desc
on conflict (event_id, kind, subject_id, address) do update
set facts = excluded.facts,
    times_sent = excluded.times_sent,
    first_at = case when report.facts = excluded.facts then report.first_at else excluded.first_at end,
    sent_at = excluded.sent_at

-- name: outbox_add
-- $1 event, then one array per column: dedupe keys, kinds, channels, addresses, persons (null: none), payloads, threads,
-- when they expire (0: never), not before (0: at once); in the order in which they were decided
insert into outbox (event_id, dedupe_key, kind, channel, address, person_id, payload, thread, expires_at, due_at)
select $1, m.dedupe_key, m.kind, m.channel, m.address, m.person_id, m.payload::jsonb, m.thread, instant(m.expires_us),
    coalesce(instant(m.due_us), now())
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[],
        $10::bigint[])
    as m (dedupe_key, kind, channel, address, person_id, payload, thread, expires_us, due_us)
on conflict (event_id, dedupe_key) do nothing

-- name: plan_later
-- $1 event, $2 stages, $3 subjects, $4 ids, $5 when; one such job is enough
insert into job (event_id, stage, subject, subject_id, enqueued_at, due_at)
select distinct $1::bigint, l.stage, l.subject, l.subject_id, instant(l.due_us), instant(l.due_us)
from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) as l (stage, subject, subject_id, due_us)
where not exists (
    select from job j
    where j.event_id = $1
      and j.stage = l.stage
      and j.subject = l.subject
      and j.subject_id = l.subject_id
      and j.due_at = instant(l.due_us))

-- name: plan_fan_out
-- $1 event, $2 people; a job for each who has none that is due
insert into job (event_id, stage, subject, subject_id)
select $1, 'plan', 'person', p.person_id
from unnest($2::bigint[]) as p (person_id)
where not exists (
    select from job j
    where j.event_id = $1
      and j.stage = 'plan'
      and j.subject = 'person'
      and j.subject_id = p.person_id
      and j.due_at <= now()
      and j.attempts = 0)

-- name: outbox_fall_back
-- $1 event, $2 people, $3 channels, $4 addresses: what was refused there goes this way instead; $5 not before (0: at
-- once), which does not hold for $6 urgent kinds
insert into outbox (event_id, dedupe_key, kind, channel, address, person_id, payload, thread, expires_at, due_at)
select o.event_id, o.dedupe_key || ' by ' || c.channel, o.kind, c.channel, c.address, o.person_id, o.payload, o.thread,
    o.expires_at, case when o.kind = any ($6::text[]) then now() else coalesce(instant(c.due_us), now()) end
from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) as c (person_id, channel, address, due_us)
    join outbox o on o.event_id = $1 and o.person_id = c.person_id
where o.state = 'refused'
  and o.channel <> c.channel
  and o.dedupe_key not like '% by %'
on conflict (event_id, dedupe_key) do nothing

-- name: plan_ambiguous
-- $1 event; names that a lead must choose for, with whom they may mean: not who would be told of as 0%
select m.track_id, m.name, m.line,
    coalesce((
        select jsonb_agg(jsonb_build_object('name', p.name, 'pct', round(100 * (c.item ->> 'confidence')::numeric)) order by c.i)
        from jsonb_array_elements(r.candidates) with ordinality as c (item, i)
            join person p on p.event_id = r.event_id and p.person_id = (c.item ->> 'person')::bigint
        where (c.item ->> 'confidence')::numeric >= 0.005), '[]')::text
from mention m
    join resolution r using (event_id, mention_id)
where m.event_id = $1
  and m.track_id is not null
  and r.status = 'ambiguous'
order by m.track_id, m.mention_id

-- name: plan_open_clashes
-- $1 event, $2 opened after; worst first
select c.clash_id, c.severity, c.kind, c.why, c.opened_at > $2::timestamptz, s.state
from clash c
    join clash_state s using (event_id, clash_id)
where c.event_id = $1
  and c.is_open
order by array_position(array['critical', 'high', 'medium', 'low', 'info'], c.severity), c.starts_at, c.clash_id

-- name: plan_stopped
-- $1 event, $2 stopped after; addresses that died or complained, the newest first; how many there are in all
select coalesce((
        select p.name
        from registrant r
            join person p using (event_id, person_id)
        where r.event_id = s.event_id
          and r.email <> ''
          and lower(r.email) = lower(s.address)
        limit 1), 'somebody') as name,
    s.reason, s.suppressed_at > $2::timestamptz as is_new, count(*) over ()
from suppression s
where s.event_id = $1
  and s.channel = 'mail'
  and s.reason in ('bounced', 'complained')
order by s.suppressed_at desc
limit 40

-- name: plan_resolved_since
-- $1 event, $2 since
select count(*)
from clash
where event_id = $1
  and not is_open
  and resolved_at > $2::timestamptz

-- name: plan_openings
-- $1 event; sessions of open kinds that were filled, restored or moved within a day, never by the first import: the
-- session, was it filled, who speaks
select g.session_id, bool_or(g.what <> 'moved'),
    coalesce((
        select string_agg(m.name, ', ' order by m.mention_id)
        from mention m
        where m.event_id = $1
          and m.session_id = g.session_id
          and m.role = 'speaker'), '')
from programme_change g
    join session s using (event_id, session_id)
    left join track t on t.event_id = s.event_id and t.track_id = s.track_id
where g.event_id = $1
  and g.changed_at > now() - interval '1 day'
  and g.what in ('added', 'moved', 'retitled', 'restored')
  and g.programme_version > (select min(programme_version) from programme_change where event_id = $1)
  and not s.is_cancelled
  and s.starts_at is not null
  and (s.kind = 'bof' or (s.kind = 'talk' and t.kind in ('kernel_summit', 'bof')))
group by g.session_id
order by g.session_id
