-- A lead who has ticked somebody by mistake takes it back: not seen yet, as if there were no word.
alter table check_in drop constraint check_in_state_check;
alter table check_in add constraint check_in_state_check check (state in ('here', 'coming', 'away', 'missing'));
