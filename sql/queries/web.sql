-- name: web_ping
select 1

-- name: web_snapshot
-- the first statement of a transaction that reads one state of the event
set transaction isolation level repeatable read, read only

-- name: web_event
-- $1 event
select e.slug, e.title, e.timezone, us(s.seen_at)
from event e
    left join organiser_seen s using (event_id)
where e.event_id = $1

-- name: web_seen_set
-- $1 event, $2 up to when; never back to an earlier time
insert into organiser_seen (event_id, seen_at)
select event_id, $2
from event
where event_id = $1
on conflict (event_id) do update
set seen_at = excluded.seen_at
where organiser_seen.seen_at < excluded.seen_at

-- name: web_answer_add
-- $1 event, $2 person, $3 track or null, $4 session or null, $5 reply, $6 minutes; each row a later instant than the one before
insert into answer (event_id, person_id, track_id, session_id, reply, not_before_min, via, answered_at)
values ($1, $2, $3, $4, $5, $6, 'web', clock_timestamp())

-- name: web_stand_in
-- $1 event, $2 person; whom they name in their place, no row or '' for nobody
select name
from stand_in_now
where event_id = $1
  and person_id = person_now($1, $2)

-- name: web_stand_ins
-- $1 event, $2 track; the latest word of each who is wanted there
select distinct i.person_id, i.name
from stand_in_now i
    join resolution r using (event_id, person_id)
    join mention m using (event_id, mention_id)
    left join session s on s.event_id = m.event_id and s.session_id = m.session_id
where i.event_id = $1
  and (m.track_id = $2 or s.track_id = $2)
order by i.person_id

-- name: web_choice_add
-- $1 event, $2 person, $3 session chosen, $4 session given up
insert into choice (event_id, person_id, session_id, against_id, chosen_at)
values ($1, $2, $3, $4, clock_timestamp())

-- name: web_star_set
-- $1 event, $2 person, $3 session, $4 is it a dislike; a session that is not there changes nothing
insert into star (event_id, person_id, session_id, is_dislike)
select $1, p.person_id, s.session_id, $4::boolean
from session s
    join person p using (event_id)
where s.event_id = $1
  and p.person_id = $2
  and s.session_id = $3
on conflict (event_id, person_id, session_id) do update
set is_dislike = excluded.is_dislike,
    starred_at = now()
where star.is_dislike <> excluded.is_dislike

-- name: web_star_clear
-- $1 event, $2 person, $3 session
delete from star
where event_id = $1
  and person_id = $2
  and session_id = $3

-- name: web_preference
-- $1 event, $2 person
select channel, wants_agenda, wants_introductions, quiet_from_min, quiet_until_min, shares_contact
from preference
where event_id = $1
  and person_id = $2

-- name: web_preference_set
-- $1 event, $2 person, $3 channel, $4 agenda, $5 has quiet hours, $6 from, $7 until
insert into preference (event_id, person_id, channel, wants_agenda, quiet_from_min, quiet_until_min)
select $1, p.person_id, $3, $4::boolean, case when $5::boolean then $6::integer end, case when $5::boolean then $7::integer end
from person p
where p.event_id = $1
  and p.person_id = $2
on conflict (event_id, person_id) do update
set channel = excluded.channel,
    wants_agenda = excluded.wants_agenda,
    quiet_from_min = excluded.quiet_from_min,
    quiet_until_min = excluded.quiet_until_min,
    changed_at = now()
where (preference.channel, preference.wants_agenda, preference.quiet_from_min, preference.quiet_until_min)
    is distinct from (excluded.channel, excluded.wants_agenda, excluded.quiet_from_min, excluded.quiet_until_min)

-- name: web_feed
-- $1 event, $2 person; what the person was told, cancelled sessions for four weeks more
select t.session_id, t.sequence, us(t.changed_at), us(t.starts_at), us(t.ends_at), t.room, t.is_cancelled,
    case when s.kind = 'block' then coalesce(k.title, s.title) else s.title end, s.url, coalesce(k.title, '')
from told t
    join session s using (event_id, session_id)
    left join track k on k.event_id = s.event_id and k.track_id = s.track_id
where t.event_id = $1
  and t.person_id = $2
  and (not t.is_cancelled or t.changed_at > now() - interval '28 days')
order by t.starts_at, t.session_id

-- name: web_interests
-- $1 event, $2 person; how many registrations, what they say, what the person said on the page
select e.title, p.name, count(r.registrant_id), coalesce(max(r.interests), ''), coalesce(max(i.words), '')
from event e
    join person p on p.event_id = e.event_id and p.person_id = person_now($1, $2)
    left join registrant r on r.event_id = p.event_id and r.person_id = p.person_id
    left join interest i on i.event_id = r.event_id and i.registrant_id = r.registrant_id
where e.event_id = $1
group by e.title, p.name

-- name: web_interests_set
-- $1 event, $2 person, $3 words
insert into interest (event_id, registrant_id, words)
select event_id, registrant_id, $3
from registrant
where event_id = $1
  and person_id = person_now($1, $2)
on conflict (event_id, registrant_id) do update
set words = excluded.words,
    stated_at = now()
where interest.words <> excluded.words

-- name: web_interests_clear
-- $1 event, $2 person
delete from interest i
using registrant r
where r.event_id = $1
  and r.person_id = person_now($1, $2)
  and i.event_id = r.event_id
  and i.registrant_id = r.registrant_id

-- name: web_unsubscribe_state
-- $1 event, $2 person; how many mail addresses are known, how many of them still get mail, how many they stopped
select e.title, p.name, count(a.address), count(a.address) filter (where s.address is null),
    count(s.address) filter (where s.reason = 'unsubscribed')
from event e
    join person p using (event_id)
    left join lateral person_mail(p.event_id, p.person_id) a (address) on true
    left join suppression s on s.event_id = p.event_id and s.channel = 'mail' and lower(s.address) = lower(a.address)
where e.event_id = $1
  and p.person_id = $2
group by e.title, p.name

-- name: web_unsubscribe
-- $1 event, $2 person; every address that is known of the person
insert into suppression (event_id, channel, address, reason, detail)
select $1, 'mail', a.address, 'unsubscribed', 'by the link in a message'
from person_mail($1, $2) a (address)
on conflict (event_id, channel, address) do nothing

-- name: web_resubscribe
-- $1 event, $2 person; how many addresses get mail again
select resubscribe($1, $2)

-- name: web_preference_mail_set
-- $1 event, $2 person, $3 channel, $4 agenda; what else they prefer stays
insert into preference (event_id, person_id, channel, wants_agenda)
select $1, p.person_id, $3, $4::boolean
from person p
where p.event_id = $1
  and p.person_id = $2
on conflict (event_id, person_id) do update
set channel = excluded.channel,
    wants_agenda = excluded.wants_agenda,
    changed_at = now()
where (preference.channel, preference.wants_agenda) is distinct from (excluded.channel, excluded.wants_agenda)

-- name: web_tracks
-- $1 event
select track_id, title
from track
where event_id = $1
order by title, track_id

-- name: web_programme_texts
-- $1 event, $2 track or null; of each session all that somebody may look for
select s.session_id, concat_ws(' ', s.title, k.title, s.tags, (
        select string_agg(m.name, ' ')
        from mention m
        where m.event_id = s.event_id
          and m.session_id = s.session_id), s.abstract)
from session s
    left join track k on k.event_id = s.event_id and k.track_id = s.track_id
where s.event_id = $1
  and ($2::bigint is null or s.track_id = $2)
order by s.session_id

-- name: web_track_clashes
-- $1 event, $2 track; what stands in the way of the track's people; what others star or are recommended is not for leads
select c.severity, c.why, us(c.starts_at), us(c.ends_at), t.state, c.acknowledged_why
from clash c
    join clash_state t using (event_id, clash_id)
where c.event_id = $1
  and c.is_open
  and c.kind <> 'wanted_by_choice'
  and c.severity <> 'info'
  and exists (
    select from session s
    where s.event_id = c.event_id
      and s.session_id in (c.session_a, c.session_b)
      and s.track_id = $2)
order by array_position(array['critical', 'high', 'medium', 'low', 'info'], c.severity), c.starts_at, c.clash_id
limit 200

-- name: web_track_ambiguous
-- $1 event, $2 track; names of this track of which a person must say who is meant, and that nobody decided since
select m.mention_id, m.name, m.affiliation, m.topic, r.candidates
from mention m
    join resolution r using (event_id, mention_id)
where m.event_id = $1
  and m.track_id = $2
  and r.status = 'ambiguous'
  and not exists (
    select from decision d
    where d.event_id = m.event_id
      and d.name = m.name
      and d.email = m.email
      and (d.track_id = m.track_id or d.track_id is null)
      and d.undone_at is null
      and (d.verdict = 'same' or r.candidates @> jsonb_build_array(jsonb_build_object('person', d.person_id))))
order by m.line, m.mention_id
limit 200

-- name: web_decide
-- $1 event, $2 track, $3 mention, $4 person or 0 for none of them, $5 who decides or null; how many of the
-- candidates the decision is about: 0 = the mention is not of this track or the person not among them
with asked as (
    select m.name, m.email, (c.candidate ->> 'person')::bigint as person_id
    from mention m
        join resolution r using (event_id, mention_id),
        jsonb_array_elements(r.candidates) as c (candidate)
    where m.event_id = $1
      and m.track_id = $2
      and m.mention_id = $3
      and ($4::bigint = 0 or (c.candidate ->> 'person')::bigint = $4::bigint)
),
decided as (
    insert into decision (event_id, name, email, track_id, person_id, verdict, decided_by)
    select $1, a.name, a.email, $2, a.person_id, case when $4::bigint = 0 then 'not_same' else 'same' end,
        coalesce((select name from person where event_id = $1 and person_id = $5), 'a lead of the track')
    from asked a
    where not exists (
        select from decision d
        where d.event_id = $1
          and d.name = a.name
          and d.email = a.email
          and d.track_id = $2
          and d.person_id = a.person_id
          and d.verdict = case when $4::bigint = 0 then 'not_same' else 'same' end
          and d.undone_at is null)
    returning decision_id
)
select count(*), (select count(*) from decided)
from asked

-- name: web_decisions
-- $1 event, $2 track; in force
select d.decision_id, d.name, p.name, d.verdict, d.decided_by
from decision d
    join person p using (event_id, person_id)
where d.event_id = $1
  and d.track_id = $2
  and d.undone_at is null
order by d.decided_at desc, d.decision_id desc
limit 100

-- name: web_decision_undo
-- $1 event, $2 track, $3 decision
update decision
set undone_at = now()
where event_id = $1
  and track_id = $2
  and decision_id = $3
  and undone_at is null

-- name: web_clashes
-- $1 event, $2 kind or '', $3 severity, 'notable' (medium and worse) or '', $4 track or null, $5 state, $6 order, $7 limit, $8 offset
select c.clash_id, c.kind, c.severity, c.why, us(c.starts_at), us(c.ends_at), coalesce(p.name, ''), t.state, us(c.opened_at),
    c.acknowledged_by, c.acknowledged_why, a.key, coalesce(b.key, ''), a.title, coalesce(b.title, '')
from clash c
    join clash_state t using (event_id, clash_id)
    join session a on a.event_id = c.event_id and a.session_id = c.session_a
    left join session b on b.event_id = c.event_id and b.session_id = c.session_b
    left join person p on p.event_id = c.event_id and p.person_id = c.person_id
where c.event_id = $1
  and ($2::text = '' or c.kind = $2)
  and ($3::text = '' or c.severity = $3 or ($3 = 'notable' and c.severity in ('critical', 'high', 'medium')))
  and ($4::bigint is null or a.track_id = $4 or b.track_id = $4)
  and ($5::text = 'all' or t.state = $5 or ($5 = 'open' and t.state = 'reopened'))
order by
    case $6::text when 'person' then p.name when 'kind' then c.kind end,
    case when $6 = 'when' then c.starts_at end,
    case when $6 = 'new' then c.opened_at end desc nulls last,
    array_position(array['critical', 'high', 'medium', 'low', 'info'], c.severity),
    c.starts_at, p.name, c.clash_id
limit $7
offset $8

-- name: web_clashes_minor
-- $1 event, $2 kind or '', $3 track or null, $4 state; how many a list of notable ones leaves out
select count(*)
from clash c
    join clash_state t using (event_id, clash_id)
    join session a on a.event_id = c.event_id and a.session_id = c.session_a
    left join session b on b.event_id = c.event_id and b.session_id = c.session_b
where c.event_id = $1
  and c.severity in ('low', 'info')
  and ($2::text = '' or c.kind = $2)
  and ($3::bigint is null or a.track_id = $3 or b.track_id = $3)
  and ($4::text = 'all' or t.state = $4 or ($4 = 'open' and t.state = 'reopened'))

-- name: web_clash_counts
-- $1 event, $2 since when something is new
select
    count(*) filter (where t.state in ('open', 'reopened')),
    count(*) filter (where t.state in ('open', 'reopened') and c.severity = 'critical'),
    count(*) filter (where t.state in ('open', 'reopened') and c.severity = 'high'),
    count(*) filter (where t.state in ('open', 'reopened') and c.severity = 'medium'),
    count(*) filter (where t.state in ('open', 'reopened') and c.severity in ('low', 'info')),
    count(*) filter (where c.is_open and c.opened_at > $2),
    count(*) filter (where not c.is_open and c.resolved_at > $2),
    count(*) filter (where t.state = 'acknowledged')
from clash c
    join clash_state t using (event_id, clash_id)
where c.event_id = $1

-- name: web_acknowledge
-- $1 event, $2 clash, $3 why, $4 who or null
with acknowledged as (
    update clash
    set acknowledged_at = now(),
        acknowledged_by = coalesce((select name from person where event_id = $1 and person_id = $4), 'an organiser'),
        acknowledged_why = $3,
        acknowledged_shape = shape
    where event_id = $1
      and clash_id = $2
      and is_open
      and (acknowledged_at is null or acknowledged_shape <> shape or acknowledged_why <> $3)
    returning clash_id
)
insert into clash_history (event_id, clash_id, what, detail)
select $1, clash_id, 'acknowledged', $3
from acknowledged

-- name: web_clash_changes
-- $1 event, $2 since when; medium and worse
select h.what, c.severity, c.why, us(h.at)
from clash_history h
    join clash c using (event_id, clash_id)
where h.event_id = $1
  and h.at > $2
  and c.severity in ('critical', 'high', 'medium')
order by array_position(array['critical', 'high', 'medium', 'low', 'info'], c.severity), h.at desc, h.history_id desc
limit 100

-- name: web_programme_changes
-- $1 event, $2 how many
select g.what, g.old_value, g.new_value, s.title, us(g.changed_at)
from programme_change g
    join session s using (event_id, session_id)
where g.event_id = $1
order by g.change_id desc
limit $2

-- name: web_metric_jobs
select s.stage, count(j.job_id)
from unnest(array['resolve', 'match', 'clash', 'plan']) as s (stage)
    left join job j on j.stage = s.stage and (j.due_at <= now() or j.attempts > 0)
group by s.stage
order by s.stage

-- name: web_metric_jobs_scheduled
select s.stage, count(j.job_id)
from unnest(array['resolve', 'match', 'clash', 'plan']) as s (stage)
    left join job j on j.stage = s.stage and j.due_at > now() and j.attempts = 0
group by s.stage
order by s.stage

-- name: web_metric_jobs_failed
select s.stage, count(j.job_id)
from unnest(array['resolve', 'match', 'clash', 'plan']) as s (stage)
    left join job j on j.stage = s.stage and j.attempts + j.deaths > 0
group by s.stage
order by s.stage

-- name: web_metric_job_age
select coalesce(extract(epoch from now() - min(enqueued_at)), 0)::numeric(12, 3)
from job
where due_at <= now()

-- name: web_metric_outbox
select s.state, count(o.outbox_id)
from unnest(array['waiting', 'leased', 'sent', 'refused', 'dead', 'expired']) as s (state)
    left join outbox o using (state)
group by s.state
order by s.state

-- name: web_metric_outbox_age
select coalesce(extract(epoch from now() - min(due_at)), 0)::numeric(12, 3)
from outbox
where state = 'waiting'
  and due_at <= now()

-- name: web_metric_deliveries
select v.verdict, count(d.outbox_id)
from unnest(array['sent', 'later', 'refused']) as v (verdict)
    left join delivery d using (verdict)
group by v.verdict
order by v.verdict

-- name: web_metric_clashes
select s.severity, count(c.clash_id)
from unnest(array['critical', 'high', 'medium', 'low', 'info']) as s (severity)
    left join clash c on c.severity = s.severity and c.is_open
group by s.severity
order by s.severity
