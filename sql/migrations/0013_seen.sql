-- Up to when the organisers have said that they have seen everything; no row: never.
-- Written by: web.
create table organiser_seen (
    event_id bigint primary key references event on delete cascade,
    seen_at timestamptz not null
);

-- Every mail address that is known of a person.
create function person_mail(in_event_id bigint, in_person_id bigint) returns setof text
    language sql stable
as $$
    select r.email
    from registrant r
    where r.event_id = in_event_id
      and r.person_id = in_person_id
      and r.email <> ''
    union
    select m.email
    from mention m
        join resolution s using (event_id, mention_id)
    where s.event_id = in_event_id
      and s.person_id = in_person_id
      and s.status = 'linked'
      and m.email <> ''
    union
    select a.value
    from person_alias a
    where a.event_id = in_event_id
      and a.person_id = in_person_id
      and a.kind = 'email'
      and a.value <> '';
$$;

-- Somebody who stopped all mail wants it again. What bounced stays stopped: that is not theirs to say.
-- In a function, so that the web worker can take back this one reason and no other.
create function resubscribe(in_event_id bigint, in_person_id bigint) returns bigint
    language sql security definer set search_path = rollcall, pg_temp
as $$
    with gone as (
        delete from suppression s
        using person_mail(in_event_id, in_person_id) a (address)
        where s.event_id = in_event_id
          and s.channel = 'mail'
          and s.reason = 'unsubscribed'
          and lower(s.address) = lower(a.address)
        returning s.address)
    select count(*)
    from gone;
$$;
comment on function resubscribe(bigint, bigint) is 'Takes back that the person unsubscribed; how many addresses get mail again.';
revoke execute on function resubscribe(bigint, bigint) from public;

-- An address that may be used again: its people are planned anew.
create trigger flow_d after delete on suppression referencing old table as changed
    for each statement execute function suppression_flow();

-- What an attendee says on a page to care about; counts instead of what the registration says. It belongs to the
-- registration, so that it goes where that goes when persons are joined or parted. Written by: web.
create table interest (
    event_id bigint not null,
    registrant_id bigint not null,
    words text not null check (words <> '' and length(words) <= 2000),
    stated_at timestamptz not null default now(),
    primary key (event_id, registrant_id),
    foreign key (event_id, registrant_id) references registrant on delete cascade
);

create function stated_interest_flow() returns trigger
    language plpgsql security definer set search_path = rollcall, pg_temp
as $$
begin
    insert into job (event_id, stage, subject, subject_id)
    select distinct c.event_id, s.stage, 'person', r.person_id
    from changed c join registrant r using (event_id, registrant_id), unnest(array['match', 'plan']) as s (stage)
    where r.person_id is not null;
    return null;
end $$;
create trigger flow_i after insert on interest referencing new table as changed
    for each statement execute function stated_interest_flow();
create trigger flow_u after update on interest referencing new table as changed
    for each statement execute function stated_interest_flow();
create trigger flow_d after delete on interest referencing old table as changed
    for each statement execute function stated_interest_flow();
