-- name: queue_claim
-- $1 stage, $2 earlier stages, $3 microseconds to settle, $4 most subjects, $5 does a job for the whole event do the work
-- of all others, $6 hold the jobs instead of deleting them
select event_id, subject, subject_id, job_ids, us(now()), is_held
from job_claim($1, $2::text[], $3, $4, $5::boolean, $6::boolean)

-- name: queue_join
-- $1 event; shares it with the other workers. Who has it alone (event_alone) removes it, or somebody
select pg_advisory_xact_lock_shared(hashtextextended('rollcall event', $1::bigint))

-- name: queue_mark
-- says that this connection lives; kept until it ends, again is harmless
select pg_advisory_lock(hashtext('rollcall in hand'), pg_backend_pid())

-- name: queue_take
-- $1 event, $2 job ids; what this connection holds goes for good with its transaction
delete from job
where event_id = $1
  and job_id = any ($2::bigint[])
  and held_by = pg_backend_pid()

-- name: queue_let_go
-- $1 event, $2 job ids; nothing was the jobs' fault
update job
set held_by = 0
where event_id = $1
  and job_id = any ($2::bigint[])
  and held_by = pg_backend_pid()

-- name: queue_reap
-- $1 stage, $2 message, $3 so many deaths make a job that is alone in a batch a failed one; how many jobs there were, and
-- how many of them now count as failed
select n, n_failed
from job_reap($1, $2, $3)

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

-- name: queue_lock_subjects
-- $1 stage, $2 subject, $3 event, $4 ids
select pg_advisory_xact_lock(ids.key)
from (select hashtextextended('rollcall ' || $1::text || ' ' || $2::text || ' ' || $3::bigint::text, i.id) as key
    from unnest($4::bigint[]) as i (id)
    order by 1
    offset 0) as ids

-- name: queue_failed
-- $1 event, $2 job ids, $3 message; jobs for many people fall apart
with split as (
    delete from job
    where event_id = $1
      and job_id = any ($2::bigint[])
      and subject = 'people'
    returning event_id, stage, subject_id, enqueued_at, attempts, deaths
),
persons as (
    insert into job (event_id, stage, subject, subject_id, enqueued_at, attempts, deaths, due_at, last_error)
    select s.event_id, s.stage, 'person', p.person_id, s.enqueued_at, s.attempts + 1, s.deaths, now() + interval '1 second', $3
    from split s
        join person p on p.event_id = s.event_id and p.person_id between s.subject_id << 7 and (s.subject_id << 7) + 127
)
update job
set attempts = attempts + 1,
    held_by = 0,
    due_at = now() + least(interval '10 minutes', interval '1 second' * power(2, least(attempts, 10))),
    last_error = $3
where event_id = $1
  and job_id = any ($2::bigint[])
  and subject <> 'people'

-- name: queue_notify
-- $1 stages
select pg_notify('rollcall_' || stage, '')
from unnest($1::text[]) as s (stage)

-- name: queue_next_due
-- $1 stage, $2 microseconds to settle; microseconds until the next job that must still wait, null when there is none
select (extract(epoch from least(
    (select min(due_at)
    from job
    where stage = $1
      and due_at > now()),
    (select min(enqueued_at) + $2::bigint * interval '1 microsecond'
    from job
    where $2::bigint > 0
      and stage = $1
      and due_at <= now()
      and enqueued_at > now() - $2::bigint * interval '1 microsecond')) - now()) * 1000000)::bigint

-- name: queue_depth
-- by stage: what can be done now, of it failed or in hand when a worker died, the oldest's time, the last complaint, what
-- waits for its time
select stage, count(*) filter (where due_at <= now() or attempts > 0), count(*) filter (where attempts + deaths > 0),
    us(min(enqueued_at)), max(last_error), count(*) filter (where due_at > now() and attempts = 0)
from job
group by stage
order by stage
