-- What is loaded together has $1 the event, $2 people (null: all), $3 also what belongs to nobody.

-- name: read_together
-- $1 portals, $2 statements, $3 event, $4 people, $5 flag
select read_together($1::text[], $2::text[], $3::bigint, $4::bigint[], $5::boolean)

-- name: read_few_together
-- the same
select read_few_together($1::text[], $2::text[], $3::bigint, $4::bigint[], $5::boolean)

-- name: event_load
-- $1 event; at the end the state of the programme that this snapshot has
select slug, title, timezone, url, us(starts_at), us(ends_at), source_version, programme_version,
    exists (select from registrant r where r.event_id = $1),
    (select coalesce(string_agg(p.state::text, ' ' order by p.state), '') from programme_state p where p.event_id = $1)
from event
where event_id = $1

-- name: event_by_slug
-- $1 slug, '' for all
select event_id, slug
from event
where $1 = '' or slug = $1
order by event_id

-- name: room_load
-- $1 event
select room_id, key, name, building, coalesce(seats_by_hand, capacity)
from room
where event_id = $1
order by room_id

-- name: room_distance_load
-- $1 event
select room_a, room_b, walk_s
from room_distance
where event_id = $1
order by room_a, room_b

-- name: track_load
-- $1 event
select track_id, key, title, kind, quorum
from track
where event_id = $1
order by track_id

-- name: track_text_load
-- $1 event
select track_id, description
from track
where event_id = $1
  and description <> ''
order by track_id

-- name: separation_load
-- $1 event
select track_a, track_b, reason
from separation
where event_id = $1
order by track_a, track_b

-- name: session_load
-- $1 event
select session_id, key, title, language, url, tags, kind, track_id, room_id, parent_id, us(starts_at), us(ends_at),
    coalesce(people_by_hand, expected_people), is_cancelled, is_pinned, quorum
from session
where event_id = $1
order by session_id

-- name: session_text_load
-- $1 event
select session_id, abstract
from session
where event_id = $1
  and abstract <> ''
order by session_id

-- name: person_load
-- $1 event, $2 persons, null for all
select p.person_id, p.name, coalesce(f.wants_introductions, false), us(q.first_at)
from person p
    left join preference f using (event_id, person_id)
    left join report q on q.event_id = p.event_id and q.kind = 'question' and q.subject_id = p.person_id and q.address = ''
where p.event_id = $1
  and p.merged_into is null
  and ($2::bigint[] is null or p.person_id = any ($2))
order by p.person_id

-- name: mention_load
-- $1 event, $2 persons (null for all), $3 with those that have no person
select m.mention_id, m.role, m.strength, m.track_id, m.session_id, m.name, m.email, m.email_md5, m.affiliation,
    m.topic, m.source_key, m.source, m.line, m.is_given_name_only, r.person_id, coalesce(r.status, 'unknown'),
    coalesce(r.confidence, 0)
from mention m
    left join resolution r using (event_id, mention_id)
where m.event_id = $1
  and ((r.person_id is null and $3::boolean)
    or (r.person_id is not null and ($2::bigint[] is null or r.person_id = any ($2))))
order by m.mention_id

-- name: registrant_load
-- $1 event, $2 persons (null for all), $3 with those that have no person
select registrant_id, r.key, r.name, r.email, r.email_md5, r.affiliation, r.country, r.matrix_id,
    coalesce(i.words, r.interests), r.timezone, r.status, r.attendance, us(r.arrives_at), us(r.departs_at), r.person_id
from registrant r
    left join interest i using (event_id, registrant_id)
where event_id = $1
  and ((person_id is null and $3::boolean)
    or (person_id is not null and ($2::bigint[] is null or person_id = any ($2))))
order by registrant_id

-- name: registrant_load_some
-- $1 event, $2 ids
select registrant_id, r.key, r.name, r.email, r.email_md5, r.affiliation, r.country, r.matrix_id,
    coalesce(i.words, r.interests), r.timezone, r.status, r.attendance, us(r.arrives_at), us(r.departs_at), r.person_id
from registrant r
    left join interest i using (event_id, registrant_id)
where event_id = $1
  and registrant_id = any ($2::bigint[])
order by registrant_id

-- name: availability_load
-- $1 event, $2 persons, null for all
select person_id, us(starts_at), us(ends_at)
from availability
where event_id = $1
  and ($2::bigint[] is null or person_id = any ($2))
order by person_id, starts_at

-- name: answer_load
-- $1 event, $2 persons, null for all
select person_id, track_id, session_id, reply, not_before_min, us(answered_at)
from answer
where event_id = $1
  and ($2::bigint[] is null or person_id = any ($2))
order by answer_id

-- name: choice_load
-- $1 event, $2 persons, null for all
select person_id, session_id, against_id, us(chosen_at)
from choice
where event_id = $1
  and ($2::bigint[] is null or person_id = any ($2))
order by choice_id

-- name: star_load
-- $1 event, $2 persons, null for all
select person_id, session_id, is_dislike
from star
where event_id = $1
  and ($2::bigint[] is null or person_id = any ($2))
order by person_id, session_id

-- name: match_load
-- $1 event, $2 persons, null for all
select person_id, session_id, score, because
from match
where event_id = $1
  and ($2::bigint[] is null or person_id = any ($2))
order by person_id, rank, session_id
