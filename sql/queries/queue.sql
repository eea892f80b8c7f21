-- name: queue_claim
-- $1 stage, $2 earlier stages, $3 microseconds to settle, $4 most jobs. What failed before is tried alone, so that
-- one bad job does not take others down with it.
with due as (
    select j.event_id, j.job_id, j.attempts
    from job j
    where j.stage = $1
      and j.due_at <= now()
      and j.enqueued_at <= now() - $3::bigint * interval '1 microsecond'
      and not exists (
        select from job e
        where e.event_id = j.event_id
          and e.stage = any ($2::text[])
          and e.attempts = 0
          and e.due_at <= now())
    order by j.due_at
    for update skip locked
    limit 1
),
picked as (
    select j.event_id, j.job_id
    from job j
    where j.event_id = (select event_id from due)
      and j.stage = $1
      and (((select attempts from due) = 0 and j.attempts = 0) or j.job_id = (select job_id from due))
      and j.due_at <= now()
      and j.enqueued_at <= now() - $3::bigint * interval '1 microsecond'
    order by j.job_id
    for update skip locked
    limit $4
),
claimed as (
    delete from job j
    using picked p
    where j.event_id = p.event_id
      and j.job_id = p.job_id
    returning j.event_id, j.job_id, j.subject, j.subject_id
)
select event_id, subject, subject_id, array_to_string(array_agg(job_id order by job_id), ' ')
from claimed
group by event_id, subject, subject_id
order by subject, subject_id

-- name: queue_lock_all
-- $1 stage, $2 event
select pg_advisory_xact_lock(hashtextextended('rollcall ' || $1::text, $2::bigint))

-- name: queue_lock_some
-- $1 stage, $2 event, $3 ids; shares the event with other workers, has the ids for itself
with event_lock as materialized (
    select pg_advisory_xact_lock_shared(hashtextextended('rollcall ' || $1::text, $2::bigint)) as done
)
select pg_advisory_xact_lock(ids.key)
from event_lock,
    (select hashtextextended('rollcall ' || $1::text || ' ' || $2::bigint::text, i.id) as key
     from unnest($3::bigint[]) as i (id)
     order by 1
     offset 0) as ids

-- name: queue_failed
-- $1 event, $2 job ids, $3 message
update job
set attempts = attempts + 1,
    due_at = now() + least(interval '10 minutes', interval '1 second' * power(2, least(attempts, 10))),
    last_error = $3
where event_id = $1
  and job_id = any ($2::bigint[])

-- name: queue_notify
-- $1 stages
select pg_notify('rollcall_' || stage, '')
from unnest($1::text[]) as s (stage)

-- name: queue_next_due
-- $1 stage; microseconds until the next delayed job, null when there is none
select (extract(epoch from min(due_at) - now()) * 1000000)::bigint
from job
where stage = $1
  and due_at > now()

-- name: queue_depth
-- by stage: what can be done now, of it failed before, the oldest's time, the last complaint, what waits for its time
select stage, count(*) filter (where due_at <= now() or attempts > 0), count(*) filter (where attempts > 0),
    us(min(enqueued_at)), max(last_error), count(*) filter (where due_at > now() and attempts = 0)
from job
group by stage
order by stage
