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

-- name: report_save
-- $1 event, $2 kind, $3 subject, $4 address, $5 facts, $6 times sent, $7 when
insert into report (event_id, kind, subject_id, address, facts, times_sent, first_at, sent_at)
values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (event_id, kind, subject_id, address) do update
set facts = excluded.facts,
    times_sent = excluded.times_sent,
    first_at = case when report.facts = excluded.facts then report.first_at else excluded.first_at end,
    sent_at = excluded.sent_at

-- name: outbox_add
-- $1 event, $2 dedupe key, $3 kind, $4 channel, $5 address, $6 person (null: none), $7 payload, $8 thread, $9 expires,
-- $10 not before (null: at once)
insert into outbox (event_id, dedupe_key, kind, channel, address, person_id, payload, thread, expires_at, due_at)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, coalesce($10::timestamptz, now()))
on conflict (event_id, dedupe_key) do nothing

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
-- $1 event, $2 track; names that a lead must choose for
select m.mention_id, m.name, m.line, r.candidates::text
from mention m
    join resolution r using (event_id, mention_id)
where m.event_id = $1
  and m.track_id = $2
  and r.status = 'ambiguous'
order by m.mention_id

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
-- $1 event, $2 changed after; sessions of open kinds that were filled, restored or moved since, never by the first import
select g.session_id, bool_or(g.what <> 'moved')
from programme_change g
    join session s using (event_id, session_id)
    left join track t on t.event_id = s.event_id and t.track_id = s.track_id
where g.event_id = $1
  and g.changed_at > $2::timestamptz
  and g.what in ('added', 'moved', 'retitled', 'restored')
  and g.programme_version > (select min(programme_version) from programme_change where event_id = $1)
  and not s.is_cancelled
  and s.starts_at is not null
  and (s.kind = 'bof' or (s.kind = 'talk' and t.kind in ('kernel_summit', 'bof')))
group by g.session_id
order by g.session_id
