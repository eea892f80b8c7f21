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
-- $1 event ids, $2 outbox ids, $3 attempts, $4 keyed hashes of the addresses (store/suppression.h); the last look before
-- messages leave: no row for one that was withdrawn or taken over. The first column is its place in the arrays
select c.place - 1,
    coalesce((
        select s.reason
        from suppression s
        where s.event_id = o.event_id
          and s.channel = o.channel
          and (lower(s.address) = lower(o.address) or s.address = c.hash)
        limit 1), '') as suppressed,
    coalesce((
        select m.room_id
        from matrix_room m
        where m.event_id = o.event_id
          and m.address = o.address), '') as room_id,
    coalesce(o.expires_at <= now(), false) as is_expired
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) with ordinality as c (event_id, outbox_id, attempt, hash, place)
    join outbox o using (event_id, outbox_id)
where o.state = 'leased'
  and o.attempts = c.attempt
  and o.leased_until > now()

-- name: outbox_record
-- $1 event ids, $2 outbox ids, $3 attempts, $4 new states, $5 waits in microseconds, $6 remote ids, $7 verdicts, $8 scopes,
-- $9 codes, $10 details, $11 milliseconds, $12 reasons to suppress the address or '', $13 Matrix rooms or '', $14 keyed
-- hashes of suppressed addresses or '': what is stopped in clear now need not be recognised, and its owner can take it back
with verdict as (
    select v.event_id, v.outbox_id, v.attempt, v.state, v.wait_us, v.remote_id, v.verdict, v.scope, v.code, v.detail, v.took_ms,
        v.reason, v.room_id, v.hash
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[])
        as v (event_id, outbox_id, attempt, state, wait_us, remote_id, verdict, scope, code, detail, took_ms, reason, room_id, hash)
),
noted as (
    update outbox o
    set state = v.state,
        due_at = case when v.state = 'waiting' then now() + v.wait_us * interval '1 microsecond' else o.due_at end,
        leased_until = null,
        sent_at = case when v.state = 'sent' then now() else o.sent_at end,
        remote_id = case when v.remote_id = '' then o.remote_id else v.remote_id end,
        last_verdict = v.verdict,
        last_detail = left(v.code || ' ' || v.detail, 400)
    from verdict v
    where o.event_id = v.event_id
      and o.outbox_id = v.outbox_id
      and o.attempts = v.attempt
      and o.state = 'leased'
    returning o.event_id
),
logged as (
    insert into delivery (event_id, outbox_id, attempt, verdict, scope, code, detail, took_ms)
    select v.event_id, v.outbox_id, v.attempt, v.verdict, v.scope, v.code, v.detail, v.took_ms
    from verdict v
        join outbox o using (event_id, outbox_id)
    on conflict do nothing
),
suppressed as (
    insert into suppression (event_id, channel, address, reason, detail)
    select o.event_id, o.channel, o.address, v.reason, left(v.code || ' ' || v.detail, 400)
    from verdict v
        join outbox o using (event_id, outbox_id)
    where v.reason <> ''
      and not exists (
        select from suppression s
        where s.event_id = o.event_id
          and s.channel = o.channel
          and lower(s.address) = lower(o.address))
    on conflict do nothing
),
lifted as (
    delete from suppression s
    using verdict v
    where v.hash <> ''
      and s.event_id = v.event_id
      and s.address = v.hash
),
housed as (
    insert into matrix_room (event_id, address, room_id)
    select distinct on (o.event_id, o.address) o.event_id, o.address, v.room_id
    from verdict v
        join outbox o using (event_id, outbox_id)
    where v.room_id <> ''
    order by o.event_id, o.address, v.outbox_id desc
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
