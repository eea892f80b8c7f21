#!/usr/bin/env python3
"""What one more registration costs the resolve stage, in an event with so many registrants already.

    bench_resolve_stage.py BUILD [REGISTRANTS ...]

Time from the end of the import to the end of the stage's transaction, as the database sees it, and the worker's
processor time; a private PostgreSQL, one worker, median of five.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES = ROOT / "tests/support/postgres"
ROUNDS = 5


def csv_of(people):
    return "id,name,email,affiliation\n" + "".join(f"{i},{name},p{i}@example.org,{company}\n" for i, name, company in people)


def people_of(build, folder, n):
    subprocess.run([build / "tests/bench_names", "dump", str(n + 100), "20", "7", folder], check=True)
    lines = [line.split("\t")[1] for line in (folder / "registrants.tsv").read_text().splitlines()]
    return [(i, '"' + name.replace('"', "") + '"', f"Company {i % 97}") for i, name in enumerate(lines)]


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

    rollcall("migrate")
    people = people_of(build, folder, n)
    path = folder / f"{name}.csv"
    path.write_text(csv_of(people[:n]))
    worker = subprocess.Popen([build / "rollcall", "worker", "resolve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        rollcall("import", "registrants", path, "--event", name.replace("_", "-"))
        first = wait()
        took, used = [], []
        for i in range(ROUNDS):
            path.write_text(csv_of([people[n + i]]))
            cpu = cpu_of(worker.pid)
            rollcall("import", "registrants", path, "--event", name.replace("_", "-"))
            took.append(wait())
            time.sleep(0.1)
            used.append(cpu_of(worker.pid) - cpu)
        print(f"{n:>7} registrants: all at once {first:6.2f} s; one more {1e3 * statistics.median(took):7.0f} ms, "
              f"{1e3 * statistics.median(used):6.0f} ms of them the worker's processor time")
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
