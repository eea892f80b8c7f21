-- name: people_queue
-- $1 event; names that need a person's word
select m.mention_id, m.name, m.email, m.affiliation, m.role, coalesce(t.title, s.title, ''), m.source, m.line,
    r.evidence, r.candidates::text
from mention m
    join resolution r using (event_id, mention_id)
    left join track t on t.event_id = m.event_id and t.track_id = m.track_id
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
where m.event_id = $1
  and r.status = 'ambiguous'
order by t.title, m.mention_id

-- name: person_name
-- $1 event, $2 person
select name
from person
where event_id = $1
  and person_id = $2

-- name: mention_find
-- $1 event, $2 mention
select name, email, coalesce(track_id, 0)
from mention
where event_id = $1
  and mention_id = $2

-- name: decision_add
-- $1 event, $2 name, $3 address, $4 track (null: everywhere), $5 person, $6 verdict, $7 by
insert into decision (event_id, name, email, track_id, person_id, verdict, decided_by)
values ($1, $2, $3, $4, $5, $6, $7)
returning decision_id

-- name: decision_undo
-- $1 event, $2 decision
update decision
set undone_at = now()
where event_id = $1
  and decision_id = $2
  and undone_at is null

-- name: people_merge
-- $1 event, $2 the person that stays, $3 the one that is the same, $4 by, $5 why; null: they are one already
select person_merge($1, $2, $3, $4, $5)

-- name: people_unmerge
-- $1 event, $2 merge, $3 by
select person_unmerge($1, $2, $3)

-- name: people_split
-- $1 event, $2 the registration's key, $3 by; null: nobody is together with it
select person_split($1, $2, $3)

-- name: people_unsplit
-- $1 event, $2 split, $3 by
select person_unsplit($1, $2, $3)

-- name: registrant_find
-- $1 event, $2 key or address
select r.key, r.name, coalesce(p.name, '')
from registrant r
    left join person p using (event_id, person_id)
where r.event_id = $1
  and (r.key = $2 or (r.email <> '' and lower(r.email) = lower($2)))
order by r.key = $2 desc, r.registrant_id

-- name: mention_person
-- $1 event, $2 mention
select m.name, m.email, coalesce(r.person_id, 0), coalesce(p.name, '')
from mention m
    left join resolution r using (event_id, mention_id)
    left join person p on p.event_id = m.event_id and p.person_id = r.person_id
where m.event_id = $1
  and m.mention_id = $2

-- name: people_named
-- $1 event, $2 id, address, key or part of a name; who could be meant, with all that is known of them
select distinct p.person_id, p.name
from person p
    left join registrant r using (event_id, person_id)
where p.event_id = $1
  and p.merged_into is null
  and (p.person_id::text = $2
    or r.key = $2
    or lower(r.email) = lower($2)
    or strpos(lower(p.name), lower($2)) > 0
    or exists (
        select from person_alias a
        where (a.event_id, a.person_id) = (p.event_id, p.person_id)
          and a.kind = 'name'
          and lower(a.value) = lower($2))
    or exists (
        select from resolution o
            join mention m using (event_id, mention_id)
        where (o.event_id, o.person_id) = (p.event_id, p.person_id)
          and lower(m.name) = lower($2)))
order by p.name, p.person_id
limit 50

-- name: people_registrations
-- $1 event, $2 person
select key, name, affiliation, status, email
from registrant
where event_id = $1
  and person_id = $2
order by registrant_id

-- name: people_mentions
-- $1 event, $2 person
select m.mention_id, m.name, m.role, coalesce(t.title, s.title, ''), r.evidence, r.confidence, r.is_decided
from mention m
    join resolution r using (event_id, mention_id)
    left join track t on t.event_id = m.event_id and t.track_id = m.track_id
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
where m.event_id = $1
  and r.person_id = $2
order by m.mention_id

-- name: people_history
-- $1 event, $2 person or null for all; every word that was said, in order
select h.word, us(h.at), h.what, h.said_by, us(h.undone_at)
from (
    select d.decision_id::text as word, d.decided_at as at,
        format('"%s" %s %s%s', d.name, case d.verdict when 'same' then 'is' else 'is not' end, p.name,
            case when t.title is null then '' else ' in ' || t.title end) as what,
        d.decided_by as said_by, d.undone_at, array[d.person_id] as persons
    from decision d
        join person p using (event_id, person_id)
        left join track t on t.event_id = d.event_id and t.track_id = d.track_id
    where d.event_id = $1
    union all
    select 'merge:' || m.merge_id, m.merged_at,
        format('%s (%s) is %s (%s)%s', g.name, g.person_id, k.name, k.person_id,
            case when m.why = '' then '' else ': ' || m.why end),
        m.merged_by, m.undone_at, array[m.keep_id, m.gone_id]
    from person_merge m
        join person k on k.event_id = m.event_id and k.person_id = m.keep_id
        join person g on g.event_id = m.event_id and g.person_id = m.gone_id
    where m.event_id = $1
    union all
    select 'split:' || s.split_id, s.split_at,
        format('registration %s of %s is %s (%s), not %s (%s)%s', r.key, r.name, b.name, b.person_id, a.name, a.person_id,
            case when s.why = '' then '' else ': ' || s.why end),
        s.split_by, s.undone_at, array[s.from_id, s.to_id]
    from person_split s
        join registrant r using (event_id, registrant_id)
        join person a on a.event_id = s.event_id and a.person_id = s.from_id
        join person b on b.event_id = s.event_id and b.person_id = s.to_id
    where s.event_id = $1
) h
where $2::bigint is null or $2 = any (h.persons)
order by h.at, h.word

-- name: memory_add
-- $1 event, $2 the other event, $3 by
insert into memory (event_id, from_event_id, taken_by)
values ($1, $2, $3)
on conflict do nothing

-- name: memory_remove
-- $1 event, $2 the other event
delete from memory
where event_id = $1
  and from_event_id = $2

-- name: memory_list
-- $1 event
select e.slug, e.title, m.taken_by, us(m.taken_at),
    (select count(*) from decision d where d.event_id = m.from_event_id and d.undone_at is null),
    (select count(*) from person_merge g where g.event_id = m.from_event_id and g.undone_at is null and g.merged_by <> 'rollcall')
        + (select count(*) from person_split s where s.event_id = m.from_event_id and s.undone_at is null)
from memory m
    join event e on e.event_id = m.from_event_id
where m.event_id = $1
order by m.from_event_id desc

-- name: apart_load
-- $1 event; who must not be joined by the machine, because a person took them apart
select person_now(event_id, keep_id), person_now(event_id, gone_id)
from person_merge
where event_id = $1
  and undone_at is not null
union
select person_now(event_id, from_id), person_now(event_id, to_id)
from person_split
where event_id = $1
  and undone_at is null
order by 1, 2

-- name: decision_recall
-- $1 event; what was decided at the events that this one remembers, oldest first, with all that was
-- known there of the person meant; a decision for one track needs a track of that key or title here
select d.decision_id, d.name, d.email, coalesce(here.track_id, 0), d.verdict, a.kind, a.value
from memory m
    join decision d on d.event_id = m.from_event_id
    join person_alias a on a.event_id = d.event_id and a.person_id = person_now(d.event_id, d.person_id)
    left join track was on was.event_id = d.event_id and was.track_id = d.track_id
    left join lateral (
        select t.track_id
        from track t
        where t.event_id = $1
          and (t.key = was.key or lower(t.title) = lower(was.title))
        order by t.key = was.key desc, t.track_id
        limit 1) here on true
where m.event_id = $1
  and d.undone_at is null
  and a.kind in ('name', 'email', 'email_md5', 'matrix_id')
  and (d.track_id is null or here.track_id is not null)
order by d.event_id, d.decision_id, a.kind, a.value

-- name: people_recall
-- $1 event; applies what people said of persons at the events that this one remembers; how much that changed
select recall_undone($1) + recall_merges($1) + recall_splits($1)

-- name: person_current
-- $1 event, $2 person; who that is after all merges
select person_now($1, $2)
