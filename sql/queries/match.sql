-- name: match_state
-- $1 event, $2 people (unused), $3 unused; what an index of the sessions was made from: the programme, and the names of
-- speakers, leads and key attendees by the versions of their rows
select
    (select coalesce(string_agg(p.state::text, ' ' order by p.state), '') from programme_state p where p.event_id = $1)
    || ' ' || (select count(*) || ' ' || coalesce(sum(hashint8extended(m.mention_id, m.xmin::text::bigint)), 0)
        from mention m where m.event_id = $1)

-- name: match_name_load
-- $1 event
select role, track_id, session_id, name
from mention
where event_id = $1
order by mention_id

-- name: match_star_count
-- $1 event; how many starred each session
select session_id, count(*)
from star
where event_id = $1
  and not is_dislike
group by session_id
order by session_id

-- name: match_remove_others
-- $1 event, $2 all people that were matched, $3 people and $4 sessions that stay
delete from match m
where m.event_id = $1
  and m.person_id = any ($2::bigint[])
  and not exists (
    select from unnest($3::bigint[], $4::bigint[]) as k (person_id, session_id)
    where k.person_id = m.person_id
      and k.session_id = m.session_id)

-- name: match_save
-- $1 event, $2 people, $3 sessions, $4 scores, $5 reasons, $6 ranks; each new session shifts all scores a little, which
-- is not worth a word to anybody until it adds up
insert into match (event_id, person_id, session_id, score, because, rank)
select $1, m.person_id, m.session_id, m.score, m.because, m.rank
from unnest($2::bigint[], $3::bigint[], $4::double precision[], $5::text[], $6::integer[])
    as m (person_id, session_id, score, because, rank)
on conflict (event_id, person_id, session_id) do update
set score = excluded.score,
    because = excluded.because,
    rank = excluded.rank
where (match.because, match.rank) is distinct from (excluded.because, excluded.rank)
   or abs(match.score - excluded.score) > 0.001 * abs(excluded.score)
