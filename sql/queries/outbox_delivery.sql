-- The notifier's side of the outbox, and what operators do with it.

-- name: outbox_expire
-- $1 channel; messages that nobody waits for any more
update outbox
set state = 'expired',
    last_detail = case when last_detail = '' then 'its time had passed' else last_detail end
where channel = $1
  and state = 'waiting'
  and due_at <= now()
  and expires_at <= now()

-- name: outbox_claim
-- $1 channel, $2 most rows, $3 lease in microseconds. What a dead notifier left behind comes first and one by one: if it
-- is that message which kills notifiers, it takes no other one's lease with it.
with abandoned as (
    select event_id, outbox_id
    from outbox
    where channel = $1
      and state = 'leased'
      and leased_until <= now()
    order by leased_until
    for update skip locked
    limit 1
),
waiting as (
    select event_id, outbox_id
    from outbox
    where channel = $1
      and state = 'waiting'
      and due_at <= now()
      and not exists (select from abandoned)
    order by due_at
    for update skip locked
    limit $2
),
taken as (
    select event_id, outbox_id from abandoned
    union all
    select event_id, outbox_id from waiting
)
update outbox o
set state = 'leased',
    attempts = o.attempts + 1,
    leased_until = now() + $3::bigint * interval '1 microsecond'
from taken t, event e
where (o.event_id, o.outbox_id) = (t.event_id, t.outbox_id)
  and e.event_id = o.event_id
returning o.event_id, o.outbox_id, e.slug, o.dedupe_key, o.kind, o.channel, o.address, o.person_id, o.payload::text,
    o.thread, us(o.created_at), us(o.expires_at), us(o.leased_until), o.attempts, us(o.due_at),
    (select count(*)
    from delivery d
    where (d.event_id, d.outbox_id) = (o.event_id, o.outbox_id)
      and d.code <> 'crash')

-- name: outbox_check
-- $1 event, $2 outbox, $3 attempt, $4 keyed hash of the address (store/suppression.h); the last look before it leaves: no row when it was withdrawn or taken over
select coalesce((
        select s.reason
        from suppression s
        where s.event_id = o.event_id
          and s.channel = o.channel
          and (lower(s.address) = lower(o.address) or s.address = $4)
        limit 1), '') as suppressed,
    coalesce((
        select m.room_id
        from matrix_room m
        where m.event_id = o.event_id
          and m.address = o.address), '') as room_id,
    coalesce(o.expires_at <= now(), false) as is_expired
from outbox o
where o.event_id = $1
  and o.outbox_id = $2
  and o.state = 'leased'
  and o.attempts = $3
  and o.leased_until > now()

-- name: outbox_record
-- $1 event, $2 outbox, $3 attempt, $4 new state, $5 wait in microseconds, $6 remote id, $7 verdict, $8 scope, $9 code,
-- $10 detail, $11 milliseconds, $12 reason to suppress the address or '', $13 Matrix room or ''
with noted as (
    update outbox
    set state = $4,
        due_at = case when $4 = 'waiting' then now() + $5::bigint * interval '1 microsecond' else due_at end,
        leased_until = null,
        sent_at = case when $4 = 'sent' then now() else sent_at end,
        remote_id = case when $6 = '' then remote_id else $6 end,
        last_verdict = $7,
        last_detail = left($9 || ' ' || $10, 400)
    where event_id = $1
      and outbox_id = $2
      and attempts = $3
      and state = 'leased'
    returning event_id
),
logged as (
    insert into delivery (event_id, outbox_id, attempt, verdict, scope, code, detail, took_ms)
    select event_id, outbox_id, $3, $7, $8, $9, $10, $11
    from outbox
    where event_id = $1
      and outbox_id = $2
    on conflict do nothing
),
suppressed as (
    insert into suppression (event_id, channel, address, reason, detail)
    select o.event_id, o.channel, o.address, $12, left($9 || ' ' || $10, 400)
    from outbox o
    where o.event_id = $1
      and o.outbox_id = $2
      and $12 <> ''
      and not exists (
        select from suppression s
        where s.event_id = o.event_id
          and s.channel = o.channel
          and lower(s.address) = lower(o.address))
    on conflict do nothing
),
housed as (
    insert into matrix_room (event_id, address, room_id)
    select event_id, address, $13
    from outbox
    where event_id = $1
      and outbox_id = $2
      and $13 <> ''
    on conflict (event_id, address) do update
    set room_id = excluded.room_id
)
select count(*)
from noted

-- name: bounce_record
-- $1 event, $2 outbox, $3 kind, $4 status code, $5 what the report says, $6 proven, $7 digest, $8 reason to suppress the
-- address or ''. Tells whether the message is known, whether the report is new, and whether the address is now stopped.
with message as (
    select event_id, outbox_id, channel, address
    from outbox
    where event_id = $1
      and outbox_id = $2
),
noted as (
    insert into bounce (event_id, outbox_id, kind, status, detail, is_proven, digest)
    select event_id, outbox_id, $3, $4, left($5, 400), $6::boolean, $7
    from message
    on conflict do nothing
    returning event_id
),
marked as (
    update outbox
    set state = 'refused',
        last_verdict = 'refused',
        last_detail = left($4 || ' ' || $5, 400)
    where event_id = $1
      and outbox_id = $2
      and state = 'sent'
      and $3 = 'hard'
      and $6::boolean
      and exists (select from noted)
),
stopped as (
    insert into suppression (event_id, channel, address, reason, detail)
    select event_id, channel, address, $8, left($4 || ' ' || $5, 400)
    from message
    where $8 <> ''
      and exists (select from noted)
    on conflict do nothing
    returning event_id
)
select (select count(*) from message) > 0, (select count(*) from noted) > 0, (select count(*) from stopped) > 0

-- name: outbox_release
-- $1 event ids, $2 outbox ids, $3 attempts; taken, but not tried: back as if nothing had happened
update outbox o
set state = 'waiting',
    leased_until = null,
    attempts = o.attempts - 1
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as r (event_id, outbox_id, attempt)
where (o.event_id, o.outbox_id) = (r.event_id, r.outbox_id)
  and o.state = 'leased'
  and o.attempts = r.attempt

-- name: outbox_next_due
-- $1 channel; microseconds until something is to be done, null: nothing waits
select (extract(epoch from min(at) - now()) * 1000000)::bigint
from (
    (select due_at as at
    from outbox
    where channel = $1
      and state = 'waiting'
    order by due_at
    limit 1)
    union all
    (select leased_until
    from outbox
    where channel = $1
      and state = 'leased'
    order by leased_until
    limit 1)
) as next

-- name: outbox_list
-- $1 event or 0, $2 state or '', $3 most rows; the newest first
select o.event_id, o.outbox_id, e.slug, o.kind, o.channel, o.address, o.state, o.attempts, us(o.created_at), us(o.due_at),
    us(o.sent_at), us(o.expires_at), o.remote_id, o.last_verdict, o.last_detail
from outbox o join event e using (event_id)
where ($1::bigint = 0 or o.event_id = $1)
  and ($2 = '' or o.state = $2)
order by o.event_id, o.outbox_id desc
limit $3

-- name: outbox_count
-- $1 event or 0
select state, count(*)
from outbox
where $1::bigint = 0 or event_id = $1
group by state
order by state

-- name: outbox_show
-- $1 event or 0, $2 outbox
select o.event_id, o.outbox_id, e.slug, o.dedupe_key, o.kind, o.channel, o.address, o.person_id, o.payload::text, o.thread,
    us(o.created_at), us(o.expires_at), us(o.leased_until), o.attempts, us(o.due_at), 0, o.state, us(o.sent_at), o.remote_id,
    o.last_verdict, o.last_detail
from outbox o join event e using (event_id)
where o.outbox_id = $2
  and ($1::bigint = 0 or o.event_id = $1)

-- name: outbox_attempts
-- $1 event, $2 outbox
select attempt, verdict, scope, code, detail, took_ms, us(at)
from delivery
where event_id = $1
  and outbox_id = $2
order by attempt

-- name: outbox_retry
-- $1 event or 0, $2 outbox or 0 for all dead letters; nothing that was sent, nothing that is under way
update outbox
set state = 'waiting',
    due_at = now(),
    leased_until = null
where ($1::bigint = 0 or event_id = $1)
  and ($2::bigint = 0 or outbox_id = $2)
  and state in ('dead', 'refused', 'waiting')
  and ($2::bigint <> 0 or state <> 'waiting')
returning event_id, outbox_id
