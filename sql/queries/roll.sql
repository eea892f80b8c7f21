-- name: roll_due
-- $1 event, $2 microseconds before a session, $3 now; sessions whose missing people are to be called: by the clock, or
-- because a lead said so within a quarter of an hour; how often one did
select s.session_id, w.n_calls
from session s
    join roll_time t using (event_id, session_id)
    cross join lateral (
        select count(*) filter (where r.what = 'call') as n_calls,
            coalesce(max(r.said_at) filter (where r.what = 'call') > $3::timestamptz - interval '15 minutes', false) as is_called,
            coalesce(bool_or(r.what = 'begin'), false) as has_begun
        from roll_word r
        where r.event_id = s.event_id
          and r.session_id = s.session_id
          and r.said_at >= t.opens_at) w
where s.event_id = $1
  and s.kind not in ('break', 'open_slot')
  and not w.has_begun
  and (w.is_called or (s.starts_at > $3 and s.starts_at - $2::bigint * interval '1 microsecond' <= $3))
order by s.starts_at, s.kind = 'block' desc, s.session_id

-- name: roll_later
-- $1 event, $2 microseconds before a session, $3 now, $4 how long jobs are left alone, in microseconds; the next time to
-- look, once
insert into job (event_id, stage, subject, subject_id, enqueued_at, due_at)
select $1, 'plan', 'roll', 0, n.due_at - $4::bigint * interval '1 microsecond', n.due_at
from (
    select min(starts_at) - $2::bigint * interval '1 microsecond' as due_at
    from session
    where event_id = $1
      and not is_cancelled
      and kind not in ('break', 'open_slot')
      and starts_at - $2::bigint * interval '1 microsecond' > $3) n
where n.due_at is not null
  and not exists (
    select from job j
    where j.event_id = $1
      and j.stage = 'plan'
      and j.subject = 'roll'
      and j.due_at = n.due_at)

-- name: roll_people
-- $1 event, $2 sessions; who is wanted there, and the leads of their tracks
select distinct r.person_id
from session s
    join mention m on m.event_id = s.event_id
        and (m.session_id = s.session_id or (m.track_id = s.track_id and (s.kind = 'block' or m.role = 'lead')))
    join resolution r on r.event_id = m.event_id and r.mention_id = m.mention_id
where s.event_id = $1
  and s.session_id = any ($2::bigint[])
  and r.person_id is not null
order by 1

-- name: roll_load
-- $1 event, $2 sessions, and the blocks they are part of; the latest word on each person
select r.session_id, r.person_id, r.state, r.via, us(r.said_at)
from roll r
where r.event_id = $1
  and r.session_id in (
    select session_id from session where event_id = $1 and session_id = any ($2::bigint[])
    union
    select parent_id from session where event_id = $1 and session_id = any ($2::bigint[]))
order by r.session_id, r.person_id

-- name: roll_session
-- $1 event, $2 session, $3 person; what the page of somebody who is wanted there says
select e.title, e.timezone, p.name, case when s.kind = 'block' then coalesce(k.title, s.title) else s.title end,
    us(s.starts_at), us(s.ends_at), coalesce(o.name, ''), now() between t.opens_at and t.closes_at, now() > t.closes_at,
    coalesce(r.state, '')
from session s
    join roll_time t using (event_id, session_id)
    join event e using (event_id)
    join person p on p.event_id = s.event_id and p.person_id = person_now($1, $3)
    left join track k on k.event_id = s.event_id and k.track_id = s.track_id
    left join room o on o.event_id = s.event_id and o.room_id = s.room_id
    left join roll r on r.event_id = s.event_id and r.session_id = s.session_id and r.person_id = p.person_id
where s.event_id = $1
  and s.session_id = $2

-- name: roll_words
-- $1 event, $2 session; what a lead decided for the time that it has now; is the roll open
select count(*) filter (where w.what = 'call'), us(max(w.said_at) filter (where w.what = 'call')),
    us(max(w.said_at) filter (where w.what = 'begin')), coalesce(bool_or(now() between t.opens_at and t.closes_at), false)
from roll_time t
    left join roll_word w on w.event_id = t.event_id and w.session_id = t.session_id and w.said_at >= t.opens_at
where t.event_id = $1
  and t.session_id = $2

-- name: check_in_add
-- $1 event, $2 session, $3 person, $4 state, $5 via, $6 track or null: only of this one; nothing where the roll is not
-- open or the person is not wanted; the same again changes nothing. How many there are whom it is about
with wanted as (
    select s.event_id, s.session_id, p.person_id
    from session s
        join roll_time t using (event_id, session_id)
        join person p on p.event_id = s.event_id and p.person_id = person_now($1, $3)
    where s.event_id = $1
      and s.session_id = $2
      and ($6::bigint is null or s.track_id = $6)
      and now() between t.opens_at and t.closes_at
      and exists (
        select from mention m
            join resolution r using (event_id, mention_id)
        where m.event_id = s.event_id
          and r.person_id = p.person_id
          and (m.session_id = s.session_id or m.track_id = s.track_id))
),
added as (
    insert into check_in (event_id, session_id, person_id, state, via, said_at)
    select w.event_id, w.session_id, w.person_id, $4, $5, clock_timestamp()
    from wanted w
    where not exists (
        select from roll r
        where r.event_id = w.event_id
          and r.session_id = w.session_id
          and r.person_id = w.person_id
          and r.state = $4)
)
select count(*)
from wanted

-- name: roll_word_add
-- $1 event, $2 session, $3 what, $4 who says it, $5 track or null: only of this one; a second call counts after a minute
insert into roll_word (event_id, session_id, what, said_by)
select s.event_id, s.session_id, $3, $4
from session s
    join roll_time t using (event_id, session_id)
where s.event_id = $1
  and s.session_id = $2
  and ($5::bigint is null or s.track_id = $5)
  and now() between t.opens_at and t.closes_at
  and not exists (
    select from roll_word w
    where w.event_id = s.event_id
      and w.session_id = s.session_id
      and w.said_at >= t.opens_at
      and w.what = $3
      and (w.what = 'begin' or w.said_at > now() - interval '1 minute'))

-- name: roll_counts
-- $1 event; where somebody has checked in: how many are there
select r.session_id, count(*) filter (where r.state = 'here')
from roll r
where r.event_id = $1
group by r.session_id
order by r.session_id

-- name: roll_open
-- $1 event; sessions that are on or soon begin
select s.session_id
from session s
    join roll_time t using (event_id, session_id)
where s.event_id = $1
  and s.kind not in ('break', 'open_slot')
  and now() between t.opens_at and t.closes_at
  and (s.ends_at > now() or t.closes_at = 'infinity')
order by s.starts_at, s.kind = 'block' desc, s.session_id

-- name: roll_is_open
-- $1 event, $2 session
select exists (
    select from roll_time t
    where t.event_id = $1
      and t.session_id = $2
      and now() between t.opens_at and t.closes_at)
