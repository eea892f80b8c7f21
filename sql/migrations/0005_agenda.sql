-- Who is named somewhere is known by that: a resolution changes what is recommended to the person.
create or replace function resolution_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    if tg_op = 'DELETE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct c.event_id, s.stage, 'person', c.person_id
        from removed c join person p using (event_id, person_id), unnest(array['match', 'clash', 'plan']) as s (stage);
        return null;
    end if;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'person', c.person_id
    from added c, unnest(array['match', 'clash', 'plan']) as s (stage)
    where c.person_id is not null;
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, 'plan', 'track', m.track_id
    from added c join mention m using (event_id, mention_id)
    where m.track_id is not null;
    if tg_op = 'UPDATE' then
        insert into job (event_id, stage, subject, subject_id)
        select distinct o.event_id, s.stage, 'person', o.person_id
        from removed o join added n using (event_id, mention_id) join person p on (p.event_id, p.person_id) = (o.event_id, o.person_id),
            unnest(array['match', 'clash', 'plan']) as s (stage)
        where o.person_id is distinct from n.person_id;
    end if;
    return null;
end $$;
