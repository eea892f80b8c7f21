-- name: alias_load
-- $1 event; the last column: of somebody whom a person merged into this one
select case when p.merged_into is null then p.person_id else person_now(p.event_id, p.person_id) end, a.kind, a.value,
    p.merged_into is not null and exists (
        select from person_merge m
        where (m.event_id, m.gone_id) = (p.event_id, p.person_id)
          and m.undone_at is null
          and m.merged_by <> 'rollcall')
from person_alias a
    join person p using (event_id, person_id)
where a.event_id = $1
order by 1, 2, 3, 4

-- name: decision_load
-- $1 event; the latest verdict on the same name and person counts; the latest last
select name, email, track_id, person_id, verdict
from (
    select distinct on (d.name, d.email, d.track_id, w.person_id) d.name, d.email, d.track_id, w.person_id, d.verdict,
        d.decision_id
    from decision d,
        person_now(d.event_id, d.person_id) as w (person_id)
    where d.event_id = $1
      and d.undone_at is null
    order by d.name, d.email, d.track_id, w.person_id, d.decision_id desc) latest
order by decision_id

-- name: resolution_load
-- $1 event; to see which rows would change
select mention_id, person_id, status, confidence, evidence, is_decided
from resolution
where event_id = $1
order by mention_id

-- name: resolution_list
-- $1 event; why each name is whom it is
select mention_id, evidence, candidates::text, is_decided
from resolution
where event_id = $1
order by mention_id

-- name: person_reserve
-- $1 how many ids
select nextval(pg_get_serial_sequence('rollcall.person', 'person_id'))
from generate_series(1, $1::integer)

-- name: person_save
-- $1 event, $2 ids, $3 names
insert into person (event_id, person_id, name)
select $1, p.person_id, p.name
from unnest($2::bigint[], $3::text[]) as p (person_id, name)
on conflict (event_id, person_id) do update
set name = excluded.name
where person.name is distinct from excluded.name

-- name: registrant_set_persons
-- $1 event, $2 registrants, $3 persons
update registrant r
set person_id = n.person_id
from unnest($2::bigint[], $3::bigint[]) as n (registrant_id, person_id)
where r.event_id = $1
  and r.registrant_id = n.registrant_id
  and r.person_id is distinct from n.person_id

-- name: resolution_save
-- $1 event, then one array per column, last how far a confidence may move without a word to anybody
insert into resolution (event_id, mention_id, person_id, status, confidence, evidence, candidates, is_decided)
select $1, r.mention_id, r.person_id, r.status, r.confidence, r.evidence, r.candidates::jsonb, r.is_decided
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::double precision[], $6::text[], $7::text[], $8::boolean[])
    as r (mention_id, person_id, status, confidence, evidence, candidates, is_decided)
on conflict (event_id, mention_id) do update
set person_id = excluded.person_id,
    status = excluded.status,
    confidence = excluded.confidence,
    evidence = excluded.evidence,
    candidates = excluded.candidates,
    is_decided = excluded.is_decided
where (resolution.person_id, resolution.status, resolution.evidence, resolution.is_decided,
        jsonb_path_query_array(resolution.candidates, '$[*].person'),
        jsonb_path_query_array(resolution.candidates, '$[*].evidence'))
    is distinct from (excluded.person_id, excluded.status, excluded.evidence, excluded.is_decided,
        jsonb_path_query_array(excluded.candidates, '$[*].person'),
        jsonb_path_query_array(excluded.candidates, '$[*].evidence'))
   or abs(resolution.confidence - excluded.confidence) > $9

-- name: alias_save
-- $1 event, $2 persons, $3 kinds, $4 values
insert into person_alias (event_id, person_id, kind, value)
select distinct $1::bigint, a.person_id, a.kind, a.value
from unnest($2::bigint[], $3::text[], $4::text[]) as a (person_id, kind, value)
on conflict do nothing

-- name: alias_forget
-- $1 event, $2 persons, $3 kinds, $4 values; mentions that showed it do not any more
delete from person_alias a
using unnest($2::bigint[], $3::text[], $4::text[]) as g (person_id, kind, value)
where a.event_id = $1
  and (a.person_id, a.kind, a.value) = (g.person_id, g.kind, g.value)

-- name: resolve_run_next
-- $1 event; the number of this run, no row when the event is gone
insert into resolve_run (event_id, run)
select event_id, 1
from event
where event_id = $1
on conflict (event_id) do update
set run = resolve_run.run + 1
returning run

-- name: person_remove_orphans
-- $1 event, $2 persons; nobody is behind them any more: no registrant, no mention, no word of theirs, no decision
delete from person p
where p.event_id = $1
  and p.person_id = any ($2::bigint[])
  and not exists (select from registrant r where (r.event_id, r.person_id) = (p.event_id, p.person_id))
  and not exists (select from resolution r where (r.event_id, r.person_id) = (p.event_id, p.person_id))
  and not exists (select from answer a where (a.event_id, a.person_id) = (p.event_id, p.person_id))
  and not exists (select from decision d where (d.event_id, d.person_id) = (p.event_id, p.person_id))
  and not exists (select from told t where (t.event_id, t.person_id) = (p.event_id, p.person_id))
  and not exists (
    select from person_merge m where m.event_id = p.event_id and p.person_id in (m.keep_id, m.gone_id))
  and not exists (
    select from person_split s where s.event_id = p.event_id and p.person_id in (s.from_id, s.to_id))
returning p.person_id

-- name: person_ids
-- $1 event
select person_id
from person
where event_id = $1
order by person_id

-- name: people_persons
-- $1 event, $2 numbers of jobs for people: 128 persons each
select p.person_id
from unnest($2::bigint[]) as n (number)
    join person p on p.event_id = $1 and p.person_id between n.number << 7 and (n.number << 7) + 127
order by p.person_id

-- name: session_people
-- $1 event, $2 sessions; whom a change of these sessions concerns
with family as (
    select s.session_id, s.track_id
    from session s
    where s.event_id = $1
      and (s.session_id = any ($2::bigint[])
        or s.parent_id = any ($2::bigint[])
        or s.session_id in (select parent_id from session where event_id = $1 and session_id = any ($2::bigint[])))
)
select r.person_id
from mention m
    join resolution r using (event_id, mention_id)
where m.event_id = $1
  and r.person_id is not null
  and (m.session_id in (select session_id from family) or m.track_id in (select track_id from family))
union
select person_id
from star
where event_id = $1
  and session_id in (select session_id from family)
union
select person_id
from match
where event_id = $1
  and session_id in (select session_id from family)
union
select person_id
from told
where event_id = $1
  and session_id in (select session_id from family)
union
select person_id
from clash
where event_id = $1
  and person_id is not null
  and (session_a in (select session_id from family) or session_b in (select session_id from family))
order by 1

-- name: track_people
-- $1 event, $2 tracks; leads, key attendees and speakers
select distinct r.person_id
from mention m
    join resolution r using (event_id, mention_id)
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
where m.event_id = $1
  and r.person_id is not null
  and (m.track_id = any ($2::bigint[]) or s.track_id = any ($2::bigint[]))
order by 1
