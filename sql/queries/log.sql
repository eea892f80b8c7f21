-- name: web_log
-- $1 event, $2 kind or '', $3 how many; what people did, the latest first. Of merges that rollcall made by itself nothing;
-- of addresses that were imported the last part, without what is a key to them.
with done as (
    select imported_at as at, '' as who, 'import' as kind,
        format('imported %s (%s)%s', regexp_replace(rtrim(regexp_replace(name, '^https?://([^/?#]*@)?|[?#].*$', '', 'gi'), '/'), '^.*/', ''), s.kind, case when summary = '' then '' else ': ' || summary end) as sentence
    from source s
    where event_id = $1
    union all
    select d.decided_at, d.decided_by, 'name', format('said that "%s"%s %s %s', d.name, coalesce(' of ' || t.title, ''),
        case d.verdict when 'same' then 'is' else 'is not' end, p.name)
    from decision d
        join person p using (event_id, person_id)
        left join track t on t.event_id = d.event_id and t.track_id = d.track_id
    where d.event_id = $1
    union all
    select d.undone_at, '', 'name', format('took back that "%s" %s %s, as %s had said', d.name,
        case d.verdict when 'same' then 'is' else 'is not' end, p.name, d.decided_by)
    from decision d
        join person p using (event_id, person_id)
    where d.event_id = $1
      and d.undone_at is not null
    union all
    select m.merged_at, m.merged_by, 'person', format('said that %s and %s are one%s', k.name, g.name, case when m.why = '' then '' else ': ' || m.why end)
    from person_merge m
        join person k on k.event_id = m.event_id and k.person_id = m.keep_id
        join person g on g.event_id = m.event_id and g.person_id = m.gone_id
    where m.event_id = $1
      and m.merged_by <> 'rollcall'
    union all
    select m.undone_at, m.undone_by, 'person', format('took back that %s and %s are one', k.name, g.name)
    from person_merge m
        join person k on k.event_id = m.event_id and k.person_id = m.keep_id
        join person g on g.event_id = m.event_id and g.person_id = m.gone_id
    where m.event_id = $1
      and m.undone_at is not null
    union all
    select s.split_at, s.split_by, 'person', format('said that a registration of %s is another person''s%s', p.name, case when s.why = '' then '' else ': ' || s.why end)
    from person_split s
        join person p on p.event_id = s.event_id and p.person_id = s.from_id
    where s.event_id = $1
    union all
    select h.at, case when c.acknowledged_why = h.detail and h.what = 'acknowledged' then c.acknowledged_by else '' end, 'clash',
        format('%s: %s%s', h.what, c.why, case when h.detail = '' then '' else ' (' || h.detail || ')' end)
    from clash_history h
        join clash c using (event_id, clash_id)
    where h.event_id = $1
      and h.what in ('acknowledged', 'unacknowledged')
    union all
    select a.answered_at, '', 'answer', format('wrote down that %s answered %s%s%s', p.name, replace(a.reply, '_', ' '),
        case a.reply when 'not_before' then to_char(a.not_before_min * interval '1 minute', ' HH24:MI') else '' end, coalesce(' for ' || t.title, ''))
    from answer a
        join person p using (event_id, person_id)
        left join track t on t.event_id = a.event_id and t.track_id = a.track_id
    where a.event_id = $1
      and a.via = 'command'
    union all
    select w.said_at, w.said_by, 'roll', format(case w.what when 'call' then 'called those missing from %s' else 'began %s without those missing' end, s.title)
    from roll_word w
        join session s using (event_id, session_id)
    where w.event_id = $1
    union all
    select c.said_at, '', 'roll', format('noted %s as %s in %s', p.name, c.state, s.title)
    from check_in c
        join session s using (event_id, session_id)
        join person p on p.event_id = c.event_id and p.person_id = c.person_id
    where c.event_id = $1
      and c.via <> 'self'
)
select us(at), who, kind, sentence
from done
where $2::text = '' or kind = $2
order by at desc, kind, sentence
limit $3
