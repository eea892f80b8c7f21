-- name: access_person
-- $1 event, $2 person, $3 all their addresses in lower case, and sums of them (forget_known); one row per section: its name,
-- a list of everything that is held about them. Others appear as far as the person knows of them: whom somebody was to
-- be introduced to only once both said yes, the sender of a clash or decision never by address. Links are keys, and left out.
with who as (
    select p.person_id
    from person p
    where p.event_id = $1
      and (p.person_id = $2 or person_now(p.event_id, p.person_id) = $2)
),
address as (
    select unnest($3::text[]) as a
)
select 'names', coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'merged', p.merged_into is not null) order by p.person_id), '[]')
from person p
where p.event_id = $1
  and p.person_id in (select person_id from who)
union all
select 'known_as', coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'value', a.value, 'learned_at', a.learned_at) order by a.kind, a.value), '[]')
from person_alias a
where a.event_id = $1
  and a.person_id in (select person_id from who)
union all
select 'registrations', coalesce(jsonb_agg(to_jsonb(r) - array['event_id', 'registrant_id', 'person_id']
    || jsonb_build_object('interests_stated', (select i.words from interest i where (i.event_id, i.registrant_id) = (r.event_id, r.registrant_id)))
    order by r.registrant_id), '[]')
from registrant r
where r.event_id = $1
  and r.person_id in (select person_id from who)
union all
select 'named_in', coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'strength', m.strength, 'track', t.title, 'session', s.title,
        'name', m.name, 'email', m.email, 'affiliation', m.affiliation, 'topic', m.topic, 'source', m.source, 'line', m.line,
        'is_you', r.person_id is not null, 'confidence', case when r.person_id is null then (c.item ->> 'confidence')::numeric else r.confidence::numeric end,
        'why', case when r.person_id is null then c.item ->> 'evidence' else r.evidence end, 'decided_by_a_person', r.is_decided)
    order by m.mention_id), '[]')
from mention m
    join resolution r using (event_id, mention_id)
    left join track t on t.event_id = m.event_id and t.track_id = m.track_id
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
    left join lateral (
        select x.item
        from jsonb_array_elements(r.candidates) as x (item)
        where r.person_id is null
          and (x.item ->> 'person')::bigint in (select person_id from who)
        limit 1) c on true
where m.event_id = $1
  and (r.person_id in (select person_id from who)
    or c.item is not null
    or lower(m.email) in (select a from address)
    or m.email_md5 in (select a from address))
union all
select 'decisions', coalesce(jsonb_agg(jsonb_build_object('name', d.name, 'email', d.email, 'verdict', d.verdict, 'decided_by', d.decided_by,
        'decided_at', d.decided_at, 'undone_at', d.undone_at) order by d.decision_id), '[]')
from decision d
where d.event_id = $1
  and (d.person_id in (select person_id from who) or lower(d.email) in (select a from address))
union all
select 'merges', coalesce(jsonb_agg(jsonb_build_object('why', m.why, 'merged_by', m.merged_by, 'merged_at', m.merged_at, 'undone_at', m.undone_at,
        'undone_by', m.undone_by) order by m.merge_id), '[]')
from person_merge m
where m.event_id = $1
  and (m.keep_id in (select person_id from who) or m.gone_id in (select person_id from who))
union all
select 'splits', coalesce(jsonb_agg(jsonb_build_object('why', p.why, 'split_by', p.split_by, 'split_at', p.split_at, 'undone_at', p.undone_at,
        'undone_by', p.undone_by) order by p.split_id), '[]')
from person_split p
where p.event_id = $1
  and (p.from_id in (select person_id from who) or p.to_id in (select person_id from who))
union all
select 'answers', coalesce(jsonb_agg(jsonb_build_object('track', t.title, 'session', s.title, 'reply', w.reply,
        'not_before_min', w.not_before_min, 'via', w.via, 'answered_at', w.answered_at) order by w.answer_id), '[]')
from answer w
    left join track t on t.event_id = w.event_id and t.track_id = w.track_id
    left join session s on s.event_id = w.event_id and s.session_id = w.session_id
where w.event_id = $1
  and w.person_id in (select person_id from who)
union all
select 'stand_ins', coalesce(jsonb_agg(jsonb_build_object('name', i.name, 'said_at', i.said_at) order by i.stand_in_id), '[]')
from stand_in i
where i.event_id = $1
  and i.person_id in (select person_id from who)
union all
select 'choices', coalesce(jsonb_agg(jsonb_build_object('chosen', s.title, 'given_up', o.title, 'chosen_at', c.chosen_at) order by c.choice_id), '[]')
from choice c
    join session s using (event_id, session_id)
    join session o on o.event_id = c.event_id and o.session_id = c.against_id
where c.event_id = $1
  and c.person_id in (select person_id from who)
union all
select 'stars', coalesce(jsonb_agg(jsonb_build_object('session', s.title, 'is_dislike', x.is_dislike, 'starred_at', x.starred_at) order by s.title), '[]')
from star x
    join session s using (event_id, session_id)
where x.event_id = $1
  and x.person_id in (select person_id from who)
union all
select 'availability', coalesce(jsonb_agg(jsonb_build_object('starts_at', v.starts_at, 'ends_at', v.ends_at) order by v.starts_at), '[]')
from availability v
where v.event_id = $1
  and v.person_id in (select person_id from who)
union all
select 'preferences', coalesce(jsonb_agg(to_jsonb(f) - array['event_id', 'person_id'] order by f.person_id), '[]')
from preference f
where f.event_id = $1
  and f.person_id in (select person_id from who)
union all
select 'check_ins', coalesce(jsonb_agg(jsonb_build_object('session', s.title, 'state', c.state, 'via', c.via, 'said_at', c.said_at) order by c.check_in_id), '[]')
from check_in c
    join session s using (event_id, session_id)
where c.event_id = $1
  and c.person_id in (select person_id from who)
union all
select 'recommendations', coalesce(jsonb_agg(jsonb_build_object('session', s.title, 'score', round(h.score::numeric, 2), 'because', h.because) order by h.rank, s.title), '[]')
from match h
    join session s using (event_id, session_id)
where h.event_id = $1
  and h.person_id in (select person_id from who)
union all
select 'clashes', coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'severity', c.severity, 'why', c.why, 'state', z.state, 'opened_at', c.opened_at,
        'resolved_at', c.resolved_at, 'acknowledged_by', c.acknowledged_by, 'acknowledged_why', c.acknowledged_why) order by c.clash_id), '[]')
from clash c
    join clash_state z using (event_id, clash_id)
where c.event_id = $1
  and c.person_id in (select person_id from who)
union all
select 'told_of', coalesce(jsonb_agg(jsonb_build_object('session', s.title, 'starts_at', t.starts_at, 'ends_at', t.ends_at, 'room', t.room,
        'is_cancelled', t.is_cancelled, 'changed_at', t.changed_at) order by t.starts_at, s.title), '[]')
from told t
    join session s using (event_id, session_id)
where t.event_id = $1
  and t.person_id in (select person_id from who)
union all
select 'introductions', coalesce(jsonb_agg(jsonb_build_object('asked_at', case when i.person_a in (select person_id from who) then i.asked_a_at else i.asked_b_at end,
        'topics', case when i.person_a in (select person_id from who) then i.topics_a else i.topics_b end,
        'your_replies', (
            select coalesce(jsonb_agg(w.reply order by w.answer_id), '[]')
            from introduction_answer w
            where (w.event_id, w.introduction_id) = (i.event_id, i.introduction_id)
              and w.person_id in (select person_id from who)),
        'introduced_to', case when i.introduced_at is not null and i.withdrawn_at is null then o.name end, 'starts_at', i.starts_at, 'place', i.place)
    order by i.introduction_id), '[]')
from introduction i
    join person o on o.event_id = i.event_id
        and o.person_id = case when i.person_a in (select person_id from who) then i.person_b else i.person_a end
where i.event_id = $1
  and (i.person_a in (select person_id from who)
    or (i.person_b in (select person_id from who) and i.asked_b_at is not null))
union all
select 'could_lead', coalesce(jsonb_agg(jsonb_build_object('topic', i.topic) order by i.rank), '[]')
from bof_leader l
    join bof_idea i using (event_id, rank)
where l.event_id = $1
  and l.person_id in (select person_id from who)
union all
select 'messages', coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'channel', o.channel, 'address', o.address, 'created_at', o.created_at,
        'state', o.state, 'sent_at', o.sent_at, 'said', o.payload - array['links', 'to'] #- '{calendar}',
        'attempts', (
            select coalesce(jsonb_agg(jsonb_build_object('at', d.at, 'verdict', d.verdict, 'code', d.code, 'detail', d.detail) order by d.attempt), '[]')
            from delivery d
            where (d.event_id, d.outbox_id) = (o.event_id, o.outbox_id)),
        'came_back', (
            select coalesce(jsonb_agg(jsonb_build_object('at', b.received_at, 'kind', b.kind, 'status', b.status, 'detail', b.detail) order by b.bounce_id), '[]')
            from bounce b
            where (b.event_id, b.outbox_id) = (o.event_id, o.outbox_id)))
    order by o.outbox_id), '[]')
from outbox o
where o.event_id = $1
  and (o.person_id in (select person_id from who) or lower(o.address) in (select a from address))
union all
select 'reports', coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'facts', r.facts, 'times_sent', r.times_sent, 'first_at', r.first_at,
        'sent_at', r.sent_at) order by r.kind, r.sent_at), '[]')
from report r
where r.event_id = $1
  and (lower(r.address) in (select a from address)
    or (r.kind in ('question', 'agenda', 'opening') and r.subject_id in (select person_id from who)))
union all
select 'stopped_addresses', coalesce(jsonb_agg(jsonb_build_object('channel', s.channel, 'address', s.address, 'reason', s.reason, 'detail', s.detail,
        'since', s.suppressed_at) order by s.channel, s.address), '[]')
from suppression s
where s.event_id = $1
  and lower(s.address) in (select a from address)
union all
select 'matrix_rooms', coalesce(jsonb_agg(jsonb_build_object('address', x.address, 'room', x.room_id) order by x.address), '[]')
from matrix_room x
where x.event_id = $1
  and lower(x.address) in (select a from address)
