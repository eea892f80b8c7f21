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

-- name: match_model_load
-- $1 event; no row: nothing was learned yet
select model::text
from match_model
where event_id = $1

-- name: match_model_save
-- $1 event; the name of what is learned now
insert into match_model (event_id)
values ($1)
on conflict (event_id) do update
set model = gen_random_uuid(),
    made_at = now()
returning model::text

-- name: match_word_load
-- $1 event; what the model was learned from, the names last
select session_id, words
from match_word
where event_id = $1
order by session_id = 0, session_id

-- name: match_word_save
-- $1 event, $2 sessions, $3 words
insert into match_word (event_id, session_id, words)
select $1, w.session_id, w.words
from unnest($2::bigint[], $3::text[]) as w (session_id, words)
on conflict (event_id, session_id) do update
set words = excluded.words
where match_word.words is distinct from excluded.words

-- name: match_word_remove_others
-- $1 event, $2 sessions that stay
delete from match_word
where event_id = $1
  and session_id <> all ($2::bigint[])

-- name: match_run_next
-- the number of a run: larger than those of all that have ended
select nextval('match_run')

-- name: match_touch_load
-- $1 event, $2 run; who was touched in later ones
select person_id, run
from match_touch
where event_id = $1
  and run > $2

-- name: match_touch_save
-- $1 event, $2 people, $3 run; of those who are still there
insert into match_touch (event_id, person_id, run)
select p.event_id, p.person_id, $3
from person p
where p.event_id = $1
  and p.person_id = any ($2::bigint[])
on conflict (event_id, person_id) do update
set run = excluded.run

-- name: match_touch_clear
-- $1 event
delete from match_touch
where event_id = $1

-- name: match_session_people
-- $1 event, $2 sessions; who speaks there, leads or is wanted in the track: their work is what the session says
select distinct r.person_id
from mention m
    join resolution r using (event_id, mention_id)
where m.event_id = $1
  and r.person_id is not null
  and (m.session_id = any ($2::bigint[])
    or m.track_id in (select s.track_id from session s where s.event_id = $1 and s.session_id = any ($2::bigint[])))
order by 1

-- name: match_refresh_later
-- $1 event, $2 when; one that waits is enough
insert into job (event_id, stage, subject, subject_id, enqueued_at, due_at)
select $1, 'match', 'event', 0, $2, $2
where not exists (
    select from job
    where event_id = $1
      and stage = 'match'
      and subject = 'event')

-- name: match_refresh_done
-- $1 event; what waited to be done later was done now
delete from job
where event_id = $1
  and stage = 'match'
  and subject = 'event'
  and attempts + deaths + held_by = 0
  and due_at > now()

-- name: match_remove_others
-- $1 event, $2 all people that were matched, $3 people and $4 sessions that stay, $5 run, null when nobody asks who lost some
with gone as (
    delete from match m
    where m.event_id = $1
      and m.person_id = any ($2::bigint[])
      and not exists (
        select from unnest($3::bigint[], $4::bigint[]) as k (person_id, session_id)
        where k.person_id = m.person_id
          and k.session_id = m.session_id)
    returning m.person_id
)
insert into match_touch (event_id, person_id, run)
select distinct $1::bigint, g.person_id, $5::bigint
from gone g
where $5::bigint is not null
on conflict (event_id, person_id) do update
set run = excluded.run

-- name: match_save
-- $1 event, $2 people, $3 sessions, $4 scores, $5 reasons, $6 ranks, $7 run, null when nobody asks whose rows changed; what
-- is learned anew shifts all scores a little, which is not worth a word to anybody until it adds up
with saved as (
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
    returning person_id
)
insert into match_touch (event_id, person_id, run)
select distinct $1::bigint, s.person_id, $7::bigint
from saved s
where $7::bigint is not null
on conflict (event_id, person_id) do update
set run = excluded.run
