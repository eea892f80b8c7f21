#!/usr/bin/env python3
"""`rollcall check` on files of 20,000 attendees and 2,000 sessions: bench_clash_files.py ROLLCALL [ROUNDS].

The files are made in a temporary folder, the same in each run; names, lists and times are made up."""
import json
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
N_PEOPLE, N_SESSIONS, N_TRACKS = 20000, 2000, 40
PARTS = ("ba be bi bo bu da de di do du fa fe fi fo ga ge gi go ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu "
         "pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo za ze zi zo").split()


def names(chance):
    seen = set()
    while len(seen) < N_PEOPLE:
        seen.add(" ".join("".join(chance.choice(PARTS) for _ in range(chance.randint(2, 4))).capitalize() for _ in range(2)))
    return sorted(seen)


def words(chance, n):
    """n words out of 60 subjects of 60 words each and 2,000 common ones, most of one subject."""
    subject = chance.randrange(60)
    return " ".join(f"{PARTS[subject % 40]}{PARTS[int(40 * chance.random() ** 2)]}{PARTS[subject // 40 + chance.randrange(2)]}x"
                    if chance.random() < 0.5 else f"{chance.choice(PARTS)}{chance.choice(PARTS)}" for _ in range(n))


def schedule(people, chance):
    out = ['<?xml version="1.0" encoding="UTF-8"?><schedule><conference><title>Large</title><acronym>large</acronym>'
           "<start>2025-12-08</start><end>2025-12-12</end><days>5</days><time_zone_name>Asia/Tokyo</time_zone_name></conference>"]
    per_day, rooms = N_SESSIONS // 5, 25
    for day in range(5):
        date = f"2025-12-{8 + day:02}"
        out.append(f'<day index="{day + 1}" date="{date}" start="{date}T08:00:00+09:00" end="{date}T22:00:00+09:00">')
        for room in range(rooms):
            out.append(f'<room name="Room {room}">')
            for i in range(room, per_day, rooms):
                number, at = day * per_day + i, 9 * 60 + i // rooms * 35
                persons = "".join(f'<person id="{p}">{people[p]}</person>' for p in chance.sample(range(N_PEOPLE), 3))
                out.append(f'<event guid="s{number}" id="{number}"><room>Room {room}</room><title>{words(chance, 6)}</title>'
                           f"<type>talk</type><date>{date}T{at // 60:02}:{at % 60:02}:00+09:00</date><start>{at // 60:02}:{at % 60:02}"
                           f"</start><duration>00:30</duration><track>Subject {number % N_TRACKS}</track>"
                           f"<abstract>{words(chance, 60)}</abstract>"
                           f"<persons>{persons}</persons></event>")
            out.append("</room>")
        out.append("</day>")
    return "".join(out) + "</schedule>"


def registrants(people, chance):
    rows = ["id,name,email,status,attendance,arrives,departs,timezone,interests"]
    for i, name in enumerate(people):
        status = chance.choice(("confirmed",) * 8 + ("waiting", "cancelled"))
        rows.append(f"{i},{name},p{i}@example.org,{status},{chance.choice(('in_person', 'in_person', 'remote'))},"
                    f"2025-12-0{chance.randint(7, 9)},2025-12-{chance.randint(11, 14)},{chance.choice(('', 'America/New_York'))},"
                    f"{words(chance, chance.randint(3, 10)) if i % 5 else ''}")
    return "\n".join(rows) + "\n"


def call(people, chance):
    parts = ["Large\n"]
    for track in range(N_TRACKS):
        some = [people[p] for p in chance.sample(range(N_PEOPLE), 20)]
        parts.append(f"## Subject {track} Microconference\n\nMC leads:\n\n- {some[0]}\n\nKey attendees:\n\n" + "".join(f"- {n}\n" for n in some[1:]))
    return "\n".join(parts)


def main():
    chance = random.Random(20251208)
    people = names(chance)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "schedule.xml").write_text(schedule(people, chance))
        (folder / "people.csv").write_text(registrants(people, chance))
        (folder / "cfp.txt").write_text(call(people, chance))
        words = [PROGRAM, "check", "--programme", folder / "schedule.xml", "--registrants", folder / "people.csv", "--key-attendees",
                 folder / "cfp.txt", "--json"]
        took, cpu = [], []
        for _ in range(ROUNDS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.monotonic()
            done = subprocess.run(words, capture_output=True, check=False)
            took.append(time.monotonic() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            assert done.returncode == 1, done.stderr
        summary = json.loads(done.stdout)["summary"]
        print({k: v for k, v in summary.items() if k != "title"})
        print(f"check: {statistics.median(took):.2f} s ({min(took):.2f}, {max(took):.2f}), CPU {statistics.median(cpu):.2f} s, "
              f"at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB on {os.cpu_count()} cores")


main()
