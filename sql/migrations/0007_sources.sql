-- Which file or address a session came from: a programme that leaves sessions out cancels its own, not those of another
-- programme of the same event. Who wrote a name down: a programme replaces the names of programmes, a list those of lists.

alter table session add column source text not null default '';
comment on column session.source is 'Name of the file or address that had the session last; empty: from before this was kept.';

alter table mention add column origin text not null default 'list' check (origin in ('programme', 'list'));
update mention set origin = 'programme' where session_id is not null;
comment on column mention.origin is 'What names the person: a programme, or a list of leads and key attendees; list where both do.';
