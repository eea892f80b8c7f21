#!/usr/bin/env python3
"""What matching takes at its limits, through the built command: bench_match_limits.py ROLLCALL [WORD...]

Programmes of no session to one more than a file may have, and odd interests, as `rollcall match` and `rollcall check`:
seconds, processor time, memory, and what was answered. Files are made in a temporary folder, the same in each run. WORDs
choose rows by their name. (Larger programmes, which come of several files in a database: `bench_match speed 1000 50000 1`.)"""
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = sys.argv[1]
CHOSEN = sys.argv[2:]
LIMIT_S = 300
SYLLABLES = ("ba be bi bo bu da de di do du fa fe fi fo ga ge gi go ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu "
             "pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo za ze zi zo").split()


def words(chance, n):
    """Half of one of 300 subjects, half of 60,000 common words."""
    subject = chance.randrange(300)
    return " ".join(f"x{SYLLABLES[subject % 40]}{SYLLABLES[subject // 40]}{chance.choice(SYLLABLES)}" if chance.random() < 0.5
                    else "".join(chance.choice(SYLLABLES) for _ in range(3)) for _ in range(n))


def schedule(n_sessions):
    chance = random.Random(20251208)
    out = ['<?xml version="1.0" encoding="UTF-8"?><schedule><conference><title>Limit</title><acronym>limit</acronym>'
           "<start>2025-12-08</start><end>2025-12-12</end><days>5</days><time_zone_name>Asia/Tokyo</time_zone_name></conference>"]
    rooms = max(1, n_sessions // 100)
    for day in range(5 if n_sessions else 0):
        date = f"2025-12-{8 + day:02}"
        out.append(f'<day index="{day + 1}" date="{date}" start="{date}T08:00:00+09:00" end="{date}T22:00:00+09:00">')
        for room in range(rooms):
            out.append(f'<room name="Room {room}">')
            for number in range(day * rooms + room, n_sessions, 5 * rooms):
                at = 8 * 60 + number // (5 * rooms) * 35
                out.append(f'<event guid="s{number}" id="{number}"><room>Room {room}</room><title>{words(chance, 6)}</title>'
                           f"<type>talk</type><date>{date}T{at // 60:02}:{at % 60:02}:00+09:00</date><start>{at // 60:02}:{at % 60:02}"
                           f"</start><duration>00:30</duration><abstract>{words(chance, 60)}</abstract></event>")
            out.append("</room>")
        out.append("</day>")
    return "".join(out) + "</schedule>"


def interests():
    chance = random.Random(7)
    long = words(chance, 20000)[:100000]
    return [("a few words", words(chance, 6)), ("100 kB", long), ("100 kB without a blank", "x" * 100000),
            ("emoji", "\N{ROCKET}\N{PENGUIN}\N{FACE WITH TEARS OF JOY} " * 20),
            ("right to left", "\u0627\u0644\u0634\u0628\u0643\u0627\u062a \u0648\u0627\u0644\u0646\u0648\u0627\u0629 \u05dc\u05d9\u05e0\u05d5\u05e7\u05e1"),
            ("one letter", "x"), ("nothing", "")]


def run(row, *command):
    """Seconds, processor time and memory of one command, and the first line of its answer or its complaint."""
    if CHOSEN and not any(word in row for word in CHOSEN):
        return
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    child = subprocess.Popen([PROGRAM, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    timer = threading.Timer(LIMIT_S, child.kill)
    timer.start()
    most = watch(child)
    out, err = child.stdout.read(), child.stderr.read()
    child.wait()
    timer.cancel()
    took = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = " / ".join(line.strip() for line in (err.splitlines()[:1] + out.splitlines()[:2]) if line.strip())
    print(f"| {row} | {took:.2f} | {cpu:.2f} | {most // 1024} | {child.returncode} | {said[:110]} |", flush=True)


def watch(child):
    """The most memory the child had, in kB, while its output is not read: it is short."""
    most = 0
    while child.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
            most = max([most] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")])
        except OSError:
            break
        time.sleep(0.01)
    return most


def main():
    print("| what | s | processor s | MB | exit | answer |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        texts = []
        for i, (name, text) in enumerate(interests()):
            people = folder / f"interests{i}.csv"
            people.write_text('attendee,interests\nAda Lovelace,"' + text + '"\n')
            texts.append((name, people))
        many = folder / "many.csv"
        chance = random.Random(9)
        many.write_text("id,name,email,status,interests\n" + "".join(
            f"{i},{chance.choice(SYLLABLES)}{i}a {chance.choice(SYLLABLES)}{i}o,p{i}@example.org,confirmed,{words(chance, 5)}\n"
            for i in range(1000)))
        for n in (0, 2000, 20000, 20001):
            programme = folder / f"schedule{n}.xml"
            programme.write_text(schedule(n))
            for name, people in texts if n in (0, 2000, 20000) else texts[:1]:
                run(f"{n} sessions: match, {name}", "match", "--programme", programme, "--interests", people)
            run(f"{n} sessions: check, 1,000 people", "check", "--programme", programme, "--registrants", many)


main()
