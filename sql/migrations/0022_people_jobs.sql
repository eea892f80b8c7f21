-- What 0018 makes of a change of many people, beside all the subjects that there are by now.
do $$
declare
    known text := (
        select pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid = 'job'::regclass
          and conname = 'job_subject_check');
begin
    alter table job drop constraint job_subject_check;
    execute 'alter table job add constraint job_subject_check '
        || replace(known, '''event''::text', '''event''::text, ''people''::text');
end $$;
