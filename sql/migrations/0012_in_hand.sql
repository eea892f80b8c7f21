-- A job that takes its worker down rolls the claim back, and with it every trace. So a worker that has reason to be
-- careful first notes in the job which connection has it in hand; a connection that is gone leaves the note behind.

alter table job add column held_by integer not null default 0;
comment on column job.held_by is 'Process id of the server''s backend whose worker has it in hand; 0: nobody has. The worker
holds the advisory lock on that number as long as its connection lives.';
alter table job add column deaths integer not null default 0;
comment on column job.deaths is 'How often a worker died with it in hand. Not counted as failed until it was alone: later stages still wait.';
create index job_held on job (stage, held_by) where held_by <> 0;
