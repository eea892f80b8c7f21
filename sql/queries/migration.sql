-- name: migration_find
-- $1 file name
select sha256
from migration
where name = $1

-- name: migration_names
select name
from migration
order by name

-- name: migration_add
-- $1 file name, $2 SHA-256 of its content
insert into migration (name, sha256)
values ($1, $2)

-- name: migration_ledger
select to_regclass('rollcall.migration') is not null
