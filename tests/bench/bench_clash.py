#!/usr/bin/env python3
"""clash beside PostgreSQL's own join, interleaved in one run: bench_clash.py BUILD [ROUNDS].

The same requirements are joined by PostgreSQL over a btree index on (person, start), warm, with the
result counted and not sent; one moved slot is there one prepared query for the pairs that the people
of a session have at another time, without any write. All figures are CPU time, so that what else runs on
the machine counts for neither: of PostgreSQL that of its backends alone, without the client."""
import glob
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

BUILD = pathlib.Path(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
HERE = pathlib.Path(__file__).resolve().parent
FOLDER = BUILD / "bench-postgres"
BIN = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
PROGRAM = BUILD / "tests" / "bench_clash"

SCHEMA = """
drop table if exists req;
create table req (id serial, person int, session int, start_min int, end_min int);
"""
INDEX = """
create index on req (person, start_min) include (end_min, session);
create index on req (session);
vacuum analyze req;
set max_parallel_workers_per_gather = 0;
"""
JOIN = """select count(*) from req a join req b on a.person = b.person and b.start_min >= a.start_min
    and b.start_min < a.end_min and (b.start_min > a.start_min or b.session > a.session);"""
MOVE = """\\set s random(0, 2499)
\\set t random(540, 2000)
select a.person, b.session from req a join req b on a.person = b.person and b.session <> a.session
    and b.start_min < :t + 30 and b.end_min > :t where a.session = :s;
"""


def sql(url, text):
    return subprocess.run([BIN / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url], input=text, capture_output=True, text=True,
                          check=True).stdout


def backends_cpu(postmaster):
    """Seconds of CPU of all backends that have ended."""
    fields = pathlib.Path(f"/proc/{postmaster}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def cpu_of(postmaster, work):
    before = backends_cpu(postmaster)
    out = work()
    time.sleep(0.2)  # the postmaster hears that the backend has ended
    return backends_cpu(postmaster) - before, out


def main():
    subprocess.run([HERE.parent / "support" / "postgres", "start", FOLDER], check=True)
    try:
        url = (FOLDER / "url").read_text().strip()
        rows = subprocess.run([PROGRAM, "rows"], capture_output=True, text=True, check=True).stdout
        sql(url, SCHEMA + "copy req (person, session, start_min, end_min) from stdin;\n" + rows + "\\.\n" + INDEX)
        postmaster = int(pathlib.Path((FOLDER / "data").read_text().strip(), "postmaster.pid").read_text().split()[0])
        script = FOLDER / "move.sql"
        script.write_text(MOVE)
        joins, moves, sweeps, whole, slots = [], [], [], [], []
        for _ in range(ROUNDS):
            head = "set max_parallel_workers_per_gather = 0;\n"
            once, out = cpu_of(postmaster, lambda: sql(url, head + JOIN))
            often, _ = cpu_of(postmaster, lambda: sql(url, head + JOIN * 11))
            joins.append(1e3 * (often - once) / 10)
            pairs = int(out.split()[0])
            spent, _ = cpu_of(postmaster, lambda: subprocess.run(
                [BIN / "pgbench", "-n", "-M", "prepared", "-f", script, "-t", "10000", url], capture_output=True, check=True))
            moves.append(1e6 * spent / 10000)
            own = subprocess.run([PROGRAM, "3"], capture_output=True, text=True, check=True).stdout
            own = own[:own.index("large conference")]
            assert f", {pairs} pairs," in own, (pairs, own.splitlines()[0])  # both have found the same
            sweeps.append(float(re.search(r"pairs alone .*?([\d.]+) \.\.", own).group(1)))
            whole.append(float(re.search(r"prepare \(clash_index_new\) +([\d.]+)", own).group(1)) + sweeps[-1])
            slots.append(float(re.search(r"one moved slot, no reg\w+ +([\d.]+)", own).group(1)))
        print(f"{len(rows.splitlines())} requirements, {pairs} pairs found by both; medians of {ROUNDS} rounds (least, greatest)")

        def show(what, values, unit):
            print(f"  {what:44} {statistics.median(values):10.3f} ({min(values):.3f}, {max(values):.3f}) {unit}")

        show("PostgreSQL, btree join", joins, "ms")
        show("sweep over prepared claims", sweeps, "ms")
        show("preparation and sweep", whole, "ms")
        show("PostgreSQL, one moved slot", moves, "us")
        show("one moved slot on trial, all kinds of pairs", slots, "us")
        print(f"  ratio: {statistics.median(joins) / statistics.median(sweeps):.0f} (sweep), "
              f"{statistics.median(joins) / statistics.median(whole):.0f} (with preparation); "
              f"one moved slot {statistics.median(moves) / statistics.median(slots):.0f}")
    finally:
        subprocess.run([HERE.parent / "support" / "postgres", "stop", FOLDER], check=True)


main()
