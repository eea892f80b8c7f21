-- What began with events that came later begins with those that were there before, too: what their programme is known by,
-- the introductions of those who want them, and ideas for BoFs.
insert into programme_state (event_id)
select e.event_id
from event e
where not exists (select from programme_state s where s.event_id = e.event_id);

insert into job (event_id, stage, subject, subject_id)
select distinct f.event_id, 'plan', 'meet', 0
from preference f
where f.wants_introductions;

insert into job (event_id, stage, subject, subject_id)
select distinct m.event_id, 'plan', 'bof', 0
from match m;
