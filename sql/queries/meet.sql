-- name: meet_people
-- $1 event; who wants introductions and attends
select f.person_id, f.shares_contact
from preference f
    join person p using (event_id, person_id)
where f.event_id = $1
  and f.wants_introductions
  and p.merged_into is null
  and exists (
    select from registrant r
    where (r.event_id, r.person_id) = (f.event_id, f.person_id)
      and r.status = 'confirmed')
order by f.person_id

-- name: meet_absent
-- $1 event; introductions under way of people who do not attend any more: they are over
select introduction_clear($1, coalesce(array_agg(i.introduction_id), '{}'))
from introduction i
where i.event_id = $1
  and i.withdrawn_at is null
  and i.introduced_at is null
  and exists (
    select from unnest(array[i.person_a, i.person_b]) as p (person_id)
    where not exists (
        select from registrant r
        where (r.event_id, r.person_id) = (i.event_id, p.person_id)
          and r.status = 'confirmed'))

-- name: meet_past
-- $1 event; who was put together before
select person_a, person_b
from introduction
where event_id = $1

-- name: meet_due
-- $1 event; where somebody is to be told something: the second is asked, or both are introduced
select i.introduction_id, i.person_a, i.person_b, i.link, i.topics_a, i.topics_b, us(i.starts_at), us(i.ends_at), i.place,
    i.is_on_line, us(i.until_a_at), us(i.lapses_at), s.state
from introduction i
    join introduction_state s using (event_id, introduction_id)
where i.event_id = $1
  and s.state in ('asking_b', 'agreed')
order by i.introduction_id

-- name: meet_load
-- $1 event; how much each person was asked: within a day, and of what is still open
select q.person_id, count(*) filter (where q.asked_at > now() - interval '24 hours'), count(*) filter (where q.is_open)
from (
    select i.person_a as person_id, i.asked_a_at as asked_at, s.state in ('asked_a', 'asking_b', 'asked_b') as is_open
    from introduction i
        join introduction_state s using (event_id, introduction_id)
    where i.event_id = $1
    union all
    select i.person_b, i.asked_b_at, s.state in ('asked_a', 'asking_b', 'asked_b')
    from introduction i
        join introduction_state s using (event_id, introduction_id)
    where i.event_id = $1) q
group by q.person_id

-- name: meet_lock
-- $1 event, $2 people; of them those who want introductions, for as long as this transaction lasts
select introduction_lock($1, $2::bigint[])

-- name: meet_taken
-- $1 event, $2 people; meetings that they have, or may get
select p.person_id, us(i.starts_at), us(i.ends_at)
from introduction i
    join introduction_state s using (event_id, introduction_id)
    cross join unnest(array[i.person_a, i.person_b]) as p (person_id)
where i.event_id = $1
  and i.starts_at is not null
  and s.state not in ('declined', 'lapsed', 'withdrawn')
  and p.person_id = any ($2::bigint[])
order by p.person_id, i.starts_at

-- name: meet_add
-- $1 event, $2 a, $3 b, $4 link, $5 and $6 topics, $7 start (null: none), $8 end, $9 place, $10 on line, $11 now,
-- $12 until when a may answer, $13 until when b may; nothing when the two were put together before
insert into introduction (event_id, person_a, person_b, link, topics_a, topics_b, starts_at, ends_at, place, is_on_line,
    asked_a_at, until_a_at, lapses_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing
returning introduction_id

-- name: meet_ask_second
-- $1 event, $2 introduction, $3 now
update introduction
set asked_b_at = $3
where event_id = $1
  and introduction_id = $2
  and asked_b_at is null

-- name: meet_hold
-- $1 event, $2 introduction; none of its two can answer before this transaction ends. No row: one is answering just now,
-- who is not waited for, as that one may wait for us
select introduction_id
from introduction
where event_id = $1
  and introduction_id = $2
for update skip locked

-- name: meet_agreed
-- $1 event, $2 introduction; a row when both have said yes, and nothing else since
select introduction_id
from introduction_state
where event_id = $1
  and introduction_id = $2
  and state = 'agreed'

-- name: meet_introduce
-- $1 event, $2 introduction, $3 now, $4 start (null: none), $5 end, $6 place, $7 on line
update introduction
set introduced_at = $3,
    starts_at = $4,
    ends_at = $5,
    place = $6,
    is_on_line = $7
where event_id = $1
  and introduction_id = $2
  and introduced_at is null

-- name: meet_next
-- $1 event; when something changes by itself: a day since somebody was asked, or a question lapses; null: never
select us(min(t.at))
from introduction i
    join introduction_state s using (event_id, introduction_id)
    cross join lateral (values (i.asked_a_at + interval '24 hours'), (i.asked_b_at + interval '24 hours'),
        (case when s.state = 'asked_a' then i.until_a_at end),
        (case when s.state in ('asking_b', 'asked_b') then i.lapses_at end)) as t (at)
where i.event_id = $1
  and t.at > now()

-- name: meet_list
-- $1 event; for the operator: how far introductions are. What people said stays theirs: over is over
select i.introduction_id, coalesce(a.name, ''), coalesce(b.name, ''), i.link, i.topics_a,
    case when s.state in ('declined', 'lapsed', 'withdrawn') then 'over' else s.state end, us(i.starts_at), i.place, i.person_a,
    i.person_b
from introduction i
    join introduction_state s using (event_id, introduction_id)
    join person a on a.event_id = i.event_id and a.person_id = i.person_a
    join person b on b.event_id = i.event_id and b.person_id = i.person_b
where i.event_id = $1
  and i.withdrawn_at is null
order by i.introduction_id

-- name: web_introductions
-- $1 event, $2 person, $3 one introduction or null for all; what the person may know: the other's name and address only
-- once both have said yes. A no of the other looks like one who has not answered yet
select i.introduction_id, case when i.person_a = $2 then 'a' else 'b' end as side, i.link,
    case when i.person_a = $2 then i.topics_a else i.topics_b end as topics,
    case
        when i.introduced_at is not null then 'introduced'
        when w.reply is null and (i.person_a = $2 and i.until_a_at > now() or i.person_b = $2 and i.lapses_at > now()) then 'open'
        when w.reply = 'yes' and i.lapses_at > now() then 'waiting'
        else 'over'
    end as state,
    us(i.starts_at), us(i.ends_at), i.place, i.is_on_line,
    case when i.introduced_at is not null then o.name else '' end as name,
    case when i.introduced_at is not null and fo.shares_contact then c.address else '' end as contact,
    fm.shares_contact
from introduction i
    join person o on o.event_id = i.event_id and o.person_id = case when i.person_a = $2 then i.person_b else i.person_a end
    join preference fo on fo.event_id = o.event_id and fo.person_id = o.person_id and fo.wants_introductions
    join preference fm on fm.event_id = i.event_id and fm.person_id = $2 and fm.wants_introductions
    left join lateral (
        select case when bool_or(a.reply <> 'yes') then 'no' else 'yes' end as reply
        from introduction_answer a
        where (a.event_id, a.introduction_id, a.person_id) = (i.event_id, i.introduction_id, $2::bigint)
        having count(*) > 0) w on true
    left join lateral (
        select coalesce(nullif(r.email, ''), r.matrix_id) as address
        from registrant r
        where (r.event_id, r.person_id) = (o.event_id, o.person_id)
          and r.status = 'confirmed'
        order by r.registrant_id
        limit 1) c on true
where i.event_id = $1
  and (i.person_a = $2 or i.person_b = $2 and i.asked_b_at is not null)
  and ($3::bigint is null or i.introduction_id = $3)
  and i.withdrawn_at is null
order by i.introduced_at desc nulls last, i.introduction_id

-- name: web_introduction_reply
-- $1 event, $2 person, $3 introduction, $4 reply; nothing when the person was not asked, or has answered, or it is over
insert into introduction_answer (event_id, introduction_id, person_id, reply)
select i.event_id, i.introduction_id, $2, $4
from introduction i
where i.event_id = $1
  and i.introduction_id = $3
  and i.withdrawn_at is null
  and i.introduced_at is null
  and (i.person_a = $2 and i.until_a_at > now() or i.person_b = $2 and i.asked_b_at is not null and i.lapses_at > now())
  and not exists (
    select from introduction_answer a
    where (a.event_id, a.introduction_id, a.person_id) = (i.event_id, i.introduction_id, $2::bigint)
      and (a.reply <> 'yes' or $4::text = 'yes'))

-- name: web_introductions_set
-- $1 event, $2 person, $3 wants introductions, $4 shares the address
insert into preference (event_id, person_id, wants_introductions, shares_contact)
select $1, p.person_id, $3::boolean, $4::boolean
from person p
where p.event_id = $1
  and p.person_id = $2
  and p.merged_into is null
on conflict (event_id, person_id) do update
set wants_introductions = excluded.wants_introductions,
    shares_contact = excluded.shares_contact,
    changed_at = now()
where (preference.wants_introductions, preference.shares_contact)
    is distinct from (excluded.wants_introductions, excluded.shares_contact)

-- name: bof_clear
-- $1 event
delete from bof_idea
where event_id = $1

-- name: bof_save
-- $1 event, then one array per column, best first
insert into bof_idea (event_id, rank, topic, n_people, n_leaders, best_session_id, coverage, starts_at, ends_at, room_id, n_free,
    n_asked)
select $1, b.rank, b.topic, b.n_people, b.n_leaders, b.session_id, b.coverage, instant(b.start_us), instant(b.end_us), b.room_id,
    b.n_free, b.n_asked
from unnest($2::integer[], $3::text[], $4::integer[], $5::integer[], $6::bigint[], $7::double precision[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::integer[], $12::integer[])
    as b (rank, topic, n_people, n_leaders, session_id, coverage, start_us, end_us, room_id, n_free, n_asked)

-- name: bof_leader_save
-- $1 event, $2 ranks, $3 people
insert into bof_leader (event_id, rank, person_id)
select $1, l.rank, l.person_id
from unnest($2::integer[], $3::bigint[]) as l (rank, person_id)

-- name: web_bofs
-- $1 event; who could lead is named only where they opted in
select b.rank, b.topic, b.n_people, b.n_leaders, coalesce(s.title, ''), b.coverage, us(b.starts_at), us(b.ends_at),
    coalesce(r.name, ''), b.n_free, b.n_asked, us(b.made_at),
    coalesce((
        select string_agg(p.name, ', ' order by p.name)
        from bof_leader l
            join preference f using (event_id, person_id)
            join person p using (event_id, person_id)
        where l.event_id = b.event_id
          and l.rank = b.rank
          and f.wants_introductions
          and p.merged_into is null), '') as leaders
from bof_idea b
    left join session s on s.event_id = b.event_id and s.session_id = b.best_session_id
    left join room r on r.event_id = b.event_id and r.room_id = b.room_id
where b.event_id = $1
order by b.rank
