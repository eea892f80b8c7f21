-- Whom each person names in their place now, whoever they turned out to be: the latest word, '' is nobody. As with the roll,
-- what was said stays where it was said, so that a merge that is undone takes nothing along.
create view stand_in_now as
select distinct on (i.event_id, w.person_id) i.event_id, w.person_id, i.name
from stand_in i
    join person p using (event_id, person_id)
    cross join lateral (
        select case when p.merged_into is null then p.person_id else person_now(p.event_id, p.person_id) end as person_id) w
order by i.event_id, w.person_id, i.stand_in_id desc;
