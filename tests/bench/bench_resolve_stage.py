#!/usr/bin/env python3
"""What one more registration costs the resolve stage, in an event with so many registrants already.

    [MENTIONS=N] bench_resolve_stage.py BUILD [REGISTRANTS ...]

The stage's transaction as the worker logs it, from its first statement to the end of the commit, and the worker's
processor time; a private PostgreSQL, one worker, median of twenty. MENTIONS: so many names stand
in lists.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES = ROOT / "tests/support/postgres"
ROUNDS = 20
MENTIONS = int(os.environ.get("MENTIONS", "0"))


def csv_of(people):
    return "id,name,email,affiliation\n" + "".join(f"{i},{name},p{i}@example.org,{company}\n" for i, name, company in people)


def people_of(build, folder, n):
    subprocess.run([build / "tests/bench_names", "dump", str(n + 100 + MENTIONS), "20", "7", folder], check=True)
    lines = [line.split("\t")[1] for line in (folder / "registrants.tsv").read_text().splitlines()]
    return [(i, '"' + name.replace('"', "") + '"', f"Company {i % 97}") for i, name in enumerate(lines)]


def cfp_of(people, n):
    """Lists of 15, every third name without a registration."""
    lines = []
    for i in range(MENTIONS):
        if i % 15 == 0:
            lines.append(f"\n## Example {i // 15} Microconference\n\nKey attendees:\n")
        lines.append("- " + people[(7 * i) % n if i % 3 else n + 100 + i][1].strip('"'))
    return "\n".join(lines) + "\n"


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(build, folder, url, n):
    name = f"bench_{n}"
    subprocess.run(["psql", url, "-qXc", f"create database {name}"], check=True)
    own = url.replace("/postgres?", f"/{name}?")
    environment = {**os.environ, "ROLLCALL_DATABASE_URL": own, "ROLLCALL_VAR": str(folder / "var")}

    def rollcall(*words):
        return subprocess.run([build / "rollcall", *words], env=environment, check=True, capture_output=True, text=True)

    def value(sql):
        return subprocess.run(["psql", own, "-qAtXc", "set search_path = rollcall; " + sql], check=True, capture_output=True, text=True).stdout.strip()

    def wait():
        start = time.monotonic()
        while value("select count(*) from job where stage = 'resolve'") != "0" and time.monotonic() < start + 120:
            time.sleep(0.005)
        return time.monotonic() - start

    def steps():
        return [float(m) for m in re.findall(r"ev=job .*?ms=([0-9.]+)", log.read_text())]

    rollcall("migrate")
    people = people_of(build, folder, n)
    path = folder / f"{name}.csv"
    path.write_text(csv_of(people[:n]))
    log = folder / f"{name}.log"
    worker = subprocess.Popen([build / "rollcall", "worker", "resolve"], env=environment, stdout=subprocess.DEVNULL, stderr=log.open("w"))
    try:
        if MENTIONS:
            (folder / "cfp.txt").write_text(cfp_of(people, n))
            rollcall("import", folder / "cfp.txt", "--event", name.replace("_", "-"), "--new-event")
            wait()
        rollcall("import", "registrants", path, "--event", name.replace("_", "-"), "--new-event")
        wait()
        time.sleep(0.2)
        first, before, cpu = steps()[-1], len(steps()), cpu_of(worker.pid)
        for i in range(ROUNDS):
            path.write_text(csv_of([people[n + i]]))
            rollcall("import", "registrants", path, "--event", name.replace("_", "-"), "--new-event")
            wait()
        time.sleep(0.2)
        took, used = steps()[before:], 1e3 * (cpu_of(worker.pid) - cpu) / ROUNDS
        print(f"{n:>7} registrants, {value('select count(*) from mention')} names: all at once {first / 1e3:6.2f} s; one more "
              f"{statistics.median(took):6.1f} ms (of {len(took)}: {min(took):.1f} to {max(took):.1f}), {used:.1f} ms of them the worker's "
              f"processor time")
    finally:
        worker.terminate()
        worker.wait()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        folder.chmod(0o755)
        cluster = folder / "postgres"
        subprocess.run([POSTGRES, "start", cluster], check=True)
        try:
            for n in [int(x) for x in sys.argv[2:]] or [700, 20000]:
                measure(build, folder, (cluster / "url").read_text().strip(), n)
        finally:
            subprocess.run([POSTGRES, "stop", cluster], check=False)


if __name__ == "__main__":
    main()
