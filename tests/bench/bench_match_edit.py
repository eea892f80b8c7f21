#!/usr/bin/env python3
"""One edited session in the database: whom it is about, and what it costs beside matching everybody anew, in turns.

    bench_match_edit.py BUILD [--attendees N] [--sessions N] [--rounds N]

A private PostgreSQL with fsync and one match worker. The texts are those of bench_match.c: 60 topics of 120 words among
3,000 common ones. "everybody" is a job for the event: all is learned anew and all are ranked, as every edit took it before.
"""
import argparse
import collections
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from bench_conference import Database, Worker, cpu_of, peak_of  # noqa: E402

TOPICS, TOPIC_WORDS, COMMON_WORDS = 60, 120, 3000


def word(number):
    text, left = "", number + 7919
    while left > 0:
        left, a = divmod(left, 13)
        left, b = divmod(left, 3)
        text += "bdfgklmnprtvz"[a] + "aou"[b]
    return text + "k"


def words(rng, topic, n, share):
    rank = lambda most: int(most ** rng.random() - 1)  # noqa: E731
    return " ".join(word(COMMON_WORDS + topic * TOPIC_WORDS + rank(TOPIC_WORDS) if rng.random() < share else rank(COMMON_WORDS))
                    for _ in range(n))


def text(rng, topic):
    return words(rng, topic, 30 + rng.randrange(60), 0.4)


def interests(rng, i):
    if i % 20 == 0:
        return ""  # known by nothing
    if i % 20 == 1:
        return words(rng, rng.randrange(TOPICS), 60, 0.5)
    return " ".join(words(rng, rng.randrange(TOPICS), 2 + rng.randrange(4), 0.9) for _ in range(1 + rng.randrange(3)))


def fill(database, folder, n_people, n_sessions):
    rng = random.Random(20991211)
    path = folder / "fill.sql"
    with path.open("w") as out:
        out.write("set search_path = rollcall;\ninsert into event (slug, title, timezone) values ('bulk', 'Bulk', 'UTC');\n")
        out.write("create temp table s (i int, topic int, title text, abstract text);\ncopy s from stdin;\n")
        for i in range(n_sessions):
            topic = rng.randrange(TOPICS)
            out.write(f"{i}\t{topic}\t{words(rng, topic, 6, 0.6)}\t{text(rng, topic)}\n")
        out.write("\\.\ncreate temp table p (i int, interests text);\ncopy p from stdin;\n")
        for i in range(n_people):
            out.write(f"{i}\t{interests(rng, i)}\n")
        out.write("\\.\n")
        for topic in range(TOPICS):
            out.write(f"insert into track (event_id, key, title) select event_id, 't{topic}', '{words(rng, topic, 2, 1)}' from event;\n")
        out.write("""insert into session (event_id, key, title, abstract, language, track_id, starts_at, ends_at)
            select e.event_id, 's' || i, s.title, abstract, 'en', track_id, timestamptz '2099-12-11 00:00Z' + i / 20 * interval '30 minutes',
            timestamptz '2099-12-11 00:30Z' + i / 20 * interval '30 minutes' from event e, s join track t on t.key = 't' || topic order by i;
            insert into person (event_id, name) select event_id, 'Person ' || i from event, p order by i;
            insert into registrant (event_id, key, name, email, interests, person_id) select event_id, 'r' || i, person.name,
            'p' || i || '@example.org', interests, person_id from p join person on person.name = 'Person ' || i;
            delete from job;\nanalyze;\n""")
    subprocess.run(["psql", database.url, "-qXf", path], check=True, stdout=subprocess.DEVNULL)


EVERYBODY = "insert into job (event_id, stage, subject, subject_id) select event_id, 'match', 'event', 0 from event"


def statements(rng, number, n_sessions):
    """What is done in one round, by name."""
    def one(column, new):
        return f"update session set {column} = {new} where key = 's{rng.randrange(n_sessions)}'"
    topic = rng.randrange(TOPICS)
    return {
        "a word more": one("abstract", f"abstract || ' {word(COMMON_WORDS + topic * TOPIC_WORDS + 5)}'"),
        "another abstract": one("abstract", f"'{text(rng, topic)}'"),
        "another title": one("title", f"'{words(rng, topic, 6, 0.6)}'"),
        "a session more": "insert into session (event_id, key, title, abstract, language, starts_at, ends_at) select event_id, "
                          f"'new{number}', '{words(rng, topic, 6, 0.6)}', '{text(rng, topic)}', 'en', '2099-12-20', '2099-12-21' from event",
        "a moved slot": one("(starts_at, ends_at)", "(starts_at + interval '1 hour', ends_at + interval '1 hour')")
                        + "; update job set due_at = now() where stage = 'match' and subject = 'session'",
        "everybody": EVERYBODY,
    }


def measure(arguments, folder):
    rollcall = pathlib.Path(arguments.build).resolve() / "rollcall"
    database = Database(folder, False)
    environment = {**os.environ, "ROLLCALL_DATABASE_URL": database.url, "ROLLCALL_VAR": str(folder / "var"),
                   "ROLLCALL_SECRET": "0123456789abcdef0123456789abcdef", "ROLLCALL_CAREFUL": "0s"}
    (folder / "var").mkdir()
    worker = None
    settled = "select not exists (select from job where stage = 'match' and due_at <= now())"
    try:
        subprocess.run([rollcall, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        fill(database, folder, arguments.attendees, arguments.sessions)
        worker = Worker("match", rollcall, folder, environment)
        found = collections.defaultdict(list)
        rng = random.Random(4)
        for number in range(-1, arguments.rounds):
            for what, sql in statements(rng, number, arguments.sessions).items() if number >= 0 else [("first", EVERYBODY)]:
                seen, cpu, server = len(list(worker.lines())), cpu_of(worker.process.pid), database.cpu()
                last = int(database.value("select txid_current()"))
                database.value(sql)
                while len(list(worker.lines())) == seen or database.value(settled) != "t":
                    time.sleep(0.05)
                lines = [v for _, v in list(worker.lines())[seen:]]
                found[what].append({
                    "ms": sum(float(v["ms"]) for v in lines), "db_ms": sum(float(v["db_ms"]) for v in lines),
                    "cpu_ms": 1000 * (cpu_of(worker.process.pid) - cpu), "server_ms": 1000 * (database.cpu() - server),
                    "rows": int(database.value(f"select count(*) from match where xmin::text::bigint > {last}")),
                    "people": int(database.value("select count(*) from match_touch where run = (select last_value from match_run)"))})
        print(f"{arguments.attendees} attendees, {arguments.sessions} sessions; medians (least to most) of {arguments.rounds} rounds in turns; "
              f"peak of the worker {peak_of(worker.process.pid):.0f} MB")
        print(f"{'':<18} {'people':>20} {'ms of the batch':>24} {'of it database':>16} {'processor ms':>14} {'server ms':>11} {'rows':>16}")
        for what, rounds in found.items():
            of = lambda key: [r[key] for r in rounds]  # noqa: E731
            spread = lambda key: f"{statistics.median(of(key)):.0f} ({min(of(key)):.0f}-{max(of(key)):.0f})"  # noqa: E731
            people = "all" if what in ("everybody", "first") else spread("people")
            print(f"{what:<18} {people:>20} {spread('ms'):>24} {statistics.median(of('db_ms')):>16.0f} {statistics.mean(of('cpu_ms')):>14.0f} "
                  f"{statistics.mean(of('server_ms')):>11.0f} {spread('rows'):>16}")
    finally:
        if worker is not None:
            worker.stop()
        database.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--attendees", type=int, default=20000)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as folder:
        measure(parser.parse_args(), pathlib.Path(folder))


if __name__ == "__main__":
    main()
