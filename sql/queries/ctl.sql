-- name: status_events
select e.slug, e.title, e.programme_version,
    (select count(*) from session s where s.event_id = e.event_id and not s.is_cancelled),
    (select count(*) from track t where t.event_id = e.event_id and t.kind = 'mc'),
    (select count(*) from registrant r where r.event_id = e.event_id and r.status = 'confirmed'),
    (select count(*) from person p where p.event_id = e.event_id),
    (select count(*) from clash c where c.event_id = e.event_id and c.is_open),
    (select count(*) from resolution r where r.event_id = e.event_id and r.status = 'ambiguous')
from event e
order by e.event_id

-- name: status_outbox
select channel, state, count(*), us(min(created_at))
from outbox
group by channel, state
order by channel, state

-- name: answer_add
-- $1 event, $2 person, $3 track (null: all), $4 reply, $5 not before (minutes), $6 via
insert into answer (event_id, person_id, track_id, reply, not_before_min, via)
values ($1, $2, $3, $4, $5, $6)

-- name: stand_in_add
-- $1 event, $2 person, $3 whom they name in their place, '' takes it back; the same again is no news
insert into stand_in (event_id, person_id, name)
select $1, $2, $3
where $3::text is distinct from coalesce((
    select i.name
    from stand_in_now i
    where i.event_id = $1
      and i.person_id = person_now($1, $2)), '')

-- name: forget_count
-- $1 event, $2 person; what goes
select (select count(*) from registrant where event_id = $1 and person_id = $2),
    (select count(*) from outbox where event_id = $1 and person_id = $2),
    (select count(*) from answer where event_id = $1 and person_id = $2)

-- name: forget_known
-- $1 event, $2 person; all addresses of theirs that are known, in lower case, and their sums
select distinct a
from (
    select unnest(array[lower(email), lower(matrix_id), lower(email_md5), md5(lower(email))]) as a
    from registrant
    where event_id = $1
      and person_id = $2
    union
    select lower(value)
    from person_alias
    where event_id = $1
      and (person_id = $2 or person_id in (
        select gone_id
        from person_merge
        where event_id = $1
          and person_now($1, gone_id) = $2))
      and kind in ('email', 'email_md5', 'matrix_id')
    union
    select lower(m.email)
    from mention m
        join resolution r using (event_id, mention_id)
    where m.event_id = $1
      and r.person_id = $2
) as address
where a <> ''
order by a

-- name: forget_names
-- $1 event, $2 person; names of two words or more: a single one may be any word of a sentence
select distinct name
from (
    select p.name
    from person p
    where p.event_id = $1
      and (p.person_id = $2 or person_now($1, p.person_id) = $2)
    union
    select r.name
    from registrant r
    where r.event_id = $1
      and r.person_id = $2
) as known
where name ~ '\S\s+\S'
order by name

-- name: forget_name
-- $1 event, $2 name; in what others were or will be told, and where they named the person in their place
with spelled as (
    select substr(to_jsonb($2::text)::text, 2, length(to_jsonb($2::text)::text) - 2) as name
),
messages as (
    update outbox o
    set payload = replace(o.payload::text, s.name, 'somebody')::jsonb
    from spelled s
    where o.event_id = $1
      and position(s.name in o.payload::text) > 0
),
named as (
    update stand_in
    set name = left(replace(name, $2, 'somebody'), 200)
    where event_id = $1
      and position($2 in name) > 0
)
update report r
set facts = ((r.facts::jsonb - $2::text) || jsonb_build_object($2::text, 'erased'))::text
where r.event_id = $1
  and r.kind = 'quorum'
  and r.facts like '{%'
  and r.facts::jsonb ? $2::text

-- name: forget_stops
-- $1 event, $2 addresses, $3 their keyed hashes; what must get no messages still must not, should an import bring it back
with known as (
    select k.address, k.hash
    from unnest($2::text[], $3::text[]) as k (address, hash)
),
gone as (
    delete from suppression s
    using known k
    where s.event_id = $1
      and lower(s.address) = k.address
    returning s.event_id, s.channel, k.hash, s.reason, s.suppressed_at
)
insert into suppression (event_id, channel, address, reason, suppressed_at)
select event_id, channel, hash, reason, suppressed_at
from gone
on conflict do nothing

-- name: forget_addresses
-- $1 event, $2 person, $3 their addresses; every trace of them: messages to them, reports, Matrix rooms, and what lists or
-- decisions say
with known as (
    select unnest($3::text[]) as a
),
messages as (
    delete from outbox
    where event_id = $1
      and (person_id = $2 or lower(address) in (select a from known))
),
rooms as (
    delete from matrix_room
    where event_id = $1
      and lower(address) in (select a from known)
),
reports as (
    delete from report
    where event_id = $1
      and (lower(address) in (select a from known) or (kind in ('question', 'agenda', 'opening') and subject_id = $2))
),
decisions as (
    update decision
    set email = ''
    where event_id = $1
      and lower(email) in (select a from known)
)
update mention
set email = '',
    email_md5 = ''
where event_id = $1
  and (lower(email) in (select a from known) or lower(email_md5) in (select a from known))

-- name: forget_registrants
-- $1 event, $2 person
delete from registrant
where event_id = $1
  and person_id = $2

-- name: forget_merged
-- $1 event, $2 person; who turned out to be the same
delete from person
where event_id = $1
  and person_id in (
    select gone_id
    from person_merge
    where event_id = $1
      and person_now($1, gone_id) = $2)

-- name: forget_person
-- $1 event, $2 person; with it go aliases, answers, stars, matches, clashes, what was told
delete from person
where event_id = $1
  and person_id = $2

-- name: event_list
select e.slug, e.title, us(e.created_at),
    (select count(*) from session s where s.event_id = e.event_id and not s.is_cancelled),
    (select count(*) from registrant r where r.event_id = e.event_id)
from event e
order by e.event_id

-- name: event_expired
-- $1 how long events are kept, in microseconds; those that ended longer ago, and how many days ago
select e.event_id, e.slug, e.title, extract(day from now() - e.ends_at)::bigint
from event e
where $1::bigint > 0
  and e.ends_at + $1::bigint * interval '1 microsecond' <= now()
order by e.ends_at, e.event_id

-- name: event_contents
-- $1 event; what goes with it
select (select count(*) from session where event_id = $1),
    (select count(*) from registrant where event_id = $1),
    (select count(*) from person where event_id = $1),
    (select count(*) from answer where event_id = $1),
    (select count(*) from decision where event_id = $1),
    (select count(*) from star where event_id = $1),
    (select count(*) from clash where event_id = $1 and acknowledged_at is not null),
    (select count(*) from outbox where event_id = $1),
    (select count(*) from suppression where event_id = $1),
    title
from event
where event_id = $1

-- name: event_alone
-- $1 event; waits until workers have finished what they do about it (queue_join), and keeps them from beginning
select pg_advisory_xact_lock(hashtextextended('rollcall event', $1::bigint))

-- name: event_hold
-- $1 event; waits for whoever else writes something that belongs to it
select event_id
from event
where event_id = $1
for update

-- name: event_under_way
-- $1 event; how many messages are being delivered now. The lock keeps more from being claimed
select count(*) filter (where o.state = 'leased' and o.leased_until > now())
from (
    select state, leased_until
    from outbox
    where event_id = $1
    for update) o

-- name: event_remove
-- $1 event; everything that belongs to it goes along
delete from event
where event_id = $1

-- name: event_jobs_remove
-- $1 event; what the triggers of the rows that went have left to do. A worker that has just taken some waits for us, and
-- will find nothing to do
delete from job j
using (
    select job_id
    from job
    where event_id = $1
    for update skip locked) as free
where j.event_id = $1
  and j.job_id = free.job_id

-- name: sync_sources
-- $1 event; each address once, as it was last imported
select distinct on (name) name, kind, sha256
from source
where event_id = $1
  and name ~ '^https?://'
order by name, source_id desc

-- name: up_progress
-- jobs that can be done now, messages waiting, messages that went out
select (select count(*) from job where due_at <= now() and attempts = 0),
    (select count(*) from outbox where state in ('waiting', 'leased')),
    (select count(*) from outbox where state = 'sent')

-- name: up_examples
-- $1 event; a lead, a key attendee who is wanted twice, and an attendee, to look at
(select 'lead' as what, m.track_id as subject, r.person_id, p.name || ', lead of ' || t.title as whose
 from mention m
     join resolution r using (event_id, mention_id)
     join person p on p.event_id = m.event_id and p.person_id = r.person_id
     join track t on t.event_id = m.event_id and t.track_id = m.track_id
 where m.event_id = $1
   and m.role = 'lead'
 order by (select count(*) from mention k where k.event_id = m.event_id and k.track_id = m.track_id) desc, m.mention_id
 limit 1)
union all
(select 'answer', c.person_id, c.person_id, p.name || ', wanted in two rooms at once'
 from clash c
     join person p using (event_id, person_id)
 where c.event_id = $1
   and c.kind = 'required_twice'
   and c.is_open
   and exists (select from report q where q.event_id = c.event_id and q.kind = 'question' and q.subject_id = c.person_id)
 order by c.clash_id
 limit 1)
union all
(select 'agenda', r.person_id, r.person_id, p.name || ', attendee'
 from registrant r
     join person p using (event_id, person_id)
 where r.event_id = $1
   and r.interests <> ''
   and r.status = 'confirmed'
   and not exists (select from resolution s where s.event_id = r.event_id and s.person_id = r.person_id)
 order by r.attendance = 'in_person' desc,
    (select count(*) from match m where m.event_id = r.event_id and m.person_id = r.person_id) desc,
    length(r.interests) desc, r.registrant_id
 limit 1)
