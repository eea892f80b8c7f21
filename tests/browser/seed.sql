-- A small made-up conference in which everything that the pages show occurs. Loaded into a migrated,
-- empty database by the owner; ids are fixed so that tests can name them.
set search_path = rollcall, pg_temp;

insert into event (event_id, slug, title, timezone, starts_at, ends_at, programme_version)
values (1, 'pc2031', 'Pipes Conference 2031', 'Asia/Tokyo', '2031-12-11 00:00+09', '2031-12-14 00:00+09', 2),
    (2, 'other2031', 'Another Conference', 'UTC', null, null, 0);

insert into room (event_id, room_id, key, name, building, capacity)
values (1, 1, 'b1', 'Hall B1', 'Main', 120), (1, 2, 'b2', 'Hall B2', 'Main', 80), (1, 3, 'c1', 'Room C1', 'Annex', 40);

insert into track (event_id, track_id, key, title, kind)
values (1, 1, 'memory', 'Memory Tiering MC', 'mc'), (1, 2, 'sched', 'Scheduler MC', 'mc'),
    (1, 3, 'toolchains', 'Toolchains MC', 'mc'), (1, 4, 'talks', 'Refereed talks', 'refereed'),
    (2, 5, 'elsewhere', 'Elsewhere MC', 'mc');

insert into session (event_id, session_id, key, title, kind, track_id, room_id, parent_id, starts_at, ends_at, is_cancelled, url)
values
    (1, 1, 'memory', 'Memory Tiering MC', 'block', 1, 1, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09', false, 'https://conference.example.org/memory'),
    (1, 2, 'sched', 'Scheduler MC', 'block', 2, 2, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09', false, ''),
    (1, 3, 'toolchains', 'Toolchains MC', 'block', 3, 1, null, '2031-12-12 14:30+09', '2031-12-12 18:00+09', false, ''),
    (1, 4, 'hot', 'Hot page promotion without surprises', 'contribution', 1, 1, 1, '2031-12-11 10:00+09', '2031-12-11 10:30+09', false, ''),
    (1, 5, 'cold', 'What is cold? Measuring <access> & "age"', 'contribution', 1, 1, 1, '2031-12-11 10:30+09', '2031-12-11 11:00+09', false, ''),
    (1, 6, 'talk1', 'Ten years of deferred work', 'talk', 4, 3, null, '2031-12-11 14:30+09', '2031-12-11 15:15+09', false, ''),
    (1, 7, 'talk2', 'Tracing what nobody called', 'talk', 4, 3, null, '2031-12-12 10:00+09', '2031-12-12 10:45+09', false, ''),
    (1, 8, 'talk3', 'A talk that was withdrawn', 'talk', 4, 3, null, '2031-12-12 11:00+09', '2031-12-12 11:45+09', true, ''),
    (1, 9, 'talk4', 'Locks for people in a hurry', 'talk', 4, 2, null, '2031-12-11 14:30+09', '2031-12-11 15:15+09', false, '');

insert into person (event_id, person_id, name)
values (1, 1, 'Ada Lindqvist'), (1, 2, 'Björn Åkesson'), (1, 3, 'Chen Weilin'), (1, 4, 'Dolores Quintana'),
    (1, 5, 'Emeka Obi'), (1, 6, 'FUJIWARA Takeshi'), (1, 7, 'Gita Raman'), (1, 8, 'Gita Rahman'), (1, 9, 'Henrik Nobody'),
    (2, 20, 'Somebody Else');

insert into registrant (event_id, registrant_id, key, name, email, affiliation, status, attendance, timezone, person_id, matrix_id)
values
    (1, 1, 'r1', 'Ada Lindqvist', 'ada@example.org', 'Fjord Systems', 'confirmed', 'in_person', '', 1, '@ada:example.org'),
    (1, 2, 'r2', 'Bjorn Akesson', 'bjorn@example.org', 'Fjord Systems', 'confirmed', 'remote', 'Europe/Stockholm', 2, ''),
    (1, 3, 'r3', 'Weilin Chen', 'weilin@example.net', 'Lantern Labs', 'confirmed', 'in_person', '', 3, ''),
    (1, 4, 'r4', 'Dolores Quintana', 'dolores@example.net', 'Lantern Labs', 'waiting', 'in_person', '', 4, ''),
    (1, 5, 'r5', 'Emeka Obi', 'emeka@example.com', 'Harmattan', 'cancelled', 'in_person', '', 5, ''),
    (1, 6, 'r6', 'Takeshi Fujiwara', 'fujiwara@example.com', 'Kumo', 'confirmed', 'in_person', '', 6, ''),
    (1, 7, 'r7', 'Gita Raman', 'graman@example.com', 'Kumo', 'confirmed', 'in_person', '', 7, ''),
    (1, 8, 'r8', 'Gita Rahman', 'rahman@example.com', 'Harmattan', 'confirmed', 'in_person', '', 8, '');

insert into person_alias (event_id, person_id, kind, value)
values (1, 1, 'email', 'ada.l@example.net'), (1, 1, 'name', 'Ada Lindqvist');

insert into mention (event_id, mention_id, role, strength, track_id, session_id, name, affiliation, topic, line)
values
    (1, 1, 'lead', 'must', 1, null, 'Ada Lindqvist', '', '', 3),
    (1, 2, 'key_attendee', 'must', 1, null, 'Björn Åkesson', '', 'demotion under pressure', 5),
    (1, 3, 'key_attendee', 'must', 1, null, 'Chen Weilin', '', 'hot page tracking', 6),
    (1, 4, 'key_attendee', 'must', 1, null, 'Dolores Quintana', '', '', 7),
    (1, 5, 'key_attendee', 'must', 1, null, 'Emeka Obi', '', 'device memory', 8),
    (1, 6, 'key_attendee', 'should', 1, null, 'Gita', 'Kumo', 'CXL', 9),
    (1, 7, 'lead', 'must', 2, null, 'FUJIWARA Takeshi', '', '', 12),
    (1, 8, 'key_attendee', 'must', 2, null, 'Chen Weilin', '', 'wake-up placement', 14),
    (1, 9, 'key_attendee', 'must', 2, null, 'Ada Lindqvist', '', 'latency', 15),
    (1, 10, 'key_attendee', 'must', 3, null, 'Chen Weilin', '', '', 20),
    (1, 11, 'lead', 'must', 3, null, 'Gita Rahman', '', '', 19),
    (1, 12, 'speaker', 'must', null, 6, 'Ada Lindqvist', '', '', 0),
    (1, 13, 'key_attendee', 'must', 2, null, 'Ingrid Unseen', '', '', 16),
    (1, 14, 'key_attendee', 'must', 3, null, 'Björn Åkesson', '', '', 21);

insert into resolution (event_id, mention_id, person_id, status, confidence, candidates)
values (1, 1, 1, 'linked', 0.999, '[]'), (1, 2, 2, 'linked', 0.998, '[]'), (1, 3, 3, 'linked', 0.997, '[]'),
    (1, 4, 4, 'linked', 0.999, '[]'), (1, 5, 5, 'linked', 0.999, '[]'),
    (1, 6, null, 'ambiguous', 0.6, '[{"person": 7, "confidence": 0.62, "evidence": "given name and company"}, {"person": 8, "confidence": 0.33, "evidence": "given name"}]'),
    (1, 7, 6, 'linked', 0.999, '[]'), (1, 8, 3, 'linked', 0.999, '[]'), (1, 9, 1, 'linked', 0.999, '[]'),
    (1, 10, 3, 'linked', 0.999, '[]'), (1, 11, 8, 'linked', 0.999, '[]'), (1, 12, 1, 'linked', 0.999, '[]'),
    (1, 13, null, 'unknown', 0, '[]'), (1, 14, 2, 'linked', 0.999, '[]');

insert into match (event_id, person_id, session_id, score, because, rank)
values (1, 1, 7, 4.2, 'because you wrote tracing', 1), (1, 1, 9, 2.5, 'because you wrote locks', 2),
    (1, 3, 6, 3.1, 'like what you starred: deferred work', 1);

insert into star (event_id, person_id, session_id) values (1, 1, 7);

insert into clash (event_id, clash_id, fingerprint, kind, severity, person_id, session_a, session_b, starts_at, ends_at, why, shape, opened_at)
values
    (1, 1, 101, 'required_twice', 'critical', 3, 1, 2, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Chen Weilin must be in Memory Tiering MC (Hall B1) and in Scheduler MC (Hall B2), Thu 11 Dec 10:00 to 13:30', 'a', now()),
    (1, 2, 102, 'required_twice', 'critical', 1, 1, 2, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Ada Lindqvist leads Memory Tiering MC (Hall B1) and must be in Scheduler MC (Hall B2), Thu 11 Dec 10:00 to 13:30', 'a', now() - interval '3 days'),
    (1, 3, 103, 'cancelled', 'high', 5, 1, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Emeka Obi has cancelled the registration and is wanted in Memory Tiering MC', 'a', now() - interval '2 days'),
    (1, 4, 104, 'waiting', 'medium', 4, 1, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Dolores Quintana is on the waiting list and is wanted in Memory Tiering MC', 'a', now() - interval '5 hours'),
    (1, 5, 105, 'remote_only', 'low', 2, 1, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Björn Åkesson is wanted in person in Memory Tiering MC and takes part remotely', 'a', now() - interval '4 days'),
    (1, 6, 106, 'asleep', 'medium', 2, 1, null, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'For Björn Åkesson Memory Tiering MC begins at 02:00', 'a', now() - interval '4 days'),
    (1, 8, 108, 'wanted_by_choice', 'info', 7, 1, 2, '2031-12-11 10:00+09', '2031-12-11 13:30+09',
        'Gita Raman has starred Memory Tiering MC and Scheduler MC at the same time', 'a', now() - interval '4 days');
insert into clash (event_id, clash_id, fingerprint, kind, severity, person_id, session_a, starts_at, ends_at, why, is_open, resolved_at)
values (1, 7, 107, 'away', 'medium', 6, 2, '2031-12-11 10:00+09', '2031-12-11 13:30+09', 'FUJIWARA Takeshi arrives after Scheduler MC', false, now());
insert into clash_history (event_id, clash_id, what, detail)
values (1, 1, 'opened', 'critical'), (1, 7, 'resolved', '');

insert into told (event_id, person_id, session_id, starts_at, ends_at, room, is_cancelled, sequence, changed_at)
values (1, 1, 1, '2031-12-11 10:00+09', '2031-12-11 13:30+09', 'Hall B1', false, 0, '2031-10-01 12:00Z'),
    (1, 1, 6, '2031-12-11 14:30+09', '2031-12-11 15:15+09', 'Room C1', false, 2, '2031-10-02 12:00Z'),
    (1, 1, 8, '2031-12-12 11:00+09', '2031-12-12 11:45+09', 'Room C1', true, 3, now());

insert into programme_change (event_id, programme_version, session_id, what, old_value, new_value)
values (1, 2, 6, 'moved', 'Thu 11 Dec 10:00 to 10:45, Room C1', 'Thu 11 Dec 14:30 to 15:15, Room C1'), (1, 2, 8, 'cancelled', '', '');

-- Who asked for introductions: 3, 7 and 8. 7 is asked about 8; 3 and 7 know of one another; 8 has said yes, now 3 is asked.
insert into preference (event_id, person_id, wants_introductions, shares_contact)
values (1, 3, true, true), (1, 7, true, false), (1, 8, true, false);

insert into introduction (event_id, introduction_id, person_a, person_b, link, topics_a, topics_b, starts_at, ends_at, place, asked_a_at,
    until_a_at, asked_b_at, lapses_at, introduced_at)
values
    (1, 1, 7, 8, 'one_works', 'CXL', 'CXL pooling', '2031-12-11 13:30+09', '2031-12-11 13:50+09', 'Lunch, Foyer', now(),
        '2031-12-11 00:00+09', null, '2031-12-12 00:00+09', null),
    (1, 2, 3, 7, 'both_care', 'hot page tracking', 'hot pages', '2031-12-11 14:00+09', '2031-12-11 14:20+09', 'Lunch, Foyer', now(),
        '2031-12-11 00:00+09', now(), '2031-12-12 00:00+09', now()),
    (1, 3, 8, 3, 'both_work', 'wake-up placement', 'wake-up <placement>', null, null, '', now(),
        '2031-12-11 00:00+09', now(), '2031-12-12 00:00+09', null);
insert into introduction_answer (event_id, introduction_id, person_id, reply) values (1, 2, 3, 'yes'), (1, 2, 7, 'yes'), (1, 3, 8, 'yes');

insert into bof_idea (event_id, rank, topic, n_people, n_leaders, best_session_id, coverage, starts_at, ends_at, room_id, n_free, n_asked)
values (1, 1, 'memory safety, bindgen', 14, 3, 6, 0.25, '2031-12-12 11:00+09', '2031-12-12 11:45+09', 3, 12, 14),
    (1, 2, 'accessibility', 6, 1, null, 0, null, null, null, 0, 6);
insert into bof_leader (event_id, rank, person_id) values (1, 1, 7), (1, 1, 6), (1, 2, 6);
